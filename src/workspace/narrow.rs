//! What a long table needs to know of the other declarations, and no more.
//!
//! Whatever is declared anew changes the signatures of the book, and with them all that is checked against
//! them. A table of twenty thousand rows is not read again for that: it is checked against the part of the
//! signatures that it can speak of, which stays equal.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{ContextSig, FamilySig, InputSig, ProductSig, Signatures};
use crate::ir::{Name, Ty};

/// From this length of its text on a table with its rows inside is long.
pub(super) const LONG_TEXT: usize = 4096;

/// The part of the signatures that a table can speak of: its own, and whatever stands under a name that its
/// text has.
///
/// It is marked as not sound, because it does not show whether the rest is: a check that gives neither a
/// checked form nor a problem is to be done again with the whole.
pub(super) fn narrow(whole: &Signatures, table: &str, text: &str) -> Signatures {
    let mut words: BTreeSet<&str> =
        text.split(|found: char| !(found.is_alphanumeric() || found == '_')).collect();
    words.extend(rows_named(whole, table));
    let inputs = |inputs: &BTreeMap<Name, InputSig>| keep(inputs, &words);
    let context = |it: &ContextSig| ContextSig { fields: inputs(&it.fields) };
    let family = |it: &FamilySig| FamilySig { products: Vec::new(), options: inputs(&it.options) };
    let product = |it: &ProductSig| ProductSig {
        members: keep(&it.members, &words),
        options: Vec::new(),
        unit_cost: Vec::new(),
        line_cost: Vec::new(),
        ..it.clone()
    };
    Signatures {
        sound: false,
        names: keep(&whole.names, &words),
        units: whole.units.clone(),
        book: whole.book.clone(),
        enums: keep(&whole.enums, &words),
        contexts: keep(&whole.contexts, &words)
            .iter()
            .map(|(name, it)| (name.clone(), context(it)))
            .collect(),
        families: keep(&whole.families, &words).iter().map(|(name, it)| (name.clone(), family(it))).collect(),
        products: keep(&whole.products, &words)
            .iter()
            .map(|(name, it)| (name.clone(), product(it)))
            .collect(),
        tables: keep(&whole.tables, &words),
        ..Signatures::default()
    }
}

/// The entries whose names are among the words.
fn keep<T: Clone>(all: &BTreeMap<Name, T>, words: &BTreeSet<&str>) -> BTreeMap<Name, T> {
    let kept = all.iter().filter(|(name, _)| words.contains(&***name));
    kept.map(|(name, it)| (name.clone(), it.clone())).collect()
}

/// The tables whose rows are keys or results of a table: `key of skus`, also by way of an option.
fn rows_named<'a>(whole: &'a Signatures, table: &str) -> Vec<&'a str> {
    let Some(signature) = whole.tables.get(table) else { return Vec::new() };
    let keys = signature.keys.iter().map(|key| key.ty.as_ref());
    let columns = signature.columns.iter().map(|(_, ty)| ty.as_ref());
    let named = keys.chain(columns).flatten().filter_map(|ty| match ty.required() {
        Ty::Row(name) => Some(&**name),
        _ => None,
    });
    named.collect()
}
