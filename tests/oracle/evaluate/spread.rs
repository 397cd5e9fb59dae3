//! How an amount of the quote is spread over its lines: section 11 of the language reference.

use num_traits::{One, Signed, Zero};

use crate::number::{Mode, Q, round, whole};

/// One line that an amount is spread over.
pub struct Share {
    pub weight: Q,
    /// The most that it takes.
    pub within: Option<Q>,
}

/// The shares of `amount`, in multiples of `step`, and what no line could take.
pub fn spread(amount: &Q, lines: &[Share], step: &Q, residual: &str) -> (Vec<Q>, Q) {
    let sign = if amount.is_negative() { whole(-1) } else { whole(1) };
    let steps = round(&(amount.abs() / step), Mode::Down, &Q::one());
    let crumb = amount.abs() - &steps * step;
    let all_zero = lines.iter().all(|line| !line.weight.is_positive());
    let weights: Vec<Q> = lines
        .iter()
        .map(|line| if all_zero { Q::one() } else { line.weight.clone().max(Q::zero()) })
        .collect();
    let room: Vec<Option<Q>> = lines
        .iter()
        .map(|line| {
            line.within
                .as_ref()
                .map(|most| round(&(most.clone().max(Q::zero()) / step), Mode::Floor, &Q::one()))
        })
        .collect();

    let exact = proportional(&steps, &weights, &room);
    let mut shares: Vec<Q> = exact.iter().map(|share| round(share, Mode::Floor, &Q::one())).collect();
    let mut left = &steps - shares.iter().sum::<Q>();
    let mut order: Vec<usize> = (0..lines.len()).filter(|at| weights[*at].is_positive()).collect();
    match residual {
        "first" => {}
        "last" => order.reverse(),
        _ => order.sort_by_key(|at| std::cmp::Reverse(&exact[*at] - &shares[*at])),
    }
    for at in &order {
        // The first or last line takes all that it can, the lines with the largest remainders one step each.
        while left.is_positive() && room[*at].as_ref().is_none_or(|room| shares[*at] < *room) {
            shares[*at] += Q::one();
            left -= Q::one();
            if residual == "largest" {
                break;
            }
        }
    }
    let mut shares: Vec<Q> = shares.into_iter().map(|share| share * step).collect();
    let mut rest = left * step + &crumb;
    let takes = |at: &&usize| lines[**at].within.as_ref().is_none_or(|most| &shares[**at] + &crumb <= *most);
    if let (true, Some(at)) = (crumb.is_positive(), order.iter().find(takes)) {
        shares[*at] += &crumb;
        rest -= &crumb;
    }
    (shares.into_iter().map(|share| share * &sign).collect(), rest * sign)
}

/// Exact shares by weight; a line whose share passes its room is full, and the others share the rest.
fn proportional(steps: &Q, weights: &[Q], room: &[Option<Q>]) -> Vec<Q> {
    let mut full = vec![false; weights.len()];
    loop {
        let taken: Q =
            (0..weights.len()).filter(|at| full[*at]).map(|at| room[at].clone().expect("full")).sum();
        let sum: Q = (0..weights.len()).filter(|at| !full[*at]).map(|at| &weights[at]).sum();
        let share = |at: usize| {
            if full[at] {
                room[at].clone().expect("full")
            } else if sum.is_zero() {
                Q::zero()
            } else {
                (steps - &taken) * &weights[at] / &sum
            }
        };
        let shares: Vec<Q> = (0..weights.len()).map(share).collect();
        let over = |at: &usize| !full[*at] && room[*at].as_ref().is_some_and(|room| shares[*at] > *room);
        let over: Vec<usize> = (0..weights.len()).filter(over).collect();
        if over.is_empty() {
            return shares;
        }
        over.into_iter().for_each(|at| full[at] = true);
    }
}
