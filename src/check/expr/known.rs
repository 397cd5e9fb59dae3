//! What a condition says: behind `given(x)` the value of `x` can be used as it is, and behind `product = shirt`
//! what shirts have can be read.

use super::{Checker, bare, node, single_name};
use crate::check::Scope;
use crate::check::scope::Elements;
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
        let products = self.products_where(condition, holds, None, &self.products);
        let lines = self.elements.iter().enumerate().filter_map(|(at, element)| match &element.of {
            Elements::Lines(of) => {
                Some((at, self.products_where(condition, holds, Some(&element.name), of)?))
            }
            _ => None,
        });
        let lines: Vec<(usize, Vec<Name>)> = lines.collect();
        let chosen = self.currency_where(condition, holds);
        if found.is_empty() && products.is_none() && lines.is_empty() && chosen.is_none() {
            return None;
        }
        let mut scope = self.clone();
        scope.chosen = chosen.or(scope.chosen);
        scope.known.extend(found);
        scope.products = products.unwrap_or(scope.products);
        for (at, products) in lines {
            if let Some(element) = scope.elements.get_mut(at) {
                element.of = Elements::Lines(products);
            }
        }
        Some(scope)
    }

    /// The products concerned wherever the condition is true (`holds`), or wherever it is false, if it says so:
    /// behind `product = shirt` only shirts are spoken of. None where that leaves all of them, or nothing.
    ///
    /// `element` is the name of the line that is spoken of, where it is not the one concerned, and `all` are the
    /// products that it can be of.
    fn products_where(
        &self,
        condition: &ast::Expr,
        holds: bool,
        element: Option<&Name>,
        all: &[Name],
    ) -> Option<Vec<Name>> {
        let mut products = all.to_vec();
        self.narrow(condition, holds, element, &mut products);
        (!products.is_empty() && products.len() < all.len()).then_some(products)
    }

    fn narrow(&self, condition: &ast::Expr, holds: bool, element: Option<&Name>, products: &mut Vec<Name>) {
        let mut rest = bare(condition);
        loop {
            let ast::ExprKind::Binary { op, left, right, .. } = &rest.kind else {
                if let ast::ExprKind::Not(inner) = &rest.kind {
                    self.narrow(inner, !holds, element, products);
                }
                return;
            };
            match op {
                BinaryOp::And if holds => self.narrow(right, holds, element, products),
                BinaryOp::Or if !holds => self.narrow(right, holds, element, products),
                BinaryOp::Equal | BinaryOp::In if is_product(left, element) => {
                    return products.retain(|product| self.is_one_of(product, right) == holds);
                }
                BinaryOp::NotEqual | BinaryOp::NotIn if is_product(left, element) => {
                    return products.retain(|product| self.is_one_of(product, right) != holds);
                }
                _ => return,
            }
            rest = bare(left);
        }
    }

    /// The currency of the request wherever the condition is true (`holds`), or wherever it is false, if it
    /// says so.
    fn currency_where(&self, condition: &ast::Expr, holds: bool) -> Option<Name> {
        let book = &self.signatures.book;
        if !book.by_request || self.chosen.is_some() {
            return None;
        }
        let mut currencies = book.currencies.clone();
        narrow_currencies(condition, holds, &mut currencies);
        match currencies.as_slice() {
            [one] if book.currencies.len() > 1 => Some(one.clone()),
            _ => None,
        }
    }

    /// This scope where `currency` has one of the values of a row of `by currency { … }`.
    pub(super) fn where_currency_is(&self, keys: &[ast::Literal]) -> Option<Scope<'a>> {
        let [ast::Literal { kind: ast::LiteralKind::Word(code) | ast::LiteralKind::Text(code), .. }] = keys
        else {
            return None;
        };
        let book = &self.signatures.book;
        let known = book.by_request && book.currencies.contains(code);
        known.then(|| Scope { chosen: Some(code.clone()), ..self.clone() })
    }

    /// Whether a product is the one that is named, of the family that is, or in the list.
    fn is_one_of(&self, product: &Name, named: &ast::Expr) -> bool {
        match &bare(named).kind {
            ast::ExprKind::List(items) => items.iter().any(|item| self.is_one_of(product, item)),
            ast::ExprKind::Path(path) => match path.names.as_slice() {
                [name] => {
                    let family = self.signatures.products.get(product).and_then(|it| it.family.as_ref());
                    name.text == *product || family == Some(&name.text)
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// Leaves the currencies that a condition on `currency` leaves.
fn narrow_currencies(condition: &ast::Expr, holds: bool, currencies: &mut Vec<Name>) {
    let mut rest = bare(condition);
    loop {
        let ast::ExprKind::Binary { op, left, right, .. } = &rest.kind else {
            if let ast::ExprKind::Not(inner) = &rest.kind {
                narrow_currencies(inner, !holds, currencies);
            }
            return;
        };
        let (subject, other) = if is_currency(right) { (right, left) } else { (left, right) };
        match op {
            BinaryOp::And if holds => narrow_currencies(right, holds, currencies),
            BinaryOp::Or if !holds => narrow_currencies(right, holds, currencies),
            BinaryOp::Equal | BinaryOp::In if is_currency(subject) => {
                return currencies.retain(|code| names_currency(other, code) == holds);
            }
            BinaryOp::NotEqual | BinaryOp::NotIn if is_currency(subject) => {
                return currencies.retain(|code| names_currency(other, code) != holds);
            }
            _ => return,
        }
        rest = bare(left);
    }
}

/// `currency`, which reads the one that the request chose.
pub(super) fn is_currency(expr: &ast::Expr) -> bool {
    single_name(expr).is_some_and(|name| &*name.text == "currency")
}

fn names_currency(named: &ast::Expr, code: &Name) -> bool {
    match &bare(named).kind {
        ast::ExprKind::List(items) => items.iter().any(|item| names_currency(item, code)),
        ast::ExprKind::Path(path) => matches!(path.names.as_slice(), [name] if name.text == *code),
        _ => false,
    }
}

/// `product` or `line.product`, or `l.product` of an element, of which a condition says what it is.
fn is_product(expr: &ast::Expr, element: Option<&Name>) -> bool {
    let ast::ExprKind::Path(path) = &bare(expr).kind else { return false };
    match (path.names.as_slice(), element) {
        ([name], None) => &*name.text == "product",
        ([owner, name], None) => &*owner.text == "line" && &*name.text == "product",
        ([owner, name], Some(element)) => owner.text == *element && &*name.text == "product",
        _ => false,
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
