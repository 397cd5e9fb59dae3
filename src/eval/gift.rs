//! Lines of products that the book adds to a quote.

use super::claims::whole_number;
use super::code::in_formula;
use super::facts::{Facts, Given, LineFacts};
use super::fault::{Fault, arithmetic, broken};
use super::ground::{Ground, Settled};
use super::layout::{Cell, line, quote};
use super::line::{LineRun, Standing, set};
use super::others::{Lines, Others};
use super::plan::ProductPlan;
use super::quote::{QuoteGround, plus};
use super::step::{Gift, Step};
use super::walk::{Reason, Walk};
use super::{Gap, Plan};
use crate::diagnostic::codes;
use crate::ir::{Input, Name, Ty, Value};
use crate::value::Exact;

/// A line of a product that the book added.
#[derive(Debug)]
pub struct GiftRun<'p> {
    /// The step.
    pub step: &'p Step,
    /// What is given.
    pub facts: LineFacts,
    /// All that is known of it.
    pub run: LineRun<'p>,
}

/// `gift mug: 1 of mug at 0 EUR`
pub(super) fn gift<'p>(walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>, step: &'p Step, gift: &'p Gift) {
    if walk.running.is_err() {
        return walk.lose_again(step);
    }
    let settled = give(walk, step, gift);
    if let Err(gap) = settled.and_then(|settled| walk.settle_outcome(step, settled)) {
        walk.lose(step, gap);
    }
}

fn give<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    step: &'p Step,
    gift: &'p Gift,
) -> Result<Settled, Gap> {
    let read = walk.running.clone()?;
    let settled = |skipped: Option<Reason>, effect: Exact| {
        let (figure, shares, notes) = (effect.clone(), Vec::new(), Vec::new());
        Settled { skipped, effect, figure, read: read.clone(), shares, notes }
    };
    if let Some(reason) = walk.skipped(step)? {
        return Ok(settled(Some(reason), Exact::ZERO));
    }
    let ground = &mut *walk.ground;
    let count = whole_number(ground, &gift.count)?;
    if count.is_zero() {
        return Ok(settled(Some(Reason::Zero), Exact::ZERO));
    }
    let price = match &gift.price {
        Some(price) => ground.scope(None).number(&price.code).map_err(|gap| in_formula(gap, price))?,
        None => Exact::ZERO,
    };
    let facts = facts_of(ground.plan, ground, step, gift, &count)?;
    let Some(product) = ground.plan.product(facts.product) else {
        return Err(broken(step.span, "a gift has no product"));
    };
    if !product.product.quantity.domain.contains(&count) {
        let (name, count) = (&step.name, &count);
        let message = format!("{count} is no quantity in which the gift `{name}` is sold");
        return Err(Fault::new(codes::QUANTITY_OUT_OF_RANGE, message).at(step.span).gap());
    }
    let run = {
        // It stands behind all lines of the request.
        let asks = Some(ground.lines.len());
        let others = Others { lines: Lines::Some(ground.lines, &ground.valid), memo: None, asks };
        LineRun::gift((ground.plan, ground.facts, others), &facts, product, &price)?
    };
    if let Some(gap) = run.faults.first() {
        let message = format!("the gift `{}` cannot be given: {}", step.name, gap.message);
        return Err(Fault { message, ..Fault::clone(gap) }.gap());
    }
    let fits = |number: Result<Exact, _>| number.map_err(|error| arithmetic(error, step.span));
    let amount = fits(price.checked_mul(&count))?;
    // What is given away costs the seller, whatever it brings.
    for (whole, own) in [(quote::LIST, line::LIST), (quote::COST, line::COST)] {
        let known = ground.number(whole);
        let own = match whole == quote::COST && !run.product.product.has_cost {
            true => {
                let message = format!("`{}` has no cost", gift.product);
                Err(Fault::new(codes::MISSING_VALUE, message).at(step.span).gap())
            }
            false => run.number(own),
        };
        let sum = plus(known, own, step.span);
        set(&mut ground.cells, whole, Cell::of(sum.map(Value::Number)));
    }
    ground.gifts.push(GiftRun { step, facts, run });
    Ok(settled(None, amount))
}

/// The gift as a request would ask for it.
fn facts_of(
    plan: &Plan,
    ground: &QuoteGround<'_, '_>,
    step: &Step,
    gift: &Gift,
    count: &Exact,
) -> Result<LineFacts, Gap> {
    let nothing = || broken(step.span, "a gift has no product");
    let at = plan.find_product(&gift.product).ok_or_else(nothing)?;
    let product = &plan.product(at).ok_or_else(nothing)?.product;
    let chosen = |option: &Input| gift.options.iter().find(|(name, _)| *name == option.name);
    let mut options = Vec::with_capacity(product.options.len());
    for option in &product.options {
        options.push(match (chosen(option), option.ty.required()) {
            (None, _) => Given::Silent,
            (Some((_, Value::Row(row))), _) => Given::Value(Value::Row(*row)),
            (Some((_, key)), Ty::Row(table)) => match plan.row_of(&ground.facts.day, table, key) {
                Some(row) => Given::Value(Value::Row(row)),
                None => {
                    let message =
                        format!("`{table}` has no row for the `{}` of `{}`", option.name, step.name);
                    return Err(Fault::new(codes::NO_ROW, message).at(step.span).gap());
                }
            },
            (Some((_, value)), _) => Given::Value(value.clone()),
        });
    }
    Ok(LineFacts {
        id: gift_id(ground, &step.name),
        reason: None,
        product: at,
        quantity: Given::Value(Value::Number(count.clone())),
        options,
        preset: None,
        entries: Vec::new(),
        has_reason: false,
        path: String::new(),
        piece: None,
        parts: Vec::new(),
    })
}

/// The step's name, with a mark where a line of the request is called so.
fn gift_id(ground: &QuoteGround<'_, '_>, name: &Name) -> String {
    let mut id = name.to_string();
    while ground.facts.lines.iter().any(|line| line.id == id) {
        id.push('+');
    }
    id
}

impl<'p> LineRun<'p> {
    /// A line that the book adds, at a price of its own.
    fn gift(
        (plan, facts, others): (&'p Plan, &Facts, Others<'_>),
        line: &LineFacts,
        product: &'p ProductPlan,
        price: &Exact,
    ) -> Result<LineRun<'p>, Gap> {
        let mut run = LineRun { standing: Standing::Gift, ..LineRun::empty(line, product) };
        run.configure(plan, facts, line, None, Others::default());
        run.late_lets(plan, facts, others);
        run.tidy();
        let unit = run.costs(plan, facts, &product.unit_cost, others);
        run.keep(line::UNIT_COST, unit.clone().map(Value::Number));
        let own = run.costs(plan, facts, &product.line_cost, others);
        let cost = run.times_quantity(unit).and_then(|cost| {
            cost.checked_add(&own?).map_err(|error| arithmetic(error, product.product.span))
        });
        run.keep(line::COST, cost.map(Value::Number));
        let amount = run.times_quantity(Ok(price.clone()))?;
        for (slot, value) in [
            (line::UNIT_LIST, price),
            (line::UNIT_NET, price),
            (line::LIST, &amount),
            (line::RUNNING, &amount),
            (line::NET, &amount),
        ] {
            set(&mut run.cells, slot, Cell::Known(Value::Number(value.clone())));
        }
        run.own = Some(Ok(amount));
        Ok(run)
    }
}
