//! The JSON that crosses the process border, versioned: requests in, quotes, problems and schemas out.

mod approvals;
mod choices;
mod configuration;
mod configuration_schema;
mod document;
mod earlier;
mod finished;
mod json;
mod ndjson;
mod quote;
mod quote_schema;
mod report;
mod request;
mod schema;
mod shape;

pub use choices::{Asked, ChoiceReader, is_choice, not_chosen};
pub use configuration::{Answers, configuration_to_json};
pub use document::Document;
pub use finished::{line_of, request_to_json, request_with};
pub use ndjson::{Line, LineTooLong, Lines};
pub use quote::{EVERY_READER, FORMAT_VERSION, quote_to_json};
pub use report::{errors_to_json, report_to_json, tested_to_json, unread_to_json};
pub use request::{Market, id_of, read_context, read_request, read_request_bytes};
pub use schema::{SchemaOf, schema};
pub use shape::{Dated, Form, Leaf, List, Shape, quoted};
