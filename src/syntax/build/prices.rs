//! Waterfalls and the quote block.

use super::clauses::Place;
use super::{Builder, Piece, Pieces, clauses, skip};
use crate::source::Span;
use crate::syntax::ast::{
    Clauses, Group, GroupKind, Member, MemberKind, Name, Payable, Price, Quantity, QuoteAlert, QuoteBlock,
    Section, Step, StepKind,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn price(&mut self, mut parts: Pieces<'t>) -> Option<Price> {
        skip(&mut parts, Rule::k_price);
        let target = self.name(&mut parts)?;
        let mut price = Price { target, entries: Vec::new(), per_unit: None, per_line: None };
        for part in parts {
            let rule = part.as_rule();
            let span = self.span(&part);
            let mut inner = part.into_inner();
            // `entry` or `per`
            inner.next()?;
            if rule == Rule::entry {
                price.entries.push(self.field(&mut inner, &clauses::ENTRY)?);
                continue;
            }
            let per_unit = skip(&mut inner, Rule::k_unit);
            skip(&mut inner, Rule::k_line);
            let section = self.section(inner, span)?;
            let (slot, what) =
                if per_unit { (&mut price.per_unit, "per unit") } else { (&mut price.per_line, "per line") };
            match slot {
                Some(known) => {
                    let known = known.span;
                    self.report(errors::twice(span, known, what));
                }
                None => *slot = Some(section),
            }
        }
        Some(price)
    }

    fn section(&mut self, parts: Pieces<'t>, span: Span) -> Option<Section> {
        let mut steps = Vec::with_capacity(parts.len());
        for piece in parts {
            steps.push(self.step(piece)?);
        }
        Some(Section { steps, span })
    }

    pub(super) fn step(&mut self, piece: Piece<'t>) -> Option<Step> {
        let span = self.span(&piece);
        let form = piece.into_inner().next()?;
        let rule = form.as_rule();
        let mut parts = form.into_inner();
        let word = parts.next()?;
        let (first, word) = (word.as_rule(), self.span(&word));
        let kind = match rule {
            Rule::list_step => {
                let label = self.label(&mut parts);
                let amount = self.expr(parts.next()?)?;
                let clauses = self.clauses(&mut parts, &clauses::LIST_STEP)?;
                StepKind::List { label, amount, clauses }
            }
            Rule::change => {
                let (name, label) = self.name_and_label(&mut parts)?;
                let amount = self.expr(parts.next()?)?;
                let place = self.place(&clauses::CHANGE, &clauses::QUOTE_CHANGE);
                let mut clauses = self.clauses(&mut parts, place)?;
                let amount = self.rounded_behind(amount, &mut clauses);
                StepKind::Change { less: first == Rule::k_less, name, label, amount, clauses }
            }
            Rule::bound => {
                let (name, label) = self.name_and_label(&mut parts)?;
                let amount = self.expr(parts.next()?)?;
                let clauses = self.clauses(&mut parts, &clauses::BOUND)?;
                StepKind::Bound { cap: first == Rule::k_cap, name, label, amount, clauses }
            }
            Rule::tax => {
                let (name, label) = self.name_and_label(&mut parts)?;
                let within = skip(&mut parts, Rule::k_within);
                let amount = self.expr(parts.next()?)?;
                let place = self.place(&clauses::TAX, &clauses::QUOTE_TAX);
                let mut clauses = self.clauses(&mut parts, place)?;
                let amount = self.rounded_behind(amount, &mut clauses);
                StepKind::Tax { name, label, within, amount, clauses }
            }
            Rule::subtotal => {
                let (name, label) = self.name_and_label(&mut parts)?;
                StepKind::Subtotal { name, label }
            }
            Rule::let_step => {
                let (name, label) = self.name_and_label(&mut parts)?;
                let ty = self.next_type(&mut parts);
                let amount = self.expr(parts.next()?)?;
                let clauses = self.clauses(&mut parts, &clauses::LET_STEP)?;
                StepKind::Let { name, label, ty, amount, clauses }
            }
            Rule::round_step => {
                let round_to = self.round_to(parts.next()?)?;
                StepKind::Round(Box::new(round_to))
            }
            Rule::group => StepKind::Group(self.group(first, parts)?),
            Rule::each_line => {
                skip(&mut parts, Rule::k_line);
                StepKind::EachLine(self.section(parts, span)?)
            }
            Rule::payable => {
                let name = Name { text: "payable".into(), span: word };
                let label = self.label(&mut parts);
                let section = self.section(parts, span)?;
                StepKind::Payable(Box::new(Payable { name, label, section }))
            }
            _ => self.quote_step(rule, parts)?,
        };
        Some(Step { kind, span })
    }

    pub(super) fn place(&self, plain: &'static Place, in_quote: &'static Place) -> &'static Place {
        if self.in_quote { in_quote } else { plain }
    }

    fn group(&mut self, first: Rule, mut parts: Pieces<'t>) -> Option<Group> {
        skip(&mut parts, Rule::k_of);
        let kind = match first {
            Rule::k_best => GroupKind::Best,
            Rule::k_worst => GroupKind::Worst,
            Rule::k_first => GroupKind::First,
            _ => GroupKind::All,
        };
        let name = self.name(&mut parts);
        let label = self.label(&mut parts);
        let clauses = self.clauses(&mut parts, &clauses::GROUP)?;
        let steps = parts.map(|piece| self.step(piece)).collect::<Option<Vec<_>>>()?;
        Some(Group { kind, name, label, steps, clauses })
    }

    pub(super) fn quote(&mut self, parts: Pieces<'t>) -> Option<QuoteBlock> {
        let mut quote = QuoteBlock {
            entries: Vec::new(),
            steps: Vec::new(),
            valid: None,
            follow_up: None,
            alerts: Vec::new(),
            requirements: Vec::new(),
        };
        self.in_quote = true;
        for part in parts {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::step => quote.steps.push(self.step(part)?),
                Rule::entry => {
                    let mut inner = part.into_inner();
                    skip(&mut inner, Rule::k_entry);
                    quote.entries.push(self.field(&mut inner, &clauses::ENTRY)?);
                }
                Rule::valid => {
                    let days = self.quantity_of(part.into_inner().last()?)?;
                    self.once_days(&mut quote.valid, days, span, "valid");
                }
                Rule::follow_up => {
                    let days = self.quantity_of(part.into_inner().last()?)?;
                    self.once_days(&mut quote.follow_up, days, span, "follow up");
                }
                Rule::quote_rule => {
                    let kind = self.quote_rule(part)?;
                    quote.requirements.push(Member { kind, span });
                }
                Rule::hide => quote.alerts.push(self.hide(part.into_inner(), span)?),
                Rule::quote_alert => quote.alerts.push(self.quote_alert(part.into_inner(), span)?),
                _ => {}
            }
        }
        self.in_quote = false;
        Some(quote)
    }

    /// `require minimum: net >= 50 EUR`, `exclude deal.express with net < 50 EUR`
    fn quote_rule(&mut self, piece: Piece<'t>) -> Option<MemberKind> {
        let form = piece.into_inner().next()?;
        let rule = form.as_rule();
        let mut parts = form.into_inner();
        // `require` or `exclude`
        parts.next()?;
        match rule {
            Rule::require => Some(MemberKind::Require(self.require(parts)?)),
            _ => Some(MemberKind::Exclude(self.exclude(parts)?)),
        }
    }

    /// A number of days that is given once.
    fn once_days(&mut self, known: &mut Option<Quantity>, days: Quantity, span: Span, word: &str) {
        match known {
            Some(first) => {
                let first = first.number.span;
                self.report(errors::twice(span, first, word));
            }
            None => *known = Some(days),
        }
    }

    fn quote_alert(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<QuoteAlert> {
        skip(&mut parts, Rule::k_alert);
        let name = self.own_name(&mut parts);
        let narrowed_to = self.narrowed(&mut parts);
        let Clauses { when, because, .. } = *self.clauses(&mut parts, &clauses::ALERT)?;
        Some(QuoteAlert { hides: false, name, narrowed_to, when: when?, because, span })
    }

    /// `hide lines when line.net = 0 EUR`
    fn hide(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<QuoteAlert> {
        skip(&mut parts, Rule::k_hide);
        skip(&mut parts, Rule::k_lines);
        let narrowed_to = self.narrowed(&mut parts);
        let when = self.clauses(&mut parts, &clauses::ALERT)?.when?;
        Some(QuoteAlert { hides: true, name: None, narrowed_to, when, because: None, span })
    }
}
