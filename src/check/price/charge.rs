//! Lines that the book adds to a quote: charges and gifts.

use super::walk::{Block, Walk, plain_step};
use super::{errors, quote_errors};
use crate::check::describe;
use crate::check::expr::{check_formula, constant};
use crate::check::price::preset_value;
use crate::check::setting::option;
use crate::ir::{self, Name, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Unit;

impl Walk<'_, '_> {
    /// `charge wrap = 5 EUR`
    pub(super) fn charge(&mut self, span: Span, charge: &ast::Charge) -> Option<ir::Step> {
        let name = &charge.name;
        self.only_in_quote(span, "charge", "write `add`: it belongs to the price here")?;
        let what = format!("charge {}", name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        let formula = self.amount(&charge.amount, &charge.clauses);
        let may_be_negative = charge.clauses.may_be_negative.is_some();
        if let Some(formula) = &formula {
            self.refuse_fine(formula, &what, &charge.clauses);
            if !may_be_negative {
                self.refuse_negative(formula, "charge", charge.clauses.when.is_some());
            }
        }
        let conditions = self.conditions(&charge.clauses, &what);
        self.finish(&name.text, formula.as_ref().map(|it| &it.expr), false, true);
        let change = ir::Change { amount: formula?, may_be_negative, spread: None, open: false };
        let kind = ir::StepKind::Charge(change);
        Some(conditions.on(plain_step(name.text.clone(), charge.label.as_ref(), kind, span)))
    }

    /// Refuses a step that acts on a whole quote elsewhere.
    pub(super) fn only_in_quote(&mut self, span: Span, word: &str, help: &str) -> Option<()> {
        if self.block == Block::Quote {
            return Some(());
        }
        self.problems.push(errors::misplaced(span, word, self.block.words(), help));
        None
    }

    /// `gift mug: 1 of mug { colour = red } at 0 EUR`
    pub(super) fn gift(&mut self, span: Span, gift: &ast::Gift) -> Option<ir::Step> {
        self.only_in_quote(span, "gift", "a gift is a line of the quote: write it in the `quote` block")?;
        let name = &gift.name;
        let what = format!("gift {}", name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        let product = self.gift_product(&gift.product);
        let options = match &product {
            Some(product) => self.gift_options(gift, product),
            None => None,
        };
        let count = self.count(&gift.count);
        if let (Some(count), Some(product)) = (&count, &product) {
            self.refuse_unsold(count, product);
        }
        let price = match &gift.price {
            Some(price) => {
                let formula = self.amount(price, &gift.clauses);
                if let Some(formula) = &formula {
                    self.refuse_fine(formula, &what, &gift.clauses);
                    self.refuse_negative(formula, "gift", gift.clauses.when.is_some());
                }
                Some(formula?)
            }
            None => None,
        };
        let conditions = self.conditions(&gift.clauses, &what);
        self.finish(&name.text, None, false, false);
        let gift_ir = ir::Gift { count: count?, product: product?, options: options?, price };
        let kind = ir::StepKind::Gift(Box::new(gift_ir));
        Some(conditions.on(plain_step(name.text.clone(), gift.label.as_ref(), kind, span)))
    }

    /// Refuses a number of gifts that is written out and in which the product is not sold. Zero is none.
    fn refuse_unsold(&mut self, count: &ir::Formula, product: &Name) {
        let Some(sig) = self.scope.signatures().products.get(product) else { return };
        if let Some(Value::Number(number)) = constant(&count.expr)
            && !number.is_zero()
            && !sig.quantity_domain.contains(&number)
        {
            let allowed = describe::domain(&sig.quantity_domain, &sig.quantity);
            self.problems.push(quote_errors::gift_unsold(count.expr.span, product, &number, allowed));
        }
    }

    /// A whole number of units.
    pub(super) fn count(&mut self, written: &ast::Expr) -> Option<ir::Formula> {
        let whole = Ty::Number(NumberTy { unit: Unit::none(), kind: NumberKind::Int });
        check_formula(&self.scope, written, Some(&whole), self.problems)
    }

    /// A product that is sold in whole numbers, and has no parts to choose.
    fn gift_product(&mut self, name: &ast::Name) -> Option<Name> {
        let signatures = self.scope.signatures();
        let Some(product) = signatures.products.get(&name.text) else {
            let wanted = [crate::resolve::Kind::Product];
            self.problems.push(crate::check::errors::wrong_target(signatures, name, &wanted));
            return None;
        };
        if product.quantity.kind != NumberKind::Int || !product.quantity.unit.is_none() {
            self.problems.push(quote_errors::gift_is_measured(name));
            return None;
        }
        if !product.parts.is_empty() {
            self.problems.push(quote_errors::gift_has_parts(name));
            return None;
        }
        Some(name.text.clone())
    }

    fn gift_options(&mut self, gift: &ast::Gift, product: &Name) -> Option<Vec<(Name, Value)>> {
        let signatures = self.scope.signatures();
        let products = [product.clone()];
        let mut chosen: Vec<(Name, Value)> = Vec::new();
        let mut whole = true;
        for assign in &gift.choices {
            if chosen.iter().any(|(name, _)| *name == assign.name.text) {
                self.problems.push(crate::check::errors::set_twice(&assign.name, gift.name.span));
                whole = false;
                continue;
            }
            let sig = option(signatures, &products, &assign.name, self.problems);
            match sig.and_then(|sig| preset_value(signatures, assign, &sig.input, self.problems)) {
                Some(value) => chosen.push((assign.name.text.clone(), value)),
                None => whole = false,
            }
        }
        let sig = signatures.products.get(product)?;
        let missing = sig.options.iter().filter(|name| !chosen.iter().any(|(known, _)| known == *name));
        for name in missing {
            let Some(member) = sig.members.get(name) else { continue };
            let free = matches!(member.input.ty, None | Some(Ty::Optional(_) | Ty::Set(_)));
            if !free && !member.input.has_default && whole {
                let is_fact = sig.given.contains(name);
                self.problems.push(quote_errors::gift_option_missing(&gift.product, name, is_fact));
                whole = false;
            }
        }
        whole.then_some(chosen)
    }
}
