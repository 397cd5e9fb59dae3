//! A priced request that can be asked about: what the tests of a book do.

use super::answer::Quote;
use super::error::RequestError;
use super::request::Request;
use crate::eval::Plan;
use crate::ir::{Expr, Name, NameList};

/// A priced request: its quote, and every figure that led to it.
#[derive(Debug)]
pub struct Priced<'p> {
    plan: &'p Plan,
    quote: Quote,
}

/// What came of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// It holds.
    pub holds: bool,
    /// The comparisons in it, with the values of both sides.
    pub compared: Vec<Compared>,
}

/// A comparison, with its values as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The value on the left; the reason in words where there is none.
    pub left: String,
    /// `<`, `<=`, `=`, `!=`, `>`, `>=`, `in`
    pub operator: &'static str,
    /// The value on the right.
    pub right: String,
}

impl<'p> Priced<'p> {
    pub(super) fn of(_plan: &'p Plan, _request: &Request) -> Result<Priced<'p>, Vec<RequestError>> {
        Err(Vec::new())
    }

    /// The quote.
    pub fn quote(&self) -> &Quote {
        &self.quote
    }

    /// The quote, when nothing more is asked.
    pub fn into_quote(self) -> Quote {
        self.quote
    }

    /// Whether a condition holds: read on a line (by its position in the request), or on the quote.
    ///
    /// # Errors
    ///
    /// Where a figure that it reads is not known: the reason in words.
    pub fn ask(&self, _condition: &Expr, _line: Option<usize>) -> Result<Answer, String> {
        Err(format!("nothing is known of {}", self.plan.book().name))
    }

    /// A list of names, of a line (by its position in the request) or of the quote. For the quote,
    /// `violations`, `alerts`, `applied` and `offers` are those of all lines, in their order, and then its own.
    pub fn names(&self, _list: NameList, _line: Option<usize>) -> Vec<Name> {
        Vec::new()
    }
}
