//! The truths of the graph: comparisons, connectives, sets.

use super::graph::{B, Bool, Graph, I, Int};
use crate::ir::CompareOp;

impl Graph {
    pub fn known(&mut self, truth: bool) -> B {
        self.add_bool(Bool::Const(truth))
    }

    pub fn given(&mut self, port: u32) -> B {
        self.add_bool(Bool::Given(port))
    }

    pub fn overflow(&mut self, of: I) -> B {
        self.add_bool(Bool::Overflow(of))
    }

    /// The truth that a number does not fit, where it was asked for.
    pub fn known_overflow(&self, of: I) -> Option<B> {
        self.known_bools.get(&Bool::Overflow(of)).copied()
    }

    pub fn not(&mut self, of: B) -> B {
        match *self.bool(of) {
            Bool::Const(truth) => self.known(!truth),
            Bool::Not(inner) => inner,
            _ => self.add_bool(Bool::Not(of)),
        }
    }

    pub fn and(&mut self, left: B, right: B) -> B {
        match (self.truth(left), self.truth(right)) {
            (Some(true), _) => right,
            (_, Some(true)) => left,
            (Some(false), _) | (_, Some(false)) => self.known(false),
            _ if left == right => left,
            _ => self.add_bool(Bool::And(left.min(right), left.max(right))),
        }
    }

    pub fn or(&mut self, left: B, right: B) -> B {
        match (self.truth(left), self.truth(right)) {
            (Some(false), _) => right,
            (_, Some(false)) => left,
            (Some(true), _) | (_, Some(true)) => self.known(true),
            _ if left == right => left,
            _ => self.add_bool(Bool::Or(left.min(right), left.max(right))),
        }
    }

    /// Whether both hold or neither does.
    pub fn same(&mut self, left: B, right: B) -> B {
        let both = self.and(left, right);
        let (not_left, not_right) = (self.not(left), self.not(right));
        let neither = self.and(not_left, not_right);
        self.or(both, neither)
    }

    pub fn compare(&mut self, op: CompareOp, left: I, right: I) -> B {
        if let Some(value) = self.constant(right) {
            return self.compare_const(op, left, value);
        }
        if let Some(value) = self.constant(left) {
            return self.compare_const(op.mirrored(), right, value);
        }
        if left == right {
            return self.known(op.admits(std::cmp::Ordering::Equal));
        }
        if self.is_shaky(left) || self.is_shaky(right) {
            return self.add_bool(Bool::Compare(op, left, right));
        }
        let ((a, b), (c, d)) = (self.range(left), self.range(right));
        if b < c {
            return self.known(op.admits(std::cmp::Ordering::Less));
        }
        if a > d {
            return self.known(op.admits(std::cmp::Ordering::Greater));
        }
        self.add_bool(Bool::Compare(op, left, right))
    }

    pub fn compare_const(&mut self, op: CompareOp, of: I, value: i64) -> B {
        if self.is_shaky(of) {
            return self.add_bool(Bool::CompareConst(op, of, value));
        }
        let (least, greatest) = self.range(of);
        // What holds at both ends of a range below, above or at the value holds everywhere.
        let (low, high) = (least.cmp(&value), greatest.cmp(&value));
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        if low == high && low.is_ne() || least == greatest {
            return self.known(op.admits(low));
        }
        if ordered && op.admits(low) == op.admits(high) {
            return self.known(op.admits(low));
        }
        if let Int::Look { at, array } = *self.int(of) {
            let bits = self.arrays[array as usize].iter().map(|it| i64::from(op.admits(it.cmp(&value))));
            let bits: Vec<i64> = bits.collect();
            return self.look_bit(at, bits);
        }
        if (0..64).contains(&least) && greatest < 64 {
            let bits = (0..=greatest).map(|it| i64::from(op.admits(it.cmp(&value)))).collect();
            return self.look_bit(of, bits);
        }
        self.add_bool(Bool::CompareConst(op, of, value))
    }

    pub fn compare_wide(&mut self, op: CompareOp, of: [I; 4]) -> B {
        self.add_bool(Bool::CompareWide(op, of))
    }

    /// Whether the element at a position is not zero.
    pub fn look_bit(&mut self, at: I, bits: Vec<i64>) -> B {
        let (least, greatest) = self.range(at);
        let (least, greatest) = (usize::try_from(least).unwrap_or(0), usize::try_from(greatest).unwrap_or(0));
        let reachable = bits.get(least..=greatest.min(bits.len().saturating_sub(1))).unwrap_or_default();
        if reachable.iter().all(|bit| *bit == 0) && !self.is_shaky(at) {
            return self.known(false);
        }
        if reachable.iter().all(|bit| *bit != 0) && !self.is_shaky(at) {
            return self.known(true);
        }
        if bits.len() <= 64 {
            let mask = bits.iter().enumerate().filter(|(_, bit)| **bit != 0);
            let mask = mask.fold(0_u64, |mask, (at, _)| mask | 1 << at);
            return self.add_bool(Bool::InMask(at, mask));
        }
        let array = self.array(bits);
        self.add_bool(Bool::LookBit { at, array })
    }

    pub fn has(&mut self, set: I, value: I) -> B {
        self.add_bool(Bool::Has { set, value })
    }
}
