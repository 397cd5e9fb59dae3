//! Slots: what can be set in a configuration, and which of its values are alike.

use std::sync::Arc;

use crate::ir::{Domain, Name, Period, Ty, Value};
use crate::logic::Var;
use crate::source::Span;
use crate::value::Exact;

/// A slot, by its position in [`Model::slots`](super::Model::slots).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub u32);

/// Something that can be set.
#[derive(Clone, Debug)]
pub struct Slot {
    /// How it is addressed: `quantity`, `force`, `dies`, `dies[1].size`, `customer.region`, `prior`,
    /// `guide.material`.
    pub path: Arc<str>,
    /// For people.
    pub label: Option<Name>,
    /// What kind of thing it is.
    pub kind: SlotKind,
    /// The type of its values, without `Optional`.
    pub ty: Ty,
    /// Its allowed values, beyond the type.
    pub domain: Domain,
    /// Taken when nothing is said; a key of a table as its row on the day of the model.
    pub default: Option<Value>,
    /// It has no value in some configurations: it is optional, or exists under a condition.
    pub may_be_absent: bool,
    /// It may be left out by choice also where it exists.
    pub optional: bool,
    /// It is there whenever the piece that it belongs to is, so that nobody asks why it is not absent.
    pub is_steady: bool,
    /// The declaration.
    pub span: Span,
    /// Its variables.
    pub shape: Shape,
}

/// What kind of thing a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// The quantity of the line.
    Quantity,
    /// An option of the product or of one of its parts.
    Option,
    /// How many parts of a kind there are.
    PartCount,
    /// A field of a context, or the currency of the request.
    Context,
    /// A fact.
    Fact,
    /// What comes with the line, or with a piece of it, beside its options.
    LineFact,
    /// A market index.
    Index,
    /// The answer to a question of the guide.
    Question,
}

/// The variables of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One variable.
    Classes {
        /// The variable.
        var: Var,
        /// Class n is value n of the variable. In the order of the declaration, `Absent` first.
        classes: Vec<Class>,
    },
    /// A set: one variable a value of its enumeration, 1 where the set has it. All are 0 where it is absent.
    Set {
        /// 1 where there is a set; none for one that is always there.
        present: Option<Var>,
        /// One variable a value.
        elements: Vec<Var>,
    },
}

/// Values that no rule tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// There is no value.
    Absent,
    /// These, in the order of the declaration.
    Values(Vec<Value>),
    /// The numbers in these intervals, which rise and do not touch.
    Intervals(Vec<Interval>),
    /// The days in these periods, which rise and do not touch.
    Days(Vec<Period>),
    /// Texts that rules name, and others of which rules know at most a beginning.
    Texts {
        /// Texts that rules name.
        named: Vec<Name>,
        /// Others.
        others: Vec<OtherTexts>,
    },
}

/// The texts that no rule names and that begin so, without those that begin with a longer text in `not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherTexts {
    /// How they begin; empty for all.
    pub beginning: Name,
    /// How they do not begin.
    pub not: Vec<Name>,
    /// One of them.
    pub example: Name,
}

/// The numbers between two ends, all of them or those on steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The lower end; none where there is no end. With a step the lowest number itself.
    pub from: Option<Exact>,
    /// The lower end is one of the numbers.
    pub from_included: bool,
    /// The upper end; with a step the highest number itself.
    pub to: Option<Exact>,
    /// The upper end is one of the numbers.
    pub to_included: bool,
    /// The distance of neighbors; none where every number between the ends counts.
    pub step: Option<Exact>,
}

/// What is wanted of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This value; of a set, exactly these elements.
    Value(Value),
    /// One of these values.
    OneOf(Vec<Value>),
    /// A number between these ends, both included.
    Between {
        /// The lower end.
        from: Option<Exact>,
        /// The upper end.
        to: Option<Exact>,
    },
    /// This element is in the set.
    With(u16),
    /// The set is there, and this element is not in it.
    Without(u16),
    /// No value.
    Absent,
    /// Some value.
    Present,
}

/// What a slot can be, in the order of the declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// It can be absent.
    pub absent: bool,
    /// Values; texts that rules name among them.
    pub values: Vec<Value>,
    /// Numbers of a range, in intervals that rise and do not touch.
    pub intervals: Vec<Interval>,
    /// Days, in periods that rise and do not touch.
    pub days: Vec<Period>,
    /// Texts that no rule names.
    pub others: Vec<OtherTexts>,
}
