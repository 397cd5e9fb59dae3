//! A book made ready for evaluation: names → slots, once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::code::{Code, Formula};
use super::layout::{Layout, StepSlots, inputs};
use super::lower::{Items, Names, depth};
use super::share::Shared;
use super::step::{
    Grouping, Spread, Step, StepPlanner, for_each_condition, for_each_grouping, for_each_spread, reserve,
};
use super::table::TablePlan;
use crate::ir::{self, Book, ConstraintRule, Input, Level, Name, Place};

/// A book made ready for evaluation.
///
/// It never changes and can be shared by threads. What a product or a table needs is prepared when it is
/// first asked for, so that a plan of a large book is made at once.
#[derive(Debug)]
pub struct Plan {
    pub(super) book: Arc<Book>,
    pub(super) items: Items,
    pub(super) inputs: Layout,
    input_slots: Vec<usize>,
    pub(super) quote_layout: Layout,
    pub(super) tables: Vec<TablePlan>,
    pub(super) defs: Vec<Code>,
    pub(super) steps: Vec<Step>,
    pub(super) quote_entries: Vec<InputPlan>,
    /// The rules that speak of the quote; none for those that speak of lines.
    pub(super) rules: Vec<Option<Formula>>,
    /// When levels of approval are skipped.
    pub(super) skips: Vec<Formula>,
    /// The alerts that speak of the quote; none for those that speak of lines.
    pub(super) quote_alerts: Vec<Option<Formula>>,
    /// What the quote must fulfil, each with the condition under which it asks something.
    pub(super) requirements: Vec<(Option<Formula>, Formula)>,
    /// The quote's steps of which lines have shares.
    pub(super) shared: Shared,
    products: Vec<OnceLock<ProductPlan>>,
    /// The currencies of the book, with the decimal places that they are paid with.
    pub(super) currencies: Vec<(Name, u32)>,
    /// The first of them.
    pub(super) first_currency: (Name, u32),
    /// Waterfalls of lines go through all lines: each stage is finished for all before the next begins.
    pub(super) in_stages: bool,
    /// Lets go through all lines.
    pub(super) late_lets: bool,
    /// Steps of `each line` go through all lines.
    pub(super) each_sees_lines: bool,
}

/// A product made ready: its options, costs and waterfalls, and what the quote's steps read on its lines.
#[derive(Debug)]
pub struct ProductPlan {
    /// The product.
    pub product: Arc<ir::Product>,
    /// Its position in the book.
    pub(super) at: u32,
    /// The waterfall that applies: its own, else its family's.
    pub price: Option<Arc<ir::Price>>,
    pub(super) layout: Layout,
    pub(super) options: Vec<InputPlan>,
    /// The conditions of parts that have one.
    pub(super) parts: Vec<Option<Formula>>,
    pub(super) lets: Vec<Formula>,
    pub(super) first_let: u32,
    /// The lets that go through all lines, directly or by way of others: they are known after all options.
    pub(super) late: Vec<bool>,
    pub(super) constraints: Vec<ConstraintPlan>,
    pub(super) entries: Vec<InputPlan>,
    /// The components of the cost of a unit.
    pub unit_cost: Vec<CostPlan>,
    /// The components of the cost of a line.
    pub line_cost: Vec<CostPlan>,
    pub(super) unit: Vec<Step>,
    pub(super) line: Vec<Step>,
    pub(super) spreads: Vec<Spread>,
    /// The conditions on lines of the quote's taxes and claims.
    pub(super) conditions: Vec<Formula>,
    /// What the quote's groupings of lines read here; none of those that this product takes no part in.
    pub(super) groupings: Vec<Option<Grouping>>,
    pub(super) each: Vec<Vec<Step>>,
    /// Where the line's shares of the quote's steps are kept.
    pub(super) shares: Vec<u32>,
    /// The rules that speak of a line; none where they speak of the quote or of other products.
    pub(super) rules: Vec<Option<Formula>>,
    pub(super) alerts: Vec<Formula>,
    /// The alerts of the quote that speak of a line; none where they speak of other products.
    pub(super) quote_alerts: Vec<Option<Formula>>,
    pub(super) suggestions: Vec<Option<Formula>>,
}

/// An option or an entry.
#[derive(Debug)]
pub(super) struct InputPlan {
    pub slot: u32,
    pub when: Option<Formula>,
    pub limit: Option<Formula>,
}

/// What a constraint asks.
#[derive(Debug)]
pub(super) enum ConstraintPlan {
    Holds(Box<Formula>),
    Row {
        table: u32,
        keys: Box<[Code]>,
        shown: Vec<super::code::Reading>,
    },
    /// Of a table that is not there.
    Nothing,
}

/// A component of a cost.
#[derive(Debug)]
pub struct CostPlan {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its amount.
    pub amount: Formula,
    /// Zero unless this holds.
    pub when: Option<Formula>,
    /// The author's words.
    pub because: Option<Name>,
    /// Roles that may see it; empty for all.
    pub visible_to: Vec<Name>,
    /// Where it is declared.
    pub span: crate::source::Span,
    pub(super) slot: u32,
}

/// Where contexts, facts and indexes are kept, in the order of the book.
fn input_slots(book: &Book, inputs: &Layout) -> Vec<usize> {
    let fields = book.contexts.iter().flat_map(|context| {
        let field =
            |field: &Input| Place::Context { context: context.name.clone(), field: field.name.clone() };
        context.fields.iter().map(field).collect::<Vec<Place>>()
    });
    let facts = book.facts.iter().map(|fact| Place::Fact(fact.name.clone()));
    let indexes = book.indexes.iter().map(|index| Place::Index(index.input.name.clone()));
    let slot = |place: Place| inputs.find(&place).map_or(usize::MAX, |at| at as usize);
    fields.chain(facts).chain(indexes).map(slot).collect()
}

impl Plan {
    /// Turns the names of a book into slots.
    pub fn new(book: Arc<Book>) -> Plan {
        let items = Items {
            tables: numbered(book.tables.iter().map(|it| &it.name)),
            tiers: numbered(book.tiers.iter().map(|it| &it.name)),
            defs: numbered(book.defs.iter().map(|it| &it.name)),
            products: book.products.iter().map(|it| (it.name.clone(), it.clone())).collect(),
            positions: numbered(book.products.iter().map(|it| &it.name)),
            depths: depths(&book),
        };
        let inputs = Layout::of_inputs(&book);
        let mut quote_layout = Layout::of_quote();
        let mut slots = Vec::new();
        reserve(&mut quote_layout, Level::Quote, &book.quote.steps, &mut slots);

        let names = Names {
            items: &items,
            inputs: &inputs,
            quote: &quote_layout,
            line: None,
            bare: Some(Level::Quote),
            operands: None,
            elements: None,
        };
        let defs = book.defs.iter().map(|def| names.code(&def.body.expr)).collect();
        let entry = |entry: &Input| input(&inputs, names, entry, quote_entry(entry));
        let quote_entries = book.quote.entries.iter().map(entry).collect();
        let mut planner = StepPlanner {
            names,
            slots: slots.into_iter(),
            spreads: 0,
            each: 0,
            conditions: 0,
            groupings: 0,
            visible_to: Vec::new(),
        };
        let steps = planner.steps(&book.quote.steps, None);
        let open = Names { bare: None, ..names };
        let rule = |rule: &ir::ApprovalRule| (!rule.per_line).then(|| open.formula(&rule.when));
        let rules = book.approvals.rules.iter().map(rule).collect();
        let skips = book.approvals.skips.iter().map(|skip| open.formula(&skip.when)).collect();
        let alert = |alert: &ir::QuoteAlert| (!alert.per_line).then(|| open.formula(&alert.when));
        let quote_alerts = book.quote.alerts.iter().map(alert).collect();

        let rules_of_quote = book.quote.requirements.iter();
        let requirements = rules_of_quote
            .map(|rule| (rule.when.as_ref().map(|when| names.formula(when)), names.formula(&rule.condition)))
            .collect();

        let tables = book.tables.iter().map(|table| TablePlan::new(table.clone())).collect();
        let products = book.products.iter().map(|_| OnceLock::new()).collect();
        let places = |code: &Name| (code.clone(), book.units.places(code).unwrap_or(2));
        let currencies: Vec<(Name, u32)> = book.currencies.iter().map(places).collect();
        Plan {
            first_currency: currencies.first().cloned().unwrap_or_else(|| ("".into(), 2)),
            currencies,
            items,
            input_slots: input_slots(&book, &inputs),
            inputs,
            quote_layout,
            tables,
            defs,
            shared: Shared::of(&steps),
            steps,
            quote_entries,
            rules,
            skips,
            quote_alerts,
            requirements,
            products,
            in_stages: super::stage::goes_through_lines(&book),
            late_lets: super::stage::lets_go_through_lines(&book),
            each_sees_lines: super::stage::each_goes_through_lines(&book),
            book,
        }
    }

    /// The book.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// The tables, in the order of the book.
    pub fn tables(&self) -> &[TablePlan] {
        &self.tables
    }

    /// The position of a table.
    pub fn find_table(&self, name: &str) -> Option<&TablePlan> {
        self.items.tables.get(name).and_then(|at| self.tables.get(*at as usize))
    }

    /// The position of a product.
    pub fn find_product(&self, name: &str) -> Option<u32> {
        self.items.positions.get(name).copied()
    }

    /// The quote's steps.
    pub fn quote_steps(&self) -> &[Step] {
        &self.steps
    }

    /// A product made ready, by its position.
    pub fn product(&self, at: u32) -> Option<&ProductPlan> {
        let product = self.book.products.get(at as usize)?;
        Some(self.products.get(at as usize)?.get_or_init(|| ProductPlan::new(self, product, at)))
    }

    /// Where an input of the request is kept; none for a name that the book does not have.
    pub fn find_input(&self, place: &Place) -> Option<usize> {
        match place {
            Place::AsOf => Some(inputs::AS_OF as usize),
            Place::Currency => Some(inputs::CURRENCY as usize),
            place => self.inputs.find(place).map(|at| at as usize),
        }
    }

    /// Where contexts, facts and indexes are kept: the fields of all contexts, then all facts, then all indexes, in
    /// the order of the book.
    pub fn input_slots(&self) -> &[usize] {
        &self.input_slots
    }

    /// How many inputs there are.
    pub fn input_count(&self) -> usize {
        self.inputs.len()
    }

    /// What names mean where a condition speaks of the quote, and of a line if there is one.
    pub(super) fn names<'a>(&'a self, product: Option<&'a ProductPlan>, bare: Option<Level>) -> Names<'a> {
        Names {
            items: &self.items,
            inputs: &self.inputs,
            quote: &self.quote_layout,
            line: product.map(|it| (&it.layout, &*it.product)),
            bare,
            operands: None,
            elements: None,
        }
    }
}

impl ProductPlan {
    fn new(plan: &Plan, product: &Arc<ir::Product>, at: u32) -> ProductPlan {
        let book = &plan.book;
        let price = price_of(book, product);
        let mut layout =
            Layout::of_line(product, price.as_deref(), book.guide_of(product).map(AsRef::as_ref));
        let (per_unit, per_line) = match &price {
            Some(price) => (price.per_unit.as_slice(), price.per_line.as_slice()),
            None => (&[][..], &[][..]),
        };
        let mut slots = Vec::new();
        reserve(&mut layout, Level::Unit, per_unit, &mut slots);
        reserve(&mut layout, Level::Line, per_line, &mut slots);
        for step in &book.quote.steps {
            if let ir::StepKind::EachLine(steps) = &step.kind {
                reserve(&mut layout, Level::Line, steps, &mut slots);
            }
        }

        let shares = plan.shared.reserve(&mut layout);

        let names = |bare| Names {
            items: &plan.items,
            inputs: &plan.inputs,
            quote: &plan.quote_layout,
            line: Some((&layout, product)),
            bare,
            operands: None,
            elements: None,
        };
        let unit_names = names(Some(Level::Unit));
        let line_names = names(Some(Level::Line));
        let mut slots = slots.into_iter();
        let unit = steps(unit_names, &mut slots, per_unit);
        let line = steps(line_names, &mut slots, per_line);
        let mut each = Vec::new();
        for step in &book.quote.steps {
            if let ir::StepKind::EachLine(members) = &step.kind {
                each.push(steps(line_names, &mut slots, members));
            }
        }

        let mut spreads = Vec::new();
        let quote_names = names(Some(Level::Quote));
        for_each_spread(&book.quote.steps, &mut |spread| {
            let formula = |it: &Option<ir::Formula>| it.as_ref().map(|it| quote_names.formula(it));
            spreads.push(Spread {
                on_lines: formula(&spread.on_lines),
                by: formula(&spread.by),
                within: formula(&spread.within),
            });
        });

        let mut groupings = Vec::new();
        for_each_grouping(&book.quote.steps, &mut |each, formulas| {
            groupings.push(grouping(quote_names, each, &formulas));
        });

        let mut conditions = Vec::new();
        for_each_condition(&book.quote.steps, &mut |it| conditions.push(quote_names.formula(it)));

        let open = names(None);
        let rule = |rule: &ir::ApprovalRule| {
            (rule.per_line && speaks_of(rule.narrowed_to.as_ref(), product)).then(|| open.formula(&rule.when))
        };
        let rules = book.approvals.rules.iter().map(rule).collect();
        let alert = |alert: &ir::QuoteAlert| {
            let speaks = alert.per_line && speaks_of(alert.narrowed_to.as_ref(), product);
            speaks.then(|| open.formula(&alert.when))
        };
        let quote_alerts = book.quote.alerts.iter().map(alert).collect();
        let options: Vec<InputPlan> =
            product.options.iter().map(|option| input(&layout, unit_names, option, member(option))).collect();
        let entries = price.as_deref().map_or(&[][..], |price| &price.entries);
        let entries =
            entries.iter().map(|entry| input(&layout, unit_names, entry, line_entry(entry))).collect();
        let cost = |bare, level, components: &[ir::CostComponent]| -> Vec<CostPlan> {
            components.iter().map(|component| cost(&layout, names(bare), level, component)).collect()
        };
        ProductPlan {
            lets: product.lets.iter().map(|it| unit_names.formula(&it.value)).collect(),
            late: super::stage::late_lets(product),
            first_let: super::layout::line::FIRST_FREE.saturating_add(narrow(options.len())),
            options,
            parts: product
                .parts
                .iter()
                .map(|part| part.when.as_ref().map(|when| unit_names.formula(when)))
                .collect(),
            constraints: product.constraints.iter().map(|it| constraint(plan, unit_names, it)).collect(),
            entries,
            unit_cost: cost(Some(Level::Unit), Level::Unit, &product.unit_cost),
            line_cost: cost(Some(Level::Line), Level::Line, &product.line_cost),
            unit,
            line,
            spreads,
            conditions,
            groupings,
            each,
            shares,
            rules,
            quote_alerts,
            alerts: product.alerts.iter().map(|alert| unit_names.formula(&alert.when)).collect(),
            suggestions: product
                .suggestions
                .iter()
                .map(|it| it.when.as_ref().map(|when| unit_names.formula(when)))
                .collect(),
            product: product.clone(),
            at,
            price,
            layout,
        }
    }

    /// The steps of one unit.
    pub fn unit_steps(&self) -> &[Step] {
        &self.unit
    }

    /// The steps of the line.
    pub fn line_steps(&self) -> &[Step] {
        &self.line
    }
}

/// How deep the evaluation of each function goes. Functions do not call themselves, so those whose callees
/// are known come one after the other.
fn depths(book: &Book) -> HashMap<Name, usize> {
    let mut known = HashMap::with_capacity(book.defs.len());
    let mut callers: HashMap<&Name, Vec<&Arc<ir::Def>>> = HashMap::new();
    let mut waits: HashMap<&Name, usize> = HashMap::new();
    let mut ready: Vec<&Arc<ir::Def>> = Vec::new();
    for def in &book.defs {
        let mut called = HashSet::new();
        callees(&def.body.expr, &mut called);
        if called.is_empty() {
            ready.push(def);
        }
        waits.insert(&def.name, called.len());
        called.into_iter().for_each(|callee| callers.entry(callee).or_default().push(def));
    }
    while let Some(def) = ready.pop() {
        known.insert(def.name.clone(), depth(&def.body.expr, &known));
        for caller in callers.remove(&def.name).unwrap_or_default() {
            if let Some(waiting) = waits.get_mut(&caller.name) {
                *waiting = waiting.saturating_sub(1);
                if *waiting == 0 {
                    ready.push(caller);
                }
            }
        }
    }
    known
}

/// The functions that an expression calls.
fn callees<'e>(expr: &'e ir::Expr, called: &mut HashSet<&'e Name>) {
    if let ir::ExprKind::Call { def, .. } = &expr.kind {
        called.insert(def);
    }
    expr.for_each_operand(&mut |operand| callees(operand, called));
}

/// A product's own waterfall, else its family's.
fn price_of(book: &Book, product: &ir::Product) -> Option<Arc<ir::Price>> {
    let of = |target: &Name| book.prices.iter().find(|price| price.target == *target);
    of(&product.name).or_else(|| product.family.as_ref().and_then(of)).cloned()
}

/// Whether a rule that is narrowed to a product or a family speaks of a product.
pub(super) fn speaks_of(narrowed_to: Option<&Name>, product: &ir::Product) -> bool {
    narrowed_to.is_none_or(|to| *to == product.name || Some(to) == product.family.as_ref())
}

fn steps(names: Names<'_>, slots: &mut std::vec::IntoIter<StepSlots>, steps: &[ir::Step]) -> Vec<Step> {
    let slots = slots.by_ref();
    StepPlanner { names, slots, spreads: 0, each: 0, conditions: 0, groupings: 0, visible_to: Vec::new() }
        .steps(steps, None)
}

/// What a grouping of lines reads of a product, unless that takes no part in it.
fn grouping(names: Names<'_>, each: &ir::Each, formulas: &[&ir::Formula]) -> Option<Grouping> {
    let (_, product) = names.line?;
    let formulas = formulas.iter().map(|formula| {
        let mut formula = names.formula(formula);
        if each.key == ir::GroupKey::Bundle {
            formula.reads.iter_mut().for_each(|reading| reading.text = of_bundle(&reading.text));
        }
        formula
    });
    let key = each.formula().map(|key| names.formula(key));
    each.of.contains(&product.name).then(|| Grouping { key, formulas: formulas.collect() })
}

/// What is read of the line of a bundle, as it is written.
fn of_bundle(text: &Name) -> Name {
    text.strip_prefix("line.").map_or_else(|| text.clone(), |rest| format!("bundle.{rest}").into())
}

fn member(option: &Input) -> Place {
    Place::Member(option.name.clone())
}

fn line_entry(entry: &Input) -> Place {
    Place::Entry { level: Level::Line, name: entry.name.clone() }
}

fn quote_entry(entry: &Input) -> Place {
    Place::Entry { level: Level::Quote, name: entry.name.clone() }
}

fn input(layout: &Layout, names: Names<'_>, input: &Input, place: Place) -> InputPlan {
    InputPlan {
        slot: layout.find(&place).unwrap_or(u32::MAX),
        when: input.when.as_ref().map(|when| names.formula(when)),
        limit: input.limit.as_ref().map(|limit| names.formula(limit)),
    }
}

fn cost(layout: &Layout, names: Names<'_>, level: Level, component: &ir::CostComponent) -> CostPlan {
    let place = Place::CostComponent { level, name: component.name.clone() };
    CostPlan {
        name: component.name.clone(),
        label: component.label.clone(),
        amount: names.formula(&component.amount),
        when: component.when.as_ref().map(|when| names.formula(when)),
        because: component.because.clone(),
        visible_to: component.visible_to.clone(),
        span: component.span,
        slot: layout.find(&place).unwrap_or(u32::MAX),
    }
}

fn constraint(plan: &Plan, names: Names<'_>, constraint: &ir::Constraint) -> ConstraintPlan {
    match &constraint.rule {
        ConstraintRule::Holds(expr) => {
            ConstraintPlan::Holds(Box::new(names.formula_of(expr, &constraint.text)))
        }
        ConstraintRule::Row { table, keys } => match plan.items.tables.get(table) {
            None => ConstraintPlan::Nothing,
            Some(at) => {
                ConstraintPlan::Row { table: *at, keys: names.keys(keys), shown: names.readings(keys) }
            }
        },
    }
}

fn numbered<'n>(names: impl Iterator<Item = &'n Name>) -> HashMap<Name, u32> {
    names.enumerate().map(|(at, name)| (name.clone(), narrow(at))).collect()
}

/// A position; the limits of a book keep it far below 32 bits.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
