//! Whether an amount always is a multiple of a step, so that no rounding is undone by it.

use super::reach::is_whole;
use crate::check::Signatures;
use crate::ir::{
    AggregateKind, ArithmeticOp, CompareOp, Domain, Expr, ExprKind, Level, LogicOp, Name, PerCurrency, Place,
    RoundTo, Value,
};
use crate::value::Exact;

/// The multiples of a step, moved by an offset: 0.99, 1.99, 2.99 for a step of 1 with offset −0.01.
#[derive(Clone, Debug)]
pub(super) struct Grid<'a> {
    step: PerCurrency,
    offset: PerCurrency,
    /// Only requests in the currency at this position are looked at.
    currency: Option<u16>,
    /// The steps are those of the smallest unit that is paid.
    of_paid_amounts: bool,
    signatures: &'a Signatures,
    /// Figures of the section that lie on the grid.
    figures: Vec<(Level, Name)>,
}

impl<'a> Grid<'a> {
    /// The amounts that can be paid: multiples of a currency's smallest unit.
    pub(super) fn of_paid(minor: Exact, signatures: &'a Signatures) -> Grid<'a> {
        let (step, offset) = (PerCurrency::Same(minor), PerCurrency::ZERO);
        Grid { step, offset, currency: None, of_paid_amounts: true, signatures, figures: Vec::new() }
    }

    /// The amounts that can be paid in the currency at a position of the book.
    pub(super) fn of_paid_in(at: u16, minor: Exact, signatures: &'a Signatures) -> Grid<'a> {
        Grid { currency: Some(at), ..Grid::of_paid(minor, signatures) }
    }

    pub(super) fn of_rounding(round: &RoundTo, signatures: &'a Signatures) -> Grid<'a> {
        let (step, offset) = (round.step.clone(), round.offset.clone());
        Grid { step, offset, currency: None, of_paid_amounts: false, signatures, figures: Vec::new() }
    }

    /// Remembers that a figure lies on the grid.
    pub(super) fn add_figure(&mut self, level: Level, name: Name) {
        self.figures.push((level, name));
    }

    /// Whether a figure is known to lie on the grid.
    pub(super) fn has_figure(&self, level: Level, name: &Name) -> bool {
        self.figures.iter().any(|(of, known)| *of == level && known == name)
    }

    /// Whether a number is one of the grid, in every currency.
    pub(super) fn has(&self, value: &PerCurrency) -> bool {
        self.all(value, |value, step, offset| {
            value.checked_sub(offset).is_ok_and(|moved| is_multiple(&moved, step))
        })
    }

    /// Whether a step is a multiple of the grid's, in every currency.
    fn has_step(&self, value: &PerCurrency) -> bool {
        self.all(value, |value, step, _| is_multiple(value, step))
    }

    fn all(&self, value: &PerCurrency, fits: impl Fn(&Exact, &Exact, &Exact) -> bool) -> bool {
        let fits_in =
            |at: u16| fits(value.in_currency(at), self.step.in_currency(at), self.offset.in_currency(at));
        let count = [value, &self.step, &self.offset].map(|it| it.all().len()).into_iter().max().unwrap_or(1);
        match self.currency {
            Some(at) => fits_in(at),
            None => (0..count).filter_map(|at| u16::try_from(at).ok()).all(fits_in),
        }
    }

    fn has_number(&self, value: &Exact) -> bool {
        self.has(&PerCurrency::Same(value.clone()))
    }

    /// Whether the expression certainly is a number of the grid.
    pub(super) fn holds(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(Value::Number(value)) => self.has_number(value),
            ExprKind::Round { step, offset, .. } => self.has_step(step) && self.has(offset),
            ExprKind::If { condition, then, otherwise } => match self.decides(condition) {
                Some(true) => self.holds(then),
                Some(false) => self.holds(otherwise),
                None => self.holds(then) && self.holds(otherwise),
            },
            ExprKind::Otherwise { value, fallback } => self.holds(value) && self.holds(fallback),
            ExprKind::Switch { subject, cases, otherwise } => {
                let here = self.currency.map(Value::Choice).filter(|_| reads_currency(subject));
                let case = here.and_then(|here| cases.iter().find(|(of, _)| of.contains(&here)));
                match case {
                    Some((_, result)) => self.holds(result),
                    None => {
                        let results = cases.iter().map(|(_, result)| result);
                        results.chain(otherwise.as_deref()).all(|it| self.holds(it))
                    }
                }
            }
            ExprKind::Extreme { of, .. } => of.iter().all(|it| self.holds(it)),
            ExprKind::Read(place) => self.holds_input(place),
            _ => self.offset.is_zero() && self.holds_combination(expr),
        }
    }

    /// What a condition is for requests in the currency that is looked at, where that decides it.
    pub(super) fn decides(&self, condition: &Expr) -> Option<bool> {
        let here = Value::Choice(self.currency?);
        match &condition.kind {
            ExprKind::Compare { op, left, right } => {
                let other = match (reads_currency(left), reads_currency(right)) {
                    (true, false) => right,
                    (false, true) => left,
                    _ => return None,
                };
                let ExprKind::Const(other) = &other.kind else { return None };
                match op {
                    CompareOp::Equal => Some(*other == here),
                    CompareOp::NotEqual => Some(*other != here),
                    _ => None,
                }
            }
            ExprKind::OneOf { value, of } if reads_currency(value) => Some(of.contains(&here)),
            ExprKind::Not(of) => self.decides(of).map(|it| !it),
            ExprKind::Logic { op, left, right } => match (op, self.decides(left), self.decides(right)) {
                (LogicOp::And, Some(false), _) | (LogicOp::And, _, Some(false)) => Some(false),
                (LogicOp::And, Some(true), Some(true)) => Some(true),
                (LogicOp::Or, Some(true), _) | (LogicOp::Or, _, Some(true)) => Some(true),
                (LogicOp::Or, Some(false), Some(false)) => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the expression certainly is a multiple of the step, so that a number of the grid stays one.
    pub(super) fn keeps(&self, expr: &Expr) -> bool {
        Grid { offset: PerCurrency::ZERO, ..self.clone() }.holds(expr)
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
            Domain::Range { from, step: Some(step), .. } => {
                self.has_number(from) && self.has_step(&PerCurrency::Same(step.clone()))
            }
            Domain::Numbers(values) => values.iter().all(|(value, _)| self.has_number(value)),
            // An amount is typed as it is paid.
            Domain::Range { .. } | Domain::All => self.of_paid_amounts,
        }
    }
}

fn is_multiple(value: &Exact, step: &Exact) -> bool {
    value.checked_div(step).is_ok_and(|times| times.is_integer())
}

fn reads_currency(expr: &Expr) -> bool {
    expr.kind == ExprKind::Read(Place::Currency)
}
