//! Tables and tiers that give a figure, and probably another one than is meant: the price of one piece where all are
//! charged, or that of all where each is, and numbers that are an amount in every currency.

use std::collections::BTreeSet;

use super::bodies::Whole;
use super::range::interval::Range;
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    self, Expr, ExprKind, Name, NumberTy, Place, Step, StepKind, Tier, TierMode, TierPer, TierRow, Ty, Value,
};
use crate::source::Span;
use crate::value::{Exact, Unit};

/// Numbers of pieces for which a price is worked out to show it, the first that can be ordered.
const SHOWN: [u32; 5] = [10, 12, 2, 100, 1_000];

/// Warns of tiers in the wrong section, and of tables and tiers without a currency.
pub(crate) fn check(whole: &Whole<'_>, signatures: &Signatures, problems: &mut Vec<Diagnostic>) {
    let book = whole.book;
    let mut search = Search { whole, signatures, said: BTreeSet::new(), problems };
    for price in &book.prices {
        search.steps(&price.per_unit, &price.target, Section::Unit);
        search.steps(&price.per_line, &price.target, Section::Line);
    }
    for product in &book.products {
        for component in &product.unit_cost {
            search.amount(&component.amount.expr, &product.name, Section::Unit);
        }
    }
    if book.currency_by_request {
        one_for_all_currencies(book, problems);
    }
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Unit,
    Line,
}

struct Search<'b, 'p> {
    whole: &'b Whole<'b>,
    signatures: &'b Signatures,
    said: BTreeSet<Span>,
    problems: &'p mut Vec<Diagnostic>,
}

impl Search<'_, '_> {
    fn steps(&mut self, steps: &[Step], target: &Name, section: Section) {
        for step in steps {
            let amount = match &step.kind {
                StepKind::List(amount) => Some(amount),
                StepKind::Add(change) | StepKind::Less(change) if section == Section::Unit => {
                    Some(&change.amount)
                }
                _ => None,
            };
            if let Some(amount) = amount {
                self.amount(&amount.expr, target, section);
            }
            self.steps(step.kind.steps(), target, section);
        }
    }

    /// An amount in the waterfall, or the costs, of a product or family.
    fn amount(&mut self, amount: &Expr, target: &Name, section: Section) {
        for tier in unmultiplied(amount) {
            self.tier(tier, target, section);
        }
    }

    fn tier(&mut self, expr: &Expr, target: &Name, section: Section) {
        let ExprKind::Tier { tiers, quantity, scaled_by: None, .. } = &expr.kind else { return };
        let by_quantity = matches!(quantity.kind, ExprKind::Read(Place::Quantity));
        let Some(tiers) = self.whole.tiers(tiers).filter(|_| by_quantity) else { return };
        let Ty::Number(result) = &tiers.result else { return };
        let is_money =
            result.unit.currency().is_some() || self.signatures.money() == Some(tiers.result.clone());
        let Some(version) = tiers.versions.last().filter(|_| is_money) else { return };
        let of_all = charges_all(tiers.mode, &version.tiers);
        if of_all != (section == Section::Unit) {
            return;
        }
        let products = &self.signatures.products_priced_by(target);
        let Some(most) = self.most(products) else { return };
        if most <= Exact::ONE || !self.said.insert(expr.span) {
            return;
        }
        let counts = SHOWN.iter().map(|count| Exact::from(*count));
        let shown = counts
            .filter(|count| *count <= most && self.ranges(products).all(|range| range.has(count)))
            .find_map(|count| Some((total(tiers.mode, &version.tiers, &count)?, count)));
        let charged = shown.and_then(|(total, count)| {
            let charged = if of_all { total.checked_mul(&count).ok()? } else { total.clone() };
            Some((count, total, charged))
        });
        let problem = errors::tiers_misread(expr.span, tiers, result, charged.as_ref(), of_all);
        self.problems.push(problem);
    }

    fn ranges(&self, products: &[Name]) -> impl Iterator<Item = Range> {
        let products = products.iter().filter_map(|name| self.signatures.products.get(name));
        products.map(|product| Range::of_domain(&product.quantity_domain)).collect::<Vec<_>>().into_iter()
    }

    /// The most that can be ordered of all of them; a number that cannot be reached where there is no end.
    fn most(&self, products: &[Name]) -> Option<Exact> {
        let endless = Exact::from(u32::MAX);
        let high =
            self.ranges(products).map(|range| range.high.map_or_else(|| endless.clone(), |(high, _)| high));
        high.min()
    }
}

/// The tiers that are an amount as they are: added up, compared or chosen, but not multiplied or divided.
fn unmultiplied(amount: &Expr) -> Vec<&Expr> {
    let (mut found, mut waiting) = (Vec::new(), vec![amount]);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Tier { .. } => found.push(expr),
            ExprKind::Arithmetic { op: ir::ArithmeticOp::Add | ir::ArithmeticOp::Subtract, left, right } => {
                waiting.extend([left.as_ref(), right.as_ref()]);
            }
            ExprKind::Round { value, .. } => waiting.push(value),
            ExprKind::Extreme { of, .. } => waiting.extend(of),
            ExprKind::If { then, otherwise, .. } => waiting.extend([then.as_ref(), otherwise.as_ref()]),
            ExprKind::Switch { cases, otherwise, .. } => {
                waiting.extend(cases.iter().map(|(_, result)| result).chain(otherwise.as_deref()));
            }
            ExprKind::Otherwise { value, fallback } => waiting.extend([value.as_ref(), fallback.as_ref()]),
            _ => {}
        }
    }
    found
}

/// The scheme gives the price of all units; else that of one.
fn charges_all(mode: TierMode, tiers: &[Tier]) -> bool {
    mode != TierMode::Whole || tiers.iter().any(|tier| matches!(tier.row, TierRow::Price { .. }))
}

/// What a scheme gives for a number of units; nothing where it refuses them.
fn total(mode: TierMode, tiers: &[Tier], count: &Exact) -> Option<Exact> {
    let reached = tiers.iter().position(|tier| {
        let above = tier.start < *count || tier.start_included && tier.start == *count;
        above && tier.end.as_ref().is_none_or(|end| count <= end)
    })?;
    if mode != TierMode::Graduated {
        return of_row(&tiers.get(reached)?.row, count);
    }
    tiers.iter().take(reached + 1).try_fold(Exact::ZERO, |sum, tier| {
        let end = tier.end.as_ref().filter(|end| *end < count).unwrap_or(count);
        let part = end.checked_sub(&tier.start).ok()?;
        sum.checked_add(&of_row(&tier.row, &part)?).ok()
    })
}

fn of_row(row: &TierRow, count: &Exact) -> Option<Exact> {
    match row {
        TierRow::Value(Value::Number(value)) => Some(value.clone()),
        TierRow::Value(_) | TierRow::Refuse(_) => None,
        TierRow::Price { flat, unit: None } => Some(flat.clone()),
        TierRow::Price { flat, unit: Some((price, per)) } => {
            let times = match per {
                TierPer::Each | TierPer::Share => count.clone(),
                TierPer::Started(size) => count.checked_div(size).ok()?.ceil(),
                TierPer::Full(size) => count.checked_div(size).ok()?.floor(),
            };
            flat.checked_add(&price.checked_mul(&times).ok()?).ok()
        }
    }
}

/// Amounts that are the same number in each currency of the book.
fn one_for_all_currencies(book: &ir::Book, problems: &mut Vec<Diagnostic>) {
    let is_money =
        |ty: &Ty| matches!(ty.required(), Ty::Number(NumberTy { unit, .. }) if in_any_currency(unit));
    let is_amount = |value: &Value| matches!(value, Value::Number(number) if !number.is_zero());
    for table in &book.tables {
        let by_currency = table.keys.iter().any(|key| match key.ty.required() {
            Ty::Choice(of) => &*of.name == "currency",
            _ => false,
        });
        let says = table.versions.iter().any(|version| {
            let of_column = |at: usize| version.rows.values.get(at).into_iter().flatten();
            let else_row = |at: usize| version.rows.otherwise.as_ref().and_then(|row| row.get(at));
            let columns = table.columns.iter().enumerate().filter(|(_, column)| is_money(&column.ty));
            columns
                .flat_map(|(at, _)| of_column(at).chain(else_row(at)))
                .any(|value| value.as_ref().is_some_and(is_amount))
        });
        if says && !by_currency {
            problems.push(errors::one_table_for_all_currencies(table, &book.currencies));
        }
    }
    for tiers in &book.tiers {
        if is_money(&tiers.result)
            && tiers.versions.iter().any(|version| version.tiers.iter().any(says_amount))
        {
            problems.push(errors::one_scheme_for_all_currencies(tiers, &book.currencies));
        }
    }
}

fn in_any_currency(unit: &Unit) -> bool {
    unit.powers().any(|(atom, _)| atom.name() == "money")
}

fn says_amount(tier: &Tier) -> bool {
    match &tier.row {
        TierRow::Value(Value::Number(number)) => !number.is_zero(),
        TierRow::Price { flat, unit } => {
            let of_share = matches!(unit, Some((_, TierPer::Share)));
            !flat.is_zero() || !of_share && unit.as_ref().is_some_and(|(price, _)| !price.is_zero())
        }
        _ => false,
    }
}
