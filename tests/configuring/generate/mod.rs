//! Random small products.

mod expr;
mod part;
mod rule;
mod table;

use crate::model::{Book, Enum, Expr, Home, Q, Range, Slot, Ty, Unit, Val};
use crate::print;
use crate::random::Random;

/// How many configurations a product may have before its rules, so that all of them can be looked at.
const MOST_CONFIGURATIONS: usize = 1_000;

/// How many it may have without its parts, where it has some.
const MOST_BESIDE_PARTS: usize = 48;

/// A book.
pub fn book(random: &mut Random) -> Book {
    let parts = random.weighted(&[(6, 0), (4, 1), (1, 2)]);
    let limit = if parts == 0 { MOST_CONFIGURATIONS } else { MOST_BESIDE_PARTS };
    let book = Book { name: print::PRODUCT.to_owned(), ..Book::default() };
    let mut maker = Maker { random, book, names: 0, size: 1, limit, of_piece: false, complete: false };
    maker.enums();
    maker.slots();
    for _ in 0..parts {
        maker.part(true);
    }
    maker.lets();
    let rules = maker.random.weighted(&[(1, 0), (3, 1), (4, 2), (4, 3), (3, 4), (2, 6)]);
    maker.rules(rules);
    maker.price();
    maker.book.expand();
    maker.book
}

pub struct Maker<'r> {
    random: &'r mut Random,
    book: Book,
    names: usize,
    /// Configurations before any rule.
    size: usize,
    /// How many there may be.
    limit: usize,
    /// It asks of a piece from outside.
    of_piece: bool,
    /// Tables lack nothing: a price without a figure would make the line invalid, whatever the rules say.
    complete: bool,
}

pub fn q(number: i64) -> Q {
    Q::from_integer(number)
}

impl Maker<'_> {
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}_{}", self.names)
    }

    fn enums(&mut self) {
        for _ in 0..self.random.between(1, 2) {
            self.enumeration(true);
        }
    }

    fn enumeration(&mut self, named: bool) -> usize {
        let name = self.name("kind");
        let count = self.random.weighted(&[(5, 2), (5, 3), (1, 4)]);
        let values =
            (0..count).map(|at| format!("{}{}", ["red", "green", "blue", "grey"][at], self.names)).collect();
        let ranked = self.random.chance(40);
        self.book.enums.push(Enum { name: named.then_some(name), values, ranked });
        self.book.enums.len() - 1
    }

    fn slots(&mut self) {
        self.quantity();
        if self.random.chance(25) {
            self.articles();
        }
        let wanted = self.random.between(2, 6);
        for _ in 0..wanted {
            self.option();
        }
        for _ in 0..self.random.weighted(&[(6, 0), (3, 1), (1, 2)]) {
            self.input(Home::Context);
        }
        if self.random.chance(12) {
            self.input(Home::Fact);
        }
    }

    fn quantity(&mut self) {
        let most = self.random.weighted(&[(6, 1), (2, 3), (1, 6)]);
        let values = (1..=most).map(|number| Val::Num(q(number))).collect();
        self.add(Slot {
            name: "quantity".to_owned(),
            home: Home::Quantity,
            ty: Ty::Num(Unit::None),
            range: Some((q(1), q(most), None)),
            values,
            optional: false,
            when: None,
            conditional: false,
            default: None,
        });
    }

    /// Adds a slot unless there would be too many configurations.
    fn add(&mut self, slot: Slot) {
        let size = self.size * slot.domain().len();
        if size <= self.limit {
            self.size = size;
            self.book.slots.push(slot);
        }
    }

    /// There is something of which a condition can speak.
    pub fn can_ask(&self) -> bool {
        self.book.own_slots().iter().any(|slot| slot.home != Home::Quantity)
    }

    fn option(&mut self) {
        let name = self.name("option");
        let (ty, range, values) = self.values(true);
        let optional = self.random.chance(12);
        let when = (self.can_ask() && self.random.chance(25)).then(|| self.condition(1));
        // What has a default is never missing where it exists.
        let default = self.default(ty, &values, if optional { 0 } else { 45 });
        self.add(Slot {
            name,
            home: Home::Option,
            ty,
            range,
            values,
            optional,
            when,
            conditional: false,
            default,
        });
    }

    fn input(&mut self, home: Home) {
        let name = self.name(if home == Home::Context { "field" } else { "fact" });
        let (ty, range, values) = self.values(false);
        let optional = self.random.chance(10);
        let default = self.default(ty, &values, if optional { 0 } else { 30 });
        self.add(Slot { name, home, ty, range, values, optional, when: None, conditional: false, default });
    }

    fn default(&mut self, ty: Ty, values: &[Val], percent: i64) -> Option<Val> {
        let wanted = !matches!(ty, Ty::Set(_)) && self.random.chance(percent);
        wanted.then(|| *self.random.pick(values))
    }

    /// A type with its values.
    fn values(&mut self, of_option: bool) -> (Ty, Option<Range>, Vec<Val>) {
        match self.random.between(1, 20) {
            1..=4 => (Ty::Bool, None, vec![Val::Bool(false), Val::Bool(true)]),
            5..=9 => {
                let of = self.some_enumeration();
                let count = self.book.enums[of].values.len() as u8;
                (Ty::Pick(of), None, (0..count).map(Val::Pick).collect())
            }
            10..=12 if of_option => {
                let of = self.some_enumeration();
                let count = self.book.enums[of].values.len() as u32;
                (Ty::Set(of), None, (0..1_u8 << count).map(Val::Set).collect())
            }
            13..=16 => {
                let (unit, numbers): (Unit, &[i64]) = *self.random.pick(&[
                    (Unit::None, [1, 2, 3, 5, 8, 12].as_slice()),
                    (Unit::Mm, &[100, 250, 400, 1_000, 1_500]),
                    (Unit::M, &[1, 2, 3]),
                    (Unit::Kg, &[5, 10, 20, 50]),
                ]);
                let count = self.random.between(2, 3) as usize;
                let numbers = self.random.some(numbers, count);
                let halved = unit == Unit::M && self.random.chance(50);
                let number = |number: &i64| Val::Num(if halved { Q::new(*number, 2) } else { q(*number) });
                (Ty::Num(unit), None, numbers.iter().map(number).collect())
            }
            _ => {
                let (unit, from, step) = *self.random.pick(&[
                    (Unit::None, q(0), q(1)),
                    (Unit::None, q(1), q(1)),
                    (Unit::None, q(0), Q::new(1, 4)),
                    (Unit::None, q(-2), q(1)),
                    (Unit::Mm, q(100), q(50)),
                    (Unit::Kg, q(1), Q::new(1, 2)),
                ]);
                let steps = self.random.weighted(&[(6, 3), (4, 4), (2, 7), (1, 19)]);
                let values = (0..=steps).map(|at| Val::Num(from + step * at)).collect();
                let written = unit != Unit::None || step != q(1);
                (Ty::Num(unit), Some((from, from + step * steps, written.then_some(step))), values)
            }
        }
    }

    fn some_enumeration(&mut self) -> usize {
        if self.random.chance(25) {
            return self.enumeration(false);
        }
        let named: Vec<usize> =
            (0..self.book.enums.len()).filter(|at| self.book.enums[*at].name.is_some()).collect();
        *self.random.pick(&named)
    }

    fn lets(&mut self) {
        for _ in 0..self.random.weighted(&[(4, 0), (4, 1), (2, 2), (1, 3)]) {
            let name = self.name("let");
            let value = match self.random.between(1, 10) {
                1..=6 => {
                    let unit = self.some_unit();
                    self.number(unit, 2)
                }
                7..=8 => self.condition(2),
                _ => match self.lookup_of_choice() {
                    Some(value) => value,
                    None => continue,
                },
            };
            // A name for nothing but a fixed value is of no use.
            let mut reads = false;
            value.walk(&mut |part| {
                reads |= matches!(
                    part,
                    Expr::Slot(_) | Expr::Has(..) | Expr::Given(_) | Expr::By(..) | Expr::Pieces(..)
                )
            });
            if reads && !self.is_optional(&value) {
                let ty = crate::evaluate::ty(&self.book, &value);
                self.book.lets.push(crate::model::Let { name, ty, value });
            }
        }
    }

    pub fn some_unit(&mut self) -> Unit {
        let numbers = self.book.own_slots().iter().filter_map(|slot| match slot.ty {
            Ty::Num(unit) => Some(unit),
            _ => None,
        });
        let units: Vec<Unit> = numbers.collect();
        if units.is_empty() { Unit::None } else { *self.random.pick(&units) }
    }

    fn price(&mut self) {
        self.complete = true;
        let base = Val::Num(q(self.random.between(1, 9) * 10));
        self.book.price.push(Expr::Lit(base, Ty::Num(Unit::Eur)));
        for _ in 0..self.random.between(0, 3) {
            let term = self.money();
            self.book.price.push(term);
        }
    }
}
