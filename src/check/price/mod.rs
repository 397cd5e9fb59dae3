//! Waterfalls, the quote's steps, approvals, properties and tests become their checked form.

use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::source::Span;
use crate::syntax::ast;

/// Checks a waterfall for every product that it prices.
pub fn check_price(
    price: &ast::Price,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Price> {
    let _ = (price, span, signatures, problems);
    None
}

/// Checks the quote's steps.
pub fn check_quote(
    quote: &ast::QuoteBlock,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Quote> {
    let _ = (quote, span, signatures, problems);
    None
}

/// Checks levels, reviewers and rules.
pub fn check_approvals(
    approvals: &ast::Approvals,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Approvals> {
    let _ = (approvals, span, signatures, problems);
    None
}

/// Checks a property.
pub fn check_always(
    always: &ast::Always,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Always> {
    let _ = (always, span, signatures, problems);
    None
}

/// Checks a test.
pub fn check_test(
    test: &ast::Test,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Test> {
    let _ = (test, span, signatures, problems);
    None
}
