//! Tables: the one row that matches, found by asking every row.

use num_traits::Zero;

use super::expr::{NO_ROW, NO_TIER, NOT_AVAILABLE, Res, World};
use crate::model::{Cell, Lit, Period, Policy, Row, Table, TableVersion, Val, literal};
use crate::number::{Day, Q, whole};

/// The value of a column in the row that the keys find, or of the rows that count.
pub fn lookup(world: &World, table: &str, keys: &[Val], column: Option<&str>) -> Res<Val> {
    let table = world.book.tables.iter().find(|found| found.name == table).expect("a table");
    let at = table.columns.iter().position(|(name, _)| name.as_deref() == column).expect("a column");
    if matches!(table.policy, Policy::Sum | Policy::Max | Policy::Min) {
        let version = version_of(world, table);
        let hits = hits(table, version, keys);
        if !hits.is_empty() {
            let values = hits.iter().map(|row| row.values[at].as_ref().map(literal).ok_or(NOT_AVAILABLE));
            let numbers = values.map(|value| match value? {
                Val::Num(number) => Ok(number),
                other => panic!("{other:?} cannot be taken together"),
            });
            let numbers = numbers.collect::<Res<Vec<Q>>>()?;
            return Ok(Val::Num(match table.policy {
                Policy::Sum => numbers.iter().fold(Q::zero(), |sum, number| sum + number),
                Policy::Max => numbers.into_iter().max().expect("one"),
                _ => numbers.into_iter().min().expect("one"),
            }));
        }
        let nothing = version.otherwise.is_none() || lacks_key(table, keys);
        if table.policy == Policy::Sum && nothing && !table.optional {
            return Ok(Val::Num(Q::zero()));
        }
    }
    match row(world, &table.name, keys)? {
        None => Ok(Val::Absent),
        Some(values) => values[at].as_ref().map(literal).ok_or(NOT_AVAILABLE),
    }
}

/// The results in the row that the keys find; none where the table is optional and has no such row.
pub fn row<'a>(world: &'a World, table: &str, keys: &[Val]) -> Res<Option<&'a [Option<Lit>]>> {
    let table = world.book.tables.iter().find(|found| found.name == table).expect("a table");
    let version = version_of(world, table);
    let found = hits(table, version, keys);
    let row = match table.policy {
        Policy::MostSpecific => {
            let within_all = |row: &&&Row| found.iter().all(|other| lies_within(row, other));
            found.iter().find(within_all).copied()
        }
        Policy::One => {
            assert!(found.len() <= 1, "two rows of {} match {keys:?}", table.name);
            found.first().copied()
        }
        _ => found.first().copied(),
    };
    assert_eq!(row.is_none(), found.is_empty(), "no row of {} is the one for {keys:?}", table.name);
    match (row, &version.otherwise) {
        (Some(row), _) => Ok(Some(&row.values)),
        (None, Some(otherwise)) if !lacks_key(table, keys) => Ok(Some(otherwise)),
        (None, _) if table.optional => Ok(None),
        (None, _) => {
            // A value lies outside all rows, or a text has none.
            let measured = keys.iter().any(|key| matches!(key, Val::Num(_) | Val::Date(_)));
            Err(if measured { NO_TIER } else { NO_ROW })
        }
    }
}

/// The version that counts today.
pub fn version_of<'a>(world: &World, table: &'a Table) -> &'a TableVersion {
    table.versions.iter().find(|version| holds(version.period, world.as_of)).expect("a version")
}

/// A key is missing for which rows have no answer.
fn lacks_key(table: &Table, keys: &[Val]) -> bool {
    keys.iter().zip(&table.keys).any(|(key, of)| *key == Val::Absent && !of.optional)
}

fn hits<'a>(table: &Table, version: &'a TableVersion, keys: &[Val]) -> Vec<&'a Row> {
    let closed = table.policy == Policy::One;
    let matches =
        |row: &&Row| (0..keys.len()).all(|key| cell_matches(&version.rows, row, key, &keys[key], closed));
    version.rows.iter().filter(|_| !lacks_key(table, keys)).filter(matches).collect()
}

/// All that one row asks for, the other asks for too. Bands of such tables are equal or apart.
fn lies_within(inner: &Row, outer: &Row) -> bool {
    inner.keys.iter().zip(&outer.keys).all(|(inner, outer)| match (inner, outer) {
        (_, Cell::Any) => true,
        (Cell::Values(values), Cell::Starts(start)) => {
            values.iter().all(|value| matches!(value, Lit::Text(text) if text.starts_with(start.as_str())))
        }
        _ => inner == outer,
    })
}

/// Whether a version or a step counts on a day.
pub fn holds(period: Option<Period>, on: Day) -> bool {
    let (from, to) = period.unwrap_or((None, None));
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}

/// A place between numbers: just before a number, or just after it.
type Cut = (Q, bool);

/// `closed`: a band with one bound runs to the next bound of the rows that agree on the other keys.
fn cell_matches(rows: &[Row], row: &Row, key: usize, value: &Val, closed: bool) -> bool {
    match &row.keys[key] {
        Cell::Any => true,
        Cell::Absent => *value == Val::Absent,
        Cell::Starts(start) => matches!(value, Val::Text(text) if text.starts_with(start.as_str())),
        Cell::Band(..) if *value == Val::Absent => false,
        Cell::Values(lits) => lits.iter().any(|lit| literal(lit) == *value),
        Cell::Band(lower, upper) => {
            let agreeing = rows.iter().filter(|other| agree_but_for(key, row, other));
            let cuts: Vec<Cut> = agreeing.flat_map(|other| cuts_of(&other.keys[key])).collect();
            let lower = lower.as_ref().map(lower_cut);
            let upper = upper.as_ref().map(upper_cut);
            let next = |after: &Cut| cuts.iter().filter(|cut| *cut > after).min().cloned();
            let previous = |before: &Cut| cuts.iter().filter(|cut| *cut < before).max().cloned();
            let (from, to) = match (lower, upper) {
                (Some(lower), None) if closed => (Some(lower.clone()), next(&lower)),
                (None, Some(upper)) if closed => (previous(&upper), Some(upper)),
                both => both,
            };
            let at = position(value);
            from.is_none_or(|(bound, after)| if after { at > bound } else { at >= bound })
                && to.is_none_or(|(bound, after)| if after { at <= bound } else { at < bound })
        }
    }
}

fn agree_but_for(key: usize, row: &Row, other: &Row) -> bool {
    (0..row.keys.len()).all(|at| at == key || row.keys[at] == other.keys[at])
}

fn cuts_of(cell: &Cell) -> Vec<Cut> {
    match cell {
        Cell::Band(lower, upper) => lower.iter().map(lower_cut).chain(upper.iter().map(upper_cut)).collect(),
        _ => Vec::new(),
    }
}

/// `from X` begins before X, `above X` after it.
fn lower_cut((bound, included): &(Lit, bool)) -> Cut {
    (position(&literal(bound)), !included)
}

/// `up to X` ends after X, `under X` before it.
fn upper_cut((bound, included): &(Lit, bool)) -> Cut {
    (position(&literal(bound)), *included)
}

fn position(value: &Val) -> Q {
    match value {
        Val::Num(value) => value.clone(),
        Val::Word(_, rank) => whole(*rank as i64),
        Val::Date(day) => whole(*day),
        Val::Bool(false) => Q::zero(),
        other => panic!("no band for {other:?}"),
    }
}
