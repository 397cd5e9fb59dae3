//! Powers whose exponents are no whole numbers: `5 h * pow(x, 0.6) rounded half_up to 0.01 h`.
//!
//! Such a power has no last digit, so it stands directly before its rounding, alone or times and divided by
//! what has one.

use super::{Checker, Stands, bare};
use crate::check::errors;
use crate::check::walk;
use crate::ir::{self, NumberKind, NumberTy, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, LiteralKind};
use crate::value::Exact;

/// How many factors are looked through for a power.
const MOST_FACTORS: usize = 64;

/// What a power is made of.
pub(super) struct Power {
    pub base: ir::Expr,
    /// The exponent, or what it is the logarithm of.
    pub exponent: ir::Expr,
    pub logarithm: bool,
}

impl Checker<'_, '_> {
    /// What stands before a rounding: a number, and the power that it is multiplied with.
    pub(super) fn factors_before_rounding(
        &mut self,
        tree: &ast::Expr,
    ) -> Option<(ir::Expr, NumberTy, Option<Power>)> {
        let Some((base, exponent)) = self.broken_power(tree, MOST_FACTORS) else {
            let value = self.infer(tree, None)?;
            let ty = self.need_number(&value, tree)?;
            return Some((value, ty, None));
        };
        let others = without_power(tree, base);
        let factor = self.infer(&others, None);
        let power = self.parts_of_power(base, exponent);
        let factor = factor?;
        let ty = self.need_number(&factor, &others)?;
        // Whole numbers times a power are none.
        let kind = if ty.kind == NumberKind::Int { NumberKind::Plain } else { ty.kind };
        let ty = NumberTy { kind, ..ty };
        Some((ir::Expr { ty: Ty::Number(ty.clone()), ..factor }, ty, Some(power?)))
    }

    /// Base and exponent of the power among factors whose exponent is no whole number.
    fn broken_power<'e>(&self, tree: &'e ast::Expr, most: usize) -> Option<(&'e ast::Expr, &'e ast::Expr)> {
        let most = most.checked_sub(1)?;
        match &tree.kind {
            ast::ExprKind::Paren(inner) | ast::ExprKind::Negate(inner) => self.broken_power(inner, most),
            ast::ExprKind::Binary { op: BinaryOp::Multiply, left, right, .. } => {
                self.broken_power(right, most).or_else(|| self.broken_power(left, most))
            }
            ast::ExprKind::Binary { op: BinaryOp::Divide, left, .. } => self.broken_power(left, most),
            ast::ExprKind::Call(call) if is_power(call) => match call.arguments.as_slice() {
                [base, exponent] if self.is_broken(exponent) => Some((base, exponent)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an exponent is a number that need not be whole.
    pub(super) fn is_broken(&self, exponent: &ast::Expr) -> bool {
        if logarithm_of(exponent).is_some() {
            return true;
        }
        // What is read twice has no powers inside, so that nested ones stay cheap.
        let mut nested = false;
        walk::for_each(exponent, |inner| {
            nested |= matches!(&inner.kind, ast::ExprKind::Call(call) if is_power(call))
        });
        if nested {
            return false;
        }
        let mut untold = Vec::new();
        let found = self.silent(self.scope, Stands::Outside, &mut untold).infer(exponent, None);
        found.is_some_and(|it| match it.ty.required() {
            Ty::Number(ty) => ty.unit.is_none() && ty.kind != NumberKind::Int,
            _ => false,
        })
    }

    fn parts_of_power(&mut self, base: &ast::Expr, exponent: &ast::Expr) -> Option<Power> {
        let of = logarithm_of(exponent);
        let base = self.plain(base);
        let exponent = self.plain(of.unwrap_or(exponent));
        Some(Power { base: base?, exponent: exponent?, logarithm: of.is_some() })
    }

    /// A number without unit.
    fn plain(&mut self, tree: &ast::Expr) -> Option<ir::Expr> {
        let found = self.infer(tree, None)?;
        let ty = self.need_number(&found, tree)?;
        if !ty.unit.is_none() {
            self.problems.push(errors::power_of_unit(found.span, &ty));
            return None;
        }
        Some(found)
    }
}

fn is_power(call: &ast::Call) -> bool {
    call.name.text.as_ref() == "pow"
}

/// What `log2(x)` is of.
fn logarithm_of(tree: &ast::Expr) -> Option<&ast::Expr> {
    match &bare(tree).kind {
        ast::ExprKind::Call(call) if call.name.text.as_ref() == "log2" => match call.arguments.as_slice() {
            [of] => Some(of),
            _ => None,
        },
        _ => None,
    }
}

/// Whether one place lies within another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.cover(inner) == outer
}

/// Factors with 1 in the place of the power that has this base.
fn without_power(tree: &ast::Expr, base: &ast::Expr) -> ast::Expr {
    let inside = |inner: &ast::Expr| Box::new(without_power(inner, base));
    let kind = match &tree.kind {
        ast::ExprKind::Paren(inner) => ast::ExprKind::Paren(inside(inner)),
        ast::ExprKind::Negate(inner) => ast::ExprKind::Negate(inside(inner)),
        ast::ExprKind::Binary { op: op @ (BinaryOp::Multiply | BinaryOp::Divide), op_span, left, right }
            if holds(tree.span, base.span) =>
        {
            let (left, right) = match holds(right.span, base.span) {
                true => (left.clone(), inside(right)),
                false => (inside(left), right.clone()),
            };
            ast::ExprKind::Binary { op: *op, op_span: *op_span, left, right }
        }
        ast::ExprKind::Call(call) if call.arguments.first().is_some_and(|first| first.span == base.span) => {
            let number = ast::Number { value: Exact::ONE, text: "1".into(), span: tree.span };
            let literal = ast::Literal { kind: LiteralKind::Number(number), span: tree.span };
            ast::ExprKind::Literal(Box::new(literal))
        }
        other => other.clone(),
    };
    ast::Expr { kind, span: tree.span }
}
