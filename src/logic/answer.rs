//! What can be answered, and what it costs.

use num_bigint::BigUint;

use super::problem::RuleId;
use super::values::ValueSet;

/// The question outgrew its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided;

/// An answer, unless the budget ran out.
pub type Decided<T> = Result<T, Undecided>;

/// How much effort answers may take, in steps that are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Nodes that a compiled component may have before searching takes its place.
    pub nodes: u32,
    /// Decisions that compiling all components may take together.
    pub compile_steps: u64,
    /// Conflicts that one question may run into while searching.
    pub conflicts: u64,
}

/// Which values a variable can have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// Values that some solution has.
    pub possible: ValueSet,
    /// Values of which it is not known; none where the budget sufficed.
    pub undecided: ValueSet,
}

/// Claims and rules that cannot hold together, each of them necessary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Core {
    /// Positions of claims, ascending.
    pub claims: Vec<usize>,
    /// Rules, ascending; background rules are left out.
    pub rules: Vec<RuleId>,
}

/// A solution that keeps wishes where it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// One value a variable.
    pub values: Vec<u32>,
    /// Positions of the wishes that had to be given up, ascending: each contradicts the claims together with
    /// the kept wishes before it.
    pub given_up: Vec<usize>,
}

/// How many solutions there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(BigUint),
    /// So many are proven; there may be more.
    AtLeast(BigUint),
}
