//! Every expression inside a checked one, without a deep stack however long its chains are.

use super::item::ItemIr;
use super::product::Body;
use crate::ir::{self, Expr, Step};

/// Calls `visit` for the expression and all inside it, in no particular order.
pub(crate) fn for_each<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        visit(expr);
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
}

/// The expressions of an input.
pub(crate) fn of_input<'a>(input: &'a ir::Input, into: &mut Vec<&'a Expr>) {
    into.extend([&input.when, &input.limit].into_iter().flatten().map(|formula| &formula.expr));
}

/// What a product, or a family for its products, declares.
struct Members<'a> {
    options: &'a [ir::Input],
    parts: &'a [ir::Part],
    lets: &'a [ir::Let],
    constraints: &'a [ir::Constraint],
    costs: [&'a [ir::CostComponent]; 2],
    suggestions: &'a [ir::Suggestion],
    alerts: &'a [ir::Alert],
}

/// The expressions of a product.
pub(crate) fn of_product<'a>(product: &'a ir::Product, into: &mut Vec<&'a Expr>) {
    let members = Members {
        options: &product.options,
        parts: &product.parts,
        lets: &product.lets,
        constraints: &product.constraints,
        costs: [&product.unit_cost, &product.line_cost],
        suggestions: &product.suggestions,
        alerts: &product.alerts,
    };
    of_members(&members, into);
}

/// The expressions of what a family shares.
fn of_shared<'a>(shared: &'a Body, into: &mut Vec<&'a Expr>) {
    let members = Members {
        options: &shared.options,
        parts: &shared.parts,
        lets: &shared.lets,
        constraints: &shared.constraints,
        costs: [&shared.unit_cost, &shared.line_cost],
        suggestions: &shared.suggestions,
        alerts: &shared.alerts,
    };
    of_members(&members, into);
}

fn of_members<'a>(members: &Members<'a>, into: &mut Vec<&'a Expr>) {
    for option in members.options {
        of_input(option, into);
    }
    into.extend(members.parts.iter().filter_map(|part| part.when.as_ref()).map(|when| &when.expr));
    into.extend(members.lets.iter().map(|it| &it.value.expr));
    for constraint in members.constraints {
        match &constraint.rule {
            ir::ConstraintRule::Holds(rule) => into.push(rule),
            ir::ConstraintRule::Row { keys, .. } => into.extend(keys),
        }
    }
    for component in members.costs.into_iter().flatten() {
        into.push(&component.amount.expr);
        into.extend(component.when.as_ref().map(|when| &when.expr));
    }
    into.extend(members.suggestions.iter().filter_map(|it| it.when.as_ref()).map(|when| &when.expr));
    into.extend(members.alerts.iter().map(|alert| &alert.when.expr));
}

/// The expressions of steps, those inside groups included.
pub(crate) fn of_steps<'a>(steps: &'a [Step], into: &mut Vec<&'a Expr>) {
    for step in steps {
        into.extend(step.when.as_ref().map(|when| &when.expr));
        step.kind.for_each_formula(&mut |formula, _| into.push(&formula.expr));
        of_steps(step.kind.steps(), into);
    }
}

/// The expressions of a guide.
pub(crate) fn of_guide<'a>(guide: &'a ir::Guide, into: &mut Vec<&'a Expr>) {
    for question in &guide.questions {
        of_input(&question.input, into);
        into.extend(question.effects.iter().flat_map(|effect| [&effect.condition, &effect.asks.expr]));
    }
}

/// The expressions of a waterfall.
fn of_price<'a>(price: &'a ir::Price, into: &mut Vec<&'a Expr>) {
    for entry in &price.entries {
        of_input(entry, into);
    }
    of_steps(&price.per_unit, into);
    of_steps(&price.per_line, into);
}

/// The expressions of the quote.
fn of_quote<'a>(quote: &'a ir::Quote, into: &mut Vec<&'a Expr>) {
    for entry in &quote.entries {
        of_input(entry, into);
    }
    of_steps(&quote.steps, into);
    into.extend(quote.alerts.iter().map(|alert| &alert.when.expr));
    for rule in &quote.requirements {
        into.extend(rule.when.iter().chain([&rule.condition]).map(|formula| &formula.expr));
    }
}

/// The expressions of approvals.
fn of_approvals<'a>(approvals: &'a ir::Approvals, into: &mut Vec<&'a Expr>) {
    into.extend(approvals.rules.iter().map(|rule| &rule.when.expr));
    into.extend(approvals.skips.iter().map(|skip| &skip.when.expr));
}

/// The expressions of a test.
fn of_test<'a>(test: &'a ir::Test, into: &mut Vec<&'a Expr>) {
    into.extend(test.expectations.iter().filter_map(|(expected, _, _)| match expected {
        ir::Expected::Holds { condition, .. } => Some(condition),
        _ => None,
    }));
}

/// The expressions of one checked declaration.
pub(crate) fn of_item(item: &ItemIr) -> Vec<&Expr> {
    let mut all = Vec::new();
    match item {
        ItemIr::Family(it) => of_shared(&it.shared, &mut all),
        ItemIr::Product(it) => of_product(it, &mut all),
        ItemIr::Guide(it) => of_guide(it, &mut all),
        ItemIr::Def(it) => all.push(&it.body.expr),
        ItemIr::Price(it) => of_price(it, &mut all),
        ItemIr::Quote(it) => of_quote(it, &mut all),
        ItemIr::Approvals(it) => of_approvals(it, &mut all),
        ItemIr::Always(it) => all.push(&it.condition.expr),
        ItemIr::Test(it) => of_test(it, &mut all),
        ItemIr::Context(_)
        | ItemIr::Fact(_)
        | ItemIr::Index(_)
        | ItemIr::Exchange(_)
        | ItemIr::Preset(_)
        | ItemIr::Table(_)
        | ItemIr::Tiers(_)
        | ItemIr::Nothing => {}
    }
    all
}

/// All expressions of a book.
pub(crate) fn of_book(book: &ir::Book) -> Vec<&Expr> {
    let mut all = Vec::new();
    book.products.iter().for_each(|it| of_product(it, &mut all));
    book.guides.iter().for_each(|it| of_guide(it, &mut all));
    all.extend(book.defs.iter().map(|def| &def.body.expr));
    book.prices.iter().for_each(|it| of_price(it, &mut all));
    of_quote(&book.quote, &mut all);
    of_approvals(&book.approvals, &mut all);
    all.extend(book.always.iter().map(|always| &always.condition.expr));
    book.tests.iter().for_each(|it| of_test(it, &mut all));
    all
}
