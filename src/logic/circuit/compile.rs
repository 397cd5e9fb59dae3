//! Compiles a part of a problem, from the top down.
//!
//! Decide a variable, propagate, let what is left fall apart into components, compile each once (Sang et al.,
//! "Combining component caching and clause learning", SAT 2004; Thurley, "sharpSAT", SAT 2006; Huang and
//! Darwiche, "The language of search", JAIR 2007). The stack of decisions is a vector: its depth is no matter.

use super::super::answer::Undecided;
use super::super::problem::Var;
use super::super::values::ValueSet;
use super::blocks::{self, Block};
use super::kernel::{Kernel, Mark, Part, Truth};
use super::mix::{self, Key, KeyMap};
use super::order::{self, Order};
use super::residue::Residues;
use super::store::{Builder, Circuit, Node};

/// What compiling may take.
#[derive(Clone, Copy, Debug)]
pub(in crate::logic) struct Effort {
    /// Nodes.
    pub nodes: u64,
    /// Looks at a literal or a row.
    pub steps: u64,
}

/// A compiled part, or what became of it.
#[derive(Debug)]
pub(in crate::logic) struct Compiled {
    /// The circuit; nothing where the part has no solution.
    pub circuit: Result<Option<Circuit>, Undecided>,
    /// Steps taken.
    pub steps: u64,
}

/// A component: variables that hang together.
#[derive(Clone, Copy, Debug)]
struct Component {
    /// Its variables, a range of [`Compiler::vars`].
    from: u32,
    to: u32,
    key: Key,
    /// The variable to decide.
    pick: u32,
}

/// A decision under way.
#[derive(Debug)]
struct Frame {
    component: Component,
    /// The first of its groups of values.
    groups: usize,
    next_group: usize,
    /// The first of its branches.
    branches: usize,
    /// The value decided now.
    now: Option<Now>,
}

/// A value that has been decided, and what it leaves.
#[derive(Clone, Copy, Debug)]
struct Now {
    mark: Mark,
    vars: usize,
    components: usize,
    next: usize,
    children: usize,
}

/// What a component became.
#[derive(Clone, Copy, Debug)]
enum Found {
    Nothing,
    Node(Node),
}

struct Compiler<'b> {
    kernel: Kernel,
    residues: Residues,
    builder: &'b mut Builder,
    /// The variables of the part, for those of this block.
    names: &'b [u32],
    ranks: Vec<u32>,
    effort: Effort,
    met: KeyMap<Found>,
    frames: Vec<Frame>,
    vars: Vec<u32>,
    components: Vec<Component>,
    groups: Vec<(ValueSet, u32)>,
    branches: Vec<(ValueSet, Node)>,
    children: Vec<Node>,
    round: u32,
    seen_vars: Vec<u32>,
    seen_clauses: Vec<u32>,
    seen_tables: Vec<u32>,
    degrees: Vec<u32>,
}

/// Compiles a part within an effort.
pub(in crate::logic) fn compile(part: &Part, effort: Effort) -> Compiled {
    let mut builder = Builder::new(part.domains.len());
    let mut steps = 0;
    let circuit = whole(part, effort, &mut builder, &mut steps).map(|root| {
        root.map(|root| {
            let words = part.domains.iter().map(|domain| domain.words().len() as u32);
            builder.finish(root, words)
        })
    });
    Compiled { circuit, steps }
}

/// The node of a part, made block by block.
fn whole(
    part: &Part,
    effort: Effort,
    builder: &mut Builder,
    steps: &mut u64,
) -> Result<Option<Node>, Undecided> {
    let graph = order::graph(part);
    let (blocks, roots) = blocks::blocks(part, &graph);
    let mut place = vec![u32::MAX; part.domains.len()];
    let mut domains = part.domains.clone();
    for block in &blocks {
        for (at, var) in block.vars.iter().enumerate() {
            place[*var as usize] = at as u32;
        }
        let inner = cut_out(part, block, &place, &domains);
        let graph = block.vars.iter().map(|var| {
            let neighbours = graph[*var as usize].iter().map(|other| place[*other as usize]);
            let mut neighbours: Vec<u32> = neighbours.filter(|other| *other != u32::MAX).collect();
            neighbours.sort_unstable();
            neighbours
        });
        let mut order = order::order(graph.collect());
        block.vars.iter().for_each(|var| place[*var as usize] = u32::MAX);
        // What the block hangs on is decided first.
        order.ranks.iter_mut().for_each(|rank| *rank += 1);
        order.ranks[0] = 0;
        builder.place(&block.vars, &order.places);
        let Some(mut kernel) = Kernel::new(&inner) else { return Ok(None) };
        kernel.steps = *steps;
        let mut compiler = Compiler::new(kernel, order, effort, &block.vars, builder);
        let branches = compiler.run();
        *steps = compiler.kernel.steps;
        let branches = branches?;
        let values = branches.iter().fold(ValueSet::none(), |all, (values, _)| all.or(values));
        if values.is_empty() {
            return Ok(None);
        }
        domains[block.vars[0] as usize] = values;
        builder.hang(block.vars[0], &branches);
    }
    let roots: Option<Vec<Node>> =
        roots.iter().map(|root| builder.leaf(*root, domains[*root as usize].words())).collect();
    Ok(roots.map(|mut roots| builder.all_of(&mut roots)))
}

/// A block as a part of its own.
fn cut_out(part: &Part, block: &Block, place: &[u32], domains: &[ValueSet]) -> Part {
    let mut inner = Part {
        domains: block.vars.iter().map(|var| domains[*var as usize].clone()).collect(),
        clauses: block.clauses.iter().map(|clause| part.clauses[*clause as usize].clone()).collect(),
        tables: block.tables.iter().map(|table| part.tables[*table as usize].clone()).collect(),
    };
    for literal in inner.clauses.iter_mut().flatten() {
        literal.var = Var(place[literal.var.0 as usize]);
    }
    for var in inner.tables.iter_mut().flat_map(|table| &mut table.vars) {
        *var = Var(place[var.0 as usize]);
    }
    inner
}

impl<'b> Compiler<'b> {
    fn new(kernel: Kernel, order: Order, effort: Effort, names: &'b [u32], builder: &'b mut Builder) -> Self {
        let vars = kernel.len();
        Compiler {
            seen_vars: vec![0; vars],
            seen_clauses: vec![0; kernel.clauses()],
            seen_tables: vec![0; kernel.tables.len()],
            degrees: vec![0; vars],
            residues: Residues::default(),
            builder,
            names,
            ranks: order.ranks,
            effort,
            met: KeyMap::default(),
            frames: Vec::new(),
            vars: (0..vars as u32).collect(),
            components: Vec::new(),
            groups: Vec::new(),
            branches: Vec::new(),
            children: Vec::new(),
            round: 0,
            kernel,
        }
    }

    /// What holds with each value of the first variable.
    fn run(&mut self) -> Result<Vec<(ValueSet, Node)>, Undecided> {
        let mut branches = Vec::new();
        self.group(0);
        let groups = std::mem::take(&mut self.groups);
        for (values, value) in groups {
            let mark = self.kernel.mark();
            if self.kernel.assign(0, value) {
                let (vars, components) = (self.vars.len(), self.components.len());
                self.split(0, self.kernel.len(), Some(0));
                if self.components_found(components)? {
                    let mut children = std::mem::take(&mut self.children);
                    branches.push((values, self.builder.all_of(&mut children)));
                }
                self.children.clear();
                self.components.truncate(components);
                self.vars.truncate(vars);
            }
            self.kernel.undo(mark);
        }
        Ok(branches)
    }

    /// Compiles the components from one on; whether all have a solution.
    fn components_found(&mut self, from: usize) -> Result<bool, Undecided> {
        for at in from..self.components.len() {
            match self.component(self.components[at])? {
                Found::Nothing => return Ok(false),
                Found::Node(node) => self.children.push(node),
            }
        }
        Ok(true)
    }

    /// Compiles a component.
    fn component(&mut self, component: Component) -> Result<Found, Undecided> {
        if let Some(found) = self.met.get(&component.key) {
            return Ok(*found);
        }
        let bottom = self.frames.len();
        self.decide(component);
        loop {
            if self.kernel.steps > self.effort.steps || self.builder.len() as u64 > self.effort.nodes {
                return Err(Undecided);
            }
            let Some(frame) = self.frames.last_mut() else { return Err(Undecided) };
            let Some(now) = &mut frame.now else {
                if !self.next_value() {
                    let found = self.close();
                    if self.frames.len() == bottom {
                        return Ok(found);
                    }
                    self.deliver(found);
                }
                continue;
            };
            if now.next < self.components.len() {
                let component = self.components[now.next];
                now.next += 1;
                match self.met.get(&component.key) {
                    Some(found) => {
                        let found = *found;
                        self.deliver(found);
                    }
                    None => self.decide(component),
                }
            } else {
                self.branch();
            }
        }
    }

    /// Begins to decide the variable of a component.
    fn decide(&mut self, component: Component) {
        let groups = self.groups.len();
        self.group(component.pick);
        let branches = self.branches.len();
        self.frames.push(Frame { component, groups, next_group: groups, branches, now: None });
    }

    /// Decides the next value that is no contradiction; false when none is left.
    fn next_value(&mut self) -> bool {
        let Some(frame) = self.frames.last_mut() else { return false };
        let component = frame.component;
        while let Some((_, value)) = self.groups.get(frame.next_group) {
            frame.next_group += 1;
            let mark = self.kernel.mark();
            if self.kernel.assign(component.pick, *value) {
                let components = self.components.len();
                let children = self.children.len();
                frame.now = Some(Now { mark, vars: self.vars.len(), components, next: components, children });
                self.split(component.from as usize, component.to as usize, Some(component.pick));
                return true;
            }
            self.kernel.undo(mark);
        }
        false
    }

    /// Hands a result to the value that waits for it.
    fn deliver(&mut self, found: Found) {
        match found {
            Found::Node(node) => self.children.push(node),
            Found::Nothing => self.leave(),
        }
    }

    /// Ends the value decided now with a branch.
    fn branch(&mut self) {
        if let Some(frame) = self.frames.last()
            && let Some(now) = &frame.now
        {
            let mut children = self.children.split_off(now.children);
            let node = self.builder.all_of(&mut children);
            self.branches.push((self.groups[frame.next_group - 1].0.clone(), node));
        }
        self.leave();
    }

    /// Takes back the value decided now.
    fn leave(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && let Some(now) = frame.now.take()
        {
            self.kernel.undo(now.mark);
            self.vars.truncate(now.vars);
            self.components.truncate(now.components);
            self.children.truncate(now.children);
        }
    }

    /// Ends a decision.
    fn close(&mut self) -> Found {
        let Some(frame) = self.frames.pop() else { return Found::Nothing };
        let found = match &self.branches[frame.branches..] {
            [] => Found::Nothing,
            branches => Found::Node(self.builder.one_of(self.names[frame.component.pick as usize], branches)),
        };
        self.branches.truncate(frame.branches);
        self.groups.truncate(frame.groups);
        self.met.insert(frame.component.key, found);
        found
    }

    /// Lists the values of a variable in groups that leave the same.
    fn group(&mut self, var: u32) {
        let values = self.kernel.values(var);
        if values.len() <= 2 {
            self.groups.extend(values.iter().map(|value| (ValueSet::one(value), value)));
            return;
        }
        let signs = self.signs(var);
        let mut place: KeyMap<usize> = KeyMap::default();
        for value in values.iter() {
            let at = *place.entry(signs[value as usize]).or_insert(self.groups.len());
            match self.groups.get_mut(at) {
                Some((group, _)) => group.insert(value),
                None => self.groups.push((ValueSet::one(value), value)),
            }
        }
    }

    /// What each value of a variable is told apart by.
    fn signs(&mut self, var: u32) -> Vec<Key> {
        let mut signs = vec![0; self.kernel.domain(var).len() * 64];
        let kernel = &self.kernel;
        let is_open = |prop: &u32| kernel.truth(*prop) == Truth::Open;
        let mut matters: Vec<u32> = kernel
            .props_of(var)
            .iter()
            .copied()
            .filter(|prop| is_open(prop) && kernel.pairs_of(*prop).iter().any(is_open))
            .collect();
        for clause in kernel.clauses_of(var) {
            let props = kernel.clause(*clause);
            if !props.iter().any(|prop| kernel.truth(*prop) == Truth::True) {
                matters.extend(props.iter().filter(|prop| kernel.owner(**prop) == var && is_open(prop)));
            }
        }
        matters.sort_unstable();
        matters.dedup();
        let values = self.kernel.values(var);
        for prop in matters {
            let sign = mix::key(u64::from(prop), 7);
            for value in values.iter().filter(|value| self.kernel.prop_has(prop, *value)) {
                signs[value as usize] = sign.wrapping_add(signs[value as usize]);
            }
        }
        for at in 0..self.kernel.tables_of(var).len() {
            let table = self.kernel.tables_of(var)[at];
            let residue = self.residues.of(table, &mut self.kernel);
            if self.residues.get(residue).vars.contains(&var) {
                self.residues.signs(table, var, &mut self.kernel, &mut signs);
            }
        }
        signs
    }

    /// Lets variables fall apart: those alone become literals, the others components, smallest first.
    fn split(&mut self, from: usize, to: usize, decided: Option<u32>) {
        self.round += 1;
        let components = self.components.len();
        for at in from..to {
            let var = self.vars[at];
            if decided == Some(var) || self.seen_vars[var as usize] == self.round {
                continue;
            }
            let start = self.vars.len();
            if self.kernel.left(var) > 1 {
                self.seen_vars[var as usize] = self.round;
                self.vars.push(var);
                let component = self.gather(start);
                if self.vars.len() > start + 1 {
                    self.components.push(component);
                    continue;
                }
                self.vars.truncate(start);
            }
            // Each value left has what hangs on it: the others were taken away before.
            self.children.extend(self.builder.leaf(self.names[var as usize], self.kernel.domain(var)));
        }
        self.components[components..]
            .sort_unstable_by_key(|component| (component.to - component.from, component.from));
    }

    /// Gathers what hangs together with the variable at the end.
    fn gather(&mut self, start: usize) -> Component {
        let mut key: Key = 0;
        let mut at = start;
        while let Some(var) = self.vars.get(at).copied() {
            at += 1;
            key = key.wrapping_add(self.kernel.key(var));
            let pairs = self.follow_pairs(var);
            let clauses = self.follow_clauses(var, &mut key);
            self.degrees[var as usize] = pairs + clauses + self.follow_tables(var, &mut key);
        }
        let pick = self.vars[start..]
            .iter()
            .copied()
            .min_by_key(|var| (self.ranks[*var as usize], !self.degrees[*var as usize], *var));
        Component { from: start as u32, to: self.vars.len() as u32, key, pick: pick.unwrap_or(0) }
    }

    fn reach(&mut self, var: u32) {
        if std::mem::replace(&mut self.seen_vars[var as usize], self.round) != self.round {
            self.vars.push(var);
        }
    }

    fn follow_pairs(&mut self, var: u32) -> u32 {
        let mut degree = 0;
        for at in 0..self.kernel.props_of(var).len() {
            let prop = self.kernel.props_of(var)[at];
            if self.kernel.truth(prop) != Truth::Open {
                continue;
            }
            for at in 0..self.kernel.pairs_of(prop).len() {
                let other = self.kernel.pairs_of(prop)[at];
                self.kernel.steps += 1;
                if self.kernel.truth(other) == Truth::Open {
                    degree += 1;
                    self.reach(self.kernel.owner(other));
                }
            }
        }
        degree
    }

    fn follow_clauses(&mut self, var: u32, key: &mut Key) -> u32 {
        let mut degree = 0;
        for at in 0..self.kernel.clauses_of(var).len() {
            let clause = self.kernel.clauses_of(var)[at];
            if self.seen_clauses[clause as usize] == self.round {
                degree += 1;
                continue;
            }
            let props = self.kernel.clause(clause).len();
            self.kernel.steps += props as u64;
            let (mut holds, mut is_open) = (false, false);
            for prop in self.kernel.clause(clause) {
                let truth = self.kernel.truth(*prop);
                holds |= truth == Truth::True;
                is_open |= truth == Truth::Open && self.kernel.owner(*prop) == var;
            }
            if holds || is_open {
                self.seen_clauses[clause as usize] = self.round;
            }
            // A variable whose literal is false already, with several values left, does not hang together with
            // the others: one of them will find the clause.
            if holds || !is_open {
                continue;
            }
            degree += 1;
            *key = key.wrapping_add(mix::key(u64::from(clause), 8));
            for at in 0..props {
                let prop = self.kernel.clause(clause)[at];
                if self.kernel.truth(prop) == Truth::Open {
                    self.reach(self.kernel.owner(prop));
                }
            }
        }
        degree
    }

    fn follow_tables(&mut self, var: u32, key: &mut Key) -> u32 {
        let mut degree = 0;
        for at in 0..self.kernel.tables_of(var).len() {
            let table = self.kernel.tables_of(var)[at];
            if std::mem::replace(&mut self.seen_tables[table as usize], self.round) == self.round {
                degree += 1;
                continue;
            }
            let residue = self.residues.of(table, &mut self.kernel);
            let residue = self.residues.get(residue);
            if residue.vars.is_empty() {
                continue;
            }
            if !residue.vars.contains(&var) {
                // Another of its variables will find it.
                self.seen_tables[table as usize] = 0;
                continue;
            }
            degree += 1;
            *key = key.wrapping_add(residue.key);
            for other in residue.vars.clone() {
                self.reach(other);
            }
        }
        degree
    }
}
