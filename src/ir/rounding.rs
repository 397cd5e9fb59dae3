//! How amounts are rounded: by a mode, to a step that may differ from currency to currency.

use std::sync::Arc;

use crate::value::{Exact, Rounding};

/// How a price is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoundTo {
    /// The mode.
    pub mode: Rounding,
    /// Positive.
    pub step: PerCurrency,
    /// Added afterwards.
    pub offset: PerCurrency,
}

/// A number that is the same for every request, or follows from the currency that the request chose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PerCurrency {
    /// For every request.
    Same(Exact),
    /// For each currency of the book, in the book's order; at least two, and not all alike.
    Each(Arc<[Exact]>),
}

/// What stands for a currency that the book does not have: no step, which rounds nothing.
static NOTHING: Exact = Exact::ZERO;

impl PerCurrency {
    /// Zero for every request.
    pub const ZERO: PerCurrency = PerCurrency::Same(Exact::ZERO);

    /// A number for each currency of the book.
    pub fn of(numbers: Vec<Exact>) -> PerCurrency {
        match numbers.split_first() {
            Some((first, rest)) if rest.iter().any(|other| other != first) => {
                PerCurrency::Each(numbers.into())
            }
            first => PerCurrency::Same(first.map_or(Exact::ZERO, |(first, _)| first.clone())),
        }
    }

    /// The number for the currency at a position of the book.
    pub fn in_currency(&self, at: u16) -> &Exact {
        match self {
            PerCurrency::Same(number) => number,
            PerCurrency::Each(numbers) => numbers.get(usize::from(at)).unwrap_or(&NOTHING),
        }
    }

    /// The number, where it is one for every request.
    pub fn same(&self) -> Option<&Exact> {
        match self {
            PerCurrency::Same(number) => Some(number),
            PerCurrency::Each(_) => None,
        }
    }

    /// All numbers that it can be.
    pub fn all(&self) -> &[Exact] {
        match self {
            PerCurrency::Same(number) => std::slice::from_ref(number),
            PerCurrency::Each(numbers) => numbers,
        }
    }

    /// It is zero for every request.
    pub fn is_zero(&self) -> bool {
        self.all().iter().all(Exact::is_zero)
    }
}

impl From<Exact> for PerCurrency {
    fn from(number: Exact) -> PerCurrency {
        PerCurrency::Same(number)
    }
}

impl std::fmt::Display for PerCurrency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PerCurrency::Same(number) => write!(f, "{number}"),
            PerCurrency::Each(numbers) => {
                let texts: Vec<String> = numbers.iter().map(Exact::to_string).collect();
                write!(f, "[{}]", texts.join(", "))
            }
        }
    }
}
