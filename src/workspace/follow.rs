//! What only follows from a text that did not parse: the text is told of, and its consequences are not.
//!
//! The book is refused either way. Whoever mends the text sees on the next run what is wrong besides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::anchors::Places;
use super::declared::Declared;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ItemWord;

/// What is said of a name that nothing declares, in whatever place.
const OF_NAMES: &[Code] = &[
    codes::UNKNOWN_NAME,
    codes::UNKNOWN_MEMBER,
    codes::UNKNOWN_VALUE,
    codes::UNKNOWN_UNIT,
    codes::NOT_IN_EVERY_MEMBER,
];

/// What is said of a declaration that lacks a part.
const OF_PARTS: &[Code] = &[
    codes::MISSING_LIST,
    codes::MISSING_ROWS,
    codes::MISSING_COLUMN,
    codes::OPEN_TIERS,
    codes::BELOW_FIRST_BAND,
    codes::EMPTY_GROUP,
    codes::NO_BOOK,
    codes::TEST_WITHOUT_DATE,
    codes::REVIEWER_WITHOUT_LEVEL,
];

/// The texts of a book that did not parse.
#[derive(Default)]
pub(super) struct Broken {
    /// The words in what is lost: any of them may be a name that others use.
    words: BTreeSet<String>,
    /// Declarations of which parts are lost.
    torn: BTreeSet<FileId>,
    /// Where declarations were told to be wrong.
    told: BTreeMap<FileId, Vec<Span>>,
    /// The kinds of declarations of which one is lost as a whole.
    lost: BTreeSet<&'static str>,
}

impl Broken {
    pub(super) fn of(declarations: &[Arc<Declared>]) -> Broken {
        let mut broken = Broken::default();
        for declared in declarations {
            let errors = declared.problems.iter().filter(|problem| problem.is_error());
            let told: Vec<Span> = errors.filter_map(Diagnostic::span).collect();
            if told.is_empty() {
                continue;
            }
            let text = &declared.text;
            match &declared.item {
                None => {
                    broken.lost.insert(declared.word.text());
                    broken.words_of(text);
                }
                Some(item) if item.broken => {
                    broken.torn.insert(declared.anchor);
                    for span in &told {
                        let at = span.start.saturating_sub(declared.base);
                        broken.words_of(line_around(text, at as usize));
                    }
                }
                Some(_) => {}
            }
            broken.told.insert(declared.anchor, told);
        }
        broken
    }

    fn words_of(&mut self, text: &str) {
        self.words.extend(words(text).map(str::to_owned));
    }

    /// Whether every text parsed.
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Whether a problem of the check says nothing that is not said already.
    pub(super) fn explains(&self, problem: &Diagnostic, places: &Places) -> bool {
        let Some(span) = problem.span() else {
            return problem.code == codes::NO_BOOK && self.lost.contains(ItemWord::Book.text());
        };
        let marked = || places.sources().slice(places.span(span));
        if OF_NAMES.contains(&problem.code) && words(marked()).any(|word| self.words.contains(word)) {
            return true;
        }
        if problem.code == codes::NO_PRICE && self.lost.contains(ItemWord::Price.text()) {
            return true;
        }
        if OF_PARTS.contains(&problem.code) && self.torn.contains(&span.file) {
            return true;
        }
        // A slip that was mended in thought makes no second problem of what stands around it.
        let labels = problem.labels.iter().map(|label| label.span).filter(|label| label.file == span.file);
        let whole = labels.fold(span, Span::cover);
        let told = self.told.get(&span.file);
        told.is_some_and(|told| told.iter().any(|told| told.start < whole.end && whole.start < told.end))
    }
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    words.filter(|word| !word.is_empty())
}

/// The line of an offset.
fn line_around(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or("");
    rest.lines().next().unwrap_or("")
}
