//! What a guide recommends: wishes as literals, so that a completion can keep them where they fit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Encoder;
use super::axis::{AxisId, Raw};
use super::classes::Classes;
use super::finish::Drawn;
use super::formula::Formula;
use super::term::TermId;
use super::truth::Want;
use super::why::Why;
use crate::configure::model::{LostRecommendation, Recommendation};
use crate::configure::slot::{SlotId, Wanted};
use crate::ir::{Effect, EffectKind, Name, Ty, Value};
use crate::logic::{Literal, ValueSet, Var};
use crate::source::Span;

/// A recommendation under way.
pub struct Wish {
    question: Name,
    /// As written.
    text: Name,
    span: Span,
    option: Name,
    wanted: Wanted,
    /// What holds where the recommendation is followed, or not made.
    term: Result<TermId, Why>,
    /// The same as values of one axis; none before it is known, or where it always holds.
    literal: Option<(AxisId, Raw)>,
}

impl Encoder {
    /// Notes what an answer recommends; what holds where it is followed is a term.
    pub fn wish(&mut self, effect: &Effect, question: &Name, term: Result<TermId, Why>) {
        let (option, wanted) = match &effect.kind {
            EffectKind::Recommend { option, value: Value::Absent } => (option, Wanted::Absent),
            EffectKind::Recommend { option, value } => (option, Wanted::Value(value.clone())),
            EffectKind::RecommendWith { option, element } => (option, Wanted::With(*element)),
            EffectKind::Set { .. } | EffectKind::SetWith { .. } | EffectKind::Require => return,
        };
        let (question, option) = (question.clone(), option.clone());
        let (text, span) = (effect.text.clone(), effect.span);
        self.wishes.push(Wish { question, text, span, option, wanted, term, literal: None });
    }

    /// A recommendation that cannot be decided is left out, and told.
    fn lose(&mut self, wish: Wish, why: Why) {
        let Wish { question, text, span, .. } = wish;
        self.lost_wishes.push(LostRecommendation { question, text, span, why: why.to_string() });
    }

    /// Makes the wishes literals. One that always holds is none.
    pub fn wish_literals(&mut self) {
        for mut wish in std::mem::take(&mut self.wishes) {
            let formula = match wish.term.and_then(|term| self.truth(term, Want::True)) {
                Ok(formula) => formula,
                Err(why) => {
                    self.lose(wish, why);
                    continue;
                }
            };
            if let Formula::Is(axis, values) = self.named(&formula) {
                wish.literal = Some((axis, values));
                self.wishes.push(wish);
            }
        }
    }

    /// The axes of wishes with the values that fulfil them, for those that the problem must tell apart.
    pub fn wished(&self) -> impl Iterator<Item = &(AxisId, Raw)> {
        self.wishes.iter().filter_map(|wish| wish.literal.as_ref())
    }

    /// Gives up the wishes that rest on axes that cannot be drawn.
    pub fn give_up_wishes(&mut self, axes: &BTreeSet<AxisId>, why: Why) {
        for wish in std::mem::take(&mut self.wishes) {
            let clause = wish.literal.iter().cloned().collect();
            let drawn = [Drawn { rule: None, clauses: vec![clause], tables: Vec::new() }];
            match self.used(&drawn, &[]).rests_on(axes) {
                true => self.lose(wish, why),
                false => self.wishes.push(wish),
            }
        }
    }

    /// The wishes over variables, in the order written.
    pub fn recommendations(
        &mut self,
        classes: &BTreeMap<AxisId, Classes>,
        vars: &HashMap<AxisId, Var>,
        slots: &HashMap<Arc<str>, SlotId>,
    ) -> Vec<Recommendation> {
        let wishes = std::mem::take(&mut self.wishes);
        let found = wishes.into_iter().filter_map(|wish| {
            let (axis, raw) = wish.literal?;
            let values: ValueSet = classes.get(&axis)?.of(&raw);
            let question = slots.get(format!("guide.{}", wish.question).as_str())?;
            Some(Recommendation {
                question: *question,
                slot: *slots.get(&*wish.option)?,
                wanted: self.of_row(&wish.option, wish.wanted)?,
                claim: Literal::new(*vars.get(&axis)?, values),
            })
        });
        found.collect()
    }

    /// A key of a table as the row that it names on the day.
    fn of_row(&self, option: &Name, wanted: Wanted) -> Option<Wanted> {
        let product = self.homes.first().map(|home| home.product.clone())?;
        let ty = product.options.iter().find(|it| it.name == *option).map(|it| it.ty.required().clone());
        let (Some(Ty::Row(table)), Wanted::Value(key)) = (ty, &wanted) else { return Some(wanted) };
        if matches!(key, Value::Row(_)) {
            return Some(wanted);
        }
        let bench = self.probe.bench();
        bench.plan().row_of(bench.day(), &table, key).map(|row| Wanted::Value(Value::Row(row)))
    }
}
