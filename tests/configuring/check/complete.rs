//! Completions: valid, with all choices, and with every default that can be kept.

use tarif::configure::{Completion, Origin, Session, Standing};

use super::Check;
use crate::ask::{Ask, Want};
use crate::handle::default_want;
use crate::model::{Home, Ty, Val};

impl Check<'_> {
    pub fn completion(&mut self, session: &mut Session) {
        let told = match session.complete() {
            Err(why) => Err(why.to_string()),
            Ok(None) if self.can_be_had(self.asks) => Err("there is one, and the crate has none".to_owned()),
            Ok(None) => Ok(()),
            Ok(Some(found)) => self.completed(&found),
        };
        if let Err(why) = told {
            self.wrong("complete", why);
        }
    }

    fn completed(&self, found: &Completion) -> Result<(), String> {
        let Some(first) = self.worlds(self.asks).next() else {
            return Err("there is none, and the crate has one".to_owned());
        };
        let world = self.handle.world(&found.slots, first)?;
        if !self.worlds(self.asks).any(|valid| valid == world) {
            return Err(format!("{world:?} is not valid, or not what was chosen"));
        }
        let (kept, lost) = self.defaults();
        let mut told = Vec::new();
        for given_up in &found.given_up {
            let mut pool = self.asks.to_vec();
            let wish = self.handle.ask(&given_up.wish)?;
            if given_up.wish.origin != Origin::Default || !lost.contains(&wish) {
                return Err(format!("{wish:?} could be kept, and is given up"));
            }
            if self.handle.val(wish.slot, &given_up.instead) != Some(world[wish.slot]) {
                return Err(format!("{wish:?} is given up for {:?}, which is not there", given_up.instead));
            }
            pool.extend(kept.iter().cloned());
            let clash = given_up.clash.as_ref().ok_or("a default is given up without a reason")?;
            self.exclusion(clash, &pool, &wish)?;
            told.push(wish);
        }
        if let Some(lost) = lost.iter().find(|wish| !told.contains(wish)) {
            return Err(format!("{lost:?} cannot be kept, and is not given up"));
        }
        self.rest(&world, &kept)?;
        self.standings(found, &world)
    }

    /// The defaults that can be kept, each unless it clashes with the choices and those before it; and the others.
    /// What the request would say comes first.
    fn defaults(&self) -> (Vec<Ask>, Vec<Ask>) {
        let is_outside = |slot: &usize| matches!(self.book.slots[*slot].home, Home::Context | Home::Fact);
        let (outside, inside): (Vec<usize>, Vec<usize>) =
            self.handle.slots().into_iter().partition(is_outside);
        let (mut kept, mut lost): (Vec<Ask>, Vec<Ask>) = (Vec::new(), Vec::new());
        for slot in outside.into_iter().chain(inside) {
            for want in self.default_wants(slot) {
                let wish = Ask { slot, want, given: false };
                let all: Vec<Ask> = self.asks.iter().chain(&kept).chain([&wish]).cloned().collect();
                if self.can_be_had(&all) { kept.push(wish) } else { lost.push(wish) }
            }
        }
        (kept, lost)
    }

    /// What the book declares for a slot, as far as nobody speaks of it. That a set is empty where nobody speaks of
    /// it is no default of the book: nobody misses it.
    fn default_wants(&self, slot: usize) -> Vec<Want> {
        let own = &self.book.slots[slot];
        let chosen = self.asks.iter().any(|ask| ask.slot == slot && ask.want.element().is_none());
        let default = own.default.filter(|_| !matches!(own.ty, Ty::Set(_)) && !chosen);
        let wants: Vec<Want> = default.into_iter().map(Want::Is).collect();
        wants.into_iter().map(|want| default_want(own, want)).collect()
    }

    /// What has no default is left out where it may be, else it gets the first value that fits.
    fn rest(&self, world: &[Val], kept: &[Ask]) -> Result<(), String> {
        let asks: Vec<Ask> = self.asks.iter().chain(kept).cloned().collect();
        let mut left: Vec<&[Val]> = self.worlds(&asks).collect();
        let mut wish = |want: &dyn Fn(&[Val]) -> bool, what: String| {
            let granted: Vec<&[Val]> = left.iter().copied().filter(|world| want(world)).collect();
            if granted.is_empty() {
                return Ok(());
            }
            left = granted;
            if left.contains(&world) {
                Ok(())
            } else {
                Err(format!("{what} can be had, and is not in {world:?}"))
            }
        };
        for slot in self.handle.slots() {
            let own = &self.book.slots[slot];
            let chosen = self.asks.iter().any(|ask| ask.slot == slot);
            if own.optional && (!chosen || matches!(own.ty, Ty::Set(_))) {
                wish(&|world| world[slot] == Val::Absent, format!("`{}` left out", own.name))?;
            }
            if let Ty::Set(_) = own.ty {
                for element in 0..own.values.len().trailing_zeros() {
                    let out =
                        |world: &[Val]| !matches!(world[slot], Val::Set(set) if set >> element & 1 == 1);
                    wish(&out, format!("`{}` without {element}", own.name))?;
                }
            }
        }
        for slot in self.handle.slots() {
            let own = &self.book.slots[slot];
            let chosen = self.asks.iter().any(|ask| ask.slot == slot);
            if chosen || own.default.is_some() || matches!(own.ty, Ty::Set(_)) {
                wish(&|found| found[slot] == world[slot], String::new())?;
                continue;
            }
            for value in own.domain() {
                if world[slot] == value {
                    break;
                }
                wish(&|found| found[slot] == value, format!("`{}` = {value:?}", own.name))?;
            }
            wish(&|found| found[slot] == world[slot], String::new())?;
        }
        Ok(())
    }

    fn standings(&self, found: &Completion, world: &[Val]) -> Result<(), String> {
        for one in &found.slots {
            let Some(slot) = self.handle.slot(one.slot) else { continue };
            let is_forced = self.worlds(self.asks).all(|other| other[slot] == world[slot]);
            let own = &self.book.slots[slot];
            let empty = (matches!(own.ty, Ty::Set(_)) && !own.optional).then_some(Val::Set(0));
            let wanted = match self.asks.iter().any(|ask| ask.slot == slot) {
                true => Standing::Chosen,
                false if is_forced => Standing::Implied,
                false if own.default.or(empty) == Some(world[slot]) => Standing::Default,
                false => Standing::Free,
            };
            if one.standing != wanted {
                let path = self.handle.path(slot);
                return Err(format!(
                    "`{path}` = {:?} is {wanted:?}, the crate says {:?}",
                    world[slot], one.standing
                ));
            }
        }
        Ok(())
    }
}
