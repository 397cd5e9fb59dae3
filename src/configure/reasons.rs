//! Reasons for a whole state: of each slot, why what is impossible is so, and why what is implied is.

use super::choice::{Asked, Choice, Clash, Origin};
use super::session::Session;
use super::slot::{Class, Possible, Shape, SlotId, Wanted};
use super::state::{SlotState, Standing, State};
use crate::logic::{Literal, ValueSet, Var};

/// Why some values of a slot are impossible, or its value is implied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The slot.
    pub slot: SlotId,
    /// `Impossible` or `Implied`.
    pub standing: Standing,
    /// The values; none of a set.
    pub values: Possible,
    /// The element of a set that cannot be in it, or must be.
    pub element: Option<u16>,
    /// A minimal clash that excludes them, or excludes all others.
    pub clash: Clash,
}

/// How many groups of values of one slot are explained; the rest is impossible without a reason shown.
const MOST_GROUPS: usize = 64;

impl Session {
    /// The reasons for what is impossible or implied in a state of this session, in the order of the slots. Where
    /// the choices clash there are none: the conflict says it all. What a limit stops is left out.
    pub fn reasons(&mut self, state: &State) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if state.fits == Ok(false) {
            return reasons;
        }
        for slot in &state.slots {
            self.reasons_for(state, slot, &mut reasons);
        }
        reasons
    }

    fn reasons_for(&mut self, state: &State, slot: &SlotState, reasons: &mut Vec<Reason>) {
        let id = slot.slot;
        let Some((shape, is_steady)) = self.model.slot(id).map(|slot| (slot.shape.clone(), slot.is_steady))
        else {
            return;
        };
        match shape {
            Shape::Classes { var, classes } => {
                let impossible = state.impossible_classes(slot);
                let is_told =
                    |class: &u32| !(is_steady && classes.get(*class as usize) == Some(&Class::Absent));
                let others = self.asked_without(id, None);
                let mut found: Vec<(Clash, ValueSet)> = Vec::new();
                for class in impossible.iter().filter(is_told).take(MOST_GROUPS) {
                    let Some(clash) = self.excluded_by(&others, var, ValueSet::one(class)) else { continue };
                    match found.iter_mut().find(|(known, _)| *known == clash) {
                        Some((_, classes)) => classes.insert(class),
                        None => found.push((clash, ValueSet::one(class))),
                    }
                }
                if slot.standing == Standing::Implied {
                    if let Some(clash) = self.excluded_by(&others, var, impossible) {
                        let values = state.possible(slot);
                        reasons.push(Reason {
                            slot: id,
                            standing: Standing::Implied,
                            values,
                            element: None,
                            clash,
                        });
                    }
                    return;
                }
                for (clash, classes) in found {
                    let values = self.model.possible_values(id, &classes);
                    reasons.push(Reason {
                        slot: id,
                        standing: Standing::Impossible,
                        values,
                        element: None,
                        clash,
                    });
                }
            }
            Shape::Set { elements, .. } => {
                for (state, var) in slot.elements.iter().zip(elements) {
                    let (standing, value) = match (state.can_be_in, state.can_be_out) {
                        (Some(false), _) => (Standing::Impossible, 1),
                        (_, Some(false)) => (Standing::Implied, 0),
                        _ => continue,
                    };
                    let others = self.asked_without(id, Some(state.element));
                    if let Some(clash) = self.excluded_by(&others, var, ValueSet::one(value)) {
                        let values = Possible::default();
                        reasons.push(Reason {
                            slot: id,
                            standing,
                            values,
                            element: Some(state.element),
                            clash,
                        });
                    }
                }
            }
        }
    }

    /// The choices about everything but a slot, or but one element of a set.
    fn asked_without(&self, slot: SlotId, element: Option<u16>) -> Asked {
        let is_own = |choice: &Choice| match (&choice.wanted, element) {
            (Wanted::With(at) | Wanted::Without(at), Some(element)) => *at == element,
            _ => true,
        };
        let others = self.choices.iter().filter(|choice| choice.slot != slot || !is_own(choice));
        Asked::of(&self.model, others)
    }

    /// What excludes some values of a variable.
    fn excluded_by(&mut self, others: &Asked, var: Var, values: ValueSet) -> Option<Clash> {
        if values.is_empty() {
            return None;
        }
        let core = self.core(&others.and(Literal::new(var, values))).ok()??;
        let mut clash = others.clash(core);
        clash.choices.retain(|choice| choice.origin != Origin::Asked);
        Some(clash)
    }
}
