//! The values of one key, cut into classes that no row tells apart, and numbered.
//!
//! ```text
//!   enumeration    one class a value
//!   text           one class a listed text or beginning, and one for any other text
//!   number, date   … │ c1 │ between │ c2 │ …   one class a bound, one for what lies between two
//! ```
//!
//! A class that holds no value of the key's domain has no number. On an axis without bounds the classes
//! outside all rows are *outer*: no row need answer for them if no call reaches them. A key that may be
//! missing has a last class for that.

use std::collections::{BTreeSet, HashMap};

use smallvec::{SmallVec, smallvec};

use crate::check::describe;
use crate::ir::{Band, Domain, EnumTy, KeyMatch, Name, NumberKind, Reach, Ty, Value};
use crate::value::{ArithmeticError, Date, Exact};

/// Numbers of classes, from and to, both included.
pub(super) type Run = (u32, u32);

/// One key.
pub(super) struct Axis<'a> {
    pub(super) name: &'a Name,
    pub(super) ty: &'a Ty,
    kind: Kind<'a>,
    /// How many classes there are.
    pub(super) count: u32,
    /// The last class is that of the missing key.
    absent: bool,
    /// Classes from the lowest on that lie below all rows.
    pub(super) outer_low: u32,
    /// Classes from the highest down that lie above all rows.
    pub(super) outer_high: u32,
}

enum Kind<'a> {
    Choices(&'a EnumTy),
    Bool,
    Texts(Vec<TextClass<'a>>),
    Line { cuts: Vec<Exact>, live: Vec<u32>, listed: bool },
}

/// A class of texts.
#[derive(Clone, Copy)]
enum TextClass<'a> {
    /// This text.
    Is(&'a Value),
    /// Texts that begin so, and fall in no narrower class.
    Begins(&'a str),
}

/// What a key of a row asks, as classes: mostly one run.
pub(super) type Runs = SmallVec<[Run; 1]>;

impl<'a> Axis<'a> {
    /// The axis of a key, from its domain and all that rows ask of it, and what each of them asks for in its
    /// classes; none for a type without an axis.
    pub(super) fn with_rows(
        name: &'a Name,
        ty: &'a Ty,
        domain: &Domain,
        column: &'a [KeyMatch],
    ) -> Option<(Axis<'a>, Vec<Runs>)> {
        let absent = matches!(ty, Ty::Optional(_));
        let ty = ty.required();
        let (mut axis, texts) = match ty {
            Ty::Text | Ty::Row(_) => {
                let (axis, numbers) = texts(name, ty, column);
                (axis, Some(numbers))
            }
            _ => (Axis::new(name, ty, domain, column)?, None),
        };
        if absent {
            axis.absent = true;
            axis.count += 1;
        }
        let runs = column.iter().map(|found| match &texts {
            Some(numbers) => axis.text_runs(found, numbers),
            None => axis.runs(found),
        });
        let runs = runs.collect();
        Some((axis, runs))
    }

    /// How many classes there are of keys that are not missing.
    fn there(&self) -> u32 {
        self.count - u32::from(self.absent)
    }

    /// Where a case may end though the rows that are left do not change: between inner and outer classes.
    pub(super) fn borders(&self) -> [u32; 5] {
        let there = self.there();
        [0, self.outer_low, there - self.outer_high, there, self.count]
    }

    /// Whether a row that asks for these classes asks for everything.
    pub(super) fn is_everything(&self, runs: &[Run]) -> bool {
        self.count > 0 && *runs == [(0, self.count - 1)]
    }

    fn new(name: &'a Name, ty: &'a Ty, domain: &Domain, column: &'a [KeyMatch]) -> Option<Axis<'a>> {
        let axis = |kind, count| Axis { name, ty, kind, count, absent: false, outer_low: 0, outer_high: 0 };
        Some(match ty {
            Ty::Choice(choices) => axis(Kind::Choices(choices), narrow(choices.values.len())),
            Ty::Bool => axis(Kind::Bool, 2),
            Ty::Number(number) => {
                let grid = Grid::of(domain, number.kind == NumberKind::Int);
                line(name, ty, &grid, column)
            }
            Ty::Date => line(name, ty, &Grid::Whole, column),
            Ty::Text | Ty::Row(_) | Ty::Set(_) | Ty::List(_) | Ty::Names | Ty::Optional(_) => return None,
        })
    }

    /// The classes that a row asks for; empty if it asks for nothing that can occur.
    fn runs(&self, found: &KeyMatch) -> Runs {
        match found {
            KeyMatch::Any => smallvec![(0, self.count.saturating_sub(1))],
            KeyMatch::One(value) => self.point(value).into_iter().collect(),
            KeyMatch::OneOf(values) => {
                let mut runs: Runs = values.iter().filter_map(|value| self.point(value)).collect();
                runs.sort_unstable();
                runs.dedup();
                runs
            }
            KeyMatch::Band(band) => self.band(band).into_iter().collect(),
            KeyMatch::Starts(_) => Runs::new(),
        }
    }

    /// The classes of texts that a row asks for.
    fn text_runs(&self, found: &KeyMatch, numbers: &HashMap<&'a Value, u32>) -> Runs {
        let point = |value: &Value| match value {
            Value::Absent => self.absent.then(|| self.there()),
            value => numbers.get(value).copied(),
        };
        let mut runs: Runs = match found {
            KeyMatch::Any | KeyMatch::Band(_) => smallvec![(0, self.count.saturating_sub(1))],
            KeyMatch::One(value) => point(value).map(|number| (number, number)).into_iter().collect(),
            KeyMatch::OneOf(values) => {
                values.iter().filter_map(point).map(|number| (number, number)).collect()
            }
            KeyMatch::Starts(beginnings) => {
                beginnings.iter().filter_map(|beginning| self.beginning(beginning)).collect()
            }
        };
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    /// The classes of texts that begin so; they stand together.
    fn beginning(&self, beginning: &str) -> Option<Run> {
        let Kind::Texts(classes) = &self.kind else { return None };
        let first = classes.partition_point(|class| class.text() < beginning);
        let rest = classes.get(first..).unwrap_or_default();
        let length = rest.partition_point(|class| class.text().starts_with(beginning));
        let last = (first + length).checked_sub(1)?;
        (first <= last).then(|| (narrow(first), narrow(last)))
    }

    fn point(&self, value: &Value) -> Option<Run> {
        if *value == Value::Absent {
            return self.absent.then(|| (self.there(), self.there()));
        }
        let number = match (&self.kind, value) {
            (Kind::Choices(_), Value::Choice(position)) => u32::from(*position),
            (Kind::Bool, Value::Bool(value)) => u32::from(*value),
            (Kind::Line { cuts, live, .. }, value) => {
                let cut = cuts.binary_search(&on_line(value)?).ok()?;
                narrow(live.binary_search(&narrow(2 * cut + 1)).ok()?)
            }
            _ => return None,
        };
        (number < self.there()).then_some((number, number))
    }

    fn band(&self, band: &Band) -> Option<Run> {
        match &self.kind {
            Kind::Choices(_) => {
                let position = |end: &Option<(Value, bool)>| match end {
                    Some((Value::Choice(position), inclusive)) => Some((u32::from(*position), *inclusive)),
                    _ => None,
                };
                let first =
                    position(&band.lower).map_or(0, |(at, inclusive)| if inclusive { at } else { at + 1 });
                let last = match position(&band.upper) {
                    None => self.there().checked_sub(1)?,
                    Some((at, true)) => at,
                    Some((at, false)) => at.checked_sub(1)?,
                };
                (first <= last && last < self.there()).then_some((first, last))
            }
            Kind::Line { cuts, live, .. } => {
                let cut = |value: &Value| cuts.binary_search(&on_line(value)?).ok().map(narrow);
                let first = match &band.lower {
                    None => 0,
                    Some((value, inclusive)) => 2 * cut(value)? + if *inclusive { 1 } else { 2 },
                };
                let last = match &band.upper {
                    None => narrow(2 * cuts.len()),
                    Some((value, inclusive)) => 2 * cut(value)? + u32::from(*inclusive),
                };
                let from = narrow(live.partition_point(|atom| *atom < first));
                let to = narrow(live.partition_point(|atom| *atom <= last));
                (from < to).then(|| (from, to - 1))
            }
            Kind::Bool | Kind::Texts(_) => None,
        }
    }

    /// Whether a class is outer.
    pub(super) fn is_outer(&self, class: u32) -> bool {
        let there = self.there();
        class < self.outer_low || class >= there - self.outer_high && class < there
    }

    /// What the table answers for on this key, given which outer ends lack rows.
    pub(super) fn reach(&self, low: bool, high: bool) -> Reach {
        match &self.kind {
            Kind::Texts(_) if high => Reach::Listed,
            Kind::Line { live, .. } if low || high => {
                let inner_first = live.get(self.outer_low as usize).copied();
                let inner_last =
                    (self.there() - self.outer_high).checked_sub(1).and_then(|at| live.get(at as usize));
                let lower = inner_first.filter(|_| low).and_then(|atom| self.lower_end(atom));
                let upper = inner_last.filter(|_| high).and_then(|atom| self.upper_end(*atom));
                Reach::Between(Band { lower, upper })
            }
            _ => Reach::All,
        }
    }

    /// The lower end of what an atom holds: odd atoms are bounds, even ones lie before the next bound.
    fn lower_end(&self, atom: u32) -> Option<(Value, bool)> {
        if atom % 2 == 1 {
            self.cut_value(atom / 2).map(|value| (value, true))
        } else {
            self.cut_value((atom / 2).checked_sub(1)?).map(|value| (value, false))
        }
    }

    fn upper_end(&self, atom: u32) -> Option<(Value, bool)> {
        self.cut_value(atom / 2).map(|value| (value, atom % 2 == 1))
    }

    fn cut_value(&self, cut: u32) -> Option<Value> {
        let Kind::Line { cuts, .. } = &self.kind else { return None };
        let cut = cuts.get(cut as usize)?;
        match self.ty {
            Ty::Date => date_at(cut).map(Value::Date),
            _ => Some(Value::Number(cut.clone())),
        }
    }

    /// Classes in words, as they follow the key's name: `= overseas`, `above 30 kg`.
    pub(super) fn describe(&self, runs: &[Run]) -> String {
        let there = self.there();
        if !runs.iter().any(|(_, last)| *last >= there) {
            return self.describe_there(runs);
        }
        let inner = runs.iter().filter(|(first, _)| *first < there);
        let inner: Vec<Run> =
            inner.map(|(first, last)| (*first, (*last).min(there.saturating_sub(1)))).collect();
        match inner.as_slice() {
            [] => "= absent".to_owned(),
            inner => format!("{} or absent", self.describe_there(inner)),
        }
    }

    fn describe_there(&self, runs: &[Run]) -> String {
        match &self.kind {
            Kind::Choices(choices) => self.describe_values(runs, |class| {
                choices.values.get(class as usize).map_or_else(String::new, |value| value.key.to_string())
            }),
            Kind::Bool => self.describe_values(runs, |class| (class == 1).to_string()),
            Kind::Texts(classes) => self.describe_values(runs, |class| match classes.get(class as usize) {
                Some(TextClass::Is(value)) => describe::value(value, self.ty),
                Some(TextClass::Begins(beginning)) => format!("any other text that starts {beginning:?}"),
                None => match self.ty {
                    Ty::Row(table) => format!("any other key of `{table}`"),
                    _ => "any other text".to_owned(),
                },
            }),
            Kind::Line { live, listed: true, .. } => self.describe_values(runs, |class| {
                let cut = live.get(class as usize).and_then(|atom| self.cut_value(atom / 2));
                cut.map_or_else(String::new, |value| describe::value(&value, self.ty))
            }),
            Kind::Line { live, .. } => {
                let mut words: Vec<String> =
                    runs.iter().take(MAX_NAMED).map(|run| self.describe_run(live, *run)).collect();
                if runs.len() > MAX_NAMED {
                    words.push("…".to_owned());
                }
                words.join(" or ")
            }
        }
    }

    fn describe_values(&self, runs: &[Run], name: impl Fn(u32) -> String) -> String {
        let mut classes = runs.iter().flat_map(|(first, last)| *first..=*last);
        let named: Vec<String> = classes.by_ref().take(MAX_NAMED).map(name).collect();
        let more = classes.count();
        if more > 0 {
            format!("= {} or {more} more", named.join(", "))
        } else {
            format!("= {}", named.join(" or "))
        }
    }

    fn describe_run(&self, live: &[u32], (first, last): Run) -> String {
        let atom = |class: u32| live.get(class as usize).copied().unwrap_or(0);
        let (mut lower, mut upper) = (self.lower_end(atom(first)), self.upper_end(atom(last)));
        if matches!(self.ty, Ty::Number(number) if number.kind == NumberKind::Int) {
            lower = lower.map(|end| first_whole(end, Exact::ceil, Exact::checked_add));
            upper = upper.map(|end| first_whole(end, Exact::floor, Exact::checked_sub));
        }
        let shown = |value: &Value| describe::value(value, self.ty);
        match (&lower, &upper) {
            (Some((low, true)), Some((high, true))) if low == high => format!("= {}", shown(low)),
            (None, None) => "= anything".to_owned(),
            _ => {
                let low = lower.iter().map(|(low, inclusive)| {
                    format!("{} {}", if *inclusive { "from" } else { "above" }, shown(low))
                });
                let high = upper.iter().map(|(high, inclusive)| {
                    format!("{} {}", if *inclusive { "up to" } else { "under" }, shown(high))
                });
                low.chain(high).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// The first whole number from an end on, inwards.
fn first_whole(
    (end, included): (Value, bool),
    inwards: fn(&Exact) -> Exact,
    step: fn(&Exact, &Exact) -> Result<Exact, ArithmeticError>,
) -> (Value, bool) {
    let Value::Number(number) = &end else { return (end, included) };
    let whole = inwards(number);
    let moved = if included || whole != *number { Ok(whole) } else { step(&whole, &Exact::ONE) };
    match moved {
        Ok(whole) => (Value::Number(whole), true),
        Err(_) => (end, included),
    }
}

/// How many values a witness names.
const MAX_NAMED: usize = 4;

/// The numbers of a domain.
enum Grid<'d> {
    /// Every number.
    All,
    /// Every whole number.
    Whole,
    /// These.
    Listed(BTreeSet<&'d Exact>),
    /// From, to, and the distance of those between; all between without it.
    Range(&'d Exact, &'d Exact, Option<Exact>),
}

impl<'d> Grid<'d> {
    fn of(domain: &'d Domain, whole: bool) -> Grid<'d> {
        match domain {
            Domain::All if whole => Grid::Whole,
            Domain::All => Grid::All,
            Domain::Numbers(numbers) => Grid::Listed(numbers.iter().map(|(number, _)| number).collect()),
            Domain::Range { from, to, step } => {
                Grid::Range(from, to, step.clone().or_else(|| whole.then_some(Exact::ONE)))
            }
        }
    }

    /// Bounds of the domain itself, which cut the line as those of rows do.
    fn cuts(&self) -> Vec<Exact> {
        match self {
            Grid::All | Grid::Whole => Vec::new(),
            Grid::Listed(numbers) => numbers.iter().map(|number| (*number).clone()).collect(),
            Grid::Range(from, to, _) => vec![(*from).clone(), (*to).clone()],
        }
    }

    fn has(&self, number: &Exact) -> bool {
        match self {
            Grid::All => true,
            Grid::Whole => number.is_integer(),
            Grid::Listed(numbers) => numbers.contains(number),
            Grid::Range(from, to, step) => {
                let inside = *from <= number && number <= *to;
                inside
                    && step.as_ref().is_none_or(|step| {
                        steps_between(from, number, step).is_some_and(|steps| steps.is_integer())
                    })
            }
        }
    }

    /// Whether a number of the domain lies between two neighbouring cuts; `None` is without end.
    fn has_between(&self, low: Option<&Exact>, high: Option<&Exact>) -> bool {
        match self {
            Grid::All => true,
            Grid::Whole => match (low, high) {
                (Some(low), Some(high)) => {
                    next_after(&Exact::ZERO, low, &Exact::ONE).is_none_or(|next| next < *high)
                }
                _ => true,
            },
            // All of them are cuts.
            Grid::Listed(_) => false,
            Grid::Range(from, to, step) => {
                // Both ends are cuts, so a gap lies wholly inside or wholly outside.
                let (Some(low), Some(high)) = (low, high) else { return false };
                let inside = *from <= low && high <= *to;
                inside
                    && step
                        .as_ref()
                        .is_none_or(|step| next_after(from, low, step).is_none_or(|next| next < *high))
            }
        }
    }
}

/// How many steps lie from one number to another; nothing for a step of zero.
fn steps_between(from: &Exact, to: &Exact, step: &Exact) -> Option<Exact> {
    to.checked_sub(from).and_then(|distance| distance.checked_div(step)).ok()
}

/// The first of `from`, `from + step`, … (or before it) above a number.
fn next_after(from: &Exact, number: &Exact, step: &Exact) -> Option<Exact> {
    let steps = steps_between(from, number, step)?.floor().checked_add(&Exact::ONE).ok()?;
    from.checked_add(&steps.checked_mul(step).ok()?).ok()
}

impl<'a> TextClass<'a> {
    fn text(self) -> &'a str {
        match self {
            TextClass::Is(Value::Text(text)) => text,
            TextClass::Is(_) => "",
            TextClass::Begins(beginning) => beginning,
        }
    }
}

/// The axis of texts, with the number of each listed one: those that rows name in the order of first naming,
/// and any other. Where rows name beginnings all are in the order of the alphabet, so that those that begin
/// alike stand together; what only begins so comes before the texts themselves.
fn texts<'a>(name: &'a Name, ty: &'a Ty, column: &'a [KeyMatch]) -> (Axis<'a>, HashMap<&'a Value, u32>) {
    let mut numbers: HashMap<&'a Value, u32> = HashMap::with_capacity(column.len());
    let mut classes: Vec<TextClass<'a>> = Vec::new();
    let mut beginnings: BTreeSet<&'a str> = BTreeSet::new();
    for found in column {
        let values = match found {
            KeyMatch::One(value) => std::slice::from_ref(value),
            KeyMatch::OneOf(values) => values,
            KeyMatch::Starts(of) => {
                beginnings.extend(of.iter().map(|beginning| beginning.as_ref()));
                &[]
            }
            KeyMatch::Any | KeyMatch::Band(_) => &[],
        };
        for value in values.iter().filter(|value| **value != Value::Absent) {
            numbers.entry(value).or_insert_with(|| {
                classes.push(TextClass::Is(value));
                narrow(classes.len() - 1)
            });
        }
    }
    if !beginnings.is_empty() {
        classes.extend(beginnings.into_iter().map(TextClass::Begins));
        classes.sort_by_key(|class| (class.text(), matches!(class, TextClass::Is(_))));
        for (at, class) in classes.iter().enumerate() {
            if let TextClass::Is(value) = class {
                numbers.insert(value, narrow(at));
            }
        }
    }
    let count = narrow(classes.len() + 1);
    let kind = Kind::Texts(classes);
    (Axis { name, ty, kind, count, absent: false, outer_low: 0, outer_high: 1 }, numbers)
}

/// The axis of numbers or dates.
fn line<'a>(name: &'a Name, ty: &'a Ty, grid: &Grid<'_>, column: &'a [KeyMatch]) -> Axis<'a> {
    let mut cuts = grid.cuts();
    for found in column {
        cuts.extend(values_of(found).filter_map(on_line));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut live = Vec::new();
    for cut in 0..=cuts.len() {
        let before = cut.checked_sub(1).and_then(|at| cuts.get(at));
        let here = cuts.get(cut);
        if grid.has_between(before, here) {
            live.push(narrow(2 * cut));
        }
        if here.is_some_and(|here| grid.has(here)) {
            live.push(narrow(2 * cut + 1));
        }
    }
    let count = narrow(live.len());
    let listed = matches!(grid, Grid::Listed(_));
    let mut axis = Axis {
        name,
        ty,
        kind: Kind::Line { cuts, live, listed },
        count,
        absent: false,
        outer_low: 0,
        outer_high: 0,
    };
    if matches!(grid, Grid::All | Grid::Whole) {
        let last = count.saturating_sub(1);
        let mut bounds: Option<Run> = None;
        for (first, end) in column.iter().flat_map(|found| axis.runs(found)) {
            // The bounds that a row names; one that it leaves open is no measure of how far rows reach.
            let named = match (first > 0, end < last) {
                (true, true) => (first, end),
                (true, false) => (first, first),
                (false, true) => (end, end),
                (false, false) => continue,
            };
            bounds = Some(bounds.map_or(named, |(low, high)| (low.min(named.0), high.max(named.1))));
        }
        if let Some((low, high)) = bounds {
            axis.outer_low = low;
            axis.outer_high = last - high;
        }
    }
    axis
}

/// Every value that a row's key names.
fn values_of(found: &KeyMatch) -> impl Iterator<Item = &Value> {
    let (values, band): (&[Value], Option<&Band>) = match found {
        KeyMatch::Any | KeyMatch::Starts(_) => (&[], None),
        KeyMatch::One(value) => (std::slice::from_ref(value), None),
        KeyMatch::OneOf(values) => (values, None),
        KeyMatch::Band(band) => (&[], Some(band)),
    };
    let ends = band.into_iter().flat_map(|band| band.lower.iter().chain(&band.upper));
    values.iter().chain(ends.map(|(value, _)| value))
}

/// A number, or a date as the count of its days.
fn on_line(value: &Value) -> Option<Exact> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::Date(date) => Some(Exact::from(Date::MIN.days_until(*date))),
        _ => None,
    }
}

fn date_at(days: &Exact) -> Option<Date> {
    Date::MIN.add_days(days.to_i64()?)
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
