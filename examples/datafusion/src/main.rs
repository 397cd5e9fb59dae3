//! Answers in SQL what a price book would have made of past orders: revenue, margin and approvals by region.
//!
//! ```sh
//! cargo run --manifest-path examples/datafusion/Cargo.toml
//! ```
//!
//! A price book becomes a scalar function: it takes one structure of columns, named as a table for
//! `tarif batch` names them, and gives back one structure of prices.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, StructArray};
use arrow_schema::{DataType, Field as Column, Schema};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::{CsvReadOptions, SessionContext};
use tarif::Book;
use tarif::batch::{Pricer, Question, TablePricer};
use tarif::eval::Field;

/// What is asked of every order.
const FIELDS: [&str; 3] = ["status", "net", "cost"];

const QUESTION: &str = r#"
    WITH priced AS (
        SELECT "customer.region" AS region,
               applied(named_struct(
                   'as_of', as_of, 'sku', sku, 'quantity', quantity, 'discount', discount,
                   'finish', finish, 'material', material, 'controls', controls, 'warranty', warranty,
                   'customer.tier', "customer.tier", 'customer.region', "customer.region",
                   'deal.terms', "deal.terms", 'material_index', material_index)) AS price
        FROM orders)
    SELECT region,
           count(*)                                                        AS orders,
           count(*) FILTER (WHERE get_field(price, 'status') = 'invalid')        AS not_to_be_built,
           count(*) FILTER (WHERE get_field(price, 'status') = 'needs_approval') AS to_approve,
           sum(get_field(price, 'net'))                                          AS revenue,
           sum(get_field(price, 'net') - get_field(price, 'cost'))               AS margin,
           count(get_field(price, 'error'))                                      AS refused
    FROM priced GROUP BY region ORDER BY region"#;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let here = env!("CARGO_MANIFEST_DIR");
    let book = Book::load(format!("{here}/../../rules/w1"))?;
    let fields: std::result::Result<Vec<Field>, String> =
        FIELDS.iter().map(|text| Field::parse(book.ir(), text)).collect();
    let question = Question { fields: fields?, ..Question::default() };

    let context = SessionContext::new();
    context.register_udf(ScalarUDF::from(PriceFunction::new("applied", book, question)));
    // Amounts and quantities stay texts until the book reads them: no figure passes through binary fractions.
    let orders = format!("{here}/orders.csv");
    let columns = std::fs::read_to_string(&orders)?;
    let columns = columns.lines().next().unwrap_or_default().split(',');
    let schema = Schema::new(columns.map(|name| Column::new(name, DataType::Utf8, true)).collect::<Vec<_>>());
    context.register_csv("orders", orders, CsvReadOptions::new().schema(&schema)).await?;

    context.sql(QUESTION).await?.show().await?;
    Ok(())
}

/// A price book as a function of SQL.
#[derive(Debug)]
struct PriceFunction {
    name: String,
    pricer: Pricer<'static>,
    signature: Signature,
}

impl PriceFunction {
    /// A function that answers a question about each row. The book stays in memory until the program ends.
    fn new(name: &str, book: Book, question: Question) -> PriceFunction {
        let book: &'static Book = Box::leak(Box::new(book));
        let signature = Signature::any(1, Volatility::Immutable);
        PriceFunction { name: name.to_owned(), pricer: Pricer::new(book.plan(), question), signature }
    }

    /// The book, ready for rows with these columns.
    fn table(&self, columns: &DataType) -> Result<TablePricer<'_>> {
        let DataType::Struct(columns) = columns else {
            return exec_err!("`{}` takes one structure: `{0}(named_struct('sku', sku, …))`", self.name);
        };
        TablePricer::new(&self.pricer, &Schema::new(columns.clone())).map_err(external)
    }
}

impl ScalarUDFImpl for PriceFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let columns = arguments.first().unwrap_or(&DataType::Null);
        Ok(DataType::Struct(self.table(columns)?.schema().fields().clone()))
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(rows) = call.args.first() else {
            return exec_err!("`{}` was called without columns", self.name);
        };
        let rows = rows.to_array(call.number_rows)?;
        let Some(rows) = rows.as_any().downcast_ref::<StructArray>() else {
            return exec_err!("`{}` takes one structure", self.name);
        };
        let table = self.table(rows.data_type())?;
        let (prices, _) = table.price(&RecordBatch::from(rows), 1).map_err(external)?;
        Ok(ColumnarValue::Array(Arc::new(StructArray::from(prices))))
    }
}

/// Two such functions are the same where they have one name: a session keeps one of each.
impl PartialEq for PriceFunction {
    fn eq(&self, other: &PriceFunction) -> bool {
        self.name == other.name
    }
}

impl Eq for PriceFunction {}

impl Hash for PriceFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn external(error: impl std::error::Error + Send + Sync + Any) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
