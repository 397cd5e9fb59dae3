//! Division and rounding of whole numbers, for constants by a multiplication.

use crate::value::Rounding;

/// `above / below` rounded to a whole number. `below` is positive.
pub(super) fn rounded(above: i128, below: i128, mode: Rounding) -> i128 {
    let (whole, rest) = (above / below, (above % below).abs());
    if rest == 0 {
        return whole;
    }
    // Twice the rest could overflow; this cannot.
    let other = below - rest;
    let negative = above < 0;
    let outward = match mode {
        Rounding::HalfEven => rest > other || rest == other && whole % 2 != 0,
        Rounding::HalfUp => rest >= other,
        Rounding::HalfDown => rest > other,
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
    };
    match (outward, negative) {
        (false, _) => whole,
        (true, false) => whole + 1,
        (true, true) => whole - 1,
    }
}

/// A constant that 63-bit numbers are divided by: by a multiplication with 2^(63 + l) / d, rounded up, where
/// 2^l is not below d. That is exact for all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Divisor {
    pub by: u64,
    magic: u64,
    shift: u32,
}

impl Divisor {
    /// A divisor above 1.
    pub fn new(by: i64) -> Divisor {
        let by = by.unsigned_abs().max(2);
        let bits = u64::BITS - (by - 1).leading_zeros();
        let magic = (1_u128 << (63 + bits)) / u128::from(by) + 1;
        Divisor { by, magic: u64::try_from(magic).unwrap_or(u64::MAX), shift: bits - 1 }
    }

    /// The whole quotient of a number of 63 bits.
    #[inline]
    pub fn quotient(self, of: u64) -> u64 {
        let product = u128::from(of) * u128::from(self.magic);
        (product >> 64) as u64 >> self.shift
    }

    /// A number of less than 63 bits divided and rounded; `outward` tells from the rest, the divisor, the
    /// quotient and the sign whether the quotient grows by one.
    #[inline]
    pub fn round(self, of: i64, outward: impl Fn(u64, u64, u64, bool) -> bool) -> i64 {
        let sign = of >> 63;
        let size = of.unsigned_abs();
        let whole = self.quotient(size);
        let rest = size.wrapping_sub(whole.wrapping_mul(self.by));
        let grown = whole.wrapping_add(u64::from(outward(rest, self.by, whole, of < 0)));
        (grown as i64 ^ sign).wrapping_sub(sign)
    }
}

/// `of / by` rounded, by 1 where the divisor is not above zero.
#[inline]
pub(super) fn quotient(of: i64, by: i64, outward: &impl Fn(u64, u64, u64, bool) -> bool) -> i64 {
    let (size, by) = (of.unsigned_abs(), by.max(1).unsigned_abs());
    // Short numbers are divided faster than long ones.
    let (whole, rest) = match (u32::try_from(size), u32::try_from(by)) {
        (Ok(size), Ok(by)) => (u64::from(size / by), u64::from(size % by)),
        _ => (size / by, size % by),
    };
    let grown = whole.wrapping_add(u64::from(outward(rest, by, whole, of < 0))) as i64;
    if of < 0 { grown.wrapping_neg() } else { grown }
}

/// Calls `run` with the rule of a rounding mode, so that each mode has a loop of its own.
macro_rules! with_mode {
    ($mode:expr, $run:expr) => {
        match $mode {
            Rounding::HalfEven => $run(|rest: u64, by: u64, whole: u64, _: bool| rest * 2 + (whole & 1) > by),
            Rounding::HalfUp => $run(|rest: u64, by: u64, _: u64, _: bool| rest * 2 >= by),
            Rounding::HalfDown => $run(|rest: u64, by: u64, _: u64, _: bool| rest * 2 > by),
            Rounding::Up => $run(|rest: u64, _: u64, _: u64, _: bool| rest > 0),
            Rounding::Down => $run(|_: u64, _: u64, _: u64, _: bool| false),
            Rounding::Ceiling => $run(|rest: u64, _: u64, _: u64, negative: bool| rest > 0 && !negative),
            Rounding::Floor => $run(|rest: u64, _: u64, _: u64, negative: bool| rest > 0 && negative),
        }
    };
}
pub(super) use with_mode;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_divisor(of: i64, by: i64, mode: Rounding) -> i64 {
        let divisor = Divisor::new(by);
        with_mode!(mode, |outward| divisor.round(of, outward))
    }

    proptest! {
        #[test]
        fn a_multiplication_divides_and_rounds_as_division_does(
            of in -4_000_000_000_000_000_000_i64..=4_000_000_000_000_000_000,
            near in -1000_i64..1000,
            by in prop_oneof![
                2_i64..100,
                2_i64..4_000_000_000_000_000_000,
                (1_u32..19).prop_map(|power| 10_i64.pow(power)),
                (1_u32..62).prop_map(|power| 1_i64 << power),
            ],
            mode in prop::sample::select(Rounding::ALL.to_vec()),
        ) {
            // Beside any number also the neighbors of halves and wholes.
            let half = (of / by).saturating_mul(by).saturating_add(by / 2).saturating_add(near);
            for of in [of, half.clamp(-4_000_000_000_000_000_000, 4_000_000_000_000_000_000), near] {
                let expected = rounded(i128::from(of), i128::from(by), mode);
                prop_assert_eq!(i128::from(by_divisor(of, by, mode)), expected, "{} / {} {}", of, by, mode);
            }
        }

        #[test]
        fn whole_numbers_round_as_exact_ones_do(
            above in any::<i64>(), below in 1_i64.., mode in prop::sample::select(Rounding::ALL.to_vec()),
        ) {
            let exact = crate::value::Exact::ratio(above, below).expect("no division by zero");
            let expected = exact.round_whole(mode).to_i128();
            prop_assert_eq!(Some(rounded(i128::from(above), i128::from(below), mode)), expected);
        }
    }
}
