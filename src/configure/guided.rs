//! The questions of a guide: which one to ask next.

use super::session::Session;
use super::slot::{SlotId, SlotKind};
use super::state::{SlotState, Standing, State};
use crate::ir::{Question, Value};

impl Session {
    /// The question of the guide to ask next: the first that is not answered, has an answer that could be given,
    /// and bears on an option that is not decided yet.
    pub fn next_question(&self, state: &State) -> Option<SlotId> {
        let open = state.slots.iter().find(|slot| {
            let is_question = self.model.slot(slot.slot).is_some_and(|it| it.kind == SlotKind::Question);
            is_question && self.is_open(state, slot)
        });
        open.map(|slot| slot.slot)
    }

    fn is_open(&self, state: &State, slot: &SlotState) -> bool {
        if slot.standing == Standing::Chosen || slot.value == Some(Value::Absent) {
            return false;
        }
        match self.question(slot.slot) {
            Some(question) => question
                .touches
                .iter()
                .any(|option| state.slot(option).is_some_and(|option| !is_decided(option))),
            None => true,
        }
    }

    /// The question of a slot.
    pub fn question(&self, slot: SlotId) -> Option<&Question> {
        let book = self.model.plan.book();
        let product = book.products.iter().find(|product| product.name == self.model.product)?;
        let name = self.model.slot(slot)?.path.rsplit_once('.')?.1;
        book.guide_of(product)?.question(name)
    }
}

/// Whether nothing is left to choose of an option.
fn is_decided(slot: &SlotState) -> bool {
    let settled = |it: &Standing| matches!(it, Standing::Chosen | Standing::Implied | Standing::Impossible);
    match slot.elements.as_slice() {
        [] => settled(&slot.standing) && slot.value.is_some(),
        elements => elements.iter().all(|element| settled(&element.standing)),
    }
}
