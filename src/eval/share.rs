//! What each line has of the quote's steps, kept as figures of the line.

use std::collections::HashMap;

use super::fault::Gap;
use super::layout::{Cell, Layout};
use super::line::set;
use super::quote::{QuoteGround, plus};
use super::step::{Step, StepKind};
use crate::ir::{Name, Value};
use crate::value::Exact;

/// The steps of a quote that are spread over lines.
#[derive(Debug, Default)]
pub(super) struct Shared {
    names: Vec<Name>,
    /// By the slot of the step's figure.
    steps: HashMap<u32, Kept>,
}

/// The figures of a line to which the shares of a step count.
#[derive(Clone, Debug)]
struct Kept {
    own: Figure,
    /// Of the groups around it.
    around: Vec<Figure>,
}

#[derive(Clone, Copy, Debug)]
struct Figure {
    /// The position of its name.
    at: usize,
    /// It says what is taken off, as a number above zero.
    takes: bool,
}

impl Shared {
    /// Those of the quote's own steps.
    pub fn of(steps: &[Step]) -> Shared {
        let mut shared = Shared::default();
        shared.add(steps, &[]);
        shared
    }

    fn add(&mut self, steps: &[Step], around: &[Figure]) {
        for step in steps {
            let takes = match &step.kind {
                StepKind::Add(_) | StepKind::Floor(_) => false,
                StepKind::Less(_) | StepKind::Cap(_) | StepKind::Claim(_) | StepKind::Claims(_) => true,
                StepKind::Group { takes, .. } => *takes,
                StepKind::List(_)
                | StepKind::Round(_)
                | StepKind::Subtotal
                | StepKind::Let(_)
                | StepKind::Tax(_)
                | StepKind::Taxes { .. }
                | StepKind::EachLine { .. }
                | StepKind::Charge(_)
                | StepKind::Gift(_)
                | StepKind::Payable(_) => continue,
            };
            let own = Figure { at: self.names.len(), takes };
            self.names.push(step.name.clone());
            self.steps.insert(step.figure, Kept { own, around: around.to_vec() });
            if let StepKind::Group { steps, .. } | StepKind::Claims(steps) = &step.kind {
                let mut inside = around.to_vec();
                inside.push(own);
                self.add(steps, &inside);
            }
        }
    }

    /// Gives slots of a line to the shares, in order. What the line has of its own keeps its name.
    pub fn reserve(&self, layout: &mut Layout) -> Vec<u32> {
        self.names.iter().map(|name| layout.add_share(name)).collect()
    }
}

impl QuoteGround<'_, '_> {
    /// No line has a share of any step yet; one that takes no part never gets any.
    pub(super) fn clear_shares(&mut self) {
        for run in self.lines.iter_mut() {
            let product = run.product;
            for slot in &product.shares {
                set(&mut run.cells, *slot, Cell::Known(Value::Number(Exact::ZERO)));
            }
        }
    }

    /// Nobody knows what a step whose figure is lost would have put on the lines.
    pub(super) fn lose_shares(&mut self, figure: u32, gap: &Gap) {
        let Some(kept) = self.plan.shared.steps.get(&figure) else { return };
        for at in &self.valid {
            let Some(run) = self.lines.get_mut(*at) else { continue };
            if let Some(slot) = run.product.shares.get(kept.own.at) {
                set(&mut run.cells, *slot, Cell::Gap(gap.clone()));
            }
        }
    }

    /// Adds what a step put on a line to the line's figures of the step and of the groups around it.
    pub(super) fn keep_share(&mut self, step: &Step, at: usize, share: &Exact) -> Result<(), Gap> {
        let Some(kept) = self.plan.shared.steps.get(&step.figure) else { return Ok(()) };
        let Some(run) = self.lines.get_mut(at) else { return Ok(()) };
        for figure in std::iter::once(&kept.own).chain(&kept.around) {
            let Some(slot) = run.product.shares.get(figure.at).copied() else { continue };
            let more = if figure.takes { share.neg() } else { share.clone() };
            let sum = plus(run.number(slot), Ok(more), step.span)?;
            set(&mut run.cells, slot, Cell::Known(Value::Number(sum)));
        }
        Ok(())
    }
}
