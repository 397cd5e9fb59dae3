//! Every expression inside a checked one, without a deep stack however long its chains are.

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

/// The expressions of a product.
pub(crate) fn of_product<'a>(product: &'a ir::Product, into: &mut Vec<&'a Expr>) {
    for option in &product.options {
        of_input(option, into);
    }
    into.extend(product.parts.iter().filter_map(|part| part.when.as_ref()).map(|when| &when.expr));
    into.extend(product.lets.iter().map(|it| &it.value.expr));
    for constraint in &product.constraints {
        match &constraint.rule {
            ir::ConstraintRule::Holds(rule) => into.push(rule),
            ir::ConstraintRule::Row { keys, .. } => into.extend(keys),
        }
    }
    for component in product.unit_cost.iter().chain(&product.line_cost) {
        into.push(&component.amount.expr);
        into.extend(component.when.as_ref().map(|when| &when.expr));
    }
    into.extend(product.suggestions.iter().filter_map(|it| it.when.as_ref()).map(|when| &when.expr));
    into.extend(product.alerts.iter().map(|alert| &alert.when.expr));
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

/// All expressions of a book.
pub(crate) fn of_book(book: &ir::Book) -> Vec<&Expr> {
    let mut all = Vec::new();
    for product in &book.products {
        of_product(product, &mut all);
    }
    for guide in &book.guides {
        of_guide(guide, &mut all);
    }
    all.extend(book.defs.iter().map(|def| &def.body.expr));
    for price in &book.prices {
        for entry in &price.entries {
            of_input(entry, &mut all);
        }
        of_steps(&price.per_unit, &mut all);
        of_steps(&price.per_line, &mut all);
    }
    for entry in &book.quote.entries {
        of_input(entry, &mut all);
    }
    of_steps(&book.quote.steps, &mut all);
    all.extend(book.quote.alerts.iter().map(|alert| &alert.when.expr));
    for rule in &book.quote.requirements {
        all.extend(rule.when.iter().chain([&rule.condition]).map(|formula| &formula.expr));
    }
    all.extend(book.approvals.rules.iter().map(|rule| &rule.when.expr));
    all.extend(book.approvals.skips.iter().map(|skip| &skip.when.expr));
    all.extend(book.always.iter().map(|always| &always.condition.expr));
    for test in &book.tests {
        all.extend(test.expectations.iter().filter_map(|(expected, _, _)| match expected {
            ir::Expected::Holds { condition, .. } => Some(condition),
            _ => None,
        }));
    }
    all
}
