//! What a program reads, and how values stand in its lanes.

use std::sync::Arc;

use super::number::{decimal, ten, too_long};
use super::program::Unsupported;
use crate::eval::{Day, Plan};
use crate::ir::{Domain, Input, Name, NumberKind, Place, Ty, Value};
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
    /// The book says no range of the numbers. A rate that is written as a bare number of more than the whole must
    /// be deferred then by who fills the block.
    pub unbounded: bool,
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
    /// The position of a text among those that the book asks for; their number for any other text.
    Word {
        /// The texts, rising.
        words: Arc<[Name]>,
    },
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
            (Lane::Word { words }, Value::Text(text)) => {
                let at = words.binary_search(text).unwrap_or(words.len());
                i64::try_from(at).ok()
            }
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

/// A port, and which of its values are allowed.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub port: Port,
    pub least: i64,
    pub greatest: i64,
    /// The allowed values, rising, where there are only some.
    pub listed: Option<Vec<i64>>,
    /// Allowed are `least`, `least + step`, …
    pub step: i64,
    /// What is taken in rows that are silent.
    pub default: Option<i64>,
    /// What stands in rows without a value: the default, else an allowed value.
    pub instead: i64,
}

/// The first and the last day that lanes hold: others are deferred.
const DAYS: [(i16, i8, i8); 2] = [(1900, 1, 1), (2199, 12, 31)];

/// How long a number without bounds may be in a lane.
const LONGEST: i64 = 1_000_000_000_000;

/// How many decimal places a number without steps may have in a lane.
const MOST_DECIMALS: u32 = 6;

fn unsupported(what: &str, input: &Input) -> Unsupported {
    Unsupported { what: what.to_owned(), span: Some(input.span) }
}

impl Gate {
    /// The gate of an input; it is not required.
    pub fn of(
        plan: &Plan,
        day: &Day,
        input: &Input,
        place: Place,
        words: &Arc<[Name]>,
    ) -> Result<Gate, Unsupported> {
        let (lane, least, greatest) = match input.ty.required() {
            Ty::Number(_) => return Gate::of_number(input, place),
            Ty::Bool => (Lane::Flag, 0, 1),
            Ty::Choice(of) => (Lane::Choice, 0, last(of.values.len())),
            Ty::Set(of) if of.values.len() <= 61 => (Lane::Set, 0, (1_i64 << of.values.len()) - 1),
            Ty::Set(_) => return Err(unsupported("a set of more than 61 values", input)),
            Ty::Date => {
                let [first, last] = DAYS.map(|(year, month, day)| Date::new(year, month, day));
                let number = |day: Option<Date>| day.map(day_number).unwrap_or_default();
                (Lane::Date, number(first), number(last))
            }
            Ty::Row(name) => {
                let at = plan.book().tables.iter().position(|table| table.name == *name);
                let table = plan.find_table(name);
                let version = table.and_then(|table| table.rows(table.version_on(day.as_of)?));
                let rows = version.and_then(|rows| rows.keys.first()).map_or(0, Vec::len);
                let Some(at) = at.filter(|_| rows > 0).and_then(|at| u32::try_from(at).ok()) else {
                    return Err(unsupported("a key of a table without rows", input));
                };
                (Lane::Row { table: at }, 0, last(rows))
            }
            Ty::Text => {
                let lane = Lane::Word { words: Arc::clone(words) };
                (lane, 0, last(words.len().saturating_add(1)))
            }
            // A list that is given is the evaluator's.
            Ty::List(_) if input.optional => (Lane::Any, 1, 0),
            Ty::List(_) => return Err(unsupported("a list that a request brings", input)),
            Ty::Names | Ty::Optional(_) => return Err(unsupported("an input of a rare type", input)),
        };
        let mut gate = Gate::between(place, &input.ty, lane, (least, greatest));
        gate.take_default(plan, day, input)?;
        Ok(gate)
    }

    /// A gate for all values between two ends.
    pub fn between(place: Place, ty: &Ty, lane: Lane, (least, greatest): (i64, i64)) -> Gate {
        let port =
            Port { place, ty: ty.clone(), lane, required: false, max_age_days: None, unbounded: false };
        let instead = if least <= greatest { least.max(0).min(greatest) } else { 0 };
        Gate { port, least, greatest, listed: None, step: 1, default: None, instead }
    }

    fn of_number(input: &Input, place: Place) -> Result<Gate, Unsupported> {
        let kind = match input.ty.required() {
            Ty::Number(ty) => ty.kind,
            _ => NumberKind::Plain,
        };
        let whole = kind == NumberKind::Int;
        let known = |number: &Exact| decimal(number).ok_or_else(too_long);
        let places = |number: &Exact| known(number).map(|(_, places)| places);
        let at = |number: &Exact, scale: u32| {
            let (mantissa, places) = known(number)?;
            mantissa
                .checked_mul(ten(scale - places)?)
                .filter(|it| it.abs() <= LONGEST * 1_000)
                .ok_or_else(too_long)
        };
        let gate = |scale: u32, ends| {
            let lane = Lane::Number { scale: u8::try_from(scale).unwrap_or(0) };
            Gate::between(place.clone(), &input.ty, lane, ends)
        };
        let mut gate = match &input.domain {
            Domain::All => {
                let scale = if whole { 0 } else { MOST_DECIMALS };
                let mut gate = gate(scale, (-LONGEST, LONGEST));
                gate.port.unbounded = true;
                gate
            }
            Domain::Numbers(numbers) => {
                let mut scale = 0;
                for (number, _) in numbers {
                    scale = scale.max(places(number)?);
                }
                let listed = numbers.iter().map(|(number, _)| at(number, scale));
                let mut listed: Vec<i64> = listed.collect::<Result<_, _>>()?;
                listed.sort_unstable();
                let ends = (*listed.first().ok_or_else(too_long)?, *listed.last().ok_or_else(too_long)?);
                Gate { instead: ends.0, listed: Some(listed), ..gate(scale, ends) }
            }
            Domain::Range { from, to, step: Some(step) } => {
                let scale = places(from)?.max(places(step)?);
                if whole && scale > 0 {
                    return Err(unsupported("whole numbers in steps that are none", input));
                }
                let (least, step) = (at(from, scale)?, at(step, scale)?);
                let to = to.checked_mul(&Exact::from(ten(scale)?)).ok().and_then(|to| to.floor().to_i64());
                Gate { step, instead: least, ..gate(scale, (least, to.ok_or_else(too_long)?)) }
            }
            Domain::Range { from, to, step: None } if whole => {
                let ends = (from.ceil().to_i64(), to.floor().to_i64());
                let (Some(least), Some(greatest)) = ends else { return Err(too_long()) };
                gate(0, (least.max(-LONGEST), greatest.min(LONGEST)))
            }
            Domain::Range { from, to, step: None } => {
                let mut scale = places(from)?.max(places(to)?);
                let fits = |scale: u32| {
                    [from, to].iter().all(|end| at(end, scale).is_ok_and(|end| end.abs() <= LONGEST * 10))
                };
                while scale < MOST_DECIMALS && fits(scale + 1) {
                    scale += 1;
                }
                gate(scale, (at(from, scale)?, at(to, scale)?))
            }
        };
        if gate.least > gate.greatest {
            return Err(unsupported("an input that may have no value", input));
        }
        if let Some(default) = input.default.as_ref().filter(|it| **it != Value::Absent) {
            gate.default = Some(gate.port.lane_value(default).ok_or_else(too_long)?);
            gate.instead = gate.default.unwrap_or_default();
        }
        Ok(gate)
    }

    fn take_default(&mut self, plan: &Plan, day: &Day, input: &Input) -> Result<(), Unsupported> {
        let default = match (&input.default, input.ty.required()) {
            (None | Some(Value::Absent), Ty::Set(_)) if !input.optional => Some(0),
            (None | Some(Value::Absent), _) => None,
            // The default of a key of a table is the key.
            (Some(key), Ty::Row(table)) if !matches!(key, Value::Row(_)) => {
                let row = plan.row_of(day, table, key);
                Some(row.map(i64::from).ok_or_else(|| unsupported("a default without a row", input))?)
            }
            (Some(value), _) => Some(
                self.port.lane_value(value).ok_or_else(|| unsupported("a default of a rare type", input))?,
            ),
        };
        self.default = default;
        self.instead = default.unwrap_or(self.instead);
        Ok(())
    }
}

fn last(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1)
}
