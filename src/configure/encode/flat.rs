//! Terms by the outcomes of their operands, where the values below cannot be tried together.

use std::collections::HashMap;
use std::rc::Rc;

use super::Encoder;
use super::axis::{AxisId, Outcome, Raw};
use super::product::parameter;
use super::table::{Outcomes, Row};
use super::term::{Node, Term, TermId};
use super::view::Seen;
use super::why::Why;
use crate::eval::compared;
use crate::ir::{CompareOp, ExprKind, Ty, Value};

/// An axis with, for each group of its values, what the operands that depend on it come to.
struct Joint {
    axis: AxisId,
    operands: Vec<TermId>,
    cases: Vec<(Raw, Vec<Outcome>)>,
}

impl Encoder {
    /// A term by all combinations of the outcomes of its operands.
    pub fn flattened(&mut self, id: TermId, operands: &[TermId]) -> Result<Seen, Why> {
        let joints = self.joints(operands)?;
        let combinations = joints.iter().map(|it| it.cases.len()).fold(1_usize, usize::saturating_mul);
        if combinations > self.effort.combined {
            return Err(Why::Combinations);
        }
        let (mut outcomes, mut rows) = (Outcomes::default(), Vec::with_capacity(combinations));
        for number in 0..combinations {
            let mut rest = number;
            let mut cells = Vec::with_capacity(joints.len());
            for joint in &joints {
                let (raw, values) = &joint.cases[rest % joint.cases.len()];
                rest /= joint.cases.len();
                cells.push(Some(raw.clone()));
                for (operand, value) in joint.operands.iter().zip(values) {
                    self.probe.set(*operand, value.clone());
                }
            }
            self.probe.run(&self.terms, &[id]);
            rows.push(Row { cells, outcome: outcomes.number(self.probe.outcome(id)) });
        }
        self.spend()?;
        Ok(self.table_view(joints.into_iter().map(|it| it.axis).collect(), rows, outcomes, None))
    }

    /// The outcomes of operands by the axes that they depend on. Constants are put in their cells.
    fn joints(&mut self, operands: &[TermId]) -> Result<Vec<Joint>, Why> {
        let mut joints: Vec<Joint> = Vec::new();
        for operand in operands {
            let seen = self.view(*operand)?;
            match &*seen {
                Seen::Constant(value) => self.probe.set(*operand, value.clone()),
                Seen::Cases { axis, cases } => match joints.iter_mut().find(|it| it.axis == *axis) {
                    None => joints.push(Joint {
                        axis: *axis,
                        operands: vec![*operand],
                        cases: cases
                            .iter()
                            .map(|(raw, outcome)| (raw.clone(), vec![outcome.clone()]))
                            .collect(),
                    }),
                    Some(joint) => {
                        joint.operands.push(*operand);
                        joint.cases = crossed(&joint.cases, cases);
                        if joint.cases.len() > self.effort.combined {
                            return Err(Why::Combinations);
                        }
                    }
                },
            }
        }
        Ok(joints)
    }

    /// `if c then a else b`: a row for each outcome of the one side, whatever the other is.
    pub fn choice_view(&mut self, condition: TermId, then: TermId, otherwise: TermId) -> Result<Seen, Why> {
        let condition = self.view(condition)?;
        let (then, otherwise) = (self.view(then)?, self.view(otherwise)?);
        let cases = match &*condition {
            Seen::Constant(Some(Value::Bool(true))) => return Ok((*then).clone()),
            Seen::Constant(Some(Value::Bool(false))) => return Ok((*otherwise).clone()),
            Seen::Constant(_) => return Ok(Seen::Constant(None)),
            Seen::Cases { axis, cases } => cases.iter().map(|(raw, outcome)| (*axis, raw, outcome)),
        };
        let mut axes: Vec<AxisId> = Vec::new();
        for seen in [&condition, &then, &otherwise] {
            if let Seen::Cases { axis, .. } = &**seen
                && !axes.contains(axis)
            {
                axes.push(*axis);
            }
        }
        let (mut outcomes, mut rows) = (Outcomes::default(), Vec::new());
        for (axis, raw, outcome) in cases {
            let chosen: Option<&Rc<Seen>> = match outcome {
                Some(Value::Bool(true)) => Some(&then),
                Some(Value::Bool(false)) => Some(&otherwise),
                _ => None,
            };
            let mut cells: Vec<Option<Raw>> = vec![None; axes.len()];
            put(&mut cells, &axes, axis, raw);
            match chosen.map(|it| &**it) {
                None => rows.push(Row { cells, outcome: outcomes.number(None) }),
                Some(Seen::Constant(value)) => {
                    rows.push(Row { cells, outcome: outcomes.number(value.clone()) });
                }
                Some(Seen::Cases { axis, cases }) => {
                    for (raw, value) in cases {
                        let mut cells = cells.clone();
                        if put(&mut cells, &axes, *axis, raw) {
                            rows.push(Row { cells, outcome: outcomes.number(value.clone()) });
                        }
                    }
                }
            }
        }
        Ok(self.table_view(axes, rows, outcomes, None))
    }

    /// Two long lists of outcomes compared: for each of the left side the values of the right side.
    pub fn pairs(&mut self, op: CompareOp, left: TermId, right: TermId) -> Result<Seen, Why> {
        let comparable = self.are_comparable(left, right);
        let (left, right) = (self.view(left)?, self.view(right)?);
        let (Seen::Cases { axis, cases }, Seen::Cases { axis: other, cases: others }) = (&*left, &*right)
        else {
            return Err(Why::Combinations);
        };
        if axis == other || !comparable || cases.len().max(others.len()) > self.effort.classes {
            return Err(Why::Combinations);
        }
        let sorted = Sorted::new(others);
        let mut outcomes = Outcomes::default();
        let [yes, no, fault] =
            [Some(Value::Bool(true)), Some(Value::Bool(false)), None].map(|outcome| outcomes.number(outcome));
        let mut rows = Vec::new();
        let row = |left: &Raw, right: Option<Raw>, outcome: u32| Row {
            cells: vec![Some(left.clone()), right],
            outcome,
        };
        for (raw, value) in cases {
            let Some(value) = value else {
                rows.push(row(raw, None, fault));
                continue;
            };
            let (holds, fails, none) = sorted.against(value, op);
            for (set, outcome) in [(holds, yes), (fails, no), (none, fault)] {
                if let Some(set) = set {
                    rows.push(row(raw, Some(set), outcome));
                }
            }
        }
        let axes = vec![*axis, *other];
        Ok(self.table_view(axes, rows, outcomes, None))
    }

    /// Whether values of two terms are compared as they are. Keys of different tables are not.
    fn are_comparable(&self, left: TermId, right: TermId) -> bool {
        let ty = |id: TermId| self.terms.get(id).map(|it| it.ty.required());
        match (ty(left), ty(right)) {
            (Some(Ty::Row(left)), Some(Ty::Row(right))) => left == right,
            (Some(Ty::Row(_)), _) | (_, Some(Ty::Row(_))) => false,
            _ => true,
        }
    }

    /// The greatest of many as the greater of two, of two, …
    pub fn extreme_chain(&mut self, greatest: bool, operands: &[TermId], term: &Term) -> TermId {
        let ty = term.ty.clone();
        let kind =
            ExprKind::Extreme { greatest, of: vec![parameter(0, ty.clone()), parameter(1, ty.clone())] };
        let mut rest = operands.iter();
        let first = rest.next().copied().unwrap_or(TermId(0));
        rest.fold(first, |best, next| self.made(&kind, &[best, *next], &ty, term.span))
    }

    /// Cases one after the other as `if … then … else`.
    pub fn switch_chain(&mut self, term: &Term) -> TermId {
        let Node::Form(ExprKind::Switch { subject, cases, .. }) = &term.node else { return TermId(0) };
        let (Some(looked_at), results) =
            (term.operands.first().copied(), term.operands.get(1..).unwrap_or_default())
        else {
            return TermId(0);
        };
        let last = results.get(cases.len()).copied();
        let mut chain = last.unwrap_or_else(|| self.terms.constant(None, &term.ty));
        for ((of, _), result) in cases.iter().zip(results).rev() {
            let test = ExprKind::OneOf { value: Box::new(parameter(0, subject.ty.clone())), of: of.clone() };
            let test = self.made(&test, &[looked_at], &Ty::Bool, term.span);
            let choice = ExprKind::If {
                condition: Box::new(parameter(0, Ty::Bool)),
                then: Box::new(parameter(1, term.ty.clone())),
                otherwise: Box::new(parameter(2, term.ty.clone())),
            };
            chain = self.made(&choice, &[test, *result, chain], &term.ty, term.span);
        }
        chain
    }
}

/// The groups of values that two lists of cases of one axis tell apart.
fn crossed(left: &[(Raw, Vec<Outcome>)], right: &[(Raw, Outcome)]) -> Vec<(Raw, Vec<Outcome>)> {
    let mut crossed = Vec::new();
    for (raw, outcomes) in left {
        for (other, outcome) in right {
            let both = raw.and(other);
            if !both.is_empty() {
                let outcomes = outcomes.iter().cloned().chain(std::iter::once(outcome.clone())).collect();
                crossed.push((both, outcomes));
            }
        }
    }
    crossed
}

/// Narrows a row's cell; false where nothing is left.
pub fn put(cells: &mut [Option<Raw>], axes: &[AxisId], axis: AxisId, raw: &Raw) -> bool {
    let Some(cell) = axes.iter().position(|it| *it == axis).and_then(|at| cells.get_mut(at)) else {
        return false;
    };
    let narrowed = cell.as_ref().map_or_else(|| raw.clone(), |known| known.and(raw));
    let left = !narrowed.is_empty();
    *cell = Some(narrowed);
    left
}

/// Cases by value, so that a comparison with one value finds its place at once.
struct Sorted<'c> {
    /// Values that have an order, rising.
    ordered: Vec<&'c Value>,
    /// What leads to the first n of them, by n.
    below: Vec<Option<Raw>>,
    /// Where each value stands.
    known: HashMap<&'c Value, &'c Raw>,
    everything: Option<Raw>,
    nothing: Option<Raw>,
}

impl<'c> Sorted<'c> {
    fn new(cases: &'c [(Raw, Outcome)]) -> Sorted<'c> {
        let there = || cases.iter().filter_map(|(raw, value)| Some((value.as_ref()?, raw)));
        let mut ordered: Vec<(&Value, &Raw)> =
            there().filter(|(value, _)| compared(value, value, CompareOp::LessOrEqual)).collect();
        ordered.sort_by(|(left, _), (right, _)| {
            if compared(left, right, CompareOp::Less) {
                std::cmp::Ordering::Less
            } else if left == right {
                std::cmp::Ordering::Equal
            } else {
                std::cmp::Ordering::Greater
            }
        });
        let union = |left: Raw, right: Raw| left.or(&right);
        let mut below: Vec<Option<Raw>> = vec![None];
        for (_, raw) in &ordered {
            let next = below.last().and_then(Option::as_ref).map_or_else(|| (*raw).clone(), |it| it.or(raw));
            below.push(Some(next));
        }
        Sorted {
            ordered: ordered.into_iter().map(|(value, _)| value).collect(),
            below,
            known: there().collect(),
            everything: there().map(|(_, raw)| raw.clone()).reduce(union),
            nothing: cases
                .iter()
                .filter(|(_, value)| value.is_none())
                .map(|(raw, _)| raw.clone())
                .reduce(union),
        }
    }

    /// The values for which the comparison holds, fails, has no outcome.
    fn against(&self, left: &Value, op: CompareOp) -> (Option<Raw>, Option<Raw>, Option<Raw>) {
        let holds = match op {
            CompareOp::Equal | CompareOp::NotEqual => {
                let equal = self.known.get(left).filter(|_| compared(left, left, CompareOp::Equal));
                let equal = equal.map(|raw| (*raw).clone());
                match op {
                    CompareOp::Equal => equal,
                    _ => self.rest(equal.as_ref()),
                }
            }
            _ => {
                // The values for which it holds stand together at one end.
                let first = self.ordered.first().is_some_and(|right| compared(left, right, op));
                let change = self.ordered.partition_point(|right| compared(left, right, op) == first);
                let low = self.below.get(change).cloned().flatten();
                match (first, low, self.below.last().cloned().flatten()) {
                    (true, low, _) => low,
                    (false, Some(low), Some(all)) => Some(all.without(&low)).filter(|it| !it.is_empty()),
                    (false, ..) => None,
                }
            }
        };
        let fails = self.rest(holds.as_ref());
        (holds, fails, self.nothing.clone())
    }

    fn rest(&self, of: Option<&Raw>) -> Option<Raw> {
        let everything = self.everything.as_ref()?;
        let rest = of.map_or_else(|| everything.clone(), |of| everything.without(of));
        (!rest.is_empty()).then_some(rest)
    }
}
