//! What the one who asks may see.

use crate::eval::{CostPlan, Evaluation, Reading, Step};
use crate::ir::{Name, Place, Ty, Value};

/// What stands in place of a value that is not to be seen.
pub(super) const NOT_SHOWN: &str = "not shown";

/// The eyes of the request's `actor.role`.
pub(super) struct Sight {
    /// The role; none where the request has none.
    role: Option<Name>,
    /// The book tells roles apart.
    told_apart: bool,
}

impl Sight {
    /// The sight of the role that a request names.
    pub fn of(evaluation: &Evaluation<'_>) -> Sight {
        let book = evaluation.plan.book();
        let place = Place::Context { context: "actor".into(), field: "role".into() };
        let field = book.contexts.iter().find(|context| &*context.name == "actor");
        let field = field.and_then(|context| context.fields.iter().find(|field| &*field.name == "role"));
        let cell = evaluation.plan.find_input(&place).and_then(|at| evaluation.facts.inputs.get(at));
        let role = match (cell, field.map(|field| field.ty.required())) {
            (Some(crate::eval::Cell::Known(Value::Choice(at))), Some(Ty::Choice(of))) => {
                of.values.get(usize::from(*at)).map(|value| value.key.clone())
            }
            (Some(crate::eval::Cell::Known(Value::Text(role))), _) => Some(role.clone()),
            _ => None,
        };
        Sight { role, told_apart: field.is_some() }
    }

    /// Whether something that is meant for some roles may be seen.
    pub fn sees(&self, visible_to: &[Name]) -> bool {
        !self.told_apart
            || visible_to.is_empty()
            || self.role.as_ref().is_some_and(|role| visible_to.contains(role))
    }

    /// Whether a step may be seen.
    pub fn sees_step(&self, step: &Step) -> bool {
        self.sees(&step.visible_to)
    }

    /// Whether the cost of a line may be seen: all of its components.
    pub fn sees_cost(&self, evaluation: &Evaluation<'_>, line: usize) -> bool {
        let Some(run) = evaluation.lines.get(line) else { return true };
        let seen = |cost: &CostPlan| self.sees(&cost.visible_to);
        run.product.unit_cost.iter().all(seen) && run.product.line_cost.iter().all(seen)
    }

    /// Whether the cost of every line may be seen.
    pub fn sees_all_costs(&self, evaluation: &Evaluation<'_>) -> bool {
        (0..evaluation.lines.len()).all(|line| self.sees_cost(evaluation, line))
    }

    /// Whether what a formula read would tell the cost of a line whose cost is not to be seen.
    pub fn tells_cost(&self, evaluation: &Evaluation<'_>, line: Option<usize>, what: &str) -> bool {
        let hidden = match line {
            Some(line) => !self.sees_cost(evaluation, line),
            None => !self.sees_all_costs(evaluation),
        };
        hidden
            && (what.contains("cost") || what.contains("margin") || self.is_component(evaluation, line, what))
    }

    /// The same of a reading.
    pub fn hides(&self, evaluation: &Evaluation<'_>, line: Option<usize>, reading: &Reading) -> bool {
        self.tells_cost(evaluation, line, &reading.text)
    }

    fn is_component(&self, evaluation: &Evaluation<'_>, line: Option<usize>, what: &str) -> bool {
        let Some(run) = line.and_then(|line| evaluation.lines.get(line)) else { return false };
        let costs = run.product.unit_cost.iter().chain(&run.product.line_cost);
        costs.into_iter().any(|cost| *cost.name == *what && !self.sees(&cost.visible_to))
    }
}
