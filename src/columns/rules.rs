//! What the rules say of a line and its quote: violations, approvals, alerts, how the quote stands.

use std::collections::HashMap;

use super::compile::{Compiler, Val, unsupported};
use super::graph::{B, I};
use super::number::Num;
use super::program::Unsupported;
use crate::diagnostic::codes;
use crate::ir::{Builtin, ConstraintRule, Level, Name, Place, Reviewer, Route};

/// What the rules say.
pub(super) struct Rules {
    /// Violations by name, in the order in which they are told.
    pub violations: Vec<(Name, B)>,
    /// Who signs, in the order of the route.
    pub route: Vec<(Name, B)>,
    /// The position among the words for how a quote stands.
    pub status: I,
}

/// The words for how a quote stands, the best first.
pub(super) const STANDINGS: [&str; 4] = ["ok", "needs_approval", "rejected", "invalid"];

impl Compiler<'_> {
    /// The constraints that are broken.
    pub fn constraints(&mut self) -> Result<Vec<(Name, B)>, Unsupported> {
        let mut broken = Vec::new();
        for constraint in &self.product.constraints {
            let holds = match &constraint.rule {
                ConstraintRule::Holds(condition) => self.truth(condition)?,
                ConstraintRule::Row { table, keys } => {
                    let table = self.table(table, constraint.span)?;
                    self.allowed(table, keys, constraint.span)?
                }
            };
            let name = constraint.name.clone();
            let name = name.unwrap_or_else(|| codes::CONSTRAINT_VIOLATED.id().into());
            broken.push((name, self.graph.not(holds)));
        }
        Ok(broken)
    }

    fn any(&mut self, of: impl IntoIterator<Item = B>) -> B {
        let mut any = self.graph.known(false);
        for it in of {
            any = self.graph.or(any, it);
        }
        any
    }

    /// The quote: its own steps, of which there may be none.
    pub fn quote(&mut self, invalid: B) -> Result<(), Unsupported> {
        let quote = &self.book.quote;
        match quote.steps.is_empty() && quote.requirements.is_empty() {
            true => self.quote_figures(invalid),
            false => self.quote_steps(invalid),
        }
    }

    /// The figures of a quote of this one line, which counts only where nothing is violated.
    fn quote_figures(&mut self, invalid: B) -> Result<(), Unsupported> {
        for figure in [Builtin::List, Builtin::Cost, Builtin::Net] {
            let of_line = self.cells.get(&Place::Builtin { level: Level::Line, figure });
            let has_cost = self.product.has_cost || figure != Builtin::Cost;
            if let Some(Val::Num(number)) = of_line.cloned().filter(|_| has_cost) {
                let zero = self.graph.zero();
                let number = self.chosen(invalid, zero, number)?;
                self.set_builtin(Level::Quote, figure, number);
                if figure == Builtin::Net {
                    self.tell_start(Level::Quote, "lines", number);
                    self.begin_quote(number, invalid);
                    self.total(number);
                }
            } else {
                self.of_nothing.insert(Place::Builtin { level: Level::Quote, figure }, invalid);
            }
        }
        Ok(())
    }

    /// The end of the quote's waterfall.
    pub fn total(&mut self, number: Num) {
        let name = Name::from("total");
        self.cells.insert(Place::Figure { level: Level::Quote, name }, Val::Num(number));
        self.cells.insert(Place::Running(Level::Quote), Val::Num(number));
    }

    /// What the rules say of the line with these violations.
    pub fn rules(&mut self, violations: Vec<(Name, B)>, invalid: B) -> Result<Rules, Unsupported> {
        let approvals = &self.book.approvals;
        if !approvals.ladders.is_empty() {
            return Err(Unsupported { what: "several ladders of approval".into(), span: None });
        }
        let mut asked: HashMap<Name, B> = HashMap::new();
        let mut rejected = self.graph.known(false);
        for rule in &approvals.rules {
            if rule.per_line && !self.speaks_of(rule.narrowed_to.as_ref()) {
                continue;
            }
            let holds = self.truth(&rule.when.expr)?;
            match &rule.who {
                None => rejected = self.graph.or(rejected, holds),
                Some(who) => {
                    let before = asked.get(who).copied();
                    let before = before.unwrap_or_else(|| self.graph.known(false));
                    asked.insert(who.clone(), self.graph.or(before, holds));
                }
            }
        }
        let route = self.route(asked)?;
        let signs = self.any(route.iter().map(|(_, signs)| *signs));
        let standing = [0, 1, 2, 3].map(|at| self.graph.number(at));
        let status = self.graph.select(signs, standing[1], standing[0]);
        let status = self.graph.select(rejected, standing[2], status);
        let status = self.graph.select(invalid, standing[3], status);
        Ok(Rules { violations, route, status })
    }

    /// Whether a rule that is narrowed to a product or a family speaks of the line.
    pub fn speaks_of(&self, narrowed_to: Option<&Name>) -> bool {
        narrowed_to.is_none_or(|to| *to == self.product.name || Some(to) == self.product.family.as_ref())
    }

    /// Who signs, in the order of one ladder.
    fn route(&mut self, mut asked: HashMap<Name, B>) -> Result<Vec<(Name, B)>, Unsupported> {
        let approvals = &self.book.approvals;
        let mut skipped: HashMap<&Name, B> = HashMap::new();
        for skip in &approvals.skips {
            let holds = self.truth(&skip.when.expr)?;
            let before = skipped.get(&skip.level).copied();
            let before = before.unwrap_or_else(|| self.graph.known(false));
            skipped.insert(&skip.level, self.graph.or(before, holds));
        }
        let never = self.graph.known(false);
        // What asks a level that is skipped asks the next one above.
        let mut passed_on = never;
        for level in &approvals.levels {
            let own = asked.get(&level.name).copied().unwrap_or(never);
            let wanted = self.graph.or(own, passed_on);
            let skips = skipped.get(&level.name).copied().unwrap_or(never);
            let stays = self.graph.not(skips);
            passed_on = self.graph.and(wanted, skips);
            asked.insert(level.name.clone(), self.graph.and(wanted, stays));
        }
        let mut route = Vec::new();
        for (at, level) in approvals.levels.iter().enumerate() {
            let own = asked.get(&level.name).copied().unwrap_or(never);
            let above = approvals.levels.iter().skip(at + 1);
            let above: Vec<B> = above.filter_map(|level| asked.get(&level.name).copied()).collect();
            let above = self.any(above);
            let on_the_way = match approvals.route {
                Route::Each => own,
                Route::Climb => self.graph.or(own, above),
                Route::Jump => {
                    let highest = self.graph.not(above);
                    self.graph.and(own, highest)
                }
            };
            let skips = skipped.get(&level.name).copied().unwrap_or(never);
            let stays = self.graph.not(skips);
            route.push((level.name.clone(), self.graph.and(on_the_way, stays)));
            self.reviewers(Some(&level.name), &asked, &mut route);
        }
        self.reviewers(None, &asked, &mut route);
        Ok(route)
    }

    /// The reviewers beside a level: those at the same time first.
    fn reviewers(&self, with: Option<&Name>, asked: &HashMap<Name, B>, route: &mut Vec<(Name, B)>) {
        let beside = |reviewer: &&Reviewer| reviewer.with.as_ref() == with;
        for parallel in [true, false] {
            let all = self.book.approvals.reviewers.iter().filter(beside);
            for reviewer in all.filter(|it| it.parallel == parallel) {
                if let Some(asks) = asked.get(&reviewer.name) {
                    route.push((reviewer.name.clone(), *asks));
                }
            }
        }
    }

    /// The alerts that are raised and have a name: of the product, of the quote on the line, of the quote.
    pub fn alerts(&mut self) -> Result<Vec<(Name, B)>, Unsupported> {
        let mut raised = Vec::new();
        for alert in &self.product.alerts {
            if let Some(name) = &alert.name {
                let holds = self.truth(&alert.when.expr)?;
                raised.push((name.clone(), holds));
            }
        }
        for per_line in [true, false] {
            for alert in self.book.quote.alerts.iter().filter(|it| it.per_line == per_line && !it.hides) {
                if per_line && !self.speaks_of(alert.narrowed_to.as_ref()) {
                    continue;
                }
                if let Some(name) = &alert.name {
                    let holds = self.truth(&alert.when.expr)?;
                    raised.push((name.clone(), holds));
                }
            }
        }
        Ok(raised)
    }

    /// Where people see different things of a quote, the evaluator decides what they see.
    pub fn all_is_seen(&self) -> Result<(), Unsupported> {
        let actor = self.book.contexts.iter().find(|context| &*context.name == "actor");
        let Some(role) = actor.and_then(|actor| actor.fields.iter().find(|field| &*field.name == "role"))
        else {
            return Ok(());
        };
        let product = self.product;
        let steps = self.price.map_or(&[][..], |price| &price.per_unit);
        let of_line = self.price.map_or(&[][..], |price| &price.per_line);
        let costs = product.unit_cost.iter().chain(&product.line_cost).any(|it| !it.visible_to.is_empty());
        if costs || [steps, of_line, &self.book.quote.steps].into_iter().any(hides) {
            return unsupported("figures that not everybody may see", role.span);
        }
        Ok(())
    }
}

fn hides(steps: &[crate::ir::Step]) -> bool {
    steps.iter().any(|step| !step.visible_to.is_empty() || hides(step.kind.steps()))
}
