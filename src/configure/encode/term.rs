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
    /// The most bits that its numbers need above or below the fraction bar.
    pub bits: u32,
    /// Of how many terms it is an operand.
    pub uses: u32,
    /// How many terms lie below it, one below the other.
    pub depth: u32,
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

/// Numbers of fewer bits are far from the limit of exact numbers, whatever is done to two of them.
const SAFE_BITS: u32 = 1_900;

/// All terms.
#[derive(Debug, Default)]
pub struct Terms {
    all: Vec<Term>,
    known: HashMap<u64, SmallVec<[TermId; 1]>>,
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
        let bits = match &value {
            Some(Value::Number(number)) => bits_of(number),
            _ => 64,
        };
        self.add(Term {
            node: Node::Constant(value),
            operands: Operands::new(),
            ty: ty.clone(),
            span: Span::default(),
            scope: Scope::none(),
            may_fail,
            bits,
            uses: 0,
            depth: 0,
        })
    }

    /// The value of an axis.
    pub fn leaf(&mut self, axis: AxisId, ty: &Ty, bits: u32, span: Span) -> TermId {
        self.add(Term {
            node: Node::Leaf(axis),
            operands: Operands::new(),
            ty: ty.clone(),
            span,
            scope: Scope::Few(SmallVec::from_slice(&[axis])),
            may_fail: false,
            bits,
            uses: 0,
            depth: 0,
        })
    }

    /// A form with operands; `own_failure` says whether it may come to nothing though its operands do not.
    pub fn form(&mut self, node: Node, operands: Operands, ty: &Ty, span: Span, own_failure: bool) -> TermId {
        let mut scope = Scope::none();
        let (mut may_fail, mut sum, mut most, mut depth) = (own_failure, 1_u32, 64_u32, 0_u32);
        for operand in &operands {
            let Some(term) = self.get(*operand) else { continue };
            scope.add(&term.scope);
            may_fail |= term.may_fail;
            sum = sum.saturating_add(term.bits);
            most = most.max(term.bits);
            depth = depth.max(term.depth.saturating_add(1));
        }
        let bits = match &node {
            Node::Form(ExprKind::Arithmetic { .. } | ExprKind::Scale { .. }) => {
                let factor =
                    if let Node::Form(ExprKind::Scale { factor, .. }) = &node { bits_of(factor) } else { 0 };
                sum.saturating_add(factor)
            }
            Node::Form(ExprKind::Lookup { .. } | ExprKind::Tier { .. }) => most.max(256),
            Node::Form(ExprKind::Power { .. }) => u32::try_from(LIMIT_BITS).unwrap_or(u32::MAX),
            _ => most,
        };
        if matches!(&node, Node::Form(ExprKind::Arithmetic { .. } | ExprKind::Scale { .. })) {
            may_fail |= bits > SAFE_BITS;
        }
        if matches!(node, Node::Defined) {
            may_fail = false;
        }
        self.add(Term { node, operands, ty: ty.clone(), span, scope, may_fail, bits, uses: 0, depth })
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

/// An upper bound of the bits that a number needs above and below its fraction bar.
pub fn bits_of(number: &Exact) -> u32 {
    match number.to_i64() {
        Some(_) => 64,
        None => super::axis::count(number.to_fraction_text().len()).saturating_mul(4),
    }
}
