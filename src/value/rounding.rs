//! The seven ways to bring a number to the nearest step, each named as price books name it.

use std::cmp::Ordering;
use std::fmt;

/// How a number between two multiples of a step is brought to one of them.
///
/// The examples round to a step of 1. A number that already is a multiple of the step never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rounding {
    /// To the nearest; halfway, to the even multiple: 2.5 → 2, 3.5 → 4, −2.5 → −2, −3.5 → −4.
    HalfEven,
    /// To the nearest; halfway, away from zero: 2.5 → 3, −2.5 → −3, −2.4 → −2.
    HalfUp,
    /// To the nearest; halfway, toward zero: 2.5 → 2, −2.5 → −2, −2.6 → −3.
    HalfDown,
    /// Away from zero: 2.1 → 3, −2.1 → −3.
    Up,
    /// Toward zero: 2.9 → 2, −2.9 → −2.
    Down,
    /// To the greater multiple: 2.1 → 3, −2.9 → −2.
    Ceiling,
    /// To the lesser multiple: 2.9 → 2, −2.1 → −3.
    Floor,
}

impl Rounding {
    /// Every mode, in the order of the language reference.
    pub const ALL: [Rounding; 7] = [
        Rounding::HalfEven,
        Rounding::HalfUp,
        Rounding::HalfDown,
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
    ];

    /// The word a price book uses for this mode, such as `half_even`.
    pub fn name(self) -> &'static str {
        match self {
            Rounding::HalfEven => "half_even",
            Rounding::HalfUp => "half_up",
            Rounding::HalfDown => "half_down",
            Rounding::Up => "up",
            Rounding::Down => "down",
            Rounding::Ceiling => "ceiling",
            Rounding::Floor => "floor",
        }
    }

    /// The mode that `name` stands for, if it is one of the seven words.
    pub fn from_name(name: &str) -> Option<Rounding> {
        Rounding::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether a number that is no multiple of the step goes to the multiple farther from zero.
    ///
    /// `rest` compares what exceeds the multiple nearer to zero with half a step, and `odd` says
    /// whether that nearer multiple is an odd one.
    pub(super) fn goes_outward(self, negative: bool, rest: Ordering, odd: bool) -> bool {
        match self {
            Rounding::HalfEven => match rest {
                Ordering::Less => false,
                Ordering::Equal => odd,
                Ordering::Greater => true,
            },
            Rounding::HalfUp => rest != Ordering::Less,
            Rounding::HalfDown => rest == Ordering::Greater,
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
        }
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_found_by_its_own_name() {
        for mode in Rounding::ALL {
            assert_eq!(Rounding::from_name(mode.name()), Some(mode));
        }
    }

    #[test]
    fn a_word_that_is_no_mode_is_not_taken_for_one() {
        for word in ["", "HalfEven", "half-even", "half_odd", "ceil", "nearest"] {
            assert_eq!(Rounding::from_name(word), None, "{word}");
        }
    }
}
