//! Why a text is no declaration, in words.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::errors;
use super::grammar::Rule;
use super::prepare;
use super::split::{ItemWord, first_word};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Where the grammar stopped.
pub(super) fn place(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    }
}

/// A problem for the place where the grammar stopped.
pub(super) fn explain(error: &Error<Rule>, text: &str, file: FileId, base: u32) -> Diagnostic {
    let at = place(error).min(text.len());
    let rest = text.get(at..).unwrap_or("");
    let end = at + rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let (word, _) = first_word(rest);
    if text.trim_start().len() == rest.len() && !word.is_empty() {
        let known: Vec<&str> = ItemWord::ALL.iter().map(|word| word.text()).collect();
        return errors::unknown_declaration(prepare::span(file, base, at, at + word.len()), word, &known);
    }
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => format!("{positives:?}"),
        ErrorVariant::CustomError { message } => message.clone(),
    };
    errors::unexpected(prepare::span(file, base, at, end), "unexpected text", &expected, "")
}
