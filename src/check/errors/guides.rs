//! Problems with presets and guides.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast;

/// A second guide for a product or family.
pub(crate) fn two_guides(second: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(codes::TWO_GUIDES, format!("`{}` has two guides", second.text))
        .at(second.span, "again here")
        .also(first, "first here")
        .help("put their questions together; a question that is not always asked has a `when`")
}

/// A line of a product that starts from a preset of another.
pub(crate) fn preset_of_other(preset: &ast::Name, target: &str, product: &str, at: Span) -> Diagnostic {
    let message = format!("`{}` is a preset of `{target}`, not of `{product}`", preset.text);
    Diagnostic::new(codes::WRONG_PRESET, message)
        .at(preset.span, "")
        .also(at, "declared here")
        .help("start from a preset of the product, or choose the options one by one")
}

/// An option twice in a preset.
pub(crate) fn set_twice(name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{}` is set twice", name.text))
        .at(name.span, "again here")
        .also(first, "first here")
        .help("keep one of the two")
}

/// Quantities, entries and the like in a preset.
pub(crate) fn preset_word(name: &ast::Name, what: &str) -> Diagnostic {
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, format!("`{}` is {what}, and no option", name.text))
        .at(name.span, "")
        .help("a preset chooses options; the rest is said with each line")
}

/// A piece of a preset with a name.
pub(crate) fn named_piece(name: &ast::Name) -> Diagnostic {
    let message = format!("a piece of a preset is called by nobody, and this is named `{}`", name.text);
    Diagnostic::new(codes::UNEXPECTED_TEXT, message)
        .at(name.span, "")
        .help("leave the name out: it is for the pieces of a test's line")
}

/// A question that decides nothing.
pub(crate) fn idle_question(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::IDLE_QUESTION, format!("the answer to `{name}` decides nothing"))
        .at(span, "no effect of it, and none of a later question that reads it, concerns an option")
        .help("give it an effect such as `set force = 63 tf`, or leave it out")
}

/// An `else` behind cases that have all answers.
pub(crate) fn idle_answer(span: Span) -> Diagnostic {
    Diagnostic::new(codes::IDLE_ANSWER, "the cases above have every answer already")
        .at(span, "this is never reached")
        .help("leave `else` out, or one of the answers above")
}
