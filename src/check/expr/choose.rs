//! One of several values: `if`, `by`, `otherwise`.

use std::collections::{HashMap, HashSet};

use super::known::unopened;
use super::{Checker, node};
use crate::check::{Scope, describe, errors, literal};
use crate::ir::{self, Domain, ExprKind, Place, Ty, Value};
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// `if c then a else if d then b else e`, in a loop over its branches.
    pub(super) fn if_else(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Option<ir::Expr> {
        let mut branches: Vec<(Option<ir::Expr>, &ast::Expr, Span)> = Vec::new();
        let mut values: Vec<(&ast::Expr, Option<Scope<'_>>)> = Vec::new();
        let mut rest = expr;
        // The scope where no condition above holds, if they say of something that it is given.
        let mut below: Option<Scope<'_>> = None;
        while let ast::ExprKind::If { condition, then, otherwise } = &rest.kind {
            let scope = below.as_ref().unwrap_or(self.scope);
            let (then_scope, next) = (scope.where_it(condition, true), scope.where_it(condition, false));
            let checked = self.within(below.as_ref(), |it| it.check(condition, Some(&Ty::Bool)));
            branches.push((checked, then, rest.span));
            values.push((then, then_scope.or_else(|| below.clone())));
            below = next.or(below);
            rest = otherwise;
        }
        values.push((rest, below));
        let checked = self.alternatives(&values, hint);
        let conditions: Option<Vec<(ir::Expr, Span)>> =
            branches.into_iter().map(|(condition, _, span)| Some((condition?, span))).collect();
        let mut values = checked?;
        let mut value = values.pop()?;
        for ((condition, span), then) in conditions?.into_iter().zip(values).rev() {
            let ty = value.ty.clone();
            let (condition, then) = (Box::new(condition), Box::new(then));
            value = node(ExprKind::If { condition, then, otherwise: Box::new(value) }, ty, span);
        }
        Some(value)
    }

    /// Values of which one will be taken, all of one type: that of the first, wider where others need it.
    /// Each in its scope, where that is another.
    fn alternatives(
        &mut self,
        trees: &[(&ast::Expr, Option<Scope<'_>>)],
        hint: Option<&Ty>,
    ) -> Option<Vec<ir::Expr>> {
        let mut values: Vec<ir::Expr> = Vec::new();
        let mut whole = true;
        let mut common: Option<(Ty, Span)> = None;
        for (tree, scope) in trees {
            // Where a type is known to be needed, each value is told of it by itself.
            let value = self.within(scope.as_ref(), |it| match hint {
                Some(_) => it.check(tree, hint),
                None => {
                    let found = it.infer(tree, common.as_ref().map(|(ty, _)| ty.clone()).as_ref());
                    found.map(|found| it.spoken_in_money(found))
                }
            });
            let Some(value) = value else {
                whole = false;
                continue;
            };
            let Some((ty, first)) = &common else {
                common = Some((value.ty.clone(), value.span));
                values.push(value);
                continue;
            };
            match self.unify(ty, value, tree, *first) {
                Some((ty, value)) => {
                    common = Some((ty, *first));
                    values.push(value);
                }
                None => whole = false,
            }
        }
        let (ty, _) = common?;
        whole.then(|| values.into_iter().map(|value| ir::Expr { ty: ty.clone(), ..value }).collect())
    }

    /// `by subject { value: result, … }`
    pub(super) fn by(
        &mut self,
        subject: &ast::Path,
        rows: &[ast::ByRow],
        span: Span,
        hint: Option<&Ty>,
    ) -> Option<ir::Expr> {
        let looked_at = self.path(subject, None);
        let of_currency = matches!(subject.names.as_slice(), [name] if &*name.text == "currency");
        let scope = |row: &ast::ByRow| of_currency.then(|| self.scope.where_currency_is(&row.keys)).flatten();
        let trees: Vec<_> = rows.iter().map(|row| (&row.value, scope(row))).collect();
        if rows.is_empty() {
            self.problems.push(errors::empty_by(span));
            return None;
        }
        let results = self.alternatives(&trees, hint);
        let looked_at = looked_at?;
        if let Ty::Optional(inner) = &looked_at.ty {
            let tree = ast::Expr { kind: ast::ExprKind::Path(subject.clone()), span: subject.span };
            self.problems.push(errors::not_opened(subject.span, &tree, inner));
            return None;
        }
        if matches!(looked_at.ty, Ty::Set(_) | Ty::List(_) | Ty::Names | Ty::Row(_)) {
            self.problems.push(errors::by_what(subject.span, &looked_at.ty));
            return None;
        }
        let keys = self.by_keys(&looked_at, rows);
        let (results, keys) = (results?, keys?);
        self.complete(&looked_at, rows, &keys, span)?;
        let ty = results.first()?.ty.clone();
        let mut cases = Vec::new();
        let mut otherwise = None;
        for (result, values) in results.into_iter().zip(keys) {
            if values.is_empty() { otherwise = Some(Box::new(result)) } else { cases.push((values, result)) }
        }
        let subject = Box::new(looked_at);
        Some(node(ExprKind::Switch { subject, cases, otherwise }, ty, span))
    }

    /// The values of each row, empty for `else`; no value twice, and `else` last and once.
    fn by_keys(&mut self, looked_at: &ir::Expr, rows: &[ast::ByRow]) -> Option<Vec<Vec<Value>>> {
        let mut keys: Vec<Vec<Value>> = Vec::new();
        let mut seen: HashMap<Value, Span> = HashMap::new();
        let mut whole = true;
        for (at, row) in rows.iter().enumerate() {
            if row.keys.is_empty() && at + 1 != rows.len() {
                self.problems.push(errors::else_not_last(row.span));
                whole = false;
            }
            let mut values = Vec::new();
            for key in &row.keys {
                let Some(value) =
                    literal::literal_value(self.signatures, key, &looked_at.ty, false, self.problems)
                else {
                    whole = false;
                    continue;
                };
                if let (Value::Number(number), Ty::Number(ty)) = (&value, &looked_at.ty) {
                    whole &= self.listed(looked_at, ty, number, key.span).is_some();
                }
                let first = *seen.entry(value.clone()).or_insert(key.span);
                if first != key.span {
                    self.problems.push(errors::duplicate_choice(key.span, first));
                    whole = false;
                }
                values.push(value);
            }
            keys.push(values);
        }
        whole.then_some(keys)
    }

    /// Every value has an answer.
    fn complete(
        &mut self,
        looked_at: &ir::Expr,
        rows: &[ast::ByRow],
        keys: &[Vec<Value>],
        span: Span,
    ) -> Option<()> {
        if rows.iter().any(|row| row.keys.is_empty()) {
            return Some(());
        }
        let all: Option<Vec<Value>> = match &looked_at.ty {
            Ty::Bool => Some(vec![Value::Bool(true), Value::Bool(false)]),
            Ty::Choice(of) => {
                let count = u16::try_from(of.values.len()).unwrap_or(u16::MAX);
                Some((0..count).map(Value::Choice).collect())
            }
            Ty::Number(_) => self.possible_numbers(looked_at),
            _ => None,
        };
        let Some(all) = all else {
            self.problems.push(errors::by_needs_else(span, &looked_at.ty));
            return None;
        };
        let answered: HashSet<&Value> = keys.iter().flatten().collect();
        let missing: Vec<String> = all
            .iter()
            .filter(|value| !answered.contains(value))
            .map(|value| describe::value(value, &looked_at.ty))
            .collect();
        if !missing.is_empty() {
            self.problems.push(errors::incomplete_by(span, &missing));
            return None;
        }
        Some(())
    }

    /// All numbers that the subject can be, where it is an option with a list of them in every product.
    fn possible_numbers(&self, looked_at: &ir::Expr) -> Option<Vec<Value>> {
        let ExprKind::Read(place) = &looked_at.kind else { return None };
        let domains: Vec<&Domain> = match place {
            Place::Member(name) => {
                let products =
                    self.scope.products.iter().map(|product| self.signatures.products.get(product));
                products
                    .map(|it| {
                        let member = it?.members.get(name).filter(|member| member.option)?;
                        Some(&member.input.domain)
                    })
                    .collect::<Option<_>>()?
            }
            Place::Context { context, field } => {
                vec![&self.signatures.contexts.get(context)?.fields.get(field)?.domain]
            }
            Place::Fact(name) => vec![&self.signatures.facts.get(name)?.domain],
            _ => return None,
        };
        let (mut all, mut known) = (Vec::new(), HashSet::new());
        for domain in domains {
            let Domain::Numbers(numbers) = domain else { return None };
            for (number, _) in numbers {
                if known.insert(number) {
                    all.push(Value::Number(number.clone()));
                }
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// `value otherwise fallback`: the first may be missing; the result may be if the second may.
    pub(super) fn otherwise(
        &mut self,
        value: Option<ir::Expr>,
        (value_tree, fallback_tree): (&ast::Expr, &ast::Expr),
        span: Span,
        hint: Option<&Ty>,
    ) -> Option<ir::Expr> {
        let value = value.map(unopened);
        let inner = match value.as_ref().map(|value| &value.ty) {
            Some(Ty::Optional(inner)) => Some(inner.as_ref().clone()),
            Some(_) => {
                self.problems.push(errors::never_missing(value_tree.span, value_tree, "otherwise"));
                None
            }
            None => None,
        };
        let expected = inner.as_ref().or(hint).cloned();
        let fallback = self.infer(fallback_tree, expected.as_ref());
        let (value, inner, fallback) = (value?, inner?, fallback?);
        let may_miss = matches!(fallback.ty, Ty::Optional(_));
        let (ty, fallback) = if may_miss {
            self.unify(&value.ty, fallback, fallback_tree, value.span)?
        } else {
            let (ty, fallback) = self.unify(&inner, fallback, fallback_tree, value.span)?;
            (ty, fallback)
        };
        let (value, fallback) = (Box::new(value), Box::new(fallback));
        Some(node(ExprKind::Otherwise { value, fallback }, ty, span))
    }
}
