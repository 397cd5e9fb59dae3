//! The quote: the sum of its valid lines, and the steps that act on them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use num_traits::{Signed, Zero};

use super::configure::{Found, entries, tried};
use super::expr::{
    Fault, NEGATIVE_PRICE, OVERDRAWN, Res, SPREAD_LEFT_OVER, Scope, UNKNOWN, World, number, truth,
};
use super::groups::grouped_by;
use super::line::Priced;
use super::spread::{Share, spread};
use super::stage::Out;
use super::waterfall::{self, Waterfall, change, counts, is_named, known, may_turn_round, name_group, weigh};
use super::{Entry, Quote, Section, approval, stage};
use crate::model::{Expr, Lit, QuoteBlock, Request, Spread, Step, StepKind, Val};
use crate::number::{Q, decimal};

/// The answer to a request. A line on which a step cannot be worked out, or which a step sells below zero, is
/// invalid, and all begins again without it: prices that read other lines included.
pub fn quote(world: &World, request: &Request) -> Quote {
    let mut out = Out::new();
    loop {
        match with(world, request, stage::lines(world, request, &mut out)) {
            Ok(answer) => return answer,
            Err(more) => out.extend(more),
        }
    }
}

/// The answer with these lines; or those of them that turn out to be invalid.
fn with(world: &World, request: &Request, mut lines: Vec<Priced>) -> Result<Quote, Out> {
    let nothing = QuoteBlock::default();
    let block = world.book.quote.as_ref().unwrap_or(&nothing);
    let mut scope = Scope::default();
    let mut found = Found::default();
    entries(world, &mut scope, &block.entries, &request.entries, request.reason, &mut found);

    let valid: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].answer.invalid).collect();
    let list: Q = valid.iter().map(|at| lines[*at].list.clone().expect("valid")).sum();
    let cost: Option<Q> =
        valid.iter().map(|at| lines[*at].cost.clone().map(|cost| cost.expect("valid"))).sum();
    scope.set_number("list", Ok(list.clone()));
    if let Some(cost) = &cost {
        scope.set_number("cost", Ok(cost.clone()));
    }

    let amounts: BTreeMap<usize, Q> =
        valid.iter().map(|at| (*at, lines[*at].amount.clone().expect("valid"))).collect();
    let start: Q = amounts.values().sum();
    let mut run = Run {
        world,
        lines: &mut lines,
        amounts,
        before_tax: None,
        taxes: Vec::new(),
        payable: None,
        charges: Vec::new(),
        gifts: Vec::new(),
        list,
        cost,
        found: found.all(),
        below: BTreeSet::new(),
        bad: RefCell::new(BTreeMap::new()),
    };
    let steps = if valid.is_empty() { &[] } else { block.steps.as_slice() };
    let so_far = run.steps(&mut scope, steps);
    let bad = run.bad.take();
    if !bad.is_empty() {
        return Err(bad.into_iter().map(|(at, found)| (lines[at].at, found)).collect());
    }
    let (net, shares) =
        run.before_tax.take().unwrap_or_else(|| (so_far.running.clone(), run.amounts.clone()));
    let (taxes, mut found) = (std::mem::take(&mut run.taxes), std::mem::take(&mut run.found));
    let (charges, gifts) = (std::mem::take(&mut run.charges), std::mem::take(&mut run.gifts));
    let payable = run.payable.take();
    let (list, cost) = (run.list.clone(), run.cost.take());
    found.extend(so_far.faults.iter().map(|fault| fault.0.to_string()));
    let below = |price: &Res<Q>| price.as_ref().is_ok_and(|price| price.is_negative());
    let falls = (below(&net) || below(&so_far.running)) && !start.is_negative();
    if falls && !block.steps.iter().any(may_turn_round) {
        found.insert(NEGATIVE_PRICE.0.to_string());
    }

    for (at, amount) in shares {
        lines[at].answer.net = net.is_ok().then_some(amount);
    }
    for priced in &mut lines {
        finish(priced);
    }
    let names: Vec<(String, Res<Val>)> =
        scope.names.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in names.into_iter().filter(|(name, _)| !name.contains('.')) {
        scope.set(format!("quote.{name}"), value);
    }
    scope.set_number("quote.net", net.clone());
    scope.set_number("quote.total", so_far.running.clone());
    scope.set_number("net", net.clone());
    scope.set_number("total", so_far.running.clone());
    if let Some(cost) = &cost {
        scope.set("quote.margin", net.clone().map(|net| Val::Share(&net - cost, net)));
    }
    scope.set("quote.off_list", net.clone().map(|net| Val::Share(&list - net, list.clone())));

    let mut answer = Quote {
        list: Some(list),
        cost,
        net: net.ok(),
        total: so_far.running.clone().ok(),
        taxes,
        charges,
        gifts,
        payable: payable.map(|payable| Section {
            net: payable.running.ok(),
            waterfall: payable.entries,
            figures: figures(payable.subtotals),
            ..Section::default()
        }),
        partial: lines.iter().any(|priced| priced.answer.invalid),
        waterfall: so_far.entries,
        figures: if valid.is_empty() { unpriced(block) } else { figures(so_far.subtotals) },
        violations: found,
        valid_until: block.valid_days.map(|days| world.as_of + days),
        ..Quote::default()
    };
    scope.lines = Rc::new(valid.iter().map(|at| Rc::new(lines[*at].scope.clone())).collect());
    // Of a quote that is invalid already nothing is asked.
    if answer.violations.is_empty() && lines.iter().all(|line| !line.answer.invalid) {
        for (rule, holds) in tried(world, &scope, &block.rules) {
            let name = |code: String| rule.name.clone().unwrap_or(code);
            match holds {
                Ok(true) => {}
                Ok(false) => answer.violations.extend([name("E0947".to_owned())]),
                Err(fault) => answer.violations.extend([name(fault.0.to_string())]),
            }
        }
    }
    approval::decide(world, &scope, &lines, &mut answer);
    answer.lines = lines.into_iter().map(|priced| priced.answer).collect();
    Ok(answer)
}

fn figures(subtotals: Vec<(String, Res<Q>)>) -> Vec<(String, Option<Q>)> {
    subtotals.into_iter().map(|(name, value)| (name, value.ok())).collect()
}

/// Without a valid line only the net and the total are known: they are zero.
fn unpriced(block: &QuoteBlock) -> Vec<(String, Option<Q>)> {
    let subtotals =
        block.steps.iter().filter(|step| matches!(step.kind, StepKind::Subtotal) || is_named(step));
    let value = |name: &str| ["net", "total"].contains(&name).then(Q::zero);
    subtotals.map(|step| (step.name.clone(), value(&step.name))).collect()
}

/// The figures of a line that hang on its net.
fn finish(priced: &mut Priced) {
    let net = priced.answer.net.clone().ok_or(UNKNOWN);
    let cost = priced.cost.clone();
    let margin = |cost: Res<Q>| {
        let (net, cost) = (net.clone()?, cost?);
        Ok(Val::Share(&net - cost, net))
    };
    let off_list = |list: Res<Q>| {
        let (net, list) = (net.clone()?, list?);
        Ok(Val::Share(&list - net, list))
    };
    priced.scope.set_number("line.net", net.clone());
    priced.scope.set("line.off_list", off_list(priced.list.clone()));
    if let Some(cost) = cost {
        priced.scope.set("line.margin", margin(cost));
    }
}

pub(super) struct Run<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) lines: &'a mut Vec<Priced>,
    /// The valid lines and what they cost so far.
    pub(super) amounts: BTreeMap<usize, Q>,
    /// Price and lines before the first tax.
    pub(super) before_tax: Option<(Res<Q>, BTreeMap<usize, Q>)>,
    pub(super) taxes: Vec<(String, Q)>,
    /// What is to be paid.
    payable: Option<Waterfall>,
    /// What the book added, and what that costs now.
    charges: Vec<(String, Q)>,
    /// Lines of products that the book added.
    pub(super) gifts: Vec<super::Line>,
    /// List price and cost, with those of what the book added.
    pub(super) list: Q,
    pub(super) cost: Option<Q>,
    /// What is wrong with the quote.
    found: BTreeSet<String>,
    /// Lines, and behind them charges, that the step at work brought below zero.
    below: BTreeSet<usize>,
    /// Lines on which the step at work cannot be worked out, or which it has left below zero.
    bad: RefCell<Out>,
}

/// An amount among the lines.
pub(super) struct Spreading {
    /// What the lines take of it.
    pub(super) taken: Q,
    /// Lines, and behind them charges, with their shares.
    pub(super) shares: Vec<(usize, Q)>,
    /// Nothing is left over that may not be.
    pub(super) complete: bool,
}

impl Run<'_> {
    fn steps(&mut self, scope: &mut Scope, steps: &[Step]) -> Waterfall {
        let mut so_far = Waterfall::new(Ok(self.amounts.values().sum()));
        for step in steps {
            scope.set_number("running", so_far.running.clone());
            if step.exprs().iter().any(|expr| expr.asks_lines()) {
                scope.lines = Rc::new(self.amounts.keys().map(|at| Rc::new(self.scope_of(*at))).collect());
            }
            if let StepKind::Payable(inner) = &step.kind {
                self.payable(&so_far, scope, inner);
                continue;
            }
            if let Err(fault) = so_far.running.clone() {
                so_far.lose(scope, "quote", step, &fault);
                so_far.sum(scope, "quote", step);
                continue;
            }
            match &step.kind {
                StepKind::Subtotal => so_far.subtotal(scope, "quote", step),
                StepKind::Tax(_, within) => self.tax(&mut so_far, scope, step, *within),
                StepKind::EachLine(inner) => self.each_line(&mut so_far, scope, inner),
                StepKind::Taxes(sum, base, taxes) => {
                    self.taxes_of(&mut so_far, scope, step, (sum.as_ref(), base.as_ref()), taxes);
                }
                StepKind::Claims(claims) => self.claims(&mut so_far, scope, step, claims),
                StepKind::Charge(_) => {
                    let by = known(change(self.world, scope, step));
                    if let Some(by) = by.as_ref().ok().filter(|by| !by.is_zero()) {
                        self.charges.push((step.name.clone(), by.clone()));
                    }
                    so_far.note(scope, "quote", step, &by);
                }
                StepKind::Gift(gift) => {
                    let by = self.gift(scope, step, gift);
                    so_far.note(scope, "quote", step, &by);
                }
                StepKind::Group(..) => {
                    // All members are worked out, and spread, on the price at the group's entry.
                    let (step, claimed) = self.judged(scope, step);
                    let step = &step;
                    let mut spreads = Vec::new();
                    for member in weigh(self.world, scope, step).1 {
                        let spread = member.change.and_then(|change| match claimed.get(&member.step.name) {
                            Some(shares) => {
                                let shares = if change.is_zero() { Vec::new() } else { shares.clone() };
                                Ok(Spreading { taken: change, shares, complete: true })
                            }
                            None => self.spread(member.step, &change),
                        });
                        spreads.push((member.step, spread));
                    }
                    // A group of which a member cannot be worked out cannot be either.
                    let fault = spreads.iter().find_map(|(_, spread)| spread.as_ref().err().cloned());
                    let mut changes = Vec::new();
                    for (member, spread) in spreads {
                        let spread = fault.clone().map_or(spread, Err);
                        let change = spread.map(|spread| self.take_spread(member, spread));
                        so_far.note(scope, "quote", member, &change);
                        changes.push(change);
                    }
                    name_group(scope, "quote", step, changes.into_iter());
                }
                StepKind::Round(_) if self.before_tax.is_some() => {
                    let change = known(change(self.world, scope, step));
                    so_far.note(scope, "quote", step, &change);
                }
                _ if grouped_by(step).is_some() => {
                    let change = counts(self.world, scope, step).and_then(|counts| match counts {
                        true => self.in_groups(scope, step).map(|spread| match spread {
                            Some(spread) => self.take_spread(step, spread),
                            None => Q::zero(),
                        }),
                        false => Ok(Q::zero()),
                    });
                    so_far.note(scope, "quote", step, &change);
                }
                _ => {
                    let change =
                        self.change(scope, step).and_then(|change| self.spread_and_take(step, &change));
                    so_far.note(scope, "quote", step, &change);
                }
            }
            so_far.sum(scope, "quote", step);
            self.refuse_what_fell();
            if !self.bad.borrow().is_empty() {
                break;
            }
        }
        so_far
    }

    /// What is to be paid: a waterfall of its own below the total, which reaches no line.
    fn payable(&mut self, so_far: &Waterfall, scope: &mut Scope, steps: &[Step]) {
        let total = so_far.running.clone();
        let paid = waterfall::run(self.world, scope, steps, "quote", total.clone());
        scope.set_number("payable", paid.running.clone());
        self.found.extend(paid.faults.iter().map(|fault| fault.0.to_string()));
        let below = |amount: &Res<Q>| amount.as_ref().is_ok_and(|amount| amount.is_negative());
        if below(&paid.running) && !below(&total) && !steps.iter().any(may_turn_round) {
            self.found.insert(NEGATIVE_PRICE.0.to_string());
        }
        self.payable = Some(paid);
    }

    /// A step that has done its work must have left nothing below zero; one that stopped at a line has not.
    fn refuse_what_fell(&mut self) {
        if !self.bad.borrow().is_empty() {
            return;
        }
        for at in std::mem::take(&mut self.below) {
            match at.checked_sub(self.lines.len()) {
                None if self.amounts[&at].is_negative() => self.refuse(at, &NEGATIVE_PRICE),
                Some(charge) if self.charges[charge].1.is_negative() => {
                    self.found.insert(NEGATIVE_PRICE.0.to_string());
                }
                _ => {}
            }
        }
    }

    fn refuse(&self, at: usize, fault: &Fault) {
        self.bad.borrow_mut().entry(at).or_default().insert(fault.0.to_string());
    }

    /// Something of each of these lines. Lines of which it cannot be worked out are to blame themselves.
    pub(super) fn of_each<T>(&self, lines: &[usize], find: impl Fn(usize) -> Res<T>) -> Res<Vec<T>> {
        let found: Vec<Res<T>> = lines.iter().map(|at| find(*at)).collect();
        for (at, found) in lines.iter().zip(&found) {
            found.as_ref().err().into_iter().for_each(|fault| self.refuse(*at, fault));
        }
        found.into_iter().collect()
    }

    /// No step brings a price below zero that was not, unless it says `may be negative`.
    fn watch(&mut self, at: usize, step: &Step, before: &Q, after: &Q) {
        if !before.is_negative() && after.is_negative() {
            match step.may_be_negative {
                true => self.below.remove(&at),
                false => self.below.insert(at),
            };
        }
    }

    /// What a step changes; `running` in its amount is that of its lines.
    fn change(&self, scope: &Scope, step: &Step) -> Res<Q> {
        if !counts(self.world, scope, step)? {
            return Ok(Q::zero());
        }
        let mut inside = scope.clone();
        if step.spread.as_ref().is_some_and(|spread| spread.on_lines.is_some()) {
            let lines = self.lines_of(step)?;
            if lines.is_empty() {
                return Ok(Q::zero());
            }
            inside.set_number("running", Ok(lines.iter().map(|at| &self.amounts[at]).sum()));
        }
        known(change(self.world, &inside, &Step { when: None, ..step.clone() }))
    }

    /// The lines that a step acts on.
    pub(super) fn lines_of(&self, step: &Step) -> Res<Vec<usize>> {
        let all: Vec<usize> = self.amounts.keys().copied().collect();
        let Some(condition) = step.spread.as_ref().and_then(|spread| spread.on_lines.as_ref()) else {
            return Ok(all);
        };
        let holds = self.of_each(&all, |at| truth(self.world, &self.scope_of(at), condition))?;
        Ok(all.into_iter().zip(holds).filter(|(_, holds)| *holds).map(|(at, _)| at).collect())
    }

    pub(super) fn scope_of(&self, at: usize) -> Scope {
        let mut scope = self.lines[at].scope.clone();
        scope.set_number("running", Ok(self.amounts[&at].clone()));
        scope
    }

    /// How a change is spread over the lines of its step, by what they cost now; and what of it they take.
    fn spread(&self, step: &Step, amount: &Q) -> Res<Spreading> {
        let usual = Spread::default();
        let how = step.spread.as_ref().unwrap_or(&usual);
        let lines = if amount.is_zero() { Vec::new() } else { self.lines_of(step)? };
        self.spread_over(step, how, amount, lines)
    }

    /// The same over lines that are given.
    pub(super) fn spread_over(
        &self,
        step: &Step,
        how: &Spread,
        amount: &Q,
        lines: Vec<usize>,
    ) -> Res<Spreading> {
        if amount.is_zero() || lines.is_empty() {
            return Ok(Spreading { taken: Q::zero(), shares: Vec::new(), complete: true });
        }
        let charged = if how.with_charges { self.charges.clone() } else { Vec::new() };
        let sum: Q = lines.iter().map(|at| &self.amounts[at]).sum();
        let weights = self.of_each(&lines, |at| match &how.by {
            Some(by) => number(self.world, &self.scope_of(at), by),
            None => Ok(self.amounts[&at].clone()),
        })?;
        let most = self.of_each(&lines, |at| {
            how.within.as_ref().map(|most| number(self.world, &self.scope_of(at), most)).transpose()
        })?;
        let mut over: Vec<Share> =
            weights.into_iter().zip(most).map(|(weight, within)| Share { weight, within }).collect();
        for (_, costs) in &charged {
            let weight = match &how.by {
                Some(Expr::Lit(Lit::Num(weight, _))) => weight.clone(),
                _ => costs.clone(),
            };
            over.push(Share { weight, within: None });
        }
        let cent = decimal(1, self.world.places);
        let to = match &how.to {
            Some(to) if how.to_minor => to * cent,
            Some(to) => to.clone(),
            None => cent,
        };
        let (shares, left_over) = spread(amount, &over, &to, how.residual.unwrap_or("largest"));
        let beside = !self.charges.is_empty() || !self.gifts.is_empty();
        let overdrawn = !how.with_charges && beside && amount.is_negative();
        let after = &sum + amount - &left_over;
        if overdrawn && !step.may_be_negative && !sum.is_negative() && after.is_negative() {
            return Err(OVERDRAWN);
        }
        // Charges stand behind all lines.
        let all = lines.into_iter().chain((0..charged.len()).map(|at| self.lines.len() + at));
        let complete = left_over.is_zero() || how.partly;
        Ok(Spreading { taken: amount - left_over, shares: all.zip(shares).collect(), complete })
    }

    /// Lets shares count.
    pub(super) fn take(&mut self, step: &Step, shares: Vec<(usize, Q)>) {
        for (at, share) in shares {
            if let Some((_, costs)) = at.checked_sub(self.lines.len()).and_then(|at| self.charges.get_mut(at))
            {
                let before = costs.clone();
                *costs += share;
                let after = costs.clone();
                self.watch(at, step, &before, &after);
                continue;
            }
            let before = self.amounts[&at].clone();
            let after = &before + &share;
            self.watch(at, step, &before, &after);
            self.amounts.insert(at, after);
            self.reached(at, &step.name, &share);
        }
    }

    fn spread_and_take(&mut self, step: &Step, amount: &Q) -> Res<Q> {
        let spread = self.spread(step, amount)?;
        Ok(self.take_spread(step, spread))
    }

    fn take_spread(&mut self, step: &Step, spread: Spreading) -> Q {
        if !spread.complete {
            self.found.insert(SPREAD_LEFT_OVER.0.to_string());
        }
        self.take(step, spread.shares);
        spread.taken
    }

    /// A step of the quote stands on the lines that it reached.
    fn reached(&mut self, at: usize, step: &str, share: &Q) {
        let running = Some(self.amounts[&at].clone());
        let answer = &mut self.lines[at].answer;
        // What comes after the net is none of the line's price.
        if self.before_tax.is_none() {
            answer.line.waterfall.push(Entry { step: step.to_owned(), amount: share.clone(), running });
        }
        if !share.is_zero() && step != "round" {
            answer.applied.push(step.to_owned());
        }
    }

    fn tax(&mut self, so_far: &mut Waterfall, scope: &mut Scope, step: &Step, within: bool) {
        if self.before_tax.is_none() {
            self.before_tax = Some((so_far.running.clone(), self.amounts.clone()));
        }
        let tax = self.change(scope, step);
        if let Some(tax) = tax.as_ref().ok().filter(|tax| !tax.is_zero()) {
            self.taxes.push((step.name.clone(), tax.clone()));
        }
        let adds = if within { tax.as_ref().map(|_| Q::zero()).map_err(Clone::clone) } else { tax.clone() };
        so_far.note(scope, "quote", step, &adds);
        scope.set_number(step.name.clone(), tax);
    }

    /// Steps on every line; the quote changes by their sum.
    fn each_line(&mut self, so_far: &mut Waterfall, scope: &mut Scope, steps: &[Step]) {
        for step in steps {
            let tax = match &step.kind {
                StepKind::Tax(_, within) => Some(*within),
                _ => None,
            };
            if tax.is_some() && self.before_tax.is_none() {
                self.before_tax = Some((so_far.running.clone(), self.amounts.clone()));
            }
            let (mut sum, mut taxed, mut applies) = (Q::zero(), Q::zero(), false);
            let all: Vec<usize> = self.amounts.keys().copied().collect();
            let changes = self.of_each(&all, |at| known(change(self.world, &self.scope_of(at), step)));
            let Ok(changes) = changes else { return };
            for (at, by) in all.into_iter().zip(&changes) {
                if tax.is_some() {
                    taxed += by;
                    applies |= !by.is_zero();
                }
                if tax == Some(true) {
                    // What is contained changes nothing, and stands on the line all the same.
                    if !by.is_zero() {
                        self.lines[at].answer.applied.push(step.name.clone());
                    }
                    continue;
                }
                let before = self.amounts[&at].clone();
                let after = &before + by;
                if tax.is_none() {
                    self.watch(at, step, &before, &after);
                }
                self.amounts.insert(at, after);
                self.reached(at, &step.name, by);
                sum += by;
            }
            // Taxes of lines may come to nothing together.
            if applies {
                self.taxes.push((step.name.clone(), taxed));
            }
            so_far.note(scope, "quote", step, &Ok(sum));
        }
    }
}
