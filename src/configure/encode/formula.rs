//! Formulas: and, or over literals, an axis having one of some values.

use std::collections::BTreeMap;

use super::axis::{AxisId, Raw};

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Formula {
    /// It always holds.
    True,
    /// It never holds.
    False,
    /// The axis has one of the values: neither none nor all.
    Is(AxisId, Raw),
    /// All hold: at least two, no `And` among them, literals first and of different axes.
    And(Vec<Formula>),
    /// One holds, likewise.
    Or(Vec<Formula>),
}

/// At least one of the literals holds; they are of different axes.
pub type RawClause = Vec<(AxisId, Raw)>;

/// What knows all values of an axis.
pub type All<'a> = &'a dyn Fn(AxisId) -> Raw;

impl Formula {
    /// A literal.
    pub fn is(axis: AxisId, values: Raw, all: All<'_>) -> Formula {
        if values.is_empty() {
            Formula::False
        } else if values == all(axis) {
            Formula::True
        } else {
            Formula::Is(axis, values)
        }
    }

    /// All hold.
    pub fn and(parts: Vec<Formula>, all: All<'_>) -> Formula {
        Formula::joined(parts, true, all)
    }

    /// One holds.
    pub fn or(parts: Vec<Formula>, all: All<'_>) -> Formula {
        Formula::joined(parts, false, all)
    }

    fn joined(parts: Vec<Formula>, conjunction: bool, all: All<'_>) -> Formula {
        let (neutral, deciding) =
            if conjunction { (Formula::True, Formula::False) } else { (Formula::False, Formula::True) };
        let mut literals: BTreeMap<AxisId, Raw> = BTreeMap::new();
        let mut others: Vec<Formula> = Vec::new();
        let mut flat: Vec<Formula> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Formula::And(inner) if conjunction => flat.extend(inner),
                Formula::Or(inner) if !conjunction => flat.extend(inner),
                part => flat.push(part),
            }
        }
        for part in flat {
            if part == deciding {
                return deciding;
            }
            match part {
                Formula::Is(axis, values) => match literals.get_mut(&axis) {
                    None => {
                        literals.insert(axis, values);
                    }
                    Some(known) if conjunction => *known = known.and(&values),
                    Some(known) => *known = known.or(&values),
                },
                part if part == neutral || others.len() < 64 && others.contains(&part) => {}
                part => others.push(part),
            }
        }
        let mut members: Vec<Formula> = Vec::with_capacity(literals.len() + others.len());
        for (axis, values) in literals {
            match Formula::is(axis, values, all) {
                part if part == deciding => return deciding,
                part if part == neutral => {}
                part => members.push(part),
            }
        }
        members.extend(others);
        match members.len() {
            0 => neutral,
            1 => members.pop().unwrap_or(neutral),
            _ if conjunction => Formula::And(members),
            _ => Formula::Or(members),
        }
    }

    /// How many literals it is written with.
    pub fn size(&self) -> usize {
        match self {
            Formula::True | Formula::False => 0,
            Formula::Is(..) => 1,
            Formula::And(of) | Formula::Or(of) => of.iter().map(Formula::size).sum(),
        }
    }

    /// Holds exactly where this one does not.
    pub fn negated(&self, all: All<'_>) -> Formula {
        let parts = |parts: &[Formula]| parts.iter().map(|part| part.negated(all)).collect();
        match self {
            Formula::True => Formula::False,
            Formula::False => Formula::True,
            Formula::Is(axis, values) => Formula::is(*axis, all(*axis).without(values), all),
            Formula::And(of) => Formula::or(parts(of), all),
            Formula::Or(of) => Formula::and(parts(of), all),
        }
    }
}

/// The clause that holds where one of two does; none where it always does.
pub fn either(left: &RawClause, right: &RawClause, all: All<'_>) -> Option<RawClause> {
    let mut joined: BTreeMap<AxisId, Raw> = left.iter().cloned().collect();
    for (axis, values) in right {
        let known = joined.entry(*axis).or_insert_with(|| values.clone());
        *known = known.or(values);
        if *known == all(*axis) {
            return None;
        }
    }
    Some(joined.into_iter().collect())
}
