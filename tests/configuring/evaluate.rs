//! What expressions are worth in one configuration. A figure that cannot be worked out is a gap.

use crate::model::{Book, Cell, Compare, Expr, Fold, Math, Mode, Policy, Q, Row, RuleKind, Ty, Unit, Val};

/// It cannot be worked out: a row is missing, or not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap;

type Worth = Result<Val, Gap>;

/// One configuration of a book.
pub struct World<'b> {
    pub book: &'b Book,
    /// One value a slot.
    pub values: &'b [Val],
    /// The lets worked out so far.
    pub lets: Vec<Worth>,
    /// What it is a piece of.
    around: Option<&'b World<'b>>,
}

impl<'b> World<'b> {
    /// A configuration, with its lets worked out.
    pub fn new(book: &'b Book, values: &'b [Val]) -> World<'b> {
        World::within(book, values, None)
    }

    fn within(book: &'b Book, values: &'b [Val], around: Option<&'b World<'b>>) -> World<'b> {
        let mut world = World { book, values, lets: Vec::with_capacity(book.lets.len()), around };
        for own in &book.lets {
            let worth = world.worth(&own.value);
            world.lets.push(worth);
        }
        world
    }

    /// How many pieces a part has.
    pub fn count(&self, part: usize) -> usize {
        match self.values[self.book.parts[part].at] {
            Val::Num(count) => count.to_integer() as usize,
            _ => 0,
        }
    }

    /// A piece of a part.
    pub fn piece(&self, part: usize, piece: usize) -> World<'_> {
        let part = &self.book.parts[part];
        World::within(&part.product, &self.values[part.piece(piece)], Some(self))
    }

    fn fold(&self, fold: Fold, part: usize, filter: Option<&Expr>, body: Option<&Expr>) -> Worth {
        let mut worths = Vec::new();
        for piece in 0..self.count(part) {
            let piece = self.piece(part, piece);
            if !filter.map_or(Ok(true), |filter| piece.truth(filter))? {
                continue;
            }
            let worth = body.map_or(Ok(Val::Bool(true)), |body| piece.worth(body))?;
            if matches!((fold, worth), (Fold::Any, Val::Bool(true)) | (Fold::All, Val::Bool(false))) {
                return Ok(worth);
            }
            worths.push(worth);
        }
        Ok(match fold {
            Fold::Any => Val::Bool(false),
            Fold::All => Val::Bool(true),
            Fold::Count => Val::Num(Q::from_integer(worths.len() as i64)),
            Fold::Sum => {
                let mut sum = Q::from_integer(0);
                for worth in worths {
                    sum += number(worth)?;
                }
                Val::Num(sum)
            }
            Fold::Least => worths.into_iter().min().unwrap_or(Val::Absent),
            Fold::Greatest => worths.into_iter().max().unwrap_or(Val::Absent),
        })
    }

    /// What an expression is worth.
    pub fn worth(&self, expr: &Expr) -> Worth {
        match expr {
            Expr::Lit(value, _) => Ok(*value),
            Expr::Slot(at) => Ok(self.values[*at]),
            Expr::Let(at) => self.lets[*at],
            Expr::Pieces(fold, part, filter, body) => {
                self.fold(*fold, *part, filter.as_deref(), body.as_deref())
            }
            Expr::Outer(of, _) => self.around.ok_or(Gap)?.worth(of),
            Expr::Not(of) => self.truth(of).map(|truth| Val::Bool(!truth)),
            Expr::And(of) => self.first_that_is(of, false),
            Expr::Or(of) => self.first_that_is(of, true),
            Expr::Implies(left, right) => match self.truth(left)? {
                false => Ok(Val::Bool(true)),
                true => self.worth(right),
            },
            Expr::Compare(op, left, right) => self.compare(*op, left, right).map(Val::Bool),
            Expr::OneOf(of, values, ty, negated) => {
                let value = self.in_unit_of(self.worth(of)?, of, *ty);
                Ok(Val::Bool(values.contains(&value) != *negated))
            }
            Expr::Has(slot, element) => match self.values[*slot] {
                Val::Set(set) => Ok(Val::Bool(set >> element & 1 == 1)),
                _ => Ok(Val::Bool(false)),
            },
            Expr::Given(slot) => Ok(Val::Bool(self.values[*slot] != Val::Absent)),
            Expr::Otherwise(value, fallback) => match self.worth(value)? {
                Val::Absent => {
                    let fallback_worth = self.worth(fallback)?;
                    Ok(self.in_unit_of(fallback_worth, fallback, ty(self.book, value)))
                }
                value => Ok(value),
            },
            Expr::Math(op, left, right) => self.math(*op, left, right).map(Val::Num),
            Expr::Extreme(greatest, of) => {
                let own = ty(self.book, expr);
                let mut best: Option<Q> = None;
                for one in of {
                    let number = number(self.in_unit_of(self.worth(one)?, one, own))?;
                    let better =
                        best.is_none_or(|best| if *greatest { number > best } else { number < best });
                    best = if better { Some(number) } else { best };
                }
                best.map(Val::Num).ok_or(Gap)
            }
            Expr::Abs(of) => {
                let number = number(self.worth(of)?)?;
                Ok(Val::Num(if number < Q::from_integer(0) { -number } else { number }))
            }
            Expr::Round(of, mode, step) => Ok(Val::Num(round(number(self.worth(of)?)?, *mode, *step))),
            Expr::If(condition, then, otherwise) => {
                let chosen = if self.truth(condition)? { then } else { otherwise };
                Ok(self.in_unit_of(self.worth(chosen)?, chosen, ty(self.book, expr)))
            }
            Expr::By(slot, rows, otherwise) => {
                let value = self.values[*slot];
                let row = rows.iter().find(|(values, _)| values.contains(&value)).map(|(_, of)| of);
                let chosen = row.or(otherwise.as_deref()).ok_or(Gap)?;
                Ok(self.in_unit_of(self.worth(chosen)?, chosen, ty(self.book, expr)))
            }
            Expr::Lookup(table, keys, column) => {
                let mut values = Vec::with_capacity(keys.len());
                for (key, declared) in keys.iter().zip(&self.book.tables[*table].keys) {
                    let value = self.worth(key)?;
                    values.push(self.in_unit_of(value, key, declared.ty));
                }
                let policy = self.book.tables[*table].policy;
                if matches!(policy, Policy::Sum | Policy::Max | Policy::Min) {
                    return self.together(*table, &values, *column, policy);
                }
                match self.row(*table, &values) {
                    Some(row) => row[*column].ok_or(Gap),
                    None if self.book.tables[*table].optional => Ok(Val::Absent),
                    None => Err(Gap),
                }
            }
        }
    }

    /// Whether a condition holds.
    pub fn truth(&self, expr: &Expr) -> Result<bool, Gap> {
        Ok(self.worth(expr)? == Val::Bool(true))
    }

    /// Whether a rule holds; one that cannot be worked out does not.
    pub fn holds(&self, rule: &RuleKind) -> bool {
        match rule {
            RuleKind::Require(what, None) => self.truth(what) == Ok(true),
            RuleKind::Require(what, Some(when)) => match self.truth(when) {
                Ok(true) => self.truth(what) == Ok(true),
                found => found == Ok(false),
            },
            RuleKind::Exclude(left, right) => match self.truth(left) {
                Ok(true) => self.truth(right) == Ok(false),
                found => found == Ok(false),
            },
            RuleKind::Allow(slots, table) => {
                let keys: Vec<Val> = slots.iter().map(|slot| self.values[*slot]).collect();
                self.row(*table, &keys).is_some_and(|row| row.iter().all(Option::is_some))
            }
        }
    }

    /// The values of the row for some keys.
    fn row(&self, table: usize, keys: &[Val]) -> Option<&[Option<Val>]> {
        if keys.contains(&Val::Absent) {
            return None;
        }
        let table = &self.book.tables[table];
        if let [Val::Row(row)] = keys {
            return table.rows.get(usize::from(*row)).map(|row| row.values.as_slice());
        }
        let mut fitting = table.rows.iter().filter(|row| fits(row, keys));
        let row = match table.policy {
            Policy::MostSpecific => fitting.min_by_key(|row| open_keys(row)),
            _ => fitting.next(),
        };
        row.map(|row| row.values.as_slice()).or(table.otherwise.as_deref())
    }

    /// The sum, the greatest or the least of all rows that fit.
    fn together(&self, table: usize, keys: &[Val], column: usize, policy: Policy) -> Worth {
        let rows = self.book.tables[table].rows.iter().filter(|row| fits(row, keys));
        let mut found: Option<Q> = None;
        for row in rows {
            let value = number(row.values[column].ok_or(Gap)?)?;
            found = Some(match (found, policy) {
                (None, _) => value,
                (Some(before), Policy::Sum) => before + value,
                (Some(before), Policy::Max) => before.max(value),
                (Some(before), _) => before.min(value),
            });
        }
        match (found, policy) {
            (Some(value), _) => Ok(Val::Num(value)),
            (None, Policy::Sum) => Ok(Val::Num(Q::from_integer(0))),
            (None, _) => Err(Gap),
        }
    }

    fn first_that_is(&self, of: &[Expr], deciding: bool) -> Worth {
        for one in of {
            if self.truth(one)? == deciding {
                return Ok(Val::Bool(deciding));
            }
        }
        Ok(Val::Bool(!deciding))
    }

    fn compare(&self, op: Compare, left: &Expr, right: &Expr) -> Result<bool, Gap> {
        let (a, b) = (self.worth(left)?, self.worth(right)?);
        if a == Val::Absent || b == Val::Absent {
            // What is missing equals nothing.
            return Ok(op == Compare::NotEqual);
        }
        let b = self.in_unit_of(b, right, ty(self.book, left));
        Ok(match op {
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
            Compare::Less => a < b,
            Compare::LessOrEqual => a <= b,
            Compare::Greater => a > b,
            Compare::GreaterOrEqual => a >= b,
        })
    }

    fn math(&self, op: Math, left: &Expr, right: &Expr) -> Result<Q, Gap> {
        let a = number(self.worth(left)?)?;
        let b = self.worth(right)?;
        Ok(match op {
            Math::Add => a + number(self.in_unit_of(b, right, ty(self.book, left)))?,
            Math::Subtract => a - number(self.in_unit_of(b, right, ty(self.book, left)))?,
            Math::Multiply => a * number(b)?,
        })
    }

    /// A number in another unit of its kind; any other value as it is.
    fn in_unit_of(&self, value: Val, of: &Expr, wanted: Ty) -> Val {
        match (value, unit(ty(self.book, of)), unit(wanted)) {
            (Val::Num(number), Some(from), Some(to)) if from != to => {
                Val::Num(number * from.size() / to.size())
            }
            _ => value,
        }
    }
}

fn fits(row: &Row, keys: &[Val]) -> bool {
    row.keys.iter().zip(keys).all(|(cell, key)| cell_has(cell, *key))
}

/// Of rows that fit, each lies within those that leave more keys open.
fn open_keys(row: &Row) -> usize {
    row.keys.iter().filter(|cell| matches!(cell, Cell::Any)).count()
}

fn cell_has(cell: &Cell, value: Val) -> bool {
    match (cell, value) {
        (Cell::Any, _) => true,
        (Cell::OneOf(values), value) => values.contains(&value),
        (Cell::Band(above, up_to), Val::Num(number)) => {
            above.is_none_or(|above| number > above) && up_to.is_none_or(|up_to| number <= up_to)
        }
        _ => false,
    }
}

fn number(value: Val) -> Result<Q, Gap> {
    match value {
        Val::Num(number) => Ok(number),
        // An option of a piece that lacks it.
        Val::Absent => Err(Gap),
        other => panic!("{other:?} is no number"),
    }
}

fn unit(ty: Ty) -> Option<Unit> {
    match ty {
        Ty::Num(unit) => Some(unit),
        _ => None,
    }
}

/// The type of an expression, where it may be missing as if it were there.
pub fn ty(book: &Book, expr: &Expr) -> Ty {
    match expr {
        Expr::Lit(_, ty) => *ty,
        Expr::Slot(at) => book.slots[*at].ty,
        Expr::Let(at) => book.lets[*at].ty,
        Expr::Not(_)
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Implies(..)
        | Expr::Compare(..)
        | Expr::OneOf(..)
        | Expr::Has(..)
        | Expr::Given(_) => Ty::Bool,
        Expr::Otherwise(of, _) | Expr::Abs(of) | Expr::Round(of, ..) | Expr::If(_, of, _) => ty(book, of),
        Expr::Extreme(_, of) => ty(book, &of[0]),
        Expr::By(_, rows, _) => ty(book, &rows[0].1),
        Expr::Math(Math::Multiply, left, right) => match (ty(book, left), ty(book, right)) {
            (Ty::Num(Unit::None), right) => right,
            (left, _) => left,
        },
        Expr::Math(_, left, _) => ty(book, left),
        Expr::Lookup(table, _, column) => book.tables[*table].columns[*column].1,
        Expr::Pieces(Fold::Any | Fold::All, ..) => Ty::Bool,
        Expr::Pieces(_, part, _, Some(body)) => ty(&book.parts[*part].product, body),
        Expr::Pieces(..) => Ty::Num(Unit::None),
        Expr::Outer(_, ty) => *ty,
    }
}

/// The multiple of a step that a mode chooses.
fn round(value: Q, mode: Mode, step: Q) -> Q {
    let steps = value / step;
    let (low, negative) = (steps.floor(), steps < Q::from_integer(0));
    if low == steps {
        return value;
    }
    let high = low + 1;
    let (toward_zero, away) = if negative { (high, low) } else { (low, high) };
    let half = Q::new(1, 2);
    let chosen = match mode {
        Mode::Up => away,
        Mode::Down => toward_zero,
        Mode::HalfUp if steps - low > half => high,
        Mode::HalfUp if steps - low < half => low,
        Mode::HalfUp => away,
    };
    chosen * step
}
