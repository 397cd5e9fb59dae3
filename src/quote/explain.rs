//! The trace of an evaluation in words: why a step counted, or did not.

use super::answer::{Detail, Entry, EntryKind, Outcome, Read, RowPlace, TierPart};
use super::sight::{NOT_SHOWN, Sight};
use crate::eval::{
    self, Asked, Evaluation, Formula, Found, GroupOf, Mark, Note, Part, ReadThen, Reading, Reason, Step,
    StepKind,
};
use crate::ir::{
    GroupKind, NumberKind, Period, RowPlaces, Rows, TierMode, TierPer, TierRow, Tiers, Ty, Value,
};
use crate::value::{Exact, Said};

/// Puts what happened into words.
pub(super) struct Explainer<'e, 'p> {
    pub evaluation: &'e Evaluation<'p>,
    pub sight: Sight,
}

impl Explainer<'_, '_> {
    /// A step of a waterfall and what it did; none where it may not be seen.
    pub fn entry(&self, line: Option<usize>, mark: &Mark<'_>) -> Option<Entry> {
        let step = mark.step;
        if !self.sight.sees_step(self.evaluation, line, step) {
            return None;
        }
        let formula = step.formula();
        let of_groups = step.each();
        let secret = formula.is_some_and(|formula| self.is_secret(line, formula))
            || of_groups.is_some_and(|each| self.sight.tells(self.evaluation, line, &each.text));
        let known = matches!(mark.outcome, eval::Outcome::Applied)
            || matches!(&mark.outcome, eval::Outcome::Skipped(reason) if considered(reason));
        Some(Entry {
            step: step.name.clone(),
            label: step.label.clone(),
            kind: kind(step),
            group: step.group.as_ref().map(|(name, _)| name.clone()),
            outcome: self.outcome(line, mark),
            amount: mark.amount.clone(),
            running: mark.running.clone(),
            contained: mark.contained.clone(),
            sum: self.sum(line, mark),
            shown: mark.contained.as_ref().and_then(|figure| self.in_own_unit(step, figure)),
            bound: mark.bound.clone().filter(|_| !secret),
            left_over: (!mark.left_over.is_zero() && !secret).then(|| mark.left_over.clone()),
            formula: formula.filter(|_| !secret).map(|formula| formula.text.clone()),
            inputs: match formula {
                // What is worked out for groups is told group by group.
                Some(formula) if known && of_groups.is_none() && self.explains() => {
                    self.inputs_then(line, formula, mark)
                }
                _ => Vec::new(),
            },
            details: match secret || !self.explains() {
                true => Vec::new(),
                false => {
                    let mut details = Vec::with_capacity(mark.notes.len());
                    details.extend(mark.notes.iter().filter_map(|note| self.detail(note)));
                    details
                }
            },
            because: step.because.clone(),
            span: Some(step.span),
        })
    }

    /// How the figures came about is told.
    pub fn explains(&self) -> bool {
        self.evaluation.facts.explained
    }

    /// What the members of a group or a block come to together, unless one of them may not be seen.
    fn sum(&self, line: Option<usize>, mark: &Mark<'_>) -> Option<Exact> {
        let step = mark.step;
        let takes = match &step.kind {
            StepKind::Group { takes, .. } => *takes,
            StepKind::Claims(_) => true,
            StepKind::Taxes { .. } => false,
            _ => return None,
        };
        // A group on all lines has the amount itself.
        if mark.outcome != eval::Outcome::Applied || !mark.amount.is_zero() || !self.sees_all(line, step) {
            return None;
        }
        let figure = match line {
            Some(at) => self.evaluation.figure(at, step),
            None => self.evaluation.quote_figure(step),
        };
        figure.map(|figure| if takes { figure.neg() } else { figure })
    }

    /// Whether a step and all its members may be seen.
    pub fn sees_all(&self, line: Option<usize>, step: &Step) -> bool {
        self.sight.sees_step(self.evaluation, line, step)
            && step.members().iter().all(|member| self.sees_all(line, member))
    }

    /// Whether a formula reads what is not to be seen: with the amount that it gives, which is part of the
    /// price, its text and what else it reads would tell that.
    fn is_secret(&self, line: Option<usize>, formula: &Formula) -> bool {
        !self.sight.sees_all()
            && formula.reads.iter().any(|reading| self.sight.hides(self.evaluation, line, reading))
    }

    /// What a formula read.
    pub fn inputs(&self, line: Option<usize>, formula: &Formula, running: Option<&Exact>) -> Vec<Read> {
        if !self.explains() {
            return Vec::new();
        }
        let secret = self.is_secret(line, formula);
        let mut inputs = Vec::with_capacity(formula.reads.len());
        inputs.extend(formula.reads.iter().filter_map(|reading| self.input(line, reading, running, secret)));
        inputs
    }

    /// What the formula of a step read when it was worked out.
    fn inputs_then(&self, line: Option<usize>, formula: &Formula, mark: &Mark<'_>) -> Vec<Read> {
        let (secret, running) = (self.is_secret(line, formula), mark.read.as_ref());
        let mut noted = mark.notes.iter().filter_map(|note| match note {
            Note::Then(reads) if !secret => Some(reads.as_slice()),
            _ => None,
        });
        let then = noted.next().unwrap_or_default();
        let mut inputs = Vec::with_capacity(formula.reads.len());
        inputs.extend(formula.reads.iter().filter_map(|reading| {
            match then.iter().find(|read| read.text == reading.text) {
                Some(read) => Some(self.read_then(read)),
                None => self.input(line, reading, running, secret),
            }
        }));
        inputs
    }

    /// What a reading is; none where that is not known.
    fn input(
        &self,
        line: Option<usize>,
        reading: &Reading,
        running: Option<&Exact>,
        secret: bool,
    ) -> Option<Read> {
        let value = self.evaluation.read(line, reading, running).ok()?;
        let value = match secret {
            true => NOT_SHOWN.into(),
            false => self.show_over(&value, &reading.ty, self.evaluation.elements(line, reading)),
        };
        Some(Read { text: reading.text.clone(), value })
    }

    fn read_then(&self, read: &ReadThen) -> Read {
        Read { text: read.text.clone(), value: self.show_over(&read.value, &read.ty, read.over) }
    }

    /// A value as text, with the number of elements that it comes of where that is told.
    fn show_over(&self, value: &Value, ty: &Ty, over: Option<u64>) -> Said {
        let shown = self.show(value, ty);
        match over {
            Some(over) => Said::of([shown, over_elements(over)]),
            None => shown,
        }
    }

    /// A value as text.
    pub fn show(&self, value: &Value, ty: &Ty) -> Said {
        self.evaluation.plan.show(&self.evaluation.facts.day, value, ty)
    }

    /// The figure of a `let` that is no amount of money, with its unit.
    pub fn in_own_unit(&self, step: &Step, figure: &Exact) -> Option<Said> {
        let StepKind::Let(formula) = &step.kind else { return None };
        let is_money = matches!(formula.ty.required(), Ty::Number(ty) if ty.unit.has_currency());
        (!is_money).then(|| self.show(&Value::Number(figure.clone()), &formula.ty))
    }

    /// An amount of money for a sentence.
    pub fn money(&self, amount: &Exact) -> Said {
        self.evaluation.plan.show_amount(&self.evaluation.facts.day, amount)
    }

    fn outcome(&self, line: Option<usize>, mark: &Mark<'_>) -> Outcome {
        match &mark.outcome {
            eval::Outcome::Applied => Outcome::Applied,
            eval::Outcome::Unknown(gap) => Outcome::Unknown(gap.message.clone().into()),
            eval::Outcome::Skipped(_) if !self.explains() => Outcome::Skipped(Said::default()),
            eval::Outcome::Skipped(reason) => Outcome::Skipped(self.reason(line, mark, reason)),
        }
    }

    fn reason(&self, line: Option<usize>, mark: &Mark<'_>, reason: &Reason) -> Said {
        let step = mark.step;
        match reason {
            Reason::When => match &step.when {
                Some(when) => self.unmet(line, when, mark.read.as_ref()),
                None => "it does not count here".into(),
            },
            Reason::During => step.during.as_ref().map_or_else(Said::default, |during| days(during).into()),
            Reason::Zero => Said::of(["comes to ".into(), self.money(&Exact::ZERO)]),
            Reason::NotNeeded { .. } if step.formula().is_some_and(|it| self.is_secret(line, it)) => {
                "the price keeps to it already".into()
            }
            Reason::NotNeeded { bound } => {
                let is_floor = matches!(step.kind, StepKind::Floor(_));
                let words = if is_floor { "the price is at least " } else { "the price is at most " };
                Said::of([words.into(), self.money(bound), " already".into()])
            }
            Reason::Even => match &step.kind {
                StepKind::Round(to) => {
                    let step = self.money(to.step.in_currency(self.evaluation.facts.day.currency));
                    Said::of(["the price is a multiple of ".into(), step, " already".into()])
                }
                _ => "the price is round already".into(),
            },
            Reason::Folded => "the step before is rounded by it".into(),
            Reason::Lost { kind: GroupKind::First, winner, .. }
                if self.sight.tells(self.evaluation, line, winner) =>
            {
                "another step stands before it and counts".into()
            }
            Reason::Lost { winner, .. } if self.sight.tells(self.evaluation, line, winner) => {
                "another step counts instead".into()
            }
            Reason::Lost { kind, winner, winning, own } => self.lost(*kind, winner, winning, own).into(),
            Reason::NoUnits => "there are not enough units left to take".into(),
            Reason::NoneCounts => "none of its members counts".into(),
            Reason::NoLines => match &step.kind {
                StepKind::Add(_) | StepKind::Less(_) if step.each().is_some() => {
                    "no line is in a group".into()
                }
                StepKind::Add(change) | StepKind::Less(change) => {
                    match change.spread.as_ref().and_then(|spread| spread.on_lines.as_ref()) {
                        Some(condition) => format!("no line fulfils `{condition}`").into(),
                        None => "it changes no line".into(),
                    }
                }
                StepKind::Tax(tax) => match &tax.on_lines {
                    Some(condition) => format!("no line fulfils `{}`", condition.text).into(),
                    None => "it changes no line".into(),
                },
                _ => "it changes no line".into(),
            },
        }
    }

    /// Why a condition does not hold.
    fn unmet(&self, line: Option<usize>, when: &Formula, running: Option<&Exact>) -> Said {
        if self.is_secret(line, when) {
            return "its condition does not hold".into();
        }
        // What prices of lines were then is not known any more.
        let reads = when.reads.iter().filter(|reading| !reading.passes);
        let reads = reads.filter_map(|reading| self.input(line, reading, running, false));
        let mut parts = vec!["needs `".into(), when.text.clone().into(), "`".into()];
        for (at, read) in reads.enumerate() {
            let before = if at == 0 { "; " } else { ", " };
            parts.extend([before.into(), read.text.into(), " is ".into(), read.value]);
        }
        Said::Parts(parts.into())
    }

    fn lost(&self, kind: GroupKind, winner: &str, winning: &Exact, own: &Exact) -> String {
        if kind == GroupKind::First {
            return format!("`{winner}` stands before it and counts");
        }
        if winning == own {
            return format!("`{winner}` does the same and stands before it");
        }
        let takes = !winning.is_positive() && !own.is_positive();
        let (better, words) = (kind == GroupKind::Best, if takes { "gives" } else { "adds" });
        let more = if better == takes { "more" } else { "less" };
        let amount = |effect: &Exact| self.money(&if takes { effect.neg() } else { effect.clone() });
        format!("`{winner}` {words} {more}: {} against {}", amount(winning), amount(own))
    }

    fn detail(&self, note: &Note) -> Option<Detail> {
        match note {
            Note::Row { table, version, found, column } => {
                let plan = self.evaluation.plan.tables().get(*table as usize)?;
                let rows = plan.rows(*version)?;
                let at = usize::from(*column);
                let (value, place) = match found {
                    Found::Row(row) => {
                        let row = *row as usize;
                        (rows.values.get(at)?.get(row)?.as_ref()?, row_place(rows, row)?)
                    }
                    Found::Otherwise => {
                        let span = plan.table.versions.get(*version)?.span;
                        (rows.otherwise.as_ref()?.get(at)?.as_ref()?, RowPlace::Span(span))
                    }
                    Found::Nothing => return None,
                };
                let ty = &plan.table.columns.get(at)?.ty;
                Some(Detail::Row { table: plan.table.name.clone(), value: self.show(value, ty), place })
            }
            Note::Rows { table, version, rows: found, column, value } => {
                let plan = self.evaluation.plan.tables().get(*table as usize)?;
                let (rows, at) = (plan.rows(*version)?, usize::from(*column));
                let ty = &plan.table.columns.get(at)?.ty;
                let row = |row: &u32| {
                    let row = *row as usize;
                    let value = rows.values.get(at)?.get(row)?.as_ref()?;
                    Some((self.show(value, ty), row_place(rows, row)?))
                };
                Some(Detail::Rows {
                    table: plan.table.name.clone(),
                    policy: plan.table.policy.word().unwrap_or_default(),
                    value: self.show(value, ty),
                    rows: found.iter().filter_map(row).collect(),
                })
            }
            Note::Units { times, units, amounts } => {
                Some(Detail::Units { times: times.clone(), units: units.clone(), amounts: amounts.clone() })
            }
            Note::Group { of, lines, amount, reads, notes } => Some(Detail::Group {
                group: self.group(of),
                lines: *lines,
                amount: amount.clone(),
                inputs: reads.iter().map(|read| self.read_then(read)).collect(),
                details: notes.iter().filter_map(|note| self.detail(note)).collect(),
            }),
            // It stands among the inputs.
            Note::Then(_) => None,
            Note::Tiers { tiers, asked, value } => {
                let tiers = self.evaluation.plan.book().tiers.get(*tiers as usize)?;
                Some(self.tiers(tiers, asked, value))
            }
        }
    }

    /// What the lines of a group have in common, as text.
    fn group(&self, of: &GroupOf) -> Said {
        match of {
            GroupOf::Line(at) => {
                self.evaluation.facts.lines.get(*at).map_or_else(Said::default, |line| line.id.clone().into())
            }
            GroupOf::Product(at) => {
                let product = self.evaluation.plan.product(*at);
                product.map_or_else(Said::default, |it| it.product.name.clone().into())
            }
            GroupOf::Value(Value::Text(text), _) => text.clone().into(),
            GroupOf::Value(value, ty) => self.show(value, ty),
        }
    }

    fn tiers(&self, tiers: &Tiers, asked: &Asked, value: &Value) -> Detail {
        let day = self.evaluation.facts.day.as_of;
        let driver = Ty::Number(tiers.driver.clone());
        let quantity = Value::Number(asked.quantity.clone());
        let parts = eval::parts(tiers, day, asked);
        Detail::Tiers {
            tiers: tiers.name.clone(),
            quantity: self.show(&quantity, &driver),
            value: self.show(value, &tiers.result),
            parts: parts.iter().filter_map(|part| self.tier_part(tiers, asked, part, &driver)).collect(),
        }
    }

    fn tier_part(&self, tiers: &Tiers, asked: &Asked, part: &Part, driver: &Ty) -> Option<TierPart> {
        let version = eval::version_on(tiers, self.evaluation.facts.day.as_of)?;
        let is_rate = matches!(tiers.result.required(), Ty::Number(ty) if ty.kind == NumberKind::Rate);
        let amount = match is_rate && tiers.mode == TierMode::Graduated && !asked.quantity.is_zero() {
            true => part.amount.checked_div(&asked.quantity).ok()?,
            false => part.amount.clone(),
        };
        let amount = self.show(&Value::Number(amount), &tiers.result);
        let Some(tier) = part.tier.and_then(|at| version.tiers.get(at)) else {
            let (tier, units, span) = ("zero".into(), Exact::ZERO, version.span);
            return Some(TierPart { tier, units, price: amount.clone(), amount, span });
        };
        let start = match &asked.scale {
            Some(scale) => tier.start.checked_mul(scale).ok()?,
            None => tier.start.clone(),
        };
        let counts = tiers.driver.kind == NumberKind::Int && start.is_integer();
        let bound = |number: Exact| self.show(&Value::Number(number), driver);
        let words = match (tier.start_included, counts) {
            (true, _) => ["from ".into(), bound(start)],
            (false, true) => ["from ".into(), bound(start.checked_add(&Exact::ONE).ok()?)],
            (false, false) => ["above ".into(), bound(start)],
        };
        let words = Said::of(words);
        let price = self.tier_price(&tier.row, &tiers.result);
        Some(TierPart { tier: words, units: part.units.clone(), price, amount, span: tier.span })
    }

    fn tier_price(&self, row: &TierRow, ty: &Ty) -> Said {
        let show = |number: &Exact| self.show(&Value::Number(number.clone()), ty);
        match row {
            TierRow::Value(value) => self.show(value, ty),
            TierRow::Refuse(words) => words.clone().into(),
            TierRow::Price { flat, unit: None } => Said::of([show(flat), " flat".into()]),
            TierRow::Price { flat, unit: Some((each, per)) } => {
                let each = match per {
                    TierPer::Share => self.show(&Value::Number(each.clone()), &Ty::number(NumberKind::Rate)),
                    TierPer::Each => Said::of([show(each), " each".into()]),
                    TierPer::Started(size) => format!("{} per started {size}", show(each)).into(),
                    TierPer::Full(size) => format!("{} per full {size}", show(each)).into(),
                };
                if flat.is_zero() { each } else { Said::of([show(flat), " flat + ".into(), each]) }
            }
        }
    }
}

/// Where a row of a table stands.
fn row_place(rows: &Rows, row: usize) -> Option<RowPlace> {
    Some(match &rows.places {
        RowPlaces::Spans(spans) => RowPlace::Span(*spans.get(row)?),
        RowPlaces::Lines { file, lines } => RowPlace::File { file: file.clone(), line: *lines.get(row)? },
    })
}

/// What a sum went over.
fn over_elements(count: u64) -> Said {
    match count {
        0 => " over no element".into(),
        1 => " over 1 element".into(),
        count => format!(" over {count} elements").into(),
    }
}

/// Whether a step's amount was worked out before it was skipped.
fn considered(reason: &Reason) -> bool {
    matches!(reason, Reason::Zero | Reason::NotNeeded { .. } | Reason::Lost { .. })
}

/// The days on which something counts.
fn days(period: &Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) => format!("counts from {from} to {to}"),
        (Some(from), None) => format!("counts from {from}"),
        (None, Some(to)) => format!("counts up to {to}"),
        (None, None) => "counts always".into(),
    }
}

/// What kind of step an entry is of.
fn kind(step: &Step) -> EntryKind {
    match &step.kind {
        StepKind::List(_) => EntryKind::List,
        StepKind::Add(_) => EntryKind::Add,
        StepKind::Less(_) => EntryKind::Less,
        StepKind::Group { kind, .. } => EntryKind::Group(*kind),
        StepKind::Round(_) => EntryKind::Round,
        StepKind::Floor(_) => EntryKind::Floor,
        StepKind::Cap(_) => EntryKind::Cap,
        StepKind::Subtotal | StepKind::EachLine { .. } => EntryKind::Subtotal,
        StepKind::Let(_) => EntryKind::Let,
        StepKind::Tax(_) => EntryKind::Tax,
        StepKind::Taxes { .. } => EntryKind::Taxes,
        StepKind::Charge(_) => EntryKind::Charge,
        StepKind::Gift(_) => EntryKind::Gift,
        StepKind::Claim(_) => EntryKind::Less,
        StepKind::Claims(_) => EntryKind::Claims,
        StepKind::Payable(_) => EntryKind::Subtotal,
    }
}
