//! Choices: what was asked of slots. They are a set: what follows from them never depends on their order.

use std::collections::BTreeMap;

use super::model::Model;
use super::slot::{Class, Shape, Slot, SlotId, Wanted};
use crate::ir::Value;
use crate::logic::{Claim, Core, Owned, RuleId};

/// Something asked of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The slot.
    pub slot: SlotId,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// Who wants it.
    pub origin: Origin,
}

/// Who wants something of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// The user of the session, who can change it.
    Chosen,
    /// The request: who the customer is, and the like. No repair changes it.
    Given,
    /// Nobody yet: the value that a question was asked about.
    Asked,
    /// A guide, after an answer.
    Recommended,
    /// The book, where nobody says otherwise.
    Default,
}

/// Choices and rules that cannot all be had. Each of them is necessary: without it the others could be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clash {
    /// What was asked of slots, in the order of the slots.
    pub choices: Vec<Choice>,
    /// The rules, by their positions in [`Model::rules`].
    pub rules: Vec<RuleId>,
}

/// What is wanted, in the parts that can be given up one by one: of a slot, or of one element of a set.
pub(super) type Parts = Vec<(Option<u16>, Wanted)>;

/// What a choice is about: a slot, or one element of a set.
type Subject = (SlotId, Option<u16>);

/// The choices of a session, one for each subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices(BTreeMap<Subject, (Wanted, Origin)>);

impl Choices {
    /// Puts a choice in the place of those that spoke of the same.
    pub fn put(&mut self, slot: SlotId, parts: Parts, origin: Origin) {
        if parts.iter().any(|(element, _)| element.is_none()) {
            self.remove(slot);
        } else if self.0.get(&(slot, None)).is_some_and(|(wanted, _)| *wanted == Wanted::Absent) {
            self.0.remove(&(slot, None));
        }
        for (element, wanted) in parts {
            self.0.insert((slot, element), (wanted, origin));
        }
    }

    /// Takes back all that is asked of a slot; whether there was anything.
    pub fn remove(&mut self, slot: SlotId) -> bool {
        let before = self.0.len();
        self.0.retain(|(of, _), _| *of != slot);
        self.0.len() < before
    }

    /// Takes back what is asked of one element of a set; whether there was anything.
    pub fn remove_element(&mut self, slot: SlotId, element: u16) -> bool {
        self.0.remove(&(slot, Some(element))).is_some()
    }

    /// Takes back all that the user chose.
    pub fn keep_given(&mut self) {
        self.0.retain(|_, (_, origin)| *origin == Origin::Given);
    }

    /// All choices, in the order of the slots.
    pub fn iter(&self) -> impl Iterator<Item = Choice> + '_ {
        self.0.iter().map(|((slot, _), (wanted, origin))| Choice {
            slot: *slot,
            wanted: wanted.clone(),
            origin: *origin,
        })
    }

    /// What is asked of a slot that is no set, or of a set as a whole.
    pub fn of(&self, slot: SlotId) -> Option<(&Wanted, Origin)> {
        self.0.get(&(slot, None)).map(|(wanted, origin)| (wanted, *origin))
    }

    /// What is asked of an element of a set.
    pub fn of_element(&self, slot: SlotId, element: u16) -> Option<(&Wanted, Origin)> {
        self.0.get(&(slot, Some(element))).map(|(wanted, origin)| (wanted, *origin))
    }

    /// Whether anything is asked of a slot, and by whom.
    pub fn origin_of(&self, slot: SlotId) -> Option<Origin> {
        self.0.range((slot, None)..=(slot, Some(u16::MAX))).map(|(_, (_, origin))| *origin).min()
    }
}

/// What is wanted, in the parts that can be given up one by one: a set by its elements.
pub(super) fn parts(slot: &Slot, wanted: Wanted) -> Parts {
    match (&slot.shape, wanted) {
        (_, Wanted::Value(Value::Absent)) => vec![(None, Wanted::Absent)],
        (Shape::Set { elements, .. }, Wanted::Value(Value::Set(set))) => {
            let one = |element: u16| {
                let is_in = set.checked_shr(u32::from(element)).unwrap_or(0) & 1 == 1;
                (Some(element), if is_in { Wanted::With(element) } else { Wanted::Without(element) })
            };
            (0..elements.len()).filter_map(|at| u16::try_from(at).ok()).map(one).collect()
        }
        (_, wanted @ (Wanted::With(element) | Wanted::Without(element))) => vec![(Some(element), wanted)],
        (_, wanted) => vec![(None, wanted)],
    }
}

/// Choices as claims, so that what the solver says of claims can be said of choices.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// The claims.
    pub claims: Vec<Claim>,
    /// Whose claim each is, by the position in `choices`.
    pub owners: Vec<usize>,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// What a default claims: an option that does not exist is not what its default says, and does not go against it.
pub(super) fn default_claims(model: &Model, choice: &Choice) -> Vec<Claim> {
    let mut claims = model.claims(choice.slot, &choice.wanted).unwrap_or_default();
    match model.slot(choice.slot).map(|slot| &slot.shape) {
        Some(Shape::Classes { classes, .. }) => {
            let absent = classes.iter().zip(0_u32..).find(|(class, _)| **class == Class::Absent);
            if let (Some((_, absent)), [claim]) = (absent, claims.as_mut_slice()) {
                claim.values.insert(absent);
            }
            claims.retain(|claim| claim.values != model.solver.problem().all(claim.var));
        }
        Some(Shape::Set { present: Some(present), .. }) if matches!(choice.wanted, Wanted::Without(_)) => {
            claims.retain(|claim| claim.var != *present);
        }
        _ => {}
    }
    claims
}

impl Asked {
    /// The claims of some choices.
    pub fn of(model: &Model, choices: impl IntoIterator<Item = Choice>) -> Asked {
        let mut asked = Asked::default();
        for choice in choices {
            asked.add(model, choice);
        }
        asked
    }

    /// Adds a choice. One that its slot can never fulfil is left out: it was refused when it was made.
    pub fn add(&mut self, model: &Model, choice: Choice) {
        let claims = match choice.origin {
            Origin::Default => Ok(default_claims(model, &choice)),
            _ => model.claims(choice.slot, &choice.wanted),
        };
        if let Ok(claims) = claims {
            self.add_with(claims, choice);
        }
    }

    /// Adds a choice with claims that are known already.
    pub fn add_with(&mut self, claims: Vec<Claim>, choice: Choice) {
        self.owners.extend(std::iter::repeat_n(self.choices.len(), claims.len()));
        self.claims.extend(claims);
        self.choices.push(choice);
    }

    /// The claims with the choices as their owners: a choice stands or falls with all that it claims.
    pub fn owned(&self) -> Owned<'_> {
        Owned { claims: &self.claims, owners: &self.owners }
    }

    /// These and a claim that is nobody's choice: no clash names it.
    pub fn and(&self, claim: Claim) -> Asked {
        let mut asked = self.clone();
        asked.claims.push(claim);
        asked.owners.push(asked.choices.len());
        asked
    }

    /// The clash that a core stands for, which names choices by their positions.
    pub fn clash(&self, core: Core) -> Clash {
        let mut choices: Vec<Choice> =
            core.claims.into_iter().filter_map(|at| self.choices.get(at).cloned()).collect();
        choices.sort_by_key(|choice| choice.slot);
        Clash { choices, rules: core.rules }
    }

    /// The claims without those of some choices, by their positions.
    pub fn claims_without(&self, given_up: &[usize]) -> Vec<Claim> {
        self.owned().without(given_up).cloned().collect()
    }
}
