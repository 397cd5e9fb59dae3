//! All configurations of a book, and which rules each of them breaks.

use crate::evaluate::World;
use crate::model::{Book, Expr, Val};

/// What can forbid a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An option exists exactly where its `when` holds.
    Exists(usize),
    /// A let has a value.
    Value(usize),
    /// A rule of the book.
    Rule(usize),
}

/// All configurations, also those that are not valid.
pub struct Space {
    pub causes: Vec<Cause>,
    /// One value a slot.
    pub worlds: Vec<Vec<Val>>,
    /// For each configuration a bit for each cause that forbids it.
    pub broken: Vec<u32>,
    /// The valid ones.
    pub valid: Vec<usize>,
}

impl Space {
    /// Tries everything.
    pub fn of(book: &Book) -> Space {
        let conditional =
            (0..book.slots.len()).filter(|at| book.slots[*at].when.is_some()).map(Cause::Exists);
        let lets = (0..book.lets.len()).map(Cause::Value);
        let causes: Vec<Cause> =
            conditional.chain(lets).chain((0..book.rules.len()).map(Cause::Rule)).collect();
        let domains: Vec<Vec<Val>> = book.slots.iter().map(|slot| slot.domain()).collect();
        let mut worlds: Vec<Vec<Val>> = vec![Vec::new()];
        for domain in &domains {
            worlds = worlds
                .iter()
                .flat_map(|before| domain.iter().map(move |value| [before.as_slice(), &[*value]].concat()))
                .collect();
        }
        let broken: Vec<u32> = worlds.iter().map(|values| broken(book, &causes, values)).collect();
        let valid = (0..worlds.len()).filter(|at| broken[*at] == 0).collect();
        Space { causes, worlds, broken, valid }
    }

    /// The position of a cause.
    pub fn cause(&self, cause: Cause) -> Option<usize> {
        self.causes.iter().position(|it| *it == cause)
    }
}

fn broken(book: &Book, causes: &[Cause], values: &[Val]) -> u32 {
    let world = World::new(book, values);
    let mut broken = 0;
    for (at, cause) in causes.iter().enumerate() {
        let holds = match cause {
            Cause::Exists(slot) => exists(book, &world, *slot),
            Cause::Value(own) => world.lets[*own].is_ok(),
            Cause::Rule(rule) => world.holds(&book.rules[*rule].kind),
        };
        broken |= u32::from(!holds) << at;
    }
    broken
}

fn exists(book: &Book, world: &World<'_>, slot: usize) -> bool {
    let when = book.slots[slot].when.as_ref().map_or(Ok(true), |when: &Expr| world.truth(when));
    let is_there = world.values[slot] != Val::Absent;
    match when {
        Ok(true) => is_there || book.slots[slot].optional,
        Ok(false) => !is_there,
        Err(_) => false,
    }
}
