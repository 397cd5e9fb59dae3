//! Charges, and gifts with a price, that are in the net and in no tax: `each line` and `on lines where` see neither.

use super::visit::parts;
use super::warnings;
use crate::check::expr::constant;
use crate::check::signature::UsualMode;
use crate::diagnostic::Diagnostic;
use crate::ir::{Builtin, Expr, ExprKind, Formula, Level, Name, Place, Step, StepKind, Tax, Value};
use crate::source::Span;
use crate::syntax::ast;

/// Warns of what the book adds to a quote with taxes and no tax looks at, unless it says `untaxed`; and of what says
/// so and is in a tax.
pub(super) fn warn_of_untaxed(
    written: &[ast::Step],
    steps: &[Step],
    usual: (UsualMode, &str),
    problems: &mut Vec<Diagnostic>,
) {
    let mut taxes = Vec::new();
    for step in steps {
        taxes_in(step, false, &mut taxes);
    }
    let Some(first) = taxes.first() else { return };
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| is_priced(step)) {
        let behind = steps.get(at + 1..).unwrap_or_default();
        match said(written, &step.name) {
            Some(untaxed) => {
                if let Some(tax) = taxed(behind, &step.name) {
                    problems.push(warnings::taxed_all_the_same(untaxed, &step.name, tax));
                }
            }
            None if Carried::of(&step.name).reaches_a_tax(behind) => {}
            None => {
                let rate = same_rate(&taxes).unwrap_or("…");
                let tax = (first.step, first.tax.within, rate);
                problems.push(warnings::untaxed(step, tax, usual));
            }
        }
    }
}

/// A tax of the quote.
struct Taxing<'s> {
    step: &'s Step,
    tax: &'s Tax,
    each_line: bool,
}

fn taxes_in<'s>(step: &'s Step, each_line: bool, taxes: &mut Vec<Taxing<'s>>) {
    if let StepKind::Tax(tax) = &step.kind {
        taxes.push(Taxing { step, tax, each_line });
    }
    let each_line = each_line || matches!(step.kind, StepKind::EachLine(_));
    for inside in step.kind.steps() {
        taxes_in(inside, each_line, taxes);
    }
}

/// What the book adds, unless it is for nothing.
fn is_priced(step: &Step) -> bool {
    let price = match &step.kind {
        StepKind::Charge(change) => Some(&change.amount),
        StepKind::Gift(gift) => gift.price.as_ref(),
        _ => None,
    };
    let is_zero =
        |price: &Formula| matches!(constant(&price.expr), Some(Value::Number(number)) if number.is_zero());
    price.is_some_and(|price| !is_zero(price))
}

/// Where a charge or gift says that it is not taxed.
fn said(written: &[ast::Step], name: &Name) -> Option<Span> {
    let clauses = written.iter().find_map(|step| match &step.kind {
        ast::StepKind::Charge(charge) if charge.name.text == *name => Some(&charge.clauses),
        ast::StepKind::Gift(gift) if gift.name.text == *name => Some(&gift.clauses),
        _ => None,
    });
    clauses?.untaxed
}

/// The rate that all taxes have: `20%` of `20% of running`.
fn same_rate<'s>(taxes: &[Taxing<'s>]) -> Option<&'s str> {
    let rate = |it: &Taxing<'s>| {
        let (rate, _) =
            it.tax.amount.text.split_once(" of ").or(it.tax.amount.text.split_once(" within "))?;
        Some(rate.trim_start_matches('(')).filter(|rate| rate.ends_with('%') && !rate.contains(' '))
    };
    let first = rate(taxes.first()?)?;
    taxes.iter().all(|tax| rate(tax) == Some(first)).then_some(first)
}

/// The figures that have an amount of the quote in them.
struct Carried<'s>(Vec<&'s Name>);

impl<'s> Carried<'s> {
    fn of(name: &'s Name) -> Carried<'s> {
        Carried(vec![name])
    }

    /// Whether a tax looks at the amount, or at a figure that may have it in it.
    fn reaches_a_tax(&mut self, behind: &'s [Step]) -> bool {
        behind.iter().any(|step| self.is_taxed_by(step, false))
    }

    fn is_taxed_by(&mut self, step: &'s Step, each_line: bool) -> bool {
        let each_line = each_line || matches!(step.kind, StepKind::EachLine(_));
        let mut carries = matches!(step.kind, StepKind::Subtotal) && !each_line;
        step.kind.for_each_formula(&mut |formula, _| {
            carries |= self.is_in(&formula.expr, is_of_lines(step, each_line))
        });
        if carries && matches!(step.kind, StepKind::Tax(_)) {
            return true;
        }
        if carries {
            self.0.push(&step.name);
        }
        step.kind.steps().iter().any(|inside| self.is_taxed_by(inside, each_line))
    }

    fn is_in(&self, expr: &'s Expr, of_lines: bool) -> bool {
        let mut found = false;
        parts(expr, &mut |part| {
            found |= match &part.kind {
                ExprKind::Read(Place::Figure { name, .. }) => self.0.contains(&name),
                ExprKind::Read(place) => is_sum(place, of_lines),
                _ => false,
            }
        });
        found
    }
}

/// `running` is that of lines.
fn is_of_lines(step: &Step, each_line: bool) -> bool {
    each_line || matches!(&step.kind, StepKind::Tax(Tax { on_lines: Some(_), .. }))
}

/// The price of the whole quote, charges and gifts included.
fn is_sum(place: &Place, of_lines: bool) -> bool {
    match place {
        Place::Running(_) => !of_lines,
        Place::Builtin { level: Level::Quote, figure: Builtin::Net | Builtin::Margin | Builtin::OffList } => {
            true
        }
        _ => false,
    }
}

/// The tax that is a share of the whole price, with the amount in it.
fn taxed<'s>(behind: &'s [Step], name: &Name) -> Option<&'s Step> {
    let subtotals: Vec<&Name> =
        behind.iter().filter(|step| matches!(step.kind, StepKind::Subtotal)).map(|step| &step.name).collect();
    let mut taxes = Vec::new();
    behind.iter().for_each(|step| taxes_in(step, false, &mut taxes));
    let found = taxes.into_iter().find(|it| {
        let of_lines = is_of_lines(it.step, it.each_line);
        let (mut whole, mut own) = (false, false);
        parts(&it.tax.amount.expr, &mut |part| match &part.kind {
            ExprKind::Read(Place::Figure { level: Level::Quote, name: read }) => {
                own |= read == name;
                whole |= subtotals.contains(&read);
            }
            ExprKind::Read(place) => whole |= is_sum(place, of_lines),
            _ => {}
        });
        whole && !own
    });
    found.map(|it| it.step)
}
