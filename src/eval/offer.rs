//! Steps that almost applied: a date to come, a few more units, an amount a little larger.

use super::code::{Driven, Driver, Formula, Node};
use super::evaluation::Evaluation;
use super::layout::{Cell, Frame, line, quote};
use super::line::set;
use super::run::Scope;
use super::step::{Step, StepKind};
use super::tier::version_on;
use super::walk::{Mark, Outcome, Reason};
use crate::ir::{CompareOp, Domain, Input, NumberKind, TierPer, TierRow, Ty, Value};
use crate::value::{Exact, Rounding, Said};

/// A step that almost applied.
#[derive(Debug)]
pub struct Near<'p> {
    /// The step.
    pub step: &'p Step,
    /// What would bring it.
    pub message: Said,
}

/// How many of the next bounds of a table are tried: bounds of other rows can lie between.
const TRIED_BOUNDS: usize = 4;

/// Where a waterfall stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Unit,
    Line,
    Quote,
}

impl<'p> Evaluation<'p> {
    /// What almost applied to a line.
    pub fn line_offers(&self, at: usize) -> Vec<Near<'p>> {
        let Some(run) = self.lines.get(at) else { return Vec::new() };
        let mut near = Vec::new();
        let mut cells = None;
        for (level, marks) in [(Level::Unit, &run.unit), (Level::Line, &run.line)] {
            for mark in marks.iter().filter(|mark| may_be_near(mark, level)) {
                let cells = cells.get_or_insert_with(|| run.cells.clone());
                let mut seeker = Seeker { evaluation: self, at: Some(at), level, cells };
                near.extend(seeker.seek(mark, marks).map(|message| Near { step: mark.step, message }));
            }
        }
        near
    }

    /// What almost applied to the quote.
    pub fn quote_offers(&self) -> Vec<Near<'p>> {
        let mut near = Vec::new();
        let mut cells = None;
        let payable = self.quote.payable.as_ref().map_or(&[][..], |payable| &payable.marks);
        for marks in [&self.quote.marks, payable] {
            for mark in marks.iter().filter(|mark| may_be_near(mark, Level::Quote)) {
                let cells = cells.get_or_insert_with(|| self.quote.cells.clone());
                let mut seeker = Seeker { evaluation: self, at: None, level: Level::Quote, cells };
                near.extend(seeker.seek(mark, marks).map(|message| Near { step: mark.step, message }));
            }
        }
        near
    }
}

/// Whether there is something to look for; of most steps there is not.
fn may_be_near(mark: &Mark<'_>, level: Level) -> bool {
    match &mark.outcome {
        Outcome::Skipped(Reason::During | Reason::When) => matches!(mark.step.kind, StepKind::Less(_)),
        Outcome::Applied | Outcome::Skipped(Reason::Zero) => {
            let driven = || mark.step.formula().is_some_and(|formula| !formula.drivers.is_empty());
            level != Level::Quote && driven()
        }
        _ => false,
    }
}

/// Looks for what would bring a step. `cells` are a copy that it may change.
struct Seeker<'a, 'p> {
    evaluation: &'a Evaluation<'p>,
    at: Option<usize>,
    level: Level,
    cells: &'a mut Vec<Cell>,
}

/// Whether whole units are ordered.
fn counts(quantity: &Input) -> bool {
    matches!(quantity.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int)
}

/// The least quantity from here on that can be ordered.
fn orderable(quantity: &Input, least: Exact) -> Option<Exact> {
    let least = if counts(quantity) { least.round_whole(Rounding::Ceiling) } else { least };
    match &quantity.domain {
        Domain::All => Some(least),
        Domain::Numbers(of) => of.iter().map(|(number, _)| number).filter(|it| **it >= least).min().cloned(),
        Domain::Range { from, to, step } => {
            let least = least.max(from.clone());
            let found = match step {
                None => least,
                Some(step) => {
                    let steps = least.checked_sub(from).and_then(|it| it.checked_div(step)).ok()?;
                    let steps = steps.round_whole(Rounding::Ceiling);
                    steps.checked_mul(step).and_then(|it| it.checked_add(from)).ok()?
                }
            };
            (found <= *to).then_some(found)
        }
    }
}

impl<'p> Seeker<'_, 'p> {
    fn seek(&mut self, mark: &Mark<'p>, marks: &[Mark<'p>]) -> Option<Said> {
        let read = mark.read.clone()?;
        let running = match self.level {
            Level::Unit => line::UNIT_RUNNING,
            Level::Line => line::RUNNING,
            Level::Quote => quote::RUNNING,
        };
        set(self.cells, running, Cell::Known(Value::Number(read)));
        let takes = matches!(mark.step.kind, StepKind::Less(_));
        match &mark.outcome {
            Outcome::Skipped(Reason::During) if takes => self.later(mark, marks),
            Outcome::Skipped(Reason::When) if takes => self.larger(mark.step.when.as_ref()?, mark.step),
            Outcome::Applied | Outcome::Skipped(Reason::Zero) if self.level != Level::Quote => {
                self.more(mark)
            }
            _ => None,
        }
    }

    fn scope(&self) -> Scope<'_> {
        let scope = self.evaluation.scope(self.at);
        match self.level {
            Level::Quote => Scope { quote: self.cells, ..scope },
            _ => Scope { line: self.cells, ..scope },
        }
    }

    /// A step whose days are still to come, if it would then be better than what won its group.
    fn later(&self, mark: &Mark<'p>, marks: &[Mark<'p>]) -> Option<Said> {
        let from = mark.step.during.as_ref()?.from?;
        let book = &self.evaluation.plan.book().effective;
        if from <= self.evaluation.facts.day.as_of || book.to.is_some_and(|last| last < from) {
            return None;
        }
        if let Some(when) = &mark.step.when
            && self.scope().truth(&when.code) != Ok(true)
        {
            return None;
        }
        let amount = self.scope().number(&mark.step.formula()?.code).ok()?;
        let group = mark.step.group.as_ref().map(|(_, span)| *span);
        let siblings =
            marks.iter().filter(|other| group.is_some() && group == other.step.group.as_ref().map(|it| it.1));
        let best = siblings.map(|other| other.amount.neg()).max().unwrap_or_default();
        (amount > best).then(|| Said::of(["valid from ".into(), Said::Day(from)]))
    }

    /// A step that needs a number to be larger, and nothing else.
    fn larger(&self, when: &Formula, step: &Step) -> Option<Said> {
        let as_of = self.evaluation.facts.day.as_of;
        if step.during.as_ref().is_some_and(|during| !during.holds(as_of)) {
            return None;
        }
        let ([test], Node::Compare { .. }) = (when.tests.as_slice(), &when.code.node) else { return None };
        let above = match test.op? {
            CompareOp::GreaterOrEqual => "",
            CompareOp::Greater => "more than ",
            _ => return None,
        };
        let [right] = test.right.as_slice() else { return None };
        let (left, right) = (self.scope().number(&test.left).ok()?, self.scope().number(right).ok()?);
        let missing = right.checked_sub(&left).ok()?;
        let Ty::Number(ty) = test.left_ty.required() else { return None };
        if missing.is_negative() || ty.kind == NumberKind::Rate {
            return None;
        }
        if matches!(&test.left.node, Node::Read(slot) if slot.frame == Frame::Line && slot.at == line::QUANTITY)
        {
            let run = self.at.and_then(|at| self.evaluation.lines.get(at))?;
            let input = &run.product.product.quantity;
            let least = match (test.op?, counts(input)) {
                (CompareOp::Greater, true) => right.checked_add(&Exact::ONE).ok()?,
                _ => right,
            };
            let quantity = orderable(input, least.clone())?;
            // Where only so many at a time can be ordered, the next number of them is beyond the bound anyway.
            let above = if quantity > least || counts(input) { "" } else { above };
            let missing = quantity.checked_sub(&left).ok()?;
            return Some(Said::of([above.into(), self.more_units(&missing)?, " would bring it".into()]));
        }
        // Less than half of the way is not "almost".
        if missing > left {
            return None;
        }
        let missing = self.show(&missing, &test.left_ty);
        Some(match &*test.what {
            "running" => Said::of([above.into(), missing, " more would bring it".into()]),
            what => format!("{above}{missing} more of `{what}` would bring it").into(),
        })
    }

    /// A better tier or band that a larger quantity would reach.
    fn more(&mut self, mark: &Mark<'p>) -> Option<Said> {
        let formula = mark.step.formula()?;
        // What pieces are may depend on how many there are.
        let asks_pieces = formula.reads.iter().any(|read| matches!(read.code.node, Node::Aggregate(_)));
        if asks_pieces
            || formula.drivers.is_empty()
            || !matches!(mark.step.kind, StepKind::List(_) | StepKind::Less(_))
        {
            return None;
        }
        let Some(Cell::Known(Value::Number(quantity))) = self.cells.get(line::QUANTITY as usize).cloned()
        else {
            return None;
        };
        let now = self.scope().number(&formula.code).ok()?;
        let found = formula.drivers.iter().find_map(|driver| {
            self.bounds(driver, &quantity).into_iter().find_map(|bound| {
                let brings = self.with_quantity(&bound, |seeker| {
                    let then = seeker.scope().number(&formula.code).ok()?;
                    let better = seeker.is_better(mark.step, formula, (&quantity, &now), (&bound, &then))?;
                    if better { seeker.brings(driver, &bound) } else { None }
                })?;
                Some((bound, brings))
            })
        });
        let (bound, brings) = found?;
        let missing = bound.checked_sub(&quantity).ok()?;
        let verb = if missing == Exact::ONE { " brings " } else { " bring " };
        Some(Said::of([self.more_units(&missing)?, verb.into(), brings]))
    }

    fn with_quantity<T>(&mut self, quantity: &Exact, act: impl FnOnce(&mut Self) -> T) -> T {
        let place = line::QUANTITY;
        let before = self.cells.get(place as usize).cloned().unwrap_or_default();
        set(self.cells, place, Cell::Known(Value::Number(quantity.clone())));
        let result = act(self);
        set(self.cells, place, before);
        result
    }

    /// Whether an amount is better for the customer, unit for unit.
    fn is_better(
        &self,
        step: &Step,
        formula: &Formula,
        (quantity, now): (&Exact, &Exact),
        (more, then): (&Exact, &Exact),
    ) -> Option<bool> {
        // An amount of a line grows with the quantity, unless it is a share of a price that is kept as it is.
        let share = formula.reads.iter().any(|read| matches!(&*read.text, "running" | "list" | "unit.list"));
        let (now, then) = match self.level == Level::Line && !share {
            true => (now.checked_mul(more).ok()?, then.checked_mul(quantity).ok()?),
            false => (now.clone(), then.clone()),
        };
        Some(if matches!(step.kind, StepKind::Less(_)) { then > now } else { then < now })
    }

    /// The next quantities at which a tier or a band begins, within what the product allows.
    fn bounds(&self, driver: &Driver, quantity: &Exact) -> Vec<Exact> {
        let evaluation = self.evaluation;
        let Some(run) = self.at.and_then(|at| evaluation.lines.get(at)) else { return Vec::new() };
        let input = &run.product.product.quantity;
        let counted = counts(input);
        let Ok(driven) = quantity.checked_mul(&driver.factor) else { return Vec::new() };
        let day = evaluation.facts.day.as_of;
        let bounds: Vec<Exact> = match &driver.of {
            Driven::Tiers(at) => {
                let Some(tiers) = evaluation.plan.book().tiers.get(*at as usize) else { return Vec::new() };
                let tiers = version_on(tiers, day).map_or(&[][..], |version| &version.tiers);
                let next = tiers
                    .iter()
                    .find(|tier| tier.start > driven || tier.start == driven && !tier.start_included);
                match next {
                    Some(tier) if tier.start_included => vec![tier.start.clone()],
                    Some(tier) if counted => tier.start.checked_add(&Exact::ONE).into_iter().collect(),
                    _ => Vec::new(),
                }
            }
            Driven::Table { table, key, .. } => {
                let table = evaluation.plan.tables().get(*table as usize);
                let bounds = table.and_then(|table| {
                    Some(table.bounds_above(table.version_on(day)?, *key, &driven, TRIED_BOUNDS).to_vec())
                });
                bounds.unwrap_or_default()
            }
        };
        let quantities =
            bounds.into_iter().filter_map(|bound| orderable(input, bound.checked_div(&driver.factor).ok()?));
        quantities.filter(|it| it > quantity).collect()
    }

    /// What the tier or the band reached gives, in words.
    fn brings(&self, driver: &Driver, quantity: &Exact) -> Option<Said> {
        let evaluation = self.evaluation;
        match &driver.of {
            Driven::Table { lookup, ty, .. } => {
                let value = self.scope().value(lookup).ok()?;
                Some(evaluation.plan.show(&evaluation.facts.day, &value, ty))
            }
            Driven::Tiers(at) => {
                let tiers = evaluation.plan.book().tiers.get(*at as usize)?;
                let driven = quantity.checked_mul(&driver.factor).ok()?;
                let version = version_on(tiers, evaluation.facts.day.as_of)?;
                let reached = |tier: &&crate::ir::Tier| {
                    tier.start < driven || tier.start_included && tier.start == driven
                };
                let row = &version.tiers.iter().rev().find(reached)?.row;
                let show = |number: &Exact| self.show(number, &tiers.result);
                match row {
                    TierRow::Value(value) => {
                        Some(evaluation.plan.show(&evaluation.facts.day, value, &tiers.result))
                    }
                    TierRow::Price { unit: Some((each, TierPer::Each)), .. } => {
                        Some(Said::of([show(each), " each".into()]))
                    }
                    TierRow::Price { unit: Some((share, TierPer::Share)), .. } => {
                        Some(self.show(share, &Ty::number(NumberKind::Rate)))
                    }
                    TierRow::Price {
                        unit: Some((each, TierPer::Started(size) | TierPer::Full(size))),
                        ..
                    } => Some(format!("{} per {size}", show(each)).into()),
                    TierRow::Price { flat, unit: None } => Some(show(flat)),
                    TierRow::Refuse(_) => None,
                }
            }
        }
    }

    /// So much more of what the line orders.
    fn more_units(&self, missing: &Exact) -> Option<Said> {
        let run = self.at.and_then(|at| self.evaluation.lines.get(at))?;
        let ty = &run.product.product.quantity.ty;
        Some(match ty.required() {
            Ty::Number(number) if number.unit.is_none() && *missing == Exact::ONE => "1 more unit".into(),
            Ty::Number(number) if number.unit.is_none() => {
                Said::of([Said::Exact(missing.clone()), " more units".into()])
            }
            _ => Said::of([self.show(missing, ty), " more".into()]),
        })
    }

    fn show(&self, number: &Exact, ty: &Ty) -> Said {
        let evaluation = self.evaluation;
        match ty.required() {
            Ty::Number(of) if of.unit.currency().is_some() => {
                evaluation.plan.show_amount(&evaluation.facts.day, number)
            }
            _ => evaluation.plan.show(&evaluation.facts.day, &Value::Number(number.clone()), ty),
        }
    }
}
