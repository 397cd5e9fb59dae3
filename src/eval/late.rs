//! What of a line can hang on all lines before there is a price: lets that go through them, and costs.

use super::facts::Facts;
use super::fault::{Gap, arithmetic, broken};
use super::line::LineRun;
use super::others::Others;
use super::plan::{CostPlan, Plan};
use crate::ir::{MemberAt, Value};
use crate::value::Exact;

impl<'p> LineRun<'p> {
    /// The lets that go through all lines.
    pub(super) fn late_lets(&mut self, plan: &'p Plan, facts: &Facts, others: Others<'_>) {
        let product = self.product;
        for member in &product.product.order {
            if let MemberAt::Let(at) = *member
                && product.late.get(usize::from(at)) == Some(&true)
                && let Some(formula) = product.lets.get(usize::from(at))
            {
                let value = self.eval(plan, facts, formula, others);
                self.keep(product.first_let.saturating_add(u32::from(at)), value);
            }
        }
    }

    /// The sum of components of a cost, each kept in its cell.
    pub(super) fn costs(
        &mut self,
        plan: &Plan,
        facts: &Facts,
        costs: &[CostPlan],
        others: Others<'_>,
    ) -> Result<Exact, Gap> {
        let mut sum = Ok(Exact::ZERO);
        for cost in costs {
            let counts = cost
                .when
                .as_ref()
                .map_or(Ok(true), |when| Ok(self.eval(plan, facts, when, others)? == Value::Bool(true)));
            let amount = counts.and_then(|counts| match counts {
                true => self.eval(plan, facts, &cost.amount, others),
                false => Ok(Value::Number(Exact::ZERO)),
            });
            sum = match (sum, &amount) {
                (Ok(sum), Ok(Value::Number(amount))) => {
                    sum.checked_add(amount).map_err(|error| arithmetic(error, cost.span))
                }
                (Ok(_), Ok(_)) => Err(broken(cost.span, "a cost is no number")),
                (Ok(_), Err(gap)) => Err(gap.clone()),
                (Err(gap), _) => Err(gap),
            };
            self.keep(cost.slot, amount);
        }
        sum
    }
}
