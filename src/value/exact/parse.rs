//! Decimal text into exact numbers, refusing what is too long before any work grows with it.

use std::fmt;

use super::Exact;

/// The most significant digits, and the most decimal places, that a number may be written with.
pub const MAX_PARSED_DIGITS: usize = 28;

/// Why a text is not read as a number.
///
/// Displayed as the end of a sentence whose subject is the text: "`1.2.3` is not a number".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParseNumberError {
    /// There is no text.
    Empty,
    /// The text is not a decimal number.
    NotANumber,
    /// More than 28 significant digits, or more than 28 digits after the point.
    TooManyDigits,
    /// 10^28 or more, or −10^28 or less.
    TooLarge,
}

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseNumberError::Empty => "is empty where a number is expected",
            ParseNumberError::NotANumber => "is not a number",
            ParseNumberError::TooManyDigits => "has more than 28 digits",
            ParseNumberError::TooLarge => "is too large: a number has at most 28 digits before the point",
        })
    }
}

impl std::error::Error for ParseNumberError {}

impl Exact {
    /// Reads plain decimal text: an optional `-`, digits, optionally a point and more digits,
    /// optionally an exponent such as `e-3`.
    ///
    /// Separators, blanks, a leading `+` and a point without a digit on both sides are refused. Zeros
    /// before the first and after the last digit that counts are free: `0012.500` is 12.5. Limits: 28
    /// significant digits, 28 decimal places, magnitude below 10^28.
    pub fn parse(text: &str) -> Result<Exact, ParseNumberError> {
        if text.is_empty() {
            return Err(ParseNumberError::Empty);
        }
        let (negative, whole, fraction, exponent) =
            split_number(text.as_bytes()).ok_or(ParseNumberError::NotANumber)?;
        let digits = || whole.iter().chain(fraction).copied();

        let Some(first) = digits().position(|digit| digit != b'0') else {
            return Ok(Exact::ZERO);
        };
        let count = whole.len() + fraction.len();
        let last = count - 1 - digits().rev().position(|digit| digit != b'0').unwrap_or(0);

        // Where the point stands, counted in digits from the first one, after the exponent moved it.
        let point = length(whole).saturating_add(exponent);
        let whole_digits = point.saturating_sub(index(first));
        let places = index(last).saturating_add(1).saturating_sub(point);
        let limit = index(MAX_PARSED_DIGITS);
        if whole_digits > limit {
            return Err(ParseNumberError::TooLarge);
        }
        if last - first >= MAX_PARSED_DIGITS || places > limit {
            return Err(ParseNumberError::TooManyDigits);
        }

        let mut mantissa: i128 = 0;
        for digit in digits().take(last + 1).skip(first) {
            mantissa = mantissa * 10 + i128::from(digit - b'0');
        }
        if negative {
            mantissa = -mantissa;
        }
        if let Ok(places) = u32::try_from(places) {
            return Ok(Exact::of_decimal(mantissa, places));
        }
        // Zeros stand between the last digit that counts and the point: at most 28 digits in all, so it fits.
        let zeros = u32::try_from(places.unsigned_abs()).map_err(|_| ParseNumberError::TooLarge)?;
        let value = super::power_of_ten(zeros).and_then(|power| mantissa.checked_mul(power));
        value.map(Exact::from_i128).ok_or(ParseNumberError::TooLarge)
    }
}

/// The sign, the digits before and after the point, and the exponent; `None` if the text is no number.
///
/// An exponent beyond 64 bits is brought to their border, which is far beyond every limit.
fn split_number(text: &[u8]) -> Option<(bool, &[u8], &[u8], i64)> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, mut text) = split_digits(text)?;
    let mut fraction: &[u8] = &[];
    if let [b'.', rest @ ..] = text {
        (fraction, text) = split_digits(rest)?;
    }
    let mut exponent = 0;
    if let [b'e' | b'E', rest @ ..] = text {
        let (down, rest) = match rest {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, rest),
        };
        let digits;
        (digits, text) = split_digits(rest)?;
        let size = digits
            .iter()
            .fold(0_i64, |size, digit| size.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
        exponent = if down { -size } else { size };
    }
    text.is_empty().then_some((negative, whole, fraction, exponent))
}

/// The digits at the start, of which there must be one, and what follows them.
fn split_digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| text.split_at(count))
}

/// The length of a piece of text, as a signed number.
fn length(text: &[u8]) -> i64 {
    index(text.len())
}

/// A position in a text, as a signed number.
fn index(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
