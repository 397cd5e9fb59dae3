//! What amounts of the quote can be paid, in one currency or in each that a request may choose.

use super::grid::{Grid, Steps};
use super::rounding::{minor_step, minor_steps};
use crate::check::Signatures;
use crate::ir::{Expr, Level, Name, PerCurrency};
use crate::value::Exact;

/// The multiples of the smallest unit that is paid.
#[derive(Clone, Debug)]
pub(super) struct Paid<'a> {
    /// Of the finest currency of the book.
    finest: Grid<'a>,
    /// Of each currency, where they differ.
    each: Vec<(Name, Exact, Grid<'a>)>,
}

impl<'a> Paid<'a> {
    pub(super) fn new(signatures: &'a Signatures) -> Paid<'a> {
        let minors = minor_steps(signatures);
        let grid = |(at, code): (u16, &Name)| {
            let minor = minors.in_currency(at);
            (code.clone(), minor.clone(), Grid::of_paid_in(at, minor.clone(), signatures))
        };
        let each = match minors.same() {
            Some(_) => Vec::new(),
            None => (0_u16..).zip(&signatures.book.currencies).map(grid).collect(),
        };
        Paid { finest: Grid::of_paid(minor_step(signatures), signatures), each }
    }

    /// Whether an amount is no finer than what is paid in the finest currency.
    pub(super) fn holds(&self, amount: &Expr) -> bool {
        self.finest.holds(amount)
    }

    /// Whether an amount may be no finer than that, if bodies that are not known here are so.
    pub(super) fn may_hold(&self, amount: &Expr) -> bool {
        self.finest.may_hold(amount)
    }

    /// The amounts that are paid in the finest currency.
    pub(super) fn finest(&self) -> Steps {
        self.finest.steps.clone()
    }

    /// Whether a number is no finer than what is paid in the finest currency.
    pub(super) fn has(&self, number: &PerCurrency) -> bool {
        self.finest.has(number)
    }

    /// Whether currencies of the book differ in what is paid.
    pub(super) fn differs(&self) -> bool {
        !self.each.is_empty()
    }

    /// A currency in which an amount may be finer than what is paid, with the smallest amount that is. `when`
    /// is the condition of its step.
    pub(super) fn too_fine_in(&self, amount: &Expr, when: Option<&Expr>) -> Option<(&Name, &Exact)> {
        let bad = self.each.iter().find(|(_, _, grid)| counts(grid, when) && !grid.may_hold(amount));
        bad.map(|(code, minor, _)| (code, minor))
    }

    /// The currencies in which that hangs on bodies that are not known here.
    pub(super) fn maybe_too_fine_in(
        &self,
        amount: &Expr,
        when: Option<&Expr>,
    ) -> impl Iterator<Item = ((&Name, &Exact), Steps)> {
        let open = self.each.iter().filter(move |(_, _, grid)| counts(grid, when) && !grid.holds(amount));
        open.map(|(code, minor, grid)| ((code, minor), grid.steps.clone()))
    }

    /// A currency in which a step or an offset is finer than what is paid.
    pub(super) fn step_too_fine_in(&self, number: &PerCurrency) -> Option<(&Name, &Exact)> {
        self.each.iter().find(|(_, _, grid)| !grid.has(number)).map(|(code, minor, _)| (code, minor))
    }

    /// Lets amounts that follow read a figure, payable where its own amount is. `asked`: whether it is has been
    /// asked, so that what hangs on bodies will be proved, or be an error.
    pub(super) fn learn(&mut self, level: Level, name: &Name, amount: &Expr, asked: bool) {
        for grid in self.grids().filter(|grid| if asked { grid.may_hold(amount) } else { grid.holds(amount) })
        {
            grid.add_figure(level, name.clone());
        }
    }

    /// Takes over what is known of a figure of lines: it is known of its sum as well.
    pub(super) fn learn_of_lines(&mut self, lines: &Paid<'a>, name: &Name) {
        let theirs = std::iter::once(&lines.finest).chain(lines.each.iter().map(|(_, _, grid)| grid));
        let known: Vec<bool> = theirs.map(|grid| grid.has_figure(Level::Line, name)).collect();
        for (grid, _) in self.grids().zip(known).filter(|(_, known)| *known) {
            grid.add_figure(Level::Line, name.clone());
            grid.add_figure(Level::Quote, name.clone());
        }
    }

    fn grids(&mut self) -> impl Iterator<Item = &mut Grid<'a>> {
        std::iter::once(&mut self.finest).chain(self.each.iter_mut().map(|(_, _, grid)| grid))
    }
}

/// Whether the condition of a step leaves requests in the currency of a grid.
fn counts(grid: &Grid<'_>, when: Option<&Expr>) -> bool {
    when.and_then(|when| grid.decides(when)) != Some(false)
}
