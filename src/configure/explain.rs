//! Why a value stands as it does: a minimal clash that excludes it or forces it.

use super::choice::{Asked, Choice, Clash, Origin};
use super::repair::Repair;
use super::session::{NotChosen, NotDecided, Session};
use super::slot::{Class, Shape, SlotId, Wanted};
use super::state::{Standing, single};
use crate::ir::Value;
use crate::logic::{Claim, Literal};

/// Why something stands as it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The slot.
    pub slot: SlotId,
    /// What was asked about.
    pub wanted: Wanted,
    /// How it stands while the choices about the other slots stand: `Implied`, `Free` or `Impossible`.
    pub standing: Standing,
    /// What excludes it, or excludes everything else; what was asked about is not named in it. None where it is
    /// free.
    pub clash: Option<Clash>,
    /// For what is impossible: the smallest changes of the user's own choices that make it possible, least change
    /// first. None help where it can never be had.
    pub ways: Vec<Repair>,
}

/// How many ways out are looked for.
pub(super) const MOST_WAYS: usize = 5;

impl Session {
    /// Why something is impossible, or the only thing possible, while the choices about the other slots stand;
    /// and what would make it possible.
    ///
    /// # Errors
    ///
    /// Where there is no such slot, or the slot never has such a value: then no rule excludes it.
    pub fn explain(&mut self, path: &str, wanted: Wanted) -> Result<Result<Why, NotDecided>, NotChosen> {
        let (id, parts) = self.in_parts(path, wanted.clone())?;
        let mut own = self.choices.clone();
        own.put(id, parts.clone(), Origin::Asked);
        for (element, _) in &parts {
            match element {
                Some(element) => drop(own.remove_element(id, *element)),
                None => drop(own.remove(id)),
            }
        }
        let others = Asked::of(&self.model, own.iter());
        let asked: Vec<Choice> =
            parts.into_iter().map(|(_, wanted)| Choice { slot: id, wanted, origin: Origin::Asked }).collect();
        Ok(self.why(id, wanted, &others, &asked))
    }

    fn why(
        &mut self,
        slot: SlotId,
        wanted: Wanted,
        others: &Asked,
        asked: &[Choice],
    ) -> Result<Why, NotDecided> {
        let mut all = others.clone();
        for choice in asked {
            all.add(&self.model, choice.clone());
        }
        let mut why = Why { slot, wanted, standing: Standing::Free, clash: None, ways: Vec::new() };
        if let Some(core) = self.core(&all)? {
            why.standing = Standing::Impossible;
            why.clash = Some(without_asked(all.clash(core)));
            why.ways = self.ways(others, asked, MOST_WAYS)?;
            return Ok(why);
        }
        if let Some(contrary) = self.contrary(asked) {
            let clash = match contrary {
                // There is nothing else that it could be.
                None => Some(Clash::default()),
                Some(contrary) => {
                    self.core(&others.and(contrary))?.map(|core| without_asked(others.clash(core)))
                }
            };
            if clash.is_some() {
                why.standing = Standing::Implied;
                why.clash = clash;
                return Ok(why);
            }
        }
        match self.reach.anything() {
            Some(open) if self.reach.has(slot) => Err(open.clone()),
            _ => Ok(why),
        }
    }

    /// The claim that something else is the case, or none where nothing else ever is; nothing where what is asked is
    /// not one claim, or is only a part of what a class of values stands for.
    fn contrary(&self, asked: &[Choice]) -> Option<Option<Claim>> {
        let [choice] = asked else { return None };
        let claims = self.model.claims(choice.slot, &choice.wanted).ok()?;
        let slot = self.model.slot(choice.slot)?;
        if let Shape::Classes { classes, .. } = &slot.shape {
            let mut claimed =
                classes.iter().zip(0_u32..).filter(|(_, at)| claims.iter().all(|it| it.values.has(*at)));
            if !claimed.all(|(class, _)| is_whole(class, &choice.wanted)) {
                return None;
            }
        }
        // An element that is left out of a set claims also that there is a set.
        let claim = match (&choice.wanted, claims.as_slice()) {
            (Wanted::Without(_), [.., last]) => last,
            (_, [one]) => one,
            (_, []) => return Some(None),
            _ => return None,
        };
        let rest = self.model.solver.problem().all(claim.var).without(&claim.values);
        Some((!rest.is_empty()).then(|| Literal::new(claim.var, rest)))
    }

    /// The smallest changes of the user's choices among `others` that make room for what is asked.
    fn ways(&mut self, others: &Asked, asked: &[Choice], most: usize) -> Result<Vec<Repair>, NotDecided> {
        let is_own = |choice: &Choice| choice.origin == Origin::Chosen;
        let (own, fixed): (Vec<Choice>, Vec<Choice>) = others.choices.iter().cloned().partition(is_own);
        let fixed = Asked::of(&self.model, fixed.into_iter().chain(asked.iter().cloned()));
        let own = Asked::of(&self.model, own);
        self.mend(&fixed, &own, most)
    }
}

/// The clash without what was asked about.
fn without_asked(mut clash: Clash) -> Clash {
    clash.choices.retain(|choice| choice.origin != Origin::Asked);
    clash
}

/// Whether all that a class stands for is what is wanted, where some of it is.
fn is_whole(class: &Class, wanted: &Wanted) -> bool {
    let (from, to) = match wanted {
        Wanted::Present | Wanted::Absent => return true,
        Wanted::Value(_) => return single(class).is_some(),
        Wanted::OneOf(all) => {
            return match class {
                Class::Values(values) => values.iter().all(|value| all.contains(value)),
                class => single(class).is_some(),
            };
        }
        Wanted::Between { from, to } => (from.as_ref(), to.as_ref()),
        Wanted::With(_) | Wanted::Without(_) => return true,
    };
    match class {
        Class::Values(values) => values.iter().all(|value| match value {
            Value::Number(number) => {
                from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
            }
            _ => false,
        }),
        Class::Intervals(intervals) => intervals.iter().all(|it| {
            let above = from.is_none_or(|from| it.from.as_ref().is_some_and(|low| from <= low));
            let below = to.is_none_or(|to| it.to.as_ref().is_some_and(|high| high <= to));
            above && below
        }),
        _ => false,
    }
}
