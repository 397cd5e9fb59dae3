//! Bounds as written become tiers that each start where the one before ends.

use super::{Scheme, errors, row};
use crate::diagnostic::Diagnostic;
use crate::ir::{Tier, TierMode, TierRow};
use crate::source::Span;
use crate::syntax::ast::{self, TierBound};
use crate::value::Exact;

/// Where a tier starts, and whether the start belongs to it.
type Start = (Exact, bool);

/// Lays out the tiers. None if a bound or a row could not be understood.
pub(super) fn tiers(
    written: &ast::Tiers,
    scheme: &Scheme<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Vec<Tier>, Option<TierRow>)> {
    let before = problems.len();
    let mut layout = Layout {
        scheme,
        problems,
        tiers: Vec::new(),
        form: None,
        open_from: None,
        zero: None,
        closed: None,
        mixed: false,
    };
    for tier in &written.tiers {
        layout.add(tier);
    }
    layout.finish(written);
    let Layout { tiers, zero, .. } = layout;
    (problems.len() == before).then_some((tiers, zero.map(|(row, _)| row)))
}

/// How a scheme is written; the span of the bound that began it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    ByStart,
    ByEnd,
}

struct Layout<'s, 'p> {
    scheme: &'s Scheme<'s>,
    problems: &'p mut Vec<Diagnostic>,
    tiers: Vec<Tier>,
    /// How the bounds so far are written, and the first of them.
    form: Option<(Form, Span)>,
    /// Where the next tier of a scheme by ends starts.
    open_from: Option<Start>,
    zero: Option<(TierRow, Span)>,
    /// `rest`, after which nothing comes.
    closed: Option<Span>,
    /// Bounds of both kinds were reported: what lies above the last is open to question.
    mixed: bool,
}

impl Layout<'_, '_> {
    fn add(&mut self, tier: &ast::Tier) {
        let charge = row::read(&tier.row, &tier.bound, tier.span, self.scheme, self.problems);
        if let TierBound::Zero(span) = tier.bound {
            if let Some((_, first)) = &self.zero {
                self.problems.push(errors::two_zero(span, *first));
            }
            self.zero = charge.map(|charge| (charge, span));
            return;
        }
        if let Some(rest) = self.closed {
            self.problems.push(errors::after_rest(tier.span, rest));
            return;
        }
        let form = if matches!(tier.bound, TierBound::From(_) | TierBound::Above(_)) {
            Form::ByStart
        } else {
            Form::ByEnd
        };
        match self.form {
            Some((first, span)) if first != form => {
                self.problems.push(errors::mixed_forms(bound_span(tier), span));
                self.mixed = true;
                return;
            }
            Some(_) => {}
            None => self.form = Some((form, bound_span(tier))),
        }
        let Some(charge) = charge else { return self.skip(tier) };
        match form {
            Form::ByStart => self.by_start(tier, charge),
            Form::ByEnd => self.by_end(tier, charge),
        }
    }

    /// A tier whose row is broken still bounds its neighbours.
    fn skip(&mut self, tier: &ast::Tier) {
        match self.form {
            Some((Form::ByStart, _)) => self.by_start(tier, TierRow::Refuse("".into())),
            _ => self.by_end(tier, TierRow::Refuse("".into())),
        }
    }

    /// `from X`, `above X`: ends the tier before.
    fn by_start(&mut self, tier: &ast::Tier, row: TierRow) {
        let (literal, included) = match &tier.bound {
            TierBound::From(literal) => (literal, true),
            TierBound::Above(literal) => (literal, false),
            _ => return,
        };
        if included && self.scheme.mode == TierMode::Graduated && !self.scheme.counts() {
            self.problems.push(errors::graduated_from(literal, "from", "above"));
        }
        let Some(bound) = self.bound(literal) else { return };
        let Some((start, start_included)) = self.start(bound, included) else {
            self.problems.push(errors::too_large(literal.span));
            return;
        };
        if let Some(last) = self.tiers.last_mut() {
            if (&start, !start_included) <= (&last.start, !last.start_included) {
                self.problems.push(errors::not_rising(literal.span, last.span));
                return;
            }
            last.end = Some(start.clone());
        }
        self.tiers.push(Tier { start, start_included, end: None, row, span: tier.span });
    }

    /// Where a tier from or above a bound starts. Whole units are kept as "above the one before", and none
    /// comes before the first.
    fn start(&self, bound: Exact, included: bool) -> Option<Start> {
        if !self.scheme.counts() || !included {
            return Some((bound, included));
        }
        let before = bound.checked_sub(&Exact::ONE).ok()?;
        Some((before.max(Exact::ZERO), false))
    }

    /// `up to X`, `under X`, `next W`, `rest`: starts where the tier before ends.
    fn by_end(&mut self, tier: &ast::Tier, row: TierRow) {
        let (start, start_included) = self.open_from.clone().unwrap_or((Exact::ZERO, false));
        let end = match &tier.bound {
            TierBound::UpTo(literal) => self.bound(literal).map(|bound| (bound, false, literal.span)),
            TierBound::Under(literal) => self.under(literal),
            TierBound::Next(literal) => self.next(literal, &start, start_included),
            TierBound::Rest(span) => {
                self.closed = Some(*span);
                self.tiers.push(Tier { start, start_included, end: None, row, span: tier.span });
                return;
            }
            _ => None,
        };
        let Some((end, next_included, span)) = end else { return };
        if (&end, !next_included) <= (&start, !start_included) {
            self.problems.push(match self.tiers.last() {
                Some(last) => errors::not_rising(span, last.span),
                None => errors::not_positive(span),
            });
            return;
        }
        self.open_from = Some((end.clone(), next_included));
        self.tiers.push(Tier { start, start_included, end: Some(end), row, span: tier.span });
    }

    /// The end of a tier `under` a bound, and whether that bound begins the next.
    fn under(&mut self, literal: &ast::Literal) -> Option<(Exact, bool, Span)> {
        if self.scheme.mode == TierMode::Graduated && !self.scheme.counts() {
            self.problems.push(errors::graduated_from(literal, "under", "up to"));
        }
        let bound = self.bound(literal)?;
        if self.scheme.counts() {
            return Some((bound.checked_sub(&Exact::ONE).ok()?, false, literal.span));
        }
        Some((bound, true, literal.span))
    }

    fn next(&mut self, literal: &ast::Literal, start: &Exact, included: bool) -> Option<(Exact, bool, Span)> {
        let width = self.bound(literal)?;
        if !width.is_positive() {
            self.problems.push(errors::not_positive(literal.span));
            return None;
        }
        match start.checked_add(&width) {
            Ok(end) => Some((end, included, literal.span)),
            Err(_) => {
                self.problems.push(errors::too_large(literal.span));
                None
            }
        }
    }

    /// A bound in the unit of the driver, not below zero.
    fn bound(&mut self, literal: &ast::Literal) -> Option<Exact> {
        match self.scheme.of_driver(literal) {
            Err(slip) => {
                self.problems.push(slip.at(literal.span));
                None
            }
            Ok(bound) if bound.is_negative() => {
                self.problems.push(errors::negative_bound(literal.span));
                None
            }
            Ok(bound) => Some(bound),
        }
    }

    fn finish(&mut self, written: &ast::Tiers) {
        if self.form.is_none() {
            self.problems.push(errors::no_tiers(written));
            return;
        }
        if let (Some((Form::ByEnd, _)), None, false) = (self.form, self.closed, self.mixed) {
            let last = written.tiers.iter().rev().find(|tier| !matches!(tier.bound, TierBound::Zero(_)));
            let span = last.map_or(written.name.span, |tier| tier.span);
            self.problems.push(errors::open_above(span));
        }
    }
}

fn bound_span(tier: &ast::Tier) -> Span {
    match &tier.bound {
        TierBound::From(literal)
        | TierBound::Above(literal)
        | TierBound::UpTo(literal)
        | TierBound::Under(literal)
        | TierBound::Next(literal) => literal.span,
        TierBound::Rest(span) | TierBound::Zero(span) => *span,
    }
}
