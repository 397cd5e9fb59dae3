//! The hash of what a rule asked and read, worked out where somebody reads it.

use std::fmt;

use sha2::{Digest, Sha256};

/// The hash of a requirement: 64 hexadecimal digits over the rule, what it read, and the values that it tested.
///
/// It is kept as that content, and [`Display`](fmt::Display) works it out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Seal(String);

impl Seal {
    /// Adds a part of the content.
    pub(super) fn add(&mut self, part: &str) {
        self.0.push_str(part);
        self.0.push('\0');
    }

    /// Adds a part of the content that is written straight into it.
    pub(super) fn add_written(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.0);
        self.0.push('\0');
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |number: u8| char::from_digit(u32::from(number), 16).unwrap_or('0');
        let mut digits = String::with_capacity(64);
        for byte in Sha256::digest(self.0.as_bytes()) {
            digits.extend([digit(byte >> 4), digit(byte & 15)]);
        }
        f.pad(&digits)
    }
}

impl fmt::Debug for Seal {
    /// As it is displayed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
