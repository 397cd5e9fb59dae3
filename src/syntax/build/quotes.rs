//! Steps that only a quote has: taxes on one base, charges, gifts, claims.

use super::{Builder, Piece, Pieces, clauses, skip, take};
use crate::syntax::ast::{
    Charge, Claim, Claims, Count, Expr, ForEach, Gift, Pick, Repeat, Selection, StepKind, TaxBase, Taxes,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    /// A step of which the first word is passed already.
    pub(super) fn quote_step(&mut self, rule: Rule, mut parts: Pieces<'t>) -> Option<StepKind> {
        Some(match rule {
            Rule::taxes => StepKind::Taxes(Box::new(self.taxes(parts)?)),
            Rule::charge => {
                let (name, label) = self.name_and_label(&mut parts)?;
                let amount = self.expr(parts.next()?)?;
                let clauses = self.clauses(&mut parts, &clauses::CHARGE)?;
                StepKind::Charge(Charge { name, label, amount, clauses })
            }
            Rule::gift => StepKind::Gift(Box::new(self.gift(parts)?)),
            Rule::claims => {
                let name = self.name(&mut parts);
                let label = self.label(&mut parts);
                let clauses = self.clauses(&mut parts, &clauses::CLAIMS)?;
                let steps = parts.map(|piece| self.claim(piece)).collect::<Option<Vec<_>>>()?;
                StepKind::Claims(Box::new(Claims { name, label, clauses, steps }))
            }
            _ => return None,
        })
    }

    fn taxes(&mut self, mut parts: Pieces<'t>) -> Option<Taxes> {
        let name = self.name(&mut parts);
        let label = self.label(&mut parts);
        let rounded = match take(&mut parts, Rule::rounded) {
            Some(piece) => Some(self.rounded(piece)?),
            None => None,
        };
        let base = match take(&mut parts, Rule::tax_base) {
            Some(piece) => {
                let mut parts = piece.into_inner();
                let within = parts.next()?.as_rule() == Rule::k_within;
                Some(TaxBase { within, amount: self.expr(parts.next()?)? })
            }
            None => None,
        };
        let clauses = self.clauses(&mut parts, &clauses::GROUP)?;
        let steps = parts.map(|piece| self.step(piece)).collect::<Option<Vec<_>>>()?;
        Some(Taxes { name, label, rounded, base, clauses, steps })
    }

    fn gift(&mut self, mut parts: Pieces<'t>) -> Option<Gift> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let count = self.counted(&mut parts)?;
        skip(&mut parts, Rule::k_of);
        let product = self.name(&mut parts)?;
        let choices = self.assigns(&mut parts)?;
        let price = match take(&mut parts, Rule::gift_price) {
            Some(piece) => Some(self.expr(piece.into_inner().last()?)?),
            None => None,
        };
        let clauses = self.clauses(&mut parts, &clauses::GIFT)?;
        Some(Gift { name, label, count, product, choices, price, clauses })
    }

    /// A number, a name or what stands in parentheses.
    fn counted(&mut self, parts: &mut Pieces<'t>) -> Option<Expr> {
        let piece = take(parts, Rule::factor)?;
        self.factor(piece).map(|grown| grown.expr)
    }

    fn claim(&mut self, piece: Piece<'t>) -> Option<Claim> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        skip(&mut parts, Rule::k_less);
        let (name, label) = self.name_and_label(&mut parts)?;
        let amount = self.expr(parts.next()?)?;
        let needs = match take(&mut parts, Rule::needs) {
            Some(piece) => self.selections(piece)?,
            None => Vec::new(),
        };
        let on = self.selections(take(&mut parts, Rule::on_units)?)?;
        let each = match take(&mut parts, Rule::for_each) {
            Some(piece) => Some(self.for_each(piece)?),
            None => None,
        };
        let repeat = match take(&mut parts, Rule::repeat) {
            Some(piece) => {
                let span = self.span(&piece);
                let mut parts = piece.into_inner();
                let most = match parts.find(|part| part.as_rule() == Rule::factor) {
                    Some(most) => Some(self.factor(most)?.expr),
                    None => None,
                };
                let in_all = take(&mut parts, Rule::in_all).map(|piece| self.span(&piece));
                Some(Repeat { most, in_all, span })
            }
            None => None,
        };
        let mut clauses = self.clauses(&mut parts, &clauses::CLAIM)?;
        if let Some(each) = each {
            if let Some(again) = &clauses.for_each {
                self.report(errors::twice(again.span, each.span, "for each"));
            }
            clauses.for_each = Some(each);
        }
        Some(Claim { name, label, amount, needs, on, repeat, clauses, span })
    }

    /// `for each line.brand`
    pub(super) fn for_each(&mut self, piece: Piece<'t>) -> Option<ForEach> {
        let span = self.span(&piece);
        let key = self.path(piece.into_inner().last()?);
        Some(ForEach { key, span })
    }

    fn selections(&mut self, piece: Piece<'t>) -> Option<Vec<Selection>> {
        let selections = piece.into_inner().filter(|part| part.as_rule() == Rule::selection);
        selections.map(|part| self.selection(part)).collect()
    }

    fn selection(&mut self, piece: Piece<'t>) -> Option<Selection> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let order = match parts.peek()?.as_rule() {
            Rule::k_dearest => Pick::Dearest,
            Rule::k_cheapest => Pick::Cheapest,
            _ => Pick::InOrder,
        };
        if order != Pick::InOrder {
            parts.next();
        }
        let count = if let Some(worth) = take(&mut parts, Rule::worth) {
            Count::Worth(self.factor(worth.into_inner().last()?)?.expr)
        } else if skip(&mut parts, Rule::k_all) {
            Count::All
        } else {
            let up_to = skip(&mut parts, Rule::k_up);
            skip(&mut parts, Rule::k_to);
            let count = self.counted(&mut parts)?;
            skip(&mut parts, Rule::k_of);
            if up_to { Count::UpTo(count) } else { Count::Exactly(count) }
        };
        skip(&mut parts, Rule::k_units);
        let among = if skip(&mut parts, Rule::k_where) { Some(self.expr(parts.next()?)?) } else { None };
        Some(Selection { order, count, among, span })
    }
}
