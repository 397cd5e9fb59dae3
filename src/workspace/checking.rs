//! Declarations checked against the signatures, and again only where they, their tables or the signatures are others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::database::{Db, Project, Task, TextFile};
use super::declared::Declared;
use super::files::{self, Fetched, FilePath};
use super::queries::{self, PathName, SheetName};
use super::{problems, uses};
use crate::check::table::{TableFile, file_of};
use crate::check::{self, Changes, Checked, Reads, Signatures};
use crate::source::FileId;
use crate::syntax::ast::Text;

/// What was checked last, by files.
#[derive(Debug, Default)]
pub(super) struct Checks(Mutex<HashMap<FilePath, Vec<Option<Known>>>>, Mutex<Option<Step>>);

/// A declaration as it was checked last, and with what.
#[derive(Debug)]
struct Known {
    declared: Arc<Declared>,
    table: Option<TableFile>,
    signatures: Arc<Signatures>,
    /// What it asked of the signatures.
    reads: Reads,
    checked: Arc<Checked>,
}

/// Signatures and those that followed them, and what differs.
#[derive(Debug)]
struct Step {
    from: Arc<Signatures>,
    to: Arc<Signatures>,
    changes: Changes,
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
            now.push(Some(self.again(db, project, file, item, signatures, known)));
        }
        let checked = now.iter().flatten().map(|known| Arc::clone(&known.checked)).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(path), now);
        checked
    }

    /// Checks a declaration, unless all that it asked is as it was.
    fn again(
        &self,
        db: &dyn Db,
        project: Project,
        file: TextFile,
        declared: &Arc<Declared>,
        signatures: &Arc<Signatures>,
        known: Option<Known>,
    ) -> Known {
        let file_of = declared.item.as_deref().and_then(file_of);
        let table = file_of.and_then(|(path, name)| rows_of(db, project, file, path, name));
        let is_same = |it: &Known| {
            Arc::ptr_eq(&it.declared, declared) && it.table == table && self.still_holds(it, signatures)
        };
        if known.as_ref().is_some_and(is_same)
            && let Some(known) = known
        {
            return Known { signatures: Arc::clone(signatures), ..known };
        }
        let (checked, reads) = match &declared.item {
            None => Default::default(),
            Some(item) => {
                db.counters().count(Task::Check);
                signatures.noting(|| check::check_item(item, signatures, table.as_ref()))
            }
        };
        // What comes out the same is the same for those who work with it.
        let same = known.map(|known| known.checked).filter(|known| **known == checked);
        let checked = same.unwrap_or_else(|| Arc::new(checked));
        Known { declared: Arc::clone(declared), table, signatures: Arc::clone(signatures), reads, checked }
    }

    /// Whether what was checked against other signatures comes out the same against these.
    fn still_holds(&self, known: &Known, signatures: &Arc<Signatures>) -> bool {
        if Arc::ptr_eq(&known.signatures, signatures) {
            return true;
        }
        // What has no checked form may be silent only while something is wrong with the signatures.
        if known.checked.ir.is_none() && known.signatures.sound != signatures.sound {
            return false;
        }
        let mut step = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |it: &Step| Arc::ptr_eq(&it.from, &known.signatures) && Arc::ptr_eq(&it.to, signatures);
        let step = match step.take().filter(is_it) {
            Some(known) => step.insert(known),
            None => step.insert(Step {
                from: Arc::clone(&known.signatures),
                to: Arc::clone(signatures),
                changes: signatures.changes_since(&known.signatures),
            }),
        };
        !step.changes.concern(&known.reads)
    }

    /// Forgets a file.
    pub(super) fn forget(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
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
