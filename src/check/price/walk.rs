//! One walk through a block of steps, in order: each step is checked with what stands above it known.

use super::grid::Grid;
use super::paid::Paid;
use super::reach::Known;
use super::words::{step_text, value_text};
use super::{errors, rounding};
use crate::check::expr::{check_amount, check_condition};
use crate::check::rounding::round_to;
use crate::check::unproved::Unproved;
use crate::check::{Scope, describe};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Formula, Level, Name, NumberKind, NumberTy, PerCurrency, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, StepKind};
use crate::value::{Exact, MINOR_UNIT};

/// The blocks that hold steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// `per unit { … }`
    Unit,
    /// `per line { … }`
    Line,
    /// `quote { … }`
    Quote,
    /// `each line { … }` in the quote.
    EachLine,
    /// `payable { … }` in the quote.
    Payable,
}

impl Block {
    /// The level of the block's figures.
    pub(super) fn level(self) -> Level {
        match self {
            Block::Unit => Level::Unit,
            Block::Line | Block::EachLine => Level::Line,
            Block::Quote | Block::Payable => Level::Quote,
        }
    }

    /// For messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Block::Unit => "`per unit`",
            Block::Line => "`per line`",
            Block::Quote => "the `quote` block",
            Block::EachLine => "`each line`",
            Block::Payable => "`payable`",
        }
    }
}

/// A rounding of the block, with what lies on its steps.
pub(super) struct Rounded<'s> {
    pub(super) span: Span,
    /// The step, as written.
    pub(super) step: String,
    pub(super) grid: Grid<'s>,
    /// Nothing has moved the price off the steps since.
    pub(super) still: bool,
    /// A step below has moved it off the steps for certain, so that nothing is left to be undone.
    pub(super) left: bool,
}

/// Where a walk writes what it finds: problems, and what only the whole book can prove.
pub(super) type Found<'p> = (&'p mut Vec<Diagnostic>, &'p mut Vec<Unproved>);

/// A walk through one block.
pub(super) struct Walk<'s, 'p> {
    pub(super) block: Block,
    pub(super) scope: Scope<'s>,
    /// For the clauses of the quote's steps that speak of one line.
    pub(super) line_scope: Option<Scope<'s>>,
    /// The products concerned.
    pub(super) products: &'s [Name],
    /// The type of prices and amounts.
    pub(super) money: NumberTy,
    /// In the quote: what can be paid.
    pub(super) paid: Option<Paid<'s>>,
    /// The smallest unit, or a usual step, as text: `0.01 CNY`.
    pub(super) usual_step: String,
    pub(super) problems: &'p mut Vec<Diagnostic>,
    pub(super) unproved: &'p mut Vec<Unproved>,
    pub(super) tax: Option<Span>,
    /// Where the quote went on to what is to be paid.
    pub(super) payable: Option<Span>,
    pub(super) round: Option<Rounded<'s>>,
    /// The steps of the group that is being checked, nested ones included.
    pub(super) members: Vec<Name>,
}

impl<'s, 'p> Walk<'s, 'p> {
    /// The walk through a block whose amounts are of a type.
    pub(super) fn new(
        block: Block,
        scope: Scope<'s>,
        products: &'s [Name],
        money: NumberTy,
        (problems, unproved): Found<'p>,
    ) -> Walk<'s, 'p> {
        let usual = rounding::minor_steps(scope.signatures());
        let usual_step = match usual.same() {
            Some(usual) => describe::number_of(usual, &money),
            None => format!("1 {}", MINOR_UNIT[0]),
        };
        Walk {
            block,
            line_scope: None,
            products,
            paid: None,
            usual_step,
            scope,
            money,
            problems,
            unproved,
            tax: None,
            payable: None,
            round: None,
            members: Vec::new(),
        }
    }

    /// Checks the steps in order.
    pub(super) fn steps(&mut self, steps: &[ast::Step]) -> Vec<ir::Step> {
        let mut checked = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            if self.refuse_behind_payable(step) {
                continue;
            }
            self.refuse_after_tax(step);
            self.warn_of_rounding_twice(at.checked_sub(1).and_then(|at| steps.get(at)), step);
            checked.extend(self.step(step, at == 0, steps.get(at + 1..).unwrap_or_default()));
        }
        checked
    }

    /// Checks a step. `behind` are the steps that follow.
    fn step(&mut self, step: &ast::Step, first: bool, behind: &[ast::Step]) -> Option<ir::Step> {
        let next = behind.first();
        match &step.kind {
            StepKind::List { label, amount, clauses } => {
                self.list((step.span, first), label.as_ref(), amount, clauses, next)
            }
            StepKind::Change { .. } => self.change(step, next, false),
            StepKind::Group(group) => self.group(step.span, group, false),
            StepKind::Round(round) => self.round(step.span, round),
            StepKind::Bound { .. } => self.bound(step),
            StepKind::Subtotal { name, label } => {
                let moves = |step: &&ast::Step| !matches!(step.kind, StepKind::Let { .. });
                Some(self.subtotal(step.span, name, label.as_ref(), behind.iter().find(moves)))
            }
            StepKind::Let { .. } => self.let_step(step),
            StepKind::Tax { .. } => self.tax(step, next),
            StepKind::EachLine(section) => self.each_line(step.span, section),
            StepKind::Taxes(taxes) => self.taxes(step.span, taxes),
            StepKind::Charge(charge) => self.charge(step.span, charge),
            StepKind::Gift(gift) => self.gift(step.span, gift),
            StepKind::Claims(claims) => self.claims(step.span, claims, false),
            StepKind::Payable(payable) => self.payable(step.span, payable),
        }
    }

    /// The type of amounts here.
    pub(super) fn amount_ty(&self) -> Ty {
        Ty::Number(self.money.clone())
    }

    /// Lets steps below read a figure.
    pub(super) fn declare(&mut self, name: &Name) {
        let ty = self.amount_ty();
        self.declare_as(name, ty);
    }

    /// The same for a figure of another kind.
    pub(super) fn declare_as(&mut self, name: &Name, ty: Ty) {
        if let (Block::Quote, Some(lines)) = (self.block, &mut self.line_scope) {
            lines.declare_figure(Level::Quote, name.clone(), ty.clone());
        }
        self.scope.declare_figure(self.block.level(), name.clone(), ty);
    }

    /// Checks an amount of money. A condition of the step can keep its divisors from zero.
    pub(super) fn amount(&mut self, amount: &ast::Expr, clauses: &ast::Clauses) -> Option<Formula> {
        let money = self.amount_ty();
        self.amount_of(amount, clauses, &money)
    }

    /// The same for a figure of some type.
    pub(super) fn amount_of(
        &mut self,
        amount: &ast::Expr,
        clauses: &ast::Clauses,
        ty: &Ty,
    ) -> Option<Formula> {
        let guarded = clauses.when.as_ref().and_then(|when| self.scope.where_it(when, true));
        let scope = guarded.as_ref().unwrap_or(&self.scope);
        let formula = check_amount(scope, amount, ty, self.problems)?;
        if clauses.when.is_none() {
            let known = self.known();
            if let Some(divisor) = known.zero_divisor(&formula.expr) {
                self.problems.push(errors::zero_divisor(divisor.span, &known.ranges(divisor)));
            }
        }
        Some(formula)
    }

    /// What is known of what is read here.
    pub(super) fn known(&self) -> Known<'s> {
        let signatures = self.scope.signatures();
        match self.block {
            Block::Unit | Block::Line => Known::of_product(signatures, self.products),
            Block::Quote | Block::EachLine | Block::Payable => Known::new(signatures, self.products),
        }
    }

    /// Refuses an amount of a step, named by its word, that its own numbers and ranges show to be negative. A condition
    /// can keep a step from where its amount is negative.
    pub(super) fn refuse_negative(&mut self, amount: &Formula, word: &str, conditional: bool) {
        let (known, expr) = (self.known(), &amount.expr);
        let text = |value: &Exact, ty: &Ty| format!("can be {}", value_text(value, ty));
        if let Some(part) = known.negative_part(expr) {
            let low = known.interval(part).low.filter(|_| part.span != expr.span);
            let because = low.map(|low| text(&low, &part.ty));
            self.problems.push(errors::negative_step((part.span, because.as_deref()), word, None, &[]));
        } else if let Some(low) = known.least_below_zero(expr).filter(|_| !conditional) {
            let because = text(&low, &expr.ty);
            let kept = format!("max({}, {})", amount.text, value_text(&Exact::ZERO, &expr.ty));
            let ranges = known.ranges(expr);
            let at = (expr.span, Some(because.as_str()));
            self.problems.push(errors::negative_step(at, word, Some(&kept), &ranges));
        }
    }

    /// Refuses an amount whose decimals may have no end.
    pub(super) fn refuse_open(&mut self, amount: &Formula, what: &str, round_may_follow: bool) {
        let usual = (self.usual_step.as_str(), self.scope.signatures().usual_mode);
        let problem = || errors::open_amount(amount, what, usual, round_may_follow);
        Unproved::ends(&self.scope, &amount.expr, problem, self.problems, self.unproved);
    }

    /// The same for a figure that is no amount of money.
    pub(super) fn refuse_open_figure(&mut self, figure: &Formula, what: &str, ty: &NumberTy) {
        let step = match ty.kind {
            NumberKind::Rate => "0.01%".to_owned(),
            _ if ty.unit.is_none() => "0.01".to_owned(),
            _ => format!("0.01 {}", ty.unit),
        };
        let usual = self.scope.signatures().usual_mode;
        let problem = || errors::open_amount(figure, what, (&step, usual), false);
        Unproved::ends(&self.scope, &figure.expr, problem, self.problems, self.unproved);
    }

    /// Refuses an amount of the quote that is finer than the currency's smallest unit.
    pub(super) fn refuse_fine(&mut self, amount: &Formula, what: &str, clauses: &ast::Clauses) {
        let Some(paid) = &self.paid else { return };
        let usual = self.scope.signatures().usual_mode;
        let too_fine = || errors::too_fine(amount, what, &self.usual_step, usual);
        if !paid.may_hold(&amount.expr) {
            self.problems.push(too_fine());
            return;
        }
        let mut open = Vec::new();
        if !paid.holds(&amount.expr) {
            open.push((paid.finest(), too_fine()));
        }
        if paid.differs() {
            // The condition is reported where it is checked for good.
            let mut silent = Vec::new();
            let when = clauses.when.as_ref();
            let when = when.and_then(|when| check_condition(&self.scope, when, &mut silent));
            let when = when.as_ref().map(|when| &when.expr);
            let finer = |finer| errors::finer_than_paid(amount.expr.span, what, finer);
            if let Some(currency) = paid.too_fine_in(&amount.expr, when) {
                self.problems.push(finer(currency));
            } else {
                let each = paid.maybe_too_fine_in(&amount.expr, when);
                open.extend(each.map(|(currency, steps)| (steps, finer(currency))));
            }
        }
        if !open.is_empty() {
            self.unproved.push(Unproved::lies(&self.scope, &amount.expr, open));
        }
    }

    /// Refuses a rounding of the quote to steps that are finer than what is paid.
    pub(super) fn refuse_fine_step(&mut self, step: &PerCurrency, offset: &PerCurrency, at: Span) {
        let Some(paid) = &self.paid else { return };
        if !paid.has(step) || !paid.has(offset) {
            self.problems.push(errors::too_fine_step(at, &self.usual_step));
        } else if let Some(finer) = paid.step_too_fine_in(step).or(paid.step_too_fine_in(offset)) {
            self.problems.push(errors::finer_than_paid(at, "round", finer));
        }
    }

    /// After the first tax, the price before tax stands still.
    fn refuse_after_tax(&mut self, step: &ast::Step) {
        let Some(tax) = self.tax else { return };
        let word = match &step.kind {
            StepKind::Tax { .. }
            | StepKind::Taxes(_)
            | StepKind::Round(_)
            | StepKind::Subtotal { .. }
            | StepKind::Payable(_)
            | StepKind::Let { .. } => {
                return;
            }
            StepKind::EachLine(section) if tax_of(section).is_some() => return,
            StepKind::EachLine(_) => "each line",
            // Said already: it can only be the first step.
            StepKind::List { .. } => return,
            StepKind::Change { less: true, .. } => "less",
            StepKind::Change { less: false, .. } => "add",
            StepKind::Group(group) => group_words(group.kind),
            StepKind::Bound { cap: true, .. } => "cap",
            StepKind::Bound { cap: false, .. } => "floor",
            StepKind::Charge(_) => "charge",
            StepKind::Gift(_) => "gift",
            StepKind::Claims(_) => "claims",
        };
        self.problems.push(errors::after_tax(step.span, word, tax));
    }

    fn warn_of_rounding_twice(&mut self, before: Option<&ast::Step>, step: &ast::Step) {
        if let (Some(before), StepKind::Round(_)) = (before, &step.kind)
            && match &before.kind {
                StepKind::Round(_) => true,
                // Nothing else is in the price yet.
                StepKind::List { amount, .. } => matches!(amount.kind, ast::ExprKind::Rounded { .. }),
                _ => false,
            }
        {
            self.problems.push(crate::check::errors::rounded_twice(step.span, before.span));
        }
    }

    fn round(&mut self, span: Span, written: &ast::RoundTo) -> Option<ir::Step> {
        let (step, offset) = round_to(self.scope.signatures(), written, &self.money, self.problems)?;
        let round = ir::RoundTo { mode: written.mode, step, offset };
        self.refuse_fine_step(&round.step, &round.offset, written.step.span);
        self.round = Some(Rounded {
            span,
            step: step_text(&written.step),
            grid: Grid::of_rounding(&round, self.scope.signatures()),
            still: true,
            left: false,
        });
        Some(plain_step("round".into(), None, ir::StepKind::Round(round), span))
    }

    /// Takes note of an amount that moves the price off the steps of the last rounding.
    pub(super) fn moved_by(&mut self, amount: &ir::Expr) {
        if let Some(round) = &mut self.round {
            round.left |= !round.grid.keeps(amount);
        }
    }

    /// Says that the price may have left the steps of the last rounding.
    pub(super) fn price_moved(&mut self) {
        if let Some(round) = &mut self.round {
            round.still = false;
        }
    }
}

/// A step without clauses.
pub(super) fn plain_step(name: Name, label: Option<&ast::Text>, kind: ir::StepKind, span: Span) -> ir::Step {
    ir::Step {
        name,
        label: label.map(|label| label.text.clone()),
        kind,
        when: None,
        during: None,
        because: None,
        visible_to: Vec::new(),
        span,
    }
}

/// The first tax of an `each line`.
pub(super) fn tax_of(section: &ast::Section) -> Option<Span> {
    let is_tax = |step: &&ast::Step| matches!(step.kind, StepKind::Tax { .. } | StepKind::Taxes(_));
    section.steps.iter().find(is_tax).map(|step| step.span)
}

/// The words that begin a group.
pub(super) fn group_words(kind: ast::GroupKind) -> &'static str {
    match kind {
        ast::GroupKind::Best => "best of",
        ast::GroupKind::Worst => "worst of",
        ast::GroupKind::First => "first of",
        ast::GroupKind::All => "all of",
    }
}
