//! Spreading an amount over lines so that the shares add up to it, to the last cent.

use std::cmp::Ordering;

use crate::ir::Residual;
use crate::value::{ArithmeticError, Exact, Rounding};

/// Whom an amount is spread over, and how.
pub(super) struct Spreading<'a> {
    /// One weight a line; below zero counts as zero. If all are zero they count as equal.
    pub weights: &'a [Exact],
    /// The most that each line takes; below zero counts as zero.
    pub limits: Option<&'a [Exact]>,
    /// Shares are multiples of this; above zero.
    pub step: &'a Exact,
    /// Who gets the steps that proportional shares leave over.
    pub residual: Residual,
}

/// Shares of the lines, and what none could take. Together they are the amount.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shares {
    pub shares: Vec<Exact>,
    pub left_over: Exact,
}

/// The shares of an amount of zero or more. What is less than a step goes to the first line in the order of
/// the remainders that can take it.
pub(super) fn spread(amount: &Exact, how: &Spreading<'_>) -> Result<Shares, ArithmeticError> {
    let whole = amount.checked_div(how.step)?.round_whole(Rounding::Down);
    let rest = amount.checked_sub(&whole.checked_mul(how.step)?)?;
    let mut lots = Lots::of(how)?;
    let left = lots.deal(whole, how.residual)?;
    let mut shares = Vec::with_capacity(lots.lines.len());
    for line in &lots.lines {
        shares.push(line.lots.checked_mul(how.step)?);
    }
    let mut left_over = left.checked_mul(how.step)?.checked_add(&rest)?;
    if !rest.is_zero() {
        for at in lots.by_remainder(how.residual) {
            let (Some(share), limit) = (shares.get_mut(at), how.limits.and_then(|it| it.get(at))) else {
                continue;
            };
            let more = share.checked_add(&rest)?;
            if limit.is_none_or(|limit| more <= *limit) {
                *share = more;
                left_over = left_over.checked_sub(&rest)?;
                break;
            }
        }
    }
    Ok(Shares { shares, left_over })
}

/// Shares counted in steps.
struct Lots {
    lines: Vec<Line>,
}

struct Line {
    weight: Exact,
    limit: Option<Exact>,
    lots: Exact,
    remainder: Exact,
}

impl Lots {
    fn of(how: &Spreading<'_>) -> Result<Lots, ArithmeticError> {
        let equal = !how.weights.iter().any(Exact::is_positive);
        let mut lines = Vec::with_capacity(how.weights.len());
        for (at, weight) in how.weights.iter().enumerate() {
            let weight = match equal {
                true => Exact::ONE,
                false if weight.is_negative() => Exact::ZERO,
                false => weight.clone(),
            };
            let limit = match how.limits.and_then(|limits| limits.get(at)) {
                Some(limit) if limit.is_negative() => Some(Exact::ZERO),
                Some(limit) => Some(limit.checked_div(how.step)?.floor()),
                None => None,
            };
            lines.push(Line { weight, limit, lots: Exact::ZERO, remainder: Exact::ZERO });
        }
        Ok(Lots { lines })
    }

    /// Deals out whole steps; gives back how many nobody can take.
    fn deal(&mut self, count: Exact, residual: Residual) -> Result<Exact, ArithmeticError> {
        let (mut count, mut weight) = (count, Exact::ZERO);
        for line in &self.lines {
            weight = weight.checked_add(&line.weight)?;
        }
        let mut open: Vec<usize> =
            (0..self.lines.len()).filter(|at| !self.lines[*at].weight.is_zero()).collect();
        open.sort_by(|left, right| self.by_room(*left, *right));
        // The lines with the least room for their weight are full first; from the first that is not full on,
        // none is.
        let mut full = 0;
        for at in &open {
            let line = &mut self.lines[*at];
            let Some(limit) = &line.limit else { break };
            if count.checked_mul(&line.weight)? < limit.checked_mul(&weight)? {
                break;
            }
            line.lots = limit.clone();
            count = count.checked_sub(limit)?;
            weight = weight.checked_sub(&line.weight)?;
            full += 1;
        }
        let mut left = count.clone();
        for at in &open[full..] {
            let line = &mut self.lines[*at];
            let quota = count.checked_mul(&line.weight)?.checked_div(&weight)?;
            line.lots = quota.floor();
            line.remainder = quota.checked_sub(&line.lots)?;
            left = left.checked_sub(&line.lots)?;
        }
        self.deal_rest(left, residual)
    }

    /// Deals out the steps that proportional shares leave over.
    fn deal_rest(&mut self, mut left: Exact, residual: Residual) -> Result<Exact, ArithmeticError> {
        for at in self.by_remainder(residual) {
            if left.is_zero() {
                break;
            }
            let line = &mut self.lines[at];
            let mut more = match residual {
                Residual::Largest => Exact::ONE,
                Residual::First | Residual::Last => left.clone(),
            };
            if let Some(limit) = &line.limit {
                more = more.min(limit.checked_sub(&line.lots)?);
            }
            line.lots = line.lots.checked_add(&more)?;
            left = left.checked_sub(&more)?;
        }
        Ok(left)
    }

    /// Lines that take part, in the order in which they take what is left over.
    fn by_remainder(&self, residual: Residual) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.lines.len()).filter(|at| !self.lines[*at].weight.is_zero()).collect();
        match residual {
            // Stable: ties stay in line order.
            Residual::Largest => {
                order.sort_by(|left, right| self.lines[*right].remainder.cmp(&self.lines[*left].remainder));
            }
            Residual::First => {}
            Residual::Last => order.reverse(),
        }
        order
    }

    /// Compares limit / weight; lines without a limit have the most room.
    fn by_room(&self, left: usize, right: usize) -> Ordering {
        let (left, right) = (&self.lines[left], &self.lines[right]);
        match (&left.limit, &right.limit) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => match (a.checked_mul(&right.weight), b.checked_mul(&left.weight)) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                // Too long to multiply: any order keeps the sum, and the amount itself will not fit.
                _ => Ordering::Equal,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    fn numbers(text: &str) -> Vec<Exact> {
        text.split(' ').map(exact).collect()
    }

    fn shares(amount: &str, weights: &str, residual: Residual) -> Vec<String> {
        let how = Spreading { weights: &numbers(weights), limits: None, step: &exact("0.01"), residual };
        let shares = spread(&exact(amount), &how).expect("fits");
        assert_eq!(shares.left_over, Exact::ZERO);
        shares.shares.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_euro_over_three_equal_lines_gives_the_first_the_cent() {
        assert_eq!(shares("1", "5 5 5", Residual::Largest), ["0.34", "0.33", "0.33"]);
        assert_eq!(shares("1", "5 5 5", Residual::Last), ["0.33", "0.33", "0.34"]);
    }

    #[test]
    fn the_largest_remainders_get_the_cents() {
        // 10 cents over 1:2:4 is 1.43, 2.86, 5.71 cents: two cents are left, for .86 and .71.
        assert_eq!(shares("0.10", "1 2 4", Residual::Largest), ["0.01", "0.03", "0.06"]);
        assert_eq!(shares("0.10", "1 2 4", Residual::First), ["0.03", "0.02", "0.05"]);
    }

    #[test]
    fn lines_without_weight_get_nothing_unless_none_has_any() {
        assert_eq!(shares("0.05", "0 3 -2", Residual::First), ["0", "0.05", "0"]);
        assert_eq!(shares("0.05", "0 0 -2", Residual::Largest), ["0.02", "0.02", "0.01"]);
    }

    #[test]
    fn what_is_less_than_a_cent_goes_where_the_first_cent_goes() {
        assert_eq!(shares("0.105", "1 1 1", Residual::Largest), ["0.045", "0.03", "0.03"]);
    }

    #[test]
    fn a_full_line_passes_the_rest_on_and_what_nobody_takes_is_told() {
        let (weights, limits) = (numbers("1 1 2"), numbers("1 10 3"));
        let how = |amount: &str| {
            let step = exact("0.01");
            let how = Spreading {
                weights: &weights,
                limits: Some(&limits),
                step: &step,
                residual: Residual::Largest,
            };
            let it = spread(&exact(amount), &how).expect("fits");
            let shares: Vec<String> = it.shares.iter().map(ToString::to_string).collect();
            (shares.join(" "), it.left_over.to_string())
        };
        assert_eq!(how("4"), ("1 1 2".into(), "0".into()));
        // 8 over 1:1:2 would be 2, 2, 4: the first stops at 1, the last at 3, the middle takes 4.
        assert_eq!(how("8"), ("1 4 3".into(), "0".into()));
        assert_eq!(how("20"), ("1 10 3".into(), "6".into()));
    }

    proptest! {
        #[test]
        fn shares_and_what_is_left_over_add_up_to_the_amount(
            cents in 0_i64..1_000_000,
            weights in prop::collection::vec(-5_i64..1_000, 1..12),
            limits in prop::collection::vec(-5_i64..200_000, 12),
            limited in any::<bool>(),
            places in 2_u8..4,
            residual in prop::sample::select(vec![Residual::Largest, Residual::First, Residual::Last]),
        ) {
            let amount = Exact::scaled(cents, places);
            let weights: Vec<Exact> = weights.into_iter().map(Exact::from).collect();
            let limits: Vec<Exact> = limits.into_iter().map(|it| Exact::scaled(it, 3)).collect();
            let limits = limited.then_some(&limits[..weights.len()]);
            let step = Exact::scaled(1, 2);
            let it = spread(&amount, &Spreading { weights: &weights, limits, step: &step, residual }).expect("fits");
            let sum = it.shares.iter().try_fold(it.left_over.clone(), |sum, share| sum.checked_add(share));
            prop_assert_eq!(sum, Ok(amount.clone()));
            prop_assert!(!it.left_over.is_negative());
            for (at, share) in it.shares.iter().enumerate() {
                prop_assert!(!share.is_negative());
                if let Some(limit) = limits.and_then(|limits| limits.get(at)) {
                    prop_assert!(*share <= limit.clone().max(Exact::ZERO));
                }
            }
            if limits.is_none() {
                prop_assert!(it.left_over.is_zero());
            }
        }
    }
}
