//! How far rules reach that the problem leaves out: what hangs on them cannot be called possible.

use super::model::{Model, OpenRule};
use super::session::NotDecided;
use super::slot::{Shape, Slot, SlotId};
use crate::logic::{Problem, Var};

/// The slots that an open rule reaches, itself or through other rules.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// One truth a slot; empty where no rule is open.
    reached: Vec<bool>,
    why: Option<NotDecided>,
}

impl Reach {
    /// What the open rules of a model reach.
    pub fn of(model: &Model) -> Reach {
        let Some(first) = model.open.first() else { return Reach::default() };
        let mut groups = Groups::of(model.solver.problem());
        for rule in &model.open {
            let slots = rule.slots.iter().filter_map(|slot| model.slot(*slot));
            groups.join_all(slots.flat_map(variables));
        }
        let starts: Vec<u32> = model
            .open
            .iter()
            .flat_map(|rule| &rule.slots)
            .filter_map(|slot| model.slot(*slot))
            .flat_map(variables)
            .map(|var| groups.root(var.0))
            .collect();
        let is_reached = |slot: &Slot, groups: &mut Groups| {
            variables(slot).into_iter().any(|var| starts.contains(&groups.root(var.0)))
        };
        let reached = model.slots.iter().map(|slot| is_reached(slot, &mut groups)).collect();
        Reach { reached, why: Some(not_decided(first)) }
    }

    /// Whether an open rule reaches a slot.
    pub fn has(&self, slot: SlotId) -> bool {
        self.reached.get(slot.0 as usize).copied().unwrap_or(false)
    }

    /// Why not everything can be decided, where a rule is open.
    pub fn anything(&self) -> Option<&NotDecided> {
        self.why.as_ref()
    }
}

fn not_decided(open: &OpenRule) -> NotDecided {
    let rule = open.rule.name.as_ref().unwrap_or(&open.rule.text);
    NotDecided { why: format!("the rule `{rule}` is left out: {}", open.why) }
}

/// The variables of a slot.
pub(super) fn variables(slot: &Slot) -> Vec<Var> {
    match &slot.shape {
        Shape::Classes { var, .. } => vec![*var],
        Shape::Set { present, elements } => present.iter().chain(elements).copied().collect(),
    }
}

/// Variables in groups: two are in one group when rules connect them.
struct Groups(Vec<u32>);

impl Groups {
    fn of(problem: &Problem) -> Groups {
        let count = u32::try_from(problem.sizes.len()).unwrap_or(u32::MAX);
        let mut groups = Groups((0..count).collect());
        for rule in &problem.rules {
            for clause in &rule.clauses {
                groups.join_all(clause.iter().map(|literal| literal.var));
            }
            for table in &rule.tables {
                groups.join_all(table.vars.iter().copied());
            }
        }
        groups
    }

    fn root(&mut self, var: u32) -> u32 {
        let mut at = var;
        while let Some(above) = self.0.get(at as usize).copied().filter(|above| *above != at) {
            let next = self.0.get(above as usize).copied().unwrap_or(above);
            if let Some(place) = self.0.get_mut(at as usize) {
                *place = next;
            }
            at = above;
        }
        at
    }

    fn join_all(&mut self, vars: impl IntoIterator<Item = Var>) {
        let mut first = None;
        for var in vars {
            let root = self.root(var.0);
            let first = *first.get_or_insert(root);
            if let Some(place) = self.0.get_mut(root as usize) {
                *place = first;
            }
        }
    }
}
