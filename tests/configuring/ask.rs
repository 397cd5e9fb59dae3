//! What is asked of slots, in the oracle's own terms.

use crate::brute::Space;
use crate::model::{Book, Home, Q, Slot, Ty, Val};
use crate::random::Random;

/// A choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub slot: usize,
    pub want: Want,
    /// The request says so; no repair changes it.
    pub given: bool,
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    Is(Val),
    OneOf(Vec<Val>),
    Between(Option<Q>, Option<Q>),
    With(u8),
    Without(u8),
    Absent,
    Present,
    /// Anything but this: never chosen, only asked about.
    Not(Box<Want>),
}

impl Want {
    /// Whether a value is what is wanted.
    pub fn fits(&self, value: Val) -> bool {
        match (self, value) {
            (Want::Not(want), value) => !want.fits(value),
            (Want::Is(wanted), value) => *wanted == value,
            (Want::OneOf(values), value) => values.contains(&value),
            (Want::Between(from, to), Val::Num(number)) => {
                from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
            }
            (Want::Between(..), _) => false,
            (Want::With(element), Val::Set(set)) => set >> element & 1 == 1,
            (Want::Without(element), Val::Set(set)) => set >> element & 1 == 0,
            (Want::With(_) | Want::Without(_), _) => false,
            (Want::Absent, value) => value == Val::Absent,
            (Want::Present, value) => value != Val::Absent,
        }
    }

    /// The element of a set that it speaks of.
    pub fn element(&self) -> Option<u8> {
        match self {
            Want::With(element) | Want::Without(element) => Some(*element),
            _ => None,
        }
    }
}

/// Whether a configuration is what is asked.
pub fn fits(asks: &[Ask], world: &[Val]) -> bool {
    asks.iter().all(|ask| ask.want.fits(world[ask.slot]))
}

/// Random choices, at most one about the same; near to a valid configuration, or anything.
pub fn choices(book: &Book, space: &Space, slots: &[usize], random: &mut Random) -> Vec<Ask> {
    let near = match space.valid.is_empty() || random.chance(30) {
        true => None,
        false => Some(&space.worlds[*random.pick(&space.valid)]),
    };
    let astray = *random.pick(&[0, 0, 20, 50]);
    let count = random.between(0, slots.len().min(6) as i64) as usize;
    let mut asks = Vec::new();
    for at in random.some(slots, count) {
        let slot = &book.slots[at];
        let target = match near {
            Some(world) if !random.chance(astray) => world[at],
            _ => *random.pick(&slot.domain()),
        };
        let given = matches!(slot.home, Home::Context | Home::Fact) && random.chance(50);
        asks.extend(wants(slot, target, random).into_iter().map(|want| Ask { slot: at, want, given }));
    }
    asks
}

/// Something that a value fulfils.
fn wants(slot: &Slot, target: Val, random: &mut Random) -> Vec<Want> {
    if slot.may_be_absent() && target != Val::Absent && random.chance(8) {
        return vec![Want::Present];
    }
    match (target, slot.ty) {
        (Val::Absent, _) => vec![Want::Absent],
        (Val::Set(set), Ty::Set(_)) => {
            let size = slot.values.len().trailing_zeros() as u8;
            let chosen = (0..size).filter(|_| random.chance(60)).collect::<Vec<u8>>();
            let want = |element: u8| {
                if set >> element & 1 == 1 { Want::With(element) } else { Want::Without(element) }
            };
            chosen.into_iter().map(want).collect()
        }
        (Val::Num(number), _) if random.chance(20) => {
            let below = random.chance(50).then_some(number);
            let above = (below.is_none() || random.chance(30)).then_some(number);
            vec![Want::Between(below, above)]
        }
        (value, _) if random.chance(15) => {
            let more = *random.pick(&slot.values);
            let mut values = vec![value];
            values.extend((more != value).then_some(more));
            vec![Want::OneOf(values)]
        }
        (value, _) => vec![Want::Is(value)],
    }
}
