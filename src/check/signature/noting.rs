//! What a declaration asks the signatures, and what of them is another than before.

use super::{Entries, Signatures};
use crate::check::kept::{Changes, Named, Reads};
use crate::ir::Name;

impl Signatures {
    /// Does some work, and tells what it looked up.
    pub fn noting<T>(&self, work: impl FnOnce() -> T) -> (T, Reads) {
        self.for_each(&mut |_, entries| entries.begin());
        let done = work();
        let mut reads = Reads::default();
        self.for_each(&mut |kind, entries| {
            let (names, all) = entries.end();
            reads.names.extend(names.into_iter().map(|name| (kind, name)));
            if all {
                reads.all_of(kind);
            }
        });
        (done, reads)
    }

    /// What is another than in other signatures. That nothing is wrong with them is not looked at.
    pub fn changes_since(&self, before: &Signatures) -> Changes {
        let mut changes = Changes::default();
        if before.usual_mode != self.usual_mode
            || before.units != self.units
            || before.book != self.book
            || before.exchanges != self.exchanges
            || before.bundled != self.bundled
            || before.guides != self.guides
            || before.quote != self.quote
            || before.approvals != self.approvals
        {
            changes.add_all();
        }
        compare(Named::Name, &before.names, &self.names, &mut changes);
        compare(Named::Enum, &before.enums, &self.enums, &mut changes);
        compare(Named::Context, &before.contexts, &self.contexts, &mut changes);
        compare(Named::Fact, &before.facts, &self.facts, &mut changes);
        compare(Named::Index, &before.indexes, &self.indexes, &mut changes);
        compare(Named::Family, &before.families, &self.families, &mut changes);
        compare(Named::Product, &before.products, &self.products, &mut changes);
        compare(Named::Table, &before.tables, &self.tables, &mut changes);
        compare(Named::Tiers, &before.tiers, &self.tiers, &mut changes);
        compare(Named::Def, &before.defs, &self.defs, &mut changes);
        compare(Named::Price, &before.prices, &self.prices, &mut changes);
        compare(Named::Preset, &before.presets, &self.presets, &mut changes);
        changes
    }

    fn for_each(&self, visit: &mut dyn FnMut(Named, &dyn Noting)) {
        visit(Named::Name, &self.names);
        visit(Named::Enum, &self.enums);
        visit(Named::Context, &self.contexts);
        visit(Named::Fact, &self.facts);
        visit(Named::Index, &self.indexes);
        visit(Named::Family, &self.families);
        visit(Named::Product, &self.products);
        visit(Named::Table, &self.tables);
        visit(Named::Tiers, &self.tiers);
        visit(Named::Def, &self.defs);
        visit(Named::Price, &self.prices);
        visit(Named::Preset, &self.presets);
    }
}

/// Entries of whatever kind, as far as they take note.
trait Noting {
    fn begin(&self);
    fn end(&self) -> (Vec<Name>, bool);
}

impl<T> Noting for Entries<T> {
    fn begin(&self) {
        Entries::begin(self);
    }

    fn end(&self) -> (Vec<Name>, bool) {
        Entries::end(self)
    }
}

/// Adds the names whose entries differ.
fn compare<T: PartialEq>(kind: Named, before: &Entries<T>, now: &Entries<T>, changes: &mut Changes) {
    let (before, now) = (before.unnoted(), now.unnoted());
    let gone = before.iter().filter(|(name, entry)| now.get(*name) != Some(*entry));
    let come = now.keys().filter(|name| !before.contains_key(*name));
    for name in gone.map(|(name, _)| name).chain(come) {
        changes.add(kind, name);
    }
}
