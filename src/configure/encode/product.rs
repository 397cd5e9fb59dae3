//! The rules of a product: when options exist, which values lets have, constraints, what answers ask.

use super::home::{HomeId, Ordered, question_order};
use super::shell::shell;
use super::term::{Node, Operands, TermId};
use super::truth::Want;
use super::why::Why;
use super::{Encoder, Pending};
use crate::configure::model::{Extra, ModelError, Needed, RuleInfo, RuleKind};
use crate::configure::slot::SlotKind;
use crate::ir::{Constraint, ConstraintRule, Effect, Expr, ExprKind, Guide, Input, Let, LogicOp, Name, Ty};
use crate::source::Span;

/// What a rule asks, before it is a formula.
pub struct Asked {
    info: RuleInfo,
    term: Result<TermId, Why>,
    want: Want,
    /// It is asked only where this holds.
    guard: Option<TermId>,
}

impl Asked {
    /// A term must hold.
    pub fn holds(info: RuleInfo, term: Result<TermId, Why>, guard: Option<TermId>) -> Asked {
        Asked { info, term, want: Want::True, guard }
    }
}

impl Encoder {
    /// Adds the slots and the rules of a product, by its position in the book.
    pub fn product(&mut self, at: u32, extra: &Extra) -> Result<(), ModelError> {
        let book = self.book.clone();
        let product = book.products.get(at as usize).ok_or(ModelError::UnknownProduct)?;
        let guide = book.guide_of(product).cloned();
        let quantity = self.slot(&product.quantity, "quantity", SlotKind::Quantity, (0, 0), false)?;
        let mut asked = Vec::new();
        let home =
            self.settle(product, String::new(), Ordered { bundles: quantity, alike: 1 }, None, &mut asked)?;
        if let Some(guide) = &guide {
            self.guide(guide, home, &mut asked)?;
        }
        asked.retain(|asked| !extra.without.contains(&asked.info.span));
        let needed: Vec<_> = extra.needed.iter().map(|needed| (needed, self.needed(needed, home))).collect();
        // What the price reads can be set, also where no rule reads it.
        self.list = self.list_term(home);
        self.fill_texts();
        for asked in asked {
            self.rule(asked);
        }
        for (needed, terms) in needed {
            self.value_rule(needed, terms);
        }
        self.wish_literals();
        Ok(())
    }

    /// The terms of the guards and of the value.
    fn needed(&mut self, needed: &Needed, home: HomeId) -> Result<(Vec<TermId>, TermId), Why> {
        let guards = needed.guards.iter().map(|guard| self.term(guard, home));
        let guards = guards.collect::<Result<Vec<_>, _>>()?;
        Ok((guards, self.term(&needed.value, home)?))
    }

    /// Where no guard is false, the value is there.
    fn value_rule(&mut self, needed: &Needed, terms: Result<(Vec<TermId>, TermId), Why>) {
        let info = RuleInfo {
            name: Some(needed.of.clone()),
            text: needed.text.clone(),
            because: None,
            span: needed.span,
            within: None,
            kind: RuleKind::Price,
        };
        let term = terms.as_ref().map(|(_, value)| *value).ok();
        let asked = terms.and_then(|(guards, value)| {
            let fails = guards.into_iter().map(|guard| self.truth(guard, Want::False));
            let mut parts = fails.collect::<Result<Vec<_>, _>>()?;
            parts.push(self.truth(value, Want::Defined)?);
            Ok(self.one_holds(parts))
        });
        let term = term.unwrap_or_else(|| self.terms.constant(None, &Ty::Bool));
        self.rules.push(Pending { info, term, asked });
    }

    /// An input exists exactly where what it belongs to exists and its `when` holds; there it may be left out only
    /// if it is optional.
    pub fn exists(
        &mut self,
        input: &Input,
        term: TermId,
        home: HomeId,
        kind: RuleKind,
        asked: &mut Vec<Asked>,
    ) {
        let owner = self.home(home).and_then(|home| home.exists);
        if input.when.is_none() && owner.is_none() {
            return;
        }
        let within = self.within(home);
        let text = match (&input.when, &within) {
            (Some(when), _) => format!("{} when {}", input.name, when.text),
            (None, Some(within)) => format!("{} in {within}", input.name),
            (None, None) => input.name.to_string(),
        };
        let info = RuleInfo {
            name: Some(input.name.clone()),
            text: text.into(),
            because: None,
            span: input.span,
            within,
            kind,
        };
        let ty = self.terms.get(term).map_or(Ty::Bool, |it| it.ty.clone());
        let given = self.given(term, &ty, input.span);
        let absent = self.not(given, input.span);
        let mut there = if input.optional || kind == RuleKind::Guide {
            Ok(self.terms.constant(Some(crate::ir::Value::Bool(true)), &Ty::Bool))
        } else {
            Ok(given)
        };
        if let Some(when) = &input.when {
            // A `when` that comes to nothing is a fault, so what it decides is asked on both sides.
            there = there.and_then(|there| {
                let when = self.term(&when.expr, home)?;
                Ok(self.choice(when, there, absent, input.span))
            });
        }
        if let Some(owner) = owner {
            there = there.map(|there| self.choice(owner, there, absent, input.span));
        }
        asked.push(Asked::holds(info, there, None));
    }

    /// A line whose let comes to nothing is at fault.
    pub fn named_value(&mut self, own: &Let, home: HomeId, asked: &mut Vec<Asked>) {
        let term = self.term(&own.value.expr, home);
        let may_fail = match &term {
            Ok(term) => {
                if let Some(home) = self.home_mut(home) {
                    home.members.insert(own.name.clone(), *term);
                }
                self.terms.get(*term).is_some_and(|it| it.may_fail)
            }
            Err(why) => {
                if let Some(home) = self.home_mut(home) {
                    home.unknown.insert(own.name.clone(), *why);
                }
                true
            }
        };
        if may_fail {
            let info = RuleInfo {
                name: Some(own.name.clone()),
                text: format!("{} = {}", own.name, own.value.text).into(),
                because: None,
                span: own.span,
                within: self.within(home),
                kind: RuleKind::Value,
            };
            let guard = self.home(home).and_then(|home| home.exists);
            asked.push(Asked { info, term, want: Want::Defined, guard });
        }
    }

    pub fn constraint(&mut self, constraint: &Constraint, home: HomeId, asked: &mut Vec<Asked>) {
        let info = RuleInfo {
            name: constraint.name.clone(),
            text: constraint.text.clone(),
            because: constraint.because.clone(),
            span: constraint.span,
            within: self.within(home),
            kind: RuleKind::Constraint,
        };
        let term = match &constraint.rule {
            ConstraintRule::Holds(expr) => self.term(expr, home),
            ConstraintRule::Row { table, keys } => self.row(table, keys, home, constraint.span),
        };
        let guard = self.home(home).and_then(|home| home.exists);
        asked.push(Asked::holds(info, term, guard));
    }

    fn row(&mut self, table: &Name, keys: &[Expr], home: HomeId, span: Span) -> Result<TermId, Why> {
        let operands = keys.iter().map(|key| self.term(key, home)).collect::<Result<Operands, _>>()?;
        let keys = keys.iter().map(|key| key.ty.clone()).collect();
        let node = Node::Row { table: table.clone(), keys, column: None };
        Ok(self.terms.form(node, operands, &Ty::Bool, span, false))
    }

    fn guide(&mut self, guide: &Guide, home: HomeId, asked: &mut Vec<Asked>) -> Result<(), ModelError> {
        for (at, question) in guide.questions.iter().enumerate() {
            let path = format!("guide.{}", question.input.name);
            let term = self.slot(&question.input, &path, SlotKind::Question, question_order(at), false)?;
            if let Some(home) = self.home_mut(home) {
                home.answers.insert(question.input.name.clone(), term);
            }
            self.exists(&question.input, term, home, RuleKind::Guide, asked);
            for effect in &question.effects {
                self.effect(effect, &question.input.name, home, asked);
            }
        }
        Ok(())
    }

    /// What an answer asks must hold where the answer counts; what it recommends is wished there.
    fn effect(&mut self, effect: &Effect, question: &Name, home: HomeId, asked: &mut Vec<Asked>) {
        let info = RuleInfo {
            name: Some(question.clone()),
            text: effect.text.clone(),
            because: effect.because.clone(),
            span: effect.span,
            within: self.within(home),
            kind: RuleKind::Guide,
        };
        let parts = self
            .term(&effect.condition, home)
            .and_then(|condition| Ok((condition, self.term(&effect.asks.expr, home)?)));
        let term = parts.map(|(condition, asks)| {
            let [left, right] = [0, 1].map(|at| Box::new(parameter(at, Ty::Bool)));
            let node = Node::Form(ExprKind::Logic { op: LogicOp::Implies, left, right });
            self.terms.form(node, Operands::from_slice(&[condition, asks]), &Ty::Bool, effect.span, false)
        });
        if effect.is_wish() {
            return self.wish(effect, question, term);
        }
        let guard = self.home(home).and_then(|home| home.exists);
        asked.push(Asked::holds(info, term, guard));
    }

    fn rule(&mut self, asked: Asked) {
        if let Ok(term) = asked.term {
            self.ease(term);
        }
        let formula = asked.term.and_then(|term| self.truth(term, asked.want));
        let formula = match asked.guard {
            None => formula,
            Some(guard) => formula.and_then(|formula| {
                let outside = self.truth(guard, Want::False)?;
                Ok(self.one_holds(vec![outside, formula]))
            }),
        };
        let term = asked.term.unwrap_or_else(|_| self.terms.constant(None, &Ty::Bool));
        self.rules.push(Pending { info: asked.info, term, asked: formula });
    }

    /// `given(x)`
    pub fn given(&mut self, of: TermId, ty: &Ty, span: Span) -> TermId {
        if let Some(term) = self.terms.get(of)
            && term.node == Node::Set
            && let Some(present) = term.operands.first()
        {
            return *present;
        }
        let node = Node::Form(ExprKind::Given(Box::new(parameter(0, ty.clone()))));
        self.terms.form(node, Operands::from_slice(&[of]), &Ty::Bool, span, false)
    }

    /// `not x`
    pub fn not(&mut self, of: TermId, span: Span) -> TermId {
        let node = Node::Form(ExprKind::Not(Box::new(parameter(0, Ty::Bool))));
        self.terms.form(node, Operands::from_slice(&[of]), &Ty::Bool, span, false)
    }

    /// `if condition then a else b`, of conditions.
    fn choice(&mut self, condition: TermId, then: TermId, otherwise: TermId, span: Span) -> TermId {
        let kind = ExprKind::If {
            condition: Box::new(parameter(0, Ty::Bool)),
            then: Box::new(parameter(1, Ty::Bool)),
            otherwise: Box::new(parameter(2, Ty::Bool)),
        };
        let operands = Operands::from_slice(&[condition, then, otherwise]);
        self.terms.form(Node::Form(kind), operands, &Ty::Bool, span, false)
    }

    /// A form of the book written for the encoder, with its operands as parameters.
    pub fn made(&mut self, kind: &ExprKind, operands: &[TermId], ty: &Ty, span: Span) -> TermId {
        let expr = Expr { kind: kind.clone(), ty: ty.clone(), span };
        let node = Node::Form(shell(&expr));
        self.terms.form(node, Operands::from_slice(operands), ty, span, false)
    }
}

/// The operand at a position.
pub fn parameter(at: u16, ty: Ty) -> Expr {
    Expr { kind: ExprKind::Parameter(at), ty, span: Span::default() }
}
