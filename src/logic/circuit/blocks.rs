//! Blocks of a part: what hangs on the rest by a single variable is compiled once for each value of that.
//!
//! The graph in which variables of one constraint are neighbours falls apart into blocks, which share at most one
//! variable with the blocks above them in a tree (Hopcroft and Tarjan, "Efficient algorithms for graph
//! manipulation", CACM 1973). Product models hang together mostly that way.

use super::kernel::Part;

/// A block.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// Its variables; the first is the one by which it hangs on the blocks that come after it.
    pub(super) vars: Vec<u32>,
    /// The numbers of its clauses.
    pub(super) clauses: Vec<u32>,
    /// The numbers of its tables.
    pub(super) tables: Vec<u32>,
}

/// The blocks of a part, each after those that hang on it, and the variables on which nothing hangs that they
/// end in.
pub(super) fn blocks(part: &Part, graph: &[Vec<u32>]) -> (Vec<Block>, Vec<u32>) {
    let sketch = Search::run(graph, None);
    let largest = sketch.blocks.iter().max_by_key(|block| block.vars.len());
    // Whatever the largest block hangs on would have to be decided before it.
    let start = largest.and_then(|block| block.vars.last()).copied();
    let mut search = Search::run(graph, start);
    for (number, clause) in part.clauses.iter().enumerate() {
        let scope: Vec<u32> = clause.iter().map(|literal| literal.var.0).collect();
        if let Some(block) = search.block_of(&scope) {
            search.blocks[block].clauses.push(number as u32);
        }
    }
    for (number, table) in part.tables.iter().enumerate() {
        let scope: Vec<u32> = table.vars.iter().map(|var| var.0).collect();
        if let Some(block) = search.block_of(&scope) {
            search.blocks[block].tables.push(number as u32);
        }
    }
    (search.blocks, search.roots)
}

/// A search in depth.
struct Search {
    blocks: Vec<Block>,
    roots: Vec<u32>,
    /// The block in which each variable is not the first.
    home: Vec<u32>,
}

/// A variable that has not been reached.
const NEW: u32 = u32::MAX;

impl Search {
    fn run(graph: &[Vec<u32>], start: Option<u32>) -> Search {
        let mut search = Search { blocks: Vec::new(), roots: Vec::new(), home: vec![NEW; graph.len()] };
        let mut reached = vec![NEW; graph.len()];
        let mut low = vec![0; graph.len()];
        let mut next = 0;
        for root in start.into_iter().chain(0..graph.len() as u32) {
            if reached[root as usize] == NEW {
                search.roots.push(root);
                search.descend(root, graph, &mut reached, &mut low, &mut next);
            }
        }
        search
    }

    fn descend(
        &mut self,
        root: u32,
        graph: &[Vec<u32>],
        reached: &mut [u32],
        low: &mut [u32],
        next: &mut u32,
    ) {
        let mut stack: Vec<u32> = Vec::new();
        let mut path: Vec<(u32, usize)> = vec![(root, 0)];
        while let Some((var, at)) = path.pop() {
            if at == 0 {
                reached[var as usize] = *next;
                low[var as usize] = *next;
                *next += 1;
                stack.push(var);
            }
            if let Some(other) = graph[var as usize].get(at) {
                path.push((var, at + 1));
                if reached[*other as usize] == NEW {
                    path.push((*other, 0));
                } else {
                    low[var as usize] = low[var as usize].min(reached[*other as usize]);
                }
                continue;
            }
            let Some((above, _)) = path.last().copied() else { continue };
            low[above as usize] = low[above as usize].min(low[var as usize]);
            if low[var as usize] >= reached[above as usize] {
                self.cut(above, var, &mut stack);
            }
        }
    }

    /// Ends the block that hangs on a variable and was entered by another.
    fn cut(&mut self, above: u32, entered: u32, stack: &mut Vec<u32>) {
        let mut block = Block { vars: vec![above], ..Block::default() };
        while let Some(var) = stack.pop() {
            self.home[var as usize] = self.blocks.len() as u32;
            block.vars.push(var);
            if var == entered {
                break;
            }
        }
        self.blocks.push(block);
    }

    /// The block of variables that are all neighbours.
    fn block_of(&self, scope: &[u32]) -> Option<usize> {
        let [one, other, ..] = scope else { return None };
        let (one, other) = (*one, *other);
        let home = |var: u32| self.home[var as usize] as usize;
        let hangs_on =
            |block: usize, var: u32| self.blocks.get(block).is_some_and(|block| block.vars[0] == var);
        if home(one) == home(other) || hangs_on(home(one), other) {
            Some(home(one))
        } else {
            Some(home(other))
        }
    }
}
