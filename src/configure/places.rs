//! Where values stand among the classes of a slot, and back.

use std::collections::HashMap;

use super::encode::{Edge, Line, Spans, numbers};
use super::model::{Model, NotInDomain};
use super::slot::{Class, Interval, Possible, Shape, Slot, SlotId, Wanted};
use crate::ir::{Domain, Name, Value};
use crate::logic::{Claim, Literal, ValueSet, Var};
use crate::value::Exact;

/// The classes of the values of a slot.
#[derive(Clone, Debug)]
pub(super) enum Places {
    /// The elements of a set have variables of their own.
    Set,
    /// Of each value.
    Points {
        /// Values and their classes.
        of: HashMap<Value, u32>,
        /// For texts: the classes of those that are not named, by how they begin.
        beginnings: Vec<(Name, u32)>,
    },
    /// Of the numbers or days of a range.
    Line {
        /// The range.
        line: Line,
        /// The class of absence.
        absent: Option<u32>,
        /// Where classes change, rising.
        edges: Vec<Edge>,
        /// The classes between neighboring edges.
        of: Vec<u32>,
    },
}

impl Places {
    fn class_of(&self, value: &Value) -> Option<u32> {
        match self {
            Places::Set => None,
            Places::Points { of, beginnings } => match (of.get(value), value) {
                (Some(class), _) => Some(*class),
                (None, Value::Text(text)) => {
                    let fits = beginnings.iter().filter(|(beginning, _)| text.starts_with(&**beginning));
                    fits.max_by_key(|(beginning, _)| beginning.len()).map(|(_, class)| *class)
                }
                (None, _) => None,
            },
            Places::Line { absent, .. } if *value == Value::Absent => *absent,
            Places::Line { line, edges, of, .. } => {
                let number = line.number(value)?;
                if !line.all().has(&number)
                    || line.snap(&Edge::before(number.clone())) != Edge::before(number.clone())
                {
                    return None;
                }
                let at = edges.partition_point(|edge| *edge <= Edge::before(number.clone()));
                of.get(at.checked_sub(1)?).copied()
            }
        }
    }

    /// The classes with a number between two ends, both included.
    fn between(&self, from: Option<&Exact>, to: Option<&Exact>) -> ValueSet {
        let inside =
            |number: &Exact| from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to);
        match self {
            Places::Set => ValueSet::none(),
            Places::Points { of, .. } => {
                let fits = of.iter().filter(|(value, _)| matches!(value, Value::Number(it) if inside(it)));
                fits.map(|(_, class)| *class).collect()
            }
            Places::Line { line, edges, of, .. } => {
                let from = from.map_or(Edge::Bottom, |from| Edge::before(from.clone()));
                let to = to.map_or(Edge::Top, |to| Edge::after(to.clone()));
                let wanted = line.between(from, to);
                let cells = edges.iter().zip(edges.iter().skip(1)).zip(of);
                let fits = cells.filter(|((from, to), _)| {
                    !wanted.and(&Spans::between((*from).clone(), (*to).clone())).is_empty()
                });
                fits.map(|(_, class)| *class).collect()
            }
        }
    }
}

impl Model {
    /// What is wanted of a slot, as claims that hold together. A value claims its whole class: rules treat all
    /// values of a class alike.
    ///
    /// # Errors
    ///
    /// Where the slot never has such a value.
    pub fn claims(&self, slot: SlotId, wanted: &Wanted) -> Result<Vec<Claim>, NotInDomain> {
        let (Some(found), Some(places)) = (self.slot(slot), self.places.get(slot.0 as usize)) else {
            return Err(NotInDomain);
        };
        match &found.shape {
            Shape::Set { present, elements } => set_claims(*present, elements, wanted),
            Shape::Classes { var, classes } => {
                let values = self.wanted_classes(found, places, classes, wanted)?;
                match values.len() {
                    0 => Err(NotInDomain),
                    found if found as usize == classes.len() => Ok(Vec::new()),
                    _ => Ok(vec![Literal::new(*var, values)]),
                }
            }
        }
    }

    fn wanted_classes(
        &self,
        slot: &Slot,
        places: &Places,
        classes: &[Class],
        wanted: &Wanted,
    ) -> Result<ValueSet, NotInDomain> {
        let absent = || places.class_of(&Value::Absent);
        let one = |value: &Value| places.class_of(value).ok_or(NotInDomain);
        Ok(match wanted {
            Wanted::Value(value) => ValueSet::one(one(value)?),
            Wanted::OneOf(values) => values.iter().filter_map(|value| places.class_of(value)).collect(),
            Wanted::Between { from, to } => {
                // Days are bounded by days; nothing else is between numbers.
                if !matches!(slot.domain, Domain::All | Domain::Numbers(_) | Domain::Range { .. }) {
                    return Err(NotInDomain);
                }
                places.between(from.as_ref(), to.as_ref())
            }
            Wanted::Absent => ValueSet::one(absent().ok_or(NotInDomain)?),
            Wanted::Present => {
                let mut all = ValueSet::all(u32::try_from(classes.len()).unwrap_or(u32::MAX));
                if let Some(absent) = absent() {
                    all.remove(absent);
                }
                all
            }
            Wanted::With(_) | Wanted::Without(_) => return Err(NotInDomain),
        })
    }

    /// The class that a value belongs to; none for a set, or where the slot never has the value.
    pub fn class_of(&self, slot: SlotId, value: &Value) -> Option<u32> {
        self.places.get(slot.0 as usize)?.class_of(value)
    }

    /// What some classes of a slot stand for, in the order of the declaration; nothing for a set.
    pub fn possible_values(&self, slot: SlotId, classes: &ValueSet) -> Possible {
        let mut possible = Possible::default();
        let (Some(slot), Some(places)) = (self.slot(slot), self.places.get(slot.0 as usize)) else {
            return possible;
        };
        let Shape::Classes { classes: all, .. } = &slot.shape else { return possible };
        for class in classes.iter().filter_map(|class| all.get(class as usize)) {
            match class {
                Class::Absent => possible.absent = true,
                Class::Values(values) => possible.values.extend(values.iter().cloned()),
                Class::Texts { named, others } => {
                    possible.values.extend(named.iter().cloned().map(Value::Text));
                    possible.others.extend(others.iter().cloned());
                }
                Class::Intervals(_) | Class::Days(_) => {}
            }
        }
        match places {
            Places::Line { line, edges, of, .. } => {
                let cells = edges.iter().zip(edges.iter().skip(1)).zip(of);
                let inside = cells.filter(|(_, class)| classes.has(**class));
                let spans = Spans::joined(inside.map(|((from, to), _)| (from.clone(), to.clone())));
                match numbers(line, &spans) {
                    Class::Days(days) => possible.days = days,
                    Class::Intervals(intervals) => possible.intervals = intervals,
                    _ => {}
                }
            }
            Places::Points { .. } | Places::Set => declared_order(slot, &mut possible.values),
        }
        possible
    }

    /// A value of a class: the default if it is one, else the nearest to `near`, else the first. None where the
    /// slot has no such class.
    pub fn representative(&self, slot: SlotId, class: u32, near: Option<&Value>) -> Option<Value> {
        let found = self.slot(slot)?;
        let Shape::Classes { classes, .. } = &found.shape else { return None };
        if let Some(default) = &found.default
            && self.class_of(slot, default) == Some(class)
        {
            return Some(default.clone());
        }
        if let Some(near) = near
            && self.class_of(slot, near) == Some(class)
        {
            return Some(near.clone());
        }
        let distance = |number: &Exact| match near.or(found.default.as_ref()) {
            Some(Value::Number(near)) => number.checked_sub(near).map(|it| it.abs()).ok(),
            _ => None,
        };
        match classes.get(class as usize)? {
            Class::Absent => Some(Value::Absent),
            Class::Values(values) => {
                let nearest = values.iter().filter_map(|value| match value {
                    Value::Number(number) => Some((distance(number)?, value)),
                    _ => None,
                });
                // Of two that are as near the first counts.
                let nearest = nearest.reduce(|best, next| if next.0 < best.0 { next } else { best });
                nearest.map(|(_, value)| value).or(values.first()).cloned()
            }
            Class::Intervals(intervals) => {
                let ends = intervals.iter().flat_map(some_numbers);
                let mut best: Option<(Option<Exact>, Exact)> = None;
                for number in ends {
                    let far = distance(&number);
                    let better = match (&best, &far) {
                        (None, _) => true,
                        (Some((Some(best), _)), Some(far)) => far < best,
                        _ => false,
                    };
                    if better {
                        best = Some((far, number));
                    }
                }
                best.map(|(_, number)| Value::Number(number))
            }
            Class::Days(days) => {
                let first = days.first()?;
                first.from.or(first.to).map(Value::Date)
            }
            Class::Texts { named, others } => {
                let other = others.first().map(|it| it.example.clone());
                named.first().cloned().or(other).map(Value::Text)
            }
        }
    }
}

/// Numbers of an interval: its ends, or numbers near those that do not belong.
fn some_numbers(interval: &Interval) -> Vec<Exact> {
    let half = || {
        let (from, to) = (interval.from.as_ref()?, interval.to.as_ref()?);
        from.checked_add(to).ok()?.checked_div(&Exact::from(2)).ok()
    };
    let near = |end: &Exact, by: i64| end.checked_add(&Exact::from(by)).ok();
    let low = interval.from.as_ref().and_then(|from| match (interval.from_included, &interval.to) {
        (true, _) => Some(from.clone()),
        (false, Some(_)) => half(),
        (false, None) => near(from, 1),
    });
    let high = interval.to.as_ref().and_then(|to| match (interval.to_included, &interval.from) {
        (true, _) => Some(to.clone()),
        (false, Some(_)) => half(),
        (false, None) => near(to, -1),
    });
    let any = (interval.from.is_none() && interval.to.is_none()).then_some(Exact::ZERO);
    low.into_iter().chain(high).chain(any).collect()
}

/// Values in the order of the declaration, which classes mix.
fn declared_order(slot: &Slot, values: &mut [Value]) {
    let place = |value: &Value| match (value, &slot.domain) {
        (Value::Number(number), Domain::Numbers(numbers)) => {
            numbers.iter().position(|(it, _)| it == number).unwrap_or(usize::MAX)
        }
        (Value::Choice(at), _) => usize::from(*at),
        (Value::Bool(truth), _) => usize::from(*truth),
        (Value::Row(row), _) => *row as usize,
        _ => 0,
    };
    match &slot.domain {
        Domain::Numbers(_) => values.sort_by_cached_key(place),
        Domain::Range { .. } => values.sort_by(|left, right| match (left, right) {
            (Value::Number(left), Value::Number(right)) => left.cmp(right),
            _ => std::cmp::Ordering::Equal,
        }),
        Domain::All => values.sort_by_cached_key(place),
    }
}

/// What is wanted of a set.
fn set_claims(present: Option<Var>, elements: &[Var], wanted: &Wanted) -> Result<Vec<Claim>, NotInDomain> {
    let is = |element: &Var, inside: bool| Literal::is(*element, u32::from(inside));
    let there = |claims: Vec<Claim>| -> Vec<Claim> {
        present.iter().map(|present| is(present, true)).chain(claims).collect()
    };
    match wanted {
        Wanted::Value(Value::Set(set)) => {
            let outside = u32::try_from(elements.len()).ok().and_then(|len| set.checked_shr(len));
            if outside.is_some_and(|rest| rest != 0) {
                return Err(NotInDomain);
            }
            let claims = elements.iter().enumerate().map(|(at, element)| is(element, set >> at & 1 == 1));
            Ok(there(claims.collect()))
        }
        Wanted::Absent | Wanted::Value(Value::Absent) => {
            let present = present.ok_or(NotInDomain)?;
            Ok(vec![is(&present, false)])
        }
        Wanted::Present => Ok(there(Vec::new())),
        // Where an element is in, there is a set.
        Wanted::With(at) => Ok(vec![is(elements.get(usize::from(*at)).ok_or(NotInDomain)?, true)]),
        Wanted::Without(at) => Ok(there(vec![is(elements.get(usize::from(*at)).ok_or(NotInDomain)?, false)])),
        Wanted::Value(_) | Wanted::OneOf(_) | Wanted::Between { .. } => Err(NotInDomain),
    }
}
