//! What a quote says beside its figures: violations, alerts, suggestions and offers.

use crate::diagnostic::Code;
use crate::ir::Name;
use crate::source::Span;
use crate::value::Said;

/// Why something cannot be sold so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub code: Code,
    /// The constraint's name; the code's id where it has none.
    pub name: Name,
    /// What is wrong, in a sentence with the values.
    pub message: String,
    /// The piece that is to blame, where it is not the line itself: `dies[2]`.
    pub piece: Option<Name>,
    /// By how much a comparison of amounts does not hold, as shown.
    pub off_by: Option<String>,
    /// The author's words.
    pub because: Option<Name>,
    /// What to do.
    pub help: Option<String>,
    /// Where in the request, where a value of it is to blame: `lines[0].options.force`.
    pub path: Option<String>,
    /// Where in the book.
    pub span: Option<Span>,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name, where it has one.
    pub name: Option<Name>,
    /// What it says.
    pub message: String,
    /// Where it is declared; where the book adds it by itself, the `quote` block, if there is one.
    pub span: Option<Span>,
}

/// Something to sell beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What, in words: `extras with light_curtain`.
    pub text: String,
    /// The option, or the product.
    pub of: Suggested,
    /// The option's label, or the product's.
    pub label: Option<Name>,
    /// The value for the option, or the product.
    pub value: String,
    /// The label of the value, where it has one.
    pub value_label: Option<Name>,
    /// The author's words.
    pub because: Option<Name>,
    /// Where it is declared.
    pub span: Span,
}

/// What is suggested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggested {
    /// A value for this option, or one more for a set.
    Option(Name),
    /// This product, on a line of its own.
    Product(Name),
}

impl Suggestion {
    /// The option or product that is suggested.
    pub fn what(&self) -> &Name {
        match &self.of {
            Suggested::Option(name) | Suggested::Product(name) => name,
        }
    }
}

/// A step that almost applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The step.
    pub step: Name,
    /// The step's label.
    pub label: Option<Name>,
    /// What would bring it, in a sentence.
    pub message: Said,
    /// Where it is declared.
    pub span: Span,
}
