//! Random gifts: lines of products that the book adds.

use super::expr::{math, number};
use super::price::step;
use super::{Maker, Place};
use crate::model::{Domain, Expr, Gift, Input, Lit, Math, Product, RoundCall, Step, StepKind, Ty};
use crate::number::{decimal, whole};

impl Maker<'_> {
    /// A gift of a product that nobody needs to choose for. None where there is no such product.
    pub fn gift(&mut self, name: String, place: &Place) -> Option<Step> {
        let counted = |product: &&Product| {
            !matches!(product.quantity.as_ref().map(|input| &input.ty), Some(Ty::Measure(_)))
        };
        let products: Vec<Product> = self.book.products.iter().filter(counted).cloned().collect();
        let can_be_given = |product: &&Product| {
            let options = self.options_of(product);
            options.iter().all(|option| !option.with_line || option.default.is_some() || option.optional)
        };
        let products = products.iter().filter(|product| product.body.parts.is_empty());
        let products: Vec<&Product> = products.filter(can_be_given).collect();
        if products.is_empty() {
            return None;
        }
        let product = (*self.random.pick(&products)).clone();
        let mut options = Vec::new();
        for option in self.options_of(&product).into_iter().filter(|option| !option.with_line) {
            let free = option.default.is_some() || option.optional || matches!(option.ty, Ty::Set(_));
            if !free || option.when.is_none() && self.random.chance(30) {
                let value = match &option.ty {
                    Ty::Row(_) => Lit::Text(format!("C{}", self.random.between(1, 2))),
                    _ => self.value_of(&option),
                };
                options.push((option.name.clone(), value));
            }
        }
        let count = self.count_of(&product);
        let price = match self.random.between(1, 4) {
            1..=2 => None,
            3 => Some(self.small_money(place).expr),
            _ => {
                let made = self.share(place, 1).unwrap_or_else(|| self.small_money(place));
                let to = crate::model::Rounding {
                    mode: *self.random.pick(&crate::number::Mode::ALL),
                    step: decimal(1, self.book.places),
                    offset: None,
                    unit: self.currency(),
                    minor: false,
                };
                Some(Expr::Rounded(Box::new(made.expr), to))
            }
        };
        Some(step(name, StepKind::Gift(Box::new(Gift { count, product: product.name, options, price }))))
    }

    /// How many are given: so many, or one for so much money.
    fn count_of(&mut self, product: &Product) -> Expr {
        let range = match product.quantity.as_ref().map(|quantity| &quantity.domain) {
            Some(Domain::Range(from, to, _)) => (from.clone(), to.clone()),
            _ => (whole(1), whole(9)),
        };
        if self.random.chance(50) {
            let more = whole(self.random.between(0, 2));
            return number((&range.0 + more).min(range.1));
        }
        let each = Expr::Lit(Lit::Num(self.some_amount(&self.currency()), self.currency()));
        let share = math(Math::Divide, Expr::Read("running".to_owned()), each);
        let whole_ones = Expr::RoundCall(RoundCall::Floor, Box::new(share), Box::new(number(whole(1))));
        let most = number(&range.0 + whole(self.random.between(0, 5)));
        match self.random.chance(70) {
            true => Expr::Clamp(Box::new(whole_ones), Box::new(number(whole(0))), Box::new(most)),
            false => Expr::Min(vec![whole_ones, most]),
        }
    }

    pub(super) fn options_of(&self, product: &Product) -> Vec<Input> {
        let of_family = self.book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
        let shared = of_family.into_iter().flat_map(|(_, body)| &body.options);
        shared.chain(&product.body.options).cloned().collect()
    }
}
