//! Problems with declarations: what a book has once, names taken, ranges, defaults, circles.

use crate::check::describe;
use crate::check::signature::{MOST_PLACES, Signatures};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Domain, HitPolicy, Name, NumberKind, NumberTy, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Exact;

/// No `book` declaration.
pub(crate) fn no_book() -> Diagnostic {
    Diagnostic::new(codes::NO_BOOK, "no `book` declaration says the currency and the dates")
        .help("write one, in any file: `book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }`")
}

/// A second `book` declaration.
pub(crate) fn two_books(second: &ast::Name, first: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::TWO_BOOKS, "a book is declared once")
        .at(second.span, "again here")
        .also(first.span, "first here")
        .help("keep one of the two")
}

/// A book without a currency.
pub(crate) fn book_without_currency(span: Span, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::NO_BOOK, format!("the book `{}` does not say its currency", name.text))
        .at(name.span, "")
        .also(span, "")
        .help("write `currency CNY`, or `currencies CNY, EUR` to let requests choose")
}

/// A book without dates.
pub(crate) fn book_without_dates(span: Span, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::NO_BOOK, format!("the book `{}` does not say for which days it counts", name.text))
        .at(name.span, "")
        .also(span, "")
        .help("write `effective 2026-01-01 to 2026-12-31`, both days included")
}

/// A currency twice in a book.
pub(crate) fn duplicate_currency(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_VALUE, format!("the currency `{}` is listed twice", name.text))
        .at(name.span, "")
        .help("leave one of them out")
}

/// `currency CHF to 0.05`
pub(crate) fn no_smallest_amount(to: &ast::Number, currency: &ast::Name) -> Diagnostic {
    let (step, code) = (&to.text, &currency.text);
    let problem = Diagnostic::new(
        codes::NO_SMALLEST_AMOUNT,
        format!("`{step}` cannot be the smallest amount in {code}: it must be 1, 0.1, 0.01 and so on"),
    );
    let problem = problem.at(to.span, "");
    let finest = Exact::scaled(1, MOST_PLACES);
    if to.value < finest {
        return problem.help(format!("the finest is {finest}"));
    }
    problem.help(format!(
        "what is paid in steps of {step} {code} is rounded: `payable {{ round half_up to {step} {code} }}`"
    ))
}

/// A rate pair declared twice.
pub(crate) fn duplicate_exchange(second: &ast::Exchange, first: &ast::Exchange) -> Diagnostic {
    let message = format!("the rate `{} to {}` is declared twice", second.from.text, second.to.text);
    Diagnostic::new(codes::DUPLICATE_NAME, message)
        .at(second.from.span.cover(second.to.span), "declared again here")
        .also(first.from.span.cover(first.to.span), "first declared here")
        .help("keep one of the two")
}

/// A rate from a currency to itself.
pub(crate) fn exchange_with_itself(exchange: &ast::Exchange) -> Diagnostic {
    let message = format!("there is no rate from `{}` to itself", exchange.from.text);
    Diagnostic::new(codes::NO_EXCHANGE, message)
        .at(exchange.from.span.cover(exchange.to.span), "")
        .help("leave the declaration out: no rate is needed")
}

/// An enumeration with the name of a unit or of a type.
pub(crate) fn enum_named_like_type(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{}` is a unit or a type already", name.text))
        .at(name.span, "")
        .help("choose another name: a type would not say which of the two it is")
}

/// A name twice among the keys, columns, parameters or fields of one declaration.
pub(crate) fn twice_in(name: &ast::Name, first: Span, what: &str, owner: &str) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`{owner}` has the {what} `{}` twice", name.text))
        .at(name.span, "again here")
        .also(first, "first here")
        .help("give one of them another name")
}

/// A name inside a product or waterfall that stands for something else there already.
pub(crate) fn declared_twice(name: &ast::Name, other: &str, at: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the name `{}` is declared twice", name.text))
        .at(name.span, "declared again here")
        .also(at, format!("first declared here, as {other}"))
        .help("a name has one meaning in a product and its prices: choose another for one of them")
}

/// A step of `each line` that is called like one of `per line`: `line.NAME` would be both.
pub(crate) fn step_of_line_twice(name: &Name, span: Span, other: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("`line.{name}` would be two steps of a line"))
        .at(span, "a step of `each line`")
        .also(other, "a step of `per line`")
        .help("what they do on a line is read as `line.NAME`: choose another name for one of them")
}

/// A name inside a product or waterfall that is declared for the whole book.
pub(crate) fn hides(name: &ast::Name, what: &str, kind: Kind, at: Span) -> Diagnostic {
    let message = format!("`{}` is {} of the book already", name.text, kind.with_article());
    Diagnostic::new(codes::DUPLICATE_NAME, message)
        .at(name.span, format!("declared again here, as {what}"))
        .also(at, "declared for the whole book here")
        .help("a name has one meaning in a book: choose another for one of them")
}

/// A name that the language itself uses.
pub(crate) fn built_in(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the name `{}` is built in", name.text))
        .at(name.span, "has a meaning of its own in every book")
        .help("choose another name")
}

/// A name that would hide a word of requests.
pub(crate) fn request_word(name: &ast::Name, of_what: &str) -> Diagnostic {
    let message = format!("`{}` is a word of {of_what} already", name.text);
    Diagnostic::new(codes::DUPLICATE_NAME, message)
        .at(name.span, "stands beside it in every request")
        .help("choose another name")
}

/// Types that are each that of the other.
pub(crate) fn types_name_each_other(field: &ast::Field) -> Diagnostic {
    Diagnostic::new(codes::CYCLE, format!("the type of `{}` is, in the end, its own", field.name.text))
        .at(field.ty.span, "names another whose type comes back here")
        .help("write the values out in one of them")
}

/// A second price for a target.
pub(crate) fn two_prices(second: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(codes::TWO_PRICES, format!("`{}` has two prices", second.text))
        .at(second.span, "again here")
        .also(first, "first here")
        .help("keep one of the two, or put their steps together")
}

/// A second `quote` block.
pub(crate) fn two_quotes(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::TWO_QUOTES, "a book has one `quote`")
        .at(second, "again here")
        .also(first, "first here")
        .help("put their steps together, in the order in which they count")
}

/// A second `approvals` block.
pub(crate) fn two_approvals(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::TWO_APPROVALS, "a book has one `approvals`")
        .at(second, "again here")
        .also(first, "first here")
        .help("put their rules together")
}

/// A product without a price.
pub(crate) fn no_price(product: &ast::Name, family: Option<&ast::Name>) -> Diagnostic {
    let problem = Diagnostic::new(codes::NO_PRICE, format!("the product `{}` has no price", product.text))
        .at(product.span, "");
    match family {
        Some(family) => problem.help(format!(
            "write `price {} {{ … }}`, or `price {} {{ … }}` for the whole family",
            product.text, family.text
        )),
        None => problem.help(format!("write `price {} {{ … }}`", product.text)),
    }
}

/// A range that ends before it begins.
pub(crate) fn backward_range(span: Span, from: Span, to: Span) -> Diagnostic {
    Diagnostic::new(codes::BACKWARD_RANGE, "this range ends before it begins")
        .at(span, "")
        .also(from, "the lower end")
        .also(to, "the upper end")
        .help("write the lower end first")
}

/// A step that misses the end of its range, or is not above zero.
pub(crate) fn bad_step(span: Span, ty: &NumberTy, low: &Exact, high: &Exact, width: &Exact) -> Diagnostic {
    if !width.is_positive() {
        return Diagnostic::new(codes::BAD_STEP, "the step of a range is above zero").at(span, "");
    }
    let last = high
        .checked_sub(low)
        .and_then(|all| all.checked_div(width))
        .and_then(|steps| steps.floor().checked_mul(width))
        .and_then(|reach| reach.checked_add(low));
    let end = describe::number_of(high, ty);
    let problem = Diagnostic::new(codes::BAD_STEP, format!("the steps do not reach `{end}`")).at(span, "");
    match last {
        Ok(last) => problem.help(format!(
            "the last value is `{}`: end the range there, or choose a step that reaches `{end}`",
            describe::number_of(&last, ty)
        )),
        Err(_) => problem,
    }
}

/// What is wrong with a quantity, if anything is.
pub(crate) fn bad_quantity(written: &ast::Type, ty: &NumberTy, domain: &Domain) -> Option<Diagnostic> {
    let problem = |message: &str| Diagnostic::new(codes::BAD_QUANTITY, message).at(written.span, "");
    if ty.unit.is_none() && ty.kind != NumberKind::Int {
        let message = match ty.kind {
            NumberKind::Rate => "a quantity cannot be a rate",
            _ => "a quantity without a unit counts whole pieces",
        };
        return Some(
            problem(message).help("write whole numbers, or the unit: `quantity 0.5 kg to 5_000 kg`"),
        );
    }
    if ty.unit.has_currency() {
        return Some(problem("a quantity cannot be an amount of money"));
    }
    let least = match domain {
        Domain::All => {
            let help = "write the range: `quantity 1 to 50`, `quantity 0.5 kg to 5_000 kg`";
            return Some(problem("a quantity says how little and how much can be ordered").help(help));
        }
        Domain::Numbers(numbers) => numbers.iter().map(|(number, _)| number).min()?,
        Domain::Range { from, .. } => from,
    };
    if least.is_positive() {
        return None;
    }
    let shown = describe::number_of(least, ty);
    Some(problem(&format!("nobody can order `{shown}`")).help("a quantity is above zero"))
}

/// A quantity that is no number.
pub(crate) fn quantity_is_no_number(written: &ast::Type, found: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_QUANTITY,
        format!("a quantity is a number, and this is {}", describe::ty(found)),
    )
    .at(written.span, "")
    .help("write the range: `quantity 1 to 50`")
}

/// A second `quantity`.
pub(crate) fn two_quantities(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, "a product says its quantity once")
        .at(second, "again here")
        .also(first, "first here")
        .help("keep one of the two; what a family says holds for all its products")
}

/// Definitions that need each other.
pub(crate) fn circle(what: &str, path: &[&ast::Name]) -> Diagnostic {
    let shown: Vec<String> = path.iter().chain(path.first()).map(|name| format!("`{}`", name.text)).collect();
    let message = match path {
        [only] => format!("the {what} `{}` needs itself", only.text),
        _ => format!("{what}s need each other: {}", shown.join(" → ")),
    };
    let mut problem = Diagnostic::new(codes::CYCLE, message);
    for (at, name) in path.iter().enumerate() {
        let next = path.get(at + 1).or(path.first()).map_or("", |next| next.text.as_ref());
        let words = format!("needs `{next}`");
        problem = if at == 0 { problem.at(name.span, words) } else { problem.also(name.span, words) };
    }
    problem.help("one of them must be defined without the others")
}

/// A let without a type that reads, of all lines, one whose type hangs on it.
pub(crate) fn untyped_circle(read: &ast::Name, own: &ast::Name) -> Diagnostic {
    let message = match read.text == own.text {
        true => format!("the value `{}` needs itself", own.text),
        false => {
            format!("the value `{}` needs `{}` of all lines, which needs it in turn", own.text, read.text)
        }
    };
    Diagnostic::new(codes::CYCLE, message)
        .at(read.span, "")
        .help("read of other lines what they choose: options, quantity, lets that read no lines")
}

/// A default that is not among the values.
pub(crate) fn bad_default(span: Span, name: &str, shown: &str, allowed: Option<String>) -> Diagnostic {
    let problem = Diagnostic::new(codes::BAD_DEFAULT, format!("`{name}` is never `{shown}`"))
        .at(span, "the default is one of the values");
    match allowed {
        Some(allowed) => problem.help(format!("its values are {allowed}")),
        None => problem,
    }
}

/// A default that has to be computed.
pub(crate) fn default_not_constant(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_DEFAULT, format!("the default of `{name}` is not a fixed value"))
        .at(span, "this is computed")
        .help("write a value; where it depends on other choices, leave the default out and use `suggest`")
}

/// `optional` beside a default.
pub(crate) fn default_and_optional(optional: Span, default: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_DEFAULT,
        format!("`{name}` is optional and has a default, so it is never missing"),
    )
    .at(optional, "may be left out …")
    .also(default, "… and is then this")
    .help("leave one of the two out")
}

/// A number of days that is not whole or not positive.
pub(crate) fn not_whole_days(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NUMBER_OUT_OF_RANGE, "whole days belong here").at(span, "").help("write `7 days`")
}

/// `=` for an option that is a set, or `with` for one that is none; `verb` stands before the option.
pub(crate) fn setting_form(span: Span, verb: &str, option: &str, set: bool) -> Diagnostic {
    if set {
        Diagnostic::new(codes::TYPE_MISMATCH, format!("`{option}` is a set, and takes values one by one"))
            .at(span, "")
            .help(format!("write `{verb} {option} with VALUE`"))
    } else {
        Diagnostic::new(codes::TYPE_MISMATCH, format!("`{option}` has one value"))
            .at(span, "")
            .help(format!("write `{verb} {option} = VALUE`"))
    }
}

/// A name that is no option where one belongs.
pub(crate) fn no_option(name: &ast::Name, is_let: bool, near: Option<&str>) -> Diagnostic {
    if is_let {
        let message = format!("`{}` is computed and cannot be chosen", name.text);
        return Diagnostic::new(codes::WRONG_KIND_OF_NAME, message).at(name.span, "");
    }
    Diagnostic::new(codes::UNKNOWN_NAME, format!("the product has no option `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
}

/// `allow` in a table whose rows together make a value.
pub(crate) fn allow_policy(table: &ast::Name, policy: HitPolicy) -> Diagnostic {
    let word = policy.word().unwrap_or_default();
    let message = format!("`{}` takes the `{word}` of its rows, and `allow` looks for one row", table.text);
    Diagnostic::new(codes::BAD_POLICY, message)
        .at(table.span, "")
        .help("write a table without a word after its keys, or with `first`, that lists what is allowed")
}

/// `allow` in a table that may say neither yes nor no.
pub(crate) fn allow_missing(table: &ast::Name) -> Diagnostic {
    let message = format!("a row of `{}` may say neither `true` nor `false`", table.text);
    Diagnostic::new(codes::BAD_POLICY, message)
        .at(table.span, "")
        .help("leave `optional` out of its column, and say in each row what is allowed")
}

/// `allow` with another number of options than the table has keys.
pub(crate) fn allow_count(span: Span, table: &str, keys: &[&str]) -> Diagnostic {
    let message = format!("`{table}` has {}", describe::count(keys.len(), "key"));
    Diagnostic::new(codes::WRONG_ARGUMENTS, message)
        .at(span, "")
        .help(format!("write `allow ({}) in {table}`", keys.join(", ")))
}

/// A value that is shown on the quote and may have no last digit.
pub(crate) fn unrounded(span: Span, what: &str, ty: &NumberTy, signatures: &Signatures) -> Diagnostic {
    let smallest = ty.unit.currency().map(|currency| signatures.units.smallest(currency.name()));
    let step = describe::number_of(&smallest.unwrap_or_else(|| Exact::scaled(1, 2)), ty);
    let usual = signatures.usual_mode;
    Diagnostic::new(codes::UNROUNDED_AMOUNT, format!("{what} may have no last digit"))
        .at(span, "a division, a graduated rate or a conversion is never rounded by itself")
        .help(usual.help("…", &step))
}

/// A declaration that nothing uses.
pub(crate) fn unused(span: Span, what: &str, name: &str) -> Diagnostic {
    Diagnostic::new(codes::UNUSED_DECLARATION, format!("nothing uses {what} `{name}`"))
        .at(span, "")
        .help("delete it, or use it where it was meant")
}

/// `visible to` in a book that knows no roles.
pub(crate) fn no_roles(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("the book does not say who is `{}`", name.text))
        .at(name.span, "")
        .help(format!("declare the roles: `context actor {{ role: {} | …  default … }}`", name.text))
}

/// A suggested value that the option cannot have.
pub(crate) fn value_not_allowed(span: Span, name: &str, shown: &str, allowed: Option<String>) -> Diagnostic {
    let problem = Diagnostic::new(codes::UNKNOWN_VALUE, format!("`{name}` is never `{shown}`")).at(span, "");
    match allowed {
        Some(allowed) => problem.help(format!("its values are {allowed}")),
        None => problem,
    }
}

/// A constraint or alert that has the name of one of the family.
pub(crate) fn rule_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_NAME, format!("the name `{name}` is declared twice"))
        .at(span, "declared again here")
        .also(first, "the family has it here")
        .help("give one of them another name")
}

/// A declaration that gave neither a checked form nor a problem: ours to mend.
pub(crate) fn cannot_check(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::NOT_SUPPORTED,
        "this declaration could not be checked, and the reason is not known",
    )
    .at(span, "")
    .help("please report it, with this declaration")
}
