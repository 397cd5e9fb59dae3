//! Which values each slot can still have, and how they stand.

use tarif::configure::{Session, SlotState, Standing, State};

use super::Check;
use crate::ask::Ask;
use crate::model::{Ty, Val};

impl Check<'_> {
    pub fn domains(&mut self, session: &mut Session) {
        let state = session.state();
        let fits = self.can_be_had(self.asks);
        match &state.fits {
            Ok(found) if *found == fits => {}
            found => self.wrong("state", format!("fits is {found:?}")),
        }
        for slot in self.handle.slots() {
            let Some(id) = self.handle.ids[slot] else { continue };
            let Some(found) = state.of(id) else {
                self.wrong("state", format!("`{}` is not there", self.handle.path(slot)));
                continue;
            };
            match self.book.slots[slot].ty {
                Ty::Set(_) => self.set(slot, &state, found, fits),
                _ => self.single(slot, &state, found, fits),
            }
        }
    }

    /// The choices but those about a slot.
    pub fn others(&self, slot: usize) -> Vec<Ask> {
        self.asks.iter().filter(|ask| ask.slot != slot).cloned().collect()
    }

    fn single(&mut self, slot: usize, state: &State, found: &SlotState, fits: bool) {
        let path = self.handle.path(slot);
        let others = self.others(slot);
        let mut can: Vec<Val> = self.worlds(&others).map(|world| world[slot]).collect();
        can.sort_unstable();
        can.dedup();
        let possible = state.possible(found);
        let impossible = state.impossible(found);
        for value in self.book.slots[slot].domain() {
            let (says, wanted) = (self.handle.can_be(slot, &possible, value), can.contains(&value));
            if says != wanted || says == self.handle.can_be(slot, &impossible, value) {
                self.wrong("domain", format!("`{path}` can be {value:?}: {wanted}, the crate says {says}"));
            }
            let standing = state.standing_of(found, &self.handle.value(slot, value));
            let chosen = self.asks.iter().any(|ask| ask.slot == slot);
            let is_impossible = standing == Standing::Impossible;
            if is_impossible == wanted && !(chosen && standing == Standing::Chosen) {
                self.wrong("domain", format!("`{path}` = {value:?} is {standing:?}"));
            }
        }
        if self.asks.iter().any(|ask| ask.slot == slot) {
            if found.standing != Standing::Chosen {
                self.wrong("standing", format!("`{path}` is chosen, the crate says {:?}", found.standing));
            }
            return;
        }
        let default = self.book.slots[slot].default;
        let wanted = match can.as_slice() {
            [] => (Standing::Impossible, None),
            [only] if fits => (Standing::Implied, Some(*only)),
            _ => match default.filter(|default| can.contains(default)) {
                Some(default) => (Standing::Default, Some(default)),
                None => (Standing::Free, None),
            },
        };
        let value = found.value.as_ref().and_then(|value| self.handle.val(slot, value));
        if (found.standing, value) != wanted {
            let says = (found.standing, value);
            self.wrong("standing", format!("`{path}` is {wanted:?}, the crate says {says:?}"));
        }
    }

    fn set(&mut self, slot: usize, state: &State, found: &SlotState, fits: bool) {
        let path = self.handle.path(slot);
        let own: Vec<&Ask> = self.asks.iter().filter(|ask| ask.slot == slot).collect();
        if own.is_empty() && self.book.slots[slot].may_be_absent() {
            let can_be_absent = self.worlds(self.asks).any(|world| world[slot] == Val::Absent);
            if state.possible(found).absent != can_be_absent {
                self.wrong("domain", format!("`{path}` can be absent: {can_be_absent}"));
            }
        }
        for element in &found.elements {
            let at = element.element as u8;
            let others: Vec<Ask> = self
                .asks
                .iter()
                .filter(|ask| ask.slot != slot || ask.want.element() != Some(at))
                .cloned()
                .collect();
            let is_in = |world: &[Val]| matches!(world[slot], Val::Set(set) if set >> at & 1 == 1);
            let (mut can_be_in, mut can_be_out) = (false, false);
            for world in self.worlds(&others) {
                let is_in = is_in(world);
                can_be_in |= is_in;
                can_be_out |= !is_in;
            }
            if (element.can_be_in, element.can_be_out) != (Some(can_be_in), Some(can_be_out)) {
                self.wrong(
                    "element",
                    format!(
                        "`{path}` with {at}: {can_be_in}, without: {can_be_out}; the crate says {:?}, {:?}",
                        element.can_be_in, element.can_be_out
                    ),
                );
            }
            let chosen = own.iter().any(|ask| ask.want.element() == Some(at));
            let wanted = match (chosen, can_be_in, can_be_out) {
                (true, ..) => Standing::Chosen,
                (_, false, _) => Standing::Impossible,
                (_, true, false) => Standing::Implied,
                (_, true, true) => Standing::Free,
            };
            if fits && element.standing != wanted {
                let says = element.standing;
                self.wrong(
                    "standing",
                    format!("element {at} of `{path}` is {wanted:?}, the crate says {says:?}"),
                );
            }
        }
    }
}
