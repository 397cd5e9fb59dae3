//! Which pieces of a bundle there are for sure, and which can still come to be.

use super::slot::{SlotId, SlotKind};
use super::state::{SlotState, State};
use crate::ir::{Domain, Value};

impl State {
    /// How many pieces of a part there are for sure under all choices.
    fn least_pieces(&self, slot: &SlotState) -> u64 {
        let possible = self.model().possible_values(slot.slot, &slot.now);
        let number = |value: &Value| match value {
            Value::Number(number) => number.to_u64(),
            _ => None,
        };
        let listed = possible.values.iter().filter_map(number);
        let from = possible.intervals.iter().filter_map(|it| it.from.as_ref()?.to_u64());
        match possible.absent {
            true => 0,
            false => listed.chain(from).min().unwrap_or(0),
        }
    }

    /// The pieces that may come to be but need not exist under the present choices, and of which nothing is chosen:
    /// the slot of the number of each part, with the first and the last such piece.
    pub fn pieces_to_come(&self) -> Vec<(SlotId, u64, u64)> {
        let path = |slot: &SlotState| self.model().slot(slot.slot).map(|it| it.path.clone());
        let chosen: Vec<_> =
            self.slots.iter().filter(|slot| slot.origin.is_some()).filter_map(path).collect();
        let is_chosen = |piece: &str| chosen.iter().any(|path| path.starts_with(piece));
        let mut pieces: Vec<(SlotId, u64, u64)> = Vec::new();
        for slot in &self.slots {
            let Some(of) = self.model().slot(slot.slot).filter(|it| it.kind == SlotKind::PartCount) else {
                continue;
            };
            let Domain::Range { to, .. } = &of.domain else { continue };
            if pieces.iter().any(|piece| self.is_in_piece(&of.path, *piece)) {
                continue;
            }
            let (least, most) = (self.least_pieces(slot), to.to_u64().unwrap_or(0));
            let mut run: Option<(u64, u64)> = None;
            for at in (least + 1)..=most {
                if !is_chosen(&format!("{}[{at}].", of.path)) {
                    run = Some((run.map_or(at, |(first, _)| first), at));
                } else if let Some((first, last)) = run.take() {
                    pieces.push((slot.slot, first, last));
                }
            }
            pieces.extend(run.map(|(first, last)| (slot.slot, first, last)));
        }
        pieces
    }

    /// Whether a path speaks of one of some pieces.
    pub fn is_in_piece(&self, path: &str, (part, first, last): (SlotId, u64, u64)) -> bool {
        let rest = self.model().slot(part).and_then(|it| path.strip_prefix(&*it.path));
        let number = rest.and_then(|rest| rest.strip_prefix('[')?.split_once(']')?.0.parse::<u64>().ok());
        number.is_some_and(|at| first <= at && at <= last)
    }
}
