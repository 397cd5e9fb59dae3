//! What one declaration alone does not show of its amounts, because it hangs on the body of a function or a
//! let, or on the cells of a table: it is answered when the book is put together.

use std::collections::HashMap;
use std::sync::Arc;

use super::bodies::{Bodies, Whole};
use super::expr::{terminates, terminates_with};
use super::item::Checked;
use super::kept::{Changes, Reads};
use super::price::Steps;
use super::{Scope, Section, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, Name};
use crate::resolve::ItemRef;

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

/// What the bodies of the book proved of the declarations that needed it.
#[derive(Debug, Default)]
pub(super) struct Settled(HashMap<ItemRef, Answer>);

/// What bodies proved of a declaration, and by which names.
#[derive(Debug)]
struct Answer {
    of: Arc<Checked>,
    reads: Reads,
    problems: Vec<Diagnostic>,
}

impl Settled {
    /// The problems of what the bodies of the book do not prove either. What they proved before stands where
    /// changes do not concern it.
    pub(super) fn settle(
        &mut self,
        items: &[(ItemRef, Arc<Checked>)],
        whole: &Whole<'_>,
        signatures: &Signatures,
        changes: &Changes,
        same_signatures: bool,
    ) -> Vec<Diagnostic> {
        let mut before = std::mem::take(&mut self.0);
        let mut problems = Vec::new();
        for (at, item) in items.iter().filter(|(_, item)| !item.unproved.is_empty()) {
            let stands = |answer: &Answer| {
                same_signatures && Arc::ptr_eq(&answer.of, item) && !changes.concern(&answer.reads)
            };
            let answer = before.remove(at).filter(stands).unwrap_or_else(|| {
                let problems = item.unproved.iter().filter_map(|it| it.problem(whole, signatures)).collect();
                Answer { of: Arc::clone(item), reads: whole.take_reads(), problems }
            });
            problems.extend(answer.problems.iter().cloned());
            self.0.insert(*at, answer);
        }
        problems
    }
}
