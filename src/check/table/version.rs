//! Versions of one table or tier scheme become one, if each day of the book has exactly one of them.

use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Name, Period, Table, TableVersion, TierVersion, Tiers};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Date;

/// The days on which a version counts; for ever without `effective`.
pub(in crate::check) fn period_of(written: Option<&ast::Period>) -> Period {
    written.map_or_else(Period::default, |period| Period { from: period.from, to: period.to })
}

/// Joins the versions of one table, each with one version, in any order. They have the same keys and
/// results. None for no version.
pub fn merge_tables(tables: Vec<Table>, effective: &Period, problems: &mut Vec<Diagnostic>) -> Option<Table> {
    let mut tables = tables.into_iter();
    let mut merged = tables.next()?;
    merged.versions.extend(tables.flat_map(|table| table.versions));
    let when = |version: &TableVersion| (version.effective.clone(), version.span);
    merged.span =
        in_order(&merged.name, &mut merged.versions, when, effective, problems).unwrap_or(merged.span);
    Some(merged)
}

/// Joins the versions of one tier scheme as [`merge_tables`] does those of a table.
pub fn merge_tiers(schemes: Vec<Tiers>, effective: &Period, problems: &mut Vec<Diagnostic>) -> Option<Tiers> {
    let mut schemes = schemes.into_iter();
    let mut merged = schemes.next()?;
    merged.versions.extend(schemes.flat_map(|scheme| scheme.versions));
    let when = |version: &TierVersion| (version.effective.clone(), version.span);
    merged.span =
        in_order(&merged.name, &mut merged.versions, when, effective, problems).unwrap_or(merged.span);
    Some(merged)
}

/// Puts versions into the order of their first days and checks their periods; the declaration of the first one.
fn in_order<V>(
    name: &Name,
    versions: &mut [V],
    when: impl Fn(&V) -> (Period, Span),
    effective: &Period,
    problems: &mut Vec<Diagnostic>,
) -> Option<Span> {
    versions.sort_by_key(|version| {
        let (period, span) = when(version);
        (first_day(&period), span)
    });
    let periods: Vec<(Period, Span)> = versions.iter().map(when).collect();
    check_periods(name, &periods, effective, problems);
    periods.first().map(|(_, span)| *span)
}

fn first_day(period: &Period) -> Date {
    period.from.unwrap_or(Date::MIN)
}

fn last_day(period: &Period) -> Date {
    period.to.unwrap_or(Date::MAX)
}

/// Refuses overlaps, and days of the book without a version. The periods are in the order of their first
/// days.
fn check_periods(name: &Name, periods: &[(Period, Span)], book: &Period, problems: &mut Vec<Diagnostic>) {
    let mut sound = true;
    for (period, span) in periods {
        if first_day(period) > last_day(period) {
            sound = false;
            problems.push(backward(name, *span));
        }
    }
    for pair in periods.windows(2) {
        if let [(first, first_span), (second, second_span)] = pair
            && last_day(first) >= first_day(second)
        {
            sound = false;
            let last = last_day(first).min(last_day(second));
            problems.push(overlap(name, *first_span, *second_span, first_day(second), last));
        }
    }
    if !sound {
        return;
    }
    // The next day of the book that no version has covered yet.
    let mut next = Some(first_day(book));
    for (period, span) in periods {
        let Some(day) = next.filter(|day| *day <= last_day(book)) else { return };
        if first_day(period) > day {
            let before = first_day(period).add_days(-1).unwrap_or(Date::MIN).min(last_day(book));
            problems.push(gap(name, *span, day, before));
        }
        if last_day(period) >= day {
            next = last_day(period).add_days(1);
        }
    }
    if let (Some(day), Some((_, span))) = (next.filter(|day| *day <= last_day(book)), periods.last()) {
        problems.push(gap(name, *span, day, last_day(book)));
    }
}

fn backward(name: &Name, span: Span) -> Diagnostic {
    Diagnostic::new(codes::BACKWARD_RANGE, format!("a version of `{name}` ends before it begins"))
        .at(span, "")
}

fn overlap(name: &Name, first: Span, second: Span, from: Date, to: Date) -> Diagnostic {
    Diagnostic::new(codes::VERSION_OVERLAP, format!("two versions of `{name}` count {}", days(from, to)))
        .at(second, "this version")
        .also(first, "and this one")
        .help("end one the day before the other begins: `effective … to …`; both days are included")
}

fn gap(name: &Name, span: Span, from: Date, to: Date) -> Diagnostic {
    Diagnostic::new(
        codes::VERSION_GAP,
        format!("no version of `{name}` counts {}, when the book does", days(from, to)),
    )
    .at(span, "the nearest version")
    .help("add a version for these days, or lengthen one")
}

/// Days in words, both ends included.
fn days(from: Date, to: Date) -> String {
    match (from == to, from == Date::MIN, to == Date::MAX) {
        (true, ..) => format!("on {from}"),
        (false, true, true) => "on any day".to_owned(),
        (false, false, true) => format!("from {from} on"),
        (false, true, false) => format!("up to {to}"),
        (false, false, false) => format!("from {from} to {to}"),
    }
}
