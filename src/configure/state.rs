//! The state of a configuration: what is chosen, what follows, what is still open. Complete, never approximate.

use std::sync::Arc;

use super::choice::{Asked, Origin};
use super::model::Model;
use super::session::{NotDecided, Session};
use super::slot::{Class, Possible, Shape, Slot, SlotId, Wanted};
use crate::eval::set_holds;
use crate::ir::Value;
use crate::logic::{Support, ValueSet, Var};

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
    model: Arc<Model>,
    /// Whether the choices can be had together.
    pub fits: Result<bool, NotDecided>,
    /// The slots, in the order of the model.
    pub slots: Vec<SlotState>,
}

/// How a slot stands.
#[derive(Clone, Debug)]
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
    support: Support,
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
    fn fits_nowhere(&self) -> bool {
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

impl Session {
    /// What the choices leave open: for every slot exactly the values that some valid configuration has with
    /// the choices about the other slots.
    pub fn state(&mut self) -> State {
        let asked = self.asked();
        let supports = self.solver.supports(&asked.claims);
        let mut own = match &supports {
            Ok(Some(supports)) if asked.claims.is_empty() => Ok(supports.clone()),
            _ => self.solver.alternatives(&asked.claims),
        };
        if let (Ok(None), Ok(own)) = (&supports, &mut own) {
            self.lift_wholly(&asked, own);
        }
        let fits = match (&supports, self.reach.anything()) {
            (Ok(None), _) => Ok(false),
            (Err(stopped), _) => Err((*stopped).into()),
            (Ok(Some(_)), Some(open)) => Err(open.clone()),
            (Ok(Some(_)), None) => Ok(true),
        };
        let reader = Reader {
            session: self,
            fitting: supports.as_ref().ok().and_then(Option::as_deref),
            own: own.as_deref().ok(),
        };
        let ids = (0..self.model.slots.len()).filter_map(|at| u32::try_from(at).ok()).map(SlotId);
        let slots = self.model.slots.iter().zip(ids).map(|(slot, id)| reader.slot(id, slot)).collect();
        State { model: Arc::clone(&self.model), fits, slots }
    }
}

impl Session {
    /// That an element is left out claims also that there is a set, and both claims are lifted together.
    fn lift_wholly(&mut self, asked: &Asked, own: &mut [Support]) {
        for (at, choice) in asked.choices.iter().enumerate() {
            let Wanted::Without(element) = choice.wanted else { continue };
            let Some(Shape::Set { present: Some(_), elements }) =
                self.model.slot(choice.slot).map(|slot| &slot.shape)
            else {
                continue;
            };
            let Some(var) = elements.get(usize::from(element)) else { continue };
            let lifted = match self.solver.supports(&asked.claims_without(&[at])) {
                Ok(Some(supports)) => supports.get(var.0 as usize).cloned().unwrap_or_default(),
                Ok(None) => Support::default(),
                Err(_) => {
                    Support { possible: ValueSet::none(), undecided: self.model.solver.problem().all(*var) }
                }
            };
            if let Some(place) = own.get_mut(var.0 as usize) {
                *place = lifted;
            }
        }
    }
}

/// Reads what the solver answered.
struct Reader<'a> {
    session: &'a Session,
    /// Values with all choices.
    fitting: Option<&'a [Support]>,
    /// Values with the choices about the others.
    own: Option<&'a [Support]>,
}

impl Reader<'_> {
    fn support(&self, of: Option<&[Support]>, slot: SlotId, var: Var) -> Support {
        let support = of.and_then(|of| of.get(var.0 as usize)).cloned();
        let support = support.unwrap_or_else(|| Support {
            possible: ValueSet::none(),
            undecided: self.session.model.solver.problem().all(var),
        });
        if self.session.reach.has(slot) {
            let undecided = support.undecided.or(&support.possible);
            return Support { possible: ValueSet::none(), undecided };
        }
        support
    }

    fn slot(&self, id: SlotId, slot: &Slot) -> SlotState {
        match &slot.shape {
            Shape::Classes { var, classes } => self.classes(id, slot, *var, classes),
            Shape::Set { present, elements } => self.set(id, slot, *present, elements),
        }
    }

    fn classes(&self, id: SlotId, slot: &Slot, var: Var, classes: &[Class]) -> SlotState {
        let support = self.support(self.own, id, var);
        let now = match self.fitting {
            Some(_) => self.support(self.fitting, id, var),
            None => support.clone(),
        };
        let only = || match now.undecided.is_empty() {
            true => now.possible.only().and_then(|class| single(classes.get(class as usize)?)),
            false => None,
        };
        let choice = self.session.choices.of(id);
        let default = || {
            let default = slot.default.clone()?;
            let class = self.session.model.class_of(id, &default)?;
            (now.possible.has(class) || now.undecided.has(class)).then(|| (default, now.possible.has(class)))
        };
        let (standing, value) = match choice {
            Some((Wanted::Value(value), _)) => (Standing::Chosen, Some(value.clone())),
            Some((Wanted::Absent, _)) => (Standing::Chosen, Some(Value::Absent)),
            // Where the choices clash, what it could be without its own choice says nothing about that choice.
            Some(_) => (Standing::Chosen, self.fitting.and_then(|_| only())),
            None if now.possible.is_empty() && now.undecided.is_empty() => (Standing::Impossible, None),
            None => match only().map_or_else(|| Err(default()), Ok) {
                Ok(value) => (Standing::Implied, Some(value)),
                Err(Some((value, true))) => (Standing::Default, Some(value)),
                Err(None) if now.undecided.is_empty() => (Standing::Free, None),
                Err(_) => (Standing::NotDecided, None),
            },
        };
        let origin = choice.map(|(_, origin)| origin);
        SlotState { slot: id, standing, origin, value, support, elements: Vec::new() }
    }

    fn set(&self, id: SlotId, slot: &Slot, present: Option<Var>, elements: &[Var]) -> SlotState {
        let support = match present {
            Some(present) => self.support(self.own, id, present),
            None => Support { possible: ValueSet::one(1), undecided: ValueSet::none() },
        };
        let default = match &slot.default {
            Some(Value::Set(set)) => *set,
            _ => 0,
        };
        let elements: Vec<ElementState> = elements
            .iter()
            .zip(0..)
            .map(|(var, element)| self.element(id, *var, element, set_holds(default, usize::from(element))))
            .collect();
        let bits = elements.iter().filter(|it| it.is_in).map(|it| 1_u128 << u32::from(it.element).min(127));
        let value = Value::Set(bits.fold(0, |set, bit| set | bit));
        let origin = self.session.choices.origin_of(id);
        let is_settled =
            elements.iter().all(|it| matches!(it.standing, Standing::Implied | Standing::Impossible));
        let whole = self.session.choices.of(id).map(|(wanted, _)| wanted);
        let is_there = support.possible.has(1) || support.undecided.has(1);
        let may_be_gone = support.possible.has(0) || support.undecided.has(0);
        let (standing, value) = match (origin, whole) {
            (Some(_), Some(Wanted::Absent)) => (Standing::Chosen, Some(Value::Absent)),
            (Some(_), _) => (Standing::Chosen, Some(value)),
            (None, _) if !is_there && !may_be_gone => (Standing::Impossible, None),
            (None, _) if elements.iter().any(ElementState::fits_nowhere) => (Standing::Impossible, None),
            (None, _) if !is_there => (Standing::Implied, Some(Value::Absent)),
            (None, _) if elements.iter().any(|it| it.standing == Standing::NotDecided) => {
                (Standing::NotDecided, None)
            }
            (None, _) if is_settled && !may_be_gone => (Standing::Implied, Some(value)),
            (None, _) if slot.optional && slot.default.is_none() && may_be_gone => (Standing::Free, None),
            (None, _) => (Standing::Default, Some(value)),
        };
        SlotState { slot: id, standing, origin, value, support, elements }
    }

    fn element(&self, id: SlotId, var: Var, element: u16, by_default: bool) -> ElementState {
        let support = self.support(self.own, id, var);
        let can = |value: u32| match (support.possible.has(value), support.undecided.has(value)) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        };
        let (can_be_in, can_be_out) = (can(1), can(0));
        let (standing, is_in) = match self.session.choices.of_element(id, element) {
            Some((wanted, _)) => (Standing::Chosen, matches!(wanted, Wanted::With(_))),
            None => match (can_be_in, can_be_out) {
                (Some(false), _) => (Standing::Impossible, false),
                (Some(true), Some(false)) => (Standing::Implied, true),
                (Some(true), _) if by_default => (Standing::Default, true),
                (Some(true), _) => (Standing::Free, false),
                (None, _) => (Standing::NotDecided, by_default),
            },
        };
        ElementState { element, standing, is_in, can_be_in, can_be_out }
    }
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
        self.slots.get(slot.0 as usize)
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
