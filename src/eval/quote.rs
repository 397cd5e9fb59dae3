//! The quote's own steps: each acts on the list of lines, and its shares always add up.
//!
//! A line on which a step cannot be worked out stops them: all begins again without it, so that a bad line
//! never disturbs the others.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::code::{Formula, in_formula};
use super::facts::Facts;
use super::fall::Fall;
use super::fault::{Fault, Gap, arithmetic};
use super::gift::GiftRun;
use super::ground::{Entered, Ground, Reach};
use super::groups::Group;
use super::layout::{Cell, line, quote};
use super::line::{LineRun, Standing, set};
use super::note::Note;
use super::others::{Lines, Memo, Others};
use super::payable::PayableRun;
use super::plan::Plan;
use super::run::Scope;
use super::spread::{Shares, Spreading, spread};
use super::step::{Change, Condition, SpreadRule, Step, StepKind, may_turn_round};
use super::walk::{Mark, Outcome, Verdict, Walk};
use crate::diagnostic::codes;
use crate::ir::{Residual, Value};
use crate::source::Span;
use crate::value::Exact;

/// The quote and all that is known of it.
#[derive(Debug)]
pub struct QuoteRun<'p> {
    /// Figures.
    pub(super) cells: Vec<Cell>,
    /// The sum of the lines, with which the quote's waterfall starts.
    pub start: Option<Exact>,
    /// The quote's waterfall.
    pub marks: Vec<Mark<'p>>,
    /// The lines that the book added.
    pub charges: Vec<ChargeRun<'p>>,
    /// The lines of products that the book added, in the order of their steps. What they are stands behind the
    /// lines of the request.
    pub gifts: Vec<GiftRun<'p>>,
    /// What is to be paid, where the book says how it differs from the total.
    pub payable: Option<PayableRun<'p>>,
    /// What is wrong with the quote as a whole.
    pub faults: Vec<Gap>,
}

/// A line that the book added.
#[derive(Debug)]
pub struct ChargeRun<'p> {
    /// The step.
    pub step: &'p Step,
    /// What the step added.
    pub amount: Exact,
    /// Its price, with what later steps did to it.
    pub net: Exact,
    /// What later steps did to it.
    pub shares: Vec<Mark<'p>>,
}

impl<'p> QuoteRun<'p> {
    /// A figure's number, where it is known.
    pub(super) fn number(&self, slot: u32) -> Option<Exact> {
        match self.cells.get(slot as usize) {
            Some(Cell::Known(Value::Number(number))) => Some(number.clone()),
            _ => None,
        }
    }
}

/// Lines on which a step could not be worked out, or which it sells below zero, with the reason.
pub(super) type Bad = Vec<(usize, Gap)>;

/// Works the quote's steps out on all lines that are not at fault; or says which turn out to be, one at least.
pub(super) fn attempt<'p>(
    plan: &'p Plan,
    facts: &Facts,
    lines: &mut [LineRun<'p>],
    round: usize,
) -> Result<QuoteRun<'p>, Bad> {
    let counts = |run: &LineRun<'_>| run.standing == Standing::Line && run.faults.is_empty();
    let valid: Vec<usize> = (0..lines.len()).filter(|at| counts(&lines[*at])).collect();
    let mut ground = QuoteGround {
        plan,
        facts,
        cells: vec![Cell::Empty; plan.quote_layout.len()],
        lines,
        valid,
        entered: None,
        group: None,
        bad: Vec::new(),
        memo: Memo::default(),
        taxed: false,
        charges: Vec::new(),
        gifts: Vec::new(),
        payable: None,
        falls: BTreeMap::new(),
    };
    let start = ground.begin();
    let mut walk = Walk::from(&mut ground, start.clone());
    if !walk.ground.valid.is_empty() {
        walk_quote(&mut walk, &plan.steps, round);
    }
    if !walk.ground.taxed {
        net(&mut walk);
    }
    let (running, marks, mut faults) = (walk.running, walk.marks, walk.gaps);
    if !ground.bad.is_empty() {
        return Err(ground.bad);
    }
    if let Err(gap) = &start {
        faults.push(gap.clone());
    }
    faults.extend(marks.iter().filter_map(|mark| uncollected(plan, facts, mark)));
    let net = ground.number(quote::NET).ok();
    faults.extend(below_zero(plan, facts, start.as_ref().ok(), [net.as_ref(), running.as_ref().ok()]));
    set(&mut ground.cells, quote::TOTAL, Cell::of(running.map(Value::Number)));
    let (charges, gifts, payable) = (ground.charges, ground.gifts, ground.payable);
    Ok(QuoteRun { cells: ground.cells, start: start.ok(), marks, charges, gifts, payable, faults })
}

/// The quote's own steps may not bring its net or its total below zero, unless one of them may turn round.
fn below_zero(plan: &Plan, facts: &Facts, start: Option<&Exact>, ends: [Option<&Exact>; 2]) -> Option<Gap> {
    let end = ends.into_iter().flatten().find(|end| end.is_negative())?;
    if start.is_none_or(Exact::is_negative) || may_turn_round(&plan.steps) {
        return None;
    }
    let message = format!("the quote comes to {}, below zero", plan.show_amount(&facts.day, end));
    let help = "take off at most what there is, `less … = min(amount, running) rounded …`; if a credit is \
                meant, the step says `may be negative`";
    Some(Fault::new(codes::NEGATIVE_PRICE, message).help(help).gap())
}

/// Walks down the quote's steps; stops where a line turns out bad.
fn walk_quote<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, steps: &'p [Step], round: usize) {
    let mut rest = steps;
    while let Some(step) = rest.first() {
        if step.is_tax() && !walk.ground.taxed && !matches!(step.kind, StepKind::EachLine { .. }) {
            net(walk);
        }
        match &step.kind {
            StepKind::EachLine { steps, at } => {
                super::each::each_line(walk, step, steps, *at);
                rest = &rest[1..];
            }
            StepKind::Claims(claims) => {
                super::claims::claims(walk, step, claims);
                rest = &rest[1..];
            }
            StepKind::Payable(steps) => {
                super::payable::payable(walk, step, steps);
                rest = &rest[1..];
            }
            StepKind::Gift(gift) => {
                super::gift::gift(walk, step, gift);
                rest = &rest[1..];
            }
            _ => {
                let count = if step.folds(rest.get(1)).is_some() { 2 } else { 1 };
                walk.steps(&rest[..count]);
                rest = &rest[count..];
            }
        }
        // A step that stopped at a bad line has not done all that it does to the others.
        if walk.ground.bad.is_empty() && !walk.ground.falls.is_empty() {
            walk.ground.refuse_falls(round, &mut walk.gaps);
        }
        if !walk.ground.bad.is_empty() {
            return;
        }
    }
}

/// What stands here is the quote's net, and each line's share of it.
pub(super) fn net(walk: &mut Walk<'_, '_, QuoteGround<'_, '_>>) {
    let ground = &mut *walk.ground;
    ground.taxed = true;
    set(&mut ground.cells, quote::NET, Cell::of(walk.running.clone().map(Value::Number)));
    for at in ground.valid.clone() {
        let share = match &walk.running {
            Ok(_) => ground.lines[at].cells.get(line::RUNNING as usize).cloned().unwrap_or_default(),
            Err(gap) => Cell::Gap(gap.clone()),
        };
        set(&mut ground.lines[at].cells, line::NET, share);
        ground.lines[at].net_shares = ground.lines[at].shares.len();
    }
}

/// The quote and its lines as the ground of the quote's waterfall.
pub(super) struct QuoteGround<'a, 'p> {
    pub(super) plan: &'p Plan,
    pub(super) facts: &'a Facts,
    pub(super) cells: Vec<Cell>,
    pub(super) lines: &'a mut [LineRun<'p>],
    /// The lines that are not at fault.
    pub(super) valid: Vec<usize>,
    /// The lines that the change reaches which was entered last.
    pub(super) entered: Option<Vec<usize>>,
    /// The lines that the step at work looks at by themselves.
    pub(super) group: Option<Group>,
    pub(super) bad: Bad,
    /// What has been worked out for all lines alike.
    pub(super) memo: Memo,
    /// The net is fixed: what follows changes no line's net.
    pub(super) taxed: bool,
    /// The lines that the book added.
    pub(super) charges: Vec<ChargeRun<'p>>,
    /// The lines of products that the book added.
    pub(super) gifts: Vec<GiftRun<'p>>,
    /// What is to be paid.
    pub(super) payable: Option<PayableRun<'p>>,
    /// The prices that the step at work brought below zero.
    pub(super) falls: BTreeMap<usize, Fall<'p>>,
}

impl<'p> QuoteGround<'_, 'p> {
    /// Puts all lines back to their own amounts, and adds them up.
    fn begin(&mut self) -> Result<Exact, Gap> {
        self.clear_shares();
        let (mut sum, mut list, mut cost) = (Ok(Exact::ZERO), Ok(Exact::ZERO), Ok(Exact::ZERO));
        for at in &self.valid {
            let run = &mut self.lines[*at];
            run.shares.clear();
            let own = run.own_amount();
            set(&mut run.cells, line::RUNNING, Cell::of(own.clone().map(Value::Number)));
            let product = &run.product.product;
            let own_cost = match product.has_cost {
                true => run.number(line::COST),
                false => {
                    let message = format!("`{}` has no cost", product.name);
                    Err(Fault::new(codes::MISSING_VALUE, message).at(product.span).gap())
                }
            };
            sum = plus(sum, own, product.span);
            list = plus(list, run.number(line::LIST), product.span);
            cost = plus(cost, own_cost, product.span);
        }
        set(&mut self.cells, quote::LIST, Cell::of(list.map(Value::Number)));
        set(&mut self.cells, quote::COST, Cell::of(cost.map(Value::Number)));
        sum
    }

    pub(super) fn line_scope<'s>(&'s self, at: usize) -> Scope<'s> {
        let lines = Lines::Some(self.lines, &self.valid);
        let others = Others { lines, memo: Some(&self.memo), asks: Some(at) };
        Scope { others, ..self.lines[at].scope(self.plan, self.facts, &self.cells) }
    }

    /// What a formula is on each of some lines; lines on which it cannot be known are bad.
    pub(super) fn on_lines<T>(
        &mut self,
        of: &[usize],
        find: impl Fn(&Self, usize) -> Result<T, Gap>,
    ) -> Result<Vec<T>, Gap> {
        let mut values = Vec::with_capacity(of.len());
        let mut first = None;
        for at in of {
            match find(self, *at) {
                Ok(value) => values.push(value),
                Err(gap) => {
                    first.get_or_insert(gap.clone());
                    self.bad.push((*at, gap));
                }
            }
        }
        first.map_or(Ok(values), Err)
    }

    fn line_number(&self, at: usize, formula: &Formula) -> Result<Exact, Gap> {
        self.line_scope(at).number(&formula.code).map_err(|gap| in_formula(gap, formula))
    }

    /// The valid lines on which a condition holds.
    pub(super) fn where_holds(&mut self, condition: &Condition) -> Result<Vec<usize>, Gap> {
        let valid = self.valid.clone();
        let holds = self.on_lines(&valid, |ground, at| {
            let own = ground.lines[at].product.conditions.get(condition.at);
            own.map_or(Ok(true), |own| ground.line_scope(at).truth(&own.code))
        })?;
        Ok(valid.into_iter().zip(holds).filter(|(_, holds)| *holds).map(|(at, _)| at).collect())
    }

    /// The valid lines that a step is for.
    pub(super) fn reached_by(&mut self, rule: &SpreadRule) -> Result<Vec<usize>, Gap> {
        let valid = self.valid.clone();
        let reached = self.on_lines(&valid, |ground, at| {
            let own = ground.lines[at].product.spreads.get(rule.at).and_then(|own| own.on_lines.as_ref());
            own.map_or(Ok(true), |condition| ground.line_scope(at).truth(&condition.code))
        })?;
        Ok(valid.into_iter().zip(reached).filter(|(_, is)| *is).map(|(at, _)| at).collect())
    }

    /// What a step that reaches these lines reads: the sum of their prices.
    fn entered_by(&self, reached: &[usize], span: Span) -> Result<Entered, Gap> {
        if reached.is_empty() {
            return Ok(Entered::Nobody);
        }
        let mut sum = Ok(Exact::ZERO);
        for at in reached {
            sum = plus(sum, self.lines[*at].number(line::RUNNING), span);
        }
        sum.map(|sum| Entered::Reaches(Some(sum)))
    }

    fn charge_at(&self, at: usize) -> Option<&ChargeRun<'p>> {
        self.charges.get(at.checked_sub(self.lines.len())?)
    }

    /// Beside charges a step cannot take more off the lines than they come to.
    fn overdrawn(
        &self,
        change: Option<&Change>,
        over: &[usize],
        effect: &Exact,
        span: Span,
    ) -> Result<Option<Gap>, Gap> {
        if change.is_some_and(|change| change.may_be_negative) {
            return Ok(None);
        }
        if self.charges.is_empty() && self.gifts.is_empty() || !effect.is_negative() {
            return Ok(None);
        }
        let mut sum = Ok(Exact::ZERO);
        for at in over {
            sum = plus(sum, self.lines[*at].number(line::RUNNING), span);
        }
        let sum = sum?;
        let after = plus(Ok(sum.clone()), Ok(effect.clone()), span)?;
        if sum.is_negative() || !after.is_negative() {
            return Ok(None);
        }
        let show = |amount: &Exact| self.plan.show_amount(&self.facts.day, amount);
        let message = format!("{} is taken off lines that come to {}", show(&effect.neg()), show(&sum));
        let within = change.and_then(|change| change.spread.as_ref()).is_some_and(|rule| rule.within);
        let help = match within {
            true => "what the book adds takes no share: take no more of a line than `within line.running`",
            false => "what the book adds takes no share: write `with charges`, or put the step above them",
        };
        Ok(Some(Fault::new(codes::OVERDRAWN, message).at(span).help(help).gap()))
    }

    /// The shares of an effect over lines, as a change says.
    fn shares(
        &mut self,
        change: Option<&Change>,
        over: &[usize],
        effect: &Exact,
        span: Span,
    ) -> Result<Shares, Gap> {
        let rule = change.and_then(|change| change.spread.as_ref());
        let day = &self.facts.day;
        let said = rule.and_then(|rule| rule.to.as_ref()).map(|to| to.in_currency(day.currency).clone());
        let step = said.unwrap_or_else(|| self.plan.minor_unit(day));
        let weights = self.on_lines(over, |ground, at| {
            if let Some(charge) = ground.charge_at(at) {
                let weight = rule.and_then(|rule| rule.charges.clone()).flatten();
                return Ok(weight.unwrap_or_else(|| charge.net.clone()));
            }
            let own = rule.and_then(|rule| ground.lines[at].product.spreads.get(rule.at));
            match own.and_then(|own| own.by.as_ref()) {
                Some(by) => ground.line_number(at, by),
                None => ground.lines[at].number(line::RUNNING),
            }
        })?;
        let limits = match rule {
            Some(rule) if rule.within => Some(self.on_lines(over, |ground, at| {
                let own = ground.lines[at].product.spreads.get(rule.at).and_then(|own| own.within.as_ref());
                own.map_or(Ok(Exact::ZERO), |within| ground.line_number(at, within))
            })?),
            _ => None,
        };
        let how = Spreading {
            weights: &weights,
            limits: limits.as_deref(),
            step: &step,
            residual: rule.map_or(Residual::Largest, |rule| rule.residual),
        };
        spread(&effect.abs(), &how).map_err(|error| arithmetic(error, span))
    }

    pub(super) fn number(&self, slot: u32) -> Result<Exact, Gap> {
        match self.cells.get(slot as usize) {
            Some(Cell::Known(Value::Number(number))) => Ok(number.clone()),
            Some(Cell::Gap(gap)) => Err(gap.clone()),
            _ => Ok(Exact::ZERO),
        }
    }
}

pub(super) fn plus(sum: Result<Exact, Gap>, more: Result<Exact, Gap>, span: Span) -> Result<Exact, Gap> {
    sum?.checked_add(&more?).map_err(|error| arithmetic(error, span))
}

/// What no line could take would be in the book's words and in no price.
fn uncollected(plan: &Plan, facts: &Facts, mark: &Mark<'_>) -> Option<Gap> {
    if mark.left_over.is_zero() || mark.step.spread().is_some_and(|rule| rule.partly) {
        return None;
    }
    let left = plan.show_amount(&facts.day, &mark.left_over);
    let message =
        format!("{left} of `{}` cannot be spread: every line takes the most that it may", mark.step.name);
    Some(Fault::new(codes::SPREAD_LEFT_OVER, message).at(mark.step.span).gap())
}

impl<'p> Ground<'p> for QuoteGround<'_, 'p> {
    fn scope<'s>(&'s self, notes: Option<&'s RefCell<Vec<Note>>>) -> Scope<'s> {
        let group = self.group.as_ref();
        let line = group.and_then(|group| self.lines.get(group.of));
        let lines = group.map_or(&self.valid, |group| &group.lines);
        Scope {
            plan: self.plan,
            day: &self.facts.day,
            inputs: &self.facts.inputs,
            line: line.map_or(&[], |run| &run.cells),
            quote: &self.cells,
            parts: line.map_or(&[], |run| &run.parts),
            others: Others { lines: Lines::Some(self.lines, lines), memo: None, asks: None },
            elements: None,
            arguments: &[],
            notes,
        }
    }

    fn explains(&self) -> bool {
        self.facts.explained
    }

    fn set(&mut self, slot: u32, cell: Cell) {
        if let Cell::Gap(gap) = &cell {
            self.lose_shares(slot, gap);
        }
        set(&mut self.cells, slot, cell);
    }

    fn set_running(&mut self, cell: Cell) {
        set(&mut self.cells, quote::RUNNING, cell);
    }

    fn enter(&mut self, change: &'p Change) -> Result<Entered, Gap> {
        self.entered = None;
        let Some(rule) = change.spread.as_ref().filter(|rule| rule.on_lines.is_some()) else {
            return Ok(Entered::Reaches(None));
        };
        let reached = self.reached_by(rule)?;
        let entered = self.entered_by(&reached, change.amount.code.span);
        self.entered = (!reached.is_empty()).then_some(reached);
        entered
    }

    fn enter_lines(&mut self, condition: &'p Condition, span: Span) -> Result<Entered, Gap> {
        let reached = self.where_holds(condition)?;
        self.entered_by(&reached, span)
    }

    fn charge(&mut self, step: &'p Step, amount: &Exact) {
        let (amount, net) = (amount.clone(), amount.clone());
        self.charges.push(ChargeRun { step, amount, net, shares: Vec::new() });
    }

    fn reach(&mut self, change: Option<&'p Change>, effect: Exact, span: Span) -> Result<Reach, Gap> {
        let mut over = self.entered.take().unwrap_or_else(|| self.valid.clone());
        if self.taxed || effect.is_zero() {
            return Ok(Reach::whole(effect));
        }
        let rule = change.and_then(|change| change.spread.as_ref());
        let charged = rule.is_some_and(|rule| rule.charges.is_some());
        if charged {
            over.extend(self.lines.len()..self.lines.len() + self.charges.len());
        }
        let Shares { shares, left_over } = self.shares(change, &over, &effect, span)?;
        let negative = effect.is_negative();
        let signed = |amount: Exact| if negative { amount.neg() } else { amount };
        let reached =
            effect.checked_sub(&signed(left_over.clone())).map_err(|error| arithmetic(error, span))?;
        let overdrawn = if charged { None } else { self.overdrawn(change, &over, &reached, span)? };
        let shares = over.into_iter().zip(shares).filter(|(_, share)| !share.is_zero());
        let shares = shares.map(|(at, share)| (at, signed(share))).collect();
        Ok(Reach { effect: reached, shares, left_over, overdrawn })
    }

    fn judge_groups(
        walk: &mut Walk<'_, 'p, Self>,
        verdict: Verdict<'p>,
        change: &'p Change,
        takes: bool,
    ) -> Result<Verdict<'p>, Gap> {
        super::groups::judge(walk, verdict, change, takes)
    }

    fn judge_claims(walk: &mut Walk<'_, 'p, Self>, steps: &'p [Step]) -> Result<Vec<Verdict<'p>>, Gap> {
        super::claims::judge(walk, steps)
    }

    fn share(&mut self, step: &'p Step, read: Option<&Exact>, shares: &[(usize, Exact)]) -> Result<(), Gap> {
        for (at, share) in shares {
            let charge = at.checked_sub(self.lines.len());
            let charge = charge.and_then(|at| self.charges.get_mut(at));
            let (before, after, marks) = match charge {
                Some(charge) => {
                    let before = charge.net.clone();
                    charge.net = plus(Ok(before.clone()), Ok(share.clone()), step.span)?;
                    (before, charge.net.clone(), &mut charge.shares)
                }
                None => {
                    let run = &mut self.lines[*at];
                    let before = run.number(line::RUNNING)?;
                    let after = plus(Ok(before.clone()), Ok(share.clone()), step.span)?;
                    set(&mut run.cells, line::RUNNING, Cell::Known(Value::Number(after.clone())));
                    (before, after, &mut run.shares)
                }
            };
            marks.push(Mark {
                step,
                outcome: Outcome::Applied,
                amount: share.clone(),
                read: read.cloned(),
                running: Some(after.clone()),
                contained: None,
                bound: None,
                left_over: Exact::ZERO,
                notes: Vec::new(),
            });
            self.watch(*at, step, (&before, &after), false);
            self.keep_share(step, *at, share)?;
        }
        Ok(())
    }
}
