//! Who must agree to a quote, and why, as plain data.

use crate::ir::{Name, Route};
use crate::source::Span;

/// Who must agree to a quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// How the levels sign.
    pub how: Route,
    /// Who must sign, in this order.
    pub route: Vec<Signer>,
    /// Why.
    pub requirements: Vec<Requirement>,
}

/// Somebody who must sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// A level or a reviewer.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// A reviewer, beside the levels.
    pub reviewer: bool,
    /// All that this signer is asked for was signed before and still stands.
    pub signed: bool,
}

/// A rule that holds, and asks or rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The level or reviewer that is asked; none rejects.
    pub who: Option<Name>,
    /// For people.
    pub label: Option<Name>,
    /// The rule's condition, as written.
    pub rule: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// The ids of the lines for which it holds; empty for a rule about the quote.
    pub lines: Vec<String>,
    /// What was tested.
    pub tested: Vec<Tested>,
    /// 64 hexadecimal digits over the rule, what it read, and the values that it tested.
    pub hash: String,
    /// It was signed on an earlier quote, and nothing that it tests got worse since.
    pub signed: bool,
    /// Where the rule is declared.
    pub span: Span,
}

/// A comparison that a rule made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The line's id; none for the quote.
    pub line: Option<String>,
    /// What was tested, as written: `line.margin`.
    pub what: Name,
    /// Its value, as shown; none where the reader may not see it.
    pub shown: Option<String>,
    /// Its exact value, for a later request's `approved`; none where the reader may not see it.
    pub value: Option<String>,
    /// `<`, `<=`, `=`, `!=`, `>`, `>=`
    pub operator: &'static str,
    /// The threshold, as shown.
    pub threshold: String,
}
