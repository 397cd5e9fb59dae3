//! Rounding to multiples of a step, by a mode that the price book names.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::{ArithmeticError, Exact, Form, power_of_ten, product};
use crate::value::Rounding;

impl Exact {
    /// The multiple of `step` that `mode` picks: 2.345 by `half_even` to steps of 0.01 is 2.34.
    ///
    /// The sign of the step does not matter, as −0.01 has the multiples of 0.01. Fails with
    /// `DivisionByZero` if the step is 0, and with `Overflow` if `self / step` passes the limit.
    pub fn round_to(&self, mode: Rounding, step: &Exact) -> Result<Exact, ArithmeticError> {
        if step.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        match self.small_round_to(mode, step) {
            Some(rounded) => Ok(rounded),
            None => self.checked_div(&step.abs())?.round_whole(mode).checked_mul(&step.abs()),
        }
    }

    /// The greatest whole number that is not greater.
    pub fn floor(&self) -> Exact {
        self.round_whole(Rounding::Floor)
    }

    /// The least whole number that is not less.
    pub fn ceil(&self) -> Exact {
        self.round_whole(Rounding::Ceiling)
    }

    /// The whole number that `mode` picks.
    pub fn round_whole(&self, mode: Rounding) -> Exact {
        if self.is_integer() {
            return self.clone();
        }
        match self.to_quotient() {
            Some((numerator, denominator)) => Exact::from_i128(divide(numerator, denominator, mode)),
            None => {
                let ratio = self.to_big();
                let whole = divide_big(ratio.numer(), ratio.denom(), mode);
                Exact::of_big(BigRational::from_integer(whole))
            }
        }
    }

    /// A decimal step, if 127 bits are enough on the way. The step is not 0.
    fn small_round_to(&self, mode: Rounding, step: &Exact) -> Option<Exact> {
        let (b, q) = step.as_decimal()?;
        if let Form::Fraction(it) = &self.0 {
            let b = b.checked_abs()?;
            let number = product(it.numerator, power_of_ten(q)?).filter(|it| *it != i128::MIN)?;
            let whole = divide(number, product(it.denominator, b)?, mode);
            return Some(Exact::of_decimal(product(whole, b)?, q));
        }
        let (a, p) = self.as_decimal()?;
        if p <= q && b == 1 {
            return Some(self.clone());
        }
        let scale = p.max(q);
        let number = product(a, power_of_ten(scale - p)?)?;
        let step = product(b, power_of_ten(scale - q)?)?.checked_abs()?;
        if number == i128::MIN {
            return None;
        }
        Some(Exact::of_decimal(product(divide(number, step, mode), step)?, scale))
    }
}

/// The whole number that `mode` picks for `numerator / denominator`.
///
/// The denominator is positive and the numerator not `i128::MIN`, so nothing here overflows: a quotient
/// that is moved outward had a remainder, hence a denominator of at least 2.
pub(super) fn divide(numerator: i128, denominator: i128, mode: Rounding) -> i128 {
    let (quotient, remainder) = match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(numerator), Ok(denominator)) if denominator > 0 => {
            (i128::from(numerator / denominator), i128::from(numerator % denominator))
        }
        _ => (numerator / denominator, numerator % denominator),
    };
    if remainder == 0 {
        return quotient;
    }
    let rest = remainder.abs();
    // Comparing twice the remainder with the denominator could overflow; this cannot.
    let outward = mode.goes_outward(numerator < 0, rest.cmp(&(denominator - rest)), quotient % 2 != 0);
    quotient + if outward { numerator.signum() } else { 0 }
}

/// The same without bounds. The denominator is positive.
pub(super) fn divide_big(numerator: &BigInt, denominator: &BigInt, mode: Rounding) -> BigInt {
    let (quotient, remainder) = numerator.div_rem(denominator);
    if remainder.is_zero() {
        return quotient;
    }
    let rest = remainder.abs();
    let order = rest.cmp(&(denominator - &rest));
    if mode.goes_outward(numerator.is_negative(), order, quotient.is_odd()) {
        quotient + if numerator.is_negative() { -BigInt::one() } else { BigInt::one() }
    } else {
        quotient
    }
}
