//! The names that units go by: usual units, currencies, and what a price book declares.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use super::atom::{Atom, AtomKind, Dimension};
use super::builtin::{ROWS, UnitRow};
use super::nearest::nearest;
use super::{Exact, Unit};
use crate::value::{CURRENCIES, Currency, MINOR_UNIT};

/// The highest power of a base that a declared unit may measure, so that powers of units never overflow.
const MAX_POWER: u32 = 1_000;

/// Every unit that a price book can name.
///
/// The usual units and the currencies are always there; a book adds its own. Cloning is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitTable {
    declared: BTreeMap<Arc<str>, Arc<Atom>>,
    /// The decimal places of currencies whose smallest amount is not that of the standard.
    places: BTreeMap<Arc<str>, u32>,
}

/// A name in a unit that stands for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownUnit {
    /// The name as written; empty where a name is missing, as in `CNY/`.
    pub name: String,
    /// The name that was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for UnknownUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            return f.write_str("a unit is missing");
        }
        write!(f, "there is no unit `{}`", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownUnit {}

/// Why a unit cannot be declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclareUnitError {
    /// A usual unit, a currency or an earlier declaration has the name.
    NameTaken,
    /// The size is 0 or less.
    NotPositive,
    /// The size counts plain numbers instead of a unit.
    OfNothing,
    /// The size counts money, which would let an amount pass for a quantity.
    OfMoney,
    /// The size in base units has too many digits, or the unit has too many factors.
    TooLarge,
}

impl fmt::Display for DeclareUnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeclareUnitError::NameTaken => "the name is already that of a unit",
            DeclareUnitError::NotPositive => "the size of a unit must be more than 0",
            DeclareUnitError::OfNothing => "the size of a unit must itself have a unit",
            DeclareUnitError::OfMoney => "the size of a unit cannot be an amount of money",
            DeclareUnitError::TooLarge => "the size of the unit has too many digits",
        })
    }
}

impl std::error::Error for DeclareUnitError {}

/// The usual units and the currencies by name, built once.
static USUAL: LazyLock<BTreeMap<Arc<str>, Arc<Atom>>> = LazyLock::new(usual_atoms);

impl UnitTable {
    /// The table of the usual units and the currencies.
    pub fn builtin() -> UnitTable {
        UnitTable::default()
    }

    /// The usual units, in the order of the language reference.
    pub fn builtin_rows() -> &'static [UnitRow] {
        ROWS
    }

    /// The unit called `name`: a declared or usual unit, or a currency by its code.
    pub fn get(&self, name: &str) -> Option<Arc<Atom>> {
        self.declared.get(name).or_else(|| USUAL.get(name)).cloned()
    }

    /// The currency with that ISO 4217 code.
    pub fn currency(&self, code: &str) -> Option<Arc<Atom>> {
        USUAL.get(code).filter(|atom| atom.is_currency()).cloned()
    }

    /// Adds `money`, the unit that stands for the currency that a request chooses.
    ///
    /// It is a currency of its own, so that no amount in a named currency passes for it.
    pub fn declare_money(&mut self, places: u32) -> Arc<Atom> {
        let name: Arc<str> = Arc::from("money");
        let atom = Arc::new(Atom {
            name: name.clone(),
            singular: None,
            dimension: Dimension::base(name.clone()),
            size: Exact::ONE,
            kind: AtomKind::Currency,
        });
        self.places.insert(name.clone(), places);
        self.declared.insert(name, atom.clone());
        atom
    }

    /// Says how many decimal places amounts in a currency have at most, which are otherwise those of ISO 4217.
    pub fn declare_places(&mut self, code: &str, places: u32) {
        self.places.insert(Arc::from(code), places);
    }

    /// The decimal places of the smallest amount in a currency: 2 for EUR, 0 for JPY, or what was declared; of
    /// `money` the most of what a request may choose. `None` for what is no currency.
    pub fn places(&self, currency: &str) -> Option<u32> {
        let of_standard = || Currency::by_code(currency).map(|currency| currency.places);
        self.places.get(currency).copied().or_else(of_standard)
    }

    /// The smallest amount in a currency: 0.01 for EUR, 1 for JPY, or what was declared.
    pub fn smallest(&self, currency: &str) -> Exact {
        let places = self.places(currency).unwrap_or(2);
        Exact::scaled(1, u8::try_from(places).unwrap_or(u8::MAX))
    }

    /// Every name, in alphabetical order, currencies and second spellings too.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.declared.keys().chain(USUAL.keys()).map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }

    /// Adds a unit that nothing converts to or from: `unit pallet`.
    pub fn declare_base(&mut self, name: &str) -> Result<Arc<Atom>, DeclareUnitError> {
        // The blank keeps `unit mass` apart from the mass of the usual units.
        self.declare(name, Dimension::base(Arc::from(format!("unit {name}"))), Exact::ONE)
    }

    /// Adds a unit that is `factor` times `of`: `unit pallet = 48 pc`.
    pub fn declare_derived(
        &mut self,
        name: &str,
        factor: Exact,
        of: &Unit,
    ) -> Result<Arc<Atom>, DeclareUnitError> {
        if of.has_currency() {
            return Err(DeclareUnitError::OfMoney);
        }
        let dimension = of.dimension();
        if dimension.is_empty() {
            return Err(DeclareUnitError::OfNothing);
        }
        if !factor.is_positive() {
            return Err(DeclareUnitError::NotPositive);
        }
        if of.is_boundless() || dimension.highest_power() > MAX_POWER {
            return Err(DeclareUnitError::TooLarge);
        }
        let size = of.size().and_then(|size| size.checked_mul(&factor).ok());
        self.declare(name, dimension, size.ok_or(DeclareUnitError::TooLarge)?)
    }

    /// Reads a unit such as `CNY/kg`, `h` or `kg*m`: names joined by `*` and `/` without blanks, taken
    /// from left to right. `1` may stand before the first `/`.
    ///
    /// Nothing is merged, so that a number written with the unit stays as it is: `kg/g` is not `none`.
    pub fn parse(&self, text: &str) -> Result<Unit, UnknownUnit> {
        let unit = read_unit(text, |name| self.get(name)).map_err(|name| self.unknown(name))?;
        if unit.is_boundless() {
            return Err(UnknownUnit { name: text.to_owned(), nearest: None });
        }
        Ok(unit)
    }

    /// The error for `name`, with the name that was probably meant.
    pub fn unknown(&self, name: &str) -> UnknownUnit {
        let declared: Vec<&str> = self.declared.keys().map(AsRef::as_ref).collect();
        UnknownUnit { name: name.to_owned(), nearest: nearest(name, &declared) }
    }

    fn declare(
        &mut self,
        name: &str,
        dimension: Dimension,
        size: Exact,
    ) -> Result<Arc<Atom>, DeclareUnitError> {
        if self.get(name).is_some() || MINOR_UNIT.contains(&name) {
            return Err(DeclareUnitError::NameTaken);
        }
        let name: Arc<str> = Arc::from(name);
        let atom =
            Arc::new(Atom { name: name.clone(), singular: None, dimension, size, kind: AtomKind::Measure });
        self.declared.insert(name, atom.clone());
        Ok(atom)
    }
}

/// The unit that `text` spells, in printing order; the name that `lookup` does not know if there is one.
fn read_unit(text: &str, lookup: impl Fn(&str) -> Option<Arc<Atom>>) -> Result<Unit, &str> {
    let mut unit = Unit::none();
    let (mut times, mut rest) = match text.strip_prefix("1/") {
        Some(below) => (-1, below),
        None => (1, text),
    };
    loop {
        let end = rest.find(['/', '*']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        unit = unit.join(&Unit::of(lookup(name).ok_or(name)?), times);
        (times, rest) = match after.strip_prefix('/') {
            Some(below) => (-1, below),
            None => match after.strip_prefix('*') {
                Some(above) => (1, above),
                None => return Ok(unit.sorted()),
            },
        };
    }
}

/// The atoms of the rows and of the currencies, under each of their names.
fn usual_atoms() -> BTreeMap<Arc<str>, Arc<Atom>> {
    let mut atoms: BTreeMap<Arc<str>, Arc<Atom>> = BTreeMap::new();
    for row in ROWS {
        let Some(atom) = row_atom(row, &atoms).map(Arc::new) else { continue };
        for name in [row.name, row.singular, row.also].into_iter().filter(|name| !name.is_empty()) {
            atoms.insert(Arc::from(name), atom.clone());
        }
    }
    for currency in CURRENCIES {
        let code: Arc<str> = Arc::from(currency.code);
        let atom = Atom {
            name: code.clone(),
            singular: None,
            dimension: Dimension::base(code.clone()),
            size: Exact::ONE,
            kind: AtomKind::Currency,
        };
        atoms.insert(code, Arc::new(atom));
    }
    atoms
}

/// The atom of a row, made from the atoms of the rows above; `None` if the row names something else.
fn row_atom(row: &UnitRow, above: &BTreeMap<Arc<str>, Arc<Atom>>) -> Option<Atom> {
    let size = Exact::parse(row.size).ok()?;
    let (dimension, size) = if row.base {
        (Dimension::base(Arc::from(row.of)), size)
    } else {
        let of = read_unit(row.of, |name| above.get(name).cloned()).ok()?;
        (of.dimension(), of.size()?.checked_mul(&size).ok()?)
    };
    let singular = (!row.singular.is_empty()).then(|| Arc::from(row.singular));
    Some(Atom { name: Arc::from(row.name), singular, dimension, size, kind: AtomKind::Measure })
}
