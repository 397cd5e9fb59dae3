//! Formulas become clauses: written out while that is short, else by an axis for what is inside.

use super::Encoder;
use super::axis::{AxisId, Raw};
use super::formula::{Formula, RawClause, either};
use crate::logic::ValueSet;

/// A formula is multiplied out where that gives no more clauses than this.
const MOST_WRITTEN_OUT: usize = 16;

impl Encoder {
    /// The clauses of a formula. An empty clause never holds.
    pub fn clauses(&mut self, formula: &Formula) -> Vec<RawClause> {
        match formula {
            Formula::True => Vec::new(),
            Formula::False => vec![Vec::new()],
            Formula::Is(axis, values) => vec![vec![(*axis, values.clone())]],
            Formula::And(of) => of.iter().flat_map(|part| self.clauses(part)).collect(),
            Formula::Or(of) => self.disjunction(of),
        }
    }

    fn disjunction(&mut self, of: &[Formula]) -> Vec<RawClause> {
        let mut literals: RawClause = Vec::new();
        let mut inner: Vec<&Formula> = Vec::new();
        for part in of {
            match part {
                Formula::Is(axis, values) => literals.push((*axis, values.clone())),
                part => inner.push(part),
            }
        }
        if inner.is_empty() {
            return vec![literals];
        }
        let estimate = inner.iter().map(|part| clause_count(part)).fold(1_usize, usize::saturating_mul);
        let mut clauses = vec![literals];
        if estimate <= MOST_WRITTEN_OUT {
            for part in inner {
                clauses = self.with_each(&clauses, part);
            }
            return clauses;
        }
        // The largest part is written out, the others get a name each.
        let largest = (0..inner.len()).max_by_key(|at| (clause_count(inner[*at]), std::cmp::Reverse(*at)));
        for (at, part) in inner.iter().enumerate() {
            if Some(at) != largest {
                let name = self.named(part);
                clauses = self.with_each(&clauses, &name);
            }
        }
        match largest.and_then(|at| inner.get(at)) {
            Some(part) => self.with_each(&clauses, part),
            None => clauses,
        }
    }

    fn with_each(&mut self, clauses: &[RawClause], part: &Formula) -> Vec<RawClause> {
        let others = self.clauses(part);
        let all = |axis: AxisId| self.all(axis);
        clauses.iter().flat_map(|left| others.iter().filter_map(|right| either(left, right, &all))).collect()
    }

    /// The clauses that tie an axis to the formulas of when it is true and when it is false.
    pub fn tied(&mut self, axis: AxisId, yes: &Formula, no: &Formula) -> Vec<RawClause> {
        let points = |of: &[u32]| Raw::Points(of.iter().copied().collect::<ValueSet>());
        let is = |of: &[u32]| Formula::Is(axis, points(of));
        let two = self.all(axis) == points(&[0, 1]);
        let parts = if two {
            let no = yes.negated(&|axis| self.all(axis));
            vec![vec![is(&[1]), yes.clone()], vec![is(&[0]), no]]
        } else {
            let neither = self
                .all_hold(vec![yes, no].into_iter().map(|it| it.negated(&|axis| self.all(axis))).collect());
            vec![vec![is(&[1, 2]), yes.clone()], vec![is(&[0, 2]), no.clone()], vec![is(&[0, 1]), neither]]
        };
        let mut clauses = Vec::new();
        for part in parts {
            let formula = self.one_holds(part);
            clauses.extend(self.clauses(&formula));
        }
        clauses
    }
}

/// How many clauses a formula gives, written out.
fn clause_count(formula: &Formula) -> usize {
    match formula {
        Formula::True => 0,
        Formula::False | Formula::Is(..) => 1,
        Formula::And(of) => of.iter().map(clause_count).fold(0, usize::saturating_add),
        Formula::Or(of) => of.iter().map(clause_count).fold(1, usize::saturating_mul),
    }
}
