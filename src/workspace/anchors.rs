//! Numbers that stand for files and for declarations in the place of a file.
//!
//! A declaration is parsed on its own, with spans that count from its own first word. The file of such a span
//! is the declaration's *anchor*: a number that stays the same as long as the declaration keeps its file, its
//! word and its name, wherever in the file it stands. [`Places`] leads back to the file.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Place, Sources, Span};
use crate::syntax::ItemWord;

/// What a number stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Anchor {
    /// A whole file, by its path.
    File(Arc<str>),
    /// A declaration: its file, its word, its name, and how many of the same came before it.
    Item(Arc<str>, ItemWord, Option<String>, u32),
}

/// Gives each anchor one number, once and for ever.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchors(Arc<Mutex<HashMap<Anchor, FileId>>>);

impl Anchors {
    /// The number of an anchor.
    pub(super) fn id(&self, anchor: Anchor) -> FileId {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = FileId(u32::try_from(known.len()).unwrap_or(u32::MAX));
        *known.entry(anchor).or_insert(next)
    }
}

/// Where everything stands: leads from the spans that the passes work with to files, lines and columns.
///
/// A value of one state of the workspace; it stays as it is when the workspace goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    sources: Sources,
    /// At each number its file, and how far into it the spans of the number are to be moved, going around below zero.
    moved: Vec<Option<(FileId, u32)>>,
}

impl Places {
    /// Adds a file under its number.
    pub(super) fn add_file(&mut self, id: FileId, path: &Arc<str>, text: Arc<str>) -> FileId {
        let file = self.sources.add(Arc::clone(path), text);
        self.add_item(id, file, 0);
        file
    }

    /// Adds a declaration whose spans are to be moved in a file, going around below zero.
    pub(super) fn add_item(&mut self, id: FileId, file: FileId, moved: u32) {
        let at = id.0 as usize;
        if at >= self.moved.len() {
            self.moved.resize(at + 1, None);
        }
        if let Some(place) = self.moved.get_mut(at) {
            *place = Some((file, moved));
        }
    }

    /// The files, with the numbers that [`Places::span`] gives.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The span in its file, as [`Places::sources`] knows it.
    pub fn span(&self, span: Span) -> Span {
        match self.moved.get(span.file.0 as usize).copied().flatten() {
            Some((file, moved)) => {
                let (start, end) = (span.start.wrapping_add(moved), span.end.wrapping_add(moved));
                Span { file, start, end }
            }
            None => Span { file: FileId(u32::MAX), ..span },
        }
    }

    /// Where a span begins, as people count.
    pub fn place(&self, span: Span) -> Place {
        self.sources.place(self.span(span))
    }

    /// The problem with all its spans in their files.
    pub fn settle(&self, problem: &Diagnostic) -> Diagnostic {
        let mut problem = problem.clone();
        for label in &mut problem.labels {
            label.span = self.span(label.span);
        }
        if let Some(fix) = &mut problem.fix {
            fix.span = self.span(fix.span);
        }
        problem
    }
}
