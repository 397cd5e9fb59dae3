//! One value from many elements: sums, counts, extremes over lists, pieces, lines, values, rows.

use std::sync::Arc;

use super::expr::{Expr, ExprKind, Place};
use super::ty::{EnumTy, Name};

/// `sum(d.mass for d in dies where d.size = big)`, `count(dies)`.
///
/// The elements are taken in the order of the request. Alike pieces that the request gives as one with a
/// quantity count as so many elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Aggregate {
    /// What comes of them.
    pub kind: AggregateKind,
    /// Where the elements are taken from.
    pub source: Source,
    /// How many other aggregates stand around this one within the expression. Inside, the element is read
    /// by `Place::Element` of this depth.
    pub depth: u16,
    /// Only elements for which this holds. Evaluated before the body, and only then the body.
    pub filter: Option<Expr>,
    /// Only so many of those.
    pub ranking: Option<Ranking>,
    /// What is worked out for each element; none for `count`.
    pub body: Option<Expr>,
    /// The numbers whose sums over the earlier elements the body reads, as `ElementPlace::Before`: each is
    /// worked out for every element that counts, and reads only sums that stand before its own.
    pub before: Vec<Expr>,
    /// The whole as written, in canonical layout on one line.
    pub text: Name,
}

/// The so many greatest, or least, of the elements: `greatest 3 by r.load`.
///
/// They are taken in the order of their rank. Of equal ones the earlier comes first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ranking {
    /// The greatest when true, the least when false.
    pub greatest: bool,
    /// How many, a whole number; none where it is not above zero, all where there are fewer. It stands outside:
    /// it reads no element of this aggregate.
    pub count: Expr,
    /// What the elements are compared by: a number, a date or a value of a ranked enumeration.
    pub by: Expr,
}

/// What comes of many elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateKind {
    /// The sum of the bodies; zero of none.
    Sum,
    /// The product of the bodies, plain numbers; one of none.
    Product,
    /// How many there are, a whole number.
    Count,
    /// The least body. Of type `Optional` where there may be no element, and absent then.
    Min,
    /// The greatest, likewise.
    Max,
    /// The sum divided by the number of elements, likewise.
    Average,
    /// Some body holds; false of none. Elements behind the first that holds are not looked at.
    Any,
    /// Every body holds; true of none. Elements behind the first that does not hold are not looked at.
    All,
}

/// Where elements are taken from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The pieces of a part.
    Parts {
        /// The depth of the element whose part it is; none for the line's product.
        owner: Option<u16>,
        /// The part.
        part: Name,
    },
    /// A list: an expression of `Ty::List`, which reads an input or a field of an element around.
    List(Box<Expr>),
    /// The element of a list at a position, if there is one.
    Item {
        /// The list, as in `List`.
        list: Box<Expr>,
        /// The position, a whole number, from 1. It stands outside of the aggregate.
        at: Box<Expr>,
    },
    /// The values of an enumeration, in its order.
    Values(Arc<EnumTy>),
    /// The lines of the request that are not at fault, and the pieces that are lines of their own.
    Lines {
        /// Only those of this product or family.
        of: Option<Name>,
        /// Only those before the line that asks.
        earlier: bool,
    },
    /// The rows of a table that are in effect on the day of the quote, in order, without `else`.
    Rows(Name),
    /// The rows of a table of [`HitPolicy::All`](super::table::HitPolicy) that match, in order; `else` where
    /// there is none.
    Hits {
        /// The table.
        table: Name,
        /// One value a key, in the keys' types.
        keys: Vec<Expr>,
    },
}

/// What is read of an element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ElementPlace {
    /// An option or a let of the piece's product.
    Member(Name),
    /// What one piece costs: the sum of its product's `cost`.
    Cost,
    /// A field of an element of a list, or of a row: its keys, then its columns. Of a row that matches: its
    /// columns.
    Field {
        /// The position.
        at: u16,
        /// As written behind the dot; none where the element is a plain value.
        name: Option<Name>,
    },
    /// The element itself: a value of an enumeration.
    Value,
    /// Something of a line, which is none of a quote.
    Line(Box<Place>),
    /// The position among the elements that count, from 1; the rank where they are ranked.
    Nth,
    /// The sum over the earlier elements that count: a position in `Aggregate::before`.
    Before {
        /// The position.
        at: u16,
        /// The number as written.
        text: Name,
    },
}

impl Aggregate {
    /// Whether what comes of an element hangs on those before it.
    pub fn counts_along(&self) -> bool {
        let mut along = !self.before.is_empty();
        if let Some(body) = &self.body {
            let mut waiting = vec![body];
            while let Some(expr) = waiting.pop() {
                if let ExprKind::Read(Place::Element { depth, of: ElementPlace::Nth, .. }) = &expr.kind {
                    along |= *depth == self.depth;
                }
                expr.for_each_operand(&mut |operand| waiting.push(operand));
            }
        }
        along
    }
}

impl AggregateKind {
    /// All, by the names of their functions.
    pub const ALL: [AggregateKind; 8] = [
        AggregateKind::All,
        AggregateKind::Any,
        AggregateKind::Average,
        AggregateKind::Count,
        AggregateKind::Max,
        AggregateKind::Min,
        AggregateKind::Product,
        AggregateKind::Sum,
    ];

    /// The function that it is written with.
    pub fn word(self) -> &'static str {
        match self {
            AggregateKind::Sum => "sum",
            AggregateKind::Product => "product",
            AggregateKind::Count => "count",
            AggregateKind::Min => "min",
            AggregateKind::Max => "max",
            AggregateKind::Average => "avg",
            AggregateKind::Any => "any",
            AggregateKind::All => "all",
        }
    }
}
