//! Tiers that no call of their scheme reaches.

use super::interval::Range;
use super::{Found, errors};
use crate::ir::{Book, Tier, TierMode, TierRow};

/// Warns of the tiers with a price above all that a scheme is asked for; of those below as well, where a tier alone decides.
pub(super) fn check(book: &Book, found: &mut Found) {
    if found.too_deep {
        return;
    }
    for tiers in &book.tiers {
        let Some(Some(asked)) = found.asked.get(&tiers.name).cloned() else { continue };
        for version in &tiers.versions {
            for (at, tier) in version.tiers.iter().enumerate() {
                let next = version.tiers.get(at + 1);
                let is_above = starts_above(tier, &asked);
                let is_below = tiers.mode != TierMode::Graduated && ends_below(tier, next, &asked);
                // What is refused is a rail, and need not be reached.
                let is_rail = matches!(tier.row, TierRow::Refuse(_));
                if (is_above || is_below) && !is_rail {
                    found.add(errors::unreached_tier(tiers, tier, &asked));
                }
            }
        }
    }
}

fn starts_above(tier: &Tier, asked: &Range) -> bool {
    asked.high.as_ref().is_some_and(|(high, included)| {
        *high < tier.start || *high == tier.start && !(*included && tier.start_included)
    })
}

fn ends_below(tier: &Tier, next: Option<&Tier>, asked: &Range) -> bool {
    let (Some(end), Some((low, included))) = (&tier.end, &asked.low) else { return false };
    let next_begins = next.is_some_and(|next| next.start_included);
    end < low || end == low && (next_begins || !*included)
}
