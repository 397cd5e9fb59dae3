//! What of a declaration the signatures are made of, so that rows and tests can change without them.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind, Table, TableRows, Tiers};

/// The declaration as far as [`Signatures::build`](super::Signatures::build) reads it: a table or tier scheme
/// without its rows; nothing where it reads none of it, as of tests and properties; all of any other.
pub fn head(item: &Arc<Item>) -> Option<Arc<Item>> {
    let kind = match &item.kind {
        ItemKind::Test(_) | ItemKind::Always(_) => return None,
        ItemKind::Table(table) => ItemKind::Table(Table {
            name: table.name.clone(),
            label: table.label.clone(),
            keys: table.keys.clone(),
            policy: table.policy,
            result: table.result.clone(),
            effective: table.effective.clone(),
            rows: TableRows::Rows(Vec::new()),
        }),
        ItemKind::Tiers(tiers) => ItemKind::Tiers(Tiers {
            name: tiers.name.clone(),
            label: tiers.label.clone(),
            driver_name: tiers.driver_name.clone(),
            driver: tiers.driver.clone(),
            mode: tiers.mode,
            mode_span: tiers.mode_span,
            result: tiers.result.clone(),
            effective: tiers.effective.clone(),
            tiers: Vec::new(),
        }),
        _ => return Some(Arc::clone(item)),
    };
    let span = Span { end: item.span.start, ..item.span };
    Some(Arc::new(Item { kind, span, doc: None, comments: Vec::new(), broken: item.broken }))
}
