//! Problems with units, currencies, rates, and arithmetic.

use std::collections::BTreeSet;

use super::{operand, quoted};
use crate::check::describe;
use crate::check::{BookSig, Section};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{ArithmeticOp, Name, NumberKind, NumberTy, Ty};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Currency, Exact, Unit, UnitTable};

/// A unit that nothing declares.
pub(crate) fn unknown_unit(name: &ast::Name, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_UNIT, format!("there is no unit `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
        .help("a unit of your own is declared once in the book: `unit pallet = 48 pc`")
}

/// `minor_unit` where nothing is rounded.
pub(crate) fn minor_unit_elsewhere(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_UNIT, format!("`{}` is the step of a rounding, and no amount", name.text))
        .at(name.span, "")
        .help("round with it, as `rounded half_up to 1 minor_unit`; an amount says its currency")
}

/// `minor_unit` for something that is no money.
pub(crate) fn minor_unit_of_no_money(span: Span, ty: &NumberTy) -> Diagnostic {
    let message = format!("only money has a minor unit, and this is {}", describe::number_ty(ty));
    Diagnostic::new(codes::BAD_ROUNDING, message)
        .at(span, "the smallest amount that a currency is paid in")
        .help(format!(
            "write a step in the unit of the amount, as `{}`",
            describe::number_of(&Exact::ONE, ty)
        ))
}

/// `money` in a book of one currency.
pub(crate) fn money_without_choice(name: &ast::Name, book: &BookSig) -> Diagnostic {
    let problem = Diagnostic::new(codes::UNKNOWN_UNIT, "an amount in a book of one currency names it")
        .at(name.span, "`money` stands for a currency that the request chooses");
    match book.currencies.first() {
        Some(code) => problem.help(format!("write `{code}`")).fix(name.span, code.as_ref()),
        None => problem,
    }
}

/// A currency that the book does not declare.
pub(crate) fn unknown_currency(name: &ast::Name, book: &BookSig) -> Diagnostic {
    let known = describe::list(book.currencies.iter().map(AsRef::as_ref));
    let message = format!("the book does not speak of `{}`", name.text);
    let problem = Diagnostic::new(codes::UNKNOWN_CURRENCY, message).at(name.span, "");
    match book.currencies.as_slice() {
        [] => problem,
        [one] => problem.help(format!(
            "its currency is {known}; an amount in another needs a rate, `exchange {} to {one}`, and `convert`",
            name.text
        )),
        _ => problem.help(format!("its currencies are {known}")),
    }
}

/// A name where a currency belongs.
pub(crate) fn no_currency(name: &ast::Name, units: &UnitTable) -> Diagnostic {
    let near = units.unknown(&name.text).nearest;
    let near = near.as_deref().and_then(Currency::by_code).map(|currency| currency.code);
    Diagnostic::new(codes::UNKNOWN_CURRENCY, format!("there is no currency `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
        .help("currencies go by their ISO 4217 codes: `CNY`, `EUR`, `USD`")
}

/// `currency` in a book of one.
pub(crate) fn currency_not_chosen(name: &ast::Name, book: &BookSig) -> Diagnostic {
    let problem = Diagnostic::new(codes::UNKNOWN_NAME, "the request does not choose a currency in this book")
        .at(name.span, "");
    match book.currencies.first() {
        Some(code) => problem.help(format!(
            "it is always `{code}`; a book that says `currencies {code}, …` lets the request choose"
        )),
        None => problem,
    }
}

/// A unit whose parts cancel out.
pub(crate) fn unit_cancels(written: &ast::UnitExpr, unit: &Unit) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::BAD_UNIT, "parts of this unit measure the same thing").at(written.span, "");
    if unit.is_none() {
        problem.help("what is left is a plain number: write `number`, or `rate`")
    } else {
        problem.help(format!("write `{unit}`"))
    }
}

/// A number that grows past what fits.
pub(crate) fn overflow(span: Span) -> Diagnostic {
    Diagnostic::new(codes::OVERFLOW, "this number is larger, or has more digits, than a number can have")
        .at(span, "")
}

/// A plain number where an amount with a unit is needed; `written` is the number with its sign.
pub(crate) fn missing_unit(span: Span, written: &str, want: &NumberTy) -> Diagnostic {
    let message = format!("`{written}` has no unit; {} is needed", describe::number_ty(want));
    let mended = format!("{written} {}", want.unit);
    Diagnostic::new(codes::MISSING_UNIT, message)
        .at(span, "")
        .help(format!("write `{mended}`"))
        .fix(span, mended.clone())
}

/// A plain number where a rate is needed; `shown` is the number as written, with its sign.
pub(crate) fn missing_percent(span: Span, shown: &str, value: &Exact) -> Diagnostic {
    let small = *value > Exact::ZERO && *value < Exact::ONE && !shown.starts_with('-');
    let problem = Diagnostic::new(codes::MISSING_PERCENT, format!("`{shown}` has no `%`; a rate is needed"))
        .at(span, "");
    match value.checked_mul(&Exact::from(100)) {
        Ok(hundredfold) if small => problem.help(format!(
            "write `{}%` if that share is meant, or `{shown}%`",
            describe::number(&hundredfold)
        )),
        _ => problem.help(format!("write `{shown}%`")).fix(span, format!("{shown}%")),
    }
}

/// A rate as an amount: of what?
pub(crate) fn bare_rate(span: Span, tree: &ast::Expr, want: &NumberTy, section: Section) -> Diagnostic {
    let rate = operand(tree);
    let problem = Diagnostic::new(
        codes::BARE_RATE,
        format!("`{}` does not say of what; {} is needed", quoted(tree), describe::number_ty(want)),
    )
    .at(span, "a rate");
    match section {
        Section::PerUnit | Section::PerLine | Section::Quote | Section::QuoteLine
            if want.unit.has_currency() =>
        {
            let problem = problem
                .help(format!("`{rate} of list` is a share of the list price: such steps add up"))
                .help(format!("`{rate} of running` is a share of the price so far: such steps compound"));
            match section {
                Section::Quote => {
                    problem.help(format!("`{rate} of net` taxes the net price, which `subtotal net` names"))
                }
                _ => problem,
            }
        }
        Section::Approval | Section::Expectation if want.unit.has_currency() => {
            problem.help(format!("say of what: `{rate} of line.list`"))
        }
        _ => problem.help(format!("say of what: `{rate} of …`")),
    }
}

/// `price - 5%`
pub(crate) fn rate_in_sum(span: Span, rate: &ast::Expr, other: &ast::Expr) -> Diagnostic {
    let (rate_text, other) = (operand(rate), operand(other));
    Diagnostic::new(codes::BARE_RATE, format!("`{}` does not say of what", quoted(rate)))
        .at(span, "a rate cannot be added to an amount")
        .help(format!("write `{rate_text} of {other}`, in parentheses beside `+` or `-`"))
}

/// `5 of list`, with something that is no rate before `of`.
pub(crate) fn share_of_no_rate(span: Span, found: &NumberTy) -> Diagnostic {
    let message = format!("`of` needs a rate before it, and this is {}", describe::number_ty(found));
    Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(span, "")
        .help("write `*` to multiply; a rate is written with `%`, as `8% of list`")
}

/// An amount in one unit where another is needed.
pub(crate) fn unit_needed(span: Span, found: &NumberTy, want: &NumberTy) -> Diagnostic {
    let (from, to) = (&found.unit, &want.unit);
    if let (Some(one), Some(other)) = (from.currency(), to.currency()) {
        return two_currencies(span, one.name(), other.name());
    }
    let message = format!("this is {}; {} is needed", describe::number_ty(found), describe::number_ty(want));
    if found.unit.is_none() && found.kind == NumberKind::Rate {
        return Diagnostic::new(codes::BARE_RATE, message)
            .at(span, "a rate")
            .help("say of what: `8% of list`");
    }
    let code = if from.is_none() { codes::MISSING_UNIT } else { codes::UNIT_MISMATCH };
    let problem = Diagnostic::new(code, message).at(span, describe::number_ty(found));
    if to.is_none() && want.kind == NumberKind::Rate {
        return problem.help(format!(
            "a rate is a share, written with `%`; the share of one amount in another is their quotient, as `… / 100 {from}`"
        ));
    }
    if to.is_none() {
        return problem.help(format!("divide it by a quantity, as `… / 1 {from}`, to have a plain number"));
    }
    match missing_factor(from, to) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What to multiply or divide by, where that is simple.
fn missing_factor(from: &Unit, to: &Unit) -> Option<String> {
    let factor = Unit::missing_factor(from, to);
    let powers: Vec<(&str, i8)> = factor.powers().map(|(atom, exponent)| (atom.name(), exponent)).collect();
    match powers.as_slice() {
        [] => None,
        all if all.len() > 3 => None,
        all if all.iter().all(|(_, exponent)| *exponent > 0) => {
            Some(format!("multiply it by {}", with_article(&factor)))
        }
        all if all.iter().all(|(_, exponent)| *exponent < 0) => {
            Some(format!("divide it by {}", with_article(&factor.pow(-1))))
        }
        _ if is_simple(from) && to.currency().is_some() => {
            Some(format!("multiply it by {}", with_article(&factor)))
        }
        // A mass is no length: no factor makes it one.
        _ if is_simple(from) && is_simple(to) => None,
        all => Some(exchanged(all)),
    }
}

/// A unit of one part: `kg`, `CNY`.
fn is_simple(unit: &Unit) -> bool {
    let mut powers = unit.powers();
    matches!((powers.next(), powers.next()), (Some((_, 1)), None))
}

/// What stands in the place of what: `CNY*h/kg` for `CNY` has `h` where `kg` belongs.
fn exchanged(powers: &[(&str, i8)]) -> String {
    let named = |positive: bool| {
        let names = powers.iter().filter(|(_, exponent)| (*exponent > 0) == positive);
        describe::list(names.map(|(name, _)| *name))
    };
    format!("{} belongs where {} stands", named(true), named(false))
}

fn with_article(unit: &Unit) -> String {
    describe::number_ty(&NumberTy { unit: unit.clone(), kind: NumberKind::Plain })
}

fn two_currencies(span: Span, found: &str, want: &str) -> Diagnostic {
    Diagnostic::new(
        codes::CURRENCY_MISMATCH,
        format!("this is in `{found}`; an amount in `{want}` is needed"),
    )
    .at(span, format!("in `{found}`"))
    .help(convert_help(found, want))
}

fn convert_help(from: &str, to: &str) -> String {
    if from == "money" {
        return format!("an amount in the request's currency is no `{to}`: `convert(…, {to})` makes it so");
    }
    format!("currencies never convert by themselves: write `convert(…, {to})`, by the rate of the request")
}

/// A sum of different things.
pub(crate) fn cannot_add(
    op: ArithmeticOp,
    (left_at, left): (Span, &NumberTy),
    (right_at, right): (Span, &NumberTy),
) -> Diagnostic {
    let joined = match op {
        ArithmeticOp::Subtract => ("subtracted from", right, left),
        _ => ("added to", right, left),
    };
    let message =
        format!("{} cannot be {} {}", describe::number_ty(joined.1), joined.0, describe::number_ty(joined.2));
    differ(message, (left_at, left), (right_at, right))
}

/// A comparison of different things.
pub(crate) fn cannot_compare_numbers(
    (left_at, left): (Span, &NumberTy),
    (right_at, right): (Span, &NumberTy),
) -> Diagnostic {
    let message =
        format!("{} cannot be compared with {}", describe::number_ty(left), describe::number_ty(right));
    differ(message, (left_at, left), (right_at, right))
}

/// Two numbers in different units, with what to do about it.
fn differ(
    message: String,
    (left_at, left): (Span, &NumberTy),
    (right_at, right): (Span, &NumberTy),
) -> Diagnostic {
    let currencies = left.unit.currency().zip(right.unit.currency());
    let one_is_bare = left.unit.is_none() || right.unit.is_none();
    let code = match currencies {
        Some(_) => codes::CURRENCY_MISMATCH,
        None if one_is_bare => codes::MISSING_UNIT,
        None => codes::UNIT_MISMATCH,
    };
    let problem = Diagnostic::new(code, message)
        .at(left_at, describe::number_ty(left))
        .also(right_at, describe::number_ty(right));
    match currencies {
        Some((one, other)) => problem.help(convert_help(other.name(), one.name())),
        None if one_is_bare => {
            let unit = if left.unit.is_none() { &right.unit } else { &left.unit };
            problem
                .help(format!("multiply the plain number by an amount, as `… * 1 {unit}`, if that is meant"))
        }
        None => match missing_factor(&right.unit, &left.unit) {
            Some(help) => problem.help(format!("to bring the second to the unit of the first, {help}")),
            None => problem,
        },
    }
}

/// A product or quotient that means nothing.
pub(crate) fn meaningless(
    span: Span,
    (left_at, left): (Span, &NumberTy),
    (right_at, right): (Span, &NumberTy),
    verb: &str,
) -> Diagnostic {
    let joint = if verb == "divide" { "divided by" } else { "times" };
    let message = format!(
        "{} {joint} {} means nothing that can be priced",
        describe::number_ty(left),
        describe::number_ty(right)
    );
    Diagnostic::new(codes::MEANINGLESS_PRODUCT, message)
        .at(span, "")
        .also(left_at, describe::number_ty(left))
        .also(right_at, describe::number_ty(right))
        .help("one of the two should most likely be a plain number or a rate")
}

/// A division by the constant zero.
pub(crate) fn divided_by_zero(span: Span) -> Diagnostic {
    Diagnostic::new(codes::DIVISION_BY_ZERO, "this divides by zero").at(span, "is always 0")
}

/// `price_at margin 100% of …`
pub(crate) fn margin_of_everything(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, "no price has a margin of 100 % or more")
        .at(span, "a margin is a share of the price")
        .help("write a margin below `100%`; for a share of the cost write `price_at markup`")
}

/// Dates in arithmetic that has none.
pub(crate) fn date_arithmetic(span: Span, left: &Ty, right: &Ty) -> Diagnostic {
    let message = format!("{} and {} cannot be put together so", describe::ty(left), describe::ty(right));
    Diagnostic::new(codes::MEANINGLESS_PRODUCT, message)
        .at(span, "")
        .help("a date goes with `+` or `-` and days or months, as `as_of + 10 days`; two dates with `-`")
}

/// A date and something that is no number of days or months.
pub(crate) fn no_calendar_count(span: Span, found: &NumberTy, bare: Option<&Exact>) -> Diagnostic {
    let message = format!("a date is moved by days or months, and this is {}", describe::number_ty(found));
    let (code, example) = match bare {
        Some(number) => (codes::MISSING_UNIT, describe::number(number)),
        None => (codes::UNIT_MISMATCH, "10".to_owned()),
    };
    Diagnostic::new(code, message).at(span, "").help(format!("write `{example} days`, or `{example} months`"))
}

/// A date moved by half a day.
pub(crate) fn part_of_a_day(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, format!("a date is moved by whole {word}")).at(span, "")
}

/// A step of a rounding that is not above zero.
pub(crate) fn step_not_positive(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_ROUNDING, "the step of a rounding is above zero")
        .at(span, "")
        .help("write the step that prices move in, as `0.01 CNY`")
}

/// A step of a rounding that is no number.
pub(crate) fn step_is_no_number(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_ROUNDING, "the step of a rounding is a number, written out")
        .at(span, "")
        .help("write the step that prices move in, as `0.01 CNY`")
        .help("where the step is worked out, count steps and multiply: `ceil(t / step, 1) * step`")
}

/// A step of a rounding in another unit than what is rounded.
pub(crate) fn step_in_other_unit(span: Span, number: &Exact, found: &NumberTy, ty: &NumberTy) -> Diagnostic {
    let message = format!(
        "{} cannot be rounded to {}",
        describe::number_ty(ty),
        if found.unit.is_none() && found.kind != NumberKind::Rate {
            "a step without a unit".to_owned()
        } else {
            describe::number_ty(found)
        }
    );
    let bare = found.unit.is_none() && found.kind != NumberKind::Rate;
    Diagnostic::new(if bare { codes::MISSING_UNIT } else { codes::BAD_ROUNDING }, message)
        .at(span, "")
        .help(format!("write a step in the same unit, as `{}`", describe::number_of(number, ty)))
}

/// A conversion that the book does not declare.
pub(crate) fn no_exchange(
    span: Span,
    missing: &[(Name, Name)],
    declared: &BTreeSet<(Name, Name)>,
) -> Diagnostic {
    let shown: Vec<String> = missing.iter().map(|(from, to)| format!("{from} to {to}")).collect();
    let message = format!("no rate is declared from {}", describe::list(shown.iter().map(String::as_str)));
    let mut problem = Diagnostic::new(codes::NO_EXCHANGE, message).at(span, "");
    if let [(from, to)] = missing
        && declared.contains(&(to.clone(), from.clone()))
    {
        problem =
            problem.note(format!("`exchange {to} to {from}` is declared; a rate is never turned round"));
    }
    let lines: Vec<String> = shown.iter().take(3).map(|pair| format!("`exchange {pair}`")).collect();
    problem.help(format!("declare what the request brings: {}", lines.join(", ")))
}

/// `convert` of something that is no money.
pub(crate) fn convert_no_money(span: Span, found: &NumberTy) -> Diagnostic {
    let message = format!("only amounts of money are converted, and this is {}", describe::number_ty(found));
    Diagnostic::new(codes::TYPE_MISMATCH, message).at(span, "")
}

/// `convert` to something that is no currency.
pub(crate) fn convert_to_what(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a currency belongs here")
        .at(span, "")
        .help("write `convert(x, CNY)`, or `convert(x, money)` for the request's currency")
}

/// Two roundings side by side.
pub(crate) fn rounded_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::ROUNDED_TWICE, "what is rounded is rounded again")
        .at(at, "")
        .also(first, "rounds it first")
        .help("keep the one that is meant: rounding twice can move an amount twice")
}
