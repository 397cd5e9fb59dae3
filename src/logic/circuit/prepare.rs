//! Makes a problem small before it is compiled: what it says outright, variables that say the same, and pieces
//! that have nothing to do with each other.

use smallvec::SmallVec;

use super::super::problem::{Cell, Literal, Problem, Row, Table, Var};
use super::super::values::ValueSet;
use super::kernel::{Part, bits};
use super::same;
use super::simplify::simpler_clause;

/// Rounds of simplifying and merging; each makes the next one smaller.
const MOST_ROUNDS: usize = 8;

/// A problem in pieces.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Prepared {
    /// Where each variable of the problem went.
    pub places: Vec<Place>,
    /// Pieces that share no variable and no constraint. All variables without constraints are one piece.
    pub pieces: Vec<Piece>,
}

/// Where a variable went.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Place {
    /// The piece.
    pub piece: u32,
    /// The variable of the piece.
    pub var: u32,
    /// Its value for each value of that variable, where the numbers differ; `u32::MAX` where there is none.
    pub own: Option<Box<[u32]>>,
}

/// A piece of a problem.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Piece {
    /// The variables of the problem that each variable of the piece stands for.
    pub stands_for: Vec<Vec<Var>>,
    /// What holds between the variables.
    pub part: Part,
}

impl Place {
    /// The values of the piece's variable at which this one has one of some values.
    pub fn theirs(&self, values: &ValueSet) -> ValueSet {
        match &self.own {
            None => values.clone(),
            Some(own) => (0..own.len() as u32).filter(|value| values.has(own[*value as usize])).collect(),
        }
    }

    /// The values of this variable when the piece's variable has one of some values, given as words.
    pub fn own(&self, words: impl Iterator<Item = u64>) -> ValueSet {
        let values: SmallVec<[u64; 4]> = words.collect();
        match &self.own {
            None => ValueSet::from_words(&values),
            Some(own) => bits(&values).filter_map(|value| own.get(value as usize).copied()).collect(),
        }
    }

    /// The value of this variable when the piece's variable has a value.
    pub fn own_value(&self, value: u32) -> u32 {
        self.own.as_ref().and_then(|own| own.get(value as usize)).copied().unwrap_or(value)
    }
}

/// A variable that says the same as another.
#[derive(Clone, Debug)]
pub(super) struct Same {
    /// The variable that stays.
    pub stays: u32,
    /// The value for each value of the one that stays.
    pub own: Vec<u32>,
}

/// Prepares a problem. Nothing when propagation finds that it has no solution.
pub(in crate::logic) fn prepare(problem: &Problem) -> Option<Prepared> {
    let mut part = Part {
        domains: problem.sizes.iter().map(|size| ValueSet::all(*size)).collect(),
        clauses: problem.rules.iter().flat_map(|rule| rule.clauses.iter().cloned()).collect(),
        tables: problem.rules.iter().flat_map(|rule| rule.tables.iter().cloned()).collect(),
    };
    let mut merged: Vec<Option<Same>> = vec![None; part.domains.len()];
    let mut weighted: Vec<bool> = vec![false; part.domains.len()];
    for (weighted, weights) in weighted.iter_mut().zip(&problem.multiplicity) {
        *weighted = !weights.is_empty();
    }
    part = part.simplified()?;
    for _ in 0..MOST_ROUNDS {
        let before = merged.iter().flatten().count();
        // What was merged often lets more be merged, which is found sooner than what else it makes simpler.
        for _ in 0..MOST_ROUNDS {
            let same = same::find(&part, &mut weighted)?;
            if same.is_empty() {
                break;
            }
            for (var, same) in same {
                merged[var as usize] = Some(same);
            }
            part = replaced(&part, &merged);
        }
        if merged.iter().flatten().count() == before {
            break;
        }
        part = part.simplified()?;
    }
    Some(pieces(part, &merged))
}

/// The variable that a variable became in the end, and its value for each value of that.
fn last(var: u32, merged: &[Option<Same>], domains: &[ValueSet]) -> (u32, Option<Vec<u32>>) {
    let mut at = var;
    let mut own: Option<Vec<u32>> = None;
    while let Some(same) = &merged[at as usize] {
        at = same.stays;
        let through = |value: &u32| match &own {
            None => *value,
            Some(own) => own.get(*value as usize).copied().unwrap_or(u32::MAX),
        };
        own = Some(same.own.iter().map(through).collect());
    }
    let is_plain =
        |own: &Vec<u32>| domains[at as usize].iter().all(|value| own.get(value as usize) == Some(&value));
    (at, own.filter(|own| !is_plain(own)))
}

/// The part without the variables that say the same as others.
fn replaced(part: &Part, merged: &[Option<Same>]) -> Part {
    let clause = |clause: &Vec<Literal>| {
        let literals = clause.iter().map(|literal| match &merged[literal.var.0 as usize] {
            None => literal.clone(),
            Some(same) => Literal::new(Var(same.stays), theirs(same, |value| literal.values.has(value))),
        });
        simpler_clause(&literals.collect::<Vec<_>>(), &part.domains)
    };
    Part {
        domains: part.domains.clone(),
        clauses: part.clauses.iter().filter_map(clause).collect(),
        tables: part.tables.iter().map(|table| replaced_table(table, merged)).collect(),
    }
}

fn theirs(same: &Same, has: impl Fn(u32) -> bool) -> ValueSet {
    (0..same.own.len() as u32)
        .filter(|value| same.own[*value as usize] != u32::MAX && has(same.own[*value as usize]))
        .collect()
}

fn replaced_table(table: &Table, merged: &[Option<Same>]) -> Table {
    let mut vars: Vec<Var> = Vec::new();
    let mut rows: Vec<Option<Row>> = vec![Some(Row::new()); table.rows.len()];
    for (at, var) in table.vars.iter().enumerate() {
        let same = merged[var.0 as usize].as_ref();
        let stays = same.map_or(*var, |same| Var(same.stays));
        let place = vars.iter().position(|other| *other == stays);
        if place.is_none() {
            vars.push(stays);
        }
        for (row, original) in rows.iter_mut().zip(&table.rows) {
            let cell = match (same, &original[at]) {
                (None, cell) => cell.clone(),
                (Some(_), Cell::Any) => Cell::Any,
                (Some(same), cell) => {
                    let values = theirs(same, |value| cell.has(value));
                    values.only().map_or(Cell::Set(values), Cell::One)
                }
            };
            let Some(cells) = row else { continue };
            match place {
                None => cells.push(cell),
                Some(place) => match both(&cells[place], &cell) {
                    Some(cell) => cells[place] = cell,
                    None => *row = None,
                },
            }
        }
    }
    Table { vars, rows: rows.into_iter().flatten().collect() }
}

/// What two cells of one variable leave together.
fn both(one: &Cell, other: &Cell) -> Option<Cell> {
    let set = |cell: &Cell| match cell {
        Cell::One(value) => ValueSet::one(*value),
        Cell::Set(set) => set.clone(),
        Cell::Any => ValueSet::none(),
    };
    match (one, other) {
        (Cell::Any, cell) | (cell, Cell::Any) => Some(cell.clone()),
        _ => Some(set(one).and(&set(other))).filter(|set| !set.is_empty()).map(Cell::Set),
    }
}

/// Lets a part fall apart.
fn pieces(part: Part, merged: &[Option<Same>]) -> Prepared {
    let mut leaders: Vec<u32> = (0..part.domains.len() as u32).collect();
    let clauses =
        part.clauses.iter().map(|clause| clause.iter().map(|literal| literal.var.0).collect::<Vec<_>>());
    let tables = part.tables.iter().map(|table| table.vars.iter().map(|var| var.0).collect());
    for scope in clauses.chain(tables) {
        for var in &scope {
            let (one, other) = (leader(&mut leaders, scope[0]), leader(&mut leaders, *var));
            leaders[one.max(other) as usize] = one.min(other);
        }
    }
    let mut bound = vec![false; part.domains.len()];
    for clause in &part.clauses {
        clause.iter().for_each(|literal| bound[literal.var.0 as usize] = true);
    }
    for table in &part.tables {
        table.vars.iter().for_each(|var| bound[var.0 as usize] = true);
    }
    let mut loose = None;
    for (var, _) in bound.iter().enumerate().filter(|(_, bound)| !**bound) {
        leaders[var] = *loose.get_or_insert(var as u32);
    }
    let mut prepared = Prepared::default();
    let mut piece_of = vec![u32::MAX; part.domains.len()];
    let mut place_of = vec![0; part.domains.len()];
    for var in (0..part.domains.len() as u32).filter(|var| merged[*var as usize].is_none()) {
        let leader = leader(&mut leaders, var) as usize;
        if piece_of[leader] == u32::MAX {
            piece_of[leader] = prepared.pieces.len() as u32;
            prepared.pieces.push(Piece::default());
        }
        piece_of[var as usize] = piece_of[leader];
        let piece = &mut prepared.pieces[piece_of[leader] as usize];
        place_of[var as usize] = piece.part.domains.len() as u32;
        piece.part.domains.push(part.domains[var as usize].clone());
        piece.stands_for.push(Vec::new());
    }
    for var in 0..part.domains.len() as u32 {
        let (stays, own) = last(var, merged, &part.domains);
        let (piece, local) = (piece_of[stays as usize], place_of[stays as usize]);
        prepared.pieces[piece as usize].stands_for[local as usize].push(Var(var));
        prepared.places.push(Place { piece, var: local, own: own.map(Vec::into_boxed_slice) });
    }
    for mut clause in part.clauses {
        let piece = piece_of[clause[0].var.0 as usize] as usize;
        clause.iter_mut().for_each(|literal| literal.var = Var(place_of[literal.var.0 as usize]));
        prepared.pieces[piece].part.clauses.push(clause);
    }
    for mut table in part.tables {
        let piece = piece_of[table.vars[0].0 as usize] as usize;
        table.vars.iter_mut().for_each(|var| *var = Var(place_of[var.0 as usize]));
        prepared.pieces[piece].part.tables.push(table);
    }
    prepared
}

fn leader(leaders: &mut [u32], var: u32) -> u32 {
    let mut at = var;
    while leaders[at as usize] != at {
        leaders[at as usize] = leaders[leaders[at as usize] as usize];
        at = leaders[at as usize];
    }
    at
}
