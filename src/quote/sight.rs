//! What the one who asks may see.

use std::collections::{HashMap, HashSet};

use crate::eval::{CostPlan, Evaluation, Reading, Step, StepKind};
use crate::ir::{Name, Place, Ty, Value};

/// What stands in place of a value that is not to be seen.
pub(super) const NOT_SHOWN: &str = "not shown";

/// The eyes of the request's `actor.role`.
pub(super) struct Sight {
    /// The role; none where the request has none.
    role: Option<Name>,
    /// The book tells roles apart.
    told_apart: bool,
    /// What is hidden of the lines of each product.
    products: HashMap<Name, Hidden>,
    /// What is hidden of the quote: also what is hidden of any line.
    quote: Hidden,
    /// The hidden steps of the quote itself, which rules about a line can read too.
    quote_steps: HashSet<Name>,
}

/// What is not to be seen.
#[derive(Default)]
struct Hidden {
    /// The cost, and the margin with it.
    cost: bool,
    /// Components of the cost, steps, and figures that tell a hidden one.
    names: HashSet<Name>,
}

impl Hidden {
    /// How many words of a text name something hidden.
    fn count(&self, text: &str) -> usize {
        words(text)
            .filter(|word| self.cost && matches!(*word, "cost" | "margin") || self.names.contains(*word))
            .count()
    }

    fn is_nothing(&self) -> bool {
        !self.cost && self.names.is_empty()
    }
}

impl Sight {
    /// The sight of the role that a request names.
    pub fn of(evaluation: &Evaluation<'_>) -> Sight {
        let book = evaluation.plan.book();
        let field = book.contexts.iter().find(|context| &*context.name == "actor");
        let field = field.and_then(|context| context.fields.iter().find(|field| &*field.name == "role"));
        let place = field.map(|_| Place::Context { context: "actor".into(), field: "role".into() });
        let cell = place.and_then(|place| evaluation.plan.find_input(&place));
        let cell = cell.and_then(|at| evaluation.facts.inputs.get(at));
        let role = match (cell, field.map(|field| field.ty.required())) {
            (Some(crate::eval::Cell::Known(Value::Choice(at))), Some(Ty::Choice(of))) => {
                of.values.get(usize::from(*at)).map(|value| value.key.clone())
            }
            (Some(crate::eval::Cell::Known(Value::Text(role))), _) => Some(role.clone()),
            _ => None,
        };
        let mut sight = Sight {
            role,
            told_apart: field.is_some(),
            products: HashMap::new(),
            quote: Hidden::default(),
            quote_steps: HashSet::new(),
        };
        if sight.told_apart {
            sight.look(evaluation);
        }
        sight
    }

    /// Finds what is hidden of the lines and of the quote.
    fn look(&mut self, evaluation: &Evaluation<'_>) {
        let (mut products, mut quote) = (HashMap::new(), Hidden::default());
        for run in &evaluation.lines {
            let name = &run.product.product.name;
            if products.contains_key(name) {
                continue;
            }
            let mut hidden = Hidden::default();
            let costs = run.product.unit_cost.iter().chain(&run.product.line_cost);
            for cost in costs.filter(|cost| !self.sees(&cost.visible_to)) {
                hidden.cost = true;
                hidden.names.insert(cost.name.clone());
            }
            self.hidden_steps(run.product.unit_steps(), &mut hidden);
            self.hidden_steps(run.product.line_steps(), &mut hidden);
            quote.cost |= hidden.cost;
            quote.names.extend(hidden.names.iter().cloned());
            products.insert(name.clone(), hidden);
        }
        let of_lines = quote.names.clone();
        self.hidden_steps(evaluation.plan.quote_steps(), &mut quote);
        self.quote_steps = quote.names.difference(&of_lines).cloned().collect();
        (self.products, self.quote) = (products, quote);
    }

    /// Adds the steps that are not to be seen, and the figures that would tell what they or the cost come to.
    fn hidden_steps(&self, steps: &[Step], hidden: &mut Hidden) {
        for step in steps {
            let mut is_hidden = !self.sees(&step.visible_to);
            match &step.kind {
                StepKind::Let(formula) => {
                    is_hidden |= formula.reads.iter().any(|reading| hidden.count(&reading.text) > 0);
                }
                StepKind::Group { steps, .. } | StepKind::Claims(steps) => {
                    self.hidden_steps(steps, hidden);
                    is_hidden |= steps.iter().any(|member| hidden.names.contains(&member.name));
                }
                StepKind::EachLine { steps, .. }
                | StepKind::Taxes { steps, .. }
                | StepKind::Payable(steps) => {
                    self.hidden_steps(steps, hidden);
                }
                _ => {}
            }
            if is_hidden {
                hidden.names.insert(step.name.clone());
            }
        }
    }

    /// Whether something that is meant for some roles may be seen.
    pub fn sees(&self, visible_to: &[Name]) -> bool {
        !self.told_apart
            || visible_to.is_empty()
            || self.role.as_ref().is_some_and(|role| visible_to.contains(role))
    }

    /// Whether all that there is may be seen.
    pub fn sees_all(&self) -> bool {
        !self.told_apart
    }

    /// Whether a step may be seen, on a line or on the quote.
    pub fn sees_step(&self, evaluation: &Evaluation<'_>, line: Option<usize>, step: &Step) -> bool {
        if !self.told_apart {
            return true;
        }
        let is_figure = matches!(step.kind, StepKind::Let(_));
        self.sees(&step.visible_to) && !(is_figure && self.tells(evaluation, line, &step.name))
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

    /// How many words of a text, read on a line or on the quote, name what is not to be seen there.
    pub fn count(&self, evaluation: &Evaluation<'_>, line: Option<usize>, text: &str) -> usize {
        if self.quote.is_nothing() {
            return 0;
        }
        let Some(line) = line else { return self.quote.count(text) };
        let product = evaluation.lines.get(line).map(|run| &run.product.product.name);
        let of_line = product.and_then(|name| self.products.get(name)).map_or(0, |it| it.count(text));
        of_line + words(text).filter(|word| self.quote_steps.contains(*word)).count()
    }

    /// Whether what is read so, on a line or on the quote, would tell what is not to be seen there.
    pub fn tells(&self, evaluation: &Evaluation<'_>, line: Option<usize>, text: &str) -> bool {
        self.count(evaluation, line, text) > 0
    }

    /// The same of a reading.
    pub fn hides(&self, evaluation: &Evaluation<'_>, line: Option<usize>, reading: &Reading) -> bool {
        self.tells(evaluation, line, &reading.text)
    }
}

/// The names and words in a text of the book.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}
