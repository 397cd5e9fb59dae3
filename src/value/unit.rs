//! Units are types: a quantity's unit says what it may be added to, and turns `kg × CNY/g` into money.
//!
//! A [`Unit`] is a product of [`Atom`]s with exponents: `CNY/kg/h` is CNY¹ kg⁻¹ h⁻¹. Multiplying and
//! dividing units merges what measures the same thing and tells the exact factor that the numbers need.
//! A [`UnitTable`] knows the names.

mod atom;
mod builtin;
mod nearest;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;

use super::Exact;
use atom::Dimension;

pub use atom::{Atom, AtomKind};
pub use builtin::UnitRow;
pub use table::{DeclareUnitError, UnitTable, UnknownUnit};

/// The most different atoms in a unit; every set of them can be looked at. A product of more is a unit
/// that nothing converts to.
const MAX_ATOMS: usize = 8;

/// What a number is counted in: a product of powers of atoms, or nothing at all.
///
/// Equal units have the same atoms with the same exponents, whichever way they were put together.
/// `kg` and `g` differ, though each [converts](Unit::conversion_to) to the other. Displayed as a price
/// book writes it, currencies first and time last: `CNY/kg/h`, `kg*m`, `1/h`; a unit that is nothing
/// displays as nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unit {
    /// In printing order, every atom once, no exponent 0.
    powers: SmallVec<[Power; 2]>,
}

/// An atom and its exponent.
type Power = (Arc<Atom>, i8);

impl Unit {
    /// The unit of plain numbers.
    pub fn none() -> Unit {
        Unit::default()
    }

    /// Whether this is the unit of plain numbers.
    pub fn is_none(&self) -> bool {
        self.powers.is_empty()
    }

    /// The unit that is `atom` to the first power.
    pub fn of(atom: Arc<Atom>) -> Unit {
        Unit { powers: SmallVec::from_iter([(atom, 1)]) }
    }

    /// The atoms with their exponents, in printing order.
    pub fn powers(&self) -> impl Iterator<Item = (&Atom, i8)> {
        self.powers.iter().map(|(atom, exponent)| (atom.as_ref(), *exponent))
    }

    /// The unit of a product, and the factor that the product of the two numbers is to be multiplied with.
    ///
    /// `kg × CNY/g` is `CNY` with factor 1000: 2 kg at 3 CNY/g are 2 × 3 × 1000 CNY. Atoms that measure
    /// the same thing become powers of one of them, the first if possible: `h × min` is `h*h` with
    /// factor 1/60. Atoms that cancel out vanish: `h × CNY/min` is `CNY` with factor 60.
    pub fn mul(&self, other: &Unit) -> (Unit, Exact) {
        self.combine(other, 1)
    }

    /// The unit of a quotient, and the factor for the quotient of the two numbers; see [`Unit::mul`].
    pub fn div(&self, other: &Unit) -> (Unit, Exact) {
        self.combine(other, -1)
    }

    /// The unit with all exponents multiplied by `exponent`; nothing is merged, so no factor is needed.
    pub fn pow(&self, exponent: i8) -> Unit {
        if exponent == 0 {
            return Unit::none();
        }
        let raise = |(atom, power): &Power| Some((atom.clone(), power.checked_mul(exponent)?));
        match self.powers.iter().map(raise).collect::<Option<_>>() {
            Some(powers) => Unit { powers },
            None => Unit::boundless(),
        }
    }

    /// The factor that turns a number in this unit into a number in `to`: 60 from `h` to `min`.
    ///
    /// `None` if the two measure different things. Currencies never convert to each other.
    pub fn conversion_to(&self, to: &Unit) -> Option<Exact> {
        if self == to {
            return Some(Exact::ONE);
        }
        if !self.same_dimension(to) {
            return None;
        }
        self.size()?.checked_div(&to.size()?).ok()
    }

    /// Whether the two measure the same thing, so that one converts to the other.
    pub fn same_dimension(&self, other: &Unit) -> bool {
        self.dimension() == other.dimension()
    }

    /// The currency, if the unit is one currency to the first power and nothing else.
    pub fn currency(&self) -> Option<&Atom> {
        match self.powers.as_slice() {
            [(atom, 1)] if atom.is_currency() => Some(atom),
            _ => None,
        }
    }

    /// The name of the one atom that it is the first power of, if it is that and nothing else.
    pub fn single(&self) -> Option<&Arc<str>> {
        match self.powers.as_slice() {
            [(atom, 1)] => Some(&atom.name),
            _ => None,
        }
    }

    /// Whether a currency is part of the unit, as in `CNY/kg`.
    pub fn has_currency(&self) -> bool {
        self.powers.iter().any(|(atom, _)| atom.is_currency())
    }

    /// What a number in `found` is to be multiplied with to be in `expected`: `kg` from `CNY/kg` to `CNY`.
    pub fn missing_factor(found: &Unit, expected: &Unit) -> Unit {
        expected.div(found).0
    }

    /// The product without merging different atoms, which keeps numbers as they are.
    fn join(&self, other: &Unit, times: i8) -> Unit {
        if self.is_boundless() || other.is_boundless() {
            return Unit::boundless();
        }
        let mut powers = self.powers.clone();
        for (atom, exponent) in &other.powers {
            let Some(added) = exponent.checked_mul(times) else { return Unit::boundless() };
            match powers.iter_mut().find(|(own, _)| own == atom) {
                None => powers.push((atom.clone(), added)),
                Some((_, own)) => match own.checked_add(added) {
                    Some(sum) => *own = sum,
                    None => return Unit::boundless(),
                },
            }
        }
        powers.retain(|(_, exponent)| *exponent != 0);
        if powers.len() > MAX_ATOMS { Unit::boundless() } else { Unit { powers } }
    }

    /// The merged product with `other` to the power `times`, and the factor for the numbers.
    fn combine(&self, other: &Unit, times: i8) -> (Unit, Exact) {
        let joined = self.join(other, times);
        let mut merged = joined.clone();
        merged.fold_parallel();
        merged.drop_cancelled();
        merged.sort();
        if merged.powers.len() == joined.powers.len() {
            return (merged, Exact::ONE);
        }
        let factor = joined.size().zip(merged.size()).and_then(|(old, new)| old.checked_div(&new).ok());
        match factor {
            Some(factor) => (merged, factor),
            // Without a factor the merged unit would be a lie; unmerged it needs none.
            None => (joined.sorted(), Exact::ONE),
        }
    }

    /// Makes atoms that measure powers of the same thing powers of one atom, as long as there are two.
    fn fold_parallel(&mut self) {
        while let Some((kept, folded, exponent)) = self.find_parallel() {
            self.powers[kept].1 = exponent;
            self.powers.remove(folded);
            self.powers.retain(|(_, exponent)| *exponent != 0);
        }
    }

    /// Two atoms that are together a power of one of them: the place of that one, of the other, the exponent.
    fn find_parallel(&self) -> Option<(usize, usize, i8)> {
        for first in 0..self.powers.len() {
            for second in first + 1..self.powers.len() {
                let mut together = Dimension::default();
                for place in [first, second] {
                    let (atom, exponent) = &self.powers[place];
                    together.multiply(&atom.dimension, i32::from(*exponent));
                }
                let (left, right) = (&self.powers[first].0.dimension, &self.powers[second].0.dimension);
                if !left.is_parallel_to(right) {
                    continue;
                }
                for (kept, folded, dimension) in [(first, second, left), (second, first, right)] {
                    if let Some(exponent) =
                        together.as_power_of(dimension).and_then(|it| i8::try_from(it).ok())
                    {
                        return Some((kept, folded, exponent));
                    }
                }
            }
        }
        None
    }

    /// Adds the unit to a text, as it is displayed.
    pub fn write(&self, out: &mut String) {
        let from = out.len();
        for (atom, exponent) in self.powers.iter().filter(|(_, exponent)| *exponent > 0) {
            for _ in 0..*exponent {
                out.push_str(if out.len() == from { "" } else { "*" });
                out.push_str(&atom.name);
            }
        }
        for (atom, exponent) in self.powers.iter().filter(|(_, exponent)| *exponent < 0) {
            for _ in 0..exponent.unsigned_abs() {
                out.push_str(if out.len() == from { "1/" } else { "/" });
                out.push_str(atom.singular());
            }
        }
    }

    /// Removes atoms that together measure nothing, as `kW*h/kWh` does, fewest atoms first.
    fn drop_cancelled(&mut self) {
        while let Some(subset) = self.find_cancelled() {
            let mut place = 0;
            self.powers.retain(|_| {
                let cancelled = subset >> place & 1 == 1;
                place += 1;
                !cancelled
            });
        }
    }

    /// The smallest set of places, as bits, whose atoms together measure nothing.
    fn find_cancelled(&self) -> Option<u32> {
        // Parallel atoms are folded already, and a single atom always measures something.
        let count = self.powers.len();
        if !(3..=MAX_ATOMS).contains(&count) {
            return None;
        }
        let cancels = |subset: &u32| {
            let places = (0..count).filter(|place| subset >> place & 1 == 1);
            Unit::dimension_of(places.map(|place| &self.powers[place])).is_empty()
        };
        (1_u32..1 << count)
            .filter(|subset| subset.count_ones() > 2)
            .filter(cancels)
            .min_by_key(|it| it.count_ones())
    }

    /// What the unit measures.
    fn dimension(&self) -> Dimension {
        Unit::dimension_of(self.powers.iter())
    }

    fn dimension_of<'a>(powers: impl Iterator<Item = &'a Power>) -> Dimension {
        let mut dimension = Dimension::default();
        for (atom, exponent) in powers {
            dimension.multiply(&atom.dimension, i32::from(*exponent));
        }
        dimension
    }

    /// How many base units one of this is, or `None` if that number has too many digits.
    fn size(&self) -> Option<Exact> {
        self.powers.iter().try_fold(Exact::ONE, |size, (atom, exponent)| {
            size.checked_mul(&atom.size.checked_pow(i32::from(*exponent)).ok()?).ok()
        })
    }

    /// Puts the atoms in printing order, which is also what makes equal units equal.
    fn sort(&mut self) {
        self.powers.sort_by(|(left, _), (right, _)| {
            let rank = |atom: &Atom| (!atom.is_currency(), atom.is_time());
            rank(left).cmp(&rank(right)).then_with(|| left.name.cmp(&right.name))
        });
    }

    fn sorted(mut self) -> Unit {
        self.sort();
        self
    }

    /// What a product is whose exponents or atoms are too many to keep: nothing else has this unit, and
    /// whatever it is multiplied with stays it, so a number in it never becomes a price.
    fn boundless() -> Unit {
        static ATOM: LazyLock<Arc<Atom>> = LazyLock::new(|| {
            let name: Arc<str> = Arc::from("(a unit with too many factors)");
            Arc::new(Atom {
                name: name.clone(),
                singular: None,
                dimension: Dimension::base(name),
                size: Exact::ONE,
                kind: AtomKind::Measure,
            })
        });
        Unit::of(ATOM.clone())
    }

    fn is_boundless(&self) -> bool {
        self.powers.len() == 1 && *self == Unit::boundless()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.pad(&text)
    }
}
