//! The cheapest and the dearest configurations by list price, exact, and the next best ones.

use std::collections::BTreeSet;

use super::complete::Completion;
use super::model::NoListPrice;
use super::session::{NotDecided, Session};
use crate::logic::{Claim, Literal, ValueSet, Var};
use crate::value::Exact;

/// Which end of the prices is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The lowest list price first.
    Cheapest,
    /// The highest list price first.
    Dearest,
}

/// A configuration and the list price of one unit of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The list price, in the unit of [`ListPrice::unit`](super::ListPrice::unit).
    pub price: Exact,
    /// The configuration: what decides the price is as it must be, all else keeps its default where it can.
    pub completion: Completion,
}

/// Why there is no ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRanked {
    /// A limit stopped the answer.
    NotDecided(NotDecided),
    /// The list price is nothing that configurations can be compared by exactly, in words.
    NoPrice(String),
}

impl From<NotDecided> for NotRanked {
    fn from(stopped: NotDecided) -> NotRanked {
        NotRanked::NotDecided(stopped)
    }
}

/// A price reached, with what decides it, and where the next ones are looked for. Ordered by how good it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    cost: i128,
    /// One value a variable of the price.
    values: Vec<u32>,
    /// So many variables of the price are fixed in this branch, from the front.
    fixed: usize,
    /// Values that the branch excludes, by the position of the variable.
    not: Vec<(usize, u32)>,
}

impl Session {
    /// The valid configurations with all choices in the order of their list prices, at most `most`. Each
    /// differs from the others in something that decides the price. None where the choices clash.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer, or list prices cannot be compared exactly.
    pub fn best(&mut self, end: End, most: usize) -> Result<Vec<Ranked>, NotRanked> {
        let no_price = |why: &NoListPrice| NotRanked::NoPrice(why.0.clone());
        // Prices tell values apart that are alike to rules: the question goes to a model that knows them.
        let ranked = self.model.ranked().map_err(no_price)?.clone();
        let mut session = Session::new(ranked);
        session.choices = self.choices.clone();
        session.in_order(end, most)
    }

    /// The same in a model that knows prices.
    fn in_order(&mut self, end: End, most: usize) -> Result<Vec<Ranked>, NotRanked> {
        let model = self.model.clone();
        let price = model.list_price().map_err(|why| NotRanked::NoPrice(why.0.clone()))?;
        if let Some(open) = self.reach.anything() {
            return Err(open.clone().into());
        }
        let mut base = self.asked().claims;
        base.extend(self.unanswered());
        let vars: Vec<Var> = price.terms.iter().map(|(var, _)| *var).collect();
        // Dearest first is cheapest first by the negated costs.
        let terms: Vec<(Var, Vec<i128>)> = match end {
            End::Cheapest => price.terms.clone(),
            End::Dearest => price
                .terms
                .iter()
                .map(|(var, costs)| (*var, costs.iter().map(|cost| cost.saturating_neg()).collect()))
                .collect(),
        };
        let mut open: BTreeSet<Found> = BTreeSet::new();
        open.extend(self.reached(&base, &vars, &terms, Vec::new(), 0, Vec::new())?);
        let mut ranked = Vec::new();
        while ranked.len() < most
            && let Some(found) = open.pop_first()
        {
            let own = vars.iter().zip(&found.values).map(|(var, value)| Literal::is(*var, *value));
            let claims: Vec<Claim> = base.iter().cloned().chain(own).collect();
            let cost = match end {
                End::Cheapest => found.cost,
                End::Dearest => found.cost.saturating_neg(),
            };
            let amount = Exact::from_i128(cost).checked_mul(&price.scale);
            let amount = amount.and_then(|amount| amount.checked_add(&price.constant));
            let amount = amount.map_err(|_| NotRanked::NoPrice("a list price has too many digits".into()))?;
            if let Some(completion) = self.complete_with(&claims, &base)? {
                ranked.push(Ranked { price: amount, completion });
            }
            // Every other solution differs from this one first at some variable.
            for at in found.fixed..vars.len() {
                let Some(value) = found.values.get(at) else { break };
                let mut not: Vec<(usize, u32)> = Vec::new();
                not.extend(found.not.iter().filter(|(of, _)| *of >= at));
                not.push((at, *value));
                open.extend(self.reached(&base, &vars, &terms, found.values.clone(), at, not)?);
            }
        }
        Ok(ranked)
    }

    /// The best solution of a branch: the first `fixed` variables as they were, others not as excluded.
    fn reached(
        &mut self,
        base: &[Claim],
        vars: &[Var],
        terms: &[(Var, Vec<i128>)],
        values: Vec<u32>,
        fixed: usize,
        not: Vec<(usize, u32)>,
    ) -> Result<Option<Found>, NotDecided> {
        let mut claims = base.to_vec();
        let own = vars.iter().zip(&values).take(fixed);
        claims.extend(own.map(|(var, value)| Literal::is(*var, *value)));
        for (at, var) in vars.iter().enumerate() {
            let excluded: ValueSet =
                not.iter().filter(|(of, _)| *of == at).map(|(_, value)| *value).collect();
            if excluded.is_empty() {
                continue;
            }
            let rest = self.model.solver.problem().all(*var).without(&excluded);
            if rest.is_empty() {
                return Ok(None);
            }
            claims.push(Literal::new(*var, rest));
        }
        let best = self.solver.best(&claims, terms, false, 1)?;
        let found = best.into_iter().next().map(|(cost, solution)| {
            let value = |var: &Var| solution.get(var.0 as usize).copied().unwrap_or_default();
            Found { cost, values: vars.iter().map(value).collect(), fixed, not }
        });
        Ok(found)
    }
}
