//! Units of lines that offers take, each unit once.
//!
//! Units of a line have one price, so a line is a run of units. A claim is made again and again; where the next
//! time takes from the same runs as the last, many times are worked out as one, so that a million units cost no
//! more than two.

use std::collections::BTreeMap;

use super::code::Formula;
use super::fault::{Fault, Gap, arithmetic, overflow};
use super::layout::{Cell, line};
use super::quote::QuoteGround;
use super::run::Note;
use super::spread::{Spreading, spread};
use super::step::{Claim, Repeat, Selection, Step, StepKind};
use super::walk::{Ground, Reason, Settled, Walk, in_formula};
use crate::diagnostic::codes;
use crate::ir::{NumberKind, Pick, Residual, Ty, Value};
use crate::source::Span;
use crate::value::{ArithmeticError, Exact};

/// Units of one line that nobody has taken.
struct Run {
    /// The line.
    at: usize,
    left: Exact,
    price: Exact,
}

/// The units that can be taken, and the orders in which they are.
struct Pool {
    runs: Vec<Run>,
    dearest: Vec<usize>,
    cheapest: Vec<usize>,
}

/// What a selection takes once: positions of runs, and how many of each.
type Taken = Vec<(usize, Exact)>;

/// The selections of a claim in the order in which they take: those of `needs`, then those of `on`.
struct Turn<'s> {
    wanted: Vec<Wanted<'s>>,
    /// How many of them are `needs`.
    needs: usize,
}

/// A selection with its number, its lines, and how far its order is used up.
struct Wanted<'s> {
    selection: &'s Selection,
    /// How many; none for all.
    count: Option<Exact>,
    /// For each run, whether its units are meant.
    meant: Vec<bool>,
    /// The runs before this position of its order have nothing left.
    from: usize,
}

/// What a claim takes off.
#[derive(Default)]
struct Outcome {
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
    notes: Vec<Note>,
}

/// `claims { … }`
pub(super) fn claims<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, whole: &'p Step, steps: &'p [Step]) {
    if walk.running.is_err() {
        return steps.iter().for_each(|step| walk.lose_again(step));
    }
    let mut pool = match Pool::of(walk.ground, whole.span) {
        Ok(pool) => pool,
        Err(gap) => return steps.iter().for_each(|step| walk.lose(step, gap.clone())),
    };
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
    let mut turn = Turn { wanted: Vec::new(), needs: claim.needs.len() };
    for selection in claim.needs.iter().chain(&claim.on) {
        turn.wanted.push(Wanted::of(walk.ground, selection, pool)?);
    }
    let most = match &claim.repeat {
        Repeat::Once => Some(Exact::ONE),
        Repeat::Always => None,
        Repeat::AtMost(most) => Some(whole_number(walk.ground, most)?),
    };
    let made = claim_units(walk, step, claim, &mut turn, most, pool);
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

/// Takes units until a selection finds none, or nothing is taken off them, and adds up what that takes off.
fn claim_units<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    step: &'p Step,
    claim: &'p Claim,
    turn: &mut Turn<'_>,
    most: Option<Exact>,
    pool: &mut Pool,
) -> Result<Outcome, Gap> {
    let fits = |number: Result<Exact, ArithmeticError>| number.map_err(|error| arithmetic(error, step.span));
    let mut made = Outcome::default();
    let mut off = vec![Exact::ZERO; pool.runs.len()];
    loop {
        let room = match &most {
            Some(most) => Some(fits(most.checked_sub(&made.times))?),
            None => None,
        };
        if room.as_ref().is_some_and(|room| !room.is_positive()) {
            break;
        }
        let Some(taken) = turn.take(pool)? else { break };
        let cheaper = by_run(taken.get(turn.needs..).unwrap_or_default())?;
        let again = turn.again(&taken, pool, room.as_ref())?;
        let times = fits(again.checked_add(&Exact::ONE))?;
        let mut price = Exact::ZERO;
        for (run, count) in &cheaper {
            price = fits(pool.runs[*run].price.checked_mul(count).and_then(|it| price.checked_add(&it)))?;
        }
        walk.ground.set_running(Cell::Known(Value::Number(price.clone())));
        let amount = walk.number(&claim.amount, &mut made.notes)?;
        if amount.is_negative() {
            return Err(super::walk::negative(step, &claim.amount, &amount, walk.ground.scope(None)));
        }
        if amount.is_zero() {
            pool.give_back(&taken)?;
            made.came_to_zero = true;
            break;
        }
        if made.times.is_zero() {
            made.read = price;
        }
        for ((run, _), share) in cheaper.iter().zip(shares(walk.ground, pool, &cheaper, &amount, step.span)?)
        {
            let share = fits(share.checked_mul(&times))?;
            off[*run] = fits(off[*run].checked_add(&share))?;
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
    made.shares = pool.runs.iter().zip(off).map(|(run, off)| (run.at, off.neg())).collect();
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

impl Pool {
    /// All units of the lines that are not at fault and that count whole units.
    fn of(ground: &QuoteGround<'_, '_>, span: Span) -> Result<Pool, Gap> {
        let mut runs = Vec::new();
        for at in &ground.valid {
            let run = &ground.lines[*at];
            let counted = matches!(run.product.product.quantity.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
            if !counted {
                continue;
            }
            let quantity = run.number(line::QUANTITY)?;
            if !quantity.is_integer() || !quantity.is_positive() {
                continue;
            }
            let price = run.number(line::RUNNING)?.checked_div(&quantity);
            let price = price.map_err(|error| arithmetic(error, span))?;
            runs.push(Run { at: *at, left: quantity, price });
        }
        let mut cheapest: Vec<usize> = (0..runs.len()).collect();
        let mut dearest = cheapest.clone();
        // Stable: units of one price are taken in the order of the lines.
        cheapest.sort_by(|one, other| runs[*one].price.cmp(&runs[*other].price));
        dearest.sort_by(|one, other| runs[*other].price.cmp(&runs[*one].price));
        Ok(Pool { runs, dearest, cheapest })
    }

    fn position(&self, order: Pick, at: usize) -> Option<usize> {
        match order {
            Pick::InOrder => (at < self.runs.len()).then_some(at),
            Pick::Dearest => self.dearest.get(at).copied(),
            Pick::Cheapest => self.cheapest.get(at).copied(),
        }
    }

    fn use_up(&mut self, taken: &Taken, times: &Exact) -> Result<(), Gap> {
        for (run, count) in taken {
            let too_long = |_| overflow(Span::default());
            let used = count.checked_mul(times).map_err(too_long)?;
            self.runs[*run].left = self.runs[*run].left.checked_sub(&used).map_err(too_long)?;
        }
        Ok(())
    }

    fn give_back(&mut self, taken: &[Taken]) -> Result<(), Gap> {
        taken.iter().try_for_each(|taken| self.use_up(taken, &Exact::ONE.neg()))
    }
}

impl Turn<'_> {
    /// Takes the units of all selections once, one selection after the other; none where one finds too few.
    fn take(&mut self, pool: &mut Pool) -> Result<Option<Vec<Taken>>, Gap> {
        let mut all = Vec::with_capacity(self.wanted.len());
        for wanted in &mut self.wanted {
            match wanted.take(pool)? {
                Some(taken) => all.push(taken),
                None => {
                    pool.give_back(&all)?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(all))
    }

    /// How many times more the same units can be taken from the same runs. Where each selection took all its
    /// units from one run, these runs stand first in its order until one of them has too few left.
    fn again(&self, taken: &[Taken], pool: &Pool, room: Option<&Exact>) -> Result<Exact, Gap> {
        let too_long = |_| overflow(Span::default());
        let whole = |(wanted, taken): (&Wanted<'_>, &Taken)| match taken.as_slice() {
            [(_, count)] => wanted.count.as_ref() == Some(count),
            _ => false,
        };
        if !self.wanted.iter().zip(taken).all(whole) {
            return Ok(Exact::ZERO);
        }
        let mut times: Option<Exact> = match room {
            Some(room) => Some(room.checked_sub(&Exact::ONE).map_err(too_long)?),
            None => None,
        };
        for (run, count) in by_run(taken)? {
            let fit = pool.runs[run].left.checked_div(&count).map_err(too_long)?.floor();
            times = Some(times.map_or(fit.clone(), |times| times.min(fit)));
        }
        Ok(times.unwrap_or_default().max(Exact::ZERO))
    }
}

/// How many units of each run were taken, in the order of the lines, whichever units came first: cents that
/// remain go by it.
fn by_run(taken: &[Taken]) -> Result<Taken, Gap> {
    let mut sums = BTreeMap::new();
    for (run, count) in taken.iter().flatten() {
        let sum: &mut Exact = sums.entry(*run).or_default();
        *sum = sum.checked_add(count).map_err(|_| overflow(Span::default()))?;
    }
    Ok(sums.into_iter().collect())
}

impl<'s> Wanted<'s> {
    fn of(
        ground: &mut QuoteGround<'_, '_>,
        selection: &'s Selection,
        pool: &Pool,
    ) -> Result<Wanted<'s>, Gap> {
        let count = match &selection.count {
            Some(count) => Some(whole_number(ground, count)?),
            None => None,
        };
        let meant = match &selection.among {
            None => vec![true; pool.runs.len()],
            Some(condition) => {
                let lines = ground.where_holds(condition)?;
                pool.runs.iter().map(|run| lines.binary_search(&run.at).is_ok()).collect()
            }
        };
        Ok(Wanted { selection, count, meant, from: 0 })
    }

    /// Takes the units once; none where there are too few.
    fn take(&mut self, pool: &mut Pool) -> Result<Option<Taken>, Gap> {
        let too_long = |_| overflow(Span::default());
        let mut missing = self.count.clone();
        let mut taken = Taken::new();
        let mut at = self.from;
        while let Some(run) = pool.position(self.selection.order, at) {
            if missing.as_ref().is_some_and(Exact::is_zero) {
                break;
            }
            let free = &pool.runs[run].left;
            let usable = self.meant.get(run).copied().unwrap_or(false) && free.is_positive();
            if usable {
                let count =
                    missing.as_ref().map_or(free.clone(), |missing| free.clone().min(missing.clone()));
                if let Some(missing) = &mut missing {
                    *missing = missing.checked_sub(&count).map_err(too_long)?;
                }
                taken.push((run, count));
            } else if at == self.from {
                self.from += 1;
            }
            at += 1;
        }
        let short = missing.as_ref().is_some_and(|missing| !missing.is_zero());
        if taken.is_empty() || short && !self.selection.up_to {
            return Ok(None);
        }
        pool.use_up(&taken, &Exact::ONE)?;
        Ok(Some(taken))
    }
}
