//! What requests bring: contexts, facts, indexes; and options, which products declare.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Known, Maker, Open};
use crate::model::{Domain, Enum, Input, ListTy, Lit, Ty};
use crate::number::{Q, decimal, whole};

/// Units in which options are measured, with a usual greatest value.
pub const MEASURES: [(&str, i64); 8] =
    [("kg", 500), ("g", 5_000), ("mm", 2_000), ("m", 50), ("h", 40), ("GB", 1_000), ("pc", 600), ("box", 40)];

const WORDS: [&str; 14] = [
    "red", "blue", "steel", "beech", "small", "large", "east", "west", "basic", "smart", "16Mn", "RAL 9010",
    "none", "list",
];

pub fn input(name: String, ty: Ty, domain: Domain) -> Input {
    Input {
        name,
        label: None,
        ty,
        domain,
        default: None,
        optional: false,
        when: None,
        limit: None,
        reason_required: false,
        with_line: false,
    }
}

impl Maker<'_> {
    /// Contexts, facts and indexes.
    pub fn inputs(&mut self) {
        for _ in 0..self.random.between(0, 2) {
            let of = self.enumeration(true);
            self.book.enums.push(of);
        }
        let mut fields = Vec::new();
        for _ in 0..self.random.between(1, 4) {
            fields.push(self.field());
        }
        if self.random.chance(40) {
            let mut id = input(self.name("id"), Ty::Text, Domain::All);
            id.optional = true;
            fields.push(id);
        }
        self.book.contexts.push(("customer".to_owned(), fields));
        if self.random.chance(50) {
            let fields = (0..self.random.between(1, 2)).map(|_| self.field()).collect();
            self.book.contexts.push(("deal".to_owned(), fields));
        }
        for _ in 0..self.random.between(0, 2) {
            let mut fact = self.fact();
            if self.random.chance(60) {
                fact.default = Some(self.value_of(&fact));
            }
            self.book.facts.push(fact);
        }
        for _ in 0..self.random.weighted(&[(5, 0), (4, 1), (1, 2)]) {
            let name = self.name("events");
            let list = self.list(name);
            self.book.facts.push(list);
        }
        for _ in 0..self.random.between(0, 1) {
            let unit = *self.random.pick(&["kg", "g", "m"]);
            let ty = Ty::Measure(format!("{}/{unit}", self.book.currency));
            let index = input(self.name("index"), ty, Domain::Range(decimal(5, 1), whole(20), None));
            let max_age = self.random.chance(50).then_some(7);
            self.book.indexes.push((index, max_age));
        }
    }

    /// Whether the book prices something in dollars.
    pub fn exchange(&mut self) {
        let max_age = self.random.chance(50).then_some(3);
        let to: Vec<String> = match self.book.currencies.is_empty() {
            true if self.random.chance(15) => vec![self.book.currency.clone()],
            false if self.random.chance(60) => {
                self.book.currencies.iter().map(|(code, _)| code.clone()).collect()
            }
            _ => Vec::new(),
        };
        let pairs = to.into_iter().filter(|to| to != "USD").map(|to| ("USD".to_owned(), to, max_age));
        self.book.exchanges = pairs.collect();
    }

    fn fact(&mut self) -> Input {
        let name = self.name("fact");
        match self.random.between(1, 3) {
            1 => input(name, Ty::Int, Domain::Range(whole(0), whole(500), Some(whole(1)))),
            2 => input(name, Ty::Rate, Domain::Range(whole(0), decimal(3, 1), None)),
            _ => input(name, Ty::Measure("kg".to_owned()), Domain::Range(whole(0), whole(900), None)),
        }
    }

    /// A list that a request brings, of the whole request or of a line.
    pub fn list(&mut self, name: String) -> Input {
        let ty = match self.random.chance(80) {
            true => self.records(true),
            false => {
                let plain = match self.random.between(1, 3) {
                    1 => input(
                        String::new(),
                        Ty::Measure("kg".to_owned()),
                        Domain::Range(whole(0), whole(90), None),
                    ),
                    2 => input(String::new(), self.money_type(), Domain::All),
                    _ => input(String::new(), Ty::Int, Domain::Range(whole(0), whole(20), Some(whole(1)))),
                };
                ListTy { record: false, fields: vec![plain], in_order: self.random.chance(70) }
            }
        };
        let mut list = input(name, Ty::List(Rc::new(ty)), Domain::All);
        list.default = self.random.chance(40).then_some(Lit::EmptyList);
        list
    }

    /// Records; the outer ones may hold a list each.
    fn records(&mut self, outer: bool) -> ListTy {
        let mut fields = vec![
            input("worth".to_owned(), self.money_type(), Domain::All),
            input("many".to_owned(), Ty::Int, Domain::Range(whole(0), whole(9), Some(whole(1)))),
        ];
        if self.random.chance(60) {
            fields.push(input("counts".to_owned(), Ty::Bool, Domain::All));
        }
        if self.random.chance(40) {
            let of = self.named_enumeration();
            fields.push(input("kind".to_owned(), Ty::Choice(of), Domain::All));
        }
        if self.random.chance(30) {
            fields.push(input("on".to_owned(), Ty::Date, Domain::All));
        }
        if self.random.chance(30) {
            let domain = Domain::Range(whole(0), whole(90), None);
            fields.push(input("mass".to_owned(), Ty::Measure("kg".to_owned()), domain));
        }
        for field in &mut fields[1..] {
            match self.random.between(1, 10) {
                1..=2 => field.default = Some(self.value_of(field)),
                3 => field.optional = true,
                _ => {}
            }
        }
        if outer && self.random.chance(30) {
            let inner = self.records(false);
            fields.push(input("items".to_owned(), Ty::List(Rc::new(inner)), Domain::All));
            if self.random.chance(40) {
                fields.last_mut().expect("items").default = Some(Lit::EmptyList);
            }
        }
        self.random.shuffle(&mut fields);
        ListTy { record: true, fields, in_order: self.random.chance(70) }
    }

    /// What the request says of a line beside its options.
    pub fn fact_of_line(&mut self, shared: bool) -> Input {
        let mut fact = match self.random.chance(45) {
            true => {
                let name = self.name("used");
                self.list(name)
            }
            false => loop {
                let fact = self.option(shared);
                if !matches!(fact.ty, Ty::Set(_)) {
                    break fact;
                }
            },
        };
        fact.with_line = true;
        fact
    }

    fn field(&mut self) -> Input {
        let name = self.name("field");
        let mut field = match self.random.between(1, 10) {
            1..=6 => {
                let of = self.enumeration(false);
                input(name, Ty::Choice(of), Domain::All)
            }
            7..=8 => input(name, Ty::Bool, Domain::All),
            9 => input(name, Ty::Int, Domain::Range(whole(0), whole(40), Some(whole(1)))),
            _ => input(name, Ty::Date, Domain::All),
        };
        match self.random.between(1, 10) {
            1..=5 => field.default = Some(self.value_of(&field)),
            6 => field.optional = true,
            _ => {}
        }
        field
    }

    /// An enumeration with its own name, or written in its place.
    pub fn enumeration(&mut self, named: bool) -> Rc<Enum> {
        let count = self.random.between(2, 5) as usize;
        let mut values: Vec<String> =
            self.random.some(&WORDS, count).into_iter().map(str::to_owned).collect();
        self.random.shuffle(&mut values);
        // A type begins with a name where a text could be a label.
        if let Some(at) = values.iter().position(|value| super::super::print::word(value) == *value) {
            values.swap(0, at);
        }
        let name = named.then(|| self.name("enum"));
        Rc::new(Enum { name, values, ranked: self.random.chance(40) })
    }

    /// An option of a product. `shared` ones stand in a family, where a table's key knows them by type.
    pub fn option(&mut self, shared: bool) -> Input {
        let name = self.name("option");
        let mut option = match self.random.between(1, 13) {
            1..=4 => {
                let of = if shared || (self.random.chance(40) && !self.book.enums.is_empty()) {
                    self.named_enumeration()
                } else {
                    self.enumeration(false)
                };
                input(name, Ty::Choice(of), Domain::All)
            }
            5..=6 => input(name, Ty::Bool, Domain::All),
            7 => {
                let of = self.enumeration(false);
                input(name, Ty::Set(of), Domain::All)
            }
            8..=9 => {
                let (unit, most) = *self.random.pick(&MEASURES);
                let mut numbers: Vec<Q> = (0..4).map(|_| whole(self.random.between(1, most))).collect();
                numbers.sort();
                numbers.dedup();
                if numbers.len() < 2 {
                    numbers.push(&numbers[0] + whole(1));
                }
                input(name, Ty::Measure(unit.to_owned()), Domain::Numbers(numbers))
            }
            10 => {
                let (unit, most) = *self.random.pick(&MEASURES);
                let step =
                    *self.random.pick(&[None, Some((1, 0)), Some((5, 1)), Some((25, 2)), Some((10, 0))]);
                let step = step.map(|(value, places)| decimal(value, places));
                let from = step.clone().unwrap_or_default() * whole(self.random.between(0, 2));
                let to = match &step {
                    Some(step) => &from + step * whole(self.random.between(1, most)),
                    None => whole(most),
                };
                input(name, Ty::Measure(unit.to_owned()), Domain::Range(from, to, step))
            }
            11 => {
                let step = (self.random.chance(50)).then(|| decimal(25, 2));
                let to = whole(self.random.between(2, 9));
                input(name, Ty::Number, Domain::Range(decimal(5, 1), to, step))
            }
            _ => {
                let from = self.random.between(0, 2);
                let to = self.random.between(5, 300);
                input(name, Ty::Int, Domain::Range(whole(from), whole(to), Some(whole(1))))
            }
        };
        match self.random.between(1, 10) {
            1..=5 => option.default = Some(self.value_of(&option)),
            6 if !matches!(option.ty, Ty::Set(_)) => option.optional = true,
            _ => {}
        }
        option
    }

    pub fn named_enumeration(&mut self) -> Rc<Enum> {
        if self.book.enums.is_empty() || self.random.chance(20) {
            let of = self.enumeration(true);
            self.book.enums.push(of);
        }
        self.random.pick(&self.book.enums).clone()
    }

    /// A value that an input may have.
    pub fn value_of(&mut self, input: &Input) -> Lit {
        let unit = match &input.ty {
            Ty::Measure(unit) => unit.clone(),
            _ => String::new(),
        };
        let number = match &input.domain {
            Domain::Numbers(numbers) => Some(self.random.pick(numbers).clone()),
            Domain::Range(from, to, Some(step)) => {
                let steps = ((to - from) / step).floor().to_integer();
                let steps = i64::try_from(steps).unwrap_or(1_000_000);
                // Small values are as likely as large ones.
                let most = if self.random.chance(50) { steps.min(12) } else { steps };
                Some(from + step * whole(self.random.between(0, most)))
            }
            Domain::Range(from, to, None) => {
                let places = *self.random.pick(&[0, 1, 2, 3]);
                let part = decimal(self.random.between(0, 1_000), 3);
                Some(
                    crate::number::round(
                        &(from + (to - from) * part),
                        crate::number::Mode::Down,
                        &decimal(1, places),
                    )
                    .max(from.clone()),
                )
            }
            Domain::All => None,
        };
        match (&input.ty, number) {
            (Ty::Rate, Some(value)) => Lit::Rate(value),
            (_, Some(value)) => Lit::Num(value, unit),
            (Ty::Bool, _) => Lit::Bool(self.random.chance(50)),
            (Ty::Choice(of), _) => {
                let at = self.random.between(0, of.values.len() as i64 - 1) as usize;
                Lit::Word(of.values[at].clone(), at)
            }
            (Ty::Set(of), _) => {
                // A default is written as one value; more are chosen by requests.
                Lit::Set(BTreeSet::from([self.random.pick(&of.values).clone()]))
            }
            (Ty::Text | Ty::Row(_), _) => Lit::Text(format!("C{}", self.random.between(1, 6))),
            (Ty::Date, _) => Lit::Date(crate::number::day(2026, 1, 1) + self.random.between(-400, 500)),
            (other, _) => panic!("no value of {other:?}"),
        }
    }

    /// What expressions can know of an input.
    pub fn known(&self, input: &Input, name: String, path: Option<String>) -> Known {
        let (low, high) = match &input.domain {
            Domain::Range(from, to, _) => (from.clone(), to.clone()),
            Domain::Numbers(numbers) => (numbers[0].clone(), numbers[numbers.len() - 1].clone()),
            Domain::All => (whole(0), whole(if matches!(input.ty, Ty::Measure(_)) { 999 } else { 0 })),
        };
        Known {
            home: name.clone(),
            name,
            ty: input.ty.clone(),
            low: Some(low),
            high,
            optional: input.optional || input.when.is_some(),
            open: Open::Ends,
            path,
            input: Some(input.clone()),
            expr: None,
        }
    }
}
