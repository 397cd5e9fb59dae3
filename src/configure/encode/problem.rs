//! The drawing becomes the problem, and what its variables and rules mean.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::Encoder;
use super::axis::{AxisId, Raw, Values, count};
use super::classes::{ClassPlaces, Classes};
use super::finish::{Drawing, Drawn};
use super::slots::{Axes, Draft};
use super::spans::{Edge, Line, Spans};
use super::why::Why;
use crate::configure::model::{Made, Model, ModelError, NoListPrice, OpenRule, RuleInfo, RuleKind};
use crate::configure::places::Places;
use crate::configure::slot::{Class, Interval, OtherTexts, Shape, Slot, SlotId, SlotKind};
use crate::eval::Plan;
use crate::ir::{Name, Period, Ty, Value};
use crate::logic::{Budget, Cell, Literal, Problem, Rule, Solver, Table, ValueSet, Var};
use crate::source::Span;
use crate::value::Exact;

impl Encoder {
    /// The model, when all rules are known.
    pub fn model(mut self, plan: &Arc<Plan>, product: &str, budget: Budget) -> Result<Model, ModelError> {
        let drawing = self.draw();
        let mut drafts = std::mem::take(&mut self.drafts);
        drafts.sort_by_key(|draft| draft.order);
        let mut problem = Problem::default();
        let vars = variables(&mut problem, &drafts, &drawing.classes);
        let (mut slots, mut places, mut uncounted) = (Vec::new(), Vec::new(), Vec::new());
        let mut slot_of: HashMap<AxisId, SlotId> = HashMap::new();
        for draft in drafts {
            let id = SlotId(count(slots.len()));
            if !self.multiply(&mut problem, &draft, &drawing.classes, &vars) {
                uncounted.push(id);
            }
            for axis in draft.all_axes() {
                slot_of.insert(axis, id);
            }
            let (slot, place) = self.finished(draft, &drawing.classes, &vars);
            slots.push(slot);
            places.push(place);
        }
        let list_price = match &self.costs {
            None => Err(NoListPrice("the list price is not worked out".into())),
            Some(Err(why)) => Err(NoListPrice(why.clone())),
            Some(Ok((costs, unit))) => self.priced(costs, unit, &drawing.classes, &vars),
        };
        let mut rules = Vec::new();
        self.rules_of(&mut problem, &mut rules, &drawing, &vars);
        let open = self.open_rules(&slot_of);
        let by_path: HashMap<Arc<str>, SlotId> =
            slots.iter().enumerate().map(|(at, slot)| (slot.path.clone(), SlotId(count(at)))).collect();
        let recommended = self.recommendations(&drawing.classes, &vars, &by_path);
        let (product, day) = (Name::from(product), self.day);
        Ok(Model {
            product,
            day,
            plan: plan.clone(),
            slots,
            rules,
            solver: Arc::new(Solver::new(problem, budget)),
            open,
            uncounted,
            by_path,
            lost_recommendations: std::mem::take(&mut self.lost_wishes),
            recommended,
            places,
            list_price,
            made: Made { budget, effort: self.effort, ranked: OnceLock::new() },
        })
    }

    /// Says for how many values each class of a slot counts; false where it cannot, or need not, be counted.
    fn multiply(
        &self,
        problem: &mut Problem,
        draft: &Draft,
        classes: &BTreeMap<AxisId, Classes>,
        vars: &HashMap<AxisId, Var>,
    ) -> bool {
        let Axes::One(axis) = draft.axes else { return true };
        let (Some(classes), Some(var), Some(values)) =
            (classes.get(&axis), vars.get(&axis), self.values(axis))
        else {
            return true;
        };
        // Whatever the quantity is, the configuration is the same; answers are no part of it.
        match draft.kind {
            SlotKind::Quantity if classes.size == 1 => return false,
            SlotKind::Question => return true,
            _ if draft.ty == Ty::Text => return false,
            _ => {}
        }
        let Some(sizes) = class_sizes(values, classes) else { return false };
        if let Some(place) = problem.multiplicity.get_mut(var.0 as usize) {
            *place = sizes;
        }
        true
    }

    fn finished(
        &self,
        draft: Draft,
        classes: &BTreeMap<AxisId, Classes>,
        vars: &HashMap<AxisId, Var>,
    ) -> (Slot, Places) {
        let var = |axis: AxisId| vars.get(&axis).copied().unwrap_or(Var(0));
        let (shape, places) = match &draft.axes {
            Axes::Set { present, elements } => {
                let elements = elements.iter().map(|axis| var(*axis)).collect();
                (Shape::Set { present: present.map(var), elements }, Places::Set)
            }
            Axes::One(axis) => match (self.values(*axis), classes.get(axis)) {
                (Some(values), Some(classes)) => {
                    let is_text = draft.ty == Ty::Text;
                    let of = self.classes_of(values, classes, is_text);
                    let places = self.places_of(values, classes, is_text);
                    (Shape::Classes { var: var(*axis), classes: of }, places)
                }
                _ => (Shape::Classes { var: var(*axis), classes: Vec::new() }, Places::Set),
            },
        };
        let slot = Slot {
            path: draft.path,
            label: draft.label,
            kind: draft.kind,
            ty: draft.ty,
            domain: draft.domain,
            default: draft.default,
            may_be_absent: draft.may_be_absent,
            optional: draft.optional,
            is_steady: draft.is_steady,
            span: draft.span,
            shape,
        };
        (slot, places)
    }

    /// What each class of an axis stands for.
    fn classes_of(&self, values: &Values, classes: &Classes, is_text: bool) -> Vec<Class> {
        let size = classes.size as usize;
        match (values, &classes.places) {
            (Values::Points(points), ClassPlaces::Points(of)) => {
                let mut members: Vec<Vec<usize>> = vec![Vec::new(); size];
                for (at, class) in of.iter().enumerate() {
                    if let Some(members) = members.get_mut(*class as usize) {
                        members.push(at);
                    }
                }
                let value = |at: &usize| points.get(*at).cloned().flatten();
                let class = |members: Vec<usize>| match members.as_slice() {
                    [one] if value(one) == Some(Value::Absent) => Class::Absent,
                    members if is_text => self.texts_of(points.len(), members, &value),
                    members => Class::Values(members.iter().filter_map(value).collect()),
                };
                members.into_iter().map(class).collect()
            }
            (Values::Line { line, .. }, ClassPlaces::Line { absent, edges, of }) => {
                let mut spans: Vec<Vec<(Edge, Edge)>> = vec![Vec::new(); size];
                for ((from, to), class) in edges.iter().zip(edges.iter().skip(1)).zip(of) {
                    if let Some(spans) = spans.get_mut(*class as usize) {
                        spans.push((from.clone(), to.clone()));
                    }
                }
                let class = |(at, spans): (usize, Vec<(Edge, Edge)>)| match *absent == Some(count(at)) {
                    true => Class::Absent,
                    false => numbers(line, &Spans::joined(spans.into_iter())),
                };
                spans.into_iter().enumerate().map(class).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Texts: those that rules name come first, then one for each beginning, then one for all others.
    fn texts_of(&self, points: usize, members: &[usize], value: &dyn Fn(&usize) -> Option<Value>) -> Class {
        let (_, beginnings) = &self.texts;
        let first_other = points.saturating_sub(beginnings.len() + 1);
        let (mut named, mut others) = (Vec::new(), Vec::new());
        for member in members {
            let Some(Value::Text(text)) = value(member) else { continue };
            match member.checked_sub(first_other) {
                None => named.push(text),
                Some(at) => {
                    let beginning = beginnings.get(at).cloned().unwrap_or_else(|| Name::from(""));
                    let longer =
                        |other: &&Name| other.len() > beginning.len() && other.starts_with(&*beginning);
                    let not = beginnings.iter().filter(longer).cloned().collect();
                    others.push(OtherTexts { beginning, not, example: text });
                }
            }
        }
        Class::Texts { named, others }
    }

    fn places_of(&self, values: &Values, classes: &Classes, is_text: bool) -> Places {
        match (values, &classes.places) {
            (Values::Points(points), ClassPlaces::Points(of)) => {
                let known = points.iter().zip(of).filter_map(|(point, class)| Some((point.clone()?, *class)));
                let beginnings = is_text.then(|| {
                    let (_, beginnings) = &self.texts;
                    let first_other = points.len().saturating_sub(beginnings.len() + 1);
                    let all = beginnings.iter().cloned().chain(std::iter::once(Name::from("")));
                    all.zip(of.iter().skip(first_other).copied()).collect()
                });
                let mut of: HashMap<Value, u32> = known.collect();
                if beginnings.is_some() {
                    let named: HashSet<&Name> = self.texts.0.iter().collect();
                    of.retain(|value, _| !matches!(value, Value::Text(text) if !named.contains(text)));
                }
                Places::Points { of, beginnings: beginnings.unwrap_or_default() }
            }
            (Values::Line { line, .. }, ClassPlaces::Line { absent, edges, of }) => {
                Places::Line { line: line.clone(), absent: *absent, edges: edges.clone(), of: of.clone() }
            }
            _ => Places::Set,
        }
    }

    fn rules_of(
        &self,
        problem: &mut Problem,
        infos: &mut Vec<RuleInfo>,
        drawing: &Drawing,
        vars: &HashMap<AxisId, Var>,
    ) {
        for drawn in &drawing.drawn {
            let info = drawn.rule.and_then(|at| self.rules.get(at)).map(|rule| &rule.info);
            let info = info.filter(|info| info.kind != RuleKind::Meaning);
            let mut rule = Rule { background: info.is_none(), ..Rule::default() };
            write(&mut rule, drawn, &drawing.classes, vars);
            // What says nothing of a variable is no rule; a constraint that says nothing is one all the same.
            if info.is_none() && rule.clauses.is_empty() && rule.tables.is_empty() {
                continue;
            }
            problem.rule(rule);
            infos.push(info.cloned().unwrap_or_else(|| RuleInfo {
                name: None,
                text: Name::from(""),
                because: None,
                span: Span::default(),
                within: None,
                kind: RuleKind::Meaning,
            }));
        }
    }

    fn open_rules(&self, slot_of: &HashMap<AxisId, SlotId>) -> Vec<OpenRule> {
        let mut open = Vec::new();
        for rule in &self.rules {
            let Err(why) = &rule.asked else { continue };
            if *why == Why::List {
                continue;
            }
            let below = self.terms.below(&[rule.term], &|_| false);
            let axes = below.into_iter().filter_map(|id| match self.terms.get(id)?.node {
                super::term::Node::Leaf(axis) => slot_of.get(&axis).copied(),
                _ => None,
            });
            let mut slots: Vec<SlotId> = axes.collect();
            slots.sort_unstable();
            slots.dedup();
            open.push(OpenRule { rule: rule.info.clone(), why: why.to_string(), slots });
        }
        open
    }
}

impl Draft {
    /// Its axes.
    pub fn all_axes(&self) -> Vec<AxisId> {
        match &self.axes {
            Axes::One(axis) => vec![*axis],
            Axes::Set { present, elements } => present.iter().chain(elements).copied().collect(),
        }
    }
}

/// Variables for the axes: those of slots first, in the order of the slots.
fn variables(
    problem: &mut Problem,
    drafts: &[Draft],
    classes: &BTreeMap<AxisId, Classes>,
) -> HashMap<AxisId, Var> {
    let mut vars = HashMap::with_capacity(classes.len());
    let slots = drafts.iter().flat_map(Draft::all_axes).map(|axis| (axis, false));
    // What an expression comes to on the way is nobody's question.
    for (axis, is_inner) in slots.chain(classes.keys().map(|axis| (*axis, true))) {
        if let (false, Some(classes)) = (vars.contains_key(&axis), classes.get(&axis)) {
            vars.insert(axis, problem.variable(classes.size));
            problem.unasked.push(is_inner);
        }
    }
    vars
}

/// How many values each class has; nothing where they are too many, or not finitely many.
fn class_sizes(values: &Values, classes: &Classes) -> Option<Vec<u64>> {
    let mut sizes = vec![0_u64; classes.size as usize];
    match (values, &classes.places) {
        (Values::Points(_), ClassPlaces::Points(of)) => {
            for class in of {
                *sizes.get_mut(*class as usize)? += 1;
            }
        }
        (Values::Line { line, .. }, ClassPlaces::Line { absent, edges, of }) => {
            if let Some(absent) = absent {
                *sizes.get_mut(*absent as usize)? += 1;
            }
            for ((from, to), class) in edges.iter().zip(edges.iter().skip(1)).zip(of) {
                let numbers = line.count(&Spans::between(from.clone(), to.clone()))?;
                let size = sizes.get_mut(*class as usize)?;
                *size = size.checked_add(u64::try_from(numbers).ok()?)?;
            }
        }
        _ => return None,
    }
    Some(sizes)
}

/// The numbers, or days, of a set of spans.
pub fn numbers(line: &Line, spans: &Spans) -> Class {
    let intervals = spans.iter().map(|(from, to)| interval(line, from, to));
    if !line.days {
        return Class::Intervals(intervals.collect());
    }
    let day = |number: Option<Exact>| match line.value(&number?) {
        Some(Value::Date(date)) => Some(date),
        _ => None,
    };
    Class::Days(intervals.map(|it| Period { from: day(it.from), to: day(it.to) }).collect())
}

fn interval(line: &Line, from: &Edge, to: &Edge) -> Interval {
    let (from, from_included) = match from {
        Edge::At(number, after) => (Some(number.clone()), !after),
        _ => (None, false),
    };
    let (to, to_included) = match (to, &line.step) {
        (Edge::At(number, _), Some(step)) => (number.checked_sub(step).ok(), true),
        (Edge::At(number, after), None) => (Some(number.clone()), *after),
        _ => (None, false),
    };
    Interval { from, from_included, to, to_included, step: line.step.clone() }
}

/// Writes clauses and tables over axes as such over variables.
fn write(rule: &mut Rule, drawn: &Drawn, classes: &BTreeMap<AxisId, Classes>, vars: &HashMap<AxisId, Var>) {
    let set = |axis: &AxisId, raw: &Raw| classes.get(axis).map_or_else(ValueSet::none, |it| it.of(raw));
    let var = |axis: &AxisId| vars.get(axis).copied().unwrap_or(Var(0));
    for clause in &drawn.clauses {
        rule.clauses.push(clause.iter().map(|(axis, raw)| Literal::new(var(axis), set(axis, raw))).collect());
    }
    for (axes, rows) in &drawn.tables {
        match axes.as_slice() {
            _ if rows.is_empty() => rule.clauses.push(Vec::new()),
            [] => {}
            [axis] => {
                let cells = rows.iter().map(|row| row.first().cloned().flatten());
                let values =
                    cells.map(|cell| cell.map_or(ValueSet::all(size(classes, axis)), |raw| set(axis, &raw)));
                let values = values.fold(ValueSet::none(), |all, one| all.or(&one));
                if values.len() < size(classes, axis) {
                    rule.clauses.push(vec![Literal::new(var(axis), values)]);
                }
            }
            axes => {
                let mut known: HashSet<Vec<Cell>> = HashSet::with_capacity(rows.len());
                let mut written = Vec::with_capacity(rows.len());
                for row in rows {
                    let cells: Vec<Cell> = axes
                        .iter()
                        .zip(row)
                        .map(|(axis, cell)| {
                            cell.as_ref()
                                .map_or(Cell::Any, |raw| cell_of(set(axis, raw), size(classes, axis)))
                        })
                        .collect();
                    if known.insert(cells.clone()) {
                        written.push(cells);
                    }
                }
                rule.tables.push(Table { vars: axes.iter().map(var).collect(), rows: written });
            }
        }
    }
}

fn size(classes: &BTreeMap<AxisId, Classes>, axis: &AxisId) -> u32 {
    classes.get(axis).map_or(1, |it| it.size)
}

fn cell_of(set: ValueSet, size: u32) -> Cell {
    if set.len() == size {
        return Cell::Any;
    }
    match set.only() {
        Some(value) => Cell::One(value),
        None => Cell::Set(set),
    }
}
