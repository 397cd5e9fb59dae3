//! Taxes that are a share of `running` where `running` has another tax in it.
//!
//! In the quote `running` has all taxes above in it; the `running` of lines has those of `each line`, since no other
//! tax is shared over lines. The members of one block of taxes do not see each other.

use super::never::exclude_each_other;
use super::visit::parts;
use super::warnings;
use crate::diagnostic::Diagnostic;
use crate::ir::{ArithmeticOp, Expr, ExprKind, Formula, Level, Name, Period, Place, Step, StepKind, Tax};
use crate::source::Span;

/// Warns of taxes of the quote that tax another tax without saying so.
pub(super) fn warn_of_taxed_taxes(steps: &[Step], problems: &mut Vec<Diagnostic>) {
    let mut seen = Seen { quote: Vec::new(), lines: Vec::new(), said: Vec::new(), problems };
    for step in steps {
        seen.step(step, &Around::default());
    }
}

/// A tax that stands above.
#[derive(Clone)]
struct Above<'s> {
    name: &'s Name,
    span: Span,
    conditions: Vec<&'s Expr>,
    during: Vec<&'s Period>,
}

/// What stands around a step.
#[derive(Clone, Default)]
struct Around<'s> {
    each_line: bool,
    conditions: Vec<&'s Expr>,
    during: Vec<&'s Period>,
}

struct Seen<'s, 'p> {
    /// The taxes in `running` of the quote.
    quote: Vec<Above<'s>>,
    /// Those in `running` of each line.
    lines: Vec<Above<'s>>,
    /// What has been warned of.
    said: Vec<Span>,
    problems: &'p mut Vec<Diagnostic>,
}

impl<'s> Seen<'s, '_> {
    fn step(&mut self, step: &'s Step, around: &Around<'s>) {
        let mut around = around.clone();
        around.conditions.extend(step.when.as_ref().map(|when| &when.expr));
        around.during.extend(step.during.as_ref());
        match &step.kind {
            StepKind::Tax(tax) => {
                self.look(step, tax, &around, false);
                self.learn(step, tax, &around);
            }
            StepKind::Taxes { steps, .. } => {
                let members = || steps.iter().filter_map(|member| Some((member, tax_of(member)?)));
                let inside = |member: &'s Step| {
                    let mut around = around.clone();
                    around.conditions.extend(member.when.as_ref().map(|when| &when.expr));
                    around.during.extend(member.during.as_ref());
                    around
                };
                members().for_each(|(member, tax)| self.look(member, tax, &inside(member), true));
                members().for_each(|(member, tax)| self.learn(member, tax, &inside(member)));
            }
            StepKind::EachLine(steps) => {
                around.each_line = true;
                steps.iter().for_each(|step| self.step(step, &around));
            }
            _ => {}
        }
    }

    /// Warns of a tax whose amount is a share of a `running` with another tax in it.
    fn look(&mut self, step: &'s Step, tax: &'s Tax, around: &Around<'s>, in_block: bool) {
        let Some(running) = share_of_running(&tax.amount) else { return };
        let of_lines = around.each_line || tax.on_lines.is_some();
        let above = if of_lines { &self.lines } else { &self.quote };
        let own = || around.conditions.iter().copied().chain(tax.on_lines.as_ref().map(|it| &it.expr));
        let both = |above: &&Above<'s>| {
            let apart = |one: &&Period| around.during.iter().any(|other| apart(one, other));
            !exclude_each_other(own().chain(above.conditions.iter().copied()))
                && !above.during.iter().any(apart)
        };
        let named = names(&tax.amount.expr);
        let mut taxed = above.iter().filter(|above| !named.contains(&above.name)).filter(both);
        let Some(first) = taxed.next().cloned() else { return };
        if self.said.contains(&running) {
            return;
        }
        self.said.push(running);
        let place = match (around.each_line, of_lines) {
            (true, _) => warnings::TaxPlace::EachLine,
            (false, true) => warnings::TaxPlace::OnLines,
            (false, false) => warnings::TaxPlace::Quote,
        };
        self.problems.push(warnings::taxed_tax(
            running,
            &step.name,
            (first.name, first.span),
            place,
            in_block,
        ));
    }

    /// From here on a tax is in `running`.
    fn learn(&mut self, step: &'s Step, tax: &'s Tax, around: &Around<'s>) {
        if tax.within {
            return;
        }
        let on_lines = tax.on_lines.as_ref().map(|it| &it.expr);
        let conditions = around.conditions.iter().copied().chain(on_lines).collect();
        let above = Above { name: &step.name, span: step.span, conditions, during: around.during.clone() };
        if around.each_line {
            self.lines.push(above.clone());
        }
        self.quote.push(above);
    }
}

/// The tax that a step is.
pub(super) fn tax_of(step: &Step) -> Option<&Tax> {
    match &step.kind {
        StepKind::Tax(tax) => Some(tax),
        _ => None,
    }
}

/// Whether two periods have no day in common.
fn apart(one: &Period, other: &Period) -> bool {
    let before =
        |one: &Period, other: &Period| matches!((one.to, other.from), (Some(to), Some(from)) if to < from);
    before(one, other) || before(other, one)
}

/// Where `running` stands of which the amount is a share.
fn share_of_running(amount: &Formula) -> Option<Span> {
    let mut waiting = vec![&amount.expr];
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Arithmetic { op: ArithmeticOp::Multiply | ArithmeticOp::Divide, left, right } =
            &expr.kind
            && let Some(running) = running_in(left).or_else(|| running_in(right))
        {
            return Some(running);
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    None
}

/// `running`, by itself or with others in a sum.
fn running_in(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::Read(Place::Running(_)) => Some(expr.span),
        ExprKind::Round { value, .. } => running_in(value),
        ExprKind::Arithmetic {
            op: ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Divide,
            left,
            right,
        } => running_in(left).or_else(|| running_in(right)),
        _ => None,
    }
}

/// The steps that an amount names: who takes a tax out of `running`, or puts it in, knows of it.
fn names(amount: &Expr) -> Vec<&Name> {
    let mut names = Vec::new();
    parts(amount, &mut |part| {
        if let ExprKind::Read(Place::Figure { level: Level::Quote | Level::Line, name }) = &part.kind {
            names.push(name);
        }
    });
    names
}
