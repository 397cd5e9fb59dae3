//! What was found out of a book before it changed, so that only what a change concerns is looked at again.
//!
//! Whatever looks into a book does so by names and takes note of them ([`Reads`]). What it found stays true
//! while nothing of these names is another ([`Changes`]): it is worked out again otherwise, and never mended.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Signatures;
use super::bodies::Index;
use super::item::Checked;
use super::merge::Merged;
use super::range::Seen;
use super::unproved::Settled;
use super::unused::Used;
use crate::ir::{Book, Name};
use crate::resolve::ItemRef;

/// What [`assemble`](super::assemble) found out the last time that it put the book together.
#[derive(Debug, Default)]
pub struct Kept {
    pub(super) items: Vec<(ItemRef, Arc<Checked>)>,
    pub(super) signatures: Option<Arc<Signatures>>,
    pub(super) book: Option<Arc<Book>>,
    pub(super) index: Arc<Index>,
    pub(super) merged: Merged,
    pub(super) used: Used,
    pub(super) ranges: Seen,
    pub(super) unproved: Settled,
}

/// What has a name in signatures or in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    /// Whatever has a name of its own.
    Name,
    Enum,
    Family,
    Preset,
    Context,
    Fact,
    Index,
    Table,
    Tiers,
    Def,
    Product,
    Price,
    Guide,
}

/// The names that somebody looked up, found or not. An empty name is all that there is of a kind.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// All there is of several kinds.
    pub(super) all: bool,
    pub(super) names: HashSet<(Named, Name)>,
}

impl Reads {
    /// Takes note that all there is of a kind was gone through.
    pub(super) fn all_of(&mut self, kind: Named) {
        self.names.insert((kind, Name::from("")));
    }
}

/// What is another than before.
#[derive(Debug, Default)]
pub struct Changes {
    /// Something that everything hangs on.
    all: bool,
    names: HashSet<(Named, Name)>,
    /// Something has a name that nothing had at its place, so that places are to be found anew.
    pub(super) moved: bool,
}

impl Changes {
    /// What differs between two books whose unchanged parts are the very same.
    pub(super) fn between(before: Option<&Book>, now: &Book) -> Changes {
        let Some(before) = before else { return Changes { all: true, moved: true, ..Changes::default() } };
        let mut changes = Changes {
            all: before.quote != now.quote
                || before.approvals != now.approvals
                || before.always != now.always
                || before.effective != now.effective
                || before.currencies != now.currencies
                || before.currency_by_request != now.currency_by_request
                || before.units != now.units,
            ..Changes::default()
        };
        changes.of(Named::Context, &before.contexts, &now.contexts, |it| &it.name);
        changes.of(Named::Fact, &before.facts, &now.facts, |it| &it.name);
        changes.of(Named::Index, &before.indexes, &now.indexes, |it| &it.input.name);
        changes.of(Named::Table, &before.tables, &now.tables, |it| &it.name);
        changes.of(Named::Tiers, &before.tiers, &now.tiers, |it| &it.name);
        changes.of(Named::Def, &before.defs, &now.defs, |it| &it.name);
        changes.of(Named::Product, &before.products, &now.products, |it| &it.name);
        changes.of(Named::Price, &before.prices, &now.prices, |it| &it.target);
        changes.of(Named::Guide, &before.guides, &now.guides, |it| &it.target);
        changes
    }

    fn of<T>(&mut self, kind: Named, before: &[Arc<T>], now: &[Arc<T>], name: impl Fn(&T) -> &Name) {
        for (old, new) in differences(before, now, Arc::ptr_eq) {
            let (old, new) = (old.map(|it| name(it)), new.map(|it| name(it)));
            self.moved |= old != new;
            self.names.extend(old.into_iter().chain(new).map(|name| (kind, name.clone())));
        }
    }

    /// Adds what everything hangs on.
    pub(super) fn add_all(&mut self) {
        self.all = true;
    }

    /// Adds what has a name.
    pub(super) fn add(&mut self, kind: Named, name: &Name) {
        self.names.extend([(kind, name.clone()), (kind, Name::from(""))]);
    }

    /// Whether what was found by looking up these names may be another now.
    pub fn concern(&self, reads: &Reads) -> bool {
        let (few, many) = match self.names.len() < reads.names.len() {
            true => (&self.names, &reads.names),
            false => (&reads.names, &self.names),
        };
        self.all || reads.all && !self.names.is_empty() || few.iter().any(|name| many.contains(name))
    }
}

/// What stands at each place before and now, where it is not the very same.
pub(super) fn differences<'a, T>(
    before: &'a [T],
    now: &'a [T],
    same: impl Fn(&T, &T) -> bool,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let (mut before, mut now) = (before, now);
    if before.len() != now.len() {
        let ahead = before.iter().zip(now).take_while(|(old, new)| same(old, new)).count();
        (before, now) = (before.get(ahead..).unwrap_or_default(), now.get(ahead..).unwrap_or_default());
        let behind =
            before.iter().rev().zip(now.iter().rev()).take_while(|(old, new)| same(old, new)).count();
        before = before.get(..before.len() - behind).unwrap_or_default();
        now = now.get(..now.len() - behind).unwrap_or_default();
    }
    let places = 0..before.len().max(now.len());
    let pairs = places.map(|at| (before.get(at), now.get(at)));
    pairs.filter(|(old, new)| !old.zip(*new).is_some_and(|(old, new)| same(old, new))).collect()
}

/// Values by names, kept in an order: that of the book is mostly the one that it had before.
#[derive(Clone, Debug)]
pub(super) struct ByName<V> {
    entries: Vec<Option<(Name, V)>>,
    /// Where each name stands, made when the order is another.
    places: Option<HashMap<Name, usize>>,
}

impl<V> Default for ByName<V> {
    fn default() -> ByName<V> {
        ByName { entries: Vec::new(), places: None }
    }
}

impl<V> ByName<V> {
    /// Adds a value behind the others.
    pub(super) fn push(&mut self, name: Name, value: V) {
        self.entries.push(Some((name, value)));
    }

    /// Takes the value of a name that may stand at a place.
    pub(super) fn take(&mut self, at: usize, name: &Name) -> Option<V> {
        let entry = self.entries.get_mut(at);
        if let Some(entry) = entry.filter(|it| it.as_ref().is_some_and(|(known, _)| known == name)) {
            return entry.take().map(|(_, value)| value);
        }
        let places = self.places.get_or_insert_with(|| {
            let known = self.entries.iter().enumerate();
            known.filter_map(|(at, entry)| Some((entry.as_ref()?.0.clone(), at))).collect()
        });
        let at = *places.get(name)?;
        self.entries.get_mut(at)?.take().map(|(_, value)| value)
    }
}
