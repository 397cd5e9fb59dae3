//! Random expressions: conditions, numbers in a unit, amounts of money.

use super::{Maker, q};
use crate::model::{Compare, Expr, Fold, Home, Math, Mode, Q, Ty, Unit, Val};

pub const ORDERS: [Compare; 4] =
    [Compare::Less, Compare::LessOrEqual, Compare::Greater, Compare::GreaterOrEqual];

impl Maker<'_> {
    /// A condition over what there is so far.
    pub fn condition(&mut self, depth: i64) -> Expr {
        if depth > 0 && self.random.chance(35) {
            let count = self.random.weighted(&[(5, 2), (2, 3)]);
            let of: Vec<Expr> = (0..count).map(|_| self.condition(depth - 1)).collect();
            return match self.random.between(1, 8) {
                1..=3 => Expr::And(of),
                4..=5 => Expr::Or(of),
                6 => Expr::Not(Box::new(of[0].clone())),
                7 => Expr::Implies(Box::new(of[0].clone()), Box::new(of[1].clone())),
                _ => Expr::Compare(Compare::Equal, Box::new(of[0].clone()), Box::new(of[1].clone())),
            };
        }
        if !self.book.parts.is_empty()
            && self.random.chance(35)
            && let Some(made) = self.pieces_test()
        {
            return made;
        }
        match self.random.between(1, 20) {
            1..=4 => self.sum_test().unwrap_or_else(|| self.test()),
            5 => self.bool_let().unwrap_or_else(|| self.test()),
            6 => self.lookup_test().unwrap_or_else(|| self.test()),
            7..=8 => self.pair_test().unwrap_or_else(|| self.test()),
            _ => self.test(),
        }
    }

    /// A condition about one slot.
    fn test(&mut self) -> Expr {
        let own = self.book.own();
        let first = usize::from(own > 1 && self.book.slots[0].home == Home::Quantity);
        let at = self.random.between(first as i64, own as i64 - 1) as usize;
        let slot = self.book.slots[at].clone();
        let read = Box::new(Expr::Slot(at));
        let missing = slot.may_be_absent();
        if missing && self.random.chance(20) {
            return Expr::Given(at);
        }
        let value = *self.random.pick(&slot.values);
        let lit = |value| Box::new(Expr::Lit(value, slot.ty));
        let equality = *self.random.pick(&[Compare::Equal, Compare::Equal, Compare::NotEqual]);
        match slot.ty {
            Ty::Bool if missing => Expr::Compare(equality, read, lit(value)),
            Ty::Bool if self.random.chance(30) => Expr::Not(read),
            Ty::Bool => *read,
            Ty::Set(of) => {
                let count = self.book.enums[of].values.len() as i64;
                Expr::Has(at, self.random.between(0, count - 1) as u8)
            }
            Ty::Pick(of) => match self.random.between(1, 4) {
                1 if self.book.enums[of].ranked => {
                    let subject = self.opened(at);
                    Expr::Compare(*self.random.pick(&ORDERS), Box::new(subject), lit(value))
                }
                2 => self.one_of(at),
                _ => Expr::Compare(equality, read, lit(value)),
            },
            Ty::Num(unit) => match self.random.between(1, 4) {
                1 => self.one_of(at),
                2 => Expr::Compare(equality, read, lit(value)),
                _ => {
                    let subject = self.opened(at);
                    let bound = self.other_unit(value, unit);
                    Expr::Compare(*self.random.pick(&ORDERS), Box::new(subject), Box::new(bound))
                }
            },
            Ty::Row(table) => {
                let columns = self.book.tables[table].columns.clone();
                let column = self.random.between(0, columns.len() as i64 - 1) as usize;
                let ty = columns[column].1;
                let values: Vec<Val> =
                    self.book.tables[table].rows.iter().filter_map(|row| row.values[column]).collect();
                let found = Expr::Lookup(table, vec![*read], column);
                let bound = Expr::Lit(*self.random.pick(&values), ty);
                let op = match ty {
                    Ty::Num(_) => *self.random.pick(&ORDERS),
                    _ => equality,
                };
                if missing {
                    return Expr::Given(at);
                }
                Expr::Compare(op, Box::new(found), Box::new(bound))
            }
        }
    }

    fn one_of(&mut self, at: usize) -> Expr {
        let slot = self.book.slots[at].clone();
        let count = self.random.between(1, (slot.values.len() as i64 - 1).max(1)) as usize;
        let values = self.random.some(&slot.values, count);
        Expr::OneOf(Box::new(Expr::Slot(at)), values, slot.ty, self.random.chance(30))
    }

    /// A bound, sometimes in another unit of its kind.
    fn other_unit(&mut self, value: Val, unit: Unit) -> Expr {
        match (value, unit) {
            (Val::Num(number), Unit::Mm) if self.random.chance(30) => {
                Expr::Lit(Val::Num(number / q(1_000)), Ty::Num(Unit::M))
            }
            (Val::Num(number), Unit::M) if self.random.chance(30) => {
                Expr::Lit(Val::Num(number * q(1_000)), Ty::Num(Unit::Mm))
            }
            (value, unit) => Expr::Lit(value, Ty::Num(unit)),
        }
    }

    /// A slot that is there for sure, or something in its place.
    fn opened(&mut self, at: usize) -> Expr {
        let slot = &self.book.slots[at];
        if !slot.may_be_absent() {
            return Expr::Slot(at);
        }
        let (ty, value) = (slot.ty, *self.random.pick(&self.book.slots[at].values));
        Expr::Otherwise(Box::new(Expr::Slot(at)), Box::new(Expr::Lit(value, ty)))
    }

    /// Two slots of one kind compared.
    fn pair_test(&mut self) -> Option<Expr> {
        let slots = self.book.own_slots().to_vec();
        let mut pairs = Vec::new();
        for (one, left) in slots.iter().enumerate() {
            for (other, right) in slots.iter().enumerate().skip(one + 1) {
                let fits = match (left.ty, right.ty) {
                    (Ty::Num(left), Ty::Num(right)) => left.fits(right),
                    (Ty::Set(_) | Ty::Row(_), _) => false,
                    (left, right) => left == right,
                };
                if fits && !(left.may_be_absent() && right.may_be_absent()) {
                    pairs.push((one, other));
                }
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (one, other) = *self.random.pick(&pairs);
        let ordered = match slots[one].ty {
            Ty::Num(_) => true,
            Ty::Pick(of) => self.book.enums[of].ranked,
            _ => false,
        };
        if ordered && self.random.chance(70) {
            let (left, right) = (self.opened(one), self.opened(other));
            return Some(Expr::Compare(*self.random.pick(&ORDERS), Box::new(left), Box::new(right)));
        }
        let converts = slots[one].ty != slots[other].ty;
        if converts && (slots[one].may_be_absent() || slots[other].may_be_absent()) {
            return None;
        }
        let op = *self.random.pick(&[Compare::Equal, Compare::NotEqual]);
        Some(Expr::Compare(op, Box::new(Expr::Slot(one)), Box::new(Expr::Slot(other))))
    }

    /// A number worked out, against a bound or another.
    fn sum_test(&mut self) -> Option<Expr> {
        let unit = self.some_unit();
        let left = self.number(unit, 2);
        let mut reads = false;
        left.walk(&mut |part| {
            reads |= matches!(part, Expr::Slot(_) | Expr::By(..) | Expr::Let(_) | Expr::Pieces(..))
        });
        if !reads {
            return None;
        }
        let right = if self.random.chance(25) { self.number(unit, 1) } else { self.bound(unit) };
        let op = match self.random.chance(20) {
            true => *self.random.pick(&[Compare::Equal, Compare::NotEqual]),
            false => *self.random.pick(&ORDERS),
        };
        // A single option and a number that it cannot be is a mistake to the compiler.
        if matches!((&op, &left), (Compare::Equal | Compare::NotEqual, Expr::Slot(_))) {
            return None;
        }
        Some(Expr::Compare(op, Box::new(left), Box::new(right)))
    }

    pub fn bound(&mut self, unit: Unit) -> Expr {
        let number = match unit {
            Unit::None => q(self.random.between(-4, 40)),
            Unit::Mm => q(self.random.between(2, 40) * 50),
            Unit::M => Q::new(self.random.between(1, 12), 2),
            Unit::Kg | Unit::Eur => q(self.random.between(1, 80)),
        };
        Expr::Lit(Val::Num(number), Ty::Num(unit))
    }

    /// A number that can stand beside whole numbers: of the branches of an expression all are whole, or none.
    fn whole(&mut self, unit: Unit) -> Expr {
        if unit != Unit::None {
            return self.number(unit, 0);
        }
        let is_whole = |value: &Val| matches!(value, Val::Num(number) if number.is_integer());
        let slots: Vec<usize> = (0..self.book.own())
            .filter(|at| {
                let slot = &self.book.slots[*at];
                slot.ty == Ty::Num(unit) && slot.values.iter().all(is_whole) && !slot.may_be_absent()
            })
            .collect();
        if slots.is_empty() { self.whole_bound(unit) } else { Expr::Slot(*self.random.pick(&slots)) }
    }

    /// A bound that can stand beside whole numbers.
    fn whole_bound(&mut self, unit: Unit) -> Expr {
        match unit {
            Unit::None => Expr::Lit(Val::Num(q(self.random.between(-4, 20))), Ty::Num(unit)),
            _ => self.bound(unit),
        }
    }

    fn bool_let(&mut self) -> Option<Expr> {
        let lets: Vec<usize> =
            (0..self.book.lets.len()).filter(|at| self.book.lets[*at].ty == Ty::Bool).collect();
        (!lets.is_empty()).then(|| Expr::Let(*self.random.pick(&lets)))
    }

    fn lookup_test(&mut self) -> Option<Expr> {
        let choice = self.choice_let().or_else(|| self.lookup_of_choice())?;
        let ty = crate::evaluate::ty(&self.book, &choice);
        let Ty::Pick(of) = ty else { return None };
        let count = self.book.enums[of].values.len() as i64;
        let value = Val::Pick(self.random.between(0, count - 1) as u8);
        let op = *self.random.pick(&[Compare::Equal, Compare::NotEqual]);
        Some(Expr::Compare(op, Box::new(choice), Box::new(Expr::Lit(value, ty))))
    }

    fn choice_let(&mut self) -> Option<Expr> {
        let lets: Vec<usize> =
            (0..self.book.lets.len()).filter(|at| matches!(self.book.lets[*at].ty, Ty::Pick(_))).collect();
        (!lets.is_empty() && self.random.chance(60)).then(|| Expr::Let(*self.random.pick(&lets)))
    }

    /// A number in a unit that is never missing.
    pub fn number(&mut self, unit: Unit, depth: i64) -> Expr {
        if depth > 0 {
            let made = match self.random.between(1, 16) {
                1..=4 => {
                    let op = *self.random.pick(&[Math::Add, Math::Add, Math::Subtract]);
                    let (left, right) = (self.number(unit, depth - 1), self.number(unit, depth - 1));
                    Some(Expr::Math(op, Box::new(left), Box::new(right)))
                }
                5..=6 => {
                    let left = self.number(unit, depth - 1);
                    let right =
                        if self.random.chance(40) { self.number(Unit::None, 0) } else { self.factor() };
                    Some(Expr::Math(Math::Multiply, Box::new(left), Box::new(right)))
                }
                7 => {
                    let of = vec![self.number(unit, depth - 1), self.number(unit, depth - 1)];
                    Some(Expr::Extreme(self.random.chance(50), of))
                }
                8 if self.random.chance(50) => Some(Expr::Abs(Box::new(self.number(unit, depth - 1)))),
                8 => {
                    let step = match unit {
                        Unit::Mm => q(100),
                        Unit::Kg | Unit::Eur => q(5),
                        Unit::None | Unit::M => q(2),
                    };
                    let mode = *self.random.pick(&[Mode::HalfUp, Mode::Up, Mode::Down]);
                    Some(Expr::Round(Box::new(self.number(unit, depth - 1)), mode, step))
                }
                9..=10 => {
                    let condition = self.condition(0);
                    let (then, otherwise) = (self.whole(unit), self.whole_bound(unit));
                    Some(Expr::If(Box::new(condition), Box::new(then), Box::new(otherwise)))
                }
                11..=12 => self.by(unit),
                13 => self.lookup_number(unit),
                _ => None,
            };
            if let Some(made) = made {
                return made;
            }
        }
        if !self.book.parts.is_empty()
            && self.random.chance(30)
            && let Some(made) = self.pieces_number(unit)
        {
            return made;
        }
        let slots: Vec<usize> = (0..self.book.own())
            .filter(|at| matches!(self.book.slots[*at].ty, Ty::Num(own) if own == unit))
            .filter(|at| self.book.slots[*at].home != Home::Quantity || self.book.slots[*at].values.len() > 1)
            .collect();
        let lets: Vec<usize> =
            (0..self.book.lets.len()).filter(|at| self.book.lets[*at].ty == Ty::Num(unit)).collect();
        if !lets.is_empty() && self.random.chance(40) {
            return Expr::Let(*self.random.pick(&lets));
        }
        if slots.is_empty() || self.random.chance(15) {
            return self.bound(unit);
        }
        let at = *self.random.pick(&slots);
        self.opened(at)
    }

    fn factor(&mut self) -> Expr {
        let factor = *self.random.pick(&[q(2), q(3), Q::new(1, 2), q(-1), Q::new(3, 2)]);
        Expr::Lit(Val::Num(factor), Ty::Num(Unit::None))
    }

    /// `by` over an enumeration, a truth value or a list of numbers.
    fn by(&mut self, unit: Unit) -> Option<Expr> {
        let slots: Vec<usize> = (0..self.book.own())
            .filter(|at| {
                let slot = &self.book.slots[*at];
                let listed = matches!(slot.ty, Ty::Bool | Ty::Pick(_))
                    || matches!(slot.ty, Ty::Num(_)) && slot.range.is_none() && !self.of_piece;
                listed && !slot.may_be_absent()
            })
            .collect();
        if slots.is_empty() {
            return None;
        }
        let at = *self.random.pick(&slots);
        let mut rows: Vec<(Vec<Val>, Expr)> = Vec::new();
        for value in self.book.slots[at].values.clone() {
            match rows.last_mut() {
                Some((values, _)) if self.random.chance(25) => values.push(value),
                _ => {
                    let result =
                        if self.random.chance(80) { self.whole_bound(unit) } else { self.whole(unit) };
                    rows.push((vec![value], result));
                }
            }
        }
        let otherwise = if rows.len() > 1 && self.random.chance(25) { rows.pop() } else { None };
        Some(Expr::By(at, rows, otherwise.map(|(_, of)| Box::new(of))))
    }

    /// An amount of money, as a term of the list price.
    pub fn money(&mut self) -> Expr {
        match self.random.between(1, 10) {
            1..=3 => self.by(Unit::Eur).unwrap_or_else(|| self.bound(Unit::Eur)),
            4..=6 => {
                let condition = self.condition(1);
                let (then, zero) = (self.bound(Unit::Eur), Expr::Lit(Val::Num(q(0)), Ty::Num(Unit::Eur)));
                Expr::If(Box::new(condition), Box::new(then), Box::new(zero))
            }
            7..=8 => {
                let price = self.bound(Unit::Eur);
                let zero = Expr::Lit(Val::Num(q(0)), Ty::Num(Unit::None));
                let count = Expr::Extreme(true, vec![self.number(Unit::None, 0), zero]);
                Expr::Math(Math::Multiply, Box::new(price), Box::new(count))
            }
            _ => self.lookup_number(Unit::Eur).unwrap_or_else(|| self.bound(Unit::Eur)),
        }
    }

    /// Whether an expression may come to nothing.
    pub fn is_optional(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Slot(at) => self.book.slots[*at].may_be_absent(),
            Expr::Lookup(table, ..) => self.book.tables[*table].optional,
            Expr::Otherwise(_, fallback) => self.is_optional(fallback),
            Expr::Pieces(Fold::Least | Fold::Greatest, part, filter, _) => {
                let part = &self.book.parts[*part];
                filter.is_some() || part.when.is_some() || part.from == 0
            }
            _ => false,
        }
    }
}
