//! The days to look at: one for each span of time in which the same rows count and the same dates are past.

use std::collections::{BTreeSet, HashSet};

use super::failing::Failing;
use super::limits::MOST_DAYS;
use super::request;
use super::sale::Dated;
use crate::ir::{Book, ConstraintRule, Expr, ExprKind, KeyMatch, Name, Period, Place, Product, Ty, Value};
use crate::value::Date;

/// Days that stand for all days of a book, as far as some expressions can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days {
    /// The days, earliest first; at least one.
    pub(super) days: Vec<Date>,
    /// They do not stand for all: there would be too many.
    pub(super) incomplete: bool,
}

/// The days that the constraints of a product tell apart.
pub(super) fn of_constraints(book: &Book, product: &Product) -> Days {
    let mut reach = Told::new(book);
    reach.configuration(product);
    reach.days()
}

/// The days that the constraints of a product tell apart, and what its prices need.
pub(super) fn of_prices(book: &Book, product: &Product, needed: &[Dated]) -> Days {
    let mut reach = Told::new(book);
    reach.configuration(product);
    for Dated { during, needed } in needed {
        reach.periods(during.iter());
        needed.guards.iter().chain([&needed.value]).for_each(|expr| reach.expr(expr, product));
    }
    reach.days()
}

/// What expressions read, by way of lets, functions and tables, as far as the day matters.
struct Told<'b> {
    book: &'b Book,
    /// Lets, functions, tables, tier schemes and products already looked into.
    seen: HashSet<(u8, &'b Name, &'b Name)>,
    /// First days of something new.
    starts: BTreeSet<Date>,
    /// The day is used otherwise than to compare it with a constant.
    every_day: bool,
}

const LET: u8 = 0;
const DEF: u8 = 1;
const TABLE: u8 = 2;
const TIERS: u8 = 3;
const PRODUCT: u8 = 4;

impl<'b> Told<'b> {
    fn new(book: &'b Book) -> Told<'b> {
        Told { book, seen: HashSet::new(), starts: BTreeSet::new(), every_day: false }
    }

    fn configuration(&mut self, product: &'b Product) {
        if !self.seen.insert((PRODUCT, &product.name, &product.name)) {
            return;
        }
        for part in &product.parts {
            part.when.iter().for_each(|when| self.expr(&when.expr, product));
            let pieces = self.book.products.iter().find(|it| it.name == part.product);
            pieces.into_iter().for_each(|pieces| self.configuration(pieces));
        }
        for option in &product.options {
            self.ty(&option.ty);
            option.when.iter().for_each(|when| self.expr(&when.expr, product));
        }
        let is_free = |expr: &Expr| request::Days::read(self.book, product, expr).are_free();
        let free: Vec<bool> = product
            .constraints
            .iter()
            .map(|constraint| match &constraint.rule {
                ConstraintRule::Holds(rule) => is_free(rule),
                ConstraintRule::Row { .. } => false,
            })
            .collect();
        for (constraint, free) in product.constraints.iter().zip(free) {
            match &constraint.rule {
                ConstraintRule::Holds(_) if free => {}
                ConstraintRule::Holds(rule) => self.expr(rule, product),
                ConstraintRule::Row { table, keys } => {
                    self.table(table);
                    keys.iter().for_each(|key| self.expr(key, product));
                }
            }
        }
        // A let without a value makes a line invalid, so lets that may come to nothing limit configurations too.
        let fails = Failing::new(self.book, product);
        let may_fail = product.lets.iter().filter(|it| fails.may_fail(&it.value.expr));
        let may_fail: Vec<&Expr> = may_fail
            .map(|it| &it.value.expr)
            .filter(|it| !request::Days::read(self.book, product, it).are_free())
            .collect();
        may_fail.into_iter().for_each(|it| self.expr(it, product));
        let guide = self.book.guide_of(product);
        for question in guide.into_iter().flat_map(|guide| &guide.questions) {
            question.input.when.iter().for_each(|when| self.expr(&when.expr, product));
            for effect in &question.effects {
                self.expr(&effect.condition, product);
                self.expr(&effect.asks.expr, product);
            }
        }
    }

    fn expr(&mut self, expr: &'b Expr, product: &'b Product) {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            self.ty(&expr.ty);
            match &expr.kind {
                ExprKind::Compare { left, right, .. } if self.is_told(left, right) => continue,
                ExprKind::Read(Place::AsOf) => self.every_day = true,
                ExprKind::Read(Place::Member(name)) => {
                    let it = product.lets.iter().find(|it| it.name == *name);
                    if let Some(it) = it.filter(|_| self.seen.insert((LET, name, &product.name))) {
                        waiting.push(&it.value.expr);
                    }
                }
                ExprKind::Call { def, .. } => {
                    let it = self.book.defs.iter().find(|it| it.name == *def);
                    if let Some(it) = it.filter(|_| self.seen.insert((DEF, def, def))) {
                        waiting.push(&it.body.expr);
                    }
                }
                ExprKind::Lookup { table, keys, .. } => {
                    self.table(table);
                    for (at, key) in keys.iter().enumerate() {
                        match &key.kind {
                            ExprKind::Read(Place::AsOf) => self.told_by_rows(table, at),
                            _ => waiting.push(key),
                        }
                    }
                    continue;
                }
                ExprKind::Tier { tiers, .. } => self.tiers(tiers),
                _ => {}
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
    }

    /// Whether one side is the day and the other a constant, which parts the days in two or three.
    fn is_told(&mut self, left: &Expr, right: &Expr) -> bool {
        let is_day = |expr: &Expr| matches!(expr.kind, ExprKind::Read(Place::AsOf));
        let constant = |expr: &Expr| match expr.kind {
            ExprKind::Const(Value::Date(date)) => Some(date),
            _ => None,
        };
        let date = match (is_day(left), is_day(right)) {
            (true, false) => constant(right),
            (false, true) => constant(left),
            _ => None,
        };
        date.iter().for_each(|date| self.told(&Value::Date(*date)));
        date.is_some()
    }

    /// Days that are told apart where the day itself is looked up: the ends of the rows' spans.
    fn told_by_rows(&mut self, table: &Name, key: usize) {
        let Some(table) = self.book.tables.iter().find(|it| it.name == *table) else { return };
        for asked in table.versions.iter().filter_map(|it| it.rows.keys.get(key)).flatten() {
            match asked {
                KeyMatch::Any | KeyMatch::Starts(_) => {}
                KeyMatch::One(value) => self.told(value),
                KeyMatch::OneOf(values) => values.iter().for_each(|value| self.told(value)),
                KeyMatch::Band(band) => {
                    let ends = [&band.lower, &band.upper];
                    ends.into_iter().flatten().for_each(|(value, _)| self.told(value));
                }
            }
        }
    }

    /// A day, before it and behind it are told apart.
    fn told(&mut self, value: &Value) {
        if let Value::Date(date) = value {
            self.starts.insert(*date);
            self.starts.extend(date.add_days(1));
        }
    }

    fn ty(&mut self, ty: &'b Ty) {
        if let Ty::Row(table) = ty.required() {
            self.table(table);
        }
    }

    fn table(&mut self, name: &'b Name) {
        if !self.seen.insert((TABLE, name, name)) {
            return;
        }
        let Some(table) = self.book.tables.iter().find(|it| it.name == *name) else { return };
        self.periods(table.versions.iter().map(|version| &version.effective));
        table.keys.iter().for_each(|key| self.ty(&key.ty));
        table.columns.iter().for_each(|column| self.ty(&column.ty));
    }

    fn tiers(&mut self, name: &'b Name) {
        if !self.seen.insert((TIERS, name, name)) {
            return;
        }
        let Some(tiers) = self.book.tiers.iter().find(|it| it.name == *name) else { return };
        self.periods(tiers.versions.iter().map(|version| &version.effective));
    }

    fn periods<'p>(&mut self, periods: impl Iterator<Item = &'p Period>) {
        for period in periods {
            self.starts.extend(period.from);
            self.starts.extend(period.to.and_then(|to| to.add_days(1)));
        }
    }

    fn days(mut self) -> Days {
        let Period { from, to } = &self.book.effective;
        let (first, last) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
        if self.every_day {
            let most = i64::try_from(MOST_DAYS).unwrap_or(i64::MAX);
            self.starts.extend((0..=most).filter_map(|days| first.add_days(days)));
        }
        self.starts.insert(first);
        let mut days: Vec<Date> =
            self.starts.into_iter().filter(|day| *day >= first && *day <= last).collect();
        let incomplete = days.len() > MOST_DAYS;
        days.truncate(MOST_DAYS);
        Days { days, incomplete }
    }
}
