//! Random comprehensions.

use super::expr::{Made, math, number};
use super::source::Elements;
use super::{Known, Maker, Open, Place};
use crate::model::{Aggregate, Compare, Expr, Kind, Lit, Math, Rank, Source, Ty};
use crate::number::whole;

fn compare(op: Compare, left: Expr, right: Expr) -> Expr {
    Expr::Compare(op, Box::new(left), Box::new(right))
}

impl Maker<'_> {
    fn some_source(&mut self, place: &Place) -> Option<Elements> {
        if place.sources.is_empty() {
            return None;
        }
        // Tables are many; what requests bring is worth more.
        let of_request = |of: &&Elements| !matches!(of.source, Source::Rows(_) | Source::Values(_));
        let preferred: Vec<Elements> = place.sources.iter().filter(of_request).cloned().collect();
        let from =
            if !preferred.is_empty() && self.random.chance(75) { preferred } else { place.sources.clone() };
        Some(self.random.pick(&from).clone())
    }

    /// An amount of money that comes of some elements.
    pub fn of_elements(&mut self, place: &Place) -> Option<Made> {
        let of = self.some_source(place)?;
        let inside = self.element_place(place, &of);
        let filter = self.filter(&of);
        let zero = || Expr::Lit(Lit::Num(whole(0), place.money.clone()));
        let read = |name: &str| Expr::Read(name.to_owned());
        let made = match self.random.between(1, 10) {
            2 if of.known.iter().any(is_rate) => {
                let rates: Vec<&Known> = of.known.iter().filter(|known| is_rate(known)).collect();
                let rate = (*self.random.pick(&rates)).clone();
                let op = *self.random.pick(&[Math::Add, Math::Subtract]);
                let factor = math(op, number(whole(1)), rate.read());
                let each = self.literal_money(place).expr;
                let expr = math(Math::Multiply, each, of.all(Kind::Product, Some(factor), filter));
                Made { open: rate.open, expr }
            }
            3 if of.in_order => {
                // Only so much in all.
                let Made { expr: body, open } = self.plain_money(&inside)?;
                let cap = self.literal_money(place).expr;
                let rest = math(Math::Subtract, cap, Expr::Before(Box::new(body.clone())));
                let rest = Expr::Max(vec![zero(), rest]);
                Made { open, expr: of.all(Kind::Sum, Some(Expr::Min(vec![body, rest])), filter) }
            }
            4 if of.in_order => {
                let body = self.money(&inside, 1);
                let from = number(whole(self.random.between(1, 3)));
                let op = *self.random.pick(&[Compare::GreaterOrEqual, Compare::LessOrEqual, Compare::Equal]);
                let some = compare(op, read("nth"), from);
                let expr = Expr::If(Box::new(some), Box::new(body.expr), Box::new(zero()));
                Made { open: body.open, expr: of.all(Kind::Sum, Some(expr), filter) }
            }
            5 => {
                let kind = *self.random.pick(&[Kind::Min, Kind::Max, Kind::Average]);
                let body = self.money(&inside, 1);
                let open = if kind == Kind::Average { Open::Hidden } else { body.open };
                let filter = match of.never_empty {
                    true => Some(filter.or_else(|| self.asks(&of))?),
                    false => filter,
                };
                let none = self.literal_money(place).expr;
                let expr = Expr::Otherwise(Box::new(of.all(kind, Some(body.expr), filter)), Box::new(none));
                Made { open, expr }
            }
            6 => {
                let (then, otherwise) = (self.money(place, 0), self.money(place, 0));
                let open = then.open.max(otherwise.open);
                let some = self.some_or_all(&of, &inside);
                Made { open, expr: Expr::If(Box::new(some), Box::new(then.expr), Box::new(otherwise.expr)) }
            }
            7..=8 => {
                let each = self.literal_money(place).expr;
                Made::ends(math(Math::Multiply, each, of.all(Kind::Count, None, filter)))
            }
            9 if of.known.iter().any(is_plain_number) => {
                // Those of which some other one has more.
                let of_number: Vec<&Known> = of.known.iter().filter(|known| is_plain_number(known)).collect();
                let known = (*self.random.pick(&of_number)).clone();
                let other = Elements { element: "o", ..of.clone() };
                let name = known.name.replacen(of.element, other.element, 1);
                let more = compare(Compare::Greater, Expr::Read(name), known.read());
                let some = other.all(Kind::Any, Some(more), None);
                let body = self.money(&inside, 0);
                Made { open: body.open, expr: of.all(Kind::Sum, Some(body.expr), Some(some)) }
            }
            _ => {
                let body = self.money(&inside, 1);
                Made { open: body.open, expr: of.all(Kind::Sum, Some(body.expr), filter) }
            }
        };
        Some(Made { expr: self.ranked(&of, made.expr), ..made })
    }

    /// Of some elements only so many, the greatest or the least.
    fn ranked(&mut self, of: &Elements, expr: Expr) -> Expr {
        let numbers: Vec<&Known> = of.known.iter().filter(|known| is_plain_number(known)).collect();
        if numbers.is_empty() || !self.random.chance(25) {
            return expr;
        }
        let by = (*self.random.pick(&numbers)).read();
        let (greatest, count) = (self.random.chance(50), self.random.between(1, 4));
        let rank = || Some(Rank { greatest, count, by: by.clone() });
        match expr {
            Expr::Aggregate(own) => Expr::Aggregate(Box::new(Aggregate { rank: rank(), ..*own })),
            Expr::Otherwise(value, fallback) => match *value {
                Expr::Aggregate(own) => {
                    let own = Expr::Aggregate(Box::new(Aggregate { rank: rank(), ..*own }));
                    Expr::Otherwise(Box::new(own), fallback)
                }
                value => Expr::Otherwise(Box::new(value), fallback),
            },
            expr => expr,
        }
    }

    /// A condition that asks the elements.
    fn filter(&mut self, of: &Elements) -> Option<Expr> {
        if of.known.is_empty() || self.random.chance(50) {
            return None;
        }
        self.asks(of)
    }

    /// A condition that asks the elements.
    pub(super) fn asks(&mut self, of: &Elements) -> Option<Expr> {
        (0..8).find_map(|_| {
            let known = self.random.pick(&of.known).clone();
            self.test(&Place::default(), &known)
        })
    }

    fn some_or_all(&mut self, of: &Elements, inside: &Place) -> Expr {
        let kind = if self.random.chance(50) { Kind::Any } else { Kind::All };
        let (body, filter) = (self.condition(inside, 0), self.filter(of));
        of.all(kind, Some(body), filter)
    }

    /// An amount of an element as it is, or so many times a price.
    fn plain_money(&mut self, inside: &Place) -> Option<Made> {
        let money = Ty::Measure(inside.money.clone());
        let amounts = inside.known.iter().filter(|known| known.ty == money && !known.optional);
        let mut amounts: Vec<Made> =
            amounts.map(|known| Made { expr: known.read(), open: known.open }).collect();
        let counts = inside.known.iter().filter(|known| known.ty == Ty::Int && !known.optional);
        let counts: Vec<Expr> = counts.map(Known::read).collect();
        for count in counts {
            let price = self.literal_money(inside).expr;
            amounts.push(Made::ends(math(Math::Multiply, price, count)));
        }
        (!amounts.is_empty()).then(|| self.random.pick(&amounts).clone())
    }

    /// A condition on some elements.
    pub fn condition_on_elements(&mut self, place: &Place) -> Option<Expr> {
        let of = self.some_source(place)?;
        let inside = self.element_place(place, &of);
        if self.random.chance(50) {
            return Some(self.some_or_all(&of, &inside));
        }
        let filter = self.filter(&of);
        let op = *self.random.pick(&[Compare::GreaterOrEqual, Compare::LessOrEqual, Compare::Equal]);
        let count = number(whole(self.random.between(1, 4)));
        Some(compare(op, of.all(Kind::Count, None, filter), count))
    }

    /// Numbers that come of elements, to be read like names: they choose tiers and rows, and are tested.
    pub fn derive(&mut self, place: &mut Place) {
        for _ in 0..self.random.between(0, 2) {
            let Some(of) = self.some_source(place) else { return };
            let filter = self.filter(&of);
            let numbers: Vec<&Known> = of.known.iter().filter(|known| is_plain_number(known)).collect();
            let (expr, ty, low, high, open) = match numbers.is_empty() || self.random.chance(20) {
                true => (of.all(Kind::Count, None, filter), Ty::Int, Some(whole(0)), whole(9), Open::Ends),
                false => {
                    let known = (*self.random.pick(&numbers)).clone();
                    let all = of.all(Kind::Sum, Some(known.read()), filter);
                    (all, known.ty.clone(), Some(whole(0)), &known.high * whole(3), known.open)
                }
            };
            let home = super::super::print::text(&expr);
            let known = Known { low, high, open, home: home.clone(), ..Known::number(home, ty, 0, 0) };
            place.known.push(Known { expr: Some(expr), ..known });
        }
    }
}

/// A rate that is there.
fn is_rate(known: &Known) -> bool {
    known.ty == Ty::Rate && !known.optional
}

/// A number that sums can be made of.
fn is_plain_number(known: &Known) -> bool {
    let number = matches!(&known.ty, Ty::Int | Ty::Measure(_));
    number && !known.optional && known.low.as_ref().is_some_and(|low| *low >= whole(0))
}
