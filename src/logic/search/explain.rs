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
use crate::logic::{Claim, Core, Decided, Owned, RuleId, Undecided};

/// From so many members on, a contradiction is minimised in one order only.
const MANY: usize = 64;

/// What an explanation can name, in the order in which it is preferred: claims before rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    /// All claims of an owner.
    Claims(usize),
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
        self.explain_owned(Owned { claims, owners: &each(claims) })
    }

    /// The same for claims that stand or fall with the others of their owner: the core names owners.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain_owned(&mut self, asked: Owned<'_>) -> Decided<Option<Core>> {
        self.begin();
        let engine = self.engine.clone();
        let formula = engine.formula();
        let vars = || asked.claims.iter().map(|claim| claim.var.0);
        let part = match contradiction(formula, asked) {
            Some(part) => part,
            None if self.is_possible(asked.claims)? => return Ok(None),
            None => connected(formula, asked, vars()),
        };
        // What follows at once used some of the background; necessary is only what no background makes up for.
        let found = minimal(formula, asked, part, &mut self.left)?;
        let narrow = match found {
            Some(found) => found,
            // The claims have no part in it: rules elsewhere contradict each other.
            None => {
                let all = connected(formula, asked, 0..formula.domains.len() as u32);
                minimal(formula, asked, all, &mut self.left)?.ok_or(Undecided)?
            }
        };
        let background = background_of(formula, asked, &narrow.members);
        if background.is_subset(&narrow.background) {
            return Ok(Some(core_of(&narrow.members)));
        }
        let background = background.union(&narrow.background).copied().collect();
        let found =
            minimal(formula, asked, Part { background, ..narrow }, &mut self.left)?.ok_or(Undecided)?;
        Ok(Some(core_of(&found.members)))
    }

    /// Owners of claims, and rules other than some, that cannot hold together, each of them necessary; `None` where
    /// they can.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain_without(&mut self, asked: Owned<'_>, without: &[RuleId]) -> Decided<Option<Core>> {
        self.begin();
        let engine = self.engine.clone();
        let formula = engine.formula();
        let mut part = connected(formula, asked, asked.claims.iter().map(|claim| claim.var.0));
        part.members.retain(|member| match member {
            Member::Claims(_) => true,
            Member::Rule(rule) => !without.contains(&RuleId(*rule)),
        });
        let found = minimal(formula, asked, part, &mut self.left)?;
        Ok(found.map(|found| core_of(&found.members)))
    }
}

/// Every claim as its own owner.
pub(super) fn each(claims: &[Claim]) -> Vec<usize> {
    (0..claims.len()).collect()
}

fn core_of(members: &BTreeSet<Member>) -> Core {
    let mut core = Core::default();
    for member in members {
        match member {
            Member::Claims(owner) => core.claims.push(*owner),
            Member::Rule(rule) => core.rules.push(RuleId(*rule)),
        }
    }
    core
}

/// The claims and rules that a contradiction comes from, where what follows at once shows one.
fn contradiction(formula: &Formula, asked: Owned<'_>) -> Option<Part> {
    let mut trail = formula.base.clone();
    let cnf = &formula.cnf;
    let conflict = formula.conflict.or_else(|| {
        for (at, claim) in asked.claims.iter().enumerate() {
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
    let owners = found.into_iter().filter_map(|claim| asked.owners.get(claim as usize));
    part.members.extend(owners.map(|owner| Member::Claims(*owner)));
    part.add_rules(formula, clauses.iter().filter_map(|clause: &ClauseId| cnf.rule_of(*clause)));
    Some(part)
}

/// All claims, and all rules that are connected with the variables.
fn connected(formula: &Formula, asked: Owned<'_>, vars: impl Iterator<Item = u32>) -> Part {
    let mut part = Part::default();
    part.members.extend(asked.owners.iter().map(|owner| Member::Claims(*owner)));
    part.add_rules(formula, reachable(formula, vars.collect(), |_| true));
    part
}

/// The background rules that are connected with the members by variables of background rules.
fn background_of(formula: &Formula, asked: Owned<'_>, members: &BTreeSet<Member>) -> BTreeSet<u32> {
    let vars = members.iter().flat_map(|member| member.vars(formula, asked)).collect();
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
fn minimal(formula: &Formula, asked: Owned<'_>, part: Part, left: &mut Allowance) -> Decided<Option<Part>> {
    let Part { members, background } = part;
    let mut cut = Cut::new(formula, asked, &members, &background);
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
            (set.len(), set.iter().filter(|member| matches!(member, Member::Claims(_))).count())
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
    fn vars(self, formula: &Formula, asked: Owned<'_>) -> Vec<u32> {
        match self {
            Member::Claims(owner) => asked.of(owner).map(|claim| claim.var.0).collect(),
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
        asked: Owned<'_>,
        members: &BTreeSet<Member>,
        background: &BTreeSet<u32>,
    ) -> Cut {
        let mut names = Names { names: vec![0; formula.cnf.unknowns() as usize], next: 1 };
        let mut clauses: Vec<(Option<Member>, Vec<Lit>)> = Vec::new();
        let mut vars: BTreeSet<u32> = members.iter().flat_map(|member| member.vars(formula, asked)).collect();
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
                Member::Claims(owner) => {
                    let lits = asked.of(*owner).flat_map(|claim| formula.literals(claim));
                    lits.for_each(|lit| add(Some(*member), &[lit]));
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
