//! A session: choices, and complete answers about what they leave open.

use std::fmt;
use std::sync::Arc;

use super::choice::{Asked, Choice, Choices, Origin, Parts, parts};
use super::model::{Model, RuleKind};
use super::reach::Reach;
use super::said::Said;
use super::slot::{SlotId, Wanted};
use crate::diagnostic::{Code, codes, nearest};
use crate::logic::{self, Core, Decided, RuleId, Undecided};

/// Choices about one product, and answers about what they leave open.
///
/// Choices are a set: every answer depends on which choices there are, and never on the order in which they were
/// made or taken back. What follows from choices is worked out anew each time and never kept as a choice.
/// A session is cheap; the model behind it is shared.
#[derive(Debug)]
pub struct Session {
    pub(super) model: Arc<Model>,
    pub(super) solver: logic::Session,
    pub(super) choices: Choices,
    pub(super) reach: Reach,
    /// What was said of the slots last.
    pub(super) said: Option<Said>,
}

/// Why a choice cannot be made, whatever else is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// The product has nothing that is called so.
    UnknownSlot {
        /// What was asked for.
        path: String,
        /// What was probably meant.
        nearest: Option<Arc<str>>,
    },
    /// The slot never has such a value.
    NotOffered {
        /// The path of the slot.
        path: Arc<str>,
    },
}

/// A limit stopped the answer. Nothing is guessed in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDecided {
    /// What stopped it, in one line.
    pub why: String,
}

impl NotDecided {
    /// The code of the problem.
    pub fn code(&self) -> Code {
        codes::NOT_DECIDED
    }
}

impl From<Undecided> for NotDecided {
    fn from(_: Undecided) -> NotDecided {
        NotDecided { why: "the answer takes more steps than one question may".into() }
    }
}

impl fmt::Display for NotDecided {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "not decided: {}", self.why)
    }
}

impl std::error::Error for NotDecided {}

impl fmt::Display for NotChosen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotChosen::UnknownSlot { path, .. } => write!(out, "there is no option `{path}`"),
            NotChosen::NotOffered { path } => write!(out, "`{path}` never has this value"),
        }
    }
}

impl std::error::Error for NotChosen {}

impl Session {
    /// A session without choices.
    pub fn new(model: Arc<Model>) -> Session {
        let solver = logic::Session::new(Arc::clone(&model.solver));
        let reach = Reach::of(&model);
        Session { model, solver, choices: Choices::default(), reach, said: None }
    }

    /// The model that is asked.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Makes a choice, in the place of an earlier one about the same. A value of a set is a choice about each
    /// element. Whether it fits the other choices is not asked here.
    ///
    /// # Errors
    ///
    /// Where there is no such slot, or the slot never has such a value.
    pub fn choose(&mut self, path: &str, wanted: Wanted) -> Result<(), NotChosen> {
        self.put(path, wanted, Origin::Chosen)
    }

    /// Takes something for given that is not the user's to change: who the customer is, and the like.
    ///
    /// # Errors
    ///
    /// As for [`Session::choose`].
    pub fn give(&mut self, path: &str, wanted: Wanted) -> Result<(), NotChosen> {
        self.put(path, wanted, Origin::Given)
    }

    fn put(&mut self, path: &str, wanted: Wanted, origin: Origin) -> Result<(), NotChosen> {
        let (id, parts) = self.in_parts(path, wanted)?;
        self.choices.put(id, parts, origin);
        Ok(())
    }

    /// A slot by its path, and what is wanted of it in the parts that can be given up one by one.
    pub(super) fn in_parts(&self, path: &str, wanted: Wanted) -> Result<(SlotId, Parts), NotChosen> {
        let id = self.find(path)?;
        let not_offered = || NotChosen::NotOffered { path: path.into() };
        let slot = self.model.slot(id).ok_or_else(not_offered)?;
        let parts = parts(slot, wanted);
        if parts.iter().any(|(_, part)| self.model.claims(id, part).is_err()) {
            return Err(not_offered());
        }
        Ok((id, parts))
    }

    /// A slot by its path.
    ///
    /// # Errors
    ///
    /// Where there is none, with the nearest.
    pub fn find(&self, path: &str) -> Result<SlotId, NotChosen> {
        self.model.find(path).ok_or_else(|| {
            let near = nearest(path, self.model.slots.iter().map(|slot| &*slot.path));
            NotChosen::UnknownSlot { path: path.to_owned(), nearest: near.map(Arc::from) }
        })
    }

    /// Takes back all that is chosen about a slot; whether there was anything.
    ///
    /// # Errors
    ///
    /// Where there is no such slot.
    pub fn retract(&mut self, path: &str) -> Result<bool, NotChosen> {
        let id = self.find(path)?;
        Ok(self.choices.remove(id))
    }

    /// Takes back what is chosen about one element of a set; whether there was anything.
    ///
    /// # Errors
    ///
    /// Where there is no such slot.
    pub fn retract_element(&mut self, path: &str, element: u16) -> Result<bool, NotChosen> {
        let id = self.find(path)?;
        Ok(self.choices.remove_element(id, element))
    }

    /// Takes back all that the user chose; what the request gives stays.
    pub fn clear(&mut self) {
        self.choices.keep_given();
    }

    /// The choices, in the order of the slots.
    pub fn choices(&self) -> Vec<Choice> {
        self.choices.iter().collect()
    }

    /// The choices as claims.
    pub(super) fn asked(&self) -> Asked {
        Asked::of(&self.model, self.choices.iter())
    }

    /// What contradicts what among what is asked and the rules, each choice and rule necessary. That a let has a
    /// value is named only where the book says nothing else against it.
    pub(super) fn core(&mut self, asked: &Asked) -> Decided<Option<Core>> {
        let core = self.solver.explain_owned(asked.owned())?;
        let is_value = |rule: &RuleId| {
            self.model.rules.get(rule.0 as usize).is_some_and(|rule| rule.kind == RuleKind::Value)
        };
        if !core.iter().flat_map(|core| &core.rules).any(is_value) {
            return Ok(core);
        }
        let count = u32::try_from(self.model.rules.len()).unwrap_or(u32::MAX);
        let without: Vec<RuleId> = (0..count).map(RuleId).filter(is_value).collect();
        match self.solver.explain_without(asked.owned(), &without) {
            Ok(Some(better)) => Ok(Some(better)),
            _ => Ok(core),
        }
    }

    /// Whether all choices can be had together.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer.
    pub fn fits(&mut self) -> Result<bool, NotDecided> {
        let asked = self.asked();
        let possible = self.solver.possible(&asked.claims)?;
        match self.reach.anything() {
            Some(open) if possible => Err(open.clone()),
            _ => Ok(possible),
        }
    }
}
