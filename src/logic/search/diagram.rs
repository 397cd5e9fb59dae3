//! A table as a layered diagram: a path from its root to its end for each allowed combination, shared where rows
//! begin or continue alike.
//!
//! Rows are never counted out: a cell that allows many values is an edge with runs of values. Layer after layer,
//! the rows that a path can still be in make up a node; nodes from which the same can follow are then merged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::domains::{Run, gaps, runs_of};
use crate::logic::{Cell, Table};

/// Steps that following overlapping rows may take, before the rows are followed one by one.
const STEPS: usize = 4_000_000;

/// A table as nodes and edges.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    /// The nodes before each column; the root is the only one of the first layer. After the last column there is
    /// one end, node 0.
    pub(super) layers: Vec<Vec<Node>>,
    /// Whether each value leads from a node to at most one other.
    pub(super) deterministic: bool,
}

/// What can follow.
pub(super) type Node = Vec<Edge>;

/// Values that lead to a node of the next layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Edge {
    /// The node.
    pub(super) to: u32,
    /// The values.
    pub(super) label: Vec<Run>,
}

/// The rows of a table, the ends of them that are alike under one number.
struct Rows {
    /// By layer, then by number: the cell and the number of what follows it.
    ends: Vec<Vec<(Vec<Run>, u32)>>,
    /// The numbers of whole rows.
    whole: Vec<u32>,
}

impl Diagram {
    /// The diagram of a table whose variables have these sizes.
    pub(super) fn new(table: &Table, sizes: &[u32]) -> Diagram {
        let rows = Rows::read(table, sizes);
        match follow(&rows) {
            Some(layers) => Diagram { layers: merge(layers), deterministic: true },
            None => Diagram { layers: merge(one_by_one(&rows)), deterministic: false },
        }
    }
}

impl Rows {
    fn read(table: &Table, sizes: &[u32]) -> Rows {
        let mut ends: Vec<Vec<(Vec<Run>, u32)>> = vec![Vec::new(); sizes.len()];
        let mut known: Vec<HashMap<(Vec<Run>, u32), u32>> = vec![HashMap::new(); sizes.len()];
        let mut whole = BTreeSet::new();
        for row in &table.rows {
            let cells: Vec<Vec<Run>> =
                sizes.iter().enumerate().map(|(at, size)| cell_runs(row.get(at), *size)).collect();
            if cells.iter().any(Vec::is_empty) {
                continue;
            }
            let mut number = 0;
            for (at, cell) in cells.into_iter().enumerate().rev() {
                let layer = &mut ends[at];
                number = *known[at].entry((cell, number)).or_insert_with_key(|end| {
                    layer.push(end.clone());
                    layer.len() as u32 - 1
                });
            }
            whole.insert(number);
        }
        Rows { ends, whole: whole.into_iter().collect() }
    }
}

fn cell_runs(cell: Option<&Cell>, size: u32) -> Vec<Run> {
    match cell {
        None | Some(Cell::Any) => gaps(&[], size),
        Some(Cell::One(value)) if *value < size => vec![(*value, *value)],
        Some(Cell::One(_)) => Vec::new(),
        Some(Cell::Set(set)) => runs_of(set.iter().take_while(|value| *value < size)),
    }
}

/// The diagram in which each value leads to one node: all rows that have it; `None` where that takes too long.
fn follow(rows: &Rows) -> Option<Vec<Vec<Node>>> {
    let mut steps = 0;
    let mut layers = Vec::new();
    let mut states = vec![rows.whole.clone()];
    for ends in &rows.ends {
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut layer = Vec::with_capacity(states.len());
        for state in &states {
            let mut edges: BTreeMap<u32, Vec<Run>> = BTreeMap::new();
            for (run, next) in split(state, ends, &mut steps)? {
                let number = known.len() as u32;
                let to = *known.entry(next).or_insert(number);
                add_run(edges.entry(to).or_default(), run);
            }
            layer.push(edges.into_iter().map(|(to, label)| Edge { to, label }).collect());
        }
        layers.push(layer);
        let mut next = vec![Vec::new(); known.len()];
        for (state, number) in known {
            next[number as usize] = state;
        }
        states = next;
    }
    Some(layers)
}

/// Runs of values, lowest first, each with the rows' ends that can follow it.
fn split(state: &[u32], ends: &[(Vec<Run>, u32)], steps: &mut usize) -> Option<Vec<(Run, Vec<u32>)>> {
    let mut changes: Vec<(u32, bool, u32)> = Vec::new();
    for number in state {
        let (label, next) = &ends[*number as usize];
        for (first, last) in label {
            changes.push((*first, true, *next));
            changes.push((last + 1, false, *next));
        }
    }
    changes.sort_unstable();
    let mut open: BTreeMap<u32, u32> = BTreeMap::new();
    let mut pieces = Vec::new();
    let mut changes = changes.into_iter().peekable();
    while let Some((value, opens, next)) = changes.next() {
        match (opens, open.get_mut(&next)) {
            (true, Some(count)) => *count += 1,
            (true, None) => _ = open.insert(next, 1),
            (false, Some(count)) if *count > 1 => *count -= 1,
            (false, _) => _ = open.remove(&next),
        }
        if let Some((until, ..)) = changes.peek()
            && *until > value
            && !open.is_empty()
        {
            *steps += open.len();
            if *steps > STEPS {
                return None;
            }
            pieces.push(((value, until - 1), open.keys().copied().collect()));
        }
    }
    Some(pieces)
}

fn add_run(label: &mut Vec<Run>, run: Run) {
    match label.last_mut() {
        Some((_, last)) if *last + 1 == run.0 => *last = run.1,
        _ => label.push(run),
    }
}

/// The diagram in which each row's end is a node.
fn one_by_one(rows: &Rows) -> Vec<Vec<Node>> {
    let Some((first, later)) = rows.ends.split_first() else { return Vec::new() };
    let edge = |(label, to): &(Vec<Run>, u32)| Edge { to: *to, label: label.clone() };
    let root = rows.whole.iter().filter_map(|number| first.get(*number as usize)).map(edge).collect();
    let mut layers = vec![vec![root]];
    layers.extend(later.iter().map(|ends| ends.iter().map(|end| vec![edge(end)]).collect()));
    layers
}

/// Merges the nodes of each layer from which the same can follow, last layer first.
fn merge(mut layers: Vec<Vec<Node>>) -> Vec<Vec<Node>> {
    let mut renamed: Vec<u32> = vec![0];
    for layer in layers.iter_mut().rev() {
        let mut known: HashMap<Node, u32> = HashMap::new();
        let mut names = Vec::with_capacity(layer.len());
        let mut kept = Vec::new();
        for node in layer.drain(..) {
            let node = renumber(node, &renamed);
            let name = *known.entry(node).or_insert_with_key(|node| {
                kept.push(node.clone());
                kept.len() as u32 - 1
            });
            names.push(name);
        }
        *layer = kept;
        renamed = names;
    }
    layers
}

/// Gives the edges the new numbers of their nodes; edges to one node become one.
fn renumber(node: Node, renamed: &[u32]) -> Node {
    let mut edges: BTreeMap<u32, Vec<Run>> = BTreeMap::new();
    for Edge { to, label } in node {
        edges.entry(renamed[to as usize]).or_default().extend(label);
    }
    let joined = edges.into_iter().map(|(to, mut label)| {
        label.sort_unstable();
        let mut merged: Vec<Run> = Vec::with_capacity(label.len());
        for run in label {
            match merged.last_mut() {
                Some((_, last)) if run.0 <= *last + 1 => *last = (*last).max(run.1),
                _ => merged.push(run),
            }
        }
        Edge { to, label: merged }
    });
    joined.collect()
}
