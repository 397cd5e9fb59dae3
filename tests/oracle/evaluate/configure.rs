//! A configuration: quantity, options, lets, entries, constraints.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use num_traits::Zero;

use super::expr::{
    BAD_QUANTITY, NO_ROW, NOT_OFFERED, PART_COUNT, Pieces, Res, Scope, World, eval, not_chosen, number, truth,
};
use super::lookup;
use crate::model::{self, Body, Constraint, Domain, Input, Product, Rule, Ty, Val, literal};
use crate::number::{Q, size, whole};

/// What is wrong, each once, in the order in which it was found.
#[derive(Clone, Debug, Default)]
pub struct Found(Vec<String>);

impl Found {
    pub fn insert(&mut self, what: String) {
        if !self.0.contains(&what) {
            self.0.push(what);
        }
    }

    pub fn contains(&self, what: &str) -> bool {
        self.0.iter().any(|known| known == what)
    }

    pub fn remove(&mut self, what: &str) {
        self.0.retain(|known| known != what);
    }

    pub fn first(&self) -> Option<&String> {
        self.0.first()
    }

    pub fn all(&self) -> BTreeSet<String> {
        self.0.iter().cloned().collect()
    }
}

impl Extend<String> for Found {
    fn extend<T: IntoIterator<Item = String>>(&mut self, more: T) {
        more.into_iter().for_each(|what| self.insert(what));
    }
}

/// What is known of the pieces of a part.
pub struct Behind {
    /// The request says something of the part.
    pub said: bool,
    /// The positions of the pieces.
    pub at: Vec<usize>,
    pub pieces: Pieces,
    /// What is wrong with those that are included.
    pub found: Vec<String>,
    pub breaks: bool,
}

/// The pieces of the parts that exist; the positions of those of others. Whether an included one breaks a
/// constraint.
pub fn parts(
    world: &World,
    scope: &mut Scope,
    body: &Body,
    behind: &[Behind],
    found: &mut Found,
) -> (Vec<usize>, bool) {
    let (mut absent, mut breaks) = (Vec::new(), false);
    let mut known = HashMap::new();
    for (part, behind) in body.parts.iter().zip(behind) {
        let pieces = match part.when.as_ref().map_or(Ok(true), |when| truth(world, scope, when)) {
            Err(fault) => Err(fault),
            Ok(false) => {
                absent.extend(&behind.at);
                if behind.said && !behind.at.is_empty() {
                    found.insert("E0941".to_owned());
                }
                Ok(Pieces::default())
            }
            Ok(true) => {
                found.extend(behind.found.iter().cloned());
                breaks |= behind.breaks;
                let count: i64 = behind.pieces.iter().map(|(_, count)| count).sum();
                let fits = part.least <= count && count <= part.most;
                if fits { Ok(behind.pieces.clone()) } else { Err(PART_COUNT) }
            }
        };
        note(&pieces, found);
        known.insert(part.name.clone(), pieces);
    }
    scope.parts = Rc::new(known);
    (absent, breaks)
}

/// How much of the product the line orders.
pub fn quantity(product: &Product, request: &model::Line, found: &mut Found) -> Res<Q> {
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
    if !offered && senseless { Err(BAD_QUANTITY) } else { Ok(quantity.clone()) }
}

/// Options, and what comes with the line.
pub fn configure(world: &World, scope: &mut Scope, body: &Body, request: &model::Line, found: &mut Found) {
    for option in &body.options {
        let said = if option.with_line { &request.entries } else { &request.options };
        let chosen = said.iter().find(|(name, _)| *name == option.name).map(|(_, given)| &given.value);
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
                    Err(NOT_OFFERED)
                }
            }
            (Ok(true), None) => match (&option.default, &option.ty) {
                (Some(default), _) => Ok(literal(default)),
                (None, _) if option.optional => Ok(Val::Absent),
                (None, Ty::Set(_)) => Ok(Val::Set(BTreeSet::new())),
                (None, _) => Err(not_chosen(&option.name, request)),
            },
        };
        note(&value, found);
        scope.set(option.name.clone(), value);
    }
}

/// The named values of a product.
pub fn lets(world: &World, scope: &mut Scope, body: &Body, found: &mut Found) {
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
    found: &mut Found,
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
                    found.insert(fault.0.to_string());
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
pub fn constraints(world: &World, scope: &Scope, body: &Body, found: &mut Found) -> bool {
    let mut breaks = false;
    for (constraint, holds) in tried(world, scope, &body.constraints) {
        match holds {
            Ok(true) => {}
            Ok(false) => {
                breaks = true;
                found.insert(constraint.name.clone().unwrap_or_else(|| "E0916".to_owned()));
            }
            Err(fault) => {
                found.insert(fault.0.to_string());
            }
        }
    }
    breaks
}

/// What must hold, and whether it does.
pub fn tried<'a>(world: &World, scope: &Scope, of: &'a [Constraint]) -> Vec<(&'a Constraint, Res<bool>)> {
    let mut tried = Vec::new();
    for constraint in of {
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
                    Err(fault) if fault == NO_ROW => Ok(false),
                    Err(fault) => Err(fault),
                })
            }
        };
        tried.push((constraint, holds));
    }
    tried
}

/// Notes what is wrong.
pub fn note<T>(value: &Res<T>, found: &mut Found) {
    if let Err(fault) = value {
        found.insert(fault.0.to_string());
    }
}
