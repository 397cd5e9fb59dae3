//! One type where another is needed: the same dimension is scaled, everything else is refused in words.

use super::{Checker, bare_number, bare_text, constant, node};
use crate::check::{describe, errors};
use crate::ir::{self, ExprKind, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Exact, Unit};

impl Checker<'_, '_> {
    /// The expression as a value of the wanted type.
    pub(super) fn coerce(&mut self, found: ir::Expr, want: &Ty, tree: &ast::Expr) -> Option<ir::Expr> {
        let found = self.in_money_of(found, want);
        let found = self.out_of_money(found, want);
        if found.ty == *want {
            return Some(found);
        }
        match (&found.ty, want) {
            (Ty::Optional(inner), Ty::Optional(wanted)) => {
                if same_values(inner, wanted) {
                    return Some(ir::Expr { ty: want.clone(), ..found });
                }
                self.problems.push(errors::wrong_type(found.span, &found.ty, want));
                None
            }
            (_, Ty::Optional(wanted)) => {
                let inner = self.coerce(found, wanted, tree)?;
                Some(ir::Expr { ty: want.clone(), ..inner })
            }
            (Ty::Optional(_), _) => {
                self.problems.push(errors::not_opened(found.span, tree, want));
                None
            }
            (Ty::Number(from), Ty::Number(to)) => {
                let (from, to) = (from.clone(), to.clone());
                self.number(found, &from, &to, tree)
            }
            _ => {
                self.problems.push(errors::wrong_type(found.span, &found.ty, want));
                None
            }
        }
    }

    fn number(
        &mut self,
        found: ir::Expr,
        from: &NumberTy,
        to: &NumberTy,
        tree: &ast::Expr,
    ) -> Option<ir::Expr> {
        if from.unit == to.unit {
            return self.same_unit(found, from, to, tree);
        }
        if !from.unit.is_none()
            && !to.unit.is_none()
            && let Some(factor) = from.unit.conversion_to(&to.unit)
        {
            return self.scale(found, factor, Ty::Number(to.clone()));
        }
        let problem = match bare_number(tree) {
            Some(_) if from.unit.is_none() => errors::missing_unit(found.span, &bare_text(tree), to),
            _ if from.unit.is_none() && from.kind == NumberKind::Rate => {
                errors::bare_rate(found.span, tree, to, self.scope.section)
            }
            _ => errors::unit_needed(found.span, from, to),
        };
        self.problems.push(problem);
        None
    }

    /// Numbers of one unit differ in how they are counted: every one is a number, a quotient may be a share,
    /// a count is none, and only what is certainly whole is a whole number.
    fn same_unit(
        &mut self,
        found: ir::Expr,
        from: &NumberTy,
        to: &NumberTy,
        tree: &ast::Expr,
    ) -> Option<ir::Expr> {
        let ty = Ty::Number(to.clone());
        match (from.kind, to.kind) {
            (_, NumberKind::Plain) => Some(ir::Expr { ty, ..found }),
            (NumberKind::Int | NumberKind::Plain, NumberKind::Rate) => {
                let problem = match (bare_number(tree), from.kind) {
                    (Some(number), _) => errors::missing_percent(found.span, &bare_text(tree), &number.value),
                    (None, NumberKind::Int) => errors::wrong_type(found.span, &found.ty, &ty),
                    (None, _) => return Some(ir::Expr { ty, ..found }),
                };
                self.problems.push(problem);
                None
            }
            (NumberKind::Plain, NumberKind::Int) => {
                let problem = match constant(&found) {
                    Some(Value::Number(value)) if value.is_integer() => {
                        return Some(ir::Expr { ty, ..found });
                    }
                    Some(Value::Number(value)) => errors::number_not_whole(found.span, from, &value),
                    _ => errors::not_whole(found.span, from),
                };
                self.problems.push(problem);
                None
            }
            (NumberKind::Rate, NumberKind::Int) => {
                self.problems.push(errors::not_whole(found.span, from));
                None
            }
            (NumberKind::Int, NumberKind::Int) | (NumberKind::Rate, NumberKind::Rate) => Some(found),
        }
    }

    /// An amount in the currency that the request speaks here, in `money`.
    pub(super) fn spoken_in_money(&self, found: ir::Expr) -> ir::Expr {
        match self.scope.chosen.as_ref().and_then(|chosen| self.renamed(&found.ty, chosen, super::MONEY)) {
            Some(ty) => ir::Expr { ty, ..found },
            None => found,
        }
    }

    /// The same, beside an amount in `money`.
    pub(super) fn in_money_of(&self, found: ir::Expr, other: &Ty) -> ir::Expr {
        if is_in(other, super::MONEY) { self.spoken_in_money(found) } else { found }
    }

    /// An amount in `money` where one in the currency is needed that the request speaks here.
    fn out_of_money(&self, found: ir::Expr, want: &Ty) -> ir::Expr {
        let chosen = self.scope.chosen.as_ref().filter(|chosen| is_in(want, chosen));
        match chosen.and_then(|chosen| self.renamed(&found.ty, super::MONEY, chosen)) {
            Some(ty) => ir::Expr { ty, ..found },
            None => found,
        }
    }

    /// A type with one currency in the place of another that it has.
    fn renamed(&self, found: &Ty, from: &str, to: &str) -> Option<Ty> {
        let Ty::Number(ty) = found.required() else { return None };
        let units = &self.signatures.units;
        let (_, exponent) = ty.unit.powers().find(|(atom, _)| atom.name() == from)?;
        let rest = ty.unit.div(&Unit::of(units.get(from)?).pow(exponent)).0;
        let unit = rest.mul(&Unit::of(units.get(to)?).pow(exponent)).0;
        let number = Ty::Number(NumberTy { unit, kind: ty.kind });
        let missing = matches!(found, Ty::Optional(_));
        Some(if missing { crate::check::types::optional(number) } else { number })
    }

    /// The number times a factor, of another type; a constant is scaled at once.
    pub(super) fn scale(&mut self, of: ir::Expr, factor: Exact, ty: Ty) -> Option<ir::Expr> {
        let span = of.span;
        if factor == Exact::ONE {
            return Some(ir::Expr { ty, ..of });
        }
        if let ExprKind::Const(Value::Number(value)) = &of.kind {
            return match value.checked_mul(&factor) {
                Ok(value) => Some(node(ExprKind::Const(Value::Number(value)), ty, span)),
                Err(_) => {
                    self.problems.push(errors::overflow(span));
                    None
                }
            };
        }
        Some(node(ExprKind::Scale { factor, of: Box::new(of) }, ty, span))
    }

    /// Two branches of one value, brought to the type of the first: numbers to its unit, and to the kind
    /// that holds both.
    pub(super) fn unify(
        &mut self,
        first: &Ty,
        other: ir::Expr,
        tree: &ast::Expr,
        first_span: Span,
    ) -> Option<(Ty, ir::Expr)> {
        let other = self.in_money_of(other, first);
        let missing = matches!(first, Ty::Optional(_)) || matches!(other.ty, Ty::Optional(_));
        let wrap = |ty: Ty| if missing { crate::check::types::optional(ty) } else { ty };
        let (want, found) = (first.required().clone(), other.ty.required().clone());
        match (&want, &found) {
            (Ty::Number(a), Ty::Number(b)) if a.unit == b.unit => {
                let kind = if a.kind == b.kind { a.kind } else { NumberKind::Plain };
                if let Some(number) = bare_number(tree)
                    && a.kind == NumberKind::Rate
                {
                    self.problems.push(errors::missing_percent(other.span, &bare_text(tree), &number.value));
                    return None;
                }
                let ty = wrap(Ty::Number(NumberTy { unit: a.unit.clone(), kind }));
                Some((ty.clone(), ir::Expr { ty, ..other }))
            }
            (Ty::Number(a), Ty::Number(_)) => {
                let a = Ty::Number(a.clone());
                if matches!(other.ty, Ty::Optional(_)) {
                    self.problems.push(errors::branches_differ(other.span, &found, first_span, &want));
                    return None;
                }
                let other = self.coerce(other, &a, tree)?;
                let ty = wrap(a);
                Some((ty.clone(), ir::Expr { ty, ..other }))
            }
            _ if want == found => {
                let ty = wrap(want);
                Some((ty.clone(), ir::Expr { ty, ..other }))
            }
            _ => {
                self.problems.push(errors::branches_differ(other.span, &found, first_span, &want));
                None
            }
        }
    }

    /// The type of a number, or a problem that says what was found instead.
    pub(super) fn need_number(&mut self, found: &ir::Expr, tree: &ast::Expr) -> Option<NumberTy> {
        match &found.ty {
            Ty::Number(ty) => Some(ty.clone()),
            Ty::Optional(inner) if matches!(**inner, Ty::Number(_)) => {
                self.problems.push(errors::not_opened(found.span, tree, inner));
                None
            }
            other => {
                let found_words = describe::ty(other);
                self.problems.push(errors::number_needed(found.span, &found_words));
                None
            }
        }
    }
}

/// Whether values of one type are values of the other as they are: numbers of one unit that differ in how
/// they are counted, or equal types.
fn same_values(found: &Ty, wanted: &Ty) -> bool {
    match (found, wanted) {
        (Ty::Number(a), Ty::Number(b)) => {
            a.unit == b.unit && (a.kind == b.kind || b.kind == NumberKind::Plain)
        }
        (a, b) => a == b,
    }
}

fn is_in(ty: &Ty, currency: &str) -> bool {
    match ty.required() {
        Ty::Number(ty) => ty.unit.powers().any(|(atom, _)| atom.name() == currency),
        _ => false,
    }
}
