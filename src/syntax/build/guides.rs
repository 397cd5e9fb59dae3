//! Presets, and guides with their questions.

use super::{Builder, Piece, Pieces, clauses, skip, take};
use crate::syntax::ast::{
    AnswerCase, Clauses, Guide, GuideEffect, GuideEffectKind, Preset, Question, Setting,
};
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn preset(&mut self, mut parts: Pieces<'t>) -> Option<Preset> {
        skip(&mut parts, Rule::k_preset);
        let (name, label) = self.name_and_label(&mut parts)?;
        skip(&mut parts, Rule::k_of);
        let target = self.name(&mut parts)?;
        let (values, pieces) = self.line_body(&mut parts)?;
        let Clauses { because, .. } = *self.clauses(&mut parts, &clauses::PRESET)?;
        Some(Preset { name, label, target, values, pieces, because })
    }

    pub(super) fn guide(&mut self, mut parts: Pieces<'t>) -> Option<Guide> {
        skip(&mut parts, Rule::k_guide);
        let (target, label) = self.name_and_label(&mut parts)?;
        let questions = parts.map(|piece| self.question(piece)).collect::<Option<Vec<_>>>()?;
        Some(Guide { target, label, questions })
    }

    fn question(&mut self, piece: Piece<'t>) -> Option<Question> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        skip(&mut parts, Rule::k_question);
        let field = self.field(&mut parts, &clauses::QUESTION)?;
        let effects = self.effects(&mut parts)?;
        let cases = parts.map(|piece| self.answer_case(piece)).collect::<Option<Vec<_>>>()?;
        Some(Question { field, help: None, effects, cases, span })
    }

    fn answer_case(&mut self, piece: Piece<'t>) -> Option<AnswerCase> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let mut answers_at = self.span(&parts.peek()?);
        let mut answers = Vec::new();
        if !skip(&mut parts, Rule::k_else) {
            while let Some(piece) = take(&mut parts, Rule::value_or_word) {
                answers_at = answers_at.cover(self.span(&piece));
                answers.push(self.literal(piece)?);
                skip(&mut parts, Rule::k_or);
            }
        }
        let effects = self.effects(&mut parts)?;
        Some(AnswerCase { answers, answers_at, effects, span })
    }

    /// All effects that come next.
    fn effects(&mut self, parts: &mut Pieces<'t>) -> Option<Vec<GuideEffect>> {
        let mut effects = Vec::new();
        while let Some(piece) = take(parts, Rule::effect) {
            effects.push(self.effect(piece)?);
        }
        Some(effects)
    }

    fn effect(&mut self, piece: Piece<'t>) -> Option<GuideEffect> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let what = parts.next()?;
        let rule = what.as_rule();
        let mut inner = what.into_inner();
        // The word that it begins with.
        inner.next()?;
        let kind = match rule {
            Rule::set_effect => GuideEffectKind::Set(self.settings(inner)?),
            Rule::recommend => GuideEffectKind::Recommend(self.settings(inner)?),
            _ => GuideEffectKind::Require(self.expr(inner.next()?)?),
        };
        let clauses = self.clauses(&mut parts, &clauses::EFFECT)?;
        Some(GuideEffect { kind, clauses, span })
    }

    fn settings(&mut self, parts: Pieces<'t>) -> Option<Vec<Setting>> {
        parts.map(|piece| self.setting(piece)).collect()
    }

    fn setting(&mut self, piece: Piece<'t>) -> Option<Setting> {
        let span = self.span(&piece);
        let what = piece.into_inner().next()?;
        let with = what.as_rule() == Rule::suggest_with;
        let mut inner = what.into_inner();
        let option = self.name(&mut inner)?;
        skip(&mut inner, Rule::k_with);
        let value = self.literal(inner.next()?)?;
        Some(Setting { option, with, value, span })
    }
}
