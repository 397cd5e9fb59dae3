//! What a condition says is there: behind `given(x)` the value of `x` can be used as it is.

use super::{Checker, bare, node};
use crate::check::Scope;
use crate::ir::{self, ExprKind, Name, Ty};
use crate::syntax::ast::{self, BinaryOp};

/// The paths that are given wherever the condition is true (`holds`), or wherever it is false.
fn given_by(condition: &ast::Expr, holds: bool, found: &mut Vec<Vec<Name>>) {
    // A chain of operators leans left: it is walked in a loop, however long it is.
    let mut rest = bare(condition);
    loop {
        match &rest.kind {
            ast::ExprKind::Not(inner) => return given_by(inner, !holds, found),
            ast::ExprKind::Call(call) if holds && call.name.text.as_ref() == "given" => {
                if let [argument] = call.arguments.as_slice()
                    && let ast::ExprKind::Path(path) = &bare(argument).kind
                {
                    found.push(names(path));
                }
                return;
            }
            ast::ExprKind::Binary { op, left, right, .. }
                if (*op == BinaryOp::And && holds) || (*op == BinaryOp::Or && !holds) =>
            {
                given_by(right, holds, found);
                rest = bare(left);
            }
            _ => return,
        }
    }
}

fn names(path: &ast::Path) -> Vec<Name> {
    path.names.iter().map(|name| name.text.clone()).collect()
}

impl<'a> Scope<'a> {
    /// This scope where a condition holds, or where it does not: what it says is given can be used there.
    #[must_use]
    pub fn where_it(&self, condition: &ast::Expr, holds: bool) -> Option<Scope<'a>> {
        let mut found = Vec::new();
        given_by(condition, holds, &mut found);
        if found.is_empty() {
            return None;
        }
        let mut scope = self.clone();
        scope.known.extend(found);
        Some(scope)
    }
}

impl Checker<'_, '_> {
    /// Checks something in the scope where a condition holds, or where it does not.
    pub(super) fn where_it<T>(
        &mut self,
        (condition, holds): (&ast::Expr, bool),
        check: impl FnOnce(&mut Checker<'_, '_>) -> T,
    ) -> T {
        let scope = self.scope.where_it(condition, holds);
        self.within(scope.as_ref(), check)
    }

    /// Checks something in another scope, where there is another.
    pub(super) fn within<T>(
        &mut self,
        scope: Option<&Scope<'_>>,
        check: impl FnOnce(&mut Checker<'_, '_>) -> T,
    ) -> T {
        let (scope, signatures, currencies) = (scope.unwrap_or(self.scope), self.signatures, self.currencies);
        let (stands, before) = (self.stands, std::mem::take(&mut self.before));
        let mut inner = Checker { scope, signatures, problems: self.problems, currencies, stands, before };
        let found = check(&mut inner);
        self.before = inner.before;
        found
    }

    /// What a path reads, as a value that is there if a condition around it says so.
    pub(super) fn known_given(&self, path: &ast::Path, found: ir::Expr) -> ir::Expr {
        let Ty::Optional(inner) = &found.ty else { return found };
        if self.scope.known.is_empty() || !self.scope.known.contains(&names(path)) {
            return found;
        }
        let (inner, span) = (inner.as_ref().clone(), found.span);
        // The fallback is never reached. It is the value itself, which, if it were missing after all, is a
        // value that nothing can be worked out from.
        let fallback = Box::new(ir::Expr { ty: inner.clone(), ..found.clone() });
        node(ExprKind::Otherwise { value: Box::new(found), fallback }, inner, span)
    }
}

/// The value that may be missing, of one that a condition has opened.
pub(super) fn unopened(expr: ir::Expr) -> ir::Expr {
    match expr.kind {
        ExprKind::Otherwise { value, fallback } if value.kind == fallback.kind => *value,
        _ => expr,
    }
}
