//! From the total of a quote to what is to be paid.

use super::errors;
use super::walk::{Block, Walk, group_words, plain_step};
use crate::ir;
use crate::source::Span;
use crate::syntax::ast::{self, StepKind};

impl Walk<'_, '_> {
    /// `payable { less gift_card = min(card, running)  round half_up to 0.05 CHF }`
    pub(super) fn payable(&mut self, span: Span, payable: &ast::Payable) -> Option<ir::Step> {
        self.only_in_quote(span, "payable", "what is to be paid stands at the end of the `quote` block")?;
        self.payable = Some(payable.name.span);
        let steps = &payable.section.steps;
        let mut fits = true;
        for step in steps {
            if let Some((word, help)) = foreign(step) {
                self.problems.push(errors::misplaced(step.span, word, Block::Payable.words(), help));
                fits = false;
            }
        }
        if !fits {
            return None;
        }
        let (products, money) = (self.products, self.money.clone());
        let mut scope = self.scope.clone();
        let total = "total".into();
        if !scope.figures.iter().any(|figure| figure.name == total) {
            scope.declare_figure(ir::Level::Quote, total, self.amount_ty());
        }
        let found = (&mut *self.problems, &mut *self.unproved);
        let mut inner = Walk::new(Block::Payable, scope, products, money, found);
        inner.start_running();
        let checked = inner.steps(steps);
        self.refuse_fine_rounding(&checked);
        let kind = ir::StepKind::Payable(checked);
        let complete = kind.steps().len() == steps.len();
        complete.then(|| plain_step(payable.name.text.clone(), payable.label.as_ref(), kind, span))
    }

    /// What is to be paid is rounded to what can be paid.
    fn refuse_fine_rounding(&mut self, steps: &[ir::Step]) {
        for step in steps {
            if let ir::StepKind::Round(to) = &step.kind {
                self.refuse_fine_step(&to.step, &to.offset, step.span);
            }
        }
    }

    /// What is to be paid is the end: nothing stands behind it. Whether the step was refused.
    pub(super) fn refuse_behind_payable(&mut self, step: &ast::Step) -> bool {
        let Some(payable) = self.payable else { return false };
        self.problems.push(errors::behind_payable(step.span, payable));
        true
    }
}

/// A step that has no place between the total and what is to be paid, with what to do.
fn foreign(step: &ast::Step) -> Option<(&'static str, &'static str)> {
    let above = "it is part of the total: put it above `payable`";
    Some(match &step.kind {
        StepKind::Change { .. }
        | StepKind::Round(_)
        | StepKind::Bound { .. }
        | StepKind::Subtotal { .. }
        | StepKind::Let { .. } => return None,
        StepKind::Group(group) => {
            let foreign = group.steps.iter().find_map(foreign);
            return foreign.map(|(_, help)| (group_words(group.kind), help));
        }
        StepKind::List { .. } => ("list", "what is to be paid begins with the total"),
        StepKind::Tax { .. } => ("tax", above),
        StepKind::Taxes(_) => ("taxes", above),
        StepKind::EachLine(_) => ("each line", above),
        StepKind::Charge(_) => ("charge", above),
        StepKind::Gift(_) => ("gift", above),
        StepKind::Claims(_) => ("claims", above),
        StepKind::Payable(_) => ("payable", "one is enough: move its steps out of it"),
    })
}
