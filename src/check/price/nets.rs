//! Whether the prices of all lines lie on a grid, so that what a quote takes of them does too.

use super::grid::{Grid, Look};
use crate::check::bodies::Whole;
use crate::ir::{Level, Name, Price, Step, StepKind};

/// Whether the price of every line lies on the grid, before and behind whatever step of the quote.
pub(super) fn lines_lie_on(look: &Look<'_>, whole: &Whole<'_>) -> bool {
    whole.prices().iter().all(|price| lies_on(look, whole, price)) && keeps(look, &whole.book.quote.steps)
}

/// Whether the steps of the quote leave prices on the grid, beyond what is asked of their amounts.
fn keeps(look: &Look<'_>, steps: &[Step]) -> bool {
    steps.iter().all(|step| match &step.kind {
        StepKind::Add(change) | StepKind::Less(change) => {
            let to = change.spread.as_ref().and_then(|spread| spread.to.as_ref());
            to.is_none_or(|to| look.grid.has_step(to))
        }
        StepKind::Gift(gift) => {
            gift.price.as_ref().is_none_or(|price| Look { own: Some(false), ..*look }.holds(&price.expr))
        }
        kind => keeps(look, kind.steps()),
    })
}

/// Whether the price of a line comes to lie on the grid.
fn lies_on(look: &Look<'_>, whole: &Whole<'_>, price: &Price) -> bool {
    let mut grid = look.grid.without_figures();
    let products = [price.target.clone()];
    let products: &[Name] = if whole.names().contains(&price.target) { &products } else { whole.names() };
    let mut walk = |level, steps: &[Step], mut on: bool| {
        for step in steps {
            on = after(&Look { products, ..*look }, &mut grid, (level, step), on);
        }
        if on {
            grid.add_figure(level, "net".into());
        }
        on
    };
    let start = price.per_unit.is_empty()
        || walk(Level::Unit, &price.per_unit, true) && look.whole_units(whole, &price.target);
    walk(Level::Line, &price.per_line, start)
}

/// Whether the price lies on the grid behind a step, where it did, or did not, before it.
fn after(look: &Look<'_>, grid: &mut Grid<'_>, (level, step): (Level, &Step), on: bool) -> bool {
    let amount = match &step.kind {
        StepKind::List(amount) | StepKind::Floor(amount) | StepKind::Cap(amount) | StepKind::Let(amount) => {
            Some(amount)
        }
        StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => Some(&change.amount),
        StepKind::Tax(tax) => Some(&tax.amount),
        _ => None,
    };
    let fits = amount
        .is_some_and(|amount| Look { grid, own: Some(on), arguments: None, ..*look }.holds(&amount.expr));
    let always = step.when.is_none() && step.during.is_none();
    let (behind, figure) = match &step.kind {
        StepKind::Round(to) => {
            let rounds = grid.has_step(&to.step) && grid.has(&to.offset);
            (rounds && (on || always), false)
        }
        StepKind::Subtotal => (on, on),
        StepKind::Let(_) => (on, fits),
        StepKind::Tax(tax) if tax.within => (on, fits),
        StepKind::Group { steps, .. } | StepKind::Taxes { steps, .. } => {
            (steps.iter().all(|member| after(look, grid, (level, member), on)), false)
        }
        _ => (on && fits, fits),
    };
    if figure {
        grid.add_figure(level, step.name.clone());
    }
    behind
}
