//! The proofs of one product, one after the other.

use std::sync::Arc;

use super::days::{self, Days};
use super::limits::BUDGET;
use super::sale::Lets;
use super::{
    Proof, Shared, dead, dead_report, defaults, failing, idle, is_shared, request, sale, ways, words,
};
use crate::configure::model::Extra;
use crate::configure::{Model, ModelError, RuleInfo, Slot, SlotId};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::eval::Plan;
use crate::ir::Product;
use crate::logic::{Claim, Core, Decided, Session, Support, Var};
use crate::source::Span;
use crate::value::Date;

/// The proofs of a product under way.
pub(super) struct Analysis<'p> {
    pub(super) plan: &'p Arc<Plan>,
    pub(super) product: &'p Product,
    /// One model a kind of day; at least one.
    pub(super) models: Vec<Asked>,
    /// The lets that may meet an `n/a`. The constraints must exclude that, and it is told where they do not; so a
    /// let without a value limits no configuration here.
    pub(super) lets: Lets,
    proof: Proof,
    /// What was not decided, in words.
    open: Vec<String>,
    /// The rules that were left out.
    left_out: Vec<(Span, String)>,
}

/// A model with somebody who asks it.
pub(super) struct Asked {
    pub(super) model: Model,
    pub(super) session: Session,
    /// What each variable can be, once that was asked.
    pub(super) supports: Vec<Support>,
}

impl Asked {
    pub(super) fn new(model: Model) -> Asked {
        let session = Session::new(Arc::clone(&model.solver));
        Asked { model, session, supports: Vec::new() }
    }

    /// What a variable can be.
    pub(super) fn support(&self, var: Var) -> Support {
        self.supports.get(var.0 as usize).cloned().unwrap_or_default()
    }

    /// Whether some configuration may have a claim.
    pub(super) fn can_be(&self, claim: &Claim) -> bool {
        let support = self.support(claim.var);
        claim.values.meets(&support.possible) || claim.values.meets(&support.undecided)
    }

    /// Why claims are impossible: the rules that exclude them, all of them necessary.
    pub(super) fn reason(&mut self, claims: &[Claim]) -> Decided<Option<Core>> {
        self.session.explain(claims)
    }

    /// The rules of a core.
    pub(super) fn rules(&self, core: &Core) -> Vec<RuleInfo> {
        core.rules.iter().filter_map(|rule| self.model.rules.get(rule.0 as usize)).cloned().collect()
    }

    /// A slot by its path.
    pub(super) fn slot(&self, path: &str) -> Option<(SlotId, &Slot)> {
        let id = self.model.find(path)?;
        Some((id, self.model.slot(id)?))
    }
}

impl<'p> Analysis<'p> {
    pub(super) fn new(plan: &'p Arc<Plan>, product: &'p Product) -> Analysis<'p> {
        let lets = sale::lets(plan.book(), product);
        let proof = Proof::default();
        Analysis { plan, product, models: Vec::new(), lets, proof, open: Vec::new(), left_out: Vec::new() }
    }

    /// Proves all that can be proved.
    pub(super) fn run(mut self) -> Proof {
        let Days { days, incomplete } = days::of_constraints(self.plan.book(), self.product);
        if incomplete {
            self.open(
                "what is dead on every day: the rules tell more days apart than are looked at".to_owned(),
            );
        }
        if self.build(&days).is_some() && !incomplete && dead::prove(&mut self) {
            defaults::prove(&mut self);
            ways::presets(&mut self);
            ways::answers(&mut self);
            idle::prove(&mut self);
            sale::prove(&mut self);
        }
        self.finish()
    }

    /// The models of the days; nothing where one of them cannot be built.
    fn build(&mut self, days: &[Date]) -> Option<()> {
        let mut without = self.lets.all.clone();
        // What only dates at the end of the calendar spoil limits no configuration.
        without.extend(failing::never(self.plan.book(), self.product));
        without.extend(request::free(self.plan.book(), self.product));
        let extra = Extra { without, ..Extra::default() };
        for day in days {
            match Model::with(self.plan, &self.product.name, *day, BUDGET, &extra) {
                Ok(model) => self.models.push(Asked::new(model)),
                Err(ModelError::UnknownProduct) => return None,
                Err(ModelError::TooLarge(what)) => {
                    self.open(format!("anything of its configurations: {what}"));
                    return None;
                }
            }
        }
        let mut left_out = Vec::new();
        // What days a request may bring is no question about configurations.
        let dated = request::dated(self.plan.book(), self.product);
        let open = self.models.iter().flat_map(|asked| &asked.model.open);
        for rule in open.filter(|open| !dated.contains(&open.rule.span)) {
            if !left_out.iter().any(|(span, _)| *span == rule.rule.span) {
                left_out.push((rule.rule.span, rule.why.clone()));
            }
        }
        self.left_out = left_out;
        Some(())
    }

    /// A problem of the product.
    pub(super) fn push(&mut self, problem: Diagnostic) {
        self.proof.problems.push(problem);
    }

    /// A problem with a declaration: of the product, or of its family if all products have it.
    pub(super) fn push_of(&mut self, declaration: Span, values: &[String], problem: Diagnostic) {
        if is_shared(declaration, self.product) {
            self.push_shared(declaration, values, problem);
        } else {
            self.push(problem);
        }
    }

    /// A problem with a declaration of the family, if all its products have it.
    pub(super) fn push_shared(&mut self, declaration: Span, values: &[String], problem: Diagnostic) {
        let code: Code = problem.code;
        self.proof.shared.push(Shared { code, declaration, values: values.to_vec(), problem });
    }

    /// Something that was not decided, in words that go on from "not proved:".
    pub(super) fn open(&mut self, what: String) {
        if !self.open.contains(&what) {
            self.open.push(what);
        }
    }

    fn finish(mut self) -> Proof {
        if self.open.is_empty() && self.left_out.is_empty() {
            return self.proof;
        }
        let message =
            format!("not all that is asked of the configurations of `{}` is decided", self.product.name);
        let mut problem = Diagnostic::new(codes::NOT_PROVED, message).at(dead_report::head(&self), "");
        for (span, why) in &self.left_out {
            problem = problem.also(*span, format!("left out: {why}"));
        }
        for what in &self.open {
            problem = problem.note(format!("not proved: {what}"));
        }
        let help = "a coarser `step`, a table in the place of arithmetic, or fewer options in one rule make it smaller";
        self.proof.problems.push(problem.help(help));
        self.proof
    }

    /// The command that shows what is said of some choices.
    pub(super) fn command(&self, choices: &[String]) -> String {
        words::command(&self.product.name, choices)
    }
}
