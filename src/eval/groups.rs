//! Lines that a step of the quote looks at group by group: `for each bundle`, `for each line.brand`.
//!
//! A group is read on one line that stands for it: of a bundle the line of the bundle, else the first of the
//! group. Its figures are those of its lines alone.

use std::collections::HashMap;

use super::fault::{Fault, Gap, arithmetic};
use super::ground::Ground;
use super::layout::{Cell, line, quote};
use super::line::set;
use super::note::{GroupOf, Note, ReadThen};
use super::quote::{QuoteGround, plus};
use super::step::{Change, EachRule, Grouping, KeyRule, negative};
use super::walk::{Reason, Verdict, Walk};
use crate::diagnostic::codes;
use crate::ir::Value;
use crate::source::Span;
use crate::value::Exact;

/// Lines that have something in common.
pub(super) struct Group {
    /// What.
    pub key: GroupOf,
    /// The line that stands for it.
    pub of: usize,
    /// Its lines, in their order.
    pub lines: Vec<usize>,
}

/// What tells groups apart.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Line(usize),
    Product(u32),
    Value(Value),
}

/// Figures of the whole quote that a group has its own of.
pub(super) struct Outside {
    list: Cell,
    cost: Cell,
}

impl QuoteGround<'_, '_> {
    /// Parts lines into groups, in the order of their first lines. A line that has not what the groups have in
    /// common is in none.
    pub(super) fn groups(&mut self, each: &EachRule, of: &[usize]) -> Result<Vec<Group>, Gap> {
        let keys = self.on_lines(of, |ground, at| ground.identity(each, at))?;
        let mut known: HashMap<Identity, usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for (at, identity) in of.iter().zip(keys) {
            let Some(identity) = identity else { continue };
            let (key, of) = match (&identity, &each.key) {
                (Identity::Line(own), _) => (GroupOf::Line(*own), *own),
                (Identity::Product(product), _) => (GroupOf::Product(*product), *at),
                (Identity::Value(value), KeyRule::Of(ty)) => (GroupOf::Value(value.clone(), ty.clone()), *at),
                (Identity::Value(_), _) => continue,
            };
            let position = *known.entry(identity).or_insert(groups.len());
            match groups.get_mut(position) {
                Some(group) => group.lines.push(*at),
                None => groups.push(Group { key, of, lines: vec![*at] }),
            }
        }
        Ok(groups)
    }

    fn identity(&self, each: &EachRule, at: usize) -> Result<Option<Identity>, Gap> {
        let of = match each.key {
            KeyRule::Bundle => self.facts.lines.get(at).and_then(|line| self.facts.bundle_at(line)),
            KeyRule::Product | KeyRule::Line | KeyRule::Of(_) => Some(at),
        };
        let Some(of) = of else { return Ok(None) };
        let Some(grouping) = self.grouping(each, of) else { return Ok(None) };
        Ok(match (&each.key, &grouping.key) {
            (KeyRule::Bundle | KeyRule::Line, _) => Some(Identity::Line(of)),
            (KeyRule::Product, _) => self.lines.get(of).map(|run| Identity::Product(run.product.at)),
            (KeyRule::Of(_), Some(key)) => {
                let value = self.line_scope(of).value(&key.code)?;
                (value != Value::Absent).then_some(Identity::Value(value))
            }
            (KeyRule::Of(_), None) => None,
        })
    }

    /// What is read where a line stands for a group; none where its product takes no part.
    fn grouping(&self, each: &EachRule, of: usize) -> Option<&Grouping> {
        self.lines.get(of)?.product.groupings.get(each.at)?.as_ref()
    }

    /// Lets formulas read the figures of a group; gives its price, and what must be put back behind it.
    pub(super) fn enter_group(&mut self, group: Group, span: Span) -> Result<(Exact, Outside), Gap> {
        let (mut sum, mut list, mut cost) = (Ok(Exact::ZERO), Ok(Exact::ZERO), Ok(Exact::ZERO));
        for at in &group.lines {
            let run = &self.lines[*at];
            sum = plus(sum, run.number(line::RUNNING), span);
            list = plus(list, run.number(line::LIST), span);
            let own = match run.product.product.has_cost {
                true => run.number(line::COST),
                false => {
                    let message = format!("`{}` has no cost", run.product.product.name);
                    Err(Fault::new(codes::MISSING_VALUE, message).at(run.product.product.span).gap())
                }
            };
            cost = plus(cost, own, span);
        }
        let sum = sum?;
        let outside = Outside { list: self.cell(quote::LIST), cost: self.cell(quote::COST) };
        set(&mut self.cells, quote::LIST, Cell::of(list.map(Value::Number)));
        set(&mut self.cells, quote::COST, Cell::of(cost.map(Value::Number)));
        self.set_running(Cell::Known(Value::Number(sum.clone())));
        self.group = Some(group);
        Ok((sum, outside))
    }

    /// Lets formulas read the figures of the whole quote again, but for the price so far.
    pub(super) fn leave_group(&mut self, outside: Outside) -> Option<Group> {
        set(&mut self.cells, quote::LIST, outside.list);
        set(&mut self.cells, quote::COST, outside.cost);
        self.group.take()
    }

    fn cell(&self, slot: u32) -> Cell {
        self.cells.get(slot as usize).cloned().unwrap_or_default()
    }
}

/// What a change would do that is worked out for each group, and spread over the lines of the group.
pub(super) fn judge<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    mut verdict: Verdict<'p>,
    change: &'p Change,
    takes: bool,
) -> Result<Verdict<'p>, Gap> {
    let Some((rule, each)) = change.spread.as_ref().and_then(|rule| Some((rule, rule.each.as_ref()?))) else {
        return Ok(verdict);
    };
    let reached = walk.ground.reached_by(rule)?;
    let groups = walk.ground.groups(each, &reached)?;
    if groups.is_empty() {
        verdict.skipped = Some(Reason::NoLines);
        return Ok(verdict);
    }
    let fits = |number: Result<Exact, _>| number.map_err(|error| arithmetic(error, verdict.step.span));
    let (mut read, mut changes) = (Exact::ZERO, false);
    let mut notes = Vec::with_capacity(groups.len());
    for group in groups {
        let lines = group.lines.len();
        let key = group.key.clone();
        let (price, outside) = walk.ground.enter_group(group, change.amount.code.span)?;
        let worked_out = of_group(walk, &verdict, (change, each), takes);
        let group = walk.ground.leave_group(outside);
        walk.publish();
        let Worked { effect, reads, notes: met } = worked_out?;
        walk.ground.entered = group.map(|group| group.lines);
        let reach = walk.ground.reach(Some(change), effect, verdict.step.span)?;
        read = fits(read.checked_add(&price))?;
        verdict.effect = fits(verdict.effect.checked_add(&reach.effect))?;
        verdict.left_over = fits(verdict.left_over.checked_add(&reach.left_over))?;
        verdict.overdrawn = verdict.overdrawn.or(reach.overdrawn);
        changes |= !reach.effect.is_zero();
        verdict.shares.extend(reach.shares);
        notes.push(Note::Group { of: key, lines, amount: reach.effect, reads, notes: met });
    }
    verdict.notes = notes;
    verdict.read = read;
    verdict.figure = if takes { verdict.effect.neg() } else { verdict.effect.clone() };
    // What one group gives and another pays changes the lines, whatever the sum.
    verdict.skipped = (!changes).then_some(Reason::Zero);
    Ok(verdict)
}

/// What came of an amount for one group.
struct Worked {
    effect: Exact,
    reads: Vec<ReadThen>,
    notes: Vec<Note>,
}

/// The amount of the group that is entered.
fn of_group<'p>(
    walk: &mut Walk<'_, 'p, QuoteGround<'_, 'p>>,
    verdict: &Verdict<'p>,
    (change, each): (&'p Change, &EachRule),
    takes: bool,
) -> Result<Worked, Gap> {
    let amount = walk.ground.formula_of_group(each, 0).unwrap_or(&change.amount);
    let mut notes = Vec::new();
    let reads = walk.told(amount.reads.iter());
    let off = walk.number(amount, &mut notes)?;
    if off.is_negative() && !change.may_be_negative {
        return Err(negative(verdict.step, &change.amount, &off, walk.ground.scope(None)));
    }
    Ok(Worked { effect: if takes { off.neg() } else { off }, reads, notes })
}

impl<'p> QuoteGround<'_, 'p> {
    /// A formula of the step as the group that is entered reads it.
    pub(super) fn formula_of_group(&self, each: &EachRule, at: usize) -> Option<&'p super::code::Formula> {
        let product = self.lines.get(self.group.as_ref()?.of)?.product;
        product.groupings.get(each.at)?.as_ref()?.formulas.get(at)
    }
}
