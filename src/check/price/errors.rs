//! The problems of waterfalls and of the quote's steps, in words.

use super::walk::Block;
use super::words::{rounded_text, shown_text};
use crate::check::signature::UsualMode;
use crate::diagnostic::{Diagnostic, codes};
use crate::format::expr_text;
use crate::ir::{Formula, Name, Period};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Exact;

/// A section without `list`.
pub(super) fn missing_list(target: &ast::Name, section: &str) -> Diagnostic {
    let message = format!("`{section}` of `{}` does not begin with a list price", target.text);
    Diagnostic::new(codes::MISSING_LIST, message)
        .at(target.span, "")
        .help(format!("begin `{section}` with `list \"List price\" = …`, from which the other steps start"))
}

/// A `list` behind other steps.
pub(super) fn late_list(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISPLACED_STEP,
        "the list price is what the other steps start from, and comes first",
    )
    .at(at, "")
    .also(first, "there is no price yet")
    .help("move `list` to the front of its block")
}

/// A waterfall without a section.
pub(super) fn no_section(at: Span, target: &str) -> Diagnostic {
    Diagnostic::new(codes::MISSING_LIST, format!("the price of `{target}` has no steps"))
        .at(at, "")
        .help("write `per unit { list \"List price\" = … }`")
}

/// A second `list`.
pub(super) fn second_list(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_STEP, "a waterfall has one list price, and this is a second one")
        .at(at, "")
        .also(first, "the list price")
        .help("what comes on top of the list price is an `add`")
}

/// A `list` in `per line` although `per unit` has one.
pub(super) fn list_of_line(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISPLACED_STEP,
        "the list price of a line is that of its units, times the quantity",
    )
    .at(at, "`per unit` has a `list` already")
    .help("write `add`, or leave `per unit` out where the line is priced as a whole")
}

/// A step of a kind that its block cannot hold.
pub(super) fn misplaced(at: Span, what: &str, block: &str, help: &str) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_STEP, format!("`{what}` cannot stand in {block}"))
        .at(at, "")
        .help(help.to_owned())
}

/// A step that changes the price after a tax.
pub(super) fn after_tax(at: Span, what: &str, tax: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_STEP, format!("`{what}` stands behind a tax, which would not follow it"))
        .at(at, "")
        .also(tax, "taxes what stands above it")
        .help("move it above the first tax; below a tax stand taxes, roundings and subtotals only. What is taken off the total, as a gift card is, \
               stands in `payable { … }`")
}

/// A step behind what is to be paid.
pub(super) fn behind_payable(at: Span, payable: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_STEP, "a step stands behind `payable`, which is the end of the quote")
        .at(at, "")
        .also(payable, "what is to be paid is known here")
        .help("move it above `payable`, or into it")
}

/// A step that changes lines in an `each line` that also taxes them.
pub(super) fn change_beside_tax(at: Span, what: &str, tax: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_STEP, format!("`{what}` changes the net price among the taxes"))
        .at(at, "")
        .also(tax, "this `each line` is one of the taxes of the quote")
        .help("put it in an `each line` of its own, above the first tax")
}

/// `subtotal net` elsewhere than where the net price is.
pub(super) fn misplaced_net(at: Span, block: &str, help: &str) -> Diagnostic {
    Diagnostic::new(
        codes::RESERVED_FIGURE,
        format!("`net` is the net price of {block}, which is not known here"),
    )
    .at(at, "")
    .help(help.to_owned())
}

/// `subtotal net` in a place whose net price is another one.
pub(super) fn net_of_line(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::RESERVED_FIGURE,
        "`net` of a line is its share of the quote's net, not its price here",
    )
    .at(at, "")
    .help("the quote's own discounts are not in this price yet: name it `amount`")
    .fix(at, "amount")
}

/// `total` in the quote elsewhere than at its end.
pub(super) fn misplaced_total(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::RESERVED_FIGURE,
        "`total` is the end of the quote, and cannot be another figure of it",
    )
    .at(at, "")
    .help("let `subtotal total` be the last step of the quote, or choose another name")
}

/// A step with a name that means something in every book.
pub(super) fn reserved_figure(name: &ast::Name) -> Diagnostic {
    let message = format!("`{}` means the same in every book, and cannot name a step", name.text);
    let problem = Diagnostic::new(codes::RESERVED_FIGURE, message).at(name.span, "");
    problem.help(format!("give the step another name, such as `{}_price`", name.text))
}

/// A clause of quote steps on a step that does not act on lines.
pub(super) fn misplaced_clause(at: Span, clause: &str, block: Block) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_CLAUSE, format!("`{clause}` means nothing here")).at(at, "").help(
        match (block, clause) {
            (Block::EachLine, "on lines where") => {
                "in `each line` every line is asked by itself: write `when` and the condition"
            }
            (Block::EachLine, "for each") => "in `each line` every line is looked at by itself already",
            (Block::EachLine, _) => {
                "in `each line` a step is worked out on every line by itself: there is nothing to spread"
            }
            _ => "only `add` and `less` steps of the `quote` block act on several lines",
        },
    )
}

/// A group without members.
pub(super) fn empty_group(at: Span) -> Diagnostic {
    Diagnostic::new(codes::EMPTY_GROUP, "the group has no step")
        .at(at, "")
        .help("write its `add` and `less` steps between the braces, or take the group away")
}

/// An amount whose decimals may have no end, and that nothing rounds.
pub(super) fn open_amount(
    amount: &Formula,
    what: &str,
    (step, usual): (&str, UsualMode),
    round_may_follow: bool,
) -> Diagnostic {
    let message = format!("the amount of `{what}` can have decimals without end");
    let problem = Diagnostic::new(codes::UNROUNDED_AMOUNT, message)
        .at(amount.expr.span, "a division or an average rate need not come out even")
        .help(usual.help(&shown_text(amount), step));
    if round_may_follow {
        let help = "or let a `round` follow directly: the step then shows what the rounded price differs by";
        return problem.help(help);
    }
    problem
}

/// A bound that can undo a rounding.
pub(super) fn unrounded_bound(bound: &Formula, what: &str, round: Span, step: &str, up: bool) -> Diagnostic {
    let mode = if up { "up" } else { "down" };
    let message = format!("`{what}` can undo the rounding to {step} above it");
    Diagnostic::new(codes::BOUND_AFTER_ROUND, message)
        .at(bound.expr.span, format!("not rounded to {step}"))
        .also(round, "rounds the price")
        .help(format!("write `{}`", rounded_text(bound, mode, step)))
}

/// Whether a problem of a tax's amount comes from a rate that does not say of what.
pub(super) fn is_of_bare_tax(problem: &Diagnostic, amount: &ast::Expr) -> bool {
    problem.code == codes::BARE_RATE
        || problem.code == codes::BAD_ROUNDING && expr_text(unrounded(amount)).ends_with('%')
}

fn unrounded(amount: &ast::Expr) -> &ast::Expr {
    match &amount.kind {
        ast::ExprKind::Rounded { value, .. } => value,
        _ => amount,
    }
}

/// A tax that does not say of what, with the prices that a tax is of.
pub(super) fn bare_tax(problem: &mut Diagnostic, amount: &ast::Expr, block: Block) {
    let core = unrounded(amount);
    let of_sum = matches!(core.kind, ast::ExprKind::Binary { .. });
    let rate = if of_sum { format!("({})", expr_text(core)) } else { expr_text(core) };
    let (price, what) = match block {
        Block::EachLine => ("running", "the price of the line"),
        _ => ("net", "the price before tax, which `subtotal net` names above the first tax"),
    };
    problem.help = vec![
        format!("say of what: `{rate} of {price}` taxes {what}"),
        format!("several taxes of one price stand in a block: `taxes on {price} {{ … }}`"),
    ];
}

/// `during` on days without a book.
pub(super) fn never_in_effect(at: Span, what: &str, book: &Period) -> Diagnostic {
    Diagnostic::new(codes::NEVER_IN_EFFECT, format!("`{what}` counts on no day of the book"))
        .at(at, "")
        .note(format!("the book makes quotes {}", period_text(book)))
        .help("mend the dates, or take the step away")
}

/// An amount that its own parts and their ranges show to be negative at times.
pub(super) fn negative_step(
    (at, because): (Span, Option<&str>),
    word: &str,
    kept_at_zero: Option<&str>,
    ranges: &[String],
) -> Diagnostic {
    let message = format!("the amount of `{word}` cannot be negative, and this one can");
    let problem = Diagnostic::new(codes::NEGATIVE_STEP, message).at(at, because.unwrap_or_default());
    let problem = ranges.iter().fold(problem, |problem, range| problem.note(range.clone()));
    let help = match (kept_at_zero, word) {
        (Some(text), _) => {
            format!("keep it at zero with `{text}`, or write `may be negative` where both are meant")
        }
        (None, "add" | "less") => {
            let other = if word == "add" { "less" } else { "add" };
            format!("write `{other}` and turn the sign round, or `may be negative` where both are meant")
        }
        (None, "charge") => "a credit is a charge that says `may be negative`".to_owned(),
        (None, _) => "write `may be negative` where that is meant".to_owned(),
    };
    problem.help(help)
}

/// A price from which no product takes its price.
pub(super) fn prices_nothing(target: &ast::Name, members: &[Name]) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::PRICES_NOTHING, format!("no product takes its price from `{}`", target.text));
    if members.is_empty() {
        return problem
            .at(target.span, "a family without products")
            .help(format!("put a product in it: `product … in {} {{ … }}`", target.text));
    }
    problem
        .at(target.span, "every product of this family has a `price` of its own")
        .help("take this block away, or the products' own")
}

/// Products of one price that are sold in different units.
pub(super) fn mixed_sale_units(at: Span, target: &str, one: (&str, &str), other: (&str, &str)) -> Diagnostic {
    let message =
        format!("the products of `{target}` are sold in different units, and share one price per unit");
    let prices = |(product, unit): (&str, &str)| format!("a unit price of `{product}` is in `{unit}`");
    Diagnostic::new(codes::MIXED_SALE_UNITS, message)
        .at(at, "")
        .note(prices(one))
        .note(prices(other))
        .help(format!("give `{}` a `price` of its own", other.0))
}

/// An entry whose default lies outside its range.
pub(super) fn default_outside(at: Span, name: &str, value: &str, range: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_ENTRY, format!("the default of `{name}` is `{value}`, which cannot be typed"))
        .at(at, "")
        .note(format!("what can be typed: {range}"))
        .help("widen the range, or mend the default")
}

/// A limit that the range of its entry never reaches.
pub(super) fn limit_outside(at: Span, name: &str, value: &str, range: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_ENTRY, format!("the limit of `{name}` is `{value}`, which cannot be typed"))
        .at(at, "")
        .note(format!("what can be typed: {range}"))
        .help("widen the range, or mend the limit")
}

/// A limit for something that has no more and less.
pub(super) fn limit_without_order(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_ENTRY, format!("`{name}` has no order, so it has no limit"))
        .at(at, "")
        .help("only numbers, amounts and ranked values have a limit")
}

/// A set of days in words.
pub(super) fn period_text(period: &Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(to)) => format!("up to {to}"),
        (None, None) => "on all days".to_owned(),
    }
}

/// An amount of the quote that is finer than what is paid.
pub(super) fn too_fine(amount: &Formula, what: &str, minor: &str, usual: UsualMode) -> Diagnostic {
    let message = format!("the amount of `{what}` can be finer than {minor}");
    Diagnostic::new(codes::TOO_FINE, message)
        .at(amount.expr.span, "not rounded to what is paid")
        .help(usual.help(&shown_text(amount), minor))
}

/// A rounding of the quote to steps that are finer than what is paid.
pub(super) fn too_fine_step(at: Span, minor: &str) -> Diagnostic {
    Diagnostic::new(codes::TOO_FINE, format!("the quote cannot be rounded finer than {minor}"))
        .at(at, "nobody pays that exactly")
        .help(format!("write a multiple of {minor}"))
}

/// An amount, or a rounding, that is finer than what is paid in a currency.
pub(super) fn finer_than_paid(at: Span, what: &str, (currency, minor): (&Name, &Exact)) -> Diagnostic {
    let message = format!("`{what}` can be finer than {minor} {currency}, and nobody pays that exactly");
    Diagnostic::new(codes::FINER_THAN_PAID, message)
        .at(at, "")
        .help("round to the smallest amount that is paid: `rounded half_up to 1 minor_unit`")
}

/// A price of lines that nothing rounds.
pub(super) fn never_rounded(
    at: Span,
    target: &Name,
    (currency, minor): (&Name, &Exact),
    usual: UsualMode,
) -> Diagnostic {
    let message =
        format!("nothing rounds the price of `{target}`, which can be finer than {minor} {currency}");
    Diagnostic::new(codes::FINER_THAN_PAID, message).at(at, "from here on").help(format!(
        "write `round {} to {minor} {currency}` behind it, in `per line`, or in the `quote`",
        usual.mode()
    ))
}

/// A `list` in a block that starts from something else.
pub(super) fn list_elsewhere(at: Span, block: &str) -> Diagnostic {
    misplaced(at, "list", block, "`list` begins `per unit`, or `per line` where there is no `per unit`")
}

/// Discounts that together can take more than the whole price.
pub(super) fn stack_over_100(at: Span, earlier: &[(Span, String)], sum: &str) -> Diagnostic {
    let message = format!("discounts can together take more than the whole price: {sum} of it");
    let problem = Diagnostic::new(codes::STACK_OVER_100, message).at(at, "takes more than is left");
    let problem = earlier
        .iter()
        .fold(problem, |problem, (span, share)| problem.also(*span, format!("can take {share}")));
    problem.help("take it of `running`, put a `floor` behind it, or let `best of` choose one of them")
}

/// A floor that steps of the quote can undercut, and that nobody looks at.
pub(super) fn floor_not_binding(at: Span, name: &str, step: Span) -> Diagnostic {
    Diagnostic::new(
        codes::FLOOR_NOT_BINDING,
        format!("the quote can take the price below the floor `{name}`"),
    )
    .at(at, "holds for the price at this point")
    .also(step, "takes more off later")
    .help("limit what each line takes with `spread by … within …`")
    .help("or let an approval rule look at `line.net` or `line.margin`, which have the quote's steps in them")
}

/// A divisor that is zero for some requests.
pub(super) fn zero_divisor(at: Span, ranges: &[String]) -> Diagnostic {
    let problem = Diagnostic::new(codes::DIVISION_BY_ZERO, "this divides by zero for some requests")
        .at(at, "can be zero");
    let problem = ranges.iter().fold(problem, |problem, range| problem.note(range.clone()));
    problem.help("narrow the range, or keep zero out with `when` or `if … then … else …`")
}

/// A tax that becomes part of the net price.
pub(super) fn tax_in_net(at: Span, block: &str) -> Diagnostic {
    Diagnostic::new(
        codes::TAX_IN_NET,
        format!("a tax of {block} becomes part of the net price and of the margin"),
    )
    .at(at, "")
    .help("tax the lines in the quote: `quote { each line { tax … } }`")
    .help("a duty that belongs to the price is an `add`; `within` only says how much of the price is tax")
}
