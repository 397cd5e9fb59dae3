//! Rows of a file beside the book.

use std::borrow::Cow;

use super::draft::{Draft, Header, Places, Problems, cell_spot, key_match};
use super::errors;
use super::inline::is_ordered;
use super::text::{Column, KeyText};
use crate::diagnostic::nearest;
use crate::ir::{KeyMatch, Ty, Value};
use crate::sheet::Sheet;
use crate::source::Span;
use crate::value::UnitTable;

/// Which column of the sheet holds which key and which result.
struct Layout {
    keys: Vec<usize>,
    columns: Vec<usize>,
}

/// Reads all rows of a sheet.
pub(super) fn read<'a>(
    header: &Header<'_>,
    sheet: &'a Sheet,
    named_at: Span,
    units: &UnitTable,
    problems: &mut Problems<'_>,
) -> Option<Draft<'a>> {
    let layout = layout(header, sheet, named_at, problems)?;
    let places = Places::File {
        sheet,
        rows: Vec::with_capacity(sheet.row_count()),
        keys: layout.keys.clone(),
        named_at,
    };
    let mut draft = Draft::new(header.keys.len(), header.columns.len(), places);
    for column in &mut draft.keys {
        column.reserve(sheet.row_count());
    }
    for column in &mut draft.values {
        column.reserve(sheet.row_count());
    }
    let mut reader = Reader {
        sheet,
        named_at,
        keys: key_columns(header, &layout.keys, units),
        results: columns(header.columns.iter().map(|(_, ty)| ty), &layout.columns, units),
        ordered: header.key_cells.iter().map(is_ordered).collect(),
        problems,
    };
    for row in 0..sheet.row_count() {
        reader.row(row, &mut draft);
    }
    Some(draft)
}

fn key_columns<'t>(
    header: &'t Header<'_>,
    places: &[usize],
    units: &'t UnitTable,
) -> Vec<(usize, Column<'t>)> {
    let keys = header.key_cells.iter().enumerate();
    let keys = keys.map(|(at, ty)| Column::of_key(ty, header.may_be_absent(at), units));
    places.iter().copied().zip(keys).collect()
}

fn columns<'t>(
    types: impl Iterator<Item = &'t Ty>,
    places: &[usize],
    units: &'t UnitTable,
) -> Vec<(usize, Column<'t>)> {
    places.iter().copied().zip(types.map(|ty| Column::new(ty, units))).collect()
}

struct Reader<'a, 'p, 'l> {
    sheet: &'a Sheet,
    named_at: Span,
    keys: Vec<(usize, Column<'a>)>,
    results: Vec<(usize, Column<'a>)>,
    ordered: Vec<bool>,
    problems: &'p mut Problems<'l>,
}

impl Reader<'_, '_, '_> {
    /// Reads one row; a broken cell leaves it out.
    fn row(&mut self, row: usize, draft: &mut Draft<'_>) {
        let otherwise = self.keys.first().is_some_and(|(at, _)| self.sheet.cell(row, *at) == "else");
        let values = self.results(row);
        if otherwise {
            self.otherwise(row, values, draft);
            return;
        }
        let keys = self.key_cells(row);
        let (Some(keys), Some(values)) = (keys, values) else { return };
        for (column, key) in draft.keys.iter_mut().zip(keys) {
            column.push(key);
        }
        for (column, value) in draft.values.iter_mut().zip(values) {
            column.push(value);
        }
        if let Places::File { rows, .. } = &mut draft.places {
            rows.push(u32::try_from(row).unwrap_or(u32::MAX));
        }
    }

    fn key_cells(&mut self, row: usize) -> Option<smallvec::SmallVec<[KeyMatch; 2]>> {
        let mut found = smallvec::SmallVec::new();
        for ((at, column), ordered) in self.keys.iter_mut().zip(&self.ordered) {
            let text = self.sheet.cell(row, *at);
            let read = column.key(&text, self.sheet.cell_form(row, *at)).and_then(|key| match key {
                KeyText::Band { .. } if !ordered => Err(errors::bounds_without_order(&text)),
                key => key_match(key),
            });
            match read {
                Ok(key) => found.push(key),
                Err(slip) => {
                    let spot = cell_spot(self.sheet, row, *at, self.named_at);
                    self.problems.add(|| spot.slip(slip));
                }
            }
        }
        (found.len() == self.keys.len()).then_some(found)
    }

    fn results(&mut self, row: usize) -> Option<smallvec::SmallVec<[Option<Value>; 4]>> {
        let mut found = smallvec::SmallVec::new();
        for (at, column) in &mut self.results {
            match column.result(&self.sheet.cell(row, *at), self.sheet.cell_form(row, *at)) {
                Ok(value) => found.push(value),
                Err(slip) => {
                    let spot = cell_spot(self.sheet, row, *at, self.named_at);
                    self.problems.add(|| spot.slip(slip));
                }
            }
        }
        (found.len() == self.results.len()).then_some(found)
    }

    fn otherwise(
        &mut self,
        row: usize,
        values: Option<smallvec::SmallVec<[Option<Value>; 4]>>,
        draft: &mut Draft<'_>,
    ) {
        let first = self.keys.first().map_or(0, |(at, _)| *at);
        let spot = cell_spot(self.sheet, row, first, self.named_at);
        for (at, _) in self.keys.iter().skip(1) {
            if !self.sheet.cell(row, *at).is_empty() {
                let spot = cell_spot(self.sheet, row, *at, self.named_at);
                self.problems.add(|| spot.slip(errors::key_beside_else()));
            }
        }
        if draft.else_spot.is_some() {
            self.problems.add(|| spot.slip(errors::second_else()));
            return;
        }
        draft.else_spot = Some(spot);
        draft.otherwise = values.map(|values| values.into_vec());
    }
}

/// Matches the header of the sheet with the keys and results of the table.
fn layout(header: &Header<'_>, sheet: &Sheet, named_at: Span, problems: &mut Problems<'_>) -> Option<Layout> {
    let mut keys = vec![None; header.keys.len()];
    let mut columns = vec![None; header.columns.len()];
    let before = problems.any();
    for at in 0..sheet.width() {
        let name: Cow<'_, str> = sheet.header(at);
        if name.starts_with('#') {
            continue;
        }
        let span = sheet.header_span(at);
        let slot = match (header.key_of(&name), header.column_of(&name)) {
            (Some(key), _) => keys.get_mut(key),
            (None, Some(column)) => columns.get_mut(column),
            (None, None) => None,
        };
        match slot {
            Some(slot @ None) => *slot = Some(at),
            // Only `value` beside the table's own name: equal names were refused with the file.
            Some(_) => problems.add(|| errors::result_column_twice(sheet, &name, span, named_at)),
            None => {
                let near = nearest(&name, header.names());
                problems.add(|| errors::unknown_column(header, sheet, &name, span, near, named_at));
            }
        }
    }
    for (at, (name, _)) in header.keys.iter().enumerate() {
        if keys.get(at) == Some(&None) {
            problems.add(|| errors::missing_column(sheet, &[name.as_ref()], named_at));
        }
    }
    for (at, (name, _)) in header.columns.iter().enumerate() {
        if columns.get(at) == Some(&None) {
            let names = [name.as_deref().unwrap_or(header.name), "value"];
            let names = if name.is_some() { names.get(..1) } else { names.get(..) };
            problems.add(|| errors::missing_column(sheet, names.unwrap_or_default(), named_at));
        }
    }
    (problems.any() == before && keys.iter().chain(&columns).all(Option::is_some)).then(|| Layout {
        keys: keys.into_iter().flatten().collect(),
        columns: columns.into_iter().flatten().collect(),
    })
}
