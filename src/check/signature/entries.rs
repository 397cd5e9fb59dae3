//! The entries of signatures by name. They take note of who is looked up while a declaration is checked, so that it
//! need not be checked again for what it never asked.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::ir::Name;

/// Entries by name.
pub struct Entries<T> {
    entries: HashMap<Name, T>,
    /// The names in alphabetical order, found when they are gone through.
    sorted: OnceLock<Vec<Name>>,
    noted: Mutex<Noted>,
}

/// Who was looked up.
#[derive(Debug, Default)]
struct Noted {
    /// Somebody wants to know.
    on: bool,
    /// All entries were gone through.
    all: bool,
    names: Vec<Name>,
}

/// What one declaration looks up again and again stands this far back at most, mostly.
const RECENT: usize = 8;

impl<T> Entries<T> {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to take note.
    pub(super) fn begin(&self) {
        *self.noted() = Noted { on: true, ..Noted::default() };
    }

    /// Ends it: the names looked up, found or not, and whether all entries were gone through.
    pub(super) fn end(&self) -> (Vec<Name>, bool) {
        let noted = std::mem::take(&mut *self.noted());
        (noted.names, noted.all)
    }

    fn note_all(&self) {
        self.noted().all = true;
    }

    /// The entries, whoever asks for them; nothing is noted.
    pub(super) fn unnoted(&self) -> &HashMap<Name, T> {
        &self.entries
    }

    /// The name as it is kept, and its entry.
    pub fn get_key_value<Q>(&self, name: &Q) -> Option<(&Name, &T)>
    where
        Name: Borrow<Q>,
        Q: Hash + Eq + AsRef<str> + ?Sized,
    {
        let found = self.entries.get_key_value(name);
        let mut noted = self.noted();
        if noted.on {
            let is_known = |known: &Name| match found {
                Some((name, _)) => Arc::ptr_eq(known, name),
                None => **known == *name.as_ref(),
            };
            if !noted.names.iter().rev().take(RECENT).any(is_known) {
                let name = found.map_or_else(|| Name::from(name.as_ref()), |(name, _)| name.clone());
                noted.names.push(name);
            }
        }
        found
    }

    /// The entry of a name.
    pub fn get<Q>(&self, name: &Q) -> Option<&T>
    where
        Name: Borrow<Q>,
        Q: Hash + Eq + AsRef<str> + ?Sized,
    {
        self.get_key_value(name).map(|(_, entry)| entry)
    }

    /// Whether a name has an entry.
    pub fn contains_key<Q>(&self, name: &Q) -> bool
    where
        Name: Borrow<Q>,
        Q: Hash + Eq + AsRef<str> + ?Sized,
    {
        self.get(name).is_some()
    }

    /// All entries, in alphabetical order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &T)> {
        self.keys().filter_map(|name| self.entries.get_key_value(name))
    }

    /// All names, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &Name> {
        self.note_all();
        let sorted = self.sorted.get_or_init(|| {
            let mut names: Vec<Name> = self.entries.keys().cloned().collect();
            names.sort_unstable();
            names
        });
        sorted.iter()
    }

    /// All entries, in alphabetical order of their names, without these.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, entry)| entry)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.entries.get_mut(name)
    }

    /// All entries, in no order.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.values_mut()
    }

    pub(super) fn insert(&mut self, name: Name, entry: T) -> Option<T> {
        self.sorted.take();
        self.entries.insert(name, entry)
    }

    pub(super) fn entry(&mut self, name: Name) -> Entry<'_, Name, T> {
        self.sorted.take();
        self.entries.entry(name)
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Entries<T> {
        Entries { entries: HashMap::new(), sorted: OnceLock::new(), noted: Mutex::default() }
    }
}

impl<T> FromIterator<(Name, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (Name, T)>>(entries: I) -> Entries<T> {
        Entries { entries: entries.into_iter().collect(), ..Entries::default() }
    }
}

impl<T: Clone> Clone for Entries<T> {
    fn clone(&self) -> Entries<T> {
        Entries { entries: self.entries.clone(), ..Entries::default() }
    }
}

impl<T: PartialEq> PartialEq for Entries<T> {
    fn eq(&self, other: &Entries<T>) -> bool {
        self.entries == other.entries
    }
}

impl<T: Eq> Eq for Entries<T> {}

impl<T: fmt::Debug> fmt::Debug for Entries<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(out)
    }
}
