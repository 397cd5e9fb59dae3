//! In which order variables are decided, so that what is left falls apart.
//!
//! Eliminating variables greedily, those with few neighbours first, gives a tree decomposition of the graph in
//! which variables of one constraint are neighbours. Deciding the variables in a bag that halves the tree lets
//! the halves be compiled apart, and so on within each half (nested dissection, as in Darwiche's d-trees).

use super::kernel::Part;

/// Effort of elimination, in neighbours looked at, after which the rest is eliminated in any order.
const MOST_STEPS: u64 = 60_000_000;

/// An order of the variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    /// When each variable is decided: smaller is earlier; equals are told apart by what is left then.
    pub(super) ranks: Vec<u32>,
    /// The place of each variable: those that stay together long are near, and what falls apart with others is
    /// decided in the order of its places.
    pub(super) places: Vec<u32>,
}

impl Order {
    /// Puts a variable before all others.
    pub(super) fn put_first(&mut self, var: usize) {
        let before = self.places[var];
        self.places.iter_mut().filter(|place| **place < before).for_each(|place| *place += 1);
        self.places[var] = 0;
        self.ranks.iter_mut().for_each(|rank| *rank += 1);
        self.ranks[var] = 0;
    }
}

/// The order of the variables of a graph.
pub(super) fn order(graph: Vec<Vec<u32>>) -> Order {
    dissect(&eliminate(graph))
}

/// The neighbours of each variable, those of one constraint, ascending.
pub(super) fn graph(part: &Part) -> Vec<Vec<u32>> {
    let mut graph: Vec<Vec<u32>> = vec![Vec::new(); part.domains.len()];
    let clauses = part.clauses.iter().map(|clause| clause.iter().map(|literal| literal.var.0).collect());
    let tables = part.tables.iter().map(|table| table.vars.iter().map(|var| var.0).collect());
    for scope in clauses.chain(tables) {
        let scope: Vec<u32> = scope;
        for var in &scope {
            let neighbours = &mut graph[*var as usize];
            neighbours.extend(scope.iter().filter(|other| *other != var));
            if neighbours.len() > 4096 {
                neighbours.sort_unstable();
                neighbours.dedup();
            }
        }
    }
    for neighbours in &mut graph {
        neighbours.sort_unstable();
        neighbours.dedup();
    }
    graph
}

/// Variables in the order they were eliminated, and the neighbours that each had then.
#[derive(Debug)]
struct Elimination {
    order: Vec<u32>,
    bags: Vec<Vec<u32>>,
}

fn eliminate(mut graph: Vec<Vec<u32>>) -> Elimination {
    let mut queue: std::collections::BTreeSet<(u64, u32)> = std::collections::BTreeSet::new();
    let mut weight: Vec<u64> = Vec::with_capacity(graph.len());
    let mut steps = 0;
    for var in 0..graph.len() {
        weight.push(cost(&graph, var, &mut steps));
        queue.insert((weight[var], var as u32));
    }
    let mut elimination = Elimination { order: Vec::new(), bags: vec![Vec::new(); graph.len()] };
    let mut joined = Vec::new();
    while let Some((_, var)) = queue.pop_first() {
        let bag = std::mem::take(&mut graph[var as usize]);
        elimination.order.push(var);
        if steps < MOST_STEPS {
            for other in &bag {
                steps += (bag.len() + graph[*other as usize].len()) as u64;
                join(&graph[*other as usize], &bag, [*other, var], &mut joined);
                std::mem::swap(&mut graph[*other as usize], &mut joined);
            }
            for other in &bag {
                let new = cost(&graph, *other as usize, &mut steps);
                let old = std::mem::replace(&mut weight[*other as usize], new);
                if new != old {
                    queue.remove(&(old, *other));
                    queue.insert((new, *other));
                }
            }
        }
        elimination.bags[var as usize] = bag;
    }
    elimination
}

/// How many pairs of neighbours are not neighbours of each other; estimated by their number where that takes long.
fn cost(graph: &[Vec<u32>], var: usize, steps: &mut u64) -> u64 {
    let neighbours = &graph[var];
    let pairs = neighbours.len() as u64 * (neighbours.len() as u64).saturating_sub(1) / 2;
    if neighbours.len() > 24 || *steps >= MOST_STEPS {
        return pairs;
    }
    let mut known = 0;
    for one in neighbours {
        let others = &graph[*one as usize];
        *steps += neighbours.len() as u64;
        known +=
            neighbours.iter().filter(|other| *other > one && others.binary_search(other).is_ok()).count();
    }
    pairs - known as u64
}

/// Merges two ascending lists without some members.
fn join(one: &[u32], other: &[u32], without: [u32; 2], joined: &mut Vec<u32>) {
    joined.clear();
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => **a.min(b),
            (Some(a), None) => **a,
            (None, Some(b)) => **b,
            (None, None) => return,
        };
        left.next_if(|var| **var == next);
        right.next_if(|var| **var == next);
        if !without.contains(&next) {
            joined.push(next);
        }
    }
}

/// The tree of an elimination: the parent of a variable is the neighbour eliminated next.
fn tree(elimination: &Elimination) -> Vec<Vec<u32>> {
    let mut position = vec![0; elimination.order.len()];
    for (at, var) in elimination.order.iter().enumerate() {
        position[*var as usize] = at;
    }
    let mut tree = vec![Vec::new(); elimination.order.len()];
    for (var, bag) in elimination.bags.iter().enumerate() {
        if let Some(parent) = bag
            .iter()
            .filter(|other| position[**other as usize] > position[var])
            .min_by_key(|other| position[**other as usize])
        {
            tree[var].push(*parent);
            tree[*parent as usize].push(var as u32);
        }
    }
    tree
}

/// Ranks by halving the tree again and again.
fn dissect(elimination: &Elimination) -> Order {
    let tree = tree(elimination);
    let mut ranks = vec![u32::MAX; tree.len()];
    let mut places = vec![0; tree.len()];
    let mut next_place = 0;
    let mut cut = vec![false; tree.len()];
    let mut pieces: Vec<(u32, u32)> = (0..tree.len() as u32).rev().map(|var| (var, 0)).collect();
    let mut visited = vec![false; tree.len()];
    while let Some((start, level)) = pieces.pop() {
        let root = level == 0;
        if cut[start as usize] || root && std::mem::replace(&mut visited[start as usize], true) {
            continue;
        }
        let (middle, members) = middle(&tree, &cut, start, &ranks);
        members.iter().for_each(|var| visited[*var as usize] = true);
        for var in elimination.bags[middle as usize].iter().chain([&middle]) {
            if ranks[*var as usize] == u32::MAX {
                ranks[*var as usize] = level;
                places[*var as usize] = next_place;
                next_place += 1;
            }
        }
        cut[middle as usize] = true;
        pieces.extend(
            tree[middle as usize].iter().filter(|next| !cut[**next as usize]).map(|next| (*next, level + 1)),
        );
    }
    Order { ranks, places }
}

/// The node of a piece of the tree whose removal leaves the smallest largest piece, and the piece.
fn middle(tree: &[Vec<u32>], cut: &[bool], start: u32, ranks: &[u32]) -> (u32, Vec<u32>) {
    let mut members = vec![start];
    let mut parents = vec![start];
    let mut at = 0;
    while at < members.len() {
        let (var, parent) = (members[at], parents[at]);
        for next in &tree[var as usize] {
            if *next != parent && !cut[*next as usize] {
                members.push(*next);
                parents.push(var);
            }
        }
        at += 1;
    }
    let place: std::collections::HashMap<u32, usize> =
        members.iter().enumerate().map(|(at, var)| (*var, at)).collect();
    let mut below: Vec<u64> = members.iter().map(|var| u64::from(ranks[*var as usize] == u32::MAX)).collect();
    let mut largest: Vec<u64> = vec![0; members.len()];
    for at in (1..members.len()).rev() {
        let parent = place[&parents[at]];
        let weight = below[at];
        below[parent] += weight;
        largest[parent] = largest[parent].max(weight);
    }
    let total = below[0];
    let best = (0..members.len()).min_by_key(|at| (largest[*at].max(total - below[*at]), *at)).unwrap_or(0);
    (members[best], members)
}
