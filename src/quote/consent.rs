//! Who must agree to a quote and why, and what was agreed to before, as plain data.

use super::seal::Seal;
use crate::ir::{Name, Route};
use crate::source::Span;
use crate::value::Said;

/// Who must agree to a quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// How the levels of the nameless ladder sign.
    pub how: Route,
    /// The other ladders on which somebody must sign.
    pub ladders: Vec<SideLadder>,
    /// Who must sign, in the order of the steps.
    pub route: Vec<Signer>,
    /// Levels that would sign and are skipped.
    pub skipped: Vec<Skipped>,
    /// Why.
    pub requirements: Vec<Requirement>,
    /// Signatures that nothing asks for now.
    pub unneeded: Vec<Unneeded>,
}

/// A ladder whose levels sign beside those of the nameless one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideLadder {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// How its levels sign.
    pub how: Route,
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
    /// The ladder; none for the nameless one.
    pub ladder: Option<Name>,
    /// When: from 1; those of one step sign at the same time, and behind all of lower steps of their ladder.
    pub step: u32,
    /// How many people must sign.
    pub needs: u32,
    /// All that this signer is asked for was signed before, by enough people, and still stands.
    pub signed: bool,
    /// The people whose signature still stands, as far as they are named.
    pub signed_by: Vec<String>,
}

/// A level that would sign and is skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The level.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The condition of the skip, as written.
    pub rule: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// Where it is declared.
    pub span: Span,
}

/// A rule that holds, and asks or rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The level or reviewer that is asked; none rejects.
    pub who: Option<Name>,
    /// For people.
    pub label: Option<Name>,
    /// The level that the rule asks, where that is skipped.
    pub instead_of: Option<Name>,
    /// The rule's condition, as written.
    pub rule: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// The ids of the lines for which it holds; empty for a rule about the quote.
    pub lines: Vec<String>,
    /// What was tested.
    pub tested: Vec<Tested>,
    /// 64 hexadecimal digits over the rule, what it read, and the values that it tested.
    pub hash: Seal,
    /// How many people must sign; 0 where it rejects.
    pub needs: u32,
    /// Enough people signed it on an earlier quote, and nothing that it tests got worse since.
    pub signed: bool,
    /// Those of them who are named, each once.
    pub signed_by: Vec<String>,
    /// Signatures that do not count.
    pub not_counted: Vec<NotCounted>,
    /// Why signatures do not stand any more, where they are missing now.
    pub again: Vec<Again>,
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
    pub shown: Option<Said>,
    /// Its exact value, for a later request's `approved`; none where the reader may not see it.
    pub value: Option<Said>,
    /// `<`, `<=`, `=`, `!=`, `>`, `>=`, `in`, `not in`
    pub operator: &'static str,
    /// The threshold, as shown; none where the reader may not see it.
    pub threshold: Option<Said>,
    /// The threshold exactly, for a later request's `approved`; none where the reader may not see it.
    pub against: Option<Said>,
    /// The threshold stands in the rule itself, so that it changes with the rule alone.
    pub constant: bool,
}

/// A signature that does not count, though nothing got worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCounted {
    /// Who signed, where that was said.
    pub by: Option<String>,
    /// Why, in words.
    pub reason: String,
}

/// Why a signature does not stand any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// Who signed, where that was said.
    pub by: Option<String>,
    /// The line's id; none for the quote.
    pub line: Option<String>,
    /// What changed: `line.margin`; none where the rule compares nothing.
    pub what: Option<Name>,
    /// Its value when it was signed, as shown; none where it was not tested, or the reader may not see it.
    pub earlier: Option<Said>,
    /// Its value now, as shown; none where the reader may not see it.
    pub now: Option<Said>,
    /// The threshold when it was signed and the one of now, as shown, where that changed; none where the reader
    /// may not see it.
    pub threshold: Option<Moved>,
    /// How it changed, in words.
    pub reason: String,
}

/// A threshold that became stricter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// When it was signed; none where that is not known.
    pub earlier: Option<Said>,
    /// Now.
    pub now: Said,
}

/// A signature that nothing asks for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unneeded {
    /// Who was asked: a level or a reviewer.
    pub who: String,
    /// The rule, as it stood on the earlier quote.
    pub rule: String,
    /// Who signed, where that was said.
    pub by: Option<String>,
    /// Why, in words.
    pub reason: String,
}
