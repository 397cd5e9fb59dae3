//! The problems of spreads and validity, in words.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast;

/// A weight that is no number.
pub(super) fn weight_is_no_number(at: Span, weight: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_SPREAD, format!("`{weight}` is no number, so lines cannot be weighed by it"))
        .at(at, "")
        .help("weigh by an amount or a quantity: `spread by running`, `spread by line.quantity`")
}

/// A greatest share that is no amount.
pub(super) fn most_is_no_amount(at: Span, most: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_SPREAD,
        format!("`{most}` is no amount of money, so no line can take it at most"),
    )
    .at(at, "")
    .help("say how much a line takes at most: `within running - line.cost`")
}

/// Shares that could not be paid.
pub(super) fn share_step_too_fine(at: Span, minor: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_SPREAD, format!("shares must be multiples of {minor}, and these would not be"))
        .at(at, "")
        .help(format!("write a multiple of {minor}, or leave `to` out for that"))
}

/// A word for who gets what remains that is none.
pub(super) fn unknown_residual(word: &ast::Name, nearest: Option<&str>) -> Diagnostic {
    let message = format!("`{}` does not say which line gets what remains", word.text);
    Diagnostic::new(codes::BAD_SPREAD, message)
        .at(word.span, "")
        .did_you_mean(word.span, nearest)
        .help("`largest`: the lines with the largest remainders; `first` or `last`: that line")
}

/// `valid 30`
pub(super) fn validity_without_unit(at: Span, number: &str) -> Diagnostic {
    Diagnostic::new(codes::MISSING_UNIT, format!("`valid {number}` does not say of what"))
        .at(at, "")
        .help(format!("write `valid {number} days`"))
        .fix(at, format!("{number} days"))
}

/// A quote that is valid for no day, or for ever.
pub(super) fn bad_validity(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::NUMBER_OUT_OF_RANGE,
        "a quote is valid for a whole number of days, from 1 to 36525",
    )
    .at(at, "")
    .help("write `valid 30 days`")
}
