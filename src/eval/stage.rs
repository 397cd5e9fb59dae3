//! All lines of a request, stage by stage: configuration, lets that go through lines, one unit, the line, and
//! then the quote.
//!
//! A line sees of other lines what the stages before know. A line that is at fault takes no part in what the
//! others sum up; where that shows only at the end, all begins again without it.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::fault::{Fault, Gap};
use super::line::{LineRun, Standing};
use super::others::{Lines, Memo, Others, Stood};
use super::part::Behind;
use super::plan::Plan;
use super::quote::{self, QuoteRun};
use crate::diagnostic::codes;
use crate::ir::{self, Book, Expr, ExprKind, Place, Source, Step};

/// Works out all lines, and the quote.
pub(super) fn all<'p>(plan: &'p Plan, facts: &Facts) -> (Vec<LineRun<'p>>, QuoteRun<'p>) {
    // Lines whose fault showed late, with their faults. Each round without result adds at least one.
    let mut out: BTreeMap<usize, Vec<Gap>> = BTreeMap::new();
    let mut round = 0;
    loop {
        let mut lines = configured(plan, facts);
        priced(plan, facts, &mut lines, &out);
        for (at, gaps) in &out {
            if let Some(run) = lines.get_mut(*at).filter(|run| run.faults.is_empty()) {
                gaps.iter().for_each(|gap| run.fault(gap.clone()));
            }
        }
        leave_out_together(&mut lines);
        let took_part = |run: &LineRun<'_>| run.took_part && !run.faults.is_empty();
        // The quote is worked out on prices in which no line has a part that is at fault.
        while !lines.iter().any(took_part) {
            match quote::attempt(plan, facts, &mut lines, round) {
                Ok(quote) => return (lines, quote),
                Err(bad) => bad.into_iter().for_each(|(at, gap)| lines[at].leave_out(gap)),
            }
            leave_out_together(&mut lines);
            round += 1;
        }
        out.extend(
            lines
                .iter()
                .enumerate()
                .filter(|(_, run)| took_part(run))
                .map(|(at, run)| (at, run.faults.clone())),
        );
    }
}

/// A line and the pieces of its parts are sold together or not at all.
fn leave_out_together(lines: &mut [LineRun<'_>]) {
    let mut from = 0;
    while from < lines.len() {
        let inner = lines.iter().skip(from + 1);
        let to = from + 1 + inner.take_while(|run| run.piece.is_some()).count();
        let group = &mut lines[from..to];
        from = to;
        let bad = |run: &&LineRun<'_>| run.standing == Standing::Line && !run.faults.is_empty();
        let Some(culprit) = group.iter().find(bad).map(|run| run.piece.clone()) else { continue };
        for run in group.iter_mut().filter(|run| run.standing == Standing::Line && run.faults.is_empty()) {
            let message = match &culprit {
                Some(piece) if run.holds_piece(piece) => format!("its part `{piece}` cannot be sold so"),
                _ => "what it is sold with cannot be sold so".to_owned(),
            };
            let fault = Fault::new(codes::SOLD_TOGETHER, message).at(run.product.product.span);
            run.leave_out(
                fault.help("mend the other line; a product and its parts stand or fall together").gap(),
            );
        }
    }
}

/// All lines with their configurations; where nothing goes through lines, with their prices too.
fn configured<'p>(plan: &'p Plan, facts: &Facts) -> Vec<LineRun<'p>> {
    let memo = Memo::default();
    let others = Others { lines: Lines::Unknown, memo: Some(&memo), asks: None };
    let mut lines: Vec<LineRun<'p>> = Vec::with_capacity(facts.lines.len());
    // What something is made of is known before it; the pieces of a line stand behind it.
    for given in facts.lines.iter().rev() {
        if let Some(product) = plan.product(given.product) {
            let behind = Behind { lines: &lines, of: facts.lines.len() };
            let mut run = LineRun::new(plan, facts, given, product, &behind, others);
            if !plan.in_stages {
                run.price(plan, facts, others);
                run.tidy();
            }
            lines.push(run);
        }
    }
    lines.reverse();
    settle_standing(facts, &mut lines);
    lines
}

/// The prices of all lines, stage by stage, without those that are out.
fn priced<'p>(plan: &'p Plan, facts: &Facts, lines: &mut [LineRun<'p>], out: &BTreeMap<usize, Vec<Gap>>) {
    if !plan.in_stages {
        return;
    }
    for (at, run) in lines.iter_mut().enumerate() {
        run.took_part = run.counts() && !out.contains_key(&at);
    }
    let finished = |lines: &[LineRun<'p>]| -> Vec<Stood<'p>> {
        let taking_part = lines.iter().enumerate().filter(|(_, run)| run.took_part);
        taking_part.map(|(at, run)| Stood { at, product: run.product, cells: run.cells.clone() }).collect()
    };
    let mut configured = finished(lines);
    if plan.late_lets {
        let memo = Memo::default();
        let others = Others { lines: Lines::Finished(&configured), memo: Some(&memo), asks: None };
        let there = |(_, run): &(usize, &mut LineRun<'p>)| run.standing != Standing::Absent;
        let of_all = lines.iter_mut().enumerate().filter(there);
        of_all.for_each(|(at, run)| run.late_lets(plan, facts, others.seen_by(at)));
        configured = finished(lines);
    }
    let memo = Memo::default();
    let others = Others { lines: Lines::Finished(&configured), memo: Some(&memo), asks: None };
    let own = |(_, run): &(usize, &mut LineRun<'p>)| run.standing == Standing::Line;
    let of_all = lines.iter_mut().enumerate().filter(own);
    of_all.for_each(|(at, run)| run.price_unit(plan, facts, others.seen_by(at)));
    let of_units = finished(lines);
    let memo = Memo::default();
    let others = Others { lines: Lines::Finished(&of_units), memo: Some(&memo), asks: None };
    for (at, run) in lines.iter_mut().enumerate().filter(own) {
        run.price_line(plan, facts, others.seen_by(at));
        run.tidy();
    }
}

/// Tells lines of their own from pieces that are included, and from those that do not exist after all.
fn settle_standing(facts: &Facts, lines: &mut [LineRun<'_>]) {
    for at in 0..lines.len() {
        let Some(piece) = facts.lines.get(at).and_then(|line| line.piece.as_ref()) else { continue };
        let bundle = lines.get(piece.of);
        let absent = bundle.is_none_or(|it| it.standing == Standing::Absent || it.lacks(at));
        if let Some(run) = lines.get_mut(at).filter(|_| absent) {
            run.standing = Standing::Absent;
        }
    }
}

/// Whether something of some line that is worked out before the quote goes through all lines.
pub(super) fn goes_through_lines(book: &Book) -> bool {
    let mut found = lets_go_through_lines(book);
    for price in &book.prices {
        for_each_expr(&price.per_unit, &mut |expr| found |= expr_does(expr));
        for_each_expr(&price.per_line, &mut |expr| found |= expr_does(expr));
    }
    for product in &book.products {
        for cost in product.unit_cost.iter().chain(&product.line_cost) {
            found |= cost.when.iter().chain([&cost.amount]).any(|formula| expr_does(&formula.expr));
        }
    }
    found
}

/// Whether some let goes through all lines.
pub(super) fn lets_go_through_lines(book: &Book) -> bool {
    book.products.iter().any(|product| product.lets.iter().any(|it| expr_does(&it.value.expr)))
}

/// Whether a step of `each line` goes through all lines.
pub(super) fn each_goes_through_lines(book: &Book) -> bool {
    let mut found = false;
    for step in &book.quote.steps {
        if let ir::StepKind::EachLine(steps) = &step.kind {
            for_each_expr(steps, &mut |expr| found |= expr_does(expr));
        }
    }
    found
}

/// Which lets of a product go through all lines, directly or by way of others.
pub(super) fn late_lets(product: &ir::Product) -> Vec<bool> {
    let mut late: Vec<bool> = product.lets.iter().map(|it| expr_does(&it.value.expr)).collect();
    if !late.contains(&true) {
        return late;
    }
    // Lets read no let that reads them, so this ends.
    loop {
        let reads_late = |expr: &Expr| {
            let mut found = false;
            for_each_part(expr, &mut |part| {
                if let ExprKind::Read(Place::Member(name)) = &part.kind {
                    let at = product.lets.iter().position(|it| it.name == *name);
                    found |= at.is_some_and(|at| late[at]);
                }
            });
            found
        };
        let next: Vec<bool> =
            product.lets.iter().zip(&late).map(|(it, late)| *late || reads_late(&it.value.expr)).collect();
        if next == late {
            return late;
        }
        late = next;
    }
}

fn for_each_expr(steps: &[Step], visit: &mut dyn FnMut(&Expr)) {
    for step in steps {
        step.when.iter().for_each(|when| visit(&when.expr));
        step.kind.for_each_formula(&mut |formula, _| visit(&formula.expr));
        for_each_expr(step.kind.steps(), visit);
    }
}

fn for_each_part(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        visit(expr);
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
}

fn expr_does(expr: &Expr) -> bool {
    let mut found = false;
    for_each_part(expr, &mut |part| {
        found |= matches!(&part.kind, ExprKind::Aggregate(own) if matches!(own.source, Source::Lines { .. }));
    });
    found
}
