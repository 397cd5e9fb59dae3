//! Configurations that the constraints allow and that have no price: they meet an `n/a`.

mod needs;
mod witness;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::days::{self, Days};
use super::limits::{BUDGET, CONFLICTS_A_RULE, STEPS_FOR_RULES, UNCOMPILED};
use super::product::Analysis;
use super::request;
use super::words::listed;
use crate::configure::model::Extra;
use crate::configure::{Model, RuleInfo, RuleKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Fault;
use crate::ir::Name;
use crate::logic::search::{Engine, Need, Needs, Search};
use crate::logic::{Problem, Rule, RuleId, Undecided};
use crate::source::Span;

pub(super) use needs::{Dated, Lets, lets};
use witness::{Witness, is_missing};

/// Looks for configurations for which a price, a cost or a let meets an `n/a`.
pub(super) fn prove(analysis: &mut Analysis<'_>) {
    let book = analysis.plan.book().clone();
    let wants = needs::wants(&book, analysis.product);
    let lets = analysis.lets.clone();
    let reads = wants.reads.iter().map(|(span, names)| (*span, lets.behind(names))).collect();
    let mut sale = Sale { lets, reads, found: Vec::new(), open: wants.untold };
    let free = request::free(&book, analysis.product);
    if !(wants.needed.is_empty() && sale.lets.direct.is_empty()) {
        let Days { days, incomplete } = days::of_prices(&book, analysis.product, &wants.needed);
        if incomplete {
            analysis
                .open("prices on every day: the tables tell more days apart than are looked at".to_owned());
        }
        for day in days {
            let counts = |dated: &&Dated| dated.during.as_ref().is_none_or(|period| period.holds(day));
            let needed = wants.needed.iter().filter(counts).map(|dated| dated.needed.clone());
            let extra = Extra { needed: needed.collect(), without: free.clone(), ..Extra::default() };
            match Model::with(analysis.plan, &analysis.product.name, day, UNCOMPILED, &extra) {
                Ok(model) => sale.look(analysis, &model),
                Err(_) => sale.open.extend(extra.needed.into_iter().map(|needed| needed.of)),
            }
        }
    }
    let mut open: Vec<String> = sale.open.iter().map(|name| name.to_string()).collect();
    open.dedup();
    if !open.is_empty() {
        analysis.open(format!("whether a valid configuration meets `n/a` in {}", listed(&open, "or")));
    }
    sale.found.into_iter().for_each(|(_, problem)| analysis.push(problem));
}

/// What was found so far.
struct Sale {
    /// The lets that look for what may be `n/a`.
    lets: Lets,
    /// By a step or a component of the cost, the lets that it reads: what is wrong with these is told of these.
    reads: HashMap<Span, HashSet<Span>>,
    /// By the declaration that misses a row.
    found: Vec<(Span, Diagnostic)>,
    /// What was not decided, by name.
    open: Vec<Name>,
}

impl Sale {
    fn look(&mut self, analysis: &Analysis<'_>, model: &Model) {
        let called = |info: &RuleInfo| info.name.clone().unwrap_or_else(|| info.text.clone());
        let left_out = model.open.iter().filter(|open| self.concerns(&open.rule));
        let left_out: Vec<Name> = left_out.map(|open| called(&open.rule)).collect();
        self.open.extend(left_out);
        let problem = model.solver.problem();
        // That values are there is nothing that a book says; but what is wrong with a let, or with a piece, is told
        // of it alone, and not of all that reads it.
        let apart = |rule: RuleId, reads: &HashSet<Span>| {
            model.rules.get(rule.0 as usize).is_some_and(|info| match info.kind {
                RuleKind::Price => true,
                RuleKind::Value => info.within.is_none() && !reads.contains(&info.span),
                _ => false,
            })
        };
        let asked: Vec<(RuleId, &RuleInfo)> = (0..)
            .map(RuleId)
            .zip(&model.rules)
            .filter(|(_, info)| self.concerns(info) && !self.found.iter().any(|(span, _)| *span == info.span))
            .collect();
        if asked.is_empty() {
            return;
        }
        let nothing = HashSet::new();
        let alone = solution(problem, &|rule| apart(rule, &nothing));
        let mut needs = Needs::new(problem, CONFLICTS_A_RULE, STEPS_FOR_RULES);
        for (rule, info) in asked {
            if self.found.iter().any(|(span, _)| *span == info.span) {
                continue;
            }
            let reads = match info.kind {
                RuleKind::Value => self.lets.reads.get(&info.span).unwrap_or(&nothing),
                _ => self.reads.get(&info.span).unwrap_or(&nothing),
            };
            let apart = |rule: RuleId| apart(rule, reads);
            let near = if reads.is_empty() { alone.clone() } else { solution(problem, &apart) };
            let need = match near {
                Some(Some(near)) => needs.ask(rule, &apart, &near),
                // Where nothing satisfies the constraints, nothing meets a price.
                Some(None) => continue,
                None => Err(Undecided),
            };
            match need {
                Ok(Need::Implied(_)) => {}
                Ok(Need::Broken(values)) => match report(analysis, model, info, &values) {
                    Some(problem) => self.found.push((info.span, problem)),
                    None => self.open.push(called(info)),
                },
                Err(_) => self.open.push(called(info)),
            }
        }
    }

    /// Whether a rule is that something finds its row.
    fn concerns(&self, info: &RuleInfo) -> bool {
        let is_let = info.kind == RuleKind::Value && self.lets.direct.contains(&info.span);
        info.within.is_none() && (info.kind == RuleKind::Price || is_let)
    }
}

/// A solution of the rules that are not apart; nothing within where there is none, and nothing at all where it
/// was not found.
fn solution(problem: &Problem, apart: &dyn Fn(RuleId) -> bool) -> Option<Option<Vec<u32>>> {
    let rules = (0..).map(RuleId).zip(&problem.rules);
    let kept = rules.map(|(id, rule)| if apart(id) { Rule::default() } else { rule.clone() });
    let problem = Problem { rules: kept.collect(), ..problem.clone() };
    let found = Search::new(Arc::new(Engine::new(&problem)), BUDGET.conflicts).complete(&[], &[]).ok()?;
    Some(found.map(|found| found.values))
}

/// A solution without a price as a problem; nothing where a quote finds another fault with it, or none.
fn report(analysis: &Analysis<'_>, model: &Model, info: &RuleInfo, values: &[u32]) -> Option<Diagnostic> {
    let product = analysis.product;
    let witness = Witness::new(model, product, values)?;
    let faults = witness.faults()?;
    if !faults.iter().all(is_missing) {
        return None;
    }
    // Of several things that it lacks the one is told that this declaration looks for.
    let is_own = |fault: &&Fault| fault.span.is_some_and(|span| span == info.span);
    let own = faults.iter().find(is_own).or(faults.first())?;
    let missed = own.span.filter(|span| *span != info.span);
    let missed = missed.and_then(|span| product.lets.iter().find(|own| own.span == span));
    let label = match missed {
        Some(missed) => format!("`{}` is missing there: {}", missed.name, own.message),
        None => own.message.clone(),
    };
    let of = info.name.as_ref().unwrap_or(&info.text);
    let message =
        format!("`{of}` of `{}` meets `n/a` in a configuration that the constraints allow", product.name);
    let problem = Diagnostic::new(codes::NOT_FOR_SALE, message).at(info.span, label);
    let problem = problem.note(format!("a request that meets it: {}", witness.request()));
    Some(problem.help("exclude it with a constraint, or give it a price"))
}
