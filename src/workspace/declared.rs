//! The declarations of a file: cut out of its text and parsed, and carried over from the text before as far as they
//! are the same.
//!
//! What is carried over is the very same value, so whoever worked with it sees at a glance that it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::anchors::Anchor;
use super::database::{Db, Task};
use super::files::FilePath;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, limits};
use crate::syntax::ast::Item;
use crate::syntax::{self, ItemText, ItemWord};

/// The offset of the first word of every declaration, in spans: before it there is room for as many comments as a
/// file can hold. So comments above a declaration come and go, and its spans stay.
const HEAD: u32 = limits::MAX_FILE_BYTES as u32;

/// A declaration as parsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Which one it is, whatever its text and place.
    pub(super) anchor: FileId,
    pub(super) word: ItemWord,
    /// Its text with the comments above it.
    pub(super) text: Arc<str>,
    /// The offset of its first byte, in spans.
    pub(super) base: u32,
    pub(super) item: Option<Arc<Item>>,
    pub(super) problems: Vec<Diagnostic>,
}

/// A file cut into its declarations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) items: Arc<Vec<Arc<Declared>>>,
    /// How far the spans of each are moved in the file, going around below zero.
    pub(super) moved: Vec<u32>,
}

/// The files as they were cut last.
#[derive(Debug, Default)]
pub(super) struct Files(Mutex<HashMap<FilePath, Before>>);

/// A file as it was cut last.
#[derive(Debug)]
struct Before {
    text: Arc<str>,
    pieces: Vec<ItemText>,
    items: Arc<Vec<Arc<Declared>>>,
}

impl Files {
    /// Cuts a file into its declarations, and parses those that are new.
    pub(super) fn cut(&self, db: &dyn Db, path: &FilePath, text: Arc<str>) -> Cut {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        let now = match before {
            None => fresh(db, path, text),
            Some(before) => before.again(db, path, text),
        };
        let moved = now.pieces.iter().map(|piece| narrow(piece.head).wrapping_sub(HEAD)).collect();
        let cut = Cut { items: Arc::clone(&now.items), moved };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(path), now);
        cut
    }

    /// Forgets a file.
    pub(super) fn forget(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

fn fresh(db: &dyn Db, path: &FilePath, text: Arc<str>) -> Before {
    let pieces = syntax::split(&text);
    let anchors = anchors(db, path, &pieces);
    let items = pieces.iter().zip(anchors).map(|(piece, anchor)| declared(db, &text, piece, anchor, None));
    let items = Arc::new(items.collect());
    Before { text, pieces, items }
}

impl Before {
    fn again(mut self, db: &dyn Db, path: &FilePath, text: Arc<str>) -> Before {
        let replaced = syntax::split_again(&mut self.pieces, &self.text, &text);
        let come = self.pieces.get(replaced.at..replaced.at + replaced.come).unwrap_or_default();
        let named = |piece: &ItemText| (piece.word, piece.name.clone());
        let same_names = replaced.gone.iter().map(named).eq(come.iter().map(named));
        let items: Vec<Arc<Declared>> = if same_names {
            let mut items = self.items.as_ref().clone();
            for (piece, item) in come.iter().zip(items.iter_mut().skip(replaced.at)) {
                *item = declared(db, &text, piece, item.anchor, Some(item));
            }
            items
        } else {
            // What has one name is told apart by how many came before it.
            let known: HashMap<FileId, &Arc<Declared>> =
                self.items.iter().map(|item| (item.anchor, item)).collect();
            let anchors = anchors(db, path, &self.pieces);
            let pieces = self.pieces.iter().zip(anchors);
            pieces.map(|(piece, at)| declared(db, &text, piece, at, known.get(&at).copied())).collect()
        };
        let is_same = items.len() == self.items.len()
            && items.iter().zip(self.items.iter()).all(|(now, before)| Arc::ptr_eq(now, before));
        let items = if is_same { self.items } else { Arc::new(items) };
        Before { text, items, pieces: self.pieces }
    }
}

/// The numbers of declarations, in order.
fn anchors(db: &dyn Db, path: &FilePath, pieces: &[ItemText]) -> Vec<FileId> {
    let mut seen: HashMap<(ItemWord, Option<&str>), u32> = HashMap::new();
    let mut all = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let count = seen.entry((piece.word, piece.name.as_deref())).or_insert(0);
        all.push(db.anchors().id(Anchor::Item(Arc::clone(path), piece.word, piece.name.clone(), *count)));
        *count += 1;
    }
    all
}

/// A declaration: the one known, if it has the same text.
fn declared(
    db: &dyn Db,
    file: &str,
    piece: &ItemText,
    anchor: FileId,
    known: Option<&Arc<Declared>>,
) -> Arc<Declared> {
    let text = file.get(piece.start..piece.end).unwrap_or("");
    let base = HEAD.saturating_sub(narrow(piece.head - piece.start));
    let is_same =
        |known: &&Arc<Declared>| known.word == piece.word && known.base == base && *known.text == *text;
    if let Some(known) = known.filter(is_same) {
        return Arc::clone(known);
    }
    let (mut item, mut problems) = (None, Vec::new());
    if piece.word != ItemWord::Comments {
        db.counters().count(Task::Parse);
        (item, problems) = syntax::parse_item(text, anchor, base);
    }
    Arc::new(Declared {
        anchor,
        word: piece.word,
        text: Arc::from(text),
        base,
        item: item.map(Arc::new),
        problems,
    })
}

/// Longer files are refused by their size before an offset is taken in them.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
