//! Presets and guides as written.

use std::sync::Arc;

use super::{Assign, Clauses, Expr, Field, Literal, Name, TestPiece, Text};
use crate::source::Span;

/// `preset workshop "Workshop press" of press { force = 100 tf, frame = c_frame } because "…"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Preset {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// The product or family.
    pub target: Name,
    /// Options and their values, and parts by their number.
    pub values: Vec<Assign>,
    /// The pieces of its parts.
    pub pieces: Vec<TestPiece>,
    /// The reason.
    pub because: Option<Text>,
}

/// `guide press "Find the right press" { question … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guide {
    /// The product or family.
    pub target: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its questions, in the order in which they are asked.
    pub questions: Vec<Question>,
}

/// `question material "What do you press?": steel | aluminium { steel: require force >= 160 tf }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Its name, its words, its answers, and `when`.
    pub field: Field,
    /// The `///` lines directly before it, slashes removed, joined by line breaks.
    pub help: Option<Arc<str>>,
    /// What every answer does; these stand before the cases.
    pub effects: Vec<GuideEffect>,
    /// What some answers do.
    pub cases: Vec<AnswerCase>,
    /// The question.
    pub span: Span,
}

/// `steel or aluminium: require force >= 160 tf  recommend frame = h_frame`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnswerCase {
    /// The answers; empty for `else`.
    pub answers: Vec<Literal>,
    /// The answers, or the `else`.
    pub answers_at: Span,
    /// What they do; at least one.
    pub effects: Vec<GuideEffect>,
    /// The case.
    pub span: Span,
}

/// `set force = 63 tf, cooling = none when … because "…"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GuideEffect {
    /// What it does.
    pub kind: GuideEffectKind,
    /// `when`, `because`
    pub clauses: Box<Clauses>,
    /// The effect.
    pub span: Span,
}

/// The kinds of effects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GuideEffectKind {
    /// `set force = 63 tf, extras with quiet_pump`: so it must be.
    Set(Vec<Setting>),
    /// `recommend frame = c_frame`: so it is where that fits.
    Recommend(Vec<Setting>),
    /// `require force >= needed`
    Require(Expr),
}

/// `force = 63 tf`, `extras with quiet_pump`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setting {
    /// The option.
    pub option: Name,
    /// `with`: the value is one of the set's; else it is the option's value.
    pub with: bool,
    /// The value.
    pub value: Literal,
    /// The setting.
    pub span: Span,
}
