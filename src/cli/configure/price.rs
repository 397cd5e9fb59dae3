//! The price of a configuration under way.

use crate::eval::Plan;
use crate::quote::{self, Request};
use crate::value::group_digits;

/// What one unit and the line come to, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Price {
    /// Amounts with the currency.
    Known {
        /// Of one unit; none where only the line has a price.
        unit: Option<String>,
        /// Of the line.
        line: String,
    },
    /// Why not, in one line.
    Unknown(String),
}

/// The price of the one line of a request.
pub(super) fn of(plan: &Plan, request: &Request) -> Price {
    let quote = match quote::quote(plan, request) {
        Ok(quote) => quote,
        Err(errors) => {
            let first = errors.into_iter().next();
            return Price::Unknown(first.map_or(String::new(), |error| error.message));
        }
    };
    let amount = |amount: &crate::value::Exact| {
        format!("{} {}", group_digits(&quote.amount(amount), ' '), quote.currency)
    };
    let Some(line) = quote.lines.first() else { return Price::Unknown("there is no line".into()) };
    match &line.net {
        Some(net) => {
            let unit = line.unit.as_ref().and_then(|unit| unit.net.as_ref()).map(amount);
            Price::Known { unit, line: amount(net) }
        }
        None => {
            let violation = line.violations.first().or(quote.violations.first());
            Price::Unknown(violation.map_or("the price is not known".into(), |it| it.message.clone()))
        }
    }
}
