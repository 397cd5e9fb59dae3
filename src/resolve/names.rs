//! The one namespace of a book: every top-level name with its kind and its place.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

use super::builtins::is_reserved;
use super::errors;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};

/// Names one top-level declaration of a book, by whatever numbers the caller keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemRef(pub u32);

/// What a top-level name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the declaration it is named after")]
pub enum Kind {
    Unit,
    Enum,
    Context,
    Fact,
    Index,
    Family,
    Product,
    Table,
    Tiers,
    Def,
    Preset,
}

impl Kind {
    /// With its article, for messages: `a table`.
    pub fn with_article(self) -> &'static str {
        match self {
            Kind::Unit => "a unit",
            Kind::Enum => "an enumeration",
            Kind::Context => "a context",
            Kind::Fact => "a fact",
            Kind::Index => "an index",
            Kind::Family => "a family",
            Kind::Product => "a product",
            Kind::Table => "a table",
            Kind::Tiers => "a tier scheme",
            Kind::Def => "a function",
            Kind::Preset => "a preset",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.with_article();
        f.pad(text.split_once(' ').map_or(text, |(_, word)| word))
    }
}

/// Where a top-level name is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it stands for.
    pub kind: Kind,
    /// The name where it is first declared.
    pub span: Span,
    /// The declaration; several where a table or tier scheme has versions, in the order given.
    pub items: Vec<ItemRef>,
}

/// All top-level names of a book.
///
/// A table or tier scheme may be declared several times, each with `effective`: its versions. Every other
/// name is declared once; of a name declared twice the first declaration counts, and a problem shows both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    by_name: BTreeMap<Arc<str>, Definition>,
}

impl Names {
    /// The names of a book's items, given in the order in which problems should prefer them as "first".
    pub fn build(items: &[(ItemRef, Arc<ast::Item>)]) -> (Names, Vec<Diagnostic>) {
        let mut names = Names::default();
        let mut problems = Vec::new();
        let mut unversioned: BTreeMap<Arc<str>, Span> = BTreeMap::new();
        for (item, tree) in items {
            let Some((name, kind, versioned)) = declared(&tree.kind) else { continue };
            if is_reserved(&name.text) {
                problems.push(errors::built_in_name(name));
                continue;
            }
            if !versioned && may_have_versions(kind) {
                unversioned.entry(name.text.clone()).or_insert(name.span);
            }
            match names.by_name.entry(name.text.clone()) {
                Entry::Vacant(free) => {
                    free.insert(Definition { kind, span: name.span, items: vec![*item] });
                }
                Entry::Occupied(mut taken) => {
                    let first = taken.get_mut();
                    if first.kind != kind || !may_have_versions(kind) {
                        problems.push(errors::duplicate_name(name, first.kind, first.span));
                        continue;
                    }
                    first.items.push(*item);
                    if unversioned.contains_key(&name.text) {
                        problems.push(errors::version_without_dates(name, kind, first.span));
                    }
                }
            }
        }
        (names, problems)
    }

    /// The definition of a name.
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.by_name.get(name)
    }

    /// What a name stands for.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.get(name).map(|definition| definition.kind)
    }

    /// All names with their definitions, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Definition)> {
        self.by_name.iter()
    }

    /// The known name most like `name` among those of the kinds wanted.
    pub fn nearest(&self, name: &str, wanted: impl Fn(Kind) -> bool) -> Option<&str> {
        nearest(name, self.iter().filter(|(_, it)| wanted(it.kind)).map(|(known, _)| known.as_ref()))
    }
}

/// The name that an item declares, if it declares one.
pub fn declared_name(item: &ItemKind) -> Option<&ast::Name> {
    declared(item).map(|(name, ..)| name)
}

/// The name that an item declares, its kind, and whether it says when it counts.
fn declared(item: &ItemKind) -> Option<(&ast::Name, Kind, bool)> {
    Some(match item {
        ItemKind::Unit(it) => (&it.name, Kind::Unit, false),
        ItemKind::Enum(it) => (&it.name, Kind::Enum, false),
        ItemKind::Context(it) => (&it.name, Kind::Context, false),
        ItemKind::Given(it) => (&it.name, Kind::Fact, false),
        ItemKind::Index(it) => (&it.name, Kind::Index, false),
        ItemKind::Family(it) => (&it.name, Kind::Family, false),
        ItemKind::Product(it) => (&it.name, Kind::Product, false),
        ItemKind::Table(it) => (&it.name, Kind::Table, it.effective.is_some()),
        ItemKind::Tiers(it) => (&it.name, Kind::Tiers, it.effective.is_some()),
        ItemKind::Def(it) => (&it.name, Kind::Def, false),
        ItemKind::Preset(it) => (&it.name, Kind::Preset, false),
        ItemKind::Book(_)
        | ItemKind::Use(_)
        | ItemKind::Exchange(_)
        | ItemKind::Price(_)
        | ItemKind::Guide(_)
        | ItemKind::Quote(_)
        | ItemKind::Approvals(_)
        | ItemKind::Test(_)
        | ItemKind::Always(_) => return None,
    })
}

fn may_have_versions(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::Tiers)
}
