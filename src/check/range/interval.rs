//! Intervals of exact numbers: what a value can be, on the safe side.
//!
//! An interval may be wider than the values that occur, never narrower. Days count as numbers.

use crate::ir::{ArithmeticOp, Domain, Value};
use crate::value::{Date, Exact, Rounding};

/// One end: the number, and whether it belongs to the interval.
pub(crate) type End = (Exact, bool);

/// All numbers between two ends; no end where none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) low: Option<End>,
    pub(crate) high: Option<End>,
}

impl Range {
    /// Every number.
    pub(crate) fn all() -> Range {
        Range::default()
    }

    /// One number.
    pub(crate) fn point(number: Exact) -> Range {
        Range { low: Some((number.clone(), true)), high: Some((number, true)) }
    }

    /// From one number to another, both included.
    pub(crate) fn between(low: Exact, high: Exact) -> Range {
        Range { low: Some((low, true)), high: Some((high, true)) }
    }

    /// At least zero.
    pub(crate) fn not_negative() -> Range {
        Range { low: Some((Exact::ZERO, true)), high: None }
    }

    /// What an input of a number's type can be.
    pub(crate) fn of_domain(domain: &Domain) -> Range {
        match domain {
            Domain::All => Range::all(),
            Domain::Numbers(numbers) => {
                let numbers = || numbers.iter().map(|(number, _)| number);
                match (numbers().min(), numbers().max()) {
                    (Some(low), Some(high)) => Range::between(low.clone(), high.clone()),
                    _ => Range::all(),
                }
            }
            Domain::Range { from, to, .. } => Range::between(from.clone(), to.clone()),
        }
    }

    /// A constant; everything for what is no number.
    pub(crate) fn of_value(value: &Value) -> Range {
        match value {
            Value::Number(number) => Range::point(number.clone()),
            Value::Date(date) => Range::point(day_number(*date)),
            _ => Range::all(),
        }
    }

    /// The one number that it can be.
    pub(crate) fn only(&self) -> Option<&Exact> {
        match (&self.low, &self.high) {
            (Some((low, true)), Some((high, true))) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether a number lies in it.
    pub(crate) fn has(&self, number: &Exact) -> bool {
        let above = self.low.as_ref().is_none_or(|(low, inside)| low < number || *inside && low == number);
        let below =
            self.high.as_ref().is_none_or(|(high, inside)| high > number || *inside && high == number);
        above && below
    }

    /// Whether nothing below zero lies in it.
    pub(crate) fn is_not_negative(&self) -> bool {
        self.low.as_ref().is_some_and(|(low, _)| !low.is_negative())
    }

    /// The smallest interval that holds both.
    pub(crate) fn hull(&self, other: &Range) -> Range {
        let low = match (&self.low, &other.low) {
            (Some(left), Some(right)) => Some(if wider_low(left, right) { left } else { right }.clone()),
            _ => None,
        };
        let high = match (&self.high, &other.high) {
            (Some(left), Some(right)) => Some(if wider_high(left, right) { left } else { right }.clone()),
            _ => None,
        };
        Range { low, high }
    }

    /// What lies in both.
    pub(crate) fn meet(&self, other: &Range) -> Range {
        let low = match (&self.low, &other.low) {
            (Some(left), Some(right)) => Some(if wider_low(left, right) { right } else { left }.clone()),
            (one, None) | (None, one) => one.clone(),
        };
        let high = match (&self.high, &other.high) {
            (Some(left), Some(right)) => Some(if wider_high(left, right) { right } else { left }.clone()),
            (one, None) | (None, one) => one.clone(),
        };
        Range { low, high }
    }

    /// The whole numbers in it: above 2 is from 3.
    pub(crate) fn whole(mut self) -> Range {
        if let Some((low, inside)) = &mut self.low {
            let next = if *inside { Ok(low.ceil()) } else { low.floor().checked_add(&Exact::ONE) };
            if let Ok(next) = next {
                (*low, *inside) = (next, true);
            }
        }
        if let Some((high, inside)) = &mut self.high {
            let last = if *inside { Ok(high.floor()) } else { high.ceil().checked_sub(&Exact::ONE) };
            if let Ok(last) = last {
                (*high, *inside) = (last, true);
            }
        }
        self
    }

    /// Without a number at one of its ends.
    pub(crate) fn without(mut self, number: &Exact) -> Range {
        for end in [&mut self.low, &mut self.high].into_iter().flatten() {
            if end.0 == *number {
                end.1 = false;
            }
        }
        self
    }

    /// The values of `-x`.
    pub(crate) fn negated(&self) -> Range {
        let turned = |end: &Option<End>| end.as_ref().map(|(number, inside)| (number.neg(), *inside));
        Range { low: turned(&self.high), high: turned(&self.low) }
    }

    /// The values of `abs(x)`.
    pub(crate) fn absolute(&self) -> Range {
        if self.is_not_negative() {
            return self.clone();
        }
        let turned = self.negated();
        if turned.is_not_negative() {
            return turned;
        }
        Range { low: Some((Exact::ZERO, true)), high: self.hull(&turned).high }
    }

    /// The values of an operation.
    pub(crate) fn combine(&self, op: ArithmeticOp, other: &Range) -> Range {
        match op {
            ArithmeticOp::Add => self.sum(other),
            ArithmeticOp::Subtract => self.sum(&other.negated()),
            ArithmeticOp::Multiply => self.product(other),
            ArithmeticOp::Divide => match other.reciprocal() {
                Some(reciprocal) => self.product(&reciprocal),
                None => Range::all(),
            },
        }
    }

    /// The powers of numbers to whole exponents, from 0 on. Ends are rounded outwards, so that they stay short.
    pub(crate) fn power(&self, times: &Range) -> Range {
        let Some((low, _)) = self.low.as_ref().filter(|(low, _)| !low.is_negative()) else {
            return Range::all();
        };
        let whole = |end: &Option<End>| end.as_ref().and_then(|(it, _)| i32::try_from(it.to_i64()?).ok());
        let (Some(least), Some(most)) = (whole(&times.low), whole(&times.high)) else {
            return Range::not_negative();
        };
        // A billionth more or less proves nothing else.
        let step = Exact::scaled(1, 9);
        let raised = |base: &Exact, mode: Rounding| {
            let powers = [least, most]
                .map(|times| base.checked_pow(times).and_then(|it| it.round_to(mode, &step)).ok());
            powers.into_iter().collect::<Option<Vec<Exact>>>()
        };
        let bottom = raised(low, Rounding::Floor).and_then(|powers| powers.into_iter().min());
        let top = self.high.as_ref().and_then(|(high, _)| raised(high, Rounding::Ceiling));
        let top = top.and_then(|powers| powers.into_iter().max());
        Range { low: Some((bottom.unwrap_or(Exact::ZERO), true)), high: top.map(|top| (top, true)) }
    }

    fn sum(&self, other: &Range) -> Range {
        let add = |left: &Option<End>, right: &Option<End>| {
            let ((left, left_in), (right, right_in)) = left.as_ref().zip(right.as_ref())?;
            Some((left.checked_add(right).ok()?, *left_in && *right_in))
        };
        Range { low: add(&self.low, &other.low), high: add(&self.high, &other.high) }
    }

    fn product(&self, other: &Range) -> Range {
        let corners = [
            times(Corner::low(self), Corner::low(other)),
            times(Corner::low(self), Corner::high(other)),
            times(Corner::high(self), Corner::low(other)),
            times(Corner::high(self), Corner::high(other)),
        ];
        let mut low: Option<Corner> = None;
        let mut high: Option<Corner> = None;
        for corner in corners {
            low = Some(match low.take() {
                Some(best) if best.is_below(&corner) => best,
                _ => corner.clone(),
            });
            high = Some(match high.take() {
                Some(best) if best.is_above(&corner) => best,
                _ => corner,
            });
        }
        Range { low: low.and_then(Corner::end), high: high.and_then(Corner::end) }
    }

    /// The values of `1 / x`, zero left out; none if there are values on both sides of zero.
    fn reciprocal(&self) -> Option<Range> {
        let turn = |end: &Option<End>| match end {
            Some((number, inside)) if !number.is_zero() => {
                Some(Exact::ONE.checked_div(number).ok().map(|number| (number, *inside)))
            }
            Some(_) => Some(None),
            None => None,
        };
        if self.is_not_negative() {
            // Towards infinity the reciprocal nears zero and never is.
            let low = turn(&self.high).unwrap_or(Some((Exact::ZERO, false)));
            return Some(Range { low, high: turn(&self.low).flatten() });
        }
        if self.high.as_ref().is_some_and(|(high, _)| !high.is_positive()) {
            let high = turn(&self.low).unwrap_or(Some((Exact::ZERO, false)));
            return Some(Range { low: turn(&self.high).flatten(), high });
        }
        None
    }

    /// The values rounded to steps, then moved. Rounding keeps the order of numbers.
    pub(crate) fn rounded(&self, mode: Rounding, step: &Exact, offset: &Exact) -> Range {
        let round = |end: &Option<End>| {
            let (number, _) = end.as_ref()?;
            Some((number.round_to(mode, step).and_then(|number| number.checked_add(offset)).ok()?, true))
        };
        Range { low: round(&self.low), high: round(&self.high) }
    }

    /// The values of `max` (or `min`) of both.
    pub(crate) fn extreme(&self, greatest: bool, other: &Range) -> Range {
        if !greatest {
            return self.negated().extreme(true, &other.negated()).negated();
        }
        let low = self.meet(other).low;
        Range { low, high: self.hull(other).high }
    }
}

fn wider_low(left: &End, right: &End) -> bool {
    (&left.0, !left.1) <= (&right.0, !right.1)
}

fn wider_high(left: &End, right: &End) -> bool {
    (&left.0, left.1) >= (&right.0, right.1)
}

/// An end for multiplication: a number with whether it is attained, or an infinity.
#[derive(Clone, Debug)]
enum Corner {
    Minus,
    At(Exact, bool),
    Plus,
}

impl Corner {
    fn low(range: &Range) -> Corner {
        range.low.as_ref().map_or(Corner::Minus, |(number, inside)| Corner::At(number.clone(), *inside))
    }

    fn high(range: &Range) -> Corner {
        range.high.as_ref().map_or(Corner::Plus, |(number, inside)| Corner::At(number.clone(), *inside))
    }

    fn sign(&self) -> i32 {
        match self {
            Corner::Minus => -1,
            Corner::At(number, _) => number.signum(),
            Corner::Plus => 1,
        }
    }

    /// Whether it is the lower of the two; of equal ones the attained, which is the wider end.
    fn is_below(&self, other: &Corner) -> bool {
        match (self, other) {
            (Corner::Minus, _) | (_, Corner::Plus) => true,
            (_, Corner::Minus) | (Corner::Plus, _) => false,
            (Corner::At(left, inside), Corner::At(right, _)) => left < right || left == right && *inside,
        }
    }

    /// Whether it is the higher of the two; of equal ones likewise the attained.
    fn is_above(&self, other: &Corner) -> bool {
        match (self, other) {
            (Corner::Plus, _) | (_, Corner::Minus) => true,
            (_, Corner::Plus) | (Corner::Minus, _) => false,
            (Corner::At(left, inside), Corner::At(right, _)) => left > right || left == right && *inside,
        }
    }

    fn end(self) -> Option<End> {
        match self {
            Corner::At(number, inside) => Some((number, inside)),
            Corner::Minus | Corner::Plus => None,
        }
    }
}

fn times(left: Corner, right: Corner) -> Corner {
    let sign = left.sign() * right.sign();
    match (&left, &right) {
        (Corner::At(left, left_in), Corner::At(right, right_in)) => match left.checked_mul(right) {
            // Zero times anything is zero, also where the other end is not attained; what only nears zero
            // has products that only near it.
            Ok(product) if product.is_zero() => {
                Corner::At(product, left.is_zero() && *left_in || right.is_zero() && *right_in)
            }
            Ok(product) => Corner::At(product, *left_in && *right_in),
            Err(_) if sign < 0 => Corner::Minus,
            Err(_) => Corner::Plus,
        },
        // Zero times whatever the other side grows to is zero.
        (Corner::At(_, attained), _) | (_, Corner::At(_, attained)) if sign == 0 => {
            Corner::At(Exact::ZERO, *attained)
        }
        _ if sign < 0 => Corner::Minus,
        _ => Corner::Plus,
    }
}

/// A day as a number.
pub(crate) fn day_number(date: Date) -> Exact {
    Exact::from(Date::MIN.days_until(date))
}

/// The day of a number.
pub(crate) fn day_of(number: &Exact) -> Option<Date> {
    Date::MIN.add_days(number.to_i64()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(number: i64) -> Exact {
        Exact::from(number)
    }

    fn range(low: i64, high: i64) -> Range {
        Range::between(exact(low), exact(high))
    }

    #[test]
    fn products_of_open_ended_ranges_keep_the_end_that_is_known() {
        let up = Range::not_negative();
        assert_eq!(up.combine(ArithmeticOp::Multiply, &range(2, 3)), up);
        assert_eq!(up.combine(ArithmeticOp::Multiply, &range(-2, 3)), Range::all());
        assert_eq!(range(0, 0).combine(ArithmeticOp::Multiply, &Range::all()), range(0, 0));
        assert_eq!(
            range(-3, -2).combine(ArithmeticOp::Multiply, &up),
            Range { low: None, high: Some((Exact::ZERO, true)) }
        );
    }

    #[test]
    fn zero_times_what_nears_zero_is_zero() {
        let from_zero = Range { low: Some((exact(0), true)), high: None };
        let below_zero = Range { low: None, high: Some((exact(0), false)) };
        let product = Range { low: None, high: Some((exact(0), true)) };
        assert_eq!(from_zero.combine(ArithmeticOp::Multiply, &below_zero), product);
        assert_eq!(below_zero.combine(ArithmeticOp::Multiply, &from_zero), product);
    }

    #[test]
    fn dividing_by_what_may_be_zero_has_no_end_there() {
        let divide = |by: Range| range(6, 12).combine(ArithmeticOp::Divide, &by);
        assert_eq!(divide(range(2, 3)), range(2, 6));
        assert_eq!(divide(range(0, 3)), Range { low: Some((exact(2), true)), high: None });
        assert_eq!(divide(range(-1, 3)), Range::all());
        assert_eq!(
            divide(Range { low: Some((exact(3), true)), high: None }),
            Range { low: Some((Exact::ZERO, false)), high: Some((exact(4), true)) }
        );
    }

    #[test]
    fn the_extremes_of_ranges_are_those_of_their_ends() {
        assert_eq!(range(1, 5).extreme(true, &range(3, 4)), range(3, 5));
        assert_eq!(range(1, 5).extreme(false, &range(3, 4)), range(1, 4));
        assert_eq!(Range::all().extreme(true, &range(0, 4)).low, Some((exact(0), true)));
        assert_eq!(range(-3, 2).absolute(), range(0, 3));
    }

    #[test]
    fn whole_numbers_have_ends_that_belong_to_them() {
        let half = |number: i64| Exact::ratio(number, 2).unwrap();
        let open = Range { low: Some((exact(2), false)), high: Some((exact(7), false)) };
        assert_eq!(open.whole(), range(3, 6));
        let broken = Range { low: Some((half(5), false)), high: Some((half(13), true)) };
        assert_eq!(broken.whole(), range(3, 6));
    }

    fn end() -> impl Strategy<Value = (i64, bool)> {
        (-6..=6_i64, any::<bool>())
    }

    fn any_range() -> impl Strategy<Value = Range> {
        let of = |end: Option<(i64, bool)>| end.map(|(number, inside)| (exact(number), inside));
        (proptest::option::of(end()), proptest::option::of(end()))
            .prop_map(move |(low, high)| Range { low: of(low), high: of(high) })
    }

    proptest! {
        #[test]
        fn the_result_of_an_operation_lies_in_the_range_of_the_operation(
            left in any_range(), right in any_range(), a in -8..=8_i64, b in -8..=8_i64
        ) {
            let (a, b) = (exact(a), exact(b));
            prop_assume!(left.has(&a) && right.has(&b));
            prop_assert!(left.combine(ArithmeticOp::Add, &right).has(&a.checked_add(&b).unwrap()));
            prop_assert!(left.combine(ArithmeticOp::Subtract, &right).has(&a.checked_sub(&b).unwrap()));
            prop_assert!(left.combine(ArithmeticOp::Multiply, &right).has(&a.checked_mul(&b).unwrap()));
            if let Ok(quotient) = a.checked_div(&b) {
                prop_assert!(left.combine(ArithmeticOp::Divide, &right).has(&quotient));
            }
            prop_assert!(left.absolute().has(&a.abs()));
            prop_assert!(left.hull(&right).has(&a) && left.hull(&right).has(&b));
            prop_assert!(left.extreme(true, &right).has(&a.clone().max(b.clone())));
            prop_assert!(left.extreme(false, &right).has(&a.clone().min(b.clone())));
            if a == b {
                prop_assert!(left.meet(&right).has(&a));
            }
            let half = Exact::ratio(1, 2).unwrap();
            prop_assert!(left.rounded(Rounding::Up, &exact(3), &half).has(&a.round_to(Rounding::Up, &exact(3)).unwrap().checked_add(&half).unwrap()));
        }
    }
}
