//! How many valid configurations there are.

use num_bigint::BigUint;

use super::session::Session;
use super::slot::{Class, Interval, Shape, SlotId, SlotKind, Wanted};
use crate::ir::Value;
use crate::logic::{self, Claim, Literal, ValueSet};
use crate::value::Exact;

/// A number of configurations, or a bound of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(BigUint),
    /// So many for sure; there may be more.
    AtLeast(BigUint),
    /// So many or fewer: rules were left out.
    AtMost(BigUint),
    /// Nothing is known.
    NotDecided,
}

/// In how many pieces a count may be taken, where choices leave a part of a class only.
const MOST_PIECES: usize = 256;

/// Some classes of a variable, and which share of what they stand for is wanted.
#[derive(Clone, Debug)]
struct Piece {
    claim: Option<Claim>,
    wanted: BigUint,
    of: BigUint,
}

impl Session {
    /// How many valid configurations have all choices. Inputs of the request that rules read count like options
    /// where the request leaves them open; answers to questions do not count. Slots in
    /// [`Model::uncounted`](super::Model::uncounted) are left out.
    pub fn count(&mut self) -> Count {
        let asked = self.asked();
        let mut claims = asked.claims.clone();
        claims.extend(self.unanswered());
        let pieces: Vec<Vec<Piece>> = self.pieces();
        let product =
            pieces.iter().map(Vec::len).try_fold(1_usize, |product, some| product.checked_mul(some));
        let is_split = product.is_some_and(|product| product <= MOST_PIECES);
        let (mut sum, mut is_exact) = (BigUint::ZERO, true);
        if is_split {
            self.add_up(
                &pieces,
                &mut claims,
                (BigUint::from(1_u8), BigUint::from(1_u8)),
                &mut sum,
                &mut is_exact,
            );
        } else {
            is_exact = false;
        }
        match (is_exact, self.reach.anything().is_some()) {
            (true, false) => Count::Exactly(sum),
            (true, true) => Count::AtMost(sum),
            (false, false) if sum > BigUint::ZERO => Count::AtLeast(sum),
            (false, _) => Count::NotDecided,
        }
    }

    fn add_up(
        &mut self,
        pieces: &[Vec<Piece>],
        claims: &mut Vec<Claim>,
        share: (BigUint, BigUint),
        sum: &mut BigUint,
        is_exact: &mut bool,
    ) {
        let Some((first, rest)) = pieces.split_first() else {
            let found = match self.solver.count(claims) {
                logic::Count::Exactly(count) => count,
                logic::Count::AtLeast(count) => {
                    *is_exact = false;
                    count
                }
            };
            *sum += found * share.0 / share.1;
            return;
        };
        for piece in first {
            let before = claims.len();
            claims.extend(piece.claim.clone());
            let share = (&share.0 * &piece.wanted, &share.1 * &piece.of);
            self.add_up(rest, claims, share, sum, is_exact);
            claims.truncate(before);
        }
    }

    /// Questions that nobody answered are left without an answer.
    pub(super) fn unanswered(&self) -> Vec<Claim> {
        let questions = self.model.slots.iter().zip((0..).map(SlotId));
        let open = questions
            .filter(|(slot, id)| slot.kind == SlotKind::Question && self.choices.origin_of(*id).is_none());
        open.flat_map(|(_, id)| self.model.claims(id, &Wanted::Absent).unwrap_or_default()).collect()
    }

    /// For each slot of which a part of a class is chosen: its classes, in pieces of which one share is wanted.
    fn pieces(&self) -> Vec<Vec<Piece>> {
        let choices = self.choices.iter();
        choices.filter_map(|choice| self.pieces_of(choice.slot, &choice.wanted)).collect()
    }

    fn pieces_of(&self, id: SlotId, wanted: &Wanted) -> Option<Vec<Piece>> {
        let Shape::Classes { var, classes } = &self.model.slot(id)?.shape else { return None };
        let multiplicity = self.model.solver.problem().multiplicity.get(var.0 as usize)?;
        // What a variable of one class has is claimed without a claim.
        let claimed = self.model.claims(id, wanted).ok()?.into_iter().next().map(|claim| claim.values);
        let claimed = claimed.unwrap_or_else(|| self.model.solver.problem().all(*var));
        let one = || BigUint::from(1_u8);
        let mut whole = ValueSet::none();
        let mut pieces = Vec::new();
        for class in claimed.iter() {
            let size = multiplicity.get(class as usize).copied().unwrap_or(1);
            let part = classes.get(class as usize).and_then(|it| wanted_of(it, wanted)).unwrap_or(size);
            if part >= size {
                whole.insert(class);
            } else {
                let claim = Some(Literal::is(*var, class));
                pieces.push(Piece { claim, wanted: BigUint::from(part), of: BigUint::from(size) });
            }
        }
        if pieces.is_empty() {
            return None;
        }
        if !whole.is_empty() {
            pieces.push(Piece { claim: Some(Literal::new(*var, whole)), wanted: one(), of: one() });
        }
        Some(pieces)
    }
}

/// How many values of a class are wanted; none where all are, or that cannot be counted.
fn wanted_of(class: &Class, wanted: &Wanted) -> Option<u64> {
    match (class, wanted) {
        (_, Wanted::Value(_)) => Some(1),
        (Class::Values(values), Wanted::OneOf(all)) => {
            Some(values.iter().filter(|value| all.contains(value)).count() as u64)
        }
        (_, Wanted::OneOf(all)) => Some(all.iter().filter(|value| is_in(class, value)).count() as u64),
        (Class::Values(values), Wanted::Between { from, to }) => {
            let fits = |value: &Value| match value {
                Value::Number(number) => {
                    from.as_ref().is_none_or(|from| from <= number)
                        && to.as_ref().is_none_or(|to| number <= to)
                }
                _ => false,
            };
            Some(values.iter().filter(|value| fits(value)).count() as u64)
        }
        (Class::Intervals(intervals), Wanted::Between { from, to }) => {
            let counts = intervals.iter().map(|interval| steps_between(interval, from.as_ref(), to.as_ref()));
            counts.sum()
        }
        _ => None,
    }
}

/// Whether a number lies in a class of intervals; a listed value that is claimed lies in the class it claims.
fn is_in(class: &Class, value: &Value) -> bool {
    match (class, value) {
        (Class::Intervals(intervals), Value::Number(number)) => intervals.iter().any(|interval| {
            interval.from.as_ref().is_none_or(|from| from <= number)
                && interval.to.as_ref().is_none_or(|to| number <= to)
        }),
        (Class::Values(values), value) => values.contains(value),
        _ => false,
    }
}

/// How many numbers on the steps of an interval lie between two ends.
fn steps_between(interval: &Interval, from: Option<&Exact>, to: Option<&Exact>) -> Option<u64> {
    let (start, step) = (interval.from.as_ref()?, interval.step.as_ref()?);
    let end = match (interval.to.as_ref(), to) {
        (Some(own), Some(to)) => own.min(to),
        (own, to) => own.or(to)?,
    };
    let steps = |number: &Exact| number.checked_sub(start).and_then(|above| above.checked_div(step)).ok();
    let first = match from {
        Some(from) if start < from => steps(from)?.ceil(),
        _ => Exact::ZERO,
    };
    let count = steps(end)?.floor().checked_sub(&first).ok()?.checked_add(&Exact::ONE).ok()?;
    if count.is_negative() { Some(0) } else { count.to_u64() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_on_steps_between_two_ends_are_counted() {
        let number = |value: i64| Exact::from(value);
        let interval = Interval {
            from: Some(number(100)),
            from_included: true,
            to: Some(number(800)),
            to_included: true,
            step: Some(number(50)),
        };
        let count = |from: Option<i64>, to: Option<i64>| {
            steps_between(&interval, from.map(number).as_ref(), to.map(number).as_ref())
        };
        assert_eq!(count(None, None), Some(15));
        assert_eq!(count(Some(110), Some(260)), Some(3));
        assert_eq!(count(Some(100), Some(100)), Some(1));
        assert_eq!(count(Some(110), Some(120)), Some(0));
        assert_eq!(count(Some(900), None), Some(0));
    }
}
