//! Tables: the one row that matches, found by asking every row.

use num_traits::Zero;

use super::expr::{NO_ROW, NOT_AVAILABLE, Res, World, literal};
use crate::model::{Cell, Lit, Period, Row, Val};
use crate::number::{Day, Q, whole};

/// The value of a column in the row that the keys find.
pub fn lookup(world: &World, table: &str, keys: &[Val], column: Option<&str>) -> Res<Val> {
    match row(world, table, keys)? {
        None => Ok(Val::Absent),
        Some(values) => {
            let table = world.book.tables.iter().find(|found| found.name == table).expect("a table");
            let at = table.columns.iter().position(|(name, _)| name.as_deref() == column).expect("a column");
            values[at].as_ref().map(literal).ok_or(NOT_AVAILABLE)
        }
    }
}

/// The results in the row that the keys find; none where the table is optional and has no such row.
pub fn row<'a>(world: &'a World, table: &str, keys: &[Val]) -> Res<Option<&'a [Option<Lit>]>> {
    let table = world.book.tables.iter().find(|found| found.name == table).expect("a table");
    let version =
        table.versions.iter().find(|version| holds(version.period, world.as_of)).expect("a version");
    let missing_key = keys.contains(&Val::Absent);
    let matches = |row: &&Row| (0..keys.len()).all(|key| cell_matches(&version.rows, row, key, &keys[key]));
    let found: Vec<&Row> = version.rows.iter().filter(|_| !missing_key).filter(matches).collect();
    assert!(found.len() <= 1, "two rows of {} match {keys:?}", table.name);
    match (found.first(), &version.otherwise) {
        (Some(row), _) => Ok(Some(&row.values)),
        (None, Some(otherwise)) if !missing_key => Ok(Some(otherwise)),
        (None, _) if table.optional => Ok(None),
        (None, _) => Err(NO_ROW),
    }
}

/// Whether a version or a step counts on a day.
pub fn holds(period: Option<Period>, on: Day) -> bool {
    let (from, to) = period.unwrap_or((None, None));
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}

/// A place between numbers: just before a number, or just after it.
type Cut = (Q, bool);

fn cell_matches(rows: &[Row], row: &Row, key: usize, value: &Val) -> bool {
    match &row.keys[key] {
        Cell::Any => true,
        Cell::Values(lits) => lits.iter().any(|lit| literal(lit) == *value),
        Cell::Band(lower, upper) => {
            let agreeing = rows.iter().filter(|other| agree_but_for(key, row, other));
            let cuts: Vec<Cut> = agreeing.flat_map(|other| cuts_of(&other.keys[key])).collect();
            let lower = lower.as_ref().map(lower_cut);
            let upper = upper.as_ref().map(upper_cut);
            let next = |after: &Cut| cuts.iter().filter(|cut| *cut > after).min().cloned();
            let previous = |before: &Cut| cuts.iter().filter(|cut| *cut < before).max().cloned();
            let (from, to) = match (lower, upper) {
                (Some(lower), None) => (Some(lower.clone()), next(&lower)),
                (None, Some(upper)) => (previous(&upper), Some(upper)),
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
