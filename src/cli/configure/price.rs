//! The price of a configuration under way.

use crate::eval::Plan;
use crate::quote::{self, Request};
use crate::value::{Exact, group_digits};

/// What one unit and the line come to, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Price {
    /// Amounts with the currency.
    Known {
        /// Of one unit; none where only the line has a price.
        unit: Option<String>,
        /// Of the line.
        line: String,
        /// Of the line with the pieces that have prices of their own, where it has such pieces.
        with_pieces: Option<String>,
    },
    /// Why not, in one line.
    Unknown(String),
}

impl Price {
    /// Whether there is one.
    pub fn is_known(&self) -> bool {
        matches!(self, Price::Known { .. })
    }

    /// The price in one line, or why it is not known.
    pub fn text(&self) -> String {
        match self {
            Price::Known { unit, line, with_pieces } => {
                let unit = unit.as_ref().map(|unit| format!("unit {unit} · ")).unwrap_or_default();
                let pieces = with_pieces.as_ref().map(|all| format!(" · with its pieces {all}"));
                format!("{unit}line {line}{}", pieces.unwrap_or_default())
            }
            Price::Unknown(why) => format!("price not known: {why}"),
        }
    }
}

/// The price of the one line of a request, with that of its pieces.
pub(super) fn of(plan: &Plan, request: &Request) -> Price {
    let quote = match quote::quote(plan, request) {
        Ok(quote) => quote,
        Err(errors) => {
            let first = errors.into_iter().next();
            return Price::Unknown(first.map_or(String::new(), |error| error.message));
        }
    };
    let amount = |amount: &Exact| format!("{} {}", group_digits(&quote.amount(amount), ' '), quote.currency);
    let Some(line) = quote.lines.first() else { return Price::Unknown("there is no line".into()) };
    match &line.net {
        Some(net) => {
            let unit = line.unit.as_ref().and_then(|unit| unit.net.as_ref()).map(amount);
            // Pieces with prices are lines behind their bundle; one without a price makes the bundle invalid.
            let all = quote.lines.iter().try_fold(Exact::ZERO, |sum, line| {
                line.net.as_ref().and_then(|net| sum.checked_add(net).ok())
            });
            let with_pieces = all.filter(|_| quote.lines.len() > 1).map(|all| amount(&all));
            Price::Known { unit, line: amount(net), with_pieces }
        }
        None => {
            let violation = line.violations.first().or(quote.violations.first());
            Price::Unknown(violation.map_or("the price is not known".into(), |it| it.message.clone()))
        }
    }
}
