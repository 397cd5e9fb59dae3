//! Sums, products, shares, and sums of dates and times.

use super::{Checker, bare_number, bare_text, constant, node};
use crate::check::errors;
use crate::ir::{self, ArithmeticOp, ExprKind, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};
use crate::value::{Exact, Unit};

/// An operand with the tree it was made from.
type Operand<'t> = (ir::Expr, &'t ast::Expr);

impl Checker<'_, '_> {
    pub(super) fn negate(&mut self, inner: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let value = self.infer(inner, None)?;
        let ty = self.need_number(&value, inner)?;
        if let ExprKind::Const(Value::Number(number)) = &value.kind {
            let negated = ExprKind::Const(Value::Number(number.neg()));
            return Some(node(negated, Ty::Number(ty), span));
        }
        Some(node(ExprKind::Negate(Box::new(value)), Ty::Number(ty), span))
    }

    /// `left op right` for `of`, `+`, `-`, `*` and `/`.
    pub(super) fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: Operand<'_>,
        right: Operand<'_>,
        span: Span,
    ) -> Option<ir::Expr> {
        if left.0.ty == Ty::Date || right.0.ty == Ty::Date {
            return self.dates(op, left, right, span);
        }
        let right = (self.in_money_of(right.0, &left.0.ty), right.1);
        let left = (self.in_money_of(left.0, &right.0.ty), left.1);
        let left_ty = self.need_number(&left.0, left.1);
        let right_ty = self.need_number(&right.0, right.1);
        let (left_ty, right_ty) = (left_ty?, right_ty?);
        match op {
            BinaryOp::Add => self.sum(ArithmeticOp::Add, (left, left_ty), (right, right_ty), span),
            BinaryOp::Subtract => self.sum(ArithmeticOp::Subtract, (left, left_ty), (right, right_ty), span),
            BinaryOp::Of => self.share((left, left_ty), (right, right_ty), span),
            BinaryOp::Multiply => self.product((left.0, &left_ty), (right.0, &right_ty), span),
            _ => self.quotient((left.0, &left_ty), (right.0, &right_ty), span),
        }
    }

    fn sum(
        &mut self,
        op: ArithmeticOp,
        (left, left_ty): (Operand<'_>, NumberTy),
        (right, right_ty): (Operand<'_>, NumberTy),
        span: Span,
    ) -> Option<ir::Expr> {
        let kind = match (left_ty.kind, right_ty.kind) {
            (a, b) if a == b => a,
            _ => NumberKind::Plain,
        };
        let right = self.in_unit_of((&left.0, left.1, &left_ty), right, &right_ty, op)?;
        let ty = Ty::Number(NumberTy { unit: left_ty.unit, kind });
        let (left, right) = (Box::new(left.0), Box::new(right));
        Some(node(ExprKind::Arithmetic { op, left, right }, ty, span))
    }

    /// The right operand of a sum or comparison in the unit of the left one.
    fn in_unit_of(
        &mut self,
        (left, left_tree, left_ty): (&ir::Expr, &ast::Expr, &NumberTy),
        (right, right_tree): Operand<'_>,
        right_ty: &NumberTy,
        op: ArithmeticOp,
    ) -> Option<ir::Expr> {
        if left_ty.unit == right_ty.unit {
            return Some(right);
        }
        let both = !left_ty.unit.is_none() && !right_ty.unit.is_none();
        if let Some(factor) = right_ty.unit.conversion_to(&left_ty.unit).filter(|_| both) {
            return self.scale(right, factor, Ty::Number(left_ty.clone()));
        }
        let rate = |ty: &NumberTy| ty.unit.is_none() && ty.kind == NumberKind::Rate;
        let problem = match (bare_number(left_tree), bare_number(right_tree)) {
            (Some(_), _) => errors::missing_unit(left.span, &bare_text(left_tree), right_ty),
            (_, Some(_)) => errors::missing_unit(right.span, &bare_text(right_tree), left_ty),
            _ if rate(right_ty) => errors::rate_in_sum(right.span, right_tree, left_tree),
            _ if rate(left_ty) => errors::rate_in_sum(left.span, left_tree, right_tree),
            _ => errors::cannot_add(op, (left.span, left_ty), (right.span, right_ty)),
        };
        self.problems.push(problem);
        None
    }

    /// `8% of list`: a rate on the left; the result is what the right side is.
    fn share(
        &mut self,
        (left, left_ty): (Operand<'_>, NumberTy),
        (right, right_ty): (Operand<'_>, NumberTy),
        span: Span,
    ) -> Option<ir::Expr> {
        if left_ty.kind != NumberKind::Rate || !left_ty.unit.is_none() {
            let problem = match bare_number(left.1) {
                Some(number) => errors::missing_percent(left.0.span, &bare_text(left.1), &number.value),
                None => errors::share_of_no_rate(left.0.span, &left_ty),
            };
            self.problems.push(problem);
            return None;
        }
        let kind = match right_ty.kind {
            NumberKind::Int => NumberKind::Plain,
            other => other,
        };
        let ty = Ty::Number(NumberTy { unit: right_ty.unit, kind });
        let (left, right) = (Box::new(left.0), Box::new(right.0));
        Some(node(ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right }, ty, span))
    }

    pub(super) fn product(
        &mut self,
        (left, left_ty): (ir::Expr, &NumberTy),
        (right, right_ty): (ir::Expr, &NumberTy),
        span: Span,
    ) -> Option<ir::Expr> {
        let (unit, factor) = left_ty.unit.mul(&right_ty.unit);
        self.meaningful(&unit, (left.span, left_ty), (right.span, right_ty), span, "multiply")?;
        let kind = match (left_ty.kind, right_ty.kind) {
            _ if !unit.is_none() => NumberKind::Plain,
            // `h * 1/h` is a plain number, whatever it was made from.
            _ if !left_ty.unit.is_none() => NumberKind::Plain,
            (NumberKind::Int, NumberKind::Int) => NumberKind::Int,
            (NumberKind::Rate, _) | (_, NumberKind::Rate) => NumberKind::Rate,
            _ => NumberKind::Plain,
        };
        let ty = Ty::Number(NumberTy { unit, kind });
        let (left, right) = (Box::new(left), Box::new(right));
        let made = node(ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right }, ty.clone(), span);
        self.scale(made, factor, ty)
    }

    pub(super) fn quotient(
        &mut self,
        (left, left_ty): (ir::Expr, &NumberTy),
        (right, right_ty): (ir::Expr, &NumberTy),
        span: Span,
    ) -> Option<ir::Expr> {
        if let Some(Value::Number(divisor)) = constant(&right)
            && divisor.is_zero()
        {
            self.problems.push(errors::divided_by_zero(right.span));
            return None;
        }
        let (unit, factor) = left_ty.unit.div(&right_ty.unit);
        self.meaningful(&unit, (left.span, left_ty), (right.span, right_ty), span, "divide")?;
        let bare_rate = left_ty.kind == NumberKind::Rate && right_ty.unit.is_none();
        let kind = match right_ty.kind {
            NumberKind::Int | NumberKind::Plain if bare_rate => NumberKind::Rate,
            _ => NumberKind::Plain,
        };
        let ty = Ty::Number(NumberTy { unit, kind });
        let (left, right) = (Box::new(left), Box::new(right));
        let made = node(ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, right }, ty.clone(), span);
        self.scale(made, factor, ty)
    }

    /// Refuses units that nothing is priced in: money times money, or more factors than can be kept.
    fn meaningful(
        &mut self,
        unit: &Unit,
        left: (Span, &NumberTy),
        right: (Span, &NumberTy),
        span: Span,
        verb: &str,
    ) -> Option<()> {
        let odd_money = unit.powers().any(|(atom, exponent)| atom.is_currency() && exponent.abs() > 1);
        let too_high = unit.powers().any(|(_, exponent)| exponent.abs() > 12);
        let kept = left.1.unit.is_none()
            || unit.powers().all(|(atom, _)| self.signatures.units.get(atom.name()).is_some());
        if odd_money || too_high || !kept {
            self.problems.push(errors::meaningless(span, left, right, verb));
            return None;
        }
        Some(())
    }

    fn dates(&mut self, op: BinaryOp, left: Operand<'_>, right: Operand<'_>, span: Span) -> Option<ir::Expr> {
        let (left, left_tree) = left;
        let (right, right_tree) = right;
        if op == BinaryOp::Subtract && left.ty == Ty::Date && right.ty == Ty::Date {
            let days = self.days_unit()?;
            // `later - earlier` counts the days from the earlier to the later.
            let (from, to) = (Box::new(right), Box::new(left));
            return Some(node(ExprKind::Days { from, to, through: false }, days, span));
        }
        let (date, (count, count_tree)) = match op {
            BinaryOp::Add if left.ty == Ty::Date => (left, (right, right_tree)),
            BinaryOp::Add => (right, (left, left_tree)),
            BinaryOp::Subtract if left.ty == Ty::Date => (left, (right, right_tree)),
            _ => {
                self.problems.push(errors::date_arithmetic(span, &left.ty, &right.ty));
                return None;
            }
        };
        let Ty::Number(count_ty) = &count.ty else {
            self.problems.push(errors::date_arithmetic(span, &date.ty, &count.ty));
            return None;
        };
        let count_ty = count_ty.clone();
        let (months, count) = self.calendar_count(count, &count_ty, count_tree)?;
        let count = if op == BinaryOp::Subtract {
            let (ty, span) = (count.ty.clone(), count.span);
            node(ExprKind::Negate(Box::new(count)), ty, span)
        } else {
            count
        };
        let (date, count) = (Box::new(date), Box::new(count));
        Some(node(ExprKind::AddTime { date, count, months }, Ty::Date, span))
    }

    /// A number of days or of months, from days, weeks, months or years.
    fn calendar_count(
        &mut self,
        count: ir::Expr,
        ty: &NumberTy,
        tree: &ast::Expr,
    ) -> Option<(bool, ir::Expr)> {
        for (word, months, units) in
            [("days", false, ["days", "weeks"]), ("months", true, ["months", "years"])]
        {
            let named =
                ty.unit.powers().any(|(atom, exponent)| exponent == 1 && units.contains(&atom.name()));
            let Some(target) = self.signatures.units.get(word).map(Unit::of).filter(|_| named) else {
                continue;
            };
            let Some(factor) = ty.unit.conversion_to(&target) else { continue };
            let count = self.scale(count, factor, Ty::quantity(target))?;
            if let Some(Value::Number(number)) = constant(&count)
                && !number.is_integer()
            {
                self.problems.push(errors::part_of_a_day(count.span, word));
                return None;
            }
            return Some((months, count));
        }
        self.problems.push(errors::no_calendar_count(count.span, ty, bare_number(tree).map(|it| &it.value)));
        None
    }

    /// The type of a number of days.
    pub(super) fn days_unit(&mut self) -> Option<Ty> {
        self.signatures.units.get("days").map(|atom| Ty::quantity(Unit::of(atom)))
    }

    /// `price_at markup 30% of cost` is cost × (1 + rate); `price_at margin` is cost / (1 − rate).
    pub(super) fn price_at(
        &mut self,
        margin: bool,
        rate_tree: &ast::Expr,
        cost_tree: &ast::Expr,
        span: Span,
    ) -> Option<ir::Expr> {
        let rate = self.check(rate_tree, Some(&Ty::number(NumberKind::Rate)));
        let cost = self.infer(cost_tree, None);
        let (rate, cost) = (rate?, cost?);
        let cost_ty = self.need_number(&cost, cost_tree)?;
        if let Some(Value::Number(value)) = constant(&rate)
            && margin
            && value >= Exact::ONE
        {
            self.problems.push(errors::margin_of_everything(rate.span));
            return None;
        }
        let plain = Ty::number(NumberKind::Plain);
        let one = node(ExprKind::Const(Value::Number(Exact::ONE)), plain.clone(), rate.span);
        let op = if margin { ArithmeticOp::Subtract } else { ArithmeticOp::Add };
        let rate_span = rate.span;
        let factor = ExprKind::Arithmetic { op, left: Box::new(one), right: Box::new(rate) };
        let factor = Box::new(node(factor, plain, rate_span));
        let op = if margin { ArithmeticOp::Divide } else { ArithmeticOp::Multiply };
        let ty = Ty::Number(NumberTy { unit: cost_ty.unit, kind: NumberKind::Plain });
        Some(node(ExprKind::Arithmetic { op, left: Box::new(cost), right: factor }, ty, span))
    }
}
