//! Tries: what terms come to under values of axes, by the evaluator of quotes.

use std::sync::Arc;

use super::axis::{AxisId, Outcome};
use super::term::{Node, Term, TermId, Terms};
use crate::eval::{Bench, Cell, Fault, Piece};
use crate::ir::{Expr, ExprKind, Value};
use crate::source::Span;

/// Evaluates terms one after the other, each in a cell of its own.
#[derive(Debug)]
pub struct Probe {
    bench: Bench,
    pieces: Vec<Option<Piece>>,
    cells: Vec<Cell>,
    /// The terms that are the axes' values.
    leaves: Vec<Option<TermId>>,
    nothing: Arc<Fault>,
    /// How many terms have been evaluated.
    pub steps: u64,
}

impl Probe {
    pub fn new(bench: Bench) -> Probe {
        Probe {
            bench,
            pieces: Vec::new(),
            cells: Vec::new(),
            leaves: Vec::new(),
            nothing: Bench::nothing(),
            steps: 0,
        }
    }

    pub fn bench(&self) -> &Bench {
        &self.bench
    }

    /// Keeps in mind which term is the value of an axis.
    pub fn leaf(&mut self, axis: AxisId, term: TermId) {
        let at = axis.0 as usize;
        if self.leaves.len() <= at {
            self.leaves.resize(at + 1, None);
        }
        self.leaves[at] = Some(term);
    }

    /// The term that is the value of an axis.
    pub fn leaf_of(&self, axis: AxisId) -> Option<TermId> {
        self.leaves.get(axis.0 as usize).copied().flatten()
    }

    /// Gives an axis a value.
    pub fn set_axis(&mut self, axis: AxisId, value: Outcome) {
        if let Some(term) = self.leaf_of(axis) {
            self.set(term, value);
        }
    }

    /// Takes something for the value of a term.
    pub fn set(&mut self, term: TermId, value: Outcome) {
        let cell = match value {
            Some(value) => Cell::Known(value),
            None => Cell::Gap(self.nothing.clone()),
        };
        self.put(term, cell);
    }

    fn put(&mut self, term: TermId, cell: Cell) {
        let at = term.0 as usize;
        if self.cells.len() <= at {
            self.cells.resize(at + 1, Cell::Empty);
        }
        self.cells[at] = cell;
    }

    /// What a term came to.
    pub fn outcome(&self, term: TermId) -> Outcome {
        match self.cells.get(term.0 as usize) {
            Some(Cell::Known(value)) => Some(value.clone()),
            _ => None,
        }
    }

    /// Evaluates terms, operands before what they are operands of. Leaves keep what they were given.
    pub fn run(&mut self, terms: &Terms, order: &[TermId]) {
        for id in order {
            let Some(term) = terms.get(*id) else { continue };
            match &term.node {
                Node::Leaf(_) => {}
                Node::Constant(value) => {
                    if matches!(self.cells.get(id.0 as usize), None | Some(Cell::Empty)) {
                        self.set(*id, value.clone());
                    }
                }
                Node::Set => {
                    let value = self.set_of(term);
                    self.set(*id, value);
                }
                Node::Defined => {
                    let is = term.operands.first().is_some_and(|of| self.outcome(*of).is_some());
                    self.set(*id, Some(Value::Bool(is)));
                }
                Node::Form(_) | Node::Row { .. } => self.form(*id, term),
            }
            self.steps += 1;
        }
    }

    fn form(&mut self, id: TermId, term: &Term) {
        let at = id.0 as usize;
        if self.pieces.len() <= at {
            self.pieces.resize_with(at + 1, || None);
        }
        if self.pieces[at].is_none() {
            self.pieces[at] = piece(&self.bench, term);
        }
        let value = match &self.pieces[at] {
            Some(piece) => self.bench.value(piece, &self.cells),
            None => Err(self.nothing.clone()),
        };
        self.put(id, value.map_or_else(Cell::Gap, Cell::Known));
    }

    fn set_of(&self, term: &Term) -> Outcome {
        let (present, elements) = term.operands.split_first()?;
        if self.outcome(*present)? != Value::Bool(true) {
            return Some(Value::Absent);
        }
        let mut set = 0_u128;
        for (at, element) in elements.iter().enumerate() {
            if self.outcome(*element)? == Value::Bool(true) {
                set |= 1_u128.checked_shl(super::axis::count(at)).unwrap_or(0);
            }
        }
        Some(Value::Set(set))
    }
}

fn piece(bench: &Bench, term: &Term) -> Option<Piece> {
    let operands: Vec<u32> = term.operands.iter().map(|it| it.0).collect();
    match &term.node {
        Node::Form(kind) => {
            let expr = Expr { kind: kind.clone(), ty: term.ty.clone(), span: term.span };
            Some(bench.piece(&expr, &operands))
        }
        Node::Row { table, keys, column } => {
            let key = |(at, ty): (usize, &crate::ir::Ty)| Expr {
                kind: ExprKind::Parameter(u16::try_from(at).unwrap_or(u16::MAX)),
                ty: ty.clone(),
                span: Span::default(),
            };
            let keys: Vec<Expr> = keys.iter().enumerate().map(key).collect();
            bench.row_piece(table, &keys, *column, &operands, term.span)
        }
        _ => None,
    }
}
