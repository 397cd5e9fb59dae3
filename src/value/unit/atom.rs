//! The single units that a unit is put together from: what they measure, and how large they are.

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::value::Exact;

/// What an atom is, beyond what it measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AtomKind {
    /// A currency.
    Currency,
    /// A unit that things are measured or counted in.
    Measure,
}

/// A single unit such as `kg`, `h` or `CNY`.
///
/// Two atoms are equal if their name, what they measure, their size and their kind are.
#[derive(PartialEq, Eq, Hash)]
pub struct Atom {
    /// The name that amounts are written with; the plural where there are two.
    pub(super) name: Arc<str>,
    /// The singular, where it differs: `day` beside `days`.
    pub(super) singular: Option<Arc<str>>,
    pub(super) dimension: Dimension,
    /// How many base units one of this is.
    pub(super) size: Exact,
    pub(super) kind: AtomKind,
}

impl Atom {
    /// The name that amounts are written with; the plural where there are two: `kg`, `days`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for one of it, as after `/`: `kg`, `day`.
    pub fn singular(&self) -> &str {
        self.singular.as_deref().unwrap_or(&self.name)
    }

    /// How many base units of its dimension one of this is: 3600 for `h`, whose base is the second.
    pub fn factor(&self) -> &Exact {
        &self.size
    }

    /// Whether it is a currency or a measure.
    pub fn kind(&self) -> AtomKind {
        self.kind
    }

    /// Whether it is a currency.
    pub fn is_currency(&self) -> bool {
        matches!(self.kind, AtomKind::Currency)
    }

    /// The base dimensions it measures with their powers, such as `length` to the 2 for an area.
    pub fn dimension(&self) -> impl Iterator<Item = (&str, i32)> {
        self.dimension.powers.iter().map(|(base, power)| (base.as_ref(), *power))
    }

    /// Whether it measures time only, which is written last: `CNY/kg/h`.
    pub(super) fn is_time(&self) -> bool {
        matches!(self.dimension.powers.as_slice(), [(base, _)] if matches!(base.as_ref(), "time" | "month"))
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Atom({} = {} {})", self.name, self.size, self.dimension)
    }
}

/// A product of base dimensions: mass, length to the 2, energy per time.
///
/// A base is a name; every currency is a base of its own, so that two never mix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Dimension {
    /// In the order of the names, no power being 0.
    powers: SmallVec<[(Arc<str>, i32); 2]>,
}

impl Dimension {
    pub(super) fn base(name: Arc<str>) -> Dimension {
        Dimension { powers: SmallVec::from_iter([(name, 1)]) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.powers.is_empty()
    }

    /// Multiplies by `other` to the power `times`.
    pub(super) fn multiply(&mut self, other: &Dimension, times: i32) {
        for (base, power) in &other.powers {
            let added = power.saturating_mul(times);
            match self.powers.binary_search_by(|(name, _)| name.as_ref().cmp(base)) {
                Err(place) if added != 0 => self.powers.insert(place, (base.clone(), added)),
                Err(_) => {}
                Ok(place) => {
                    self.powers[place].1 = self.powers[place].1.saturating_add(added);
                    if self.powers[place].1 == 0 {
                        self.powers.remove(place);
                    }
                }
            }
        }
    }

    /// Whether the two are powers of one thing, as an area and a volume are.
    pub(super) fn is_parallel_to(&self, other: &Dimension) -> bool {
        let ratio = self.powers.first().map(|(_, power)| *power).zip(other.powers.first().map(|(_, it)| *it));
        let Some((own, others)) = ratio else { return false };
        self.powers.len() == other.powers.len()
            && self.powers.iter().zip(&other.powers).all(|((base, power), (other_base, other_power))| {
                base == other_base
                    && i64::from(*power) * i64::from(others) == i64::from(*other_power) * i64::from(own)
            })
    }

    /// The exponent that makes this a power of `other`, if there is a whole one: 3 for volume and length.
    pub(super) fn as_power_of(&self, other: &Dimension) -> Option<i32> {
        if self.is_empty() {
            return Some(0);
        }
        let (own, others) = (self.powers.first()?.1, other.powers.first()?.1);
        (own % others == 0 && self.is_parallel_to(other)).then(|| own / others)
    }

    /// The highest power of any base, without its sign.
    pub(super) fn highest_power(&self) -> u32 {
        self.powers.iter().map(|(_, power)| power.unsigned_abs()).max().unwrap_or(0)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (base, power)) in self.powers.iter().enumerate() {
            let times = if index == 0 { "" } else { "*" };
            match power {
                1 => write!(f, "{times}{base}")?,
                _ => write!(f, "{times}{base}^{power}")?,
            }
        }
        Ok(())
    }
}
