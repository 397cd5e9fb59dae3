//! How far the proofs of one product go, counted so that they are the same on every machine.

use crate::logic::Budget;

/// What one question may cost.
pub(super) const BUDGET: Budget = Budget { nodes: 2_000_000, compile_steps: 400_000_000, conflicts: 20_000 };

/// For a model of which only the problem is wanted.
pub(super) const UNCOMPILED: Budget = Budget { nodes: 0, compile_steps: 0, conflicts: BUDGET.conflicts };

/// For so many options the reason is told why values are dead; the others are counted.
pub(super) const MOST_REASONS: usize = 20;

/// A reason of more rules than these counts for several.
pub(super) const RULES_OF_A_REASON: usize = 100;

/// So many kinds of days, with other rows of tables in effect, are looked at.
pub(super) const MOST_DAYS: usize = 40;

/// So many years can be added to a day of a book, and there still is such a day.
pub(super) const MOST_YEARS: i64 = 1_000;

/// So many parts of expressions are looked at to tell which lets of a product may fail.
pub(super) const MOST_PARTS: usize = 100_000;

/// So many values are named in one sentence.
pub(super) const MOST_NAMED: usize = 8;

/// Conflicts that looking for what a single rule is for may run into, each time it is looked at.
pub(super) const CONFLICTS_A_RULE: u64 = 1_000;

/// Literals and cells that may be looked at for all rules of a model.
pub(super) const STEPS_FOR_RULES: u64 = 40_000_000;
