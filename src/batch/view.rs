//! A row of results as a writer sees it, whoever worked it out: the columns or the interpreter.

use super::cell::Cell;
use crate::columns::Out;
use crate::eval::{Field, FieldOf, SHARE_PLACES};
use crate::ir::{Builtin, Name};
use crate::value::Exact;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// With at least so many decimal places.
    Amount(u32),
    /// With [`SHARE_PLACES`].
    Share,
    /// As short as can be.
    Number,
}

impl Style {
    /// The decimal places that are written in any case.
    pub fn least_places(self) -> u32 {
        match self {
            Style::Amount(places) => places,
            Style::Share => SHARE_PLACES.into(),
            Style::Number => 0,
        }
    }
}

/// The value of a field in a row.
#[derive(Clone, Debug)]
pub(super) enum View<'a> {
    Nothing,
    Text(&'a str),
    Owned(String),
    /// So many units of 10 to the power of minus `scale`.
    Scaled {
        units: i64,
        scale: u8,
        style: Style,
    },
    Exact(&'a Exact, Style),
    Flag(bool),
    Names(&'a [Name]),
    OwnedNames(Vec<Name>),
    /// Those of the names whose bit is set.
    Chosen(&'a [Name], u64),
    Lines(&'a [Cell]),
}

/// Shows what stands in the lane of an input as the whole answer does.
pub(super) trait ShowInput {
    fn show(&self, port: usize, value: i64) -> View<'static>;
}

/// A row of results.
pub(super) struct Row<'a> {
    /// The id of the request, where it has one.
    pub id: Option<&'a str>,
    pub values: Values<'a>,
}

/// Where the values of a row stand.
pub(super) enum Values<'a> {
    /// In the columns of a block, at this position.
    Columns { columns: &'a [Out<'a>], at: usize, styles: &'a [Style], shown: &'a dyn ShowInput },
    /// In cells of their own.
    Cells(&'a [Cell]),
    /// There are none but the id: why the request is refused, and its number in the input, from 1.
    Refused { number: u64, reason: &'a str, fields: &'a [Field] },
}

impl Row<'_> {
    /// The value of a field, by its position; of a row that is refused the id only.
    pub fn value(&self, field: usize) -> View<'_> {
        match &self.values {
            Values::Refused { fields, .. } => match (fields.get(field).map(|it| &it.of), self.id) {
                (Some(FieldOf::Id), Some(id)) => View::Text(id),
                _ => View::Nothing,
            },
            Values::Cells(cells) => cells.get(field).map_or(View::Nothing, view),
            Values::Columns { columns, at, styles, shown } => {
                let style = styles.get(field).copied().unwrap_or(Style::Number);
                match columns.get(field) {
                    None => View::Nothing,
                    Some(column) => of_column(column, *at, style, self.id, *shown),
                }
            }
        }
    }
}

fn of_column<'a>(
    column: &Out<'a>,
    at: usize,
    style: Style,
    id: Option<&'a str>,
    shown: &dyn ShowInput,
) -> View<'a> {
    match column {
        Out::Id => id.map_or(View::Nothing, View::Text),
        Out::Nothing => View::Nothing,
        Out::Number { known, .. }
        | Out::Flag { known, .. }
        | Out::Choice { known, .. }
        | Out::Input { known, .. }
            if known.is_some_and(|known| !known.get(at).copied().unwrap_or(false)) =>
        {
            View::Nothing
        }
        Out::Number { scale, values, .. } => match values.get(at) {
            Some(units) => View::Scaled { units: *units, scale: *scale, style },
            None => View::Nothing,
        },
        Out::Flag { values, .. } => values.get(at).map_or(View::Nothing, |flag| View::Flag(*flag)),
        Out::Choice { of, values, .. } => {
            let position = values.get(at).and_then(|at| usize::try_from(*at).ok());
            position.and_then(|at| of.get(at)).map_or(View::Nothing, |name| View::Text(name))
        }
        Out::Input { port, values, .. } => {
            values.get(at).map_or(View::Nothing, |value| shown.show(*port, *value))
        }
        Out::Names { of, bits } => View::Chosen(of, bits.get(at).copied().unwrap_or_default()),
    }
}

/// Those of the names whose bit is set.
pub(super) fn chosen(names: &[Name], bits: u64) -> impl Iterator<Item = &Name> {
    names.iter().enumerate().filter(move |(at, _)| bits >> at & 1 == 1).map(|(_, name)| name)
}

/// A cell as a writer sees it.
pub(super) fn view(cell: &Cell) -> View<'_> {
    match cell {
        Cell::Nothing => View::Nothing,
        Cell::Text(text) => View::Text(text),
        Cell::Amount(amount, places) => View::Exact(amount, Style::Amount(*places)),
        Cell::Share(share) => View::Exact(share, Style::Share),
        Cell::Number(number) => View::Exact(number, Style::Number),
        Cell::Flag(flag) => View::Flag(*flag),
        Cell::Names(names) => View::Names(names),
        Cell::Lines(cells) => View::Lines(cells),
    }
}

/// How the numbers of a field are written, in a currency of so many decimal places.
pub(super) fn style(field: &Field, places: u32) -> Style {
    match &field.of {
        FieldOf::Figure { figure: Builtin::Margin | Builtin::OffList, .. } => Style::Share,
        FieldOf::Input(_) => Style::Number,
        _ => Style::Amount(places),
    }
}
