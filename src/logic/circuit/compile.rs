//! Compiles a part of a problem, from the top down.
//!
//! Decide a variable, propagate, let what is left fall apart into components, compile each once (Sang et al.,
//! "Combining component caching and clause learning", SAT 2004; Thurley, "sharpSAT", SAT 2006; Huang and
//! Darwiche, "The language of search", JAIR 2007). The stack of decisions is a vector: its depth is no matter.

use super::super::answer::Undecided;
use super::super::problem::Var;
use super::super::values::ValueSet;
use super::blocks::{self, Block};
use super::components::{Component, Components, Trace};
use super::kernel::{Kernel, Mark, Part, Truth};
use super::mix::{self, Key, KeyMap};
use super::order::{self, Order};
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
    trace: Trace,
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

/// Steps after which it is first looked at how far compiling has come; each further look is after twice as many.
const FIRST_LOOK: u64 = 16_000_000;

/// All of the work, when it is said how much of it is done.
const WHOLE: u64 = 1 << 62;

struct Compiler<'b> {
    kernel: Kernel,
    hanging: Components,
    builder: &'b mut Builder,
    /// The variables of the part, for those of this block.
    names: &'b [u32],
    effort: Effort,
    met: KeyMap<Found>,
    frames: Vec<Frame>,
    components: Vec<Component>,
    groups: Vec<(ValueSet, u32)>,
    branches: Vec<(ValueSet, Node)>,
    children: Vec<Node>,
    alone: Vec<u32>,
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
        order.put_first(0);
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
    fn new(
        mut kernel: Kernel,
        order: Order,
        effort: Effort,
        names: &'b [u32],
        builder: &'b mut Builder,
    ) -> Self {
        Compiler {
            hanging: Components::new(order, &mut kernel),
            builder,
            names,
            effort,
            met: KeyMap::default(),
            frames: Vec::new(),
            components: Vec::new(),
            groups: Vec::new(),
            branches: Vec::new(),
            children: Vec::new(),
            alone: Vec::new(),
            kernel,
        }
    }

    /// What holds with each value of the first variable.
    fn run(&mut self) -> Result<Vec<(ValueSet, Node)>, Undecided> {
        self.hanging.whole(&mut self.kernel, &mut self.components, &mut self.alone);
        let with_first = self.components.iter().position(|component| component.pick == 0);
        let with_first = with_first.map(|at| self.components.swap_remove(at));
        self.alone.retain(|var| *var != 0);
        self.leaves();
        if !self.components_found(0)? {
            return Ok(Vec::new());
        }
        self.components.clear();
        let everywhere = std::mem::take(&mut self.children);
        let Some(component) = with_first else {
            let node = self.builder.all_of(&mut everywhere.clone());
            return Ok(vec![(self.kernel.values(0), node)]);
        };
        let mut branches = Vec::new();
        self.group(0);
        for (values, value) in std::mem::take(&mut self.groups) {
            let (mark, trace) = (self.kernel.mark(), self.hanging.trace());
            if self.kernel.assign(0, value) {
                self.split(&component, mark);
                if self.components_found(0)? {
                    let mut children = std::mem::take(&mut self.children);
                    children.extend(&everywhere);
                    branches.push((values, self.builder.all_of(&mut children)));
                }
                self.children.clear();
                self.components.clear();
                self.hanging.undo(trace);
            }
            self.kernel.undo(mark);
        }
        Ok(branches)
    }

    /// Lets a component fall apart once its variable was decided at a mark.
    fn split(&mut self, component: &Component, since: Mark) {
        self.hanging.split(component, since, &mut self.kernel, &mut self.components, &mut self.alone);
        self.leaves();
    }

    /// Makes leaves of the variables that stand alone.
    fn leaves(&mut self) {
        for var in self.alone.drain(..) {
            // Each value left has what hangs on it: the others were taken away before.
            self.children.extend(self.builder.leaf(self.names[var as usize], self.kernel.domain(var)));
        }
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
        let start = self.kernel.steps;
        let mut next_look = FIRST_LOOK;
        self.decide(component);
        loop {
            if self.kernel.steps > self.effort.steps || self.builder.len() as u64 > self.effort.nodes {
                return Err(Undecided);
            }
            if self.kernel.steps - start > next_look {
                next_look *= 2;
                if !self.will_end(self.kernel.steps - start, bottom) {
                    return Err(Undecided);
                }
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

    /// Whether the steps since some frame was begun let hope that it is ended within the effort, if they go on as they
    /// went.
    fn will_end(&self, steps: u64, bottom: usize) -> bool {
        let (mut done, mut share) = (0, WHOLE);
        for (at, frame) in self.frames.iter().enumerate().skip(bottom) {
            let end = self.frames.get(at + 1).map_or(self.groups.len(), |next| next.groups);
            share /= (end - frame.groups).max(1) as u64;
            done += share * (frame.next_group - frame.groups).saturating_sub(1) as u64;
        }
        u128::from(steps) * u128::from(WHOLE) <= u128::from(self.effort.steps) * u128::from(done)
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
            let (mark, trace) = (self.kernel.mark(), self.hanging.trace());
            if self.kernel.assign(component.pick, *value) {
                let components = self.components.len();
                let children = self.children.len();
                frame.now = Some(Now { mark, trace, components, next: components, children });
                self.split(&component, mark);
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
            self.hanging.undo(now.trace);
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
            let residues = &mut self.hanging.residues;
            let residue = residues.of(table, &mut self.kernel);
            if residues.get(residue).vars.contains(&var) {
                residues.signs(table, var, &mut self.kernel, &mut signs);
            }
        }
        signs
    }
}
