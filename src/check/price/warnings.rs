//! The warnings of steps that can be carried out and hardly mean what they say, in words.

use crate::check::signature::UsualMode;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Formula, GroupKind, Name, Step, StepKind};
use crate::source::Span;

/// Where a tax stands that taxes another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaxPlace {
    /// A tax of the whole quote.
    Quote,
    /// `on lines where`
    OnLines,
    /// In `each line`.
    EachLine,
}

/// A tax that is a share of `running`, which has another tax in it.
pub(super) fn taxed_tax(
    at: Span,
    tax: &str,
    (other, above): (&str, Span),
    place: TaxPlace,
    in_block: bool,
) -> Diagnostic {
    let message = format!("`{tax}` is a share of `running`, which has the tax `{other}` in it");
    let problem =
        Diagnostic::new(codes::TAXED_TAX, message).at(at, "").also(above, "is in `running` from here on");
    match place {
        TaxPlace::Quote if in_block => problem
            .help("write `taxes on net { … }`, taxes of the price before tax: `subtotal net` above the first tax names it")
            .help(format!("where a tax on a tax is meant, name it: `taxes on (net + {other}) {{ … }}`")),
        TaxPlace::Quote => problem
            .help("write `of net`, the price before tax: `subtotal net` above the first tax names it")
            .help("or put all taxes of that price into one block: `taxes on net { … }`")
            .help(format!("where a tax on a tax is meant, name it: `of (net + {other})`")),
        TaxPlace::OnLines => problem
            .help(
                "put it above that `each line`; or put both into one block, which is of the price before both: \
                 `each line { taxes on running { … } }`, with `when` in place of `on lines where`",
            )
            .help(format!(
                "where a tax on a tax is meant, name it in `each line`: `let base = running` above the taxes, \
                 then `of (base + {other})`"
            )),
        TaxPlace::EachLine => problem
            .help("put both into one block, where each is of the price before the block: `taxes on running { … }`")
            .help("or name that price above the first tax, `let base = running`, and write `of base`")
            .help(format!("where a tax on a tax is meant, name it: `of (base + {other})`")),
    }
}

/// A condition that no request can meet. `outer` is that of the group around.
pub(super) fn never_holds(
    step: &Step,
    condition: &Formula,
    outer: Option<&Formula>,
    ranges: &[String],
) -> Diagnostic {
    let text = match outer {
        Some(outer) => format!("`{}` and `{}` can never hold both", outer.text, condition.text),
        None => format!("`{}` can never hold", condition.text),
    };
    let message = format!("{text}, so {} never counts", what(step));
    let problem = Diagnostic::new(codes::NEVER_HOLDS, message).at(condition.expr.span, "");
    let problem = match outer {
        Some(outer) => problem.also(outer.expr.span, "the condition around it"),
        None => problem,
    };
    let problem = ranges.iter().fold(problem, |problem, range| problem.note(range.clone()));
    problem.help("mend the condition, or the range that is declared; or take the step away")
}

/// A step of nothing.
pub(super) fn zero_step(step: &Step) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::ZERO_STEP, format!("the amount of {} is zero", what(step))).at(step.span, "");
    match &step.kind {
        StepKind::Claim(_) => problem.help(
            "a claim that comes to zero takes no units, and keeps none from the claims below; say how much it is, \
             or take it away",
        ),
        _ => problem.help("say how much it is, or take the step away"),
    }
}

/// A tax on the whole of a charge that another step has made smaller.
pub(super) fn taxed_in_full(at: Span, tax: &str, charge: &str, by: &Step) -> Diagnostic {
    let message = format!("`{tax}` taxes `{charge}` as it was before `{}` took its part of it", by.name);
    Diagnostic::new(codes::TAXED_IN_FULL, message)
        .at(at, "the whole charge")
        .also(by.span, "`with charges`: the charge bears its share")
        .help("tax what is left of all, `of net`")
        .help(format!(
            "or take nothing off the charge here, without `with charges`, and make the charge smaller itself: \
             `charge {charge} = …`"
        ))
}

/// A charge, or a gift, that no tax looks at. `tax` is another tax of the quote, whether it is contained, and its rate.
pub(super) fn untaxed(
    step: &Step,
    (tax, within, rate): (&Step, bool, &str),
    usual: (UsualMode, &str),
) -> Diagnostic {
    let (name, (mode, to)) = (&step.name, usual);
    let rounded = format!("rounded {} to {to}", mode.mode());
    let own = format!("{name}_{}", tax.name);
    let taxed = match within {
        false => format!("tax {own} = {rate} of {name} {rounded}"),
        true => format!("taxes within {name} {{ tax {own} = {rate} {rounded} }}"),
    };
    Diagnostic::new(codes::UNTAXED, format!("`{name}` is in the net and in no tax"))
        .at(step.span, "no tax of the quote looks at it")
        .also(tax.span, "looks at other amounts, or at lines alone")
        .help(format!("tax it too: write `{taxed}` beside the other taxes"))
        .help(format!("where it is not taxed, write `untaxed` behind `{name}`"))
}

/// `untaxed` behind a charge or gift that a tax of the whole price has in it.
pub(super) fn taxed_all_the_same(untaxed: Span, name: &Name, tax: &Step) -> Diagnostic {
    let message = format!("`{name}` says `untaxed`, and `{}` taxes the whole price, with it in it", tax.name);
    Diagnostic::new(codes::UNTAXED, message)
        .at(untaxed, "untrue")
        .also(tax.span, "of all that the quote comes to")
        .help(format!(
            "take `{name}` out of what is taxed, as `20% of (net - {name})`, or take `untaxed` away"
        ))
}

/// The ends of two ranges as texts: those of the price so far, and those of a bound.
type Ends = ((Option<String>, Option<String>), (Option<String>, Option<String>));

/// A floor that lifts no price, or a cap that lowers none.
pub(super) fn idle_bound(step: &Step, at: Span, ends: Ends, ranges: &[String]) -> Diagnostic {
    let name = &step.name;
    let message = match (&step.kind, ends) {
        (StepKind::Floor(_), ((Some(price), _), (_, Some(bound)))) => {
            format!(
                "`{name}` never lifts the price: it is at most {bound}, and the price at least {price} here"
            )
        }
        (_, ((_, Some(price)), (Some(bound), _))) => {
            format!(
                "`{name}` never lowers the price: it is at least {bound}, and the price at most {price} here"
            )
        }
        _ => format!("`{name}` never changes the price"),
    };
    bounded(at, message, ranges).help("mend the bound, or take the step away")
}

/// A floor that lifts every price, or a cap that lowers every one.
pub(super) fn bound_always(step: &Step, at: Span, ends: Ends, ranges: &[String]) -> Diagnostic {
    let name = &step.name;
    let message = match (&step.kind, ends) {
        (StepKind::Floor(_), ((_, Some(price)), (Some(bound), _))) => {
            format!("`{name}` lifts every price: it is at least {bound}, and the price at most {price} here")
        }
        (_, ((Some(price), _), (_, Some(bound)))) => {
            format!("`{name}` lowers every price: it is at most {bound}, and the price at least {price} here")
        }
        _ => format!("`{name}` is the price of all"),
    };
    bounded(at, message, ranges).help("mend the bound: the steps above make no difference")
}

fn bounded(at: Span, message: String, ranges: &[String]) -> Diagnostic {
    let problem = Diagnostic::new(codes::IDLE_BOUND, message).at(at, "");
    ranges.iter().fold(problem, |problem, range| problem.note(range.clone()))
}

/// `spread by -1`
pub(super) fn idle_weight(weight: &Formula) -> Diagnostic {
    let message = format!("the weight `{}` is never above zero, so all lines bear the same", weight.text);
    Diagnostic::new(codes::IDLE_WEIGHT, message)
        .at(weight.expr.span, "a weight below zero counts as zero")
        .help("equal shares are `spread by 1`, shares by the price `spread by running`")
}

/// A step for a sentence: its name, or what kind of group it is.
fn what(step: &Step) -> String {
    match &step.kind {
        StepKind::Group { kind, .. } if step.name.as_ref() == word(*kind) => {
            format!("this `{} of`", word(*kind))
        }
        StepKind::Taxes { .. } if step.name.as_ref() == "taxes" => "this block of taxes".to_owned(),
        _ => format!("`{}`", step.name),
    }
}

fn word(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Best => "best",
        GroupKind::Worst => "worst",
        GroupKind::First => "first",
        GroupKind::All => "all",
    }
}
