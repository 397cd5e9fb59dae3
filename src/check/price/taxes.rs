//! Taxes: one by one, and several on one base or within it.

use super::errors;
use super::quote_errors;
use super::walk::{Block, Walk, plain_step};
use crate::check::expr::{check_amount, check_condition, check_formula};
use crate::check::rounding::round_to;
use crate::diagnostic::Diagnostic;
use crate::format::expr_text;
use crate::ir::{
    self, ArithmeticOp, CompareOp, Expr, ExprKind, Formula, Name, NumberKind, Period, Place, Ty, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, StepKind};
use crate::value::Exact;

/// A tax of a block, before its amount is put together.
struct Member<'t> {
    step: &'t ast::Step,
    name: &'t ast::Name,
    label: Option<&'t ast::Text>,
    clauses: &'t ast::Clauses,
    /// A rate of the base, or an amount.
    share: Formula,
    is_rate: bool,
    /// The rounding of its own, as written and checked.
    rounded: Option<(String, ir::RoundTo)>,
    conditions: super::clauses::Conditions,
}

impl Walk<'_, '_> {
    /// `tax`
    pub(super) fn tax(&mut self, step: &ast::Step, next: Option<&ast::Step>) -> Option<ir::Step> {
        let StepKind::Tax { name, label, within, amount, clauses } = &step.kind else { return None };
        self.begin_tax(name, step.span, *within);
        let on_lines = self.lines_of_tax(clauses);
        let said = self.problems.len();
        let formula = self.amount(amount, clauses);
        let bare = |problem: &&mut Diagnostic| errors::is_of_bare_tax(problem, amount);
        if let Some(rate) = self.problems.get_mut(said..).and_then(|new| new.iter_mut().find(bare)) {
            errors::bare_tax(rate, amount, self.block);
        }
        if let Some(formula) = &formula {
            let round_follows = next.is_some_and(|next| matches!(next.kind, StepKind::Round(_)));
            self.exact_tax(formula, &name.text, clauses, *within || !round_follows);
            if clauses.may_be_negative.is_none() {
                self.refuse_negative(formula, "tax", clauses.when.is_some());
            }
        }
        let conditions = self.conditions(clauses, &format!("tax {}", name.text));
        self.finish(&name.text, formula.as_ref().map(|it| &it.expr), false, false);
        let may_be_negative = clauses.may_be_negative.is_some();
        let tax = ir::Tax { amount: formula?, within: *within, may_be_negative, on_lines: on_lines? };
        let kind = ir::StepKind::Tax(tax);
        Some(conditions.on(plain_step(name.text.clone(), label.as_ref(), kind, step.span)))
    }

    fn begin_tax(&mut self, name: &ast::Name, span: Span, within: bool) {
        self.refuse_reserved(name);
        self.tax.get_or_insert(span);
        if matches!(self.block, Block::Unit | Block::Line) && !within {
            self.problems.push(errors::tax_in_net(span, self.block.words()));
        }
    }

    /// `on lines where`: in the quote only. Taxes are not spread.
    fn lines_of_tax(&mut self, clauses: &ast::Clauses) -> Option<Option<Formula>> {
        if let Some(spread) = &clauses.spread {
            self.problems.push(errors::misplaced_clause(spread.span, "spread by", self.block));
        }
        let Some(on_lines) = &clauses.on_lines else { return Some(None) };
        match self.line_scope.clone().filter(|_| self.block == Block::Quote) {
            Some(scope) => check_condition(&scope, on_lines, self.problems).map(Some),
            None => {
                self.problems.push(errors::misplaced_clause(on_lines.span, "on lines where", self.block));
                None
            }
        }
    }

    /// Refuses a tax that could not be paid, or not be written down.
    fn exact_tax(&mut self, formula: &Formula, name: &Name, clauses: &ast::Clauses, paid: bool) {
        let what = format!("tax {name}");
        match self.paid.is_some() && paid {
            true => self.refuse_fine(formula, &what, clauses),
            false => self.refuse_open(formula, &what, false),
        }
    }

    /// `taxes on net { … }`
    pub(super) fn taxes(&mut self, span: Span, taxes: &ast::Taxes) -> Option<ir::Step> {
        self.tax.get_or_insert(span);
        let within = taxes.base.as_ref().is_some_and(|base| base.within);
        if matches!(self.block, Block::Unit | Block::Line) && !within {
            self.problems.push(errors::tax_in_net(span, self.block.words()));
        }
        if let Some(name) = &taxes.name {
            self.refuse_reserved(name);
        }
        if taxes.steps.is_empty() {
            self.problems.push(errors::empty_group(span));
        }
        let what = taxes.name.as_ref().map_or("taxes".to_owned(), |name| format!("taxes {}", name.text));
        let conditions = self.conditions(&taxes.clauses, &what);
        let base = match &taxes.base {
            Some(base) => Some(self.amount(&base.amount, &taxes.clauses)?),
            None => None,
        };
        let round = match &taxes.rounded {
            Some(written) => Some(self.sum_rounding(written)?),
            None => None,
        };
        let read: Vec<Option<Member<'_>>> =
            taxes.steps.iter().map(|step| self.member_tax(step, base.is_some())).collect();
        let read: Vec<Member<'_>> = read.into_iter().collect::<Option<_>>()?;
        if within {
            self.refuse_within_on_lines(&taxes.steps);
        }
        let amounts: Vec<Formula> =
            read.iter().map(|it| amount_of(it, taxes, base.as_ref(), &read)).collect();
        let mut steps = Vec::new();
        for (member, amount) in read.into_iter().zip(amounts) {
            steps.push(self.member_step(member, amount, within, (taxes.rounded.as_ref(), base.as_ref()))?);
        }
        for step in &steps {
            if let ir::StepKind::Tax(tax) = &step.kind {
                self.finish(&step.name, (round.is_none()).then_some(&tax.amount.expr), false, false);
            }
        }
        let name = taxes.name.as_ref().map_or("taxes".into(), |name| name.text.clone());
        if taxes.name.is_some() {
            self.finish(&name, None, false, false);
        }
        let kind = ir::StepKind::Taxes { steps, round };
        Some(conditions.on(plain_step(name, taxes.label.as_ref(), kind, span)))
    }

    /// What several taxes leave of a price is known only of lines that have them all in it.
    fn refuse_within_on_lines(&mut self, taxes: &[ast::Step]) {
        let on_lines = |step: &ast::Step| match &step.kind {
            StepKind::Tax { clauses, .. } => clauses.on_lines.as_ref().map(|it| (expr_text(it), it.span)),
            _ => None,
        };
        let Some((first, rest)) = taxes.split_first() else { return };
        let one = on_lines(first);
        let text = |it: &Option<(String, Span)>| it.as_ref().map(|(text, _)| text.clone());
        let other = rest.iter().find(|step| text(&on_lines(step)) != text(&one));
        let Some(other) = other else { return };
        let span_of = |step: &ast::Step| on_lines(step).map_or(step.span, |(_, span)| span);
        self.problems.push(quote_errors::within_on_lines(span_of(other), span_of(first)));
    }

    /// How the sum of a block is rounded.
    fn sum_rounding(&mut self, written: &ast::RoundTo) -> Option<ir::RoundTo> {
        let (step, offset) = round_to(self.scope.signatures(), written, &self.money, self.problems)?;
        if !offset.is_zero() {
            self.problems.push(quote_errors::sum_with_offset(written.span));
            return None;
        }
        self.refuse_fine_step(&step, &offset, written.step.span);
        Some(ir::RoundTo { mode: written.mode, step, offset })
    }

    fn member_tax<'t>(&mut self, step: &'t ast::Step, has_base: bool) -> Option<Member<'t>> {
        let StepKind::Tax { name, label, within, amount, clauses } = &step.kind else {
            let help = "put it before or behind the block, which holds `tax` steps";
            self.problems.push(errors::misplaced(step.span, "this step", "`taxes`", help));
            return None;
        };
        if *within {
            self.problems.push(quote_errors::within_inside(step.span));
            return None;
        }
        self.refuse_reserved(name);
        let (core, rounding) = match &amount.kind {
            ast::ExprKind::Rounded { value, rounding } if has_base => (value.as_ref(), Some(rounding)),
            _ => (amount, None),
        };
        let money = self.amount_ty();
        let (share, is_rate) = match has_base {
            false => (check_amount(&self.scope, core, &money, self.problems)?, false),
            true => {
                let found = check_formula(&self.scope, core, None, self.problems)?;
                match is_rate(&found.expr.ty) {
                    true => (found, true),
                    false => (check_amount(&self.scope, core, &money, self.problems)?, false),
                }
            }
        };
        let rounded = match rounding {
            Some(written) => {
                let (step, offset) = round_to(self.scope.signatures(), written, &self.money, self.problems)?;
                let whole = expr_text(amount);
                let text = whole.strip_prefix(&expr_text(core)).unwrap_or_default().to_owned();
                Some((text, ir::RoundTo { mode: written.mode, step, offset }))
            }
            None => None,
        };
        let conditions = self.conditions(clauses, &format!("tax {}", name.text));
        let label = label.as_ref();
        Some(Member { step, name, label, clauses, share, is_rate, rounded, conditions })
    }

    fn member_step(
        &mut self,
        member: Member<'_>,
        amount: Formula,
        within: bool,
        (sum, base): (Option<&ast::RoundTo>, Option<&Formula>),
    ) -> Option<ir::Step> {
        let on_lines = self.lines_of_tax(member.clauses);
        match sum {
            Some(sum) if matches!(amount.expr.kind, ExprKind::Round { .. }) => {
                self.problems.push(quote_errors::tax_rounded_twice(amount.expr.span, sum.span));
                return None;
            }
            Some(_) => {}
            None => {
                let known = self.problems.len();
                self.exact_tax(&amount, &member.name.text, member.clauses, true);
                if let Some(base) = base {
                    let tax = format!("tax {} = {}", member.name.text, member.share.text);
                    let (told, step) = (self.problems.iter_mut().skip(known), &self.usual_step);
                    told.for_each(|problem| quote_errors::rounded_base(problem, &tax, step, base, within));
                }
            }
        }
        let may_be_negative = member.clauses.may_be_negative.is_some();
        if !may_be_negative {
            self.refuse_negative(&amount, "tax", member.clauses.when.is_some());
        }
        let tax = ir::Tax { amount, within, may_be_negative, on_lines: on_lines? };
        let (name, span) = (member.name.text.clone(), member.step.span);
        Some(member.conditions.on(plain_step(name, member.label, ir::StepKind::Tax(tax), span)))
    }
}

fn is_rate(ty: &Ty) -> bool {
    matches!(ty, Ty::Number(ty) if ty.unit.is_none() && ty.kind == NumberKind::Rate)
}

/// The amount of a tax of a block: `5% of net`; within a base, the share of what is left of it when all taxes
/// are taken out.
fn amount_of(member: &Member<'_>, taxes: &ast::Taxes, base: Option<&Formula>, all: &[Member<'_>]) -> Formula {
    let span = member.share.expr.span;
    let Some((base, written)) = base.zip(taxes.base.as_ref()) else {
        return rounded(member, member.share.expr.clone(), member.share.text.to_string());
    };
    if !member.is_rate {
        return rounded(member, member.share.expr.clone(), member.share.text.to_string());
    }
    let money = base.expr.ty.clone();
    let word = if written.within { "within" } else { "of" };
    let of = match &written.amount.kind {
        ast::ExprKind::Binary { .. } => format!("({})", base.text),
        _ => base.text.to_string(),
    };
    let text = format!("{} {word} {of}", member.share.text);
    let of = match written.within {
        false => base.expr.clone(),
        true => untaxed(&base.expr, all, span),
    };
    let share = member.share.expr.clone();
    rounded(member, arithmetic(ArithmeticOp::Multiply, share, of, &money, span), text)
}

/// What is left of an amount when taxes are taken out of it: (amount − fixed taxes) / (1 + rates).
fn untaxed(base: &Expr, all: &[Member<'_>], span: Span) -> Expr {
    let money = base.ty.clone();
    let mut rest = base.clone();
    let one = Ty::Number(ir::NumberTy { unit: crate::value::Unit::none(), kind: NumberKind::Plain });
    let mut rates = Expr { kind: ExprKind::Const(Value::Number(Exact::ONE)), ty: one.clone(), span };
    for member in all {
        let counts = if_in_force(member);
        match member.is_rate {
            true => rates = arithmetic(ArithmeticOp::Add, rates, counts, &one, span),
            false => rest = arithmetic(ArithmeticOp::Subtract, rest, counts, &money, span),
        }
    }
    arithmetic(ArithmeticOp::Divide, rest, rates, &money, span)
}

/// The share of a tax, zero where its clauses keep it out.
fn if_in_force(member: &Member<'_>) -> Expr {
    let share = member.share.expr.clone();
    let (span, ty) = (share.span, share.ty.clone());
    let when = member.conditions.when.as_ref().map(|when| when.expr.clone());
    let all = when.into_iter().chain(days(member.conditions.during.as_ref(), span));
    let Some(condition) = all.reduce(|left, right| Expr {
        kind: ExprKind::Logic { op: ir::LogicOp::And, left: Box::new(left), right: Box::new(right) },
        ty: Ty::Bool,
        span,
    }) else {
        return share;
    };
    let zero = Expr { kind: ExprKind::Const(Value::Number(Exact::ZERO)), ty: ty.clone(), span };
    let (condition, then, otherwise) = (Box::new(condition), Box::new(share), Box::new(zero));
    Expr { kind: ExprKind::If { condition, then, otherwise }, ty, span }
}

/// The conditions that a period puts on the day.
fn days(period: Option<&Period>, span: Span) -> Vec<Expr> {
    let Some(period) = period else { return Vec::new() };
    let bounds = [(CompareOp::GreaterOrEqual, period.from), (CompareOp::LessOrEqual, period.to)];
    let compare = |(op, day): (CompareOp, Option<crate::value::Date>)| {
        let date = |kind| Box::new(Expr { kind, ty: Ty::Date, span });
        let (left, right) = (date(ExprKind::Read(Place::AsOf)), date(ExprKind::Const(Value::Date(day?))));
        Some(Expr { kind: ExprKind::Compare { op, left, right }, ty: Ty::Bool, span })
    };
    bounds.into_iter().filter_map(compare).collect()
}

fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr, ty: &Ty, span: Span) -> Expr {
    let kind = ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) };
    Expr { kind, ty: ty.clone(), span }
}

/// The amount with the rounding that the tax has of its own.
fn rounded(member: &Member<'_>, expr: Expr, text: String) -> Formula {
    let Some((words, to)) = &member.rounded else { return Formula { expr, text: text.into() } };
    let (ty, span) = (expr.ty.clone(), expr.span);
    let ir::RoundTo { mode, step, offset } = to.clone();
    let kind = ExprKind::Round { value: Box::new(expr), mode, step, offset };
    Formula { expr: Expr { kind, ty, span }, text: format!("{text}{words}").into() }
}
