//! What a program reads, and how values stand in its lanes.

use crate::ir::{Place, Ty, Value};
use crate::value::{Date, Exact};

/// Something that a program reads of each request.
///
/// A row's value that does not fit the lane (more decimals than its scale, a text for a choice) cannot be put
/// into it: the row is deferred instead. Whether a value is allowed the program checks itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// What is read: an option, a field of a context, a fact, an index, an entry, the quantity, the day.
    pub place: Place,
    /// The type of its values; numbers are in the type's unit.
    pub ty: Ty,
    /// How a value stands in the lane.
    pub lane: Lane,
    /// A row that does not give it is deferred; else its default is taken, or that it is missing.
    pub required: bool,
    /// The greatest age in days of an index at the day of the quote. A row whose index has no date, or one
    /// that is older, must be deferred by who fills the block.
    pub max_age_days: Option<u32>,
}

/// How values stand in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A number times 10^scale.
    Number {
        /// How many decimal places there are.
        scale: u8,
    },
    /// The position of a value in its enumeration.
    Choice,
    /// A set of values of an enumeration: bit n for value n.
    Set,
    /// The position of a row in the version of the table that counts on the program's days.
    Row {
        /// The table's position in the book.
        table: u32,
    },
    /// 0 or 1.
    Flag,
    /// As [`day_number`] counts.
    Date,
    /// Only whether it is given counts. A value that is not of the port's type must be deferred by who fills
    /// the block.
    Any,
}

/// The number of a day in a lane: 0 is the first day of year 1.
pub fn day_number(date: Date) -> i64 {
    Date::MIN.days_until(date)
}

impl Port {
    /// A value as it stands in the lane; none where it does not fit.
    pub fn lane_value(&self, value: &Value) -> Option<i64> {
        match (&self.lane, value) {
            (Lane::Any, _) => Some(0),
            (Lane::Number { scale }, Value::Number(number)) => scaled(number, *scale),
            (Lane::Choice, Value::Choice(at)) => Some(i64::from(*at)),
            (Lane::Set, Value::Set(set)) => i64::try_from(*set).ok(),
            (Lane::Row { .. }, Value::Row(row)) => Some(i64::from(*row)),
            (Lane::Flag, Value::Bool(truth)) => Some(i64::from(*truth)),
            (Lane::Date, Value::Date(date)) => Some(day_number(*date)),
            _ => None,
        }
    }
}

/// A number times 10^scale, where that is whole and fits.
pub(super) fn scaled(number: &Exact, scale: u8) -> Option<i64> {
    let power = Exact::from(10_i64.checked_pow(u32::from(scale))?);
    number.checked_mul(&power).ok()?.to_i64()
}
