//! How a value of a request gets into the lane of a program: from text, or from a column of a record batch.
//!
//! What does not fit leaves the row to the interpreter, which says what is wrong with it, if anything is.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::given::{date_at, flag, is_silent, text_at};
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

/// A dictionary of more texts is not looked at as a whole: most of its texts may stand in few rows.
const MOST_TEXTS: usize = 4096;

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
    /// deferred. `known` is what the lane has for the texts of the dictionary that was met last.
    pub fn fill_column(
        &self,
        column: &ArrayRef,
        rows: &[usize],
        block: &mut Block,
        port: usize,
        known: &mut Translated,
    ) {
        if self.closed {
            return fill(block, port, rows, |at| (!is_silent(column, at)).then_some(Err(())));
        }
        let valid = |at: usize| column.is_valid(at);
        let number = |scaling: &Scaling, units: i128| Some(scaling.of(units).ok_or(()));
        macro_rules! whole {
            ($of:ty, $scale:expr) => {{
                let (numbers, scaling) = (column.as_primitive::<$of>(), Scaling::new($scale, 0));
                fill(block, port, rows, |at| {
                    valid(at).then(|| number(&scaling, numbers.value(at).into())).flatten()
                });
            }};
        }
        match (column.data_type(), &self.lane) {
            (DataType::Dictionary(_, _), _) => match column.as_dictionary_opt::<Int32Type>() {
                Some(texts) if texts.values().len() <= MOST_TEXTS => {
                    let values = known.values(texts.values(), self);
                    fill(block, port, rows, |at| *values.get(texts.key(at)?)?);
                }
                _ => fill(block, port, rows, |at| self.text(text_at(column, at)?)),
            },
            (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, _) => {
                fill(block, port, rows, |at| self.text(text_at(column, at)?));
            }
            (DataType::Int64, Lane::Number { scale }) => whole!(Int64Type, *scale),
            (DataType::Int32, Lane::Number { scale }) => whole!(Int32Type, *scale),
            (DataType::Int16, Lane::Number { scale }) => whole!(Int16Type, *scale),
            (DataType::Int8, Lane::Number { scale }) => whole!(Int8Type, *scale),
            (DataType::UInt64, Lane::Number { scale }) => whole!(UInt64Type, *scale),
            (DataType::UInt32, Lane::Number { scale }) => whole!(UInt32Type, *scale),
            (DataType::UInt16, Lane::Number { scale }) => whole!(UInt16Type, *scale),
            (DataType::UInt8, Lane::Number { scale }) => whole!(UInt8Type, *scale),
            (DataType::Decimal128(_, places), Lane::Number { scale }) if *places >= 0 => {
                let scaling = Scaling::new(*scale, places.unsigned_abs());
                let numbers = column.as_primitive::<Decimal128Type>();
                fill(block, port, rows, |at| {
                    valid(at).then(|| number(&scaling, numbers.value(at))).flatten()
                });
            }
            (DataType::Boolean, _) => {
                let truths = column.as_boolean();
                fill(block, port, rows, |at| {
                    valid(at).then(|| self.fill(Written::Flag(truths.value(at))).ok_or(()))
                });
            }
            (DataType::Date32, Lane::Date) => {
                fill(block, port, rows, |at| {
                    valid(at).then(|| date_at(column, at).map(day_number).ok_or(()))
                });
            }
            _ => fill(block, port, rows, |at| valid(at).then_some(Err(()))),
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
}

/// What a row says of a lane: nothing, the value, or what the interpreter must look at.
type Said = Option<Result<i64, ()>>;

/// Fills a lane with what these rows of a column say.
fn fill(block: &mut Block, port: usize, rows: &[usize], said: impl Fn(usize) -> Said) {
    let Some((lane, given, deferred)) = block.lane(port) else { return };
    let lane = lane.iter_mut().zip(given).zip(deferred);
    for (((value, given), deferred), at) in lane.zip(rows) {
        match said(*at) {
            Some(Ok(units)) => (*value, *given) = (units, true),
            Some(Err(())) => *deferred = true,
            None => {}
        }
    }
}

/// What a lane has for each text of a dictionary, which many blocks share.
#[derive(Debug, Default)]
pub(super) struct Translated {
    dictionary: Option<ArrayRef>,
    values: Vec<Said>,
}

impl Translated {
    /// Each text of a dictionary is looked at once.
    fn values(&mut self, dictionary: &ArrayRef, filler: &Filler) -> &[Said] {
        if !self.dictionary.as_ref().is_some_and(|known| Arc::ptr_eq(known, dictionary)) {
            let text = |at: usize| filler.text(text_at(dictionary, at)?);
            self.values = (0..dictionary.len()).map(text).collect();
            self.dictionary = Some(dictionary.clone());
        }
        &self.values
    }
}

/// How numbers of some decimal places get those of a lane.
struct Scaling {
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
