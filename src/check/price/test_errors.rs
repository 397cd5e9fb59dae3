//! The problems of tests, in words.

use super::errors::period_text;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::ir::{Name, NameList, Period};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Date;

fn bad_test(at: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(codes::BAD_TEST, message).at(at, "")
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A test without `as_of`.
pub(super) fn no_date(title: Span) -> Diagnostic {
    Diagnostic::new(codes::TEST_WITHOUT_DATE, "the test does not say the day it is made for")
        .at(title, "")
        .help("write `as_of 2026-02-10`: prices depend on the day, and nothing reads the clock")
}

/// A test on a day without a book.
pub(super) fn outside_the_book(at: Span, date: Date, book: &Period) -> Diagnostic {
    bad_test(at, format!("the test is made for {date}, and the book makes no quotes on that day"))
        .note(format!("the book makes quotes {}", period_text(book)))
        .help("mend `as_of`, or the `effective` days of the book")
        .help(format!(
            "if the test is about the refusal, say so: `expect errors = [{}]`",
            codes::OUTSIDE_EFFECTIVE.id()
        ))
}

/// A test that every book passes.
pub(super) fn expects_nothing(title: Span) -> Diagnostic {
    Diagnostic::new(codes::TEST_EXPECTS_NOTHING, "the test expects nothing, so every book passes it")
        .at(title, "")
        .help("say what the quote must show: `expect line.net = …`, `expect status = ok`")
}

/// A test that must choose a currency and does not.
pub(super) fn no_currency(title: Span, known: &[Name]) -> Diagnostic {
    let first = known.first().map_or("…", |name| name.as_ref());
    bad_test(title, "the test does not say in which currency it is quoted")
        .help(format!("write `currency {first}`"))
        .note(format!("the book has {}", list(known)))
}

/// A test that chooses a currency where there is no choice.
pub(super) fn currency_is_fixed(name: &ast::Name, known: &[Name]) -> Diagnostic {
    bad_test(name.span, "the book has one currency, so a request chooses none")
        .help(format!("leave `currency` out: quotes are in {}", list(known)))
}

/// A currency that the book does not have.
pub(super) fn unknown_currency(name: &ast::Name, known: &[Name], nearest: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_CURRENCY, format!("the book makes no quotes in `{}`", name.text))
        .at(name.span, "")
        .note(format!("it has {}", list(known)))
        .did_you_mean(name.span, nearest)
}

/// A name that nothing of that kind has.
pub(super) fn unknown(name: &ast::Name, kind: &str, nearest: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no {kind} `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, nearest)
}

/// A field that a context does not have.
pub(super) fn unknown_field(name: &ast::Name, context: &str, nearest: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{context}` has no field `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, nearest)
}

/// An option or entry that a product does not have.
pub(super) fn unknown_line_field(
    name: &ast::Name,
    product: &str,
    is_let: bool,
    nearest: Option<&str>,
) -> Diagnostic {
    if is_let {
        return Diagnostic::new(
            codes::WRONG_KIND_OF_NAME,
            format!("`{}` of `{product}` is computed, not chosen", name.text),
        )
        .at(name.span, "")
        .help(format!("choose the options it follows from, and `expect line.{} = …`", name.text));
    }
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{product}` has no option or entry `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, nearest)
}

/// An exchange rate that the book does not use.
pub(super) fn unknown_exchange(from: &ast::Name, to: &ast::Name, turned: bool) -> Diagnostic {
    let (a, b) = (&from.text, &to.text);
    let problem =
        Diagnostic::new(codes::NO_EXCHANGE, format!("the book declares no exchange of `{a}` to `{b}`"))
            .at(from.span.cover(to.span), "");
    if turned {
        return problem.help(format!("it declares `{b} to {a}`, and rates are never turned round"));
    }
    problem.help(format!("declare it: `exchange {a} to {b}`"))
}

/// A rate of zero or less.
pub(super) fn rate_not_positive(at: Span) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, "an exchange rate is above zero").at(at, "")
}

/// Something given twice.
pub(super) fn given_twice(name: &str, at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{name}` is given twice"))
        .at(at, "")
        .also(first, "given here first")
        .help("keep one of them")
}

/// `given customer = …`
pub(super) fn context_without_fields(name: &ast::Name) -> Diagnostic {
    bad_test(name.span, format!("`{}` has fields, and is no single value", name.text))
        .help(format!("write `given {} {{ … = … }}`", name.text))
}

/// A list for something that has one value.
pub(super) fn list_for_one(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("`{name}` has one value, not a list"))
        .at(at, "")
        .help("write the value without brackets")
}

/// Something else than the elements of a list.
pub(super) fn list_of_what(at: Span, name: &str, record: bool, fields: &[&str]) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::TYPE_MISMATCH, format!("`{name}` is a list, and this is none of its kind"));
    let example: Vec<String> = fields.iter().map(|field| format!("{field} = …")).collect();
    problem.at(at, "").help(match record {
        true => {
            format!("write its elements in brackets: `{name} = [{{ {} }}]`; `[]` is none", example.join(", "))
        }
        false => format!("write its values in brackets: `{name} = [ … ]`; `[]` is none"),
    })
}

/// An element without one of its fields.
pub(super) fn element_lacks(at: Span, field: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_TEST, format!("this element does not say its `{field}`"))
        .at(at, "")
        .help(format!("add `{field} = …`"))
}

/// One value for a set.
pub(super) fn one_for_list(at: Span, name: &str, written: &str) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("`{name}` is a set of values, and this is one value"))
        .at(at, "")
        .help(format!("write it in brackets: `{name} = [{written}]`; `[]` is none of them"))
        .fix(at, format!("[{written}]"))
}

/// `reason = 3`
pub(super) fn reason_is_no_text(at: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a reason is a text").at(at, "").help("write it in quotes")
}

/// `line.x` in a test without lines.
pub(super) fn no_line(at: Span) -> Diagnostic {
    bad_test(at, "the test has no line to speak of").help("write `line PRODUCT { … }` above it")
}

/// `line.x` in a test of several lines.
pub(super) fn which_line(owner: &ast::Name, named: Option<&str>) -> Diagnostic {
    let word = &owner.text;
    let name = named.unwrap_or("a");
    let figure = if word.as_ref() == "unit" { format!("{name}.unit.…") } else { format!("{name}.…") };
    let problem = Diagnostic::new(
        codes::WHICH_LINE,
        format!("the test has several lines, and `{word}` does not say which"),
    )
    .at(owner.span, "");
    match named {
        Some(_) => problem.help(format!("say the name of the line: `{figure}`")),
        None => {
            problem.help(format!("name the lines, as `line {name}: PRODUCT {{ … }}`, and write `{figure}`"))
        }
    }
}

/// Figures of two lines in one expectation.
pub(super) fn two_lines(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::WHICH_LINE, "an expectation speaks of one line, and this one of two")
        .at(at, "another line")
        .also(first, "one line")
        .help("write an `expect` for each of them; of all lines together `sum(l.net for l in lines)`")
}

/// `expect a = 3`
pub(super) fn line_without_figure(owner: &ast::Name, named: bool) -> Diagnostic {
    let name = &owner.text;
    let figure = if named { format!("{name}.net") } else { format!("{name}.list") };
    bad_test(owner.span, format!("`{name}` is no figure by itself")).help(format!("name one, as `{figure}`"))
}

/// A condition that needs a line and names none.
pub(super) fn speaks_of_no_line(at: Span) -> Diagnostic {
    bad_test(at, "this speaks of a line and does not say so").help("write `line.` before the name")
}

/// Two lines of one name.
pub(super) fn no_such_count(field: &ast::Assign, least: i64) -> Diagnostic {
    let message = format!("`{}` counts pieces, from {least} on", field.name.text);
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, message).at(field.name.span, "")
}

pub(super) fn piece_is_included(owner: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::BAD_TEST, format!("`{}` is included in its line, and has no figures", owner.text))
        .at(owner.span, "")
        .help("ask the line: its price is for all its parts, and `any(… for … in line.PART)` asks its pieces")
}

pub(super) fn line_named_twice(name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("two lines have the name `{}`", name.text))
        .at(name.span, "")
        .also(first, "the first one")
        .help("give one of them another name")
}

/// A line called `line`, `unit` or `quote`.
pub(super) fn line_named_like_a_level(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{}` cannot name a line", name.text))
        .at(name.span, "figures of every test begin with this word")
        .help("give the line another name")
}

/// A line with the name of a declaration.
pub(super) fn line_named_like(name: &ast::Name, kind: &str) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{}` is the name of {kind} already", name.text))
        .at(name.span, "")
        .help("give the line another name, so that an expectation speaks of one of them")
}

/// A list compared otherwise than with `=`.
pub(super) fn list_is_compared_whole(at: Span, list: &str) -> Diagnostic {
    bad_test(at, format!("`{list}` is a list of names, which is compared whole"))
        .help(format!("write `{list} = [a, b]`, with all names in their order, or `{list} = []`"))
}

/// `expect applied = …`
pub(super) fn applied_to_what(at: Span) -> Diagnostic {
    bad_test(at, "`applied` does not say of what")
        .help("write `line.applied` for the steps of a line, or `quote.applied` for those of the quote")
}

/// `expect line.approvals = …`
pub(super) fn approvals_are_of_the_quote(at: Span) -> Diagnostic {
    bad_test(at, "approvals are asked for the whole quote").help("write `approvals = [ … ]`")
}

/// `expect unit.applied = …`
pub(super) fn list_of_a_unit(at: Span, owner: &str) -> Diagnostic {
    bad_test(at, format!("a `{owner}` has no such list"))
        .help("write `line.` before it: a line's list has the steps of its units too")
}

/// Something else than a name in a list of names.
pub(super) fn not_a_name(at: Span) -> Diagnostic {
    bad_test(at, "the list holds names only")
        .help("write the names of steps, constraints or levels, as they are declared")
}

/// A name that can never stand in the list.
pub(super) fn unknown_in_list(at: Span, name: &str, of: NameList, nearest: Option<&str>) -> Diagnostic {
    let what = match of {
        NameList::Applied => "no step that can apply to the line",
        NameList::Suggestions => "neither an option nor a product that the line's product suggests",
        NameList::Offers => "no step of the line",
        NameList::Violations => "neither a constraint of the products nor a problem code",
        NameList::Approvals => "no level or reviewer",
        NameList::Alerts => "no alert of the products or of the quote",
    };
    Diagnostic::new(codes::UNKNOWN_VALUE, format!("`{name}` is {what}")).at(at, "").did_you_mean(at, nearest)
}

/// `expect errors = [E0916]`
pub(super) fn no_refusal(at: Span, name: &str, code: Option<Code>, known: &[Code]) -> Diagnostic {
    let problem = Diagnostic::new(
        codes::UNKNOWN_VALUE,
        format!("`{name}` is no code with which a request is refused as a whole"),
    );
    let problem = problem.at(at, "").note(format!("there are {}", list(known.iter().map(|code| code.id()))));
    match code.filter(|code| code.id().starts_with("E09")) {
        Some(code) => problem.help(format!(
            "what makes a line or the quote invalid is expected so: `expect violations = [{}]`",
            code.id()
        )),
        None => problem,
    }
}

/// `expect violations = [E0909]`
pub(super) fn no_violation(at: Span, code: Code, refusal: bool) -> Diagnostic {
    let id = code.id();
    if refusal {
        let message =
            format!("`{id}` refuses the whole request, and is never a violation of a line or a quote");
        return Diagnostic::new(codes::UNKNOWN_VALUE, message)
            .at(at, "")
            .help(format!("write `expect errors = [{id}]`"));
    }
    Diagnostic::new(codes::UNKNOWN_VALUE, format!("`{id}` is a problem of books, and never one of quotes"))
        .at(at, "")
        .note(format!("`{id}`: {}", code.summary()))
        .help("violations are named constraints, and codes from `E0901` on")
}

/// `expect status = fine`
pub(super) fn unknown_status(at: Span, known: &[&str], nearest: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_VALUE, "this is no status of a quote")
        .at(at, "")
        .note(format!("there are {}", list(known)))
        .did_you_mean(at, nearest)
}

/// `expect status < ok`
pub(super) fn status_is_compared_whole(at: Span, known: &[&str]) -> Diagnostic {
    bad_test(at, "a status is compared with `=`")
        .help(format!("write `status = …`, with one of {}", list(known)))
}
