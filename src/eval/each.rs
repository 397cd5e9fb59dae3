//! `each line`: steps of the quote on every line, and what they come to on all lines together.

use super::fault::{Gap, arithmetic};
use super::ground::Ground;
use super::layout::{Cell, line, quote};
use super::line::{LineGround, set};
use super::others::{Lines, Others, Stood};
use super::quote::{QuoteGround, net};
use super::step::{Step, StepKind};
use super::walk::{Mark, Outcome, Reason, Walk, clear};
use crate::ir::Value;
use crate::value::{ArithmeticError, Exact};

/// `each line { … }`: step by step, each on all lines.
pub(super) fn each_line<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    whole: &'p Step,
    steps: &'p [Step],
    each: usize,
) {
    let counts = match (&walk.running, &whole.when) {
        (Err(_), _) => false,
        (Ok(_), None) => true,
        (Ok(_), Some(when)) => match walk.ground.scope(None).truth(&when.code) {
            Ok(holds) => holds,
            Err(gap) => {
                walk.gaps.push(gap.clone());
                walk.running = Err(gap);
                false
            }
        },
    };
    let during = whole.during.as_ref();
    if !counts || during.is_some_and(|it| !it.holds(walk.ground.facts.day.as_of)) {
        clear(walk.ground, steps);
        walk.ground.clear_each(each);
        return;
    }
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        if step.is_tax() && !walk.ground.taxed {
            net(walk);
        }
        let count = if step.folds(steps.get(at + 1)).is_some() { 2 } else { 1 };
        let Some(marks) = walk.ground.on_each(each, at..at + count, steps) else { return };
        for mark in marks {
            if let Err(gap) = &mark.outcome_gap() {
                walk.gaps.push(gap.clone());
                walk.running = Err(gap.clone());
            }
            if let Some(running) = &mark.running {
                walk.running = Ok(running.clone());
            }
            walk.marks.push(mark);
        }
        walk.ground.set_running(Cell::of(walk.running.clone().map(Value::Number)));
        at += count;
    }
}

impl<'p> QuoteGround<'_, 'p> {
    /// Some steps of an `each line` on every line; what they did to the quote, as marks of the steps that the
    /// quote sees. None where a line turned out bad.
    fn on_each(
        &mut self,
        each: usize,
        range: std::ops::Range<usize>,
        seen: &'p [Step],
    ) -> Option<Vec<Mark<'p>>> {
        let mut running = self.number(quote::RUNNING);
        let seen = flat(seen.get(range.clone()).unwrap_or_default());
        let mut sums: Vec<EachSum> = seen.iter().map(|_| EachSum::default()).collect();
        // All lines see each other as they were before the step.
        let stood: Vec<_> = match self.plan.each_sees_lines {
            true => self
                .valid
                .iter()
                .map(|at| (*at, &self.lines[*at]))
                .map(|(at, run)| Stood { at, product: run.product, cells: run.cells.clone() })
                .collect(),
            false => Vec::new(),
        };
        let lines = if self.plan.each_sees_lines { Lines::Finished(&stood) } else { Lines::Unknown };
        for at in self.valid.clone() {
            let run = &mut self.lines[at];
            let product = run.product;
            let steps = product.each.get(each).and_then(|steps| steps.get(range.clone())).unwrap_or_default();
            let before = run.number(line::RUNNING);
            let start = before.clone().ok();
            let quote = &self.cells;
            let mut ground = LineGround {
                plan: self.plan,
                facts: self.facts,
                quote,
                cells: &mut run.cells,
                parts: &run.parts,
                others: Others { lines, memo: Some(&self.memo), asks: Some(at) },
                running: line::RUNNING,
            };
            let mut walk = Walk::from(&mut ground, before);
            walk.steps(steps);
            let (marks, gaps) = (walk.marks, walk.gaps);
            for (sum, step) in sums.iter_mut().zip(flat(steps)) {
                let figure = run.number(step.figure);
                let of_step = marks.iter().filter(|mark| within(step, mark.step));
                sum.add(of_step, figure);
            }
            if let Some(gap) = gaps.into_iter().next() {
                self.bad.push((at, gap));
            }
            if let Some(start) = start {
                self.watch_each(at, &start, &marks);
            }
            self.lines[at].shares.extend(marks);
        }
        if !self.bad.is_empty() {
            return None;
        }
        let mut marks = Vec::new();
        for (sum, step) in sums.into_iter().zip(seen) {
            marks.push(self.sum_up(sum, step, &mut running));
        }
        Some(marks)
    }

    /// An `each line` that is not even considered amounts to nothing on every line.
    fn clear_each(&mut self, each: usize) {
        for at in self.valid.clone() {
            let run = &mut self.lines[at];
            let steps = run.product.each.get(each).map_or(&[][..], Vec::as_slice);
            let (plan, facts, quote) = (self.plan, self.facts, &self.cells);
            let ground = LineGround {
                plan,
                facts,
                quote,
                cells: &mut run.cells,
                parts: &run.parts,
                others: Others { lines: Lines::Unknown, memo: Some(&self.memo), asks: Some(at) },
                running: line::RUNNING,
            };
            clear(&mut { ground }, steps);
        }
    }

    /// What a step did to all lines together.
    fn sum_up(&mut self, sum: EachSum, step: &'p Step, running: &mut Result<Exact, Gap>) -> Mark<'p> {
        let fits =
            |number: Result<Exact, ArithmeticError>| number.map_err(|error| arithmetic(error, step.span));
        let read = running.as_ref().ok().cloned();
        let amount = fits(sum.amount.clone());
        let after = running.clone().and_then(|before| fits(before.checked_add(&amount.clone()?)));
        *running = after.clone();
        set(&mut self.cells, step.figure, Cell::of(fits(sum.figure).map(Value::Number)));
        set(&mut self.cells, step.applied, Cell::Known(Value::Bool(sum.applied)));
        let contained = sum.contained.and_then(|contained| fits(contained).ok());
        Mark {
            step,
            outcome: match (after.clone(), sum.applied) {
                (Err(gap), _) => Outcome::Unknown(gap),
                (Ok(_), true) => Outcome::Applied,
                (Ok(_), false) => Outcome::Skipped(Reason::NoLines),
            },
            amount: amount.unwrap_or_default(),
            read,
            running: after.ok(),
            contained,
            bound: None,
            left_over: Exact::ZERO,
            notes: Vec::new(),
        }
    }
}

/// What a step of an `each line` did to all lines.
struct EachSum {
    amount: Result<Exact, ArithmeticError>,
    figure: Result<Exact, ArithmeticError>,
    contained: Option<Result<Exact, ArithmeticError>>,
    applied: bool,
}

impl Default for EachSum {
    fn default() -> EachSum {
        EachSum { amount: Ok(Exact::ZERO), figure: Ok(Exact::ZERO), contained: None, applied: false }
    }
}

impl EachSum {
    fn add<'m, 'p: 'm>(&mut self, marks: impl Iterator<Item = &'m Mark<'p>>, figure: Result<Exact, Gap>) {
        let add = |sum: &Result<Exact, ArithmeticError>, more: &Exact| sum.clone()?.checked_add(more);
        for mark in marks {
            self.amount = add(&self.amount, &mark.amount);
            self.applied |= mark.outcome == Outcome::Applied;
            if let Some(contained) = &mark.contained {
                self.contained = Some(add(&self.contained.clone().unwrap_or(Ok(Exact::ZERO)), contained));
            }
        }
        if let Ok(figure) = figure {
            self.figure = add(&self.figure, &figure);
        }
    }
}

/// Steps, and behind a block of taxes the taxes, which the quote tells one by one.
fn flat(steps: &[Step]) -> Vec<&Step> {
    let inside = |step: &'_ Step| matches!(step.kind, StepKind::Taxes { .. });
    let mut all = Vec::with_capacity(steps.len());
    for step in steps {
        all.push(step);
        if inside(step) {
            all.extend(step.members());
        }
    }
    all
}

/// Whether a step is the other, or a member of it.
fn within(outer: &Step, step: &Step) -> bool {
    std::ptr::eq(outer, step)
        || matches!(&outer.kind, StepKind::Group { steps, .. } if steps.iter().any(|it| within(it, step)))
}

impl Mark<'_> {
    /// The reason why it cannot be worked out, if it cannot.
    fn outcome_gap(&self) -> Result<(), Gap> {
        match &self.outcome {
            Outcome::Unknown(gap) => Err(gap.clone()),
            _ => Ok(()),
        }
    }
}
