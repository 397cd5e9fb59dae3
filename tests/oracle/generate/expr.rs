//! Random expressions of a wanted type, from what can be read in a place.

use super::{Known, Maker, Open, Place};
use crate::model::{Compare, Def, Expr, Lit, Math, RoundCall, Rounding, Ty};
use crate::number::{Mode, Q, day, decimal, whole};

/// An expression, and whether its value has a last decimal.
#[derive(Clone)]
pub struct Made {
    pub expr: Expr,
    pub open: Open,
}

impl Made {
    /// A value that has a last decimal.
    pub fn ends(expr: Expr) -> Made {
        Made { expr, open: Open::Ends }
    }
}

pub fn math(op: Math, left: Expr, right: Expr) -> Expr {
    Expr::Math(op, Box::new(left), Box::new(right))
}

fn of(rate: Made, base: Made) -> Made {
    Made { open: rate.open.max(base.open), expr: Expr::Of(Box::new(rate.expr), Box::new(base.expr)) }
}

pub fn number(value: Q) -> Expr {
    Expr::Lit(Lit::Num(value, String::new()))
}

impl Maker<'_> {
    /// An amount of money, not negative where what it reads is not.
    pub fn money(&mut self, place: &Place, depth: i64) -> Made {
        let deeper = depth - 1;
        let kind = if depth <= 0 { self.random.between(1, 8) } else { self.random.between(1, 29) };
        let made = match kind {
            1..=2 => None,
            3..=5 => self.lookup(place, &Ty::Measure(place.money.clone())).map(Made::ends),
            6..=7 => self.share(place, depth),
            8 => self.known_money(place),
            9..=10 if place.money == self.book.currency => {
                let (expr, open) = match self.tier(place, &self.money_type()) {
                    Some(found) => found,
                    None => return self.literal_money(place),
                };
                Some(Made { expr, open })
            }
            11 if !self.book.exchanges.is_empty() && place.money == self.book.currency => {
                let dollars =
                    Expr::Lit(Lit::Num(decimal(self.random.between(1, 90_000), 2), "USD".to_owned()));
                let expr = Expr::Convert(Box::new(dollars), "USD".to_owned(), place.money.clone());
                Some(Made { expr, open: Open::Hidden })
            }
            11..=12 => self.priced_measure(place),
            13..=14 => {
                let (left, right) = (self.money(place, deeper), self.money(place, deeper));
                Some(Made { open: left.open.max(right.open), expr: math(Math::Add, left.expr, right.expr) })
            }
            15 => {
                let (left, right) = (self.money(place, deeper), self.money(place, deeper));
                let open = left.open.max(right.open);
                let difference = math(Math::Subtract, left.expr, right.expr);
                let zero = Expr::Lit(Lit::Num(whole(0), place.money.clone()));
                let expr = match self.random.chance(50) {
                    true => Expr::Max(vec![difference, zero]),
                    false => Expr::Abs(Box::new(difference)),
                };
                Some(Made { expr, open })
            }
            16 => {
                let (left, right) = (self.money(place, deeper), self.money(place, deeper));
                let open = left.open.max(right.open);
                let both = vec![left.expr, right.expr];
                Some(Made {
                    open,
                    expr: if self.random.chance(50) { Expr::Min(both) } else { Expr::Max(both) },
                })
            }
            17 => {
                let condition = self.condition(place, 1);
                let (then, otherwise) = (self.money(place, deeper), self.money(place, deeper));
                let open = then.open.max(otherwise.open);
                Some(Made {
                    expr: Expr::If(Box::new(condition), Box::new(then.expr), Box::new(otherwise.expr)),
                    open,
                })
            }
            18 => self.by(place, |maker| maker.literal_money(place).expr).map(Made::ends),
            19 => {
                let base = self.money(place, deeper);
                let divisor = self.divisor(place);
                let open = match &divisor {
                    Expr::Lit(Lit::Num(value, _)) if *value == whole(4) => base.open,
                    _ => base.open.max(Open::Quotient),
                };
                Some(Made { expr: math(Math::Divide, base.expr, divisor), open })
            }
            20 => {
                let base = self.money(place, deeper);
                let count = self.count(place);
                Some(Made { open: base.open, expr: math(Math::Multiply, base.expr, count) })
            }
            21 => self.price_at(place),
            22 => {
                let base = self.money(place, deeper);
                let to = self.rounding(&place.money);
                Some(Made::ends(Expr::Rounded(Box::new(base.expr), to)))
            }
            23 => self.call(place, deeper),
            24 => {
                let base = Box::new(self.money(place, deeper).expr);
                let to = self.plain_rounding(&place.money);
                let step = Box::new(Expr::Lit(Lit::Num(to.step, to.unit)));
                let how = *self.random.pick(&[RoundCall::Round(to.mode), RoundCall::Ceil, RoundCall::Floor]);
                Some(Made::ends(Expr::RoundCall(how, base, step)))
            }
            28 if self.random.chance(40) => {
                let factor = self.money(place, deeper);
                let root = *self.random.pick(&[2_u32, 4, 5, 10]);
                let times = self.random.between(-9, 19);
                let times = if times % i64::from(root) == 0 { times + 1 } else { times };
                let times = i32::try_from(times).expect("small");
                let base = decimal(self.random.between(1, 900), 2);
                let power = Expr::Root(base, times, root);
                let to = self.rounding(&place.money);
                Some(Made::ends(Expr::Rounded(Box::new(math(Math::Multiply, factor.expr, power)), to)))
            }
            28 => {
                let base = self.money(place, deeper);
                let growth = self.power(place);
                Some(Made { open: base.open, expr: math(Math::Multiply, base.expr, growth) })
            }
            29 => {
                let base = self.money(place, deeper);
                let months = self.period(place);
                Some(Made { open: Open::Hidden, expr: math(Math::Multiply, base.expr, months) })
            }
            26..=27 if !place.sources.is_empty() => self.of_elements(place),
            _ => {
                let base = self.money(place, deeper);
                let (low, high) = (self.amount(place), self.amount(place));
                let (low, high) = if low <= high { (low, high) } else { (high, low) };
                let lit = |value| Box::new(Expr::Lit(Lit::Num(value, place.money.clone())));
                Some(Made { open: base.open, expr: Expr::Clamp(Box::new(base.expr), lit(low), lit(high)) })
            }
        };
        made.unwrap_or_else(|| self.literal_money(place))
    }

    fn amount(&mut self, place: &Place) -> Q {
        self.some_amount(&place.money.clone())
    }

    pub fn literal_money(&mut self, place: &Place) -> Made {
        Made::ends(Expr::Lit(Lit::Num(self.amount(place), place.money.clone())))
    }

    /// A small amount, as discounts are.
    pub fn small_money(&mut self, place: &Place) -> Made {
        let places = if place.money.starts_with(&self.book.currency) { self.book.places } else { 2 };
        let value = decimal(self.random.between(1, 5 * 10_i64.pow(places)), places);
        Made::ends(Expr::Lit(Lit::Num(value, place.money.clone())))
    }

    fn known_money(&mut self, place: &Place) -> Option<Made> {
        let known: Vec<&Known> = place
            .known
            .iter()
            .filter(|known| known.ty == Ty::Measure(place.money.clone()) && !known.optional)
            .collect();
        (!known.is_empty())
            .then(|| self.random.pick(&known))
            .map(|known| Made { expr: known.read(), open: known.open })
    }

    /// A rate of the price so far, of the list price, or of another amount.
    pub fn share(&mut self, place: &Place, depth: i64) -> Option<Made> {
        let base = if place.running && self.random.chance(55) {
            Made::ends(Expr::Read("running".to_owned()))
        } else {
            self.known_money(place)?
        };
        let rate = self.rate(place, depth);
        Some(match self.random.chance(15) {
            true => Made { open: rate.open.max(base.open), expr: math(Math::Multiply, base.expr, rate.expr) },
            false => of(rate, base),
        })
    }

    /// A quantity at a price for a unit of it, in this unit or another of the same dimension.
    fn priced_measure(&mut self, place: &Place) -> Option<Made> {
        if place.money != self.book.currency {
            return None;
        }
        let measured: Vec<&Known> = place
            .known
            .iter()
            .filter(|known| {
                matches!(&known.ty, Ty::Measure(unit) if !unit.contains('/') && *unit != place.money)
                    && !known.optional
            })
            .collect();
        if measured.is_empty() {
            return None;
        }
        let known = (*self.random.pick(&measured)).clone();
        let Ty::Measure(unit) = &known.ty else { return None };
        let index = place
            .known
            .iter()
            .find(|index| matches!(&index.ty, Ty::Measure(of) if *of == format!("{}/{unit}", place.money)));
        if let (Some(index), true) = (index, self.random.chance(60)) {
            return Some(Made { open: known.open, expr: math(Math::Multiply, known.read(), index.read()) });
        }
        let (other, open) = match unit.as_str() {
            "kg" => (*self.random.pick(&["kg", "g", "t"]), Open::Ends),
            "g" => (*self.random.pick(&["kg", "g"]), Open::Ends),
            "m" | "mm" => (*self.random.pick(&["m", "mm"]), Open::Ends),
            "h" => *self.random.pick(&[("h", Open::Ends), ("min", Open::Ends)]),
            "GB" => (*self.random.pick(&["GB", "MB"]), Open::Ends),
            "box" => (*self.random.pick(&["pc", "box"]), Open::Ends),
            other => (other, Open::Ends),
        };
        let places = self.book.places;
        let price = decimal(self.random.between(1, 10 * 10_i64.pow(places)), places);
        let price = Expr::Lit(Lit::Num(price, format!("{}/{other}", place.money)));
        let known_read = known.read();
        let expr = match self.random.chance(50) {
            true => math(Math::Multiply, known_read, price),
            false => math(Math::Multiply, price, known_read),
        };
        Some(Made { expr, open: open.max(known.open) })
    }

    /// A share of the price, not above a third or so.
    pub fn rate(&mut self, place: &Place, depth: i64) -> Made {
        let deeper = depth - 1;
        let kind = if depth <= 0 { self.random.between(1, 6) } else { self.random.between(1, 11) };
        let made = match kind {
            1..=2 => None,
            3..=4 => self.lookup(place, &Ty::Rate).map(Made::ends),
            5..=6 => {
                let known: Vec<&Known> =
                    place.known.iter().filter(|known| known.ty == Ty::Rate && !known.optional).collect();
                (!known.is_empty())
                    .then(|| self.random.pick(&known))
                    .map(|known| Made { expr: known.read(), open: known.open })
            }
            7..=8 => self.tier(place, &Ty::Rate).map(|(expr, open)| Made { expr, open }),
            9 => self.by(place, |maker| maker.literal_rate()).map(Made::ends),
            10 => {
                let (left, right) = (self.rate(place, deeper), self.rate(place, deeper));
                Some(Made { open: left.open.max(right.open), expr: math(Math::Add, left.expr, right.expr) })
            }
            _ => {
                let condition = self.condition(place, 1);
                let (then, otherwise) = (self.rate(place, deeper), self.rate(place, deeper));
                let open = then.open.max(otherwise.open);
                Some(Made {
                    expr: Expr::If(Box::new(condition), Box::new(then.expr), Box::new(otherwise.expr)),
                    open,
                })
            }
        };
        made.unwrap_or_else(|| Made::ends(self.literal_rate()))
    }

    pub fn literal_rate(&mut self) -> Expr {
        let rate = match self.random.between(1, 3) {
            1 => decimal(self.random.between(1, 20), 2),
            2 => decimal(self.random.between(1, 40) * 5, 3),
            _ => decimal(self.random.between(1, 2_000), 4),
        };
        Expr::Lit(Lit::Rate(rate))
    }

    /// `by path { … }` over an enumeration or a truth value.
    fn by(&mut self, place: &Place, mut value: impl FnMut(&mut Self) -> Expr) -> Option<Expr> {
        let subjects: Vec<Known> = place
            .known
            .iter()
            .filter(|known| matches!(known.ty, Ty::Choice(_)) && !known.optional)
            .cloned()
            .collect();
        if subjects.is_empty() {
            return None;
        }
        let subject = self.random.pick(&subjects).clone();
        let Ty::Choice(of) = &subject.ty else { return None };
        let mut rows: Vec<(Vec<Lit>, Expr)> = Vec::new();
        for (at, word) in of.values.iter().enumerate() {
            let lit = Lit::Word(word.clone(), at);
            match rows.last_mut() {
                Some((lits, _)) if self.random.chance(25) => lits.push(lit),
                _ => {
                    let value = value(self);
                    rows.push((vec![lit], value));
                }
            }
        }
        let mut otherwise = None;
        if rows.len() > 1 && self.random.chance(25) {
            otherwise = rows.pop().map(|(_, value)| Box::new(value));
        }
        Some(Expr::By(subject.name.clone(), rows, otherwise))
    }

    /// A number that is never zero: a few literals, the quantity, an option.
    fn divisor(&mut self, place: &Place) -> Expr {
        let known: Vec<&Known> = place
            .known
            .iter()
            .filter(|known| {
                known.ty == Ty::Int
                    && !known.optional
                    && known.low.as_ref().is_some_and(|low| *low >= whole(1))
            })
            .collect();
        match self.random.between(1, 3) {
            1 if !known.is_empty() => self.random.pick(&known).read(),
            2 => number(whole(4)),
            _ => number(whole(*self.random.pick(&[3, 7, 12]))),
        }
    }

    /// A count: a literal, the quantity, an option, days.
    fn count(&mut self, place: &Place) -> Expr {
        let countable = |known: &&Known| matches!(known.ty, Ty::Int | Ty::Number) && !known.optional;
        let known: Vec<&Known> =
            place.known.iter().filter(countable).filter(|known| known.high <= whole(400)).collect();
        match self.random.between(1, 10) {
            1..=6 if !known.is_empty() => self.random.pick(&known).read(),
            7 => {
                let from = Expr::Lit(Lit::Date(day(2025, 12, self.random.between(1, 31))));
                let as_of = Expr::Read("as_of".to_owned());
                let days = Expr::Days(Box::new(from), Box::new(as_of), self.random.chance(50));
                math(Math::Divide, days, Expr::Lit(Lit::Num(whole(1), "days".to_owned())))
            }
            8 => {
                let dates = place.known.iter().filter(|known| known.ty == Ty::Date && !known.optional);
                let mut dates: Vec<Expr> = dates.map(Known::read).collect();
                dates.push(Expr::Read("as_of".to_owned()));
                let part = *self.random.pick(&["year_of", "month_of", "day_of", "weekday_of"]);
                Expr::DatePart(part, Box::new(self.random.pick(&dates).clone()))
            }
            _ => number(decimal(self.random.between(1, 40), 1)),
        }
    }

    /// A power of a plain number, rounded.
    fn power(&mut self, place: &Place) -> Expr {
        let base = number(decimal(self.random.between(-20, 150), 2));
        let counts = place.known.iter().filter(|known| known.ty == Ty::Int && !known.optional);
        let counts: Vec<Expr> = counts.map(Known::read).collect();
        let most = self.random.between(2, 6);
        let exponent = match counts.is_empty() || self.random.chance(30) {
            true => number(whole(most)),
            false => Expr::Clamp(
                Box::new(self.random.pick(&counts).clone()),
                Box::new(number(whole(0))),
                Box::new(number(whole(most))),
            ),
        };
        let power = Expr::Pow(Box::new(base), Box::new(exponent));
        // Prices are made of it, which are not negative.
        let power = Expr::Abs(Box::new(power));
        let mode = *self.random.pick(&Mode::ALL);
        let to = Rounding { mode, step: decimal(1, 4), offset: None, unit: String::new(), minor: false };
        Expr::Rounded(Box::new(power), to)
    }

    /// The months or years of some days.
    fn period(&mut self, place: &Place) -> Expr {
        let dates = place.known.iter().filter(|known| known.ty == Ty::Date && !known.optional);
        let mut dates: Vec<Expr> = dates.map(Known::read).collect();
        dates.extend(vec![Expr::Read("as_of".to_owned()); 2]);
        let first = self.random.pick(&dates).clone();
        let months = self.random.chance(50);
        let count = self.random.between(0, if months { 30 } else { 500 });
        let end = Expr::Later(Box::new(first.clone()), count, months);
        let end = match self.random.chance(50) {
            true => Expr::Later(Box::new(end), self.random.between(0, 40), false),
            false => end,
        };
        let name = *self.random.pick(&[
            "months_of_30_days",
            "years_of_365_days",
            "years_of_360_days",
            "full_months",
            "calendar_months",
            "calendar_months",
        ]);
        // Prices are made of it, which are not negative.
        Expr::Max(vec![Expr::Period(name, Box::new(first), Box::new(end)), number(whole(0))])
    }

    fn price_at(&mut self, place: &Place) -> Option<Made> {
        let base = self.known_money(place)?;
        let rate = decimal(self.random.between(1, 50), 2);
        let margin = self.random.chance(50);
        let open = if margin { base.open.max(Open::Quotient) } else { base.open };
        Some(Made {
            expr: Expr::PriceAt(margin, Box::new(Expr::Lit(Lit::Rate(rate))), Box::new(base.expr)),
            open,
        })
    }

    /// A function of two arguments, made for the purpose.
    fn call(&mut self, place: &Place, depth: i64) -> Option<Made> {
        if place.money != self.book.currency {
            return None;
        }
        let money = Ty::Measure(place.money.clone());
        let made: Vec<String> = self.book.defs.iter().map(|def| def.name.clone()).collect();
        let name = if !made.is_empty() && self.random.chance(60) {
            self.random.pick(&made).clone()
        } else {
            let name = self.name("fn");
            let read = |name: &str| Expr::Read(name.to_owned());
            let body = match self.random.between(1, 3) {
                1 => math(Math::Multiply, read("x"), number(decimal(self.random.between(1, 30), 1))),
                2 => Expr::Max(vec![read("x"), Expr::Of(Box::new(read("r")), Box::new(read("x")))]),
                _ => math(Math::Add, read("x"), Expr::Of(Box::new(read("r")), Box::new(read("x")))),
            };
            let parameters = vec![("x".to_owned(), money.clone()), ("r".to_owned(), Ty::Rate)];
            self.book.defs.push(Def { name: name.clone(), parameters, result: money, body });
            name
        };
        let (amount, rate) = (self.money(place, depth), self.rate(place, 0));
        let open = amount.open.max(rate.open);
        // Whether a function's result ends is not looked into: it is rounded where it might not.
        let open = if open == Open::Ends { Open::Ends } else { Open::Hidden };
        Some(Made { expr: Expr::Call(name, vec![amount.expr, rate.expr]), open })
    }

    /// A rounding in a unit of money.
    pub fn rounding(&mut self, unit: &str) -> Rounding {
        let plain = self.plain_rounding(unit);
        self.perhaps_minor(plain)
    }

    /// Now and then the same in the smallest units of the book's currency.
    pub fn perhaps_minor(&mut self, to: Rounding) -> Rounding {
        if !to.unit.starts_with(&self.book.currency) || !self.random.chance(25) {
            return to;
        }
        let cents = decimal(1, self.book.places);
        Rounding { step: to.step / &cents, offset: to.offset.map(|by| by / cents), minor: true, ..to }
    }

    fn plain_rounding(&mut self, unit: &str) -> Rounding {
        let places = if unit == self.book.currency { self.book.places } else { 2 };
        let one = decimal(1, places);
        let times = *self.random.pick(&[1, 1, 1, 5, 10, 50, 100]);
        let mode = *self.random.pick(&Mode::ALL);
        Rounding { mode, step: one * whole(times), offset: None, unit: unit.to_owned(), minor: false }
    }

    /// An amount that can stand on a quote: rounded where it might have no end.
    pub fn writable(&mut self, made: Made, unit: &str) -> Expr {
        if made.open == Open::Ends && self.random.chance(80) {
            return made.expr;
        }
        Expr::Rounded(Box::new(made.expr), self.rounding(unit))
    }

    /// A condition.
    pub fn condition(&mut self, place: &Place, depth: i64) -> Expr {
        if depth > 0 && self.random.chance(30) {
            let (left, right) = (self.condition(place, depth - 1), self.condition(place, depth - 1));
            let (left, right) = (Box::new(left), Box::new(right));
            return match self.random.between(1, 5) {
                1..=2 => Expr::And(left, right),
                3 => Expr::Or(left, right),
                4 => Expr::Implies(left, right),
                _ => Expr::Not(left),
            };
        }
        if self.random.chance(12)
            && let Some(condition) = self.condition_on_elements(place)
        {
            return condition;
        }
        for _ in 0..8 {
            if place.known.is_empty() {
                break;
            }
            let known = self.random.pick(&place.known).clone();
            if let Some(test) = self.test(place, &known) {
                return test;
            }
        }
        let as_of = Expr::Lit(Lit::Date(day(2026, 1, 1) + self.random.between(1, 360)));
        Expr::Compare(Compare::GreaterOrEqual, Box::new(Expr::Read("as_of".to_owned())), Box::new(as_of))
    }

    /// A condition that looks at one thing.
    pub fn test(&mut self, place: &Place, known: &Known) -> Option<Expr> {
        let read = Box::new(known.read());
        if known.optional && self.random.chance(30) {
            return Some(Expr::Given(read));
        }
        let compare = |op, lit| Some(Expr::Compare(op, read.clone(), Box::new(Expr::Lit(lit))));
        let equality = *self.random.pick(&[Compare::Equal, Compare::NotEqual]);
        let order = *self.random.pick(&[
            Compare::Less,
            Compare::LessOrEqual,
            Compare::Greater,
            Compare::GreaterOrEqual,
        ]);
        match &known.ty {
            Ty::Bool if known.optional => compare(equality, Lit::Bool(true)),
            Ty::Bool if self.random.chance(30) => Some(Expr::Not(read)),
            Ty::Bool => Some(known.read()),
            Ty::Choice(of) => {
                let lits: Vec<Lit> =
                    of.values.iter().enumerate().map(|(at, word)| Lit::Word(word.clone(), at)).collect();
                let lit = self.random.pick(&lits).clone();
                match self.random.between(1, 4) {
                    1 => {
                        let some = self.random.between(1, lits.len() as i64 - 1) as usize;
                        let lits = self.random.some(&lits, some);
                        let negated = !known.optional && self.random.chance(30);
                        Some(Expr::OneOf(read, lits, negated))
                    }
                    2 if of.ranked && !known.optional => compare(order, lit),
                    _ => compare(equality, lit),
                }
            }
            Ty::Set(of) if !known.optional => {
                Some(Expr::Contains(self.random.pick(&of.values).clone(), known.name.clone()))
            }
            Ty::Int | Ty::Number | Ty::Rate | Ty::Measure(_) if !known.optional => {
                let step =
                    if known.ty == Ty::Int || known.high > whole(20) { whole(1) } else { decimal(1, 3) };
                let part = decimal(self.random.between(1, 99), 2);
                let low = known.low.clone().unwrap_or_default();
                let bound = crate::number::round(&(&low + (&known.high - &low) * part), Mode::Down, &step);
                let order = match order {
                    Compare::Less if bound <= low => Compare::LessOrEqual,
                    Compare::GreaterOrEqual if bound <= low => Compare::Greater,
                    order => order,
                };
                compare(
                    order,
                    match &known.ty {
                        Ty::Rate => Lit::Rate(bound),
                        Ty::Measure(unit) => Lit::Num(bound, unit.clone()),
                        _ => Lit::Num(bound, String::new()),
                    },
                )
            }
            Ty::Text if self.random.chance(30) => {
                let nobody = Expr::Lit(Lit::Text("nobody".to_owned()));
                let there = match known.optional {
                    true => Expr::Otherwise(read, Box::new(nobody)),
                    false => *read,
                };
                Some(Expr::StartsWith(Box::new(there), (*self.random.pick(&["C", "C1", "no"])).to_owned()))
            }
            Ty::Text if self.random.chance(60) => {
                compare(equality, Lit::Text(format!("C{}", self.random.between(1, 6))))
            }
            Ty::Date if !known.optional => {
                let later = self.random.between(-30, 30);
                match self.random.chance(50) {
                    true => compare(order, Lit::Date(day(2026, 1, 31) + later)),
                    false => Some(Expr::Compare(
                        order,
                        Box::new(Expr::Later(read, self.random.between(1, 14), self.random.chance(60))),
                        Box::new(Expr::Read("as_of".to_owned())),
                    )),
                }
            }
            _ if !place.steps.is_empty() => Some(Expr::Applied(self.random.pick(&place.steps).clone())),
            _ => None,
        }
    }
}
