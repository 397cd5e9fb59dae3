//! What can be chosen in a request for one product, with the values worth trying: ends of ranges, bounds of
//! tiers and bands, every choice of a list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Dice;
use crate::ir::{
    Book, Domain, Element, EnumTy, Input, KeyMatch, ListTy, Name, NumberKind, Period, Product, Step, Test,
    TestLine, TestPart, Ty, Value,
};
use crate::value::{Date, Exact};

/// How many values of one input are tried at most.
const MOST_VALUES: usize = 16;

/// How many rows of a table are tried at most, of a thousand perhaps.
const MOST_ROWS: usize = 12;

/// How deep pieces of pieces are tried, how many of one kind, and how many values in all.
const MOST_NESTED: usize = 3;
const MOST_PIECES: u32 = 4;
const MOST_SLOTS: usize = 200;

/// What can be chosen, in the order in which a test writes it.
pub(super) struct Space<'b> {
    book: &'b Book,
    product: &'b Product,
    days: Vec<Date>,
    slots: Vec<Slot>,
}

/// One value to choose.
struct Slot {
    place: Place,
    /// `None` leaves it to the book's default.
    values: Vec<Option<Value>>,
}

/// Where a value goes.
enum Place {
    Currency,
    Context(Name, Name),
    Fact(Name),
    Index(Name),
    Rate(Name, Name),
    Quantity,
    Option(Name),
    /// How many alike pieces stand at a place.
    Pieces(PieceAt),
    PieceOption(PieceAt, Name),
    LineEntry(Name),
    QuoteEntry(Name),
}

/// Which pieces: for each part on the way, the part and the number of alike pieces in it.
type PieceAt = Vec<(Name, usize)>;

/// The position of the chosen value for each slot, and that of the day before them.
#[derive(Clone)]
pub(super) struct Choice {
    day: usize,
    values: Vec<usize>,
}

impl<'b> Space<'b> {
    /// The space of requests for one line of a product.
    pub(super) fn of(book: &'b Book, product: &'b Product) -> Space<'b> {
        let mut space = Space { book, product, days: days(book), slots: Vec::new() };
        space.add_what_comes_with_a_request();
        let bounds = bounds(book);
        let quantity = numbers(&product.quantity.domain, &product.quantity.ty, &bounds);
        space.add(Place::Quantity, quantity);
        for option in &product.options {
            let values = space.values(option, &bounds);
            space.add(Place::Option(option.name.clone()), values);
        }
        space.add_pieces(product, &[], &bounds);
        let price = book.prices.iter().find(|price| price.target == product.name);
        let of_family = || book.prices.iter().find(|price| Some(&price.target) == product.family.as_ref());
        for entry in price.or_else(of_family).into_iter().flat_map(|price| &price.entries) {
            let values = space.values(entry, &bounds);
            space.add(Place::LineEntry(entry.name.clone()), values);
        }
        for entry in &book.quote.entries {
            let values = space.values(entry, &bounds);
            space.add(Place::QuoteEntry(entry.name.clone()), values);
        }
        space
    }

    fn add_what_comes_with_a_request(&mut self) {
        let book = self.book;
        if book.currency_by_request {
            let count = u16::try_from(book.currencies.len()).unwrap_or(u16::MAX);
            self.add(Place::Currency, (0..count).map(|at| Some(Value::Choice(at))).collect());
        }
        for context in &book.contexts {
            for field in &context.fields {
                let values = self.values(field, &[]);
                self.add(Place::Context(context.name.clone(), field.name.clone()), values);
            }
        }
        for fact in &book.facts {
            let values = self.values(fact, &[]);
            self.add(Place::Fact(fact.name.clone()), values);
        }
        for index in &book.indexes {
            let name = &index.input.name;
            let tests = book.tests.iter().flat_map(|test| &test.market);
            let known: Vec<Exact> =
                tests.filter(|(index, ..)| index == name).map(|(_, value, _)| value.clone()).collect();
            let mut values = numbers(&index.input.domain, &index.input.ty, &[]);
            values.extend(known.into_iter().take(2).map(|value| Some(Value::Number(value))));
            self.add(Place::Index(name.clone()), values);
        }
        for exchange in &book.exchanges {
            let tests = book.tests.iter().flat_map(|test| &test.rates);
            let rates = tests.filter(|(from, to, ..)| (from, to) == (&exchange.from, &exchange.to));
            let mut values: Vec<_> =
                rates.take(2).map(|(_, _, rate, _)| Some(Value::Number(rate.clone()))).collect();
            values.push(Some(Value::Number(Exact::ONE)));
            self.add(Place::Rate(exchange.from.clone(), exchange.to.clone()), values);
        }
    }

    /// The pieces of each part, of two kinds at most, with the values of their options.
    fn add_pieces(&mut self, product: &Product, around: &[(Name, usize)], bounds: &[Exact]) {
        let book = self.book;
        for part in &product.parts {
            let piece = book.products.iter().find(|it| it.name == part.product);
            let Some(piece) = piece.filter(|_| around.len() < MOST_NESTED) else { continue };
            for kind in 0..part.most.min(2) {
                if self.slots.len() >= MOST_SLOTS {
                    return;
                }
                let counts: BTreeSet<u32> = match kind {
                    0 => [part.least, part.least.max(1), part.most.min(MOST_PIECES)].into(),
                    _ => [0, 1].into(),
                };
                let number = |count: u32| Some(Value::Number(Exact::from(count)));
                let mut at = around.to_vec();
                at.push((part.name.clone(), usize::try_from(kind).unwrap_or_default()));
                self.add(Place::Pieces(at.clone()), counts.into_iter().map(number).collect());
                for option in &piece.options {
                    let values = self.values(option, bounds);
                    self.add(Place::PieceOption(at.clone(), option.name.clone()), values);
                }
                self.add_pieces(piece, &at, bounds);
            }
        }
    }

    fn add(&mut self, place: Place, mut values: Vec<Option<Value>>) {
        if values.is_empty() {
            values.push(None);
        }
        self.slots.push(Slot { place, values });
    }

    /// The values of an input, what the book takes by itself first.
    fn values(&self, input: &Input, bounds: &[Exact]) -> Vec<Option<Value>> {
        let mut values: Vec<Option<Value>> = Vec::new();
        if input.default.is_some() || matches!(input.ty, Ty::Optional(_)) {
            values.push(None);
        }
        values.extend(self.values_of(&input.ty, &input.domain, bounds));
        values.truncate(MOST_VALUES);
        values
    }

    fn values_of(&self, ty: &Ty, domain: &Domain, bounds: &[Exact]) -> Vec<Option<Value>> {
        match ty.required() {
            Ty::Bool => vec![Some(Value::Bool(false)), Some(Value::Bool(true))],
            Ty::Choice(of) => choices(of),
            Ty::Set(of) => sets(of),
            Ty::Number(_) => numbers(domain, ty, bounds),
            Ty::Text => vec![Some(Value::Text("some".into()))],
            Ty::Date => self.days.iter().map(|day| Some(Value::Date(*day))).collect(),
            Ty::Row(table) => self.rows(table),
            Ty::List(of) => self.lists(of),
            Ty::Optional(_) | Ty::Names => Vec::new(),
        }
    }

    /// Lists of no element, of one, and of several that differ.
    fn lists(&self, of: &ListTy) -> Vec<Option<Value>> {
        let columns: Vec<Vec<Option<Value>>> = of
            .fields
            .iter()
            .map(|field| {
                let optional = matches!(field.ty, Ty::Optional(_));
                let absent = optional.then_some(Some(Value::Absent));
                absent.into_iter().chain(self.values_of(&field.ty, &field.domain, &[])).collect()
            })
            .collect();
        let element = |nth: usize| -> Option<Element> {
            let value =
                |column: &Vec<Option<Value>>| column.get(nth % column.len().max(1)).cloned().flatten();
            columns.iter().map(value).collect()
        };
        let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
        let some =
            |nths: &mut dyn Iterator<Item = usize>| nths.map(element).collect::<Option<Vec<Element>>>();
        let lists = [
            Some(Vec::new()),
            some(&mut std::iter::once(0)),
            some(&mut std::iter::once(longest.saturating_sub(1))),
            some(&mut (0..longest)),
            some(&mut (0..longest).rev()),
        ];
        lists.into_iter().flatten().map(|list| Some(Value::List(list.into()))).collect()
    }

    /// Keys of a table, from its first row to its last.
    fn rows(&self, table: &str) -> Vec<Option<Value>> {
        let table = self.book.tables.iter().find(|it| it.name.as_ref() == table);
        let version = table.and_then(|table| table.versions.first());
        let Some(keys) = version.and_then(|version| version.rows.keys.first()) else { return Vec::new() };
        let step = (keys.len() / MOST_ROWS).max(1);
        let some = keys.iter().step_by(step).chain(keys.last());
        some.filter_map(|key| match key {
            KeyMatch::One(value) => Some(Some(value.clone())),
            _ => None,
        })
        .collect()
    }

    /// What the book takes by itself for every input, or the first value.
    pub(super) fn first(&self) -> Choice {
        Choice { day: 0, values: vec![0; self.slots.len()] }
    }

    /// The last value of every input.
    pub(super) fn last(&self) -> Choice {
        let values = self.slots.iter().map(|slot| slot.values.len().saturating_sub(1)).collect();
        Choice { day: self.days.len().saturating_sub(1), values }
    }

    /// Any value of every input.
    pub(super) fn random(&self, dice: &mut Dice) -> Choice {
        let day = dice.below(self.days.len());
        Choice { day, values: self.slots.iter().map(|slot| dice.below(slot.values.len())).collect() }
    }

    /// All choices that differ from one in one input.
    pub(super) fn single_changes(&self, base: &Choice) -> Vec<Choice> {
        let days = (0..self.days.len()).map(|day| Choice { day, ..base.clone() });
        let values = self.slots.iter().enumerate().flat_map(|(slot, input)| {
            (0..input.values.len()).map(move |value| {
                let mut choice = base.clone();
                if let Some(chosen) = choice.values.get_mut(slot) {
                    *chosen = value;
                }
                choice
            })
        });
        days.chain(values).collect()
    }

    /// The request of a choice, as a test.
    pub(super) fn test(&self, choice: &Choice) -> Option<Test> {
        // A book without any date sells on every day alike.
        let as_of = self.days.get(choice.day).copied().or_else(|| Date::new(2000, 1, 1))?;
        let mut test = Test {
            title: "counterexample".into(),
            as_of,
            currency: None,
            market: Vec::new(),
            rates: Vec::new(),
            contexts: Vec::new(),
            facts: Vec::new(),
            entries: Vec::new(),
            reason: Some("searched".into()),
            lines: Vec::new(),
            subjects: Vec::new(),
            expectations: Vec::new(),
            span: self.product.span,
        };
        let mut line = TestLine {
            id: "1".into(),
            product: self.product.name.clone(),
            preset: None,
            quantity: Exact::ONE,
            options: Vec::new(),
            entries: Vec::new(),
            reason: Some("searched".into()),
            parts: Vec::new(),
        };
        for (slot, value) in self.slots.iter().zip(&choice.values) {
            if let Some(Some(value)) = slot.values.get(*value) {
                self.put(&slot.place, value.clone(), &mut test, &mut line);
            }
        }
        test.lines.push(line);
        Some(test)
    }

    fn put(&self, place: &Place, value: Value, test: &mut Test, line: &mut TestLine) {
        let as_of = test.as_of;
        match (place, value) {
            (Place::Currency, Value::Choice(at)) => {
                test.currency = self.book.currencies.get(usize::from(at)).cloned();
            }
            (Place::Index(name), Value::Number(number)) => test.market.push((name.clone(), number, as_of)),
            (Place::Rate(from, to), Value::Number(rate)) => {
                test.rates.push((from.clone(), to.clone(), rate, as_of));
            }
            (Place::Quantity, Value::Number(quantity)) => line.quantity = quantity,
            (Place::Context(context, field), value) => {
                test.contexts.push((context.clone(), field.clone(), value));
            }
            (Place::Fact(name), value) => test.facts.push((name.clone(), value)),
            (Place::Option(name), value) => line.options.push((name.clone(), value)),
            (Place::Pieces(at), Value::Number(count)) => self.put_pieces(at, count, line),
            (Place::PieceOption(at, name), value) => {
                if let Some(piece) = piece_at(line, at) {
                    piece.options.push((name.clone(), value));
                }
            }
            (Place::LineEntry(name), value) => line.entries.push((name.clone(), value)),
            (Place::QuoteEntry(name), value) => test.entries.push((name.clone(), value)),
            (Place::Currency | Place::Index(_) | Place::Rate(..) | Place::Quantity | Place::Pieces(_), _) => {
            }
        }
    }

    /// Puts alike pieces where they belong, unless there are none.
    fn put_pieces(&self, at: &[(Name, usize)], count: Exact, line: &mut TestLine) {
        let Some(((part, kind), around)) = at.split_last() else { return };
        let Some(bundle) = piece_at(line, around).filter(|_| !count.is_zero()) else { return };
        let product = self.book.products.iter().find(|it| it.name == bundle.product);
        let Some(of) = product.and_then(|it| it.parts.iter().find(|it| it.name == *part)) else { return };
        let piece = TestLine {
            id: format!("{}.{part}[{}]", bundle.id, kind + 1).into(),
            product: of.product.clone(),
            preset: None,
            quantity: count,
            options: Vec::new(),
            entries: Vec::new(),
            reason: None,
            parts: Vec::new(),
        };
        match bundle.parts.iter_mut().find(|(name, _)| name == part) {
            Some((_, TestPart::Pieces(pieces))) => pieces.push(piece),
            // The second kind stands only behind the first.
            _ if *kind > 0 => {}
            _ => bundle.parts.push((part.clone(), TestPart::Pieces(vec![piece]))),
        }
    }
}

/// The pieces at a place, if there are any.
fn piece_at<'t>(line: &'t mut TestLine, at: &[(Name, usize)]) -> Option<&'t mut TestLine> {
    at.iter().try_fold(line, |line, (part, kind)| {
        match line.parts.iter_mut().find(|(name, _)| name == part) {
            Some((_, TestPart::Pieces(pieces))) => pieces.get_mut(*kind),
            _ => None,
        }
    })
}

fn choices(of: &Arc<EnumTy>) -> Vec<Option<Value>> {
    let count = u16::try_from(of.values.len()).unwrap_or(u16::MAX);
    (0..count).map(|at| Some(Value::Choice(at))).collect()
}

/// Nothing, each value alone, and all.
fn sets(of: &Arc<EnumTy>) -> Vec<Option<Value>> {
    let count = u32::try_from(of.values.len()).unwrap_or(u32::MAX).min(128);
    let one = |at: u32| 1_u128.checked_shl(at).unwrap_or(0);
    let all = (0..count).fold(0, |set, at| set | one(at));
    [0, all].into_iter().chain((0..count).map(one)).map(|set| Some(Value::Set(set))).collect()
}

/// The ends of a range, and the bounds of tiers and bands inside it; all numbers of a list.
fn numbers(domain: &Domain, ty: &Ty, bounds: &[Exact]) -> Vec<Option<Value>> {
    let found: Vec<Exact> = match domain {
        Domain::Numbers(values) => values.iter().map(|(value, _)| value.clone()).collect(),
        Domain::All => vec![Exact::ONE, Exact::ZERO, Exact::from(1_000)],
        Domain::Range { from, to, step } => {
            let whole = matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
            let width = step.clone().or(whole.then_some(Exact::ONE));
            let fits = |value: &Exact| {
                let steps =
                    |width: &Exact| value.checked_sub(from).and_then(|above| above.checked_div(width));
                let on_step = |width: &Exact| steps(width).is_ok_and(|steps| steps.is_integer());
                from <= value && value <= to && width.as_ref().is_none_or(on_step)
            };
            let inside = bounds.iter().filter(|bound| fits(bound)).cloned();
            let found: BTreeSet<Exact> = [from.clone(), to.clone()].into_iter().chain(inside).collect();
            found.into_iter().collect()
        }
    };
    let (most, count) = (MOST_VALUES - 1, found.len());
    // The ends stay when there are too many.
    let kept =
        found.into_iter().enumerate().filter(|(at, _)| count <= most || *at < most - 1 || *at + 1 == count);
    kept.map(|(_, value)| Some(Value::Number(value))).collect()
}

/// Where tiers and bands begin, and one more or less: prices change there.
fn bounds(book: &Book) -> Vec<Exact> {
    let mut bounds = BTreeSet::new();
    let versions = book.tiers.iter().flat_map(|tiers| &tiers.versions);
    for tier in versions.flat_map(|version| &version.tiers) {
        let next = tier.start.checked_add(&Exact::ONE);
        bounds.extend([Some(tier.start.clone()), next.ok()].into_iter().flatten());
    }
    bounds.into_iter().collect()
}

/// The first and last day of the book, and those on which a step begins or ends to count.
fn days(book: &Book) -> Vec<Date> {
    let mut days: BTreeSet<Date> = BTreeSet::new();
    let steps = book.prices.iter().flat_map(|price| price.per_unit.iter().chain(&price.per_line));
    let mut waiting: Vec<&Step> = steps.chain(&book.quote.steps).collect();
    while let Some(step) = waiting.pop() {
        days.extend(step.during.iter().flat_map(ends));
        waiting.extend(step.kind.steps());
    }
    let Period { from, to } = book.effective;
    days.retain(|day| book.effective.holds(*day));
    let inside = days.into_iter().take(MOST_VALUES);
    let mut all: Vec<Date> = from.into_iter().chain(inside).chain(to).collect();
    if all.is_empty() {
        all.extend(book.tests.iter().map(|test| test.as_of).take(1));
    }
    all.dedup();
    all
}

fn ends(period: &Period) -> impl Iterator<Item = Date> {
    [period.from, period.to].into_iter().flatten()
}
