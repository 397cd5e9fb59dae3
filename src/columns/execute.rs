//! Running a program: each instruction over a chunk of rows at once.
//!
//! The same code runs a chunk of 64 rows and a single row: the length of the chunk is part of the type, so the
//! loops of a single row are gone. Truths of a chunk are the bits of one word.

use super::arith::{Divisor, quotient, rounded, with_mode};
use super::block::{Block, Column};
use super::graph::LIMIT;
use super::op::{Bit, Code, Load, Op, Reg, Store, Wide};
use crate::ir::CompareOp;
use crate::value::Rounding;

/// The rows of a chunk.
pub(super) const CHUNK: usize = 64;

/// Registers for chunks of so many rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Registers<const N: usize> {
    numbers: Vec<[i64; N]>,
    truths: Vec<u64>,
}

impl<const N: usize> Registers<N> {
    /// Makes room for a program.
    pub fn prepare(&mut self, code: &Code) {
        self.numbers.resize(code.numbers, [0; N]);
        self.truths.resize(code.truths, 0);
        for (reg, value) in &code.constants {
            self.numbers[*reg as usize] = [*value; N];
        }
        for (bit, truth) in &code.fixed {
            self.truths[*bit as usize] = if *truth { u64::MAX } else { 0 };
        }
    }

    /// Works out some rows, at most as many as a chunk has, and keeps what comes of them.
    pub fn run(
        &mut self,
        code: &Code,
        block: &Block,
        rows: std::ops::Range<usize>,
        deferred: &mut [bool],
        columns: &mut [Column],
    ) {
        let out = self.work(code, block, rows.clone());
        if out != 0 {
            for (at, row) in rows.clone().enumerate() {
                deferred[row] |= out >> at & 1 == 1;
            }
        }
        for (store, column) in code.stores.iter().zip(columns) {
            self.store(store, column, rows.clone());
        }
    }

    /// Works out some rows; the bits of those that are deferred.
    #[inline]
    pub fn work(&mut self, code: &Code, block: &Block, rows: std::ops::Range<usize>) -> u64 {
        for load in &code.loads {
            self.load(load, block, rows.clone());
        }
        for op in &code.ops {
            self.op(op);
        }
        code.defers.iter().fold(0_u64, |out, bit| out | self.truths[*bit as usize])
    }

    fn load(&mut self, load: &Load, block: &Block, rows: std::ops::Range<usize>) {
        if N == 1 {
            return self.load_one(load, block, rows.start);
        }
        let (mut given_bits, mut refused) = (0_u64, 0_u64);
        let mut values = [load.instead; N];
        let lane = block.lanes.get(load.port).and_then(|lane| lane.get(rows.clone())).unwrap_or_default();
        let given = block.given.get(load.port).and_then(|given| given.get(rows)).unwrap_or_default();
        for (at, (slot, (value, given))) in values.iter_mut().zip(lane.iter().zip(given)).enumerate() {
            let allowed = load.least <= *value && *value <= load.greatest;
            if *given && allowed {
                *slot = *value;
            }
            given_bits |= u64::from(*given) << at;
            refused |= u64::from(if *given { !allowed } else { load.required }) << at;
        }
        if load.step > 1 || load.listed.is_some() {
            for (at, value) in values.iter_mut().enumerate().filter(|(at, _)| given_bits >> at & 1 == 1) {
                let on_step = value.wrapping_sub(load.least) % load.step.max(1) == 0;
                let listed = load.listed.as_ref().is_none_or(|listed| listed.binary_search(value).is_ok());
                if !(on_step && listed) {
                    refused |= 1 << at;
                    *value = load.instead;
                }
            }
        }
        self.truths[load.refused as usize] = refused;
        if let Some(bit) = load.given {
            self.truths[bit as usize] = given_bits;
        }
        if let Some(reg) = load.to {
            self.numbers[reg as usize] = values;
        }
    }

    /// The same of a single row.
    #[inline]
    fn load_one(&mut self, load: &Load, block: &Block, row: usize) {
        let lane = block.lanes.get(load.port).and_then(|lane| lane.get(row)).copied();
        let given = block.given.get(load.port).and_then(|given| given.get(row)).copied();
        let (given, value) = (given.unwrap_or(false), lane.unwrap_or_default());
        let allowed = load.least <= value
            && value <= load.greatest
            && (load.step <= 1 || value.wrapping_sub(load.least) % load.step == 0)
            && load.listed.as_ref().is_none_or(|listed| listed.binary_search(&value).is_ok());
        self.truths[load.refused as usize] = u64::from(if given { !allowed } else { load.required });
        if let Some(bit) = load.given {
            self.truths[bit as usize] = u64::from(given);
        }
        if let Some(reg) = load.to {
            self.numbers[reg as usize] = [if given && allowed { value } else { load.instead }; N];
        }
    }

    /// The register that is written, with all before it.
    #[inline]
    fn split(&mut self, to: Reg) -> (&[[i64; N]], &mut [i64; N]) {
        let (before, rest) = self.numbers.split_at_mut(to as usize);
        (before, &mut rest[0])
    }

    #[inline]
    fn one(&mut self, of: Reg, to: Reg, work: impl Fn(i64) -> i64) {
        let (before, to) = self.split(to);
        let of = &before[of as usize];
        for at in 0..N {
            to[at] = work(of[at]);
        }
    }

    #[inline]
    fn two(&mut self, left: Reg, right: Reg, to: Reg, work: impl Fn(i64, i64) -> i64) {
        let (before, to) = self.split(to);
        let (left, right) = (&before[left as usize], &before[right as usize]);
        for at in 0..N {
            to[at] = work(left[at], right[at]);
        }
    }

    #[inline]
    fn test(&mut self, of: Reg, to: Bit, holds: impl Fn(i64) -> bool) {
        let of = &self.numbers[of as usize];
        let mut bits = 0_u64;
        for (at, of) in of.iter().enumerate() {
            bits |= u64::from(holds(*of)) << at;
        }
        self.truths[to as usize] = bits;
    }

    #[inline]
    fn test_two(&mut self, left: Reg, right: Reg, to: Bit, holds: impl Fn(i64, i64) -> bool) {
        let (left, right) = (&self.numbers[left as usize], &self.numbers[right as usize]);
        let mut bits = 0_u64;
        for at in 0..N {
            bits |= u64::from(holds(left[at], right[at])) << at;
        }
        self.truths[to as usize] = bits;
    }

    #[inline]
    fn truth(&self, of: Bit) -> u64 {
        self.truths[of as usize]
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Add { left, right, to } => self.two(*left, *right, *to, i64::wrapping_add),
            Op::Sub { left, right, to } => self.two(*left, *right, *to, i64::wrapping_sub),
            Op::Mul { left, right, to } => self.two(*left, *right, *to, i64::wrapping_mul),
            Op::AddConst { of, value, to } => self.one(*of, *to, |of| of.wrapping_add(*value)),
            Op::MulConst { of, value, to } => self.one(*of, *to, |of| of.wrapping_mul(*value)),
            Op::From { value, of, to } => self.one(*of, *to, |of| value.wrapping_sub(of)),
            Op::Abs { of, to } => self.one(*of, *to, i64::wrapping_abs),
            Op::Least { left, right, to } => self.two(*left, *right, *to, Ord::min),
            Op::Greatest { left, right, to } => self.two(*left, *right, *to, Ord::max),
            Op::Round { of, by, mode, to } => self.round(*of, *by, *mode, *to),
            Op::RoundMul { left, right, by, mode, to } => self.round_mul(*left, *right, *by, *mode, *to),
            Op::RoundScale { of, value, by, mode, to } => {
                with_mode!(*mode, |outward| self
                    .one(*of, *to, |of| by.round(of.wrapping_mul(*value), outward)));
            }
            Op::RoundLook { of, at, array, by, mode, to } => {
                with_mode!(*mode, |outward| self
                    .two(*of, *at, *to, |of, at| { by.round(of.wrapping_mul(element(array, at)), outward) }));
            }
            Op::AddLook { of, at, array, to } => {
                self.two(*of, *at, *to, |of, at| of.wrapping_add(element(array, at)));
            }
            Op::MulLook { of, at, array, to } => {
                self.two(*of, *at, *to, |of, at| of.wrapping_mul(element(array, at)));
            }
            Op::Divide { of, by, mode, to } => self.divide(*of, *by, *mode, *to),
            Op::Wide { what, least, to, bad } => self.wide(*what, *least, *to, *bad),
            Op::Select { condition, then, otherwise, to } => {
                let bits = self.truth(*condition);
                let (before, to) = self.split(*to);
                let (then, otherwise) = (&before[*then as usize], &before[*otherwise as usize]);
                for at in 0..N {
                    to[at] = if bits >> at & 1 == 1 { then[at] } else { otherwise[at] };
                }
            }
            Op::Look { at, array, to } => {
                self.one(*at, *to, |at| element(array, at));
            }
            Op::Find { of, array, to } => self.find(*of, array, *to),
            Op::Compare { op, left, right, to } => self.compare(*op, *left, *right, *to),
            Op::CompareConst { op, of, value, to } => self.compare_const(*op, *of, *value, *to),
            Op::CompareWide { op, of, to } => self.compare_wide(*op, *of, *to),
            Op::And { left, right, to } => {
                self.truths[*to as usize] = self.truth(*left) & self.truth(*right);
            }
            Op::Or { left, right, to } => {
                self.truths[*to as usize] = self.truth(*left) | self.truth(*right);
            }
            Op::Not { of, to } => self.truths[*to as usize] = !self.truth(*of),
            Op::InMask { of, mask, to } => self.test(*of, *to, |of| mask >> (of & 63) & 1 == 1),
            Op::AndMask { left, of, mask, to } => {
                let left = self.truth(*left);
                self.test(*of, *to, |of| mask >> (of & 63) & 1 == 1);
                self.truths[*to as usize] &= left;
            }
            Op::LookBit { at, array, to } => {
                self.test(*at, *to, |at| array.get(at as usize).is_some_and(|bit| *bit != 0));
            }
            Op::Has { set, value, to } => {
                self.test_two(*set, *value, *to, |set, value| set >> (value & 63) & 1 == 1);
            }
        }
    }

    #[inline]
    fn round(&mut self, of: Reg, by: Divisor, mode: Rounding, to: Reg) {
        with_mode!(mode, |outward| self.one(of, to, |of| by.round(of, outward)));
    }

    #[inline]
    fn round_mul(&mut self, left: Reg, right: Reg, by: Divisor, mode: Rounding, to: Reg) {
        with_mode!(mode, |outward| self
            .two(left, right, to, |left, right| { by.round(left.wrapping_mul(right), outward) }));
    }

    fn divide(&mut self, of: Reg, by: Reg, mode: Rounding, to: Reg) {
        with_mode!(mode, |outward| self.two(of, by, to, |of, by| quotient(of, by, &outward)));
    }

    fn wide(&mut self, what: Wide, least: i64, to: Reg, bad: Option<Bit>) {
        let (before, to) = self.split(to);
        let read = |reg: Reg, at: usize| i128::from(before[reg as usize][at]);
        let mut overflow = 0_u64;
        for (at, slot) in to.iter_mut().enumerate() {
            let value = match what {
                Wide::Add(left, right) => read(left, at) + read(right, at),
                Wide::Sub(left, right) => read(left, at) - read(right, at),
                Wide::Mul(left, right) => read(left, at) * read(right, at),
                Wide::AddConst(of, value) => read(of, at) + i128::from(value),
                Wide::MulConst(of, value) => read(of, at) * i128::from(value),
                Wide::From(value, of) => i128::from(value) - read(of, at),
                Wide::Round { left, right, by, mode } => {
                    let product = read(left, at) * read(right, at);
                    match i64::try_from(product) {
                        Ok(short) if short.unsigned_abs() <= LIMIT.unsigned_abs() => {
                            i128::from(with_mode!(mode, |outward| by.round(short, outward)))
                        }
                        _ => rounded(product, i128::from(by.by), mode),
                    }
                }
                Wide::Divide { left, right, by, mode } => {
                    rounded(read(left, at) * read(right, at), read(by, at).max(1), mode)
                }
            };
            *slot = match i64::try_from(value) {
                Ok(value) if (-LIMIT..=LIMIT).contains(&value) => value,
                _ => {
                    overflow |= 1 << at;
                    least
                }
            };
        }
        if let Some(bad) = bad {
            self.truths[bad as usize] = overflow;
        }
    }

    fn find(&mut self, of: Reg, array: &[i64], to: Reg) {
        const FEW: usize = 16;
        if array.len() <= FEW {
            self.one(of, to, |of| array.iter().map(|cut| i64::from(*cut <= of)).sum());
        } else {
            self.one(of, to, |of| array.partition_point(|cut| *cut <= of) as i64);
        }
    }

    fn compare(&mut self, op: CompareOp, left: Reg, right: Reg, to: Bit) {
        match op {
            CompareOp::Equal => self.test_two(left, right, to, |left, right| left == right),
            CompareOp::NotEqual => self.test_two(left, right, to, |left, right| left != right),
            CompareOp::Less => self.test_two(left, right, to, |left, right| left < right),
            CompareOp::LessOrEqual => self.test_two(left, right, to, |left, right| left <= right),
            CompareOp::Greater => self.test_two(left, right, to, |left, right| left > right),
            CompareOp::GreaterOrEqual => self.test_two(left, right, to, |left, right| left >= right),
        }
    }

    fn compare_const(&mut self, op: CompareOp, of: Reg, value: i64, to: Bit) {
        match op {
            CompareOp::Equal => self.test(of, to, |of| of == value),
            CompareOp::NotEqual => self.test(of, to, |of| of != value),
            CompareOp::Less => self.test(of, to, |of| of < value),
            CompareOp::LessOrEqual => self.test(of, to, |of| of <= value),
            CompareOp::Greater => self.test(of, to, |of| of > value),
            CompareOp::GreaterOrEqual => self.test(of, to, |of| of >= value),
        }
    }

    fn compare_wide(&mut self, op: CompareOp, of: [Reg; 4], to: Bit) {
        let [a, b, c, d] = of.map(|reg| &self.numbers[reg as usize]);
        let mut bits = 0_u64;
        for at in 0..N {
            let left = i128::from(a[at]) * i128::from(b[at]);
            let right = i128::from(c[at]) * i128::from(d[at]);
            bits |= u64::from(op.admits(left.cmp(&right))) << at;
        }
        self.truths[to as usize] = bits;
    }

    fn store(&self, store: &Store, column: &mut Column, rows: std::ops::Range<usize>) {
        let known = match store {
            Store::Id | Store::Nothing | Store::Test { .. } | Store::Names { .. } => None,
            Store::Number { from, known, .. }
            | Store::Choice { from, known, .. }
            | Store::Input { from, known, .. } => {
                let values = &self.numbers[*from as usize];
                if N == 1 {
                    column.values[rows.start] = values[0];
                    if let Some(known) = known {
                        column.known[rows.start] = self.truth(*known) & 1 == 1;
                    }
                    return;
                }
                let length = rows.len().min(N);
                column.values[rows.start..rows.start + length].copy_from_slice(&values[..length]);
                *known
            }
            Store::Flag { from, known } => {
                spread(self.truth(*from), &mut column.flags[rows.clone()]);
                *known
            }
        };
        if let Some(known) = known {
            spread(self.truth(known), &mut column.known[rows.clone()]);
        }
        if let Store::Names { from, .. } = store {
            if N == 1 {
                let names = from.iter().enumerate();
                column.bits[rows.start] =
                    names.fold(0, |set, (name, bit)| set | (self.truth(*bit) & 1) << name);
                return;
            }
            let sets = &mut column.bits[rows];
            sets.fill(0);
            let within = if sets.len() >= 64 { u64::MAX } else { (1 << sets.len()) - 1 };
            for (name, bit) in from.iter().enumerate() {
                let mut bits = self.truth(*bit) & within;
                while bits != 0 {
                    sets[bits.trailing_zeros() as usize] |= 1 << name;
                    bits &= bits - 1;
                }
            }
        }
    }
}

impl Registers<1> {
    /// The number of a register.
    #[inline]
    pub fn number(&self, of: Reg) -> i64 {
        self.numbers.get(of as usize).map_or(0, |[number]| *number)
    }

    /// Whether a truth holds.
    #[inline]
    pub fn holds(&self, of: Bit) -> bool {
        self.truths.get(of as usize).is_some_and(|bits| bits & 1 == 1)
    }
}

/// The element of an array at a position that lies in it.
#[inline]
fn element(array: &[i64], at: i64) -> i64 {
    array.get(at as usize).copied().unwrap_or_default()
}

/// The bits of a word as truths.
fn spread(bits: u64, to: &mut [bool]) {
    for (at, slot) in to.iter_mut().enumerate() {
        *slot = bits >> at & 1 == 1;
    }
}
