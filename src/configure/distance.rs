//! How far a value lies from what was wanted, so that a repair changes as little as it can.

use std::cmp::Ordering;

use super::model::Model;
use super::slot::{Class, Interval, Shape, Slot, SlotId, Wanted};
use crate::ir::{Period, Ty, Value};
use crate::value::{Date, Exact};

/// A class of values, and its value nearest to what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// The class.
    pub class: u32,
    /// The value.
    pub value: Value,
    /// 0 for the nearest class, 1 for the next; classes that are equally far have the same.
    pub rank: u32,
}

/// How far: what can be measured comes before what cannot, and no value at all comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    By(Exact),
    Other,
    Gone,
}

/// The classes of a slot that is no set, nearest to what was wanted first; among equals the default, then the
/// order of the declaration.
pub(super) fn nearest(model: &Model, id: SlotId, wanted: &Wanted) -> Vec<Near> {
    let Some(slot) = model.slot(id) else { return Vec::new() };
    let Shape::Classes { classes, .. } = &slot.shape else { return Vec::new() };
    let default = slot.default.as_ref().and_then(|default| model.class_of(id, default));
    let mut found: Vec<(Distance, bool, u32, Value)> = Vec::with_capacity(classes.len());
    for (class, at) in classes.iter().zip(0_u32..) {
        let value = nearest_of(class, slot, wanted).or_else(|| model.representative(id, at, target(wanted)));
        if let Some(value) = value {
            let distance = distance(slot, wanted, &value);
            let value =
                if distance == Distance::Other { model.representative(id, at, None) } else { Some(value) };
            found.extend(value.map(|value| (distance, default != Some(at), at, value)));
        }
    }
    found.sort_by(|left, right| (&left.0, left.1, left.2).cmp(&(&right.0, right.1, right.2)));
    let mut rank = 0;
    let mut near: Vec<Near> = Vec::with_capacity(found.len());
    let mut last: Option<Distance> = None;
    for (distance, _, class, value) in found {
        if last.as_ref().is_some_and(|last| *last != distance) {
            rank = u32::try_from(near.len()).unwrap_or(u32::MAX);
        }
        last = Some(distance);
        near.push(Near { class, value, rank });
    }
    near
}

/// The value that is wanted, where it is one.
fn target(wanted: &Wanted) -> Option<&Value> {
    match wanted {
        Wanted::Value(value) => Some(value),
        Wanted::OneOf(values) => values.first(),
        _ => None,
    }
}

fn distance(slot: &Slot, wanted: &Wanted, value: &Value) -> Distance {
    let zero = Distance::By(Exact::ZERO);
    match (wanted, value) {
        (Wanted::Absent, Value::Absent) => zero,
        (Wanted::Absent, _) => Distance::Other,
        (_, Value::Absent) => Distance::Gone,
        (Wanted::Value(wanted), value) => apart(slot, wanted, value),
        (Wanted::OneOf(all), value) => {
            all.iter().map(|wanted| apart(slot, wanted, value)).min().unwrap_or(Distance::Other)
        }
        (Wanted::Between { from, to }, Value::Number(number)) => match (from, to) {
            (Some(from), _) if number < from => between(from, number),
            (_, Some(to)) if to < number => between(number, to),
            _ => zero,
        },
        _ => zero,
    }
}

/// How far two values of a slot are apart.
fn apart(slot: &Slot, left: &Value, right: &Value) -> Distance {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match left.cmp(right) {
            Ordering::Less => between(right, left),
            _ => between(left, right),
        },
        (Value::Date(left), Value::Date(right)) => {
            Distance::By(Exact::from_i128(i128::from(left.days_until(*right)).abs()))
        }
        (Value::Choice(left), Value::Choice(right)) if is_ranked(&slot.ty) || left == right => {
            Distance::By(Exact::from_i128(i128::from(left.abs_diff(*right))))
        }
        (left, right) if left == right => Distance::By(Exact::ZERO),
        _ => Distance::Other,
    }
}

fn between(high: &Exact, low: &Exact) -> Distance {
    high.checked_sub(low).map_or(Distance::Other, Distance::By)
}

fn is_ranked(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::Choice(of) if of.ranked)
}

/// The value of a class nearest to what is wanted, where that can be measured.
fn nearest_of(class: &Class, slot: &Slot, wanted: &Wanted) -> Option<Value> {
    let nearest = |values: Vec<Value>| {
        values
            .into_iter()
            .map(|value| (distance(slot, wanted, &value), value))
            .min_by(|left, right| left.0.cmp(&right.0))
            .map(|(_, value)| value)
    };
    match class {
        Class::Absent => Some(Value::Absent),
        Class::Values(values) => nearest(values.clone()),
        Class::Intervals(intervals) => {
            let (low, high) = ends(wanted)?;
            let numbers = intervals.iter().filter_map(|interval| in_interval(interval, &low, &high));
            nearest(numbers.map(Value::Number).collect())
        }
        Class::Days(days) => match target(wanted)? {
            Value::Date(date) => {
                nearest(days.iter().filter_map(|period| in_period(period, *date)).map(Value::Date).collect())
            }
            _ => None,
        },
        Class::Texts { named, .. } => {
            let texts = named.iter().map(|text| Value::Text(text.clone()));
            nearest(texts.chain(target(wanted).cloned()).collect())
                .filter(|value| Some(value) == target(wanted))
                .filter(|value| matches!(value, Value::Text(text) if named.contains(text)))
        }
    }
}

/// The numbers between which it would be right.
fn ends(wanted: &Wanted) -> Option<(Exact, Exact)> {
    match wanted {
        Wanted::Value(Value::Number(number)) => Some((number.clone(), number.clone())),
        Wanted::OneOf(values) => {
            let numbers = values.iter().filter_map(|value| match value {
                Value::Number(number) => Some(number),
                _ => None,
            });
            Some((numbers.clone().min()?.clone(), numbers.max()?.clone()))
        }
        Wanted::Between { from, to } => {
            let low = from.clone().or_else(|| to.clone())?;
            Some((low, to.clone().or_else(|| from.clone())?))
        }
        _ => None,
    }
}

/// The number of an interval nearest to the ones between `low` and `high`; none where an end that is not
/// included lies between.
fn in_interval(interval: &Interval, low: &Exact, high: &Exact) -> Option<Exact> {
    if let Some(from) = &interval.from
        && high <= from
    {
        return interval.from_included.then(|| from.clone());
    }
    if let Some(to) = &interval.to
        && to <= low
    {
        return interval.to_included.then(|| to.clone());
    }
    // The interval and the wanted numbers overlap.
    let start = match &interval.from {
        Some(from) if low <= from && interval.from_included => from.clone(),
        Some(from) if low <= from => high.clone(),
        _ => low.clone(),
    };
    match (&interval.step, &interval.from) {
        (Some(step), Some(from)) => {
            let steps = start.checked_sub(from).and_then(|above| above.checked_div(step)).ok()?;
            let at = |steps: Exact| steps.checked_mul(step).and_then(|above| above.checked_add(from)).ok();
            let (below, above) = (at(steps.floor())?, at(steps.ceil())?);
            let fits = |number: &Exact| interval.to.as_ref().is_none_or(|to| number <= to);
            let is_nearer = match (above.checked_sub(&start), start.checked_sub(&below)) {
                (Ok(up), Ok(down)) => up <= down || &above <= high,
                _ => false,
            };
            Some(if is_nearer && fits(&above) { above } else { below })
        }
        _ => match &interval.to {
            Some(to) if &start == to && !interval.to_included => None,
            Some(to) if to < &start => None,
            _ => Some(start),
        },
    }
}

/// The day of a period nearest to a day.
fn in_period(period: &Period, date: Date) -> Option<Date> {
    let date = period.from.map_or(date, |from| date.max(from));
    Some(period.to.map_or(date, |to| date.min(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> Exact {
        Exact::from(value)
    }

    fn steps(from: i64, to: i64, step: i64) -> Interval {
        Interval {
            from: Some(number(from)),
            from_included: true,
            to: Some(number(to)),
            to_included: true,
            step: Some(number(step)),
        }
    }

    #[test]
    fn the_nearest_number_on_steps_is_the_one_that_changes_least() {
        let at = |low: i64, high: i64| in_interval(&steps(100, 800, 50), &number(low), &number(high));
        assert_eq!(at(40, 40), Some(number(100)));
        assert_eq!(at(900, 900), Some(number(800)));
        assert_eq!(at(310, 310), Some(number(300)));
        assert_eq!(at(340, 340), Some(number(350)));
        assert_eq!(at(310, 360), Some(number(350)));
    }

    #[test]
    fn an_end_that_is_not_included_is_not_taken() {
        let open = Interval {
            from: Some(number(1)),
            from_included: false,
            to: Some(number(2)),
            to_included: true,
            step: None,
        };
        assert_eq!(in_interval(&open, &number(0), &number(0)), None);
        assert_eq!(in_interval(&open, &number(5), &number(5)), Some(number(2)));
        let half = Exact::ratio(3, 2).expect("a number");
        assert_eq!(in_interval(&open, &half, &half), Some(half.clone()));
    }
}
