//! The problems of tables, in words.

use super::axis::{Axis, Run};
use super::cell::Slip;
use super::draft::{Draft, Header};
use crate::check::describe;
use crate::check::signature::TableSig;
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::ir::KeyMatch;
use crate::ir::Ty;
use crate::sheet::Sheet;
use crate::source::Span;
use crate::syntax::ast;

/// A column whose values cannot be made one as the policy says.
pub(super) fn not_combined(span: Span, word: &str, found: &Ty) -> Diagnostic {
    let message = format!("`{word}` over rows whose result is {}", describe::ty(found));
    let help = match word {
        _ if matches!(found, Ty::Optional(_)) => {
            "write `all` after the keys, and go through the rows that have it: \
             `max(r.price for r in fees(n) where given(r.price))`"
        }
        "sum" => "only numbers, amounts and rates are added; write `first` or `most specific` for one row",
        _ => "only values that have an order have a least and a greatest; write `first` for one row",
    };
    Diagnostic::new(codes::BAD_POLICY, message).at(span, "").help(help)
}

/// A table of `all` whose result may be missing.
pub(super) fn optional_list(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_POLICY, "of `all` rows none may match: nothing is missing then")
        .at(span, "")
        .help("leave out `optional`; `count` and `any` tell whether there is a row")
}

/// Two rows of a table of `most specific` of which neither is the more specific.
pub(super) fn clash(draft: &Draft<'_>, first: usize, second: usize, witness: &str) -> Diagnostic {
    let message = match witness {
        "" => "two rows match alike, and neither is more specific".to_owned(),
        _ => format!("two rows match {witness}, and neither is more specific"),
    };
    let problem = Diagnostic::new(codes::CLASHING_ROWS, message);
    let problem = draft.row_spot(second).mark(problem, "this row");
    draft.row_spot(first).also(problem, "and this one").help(
        "add a row for what both match, or write `first` after the keys and order the rows by their rank",
    )
}

/// A row of a table of `first` that others answer for.
pub(super) fn unreached(draft: &Draft<'_>, row: usize, before: Option<usize>, alone: bool) -> Diagnostic {
    let message = "the row never counts: rows above it match all that it matches";
    let problem = draft.row_spot(row).mark(Diagnostic::new(codes::UNREACHED_ROW, message), "this row");
    let problem = match before {
        Some(before) => {
            let words = if alone { "this one matches all of it" } else { "this one matches a part of it" };
            draft.row_spot(before).also(problem, words)
        }
        None => problem,
    };
    problem.help("delete it, or move it up: of the rows that match the first counts")
}

pub(super) fn bad_key(span: Span, name: &str, found: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_KEY, format!("the key `{name}` is {found}, which cannot be looked up"))
        .at(span, "")
        .help("a key is a value of an enumeration, a number, a text, a date or `bool`")
}

pub(super) fn bad_result(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("a cell cannot hold {found}")).at(span, "")
}

/// A version whose keys or results are not those of the first.
pub(super) fn other_keys(table: &ast::Table, first: &TableSig) -> Diagnostic {
    let message = format!("this version of `{}` has other keys or results than the first", table.name.text);
    let written = |ty: &Option<Ty>| ty.as_ref().map_or_else(String::new, describe::written);
    let keys = first.keys.iter().map(|key| format!("{}: {}", key.name, written(&key.ty)));
    let columns = first.columns.iter().map(|(name, ty)| match name {
        Some(name) => format!("{name}: {}", written(ty)),
        None => written(ty),
    });
    let optional = if first.optional { " optional" } else { "" };
    let policy = first.policy.word().map_or_else(String::new, |word| format!(" {word}"));
    let (keys, columns) = (keys.collect::<Vec<_>>().join(", "), columns.collect::<Vec<_>>().join(", "));
    Diagnostic::new(codes::TYPE_MISMATCH, message).at(table.name.span, "").help(format!(
        "all versions of a table are alike; the first has ({keys}){policy} -> {columns}{optional}"
    ))
}

pub(super) fn missing_file(path: &ast::Text) -> Diagnostic {
    Diagnostic::new(codes::MISSING_FILE, format!("there is no file `{}`", path.text))
        .at(path.span, "")
        .help("the path is relative to the folder of this file")
}

pub(super) fn record_needs_grid(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_CELL, "a row in this form has one result; the table gives several")
        .at(span, "")
        .help("write a grid whose header names every key and every result")
}

pub(super) fn wrong_key_count(span: Span, found: usize, expected: usize) -> Diagnostic {
    let keys = |count: usize| if count == 1 { "1 key".to_owned() } else { format!("{count} keys") };
    let message = format!("the row has {}; the table has {}", keys(found), keys(expected));
    let problem = Diagnostic::new(codes::RAGGED_ROW, message).at(span, "");
    if found > expected {
        problem.help("several values of one key are joined by `or`")
    } else {
        problem.help("write one cell for each key, `any` for every value, or `else` in place of all keys")
    }
}

pub(super) fn column_twice(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the column `{name}` stands twice in the header"))
        .at(span, "")
}

pub(super) fn grid_lacks(names: &[String], span: Span) -> Diagnostic {
    let names = names.join("`, `");
    Diagnostic::new(codes::MISSING_COLUMN, format!("the header of the grid lacks `{names}`"))
        .at(span, "")
        .help("a header of names holds every key and every result")
}

pub(super) fn unknown_grid_column(span: Span, name: &str, names: &[&str]) -> Diagnostic {
    let message = format!("the header of the grid has `{name}`, which the table does not name");
    let problem = Diagnostic::new(codes::UNKNOWN_COLUMN, message).at(span, "");
    match nearest(name, names.iter().copied()) {
        Some(near) => problem.did_you_mean(span, Some(near)),
        None => problem.help(format!("its columns are `{}`", names.join("`, `"))),
    }
}

pub(super) fn ragged_grid(span: Span, found: usize, expected: usize) -> Diagnostic {
    let message = format!("the row has {found} cells; the header has {expected}");
    Diagnostic::new(codes::RAGGED_GRID, message).at(span, "").help("part cells by `|`")
}

pub(super) fn record_needs_list_grid(span: Span, names: &[&str]) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_CELL,
        "a grid with values in its header has one result; the table gives several",
    )
    .at(span, "")
    .help(format!("name every column in the header: `{}`", names.join(" | ")))
}

pub(super) fn bad_grid_header(span: Span, names: &[&str]) -> Diagnostic {
    Diagnostic::new(
        codes::MISSING_COLUMN,
        "the header of the grid names neither all columns nor values of the last key",
    )
    .at(span, "")
    .help(format!("name every column in the header: `{}`", names.join(" | ")))
}

pub(super) fn bad_corner(span: Span, expected: &str, names: &[&str]) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_COLUMN,
        format!("expected `{expected}` or nothing over the values of this key"),
    )
    .at(span, "")
    .help(format!("a header of names holds every key and every result: `{}`", names.join(" | ")))
}

pub(super) fn else_in_cross_grid(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_CELL,
        "`else` stands for all keys at once, and here one key stands in the header",
    )
    .at(span, "")
    .help("write `any` in place of one key, or a grid whose header names every column")
}

pub(super) fn two_else(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::OVERLAPPING_ROWS, "two `else` rows")
        .at(second, "again here")
        .also(first, "first here")
}

pub(super) fn second_else() -> Slip {
    Slip::new(codes::OVERLAPPING_ROWS, "a second `else` row").help("delete one of them")
}

pub(super) fn key_beside_else() -> Slip {
    Slip::new(codes::BAD_CELL, "a key beside `else`").help("leave the other keys of an `else` row empty")
}

pub(super) fn bounds_without_order(text: &str) -> Slip {
    Slip::new(codes::NOT_RANKED, format!("`{text}` is a bound of values that have no order"))
        .help("list the values that are meant: `a or b`")
}

pub(super) fn backward_band() -> Slip {
    Slip::new(codes::BOUNDS_NOT_RISING, "the band ends before it begins").help("write the lower bound first")
}

/// Marks a column's name in a text file; a workbook's is named in words.
fn at_header(problem: Diagnostic, sheet: &Sheet, span: Option<Span>, named_at: Span) -> Diagnostic {
    match span {
        Some(span) => problem.at(span, ""),
        None => problem.at(named_at, format!("the file is {}", sheet.shown())),
    }
}

pub(super) fn unknown_column(
    header: &Header<'_>,
    sheet: &Sheet,
    name: &str,
    span: Option<Span>,
    near: Option<&str>,
    named_at: Span,
) -> Diagnostic {
    let message =
        format!("`{}` has a column `{name}` that the table `{}` does not name", sheet.path(), header.name);
    let problem = at_header(Diagnostic::new(codes::UNKNOWN_COLUMN, message), sheet, span, named_at);
    let problem = match (near, span) {
        (Some(near), Some(span)) => problem.did_you_mean(span, Some(near)),
        (Some(near), None) => problem.help(format!("did you mean `{near}`?")),
        (None, _) => problem.help(format!("its columns are `{}`", header.names().join("`, `"))),
    };
    problem.help(format!("begin its name with `#` if it is a remark: `# {name}`"))
}

pub(super) fn result_column_twice(
    sheet: &Sheet,
    name: &str,
    span: Option<Span>,
    named_at: Span,
) -> Diagnostic {
    let message = format!("`{}` has two columns for one result, one of them `{name}`", sheet.path());
    let problem = Diagnostic::new(codes::DUPLICATE_NAME, message);
    at_header(problem, sheet, span, named_at).help("keep the column that is meant")
}

pub(super) fn missing_column(sheet: &Sheet, names: &[&str], named_at: Span) -> Diagnostic {
    let name = names.join("` or `");
    let problem =
        Diagnostic::new(codes::MISSING_COLUMN, format!("`{}` lacks a column `{name}`", sheet.path()));
    let ends = sheet.header_span(0).zip(sheet.header_span(sheet.width().saturating_sub(1)));
    let problem = match ends {
        Some((first, last)) => problem.at(first.cover(last), "").also(named_at, "the file is named here"),
        None => problem.at(named_at, ""),
    };
    problem.help("name the columns like the keys and results of the table")
}

pub(super) fn dead_row(draft: &Draft<'_>, row: usize, key: usize, axis: &Axis<'_>) -> Diagnostic {
    let asked = draft.keys.get(key).and_then(|column| column.get(row));
    let message = match asked {
        Some(KeyMatch::One(value)) => {
            let value = describe::value(value, axis.ty);
            format!("the row is never reached: `{}` is never {value}", axis.name)
        }
        _ => format!("the row is never reached: `{}` has no such value", axis.name),
    };
    let all = (axis.count > 0).then(|| axis.describe(&[(0, axis.count - 1)]));
    let spot = draft.key_spot(row, key);
    let slip = Slip::new(codes::DEAD_ROW, message);
    spot.slip(match all {
        Some(all) => slip.help(format!("the values are {}", all.trim_start_matches("= "))),
        None => slip,
    })
}

/// A combination of keys in words.
pub(super) fn combination(axes: &[Axis<'_>], path: &[(usize, Vec<Run>)]) -> String {
    let part = |(key, runs): &(usize, Vec<Run>)| {
        axes.get(*key).map_or_else(String::new, |axis| format!("{} {}", axis.name, axis.describe(runs)))
    };
    path.iter().map(part).collect::<Vec<_>>().join(", ")
}

pub(super) fn missing_rows(header: &Header<'_>, witnesses: &[String], more: u64) -> Diagnostic {
    let name = header.name;
    let count = witnesses.len() as u64 + more;
    let message = match witnesses {
        [only] if only.is_empty() => format!("the table `{name}` has no rows"),
        [only] if more == 0 => format!("the table `{name}` has no row for {only}"),
        _ => format!("the table `{name}` has no row for {count} combinations of its keys"),
    };
    let mut problem = Diagnostic::new(codes::MISSING_ROWS, message).at(header.span, "");
    if count > 1 {
        for witness in witnesses {
            problem = problem.note(format!("no row for {witness}"));
        }
        if more > 0 {
            problem = problem.note(format!("and {more} more"));
        }
    }
    problem.help("add the rows, an `else` row for all the rest, or `n/a` for what cannot be bought")
}

pub(super) fn overlap(draft: &Draft<'_>, first: usize, second: usize, witness: &str) -> Diagnostic {
    let message = match witness {
        "" => "two rows answer for the same keys".to_owned(),
        _ => format!("two rows answer for {witness}"),
    };
    let problem = Diagnostic::new(codes::OVERLAPPING_ROWS, message);
    let problem = draft.row_spot(second).mark(problem, "this row");
    draft
        .row_spot(first)
        .also(problem, "and this one")
        .help("exactly one row answers for each combination of keys; `else` is the row for all the rest")
        .help("where rows may overlap, say after the keys which count: `first`, `most specific`, `sum`, `max` or `min`")
}

pub(super) fn more_overlaps(header: &Header<'_>, more: u64) -> Diagnostic {
    Diagnostic::new(
        codes::OVERLAPPING_ROWS,
        format!("more rows of `{}` overlap, for {more} combinations", header.name),
    )
    .at(header.span, "")
}

pub(super) fn undecided(header: &Header<'_>) -> Diagnostic {
    let message = format!(
        "the table `{}` is too intricate to decide whether exactly one row answers for each combination of keys",
        header.name
    );
    Diagnostic::new(codes::TABLE_TOO_LARGE, message)
        .at(header.span, "")
        .help("write fewer rows with bands, `or` and `any` that cross each other, or cut the table in two")
}

pub(super) fn idle_else(draft: &Draft<'_>, name: &str) -> Option<Diagnostic> {
    let message =
        format!("the `else` row of `{name}` is never reached: the other rows answer for everything");
    let problem = Diagnostic::new(codes::IDLE_ELSE, message);
    Some(
        draft
            .else_spot
            .as_ref()?
            .mark(problem, "")
            .help("delete it, so that a row that goes missing is noticed"),
    )
}
