//! A row of a record batch as a request of one line.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, Int32Array, StringArray};
use arrow_schema::DataType;

use super::mapping::{Mapping, Target, TextForm};
use crate::quote::{Raw, Request, RequestLine};
use crate::value::{Date, Exact};

/// The types of columns that can be read.
const READABLE: &str = "texts, whole numbers, decimals, dates, booleans, and lists of texts";

/// Refuses a column whose type cannot be read exactly.
///
/// # Errors
///
/// What the type is, and what to do.
pub(super) fn readable(name: &str, of: &DataType) -> Result<(), String> {
    match of {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Boolean
        | DataType::Date32
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Null => Ok(()),
        DataType::Decimal128(_, scale) if (0..=28).contains(scale) => Ok(()),
        DataType::Dictionary(_, values) if matches!(**values, DataType::Utf8 | DataType::LargeUtf8) => Ok(()),
        DataType::List(field) if *field.data_type() == DataType::Utf8 => Ok(()),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Err(format!(
            "the column `{name}` holds binary floating point numbers, which are not exact; write decimals or texts"
        )),
        other => Err(format!("the column `{name}` is of type {other}; {READABLE} can be read")),
    }
}

/// The request that a row is.
///
/// # Errors
///
/// A value that no request can hold.
pub(super) fn request(
    mapping: &Mapping,
    columns: &[ArrayRef],
    row: usize,
    as_of: Option<Date>,
) -> Result<Request, String> {
    let mut request = Request { as_of: as_of.map(|day| Raw::Text(day.to_string())), ..Request::default() };
    let mut line = RequestLine {
        product: mapping.product.as_ref().map(|name| Raw::Text(name.to_string())),
        ..RequestLine::default()
    };
    let mut dates = Vec::new();
    for ((target, form), column) in mapping.targets.iter().zip(&mapping.forms).zip(columns) {
        if *target == Target::Kept {
            continue;
        }
        let Some(raw) = raw(column, row)?.map(|raw| as_asked(raw, *form)) else { continue };
        match target {
            Target::Id => request.id = Some(text(raw)),
            Target::Refused => return Err(format!("it was refused before: {}", text(raw))),
            Target::AsOf => request.as_of = Some(raw),
            Target::Currency => request.currency = Some(raw),
            Target::Reason => line.reason = Some(text(raw)),
            Target::Product => line.product = Some(raw),
            Target::Quantity => line.quantity = Some(raw),
            Target::Option(name) => line.options.push((name.to_string(), raw)),
            Target::OfLine(name) => line.fields.push((name.to_string(), raw)),
            Target::OfQuote(name) => request.fields.push((name.to_string(), raw)),
            Target::Market(name) => request.market.push((name.to_string(), raw)),
            Target::MarketDate(name) => dates.push((name, raw)),
            Target::Context(context, field) => {
                let at = match request.fields.iter().position(|(name, _)| **name == **context) {
                    Some(at) => at,
                    None => {
                        request.fields.push((context.to_string(), Raw::Object(Vec::new())));
                        request.fields.len() - 1
                    }
                };
                if let Some((_, Raw::Object(fields))) = request.fields.get_mut(at) {
                    fields.push((field.to_string(), raw));
                }
            }
            Target::Kept => {}
        }
    }
    for (name, date) in dates {
        let at = request.market.iter().position(|(known, _)| **known == **name);
        let value = at.map(|at| ("value".to_owned(), request.market.swap_remove(at).1));
        let fields = value.into_iter().chain([("date".to_owned(), date)]);
        request.market.push((name.to_string(), Raw::Object(fields.collect())));
    }
    request.reason.clone_from(&line.reason);
    request.lines.push(line);
    Ok(request)
}

/// A text in the form that the input asks for: a file of texts has no other way to write it.
fn as_asked(raw: Raw, form: TextForm) -> Raw {
    match (form, raw) {
        (TextForm::Flag, Raw::Text(text)) => flag(&text).map_or(Raw::Text(text), Raw::Bool),
        (TextForm::Set, Raw::Text(text)) => {
            Raw::List(text.split('|').map(|value| Raw::Text(value.trim().to_owned())).collect())
        }
        (_, raw) => raw,
    }
}

/// `true` and `false`, as spreadsheets write them too: `TRUE`.
pub(super) fn flag(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|truth| text.eq_ignore_ascii_case(&truth.to_string()))
}

fn text(raw: Raw) -> String {
    match raw {
        Raw::Text(text) | Raw::Number(text) => text,
        Raw::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// A column whose texts can be read row by row: one with a dictionary of another kind than [`text_at`] knows is
/// written out.
pub(super) fn readable_by_row(column: &ArrayRef) -> ArrayRef {
    match column.as_dictionary_opt::<Int32Type>() {
        Some(_) => column.clone(),
        None => flat(column),
    }
}

/// A column without its dictionary, if it has one.
pub(super) fn flat(column: &ArrayRef) -> ArrayRef {
    let Some(dictionary) = column.as_any_dictionary_opt() else { return column.clone() };
    let values = dictionary.values();
    let keys = dictionary.normalized_keys();
    let texts = (0..column.len()).map(|row| {
        let key = keys.get(row).filter(|_| !column.is_null(row));
        key.and_then(|key| text_at(values, *key))
    });
    Arc::new(texts.collect::<StringArray>())
}

/// The text of a row of a column of texts, where there is one.
pub(super) fn text_at(column: &ArrayRef, row: usize) -> Option<&str> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string_opt::<i32>().map(|texts| texts.value(row)),
        DataType::LargeUtf8 => column.as_string_opt::<i64>().map(|texts| texts.value(row)),
        DataType::Utf8View => column.as_string_view_opt().map(|texts| texts.value(row)),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_dictionary_opt::<Int32Type>()?;
            text_at(dictionary.values(), dictionary.key(row)?)
        }
        _ => None,
    }
}

/// Whether a column says nothing in a row.
pub(super) fn is_silent(column: &ArrayRef, row: usize) -> bool {
    column.is_null(row) || text_at(column, row) == Some("")
}

/// What a column says in a row, as text.
pub(super) fn text_of(column: &ArrayRef, row: usize) -> Option<String> {
    match raw(column, row) {
        Ok(Some(Raw::List(items))) => Some(items.into_iter().map(text).collect::<Vec<_>>().join("|")),
        Ok(value) => value.map(text),
        Err(_) => None,
    }
}

/// A column as a column of texts.
pub(super) fn texts(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _) => {
            column.clone()
        }
        _ => Arc::new((0..column.len()).map(|row| text_of(column, row)).collect::<StringArray>()),
    }
}

/// Whether a column holds days.
pub(super) fn is_date(column: &ArrayRef) -> bool {
    *column.data_type() == DataType::Date32
}

/// Numbers that are the same where a column of days, or of texts with a dictionary, says the same; none of other
/// columns. What stands where the column says nothing means nothing.
pub(super) fn numbered(column: &ArrayRef) -> Option<Int32Array> {
    if let Some(texts) = column.as_dictionary_opt::<Int32Type>() {
        return Some(texts.keys().clone());
    }
    let days = column.as_primitive_opt::<Date32Type>()?;
    Some(Int32Array::new(days.values().clone(), days.nulls().cloned()))
}

/// The day of a row of a column of days.
pub(super) fn date_at(column: &ArrayRef, row: usize) -> Option<Date> {
    let days = column.as_primitive_opt::<Date32Type>().filter(|days| !days.is_null(row))?;
    day(days.value(row)).ok()
}

/// What a column says in a row; nothing where it is null. An empty text says nothing either: a file of texts
/// has no other way to be silent.
fn raw(column: &ArrayRef, row: usize) -> Result<Option<Raw>, String> {
    if column.is_null(row) {
        return Ok(None);
    }
    if let Some(text) = text_at(column, row) {
        return Ok((!text.is_empty()).then(|| Raw::Text(text.to_owned())));
    }
    macro_rules! whole {
        ($of:ty) => {
            column.as_primitive_opt::<$of>().map(|numbers| numbers.value(row).to_string())
        };
    }
    let number = match column.data_type() {
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Decimal128(_, scale) => {
            let units = column.as_primitive_opt::<Decimal128Type>().map(|numbers| numbers.value(row));
            units.map(|units| decimal(units, *scale)).transpose()?
        }
        DataType::Boolean => {
            return Ok(column.as_boolean_opt().map(|truths| Raw::Bool(truths.value(row))));
        }
        DataType::Date32 => {
            let days = column.as_primitive_opt::<Date32Type>().map(|days| days.value(row));
            return days.map(|days| day(days).map(|day| Raw::Text(day.to_string()))).transpose();
        }
        DataType::List(_) => {
            let texts = column.as_list_opt::<i32>().map(|lists| lists.value(row));
            let texts = texts.as_ref().and_then(|texts| texts.as_string_opt::<i32>());
            let list = texts.map(|texts| texts.iter().flatten().map(|it| Raw::Text(it.to_owned())).collect());
            return Ok(list.map(Raw::List));
        }
        _ => None,
    };
    Ok(number.map(Raw::Number))
}

fn decimal(units: i128, scale: i8) -> Result<String, String> {
    let power = Exact::from(10).checked_pow(-i32::from(scale));
    let number = power.and_then(|power| Exact::from_i128(units).checked_mul(&power));
    number.map(|number| number.to_string()).map_err(|_| "a decimal has too many digits".to_owned())
}

/// How many days lie between the first that can be written and 1970-01-01.
const EPOCH: i64 = 719_162;

/// The day so many days after 1970-01-01.
fn day(days: i32) -> Result<Date, String> {
    let day = Date::MIN.add_days(EPOCH + i64::from(days));
    day.ok_or_else(|| format!("{days} days after 1970-01-01 is no day that can be written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day(0).map(|day| day.to_string()), Ok("1970-01-01".to_owned()));
        assert_eq!(day(20_468).map(|day| day.to_string()), Ok("2026-01-15".to_owned()));
        assert!(day(i32::MAX).is_err() && day(i32::MIN).is_err());
    }
}
