//! What could be sold beside: the suggestions of a line that hold, are not followed already, and still fit.

use super::code::Formula;
use super::evaluation::Evaluation;
use super::facts::{Given, LineFacts};
use super::line::LineRun;
use super::show::set_holds;
use crate::ir::{Name, Suggested, Suggestion, Ty, Value};

impl Evaluation<'_> {
    /// The suggestions of a line's product that hold, that the request does not follow already, and that break
    /// nothing that is whole.
    pub fn suggestions(&self, at: usize) -> Vec<&Suggestion> {
        let Some(run) = self.lines.get(at) else { return Vec::new() };
        let product = &run.product.product;
        let suggestions = product.suggestions.iter().zip(&run.product.suggestions);
        let made = |(suggestion, when): &(&Suggestion, &Option<Formula>)| {
            when.as_ref().is_none_or(|when| self.holds(Some(at), when) == Ok(true))
                && self.can_follow(at, run, &suggestion.what)
        };
        suggestions.filter(made).map(|(suggestion, _)| suggestion).collect()
    }

    /// Whether a suggestion is not followed yet, and can be.
    fn can_follow(&self, at: usize, run: &LineRun<'_>, what: &Suggested) -> bool {
        let (option, value) = match what {
            Suggested::Product(product) => return !self.sold.contains(product),
            Suggested::Value { option, value } | Suggested::With { option, value } => (option, value),
        };
        let options = &run.product.product.options;
        let Some(position) = options.iter().position(|it| it.name == *option) else { return false };
        let Some(now) = self.option(at, position) else { return false };
        let wanted = match (what, now, value) {
            (Suggested::With { .. }, Value::Set(set), Value::Choice(element)) => {
                if set_holds(*set, usize::from(*element)) {
                    return false;
                }
                Value::Set(*set | 1_u128.checked_shl(u32::from(*element)).unwrap_or(0))
            }
            (Suggested::With { .. }, ..) => return false,
            _ => match self.as_row(run, position, value) {
                Some(wanted) => wanted,
                None => return false,
            },
        };
        *now != wanted && self.exists(at, run, position) && self.fits(at, run, position, wanted)
    }

    /// Whether an option exists on a line.
    fn exists(&self, at: usize, run: &LineRun<'_>, position: usize) -> bool {
        let planned = run.product.options.get(position);
        planned.is_some_and(|it| it.when.as_ref().is_none_or(|when| self.holds(Some(at), when) == Ok(true)))
    }

    /// The value of an option; of a key of a table the row that it stands for on the day of the quote.
    fn as_row(&self, run: &LineRun<'_>, position: usize, value: &Value) -> Option<Value> {
        match run.product.product.options.get(position)?.ty.required() {
            Ty::Row(table) => self.plan.row_of(&self.facts.day, table, value).map(Value::Row),
            _ => Some(value.clone()),
        }
    }

    /// Whether a line is at no other fault with another value of an option than without.
    fn fits(&self, at: usize, run: &LineRun<'_>, position: usize, value: Value) -> bool {
        let Some(given) = self.facts.lines.get(at) else { return false };
        let mut options = given.options.clone();
        let Some(place) = options.get_mut(position) else { return false };
        *place = Given::Value(value);
        let given = LineFacts { options, ..given.clone() };
        let tried = run.configured(self.plan, &self.facts, &given);
        let known =
            |name: &Option<Name>, span| run.faults.iter().any(|it| it.name == *name && it.span == span);
        tried.faults.iter().all(|fault| known(&fault.name, fault.span))
    }
}
