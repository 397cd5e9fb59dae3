//! Random rules.

use super::Maker;
use crate::model::{Rule, RuleKind};

impl Maker<'_> {
    pub fn rules(&mut self, count: usize) {
        for _ in 0..count {
            let name = self.name("rule");
            let kind = match self.random.between(1, 10) {
                1..=3 => RuleKind::Require(self.condition(2), None),
                4..=6 => RuleKind::Require(self.condition(1), Some(self.condition(1))),
                7..=8 => RuleKind::Exclude(self.condition(1), self.condition(1)),
                _ => match self.allowed() {
                    Some((slots, table)) => RuleKind::Allow(slots, table),
                    None => RuleKind::Require(self.condition(1), None),
                },
            };
            self.book.rules.push(Rule { name, kind });
        }
    }
}
