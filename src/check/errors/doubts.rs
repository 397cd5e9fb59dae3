//! What is most often not meant, in words.

use crate::diagnostic::{Diagnostic, codes};
use crate::ir::ArithmeticOp;
use crate::source::Span;
use crate::value::Exact;

/// `round up to 0.99 EUR`
pub(crate) fn ending_as_step(at: Span, step: &Exact, round: &Exact, unit: &str) -> Diagnostic {
    let times = |times: i64| step.checked_mul(&Exact::from(times)).unwrap_or_default();
    let message =
        format!("prices come to multiples of {step}{unit}: {}, {}, {} …", times(1), times(2), times(3));
    let offset = step.checked_sub(round).unwrap_or_default();
    Diagnostic::new(codes::ODD_STEP, message)
        .at(at, "")
        .help(format!("for prices that end so, write `to {round}{unit} offset {offset}{unit}`"))
}

/// `round up to 1 EUR offset -1.01 EUR`
pub(crate) fn offset_skips(at: Span, step: &Exact, offset: &Exact, unit: &str) -> Diagnostic {
    let message = format!("the offset {offset}{unit} is as large as the step {step}{unit}, or larger");
    Diagnostic::new(codes::ODD_STEP, message)
        .at(at, "moves each price by a whole step besides")
        .help("write an offset between the steps, as `to 1 EUR offset -0.01 EUR` for 0.99, 1.99, 2.99")
}

/// `cost / (1 - 8)`
pub(crate) fn without_percent(at: Span, op: ArithmeticOp, number: &Exact) -> Diagnostic {
    let share = number.checked_div(&Exact::from(100)).unwrap_or_default();
    let (sign, sums) = match op {
        ArithmeticOp::Subtract => ('-', [Exact::ONE.checked_sub(number), Exact::ONE.checked_sub(&share)]),
        _ => ('+', [Exact::ONE.checked_add(number), Exact::ONE.checked_add(&share)]),
    };
    let [whole, shared] = sums.map(|sum| sum.unwrap_or_default());
    let message = format!("`1 {sign} {number}` is {whole}; `1 {sign} {number}%` is {shared}");
    Diagnostic::new(codes::WITHOUT_PERCENT, message)
        .at(at, "")
        .help(format!("write `{number}%`; if the number is meant as it is, write `{whole}`"))
}

/// A condition that holds for a bundle, whose pieces alone cost something.
pub(crate) fn pieces_meant(at: Span, step: &str, bundle: &str) -> Diagnostic {
    Diagnostic::new(
        codes::PIECES_MEANT,
        format!("`{step}` reaches lines of `{bundle}`, which cost nothing: their pieces do"),
    )
    .at(at, "the line of the bundle itself, without its pieces")
    .help(format!("for its pieces write `bundle = {bundle}`"))
}

/// `tax vat within = 19% of net`
pub(crate) fn share_as_contained(at: Span, tax: &str, text: &str) -> Diagnostic {
    let share = text.split(" rounded ").next().unwrap_or(text);
    let (rate, of) = share.split_once(" of ").unwrap_or((share, "net"));
    let message = format!("`{share}` is more than what `{of}` contains of a tax of {rate}");
    Diagnostic::new(codes::SHARE_AS_CONTAINED, message)
        .at(at, "a share of the price with the tax in it")
        .note("119 EUR contain 19 EUR at 19%; 19% of them are 22.61 EUR")
        .help(format!("write `taxes within {of} {{ tax {tax} = {rate} rounded … }}`"))
        .help(format!("where the rate is of the price with the tax in it, write `{of} * {rate}`"))
}

/// A claim that gives away all units.
pub(crate) fn all_for_nothing(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::ALL_FOR_NOTHING,
        format!("`{name}` gives away one unit after the other, until none is left"),
    )
    .at(at, "repeats, and needs no unit that is paid")
    .help("say which units are paid, as `needs 2 of units` before `on`, or how often, as `repeat at most 1`")
}

/// An included piece whose cost is not in that of the whole.
pub(crate) fn cost_left_out(at: Span, product: &str, part: &str) -> Diagnostic {
    let one: String = part.chars().take(1).collect();
    let message = format!("the cost of `{product}` leaves out that of its part `{part}`");
    Diagnostic::new(codes::COST_LEFT_OUT, message)
        .at(at, "included in the price, and not in the cost")
        .help(format!("add a component: `cost {{ {part}_cost = sum({one}.cost for {one} in {part}) }}`"))
}

/// A level that nobody asks.
pub(crate) fn idle_level(at: Span, level: &str) -> Diagnostic {
    Diagnostic::new(codes::IDLE_LEVEL, format!("no rule makes the level `{level}` sign"))
        .at(at, "")
        .help(format!("ask it, `ask {level} when …`, or take it away"))
}

/// A rule that asks somebody only where another one rejects.
pub(crate) fn asks_in_vain(at: Span, reject: Span) -> Diagnostic {
    Diagnostic::new(codes::IDLE_RULE, "wherever this rule asks, another one rejects")
        .at(at, "changes nothing")
        .also(reject, "rejects the same, and more")
        .help("mend one of the two bounds, or take this rule away")
}
