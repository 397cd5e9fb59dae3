//! Offers that take units of lines: a claim is made again and again, until it finds too few.

use std::collections::BTreeMap;

use super::code::{Formula, in_formula};
use super::fault::{Fault, Gap, arithmetic};
use super::ground::{Ground, Settled};
use super::layout::Cell;
use super::note::{Note, ReadThen};
use super::quote::QuoteGround;
use super::spread::{Spreading, spread};
use super::step::{Claim, EachRule, Repeat, Selection, Step, StepKind};
use super::units::{Pool, Taken, Turn};
use super::walk::{Mark, Outcome, Reason, Verdict, Walk, counts};
use crate::diagnostic::codes;
use crate::ir::{self, Residual, Value};
use crate::source::Span;
use crate::value::{ArithmeticError, Exact};

/// What a claim takes off.
#[derive(Default)]
struct Made {
    /// By line.
    shares: Vec<(usize, Exact)>,
    total: Exact,
    /// The price of the units the first time.
    read: Exact,
    times: Exact,
    /// How many units became cheaper.
    units: Exact,
    /// The units were there, and nothing was taken off them: they are left to the claims below.
    came_to_zero: bool,
    /// What was taken off, and how often running so much.
    amounts: Vec<(Exact, Exact)>,
    /// What the amount read the first time, where it is that of a group.
    reads: Vec<ReadThen>,
    notes: Vec<Note>,
}

/// `claims { … }` by itself: each step counts before the next is looked at.
pub(super) fn claims<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, whole: &'p Step, steps: &'p [Step]) {
    let told =
        whole.label.is_some() || whole.when.is_some() || whole.during.is_some() || *whole.name != *ir::CLAIMS;
    let running = match walk.running.clone() {
        Ok(running) => running,
        Err(_) if told => return walk.lose_again(whole),
        Err(_) => return steps.iter().for_each(|step| walk.lose_again(step)),
    };
    match walk.skipped(whole) {
        Ok(None) => {}
        Ok(reason) => {
            if let Err(gap) = walk.settle(Verdict::nothing(whole, &running, reason), None) {
                walk.lose(whole, gap);
            }
            return;
        }
        Err(gap) => return walk.lose(whole, gap),
    }
    let mut pool = match Pool::of(walk.ground, whole.span) {
        Ok(pool) => pool,
        Err(gap) if told => return walk.lose(whole, gap),
        Err(gap) => return steps.iter().for_each(|step| walk.lose(step, gap.clone())),
    };
    let first = walk.marks.len();
    for step in steps {
        let StepKind::Claim(claim) = &step.kind else { continue };
        if walk.running.is_err() {
            walk.lose_again(step);
            continue;
        }
        let settled = one(walk, step, claim, &mut pool);
        if let Err(gap) = settled.and_then(|settled| walk.settle_outcome(step, settled)) {
            walk.lose(step, gap);
        }
        if !walk.ground.bad.is_empty() {
            return;
        }
    }
    if told {
        tell(walk, whole, first, &running);
    }
}

/// Puts what a block of claims did together before what its steps did.
fn tell<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, whole: &'p Step, first: usize, before: &Exact) {
    let counted = |mark: &Mark<'_>| match &mark.outcome {
        Outcome::Skipped(reason) => counts(Some(reason)),
        Outcome::Applied | Outcome::Unknown(_) => true,
    };
    let taken = walk
        .running
        .clone()
        .and_then(|after| before.checked_sub(&after).map_err(|error| arithmetic(error, whole.span)));
    let outcome = match &taken {
        Err(gap) => Outcome::Unknown(gap.clone()),
        Ok(_) if walk.marks.iter().skip(first).any(counted) => Outcome::Applied,
        Ok(_) => Outcome::Skipped(Reason::NoneCounts),
    };
    let applied = taken.clone().map(|taken| Value::Bool(!taken.is_zero()));
    walk.ground.set(whole.applied, Cell::of(applied));
    walk.ground.set(whole.figure, Cell::of(taken.map(Value::Number)));
    let mark = Mark {
        step: whole,
        outcome,
        amount: Exact::ZERO,
        read: Some(before.clone()),
        running: Some(before.clone()),
        contained: None,
        bound: None,
        left_over: Exact::ZERO,
        notes: Vec::new(),
    };
    walk.marks.insert(first.min(walk.marks.len()), mark);
}

impl<'p, G: Ground<'p>> Walk<'_, 'p, G> {
    /// Settles a step of the quote that was worked out outside of the walk.
    pub fn settle_outcome(&mut self, step: &'p Step, outcome: Settled) -> Result<(), Gap> {
        self.settle(Verdict::of(step, outcome), None)
    }

    /// `claims` as a member of a group: what they take off together.
    pub(super) fn claims(&mut self, mut verdict: Verdict<'p>, steps: &'p [Step]) -> Result<Verdict<'p>, Gap> {
        verdict.members = G::judge_claims(self, steps)?;
        if !verdict.members.iter().any(Verdict::counts) {
            verdict.skipped = Some(Reason::NoneCounts);
        }
        for member in &verdict.members {
            let sum = verdict.effect.checked_add(&member.effect);
            verdict.effect = sum.map_err(|error| arithmetic(error, member.step.span))?;
        }
        verdict.figure = verdict.effect.neg();
        Ok(verdict)
    }
}

/// What `claims { … }` would do as a member of a group: the steps take from units of their own, and all are worked
/// out on the price at the group's entry.
pub(super) fn judge<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    steps: &'p [Step],
) -> Result<Vec<Verdict<'p>>, Gap> {
    let mut verdicts = Vec::with_capacity(steps.len());
    let Some(first) = steps.first() else { return Ok(verdicts) };
    let mut pool = Pool::of(walk.ground, first.span)?;
    for step in steps {
        if let StepKind::Claim(claim) = &step.kind {
            verdicts.push(Verdict::of(step, one(walk, step, claim, &mut pool)?));
        }
    }
    Ok(verdicts)
}

fn one<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    step: &'p Step,
    claim: &'p Claim,
    pool: &mut Pool,
) -> Result<Settled, Gap> {
    let running = walk.running.clone()?;
    let nothing = |skipped: Option<Reason>| Settled {
        skipped,
        effect: Exact::ZERO,
        figure: Exact::ZERO,
        read: running.clone(),
        shares: Vec::new(),
        notes: Vec::new(),
    };
    if let Some(reason) = walk.skipped(step)? {
        return Ok(nothing(Some(reason)));
    }
    let mut turn = Turn::of(walk.ground, claim, pool)?;
    let made = match &claim.each {
        None => from_all(walk, step, claim, &mut turn, pool),
        Some(each) => from_groups(walk, step, (claim, each), &mut turn, pool),
    };
    walk.ground.set_running(Cell::of(walk.running.clone().map(Value::Number)));
    let made = made?;
    if made.times.is_zero() {
        return Ok(nothing(Some(if made.came_to_zero { Reason::Zero } else { Reason::NoUnits })));
    }
    let mut shares = made.shares;
    shares.retain(|(_, share)| !share.is_zero());
    let effect = made.total.neg();
    let skipped = effect.is_zero().then_some(Reason::Zero);
    Ok(Settled { skipped, effect, figure: made.total, read: made.read, shares, notes: made.notes })
}

/// The formulas of a claim, as the quote or the group that is entered reads them.
struct Said<'p> {
    amount: &'p Formula,
    /// Of each selection how many, or what they must come to.
    counts: Vec<Option<&'p Formula>>,
    /// How often at most.
    most: Option<&'p Formula>,
}

impl<'p> Said<'p> {
    fn of(ground: &QuoteGround<'_, 'p>, claim: &'p Claim) -> Said<'p> {
        let mut at = 0;
        let mut next = |own: &'p Formula| {
            at += 1;
            claim.each.as_ref().and_then(|each| ground.formula_of_group(each, at - 1)).unwrap_or(own)
        };
        let amount = next(&claim.amount);
        let selections = claim.needs.iter().chain(&claim.on);
        let counts = selections.map(|selection| selection.count.as_ref().map(&mut next)).collect();
        let most = match &claim.repeat {
            Repeat::AtMost(most) => Some(next(most)),
            Repeat::Once | Repeat::Always | Repeat::AtMostInAll(_) => None,
        };
        Said { amount, counts, most }
    }

    fn counts(&self, ground: &QuoteGround<'_, '_>, claim: &Claim) -> Result<Vec<Option<Exact>>, Gap> {
        let selections = claim.needs.iter().chain(&claim.on);
        let count = |(formula, selection): (&Option<&Formula>, &Selection)| match formula {
            Some(formula) if selection.worth => worth(ground, formula).map(Some),
            Some(formula) => whole_number(ground, formula).map(Some),
            None => Ok(None),
        };
        self.counts.iter().zip(selections).map(count).collect()
    }

    /// How often at most; none for as often as there are units.
    fn most(&self, ground: &QuoteGround<'_, '_>, claim: &Claim) -> Result<Option<Exact>, Gap> {
        match (&claim.repeat, self.most) {
            (Repeat::Once, _) => Ok(Some(Exact::ONE)),
            (_, Some(most)) => whole_number(ground, most).map(Some),
            (_, None) => Ok(None),
        }
    }
}

/// Takes from the units of all lines.
fn from_all<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    step: &'p Step,
    claim: &'p Claim,
    turn: &mut Turn<'_>,
    pool: &mut Pool,
) -> Result<Made, Gap> {
    let said = Said::of(walk.ground, claim);
    turn.begin(pool.whole.clone(), said.counts(walk.ground, claim)?);
    let most = said.most(walk.ground, claim)?;
    claim_units(walk, (step, said.amount), turn, most, pool)
}

/// Takes from the units of each group by themselves, one group after the other.
fn from_groups<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    step: &'p Step,
    (claim, each): (&'p Claim, &'p EachRule),
    turn: &mut Turn<'_>,
    pool: &mut Pool,
) -> Result<Made, Gap> {
    let lines: Vec<usize> = pool.runs.iter().map(|run| run.at).collect();
    let groups = walk.ground.groups(each, &lines)?;
    let parts = pool.of_groups(&groups);
    let mut room = match &claim.repeat {
        Repeat::AtMostInAll(most) => Some(whole_number(walk.ground, most)?),
        Repeat::Once | Repeat::Always | Repeat::AtMost(_) => None,
    };
    let (mut all, mut told) = (Made::default(), Vec::new());
    for (group, orders) in groups.into_iter().zip(parts) {
        if room.as_ref().is_some_and(|room| !room.is_positive()) {
            break;
        }
        let (of, lines) = (group.key.clone(), group.lines.len());
        let (_, outside) = walk.ground.enter_group(group, step.span)?;
        let said = Said::of(walk.ground, claim);
        let made = said.counts(walk.ground, claim).and_then(|counts| {
            turn.begin(orders, counts);
            let most = said.most(walk.ground, claim)?.or_else(|| room.clone());
            claim_units(walk, (step, said.amount), turn, most, pool)
        });
        walk.ground.leave_group(outside);
        let mut made = made?;
        if let Some(room) = &mut room {
            *room = room.checked_sub(&made.times).map_err(|error| arithmetic(error, step.span))?;
        }
        let (reads, notes) = (std::mem::take(&mut made.reads), std::mem::take(&mut made.notes));
        if !made.times.is_zero() {
            told.push(Note::Group { of, lines, amount: made.total.neg(), reads, notes });
        }
        all.add(made).map_err(|error| arithmetic(error, step.span))?;
    }
    all.notes = told;
    Ok(all)
}

impl Made {
    /// Adds what was taken from another group.
    fn add(&mut self, more: Made) -> Result<(), ArithmeticError> {
        if self.times.is_zero() {
            self.read = more.read;
        }
        self.shares.extend(more.shares);
        self.total = self.total.checked_add(&more.total)?;
        self.times = self.times.checked_add(&more.times)?;
        self.units = self.units.checked_add(&more.units)?;
        self.came_to_zero |= more.came_to_zero;
        Ok(())
    }
}

/// Takes units until a selection finds none, or nothing is taken off them, and adds up what that takes off.
fn claim_units<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    (step, own): (&'p Step, &'p Formula),
    turn: &mut Turn<'_>,
    most: Option<Exact>,
    pool: &mut Pool,
) -> Result<Made, Gap> {
    let fits = |number: Result<Exact, ArithmeticError>| number.map_err(|error| arithmetic(error, step.span));
    let mut made = Made::default();
    let mut off: BTreeMap<usize, Exact> = BTreeMap::new();
    loop {
        let room = match &most {
            Some(most) => Some(fits(most.checked_sub(&made.times))?),
            None => None,
        };
        if room.as_ref().is_some_and(|room| !room.is_positive()) {
            break;
        }
        let Some(taken) = turn.take(pool)? else { break };
        let cheaper = turn.cheaper(&taken)?;
        let again = turn.again(&taken, pool, room.as_ref())?;
        let times = fits(again.checked_add(&Exact::ONE))?;
        let mut price = Exact::ZERO;
        for (run, count) in &cheaper {
            price = fits(pool.runs[*run].price.checked_mul(count).and_then(|it| price.checked_add(&it)))?;
        }
        walk.ground.set_running(Cell::Known(Value::Number(price.clone())));
        let amount = walk.number(own, &mut made.notes)?;
        if amount.is_negative() {
            return Err(super::step::negative(step, own, &amount, walk.ground.scope(None)));
        }
        if amount.is_zero() {
            pool.give_back(&taken)?;
            made.came_to_zero = true;
            break;
        }
        if made.times.is_zero() {
            made.read = price;
            if walk.ground.group.is_some() {
                made.reads = walk.told(own.reads.iter());
            }
        }
        for ((run, _), share) in cheaper.iter().zip(shares(walk.ground, pool, &cheaper, &amount, step.span)?)
        {
            let share = fits(share.checked_mul(&times))?;
            let sum = off.entry(*run).or_default();
            *sum = fits(sum.checked_add(&share))?;
        }
        made.total = fits(amount.checked_mul(&times).and_then(|it| made.total.checked_add(&it)))?;
        match made.amounts.last_mut() {
            Some((last, often)) if *last == amount => *often = fits(often.checked_add(&times))?,
            _ => made.amounts.push((amount, times.clone())),
        }
        for (_, count) in &cheaper {
            made.units = fits(count.checked_mul(&times).and_then(|it| made.units.checked_add(&it)))?;
        }
        made.times = fits(made.times.checked_add(&times))?;
        for taken in &taken {
            pool.use_up(taken, &again)?;
        }
    }
    let amounts = std::mem::take(&mut made.amounts);
    made.notes.push(Note::Units { times: made.times.clone(), units: made.units.clone(), amounts });
    made.shares = off.into_iter().map(|(run, off)| (pool.runs[run].at, off.neg())).collect();
    Ok(made)
}

/// The shares of the units that became cheaper in what is taken off once.
fn shares(
    ground: &QuoteGround<'_, '_>,
    pool: &Pool,
    cheaper: &Taken,
    amount: &Exact,
    span: Span,
) -> Result<Vec<Exact>, Gap> {
    let fits = |error| arithmetic(error, span);
    let mut weights = Vec::with_capacity(cheaper.len());
    for (run, count) in cheaper {
        weights.push(pool.runs[*run].price.checked_mul(count).map_err(fits)?);
    }
    let step = ground.plan.minor_unit(&ground.facts.day);
    let how = Spreading { weights: &weights, limits: None, step: &step, residual: Residual::Largest };
    Ok(spread(amount, &how).map_err(fits)?.shares)
}

/// What units must come to: an amount that is not negative.
fn worth(ground: &QuoteGround<'_, '_>, formula: &Formula) -> Result<Exact, Gap> {
    let amount = ground.scope(None).number(&formula.code).map_err(|gap| in_formula(gap, formula))?;
    if amount.is_negative() {
        let shown = ground.plan.show_amount(&ground.facts.day, &amount);
        let message = format!("`{}` comes to {shown}, and no units are worth that", formula.text);
        let fault = Fault::new(codes::BAD_UNITS, message).at(formula.code.span);
        return Err(fault.help("keep it at zero or above: `max(…, 0 EUR)`").gap());
    }
    Ok(amount)
}

/// A number of units: whole, and not negative.
pub(super) fn whole_number(ground: &QuoteGround<'_, '_>, formula: &Formula) -> Result<Exact, Gap> {
    let number = ground.scope(None).number(&formula.code).map_err(|gap| in_formula(gap, formula))?;
    if number.is_negative() || !number.is_integer() {
        let message = format!("`{}` comes to {number}, and units are counted", formula.text);
        let fault = Fault::new(codes::BAD_UNITS, message).at(formula.code.span);
        return Err(fault.help("keep it at zero or above: `max(…, 0)`").gap());
    }
    Ok(number)
}
