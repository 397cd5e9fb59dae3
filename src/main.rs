//! The `tarif` command.

fn main() {}
