//! What comes with Tarif: the books of `rules/std`, which `use std.NAME` brings in.

/// The files by their paths in a workspace.
pub(super) const FILES: &[(&str, &str)] = &[
    ("<std>/calendar.tarif", include_str!("../../rules/std/calendar.tarif")),
    ("<std>/proration.tarif", include_str!("../../rules/std/proration.tarif")),
];
