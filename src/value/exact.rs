//! Exact numbers: every sum, product and quotient is the true one, and only a named rounding changes it.
//!
//! A number is kept in the smallest of four forms that can hold it; itself it has 16 bytes:
//!
//! ```text
//!   short      mantissa / 10^places      amounts, rates, quantities: nearly everything; no allocation
//!   long       mantissa / 10^places      a mantissa of 64 to 127 bits
//!   fraction   numerator / denominator   an open quotient such as 1/3
//!   large      the same without bounds   whatever outgrows 127 bits, up to LIMIT_BITS
//! ```
//!
//! The form is a function of the value, so comparing forms compares values.

mod arithmetic;
mod compare;
mod parse;
mod real;
mod round;
mod show;
#[cfg(test)]
mod tests;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

pub use arithmetic::ArithmeticError;
pub use parse::{MAX_PARSED_DIGITS, ParseNumberError};
pub use real::{PowerError, RealExponent};
pub use show::MAX_PLACES;

/// The most bits that the numerator or the denominator of a result may have, in lowest terms.
///
/// An operation whose result passes it is refused with [`ArithmeticError::Overflow`]. That is about
/// 1233 decimal digits, so no price comes near it; it bounds time and memory of books that multiply on.
pub const LIMIT_BITS: u64 = 4096;

/// The most decimal places of the decimal form: 10^38 is the last power of ten in 127 bits.
const MAX_SCALE: u32 = 38;

/// An exact rational number.
///
/// Equal values are equal however they were computed: 0.50, 1/2 and 3/6 are one number, with one hash.
/// There is no negative zero.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(Form);

/// The four forms. No value has two: see [`Exact::of_lowest`] for where the borders lie.
#[derive(PartialEq, Eq, Hash)]
enum Form {
    /// `mantissa / 10^scale`, `scale` ≤ [`MAX_SCALE`] and as small as possible.
    Short { mantissa: i64, scale: u8 },
    /// The same with a mantissa that 64 bits do not hold, and that is not `i128::MIN`.
    Long(Box<Long>),
    /// In lowest terms, denominator > 1, neither `i128::MIN`, and no decimal.
    Fraction(Box<Fraction>),
    /// In lowest terms, denominator > 0, and none of the others.
    Large(Box<Large>),
}

impl Clone for Form {
    // Short numbers are copied in place; only the others are worth a call.
    #[inline]
    fn clone(&self) -> Form {
        match self {
            Form::Short { mantissa, scale } => Form::Short { mantissa: *mantissa, scale: *scale },
            other => other.clone_large(),
        }
    }
}

impl Form {
    #[cold]
    fn clone_large(&self) -> Form {
        match self {
            Form::Short { mantissa, scale } => Form::Short { mantissa: *mantissa, scale: *scale },
            Form::Long(long) => Form::Long(long.clone()),
            Form::Fraction(fraction) => Form::Fraction(fraction.clone()),
            Form::Large(large) => Form::Large(large.clone()),
        }
    }
}

/// `mantissa / 10^scale`.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Long {
    mantissa: i128,
    scale: u32,
}

/// `numerator / denominator`.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Fraction {
    numerator: i128,
    denominator: i128,
}

/// A quotient without bounds.
///
/// The ratios of the number crate compare and hash by a recursion that is as deep as the numbers are
/// long; as a pair in lowest terms they need none.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Large {
    numerator: BigInt,
    denominator: BigInt,
}

impl Exact {
    /// The number 0.
    pub const ZERO: Exact = Exact(Form::Short { mantissa: 0, scale: 0 });

    /// The number 1.
    pub const ONE: Exact = Exact(Form::Short { mantissa: 1, scale: 0 });

    /// The whole number `value`.
    pub fn from_i128(value: i128) -> Exact {
        Exact::of_decimal(value, 0)
    }

    /// The quotient `numerator / denominator`, or `None` if the denominator is 0.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Exact> {
        if denominator == 0 {
            return None;
        }
        Some(Exact::of_quotient(i128::from(numerator), i128::from(denominator)))
    }

    /// The decimal `mantissa / 10^scale`: `Exact::scaled(1250, 2)` is 12.5.
    pub fn scaled(mantissa: i64, scale: u8) -> Exact {
        Exact::of_decimal(i128::from(mantissa), u32::from(scale))
    }

    /// The number as a `Decimal`, or `None` where a `Decimal` would have to round it.
    pub fn to_decimal(&self) -> Option<Decimal> {
        let (mantissa, scale) = self.as_decimal()?;
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }

    /// −1, 0 or 1, as the number is less than, equal to or greater than 0.
    pub fn signum(&self) -> i32 {
        let negative = match &self.0 {
            Form::Short { mantissa: 0, .. } => return 0,
            Form::Short { mantissa, .. } => *mantissa < 0,
            Form::Long(long) => long.mantissa < 0,
            Form::Fraction(fraction) => fraction.numerator < 0,
            Form::Large(large) => large.numerator.is_negative(),
        };
        if negative { -1 } else { 1 }
    }

    /// Whether the number is 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Form::Short { mantissa: 0, .. })
    }

    /// Whether the number is less than 0.
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// Whether the number is greater than 0.
    pub fn is_positive(&self) -> bool {
        self.signum() > 0
    }

    /// Whether the number is whole.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Short { scale, .. } => *scale == 0,
            Form::Long(long) => long.scale == 0,
            Form::Fraction(_) => false,
            Form::Large(large) => large.denominator.is_one(),
        }
    }

    /// The number as a whole number, or `None` if it has a fraction or does not fit.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Form::Short { mantissa, scale: 0 } => Some((*mantissa).into()),
            Form::Long(long) if long.scale == 0 => Some(long.mantissa),
            // The one whole number of the large form that fits is `i128::MIN`.
            Form::Large(large) if large.denominator.is_one() => large.numerator.to_i128(),
            _ => None,
        }
    }

    /// The number as a whole number, or `None` if it has a fraction or does not fit.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128().and_then(|whole| i64::try_from(whole).ok())
    }

    /// The number as a whole number, or `None` if it is negative, has a fraction or does not fit.
    pub fn to_u64(&self) -> Option<u64> {
        self.to_i128().and_then(|whole| u64::try_from(whole).ok())
    }

    /// Whether the number's decimal expansion ends, as that of 1/8 does and that of 1/3 does not.
    pub fn terminates(&self) -> bool {
        match &self.0 {
            Form::Short { .. } | Form::Long(_) => true,
            Form::Fraction(it) => decimal_places(it.denominator.unsigned_abs()).is_some(),
            Form::Large(large) => big_decimal_places(&large.denominator).is_some(),
        }
    }

    /// The number `mantissa / 10^scale` in its form; trailing zeros fall away.
    fn of_decimal(mantissa: i128, scale: u32) -> Exact {
        if let (Ok(mantissa), Ok(scale @ ..=SHORT_MAX_SCALE)) = (i64::try_from(mantissa), u8::try_from(scale))
        {
            return Exact::short(mantissa, scale);
        }
        let (mantissa, scale) = strip_zeros(mantissa, scale);
        if scale > MAX_SCALE || mantissa == i128::MIN {
            return Exact::of_big(BigRational::new(BigInt::from(mantissa), big_power_of_ten(scale)));
        }
        Exact::of_stripped(mantissa, scale)
    }

    /// The same of what is short and has a permitted scale.
    fn short(mut mantissa: i64, mut scale: u8) -> Exact {
        // An odd number has no zero at its end.
        while scale > 0 && mantissa & 1 == 0 && mantissa % 10 == 0 {
            if mantissa == 0 {
                return Exact::ZERO;
            }
            mantissa /= 10;
            scale -= 1;
        }
        Exact(Form::Short { mantissa, scale })
    }

    /// The decimal of a mantissa without needless zeros that is not `i128::MIN`, and of a permitted scale.
    fn of_stripped(mantissa: i128, scale: u32) -> Exact {
        Exact(match (i64::try_from(mantissa), u8::try_from(scale)) {
            (Ok(mantissa), Ok(scale)) => Form::Short { mantissa, scale },
            _ => Form::Long(Box::new(Long { mantissa, scale })),
        })
    }

    /// The mantissa and the scale, if it is a decimal.
    fn as_decimal(&self) -> Option<(i128, u32)> {
        match &self.0 {
            Form::Short { mantissa, scale } => Some(((*mantissa).into(), (*scale).into())),
            Form::Long(long) => Some((long.mantissa, long.scale)),
            Form::Fraction(_) | Form::Large(_) => None,
        }
    }

    /// The number `numerator / denominator` in its form. The denominator must not be 0.
    fn of_quotient(numerator: i128, denominator: i128) -> Exact {
        if numerator == i128::MIN || denominator == i128::MIN {
            return Exact::of_big(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)));
        }
        let divisor = greatest_common_divisor(numerator, denominator) * denominator.signum();
        if divisor == 1 {
            return Exact::of_lowest(numerator, denominator);
        }
        Exact::of_lowest(exact_quotient(numerator, divisor), exact_quotient(denominator, divisor))
    }

    /// The number `numerator / denominator`, given in lowest terms with a positive denominator.
    ///
    /// This draws the border between the first two forms: a decimal wherever one fits. Its power of ten
    /// fits for up to [`MAX_SCALE`] places.
    fn of_lowest(numerator: i128, denominator: i128) -> Exact {
        if denominator == 1 {
            return Exact::of_stripped(numerator, 0);
        }
        let decimal = decimal_places(denominator.unsigned_abs())
            .and_then(|scale| {
                let factor = exact_quotient(power_of_ten(scale)?, denominator);
                Some((product(numerator, factor)?, scale))
            })
            .filter(|(mantissa, _)| *mantissa != i128::MIN);
        match decimal {
            Some((mantissa, scale)) => Exact::of_stripped(mantissa, scale),
            None => Exact(Form::Fraction(Box::new(Fraction { numerator, denominator }))),
        }
    }

    /// The number `ratio`, which is in lowest terms, in its form.
    fn of_big(ratio: BigRational) -> Exact {
        let small = |part: &BigInt| part.to_i128().filter(|part| *part != i128::MIN);
        match (small(ratio.numer()), small(ratio.denom())) {
            (Some(numerator), Some(denominator)) => Exact::of_lowest(numerator, denominator),
            _ => {
                let (numerator, denominator) = ratio.into_raw();
                Exact(Form::Large(Box::new(Large { numerator, denominator })))
            }
        }
    }

    /// The number as a ratio without bounds.
    fn to_big(&self) -> BigRational {
        match &self.0 {
            Form::Short { mantissa, scale } => {
                BigRational::new(BigInt::from(*mantissa), big_power_of_ten((*scale).into()))
            }
            Form::Long(it) => BigRational::new(BigInt::from(it.mantissa), big_power_of_ten(it.scale)),
            Form::Fraction(it) => {
                BigRational::new_raw(BigInt::from(it.numerator), BigInt::from(it.denominator))
            }
            Form::Large(large) => BigRational::new_raw(large.numerator.clone(), large.denominator.clone()),
        }
    }

    /// The number as a quotient with a positive denominator, not always in lowest terms; `None` if large.
    fn to_quotient(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Form::Fraction(it) => Some((it.numerator, it.denominator)),
            _ => {
                let (mantissa, scale) = self.as_decimal()?;
                Some((mantissa, power_of_ten(scale)?))
            }
        }
    }
}

impl Default for Exact {
    fn default() -> Exact {
        Exact::ZERO
    }
}

impl From<i32> for Exact {
    fn from(value: i32) -> Exact {
        Exact::from_i128(i128::from(value))
    }
}

impl From<u32> for Exact {
    fn from(value: u32) -> Exact {
        Exact::from_i128(i128::from(value))
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Exact {
        Exact::from_i128(i128::from(value))
    }
}

impl From<u64> for Exact {
    fn from(value: u64) -> Exact {
        Exact::from_i128(i128::from(value))
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Exact {
        Exact::of_decimal(value.mantissa(), value.scale())
    }
}

/// The same, as short numbers keep it.
const SHORT_MAX_SCALE: u8 = 38;

/// The powers of ten that fit.
const POWERS_OF_TEN: [i128; MAX_SCALE as usize + 1] = {
    let mut powers = [1; MAX_SCALE as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Those that fit 64 bits.
const SHORT_POWERS_OF_TEN: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// 10 to the power `exponent`, if it fits: for exponents up to [`MAX_SCALE`].
fn power_of_ten(exponent: u32) -> Option<i128> {
    POWERS_OF_TEN.get(exponent as usize).copied()
}

/// `mantissa × 10^by`, if it fits 64 bits.
fn raised(mantissa: i64, by: u8) -> Option<i64> {
    mantissa.checked_mul(*SHORT_POWERS_OF_TEN.get(usize::from(by))?)
}

/// The product of two numbers, if it fits; most are short, and need no look at the upper halves.
fn product(left: i128, right: i128) -> Option<i128> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Some(i128::from(left) * i128::from(right)),
        _ => left.checked_mul(right),
    }
}

/// The quotient of a division without remainder.
fn exact_quotient(number: i128, divisor: i128) -> i128 {
    match (i64::try_from(number), i64::try_from(divisor)) {
        (Ok(number), Ok(divisor)) if divisor > 0 => i128::from(number / divisor),
        _ => number / divisor,
    }
}

/// 10 to the power `exponent`.
fn big_power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// Divides both `mantissa` and `10^scale` by ten as often as that leaves whole numbers.
fn strip_zeros(mut mantissa: i128, mut scale: u32) -> (i128, u32) {
    if mantissa == 0 {
        return (0, 0);
    }
    while scale > 0 && mantissa & 1 == 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

/// The greatest common divisor, positive unless both are 0. Neither may be `i128::MIN`.
fn greatest_common_divisor(left: i128, right: i128) -> i128 {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => i128::from(left.unsigned_abs().gcd(&right.unsigned_abs())),
        _ => left.gcd(&right),
    }
}

/// How many decimal places `1 / denominator` has, or `None` if it has no end. The denominator is not 0.
fn decimal_places(denominator: u128) -> Option<u32> {
    let twos = denominator.trailing_zeros();
    let mut rest = denominator >> twos;
    let mut fives = 0;
    while rest > 1 {
        if let Ok(short) = u64::try_from(rest) {
            return Some(twos.max(fives + power_of_five(short)?));
        }
        if !rest.is_multiple_of(5) {
            return None;
        }
        rest /= 5;
        fives += 1;
    }
    Some(twos.max(fives))
}

/// Which power of five a number is, if it is one. The number is not 0.
fn power_of_five(mut number: u64) -> Option<u32> {
    let mut fives = 0;
    while number > 1 {
        if !number.is_multiple_of(5) {
            return None;
        }
        number /= 5;
        fives += 1;
    }
    Some(fives)
}

/// The same for a denominator without bounds.
fn big_decimal_places(denominator: &BigInt) -> Option<u64> {
    let twos = denominator.trailing_zeros().unwrap_or(0);
    let mut rest = denominator >> twos;
    let five = BigInt::from(5);
    let mut fives = 0;
    while !rest.is_one() {
        let (quotient, remainder) = rest.div_rem(&five);
        if !remainder.is_zero() {
            return None;
        }
        rest = quotient;
        fives += 1;
    }
    Some(twos.max(fives))
}
