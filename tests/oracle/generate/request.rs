//! Random requests: mostly ones that can be sold, and always some that cannot.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::input::MEASURES;
use crate::model::{
    Book, Domain, Given, Input, Line, ListTy, Price, Product, Request, Said, Ty, Val, literal,
};
use crate::number::{Q, date, day, decimal, show, size, whole};
use crate::random::Random;

/// A request for a book.
pub fn request(book: &Book, random: &mut Random) -> Request {
    let as_of = day(2026, 1, 1) + if random.chance(1) { 365 } else { random.between(0, 364) };
    let mut request = Request { as_of, reason: random.chance(30), ..Request::default() };
    for (context, fields) in &book.contexts {
        let given = fields.iter().filter_map(|field| {
            let may_be_silent = field.default.is_some() || field.optional;
            let silent = random.chance(if may_be_silent { 40 } else { 1 });
            (!silent).then(|| (field.name.clone(), given(random, field)))
        });
        let given: Vec<(String, Given)> = given.collect();
        if !given.is_empty() || random.chance(50) {
            request.contexts.push((context.clone(), given));
        }
    }
    for fact in &book.facts {
        if fact.default.is_none() || random.chance(60) {
            request.facts.push((fact.name.clone(), given(random, fact)));
        }
    }
    for (index, max_age) in &book.indexes {
        // Now and then of tomorrow, or too old.
        let age = random.between(0, max_age.unwrap_or(0));
        let age = random.weighted(&[(98, age), (1, -1), (1, age + 20)]);
        let dated = max_age.map(|_| as_of - age);
        request.market.push((index.name.clone(), given(random, index), dated));
    }
    for (from, to, max_age) in &book.exchanges {
        if random.chance(3) {
            continue;
        }
        let age = random.between(0, max_age.unwrap_or(0));
        let value = decimal(random.between(1, 30_000), 4);
        let given = Given { json: show(&value), value: Val::Num(value) };
        request.market.push((format!("{from}/{to}"), given, max_age.map(|_| as_of - age)));
    }
    if !book.currencies.is_empty() {
        request.currency = Some(random.pick(&book.currencies).0.clone());
    }
    let nothing = Vec::new();
    let entries = book.quote.as_ref().map_or(&nothing, |quote| &quote.entries);
    request.entries = typed(random, entries);
    let sold: Vec<&Product> = book.products.iter().filter(|product| product.sold).collect();
    for _ in 0..random.weighted(&[(5, 1), (4, 2), (3, 3), (1, 6)]) {
        let product = random.pick(&sold);
        request.lines.push(line(book, random, product, true));
    }
    request
}

fn line(book: &Book, random: &mut Random, product: &Product, priced: bool) -> Line {
    let family = book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
    let (mut options, mut facts) = (Vec::new(), Vec::new());
    for option in family.iter().flat_map(|(_, body)| &body.options).chain(&product.body.options) {
        let must = option.default.is_none()
            && !option.optional
            && !matches!(option.ty, Ty::Set(_))
            && option.when.is_none();
        let percent = match (must, &option.when) {
            (true, _) => 97,
            (false, Some(_)) => 25,
            (false, None) => 70,
        };
        if random.chance(percent) {
            let said = (option.name.clone(), given(random, option));
            if option.with_line { facts.push(said) } else { options.push(said) }
        }
    }
    random.shuffle(&mut options);
    let of = |target: &String| book.prices.iter().find(|price| price.target == *target);
    let price: Option<&Price> = of(&product.name).or_else(|| of(product.family.as_ref()?)).filter(|_| priced);
    let priced_parts = priced && product.body.parts_priced;
    let mut parts = Vec::new();
    for part in &product.body.parts {
        let exact = part.least == part.most;
        if random.chance(if exact || part.least == 0 { 25 } else { 3 })
            || part.when.is_some() && random.chance(50)
        {
            continue;
        }
        let count = random.between(part.least, part.most) + i64::from(random.chance(3));
        let of = book.products.iter().find(|of| of.name == part.product).expect("a product");
        if random.chance(15) {
            parts.push((part.name.clone(), Said::Count(count)));
            continue;
        }
        let mut left = count;
        let mut pieces = Vec::new();
        while left > 0 {
            let alike = if random.chance(60) { 1 } else { random.between(1, left) };
            let said = (alike > 1 || random.chance(30)).then_some(alike);
            pieces.push((said, line(book, random, of, priced_parts)));
            left -= alike;
        }
        parts.push((part.name.clone(), Said::Pieces(pieces)));
    }
    let entries = price.map_or(&[][..], |price| &price.entries);
    Line {
        product: product.name.clone(),
        quantity: quantity(random, product),
        options,
        entries: typed(random, entries).into_iter().chain(facts).collect(),
        reason: random.chance(60),
        parts,
    }
}

fn quantity(random: &mut Random, product: &Product) -> Given {
    match &product.quantity {
        Some(input) if random.chance(96) => given(random, input),
        Some(input) => {
            let Domain::Range(_, most, _) = &input.domain else { panic!("a range") };
            let unit = match &input.ty {
                Ty::Measure(unit) => unit.clone(),
                _ => String::new(),
            };
            number(random, most + whole(1), &unit)
        }
        None => {
            let count = random_count(random);
            number(random, whole(count), "")
        }
    }
}

fn random_count(random: &mut Random) -> i64 {
    let most = *random.pick(&[5, 50, 5_000, 1_000_000]);
    random.between(1, most)
}

fn typed(random: &mut Random, entries: &[Input]) -> Vec<(String, Given)> {
    let mut typed = Vec::new();
    for entry in entries {
        if !random.chance(50) {
            continue;
        }
        let Domain::Range(_, most, _) = &entry.domain else { panic!("a range") };
        let value = match random.chance(4) {
            true => most + decimal(1, 2),
            false => {
                let part = decimal(random.between(0, 40), 2) * decimal(25, 1);
                let step = if entry.ty == Ty::Rate { decimal(5, 3) } else { whole(1) };
                crate::number::round(&(most * part), crate::number::Mode::Down, &step)
            }
        };
        let given = match &entry.ty {
            Ty::Measure(unit) => number(random, value, unit),
            _ => rate(random, value),
        };
        typed.push((entry.name.clone(), given));
    }
    typed
}

/// A value for an input, in one of the ways that JSON can have it.
fn given(random: &mut Random, input: &Input) -> Given {
    let unit = match &input.ty {
        Ty::Measure(unit) => unit.as_str(),
        _ => "",
    };
    match (&input.ty, &input.domain) {
        (Ty::Rate, Domain::Range(from, to, _)) => {
            let value = from + (to - from) * decimal(random.between(0, 200), 2) / whole(2);
            rate(random, value)
        }
        (_, Domain::Numbers(numbers)) => {
            let value = random.pick(numbers).clone();
            if random.chance(2) {
                number(random, value + decimal(1, 1), unit)
            } else {
                number(random, value, unit)
            }
        }
        (_, Domain::Range(from, to, Some(step))) => {
            let steps = i64::try_from(((to - from) / step).floor().to_integer()).unwrap_or(1_000_000);
            let few = steps.min(30);
            let steps = if random.chance(50) { few } else { steps };
            let value = from + step * whole(random.between(0, steps));
            let off = input.ty != Ty::Int && random.chance(2);
            if off { number(random, value + step / whole(2), unit) } else { number(random, value, unit) }
        }
        (_, Domain::Range(from, to, None)) => {
            let value = from + (to - from) * decimal(random.between(0, 1_000), 3);
            number(random, value, unit)
        }
        (Ty::Bool, _) => {
            let value = random.chance(50);
            Given { json: value.to_string(), value: Val::Bool(value) }
        }
        (Ty::Choice(of), _) => {
            let at = random.between(0, of.values.len() as i64 - 1) as usize;
            Given { json: format!("\"{}\"", of.values[at]), value: Val::Word(of.values[at].clone(), at) }
        }
        (Ty::Set(of), _) => {
            let count = random.between(0, of.values.len() as i64) as usize;
            let mut values = random.some(&of.values, count);
            random.shuffle(&mut values);
            let json: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
            Given { json: format!("[{}]", json.join(", ")), value: Val::Set(BTreeSet::from_iter(values)) }
        }
        (Ty::Text, _) => text(format!("C{}", random.between(1, 7))),
        (Ty::Row(_), _) => text(format!("C{}", random.between(1, 2))),
        (Ty::Date, _) => {
            let on = day(2026, 1, 1) + random.between(-300, 300);
            Given { json: format!("\"{}\"", date(on)), value: Val::Date(on) }
        }
        (Ty::List(list), _) => elements(random, list),
        (Ty::Measure(unit), Domain::All) => {
            let places = if unit == "JPY" { 0 } else { 2 };
            let amount = decimal(random.between(0, 50_000), places);
            Given { json: show(&amount), value: Val::Num(amount) }
        }
        other => panic!("nothing for {other:?}"),
    }
}

/// A list of some elements; what has a default, or may be missing, is left out now and then.
fn elements(random: &mut Random, list: &ListTy) -> Given {
    let mut items = Vec::new();
    let mut texts = Vec::new();
    for _ in 0..random.weighted(&[(1, 0), (2, 1), (3, 2), (3, 5)]) {
        let mut item = Vec::new();
        let mut fields = Vec::new();
        for field in &list.fields {
            let may_be_silent = field.default.is_some() || field.optional;
            if may_be_silent && random.chance(40) {
                item.push((field.name.clone(), field.default.as_ref().map_or(Val::Absent, literal)));
                continue;
            }
            let given = given(random, field);
            fields.push(if list.record { format!("\"{}\": {}", field.name, given.json) } else { given.json });
            item.push((field.name.clone(), given.value));
        }
        random.shuffle(&mut fields);
        let fields = fields.join(", ");
        texts.push(if list.record { format!("{{ {fields} }}") } else { fields });
        items.push(item);
    }
    Given { json: format!("[{}]", texts.join(", ")), value: Val::List(Rc::new(items)) }
}

fn text(text: String) -> Given {
    Given { json: format!("\"{text}\""), value: Val::Text(text) }
}

fn rate(random: &mut Random, value: Q) -> Given {
    let json = match random.chance(50) {
        true => format!("\"{}%\"", show(&(&value * whole(100)))),
        false => show(&value),
    };
    Given { json, value: Val::Num(value) }
}

/// A number in a unit: bare, as a text, with its unit, or in another unit of the dimension.
fn number(random: &mut Random, value: Q, unit: &str) -> Given {
    let of_base = &value * size(unit);
    let json = match random.between(1, 5) {
        1..=2 => show(&value),
        3 => format!("\"{}\"", show(&value)),
        _ if unit.is_empty() => show(&value),
        4 => format!("\"{} {unit}\"", show(&value)),
        _ => {
            let other =
                MEASURES.iter().map(|(other, _)| *other).find(|other| *other != unit && related(other, unit));
            let other = other.filter(|other| !show(&(&of_base / size(other))).contains('/')).unwrap_or(unit);
            format!("\"{} {other}\"", show(&(&of_base / size(other))))
        }
    };
    Given { json, value: Val::Num(of_base) }
}

fn related(one: &str, other: &str) -> bool {
    let pairs = [("kg", "g"), ("m", "mm"), ("pc", "box")];
    pairs.contains(&(one, other)) || pairs.contains(&(other, one))
}
