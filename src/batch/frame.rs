//! Rows of results as an Arrow record batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Decimal128Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field as Column, Schema, SchemaRef};

use super::pricer::{Run, Sink};
use super::text::csv_cell;
use super::view::{Row, Style, Values, View, chosen};
use crate::columns::Out;
use crate::eval::{Field, FieldOf, SHARE_PLACES, StepField};
use crate::ir::{Builtin, Place};
use crate::value::{Exact, Rounding};

/// How many decimal places amounts have in a column.
pub const AMOUNT_PLACES: u8 = 6;

/// How many digits they have in all.
const DIGITS: u8 = 38;

/// The name of the column that says why a row was refused.
pub const ERROR: &str = "error";

/// How the values of a field stand in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Amount,
    Share,
    Text,
    Flag,
    Names,
}

fn kind(of: &FieldOf) -> Kind {
    match of {
        FieldOf::Id | FieldOf::Status => Kind::Text,
        FieldOf::Violations | FieldOf::Approvals | FieldOf::Alerts => Kind::Names,
        FieldOf::Figure { figure: Builtin::Margin | Builtin::OffList, .. } => Kind::Share,
        FieldOf::Step { what: StepField::Applied, .. } => Kind::Flag,
        FieldOf::Input(Place::Quantity) => Kind::Amount,
        FieldOf::Input(_) => Kind::Text,
        _ => Kind::Amount,
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Amount => DataType::Decimal128(DIGITS, AMOUNT_PLACES.cast_signed()),
        Kind::Share => DataType::Decimal128(DIGITS, SHARE_PLACES.cast_signed()),
        Kind::Text => DataType::Utf8,
        Kind::Flag => DataType::Boolean,
        Kind::Names => DataType::List(Arc::new(Column::new_list_field(DataType::Utf8, true))),
    }
}

/// The columns of results: those kept of the input, one for each field, and the last for what was refused.
pub(super) fn schema(kept: &[Column], fields: &[Field]) -> SchemaRef {
    let own = fields.iter().map(|field| Column::new(&*field.name, data_type(kind(&field.of)), true));
    let error = Column::new(ERROR, DataType::Utf8, true);
    Arc::new(Schema::new(kept.iter().cloned().chain(own).chain([error]).collect::<Vec<_>>()))
}

/// A record batch in the making.
pub(super) struct Frame {
    columns: Vec<Building>,
    errors: StringBuilder,
}

enum Building {
    Numbers(Decimal128Builder, u32),
    Texts(StringBuilder),
    Flags(BooleanBuilder),
    Names(ListBuilder<StringBuilder>),
}

impl Frame {
    pub fn new(fields: &[Field], rows: usize) -> Frame {
        let building = |field: &Field| {
            let kind = kind(&field.of);
            match kind {
                Kind::Amount | Kind::Share => {
                    let places = u32::from(if kind == Kind::Share { SHARE_PLACES } else { AMOUNT_PLACES });
                    let builder = Decimal128Builder::with_capacity(rows).with_data_type(data_type(kind));
                    Building::Numbers(builder, places)
                }
                Kind::Text => Building::Texts(StringBuilder::with_capacity(rows, rows * 8)),
                Kind::Flag => Building::Flags(BooleanBuilder::with_capacity(rows)),
                Kind::Names => Building::Names(ListBuilder::with_capacity(StringBuilder::new(), rows)),
            }
        };
        Frame { columns: fields.iter().map(building).collect(), errors: StringBuilder::new() }
    }

    /// The batch, behind the columns that are kept of the input.
    pub fn finish(mut self, schema: SchemaRef, kept: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
        let mut arrays = kept;
        for column in self.columns {
            arrays.push(match column {
                Building::Numbers(mut builder, _) => Arc::new(builder.finish()),
                Building::Texts(mut builder) => Arc::new(builder.finish()),
                Building::Flags(mut builder) => Arc::new(builder.finish()),
                Building::Names(mut builder) => Arc::new(builder.finish()),
            });
        }
        arrays.push(Arc::new(self.errors.finish()));
        RecordBatch::try_new(schema, arrays)
    }
}

impl Building {
    /// Adds the value of a row.
    ///
    /// # Errors
    ///
    /// A number with more digits than the column holds: nothing stands in its place, and the error says why.
    fn add(&mut self, value: &View<'_>, is_refused: bool) -> Result<(), String> {
        match self {
            Building::Numbers(builder, places) => match units(value, *places) {
                Ok(units) => builder.append_option(units),
                Err(text) => {
                    builder.append_null();
                    return Err(format!("{text} has more than {places} decimal places, or too many digits"));
                }
            },
            Building::Texts(builder) => match value {
                View::Text(text) => builder.append_value(text),
                View::Nothing => builder.append_null(),
                other => builder.append_value(text_of(other)),
            },
            Building::Flags(builder) => match value {
                View::Flag(flag) => builder.append_value(*flag),
                _ => builder.append_null(),
            },
            Building::Names(builder) => {
                match value {
                    View::Names(names) => names.iter().for_each(|name| builder.values().append_value(name)),
                    View::Chosen(names, bits) => {
                        chosen(names, *bits).for_each(|name| builder.values().append_value(name));
                    }
                    _ => {}
                }
                builder.append(!is_refused);
            }
        }
        Ok(())
    }

    /// Adds a range of a column at once, where it holds numbers that fit for certain; false where it does not.
    fn add_all(&mut self, column: &Out<'_>, from: usize, count: usize) -> bool {
        let (Building::Numbers(builder, places), Out::Number { scale, values, known }) = (self, column)
        else {
            return false;
        };
        let finer = places.checked_sub(u32::from(*scale)).and_then(|finer| 10_i128.checked_pow(finer));
        let (Some(power), Some(values)) = (finer, values.get(from..from + count)) else { return false };
        match known.map(|known| known.get(from..from + count)) {
            None => values.iter().for_each(|units| builder.append_value(i128::from(*units) * power)),
            Some(Some(known)) => values.iter().zip(known).for_each(|(units, known)| {
                builder.append_option(known.then(|| i128::from(*units) * power));
            }),
            Some(None) => return false,
        }
        true
    }
}

impl Sink for Frame {
    /// Adds a row. A value with more digits than its column holds refuses the row, which then says so.
    fn row(&mut self, row: &Row<'_>) {
        let reason = match row.values {
            Values::Refused { reason, .. } => Some(reason),
            _ => None,
        };
        let mut refused = reason.map(str::to_owned);
        for (at, column) in self.columns.iter_mut().enumerate() {
            if let Err(error) = column.add(&row.value(at), reason.is_some()) {
                refused.get_or_insert(error);
            }
        }
        self.errors.append_option(refused);
    }

    /// Adds rows column by column.
    fn run(&mut self, run: &Run<'_>) {
        let count = run.ids.len();
        let mut refused: BTreeMap<usize, String> = BTreeMap::new();
        for (at, column) in self.columns.iter_mut().enumerate() {
            if run.columns.get(at).is_some_and(|of| column.add_all(of, run.from, count)) {
                continue;
            }
            for row in 0..count {
                if let Err(error) = column.add(&run.row(row).value(at), false) {
                    refused.entry(row).or_insert(error);
                }
            }
        }
        if refused.is_empty() {
            self.errors.append_nulls(count);
        } else {
            (0..count).for_each(|row| self.errors.append_option(refused.remove(&row)));
        }
    }
}

/// A number in units of 10 to the power of minus `places`; an error with its text where it is none.
fn units(value: &View<'_>, places: u32) -> Result<Option<i128>, String> {
    match value {
        View::Scaled { units, scale, .. } => {
            let scale = u32::from(*scale);
            let units = i128::from(*units);
            let power = 10_i128.checked_pow(scale.abs_diff(places)).unwrap_or(1);
            match scale <= places {
                true => Ok(Some(units * power)),
                false if units % power == 0 => Ok(Some(units / power)),
                false => Err(text_of(value)),
            }
        }
        View::Exact(number, style) => {
            let power = Exact::from(10).checked_pow(places.cast_signed());
            let units = power.and_then(|power| number.checked_mul(&power)).ok();
            let units = match style {
                Style::Share => units.map(|it| it.round_whole(Rounding::HalfEven)),
                _ => units,
            };
            let limit = 10_i128.pow(u32::from(DIGITS));
            match units.and_then(|units| units.to_i128()).filter(|units| units.abs() < limit) {
                Some(units) => Ok(Some(units)),
                None => Err(text_of(value)),
            }
        }
        _ => Ok(None),
    }
}

fn text_of(value: &View<'_>) -> String {
    let mut text = Vec::new();
    csv_cell(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
