//! What a program worked out of one row, step by step, as it stands in the registers.

use super::block::{Block, Scratch};
use super::execute::Registers;
use super::op::{Bit, Code, Reg, Store};
use super::program::Program;
use super::trace::KEPT;
use crate::ir::{CompareOp, Level, Name};
use crate::value::Exact;

/// A step of a waterfall, and where its figures stand.
#[derive(Clone, Debug)]
pub(super) struct Place {
    level: Level,
    step: Name,
    /// The waterfall has it; none where it always has.
    there: Option<Bit>,
    amount: Number,
    running: Number,
    contained: Option<(Number, Option<Bit>)>,
    bound: Option<(Number, Option<Bit>)>,
    applied: Truth,
}

/// Where a truth stands, or what it is found by.
#[derive(Clone, Copy, Debug)]
enum Truth {
    At(Bit),
    Test(CompareOp, Reg, i64),
}

/// Where a number stands, and its decimal places.
#[derive(Clone, Copy, Debug)]
struct Number {
    at: Reg,
    scale: u8,
}

impl Place {
    /// Where a step stands, of what is kept of it.
    pub fn of(level: Level, step: Name, kept: [Store; KEPT]) -> Option<Place> {
        let number = |store: &Store| match store {
            Store::Number { scale, from, known } => Some((Number { at: *from, scale: *scale }, *known)),
            _ => None,
        };
        let [amount, running, contained, bound, applied] = &kept;
        let (applied, there) = match applied {
            Store::Flag { from, known } => (Truth::At(*from), *known),
            Store::Test { op, of, against, known } => (Truth::Test(*op, *of, *against), *known),
            _ => return None,
        };
        Some(Place {
            level,
            step,
            there,
            amount: number(amount)?.0,
            running: number(running)?.0,
            contained: number(contained),
            bound: number(bound),
            applied,
        })
    }
}

/// A number times 10^scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The number.
    pub units: i64,
    /// How many decimal places there are.
    pub scale: u8,
}

impl From<Figure> for Exact {
    fn from(figure: Figure) -> Exact {
        Exact::scaled(figure.units, figure.scale)
    }
}

/// What a step of a waterfall did. The figures are those of the quote's entry of that step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded<'a> {
    /// The waterfall: of a unit, of the line, of the quote.
    pub level: Level,
    /// The step; `units` and `lines` for what a waterfall starts with.
    pub step: &'a Name,
    /// What it added to the price; negative for a discount, zero for what changed nothing.
    pub amount: Figure,
    /// The price after it.
    pub running: Figure,
    /// What leaves the price as it is: the tax that is contained in it, the figure of a `let`.
    pub contained: Option<Figure>,
    /// The least or greatest price that a floor or cap asks for, whether it was needed or not.
    pub bound: Option<Figure>,
    /// It changed the price.
    pub applied: bool,
}

/// What a program worked out of one row. Nothing of it is copied or put into words before it is asked for; it
/// holds until its scratch is used again.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    program: &'a Program,
    code: &'a Code,
    registers: &'a Registers<1>,
}

impl Program {
    /// Works out a row of a block, of a program with steps; none where the evaluator must do it.
    pub fn record<'a>(&'a self, block: &Block, row: usize, scratch: &'a mut Scratch) -> Option<Record<'a>> {
        if block.deferred.get(row).copied().unwrap_or(true) {
            return None;
        }
        let code = self.code();
        scratch.single.prepare(code);
        let done = scratch.single.work(code, block, row..row + 1) & 1 == 0;
        done.then_some(Record { program: self, code, registers: &scratch.single })
    }
}

impl<'a> Record<'a> {
    /// The steps of the waterfalls, in their order: of a unit, of the line, of the quote. Members of a group that
    /// is not in force are left out.
    pub fn steps(self) -> impl Iterator<Item = Recorded<'a>> {
        self.program.places().iter().filter_map(move |place| self.recorded(place))
    }

    /// A step by its waterfall and its name; none where the waterfall does not have it.
    pub fn step(self, level: Level, name: &str) -> Option<Recorded<'a>> {
        let places = self.program.places().iter();
        places.filter(|place| place.level == level && *place.step == *name).find_map(|it| self.recorded(it))
    }

    fn recorded(self, place: &'a Place) -> Option<Recorded<'a>> {
        let registers = self.registers;
        if !registers.is_known(place.there) {
            return None;
        }
        let within = |of: Option<(Number, Option<Bit>)>| {
            of.filter(|(_, known)| registers.is_known(*known)).map(|(number, _)| registers.figure(number))
        };
        Some(Recorded {
            level: place.level,
            step: &place.step,
            amount: registers.figure(place.amount),
            running: registers.figure(place.running),
            contained: within(place.contained),
            bound: within(place.bound),
            applied: match place.applied {
                Truth::At(bit) => registers.holds(bit),
                Truth::Test(op, of, against) => op.admits(registers.number(of).cmp(&against)),
            },
        })
    }

    fn store(self, field: usize) -> Option<&'a Store> {
        self.code.stores.get(field)
    }

    /// The number of a field, by its position; none where there is none.
    pub fn figure(self, field: usize) -> Option<Figure> {
        match self.store(field)? {
            Store::Number { scale, from, known } if self.registers.is_known(*known) => {
                Some(self.registers.figure(Number { at: *from, scale: *scale }))
            }
            _ => None,
        }
    }

    /// The truth of a field, by its position; none where there is none.
    pub fn flag(self, field: usize) -> Option<bool> {
        match self.store(field)? {
            Store::Flag { from, known } if self.registers.is_known(*known) => {
                Some(self.registers.holds(*from))
            }
            _ => None,
        }
    }

    /// The names of a field that is a list of names, or a word, by its position.
    pub fn names(self, field: usize) -> impl Iterator<Item = &'a Name> {
        let (of, from, only) = match self.store(field) {
            Some(Store::Names { of, from }) => (of.as_slice(), from.as_slice(), None),
            Some(Store::Choice { of, from, known }) if self.registers.is_known(*known) => {
                let at = usize::try_from(self.registers.number(*from)).ok();
                (&[][..], &[][..], at.and_then(|at| of.get(at)))
            }
            _ => (&[][..], &[][..], None),
        };
        let held = of.iter().zip(from).filter(move |(_, bit)| self.registers.holds(**bit));
        held.map(|(name, _)| name).chain(only)
    }
}

impl Registers<1> {
    #[inline]
    fn is_known(&self, known: Option<Bit>) -> bool {
        known.is_none_or(|bit| self.holds(bit))
    }

    #[inline]
    fn figure(&self, of: Number) -> Figure {
        Figure { units: self.number(of.at), scale: of.scale }
    }
}
