//! The state of a configuration: what is chosen, what follows, what is still open. Complete, never approximate.

use std::sync::Arc;

use super::choice::Origin;
use super::model::Model;
use super::said::Slots;
use super::session::NotDecided;
use super::slot::{Class, Possible, Shape, SlotId};
use crate::ir::Value;
use crate::logic::{Support, ValueSet};

/// How a value, or a slot, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is chosen, by the user or by the request.
    Chosen,
    /// It follows from the choices: every valid configuration has it.
    Implied,
    /// The book takes it where nothing is said, and it still fits.
    Default,
    /// It fits, and so do others.
    Free,
    /// No valid configuration has it while the other choices stand.
    Impossible,
    /// A limit stopped the answer.
    NotDecided,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Chosen => "chosen",
            Standing::Implied => "implied",
            Standing::Default => "default",
            Standing::Free => "free",
            Standing::Impossible => "impossible",
            Standing::NotDecided => "not_decided",
        }
    }
}

/// What all choices together leave open.
#[derive(Clone, Debug)]
pub struct State {
    pub(super) model: Arc<Model>,
    /// Whether the choices can be had together.
    pub fits: Result<bool, NotDecided>,
    /// The slots, in the order of the model.
    pub slots: Slots,
}

/// How a slot stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotState {
    /// The slot.
    pub slot: SlotId,
    /// How it stands as a whole. `Impossible` where the choices clash and nothing fits it.
    pub standing: Standing,
    /// Who chose, where it is chosen.
    pub origin: Option<Origin>,
    /// The value that it has: chosen, implied, or the default that still fits. None while that is open. `Absent`
    /// where it has no value for sure.
    pub value: Option<Value>,
    /// What its variable can be while the other choices stand: of a set, whether there is a set.
    pub(super) support: Support,
    /// What its variable can be with all choices, its own included; nothing for a set.
    pub(super) now: ValueSet,
    /// The elements of a set.
    pub elements: Vec<ElementState>,
}

/// How an element of a set stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementState {
    /// Its position in the enumeration.
    pub element: u16,
    /// How it stands: `Implied` is in for sure, `Impossible` is out for sure, `Default` is in by default.
    pub standing: Standing,
    /// Whether it is in, as things stand.
    pub is_in: bool,
    /// It can be in while the other choices stand. None where that is not decided.
    pub can_be_in: Option<bool>,
    /// It can be left out while the other choices stand. None where that is not decided.
    pub can_be_out: Option<bool>,
}

impl ElementState {
    /// Whether it can be neither in nor out: the choices about other slots clash.
    pub(super) fn fits_nowhere(&self) -> bool {
        self.can_be_in == Some(false) && self.can_be_out == Some(false)
    }
}

/// A value of a slot, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueState {
    /// The value.
    pub value: Value,
    /// How it stands.
    pub standing: Standing,
}

/// The only value of a class, if it has only one.
pub(super) fn single(class: &Class) -> Option<Value> {
    match class {
        Class::Absent => Some(Value::Absent),
        Class::Values(values) => match values.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        },
        Class::Intervals(intervals) => match intervals.as_slice() {
            [one] if one.from.is_some() && one.from == one.to => one.from.clone().map(Value::Number),
            _ => None,
        },
        Class::Days(days) => match days.as_slice() {
            [one] if one.from.is_some() && one.from == one.to => one.from.map(Value::Date),
            _ => None,
        },
        Class::Texts { named, others } => match (named.as_slice(), others.as_slice()) {
            ([name], []) => Some(Value::Text(name.clone())),
            _ => None,
        },
    }
}

impl State {
    /// How a slot stands.
    pub fn of(&self, slot: SlotId) -> Option<&SlotState> {
        self.slots.get(slot)
    }

    /// How a slot stands, by its path.
    pub fn slot(&self, path: &str) -> Option<&SlotState> {
        self.of(self.model.find(path)?)
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// What a slot can be while the other choices stand. Of a set only whether it can be absent.
    pub fn possible(&self, slot: &SlotState) -> Possible {
        self.stand_for(slot, &slot.support.possible)
    }

    /// What a slot cannot be while the other choices stand.
    pub fn impossible(&self, slot: &SlotState) -> Possible {
        self.stand_for(slot, &self.impossible_classes(slot))
    }

    /// The classes that a slot cannot have while the other choices stand.
    pub(super) fn impossible_classes(&self, slot: &SlotState) -> ValueSet {
        let known = slot.support.possible.or(&slot.support.undecided);
        ValueSet::all(self.class_count(slot.slot)).without(&known)
    }

    /// What is not decided of a slot.
    pub fn undecided(&self, slot: &SlotState) -> Possible {
        self.stand_for(slot, &slot.support.undecided)
    }

    fn stand_for(&self, slot: &SlotState, classes: &ValueSet) -> Possible {
        match self.model.slot(slot.slot).map(|it| &it.shape) {
            Some(Shape::Set { present: Some(_), .. }) => {
                Possible { absent: classes.has(0), ..Possible::default() }
            }
            Some(Shape::Classes { .. }) => self.model.possible_values(slot.slot, classes),
            _ => Possible::default(),
        }
    }

    fn class_count(&self, slot: SlotId) -> u32 {
        match self.model.slot(slot).map(|it| &it.shape) {
            Some(Shape::Classes { classes, .. }) => u32::try_from(classes.len()).unwrap_or(u32::MAX),
            Some(Shape::Set { present: Some(_), .. }) => 2,
            _ => 0,
        }
    }

    /// How a value of a slot stands; of a set, `Absent` only.
    pub fn standing_of(&self, slot: &SlotState, value: &Value) -> Standing {
        let is_own = slot.value.as_ref() == Some(value);
        if is_own && matches!(slot.standing, Standing::Chosen | Standing::Implied | Standing::Default) {
            return slot.standing;
        }
        let class = match (self.model.slot(slot.slot).map(|it| &it.shape), value) {
            (Some(Shape::Set { present: Some(_), .. }), Value::Absent) => Some(0),
            _ => self.model.class_of(slot.slot, value),
        };
        match class {
            Some(class) if slot.support.possible.has(class) => Standing::Free,
            Some(class) if slot.support.undecided.has(class) => Standing::NotDecided,
            _ => Standing::Impossible,
        }
    }

    /// The values of a slot that can be listed one by one, with how each stands, in the order of the declaration;
    /// `Absent` first where the slot can ever be absent.
    pub fn values(&self, slot: &SlotState) -> Vec<ValueState> {
        let all = self.stand_for(slot, &ValueSet::all(self.class_count(slot.slot)));
        let absent = all.absent.then_some(Value::Absent);
        let values = absent.into_iter().chain(all.values);
        values.map(|value| ValueState { standing: self.standing_of(slot, &value), value }).collect()
    }
}
