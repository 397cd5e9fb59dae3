//! What a quote shows of a field, and whether a column has the same.

use tarif::columns::Out;
use tarif::eval::{Field, FieldOf, StepField};
use tarif::ir::{Builtin, Level};
use tarif::quote::{EntryKind, Line, Outcome, Quote, Section};
use tarif::value::Exact;

/// What stands in a field.
#[derive(Debug, PartialEq)]
pub enum Shown {
    Null,
    Number(Exact),
    Flag(bool),
    Names(Vec<String>),
    Text(String),
}

fn number(of: Option<&Exact>) -> Shown {
    of.map_or(Shown::Null, |it| Shown::Number(it.clone()))
}

fn share(of: Option<&Exact>) -> Shown {
    of.map_or(Shown::Null, |it| Shown::Number(Exact::parse(&it.to_rounded_text(4)).expect("a number")))
}

/// What a quote of one line shows; none where it is not compared: what the request said itself.
pub fn of_quote(field: &Field, quote: &Quote) -> Option<Shown> {
    let line = &quote.lines[0];
    let totals = &quote.totals;
    Some(match &field.of {
        FieldOf::Id | FieldOf::Input(_) => return None,
        FieldOf::Status => Shown::Text(quote.status.word().to_owned()),
        FieldOf::Violations => {
            let all = line.violations.iter().chain(&quote.violations);
            Shown::Names(all.map(|it| it.name.to_string()).collect())
        }
        FieldOf::Approvals => {
            Shown::Names(quote.approvals.route.iter().map(|it| it.name.to_string()).collect())
        }
        FieldOf::Alerts => {
            let all = line.alerts.iter().chain(&quote.alerts).filter_map(|it| it.name.as_ref());
            Shown::Names(all.map(ToString::to_string).collect())
        }
        FieldOf::Total => number(totals.total.as_ref()),
        FieldOf::Tax => {
            let taxes = totals.taxes.iter().filter(|tax| !tax.within);
            let sum = taxes.fold(Exact::ZERO, |sum, tax| sum.checked_add(&tax.amount).expect("a sum"));
            Shown::Number(sum)
        }
        FieldOf::Figure { level: Level::Quote, figure } => match figure {
            Builtin::List => number(totals.list.as_ref()),
            Builtin::Cost => number(totals.cost.as_ref()),
            Builtin::Net => number(totals.net.as_ref()),
            Builtin::Margin => share(totals.margin.as_ref()),
            Builtin::OffList => share(totals.off_list.as_ref()),
        },
        FieldOf::Figure { level: Level::Line, figure } => match figure {
            Builtin::List => number(line.list.as_ref()),
            Builtin::Cost => number(line.cost.as_ref()),
            Builtin::Net => number(line.net.as_ref()),
            Builtin::Margin => share(line.margin.as_ref()),
            Builtin::OffList => share(line.off_list.as_ref()),
        },
        FieldOf::Figure { level: Level::Unit, figure } => {
            let unit = line.unit.as_ref();
            match figure {
                Builtin::List => number(unit.and_then(|it| it.list.as_ref())),
                Builtin::Cost => number(unit.and_then(|it| it.cost.as_ref())),
                Builtin::Net => number(unit.and_then(|it| it.net.as_ref())),
                Builtin::Margin | Builtin::OffList => return None,
            }
        }
        FieldOf::Step { level, step, what } => match section(*level, line, quote) {
            Some(section) => match (of_step(section, step, *what), level) {
                (Shown::Null, Level::Line) => of_tax(line, step, *what),
                (shown, _) => shown,
            },
            None => Shown::Null,
        },
        FieldOf::CostComponent { level, name } => {
            let section = section(*level, line, quote);
            let component = section.and_then(|it| it.components.iter().find(|it| it.name == *name));
            number(component.and_then(|it| it.amount.as_ref()))
        }
    })
}

fn section<'q>(level: Level, line: &'q Line, quote: &'q Quote) -> Option<&'q Section> {
    match level {
        Level::Unit => line.unit.as_ref(),
        Level::Line => Some(&line.line),
        Level::Quote => Some(&quote.totals.section),
    }
}

/// What a tax of the quote comes to on the line.
fn of_tax(line: &Line, step: &str, what: StepField) -> Shown {
    match (line.taxes.iter().find(|tax| *tax.name == *step), what) {
        (Some(tax), StepField::Amount) => Shown::Number(tax.amount.clone()),
        (Some(tax), StepField::Applied) => Shown::Flag(tax.amount != Exact::ZERO),
        _ => Shown::Null,
    }
}

fn of_step(section: &Section, step: &str, what: StepField) -> Shown {
    let Some(entry) = section.entries.iter().find(|it| *it.step == *step) else { return Shown::Null };
    match what {
        StepField::Applied => Shown::Flag(entry.outcome == Outcome::Applied),
        StepField::Bound => number(entry.bound.as_ref()),
        StepField::Amount if matches!(entry.kind, EntryKind::Subtotal | EntryKind::Let) => {
            let figure = section.figures.iter().find(|it| *it.name == *step);
            number(figure.and_then(|it| it.amount.as_ref()))
        }
        StepField::Amount if entry.contained.is_some() => number(entry.contained.as_ref()),
        StepField::Amount => Shown::Number(entry.sum.clone().unwrap_or_else(|| entry.amount.clone())),
    }
}

/// What a column has in a row.
pub fn of_column(out: &Out<'_>, row: usize) -> Shown {
    let there = |known: &Option<&[bool]>| known.is_none_or(|known| known[row]);
    match out {
        Out::Number { scale, values, known } if there(known) => {
            Shown::Number(Exact::scaled(values[row], *scale))
        }
        Out::Flag { values, known } if there(known) => Shown::Flag(values[row]),
        Out::Names { of, bits } => {
            let held = of.iter().enumerate().filter(|(at, _)| bits[row] >> at & 1 == 1);
            Shown::Names(held.map(|(_, name)| name.to_string()).collect())
        }
        Out::Choice { of, values, known } if there(known) => {
            let at = usize::try_from(values[row]).expect("a position");
            Shown::Text(of[at].to_string())
        }
        _ => Shown::Null,
    }
}
