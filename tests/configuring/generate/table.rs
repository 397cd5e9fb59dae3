//! Random tables and what reads them: complete ones, ones with holes, articles.

use super::{Maker, q};
use crate::model::{Cell, Expr, Home, Key, Policy, Q, Row, Slot, Table, Ty, Unit, Val};

/// How many combinations of keys a table has at most.
const MOST_ROWS: usize = 12;

impl Maker<'_> {
    /// A table of articles, and an option that chooses one.
    pub fn articles(&mut self) {
        let name = self.name("articles");
        let of = self.some_named();
        let columns = vec![
            (Some("price".to_owned()), Ty::Num(Unit::Eur)),
            (Some("mass".to_owned()), Ty::Num(Unit::Kg)),
            (Some("sort".to_owned()), Ty::Pick(of)),
        ];
        let count = self.random.between(2, 4) as u8;
        let rows = (0..count).map(|row| Row {
            keys: vec![Cell::OneOf(vec![Val::Row(row)])],
            values: columns.iter().map(|(_, ty)| Some(self.cell_value(*ty))).collect(),
        });
        let rows: Vec<Row> = rows.collect();
        let table = self.book.tables.len();
        let key = Key { path: None, name: "code".to_owned(), ty: Ty::Row(table) };
        self.book.tables.push(Table {
            name,
            keys: vec![key],
            policy: Policy::One,
            columns,
            optional: false,
            rows,
            otherwise: None,
        });
        let name = self.name("option");
        let default =
            self.random.chance(40).then(|| Val::Row(self.random.between(0, i64::from(count) - 1) as u8));
        self.add(Slot {
            name,
            home: Home::Option,
            ty: Ty::Row(table),
            range: None,
            values: (0..count).map(Val::Row).collect(),
            optional: false,
            when: None,
            conditional: false,
            default,
        });
    }

    fn some_named(&mut self) -> usize {
        let named: Vec<usize> =
            (0..self.book.enums.len()).filter(|at| self.book.enums[*at].name.is_some()).collect();
        *self.random.pick(&named)
    }

    fn cell_value(&mut self, ty: Ty) -> Val {
        match ty {
            Ty::Bool => Val::Bool(self.random.chance(50)),
            Ty::Pick(of) => {
                let count = self.book.enums[of].values.len() as i64;
                Val::Pick(self.random.between(0, count - 1) as u8)
            }
            Ty::Num(Unit::Eur) => Val::Num(Q::new(self.random.between(1, 400), 4)),
            Ty::Num(Unit::Mm) => Val::Num(q(self.random.between(1, 30) * 50)),
            Ty::Num(Unit::M) => Val::Num(Q::new(self.random.between(1, 10), 2)),
            _ => Val::Num(q(self.random.between(-3, 30))),
        }
    }

    /// Slots that can be keys: each with few values that are always there.
    fn key_slots(&mut self, most: usize) -> Vec<usize> {
        let mut slots: Vec<usize> = (0..self.book.own())
            .filter(|at| {
                let slot = &self.book.slots[*at];
                let kind = matches!(slot.ty, Ty::Bool | Ty::Pick(_) | Ty::Num(_));
                kind && !slot.may_be_absent() && matches!(slot.home, Home::Option | Home::Context)
            })
            .collect();
        self.random.shuffle(&mut slots);
        let (mut size, mut taken) = (1, Vec::new());
        for at in slots {
            let count = self.book.slots[at].values.len();
            if taken.len() < most && size * count <= MOST_ROWS {
                size *= count;
                taken.push(at);
            }
        }
        taken
    }

    /// A table over some slots and what it gives for them. It may have no row, or `n/a`, for some.
    fn lookup(&mut self, ty: Ty) -> Option<Expr> {
        let most = self.random.weighted(&[(4, 1), (5, 2), (1, 3)]);
        let slots = self.key_slots(most);
        if slots.is_empty() {
            return None;
        }
        let lacks = !self.complete && self.random.chance(40);
        let keys = slots.iter().map(|at| self.key(*at)).collect();
        let rows: Vec<Row> = self
            .combinations(&slots)
            .into_iter()
            .map(|keys| Row {
                keys: keys.into_iter().map(|key| Cell::OneOf(vec![key])).collect(),
                values: vec![(!(lacks && self.random.chance(20))).then(|| self.cell_value(ty))],
            })
            .collect();
        let name = self.name("table");
        let policy = Policy::One;
        let mut table =
            Table { name, keys, policy, columns: vec![(None, ty)], optional: false, rows, otherwise: None };
        if table.rows.len() > 1 && self.random.chance(30) {
            self.overlap(&mut table, ty);
        } else {
            self.shorten(&mut table);
        }
        self.book.tables.push(table);
        let keys = slots.into_iter().map(Expr::Slot).collect();
        Some(Expr::Lookup(self.book.tables.len() - 1, keys, 0))
    }

    /// Takes rows out, and wider rows that hold what was taken out behind the others; says which count.
    fn overlap(&mut self, table: &mut Table, ty: Ty) {
        let numbers: &[Policy] =
            &[Policy::First, Policy::MostSpecific, Policy::Sum, Policy::Max, Policy::Min];
        let policies = if matches!(ty, Ty::Num(_)) { numbers } else { &numbers[..2] };
        table.policy = policies[self.random.between(0, policies.len() as i64 - 1) as usize];
        self.random.shuffle(&mut table.rows);
        let kept = self.random.between(0, table.rows.len() as i64 - 1) as usize;
        let lost = table.rows.split_off(kept);
        let mut wide = lost[0].clone();
        wide.keys[1..].fill(Cell::Any);
        let held = |row: &Row| matches!((&row.keys[0], &lost[0].keys[0]), (Cell::OneOf(one), Cell::OneOf(other)) if one == other);
        let all_held = lost.iter().all(held);
        let mut widest = wide.clone();
        widest.keys[0] = Cell::Any;
        widest.values = vec![Some(self.cell_value(ty))];
        if wide.keys.len() > 1 {
            table.rows.push(wide);
        }
        if !all_held || table.rows.is_empty() || table.keys.len() == 1 {
            table.rows.push(widest);
        }
        if table.policy != Policy::First {
            self.random.shuffle(&mut table.rows);
        }
    }

    /// Says the same with `else` where that is shorter, or takes rows out and makes the table optional.
    fn shorten(&mut self, table: &mut Table) {
        if table.rows.len() < 3 {
            return;
        }
        match self.random.between(1, 4) {
            1 => {
                let last = table.rows.pop();
                table.otherwise = last.map(|row| row.values);
            }
            2 if table.keys.len() == 1 => {
                let last = table.rows.pop();
                if let (Some(row), Some(before)) = (last, table.rows.last_mut()) {
                    let more = row.keys.into_iter().next();
                    if let (Some(Cell::OneOf(more)), Some(Cell::OneOf(values))) =
                        (more, before.keys.first_mut())
                    {
                        values.extend(more);
                    }
                }
            }
            3 => {
                let at = self.random.between(0, table.rows.len() as i64 - 1) as usize;
                table.rows.remove(at);
                table.optional = true;
            }
            _ => {}
        }
    }

    fn key(&mut self, at: usize) -> Key {
        let slot = &self.book.slots[at];
        Key { path: Some(at), name: slot.name.clone(), ty: slot.ty }
    }

    fn combinations(&self, slots: &[usize]) -> Vec<Vec<Val>> {
        let mut all: Vec<Vec<Val>> = vec![Vec::new()];
        for at in slots {
            let values = &self.book.slots[*at].values;
            all = all
                .iter()
                .flat_map(|before| values.iter().map(move |value| [before.as_slice(), &[*value]].concat()))
                .collect();
        }
        all
    }

    /// A number from a table, or from one with bands over another number.
    pub fn lookup_number(&mut self, unit: Unit) -> Option<Expr> {
        if unit != Unit::Eur
            && self.random.chance(30)
            && let Some(found) = self.banded(unit)
        {
            return Some(found);
        }
        let articles = self.book.own_slots().iter().enumerate().find_map(|(at, slot)| match slot.ty {
            Ty::Row(table) if !slot.may_be_absent() => Some((at, table)),
            _ => None,
        });
        if let Some((at, table)) = articles
            && self.random.chance(60)
        {
            let column = match unit {
                Unit::Eur => Some(0),
                Unit::Kg => Some(1),
                _ => None,
            };
            if let Some(column) = column {
                return Some(Expr::Lookup(table, vec![Expr::Slot(at)], column));
            }
        }
        let found = self.lookup(Ty::Num(unit))?;
        self.filled(found)
    }

    /// Something in the place of what an optional table lacks.
    fn filled(&mut self, found: Expr) -> Option<Expr> {
        if !self.is_optional(&found) {
            return Some(found);
        }
        let ty = crate::evaluate::ty(&self.book, &found);
        let value = self.cell_value(ty);
        Some(Expr::Otherwise(Box::new(found), Box::new(Expr::Lit(value, ty))))
    }

    /// A table with a parameter that bands part: `up to 10`, `above 10`.
    fn banded(&mut self, unit: Unit) -> Option<Expr> {
        let over = *self.random.pick(&[Unit::None, Unit::Kg]);
        let mut cuts: Vec<Q> = (0..2).map(|_| q(self.random.between(0, 15))).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let key = self.number(over, 1);
        let mut rows = Vec::new();
        let mut below = None;
        for cut in &cuts {
            let values = vec![Some(self.cell_value(Ty::Num(unit)))];
            rows.push(Row { keys: vec![Cell::Band(below, Some(*cut))], values });
            below = Some(*cut);
        }
        let last = (self.complete || !self.random.chance(15)).then(|| self.cell_value(Ty::Num(unit)));
        rows.push(Row { keys: vec![Cell::Band(below, None)], values: vec![last] });
        let name = self.name("table");
        let key_name = self.name("key");
        let keys = vec![Key { path: None, name: key_name, ty: Ty::Num(over) }];
        let columns = vec![(None, Ty::Num(unit))];
        self.book.tables.push(Table {
            name,
            keys,
            policy: Policy::One,
            columns,
            optional: false,
            rows,
            otherwise: None,
        });
        Some(Expr::Lookup(self.book.tables.len() - 1, vec![key], 0))
    }

    /// A value of an enumeration from a table.
    pub fn lookup_of_choice(&mut self) -> Option<Expr> {
        let of = self.some_named();
        let found = self.lookup(Ty::Pick(of))?;
        self.filled(found)
    }

    /// A table of what goes together, for `allow`.
    pub fn allowed(&mut self) -> Option<(Vec<usize>, usize)> {
        let count = self.random.between(2, 3) as usize;
        let slots = self.key_slots(count);
        if slots.len() < 2 {
            return None;
        }
        let keys = slots.iter().map(|at| self.key(*at)).collect();
        let share = self.random.between(30, 90);
        let mut rows: Vec<Row> = Vec::new();
        for keys in self.combinations(&slots) {
            if self.random.chance(share) {
                let keys = keys.into_iter().map(|key| Cell::OneOf(vec![key])).collect();
                rows.push(Row { keys, values: vec![Some(Val::Bool(true))] });
            }
        }
        if rows.is_empty() {
            return None;
        }
        let name = self.name("allowed");
        let columns = vec![(None, Ty::Bool)];
        self.book.tables.push(Table {
            name,
            keys,
            policy: Policy::One,
            columns,
            optional: true,
            rows,
            otherwise: None,
        });
        Some((slots, self.book.tables.len() - 1))
    }
}
