//! Terms: expressions as a graph in which equal parts are one, each with the axes that it depends on.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use smallvec::SmallVec;

use super::axis::{AxisId, Outcome};
use crate::ir::{ArithmeticOp, ExprKind, Name, Ty, Value};
use crate::source::Span;
use crate::value::{Exact, LIMIT_BITS};

/// A term, by its position. Operands come before what they are operands of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(pub u32);

/// What a term does with its operands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant; nothing where there never is a value.
    Constant(Outcome),
    /// The value of an axis.
    Leaf(AxisId),
    /// The set of the elements whose operands are true. Where the first operand is false it is absent.
    Set,
    /// A form of the book; its operands are written as parameters.
    Form(ExprKind),
    /// Whether the table has a row for the operands that is not `n/a`: in one column, or in all.
    Row {
        /// The table.
        table: Name,
        /// The types of the keys.
        keys: Vec<Ty>,
        /// The column.
        column: Option<u16>,
    },
    /// Whether the operand comes to a value.
    Defined,
}

/// The operands of a term.
pub type Operands = SmallVec<[TermId; 3]>;

/// An expression.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it does.
    pub node: Node,
    /// With what.
    pub operands: Operands,
    /// The type of its value.
    pub ty: Ty,
    /// Where it is written, once.
    pub span: Span,
    /// What it depends on.
    pub scope: Scope,
    /// It may come to nothing.
    pub may_fail: bool,
    /// How long its numbers can be.
    pub size: Size,
    /// Of how many terms it is an operand.
    pub uses: u32,
    /// How many terms lie below it, one below the other.
    pub depth: u32,
}

/// Upper bounds of how long numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Bits above or below the fraction bar, in lowest terms.
    pub bits: u32,
    /// Bits of the whole part.
    whole: u32,
    /// Decimal places; none where decimals may have no end.
    places: Option<u32>,
}

/// The axes that a term depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// These, rising.
    Few(SmallVec<[AxisId; 4]>),
    /// More than are kept.
    Many,
}

/// More axes than these are not kept: no table is made over so many.
const MOST_AXES: usize = 24;

/// The bits of a decimal number.
const DECIMAL_BITS: u32 = 96;

/// The bits of a number of a table that has not been looked at.
const TABLE_BITS: u32 = 256;

/// Numbers of fewer bits are far from the limit of exact numbers, whatever is done to two of them.
const SAFE_BITS: u32 = 1_900;

/// All terms.
#[derive(Debug, Default)]
pub struct Terms {
    all: Vec<Term>,
    known: HashMap<u64, SmallVec<[TermId; 1]>>,
    /// How long the numbers in columns of tables are, as far as that is known.
    pub columns: HashMap<(Name, u16), Size>,
}

impl Size {
    /// Of what is no number, and of whole numbers of one machine word.
    pub const SMALL: Size = Size { bits: 64, whole: 64, places: Some(0) };

    /// Of numbers of which only the bits are known.
    pub fn of_bits(bits: u32) -> Size {
        Size { bits, whole: bits, places: None }
    }

    /// Of numbers with a whole part of so many bits and so many decimal places.
    fn of_places(whole: u32, places: u32) -> Size {
        // Ten has between three and four bits; three places have fewer than ten.
        let below = places.saturating_mul(10).div_ceil(3);
        Size { bits: whole.saturating_add(below).max(64), whole, places: Some(places) }
    }

    /// Of one number.
    pub fn of(number: &Exact) -> Size {
        match (number.to_i64(), number.to_decimal()) {
            (Some(_), _) => Size::SMALL,
            (None, Some(decimal)) => Size::of_places(DECIMAL_BITS, decimal.scale()),
            (None, None) => {
                Size::of_bits(super::axis::count(number.to_fraction_text().len()).saturating_mul(4))
            }
        }
    }

    /// Of numbers that are of one or the other.
    pub fn or(self, other: Size) -> Size {
        let whole = self.whole.max(other.whole);
        let places = self.places.zip(other.places).map(|(left, right)| left.max(right));
        let bits = self.bits.max(other.bits);
        Size { bits, whole, places }
    }

    fn plus(self, other: Size) -> Size {
        let whole = self.whole.max(other.whole).saturating_add(1);
        let places = self.places.zip(other.places).map(|(left, right)| left.max(right));
        Size::of_bits(sum_of_bits(self, other)).within(whole, places)
    }

    fn times(self, other: Size) -> Size {
        let whole = self.whole.saturating_add(other.whole);
        let places = self.places.zip(other.places).map(|(left, right)| left.saturating_add(right));
        Size::of_bits(sum_of_bits(self, other)).within(whole, places)
    }

    /// Of numbers within ends of this size that lie steps of another size apart.
    pub fn stepping(self, step: Size) -> Size {
        let places = self.places.zip(step.places).map(|(left, right)| left.max(right));
        Size::of_bits(self.bits.saturating_add(step.bits)).within(self.whole, places)
    }

    /// The narrower of what the bits and what the places say.
    fn within(self, whole: u32, places: Option<u32>) -> Size {
        let whole = whole.min(self.whole);
        let Some(places) = places else { return Size { whole, ..self } };
        let by_places = Size::of_places(whole, places);
        Size { bits: by_places.bits.min(self.bits), ..by_places }
    }

    /// Whether numbers of this size are far from the limit of exact numbers, whatever is done to two of them.
    pub fn is_safe(self) -> bool {
        self.bits <= SAFE_BITS
    }
}

impl Scope {
    /// No axis.
    pub fn none() -> Scope {
        Scope::Few(SmallVec::new())
    }

    /// The axes, if there are few.
    pub fn few(&self) -> Option<&[AxisId]> {
        match self {
            Scope::Few(axes) => Some(axes),
            Scope::Many => None,
        }
    }

    /// The only axis.
    pub fn only(&self) -> Option<AxisId> {
        match self.few() {
            Some([one]) => Some(*one),
            _ => None,
        }
    }

    /// Whether the axis is one of them, as far as they are kept.
    pub fn has(&self, axis: AxisId) -> bool {
        self.few().is_none_or(|axes| axes.binary_search(&axis).is_ok())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.few().is_some_and(<[AxisId]>::is_empty)
    }

    fn add(&mut self, other: &Scope) {
        let (Scope::Few(axes), Scope::Few(more)) = (&mut *self, other) else {
            *self = Scope::Many;
            return;
        };
        for axis in more {
            if let Err(at) = axes.binary_search(axis) {
                axes.insert(at, *axis);
            }
        }
        if axes.len() > MOST_AXES {
            *self = Scope::Many;
        }
    }
}

impl Terms {
    /// A term.
    pub fn get(&self, id: TermId) -> Option<&Term> {
        self.all.get(id.0 as usize)
    }

    /// All of them, operands first.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.all.iter()
    }

    /// A constant.
    pub fn constant(&mut self, value: Outcome, ty: &Ty) -> TermId {
        let may_fail = value.is_none();
        let size = match &value {
            Some(Value::Number(number)) => Size::of(number),
            _ => Size::SMALL,
        };
        self.add(Term {
            node: Node::Constant(value),
            operands: Operands::new(),
            ty: ty.clone(),
            span: Span::default(),
            scope: Scope::none(),
            may_fail,
            size,
            uses: 0,
            depth: 0,
        })
    }

    /// The value of an axis.
    pub fn leaf(&mut self, axis: AxisId, ty: &Ty, size: Size, span: Span) -> TermId {
        self.add(Term {
            node: Node::Leaf(axis),
            operands: Operands::new(),
            ty: ty.clone(),
            span,
            scope: Scope::Few(SmallVec::from_slice(&[axis])),
            may_fail: false,
            size,
            uses: 0,
            depth: 0,
        })
    }

    /// A form with operands; `own_failure` says whether it may come to nothing though its operands do not.
    pub fn form(&mut self, node: Node, operands: Operands, ty: &Ty, span: Span, own_failure: bool) -> TermId {
        let mut scope = Scope::none();
        let (mut may_fail, mut depth) = (own_failure, 0_u32);
        for operand in &operands {
            let Some(term) = self.get(*operand) else { continue };
            scope.add(&term.scope);
            may_fail |= term.may_fail;
            depth = depth.max(term.depth.saturating_add(1));
        }
        let size = self.size(&node, &operands, ty);
        if matches!(&node, Node::Form(ExprKind::Arithmetic { .. } | ExprKind::Scale { .. })) {
            may_fail |= !size.is_safe();
        }
        if matches!(node, Node::Defined) {
            may_fail = false;
        }
        self.add(Term { node, operands, ty: ty.clone(), span, scope, may_fail, size, uses: 0, depth })
    }

    /// How long the numbers of a form are.
    fn size(&self, node: &Node, operands: &[TermId], ty: &Ty) -> Size {
        if !matches!(ty.required(), Ty::Number(_)) {
            return Size::SMALL;
        }
        let sizes = operands.iter().filter_map(|it| self.get(*it)).map(|term| term.size);
        let most = sizes.fold(Size::SMALL, Size::or);
        let of = |at: usize| operands.get(at).and_then(|it| self.get(*it)).map_or(most, |term| term.size);
        match node {
            Node::Form(ExprKind::Arithmetic { op, .. }) => match op {
                ArithmeticOp::Add | ArithmeticOp::Subtract => of(0).plus(of(1)),
                ArithmeticOp::Multiply => of(0).times(of(1)),
                ArithmeticOp::Divide => Size::of_bits(sum_of_bits(of(0), of(1))),
            },
            Node::Form(ExprKind::Scale { factor, .. }) => of(0).times(Size::of(factor)),
            Node::Form(ExprKind::Lookup { table, column, .. }) => {
                let column = self.columns.get(&(table.clone(), *column)).copied();
                column.unwrap_or(Size::of_bits(most.bits.max(TABLE_BITS)))
            }
            Node::Form(ExprKind::Tier { .. }) => Size::of_bits(most.bits.max(TABLE_BITS)),
            Node::Form(ExprKind::Power { .. } | ExprKind::RoundedPower(_)) => {
                Size::of_bits(u32::try_from(LIMIT_BITS).unwrap_or(u32::MAX))
            }
            Node::Form(
                ExprKind::If { .. }
                | ExprKind::Otherwise { .. }
                | ExprKind::Switch { .. }
                | ExprKind::Extreme { .. }
                | ExprKind::Negate(_),
            ) => most,
            _ => Size::of_bits(most.bits),
        }
    }

    fn add(&mut self, term: Term) -> TermId {
        let mut hasher = DefaultHasher::new();
        (&term.node, &term.operands).hash(&mut hasher);
        let same = self.known.entry(hasher.finish()).or_default();
        for id in same.iter() {
            if self
                .all
                .get(id.0 as usize)
                .is_some_and(|it| it.node == term.node && it.operands == term.operands)
            {
                return *id;
            }
        }
        let id = TermId(super::axis::count(self.all.len()));
        same.push(id);
        for operand in &term.operands {
            if let Some(used) = self.all.get_mut(operand.0 as usize) {
                used.uses = used.uses.saturating_add(1);
            }
        }
        self.all.push(term);
        id
    }

    /// The terms below some, in an order in which operands come first, without those below `stops`.
    pub fn below(&self, tops: &[TermId], stops: &dyn Fn(TermId) -> bool) -> Vec<TermId> {
        let mut seen: std::collections::HashSet<TermId> = tops.iter().copied().collect();
        let mut waiting: Vec<TermId> = tops.to_vec();
        while let Some(id) = waiting.pop() {
            if stops(id) {
                continue;
            }
            for operand in self.get(id).map_or(&[][..], |term| &term.operands) {
                if seen.insert(*operand) {
                    waiting.push(*operand);
                }
            }
        }
        let mut below: Vec<TermId> = seen.into_iter().collect();
        below.sort_unstable();
        below
    }

    /// The constant that a term is.
    pub fn constant_of(&self, id: TermId) -> Option<&Outcome> {
        match self.get(id).map(|term| &term.node) {
            Some(Node::Constant(value)) => Some(value),
            _ => None,
        }
    }

    /// Whether a division by a term cannot fail.
    pub fn divides(&self, op: ArithmeticOp, divisor: TermId) -> bool {
        op != ArithmeticOp::Divide
            || matches!(self.constant_of(divisor), Some(Some(Value::Number(number))) if !number.is_zero())
    }
}

fn sum_of_bits(left: Size, right: Size) -> u32 {
    left.bits.saturating_add(right.bits).saturating_add(1)
}
