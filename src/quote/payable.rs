//! Whether what a quote comes to can be paid in its currency.

use super::answer::{Line, Totals};
use super::explain::Explainer;
use super::remarks::Alert;
use crate::diagnostic::codes;
use crate::ir::{Quote, Step, StepKind};
use crate::value::{Exact, Rounding};

/// How many lines are named at most.
const MOST_NAMED: usize = 3;

impl Explainer<'_, '_> {
    /// The remark that the quote comes to an amount that is finer than what can be paid.
    ///
    /// Where the request chooses the currency, what is rounded for one may be too fine for another: the lines
    /// are looked at as well, unless the book rounds, or shares, what they come to on purpose.
    pub(super) fn unpayable(&self, lines: &[Line], totals: &Totals) -> Option<Alert> {
        let (plan, day) = (self.evaluation.plan, &self.evaluation.facts.day);
        let (book, minor) = (plan.book(), plan.minor_unit(day));
        let finer = |amount: Option<&Exact>| {
            amount.filter(|it| it.round_to(Rounding::Down, &minor).as_ref() != Ok(*it)).cloned()
        };
        let alert = |what: &str, amount: &Exact| Alert {
            name: Some(codes::NOT_PAYABLE.id().into()),
            message: format!(
                "{what}, {}, is finer than {}, the smallest amount that is paid",
                self.money(amount),
                self.money(&minor)
            ),
            span: book.quote.span,
        };
        if let Some(payable) = &totals.payable {
            return finer(payable.amount.as_ref()).map(|amount| alert("what is to be paid", &amount));
        }
        for (what, amount) in [("the total", &totals.total), ("the price before tax", &totals.net)] {
            if let Some(amount) = finer(amount.as_ref()) {
                return Some(alert(what, &amount));
            }
        }
        if !book.currency_by_request || brings_lines_to_steps(&book.quote) {
            return None;
        }
        let valid = lines.iter().filter(|line| !line.invalid);
        let bad: Vec<(&Line, Exact)> =
            valid.filter_map(|line| Some((line, finer(line.net.as_ref())?))).take(MOST_NAMED).collect();
        let (_, first) = bad.first()?;
        let ids: Vec<String> = bad.iter().map(|(line, _)| format!("`{}`", line.id)).collect();
        Some(alert(&format!("the price of line {}", ids.join(", ")), first))
    }
}

/// The quote itself says to which steps lines come.
fn brings_lines_to_steps(quote: &Quote) -> bool {
    fn any(steps: &[Step]) -> bool {
        steps.iter().any(|step| match &step.kind {
            StepKind::Round(_) => true,
            StepKind::Add(change) | StepKind::Less(change) => {
                change.spread.as_ref().is_some_and(|spread| spread.to.is_some())
            }
            StepKind::EachLine(steps) | StepKind::Group { steps, .. } => any(steps),
            _ => false,
        })
    }
    any(&quote.steps)
}
