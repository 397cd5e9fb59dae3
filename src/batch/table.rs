//! Rows of a record batch, and the answer as a record batch: the way for every engine that speaks Arrow.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{ArrowError, Field as Column, Schema, SchemaRef};

use super::digits;
use super::frame::Columns;
use super::given;
use super::kernel::{Kernel, is_of};
use super::lanes::Translated;
use super::mapping::{Mapping, Target};
use super::ndjson::currency;
use super::pricer::{Assigned, Pricer, Rows, Worker};
use super::summary::Summary;
use crate::columns::Block;
use crate::diagnostic::codes;
use crate::quote::{Request, RequestError};
use crate::value::Date;

/// A book that answers a question about record batches of one schema.
#[derive(Debug)]
pub struct TablePricer<'p> {
    pricer: &'p Pricer<'p>,
    mapping: Mapping,
    columns: Columns,
    schema: SchemaRef,
}

/// Why there is no answer about a record batch.
#[derive(Debug)]
pub enum TableError {
    /// The columns cannot be understood.
    Columns(String),
    /// Arrow refuses the answer.
    Arrow(ArrowError),
}

impl std::fmt::Display for TableError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TableError::Columns(message) => out.write_str(message),
            TableError::Arrow(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for TableError {}

impl<'p> TablePricer<'p> {
    /// Finds out what the columns of a schema mean to the book.
    ///
    /// # Errors
    ///
    /// A column that the book does not know, or whose type cannot be read exactly.
    pub fn new(pricer: &'p Pricer<'p>, schema: &Schema) -> Result<TablePricer<'p>, TableError> {
        let TablePricer { mapping, columns, .. } = TablePricer::for_text(pricer, schema)?;
        let digits = digits::of_rows(pricer, &mapping, &columns.places());
        let columns = columns.with_digits(&digits);
        let schema = columns.schema(&kept(schema, &mapping));
        Ok(TablePricer { pricer, mapping, columns, schema })
    }

    /// As [`TablePricer::new`], for answers that are not written as tables: how long their numbers are is not
    /// found out, which takes the programs of all products.
    pub(super) fn for_text(pricer: &'p Pricer<'p>, schema: &Schema) -> Result<TablePricer<'p>, TableError> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let question = &pricer.question;
        let mapping = Mapping::new(pricer.plan.book(), &names, &question.keep, question.product.as_deref())
            .map_err(TableError::Columns)?;
        for (field, target) in schema.fields().iter().zip(&mapping.targets) {
            if *target != Target::Kept {
                given::readable(field.name(), field.data_type()).map_err(TableError::Columns)?;
            }
        }
        let columns = Columns::new(&question.fields);
        let schema = columns.schema(&kept(schema, &mapping));
        let mut named = HashSet::new();
        if let Some(twice) = schema.fields().iter().find(|field| !named.insert(field.name())) {
            let message = format!("two columns of the results are called `{}`", twice.name());
            return Err(TableError::Columns(message));
        }
        Ok(TablePricer { pricer, mapping, columns, schema })
    }

    /// The schema of the answers: the columns kept, one for each field, and `error`, which says why a row was
    /// refused. Amounts are decimals of [`AMOUNT_PLACES`](super::AMOUNT_PLACES) places: of 18 digits where the
    /// book's own limits prove that all of them fit, and of 38 otherwise.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The columns that the fields become.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The names of the columns that are carried over.
    pub(super) fn kept_names(&self) -> Vec<String> {
        let count = self.mapping.targets.iter().filter(|target| **target == Target::Kept).count();
        self.schema.fields().iter().take(count).map(|field| field.name().clone()).collect()
    }

    /// Answers about all rows of a batch, and what they came to. `first` is the number of its first row in the
    /// whole input, from 1.
    ///
    /// # Errors
    ///
    /// Where the batch has not the schema that was announced.
    pub fn price(&self, batch: &RecordBatch, first: u64) -> Result<(RecordBatch, Summary), TableError> {
        let mut worker = self.pricer.worker();
        let rows = self.rows(batch, first, BTreeMap::new())?;
        let answer = self.price_with(&mut worker, batch, &rows)?;
        Ok((answer, std::mem::take(&mut worker.summary)))
    }

    pub(super) fn price_with(
        &self,
        worker: &mut Worker<'_>,
        batch: &RecordBatch,
        rows: &TableRows<'_>,
    ) -> Result<RecordBatch, TableError> {
        let mut frame = self.columns.frame(batch.num_rows());
        worker.all(rows, &mut frame);
        let of_input = self.mapping.targets.iter().zip(batch.columns());
        let kept = of_input.filter(|(target, _)| **target == Target::Kept).map(|(_, column)| column);
        // What is carried over is as it was announced, whichever way it was read.
        let as_announced = |(column, announced): (&ArrayRef, &Arc<Column>)| match announced.data_type() {
            of if of == column.data_type() => column.clone(),
            _ => given::flat(column),
        };
        let kept = kept.zip(self.schema.fields()).map(as_announced).collect();
        frame.finish(self.schema.clone(), kept).map_err(TableError::Arrow)
    }

    /// The rows of a batch.
    pub(super) fn rows<'r>(
        &'r self,
        batch: &RecordBatch,
        first: u64,
        broken: BTreeMap<usize, String>,
    ) -> Result<TableRows<'r>, TableError> {
        if batch.num_columns() != self.mapping.targets.len() {
            let message = format!(
                "{} columns came, and {} were announced",
                batch.num_columns(),
                self.mapping.targets.len()
            );
            return Err(TableError::Columns(message));
        }
        let find = |target: &Target| self.mapping.column(target);
        let mut columns: Vec<ArrayRef> = batch.columns().iter().map(given::readable_by_row).collect();
        // An id may be a number; it comes back as it is written.
        if let Some(ids) = find(&Target::Id).and_then(|at| columns.get_mut(at)) {
            *ids = given::texts(ids);
        }
        Ok(TableRows {
            mapping: &self.mapping,
            id: find(&Target::Id),
            as_of: find(&Target::AsOf),
            product: find(&Target::Product),
            currency: find(&Target::Currency),
            day: self.pricer.question.as_of,
            len: batch.num_rows(),
            numbered: [Target::AsOf, Target::Product, Target::Currency]
                .iter()
                .filter_map(|target| columns.get(find(target)?))
                .map(given::numbered)
                .collect(),
            columns,
            first,
            broken,
        })
    }
}

/// The columns that are carried over.
fn kept(schema: &Schema, mapping: &Mapping) -> Vec<Column> {
    let columns = schema.fields().iter().zip(&mapping.targets);
    columns.filter(|(_, target)| **target == Target::Kept).map(|(field, _)| (**field).clone()).collect()
}

/// The rows of a record batch.
pub(super) struct TableRows<'r> {
    mapping: &'r Mapping,
    columns: Vec<ArrayRef>,
    /// What the rows say of the kernels that they are for, as numbers that are the same where the rows say the
    /// same; none where that is not seen at once.
    numbered: Option<Vec<Int32Array>>,
    /// Rows that are broken in themselves, by their position, with the reason.
    broken: BTreeMap<usize, String>,
    len: usize,
    first: u64,
    day: Option<Date>,
    id: Option<usize>,
    as_of: Option<usize>,
    product: Option<usize>,
    currency: Option<usize>,
}

impl TableRows<'_> {
    /// The text of a row, where it says one.
    fn text(&self, column: Option<usize>, row: usize) -> Option<&str> {
        self.said(column, row).flatten()
    }

    /// The text of a row, or nothing where it is silent; none where it says something that is no text.
    fn said(&self, column: Option<usize>, row: usize) -> Option<Option<&str>> {
        match column.and_then(|at| self.columns.get(at)) {
            Some(column) if !given::is_silent(column, row) => given::text_at(column, row).map(Some),
            _ => Some(None),
        }
    }

    /// Whether a row says the same of its kernel as the row before, as far as that is seen at once.
    fn is_as_before(&self, row: usize) -> bool {
        let Some(numbered) = self.numbered.as_ref().filter(|_| self.broken.is_empty()) else { return false };
        let is_same = |column: &Int32Array, before: usize| {
            column.value(row) == column.value(before) && column.is_null(row) == column.is_null(before)
        };
        row.checked_sub(1).is_some_and(|before| numbered.iter().all(|column| is_same(column, before)))
    }

    /// What a row says of the kernel that it is for; none where the interpreter must look at it.
    fn about(&self, row: usize) -> Option<About<'_>> {
        if self.broken.contains_key(&row) {
            return None;
        }
        let (product, currency) = (self.said(self.product, row)?, self.said(self.currency, row)?);
        let day = match self.as_of.and_then(|at| self.columns.get(at)) {
            Some(column) if given::is_date(column) && !given::is_silent(column, row) => {
                OfDay::Date(given::date_at(column, row)?)
            }
            _ => OfDay::Text(self.said(self.as_of, row)?),
        };
        Some(About { product, currency, day })
    }

    /// The kernel that a row is for, and its day, as far as columns can do it.
    fn kernel(&self, about: &About<'_>, worker: &mut Worker<'_>) -> Option<(usize, Date)> {
        let plan = worker.pricer.plan;
        let product = plan.find_product(about.product.or(self.mapping.product.as_deref())?)?;
        let currency = currency(plan.book(), about.currency)?;
        let day = match about.day {
            OfDay::Date(day) => day,
            OfDay::Text(Some(text)) => Date::parse(text).ok()?,
            OfDay::Text(None) => self.day?,
        };
        Some((worker.open(product, currency, day)?, day))
    }

    /// The column with a target, if there is one.
    fn column(&self, target: &Target) -> Option<&ArrayRef> {
        self.columns.get(self.mapping.column(target)?)
    }

    /// The column with the days of a figure of the market.
    fn dates_of(&self, figure: &Target) -> Option<&ArrayRef> {
        match figure {
            Target::Market(name) => self.column(&Target::MarketDate(name.clone())),
            _ => None,
        }
    }

    /// Fills the lanes of a kernel with its rows of these days, column by column.
    fn fill(
        &self,
        (rows, days): (&[usize], &[Date]),
        kernel: &Kernel,
        block: &mut Block,
        translated: &mut [Translated],
    ) {
        for (target, column) in self.mapping.targets.iter().zip(&self.columns) {
            let port = kernel.program.inputs().iter().position(|port| is_of(target, port));
            let lane = port.and_then(|at| Some((at, kernel.fillers.get(at)?, translated.get_mut(at)?)));
            match (lane, target) {
                (Some((port, filler, known)), _) => match self.dates_of(target) {
                    Some(dates) => filler.fill_dated([column, dates], (rows, days), block, port),
                    None => filler.fill_column(column, rows, block, port, known),
                },
                (None, Target::Id | Target::AsOf | Target::Product | Target::Currency | Target::Kept) => {}
                // Read with the figure, if there is one.
                (None, Target::MarketDate(name)) if self.column(&Target::Market(name.clone())).is_some() => {}
                // What the columns do not read, the interpreter may have to look at.
                (None, _) => {
                    for (at, _) in rows.iter().enumerate().filter(|(_, row)| !given::is_silent(column, **row))
                    {
                        block.deferred[at] = true;
                    }
                }
            }
        }
    }

    /// What the columns that are carried over say in a row, as text.
    pub fn kept(&self, row: usize) -> impl Iterator<Item = Option<String>> + '_ {
        let columns = self.mapping.targets.iter().zip(&self.columns);
        columns
            .filter(|(target, _)| **target == Target::Kept)
            .map(move |(_, column)| given::text_of(column, row))
    }
}

impl Rows for TableRows<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn number(&self, row: usize) -> u64 {
        self.first.saturating_add(row as u64)
    }

    fn request(&self, row: usize) -> Result<Request, (RequestError, Option<String>)> {
        let request = match self.broken.get(&row) {
            Some(reason) => Err(reason.clone()),
            None => given::request(self.mapping, &self.columns, row, self.day),
        };
        request.map_err(|message| {
            let id = self.text(self.id, row).map(str::to_owned);
            (RequestError::new(codes::BAD_VALUE, "", message), id)
        })
    }

    fn assign<'r>(
        &'r self,
        from: usize,
        to: usize,
        worker: &mut Worker<'_>,
        assigned: &mut Vec<Assigned<'r>>,
    ) {
        // The rows of each kernel, in their order, with their days.
        let mut rows: Vec<(Vec<usize>, Vec<Date>)> = Vec::new();
        // What the row before is for, and what the last rows said that were looked at.
        let mut before: Option<(usize, Date)> = None;
        let mut last: Option<(About<'r>, Option<(usize, Date)>)> = None;
        for row in from..to {
            if row == from || !self.is_as_before(row) {
                before = self.about(row).and_then(|about| match last {
                    Some((known, found)) if known == about => found,
                    _ => {
                        let found = self.kernel(&about, worker);
                        last = Some((about, found));
                        found
                    }
                });
            }
            let place = before.and_then(|(open, day)| {
                if rows.len() <= open {
                    rows.resize_with(open + 1, Default::default);
                }
                let (rows, days) = rows.get_mut(open)?;
                rows.push(row);
                days.push(day);
                Some((open, rows.len() - 1))
            });
            assigned.push(Assigned { place, id: self.text(self.id, row) });
        }
        for (open, (rows, days)) in rows.iter().enumerate().filter(|(_, (rows, _))| !rows.is_empty()) {
            worker.push_all(open, days, |kernel, block, known| self.fill((rows, days), kernel, block, known));
        }
    }
}

/// What a row says of the kernel that it is for.
#[derive(Clone, Copy, PartialEq, Eq)]
struct About<'r> {
    product: Option<&'r str>,
    currency: Option<&'r str>,
    day: OfDay<'r>,
}

/// What a row says of its day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OfDay<'r> {
    Date(Date),
    Text(Option<&'r str>),
}
