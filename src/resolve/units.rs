//! The units of a book: the usual ones, and those it declares, each made from others.

use std::collections::BTreeMap;

use super::errors;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{self, ItemKind};
use crate::value::{DeclareUnitError, Exact, Unit, UnitTable};

/// The units of a book with the problems of declaring them.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// The units by name.
    pub table: UnitTable,
    /// What is wrong with those declared.
    pub problems: Vec<Diagnostic>,
}

/// Declares the units of a book's items, each after those it is made from.
pub fn unit_table<'a>(items: impl IntoIterator<Item = &'a ast::Item>) -> Units {
    let mut declared: BTreeMap<&str, &ast::UnitDecl> = BTreeMap::new();
    let mut order = Vec::new();
    for item in items {
        let ItemKind::Unit(unit) = &item.kind else { continue };
        // Of a name declared twice the first counts; the namespace reports the second.
        declared.entry(&unit.name.text).or_insert_with(|| {
            order.push(unit);
            unit
        });
    }
    let mut declaring =
        Declaring { units: Units::default(), declared, state: BTreeMap::new(), path: Vec::new() };
    for unit in order {
        declaring.declare(unit);
    }
    declaring.units
}

/// How far a unit is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begun,
    Done,
}

struct Declaring<'a> {
    units: Units,
    declared: BTreeMap<&'a str, &'a ast::UnitDecl>,
    state: BTreeMap<&'a str, State>,
    /// The units that wait for the one being declared.
    path: Vec<&'a ast::UnitDecl>,
}

impl<'a> Declaring<'a> {
    /// Declares a unit after those it is made from.
    ///
    /// The units that are waited for are kept in `path` and visited in a loop, so that a long chain of
    /// units needs no deep stack.
    fn declare(&mut self, first: &'a ast::UnitDecl) {
        self.path.push(first);
        while let Some(unit) = self.path.last().copied() {
            let name = unit.name.text.as_ref();
            if self.state.get(name) == Some(&State::Done) {
                self.path.pop();
                continue;
            }
            self.state.insert(name, State::Begun);
            match self.needed(unit) {
                None => {
                    self.finish(unit);
                    self.path.pop();
                }
                Some(needed) => {
                    let start = self.path.iter().position(|waiting| waiting.name.text == needed.name.text);
                    match start {
                        None => self.path.push(needed),
                        Some(start) => {
                            let round = self.path.split_off(start);
                            let names: Vec<&ast::Name> = round.iter().map(|unit| &unit.name).collect();
                            self.units.problems.push(errors::unit_cycle(&names));
                            for unit in round {
                                self.state.insert(&unit.name.text, State::Done);
                            }
                        }
                    }
                }
            }
        }
    }

    /// A declared unit that this one is made from and that is not yet done.
    fn needed(&self, unit: &ast::UnitDecl) -> Option<&'a ast::UnitDecl> {
        let factors = unit.size.iter().filter_map(|size| size.unit.as_ref()).flat_map(|unit| &unit.factors);
        factors
            .filter(|(name, _)| self.state.get(name.text.as_ref()) != Some(&State::Done))
            .find_map(|(name, _)| self.declared.get(name.text.as_ref()).copied())
    }

    fn finish(&mut self, unit: &'a ast::UnitDecl) {
        self.state.insert(&unit.name.text, State::Done);
        if let Err(problem) = self.add(unit) {
            self.units.problems.push(*problem);
        }
    }

    fn add(&mut self, unit: &ast::UnitDecl) -> Result<(), Box<Diagnostic>> {
        let table = &mut self.units.table;
        let refused = |span, problem| match problem {
            DeclareUnitError::NameTaken => Box::new(errors::unit_name_taken(&unit.name)),
            other => Box::new(errors::bad_unit(&unit.name, span, &other)),
        };
        let Some(size) = &unit.size else {
            return match table.declare_base(&unit.name.text) {
                Ok(_) => Ok(()),
                Err(problem) => Err(refused(unit.name.span, problem)),
            };
        };
        let span = size.unit.as_ref().map_or(size.number.span, |unit| size.number.span.cover(unit.span));
        let mut of = Unit::none();
        let mut factor: Exact = size.number.value.clone();
        for (name, exponent) in size.unit.iter().flat_map(|unit| &unit.factors) {
            let Some(atom) = table.get(&name.text) else {
                return Err(Box::new(errors::unknown_unit(name, &table.unknown(&name.text))));
            };
            let (product, scale) = of.mul(&Unit::of(atom).pow(*exponent));
            of = product;
            factor = factor
                .checked_mul(&scale)
                .map_err(|_| Box::new(errors::bad_unit(&unit.name, span, &DeclareUnitError::TooLarge)))?;
        }
        match table.declare_derived(&unit.name.text, factor, &of) {
            Ok(_) => Ok(()),
            Err(problem) => Err(refused(span, problem)),
        }
    }
}
