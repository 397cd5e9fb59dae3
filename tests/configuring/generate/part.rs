//! Random parts, and what is asked of their pieces.

use super::expr::ORDERS;
use super::{MOST_CONFIGURATIONS, Maker, q};
use crate::model::{Book, Compare, Expr, Fold, Part, Slot, Ty, Unit, Val};

/// How many configurations one piece may have before its rules, without its own parts.
const MOST_OF_A_PIECE: usize = 6;

impl Maker<'_> {
    /// A part with its product, unless there would be too many configurations.
    pub fn part(&mut self, nests: bool) {
        let (name, product) = (self.name("part"), self.name("piece"));
        let product = self.product(product, nests);
        let when = (self.can_ask() && self.random.chance(20)).then(|| self.condition(1));
        let mut counts = vec![(0, 3), (1, 3), (0, 2), (1, 2), (2, 2), (0, 1), (1, 1)];
        if !nests {
            counts = vec![(0, 2), (0, 1), (1, 1)];
        }
        self.random.shuffle(&mut counts);
        for (from, to) in counts {
            let (name, when, product) = (name.clone(), when.clone(), product.clone());
            let part = Part { name, from, to, when, product, at: usize::MAX };
            let mut alone = Book { parts: vec![part], ..Book::default() };
            alone.expand();
            let size =
                alone.slots.iter().fold(self.size, |size, slot| size.saturating_mul(slot.domain().len()));
            let most = if nests { MOST_CONFIGURATIONS } else { 8 * self.limit };
            if size <= most {
                self.size = size;
                alone.collapse();
                self.book.parts.append(&mut alone.parts);
                return;
            }
        }
    }

    /// The product of a part.
    fn product(&mut self, name: String, nests: bool) -> Book {
        let book = Book { name, enums: self.book.enums.clone(), ..Book::default() };
        let mut maker = Maker {
            random: &mut *self.random,
            book,
            names: self.names,
            size: 1,
            limit: MOST_OF_A_PIECE,
            of_piece: false,
            complete: false,
        };
        for _ in 0..maker.random.weighted(&[(1, 0), (6, 1), (3, 2)]) {
            maker.option();
        }
        if maker.can_ask() {
            if nests && maker.random.chance(25) {
                maker.part(false);
            }
            if maker.random.chance(50) {
                maker.lets();
            }
            let rules = maker.random.weighted(&[(3, 0), (3, 1), (1, 2)]);
            maker.rules(rules);
        }
        maker.book.expand();
        self.names = maker.names;
        maker.book
    }

    /// Makes something over the product of a part.
    fn inside<T>(&mut self, part: usize, make: impl FnOnce(&mut Maker<'_>) -> T) -> T {
        let book = std::mem::take(&mut self.book.parts[part].product);
        let mut maker = Maker {
            random: &mut *self.random,
            book,
            names: self.names,
            size: self.size,
            limit: self.limit,
            of_piece: true,
            complete: self.complete,
        };
        let made = make(&mut maker);
        self.names = maker.names;
        self.book.parts[part].product = maker.book;
        made
    }

    /// A condition about the pieces of a part.
    pub fn pieces_test(&mut self) -> Option<Expr> {
        let part = self.random.between(0, self.book.parts.len() as i64 - 1) as usize;
        let most = self.book.parts[part].to as i64;
        let count = |filter| Expr::Pieces(Fold::Count, part, filter, None);
        let can_ask = self.inside(part, |maker| maker.can_ask());
        match self.random.between(1, 10) {
            1..=3 => {
                let bound = Expr::Lit(Val::Num(q(self.random.between(0, most))), Ty::Num(Unit::None));
                Some(Expr::Compare(*self.random.pick(&ORDERS), Box::new(count(None)), Box::new(bound)))
            }
            _ if !can_ask => None,
            4 => {
                let filter = self.of_piece(part);
                let bound = Expr::Lit(Val::Num(q(self.random.between(0, most))), Ty::Num(Unit::None));
                let count = count(Some(Box::new(filter)));
                Some(Expr::Compare(*self.random.pick(&ORDERS), Box::new(count), Box::new(bound)))
            }
            at @ 5..=8 => {
                let fold = if at < 7 { Fold::Any } else { Fold::All };
                let filter = self.filter(part);
                Some(Expr::Pieces(fold, part, filter, Some(Box::new(self.of_piece(part)))))
            }
            _ => {
                let unit = self.inside(part, |maker| maker.some_unit());
                let left = self.pieces_number(unit)?;
                let right = self.bound(unit);
                Some(Expr::Compare(*self.random.pick(&ORDERS), Box::new(left), Box::new(right)))
            }
        }
    }

    fn filter(&mut self, part: usize) -> Option<Box<Expr>> {
        self.random.chance(25).then(|| Box::new(self.of_piece(part)))
    }

    /// A condition about a piece, sometimes beside something of the product around it.
    fn of_piece(&mut self, part: usize) -> Expr {
        if self.random.chance(40) {
            let around: Vec<Slot> = self.book.own_slots().to_vec();
            let found = self.inside(part, |maker| maker.beside(&around));
            if let Some(found) = found {
                return found;
            }
        }
        self.inside(part, |maker| maker.condition(1))
    }

    /// An option compared with one of the product around.
    fn beside(&mut self, around: &[Slot]) -> Option<Expr> {
        let mut pairs = Vec::new();
        for (at, own) in self.book.own_slots().iter().enumerate() {
            for (other, outer) in around.iter().enumerate() {
                let fits = match (own.ty, outer.ty) {
                    (Ty::Num(own), Ty::Num(outer)) => own.fits(outer),
                    (Ty::Bool, Ty::Bool) => true,
                    (Ty::Pick(own), Ty::Pick(outer)) => own == outer && self.book.enums[own].name.is_some(),
                    _ => false,
                };
                if fits && !own.may_be_absent() && !outer.may_be_absent() {
                    pairs.push((at, other));
                }
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (at, other) = *self.random.pick(&pairs);
        let op = match self.book.slots[at].ty {
            Ty::Num(_) => *self.random.pick(&ORDERS),
            _ => *self.random.pick(&[Compare::Equal, Compare::NotEqual]),
        };
        let outer = Expr::Outer(Box::new(Expr::Slot(other)), around[other].ty);
        Some(Expr::Compare(op, Box::new(Expr::Slot(at)), Box::new(outer)))
    }

    /// A number in a unit that pieces have together.
    pub fn pieces_number(&mut self, unit: Unit) -> Option<Expr> {
        let part = self.random.between(0, self.book.parts.len() as i64 - 1) as usize;
        let can_ask = self.inside(part, |maker| maker.can_ask());
        if unit == Unit::None && (!can_ask || self.random.chance(50)) {
            return Some(Expr::Pieces(Fold::Count, part, None, None));
        }
        if !can_ask || unit == Unit::Eur {
            return None;
        }
        let body = self.inside(part, |maker| maker.number(unit, 1));
        let mut reads = false;
        body.walk(&mut |of| reads |= matches!(of, Expr::Slot(_) | Expr::By(..) | Expr::Let(_)));
        if !reads || self.inside(part, |maker| crate::evaluate::ty(&maker.book, &body)) != Ty::Num(unit) {
            return None;
        }
        let filter = self.filter(part);
        let fold = self.random.weighted(&[(4, Fold::Sum), (1, Fold::Least), (1, Fold::Greatest)]);
        let made = Expr::Pieces(fold, part, filter, Some(Box::new(body)));
        if !self.is_optional(&made) {
            return Some(made);
        }
        Some(Expr::Otherwise(Box::new(made), Box::new(self.bound(unit))))
    }
}
