//! Bands with one bound run to the next bound among the rows that agree on the other keys.
//!
//! ```text
//!   from 10, from 20, above 50     [10, 20)  [20, 50]  (50, …)
//!   up to 10, up to 20, under 50   (…, 10]   (10, 20]  (20, 50)
//! ```
//!
//! That is so where exactly one row answers. Where rows may overlap a bound that is left out is no bound.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::draft::{Draft, Problems};
use super::errors;
use crate::ir::{Band, KeyMatch, Value};

/// A bound and whether it belongs to its band.
type End = (Value, bool);

/// Refuses bands that end before they begin.
pub(super) fn check(draft: &Draft<'_>, problems: &mut Problems<'_>) {
    for key in 0..draft.keys.len() {
        for row in 0..draft.len() {
            if let Some(KeyMatch::Band(band)) = draft.keys.get(key).and_then(|column| column.get(row))
                && is_backward(band)
            {
                let spot = draft.key_spot(row, key);
                problems.add(|| spot.slip(errors::backward_band()));
            }
        }
    }
}

/// Fills in the open ends of all bands.
pub(super) fn close(draft: &mut Draft<'_>) {
    for key in 0..draft.keys.len() {
        let half = |found: &KeyMatch| matches!(found, KeyMatch::Band(band) if band.lower.is_none() != band.upper.is_none());
        if draft.keys.get(key).is_some_and(|column| column.iter().any(half)) {
            close_key(draft, key);
        }
    }
}

fn is_backward(band: &Band) -> bool {
    let (Some((low, low_in)), Some((high, high_in))) = (&band.lower, &band.upper) else { return false };
    match compare(low, high) {
        Ordering::Less => false,
        Ordering::Equal => !(*low_in && *high_in),
        Ordering::Greater => true,
    }
}

/// Closes the bands of one key. Rows are grouped as they were written, so that two keys with bands do not
/// depend on the order in which they are closed.
fn close_key(draft: &mut Draft<'_>, key: usize) {
    let mut groups: HashMap<Vec<&KeyMatch>, Vec<usize>> = HashMap::new();
    for row in 0..draft.len() {
        let others = draft.keys.iter().enumerate().filter(|(at, _)| *at != key);
        let others: Vec<&KeyMatch> = others.filter_map(|(_, column)| column.get(row)).collect();
        groups.entry(others).or_default().push(row);
    }
    let mut ends: Vec<(usize, Band)> = Vec::new();
    let Some(column) = draft.keys.get(key) else { return };
    for rows in groups.values() {
        let bands = || rows.iter().filter_map(|row| Some((*row, band_of(column.get(*row)?)?)));
        let mut lowers: Vec<&End> = bands().filter_map(|(_, band)| band.lower.as_ref()).collect();
        let mut uppers: Vec<&End> = bands().filter_map(|(_, band)| band.upper.as_ref()).collect();
        lowers.sort_by(|left, right| by_start(left, right));
        uppers.sort_by(|left, right| by_end(left, right));
        for (row, band) in bands() {
            match (&band.lower, &band.upper) {
                (Some(lower), None) => {
                    let next = lowers.partition_point(|other| by_start(other, lower) != Ordering::Greater);
                    let upper = lowers.get(next).map(|(value, inclusive)| (value.clone(), !inclusive));
                    ends.push((row, Band { lower: Some(lower.clone()), upper }));
                }
                (None, Some(upper)) => {
                    let before = uppers.partition_point(|other| by_end(other, upper) == Ordering::Less);
                    let lower = before.checked_sub(1).and_then(|at| uppers.get(at));
                    let lower = lower.map(|(value, inclusive)| (value.clone(), !inclusive));
                    ends.push((row, Band { lower, upper: Some(upper.clone()) }));
                }
                _ => {}
            }
        }
    }
    let Some(column) = draft.keys.get_mut(key) else { return };
    for (row, closed) in ends {
        if let Some(KeyMatch::Band(band)) = column.get_mut(row) {
            **band = closed;
        }
    }
}

fn band_of(found: &KeyMatch) -> Option<&Band> {
    match found {
        KeyMatch::Band(band) => Some(band),
        _ => None,
    }
}

/// Which band starts first: `from 10` before `above 10`.
fn by_start(left: &End, right: &End) -> Ordering {
    compare(&left.0, &right.0).then(right.1.cmp(&left.1))
}

/// Which band ends first: `under 10` before `up to 10`.
fn by_end(left: &End, right: &End) -> Ordering {
    compare(&left.0, &right.0).then(left.1.cmp(&right.1))
}

/// The order of two values of one ordered type.
pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Choice(left), Value::Choice(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}
