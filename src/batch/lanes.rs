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

use super::given::{date_at, flag, is_silent, text_at, text_of};
use super::number::Numbers;
use crate::columns::{Block, Lane, Port, day_number};
use crate::eval::Plan;
use crate::ir::{KeyMatch, Ty, Value};
use crate::value::{Date, Exact};
use crate::wire::List;

/// A value as a request writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written<'t> {
    Text(&'t str),
    Flag(bool),
    /// A list of texts, as JSON has it.
    List(List<'t>),
    /// A figure of the market with its day.
    Dated {
        value: &'t str,
        date: &'t str,
    },
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
    /// How its numbers are written, if it has some.
    numbers: Option<Numbers>,
    /// How many days old a figure of the market may be.
    max_age_days: Option<u32>,
}

impl Filler {
    /// The filler of a port, on days of one version of all tables, in a currency of the book.
    pub fn new(plan: &Plan, port: &Port, day: Date, currency: u16) -> Filler {
        let ty = port.ty.required();
        let mut names = HashMap::new();
        match (&port.lane, ty) {
            (Lane::Choice | Lane::Set, Ty::Choice(of) | Ty::Set(of)) => {
                names.extend(of.values.iter().map(|it| it.key.to_string().into()).zip(0..));
            }
            (Lane::Row { table }, _) => names = row_keys(plan, *table, day),
            (Lane::Word { words }, _) => {
                names.extend(words.iter().map(|word| Box::from(&**word)).zip(0..));
            }
            _ => {}
        }
        let numbers = match (&port.lane, ty) {
            (Lane::Number { scale }, Ty::Number(of)) => Some(Numbers::new(plan, port, *scale, of, currency)),
            _ => None,
        };
        let max_age_days = port.max_age_days;
        Filler { lane: port.lane.clone(), names: Names::new(names), numbers, max_age_days }
    }

    /// The value in the lane of a row of this day; none where the interpreter must look at it.
    pub fn fill(&self, written: Written<'_>, day: Date) -> Option<i64> {
        let (written, date) = match written {
            Written::Dated { value, date } => (Written::Text(value), Some(Date::parse(date).ok()?)),
            written => (written, None),
        };
        self.value(written).filter(|_| self.is_fresh(date, day))
    }

    /// Whether a figure of the market that is of a day, or of none, counts in a quote of another.
    pub fn is_fresh(&self, date: Option<Date>, day: Date) -> bool {
        match date {
            Some(date) => {
                let age = date.days_until(day);
                age >= 0 && self.max_age_days.is_none_or(|most| age <= i64::from(most))
            }
            None => self.max_age_days.is_none(),
        }
    }

    /// The value in the lane, whatever day it is of; none where the interpreter must look at it.
    pub fn value(&self, written: Written<'_>) -> Option<i64> {
        match (&self.lane, written) {
            (Lane::Number { .. }, Written::Text(text)) => self.numbers.as_ref()?.of_text(text),
            (Lane::Choice | Lane::Row { .. }, Written::Text(text)) => self.names.get(text),
            (Lane::Set, Written::List(list)) => self.set(list.texts()),
            (Lane::Word { words }, Written::Text(text)) => {
                self.names.get(text).or_else(|| i64::try_from(words.len()).ok())
            }
            (Lane::Flag, Written::Flag(truth)) => Some(i64::from(truth)),
            (Lane::Date, Written::Text(text)) => Date::parse(text).ok().map(day_number),
            _ => None,
        }
    }

    /// The set of these values.
    fn set<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Option<i64> {
        texts
            .into_iter()
            .try_fold(0, |set, text| Some(set | 1_i64.checked_shl(self.names.get(text)?.try_into().ok()?)?))
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
        // A figure of the market that must have a day has none in a column.
        if self.max_age_days.is_some() {
            return fill(block, port, rows, |at| (!is_silent(column, at)).then_some(Err(())));
        }
        let valid = |at: usize| column.is_valid(at);
        macro_rules! numbers {
            ($of:ty, $numbers:expr, $places:expr) => {{
                let (column, scaling) = (column.as_primitive::<$of>(), $numbers.scaling($places));
                fill(block, port, rows, |at| {
                    valid(at).then(|| $numbers.of_units(&scaling, column.value(at).into()).ok_or(()))
                });
            }};
        }
        match (column.data_type(), &self.numbers) {
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
            (DataType::Int64, Some(numbers)) => numbers!(Int64Type, numbers, 0),
            (DataType::Int32, Some(numbers)) => numbers!(Int32Type, numbers, 0),
            (DataType::Int16, Some(numbers)) => numbers!(Int16Type, numbers, 0),
            (DataType::Int8, Some(numbers)) => numbers!(Int8Type, numbers, 0),
            (DataType::UInt64, Some(numbers)) => numbers!(UInt64Type, numbers, 0),
            (DataType::UInt32, Some(numbers)) => numbers!(UInt32Type, numbers, 0),
            (DataType::UInt16, Some(numbers)) => numbers!(UInt16Type, numbers, 0),
            (DataType::UInt8, Some(numbers)) => numbers!(UInt8Type, numbers, 0),
            (DataType::Decimal128(_, places), Some(numbers)) if *places >= 0 => {
                numbers!(Decimal128Type, numbers, places.unsigned_abs());
            }
            (DataType::List(_), _) if self.lane == Lane::Set => {
                let lists = column.as_list_opt::<i32>();
                fill(block, port, rows, |at| {
                    let texts = valid(at).then(|| lists.map(|lists| lists.value(at)))?;
                    let texts = texts.as_ref().and_then(|texts| texts.as_string_opt::<i32>());
                    Some(texts.and_then(|texts| self.set(texts.iter().flatten())).ok_or(()))
                });
            }
            (DataType::Boolean, _) => {
                let truths = column.as_boolean();
                fill(block, port, rows, |at| {
                    valid(at).then(|| self.value(Written::Flag(truths.value(at))).ok_or(()))
                });
            }
            (DataType::Date32, _) if self.lane == Lane::Date => {
                fill(block, port, rows, |at| {
                    valid(at).then(|| date_at(column, at).map(day_number).ok_or(()))
                });
            }
            _ => fill(block, port, rows, |at| valid(at).then_some(Err(()))),
        }
    }

    /// Fills the lane of a port from these rows of a column of figures of the market and one of their days, for
    /// quotes of these days.
    pub fn fill_dated(
        &self,
        columns: [&ArrayRef; 2],
        (rows, days): (&[usize], &[Date]),
        block: &mut Block,
        port: usize,
    ) {
        for (at, (row, day)) in rows.iter().zip(days).enumerate() {
            let [value, date] = columns.map(|column| text_of(column, *row));
            let written = match (&value, &date) {
                (None, None) => continue,
                (Some(value), Some(date)) => Some(Written::Dated { value, date }),
                (Some(value), None) => Some(Written::Text(value)),
                (None, Some(_)) => None,
            };
            match written.and_then(|written| self.fill(written, *day)) {
                Some(value) => block.set(port, at, value),
                None => block.deferred[at] = true,
            }
        }
    }

    /// What a text puts into the lane: nothing where it is empty, which says nothing; an error where the
    /// interpreter must look at it.
    fn text(&self, text: &str) -> Option<Result<i64, ()>> {
        if text.is_empty() {
            return None;
        }
        if self.lane == Lane::Set {
            return Some(self.set(text.split('|').map(str::trim)).ok_or(()));
        }
        let truth = flag(text).filter(|_| self.lane == Lane::Flag);
        let written = truth.map_or(Written::Text(text), Written::Flag);
        Some(self.value(written).ok_or(()))
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
