//! Numbers as requests write them, with their units, as they stand in a lane.

use std::sync::Arc;

use crate::columns::Port;
use crate::eval::Plan;
use crate::ir::{Book, NumberKind, NumberTy, Value};
use crate::value::{Exact, Unit};

/// How the numbers of a port are written.
#[derive(Debug)]
pub(super) struct Numbers {
    port: Port,
    scale: u8,
    /// `8%` is a number here.
    is_rate: bool,
    /// A bare number for more than the whole is none: `19` is meant as 19 %.
    is_share: bool,
    unit: Unit,
    /// How the unit is written, with the currency of the quote where it stands for that.
    own: [Box<str>; 2],
    /// The book, which knows the other units.
    book: Arc<Book>,
}

impl Numbers {
    /// The numbers of a port, in quotes of a currency (by its position in the book).
    pub fn new(plan: &Plan, port: &Port, scale: u8, of: &NumberTy, currency: u16) -> Numbers {
        let is_rate = of.kind == NumberKind::Rate;
        let is_share = is_rate && port.unbounded;
        let own = of.unit.to_string();
        let currency = plan.book().currencies.get(usize::from(currency)).filter(|_| own == "money");
        let own = [Box::from(currency.map_or(own.as_str(), |code| code)), Box::from(own.as_str())];
        let (port, unit, book) = (port.clone(), of.unit.clone(), plan.book().clone());
        Numbers { port, scale, is_rate, is_share, unit, own, book }
    }

    /// A number in a text; none where the interpreter must look at it.
    pub fn of_text(&self, text: &str) -> Option<i64> {
        match scaled(text, self.scale) {
            Some(units) => self.bare(units),
            None => self.of_long_text(text.trim()),
        }
    }

    /// A number with a unit, or blanks around it.
    fn of_long_text(&self, text: &str) -> Option<i64> {
        if let Some(share) = text.strip_suffix('%') {
            // What is a hundredth has two places more.
            return scaled(share.trim_end(), self.scale.checked_sub(2)?).filter(|_| self.is_rate);
        }
        let Some((digits, unit)) = text.split_once(' ') else { return self.bare(scaled(text, self.scale)?) };
        let unit = unit.trim_start();
        if self.own.iter().any(|own| **own == *unit) {
            return scaled(digits, self.scale);
        }
        let factor = self.book.units.parse(unit).ok()?.conversion_to(&self.unit)?;
        let number = Exact::parse(digits).ok()?.checked_mul(&factor).ok()?;
        self.port.lane_value(&Value::Number(number))
    }

    /// A number of so many decimal places that stands in a column, without a unit.
    pub fn of_units(&self, scaling: &Scaling, units: i128) -> Option<i64> {
        self.bare(scaling.of(units)?)
    }

    /// How numbers of so many decimal places become those of the lane.
    pub fn scaling(&self, places: u8) -> Scaling {
        Scaling::new(self.scale, places)
    }

    fn bare(&self, units: i64) -> Option<i64> {
        let one = || 10_u64.checked_pow(self.scale.into());
        match self.is_share {
            true => one().is_some_and(|one| units.unsigned_abs() <= one).then_some(units),
            false => Some(units),
        }
    }
}

/// How numbers of some decimal places become those of a lane.
pub(super) struct Scaling {
    is_finer: bool,
    /// None where it is out of all bounds.
    power: Option<i64>,
}

impl Scaling {
    fn new(own: u8, scale: u8) -> Scaling {
        Scaling { is_finer: own >= scale, power: 10_i64.checked_pow(own.abs_diff(scale).into()) }
    }

    /// The number in the lane; none where it does not fit, or has more places.
    fn of(&self, units: i128) -> Option<i64> {
        let power = self.power?;
        match (i64::try_from(units), self.is_finer) {
            (Ok(units), true) => units.checked_mul(power),
            (Ok(units), false) => (units % power == 0).then_some(units / power),
            (Err(_), true) => None,
            (Err(_), false) => {
                let power = i128::from(power);
                (units % power == 0).then_some(units / power).and_then(|units| units.try_into().ok())
            }
        }
    }
}

/// A plain decimal number times 10^scale; none for anything else, and where digits would be lost.
fn scaled(text: &str, scale: u8) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (mut units, mut places, mut point, mut any) = (0_i64, 0_u8, false, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                let digit = i64::from(byte - b'0');
                if point && places == scale {
                    if digit != 0 {
                        return None;
                    }
                    continue;
                }
                units = units.checked_mul(10)?.checked_add(digit)?;
                places += u8::from(point);
                any = true;
            }
            b'.' if !point && any => point = true,
            _ => return None,
        }
    }
    // A point with nothing behind it is no number.
    if !any || digits.last() == Some(&b'.') {
        return None;
    }
    let units = units.checked_mul(10_i64.checked_pow(u32::from(scale - places))?)?;
    Some(if negative { -units } else { units })
}
