//! Presets and guides of the checked form: ways to a configuration, which are no part of it.

use super::expr::{Expr, Formula};
use super::product::{Input, Product};
use super::ty::{Name, Value};
use super::{Book, TestPart};
use crate::source::Span;
use std::sync::Arc;

/// A ready configuration with a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Preset {
    /// Its name, one in the whole book.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The product, or the family all of whose products may start from it.
    pub target: Name,
    /// Options and their values, in the order written, each option once. Where a request is silent about
    /// an option, the value counts as given, before the option's default. That of an option that does not
    /// exist in the configuration (its `when` does not hold) is left aside. A key of a table stands here as
    /// the key itself, of the key's own type: which row it is depends on the day.
    pub values: Vec<(Name, Value)>,
    /// What it says of parts, in the order in which they are named first. Where a request is silent about a
    /// part, these are its pieces, if the part exists.
    pub parts: Vec<(Name, TestPart)>,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// The questions that lead to a configuration of a product.
///
/// Answers are no part of a configuration: they stand in no request, no price reads them, and two
/// configurations that differ in answers only are one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guide {
    /// The product, or the family for whose products it is that have no guide of their own.
    pub target: Name,
    /// For people.
    pub label: Option<Name>,
    /// The questions in the order in which they are asked.
    pub questions: Vec<Question>,
    /// The declaration.
    pub span: Span,
}

/// A question of a guide.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// What is asked, and what can be answered. `label` is the question in words. The type is always
    /// `Optional`: a question may be left without an answer, which is `Value::Absent` and asks nothing. Its
    /// `when` reads options, lets, inputs of the request and answers to earlier questions; where it does not
    /// hold, the answer is absent. There is no default and no limit.
    pub input: Input,
    /// More words for who is asked, lines parted by line breaks.
    pub help: Option<Name>,
    /// What the answer does, in the order written.
    pub effects: Vec<Effect>,
    /// The options, then the parts, that the answer bears on, in the order of the product: those that its
    /// effects read, also by way of lets, and those that later questions bear on which read the answer. A
    /// part stands for its pieces and all that is chosen of them. Where all of them are decided, asking changes
    /// nothing.
    pub touches: Vec<Name>,
}

/// What an answer does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Effect {
    /// When it counts: the question is answered, the answer is one of its case, and its `when` holds, joined by
    /// `and` in this order. Of type `Bool`; reads answers, options, lets and inputs of the request.
    pub condition: Expr,
    /// What then must hold, or is wished. Of type `Bool`. This question's own answer is read here, and in the
    /// effect's `when`, as a value that is there: both are evaluated only where the question is answered.
    /// Other answers are read as `Optional`. An option that is a key of a table is compared with the key.
    pub asks: Formula,
    /// What kind of effect, with what `asks` says in parts where it is simple.
    pub kind: EffectKind,
    /// As written, from the keyword on, without `because`.
    pub text: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of effects. `Set`, `SetWith` and `Require` must hold: with their condition they are constraints.
/// `Recommend` and `RecommendWith` are wishes, kept as far as they fit, in the order written, and before
/// defaults.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EffectKind {
    /// `set cooling = none`
    Set {
        /// The option.
        option: Name,
        /// Its value; a key of a table as the key itself.
        value: Value,
    },
    /// `set extras with quiet_pump`
    SetWith {
        /// The option, a set.
        option: Name,
        /// The value that is in it.
        element: u16,
    },
    /// `require force >= needed`
    Require,
    /// `recommend frame = c_frame`
    Recommend {
        /// The option.
        option: Name,
        /// Its value; a key of a table as the key itself.
        value: Value,
    },
    /// `recommend extras with light_curtain`
    RecommendWith {
        /// The option, a set.
        option: Name,
        /// The value that is in it.
        element: u16,
    },
}

impl Effect {
    /// Whether it is kept as far as it fits only.
    pub fn is_wish(&self) -> bool {
        matches!(self.kind, EffectKind::Recommend { .. } | EffectKind::RecommendWith { .. })
    }
}

impl Guide {
    /// A question by its name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| &*question.input.name == name)
    }
}

impl Book {
    /// The guide of a product: its own, else its family's.
    pub fn guide_of(&self, product: &Product) -> Option<&Arc<Guide>> {
        let of = |target: &Name| self.guides.iter().find(|guide| guide.target == *target);
        of(&product.name).or_else(|| product.family.as_ref().and_then(of))
    }

    /// The presets that a product can start from, in the order of the book: its own and its family's.
    pub fn presets_of<'b>(&'b self, product: &'b Product) -> impl Iterator<Item = &'b Arc<Preset>> {
        self.presets.iter().filter(|preset| preset.is_for(product))
    }
}

impl Preset {
    /// Whether a product can start from it.
    pub fn is_for(&self, product: &Product) -> bool {
        self.target == product.name || Some(&self.target) == product.family.as_ref()
    }
}
