//! Lines and charges that a step of the quote brings below zero: none may, unless it says so.
//!
//! A price is looked at when the whole step is done, a group, `claims` or `each line` with all its members, so
//! that a floor among them counts.

use super::fault::{Fault, Gap};
use super::layout::line;
use super::quote::QuoteGround;
use super::step::{Step, StepKind};
use super::walk::Mark;
use crate::diagnostic::codes;
use crate::source::limits;
use crate::value::Exact;

/// How a price came below zero.
pub(super) struct Fall<'p> {
    step: &'p Step,
    before: Exact,
    after: Exact,
    /// It is a step of `each line`.
    each: bool,
}

impl Step {
    /// It says that it `may be negative`.
    fn may_be_negative(&self) -> bool {
        match &self.kind {
            StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => {
                change.may_be_negative
            }
            _ => false,
        }
    }
}

impl<'p> QuoteGround<'_, 'p> {
    /// Looks at what a step did to the price of a line, or of a charge behind all lines.
    pub(super) fn watch(&mut self, at: usize, step: &'p Step, (before, after): (&Exact, &Exact), each: bool) {
        if before.is_negative() || !after.is_negative() {
            return;
        }
        if step.may_be_negative() {
            self.falls.remove(&at);
        } else {
            let (before, after) = (before.clone(), after.clone());
            self.falls.insert(at, Fall { step, before, after, each });
        }
    }

    /// Looks at what the steps of an `each line` did to a line. Taxes are no price.
    pub(super) fn watch_each(&mut self, at: usize, before: &Exact, marks: &[Mark<'p>]) {
        let mut before = before;
        for mark in marks {
            let Some(after) = &mark.running else { return };
            if !mark.step.is_tax() {
                self.watch(at, mark.step, (before, after), true);
            }
            before = after;
        }
    }

    /// Takes the lines out that are still below zero. A charge is no line: what is wrong with it is wrong with
    /// the quote.
    pub(super) fn refuse_falls(&mut self, round: usize, gaps: &mut Vec<Gap>) {
        for (at, fall) in std::mem::take(&mut self.falls) {
            match at.checked_sub(self.lines.len()).map(|at| self.charges.get(at)) {
                None if self.lines[at].number(line::RUNNING).is_ok_and(|price| price.is_negative()) => {
                    let gap = self.fell(&fall, "the line");
                    if round >= limits::MAX_ROUNDS_OF_FALLS {
                        gaps.push(gap);
                        return;
                    }
                    self.bad.push((at, gap));
                }
                Some(Some(charge)) if charge.net.is_negative() => {
                    let what = format!("the charge `{}`", charge.step.name);
                    gaps.push(self.fell(&fall, &what));
                }
                _ => {}
            }
        }
    }

    fn fell(&self, fall: &Fall<'p>, what: &str) -> Gap {
        let Fall { step, before, after, each } = fall;
        let day = &self.facts.day;
        let message = match step.visible_to.is_empty() {
            true => format!(
                "`{}` brings {what} from {} to {}, below zero",
                step.name,
                self.plan.show_amount(day, before),
                self.plan.show_amount(day, after)
            ),
            false => format!("`{}` brings {what} below zero", step.name),
        };
        let help = if *each || matches!(step.kind, StepKind::Claim(_)) {
            "take off at most what there is, `min(…, running)`; if a credit is meant, an `add` or `less` says \
             `may be negative`"
        } else if after.abs() < self.plan.minor_unit(day) {
            "the line has a fraction of what can be paid: round its price, or share the step finer, \
             `spread by running to 0.0001 EUR`"
        } else {
            "take off at most what there is, `min(…, running)`, and no more of a line than it costs, \
             `spread by running within line.running`; if a credit is meant, the step says `may be negative`"
        };
        Fault::new(codes::NEGATIVE_PRICE, message).at(step.span).help(help).gap()
    }
}
