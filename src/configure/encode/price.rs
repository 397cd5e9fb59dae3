//! The list price of a configuration as a sum of what single variables cost.

use std::collections::{BTreeMap, HashMap};

use super::axis::{AxisId, Raw, Values};
use super::classes::Classes;
use super::curve::number_of;
use super::home::HomeId;
use super::product::parameter;
use super::term::TermId;
use super::truth::Want;
use super::view::Seen;
use super::why::Why;
use super::{Encoder, Pending};
use crate::configure::model::{ListPrice, NoListPrice, RuleInfo, RuleKind};
use crate::ir::{ArithmeticOp, ExprKind, Formula, NumberTy, PartsPrice, Price, Step, StepKind, Ty, Value};
use crate::logic::{ValueSet, Var};
use crate::source::Span;
use crate::value::Exact;

/// What the values of axes cost.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// What no axis decides.
    pub fixed: Exact,
    /// By axis: sets of its values, each with its cost.
    pub of: Vec<(AxisId, Vec<(Raw, Exact)>)>,
}

impl Encoder {
    /// The term of the list price of one unit, with that of pieces that have prices of their own.
    ///
    /// # Errors
    ///
    /// Why there is none, in words.
    pub fn list_term(&mut self, home: HomeId) -> Result<(TermId, NumberTy), String> {
        let product = self.home(home).map(|home| home.product.clone()).ok_or("there is no product")?;
        let plan = self.probe.bench().plan().clone();
        let planned = plan.find_product(&product.name).and_then(|at| plan.product(at));
        let price = planned.and_then(|planned| planned.price.clone());
        let price = price.ok_or_else(|| format!("`{}` has no price", product.name))?;
        let (amount, when) = self.list_step(&price, &product.name)?;
        let Ty::Number(unit) = amount.expr.ty.required().clone() else {
            return Err(format!("the list price of `{}` is no amount", product.name));
        };
        let unclear = |why: Why| format!("of the list price of `{}`: {why}", product.name);
        let mut total = self.term(&amount.expr, home).map_err(unclear)?;
        if let Some(when) = when {
            let ty = amount.expr.ty.clone();
            let when = self.term(&when.expr, home).map_err(unclear)?;
            let zero = self.terms.constant(Some(Value::Number(Exact::ZERO)), &ty);
            let kind = ExprKind::If {
                condition: Box::new(parameter(0, Ty::Bool)),
                then: Box::new(parameter(1, ty.clone())),
                otherwise: Box::new(parameter(2, ty.clone())),
            };
            total = self.made(&kind, &[when, total, zero], &ty, Span::default());
        }
        if product.parts_price == Some(PartsPrice::Priced) {
            total = self.with_pieces(home, total, &unit)?;
        }
        Ok((total, unit))
    }

    /// The only step that sets the list price of a unit.
    fn list_step(&self, price: &Price, product: &str) -> Result<(Formula, Option<Formula>), String> {
        let lists = |steps: &[Step]| -> Vec<Step> {
            steps.iter().filter(|step| matches!(step.kind, StepKind::List(_))).cloned().collect()
        };
        let found = lists(&price.per_unit);
        let [step] = found.as_slice() else {
            return Err(match lists(&price.per_line).is_empty() {
                true => format!("the price of `{product}` has no list price"),
                false => format!("the list price of `{product}` is that of a whole line"),
            });
        };
        if !step.during.as_ref().is_none_or(|during| during.holds(self.day)) {
            return Err(format!("`{product}` has no list price on {}", self.day));
        }
        match &step.kind {
            StepKind::List(amount) => Ok((amount.clone(), step.when.clone())),
            _ => Err(format!("the price of `{product}` has no list price")),
        }
    }

    /// Adds what the pieces of a bundle cost where they are lines of their own.
    fn with_pieces(&mut self, home: HomeId, own: TermId, unit: &NumberTy) -> Result<TermId, String> {
        let parts = self.home(home).map(|home| {
            home.product.parts.iter().filter_map(|part| home.parts.get(&part.name)).cloned().collect()
        });
        let parts: Vec<super::home::Pieces> = parts.unwrap_or_default();
        let ty = Ty::Number(unit.clone());
        let mut total = own;
        for pieces in parts {
            for piece in &pieces.homes {
                let (mut term, other) = self.list_term(*piece)?;
                if other != *unit {
                    return Err("the list prices of parts are amounts of another kind".into());
                }
                if pieces.are_alike {
                    let many = self.counted(&pieces);
                    term = self.combined(ArithmeticOp::Multiply, term, many, &ty);
                } else if let Some(exists) = self.home(*piece).and_then(|piece| piece.exists) {
                    let zero = self.terms.constant(Some(Value::Number(Exact::ZERO)), &ty);
                    let kind = ExprKind::If {
                        condition: Box::new(parameter(0, Ty::Bool)),
                        then: Box::new(parameter(1, ty.clone())),
                        otherwise: Box::new(parameter(2, ty.clone())),
                    };
                    term = self.made(&kind, &[exists, term, zero], &ty, Span::default());
                }
                total = self.combined(ArithmeticOp::Add, total, term, &ty);
            }
        }
        Ok(total)
    }

    fn combined(&mut self, op: ArithmeticOp, left: TermId, right: TermId, ty: &Ty) -> TermId {
        let [first, second] = [0, 1].map(|at| Box::new(parameter(at, ty.clone())));
        let kind = ExprKind::Arithmetic { op, left: first, right: second };
        self.made(&kind, &[left, right], ty, Span::default())
    }

    /// Works out what the values of axes cost, and asks that there is a price.
    pub fn rank(&mut self) {
        let list = self.list.clone();
        let costs = list.and_then(|(term, unit)| match self.costs_of(term) {
            Ok(costs) => Ok((costs, unit)),
            Err(why) => Err(match self.grows_with(term) {
                Some(path) => format!("the list price grows with `{path}`, which is a long range"),
                None => format!("of the list price: {why}"),
            }),
        });
        if let Ok((term, _)) = &self.list
            && self.terms.get(*term).is_some_and(|it| it.may_fail)
        {
            let term = *term;
            let info = RuleInfo {
                name: Some("list".into()),
                text: "list".into(),
                because: None,
                span: self.terms.get(term).map_or_else(Span::default, |it| it.span),
                within: None,
                kind: RuleKind::Price,
            };
            let asked = self.truth(term, Want::Defined);
            self.rules.push(Pending { info, term, asked });
        }
        self.costs = Some(costs);
    }

    /// The axes that decide the price.
    pub fn cost_axes(&self) -> Vec<AxisId> {
        match &self.costs {
            Some(Ok((costs, _))) => costs.of.iter().map(|(axis, _)| *axis).collect(),
            _ => Vec::new(),
        }
    }

    /// A number as a sum of what single axes cost.
    ///
    /// # Errors
    ///
    /// Where an axis is a range along which the number is not one of a few.
    fn costs_of(&mut self, term: TermId) -> Result<Costs, Why> {
        let (parts, fixed) = self.linear(&[(term, Exact::ONE)])?;
        let mut of: BTreeMap<AxisId, Vec<(Raw, Exact)>> = BTreeMap::new();
        for (part, factor) in parts {
            let seen = self.view(part)?;
            let Seen::Cases { axis, cases } = &*seen else { return Err(Why::Combinations) };
            let mut costs = Vec::with_capacity(cases.len());
            for (raw, outcome) in cases {
                // Where there is no price the rule that asks for one excludes the configuration.
                let number = outcome.as_ref().and_then(number_of).unwrap_or(Exact::ZERO);
                costs.push((raw.clone(), number.checked_mul(&factor).map_err(|_| Why::Curve)?));
            }
            let joined = match of.remove(axis) {
                None => costs,
                Some(known) => both(&known, &costs)?,
            };
            of.insert(*axis, joined);
        }
        Ok(Costs { fixed, of: of.into_iter().collect() })
    }

    /// The costs of the values of variables, scaled to whole numbers.
    ///
    /// # Errors
    ///
    /// Why they cannot be compared, in words.
    pub fn priced(
        &self,
        costs: &Costs,
        unit: &NumberTy,
        classes: &BTreeMap<AxisId, Classes>,
        vars: &HashMap<AxisId, Var>,
    ) -> Result<ListPrice, NoListPrice> {
        let large = || NoListPrice("list prices have too many digits to be compared".into());
        let numbers = || costs.of.iter().flat_map(|(_, of)| of).map(|(_, number)| number);
        let mut common = 1_i128;
        for number in numbers() {
            common = least_multiple(common, denominator(number).ok_or_else(large)?).ok_or_else(large)?;
        }
        let factor = Exact::from_i128(common);
        let scale = Exact::ONE.checked_div(&factor).map_err(|_| large())?;
        let mut terms = Vec::with_capacity(costs.of.len());
        for (axis, of) in &costs.of {
            let (Some(classes), Some(var)) = (classes.get(axis), vars.get(axis)) else { continue };
            let mut list = vec![0_i128; classes.size as usize];
            for (raw, number) in of {
                let whole = number.checked_mul(&factor).ok().and_then(|it| it.to_i128()).ok_or_else(large)?;
                let set: ValueSet = classes.of(raw);
                for class in set.iter() {
                    if let Some(place) = list.get_mut(class as usize) {
                        *place = whole;
                    }
                }
            }
            terms.push((*var, list));
        }
        Ok(ListPrice { scale, constant: costs.fixed.clone(), terms, unit: unit.clone() })
    }

    /// The slot whose numbers the list price grows with, if that is why it cannot be compared.
    fn grows_with(&self, term: TermId) -> Option<String> {
        let below = self.terms.below(&[term], &|_| false);
        let axes = below.into_iter().filter_map(|id| self.terms.get(id)?.scope.only());
        let long = axes.into_iter().find(|axis| matches!(self.values(*axis), Some(Values::Line { .. })))?;
        let draft = self.drafts.iter().find(|draft| draft.all_axes().contains(&long))?;
        Some(draft.path.to_string())
    }
}

/// The sums of two lists of costs of one axis.
fn both(left: &[(Raw, Exact)], right: &[(Raw, Exact)]) -> Result<Vec<(Raw, Exact)>, Why> {
    let mut both = Vec::new();
    for (raw, number) in left {
        for (other, more) in right {
            let common = raw.and(other);
            if !common.is_empty() {
                both.push((common, number.checked_add(more).map_err(|_| Why::Curve)?));
            }
        }
    }
    Ok(both)
}

/// What a number must be multiplied with to be whole.
fn denominator(number: &Exact) -> Option<i128> {
    if number.is_integer() {
        return Some(1);
    }
    let text = number.to_fraction_text();
    let (_, below) = text.split_once('/')?;
    below.parse().ok()
}

fn least_multiple(left: i128, right: i128) -> Option<i128> {
    let (mut a, mut b) = (left, right);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    left.checked_div(a)?.checked_mul(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_scaled_by_the_least_common_multiple_of_what_stands_below_their_fraction_bars() {
        assert_eq!(least_multiple(4, 6), Some(12));
        assert_eq!(least_multiple(1, 100), Some(100));
        assert_eq!(denominator(&Exact::scaled(125, 3)), Some(8));
        assert_eq!(denominator(&Exact::ratio(2, 3).unwrap()), Some(3));
        assert_eq!(denominator(&Exact::from(7)), Some(1));
    }
}
