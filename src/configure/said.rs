//! What a session said of its slots, shared by all states that say the same of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::slot::SlotId;
use super::state::SlotState;
use crate::logic::Var;

/// How many slots are shared or copied together.
const TOGETHER: usize = 32;

/// The states of all slots, in the order of the model. Copying them costs little: what one session says of slots
/// that do not change is there once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(Vec<Arc<Vec<SlotState>>>);

/// What was said last, and what it hangs on.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Nothing before the first time.
    slots: Slots,
    count: usize,
    /// The slots with choices then.
    chosen: BTreeSet<SlotId>,
    /// The slots of each variable; sorted.
    of_var: Vec<(Var, SlotId)>,
}

impl Slots {
    /// The states, in the order of the model.
    pub fn iter(&self) -> impl Iterator<Item = &SlotState> + Clone {
        self.0.iter().flat_map(|some| some.iter())
    }

    /// The state of a slot.
    pub fn get(&self, slot: SlotId) -> Option<&SlotState> {
        let at = slot.0 as usize;
        self.0.get(at / TOGETHER)?.get(at % TOGETHER)
    }

    fn put(&mut self, slot: SlotId, state: SlotState) {
        let at = slot.0 as usize;
        if self.get(slot).is_some_and(|before| *before != state)
            && let Some(place) =
                self.0.get_mut(at / TOGETHER).and_then(|some| Arc::make_mut(some).get_mut(at % TOGETHER))
        {
            *place = state;
        }
    }
}

impl<'s> IntoIterator for &'s Slots {
    type Item = &'s SlotState;
    type IntoIter = std::iter::FlatMap<
        std::slice::Iter<'s, Arc<Vec<SlotState>>>,
        &'s Vec<SlotState>,
        fn(&'s Arc<Vec<SlotState>>) -> &'s Vec<SlotState>,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().flat_map(|some| some)
    }
}

impl FromIterator<SlotState> for Slots {
    fn from_iter<I: IntoIterator<Item = SlotState>>(states: I) -> Slots {
        let mut states = states.into_iter();
        let some = || {
            let some: Vec<SlotState> = states.by_ref().take(TOGETHER).collect();
            (!some.is_empty()).then(|| Arc::new(some))
        };
        Slots(std::iter::from_fn(some).collect())
    }
}

impl Said {
    /// Nothing said yet of slots that have these variables.
    pub(super) fn new(variables: impl Iterator<Item = Vec<Var>>) -> Said {
        let mut said = Said::default();
        for (variables, slot) in variables.zip(0..) {
            said.of_var.extend(variables.into_iter().map(|var| (var, SlotId(slot))));
            said.count += 1;
        }
        said.of_var.sort_unstable();
        said
    }

    /// Says anew how the slots of some variables stand, and those with choices now or before.
    pub(super) fn mend(
        &mut self,
        changed: &[Var],
        chosen: BTreeSet<SlotId>,
        say: impl Fn(SlotId) -> Option<SlotState>,
    ) {
        let before = std::mem::replace(&mut self.chosen, chosen);
        if self.slots.0.is_empty() {
            let all = (0..self.count).filter_map(|at| u32::try_from(at).ok()).map(SlotId);
            self.slots = all.filter_map(say).collect();
            return;
        }
        let mut slots: Vec<SlotId> = Vec::new();
        for var in changed {
            let from = self.of_var.partition_point(|(other, _)| other < var);
            let own = self.of_var.iter().skip(from).take_while(|(other, _)| other == var);
            slots.extend(own.map(|(_, slot)| *slot));
        }
        slots.extend(before.iter().chain(&self.chosen));
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            if let Some(state) = say(slot) {
                self.slots.put(slot, state);
            }
        }
    }

    /// What is said now.
    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }
}
