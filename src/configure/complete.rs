//! Completion: a whole valid configuration from the choices, which keeps defaults where it can.

use super::choice::{Choice, Clash, Origin, default_claims};
use super::distance;
use super::model::Model;
use super::repair::first_of;
use super::session::{NotDecided, Session};
use super::slot::{Class, Shape, Slot, SlotId, SlotKind, Wanted};
use super::state::{Standing, State, single};
use crate::eval::set_holds;
use crate::ir::Value;
use crate::logic::{Claim, Literal};

/// A whole configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// One value a slot, in the order of the model.
    pub slots: Vec<Completed>,
    /// Defaults and recommendations that could not be kept, in the order of the slots.
    pub given_up: Vec<GivenUp>,
}

impl Completion {
    /// What is told of it: a fact that the line brings is not proposed, whatever fits.
    pub fn told<'c>(&'c self, model: &'c Model) -> impl Iterator<Item = &'c Completed> {
        let is_fact = |id| model.slot(id).is_some_and(|slot| slot.kind == SlotKind::LineFact);
        self.slots.iter().filter(move |it| it.standing != Standing::Free || !is_fact(it.slot))
    }
}

/// A slot of a whole configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The slot.
    pub slot: SlotId,
    /// Its value; `Absent` where it has none.
    pub value: Value,
    /// `Chosen`; `Implied` by the choices; `Default`, which was kept; `Free`, where the first value that fits was
    /// taken.
    pub standing: Standing,
}

/// A default that could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// What was wished: a default, or one element of it; or what a guide recommends.
    pub wish: Choice,
    /// The value of the slot in its place.
    pub instead: Value,
    /// What excludes it: choices, rules, and wishes that were kept before it. None where a limit stopped the
    /// answer.
    pub clash: Option<Clash>,
}

/// Something to be kept where it can be.
struct Wish {
    /// What giving it up takes away; none where that is nothing to tell of.
    choice: Option<Choice>,
    claims: Vec<Claim>,
}

impl Session {
    /// A whole configuration with all choices. Defaults are kept where they can be: each in the order of the
    /// slots unless it clashes with the choices and the defaults before it. What has no default gets the first
    /// value that fits. Nothing where the choices clash.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer.
    pub fn complete(&mut self) -> Result<Option<Completion>, NotDecided> {
        let asked = self.asked();
        let completion = self.complete_with(&asked.claims, &asked.claims)?;
        match self.reach.anything() {
            Some(open) if completion.is_some() => Err(open.clone()),
            _ => Ok(completion),
        }
    }

    /// A whole configuration with the claims. Implied is what the claims of choices alone leave no other value.
    pub(super) fn complete_with(
        &mut self,
        claims: &[Claim],
        of_choices: &[Claim],
    ) -> Result<Option<Completion>, NotDecided> {
        let wishes = self.wishes();
        let (flat, owners): (Vec<Claim>, Vec<usize>) = wishes
            .iter()
            .enumerate()
            .flat_map(|(at, wish)| wish.claims.iter().map(move |claim| (claim.clone(), at)))
            .unzip();
        let Some(found) = self.solver.complete(claims, &flat)? else { return Ok(None) };
        let supports = self.solver.supports(of_choices)?.unwrap_or_default();
        let decided: Vec<bool> = supports.iter().map(|it| it.possible.only().is_some()).collect();
        let model = self.model.clone();
        let ids = (0_u32..).map(SlotId);
        let slots: Vec<Completed> = model
            .slots
            .iter()
            .zip(ids)
            .map(|(slot, id)| self.completed(id, slot, &found.values, &decided))
            .collect();
        let mut lost: Vec<usize> = found.given_up.iter().filter_map(|at| owners.get(*at).copied()).collect();
        lost.dedup();
        let mut given_up = Vec::new();
        let given_way = gave_way(&wishes, &lost, &slots);
        for at in lost.iter().copied().filter(|at| !given_way.contains(at)) {
            given_up.extend(self.given_up(&wishes, &lost, at, &slots));
        }
        given_up.sort_by_key(|it| it.wish.slot);
        Ok(Some(Completion { slots, given_up }))
    }

    /// Why a wish was given up.
    fn given_up(
        &mut self,
        wishes: &[Wish],
        lost: &[usize],
        at: usize,
        slots: &[Completed],
    ) -> Option<GivenUp> {
        let wish = wishes.get(at)?.choice.clone()?;
        let mut all = self.asked();
        let before = wishes.iter().enumerate().take(at).filter(|(other, _)| !lost.contains(other));
        for (_, kept) in before {
            if let Some(choice) = kept.choice.clone() {
                all.add_with(kept.claims.clone(), choice);
            }
        }
        let own = wishes.get(at)?.claims.clone();
        all.add_with(own, Choice { origin: Origin::Asked, ..wish.clone() });
        let clash = self.core(&all).ok().flatten().map(|core| {
            let mut clash = all.clash(core);
            clash.choices.retain(|choice| choice.origin != Origin::Asked);
            clash
        });
        let instead = slots.get(wish.slot.0 as usize).map_or(Value::Absent, |it| it.value.clone());
        Some(GivenUp { wish, instead, clash })
    }

    /// What to keep where it can be kept, first things first: what the request would say by default, what the guide
    /// recommends, the defaults in the order of the slots; then what a request would leave out, then the first
    /// values of what must be there.
    fn wishes(&self) -> Vec<Wish> {
        let ids = (0_u32..).map(SlotId);
        let slots: Vec<(SlotId, &Slot)> = ids.zip(&self.model.slots).collect();
        let mut wishes = Vec::new();
        let (outside, inside): (Vec<_>, Vec<_>) =
            slots.iter().copied().partition(|(_, slot)| is_outside(slot));
        for (id, slot) in outside {
            self.wish_for_default(id, slot, &mut wishes);
        }
        wishes.extend(self.recommended());
        for (id, slot) in inside {
            self.wish_for_default(id, slot, &mut wishes);
        }
        let mut quiet = Vec::new();
        for (id, slot) in &slots {
            self.wish_for_nothing(*id, slot, &mut quiet);
        }
        for (id, slot) in &slots {
            self.wish_for_first(*id, slot, &mut quiet);
        }
        let quiet = quiet.into_iter().map(|claim| Wish { choice: None, claims: vec![claim] });
        wishes.extend(quiet);
        wishes
    }

    /// What the answers given recommend under the present choices, of what nobody chose and what is still open.
    pub fn recommendations(&mut self, state: &State) -> Vec<Choice> {
        let asked = self.asked().claims;
        let wishes: Vec<Wish> = self.recommended().collect();
        let mut made = Vec::new();
        for wish in wishes {
            let Some(choice) = wish.choice else { continue };
            let is_open = state.of(choice.slot).is_some_and(|slot| match &choice.wanted {
                Wanted::With(element) => {
                    let element = slot.elements.get(usize::from(*element));
                    element.is_some_and(|it| it.standing != Standing::Implied)
                }
                _ => slot.standing != Standing::Implied,
            });
            // It is made where nothing but what it recommends goes with following it.
            let against = self.against(&choice).filter(|_| is_open);
            let Some(against) = against else { continue };
            let claims: Vec<Claim> = asked.iter().cloned().chain(wish.claims).chain(against).collect();
            if self.solver.possible(&claims) == Ok(false) && !made.contains(&choice) {
                made.push(choice);
            }
        }
        made
    }

    /// Claims that a slot is not as wanted.
    fn against(&self, choice: &Choice) -> Option<Vec<Claim>> {
        match &choice.wanted {
            Wanted::With(element) => self.model.claims(choice.slot, &Wanted::Without(*element)).ok(),
            wanted => {
                let claims = self.model.claims(choice.slot, wanted).ok()?;
                let [claim] = claims.as_slice() else { return None };
                let rest = self.model.solver.problem().all(claim.var).without(&claim.values);
                Some(vec![Literal::new(claim.var, rest)])
            }
        }
    }

    /// What the answers given recommend, of what nobody chose.
    fn recommended(&self) -> impl Iterator<Item = Wish> {
        let is_open = |slot: SlotId, wanted: &Wanted| match wanted {
            Wanted::With(element) => {
                self.choices.of(slot).is_none() && self.choices.of_element(slot, *element).is_none()
            }
            _ => self.choices.origin_of(slot).is_none(),
        };
        let made =
            self.model.recommended.iter().filter(move |it| {
                self.choices.origin_of(it.question).is_some() && is_open(it.slot, &it.wanted)
            });
        made.map(|it| Wish {
            choice: Some(Choice { slot: it.slot, wanted: it.wanted.clone(), origin: Origin::Recommended }),
            claims: vec![it.claim.clone()],
        })
    }

    /// The default of a slot that nobody chose. Where the slot does not exist the default is left aside.
    fn wish_for_default(&self, id: SlotId, slot: &Slot, wishes: &mut Vec<Wish>) {
        let mut wish = |wanted: Wanted| {
            let choice = Choice { slot: id, wanted, origin: Origin::Default };
            let claims = default_claims(&self.model, &choice);
            if !claims.is_empty() {
                wishes.push(Wish { choice: Some(choice), claims });
            }
        };
        match (&slot.shape, &slot.default) {
            (Shape::Classes { .. }, Some(default)) if self.choices.of(id).is_none() => {
                wish(Wanted::Value(default.clone()));
            }
            // Nobody misses that a set is empty by default.
            (Shape::Set { elements, .. }, Some(Value::Set(default))) if *default != 0 => {
                let elements = (0..elements.len()).filter_map(|at| u16::try_from(at).ok());
                for element in elements.filter(|it| self.choices.of_element(id, *it).is_none()) {
                    let is_in = set_holds(*default, usize::from(element));
                    wish(if is_in { Wanted::With(element) } else { Wanted::Without(element) });
                }
            }
            _ => {}
        }
    }

    /// What a slot without a default is where nobody speaks of it, if it may be so: absent, or an empty set.
    fn wish_for_nothing(&self, id: SlotId, slot: &Slot, claims: &mut Vec<Claim>) {
        if slot.default.as_ref().is_some_and(|default| *default != Value::Set(0)) {
            return;
        }
        match &slot.shape {
            Shape::Classes { var, classes } if slot.optional && self.choices.of(id).is_none() => {
                let absent = classes.iter().zip(0..).find(|(class, _)| **class == Class::Absent);
                claims.extend(absent.map(|(_, at)| Literal::is(*var, at)));
            }
            Shape::Set { present, elements } => {
                claims.extend(present.filter(|_| slot.optional).map(|present| Literal::is(present, 0)));
                claims.extend(elements.iter().map(|element| Literal::is(*element, 0)));
            }
            Shape::Classes { .. } => {}
        }
    }

    /// Of the values that are left to a slot the first, or the one nearest to its default.
    fn wish_for_first(&self, id: SlotId, slot: &Slot, claims: &mut Vec<Claim>) {
        let Shape::Classes { var, classes } = &slot.shape else { return };
        let order: Vec<u32> = match self.choices.of(id) {
            Some((Wanted::Value(_) | Wanted::Absent, _)) => return,
            _ if slot.default.is_some() => self.nearest_to_default(id, slot),
            _ => (0..u32::try_from(classes.len()).unwrap_or(u32::MAX)).collect(),
        };
        claims.extend(first_of(*var, &order));
    }

    fn nearest_to_default(&self, id: SlotId, slot: &Slot) -> Vec<u32> {
        let wanted = slot.default.clone().map_or(Wanted::Present, Wanted::Value);
        distance::nearest(&self.model, id, &wanted).into_iter().map(|near| near.class).collect()
    }

    fn completed(&self, id: SlotId, slot: &Slot, values: &[u32], decided: &[bool]) -> Completed {
        let value_of = |var: crate::logic::Var| values.get(var.0 as usize).copied().unwrap_or_default();
        let is_decided = |var: crate::logic::Var| decided.get(var.0 as usize).copied().unwrap_or_default();
        let (value, is_implied) = match &slot.shape {
            Shape::Classes { var, classes } => {
                // Of a class of several values none is forced.
                let class = value_of(*var);
                let is_one = classes.get(class as usize).is_some_and(|class| single(class).is_some());
                (self.pick(id, class), is_decided(*var) && is_one)
            }
            Shape::Set { present, elements } => {
                let is_there = present.is_none_or(|present| value_of(present) == 1);
                let bits = elements.iter().zip(0_u32..).filter(|(var, _)| value_of(**var) == 1);
                let set = bits.fold(0_u128, |set, (_, at)| set | 1_u128.checked_shl(at).unwrap_or(0));
                let all = present.iter().chain(elements).all(|var| is_decided(*var));
                (if is_there { Value::Set(set) } else { Value::Absent }, all)
            }
        };
        let standing = match self.choices.origin_of(id) {
            Some(_) => Standing::Chosen,
            None if is_implied => Standing::Implied,
            None if slot.default.as_ref() == Some(&value) => Standing::Default,
            None => Standing::Free,
        };
        Completed { slot: id, value, standing }
    }

    /// The value to take of a class: the chosen one, the default, else the first.
    fn pick(&self, id: SlotId, class: u32) -> Value {
        let near = |wanted: &Wanted| {
            let classes = distance::nearest(&self.model, id, wanted);
            classes.into_iter().find(|near| near.class == class).map(|near| near.value)
        };
        let picked = match self.choices.of(id) {
            Some((Wanted::Value(value), _)) => Some(value.clone()),
            Some((Wanted::OneOf(values), _)) => {
                values.iter().find(|value| self.model.class_of(id, value) == Some(class)).cloned()
            }
            Some((wanted @ Wanted::Between { .. }, _)) => near(wanted),
            _ => None,
        };
        picked.or_else(|| self.model.representative(id, class, None)).unwrap_or(Value::Absent)
    }
}

/// The defaults that were given up for a recommendation of the same: nothing was lost by them.
fn gave_way(wishes: &[Wish], lost: &[usize], slots: &[Completed]) -> Vec<usize> {
    let is_so =
        |choice: &Choice| match (slots.get(choice.slot.0 as usize).map(|it| &it.value), &choice.wanted) {
            (Some(Value::Set(set)), Wanted::With(element)) => set_holds(*set, usize::from(*element)),
            (Some(value), Wanted::Value(wanted)) => value == wanted,
            (Some(value), Wanted::Absent) => *value == Value::Absent,
            _ => false,
        };
    let choice = |at: &usize| wishes.get(*at).and_then(|wish| wish.choice.as_ref());
    let is_for_same = |default: &Choice| {
        wishes.iter().enumerate().filter(|(at, _)| !lost.contains(at)).any(|(_, kept)| {
            let kept = kept.choice.as_ref().filter(|kept| kept.origin == Origin::Recommended && is_so(kept));
            kept.is_some_and(|kept| {
                kept.slot == default.slot
                    && match (&kept.wanted, &default.wanted) {
                        (Wanted::With(recommended), Wanted::Without(default)) => recommended == default,
                        (Wanted::Value(_) | Wanted::Absent, _) => true,
                        _ => false,
                    }
            })
        })
    };
    let given_way =
        lost.iter().filter(|at| choice(at).is_some_and(|it| it.origin == Origin::Default && is_for_same(it)));
    given_way.copied().collect()
}

/// Whether a slot is no part of the configuration itself.
fn is_outside(slot: &Slot) -> bool {
    matches!(
        slot.kind,
        SlotKind::Question | SlotKind::Context | SlotKind::Fact | SlotKind::LineFact | SlotKind::Index
    )
}
