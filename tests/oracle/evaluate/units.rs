//! Blocks of the quote: taxes on one base, and claims on units, one unit after the other.

use std::collections::BTreeMap;

use num_traits::{One, Signed, Zero};

use super::expr::{Res, Scope, number, rounded, step_size, truth};
use super::groups::grouped_by;
use super::quote::Run;
use super::spread::{Share, spread};
use super::waterfall::{Waterfall, counts, name_group, named, not_negative};
use crate::model::{Claim, Expr, GroupKind, Lit, Rounding, Selection, Step, StepKind, TaxOf, Ty};
use crate::number::{Mode, Q, decimal, round, whole};

/// What each line takes of a claim, by the claim's name.
pub type Shares = BTreeMap<String, Vec<(usize, Q)>>;

/// The units of one line that nobody has taken.
struct Units {
    line: usize,
    left: Q,
    price: Q,
}

impl Run<'_> {
    pub(super) fn taxes_of(
        &mut self,
        so_far: &mut Waterfall,
        scope: &mut Scope,
        step: &Step,
        (sum, base): (Option<&Rounding>, Option<&(bool, Expr)>),
        taxes: &[TaxOf],
    ) {
        if self.before_tax.is_none() {
            self.before_tax = Some((so_far.running.clone(), self.amounts.clone()));
        }
        let within = base.is_some_and(|(within, _)| *within);
        match self.worked_out(scope, step, (sum, base), taxes) {
            Err(fault) => {
                let all = taxes.iter().map(|tax| &tax.name).chain([&step.name]);
                all.for_each(|name| scope.set_number(format!("quote.{name}"), Err(fault.clone())));
                taxes.iter().for_each(|tax| {
                    so_far.note(scope, "quote", &named(&tax.name), &Err(fault.clone()));
                });
            }
            Ok(amounts) => {
                scope.set_number(format!("quote.{}", step.name), Ok(amounts.iter().sum()));
                for (tax, amount) in taxes.iter().zip(amounts) {
                    if !amount.is_zero() {
                        self.taxes.push((tax.name.clone(), amount.clone()));
                    }
                    let adds = if within { Q::zero() } else { amount.clone() };
                    so_far.note(scope, "quote", &named(&tax.name), &Ok(adds));
                    scope.set_number(tax.name.clone(), Ok(amount));
                }
            }
        }
    }

    fn worked_out(
        &self,
        scope: &Scope,
        step: &Step,
        (sum, base): (Option<&Rounding>, Option<&(bool, Expr)>),
        taxes: &[TaxOf],
    ) -> Res<Vec<Q>> {
        if !counts(self.world, scope, step)? {
            return Ok(vec![Q::zero(); taxes.len()]);
        }
        let of = base.map(|(_, base)| number(self.world, scope, base)).transpose()?.unwrap_or_else(Q::zero);
        let mut rates = Vec::new();
        let mut fixed = Vec::new();
        for tax in taxes {
            let holds = tax.when.as_ref().map_or(Ok(true), |when| truth(self.world, scope, when))?;
            let value = |expr: &Option<Expr>| match expr {
                Some(expr) if holds => number(self.world, scope, expr),
                _ => Ok(Q::zero()),
            };
            rates.push(value(&tax.rate)?);
            fixed.push(value(&tax.amount)?);
        }
        let all: Q = rates.iter().sum();
        let rest = match base {
            Some((true, _)) => (of - fixed.iter().sum::<Q>()) / (Q::one() + all),
            _ => of,
        };
        let exact = rates.iter().zip(&fixed).map(|(rate, fixed)| rate * &rest + fixed);
        let own: Vec<Q> = exact
            .zip(taxes)
            .map(|(exact, tax)| match &tax.rounding {
                Some(to) => rounded(self.world, &exact, to),
                None => exact,
            })
            .collect();
        let Some(to) = sum else { return Ok(own) };
        let cent = &to.step * step_size(self.world, to);
        let mut shares: Vec<Q> = own.iter().map(|exact| round(exact, Mode::Floor, &cent)).collect();
        let mut left = round(&own.iter().sum(), to.mode, &cent) - shares.iter().sum::<Q>();
        let mut order: Vec<usize> = (0..own.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(&own[*at] - &shares[*at]));
        for at in order {
            if left.is_positive() {
                shares[at] += &cent;
                left -= &cent;
            }
        }
        Ok(shares)
    }

    /// The units of all lines that are sold by the piece.
    fn pool(&self) -> Vec<Units> {
        let mut pool = Vec::new();
        for (at, amount) in &self.amounts {
            let scope = &self.lines[*at].scope;
            let (product, _) = scope.product.as_ref().expect("a line");
            let product = self.world.book.products.iter().find(|found| found.name == *product);
            let measured = product.and_then(|product| product.quantity.as_ref());
            if measured.is_some_and(|quantity| matches!(quantity.ty, Ty::Measure(_))) {
                continue;
            }
            let Some(Ok(crate::model::Val::Num(quantity))) = scope.names.get("quantity").cloned() else {
                continue;
            };
            pool.push(Units { line: *at, price: amount / &quantity, left: quantity });
        }
        pool
    }

    /// Claims by themselves: each counts before the next is looked at.
    pub(super) fn claims(
        &mut self,
        so_far: &mut Waterfall,
        scope: &mut Scope,
        whole: &Step,
        claims: &[Claim],
    ) {
        match counts(self.world, scope, whole) {
            Ok(true) => {}
            Ok(false) => {
                let nothing = || Ok(Q::zero());
                claims.iter().for_each(|it| so_far.note(scope, "quote", &named(&it.name), &nothing()));
                return name_group(scope, "quote", whole, std::iter::once(nothing()));
            }
            Err(fault) => return so_far.lose(scope, "quote", whole, &fault),
        }
        let mut pool = self.pool();
        let mut changes = Vec::new();
        for claim in claims {
            let step = named(&claim.name);
            if let Err(fault) = so_far.running.clone() {
                so_far.note(scope, "quote", &step, &Err(fault.clone()));
                changes.push(Err(fault));
                continue;
            }
            scope.set_number("running", so_far.running.clone());
            let change = self.claim(scope, claim, &mut pool).map(|off| {
                let off = off.unwrap_or_default();
                let shares: Vec<(usize, Q)> = off.into_iter().map(|(at, off)| (at, -off)).collect();
                let sum = shares.iter().map(|(_, share)| share).sum();
                self.take(&step, shares.into_iter().filter(|(_, share)| !share.is_zero()).collect());
                sum
            });
            so_far.note(scope, "quote", &step, &change);
            changes.push(change);
        }
        name_group(scope, "quote", whole, changes.into_iter());
    }

    /// A group in which the steps of each `claims` stand as what they would take off, and what of that each line
    /// would take. All work on the price at the group's entry, and each `claims` on units of its own.
    pub(super) fn judged(&self, scope: &mut Scope, group: &Step) -> (Step, Shares) {
        let StepKind::Group(kind, members) = &group.kind else { return (group.clone(), Shares::new()) };
        let (mut judged, mut shares) = (Vec::new(), Shares::new());
        for member in members {
            let StepKind::Claims(claims) = &member.kind else {
                let mut member = member.clone();
                if grouped_by(&member).is_some() {
                    let counting = counts(self.world, scope, &member) != Ok(false);
                    let off = if counting { self.in_groups(scope, &member) } else { Ok(None) };
                    if counting && matches!(off, Ok(None)) {
                        // What reaches no line does not count.
                        member.when = Some(Expr::Lit(Lit::Bool(false)));
                    }
                    let amount = format!("amount of {}", member.name);
                    let takes = matches!(member.kind, StepKind::Less(_));
                    let sum =
                        off.as_ref().map(|off| off.as_ref().map_or_else(Q::zero, |off| off.taken.clone()));
                    let sum = sum.map(|sum| if takes { -sum } else { sum });
                    scope.set_number(amount.clone(), sum.map_err(Clone::clone));
                    let of = off.ok().flatten().map_or_else(Vec::new, |off| off.shares);
                    shares.insert(member.name.clone(), of);
                    let amount = Expr::Read(amount);
                    member.kind = if takes { StepKind::Less(amount) } else { StepKind::Add(amount) };
                }
                judged.push(member);
                continue;
            };
            let mut pool = self.pool();
            let mut steps = Vec::new();
            let counting = counts(self.world, scope, member) != Ok(false);
            for claim in claims {
                let off = if counting { self.claim(scope, claim, &mut pool) } else { Ok(None) };
                // Whether the step is looked at is seen where the group is weighed.
                let amount = format!("amount of {}", claim.name);
                let sum = off.as_ref().map(|off| off.iter().flatten().map(|(_, off)| off).sum());
                scope.set_number(amount.clone(), sum.map_err(Clone::clone));
                let amount = Expr::Read(amount);
                let off = off.unwrap_or_else(|_| Some(Vec::new()));
                let when = off.is_none().then_some(Expr::Lit(Lit::Bool(false)));
                steps.push(Step { kind: StepKind::Less(amount), when, ..named(&claim.name) });
                let off = off.unwrap_or_default().into_iter().filter(|(_, off)| !off.is_zero());
                shares.insert(claim.name.clone(), off.map(|(at, off)| (at, -off)).collect());
            }
            judged.push(Step { kind: StepKind::Group(GroupKind::All, steps), ..member.clone() });
        }
        (Step { kind: StepKind::Group(*kind, judged), ..group.clone() }, shares)
    }

    /// What a claim takes off each line; none where its condition does not hold or it finds too few units.
    fn claim(&self, scope: &Scope, claim: &Claim, pool: &mut [Units]) -> Res<Option<Vec<(usize, Q)>>> {
        let mut counted = false;
        let mut off: Vec<(usize, Q)> = pool.iter().map(|units| (units.line, Q::zero())).collect();
        let holds = claim.when.as_ref().map_or(Ok(true), |when| truth(self.world, scope, when))?;
        if !holds {
            return Ok(None);
        }
        let all: Vec<usize> = pool.iter().map(|units| units.line).collect();
        let Some(each) = &claim.each else {
            self.claim_from(scope, (claim, claim.times), &all, pool, (&mut off, &mut counted))?;
            return Ok(counted.then_some(off));
        };
        let mut left = claim.times;
        for (of, lines) in self.groups(each, &all) {
            let inside = self.inside_group(scope, each, of, &lines);
            let most = if claim.in_all { left } else { claim.times };
            left -= self.claim_from(&inside, (claim, most), &lines, pool, (&mut off, &mut counted))?;
        }
        Ok(counted.then_some(off))
    }

    /// Makes a claim on the units of some lines; how often it was made.
    fn claim_from(
        &self,
        scope: &Scope,
        (claim, most): (&Claim, i64),
        of: &[usize],
        pool: &mut [Units],
        (off, counted): (&mut [(usize, Q)], &mut bool),
    ) -> Res<i64> {
        let mut made = 0;
        while made < most {
            let before: Vec<Q> = pool.iter().map(|units| units.left.clone()).collect();
            let mut cheaper = vec![Q::zero(); pool.len()];
            let mut short = false;
            for (at, selection) in claim.needs.iter().chain(&claim.on).enumerate() {
                let Some(taken) = self.units(selection, of, pool)? else {
                    short = true;
                    break;
                };
                if at >= claim.needs.len() {
                    cheaper.iter_mut().zip(taken).for_each(|(sum, count)| *sum += count);
                }
            }
            if short {
                pool.iter_mut().zip(before).for_each(|(units, left)| units.left = left);
                break;
            }
            let weights: Vec<Q> =
                pool.iter().zip(&cheaper).map(|(units, count)| &units.price * count).collect();
            *counted = true;
            let mut inside = scope.clone();
            inside.set_number("running", Ok(weights.iter().sum()));
            let step = Step { kind: StepKind::Less(claim.amount.clone()), ..named(&claim.name) };
            let amount = not_negative(&step, number(self.world, &inside, &claim.amount)?)?;
            if amount.is_zero() {
                pool.iter_mut().zip(before).for_each(|(units, left)| units.left = left);
                break;
            }
            let taken: Vec<usize> = (0..pool.len()).filter(|at| !cheaper[*at].is_zero()).collect();
            let over: Vec<Share> =
                taken.iter().map(|at| Share { weight: weights[*at].clone(), within: None }).collect();
            let (shares, _) = spread(&amount, &over, &decimal(1, self.world.places), "largest");
            for (at, share) in taken.into_iter().zip(shares) {
                off[at].1 += share;
            }
            made += 1;
        }
        Ok(made)
    }

    /// Takes units one by one; how many of each line. None where there are too few.
    fn units(&self, of: &Selection, within: &[usize], pool: &mut [Units]) -> Res<Option<Vec<Q>>> {
        let lines: Vec<usize> = pool.iter().map(|units| units.line).collect();
        let meant = self.of_each(&lines, |at| match &of.among {
            Some(among) => Ok(truth(self.world, &self.scope_of(at), among)? && within.contains(&at)),
            None => Ok(within.contains(&at)),
        })?;
        let mut taken = vec![Q::zero(); pool.len()];
        if of.count.is_none() && of.worth.is_none() {
            for (at, units) in pool.iter_mut().enumerate().filter(|(at, _)| meant[*at]) {
                taken[at] = std::mem::replace(&mut units.left, Q::zero());
            }
            return Ok(taken.iter().any(Q::is_positive).then_some(taken));
        }
        let mut missing = of.worth.clone().unwrap_or_else(|| whole(of.count.unwrap_or(0)));
        let counts = |units: &Units| of.worth.is_none() || units.price.is_positive();
        while missing.is_positive() {
            let mut best: Option<usize> = None;
            let free = |at: &usize| meant[*at] && pool[*at].left.is_positive() && counts(&pool[*at]);
            for at in (0..pool.len()).filter(free) {
                let better = match (best, of.dearest) {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(best), Some(true)) => pool[at].price > pool[best].price,
                    (Some(best), Some(false)) => pool[at].price < pool[best].price,
                };
                best = if better { Some(at) } else { best };
            }
            let Some(best) = best else { break };
            pool[best].left -= Q::one();
            taken[best] += Q::one();
            missing -= if of.worth.is_some() { pool[best].price.clone() } else { Q::one() };
        }
        let some = taken.iter().any(Q::is_positive);
        Ok((some && (!missing.is_positive() || of.up_to)).then_some(taken))
    }
}
