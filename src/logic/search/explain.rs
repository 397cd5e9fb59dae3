//! Why something is impossible: claims and rules that contradict each other, each of them necessary.
//!
//! What follows at once mostly shows a contradiction, and the clauses that it took name the rules. The few rules
//! and claims found are then minimised on their own, with one selector each, so that the size of the whole
//! problem does not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::Search;
use super::cnf::{ClauseId, Lit, TRUE};
use super::engine::Formula;
use super::sat::{Allowance, Outcome, Sat};
use super::trail::Reason;
use crate::logic::{Claim, Core, Decided, RuleId, Undecided};

/// From so many members on, a contradiction is minimised in one order only.
const MANY: usize = 64;

/// What an explanation can name, in the order in which it is preferred: claims before rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Claim(usize),
    Rule(u32),
}

/// A part of a problem: some rules and claims that can be given up, and background that cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    members: BTreeSet<Member>,
    background: BTreeSet<u32>,
}

/// A part made ready for searching.
struct Cut {
    sat: Sat,
    /// The selector of each member, and back.
    selectors: BTreeMap<Member, Lit>,
    members: BTreeMap<Lit, Member>,
}

impl Search {
    /// Claims and rules that cannot hold together, each of them necessary; `None` where they can.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain(&mut self, claims: &[Claim]) -> Decided<Option<Core>> {
        self.begin();
        let engine = self.engine.clone();
        let formula = engine.formula();
        let part = match contradiction(formula, claims) {
            Some(part) => part,
            None if self.is_possible(claims)? => return Ok(None),
            None => connected(formula, claims, claims.iter().map(|claim| claim.var.0)),
        };
        // What follows at once used some of the background; necessary is only what no background makes up for.
        let found = minimal(formula, claims, part, &mut self.left)?;
        let narrow = match found {
            Some(found) => found,
            // The claims have no part in it: rules elsewhere contradict each other.
            None => {
                let all = connected(formula, claims, 0..formula.domains.len() as u32);
                minimal(formula, claims, all, &mut self.left)?.ok_or(Undecided)?
            }
        };
        let background = background_of(formula, claims, &narrow.members);
        if background.is_subset(&narrow.background) {
            return Ok(Some(core_of(&narrow.members)));
        }
        let background = background.union(&narrow.background).copied().collect();
        let found =
            minimal(formula, claims, Part { background, ..narrow }, &mut self.left)?.ok_or(Undecided)?;
        Ok(Some(core_of(&found.members)))
    }

    /// Claims and rules other than some that cannot hold together, each of them necessary; `None` where they can.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain_without(&mut self, claims: &[Claim], without: &[RuleId]) -> Decided<Option<Core>> {
        self.begin();
        let engine = self.engine.clone();
        let formula = engine.formula();
        let mut part = connected(formula, claims, claims.iter().map(|claim| claim.var.0));
        part.members.retain(|member| match member {
            Member::Claim(_) => true,
            Member::Rule(rule) => !without.contains(&RuleId(*rule)),
        });
        let found = minimal(formula, claims, part, &mut self.left)?;
        Ok(found.map(|found| core_of(&found.members)))
    }
}

fn core_of(members: &BTreeSet<Member>) -> Core {
    let mut core = Core::default();
    for member in members {
        match member {
            Member::Claim(at) => core.claims.push(*at),
            Member::Rule(rule) => core.rules.push(RuleId(*rule)),
        }
    }
    core
}

/// The claims and rules that a contradiction comes from, where what follows at once shows one.
fn contradiction(formula: &Formula, claims: &[Claim]) -> Option<Part> {
    let mut trail = formula.base.clone();
    let cnf = &formula.cnf;
    let conflict = formula.conflict.or_else(|| {
        for (at, claim) in claims.iter().enumerate() {
            for lit in formula.literals(claim) {
                if let Err(conflict) = trail.set(lit, Reason::Claim(at as u32)) {
                    return Some(conflict);
                }
            }
        }
        trail.follow(cnf).err()
    })?;
    let (found, clauses) = trail.trace(cnf, conflict);
    let mut part = Part::default();
    part.members.extend(found.into_iter().map(|claim| Member::Claim(claim as usize)));
    part.add_rules(formula, clauses.iter().filter_map(|clause: &ClauseId| cnf.rule_of(*clause)));
    Some(part)
}

/// All claims, and all rules that are connected with the variables.
fn connected(formula: &Formula, claims: &[Claim], vars: impl Iterator<Item = u32>) -> Part {
    let mut part = Part::default();
    part.members.extend((0..claims.len()).map(Member::Claim));
    part.add_rules(formula, reachable(formula, vars.collect(), |_| true));
    part
}

/// The background rules that are connected with the members by variables of background rules.
fn background_of(formula: &Formula, claims: &[Claim], members: &BTreeSet<Member>) -> BTreeSet<u32> {
    let vars = members.iter().flat_map(|member| member.vars(formula, claims)).collect();
    reachable(formula, vars, |rule| formula.background[rule as usize])
}

/// The rules that can be reached from variables by way of rules of a kind.
fn reachable(formula: &Formula, mut vars: Vec<u32>, kind: impl Fn(u32) -> bool) -> BTreeSet<u32> {
    let mut seen = vec![false; formula.domains.len()];
    let mut rules = BTreeSet::new();
    while let Some(var) = vars.pop() {
        if seen.get_mut(var as usize).is_none_or(|seen| std::mem::replace(seen, true)) {
            continue;
        }
        for rule in formula.var_rules[var as usize].iter().filter(|rule| kind(**rule)) {
            if rules.insert(*rule) {
                vars.extend(&formula.rule_vars[*rule as usize]);
            }
        }
    }
    rules
}

/// A minimal part of a contradictory part; `None` where the part is not contradictory.
fn minimal(formula: &Formula, claims: &[Claim], part: Part, left: &mut Allowance) -> Decided<Option<Part>> {
    let Part { members, background } = part;
    let mut cut = Cut::new(formula, claims, &members, &background);
    let Some(first) = cut.core(&members, left)? else { return Ok(None) };
    let mut best: Option<BTreeSet<Member>> = None;
    for (rules_first, last_first) in [(true, true), (false, true), (true, false), (false, false)] {
        let mut order: Vec<Member> = first.iter().copied().collect();
        if last_first {
            order.reverse();
        }
        order.sort_by_key(|member| matches!(member, Member::Rule(_)) != rules_first);
        let found = cut.minimal(&first, &order, left)?;
        // Where every member was necessary, or there are many, another order is not worth it.
        let done = found.len() == first.len() || first.len() > MANY;
        let rank = |set: &BTreeSet<Member>| {
            (set.len(), set.iter().filter(|member| matches!(member, Member::Claim(_))).count())
        };
        if best.as_ref().is_none_or(|best| (rank(&found), &found) < (rank(best), best)) {
            best = Some(found);
        }
        if done {
            break;
        }
    }
    Ok(Some(Part { members: best.unwrap_or(first), background }))
}

impl Part {
    fn add_rules(&mut self, formula: &Formula, rules: impl IntoIterator<Item = u32>) {
        for rule in rules {
            if formula.background[rule as usize] {
                self.background.insert(rule);
            } else {
                self.members.insert(Member::Rule(rule));
            }
        }
    }
}

impl Member {
    fn vars(self, formula: &Formula, claims: &[Claim]) -> Vec<u32> {
        match self {
            Member::Claim(at) => claims.get(at).map(|claim| claim.var.0).into_iter().collect(),
            Member::Rule(rule) => formula.rule_vars[rule as usize].clone(),
        }
    }
}

/// Numbers unknowns anew, as they come.
struct Names {
    /// By unknown; zero where it has no name yet.
    names: Vec<u32>,
    next: u32,
}

impl Names {
    fn lit(&mut self, lit: Lit) -> Lit {
        if lit.unknown() == TRUE.unknown() {
            return lit;
        }
        let name = &mut self.names[lit.unknown()];
        if *name == 0 {
            *name = self.next;
            self.next += 1;
        }
        let named = Lit::of(*name);
        if lit.is_opposite() { !named } else { named }
    }
}

impl Cut {
    fn new(
        formula: &Formula,
        claims: &[Claim],
        members: &BTreeSet<Member>,
        background: &BTreeSet<u32>,
    ) -> Cut {
        let mut names = Names { names: vec![0; formula.cnf.unknowns() as usize], next: 1 };
        let mut clauses: Vec<(Option<Member>, Vec<Lit>)> = Vec::new();
        let mut vars: BTreeSet<u32> =
            members.iter().flat_map(|member| member.vars(formula, claims)).collect();
        vars.extend(background.iter().flat_map(|rule| &formula.rule_vars[*rule as usize]));
        vars.retain(|var| (*var as usize) < formula.domains.len());
        let mut add = |member: Option<Member>, lits: &[Lit]| {
            clauses.push((member, lits.iter().map(|lit| names.lit(*lit)).collect()));
        };
        for clause in vars.iter().flat_map(|var| formula.cnf.of_variable(*var)) {
            add(None, formula.cnf.clause(clause));
        }
        for clause in background.iter().flat_map(|rule| formula.cnf.of_rule(*rule)) {
            add(None, formula.cnf.clause(clause));
        }
        for member in members {
            match member {
                Member::Claim(at) => {
                    let lits = claims.get(*at).map(|claim| formula.literals(claim)).unwrap_or_default();
                    lits.iter().for_each(|lit| add(Some(*member), &[*lit]));
                }
                Member::Rule(rule) => {
                    formula
                        .cnf
                        .of_rule(*rule)
                        .for_each(|clause| add(Some(*member), formula.cnf.clause(clause)));
                }
            }
        }
        Cut::load(names.next, members, clauses)
    }

    fn load(unknowns: u32, members: &BTreeSet<Member>, clauses: Vec<(Option<Member>, Vec<Lit>)>) -> Cut {
        let mut sat = Sat::new(unknowns + members.len() as u32);
        let numbered = members.iter().zip(unknowns..);
        let selectors: BTreeMap<Member, Lit> =
            numbered.map(|(member, number)| (*member, Lit::of(number))).collect();
        for (member, lits) in clauses {
            let unless = member.and_then(|member| selectors.get(&member)).map(|selector| !*selector);
            sat.clause(lits.into_iter().chain(unless));
        }
        let members = selectors.iter().map(|(member, selector)| (*selector, *member)).collect();
        Cut { sat, selectors, members }
    }

    /// Members that contradict each other among these; `None` where they do not.
    fn core(&mut self, among: &BTreeSet<Member>, left: &mut Allowance) -> Decided<Option<BTreeSet<Member>>> {
        let selectors: Vec<Lit> =
            among.iter().filter_map(|member| self.selectors.get(member)).copied().collect();
        Ok(match self.sat.solve(&selectors, left)? {
            Outcome::Model => None,
            Outcome::Core(core) => {
                Some(core.iter().filter_map(|lit| self.members.get(lit)).copied().collect())
            }
        })
    }

    /// A minimal contradictory part of a contradictory set, trying to do without the members in this order.
    fn minimal(
        &mut self,
        set: &BTreeSet<Member>,
        order: &[Member],
        left: &mut Allowance,
    ) -> Decided<BTreeSet<Member>> {
        let mut set = set.clone();
        for member in order {
            if !set.remove(member) {
                continue;
            }
            match self.core(&set, left)? {
                Some(core) => set = core,
                None => _ = set.insert(*member),
            }
        }
        Ok(set)
    }
}
