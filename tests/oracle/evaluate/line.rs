//! A line, stage by stage: its configuration, the price of a unit, the price of the line.

use std::collections::HashMap;
use std::rc::Rc;

use num_traits::{Signed, Zero};

use super::configure::{Behind, Found, configure, constraints, entries, lets, note, parts, quantity};
use super::expr::{NEGATIVE_PRICE, NOT_AVAILABLE, Res, Scope, World, number, truth};
use super::waterfall::{self, Waterfall, add, run};
use super::{Line, Section};
use crate::model::{self, Body, Component, Price, Product, Ty, Val};
use crate::number::{Q, size, whole};

/// A line before the quote's own steps.
#[derive(Clone)]
pub struct Priced {
    /// `1`, `1.dies[2]`
    pub id: String,
    /// The position of the line of the request that it belongs to.
    pub group: usize,
    /// Its position in the request.
    pub at: usize,
    pub answer: Line,
    /// All that rules and the quote's steps read: `line.x`, `unit.x`.
    pub scope: Scope,
    /// Its price so far.
    pub amount: Res<Q>,
    pub list: Res<Q>,
    /// None where the product has no cost.
    pub cost: Option<Res<Q>>,
}

/// Of what values are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Line,
    Piece,
}

/// What other lines see of a line.
pub type Lines = Rc<Vec<Rc<Scope>>>;

/// A line that is being worked out.
pub struct Draft<'a> {
    product: &'a Product,
    body: Body,
    price: Option<&'a Price>,
    pub scope: Scope,
    pub found: Found,
    pub breaks: bool,
    /// The positions of pieces of parts that do not exist.
    pub absent: Vec<usize>,
    quantity: Res<Q>,
    pub unit_cost: Res<Q>,
    pub line_cost: Res<Q>,
    unit: Waterfall,
    unit_list: Option<Res<Q>>,
}

impl<'a> Draft<'a> {
    /// A line with its configuration.
    pub fn new(world: &'a World, asked: &model::Line, behind: &[Behind], priced: bool) -> Draft<'a> {
        let product = world.book.products.iter().find(|it| it.name == asked.product).expect("a product");
        let family = world.book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
        let body = whole_body(product, family.map(|(_, body)| body));
        let price = price_of(world, product).filter(|_| priced);
        let of = Some((product.name.clone(), product.family.clone()));
        let mut scope = Scope { product: of, ..Scope::default() };
        let mut found = Found::default();
        let quantity = quantity(product, asked, &mut found);
        scope.set_number("quantity", quantity.clone());
        configure(world, &mut scope, &body, asked, &mut found);
        let (absent, of_piece) = parts(world, &mut scope, &body, behind, &mut found);
        lets(world, &mut scope, &body, &mut found);
        let breaks = constraints(world, &scope, &body, &mut found) || of_piece;
        if let Some(price) = price {
            entries(world, &mut scope, &price.entries, &asked.entries, asked.reason, &mut found);
        }
        let (unit, unit_list) = (Waterfall::new(Ok(Q::zero())), None);
        let (unit_cost, line_cost) = (Ok(Q::zero()), Ok(Q::zero()));
        Draft {
            product,
            body,
            price,
            scope,
            found,
            breaks,
            absent,
            quantity,
            unit_cost,
            line_cost,
            unit,
            unit_list,
        }
    }

    /// What one unit and the line cost.
    pub fn costs(&mut self, world: &World) {
        self.unit_cost = cost(world, &self.scope, &self.body.cost, &mut self.found);
        self.scope.set_number("unit.cost", self.unit_cost.clone());
        let of_line = cost(world, &self.scope, &self.body.line_cost, &mut self.found);
        self.line_cost = add(&times(&self.unit_cost, &self.quantity), &of_line);
        self.scope.set_number("line.cost", self.line_cost.clone());
    }

    fn steps(&self) -> impl Iterator<Item = &model::Step> {
        self.price.into_iter().flat_map(|price| price.per_unit.iter().chain(&price.per_line).flatten())
    }

    /// A price below zero that no step says may be.
    fn is_below_zero(&self, price: &Res<Q>) -> bool {
        let negative = price.as_ref().is_ok_and(|price| price.is_negative());
        negative && !self.steps().any(waterfall::may_turn_round)
    }

    /// The cost, and the price of a unit.
    pub fn price_unit(&mut self, world: &World, lines: &Lines) {
        self.costs(world);
        let mut inside = self.scope.clone();
        inside.lines = lines.clone();
        inside.set_number("cost", self.unit_cost.clone());
        let steps = self.price.and_then(|price| price.per_unit.as_deref()).unwrap_or(&[]);
        self.unit = run(world, &mut inside, steps, "unit", Ok(Q::zero()));
        note_faults(&self.unit, &mut self.found);
        if self.is_below_zero(&self.unit.running) {
            self.found.insert(NEGATIVE_PRICE.0.to_string());
        }
        self.unit_list = inside.names.get("list").cloned().map(plain_number);
        self.scope.applied = inside.applied;
        keep_level("unit.", &inside.names, &mut self.scope);
        self.scope.set_number("unit.net", self.unit.running.clone());
        if let Some(list) = &self.unit_list {
            self.scope.set_number("unit.list", list.clone());
            self.scope.set_number("line.list", times(list, &self.quantity));
        }
    }

    /// The price of the line.
    pub fn price_line(mut self, world: &World, lines: &Lines) -> Priced {
        let price = self.price.expect("a price");
        let start = match &price.per_unit {
            Some(_) => times(&self.unit.running, &self.quantity),
            None => Ok(Q::zero()),
        };
        let mut inside = self.scope.clone();
        inside.lines = lines.clone();
        inside.set_number("cost", self.line_cost.clone());
        if let Some(list) = &self.unit_list {
            inside.set_number("list", times(list, &self.quantity));
        }
        let of_line = run(world, &mut inside, price.per_line.as_deref().unwrap_or(&[]), "line", start);
        note_faults(&of_line, &mut self.found);
        if self.is_below_zero(&of_line.running) && !self.is_below_zero(&self.unit.running) {
            self.found.insert(NEGATIVE_PRICE.0.to_string());
        }
        let line_list = inside.names.get("list").cloned().map(plain_number).expect("a list price");
        self.scope.applied = inside.applied;
        keep_level("line.", &inside.names, &mut self.scope);
        self.finished(&line_list);
        self.tidy();
        let mut answer = self.answer(world);
        answer.line = section(&of_line, None, None, &whole(1));
        answer.list = line_list.clone().ok();
        answer.net = of_line.running.clone().ok();
        answer.applied.extend(of_line.applied);
        let cost = self.has_cost().then_some(self.line_cost);
        let (at, id, group) = (0, String::new(), 0);
        Priced { at, id, group, answer, scope: self.scope, amount: of_line.running, list: line_list, cost }
    }

    /// What rules read of the line: all of its names with `line.` before them.
    pub fn finished(&mut self, list: &Res<Q>) {
        let named: Vec<String> =
            self.scope.names.keys().filter(|name| !name.contains('.')).cloned().collect();
        for name in named {
            let value = self.scope.names[&name].clone();
            self.scope.set(format!("line.{name}"), value);
        }
        self.scope.set_number("line.list", list.clone());
        self.scope.set_number("line.cost", self.line_cost.clone());
    }

    /// What the constraints exclude needs no `n/a` besides.
    pub fn tidy(&mut self) {
        if self.breaks {
            self.found.remove(&NOT_AVAILABLE.0);
        }
    }

    pub fn has_cost(&self) -> bool {
        !self.body.cost.is_empty() || !self.body.line_cost.is_empty()
    }

    /// The alerts that are raised.
    pub fn alerts(&self, world: &World) -> Vec<String> {
        alerts(world, &self.scope, &self.body, &self.found)
    }

    /// Options, entries and labelled lets that are known.
    pub fn values(&self, what: Shown) -> Vec<(String, Val)> {
        let entries = self.price.iter().flat_map(|price| &price.entries);
        let lets = self.body.lets.iter().filter(|of| of.label.is_some());
        let names = (what == Shown::Line).then(|| "quantity".to_owned()).into_iter();
        let shown = |option: &&model::Input| what == Shown::Line || !option.with_line;
        let names = names.chain(self.body.options.iter().filter(shown).map(|option| option.name.clone()));
        let names = names.chain(entries.map(|entry| entry.name.clone()));
        let names = names.chain(lets.map(|of| of.name.clone()));
        let values = names.filter_map(|name| {
            let value = self.scope.names[&name].clone().ok()?;
            Some((name, value))
        });
        values.collect()
    }

    /// All of the answer but what the line's own waterfall comes to.
    pub fn answer(&self, world: &World) -> Line {
        let currency = &world.book.currency;
        let unit_money = match self.product.quantity.as_ref().map(|quantity| &quantity.ty) {
            Some(Ty::Measure(unit)) => size(&format!("{currency}/{unit}")),
            _ => whole(1),
        };
        let cost = self.has_cost().then_some(&self.unit_cost);
        Line {
            product: self.product.name.clone(),
            values: self.values(Shown::Line),
            invalid: self.found.first().is_some(),
            has_unit: self.price.is_some_and(|price| price.per_unit.is_some()),
            unit: section(&self.unit, self.unit_list.as_ref(), cost, &unit_money),
            cost: self.line_cost.clone().ok().filter(|_| self.has_cost()),
            applied: self.unit.applied.clone(),
            violations: self.found.all(),
            alerts: self.alerts(world),
            ..Line::default()
        }
    }
}

/// What a product says, with what its family says for it.
pub fn whole_body(product: &Product, family: Option<&Body>) -> Body {
    let mut body = family.cloned().unwrap_or_default();
    let own = product.body.clone();
    body.options.extend(own.options);
    body.lets.extend(own.lets);
    body.constraints.extend(own.constraints);
    body.cost.extend(own.cost);
    body.line_cost.extend(own.line_cost);
    body.alerts.extend(own.alerts);
    body.parts.extend(own.parts);
    body.parts_priced |= own.parts_priced;
    body
}

/// The product's own price, else its family's.
fn price_of<'a>(world: &'a World, product: &Product) -> Option<&'a Price> {
    let of = |target: &String| world.book.prices.iter().find(|price| price.target == *target);
    of(&product.name).or_else(|| of(product.family.as_ref()?))
}

/// The sum of the components; each may read those above it.
fn cost(world: &World, scope: &Scope, components: &[Component], found: &mut Found) -> Res<Q> {
    let mut scope = scope.clone();
    let mut sum = Ok(Q::zero());
    for component in components {
        let counts = component.when.as_ref().map_or(Ok(true), |when| truth(world, &scope, when));
        let amount = counts
            .and_then(|counts| if counts { number(world, &scope, &component.amount) } else { Ok(Q::zero()) });
        note(&amount, found);
        sum = add(&sum, &amount);
        scope.set_number(component.name.clone(), amount);
    }
    sum
}

fn alerts(world: &World, scope: &Scope, body: &Body, found: &Found) -> Vec<String> {
    let mut raised = Vec::new();
    for (name, when) in &body.alerts {
        match truth(world, scope, when) {
            Ok(true) => raised.push(name.clone()),
            Ok(false) => {}
            // What cannot be decided is said, unless the line says it already.
            Err(fault) if found.contains(&fault.0) => {}
            Err(_) => raised.push(name.clone()),
        }
    }
    raised
}

fn note_faults(waterfall: &Waterfall, found: &mut Found) {
    found.extend(waterfall.faults.iter().map(|fault| fault.0.to_string()));
}

fn times(left: &Res<Q>, right: &Res<Q>) -> Res<Q> {
    Ok(left.clone()? * right.clone()?)
}

fn plain_number(value: Res<Val>) -> Res<Q> {
    match value? {
        Val::Num(value) => Ok(value),
        other => panic!("{other:?} is no amount"),
    }
}

/// Keeps the names of a level when its section is done.
fn keep_level(level: &str, names: &HashMap<String, Res<Val>>, scope: &mut Scope) {
    for (name, value) in names.iter().filter(|(name, _)| name.starts_with(level)) {
        scope.set(name.clone(), value.clone());
    }
}

fn section(waterfall: &Waterfall, list: Option<&Res<Q>>, cost: Option<&Res<Q>>, money: &Q) -> Section {
    let shown = |value: &Res<Q>| value.clone().ok().map(|value| value / money);
    let mut entries = waterfall.entries.clone();
    for entry in &mut entries {
        entry.amount = &entry.amount / money;
        entry.running = entry.running.take().map(|running| running / money);
    }
    Section {
        waterfall: entries,
        figures: waterfall.subtotals.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        list: list.and_then(shown),
        cost: cost.and_then(shown),
        net: shown(&waterfall.running),
    }
}
