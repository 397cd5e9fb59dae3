//! Calls of tables and tier schemes: that what is asked for lies where they have rows.

use std::cmp::Ordering;

use super::errors;
use super::interval::{End, Range, day_number};
use super::walk::Walker;
use crate::ir::{
    ArithmeticOp, Band, Expr, ExprKind, Name, Reach, Table, TierPer, TierRow, TierVersion, Tiers, Ty, Value,
};
use crate::value::Exact;

/// What a lookup can give.
pub(super) fn lookup(
    walker: &mut Walker<'_, '_>,
    call: &Expr,
    name: &Name,
    keys: &[Expr],
    column: u16,
) -> Range {
    let ranges: Vec<Range> = keys.iter().map(|key| walker.range(key)).collect();
    let Some(table) = walker.facts.whole.table(name) else { return Range::all() };
    for version in &table.versions {
        for (at, reach) in version.reach.iter().enumerate() {
            let (Some(key), Some(range)) = (keys.get(at), ranges.get(at)) else { continue };
            match reach {
                Reach::All => {}
                Reach::Listed => listed(walker, table, at, key, call),
                Reach::Between(band) => between(walker, table, at, key, range, band),
            }
        }
    }
    walker.facts.column(table, column)
}

/// A key of which only the values that rows name find one.
fn listed(walker: &mut Walker<'_, '_>, table: &Table, at: usize, key: &Expr, call: &Expr) {
    let Some(table) = walker.facts.whole.table(&table.name) else { return };
    let missing = match (&key.kind, key.ty.required()) {
        // A row of this very table has a row.
        (_, Ty::Row(of)) if *of == table.name && table.keys.len() == 1 => None,
        (_, Ty::Row(of)) => {
            let Some(other) = walker.facts.whole.table(of) else { return };
            let (named, keys) = (walker.facts.named(table, at), walker.facts.named(other, 0));
            // The least of them, so that the message is the same every time.
            let missing = keys
                .iter()
                .filter(|key| !named.contains(**key))
                .min_by(|left, right| text_order(left, right));
            missing.map(|value| errors::key_without_row(table, at, key, other, value))
        }
        (ExprKind::Const(value), _) => (!walker.facts.named(table, at).contains(value))
            .then(|| errors::constant_without_row(table, at, key, value)),
        _ => Some(errors::any_text(table, at, key, call.span)),
    };
    if let Some(problem) = missing {
        walker.report(problem);
    }
}

fn text_order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Choice(left), Value::Choice(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

/// A key of which only values between two ends find a row.
fn between(walker: &mut Walker<'_, '_>, table: &Table, at: usize, key: &Expr, range: &Range, band: &Band) {
    if let Some(first) = band.lower.as_ref().and_then(on_line)
        && !starts_within(range, &first)
    {
        walker.report(errors::below_first_band(table, at, key, range, &first));
    }
    if let Some(last) = band.upper.as_ref().and_then(on_line) {
        let within = range
            .high
            .as_ref()
            .is_some_and(|(high, inside)| *high < last.0 || *high == last.0 && (last.1 || !*inside));
        if !within {
            walker.report(errors::above_last_band(table, at, key, range, &last));
        }
    }
}

/// Whether nothing lies below a first bound. Where nothing is known a quantity is taken to be at least zero:
/// what is not is refused when a quote is made.
fn starts_within(range: &Range, first: &End) -> bool {
    let (bound, included) = first;
    match &range.low {
        Some((low, inside)) => low > bound || low == bound && (*included || !*inside),
        None => bound.is_negative() || bound.is_zero() && *included,
    }
}

fn on_line((value, inside): &(Value, bool)) -> Option<End> {
    match value {
        Value::Number(number) => Some((number.clone(), *inside)),
        Value::Date(date) => Some((day_number(*date), *inside)),
        _ => None,
    }
}

/// What a tier scheme can give.
pub(super) fn tier(
    walker: &mut Walker<'_, '_>,
    call: &Expr,
    name: &Name,
    quantity: &Expr,
    tier_by: Option<&Expr>,
    scaled_by: Option<&Expr>,
) -> Range {
    let priced = walker.range(quantity);
    let by = tier_by.map(|by| (by, walker.range(by)));
    let scale = scaled_by.map(|by| walker.range(by));
    let Some(tiers) = walker.facts.whole.tiers(name) else { return Range::all() };
    let (decides, range) = by.as_ref().map_or((quantity, &priced), |(by, range)| (*by, range));
    walker.found.tiers_asked(name, Some(range).filter(|_| scale.is_none()));
    let mut result: Option<Range> = None;
    for version in &tiers.versions {
        first_tier(walker, tiers, version, decides, range, scale.as_ref());
        let found = result_of(tiers, version, &priced);
        result = Some(result.map_or(found.clone(), |result| result.hull(&found)));
    }
    if matches!(call.ty.required(), Ty::Number(_)) { result.unwrap_or_default() } else { Range::all() }
}

/// A quantity below the first tier has no price, but zero, for which every scheme answers.
fn first_tier(
    walker: &mut Walker<'_, '_>,
    tiers: &Tiers,
    version: &TierVersion,
    quantity: &Expr,
    range: &Range,
    scale: Option<&Range>,
) {
    let Some(first) = version.tiers.first() else { return };
    let start = match scale {
        Some(scale) if first.start.is_positive() => {
            let start = Range::point(first.start.clone()).combine(ArithmeticOp::Multiply, scale);
            start.high.map(|(start, _)| start)
        }
        _ => Some(first.start.clone()),
    };
    let end = start.map(|start| (start, first.start_included));
    let fits = match &end {
        Some((start, _)) if !start.is_positive() => range.low.is_none() || range.is_not_negative(),
        Some(end) => range.low.is_some() && starts_within(range, end),
        None => false,
    };
    if !fits {
        walker.report(errors::below_first_tier(tiers, first, quantity, range));
    }
}

/// What a version can give for what its quantity can be.
fn result_of(tiers: &Tiers, version: &TierVersion, quantity: &Range) -> Range {
    let rows = || version.tiers.iter().map(|tier| &tier.row).chain(&version.zero);
    let values = rows()
        .filter_map(|row| if let TierRow::Value(value) = row { Some(Range::of_value(value)) } else { None });
    let values = values.reduce(|left, right| left.hull(&right));
    if is_rate(tiers) {
        // An average lies among what it is the average of.
        return values.unwrap_or_default();
    }
    let prices = rows()
        .filter_map(|row| if let TierRow::Price { flat, unit } = row { Some((flat, unit)) } else { None });
    let mut most: Option<Exact> = Some(Exact::ZERO);
    let mut dearest = Exact::ZERO;
    let mut packages = false;
    for (flat, unit) in prices {
        if flat.is_negative() {
            return Range::all();
        }
        most = most.and_then(|most| most.checked_add(flat).ok());
        if let Some((price, per)) = unit {
            if price.is_negative() {
                return Range::all();
            }
            packages |= !matches!(per, TierPer::Each | TierPer::Share);
            dearest = dearest.max(price.clone());
        }
    }
    // No more than all flat parts and every unit at the dearest price. Packages begun have no such bound,
    // and zero costs nothing where nothing else is said.
    let units = Range::point(dearest).combine(ArithmeticOp::Multiply, &quantity.meet(&Range::not_negative()));
    let high = units
        .high
        .filter(|_| !packages)
        .zip(most)
        .and_then(|((units, _), most)| units.checked_add(&most).ok());
    let charged = Range { low: Some((Exact::ZERO, true)), high: high.map(|high| (high, true)) };
    values.map_or(charged.clone(), |values| values.hull(&charged))
}

fn is_rate(tiers: &Tiers) -> bool {
    matches!(&tiers.result, Ty::Number(number) if number.kind == crate::ir::NumberKind::Rate)
}
