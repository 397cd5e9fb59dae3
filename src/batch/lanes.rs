//! How a value of a request gets into the lane of a program: from text, or from a column of a record batch.
//!
//! What does not fit leaves the row to the interpreter, which says what is wrong with it, if anything is.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::given::{date_at, flag, text_at};
use crate::columns::{Block, Lane, Port, day_number};
use crate::eval::Plan;
use crate::ir::{KeyMatch, Ty, Value};
use crate::value::{Date, Exact};

/// A value as a request writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written<'t> {
    Text(&'t str),
    Flag(bool),
}

/// Numbers by their names. A few names are found faster by going over them.
#[derive(Debug)]
enum Names {
    Few(Vec<(Box<str>, i64)>),
    Many(HashMap<Box<str>, i64>),
}

/// Up to so many names are gone over.
const FEW: usize = 12;

impl Names {
    fn new(names: HashMap<Box<str>, i64>) -> Names {
        if names.len() > FEW {
            return Names::Many(names);
        }
        let mut few: Vec<(Box<str>, i64)> = names.into_iter().collect();
        few.sort_unstable_by_key(|(_, number)| *number);
        Names::Few(few)
    }

    fn get(&self, name: &str) -> Option<i64> {
        match self {
            Names::Few(few) => few.iter().find(|(known, _)| **known == *name).map(|(_, number)| *number),
            Names::Many(many) => many.get(name).copied(),
        }
    }
}

/// Puts written values into one lane.
#[derive(Debug)]
pub(super) struct Filler {
    lane: Lane,
    /// The values that the lane has numbers for.
    names: Names,
    /// Nothing that is written can be put into the lane.
    closed: bool,
}

impl Filler {
    /// The filler of a port, on days of one version of all tables.
    pub fn new(plan: &Plan, port: &Port, day: Date) -> Filler {
        let ty = port.ty.required();
        let mut names = HashMap::new();
        match (&port.lane, ty) {
            (Lane::Choice, Ty::Choice(of)) => {
                names.extend(of.values.iter().map(|it| it.key.to_string().into()).zip(0..));
            }
            (Lane::Row { table }, _) => names = row_keys(plan, *table, day),
            (Lane::Word { words }, _) => {
                names.extend(words.iter().map(|word| Box::from(&**word)).zip(0..));
            }
            _ => {}
        }
        let closed = match port.lane {
            // The interpreter has to look at such values, and at how old they are.
            Lane::Any | Lane::Set => true,
            _ => port.max_age_days.is_some(),
        };
        Filler { lane: port.lane.clone(), names: Names::new(names), closed }
    }

    /// The value in the lane; none where the interpreter must look at it.
    pub fn fill(&self, written: Written<'_>) -> Option<i64> {
        if self.closed {
            return None;
        }
        match (&self.lane, written) {
            (Lane::Number { scale }, Written::Text(text)) => scaled(text, *scale),
            (Lane::Choice | Lane::Row { .. }, Written::Text(text)) => self.names.get(text),
            (Lane::Word { words }, Written::Text(text)) => {
                self.names.get(text).or_else(|| i64::try_from(words.len()).ok())
            }
            (Lane::Flag, Written::Flag(truth)) => Some(i64::from(truth)),
            (Lane::Date, Written::Text(text)) => Date::parse(text).ok().map(day_number),
            _ => None,
        }
    }

    /// Fills the lane of a port from these rows of a column, one after the other. Rows that do not fit are
    /// deferred.
    pub fn fill_column(&self, column: &ArrayRef, rows: &[usize], block: &mut Block, port: usize) {
        let units = |block: &mut Block, row: usize, value: Option<i64>| match value {
            Some(value) => block.set(port, row, value),
            None => block.deferred[row] = true,
        };
        macro_rules! each {
            ($value:expr) => {
                for (row, &at) in rows.iter().enumerate() {
                    if !column.is_null(at) {
                        units(block, row, $value(at));
                    }
                }
            };
        }
        match column.data_type() {
            DataType::Dictionary(_, _) if self.fill_by_dictionary(column, rows, block, port) => {}
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _) => {
                for (row, &at) in rows.iter().enumerate() {
                    if let Some(value) = text_at(column, at).and_then(|text| self.text(text)) {
                        units(block, row, value.ok());
                    }
                }
            }
            DataType::Int64 if !self.closed => {
                let numbers = column.as_primitive::<Int64Type>();
                each!(|at| self.number(i128::from(numbers.value(at)), 0));
            }
            DataType::Int32 if !self.closed => {
                let numbers = column.as_primitive::<Int32Type>();
                each!(|at| self.number(i128::from(numbers.value(at)), 0));
            }
            DataType::Decimal128(_, scale) if !self.closed && *scale >= 0 => {
                let (numbers, scale) = (column.as_primitive::<Decimal128Type>(), scale.unsigned_abs());
                each!(|at| self.number(numbers.value(at), scale));
            }
            DataType::Boolean => {
                let truths = column.as_boolean();
                each!(|at| self.fill(Written::Flag(truths.value(at))));
            }
            DataType::Date32 if self.lane == Lane::Date => {
                each!(|at| date_at(column, at).map(day_number));
            }
            _ => each!(|_| None),
        }
    }

    /// What a text puts into the lane: nothing where it is empty, which says nothing; an error where the
    /// interpreter must look at it.
    fn text(&self, text: &str) -> Option<Result<i64, ()>> {
        if text.is_empty() {
            return None;
        }
        let truth = flag(text).filter(|_| self.lane == Lane::Flag);
        let written = truth.map_or(Written::Text(text), Written::Flag);
        Some(self.fill(written).ok_or(()))
    }

    /// Fills the lane from a column with a dictionary, each of whose texts is looked at once; false where there
    /// are more of these than rows.
    fn fill_by_dictionary(&self, column: &ArrayRef, rows: &[usize], block: &mut Block, port: usize) -> bool {
        let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() else { return false };
        let texts = dictionary.values();
        if texts.len() > rows.len() {
            return false;
        }
        let values: Vec<_> =
            (0..texts.len()).map(|at| text_at(texts, at).and_then(|text| self.text(text))).collect();
        for (row, &at) in rows.iter().enumerate() {
            match dictionary.key(at).and_then(|key| *values.get(key)?) {
                Some(Ok(value)) => block.set(port, row, value),
                Some(Err(())) => block.deferred[row] = true,
                None => {}
            }
        }
        true
    }

    /// A number of so many decimal places in a lane of numbers.
    fn number(&self, units: i128, scale: u8) -> Option<i64> {
        let Lane::Number { scale: own } = self.lane else { return None };
        let power = 10_i128.checked_pow(u32::from(own.abs_diff(scale)))?;
        let units = match own >= scale {
            true => units.checked_mul(power)?,
            false if units % power == 0 => units / power,
            false => return None,
        };
        i64::try_from(units).ok()
    }
}

/// The positions of the rows of a table, by their keys, as far as these are texts.
fn row_keys(plan: &Plan, table: u32, day: Date) -> HashMap<Box<str>, i64> {
    let Some(table) = plan.tables().get(table as usize) else { return HashMap::new() };
    let rows = table.version_on(day).and_then(|version| table.rows(version));
    let keys = rows.and_then(|rows| rows.keys.first());
    let text = |(row, key): (i64, &KeyMatch)| match key {
        KeyMatch::One(Value::Text(text)) => Some((Box::from(&**text), row)),
        _ => None,
    };
    keys.map(|keys| (0..).zip(keys).filter_map(text).collect()).unwrap_or_default()
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

/// The value that stands in a lane; none where it does not fit the type.
pub(super) fn value(lane: &Lane, value: i64) -> Option<Value> {
    match lane {
        Lane::Number { scale } => Some(Value::Number(Exact::scaled(value, *scale))),
        Lane::Choice => u16::try_from(value).ok().map(Value::Choice),
        Lane::Set => u128::try_from(value).ok().map(Value::Set),
        Lane::Row { .. } => u32::try_from(value).ok().map(Value::Row),
        Lane::Word { words } => words.get(usize::try_from(value).ok()?).cloned().map(Value::Text),
        Lane::Flag => Some(Value::Bool(value != 0)),
        Lane::Date => Date::MIN.add_days(value).map(Value::Date),
        Lane::Any => None,
    }
}
