//! Sets of numbers of a range: spans between edges, on a grid of steps or without one.

use num_bigint::BigUint;

use crate::ir::Value;
use crate::value::{Date, Exact};

/// A place between numbers: just before a number or just after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edge {
    /// Below all numbers.
    Bottom,
    /// Just before the number, or just after it.
    At(Exact, bool),
    /// Above all numbers.
    Top,
}

impl Edge {
    pub fn before(number: Exact) -> Edge {
        Edge::At(number, false)
    }

    pub fn after(number: Exact) -> Edge {
        Edge::At(number, true)
    }

    fn number(&self) -> Option<&Exact> {
        match self {
            Edge::At(number, _) => Some(number),
            Edge::Bottom | Edge::Top => None,
        }
    }
}

/// A set of numbers: spans from one edge to a later one, rising, not touching.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spans(Vec<(Edge, Edge)>);

impl Spans {
    pub fn none() -> Spans {
        Spans::default()
    }

    /// The numbers between two edges.
    pub fn between(from: Edge, to: Edge) -> Spans {
        Spans(if from < to { vec![(from, to)] } else { Vec::new() })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &(Edge, Edge)> {
        self.0.iter()
    }

    /// The edges at which membership changes.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.0.iter().flat_map(|(from, to)| [from, to])
    }

    pub fn has(&self, number: &Exact) -> bool {
        let before = Edge::At(number.clone(), false);
        let at = self.0.partition_point(|(from, _)| *from <= before);
        at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, to)| *to > before)
    }

    pub fn or(&self, other: &Spans) -> Spans {
        let mut all: Vec<&(Edge, Edge)> = self.0.iter().chain(&other.0).collect();
        all.sort();
        Spans::joined(all.into_iter().cloned())
    }

    /// Spans that rise by their lower edges, joined where they touch.
    pub fn joined(all: impl Iterator<Item = (Edge, Edge)>) -> Spans {
        let mut joined: Vec<(Edge, Edge)> = Vec::new();
        for (from, to) in all.filter(|(from, to)| from < to) {
            match joined.last_mut() {
                Some(last) if from <= last.1 => {
                    if to > last.1 {
                        last.1 = to;
                    }
                }
                _ => joined.push((from, to)),
            }
        }
        Spans(joined)
    }

    pub fn and(&self, other: &Spans) -> Spans {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (from, to) = ((&a.0).max(&b.0), (&a.1).min(&b.1));
            if from < to {
                both.push((from.clone(), to.clone()));
            }
            if a.1 <= b.1 {
                left.next();
            } else {
                right.next();
            }
        }
        Spans(both)
    }

    /// What is in this set and not in the other.
    pub fn without(&self, other: &Spans) -> Spans {
        let mut gaps = Vec::with_capacity(other.0.len() + 1);
        let mut from = Edge::Bottom;
        for (start, end) in &other.0 {
            if from < *start {
                gaps.push((from, start.clone()));
            }
            from = end.clone();
        }
        if from < Edge::Top {
            gaps.push((from, Edge::Top));
        }
        self.and(&Spans(gaps))
    }
}

/// The numbers that a range holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The lowest number; none where there is no end.
    pub from: Option<Exact>,
    /// The highest number.
    pub to: Option<Exact>,
    /// The distance of neighbors, counted from `from`, or from zero; none where all numbers count.
    pub step: Option<Exact>,
    /// The numbers are days, counted from the first that there is.
    pub days: bool,
}

impl Line {
    /// Every number.
    pub fn endless() -> Line {
        Line { from: None, to: None, step: None, days: false }
    }

    /// All days.
    pub fn days() -> Line {
        let last = Exact::from(Date::MIN.days_until(Date::MAX));
        Line { from: Some(Exact::ZERO), to: Some(last), step: Some(Exact::ONE), days: true }
    }

    /// The number as a value of the range.
    pub fn value(&self, number: &Exact) -> Option<Value> {
        match self.days {
            false => Some(Value::Number(number.clone())),
            true => Date::MIN.add_days(number.to_i64()?).map(Value::Date),
        }
    }

    /// The number of a value.
    pub fn number(&self, value: &Value) -> Option<Exact> {
        match value {
            Value::Number(number) if !self.days => Some(number.clone()),
            Value::Date(date) if self.days => Some(Exact::from(Date::MIN.days_until(*date))),
            _ => None,
        }
    }

    /// All numbers of the range.
    pub fn all(&self) -> Spans {
        let from = self.from.clone().map_or(Edge::Bottom, Edge::before);
        let to = self.to.clone().map_or(Edge::Top, Edge::after);
        self.only(&Spans::between(from, to))
    }

    /// The numbers of the range between two edges.
    pub fn between(&self, from: Edge, to: Edge) -> Spans {
        self.only(&Spans::between(from, to)).and(&self.all())
    }

    /// The same set with its edges just before numbers of the grid, so that equal sets are equal.
    pub fn only(&self, spans: &Spans) -> Spans {
        match self.step {
            None => spans.clone(),
            Some(_) => Spans::joined(spans.iter().map(|(from, to)| (self.snap(from), self.snap(to)))),
        }
    }

    /// The edge just before the first number of the grid behind an edge.
    pub fn snap(&self, edge: &Edge) -> Edge {
        let (Some(step), Edge::At(number, after)) = (&self.step, edge) else { return edge.clone() };
        let anchor = self.from.as_ref().unwrap_or(&Exact::ZERO);
        let snapped = || {
            let steps = number.checked_sub(anchor).ok()?.checked_div(step).ok()?;
            let steps = if *after { steps.floor().checked_add(&Exact::ONE).ok()? } else { steps.ceil() };
            anchor.checked_add(&steps.checked_mul(step).ok()?).ok()
        };
        snapped().map_or_else(|| edge.clone(), Edge::before)
    }

    /// How many numbers a set holds; none where they cannot be counted.
    pub fn count(&self, spans: &Spans) -> Option<BigUint> {
        let mut total = BigUint::ZERO;
        for (from, to) in spans.iter() {
            let (from, to) = (from.number()?, to.number()?);
            let steps = match &self.step {
                Some(step) => to.checked_sub(from).ok()?.checked_div(step).ok()?,
                None if from == to => Exact::ONE,
                None => return None,
            };
            total += u128::try_from(steps.to_i128()?).ok()?;
        }
        Some(total)
    }

    /// Some numbers between two edges, the first and the last among them where there are such; none where
    /// nothing lies between them.
    pub fn samples(&self, from: &Edge, to: &Edge) -> Vec<Exact> {
        let mut samples = match &self.step {
            Some(step) => self.grid_samples(from, to, step),
            None => open_samples(from, to),
        };
        samples.dedup();
        samples
    }

    fn grid_samples(&self, from: &Edge, to: &Edge, step: &Exact) -> Vec<Exact> {
        let far = || Exact::from(1_000_000);
        let (from, to) = (self.snap(from), self.snap(to));
        let ends = match (&from, &to) {
            (Edge::At(from, _), Edge::At(to, _)) => to.checked_sub(step).map(|last| (from.clone(), last)),
            (Edge::At(from, _), Edge::Top) => step
                .checked_mul(&far())
                .and_then(|more| from.checked_add(&more))
                .map(|last| (from.clone(), last)),
            (Edge::Bottom, Edge::At(to, _)) => to
                .checked_sub(step)
                .and_then(|last| Ok((last.checked_sub(&step.checked_mul(&far())?)?, last))),
            _ => step.checked_mul(&far()).map(|last| (last.neg(), last)),
        };
        let Ok((first, last)) = ends else { return Vec::new() };
        if last < first {
            return Vec::new();
        }
        let middle = || {
            let half =
                last.checked_sub(&first).ok()?.checked_div(step).ok()?.checked_div(&Exact::from(2)).ok()?;
            first.checked_add(&half.floor().checked_mul(step).ok()?).ok()
        };
        let middle = middle();
        std::iter::once(first.clone()).chain(middle).chain(std::iter::once(last.clone())).collect()
    }
}

/// Numbers between two edges: the ends that belong, and three points inside.
fn open_samples(from: &Edge, to: &Edge) -> Vec<Exact> {
    let inside = |low: &Exact, high: &Exact| -> Vec<Exact> {
        let part = |numerator: i64| {
            let share = Exact::ratio(numerator, 7)?;
            low.checked_add(&high.checked_sub(low).ok()?.checked_mul(&share).ok()?).ok()
        };
        [1, 3, 6].into_iter().filter_map(part).collect()
    };
    let moved = |number: &Exact, by: i64| number.checked_add(&Exact::from(by)).ok();
    match (from, to) {
        (Edge::At(low, after), Edge::At(high, closed)) if low < high => {
            let first = (!after).then(|| low.clone());
            let last = closed.then(|| high.clone());
            first.into_iter().chain(inside(low, high)).chain(last).collect()
        }
        (Edge::At(low, false), Edge::At(high, true)) if low == high => vec![low.clone()],
        (Edge::At(low, after), Edge::Top) => {
            let first = (!after).then(|| low.clone());
            first.into_iter().chain([1, 2, 1_000].into_iter().filter_map(|by| moved(low, by))).collect()
        }
        (Edge::Bottom, Edge::At(high, closed)) => {
            let last = closed.then(|| high.clone());
            [-1_000, -2, -1].into_iter().filter_map(|by| moved(high, by)).chain(last).collect()
        }
        (Edge::Bottom, Edge::Top) => [-1_000, 0, 1, 1_000].into_iter().map(Exact::from).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(number: i64) -> Exact {
        Exact::from(number)
    }

    fn closed(from: i64, to: i64) -> Spans {
        Spans::between(Edge::before(n(from)), Edge::after(n(to)))
    }

    #[test]
    fn sets_of_numbers_are_sets() {
        let both = closed(1, 5).or(&closed(9, 12));
        assert_eq!(both.and(&closed(4, 10)), closed(4, 5).or(&closed(9, 10)));
        let hole = closed(1, 5).without(&closed(2, 3));
        assert!(hole.has(&n(1)) && !hole.has(&n(2)) && !hole.has(&n(3)) && hole.has(&n(4)));
        assert!(hole.has(&Exact::ratio(7, 2).unwrap()) && !hole.has(&Exact::ratio(5, 2).unwrap()));
        assert_eq!(closed(1, 5).without(&closed(0, 9)), Spans::none());
        assert_eq!(closed(1, 3).or(&closed(3, 7)), closed(1, 7));
    }

    #[test]
    fn on_a_grid_equal_sets_have_equal_edges() {
        let line = Line { from: Some(n(10)), to: Some(n(100)), step: Some(n(5)), days: false };
        let above_12 = line.between(Edge::after(n(12)), Edge::before(n(31)));
        assert_eq!(above_12, line.between(Edge::before(n(15)), Edge::after(n(30))));
        assert_eq!(line.count(&above_12), Some(BigUint::from(4_u32)));
        assert_eq!(line.count(&line.all()), Some(BigUint::from(19_u32)));
        assert_eq!(line.samples(&Edge::after(n(12)), &Edge::before(n(31))), [n(15), n(20), n(30)]);
        assert_eq!(line.between(Edge::after(n(10)), Edge::before(n(15))), Spans::none());
    }

    #[test]
    fn a_range_without_steps_has_numbers_everywhere() {
        let line = Line { from: Some(n(0)), to: Some(n(1)), step: None, days: false };
        assert_eq!(line.count(&line.all()), None);
        assert_eq!(line.samples(&Edge::after(n(0)), &Edge::before(n(1))).len(), 3);
        assert_eq!(line.samples(&Edge::before(n(1)), &Edge::after(n(1))), [n(1)]);
        assert_eq!(line.samples(&Edge::after(n(1)), &Edge::before(n(1))), []);
    }
}
