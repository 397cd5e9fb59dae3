//! Finding the rows of a table: points by hash, beginnings of texts by hash for each of their lengths, bands by binary search, as many key columns as there are.
//!
//! ```text
//!   region ─▶ east ─▶ mass ─▶ from 0 kg ─▶ row 0
//!                           ├ from 2000 kg ─▶ row 1
//!            any  ─▶ …
//! ```
//!
//! Columns with points are asked before columns with bands, so that most rows are gone before a band is tried.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::ir::{HitPolicy, KeyMatch, Name, RowPlaces, Rows, Table, Ty, Value};
use crate::value::{Date, Exact};

/// A table with an index for each version, made when it is first asked.
#[derive(Debug)]
pub struct TablePlan {
    /// The table.
    pub table: Arc<Table>,
    indexes: Vec<OnceLock<Index>>,
}

/// What the keys of a lookup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This row.
    Row(u32),
    /// The row for all the rest.
    Otherwise,
    /// No row.
    Nothing,
}

/// The most bounds of a band column that are kept for looking up the next one.
const MOST_BOUNDS: usize = 10_000;

#[derive(Debug)]
struct Index {
    /// The key columns in the order in which they are asked.
    order: Vec<usize>,
    root: Option<Branch>,
    /// All rows are kept: several together make the value.
    collects: bool,
    /// The lower ends of each key column's bands, rising.
    bounds: Vec<Vec<Exact>>,
}

#[derive(Debug)]
enum Branch {
    Row(u32),
    /// Rows that ask for the same, the first first.
    Rows(Box<[u32]>),
    Split(Box<Split>),
}

#[derive(Debug, Default)]
struct Split {
    points: HashMap<Value, Branch>,
    /// By beginning, with their lengths in bytes, falling.
    starts: HashMap<Name, Branch>,
    lengths: Vec<usize>,
    /// By lower end.
    bands: Vec<Band>,
    any: Option<Branch>,
    /// The first row below here.
    first: u32,
}

/// One end of a band and whether it belongs to it.
type End = Option<(Value, bool)>;

#[derive(Debug)]
struct Band {
    lower: End,
    upper: End,
    next: Branch,
}

impl TablePlan {
    /// A table that was not asked yet.
    pub(super) fn new(table: Arc<Table>) -> TablePlan {
        let indexes = table.versions.iter().map(|_| OnceLock::new()).collect();
        TablePlan { table, indexes }
    }

    /// The version that counts on a day.
    pub fn version_on(&self, day: Date) -> Option<usize> {
        self.table.versions.iter().position(|version| version.effective.holds(day))
    }

    /// The rows of a version.
    pub fn rows(&self, version: usize) -> Option<&Rows> {
        self.table.versions.get(version).map(|version| &*version.rows)
    }

    /// The positions of the rows of a version, in the order in which they were written. Only under
    /// `most specific` they are kept in another one.
    pub(super) fn as_written(&self, version: usize) -> Vec<u32> {
        let Some(rows) = self.rows(version) else { return Vec::new() };
        let count = rows.keys.first().map_or(0, Vec::len);
        let mut all: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        if self.table.policy == HitPolicy::MostSpecific {
            match &rows.places {
                RowPlaces::Spans(spans) => {
                    all.sort_by_key(|row| spans.get(*row as usize).map(|span| (span.file, span.start)));
                }
                RowPlaces::Lines { lines, .. } => all.sort_by_key(|row| lines.get(*row as usize).copied()),
            }
        }
        all
    }

    /// The row for a value of each key: the one that matches, or the first that does. A missing value of a key
    /// that may not be missing finds none, not even that for all the rest.
    pub fn find(&self, version: usize, keys: &[Value]) -> Found {
        let (Some(index), Some(rows)) = (self.index(version), self.rows(version)) else {
            return Found::Nothing;
        };
        if self.lacks_key(keys) {
            return Found::Nothing;
        }
        let row = match (self.table.policy, &index.root) {
            (_, None) => None,
            (HitPolicy::One, Some(root)) => index.walk(root, 0, keys),
            (_, Some(root)) => {
                let mut first = None;
                index.first(root, 0, keys, &mut first);
                first
            }
        };
        match (row, &rows.otherwise) {
            (Some(row), _) => Found::Row(row),
            (None, Some(_)) => Found::Otherwise,
            (None, None) => Found::Nothing,
        }
    }

    /// All rows for a value of each key, in their order; where rows do not collect, the one of [`find`](Self::find).
    pub fn find_all(&self, version: usize, keys: &[Value]) -> Vec<u32> {
        let mut found = Vec::new();
        if let Some(index) = self.index(version)
            && let Some(root) = &index.root
            && !self.lacks_key(keys)
        {
            index.each(root, 0, keys, &mut found);
            found.sort_unstable();
        }
        found
    }

    /// Whether a key is missing that may not be.
    fn lacks_key(&self, keys: &[Value]) -> bool {
        let of = keys.iter().zip(&self.table.keys);
        keys.contains(&Value::Absent)
            && of.into_iter().any(|(key, of)| *key == Value::Absent && !matches!(of.ty, Ty::Optional(_)))
    }

    /// The least bounds above a number in a key column, at most `most`.
    pub(super) fn bounds_above(&self, version: usize, key: usize, number: &Exact, most: usize) -> &[Exact] {
        let bounds = self.index(version).and_then(|index| index.bounds.get(key));
        let bounds = bounds.map_or(&[][..], Vec::as_slice);
        let from = bounds.partition_point(|bound| bound <= number);
        &bounds[from..bounds.len().min(from.saturating_add(most))]
    }

    fn index(&self, version: usize) -> Option<&Index> {
        let rows = self.rows(version)?;
        Some(self.indexes.get(version)?.get_or_init(|| Index::of(rows, &self.table)))
    }
}

impl Index {
    fn of(rows: &Rows, table: &Table) -> Index {
        let (keys, collects) = (table.keys.len(), table.policy.collects());
        let banded = |key: usize| {
            let column = rows.keys.get(key).map_or(&[][..], Vec::as_slice);
            column.iter().any(|it| matches!(it, KeyMatch::Band(_)))
        };
        let mut order: Vec<usize> = (0..keys).collect();
        order.sort_by_key(|key| banded(*key));
        let count = rows.keys.first().map_or(0, Vec::len);
        let all: Vec<u32> = (0..count).filter_map(|row| u32::try_from(row).ok()).collect();
        let root = grow(rows, &order, all, collects);
        let bounds = (0..keys).map(|key| lower_bounds(rows, key)).collect();
        Index { order, root, collects, bounds }
    }

    fn walk(&self, branch: &Branch, depth: usize, keys: &[Value]) -> Option<u32> {
        let split = match branch {
            Branch::Row(row) => return Some(*row),
            Branch::Rows(rows) => return rows.first().copied(),
            Branch::Split(split) => split,
        };
        let key = keys.get(*self.order.get(depth)?)?;
        if let Some(row) = split.points.get(key).and_then(|next| self.walk(next, depth + 1, keys)) {
            return Some(row);
        }
        for next in split.beginnings(key) {
            if let Some(row) = self.walk(next, depth + 1, keys) {
                return Some(row);
            }
        }
        // Bands that begin above the key cannot hold it; of the others the nearest is the likeliest.
        let end = split.bands.partition_point(|band| begins_at_or_below(&band.lower, key));
        let below = split.bands.get(..end).unwrap_or_default();
        for band in below.iter().rev().filter(|band| ends_at_or_above(&band.upper, key)) {
            if let Some(row) = self.walk(&band.next, depth + 1, keys) {
                return Some(row);
            }
        }
        split.any.as_ref().and_then(|next| self.walk(next, depth + 1, keys))
    }

    /// The first row that matches, where several may.
    fn first(&self, branch: &Branch, depth: usize, keys: &[Value], found: &mut Option<u32>) {
        if found.is_some_and(|found| found <= branch.first()) {
            return;
        }
        match branch {
            Branch::Row(_) | Branch::Rows(_) => *found = Some(branch.first()),
            Branch::Split(split) => {
                let Some(key) = self.order.get(depth).and_then(|key| keys.get(*key)) else { return };
                for next in split.matching(key) {
                    self.first(next, depth + 1, keys, found);
                }
            }
        }
    }

    /// Every row that matches.
    fn each(&self, branch: &Branch, depth: usize, keys: &[Value], found: &mut Vec<u32>) {
        match branch {
            Branch::Row(row) => found.push(*row),
            Branch::Rows(rows) if self.collects => found.extend_from_slice(rows),
            Branch::Rows(rows) => found.extend(rows.first()),
            Branch::Split(split) => {
                let Some(key) = self.order.get(depth).and_then(|key| keys.get(*key)) else { return };
                for next in split.matching(key) {
                    self.each(next, depth + 1, keys, found);
                }
            }
        }
    }
}

impl Branch {
    /// The first row below here.
    fn first(&self) -> u32 {
        match self {
            Branch::Row(row) => *row,
            Branch::Rows(rows) => rows.first().copied().unwrap_or(u32::MAX),
            Branch::Split(split) => split.first,
        }
    }
}

impl Split {
    /// The branches of the beginnings of a text, the longest first.
    fn beginnings<'s>(&'s self, key: &'s Value) -> impl Iterator<Item = &'s Branch> {
        let text = match key {
            Value::Text(text) => text.as_ref(),
            _ => "",
        };
        self.lengths.iter().filter_map(|length| self.starts.get(text.get(..*length)?))
    }

    /// All branches for a key.
    fn matching<'s>(&'s self, key: &'s Value) -> impl Iterator<Item = &'s Branch> {
        let end = self.bands.partition_point(|band| begins_at_or_below(&band.lower, key));
        let below = self.bands.get(..end).unwrap_or_default().iter();
        let bands = below.filter(|band| ends_at_or_above(&band.upper, key)).map(|band| &band.next);
        self.points.get(key).into_iter().chain(self.beginnings(key)).chain(bands).chain(&self.any)
    }
}

/// The branch for some rows, on the key columns that are left; where rows collect, with all of those that ask
/// for the same.
fn grow(rows: &Rows, order: &[usize], members: Vec<u32>, collects: bool) -> Option<Branch> {
    let first = *members.first()?;
    let Some((key, rest)) = order.split_first() else {
        return Some(match members.len() {
            2.. if collects => Branch::Rows(members.into()),
            _ => Branch::Row(first),
        });
    };
    let column = rows.keys.get(*key)?;
    let mut starts: HashMap<&Name, Vec<u32>> = HashMap::new();
    let mut points: HashMap<&Value, Vec<u32>> = HashMap::new();
    let mut bands: Vec<(&End, &End, Vec<u32>)> = Vec::new();
    let mut known: HashMap<(&End, &End), usize> = HashMap::new();
    let mut any = Vec::new();
    for row in members {
        match column.get(row as usize)? {
            KeyMatch::Any => any.push(row),
            KeyMatch::One(value) => points.entry(value).or_default().push(row),
            KeyMatch::OneOf(values) => {
                values.iter().for_each(|value| points.entry(value).or_default().push(row));
            }
            KeyMatch::Starts(beginnings) => {
                beginnings.iter().for_each(|beginning| starts.entry(beginning).or_default().push(row));
            }
            KeyMatch::Band(band) => {
                let (lower, upper) = (&band.lower, &band.upper);
                let at = *known.entry((lower, upper)).or_insert_with(|| {
                    bands.push((lower, upper, Vec::new()));
                    bands.len() - 1
                });
                bands[at].2.push(row);
            }
        }
    }
    bands.sort_by(|left, right| by_lower(left.0, right.0));
    let lengths: BTreeSet<usize> = starts.keys().map(|text| text.len()).collect();
    let (points, starts) = (points.into_iter(), starts.into_iter());
    let grow = |of| grow(rows, rest, of, collects);
    let split = Split {
        points: points.filter_map(|(value, of)| Some((value.clone(), grow(of)?))).collect(),
        starts: starts.filter_map(|(text, of)| Some((text.clone(), grow(of)?))).collect(),
        lengths: lengths.into_iter().rev().collect(),
        bands: bands
            .into_iter()
            .filter_map(|(lower, upper, of)| {
                Some(Band { lower: lower.clone(), upper: upper.clone(), next: grow(of)? })
            })
            .collect(),
        any: grow(any),
        first,
    };
    Some(Branch::Split(Box::new(split)))
}

/// Whether a value of a key is what a row asks for. A missing value of a key that may not be missing finds no
/// row at all.
pub fn asks_for(asked: &KeyMatch, key: &Value) -> bool {
    match asked {
        KeyMatch::Any => true,
        KeyMatch::One(value) => value == key,
        KeyMatch::OneOf(values) => values.contains(key),
        KeyMatch::Starts(beginnings) => match key {
            Value::Text(text) => beginnings.iter().any(|beginning| text.starts_with(beginning.as_ref())),
            _ => false,
        },
        KeyMatch::Band(band) => begins_at_or_below(&band.lower, key) && ends_at_or_above(&band.upper, key),
    }
}

/// The order of two values of one type that has one.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Choice(left), Value::Choice(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Bands without a lower end come first; of two that begin at one value the one that holds it.
fn by_lower(left: &End, right: &End) -> Ordering {
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some((left, with_left)), Some((right, with_right))) => {
            order(left, right).unwrap_or(Ordering::Equal).then(with_right.cmp(with_left))
        }
    }
}

fn begins_at_or_below(lower: &End, key: &Value) -> bool {
    lower.as_ref().is_none_or(|(bound, included)| match order(bound, key) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => *included,
        _ => false,
    })
}

fn ends_at_or_above(upper: &End, key: &Value) -> bool {
    upper.as_ref().is_none_or(|(bound, included)| match order(bound, key) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => *included,
        _ => false,
    })
}

/// The numbers at which bands of a column begin, rising, each once.
fn lower_bounds(rows: &Rows, key: usize) -> Vec<Exact> {
    let column = rows.keys.get(key).map_or(&[][..], Vec::as_slice);
    let bounds = column.iter().filter_map(|it| match it {
        KeyMatch::Band(band) => match &band.lower {
            Some((Value::Number(bound), true)) => Some(bound),
            _ => None,
        },
        _ => None,
    });
    let bounds: BTreeSet<&Exact> = bounds.collect();
    bounds.into_iter().take(MOST_BOUNDS).cloned().collect()
}
