//! The problems of tier schemes, in words.

use super::Scheme;
use super::cliff::Cliff;
use crate::check::describe;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{NumberTy, Tier, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, LiteralKind};

/// A version whose driver, mode or result is not that of the first.
pub(super) fn other_scheme(tiers: &ast::Tiers) -> Diagnostic {
    let message =
        format!("this version of `{}` has another driver, mode or result than the first", tiers.name.text);
    Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(tiers.name.span, "")
        .help("all versions of a scheme have the same driver, mode and result")
}

pub(super) fn no_tiers(tiers: &ast::Tiers) -> Diagnostic {
    Diagnostic::new(codes::OPEN_TIERS, format!("the scheme `{}` has no tiers", tiers.name.text))
        .at(tiers.name.span, "")
        .help("write at least one tier, such as `from 1: 0%` or `rest: 5 each`")
}

pub(super) fn open_above(span: Span) -> Diagnostic {
    Diagnostic::new(codes::OPEN_TIERS, "nothing is said of what lies above the last bound")
        .at(span, "the last tier ends here")
        .help("add `rest: …`, or `rest: refuse \"ask the factory\"` for what cannot be bought")
}

pub(super) fn two_zero(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "`zero` stands twice")
        .at(second, "again here")
        .also(first, "first here")
}

pub(super) fn after_rest(span: Span, rest: Span) -> Diagnostic {
    Diagnostic::new(codes::BOUNDS_NOT_RISING, "a tier after `rest`, which leaves nothing to bound")
        .at(span, "this tier is never reached")
        .also(rest, "`rest` stands here")
        .help("write `rest` last")
}

pub(super) fn mixed_forms(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::BOUNDS_NOT_RISING, "bounds where tiers begin and bounds where they end are mixed")
        .at(span, "this bound is of the other kind")
        .also(first, "the first bound stands here")
        .help("write all tiers with `from` or `above`, or all with `up to`, `under`, `next` and `rest`")
        .help("what lies under the first `from` is a tier of its own: `from 0 EUR: 1%, from 50_000 EUR: 2%`")
}

pub(super) fn not_rising(span: Span, last: Span) -> Diagnostic {
    Diagnostic::new(codes::BOUNDS_NOT_RISING, "the bound is not above that of the tier before")
        .at(span, "does not rise")
        .also(last, "the tier before")
        .help(
            "write the tiers from the lowest quantity to the highest; what zero costs is said with `zero: …`",
        )
}

pub(super) fn not_positive(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BOUNDS_NOT_RISING, "the tier is empty: expected a bound above zero").at(span, "")
}

pub(super) fn negative_bound(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, "a bound below zero; a quantity is never below zero")
        .at(span, "")
}

pub(super) fn too_large(span: Span) -> Diagnostic {
    Diagnostic::new(codes::OVERFLOW, "the bound has too many digits").at(span, "")
}

/// `from 100 GB` in a graduated scheme over something measured.
pub(super) fn graduated_from(literal: &Literal, found: &str, instead: &str) -> Diagnostic {
    let bound = shown(literal);
    let message = format!("`{found} {bound}` in graduated tiers over a measured amount");
    Diagnostic::new(codes::GRADUATED_FROM, message)
        .at(literal.span, "a point without width")
        .help(format!("write `{instead} {bound}`: each tier prices what lies between its bounds"))
}

fn shown(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Number(number) => number.text.to_string(),
        LiteralKind::Quantity(quantity) => {
            let unit = quantity.unit.iter().flat_map(|unit| &unit.factors);
            let names: Vec<String> = unit
                .enumerate()
                .map(|(at, (name, power))| match (at, *power < 0) {
                    (0, _) => format!(" {}", name.text),
                    (_, true) => format!("/{}", name.text),
                    (_, false) => format!("*{}", name.text),
                })
                .collect();
            format!("{}{}", quantity.number.text, names.concat())
        }
        _ => "…".to_owned(),
    }
}

pub(super) fn graduated_value(span: Span, result: &Ty) -> Diagnostic {
    let message = format!("a bare value in graduated tiers that give {}", describe::ty(result));
    Diagnostic::new(codes::BAD_TIER_ROW, message)
        .at(span, "charged how?")
        .help("say how units are charged: `5 each`, `5 per started 100`, `5 flat`, or write `whole` in place of `graduated`")
}

pub(super) fn price_in_rates(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "a price in a scheme that gives rates; expected a rate such as `8%`")
        .at(span, "")
        .help("write the rate alone, or name the unit of the price behind `->`")
}

pub(super) fn price_without_amount(span: Span, result: &Ty) -> Diagnostic {
    let message = format!("a price in a scheme that gives {}", describe::ty(result));
    Diagnostic::new(codes::BAD_TIER_ROW, message).at(span, "").help("write the value alone")
}

pub(super) fn each_in_stair(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "a price for each unit in `stair` tiers, where a tier has one price")
        .at(span, "")
        .help("write the price alone, or `whole` in place of `stair` to price all units at the tier reached")
}

pub(super) fn each_of_zero(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "a price for each unit of nothing")
        .at(span, "")
        .help("say what zero costs: `zero: 5 flat`")
}

/// `P%` where the quantity is not what the scheme gives.
pub(super) fn share_of_what(span: Span, scheme: &Scheme<'_>) -> Diagnostic {
    let driver = describe::number_ty(&scheme.driver);
    let message = format!("a rate of {driver} in tiers that give {}", describe::ty(&scheme.result));
    Diagnostic::new(codes::BAD_TIER_ROW, message)
        .at(span, "a share of what?")
        .help("a rate charges a share of the quantity, so driver and result must be amounts in one unit")
}

pub(super) fn empty_package(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "the size of a package is not above zero").at(span, "")
}

pub(super) fn value_beside_price(value: Span, price: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TIER_ROW, "some tiers give a value and others charge a price")
        .at(value, "a value as it is")
        .also(price, "a price for the whole quantity")
        .help("write `each` or `flat` behind every price, or behind none")
}

/// The total falls at one or more bounds.
pub(super) fn cliffs(
    cliffs: &[(Cliff, &Tier)],
    scheme: &Scheme<'_>,
    result: &NumberTy,
) -> Option<Diagnostic> {
    let words = |cliff: &Cliff| {
        let quantity = |number| describe::number_of(number, &scheme.driver);
        let amount = |number| describe::number_of(number, result);
        if cliff.fewer == cliff.more {
            let (at, total, lower) = (quantity(&cliff.fewer), amount(&cliff.total), amount(&cliff.lower));
            format!("at {at} the total falls from {total} to {lower}")
        } else {
            let (more, lower) = (quantity(&cliff.more), amount(&cliff.lower));
            format!("{more} cost {lower}, less than {} for {}", amount(&cliff.total), quantity(&cliff.fewer))
        }
    };
    let ((first, tier), others) = cliffs.split_first()?;
    let mut problem = Diagnostic::new(codes::PRICE_CLIFF, words(first)).at(tier.span, "the total falls here");
    for (other, _) in others {
        problem = problem.note(words(other));
    }
    Some(
        problem.help(
            "write `graduated` in place of the mode if only the units above a bound get the lower price",
        ),
    )
}
