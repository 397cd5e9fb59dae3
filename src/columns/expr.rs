//! Expressions over the graph.

use super::compile::{Compiler, Val, unsupported};
use super::graph::{B, I};
use super::number::Num;
use super::port::day_number;
use super::program::Unsupported;
use crate::ir::{ArithmeticOp, Builtin, CompareOp, Expr, ExprKind, Level, LogicOp, Name, Place, Ty, Value};
use crate::source::Span;
use crate::value::Exact;

/// How deep functions may call each other.
const DEEPEST: usize = 64;

impl Compiler<'_> {
    pub fn number(&mut self, expr: &Expr) -> Result<Num, Unsupported> {
        match self.value(expr)? {
            Val::Num(number) => Ok(number),
            _ => unsupported("a number that may be missing", expr.span),
        }
    }

    pub fn truth(&mut self, expr: &Expr) -> Result<B, Unsupported> {
        match self.value(expr)? {
            Val::Bool(truth) => Ok(truth),
            _ => unsupported("a truth that may be missing", expr.span),
        }
    }

    fn date(&mut self, expr: &Expr) -> Result<I, Unsupported> {
        match self.value(expr)? {
            Val::Date(date) => Ok(date),
            _ => unsupported("a date that may be missing", expr.span),
        }
    }

    /// A constant of a type.
    pub fn constant(&mut self, value: &Value, ty: &Ty, span: Span) -> Result<Val, Unsupported> {
        Ok(match value {
            Value::Bool(truth) => Val::Bool(self.graph.known(*truth)),
            Value::Number(number) => Val::Num(self.graph.exact(number)?),
            Value::Text(text) => Val::Text(text.clone()),
            Value::Date(date) => Val::Date(self.graph.number(day_number(*date))),
            Value::Choice(at) => Val::Choice(self.graph.number(i64::from(*at))),
            Value::Set(set) => match i64::try_from(*set) {
                Ok(set) if set < 1 << 61 => Val::Set(self.graph.number(set)),
                _ => return unsupported("a set of more than 61 values", span),
            },
            Value::Row(row) => match ty.required() {
                Ty::Row(name) => {
                    let table = self.table(name, span)?;
                    Val::Row(table, self.graph.number(i64::from(*row)))
                }
                _ => return unsupported("a row of an unknown table", span),
            },
            Value::Absent => Val::Absent,
            Value::List(_) => return unsupported("a list", span),
        })
    }

    /// The position of a table.
    pub fn table(&self, name: &Name, span: Span) -> Result<u32, Unsupported> {
        let at = self.book.tables.iter().position(|table| table.name == *name);
        match at.and_then(|at| u32::try_from(at).ok()) {
            Some(at) => Ok(at),
            None => unsupported("a table that is not there", span),
        }
    }

    /// The value of an expression.
    pub fn value(&mut self, expr: &Expr) -> Result<Val, Unsupported> {
        let span = expr.span;
        Ok(match &expr.kind {
            ExprKind::Const(value) => return self.constant(value, &expr.ty, span),
            ExprKind::Read(place) => return self.place(place, span),
            ExprKind::Parameter(at) => match self.arguments.get(usize::from(*at)) {
                Some(value) => value.clone(),
                None => return unsupported("a parameter without a value", span),
            },
            ExprKind::Scale { factor, of } => {
                let (of, factor) = (self.number(of)?, self.graph.exact(factor)?);
                Val::Num(self.graph.times(of, factor)?)
            }
            ExprKind::Arithmetic { op, left, right } => Val::Num(self.arithmetic(*op, left, right)?),
            ExprKind::Negate(of) => {
                let of = self.number(of)?;
                Val::Num(self.graph.negated(of))
            }
            ExprKind::Absolute(of) => {
                let of = self.number(of)?;
                Val::Num(self.graph.size(of))
            }
            ExprKind::Compare { op, left, right } => Val::Bool(self.comparison(*op, left, right)?),
            ExprKind::Not(of) => {
                let of = self.truth(of)?;
                Val::Bool(self.graph.not(of))
            }
            ExprKind::Logic { op, left, right } => Val::Bool(self.logic(*op, left, right)?),
            ExprKind::OneOf { value, of } => Val::Bool(self.one_of(value, of)?),
            ExprKind::Contains { set, value } => Val::Bool(self.contains(set, value)?),
            ExprKind::StartsWith { .. } => return unsupported("the beginning of a text", span),
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.truth(condition)?;
                return self.either(condition, span, |it| it.value(then), |it| it.value(otherwise));
            }
            ExprKind::Switch { subject, cases, otherwise } => {
                let subject = self.value(subject)?;
                return self.switch(&subject, cases, otherwise.as_deref(), span);
            }
            ExprKind::Otherwise { value, fallback } => match self.value(value)? {
                Val::Absent => return self.value(fallback),
                Val::Maybe(there, value) => {
                    return self.either(there, span, |_| Ok(*value), |it| it.value(fallback));
                }
                value => value,
            },
            ExprKind::Given(of) => Val::Bool(match self.value(of)? {
                Val::Absent => self.graph.known(false),
                Val::Maybe(there, _) => there,
                _ => self.graph.known(true),
            }),
            ExprKind::Lookup { table, keys, column } => {
                let table = self.table(table, span)?;
                return self.lookup(table, keys, *column, span);
            }
            ExprKind::Tier { tiers, quantity, tier_by, scaled_by } => {
                if scaled_by.is_some() {
                    return unsupported("tiers whose bounds are scaled", span);
                }
                return self.tiers(tiers, quantity, tier_by.as_deref(), span);
            }
            ExprKind::Call { def, arguments } => return self.call(def, arguments, span),
            ExprKind::Round { value, mode, step, offset } => {
                let value = self.number(value)?;
                let (step, offset) =
                    (step.in_currency(self.day.currency), offset.in_currency(self.day.currency));
                let (rounded, offset) =
                    (self.graph.rounded_to(value, *mode, step)?, self.graph.exact(offset)?);
                Val::Num(self.graph.plus(rounded, offset)?)
            }
            ExprKind::Extreme { greatest, of } => return self.extreme(*greatest, of, span),
            ExprKind::Days { from, to, through } => {
                let (from, to) = (self.date(from)?, self.date(to)?);
                let days = self.graph.sub(to, from);
                let above = self.graph.add_const(days, i64::from(*through));
                Val::Num(Num { above, scale: 0, below: None })
            }
            ExprKind::AddTime { date, count, months } => {
                let (date, count) = (self.date(date)?, self.number(count)?);
                return self.add_time(date, count, *months, span);
            }
            ExprKind::DatePart { part, date } => {
                let date = self.date(date)?;
                return self.date_part(*part, date, span);
            }
            ExprKind::Convert { amount, from, to } => {
                let currency = self.book.currencies.get(usize::from(self.day.currency)).cloned();
                let code =
                    |name: &Name| if &**name == "money" { currency.clone() } else { Some(name.clone()) };
                if code(from) != code(to) {
                    return unsupported("an exchange rate", span);
                }
                return self.value(amount);
            }
            ExprKind::Applied { level, step } => match self.applied.get(&(*level, step.clone())) {
                Some(applied) => Val::Bool(*applied),
                None => return unsupported(format!("whether `{step}` applied"), span),
            },
            ExprKind::Aggregate(of) => return self.aggregate(of, &expr.ty, span),
            ExprKind::Power { .. } | ExprKind::RoundedPower(_) => return unsupported("a power", span),
        })
    }

    /// What a place holds.
    pub fn place(&mut self, place: &Place, span: Span) -> Result<Val, Unsupported> {
        match place {
            Place::Product => Ok(Val::Text(self.product.name.clone())),
            Place::Builtin { level, figure: figure @ (Builtin::Margin | Builtin::OffList) } => {
                let (above, below) = self.share(*level, *figure, span)?;
                self.above_zero(below)?;
                Ok(Val::Num(self.graph.over(above, below)?))
            }
            Place::Element { of, .. } => self.of_element(of, span),
            place => self.read(place, span),
        }
    }

    /// Defers rows in which a number that is divided by is not above zero.
    pub fn above_zero(&mut self, of: Num) -> Result<(), Unsupported> {
        let not_above = self.graph.compare_const(CompareOp::LessOrEqual, of.above, 0);
        self.defer(not_above);
        Ok(())
    }

    fn arithmetic(&mut self, op: ArithmeticOp, left: &Expr, right: &Expr) -> Result<Num, Unsupported> {
        let (left, right) = (self.number(left)?, self.number(right)?);
        match op {
            ArithmeticOp::Add => self.graph.plus(left, right),
            ArithmeticOp::Subtract => self.graph.minus(left, right),
            ArithmeticOp::Multiply => self.graph.times(left, right),
            ArithmeticOp::Divide => {
                let (mut left, mut right) = (left, right);
                if self.graph.range(right.above).1 < 0 {
                    (left, right) = (self.graph.negated(left), self.graph.negated(right));
                }
                self.above_zero(right)?;
                self.graph.over(left, right)
            }
        }
    }

    /// The two parts of a margin or a share off the list price.
    pub fn share(&mut self, level: Level, figure: Builtin, span: Span) -> Result<(Num, Num), Unsupported> {
        let mut read = |figure| match self.read(&Place::Builtin { level, figure }, span)? {
            Val::Num(number) => Ok(number),
            _ => unsupported("a figure that may be missing", span),
        };
        let (less, of) = match figure {
            Builtin::OffList => (read(Builtin::Net)?, read(Builtin::List)?),
            _ => (read(Builtin::Cost)?, read(Builtin::Net)?),
        };
        Ok((self.graph.minus(of, less)?, of))
    }

    fn share_in(&self, expr: &Expr) -> Option<(Level, Builtin)> {
        match &expr.kind {
            ExprKind::Read(Place::Builtin { level, figure: it @ (Builtin::Margin | Builtin::OffList) }) => {
                Some((*level, *it))
            }
            _ => None,
        }
    }

    /// A comparison; one with a margin is made without dividing.
    fn comparison(&mut self, op: CompareOp, left: &Expr, right: &Expr) -> Result<B, Unsupported> {
        if let (ExprKind::Read(Place::Product), ExprKind::Const(value)) = (&left.kind, &right.kind) {
            let is = self.is_product(std::slice::from_ref(value));
            return Ok(self.graph.known(is == (op == CompareOp::Equal)));
        }
        let (share, op, bound) = match (self.share_in(left), self.share_in(right)) {
            (Some(share), None) => (share, op, right),
            (None, Some(share)) => (share, op.mirrored(), left),
            _ => {
                let (one, other) = (self.value(left)?, self.value(right)?);
                return self.compared(op, &one, &other, left.span);
            }
        };
        let bound = self.number(bound)?;
        let (above, below) = self.share(share.0, share.1, left.span)?;
        let bound = self.graph.times(bound, below)?;
        self.graph.compare_numbers(op, above, bound)
    }

    /// Whether the line's product, or its family, is one of these names.
    fn is_product(&self, names: &[Value]) -> bool {
        let product = self.product;
        names.iter().any(|name| match name {
            Value::Text(name) => *name == product.name || Some(name) == product.family.as_ref(),
            _ => false,
        })
    }

    /// Two values of one type; a missing one equals nothing.
    pub fn compared(&mut self, op: CompareOp, left: &Val, right: &Val, span: Span) -> Result<B, Unsupported> {
        let (there, left) = self.opened(left);
        let (there_too, right) = self.opened(right);
        let both = self.graph.and(there, there_too);
        let (Some(left), Some(right)) = (left, right) else {
            return Ok(self.graph.known(op == CompareOp::NotEqual));
        };
        let holds = match (&left, &right) {
            (Val::Num(left), Val::Num(right)) => self.graph.compare_numbers(op, *left, *right)?,
            (Val::Choice(left), Val::Choice(right)) | (Val::Date(left), Val::Date(right)) => {
                self.graph.compare(op, *left, *right)
            }
            _ => {
                let equal = self.equal(&left, &right, span)?;
                match op {
                    CompareOp::Equal => equal,
                    CompareOp::NotEqual => self.graph.not(equal),
                    _ => return unsupported("values without an order", span),
                }
            }
        };
        Ok(match op {
            CompareOp::NotEqual => {
                let missing = self.graph.not(both);
                self.graph.or(holds, missing)
            }
            _ => self.graph.and(holds, both),
        })
    }

    /// Where a value is there, and what it is then.
    fn opened(&mut self, value: &Val) -> (B, Option<Val>) {
        match value {
            Val::Absent => (self.graph.known(false), None),
            Val::Maybe(there, value) => (*there, Some((**value).clone())),
            value => (self.graph.known(true), Some(value.clone())),
        }
    }

    /// Whether two values that are there are the same.
    pub fn equal(&mut self, left: &Val, right: &Val, span: Span) -> Result<B, Unsupported> {
        match (left, right) {
            (Val::Num(left), Val::Num(right)) => self.graph.compare_numbers(CompareOp::Equal, *left, *right),
            (Val::Choice(left), Val::Choice(right))
            | (Val::Date(left), Val::Date(right))
            | (Val::Set(left), Val::Set(right)) => Ok(self.graph.compare(CompareOp::Equal, *left, *right)),
            (Val::Bool(left), Val::Bool(right)) => Ok(self.graph.same(*left, *right)),
            (Val::Text(left), Val::Text(right)) => Ok(self.graph.known(left == right)),
            (Val::Word(word), Val::Text(text)) | (Val::Text(text), Val::Word(word)) => {
                match self.word(text) {
                    Some(at) => Ok(self.graph.compare_const(CompareOp::Equal, *word, at)),
                    None => Ok(self.graph.known(false)),
                }
            }
            (Val::Row(table, left), Val::Row(other, right)) if table == other => {
                Ok(self.graph.compare(CompareOp::Equal, *left, *right))
            }
            (Val::Row(table, row), Val::Text(key)) | (Val::Text(key), Val::Row(table, row)) => {
                self.row_is(*table, *row, &[Value::Text(key.clone())], span)
            }
            (Val::Absent | Val::Maybe(..), _) | (_, Val::Absent | Val::Maybe(..)) => {
                self.compared(CompareOp::Equal, left, right, span)
            }
            _ => unsupported("values that are compared in a rare way", span),
        }
    }

    fn logic(&mut self, op: LogicOp, left: &Expr, right: &Expr) -> Result<B, Unsupported> {
        let left = self.truth(left)?;
        let asks = if op == LogicOp::Or { self.graph.not(left) } else { left };
        let right = self.under(asks, |it| it.truth(right))?;
        Ok(match op {
            LogicOp::And => self.graph.and(left, right),
            LogicOp::Or => self.graph.or(left, right),
            LogicOp::Implies => {
                let not = self.graph.not(left);
                self.graph.or(not, right)
            }
        })
    }

    fn one_of(&mut self, value: &Expr, of: &[Value]) -> Result<B, Unsupported> {
        if matches!(value.kind, ExprKind::Read(Place::Product)) {
            let is = self.is_product(of);
            return Ok(self.graph.known(is));
        }
        let subject = self.value(value)?;
        self.among(&subject, of, &value.ty, value.span)
    }

    /// Whether a value is one of some constants, the missing one among them.
    fn among(&mut self, value: &Val, of: &[Value], ty: &Ty, span: Span) -> Result<B, Unsupported> {
        let (there, value) = self.opened(value);
        let lacks = self.graph.not(there);
        let nothing = of.contains(&Value::Absent);
        let nothing = self.graph.known(nothing);
        let missing = self.graph.and(lacks, nothing);
        let Some(value) = value else { return Ok(missing) };
        let mut found = self.graph.known(false);
        match &value {
            Val::Choice(at) => {
                let count = match ty.required() {
                    Ty::Choice(of) => of.values.len(),
                    _ => 0,
                };
                let is = |at: usize| u16::try_from(at).is_ok_and(|at| of.contains(&Value::Choice(at)));
                found = self.graph.look_bit(*at, (0..count).map(|at| i64::from(is(at))).collect());
            }
            Val::Row(table, row) => found = self.row_is(*table, *row, of, span)?,
            value => {
                for other in of.iter().filter(|it| **it != Value::Absent) {
                    let other = self.constant(other, ty, span)?;
                    let same = self.equal(value, &other, span)?;
                    found = self.graph.or(found, same);
                }
            }
        }
        let found = self.graph.and(found, there);
        Ok(self.graph.or(found, missing))
    }

    fn contains(&mut self, set: &Expr, value: &Expr) -> Result<B, Unsupported> {
        let (set, value) = (self.value(set)?, self.value(value)?);
        let (there, set) = self.opened(&set);
        let (there_too, value) = self.opened(&value);
        let both = self.graph.and(there, there_too);
        match (set, value) {
            (Some(Val::Set(set)), Some(Val::Choice(value))) => {
                let has = self.graph.has(set, value);
                Ok(self.graph.and(has, both))
            }
            _ => Ok(self.graph.known(false)),
        }
    }

    /// The one value where a condition holds, the other elsewhere.
    pub fn either(
        &mut self,
        condition: B,
        span: Span,
        then: impl FnOnce(&mut Self) -> Result<Val, Unsupported>,
        otherwise: impl FnOnce(&mut Self) -> Result<Val, Unsupported>,
    ) -> Result<Val, Unsupported> {
        match self.graph.truth(condition) {
            Some(true) => return then(self),
            Some(false) => return otherwise(self),
            None => {}
        }
        let not = self.graph.not(condition);
        let then = self.under(condition, then);
        let otherwise = self.under(not, otherwise);
        match (then, otherwise) {
            (Ok(then), Ok(otherwise)) => self.selected(condition, then, otherwise, span),
            // What cannot be done on one side is the evaluator's where that side counts.
            (Ok(then), Err(_)) => {
                self.defer(not);
                Ok(then)
            }
            (Err(_), Ok(otherwise)) => {
                self.defer(condition);
                Ok(otherwise)
            }
            (Err(error), Err(_)) => Err(error),
        }
    }

    pub fn selected(
        &mut self,
        condition: B,
        then: Val,
        otherwise: Val,
        span: Span,
    ) -> Result<Val, Unsupported> {
        Ok(match (then, otherwise) {
            (Val::Num(then), Val::Num(otherwise)) => Val::Num(self.chosen(condition, then, otherwise)?),
            (Val::Bool(then), Val::Bool(otherwise)) => {
                let not = self.graph.not(condition);
                let (one, other) = (self.graph.and(condition, then), self.graph.and(not, otherwise));
                Val::Bool(self.graph.or(one, other))
            }
            (Val::Choice(a), Val::Choice(b)) => Val::Choice(self.graph.select(condition, a, b)),
            (Val::Word(a), Val::Word(b)) => Val::Word(self.graph.select(condition, a, b)),
            (Val::Set(a), Val::Set(b)) => Val::Set(self.graph.select(condition, a, b)),
            (Val::Date(a), Val::Date(b)) => Val::Date(self.graph.select(condition, a, b)),
            (Val::Row(table, a), Val::Row(other, b)) if table == other => {
                Val::Row(table, self.graph.select(condition, a, b))
            }
            (Val::Text(a), Val::Text(b)) if a == b => Val::Text(a),
            (then @ Val::Word(_), other @ Val::Text(_)) | (then @ Val::Text(_), other @ Val::Word(_)) => {
                return self.selected_plain(condition, then, other, span);
            }
            (Val::Absent, Val::Absent) => Val::Absent,
            (then, otherwise) => {
                let (there, then) = self.opened(&then);
                let (there_too, otherwise) = self.opened(&otherwise);
                let not = self.graph.not(condition);
                let (one, other) = (self.graph.and(condition, there), self.graph.and(not, there_too));
                let there = self.graph.or(one, other);
                match (then, otherwise) {
                    (Some(one), Some(other)) => {
                        if matches!((&one, &other), (Val::Maybe(..), _) | (_, Val::Maybe(..))) {
                            return unsupported("a value that is missing in two ways", span);
                        }
                        let value = self.selected_plain(condition, one, other, span)?;
                        Val::Maybe(there, Box::new(value))
                    }
                    (Some(one), None) | (None, Some(one)) => Val::Maybe(there, Box::new(one)),
                    (None, None) => Val::Absent,
                }
            }
        })
    }

    fn selected_plain(
        &mut self,
        condition: B,
        then: Val,
        other: Val,
        span: Span,
    ) -> Result<Val, Unsupported> {
        let (then, other) = match (then, other) {
            (Val::Word(word), Val::Text(text)) => (Val::Word(word), self.as_word(text)),
            (Val::Text(text), Val::Word(word)) => (self.as_word(text), Val::Word(word)),
            both => both,
        };
        if std::mem::discriminant(&then) != std::mem::discriminant(&other)
            || matches!((&then, &other), (Val::Text(one), Val::Text(two)) if one != two)
            || matches!((&then, &other), (Val::Row(one, _), Val::Row(two, _)) if one != two)
        {
            return unsupported("values of several types", span);
        }
        self.selected(condition, then, other, span)
    }

    /// A text of the book beside one that is read.
    fn as_word(&mut self, text: Name) -> Val {
        match self.word(&text) {
            Some(at) => Val::Word(self.graph.number(at)),
            None => Val::Text(text),
        }
    }

    pub fn chosen(&mut self, condition: B, then: Num, otherwise: Num) -> Result<Num, Unsupported> {
        match self.graph.truth(condition) {
            _ if then == otherwise => return Ok(then),
            Some(true) => return Ok(then),
            Some(false) => return Ok(otherwise),
            None => {}
        }
        let (then, otherwise) = self.graph.alike(then, otherwise)?;
        Ok(Num { above: self.graph.select(condition, then.above, otherwise.above), ..then })
    }

    fn switch(
        &mut self,
        subject: &Val,
        cases: &[(Vec<Value>, Expr)],
        otherwise: Option<&Expr>,
        span: Span,
    ) -> Result<Val, Unsupported> {
        let Some(((of, then), rest)) = cases.split_first() else {
            return match otherwise {
                Some(otherwise) => self.value(otherwise),
                None => unsupported("cases that cover nothing", span),
            };
        };
        if rest.is_empty() && otherwise.is_none() {
            return self.value(then);
        }
        let is = self.among_untyped(subject, of, span)?;
        self.either(is, span, |it| it.value(then), |it| it.switch(subject, rest, otherwise, span))
    }

    /// Whether a value is one of some constants of its type.
    fn among_untyped(&mut self, value: &Val, of: &[Value], span: Span) -> Result<B, Unsupported> {
        match self.opened(value).1 {
            Some(Val::Choice(at)) => {
                let (there, _) = self.opened(value);
                let count = self.graph.range(at).1.saturating_add(1);
                let is = |at: i64| u16::try_from(at).is_ok_and(|at| of.contains(&Value::Choice(at)));
                let found = self.graph.look_bit(at, (0..count).map(|at| i64::from(is(at))).collect());
                let (lacks, absent) = (self.graph.not(there), of.contains(&Value::Absent));
                let absent = self.graph.known(absent);
                let (found, missing) = (self.graph.and(found, there), self.graph.and(lacks, absent));
                Ok(self.graph.or(found, missing))
            }
            _ => self.among(value, of, &Ty::Bool, span),
        }
    }

    fn call(&mut self, def: &Name, arguments: &[Expr], span: Span) -> Result<Val, Unsupported> {
        let Some(def) = self.book.defs.iter().find(|it| it.name == *def) else {
            return unsupported("a function that is not there", span);
        };
        if self.depth >= DEEPEST {
            return unsupported("functions that call each other too deeply", span);
        }
        let arguments = arguments.iter().map(|it| self.value(it)).collect::<Result<Vec<Val>, _>>()?;
        let outer = std::mem::replace(&mut self.arguments, arguments);
        self.depth += 1;
        let value = self.value(&def.body.expr);
        self.depth -= 1;
        self.arguments = outer;
        value
    }

    fn extreme(&mut self, greatest: bool, of: &[Expr], span: Span) -> Result<Val, Unsupported> {
        let mut best: Option<Val> = None;
        for expr in of {
            let value = self.value(expr)?;
            best = Some(match (best, value) {
                (None, value) => value,
                (Some(Val::Num(best)), Val::Num(value)) => {
                    let (best, value) = self.graph.alike(best, value)?;
                    Val::Num(Num { above: self.graph.extreme(greatest, best.above, value.above), ..best })
                }
                (Some(Val::Date(best)), Val::Date(value)) => {
                    Val::Date(self.graph.extreme(greatest, best, value))
                }
                (Some(Val::Choice(best)), Val::Choice(value)) => {
                    Val::Choice(self.graph.extreme(greatest, best, value))
                }
                _ => return unsupported("an extreme of values that may be missing", span),
            });
        }
        match best {
            Some(best) => Ok(best),
            None => unsupported("an extreme of nothing", span),
        }
    }

    /// A number as a constant.
    pub fn exact(&mut self, number: &Exact) -> Result<Num, Unsupported> {
        self.graph.exact(number)
    }
}
