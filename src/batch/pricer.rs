//! Many rows through one book: columns where they can, the interpreter where they cannot.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::cell::{Cell, as_shown, cells};
use super::kernel::{Found, Kernel, Kernels};
use super::lanes::{self, Filler, Translated, Written};
use super::summary::{OfBlock, Summary};
use super::view::{Row, ShowInput, Style, Values, View, style};
use crate::columns::{Answer, Block, Lane, Out, Scratch, day_number};
use crate::diagnostic::codes;
use crate::eval::{Day, Field, FieldOf, Plan};
use crate::ir::{Book, Name, Place};
use crate::quote::{self, Raw, Request, RequestError};
use crate::value::Date;
use crate::wire::Market;

/// How many rows run through the columns at a time: so many that what is done once a block is shared, so few
/// that all lanes stay in the nearest cache.
pub(super) const BLOCK_ROWS: usize = 512;

/// How many kernels are kept open from one block to the next. Each holds lanes of [`BLOCK_ROWS`] rows, and a book
/// may have thousands of products.
const MAX_OPEN: usize = 64;

/// What is asked of every row.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The fields of the answer.
    pub fields: Vec<Field>,
    /// The product of rows that do not name one.
    pub product: Option<String>,
    /// The day of rows that do not say one.
    pub as_of: Option<Date>,
    /// Columns that are carried over as they are.
    pub keep: Vec<String>,
    /// Market figures for rows that do not carry them.
    pub market: Market,
}

/// A book that answers a question about many rows. It can be shared by threads.
#[derive(Debug)]
pub struct Pricer<'p> {
    pub(super) plan: &'p Plan,
    pub(super) question: Question,
    /// The fields of the question, and behind them those that the summary needs.
    asked: Vec<Field>,
    kernels: Kernels,
}

impl<'p> Pricer<'p> {
    /// A book and a question.
    pub fn new(plan: &'p Plan, question: Question) -> Pricer<'p> {
        let of_summary = [FieldOf::Status, FieldOf::Total, FieldOf::Approvals];
        let of_summary = of_summary.map(|of| Field { name: "".into(), of });
        let asked = question.fields.iter().cloned().chain(of_summary).collect();
        Pricer { plan, question, asked, kernels: Kernels::default() }
    }

    /// The book.
    pub fn book(&self) -> &Book {
        self.plan.book()
    }

    /// The program of a product in a currency on a day of the book, if columns can do it.
    pub(super) fn kernel(&self, product: u32, currency: u16, day: Date) -> Found {
        self.kernels.get(self.plan, &self.asked, product, currency, day)
    }

    /// Someone who works on one part of the rows at a time.
    pub(super) fn worker(&self) -> Worker<'_> {
        Worker { pricer: self, open: Vec::new(), known: HashMap::new(), last: 0, summary: Summary::default() }
    }

    /// The decimal places of a currency of the book, and its name.
    fn currency(&self, at: u16) -> (Name, u32) {
        let book = self.plan.book();
        let name = book.currencies.get(usize::from(at)).cloned().unwrap_or_else(|| "".into());
        let places = book.units.places(&name).unwrap_or(2);
        (name, places)
    }
}

/// Where rows come from.
pub(super) trait Rows {
    /// How many there are.
    fn len(&self) -> usize;

    /// The number of a row in the whole input, from 1.
    fn number(&self, row: usize) -> u64;

    /// The row as a request, or why it is none, with its id.
    fn request(&self, row: usize) -> Result<Request, (RequestError, Option<String>)>;

    /// Puts rows into the lanes of kernels, as far as that goes: one answer for each row.
    fn assign<'r>(
        &'r self,
        from: usize,
        to: usize,
        worker: &mut Worker<'_>,
        assigned: &mut Vec<Assigned<'r>>,
    );
}

/// What became of a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Assigned<'r> {
    /// Which of the open kernels, and where in its block; none for the interpreter.
    pub place: Option<(usize, usize)>,
    /// The id of the request.
    pub id: Option<&'r str>,
}

/// Who is told what the rows came to, in their order.
pub(super) trait Sink {
    /// The next row.
    fn row(&mut self, row: &Row<'_>);

    /// The next rows, which stand one behind the other in the columns of a block.
    fn run(&mut self, run: &Run<'_>) {
        (0..run.ids.len()).for_each(|at| self.row(&run.row(at)));
    }
}

/// Rows that stand one behind the other in the columns of a block.
pub(super) struct Run<'a> {
    pub columns: &'a [Out<'a>],
    /// Where they begin in the columns.
    pub from: usize,
    /// One for each of them.
    pub ids: &'a [Option<&'a str>],
    styles: &'a [Style],
    shown: &'a dyn ShowInput,
}

impl Run<'_> {
    /// One of the rows.
    pub fn row(&self, at: usize) -> Row<'_> {
        let Run { columns, styles, shown, .. } = self;
        let values = Values::Columns { columns, at: self.from + at, styles, shown: *shown };
        Row { id: self.ids.get(at).copied().flatten(), values }
    }
}

/// Works on one part of the rows at a time.
pub(super) struct Worker<'w> {
    pub(super) pricer: &'w Pricer<'w>,
    open: Vec<Open>,
    /// What is known of a product in a currency.
    known: HashMap<(u32, u16), Known>,
    /// The open kernel that was asked for last.
    last: usize,
    /// What the rows came to since it was last taken.
    pub(super) summary: Summary,
}

/// What a worker knows of a product in a currency.
enum Known {
    /// The open kernels for it, each for days of its own.
    Open(Vec<usize>),
    /// Columns cannot do it.
    Never,
}

/// A kernel with a block that is filled.
struct Open {
    kernel: Arc<Kernel>,
    block: Block,
    scratch: Scratch,
    currency: Name,
    styles: Vec<Style>,
    /// Of each lane, what it has for the texts of a dictionary.
    translated: Vec<Translated>,
    /// What lanes have where the row is silent, by the port.
    settled: Vec<(usize, Settled)>,
}

/// What a lane has where the row is silent.
#[derive(Clone, Copy)]
enum Settled {
    /// The day for which the row is priced.
    Day,
    /// The currency.
    Value(i64),
    /// A figure of the market, and its day if it has one; none where the interpreter must look at it.
    Figure(Option<(i64, Option<Date>)>),
}

/// A figure of the market for all rows that do not bring one of their own.
fn figure(raw: &Raw, filler: &Filler) -> Option<(i64, Option<Date>)> {
    let text = |raw: &Raw| match raw {
        Raw::Text(text) | Raw::Number(text) => Some(text.clone()),
        _ => None,
    };
    let (value, date) = match raw {
        Raw::Object(fields) if fields.len() == 2 => {
            let field = |name: &str| text(&fields.iter().find(|(known, _)| known == name)?.1);
            (field("value")?, Some(Date::parse(&field("date")?).ok()?))
        }
        raw => (text(raw)?, None),
    };
    Some((filler.value(Written::Text(&value))?, date))
}

impl Worker<'_> {
    /// The open kernel for a product in a currency on a day; none where columns cannot do it.
    pub fn open(&mut self, product: u32, currency: u16, day: Date) -> Option<usize> {
        let is_for = |open: &Open| open.kernel.is_for(product, currency, day);
        if self.open.get(self.last).is_some_and(is_for) {
            return Some(self.last);
        }
        let pricer = self.pricer;
        let open = match self.known.entry((product, currency)).or_insert_with(|| Known::Open(Vec::new())) {
            Known::Open(open) => open,
            Known::Never => return None,
        };
        if let Some(at) = open.iter().find(|at| self.open.get(**at).is_some_and(is_for)) {
            self.last = *at;
            return Some(*at);
        }
        // The interpreter refuses a day on which the book does not hold; this says nothing of the product.
        if !pricer.book().effective.holds(day) {
            return None;
        }
        match pricer.kernel(product, currency, day) {
            Found::Kernel(kernel) => {
                self.last = self.open.len();
                open.push(self.last);
                self.open.push(Open::new(pricer, kernel));
                Some(self.last)
            }
            Found::Never(reason) => {
                self.known.insert((product, currency), Known::Never);
                if let Some(product) = pricer.plan.book().products.get(product as usize)
                    && !self.summary.reasons.contains_key(&product.name)
                {
                    self.summary.reasons.insert(product.name.clone(), reason.to_string());
                }
                None
            }
        }
    }

    /// The open kernel at a position.
    pub fn kernel(&self, at: usize) -> Option<&Arc<Kernel>> {
        self.open.get(at).map(|open| &open.kernel)
    }

    /// Adds rows for these days to an open kernel that has none, filled by `fill`.
    pub fn push_all(
        &mut self,
        at: usize,
        days: &[Date],
        fill: impl FnOnce(&Kernel, &mut Block, &mut [Translated]),
    ) {
        let Some(open) = self.open.get_mut(at) else { return };
        open.block.reset(days.len());
        fill(&open.kernel, &mut open.block, &mut open.translated);
        days.iter().enumerate().for_each(|(row, day)| open.settle(row, *day));
    }

    /// The block of an open kernel.
    pub fn block(&mut self, at: usize) -> Option<&mut Block> {
        self.open.get_mut(at).map(|open| &mut open.block)
    }

    /// Adds a row to an open kernel, with all that is the same for all rows.
    pub fn push(&mut self, at: usize, day: Date) -> Option<usize> {
        let open = self.open.get_mut(at)?;
        let row = open.block.push();
        open.settle(row, day);
        Some(row)
    }

    /// Works out rows, and tells the sink.
    pub fn all(&mut self, rows: &impl Rows, sink: &mut impl Sink) {
        let mut from = 0;
        let mut assigned = Vec::with_capacity(BLOCK_ROWS);
        while from < rows.len() {
            let to = rows.len().min(from + BLOCK_ROWS);
            self.next_block();
            assigned.clear();
            rows.assign(from, to, self, &mut assigned);
            self.some(rows, from..to, &assigned, sink);
            from = to;
        }
    }

    /// Empties the blocks, and lets kernels go where there are too many.
    fn next_block(&mut self) {
        if self.open.len() > MAX_OPEN {
            self.open.clear();
            self.known.retain(|_, known| matches!(known, Known::Never));
        }
        self.open.iter_mut().for_each(|open| open.block.reset(0));
    }

    fn some(
        &mut self,
        rows: &impl Rows,
        range: std::ops::Range<usize>,
        assigned: &[Assigned<'_>],
        sink: &mut impl Sink,
    ) {
        let Worker { pricer, open, summary, .. } = self;
        let count = pricer.asked.len();
        let answers: Vec<Ran<'_>> = open
            .iter_mut()
            .map(|open| {
                let Open { kernel, block, scratch, currency, styles, .. } = open;
                let answer: Answer<'_> = kernel.program.run(block, scratch);
                let columns: Vec<Out<'_>> = (0..count).map_while(|at| answer.column(at)).collect();
                let shown = ShowLane { plan: pricer.plan, kernel };
                Ran { columns, deferred: answer.deferred(), currency, styles, shown }
            })
            .collect();
        let of_summary = pricer.question.fields.len();
        let mut in_columns: Vec<Vec<usize>> =
            answers.iter().map(|_| Vec::with_capacity(range.len())).collect();
        // Where the columns have the answer of a row: in which block, and at which position.
        let found = |row: usize| {
            let (open, at) = assigned.get(row - range.start)?.place?;
            let ran = answers.get(open)?;
            let worked = ran.columns.len() == count && ran.deferred.get(at) == Some(&false);
            worked.then_some((open, at))
        };
        let mut ids = Vec::with_capacity(range.len());
        let mut row = range.start;
        while row < range.end {
            if let Some((open, from)) = found(row) {
                let next =
                    (row + 1..range.end).find(|next| found(*next) != Some((open, from + (next - row))));
                let next = next.unwrap_or(range.end);
                ids.clear();
                ids.extend((row..next).map(|row| assigned.get(row - range.start).and_then(|it| it.id)));
                if let Some(Ran { columns, styles, shown, .. }) = answers.get(open) {
                    sink.run(&Run { columns, from, ids: &ids, styles, shown });
                    in_columns[open].extend(from..from + (next - row));
                }
                row = next;
                continue;
            }
            match pricer.whole(rows.request(row)) {
                Ok((cells, id, currency)) => {
                    sink.row(&Row { id: id.as_deref(), values: Values::Cells(&cells) });
                    if let [.., status, total, approvals] = cells.as_slice() {
                        summary.quote(&currency, status, total, approvals);
                    }
                }
                Err((error, id)) => {
                    summary.refusal(&error);
                    let (number, reason) = (rows.number(row), reason(&error));
                    let values = Values::Refused { number, reason: &reason, fields: &pricer.asked };
                    sink.row(&Row { id: id.as_deref(), values });
                }
            }
            row += 1;
        }
        for (ran, rows) in answers.iter().zip(&in_columns) {
            let [status, total, approvals] = [0, 1, 2].map(|at| ran.columns.get(of_summary + at).copied());
            summary.block(ran.currency, &OfBlock { status, total, approvals }, rows);
        }
    }
}

/// What a block came to.
struct Ran<'a> {
    columns: Vec<Out<'a>>,
    deferred: &'a [bool],
    currency: &'a Name,
    styles: &'a [Style],
    shown: ShowLane<'a>,
}

struct ShowLane<'a> {
    plan: &'a Plan,
    kernel: &'a Kernel,
}

impl ShowInput for ShowLane<'_> {
    fn show(&self, port: usize, units: i64) -> View<'static> {
        let Some(port) = self.kernel.program.inputs().get(port) else { return View::Nothing };
        let Some(value) = lanes::value(&port.lane, units) else { return View::Nothing };
        let as_of = self.kernel.program.period().from.unwrap_or(Date::MIN);
        let day = Day { as_of, currency: self.kernel.currency, rates: Vec::new() };
        match (as_shown(self.plan, &day, &value, &port.ty), &port.lane) {
            (Cell::Flag(flag), _) => View::Flag(flag),
            (Cell::Number(_), Lane::Number { scale }) => {
                View::Scaled { units, scale: *scale, style: Style::Number }
            }
            (Cell::Text(text), _) => View::Owned(text),
            (Cell::Names(names), _) => View::OwnedNames(names),
            _ => View::Nothing,
        }
    }
}

impl Open {
    fn new(pricer: &Pricer<'_>, kernel: Arc<Kernel>) -> Open {
        let (currency, places) = pricer.currency(kernel.currency);
        let styles = pricer.asked.iter().map(|field| style(field, places)).collect();
        let settled = kernel.program.inputs().iter().zip(&kernel.fillers).map(|(port, filler)| {
            let raw = match &port.place {
                Place::AsOf => return Some(Settled::Day),
                Place::Currency => return Some(Settled::Value(kernel.currency.into())),
                Place::Index(name) => pricer.question.market.get(name)?,
                _ => return None,
            };
            Some(Settled::Figure(figure(raw, filler)))
        });
        let settled = settled.enumerate().filter_map(|(at, settled)| Some((at, settled?))).collect();
        let block = Block::new(&kernel.program, BLOCK_ROWS);
        let translated = kernel.fillers.iter().map(|_| Translated::default()).collect();
        Open { block, scratch: Scratch::default(), currency, styles, translated, settled, kernel }
    }

    fn settle(&mut self, row: usize, day: Date) {
        for (at, settled) in &self.settled {
            if self.block.given.get(*at).and_then(|given| given.get(row)) == Some(&false) {
                let value = match settled {
                    Settled::Day => Some(day_number(day)),
                    Settled::Value(value) => Some(*value),
                    Settled::Figure(figure) => figure
                        .zip(self.kernel.fillers.get(*at))
                        .and_then(|((value, date), filler)| filler.is_fresh(date, day).then_some(value)),
                };
                match value {
                    Some(value) => self.block.set(*at, row, value),
                    None => self.block.deferred[row] = true,
                }
            }
        }
    }
}

impl Pricer<'_> {
    /// A request through the interpreter: its cells, its id and its currency.
    #[expect(clippy::type_complexity, reason = "used in one place, which takes it apart at once")]
    fn whole(
        &self,
        request: Result<Request, (RequestError, Option<String>)>,
    ) -> Result<(Vec<Cell>, Option<String>, Name), (RequestError, Option<String>)> {
        let mut request = request?;
        self.question.market.fill(&mut request);
        if request.as_of.is_none() {
            request.as_of = self.question.as_of.map(|day| Raw::Text(day.to_string()));
        }
        let quoted = catch_unwind(AssertUnwindSafe(|| quote::figures(self.plan, &request)));
        let quoted = quoted.unwrap_or_else(|_| {
            let error = RequestError::new(codes::FAULT, "", "this is a fault in tarif itself");
            Err(vec![error.help("please report it, with the price book and the request if you can")])
        });
        match quoted {
            Ok(quote) => {
                let cells = cells(self.plan, &self.asked, &request, &quote);
                Ok((cells, request.id, quote.currency))
            }
            Err(errors) => Err((first(errors), request.id)),
        }
    }
}

/// The first of several errors, which says how many there are.
pub(super) fn first(errors: Vec<RequestError>) -> RequestError {
    let more = errors.len().saturating_sub(1);
    let mut errors = errors.into_iter();
    let Some(mut error) = errors.next() else {
        return RequestError::new(codes::BAD_VALUE, "", "the request is refused");
    };
    if more > 0 {
        error.message.push_str(&format!(" (and {more} more)"));
    }
    error
}

/// Why a row is refused, in one line.
fn reason(error: &RequestError) -> String {
    match &error.help {
        Some(help) => format!("{}: {error}; {help}", error.code.id()),
        None => format!("{}: {error}", error.code.id()),
    }
}
