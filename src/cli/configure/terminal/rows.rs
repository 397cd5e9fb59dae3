//! The values of a slot as rows to pick from.

use crate::cli::configure::talk::Talk;
use crate::configure::{Possible, SlotState, Standing, State, Wanted};
use crate::ir::Value;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub kind: RowKind,
    /// For people.
    pub text: String,
    /// As a request writes it, for searching.
    pub key: String,
    pub standing: Standing,
}

/// What a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// One value.
    Value(Value),
    /// An element of a set, and whether it is in.
    Element(u16, bool),
    /// Values that are typed: numbers of a range, days, texts.
    Entry,
}

/// The rows of a slot.
pub(super) fn of(talk: &Talk, state: &State, slot: &SlotState) -> Vec<Row> {
    let (id, words) = (slot.slot, talk.words());
    // A question that is left open has no answer: its answer is taken back.
    let is_question = talk.session.question(id).is_some();
    let mut rows: Vec<Row> = state
        .values(slot)
        .into_iter()
        .filter(|it| !(is_question && it.value == Value::Absent))
        .map(|it| Row {
            text: words.value(id, &it.value),
            key: words.written(id, &it.value),
            kind: RowKind::Value(it.value),
            standing: it.standing,
        })
        .collect();
    rows.extend(slot.elements.iter().map(|it| Row {
        kind: RowKind::Element(it.element, it.is_in),
        text: words.element(id, it.element),
        key: words.element_key(id, it.element),
        standing: it.standing,
    }));
    let open = |possible: Possible| Possible { absent: false, values: Vec::new(), ..possible };
    let groups = [
        (Standing::Free, state.possible(slot)),
        (Standing::NotDecided, state.undecided(slot)),
        (Standing::Impossible, state.impossible(slot)),
    ];
    for (standing, possible) in groups {
        let texts = words.possible(id, &open(possible));
        rows.extend(texts.into_iter().map(|text| Row {
            kind: RowKind::Entry,
            key: String::new(),
            text,
            standing,
        }));
    }
    rows
}

impl Row {
    /// Whether the row holds what is searched, in lower case.
    pub fn matches(&self, search: &str) -> bool {
        search.is_empty()
            || self.text.to_lowercase().contains(search)
            || self.key.to_lowercase().contains(search)
    }

    /// Whether this is what the slot has now.
    pub fn is_own(&self) -> bool {
        let has = matches!(self.standing, Standing::Chosen | Standing::Implied | Standing::Default);
        has && matches!(self.kind, RowKind::Value(_))
    }

    /// The element of a set.
    pub fn element(&self) -> Option<u16> {
        match self.kind {
            RowKind::Element(element, _) => Some(element),
            _ => None,
        }
    }

    /// What choosing the row means; nothing where a value is to be typed.
    pub fn wanted(&self) -> Option<Wanted> {
        match &self.kind {
            RowKind::Value(value) => Some(Wanted::Value(value.clone())),
            RowKind::Element(element, true) => Some(Wanted::Without(*element)),
            RowKind::Element(element, false) => Some(Wanted::With(*element)),
            RowKind::Entry => None,
        }
    }

    /// What asking about the row means: an element that is in for sure is asked about as it is.
    pub fn asked(&self) -> Option<Wanted> {
        match &self.kind {
            RowKind::Element(element, _) => Some(Wanted::With(*element)),
            _ => self.wanted(),
        }
    }

    /// The mark before the row.
    pub fn mark(&self) -> &'static str {
        match (&self.kind, self.standing) {
            (RowKind::Element(_, true), Standing::Implied) => "[=]",
            (RowKind::Element(_, true), _) => "[x]",
            (RowKind::Element(_, false), Standing::Impossible) => " × ",
            (RowKind::Element(_, false), _) => "[ ]",
            (_, Standing::Chosen) => " ● ",
            (_, Standing::Implied) => " = ",
            (_, Standing::Default) => " ○ ",
            (_, Standing::Impossible) => " × ",
            (_, Standing::NotDecided) => " ? ",
            (_, Standing::Free) => "   ",
        }
    }
}
