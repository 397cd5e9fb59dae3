//! Tables as written, with the files beside them, become tables proven complete.
//!
//! ```text
//!   rows of a book ─ inline ─┐
//!                            ├─▶ Draft ─ bands ─▶ closed rows ─ axis, cover ─▶ an answer for each combination
//!   rows of a file ─ file ───┘
//! ```

mod axis;
mod bands;
pub(in crate::check) mod cell;
mod cover;
mod draft;
mod errors;
mod file;
mod inline;
mod rank;
#[cfg(test)]
mod tests;
mod text;
mod version;

use std::sync::Arc;

use axis::{Axis, Runs};
use draft::{Draft, Header, Problems};
pub(in crate::check) use version::period_of;
pub use version::{merge_tables, merge_tiers};

use crate::check::signature::TableSig;
use crate::check::{Signatures, describe, types};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Domain, HitPolicy, KeyMatch, Reach, Ty};
use crate::sheet::Sheet;
use crate::source::Span;
use crate::source::limits::MAX_TABLE_CHECK_STEPS;
use crate::syntax::ast;

/// A file with the rows of a table as it was read (see [`sheet::read`](crate::sheet::read)), or why it
/// could not be.
pub type TableFile = Result<Arc<Sheet>, Vec<Diagnostic>>;

/// The file that holds the rows of an item, where it is a table with such a file: its path relative to the
/// folder of the item's own file, and the sheet that is meant.
pub fn file_of(item: &ast::Item) -> Option<(&ast::Text, Option<&ast::Text>)> {
    match &item.kind {
        ast::ItemKind::Table(ast::Table { rows: ast::TableRows::File { path, sheet }, .. }) => {
            Some((path, sheet.as_ref()))
        }
        _ => None,
    }
}

/// What the word after a table's keys says.
pub(in crate::check) fn hit_policy(table: &ast::Table) -> HitPolicy {
    match table.policy.map(|policy| policy.kind) {
        // `all` is refused where it is read.
        None => HitPolicy::One,
        Some(ast::HitPolicy::All) => HitPolicy::All,
        Some(ast::HitPolicy::First) => HitPolicy::First,
        Some(ast::HitPolicy::MostSpecific) => HitPolicy::MostSpecific,
        Some(ast::HitPolicy::Sum) => HitPolicy::Sum,
        Some(ast::HitPolicy::Max) => HitPolicy::Max,
        Some(ast::HitPolicy::Min) => HitPolicy::Min,
    }
}

/// Checks one version of a table; the result has that one version. `file` is the file that
/// [`file_of`] names, none where there is no such file.
///
/// The result is given only if the rows that the table's policy asks for (without one, exactly one row)
/// answer for each combination of keys that can occur, or a
/// missing row means something (`else`, `optional`), or only calls outside of the version's reach would
/// find none.
pub fn check_table(
    table: &ast::Table,
    span: Span,
    signatures: &Signatures,
    file: Option<&TableFile>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Table> {
    let signature = signatures.tables.get(&table.name.text)?;
    let mut problems = Problems::new(problems);
    let checked = check_version(table, span, signature, signatures, file, &mut problems);
    let sound = !problems.any();
    problems.finish();
    checked.filter(|_| sound)
}

fn check_version(
    table: &ast::Table,
    span: Span,
    signature: &TableSig,
    signatures: &Signatures,
    file: Option<&TableFile>,
    problems: &mut Problems<'_>,
) -> Option<ir::Table> {
    let header = header_of(table, signature, signatures, problems)?;
    let mut draft = read_rows(table, &header, signatures, file, problems)?;
    if problems.any() {
        return None;
    }
    if signature.policy == HitPolicy::One {
        bands::close(&mut draft);
    }
    bands::check(&draft, problems);
    if problems.any() {
        return None;
    }
    let domains: Vec<&Domain> = signature.keys.iter().map(|key| &key.domain).collect();
    let Proof { reach, order } = prove(&header, &domains, &draft, signature, problems);
    if let Some(order) = order {
        draft.reorder(&order);
    }
    let label = table.label.as_ref().map(|label| label.text.clone());
    let columns = header.columns.iter().map(|(name, ty)| ir::Column { name: name.clone(), ty: ty.clone() });
    let keys = header.keys.iter().map(|(name, ty)| ir::TableKey { name: name.clone(), ty: ty.clone() });
    Some(ir::Table {
        name: table.name.text.clone(),
        label,
        keys: keys.collect(),
        policy: signature.policy,
        columns: columns.collect(),
        optional: signature.optional,
        versions: vec![ir::TableVersion {
            effective: version::period_of(table.effective.as_ref()),
            rows: Arc::new(draft.into_rows()),
            reach,
            span,
        }],
        span,
    })
}

/// The keys and results with their types; none if one of them is not understood, or is of no use.
fn header_of<'a>(
    table: &'a ast::Table,
    signature: &TableSig,
    signatures: &Signatures,
    problems: &mut Problems<'_>,
) -> Option<Header<'a>> {
    let key_names = table.keys.iter().map(|key| &key.name.text);
    let column_names = table.result.columns.iter().map(|column| column.name.as_ref().map(|name| &name.text));
    let same_keys = key_names.eq(signature.keys.iter().map(|key| &key.name));
    let same_columns = column_names.eq(signature.columns.iter().map(|(name, _)| name.as_ref()));
    let same_words =
        table.result.optional.is_some() == signature.optional && hit_policy(table) == signature.policy;
    if !same_keys || !same_columns || !same_words {
        problems.add(|| errors::other_keys(table, signature));
        return None;
    }
    let (mut keys, mut key_cells, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    let mut differs = false;
    for (key, written) in signature.keys.iter().zip(&table.keys) {
        let ty = key.ty.as_ref()?.clone();
        let owner = format!("{}.{}", table.name.text, key.name);
        differs |= type_differs(&written.ty, &owner, true, &ty, signatures, problems)
            || matches!(written.ty.kind, ast::TypeKind::Optional(_)) != matches!(ty, Ty::Optional(_));
        if matches!(ty.required(), Ty::Set(_) | Ty::List(_) | Ty::Names) {
            problems.add(|| errors::bad_key(written.name.span, &key.name, &describe::ty(&ty)));
        }
        key_cells.push(cell_type(ty.required(), signatures)?);
        keys.push((key.name.clone(), ty));
    }
    for ((name, ty), written) in signature.columns.iter().zip(&table.result.columns) {
        let ty = ty.as_ref()?.clone();
        let owner = match name {
            Some(name) => format!("{}.{name}", table.name.text),
            None => table.name.text.to_string(),
        };
        differs |= type_differs(&written.ty, &owner, false, &ty, signatures, problems)
            || matches!(written.ty.kind, ast::TypeKind::Optional(_)) != matches!(ty, Ty::Optional(_));
        if matches!(ty.required(), Ty::Set(_) | Ty::List(_) | Ty::Names) {
            problems.add(|| errors::bad_result(written.ty.span, &describe::ty(&ty)));
        }
        if !combines(signature.policy, &ty) {
            let word = signature.policy.word().unwrap_or_default();
            problems.add(|| errors::not_combined(written.ty.span, word, &ty));
        }
        columns.push((name.clone(), ty));
    }
    if let (Some(optional), HitPolicy::All) = (table.result.optional, signature.policy) {
        problems.add(|| errors::optional_list(optional));
    }
    if differs {
        problems.add(|| errors::other_keys(table, signature));
    }
    (!problems.any()).then_some(Header {
        name: &table.name.text,
        span: table.name.span,
        keys,
        key_cells,
        columns,
    })
}

/// Whether values of a column can be made one as a policy says.
fn combines(policy: HitPolicy, ty: &Ty) -> bool {
    match (policy, ty) {
        (HitPolicy::Sum, ty) => matches!(ty, Ty::Number(_)),
        (HitPolicy::Max | HitPolicy::Min, ty) => inline::is_ordered(ty),
        (HitPolicy::One | HitPolicy::First | HitPolicy::MostSpecific | HitPolicy::All, _) => true,
    }
}

/// Whether a type of this version is another than that of the first, by which all calls are checked.
fn type_differs(
    written: &ast::Type,
    owner: &str,
    whole: bool,
    first: &Ty,
    signatures: &Signatures,
    problems: &mut Problems<'_>,
) -> bool {
    let mut found = Vec::new();
    let resolved = types::resolve(signatures, types::Place { owner, whole }, written, &mut found);
    for problem in found {
        problems.add(|| problem);
    }
    resolved.is_some_and(|(ty, _)| ty.required() != first.required())
}

/// The type in which a key is written: a row of another table is named by its key.
fn cell_type(ty: &Ty, signatures: &Signatures) -> Option<Ty> {
    let Ty::Row(table) = ty else { return Some(ty.clone()) };
    match signatures.tables.get(table)?.keys.first()?.ty.as_ref()?.required() {
        Ty::Row(_) => None,
        key => Some(key.clone()),
    }
}

fn read_rows<'a>(
    table: &ast::Table,
    header: &'a Header<'a>,
    signatures: &'a Signatures,
    file: Option<&'a TableFile>,
    problems: &mut Problems<'_>,
) -> Option<Draft<'a>> {
    let units = &signatures.units;
    match &table.rows {
        ast::TableRows::Rows(rows) => Some(inline::BookReader::new(header, units, problems).rows(rows)),
        ast::TableRows::Grid(grid) => Some(inline::BookReader::new(header, units, problems).grid(grid)),
        ast::TableRows::File { path, .. } => match file {
            None => {
                problems.add(|| errors::missing_file(path));
                None
            }
            Some(Err(found)) => {
                for problem in found {
                    problems.add(|| problem.clone().also(path.span, "the file is named here"));
                }
                None
            }
            Some(Ok(sheet)) => file::read(header, sheet, path.span, units, problems),
        },
    }
}

/// What is known of rows that answer as they should.
struct Proof {
    /// For which values of each key they answer.
    reach: Vec<Reach>,
    /// The order in which the first row that matches is the one that counts, where it is another than theirs.
    order: Option<Vec<usize>>,
}

/// Proves that the rows that the policy asks for answer for each combination of keys.
fn prove(
    header: &Header<'_>,
    domains: &[&Domain],
    draft: &Draft<'_>,
    signature: &TableSig,
    problems: &mut Problems<'_>,
) -> Proof {
    let (policy, optional) = (signature.policy, signature.optional);
    let mut everything = Proof { reach: vec![Reach::All; header.keys.len()], order: None };
    let columns = header.keys.iter().zip(domains).zip(&draft.keys);
    let axes: Option<(Vec<Axis<'_>>, Vec<Vec<Runs>>)> =
        columns.map(|(((name, ty), domain), column)| Axis::with_rows(name, ty, domain, column)).collect();
    let Some((axes, rows)) = axes else { return everything };
    refuse_dead_rows(&axes, &rows, draft, problems);
    if matches!(policy, HitPolicy::Sum | HitPolicy::All) {
        // Where no row matches the sum is zero, and there is none to go through.
        return everything;
    }
    if policy == HitPolicy::MostSpecific {
        everything.order = Some(rank::order(&rows, draft.len()));
    }
    let found = cover::cover(&axes, &rows, policy, MAX_TABLE_CHECK_STEPS);
    for (first, second, path) in &found.overlaps {
        let witness = errors::combination(&axes, path);
        problems.add(|| match policy {
            HitPolicy::MostSpecific => errors::clash(draft, *first as usize, *second as usize, &witness),
            _ => errors::overlap(draft, *first as usize, *second as usize, &witness),
        });
    }
    if found.more_overlaps > 0 {
        problems.add(|| errors::more_overlaps(header, found.more_overlaps));
    }
    if found.undecided {
        problems.add(|| errors::undecided(header));
        return everything;
    }
    if policy == HitPolicy::First {
        refuse_unreached_rows(&rows, &found.reached, draft, problems);
    }
    if draft.else_spot.is_some() || optional {
        if !found.has_holes() && !optional && !problems.any() {
            errors::idle_else(draft, header.name).into_iter().for_each(|problem| problems.warn(problem));
        }
        return everything;
    }
    if !found.missing.is_empty() {
        let witnesses: Vec<String> =
            found.missing.iter().map(|path| errors::combination(&axes, path)).collect();
        problems.add(|| errors::missing_rows(header, &witnesses, found.more_missing));
    }
    Proof { reach: found.reach, ..everything }
}

/// Where the first row counts, one behind others that answer for all of it is a slip.
fn refuse_unreached_rows(
    rows: &[Vec<Runs>],
    reached: &[bool],
    draft: &Draft<'_>,
    problems: &mut Problems<'_>,
) {
    let unreached = reached.iter().enumerate().filter(|(_, reached)| !**reached);
    // A row that asks for what cannot occur has been reported.
    let there = |row: usize| rows.iter().all(|column| column.get(row).is_some_and(|runs| !runs.is_empty()));
    for (row, _) in unreached.filter(|(row, _)| there(*row)) {
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        let before = || (0..number).filter(|other| rank::meet(rows, *other, number));
        let alone = before().find(|other| rank::within(rows, number, *other));
        let first = alone.or_else(|| before().next());
        problems.add(|| errors::unreached(draft, row, first.map(|row| row as usize), alone.is_some()));
    }
}

/// A row whose key no value of the key's domain fits is a slip: the author believes that it counts.
fn refuse_dead_rows(axes: &[Axis<'_>], rows: &[Vec<Runs>], draft: &Draft<'_>, problems: &mut Problems<'_>) {
    for (key, (axis, column)) in axes.iter().zip(rows).enumerate() {
        for (row, runs) in column.iter().enumerate() {
            let asked = draft.keys.get(key).and_then(|column| column.get(row));
            let dead = match asked {
                Some(KeyMatch::OneOf(values)) => runs.len() < values.len(),
                Some(_) => runs.is_empty() && axis.count > 0,
                None => false,
            };
            if dead {
                problems.add(|| errors::dead_row(draft, row, key, axis));
            }
        }
    }
}
