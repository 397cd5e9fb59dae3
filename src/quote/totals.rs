//! The sums of a quote, the lines that the book added, and what is to be paid.

use super::answer::{Charge, Line, Payable, Totals};
use super::build::{seen, start_entry};
use super::explain::Explainer;

impl Explainer<'_, '_> {
    /// The lines that the book added.
    pub(super) fn charges(&self) -> Vec<Charge> {
        let seen = self
            .evaluation
            .quote
            .charges
            .iter()
            .filter(|charge| self.sight.sees_step(self.evaluation, None, charge.step));
        let charges = seen.map(|charge| {
            let mut section = self.section(None, &charge.shares);
            section.entries.insert(0, start_entry("charge", &charge.amount));
            section.net = Some(charge.net.clone());
            Charge {
                name: charge.step.name.clone(),
                label: charge.step.label.clone(),
                net: charge.net.clone(),
                because: charge.step.because.clone(),
                section,
                span: charge.step.span,
            }
        });
        charges.collect()
    }

    /// The sums, and the steps that lead to the total.
    pub(super) fn totals(&self, lines: &[Line]) -> Totals {
        let evaluation = self.evaluation;
        let (figures, total) = evaluation.quote_figures();
        let figures = seen(figures, self.sight.sees_all_costs(evaluation));
        let mut section = self.section(None, &evaluation.quote.marks);
        if let Some(start) = &evaluation.quote.start {
            section.entries.insert(0, start_entry("lines", start));
        }
        section.list.clone_from(&figures.list);
        section.cost.clone_from(&figures.cost);
        section.net.clone_from(&total);
        let steps = evaluation.plan.quote_steps();
        section.figures = self.figures_of(None, steps, |step| evaluation.quote_figure(step));
        let taxes = evaluation.quote.marks.iter();
        let taxes = taxes.filter(|mark| self.sight.sees_step(evaluation, None, mark.step));
        Totals {
            margin: figures.margin(),
            off_list: figures.off_list(),
            list: figures.list,
            cost: figures.cost,
            net: figures.net,
            taxes: taxes.filter_map(|mark| self.tax(mark)).collect(),
            payable: self.payable(),
            total,
            partial: lines.iter().any(|line| line.invalid),
            section,
        }
    }

    /// What is to be paid, with the steps that lead there from the total.
    fn payable(&self) -> Option<Payable> {
        let evaluation = self.evaluation;
        let run = evaluation.quote.payable.as_ref()?;
        let mut section = self.section(None, &run.marks);
        if let Some(start) = &run.start {
            section.entries.insert(0, start_entry("total", start));
        }
        section.net.clone_from(&run.amount);
        section.figures = self.figures_of(None, run.step.members(), |step| evaluation.quote_figure(step));
        Some(Payable { label: run.step.label.clone(), amount: run.amount.clone(), section })
    }
}
