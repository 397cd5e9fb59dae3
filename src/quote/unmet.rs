//! What a quote does not fulfil of what the book asks of every quote, in words.

use super::approval::operator;
use super::build::violation;
use super::explain::Explainer;
use super::remarks::Violation;
use crate::diagnostic::codes;
use crate::eval::{Formula, Test};
use crate::ir::{Requirement, Ty, Value};

impl Explainer<'_, '_> {
    /// The violations of the quote as a whole.
    pub(super) fn not_met(&self) -> impl Iterator<Item = Violation> {
        let rules = &self.evaluation.plan.book().quote.requirements;
        let unmet = self.evaluation.unmet().into_iter();
        unmet.filter_map(move |(position, decided)| {
            let rule = rules.get(position)?;
            Some(match decided {
                Ok(condition) => self.broken(rule, condition),
                Err(gap) => {
                    let mut undecided = violation(&gap);
                    undecided.message = format!("`{}` cannot be decided: {}", rule.text, gap.message);
                    undecided.name = rule.name.clone().unwrap_or(undecided.name);
                    undecided.span = Some(rule.span);
                    undecided
                }
            })
        })
    }

    fn broken(&self, rule: &Requirement, condition: &Formula) -> Violation {
        let secret = condition.reads.iter().any(|it| self.sight.hides(self.evaluation, None, it));
        let (mut message, mut off_by) = (format!("`{}` is broken", rule.text), None);
        if !secret {
            let (found, missing) = self.found(condition);
            if !found.is_empty() {
                message.push_str(&format!(": {}", found.join(", ")));
            }
            off_by = missing;
        }
        Violation {
            code: codes::REQUIREMENT_NOT_MET,
            name: rule.name.clone().unwrap_or_else(|| codes::REQUIREMENT_NOT_MET.id().into()),
            message,
            piece: None,
            off_by,
            because: rule.because.clone(),
            help: None,
            path: None,
            span: Some(rule.span),
        }
    }

    /// What was found of what a condition reads, and by how much a single comparison of amounts fails.
    fn found(&self, condition: &Formula) -> (Vec<String>, Option<String>) {
        if let [test] = condition.tests.as_slice()
            && let Ok(left) = self.evaluation.left(None, test)
        {
            let missing = self.missing(test, &left);
            let by = match &missing {
                Some((missing, below)) => {
                    format!(", {missing} too {}", if *below { "little" } else { "much" })
                }
                None => String::new(),
            };
            let found = format!("{} is {}{by}", test.what, self.show(&left, &test.left_ty));
            return (vec![found], missing.map(|(missing, _)| missing));
        }
        let reads = condition.reads.iter().filter_map(|read| {
            let value = self.evaluation.read(None, read, None).ok()?;
            Some(format!("{} is {}", read.text, self.show(&value, &read.ty)))
        });
        (reads.collect(), None)
    }

    /// How far an amount is from its bound, as shown, and whether it lies below.
    fn missing(&self, test: &Test, left: &Value) -> Option<(String, bool)> {
        let below = match operator(test) {
            ">" | ">=" => true,
            "<" | "<=" => false,
            _ => return None,
        };
        let [Ok(Value::Number(bound))] = &self.evaluation.right(None, test)[..] else { return None };
        let Value::Number(left) = left else { return None };
        let missing = bound.checked_sub(left).ok()?.abs();
        let shown = matches!(test.left_ty.required(), Ty::Number(_)) && !missing.is_zero();
        shown.then(|| (self.show(&Value::Number(missing), &test.left_ty).to_string(), below))
    }
}
