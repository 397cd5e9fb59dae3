//! Exact numbers as text.

use std::fmt;

use num_traits::{Signed, ToPrimitive};

use super::{Exact, Form, big_decimal_places, big_power_of_ten, round::divide_big};
use crate::value::Rounding;

/// The most places that are written on request; asking for more gives this many.
pub const MAX_PLACES: u32 = 1_000;

impl Exact {
    /// The number in decimals, exactly, with zeros added up to `min_places` places (at most
    /// [`MAX_PLACES`]): 224000 with 2 is `224000.00`. `None` if the decimals have no end.
    pub fn to_decimal_text(&self, min_places: u32) -> Option<String> {
        let min_places = min_places.min(MAX_PLACES);
        if let Form::Decimal { mantissa, scale } = &self.0 {
            return Some(place_point(*mantissa < 0, mantissa.unsigned_abs().to_string(), *scale, min_places));
        }
        let ratio = self.to_big();
        let scale = big_decimal_places(ratio.denom())?.to_u32()?;
        let digits = (ratio.numer().abs() * (big_power_of_ten(scale) / ratio.denom())).to_string();
        Some(place_point(ratio.is_negative(), digits, scale, min_places))
    }

    /// The number with exactly `places` decimal places (at most [`MAX_PLACES`]), rounded `half_even`.
    ///
    /// For display beside the exact value only: 2/3 with 2 is `0.67`. What rounds to zero has no sign.
    pub fn to_rounded_text(&self, places: u32) -> String {
        let places = places.min(MAX_PLACES);
        if let Form::Decimal { mantissa, scale } = &self.0
            && *scale <= places
        {
            return place_point(*mantissa < 0, mantissa.unsigned_abs().to_string(), *scale, places);
        }
        let ratio = self.to_big();
        let shifted = ratio.numer() * big_power_of_ten(places);
        let digits = divide_big(&shifted, ratio.denom(), Rounding::HalfEven);
        place_point(digits.is_negative(), digits.abs().to_string(), places, places)
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

/// Writes `digits / 10^scale` with at least `min_places` places.
fn place_point(negative: bool, digits: String, scale: u32, min_places: u32) -> String {
    let scale_len = usize::try_from(scale).unwrap_or(usize::MAX);
    let padding = usize::try_from(min_places.saturating_sub(scale)).unwrap_or(usize::MAX);
    let whole_len = digits.len().saturating_sub(scale_len);
    let (whole, fraction) = digits.split_at(whole_len);

    let mut text = String::with_capacity(digits.len().max(scale_len) + padding + 3);
    if negative {
        text.push('-');
    }
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale_len + padding > 0 {
        text.push('.');
        text.extend(std::iter::repeat_n('0', scale_len - fraction.len()));
        text.push_str(fraction);
        text.extend(std::iter::repeat_n('0', padding));
    }
    text
}
