//! How a book rounds, for help that proposes a rounding.

use super::build::Building;
use crate::check::walk::for_each;
use crate::syntax::ast::{self, ExprKind, ItemKind, StepKind};
use crate::value::Rounding;

/// The modes that bring to the nearest step; the first where a book does not say.
const NEAREST: [Rounding; 3] = [Rounding::HalfUp, Rounding::HalfEven, Rounding::HalfDown];

/// The mode that help proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualMode {
    /// The mode.
    mode: Rounding,
    /// The book uses it.
    of_book: bool,
}

impl Default for UsualMode {
    fn default() -> UsualMode {
        UsualMode { mode: Rounding::HalfUp, of_book: false }
    }
}

impl UsualMode {
    /// The mode.
    pub fn mode(self) -> Rounding {
        self.mode
    }

    /// Proposes to round: `text` is what is rounded.
    pub fn help(self, text: &str, step: &str) -> String {
        let rounded = format!("write `{text} rounded {} to {step}`", self.mode);
        match self.of_book {
            true => format!("{rounded}, as this book rounds elsewhere"),
            false => format!("{rounded}, or with `half_even`, which takes halves to the even step"),
        }
    }
}

/// Of the modes that bring to the nearest step the one that waterfalls and the quote use most.
pub(super) fn usual(building: &mut Building<'_>) {
    let mut counts = [0_usize; NEAREST.len()];
    for item in &building.items {
        for (count, own) in counts.iter_mut().zip(self::counts(&item.kind)) {
            *count += own;
        }
    }
    let most = counts.iter().copied().max().filter(|most| *most > 0);
    if let Some(at) = most.and_then(|most| counts.iter().position(|count| *count == most)) {
        building.signatures.usual_mode = UsualMode { mode: NEAREST[at], of_book: true };
    }
}

/// How often a declaration uses each of the modes that bring to the nearest step.
pub(super) fn counts(item: &ItemKind) -> [usize; NEAREST.len()] {
    let mut counts = [0_usize; NEAREST.len()];
    let mut count = |mode: Rounding| {
        if let Some(at) = NEAREST.iter().position(|known| *known == mode) {
            counts[at] += 1;
        }
    };
    match item {
        ItemKind::Price(price) => {
            let sections = [&price.per_unit, &price.per_line].into_iter().flatten();
            sections.for_each(|section| of_steps(&section.steps, &mut count));
        }
        ItemKind::Quote(quote) => of_steps(&quote.steps, &mut count),
        _ => {}
    }
    counts
}

fn of_steps(steps: &[ast::Step], count: &mut dyn FnMut(Rounding)) {
    for step in steps {
        let amount = match &step.kind {
            StepKind::Round(to) => {
                count(to.mode);
                None
            }
            StepKind::List { amount, .. }
            | StepKind::Change { amount, .. }
            | StepKind::Bound { amount, .. }
            | StepKind::Let { amount, .. }
            | StepKind::Tax { amount, .. } => Some(amount),
            StepKind::Charge(charge) => Some(&charge.amount),
            StepKind::Gift(gift) => gift.price.as_ref(),
            StepKind::Group(group) => {
                of_steps(&group.steps, count);
                None
            }
            StepKind::EachLine(section) => {
                of_steps(&section.steps, count);
                None
            }
            StepKind::Payable(payable) => {
                of_steps(&payable.section.steps, count);
                None
            }
            StepKind::Taxes(taxes) => {
                taxes.rounded.iter().for_each(|to| count(to.mode));
                of_steps(&taxes.steps, count);
                None
            }
            StepKind::Claims(claims) => {
                claims.steps.iter().for_each(|claim| of_amount(&claim.amount, count));
                None
            }
            StepKind::Subtotal { .. } => None,
        };
        if let Some(amount) = amount {
            of_amount(amount, count);
        }
    }
}

fn of_amount(amount: &ast::Expr, count: &mut dyn FnMut(Rounding)) {
    for_each(amount, |inner| {
        if let ExprKind::Rounded { rounding, .. } = &inner.kind {
            count(rounding.mode);
        }
    });
}
