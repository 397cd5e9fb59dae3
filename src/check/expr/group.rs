//! What the amount of a step `for each …` reads of the group that it is worked out for.

use super::names::Found;
use super::{Checker, Stands};
use crate::check::errors;
use crate::check::scope::{Group, Scope, Section};
use crate::ir::{GroupKey, Level};
use crate::syntax::ast;

impl<'a> Checker<'_, 'a> {
    /// `line.x` of what the lines of a group have in common, `bundle.x` of the bundle that they are pieces of;
    /// none where there is no group, or something else is read.
    pub(super) fn of_group(&self, first: &ast::Name, member: &ast::Name, path: &ast::Path) -> Option<Found> {
        let group = self.scope.group.as_ref()?;
        let level = match first.text.as_ref() {
            "line" => Level::Line,
            "unit" => Level::Unit,
            "bundle" if group.key == GroupKey::Bundle && !self.is_declared(first) => Level::Line,
            _ => return None,
        };
        let own = match &group.key {
            GroupKey::Line => true,
            GroupKey::Bundle => first.text.as_ref() == "bundle",
            GroupKey::Product => false,
            GroupKey::Of(_) => *group.text == *format!("{}.{}", first.text, member.text),
        };
        if !own {
            let name = format!("{}.{}", first.text, member.text);
            let problem = errors::not_of_the_group(path.span, &name, &member.text, &group.text);
            return Some(Found::refused(problem));
        }
        let scope = self.scope_of(group);
        let mut untold = Vec::new();
        let reader = self.silent(&scope, Stands::Outside, &mut untold);
        Some(reader.of_level(level, member, path.span))
    }

    /// The scope of the line that stands for a group.
    fn scope_of(&self, group: &Group) -> Scope<'a> {
        let mut scope = self.scope.clone();
        scope.section = Section::QuoteLine;
        scope.products = group.products.clone();
        (scope.running, scope.group) = (None, None);
        scope
    }

    fn is_declared(&self, name: &ast::Name) -> bool {
        self.signatures.kind(&name.text).is_some() || self.element_at(&name.text).is_some()
    }

    /// The lines of the group are of one product.
    pub(super) fn group_has_product(&self) -> bool {
        let group = self.scope.group.as_ref();
        group.is_some_and(|group| matches!(group.key, GroupKey::Product | GroupKey::Line))
    }

    /// The lines of the group are pieces of one bundle.
    pub(super) fn group_is_bundle(&self) -> bool {
        self.scope.group.as_ref().is_some_and(|group| group.key == GroupKey::Bundle)
    }
}
