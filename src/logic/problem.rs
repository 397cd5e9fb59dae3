//! What is asked about: variables with finitely many values, and the rules between them.

use super::values::ValueSet;

/// A variable, by its position in [`Problem::sizes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

/// A rule, by its position in [`Problem::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub u32);

/// Variables and rules. A solution gives each variable one value such that every rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// One number a variable: its values are `0..size`, at least one.
    pub sizes: Vec<u32>,
    /// For how many values of the asker each value stands when solutions are counted; 1 each where the
    /// variable's list is empty. Variables that others determine count 1.
    pub multiplicity: Vec<Vec<u64>>,
    /// Variables of which nobody asks what they can be; searching leaves that open.
    pub unasked: Vec<bool>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// A rule: constraints that stand or fall together in an explanation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// It says what a variable means and no explanation names it. Background rules alone never contradict.
    pub background: bool,
    /// At least one literal of each clause holds.
    pub clauses: Vec<Clause>,
    /// At least one row of each table holds.
    pub tables: Vec<Table>,
}

/// A clause: at least one of its literals holds. Literals name different variables.
pub type Clause = Vec<Literal>;

/// The variable has one of the values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// The variable.
    pub var: Var,
    /// The values; neither none nor all.
    pub values: ValueSet,
}

/// What an asker takes for granted: the variable has one of the values.
pub type Claim = Literal;

/// Claims that stand or fall with the others of their owner: what an asker can give up is an owner.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    /// The claims.
    pub claims: &'a [Claim],
    /// The owner of each, a number of the asker's.
    pub owners: &'a [usize],
}

impl<'a> Owned<'a> {
    /// The claims of an owner.
    pub fn of(self, owner: usize) -> impl Iterator<Item = &'a Claim> {
        let own = self.claims.iter().zip(self.owners).filter(move |(_, own)| **own == owner);
        own.map(|(claim, _)| claim)
    }

    /// The claims of all owners but some.
    pub fn without(self, given_up: &'a [usize]) -> impl Iterator<Item = &'a Claim> {
        let kept = self.claims.iter().zip(self.owners).filter(|(_, owner)| !given_up.contains(owner));
        kept.map(|(claim, _)| claim)
    }
}

/// A relation: the allowed combinations of values of some variables. Rows may overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Different variables.
    pub vars: Vec<Var>,
    /// The rows, each with one cell a variable.
    pub rows: Vec<Row>,
}

/// A row of a table.
pub type Row = Vec<Cell>;

/// What a row says of one variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Any value.
    Any,
    /// This value.
    One(u32),
    /// One of these.
    Set(ValueSet),
}

impl Problem {
    /// Adds a variable of some values.
    pub fn variable(&mut self, size: u32) -> Var {
        let var = Var(self.sizes.len() as u32);
        self.sizes.push(size);
        self.multiplicity.push(Vec::new());
        var
    }

    /// Adds a rule.
    pub fn rule(&mut self, rule: Rule) -> RuleId {
        let id = RuleId(self.rules.len() as u32);
        self.rules.push(rule);
        id
    }

    /// How many values a variable has.
    pub fn size(&self, var: Var) -> u32 {
        self.sizes.get(var.0 as usize).copied().unwrap_or(0)
    }

    /// Whether somebody asks what a variable can be.
    pub fn is_asked(&self, var: Var) -> bool {
        !self.unasked.get(var.0 as usize).copied().unwrap_or(false)
    }

    /// All values of a variable.
    pub fn all(&self, var: Var) -> ValueSet {
        ValueSet::all(self.size(var))
    }
}

impl Literal {
    /// The variable has one of the values.
    pub fn new(var: Var, values: ValueSet) -> Literal {
        Literal { var, values }
    }

    /// The variable has this value.
    pub fn is(var: Var, value: u32) -> Literal {
        Literal { var, values: ValueSet::one(value) }
    }
}

impl Cell {
    /// Whether the row has a value.
    pub fn has(&self, value: u32) -> bool {
        match self {
            Cell::Any => true,
            Cell::One(one) => *one == value,
            Cell::Set(set) => set.has(value),
        }
    }
}
