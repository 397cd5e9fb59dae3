//! What a program computes, as a graph: each value once, constants folded, every number with its range.
//!
//! Numbers are 64-bit integers whose decimal places the compiler knows. A range holds in every row, also in
//! deferred ones: inputs that lie outside of theirs are replaced before anything is computed. So an operation
//! whose result fits by its operands' ranges needs no check; any other defers the row where it overflows.

use std::collections::HashMap;
use std::sync::Arc;

use super::range::{ends_of, quotients};
use crate::ir::CompareOp;
use crate::value::Rounding;

/// A number of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct I(pub u32);

/// A truth of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct B(pub u32);

/// Where an array of numbers stands in the graph.
pub(super) type Array = u32;

/// The greatest size of a number: twice of it still fits 63 bits.
pub(super) const LIMIT: i64 = 4_000_000_000_000_000_000;

/// How a number is computed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Int {
    Const(i64),
    /// What stands in the lane of a port, or its default.
    Port(u32),
    Add(I, I),
    Sub(I, I),
    Mul(I, I),
    AddConst(I, i64),
    MulConst(I, i64),
    /// The constant less the number.
    From(i64, I),
    Abs(I),
    Least(I, I),
    Greatest(I, I),
    /// `of / by`, rounded to a whole number; `by` is above 1.
    Round {
        of: I,
        by: i64,
        mode: Rounding,
    },
    /// The same by a number; where that is not above zero, by 1.
    Divide {
        of: I,
        by: I,
        mode: Rounding,
    },
    /// `left * right / by`, of which only the quotient need fit.
    WideRound {
        left: I,
        right: I,
        by: i64,
        mode: Rounding,
    },
    /// `left * right / by` by a number.
    WideDivide {
        left: I,
        right: I,
        by: I,
        mode: Rounding,
    },
    Select(B, I, I),
    /// The element of an array at a position, which always lies in it.
    Look {
        at: I,
        array: Array,
    },
    /// How many elements of a rising array are not above the number.
    Find {
        of: I,
        array: Array,
    },
}

/// How a truth is computed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Bool {
    Const(bool),
    /// The row gives a value for a port.
    Given(u32),
    /// The number does not fit.
    Overflow(I),
    Compare(CompareOp, I, I),
    CompareConst(CompareOp, I, i64),
    /// `a * b` against `c * d`, however long they are.
    CompareWide(CompareOp, [I; 4]),
    And(B, B),
    Or(B, B),
    Not(B),
    /// Bit n is set, n less than 64.
    InMask(I, u64),
    /// The element of an array at a position is not zero.
    LookBit {
        at: I,
        array: Array,
    },
    /// The set has the value.
    Has {
        set: I,
        value: I,
    },
}

/// A value of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Int(I),
    Bool(B),
}

/// The values of a program.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// All values, each behind those that it is computed from.
    pub order: Vec<Node>,
    pub ints: Vec<Int>,
    pub bools: Vec<Bool>,
    /// The least and the greatest value of each number.
    pub ranges: Vec<(i64, i64)>,
    /// Numbers that may not fit.
    pub checked: Vec<bool>,
    /// Numbers that hang on one that may not fit. Their ranges hold where it does; what follows from them alone
    /// must not take the place of the number, or nobody would ask whether it fits.
    pub shaky: Vec<bool>,
    pub arrays: Vec<Arc<[i64]>>,
    known_ints: HashMap<Int, I>,
    pub known_bools: HashMap<Bool, B>,
    known_arrays: HashMap<Arc<[i64]>, Array>,
}

impl Graph {
    pub fn int(&self, of: I) -> &Int {
        &self.ints[of.0 as usize]
    }

    pub fn bool(&self, of: B) -> &Bool {
        &self.bools[of.0 as usize]
    }

    pub fn range(&self, of: I) -> (i64, i64) {
        self.ranges[of.0 as usize]
    }

    pub fn constant(&self, of: I) -> Option<i64> {
        match self.int(of) {
            Int::Const(value) => Some(*value),
            _ => None,
        }
    }

    pub fn truth(&self, of: B) -> Option<bool> {
        match self.bool(of) {
            Bool::Const(truth) => Some(*truth),
            _ => None,
        }
    }

    pub fn array(&mut self, values: Vec<i64>) -> Array {
        let values: Arc<[i64]> = values.into();
        if let Some(known) = self.known_arrays.get(&values) {
            return *known;
        }
        let at = u32::try_from(self.arrays.len()).unwrap_or(u32::MAX);
        self.arrays.push(values.clone());
        self.known_arrays.insert(values, at);
        at
    }

    /// A number with the range that follows from its operands; one that may not fit is checked.
    fn add_int(&mut self, int: Int, (least, greatest): (i128, i128)) -> I {
        if let Some(known) = self.known_ints.get(&int) {
            return *known;
        }
        let limit = i128::from(LIMIT);
        let fits = -limit <= least && greatest <= limit;
        let narrow = |value: i128| i64::try_from(value.clamp(-limit, limit)).unwrap_or(0);
        let at = I(u32::try_from(self.ints.len()).unwrap_or(u32::MAX));
        let range = (narrow(least), narrow(greatest));
        let shaky = !fits || int.operands().into_iter().flatten().any(|of| self.is_shaky(of));
        if range.0 == range.1 && !shaky && !matches!(int, Int::Const(_)) {
            return self.number(range.0);
        }
        self.ints.push(int.clone());
        self.ranges.push(range);
        self.checked.push(!fits);
        self.shaky.push(shaky);
        self.known_ints.insert(int, at);
        self.order.push(Node::Int(at));
        at
    }

    pub fn add_bool(&mut self, of: Bool) -> B {
        if let Some(known) = self.known_bools.get(&of) {
            return *known;
        }
        let at = B(u32::try_from(self.bools.len()).unwrap_or(u32::MAX));
        self.bools.push(of.clone());
        self.known_bools.insert(of, at);
        self.order.push(Node::Bool(at));
        at
    }

    fn wide(&self, of: I) -> (i128, i128) {
        let (least, greatest) = self.range(of);
        (i128::from(least), i128::from(greatest))
    }

    pub fn number(&mut self, value: i64) -> I {
        self.add_int(Int::Const(value), (i128::from(value), i128::from(value)))
    }

    pub fn port(&mut self, at: u32, (least, greatest): (i64, i64)) -> I {
        self.add_int(Int::Port(at), (i128::from(least), i128::from(greatest)))
    }

    pub fn add(&mut self, left: I, right: I) -> I {
        match (self.int(left).clone(), self.int(right).clone()) {
            (Int::Const(value), _) => return self.add_const(right, value),
            (_, Int::Const(value)) => return self.add_const(left, value),
            (Int::From(0, taken), _) => return self.sub(right, taken),
            (_, Int::From(0, taken)) => return self.sub(left, taken),
            (Int::Look { .. }, Int::Look { .. }) => {
                if let Some(sum) = self.sum_of_looks(left, right) {
                    return sum;
                }
            }
            // Fixed parts of one place are put together: (x + a[i]) + b[i].
            (Int::Add(one, other), Int::Look { .. }) => {
                if let Some(sum) = self.beside_looks(one, other, right) {
                    return sum;
                }
            }
            (Int::Look { .. }, Int::Add(one, other)) => {
                if let Some(sum) = self.beside_looks(one, other, left) {
                    return sum;
                }
            }
            _ => {}
        }
        if let Some((of, by, other)) = self.factored(left, right) {
            let rest = self.add_const(other, by);
            return self.mul(of, rest);
        }
        let ((a, b), (c, d)) = (self.wide(left), self.wide(right));
        let int = Int::Add(left.min(right), left.max(right));
        self.add_int(int, (a + c, b + d))
    }

    pub fn sub(&mut self, left: I, right: I) -> I {
        if left == right {
            return self.number(0);
        }
        match (self.constant(left), self.constant(right)) {
            (Some(value), _) => return self.less_from(value, right),
            (_, Some(value)) => return self.add_const(left, -value),
            _ => {}
        }
        if let Some((of, by, other)) = self.taken_off(left, right) {
            let rest = self.less_from(by, other);
            return self.mul(of, rest);
        }
        match self.int(right).clone() {
            Int::Look { .. } => {
                let taken = self.less_from(0, right);
                if let Int::Look { .. } = self.int(taken) {
                    return self.add(left, taken);
                }
            }
            // What stands in a factor is put together first: x * c - (y + x * z) = x * (c - z) - y.
            Int::Add(one, other) => {
                for (product, rest) in [(one, other), (other, one)] {
                    if self.taken_off(left, product).is_some() {
                        let less = self.sub(left, product);
                        return self.sub(less, rest);
                    }
                }
            }
            _ => {}
        }
        if let Some((shared, one, by, other)) = self.shared_factor(left, right) {
            let one = self.mul_const(one, by);
            let rest = self.sub(one, other);
            return self.mul(shared, rest);
        }
        let ((a, b), (c, d)) = (self.wide(left), self.wide(right));
        self.add_int(Int::Sub(left, right), (a - d, b - c))
    }

    /// `s * x * c` and `s * y` as `s`, `x`, `c` and `y`.
    fn shared_factor(&self, left: I, right: I) -> Option<(I, I, i64, I)> {
        let (left, by) = match *self.int(left) {
            Int::MulConst(of, by) => (of, by),
            _ => (left, 1),
        };
        let (Int::Mul(a, b), Int::Mul(c, d)) = (self.int(left), self.int(right)) else { return None };
        let pairs = [(*a, *b, *c, *d), (*a, *b, *d, *c), (*b, *a, *c, *d), (*b, *a, *d, *c)];
        pairs.into_iter().find(|(one, _, other, _)| one == other).map(|(shared, x, _, y)| (shared, x, by, y))
    }

    /// Two elements at one position, as one.
    fn sum_of_looks(&mut self, left: I, right: I) -> Option<I> {
        match (self.int(left).clone(), self.int(right).clone()) {
            (Int::Look { at, array }, Int::Look { at: other, array: with }) if at == other => {
                let sum = self.merged(array, with)?;
                Some(self.look(at, sum))
            }
            _ => None,
        }
    }

    /// `(one + other) + look`, where one of the two is an element at the same position.
    fn beside_looks(&mut self, one: I, other: I, look: I) -> Option<I> {
        if let Some(sum) = self.sum_of_looks(one, look) {
            return Some(self.add(sum, other));
        }
        let sum = self.sum_of_looks(other, look)?;
        Some(self.add(one, sum))
    }

    /// Tells what is known of a number beside its operands' ranges: that it is not below zero.
    pub fn at_least_zero(&mut self, of: I) {
        if let Some((least, greatest)) = self.ranges.get_mut(of.0 as usize)
            && *greatest >= 0
        {
            *least = (*least).max(0);
        }
    }

    /// `x * c + x * y` as `x`, `c` and `y`.
    fn factored(&self, left: I, right: I) -> Option<(I, i64, I)> {
        self.taken_off(left, right).or_else(|| self.taken_off(right, left))
    }

    /// The same of `x * c` on the left alone.
    fn taken_off(&self, left: I, right: I) -> Option<(I, i64, I)> {
        let (of, by) = match *self.int(left) {
            Int::MulConst(of, by) => (of, by),
            _ => (left, 1),
        };
        match *self.int(right) {
            Int::Mul(one, other) if one == of => Some((of, by, other)),
            Int::Mul(one, other) if other == of => Some((of, by, one)),
            _ => None,
        }
    }

    pub fn add_const(&mut self, of: I, value: i64) -> I {
        let sum = |with: i64| with.checked_add(value).filter(|sum| sum.abs() <= LIMIT);
        match *self.int(of) {
            _ if value == 0 => return of,
            Int::Const(with) => {
                if let Some(sum) = sum(with) {
                    return self.number(sum);
                }
            }
            Int::AddConst(inner, with) => {
                if let Some(sum) = sum(with) {
                    return self.add_const(inner, sum);
                }
            }
            Int::From(with, inner) => {
                if let Some(sum) = sum(with) {
                    return self.less_from(sum, inner);
                }
            }
            Int::Look { at, array } => {
                if let Some(array) = self.mapped(array, sum) {
                    return self.look(at, array);
                }
            }
            _ => {}
        }
        let (a, b) = self.wide(of);
        self.add_int(Int::AddConst(of, value), (a + i128::from(value), b + i128::from(value)))
    }

    pub fn less_from(&mut self, value: i64, of: I) -> I {
        let less = |with: i64| value.checked_sub(with).filter(|less| less.abs() <= LIMIT);
        match *self.int(of) {
            Int::Const(with) => {
                if let Some(less) = less(with) {
                    return self.number(less);
                }
            }
            Int::Look { at, array } => {
                if let Some(array) = self.mapped(array, less) {
                    return self.look(at, array);
                }
            }
            Int::From(with, inner) => {
                if let Some(less) = less(with) {
                    return self.add_const(inner, less);
                }
            }
            _ => {}
        }
        let (a, b) = self.wide(of);
        self.add_int(Int::From(value, of), (i128::from(value) - b, i128::from(value) - a))
    }

    pub fn mul(&mut self, left: I, right: I) -> I {
        match (self.constant(left), self.constant(right)) {
            (Some(value), _) => return self.mul_const(right, value),
            (_, Some(value)) => return self.mul_const(left, value),
            _ => {}
        }
        let (a, b) = (self.wide(left), self.wide(right));
        let ends = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
        self.add_int(Int::Mul(left.min(right), left.max(right)), ends_of(&ends))
    }

    pub fn mul_const(&mut self, of: I, value: i64) -> I {
        let product = |with: i64| with.checked_mul(value).filter(|product| product.abs() <= LIMIT);
        match *self.int(of) {
            _ if value == 1 => return of,
            _ if value == 0 => return self.number(0),
            Int::Const(with) => {
                if let Some(product) = product(with) {
                    return self.number(product);
                }
            }
            Int::MulConst(inner, with) => {
                if let Some(product) = product(with) {
                    return self.mul_const(inner, product);
                }
            }
            Int::Look { at, array } => {
                if let Some(array) = self.mapped(array, product) {
                    return self.look(at, array);
                }
            }
            _ => {}
        }
        let (a, b) = self.wide(of);
        let value_of = i128::from(value);
        self.add_int(Int::MulConst(of, value), ends_of(&[a * value_of, b * value_of]))
    }

    /// An array with each element changed, where all results fit.
    fn mapped(&mut self, array: Array, change: impl Fn(i64) -> Option<i64>) -> Option<Array> {
        let values = self.arrays[array as usize].iter().map(|value| change(*value));
        let values: Vec<i64> = values.collect::<Option<_>>()?;
        Some(self.array(values))
    }

    fn merged(&mut self, left: Array, right: Array) -> Option<Array> {
        let (left, right) = (self.arrays[left as usize].clone(), self.arrays[right as usize].clone());
        let sums = left
            .iter()
            .zip(right.iter())
            .map(|(left, right)| left.checked_add(*right).filter(|sum| sum.abs() <= LIMIT));
        let sums: Vec<i64> = sums.collect::<Option<_>>()?;
        Some(self.array(sums))
    }

    pub fn abs(&mut self, of: I) -> I {
        let (a, b) = self.wide(of);
        if a >= 0 {
            return of;
        }
        let greatest = a.abs().max(b.abs());
        self.add_int(Int::Abs(of), (if b < 0 { -b } else { 0 }, greatest))
    }

    pub fn extreme(&mut self, greatest: bool, left: I, right: I) -> I {
        if left == right {
            return left;
        }
        let ((a, b), (c, d)) = (self.wide(left), self.wide(right));
        match greatest {
            true if a >= d && !self.is_shaky(right) => left,
            true if c >= b && !self.is_shaky(left) => right,
            true => self.add_int(Int::Greatest(left.min(right), left.max(right)), (a.max(c), b.max(d))),
            false if b <= c && !self.is_shaky(right) => left,
            false if d <= a && !self.is_shaky(left) => right,
            false => self.add_int(Int::Least(left.min(right), left.max(right)), (a.min(c), b.min(d))),
        }
    }

    /// `of / by` rounded. `by` is positive.
    pub fn round(&mut self, of: I, by: i64, mode: Rounding) -> I {
        if by == 1 {
            return of;
        }
        if let Int::MulConst(inner, with) = *self.int(of)
            && with % by == 0
        {
            return self.mul_const(inner, with / by);
        }
        let (a, b) = match (self.checked[of.0 as usize], self.int(of).clone()) {
            (true, Int::Mul(left, right)) => {
                let (l, r) = (self.wide(left), self.wide(right));
                let ends = ends_of(&[l.0 * r.0, l.0 * r.1, l.1 * r.0, l.1 * r.1]);
                let range = quotients(ends, (i128::from(by), i128::from(by)), mode);
                return self.add_int(Int::WideRound { left, right, by, mode }, range);
            }
            _ => self.wide(of),
        };
        let range = quotients((a, b), (i128::from(by), i128::from(by)), mode);
        self.add_int(Int::Round { of, by, mode }, range)
    }

    /// `of / by` rounded, by a number that is positive in all rows that are not deferred.
    pub fn divide(&mut self, of: I, by: I, mode: Rounding) -> I {
        if let Some(by) = self.constant(by) {
            return self.round(of, by.max(1), mode);
        }
        let (least, greatest) = self.wide(by);
        let divisor = (least.max(1), greatest.max(1));
        if let (true, Int::Mul(left, right)) = (self.checked[of.0 as usize], self.int(of).clone()) {
            let (l, r) = (self.wide(left), self.wide(right));
            let ends = ends_of(&[l.0 * r.0, l.0 * r.1, l.1 * r.0, l.1 * r.1]);
            let range = quotients(ends, divisor, mode);
            return self.add_int(Int::WideDivide { left, right, by, mode }, range);
        }
        let range = quotients(self.wide(of), divisor, mode);
        self.add_int(Int::Divide { of, by, mode }, range)
    }

    pub fn select(&mut self, condition: B, then: I, otherwise: I) -> I {
        match self.truth(condition) {
            _ if then == otherwise => return then,
            Some(true) => return then,
            Some(false) => return otherwise,
            None => {}
        }
        if let Bool::Not(inner) = *self.bool(condition) {
            return self.select(inner, otherwise, then);
        }
        let ((a, b), (c, d)) = (self.wide(then), self.wide(otherwise));
        self.add_int(Int::Select(condition, then, otherwise), (a.min(c), b.max(d)))
    }

    /// The element of an array; `at` lies in it in every row.
    pub fn look(&mut self, at: I, array: Array) -> I {
        let values = &self.arrays[array as usize];
        if let Some(at) = self.constant(at) {
            let value = usize::try_from(at).ok().and_then(|at| values.get(at)).copied().unwrap_or(0);
            return self.number(value);
        }
        let least = values.iter().copied().min().unwrap_or(0);
        let greatest = values.iter().copied().max().unwrap_or(0);
        if values.iter().enumerate().all(|(at, value)| i64::try_from(at) == Ok(*value)) {
            return at;
        }
        self.add_int(Int::Look { at, array }, (i128::from(least), i128::from(greatest)))
    }

    /// How many of some rising numbers are not above a number.
    pub fn find(&mut self, of: I, cuts: Vec<i64>) -> I {
        let (least, greatest) = self.range(of);
        let below = |bound: i64| cuts.partition_point(|cut| *cut <= bound);
        let (first, last) = (below(least), below(greatest));
        let array = self.array(cuts);
        let wide = |at: usize| i128::try_from(at).unwrap_or(0);
        self.add_int(Int::Find { of, array }, (wide(first), wide(last)))
    }

    /// The number without a factor, where it is a product with that factor.
    pub fn without_factor(&mut self, of: I, factor: I) -> Option<I> {
        if of == factor {
            return Some(self.number(1));
        }
        match *self.int(of) {
            Int::Mul(left, right) => {
                if let Some(rest) = self.without_factor(left, factor) {
                    return Some(self.mul(rest, right));
                }
                let rest = self.without_factor(right, factor)?;
                Some(self.mul(left, rest))
            }
            Int::MulConst(inner, by) => {
                let rest = self.without_factor(inner, factor)?;
                Some(self.mul_const(rest, by))
            }
            _ => None,
        }
    }
}
