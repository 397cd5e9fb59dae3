//! The cheapest and the dearest.

use tarif::configure::{End, NotRanked, Session};

use super::Check;
use crate::evaluate::World;
use crate::handle::number_of;
use crate::model::{Q, Val};

/// How many are asked for.
const MOST: usize = 4;

impl Check<'_> {
    pub fn ranking(&mut self, session: &mut Session) {
        for end in [End::Cheapest, End::Dearest] {
            match self.ranked(session, end) {
                Ok(()) => {}
                Err(why) => self.wrong("best", format!("{end:?}: {why}")),
            }
        }
    }

    fn ranked(&self, session: &mut Session, end: End) -> Result<(), String> {
        let found = match session.best(end, MOST) {
            Ok(found) => found,
            Err(NotRanked::NoPrice(_)) => return Ok(()),
            Err(NotRanked::NotDecided(why)) => return Err(why.to_string()),
        };
        let mut prices: Vec<Q> = self.worlds(self.asks).map(|world| self.price(world)).collect();
        prices.sort_unstable();
        prices.dedup();
        if end == End::Dearest {
            prices.reverse();
        }
        let mut before: Option<Q> = None;
        for (at, ranked) in found.iter().enumerate() {
            let told = number_of(&ranked.price);
            let Some(first) = self.worlds(self.asks).next() else {
                return Err("there is none, and the crate has one".to_owned());
            };
            let world = self.handle.world(&ranked.completion.slots, first)?;
            if !self.worlds(self.asks).any(|valid| valid == world) {
                return Err(format!("{world:?} is not valid, or not what was chosen"));
            }
            if self.price(&world) != told {
                return Err(format!("{world:?} costs {}, the crate says {told}", self.price(&world)));
            }
            let is_better = |one: Q, other: Q| if end == End::Dearest { one > other } else { one < other };
            if before.is_some_and(|before| is_better(told, before)) {
                return Err(format!("{told} comes after {before:?}"));
            }
            // One price more may be skipped over only where another configuration has the same.
            if at == 0 && prices.first() != Some(&told)
                || prices.get(at).is_some_and(|due| is_better(*due, told))
            {
                return Err(format!(
                    "number {at} is {told}, there are {:?}",
                    &prices[..prices.len().min(MOST)]
                ));
            }
            before = Some(told);
        }
        if found.len() < prices.len().min(MOST) {
            return Err(format!("{} are told of {} prices", found.len(), prices.len()));
        }
        Ok(())
    }

    fn price(&self, values: &[Val]) -> Q {
        let world = World::new(self.book, values);
        let terms = self.book.price.iter().map(|term| match world.worth(term) {
            Ok(Val::Num(number)) => number,
            other => panic!("a term of the price is {other:?}"),
        });
        terms.sum()
    }
}
