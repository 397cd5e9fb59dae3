//! One sheet of an Excel workbook (.xlsx).

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Cell, DataRef, Dimensions, ExcelDateTime, Reader as _, Xlsx, XlsxError};

use super::problem::{self, Problems, narrow};
use super::{CellForm, Sheet, SheetForm, column_letters, decimal};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{FileId, limits};
use crate::value::Date;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(
    bytes: &[u8],
    path: &str,
    tab: Option<&str>,
    file: FileId,
) -> Result<Sheet, Vec<Diagnostic>> {
    let mut workbook = open(bytes, path).map_err(|problem| vec![*problem])?;
    let tab = choose_tab(&workbook, path, tab).map_err(|problem| vec![*problem])?;
    let broken = |error: XlsxError| vec![problem::not_a_workbook(path, &reason(&error))];
    let shown = format!("{path}, sheet {tab}");
    let mut filler = Filler::new(path, shown);
    filler.fill(&mut workbook, &tab).map_err(broken)?;
    if filler.too_long {
        return Err(vec![problem::too_many_rows(path, limits::MAX_TABLE_ROWS)]);
    }
    filler.refuse_formulas(&mut workbook, &tab).map_err(broken)?;
    filler.refuse_merged(&mut workbook, &tab).map_err(broken)?;
    filler.into_sheet(path, &tab, file)
}

/// Opens the workbook once its unpacked size is known to be within the limit.
fn open<'a>(bytes: &'a [u8], path: &str) -> Result<Workbook<'a>, Box<Diagnostic>> {
    if bytes.len() > limits::MAX_TABLE_BYTES {
        return Err(problem::too_long(path, bytes.len(), limits::MAX_TABLE_BYTES).into());
    }
    if bytes.is_empty() {
        return Err(problem::empty(path).into());
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let why = "it is protected by a password or of the older kind (.xls)";
        return Err(problem::not_a_workbook(path, why).into());
    }
    let archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| problem::not_a_workbook(path, "it is damaged or cut off, or no workbook at all"))?;
    // Programs that write in one go leave the sizes to the end of each entry; those are bounded below.
    let unpacked = archive.decompressed_size().and_then(|size| usize::try_from(size).ok());
    if let Some(size) = unpacked.filter(|size| *size > limits::MAX_TABLE_BYTES) {
        return Err(problem::too_long(path, size, limits::MAX_TABLE_BYTES).into());
    }
    Xlsx::new(Cursor::new(bytes)).map_err(|error| problem::not_a_workbook(path, &reason(&error)).into())
}

/// What is wrong with a workbook, in words for people.
fn reason(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "it is protected by a password".to_owned(),
        XlsxError::Io(_) | XlsxError::Zip(_) => "it is damaged or cut off".to_owned(),
        XlsxError::FileNotFound(part) => format!("its part `{part}` is missing"),
        XlsxError::NotAWorksheet(_) => "the sheet is a chart, not a table".to_owned(),
        _ => "its inner text is damaged".to_owned(),
    }
}

fn choose_tab(workbook: &Workbook<'_>, path: &str, tab: Option<&str>) -> Result<String, Box<Diagnostic>> {
    let names = workbook.sheet_names();
    let Some(wanted) = tab else {
        return names.into_iter().next().ok_or_else(|| problem::empty(path).into());
    };
    if names.iter().any(|name| name == wanted) {
        return Ok(wanted.to_owned());
    }
    let near = nearest(wanted, names.iter().map(String::as_str));
    Err(problem::unknown_tab(path, wanted, near, &names).into())
}

/// The columns that have a header.
struct Header {
    first: u32,
    last: u32,
    row: u32,
    names: BTreeMap<u32, String>,
}

impl Header {
    /// The header of a column; nothing for a column outside and for a remark.
    fn counts(&self, column: u32) -> Option<&str> {
        let name = self.names.get(&column).map(String::as_str);
        name.filter(|name| !name.starts_with('#'))
    }
}

/// What becomes the sheet, cell by cell.
struct Filler {
    path: String,
    shown: String,
    text: String,
    starts: Vec<u32>,
    lines: Vec<u32>,
    special: Vec<(u32, CellForm)>,
    header: Option<Header>,
    too_long: bool,
    problems: Problems,
}

/// A cell as text.
type Found = (String, CellForm);

impl Filler {
    fn new(path: &str, shown: String) -> Filler {
        Filler {
            path: path.to_owned(),
            shown,
            text: String::new(),
            starts: Vec::new(),
            lines: Vec::new(),
            special: Vec::new(),
            header: None,
            too_long: false,
            problems: Problems::default(),
        }
    }

    /// Reads all cells, row by row.
    fn fill(&mut self, workbook: &mut Workbook<'_>, tab: &str) -> Result<(), XlsxError> {
        let mut reader = workbook.worksheet_cells_reader(tab)?;
        let per_cent: Vec<bool> = reader
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().is_some_and(|format| is_per_cent(&format.format_code)))
            .collect();
        let mut row: BTreeMap<u32, Found> = BTreeMap::new();
        let mut number = 0;
        while let Some((cell, style)) = reader.next_cell_with_style_id()? {
            let (at, column) = cell.get_position();
            if at < number {
                return Err(XlsxError::Unexpected("rows out of order"));
            }
            if at > number {
                self.row(number, std::mem::take(&mut row));
                number = at;
            }
            if self.lines.len() > limits::MAX_TABLE_ROWS + 1 || self.text.len() > limits::MAX_TABLE_BYTES {
                self.too_long = true;
                return Ok(());
            }
            if let Some(found) = self.cell(&cell, per_cent.get(style) == Some(&true)) {
                row.insert(column, found);
            }
        }
        self.row(number, row);
        Ok(())
    }

    /// The text of a cell; nothing for an empty one.
    fn cell(&mut self, cell: &Cell<DataRef<'_>>, per_cent: bool) -> Option<Found> {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => return None,
            DataRef::String(text) => text.trim().to_owned(),
            DataRef::SharedString(text) => text.trim().to_owned(),
            DataRef::Bool(value) => return Some((value.to_string(), CellForm::Bool)),
            DataRef::Int(value) => self.number(value, row, column, per_cent),
            DataRef::Float(value) => self.number(value, row, column, per_cent),
            DataRef::DateTime(value) => match date_of(value) {
                Some(date) => return Some((date.to_string(), CellForm::Date)),
                None => self.time(row, column),
            },
            DataRef::DateTimeIso(text) => match Date::parse(text.trim_end_matches("T00:00:00")) {
                Ok(date) => return Some((date.to_string(), CellForm::Date)),
                Err(_) => self.time(row, column),
            },
            DataRef::DurationIso(_) => self.time(row, column),
            DataRef::Error(error) => self.error(error.to_string(), row, column),
        };
        Some((text, CellForm::Plain)).filter(|(text, _)| !text.is_empty())
    }

    fn number(&mut self, value: &impl ToString, row: u32, column: u32, per_cent: bool) -> String {
        match decimal::plain(value) {
            Ok(text) if per_cent => decimal::percent(&text),
            Ok(text) => text,
            Err(text) => {
                if self.matters(column) {
                    let place = self.place(row, column);
                    self.problems.add(|| problem::long_number(&place, &text));
                }
                text
            }
        }
    }

    fn time(&mut self, row: u32, column: u32) -> String {
        if self.matters(column) {
            let place = self.place(row, column);
            self.problems.add(|| problem::time_cell(&place));
        }
        "?".to_owned()
    }

    fn error(&mut self, text: String, row: u32, column: u32) -> String {
        if self.matters(column) {
            let place = self.place(row, column);
            let header =
                self.header.as_ref().and_then(|header| header.counts(column)).unwrap_or("").to_owned();
            self.problems.add(|| problem::error_cell(&place, &header, &text));
        }
        text
    }

    /// Whether what stands in a column is read: it has a header, and one that is no remark.
    fn matters(&self, column: u32) -> bool {
        self.header.as_ref().is_some_and(|header| header.counts(column).is_some())
    }

    /// A cell's place in words, `prices.xlsx, sheet 2026, cell C4`.
    fn place(&self, row: u32, column: u32) -> String {
        format!("{}, cell {}", self.shown, cell_name(row, column))
    }

    /// Takes a finished row: the first that is not empty is the header.
    fn row(&mut self, row: u32, cells: BTreeMap<u32, Found>) {
        let (Some(first), Some(last)) = (cells.keys().next(), cells.keys().next_back()) else { return };
        let (first, last) = (*first, *last);
        if self.header.is_none() {
            self.begin(row, first, last, cells);
            return;
        }
        let Some(header) = &self.header else { return };
        let (from, to) = (header.first, header.last);
        if let Some(column) = cells.keys().copied().find(|column| !(from..=to).contains(column)) {
            let place = self.place(row, column);
            self.problems.add(|| problem::outside(&place, &letters(from), &letters(to)));
            return;
        }
        self.lines.push(row + 1);
        for column in from..=to {
            match cells.get(&column) {
                Some((text, form)) => self.push(text, *form),
                None => self.push("", CellForm::Plain),
            }
        }
    }

    fn push(&mut self, text: &str, form: CellForm) {
        if form != CellForm::Plain {
            self.special.push((narrow(self.starts.len()), form));
        }
        self.starts.push(narrow(self.text.len()));
        self.text.push_str(text);
    }

    fn begin(&mut self, row: u32, first: u32, last: u32, cells: BTreeMap<u32, Found>) {
        let mut names: BTreeMap<u32, String> = BTreeMap::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        self.lines.push(row + 1);
        for column in first..=last {
            let name = cells.get(&column).map_or("", |(text, _)| text.as_str());
            self.push(name, CellForm::Plain);
            if name.is_empty() {
                let place = self.place(row, column);
                self.problems.add(|| problem::blank_header(&place, None));
            } else if let Some(other) = seen.insert(name.to_owned(), column) {
                let place =
                    format!("{}, cells {} and {}", self.shown, cell_name(row, other), cell_name(row, column));
                self.problems.add(|| problem::duplicate_header(name, &place, None));
            }
            names.insert(column, name.to_owned());
        }
        self.header = Some(Header { first, last, row, names });
    }

    /// A formula's value is whatever the last program that opened the file computed.
    fn refuse_formulas(&mut self, workbook: &mut Workbook<'_>, tab: &str) -> Result<(), XlsxError> {
        let mut reader = workbook.worksheet_cells_reader(tab)?;
        while let Some(cell) = reader.next_cell_with_formula_metadata()? {
            let (row, column) = cell.pos;
            if cell.formula.is_none() {
                continue;
            }
            let header = self.header.as_ref().filter(|header| row >= header.row);
            if let Some(name) = header.and_then(|header| header.counts(column)).map(str::to_owned) {
                let place = self.place(row, column);
                self.problems.add(|| problem::formula(&place, &name));
            }
        }
        Ok(())
    }

    /// Of merged cells only the first has the value; the others would be taken for empty ones.
    fn refuse_merged(&mut self, workbook: &mut Workbook<'_>, tab: &str) -> Result<(), XlsxError> {
        let Some((top, names)) = self.header.as_ref().map(|header| (header.row, header.names.clone())) else {
            return Ok(());
        };
        for Dimensions { start, end } in workbook.merge_cells_by_sheet_name(tab)? {
            let counts = |column: &u32| names.get(column).is_some_and(|name| !name.starts_with('#'));
            if end.0 >= top && (start.1..=end.1).any(|column| counts(&column)) {
                let (from, to) = (cell_name(start.0, start.1), cell_name(end.0, end.1));
                let place = format!("{}, cells {from} to {to}", self.shown);
                self.problems.add(|| problem::merged(&place));
            }
        }
        Ok(())
    }

    fn into_sheet(mut self, path: &str, tab: &str, file: FileId) -> Result<Sheet, Vec<Diagnostic>> {
        let Some(header) = self.header else { return Err(vec![problem::empty(&self.shown)]) };
        if self.lines.len() < 2 && self.problems.is_empty() {
            self.problems.add(|| problem::no_rows(&self.path));
        }
        let sheet = Sheet {
            path: Arc::from(path),
            tab: Some(Arc::from(tab)),
            file,
            form: SheetForm::Workbook { first_column: header.first },
            text: Arc::from(self.text),
            starts: self.starts,
            width: (header.last - header.first + 1) as usize,
            lines: self.lines,
            special: self.special,
        };
        self.problems.or(sheet)
    }
}

fn letters(column: u32) -> String {
    column_letters(column as usize)
}

/// `C4` for the fourth row's third cell; both count from zero here.
fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// Whether a number format shows per cent: a `%` that is neither quoted nor escaped.
fn is_per_cent(format: &str) -> bool {
    let mut chars = format.chars();
    let mut quoted = false;
    while let Some(found) = chars.next() {
        match found {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => {
                chars.next();
            }
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// The day of a date cell; nothing for a time of day, a duration or a day that no calendar has.
fn date_of(value: &ExcelDateTime) -> Option<Date> {
    let (year, month, day, hour, minute, second, millisecond) = value.to_ymd_hms_milli();
    let midnight = (hour, minute, second, millisecond) == (0, 0, 0, 0);
    // Day 0 stands for a mere time of day and is shown as January 1900 or December 1899.
    if !midnight || !value.is_datetime() || year < 1901 {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}
