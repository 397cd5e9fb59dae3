//! All configurations of a book, and which rules each of them breaks.

use crate::evaluate::World;
use crate::model::{Book, Val};

/// What can forbid a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    pub kind: Kind,
    /// The piece that it speaks of.
    pub within: Option<String>,
    /// What the book calls it.
    pub name: String,
    /// It reads something of the book: a rule, a let, a `when`.
    pub reads: bool,
}

/// The kinds of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An option, or a number of pieces, exists exactly where it should.
    Exists,
    /// A let has a value.
    Value,
    /// A rule of the book.
    Rule,
}

/// All configurations, also those that are not valid.
pub struct Space {
    pub causes: Vec<Cause>,
    /// One value a slot.
    pub worlds: Vec<Vec<Val>>,
    /// For each configuration a bit for each cause that forbids it.
    pub broken: Vec<u64>,
    /// Those in which a piece lacks what it has to have: what reads that piece is then worth nothing, and nobody
    /// says whether a rule about nothing holds.
    pub lacking: Vec<bool>,
    /// The valid ones.
    pub valid: Vec<usize>,
}

impl Space {
    /// Tries everything.
    pub fn of(book: &Book) -> Space {
        let domains: Vec<Vec<Val>> = book.slots.iter().map(|slot| slot.domain()).collect();
        let mut worlds: Vec<Vec<Val>> = vec![Vec::new()];
        for domain in &domains {
            worlds = worlds
                .iter()
                .flat_map(|before| domain.iter().map(move |value| [before.as_slice(), &[*value]].concat()))
                .collect();
        }
        let mut causes = Vec::new();
        name_causes(book, None, false, &mut causes);
        assert!(causes.len() <= 64, "there are {} causes", causes.len());
        let (mut broken, mut lacking) = (Vec::with_capacity(worlds.len()), Vec::with_capacity(worlds.len()));
        for values in &worlds {
            let (mut holds, mut lacks) = (Vec::with_capacity(causes.len()), false);
            judge(&World::new(book, values), true, false, &mut holds, &mut lacks);
            assert_eq!(holds.len(), causes.len(), "each cause is judged");
            broken.push(holds.iter().enumerate().map(|(at, holds)| u64::from(!holds) << at).sum::<u64>());
            lacking.push(lacks);
        }
        let valid = (0..worlds.len()).filter(|at| broken[*at] == 0).collect();
        Space { causes, worlds, broken, lacking, valid }
    }

    /// The position of a cause.
    pub fn cause(&self, kind: Kind, within: Option<&str>, name: &str) -> Option<usize> {
        let is = |it: &Cause| it.kind == kind && it.within.as_deref() == within && it.name == name;
        self.causes.iter().position(is)
    }

    /// The bits of some causes.
    pub fn mask(&self, keep: impl Fn(&Cause) -> bool) -> u64 {
        let bits = self.causes.iter().enumerate().filter(|(_, cause)| keep(cause));
        bits.map(|(bit, _)| 1 << bit).sum()
    }
}

/// The slots of a product itself, and the numbers of pieces of its parts.
fn direct(book: &Book) -> impl Iterator<Item = usize> {
    (0..book.own()).chain(book.parts.iter().map(|part| part.at))
}

/// The causes of a product, in the order in which they are judged. A piece may be missing, or what it is a piece of.
fn name_causes(book: &Book, within: Option<&str>, may_lack: bool, causes: &mut Vec<Cause>) {
    let mut add = |kind: Kind, name: &str, reads: bool| {
        causes.push(Cause { kind, within: within.map(str::to_owned), name: name.to_owned(), reads });
    };
    for at in direct(book).filter(|at| may_lack || book.slots[*at].when.is_some()) {
        add(Kind::Exists, &book.slots[at].name, book.slots[at].when.is_some());
    }
    book.lets.iter().for_each(|own| add(Kind::Value, &own.name, true));
    book.rules.iter().for_each(|rule| add(Kind::Rule, &rule.name, true));
    for part in &book.parts {
        for piece in 0..part.to {
            let path = within.map_or(part.path(piece), |within| format!("{within}.{}", part.path(piece)));
            name_causes(&part.product, Some(&path), may_lack || part.may_lack(piece), causes);
        }
    }
}

/// Which causes leave a product alone. Nothing is asked of a piece that is not there but that it is empty; whether it
/// is there says the number of pieces alone, which has no value where the product around is not there.
fn judge(world: &World<'_>, is_there: bool, may_lack: bool, holds: &mut Vec<bool>, lacks: &mut bool) {
    let book = world.book;
    for at in direct(book).filter(|at| may_lack || book.slots[*at].when.is_some()) {
        let has_value = world.values[at] != Val::Absent;
        let when = match (is_there, &book.slots[at].when) {
            (false, _) => Ok(false),
            (true, None) => Ok(true),
            (true, Some(when)) => world.truth(when),
        };
        let slot = &book.slots[at];
        *lacks |= may_lack && is_there && !slot.optional && slot.when.is_none() && !has_value;
        holds.push(match when {
            Ok(true) => has_value || book.slots[at].optional,
            Ok(false) => !has_value,
            Err(_) => false,
        });
    }
    let lets = (0..book.lets.len()).map(|at| !is_there || world.lets[at].is_ok());
    holds.extend(lets);
    holds.extend(book.rules.iter().map(|rule| !is_there || world.holds(&rule.kind)));
    for (at, part) in book.parts.iter().enumerate() {
        let count = world.count(at);
        for piece in 0..part.to {
            judge(&world.piece(at, piece), piece < count, may_lack || part.may_lack(piece), holds, lacks);
        }
    }
}
