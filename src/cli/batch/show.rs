//! What a batch came to, for people.

use crate::batch::Summary;
use crate::diagnostic::Code;
use crate::eval::amount_text;
use crate::ir::Book;
use crate::value::group_digits;

/// The statuses in the order in which they are shown, with their words.
const STATUSES: [(&str, &str); 4] = [
    ("ok", "ready to be sent"),
    ("needs_approval", "need approval"),
    ("rejected", "rejected"),
    ("invalid", "invalid"),
];

/// The summary, a figure a line.
pub(super) fn summary(summary: &Summary, book: &Book) -> String {
    let mut rows: Vec<(String, String)> = vec![("rows".to_owned(), grouped(summary.rows))];
    for (status, words) in STATUSES {
        if let Some(count) = summary.quotes.get(status) {
            rows.push((format!("  {words}"), grouped(*count)));
        }
    }
    if summary.refusals() > 0 {
        rows.push(("  refused".to_owned(), grouped(summary.refusals())));
    }
    for (code, count) in &summary.refused {
        let what = Code::find(code).map_or(String::new(), |found| format!(" {}", found.name()));
        rows.push((format!("    {code}{what}"), grouped(*count)));
    }
    for (currency, total) in &summary.totals {
        let places = book.units.places(currency).unwrap_or(2);
        rows.push((format!("total in {currency}"), amount_text(total, places)));
    }
    for level in &book.approvals.levels {
        if let Some(count) = summary.approvals.get(&level.name) {
            rows.push((format!("asks {}", level.label.as_ref().unwrap_or(&level.name)), grouped(*count)));
        }
    }
    let is_level = |name| book.approvals.levels.iter().any(|level| level.name == name);
    for (name, count) in summary.approvals.iter().filter(|(name, _)| !is_level((*name).clone())) {
        let label = book.approvals.signer(name).and_then(|(_, label)| label.cloned());
        rows.push((format!("asks {}", label.unwrap_or_else(|| name.clone())), grouped(*count)));
    }
    let by_interpreter = summary.rows - summary.in_columns - summary.refusals();
    rows.push(("one by one, not in columns".to_owned(), grouped(by_interpreter)));
    let wide = rows.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
    let right = rows.iter().map(|(_, figure)| figure.chars().count()).max().unwrap_or_default();
    let mut text: String =
        rows.iter().map(|(what, figure)| format!("{what:<wide$}  {figure:>right$}\n")).collect();
    for (product, reason) in &summary.reasons {
        text.push_str(&format!("  `{product}` is priced one by one: {reason}\n"));
    }
    text
}

/// A number with its thousands apart: `1_000_000`.
fn grouped(number: u64) -> String {
    group_digits(&number.to_string(), '_')
}
