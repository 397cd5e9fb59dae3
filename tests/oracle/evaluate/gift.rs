//! Lines of products that the book adds to a quote.

use num_traits::{Signed, Zero};

use super::expr::{Fault, NO_UNITS, Res, Scope, number};
use super::line::Draft;
use super::quote::Run;
use super::waterfall::counts;
use crate::model::{Gift, Given, Line, Step, Val, literal};
use crate::number::Q;

impl Run<'_> {
    /// What a gift adds to the price. Its line, its list price and its cost are kept.
    pub(super) fn gift(&mut self, scope: &mut Scope, step: &Step, gift: &Gift) -> Res<Q> {
        let world = self.world;
        if !counts(world, scope, step)? {
            return Ok(Q::zero());
        }
        let count = number(world, scope, &gift.count)?;
        if count.is_negative() || !count.is_integer() {
            return Err(NO_UNITS);
        }
        if count.is_zero() {
            return Ok(Q::zero());
        }
        let price = gift.price.as_ref().map_or(Ok(Q::zero()), |price| number(world, scope, price))?;
        let given = |value: Val| Given { json: String::new(), value };
        let asked = Line {
            product: gift.product.clone(),
            quantity: given(Val::Num(count.clone())),
            options: gift.options.iter().map(|(name, lit)| (name.clone(), given(literal(lit)))).collect(),
            entries: Vec::new(),
            reason: false,
            parts: Vec::new(),
        };
        let mut draft = Draft::new(world, &asked, &[], false);
        draft.tidy();
        draft.costs(world);
        if let Some(what) = draft.found.first() {
            return Err(Fault(what.clone().into()));
        }
        let amount = &price * &count;
        draft.finished(&Ok(amount.clone()));
        let mut answer = draft.answer(world);
        (answer.list, answer.net) = (Some(amount.clone()), Some(amount.clone()));
        self.list += &amount;
        self.cost = match (self.cost.take(), &answer.cost) {
            (Some(sum), Some(own)) => Some(sum + own),
            _ => None,
        };
        scope.set_number("list", Ok(self.list.clone()));
        if let Some(cost) = &self.cost {
            scope.set_number("cost", Ok(cost.clone()));
        }
        self.gifts.push(answer);
        Ok(amount)
    }
}
