//! Taxes and charges: what a step of a waterfall puts on beside the price.

use super::fault::{Gap, arithmetic};
use super::ground::Ground;
use super::step::{Change, Step, Tax, negative};
use super::walk::{Reason, Verdict, Walk};
use crate::ir::RoundTo;
use crate::value::{ArithmeticError, Exact};

impl<'p, G: Ground<'p>> Walk<'_, 'p, G> {
    pub(super) fn tax(&mut self, mut verdict: Verdict<'p>, tax: &'p Tax) -> Result<Verdict<'p>, Gap> {
        if let Some(condition) = &tax.on_lines {
            let entered = self.ground.enter_lines(condition, verdict.step.span)?;
            if !self.reaches(entered, &mut verdict) {
                return Ok(verdict);
            }
        }
        let amount = self.number(&tax.amount, &mut verdict.notes);
        self.publish();
        verdict.figure = amount?;
        match tax.within {
            true => verdict.contained = Some(verdict.figure.clone()),
            false => verdict.effect = verdict.figure.clone(),
        }
        verdict.skipped = verdict.figure.is_zero().then_some(Reason::Zero);
        Ok(verdict)
    }

    /// Taxes on one base: each on the price at entry. Where their sum is rounded, they share it.
    pub(super) fn taxes(
        &mut self,
        mut verdict: Verdict<'p>,
        steps: &'p [Step],
        to: Option<&RoundTo>,
    ) -> Result<Verdict<'p>, Gap> {
        let running = verdict.read.clone();
        for step in steps {
            let member = self.judge(step, &running)?;
            verdict.members.push(member);
        }
        let span = verdict.step.span;
        let fits = |number: Result<Exact, _>| number.map_err(|error| arithmetic(error, span));
        if let Some(to) = to {
            let exact: Vec<Exact> = verdict.members.iter().map(|member| member.figure.clone()).collect();
            let rounded = apportion(&exact, to, self.currency()).map_err(|error| arithmetic(error, span))?;
            for (member, amount) in verdict.members.iter_mut().zip(rounded) {
                if member.counts() {
                    member.skipped = amount.is_zero().then_some(Reason::Zero);
                }
                match &mut member.contained {
                    Some(contained) => contained.clone_from(&amount),
                    None => member.effect.clone_from(&amount),
                }
                member.figure = amount;
            }
        }
        let (mut effect, mut figure) = (Exact::ZERO, Exact::ZERO);
        for member in &verdict.members {
            effect = fits(effect.checked_add(&member.effect))?;
            figure = fits(figure.checked_add(&member.figure))?;
        }
        if !verdict.members.iter().any(Verdict::counts) {
            verdict.skipped = Some(Reason::NoneCounts);
        }
        (verdict.effect, verdict.figure) = (effect, figure);
        Ok(verdict)
    }

    /// A line that the book adds.
    pub(super) fn charge(
        &mut self,
        mut verdict: Verdict<'p>,
        change: &'p Change,
    ) -> Result<Verdict<'p>, Gap> {
        let amount = self.number(&change.amount, &mut verdict.notes)?;
        if amount.is_negative() && !change.may_be_negative {
            return Err(negative(verdict.step, &change.amount, &amount, self.ground.scope(None)));
        }
        verdict.figure = amount.clone();
        verdict.skipped = amount.is_zero().then_some(Reason::Zero);
        verdict.effect = amount;
        Ok(verdict)
    }
}

/// Amounts whose sum is rounded, each moved by less than a step: all down to whole steps, and what is missing
/// to the largest remainders, the first of them first.
fn apportion(exact: &[Exact], to: &RoundTo, currency: u16) -> Result<Vec<Exact>, ArithmeticError> {
    let step = to.step.in_currency(currency);
    let (mut sum, mut shares, mut remainders) = (Exact::ZERO, Vec::new(), Vec::new());
    for amount in exact {
        sum = sum.checked_add(amount)?;
        let whole = amount.checked_div(step)?.floor().checked_mul(step)?;
        remainders.push(amount.checked_sub(&whole)?);
        shares.push(whole);
    }
    let mut left = sum.round_to(to.mode, step)?;
    for share in &shares {
        left = left.checked_sub(share)?;
    }
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|one, other| remainders[*other].cmp(&remainders[*one]));
    for at in order.into_iter().cycle().take(exact.len().saturating_mul(2)) {
        if !left.is_positive() {
            break;
        }
        shares[at] = shares[at].checked_add(step)?;
        left = left.checked_sub(step)?;
    }
    Ok(shares)
}
