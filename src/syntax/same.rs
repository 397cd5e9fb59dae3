//! Trees compared without their places.

use super::ast::{File, ItemKind};

/// A tree as text, indented, without spans: two trees with one outline say the same.
///
/// Comments are left out; the formatter may move them.
pub fn outline(item: &ItemKind) -> String {
    without_spans(&format!("{item:#?}"))
}

/// Whether two files declare the same, in the same order; comments and places aside.
pub fn same_tree(one: &File, other: &File) -> bool {
    let outlines = |file: &File| -> Vec<_> {
        file.items.iter().map(|item| (item.doc.clone(), outline(&item.kind))).collect()
    };
    outlines(one) == outlines(other)
}

/// Drops what `Span` prints: a line that ends with `Span {`, and all lines to the one that closes it.
fn without_spans(printed: &str) -> String {
    let mut kept = String::with_capacity(printed.len() / 2);
    let mut closing: Option<usize> = None;
    for line in printed.lines() {
        let indent = line.len() - line.trim_start().len();
        match closing {
            Some(at) if at == indent && line.trim_start().starts_with('}') => closing = None,
            Some(_) => {}
            None if line.ends_with("Span {") => {
                closing = Some(indent);
                if !line.contains("span: ") {
                    kept.push_str("_\n");
                }
            }
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}
