//! Why a rule cannot be decided.

use std::fmt;

/// Why a rule is left out of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It goes too deep.
    Depth,
    /// It reads a figure that only a quote has.
    Figure,
    /// It goes through a list. Rules do not; a value that does is known with the quote.
    List,
    /// It ranks pieces, and takes only some of them.
    Rank,
    /// It reads an exchange rate.
    Rate,
    /// It compares two texts that are both open.
    Texts,
    /// It has too many combinations.
    Combinations,
    /// It needs too many classes of one range.
    Classes,
    /// It depends on a number in another way than by sums, products with fixed numbers and steps.
    Curve,
    /// All rules together need too many steps.
    Steps,
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Why::Depth => "its expressions go too deep",
            Why::Figure => "it reads what only a quote knows",
            Why::List => "it goes through a list",
            Why::Rank => "it takes the greatest or least of its pieces",
            Why::Rate => "it reads an exchange rate",
            Why::Texts => "it compares texts that are both open",
            Why::Combinations => "it relates too many combinations of values",
            Why::Classes => "it tells too many values of a range apart",
            Why::Curve => "it depends on a number of a range in a way that cannot be solved",
            Why::Steps => "the rules of the product take too long to work out",
        })
    }
}
