//! Random approvals: ladders, reviewers, levels that are skipped, and rules.

use super::price::{signed, unsigned};
use super::source::Stage;
use super::{Known, Maker, Place};
use crate::model::{ApprovalRule, Approvals, Compare, Expr, Ladder, Lit, Math, Product, Reviewer, Ty};
use crate::number::whole;

impl Maker<'_> {
    pub fn approvals(&mut self) {
        if self.random.chance(20) {
            return;
        }
        let mut of = Approvals::default();
        let beside = self.random.weighted(&[(6, 0), (3, 1), (1, 2)]);
        for at in 0..=beside {
            let name = (at > 0).then(|| self.name("ladder"));
            let route = *self.random.pick(&[None, Some("climb"), Some("jump"), Some("each")]);
            let levels = (0..self.random.between(1, 4)).map(|_| (self.name("level"), self.needs())).collect();
            of.ladders.push(Ladder { name, levels, route });
        }
        let levels: Vec<String> =
            of.ladders.iter().flat_map(|ladder| &ladder.levels).map(|(level, _)| level.clone()).collect();
        for _ in 0..self.random.between(0, 3) {
            let (name, with) = (self.name("reviewer"), self.random.pick(&levels).clone());
            let (needs, parallel) = (self.needs(), self.random.chance(40));
            of.reviewers.push(Reviewer { name, with, needs, parallel });
        }
        for ladder in of.ladders.clone() {
            // Who stands at the top of a ladder always signs.
            for (level, _) in &ladder.levels[..ladder.levels.len() - 1] {
                if self.random.chance(25) {
                    let condition = self.of_quote();
                    of.skips.push((level.clone(), condition));
                }
            }
        }
        let names: Vec<String> =
            levels.into_iter().chain(of.reviewers.iter().map(|reviewer| reviewer.name.clone())).collect();
        for _ in 0..self.random.between(1, 6) {
            let who = (!self.random.chance(15)).then(|| self.random.pick(&names).clone());
            let rule = self.rule(who);
            of.rules.push(rule);
        }
        self.book.approvals = Some(of);
    }

    fn needs(&mut self) -> i64 {
        *self.random.pick(&[1, 1, 1, 2, 3])
    }

    /// A condition on the request or on the whole quote.
    fn of_quote(&mut self) -> Expr {
        let currency = self.currency();
        let mut place = self.inputs_place();
        if place.known.is_empty() || self.random.chance(70) {
            place.known = vec![signed("quote.net", &currency), unsigned("quote.list", &currency)];
            if self.all_have_cost() {
                place.known.push(Known { high: whole(1), ..Known::number("quote.margin", Ty::Rate, 0, 1) });
            }
        }
        self.condition(&place, 1)
    }

    fn rule(&mut self, who: Option<String>) -> ApprovalRule {
        let currency = self.currency();
        let kind = self.random.between(1, 12);
        if kind > 10 {
            let mut place = self.inputs_place();
            place.sources.extend(self.sources_of_lines(Stage::Rules, None));
            if let Some(when) = self.condition_on_elements(&place) {
                return ApprovalRule { who, narrowed_to: None, when, per_line: false };
            }
        }
        if kind <= 3 {
            let when = self.of_quote();
            return ApprovalRule { who, narrowed_to: None, when, per_line: false };
        }
        let price = self.random.pick(&self.book.prices).clone();
        let targets: Vec<Product> = self
            .book
            .products
            .iter()
            .filter(|product| {
                let own = self.book.prices.iter().any(|price| price.target == product.name);
                product.name == price.target || !own && product.family.as_ref() == Some(&price.target)
            })
            .cloned()
            .collect();
        // A family is named only where all its products have its price.
        let is_family = self.book.families.iter().any(|(name, _)| *name == price.target);
        let members = self
            .book
            .products
            .iter()
            .filter(|product| product.family.as_ref() == Some(&price.target))
            .count();
        let narrowed = if !is_family || members == targets.len() {
            price.target.clone()
        } else {
            targets[0].name.clone()
        };
        let mut known = vec![signed("line.net", &currency), unsigned("line.list", &currency)];
        known.push(Known { low: Some(-whole(1)), ..Known::number("line.off_list", Ty::Rate, 0, 1) });
        let mut everywhere = self.all_have_cost();
        if targets.iter().all(|product| self.has_cost(product)) {
            known.push(Known { low: Some(-whole(1)), ..Known::number("line.margin", Ty::Rate, 0, 1) });
        } else {
            everywhere = true;
        }
        for entry in &price.entries {
            known.push(self.known(entry, format!("line.{}", entry.name), None));
            everywhere = false;
        }
        if let [only] = targets.as_slice() {
            for option in only.body.options.iter().filter(|it| !matches!(it.ty, Ty::List(_))) {
                known.push(self.known(option, format!("line.{}", option.name), None));
                everywhere = false;
            }
        }
        let when = self.condition(&Place { known, ..Place::default() }, 1);
        let reads_line = super::super::print::text(&when).contains("line.");
        let when = if reads_line {
            when
        } else {
            Expr::Compare(
                Compare::Greater,
                Box::new(Expr::Read("line.list".to_owned())),
                Box::new(self.bound()),
            )
        };
        ApprovalRule { who, narrowed_to: (!everywhere).then_some(narrowed), when, per_line: true }
    }

    fn bound(&mut self) -> Expr {
        let currency = self.currency();
        let amount = Expr::Lit(Lit::Num(self.some_amount(&currency), currency));
        match self.random.chance(20) {
            true => super::expr::math(Math::Multiply, amount, super::expr::number(whole(2))),
            false => amount,
        }
    }
}
