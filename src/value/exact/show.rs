//! Exact numbers as text.

use std::fmt;

use num_traits::{Signed, ToPrimitive};

use super::round::{divide, divide_big};
use super::{Exact, Form, MAX_SCALE, big_decimal_places, big_power_of_ten, power_of_ten, product};
use crate::value::Rounding;

/// The most places that are written on request; asking for more gives this many.
pub const MAX_PLACES: u32 = 1_000;

impl Exact {
    /// The number in decimals, exactly, with zeros added up to `min_places` places (at most
    /// [`MAX_PLACES`]): 224000 with 2 is `224000.00`. `None` if the decimals have no end.
    pub fn to_decimal_text(&self, min_places: u32) -> Option<String> {
        let mut text = String::with_capacity(24);
        self.write_decimal(min_places, &mut text).then_some(text)
    }

    /// Adds the number in decimals to a text, as [`Exact::to_decimal_text`] writes it. False, and nothing is added,
    /// if the decimals have no end.
    pub fn write_decimal(&self, min_places: u32, out: &mut String) -> bool {
        let min_places = min_places.min(MAX_PLACES);
        if let Form::Short { mantissa, scale } = self.0
            && min_places <= MAX_SCALE
        {
            write_short(mantissa, scale.into(), min_places, out);
            return true;
        }
        if let Some((mantissa, scale)) = self.as_decimal() {
            Digits::of(mantissa.unsigned_abs()).place_point(mantissa < 0, scale, min_places, out);
            return true;
        }
        // A fraction would be a decimal if its decimals had an end.
        if !matches!(self.0, Form::Large(_)) && !self.terminates() {
            return false;
        }
        let ratio = self.to_big();
        let Some(scale) = big_decimal_places(ratio.denom()).and_then(|scale| scale.to_u32()) else {
            return false;
        };
        let digits = (ratio.numer().abs() * (big_power_of_ten(scale) / ratio.denom())).to_string();
        place_point(ratio.is_negative(), &digits, scale, min_places, out);
        true
    }

    /// The number with exactly `places` decimal places (at most [`MAX_PLACES`]), rounded `half_even`.
    ///
    /// For display beside the exact value only: 2/3 with 2 is `0.67`. What rounds to zero has no sign.
    pub fn to_rounded_text(&self, places: u32) -> String {
        let mut text = String::with_capacity(24);
        self.write_rounded(places, &mut text);
        text
    }

    /// Adds the number with exactly `places` decimal places to a text, as [`Exact::to_rounded_text`] writes it.
    pub fn write_rounded(&self, places: u32, out: &mut String) {
        let places = places.min(MAX_PLACES);
        if let Some((mantissa, scale)) = self.as_decimal()
            && scale <= places
        {
            if let Form::Short { mantissa, .. } = self.0
                && places <= MAX_SCALE
            {
                return write_short(mantissa, scale, places, out);
            }
            return Digits::of(mantissa.unsigned_abs()).place_point(mantissa < 0, scale, places, out);
        }
        let shifted = self.to_quotient().and_then(|(numerator, denominator)| {
            let shifted = product(numerator, power_of_ten(places)?).filter(|it| *it != i128::MIN)?;
            Some(divide(shifted, denominator, Rounding::HalfEven))
        });
        if let Some(rounded) = shifted {
            return Digits::of(rounded.unsigned_abs()).place_point(rounded < 0, places, places, out);
        }
        let ratio = self.to_big();
        let shifted = ratio.numer() * big_power_of_ten(places);
        let digits = divide_big(&shifted, ratio.denom(), Rounding::HalfEven);
        place_point(digits.is_negative(), &digits.abs().to_string(), places, places, out);
    }

    /// The number as `n/d` in lowest terms, whole numbers too: `7/1`, `-1/2`.
    pub fn to_fraction_text(&self) -> String {
        let ratio = self.to_big();
        format!("{}/{}", ratio.numer(), ratio.denom())
    }
}

impl fmt::Display for Exact {
    /// Decimals where they end, and otherwise the fraction `n/d` in lowest terms.
    ///
    /// Width, fill and alignment are those of numbers. A precision is ignored: it could only round.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_decimal_text(0).unwrap_or_else(|| self.to_fraction_text());
        f.pad_integral(!self.is_negative(), "", text.strip_prefix('-').unwrap_or(&text))
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact({self})")
    }
}

/// Writes a short number with at least so many places, which are not more than [`MAX_SCALE`]: its letters from the
/// last to the first.
fn write_short(mantissa: i64, scale: u32, min_places: u32, out: &mut String) {
    // Places, a point, twenty digits or a zero, a sign.
    let mut text = [b'0'; 64];
    let mut from = text.len() - usize::try_from(min_places.saturating_sub(scale)).unwrap_or_default();
    let mut rest = mantissa.unsigned_abs();
    for _ in 0..scale {
        from -= 1;
        text[from] = last_digit(&mut rest);
    }
    if scale.max(min_places) > 0 {
        from -= 1;
        text[from] = b'.';
    }
    loop {
        from -= 1;
        text[from] = last_digit(&mut rest);
        if rest == 0 {
            break;
        }
    }
    if mantissa < 0 {
        from -= 1;
        text[from] = b'-';
    }
    out.push_str(std::str::from_utf8(text.get(from..).unwrap_or_default()).unwrap_or_default());
}

/// Takes the last digit off a number.
fn last_digit(rest: &mut u64) -> u8 {
    let digit = *rest % 10;
    *rest /= 10;
    b'0' + u8::try_from(digit).unwrap_or_default()
}

/// The decimal digits of a number, without leading zeros.
struct Digits {
    /// As ASCII, at the end.
    digits: [u8; Digits::MOST],
    from: usize,
}

impl Digits {
    /// How many digits the greatest number has.
    const MOST: usize = 39;

    fn of(number: u128) -> Digits {
        let (mut digits, mut from, mut rest) = ([b'0'; Digits::MOST], Digits::MOST, number);
        loop {
            let mut push = |digit: u64| {
                from -= 1;
                digits[from] = b'0' + u8::try_from(digit).unwrap_or_default();
            };
            if let Ok(mut short) = u64::try_from(rest) {
                push(short % 10);
                short /= 10;
                while short > 0 {
                    push(short % 10);
                    short /= 10;
                }
                return Digits { digits, from };
            }
            push(u64::try_from(rest % 10).unwrap_or_default());
            rest /= 10;
        }
    }

    fn place_point(&self, negative: bool, scale: u32, min_places: u32, out: &mut String) {
        let digits = self.digits.get(self.from..).unwrap_or_default();
        place_point(negative, std::str::from_utf8(digits).unwrap_or_default(), scale, min_places, out);
    }
}

/// Writes `digits / 10^scale` with at least `min_places` places.
fn place_point(negative: bool, digits: &str, scale: u32, min_places: u32, out: &mut String) {
    let scale_len = usize::try_from(scale).unwrap_or(usize::MAX);
    let padding = usize::try_from(min_places.saturating_sub(scale)).unwrap_or(usize::MAX);
    let whole_len = digits.len().saturating_sub(scale_len);
    let (whole, fraction) = digits.split_at(whole_len);

    out.reserve(digits.len().max(scale_len) + padding + 3);
    if negative {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if scale_len + padding > 0 {
        out.push('.');
        zeros(scale_len - fraction.len(), out);
        out.push_str(fraction);
        zeros(padding, out);
    }
}

/// Writes so many zeros.
fn zeros(mut count: usize, out: &mut String) {
    const MANY: &str = "0000000000000000";
    while count > 0 {
        let some = MANY.get(..count).unwrap_or(MANY);
        out.push_str(some);
        count -= some.len();
    }
}
