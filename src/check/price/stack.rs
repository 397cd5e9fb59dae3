//! Discounts that together can take more than the whole price.
//!
//! The price is followed as a share of the list price, at its lowest: a discount of `list` takes its rate, one
//! of `running` its rate of what is left. Of the steps that have a condition one at a time is looked at,
//! since conditions often exclude each other; where an amount is not a share, nothing is said.

use super::errors;
use super::reach::Known;
use crate::check::{Signatures, describe};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    ArithmeticOp, Builtin, Change, Expr, ExprKind, GroupKind, Name, NumberKind, NumberTy, Place, Step,
    StepKind,
};
use crate::source::Span;
use crate::value::{Exact, Unit};

/// Warns of the first step that can bring the price of a block below zero.
pub(super) fn warn_of_stack(
    steps: &[Step],
    signatures: &Signatures,
    products: &[Name],
    problems: &mut Vec<Diagnostic>,
) {
    let Some((Step { kind: StepKind::List(_), .. }, rest)) = steps.split_first() else { return };
    let stack = Stack { known: Known::new(signatures, products) };
    let conditional = rest.iter().filter(|step| is_conditional(step)).map(|step| Some(step.span));
    let found = std::iter::once(None).chain(conditional).find_map(|included| stack.falls(rest, included));
    if let Some((last, taken)) = found {
        let rate = NumberTy { unit: Unit::none(), kind: NumberKind::Rate };
        let sum = taken.iter().try_fold(Exact::ZERO, |sum, (_, share)| sum.checked_add(share));
        let sum = sum.map(|sum| describe::number_of(&sum, &rate)).unwrap_or_default();
        let earlier: Vec<(Span, String)> = taken
            .iter()
            .filter(|(span, _)| *span != last)
            .map(|(span, share)| (*span, describe::number_of(share, &rate)))
            .collect();
        problems.push(errors::stack_over_100(last, &earlier, &sum));
    }
}

fn is_conditional(step: &Step) -> bool {
    step.when.is_some() || step.during.is_some()
}

struct Stack<'a> {
    known: Known<'a>,
}

/// The step at which the price falls below zero, and the shares of the list price that were taken.
type Fall = (Span, Vec<(Span, Exact)>);

impl Stack<'_> {
    /// Follows the steps without a condition, and the one that is included.
    fn falls(&self, steps: &[Step], included: Option<Span>) -> Option<Fall> {
        let mut left = Exact::ONE;
        let mut taken = Vec::new();
        for step in steps {
            if is_conditional(step) && included != Some(step.span) {
                continue;
            }
            let share = match &step.kind {
                StepKind::Less(change) => self.share(change, &left)?,
                StepKind::Group { kind, steps } => self.group(*kind, steps, &left)?,
                // Both move the price to somewhere else.
                StepKind::Floor(_) | StepKind::Cap(_) => return None,
                _ => continue,
            };
            left = left.checked_sub(&share).ok()?;
            taken.push((step.span, share));
            if left.is_negative() {
                return Some((step.span, taken));
            }
        }
        None
    }

    /// The most that a group takes; nothing where it only adds.
    fn group(&self, kind: GroupKind, steps: &[Step], left: &Exact) -> Option<Exact> {
        let shares = steps.iter().map(|step| match &step.kind {
            StepKind::Less(change) => self.share(change, left),
            StepKind::Group { kind, steps } => self.group(*kind, steps, left),
            _ => Some(Exact::ZERO),
        });
        let shares = shares.collect::<Option<Vec<Exact>>>()?;
        match kind {
            GroupKind::All if steps.iter().any(is_conditional) => shares.into_iter().max(),
            GroupKind::All => shares.iter().try_fold(Exact::ZERO, |sum, share| sum.checked_add(share).ok()),
            GroupKind::Best | GroupKind::Worst | GroupKind::First => shares.into_iter().max(),
        }
    }

    /// The share of the list price that a discount can take at most.
    fn share(&self, change: &Change, left: &Exact) -> Option<Exact> {
        let ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left: a, right: b } =
            &unrounded(&change.amount.expr).kind
        else {
            return None;
        };
        let (rate, of) = if base(a).is_some() { (b, base(a)?) } else { (a, base(b)?) };
        let rate = self.known.interval(rate).high?;
        match of {
            Base::List => Some(rate),
            Base::Running => rate.checked_mul(left).ok(),
        }
    }
}

/// What a percentage is of.
enum Base {
    List,
    Running,
}

fn base(expr: &Expr) -> Option<Base> {
    match &expr.kind {
        ExprKind::Read(Place::Running(_)) => Some(Base::Running),
        ExprKind::Read(Place::Builtin { figure: Builtin::List, .. }) => Some(Base::List),
        ExprKind::Read(Place::Figure { name, .. }) if name.as_ref() == "list" => Some(Base::List),
        _ => None,
    }
}

fn unrounded(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Round { value, .. } => value,
        _ => expr,
    }
}
