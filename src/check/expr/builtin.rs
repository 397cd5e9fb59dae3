//! Built-in functions, and rounding.

use super::known::unopened;
use super::power::Power;
use super::{Checker, bare_number, bare_text, constant, node, single_name};
use crate::check::errors;
use crate::check::units::Currencies;
use crate::format::expr_text;
use crate::ir::{self, DatePart, ExprKind, Name, NumberKind, NumberTy, PerCurrency, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, LiteralKind};
use crate::value::{Exact, Rounding, Unit};

impl Checker<'_, '_> {
    pub(super) fn built_in_call(&mut self, call: &ast::Call, span: Span) -> Option<ir::Expr> {
        let arguments = call.arguments.as_slice();
        if let (Some(part), [date]) = (date_part(&call.name.text), arguments) {
            let date = Box::new(self.check(date, Some(&Ty::Date))?);
            return Some(node(ExprKind::DatePart { part, date }, Ty::number(NumberKind::Int), span));
        }
        match (call.name.text.as_ref(), arguments) {
            ("min" | "max", [_, _, ..]) => self.extreme(call.name.text.as_ref() == "max", arguments, span),
            ("clamp", [value, low, high]) => self.clamp(value, low, high, span),
            ("abs", [value]) => {
                let found = self.infer(value, None)?;
                let ty = Ty::Number(self.need_number(&found, value)?);
                Some(node(ExprKind::Absolute(Box::new(found)), ty, span))
            }
            ("pow", [base, exponent]) => self.power(base, exponent, span),
            ("log2", [_]) => {
                self.problems.push(errors::logarithm_alone(span));
                None
            }
            ("round", [value, step]) => match call.mode {
                Some((mode, _)) => self.round_call(value, mode, step, span),
                None => {
                    self.problems.push(errors::round_without_mode(span));
                    None
                }
            },
            ("ceil", [value, step]) => self.round_call(value, Rounding::Ceiling, step, span),
            ("floor", [value, step]) => self.round_call(value, Rounding::Floor, step, span),
            ("given", [value]) => self.given(value, span),
            ("applied", [step]) => self.applied(step, span),
            ("convert", [amount, to]) => self.convert(amount, to, span),
            ("count", [source]) => self.count_of(source, span),
            ("all" | "any" | "avg" | "count" | "product" | "sum", _) => {
                self.problems.push(errors::without_source(call, span));
                None
            }
            ("days", _) => {
                self.problems.push(errors::days_without_to(span));
                None
            }
            _ => {
                self.problems.push(errors::wrong_form(call));
                None
            }
        }
    }

    /// `pow(x, n)`
    fn power(&mut self, base: &ast::Expr, exponent: &ast::Expr, span: Span) -> Option<ir::Expr> {
        if self.is_broken(exponent) {
            self.problems.push(errors::power_not_rounded(span, expr_text(base), expr_text(exponent)));
            return None;
        }
        let base_tree = base;
        let base = self.infer(base, None);
        let known = self.problems.len();
        let exponent = self.check(exponent, Some(&Ty::number(NumberKind::Int)));
        self.problems.iter_mut().skip(known).for_each(errors::exponent_is_whole);
        let (base, exponent) = (base?, exponent?);
        let ty = self.need_number(&base, base_tree)?;
        if !ty.unit.is_none() {
            self.problems.push(errors::power_of_unit(base.span, &ty));
            return None;
        }
        let kind = if ty.kind == NumberKind::Int { NumberKind::Int } else { NumberKind::Plain };
        let (base, exponent) = (Box::new(base), Box::new(exponent));
        Some(node(ExprKind::Power { base, exponent }, Ty::number(kind), span))
    }

    /// `min(a, b, …)`: the first says the unit.
    fn extreme(&mut self, greatest: bool, trees: &[ast::Expr], span: Span) -> Option<ir::Expr> {
        let mut whole = true;
        let mut of: Vec<ir::Expr> = Vec::new();
        let mut hint: Option<Ty> = self.hint_of_names(trees);
        for tree in trees {
            let Some(found) = self.infer(tree, hint.as_ref()) else {
                whole = false;
                continue;
            };
            let found = self.spoken_in_money(found);
            if let Ty::Optional(inner) = &found.ty {
                self.problems.push(errors::not_opened(found.span, tree, inner));
                whole = false;
                continue;
            }
            let Some(first) = of.first().map(|first| (first.ty.clone(), first.span)) else {
                whole &= self.ordered(&found.ty, found.span, span).is_some();
                hint = Some(found.ty.clone());
                of.push(found);
                continue;
            };
            if let (Some(tree), Ty::Number(other)) = (trees.first(), &found.ty)
                && bare_number(tree).is_some()
                && !other.unit.is_none()
                && of.len() == 1
                && matches!(&first.0, Ty::Number(ty) if ty.unit.is_none())
            {
                self.problems.push(errors::missing_unit(first.1, &bare_text(tree), other));
                return None;
            }
            match self.unify(&first.0, found, tree, first.1) {
                Some((ty, found)) => {
                    of.push(found);
                    of = of.into_iter().map(|one| ir::Expr { ty: ty.clone(), ..one }).collect();
                }
                None => whole = false,
            }
        }
        let ty = of.first()?.ty.clone();
        whole.then(|| node(ExprKind::Extreme { greatest, of }, ty, span))
    }

    /// The type of the first name that means something by itself: another candidate may be a bare word that
    /// stands for a value of its enumeration.
    fn hint_of_names(&mut self, trees: &[ast::Expr]) -> Option<Ty> {
        let first = single_name(trees.first()?)?;
        if self.can_read(first) {
            return None;
        }
        let named = trees.iter().find(|tree| single_name(tree).is_some_and(|name| self.can_read(name)))?;
        // Only a name is read twice, so that nested calls stay cheap.
        let mut untold = Vec::new();
        let found = self.silent(self.scope, self.stands, &mut untold).infer(named, None);
        found.map(|found| found.ty)
    }

    fn clamp(
        &mut self,
        value: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        span: Span,
    ) -> Option<ir::Expr> {
        let value_tree = value;
        let value = self.infer(value, None)?;
        let ty = Ty::Number(self.need_number(&value, value_tree)?);
        let plain = match &ty {
            Ty::Number(ty) if ty.kind == NumberKind::Int => {
                Ty::Number(NumberTy { unit: ty.unit.clone(), kind: NumberKind::Plain })
            }
            other => other.clone(),
        };
        let low = self.check(low, Some(&plain));
        let high = self.check(high, Some(&plain));
        let (low, high) = (low?, high?);
        if let (Some(Value::Number(from)), Some(Value::Number(to))) = (constant(&low), constant(&high))
            && from > to
        {
            self.problems.push(errors::clamp_backwards(span, low.span, high.span));
            return None;
        }
        let (low_ty, high_ty) = (&low, &high);
        let whole = ty != plain
            && [low_ty, high_ty]
                .iter()
                .all(|end| matches!(constant(end), Some(Value::Number(number)) if number.is_integer()));
        let ty = if whole { ty } else { plain };
        let lifted = ExprKind::Extreme { greatest: true, of: vec![value, low] };
        let lifted = node(lifted, ty.clone(), span);
        Some(node(ExprKind::Extreme { greatest: false, of: vec![lifted, high] }, ty, span))
    }

    fn given(&mut self, value: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let found = unopened(self.infer(value, None)?);
        if !matches!(found.ty, Ty::Optional(_)) {
            self.problems.push(errors::never_missing(found.span, value, "given"));
            return None;
        }
        Some(node(ExprKind::Given(Box::new(found)), Ty::Bool, span))
    }

    /// `convert(x, USD)`: an amount in one currency, perhaps for a unit, in another.
    fn convert(&mut self, amount: &ast::Expr, to: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let before = std::mem::replace(&mut self.currencies, Currencies::Any);
        let found = self.infer(amount, None);
        self.currencies = before;
        let Some(target) = single_name(to) else {
            self.problems.push(errors::convert_to_what(to.span));
            return None;
        };
        let atom = self.signatures.units.get(&target.text).filter(|atom| atom.is_currency());
        let Some(atom) = atom else {
            self.problems.push(errors::no_currency(target, &self.signatures.units));
            return None;
        };
        let found = found?;
        let ty = self.need_number(&found, amount)?;
        let from: Vec<Name> = ty
            .unit
            .powers()
            .filter(|(atom, exponent)| atom.is_currency() && *exponent == 1)
            .map(|(atom, _)| Name::from(atom.name()))
            .collect();
        let [from] = from.as_slice() else {
            self.problems.push(errors::convert_no_money(found.span, &ty));
            return None;
        };
        self.rate_known(from, &target.text, span)?;
        let old = self.signatures.units.get(from).map(Unit::of)?;
        let unit = ty.unit.div(&old).0.mul(&Unit::of(atom)).0;
        let ty = Ty::Number(NumberTy { unit, kind: NumberKind::Plain });
        let amount = Box::new(found);
        let kind = ExprKind::Convert { amount, from: from.clone(), to: target.text.clone() };
        Some(node(kind, ty, span))
    }

    /// Whether the request will bring the rate: the pair is declared, or with `money` each currency that it
    /// can stand for has one.
    fn rate_known(&mut self, from: &Name, to: &Name, span: Span) -> Option<()> {
        let signatures = self.signatures;
        let stands_for = |code: &Name| -> Vec<Name> {
            let chosen = code.as_ref() == "money" && signatures.book.by_request;
            if chosen { signatures.book.currencies.clone() } else { vec![code.clone()] }
        };
        let mut missing: Vec<(Name, Name)> = Vec::new();
        for one in stands_for(from) {
            for other in stands_for(to) {
                let pair = (one.clone(), other.clone());
                if one != other && !signatures.exchanges.contains(&pair) {
                    missing.push(pair);
                }
            }
        }
        if missing.is_empty() {
            return Some(());
        }
        self.problems.push(errors::no_exchange(span, &missing, &signatures.exchanges));
        None
    }

    /// `x rounded half_even to 0.01 CNY offset -0.01 CNY`
    pub(super) fn rounded(
        &mut self,
        value: &ast::Expr,
        rounding: &ast::RoundTo,
        span: Span,
    ) -> Option<ir::Expr> {
        let (value, ty, power) = self.factors_before_rounding(value)?;
        self.warn_of_rounding_twice(&value, span);
        let (value, ty) = self.in_unit_of_step(value, ty, rounding);
        let (step, offset) = self.round_to(rounding, &ty)?;
        let ty = Ty::Number(rounded_kind(ty, &step, &offset));
        Some(node(round_of(value, power, rounding.mode, (step, offset)), ty, span))
    }

    /// A rounded amount that is rounded at once again may have moved twice.
    fn warn_of_rounding_twice(&mut self, value: &ir::Expr, span: Span) {
        if let ExprKind::Round { .. } = value.kind {
            self.problems.push(errors::rounded_twice(span, value.span));
        }
    }

    /// What is rounded to hours is in hours from then on, whatever it was before, so that it can be written
    /// with the digits of the step.
    fn in_unit_of_step(
        &mut self,
        value: ir::Expr,
        ty: NumberTy,
        rounding: &ast::RoundTo,
    ) -> (ir::Expr, NumberTy) {
        match crate::check::rounding::step_unit(self.signatures, rounding, &ty) {
            Some(step) if step.unit != ty.unit => match ty.unit.conversion_to(&step.unit) {
                Some(factor) if factor != Exact::ONE => {
                    let to = NumberTy { unit: step.unit, kind: ty.kind };
                    let span = value.span;
                    let kind = ExprKind::Scale { factor, of: Box::new(value) };
                    (node(kind, Ty::Number(to.clone()), span), to)
                }
                _ => (value, ty),
            },
            _ => (value, ty),
        }
    }

    /// Step and offset of a rounding in the unit of what is rounded.
    fn round_to(&mut self, rounding: &ast::RoundTo, ty: &NumberTy) -> Option<(PerCurrency, PerCurrency)> {
        crate::check::rounding::round_to(self.signatures, rounding, ty, self.problems)
    }

    /// `round(x, half_up, 0.01 CNY)`
    fn round_call(
        &mut self,
        value: &ast::Expr,
        mode: Rounding,
        step: &ast::Expr,
        span: Span,
    ) -> Option<ir::Expr> {
        let value = self.factors_before_rounding(value);
        let ast::ExprKind::Literal(written) = &super::bare(step).kind else {
            self.problems.push(errors::step_is_no_number(step.span));
            return None;
        };
        if matches!(
            written.kind,
            LiteralKind::Text(_) | LiteralKind::Word(_) | LiteralKind::Date(_) | LiteralKind::Bool(_)
        ) {
            self.problems.push(errors::step_is_no_number(step.span));
            return None;
        }
        let (value, ty, power) = value?;
        self.warn_of_rounding_twice(&value, span);
        let step = crate::check::rounding::step(self.signatures, written, &ty, self.problems)?;
        let ty = Ty::Number(rounded_kind(ty, &step, &PerCurrency::ZERO));
        Some(node(round_of(value, power, mode, (step, PerCurrency::ZERO)), ty, span))
    }
}

/// The rounding of a number, or of a number times a power.
fn round_of(
    value: ir::Expr,
    power: Option<Power>,
    mode: Rounding,
    (step, offset): (PerCurrency, PerCurrency),
) -> ExprKind {
    match power {
        None => ExprKind::Round { value: Box::new(value), mode, step, offset },
        Some(Power { base, exponent, logarithm }) => {
            let power = ir::RoundedPower { factor: value, base, exponent, logarithm, mode, step, offset };
            ExprKind::RoundedPower(Box::new(power))
        }
    }
}

/// A plain number that is rounded to a whole step is a whole number.
fn rounded_kind(ty: NumberTy, step: &PerCurrency, offset: &PerCurrency) -> NumberTy {
    let whole_steps = step.all().iter().chain(offset.all()).all(Exact::is_integer);
    let whole = ty.unit.is_none() && ty.kind == NumberKind::Plain && whole_steps;
    if whole { NumberTy { kind: NumberKind::Int, ..ty } } else { ty }
}

/// The part of a date that a function gives.
fn date_part(function: &str) -> Option<DatePart> {
    DatePart::ALL.into_iter().find(|part| part.function() == function)
}
