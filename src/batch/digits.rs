//! How many digits the numbers of a table have: 18 where the book's own limits prove that all fit, which every
//! reader of Parquet takes as whole numbers of 64 bits, and 38 otherwise.

use super::kernel::Found;
use super::mapping::{Mapping, Target};
use super::pricer::Pricer;
use crate::columns::{Program, Reach};
use crate::ir::Period;
use crate::value::Date;

/// Digits that fit 64 bits.
pub(super) const SHORT: u8 = 18;

/// Digits that fit 128 bits.
pub(super) const LONG: u8 = 38;

/// How many programs are made to find out. A book that needs more has the longer numbers.
const MOST_PROGRAMS: usize = 64;

/// How many digits numbers of so many places have in each field, over all quotes of one line that can come of rows
/// of these columns.
pub(super) fn of_rows(pricer: &Pricer<'_>, mapping: &Mapping, places: &[u8]) -> Vec<u8> {
    let mut all_fit = vec![true; places.len()];
    let is_known = each_program(pricer, mapping, &mut |program| {
        for (at, (places, fits)) in places.iter().zip(&mut all_fit).enumerate() {
            *fits &= program.reach(at).is_some_and(|reach| is_short(reach, *places));
        }
    });
    let digits = |fits: bool| if fits && is_known.is_some() { SHORT } else { LONG };
    all_fit.into_iter().map(digits).collect()
}

/// Whether numbers that reach so far have few digits where they stand with so many places.
fn is_short(Reach { units, scale }: Reach, places: u8) -> bool {
    let finer = places.checked_sub(scale).and_then(|finer| 10_u64.checked_pow(finer.into()));
    let units = finer.and_then(|power| units.checked_mul(power));
    units.is_some_and(|units| units < 10_u64.pow(SHORT.into()))
}

/// Shows the programs of all products, currencies and days that rows may be for; none where columns cannot do one
/// of them, and where there are too many.
fn each_program(pricer: &Pricer<'_>, mapping: &Mapping, show: &mut dyn FnMut(&Program)) -> Option<()> {
    let book = pricer.book();
    let products = match &mapping.product {
        Some(name) if !mapping.targets.contains(&Target::Product) => {
            let at = pricer.plan.find_product(name)?;
            at..at.checked_add(1)?
        }
        _ => 0..u32::try_from(book.products.len()).ok()?,
    };
    let currencies = 0..u16::try_from(book.currencies.len()).ok()?;
    let dates = mapping.targets.contains(&Target::AsOf);
    let days = match pricer.question.as_of.filter(|_| !dates) {
        Some(day) => Period { from: Some(day), to: Some(day) },
        None => book.effective.clone(),
    };
    let mut made = 0;
    for product in products {
        for currency in currencies.clone() {
            let mut next = Some(days.from.unwrap_or(Date::MIN));
            while let Some(day) = next.filter(|day| days.holds(*day)) {
                made += 1;
                let found = pricer.kernel(product, currency, day);
                let Found::Kernel(kernel) = found else { return None };
                if made > MOST_PROGRAMS {
                    return None;
                }
                show(&kernel.program);
                next = kernel.program.period().to.and_then(|last| last.add_days(1));
            }
        }
    }
    Some(())
}
