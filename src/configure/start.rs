//! Starting from an earlier configuration or a preset: as much of it is kept as still fits.

use super::choice::{Asked, Choice, Clash, Origin};
use super::session::{NotChosen, NotDecided, Session};
use super::slot::Wanted;

/// Something of an earlier configuration that could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The path of the slot, as the earlier configuration has it.
    pub path: String,
    /// What it was.
    pub wanted: Wanted,
    /// Why it could not be kept.
    pub why: WhyDropped,
}

/// Why something could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyDropped {
    /// There is no such slot any more, or it does not have this value any more.
    NotOffered(NotChosen),
    /// It clashes with choices, with what was kept, or with the book alone.
    Clash(Clash),
    /// A limit stopped the answer.
    NotDecided(NotDecided),
}

impl Session {
    /// Chooses what an earlier configuration has, as much of it as fits what is chosen already: the fewest possible
    /// are dropped. What is chosen already stays as it is.
    pub fn start_from(&mut self, earlier: impl IntoIterator<Item = (String, Wanted)>) -> Vec<Dropped> {
        let mut dropped = Vec::new();
        let mut parts: Vec<(String, Option<u16>, Choice)> = Vec::new();
        for (path, wanted) in earlier {
            match self.in_parts(&path, wanted.clone()) {
                Err(why) => dropped.push(Dropped { path, wanted, why: WhyDropped::NotOffered(why) }),
                Ok((slot, found)) => {
                    for (element, wanted) in found {
                        if self.choices.of(slot).is_some()
                            || element.is_some_and(|it| self.choices.of_element(slot, it).is_some())
                        {
                            continue;
                        }
                        parts.push((path.clone(), element, Choice { slot, wanted, origin: Origin::Chosen }));
                    }
                }
            }
        }
        let fixed = self.asked();
        let own = Asked::of(&self.model, parts.iter().map(|(_, _, choice)| choice.clone()));
        let lost = self.lost(&fixed, &own);
        for (at, (path, element, choice)) in parts.into_iter().enumerate() {
            if !lost.contains(&at) {
                self.choices.put(choice.slot, vec![(element, choice.wanted)], Origin::Chosen);
                continue;
            }
            let why = self.why_lost(&fixed, &own, &lost, &choice);
            dropped.push(Dropped { path, wanted: choice.wanted, why });
        }
        dropped
    }

    /// The positions of the choices to drop: as few as can be, or where that is not decided each that clashes with
    /// those before it.
    fn lost(&mut self, fixed: &Asked, own: &Asked) -> Vec<usize> {
        let all: Vec<_> = fixed.claims.iter().chain(&own.claims).cloned().collect();
        if self.solver.possible(&all) == Ok(true) {
            return Vec::new();
        }
        if let Ok(sets) = self.solver.repairs_owned(&fixed.claims, own.owned(), 1) {
            return sets.into_iter().next().unwrap_or_default();
        }
        let positions = match self.solver.complete(&fixed.claims, &own.claims) {
            Ok(Some(found)) => found.given_up,
            _ => Vec::new(),
        };
        let mut owners: Vec<usize> =
            positions.into_iter().filter_map(|at| own.owners.get(at).copied()).collect();
        owners.dedup();
        owners
    }

    fn why_lost(&mut self, fixed: &Asked, own: &Asked, lost: &[usize], choice: &Choice) -> WhyDropped {
        let kept = own.choices.iter().enumerate().filter(|(at, _)| !lost.contains(at));
        let mut all = fixed.clone();
        for (_, other) in kept {
            all.add(&self.model, other.clone());
        }
        all.add(&self.model, Choice { origin: Origin::Asked, ..choice.clone() });
        match self.core(&all) {
            Ok(Some(core)) => {
                let mut clash = all.clash(core);
                clash.choices.retain(|choice| choice.origin != Origin::Asked);
                WhyDropped::Clash(clash)
            }
            Ok(None) => WhyDropped::Clash(Clash::default()),
            Err(stopped) => WhyDropped::NotDecided(stopped.into()),
        }
    }
}
