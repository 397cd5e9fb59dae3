//! The units of lines that offers take, each unit once.
//!
//! Units of a line have one price, so a line is a run of units. Where the next time takes from the same runs as the
//! last, many times are worked out as one, so that a million units cost no more than two.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::fault::{Gap, arithmetic, overflow};
use super::groups::Group;
use super::layout::line;
use super::quote::QuoteGround;
use super::step::{Claim, Selection};
use crate::ir::{NumberKind, Pick, Ty};
use crate::source::Span;
use crate::value::Exact;

/// Units of one line that nobody has taken.
pub(super) struct Run {
    /// The line.
    pub at: usize,
    left: Exact,
    pub price: Exact,
}

/// The units that can be taken, and the orders in which they are.
pub(super) struct Pool {
    pub runs: Vec<Run>,
    pub whole: Rc<Orders>,
}

/// Positions of runs in the orders in which units are taken: of all runs, or of those of a group.
#[derive(Clone, Default)]
pub(super) struct Orders {
    in_order: Vec<usize>,
    dearest: Vec<usize>,
    cheapest: Vec<usize>,
}

/// What a selection takes once: positions of runs, and how many of each.
pub(super) type Taken = Vec<(usize, Exact)>;

/// The selections of a claim in the order in which they take: those of `needs`, then those of `on`.
pub(super) struct Turn<'s> {
    wanted: Vec<Wanted<'s>>,
    /// How many of them are `needs`.
    needs: usize,
    /// The units from which they take.
    orders: Rc<Orders>,
}

/// A selection with its number, its lines, and how far its order is used up.
struct Wanted<'s> {
    selection: &'s Selection,
    /// How many, or what they must come to; none for all.
    count: Option<Exact>,
    /// For each run, whether its units are meant.
    meant: Vec<bool>,
    /// The runs before this position of its order have nothing left.
    from: usize,
}

impl Pool {
    /// All units of the lines that are not at fault and that count whole units.
    pub fn of(ground: &QuoteGround<'_, '_>, span: Span) -> Result<Pool, Gap> {
        let mut runs = Vec::new();
        for at in &ground.valid {
            let run = &ground.lines[*at];
            let counted = matches!(run.product.product.quantity.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
            if !counted {
                continue;
            }
            let quantity = run.number(line::QUANTITY)?;
            if !quantity.is_integer() || !quantity.is_positive() {
                continue;
            }
            let price = run.number(line::RUNNING)?.checked_div(&quantity);
            let price = price.map_err(|error| arithmetic(error, span))?;
            runs.push(Run { at: *at, left: quantity, price });
        }
        let in_order: Vec<usize> = (0..runs.len()).collect();
        let (mut cheapest, mut dearest) = (in_order.clone(), in_order.clone());
        // Stable: units of one price are taken in the order of the lines.
        cheapest.sort_by(|one, other| runs[*one].price.cmp(&runs[*other].price));
        dearest.sort_by(|one, other| runs[*other].price.cmp(&runs[*one].price));
        Ok(Pool { runs, whole: Rc::new(Orders { in_order, dearest, cheapest }) })
    }

    /// The units of each group by themselves.
    pub fn of_groups(&self, groups: &[Group]) -> Vec<Rc<Orders>> {
        let of_line: HashMap<usize, usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.lines.iter().map(move |line| (*line, at)))
            .collect();
        let mut parts = vec![Orders::default(); groups.len()];
        for order in [Pick::InOrder, Pick::Dearest, Pick::Cheapest] {
            for run in self.whole.of(order) {
                let group = self.runs.get(*run).and_then(|own| of_line.get(&own.at));
                if let Some(part) = group.and_then(|at| parts.get_mut(*at)) {
                    part.of_mut(order).push(*run);
                }
            }
        }
        parts.into_iter().map(Rc::new).collect()
    }

    pub fn use_up(&mut self, taken: &Taken, times: &Exact) -> Result<(), Gap> {
        for (run, count) in taken {
            let too_long = |_| overflow(Span::default());
            let used = count.checked_mul(times).map_err(too_long)?;
            self.runs[*run].left = self.runs[*run].left.checked_sub(&used).map_err(too_long)?;
        }
        Ok(())
    }

    pub fn give_back(&mut self, taken: &[Taken]) -> Result<(), Gap> {
        taken.iter().try_for_each(|taken| self.use_up(taken, &Exact::ONE.neg()))
    }
}

impl Orders {
    fn of(&self, order: Pick) -> &[usize] {
        match order {
            Pick::InOrder => &self.in_order,
            Pick::Dearest => &self.dearest,
            Pick::Cheapest => &self.cheapest,
        }
    }

    fn of_mut(&mut self, order: Pick) -> &mut Vec<usize> {
        match order {
            Pick::InOrder => &mut self.in_order,
            Pick::Dearest => &mut self.dearest,
            Pick::Cheapest => &mut self.cheapest,
        }
    }
}

impl<'s> Turn<'s> {
    /// What a claim asks for. How many units that are is said where it begins.
    pub fn of(ground: &mut QuoteGround<'_, '_>, claim: &'s Claim, pool: &Pool) -> Result<Turn<'s>, Gap> {
        let mut wanted = Vec::new();
        for selection in claim.needs.iter().chain(&claim.on) {
            wanted.push(Wanted::of(ground, selection, pool)?);
        }
        Ok(Turn { wanted, needs: claim.needs.len(), orders: pool.whole.clone() })
    }

    /// Begins with the units of a group, or with all: `counts` says of each selection how many, or what they must
    /// come to.
    pub fn begin(&mut self, orders: Rc<Orders>, counts: Vec<Option<Exact>>) {
        self.orders = orders;
        for (wanted, count) in self.wanted.iter_mut().zip(counts) {
            (wanted.count, wanted.from) = (count, 0);
        }
    }

    /// Of what was taken once, the units that become cheaper, in the order of the lines.
    pub fn cheaper(&self, taken: &[Taken]) -> Result<Taken, Gap> {
        by_run(taken.get(self.needs..).unwrap_or_default())
    }

    /// Takes the units of all selections once, one selection after the other; none where one finds too few.
    pub fn take(&mut self, pool: &mut Pool) -> Result<Option<Vec<Taken>>, Gap> {
        let mut all = Vec::with_capacity(self.wanted.len());
        for wanted in &mut self.wanted {
            match wanted.take(pool, &self.orders)? {
                Some(taken) => all.push(taken),
                None => {
                    pool.give_back(&all)?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(all))
    }

    /// How many times more the same units can be taken from the same runs. Where each selection took all its
    /// units from one run, these runs stand first in its order until one of them has too few left.
    pub fn again(&self, taken: &[Taken], pool: &Pool, room: Option<&Exact>) -> Result<Exact, Gap> {
        let too_long = |_| overflow(Span::default());
        let whole = |(wanted, taken): (&Wanted<'_>, &Taken)| match taken.as_slice() {
            [(_, count)] => wanted.selection.worth || wanted.count.as_ref() == Some(count),
            _ => false,
        };
        if !self.wanted.iter().zip(taken).all(whole) {
            return Ok(Exact::ZERO);
        }
        let mut times: Option<Exact> = match room {
            Some(room) => Some(room.checked_sub(&Exact::ONE).map_err(too_long)?),
            None => None,
        };
        for (run, count) in by_run(taken)? {
            let fit = pool.runs[run].left.checked_div(&count).map_err(too_long)?.floor();
            times = Some(times.map_or(fit.clone(), |times| times.min(fit)));
        }
        Ok(times.unwrap_or_default().max(Exact::ZERO))
    }
}

/// How many units of each run were taken, in the order of the lines, whichever units came first: cents that
/// remain go by it.
fn by_run(taken: &[Taken]) -> Result<Taken, Gap> {
    let mut sums = BTreeMap::new();
    for (run, count) in taken.iter().flatten() {
        let sum: &mut Exact = sums.entry(*run).or_default();
        *sum = sum.checked_add(count).map_err(|_| overflow(Span::default()))?;
    }
    Ok(sums.into_iter().collect())
}

impl<'s> Wanted<'s> {
    fn of(
        ground: &mut QuoteGround<'_, '_>,
        selection: &'s Selection,
        pool: &Pool,
    ) -> Result<Wanted<'s>, Gap> {
        let meant = match &selection.among {
            None => vec![true; pool.runs.len()],
            Some(condition) => {
                let lines = ground.where_holds(condition)?;
                pool.runs.iter().map(|run| lines.binary_search(&run.at).is_ok()).collect()
            }
        };
        Ok(Wanted { selection, count: None, meant, from: 0 })
    }

    /// Takes the units once; none where there are too few.
    fn take(&mut self, pool: &mut Pool, orders: &Orders) -> Result<Option<Taken>, Gap> {
        let too_long = |_| overflow(Span::default());
        let worth = self.selection.worth;
        let mut missing = self.count.clone();
        let mut taken = Taken::new();
        let mut at = self.from;
        while let Some(run) = orders.of(self.selection.order).get(at).copied() {
            if missing.as_ref().is_some_and(|missing| !missing.is_positive()) {
                break;
            }
            let Run { left: free, price, .. } = &pool.runs[run];
            let counts = !worth || price.is_positive();
            let usable = self.meant.get(run).copied().unwrap_or(false) && free.is_positive() && counts;
            if usable {
                let mut count = free.clone();
                if let Some(missing) = &mut missing {
                    // What one unit more brings nearer: one, or its price.
                    let each = if worth { price } else { &Exact::ONE };
                    count = count.min(missing.checked_div(each).map_err(too_long)?.ceil());
                    let brought = count.checked_mul(each).map_err(too_long)?;
                    *missing = missing.checked_sub(&brought).map_err(too_long)?;
                }
                taken.push((run, count));
            } else if at == self.from {
                self.from += 1;
            }
            at += 1;
        }
        let short = missing.as_ref().is_some_and(Exact::is_positive);
        if taken.is_empty() || short && !self.selection.up_to {
            return Ok(None);
        }
        pool.use_up(&taken, &Exact::ONE)?;
        Ok(Some(taken))
    }
}
