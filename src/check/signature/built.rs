//! The signatures of a book beside what they were made of, to see whether they stay as they are when bodies change.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::head::head;
use super::{Signatures, lets, modes};
use crate::check::kept::differences;
use crate::check::walk;
use crate::diagnostic::Diagnostic;
use crate::ir::Name;
use crate::resolve::{ItemRef, declared_name};
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::outline;

/// The signatures of a book, and its declarations.
#[derive(Clone, Debug)]
pub struct Built {
    items: Vec<(ItemRef, Arc<Item>)>,
    signatures: Arc<Signatures>,
    problems: Arc<Vec<Diagnostic>>,
    /// Where functions stand among the declarations.
    functions: HashMap<Name, usize>,
}

impl Built {
    /// Makes the signatures of declarations. Where they are what they were before, they are the very same.
    pub fn of(items: Vec<(ItemRef, Arc<Item>)>, before: Option<&Built>) -> Built {
        let (signatures, problems) = Signatures::build(&items);
        let same = before.filter(|before| *before.signatures == signatures);
        let signatures = same.map_or_else(|| Arc::new(signatures), |before| Arc::clone(&before.signatures));
        let functions = items.iter().enumerate().filter_map(|(at, (_, item))| match &item.kind {
            ItemKind::Def(def) => Some((def.name.text.clone(), at)),
            _ => None,
        });
        let functions = functions.collect();
        Built { items, signatures, problems: Arc::new(problems), functions }
    }

    /// The signatures.
    pub fn signatures(&self) -> &Arc<Signatures> {
        &self.signatures
    }

    /// What was found on the way.
    pub fn problems(&self) -> &Arc<Vec<Diagnostic>> {
        &self.problems
    }

    /// Takes other declarations if the signatures stay what they are, to the last place of a name; else it stays
    /// as it is, and says no.
    pub fn takes(&mut self, items: &[(ItemRef, Arc<Item>)]) -> bool {
        let other = differences(&self.items, items, |old, new| old.0 == new.0 && Arc::ptr_eq(&old.1, &new.1));
        if other.is_empty() {
            return true;
        }
        // Problems speak of places that an edit moves.
        let stays = self.signatures.sound && self.problems.is_empty() && self.items.len() == items.len();
        let stays = stays
            && other.iter().all(|(old, new)| match (old, new) {
                (Some(old), Some(new)) => old.0 == new.0 && self.stays(&old.1, &new.1, items),
                _ => false,
            });
        if stays {
            self.items = items.to_vec();
        }
        stays
    }

    /// Whether a declaration gives the same to the signatures as another that it stands for.
    fn stays(&self, old: &Item, new: &Item, items: &[(ItemRef, Arc<Item>)]) -> bool {
        let span = |item: &Item| declared_name(&item.kind).map(|name| name.span);
        if span(old) != span(new) {
            return false;
        }
        let outlines = [old, new].map(|item| outline(&head(&item.kind)));
        if outlines[0] != outlines[1] {
            return false;
        }
        match (&old.kind, &new.kind) {
            (ItemKind::Def(old), ItemKind::Def(new)) => {
                self.function_stays(old, new, items) && lets::def_stays(&self.signatures, new)
            }
            (ItemKind::Product(old), ItemKind::Product(new)) => lets::lets_stay(&self.signatures, old, new),
            (old, new) => modes::counts(old) == modes::counts(new),
        }
    }

    /// Whether a function comes into no circle by what it calls now.
    fn function_stays(&self, old: &ast::Def, new: &ast::Def, items: &[(ItemRef, Arc<Item>)]) -> bool {
        let called = |def: &ast::Def| -> BTreeSet<Name> {
            walk::called_names(&def.body).into_iter().map(|name| name.text.clone()).collect()
        };
        let before = called(old);
        let mut waiting: Vec<Name> = called(new).into_iter().filter(|name| !before.contains(name)).collect();
        let mut seen: BTreeSet<Name> = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if name == new.name.text {
                return false;
            }
            let at = self.functions.get(&name).filter(|_| seen.insert(name.clone()));
            if let Some(ItemKind::Def(def)) = at.and_then(|at| items.get(*at)).map(|(_, item)| &item.kind) {
                waiting.extend(called(def));
            }
        }
        true
    }
}
