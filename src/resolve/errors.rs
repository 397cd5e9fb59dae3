//! The problems with names and units that this room finds.

use super::Kind;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{DeclareUnitError, UnknownUnit};

/// A name that is declared a second time.
pub(super) fn duplicate_name(name: &ast::Name, first: Kind, first_at: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the name `{}` is declared twice", name.text))
        .at(name.span, "declared again here")
        .also(first_at, format!("first declared here, as {}", first.with_article()))
        .help("give one of them another name: all declarations of a book share one set of names")
}

/// Two tables of one name of which one does not say when it counts.
pub(super) fn version_without_dates(name: &ast::Name, kind: Kind, first_at: Span) -> Diagnostic {
    let message = format!("the {kind} `{}` is declared twice, and not both say when they count", name.text);
    Diagnostic::new(codes::DUPLICATE_NAME, message)
        .at(name.span, "declared again here")
        .also(first_at, "first declared here")
        .help("versions each say on which days they count, as `effective from 2026-07-01`; else give one another name")
}

/// A name that the language itself uses.
pub(super) fn built_in_name(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the name `{}` is built in", name.text))
        .at(name.span, "has a meaning of its own in every book")
        .help("choose another name")
}

/// A unit that has the name of another.
pub(super) fn unit_name_taken(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("there is a unit `{}` already", name.text))
        .at(name.span, "declared again here")
        .help("choose another name, or use the unit that is there")
}

/// A unit whose size makes no sense.
pub(super) fn bad_unit(name: &ast::Name, size: Span, problem: &DeclareUnitError) -> Diagnostic {
    let message = match problem {
        DeclareUnitError::NotPositive => format!("the size of `{}` is not above zero", name.text),
        DeclareUnitError::OfNothing => format!("the size of `{}` has no unit", name.text),
        DeclareUnitError::OfMoney => format!("the size of `{}` is an amount of money", name.text),
        DeclareUnitError::NameTaken | DeclareUnitError::TooLarge => {
            format!("the size of `{}` has too many digits", name.text)
        }
    };
    let help = match problem {
        DeclareUnitError::OfNothing => {
            "say of what: `unit dozen = 12 pc`; or leave `=` out, for a unit that measures something new"
        }
        DeclareUnitError::OfMoney => "a price is a figure of the book, as in `def` or `table`, not a unit",
        _ => "write a size above zero in another unit, as `unit crate = 12 kg`",
    };
    Diagnostic::new(codes::BAD_UNIT, message).at(size, "").help(help)
}

/// A unit that is made of itself, perhaps by way of others.
pub(super) fn unit_cycle(path: &[&ast::Name]) -> Diagnostic {
    let shown: Vec<String> = path.iter().chain(path.first()).map(|name| format!("`{}`", name.text)).collect();
    let message = match path {
        [only] => format!("the unit `{}` is made of itself", only.text),
        _ => format!("units are made of each other: {}", shown.join(" → ")),
    };
    let mut problem = Diagnostic::new(codes::BAD_UNIT, message);
    for (at, name) in path.iter().enumerate() {
        let next = path.get(at + 1).or(path.first()).map_or("", |next| next.text.as_ref());
        let words = format!("needs `{next}`");
        problem = if at == 0 { problem.at(name.span, words) } else { problem.also(name.span, words) };
    }
    problem.help("give one of them a size in a usual unit, or none: `unit crate` measures something new")
}

/// A name in a unit that stands for nothing.
pub(super) fn unknown_unit(name: &ast::Name, unknown: &UnknownUnit) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_UNIT, format!("there is no unit `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, unknown.nearest.as_deref())
        .help("a unit of your own is declared once in the book: `unit pallet = 48 pc`")
}
