//! Which of several rows is the most specific: the one whose keys lie within those of all others.
//!
//! ```text
//!   east, gold   lies within   east, any   and   any, gold
//!   east, any    and   any, gold           neither lies within the other
//! ```

use super::axis::{Run, Runs};

/// Two of these rows, which all match one combination, of which neither is the more specific; none where one
/// row lies within all others.
pub(super) fn clash(rows: &[Vec<Runs>], of: &[u32]) -> Option<(u32, u32)> {
    let (first, rest) = of.split_first()?;
    // A row that lies within all others is found by keeping the narrower of two.
    let narrowest = rest.iter().fold(*first, |kept, row| if within(rows, *row, kept) { *row } else { kept });
    let others = || of.iter().copied().filter(|row| *row != narrowest);
    let beside = others().find(|row| !within(rows, narrowest, *row) || within(rows, *row, narrowest))?;
    Some((narrowest.min(beside), narrowest.max(beside)))
}

/// Whether all that one row asks for another asks for too.
pub(super) fn within(rows: &[Vec<Runs>], inner: u32, outer: u32) -> bool {
    rows.iter().all(|column| match (column.get(inner as usize), column.get(outer as usize)) {
        (Some(inner), Some(outer)) => inner.iter().all(|run| is_covered(*run, outer)),
        _ => false,
    })
}

/// Whether some runs together hold one.
fn is_covered((first, last): Run, by: &[Run]) -> bool {
    let mut from = first;
    while from <= last {
        match by.iter().find(|(low, high)| *low <= from && from <= *high) {
            Some((_, high)) => from = high + 1,
            None => return false,
        }
    }
    true
}

/// The rows from the most specific to the least. A row that lies within another asks for fewer classes on
/// some key and for no more on any, so the sum of them is less.
pub(super) fn order(rows: &[Vec<Runs>], count: usize) -> Vec<usize> {
    let size = |row: usize| -> u64 {
        let runs = rows.iter().filter_map(|column| column.get(row)).flatten();
        runs.map(|(first, last)| u64::from(last - first) + 1).sum()
    };
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|row| size(*row));
    order
}

/// Whether two rows match some combination together.
pub(super) fn meet(rows: &[Vec<Runs>], first: u32, second: u32) -> bool {
    rows.iter().all(|column| match (column.get(first as usize), column.get(second as usize)) {
        (Some(first), Some(second)) => {
            first.iter().any(|one| second.iter().any(|other| one.0 <= other.1 && other.0 <= one.1))
        }
        _ => false,
    })
}
