//! The problems of what values can occur, in words.

use super::interval::{End, Range, day_of};
use crate::check::describe;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Expr, ExprKind, NumberKind, Place, Table, Tier, Tiers, Ty, Value};
use crate::source::{Span, limits};
use crate::value::Exact;

/// Amounts have at most this many digits before the point.
const DIGITS: u32 = 28;

/// Whether a known end lies beyond what an amount may grow to.
pub(super) fn is_too_large(range: &Range) -> bool {
    let Ok(most) = Exact::from(10).checked_pow(i32::try_from(DIGITS).unwrap_or(i32::MAX)) else {
        return false;
    };
    [&range.low, &range.high].into_iter().flatten().any(|(number, _)| number.abs() >= most)
}

pub(super) fn overflow(expr: &Expr, range: &Range) -> Diagnostic {
    let high = range
        .high
        .as_ref()
        .or(range.low.as_ref())
        .map_or_else(String::new, |(number, _)| number.to_rounded_text(0));
    let message = format!("the amount can grow past {DIGITS} digits: up to {high}");
    Diagnostic::new(codes::OVERFLOW, message)
        .at(expr.span, "")
        .help("narrow the ranges of what it is made from, or look for a unit or a factor that is wrong")
}

pub(super) fn division_by_zero(divisor: &Expr, range: &Range) -> Diagnostic {
    let message = match range.only() {
        Some(_) => "the divisor is zero".to_owned(),
        None => {
            let end = |end: &Option<End>| {
                end.as_ref().map_or_else(String::new, |(number, _)| shown(number, &divisor.ty))
            };
            format!("the divisor can be zero: it lies between {} and {}", end(&range.low), end(&range.high))
        }
    };
    Diagnostic::new(codes::DIVISION_BY_ZERO, message)
        .at(divisor.span, "")
        .help("guard it, as in `if n > 0 then a / n else 0`, or narrow the ranges of what it is made from")
}

/// An exponent that is not known to be one.
pub(super) fn bad_exponent(exponent: &Expr, range: &Range) -> Diagnostic {
    let most = limits::MAX_EXPONENT;
    let below = range.low.as_ref().is_some_and(|(low, _)| low.is_negative());
    let message = match below {
        true => "the exponent can be below zero".to_owned(),
        false => format!("the exponent is not known to be from 0 to {most}"),
    };
    let problem = Diagnostic::new(codes::BAD_EXPONENT, message).at(exponent.span, "");
    let problem = match below {
        true => problem.help("a negative power is a division: `1 / pow(x, n)`"),
        false => problem,
    };
    problem.help("give what it is made from a range, `0 to 30 step 1`, or keep it in one: `clamp(n, 0, 360)`")
}

/// A power of a number, or the logarithm of one, that is not known to be above zero.
pub(super) fn broken_power(of: &Expr, range: &Range, logarithm: bool) -> Diagnostic {
    let what = match logarithm {
        true => "only numbers above zero have a logarithm",
        false => "only numbers above zero have powers with a fraction as the exponent",
    };
    let low = match &range.low {
        Some((low, _)) => format!("it goes down to {low}"),
        None => "its least value is not known".to_owned(),
    };
    Diagnostic::new(codes::BROKEN_POWER, what)
        .at(of.span, low)
        .help("give what it is made from a range, `1 to 10_000`, or keep it in one: `max(x, 1)`")
}

/// What is looked up, in the author's words where it has a name.
fn named(expr: &Expr, otherwise: &str) -> String {
    match &expr.kind {
        ExprKind::Read(
            Place::Member(name) | Place::Fact(name) | Place::Index(name) | Place::Entry { name, .. },
        ) => {
            format!("`{name}`")
        }
        ExprKind::Read(Place::Context { context, field }) => format!("`{context}.{field}`"),
        ExprKind::Read(Place::Quantity) => "`quantity`".to_owned(),
        ExprKind::Read(Place::AsOf) => "`as_of`".to_owned(),
        _ => otherwise.to_owned(),
    }
}

/// A number of a type, or the day that it stands for.
fn shown(number: &Exact, ty: &Ty) -> String {
    match ty.required() {
        Ty::Number(ty) => describe::number_of(number, ty),
        Ty::Date => day_of(number).map_or_else(String::new, |day| day.to_string()),
        _ => number.to_string(),
    }
}

fn key_name(table: &Table, at: usize) -> &str {
    table.keys.get(at).map_or("", |key| key.name.as_ref())
}

pub(super) fn below_first_band(
    table: &Table,
    at: usize,
    key: &Expr,
    range: &Range,
    first: &End,
) -> Diagnostic {
    let what = named(key, &format!("`{}`", key_name(table, at)));
    let begins = format!(
        "the rows of `{}` begin {} {}",
        table.name,
        if first.1 { "at" } else { "above" },
        shown(&first.0, &key.ty)
    );
    let message = match &range.low {
        Some((low, _)) => format!("{what} can be {} here, and {begins}", shown(low, &key.ty)),
        None => format!("nothing says how low {what} can be here, and {begins}"),
    };
    Diagnostic::new(codes::BELOW_FIRST_BAND, message)
        .at(key.span, "")
        .also(table.span, "the table")
        .help("begin with a lower bound, or narrow the range of what is looked up")
}

pub(super) fn above_last_band(table: &Table, at: usize, key: &Expr, range: &Range, last: &End) -> Diagnostic {
    let what = named(key, &format!("`{}`", key_name(table, at)));
    let bound = shown(&last.0, &key.ty);
    let ends = format!("the rows of `{}` end {} {bound}", table.name, if last.1 { "at" } else { "below" });
    let message = match &range.high {
        Some((high, _)) => format!("{what} can be {} here, and {ends}", shown(high, &key.ty)),
        None => format!("nothing says how high {what} can be here, and {ends}"),
    };
    let row = if last.1 { format!("above {bound}") } else { format!("from {bound}") };
    Diagnostic::new(codes::MISSING_ROWS, message)
        .at(key.span, "")
        .also(table.span, "the table")
        .help(format!("add a row `{row}`, with `n/a` for what cannot be bought, or narrow the range"))
}

pub(super) fn below_first_tier(tiers: &Tiers, first: &Tier, quantity: &Expr, range: &Range) -> Diagnostic {
    let what = named(quantity, "the quantity");
    let counts = tiers.driver.kind == NumberKind::Int;
    let driver = |number: &Exact| describe::number_of(number, &tiers.driver);
    let begins = match (counts, first.start_included) {
        (true, false) => format!("at {}", driver(&first.start.checked_add(&Exact::ONE).unwrap_or_default())),
        (_, true) => format!("at {}", driver(&first.start)),
        (false, false) => format!("above {}", driver(&first.start)),
    };
    let begins = format!("the tiers of `{}` begin {begins}", tiers.name);
    let message = match &range.low {
        Some((low, _)) => format!("{what} can be {} here, and {begins}", driver(low)),
        None => format!("nothing says how low {what} can be here, and {begins}"),
    };
    Diagnostic::new(codes::OPEN_TIERS, message)
        .at(quantity.span, "")
        .also(tiers.span, "the tiers")
        .help("begin with a lower bound, or narrow the range of the quantity")
}

/// A tier above or below all that its scheme is asked for.
pub(super) fn unreached_tier(tiers: &Tiers, tier: &Tier, asked: &Range) -> Diagnostic {
    let driver = |end: &Option<End>| end.as_ref().map(|(end, _)| describe::number_of(end, &tiers.driver));
    let asked = match (driver(&asked.low), driver(&asked.high)) {
        (Some(low), Some(high)) => format!("from {low} to {high}"),
        (Some(low), None) => format!("from {low} on"),
        (_, high) => format!("up to {}", high.unwrap_or_default()),
    };
    Diagnostic::new(codes::UNREACHED_TIER, format!("no call of `{}` reaches this tier", tiers.name))
        .at(tier.span, "")
        .note(format!("`{}` is asked for {asked}", tiers.name))
        .help("mend its bound, or the range of what is looked up, such as `quantity`; or take the tier away")
}

pub(super) fn any_text(table: &Table, at: usize, key: &Expr, call: Span) -> Diagnostic {
    let what = named(key, &format!("`{}`", key_name(table, at)));
    let message =
        format!("{what} can be any text here, and `{}` has rows for the listed ones only", table.name);
    let help = if table.keys.len() == 1 {
        format!(
            "add an `else` row, make the result `optional`, or look up an option of the type `key of {}`",
            table.name
        )
    } else {
        "add an `else` row, or make the result `optional`".to_owned()
    };
    let place = if key.span.is_empty() { call } else { key.span };
    Diagnostic::new(codes::MISSING_ROWS, message).at(place, "").also(table.span, "the table").help(help)
}

pub(super) fn key_without_row(table: &Table, at: usize, key: &Expr, of: &Table, value: &Value) -> Diagnostic {
    let ty = of.keys.first().map(|key| &key.ty).unwrap_or(&key.ty);
    let shown = describe::value(value, ty);
    let message = format!(
        "the table `{}` has no row for {} = {shown}, a key of `{}`",
        table.name,
        key_name(table, at),
        of.name
    );
    Diagnostic::new(codes::MISSING_ROWS, message)
        .at(key.span, "")
        .also(table.span, "the table")
        .help("add the rows that lack, an `else` row, or make the result `optional`")
}

pub(super) fn constant_without_row(table: &Table, at: usize, key: &Expr, value: &Value) -> Diagnostic {
    let shown = describe::value(value, &key.ty);
    let message = format!("the table `{}` has no row for {} = {shown}", table.name, key_name(table, at));
    Diagnostic::new(codes::MISSING_ROWS, message).at(key.span, "").also(table.span, "the table")
}
