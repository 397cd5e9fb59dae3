//! Why a figure is not known: the closed list of what can go wrong while a quote is made.

use std::sync::Arc;

use crate::diagnostic::{Code, codes};
use crate::ir::Name;
use crate::source::{Span, limits};
use crate::value::{ArithmeticError, PowerError};

/// The reason why a figure has no value, shared by all that depend on it, so that it is told once.
pub type Gap = Arc<Fault>;

/// Something that went wrong, in words for a salesperson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of thing.
    pub code: Code,
    /// What is wrong, in a sentence with the values.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The constraint's name, where it has one.
    pub name: Option<Name>,
    /// The author's words.
    pub because: Option<Name>,
    /// The piece that is at fault, where it is not the line itself: `dies[2]`.
    pub piece: Option<Name>,
    /// Where in the request.
    pub path: Option<String>,
    /// Where in the book.
    pub span: Option<Span>,
    /// The book's constraints exclude this: it need not be told beside a broken constraint.
    pub excluded: bool,
}

impl Fault {
    /// A fault without a place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Fault {
        Fault {
            code,
            message: message.into(),
            help: None,
            name: None,
            because: None,
            piece: None,
            path: None,
            span: None,
            excluded: false,
        }
    }

    /// Where in the book.
    pub fn at(mut self, span: Span) -> Fault {
        self.span = Some(span);
        self
    }

    /// Where in the request.
    pub fn in_request(mut self, path: impl Into<String>) -> Fault {
        self.path = Some(path.into());
        self
    }

    /// What to do.
    pub fn help(mut self, text: impl Into<String>) -> Fault {
        self.help = Some(text.into());
        self
    }

    /// The fault as the reason of a gap.
    pub fn gap(self) -> Gap {
        Arc::new(self)
    }
}

/// A number that grew too long, or a division by zero.
pub(super) fn arithmetic(error: ArithmeticError, span: Span) -> Gap {
    match error {
        ArithmeticError::Overflow => overflow(span),
        ArithmeticError::DivisionByZero => {
            Fault::new(codes::DIVISION_BY_ZERO_IN_QUOTE, "a division by zero").at(span).gap()
        }
    }
}

/// A number that grew past what fits.
pub(super) fn overflow(span: Span) -> Gap {
    let fault = Fault::new(codes::OVERFLOW_IN_QUOTE, "a number that grew past what is kept exactly").at(span);
    fault
        .help("round on the way: sums of many fractions, and products of products, grow with every step")
        .gap()
}

/// A day that no calendar has.
pub(super) fn no_such_day(span: Span) -> Gap {
    let message = "a date before 0001-01-01 or after 9999-12-31";
    Fault::new(codes::OVERFLOW_IN_QUOTE, message).at(span).gap()
}

/// A power whose exact value has more digits than are kept.
pub(super) fn power_too_large(span: Span) -> Gap {
    let fault =
        Fault::new(codes::OVERFLOW_IN_QUOTE, "a power with more digits than are kept exactly").at(span);
    fault.help("round on the way: `pow(pow(x, 12) rounded half_even to 0.000000000001, years)`").gap()
}

/// A power with a broken exponent that cannot be rounded.
pub(super) fn broken_power(error: PowerError, span: Span) -> Gap {
    let message = match error {
        PowerError::NotPositive => {
            "a power with a fraction as its exponent, of a number that is not above zero"
        }
        PowerError::TooLarge => "a power with more digits than are kept exactly",
        PowerError::Undecided => "a power so near to a border of its rounding that it cannot be rounded",
    };
    Fault::new(codes::OVERFLOW_IN_QUOTE, message).at(span).gap()
}

/// A product of so many factors that its exact value has more digits than are kept.
pub(super) fn product_too_large(span: Span) -> Gap {
    let message = "a product with more digits than are kept exactly";
    let fault = Fault::new(codes::OVERFLOW_IN_QUOTE, message).at(span);
    fault
        .help(
            "round each factor, `product((1 + c) rounded half_even to 0.0001 for c in …)`, or multiply fewer",
        )
        .gap()
}

/// An expression that calls functions that call functions, and so on for too long.
pub(super) fn too_deep(span: Span) -> Gap {
    let message = format!("an evaluation that goes deeper than {} levels", limits::MAX_EVALUATION_DEPTH);
    Fault::new(codes::NESTED_TOO_DEEP, message).at(span).help("let fewer functions call each other").gap()
}

/// What a checked book never meets. It is told instead of priced.
pub(super) fn broken(span: Span, what: &str) -> Gap {
    let message = format!("the book says something here that cannot be carried out: {what}");
    Fault::new(codes::BAD_VALUE, message).at(span).gap()
}
