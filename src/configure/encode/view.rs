//! Terms as functions of one axis: their own, or one made for them.

use std::collections::HashMap;
use std::rc::Rc;

use super::Encoder;
use super::axis::{AxisId, Outcome, Raw, Values, count};
use super::formula::Formula;
use super::spans::Spans;
use super::table::Row;
use super::term::{Node, Term, TermId};
use super::truth::Want;
use super::why::Why;
use crate::ir::{CompareOp, ExprKind, Ty, Value};
use crate::logic::ValueSet;

/// Over more than two axes so many times fewer combinations are tried at first.
const MANY_AXES: usize = 32;

/// How deep the terms go that are worked out for one another.
const MAX_DEPTH: usize = 100;

/// What a term comes to.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Always this.
    Constant(Outcome),
    /// It depends on one axis: the outcomes, each once, with the values that lead to them. The sets are
    /// disjoint and leave nothing out.
    Cases {
        /// The axis.
        axis: AxisId,
        /// Values and outcome.
        cases: Vec<(Raw, Outcome)>,
    },
}

/// What the axis of an expression means.
#[derive(Clone, Debug)]
pub enum Definition {
    /// Point `outcome` of the axis goes with the rows that have it; one row fits every combination of the axes.
    Table {
        /// What it depends on.
        axes: Vec<AxisId>,
        /// The rows.
        rows: Vec<Row>,
        /// The outcome of combinations without a row, where rows are not complete.
        rest: Option<u32>,
    },
    /// The first point holds exactly with the first formula, the second with the second, and a third, if there is
    /// one, with neither.
    Formulas {
        /// It is true.
        yes: Formula,
        /// It is false.
        no: Formula,
    },
    /// The number is a sum.
    Sum(super::sum::Sum),
}

impl Encoder {
    /// Whether the work may go on.
    pub fn spend(&self) -> Result<(), Why> {
        if self.probe.steps > self.effort.steps { Err(Why::Steps) } else { Ok(()) }
    }

    /// A term as a function of one axis.
    ///
    /// # Errors
    ///
    /// Where it has too many outcomes, or depends on too many combinations.
    pub fn view(&mut self, id: TermId) -> Result<Rc<Seen>, Why> {
        if let Some(known) = self.views.get(&id) {
            return known.clone();
        }
        if self.depth >= MAX_DEPTH {
            return Err(Why::Depth);
        }
        self.depth += 1;
        let seen = self.look(id).map(Rc::new);
        self.depth -= 1;
        if !matches!(seen, Err(Why::Depth)) {
            self.views.insert(id, seen.clone());
        }
        seen
    }

    fn look(&mut self, id: TermId) -> Result<Seen, Why> {
        self.spend()?;
        let Some(term) = self.terms.get(id).cloned() else { return Err(Why::Figure) };
        match term.scope.few() {
            Some([]) => {
                let order = self.terms.below(&[id], &|_| false);
                self.probe.run(&self.terms, &order);
                Ok(Seen::Constant(self.probe.outcome(id)))
            }
            Some([axis]) => self.unary(id, *axis),
            Some(axes) => {
                if self.is_long_comparison(&term, axes)
                    && let Ok(seen) = self.wide(id, &term, Why::Combinations)
                {
                    return Ok(seen);
                }
                // A large table over many axes is worth less than a few small ones.
                let all = self.effort.tried;
                let few = if axes.len() > 2 { all / MANY_AXES } else { all };
                let tried = match self.tried_out(id, axes, few) {
                    Err(Why::Steps) => return Err(Why::Steps),
                    Err(why) => self.wide(id, &term, why),
                    found => found,
                };
                match tried {
                    Err(why) if why != Why::Steps && few < all => self.tried_out(id, axes, all),
                    found => found,
                }
            }
            None => self.wide(id, &term, Why::Combinations),
        }
    }

    /// Whether a term compares several long ranges, which is a sum before it is many combinations.
    fn is_long_comparison(&self, term: &Term, axes: &[AxisId]) -> bool {
        let is_long = |axis: &&AxisId| matches!(self.values(**axis), Some(Values::Line { .. }));
        matches!(term.node, Node::Form(ExprKind::Compare { .. })) && axes.iter().filter(is_long).count() > 1
    }

    /// A term that depends on one axis.
    fn unary(&mut self, id: TermId, axis: AxisId) -> Result<Seen, Why> {
        let apart = |_| false;
        let order = self.terms.below(&[id], &apart);
        let mut cases = Cases::default();
        match self.values(axis).cloned() {
            Some(Values::Points(points)) => {
                for (at, point) in points.iter().enumerate() {
                    self.probe.set_axis(axis, point.clone());
                    self.probe.run(&self.terms, &order);
                    cases.point(self.probe.outcome(id), count(at));
                }
                self.spend()?;
            }
            Some(Values::Line { line, absent }) => {
                self.probe.run(&self.terms, &order);
                for (from, to, outcome) in self.pieces(id, axis, &line)? {
                    cases.add(outcome, Raw::Line { absent: false, spans: Spans::between(from, to) });
                }
                if absent {
                    self.probe.set_axis(axis, Some(Value::Absent));
                    self.probe.run(&self.terms, &order);
                    let nothing = Raw::Line { absent: true, spans: Spans::none() };
                    cases.add(self.probe.outcome(id), nothing);
                }
            }
            None => return Err(Why::Figure),
        }
        Ok(cases.seen(axis))
    }

    /// A term that depends on more combinations than can be tried.
    fn wide(&mut self, id: TermId, term: &Term, why: Why) -> Result<Seen, Why> {
        let Node::Form(kind) = &term.node else {
            return match &term.node {
                Node::Row { .. } => self.row_exists(term),
                _ => Err(why),
            };
        };
        let operands = term.operands.as_slice();
        match (kind, operands) {
            (ExprKind::Not(_) | ExprKind::Logic { .. }, _) => self.by_formulas(id, term.may_fail),
            (ExprKind::If { .. } | ExprKind::Otherwise { .. }, _) if *term.ty.required() == Ty::Bool => {
                self.by_formulas(id, term.may_fail)
            }
            (ExprKind::If { .. }, [condition, then, otherwise]) => {
                self.choice_view(*condition, *then, *otherwise)
            }
            (ExprKind::Switch { .. }, _) => {
                let chain = self.switch_chain(term);
                self.same_view(chain)
            }
            (ExprKind::Otherwise { .. }, [value, fallback]) => {
                let ty = self.terms.get(*value).map_or(Ty::Bool, |it| it.ty.clone());
                let given = self.given(*value, &ty, term.span);
                self.choice_view(given, *value, *fallback)
            }
            (ExprKind::Extreme { greatest, .. }, operands) if operands.len() > 2 => {
                let chain = self.extreme_chain(*greatest, operands, term);
                self.same_view(chain)
            }
            (ExprKind::Lookup { .. }, _) => match self.flattened(id, operands) {
                Err(Why::Combinations | Why::Classes | Why::Curve) => self.looked_up_rows(term),
                other => other,
            },
            (ExprKind::Compare { op, .. }, [left, right]) => self.comparison(id, term, *op, *left, *right),
            (_, operands) => self.flattened(id, operands),
        }
    }

    fn same_view(&mut self, of: TermId) -> Result<Seen, Why> {
        self.view(of).map(|seen| (*seen).clone())
    }

    /// A comparison of what cannot be tried together: by the outcomes of the sides, or as a sum.
    fn comparison(
        &mut self,
        id: TermId,
        term: &Term,
        op: CompareOp,
        left: TermId,
        right: TermId,
    ) -> Result<Seen, Why> {
        let numbers = [left, right]
            .iter()
            .all(|it| self.terms.get(*it).is_some_and(|it| matches!(it.ty, Ty::Number(_) | Ty::Date)));
        if numbers {
            match self.sum_compared(term, op, left, right) {
                Err(Why::Combinations | Why::Classes | Why::Curve) => {}
                other => return other,
            }
        }
        match self.flattened(id, &[left, right]) {
            Err(Why::Combinations) => self.pairs(op, left, right),
            other => other,
        }
    }

    /// A condition by the formulas of when it is true and when it is false.
    pub fn by_formulas(&mut self, id: TermId, may_fail: bool) -> Result<Seen, Why> {
        let yes = self.truth(id, Want::True)?;
        let no = match may_fail {
            true => self.truth(id, Want::False)?,
            false => yes.negated(&|axis| self.all(axis)),
        };
        Ok(self.by_two(yes, no, may_fail))
    }

    /// An axis for two formulas that never hold together.
    pub fn by_two(&mut self, yes: Formula, no: Formula, may_fail: bool) -> Seen {
        match (&yes, &no) {
            (Formula::True, _) => return Seen::Constant(Some(Value::Bool(true))),
            (_, Formula::True) => return Seen::Constant(Some(Value::Bool(false))),
            (Formula::False, Formula::False) => return Seen::Constant(None),
            (Formula::Is(axis, values), _) if !may_fail => {
                let rest = self.all(*axis).without(values);
                let cases = vec![(values.clone(), Some(Value::Bool(true))), (rest, Some(Value::Bool(false)))];
                return Seen::Cases { axis: *axis, cases };
            }
            _ => {}
        }
        let mut outcomes = vec![Some(Value::Bool(true)), Some(Value::Bool(false))];
        if may_fail {
            outcomes.push(None);
        }
        let (_, seen) = self.made_axis(outcomes, Definition::Formulas { yes, no });
        seen
    }

    /// A formula as a literal: of an axis of its own, unless it is one.
    pub fn named(&mut self, formula: &Formula) -> Formula {
        if let Formula::True | Formula::False | Formula::Is(..) = formula {
            return formula.clone();
        }
        let yes = || Raw::Points(ValueSet::one(0));
        let no = formula.negated(&|axis| self.all(axis));
        if let Some(axis) = self.named.get(formula) {
            return Formula::Is(*axis, yes());
        }
        if let Some(axis) = self.named.get(&no) {
            return Formula::Is(*axis, Raw::Points(ValueSet::one(1)));
        }
        let outcomes = vec![Some(Value::Bool(true)), Some(Value::Bool(false))];
        let definition = Definition::Formulas { yes: formula.clone(), no };
        let (axis, _) = self.made_axis(outcomes, definition);
        self.named.insert(formula.clone(), axis);
        Formula::Is(axis, yes())
    }

    /// A new axis for an expression, with its outcomes as points.
    pub fn made_axis(&mut self, outcomes: Vec<Outcome>, definition: Definition) -> (AxisId, Seen) {
        let axis = self.axis(Values::Points(outcomes.clone()), false);
        self.defines(axis, definition);
        let cases = outcomes
            .into_iter()
            .enumerate()
            .map(|(at, outcome)| (Raw::Points(ValueSet::one(count(at))), outcome));
        (axis, Seen::Cases { axis, cases: cases.collect() })
    }
}

/// Outcomes as they come up, each with the values that lead to it.
#[derive(Debug, Default)]
pub struct Cases {
    known: HashMap<Outcome, usize>,
    cases: Vec<(Raw, Outcome)>,
}

impl Cases {
    /// Notes the outcome for some values.
    pub fn add(&mut self, outcome: Outcome, raw: Raw) {
        match self.known.get(&outcome).and_then(|at| self.cases.get_mut(*at)) {
            Some((known, _)) => *known = known.or(&raw),
            None => {
                self.known.insert(outcome.clone(), self.cases.len());
                self.cases.push((raw, outcome));
            }
        }
    }

    /// Notes the outcome for one point.
    pub fn point(&mut self, outcome: Outcome, at: u32) {
        match self.known.get(&outcome).and_then(|at| self.cases.get_mut(*at)) {
            Some((Raw::Points(known), _)) => known.insert(at),
            _ => {
                self.known.insert(outcome.clone(), self.cases.len());
                self.cases.push((Raw::Points(ValueSet::one(at)), outcome));
            }
        }
    }

    /// What came up, as a function of the axis.
    pub fn seen(mut self, axis: AxisId) -> Seen {
        match self.cases.len() {
            0 => Seen::Constant(None),
            1 => Seen::Constant(self.cases.pop().and_then(|(_, outcome)| outcome)),
            _ => Seen::Cases { axis, cases: self.cases },
        }
    }
}
