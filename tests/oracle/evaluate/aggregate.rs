//! Comprehensions: what comes of the elements of a source that pass the filter.

use std::rc::Rc;

use num_traits::Zero;

use super::expr::{Pieces, Res, Scope, World, number, read, refused, truth};
use super::lookup::version_of;
use crate::model::{Aggregate, Cell, Expr, Item, Kind, Rank, Source, Val, literal};
use crate::number::{Q, whole};

/// The element that a comprehension is at.
#[derive(Clone)]
pub struct Element {
    name: String,
    at: At,
    /// Its position among those that count.
    nth: i64,
    /// Those that count before it.
    earlier: Rc<Vec<At>>,
}

/// What an element is.
#[derive(Clone)]
enum At {
    /// By fields; a plain value is one without a name.
    Fields(Rc<Vec<(String, Res<Val>)>>),
    Line(Rc<Scope>),
    Piece(Rc<Scope>),
}

impl Element {
    /// What a name stands for, if it speaks of this element.
    pub fn read(&self, path: &str) -> Option<Res<Val>> {
        if path == "nth" {
            return Some(Ok(Val::Num(whole(self.nth))));
        }
        let rest = path.strip_prefix(&self.name)?;
        let field = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        Some(match &self.at {
            At::Fields(fields) => {
                let found = fields.iter().find(|(name, _)| name == field);
                found.unwrap_or_else(|| panic!("no field {path}")).1.clone()
            }
            At::Piece(piece) => {
                let name = if field == "cost" { "unit.cost" } else { field };
                piece.names.get(name).unwrap_or_else(|| panic!("no {path} of a piece")).clone()
            }
            At::Line(line) => {
                let names = [format!("line.{field}"), field.to_owned()];
                let found = names.iter().find_map(|name| line.names.get(name));
                found.unwrap_or_else(|| panic!("nothing of a line is called {path}")).clone()
            }
        })
    }
}

/// What an aggregate comes to. `any` and `all` look no further than they must.
pub fn aggregate(world: &World, scope: &Scope, own: &Aggregate) -> Res<Val> {
    let mut passed: Vec<At> = Vec::new();
    let mut numbers: Vec<Q> = Vec::new();
    let along = own.body.as_ref().is_some_and(|body| body.any(&|it| matches!(it, Expr::Before(_))));
    let all = elements(world, scope, &own.source)?;
    // Those that are ranked have passed the filter before.
    let (all, filter) = match &own.rank {
        Some(rank) => (ranked(world, scope, own, rank, all)?, None),
        None => (all, own.filter.as_ref()),
    };
    for at in all {
        let nth = passed.len() as i64 + 1;
        let earlier = Rc::new(if along { passed.clone() } else { Vec::new() });
        let mut inside = scope.clone();
        inside.elements.push(Element { name: own.element.clone(), at: at.clone(), nth, earlier });
        if let Some(filter) = filter
            && !truth(world, &inside, filter)?
        {
            continue;
        }
        passed.push(at);
        match (own.kind, &own.body) {
            (Kind::Any, Some(body)) if truth(world, &inside, body)? => return Ok(Val::Bool(true)),
            (Kind::All, Some(body)) if !truth(world, &inside, body)? => return Ok(Val::Bool(false)),
            (Kind::Any | Kind::All | Kind::Count, _) | (_, None) => {}
            (_, Some(body)) => numbers.push(number(world, &inside, body)?),
        }
    }
    let there = |number: Option<Q>| number.map_or(Val::Absent, Val::Num);
    let count = whole(passed.len() as i64);
    let sum = || numbers.iter().fold(Q::zero(), |sum, number| sum + number);
    Ok(match own.kind {
        Kind::Sum => Val::Num(sum()),
        Kind::Product => Val::Num(numbers.iter().fold(whole(1), |product, number| product * number)),
        Kind::Count => Val::Num(count),
        Kind::Min => there(numbers.into_iter().min()),
        Kind::Max => there(numbers.into_iter().max()),
        Kind::Average => there((!count.is_zero()).then(|| sum() / count)),
        Kind::Any => Val::Bool(false),
        Kind::All => Val::Bool(true),
    })
}

/// The so many greatest or least of the elements that pass the filter, by their rank.
fn ranked(world: &World, scope: &Scope, own: &Aggregate, rank: &Rank, all: Vec<At>) -> Res<Vec<At>> {
    let mut keys: Vec<(Q, At)> = Vec::new();
    for at in all {
        let mut inside = scope.clone();
        let element = Element { name: own.element.clone(), at: at.clone(), nth: 0, earlier: Rc::default() };
        inside.elements.push(element);
        if let Some(filter) = &own.filter
            && !truth(world, &inside, filter)?
        {
            continue;
        }
        keys.push((number(world, &inside, &rank.by)?, at));
    }
    let mut best: Vec<At> = Vec::new();
    while !keys.is_empty() && (best.len() as i64) < rank.count {
        // The first of those that no other is better than.
        let better = |one: &Q, other: &Q| if rank.greatest { one > other } else { one < other };
        let place = (0..keys.len()).find(|at| !keys.iter().any(|(other, _)| better(other, &keys[*at].0)));
        best.push(keys.remove(place.expect("one is the best")).1);
    }
    Ok(best)
}

/// The sum over the elements before the one that the innermost comprehension is at.
pub fn before(world: &World, scope: &Scope, inner: &Expr) -> Res<Q> {
    let mut at = scope.clone();
    let element = at.elements.pop().expect("an element");
    let mut sum = Q::zero();
    for earlier in element.earlier.iter() {
        let mut inside = at.clone();
        inside.elements.push(Element { at: earlier.clone(), ..element.clone() });
        sum += number(world, &inside, inner)?;
    }
    Ok(sum)
}

/// The pieces of a part of the line, or of the piece that an element is.
fn pieces(scope: &Scope, path: &str) -> Res<Pieces> {
    let of_element = scope.elements.iter().rev().find_map(|element| {
        let part = path.strip_prefix(&element.name)?.strip_prefix('.')?;
        match &element.at {
            At::Piece(piece) => Some(piece.parts[part].clone()),
            _ => None,
        }
    });
    let own = path.strip_prefix("line.").unwrap_or(path);
    of_element.unwrap_or_else(|| scope.parts[own].clone())
}

fn elements(world: &World, scope: &Scope, source: &Source) -> Res<Vec<At>> {
    let known = |item: &Item| {
        At::Fields(Rc::new(item.iter().map(|(name, value)| (name.clone(), Ok(value.clone()))).collect()))
    };
    Ok(match source {
        Source::List(path) => match read(world, scope, path)? {
            Val::List(items) => items.iter().map(known).collect(),
            other => panic!("{path} is no list but {other:?}"),
        },
        Source::Lines { of, earlier } => {
            world.asked_lines.set(true);
            let meant = |line: &&Rc<Scope>| {
                let (product, family) = line.product.as_ref().expect("a line");
                let before = !earlier || line.at.expect("a place") < scope.at.expect("a place");
                before && of.as_ref().is_none_or(|of| product == of || family.as_ref() == Some(of))
            };
            scope.lines.iter().filter(meant).map(|line| At::Line(line.clone())).collect()
        }
        Source::Part(path) => {
            let pieces = pieces(scope, path)?;
            let alike = |(piece, count): &(Rc<Scope>, i64)| vec![At::Piece(piece.clone()); *count as usize];
            pieces.iter().flat_map(alike).collect()
        }
        Source::Values(name) => {
            let of =
                world.book.enums.iter().find(|of| of.name.as_ref() == Some(name)).expect("an enumeration");
            let value = |(rank, word): (usize, &String)| vec![(String::new(), Val::Word(word.clone(), rank))];
            of.values.iter().enumerate().map(|value_at| known(&value(value_at))).collect()
        }
        Source::Rows(name) => {
            let table = world.book.tables.iter().find(|table| table.name == *name).expect("a table");
            let rows = version_of(world, table).rows.iter().map(|row| {
                let keys = table.keys.iter().zip(&row.keys).filter_map(|(key, cell)| match cell {
                    Cell::Values(lits) if lits.len() == 1 => Some((key.name.clone(), Ok(literal(&lits[0])))),
                    _ => None,
                });
                let columns = table.columns.iter().zip(&row.values).map(|((column, _), value)| {
                    let name = column.clone().unwrap_or_else(|| "value".to_owned());
                    // It is no combination that constraints could exclude.
                    (name, value.as_ref().map(literal).ok_or(refused(format!("{row:p}"))))
                });
                At::Fields(Rc::new(keys.chain(columns).collect()))
            });
            rows.collect()
        }
    })
}
