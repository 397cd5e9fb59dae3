//! Axes: the variables of a problem while it is being made, before values that are alike are put together.

use super::spans::{Line, Spans};
use crate::ir::Value;
use crate::logic::ValueSet;

/// An axis, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AxisId(pub u32);

/// What came of evaluating something: a value, or nothing, whatever the reason.
pub type Outcome = Option<Value>;

/// A variable in the making.
#[derive(Clone, Debug)]
pub struct Axis {
    /// All of its values.
    pub all: Raw,
    /// Its values.
    pub values: Values,
    /// It can be set; else it stands for an expression.
    pub is_slot: bool,
}

/// The values of an axis.
#[derive(Clone, Debug)]
pub enum Values {
    /// These. Only what an expression comes to can be nothing.
    Points(Vec<Outcome>),
    /// The numbers or days of a range.
    Line {
        /// The range.
        line: Line,
        /// There may be no value besides.
        absent: bool,
    },
}

/// Some values of an axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Raw {
    /// Positions in the list of values.
    Points(ValueSet),
    /// Numbers, and whether absence is among the values.
    Line {
        /// Absence is among them.
        absent: bool,
        /// The numbers, on the range's grid.
        spans: Spans,
    },
}

impl Values {
    /// All values.
    pub fn all(&self) -> Raw {
        match self {
            Values::Points(points) => Raw::Points(ValueSet::all(count(points.len()))),
            Values::Line { line, absent } => Raw::Line { absent: *absent, spans: line.all() },
        }
    }

    /// The absent value alone; none where there is none.
    pub fn absent(&self) -> Option<Raw> {
        match self {
            Values::Points(points) => {
                let at = points.iter().position(|it| *it == Some(Value::Absent))?;
                Some(Raw::Points(ValueSet::one(count(at))))
            }
            Values::Line { absent, .. } => absent.then(|| Raw::Line { absent: true, spans: Spans::none() }),
        }
    }
}

impl Raw {
    /// Whether no value is in.
    pub fn is_empty(&self) -> bool {
        match self {
            Raw::Points(set) => set.is_empty(),
            Raw::Line { absent, spans } => !absent && spans.is_empty(),
        }
    }

    /// What is in either; both are of one axis.
    pub fn or(&self, other: &Raw) -> Raw {
        match (self, other) {
            (Raw::Points(left), Raw::Points(right)) => Raw::Points(left.or(right)),
            (Raw::Line { absent, spans }, Raw::Line { absent: also, spans: more }) => {
                Raw::Line { absent: *absent || *also, spans: spans.or(more) }
            }
            _ => self.clone(),
        }
    }

    /// What is in both.
    pub fn and(&self, other: &Raw) -> Raw {
        match (self, other) {
            (Raw::Points(left), Raw::Points(right)) => Raw::Points(left.and(right)),
            (Raw::Line { absent, spans }, Raw::Line { absent: also, spans: more }) => {
                Raw::Line { absent: *absent && *also, spans: spans.and(more) }
            }
            _ => self.clone(),
        }
    }

    /// What is in this one and not in the other.
    pub fn without(&self, other: &Raw) -> Raw {
        match (self, other) {
            (Raw::Points(left), Raw::Points(right)) => Raw::Points(left.without(right)),
            (Raw::Line { absent, spans }, Raw::Line { absent: also, spans: less }) => {
                Raw::Line { absent: *absent && !*also, spans: spans.without(less) }
            }
            _ => self.clone(),
        }
    }
}

/// A count of values; the limits keep it far below 32 bits.
pub fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
