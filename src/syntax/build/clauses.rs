//! The clauses behind declarations and steps: each once, each where it means something.

use super::{Builder, Piece, Pieces, skip, take};
use crate::source::Span;
use crate::syntax::ast::{Clauses, Expr, ExprKind, RoundTo, Spread};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

/// What may stand behind a kind of declaration.
pub(super) struct Place {
    /// As the messages call it.
    name: &'static str,
    /// The clauses, as [`clause_name`] calls them.
    allowed: &'static [&'static str],
}

pub(super) const FIELD: Place = Place { name: "a field", allowed: &["optional", "default"] };
pub(super) const FACT: Place = Place { name: "a fact", allowed: &["optional", "default"] };
pub(super) const OPTION: Place =
    Place { name: "an option", allowed: &["default", "optional", "when", "visible to"] };
pub(super) const ENTRY: Place = Place {
    name: "an entry",
    allowed: &["default", "limit", "reason required", "optional", "when", "visible to"],
};
pub(super) const PART: Place = Place { name: "a part", allowed: &["when"] };
pub(super) const REQUIREMENT: Place = Place { name: "`require`", allowed: &["when", "because"] };
pub(super) const EXCLUSION: Place = Place { name: "`exclude`", allowed: &["because"] };
pub(super) const ALLOWANCE: Place = Place { name: "`allow`", allowed: &["because"] };
pub(super) const ALERT: Place = Place { name: "an alert", allowed: &["when", "because"] };
pub(super) const RULE: Place = Place { name: "an approval rule", allowed: &["when", "because"] };
pub(super) const COMPONENT: Place = Place { name: "a cost", allowed: &["when", "because"] };
pub(super) const SUGGESTION: Place = Place { name: "a suggestion", allowed: &["when", "because"] };
pub(super) const PRESET: Place = Place { name: "a preset", allowed: &["because"] };
pub(super) const QUESTION: Place = Place { name: "a question", allowed: &["when"] };
pub(super) const EFFECT: Place = Place { name: "an effect of an answer", allowed: &["when", "because"] };
pub(super) const LIST_STEP: Place = Place { name: "`list`", allowed: &["because", "visible to"] };
pub(super) const LET_STEP: Place = Place { name: "`let`", allowed: &["because", "visible to"] };
pub(super) const GROUP: Place = Place { name: "a group", allowed: &["when", "during", "because"] };
pub(super) const CLAIMS: Place = Place { name: "`claims`", allowed: &["when", "during", "because"] };
pub(super) const BOUND: Place =
    Place { name: "`floor` or `cap`", allowed: &["when", "during", "because", "visible to"] };
pub(super) const CHANGE: Place =
    Place { name: "a step", allowed: &["when", "during", "because", "visible to", "may be negative"] };
pub(super) const TAX: Place =
    Place { name: "a tax", allowed: &["when", "during", "because", "visible to", "may be negative"] };
pub(super) const CHARGE: Place = Place {
    name: "a charge",
    allowed: &["when", "during", "because", "visible to", "may be negative", "untaxed"],
};
pub(super) const GIFT: Place = Place { name: "a gift", allowed: &["when", "during", "because", "untaxed"] };
pub(super) const CLAIM: Place =
    Place { name: "a claim", allowed: &["when", "during", "because", "visible to", "for each"] };
pub(super) const QUOTE_CHANGE: Place = Place {
    name: "a step",
    allowed: &[
        "when",
        "during",
        "because",
        "visible to",
        "may be negative",
        "on lines where",
        "spread by",
        "with charges",
        "for each",
    ],
};
pub(super) const QUOTE_TAX: Place = Place {
    name: "a tax",
    allowed: &["when", "during", "because", "visible to", "may be negative", "on lines where", "spread by"],
};

/// The words of a clause.
fn clause_name(rule: Rule) -> &'static str {
    match rule {
        Rule::optional => "optional",
        Rule::default => "default",
        Rule::when => "when",
        Rule::during => "during",
        Rule::because => "because",
        Rule::limit => "limit",
        Rule::reason => "reason required",
        Rule::visible => "visible to",
        Rule::negative => "may be negative",
        Rule::on_lines => "on lines where",
        Rule::spread => "spread by",
        Rule::with_charges => "with charges",
        Rule::untaxed => "untaxed",
        Rule::for_each => "for each",
        _ => "",
    }
}

impl<'t> Builder<'t> {
    /// All clauses that come next.
    pub(super) fn clauses(&mut self, pieces: &mut Pieces<'t>, place: &Place) -> Option<Box<Clauses>> {
        let mut clauses = Box::<Clauses>::default();
        let mut given: Vec<(Rule, Span)> = Vec::new();
        while let Some(rule) = pieces.peek().map(|piece| piece.as_rule()) {
            let name = clause_name(rule);
            if name.is_empty() {
                break;
            }
            let piece = pieces.next()?;
            let span = self.span(&piece);
            if !place.allowed.contains(&name) {
                self.misplaced(span, name, place);
            } else if let Some((_, first)) = given.iter().find(|(known, _)| *known == rule) {
                self.report(errors::twice(span, *first, name));
            } else {
                given.push((rule, span));
                self.clause(&mut clauses, piece, span)?;
            }
        }
        Some(clauses)
    }

    fn misplaced(&mut self, span: Span, name: &str, place: &Place) {
        let of_quotes = matches!(name, "on lines where" | "spread by" | "with charges" | "for each")
            && place.allowed.contains(&"because");
        let mut problem = errors::misplaced(span, name, place.name, place.allowed);
        if of_quotes && !self.in_quote {
            problem =
                problem.note(format!("`{name}` belongs to steps of a `quote` block, which act on all lines"));
        }
        self.report(problem);
    }

    fn clause(&mut self, clauses: &mut Clauses, piece: Piece<'t>, span: Span) -> Option<()> {
        let rule = piece.as_rule();
        if rule == Rule::for_each {
            clauses.for_each = Some(self.for_each(piece)?);
            return Some(());
        }
        let mut parts = piece.into_inner();
        match rule {
            Rule::optional => clauses.optional = Some(span),
            Rule::reason => clauses.reason_required = Some(span),
            Rule::negative => clauses.may_be_negative = Some(span),
            Rule::with_charges => clauses.with_charges = Some(span),
            Rule::untaxed => clauses.untaxed = Some(span),
            Rule::default => clauses.default = Some(self.expr(parts.last()?)?),
            Rule::when => clauses.when = Some(self.expr(parts.last()?)?),
            Rule::limit => clauses.limit = Some(self.expr(parts.last()?)?),
            Rule::on_lines => clauses.on_lines = Some(self.expr(parts.last()?)?),
            Rule::during => clauses.during = Some(self.period(parts.last()?)),
            Rule::because => {
                skip(&mut parts, Rule::k_because);
                clauses.because = Some(self.next_text(&mut parts)?);
            }
            Rule::visible => {
                let names = parts.filter(|part| part.as_rule() == Rule::name);
                clauses.visible_to = names.map(|part| self.name_of(&part)).collect();
            }
            Rule::spread => clauses.spread = Some(Box::new(self.spread(parts, span)?)),
            _ => return None,
        }
        Some(())
    }

    /// `5% of running on lines where line.n > 3 rounded half_up to 0.01 EUR`: what stands last belongs to the
    /// condition, and was meant for the amount. It is said, and the amount is taken as it was meant.
    pub(super) fn rounded_behind(&mut self, amount: Expr, clauses: &mut Clauses) -> Expr {
        if matches!(amount.kind, ExprKind::Rounded { .. } | ExprKind::Literal(_)) {
            return amount;
        }
        let spread = clauses.spread.as_mut();
        let weight = spread.map(|spread| spread.within.as_mut().unwrap_or(&mut spread.by));
        let all = [
            ("on lines where", clauses.on_lines.as_mut()),
            ("when", clauses.when.as_mut()),
            ("spread", weight),
        ];
        for (word, clause) in all {
            let Some(clause) = clause else { continue };
            let start = clause.span.start;
            let Some(rounding) = take_last_rounding(clause) else { continue };
            let rest = self.slice(Span { start, end: rounding.span.start, ..rounding.span }).trim_end();
            let (what, how) = (self.slice(amount.span), self.slice(rounding.span));
            let mended = match word {
                "spread" => format!("{what} {how}"),
                word => format!("{what} {how} {word} {rest}"),
            };
            self.report(errors::rounded_behind(rounding.span, word, &mended));
            let span = amount.span;
            return Expr {
                kind: ExprKind::Rounded { value: Box::new(amount), rounding: Box::new(rounding) },
                span,
            };
        }
        amount
    }

    fn spread(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<Spread> {
        take(&mut parts, Rule::k_spread)?;
        take(&mut parts, Rule::k_by)?;
        let by = self.expr(parts.next()?)?;
        let to = match take(&mut parts, Rule::spread_to) {
            Some(piece) => Some(self.quantity_of(piece.into_inner().last()?)?),
            None => None,
        };
        let residual = take(&mut parts, Rule::residual).map(|piece| self.name_of(&piece));
        let partly = take(&mut parts, Rule::k_partly).map(|piece| self.span(&piece));
        let within = match take(&mut parts, Rule::within) {
            Some(piece) => Some(self.expr(piece.into_inner().last()?)?),
            None => None,
        };
        Some(Spread { by, to, residual, partly, within, span })
    }
}

/// Takes the rounding off the end of an expression, if it ends in one.
fn take_last_rounding(expr: &mut Expr) -> Option<RoundTo> {
    match &mut expr.kind {
        ExprKind::Binary { right: last, .. } | ExprKind::Not(last) => return take_last_rounding(last),
        ExprKind::Rounded { .. } => {}
        _ => return None,
    }
    match std::mem::replace(&mut expr.kind, ExprKind::List(Vec::new())) {
        ExprKind::Rounded { value, rounding } => {
            *expr = *value;
            Some(*rounding)
        }
        _ => None,
    }
}
