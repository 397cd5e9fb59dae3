//! The memory of a workspace: its inputs, and what was worked out from them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::anchors::Anchors;
use super::files::{Fetched, FilePath, FolderContent, TextContent};
use super::{proofs, queries};

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
}

/// The memory.
#[salsa::db]
#[derive(Clone)]
pub(super) struct Database {
    storage: salsa::Storage<Self>,
    anchors: Anchors,
    counters: Counters,
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
}

impl Default for Database {
    fn default() -> Database {
        let storage = salsa::Storage::builder()
            .ingredient::<TextFile>()
            .ingredient::<TableFile>()
            .ingredient::<Project>()
            .ingredient::<queries::Piece<'_>>()
            .ingredient::<queries::PathName<'_>>()
            .ingredient::<queries::SheetName<'_>>()
            .ingredient::<proofs::ProductName<'_>>()
            .ingredient::<queries::pieces>()
            .ingredient::<queries::parsed>()
            .ingredient::<queries::table_file>()
            .ingredient::<queries::sheet>()
            .ingredient::<queries::digest>()
            .ingredient::<queries::table_digest>()
            .ingredient::<queries::members>()
            .ingredient::<queries::heads>()
            .ingredient::<queries::signed>()
            .ingredient::<queries::signatures>()
            .ingredient::<queries::narrowed>()
            .ingredient::<queries::checked>()
            .ingredient::<queries::places>()
            .ingredient::<queries::compiled>()
            .ingredient::<proofs::slices>()
            .ingredient::<proofs::slice_of>()
            .ingredient::<proofs::proved>()
            .ingredient::<proofs::proofs>()
            .build();
        Database { storage, anchors: Anchors::default(), counters: Counters::default() }
    }
}
