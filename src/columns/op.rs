//! The instructions of a program. Each writes a register behind those that it reads.

use std::sync::Arc;

use super::arith::Divisor;
use crate::ir::CompareOp;
use crate::value::Rounding;

/// A register of numbers.
pub(super) type Reg = u32;

/// A register of truths.
pub(super) type Bit = u32;

/// An instruction. Numbers go to `to`; a number that does not fit is replaced by `least` and told in `bad`.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Add {
        left: Reg,
        right: Reg,
        to: Reg,
    },
    Sub {
        left: Reg,
        right: Reg,
        to: Reg,
    },
    Mul {
        left: Reg,
        right: Reg,
        to: Reg,
    },
    AddConst {
        of: Reg,
        value: i64,
        to: Reg,
    },
    MulConst {
        of: Reg,
        value: i64,
        to: Reg,
    },
    From {
        value: i64,
        of: Reg,
        to: Reg,
    },
    Abs {
        of: Reg,
        to: Reg,
    },
    Least {
        left: Reg,
        right: Reg,
        to: Reg,
    },
    Greatest {
        left: Reg,
        right: Reg,
        to: Reg,
    },
    Round {
        of: Reg,
        by: Divisor,
        mode: Rounding,
        to: Reg,
    },
    /// `left * right / by`, rounded.
    RoundMul {
        left: Reg,
        right: Reg,
        by: Divisor,
        mode: Rounding,
        to: Reg,
    },
    /// `of * value / by`, rounded.
    RoundScale {
        of: Reg,
        value: i64,
        by: Divisor,
        mode: Rounding,
        to: Reg,
    },
    /// `of * array[at] / by`, rounded.
    RoundLook {
        of: Reg,
        at: Reg,
        array: Arc<[i64]>,
        by: Divisor,
        mode: Rounding,
        to: Reg,
    },
    /// `of + array[at]`
    AddLook {
        of: Reg,
        at: Reg,
        array: Arc<[i64]>,
        to: Reg,
    },
    /// `of * array[at]`
    MulLook {
        of: Reg,
        at: Reg,
        array: Arc<[i64]>,
        to: Reg,
    },
    Divide {
        of: Reg,
        by: Reg,
        mode: Rounding,
        to: Reg,
    },
    /// A number that is worked out in 128 bits.
    Wide {
        what: Wide,
        least: i64,
        to: Reg,
        bad: Option<Bit>,
    },
    Select {
        condition: Bit,
        then: Reg,
        otherwise: Reg,
        to: Reg,
    },
    Look {
        at: Reg,
        array: Arc<[i64]>,
        to: Reg,
    },
    Find {
        of: Reg,
        array: Arc<[i64]>,
        to: Reg,
    },
    Compare {
        op: CompareOp,
        left: Reg,
        right: Reg,
        to: Bit,
    },
    CompareConst {
        op: CompareOp,
        of: Reg,
        value: i64,
        to: Bit,
    },
    CompareWide {
        op: CompareOp,
        of: [Reg; 4],
        to: Bit,
    },
    And {
        left: Bit,
        right: Bit,
        to: Bit,
    },
    Or {
        left: Bit,
        right: Bit,
        to: Bit,
    },
    Not {
        of: Bit,
        to: Bit,
    },
    InMask {
        of: Reg,
        mask: u64,
        to: Bit,
    },
    /// `left`, and bit n of the mask.
    AndMask {
        left: Bit,
        of: Reg,
        mask: u64,
        to: Bit,
    },
    LookBit {
        at: Reg,
        array: Arc<[i64]>,
        to: Bit,
    },
    Has {
        set: Reg,
        value: Reg,
        to: Bit,
    },
}

/// What is worked out in 128 bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wide {
    Add(Reg, Reg),
    Sub(Reg, Reg),
    Mul(Reg, Reg),
    AddConst(Reg, i64),
    MulConst(Reg, i64),
    From(i64, Reg),
    Round { left: Reg, right: Reg, by: Divisor, mode: Rounding },
    Divide { left: Reg, right: Reg, by: Reg, mode: Rounding },
}

/// How the lane of a port comes into registers, and which of its values are allowed.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub port: usize,
    pub to: Option<Reg>,
    pub given: Option<Bit>,
    pub refused: Bit,
    /// Taken in rows that do not give it, and where a value is refused.
    pub instead: i64,
    pub required: bool,
    pub least: i64,
    pub greatest: i64,
    /// The allowed values, rising, where they are not all between the ends.
    pub listed: Option<Arc<[i64]>>,
    /// Allowed are `least`, `least + step`, …; 1 for all.
    pub step: i64,
}

/// What is kept of a row.
#[derive(Clone, Debug)]
pub(super) enum Store {
    Id,
    Number {
        scale: u8,
        from: Reg,
        known: Option<Bit>,
    },
    Nothing,
    Flag {
        from: Bit,
        known: Option<Bit>,
    },
    /// A truth of a record, which is found when it is asked for. Nothing is kept of it in columns.
    Test {
        op: CompareOp,
        of: Reg,
        against: i64,
        known: Option<Bit>,
    },
    Names {
        of: Vec<crate::ir::Name>,
        from: Vec<Bit>,
    },
    Choice {
        of: Vec<crate::ir::Name>,
        from: Reg,
        known: Option<Bit>,
    },
    Input {
        port: usize,
        from: Reg,
        known: Option<Bit>,
    },
}

/// A program's instructions.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    pub loads: Vec<Load>,
    /// Registers with constants.
    pub constants: Vec<(Reg, i64)>,
    /// Truths that are the same in every row.
    pub fixed: Vec<(Bit, bool)>,
    pub ops: Vec<Op>,
    /// A row in which one of these holds is deferred.
    pub defers: Vec<Bit>,
    pub stores: Vec<Store>,
    pub numbers: usize,
    pub truths: usize,
}
