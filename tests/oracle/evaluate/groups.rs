//! Steps of the quote that are worked out for each group of lines.

use std::rc::Rc;

use num_traits::Zero;

use super::expr::{Res, Scope};
use super::quote::{Run, Spreading};
use super::waterfall::{change, known};
use crate::model::{GroupedBy, Step, Val};
use crate::number::{Q, whole};

/// What the lines of a step have in common, group by group.
pub(super) fn grouped_by(step: &Step) -> Option<&GroupedBy> {
    step.spread.as_ref().and_then(|spread| spread.each.as_ref())
}

impl Run<'_> {
    /// The amount of a step for each group of its lines, spread over the lines of the group; none without a group.
    pub(super) fn in_groups(&self, scope: &Scope, step: &Step) -> Res<Option<Spreading>> {
        let (Some(each), Some(how)) = (grouped_by(step), &step.spread) else { panic!("a step for each") };
        let mut all = Spreading { taken: Q::zero(), shares: Vec::new(), complete: true };
        let groups = self.groups(each, &self.lines_of(step)?);
        if groups.is_empty() {
            return Ok(None);
        }
        for (of, lines) in groups {
            let inside = self.inside_group(scope, each, of, &lines);
            let amount = known(change(self.world, &inside, &Step { when: None, ..step.clone() }))?;
            let own = self.spread_over(step, how, &amount, lines)?;
            all.taken += own.taken;
            all.shares.extend(own.shares);
            all.complete &= own.complete;
        }
        Ok(Some(all))
    }

    /// Lines parted by what they have in common: the line that is read of, and the lines. One that has nothing of
    /// it is left out.
    pub(super) fn groups(&self, each: &GroupedBy, of: &[usize]) -> Vec<(usize, Vec<usize>)> {
        let mut found: Vec<(Val, usize, Vec<usize>)> = Vec::new();
        for at in of {
            let line = &self.lines[*at];
            let number = |at: usize| Val::Num(whole(at as i64));
            let bundle = || {
                line.answer.part_of.as_ref()?;
                self.lines.iter().position(|it| it.group == line.group && it.answer.part_of.is_none())
            };
            let (key, stands) = match each {
                GroupedBy::Line => (number(*at), *at),
                GroupedBy::Product => (Val::Text(line.scope.product.clone().expect("a line").0), *at),
                GroupedBy::Bundle => match bundle() {
                    Some(bundle) => (number(bundle), bundle),
                    None => continue,
                },
                GroupedBy::Of(path) => match line.scope.names.get(path) {
                    None | Some(Ok(Val::Absent)) => continue,
                    Some(value) => (value.clone().expect("known of a valid line"), *at),
                },
            };
            match found.iter_mut().find(|(known, ..)| *known == key) {
                Some((_, _, lines)) => lines.push(*at),
                None => found.push((key, stands, vec![*at])),
            }
        }
        found.into_iter().map(|(_, stands, lines)| (stands, lines)).collect()
    }

    /// What is read of a group, beside what is of the whole order.
    pub(super) fn inside_group(&self, scope: &Scope, each: &GroupedBy, of: usize, lines: &[usize]) -> Scope {
        let mut inside = scope.clone();
        let read = &self.lines[of].scope;
        for (name, value) in read.names.iter() {
            match (each, name.strip_prefix("line.")) {
                (GroupedBy::Bundle, Some(rest)) => inside.set(format!("bundle.{rest}"), value.clone()),
                (GroupedBy::Line | GroupedBy::Of(_), Some(_)) => inside.set(name.clone(), value.clone()),
                _ => {}
            }
        }
        inside.product.clone_from(&read.product);
        inside.set_number("running", Ok(lines.iter().map(|at| &self.amounts[at]).sum()));
        let list = lines.iter().map(|at| self.lines[*at].list.clone()).sum::<Res<Q>>();
        inside.set_number("list", list);
        if let Some(cost) = lines.iter().map(|at| self.lines[*at].cost.clone()).collect::<Option<Vec<_>>>() {
            inside.set_number("cost", cost.into_iter().sum::<Res<Q>>());
        }
        inside.lines = Rc::new(lines.iter().map(|at| Rc::new(self.scope_of(*at))).collect());
        inside
    }
}
