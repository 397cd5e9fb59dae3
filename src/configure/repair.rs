//! Conflicts and their repairs: the smallest changes of the user's own choices that mend a clash.

use super::choice::{Asked, Choice, Clash, Origin};
use super::distance::{self, Near};
use super::explain::MOST_WAYS;
use super::model::Model;
use super::session::{NotDecided, Session};
use super::slot::{Shape, SlotId, Wanted};
use crate::ir::Value;
use crate::logic::{Claim, Literal, ValueSet, Var};

/// Choices that cannot all be had, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// A minimal clash: without any one of its members the others could be had.
    pub clash: Clash,
    /// What mends it, fewest changes first, then least change. Empty where the request itself, or the book, has
    /// no configuration.
    pub repairs: Vec<Repair>,
}

/// Changes of choices after which all of them can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// One for each choice that is changed, in the order of the slots.
    pub changes: Vec<Change>,
}

/// One changed choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The slot.
    pub slot: SlotId,
    /// As it was chosen.
    pub from: Wanted,
    /// As it can be had.
    pub to: Wanted,
}

/// How many sets of choices are looked at, so that the least change among the smallest is found.
const MOST_SETS: usize = 24;

impl Session {
    /// Why the choices cannot all be had, and what mends it; nothing where they can.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer.
    pub fn conflict(&mut self) -> Result<Option<Conflict>, NotDecided> {
        let asked = self.asked();
        let Some(core) = self.core(&asked)? else { return Ok(None) };
        let clash = asked.clash(core);
        let is_own = |choice: &Choice| choice.origin == Origin::Chosen;
        let (own, fixed): (Vec<Choice>, Vec<Choice>) = asked.choices.into_iter().partition(is_own);
        let fixed = Asked::of(&self.model, fixed);
        let own = Asked::of(&self.model, own);
        let repairs = self.mend(&fixed, &own, MOST_WAYS)?;
        Ok(Some(Conflict { clash, repairs }))
    }

    /// Makes the changes of a repair.
    pub fn apply(&mut self, repair: &Repair) {
        for change in &repair.changes {
            let Some(path) = self.model.slot(change.slot).map(|slot| slot.path.clone()) else { continue };
            // The value comes from a configuration, so its slot has it.
            let chosen = self.choose(&path, change.to.clone());
            drop(chosen);
        }
    }

    /// The changes of `own` after which it can be had with `fixed`.
    pub(super) fn mend(
        &mut self,
        fixed: &Asked,
        own: &Asked,
        most: usize,
    ) -> Result<Vec<Repair>, NotDecided> {
        let sets = self.solver.repairs_owned(&fixed.claims, own.owned(), MOST_SETS)?;
        let mut found: Vec<(usize, u64, Vec<usize>, Repair)> = Vec::new();
        for given_up in sets {
            let mut claims = fixed.claims.clone();
            claims.extend(own.claims_without(&given_up));
            let choices: Vec<&Choice> = given_up.iter().filter_map(|at| own.choices.get(*at)).collect();
            if let Some((change, changes)) = self.nearest(&claims, &choices)? {
                found.push((given_up.len(), change, given_up, Repair { changes }));
            }
        }
        found.sort_by(|left, right| (left.0, left.1, &left.2).cmp(&(right.0, right.1, &right.2)));
        Ok(found.into_iter().take(most).map(|(_, _, _, repair)| repair).collect())
    }

    /// The values for some choices that change them least, with the claims: how much that is, and the changes.
    fn nearest(
        &mut self,
        claims: &[Claim],
        choices: &[&Choice],
    ) -> Result<Option<(u64, Vec<Change>)>, NotDecided> {
        let turns: Vec<Turn<'_>> =
            choices.iter().filter_map(|choice| Turn::of(&self.model, choice)).collect();
        let mut claims = claims.to_vec();
        if turns.len() > 1 {
            // Together they change least where the sum of the ranks is least.
            let costs: Vec<(Var, Vec<i128>)> =
                turns.iter().map(|turn| (turn.var, turn.costs(&self.model))).collect();
            if let Ok(best) = self.solver.best(&claims, &costs, false, 1)
                && let Some((_, values)) = best.into_iter().next()
            {
                let fixed = turns
                    .iter()
                    .filter_map(|turn| Some(Literal::is(turn.var, *values.get(turn.var.0 as usize)?)));
                claims.extend(fixed);
            }
        }
        let wishes: Vec<Claim> = turns.iter().flat_map(|turn| turn.wishes()).collect();
        let Some(found) = self.solver.complete(&claims, &wishes)? else { return Ok(None) };
        let mut change = 0_u64;
        let mut changes = Vec::with_capacity(turns.len());
        for turn in &turns {
            let class = found.values.get(turn.var.0 as usize).copied().unwrap_or_default();
            let is_gone = turn.present.is_some_and(|var| found.values.get(var.0 as usize) == Some(&0));
            let Some((rank, to)) = turn.taken(class, is_gone) else { return Ok(None) };
            change = change.saturating_add(u64::from(rank));
            changes.push(Change { slot: turn.choice.slot, from: turn.choice.wanted.clone(), to });
        }
        Ok(Some((change, changes)))
    }
}

/// A choice that is to be changed.
struct Turn<'a> {
    choice: &'a Choice,
    var: Var,
    near: Vec<Near>,
    /// Of an element: whether there is a set.
    present: Option<Var>,
}

impl<'a> Turn<'a> {
    fn of(model: &Model, choice: &'a Choice) -> Option<Turn<'a>> {
        let slot = model.slot(choice.slot)?;
        match &slot.shape {
            Shape::Classes { var, .. } => {
                let near = distance::nearest(model, choice.slot, &choice.wanted);
                Some(Turn { choice, var: *var, near, present: None })
            }
            Shape::Set { present, elements } => {
                let (var, was) = match &choice.wanted {
                    Wanted::With(element) => (*elements.get(usize::from(*element))?, 1),
                    Wanted::Without(element) => (*elements.get(usize::from(*element))?, 0),
                    Wanted::Absent => ((*present)?, 0),
                    _ => ((*present)?, 1),
                };
                let near = |class: u32, rank: u32| Near { class, value: Value::Bool(class == 1), rank };
                Some(Turn { choice, var, near: vec![near(was, 0), near(1 - was, 1)], present: *present })
            }
        }
    }

    /// How much each class of the variable would change.
    fn costs(&self, model: &Model) -> Vec<i128> {
        let size = model.solver.problem().size(self.var) as usize;
        let mut costs = vec![i128::from(u32::MAX); size];
        for near in &self.near {
            if let Some(cost) = costs.get_mut(near.class as usize) {
                *cost = i128::from(near.rank);
            }
        }
        costs
    }

    /// Wishes that, granted as far as they go, leave the nearest class: each is one digit of its position.
    fn wishes(&self) -> Vec<Claim> {
        let order: Vec<u32> = self.near.iter().map(|near| near.class).collect();
        first_of(self.var, &order)
    }

    /// How much the change to a class is, and what is then wanted.
    fn taken(&self, class: u32, set_is_gone: bool) -> Option<(u32, Wanted)> {
        let near = self.near.iter().find(|near| near.class == class)?;
        let to = match (&self.choice.wanted, &near.value) {
            (Wanted::With(_) | Wanted::Without(_), _) if set_is_gone => Wanted::Absent,
            (Wanted::With(element), Value::Bool(false)) => Wanted::Without(*element),
            (Wanted::Without(element), Value::Bool(true)) => Wanted::With(*element),
            (wanted @ (Wanted::With(_) | Wanted::Without(_)), _) => wanted.clone(),
            (Wanted::Absent, Value::Bool(true)) => Wanted::Present,
            (Wanted::Present, Value::Bool(false)) => Wanted::Absent,
            (_, Value::Absent) => Wanted::Absent,
            (_, value) => Wanted::Value(value.clone()),
        };
        Some((near.rank, to))
    }
}

/// Wishes that, kept in this order as far as they can be, leave of a variable the first value in `order` that can
/// be had. Each wish is a binary digit of the position, so there are few of them.
pub(super) fn first_of(var: Var, order: &[u32]) -> Vec<Claim> {
    let last = u32::try_from(order.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let digits = u32::BITS - last.leading_zeros();
    let mut wishes = Vec::new();
    for digit in (0..digits).rev() {
        let is_zero = |at: u32| at >> digit & 1 == 0;
        let values: ValueSet =
            order.iter().zip(0_u32..).filter(|(_, at)| is_zero(*at)).map(|(value, _)| *value).collect();
        if !values.is_empty() && (values.len() as usize) < order.len() {
            wishes.push(Literal::new(var, values));
        }
    }
    wishes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a variable after keeping wishes one by one as a solver does, among what can be had.
    fn left(order: &[u32], can_be_had: &[u32]) -> Vec<u32> {
        let mut left: ValueSet = can_be_had.iter().copied().collect();
        for wish in first_of(Var(0), order) {
            if left.meets(&wish.values) {
                left = left.and(&wish.values);
            }
        }
        left.iter().collect()
    }

    #[test]
    fn wishes_for_digits_leave_the_first_value_of_an_order() {
        let order = [3, 0, 4, 1, 2];
        assert_eq!(left(&order, &[0, 1, 2, 3, 4]), [3]);
        assert_eq!(left(&order, &[0, 1, 2, 4]), [0]);
        assert_eq!(left(&order, &[1, 2, 4]), [4]);
        assert_eq!(left(&order, &[1, 2]), [1]);
        assert_eq!(left(&order, &[2]), [2]);
        assert_eq!(left(&[7], &[7]), [7]);
    }
}
