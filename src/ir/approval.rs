//! Approvals of the checked form: who signs, in which order, and what asks them.

use super::Book;
use super::expr::Formula;
use super::ty::Name;
use crate::source::Span;

/// Who must agree to what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Approvals {
    /// Lowest first.
    pub levels: Vec<ApprovalLevel>,
    /// Beside the levels, of whichever ladder.
    pub reviewers: Vec<Reviewer>,
    /// Further ladders, which sign beside the levels.
    pub ladders: Vec<Ladder>,
    /// Levels that do not sign under a condition, in the order written.
    pub skips: Vec<Skip>,
    /// In the order written.
    pub rules: Vec<ApprovalRule>,
    /// Which of the levels sign.
    pub route: Route,
}

/// A level of approval.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalLevel {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// How many people must sign, at least 1.
    pub needs: u32,
}

/// A reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reviewer {
    /// Their name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// How many people must sign, at least 1.
    pub needs: u32,
    /// The level they stand beside.
    pub with: Option<Name>,
    /// They sign at the same time as the level, not behind it.
    pub parallel: bool,
}

/// Levels with a route of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ladder {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Lowest first; at least one.
    pub levels: Vec<ApprovalLevel>,
    /// Which of them sign.
    pub route: Route,
}

/// A level that does not sign under a condition; what asks it goes to the next level above.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Skip {
    /// The level, which is not the top of its ladder.
    pub level: Name,
    /// The condition, which speaks of no single line.
    pub when: Formula,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

impl Approvals {
    /// The ladders, the nameless one first: its name, its levels, and which of them sign.
    pub fn each_ladder(&self) -> impl Iterator<Item = (Option<&Ladder>, &[ApprovalLevel], Route)> {
        let own = std::iter::once((None, self.levels.as_slice(), self.route));
        own.chain(self.ladders.iter().map(|it| (Some(it), it.levels.as_slice(), it.route)))
    }

    /// How many people must sign for a level or a reviewer, and the label.
    pub fn signer(&self, name: &Name) -> Option<(u32, Option<&Name>)> {
        let mut levels = self.each_ladder().flat_map(|(_, levels, _)| levels);
        let level = levels.find(|level| level.name == *name).map(|it| (it.needs, it.label.as_ref()));
        let reviewer = || self.reviewers.iter().find(|it| it.name == *name);
        level.or_else(|| reviewer().map(|it| (it.needs, it.label.as_ref())))
    }
}

impl Book {
    /// Whether the book declares an input of its own with the name of the request's field `author`.
    pub fn has_author(&self) -> bool {
        let inputs = self.facts.iter().map(|it| &it.name).chain(self.quote.entries.iter().map(|it| &it.name));
        inputs.chain(self.contexts.iter().map(|it| &it.name)).any(|name| &**name == "author")
    }
}

/// `ask` or `reject`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalRule {
    /// A level or a reviewer; none rejects.
    pub who: Option<Name>,
    /// Only lines of this family or product.
    pub narrowed_to: Option<Name>,
    /// The condition; with `per_line` it is tried on each line and holds if it holds for one.
    pub when: Formula,
    /// The condition speaks of a line.
    pub per_line: bool,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// Which levels sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Route {
    /// Every level up to the highest asked, in order.
    #[default]
    Climb,
    /// Only the highest asked.
    Jump,
    /// Those asked.
    Each,
}
