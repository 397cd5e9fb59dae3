//! The order of exact numbers, found without division and, up to 127 bits, without allocation.

use std::cmp::Ordering;

use super::{Exact, Form, raised};

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Form::Short { mantissa: a, scale: p }, Form::Short { mantissa: b, scale: q }) =
            (&self.0, &other.0)
        {
            if p == q {
                return a.cmp(b);
            }
            let scale = *p.max(q);
            if let (Some(a), Some(b)) = (raised(*a, scale - p), raised(*b, scale - q)) {
                return a.cmp(&b);
            }
        }
        let (sign, other_sign) = (self.signum(), other.signum());
        if sign != other_sign || sign == 0 {
            return sign.cmp(&other_sign);
        }
        let magnitudes = match (self.to_quotient(), other.to_quotient()) {
            (Some((a, b)), Some((c, d))) => {
                // a/b against c/d, with positive b and d, is a×d against c×b.
                wide_product(a.unsigned_abs(), d.unsigned_abs())
                    .cmp(&wide_product(c.unsigned_abs(), b.unsigned_abs()))
            }
            _ => {
                let (left, right) = (self.to_big(), other.to_big());
                return (left.numer() * right.denom()).cmp(&(right.numer() * left.denom()));
            }
        };
        if sign < 0 { magnitudes.reverse() } else { magnitudes }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The product as its upper and lower 128 bits.
fn wide_product(left: u128, right: u128) -> (u128, u128) {
    if let Some(product) = left.checked_mul(right) {
        return (0, product);
    }
    let halves = |number: u128| (number >> 64, number & u128::from(u64::MAX));
    let ((a, b), (c, d)) = (halves(left), halves(right));
    let low = b * d;
    let (middle, carried) = (a * d).overflowing_add(b * c);
    let (low, carry) = low.overflowing_add(middle << 64);
    let high = a * c + (middle >> 64) + (u128::from(carried) << 64) + u128::from(carry);
    (high, low)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_widest_product_carries_into_its_upper_half() {
        // (2^128 - 1)^2 = 2^256 - 2 × 2^128 + 1
        assert_eq!(wide_product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
    }

    proptest! {
        #[test]
        fn a_wide_product_is_that_of_unbounded_numbers(left: u128, right: u128) {
            let (high, low) = wide_product(left, right);
            prop_assert_eq!((BigUint::from(high) << 128) + low, BigUint::from(left) * right);
        }
    }
}
