//! Rows as they are read, with the places that messages point at.

use std::sync::Arc;

use super::cell::Slip;
use super::text::KeyText;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Band, KeyMatch, Name, RowPlaces, Rows, Ty, Value};
use crate::sheet::Sheet;
use crate::source::Span;

/// What is known of a table before its rows: the types of its keys and results, all understood.
pub(super) struct Header<'a> {
    /// The table's name, where it is declared.
    pub(super) name: &'a Name,
    pub(super) span: Span,
    pub(super) keys: Vec<(Name, Ty)>,
    /// The types in which the keys' cells are read, never `Optional`: of a row of another table the type of
    /// its key.
    pub(super) key_cells: Vec<Ty>,
    pub(super) columns: Vec<(Option<Name>, Ty)>,
}

impl Header<'_> {
    /// The name by which a result column is called in a file or a list grid.
    pub(super) fn column_of(&self, header: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| match name {
            Some(name) => name.as_ref() == header,
            None => header == self.name.as_ref() || header == "value",
        })
    }

    pub(super) fn key_of(&self, header: &str) -> Option<usize> {
        self.keys.iter().position(|(name, _)| name.as_ref() == header)
    }

    /// Whether a key may be missing.
    pub(super) fn may_be_absent(&self, key: usize) -> bool {
        self.keys.get(key).is_some_and(|(_, ty)| matches!(ty, Ty::Optional(_)))
    }

    /// Every name that a column can have, for suggestions.
    pub(super) fn names(&self) -> Vec<&str> {
        let keys = self.keys.iter().map(|(name, _)| name.as_ref());
        let columns = self.columns.iter().map(|(name, _)| name.as_deref().unwrap_or(self.name));
        keys.chain(columns).collect()
    }
}

/// The rows of one version of a table.
pub(super) struct Draft<'a> {
    pub(super) keys: Vec<Vec<KeyMatch>>,
    pub(super) values: Vec<Vec<Option<Value>>>,
    pub(super) otherwise: Option<Vec<Option<Value>>>,
    /// Where the `else` row stands.
    pub(super) else_spot: Option<Spot>,
    pub(super) places: Places<'a>,
}

/// Where cells stand.
pub(super) enum Places<'a> {
    /// In the book: the span of each row, and of each row's key cells.
    Book { rows: Vec<Span>, cells: Vec<Vec<Span>> },
    /// In a file: the row of the sheet for each row, the sheet's column for each key.
    File { sheet: &'a Sheet, rows: Vec<u32>, keys: Vec<usize>, named_at: Span },
}

/// One place: in a text, or in words.
#[derive(Clone, Debug)]
pub(super) enum Spot {
    Text(Span),
    Words { place: String, named_at: Span },
}

impl Spot {
    /// The problem of a cell that stands here.
    pub(super) fn slip(&self, slip: Slip) -> Diagnostic {
        match self {
            Spot::Text(span) => slip.at(*span),
            Spot::Words { place, named_at } => slip.at_place(place).also(*named_at, "the file is named here"),
        }
    }

    /// The problem, marked here as its main place.
    pub(super) fn mark(&self, problem: Diagnostic, words: &str) -> Diagnostic {
        match self {
            Spot::Text(span) => problem.at(*span, words),
            Spot::Words { place, named_at } => {
                problem.note(format!("{place}: {words}")).also(*named_at, "the file is named here")
            }
        }
    }

    /// The problem, with this place beside its main one.
    pub(super) fn also(&self, problem: Diagnostic, words: &str) -> Diagnostic {
        match self {
            Spot::Text(span) => problem.also(*span, words),
            Spot::Words { place, .. } => problem.note(format!("{place}: {words}")),
        }
    }
}

impl<'a> Draft<'a> {
    pub(super) fn new(keys: usize, columns: usize, places: Places<'a>) -> Draft<'a> {
        Draft {
            keys: vec![Vec::new(); keys],
            values: vec![Vec::new(); columns],
            otherwise: None,
            else_spot: None,
            places,
        }
    }

    /// How many rows there are, `else` not counted.
    pub(super) fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Puts the rows into another order.
    pub(super) fn reorder(&mut self, order: &[usize]) {
        fn sorted<T>(column: &mut Vec<T>, order: &[usize]) {
            let mut old: Vec<Option<T>> = column.drain(..).map(Some).collect();
            column.extend(order.iter().filter_map(|row| old.get_mut(*row).and_then(Option::take)));
        }
        self.keys.iter_mut().for_each(|column| sorted(column, order));
        self.values.iter_mut().for_each(|column| sorted(column, order));
        match &mut self.places {
            Places::Book { rows, cells } => {
                sorted(rows, order);
                sorted(cells, order);
            }
            Places::File { rows, .. } => sorted(rows, order),
        }
    }

    /// Where a row stands.
    pub(super) fn row_spot(&self, row: usize) -> Spot {
        match &self.places {
            Places::Book { rows, .. } => Spot::Text(rows.get(row).copied().unwrap_or_default()),
            Places::File { sheet, rows, keys, named_at } => {
                let row = rows.get(row).map_or(0, |row| *row as usize);
                let last = sheet.width().saturating_sub(1);
                match (sheet.span(row, 0), sheet.span(row, last), keys.is_empty()) {
                    (Some(first), Some(last), _) => Spot::Text(first.cover(last)),
                    _ => Spot::Words { place: sheet.row_place(row), named_at: *named_at },
                }
            }
        }
    }

    /// Where the cell of a key stands.
    pub(super) fn key_spot(&self, row: usize, key: usize) -> Spot {
        match &self.places {
            Places::Book { cells, .. } => {
                let cell = cells.get(row).and_then(|cells| cells.get(key)).copied();
                cell.map_or_else(|| self.row_spot(row), Spot::Text)
            }
            Places::File { sheet, rows, keys, named_at } => {
                let row = rows.get(row).map_or(0, |row| *row as usize);
                cell_spot(sheet, row, keys.get(key).copied().unwrap_or(0), *named_at)
            }
        }
    }

    /// The rows of the checked form.
    pub(super) fn into_rows(self) -> Rows {
        let places = match self.places {
            Places::Book { rows, .. } => RowPlaces::Spans(rows),
            Places::File { sheet, rows, .. } => RowPlaces::Lines {
                file: Arc::from(sheet.shown()),
                lines: rows.iter().map(|row| sheet.line(*row as usize)).collect(),
            },
        };
        Rows { keys: self.keys, values: self.values, otherwise: self.otherwise, places }
    }
}

/// Where a cell of a sheet stands.
pub(super) fn cell_spot(sheet: &Sheet, row: usize, column: usize, named_at: Span) -> Spot {
    match sheet.span(row, column) {
        Some(span) => Spot::Text(span),
        None => Spot::Words { place: sheet.place(row, column), named_at },
    }
}

/// What a key's cell asks, in the checked form; ends that run to the next bound are still open.
pub(super) fn key_match(text: KeyText) -> Result<KeyMatch, Slip> {
    match text {
        KeyText::Any => Ok(KeyMatch::Any),
        KeyText::Value(value) => Ok(KeyMatch::One(value)),
        KeyText::Values(mut values) => {
            let mut kept: Vec<Value> = Vec::new();
            for value in values.drain(..) {
                if kept.contains(&value) {
                    return Err(Slip::new(codes::DUPLICATE_VALUE, "a value stands twice in one cell"));
                }
                kept.push(value);
            }
            Ok(match (kept.len(), kept.pop()) {
                (1, Some(only)) => KeyMatch::One(only),
                (_, Some(last)) => {
                    kept.push(last);
                    KeyMatch::OneOf(kept)
                }
                (_, None) => KeyMatch::Any,
            })
        }
        KeyText::Starts(beginnings) => {
            for (at, text) in beginnings.iter().enumerate() {
                if text.is_empty() {
                    let slip = Slip::new(codes::BAD_CELL, "every text starts with nothing");
                    return Err(slip.help("write `any` for every text"));
                }
                let wider = |(other, of): &(usize, &Name)| *other != at && text.starts_with(of.as_ref());
                if let Some((_, wider)) = beginnings.iter().enumerate().find(wider) {
                    let message = format!("a text that starts {text:?} starts {wider:?} too");
                    return Err(Slip::new(codes::DUPLICATE_VALUE, message).help("leave out the longer one"));
                }
            }
            Ok(KeyMatch::Starts(beginnings))
        }
        KeyText::Band { lower, upper } => Ok(KeyMatch::Band(Box::new(Band { lower, upper }))),
    }
}

/// How many problems of one table are shown; the rest are counted.
const MAX_SHOWN: usize = 20;

/// The problems of one table.
pub(super) struct Problems<'p> {
    list: &'p mut Vec<Diagnostic>,
    shown: usize,
    more: usize,
    errors: bool,
}

impl<'p> Problems<'p> {
    pub(super) fn new(list: &'p mut Vec<Diagnostic>) -> Problems<'p> {
        Problems { list, shown: 0, more: 0, errors: false }
    }

    /// Adds an error; it is only made if it will be shown.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Diagnostic) {
        self.errors = true;
        if self.shown < MAX_SHOWN {
            self.shown += 1;
            self.list.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, problem: Diagnostic) {
        self.list.push(problem);
    }

    /// Whether there was an error.
    pub(super) fn any(&self) -> bool {
        self.errors
    }

    /// Says how many problems were not shown, on the last that was.
    pub(super) fn finish(self) {
        if self.more > 0
            && let Some(last) = self.list.last_mut()
        {
            last.notes.push(format!("and {} more problems in this table", self.more));
        }
    }
}
