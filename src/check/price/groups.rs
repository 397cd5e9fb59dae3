//! `for each`: steps of the quote that are worked out group by group.

use super::group_errors;
use super::walk::Walk;
use crate::check::Scope;
use crate::check::expr::{check_condition, check_expr};
use crate::check::scope::{Group, Section};
use crate::diagnostic::Diagnostic;
use crate::format::expr_text;
use crate::ir::{self, Expr, Name, PartsPrice, Place, Ty, Value};
use crate::syntax::ast;

/// How lines are grouped, and what can be read of a group.
pub(super) struct Grouped {
    pub(super) each: ir::Each,
    group: Group,
    /// The path that every line of a group has.
    known: Option<Vec<Name>>,
}

impl<'s> Walk<'s, '_> {
    /// How the lines of a step of the quote are grouped; none where it is wrong. `on_lines` says of which.
    pub(super) fn grouped(
        &mut self,
        written: &ast::ForEach,
        on_lines: Option<&ast::Expr>,
    ) -> Option<Grouped> {
        let scope = self.line_scope.clone()?;
        let narrowed = on_lines.and_then(|condition| scope.where_it(condition, true));
        let scope = narrowed.unwrap_or(scope);
        let text = expr_text(&path_expr(&written.key));
        let names: Vec<&str> = written.key.names.iter().map(|name| name.text.as_ref()).collect();
        let (key, of, known) = match names.as_slice() {
            ["bundle"] => (ir::GroupKey::Bundle, self.bundles(written, on_lines, &scope)?, None),
            ["product"] | ["line", "product"] => (ir::GroupKey::Product, scope.products.clone(), None),
            ["line"] => (ir::GroupKey::Line, scope.products.clone(), None),
            ["line" | "unit", _] => {
                let (key, of) = self.key(written, scope)?;
                let names = written.key.names.iter().map(|name| name.text.clone()).collect();
                (ir::GroupKey::Of(Box::new(key)), of, Some(names))
            }
            _ => {
                let of_lines = |name: &str| {
                    let mut products = scope.signatures().products.values();
                    products.any(|product| product.members.contains_key(name))
                };
                let of_line = matches!(names.as_slice(), [name] if of_lines(name));
                self.problems.push(group_errors::bad_key(written.key.span, &text, of_line));
                return None;
            }
        };
        let text = Name::from(text);
        let group = Group { key: key.clone(), products: of.clone(), text: text.clone() };
        Some(Grouped { each: ir::Each { key, of, text }, group, known })
    }

    /// Something of the line, and the products that have it.
    fn key(&mut self, written: &ast::ForEach, mut scope: Scope<'s>) -> Option<(ir::Formula, Vec<Name>)> {
        let path = path_expr(&written.key);
        let mut first: Option<(Name, Expr)> = None;
        let (mut of, mut wrong) = (Vec::new(), None::<Vec<Diagnostic>>);
        for product in std::mem::take(&mut scope.products) {
            scope.products = vec![product.clone()];
            let mut problems = Vec::new();
            let Some(found) = check_expr(&scope, &path, None, &mut problems) else {
                wrong.get_or_insert(problems);
                continue;
            };
            if let Some((other, known)) = first.as_ref().filter(|(_, known)| !same(known, &found)) {
                let (one, other) = ((other, &known.ty), (&product, &found.ty));
                self.problems.push(group_errors::keys_differ(path.span, &expr_text(&path), one, other));
                return None;
            }
            of.push(product.clone());
            first.get_or_insert((product, found));
        }
        let Some((_, key)) = first else {
            self.problems.append(&mut wrong.unwrap_or_default());
            return None;
        };
        if matches!(key.ty.required(), Ty::Set(_) | Ty::List(_)) {
            self.problems.push(group_errors::bad_key_type(path.span, &expr_text(&path), &key.ty));
            return None;
        }
        Some((ir::Formula { expr: key, text: expr_text(&path).into() }, of))
    }

    /// The products whose pieces the lines can be.
    fn bundles(
        &mut self,
        written: &ast::ForEach,
        on_lines: Option<&ast::Expr>,
        scope: &Scope<'s>,
    ) -> Option<Vec<Name>> {
        let products = scope.signatures().products.iter();
        let mut bundles: Vec<Name> = products
            .filter(|(_, product)| product.parts_price == Some(PartsPrice::Priced))
            .map(|(name, _)| name.clone())
            .collect();
        bundles.sort_unstable();
        if bundles.is_empty() {
            self.problems.push(group_errors::no_bundles(written.key.span));
            return None;
        }
        // What is wrong with the condition is told where it is checked for good.
        let condition = on_lines.and_then(|it| check_condition(scope, it, &mut Vec::new()));
        if let Some(condition) = condition {
            bundles.retain(|bundle| may_be_of(&condition.expr, bundle));
        }
        Some(bundles)
    }

    /// Looks at what is worked out for each group.
    pub(super) fn of_group<T>(&mut self, grouped: Option<&Grouped>, look: impl FnOnce(&mut Self) -> T) -> T {
        let Some(grouped) = grouped else { return look(self) };
        debug_assert!(self.scope.section == Section::Quote);
        let known = self.scope.known.len();
        self.scope.known.extend(grouped.known.clone());
        self.scope.group = Some(grouped.group.clone());
        let seen = look(self);
        self.scope.group = None;
        self.scope.known.truncate(known);
        seen
    }
}

fn path_expr(path: &ast::Path) -> ast::Expr {
    ast::Expr { kind: ast::ExprKind::Path(path.clone()), span: path.span }
}

/// Whether what is read of two products is one thing.
fn same(one: &Expr, other: &Expr) -> bool {
    one.ty == other.ty && one.kind == other.kind
}

/// Whether a condition on lines may hold for pieces of a bundle.
fn may_be_of(condition: &Expr, bundle: &Name) -> bool {
    let names = |value: &Value| matches!(value, Value::Text(name) if name == bundle);
    let mut asked = condition.conjuncts().into_iter().filter_map(|it| it.asked_of(&Place::Bundle));
    asked.all(|bundles| bundles.iter().any(names))
}
