//! Whether a rule makes a difference: a solution of the other rules that breaks it, or the rules that imply it.
//!
//! Most rules are broken by a solution near a known one, which is mended from it. Else all rules are asked at once, each
//! with a switch, as long as there are not too many. Else a question looks at a small part of the problem first: the
//! variables of the rule, near that solution. Rules of the rest that the found values break are taken in, until none is
//! broken or the part has no solution. So a question mostly costs what the neighborhood of its rule costs, however large
//! the problem is.

mod nearby;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::whole::{Breach, Whole};
use super::diagram::Diagram;
use super::domains::{gaps, runs_of};
use super::{Engine, Search};
use crate::logic::{
    Cell, Claim, Clause, Decided, Literal, Problem, Row, Rule, RuleId, Table, Undecided, ValueSet, Var,
};

/// After so many looks, neighbors of what is broken are taken in at once, and from look to look more of them.
const PATIENCE: usize = 12;

/// Of so many rules it is asked with all others at once.
const MOST_AT_ONCE: usize = 5_000;

/// Asks of single rules whether they make a difference.
#[derive(Debug)]
pub struct Needs<'p> {
    problem: &'p Problem,
    /// By rule, the variables it is about.
    rule_vars: Vec<Vec<u32>>,
    /// By variable, the rules about it.
    var_rules: Vec<Vec<u32>>,
    /// Conflicts that each look may run into.
    conflicts: u64,
    /// What all questions together may still look at, in literals and cells.
    steps: u64,
    whole: Option<Whole>,
}

/// What a rule does beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// It makes a difference: this solution of the other rules breaks it.
    Broken(Vec<u32>),
    /// It makes none: these rules imply it, each of them necessary; none where it always holds.
    Implied(Vec<RuleId>),
}

impl<'p> Needs<'p> {
    /// Questions about a problem that may look at so many literals and cells, with so many conflicts a look.
    pub fn new(problem: &'p Problem, conflicts: u64, steps: u64) -> Needs<'p> {
        let mut var_rules = vec![Vec::new(); problem.sizes.len()];
        let mut rule_vars = Vec::with_capacity(problem.rules.len());
        for (rule, at) in problem.rules.iter().zip(0..) {
            let vars = variables(rule, problem.sizes.len());
            for var in &vars {
                if let Some(rules) = var_rules.get_mut(*var as usize) {
                    rules.push(at);
                }
            }
            rule_vars.push(vars);
        }
        Needs { problem, rule_vars, var_rules, conflicts, steps, whole: None }
    }

    /// Whether a rule makes a difference beside the others without those that are `apart`. `near` is a solution
    /// of these others; the rule that is asked about may be broken in it.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn ask(&mut self, rule: RuleId, apart: &dyn Fn(RuleId) -> bool, near: &[u32]) -> Decided<Need> {
        let Some(own) = self.problem.rules.get(rule.0 as usize) else { return Err(Undecided) };
        if own.clauses.is_empty() && own.tables.is_empty() {
            return Ok(Need::Implied(Vec::new()));
        }
        if broken(own, near) {
            return Ok(Need::Broken(near.to_vec()));
        }
        let counts = |at: &u32| *at != rule.0 && !apart(RuleId(*at));
        if let Some(found) = self.nearby(own, &counts, near) {
            return Ok(Need::Broken(found));
        }
        let mut part = Part { vars: self.vars_of(rule.0).iter().copied().collect(), ..Part::default() };
        match self.at_once(own, &counts) {
            Some(Breach::By(values)) => return Ok(Need::Broken(values)),
            Some(Breach::Against(rules)) => {
                self.take_in(&mut part, rules.into_iter().collect());
                return self.reason(own, part, &counts);
            }
            None => {}
        }
        for look in 0.. {
            let (mut search, names) = self.look(own, &part)?;
            let wishes: Vec<Claim> = names
                .iter()
                .filter_map(|(var, own)| Some(Literal::is(*own, *near.get(*var as usize)?)))
                .collect();
            let Some(found) = search.complete(&[], &wishes)? else { break };
            let mut values = near.to_vec();
            let mut changed = Vec::new();
            for (var, own) in &names {
                let value = found.values.get(own.0 as usize).copied();
                if let (Some(known), Some(value)) = (values.get_mut(*var as usize), value)
                    && *known != value
                {
                    *known = value;
                    changed.push(*var);
                }
            }
            let mut more = self.broken_by(&changed, &values, &part);
            more.retain(counts);
            if more.is_empty() {
                return Ok(Need::Broken(values));
            }
            for _ in PATIENCE..look {
                let vars: BTreeSet<u32> = more.iter().flat_map(|at| self.vars_of(*at)).copied().collect();
                let around = vars.iter().flat_map(|var| self.rules_of(*var)).filter(|at| counts(at));
                let around: BTreeSet<u32> = around.copied().collect();
                if around.len() == more.len() {
                    break;
                }
                more = around.into_iter().collect();
            }
            self.take_in(&mut part, more);
        }
        self.reason(own, part, &counts)
    }

    /// What all rules that count say together of a rule of clauses; nothing where that costs too much.
    fn at_once(&mut self, own: &Rule, counts: &dyn Fn(&u32) -> bool) -> Option<Breach> {
        let rules = &self.problem.rules;
        if !own.tables.is_empty() || rules.len() > MOST_AT_ONCE {
            return None;
        }
        let size = match &self.whole {
            Some(_) => (rules.len() * own.clauses.len()) as u64,
            None => rules.iter().map(weight).sum(),
        };
        self.steps = self.steps.checked_sub(size)?;
        let whole = self.whole.get_or_insert_with(|| Whole::new(self.problem));
        whole.broken(own, counts, self.conflicts).ok()
    }

    /// The rules of a part without a solution that are necessary for that.
    fn reason(&mut self, own: &Rule, part: Part, counts: &dyn Fn(&u32) -> bool) -> Decided<Need> {
        let core = self.explained(own, &part)?;
        // Necessary is only what no rule that says what variables mean makes up for.
        let mut narrow = Part { vars: part.vars.clone(), rules: core.iter().map(|rule| rule.0).collect() };
        let meanings: Vec<u32> = part.rules.iter().copied().filter(|at| self.is_background(*at)).collect();
        let before = narrow.rules.len() + meanings.len();
        self.take_in(&mut narrow, meanings);
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<u32> = narrow.vars.iter().copied().collect();
        while let Some(var) = waiting.pop() {
            if !seen.insert(var) {
                continue;
            }
            let more: Vec<u32> = self
                .rules_of(var)
                .iter()
                .copied()
                .filter(|at| self.is_background(*at) && counts(at) && !narrow.rules.contains(at))
                .collect();
            waiting.extend(more.iter().flat_map(|at| self.vars_of(*at)));
            self.take_in(&mut narrow, more);
        }
        if narrow.rules.len() == before {
            return Ok(Need::Implied(core));
        }
        Ok(Need::Implied(self.explained(own, &narrow)?))
    }

    fn explained(&mut self, own: &Rule, part: &Part) -> Decided<Vec<RuleId>> {
        let (mut search, _) = self.look(own, part)?;
        let core = search.explain(&[])?.ok_or(Undecided)?;
        let known: Vec<u32> = part.rules.iter().copied().collect();
        Ok(core.rules.iter().filter_map(|rule| known.get(rule.0 as usize)).map(|at| RuleId(*at)).collect())
    }

    /// The part with the opposite of a rule, ready for searching, and what its variables are called there.
    fn look(&mut self, own: &Rule, part: &Part) -> Decided<(Search, BTreeMap<u32, Var>)> {
        let mut small = Problem::default();
        let names: BTreeMap<u32, Var> =
            part.vars.iter().map(|var| (*var, small.variable(self.problem.size(Var(*var))))).collect();
        let mut size = 0;
        for rule in part.rules.iter().filter_map(|at| self.problem.rules.get(*at as usize)) {
            let rule = renamed(rule, &names);
            size += weight(&rule);
            small.rule(rule);
        }
        let own = renamed(own, &names);
        size += weight(&own);
        self.steps = self.steps.checked_sub(size).ok_or(Undecided)?;
        oppose(&mut small, &own)?;
        Ok((Search::new(Arc::new(Engine::new(&small)), self.conflicts), names))
    }

    /// The rules outside of a part that values break, which differ from a solution in some variables.
    fn broken_by(&self, changed: &[u32], values: &[u32], part: &Part) -> Vec<u32> {
        let touched: BTreeSet<u32> = changed.iter().flat_map(|var| self.rules_of(*var)).copied().collect();
        let is_broken = |at: &u32| {
            !part.rules.contains(at)
                && self.problem.rules.get(*at as usize).is_some_and(|rule| broken(rule, values))
        };
        touched.into_iter().filter(is_broken).collect()
    }

    fn take_in(&self, part: &mut Part, rules: Vec<u32>) {
        for rule in rules {
            part.vars.extend(self.vars_of(rule));
            part.rules.insert(rule);
        }
    }

    fn vars_of(&self, rule: u32) -> &[u32] {
        self.rule_vars.get(rule as usize).map_or(&[], |vars| vars)
    }

    fn rules_of(&self, var: u32) -> &[u32] {
        self.var_rules.get(var as usize).map_or(&[], |rules| rules)
    }

    fn is_background(&self, rule: u32) -> bool {
        self.problem.rules.get(rule as usize).is_some_and(|rule| rule.background)
    }
}

/// A part of a problem.
#[derive(Clone, Debug, Default)]
struct Part {
    vars: BTreeSet<u32>,
    rules: BTreeSet<u32>,
}

fn variables(rule: &Rule, count: usize) -> Vec<u32> {
    let clauses = rule.clauses.iter().flatten().map(|literal| literal.var.0);
    let tables = rule.tables.iter().flat_map(|table| table.vars.iter().map(|var| var.0));
    let mut vars: Vec<u32> = clauses.chain(tables).filter(|var| (*var as usize) < count).collect();
    vars.sort_unstable();
    vars.dedup();
    vars
}

fn weight(rule: &Rule) -> u64 {
    let clauses: usize = rule.clauses.iter().map(|clause| clause.len() + 1).sum();
    let tables: usize = rule.tables.iter().map(|table| table.rows.len() * table.vars.len().max(1)).sum();
    (clauses + tables + 16) as u64
}

/// Whether values break a rule.
fn broken(rule: &Rule, values: &[u32]) -> bool {
    let value = |var: Var| values.get(var.0 as usize).copied().unwrap_or(u32::MAX);
    let holds = |literal: &Literal| literal.values.has(value(literal.var));
    let has_row = |table: &Table| {
        let is_row = |row: &Row| row.iter().zip(&table.vars).all(|(cell, var)| cell.has(value(*var)));
        table.rows.iter().any(is_row)
    };
    !rule.clauses.iter().all(|clause| clause.iter().any(holds)) || !rule.tables.iter().all(has_row)
}

/// A rule about the variables of a part.
fn renamed(rule: &Rule, names: &BTreeMap<u32, Var>) -> Rule {
    let name = |var: Var| names.get(&var.0).copied().unwrap_or(var);
    let literal = |literal: &Literal| Literal::new(name(literal.var), literal.values.clone());
    Rule {
        background: rule.background,
        clauses: rule.clauses.iter().map(|clause| clause.iter().map(literal).collect()).collect(),
        tables: rule
            .tables
            .iter()
            .map(|table| Table {
                vars: table.vars.iter().copied().map(name).collect(),
                rows: table.rows.clone(),
            })
            .collect(),
    }
}

/// Adds that one of the clauses or tables of a rule is broken.
fn oppose(problem: &mut Problem, rule: &Rule) -> Decided<()> {
    let count = rule.clauses.len() + rule.tables.len();
    // Which of them is broken.
    let which = problem.variable(u32::try_from(count).map_err(|_| Undecided)?);
    let all = problem.all(which);
    // A clause says more only where its part is the one that is broken.
    let unless = |part: u32| (count > 1).then(|| Literal::new(which, all.without(&ValueSet::one(part))));
    let mut opposite = Rule { background: true, ..Rule::default() };
    for (clause, part) in rule.clauses.iter().zip(0..) {
        for literal in clause {
            let values = problem.all(literal.var).without(&literal.values);
            let mut clause: Clause = unless(part).into_iter().collect();
            if !values.is_empty() {
                clause.push(Literal::new(literal.var, values));
            }
            opposite.clauses.push(clause);
        }
    }
    let first = u32::try_from(rule.clauses.len()).map_err(|_| Undecided)?;
    for (table, part) in rule.tables.iter().zip(first..) {
        let mut clause: Clause = unless(part).into_iter().collect();
        if let Some(outside) = outside(problem, &mut opposite, table)? {
            clause.push(outside);
        }
        opposite.clauses.push(clause);
    }
    problem.rule(opposite);
    Ok(())
}

/// A literal that holds where no row of a table does; none where one always does. What it means is added to a rule:
/// a variable after each column says how far rows still fit.
fn outside(problem: &mut Problem, rule: &mut Rule, table: &Table) -> Decided<Option<Literal>> {
    let sizes: Vec<u32> = table.vars.iter().map(|var| problem.size(*var)).collect();
    if table.vars.is_empty() {
        return Ok(None);
    }
    let diagram = Diagram::new(table, &sizes);
    if !diagram.deterministic {
        return Err(Undecided);
    }
    let mut before: Option<(Var, u32)> = None;
    for (at, (nodes, var)) in diagram.layers.iter().zip(&table.vars).enumerate() {
        let next = diagram.layers.get(at + 1).map_or(1, Vec::len);
        let nowhere = u32::try_from(next).map_err(|_| Undecided)?;
        let after = problem.variable(nowhere + 1);
        let size = problem.size(*var);
        let mut rows: Vec<Row> = Vec::new();
        for (node, from) in nodes.iter().zip(0..) {
            let from = before.map(|_| Cell::One(from));
            let mut row = |values: ValueSet, to: u32| {
                if !values.is_empty() {
                    rows.push(from.iter().cloned().chain([Cell::Set(values), Cell::One(to)]).collect());
                }
            };
            let mut labels: Vec<u32> = Vec::new();
            for edge in node {
                let values = || edge.label.iter().flat_map(|(first, last)| *first..=*last);
                labels.extend(values());
                row(values().collect(), edge.to);
            }
            labels.sort_unstable();
            let rest = gaps(&runs_of(labels.into_iter()), size);
            row(rest.iter().flat_map(|(first, last)| *first..=*last).collect(), nowhere);
        }
        // A table without rows has no root to begin with.
        if nodes.is_empty() && before.is_none() {
            rows.push(vec![Cell::Any, Cell::One(nowhere)]);
        }
        if let Some((_, lost)) = before {
            rows.push(vec![Cell::One(lost), Cell::Any, Cell::One(nowhere)]);
        }
        let vars = before.iter().map(|(var, _)| *var).chain([*var, after]).collect();
        rule.tables.push(Table { vars, rows });
        before = Some((after, nowhere));
    }
    Ok(before.map(|(var, nowhere)| Literal::is(var, nowhere)))
}

#[cfg(test)]
mod tests;
