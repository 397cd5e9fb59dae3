//! The problems of spreads, shares and validity, in words.

use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{ExprKind, Formula};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Exact;

/// A weight that is no number.
pub(super) fn weight_is_no_number(at: Span, weight: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_SPREAD, format!("`{weight}` is no number, so lines cannot be weighed by it"))
        .at(at, "")
        .help("weigh by an amount or a quantity: `spread by running`, `spread by line.quantity`")
}

/// A greatest share that is no amount.
pub(super) fn most_is_no_amount(at: Span, most: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_SPREAD,
        format!("`{most}` is no amount of money, so no line can take it at most"),
    )
    .at(at, "")
    .help("say how much a line takes at most: `within running - line.cost`")
}

/// Shares that could not be paid.
pub(super) fn share_step_too_fine(at: Span, minor: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_SPREAD, format!("shares must be multiples of {minor}, and these would not be"))
        .at(at, "")
        .help(format!("write a multiple of {minor}, or leave `to` out for that"))
}

/// A word for who gets what remains that is none.
pub(super) fn unknown_residual(word: &ast::Name, nearest: Option<&str>) -> Diagnostic {
    let message = format!("`{}` does not say which line gets what remains", word.text);
    Diagnostic::new(codes::BAD_SPREAD, message)
        .at(word.span, "")
        .did_you_mean(word.span, nearest)
        .help("`largest`: the lines with the largest remainders; `first` or `last`: that line")
}

/// A number of days without its unit.
pub(super) fn days_without_unit(at: Span, word: &str, number: &str) -> Diagnostic {
    Diagnostic::new(codes::MISSING_UNIT, format!("`{word} {number}` does not say of what"))
        .at(at, "")
        .help(format!("write `{word} {number} days`"))
        .fix(at, format!("{number} days"))
}

/// A quote that is valid for no day, or for ever, or followed up then.
pub(super) fn bad_days(at: Span, word: &str) -> Diagnostic {
    let message = if word == "valid" {
        "a quote is valid for a whole number of days, from 1 to 36525"
    } else {
        "a quote is followed up after a whole number of days, from 1 to 36525"
    };
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, message).at(at, "").help(format!("write `{word} 30 days`"))
}

/// `with charges` beside what only a line has.
pub(super) fn charges_have_no_line(at: Span, with: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_WITH_CHARGES, "a charge is no line of a product, and this reads one")
        .at(at, "")
        .also(with, "the charges take part")
        .help("with charges a step is spread by `running` or, equally, by `1`, over all lines and charges")
}

/// `tax x within` in a block of taxes.
pub(super) fn within_inside(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_TAXES,
        "the block says whether its taxes are on top or within, not each of them",
    )
    .at(at, "")
    .help("write `taxes within running { tax vat = 20% … }`")
}

/// A tax that is rounded, in a block whose sum is rounded.
pub(super) fn tax_rounded_twice(at: Span, sum: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TAXES, "the sum of these taxes is rounded, and so is this tax by itself")
        .at(at, "")
        .also(sum, "rounds the sum of the taxes as they are")
        .help("round each tax, or their sum; leave the other `rounded` out")
}

/// An offset in the rounding of a sum of taxes.
pub(super) fn sum_with_offset(at: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_TAXES, "the taxes could not share what an offset adds to their sum")
        .at(at, "")
        .help("leave the `offset` out")
}

/// A gift of a product that is measured.
pub(super) fn gift_is_measured(product: &ast::Name) -> Diagnostic {
    let message = format!("`{}` is sold by measure, and gifts are counted", product.text);
    Diagnostic::new(codes::BAD_GIFT, message)
        .at(product.span, "")
        .help("give a product that is sold in whole numbers, or write a `charge` of zero")
}

/// A gift of a bundle.
pub(super) fn gift_has_parts(product: &ast::Name) -> Diagnostic {
    let message = format!("`{}` has parts, which nobody chooses for a gift", product.text);
    Diagnostic::new(codes::BAD_GIFT, message).at(product.span, "").help("give a product without parts")
}

/// A number of gifts in which the product is not sold.
pub(super) fn gift_unsold(at: Span, product: &str, number: &Exact, allowed: Option<String>) -> Diagnostic {
    let problem = Diagnostic::new(codes::BAD_GIFT, format!("`{product}` is not sold by {number}")).at(at, "");
    let problem = match allowed {
        Some(allowed) => problem.note(format!("its quantity: {allowed}")),
        None => problem,
    };
    problem.help("mend the number, or the `quantity` of the product")
}

/// An option of a gift without a value, or a fact that lines bring and gifts do not.
pub(super) fn gift_option_missing(product: &ast::Name, option: &str, is_fact: bool) -> Diagnostic {
    let name = &product.text;
    if is_fact {
        let message = format!("a gift brings no `{option}`, which every line of `{name}` has to bring");
        return Diagnostic::new(codes::BAD_GIFT, message)
            .at(product.span, "")
            .help(format!("give `{option}` a `default` in the product, or write `optional` behind it"));
    }
    Diagnostic::new(codes::BAD_GIFT, format!("nothing says which `{option}` the gift `{name}` has"))
        .at(product.span, "")
        .help(format!("choose it: `{name} {{ {option} = … }}`; it has no default"))
}

/// A selection of no units.
pub(super) fn no_units(at: Span, count: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_CLAIM, format!("`{count}` units are nothing to take"))
        .at(at, "")
        .help("take at least one unit, or all: `on all units`")
}

/// Units that need be worth nothing.
pub(super) fn worth_nothing(at: Span, worth: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_CLAIM, format!("units worth `{worth}` are none to take"))
        .at(at, "")
        .help("say an amount above zero: `needs units worth 10 EUR`")
}

/// A claim on what is sold by measure.
pub(super) fn claimed_by_measure(at: Span, product: &str) -> Diagnostic {
    let message = format!("a claim takes whole units, and `{product}` is sold by measure");
    Diagnostic::new(codes::CLAIM_BY_MEASURE, message)
        .at(at, "so no unit is ever taken here")
        .help(format!("write a step of the quote: `less NAME = AMOUNT on lines where product = {product}`"))
}

/// A claim that takes everything, again and again.
pub(super) fn repeats_all(at: Span) -> Diagnostic {
    Diagnostic::new(codes::BAD_CLAIM, "`all units` are taken at once, so there is nothing to repeat")
        .at(at, "")
        .help("leave `repeat` out, or say how many units each time")
}

/// What a whole quote must fulfil, said of one line.
pub(super) fn requirement_of_a_line(at: Span) -> Diagnostic {
    Diagnostic::new(codes::REQUIREMENT_OF_A_LINE, "this speaks of one line, and the quote has many")
        .at(at, "")
        .help("say it of all: `all(l.net > 0 CNY for l in lines)`, `any(…)`, `sum(…)`")
        .help("what every line of a product must fulfil is a `require` of the product")
}

/// What no quote can fulfil.
pub(super) fn requirement_never_met(at: Span, ranges: &[String]) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::REQUIREMENT_NEVER_MET, "no quote can fulfil this, so none would be valid")
            .at(at, "")
            .help("mend the bound, or the range that is declared");
    ranges.iter().fold(problem, |problem, range| problem.note(range.clone()))
}

/// What kind of step puts a share of all on some lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// A tax of a block of taxes.
    TaxOfBlock,
    /// A tax of `each line`.
    TaxOfLine,
    /// Any other step.
    Other,
}

/// An amount on some lines, or on each, that is a share of the price of all.
pub(super) fn share_of_the_whole(
    span: Span,
    step: &str,
    (figure, on): (&str, &str),
    form: Share,
) -> Diagnostic {
    let message =
        format!("`{step}` puts a share of the whole order {on}: `{figure}` is the price of all lines");
    let problem = Diagnostic::new(codes::SHARE_OF_THE_WHOLE, message).at(span, "");
    let problem = match form {
        Share::TaxOfBlock => problem.help(
            "the price of those lines is `running`: write `taxes on running { … }`, or `of running` where the block \
             has no base",
        ),
        Share::TaxOfLine => problem
            .help("write `of running`, which is the price of the line")
            .help("several taxes of one price stand in a block: `each line { taxes on running { … } }`"),
        Share::Other => problem.help("write `of running`, which is the price of those lines"),
    };
    problem
        .help(format!("where a share of all is meant, name it above: `let fee = 2% of {figure} rounded …`"))
}

/// Selections of which the first may take what the second needs.
pub(super) fn wide_before_narrow(wide: Span, narrow: Span) -> Diagnostic {
    let message =
        "this selection may find its units taken by the one before it, which could have done with others";
    Diagnostic::new(codes::WIDE_BEFORE_NARROW, message)
        .at(narrow, "these are some of its units")
        .also(wide, "takes first")
        .help("write the narrower selection first: nothing is exchanged afterwards")
}

/// Taxes contained in one price that are not on the same lines.
pub(super) fn within_on_lines(at: Span, other: Span) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_TAXES,
        "taxes on different lines cannot be taken out of one price: not every line has them all in it",
    )
    .at(at, "on these lines")
    .also(other, "not on the same ones")
    .help(
        "take them out line by line, and say by `when` which lines have a tax: \
         `each line { taxes within running { tax a = 5% rounded …  tax b = 7% rounded … when line.x } }`",
    )
}

/// A tax of a block whose base is rounded, and the tax is not: the `rounded` behind `on` looks like that of the taxes.
pub(super) fn rounded_base(problem: &mut Diagnostic, tax: &str, step: &str, base: &Formula, within: bool) {
    let ExprKind::Round { mode, .. } = &base.expr.kind else { return };
    let word = if within { "within" } else { "on" };
    problem.help = vec![
        format!(
            "the `rounded` here is that of the base; each tax by itself: `{tax} rounded {mode} to {step}`"
        ),
        format!("all together: `taxes rounded {mode} to {step} {word} …`"),
    ];
}
