//! Rows of results as an Arrow record batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, ListBuilder, NullBufferBuilder, StringBuilder};
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field as Column, Schema, SchemaRef};
use parquet::errors::ParquetError;

use super::cell::Cell;
use super::digits::{LONG, SHORT};
use super::group::{Encoding, Way};
use super::pricer::{Run, Sink};
use super::text::csv_cell;
use super::view::{Row, Style, Values, View, chosen};
use crate::columns::Out;
use crate::eval::{Field, FieldOf, SHARE_PLACES, StepField};
use crate::ir::{Builtin, Name, Place};
use crate::value::{Exact, Rounding};

/// How many decimal places amounts have in a column.
pub const AMOUNT_PLACES: u8 = 6;

/// The name of the column that says why a row was refused.
pub const ERROR: &str = "error";

/// How the values of a field stand in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number { digits: u8, places: u8 },
    Text,
    Flag,
    Names,
}

impl Kind {
    fn of(field: &FieldOf) -> Kind {
        let amount = Kind::Number { digits: LONG, places: AMOUNT_PLACES };
        match field {
            FieldOf::Id | FieldOf::Status => Kind::Text,
            FieldOf::Violations | FieldOf::Approvals | FieldOf::Alerts => Kind::Names,
            FieldOf::Figure { figure: Builtin::Margin | Builtin::OffList, .. } => {
                Kind::Number { digits: LONG, places: SHARE_PLACES }
            }
            FieldOf::Step { what: StepField::Applied, .. } => Kind::Flag,
            FieldOf::Input(Place::Quantity) => amount,
            FieldOf::Input(_) => Kind::Text,
            _ => amount,
        }
    }

    fn data_type(self) -> DataType {
        match self {
            Kind::Number { digits, places } => DataType::Decimal128(digits, places.cast_signed()),
            Kind::Text => DataType::Utf8,
            Kind::Flag => DataType::Boolean,
            Kind::Names => DataType::List(Arc::new(Column::new_list_field(DataType::Utf8, true))),
        }
    }

    fn building(self, rows: usize) -> Building {
        match self {
            Kind::Number { digits, places } => Building::Numbers(Numbers {
                units: Vec::with_capacity(rows),
                known: NullBufferBuilder::new(rows),
                digits,
                places,
            }),
            Kind::Text => Building::Texts(StringBuilder::with_capacity(rows, rows * 8)),
            Kind::Flag => Building::Flags(BooleanBuilder::with_capacity(rows)),
            Kind::Names => Building::Names(ListBuilder::with_capacity(StringBuilder::new(), rows)),
        }
    }
}

/// The columns that fields become.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    of: Vec<(Name, Kind)>,
    /// The column with the ids of requests, which are all different.
    ids: Option<usize>,
}

impl Columns {
    /// The columns of fields, with room for numbers of any size.
    pub fn new(fields: &[Field]) -> Columns {
        let of = fields.iter().map(|field| (field.name.clone(), Kind::of(&field.of))).collect();
        Columns { of, ids: fields.iter().position(|field| field.of == FieldOf::Id) }
    }

    /// How many decimal places each has; none where there are no numbers.
    pub fn places(&self) -> Vec<u8> {
        let places = |(_, kind): &(Name, Kind)| match kind {
            Kind::Number { places, .. } => *places,
            _ => 0,
        };
        self.of.iter().map(places).collect()
    }

    /// The same columns with numbers of so many digits.
    pub fn with_digits(mut self, all: &[u8]) -> Columns {
        for ((_, kind), known) in self.of.iter_mut().zip(all) {
            if let Kind::Number { digits, .. } = kind {
                *digits = *known;
            }
        }
        self
    }

    /// The columns of results: those kept of the input, these, and the last for what was refused.
    pub fn schema(&self, kept: &[Column]) -> SchemaRef {
        let own = self.of.iter().map(|(name, kind)| Column::new(&**name, kind.data_type(), true));
        let error = Column::new(ERROR, DataType::Utf8, true);
        Arc::new(Schema::new(kept.iter().cloned().chain(own).chain([error]).collect::<Vec<_>>()))
    }

    /// How rows with these columns are written to a Parquet file.
    pub fn encoding(&self, schema: SchemaRef) -> Result<Encoding, ParquetError> {
        let way = |at: usize, kind: Kind| match kind {
            Kind::Number { digits: SHORT, .. } => Some(Way::Differences),
            Kind::Number { .. } => Some(Way::Plain),
            _ => (self.ids == Some(at)).then_some(Way::Plain),
        };
        let ways = self.of.iter().enumerate();
        Encoding::new(schema, ways.filter_map(|(at, (name, kind))| Some((&**name, way(at, *kind)?))))
    }

    /// A record batch in the making, with room for so many rows.
    pub fn frame(&self, rows: usize) -> Frame {
        let columns = self.of.iter().map(|(_, kind)| kind.building(rows)).collect();
        Frame { columns, errors: StringBuilder::new() }
    }
}

/// A record batch in the making.
pub(super) struct Frame {
    columns: Vec<Building>,
    errors: StringBuilder,
}

enum Building {
    Numbers(Numbers),
    Texts(StringBuilder),
    Flags(BooleanBuilder),
    Names(ListBuilder<StringBuilder>),
}

/// Numbers in units of their last decimal place.
struct Numbers {
    units: Vec<i128>,
    known: NullBufferBuilder,
    digits: u8,
    places: u8,
}

impl Frame {
    /// The batch, behind the columns that are kept of the input.
    pub fn finish(mut self, schema: SchemaRef, kept: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
        let mut arrays = kept;
        for column in self.columns {
            arrays.push(match column {
                Building::Numbers(numbers) => Arc::new(numbers.finish()?),
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
            Building::Numbers(numbers) => return numbers.add(value),
            Building::Texts(builder) => match value {
                View::Text(text) => builder.append_value(text),
                View::Nothing => builder.append_null(),
                other => builder.append_value(text_of(other)),
            },
            Building::Flags(builder) => match value {
                View::Flag(flag) => builder.append_value(*flag),
                View::Lines(lines) => {
                    builder.append_null();
                    return Err(several(lines));
                }
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
}

impl Building {
    /// Adds a whole range of a column at once; false where that cannot be done, and nothing was added.
    fn add_all(&mut self, column: &Out<'_>, run: &Run<'_>) -> bool {
        let rows = run.from..run.from + run.ids.len();
        match (self, column) {
            (Building::Numbers(numbers), Out::Number { scale, values, known }) => {
                numbers.add_all(*scale, values.get(rows.clone()), known.map(|known| known.get(rows)))
            }
            (Building::Texts(builder), Out::Id) => {
                run.ids.iter().for_each(|id| builder.append_option(*id));
                true
            }
            (Building::Flags(builder), Out::Flag { values, known: None }) => {
                let values = values.get(rows);
                values.is_some_and(|values| {
                    builder.append_slice(values);
                    true
                })
            }
            (Building::Names(builder), Out::Names { of, bits }) => {
                for bits in bits.get(rows).unwrap_or_default() {
                    chosen(of, *bits).for_each(|name| builder.values().append_value(name));
                    builder.append(true);
                }
                true
            }
            _ => false,
        }
    }
}

impl Numbers {
    fn add(&mut self, value: &View<'_>) -> Result<(), String> {
        let units = units(value, self.places, self.digits);
        self.units.push(units.as_ref().ok().copied().flatten().unwrap_or(0));
        self.known.append(matches!(units, Ok(Some(_))));
        units.map(drop)
    }

    /// Adds numbers of so many places that fit for certain; `known` says where there are some, if not everywhere.
    /// False where they do not.
    fn add_all(&mut self, scale: u8, values: Option<&[i64]>, known: Option<Option<&[bool]>>) -> bool {
        let finer = self.places.checked_sub(scale).and_then(|finer| 10_i64.checked_pow(finer.into()));
        let (Some(power), Some(values), Some(known)) =
            (finer, values, known.map_or(Some(None), |it| it.map(Some)))
        else {
            return false;
        };
        if self.digits < LONG {
            let limit = 10_i64.pow(self.digits.into()) / power;
            if values.iter().any(|units| *units <= -limit || *units >= limit) {
                return false;
            }
        }
        self.units.extend(values.iter().map(|units| i128::from(*units) * i128::from(power)));
        match known {
            Some(known) => known.iter().for_each(|known| self.known.append(*known)),
            None => self.known.append_n_non_nulls(values.len()),
        }
        true
    }

    fn finish(mut self) -> Result<Decimal128Array, ArrowError> {
        let numbers = Decimal128Array::try_new(self.units.into(), self.known.finish())?;
        numbers.with_precision_and_scale(self.digits, self.places.cast_signed())
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
            if run.columns.get(at).is_some_and(|of| column.add_all(of, run)) {
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

/// A number in units of 10 to the power of minus `places`; an error where it has more digits, or there are several.
fn units(value: &View<'_>, places: u8, digits: u8) -> Result<Option<i128>, String> {
    let units = match value {
        View::Scaled { units, scale, .. } => {
            let units = i128::from(*units);
            let power = 10_i128.checked_pow(scale.abs_diff(places).into()).unwrap_or(1);
            match *scale <= places {
                true => units.checked_mul(power),
                false => (units % power == 0).then_some(units / power),
            }
        }
        View::Exact(number, style) => {
            let power = Exact::from(10).checked_pow(places.into());
            let units = power.and_then(|power| number.checked_mul(&power)).ok();
            let units = match style {
                Style::Share => units.map(|it| it.round_whole(Rounding::HalfEven)),
                _ => units,
            };
            units.and_then(|units| units.to_i128())
        }
        View::Lines(lines) => return Err(several(lines)),
        _ => return Ok(None),
    };
    let limit = 10_u128.pow(digits.into());
    match units.filter(|units| units.unsigned_abs() < limit) {
        Some(units) => Ok(Some(units)),
        None => {
            let text = text_of(value);
            Err(format!("{text} has more than {places} decimal places, or more than {digits} digits"))
        }
    }
}

/// A figure of each line has no place in one column.
fn several(lines: &[Cell]) -> String {
    format!(
        "the request has {} lines, and the column has room for one; write NDJSON or CSV, or ask for the quote",
        lines.len()
    )
}

fn text_of(value: &View<'_>) -> String {
    let mut text = Vec::new();
    csv_cell(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
