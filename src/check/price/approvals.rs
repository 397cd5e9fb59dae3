//! Approvals: levels, reviewers, and the rules that ask them; properties, which are checked alike.

use std::collections::BTreeMap;

use super::approval_errors as errors;
use super::reach::{Known, Truth};
use super::visit::speaks_of_a_line;
use crate::check::expr::check_condition;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::{Diagnostic, has_errors, nearest};
use crate::ir::{self, Formula, Route};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

/// Checks levels, reviewers and rules.
pub fn check_approvals(
    approvals: &ast::Approvals,
    _span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Approvals> {
    let mut found = Vec::new();
    names_are_different(approvals, &mut found);
    let reviewers = approvals.reviewers.iter().map(|it| reviewer(it, approvals, &mut found)).collect();
    let rules = rules(approvals, signatures, &mut found);
    let route = match &approvals.route {
        Some(word) => route(word),
        None => Some(Route::default()),
    };
    let refused = has_errors(&found);
    problems.append(&mut found);
    if refused {
        return None;
    }
    let level = |level: &ast::Level| ir::ApprovalLevel {
        name: level.name.text.clone(),
        label: level.label.as_ref().map(|label| label.text.clone()),
    };
    let levels = approvals.levels.iter().map(level).collect();
    Some(ir::Approvals { levels, reviewers, rules: rules?, route: route? })
}

fn names_are_different(approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let levels = approvals.levels.iter().map(|level| &level.name);
    for name in levels.chain(approvals.reviewers.iter().map(|reviewer| &reviewer.name)) {
        match first.get(name.text.as_ref()) {
            Some(first) => problems.push(errors::duplicate_signer(name, *first)),
            None => {
                first.insert(&name.text, name.span);
            }
        }
    }
}

fn reviewer(
    written: &ast::Reviewer,
    approvals: &ast::Approvals,
    problems: &mut Vec<Diagnostic>,
) -> ir::Reviewer {
    let levels = || approvals.levels.iter().map(|level| level.name.text.as_ref());
    match &written.with {
        None => problems.push(errors::reviewer_without_level(&written.name, levels().next_back())),
        Some(with) if !levels().any(|level| level == with.text.as_ref()) => {
            let is_reviewer = approvals.reviewers.iter().any(|other| other.name.text == with.text);
            problems.push(errors::unknown_level(with, is_reviewer, nearest(&with.text, levels())));
        }
        Some(_) => {}
    }
    ir::Reviewer {
        name: written.name.text.clone(),
        label: written.label.as_ref().map(|label| label.text.clone()),
        with: written.with.as_ref().map(|with| with.text.clone()),
    }
}

fn route(word: &ast::Name) -> Option<Route> {
    match word.text.as_ref() {
        "climb" => Some(Route::Climb),
        "jump" => Some(Route::Jump),
        "each" => Some(Route::Each),
        // The parser knows the words, and has said so.
        _ => None,
    }
}

fn rules(
    approvals: &ast::Approvals,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<ir::ApprovalRule>> {
    let mut checked = Some(Vec::new());
    for written in &approvals.rules {
        match rule(written, approvals, signatures, problems) {
            Some(rule) => {
                if let Some(rules) = &mut checked {
                    warn_of_repeated(&rule, rules, problems);
                    rules.push(rule);
                }
            }
            None => checked = None,
        }
    }
    checked
}

fn rule(
    written: &ast::ApprovalRule,
    approvals: &ast::Approvals,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::ApprovalRule> {
    let who = written.who.as_ref();
    if let Some(who) = who {
        refuse_unknown_signer(who, approvals, problems);
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

fn refuse_unknown_signer(who: &ast::Name, approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    let levels = approvals.levels.iter().map(|level| level.name.text.as_ref());
    let known: Vec<&str> =
        levels.chain(approvals.reviewers.iter().map(|reviewer| reviewer.name.text.as_ref())).collect();
    if !known.contains(&who.text.as_ref()) {
        problems.push(errors::unknown_signer(who, &known, nearest(&who.text, known.iter().copied())));
    }
}

fn warn_of_repeated(rule: &ir::ApprovalRule, before: &[ir::ApprovalRule], problems: &mut Vec<Diagnostic>) {
    let same = |other: &&ir::ApprovalRule| {
        other.who == rule.who && other.narrowed_to == rule.narrowed_to && other.when.text == rule.when.text
    };
    if let Some(first) = before.iter().find(same) {
        problems.push(errors::repeated_rule(rule.span, first.span));
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
        let Some(condition) = check_property(&alert.when, narrowed_to, "the alert", signatures, problems)
        else {
            continue;
        };
        if condition.never {
            problems.push(errors::alert_never_holds(condition.formula.expr.span, &condition.ranges));
        }
        checked.push(ir::QuoteAlert {
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
