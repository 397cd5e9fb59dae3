//! Whether a clash is one, and each member of it necessary; and why values stand as they do.

use tarif::configure::{Clash, Session, Standing};

use super::Check;
use crate::ask::{self, Ask, Want};
use crate::model::{Ty, Val};
use crate::random::Random;

/// How many values are asked about.
const QUESTIONS: usize = 4;

impl Check<'_> {
    /// What is wrong with a clash that excludes what is `asked`; one that is there without it is one as well.
    pub fn exclusion(&self, clash: &Clash, pool: &[Ask], asked: &Ask) -> Result<(), String> {
        match self.clash(clash, pool, &[]) {
            Ok(()) => Ok(()),
            Err(_) => self.clash(clash, pool, std::slice::from_ref(asked)),
        }
    }

    /// What is wrong with a clash among choices of `pool`, given what is `asked` besides.
    pub fn clash(&self, clash: &Clash, pool: &[Ask], asked: &[Ask]) -> Result<(), String> {
        let mut members = Vec::new();
        for choice in &clash.choices {
            let ask = self.handle.ask(choice)?;
            if !pool.iter().any(|own| (own.slot, &own.want) == (ask.slot, &ask.want)) {
                return Err(format!("{ask:?} was not chosen"));
            }
            members.push(ask);
        }
        let causes =
            clash.rules.iter().map(|rule| self.handle.cause(*rule)).collect::<Result<Vec<_>, _>>()?;
        let mask = causes.iter().fold(0_u64, |mask, cause| mask | 1 << cause);
        if let Some(world) = self.beyond(&members, asked, mask, false) {
            return Err(format!("{members:?} and {causes:?} go together in {world:?}"));
        }
        for at in 0..members.len() {
            let mut rest = members.clone();
            let left = rest.remove(at);
            if self.beyond(&rest, asked, mask, true).is_none() {
                return Err(format!("{left:?} is not needed among {members:?} and {causes:?}"));
            }
        }
        for cause in &causes {
            if self.beyond(&members, asked, mask & !(1 << cause), true).is_none() {
                let name = &self.space.causes[*cause];
                return Err(format!("{name:?} is not needed among {members:?} and {causes:?}"));
            }
        }
        Ok(())
    }

    /// A configuration that is what is asked and breaks none of some rules; others may be broken. Where a piece lacks
    /// something, what reads the book is `kept` or not.
    fn beyond(&self, asks: &[Ask], asked: &[Ask], mask: u64, kept: bool) -> Option<&[Val]> {
        let space = self.space;
        let reading = space.mask(|cause| cause.reads);
        let fits = |world: &[Val]| ask::fits(asks, world) && ask::fits(asked, world);
        let found = (0..space.worlds.len()).find(|at| {
            let broken = match (space.lacking[*at], kept) {
                (false, _) => space.broken[*at],
                (true, true) => space.broken[*at] & !reading,
                (true, false) => space.broken[*at] | reading,
            };
            broken & mask == 0 && fits(&space.worlds[*at])
        });
        found.map(|at| space.worlds[at].as_slice())
    }

    /// Asks why some values stand as they do.
    pub fn explanations(&mut self, session: &mut Session, random: &mut Random) {
        let slots = self.handle.slots();
        for _ in 0..QUESTIONS {
            let slot = *random.pick(&slots);
            let value = *random.pick(&self.book.slots[slot].domain());
            let want = match (value, self.book.slots[slot].ty) {
                (Val::Absent, _) => Want::Absent,
                (Val::Set(set), Ty::Set(_)) => {
                    let size = self.book.slots[slot].values.len().trailing_zeros();
                    let element = random.between(0, i64::from(size) - 1) as u8;
                    if set >> element & 1 == 1 { Want::With(element) } else { Want::Without(element) }
                }
                (value, _) => Want::Is(value),
            };
            if let Err(why) = self.explanation(session, slot, &want) {
                let path = self.handle.path(slot);
                self.wrong("explain", format!("`{path}` {want:?}: {why}"));
            }
        }
    }

    fn explanation(&mut self, session: &mut Session, slot: usize, want: &Want) -> Result<(), String> {
        let wanted = self.handle.wanted(slot, want);
        let why = session.explain(&self.handle.path(slot), wanted).map_err(|why| why.to_string())?;
        let why = why.map_err(|why| why.to_string())?;
        // A question about one element leaves what is chosen about the others.
        let is_other = |ask: &&Ask| match want.element() {
            None => ask.slot != slot,
            Some(_) => ask.slot != slot || ask.want.element() != want.element() && ask.want != Want::Absent,
        };
        let others: Vec<Ask> = self.asks.iter().filter(is_other).cloned().collect();
        let asked = Ask { slot, want: want.clone(), given: false };
        let contrary = Ask { want: Want::Not(Box::new(want.clone())), ..asked.clone() };
        let (mut can, mut could_not) = (false, false);
        for world in self.worlds(&others) {
            let fits = want.fits(world[slot]);
            can |= fits;
            could_not |= !fits;
        }
        let standing = match (can, could_not) {
            (false, _) => Standing::Impossible,
            (true, false) => Standing::Implied,
            (true, true) => Standing::Free,
        };
        // What is left out of a set that is not there is neither here nor there.
        let is_open_set = matches!(want, Want::Without(_)) && self.book.slots[slot].may_be_absent();
        if standing != why.standing && !(is_open_set && standing != Standing::Impossible) {
            return Err(format!("it is {standing:?}, the crate says {:?}", why.standing));
        }
        match (why.standing, &why.clash) {
            (Standing::Impossible, Some(clash)) => {
                self.exclusion(clash, &others, &asked)?;
                let (own, fixed): (Vec<Ask>, Vec<Ask>) = others.into_iter().partition(|ask| !ask.given);
                let fixed: Vec<Ask> = fixed.into_iter().chain([asked]).collect();
                self.repairs(&why.ways, &fixed, &own)
            }
            (Standing::Implied, Some(clash)) if !is_open_set => self.exclusion(clash, &others, &contrary),
            (Standing::Free, None) => Ok(()),
            (Standing::Implied, Some(_)) => Ok(()),
            (standing, clash) => Err(format!("it is {standing:?} with the clash {clash:?}")),
        }
    }
}
