//! The rules of approvals; properties and alerts of the quote, which are checked alike.

use std::collections::BTreeMap;

use super::approval_errors as errors;
use super::ladders;
use super::reach::{Known, Truth};
use super::visit::speaks_of_a_line;
use crate::check::expr::check_condition;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::{Diagnostic, has_errors, nearest};
use crate::ir::{self, CompareOp, Expr, ExprKind, Formula, Name, Value};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

/// Checks levels, reviewers, ladders and rules.
pub fn check_approvals(
    approvals: &ast::Approvals,
    _span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Approvals> {
    let mut found = Vec::new();
    let signers = ladders::signers(approvals, &mut found);
    let rules = rules(approvals, signatures, &mut found);
    let skips = skips(approvals, signatures, &mut found);
    ladders::warn_of_idle(approvals, &mut found);
    let refused = has_errors(&found);
    problems.append(&mut found);
    if refused {
        return None;
    }
    Some(ir::Approvals { rules: rules?, skips: skips?, ..signers? })
}

fn skips(
    approvals: &ast::Approvals,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<ir::Skip>> {
    let checked = approvals.skips.iter().map(|written| {
        ladders::can_be_skipped(&written.level, approvals, problems);
        let condition = check_property(&written.when, None, "the rule", signatures, problems)?;
        let span = condition.formula.expr.span;
        if condition.per_line {
            problems.push(errors::skip_of_a_line(span, &written.level));
            return None;
        }
        if condition.never {
            problems.push(errors::dead_skip(span, &condition.ranges));
        }
        Some(ir::Skip {
            level: written.level.text.clone(),
            when: condition.formula,
            because: written.because.as_ref().map(|text| text.text.clone()),
            span: written.span,
        })
    });
    let checked: Vec<Option<ir::Skip>> = checked.collect();
    checked.into_iter().collect()
}

fn rules(
    approvals: &ast::Approvals,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<ir::ApprovalRule>> {
    let mut checked = Some(Vec::new());
    let mut seen = BTreeMap::new();
    for written in &approvals.rules {
        match rule(written, approvals, signatures, problems) {
            Some(rule) => {
                if let Some(rules) = &mut checked {
                    warn_of_repeated(&rule, &mut seen, problems);
                    rules.push(rule);
                }
            }
            None => checked = None,
        }
    }
    warn_of_rejected(checked.as_deref().unwrap_or_default(), problems);
    checked
}

/// Warns of rules that ask only where another one rejects.
fn warn_of_rejected(rules: &[ir::ApprovalRule], problems: &mut Vec<Diagnostic>) {
    for asking in rules.iter().filter(|rule| rule.who.is_some()) {
        let within = |reject: &&ir::ApprovalRule| {
            let same_lines = reject.narrowed_to.is_none() || reject.narrowed_to == asking.narrowed_to;
            reject.who.is_none() && same_lines && implies(&asking.when.expr, &reject.when.expr)
        };
        if let Some(reject) = rules.iter().find(within) {
            problems.push(crate::check::errors::asks_in_vain(asking.when.expr.span, reject.when.expr.span));
        }
    }
}

/// Whether a comparison of a figure with a number holds only where another one does.
fn implies(narrow: &Expr, wide: &Expr) -> bool {
    let parts = |condition: &Expr| match &condition.kind {
        ExprKind::Compare { op, left, right } => match (&left.kind, &right.kind) {
            (ExprKind::Read(place), ExprKind::Const(Value::Number(bound))) => {
                Some((*op, place.clone(), bound.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    let (Some((narrow, of, bound)), Some((wide, other, limit))) = (parts(narrow), parts(wide)) else {
        return false;
    };
    use CompareOp::{Greater, GreaterOrEqual, Less, LessOrEqual};
    of == other
        && match (narrow, wide) {
            (Greater, Greater | GreaterOrEqual) | (GreaterOrEqual, GreaterOrEqual) => bound >= limit,
            (GreaterOrEqual, Greater) => bound > limit,
            (Less, Less | LessOrEqual) | (LessOrEqual, LessOrEqual) => bound <= limit,
            (LessOrEqual, Less) => bound < limit,
            _ => false,
        }
}

fn rule(
    written: &ast::ApprovalRule,
    approvals: &ast::Approvals,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::ApprovalRule> {
    let who = written.who.as_ref();
    if let Some(who) = who {
        ladders::refuse_unknown_signer(who, approvals, problems);
    }
    let narrowed_to = written.narrowed_to.as_ref();
    let condition = check_property(&written.when, narrowed_to, "the rule", signatures, problems)?;
    if condition.never {
        let span = condition.formula.expr.span;
        problems.push(errors::dead_rule(span, who.is_none(), &condition.ranges));
    }
    Some(ir::ApprovalRule {
        who: who.map(|who| who.text.clone()),
        narrowed_to: narrowed_to.map(|target| target.text.clone()),
        per_line: condition.per_line,
        when: condition.formula,
        because: written.because.as_ref().map(|text| text.text.clone()),
        span: written.span,
    })
}

/// What makes two rules the same: whom they ask, for what, and when.
type Same = (Option<Name>, Option<Name>, Name);

fn warn_of_repeated(
    rule: &ir::ApprovalRule,
    seen: &mut BTreeMap<Same, Span>,
    problems: &mut Vec<Diagnostic>,
) {
    let same = (rule.who.clone(), rule.narrowed_to.clone(), rule.when.text.clone());
    let first = *seen.entry(same).or_insert(rule.span);
    if first != rule.span {
        problems.push(errors::repeated_rule(rule.span, first));
    }
}

/// Checks the alerts of the quote.
pub(super) fn alerts(
    written: &[ast::QuoteAlert],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Vec<ir::QuoteAlert> {
    let mut checked = Vec::new();
    for alert in written {
        let narrowed_to = alert.narrowed_to.as_ref();
        let what = if alert.hides { "`hide lines`" } else { "the alert" };
        let Some(condition) = check_property(&alert.when, narrowed_to, what, signatures, problems) else {
            continue;
        };
        if alert.hides && !condition.per_line {
            problems.push(errors::hides_which(condition.formula.expr.span));
        } else if condition.never {
            problems.push(errors::alert_never_holds(condition.formula.expr.span, &condition.ranges));
        }
        checked.push(ir::QuoteAlert {
            hides: alert.hides,
            name: alert.name.as_ref().map(|name| name.text.clone()),
            narrowed_to: narrowed_to.map(|target| target.text.clone()),
            per_line: condition.per_line,
            when: condition.formula,
            because: alert.because.as_ref().map(|because| because.text.clone()),
            span: alert.span,
        });
    }
    checked
}

/// A condition of a rule, a property or an alert.
struct Property {
    formula: Formula,
    per_line: bool,
    /// No quote can fulfil it.
    never: bool,
    /// The ranges that are declared for what it reads, in words.
    ranges: Vec<String>,
}

/// Checks a condition on the lines of some products, or on the quote. `what` is the rule in words.
fn check_property(
    condition: &ast::Expr,
    narrowed_to: Option<&ast::Name>,
    what: &str,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Property> {
    if let Some(target) = narrowed_to
        && !is_product_or_family(target, signatures, problems)
    {
        return None;
    }
    let products = signatures.products_of(narrowed_to.map(|target| target.text.as_ref()));
    let scope = Scope::of_products(signatures, Section::Approval, products.clone());
    let formula = check_condition(&scope, condition, problems)?;
    let per_line = speaks_of_a_line(&formula.expr);
    if let Some(target) = narrowed_to
        && !per_line
    {
        problems.push(errors::narrowed_without_line(target, what));
        return None;
    }
    let known = Known::new(signatures, &products);
    let (never, ranges) = (known.truth(&formula.expr) == Truth::Never, known.ranges(&formula.expr));
    Some(Property { formula, per_line, never, ranges })
}

fn is_product_or_family(target: &ast::Name, signatures: &Signatures, problems: &mut Vec<Diagnostic>) -> bool {
    match signatures.names.get(&target.text) {
        Some((Kind::Product | Kind::Family, _)) => true,
        Some((kind, declared)) => {
            problems.push(errors::not_a_product(target, kind.with_article(), *declared));
            false
        }
        None => {
            let known = signatures.products.keys().chain(signatures.families.keys());
            let nearest = nearest(&target.text, known.map(AsRef::as_ref));
            problems.push(errors::unknown_target(target, nearest));
            false
        }
    }
}

/// Checks a property.
pub fn check_always(
    always: &ast::Always,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Always> {
    let narrowed_to = always.narrowed_to.as_ref();
    let condition = check_property(&always.condition, narrowed_to, "the property", signatures, problems)?;
    if condition.never {
        problems.push(errors::property_never_holds(condition.formula.expr.span, &condition.ranges));
        return None;
    }
    Some(ir::Always {
        title: always.title.text.clone(),
        narrowed_to: narrowed_to.map(|target| target.text.clone()),
        condition: condition.formula,
        per_line: condition.per_line,
        span,
    })
}
