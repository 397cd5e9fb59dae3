//! The interpreter: a walk over a planned expression.

use std::cell::RefCell;
use std::cmp::Ordering;

use smallvec::SmallVec;

use super::aggregate::Nest;
use super::code::{Code, Node, Ratio, RoundedPower};
use super::fault::{Fault, Gap, arithmetic, broken, broken_power, no_such_day, power_too_large};
use super::layout::{Cell, Frame, Slot};
use super::note::Note;
use super::others::Others;
use super::piece::Pieces;
use super::plan::Plan;
use super::table::{Found, order};
use super::tier::{self, Asked};
use crate::diagnostic::codes;
use crate::ir::{ArithmeticOp, CompareOp, HitPolicy, LogicOp, Name, PerCurrency, Value};
use crate::source::{Span, limits};
use crate::value::{ArithmeticError, Date, Exact, RealExponent, Rounding};

/// What all lines of a quote share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day of the quote.
    pub as_of: Date,
    /// The position of the request's currency in the book's.
    pub currency: u16,
    /// The exchange rates that came with the request, in the order of the book's pairs.
    pub rates: Vec<Option<Exact>>,
}

/// What an expression can see.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub plan: &'a Plan,
    pub day: &'a Day,
    pub inputs: &'a [Cell],
    pub line: &'a [Cell],
    pub quote: &'a [Cell],
    /// The pieces of the line's parts.
    pub parts: &'a [Pieces],
    /// What stands around the line.
    pub others: Others<'a>,
    /// The elements of the aggregates around.
    pub elements: Option<&'a Nest<'a>>,
    /// The arguments of the enclosing function.
    pub arguments: &'a [Value],
    /// Where tables and tiers that are met are noted, if they are wanted.
    pub notes: Option<&'a RefCell<Vec<Note>>>,
}

impl Scope<'_> {
    /// The value of an expression where it stands somewhere already.
    fn at_hand<'c>(&'c self, code: &'c Code) -> Option<&'c Value> {
        match &code.node {
            Node::Constant(value) => Some(value),
            Node::Read(slot) => match self.cells(slot.frame).get(slot.at as usize) {
                Some(Cell::Known(value)) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    fn cells(&self, frame: Frame) -> &[Cell] {
        match frame {
            Frame::Inputs => self.inputs,
            Frame::Line => self.line,
            Frame::Quote => self.quote,
        }
    }

    /// The number that an expression is.
    pub fn number(&self, code: &Code) -> Result<Exact, Gap> {
        if let Some(Value::Number(number)) = self.at_hand(code) {
            return Ok(number.clone());
        }
        match self.value(code)? {
            Value::Number(number) => Ok(number),
            _ => Err(broken(code.span, "a number is needed")),
        }
    }

    /// Whether a condition holds.
    pub fn truth(&self, code: &Code) -> Result<bool, Gap> {
        match self.value(code)? {
            Value::Bool(truth) => Ok(truth),
            _ => Err(broken(code.span, "a condition is needed")),
        }
    }

    fn date(&self, code: &Code) -> Result<Date, Gap> {
        match self.value(code)? {
            Value::Date(date) => Ok(date),
            _ => Err(broken(code.span, "a date is needed")),
        }
    }

    /// The value of an expression.
    ///
    /// Each form has a function of its own, so that this one, which calls itself, needs little of the stack.
    pub fn value(&self, code: &Code) -> Result<Value, Gap> {
        match &code.node {
            Node::Constant(value) => Ok(value.clone()),
            Node::Read(slot) => self.read(*slot, code.span),
            Node::Ratio(ratio) => self.ratio(*ratio, code.span),
            Node::CompareRatio { ratio, op, bound } => self.compare_ratio(*ratio, *op, bound, code.span),
            Node::Parameter(at) => self.parameter(*at, code.span),
            Node::Scale { factor, of } => self.scale(factor, of, code.span),
            Node::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, code.span),
            Node::Negate(of) => self.number(of).map(|number| Value::Number(number.neg())),
            Node::Absolute(of) => self.number(of).map(|number| Value::Number(number.abs())),
            Node::Power { base, exponent } => self.power(base, exponent, code.span),
            Node::RoundedPower(of) => self.rounded_power(of, code.span),
            Node::Round { value, mode, step, offset } => self.round(value, *mode, (step, offset), code.span),
            Node::Compare { op, left, right } => self.compare(*op, left, right),
            Node::Not(of) => self.truth(of).map(|truth| Value::Bool(!truth)),
            Node::Logic { op, left, right } => self.logic(*op, left, right).map(Value::Bool),
            Node::OneOf { value, of } => self.one_of(value, of),
            Node::Contains { set, value } => self.contains(set, value).map(Value::Bool),
            Node::StartsWith { text, prefix } => self.starts_with(text, prefix).map(Value::Bool),
            Node::If { condition, then, otherwise } => {
                self.value(if self.truth(condition)? { then } else { otherwise })
            }
            Node::Switch { subject, cases, otherwise } => {
                self.switch(subject, cases, otherwise.as_deref(), code.span)
            }
            Node::Otherwise { value, fallback } => self.otherwise(value, fallback),
            Node::Given(of) => self.value(of).map(|value| Value::Bool(value != Value::Absent)),
            Node::RowColumn { table, column, row } => self.row_column(*table, *column, row, code.span),
            Node::RowKey { table, row } => self.row_key(*table, row, code.span),
            Node::Lookup { table, column, keys } => self.lookup(*table, *column, keys, code.span),
            Node::Tier { tiers, quantity, tier_by, scaled_by } => {
                self.tier(*tiers, quantity, [tier_by.as_deref(), scaled_by.as_deref()], code.span)
            }
            Node::Call { def, arguments } => self.call(*def, arguments, code.span),
            Node::Extreme { greatest, of } => self.extreme(*greatest, of, code.span),
            Node::Days { from, to, through } => self.days(from, to, *through),
            Node::DatePart { part, date } => {
                self.date(date).map(|date| Value::Number(Exact::from(part.of(date))))
            }
            Node::AddTime { date, count, months } => self.add_time(date, count, *months, code.span),
            Node::Convert { amount, from, to } => self.convert(amount, from, to, code.span),
            Node::Aggregate(own) => self.aggregate(own, code.span),
            Node::OfLine { outwards, place } => self.of_line(*outwards, place, code.span),
            Node::Element { outwards, read } => self.element(*outwards, *read, code.span),
            Node::Missing(gap) => Err(gap.clone()),
        }
    }

    fn power(&self, base: &Code, exponent: &Code, span: Span) -> Result<Value, Gap> {
        let (base, exponent) = (self.number(base)?, self.number(exponent)?);
        let times = exponent.to_u64().filter(|times| *times <= limits::MAX_EXPONENT);
        let Some(times) = times.and_then(|times| i32::try_from(times).ok()) else {
            let message = format!(
                "a power with the exponent {exponent}, which goes from 0 to {}",
                limits::MAX_EXPONENT
            );
            return Err(Fault::new(codes::OVERFLOW_IN_QUOTE, message).at(span).gap());
        };
        base.checked_pow(times).map(Value::Number).map_err(|_| power_too_large(span))
    }

    fn rounded_power(&self, of: &RoundedPower, span: Span) -> Result<Value, Gap> {
        let (base, exponent) = (self.number(&of.base)?, self.number(&of.exponent)?);
        let exponent = match of.logarithm {
            true => RealExponent::LogarithmOf(exponent),
            false => RealExponent::Number(exponent),
        };
        let (step, offset) =
            (of.step.in_currency(self.day.currency), of.offset.in_currency(self.day.currency));
        let power = self.number(&of.factor)?.times_power_rounded(&base, &exponent, of.mode, step);
        let power = power.map_err(|error| broken_power(error, span))?;
        fits(power.checked_add(offset), span)
    }

    fn parameter(&self, at: u16, span: Span) -> Result<Value, Gap> {
        let argument = self.arguments.get(usize::from(at)).cloned();
        argument.ok_or_else(|| broken(span, "a parameter has no value"))
    }

    fn scale(&self, factor: &Exact, of: &Code, span: Span) -> Result<Value, Gap> {
        fits(self.number(of)?.checked_mul(factor), span)
    }

    fn arithmetic(&self, op: ArithmeticOp, left: &Code, right: &Code, span: Span) -> Result<Value, Gap> {
        let (left, right) = (self.number(left)?, self.number(right)?);
        let result = match op {
            ArithmeticOp::Add => left.checked_add(&right),
            ArithmeticOp::Subtract => left.checked_sub(&right),
            ArithmeticOp::Multiply => left.checked_mul(&right),
            ArithmeticOp::Divide => left.checked_div(&right),
        };
        fits(result, span)
    }

    fn round(
        &self,
        value: &Code,
        mode: Rounding,
        (step, offset): (&PerCurrency, &PerCurrency),
        span: Span,
    ) -> Result<Value, Gap> {
        let currency = self.day.currency;
        let rounded = self.number(value)?.round_to(mode, step.in_currency(currency));
        fits(rounded.and_then(|rounded| rounded.checked_add(offset.in_currency(currency))), span)
    }

    fn starts_with(&self, text: &Code, prefix: &Code) -> Result<bool, Gap> {
        match (self.value(text)?, self.value(prefix)?) {
            (Value::Text(text), Value::Text(prefix)) => Ok(text.starts_with(&*prefix)),
            _ => Ok(false),
        }
    }

    fn switch(
        &self,
        subject: &Code,
        cases: &[(Box<[Value]>, Code)],
        otherwise: Option<&Code>,
        span: Span,
    ) -> Result<Value, Gap> {
        let subject = self.value(subject)?;
        let case = cases.iter().find(|(of, _)| of.contains(&subject)).map(|(_, then)| then);
        match case.or(otherwise) {
            Some(then) => self.value(then),
            None => Err(broken(span, "no case fits")),
        }
    }

    fn otherwise(&self, value: &Code, fallback: &Code) -> Result<Value, Gap> {
        match self.value(value)? {
            Value::Absent => self.value(fallback),
            value => Ok(value),
        }
    }

    fn row_column(&self, table: u32, column: u16, row: &Code, span: Span) -> Result<Value, Gap> {
        match self.value(row)? {
            Value::Row(row) => self.cell(table, Found::Row(row), column, &[], span),
            Value::Absent => self.cell(table, Found::Nothing, column, &[Value::Absent], span),
            _ => Err(broken(span, "a row is needed")),
        }
    }

    fn row_key(&self, table: u32, row: &Code, span: Span) -> Result<Value, Gap> {
        match self.value(row)? {
            Value::Row(row) => {
                let key = self.plan.key_of(self.day, table, row).cloned();
                key.ok_or_else(|| broken(span, "a row has no key"))
            }
            key => Ok(key),
        }
    }

    fn call(&self, def: u32, arguments: &[Code], span: Span) -> Result<Value, Gap> {
        let arguments = self.values(arguments)?;
        match self.plan.defs.get(def as usize) {
            Some(body) => Scope { arguments: &arguments, ..*self }.value(body),
            None => Err(broken(span, "a function is missing")),
        }
    }

    fn days(&self, from: &Code, to: &Code, through: bool) -> Result<Value, Gap> {
        let days = self.date(from)?.days_until(self.date(to)?);
        Ok(Value::Number(Exact::from(days.saturating_add(i64::from(through)))))
    }

    fn add_time(&self, date: &Code, count: &Code, months: bool, span: Span) -> Result<Value, Gap> {
        let (date, count) = (self.date(date)?, self.number(count)?);
        if !count.is_integer() {
            let what = format!("{count} is no whole number of {}", if months { "months" } else { "days" });
            return Err(Fault::new(codes::BAD_VALUE, what).at(span).gap());
        }
        let sum = count.to_i64().and_then(|count| match months {
            true => date.add_months(count),
            false => date.add_days(count),
        });
        sum.map(Value::Date).ok_or_else(|| no_such_day(span))
    }

    pub(super) fn values(&self, of: &[Code]) -> Result<SmallVec<[Value; 2]>, Gap> {
        of.iter().map(|code| self.value(code)).collect()
    }

    /// A cell's value.
    pub fn read(&self, slot: Slot, span: Span) -> Result<Value, Gap> {
        match self.cells(slot.frame).get(slot.at as usize) {
            Some(Cell::Known(value)) => Ok(value.clone()),
            Some(Cell::Gap(gap)) => Err(gap.clone()),
            Some(Cell::Empty) | None => Err(broken(span, "a figure is read before it is known")),
        }
    }

    fn read_number(&self, slot: Slot, span: Span) -> Result<Exact, Gap> {
        match self.read(slot, span)? {
            Value::Number(number) => Ok(number),
            _ => Err(broken(span, "a number is needed")),
        }
    }

    fn ratio_parts(&self, ratio: Ratio, span: Span) -> Result<(Exact, Exact), Gap> {
        match ratio {
            Ratio::Own { left, right, below } => {
                let (left, right) = (self.read_number(left, span)?, self.read_number(right, span)?);
                let above = left.checked_sub(&right).map_err(|error| arithmetic(error, span))?;
                Ok((above, self.read_number(below, span)?))
            }
            Ratio::OfLine { outwards, level, figure } => self.ratio_of_line(outwards, level, figure, span),
        }
    }

    fn ratio(&self, ratio: Ratio, span: Span) -> Result<Value, Gap> {
        let (above, below) = self.ratio_parts(ratio, span)?;
        above.checked_div(&below).map(Value::Number).map_err(|error| arithmetic(error, span))
    }

    /// `above / below op bound` as `above op bound × below`, which is also decided where `below` is zero.
    fn compare_ratio(&self, ratio: Ratio, op: CompareOp, bound: &Code, span: Span) -> Result<Value, Gap> {
        let (above, below) = self.ratio_parts(ratio, span)?;
        let bound = self.number(bound)?.checked_mul(&below).map_err(|error| arithmetic(error, span))?;
        Ok(Value::Bool(op.admits(above.cmp(&bound))))
    }

    fn compare(&self, op: CompareOp, left: &Code, right: &Code) -> Result<Value, Gap> {
        if let (Some(left), Some(right)) = (self.at_hand(left), self.at_hand(right)) {
            return Ok(Value::Bool(compared(left, right, op)));
        }
        Ok(Value::Bool(compared(&self.value(left)?, &self.value(right)?, op)))
    }

    fn one_of(&self, value: &Code, of: &[Value]) -> Result<Value, Gap> {
        match self.at_hand(value) {
            Some(value) => Ok(Value::Bool(of.contains(value))),
            None => self.value(value).map(|value| Value::Bool(of.contains(&value))),
        }
    }

    fn logic(&self, op: LogicOp, left: &Code, right: &Code) -> Result<bool, Gap> {
        match (op, self.truth(left)?) {
            (LogicOp::And, false) => Ok(false),
            (LogicOp::Or, true) | (LogicOp::Implies, false) => Ok(true),
            _ => self.truth(right),
        }
    }

    fn contains(&self, set: &Code, value: &Code) -> Result<bool, Gap> {
        match (self.value(set)?, self.value(value)?) {
            (Value::Set(set), Value::Choice(value)) => {
                Ok(set.checked_shr(u32::from(value)).is_some_and(|rest| rest & 1 == 1))
            }
            _ => Ok(false),
        }
    }

    fn extreme(&self, greatest: bool, of: &[Code], span: Span) -> Result<Value, Gap> {
        let mut best: Option<Value> = None;
        for code in of {
            let value = self.value(code)?;
            let better = best.as_ref().is_none_or(|best| {
                let wanted = if greatest { Ordering::Greater } else { Ordering::Less };
                order(&value, best) == Some(wanted)
            });
            if better {
                best = Some(value);
            }
        }
        best.ok_or_else(|| broken(span, "nothing to choose from"))
    }

    fn tier(
        &self,
        at: u32,
        quantity: &Code,
        [tier_by, scaled_by]: [Option<&Code>; 2],
        span: Span,
    ) -> Result<Value, Gap> {
        let asked = Asked {
            quantity: self.number(quantity)?,
            tier_by: tier_by.map(|code| self.number(code)).transpose()?,
            scale: scaled_by.map(|code| self.number(code)).transpose()?,
        };
        let Some(tiers) = self.plan.book.tiers.get(at as usize) else {
            return Err(broken(span, "a tier scheme is missing"));
        };
        let Some(version) = tier::version_on(tiers, self.day.as_of) else {
            let message = format!("`{}` has no tiers on {}", tiers.name, self.day.as_of);
            return Err(Fault::new(codes::NO_TIER, message).at(span).gap());
        };
        let value = tier::price(tiers, version, &asked, span, None)?;
        self.note(|| Note::Tiers { tiers: at, asked, value: value.clone() });
        Ok(value)
    }

    fn lookup(&self, table: u32, column: u16, keys: &[Code], span: Span) -> Result<Value, Gap> {
        let keys = self.values(keys)?;
        if self.plan.tables.get(table as usize).is_some_and(|plan| plan.table.policy.collects()) {
            return self.collected(table, column, &keys, span);
        }
        let found = self.find(table, &keys, span)?;
        self.cell(table, found, column, &keys, span)
    }

    /// One value of all rows that match some keys.
    fn collected(&self, at: u32, column: u16, keys: &[Value], span: Span) -> Result<Value, Gap> {
        let Some(plan) = self.plan.tables.get(at as usize) else {
            return Err(broken(span, "a table is missing"));
        };
        let policy = plan.table.policy;
        let Some(version) = plan.version_on(self.day.as_of) else {
            return self.cell(at, Found::Nothing, column, keys, span);
        };
        let rows = plan.find_all(version, keys);
        if rows.is_empty() {
            let found = plan.find(version, keys);
            if policy == HitPolicy::Sum && found == Found::Nothing && !plan.table.optional {
                self.note(|| Note::Rows {
                    table: at,
                    version,
                    rows,
                    column,
                    value: Value::Number(Exact::ZERO),
                });
                return Ok(Value::Number(Exact::ZERO));
            }
            return self.cell(at, found, column, keys, span);
        }
        let cells = plan.rows(version).and_then(|rows| rows.values.get(usize::from(column)));
        let mut value: Option<Value> = None;
        for row in &rows {
            let cell = match cells.and_then(|cells| cells.get(*row as usize)) {
                Some(Some(cell)) => cell,
                Some(None) => return Err(self.not_for_sale(at, keys, span)),
                None => return Err(broken(span, "a table lacks a column")),
            };
            value = Some(match value {
                None => cell.clone(),
                Some(before) => combined(policy, before, cell, span)?,
            });
        }
        let value = value.ok_or_else(|| broken(span, "a row is missing"))?;
        self.note(|| Note::Rows { table: at, version, rows, column, value: value.clone() });
        Ok(value)
    }

    /// The row for some keys.
    pub fn find(&self, table: u32, keys: &[Value], span: Span) -> Result<Found, Gap> {
        let Some(plan) = self.plan.tables.get(table as usize) else {
            return Err(broken(span, "a table is missing"));
        };
        Ok(plan.version_on(self.day.as_of).map_or(Found::Nothing, |version| plan.find(version, keys)))
    }

    fn cell(&self, at: u32, found: Found, column: u16, keys: &[Value], span: Span) -> Result<Value, Gap> {
        let Some(plan) = self.plan.tables.get(at as usize) else {
            return Err(broken(span, "a table is missing"));
        };
        let version = plan.version_on(self.day.as_of);
        let rows = version.and_then(|version| plan.rows(version));
        let cell = match (rows, found) {
            (_, Found::Nothing) if plan.table.optional => return Ok(Value::Absent),
            (None, _) | (_, Found::Nothing) => return Err(self.no_row(at, keys, span)),
            (Some(rows), Found::Otherwise) => {
                rows.otherwise.as_ref().and_then(|row| row.get(usize::from(column)))
            }
            (Some(rows), Found::Row(row)) => {
                rows.values.get(usize::from(column)).and_then(|column| column.get(row as usize))
            }
        };
        match (cell, version) {
            (Some(Some(value)), Some(version)) => {
                self.note(|| Note::Row { table: at, version, found, column });
                Ok(value.clone())
            }
            (Some(None), _) => Err(self.not_for_sale(at, keys, span)),
            _ => Err(broken(span, "a table lacks a column")),
        }
    }

    fn convert(&self, amount: &Code, from: &Name, to: &Name, span: Span) -> Result<Value, Gap> {
        let amount = self.number(amount)?;
        let chosen = || self.plan.book.currencies.get(usize::from(self.day.currency));
        let code = |name: &Name| if &**name == "money" { chosen().cloned() } else { Some(name.clone()) };
        let (Some(from), Some(to)) = (code(from), code(to)) else {
            return Err(broken(span, "the currency is not known"));
        };
        if from == to {
            return Ok(Value::Number(amount));
        }
        let pair = self.plan.book.exchanges.iter().position(|pair| pair.from == from && pair.to == to);
        let rate = pair.and_then(|pair| self.day.rates.get(pair)).and_then(Option::as_ref);
        match rate {
            Some(rate) => {
                amount.checked_mul(rate).map(Value::Number).map_err(|error| arithmetic(error, span))
            }
            None => {
                let message = format!("the request brings no exchange rate from {from} to {to}");
                let help = format!("add `\"{from}/{to}\"` to the request's `market`");
                Err(Fault::new(codes::MISSING_EXCHANGE, message).at(span).help(help).gap())
            }
        }
    }

    fn note(&self, note: impl FnOnce() -> Note) {
        if let Some(notes) = self.notes {
            let mut notes = notes.borrow_mut();
            // Hardly any formula meets more than one.
            notes.reserve_exact(1);
            notes.push(note());
        }
    }

    fn no_row(&self, table: u32, keys: &[Value], span: Span) -> Gap {
        let Some(plan) = self.plan.tables.get(table as usize) else {
            return broken(span, "a table is missing");
        };
        let message = format!("`{}` has no row for {}", plan.table.name, self.keys_text(table, keys));
        let banded = keys.iter().any(|key| matches!(key, Value::Number(_) | Value::Date(_)));
        let code = if banded { codes::NO_TIER } else { codes::NO_ROW };
        Fault::new(code, message).at(span).gap()
    }

    fn not_for_sale(&self, table: u32, keys: &[Value], span: Span) -> Gap {
        let Some(plan) = self.plan.tables.get(table as usize) else {
            return broken(span, "a table is missing");
        };
        let message = match keys {
            [] => format!("`{}` says `n/a` here: this cannot be bought", plan.table.name),
            keys => {
                let keys = self.keys_text(table, keys);
                format!("`{}` says `n/a` for {keys}: this cannot be bought", plan.table.name)
            }
        };
        let mut fault = Fault::new(codes::CANNOT_BE_BOUGHT, message).at(span);
        fault.excluded = true;
        fault.gap()
    }

    fn keys_text(&self, table: u32, keys: &[Value]) -> String {
        let Some(plan) = self.plan.tables.get(table as usize) else { return String::new() };
        let shown = plan
            .table
            .keys
            .iter()
            .zip(keys)
            .map(|(key, value)| format!("{} = {}", key.name, self.plan.show(self.day, value, &key.ty)));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// A number, or why there is none.
fn fits(result: Result<Exact, ArithmeticError>, span: Span) -> Result<Value, Gap> {
    result.map(Value::Number).map_err(|error| arithmetic(error, span))
}

/// Whether two values compare as asked; a missing value equals nothing.
pub fn compared(left: &Value, right: &Value, op: CompareOp) -> bool {
    let absent = *left == Value::Absent || *right == Value::Absent;
    match op {
        CompareOp::Equal => !absent && left == right,
        CompareOp::NotEqual => absent || left != right,
        _ => order(left, right).is_some_and(|order| op.admits(order)),
    }
}

/// The value that two rows make together.
fn combined(policy: HitPolicy, left: Value, right: &Value, span: Span) -> Result<Value, Gap> {
    match (policy, &left, right) {
        (HitPolicy::Sum, Value::Number(left), Value::Number(right)) => {
            left.checked_add(right).map(Value::Number).map_err(|error| arithmetic(error, span))
        }
        _ => {
            let keep = if policy == HitPolicy::Max { Ordering::Less } else { Ordering::Greater };
            match order(&left, right) {
                Some(found) if found == keep => Ok(right.clone()),
                Some(_) => Ok(left),
                None => Err(broken(span, "rows have no order")),
            }
        }
    }
}
