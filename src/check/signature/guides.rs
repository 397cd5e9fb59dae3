//! What others may know of presets and guides: what they are for.

use std::collections::BTreeMap;

use super::PresetSig;
use super::build::Building;
use crate::check::errors;
use crate::ir::Name;
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};

/// Adds presets and guides.
pub(super) fn add(building: &mut Building<'_>) {
    let mut guides: BTreeMap<Name, Span> = BTreeMap::new();
    for item in building.items.clone() {
        match &item.kind {
            ItemKind::Preset(preset) if building.is_sold(&preset.target) => {
                let sig = PresetSig { target: preset.target.text.clone() };
                building.signatures.presets.entry(preset.name.text.clone()).or_insert(sig);
            }
            ItemKind::Guide(guide) if building.is_sold(&guide.target) => {
                let target = &guide.target;
                match guides.get(&target.text) {
                    Some(first) => building.problems.push(errors::two_guides(target, *first)),
                    None => {
                        guides.insert(target.text.clone(), target.span);
                        building.signatures.guides.insert(target.text.clone());
                    }
                }
            }
            _ => {}
        }
    }
}

impl Building<'_> {
    /// Whether a name is that of a product or a family; if not, that is reported.
    fn is_sold(&mut self, target: &ast::Name) -> bool {
        let known = self.signatures.products.contains_key(&target.text)
            || self.signatures.families.contains_key(&target.text);
        if !known {
            let wanted = [Kind::Product, Kind::Family];
            self.problems.push(errors::wrong_target(&self.signatures, target, &wanted));
        }
        known
    }
}
