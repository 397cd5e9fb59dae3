//! Variables, clauses and tables with a trail: what follows from an assignment, and back again.
//!
//! A literal "the variable has one of these values" is interned as a *proposition*. A proposition is false once
//! all its values are gone and true once no other value is left, so that clauses are propagated as in a SAT
//! solver, with two watched literals, whatever the number of values. Tables are propagated by bitsets of live
//! rows (Demeulenaere et al., "Compact-Table", CP 2016; Verhaeghe et al., 2017, for cells of several values).

use std::collections::HashMap;

use smallvec::SmallVec;

use super::super::problem::{Literal, Table};
use super::super::values::ValueSet;
use super::compact::Compact;
use super::lists::Lists;
use super::mix::{self, Key};

/// Variables of one part of a problem, and what holds between them.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Part {
    /// The values of each variable.
    pub domains: Vec<ValueSet>,
    /// Clauses over variables of this part.
    pub clauses: Vec<Vec<Literal>>,
    /// Tables over variables of this part.
    pub tables: Vec<Table>,
}

impl Part {
    /// How much there is to it: variables, literals and cells.
    pub(in crate::logic) fn size(&self) -> usize {
        let literals: usize = self.clauses.iter().map(Vec::len).sum();
        let cells: usize = self.tables.iter().map(|table| table.vars.len() * table.rows.len()).sum();
        self.domains.len() + literals + cells
    }
}

/// What is known of a proposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Open,
    True,
    False,
}

/// A clause waits for one of its two watched propositions to become false.
#[derive(Clone, Copy, Debug)]
struct Watch {
    clause: u32,
    /// Another proposition of the clause: when it is true, the clause need not be looked at.
    blocker: u32,
}

/// The mark of a proposition in the trail.
const PROPOSITION: u32 = 1 << 31;

/// The state of propagation.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Kernel {
    /// Everything that is undone: words of domains, then what the tables keep.
    pub(super) cells: Vec<u64>,
    trail: Vec<(u32, u64)>,
    /// The first word of each variable's domain.
    first: Vec<u32>,
    /// How many values are left of each variable.
    left: Vec<u32>,
    /// Variables whose number of values changed, with the number before.
    left_trail: Vec<(u32, u32)>,
    owner: Vec<u32>,
    prop_first: Vec<u32>,
    prop_words: Vec<u64>,
    truth: Vec<Truth>,
    props: Lists,
    pairs: Lists,
    /// The variables of the other propositions, beside `pairs`.
    pair_owners: Lists,
    clause_first: Vec<u32>,
    literals: Vec<u32>,
    watches: Vec<Vec<Watch>>,
    occurrences: Lists,
    pub(super) tables: Vec<Compact>,
    tables_of: Lists,
    falsified: Vec<u32>,
    dirty: Vec<u32>,
    is_dirty: Vec<bool>,
    /// Scratch for the rows of a table.
    pub(super) mask: Vec<u64>,
    /// Steps taken so far.
    pub(super) steps: u64,
}

/// A point in the trail.
#[derive(Clone, Copy, Debug)]
pub(in crate::logic) struct Mark {
    cells: usize,
    left: usize,
}

impl Kernel {
    /// Reads a part; nothing has been propagated yet. Nothing when a clause or a table cannot hold.
    pub(in crate::logic) fn new(part: &Part) -> Option<Kernel> {
        let mut kernel = Kernel::default();
        for domain in &part.domains {
            kernel.first.push(kernel.cells.len() as u32);
            let words = domain.iter().last().map_or(0, |last| last / 64 + 1);
            kernel.cells.extend((0..words).map(|at| word(domain, at)));
            kernel.left.push(domain.len());
            if domain.is_empty() {
                return None;
            }
        }
        kernel.first.push(kernel.cells.len() as u32);
        let mut units = Vec::new();
        kernel.read_clauses(part, &mut units)?;
        kernel.read_tables(part)?;
        kernel.start(&units).then_some(kernel)
    }

    fn read_clauses(&mut self, part: &Part, units: &mut Vec<u32>) -> Option<()> {
        let mut known: HashMap<(u32, ValueSet), u32> = HashMap::new();
        let (mut pairs, mut occurrences) = (Vec::new(), Vec::new());
        self.clause_first.push(0);
        for clause in &part.clauses {
            let mut props: Vec<u32> = Vec::with_capacity(clause.len());
            let mut holds = false;
            for literal in clause {
                let domain = &part.domains[literal.var.0 as usize];
                let values = literal.values.and(domain);
                holds |= values == *domain;
                if !values.is_empty() {
                    props.push(self.proposition(&mut known, literal.var.0, values));
                }
            }
            match props.as_slice() {
                _ if holds => {}
                [] => return None,
                [unit] => units.push(*unit),
                [one, other] => pairs.extend([(*one, *other), (*other, *one)]),
                _ => {
                    let clause = self.clause_first.len() as u32 - 1;
                    occurrences.extend(props.iter().map(|prop| (self.owner[*prop as usize], clause)));
                    self.literals.extend(&props);
                    self.clause_first.push(self.literals.len() as u32);
                }
            }
        }
        let props = self.owner.len();
        pairs.sort_unstable();
        pairs.dedup();
        self.pairs = Lists::new(props, &pairs);
        pairs.iter_mut().for_each(|(_, other)| *other = self.owner[*other as usize]);
        self.pair_owners = Lists::new(props, &pairs);
        self.occurrences = Lists::new(part.domains.len(), &occurrences);
        let owned: Vec<_> = self.owner.iter().enumerate().map(|(prop, var)| (*var, prop as u32)).collect();
        self.props = Lists::new(part.domains.len(), &owned);
        self.truth = vec![Truth::Open; props];
        self.watches = vec![Vec::new(); props];
        for clause in 0..self.clause_first.len() - 1 {
            let at = self.clause_first[clause] as usize;
            let (one, other) = (self.literals[at], self.literals[at + 1]);
            self.watches[one as usize].push(Watch { clause: clause as u32, blocker: other });
            self.watches[other as usize].push(Watch { clause: clause as u32, blocker: one });
        }
        Some(())
    }

    fn proposition(&mut self, known: &mut HashMap<(u32, ValueSet), u32>, var: u32, values: ValueSet) -> u32 {
        let words = self.first[var as usize + 1] - self.first[var as usize];
        let (owner, prop_words, prop_first) = (&mut self.owner, &mut self.prop_words, &mut self.prop_first);
        *known.entry((var, values)).or_insert_with_key(|(_, values)| {
            owner.push(var);
            prop_first.push(prop_words.len() as u32);
            prop_words.extend((0..words).map(|at| word(values, at)));
            owner.len() as u32 - 1
        })
    }

    fn read_tables(&mut self, part: &Part) -> Option<()> {
        let mut tables_of = Vec::new();
        for table in &part.tables {
            let compact = Compact::new(table, &part.domains, &mut self.cells)?;
            tables_of.extend(compact.vars.iter().map(|var| (*var, self.tables.len() as u32)));
            self.tables.push(compact);
        }
        self.tables_of = Lists::new(part.domains.len(), &tables_of);
        Some(())
    }

    /// Propagates what holds from the start.
    fn start(&mut self, units: &[u32]) -> bool {
        self.is_dirty = vec![false; self.tables.len()];
        let tables = self.tables.len() as u32;
        units.iter().all(|unit| self.hold(*unit))
            && (0..tables).all(|table| self.revise(table, true))
            && self.propagate()
    }

    /// How many variables there are.
    pub(in crate::logic) fn len(&self) -> usize {
        self.left.len()
    }

    /// How many values a variable has left.
    pub(in crate::logic) fn left(&self, var: u32) -> u32 {
        self.left[var as usize]
    }

    /// Whether a variable has a value left.
    pub(in crate::logic) fn has(&self, var: u32, value: u32) -> bool {
        self.domain(var).get(value as usize / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
    }

    /// The lowest value that a variable has left.
    pub(in crate::logic) fn lowest(&self, var: u32) -> u32 {
        bits(self.domain(var)).next().unwrap_or(0)
    }

    /// Whether nothing names a variable.
    pub(in crate::logic) fn is_free(&self, var: u32) -> bool {
        self.props.of(var).is_empty() && self.tables_of.of(var).is_empty()
    }

    /// The values that a variable has left, as words.
    pub(in crate::logic) fn domain(&self, var: u32) -> &[u64] {
        &self.cells[self.first[var as usize] as usize..self.first[var as usize + 1] as usize]
    }

    /// The values that a variable has left, lowest first.
    pub(super) fn values(&self, var: u32) -> ValueSet {
        bits(self.domain(var)).collect()
    }

    /// What the variables and their values are told apart by.
    pub(super) fn key(&self, var: u32) -> Key {
        let domain = self.domain(var);
        let mut key = mix::key(var as u64, domain[0]);
        for (at, word) in domain.iter().enumerate().skip(1) {
            key = key.wrapping_add(mix::key(var as u64 | (at as u64) << 32, *word));
        }
        key
    }

    /// The variables that lost values since a mark, some more than once.
    pub(super) fn changed_since(&self, mark: Mark) -> impl Iterator<Item = u32> + '_ {
        self.left_trail[mark.left..].iter().map(|(var, _)| *var)
    }

    /// One more of the variables that lost values since a mark, which moves on.
    pub(super) fn next_changed(&self, mark: &mut Mark) -> Option<u32> {
        let (var, _) = self.left_trail.get(mark.left)?;
        mark.left += 1;
        Some(*var)
    }

    /// The propositions that became true or false since a mark.
    pub(super) fn decided_since(&self, mark: Mark) -> impl Iterator<Item = u32> + '_ {
        let trail = self.trail[mark.cells..].iter();
        trail.filter(|(at, _)| at & PROPOSITION != 0).map(|(at, _)| at & !PROPOSITION)
    }

    /// How many propositions there are.
    pub(super) fn props(&self) -> usize {
        self.owner.len()
    }

    /// The propositions of a variable.
    pub(super) fn props_of(&self, var: u32) -> &[u32] {
        self.props.of(var)
    }

    /// The variable of a proposition.
    pub(super) fn owner(&self, prop: u32) -> u32 {
        self.owner[prop as usize]
    }

    /// What is known of a proposition.
    pub(super) fn truth(&self, prop: u32) -> Truth {
        self.truth[prop as usize]
    }

    /// Whether a proposition has a value.
    pub(super) fn prop_has(&self, prop: u32, value: u32) -> bool {
        self.prop_words[(self.prop_first[prop as usize] + value / 64) as usize] >> (value % 64) & 1 == 1
    }

    /// The propositions each of which makes a clause of two with this one.
    pub(super) fn pairs_of(&self, prop: u32) -> &[u32] {
        self.pairs.of(prop)
    }

    /// The variables of these.
    pub(super) fn pair_owners_of(&self, prop: u32) -> &[u32] {
        self.pair_owners.of(prop)
    }

    /// The clauses of three and more literals that name a variable.
    pub(super) fn clauses_of(&self, var: u32) -> &[u32] {
        self.occurrences.of(var)
    }

    /// How many clauses of three and more literals there are.
    pub(super) fn clauses(&self) -> usize {
        self.clause_first.len() - 1
    }

    /// The propositions of a clause.
    pub(super) fn clause(&self, clause: u32) -> &[u32] {
        let at = clause as usize;
        &self.literals[self.clause_first[at] as usize..self.clause_first[at + 1] as usize]
    }

    /// The tables that name a variable.
    pub(super) fn tables_of(&self, var: u32) -> &[u32] {
        self.tables_of.of(var)
    }

    /// Where to come back to.
    pub(in crate::logic) fn mark(&self) -> Mark {
        Mark { cells: self.trail.len(), left: self.left_trail.len() }
    }

    /// Takes back everything since a mark.
    pub(in crate::logic) fn undo(&mut self, mark: Mark) {
        for (at, old) in self.trail.drain(mark.cells..).rev() {
            if at & PROPOSITION != 0 {
                self.truth[(at & !PROPOSITION) as usize] = Truth::Open;
            } else {
                self.cells[at as usize] = old;
            }
        }
        for (var, old) in self.left_trail.drain(mark.left..).rev() {
            self.left[var as usize] = old;
        }
    }

    /// Gives a variable a value it has left, with all that follows. False at a contradiction: take it back then.
    pub(in crate::logic) fn assign(&mut self, var: u32, value: u32) -> bool {
        let at = self.first[var as usize];
        let words = self.first[var as usize + 1] - at;
        for word in 0..words {
            self.set(at + word, if word == value / 64 { 1 << (value % 64) } else { 0 });
        }
        let assigned = self.shrunk(var, 1) && self.propagate();
        if !assigned {
            self.forget();
        }
        assigned
    }

    /// Leaves variables some of their values only, with all that follows. False at a contradiction: take it back
    /// then.
    pub(in crate::logic) fn restrict<'v>(
        &mut self,
        restrictions: impl IntoIterator<Item = (u32, &'v ValueSet)>,
    ) -> bool {
        let mut mask: SmallVec<[u64; 4]> = SmallVec::new();
        let mut restricted = true;
        for (var, values) in restrictions {
            let words = self.first[var as usize + 1] - self.first[var as usize];
            mask.clear();
            mask.extend((0..words).map(|at| word(values, at)));
            restricted = restricted && self.keep(var, &mask);
        }
        restricted = restricted && self.propagate();
        if !restricted {
            self.forget();
        }
        restricted
    }

    /// Changes a cell so that it can be undone.
    pub(super) fn set(&mut self, at: u32, new: u64) {
        let cell = &mut self.cells[at as usize];
        if *cell != new {
            self.trail.push((at, *cell));
            *cell = new;
        }
    }

    fn forget(&mut self) {
        self.falsified.clear();
        for table in self.dirty.drain(..) {
            self.is_dirty[table as usize] = false;
        }
    }

    fn propagate(&mut self) -> bool {
        loop {
            while let Some(prop) = self.falsified.pop() {
                if !self.falsify(prop) {
                    return false;
                }
            }
            let Some(table) = self.dirty.pop() else { return true };
            self.is_dirty[table as usize] = false;
            if !self.revise(table, false) {
                return false;
            }
        }
    }

    /// Makes a proposition true.
    fn hold(&mut self, prop: u32) -> bool {
        let var = self.owner[prop as usize];
        let (at, end) = (self.first[var as usize], self.first[var as usize + 1]);
        let words = self.prop_first[prop as usize];
        let mut left = 0;
        for word in 0..end - at {
            let new = self.cells[(at + word) as usize] & self.prop_words[(words + word) as usize];
            left += new.count_ones();
            self.set(at + word, new);
        }
        self.shrunk(var, left)
    }

    /// Leaves a variable the values of a mask only.
    pub(super) fn keep(&mut self, var: u32, mask: &[u64]) -> bool {
        let at = self.first[var as usize];
        let mut left = 0;
        for (word, mask) in mask.iter().enumerate() {
            let new = self.cells[at as usize + word] & mask;
            left += new.count_ones();
            self.set(at + word as u32, new);
        }
        self.shrunk(var, left)
    }

    /// A variable may have lost values.
    fn shrunk(&mut self, var: u32, left: u32) -> bool {
        let before = self.left[var as usize];
        if left == before {
            return true;
        }
        self.left_trail.push((var, before));
        self.left[var as usize] = left;
        if left == 0 {
            return false;
        }
        for at in self.props.range(var) {
            self.settle(self.props.at(at));
        }
        for at in self.tables_of.range(var) {
            let table = self.tables_of.at(at);
            if !std::mem::replace(&mut self.is_dirty[table as usize], true) {
                self.dirty.push(table);
            }
        }
        true
    }

    /// Sees whether a proposition has become true or false.
    fn settle(&mut self, prop: u32) {
        self.steps += 1;
        if self.truth[prop as usize] != Truth::Open {
            return;
        }
        let var = self.owner[prop as usize] as usize;
        let (at, end) = (self.first[var] as usize, self.first[var + 1] as usize);
        let words = self.prop_first[prop as usize] as usize;
        let (mut some, mut others) = (0, 0);
        for (domain, values) in self.cells[at..end].iter().zip(&self.prop_words[words..]) {
            some |= domain & values;
            others |= domain & !values;
        }
        if some == 0 {
            self.truth[prop as usize] = Truth::False;
            self.falsified.push(prop);
        } else if others == 0 {
            self.truth[prop as usize] = Truth::True;
        } else {
            return;
        }
        self.trail.push((prop | PROPOSITION, 0));
    }

    /// Draws the consequences of a proposition that became false.
    fn falsify(&mut self, prop: u32) -> bool {
        for at in self.pairs.range(prop) {
            let other = self.pairs.at(at);
            self.steps += 1;
            if self.truth[other as usize] != Truth::True && !self.hold(other) {
                return false;
            }
        }
        let mut watches = std::mem::take(&mut self.watches[prop as usize]);
        let mut kept = 0;
        let mut holds = true;
        for at in 0..watches.len() {
            let watch = watches[at];
            let moved = holds && self.truth[watch.blocker as usize] != Truth::True && {
                match self.move_watch(watch.clause, prop) {
                    Moved::Away => true,
                    Moved::Holds(blocker) => {
                        watches[at].blocker = blocker;
                        false
                    }
                    Moved::Unit(other) => {
                        holds = self.hold(other);
                        false
                    }
                }
            };
            if !moved {
                watches[kept] = watches[at];
                kept += 1;
            }
        }
        watches.truncate(kept);
        self.watches[prop as usize] = watches;
        holds
    }

    fn move_watch(&mut self, clause: u32, prop: u32) -> Moved {
        let at = self.clause_first[clause as usize] as usize;
        let end = self.clause_first[clause as usize + 1] as usize;
        if self.literals[at] == prop {
            self.literals.swap(at, at + 1);
        }
        let other = self.literals[at];
        if self.truth[other as usize] == Truth::True {
            return Moved::Holds(other);
        }
        for next in at + 2..end {
            self.steps += 1;
            let candidate = self.literals[next];
            if self.truth[candidate as usize] != Truth::False {
                self.literals.swap(at + 1, next);
                self.watches[candidate as usize].push(Watch { clause, blocker: other });
                return Moved::Away;
            }
        }
        Moved::Unit(other)
    }

    /// Takes from a table the rows that lost a value, and from its variables the values that lost their rows.
    fn revise(&mut self, at: u32, first_time: bool) -> bool {
        let mut table = std::mem::take(&mut self.tables[at as usize]);
        let holds = table.revise(self, first_time);
        self.tables[at as usize] = table;
        holds
    }
}

/// What became of a watch.
enum Moved {
    /// Another literal is watched now.
    Away,
    /// A literal holds.
    Holds(u32),
    /// Only this literal can still hold.
    Unit(u32),
}

/// One word of a set.
pub(super) fn word(set: &ValueSet, at: u32) -> u64 {
    set.words().get(at as usize).copied().unwrap_or(0)
}

/// The numbers of the bits set in some words.
pub(super) fn bits(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (bit < 64).then_some(at as u32 * 64 + bit)
        })
    })
}
