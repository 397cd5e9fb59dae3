//! Rows written in the book: `{ key, key: value }`, list grids and cross grids.

use super::cell::{Said, Slip, said, value_of};
use super::draft::{Draft, Header, Places, Problems, Spot, key_match};
use super::errors;
use super::text::KeyText;
use crate::check::describe;
use crate::diagnostic::codes;
use crate::ir::{KeyMatch, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{Band, Bound, Cell, CellKind, Grid, Literal, LiteralKind, TableRow};
use crate::value::UnitTable;

/// Reads rows of a book into a draft.
pub(super) struct BookReader<'a, 'p, 'l> {
    header: &'a Header<'a>,
    units: &'a UnitTable,
    problems: &'p mut Problems<'l>,
    draft: Draft<'a>,
}

impl<'a, 'p, 'l> BookReader<'a, 'p, 'l> {
    pub(super) fn new(header: &'a Header<'a>, units: &'a UnitTable, problems: &'p mut Problems<'l>) -> Self {
        let places = Places::Book { rows: Vec::new(), cells: Vec::new() };
        let draft = Draft::new(header.keys.len(), header.columns.len(), places);
        BookReader { header, units, problems, draft }
    }

    /// `{ c_frame, east: 5  else: 0 }`
    pub(super) fn rows(mut self, rows: &[TableRow]) -> Draft<'a> {
        if let (2.., Some(first)) = (self.header.columns.len(), rows.first()) {
            let span = first.value.span;
            self.problems.add(|| errors::record_needs_grid(span));
            return self.draft;
        }
        for row in rows {
            if row.keys.is_empty() {
                let values = self.results(std::slice::from_ref(&row.value));
                self.otherwise(values, row.span);
                continue;
            }
            if row.keys.len() != self.header.keys.len() {
                let (found, expected) = (row.keys.len(), self.header.keys.len());
                self.problems.add(|| errors::wrong_key_count(row.span, found, expected));
                continue;
            }
            let keys: Vec<&Cell> = row.keys.iter().collect();
            self.row(&keys, std::slice::from_ref(&row.value), row.span);
        }
        self.draft
    }

    /// A grid, in whichever of its two forms.
    pub(super) fn grid(mut self, grid: &Grid) -> Draft<'a> {
        let names: Vec<Option<&str>> = grid.header.iter().map(word).collect();
        let known = |name: &Option<&str>| {
            name.is_some_and(|name| {
                self.header.key_of(name).is_some() || self.header.column_of(name).is_some()
            })
        };
        if names.iter().all(known) {
            self.list_grid(grid, &names);
        } else if self.header.columns.len() > 1 && names.iter().filter(|name| known(name)).count() > 1 {
            // Several results have a list grid only, so a name that is none of its columns is a slip.
            for (name, cell) in names.iter().zip(&grid.header).filter(|(name, _)| !known(name)) {
                let expected = self.header.names();
                let name = name.unwrap_or_default();
                self.problems.add(|| errors::unknown_grid_column(cell.span, name, &expected));
            }
        } else {
            self.cross_grid(grid);
        }
        self.draft
    }

    /// The header names every key and every result column, in any order.
    fn list_grid(&mut self, grid: &Grid, names: &[Option<&str>]) {
        let (mut keys, mut columns) =
            (vec![None; self.header.keys.len()], vec![None; self.header.columns.len()]);
        for (at, (name, cell)) in names.iter().zip(&grid.header).enumerate() {
            let Some(name) = name else { continue };
            let slot = match (self.header.key_of(name), self.header.column_of(name)) {
                (Some(key), _) => keys.get_mut(key),
                (None, Some(column)) => columns.get_mut(column),
                (None, None) => None,
            };
            match slot {
                Some(slot @ None) => *slot = Some(at),
                _ => self.problems.add(|| errors::column_twice(name, cell.span)),
            }
        }
        let missing = |slots: &[Option<usize>], name: &dyn Fn(usize) -> String| -> Vec<String> {
            slots.iter().enumerate().filter(|(_, slot)| slot.is_none()).map(|(at, _)| name(at)).collect()
        };
        let key_name =
            |at: usize| self.header.keys.get(at).map_or(String::new(), |(name, _)| name.to_string());
        let column_name = |at: usize| {
            let name = self.header.columns.get(at).and_then(|(name, _)| name.as_deref());
            name.unwrap_or(self.header.name).to_owned()
        };
        let mut lacking = missing(&keys, &key_name);
        lacking.extend(missing(&columns, &column_name));
        if !lacking.is_empty() {
            let span = header_span(grid);
            self.problems.add(|| errors::grid_lacks(&lacking, span));
            return;
        }
        let (keys, columns): (Vec<usize>, Vec<usize>) =
            (keys.into_iter().flatten().collect(), columns.into_iter().flatten().collect());
        for row in &grid.rows {
            let span = row_span(row, grid.span);
            if row.len() != grid.header.len() {
                self.problems.add(|| errors::ragged_grid(span, row.len(), grid.header.len()));
                continue;
            }
            let results: Vec<Cell> = columns.iter().filter_map(|at| row.get(*at)).cloned().collect();
            if row.iter().any(|cell| cell.kind == CellKind::Else) {
                let values = self.results(&results);
                self.otherwise(values, span);
                continue;
            }
            let cells: Vec<&Cell> = keys.iter().filter_map(|at| row.get(*at)).collect();
            self.row(&cells, &results, span);
        }
    }

    /// The values of the last key stand in the header, those of the others at the left.
    fn cross_grid(&mut self, grid: &Grid) {
        let leading = self.header.keys.len().saturating_sub(1);
        if let 2.. = self.header.columns.len() {
            self.problems.add(|| errors::record_needs_list_grid(header_span(grid), &self.header.names()));
            return;
        }
        if leading == 0 || grid.header.len() <= leading {
            self.problems.add(|| errors::bad_grid_header(header_span(grid), &self.header.names()));
            return;
        }
        let (corner, across) = grid.header.split_at(leading);
        for (at, cell) in corner.iter().enumerate() {
            let expected = self.header.keys.get(at).map(|(name, _)| name.as_ref());
            if cell.kind != CellKind::Blank && word(cell) != expected {
                let expected = expected.unwrap_or_default().to_owned();
                self.problems.add(|| errors::bad_corner(cell.span, &expected, &self.header.names()));
            }
        }
        for row in &grid.rows {
            let span = row_span(row, grid.span);
            if row.len() != grid.header.len() {
                self.problems.add(|| errors::ragged_grid(span, row.len(), grid.header.len()));
                continue;
            }
            if let Some(cell) = row.iter().chain(&grid.header).find(|cell| cell.kind == CellKind::Else) {
                self.problems.add(|| errors::else_in_cross_grid(cell.span));
                continue;
            }
            let (left, values) = row.split_at(leading);
            for (top, value) in across.iter().zip(values) {
                let keys: Vec<&Cell> = left.iter().chain(std::iter::once(top)).collect();
                self.row(&keys, std::slice::from_ref(value), value.span);
            }
        }
    }

    /// One row; a broken cell leaves it out.
    fn row(&mut self, keys: &[&Cell], results: &[Cell], span: Span) {
        let mut matches = Vec::with_capacity(keys.len());
        for (at, (cell, ty)) in keys.iter().zip(&self.header.key_cells).enumerate() {
            match key_of(cell, ty, self.header.may_be_absent(at), self.units) {
                Ok(found) => matches.push(found),
                Err(slip) => self.problems.add(|| slip.at(cell.span)),
            }
        }
        let values = self.results(results);
        let (Some(values), true) = (values, matches.len() == keys.len()) else { return };
        for (column, found) in self.draft.keys.iter_mut().zip(matches) {
            column.push(found);
        }
        for (column, value) in self.draft.values.iter_mut().zip(values) {
            column.push(value);
        }
        if let Places::Book { rows, cells } = &mut self.draft.places {
            rows.push(span);
            cells.push(keys.iter().map(|cell| cell.span).collect());
        }
    }

    fn results(&mut self, cells: &[Cell]) -> Option<Vec<Option<Value>>> {
        let mut values = Vec::with_capacity(cells.len());
        for (cell, (_, ty)) in cells.iter().zip(&self.header.columns) {
            match result_of(cell, ty, self.units) {
                Ok(value) => values.push(value),
                Err(slip) => self.problems.add(|| slip.at(cell.span)),
            }
        }
        (values.len() == cells.len()).then_some(values)
    }

    fn otherwise(&mut self, values: Option<Vec<Option<Value>>>, span: Span) {
        if let Some(Spot::Text(first)) = self.draft.else_spot {
            self.problems.add(|| errors::two_else(span, first));
            return;
        }
        self.draft.else_spot = Some(Spot::Text(span));
        self.draft.otherwise = values;
    }
}

/// The one word of a cell.
fn word(cell: &Cell) -> Option<&str> {
    match &cell.kind {
        CellKind::Values(values) => match values.as_slice() {
            [Literal { kind: LiteralKind::Word(word) | LiteralKind::Text(word), .. }] => Some(word),
            _ => None,
        },
        _ => None,
    }
}

fn header_span(grid: &Grid) -> Span {
    row_span(&grid.header, grid.span)
}

fn row_span(cells: &[Cell], grid: Span) -> Span {
    let spans = cells.iter().filter(|cell| cell.kind != CellKind::Blank).map(|cell| cell.span);
    spans.reduce(Span::cover).unwrap_or(grid)
}

/// What a key's cell asks.
fn key_of(cell: &Cell, ty: &Ty, may_be_absent: bool, units: &UnitTable) -> Result<KeyMatch, Slip> {
    let key_value = |literal: &Literal| match &literal.kind {
        LiteralKind::Word(word) if may_be_absent && word.as_ref() == "absent" => Ok(Value::Absent),
        LiteralKind::Word(word) if word.as_ref() == "absent" => {
            let help =
                "`absent` stands for a missing key: write `optional` behind the key where the table begins";
            value(literal, ty, units).map_err(|slip| slip.help(help))
        }
        _ => value(literal, ty, units),
    };
    let text = match &cell.kind {
        CellKind::Any => KeyText::Any,
        CellKind::Values(literals) => {
            KeyText::Values(literals.iter().map(key_value).collect::<Result<_, _>>()?)
        }
        CellKind::Starts(texts) => {
            if !matches!(ty, Ty::Text | Ty::Row(_)) {
                let message = format!("found the beginning of a text; expected {}", describe::ty(ty));
                return Err(
                    Slip::new(codes::TYPE_MISMATCH, message).help("`starts` is for keys of type `text`")
                );
            }
            KeyText::Starts(texts.iter().map(|text| text.text.clone()).collect())
        }
        CellKind::Band(band) => {
            let Band { lower, upper } = band.as_ref();
            if !is_ordered(ty) {
                return Err(Slip::new(
                    codes::NOT_RANKED,
                    format!("bounds of {}, which has no order", describe::ty(ty)),
                )
                .help("list the values that are meant: `a or b`"));
            }
            let bound = |bound: &Option<Bound>| match bound {
                Some(bound) => Ok(Some((value(&bound.value, ty, units)?, bound.inclusive))),
                None => Ok(None),
            };
            KeyText::Band { lower: bound(lower)?, upper: bound(upper)? }
        }
        CellKind::Blank => {
            return Err(Slip::new(codes::BAD_CELL, "the cell is empty")
                .help("write a value, or `any` for every value"));
        }
        CellKind::NotAvailable => {
            return Err(Slip::new(codes::BAD_CELL, "found `n/a`; expected a key")
                .help("`n/a` stands in place of a result"));
        }
        CellKind::Else => {
            return Err(Slip::new(codes::BAD_CELL, "found `else`; expected a key")
                .help("`else` stands alone in place of all keys"));
        }
    };
    key_match(text)
}

/// What a result's cell says: a value, or nothing for `n/a`.
fn result_of(cell: &Cell, ty: &Ty, units: &UnitTable) -> Result<Option<Value>, Slip> {
    match &cell.kind {
        CellKind::NotAvailable => Ok(None),
        CellKind::Values(literals) => match literals.as_slice() {
            [Literal { kind: LiteralKind::Word(word), .. }] if word.as_ref() == "absent" => lacking(ty),
            [literal] => value(literal, ty, units).map(Some).map_err(|slip| match literal.kind {
                LiteralKind::Word(_) | LiteralKind::Text(_) => no_price(slip, ty),
                _ => slip,
            }),
            _ => Err(Slip::new(codes::BAD_CELL, "several values; a result is one value")),
        },
        CellKind::Blank if matches!(ty, Ty::Optional(_)) => Ok(Some(Value::Absent)),
        CellKind::Blank => Err(empty_result()),
        CellKind::Any | CellKind::Else | CellKind::Band(_) | CellKind::Starts(_) => {
            Err(Slip::new(codes::BAD_CELL, format!("found a key; expected {}", describe::ty(ty))))
        }
    }
}

/// A result that says `absent`.
pub(super) fn lacking(ty: &Ty) -> Result<Option<Value>, Slip> {
    match ty {
        Ty::Optional(_) => Ok(Some(Value::Absent)),
        Ty::Choice(of) if of.values.iter().any(|value| value.key.as_ref() == "absent") => {
            value_of(&Said::Word("absent"), ty).map(Some)
        }
        _ => {
            let message = format!("found `absent`; expected {}", describe::ty(ty));
            Err(Slip::new(codes::BAD_CELL, message).help(MAY_BE_MISSING))
        }
    }
}

/// A result of which nothing is said.
pub(super) fn empty_result() -> Slip {
    Slip::new(codes::BAD_CELL, "the cell is empty").help(MAY_BE_MISSING)
}

const MAY_BE_MISSING: &str = "write a value, or `n/a` for what cannot be bought; a column that some rows lack is declared \
     `optional` in a record: `-> { price: EUR, promotion: EUR optional }`";

fn value(literal: &Literal, ty: &Ty, units: &UnitTable) -> Result<Value, Slip> {
    value_of(&said(literal, units)?, ty)
}

/// A word where an amount belongs most often says that there is none.
pub(super) fn no_price(slip: Slip, ty: &Ty) -> Slip {
    let says_nothing = slip.code == codes::TYPE_MISMATCH && slip.help.is_none();
    match ty.required() {
        Ty::Number(_) if says_nothing => slip.help("what cannot be bought is `n/a`"),
        _ => slip,
    }
}

/// Whether values of the type have an order, so that bounds mean something.
pub(super) fn is_ordered(ty: &Ty) -> bool {
    match ty {
        Ty::Number(_) | Ty::Date => true,
        Ty::Choice(choices) => choices.ranked,
        _ => false,
    }
}
