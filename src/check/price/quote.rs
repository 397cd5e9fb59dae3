//! The `quote` block: steps that act on all lines at once, and taxes last.

use super::approvals::alerts;
use super::compound::warn_of_taxed_taxes;
use super::entry::check_entry;
use super::idle::warn_of_idle;
use super::paid::Paid;
use super::quote_errors;
use super::reach::Known;
use super::reduced::warn_of_full_tax;
use super::requirements::requirements;
use super::rounding::{amount_of, literal_of, minor_step};
use super::shares::shares_of_the_whole;
use super::untaxed::warn_of_untaxed;
use super::walk::{Block, Found, Walk};
use super::warnings;
use crate::check::expr::{check_amount, check_condition, check_formula};
use crate::check::rounding::step;
use crate::check::unproved::Unproved;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::{Diagnostic, has_errors, nearest};
use crate::ir::{self, Formula, Level, Name, NumberKind, NumberTy, PerCurrency, Residual, Ty};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Exact;

/// Checks the quote's steps.
pub fn check_quote(
    quote: &ast::QuoteBlock,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
    unproved: &mut Vec<Unproved>,
) -> Option<ir::Quote> {
    let mut found = Vec::new();
    let checked = block(quote, span, signatures, (&mut found, unproved));
    let refused = has_errors(&found);
    problems.append(&mut found);
    checked.filter(|_| !refused)
}

fn block(
    quote: &ast::QuoteBlock,
    span: Span,
    signatures: &Signatures,
    (problems, unproved): Found<'_>,
) -> Option<ir::Quote> {
    let Some(Ty::Number(money)) = signatures.money() else { return None };
    let products: Vec<Name> = signatures.products.keys().cloned().collect();
    let entry_scope = Scope::new(signatures, Section::QuoteEntry);
    let mut entries = Vec::new();
    for field in &quote.entries {
        let signature = signatures.quote.entries.get(&field.name.text);
        entries.extend(check_entry(field, signature, &entry_scope, problems));
    }
    let valid_days = quote.valid.as_ref().and_then(|it| days(it, "valid", signatures, problems));
    let follow_up = quote.follow_up.as_ref();
    let follow_up_days = follow_up.and_then(|it| days(it, "follow up", signatures, problems));
    let scope = Scope::of_products(signatures, Section::Quote, products.clone());
    let mut line_scope = Scope::of_products(signatures, Section::QuoteLine, products.clone());
    line_scope.set_running(Level::Line, Ty::Number(money.clone()));
    let mut walk = Walk::new(Block::Quote, scope, &products, money, (&mut *problems, unproved));
    walk.paid = Some(Paid::new(signatures));
    walk.line_scope = Some(line_scope);
    walk.start_running();
    let steps = walk.steps(&quote.steps);
    let usual = (signatures.usual_mode, walk.usual_step.clone());
    shares_of_the_whole(&steps, problems);
    warn_of_taxed_taxes(&steps, problems);
    warn_of_full_tax(&steps, problems);
    if !has_errors(problems) {
        warn_of_untaxed(&quote.steps, &steps, (usual.0, &usual.1), problems);
    }
    warn_of_idle(&steps, &Known::new(signatures, &products), problems);
    let alerts = alerts(&quote.alerts, signatures, problems);
    let requirements = requirements(quote, signatures, problems);
    let span = Some(span);
    Some(ir::Quote { entries, steps, valid_days, follow_up_days, alerts, requirements, span })
}

/// `valid 30 days`, `follow up 14 days`
fn days(
    written: &ast::Quantity,
    word: &str,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<u32> {
    let number = &written.number;
    let span = written.unit.as_ref().map_or(number.span, |unit| number.span.cover(unit.span));
    if written.unit.is_none() {
        problems.push(quote_errors::days_without_unit(span, word, &number.text));
        return None;
    }
    let unit = signatures.units.parse("days").ok()?;
    let days = NumberTy { unit, kind: NumberKind::Plain };
    let value = amount_of(signatures, written, &days, problems)?;
    let days =
        value.to_u64().and_then(|days| u32::try_from(days).ok()).filter(|days| (1..=36_525).contains(days));
    if days.is_none() {
        problems.push(quote_errors::bad_days(span, word));
    }
    days
}

impl Walk<'_, '_> {
    /// How a step of the quote reaches the lines.
    pub(super) fn spread(&mut self, clauses: &ast::Clauses) -> Option<ir::Spread> {
        let scope = self.line_scope.clone()?;
        let on_lines = match &clauses.on_lines {
            Some(on_lines) => Some(check_condition(&scope, on_lines, self.problems)?),
            None => None,
        };
        let with_charges = clauses.with_charges.is_some();
        let plain = ir::Spread {
            on_lines,
            each: None,
            by: None,
            to: None,
            residual: Residual::Largest,
            within: None,
            partly: clauses.spread.as_ref().is_some_and(|spread| spread.partly.is_some()),
            with_charges,
        };
        if let Some(at) = clauses.with_charges {
            self.refuse_with_charges(clauses, at)?;
        }
        let Some(written) = &clauses.spread else { return Some(plain) };
        let by = Some(self.weight(&scope, &written.by)?);
        let to = match &written.to {
            Some(to) => Some(self.share_step(to)?),
            None => None,
        };
        let residual = match &written.residual {
            Some(word) => self.residual(word)?,
            None => Residual::Largest,
        };
        let within = match &written.within {
            Some(within) => Some(self.most(&scope, within)?),
            None => None,
        };
        Some(ir::Spread { by, to, residual, within, ..plain })
    }

    /// Charges are weighed by their amount, or all alike: they have nothing else.
    fn refuse_with_charges(&mut self, clauses: &ast::Clauses, at: Span) -> Option<()> {
        let spread = clauses.spread.as_ref();
        let fits = |expr: &ast::Expr| match &expr.kind {
            ast::ExprKind::Path(path) => path.names.iter().map(|name| &*name.text).eq(["running"]),
            _ => matches!(expr.kind, ast::ExprKind::Literal(_)),
        };
        let each = clauses.for_each.as_ref().map(|it| it.span);
        let bad = clauses.on_lines.as_ref().map(|it| it.span).or(each);
        let bad = bad.or(spread.filter(|it| !fits(&it.by)).map(|it| it.by.span));
        let bad = bad.or(spread.and_then(|it| it.within.as_ref()).map(|it| it.span));
        match bad {
            Some(bad) => {
                self.problems.push(quote_errors::charges_have_no_line(bad, at));
                None
            }
            None => Some(()),
        }
    }

    /// The weight of a line: any number.
    fn weight(&mut self, scope: &Scope<'_>, by: &ast::Expr) -> Option<Formula> {
        let weight = check_formula(scope, by, None, self.problems)?;
        if !matches!(weight.expr.ty, Ty::Number(_)) {
            self.problems.push(quote_errors::weight_is_no_number(by.span, &weight.text));
            return None;
        }
        if self.known().interval(&weight.expr).high.is_some_and(|most| !most.is_positive()) {
            self.problems.push(warnings::idle_weight(&weight));
        }
        Some(weight)
    }

    /// `within X`: the most a line takes, an amount.
    fn most(&mut self, scope: &Scope<'_>, within: &ast::Expr) -> Option<Formula> {
        let found = check_formula(scope, within, None, self.problems)?;
        let same = |ty: &NumberTy| ty.unit.same_dimension(&self.money.unit);
        if !matches!(&found.expr.ty, Ty::Number(ty) if same(ty)) {
            self.problems.push(quote_errors::most_is_no_amount(within.span, &found.text));
            return None;
        }
        check_amount(scope, within, &self.amount_ty(), self.problems)
    }

    /// `to STEP`: a multiple of what is paid.
    fn share_step(&mut self, to: &ast::Quantity) -> Option<PerCurrency> {
        let signatures = self.scope.signatures();
        let written = literal_of(to);
        let (step, at) = (step(signatures, &written, &self.money, self.problems)?, written.span);
        // Finer steps than can be paid are said on purpose; coarser ones must lie on them.
        let minor = minor_step(signatures);
        let finer = |step: &Exact| minor.checked_div(step).is_ok_and(|parts| parts.is_integer());
        if !step.all().iter().all(finer) && self.paid.as_ref().is_some_and(|paid| !paid.has(&step)) {
            self.problems.push(quote_errors::share_step_too_fine(at, &self.usual_step));
            return None;
        }
        Some(step)
    }

    fn residual(&mut self, word: &ast::Name) -> Option<Residual> {
        match word.text.as_ref() {
            "largest" => Some(Residual::Largest),
            "first" => Some(Residual::First),
            "last" => Some(Residual::Last),
            other => {
                let nearest = nearest(other, ["largest", "first", "last"]);
                self.problems.push(quote_errors::unknown_residual(word, nearest));
                None
            }
        }
    }
}
