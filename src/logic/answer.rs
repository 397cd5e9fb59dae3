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
    /// Steps that compiling all components may take together; a step is one look at a literal or a row.
    pub compile_steps: u64,
    /// Conflicts that one question may run into while searching.
    pub conflicts: u64,
}

impl Default for Budget {
    /// A circuit of a million nodes answers in some 10 ms and takes some 100 MB; compiling that has not ended
    /// after the steps of two to three seconds seldom ends soon; and a question of so many conflicts is past
    /// waiting for.
    fn default() -> Budget {
        Budget { nodes: 1_000_000, compile_steps: 250_000_000, conflicts: 20_000 }
    }
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
    /// Positions of claims, or their owners where they have some; ascending.
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
