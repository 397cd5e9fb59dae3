//! The problems that checking finds, one constructor for each.

mod amounts;
mod calls;
mod declarations;
mod doubts;
mod figures;
mod guides;
mod lists;
mod misread;
mod names;
mod parts;
mod types;

pub(crate) use amounts::*;
pub(crate) use calls::*;
pub(crate) use declarations::*;
pub(crate) use doubts::*;
pub(crate) use figures::*;
pub(crate) use guides::*;
pub(crate) use lists::*;
pub(crate) use misread::*;
pub(crate) use names::*;
pub(crate) use parts::*;
pub(crate) use types::*;

use crate::format::expr_text;
use crate::syntax::ast;

/// The longest piece of a book's text that a message repeats.
const LONGEST_QUOTE: usize = 60;

/// An expression as a message repeats it: `…` where it is long.
fn quoted(tree: &ast::Expr) -> String {
    let text = expr_text(tree);
    if text.chars().count() > LONGEST_QUOTE { "…".to_owned() } else { text }
}

/// An expression as an operand: in parentheses where it is put together.
fn operand(tree: &ast::Expr) -> String {
    let text = quoted(tree);
    match &tree.kind {
        ast::ExprKind::Binary { .. } | ast::ExprKind::If { .. } | ast::ExprKind::Rounded { .. } => {
            format!("({text})")
        }
        _ => text,
    }
}
