//! The values that prices are made of: exact numbers, how they are rounded, units and currencies, dates.
//!
//! This room knows nothing of products or price books. It is the only one that names the number and
//! calendar crates; the others see [`Exact`], [`Unit`] and [`Date`].

mod currency;
mod date;
mod exact;
mod rounding;
mod said;
mod text;
mod unit;

pub use currency::MINOR_UNIT;
pub use currency::{CURRENCIES, Currency};
pub use date::{Date, ParseDateError};
pub use exact::{
    ArithmeticError, Exact, LIMIT_BITS, MAX_PARSED_DIGITS, MAX_PLACES, ParseNumberError, PowerError,
    RealExponent,
};
pub use rounding::Rounding;
pub use said::Said;
pub use text::group_digits;
pub use unit::{Atom, AtomKind, DeclareUnitError, Unit, UnitRow, UnitTable, UnknownUnit};
