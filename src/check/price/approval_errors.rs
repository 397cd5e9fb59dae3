//! The problems of approvals and properties, in words.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast;

/// Two levels or reviewers of one name.
pub(super) fn duplicate_signer(name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("two levels or reviewers have the name `{}`", name.text))
        .at(name.span, "declared again here")
        .also(first, "first declared here")
        .help("give one of them another name, so that a rule asks one of them")
}

/// A reviewer without a level.
pub(super) fn reviewer_without_level(name: &ast::Name, level: Option<&str>) -> Diagnostic {
    let level = level.unwrap_or("LEVEL");
    Diagnostic::new(
        codes::REVIEWER_WITHOUT_LEVEL,
        format!("the reviewer `{}` stands beside no level", name.text),
    )
    .at(name.span, "")
    .help(format!("say when it is their turn: `reviewer {} … with {level}`", name.text))
}

/// `with` something that is no level.
pub(super) fn unknown_level(name: &ast::Name, is_reviewer: bool, nearest: Option<&str>) -> Diagnostic {
    if is_reviewer {
        return Diagnostic::new(
            codes::WRONG_KIND_OF_NAME,
            format!("`{}` is a reviewer, not a level", name.text),
        )
        .at(name.span, "")
        .help("a reviewer stands beside a level");
    }
    Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no level `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, nearest)
}

/// A rule that asks somebody who is not declared.
pub(super) fn unknown_signer(name: &ast::Name, known: &[&str], nearest: Option<&str>) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no level or reviewer `{}`", name.text))
            .at(name.span, "")
            .did_you_mean(name.span, nearest);
    if known.is_empty() {
        return problem
            .help(format!("declare it above the rules: `level {} \"…\"`, lowest level first", name.text));
    }
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    problem.note(format!("declared: {}", known.join(", ")))
}

/// A rule that asks a ladder as a whole.
pub(super) fn asks_a_ladder(name: &ast::Name, level: Option<&str>) -> Diagnostic {
    let message = format!("`{}` is a ladder, not a level or reviewer", name.text);
    let problem = Diagnostic::new(codes::WRONG_KIND_OF_NAME, message).at(name.span, "");
    match level {
        Some(level) => problem.help(format!("ask one of its levels, as `{level}`")),
        None => problem,
    }
}

/// `needs` with something that is no number of people.
pub(super) fn bad_needs(at: Span, most: u32) -> Diagnostic {
    let message = format!("`needs` is a whole number of people, from 1 to {most}");
    Diagnostic::new(codes::BAD_NEEDS, message).at(at, "").help("write `needs 2` where two people must sign")
}

/// A ladder on which nobody stands.
pub(super) fn ladder_without_level(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::EMPTY_LADDER, format!("the ladder `{}` has no level", name.text))
        .at(name.span, "")
        .help(format!(
            "declare its levels, lowest first: `ladder {} {{ level head  level board }}`",
            name.text
        ))
}

/// A reviewer inside of a ladder beside a level of another.
pub(super) fn level_of_another_ladder(name: &ast::Name, declared: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, format!("`{}` is a level of another ladder", name.text))
        .at(name.span, "")
        .also(declared, "declared here")
        .help("declare the reviewer outside of the ladder, or beside one of its levels")
}

/// A skip of a level above which nobody stands.
pub(super) fn skips_the_top(level: &ast::Name) -> Diagnostic {
    let message = format!("`{}` is the top of its ladder and cannot be skipped", level.text);
    Diagnostic::new(codes::SKIPS_THE_TOP, message)
        .at(level.span, "nobody stands above to sign instead")
        .help(format!("declare a level above `{}`, or take the rule away", level.text))
}

/// A skip whose condition is about single lines.
pub(super) fn skip_of_a_line(at: Span, level: &ast::Name) -> Diagnostic {
    let message = format!("`{}` signs for the whole quote, and this speaks of one line", level.text);
    Diagnostic::new(codes::SKIP_OF_A_LINE, message)
        .at(at, "")
        .help("speak of the request or of the quote, as `actor.role = manager` or `quote.net < 100 CNY`")
}

/// A skip that no quote can bring about.
pub(super) fn dead_skip(at: Span, ranges: &[String]) -> Diagnostic {
    let message = "no quote can fulfil this condition, so the level is never skipped";
    never(Diagnostic::new(codes::DEAD_APPROVAL, message), at, ranges)
}

/// A ladder that no rule asks.
pub(super) fn idle_ladder(name: &ast::Name, level: Option<&str>) -> Diagnostic {
    let level = level.unwrap_or("LEVEL");
    Diagnostic::new(codes::IDLE_LADDER, format!("no rule asks anybody of the ladder `{}`", name.text))
        .at(name.span, "")
        .help(format!("ask one of its levels, `ask {level} when …`, or take the ladder away"))
}

/// An alert that no quote can raise.
pub(super) fn alert_never_holds(at: Span, ranges: &[String]) -> Diagnostic {
    let message = "no quote can fulfil this condition, so the alert is never made";
    never(Diagnostic::new(codes::DEAD_ALERT, message), at, ranges)
}

/// A rule that no quote can meet.
pub(super) fn dead_rule(at: Span, rejects: bool, ranges: &[String]) -> Diagnostic {
    let result = if rejects { "nothing is ever rejected by it" } else { "nobody is ever asked" };
    let message = format!("no quote can fulfil this condition, so {result}");
    never(Diagnostic::new(codes::DEAD_APPROVAL, message), at, ranges)
}

/// A property that no quote has.
pub(super) fn property_never_holds(at: Span, ranges: &[String]) -> Diagnostic {
    never(Diagnostic::new(codes::ALWAYS_REFUTED, "no quote has this property"), at, ranges)
}

fn never(problem: Diagnostic, at: Span, ranges: &[String]) -> Diagnostic {
    let problem = problem.at(at, "").help("mend the bound, or the range that is declared");
    ranges.iter().fold(problem, |problem, range| problem.note(range.clone()))
}

/// `for X` on a condition about the quote.
pub(super) fn narrowed_without_line(target: &ast::Name, what: &str) -> Diagnostic {
    let message = format!("`for {}` narrows nothing: {what} speaks of no line", target.text);
    Diagnostic::new(codes::NARROWED_WITHOUT_LINE, message)
        .at(target.span, "")
        .help("speak of a line, as `line.net` does, or leave `for` out")
}

/// A rule that another one says already.
pub(super) fn repeated_rule(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::REPEATED_RULE, "an earlier rule says the same")
        .at(at, "")
        .also(first, "the earlier rule")
        .help("take one of them away")
}

/// `for` with the name of something else.
pub(super) fn not_a_product(target: &ast::Name, kind: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(
        codes::WRONG_KIND_OF_NAME,
        format!("`{}` is {kind}, not a product or family", target.text),
    )
    .at(target.span, "")
    .also(declared, "declared here")
}

/// `for` with a name that nothing declares.
pub(super) fn unknown_target(target: &ast::Name, nearest: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no product or family `{}`", target.text))
        .at(target.span, "")
        .did_you_mean(target.span, nearest)
}

/// `hide lines` on a condition that is the same for all of them.
pub(super) fn hides_which(at: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISPLACED_STEP,
        "`hide lines` does not say which lines: its condition speaks of none",
    )
    .at(at, "")
    .help("ask for something of the line, as in `hide lines when line.net = 0 EUR`")
}
