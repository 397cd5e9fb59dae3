//! What a whole batch came to.

use std::collections::BTreeMap;

use super::cell::Cell;
use crate::columns::Out;
use crate::ir::Name;
use crate::quote::RequestError;
use crate::value::Exact;

/// Counts and sums over all rows. Those of parts of a batch add up to those of the whole, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many rows there were.
    pub rows: u64,
    /// How many of them were worked out in columns; the interpreter did the rest.
    pub in_columns: u64,
    /// How many quotes stand how: `ok`, `needs_approval`, `rejected`, `invalid`.
    pub quotes: BTreeMap<String, u64>,
    /// How many rows were refused for what, by the code.
    pub refused: BTreeMap<String, u64>,
    /// The sum of what the quotes come to, by currency. Invalid lines are left out of a quote's total.
    pub totals: BTreeMap<Name, Exact>,
    /// How many quotes ask whom.
    pub approvals: BTreeMap<Name, u64>,
    /// Why rows could not be worked out in columns, by product.
    pub reasons: BTreeMap<Name, String>,
}

/// The columns of a block that the summary reads.
pub(super) struct OfBlock<'a> {
    pub status: Option<Out<'a>>,
    pub total: Option<Out<'a>>,
    pub approvals: Option<Out<'a>>,
}

impl Summary {
    /// Adds a quote: its status, its total and who signs.
    pub(super) fn quote(&mut self, currency: &Name, status: &Cell, total: &Cell, approvals: &Cell) {
        self.rows += 1;
        if let Cell::Text(word) = status {
            *self.quotes.entry(word.clone()).or_default() += 1;
        }
        if let Cell::Amount(total, _) = total {
            self.add_total(currency, total);
        }
        if let Cell::Names(names) = approvals {
            for name in names {
                *self.approvals.entry(name.clone()).or_default() += 1;
            }
        }
    }

    /// Adds the rows of a block, by their positions in the columns of its answer. Sums are made in whole units of
    /// the block, so that a row costs next to nothing.
    pub(super) fn block(&mut self, currency: &Name, columns: &OfBlock<'_>, rows: &[usize]) {
        self.rows += rows.len() as u64;
        self.in_columns += rows.len() as u64;
        if let Some(Out::Choice { of, values, .. }) = columns.status {
            for (at, name) in (0_i64..).zip(of) {
                let count = rows.iter().filter(|row| values.get(**row) == Some(&at)).count() as u64;
                if count > 0 {
                    *self.quotes.entry(name.to_string()).or_default() += count;
                }
            }
        }
        if let Some(Out::Number { scale, values, known }) = columns.total {
            let is_known = |row: &&usize| known.is_none_or(|known| known.get(**row) == Some(&true));
            let units = rows.iter().filter(is_known).filter_map(|row| values.get(*row));
            // So few rows of 64 bits fit 128 bits.
            let sum: i128 = units.map(|units| i128::from(*units)).sum();
            let power = Exact::from(10).checked_pow(-i32::from(scale));
            if let Ok(total) = power.and_then(|power| Exact::from_i128(sum).checked_mul(&power)) {
                self.add_total(currency, &total);
            }
        }
        if let Some(Out::Names { of, bits }) = columns.approvals {
            for (at, name) in of.iter().enumerate() {
                let asked = |row: &&usize| bits.get(**row).is_some_and(|bits| bits >> at & 1 == 1);
                let count = rows.iter().filter(asked).count() as u64;
                if count > 0 {
                    *self.approvals.entry(name.clone()).or_default() += count;
                }
            }
        }
    }

    /// Adds a refused row.
    pub(super) fn refusal(&mut self, error: &RequestError) {
        self.rows += 1;
        *self.refused.entry(error.code.id().to_owned()).or_default() += 1;
    }

    /// How many rows were refused.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    fn add_total(&mut self, currency: &Name, total: &Exact) {
        let sum = self.totals.get(currency).map_or_else(|| Ok(total.clone()), |sum| sum.checked_add(total));
        // A sum of so many digits is no use to anybody, and none of the rows hangs on it.
        if let Ok(sum) = sum {
            self.totals.insert(currency.clone(), sum);
        }
    }

    /// Adds what another part came to.
    pub fn add(&mut self, other: Summary) {
        self.rows += other.rows;
        self.in_columns += other.in_columns;
        for (status, count) in other.quotes {
            *self.quotes.entry(status).or_default() += count;
        }
        for (code, count) in other.refused {
            *self.refused.entry(code).or_default() += count;
        }
        for (currency, total) in &other.totals {
            self.add_total(currency, total);
        }
        for (name, count) in other.approvals {
            *self.approvals.entry(name).or_default() += count;
        }
        self.reasons.extend(other.reasons);
    }
}
