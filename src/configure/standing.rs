//! Finds out how slots stand: after a change only those that it reaches, the others as it was said before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::choice::Asked;
use super::reach::variables;
use super::said::Said;
use super::session::Session;
use super::slot::{Class, Shape, Slot, SlotId, Wanted};
use super::state::{ElementState, SlotState, Standing, State, single};
use crate::eval::set_holds;
use crate::ir::Value;
use crate::logic::{Support, ValueSet, Var};

impl Session {
    /// What the choices leave open: for every slot exactly the values that some valid configuration has with
    /// the choices about the other slots. After a change it costs what the change reaches.
    pub fn state(&mut self) -> State {
        let asked = self.asked();
        let outlook = self.solver.outlook(&asked.claims);
        let lifted = if outlook.possible == Ok(false) { self.lift_wholly(&asked) } else { BTreeMap::new() };
        let fits = match (outlook.possible, self.reach.anything()) {
            (Ok(true), Some(open)) => Err(open.clone()),
            (possible, _) => possible.map_err(Into::into),
        };
        let chosen: BTreeSet<SlotId> = asked.choices.iter().map(|choice| choice.slot).collect();
        let mut said = self.said.take().unwrap_or_else(|| Said::new(self.model.slots.iter().map(variables)));
        let claimed = (outlook.possible == Ok(true)).then(|| claimed(&asked));
        let reader = Reader { session: self, claimed, lifted };
        said.mend(&outlook.changed, chosen, |id| Some(reader.slot(id, reader.session.model.slot(id)?)));
        let slots = said.slots().clone();
        self.said = Some(said);
        State { model: Arc::clone(&self.model), fits, slots }
    }

    /// That an element is left out claims also that there is a set, and both claims are lifted together.
    fn lift_wholly(&mut self, asked: &Asked) -> BTreeMap<Var, Support> {
        let mut all = BTreeMap::new();
        for (at, choice) in asked.choices.iter().enumerate() {
            let Wanted::Without(element) = choice.wanted else { continue };
            let Some(Shape::Set { present: Some(_), elements }) =
                self.model.slot(choice.slot).map(|slot| &slot.shape)
            else {
                continue;
            };
            let Some(var) = elements.get(usize::from(element)) else { continue };
            let lifted = match self.solver.supports(&asked.claims_without(&[at])) {
                Ok(Some(supports)) => supports.get(var.0 as usize).cloned().unwrap_or_default(),
                Ok(None) => Support::default(),
                Err(_) => {
                    Support { possible: ValueSet::none(), undecided: self.model.solver.problem().all(*var) }
                }
            };
            all.insert(*var, lifted);
        }
        all
    }
}

/// What is claimed of each variable.
fn claimed(asked: &Asked) -> BTreeMap<Var, ValueSet> {
    let mut all: BTreeMap<Var, ValueSet> = BTreeMap::new();
    for claim in &asked.claims {
        let values = all.entry(claim.var).or_insert_with(|| claim.values.clone());
        *values = values.and(&claim.values);
    }
    all
}

/// Reads what the solver answered.
struct Reader<'a> {
    session: &'a Session,
    /// What is claimed, where all choices can be had together.
    claimed: Option<BTreeMap<Var, ValueSet>>,
    /// What variables can be of which more is lifted than their own claims.
    lifted: BTreeMap<Var, Support>,
}

impl Reader<'_> {
    /// What a variable can be while the choices about the others stand.
    fn support(&self, slot: SlotId, var: Var) -> Support {
        let kept = self.lifted.get(&var).or_else(|| self.session.solver.kept().get(var.0 as usize));
        let support = kept.cloned().unwrap_or_default();
        if self.session.reach.has(slot) {
            let undecided = support.undecided.or(&support.possible);
            return Support { possible: ValueSet::none(), undecided };
        }
        support
    }

    fn slot(&self, id: SlotId, slot: &Slot) -> SlotState {
        match &slot.shape {
            Shape::Classes { var, classes } => self.classes(id, slot, *var, classes),
            Shape::Set { present, elements } => self.set(id, slot, *present, elements),
        }
    }

    fn classes(&self, id: SlotId, slot: &Slot, var: Var, classes: &[Class]) -> SlotState {
        let support = self.support(id, var);
        let now = self.claimed.as_ref().and_then(|claimed| claimed.get(&var)).map(|values| Support {
            possible: support.possible.and(values),
            undecided: support.undecided.and(values),
        });
        let now = now.as_ref().unwrap_or(&support);
        let only = || match now.undecided.is_empty() {
            true => now.possible.only().and_then(|class| single(classes.get(class as usize)?)),
            false => None,
        };
        let choice = self.session.choices.of(id);
        let default = || {
            let default = slot.default.clone()?;
            let class = self.session.model.class_of(id, &default)?;
            (now.possible.has(class) || now.undecided.has(class)).then(|| (default, now.possible.has(class)))
        };
        let (standing, value) = match choice {
            Some((Wanted::Value(value), _)) => (Standing::Chosen, Some(value.clone())),
            Some((Wanted::Absent, _)) => (Standing::Chosen, Some(Value::Absent)),
            // Where the choices clash, what it could be without its own choice says nothing about that choice.
            Some(_) => (Standing::Chosen, self.claimed.as_ref().and_then(|_| only())),
            None if now.possible.is_empty() && now.undecided.is_empty() => (Standing::Impossible, None),
            None => match only().map_or_else(|| Err(default()), Ok) {
                Ok(value) => (Standing::Implied, Some(value)),
                Err(Some((value, true))) => (Standing::Default, Some(value)),
                Err(None) if now.undecided.is_empty() => (Standing::Free, None),
                Err(_) => (Standing::NotDecided, None),
            },
        };
        let origin = choice.map(|(_, origin)| origin);
        let now = now.possible.or(&now.undecided);
        SlotState { slot: id, standing, origin, value, support, now, elements: Vec::new() }
    }

    fn set(&self, id: SlotId, slot: &Slot, present: Option<Var>, elements: &[Var]) -> SlotState {
        let support = match present {
            Some(present) => self.support(id, present),
            None => Support { possible: ValueSet::one(1), undecided: ValueSet::none() },
        };
        let default = match &slot.default {
            Some(Value::Set(set)) => *set,
            _ => 0,
        };
        let elements: Vec<ElementState> = elements
            .iter()
            .zip(0..)
            .map(|(var, element)| self.element(id, *var, element, set_holds(default, usize::from(element))))
            .collect();
        let bits = elements.iter().filter(|it| it.is_in).map(|it| 1_u128 << u32::from(it.element).min(127));
        let value = Value::Set(bits.fold(0, |set, bit| set | bit));
        let origin = self.session.choices.origin_of(id);
        let is_settled =
            elements.iter().all(|it| matches!(it.standing, Standing::Implied | Standing::Impossible));
        let whole = self.session.choices.of(id).map(|(wanted, _)| wanted);
        let is_there = support.possible.has(1) || support.undecided.has(1);
        let may_be_gone = support.possible.has(0) || support.undecided.has(0);
        let (standing, value) = match (origin, whole) {
            (Some(_), Some(Wanted::Absent)) => (Standing::Chosen, Some(Value::Absent)),
            (Some(_), _) => (Standing::Chosen, Some(value)),
            (None, _) if !is_there && !may_be_gone => (Standing::Impossible, None),
            (None, _) if elements.iter().any(ElementState::fits_nowhere) => (Standing::Impossible, None),
            (None, _) if !is_there => (Standing::Implied, Some(Value::Absent)),
            (None, _) if elements.iter().any(|it| it.standing == Standing::NotDecided) => {
                (Standing::NotDecided, None)
            }
            (None, _) if is_settled && !may_be_gone => (Standing::Implied, Some(value)),
            (None, _) if slot.optional && slot.default.is_none() && may_be_gone => (Standing::Free, None),
            (None, _) => (Standing::Default, Some(value)),
        };
        SlotState { slot: id, standing, origin, value, support, now: ValueSet::none(), elements }
    }

    fn element(&self, id: SlotId, var: Var, element: u16, by_default: bool) -> ElementState {
        let support = self.support(id, var);
        let can = |value: u32| match (support.possible.has(value), support.undecided.has(value)) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        };
        let (can_be_in, can_be_out) = (can(1), can(0));
        let (standing, is_in) = match self.session.choices.of_element(id, element) {
            Some((wanted, _)) => (Standing::Chosen, matches!(wanted, Wanted::With(_))),
            None => match (can_be_in, can_be_out) {
                (Some(false), _) => (Standing::Impossible, false),
                (Some(true), Some(false)) => (Standing::Implied, true),
                (Some(true), _) if by_default => (Standing::Default, true),
                (Some(true), _) => (Standing::Free, false),
                (None, _) => (Standing::NotDecided, by_default),
            },
        };
        ElementState { element, standing, is_in, can_be_in, can_be_out }
    }
}
