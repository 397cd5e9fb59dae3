//! Texts about values that are kept as values, and put together where somebody reads them.

use std::fmt;
use std::sync::Arc;

use super::{Date, Exact, group_digits};

/// How many decimal places a number is shown with whose decimals have no end.
const SHOWN_PLACES: u32 = 6;

/// A text of a quote, as what it says: [`Display`](fmt::Display) and [`Said::add_to`] put it together.
///
/// Two are equal where their texts are.
#[derive(Clone)]
pub enum Said {
    /// Words that are always the same.
    Words(&'static str),
    /// A word or a text of the book.
    Name(Arc<str>),
    /// A text, in quotation marks.
    Quoted(Arc<str>),
    /// A text that was put together already.
    Text(String),
    /// A number in decimals, of which there are at least so many places, and its unit: `224000.00 CNY`. Where the
    /// decimals have no end, about so much.
    Number {
        /// The number.
        number: Exact,
        /// The least decimal places.
        places: u32,
        /// What it is counted in.
        unit: Option<Arc<str>>,
    },
    /// An amount for a sentence, its digits in groups: `12 000.00 CNY`.
    Amount {
        /// The amount.
        amount: Exact,
        /// The least decimal places.
        places: u32,
        /// The code of the currency.
        currency: Arc<str>,
    },
    /// A rate, in per cent.
    Rate(Exact),
    /// A number with all its digits, as a fraction where its decimals have no end.
    Exact(Exact),
    /// A day.
    Day(Date),
    /// Several, one behind the other.
    Parts(Box<[Said]>),
}

impl Said {
    /// Several texts, one behind the other.
    pub fn of<const N: usize>(parts: [Said; N]) -> Said {
        Said::Parts(Box::new(parts))
    }

    /// Several texts with a comma between two of them; a single one stays as it is.
    pub fn listed(mut texts: Vec<Said>) -> Said {
        if texts.len() == 1 {
            return texts.pop().unwrap_or_default();
        }
        let mut parts = Vec::with_capacity(texts.len() * 2);
        for (at, text) in texts.into_iter().enumerate() {
            parts.extend((at > 0).then_some(Said::Words(", ")));
            parts.push(text);
        }
        Said::Parts(parts.into())
    }

    /// Adds the text to another.
    pub fn add_to(&self, out: &mut String) {
        match self {
            Said::Words(words) => out.push_str(words),
            Said::Name(name) => out.push_str(name),
            Said::Text(text) => out.push_str(text),
            Said::Quoted(text) => {
                out.push('"');
                out.push_str(text);
                out.push('"');
            }
            Said::Number { number, places, unit } => {
                decimals(number, *places, out);
                if let Some(unit) = unit {
                    out.push(' ');
                    out.push_str(unit);
                }
            }
            Said::Amount { amount, places, currency } => {
                let from = out.len();
                decimals(amount, *places, out);
                let grouped = group_digits(out.get(from..).unwrap_or_default(), ' ');
                out.truncate(from);
                out.push_str(&grouped);
                out.push(' ');
                out.push_str(currency);
            }
            Said::Rate(rate) => match rate.checked_mul(&Exact::from(100)) {
                Ok(share) => {
                    decimals(&share, 0, out);
                    out.push('%');
                }
                Err(_) => decimals(rate, 0, out),
            },
            Said::Exact(number) => {
                if !number.write_decimal(0, out) {
                    out.push_str(&number.to_fraction_text());
                }
            }
            Said::Day(day) => out.push_str(&day.to_string()),
            Said::Parts(parts) => parts.iter().for_each(|part| part.add_to(out)),
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Said::Words(words) => words.is_empty(),
            Said::Name(name) => name.is_empty(),
            Said::Text(text) => text.is_empty(),
            Said::Parts(parts) => parts.iter().all(Said::is_empty),
            _ => false,
        }
    }
}

/// Adds a number in decimals, of which there are at least so many places; about so much where they have no end.
fn decimals(number: &Exact, places: u32, out: &mut String) {
    if !number.write_decimal(places, out) {
        out.push_str("about ");
        number.write_rounded(SHOWN_PLACES, out);
    }
}

impl Default for Said {
    fn default() -> Said {
        Said::Words("")
    }
}

impl From<&'static str> for Said {
    fn from(words: &'static str) -> Said {
        Said::Words(words)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Said {
        Said::Text(text)
    }
}

impl From<Arc<str>> for Said {
    fn from(name: Arc<str>) -> Said {
        Said::Name(name)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(32);
        self.add_to(&mut text);
        f.pad(&text)
    }
}

impl fmt::Debug for Said {
    /// As a text is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Said) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Said {}

impl PartialEq<str> for Said {
    fn eq(&self, other: &str) -> bool {
        let text = self.to_string();
        text == other
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_put_together_where_they_are_read() {
        let number = |text: &str| Exact::parse(text).expect("a number");
        let third = Exact::ratio(1, 3).expect("a number");
        let unit = || Some(Arc::from("CNY"));
        for (said, text) in [
            (Said::Number { number: number("224000"), places: 2, unit: unit() }, "224000.00 CNY"),
            (Said::Number { number: third.clone(), places: 2, unit: unit() }, "about 0.333333 CNY"),
            (
                Said::Amount { amount: number("-12000.5"), places: 2, currency: "CNY".into() },
                "-12 000.50 CNY",
            ),
            (Said::Rate(number("0.085")), "8.5%"),
            (Said::Rate(third.clone()), "about 33.333333%"),
            (Said::Exact(third), "1/3"),
            (Said::Quoted("a \"b\"".into()), "\"a \"b\"\""),
            (Said::of(["from ".into(), Said::Exact(number("10"))]), "from 10"),
            (Said::listed(vec![Said::Name("a".into()), String::from("b").into()]), "a, b"),
            (Said::listed(Vec::new()), ""),
        ] {
            assert_eq!(said.to_string(), text);
            assert_eq!(said.is_empty(), text.is_empty());
        }
    }

    #[test]
    fn texts_are_equal_whatever_they_are_made_of() {
        assert_eq!(Said::Rate(Exact::scaled(8, 2)), Said::from("8%"));
        assert_ne!(Said::Rate(Exact::scaled(8, 2)), Said::from("8"));
        assert_eq!(Said::of(["a".into(), "b".into()]), "ab");
    }
}
