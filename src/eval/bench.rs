//! Pieces of a product's expressions, evaluated one by one under values that are being tried.

use std::sync::Arc;

use super::code::Code;
use super::fault::{Fault, Gap, too_deep};
use super::layout::Cell;
use super::line::row_allows;
use super::lower::{Names, depth};
use super::others::Others;
use super::plan::Plan;
use super::run::{Day, Scope};
use super::table::Found;
use crate::diagnostic::codes;
use crate::ir::{Expr, Level, Name, Value};
use crate::source::Span;
use crate::source::limits::MAX_EVALUATION_DEPTH;
use crate::value::Date;

/// A place to evaluate pieces of a product's expressions, as a quote on a day would.
///
/// A piece is an expression whose parameters stand for cells: what the operands came to, or why they came to
/// nothing. A piece reads nothing else; inputs of the request are operands like any other.
#[derive(Debug)]
pub struct Bench {
    plan: Arc<Plan>,
    product: u32,
    day: Day,
}

/// An expression made ready for a [`Bench`].
#[derive(Debug)]
pub struct Piece(Made);

#[derive(Debug)]
enum Made {
    Code(Code),
    Row { table: u32, keys: Box<[Code]>, column: Option<u16>, span: Span },
}

impl Bench {
    /// A bench for a product, by its position in the book.
    pub fn new(plan: &Arc<Plan>, product: u32, as_of: Date) -> Bench {
        let rates = vec![None; plan.book().exchanges.len()];
        Bench { plan: plan.clone(), product, day: Day { as_of, currency: 0, rates } }
    }

    /// The day of the bench.
    pub fn day(&self) -> &Day {
        &self.day
    }

    /// The book.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Makes an expression ready: its parameter n stands for the cell `operands[n]`.
    pub fn piece(&self, expr: &Expr, operands: &[u32]) -> Piece {
        Piece(Made::Code(self.names(operands).code(expr)))
    }

    /// What an expression comes to that reads nothing but what product it stands in.
    ///
    /// # Errors
    ///
    /// The reason why it comes to nothing.
    pub fn fixed(&self, expr: &Expr, product: Option<u32>) -> Result<Value, Gap> {
        let product = product.and_then(|product| self.plan.product(product));
        let names = Names { operands: Some(&[]), ..self.plan.names(product, Some(Level::Unit)) };
        self.value(&Piece(Made::Code(names.code(expr))), &[])
    }

    /// Makes the question ready whether a table has a row for some keys that is not `n/a`: in one column, or in
    /// all. None where there is no such table.
    pub fn row_piece(
        &self,
        table: &Name,
        keys: &[Expr],
        column: Option<u16>,
        operands: &[u32],
        span: Span,
    ) -> Option<Piece> {
        let table = *self.plan.items.tables.get(table)?;
        Some(Piece(Made::Row { table, keys: self.names(operands).keys(keys), column, span }))
    }

    /// Why an expression is never evaluated, if it goes too deep.
    pub fn too_deep(&self, expr: &Expr) -> Option<Gap> {
        (depth(expr, &self.plan.items.depths) > MAX_EVALUATION_DEPTH).then(|| too_deep(expr.span))
    }

    /// A reason to stand for all reasons why something has no value.
    pub fn nothing() -> Gap {
        Fault::new(codes::BAD_VALUE, "there is no value here").gap()
    }

    /// What a piece comes to.
    ///
    /// # Errors
    ///
    /// The reason why it comes to nothing.
    pub fn value(&self, piece: &Piece, cells: &[Cell]) -> Result<Value, Gap> {
        let scope = Scope {
            plan: &self.plan,
            day: &self.day,
            inputs: &[],
            line: cells,
            quote: &[],
            parts: &[],
            others: Others::default(),
            elements: None,
            arguments: &[],
            notes: None,
        };
        match &piece.0 {
            Made::Code(code) => scope.value(code),
            Made::Row { table, keys, column, span } => {
                let keys = keys.iter().map(|key| scope.value(key)).collect::<Result<Vec<_>, _>>()?;
                let found = scope.find(*table, &keys, *span)?;
                Ok(Value::Bool(match column {
                    None => row_allows(&self.plan, &self.day, *table, found),
                    Some(column) => self.cell_is_there(*table, found, *column),
                }))
            }
        }
    }

    fn cell_is_there(&self, table: u32, found: Found, column: u16) -> bool {
        let table = self.plan.tables.get(table as usize);
        let rows = table.and_then(|table| table.rows(table.version_on(self.day.as_of)?));
        let column = usize::from(column);
        match (rows, found) {
            (None, _) | (_, Found::Nothing) => false,
            (Some(rows), Found::Otherwise) => {
                rows.otherwise.as_ref().and_then(|row| row.get(column)).is_some_and(Option::is_some)
            }
            (Some(rows), Found::Row(row)) => {
                let column = rows.values.get(column);
                column.and_then(|column| column.get(row as usize)).is_some_and(Option::is_some)
            }
        }
    }

    fn names<'a>(&'a self, operands: &'a [u32]) -> Names<'a> {
        let product = self.plan.product(self.product);
        Names { operands: Some(operands), ..self.plan.names(product, Some(Level::Unit)) }
    }
}
