//! Shares of the whole order that are put on some of its lines, or on each: a tax of two lines that is 19 % of all.

use super::quote_errors::{self, Share};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    ArithmeticOp, Builtin, Expr, ExprKind, Formula, Level, Name, NumberKind, Place, Step, StepKind, Ty,
};

/// Warns of steps that act on some lines, or on each, and whose amount is a share of the price of all.
pub(super) fn shares_of_the_whole(steps: &[Step], problems: &mut Vec<Diagnostic>) {
    let subtotals = steps.iter().filter(|step| matches!(step.kind, StepKind::Subtotal));
    let subtotals: Vec<&Name> = subtotals.map(|step| &step.name).collect();
    look(steps, &subtotals, (None, false), problems);
}

/// `around` says how the steps around bring an amount to lines, if they do.
fn look(
    steps: &[Step],
    subtotals: &[&Name],
    (around, in_block): (Option<&'static str>, bool),
    problems: &mut Vec<Diagnostic>,
) {
    for step in steps {
        let on_lines =
            |on: &Option<Formula>| around.or(on.as_ref().map(|_| "on the lines of `on lines where`"));
        let (amount, each, on) = match &step.kind {
            StepKind::Add(change) | StepKind::Less(change) => {
                let spread = change.spread.as_ref();
                let on = spread.and_then(|spread| on_lines(&spread.on_lines)).or(around);
                let each = spread.and_then(|spread| spread.each.as_ref());
                (Some(&change.amount), each, on.or(each.map(|_| "on each group of lines")))
            }
            StepKind::Tax(tax) => (Some(&tax.amount), None, on_lines(&tax.on_lines)),
            StepKind::Claim(claim) => {
                (Some(&claim.amount), claim.each.as_ref(), Some("on the units that the claim takes"))
            }
            _ => (None, None, None),
        };
        if let (Some(amount), Some(on)) = (amount, on)
            && let Some((share, figure)) = share_of(&amount.expr, (subtotals, each.is_some()))
        {
            let form = match (&step.kind, around, in_block) {
                (StepKind::Tax(_), _, true) => Share::TaxOfBlock,
                (StepKind::Tax(_), Some(_), _) => Share::TaxOfLine,
                _ => Share::Other,
            };
            problems.push(quote_errors::share_of_the_whole(share.span, &step.name, (&figure, on), form));
        }
        let inside = matches!(step.kind, StepKind::EachLine(_)).then_some("on each line");
        let in_block = matches!(step.kind, StepKind::Taxes { .. });
        look(step.kind.steps(), subtotals, (inside.or(around), in_block), problems);
    }
}

/// A rate that is multiplied with a price of the whole order, and the name of that price. An amount that also reads
/// `running` speaks of its lines, and in a step `for each` `list` is that of the group (`grouped`).
fn share_of<'e>(amount: &'e Expr, (subtotals, grouped): (&[&Name], bool)) -> Option<(&'e Expr, Name)> {
    let (mut found, mut waiting) = (None, vec![amount]);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Read(Place::Running(_)) => return None,
            ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right } => {
                let is_rate = |side: &Expr| matches!(side.ty.required(), Ty::Number(ty) if ty.unit.is_none() && ty.kind == NumberKind::Rate);
                for (rate, of) in [(left, right), (right, left)] {
                    if let Some(figure) = whole(of, (subtotals, grouped)).filter(|_| is_rate(rate)) {
                        found = Some((expr, figure));
                    }
                }
            }
            _ => {}
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    found
}

/// The price of the whole order that an expression reads, or adds to others.
fn whole(expr: &Expr, known: (&[&Name], bool)) -> Option<Name> {
    let (subtotals, grouped) = known;
    match &expr.kind {
        ExprKind::Read(Place::Figure { level: Level::Quote, name }) if subtotals.contains(&name) => {
            Some(name.clone())
        }
        ExprKind::Read(Place::Builtin {
            level: Level::Quote,
            figure: figure @ (Builtin::Net | Builtin::List),
        }) if !grouped => Some(figure.word().into()),
        ExprKind::Arithmetic { op: ArithmeticOp::Add | ArithmeticOp::Subtract, left, right } => {
            whole(left, known).or_else(|| whole(right, known))
        }
        // What is left of the price when the taxes in it are taken out.
        ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, .. } => whole(left, known),
        _ => None,
    }
}
