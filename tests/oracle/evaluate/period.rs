//! How long a period is, which its end is no part of: the functions of the language that count months and years.

use super::expr::months_later;
use crate::number::{Day, Q, whole};

/// The length of a period in months or years.
pub fn length(name: &str, first: Day, end: Day) -> Q {
    let days = whole(end - first);
    match name {
        "months_of_30_days" => days / whole(30),
        "years_of_365_days" => days / whole(365),
        "years_of_360_days" => days / whole(360),
        "full_months" => whole(full_months(first, end)),
        "calendar_months" => {
            let full = full_months(first, end);
            let (begins, ends) = (months_later(first, full), months_later(first, full + 1));
            whole(full) + whole(end - begins) / whole(ends - begins)
        }
        other => panic!("no function {other}"),
    }
}

/// The months that are complete, counted one by one.
fn full_months(first: Day, end: Day) -> i64 {
    let mut full = 0;
    while months_later(first, full + 1) <= end {
        full += 1;
    }
    full
}
