//! Guides: questions in order, and what their answers do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expr::{check_condition, literal_value};
use super::inputs::clause;
use super::price::zero_divisor;
use super::product::logic;
use super::scope::{Scope, Section};
use super::setting::{Setting, element};
use super::types::{self, Place, optional};
use super::{Signatures, describe, errors, reads};
use crate::diagnostic::Diagnostic;
use crate::format::{expr_text, literal_text};
use crate::ir::{
    self, CompareOp, Domain, EffectKind, Expr, ExprKind, Formula, LogicOp, Name, Question, Ty, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, AnswerCase, GuideEffect, GuideEffectKind};

/// Checks a guide for the products that it is for.
pub(crate) fn guide(
    guide: &ast::Guide,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Guide>> {
    let target = &guide.target.text;
    let products = signatures.products_guided_by(target);
    let scope = Scope::of_products(signatures, Section::Product, products.clone());
    let mut checking = Checking { signatures, target, products: &products, scope, problems };
    let mut questions = Vec::new();
    let mut whole = true;
    // Of a family without products nothing can be said.
    for question in guide.questions.iter().filter(|_| !products.is_empty()) {
        match checking.question(question) {
            Some(question) => questions.push(question),
            None => whole = false,
        }
    }
    let label = guide.label.as_ref().map(|label| label.text.clone());
    whole.then(|| Arc::new(ir::Guide { target: target.clone(), label, questions, span }))
}

struct Checking<'a, 'p> {
    signatures: &'a Signatures,
    target: &'p str,
    products: &'p [Name],
    scope: Scope<'a>,
    problems: &'p mut Vec<Diagnostic>,
}

/// What is asked, while its effects are checked.
struct Asked<'q> {
    name: &'q Name,
    /// Without the `Optional` around it.
    ty: &'q Ty,
    domain: &'q Domain,
    span: Span,
}

impl Checking<'_, '_> {
    fn question(&mut self, written: &ast::Question) -> Option<Question> {
        let field = &written.field;
        let name = field.name.text.clone();
        let place = format!("{}.{name}", self.target);
        let place = Place { owner: &place, whole: true };
        let found = types::resolve(self.signatures, place, &field.ty, self.problems);
        let when =
            clause(field.clauses.when.as_ref(), |when| check_condition(&self.scope, when, self.problems));
        // A question whose answers are not understood is not known to those behind it either.
        let (ty, domain) = found?;
        let ty = ty.required().clone();
        self.scope.declare_answer(name.clone(), ty.clone());
        let asked = Asked { name: &name, ty: &ty, domain: &domain, span: field.name.span };
        let effects = self.effects(written, &asked);
        self.scope.declare_answer(name.clone(), optional(ty.clone()));
        Some(Question {
            input: ir::Input {
                label: field.label.as_ref().map(|label| label.text.clone()),
                optional: true,
                when: when?,
                ..ir::Input::new(name, optional(ty), domain, field.name.span)
            },
            help: written.help.clone(),
            effects: effects?,
            touches: Vec::new(),
        })
    }

    fn effects(&mut self, written: &ast::Question, asked: &Asked<'_>) -> Option<Vec<ir::Effect>> {
        let mut effects = Vec::new();
        let mut whole = true;
        let given = asked.given();
        for effect in &written.effects {
            whole &= self.effect(effect, &given, &mut effects).is_some();
        }
        let mut seen: Vec<(Value, Span)> = Vec::new();
        for (at, case) in written.cases.iter().enumerate() {
            let values = self.answers(case, asked, &mut seen);
            let condition = match case.answers.is_empty() {
                true => {
                    if at + 1 != written.cases.len() {
                        self.problems.push(errors::else_not_last(case.answers_at));
                        whole = false;
                    } else if asked.all_in(&seen) {
                        self.problems.push(errors::idle_answer(case.answers_at));
                    }
                    let others: Vec<Value> = seen.iter().map(|(value, _)| value.clone()).collect();
                    asked.none_of(&others)
                }
                false => values.as_ref().map_or_else(|| asked.given(), |values| asked.one_of(values)),
            };
            whole &= values.is_some();
            for effect in &case.effects {
                whole &= self.effect(effect, &condition, &mut effects).is_some();
            }
        }
        whole.then_some(effects)
    }

    /// The answers of a case, each of which can be given and stands in no other.
    fn answers(
        &mut self,
        case: &AnswerCase,
        asked: &Asked<'_>,
        seen: &mut Vec<(Value, Span)>,
    ) -> Option<Vec<Value>> {
        let one = element(asked.ty);
        let mut values = Vec::new();
        let mut whole = true;
        for literal in &case.answers {
            let Some(value) = literal_value(self.signatures, literal, &one, false, self.problems) else {
                whole = false;
                continue;
            };
            if let (Value::Number(number), Ty::Number(ty)) = (&value, asked.ty)
                && !asked.domain.contains(number)
            {
                let allowed = describe::domain_around(asked.domain, ty, number);
                let shown = describe::number_of(number, ty);
                self.problems.push(errors::value_not_allowed(literal.span, asked.name, &shown, allowed));
                whole = false;
            }
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == value) {
                self.problems.push(errors::duplicate_choice(literal.span, *first));
                whole = false;
            }
            seen.push((value.clone(), literal.span));
            values.push(value);
        }
        whole.then_some(values)
    }

    /// Adds what is written: one effect for each option that is set or recommended.
    fn effect(&mut self, written: &GuideEffect, case: &Expr, into: &mut Vec<ir::Effect>) -> Option<()> {
        let when =
            clause(written.clauses.when.as_ref(), |when| check_condition(&self.scope, when, self.problems));
        let mut asked = Vec::new();
        let mut whole = true;
        match &written.kind {
            GuideEffectKind::Require(condition) => {
                match check_condition(&self.scope, condition, self.problems) {
                    Some(asks) => asked.push((EffectKind::Require, "require", asks, written.span)),
                    None => whole = false,
                }
            }
            GuideEffectKind::Set(settings) | GuideEffectKind::Recommend(settings) => {
                let must = matches!(written.kind, GuideEffectKind::Set(_));
                let verb = if must { "set" } else { "recommend" };
                for setting in settings {
                    match self.setting(setting, verb, must) {
                        Some((kind, asks)) => asked.push((kind, verb, asks, setting.span)),
                        None => whole = false,
                    }
                }
            }
        }
        let when = when?;
        let text_of_when = written.clauses.when.as_ref().map(|when| format!(" when {}", expr_text(when)));
        for (kind, verb, asks, span) in asked {
            self.divides(&asks.expr)?;
            let condition = match &when {
                None => case.clone(),
                Some(when) => {
                    let case = Formula { expr: case.clone(), text: Name::from("") };
                    logic(LogicOp::And, case, when.clone(), written.span)
                }
            };
            let text = format!("{verb} {}{}", asks.text, text_of_when.as_deref().unwrap_or(""));
            let because = written.clauses.because.as_ref().map(|because| because.text.clone());
            into.push(ir::Effect { condition, asks, kind, text: Name::from(text), because, span });
        }
        whole.then_some(())
    }

    /// Refuses a formula that divides by zero for some configurations.
    fn divides(&mut self, formula: &Expr) -> Option<()> {
        match zero_divisor(self.signatures, self.products, formula) {
            None => Some(()),
            Some(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn setting(&mut self, written: &ast::Setting, verb: &str, must: bool) -> Option<(EffectKind, Formula)> {
        let ast::Setting { option, with, value: literal, span } = written;
        let setting = Setting { verb, option, value: literal, with: *with };
        let (ty, value) = setting.check(self.signatures, self.products, self.problems)?;
        let read = node(ExprKind::Read(ir::Place::Member(option.text.clone())), ty.clone(), option.span);
        let constant = node(ExprKind::Const(value.clone()), element(ty), literal.span);
        let (left, right) = (Box::new(read), Box::new(constant));
        let option = option.text.clone();
        let (kind, between) = match *with {
            true => (ExprKind::Contains { set: left, value: right }, "with"),
            false => (ExprKind::Compare { op: CompareOp::Equal, left, right }, "="),
        };
        let text = format!("{option} {between} {}", literal_text(literal));
        let asks = Formula { expr: node(kind, Ty::Bool, *span), text: Name::from(text) };
        let kind = match (must, *with, value) {
            (true, true, Value::Choice(element)) => EffectKind::SetWith { option, element },
            (false, true, Value::Choice(element)) => EffectKind::RecommendWith { option, element },
            (true, _, value) => EffectKind::Set { option, value },
            (false, _, value) => EffectKind::Recommend { option, value },
        };
        Some((kind, asks))
    }
}

impl Asked<'_> {
    fn read(&self) -> Expr {
        let place = ir::Place::Answer(self.name.clone());
        node(ExprKind::Read(place), optional(self.ty.clone()), self.span)
    }

    /// The question is answered.
    fn given(&self) -> Expr {
        node(ExprKind::Given(Box::new(self.read())), Ty::Bool, self.span)
    }

    /// The answer is one of these; of a set, one of these is in it.
    fn one_of(&self, values: &[Value]) -> Expr {
        let Ty::Set(of) = self.ty else {
            let value = Box::new(self.read());
            return node(ExprKind::OneOf { value, of: values.to_vec() }, Ty::Bool, self.span);
        };
        let contains = |value: &Value| {
            let constant = node(ExprKind::Const(value.clone()), Ty::Choice(of.clone()), self.span);
            let (set, value) = (Box::new(self.read()), Box::new(constant));
            node(ExprKind::Contains { set, value }, Ty::Bool, self.span)
        };
        let any = values.iter().map(contains).reduce(|left, right| self.both(LogicOp::Or, left, right));
        any.unwrap_or_else(|| self.given())
    }

    /// The question is answered with none of these.
    fn none_of(&self, values: &[Value]) -> Expr {
        if values.is_empty() {
            return self.given();
        }
        let others = node(ExprKind::Not(Box::new(self.one_of(values))), Ty::Bool, self.span);
        self.both(LogicOp::And, self.given(), others)
    }

    fn both(&self, op: LogicOp, left: Expr, right: Expr) -> Expr {
        let (left, right) = (Box::new(left), Box::new(right));
        node(ExprKind::Logic { op, left, right }, Ty::Bool, self.span)
    }

    /// Whether these are all answers that there are.
    fn all_in(&self, seen: &[(Value, Span)]) -> bool {
        let all = match (self.ty, self.domain) {
            (Ty::Bool, _) => 2,
            (Ty::Choice(of), _) => of.values.len(),
            (Ty::Number(_), Domain::Numbers(numbers)) => numbers.len(),
            _ => return false,
        };
        seen.len() >= all
    }
}

fn node(kind: ExprKind, ty: Ty, span: Span) -> Expr {
    Expr { kind, ty, span }
}

/// Says of each question which options its answer bears on, and warns of those that bear on none.
pub(crate) fn settle(guide: &mut ir::Guide, products: &[Arc<ir::Product>], problems: &mut Vec<Diagnostic>) {
    let concerned: Vec<&ir::Product> = products
        .iter()
        .map(AsRef::as_ref)
        .filter(|it| it.name == guide.target || it.family.as_ref() == Some(&guide.target))
        .collect();
    if concerned.is_empty() {
        return;
    }
    let mut later: Vec<(Vec<&Expr>, BTreeSet<Name>)> = Vec::new();
    let mut found: Vec<BTreeSet<Name>> = Vec::new();
    for question in guide.questions.iter().rev() {
        let mut touched = BTreeSet::new();
        for product in &concerned {
            for effect in &question.effects {
                members_read(&effect.asks.expr, product, &mut touched);
            }
        }
        for (reads, theirs) in &later {
            if reads.iter().any(|expr| reads_answer(expr, &question.input.name)) {
                touched.extend(theirs.iter().cloned());
            }
        }
        let conditions = question.effects.iter().flat_map(|effect| [&effect.condition, &effect.asks.expr]);
        let when = question.input.when.iter().map(|when| &when.expr);
        later.push((conditions.chain(when).collect(), touched.clone()));
        found.push(touched);
    }
    drop(later);
    for (question, touched) in guide.questions.iter_mut().zip(found.into_iter().rev()) {
        if touched.is_empty() {
            problems.push(errors::idle_question(&question.input.name, question.input.span));
        }
        let mut names: Vec<Name> = Vec::new();
        for product in &concerned {
            let options = product.options.iter().map(|option| &option.name);
            for name in options.chain(product.parts.iter().map(|part| &part.name)) {
                if touched.contains(name) && !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        question.touches = names;
    }
}

/// Adds the options and parts that an expression reads, also by way of lets.
fn members_read(expr: &Expr, product: &ir::Product, into: &mut BTreeSet<Name>) {
    let lets: BTreeMap<&Name, &Expr> = product.lets.iter().map(|it| (&it.name, &it.value.expr)).collect();
    let mut seen: BTreeSet<Name> = BTreeSet::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        reads::for_each(expr, &mut |part| {
            let name = match &part.kind {
                ExprKind::Read(ir::Place::Member(name)) => name,
                ExprKind::Aggregate(of) => match &of.source {
                    ir::Source::Parts { owner: None, part } => part,
                    _ => return,
                },
                _ => return,
            };
            match lets.get(name) {
                Some(value) if seen.insert(name.clone()) => waiting.push(value),
                Some(_) => {}
                None => {
                    into.insert(name.clone());
                }
            }
        });
    }
}

fn reads_answer(expr: &Expr, question: &Name) -> bool {
    let mut found = false;
    reads::for_each(expr, &mut |part| {
        found |= matches!(&part.kind, ExprKind::Read(ir::Place::Answer(name)) if name == question);
    });
    found
}
