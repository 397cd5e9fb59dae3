//! Conflicts: a smallest clash, and the smallest changes that mend it.

use tarif::configure::{Repair, Session};

use super::Check;
use crate::ask::{Ask, Want};
use crate::model::{Q, Val};

/// How many repairs are told.
const MOST_REPAIRS: usize = 5;

impl Check<'_> {
    pub fn conflict(&mut self, session: &mut Session) {
        if let Err(why) = self.conflict_of(session) {
            self.wrong("conflict", why);
        }
    }

    fn conflict_of(&mut self, session: &mut Session) -> Result<(), String> {
        let found = session.conflict().map_err(|why| why.to_string())?;
        let Some(conflict) = found else {
            return match self.can_be_had(self.asks) {
                true => Ok(()),
                false => Err("the choices clash, and the crate has no conflict".to_owned()),
            };
        };
        if self.can_be_had(self.asks) {
            return Err(format!("the choices can be had, and the crate has {conflict:?}"));
        }
        self.clash(&conflict.clash, self.asks, &[])?;
        let (own, fixed): (Vec<Ask>, Vec<Ask>) = self.asks.iter().cloned().partition(|ask| !ask.given);
        self.repairs(&conflict.repairs, &fixed, &own)?;
        if let Some(first) = conflict.repairs.first() {
            session.apply(first);
            if session.fits() != Ok(true) {
                return Err(format!("{first:?} was made, and the choices clash still"));
            }
            for ask in self.asks {
                session.retract(&self.handle.path(ask.slot)).map_err(|why| why.to_string())?;
            }
            for ask in self.asks {
                let (path, wanted) = (self.handle.path(ask.slot), self.handle.wanted(ask.slot, &ask.want));
                let done =
                    if ask.given { session.give(&path, wanted) } else { session.choose(&path, wanted) };
                done.map_err(|why| why.to_string())?;
            }
        }
        Ok(())
    }

    /// What is wrong with repairs that change choices of `own` so that they can be had with `fixed`.
    pub fn repairs(&self, repairs: &[Repair], fixed: &[Ask], own: &[Ask]) -> Result<(), String> {
        let helps = |given_up: u32| {
            let kept = own.iter().enumerate().filter(|(at, _)| given_up >> at & 1 == 0);
            let asks: Vec<Ask> = kept.map(|(_, ask)| ask.clone()).chain(fixed.iter().cloned()).collect();
            self.can_be_had(&asks)
        };
        let sets = (0..1_u32 << own.len()).filter(|set| helps(*set)).collect::<Vec<u32>>();
        let minimal: Vec<u32> = sets
            .iter()
            .copied()
            .filter(|set| !sets.iter().any(|other| other != set && other & set == *other))
            .collect();
        let least = minimal.iter().map(|set| set.count_ones()).min();
        let smallest = minimal.iter().filter(|set| Some(set.count_ones()) == least).count();
        if repairs.len() < smallest.min(MOST_REPAIRS) || repairs.len() > minimal.len() {
            return Err(format!(
                "{} sets mend it, {smallest} of them smallest; told: {repairs:?}",
                minimal.len()
            ));
        }
        let mut before = least.unwrap_or(0);
        let mut told = Vec::new();
        for repair in repairs {
            let set = self.repair(repair, fixed, own)?;
            if !minimal.contains(&set) || told.contains(&set) {
                return Err(format!("{repair:?} changes too much, or was told before"));
            }
            // The smallest come first.
            let size = set.count_ones();
            if size < before || told.len() < smallest && Some(size) != least {
                return Err(format!("{repair:?} changes {size}, and {least:?} would do"));
            }
            before = size;
            told.push(set);
        }
        Ok(())
    }

    /// The choices that a repair changes, after which all can be had.
    fn repair(&self, repair: &Repair, fixed: &[Ask], own: &[Ask]) -> Result<u32, String> {
        let mut set = 0;
        let mut changed = own.to_vec();
        let mut kept: Vec<Ask> = fixed.to_vec();
        for change in &repair.changes {
            let slot = self.handle.slot(change.slot).ok_or("a repair of an unknown slot")?;
            let from = self.handle.want(slot, &change.from).ok_or("a repair from an unknown value")?;
            let to = self.handle.want(slot, &change.to).ok_or("a repair to an unknown value")?;
            let at = own.iter().position(|ask| ask.slot == slot && ask.want == from);
            let at = at.ok_or_else(|| format!("{change:?} changes what was not chosen"))?;
            if from == to {
                return Err(format!("{change:?} changes nothing"));
            }
            set |= 1 << at;
            changed[at].want = to;
        }
        kept.extend(own.iter().enumerate().filter(|(at, _)| set >> at & 1 == 0).map(|(_, ask)| ask.clone()));
        let all: Vec<Ask> = changed.iter().chain(fixed).cloned().collect();
        // A set that goes away takes with it what was chosen of its elements.
        let gone: Vec<usize> =
            all.iter().filter(|ask| ask.want == Want::Absent).map(|ask| ask.slot).collect();
        let all: Vec<Ask> =
            all.into_iter().filter(|ask| ask.want.element().is_none() || !gone.contains(&ask.slot)).collect();
        if !self.can_be_had(&all) {
            return Err(format!("{repair:?} does not help"));
        }
        if let [change] = repair.changes.as_slice()
            && let Some(slot) = self.handle.slot(change.slot)
            && let (Some(Want::Is(Val::Num(from))), Some(Want::Is(Val::Num(to)))) =
                (self.handle.want(slot, &change.from), self.handle.want(slot, &change.to))
        {
            let apart = |number: Q| if number < from { from - number } else { number - from };
            let numbers = self.worlds(&kept).filter_map(|world| match world[slot] {
                Val::Num(number) => Some(apart(number)),
                _ => None,
            });
            if numbers.min() != Some(apart(to)) {
                return Err(format!("{change:?} is not the nearest"));
            }
        }
        Ok(set)
    }
}
