//! From the graph to instructions: what nobody needs is left out, the rest gets registers.

use std::collections::HashMap;
use std::sync::Arc;

use super::arith::Divisor;
use super::graph::{B, Bool, Graph, I, Int, Node};
use super::op::{Bit, Code, Load, Op, Reg, Store, Wide};
use super::port::{Gate, Lane};
use super::program::Reach;
use crate::ir::{CompareOp, Name};

/// What is kept of each row, in values of the graph.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    Id,
    Nothing,
    Number {
        scale: u8,
        from: I,
        known: Option<B>,
    },
    Flag {
        from: B,
        known: Option<B>,
    },
    /// A truth that is found when it is asked for: no instruction of its own.
    Test {
        op: CompareOp,
        of: I,
        against: i64,
        known: Option<B>,
    },
    Names {
        of: Vec<(Name, B)>,
    },
    Choice {
        of: Vec<Name>,
        from: I,
        known: Option<B>,
    },
    Input {
        port: u32,
        from: I,
        known: Option<B>,
    },
}

impl Kept {
    /// How far numbers go from zero that fit for certain.
    pub fn reach(&self, graph: &Graph, gates: &[Gate]) -> Option<Reach> {
        let (from, scale) = match self {
            Kept::Nothing => return Some(Reach { units: 0, scale: 0 }),
            Kept::Number { scale, from, .. } => (*from, *scale),
            Kept::Input { port, from, .. } => match gates.get(*port as usize)?.port.lane {
                Lane::Number { scale } => (*from, scale),
                _ => return None,
            },
            _ => return None,
        };
        let (least, greatest) = graph.range(from);
        let units = least.unsigned_abs().max(greatest.unsigned_abs());
        (!graph.is_shaky(from)).then_some(Reach { units, scale })
    }
}

/// Writes the code.
struct Emitter<'g> {
    graph: &'g Graph,
    absorbed: Absorbed,
    numbers: HashMap<I, Reg>,
    truths: HashMap<B, Bit>,
    code: Code,
}

/// The instructions for what is kept, and for what defers a row.
pub(super) fn emit(graph: &mut Graph, gates: &[Gate], defers: &[B], kept: &[Kept]) -> Code {
    let mut roots: Vec<Node> = defers.iter().map(|it| Node::Bool(*it)).collect();
    for it in kept {
        it.for_each(&mut |node| roots.push(node));
    }
    let (live_ints, mut live_bools) = live(graph, &roots);
    // A number that is computed must fit; one that nobody needs may be anything.
    let checked: Vec<I> = (0..graph.ints.len())
        .filter(|at| live_ints[*at] && graph.checked[*at])
        .filter_map(|at| u32::try_from(at).ok().map(I))
        .collect();
    let overflows: Vec<B> = checked.into_iter().map(|of| graph.overflow(of)).collect();
    live_bools.resize(graph.bools.len(), true);
    roots.extend(overflows.iter().map(|it| Node::Bool(*it)));
    let absorbed = Absorbed::of(graph, &roots, &live_ints, &live_bools);
    let mut emitter =
        Emitter { graph, absorbed, numbers: HashMap::new(), truths: HashMap::new(), code: Code::default() };
    for (at, gate) in gates.iter().enumerate() {
        emitter.load(at, gate);
    }
    for node in &graph.order {
        match node {
            Node::Int(of) if live_ints[of.0 as usize] && !emitter.absorbed.int(*of) => emitter.int(*of),
            Node::Bool(of) if live_bools[of.0 as usize] && !emitter.absorbed.truth(*of) => {
                emitter.truth(*of);
            }
            _ => {}
        }
    }
    let Emitter { numbers, truths, mut code, .. } = emitter;
    let bit = |of: &B| truths.get(of).copied().unwrap_or_default();
    code.defers.extend(defers.iter().chain(&overflows).map(bit));
    code.defers.extend(code.loads.iter().map(|load| load.refused));
    code.defers.sort_unstable();
    code.defers.dedup();
    code.stores = kept.iter().map(|it| it.store(&numbers, &truths)).collect();
    code
}

/// What is needed, number by number and truth by truth.
fn live(graph: &Graph, roots: &[Node]) -> (Vec<bool>, Vec<bool>) {
    let (mut ints, mut bools) = (vec![false; graph.ints.len()], vec![false; graph.bools.len()]);
    let mut waiting = roots.to_vec();
    while let Some(node) = waiting.pop() {
        let seen = match node {
            Node::Int(of) => &mut ints[of.0 as usize],
            Node::Bool(of) => &mut bools[of.0 as usize],
        };
        if !std::mem::replace(seen, true) {
            operands(graph, node, &mut waiting);
        }
    }
    (ints, bools)
}

/// Values that only one other needs, and that are worked out together with it.
struct Absorbed {
    ints: Vec<bool>,
    bools: Vec<bool>,
}

impl Absorbed {
    fn of(graph: &Graph, roots: &[Node], live_ints: &[bool], live_bools: &[bool]) -> Absorbed {
        let (mut ints, mut bools) = (vec![0_u32; graph.ints.len()], vec![0_u32; graph.bools.len()]);
        let mut needed = roots.to_vec();
        for node in &graph.order {
            let is_live = match node {
                Node::Int(of) => live_ints[of.0 as usize],
                Node::Bool(of) => live_bools[of.0 as usize],
            };
            if is_live {
                operands(graph, *node, &mut needed);
            }
        }
        for node in needed {
            match node {
                Node::Int(of) => ints[of.0 as usize] += 1,
                Node::Bool(of) => bools[of.0 as usize] += 1,
            }
        }
        let mut absorbed = Absorbed { ints: vec![false; ints.len()], bools: vec![false; bools.len()] };
        let alone = |of: I| ints[of.0 as usize] == 1 && !graph.checked[of.0 as usize];
        let is_look = |of: I| alone(of) && matches!(graph.int(of), Int::Look { .. });
        for node in &graph.order {
            match *node {
                Node::Int(of) if live_ints[of.0 as usize] && !graph.checked[of.0 as usize] => {
                    match *graph.int(of) {
                        Int::Add(a, b) | Int::Mul(a, b) => {
                            if let Some(look) = [b, a].into_iter().find(|it| is_look(*it)) {
                                absorbed.ints[look.0 as usize] = true;
                            }
                        }
                        Int::Round { of, .. } if alone(of) => {
                            let product = matches!(graph.int(of), Int::Mul(..) | Int::MulConst(..));
                            absorbed.ints[of.0 as usize] = product;
                        }
                        _ => {}
                    }
                }
                Node::Bool(of) if live_bools[of.0 as usize] => {
                    if let Bool::And(a, b) = *graph.bool(of) {
                        let is_mask =
                            |it: &B| bools[it.0 as usize] == 1 && matches!(graph.bool(*it), Bool::InMask(..));
                        if let Some(mask) = [b, a].into_iter().find(is_mask) {
                            absorbed.bools[mask.0 as usize] = true;
                        }
                    }
                }
                _ => {}
            }
        }
        absorbed
    }

    fn int(&self, of: I) -> bool {
        self.ints[of.0 as usize]
    }

    fn truth(&self, of: B) -> bool {
        self.bools[of.0 as usize]
    }
}

fn operands(graph: &Graph, node: Node, to: &mut Vec<Node>) {
    match node {
        Node::Int(of) => {
            let of = graph.int(of);
            if let Int::Select(condition, ..) = *of {
                to.push(Node::Bool(condition));
            }
            to.extend(of.operands().into_iter().flatten().map(Node::Int));
        }
        Node::Bool(of) => match *graph.bool(of) {
            Bool::Const(_) | Bool::Given(_) => {}
            Bool::Overflow(of)
            | Bool::CompareConst(_, of, _)
            | Bool::InMask(of, _)
            | Bool::LookBit { at: of, .. } => to.push(Node::Int(of)),
            Bool::Compare(_, a, b) | Bool::Has { set: a, value: b } => {
                to.extend([Node::Int(a), Node::Int(b)]);
            }
            Bool::CompareWide(_, of) => to.extend(of.map(Node::Int)),
            Bool::And(a, b) | Bool::Or(a, b) => to.extend([Node::Bool(a), Node::Bool(b)]),
            Bool::Not(of) => to.push(Node::Bool(of)),
        },
    }
}

fn next(counter: &mut usize) -> u32 {
    let at = u32::try_from(*counter).unwrap_or(u32::MAX);
    *counter += 1;
    at
}

impl Emitter<'_> {
    /// Every gate is loaded, so that what is not allowed is told also where nobody reads it.
    fn load(&mut self, at: usize, gate: &Gate) {
        let refused = next(&mut self.code.truths);
        self.code.loads.push(Load {
            port: at,
            to: None,
            given: None,
            refused,
            instead: gate.instead,
            required: gate.port.required,
            least: gate.least,
            greatest: gate.greatest,
            listed: gate.listed.clone().map(Arc::from),
            step: gate.step,
        });
    }

    fn number(&self, of: I) -> Reg {
        self.numbers.get(&of).copied().unwrap_or_default()
    }

    fn bit(&self, of: B) -> Bit {
        self.truths.get(&of).copied().unwrap_or_default()
    }

    fn array(&self, at: u32) -> Arc<[i64]> {
        self.graph.arrays[at as usize].clone()
    }

    fn int(&mut self, of: I) {
        let to = next(&mut self.code.numbers);
        self.numbers.insert(of, to);
        let number = |of: I| self.number(of);
        if let Some(op) = self.fused(of, to) {
            return self.code.ops.push(op);
        }
        let op = match self.graph.int(of).clone() {
            Int::Const(value) => return self.code.constants.push((to, value)),
            Int::Port(port) => {
                if let Some(load) = self.code.loads.get_mut(port as usize) {
                    load.to = Some(to);
                }
                return;
            }
            wide if self.graph.checked[of.0 as usize] || is_wide(&wide) => return self.wide(of, &wide, to),
            Int::Add(a, b) => Op::Add { left: number(a), right: number(b), to },
            Int::Sub(a, b) => Op::Sub { left: number(a), right: number(b), to },
            Int::Mul(a, b) => Op::Mul { left: number(a), right: number(b), to },
            Int::AddConst(of, value) => Op::AddConst { of: number(of), value, to },
            Int::MulConst(of, value) => Op::MulConst { of: number(of), value, to },
            Int::From(value, of) => Op::From { value, of: number(of), to },
            Int::Abs(of) => Op::Abs { of: number(of), to },
            Int::Least(a, b) => Op::Least { left: number(a), right: number(b), to },
            Int::Greatest(a, b) => Op::Greatest { left: number(a), right: number(b), to },
            Int::Round { of, by, mode } => Op::Round { of: number(of), by: Divisor::new(by), mode, to },
            Int::Divide { of, by, mode } => Op::Divide { of: number(of), by: number(by), mode, to },
            Int::Select(condition, then, otherwise) => Op::Select {
                condition: self.bit(condition),
                then: number(then),
                otherwise: number(otherwise),
                to,
            },
            Int::Look { at, array } => Op::Look { at: number(at), array: self.array(array), to },
            Int::Find { of, array } => Op::Find { of: number(of), array: self.array(array), to },
            Int::WideRound { .. } | Int::WideDivide { .. } => return,
        };
        self.code.ops.push(op);
    }

    /// The instruction of a number that takes in those that nobody else needs.
    fn fused(&self, of: I, to: Reg) -> Option<Op> {
        if self.graph.checked[of.0 as usize] {
            return None;
        }
        let number = |of: I| self.number(of);
        match *self.graph.int(of) {
            Int::Add(a, b) => {
                let (of, at, array) = self.look_within(a, b)?;
                Some(Op::AddLook { of: number(of), at: number(at), array, to })
            }
            Int::Mul(a, b) => {
                let (of, at, array) = self.look_within(a, b)?;
                Some(Op::MulLook { of: number(of), at: number(at), array, to })
            }
            Int::Round { of, by, mode } if self.absorbed.int(of) => {
                let by = Divisor::new(by);
                match *self.graph.int(of) {
                    Int::MulConst(of, value) => Some(Op::RoundScale { of: number(of), value, by, mode, to }),
                    Int::Mul(a, b) => Some(match self.look_within(a, b) {
                        Some((of, at, array)) => {
                            Op::RoundLook { of: number(of), at: number(at), array, by, mode, to }
                        }
                        None => Op::RoundMul { left: number(a), right: number(b), by, mode, to },
                    }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The operand that is an element nobody else needs, behind the other one.
    fn look_within(&self, a: I, b: I) -> Option<(I, I, Arc<[i64]>)> {
        [(a, b), (b, a)].into_iter().find_map(|(of, look)| match *self.graph.int(look) {
            Int::Look { at, array } if self.absorbed.int(look) => Some((of, at, self.array(array))),
            _ => None,
        })
    }

    fn wide(&mut self, of: I, int: &Int, to: Reg) {
        let number = |of: I| self.number(of);
        let what = match *int {
            Int::Add(a, b) => Wide::Add(number(a), number(b)),
            Int::Sub(a, b) => Wide::Sub(number(a), number(b)),
            Int::Mul(a, b) => Wide::Mul(number(a), number(b)),
            Int::AddConst(of, value) => Wide::AddConst(number(of), value),
            Int::MulConst(of, value) => Wide::MulConst(number(of), value),
            Int::From(value, of) => Wide::From(value, number(of)),
            Int::WideRound { left, right, by, mode } => {
                Wide::Round { left: number(left), right: number(right), by: Divisor::new(by), mode }
            }
            Int::WideDivide { left, right, by, mode } => {
                Wide::Divide { left: number(left), right: number(right), by: number(by), mode }
            }
            // The result of all others lies between their operands.
            _ => return,
        };
        let bad = self.graph.checked[of.0 as usize].then(|| next(&mut self.code.truths));
        if let (Some(bad), Some(at)) = (bad, self.graph.known_overflow(of)) {
            self.truths.insert(at, bad);
        }
        let least = self.graph.range(of).0;
        self.code.ops.push(Op::Wide { what, least, to, bad });
    }

    fn truth(&mut self, of: B) {
        if self.truths.contains_key(&of) {
            return;
        }
        let to = next(&mut self.code.truths);
        self.truths.insert(of, to);
        let (number, bit) = (|of: I| self.number(of), |of: B| self.bit(of));
        let op = match self.graph.bool(of).clone() {
            Bool::Given(port) => {
                if let Some(load) = self.code.loads.get_mut(port as usize) {
                    load.given = Some(to);
                }
                return;
            }
            Bool::Const(truth) => {
                // A word of ones or zeros, out of a word of zeros.
                return self.code.fixed.push((to, truth));
            }
            Bool::Overflow(_) => return,
            Bool::Compare(op, a, b) => Op::Compare { op, left: number(a), right: number(b), to },
            Bool::CompareConst(op, of, value) => Op::CompareConst { op, of: number(of), value, to },
            Bool::CompareWide(op, of) => Op::CompareWide { op, of: of.map(number), to },
            Bool::And(a, b) => match [(a, b), (b, a)].into_iter().find(|(_, it)| self.absorbed.truth(*it)) {
                Some((left, inner)) => match *self.graph.bool(inner) {
                    Bool::InMask(of, mask) => Op::AndMask { left: bit(left), of: number(of), mask, to },
                    _ => return,
                },
                None => Op::And { left: bit(a), right: bit(b), to },
            },
            Bool::Or(a, b) => Op::Or { left: bit(a), right: bit(b), to },
            Bool::Not(of) => Op::Not { of: bit(of), to },
            Bool::InMask(of, mask) => Op::InMask { of: number(of), mask, to },
            Bool::LookBit { at, array } => Op::LookBit { at: number(at), array: self.array(array), to },
            Bool::Has { set, value } => Op::Has { set: number(set), value: number(value), to },
        };
        self.code.ops.push(op);
    }
}

fn is_wide(int: &Int) -> bool {
    matches!(int, Int::WideRound { .. } | Int::WideDivide { .. })
}

impl Kept {
    fn for_each(&self, visit: &mut dyn FnMut(Node)) {
        let mut known = |known: &Option<B>| known.iter().for_each(|it| visit(Node::Bool(*it)));
        match self {
            Kept::Id | Kept::Nothing => {}
            Kept::Number { from, known: there, .. }
            | Kept::Choice { from, known: there, .. }
            | Kept::Input { from, known: there, .. } => {
                known(there);
                visit(Node::Int(*from));
            }
            Kept::Flag { from, known: there } => {
                known(there);
                visit(Node::Bool(*from));
            }
            Kept::Test { of, known: there, .. } => {
                known(there);
                visit(Node::Int(*of));
            }
            Kept::Names { of } => of.iter().for_each(|(_, it)| visit(Node::Bool(*it))),
        }
    }

    fn store(&self, numbers: &HashMap<I, Reg>, truths: &HashMap<B, Bit>) -> Store {
        let number = |of: &I| numbers.get(of).copied().unwrap_or_default();
        let bit = |of: &B| truths.get(of).copied().unwrap_or_default();
        let known = |of: &Option<B>| of.as_ref().map(bit);
        match self {
            Kept::Id => Store::Id,
            Kept::Nothing => Store::Nothing,
            Kept::Number { scale, from, known: there } => {
                Store::Number { scale: *scale, from: number(from), known: known(there) }
            }
            Kept::Flag { from, known: there } => Store::Flag { from: bit(from), known: known(there) },
            Kept::Test { op, of, against, known: there } => {
                Store::Test { op: *op, of: number(of), against: *against, known: known(there) }
            }
            Kept::Names { of } => Store::Names {
                of: of.iter().map(|(name, _)| name.clone()).collect(),
                from: of.iter().map(|(_, it)| bit(it)).collect(),
            },
            Kept::Choice { of, from, known: there } => {
                Store::Choice { of: of.clone(), from: number(from), known: known(there) }
            }
            Kept::Input { port, from, known: there } => {
                Store::Input { port: *port as usize, from: number(from), known: known(there) }
            }
        }
    }
}
