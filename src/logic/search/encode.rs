//! How rules become clauses.
//!
//! A clause stays a clause. A table becomes the clauses of its [`Diagram`]: literals for nodes and for those
//! edges that are neither the only one of their node nor the only one into the next, so that rows which are all
//! alike but for their ends cost nothing of their own. A path from the root must exist; the clauses that say so
//! backwards, and for each value, only help to see early what is impossible.

use super::cnf::{Cnf, Lit, Owner, TRUE};
use super::diagram::{Diagram, Edge, Node};
use super::domains::{Domains, Encoder, FEW, Run, runs_of, width};
use crate::logic::{Problem, Rule, Table, Var};

/// From so many edges of a layer on that would need a literal each, nodes and values stand for them.
const WIDE: usize = 2_000;

/// The clauses of a problem, and the literals of its variables.
pub(super) fn encode(problem: &Problem) -> (Cnf, Domains) {
    let mut encoder = Encoder::new(&problem.sizes);
    for (at, rule) in problem.rules.iter().enumerate() {
        encoder.rule(Owner::Rule(at as u32), rule);
    }
    (encoder.builder.build(problem.sizes.len(), problem.rules.len()), encoder.domains)
}

/// One layer of a diagram on its way to clauses.
struct Layer<'d> {
    owner: Owner,
    var: u32,
    nodes: &'d [Node],
    /// The literals of the nodes.
    from: &'d [Lit],
    /// For each node of the next layer, how many edges lead into it.
    entries: &'d [u32],
    /// Whether the next layer is the end.
    last: bool,
}

impl Encoder {
    fn rule(&mut self, owner: Owner, rule: &Rule) {
        for clause in &rule.clauses {
            let mut lits = Vec::new();
            // A literal of an unknown variable has no value that could hold.
            for literal in clause {
                let size = self.domains.size(literal.var);
                if size == 0 {
                    continue;
                }
                let within = literal.values.iter().take_while(|value| *value < size);
                let runs = runs_of(within);
                self.any_of(literal.var.0, &runs, &mut lits);
            }
            self.builder.clause(owner, &lits);
        }
        for table in &rule.tables {
            self.table(owner, table);
        }
    }

    fn table(&mut self, owner: Owner, table: &Table) {
        let sizes: Vec<u32> = table.vars.iter().map(|var| self.domains.size(*var)).collect();
        if sizes.contains(&0) || table.rows.is_empty() {
            return self.builder.clause(owner, &[]);
        }
        let diagram = Diagram::new(table, &sizes);
        let mut from = vec![TRUE];
        for (at, nodes) in diagram.layers.iter().enumerate() {
            let next = diagram.layers.get(at + 1).map_or(1, Vec::len);
            let mut entries = vec![0; next];
            nodes.iter().flatten().for_each(|edge| entries[edge.to as usize] += 1);
            let last = at + 1 == diagram.layers.len();
            let var = table.vars[at].0;
            let layer = Layer { owner, var, nodes, from: &from, entries: &entries, last };
            from = if diagram.deterministic && layer.edges_of_their_own() > WIDE {
                self.wide(&layer)
            } else {
                self.narrow(&layer, diagram.deterministic)
            };
        }
    }

    /// Writes a layer with a literal an edge, and gives the literals of the next nodes.
    fn narrow(&mut self, layer: &Layer<'_>, deterministic: bool) -> Vec<Lit> {
        let mut to: Vec<Option<Lit>> = vec![None; layer.entries.len()];
        let mut into: Vec<Vec<Lit>> = vec![Vec::new(); layer.entries.len()];
        let mut edges: Vec<(&[Run], Lit)> = Vec::new();
        for (node, from) in layer.nodes.iter().zip(layer.from) {
            let mut out = vec![!*from];
            for edge in node {
                let single = layer.entries[edge.to as usize] == 1 && !layer.last;
                // Where each value leads to one node, an edge from the root is taken exactly when a value of
                // its label is had.
                let by_value = node.len() > 1 && *from == TRUE && deterministic;
                let taken = match node.len() {
                    1 => *from,
                    _ if by_value => self.one_of(layer.var, &edge.label),
                    _ => self.builder.unknown(),
                };
                let next = &mut to[edge.to as usize];
                let next = match next {
                    _ if layer.last => TRUE,
                    Some(next) => *next,
                    None => *next.insert(if single { taken } else { self.builder.unknown() }),
                };
                if taken != *from {
                    self.builder.clause(layer.owner, &[!taken, *from]);
                }
                if taken != next {
                    self.builder.clause(layer.owner, &[!taken, next]);
                    into[edge.to as usize].push(taken);
                }
                if !by_value {
                    self.restrict(layer.owner, taken, layer.var, &edge.label);
                }
                out.push(taken);
                edges.push((&edge.label, taken));
            }
            if node.len() != 1 {
                self.builder.clause(layer.owner, &out);
            }
        }
        let to: Vec<Lit> = to.into_iter().map(|next| next.unwrap_or(TRUE)).collect();
        for (next, taken) in to.iter().zip(&into) {
            if *next != TRUE && !taken.is_empty() {
                let lits: Vec<Lit> = taken.iter().copied().chain([!*next]).collect();
                self.builder.clause(layer.owner, &lits);
            }
        }
        self.supports(layer, &edges);
        to
    }

    /// Writes a layer in which a node and a value together lead to the next node.
    fn wide(&mut self, layer: &Layer<'_>) -> Vec<Lit> {
        let to: Vec<Lit> = layer.entries.iter().map(|_| self.builder.unknown()).collect();
        let mut into: Vec<Vec<Lit>> = to.iter().map(|next| vec![!*next]).collect();
        let mut edges: Vec<(&[Run], Lit)> = Vec::new();
        for (node, from) in layer.nodes.iter().zip(layer.from) {
            for Edge { to: number, label } in node {
                let next = to[*number as usize];
                for run in label {
                    self.unless(layer.owner, layer.var, *run, &[!*from, next]);
                }
                if width(label) <= FEW {
                    let mut lits = vec![!*from, !next];
                    self.any_of(layer.var, label, &mut lits);
                    self.builder.clause(layer.owner, &lits);
                }
                into[*number as usize].push(*from);
                edges.push((label, *from));
            }
            let mut union: Vec<Run> = node.iter().flat_map(|edge| edge.label.iter().copied()).collect();
            union.sort_unstable();
            if width(&union) as usize <= 4 * union.len() {
                let values = union.iter().flat_map(|(first, last)| *first..=*last);
                let mut lits: Vec<Lit> = values.map(|value| self.domains.is(layer.var, value)).collect();
                lits.push(!*from);
                self.builder.clause(layer.owner, &lits);
            } else {
                let joined = runs_of(union.iter().flat_map(|(first, last)| *first..=*last));
                self.restrict(layer.owner, *from, layer.var, &joined);
            }
        }
        for lits in &into {
            self.builder.clause(layer.owner, lits);
        }
        self.supports(layer, &edges);
        to
    }

    /// Writes that a value is had only where one of the edges with it is taken.
    fn supports(&mut self, layer: &Layer<'_>, edges: &[(&[Run], Lit)]) {
        let size = self.domains.size(Var(layer.var));
        let mut changes: Vec<(u32, bool, usize)> = vec![(0, false, usize::MAX), (size, false, usize::MAX)];
        for (at, (label, _)) in edges.iter().enumerate() {
            changes
                .extend(label.iter().flat_map(|(first, last)| [(*first, true, at), (last + 1, false, at)]));
        }
        changes.sort_unstable();
        let mut open = std::collections::BTreeSet::new();
        let mut left = 16 * (edges.len() + 64);
        for at in 0..changes.len() {
            let (value, opens, edge) = changes[at];
            let _ = if opens { open.insert(edge) } else { open.remove(&edge) };
            let until = changes.get(at + 1).map_or(value, |(until, ..)| *until);
            // Without an edge the value is impossible, and that must be said.
            if until <= value || (left < open.len() && !open.is_empty()) {
                continue;
            }
            left = left.saturating_sub(open.len());
            let mut lits: Vec<Lit> = open.iter().map(|edge| edges[*edge].1).collect();
            lits.sort_unstable();
            lits.dedup();
            self.unless(layer.owner, layer.var, (value, until - 1), &lits);
        }
    }

    /// Writes that one of the literals holds unless the variable has no value of the run.
    fn unless(&mut self, owner: Owner, var: u32, run: Run, lits: &[Lit]) {
        let mut clause = lits.to_vec();
        if run.0 < run.1 && self.domains.has_ladder(var) {
            clause.extend(self.domains.outside(var, run));
            return self.builder.clause(owner, &clause);
        }
        for value in run.0..=run.1 {
            clause.push(!self.domains.is(var, value));
            self.builder.clause(owner, &clause);
            clause.pop();
        }
    }
}

impl Layer<'_> {
    /// How many edges are neither the only one of their node nor the only one into the next.
    fn edges_of_their_own(&self) -> usize {
        let several = self.nodes.iter().filter(|node| node.len() > 1).flatten();
        several.filter(|edge| self.last || self.entries[edge.to as usize] > 1).count()
    }
}
