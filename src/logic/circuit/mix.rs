//! Keys of 128 bits that stand for states of a problem.
//!
//! A state is a set of facts; its key is the sum of its facts' keys, so that it needs no sorting and changes in
//! small steps (Zobrist 1970). Two different states among a million have the same key with a probability below
//! 2^-88, far less than that of a fault of the machine.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What stands for a state.
pub(super) type Key = u128;

/// What is known by its key.
pub(super) type KeyMap<T> = HashMap<Key, T, BuildHasherDefault<Mixed>>;

/// Takes a key as its own hash: its bits are mixed already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = scramble(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// Mixes the bits of a number so that each depends on all.
pub(super) fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The key of a fact made of two numbers.
pub(super) fn key(one: u64, other: u64) -> Key {
    let low = scramble(scramble(one).wrapping_add(other));
    let high = scramble(scramble(one ^ 0x5851_f42d_4c95_7f2d).wrapping_sub(other));
    Key::from(high) << 64 | Key::from(low)
}

/// The key of a fact made of a state and a number.
pub(super) fn wrap(state: Key, kind: u64) -> Key {
    let (low, high) = (state as u64, (state >> 64) as u64);
    key(scramble(low).wrapping_add(kind), high).wrapping_add(key(high, low ^ kind))
}
