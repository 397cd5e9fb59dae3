//! The compiled form: a decision-DNNF over variables of many values, flat and in topological order.
//!
//! A *literal* says that a variable has one of some values. A *conjunction* joins links over different variables
//! (decomposable). A *choice* is about one variable: each of its branches is a literal of that variable and a
//! link, and the literals of different branches share no value (deterministic). Every branch of a choice speaks
//! of the same variables (smooth), so that each solution is found on exactly one way through the circuit.
//! Darwiche, "Decomposable negation normal form", JACM 2001; Koriche et al., "Compiling constraint networks into
//! multivalued decomposable decision graphs", IJCAI 2015.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::OnceLock;

use super::super::values::ValueSet;
use super::kernel::bits;
use super::mix::{self, Key, KeyMap};
use super::walk::Uses;

/// A literal, a conjunction or a choice, by its number: literals first, and what links to others after them.
pub(super) type Node = u32;

/// A compiled part of a problem.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Circuit {
    /// The first word of each variable in an array of all variables' values.
    pub(super) first: Vec<u32>,
    /// Literals: where the masks of each begin.
    pub(super) literal_first: Vec<u32>,
    /// The words of which a literal has values, and the values.
    pub(super) masks: Vec<(u32, u64)>,
    /// The variable of each literal.
    pub(super) literal_var: Vec<u32>,
    /// Where the links of each inner node begin.
    pub(super) link_first: Vec<u32>,
    /// The children of a conjunction; literal and child in turn of a choice.
    pub(super) links: Vec<Node>,
    /// Whether the inner node is a choice.
    pub(super) is_choice: Vec<bool>,
    /// The node that stands for all solutions.
    pub(super) root: Node,
    /// Where nodes are used, once somebody walks a second time.
    pub(super) uses: OnceLock<Box<Uses>>,
}

/// Marks a literal while the circuit grows.
const LITERAL: u32 = 1 << 31;

/// Groups of values that share none, and what holds with each.
type Branches = Rc<[(ValueSet, Node)]>;

/// A circuit that grows.
#[derive(Debug, Default)]
pub(super) struct Builder {
    literals: Vec<(u32, ValueSet)>,
    literal_of: HashMap<(u32, ValueSet), Node>,
    single: KeyMap<Node>,
    nodes: Vec<(u32, bool)>,
    links: Vec<Node>,
    node_of: KeyMap<Node>,
    /// A number for each variable, near for those that stay together long.
    places: Vec<u32>,
    next_place: u32,
    /// What hangs on each variable: for groups of its values, what holds with them.
    hanging: Vec<Vec<(ValueSet, Vec<Node>)>>,
    /// The same with one node a group, once it was asked for.
    hung: Vec<Option<Branches>>,
    /// The variables of nodes that stand for one variable with what hangs on it.
    leaf_of: HashMap<Node, u32>,
}

/// A conjunction of more literals is made of conjunctions of those whose variables are near.
const MOST_LITERALS: usize = 16;

/// Variables whose places lie in one span of so many are near.
const GATHERED: u32 = 16;

impl Builder {
    /// An empty one for so many variables.
    pub(super) fn new(vars: usize) -> Builder {
        Builder {
            places: vec![0; vars],
            hanging: vec![Vec::new(); vars],
            hung: vec![None; vars],
            ..Builder::default()
        }
    }

    /// Says of some variables how near they are: those that stay together long have near places.
    pub(super) fn place(&mut self, vars: &[u32], places: &[u32]) {
        for (var, place) in vars.iter().zip(places) {
            self.places[*var as usize] = self.next_place + place;
        }
        self.next_place += vars.len() as u32;
    }

    /// Hangs on a variable what holds with each of its values, in groups that share no value; the others are
    /// no longer its values.
    pub(super) fn hang(&mut self, var: u32, branches: &[(ValueSet, Node)]) {
        self.hung[var as usize] = None;
        let hanging = &mut self.hanging[var as usize];
        if hanging.is_empty() {
            hanging.extend(branches.iter().map(|(values, node)| (values.clone(), vec![*node])));
            return;
        }
        let mut finer = Vec::with_capacity(hanging.len().max(branches.len()));
        for (values, nodes) in hanging.drain(..) {
            for (others, node) in branches {
                let both = values.and(others);
                if both == values {
                    let mut nodes = nodes;
                    nodes.push(*node);
                    finer.push((both, nodes));
                    break;
                } else if !both.is_empty() {
                    let mut nodes = nodes.clone();
                    nodes.push(*node);
                    finer.push((both, nodes));
                }
            }
        }
        *hanging = finer;
    }

    /// What hangs on a variable, if anything does.
    fn hung(&mut self, var: u32) -> Option<Branches> {
        if self.hanging[var as usize].is_empty() {
            return None;
        }
        if let Some(hung) = &self.hung[var as usize] {
            return Some(hung.clone());
        }
        let hanging = std::mem::take(&mut self.hanging[var as usize]);
        let each = hanging.iter().map(|(values, nodes)| (values.clone(), self.all_of(&mut nodes.clone())));
        let hung: Branches = each.collect();
        self.hanging[var as usize] = hanging;
        self.hung[var as usize] = Some(hung.clone());
        Some(hung)
    }

    /// The variable has one of the values, with what hangs on it. Nothing where no value is left.
    pub(super) fn leaf(&mut self, var: u32, domain: &[u64]) -> Option<Node> {
        let Some(hung) = self.hung(var) else { return Some(self.literal(var, domain)) };
        let domain = ValueSet::from_words(domain);
        let branches = hung.iter().map(|(values, node)| (values.and(&domain), *node));
        let branches: Vec<_> = branches.filter(|(values, _)| !values.is_empty()).collect();
        if branches.is_empty() {
            return None;
        }
        let leaf = self.choice(var, &branches);
        self.leaf_of.insert(leaf, var);
        Some(leaf)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The variable has one of the values.
    fn literal(&mut self, var: u32, domain: &[u64]) -> Node {
        let key = match domain {
            [word] => mix::key(u64::from(var), *word),
            _ => return self.literal_of_set(var, ValueSet::from_words(domain)),
        };
        if let Some(node) = self.single.get(&key) {
            return *node;
        }
        let node = self.literal_of_set(var, ValueSet::from_words(domain));
        self.single.insert(key, node);
        node
    }

    fn literal_of_set(&mut self, var: u32, values: ValueSet) -> Node {
        let literals = &mut self.literals;
        *self.literal_of.entry((var, values)).or_insert_with_key(|literal| {
            literals.push(literal.clone());
            (literals.len() as u32 - 1) | LITERAL
        })
    }

    /// All of some nodes, at least one, which share no variable.
    pub(super) fn all_of(&mut self, children: &mut Vec<Node>) -> Node {
        if let [only] = children.as_slice() {
            return *only;
        }
        children.sort_unstable();
        if children.len() > MOST_LITERALS {
            self.gather(children);
        }
        self.node(children, false)
    }

    /// Leaves in few conjunctions: those whose variables are near go together, so that lists that have much in
    /// common share it.
    fn gather(&mut self, children: &mut Vec<Node>) {
        let place = |node: &Node| match node & LITERAL {
            0 => self.leaf_of.get(node).map(|var| self.places[*var as usize]),
            _ => Some(self.places[self.literals[(node & !LITERAL) as usize].0 as usize]),
        };
        let mut all: Vec<(u32, Node)> =
            children.iter().filter_map(|node| Some((place(node)?, *node))).collect();
        if all.len() <= MOST_LITERALS {
            return;
        }
        children.retain(|node| place(node).is_none());
        all.sort_unstable();
        while all.len() > MOST_LITERALS && all.iter().any(|(place, _)| *place > 0) {
            let mut fewer = Vec::with_capacity(all.len());
            for near in all.chunk_by(|one, other| one.0 / GATHERED == other.0 / GATHERED) {
                if near.len() < 4 {
                    fewer.extend(near.iter().map(|(place, node)| (place / GATHERED, *node)));
                } else {
                    let mut nodes: Vec<Node> = near.iter().map(|(_, node)| *node).collect();
                    nodes.sort_unstable();
                    fewer.push((near[0].0 / GATHERED, self.node(&nodes, false)));
                }
            }
            all = fewer;
        }
        children.extend(all.into_iter().map(|(_, node)| node));
        children.sort_unstable();
    }

    /// One of some branches, at least one: the values of the variable, with what hangs on it, and what holds
    /// with them.
    pub(super) fn one_of(&mut self, var: u32, branches: &[(ValueSet, Node)]) -> Node {
        let Some(hung) = self.hung(var) else { return self.choice(var, branches) };
        let mut all = Vec::with_capacity(branches.len());
        for (values, child) in branches {
            for (others, more) in hung.iter() {
                let both = values.and(others);
                if !both.is_empty() {
                    all.push((both, self.all_of(&mut vec![*child, *more])));
                }
            }
        }
        self.choice(var, &all)
    }

    fn choice(&mut self, var: u32, branches: &[(ValueSet, Node)]) -> Node {
        let mut merged: Vec<(ValueSet, Node)> = Vec::with_capacity(branches.len());
        let mut place: HashMap<Node, usize> = HashMap::new();
        for (values, child) in branches {
            let at = *place.entry(*child).or_insert(merged.len());
            match merged.get_mut(at) {
                Some((all, _)) => *all = all.or(values),
                None => merged.push((values.clone(), *child)),
            }
        }
        let mut links: Vec<Node> = Vec::with_capacity(2 * merged.len());
        for (values, child) in merged {
            links.push(self.literal_of_set(var, values));
            links.push(child);
        }
        if links.len() == 2 {
            return self.all_of(&mut links);
        }
        self.node(&links, true)
    }

    fn node(&mut self, links: &[Node], is_choice: bool) -> Node {
        let start = mix::key(u64::from(is_choice), links.len() as u64);
        let key = links.iter().fold(start, |key: Key, link| mix::wrap(key, u64::from(*link)));
        if let Some(node) = self.node_of.get(&key)
            && self.links_of(*node) == (links, is_choice)
        {
            return *node;
        }
        let node = self.nodes.len() as u32;
        self.nodes.push((self.links.len() as u32, is_choice));
        self.links.extend_from_slice(links);
        self.node_of.insert(key, node);
        node
    }

    fn links_of(&self, node: Node) -> (&[Node], bool) {
        let (from, is_choice) = self.nodes[node as usize];
        let to = self.nodes.get(node as usize + 1).map_or(self.links.len(), |(to, _)| *to as usize);
        (&self.links[from as usize..to], is_choice)
    }

    /// The circuit of what a node needs. `sizes` has the number of words of each variable's values.
    pub(super) fn finish(self, root: Node, sizes: impl Iterator<Item = u32>) -> Circuit {
        let mut circuit = Circuit::default();
        let mut first = 0;
        for words in sizes {
            circuit.first.push(first);
            first += words;
        }
        circuit.first.push(first);
        let (needed, literal_needed) = self.needed(root);
        let literals = self.number_literals(&literal_needed, &mut circuit);
        let mut number = vec![0; self.nodes.len()];
        let renumber = |number: &[Node], node: Node| match node & LITERAL {
            0 => number[node as usize],
            _ => literals[(node & !LITERAL) as usize],
        };
        circuit.link_first.push(0);
        for node in (0..self.nodes.len()).filter(|node| needed[*node]) {
            let (links, is_choice) = self.links_of(node as u32);
            circuit.links.extend(links.iter().map(|link| renumber(&number, *link)));
            circuit.link_first.push(circuit.links.len() as u32);
            circuit.is_choice.push(is_choice);
            number[node] = (circuit.literal_var.len() + circuit.is_choice.len() - 1) as u32;
        }
        circuit.root = renumber(&number, root);
        circuit
    }

    fn needed(&self, root: Node) -> (Vec<bool>, Vec<bool>) {
        let (mut needed, mut literals) = (vec![false; self.nodes.len()], vec![false; self.literals.len()]);
        let mut need = |node: Node, needed: &mut Vec<bool>| match node & LITERAL {
            0 => needed[node as usize] = true,
            _ => literals[(node & !LITERAL) as usize] = true,
        };
        need(root, &mut needed);
        for node in (0..self.nodes.len()).rev() {
            if needed[node] {
                self.links_of(node as u32).0.iter().for_each(|link| need(*link, &mut needed));
            }
        }
        (needed, literals)
    }

    fn number_literals(&self, needed: &[bool], circuit: &mut Circuit) -> Vec<Node> {
        let mut numbers = vec![0; self.literals.len()];
        circuit.literal_first.push(0);
        for (at, (var, values)) in self.literals.iter().enumerate().filter(|(at, _)| needed[*at]) {
            numbers[at] = circuit.literal_var.len() as u32;
            circuit.literal_var.push(*var);
            let first = circuit.first[*var as usize];
            let words = values.words().iter().enumerate().filter(|(_, word)| **word != 0);
            circuit.masks.extend(words.map(|(at, word)| (first + at as u32, *word)));
            circuit.literal_first.push(circuit.masks.len() as u32);
        }
        numbers
    }
}

impl Circuit {
    /// How many literals there are: the number of the first inner node.
    pub(super) fn literals(&self) -> usize {
        self.literal_var.len()
    }

    /// How many inner nodes there are.
    pub(in crate::logic) fn len(&self) -> usize {
        self.is_choice.len()
    }

    /// How many links there are.
    pub(in crate::logic) fn links(&self) -> usize {
        self.links.len()
    }

    /// The masks of a literal.
    pub(super) fn masks(&self, literal: usize) -> &[(u32, u64)] {
        &self.masks[self.literal_first[literal] as usize..self.literal_first[literal + 1] as usize]
    }

    /// The links of an inner node, counted from the first inner one.
    pub(super) fn links_of(&self, inner: usize) -> &[Node] {
        &self.links[self.link_first[inner] as usize..self.link_first[inner + 1] as usize]
    }

    /// The values of a literal.
    pub(super) fn values(&self, literal: usize) -> impl Iterator<Item = u32> + '_ {
        let first = self.first[self.literal_var[literal] as usize];
        self.masks(literal).iter().flat_map(move |(at, mask)| {
            bits(std::slice::from_ref(mask)).map(move |bit| (at - first) * 64 + bit).collect::<Vec<_>>()
        })
    }
}
