//! Types, domains and constant values of the checked form.

use std::sync::Arc;

use crate::value::{Date, Exact, Unit};

/// A name in the checked form: of an item, an option, a step, a column.
pub type Name = Arc<str>;

/// What kind of values an expression has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// True or false.
    Bool,
    /// A text of the request: compared for equality and prefix only.
    Text,
    /// A calendar day.
    Date,
    /// A number, in a unit or without one.
    Number(NumberTy),
    /// One value of an enumeration.
    Choice(Arc<EnumTy>),
    /// A set of values of an enumeration.
    Set(Arc<EnumTy>),
    /// A key of a table: one of its rows.
    Row(Name),
    /// A value that may be absent; opened with `otherwise`, tested with `given`.
    Optional(Box<Ty>),
    /// A list that a request brings. No expression has such a value but the source of an aggregate.
    List(Arc<ListTy>),
    /// A list of names, as `line.applied`, `violations`, `approvals`; in expectations only.
    Names,
}

/// The type of a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberTy {
    /// Its unit; `Unit::none()` for a number without one. An amount of money is a number whose unit is a
    /// currency. In a book whose requests choose the currency, the unit `money` stands for it.
    pub unit: Unit,
    /// How it is counted and shown. `Plain` where there is a unit.
    pub kind: NumberKind,
}

/// How a number is counted and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// Whole numbers only.
    Int,
    /// Any number.
    Plain,
    /// A share, shown in per cent. `8%` is the number 0.08.
    Rate,
}

/// A list: `list of { at: date, amount: EUR } in order`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListTy {
    /// `calls`; of a list inside of another `orders.items`.
    pub name: Name,
    /// The elements have named fields; else they are plain values, of one field without a name.
    pub record: bool,
    /// Their order means something: `in order`.
    pub ordered: bool,
    /// What each element has.
    pub fields: Vec<ListField>,
}

/// A field of the elements of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListField {
    /// Its name; the list's own where the elements are plain values.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its type; `Optional` when it may be left out.
    pub ty: Ty,
    /// Its allowed values.
    pub domain: Domain,
    /// Taken where an element does not say it.
    pub default: Option<Value>,
}

/// An element of a list: the values of its fields.
pub type Element = Arc<[Value]>;

/// An enumeration. Two are the same type exactly when their names are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumTy {
    /// `colour` for a declared one, `press.frame` or `customer.level` for one written in its place,
    /// `currency` for the currencies of the book.
    pub name: Name,
    /// Written with `<`: values may be compared, the first is the lowest.
    pub ranked: bool,
    /// At most `limits::MAX_SET_VALUES` where sets of it are used.
    pub values: Vec<EnumValue>,
}

/// One value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumValue {
    /// As written in books and requests, without quotes: `c_frame`, `16Mn`.
    pub key: Name,
    /// For people.
    pub label: Option<Name>,
}

/// A value that an evaluation can meet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Of `Ty::Bool`.
    Bool(bool),
    /// Of `Ty::Number`, in the type's unit; a rate of 8 % is 0.08.
    Number(Exact),
    /// Of `Ty::Text`.
    Text(Arc<str>),
    /// Of `Ty::Date`.
    Date(Date),
    /// Of `Ty::Choice`: the position in `EnumTy::values`.
    Choice(u16),
    /// Of `Ty::Set`: bit n is set when value n is in the set.
    Set(u128),
    /// Of `Ty::Row`: the row's position in `Rows`.
    Row(u32),
    /// Of `Ty::List`: its elements, in the order of the request.
    List(Arc<[Element]>),
    /// Of `Ty::Optional`: nothing was given.
    Absent,
}

/// The values that an input may have, beyond its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Every value of the type.
    All,
    /// An enumeration of numbers: `63 tf | 100 tf`, with labels, in the order written.
    Numbers(Vec<(Exact, Option<Name>)>),
    /// `from`, `from + step`, … up to `to`, both included; without a step every number between.
    Range {
        /// Lower bound.
        from: Exact,
        /// Upper bound.
        to: Exact,
        /// Distance of allowed values.
        step: Option<Exact>,
    },
}

impl Domain {
    /// Whether a number is among the allowed values.
    pub fn contains(&self, number: &Exact) -> bool {
        match self {
            Domain::All => true,
            Domain::Numbers(numbers) => numbers.iter().any(|(it, _)| it == number),
            Domain::Range { from, to, step } => {
                let is_on = |step: &Exact| {
                    let steps = number.checked_sub(from).and_then(|above| above.checked_div(step));
                    steps.is_ok_and(|steps| steps.is_integer())
                };
                from <= number && number <= to && step.as_ref().is_none_or(is_on)
            }
        }
    }

    /// The allowed numbers next to one that is not allowed: the one below and the one above, as far as there
    /// are any. With `whole` only whole numbers are. None where every number between the bounds is allowed
    /// and this one lies between them, or where a number does not fit.
    pub fn nearest(&self, number: &Exact, whole: bool) -> Vec<Exact> {
        let (from, to, step) = match self {
            Domain::All if whole => (None, None, Some(Exact::ONE)),
            Domain::All => return Vec::new(),
            Domain::Numbers(numbers) => {
                let numbers = || numbers.iter().map(|(number, _)| number);
                let below = numbers().filter(|it| *it < number).max();
                let above = numbers().filter(|it| *it > number).min();
                return below.into_iter().chain(above).cloned().collect();
            }
            Domain::Range { from, to, step } => {
                (Some(from), Some(to), step.clone().or_else(|| whole.then_some(Exact::ONE)))
            }
        };
        if let Some(from) = from.filter(|from| number < from) {
            return vec![from.clone()];
        }
        let Some(step) = step else {
            return to.filter(|to| number > to).into_iter().cloned().collect();
        };
        let number = to.filter(|to| number > to).unwrap_or(number);
        let start = from.cloned().unwrap_or(Exact::ZERO);
        let steps = number.checked_sub(&start).and_then(|above| above.checked_div(&step));
        let Ok(steps) = steps.map(|steps| steps.floor()) else { return Vec::new() };
        let below = steps.checked_mul(&step).and_then(|above| above.checked_add(&start));
        let Ok(below) = below else { return Vec::new() };
        let above =
            below.checked_add(&step).ok().filter(|above| below != *number && to.is_none_or(|to| above <= to));
        [Some(below), above].into_iter().flatten().collect()
    }
}

impl Ty {
    /// A number without unit of the given kind.
    pub fn number(kind: NumberKind) -> Ty {
        Ty::Number(NumberTy { unit: Unit::none(), kind })
    }

    /// An amount in a unit.
    pub fn quantity(unit: Unit) -> Ty {
        Ty::Number(NumberTy { unit, kind: NumberKind::Plain })
    }

    /// The list, where the type is one.
    pub fn list(&self) -> Option<&Arc<ListTy>> {
        match self {
            Ty::List(list) => Some(list),
            _ => None,
        }
    }

    /// The type without its outermost `Optional`.
    pub fn required(&self) -> &Ty {
        match self {
            Ty::Optional(inner) => inner,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    fn nearest(domain: &Domain, to: &str, whole: bool) -> Vec<String> {
        domain.nearest(&number(to), whole).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_nearest_numbers_are_the_one_below_and_the_one_above() {
        let range = |step: Option<&str>| Domain::Range {
            from: number("100"),
            to: number("800"),
            step: step.map(number),
        };
        assert_eq!(nearest(&range(Some("50")), "430", false), ["400", "450"]);
        assert_eq!(nearest(&range(Some("50")), "790", false), ["750", "800"]);
        assert_eq!(nearest(&range(Some("50")), "99.5", false), ["100"]);
        assert_eq!(nearest(&range(Some("50")), "1000", false), ["800"]);
        assert_eq!(nearest(&range(Some("0.5")), "100.2", false), ["100", "100.5"]);
        assert_eq!(nearest(&range(None), "100.5", true), ["100", "101"]);
        assert_eq!(nearest(&range(None), "900.5", true), ["800"]);
        assert_eq!(nearest(&range(None), "900.5", false), ["800"]);
        assert!(nearest(&range(None), "300", false).is_empty());
    }

    #[test]
    fn the_nearest_of_a_list_are_its_neighbours_in_size() {
        let list = Domain::Numbers(["100", "63", "160"].map(|text| (number(text), None)).to_vec());
        assert_eq!(nearest(&list, "80", false), ["63", "100"]);
        assert_eq!(nearest(&list, "60", false), ["63"]);
        assert_eq!(nearest(&list, "161", false), ["160"]);
        assert_eq!(nearest(&Domain::All, "-2.5", true), ["-3", "-2"]);
        assert!(nearest(&Domain::All, "2.5", false).is_empty());
    }
}
