//! The questions, each answered twice.

mod clash;
mod complete;
mod conflict;
mod domains;
mod rank;

use tarif::configure::{Count, Session};

use crate::ask::{self, Ask};
use crate::brute::Space;
use crate::handle::Handle;
use crate::model::{Book, Val};
use crate::random::Random;

/// A product with choices, and the ways in which the two differ about them.
pub struct Check<'a> {
    pub handle: &'a Handle<'a>,
    pub book: &'a Book,
    pub space: &'a Space,
    pub asks: &'a [Ask],
    /// Valid configurations in which slots that the model has not stand at their first value.
    pub valid: &'a [usize],
    pub wrong: Vec<String>,
}

/// Where a model and all configurations differ about the choices.
pub fn differences(handle: &Handle<'_>, valid: &[usize], asks: &[Ask], seed: u64) -> Vec<String> {
    let mut random = Random::new(seed);
    let mut session = match handle.session(asks, &mut random) {
        Ok(session) => session,
        Err(why) => return vec![format!("a choice is refused: {why}")],
    };
    let mut check = Check { handle, book: handle.book, space: handle.space, asks, valid, wrong: Vec::new() };
    check.fits(&mut session);
    check.count(&mut session);
    check.domains(&mut session);
    check.conflict(&mut session);
    check.completion(&mut session);
    check.explanations(&mut session, &mut random);
    check.ranking(&mut session);
    check.wrong
}

/// The valid configurations of a model, without those that differ only in slots that the model has not.
pub fn valid_of(handle: &Handle<'_>) -> Result<Vec<usize>, String> {
    let firsts: Vec<(usize, Val)> = (0..handle.ids.len())
        .filter(|at| handle.ids[*at].is_none())
        .map(|at| (at, handle.book.slots[at].domain()[0]))
        .collect();
    let space = handle.space;
    let is_first = |at: &usize| firsts.iter().all(|(slot, value)| space.worlds[*at][*slot] == *value);
    let valid: Vec<usize> = space.valid.iter().copied().filter(is_first).collect();
    let times: usize = firsts.iter().map(|(slot, _)| handle.book.slots[*slot].domain().len()).product();
    if valid.len() * times == space.valid.len() {
        Ok(valid)
    } else {
        let paths: Vec<String> = firsts.iter().map(|(slot, _)| handle.path(*slot)).collect();
        Err(format!("the model lacks {paths:?}, which rules read"))
    }
}

impl Check<'_> {
    fn world(&self, at: usize) -> &[Val] {
        &self.space.worlds[at]
    }

    /// The valid configurations that are what is asked.
    pub fn worlds<'s>(&'s self, asks: &'s [Ask]) -> impl Iterator<Item = &'s [Val]> + 's {
        let worlds = self.valid.iter().map(|at| self.world(*at));
        worlds.filter(move |world| ask::fits(asks, world))
    }

    pub fn can_be_had(&self, asks: &[Ask]) -> bool {
        self.worlds(asks).next().is_some()
    }

    /// Notes a difference.
    pub fn wrong(&mut self, question: &str, what: impl std::fmt::Display) {
        self.wrong.push(format!("{question}: {what}"));
    }

    fn fits(&mut self, session: &mut Session) {
        let wanted = self.can_be_had(self.asks);
        match session.fits() {
            Ok(fits) if fits == wanted => {}
            Ok(fits) => self.wrong("fits", format!("the crate says {fits}")),
            Err(why) => self.wrong("fits", why),
        }
    }

    fn count(&mut self, session: &mut Session) {
        let uncounted: Vec<usize> =
            self.handle.model.uncounted.iter().filter_map(|id| self.handle.slot(*id)).collect();
        let mut seen: Vec<Vec<Val>> = self
            .worlds(self.asks)
            .map(|world| {
                let counted = world.iter().enumerate().filter(|(slot, _)| !uncounted.contains(slot));
                counted.map(|(_, value)| *value).collect()
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        match session.count() {
            Count::Exactly(count) if count == seen.len().into() => {}
            found => self.wrong("count", format!("there are {}, the crate has {found:?}", seen.len())),
        }
    }
}
