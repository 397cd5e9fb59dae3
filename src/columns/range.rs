//! Ranges of numbers, and which of them hang on numbers that may not fit.

use super::arith::rounded;
use super::graph::{Graph, I, Int};
use crate::value::Rounding;

impl Int {
    /// The numbers that it is computed from; a condition chooses between them and is none.
    pub(super) fn operands(&self) -> [Option<I>; 3] {
        match *self {
            Int::Const(_) | Int::Port(_) => [None; 3],
            Int::Add(a, b)
            | Int::Sub(a, b)
            | Int::Mul(a, b)
            | Int::Least(a, b)
            | Int::Greatest(a, b)
            | Int::Divide { of: a, by: b, .. }
            | Int::Select(_, a, b)
            | Int::WideRound { left: a, right: b, .. } => [Some(a), Some(b), None],
            Int::AddConst(of, _)
            | Int::MulConst(of, _)
            | Int::From(_, of)
            | Int::Abs(of)
            | Int::Round { of, .. }
            | Int::Look { at: of, .. }
            | Int::Find { of, .. } => [Some(of), None, None],
            Int::WideDivide { left, right, by, .. } => [Some(left), Some(right), Some(by)],
        }
    }
}

impl Graph {
    /// Whether a number hangs on one that may not fit.
    pub(super) fn is_shaky(&self, of: I) -> bool {
        self.shaky.get(of.0 as usize).copied().unwrap_or(true)
    }
}

/// The least and the greatest of some numbers.
pub(super) fn ends_of(ends: &[i128]) -> (i128, i128) {
    (ends.iter().copied().min().unwrap_or(0), ends.iter().copied().max().unwrap_or(0))
}

/// The range of rounded quotients by positive numbers.
pub(super) fn quotients(
    (least, greatest): (i128, i128),
    (small, large): (i128, i128),
    mode: Rounding,
) -> (i128, i128) {
    let ends = [(least, small), (least, large), (greatest, small), (greatest, large)];
    ends_of(&ends.map(|(above, below)| rounded(above, below, mode)))
}
