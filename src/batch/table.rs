//! Rows of a record batch, and the answer as a record batch: the way for every engine that speaks Arrow.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field as Column, Schema, SchemaRef};

use super::frame::{self, Frame};
use super::given;
use super::kernel::is_of;
use super::mapping::{Mapping, Target};
use super::ndjson::{Days, currency};
use super::pricer::{Assigned, Pricer, Rows, Worker};
use super::summary::Summary;
use crate::diagnostic::codes;
use crate::quote::{Request, RequestError};
use crate::value::Date;

/// A book that answers a question about record batches of one schema.
#[derive(Debug)]
pub struct TablePricer<'p> {
    pricer: &'p Pricer<'p>,
    mapping: Mapping,
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
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let question = &pricer.question;
        let mapping = Mapping::new(pricer.plan.book(), &names, &question.keep, question.product.as_deref())
            .map_err(TableError::Columns)?;
        let mut kept: Vec<Column> = Vec::new();
        for (field, target) in schema.fields().iter().zip(&mapping.targets) {
            match target {
                Target::Kept => kept.push((**field).clone()),
                _ => given::readable(field.name(), field.data_type()).map_err(TableError::Columns)?,
            }
        }
        let schema = frame::schema(&kept, &question.fields);
        let mut named = HashSet::new();
        if let Some(twice) = schema.fields().iter().find(|field| !named.insert(field.name())) {
            let message = format!("two columns of the results are called `{}`", twice.name());
            return Err(TableError::Columns(message));
        }
        Ok(TablePricer { pricer, mapping, schema })
    }

    /// The schema of the answers: the columns kept, one for each field, and `error`, which says why a row was
    /// refused. Amounts are decimals of [`frame::AMOUNT_PLACES`] places.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
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
        let mut frame = Frame::new(&self.pricer.question.fields, batch.num_rows());
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
        let find = |target: &Target| self.mapping.targets.iter().position(|it| it == target);
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
            columns,
            first,
            broken,
        })
    }
}

/// The rows of a record batch.
pub(super) struct TableRows<'r> {
    mapping: &'r Mapping,
    columns: Vec<ArrayRef>,
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

    /// The product, currency and day of a row, as far as columns can do it.
    fn kernel<'r>(
        &'r self,
        row: usize,
        worker: &mut Worker<'_>,
        days: &mut Days<'r>,
    ) -> Option<(usize, Date)> {
        if self.broken.contains_key(&row) {
            return None;
        }
        let plan = worker.pricer.plan;
        let name = self.said(self.product, row)?.or(self.mapping.product.as_deref())?;
        let product = plan.find_product(name)?;
        let currency = currency(plan.book(), self.said(self.currency, row)?)?;
        let day = match self.as_of.and_then(|at| self.columns.get(at)) {
            Some(column) if given::is_date(column) && !given::is_silent(column, row) => {
                given::date_at(column, row)
            }
            _ => days.day(self.said(self.as_of, row)?),
        }?;
        Some((worker.open(product, currency, day)?, day))
    }
}

impl TableRows<'_> {
    /// Fills the lanes of a kernel with its rows, column by column.
    fn fill(&self, open: usize, rows: &[usize], worker: &mut Worker<'_>) {
        let Some(kernel) = worker.kernel(open).cloned() else { return };
        let Some(block) = worker.block(open) else { return };
        for (target, column) in self.mapping.targets.iter().zip(&self.columns) {
            let port = kernel.program.inputs().iter().position(|port| is_of(target, port));
            match (port.and_then(|port| Some((port, kernel.fillers.get(port)?))), target) {
                (Some((port, filler)), _) => filler.fill_column(column, rows, block, port),
                (None, Target::Id | Target::AsOf | Target::Product | Target::Currency | Target::Kept) => {}
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
        let mut days = Days { plan_day: self.day, last: None };
        // The rows of each kernel, in their order.
        let mut rows: Vec<Vec<usize>> = Vec::new();
        for row in from..to {
            let place = self.kernel(row, worker, &mut days).and_then(|(open, day)| {
                let at = worker.push(open, day)?;
                if rows.len() <= open {
                    rows.resize_with(open + 1, Vec::new);
                }
                rows.get_mut(open)?.push(row);
                Some((open, at))
            });
            assigned.push(Assigned { place, id: self.text(self.id, row) });
        }
        for (open, rows) in rows.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            self.fill(open, rows, worker);
        }
    }
}
