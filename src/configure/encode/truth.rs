//! Conditions become formulas: when they hold, when they do not, when they come to a value at all.

use super::Encoder;
use super::formula::Formula;
use super::product::parameter;
use super::term::{Node, Operands, Term, TermId};
use super::view::Seen;
use super::why::Why;
use crate::ir::{ArithmeticOp, CompareOp, ExprKind, HitPolicy, LogicOp, Ty, Value};
use crate::value::Exact;

/// What is wanted of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It comes to a value.
    Defined,
}

/// A condition with more literals than this is not written out where it is used twice.
const MOST_REPEATED: usize = 12;

/// Of what goes deeper, terms so far apart are worked out first.
const EASED: u32 = 40;

/// How deep conditions may nest, lets included.
const MAX_DEPTH: usize = 150;

impl Encoder {
    /// Where a term is what is wanted of it.
    pub fn truth(&mut self, term: TermId, want: Want) -> Result<Formula, Why> {
        self.truth_at(term, want, 0)
    }

    /// Works out what lies far below a term first, so that nothing goes deep.
    pub fn ease(&mut self, top: TermId) {
        if self.terms.get(top).is_none_or(|it| it.depth < 2 * EASED) {
            return;
        }
        for id in self.terms.below(&[top], &|_| false) {
            let Some(term) = self.terms.get(id) else { continue };
            if term.depth == 0 || !term.depth.is_multiple_of(EASED) {
                continue;
            }
            // What cannot be worked out here is told where it is needed.
            if *term.ty.required() != Ty::Bool {
                let _ = self.view(id);
            } else if let Ok(formula) = self.truth(id, Want::True) {
                let formula = self.named(&formula);
                self.truths.insert((id, Want::True), formula);
            }
        }
    }

    fn truth_at(&mut self, id: TermId, want: Want, depth: usize) -> Result<Formula, Why> {
        if depth > MAX_DEPTH {
            return Err(Why::Depth);
        }
        let Some(term) = self.terms.get(id).cloned() else { return Err(Why::Figure) };
        if want == Want::Defined && !term.may_fail {
            return Ok(Formula::True);
        }
        if let Some(known) = self.truths.get(&(id, want)) {
            return Ok(known.clone());
        }
        let formula = self.fresh_truth(id, &term, want, depth)?;
        // What is used again and again is named once.
        let formula =
            if term.uses > 1 && formula.size() > MOST_REPEATED { self.named(&formula) } else { formula };
        self.truths.insert((id, want), formula.clone());
        Ok(formula)
    }

    fn fresh_truth(&mut self, id: TermId, term: &Term, want: Want, depth: usize) -> Result<Formula, Why> {
        // Where a condition always has a value, it is false exactly where it is not true.
        if want == Want::False && !term.may_fail {
            let yes = self.truth_at(id, Want::True, depth)?;
            return Ok(yes.negated(&|axis| self.all(axis)));
        }
        let simple = term.scope.few().is_some_and(|axes| axes.len() <= 1);
        if simple && let Ok(formula) = self.literal(id, want) {
            return Ok(formula);
        }
        match self.structure(term, want, depth + 1)? {
            Some(formula) => Ok(formula),
            None => match self.literal(id, want) {
                Err(why @ (Why::Combinations | Why::Classes)) => {
                    self.compared_inside(term, want, depth + 1)?.ok_or(why)
                }
                other => other,
            },
        }
    }

    /// A comparison with the least, the greatest or one of several numbers as comparisons with each of them; none
    /// where it is no such comparison.
    fn compared_inside(&mut self, term: &Term, want: Want, depth: usize) -> Result<Option<Formula>, Why> {
        let (Node::Form(ExprKind::Compare { op, .. }), [left, right], true) =
            (&term.node, term.operands.as_slice(), want != Want::Defined)
        else {
            return Ok(None);
        };
        for (side, is_left) in [(*left, true), (*right, false)] {
            let Some(inner) = self.terms.get(side).cloned() else { continue };
            let other = if is_left { *right } else { *left };
            let ty = self.terms.get(other).map_or(Ty::Bool, |it| it.ty.clone());
            let with = |this: &mut Encoder, part: TermId| match is_left {
                true => this.compared(*op, part, other, &ty, term.span),
                false => this.compared(*op, other, part, &ty, term.span),
            };
            match (&inner.node, inner.operands.as_slice()) {
                (Node::Form(ExprKind::If { .. }), [condition, then, otherwise]) => {
                    let (then, otherwise) = (with(self, *then), with(self, *otherwise));
                    return self.choose(*condition, then, otherwise, want, depth).map(Some);
                }
                (Node::Form(ExprKind::Otherwise { .. }), [value, fallback]) => {
                    let of = self.terms.get(*value).map_or(Ty::Bool, |it| it.ty.clone());
                    let given = self.given(*value, &of, term.span);
                    let (value, fallback) = (with(self, *value), with(self, *fallback));
                    return self.choose(given, value, fallback, want, depth).map(Some);
                }
                (Node::Form(ExprKind::Extreme { greatest, .. }), parts) => {
                    let below = match op {
                        CompareOp::Less | CompareOp::LessOrEqual => is_left,
                        CompareOp::Greater | CompareOp::GreaterOrEqual => !is_left,
                        CompareOp::Equal | CompareOp::NotEqual => continue,
                    };
                    // The greatest lies below where all do, above where one does.
                    let all = (*greatest == below) == (want == Want::True);
                    let mut each = Vec::with_capacity(parts.len());
                    for part in parts {
                        let compared = with(self, *part);
                        each.push(self.truth_at(compared, want, depth)?);
                    }
                    let decided = if all { self.all_hold(each) } else { self.one_holds(each) };
                    let defined = self.all_defined(&[parts, &[other]].concat(), depth)?;
                    return Ok(Some(self.all_hold(vec![decided, defined])));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// A term as a literal of the axis that it depends on, or of one of its own.
    fn literal(&mut self, id: TermId, want: Want) -> Result<Formula, Why> {
        let id = match want {
            Want::Defined => {
                let span = self.terms.get(id).map_or_else(Default::default, |it| it.span);
                self.terms.form(Node::Defined, Operands::from_slice(&[id]), &Ty::Bool, span, false)
            }
            Want::True | Want::False => id,
        };
        let wanted = Some(Value::Bool(want != Want::False));
        let seen = self.view(id)?;
        Ok(match &*seen {
            Seen::Constant(value) if *value == wanted => Formula::True,
            Seen::Constant(_) => Formula::False,
            Seen::Cases { axis, cases } => {
                let values =
                    cases.iter().filter(|(_, outcome)| *outcome == wanted).map(|(raw, _)| raw.clone());
                let values = values.reduce(|left, right| left.or(&right));
                match values {
                    Some(values) => Formula::is(*axis, values, &|axis| self.all(axis)),
                    None => Formula::False,
                }
            }
        })
    }

    pub fn all_hold(&self, parts: Vec<Formula>) -> Formula {
        Formula::and(parts, &|axis| self.all(axis))
    }

    pub fn one_holds(&self, parts: Vec<Formula>) -> Formula {
        Formula::or(parts, &|axis| self.all(axis))
    }

    /// Takes a term apart where its form says how; none where it must be tried as a whole.
    fn structure(&mut self, term: &Term, want: Want, depth: usize) -> Result<Option<Formula>, Why> {
        let Node::Form(kind) = &term.node else {
            return match (&term.node, want) {
                // The row itself is there or not; only its keys can come to nothing.
                (Node::Row { .. }, Want::Defined) => self.all_defined(&term.operands, depth).map(Some),
                _ => Ok(None),
            };
        };
        let operands = term.operands.as_slice();
        match (kind, operands) {
            (ExprKind::Not(_), [of]) => {
                let want = match want {
                    Want::True => Want::False,
                    Want::False => Want::True,
                    Want::Defined => Want::Defined,
                };
                self.truth_at(*of, want, depth).map(Some)
            }
            (ExprKind::Logic { op, .. }, [left, right]) => {
                self.logic(*op, *left, *right, want, depth).map(Some)
            }
            (ExprKind::If { .. }, [condition, then, otherwise]) => {
                self.choose(*condition, *then, *otherwise, want, depth).map(Some)
            }
            (ExprKind::Otherwise { .. }, [value, fallback]) => {
                let ty = self.terms.get(*value).map_or(Ty::Bool, |it| it.ty.clone());
                let given = self.given(*value, &ty, term.span);
                self.choose(given, *value, *fallback, want, depth).map(Some)
            }
            (ExprKind::Compare { op, .. }, [left, right]) if want != Want::Defined => {
                self.equivalence(*op, *left, *right, want, depth)
            }
            (ExprKind::Arithmetic { op: ArithmeticOp::Divide, .. }, [left, right])
                if want == Want::Defined =>
            {
                let (left_ok, right_ok) =
                    (self.truth_at(*left, want, depth)?, self.truth_at(*right, want, depth)?);
                let test = self.is_not_zero(*right);
                let not_zero = self.truth_at(test, Want::True, depth)?;
                Ok(Some(self.all_hold(vec![left_ok, right_ok, not_zero])))
            }
            (ExprKind::Lookup { .. }, _) if want == Want::Defined => self.looked_up(term, depth),
            (
                ExprKind::Tier { .. }
                | ExprKind::AddTime { .. }
                | ExprKind::Switch { .. }
                | ExprKind::Power { .. }
                | ExprKind::RoundedPower(_),
                _,
            ) => Ok(None),
            (_, operands) if want == Want::Defined && self.is_safe(term) => {
                let operands = operands.to_vec();
                self.all_defined(&operands, depth).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether a term fails only where an operand does.
    fn is_safe(&self, term: &Term) -> bool {
        let operands: u32 =
            term.operands.iter().filter_map(|it| self.terms.get(*it)).map(|it| it.size.bits).sum();
        operands < 1_500 || (term.size.is_safe() && is_linear(&term.node))
    }

    fn all_defined(&mut self, operands: &[TermId], depth: usize) -> Result<Formula, Why> {
        let parts = operands
            .iter()
            .map(|operand| self.truth_at(*operand, Want::Defined, depth))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.all_hold(parts))
    }

    fn is_not_zero(&mut self, of: TermId) -> TermId {
        let ty = self.terms.get(of).map_or(Ty::Bool, |it| it.ty.clone());
        let zero = self.terms.constant(Some(Value::Number(Exact::ZERO)), &ty);
        let kind = ExprKind::Compare {
            op: CompareOp::NotEqual,
            left: Box::new(parameter(0, ty.clone())),
            right: Box::new(parameter(1, ty)),
        };
        self.made(&kind, &[of, zero], &Ty::Bool, crate::source::Span::default())
    }

    /// The right side counts only where the left side does not decide.
    fn logic(
        &mut self,
        op: LogicOp,
        left: TermId,
        right: TermId,
        want: Want,
        depth: usize,
    ) -> Result<Formula, Why> {
        // What the left side must be to decide, and what the whole then is.
        let (deciding, decided) = match op {
            LogicOp::And => (Want::False, false),
            LogicOp::Or => (Want::True, true),
            LogicOp::Implies => (Want::False, true),
        };
        let going_on = if deciding == Want::True { Want::False } else { Want::True };
        let left_decides = want == Want::Defined || decided == (want == Want::True);
        let rest = self.truth_at(right, want, depth)?;
        if left_decides {
            let decides = self.truth_at(left, deciding, depth)?;
            // Where the left side always has a value, it goes on exactly where it does not decide.
            let guarded = match self.terms.get(left).is_some_and(|it| it.may_fail) {
                true => {
                    let goes_on = self.truth_at(left, going_on, depth)?;
                    self.all_hold(vec![goes_on, rest])
                }
                false => rest,
            };
            Ok(self.one_holds(vec![decides, guarded]))
        } else {
            let goes_on = self.truth_at(left, going_on, depth)?;
            Ok(self.all_hold(vec![goes_on, rest]))
        }
    }

    /// A formula that is used on both sides of something: named where it is long.
    fn short_truth(&mut self, id: TermId, want: Want, depth: usize) -> Result<Formula, Why> {
        let formula = self.truth_at(id, want, depth)?;
        Ok(if formula.size() > MOST_REPEATED { self.named(&formula) } else { formula })
    }

    fn choose(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
        want: Want,
        depth: usize,
    ) -> Result<Formula, Why> {
        let then_is = self.truth_at(then, want, depth)?;
        let otherwise_is = self.truth_at(otherwise, want, depth)?;
        if then_is == otherwise_is {
            let defined = self.truth_at(condition, Want::Defined, depth)?;
            return Ok(self.all_hold(vec![defined, then_is]));
        }
        let yes = self.short_truth(condition, Want::True, depth)?;
        let no = self.short_truth(condition, Want::False, depth)?;
        // (yes and a) or (no and b) = (no or a) and (yes or b) where the condition always has a value.
        match self.terms.get(condition).is_some_and(|it| it.may_fail) {
            false => {
                let first = self.one_holds(vec![no, then_is]);
                let second = self.one_holds(vec![yes, otherwise_is]);
                Ok(self.all_hold(vec![first, second]))
            }
            true => {
                let first = self.all_hold(vec![yes, then_is]);
                let second = self.all_hold(vec![no, otherwise_is]);
                Ok(self.one_holds(vec![first, second]))
            }
        }
    }

    /// Two conditions are equal, or are not, where both are always there.
    fn equivalence(
        &mut self,
        op: CompareOp,
        left: TermId,
        right: TermId,
        want: Want,
        depth: usize,
    ) -> Result<Option<Formula>, Why> {
        let both = [left, right].map(|it| self.terms.get(it).is_some_and(|it| it.ty == Ty::Bool));
        let same = match (op, want) {
            (CompareOp::Equal, Want::True) | (CompareOp::NotEqual, Want::False) => true,
            (CompareOp::Equal, Want::False) | (CompareOp::NotEqual, Want::True) => false,
            _ => return Ok(None),
        };
        if both != [true, true] {
            return Ok(None);
        }
        let (yes, no) =
            (self.short_truth(left, Want::True, depth)?, self.short_truth(left, Want::False, depth)?);
        let (a, b) = if same { (Want::True, Want::False) } else { (Want::False, Want::True) };
        let (on_yes, on_no) = (self.short_truth(right, a, depth)?, self.short_truth(right, b, depth)?);
        let may_fail = [left, right].iter().any(|it| self.terms.get(*it).is_some_and(|it| it.may_fail));
        Ok(Some(match may_fail {
            // Four clauses instead of two products.
            false => {
                let first = self.one_holds(vec![no, on_yes]);
                let second = self.one_holds(vec![yes, on_no]);
                self.all_hold(vec![first, second])
            }
            true => {
                let first = self.all_hold(vec![yes, on_yes]);
                let second = self.all_hold(vec![no, on_no]);
                self.one_holds(vec![first, second])
            }
        }))
    }

    /// A lookup comes to a value where its keys do and the table has a row for them that is not `n/a`.
    fn looked_up(&mut self, term: &Term, depth: usize) -> Result<Option<Formula>, Why> {
        let Node::Form(ExprKind::Lookup { table, keys, column }) = &term.node else { return Ok(None) };
        let found = self.probe.bench().plan().find_table(table);
        let optional = found.is_none_or(|found| found.table.optional);
        let names_a_row =
            matches!(keys.as_slice(), [row] if matches!(row.ty.required(), Ty::Row(of) if of == table));
        // By the rows only where one row at most answers, and only for keys that are there.
        let plain = found.is_some_and(|found| {
            found.table.policy == HitPolicy::One
                && found.table.keys.iter().all(|key| !matches!(key.ty, Ty::Optional(_)))
        });
        if optional || names_a_row || !plain {
            return Ok(None);
        }
        let node = Node::Row {
            table: table.clone(),
            keys: keys.iter().map(|key| key.ty.clone()).collect(),
            column: Some(*column),
        };
        let there = self.terms.form(node, term.operands.clone(), &Ty::Bool, term.span, false);
        let there = self.truth_at(there, Want::True, depth)?;
        let defined = self.all_defined(&term.operands, depth)?;
        Ok(Some(self.all_hold(vec![there, defined])))
    }
}

/// Whether the size of a form says that its own work cannot fail.
fn is_linear(node: &Node) -> bool {
    matches!(
        node,
        Node::Form(
            ExprKind::Arithmetic { op: ArithmeticOp::Add | ArithmeticOp::Subtract, .. }
                | ExprKind::Scale { .. }
                | ExprKind::Negate(_)
        )
    )
}
