//! What a whole quote must fulfil.

use super::quote_errors as errors;
use super::reach::{Known, Truth};
use super::visit::speaks_of_a_line;
use crate::check::expr::check_condition;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Expr, ExprKind, Formula, Level, Name, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, MemberKind};

/// Checks `require` and `exclude` of the quote. They are tried when all else is known, and read the figures of
/// the quote by their bare names.
pub(super) fn requirements(
    quote: &ast::QuoteBlock,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Vec<ir::Requirement> {
    let mut checked = Vec::new();
    for member in &quote.requirements {
        let mut checker = Checker { scope: scope(signatures), signatures, problems };
        checked.extend(checker.requirement(&member.kind, member.span));
    }
    checked
}

/// What can be read at the end of a quote.
fn scope(signatures: &Signatures) -> Scope<'_> {
    let mut scope = Scope::of_products(signatures, Section::Approval, signatures.products_of(None));
    let Some(money) = signatures.money() else { return scope };
    let own = signatures.quote.steps.iter().map(|step| step.name.clone());
    let all = ["list", "net", "total"].map(Name::from);
    for name in all.into_iter().chain(own) {
        if !scope.figures.iter().any(|figure| figure.name == name) {
            scope.declare_figure(Level::Quote, name, money.clone());
        }
    }
    scope
}

struct Checker<'s, 'p> {
    scope: Scope<'s>,
    signatures: &'s Signatures,
    problems: &'p mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    fn requirement(&mut self, written: &MemberKind, span: Span) -> Option<ir::Requirement> {
        let (when, condition, text, because) = match written {
            MemberKind::Require(own) => {
                let when = own.when.as_ref().map(|when| self.condition(when, None));
                let condition = self.condition(&own.condition, own.when.as_ref())?;
                let when = when.map_or(Some(None), |when| when.map(Some))?;
                self.refuse_never(&condition);
                let behind = when.as_ref().map_or(String::new(), |when| format!(" when {}", when.text));
                (when, condition.clone(), format!("require {}{behind}", condition.text), &own.because)
            }
            MemberKind::Exclude(own) => {
                let left = self.condition(&own.left, None);
                let right = self.condition(&own.right, Some(&own.left))?;
                let left = left?;
                let text = format!("exclude {} with {}", left.text, right.text);
                let span = right.expr.span;
                let not = Expr { kind: ExprKind::Not(Box::new(right.expr)), ty: Ty::Bool, span };
                (Some(left), Formula { expr: not, text: right.text }, text, &own.because)
            }
            _ => return None,
        };
        Some(ir::Requirement {
            name: written.rule_name().map(|name| name.text.clone()),
            when,
            condition,
            text: text.into(),
            because: because.as_ref().map(|text| text.text.clone()),
            span,
        })
    }

    /// A condition about the quote, where another one may hold.
    fn condition(&mut self, written: &ast::Expr, where_holds: Option<&ast::Expr>) -> Option<Formula> {
        let guarded = where_holds.and_then(|when| self.scope.where_it(when, true));
        let scope = guarded.as_ref().unwrap_or(&self.scope);
        let formula = check_condition(scope, written, self.problems)?;
        if speaks_of_a_line(&formula.expr) {
            self.problems.push(errors::requirement_of_a_line(formula.expr.span));
            return None;
        }
        Some(formula)
    }

    fn refuse_never(&mut self, condition: &Formula) {
        let products = self.signatures.products_of(None);
        let known = Known::new(self.signatures, &products);
        if known.truth(&condition.expr) == Truth::Never {
            let ranges = known.ranges(&condition.expr);
            self.problems.push(errors::requirement_never_met(condition.expr.span, &ranges));
        }
    }
}
