//! Whether an amount always is a multiple of a step, so that no rounding is undone by it.

use super::reach::is_whole;
use crate::check::Signatures;
use crate::ir::{AggregateKind, ArithmeticOp, Domain, Expr, ExprKind, Level, Name, Place, RoundTo, Value};
use crate::value::Exact;

/// The multiples of a step, moved by an offset: 0.99, 1.99, 2.99 for a step of 1 with offset −0.01.
#[derive(Clone, Debug)]
pub(super) struct Grid<'a> {
    step: Exact,
    offset: Exact,
    /// The steps are those of the smallest unit that is paid.
    of_paid_amounts: bool,
    signatures: &'a Signatures,
    /// Figures of the section that lie on the grid.
    figures: Vec<(Level, Name)>,
}

impl<'a> Grid<'a> {
    /// The amounts that can be paid: multiples of a currency's smallest unit.
    pub(super) fn of_paid(minor: Exact, signatures: &'a Signatures) -> Grid<'a> {
        let offset = Exact::ZERO;
        Grid { step: minor, offset, of_paid_amounts: true, signatures, figures: Vec::new() }
    }

    pub(super) fn of_rounding(round: &RoundTo, signatures: &'a Signatures) -> Grid<'a> {
        let (step, offset) = (round.step.clone(), round.offset.clone());
        Grid { step, offset, of_paid_amounts: false, signatures, figures: Vec::new() }
    }

    /// Remembers that a figure lies on the grid.
    pub(super) fn add_figure(&mut self, level: Level, name: Name) {
        self.figures.push((level, name));
    }

    /// Whether a figure is known to lie on the grid.
    pub(super) fn has_figure(&self, level: Level, name: &Name) -> bool {
        self.figures.iter().any(|(of, known)| *of == level && known == name)
    }

    /// Whether a number is one of the grid.
    pub(super) fn has(&self, value: &Exact) -> bool {
        value.checked_sub(&self.offset).is_ok_and(|moved| self.is_multiple(&moved))
    }

    /// Whether the expression certainly is a number of the grid.
    pub(super) fn holds(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(Value::Number(value)) => self.has(value),
            ExprKind::Round { step, offset, .. } => self.is_multiple(step) && self.has(offset),
            ExprKind::If { then, otherwise, .. } => self.holds(then) && self.holds(otherwise),
            ExprKind::Otherwise { value, fallback } => self.holds(value) && self.holds(fallback),
            ExprKind::Switch { cases, otherwise, .. } => {
                cases.iter().map(|(_, result)| result).chain(otherwise.as_deref()).all(|it| self.holds(it))
            }
            ExprKind::Extreme { of, .. } => of.iter().all(|it| self.holds(it)),
            ExprKind::Read(place) => self.holds_input(place),
            _ => self.offset.is_zero() && self.holds_combination(expr),
        }
    }

    /// Sums, and whole numbers of multiples, are multiples again. A chain of operators leans left: it is
    /// walked in a loop, however long it is.
    fn holds_combination(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Negate(inner) | ExprKind::Absolute(inner) => self.holds(inner),
            ExprKind::Scale { factor, of } => factor.is_integer() && self.holds(of),
            ExprKind::Arithmetic { .. } => self.holds_chain(expr),
            ExprKind::Aggregate(own) if own.kind == AggregateKind::Sum => {
                own.body.as_ref().is_some_and(|body| self.holds(body))
            }
            _ => false,
        }
    }

    fn holds_chain(&self, expr: &Expr) -> bool {
        let (mut pending, mut rest) = (Vec::new(), expr);
        while let ExprKind::Arithmetic { op, left, right } = &rest.kind {
            pending.push((*op, left, right));
            rest = left;
        }
        pending.into_iter().rev().fold(self.holds(rest), |held, (op, left, right)| match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => held && self.holds(right),
            ArithmeticOp::Multiply => held && is_whole(right) || is_whole(left) && self.holds(right),
            ArithmeticOp::Divide => false,
        })
    }

    fn holds_input(&self, place: &Place) -> bool {
        match place {
            Place::Entry { level: Level::Quote, name } => {
                let entry = self.signatures.quote.entries.get(name);
                entry.is_some_and(|entry| self.holds_domain(&entry.domain))
            }
            Place::Figure { level, name } => self.figures.iter().any(|(l, n)| l == level && n == name),
            _ => false,
        }
    }

    fn holds_domain(&self, domain: &Domain) -> bool {
        match domain {
            Domain::Range { from, step: Some(step), .. } => self.has(from) && self.is_multiple(step),
            Domain::Numbers(values) => values.iter().all(|(value, _)| self.has(value)),
            // An amount is typed as it is paid.
            Domain::Range { .. } | Domain::All => self.of_paid_amounts,
        }
    }

    fn is_multiple(&self, value: &Exact) -> bool {
        value.checked_div(&self.step).is_ok_and(|times| times.is_integer())
    }
}
