//! Declarations checked against the signatures, and again only where they, their tables or the signatures are others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::database::{Db, Project, Task, TextFile};
use super::declared::Declared;
use super::files::{self, Fetched, FilePath};
use super::queries::{self, PathName, SheetName};
use super::{narrow, problems, uses};
use crate::check::table::{TableFile, file_of};
use crate::check::{self, Checked, Signatures};
use crate::diagnostic::has_errors;
use crate::source::FileId;
use crate::syntax::ast::{Item, ItemKind, Text};

/// What was checked last, by files.
#[derive(Debug, Default)]
pub(super) struct Checks(Mutex<HashMap<FilePath, Vec<Option<Known>>>>);

/// A declaration as it was checked last, and with what.
#[derive(Debug)]
struct Known {
    declared: Arc<Declared>,
    table: Option<TableFile>,
    signatures: Arc<Signatures>,
    /// The part of the signatures that a long table was checked against.
    narrowed: Option<Arc<Signatures>>,
    checked: Arc<Checked>,
}

impl Checks {
    /// Checks the declarations of a file.
    pub(super) fn check(&self, db: &dyn Db, project: Project, file: TextFile) -> Vec<Arc<Checked>> {
        let path = file.path(db);
        let signatures = queries::signatures(db, project);
        let items = queries::declared(db, file);
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        let mut before = before.unwrap_or_default();
        // Where each stood, made when one stands elsewhere now.
        let mut places: Option<HashMap<FileId, usize>> = None;
        let mut now = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let is_it =
                |known: &Option<Known>| known.as_ref().is_some_and(|it| it.declared.anchor == item.anchor);
            let place = if before.get(at).is_some_and(is_it) {
                Some(at)
            } else {
                let places = places.get_or_insert_with(|| {
                    let known = before.iter().enumerate();
                    known.filter_map(|(at, known)| Some((known.as_ref()?.declared.anchor, at))).collect()
                });
                places.get(&item.anchor).copied()
            };
            let known = place.and_then(|at| before.get_mut(at)).and_then(Option::take);
            now.push(Some(again(db, project, file, item, signatures, known)));
        }
        let checked = now.iter().flatten().map(|known| Arc::clone(&known.checked)).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(path), now);
        checked
    }

    /// Forgets a file.
    pub(super) fn forget(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

/// Checks a declaration, unless all is as it was.
fn again(
    db: &dyn Db,
    project: Project,
    file: TextFile,
    declared: &Arc<Declared>,
    signatures: &Arc<Signatures>,
    known: Option<Known>,
) -> Known {
    let file_of = declared.item.as_deref().and_then(file_of);
    let table = file_of.and_then(|(path, name)| rows_of(db, project, file, path, name));
    let same = known.as_ref().filter(|it| Arc::ptr_eq(&it.declared, declared) && it.table == table);
    if same.is_some_and(|it| Arc::ptr_eq(&it.signatures, signatures))
        && let Some(known) = known
    {
        return known;
    }
    let narrowed = declared.item.as_deref().and_then(|item| narrowed(item, &declared.text, signatures));
    let same = same.is_some_and(|it| it.narrowed.is_some() && it.narrowed == narrowed);
    let (checked, narrowed) = match (&known, &declared.item) {
        (Some(known), _) if same => (Arc::clone(&known.checked), narrowed),
        (_, None) => (Arc::default(), None),
        (known, Some(item)) => {
            db.counters().count(Task::Check);
            let (checked, narrowed) = check(item, signatures, narrowed, table.as_ref());
            // What comes out the same is the same for those who work with it.
            let same = known.as_ref().map(|known| &known.checked).filter(|known| ***known == checked);
            (same.cloned().unwrap_or_else(|| Arc::new(checked)), narrowed)
        }
    };
    Known { declared: Arc::clone(declared), table, signatures: Arc::clone(signatures), narrowed, checked }
}

/// Checks a declaration against a part of the signatures, or, where that does not tell, against all of them.
fn check(
    item: &Item,
    signatures: &Signatures,
    narrowed: Option<Arc<Signatures>>,
    table: Option<&TableFile>,
) -> (Checked, Option<Arc<Signatures>>) {
    if let Some(narrowed) = narrowed {
        let checked = check::check_item(item, &narrowed, table);
        if checked.ir.is_some() || has_errors(&checked.problems) {
            return (checked, Some(narrowed));
        }
    }
    (check::check_item(item, signatures, table), None)
}

/// The part of the signatures that a long table is checked against; nothing for all other declarations.
fn narrowed(item: &Item, text: &str, signatures: &Signatures) -> Option<Arc<Signatures>> {
    let ItemKind::Table(table) = &item.kind else { return None };
    let is_long = file_of(item).is_some() || text.len() >= narrow::LONG_TEXT;
    is_long.then(|| Arc::new(narrow::narrow(signatures, &table.name.text, text)))
}

/// The file that a table's rows come from, or why it cannot be read; nothing if there is no such file.
fn rows_of(
    db: &dyn Db,
    project: Project,
    file: TextFile,
    written: &Text,
    name: Option<&Text>,
) -> Option<TableFile> {
    let declared_in = file.path(db);
    let home = uses::home_of(db, project, declared_in);
    let path = match files::table_path(home, declared_in, &written.text) {
        Ok(path) => path,
        Err(bad) => return Some(Err(vec![problems::bad_path(written, bad)])),
    };
    let table = queries::table_file(db, project, PathName::new(db, FilePath::from(path.as_str())))?;
    match table.content(db) {
        Fetched::Missing => None,
        Fetched::Unreadable(reason) => Some(Err(vec![problems::unreadable_table(written, &path, reason)])),
        Fetched::TooLong(bytes) => Some(Err(vec![problems::long_table(written, &path, *bytes)])),
        Fetched::Found(_) => {
            let name = SheetName::new(db, name.map(|name| Arc::clone(&name.text)));
            Some(queries::sheet(db, table, name).clone())
        }
    }
}
