//! What is wrong with a `for each`.

use crate::check::describe;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Name, Ty};
use crate::source::Span;

/// Lines have nothing of the name, or it is written without `line`.
pub(super) fn bad_key(at: Span, key: &str, of_line: bool) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::BAD_GROUPING, format!("`{key}` is nothing that lines have in common"))
            .at(at, "");
    if of_line {
        let meant = format!("line.{key}");
        return problem.help(format!("write `for each {meant}`")).fix(at, meant);
    }
    problem.help(
        "write `for each bundle`, `for each product`, `for each line`, or what lines have: `for each line.brand`",
    )
}

/// Sets and lists tell no groups apart.
pub(super) fn bad_key_type(at: Span, key: &str, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_GROUPING,
        format!("`{key}` is {}, by which no lines are grouped", describe::ty(ty)),
    )
    .at(at, "")
    .help("lines are grouped by one value: a word, a text, a number, a date, a key of a table")
}

/// One name, and another thing in another product.
pub(super) fn keys_differ(
    at: Span,
    key: &str,
    (one, one_ty): (&Name, &Ty),
    (other, other_ty): (&Name, &Ty),
) -> Diagnostic {
    let (a, b) = (describe::ty(one_ty), describe::ty(other_ty));
    let message = match a == b {
        true => format!("`{key}` is one thing in `{one}` and another in `{other}`"),
        false => format!("`{key}` is {a} in `{one}` and {b} in `{other}`"),
    };
    Diagnostic::new(codes::BAD_GROUPING, message).at(at, "").help(
        "declare it alike in all products that have it, or say which are meant: `on lines where product = …`",
    )
}

/// No product has parts with prices.
pub(super) fn no_bundles(at: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_GROUPING, "no product of the book has parts that are lines of their own")
        .at(at, "")
        .help("only pieces of products with `parts priced` come with a bundle")
}

/// `in all` where there is one group.
pub(super) fn in_all_of_one(at: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_GROUPING, "`in all` speaks of several groups, and there is one")
        .at(at, "")
        .help("take `in all` away, or say what the groups are: `for each line.brand`")
}

/// An amount of money where units are counted.
pub(super) fn worth_as_count(at: Span, amount: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_CLAIM, format!("units are counted, and `{amount}` is no number of them"))
        .at(at, "")
        .help(format!("as many as come to it are `units worth {amount}`"))
}
