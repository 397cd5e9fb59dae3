//! A solution of the other rules that breaks one, near a known solution: the rule is broken, and what that breaks is
//! mended, each variable once. Where that comes to no end nothing is proved.

use std::collections::{BTreeSet, VecDeque};

use super::{Needs, broken, weight};
use crate::logic::{Cell, Clause, Literal, Row, Rule, Table, Var};

/// How many literals and cells may be looked at for one way to break a rule.
const MOST_WORK: u64 = 100_000;

/// A look at a literal is so much cheaper here than where it is made ready for searching.
const WORK_A_STEP: u64 = 16;

/// How many ways to break a rule are tried.
const MOST_WAYS: usize = 6;

/// How many values of a variable are compared.
const MOST_VALUES: usize = 6;

/// How many changes of a table's variables are looked at.
const MOST_LOOKS: usize = 60;

/// Of variables of more rules it is not counted how many of these a change breaks.
const FEW_RULES: usize = 64;

/// What breaks a rule: changes of a solution, and the variables that must not change back.
struct Breach {
    changes: Vec<Literal>,
    settled: BTreeSet<u32>,
}

/// Values on the way from one solution to another.
struct Way<'n, 'p> {
    needs: &'n Needs<'p>,
    counts: &'n dyn Fn(&u32) -> bool,
    values: Vec<u32>,
    /// Variables that keep their values.
    settled: BTreeSet<u32>,
    /// Rules that may be broken.
    waiting: VecDeque<u32>,
    /// What may still be looked at.
    work: u64,
}

impl Needs<'_> {
    /// A solution of the rules that count which breaks another rule, if one is easily found. `near` is a solution
    /// of all of these.
    pub(super) fn nearby(
        &mut self,
        own: &Rule,
        counts: &dyn Fn(&u32) -> bool,
        near: &[u32],
    ) -> Option<Vec<u32>> {
        for breach in self.breaches(own, near) {
            let work = MOST_WORK.min(self.steps.saturating_mul(WORK_A_STEP));
            let mut way = Way {
                needs: &*self,
                counts,
                values: near.to_vec(),
                settled: breach.settled,
                waiting: VecDeque::new(),
                work,
            };
            let is_solution = way.go(&breach.changes).is_some() && broken(own, &way.values);
            let Way { values, work: left, .. } = way;
            self.steps = self.steps.saturating_sub((work - left) / WORK_A_STEP);
            if is_solution {
                return Some(values);
            }
        }
        None
    }

    /// Some ways to break a rule that values fulfil: all literals of a clause fail, or another value of one or two
    /// variables of a table leaves all its rows.
    fn breaches(&self, own: &Rule, near: &[u32]) -> Vec<Breach> {
        let value = |var: Var| near.get(var.0 as usize).copied().unwrap_or(u32::MAX);
        let mut breaches = Vec::new();
        for clause in own.clauses.iter().take(MOST_WAYS) {
            let against = clause.iter().filter(|literal| literal.values.has(value(literal.var)));
            let outside = |literal: &Literal| {
                Literal::new(literal.var, self.problem.all(literal.var).without(&literal.values))
            };
            let settled = clause.iter().map(|literal| literal.var.0).collect();
            breaches.push(Breach { changes: against.map(outside).collect(), settled });
        }
        for table in &own.tables {
            let others: Vec<Literal> =
                table.vars.iter().flat_map(|var| self.others(*var, value(*var))).collect();
            let pairs = others.iter().enumerate().flat_map(|(at, one)| {
                others[at + 1..]
                    .iter()
                    .filter(|other| other.var != one.var)
                    .map(move |other| vec![one, other])
            });
            let all = others.iter().map(|one| vec![one]).chain(pairs).take(MOST_LOOKS);
            let has_row = |changes: &[&Literal]| {
                let cells = |row: &Row| {
                    row.iter().zip(&table.vars).all(|(cell, var)| {
                        let changed = changes.iter().find(|change| change.var == *var);
                        cell.has(changed.and_then(|change| change.values.only()).unwrap_or(value(*var)))
                    })
                };
                table.rows.iter().any(cells)
            };
            let found = all.filter(|changes| !has_row(changes)).take(MOST_WAYS).map(|changes| Breach {
                changes: changes.into_iter().cloned().collect(),
                settled: table.vars.iter().map(|var| var.0).collect(),
            });
            breaches.extend(found);
        }
        breaches.truncate(MOST_WAYS);
        breaches
    }

    /// The other values of a variable.
    fn others(&self, var: Var, value: u32) -> Vec<Literal> {
        let others = (0..self.problem.size(var)).filter(|other| *other != value);
        others.take(MOST_VALUES).map(|other| Literal::is(var, other)).collect()
    }
}

impl Way<'_, '_> {
    /// Makes changes, and mends what they break.
    fn go(&mut self, changes: &[Literal]) -> Option<()> {
        for change in changes {
            self.work = self.work.checked_sub(change.values.len().into())?;
            let (_, value) = self.least(change.var.0, change.values.iter())?;
            self.set(change.var.0, value);
        }
        while let Some(at) = self.waiting.pop_front() {
            let Some(rule) = self.needs.problem.rules.get(at as usize) else { continue };
            self.work = self.work.checked_sub(weight(rule))?;
            if broken(rule, &self.values) {
                self.mend(rule)?;
            }
        }
        Some(())
    }

    fn value(&self, var: u32) -> u32 {
        self.values.get(var as usize).copied().unwrap_or(u32::MAX)
    }

    fn set(&mut self, var: u32, value: u32) {
        if let Some(known) = self.values.get_mut(var as usize) {
            *known = value;
        }
        self.settled.insert(var);
        self.waiting.extend(self.needs.rules_of(var).iter().filter(|at| (self.counts)(at)));
    }

    /// The value with which a variable breaks the fewest rules, and how many.
    fn least(&mut self, var: u32, values: impl Iterator<Item = u32>) -> Option<(usize, u32)> {
        let before = self.value(var);
        let rules = self.needs.rules_of(var);
        let mut least: Option<(usize, u32)> = None;
        for value in values.take(MOST_VALUES) {
            let mut broken_rules = 0;
            if rules.len() > FEW_RULES {
                broken_rules = rules.len();
            } else if let Some(place) = self.values.get_mut(var as usize) {
                *place = value;
                for at in rules.iter().filter(|at| (self.counts)(at)) {
                    let Some(rule) = self.needs.problem.rules.get(*at as usize) else { continue };
                    self.work = self.work.checked_sub(weight(rule))?;
                    broken_rules += usize::from(broken(rule, &self.values));
                }
            }
            if least.is_none_or(|(fewest, _)| broken_rules < fewest) {
                least = Some((broken_rules, value));
            }
        }
        if let Some(place) = self.values.get_mut(var as usize) {
            *place = before;
        }
        least
    }

    /// Mends a clause or a table of a rule that is broken.
    fn mend(&mut self, rule: &Rule) -> Option<()> {
        let values = &self.values;
        let value = |var: u32| values.get(var as usize).copied().unwrap_or(u32::MAX);
        let holds = |literal: &Literal| literal.values.has(value(literal.var.0));
        if let Some(clause) = rule.clauses.iter().find(|clause| !clause.iter().any(holds)) {
            return self.mend_clause(clause);
        }
        let has_row = |table: &Table| {
            table.rows.iter().any(|row| row.iter().zip(&table.vars).all(|(cell, var)| cell.has(value(var.0))))
        };
        let table = rule.tables.iter().find(|table| !has_row(table))?;
        self.mend_table(table)
    }

    fn mend_clause(&mut self, clause: &Clause) -> Option<()> {
        let mut best: Option<(usize, u32, u32)> = None;
        for literal in clause {
            let var = literal.var.0;
            if self.settled.contains(&var) {
                continue;
            }
            let (count, value) = self.least(var, literal.values.iter())?;
            if best.is_none_or(|(fewest, ..)| count < fewest) {
                best = Some((count, var, value));
            }
        }
        let (_, var, value) = best?;
        self.set(var, value);
        Some(())
    }

    /// Takes the row that changes the fewest variables, none of which is settled.
    fn mend_table(&mut self, table: &Table) -> Option<()> {
        let mut best: Option<Vec<(u32, u32)>> = None;
        for row in &table.rows {
            let cells = row.iter().zip(&table.vars).filter(|(cell, var)| !cell.has(self.value(var.0)));
            let changes: Option<Vec<(u32, u32)>> = cells
                .map(|(cell, var)| {
                    let value = match cell {
                        Cell::Any => None,
                        Cell::One(value) => Some(*value),
                        Cell::Set(values) => values.first(),
                    };
                    value.filter(|_| !self.settled.contains(&var.0)).map(|value| (var.0, value))
                })
                .collect();
            if let Some(changes) = changes
                && best.as_ref().is_none_or(|best| changes.len() < best.len())
            {
                best = Some(changes);
            }
        }
        for (var, value) in best? {
            self.set(var, value);
        }
        Some(())
    }
}
