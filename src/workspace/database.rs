//! The memory of a workspace: its inputs, and what was worked out from them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::anchors::Anchors;
use super::checking::Checks;
use super::declared::Files;
use super::files::{Fetched, FilePath, FolderContent, TextContent};
use super::{proofs, queries};
use crate::check::{Built, Kept};

/// One `.tarif` file.
#[salsa::input]
pub(super) struct TextFile {
    #[returns(ref)]
    pub(super) path: FilePath,
    #[returns(ref)]
    pub(super) content: TextContent,
}

/// One table file.
#[salsa::input]
pub(super) struct TableFile {
    #[returns(ref)]
    pub(super) path: FilePath,
    #[returns(ref)]
    pub(super) content: Fetched<Arc<[u8]>>,
}

/// All that the shell has given.
#[salsa::input]
pub(super) struct Project {
    #[returns(ref)]
    pub(super) texts: BTreeMap<FilePath, TextFile>,
    #[returns(ref)]
    pub(super) tables: BTreeMap<FilePath, TableFile>,
    #[returns(ref)]
    pub(super) folders: BTreeMap<FilePath, Fetched<FolderContent>>,
}

/// How often each kind of work was done, for tests and for measuring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Files cut into declarations.
    pub split: u64,
    /// Declarations parsed.
    pub parsed: u64,
    /// Table files read.
    pub sheets: u64,
    /// Times that the signatures of the book were worked out.
    pub signatures: u64,
    /// Declarations checked.
    pub checked: u64,
    /// Times that the book was put together.
    pub assembled: u64,
    /// Products of whose configurations something was proved.
    pub proved: u64,
}

/// Counts [`Work`].
#[derive(Clone, Debug, Default)]
pub(super) struct Counters(Arc<[AtomicU64; 7]>);

/// A kind of work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    Split,
    Parse,
    Sheet,
    Signatures,
    Check,
    Assemble,
    Prove,
}

impl Counters {
    pub(super) fn count(&self, task: Task) {
        if let Some(counter) = self.0.get(task as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> Work {
        let of = |task: Task| self.0.get(task as usize).map_or(0, |counter| counter.load(Ordering::Relaxed));
        Work {
            split: of(Task::Split),
            parsed: of(Task::Parse),
            sheets: of(Task::Sheet),
            signatures: of(Task::Signatures),
            checked: of(Task::Check),
            assembled: of(Task::Assemble),
            proved: of(Task::Prove),
        }
    }
}

/// What the queries need beside salsa's own memory.
#[salsa::db]
pub(super) trait Db: salsa::Database {
    /// The numbers of files and declarations: the same number for the same thing, whenever asked.
    fn anchors(&self) -> &Anchors;

    /// Counts work.
    fn counters(&self) -> &Counters;

    /// What is carried over from one state of the files to the next.
    fn memory(&self) -> &Memory;
}

/// What is carried over from one state of the files to the next, beside what salsa remembers. It decides how long a
/// query takes, and never what it gives.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Files as they were cut last.
    pub(super) files: Files,
    /// Declarations as they were checked last.
    pub(super) checks: Checks,
    /// The signatures made last.
    pub(super) signed: Mutex<Option<Built>>,
    /// The book put together last.
    pub(super) book: Mutex<Kept>,
}

impl Memory {
    /// Forgets a file.
    pub(super) fn forget(&self, path: &str) {
        self.files.forget(path);
        self.checks.forget(path);
    }
}

/// The memory.
#[salsa::db]
#[derive(Clone)]
pub(super) struct Database {
    storage: salsa::Storage<Self>,
    anchors: Anchors,
    counters: Counters,
    memory: Arc<Memory>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    fn counters(&self) -> &Counters {
        &self.counters
    }

    fn memory(&self) -> &Memory {
        &self.memory
    }
}

impl Default for Database {
    fn default() -> Database {
        let storage = salsa::Storage::builder()
            .ingredient::<TextFile>()
            .ingredient::<TableFile>()
            .ingredient::<Project>()
            .ingredient::<queries::PathName<'_>>()
            .ingredient::<queries::SheetName<'_>>()
            .ingredient::<proofs::ProductName<'_>>()
            .ingredient::<queries::cut>()
            .ingredient::<queries::declared>()
            .ingredient::<queries::uses_of>()
            .ingredient::<queries::table_names>()
            .ingredient::<queries::declarations>()
            .ingredient::<queries::table_file>()
            .ingredient::<queries::sheet>()
            .ingredient::<queries::digest>()
            .ingredient::<queries::table_digest>()
            .ingredient::<queries::members>()
            .ingredient::<queries::signed>()
            .ingredient::<queries::signatures>()
            .ingredient::<queries::checked>()
            .ingredient::<queries::places>()
            .ingredient::<queries::compiled>()
            .ingredient::<proofs::slices>()
            .ingredient::<proofs::slice_of>()
            .ingredient::<proofs::proved>()
            .ingredient::<proofs::proofs>()
            .build();
        Database {
            storage,
            anchors: Anchors::default(),
            counters: Counters::default(),
            memory: Arc::default(),
        }
    }
}
