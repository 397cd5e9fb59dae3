//! From the total of a quote to what is to be paid: steps that change no line, no net and no tax.

use super::fault::{Fault, Gap};
use super::layout::{Cell, quote};
use super::line::set;
use super::quote::{QuoteGround, net};
use super::step::{Step, may_turn_round};
use super::walk::{Mark, Walk};
use crate::diagnostic::codes;
use crate::ir::Value;
use crate::value::Exact;

/// What is to be paid, and how it came about.
#[derive(Debug)]
pub struct PayableRun<'p> {
    /// The block.
    pub step: &'p Step,
    /// The total, with which it begins.
    pub start: Option<Exact>,
    /// Its waterfall.
    pub marks: Vec<Mark<'p>>,
    /// What is to be paid, where it is known.
    pub amount: Option<Exact>,
}

/// Walks from the total to what is to be paid.
pub(super) fn payable<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, step: &'p Step, steps: &'p [Step]) {
    if !walk.ground.taxed {
        net(walk);
    }
    let total = walk.running.clone();
    set(&mut walk.ground.cells, quote::TOTAL, Cell::of(total.clone().map(Value::Number)));
    let mut inner = Walk::from(&mut *walk.ground, total.clone());
    inner.steps(steps);
    let (running, marks, mut gaps) = (inner.running, inner.marks, inner.gaps);
    gaps.extend(below_zero(walk.ground, steps, total.as_ref().ok(), running.as_ref().ok()));
    for gap in gaps {
        if !walk.gaps.iter().any(|known| std::sync::Arc::ptr_eq(known, &gap)) {
            walk.gaps.push(gap);
        }
    }
    set(&mut walk.ground.cells, step.figure, Cell::of(running.clone().map(Value::Number)));
    set(&mut walk.ground.cells, step.applied, Cell::Known(Value::Bool(true)));
    walk.publish();
    walk.ground.payable = Some(PayableRun { step, start: total.ok(), marks, amount: running.ok() });
}

/// Nobody pays less than nothing, unless a step of the block may turn round.
fn below_zero(
    ground: &QuoteGround<'_, '_>,
    steps: &[Step],
    total: Option<&Exact>,
    amount: Option<&Exact>,
) -> Option<Gap> {
    let amount = amount.filter(|amount| amount.is_negative())?;
    if total.is_none_or(Exact::is_negative) || may_turn_round(steps) {
        return None;
    }
    let amount = ground.plan.show_amount(&ground.facts.day, amount);
    let message = format!("what is to be paid comes to {amount}, below zero");
    let help = "take off at most what there is: `less … = min(amount, running)`";
    Some(Fault::new(codes::NEGATIVE_PRICE, message).help(help).gap())
}
