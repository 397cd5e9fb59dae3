//! Which variables hang together while a block is compiled.
//!
//! A decision mostly leaves one large component and some small ones. The search for them starts on all sides of
//! what the decision removed, goes on in turns, and ends when one side is left that has not been gone through: it
//! is the rest, whatever its size. Keys are sums, so that the key of the rest is what the others leave of the
//! component's before.

use std::collections::VecDeque;

use super::kernel::{Kernel, Mark, Truth};
use super::lists::Lists;
use super::mix::{self, Key};
use super::order::Order;
use super::residue::Residues;

/// Variables that hang together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    /// What stands for the variables with their values and for what holds between them.
    pub(super) key: Key,
    /// The variable to decide.
    pub(super) pick: u32,
    /// How many variables there are.
    pub(super) size: u32,
    /// What marks its variables.
    label: u32,
    /// The place of its first variable.
    first: u32,
}

/// A point to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace {
    labels: usize,
    held: usize,
    shapes: usize,
    keys: usize,
}

/// Marks variables that belong to no component.
const ALONE: u32 = u32::MAX;

/// What hangs together in a block.
#[derive(Debug, Default)]
pub(super) struct Components {
    pub(super) residues: Residues,
    order: Order,
    by_place: Vec<u32>,
    /// The long clauses of each proposition.
    clauses_with: Lists,
    label: Vec<u32>,
    labels: Vec<(u32, u32)>,
    next_label: u32,
    /// Whether each long clause holds.
    holds: Vec<bool>,
    held: Vec<u32>,
    /// The residue of each table.
    shape: Vec<u32>,
    shapes: Vec<(u32, u32)>,
    /// The key of each variable with its values.
    key: Vec<Key>,
    keys: Vec<(u32, Key)>,
    round: u32,
    changed: Vec<u32>,
    changed_tables: Vec<u32>,
    seen_vars: Vec<(u32, u32)>,
    seen_clauses: Vec<u32>,
    seen_tables: Vec<u32>,
    seeds: Vec<u32>,
    sides: Vec<Side>,
    used: usize,
}

/// What was found from one side.
#[derive(Debug, Default)]
struct Side {
    done: Vec<u32>,
    todo: VecDeque<u32>,
    key: Key,
    /// The side that it turned out to hang together with.
    joined: Option<u32>,
}

impl Components {
    /// What hangs together in a block of which nothing has been decided.
    pub(super) fn new(order: Order, kernel: &mut Kernel) -> Components {
        let vars = kernel.len();
        let mut by_place = vec![0; vars];
        for (var, place) in order.places.iter().enumerate() {
            by_place[*place as usize] = var as u32;
        }
        let clauses = 0..kernel.clauses() as u32;
        let with = clauses.flat_map(|clause| kernel.clause(clause).iter().map(move |prop| (*prop, clause)));
        let with: Vec<(u32, u32)> = with.collect();
        let mut components = Components {
            by_place,
            clauses_with: Lists::new(kernel.props(), &with),
            label: vec![ALONE; vars],
            holds: vec![false; kernel.clauses()],
            key: (0..vars as u32).map(|var| kernel.key(var)).collect(),
            changed: vec![0; vars],
            seen_vars: vec![(0, 0); vars],
            seen_clauses: vec![0; kernel.clauses()],
            seen_tables: vec![0; kernel.tables.len()],
            changed_tables: vec![0; kernel.tables.len()],
            order,
            ..Components::default()
        };
        for clause in 0..kernel.clauses() as u32 {
            components.holds[clause as usize] =
                kernel.clause(clause).iter().any(|prop| kernel.truth(*prop) == Truth::True);
        }
        for table in 0..kernel.tables.len() as u32 {
            let shape = components.residues.of(table, kernel);
            components.shape.push(shape);
        }
        components
    }

    /// The components of the whole block, and the variables that stand alone.
    pub(super) fn whole(&mut self, kernel: &mut Kernel, found: &mut Vec<Component>, alone: &mut Vec<u32>) {
        self.begin();
        for var in 0..kernel.len() as u32 {
            if kernel.left(var) == 1 {
                alone.push(var);
            } else if self.seen_vars[var as usize].0 != self.round {
                let side = self.side(var);
                while self.go_on(side, kernel) {}
                self.finish(side, kernel, found, alone);
            }
        }
    }

    /// Where to come back to.
    pub(super) fn trace(&self) -> Trace {
        Trace {
            labels: self.labels.len(),
            held: self.held.len(),
            shapes: self.shapes.len(),
            keys: self.keys.len(),
        }
    }

    /// Takes back everything since.
    pub(super) fn undo(&mut self, trace: Trace) {
        self.labels.drain(trace.labels..).rev().for_each(|(var, old)| self.label[var as usize] = old);
        self.held.drain(trace.held..).for_each(|clause| self.holds[clause as usize] = false);
        self.shapes.drain(trace.shapes..).rev().for_each(|(table, old)| self.shape[table as usize] = old);
        self.keys.drain(trace.keys..).rev().for_each(|(var, old)| self.key[var as usize] = old);
    }

    /// What is left of a component after its pick was decided and all that follows was drawn since a mark: found
    /// components, smallest first, and variables that stand alone.
    pub(super) fn split(
        &mut self,
        component: &Component,
        since: Mark,
        kernel: &mut Kernel,
        found: &mut Vec<Component>,
        alone: &mut Vec<u32>,
    ) {
        self.begin();
        let start = found.len();
        let mut rest = Component { key: component.key, ..*component };
        self.lose_values(&mut rest, since, kernel, alone);
        self.lose_clauses(&mut rest, since, kernel);
        self.lose_relations(&mut rest, since, kernel);
        let mut sides: Vec<u32> = Vec::new();
        for seed in std::mem::take(&mut self.seeds) {
            if kernel.left(seed) > 1 && self.seen_vars[seed as usize].0 != self.round {
                sides.push(self.side(seed));
            }
        }
        let mut turn = 0;
        while sides.len() > 1 {
            turn = if turn < sides.len() { turn } else { 0 };
            let side = sides[turn];
            if self.sides[side as usize].joined.is_some() {
                sides.swap_remove(turn);
            } else if self.go_on(side, kernel) {
                turn += 1;
            } else {
                // What was joined to it ends with it.
                sides.retain(|other| self.now(*other) != side);
                self.leave(&mut rest, side);
                self.finish(side, kernel, found, alone);
            }
        }
        match sides.first().map(|side| self.now(*side)) {
            Some(side) if self.sides[side as usize].todo.is_empty() => {
                self.finish(side, kernel, found, alone)
            }
            Some(_) => self.take_rest(rest, kernel, found, alone),
            None => {}
        }
        found[start..].sort_unstable_by_key(|component| (component.size, component.first));
    }

    fn begin(&mut self) {
        self.round += 1;
        self.used = 0;
        self.seeds.clear();
    }

    /// Takes from a component what its variables were.
    fn lose_values(&mut self, rest: &mut Component, since: Mark, kernel: &Kernel, alone: &mut Vec<u32>) {
        for var in kernel.changed_since(since) {
            if std::mem::replace(&mut self.changed[var as usize], self.round) == self.round {
                continue;
            }
            let key = &mut self.key[var as usize];
            rest.key = rest.key.wrapping_sub(*key);
            if kernel.left(var) == 1 {
                rest.size -= 1;
                if var != rest.pick {
                    alone.push(var);
                }
            } else {
                self.keys.push((var, *key));
                *key = kernel.key(var);
                rest.key = rest.key.wrapping_add(*key);
                self.seeds.push(var);
            }
        }
    }

    /// Takes from a component the clauses that hold now.
    fn lose_clauses(&mut self, rest: &mut Component, since: Mark, kernel: &mut Kernel) {
        let mut steps = 0;
        for prop in kernel.decided_since(since).filter(|prop| kernel.truth(*prop) == Truth::True) {
            for other in kernel.pairs_of(prop) {
                steps += 1;
                if kernel.truth(*other) == Truth::Open {
                    self.seeds.push(kernel.owner(*other));
                }
            }
            for clause in self.clauses_with.of(prop) {
                if !std::mem::replace(&mut self.holds[*clause as usize], true) {
                    self.held.push(*clause);
                    rest.key = rest.key.wrapping_sub(clause_key(*clause));
                    steps += kernel.clause(*clause).len() as u64;
                    let open =
                        kernel.clause(*clause).iter().filter(|prop| kernel.truth(**prop) == Truth::Open);
                    self.seeds.extend(open.map(|prop| kernel.owner(*prop)));
                }
            }
        }
        for prop in kernel.decided_since(since).filter(|prop| kernel.truth(*prop) == Truth::False) {
            for clause in self.clauses_with.of(prop) {
                steps += 1;
                if !self.holds[*clause as usize] {
                    let mut props = kernel.clause(*clause).iter();
                    let open = props.find(|prop| kernel.truth(**prop) == Truth::Open);
                    self.seeds.extend(open.map(|prop| kernel.owner(*prop)));
                }
            }
        }
        kernel.steps += steps;
    }

    /// Takes from a component what its tables no longer say.
    fn lose_relations(&mut self, rest: &mut Component, since: Mark, kernel: &mut Kernel) {
        let mut at = since;
        while let Some(var) = kernel.next_changed(&mut at) {
            for table in 0..kernel.tables_of(var).len() {
                let table = kernel.tables_of(var)[table];
                let before = self.shape[table as usize];
                let is_new =
                    std::mem::replace(&mut self.changed_tables[table as usize], self.round) != self.round;
                if !is_new || self.residues.get(before).vars.is_empty() {
                    continue;
                }
                let after = self.residues.of(table, kernel);
                let (old, new) = (self.residues.get(before), self.residues.get(after));
                if old.key != new.key {
                    rest.key = rest.key.wrapping_sub(old.key).wrapping_add(new.key);
                    self.seeds.extend(&old.vars);
                }
                if before != after {
                    self.shapes.push((table, before));
                    self.shape[table as usize] = after;
                }
            }
        }
    }

    /// Begins to search from a variable.
    fn side(&mut self, var: u32) -> u32 {
        if self.used == self.sides.len() {
            self.sides.push(Side::default());
        }
        let side = &mut self.sides[self.used];
        side.done.clear();
        side.todo.clear();
        side.todo.push_back(var);
        side.key = 0;
        side.joined = None;
        self.seen_vars[var as usize] = (self.round, self.used as u32);
        self.used += 1;
        self.used as u32 - 1
    }

    /// The side that a side is part of now.
    fn now(&self, side: u32) -> u32 {
        let mut side = side;
        while let Some(joined) = self.sides[side as usize].joined {
            side = joined;
        }
        side
    }

    /// Looks at one more variable from a side; false where none is left.
    fn go_on(&mut self, side: u32, kernel: &mut Kernel) -> bool {
        let Some(var) = self.sides[side as usize].todo.pop_front() else { return false };
        self.sides[side as usize].done.push(var);
        let mut key = self.key[var as usize];
        let mut steps = 1;
        for prop in kernel.props_of(var).iter().filter(|prop| kernel.truth(**prop) == Truth::Open) {
            let others = kernel.pairs_of(*prop);
            steps += others.len() as u64;
            for (other, owner) in others.iter().zip(kernel.pair_owners_of(*prop)) {
                // Most were reached before: that is seen soonest.
                if self.seen_vars[*owner as usize] != (self.round, side)
                    && kernel.truth(*other) == Truth::Open
                {
                    self.reach(side, *owner);
                }
            }
            for at in self.clauses_with.range(*prop) {
                let clause = self.clauses_with.at(at);
                if self.holds[clause as usize]
                    || std::mem::replace(&mut self.seen_clauses[clause as usize], self.round) == self.round
                {
                    continue;
                }
                key = key.wrapping_add(clause_key(clause));
                for prop in kernel.clause(clause) {
                    steps += 1;
                    if kernel.truth(*prop) == Truth::Open {
                        self.reach(side, kernel.owner(*prop));
                    }
                }
            }
        }
        for table in kernel.tables_of(var) {
            let residue = self.residues.get(self.shape[*table as usize]);
            steps += 1;
            if !residue.vars.contains(&var)
                || std::mem::replace(&mut self.seen_tables[*table as usize], self.round) == self.round
            {
                continue;
            }
            key = key.wrapping_add(residue.key);
            for other in residue.vars.clone() {
                self.reach(side, other);
            }
        }
        kernel.steps += steps;
        let now = self.now(side);
        let side = &mut self.sides[now as usize];
        side.key = side.key.wrapping_add(key);
        true
    }

    /// A variable is reached from a side.
    fn reach(&mut self, side: u32, var: u32) {
        let side = self.now(side);
        let (round, other) = self.seen_vars[var as usize];
        if round != self.round {
            self.seen_vars[var as usize] = (self.round, side);
            self.sides[side as usize].todo.push_back(var);
            return;
        }
        let other = self.now(other);
        if other != side {
            self.join(side, other);
        }
    }

    /// Two sides hang together.
    fn join(&mut self, one: u32, other: u32) {
        let size = |side: u32| self.sides[side as usize].done.len() + self.sides[side as usize].todo.len();
        let (large, small) = if size(one) >= size(other) { (one, other) } else { (other, one) };
        let mut small_side = std::mem::take(&mut self.sides[small as usize]);
        let side = &mut self.sides[large as usize];
        side.done.append(&mut small_side.done);
        side.todo.append(&mut small_side.todo);
        side.key = side.key.wrapping_add(small_side.key);
        small_side.joined = Some(large);
        self.sides[small as usize] = small_side;
    }

    /// Takes from the rest what was found to hang together on its own.
    fn leave(&mut self, rest: &mut Component, side: u32) {
        let side = &self.sides[side as usize];
        rest.key = rest.key.wrapping_sub(side.key);
        rest.size -= side.done.len() as u32;
    }

    /// Makes a component of a side that has been gone through.
    fn finish(&mut self, side: u32, kernel: &Kernel, found: &mut Vec<Component>, alone: &mut Vec<u32>) {
        let vars = std::mem::take(&mut self.sides[side as usize].done);
        if let [only] = vars.as_slice() {
            self.relabel(*only, ALONE);
            alone.push(*only);
        } else {
            let label = self.next_label;
            self.next_label += 1;
            vars.iter().for_each(|var| self.relabel(*var, label));
            let first = vars.iter().map(|var| self.order.places[*var as usize]).min().unwrap_or(0);
            let rank = self.rank_at(first);
            let picks = vars.iter().copied().filter(|var| self.order.ranks[*var as usize] == rank);
            let pick = picks.max_by_key(|var| (self.degree_of(*var, kernel), !*var)).unwrap_or(0);
            let (key, size) = (self.sides[side as usize].key, vars.len() as u32);
            found.push(Component { key, pick, size, label, first });
        }
        self.sides[side as usize].done = vars;
    }

    /// Makes a component of what has not been gone through.
    fn take_rest(
        &mut self,
        mut rest: Component,
        kernel: &Kernel,
        found: &mut Vec<Component>,
        alone: &mut Vec<u32>,
    ) {
        let is_in = |var: u32| self.label[var as usize] == rest.label && kernel.left(var) > 1;
        let mut places = rest.first..self.by_place.len() as u32;
        let Some(first) = places.find(|place| is_in(self.by_place[*place as usize])) else { return };
        rest.first = first;
        let rank = self.rank_at(first);
        let near = self.by_place[first as usize..].iter().copied();
        let near = near.take_while(|var| self.order.ranks[*var as usize] == rank).filter(|var| is_in(*var));
        rest.pick = near.max_by_key(|var| (self.degree_of(*var, kernel), !*var)).unwrap_or(0);
        if rest.size > 1 {
            found.push(rest);
        } else {
            alone.push(rest.pick);
            self.relabel(rest.pick, ALONE);
        }
    }

    fn rank_at(&self, place: u32) -> u32 {
        self.order.ranks[self.by_place[place as usize] as usize]
    }

    /// What still holds between a variable and others, in constraints.
    fn degree_of(&self, var: u32, kernel: &Kernel) -> u32 {
        let is_open = |prop: &&u32| kernel.truth(**prop) == Truth::Open;
        let props = kernel.props_of(var).iter().filter(is_open);
        let clauses: usize = props
            .map(|prop| {
                let long = self.clauses_with.of(*prop).iter();
                let long = long.filter(|clause| !self.holds[**clause as usize]).count();
                long + kernel.pairs_of(*prop).iter().filter(is_open).count()
            })
            .sum();
        let in_table = |table: &&u32| self.residues.get(self.shape[**table as usize]).vars.contains(&var);
        (clauses + kernel.tables_of(var).iter().filter(in_table).count()) as u32
    }

    fn relabel(&mut self, var: u32, label: u32) {
        self.labels.push((var, self.label[var as usize]));
        self.label[var as usize] = label;
    }
}

fn clause_key(clause: u32) -> Key {
    mix::key(u64::from(clause), 8)
}
