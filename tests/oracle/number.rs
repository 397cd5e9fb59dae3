//! Rational numbers, rounding by the table of the language reference, units, and days.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// The decimal places of a currency by ISO 4217.
pub fn standard_places(currency: &str) -> u32 {
    match currency {
        "JPY" => 0,
        "KWD" => 3,
        _ => 2,
    }
}

/// An exact number.
pub type Q = BigRational;

/// A whole number.
pub fn whole(value: i64) -> Q {
    Q::from_integer(BigInt::from(value))
}

/// `value / 10^places`
pub fn decimal(value: i64, places: u32) -> Q {
    Q::new(BigInt::from(value), BigInt::from(10).pow(places))
}

/// The number that a decimal text stands for.
pub fn parse(text: &str) -> Option<Q> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole_part, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole_part}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = Q::new(all.parse().ok()?, BigInt::from(10).pow(fraction.len() as u32));
    Some(if negative { -value } else { value })
}

/// The number in decimals, or as a fraction where they have no end.
pub fn show(value: &Q) -> String {
    let mut places = 0_u32;
    let mut scaled = value.clone();
    while !scaled.is_integer() {
        if places == 60 {
            return format!("{}/{}", value.numer(), value.denom());
        }
        scaled *= whole(10);
        places += 1;
    }
    let digits = format!("{:0>width$}", scaled.numer().abs().to_string(), width = places as usize + 1);
    let (front, back) = digits.split_at(digits.len() - places as usize);
    let sign = if value.is_negative() { "-" } else { "" };
    if back.is_empty() { format!("{sign}{front}") } else { format!("{sign}{front}.{back}") }
}

/// The number as a book writes it: groups of three digits are parted by `_`.
pub fn literal(value: &Q) -> String {
    let plain = show(value);
    let (front, back) = plain.split_once('.').map_or((plain.as_str(), None), |(a, b)| (a, Some(b)));
    let (sign, digits) = front.strip_prefix('-').map_or(("", front), |rest| ("-", rest));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    match back {
        Some(back) => format!("{sign}{grouped}.{back}"),
        None => format!("{sign}{grouped}"),
    }
}

/// How a number is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    HalfEven,
    HalfUp,
    HalfDown,
    Up,
    Down,
    Ceiling,
    Floor,
}

impl Mode {
    pub const ALL: [Mode; 7] =
        [Mode::HalfEven, Mode::HalfUp, Mode::HalfDown, Mode::Up, Mode::Down, Mode::Ceiling, Mode::Floor];

    pub fn word(self) -> &'static str {
        match self {
            Mode::HalfEven => "half_even",
            Mode::HalfUp => "half_up",
            Mode::HalfDown => "half_down",
            Mode::Up => "up",
            Mode::Down => "down",
            Mode::Ceiling => "ceiling",
            Mode::Floor => "floor",
        }
    }
}

/// The multiple of `step` that `mode` chooses for `value`.
pub fn round(value: &Q, mode: Mode, step: &Q) -> Q {
    let steps = value / step;
    let below = steps.floor();
    if steps == below {
        return value.clone();
    }
    let above = &below + Q::one();
    let (nearer_zero, farther) = if value.is_negative() { (&above, &below) } else { (&below, &above) };
    let half = Q::new(BigInt::one(), BigInt::from(2));
    let past = &steps - &below;
    let chosen = match mode {
        Mode::Up => farther,
        Mode::Down => nearer_zero,
        Mode::Ceiling => &above,
        Mode::Floor => &below,
        _ if past < half => &below,
        _ if past > half => &above,
        Mode::HalfUp => farther,
        Mode::HalfDown => nearer_zero,
        Mode::HalfEven if (below.to_integer() % BigInt::from(2)).is_zero() => &below,
        Mode::HalfEven => &above,
    };
    chosen * step
}

/// How much of the base unit of its dimension one of a unit is. Money has the size 1.
pub fn size(unit: &str) -> Q {
    if let Some((over, under)) = unit.split_once('/') {
        return size(over) / size(under);
    }
    match unit {
        "g" => decimal(1, 3),
        "t" => whole(1000),
        "mm" => decimal(1, 3),
        "min" => Q::new(BigInt::one(), BigInt::from(60)),
        "MB" => decimal(1, 3),
        "years" => whole(12),
        "box" => whole(12),
        "" | "kg" | "m" | "h" | "GB" | "months" | "days" | "pc" | "EUR" | "JPY" | "KWD" | "CNY" | "USD"
        | "money" => Q::one(),
        other => panic!("no size of {other}"),
    }
}

/// A day, counted from 1970-01-01.
pub type Day = i64;

/// The day of a date of the proleptic Gregorian calendar.
pub fn day(year: i64, month: i64, of_month: i64) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + of_month - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// `2026-01-31`
pub fn date(at: Day) -> String {
    let shifted = at + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02}")
}
