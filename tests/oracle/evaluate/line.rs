//! A line: its configuration, its cost, the price of a unit and of the line.

use std::collections::{BTreeSet, HashMap};

use num_traits::{Signed, Zero};

use super::expr::{
    Fault, NEGATIVE_PRICE, NOT_AVAILABLE, NOT_CHOSEN, Res, Scope, World, eval, literal, number, truth,
};
use super::waterfall::{self, Waterfall, add, run};
use super::{Line, Section, lookup};
use crate::model::{self, Body, Component, Domain, Input, Price, Product, Rule, Ty, Val};
use crate::number::{Q, size, whole};

/// A line before the quote's own steps.
pub struct Priced {
    pub answer: Line,
    /// All that rules and the quote's steps read: `line.x`, `unit.x`.
    pub scope: Scope,
    /// Its price so far.
    pub amount: Res<Q>,
    pub list: Res<Q>,
    /// None where the product has no cost.
    pub cost: Option<Res<Q>>,
}

/// Configures and prices a line.
pub fn line(world: &World, request: &model::Line) -> Priced {
    let product = world.book.products.iter().find(|found| found.name == request.product).expect("a product");
    let family = world.book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
    let body = whole_body(product, family.map(|(_, body)| body));
    let price = price_of(world, product);
    let mut scope =
        Scope { product: Some((product.name.clone(), product.family.clone())), ..Scope::default() };
    let mut found = BTreeSet::new();

    let quantity = quantity(product, request, &mut found);
    scope.set_number("quantity", quantity.clone());
    configure(world, &mut scope, &body, request, &mut found);
    entries(world, &mut scope, &price.entries, &request.entries, request.reason, &mut found);
    let breaks = constraints(world, &scope, &body, &mut found);

    let unit_money = match product.quantity.as_ref().map(|quantity| &quantity.ty) {
        Some(Ty::Measure(unit)) => size(&format!("{}/{unit}", world.book.currency)),
        _ => whole(1),
    };
    let has_cost = !body.cost.is_empty() || !body.line_cost.is_empty();
    let unit_cost = cost(world, &scope, &body.cost, &mut found);
    scope.set_number("unit.cost", unit_cost.clone());
    let line_cost = cost(world, &scope, &body.line_cost, &mut found);
    let line_cost = add(&times(&unit_cost, &quantity), &line_cost);

    let mut inside = scope.clone();
    inside.set_number("cost", unit_cost.clone());
    let unit = run(world, &mut inside, price.per_unit.as_deref().unwrap_or(&[]), "unit", Ok(Q::zero()));
    note_faults(&unit, &mut found);
    let steps = || price.per_unit.iter().chain(&price.per_line).flatten();
    let meant = steps().any(waterfall::may_turn_round);
    let below_zero = |price: &Res<Q>| price.as_ref().is_ok_and(|price| price.is_negative()) && !meant;
    if below_zero(&unit.running) {
        found.insert(NEGATIVE_PRICE.0.to_owned());
    }
    let unit_list = inside.names.get("list").cloned().map(plain_number);
    scope.applied = inside.applied;
    keep_level("unit.", &inside.names, &mut scope);
    scope.set_number("unit.net", unit.running.clone());

    let start = match &price.per_unit {
        Some(_) => times(&unit.running, &quantity),
        None => Ok(Q::zero()),
    };
    let mut inside = scope.clone();
    inside.set_number("cost", line_cost.clone());
    if let Some(list) = &unit_list {
        inside.set_number("list", times(list, &quantity));
    }
    let of_line = run(world, &mut inside, price.per_line.as_deref().unwrap_or(&[]), "line", start);
    note_faults(&of_line, &mut found);
    if below_zero(&of_line.running) && !below_zero(&unit.running) {
        found.insert(NEGATIVE_PRICE.0.to_owned());
    }
    let line_list = inside.names.get("list").cloned().map(plain_number).expect("a list price");
    scope.applied = inside.applied;
    keep_level("line.", &inside.names, &mut scope);

    let named: Vec<String> = scope.names.keys().filter(|name| !name.contains('.')).cloned().collect();
    for name in named {
        let value = scope.names[&name].clone();
        scope.set(format!("line.{name}"), value);
    }
    scope.set_number("line.list", line_list.clone());
    scope.set_number("line.cost", line_cost.clone());

    if breaks {
        // What the constraints exclude needs no `n/a` besides.
        found.remove(NOT_AVAILABLE.0);
    }
    let alerts = alerts(world, &scope, &body, &found);
    let shown = ["quantity"].into_iter();
    let shown = shown.chain(body.options.iter().map(|option| option.name.as_str()));
    let shown = shown.chain(price.entries.iter().map(|entry| entry.name.as_str()));
    let shown = shown.chain(body.lets.iter().filter(|of| of.label.is_some()).map(|of| of.name.as_str()));
    let values = shown.filter_map(|name| Some((name.to_owned(), scope.names[name].clone().ok()?)));
    let answer = Line {
        values: values.collect(),
        invalid: !found.is_empty(),
        has_unit: price.per_unit.is_some(),
        unit: section(&unit, unit_list.as_ref(), has_cost.then_some(&unit_cost), &unit_money),
        line: section(&of_line, None, None, &whole(1)),
        list: line_list.clone().ok(),
        cost: line_cost.clone().ok().filter(|_| has_cost),
        net: of_line.running.clone().ok(),
        applied: unit.applied.iter().chain(&of_line.applied).cloned().collect(),
        violations: found,
        alerts,
    };
    let cost = has_cost.then_some(line_cost);
    Priced { answer, scope, amount: of_line.running, list: line_list, cost }
}

fn whole_body(product: &Product, family: Option<&Body>) -> Body {
    let mut body = family.cloned().unwrap_or_default();
    let own = product.body.clone();
    body.options.extend(own.options);
    body.lets.extend(own.lets);
    body.constraints.extend(own.constraints);
    body.cost.extend(own.cost);
    body.line_cost.extend(own.line_cost);
    body.alerts.extend(own.alerts);
    body
}

/// The product's own price, else its family's.
fn price_of<'a>(world: &'a World, product: &Product) -> &'a Price {
    let of = |target: &String| world.book.prices.iter().find(|price| price.target == *target);
    of(&product.name).or_else(|| of(product.family.as_ref()?)).expect("a price")
}

fn quantity(product: &Product, request: &model::Line, found: &mut BTreeSet<String>) -> Res<Q> {
    let Val::Num(quantity) = &request.quantity.value else { panic!("a quantity is a number") };
    let offered = match &product.quantity {
        Some(input) => offers(input, &request.quantity.value),
        None => quantity.is_integer() && *quantity >= whole(1) && *quantity <= whole(1_000_000),
    };
    let counts = !matches!(product.quantity.as_ref().map(|input| &input.ty), Some(Ty::Measure(_)));
    let senseless = *quantity <= Q::zero() || counts && !quantity.is_integer();
    if !offered {
        found.insert("E0908".to_owned());
    }
    // A quantity that is only too large or too small is priced all the same.
    if !offered && senseless { Err(Fault("E0908")) } else { Ok(quantity.clone()) }
}

/// Options and lets.
fn configure(
    world: &World,
    scope: &mut Scope,
    body: &Body,
    request: &model::Line,
    found: &mut BTreeSet<String>,
) {
    for option in &body.options {
        let chosen =
            request.options.iter().find(|(name, _)| *name == option.name).map(|(_, given)| &given.value);
        let exists = option.when.as_ref().map_or(Ok(true), |when| truth(world, scope, when));
        let value = match (exists, chosen) {
            (Err(fault), _) => Err(fault),
            (Ok(false), chosen) => {
                if chosen.is_some() {
                    found.insert("E0918".to_owned());
                }
                Ok(Val::Absent)
            }
            (Ok(true), Some(value)) => {
                if offers(option, value) {
                    Ok(value.clone())
                } else {
                    Err(Fault("E0929"))
                }
            }
            (Ok(true), None) => match (&option.default, &option.ty) {
                (Some(default), _) => Ok(literal(default)),
                (None, _) if option.optional => Ok(Val::Absent),
                (None, Ty::Set(_)) => Ok(Val::Set(BTreeSet::new())),
                (None, _) => Err(NOT_CHOSEN),
            },
        };
        note(&value, found);
        scope.set(option.name.clone(), value);
    }
    for named in &body.lets {
        let value = eval(world, scope, &named.value);
        note(&value, found);
        scope.set(named.name.clone(), value);
    }
}

/// The value is one that the input offers.
fn offers(input: &Input, value: &Val) -> bool {
    let Val::Num(value) = value else { return true };
    let value = match &input.ty {
        Ty::Measure(unit) => value / size(unit),
        _ => value.clone(),
    };
    match &input.domain {
        Domain::All => input.ty != Ty::Int || value.is_integer(),
        Domain::Numbers(numbers) => numbers.contains(&value),
        Domain::Range(from, to, step) => {
            let on_step = step.as_ref().is_none_or(|step| ((&value - from) / step).is_integer());
            *from <= value && value <= *to && on_step
        }
    }
}

/// What a salesperson typed, for a line or for the quote.
pub fn entries(
    world: &World,
    scope: &mut Scope,
    inputs: &[Input],
    given: &[(String, model::Given)],
    reason: bool,
    found: &mut BTreeSet<String>,
) {
    let before = scope.clone();
    for input in inputs {
        let typed = given.iter().find(|(name, _)| *name == input.name).map(|(_, given)| given.value.clone());
        let usual = input.default.as_ref().map(literal);
        let value = typed.or_else(|| usual.clone()).unwrap_or(Val::Absent);
        if !offers(input, &value) {
            found.insert("E0920".to_owned());
        }
        if let (Some(limit), Val::Num(typed)) = (&input.limit, &value) {
            match number(world, &before, limit) {
                Ok(limit) if *typed > limit => {
                    found.insert("E0921".to_owned());
                }
                Ok(_) => {}
                Err(fault) => {
                    found.insert(fault.0.to_owned());
                }
            }
        }
        if input.reason_required && !reason && Some(&value) != usual.as_ref() {
            found.insert("E0922".to_owned());
        }
        scope.set(input.name.clone(), Ok(value));
    }
}

/// Notes the constraints that are broken, and says whether there are any.
fn constraints(world: &World, scope: &Scope, body: &Body, found: &mut BTreeSet<String>) -> bool {
    let mut breaks = false;
    for constraint in &body.constraints {
        let holds = match &constraint.rule {
            Rule::Require(must, None) => truth(world, scope, must),
            Rule::Require(must, Some(when)) => truth(world, scope, when)
                .and_then(|when| if when { truth(world, scope, must) } else { Ok(true) }),
            Rule::Exclude(one, other) => truth(world, scope, one)
                .and_then(|one| if one { truth(world, scope, other) } else { Ok(false) })
                .map(|both| !both),
            Rule::Allow(options, table) => {
                let keys: Res<Vec<Val>> = options.iter().map(|option| scope.names[option].clone()).collect();
                keys.and_then(|keys| match lookup::row(world, table, &keys) {
                    Ok(row) => Ok(row.is_some_and(|values| values.iter().all(Option::is_some))),
                    Err(super::expr::NO_ROW) => Ok(false),
                    Err(fault) => Err(fault),
                })
            }
        };
        match holds {
            Ok(true) => {}
            Ok(false) => {
                breaks = true;
                found.insert(constraint.name.clone().unwrap_or_else(|| "E0916".to_owned()));
            }
            Err(fault) => {
                found.insert(fault.0.to_owned());
            }
        }
    }
    breaks
}

/// The sum of the components; each may read those above it.
fn cost(world: &World, scope: &Scope, components: &[Component], found: &mut BTreeSet<String>) -> Res<Q> {
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

fn alerts(world: &World, scope: &Scope, body: &Body, found: &BTreeSet<String>) -> Vec<String> {
    let mut raised = Vec::new();
    for (name, when) in &body.alerts {
        match truth(world, scope, when) {
            Ok(true) => raised.push(name.clone()),
            Ok(false) => {}
            // What cannot be decided is said, unless the line says it already.
            Err(fault) if found.contains(fault.0) => {}
            Err(_) => raised.push(name.clone()),
        }
    }
    raised
}

fn note<T>(value: &Res<T>, found: &mut BTreeSet<String>) {
    if let Err(fault) = value {
        found.insert(fault.0.to_owned());
    }
}

fn note_faults(waterfall: &Waterfall, found: &mut BTreeSet<String>) {
    found.extend(waterfall.faults.iter().map(|fault| fault.0.to_owned()));
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
