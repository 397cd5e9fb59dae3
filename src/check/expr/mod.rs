//! Expressions: every name resolved, every unit conversion written out, every type known.

use super::Scope;
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Ty, Value};
use crate::syntax::ast;

/// Checks an expression. With an expected type the result has exactly that type, scaled to its unit.
///
/// `None` means that a problem has been reported, here or where a name is declared: say nothing more.
pub fn check_expr(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    expected: Option<&Ty>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Expr> {
    let _ = (scope, expr, expected, problems);
    None
}

/// Checks an expression and keeps its text, in canonical layout.
pub fn check_formula(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    expected: Option<&Ty>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Formula> {
    let _ = (scope, expr, expected, problems);
    None
}

/// Checks a condition: true or false.
pub fn check_condition(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Formula> {
    check_formula(scope, expr, Some(&Ty::Bool), problems)
}

/// Checks the amount of a step, in the money of its level; a bare rate gets the help that shows
/// `8% of list` and `8% of running`.
pub fn check_amount(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    money: &Ty,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Formula> {
    check_formula(scope, expr, Some(money), problems)
}

/// The value of a literal of a type: bare words and texts are values of an enumeration, units are converted,
/// rates need their `%`. With `bare_numbers` a number without unit takes the type's, as in cells.
pub fn literal_value(
    signatures: &super::Signatures,
    literal: &ast::Literal,
    ty: &Ty,
    bare_numbers: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let _ = (signatures, literal, ty, bare_numbers, problems);
    None
}

/// The value of an expression that reads nothing, if it is one.
pub fn constant(expr: &ir::Expr) -> Option<Value> {
    let _ = expr;
    None
}

/// Whether the value can always be written as a decimal; false where that is not certain.
pub fn terminates(expr: &ir::Expr) -> bool {
    let _ = expr;
    false
}
