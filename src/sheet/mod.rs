//! Table files: the bytes of a CSV file or a workbook become a [`Sheet`], a header and rows of text cells.
//!
//! ```text
//!   bytes ──▶ csv.rs ──────┐
//!                          ├──▶ Sheet: one text, the place of each cell in it, the line of each row
//!   bytes ──▶ workbook.rs ─┘
//! ```
//!
//! Nothing is guessed: a file that can be read in two ways is refused, with what to do about it. What the
//! cells mean is for the checker, which knows the types.

mod csv;
mod decimal;
mod problem;
#[cfg(test)]
mod tests;
mod workbook;

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A header and rows of cells, all of one width.
///
/// Two vectors of numbers and one text hold everything, so that a file of millions of rows costs little
/// more memory than its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The path as it is shown to people.
    path: Arc<str>,
    /// The sheet of a workbook.
    tab: Option<Arc<str>>,
    file: FileId,
    form: SheetForm,
    /// A CSV file's own text, byte order mark included; of a workbook all cells one after the other.
    text: Arc<str>,
    /// Where each cell begins in the text, the header's first, row by row.
    starts: Vec<u32>,
    width: usize,
    /// The 1-based line (row of a workbook) of the header and of each row.
    lines: Vec<u32>,
    /// Cells of a workbook that are no text or number, by their number in `starts`, ascending.
    special: Vec<(u32, CellForm)>,
}

/// How the text of a sheet holds its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SheetForm {
    /// As the file has them, with separators and quotes.
    Csv,
    /// Without anything between; the first column of the sheet that is used.
    Workbook { first_column: u32 },
}

/// What a cell of a workbook holds, beyond its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellForm {
    /// Text or a number; everything in a CSV file.
    Plain,
    /// A date; its text is year-month-day.
    Date,
    /// A truth value; its text is `true` or `false`.
    Bool,
}

/// Reads a table file by the ending of its path: `.csv`, or `.xlsx` with the sheet that is meant (the first
/// when it is left out).
///
/// Problems in a CSV file are marked in it, by the `file` that stands for it; the caller adds the text of
/// the file to its sources from the same bytes. Problems that no place in a text can show say the place in
/// words.
pub fn read(bytes: &[u8], path: &str, tab: Option<&str>, file: FileId) -> Result<Sheet, Vec<Diagnostic>> {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref() {
        Some("csv") if tab.is_some() => Err(vec![problem::tab_of_csv(path)]),
        Some("csv") => read_csv(bytes, path, file),
        Some("xlsx") => read_xlsx(bytes, path, tab, file),
        _ => Err(vec![problem::unknown_ending(path)]),
    }
}

/// Reads a CSV file: UTF-8, commas, one header line, quotes doubled inside quoted cells.
///
/// Blank lines and lines of nothing but commas are passed over.
pub fn read_csv(bytes: &[u8], path: &str, file: FileId) -> Result<Sheet, Vec<Diagnostic>> {
    csv::read(bytes, path, file)
}

/// Reads one sheet of a workbook. Its first row that is not empty is the header.
///
/// Numbers become the shortest decimal that stands for them, cells in a per cent format end in `%`, dates
/// are written year-month-day. A formula is refused: what it shows depends on who opened the file last.
/// Columns whose header begins with `#` are remarks and may hold anything.
pub fn read_xlsx(
    bytes: &[u8],
    path: &str,
    tab: Option<&str>,
    file: FileId,
) -> Result<Sheet, Vec<Diagnostic>> {
    workbook::read(bytes, path, tab, file)
}

impl Sheet {
    /// The path of the file as it is shown to people.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The file and, in a workbook, the sheet: `prices.xlsx, sheet 2026`.
    pub fn shown(&self) -> String {
        match &self.tab {
            Some(tab) => format!("{}, sheet {tab}", self.path),
            None => self.path.to_string(),
        }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are below the header.
    pub fn row_count(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// The header of a column.
    pub fn header(&self, column: usize) -> Cow<'_, str> {
        self.nth_cell(column)
    }

    /// The cell of a row (from 0, the header not counted) and a column (from 0), without blanks around it.
    pub fn cell(&self, row: usize, column: usize) -> Cow<'_, str> {
        self.nth_cell(self.number(row, column))
    }

    /// What the cell holds beyond its text.
    pub fn cell_form(&self, row: usize, column: usize) -> CellForm {
        if self.special.is_empty() {
            return CellForm::Plain;
        }
        let number = self.number(row, column);
        let found = self.special.binary_search_by_key(&number, |(number, _)| *number as usize);
        found.ok().and_then(|at| self.special.get(at)).map_or(CellForm::Plain, |(_, form)| *form)
    }

    /// The 1-based line, or row of the workbook, where a row begins.
    pub fn line(&self, row: usize) -> u32 {
        self.lines.get(row + 1).copied().unwrap_or(0)
    }

    /// Where a cell stands in the text of a CSV file.
    pub fn span(&self, row: usize, column: usize) -> Option<Span> {
        self.nth_span(self.number(row, column))
    }

    /// Where the header of a column stands in the text of a CSV file.
    pub fn header_span(&self, column: usize) -> Option<Span> {
        self.nth_span(column)
    }

    /// The place of a cell in words: `mass.csv line 4`, `prices.xlsx, sheet 2026, cell C4`.
    pub fn place(&self, row: usize, column: usize) -> String {
        match self.form {
            SheetForm::Csv => format!("{} line {}", self.path, self.line(row)),
            SheetForm::Workbook { .. } => {
                format!("{}, cell {}{}", self.shown(), self.column_name(column), self.line(row))
            }
        }
    }

    /// The place of a row in words: `mass.csv line 4`, `prices.xlsx, sheet 2026, row 4`.
    pub fn row_place(&self, row: usize) -> String {
        let word = if self.form == SheetForm::Csv { " line" } else { ", row" };
        format!("{}{word} {}", self.shown(), self.line(row))
    }

    /// The letters by which a workbook names a column.
    fn column_name(&self, column: usize) -> String {
        let first = match self.form {
            SheetForm::Csv => 0,
            SheetForm::Workbook { first_column } => first_column as usize,
        };
        column_letters(first + column)
    }

    fn number(&self, row: usize, column: usize) -> usize {
        (row + 1) * self.width + column
    }

    fn nth_cell(&self, number: usize) -> Cow<'_, str> {
        let Some(start) = self.starts.get(number).map(|start| *start as usize) else {
            return Cow::Borrowed("");
        };
        match self.form {
            SheetForm::Csv => csv::cell_text(&self.text, start),
            SheetForm::Workbook { .. } => {
                let end = self.starts.get(number + 1).map_or(self.text.len(), |end| *end as usize);
                Cow::Borrowed(self.text.get(start..end).unwrap_or(""))
            }
        }
    }

    fn nth_span(&self, number: usize) -> Option<Span> {
        let start = self.starts.get(number).copied()?;
        match self.form {
            SheetForm::Csv => Some(csv::cell_span(&self.text, self.file, start as usize)),
            SheetForm::Workbook { .. } => None,
        }
    }
}

/// `A` for 0, `Z` for 25, `AA` for 26.
fn column_letters(column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters
}
