//! Random tables: the keys' values are cut into cells, so that exactly one row matches.

use super::{Known, Maker, Open, Place, Readable};
use crate::model::{Cell, Domain, Expr, Form, Key, Lit, Policy, Row, Table, TableVersion, Ty};
use crate::number::{Q, day, decimal, whole};

pub(super) const MOST_ROWS: usize = 40;

impl Maker<'_> {
    /// Reads a table that gives `result`: one that is there, or a new one. None where nothing can be its key.
    pub fn lookup(&mut self, place: &Place, result: &Ty) -> Option<Expr> {
        let readable: Vec<usize> = (0..self.readable.len())
            .filter(|at| {
                let of = &self.readable[*at];
                of.result == *result
                    && of.open == Open::Ends
                    && of.names.iter().all(|name| knows(place, name))
            })
            .collect();
        if !readable.is_empty() && self.random.chance(35) {
            let at = *self.random.pick(&readable);
            return Some(self.readable[at].expr.clone());
        }
        let usable: Vec<Known> = place.known.iter().filter(|known| can_be_key(known)).cloned().collect();
        if usable.is_empty() {
            return None;
        }
        let count = self.random.weighted(&[(5, 1), (4, 2), (1, 3)]).min(usable.len());
        let mut chosen = self.random.some(&usable, count);
        self.random.shuffle(&mut chosen);
        let mut seen: Vec<String> = Vec::new();
        chosen.retain(|known| {
            let new = !seen.contains(&key_name(known));
            seen.push(key_name(known));
            new
        });
        let open_keys = chosen.iter().any(|known| known.optional || known.ty == Ty::Text);
        let optional = open_keys || self.random.chance(10);
        let record = self.random.chance(20);
        let name = self.name("table");
        let policy = if self.random.chance(40) { self.policy(result) } else { Policy::One };
        let mut keys: Vec<Key> = chosen.iter().map(|known| self.key(known)).collect();
        for (key, known) in keys.iter_mut().zip(&chosen) {
            key.optional = known.optional && self.random.chance(50);
        }
        let mut columns = vec![(record.then(|| "first".to_owned()), result.clone())];
        if record {
            columns.push((Some("second".to_owned()), Ty::Rate));
        }
        let split = day(2026, 1, 1) + self.random.between(30, 330);
        let periods = match self.random.chance(12) {
            true => vec![Some((None, Some(split))), Some((Some(split + 1), None))],
            false => vec![None],
        };
        let versions = periods
            .into_iter()
            .map(|period| {
                let mut version = self.version(&name, &chosen, &columns, (policy, optional), period);
                self.answer_for_missing(&keys, &mut version, optional);
                version
            })
            .collect();
        let column = columns[0].0.clone();
        self.book.tables.push(Table { name: name.clone(), keys, columns, policy, optional, versions });
        let arguments = chosen.iter().map(Known::read).collect();
        let mut expr = Expr::Lookup(name, arguments, column);
        if optional {
            let fallback = Expr::Lit(self.cell_value(result));
            expr = Expr::Otherwise(Box::new(expr), Box::new(fallback));
        }
        let names = chosen.into_iter().map(|known| known.home).collect();
        self.readable.push(Readable { expr: expr.clone(), result: result.clone(), names, open: Open::Ends });
        Some(expr)
    }

    fn key(&mut self, known: &Known) -> Key {
        let path = known.path.clone();
        let name = if path.is_some() { key_name(known) } else { self.name("key") };
        Key { name, path, ty: known.ty.clone(), optional: false }
    }

    fn version(
        &mut self,
        table: &str,
        keys: &[Known],
        columns: &[(Option<String>, Ty)],
        (policy, optional): (Policy, bool),
        period: Option<crate::model::Period>,
    ) -> TableVersion {
        if policy != Policy::One {
            return self.overlapping(table, keys, columns, policy, period);
        }
        let mut cells: Vec<Vec<Cell>> = keys.iter().map(|key| self.cells(key)).collect();
        while cells.iter().map(Vec::len).product::<usize>() > MOST_ROWS {
            let widest = (0..cells.len()).max_by_key(|at| cells[*at].len()).expect("a key");
            cells[widest] = vec![Cell::Any];
        }
        let mut combinations: Vec<Vec<Cell>> = vec![Vec::new()];
        for (at, of) in cells.iter().enumerate() {
            let mut longer = Vec::new();
            for head in &combinations {
                // Every head may have bands of its own.
                let may_differ = at > 0 && head.iter().all(|cell| !matches!(cell, Cell::Band(..)));
                let own =
                    if may_differ && self.random.chance(20) { self.cells(&keys[at]) } else { of.clone() };
                longer.extend(own.into_iter().map(|cell| [head.clone(), vec![cell]].concat()));
            }
            combinations = longer;
        }
        let ragged = combinations.len() != cells.iter().map(Vec::len).product::<usize>()
            || combinations.chunks(cells[cells.len() - 1].len()).any(|rows| {
                rows.iter().zip(&cells[cells.len() - 1]).any(|(row, cell)| row[row.len() - 1] != *cell)
            });
        let mut rows: Vec<Row> = Vec::new();
        for keys in combinations {
            let values = columns.iter().map(|(_, ty)| Some(self.cell_value(ty))).collect();
            rows.push(Row { keys, values });
        }
        let mut otherwise = None;
        let dropped = if rows.len() > 2 { self.random.between(1, rows.len() as i64 / 2) } else { 0 };
        let mut whole_grid = !ragged;
        let bands = rows.iter().any(|row| row.keys.iter().any(|cell| matches!(cell, Cell::Band(..))));
        let banded = |at: usize| rows.iter().any(|row| matches!(row.keys[at], Cell::Band(..)));
        // Bands of two keys would run into the room of the lost rows.
        let may_drop = (0..keys.len()).filter(|at| banded(*at)).count() < 2;
        if dropped > 0 && may_drop && (optional || !bands && self.random.chance(15)) {
            for _ in 0..dropped {
                let at = self.random.between(0, rows.len() as i64 - 1) as usize;
                rows.remove(at);
            }
            whole_grid = false;
            otherwise =
                (!optional).then(|| columns.iter().map(|(_, ty)| Some(self.cell_value(ty))).collect());
        } else if !optional && self.random.chance(6) {
            let at = self.random.between(0, rows.len() as i64 - 1) as usize;
            rows[at].values[0] = None;
        }
        let record = columns[0].0.is_some();
        let cross = whole_grid && !record && keys.len() > 1;
        let form = match self.random.between(1, 10) {
            1..=2 => Form::File(format!(
                "{table}{}.csv",
                if period.is_some_and(|(from, _)| from.is_some()) { "b" } else { "" }
            )),
            3..=6 if cross => Form::Cross,
            3..=8 if !record => Form::Rows,
            _ => Form::List,
        };
        if !matches!(form, Form::Cross) && self.random.chance(30) {
            self.random.shuffle(&mut rows);
        }
        TableVersion { period, rows, otherwise, form }
    }

    /// Cells that cover all values of a key once.
    pub(super) fn cells(&mut self, key: &Known) -> Vec<Cell> {
        match &key.ty {
            Ty::Bool => vec![Cell::Values(vec![Lit::Bool(true)]), Cell::Values(vec![Lit::Bool(false)])],
            Ty::Choice(of) => {
                let lits: Vec<Lit> =
                    of.values.iter().enumerate().map(|(at, word)| Lit::Word(word.clone(), at)).collect();
                if of.ranked && self.random.chance(25) {
                    let cut = self.random.between(1, lits.len() as i64 - 1) as usize;
                    return vec![
                        Cell::Band(None, Some((lits[cut - 1].clone(), true))),
                        Cell::Band(Some((lits[cut].clone(), true)), None),
                    ];
                }
                self.grouped(lits)
            }
            Ty::Measure(unit) => {
                match key.input.as_ref().filter(|_| key.path.is_some()).map(|input| input.domain.clone()) {
                    Some(Domain::Numbers(numbers)) if self.random.chance(70) => {
                        self.grouped(numbers.into_iter().map(|value| Lit::Num(value, unit.clone())).collect())
                    }
                    _ => self.bands(key, unit),
                }
            }
            Ty::Int | Ty::Rate | Ty::Number => self.bands(key, ""),
            Ty::Date => {
                let cut = Lit::Date(day(2026, 1, 1) + self.random.between(-200, 200));
                vec![Cell::Band(None, Some((cut.clone(), false))), Cell::Band(Some((cut, true)), None)]
            }
            Ty::Text => {
                let ids = (1..=self.random.between(2, 5)).map(|id| Lit::Text(format!("C{id}")));
                ids.map(|id| Cell::Values(vec![id])).collect()
            }
            other => panic!("no cells for {other:?}"),
        }
    }

    fn grouped(&mut self, mut lits: Vec<Lit>) -> Vec<Cell> {
        self.random.shuffle(&mut lits);
        let mut cells: Vec<Vec<Lit>> = Vec::new();
        for lit in lits {
            match cells.last_mut() {
                Some(last) if self.random.chance(20) => last.push(lit),
                _ => cells.push(vec![lit]),
            }
        }
        cells.into_iter().map(Cell::Values).collect()
    }

    /// Bands from the least value on, all with one word.
    fn bands(&mut self, key: &Known, unit: &str) -> Vec<Cell> {
        let lit = |value: Q| match key.ty {
            Ty::Rate => Lit::Rate(value),
            _ => Lit::Num(value, unit.to_owned()),
        };
        let mut bounds: Vec<Q> = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let part = decimal(self.random.between(1, 99), 2);
            let places = if key.ty == Ty::Int || key.high > whole(50) { 0 } else { 2 };
            bounds.push(crate::number::round(
                &(&key.high * part),
                crate::number::Mode::Up,
                &decimal(1, places),
            ));
        }
        bounds.sort();
        bounds.dedup();
        let known_least = key.path.is_some() || key.name == "quantity";
        let least = if known_least { key.low.clone().expect("not negative") } else { whole(0) };
        if let Some(input) = key.input.as_ref().filter(|_| key.path.is_some()) {
            bounds.iter_mut().for_each(|bound| *bound = offered_near(&input.domain, bound));
            bounds.sort();
            bounds.dedup();
        }
        bounds.retain(|bound| *bound > least && *bound < key.high);
        if bounds.is_empty() {
            return vec![Cell::Any];
        }
        let at = |value: &Q| lit(value.clone());
        match self.random.between(1, 4) {
            1 => std::iter::once(&least)
                .chain(&bounds)
                .map(|bound| Cell::Band(Some((at(bound), true)), None))
                .collect(),
            2 => {
                let mut cells: Vec<Cell> =
                    bounds.iter().map(|bound| Cell::Band(None, Some((at(bound), true)))).collect();
                cells.push(Cell::Band(Some((at(&bounds[bounds.len() - 1]), false)), None));
                cells
            }
            3 => {
                let mut cells: Vec<Cell> =
                    bounds.iter().map(|bound| Cell::Band(None, Some((at(bound), false)))).collect();
                cells.push(Cell::Band(Some((at(&bounds[bounds.len() - 1]), true)), None));
                cells
            }
            _ => {
                let mut cells = vec![Cell::Band(None, Some((at(&bounds[0]), true)))];
                for pair in bounds.windows(2) {
                    cells.push(Cell::Band(Some((at(&pair[0]), false)), Some((at(&pair[1]), true))));
                }
                cells.push(Cell::Band(Some((at(&bounds[bounds.len() - 1]), false)), None));
                cells
            }
        }
    }

    /// A value for a result column.
    pub fn cell_value(&mut self, ty: &Ty) -> Lit {
        match ty {
            Ty::Rate => Lit::Rate(decimal(self.random.between(0, 60) * 5, 3)),
            Ty::Int => Lit::Num(whole(self.random.between(1, 9)), String::new()),
            Ty::Number => Lit::Num(decimal(self.random.between(5, 400), 2), String::new()),
            Ty::Measure(unit) => Lit::Num(self.some_amount(unit), unit.clone()),
            Ty::Choice(of) => {
                let at = self.random.between(0, of.values.len() as i64 - 1) as usize;
                Lit::Word(of.values[at].clone(), at)
            }
            other => panic!("no cell of {other:?}"),
        }
    }

    /// A usual amount in a unit.
    pub fn some_amount(&mut self, unit: &str) -> Q {
        let places = if unit.starts_with(&self.book.currency) { self.book.places } else { 2 };
        let scale = decimal(1, places);
        let most = *self.random.pick(&[9, 99, 999, 9_999]);
        let least = &scale * whole(self.random.between(1, 9));
        let whole_part = whole(self.random.between(0, most));
        match self.random.between(1, 3) {
            1 => whole_part + whole(1),
            2 => whole_part + least,
            _ => whole_part + &scale * whole(self.random.between(1, 10_i64.pow(places))),
        }
    }
}

fn knows(place: &Place, name: &str) -> bool {
    place.known.iter().any(|known| known.home == name)
}

/// The value of a domain that a number is near to, so that no band is without a value.
fn offered_near(domain: &Domain, number: &Q) -> Q {
    match domain {
        Domain::Numbers(numbers) => {
            numbers.iter().rfind(|offered| *offered <= number).unwrap_or(&numbers[0]).clone()
        }
        Domain::Range(from, _, Some(step)) => from + ((number - from) / step).floor() * step,
        _ => number.clone(),
    }
}

/// The last name of a path, or the known thing's own name.
fn key_name(known: &Known) -> String {
    let path = known.path.as_ref().unwrap_or(&known.name);
    path.rsplit('.').next().unwrap_or(path).to_owned()
}

/// Values of enumerations that are written in their place need a path; numbers may not be negative.
fn can_be_key(known: &Known) -> bool {
    match &known.ty {
        Ty::Bool => known.path.is_some() && !known.optional,
        Ty::Text => known.path.is_some(),
        Ty::Date => known.path.is_some() && !known.optional,
        Ty::Number => known.path.is_some() && !known.optional,
        Ty::Choice(of) => {
            (of.name.is_some() || known.path.is_some()) && (!known.optional || known.path.is_some())
        }
        Ty::Measure(unit) => {
            !known.optional
                && !unit.contains('/')
                && known.low.as_ref().is_some_and(|low| *low >= whole(0))
                && known.high > whole(0)
        }
        Ty::Int => {
            !known.optional && known.low.as_ref().is_some_and(|low| *low >= whole(0)) && known.high > whole(1)
        }
        _ => false,
    }
}
