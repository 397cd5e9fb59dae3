//! Powers with exponents that are no whole numbers, rounded: the one place where a result can be irrational.
//!
//! What is rounded is enclosed between two fractions, ever more closely, until both are rounded to the same
//! number; rounding never goes down where what is rounded goes up, so that is the rounding of the true value.
//! Where the power is a fraction itself, and a border of the rounding could be met exactly, it is found exactly.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{ArithmeticError, Exact, LIMIT_BITS};
use crate::value::Rounding;

/// Binary places behind the point to begin with; each further try has twice as many.
const FIRST_PLACES: u64 = 128;

/// The most binary places that are tried.
const MOST_PLACES: u64 = 8_192;

/// Places that are kept beyond those asked for, so that the errors of many sums stay below what is asked.
const GUARD: u64 = 32;

/// An exponent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RealExponent {
    /// A number.
    Number(Exact),
    /// The logarithm of a number to base 2.
    LogarithmOf(Exact),
}

/// Why a rounded power has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PowerError {
    /// The base, or the number whose logarithm is the exponent, is not above zero; zero to an exponent above
    /// zero is zero.
    NotPositive,
    /// The result, or what is between, needs too many digits.
    TooLarge,
    /// The value lies so near to a border of the rounding that its side has not been found.
    Undecided,
}

impl Exact {
    /// `self × base^exponent`, rounded to the multiple of `step` that `mode` picks; exactly what rounding the
    /// true value gives.
    pub fn times_power_rounded(
        &self,
        base: &Exact,
        exponent: &RealExponent,
        mode: Rounding,
        step: &Exact,
    ) -> Result<Exact, PowerError> {
        let too_large = |_: ArithmeticError| PowerError::TooLarge;
        if let Some(power) = exact_power(base, exponent)? {
            return self.checked_mul(&power).and_then(|value| value.round_to(mode, step)).map_err(too_large);
        }
        let steps = self.checked_div(&step.abs()).map_err(too_large)?.to_big();
        let base = base.to_big();
        let mut places = FIRST_PLACES;
        while places <= MOST_PLACES {
            let of = match exponent {
                RealExponent::Number(number) => {
                    Interval::logarithm(&base, places).times(&Interval::of(&number.to_big(), places))
                }
                RealExponent::LogarithmOf(number) => {
                    let (left, right) =
                        (Interval::logarithm(&base, places), Interval::logarithm(&number.to_big(), places));
                    left.times(&right).divided(&Interval::logarithm_of_two(places))
                }
            };
            let power = of.exponential()?;
            let ends = [power.low, power.high].map(|end| {
                let value = BigRational::new(end, BigInt::one() << places) * &steps;
                Exact::of_big(value).round_whole(mode)
            });
            if ends[0] == ends[1] {
                return ends[0].checked_mul(&step.abs()).map_err(too_large);
            }
            places *= 2;
        }
        Err(PowerError::Undecided)
    }
}

/// The power, where it is known to be a fraction.
fn exact_power(base: &Exact, exponent: &RealExponent) -> Result<Option<Exact>, PowerError> {
    match exponent {
        RealExponent::Number(number) => {
            if base.is_zero() {
                return match number.signum() {
                    1 => Ok(Some(Exact::ZERO)),
                    0 => Ok(Some(Exact::ONE)),
                    _ => Err(PowerError::NotPositive),
                };
            }
            if base.is_negative() {
                return Err(PowerError::NotPositive);
            }
            Ok(fraction_power(base, number))
        }
        RealExponent::LogarithmOf(number) => {
            if !base.is_positive() || !number.is_positive() {
                return Err(PowerError::NotPositive);
            }
            // 250^log2(0.75) is 0.75^log2(250): where either is a power of two, the other is raised to a whole
            // number.
            let whole = |of: &Exact, other: &Exact| {
                fraction_power(other, &Exact::from_i128(i128::from(power_of_two(of)?)))
            };
            Ok(whole(base, number).or_else(|| whole(number, base)))
        }
    }
}

/// `base` to a fraction as the exponent, where that is a fraction: where the root comes out even.
fn fraction_power(base: &Exact, exponent: &Exact) -> Option<Exact> {
    let (base, exponent) = (base.to_big(), exponent.to_big());
    if base.is_one() || exponent.is_zero() {
        return Some(Exact::ONE);
    }
    let longest = base.numer().bits().max(base.denom().bits());
    // A number of so many bits has no longer root that is whole but of 1.
    let root = exponent.denom().to_u32().filter(|root| u64::from(*root) <= longest)?;
    let (above, below) = (base.numer().nth_root(root), base.denom().nth_root(root));
    if above.pow(root) != *base.numer() || below.pow(root) != *base.denom() {
        return None;
    }
    // What has too many digits to be kept is rounded all the same.
    let times = exponent.numer().to_i32();
    Exact::of_big(BigRational::new(above, below)).checked_pow(times?).ok()
}

/// How often two is multiplied with itself to give a number, where it is a power of two.
fn power_of_two(number: &Exact) -> Option<i64> {
    let ratio = number.to_big();
    let is_power = |part: &BigInt| part.trailing_zeros() == Some(part.bits().saturating_sub(1));
    let times = |part: &BigInt| i64::try_from(part.bits()).ok();
    (is_power(ratio.numer()) && is_power(ratio.denom()))
        .then(|| times(ratio.numer())?.checked_sub(times(ratio.denom())?))
        .flatten()
}

/// A number between two fractions over a power of two.
#[derive(Clone)]
struct Interval {
    low: BigInt,
    high: BigInt,
    /// The power: both ends are over `2^places`.
    places: u64,
}

impl Interval {
    /// A fraction between its neighbours.
    fn of(number: &BigRational, places: u64) -> Interval {
        let scaled = number.numer() << places;
        Interval { low: scaled.div_floor(number.denom()), high: scaled.div_ceil(number.denom()), places }
    }

    /// The natural logarithm of a positive number.
    fn logarithm(number: &BigRational, places: u64) -> Interval {
        // number = 2^shift × rest, with a rest between 1/2 and 2.
        let bits = |part: &BigInt| i64::try_from(part.bits()).unwrap_or(i64::MAX);
        let shift = bits(number.numer()) - bits(number.denom());
        let by = shift.unsigned_abs();
        let rest = if shift >= 0 {
            BigRational::new(number.numer().clone(), number.denom() << by)
        } else {
            BigRational::new(number.numer() << by, number.denom().clone())
        };
        let twos = Interval::logarithm_of_two(places + GUARD);
        let own = Interval::logarithm_near_one(&rest, places + GUARD);
        let sum = twos.times_whole(&BigInt::from(shift)).plus(&own);
        sum.coarser(places)
    }

    fn logarithm_of_two(places: u64) -> Interval {
        Interval::logarithm_near_one(&BigRational::from_integer(BigInt::from(2)), places + GUARD)
            .coarser(places)
    }

    /// ln x = 2 (z + z³/3 + z⁵/5 + …) with z = (x − 1) / (x + 1), which lies between −1/3 and 1/3.
    fn logarithm_near_one(number: &BigRational, places: u64) -> Interval {
        let one = BigRational::one();
        let z = (number - &one) / (number + &one);
        let negative = z.is_negative();
        let z = Interval::of(&z.abs(), places);
        let square = z.times(&z);
        let (mut power, mut sum) = (z.clone(), Interval::zero(places));
        let mut odd = 1_u32;
        while power.high > BigInt::one() {
            sum = sum.plus(&power.divided_by(odd));
            power = power.times(&square);
            odd += 2;
        }
        // All that is left out is at most the next power times 1 + 1/9 + 1/81 + … = 9/8.
        sum.high += &power.high * 2;
        let sum = sum.times_whole(&BigInt::from(2));
        if negative { sum.negated() } else { sum }
    }

    /// e to the number.
    fn exponential(&self) -> Result<Interval, PowerError> {
        let places = self.places;
        // The number = twos × ln 2 + rest, with a rest between −1 and 1.
        let twos = {
            let of_two = Interval::logarithm_of_two(places);
            self.low.div_floor(&of_two.high)
        };
        let Some(by) = twos.to_i64().filter(|by| by.unsigned_abs() <= LIMIT_BITS) else {
            return Err(PowerError::TooLarge);
        };
        // What is multiplied with 2^by has its error multiplied too.
        let guard = GUARD + by.unsigned_abs();
        let fine = places + guard;
        let of_twos = Interval::logarithm_of_two(fine).times_whole(&BigInt::from(by));
        let rest = self.finer(fine).plus(&of_twos.negated());
        let (low, high) = (exponential_sum(&rest.low, fine).0, exponential_sum(&rest.high, fine).1);
        let shifted = match by >= 0 {
            true => Interval { low: low << by.unsigned_abs(), high: high << by.unsigned_abs(), places: fine },
            false => Interval { low, high, places: fine }.halved(by.unsigned_abs()),
        };
        Ok(shifted.coarser(places))
    }

    fn zero(places: u64) -> Interval {
        Interval { low: BigInt::zero(), high: BigInt::zero(), places }
    }

    fn plus(&self, other: &Interval) -> Interval {
        Interval { low: &self.low + &other.low, high: &self.high + &other.high, places: self.places }
    }

    fn negated(&self) -> Interval {
        Interval { low: -&self.high, high: -&self.low, places: self.places }
    }

    fn times_whole(&self, by: &BigInt) -> Interval {
        let (one, other) = (&self.low * by, &self.high * by);
        Interval { low: one.clone().min(other.clone()), high: one.max(other), places: self.places }
    }

    fn times(&self, other: &Interval) -> Interval {
        let ends = [
            &self.low * &other.low,
            &self.low * &other.high,
            &self.high * &other.low,
            &self.high * &other.high,
        ];
        let low = ends.iter().min().cloned().unwrap_or_default();
        let high = ends.into_iter().max().unwrap_or_default();
        Interval { low, high, places: self.places }.halved(self.places)
    }

    /// Divided by a number above zero.
    fn divided(&self, by: &Interval) -> Interval {
        let scaled = |end: &BigInt| end << self.places;
        let (low_by, high_by) = (if self.low.is_negative() { &by.low } else { &by.high }, {
            if self.high.is_negative() { &by.high } else { &by.low }
        });
        Interval {
            low: scaled(&self.low).div_floor(low_by),
            high: scaled(&self.high).div_ceil(high_by),
            places: self.places,
        }
    }

    fn divided_by(&self, by: u32) -> Interval {
        let by = BigInt::from(by);
        Interval { low: self.low.div_floor(&by), high: self.high.div_ceil(&by), places: self.places }
    }

    /// Both ends over 2^by, outwards.
    fn halved(&self, by: u64) -> Interval {
        let divisor = BigInt::one() << by;
        Interval {
            low: self.low.div_floor(&divisor),
            high: self.high.div_ceil(&divisor),
            places: self.places,
        }
    }

    fn coarser(&self, places: u64) -> Interval {
        Interval { places, ..self.halved(self.places.saturating_sub(places)) }
    }

    fn finer(&self, places: u64) -> Interval {
        let by = places.saturating_sub(self.places);
        Interval { low: &self.low << by, high: &self.high << by, places }
    }
}

/// Between what 1 + x + x²/2 + x³/6 + … lies, for an x between −2 and 2 over `2^places`.
fn exponential_sum(x: &BigInt, places: u64) -> (BigInt, BigInt) {
    let x = Interval { low: x.clone(), high: x.clone(), places };
    let one = BigInt::one() << places;
    let mut term = Interval { low: one.clone(), high: one, places };
    let mut sum = Interval::zero(places);
    let mut count = 0_u32;
    // From the fifth on each is less than half of the one before.
    while count < 5 || term.low.abs().max(term.high.abs()) > BigInt::one() {
        sum = sum.plus(&term);
        count += 1;
        term = term.times(&x).divided_by(count);
    }
    // So all that is left out is at most twice the next.
    let rest = term.low.abs().max(term.high.abs()) * 2;
    (sum.low - &rest, sum.high + rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    fn power(
        factor: &str,
        base: &str,
        exponent: &str,
        mode: Rounding,
        step: &str,
    ) -> Result<String, PowerError> {
        let exponent = RealExponent::Number(number(exponent));
        let power = number(factor).times_power_rounded(&number(base), &exponent, mode, &number(step))?;
        Ok(power.to_decimal_text(0).expect("a decimal"))
    }

    fn of_log(factor: &str, base: &str, of: &str, step: &str) -> Result<String, PowerError> {
        let exponent = RealExponent::LogarithmOf(number(of));
        let (factor, base) = (number(factor), number(base));
        let power = factor.times_power_rounded(&base, &exponent, Rounding::HalfUp, &number(step))?;
        Ok(power.to_decimal_text(0).expect("a decimal"))
    }

    #[test]
    fn powers_are_those_of_tables() {
        for (base, exponent, value) in [
            // The square root of 2, the twelfth root of 2, the cube root of 100.
            ("2", "0.5", "1.4142135623730950488016887"),
            ("2", "0.6", "1.5157165665103980823472598"),
            ("10", "0.5", "3.1622776601683793319988935"),
            ("10", "-0.5", "0.3162277660168379331998894"),
            ("7", "2.5", "129.6418142421649389345792"),
        ] {
            let step = format!("0.{}1", "0".repeat(value.split_once('.').expect("a point").1.len() - 1));
            assert_eq!(
                power("1", base, exponent, Rounding::HalfUp, &step).as_deref(),
                Ok(value),
                "{base} {exponent}"
            );
        }
        // A plant of twice the size, by the rule of six tenths.
        assert_eq!(power("1000000", "2", "0.6", Rounding::HalfUp, "1").as_deref(), Ok("1515717"));
        assert_eq!(power("-1000000", "2", "0.6", Rounding::Floor, "1").as_deref(), Ok("-1515717"));
    }

    #[test]
    fn learning_curves_are_those_of_tables() {
        // 80 %: the third unit takes 70.21 of 100 hours, the tenth 47.65; 90 %: the tenth 70.47.
        assert_eq!(of_log("100", "3", "0.8", "0.01").as_deref(), Ok("70.21"));
        assert_eq!(of_log("100", "0.8", "3", "0.01").as_deref(), Ok("70.21"));
        assert_eq!(of_log("100", "10", "0.8", "0.01").as_deref(), Ok("47.65"));
        assert_eq!(of_log("100", "10", "0.9", "0.01").as_deref(), Ok("70.47"));
        // The fourth takes 80 % of 80 %, exactly.
        assert_eq!(of_log("100", "4", "0.8", "0.000001").as_deref(), Ok("64"));
        assert_eq!(of_log("1", "0.125", "0.8", "0.000001").as_deref(), Ok("1.953125"));
    }

    #[test]
    fn what_comes_out_even_is_met_exactly_at_the_borders_of_roundings() {
        for (base, exponent, mode, value) in [
            ("2.25", "0.5", Rounding::HalfEven, "2"),
            ("6.25", "0.5", Rounding::HalfEven, "2"),
            ("6.25", "0.5", Rounding::HalfUp, "3"),
            ("0.125", "-0.6666666666666666666666666667", Rounding::Up, "5"),
            ("32", "0.4", Rounding::Up, "4"),
            ("32", "-0.4", Rounding::HalfDown, "0"),
            ("0", "0.4", Rounding::Up, "0"),
            ("0", "0", Rounding::Up, "1"),
            ("1", "0.123456789", Rounding::Up, "1"),
        ] {
            assert_eq!(power("1", base, exponent, mode, "1").as_deref(), Ok(value), "{base} {exponent}");
        }
    }

    #[test]
    fn what_is_no_power_or_too_large_a_one_is_refused() {
        let half_up = Rounding::HalfUp;
        for (base, exponent) in [("-2", "0.5"), ("0", "-0.5")] {
            assert_eq!(power("1", base, exponent, half_up, "1"), Err(PowerError::NotPositive), "{base}");
        }
        assert_eq!(power("1", "10", "100000.5", half_up, "1"), Err(PowerError::TooLarge));
        assert_eq!(power("1", "10", "-100000.5", half_up, "1").as_deref(), Err(&PowerError::TooLarge));
        assert_eq!(of_log("1", "0", "2", "1"), Err(PowerError::NotPositive));
        assert_eq!(of_log("1", "2", "0", "1"), Err(PowerError::NotPositive));
    }

    proptest! {
        /// `r ≤ f × b^(p/q) < r + step`, raised to the q: whole powers of fractions decide it.
        #[test]
        fn rounded_down_is_the_greatest_multiple_of_the_step_below(
            (factor, base) in (1_i64..100_000, 1_i64..10_000_000),
            (times, root) in (-9_i32..30, 1_i32..12),
            places in 0_u8..6,
        ) {
            let (factor, base, step) = (Exact::scaled(factor, 2), Exact::scaled(base, 3), Exact::scaled(1, places));
            let exponent = Exact::ratio(times.into(), root.into()).expect("not zero");
            let down = factor.times_power_rounded(&base, &RealExponent::Number(exponent), Rounding::Down, &step);
            let down = down.expect("a power");
            let raised = |number: &Exact| number.to_big().pow(root);
            let exact = raised(&factor) * base.to_big().pow(times);
            prop_assert!(raised(&down) <= exact);
            prop_assert!(exact < raised(&down.checked_add(&step).expect("small")));
        }
    }
}
