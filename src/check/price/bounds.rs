//! Floors that lift no price and caps that lower none, as far as the ranges of a waterfall tell: the price is followed
//! from step to step as an interval.

use std::collections::BTreeMap;

use super::reach::{Interval, Known, Priced};
use super::warnings;
use crate::check::expr::constant;
use crate::check::{Signatures, describe};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, GroupKind, Level, Name, Price, Step, StepKind, Ty, Value};

/// Warns of the floors and caps of a waterfall that change no price, or leave only one.
pub(super) fn warn_of_idle_bounds(
    price: &Price,
    signatures: &Signatures,
    products: &[Name],
    problems: &mut Vec<Diagnostic>,
) {
    let start = Priced { running: Interval::only_zero(), figures: BTreeMap::new() };
    let mut follow = Follow { signatures, products, priced: start, problems };
    follow.steps(&price.per_unit, Level::Unit);
    follow.priced.running = match price.per_unit.is_empty() {
        true => Interval::only_zero(),
        false => follow.quantity().multiply(follow.priced.running.clone()),
    };
    follow.steps(&price.per_line, Level::Line);
}

struct Follow<'a, 'p> {
    signatures: &'a Signatures,
    products: &'a [Name],
    priced: Priced,
    problems: &'p mut Vec<Diagnostic>,
}

impl Follow<'_, '_> {
    fn known(&self) -> Known<'_> {
        Known::of_price(self.signatures, self.products, &self.priced)
    }

    /// How many are ordered; measures may be in another unit than their prices.
    fn quantity(&self) -> Interval {
        let products = self.products.iter().filter_map(|name| self.signatures.products.get(name));
        let counted = products.into_iter().all(|product| product.quantity.unit.is_none());
        if counted { self.known().of_quantity() } else { Interval::all() }
    }

    fn steps(&mut self, steps: &[Step], level: Level) {
        for step in steps {
            let before = self.priced.running.clone();
            let mut figure = self.step(step, level);
            if step.when.is_some() || step.during.is_some() {
                self.priced.running = self.priced.running.clone().cover(before);
                figure = figure.cover(Interval::only_zero());
            }
            self.priced.figures.insert((level, step.name.clone()), figure);
        }
    }

    /// Follows a step; what its name reads.
    fn step(&mut self, step: &Step, level: Level) -> Interval {
        let running = self.priced.running.clone();
        match &step.kind {
            StepKind::List(amount) => {
                let amount = self.known().interval(&amount.expr);
                self.priced.running = running.add(amount.clone());
                amount
            }
            StepKind::Add(change) => {
                let amount = self.amount(&change.amount.expr, change.may_be_negative);
                self.priced.running = running.add(amount.clone());
                amount
            }
            StepKind::Less(change) => {
                let amount = self.amount(&change.amount.expr, change.may_be_negative);
                self.priced.running = running.add(amount.clone().negate());
                amount
            }
            StepKind::Floor(bound) => {
                let bound_at = self.known().interval(&bound.expr);
                self.look(step, &bound.expr, &running, &bound_at);
                self.priced.running = Interval::greatest(&[running, bound_at]);
                Interval::all()
            }
            StepKind::Cap(bound) => {
                let bound_at = self.known().interval(&bound.expr);
                self.look(step, &bound.expr, &running, &bound_at);
                self.priced.running = Interval::least(&[running, bound_at]);
                Interval::all()
            }
            StepKind::Round(round) => {
                // A price that hangs on nothing is one number behind it too; which one makes no difference here.
                if running.single().is_none() {
                    self.priced.running = self.known().rounded_from(running, &round.step, &round.offset);
                }
                Interval::all()
            }
            StepKind::Group { kind, steps } => {
                self.group(*kind, steps, level);
                Interval::all()
            }
            StepKind::Subtotal => running,
            StepKind::Let(amount) => self.known().interval(&amount.expr),
            StepKind::Tax(tax) if tax.within => Interval::all(),
            _ => {
                self.priced.running = Interval::all();
                Interval::all()
            }
        }
    }

    /// An amount that may not be negative is refused where it is.
    fn amount(&self, amount: &Expr, may_be_negative: bool) -> Interval {
        let found = self.known().interval(amount);
        if may_be_negative { found } else { found.without_negatives() }
    }

    /// Each member alone, or all that add up.
    fn group(&mut self, kind: GroupKind, steps: &[Step], level: Level) {
        let entry = self.priced.running.clone();
        let mut moved = Vec::new();
        for step in steps {
            self.priced.running = entry.clone();
            self.steps(std::slice::from_ref(step), level);
            moved.push(self.priced.running.clone());
        }
        self.priced.running = match kind {
            GroupKind::All => Interval::all(),
            _ => moved.into_iter().fold(entry, Interval::cover),
        };
    }

    fn look(&mut self, step: &Step, bound: &Expr, running: &Interval, bound_at: &Interval) {
        let is_floor = matches!(step.kind, StepKind::Floor(_));
        // A floor of zero is a rail, and no mistake.
        if matches!(constant(bound), Some(Value::Number(number)) if number.is_zero()) {
            return;
        }
        let Ty::Number(ty) = bound.ty.required() else { return };
        let text = |number: &crate::value::Exact| describe::number_of(number, ty);
        let (idle, always) = match is_floor {
            true => (bound_at.at_most(running), running.below(bound_at)),
            false => (running.at_most(bound_at), bound_at.below(running)),
        };
        let known = self.known();
        let ends = (running.low.as_ref().map(&text), running.high.as_ref().map(&text));
        let bounds = (bound_at.low.as_ref().map(&text), bound_at.high.as_ref().map(&text));
        let ranges = known.ranges(bound);
        if idle && running.single().is_none() {
            self.problems.push(warnings::idle_bound(step, bound.span, (ends, bounds), &ranges));
        } else if always && running.single().is_none() {
            self.problems.push(warnings::bound_always(step, bound.span, (ends, bounds), &ranges));
        }
    }
}
