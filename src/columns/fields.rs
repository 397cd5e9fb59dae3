//! The columns of an answer: what the quote shows of each field.

use super::compile::{Compiler, Val, unsupported};
use super::emit::Kept;
use super::graph::B;
use super::number::Num;
use super::port::Lane;
use super::program::Unsupported;
use super::rules::{Rules, STANDINGS};
use crate::eval::{Field, FieldOf, SHARE_PLACES, StepField};
use crate::ir::{Builtin, CompareOp, Level, Name, Place};
use crate::value::{Exact, Rounding};

/// The most names that a column tells apart.
const MOST_NAMES: usize = 64;

impl Compiler<'_> {
    pub fn kept(&mut self, field: &Field, rules: &Rules) -> Result<Kept, Unsupported> {
        match &field.of {
            FieldOf::Id => Ok(Kept::Id),
            FieldOf::Status => {
                let of = STANDINGS.into_iter().map(Name::from).collect();
                Ok(Kept::Choice { of, from: rules.status, known: None })
            }
            FieldOf::Violations => names(rules.violations.clone()),
            FieldOf::Approvals => names(rules.route.clone()),
            FieldOf::Alerts => {
                self.is_payable()?;
                names(self.alerts()?)
            }
            FieldOf::Figure { level, figure: figure @ (Builtin::Margin | Builtin::OffList) } => {
                self.kept_share(*level, *figure)
            }
            FieldOf::Figure { level, figure } => {
                let priced = *level != Level::Unit || self.has_unit();
                let shown = priced && (*figure != Builtin::Cost || self.product.has_cost);
                let of = Place::Builtin { level: *level, figure: *figure };
                if let Some(nothing) = self.of_nothing.get(&of).copied() {
                    let zero = self.graph.zero();
                    return self.kept_number(zero, Some(nothing));
                }
                self.kept_cell(&of, shown)
            }
            FieldOf::Total => {
                self.kept_cell(&Place::Figure { level: Level::Quote, name: "total".into() }, true)
            }
            FieldOf::Tax => {
                let taxes = self.taxes()?;
                self.kept_number(taxes, None)
            }
            FieldOf::Step { level, step, what } => self.kept_step(*level, step, *what),
            FieldOf::CostComponent { level, name } => {
                let shown = *level != Level::Unit || self.has_unit();
                self.kept_cell(&Place::CostComponent { level: *level, name: name.clone() }, shown)
            }
            FieldOf::Input(Place::Currency) => {
                let at = self.graph.number(i64::from(self.day.currency));
                Ok(Kept::Choice { of: self.book.currencies.clone(), from: at, known: None })
            }
            FieldOf::Input(Place::Member(name)) if self.product.lets.iter().any(|it| it.name == *name) => {
                unsupported("a value that is worked out and shown with the line", self.product.span)
            }
            FieldOf::Input(place) => Ok(match self.ports.get(place).copied() {
                Some((port, there)) => {
                    let gate = &self.gates[port as usize];
                    let ends = (gate.least.min(gate.instead), gate.greatest.max(gate.instead));
                    let ends = if gate.port.lane == Lane::Any { (0, 0) } else { ends };
                    let from = self.graph.port(port, ends);
                    if matches!(self.gates[port as usize].port.lane, Lane::Word { .. }) {
                        // A text that is not told apart is shown by the evaluator.
                        let other = i64::try_from(self.words.len()).unwrap_or(i64::MAX);
                        let other = self.graph.compare_const(CompareOp::Equal, from, other);
                        let shown = self.graph.and(other, there);
                        self.defer(shown);
                    }
                    Kept::Input { port, from, known: self.unless_always(there) }
                }
                None => Kept::Nothing,
            }),
        }
    }

    /// What is finer than the smallest amount that is paid gets a remark, which the evaluator makes.
    fn is_payable(&mut self) -> Result<(), Unsupported> {
        let net = |level| Place::Builtin { level, figure: Builtin::Net };
        let total = Place::Figure { level: Level::Quote, name: "total".into() };
        for of in [net(Level::Line), net(Level::Quote), total] {
            if let Some(Val::Num(net)) = self.cells.get(&of).cloned() {
                let minor = self.plan.minor_unit(&self.day);
                let whole = self.graph.rounded_to(net, Rounding::Down, &minor)?;
                let finer = self.graph.compare_numbers(CompareOp::NotEqual, whole, net)?;
                self.defer(finer);
            }
        }
        Ok(())
    }

    /// The waterfall of a unit is shown.
    fn has_unit(&self) -> bool {
        self.price.is_some_and(|price| !price.per_unit.is_empty())
    }

    pub fn unless_always(&self, there: B) -> Option<B> {
        (self.graph.truth(there) != Some(true)).then_some(there)
    }

    fn kept_cell(&mut self, place: &Place, shown: bool) -> Result<Kept, Unsupported> {
        match self.cells.get(place).cloned().filter(|_| shown) {
            Some(Val::Num(number)) => self.kept_number(number, None),
            _ => Ok(Kept::Nothing),
        }
    }

    pub fn kept_number(&mut self, number: Num, known: Option<B>) -> Result<Kept, Unsupported> {
        match (number.below, u8::try_from(number.scale)) {
            (None, Ok(scale)) => Ok(Kept::Number { scale, from: number.above, known }),
            _ => unsupported("an amount that is an open quotient", self.product.span),
        }
    }

    /// A margin or a share off the list price, rounded for reading; none where there is nothing to be a
    /// share of.
    fn kept_share(&mut self, level: Level, figure: Builtin) -> Result<Kept, Unsupported> {
        let of = |figure| Place::Builtin { level, figure };
        let (list, cost) = (self.cells.contains_key(&of(Builtin::List)), self.product.has_cost);
        let cost = cost && self.cells.contains_key(&of(Builtin::Cost));
        let has = if figure == Builtin::Margin { cost } else { list };
        if !has || !self.cells.contains_key(&of(Builtin::Net)) || level == Level::Unit && !self.has_unit() {
            return Ok(Kept::Nothing);
        }
        let (above, below) = self.share(level, figure, self.product.span)?;
        let there = self.graph.compare_const(CompareOp::Greater, below.above, 0);
        if figure == Builtin::OffList {
            let negative = self.graph.compare_const(CompareOp::Less, below.above, 0);
            self.defer(negative);
        }
        let share = self.graph.over(above, below)?;
        let places = Exact::scaled(1, SHARE_PLACES);
        let shown = self.graph.rounded_to(share, Rounding::HalfEven, &places)?;
        let shown = self.graph.at_scale(shown, u32::from(SHARE_PLACES))?;
        let known = self.unless_always(there);
        self.kept_number(shown, known)
    }

    fn kept_step(&mut self, level: Level, step: &Name, what: StepField) -> Result<Kept, Unsupported> {
        let Some(out) = self.steps.get(&(level, step.clone())).copied() else { return Ok(Kept::Nothing) };
        match (what, out.bound) {
            (StepField::Amount, _) => {
                let known = self.unless_always(out.there);
                self.kept_number(out.amount, known)
            }
            (StepField::Applied, _) => {
                Ok(Kept::Flag { from: out.applied, known: self.unless_always(out.there) })
            }
            (StepField::Bound, Some((bound, known))) => {
                let known = self.graph.and(known, out.there);
                let known = self.unless_always(known);
                self.kept_number(bound, known)
            }
            (StepField::Bound, None) => Ok(Kept::Nothing),
        }
    }
}

fn names(of: Vec<(Name, B)>) -> Result<Kept, Unsupported> {
    if of.len() > MOST_NAMES {
        return Err(Unsupported { what: "more than 64 names in a list".into(), span: None });
    }
    Ok(Kept::Names { of })
}
