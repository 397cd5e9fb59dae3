//! The curve of every form of expression from those of its operands.

use std::rc::Rc;

use super::{Curve, Shape, Tracer, number_of, tidy};
use crate::configure::encode::term::{Node, Term, TermId};
use crate::configure::encode::why::Why;
use crate::ir::{ArithmeticOp, ExprKind, PerCurrency, Value};
use crate::value::Exact;

impl Shape {
    /// Of `-x`.
    pub(super) fn turned(self) -> Shape {
        match self {
            Shape::Straight(up) => Shape::Straight(up.map(|up| !up)),
            Shape::Monotonous(up) => Shape::Monotonous(!up),
            other => other,
        }
    }

    /// Of a sum.
    pub(super) fn plus(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Flat, shape) | (shape, Shape::Flat) => shape,
            (Shape::Straight(left), Shape::Straight(right)) => {
                Shape::Straight(left.filter(|_| left == right))
            }
            (Shape::Monotonous(left), Shape::Monotonous(right)) if left == right => self,
            (Shape::Straight(Some(left)), Shape::Monotonous(right))
            | (Shape::Monotonous(right), Shape::Straight(Some(left)))
                if left == right =>
            {
                Shape::Monotonous(left)
            }
            _ => Shape::Wild,
        }
    }

    /// Of what is now the one, now the other, with a break at each change.
    fn or(self, other: Shape) -> Shape {
        self.plus(other)
    }
}

impl Curve {
    fn flat() -> Curve {
        Curve { breaks: Vec::new(), shape: Shape::Flat }
    }
}

impl Tracer<'_> {
    /// The curve of a term. Operands first, so nothing goes deep.
    pub(super) fn curve(&mut self, top: TermId) -> Result<Rc<Curve>, Why> {
        for id in self.order.clone() {
            let Some(term) = self.encoder.terms.get(id).cloned() else { return Err(Why::Figure) };
            let mut curve = self.form(&term)?;
            tidy(&mut curve.breaks);
            if curve.breaks.len() > self.encoder.effort.classes {
                return Err(Why::Classes);
            }
            self.curves.insert(id, Rc::new(curve));
            self.spend()?;
        }
        Ok(self.known(top))
    }

    fn known(&self, id: TermId) -> Rc<Curve> {
        self.curves.get(&id).cloned().unwrap_or_else(|| Rc::new(Curve::flat()))
    }

    /// The breaks of all operands.
    fn breaks(&self, term: &Term) -> Vec<Exact> {
        term.operands.iter().flat_map(|it| self.known(*it).breaks.clone()).collect()
    }

    fn form(&mut self, term: &Term) -> Result<Curve, Why> {
        let operands: Vec<TermId> = term.operands.to_vec();
        let shapes: Vec<Shape> = operands.iter().map(|it| self.known(*it).shape).collect();
        let shape = |at: usize| shapes.get(at).copied().unwrap_or(Shape::Flat);
        let mut breaks = self.breaks(term);
        let kind = match &term.node {
            Node::Leaf(_) => return Ok(Curve { breaks, shape: Shape::Straight(Some(true)) }),
            Node::Row { table, .. } => {
                self.keys(table.clone(), &operands, &mut breaks)?;
                return Ok(Curve { breaks, shape: Shape::Flat });
            }
            Node::Form(kind) => kind,
            Node::Constant(_) | Node::Set | Node::Defined => return Ok(Curve { breaks, shape: Shape::Flat }),
        };
        let shape = match kind {
            ExprKind::Scale { factor, .. } => shape(0).times_sign(factor.signum()),
            ExprKind::Negate(_) => shape(0).turned(),
            ExprKind::Arithmetic { op: ArithmeticOp::Add, .. } => shape(0).plus(shape(1)),
            ExprKind::Arithmetic { op: ArithmeticOp::Subtract, .. } => shape(0).plus(shape(1).turned()),
            ExprKind::Days { .. } => shape(1).plus(shape(0).turned()),
            ExprKind::AddTime { months: false, .. } => shape(0).plus(shape(1)),
            ExprKind::AddTime { months: true, .. } => match (shape(0), shape(1)) {
                (Shape::Flat, Shape::Flat) => Shape::Flat,
                (Shape::Straight(Some(up)) | Shape::Monotonous(up), Shape::Flat) => Shape::Monotonous(up),
                _ => Shape::Wild,
            },
            ExprKind::Arithmetic { op: ArithmeticOp::Multiply, .. } => self.product(&operands),
            ExprKind::Arithmetic { op: ArithmeticOp::Divide, .. } => self.quotient(&operands, &mut breaks)?,
            ExprKind::Absolute(_) => {
                self.pass(&operands, 0, &[Exact::ZERO], &mut breaks)?;
                shape(0).or(shape(0).turned())
            }
            ExprKind::Extreme { .. } => self.extreme(&operands, &mut breaks)?,
            ExprKind::Compare { .. } => {
                if let [left, right] = operands.as_slice() {
                    self.compared(*left, *right, &mut breaks)?;
                }
                Shape::Flat
            }
            ExprKind::OneOf { of, .. } => {
                let levels = levels_of(of.iter());
                self.pass(&operands, 0, &levels, &mut breaks)?;
                Shape::Flat
            }
            ExprKind::Switch { cases, .. } => {
                let levels = levels_of(cases.iter().flat_map(|(of, _)| of));
                self.pass(&operands, 0, &levels, &mut breaks)?;
                (1..operands.len()).map(shape).fold(Shape::Flat, Shape::or)
            }
            ExprKind::If { .. } => shape(1).or(shape(2)),
            ExprKind::Otherwise { .. } => shape(0).or(shape(1)),
            ExprKind::Round { step: PerCurrency::Same(step), .. } => {
                self.rounded(&operands, step, &mut breaks)?
            }
            ExprKind::Lookup { table, .. } => {
                self.keys(table.clone(), &operands, &mut breaks)?;
                Shape::Flat
            }
            ExprKind::Tier { .. } => self.tiers(kind, &operands, &mut breaks)?,
            ExprKind::Not(_)
            | ExprKind::Logic { .. }
            | ExprKind::Given(_)
            | ExprKind::Contains { .. }
            | ExprKind::StartsWith { .. } => Shape::Flat,
            _ => Shape::Wild,
        };
        // What cannot be read is tried number by number.
        if shape == Shape::Wild {
            let mut all = Vec::new();
            for (from, to) in self.spans(&[]) {
                self.every(&from, &to, &mut all)?;
            }
            return Ok(Curve { breaks: all, shape: Shape::Flat });
        }
        Ok(Curve { breaks, shape })
    }

    /// Adds where an operand passes levels.
    pub(super) fn pass(
        &mut self,
        operands: &[TermId],
        at: usize,
        levels: &[Exact],
        breaks: &mut Vec<Exact>,
    ) -> Result<(), Why> {
        if let Some(operand) = operands.get(at) {
            let curve = self.known(*operand);
            breaks.extend(self.crossings(*operand, &curve, levels)?);
        }
        Ok(())
    }

    /// Adds where one operand passes the other.
    fn compared(&mut self, left: TermId, right: TermId, breaks: &mut Vec<Exact>) -> Result<(), Why> {
        let (left_curve, right_curve) = (self.known(left), self.known(right));
        if left_curve.shape != Shape::Flat || right_curve.shape != Shape::Flat {
            breaks.extend(self.meetings((left, &left_curve), (right, &right_curve))?);
        }
        Ok(())
    }

    /// The sign of an operand that does not depend on the axis.
    fn sign(&mut self, operand: TermId) -> Option<i32> {
        if self.position.contains_key(&operand) {
            return None;
        }
        Some(number_of(&self.encoder.probe.outcome(operand)?)?.signum())
    }

    fn product(&mut self, operands: &[TermId]) -> Shape {
        let [left, right] = operands else { return Shape::Wild };
        let (left_shape, right_shape) = (self.known(*left).shape, self.known(*right).shape);
        let (factor, shape) = match (left_shape, right_shape) {
            (Shape::Flat, shape) => (*left, shape),
            (shape, Shape::Flat) => (*right, shape),
            _ => return Shape::Wild,
        };
        self.factor(factor, shape)
    }

    /// A shape times what is flat.
    fn factor(&mut self, factor: TermId, shape: Shape) -> Shape {
        match (self.sign(factor), shape) {
            (_, Shape::Flat) => Shape::Flat,
            (Some(sign), shape) => shape.times_sign(sign),
            (None, Shape::Straight(_)) => Shape::Straight(None),
            (None, _) => Shape::Wild,
        }
    }

    fn quotient(&mut self, operands: &[TermId], breaks: &mut Vec<Exact>) -> Result<Shape, Why> {
        let [left, right] = operands else { return Ok(Shape::Wild) };
        let (left_shape, right_shape) = (self.known(*left).shape, self.known(*right).shape);
        if right_shape == Shape::Flat {
            return Ok(self.factor(*right, left_shape));
        }
        self.pass(operands, 1, &[Exact::ZERO], breaks)?;
        // On either side of zero a fixed number over a rising one falls.
        let rises = match right_shape {
            Shape::Straight(Some(up)) | Shape::Monotonous(up) => up,
            _ => return Ok(Shape::Wild),
        };
        Ok(match self.sign(*left) {
            Some(0) => Shape::Flat,
            Some(sign) => Shape::Monotonous(rises != (sign > 0)),
            None => Shape::Wild,
        })
    }

    fn extreme(&mut self, operands: &[TermId], breaks: &mut Vec<Exact>) -> Result<Shape, Why> {
        let shapes: Vec<Shape> = operands.iter().map(|it| self.known(*it).shape).collect();
        let shape = shapes.iter().copied().fold(Shape::Flat, Shape::or);
        // The greatest of rising numbers rises, and need not be taken apart.
        if matches!(shape, Shape::Monotonous(_)) || shape == Shape::Flat {
            return Ok(shape);
        }
        for (at, left) in operands.iter().enumerate() {
            for right in operands.iter().skip(at + 1) {
                self.compared(*left, *right, breaks)?;
            }
        }
        Ok(shape)
    }
}

impl Shape {
    /// Of a product with a number of a sign.
    fn times_sign(self, sign: i32) -> Shape {
        match sign {
            0 => Shape::Flat,
            1.. => self,
            _ => self.turned(),
        }
    }
}

/// The numbers among values, rising.
pub(super) fn levels_of<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<Exact> {
    let mut levels: Vec<Exact> = values.filter_map(number_of).collect();
    tidy(&mut levels);
    levels
}
