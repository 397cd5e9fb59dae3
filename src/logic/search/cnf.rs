//! Clauses over Boolean unknowns, as plain arrays that never change once they are built.

use std::fmt;
use std::ops::{Not, Range};

/// A Boolean unknown, or its opposite.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Lit(u32);

/// Always true: the first unknown stands for it.
pub(super) const TRUE: Lit = Lit(0);
/// Never true.
pub(super) const FALSE: Lit = Lit(1);

/// The number of a clause.
pub(super) type ClauseId = u32;

impl Lit {
    /// An unknown itself.
    pub(super) fn of(unknown: u32) -> Lit {
        Lit(unknown << 1)
    }

    /// The unknown.
    pub(super) fn unknown(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether this is the opposite of its unknown.
    pub(super) fn is_opposite(self) -> bool {
        self.0 & 1 == 1
    }

    /// From 1, and negative for an opposite.
    pub(super) fn number(self) -> i32 {
        let number = self.unknown() as i32 + 1;
        if self.is_opposite() { -number } else { number }
    }

    /// A dense number, the opposite's beside it.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

impl fmt::Debug for Lit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", if self.is_opposite() { "-" } else { "" }, self.0 >> 1)
    }
}

/// On whose account a clause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// It says what the values of a variable are and what sets of them are called; it cannot be given up.
    Variable(u32),
    /// It is part of a rule.
    Rule(u32),
}

/// Clauses being collected.
#[derive(Debug, Default)]
pub(super) struct Builder {
    unknowns: u32,
    variables: Clauses,
    rules: Clauses,
}

/// A list of clauses, each with the number of its owner.
#[derive(Debug, Default)]
struct Clauses {
    ends: Vec<u32>,
    lits: Vec<Lit>,
    owners: Vec<u32>,
}

/// Clauses with what is needed to propagate along them.
#[derive(Debug)]
pub(super) struct Cnf {
    unknowns: u32,
    /// The clauses of variable after variable, then those of rule after rule.
    ends: Vec<u32>,
    lits: Vec<Lit>,
    variable_ends: Vec<u32>,
    rule_ends: Vec<u32>,
    /// By literal: where the clauses of two literals that it is in begin in `pairs`.
    pair_starts: Vec<u32>,
    pairs: Vec<(Lit, ClauseId)>,
    /// By literal: where the longer clauses that it is in begin in `long`.
    long_starts: Vec<u32>,
    long: Vec<ClauseId>,
    /// Clauses of one literal or none.
    short: Vec<ClauseId>,
}

impl Builder {
    /// Clauses that know nothing but what is always true.
    pub(super) fn new() -> Builder {
        Builder { unknowns: 1, ..Builder::default() }
    }

    /// A new unknown.
    pub(super) fn unknown(&mut self) -> Lit {
        let lit = Lit::of(self.unknowns);
        self.unknowns += 1;
        lit
    }

    /// Adds a clause; literals that stand twice and clauses that always hold are left out.
    pub(super) fn clause(&mut self, owner: Owner, lits: &[Lit]) {
        let (clauses, owner) = match owner {
            Owner::Variable(variable) => (&mut self.variables, variable),
            Owner::Rule(rule) => (&mut self.rules, rule),
        };
        let start = clauses.lits.len();
        clauses.lits.extend(lits.iter().filter(|lit| **lit != FALSE));
        let new = &mut clauses.lits[start..];
        new.sort_unstable();
        if new.contains(&TRUE) || new.windows(2).any(|pair| pair[0] == !pair[1]) {
            clauses.lits.truncate(start);
            return;
        }
        let mut end = start;
        for at in start..clauses.lits.len() {
            if at == start || clauses.lits[at] != clauses.lits[at - 1] {
                clauses.lits[end] = clauses.lits[at];
                end += 1;
            }
        }
        clauses.lits.truncate(end);
        clauses.ends.push(end as u32);
        clauses.owners.push(owner);
    }

    /// The clauses, of so many variables and rules.
    pub(super) fn build(self, variables: usize, rules: usize) -> Cnf {
        let (mut ends, mut lits) = (Vec::new(), vec![]);
        let variable_ends = self.variables.move_into(&mut ends, &mut lits, variables);
        let rule_ends = self.rules.move_into(&mut ends, &mut lits, rules);
        let mut cnf = Cnf {
            unknowns: self.unknowns,
            ends,
            lits,
            variable_ends,
            rule_ends,
            pair_starts: Vec::new(),
            pairs: Vec::new(),
            long_starts: Vec::new(),
            long: Vec::new(),
            short: Vec::new(),
        };
        cnf.index();
        cnf
    }
}

impl Clauses {
    /// Appends the clauses owner by owner, and says where those of each owner end.
    fn move_into(&self, ends: &mut Vec<u32>, lits: &mut Vec<Lit>, owners: usize) -> Vec<u32> {
        let mut order: Vec<usize> = (0..self.ends.len()).collect();
        order.sort_by_key(|at| self.owners[*at]);
        let mut owner_ends = Vec::with_capacity(owners);
        let mut next = order.into_iter().peekable();
        for owner in 0..owners {
            while let Some(at) = next.next_if(|at| self.owners[*at] as usize == owner) {
                let start = if at == 0 { 0 } else { self.ends[at - 1] };
                lits.extend_from_slice(&self.lits[start as usize..self.ends[at] as usize]);
                ends.push(lits.len() as u32);
            }
            owner_ends.push(ends.len() as u32);
        }
        owner_ends
    }
}

/// The part of a list of lists at a position, when `ends` says where each ends.
fn part(ends: &[u32], at: usize) -> Range<usize> {
    let start = if at == 0 { 0 } else { ends[at - 1] };
    start as usize..ends[at] as usize
}

impl Cnf {
    fn index(&mut self) {
        let (mut pair_counts, mut long_counts) = (vec![0u32; self.lit_count()], vec![0u32; self.lit_count()]);
        for clause in 0..self.ends.len() {
            let lits = &self.lits[part(&self.ends, clause)];
            let counts = if lits.len() == 2 { &mut pair_counts } else { &mut long_counts };
            match lits.len() {
                0 | 1 => self.short.push(clause as ClauseId),
                _ => lits.iter().for_each(|lit| counts[lit.index()] += 1),
            }
        }
        self.pair_starts = starts(&pair_counts);
        self.long_starts = starts(&long_counts);
        let (mut pair_at, mut long_at) = (self.pair_starts.clone(), self.long_starts.clone());
        self.pairs = vec![(TRUE, 0); total(&self.pair_starts)];
        self.long = vec![0; total(&self.long_starts)];
        for clause in 0..self.ends.len() {
            match &self.lits[part(&self.ends, clause)] {
                [] | [_] => {}
                [one, other] => {
                    self.pairs[step(&mut pair_at, *one)] = (*other, clause as ClauseId);
                    self.pairs[step(&mut pair_at, *other)] = (*one, clause as ClauseId);
                }
                lits => lits.iter().for_each(|lit| self.long[step(&mut long_at, *lit)] = clause as ClauseId),
            }
        }
    }

    /// How many unknowns there are.
    pub(super) fn unknowns(&self) -> u32 {
        self.unknowns
    }

    /// How many literals there are.
    pub(super) fn lit_count(&self) -> usize {
        self.unknowns as usize * 2
    }

    /// How many clauses there are.
    pub(super) fn clause_count(&self) -> usize {
        self.ends.len()
    }

    /// How many literals all clauses have together.
    pub(super) fn size(&self) -> usize {
        self.lits.len()
    }

    /// The literals of a clause.
    pub(super) fn clause(&self, clause: ClauseId) -> &[Lit] {
        &self.lits[part(&self.ends, clause as usize)]
    }

    /// The clauses of two literals that a literal is in: the other literal and the clause.
    pub(super) fn pairs(&self, lit: Lit) -> &[(Lit, ClauseId)] {
        &self.pairs[self.pair_starts[lit.index()] as usize..self.pair_starts[lit.index() + 1] as usize]
    }

    /// The clauses of three and more literals that a literal is in.
    pub(super) fn long(&self, lit: Lit) -> &[ClauseId] {
        &self.long[self.long_starts[lit.index()] as usize..self.long_starts[lit.index() + 1] as usize]
    }

    /// The clauses of one literal or none.
    pub(super) fn short(&self) -> &[ClauseId] {
        &self.short
    }

    /// The clauses that say what a variable's values are.
    pub(super) fn of_variable(&self, variable: u32) -> Range<ClauseId> {
        let range = part(&self.variable_ends, variable as usize);
        range.start as ClauseId..range.end as ClauseId
    }

    /// The clauses of a rule.
    pub(super) fn of_rule(&self, rule: u32) -> Range<ClauseId> {
        let first = self.variable_ends.last().copied().unwrap_or(0);
        let start = if rule == 0 { first } else { self.rule_ends[rule as usize - 1] };
        start..self.rule_ends[rule as usize]
    }

    /// The rule that a clause is part of.
    pub(super) fn rule_of(&self, clause: ClauseId) -> Option<u32> {
        let first = self.variable_ends.last().copied().unwrap_or(0);
        (clause >= first).then(|| self.rule_ends.partition_point(|end| *end <= clause) as u32)
    }
}

fn starts(counts: &[u32]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(counts.len() + 1);
    let mut sum = 0;
    starts.push(0);
    for count in counts {
        sum += count;
        starts.push(sum);
    }
    starts
}

fn total(starts: &[u32]) -> usize {
    starts.last().copied().unwrap_or(0) as usize
}

fn step(at: &mut [u32], lit: Lit) -> usize {
    let place = at[lit.index()];
    at[lit.index()] += 1;
    place as usize
}
