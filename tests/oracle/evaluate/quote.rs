//! The quote: the sum of its valid lines, and the steps that act on them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use num_traits::{Signed, Zero};

use super::configure::{Found, entries};
use super::expr::{NEGATIVE_PRICE, OVERDRAWN, Res, SPREAD_LEFT_OVER, Scope, UNKNOWN, World, number, truth};
use super::line::Priced;
use super::spread::{Share, spread};
use super::stage::Out;
use super::waterfall::{Waterfall, change, counts, known, may_turn_round, name_group, weigh};
use super::{Entry, Quote, approval, stage};
use crate::model::{Expr, Lit, QuoteBlock, Request, Spread, Step, StepKind, Val};
use crate::number::{Q, decimal};

/// The answer to a request. A line that a step brings below zero is invalid, and all begins again without it.
pub fn quote(world: &World, request: &Request) -> Quote {
    let mut out = Out::new();
    loop {
        let lines = stage::lines(world, request, &mut out);
        let mut fallen = BTreeSet::new();
        let answer = loop {
            match without(world, request, lines.clone(), &fallen) {
                Ok(answer) => break answer,
                Err(more) => fallen.extend(more),
            }
        };
        if fallen.is_empty() || !world.asked_lines.get() {
            return answer;
        }
        // Other lines read those that fell.
        for (line, now) in lines.iter().zip(&answer.lines) {
            if !line.answer.invalid && now.invalid {
                out.insert(line.at, now.violations.clone());
            }
        }
    }
}

/// The answer where these lines are invalid, or the lines that fall below zero besides.
fn without(
    world: &World,
    request: &Request,
    mut lines: Vec<Priced>,
    fallen: &BTreeSet<usize>,
) -> Result<Quote, BTreeSet<usize>> {
    for at in fallen {
        lines[*at].answer.invalid = true;
        lines[*at].answer.violations.insert(NEGATIVE_PRICE.0.to_string());
    }
    stage::sell_together(&mut lines);
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
        charges: Vec::new(),
        gifts: Vec::new(),
        list,
        cost,
        found: found.all(),
        below: BTreeSet::new(),
        fallen: BTreeSet::new(),
    };
    let steps = if valid.is_empty() { &[] } else { block.steps.as_slice() };
    let so_far = run.steps(&mut scope, steps);
    if !run.fallen.is_empty() {
        return Err(std::mem::take(&mut run.fallen));
    }
    let (net, shares) =
        run.before_tax.take().unwrap_or_else(|| (so_far.running.clone(), run.amounts.clone()));
    let (taxes, mut found) = (std::mem::take(&mut run.taxes), std::mem::take(&mut run.found));
    let (charges, gifts) = (std::mem::take(&mut run.charges), std::mem::take(&mut run.gifts));
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
        partial: lines.iter().any(|priced| priced.answer.invalid),
        waterfall: so_far.entries,
        figures: if valid.is_empty() { unpriced(block) } else { figures(so_far.subtotals) },
        violations: found,
        valid_until: block.valid_days.map(|days| world.as_of + days),
        ..Quote::default()
    };
    scope.lines = Rc::new(valid.iter().map(|at| Rc::new(lines[*at].scope.clone())).collect());
    approval::decide(world, &scope, &lines, &mut answer);
    answer.lines = lines.into_iter().map(|priced| priced.answer).collect();
    Ok(answer)
}

fn figures(subtotals: Vec<(String, Res<Q>)>) -> Vec<(String, Option<Q>)> {
    subtotals.into_iter().map(|(name, value)| (name, value.ok())).collect()
}

/// Without a valid line only the net and the total are known: they are zero.
fn unpriced(block: &QuoteBlock) -> Vec<(String, Option<Q>)> {
    let subtotals = block.steps.iter().filter(|step| matches!(step.kind, StepKind::Subtotal));
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
    /// Lines that a step has left below zero.
    fallen: BTreeSet<usize>,
}

impl Run<'_> {
    fn steps(&mut self, scope: &mut Scope, steps: &[Step]) -> Waterfall {
        let mut so_far = Waterfall::new(Ok(self.amounts.values().sum()));
        for step in steps {
            scope.set_number("running", so_far.running.clone());
            if step.exprs().iter().any(|expr| expr.asks_lines()) {
                scope.lines = Rc::new(self.amounts.keys().map(|at| Rc::new(self.scope_of(*at))).collect());
            }
            if let Err(fault) = so_far.running.clone() {
                so_far.lose(scope, "quote", step, &fault);
                continue;
            }
            match &step.kind {
                StepKind::Subtotal => so_far.subtotal(scope, "quote", step),
                StepKind::Tax(_, within) => self.tax(&mut so_far, scope, step, *within),
                StepKind::EachLine(inner) => self.each_line(&mut so_far, scope, inner),
                StepKind::Taxes(sum, base, taxes) => {
                    self.taxes_of(&mut so_far, scope, step, (sum.as_ref(), base.as_ref()), taxes);
                }
                StepKind::Claims(claims) => self.claims(&mut so_far, scope, claims),
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
                    let mut spreads = Vec::new();
                    for member in weigh(self.world, scope, step).1 {
                        let spread = member.change.and_then(|change| self.spread(member.step, &change));
                        spreads.push((member.step, spread));
                    }
                    let mut changes = Vec::new();
                    for (member, spread) in spreads {
                        let change = spread.map(|(taken, shares)| {
                            self.take(member, shares);
                            taken
                        });
                        so_far.note(scope, "quote", member, &change);
                        changes.push(change);
                    }
                    name_group(scope, "quote", step, changes.into_iter());
                }
                StepKind::Round(_) if self.before_tax.is_some() => {
                    let change = known(change(self.world, scope, step));
                    so_far.note(scope, "quote", step, &change);
                }
                _ => {
                    let change =
                        self.change(scope, step).and_then(|change| self.spread_and_take(step, &change));
                    so_far.note(scope, "quote", step, &change);
                }
            }
            for at in std::mem::take(&mut self.below) {
                match at.checked_sub(self.lines.len()) {
                    None if self.amounts[&at].is_negative() => {
                        self.fallen.insert(at);
                    }
                    Some(charge) if self.charges[charge].1.is_negative() => {
                        self.found.insert(NEGATIVE_PRICE.0.to_string());
                    }
                    _ => {}
                }
            }
            if !self.fallen.is_empty() {
                break;
            }
        }
        so_far
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
        let mut eligible = Vec::new();
        for at in self.amounts.keys() {
            let holds = match step.spread.as_ref().and_then(|spread| spread.on_lines.as_ref()) {
                Some(condition) => truth(self.world, &self.scope_of(*at), condition)?,
                None => true,
            };
            if holds {
                eligible.push(*at);
            }
        }
        Ok(eligible)
    }

    pub(super) fn scope_of(&self, at: usize) -> Scope {
        let mut scope = self.lines[at].scope.clone();
        scope.set_number("running", Ok(self.amounts[&at].clone()));
        scope
    }

    /// How a change is spread over the lines of its step, by what they cost now; and what of it they take.
    fn spread(&mut self, step: &Step, amount: &Q) -> Res<(Q, Vec<(usize, Q)>)> {
        let usual = Spread::default();
        let how = step.spread.as_ref().unwrap_or(&usual);
        let lines = if amount.is_zero() { Vec::new() } else { self.lines_of(step)? };
        if lines.is_empty() {
            return Ok((Q::zero(), Vec::new()));
        }
        let charged = if how.with_charges { self.charges.clone() } else { Vec::new() };
        let sum: Q = lines.iter().map(|at| &self.amounts[at]).sum();
        let mut over = Vec::new();
        for at in &lines {
            let scope = self.scope_of(*at);
            let weight = match &how.by {
                Some(by) => number(self.world, &scope, by)?,
                None => self.amounts[at].clone(),
            };
            let within = how.within.as_ref().map(|most| number(self.world, &scope, most)).transpose()?;
            over.push(Share { weight, within });
        }
        for (_, costs) in &charged {
            let weight = match &how.by {
                Some(Expr::Lit(Lit::Num(weight, _))) => weight.clone(),
                _ => costs.clone(),
            };
            over.push(Share { weight, within: None });
        }
        let to = how.to.clone().unwrap_or_else(|| decimal(1, self.world.places));
        let (shares, left_over) = spread(amount, &over, &to, how.residual.unwrap_or("largest"));
        let beside = !self.charges.is_empty() || !self.gifts.is_empty();
        let overdrawn = !how.with_charges && beside && amount.is_negative();
        let after = &sum + amount - &left_over;
        if overdrawn && !step.may_be_negative && !sum.is_negative() && after.is_negative() {
            return Err(OVERDRAWN);
        }
        if !left_over.is_zero() && !how.partly {
            self.found.insert(SPREAD_LEFT_OVER.0.to_string());
        }
        // Charges stand behind all lines.
        let all = lines.into_iter().chain((0..charged.len()).map(|at| self.lines.len() + at));
        Ok((amount - left_over, all.zip(shares).collect()))
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
        let (taken, shares) = self.spread(step, amount)?;
        self.take(step, shares);
        Ok(taken)
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
            let (mut sum, mut taxed, mut applies) = (Ok(Q::zero()), Q::zero(), false);
            for at in self.amounts.keys().copied().collect::<Vec<usize>>() {
                let by = known(change(self.world, &self.scope_of(at), step));
                if let (Some(_), Ok(by)) = (tax, &by) {
                    taxed += by;
                    applies |= !by.is_zero();
                }
                if let (Some(true), Ok(by)) = (tax, &by) {
                    // What is contained changes nothing, and stands on the line all the same.
                    if !by.is_zero() {
                        self.lines[at].answer.applied.push(step.name.clone());
                    }
                    continue;
                }
                if let Ok(by) = &by {
                    let before = self.amounts[&at].clone();
                    let after = &before + by;
                    if tax.is_none() {
                        self.watch(at, step, &before, &after);
                    }
                    self.amounts.insert(at, after);
                    self.reached(at, &step.name, by);
                }
                sum = super::waterfall::add(&sum, &by);
            }
            // Taxes of lines may come to nothing together.
            if applies {
                self.taxes.push((step.name.clone(), taxed));
            }
            so_far.note(scope, "quote", step, &sum);
        }
    }
}
