//! What one declaration alone does not show of its amounts, because it hangs on the body of a function or a
//! let, or on the cells of a table: it is answered when the book is put together.

use super::bodies::{Bodies, Whole};
use super::expr::{terminates, terminates_with};
use super::price::Steps;
use super::{Scope, Section, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir::{Book, Expr, Name};

/// An amount of which something is not proved yet, with the problem that there is unless it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    expr: Expr,
    section: Section,
    products: Vec<Name>,
    wanted: Wanted,
}

/// What is to be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// It can always be written as a decimal.
    Ends(Diagnostic),
    /// It is always a multiple of some steps. Of several problems the first is told.
    Lies(Vec<(Steps, Diagnostic)>),
}

impl Unproved {
    /// Refuses an amount whose decimals may have no end: at once, or when the bodies that it hangs on are known.
    pub(crate) fn ends(
        scope: &Scope<'_>,
        expr: &Expr,
        problem: impl FnOnce() -> Diagnostic,
        problems: &mut Vec<Diagnostic>,
        unproved: &mut Vec<Unproved>,
    ) {
        if terminates(scope, expr) {
            return;
        }
        if terminates_with(Bodies::Hidden { fine: true }, scope, expr) {
            let (section, products) = (scope.section, scope.products.clone());
            let wanted = Wanted::Ends(problem());
            unproved.push(Unproved { expr: expr.clone(), section, products, wanted });
        } else {
            problems.push(problem());
        }
    }

    /// An amount that must lie on steps.
    pub(crate) fn lies(scope: &Scope<'_>, expr: &Expr, on: Vec<(Steps, Diagnostic)>) -> Unproved {
        let (section, products) = (scope.section, scope.products.clone());
        Unproved { expr: expr.clone(), section, products, wanted: Wanted::Lies(on) }
    }

    fn problem(&self, whole: &Whole<'_>, signatures: &Signatures) -> Option<Diagnostic> {
        match &self.wanted {
            Wanted::Ends(problem) => {
                let scope = Scope::of_products(signatures, self.section, self.products.clone());
                let ends = terminates_with(Bodies::Shown(whole), &scope, &self.expr);
                (!ends).then(|| problem.clone())
            }
            Wanted::Lies(on) => {
                let off = on.iter().find(|(steps, _)| {
                    !steps.hold(&self.expr, &self.products, signatures, Bodies::Shown(whole))
                });
                off.map(|(_, problem)| problem.clone())
            }
        }
    }
}

/// The problems of what the bodies of the book do not prove either.
pub(crate) fn settle(unproved: &[Unproved], book: &Book, signatures: &Signatures) -> Vec<Diagnostic> {
    if unproved.is_empty() {
        return Vec::new();
    }
    let whole = Whole::of(book);
    unproved.iter().filter_map(|it| it.problem(&whole, signatures)).collect()
}
