//! Approvals as written: who signs, in which order, and what asks them.

use super::{Expr, Name, Number, Text};
use crate::source::Span;

/// `approvals { level …  reviewer …  ladder …  skip …  ask …  reject …  route climb }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Approvals {
    /// Levels, lowest first.
    pub levels: Vec<Level>,
    /// Reviewers.
    pub reviewers: Vec<Reviewer>,
    /// Further ladders, which sign beside the levels.
    pub ladders: Vec<Ladder>,
    /// Levels that do not sign under a condition.
    pub skips: Vec<Skip>,
    /// The rules in order.
    pub rules: Vec<ApprovalRule>,
    /// `route climb`, `route jump`, `route each`
    pub route: Option<Name>,
}

/// `level director "Sales director" needs 2`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Level {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// `needs 2`: how many people must sign.
    pub needs: Option<Number>,
}

/// `reviewer finance "Finance" needs 2 with director parallel`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reviewer {
    /// Their name.
    pub name: Name,
    /// Their label.
    pub label: Option<Text>,
    /// `needs 2`: how many people must sign.
    pub needs: Option<Number>,
    /// The level they stand beside.
    pub with: Option<Name>,
    /// `parallel`: they sign at the same time as the level, not behind it.
    pub parallel: bool,
}

/// `ladder services "Services" { level …  reviewer …  route jump }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ladder {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Levels, lowest first.
    pub levels: Vec<Level>,
    /// Reviewers beside its levels.
    pub reviewers: Vec<Reviewer>,
    /// Which of its levels sign.
    pub route: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// `skip manager when actor.role = manager because "…"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Skip {
    /// The level that does not sign.
    pub level: Name,
    /// The condition.
    pub when: Expr,
    /// The reason.
    pub because: Option<Text>,
    /// The rule.
    pub span: Span,
}

/// `ask director for machines when line.margin < 15% because "…"`, `reject when …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalRule {
    /// Who is asked; none for `reject`.
    pub who: Option<Name>,
    /// `for machines`: only lines of that family or product.
    pub narrowed_to: Option<Name>,
    /// The condition.
    pub when: Expr,
    /// The reason.
    pub because: Option<Text>,
    /// The rule.
    pub span: Span,
}
