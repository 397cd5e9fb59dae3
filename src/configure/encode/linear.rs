//! Numbers as sums of terms with factors.

use std::collections::BTreeMap;

use super::Encoder;
use super::curve::number_of;
use super::term::{Node, TermId};
use super::view::Seen;
use super::why::Why;
use crate::ir::{ArithmeticOp, ExprKind, Value};
use crate::value::Exact;

/// How deep conditions within sums may nest to be taken apart.
const MOST_CONDITIONS: usize = 32;

impl Encoder {
    /// `if c then a + b else d` as `(if c then a else 0) + (if c then b else 0) + (if c then 0 else d)`.
    pub(super) fn apart(
        &mut self,
        id: TermId,
        depth: usize,
    ) -> Result<(BTreeMap<TermId, Exact>, Exact), Why> {
        let one = BTreeMap::from([(id, Exact::ONE)]);
        let Some(term) = self.terms.get(id).cloned() else { return Err(Why::Figure) };
        let (Node::Form(ExprKind::If { .. }), [condition, then, otherwise]) =
            (&term.node, term.operands.as_slice())
        else {
            return Ok((one, Exact::ZERO));
        };
        if depth > MOST_CONDITIONS || term.ty != *term.ty.required() {
            return Ok((one, Exact::ZERO));
        }
        let zero = self.terms.constant(Some(Value::Number(Exact::ZERO)), &term.ty);
        let mut parts = BTreeMap::new();
        let mut branches = 0;
        for (branch, holds) in [(*then, true), (*otherwise, false)] {
            let (linear, fixed) = self.linear(&[(branch, Exact::ONE)])?;
            let mut under = |this: &mut Encoder, part: TermId, factor: &Exact| {
                let (then, otherwise) = if holds { (part, zero) } else { (zero, part) };
                let part = this.if_term(*condition, then, otherwise, &term.ty);
                branches += 1;
                add(&mut parts, part, factor)
            };
            for (part, factor) in linear {
                let (inner, inner_fixed) = self.apart(part, depth + 1)?;
                for (part, by) in inner {
                    under(self, part, &by.checked_mul(&factor).map_err(|_| Why::Curve)?)?;
                }
                if !inner_fixed.is_zero() {
                    let fixed = self.terms.constant(Some(Value::Number(inner_fixed)), &term.ty);
                    under(self, fixed, &factor)?;
                }
            }
            if !fixed.is_zero() {
                let fixed = self.terms.constant(Some(Value::Number(fixed)), &term.ty);
                under(self, fixed, &Exact::ONE)?;
            }
        }
        // One part alone is the term itself again.
        Ok((if branches < 2 { one } else { parts }, Exact::ZERO))
    }

    /// Numbers as a sum of terms with factors, and a fixed number. Terms are taken apart from the last to the first,
    /// so that each is looked at once.
    pub fn linear(&mut self, of: &[(TermId, Exact)]) -> Result<(BTreeMap<TermId, Exact>, Exact), Why> {
        let mut waiting: BTreeMap<TermId, Exact> = BTreeMap::new();
        let mut parts: BTreeMap<TermId, Exact> = BTreeMap::new();
        let mut fixed = Exact::ZERO;
        for (term, factor) in of {
            add(&mut waiting, *term, factor)?;
        }
        while let Some((id, factor)) = waiting.pop_last() {
            let Some(term) = self.terms.get(id).cloned() else { return Err(Why::Figure) };
            if term.scope.is_empty() {
                let seen = self.view(id)?;
                // What never comes to a number never comes to a comparison, which asks for it besides.
                if let Seen::Constant(Some(value)) = &*seen
                    && let Some(number) = number_of(value)
                {
                    fixed = times_plus(&fixed, &number, &factor)?;
                }
                continue;
            }
            let operands = term.operands.as_slice();
            match (&term.node, operands) {
                (Node::Form(ExprKind::Arithmetic { op: ArithmeticOp::Add, .. }), [left, right]) => {
                    add(&mut waiting, *left, &factor)?;
                    add(&mut waiting, *right, &factor)?;
                }
                (Node::Form(ExprKind::Arithmetic { op: ArithmeticOp::Subtract, .. }), [left, right]) => {
                    add(&mut waiting, *left, &factor)?;
                    add(&mut waiting, *right, &factor.neg())?;
                }
                (Node::Form(ExprKind::Negate(_)), [of]) => add(&mut waiting, *of, &factor.neg())?,
                (Node::Form(ExprKind::Scale { factor: by, .. }), [of]) => {
                    add(&mut waiting, *of, &factor.checked_mul(by).map_err(|_| Why::Curve)?)?;
                }
                (Node::Form(ExprKind::Arithmetic { op, .. }), [left, right]) => {
                    match self.factor(*op, *left, *right)? {
                        Some((of, by)) => {
                            add(&mut waiting, of, &factor.checked_mul(&by).map_err(|_| Why::Curve)?)?;
                        }
                        None => add(&mut parts, id, &factor)?,
                    }
                }
                (Node::Form(ExprKind::Days { through, .. }), [from, to]) => {
                    add(&mut waiting, *to, &factor)?;
                    add(&mut waiting, *from, &factor.neg())?;
                    if *through {
                        fixed = times_plus(&fixed, &Exact::ONE, &factor)?;
                    }
                }
                _ => add(&mut parts, id, &factor)?,
            }
        }
        parts.retain(|_, factor| !factor.is_zero());
        Ok((parts, fixed))
    }

    /// A product with a fixed number: the other side and the factor.
    fn factor(
        &mut self,
        op: ArithmeticOp,
        left: TermId,
        right: TermId,
    ) -> Result<Option<(TermId, Exact)>, Why> {
        let fixed = |this: &mut Encoder, id: TermId| -> Result<Option<Exact>, Why> {
            if !this.terms.get(id).is_some_and(|it| it.scope.is_empty()) {
                return Ok(None);
            }
            Ok(match &*this.view(id)? {
                Seen::Constant(Some(Value::Number(number))) => Some(number.clone()),
                _ => None,
            })
        };
        Ok(match op {
            ArithmeticOp::Multiply => match fixed(self, left)? {
                Some(by) => Some((right, by)),
                None => fixed(self, right)?.map(|by| (left, by)),
            },
            ArithmeticOp::Divide => {
                let by = fixed(self, right)?.and_then(|by| Exact::ONE.checked_div(&by).ok());
                by.map(|by| (left, by))
            }
            ArithmeticOp::Add | ArithmeticOp::Subtract => None,
        })
    }
}

/// Adds a term with a factor to a sum.
pub(super) fn add(to: &mut BTreeMap<TermId, Exact>, term: TermId, factor: &Exact) -> Result<(), Why> {
    let known = to.entry(term).or_insert(Exact::ZERO);
    *known = known.checked_add(factor).map_err(|_| Why::Curve)?;
    Ok(())
}

/// A sum and one product more.
pub(super) fn times_plus(sum: &Exact, number: &Exact, factor: &Exact) -> Result<Exact, Why> {
    let more = number.checked_mul(factor).map_err(|_| Why::Curve)?;
    sum.checked_add(&more).map_err(|_| Why::Curve)
}
