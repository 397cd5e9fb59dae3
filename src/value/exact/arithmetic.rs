//! Sums, products, quotients and powers: first in 127 bits, and only if that is too little without bounds.

use std::fmt;

use num_rational::BigRational;

use super::{
    Exact, Form, Fraction, LIMIT_BITS, Large, Long, MAX_SCALE, SHORT_MAX_SCALE, exact_quotient,
    greatest_common_divisor, power_of_ten, product, raised,
};

/// Why an operation on numbers has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticError {
    /// The divisor, or the step of a rounding, is 0.
    DivisionByZero,
    /// The result needs more than [`LIMIT_BITS`] bits above or below the fraction bar.
    Overflow,
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ArithmeticError::DivisionByZero => "division by zero",
            ArithmeticError::Overflow => "the result has too many digits",
        })
    }
}

impl std::error::Error for ArithmeticError {}

impl Exact {
    /// The sum. Fails with `Overflow` only.
    pub fn checked_add(&self, other: &Exact) -> Result<Exact, ArithmeticError> {
        match self.small_add(other) {
            Some(sum) => Ok(sum),
            None => within_limit(self.to_big() + other.to_big()),
        }
    }

    /// The difference `self − other`. Fails with `Overflow` only.
    pub fn checked_sub(&self, other: &Exact) -> Result<Exact, ArithmeticError> {
        match self.short_with(other, i64::checked_sub) {
            Some(difference) => Ok(difference),
            None => self.checked_add(&other.neg()),
        }
    }

    /// The product. Fails with `Overflow` only.
    pub fn checked_mul(&self, other: &Exact) -> Result<Exact, ArithmeticError> {
        match self.small_mul(other) {
            Some(product) => Ok(product),
            None => within_limit(self.to_big() * other.to_big()),
        }
    }

    /// The quotient `self / other`, exact even where its decimals have no end.
    pub fn checked_div(&self, other: &Exact) -> Result<Exact, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        match self.small_div(other) {
            Some(quotient) => Ok(quotient),
            None => within_limit(self.to_big() / other.to_big()),
        }
    }

    /// The number multiplied by itself `exponent` times; a negative exponent takes the reciprocal.
    ///
    /// Anything to the power 0 is 1. Fails with `DivisionByZero` for 0 to a negative power.
    pub fn checked_pow(&self, exponent: i32) -> Result<Exact, ArithmeticError> {
        let mut square = if exponent < 0 { Exact::ONE.checked_div(self)? } else { self.clone() };
        let mut power = Exact::ONE;
        let mut remaining = exponent.unsigned_abs();
        while remaining > 0 {
            if remaining & 1 == 1 {
                power = power.checked_mul(&square)?;
            }
            remaining >>= 1;
            if remaining > 0 {
                square = square.checked_mul(&square)?;
            }
        }
        Ok(power)
    }

    /// The number with the opposite sign.
    pub fn neg(&self) -> Exact {
        Exact(match &self.0 {
            Form::Short { mantissa: i64::MIN, scale } => {
                Form::Long(Box::new(Long { mantissa: -i128::from(i64::MIN), scale: (*scale).into() }))
            }
            Form::Short { mantissa, scale } => Form::Short { mantissa: -mantissa, scale: *scale },
            Form::Long(long) => return Exact::of_stripped(-long.mantissa, long.scale),
            Form::Fraction(it) => {
                let (numerator, denominator) = (-it.numerator, it.denominator);
                Form::Fraction(Box::new(Fraction { numerator, denominator }))
            }
            Form::Large(large) => Form::Large(Box::new(Large {
                numerator: -&large.numerator,
                denominator: large.denominator.clone(),
            })),
        })
    }

    /// The number without its sign.
    pub fn abs(&self) -> Exact {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// The sum or difference of short numbers, if 64 bits are enough on the way.
    fn short_with(&self, other: &Exact, join: impl Fn(i64, i64) -> Option<i64>) -> Option<Exact> {
        let (Form::Short { mantissa: a, scale: p }, Form::Short { mantissa: b, scale: q }) =
            (&self.0, &other.0)
        else {
            return None;
        };
        if p == q {
            return Some(Exact::short(join(*a, *b)?, *p));
        }
        let scale = *p.max(q);
        Some(Exact::short(join(raised(*a, scale - p)?, raised(*b, scale - q)?)?, scale))
    }

    /// The sum, if 127 bits are enough on the way.
    fn small_add(&self, other: &Exact) -> Option<Exact> {
        if let Some(sum) = self.short_with(other, i64::checked_add) {
            return Some(sum);
        }
        if let (Some((a, p)), Some((b, q))) = (self.as_decimal(), other.as_decimal()) {
            let scale = p.max(q);
            let sum = raise(a, scale - p)?.checked_add(raise(b, scale - q)?)?;
            return Some(Exact::of_decimal(sum, scale));
        }
        let ((a, b), (c, d)) = (self.to_quotient()?, other.to_quotient()?);
        let common = greatest_common_divisor(b, d);
        let left = a.checked_mul(d / common)?;
        let right = c.checked_mul(b / common)?;
        Some(Exact::of_quotient(left.checked_add(right)?, b.checked_mul(d / common)?))
    }

    /// The product, if 127 bits are enough on the way.
    fn small_mul(&self, other: &Exact) -> Option<Exact> {
        if let (Form::Short { mantissa: a, scale: p }, Form::Short { mantissa: b, scale: q }) =
            (&self.0, &other.0)
            && p + q <= SHORT_MAX_SCALE
            && let Some(product) = a.checked_mul(*b)
        {
            return Some(Exact::short(product, p + q));
        }
        if let (Some((a, p)), Some((b, q))) = (self.as_decimal(), other.as_decimal()) {
            return Some(Exact::of_decimal(product(a, b)?, p + q));
        }
        let ((a, b), (c, d)) = (self.to_quotient()?, other.to_quotient()?);
        quotient_of_products(a, b, c, d)
    }

    /// The quotient, if 127 bits are enough on the way. The divisor is not 0.
    fn small_div(&self, other: &Exact) -> Option<Exact> {
        if let (Some((a, p)), Some((b, q))) = (self.as_decimal(), other.as_decimal()) {
            let scale = p.max(q);
            return Some(Exact::of_quotient(raise(a, scale - p)?, raise(b, scale - q)?));
        }
        let ((a, b), (c, d)) = (self.to_quotient()?, other.to_quotient()?);
        quotient_of_products(a, b, d, c)
    }
}

/// `a/b × c/d`, cancelling across before multiplying so that it fits more often. `b` and `d` are not 0.
fn quotient_of_products(a: i128, b: i128, c: i128, d: i128) -> Option<Exact> {
    if a == 0 || c == 0 {
        return Some(Exact::ZERO);
    }
    let (first, second) = (greatest_common_divisor(a, d), greatest_common_divisor(c, b));
    let numerator = product(exact_quotient(a, first), exact_quotient(c, second))?;
    let denominator = product(exact_quotient(b, second), exact_quotient(d, first))?;
    Some(Exact::of_quotient(numerator, denominator))
}

/// `mantissa × 10^by`, if it fits.
fn raise(mantissa: i128, by: u32) -> Option<i128> {
    debug_assert!(by <= MAX_SCALE, "scales differ by no more than the largest one");
    if by == 0 { Some(mantissa) } else { product(mantissa, power_of_ten(by)?) }
}

/// Brings a result to its form, unless it is too long.
fn within_limit(ratio: BigRational) -> Result<Exact, ArithmeticError> {
    if ratio.numer().bits() > LIMIT_BITS || ratio.denom().bits() > LIMIT_BITS {
        return Err(ArithmeticError::Overflow);
    }
    Ok(Exact::of_big(ratio))
}
