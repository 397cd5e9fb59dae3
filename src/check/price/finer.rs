//! How fine the price of a line can be that nothing rounds.
//!
//! Each amount is known by the greatest number of which all its values are multiples. What cannot be seen is
//! taken to be rounded: nobody is warned of what may well be paid.

use std::collections::HashMap;

use super::errors;
use super::rounding::minor_steps;
use crate::check::bodies::Whole;
use crate::check::{InputSig, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    ArithmeticOp, Builtin, Domain, Expr, ExprKind, Level, Name, NumberKind, Place, Price, Step, StepKind, Ty,
    Value,
};
use crate::value::Exact;

/// Warns of prices of lines that nothing rounds and that can be finer than what is paid.
pub(in crate::check) fn finer_prices(whole: &Whole<'_>, signatures: &Signatures) -> Vec<Diagnostic> {
    let minors = minor_steps(signatures);
    let (Some(minor), [currency]) = (minors.same(), signatures.book.currencies.as_slice()) else {
        return Vec::new();
    };
    if rounds(&whole.book.quote.steps) {
        return Vec::new();
    }
    let unrounded = |price: &&Price| !rounds(&price.per_unit) && !rounds(&price.per_line);
    let prices = whole.book.prices.iter().map(AsRef::as_ref);
    let finer = prices.filter(unrounded).filter_map(|price| {
        let step = finest(price, whole, signatures, minor)?;
        Some(errors::never_rounded(step.span, &price.target, (currency, minor), signatures.usual_mode))
    });
    finer.collect()
}

/// Whether a step may round the price.
fn rounds(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Round(_) => true,
        StepKind::Floor(bound) | StepKind::Cap(bound) => matches!(bound.expr.kind, ExprKind::Round { .. }),
        StepKind::Add(change) | StepKind::Less(change) => replaces_running(&change.amount.expr),
        kind => rounds(kind.steps()),
    })
}

/// Whether an amount is the difference between the price so far and another, which may be a rounded one.
fn replaces_running(amount: &Expr) -> bool {
    let mut waiting = vec![amount];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Arithmetic { op: ArithmeticOp::Add | ArithmeticOp::Subtract, left, right } => {
                waiting.extend([left.as_ref(), right.as_ref()]);
            }
            ExprKind::Negate(of) => waiting.push(of),
            ExprKind::Read(Place::Running(_)) => return true,
            _ => {}
        }
    }
    false
}

/// The first step from which on the price of the line need not be a multiple of what is paid.
fn finest<'p>(
    price: &'p Price,
    whole: &Whole<'_>,
    signatures: &Signatures,
    minor: &Exact,
) -> Option<&'p Step> {
    let products = signatures.products_priced_by(&price.target);
    let ordered = together(products.iter().map(|name| {
        let product = signatures.products.get(name)?;
        let ordered = of_domain(&product.quantity_domain).unwrap_or(Exact::ONE);
        (product.quantity.kind == NumberKind::Int).then_some(ordered)
    }))?;
    let mut look =
        Look { whole, signatures, products: &products, running: Exact::ZERO, figures: HashMap::new() };
    let mut first = None;
    for (level, steps) in [(Level::Unit, &price.per_unit), (Level::Line, &price.per_line)] {
        for step in steps {
            look.step(level, step)?;
            first = if look.is_paid(minor) { None } else { first.or(Some(step)) };
        }
        look.figures.insert((level, "net".into()), look.running.clone());
        if level == Level::Unit {
            // A line is a number of units.
            look.running = look.running.checked_mul(&ordered).ok()?;
            first = first.filter(|_| !look.is_paid(minor));
        }
    }
    first
}

/// What is known of a waterfall so far.
struct Look<'l> {
    whole: &'l Whole<'l>,
    signatures: &'l Signatures,
    products: &'l [Name],
    running: Exact,
    figures: HashMap<(Level, Name), Exact>,
}

impl Look<'_> {
    /// Whether all prices so far can be paid.
    fn is_paid(&self, minor: &Exact) -> bool {
        self.running.checked_div(minor).is_ok_and(|times| times.is_integer())
    }

    /// Takes a step into account; nothing where it cannot be seen.
    fn step(&mut self, level: Level, step: &Step) -> Option<()> {
        let figure = match &step.kind {
            StepKind::List(amount) | StepKind::Floor(amount) | StepKind::Cap(amount) => {
                let amount = self.of(&amount.expr)?;
                self.running = common(self.running.clone(), amount.clone())?;
                amount
            }
            StepKind::Add(change) | StepKind::Less(change) => {
                let amount = self.of(&change.amount.expr)?;
                self.running = common(self.running.clone(), amount.clone())?;
                amount
            }
            StepKind::Group { steps, .. } => {
                // All members see the price at entry.
                let (entry, mut behind) = (self.running.clone(), self.running.clone());
                for member in steps {
                    self.running.clone_from(&entry);
                    self.step(level, member)?;
                    behind = common(behind, self.running.clone())?;
                }
                self.running.clone_from(&behind);
                behind
            }
            StepKind::Let(amount) => match self.of(&amount.expr) {
                Some(amount) => amount,
                // Nothing is known of what reads it.
                None => return Some(()),
            },
            StepKind::Subtotal => self.running.clone(),
            StepKind::Tax(tax) if tax.within => Exact::ZERO,
            _ => return None,
        };
        self.figures.insert((level, step.name.clone()), figure);
        Some(())
    }

    /// The number of which all values of an expression are multiples.
    fn of(&self, expr: &Expr) -> Option<Exact> {
        match &expr.kind {
            ExprKind::Const(Value::Number(number)) => Some(number.abs()),
            ExprKind::Scale { factor, of } => self.of(of)?.checked_mul(&factor.abs()).ok(),
            ExprKind::Negate(of) | ExprKind::Absolute(of) => self.of(of),
            ExprKind::Arithmetic { op, left, right } => match op {
                ArithmeticOp::Add | ArithmeticOp::Subtract => common(self.of(left)?, self.of(right)?),
                ArithmeticOp::Multiply => self.of(left)?.checked_mul(&self.of(right)?).ok(),
                ArithmeticOp::Divide => match &right.kind {
                    ExprKind::Const(Value::Number(number)) => self.of(left)?.checked_div(&number.abs()).ok(),
                    _ => None,
                },
            },
            ExprKind::Round { step, offset, .. } if offset.is_zero() => step.same().cloned(),
            ExprKind::RoundedPower(of) if of.offset.is_zero() => of.step.same().cloned(),
            ExprKind::If { then, otherwise, .. } => common(self.of(then)?, self.of(otherwise)?),
            ExprKind::Extreme { of, .. } => {
                of.iter().try_fold(Exact::ZERO, |all, one| common(all, self.of(one)?))
            }
            ExprKind::Lookup { table, column, .. } => {
                let (_, mut cells) = self.whole.cells(table, *column)?;
                cells.try_fold(Exact::ZERO, |all, cell| common(all, cell.abs()))
            }
            ExprKind::Read(place) => self.read(place),
            _ => None,
        }
    }

    fn read(&self, place: &Place) -> Option<Exact> {
        match place {
            Place::Quantity => Some(Exact::ONE),
            Place::Running(_) => Some(self.running.clone()),
            Place::Figure { level, name } => self.figures.get(&(*level, name.clone())).cloned(),
            Place::Builtin { level, figure: Builtin::List } => {
                let list = |level| self.figures.get(&(level, Name::from("list"))).cloned();
                list(*level).or_else(|| list(Level::Unit))
            }
            Place::Builtin { level, figure: Builtin::Net } => {
                self.figures.get(&(*level, Name::from("net"))).cloned()
            }
            Place::Entry { level: Level::Line, name } => {
                let all = self.products.iter().map(|product| {
                    let (_, price) = self.signatures.price_of(product)?;
                    of_input(price.entries.get(name)?)
                });
                together(all)
            }
            Place::Member(name) => together(self.products.iter().map(|product| {
                if let Some(body) = self.whole.named_value(product, name) {
                    return self.of(body);
                }
                of_input(&self.signatures.products.get(product)?.members.get(name)?.input)
            })),
            _ => None,
        }
    }
}

fn together(mut all: impl Iterator<Item = Option<Exact>>) -> Option<Exact> {
    all.try_fold(Exact::ZERO, |all, one| common(all, one?))
}

/// An input, as far as its declaration says. Of a rate whole percents are surely typed.
fn of_input(input: &InputSig) -> Option<Exact> {
    let is_rate =
        matches!(input.ty.as_ref().map(Ty::required), Some(Ty::Number(ty)) if ty.kind == NumberKind::Rate);
    of_domain(&input.domain).or_else(|| is_rate.then(|| Exact::scaled(1, 2)))
}

/// The number of which all values are multiples that a declaration lists or steps through.
fn of_domain(domain: &Domain) -> Option<Exact> {
    match domain {
        Domain::Range { from, step: Some(step), .. } => common(from.abs(), step.abs()),
        Domain::Numbers(values) => {
            values.iter().try_fold(Exact::ZERO, |all, (value, _)| common(all, value.abs()))
        }
        Domain::Range { step: None, .. } | Domain::All => None,
    }
}

/// The greatest number of which both are multiples.
fn common(mut one: Exact, mut other: Exact) -> Option<Exact> {
    for _ in 0..MOST_TURNS {
        if other.is_zero() {
            return Some(one);
        }
        let times = one.checked_div(&other).ok()?.floor();
        let rest = one.checked_sub(&times.checked_mul(&other).ok()?).ok()?;
        (one, other) = (other, rest);
    }
    None
}

/// How long two numbers are looked at.
const MOST_TURNS: usize = 200;
