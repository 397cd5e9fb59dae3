//! Problems with types and values.

use crate::check::{Signatures, describe, types::TYPE_WORDS, units::nearest_unit};
use crate::diagnostic::{Diagnostic, codes, nearest, nearest_value};
use crate::ir::{Domain, EnumTy, HitPolicy, Name, NumberKind, NumberTy, Ty};
use crate::source::{Span, limits};
use crate::syntax::ast;
use crate::value::Exact;

use super::{operand, quoted};

/// Words that other languages have for types; suggested, never accepted.
const OTHER_TYPE_WORDS: &[(&str, &str)] = &[
    ("boolean", "bool"),
    ("decimal", "number"),
    ("double", "number"),
    ("float", "number"),
    ("integer", "int"),
    ("percent", "rate"),
    ("percentage", "rate"),
    ("str", "text"),
    ("string", "text"),
];

/// A type that nothing declares.
pub(crate) fn unknown_type(signatures: &Signatures, name: &ast::Name) -> Diagnostic {
    if let Some((kind, at)) = signatures.names.get(&name.text) {
        let message = format!("`{}` is {}, not a type", name.text, kind.with_article());
        return Diagnostic::new(codes::WRONG_KIND_OF_NAME, message)
            .at(name.span, "")
            .also(*at, "declared here");
    }
    let other_word = OTHER_TYPE_WORDS.iter().find(|(word, _)| name.text.eq_ignore_ascii_case(word));
    let known = signatures.enums.keys().map(AsRef::as_ref).chain(TYPE_WORDS);
    let near = other_word.map(|(_, word)| *word).or_else(|| nearest(&name.text, known));
    if near.is_none()
        && let Some(unit) = nearest_unit(signatures, &name.text)
    {
        return super::unknown_unit(name, Some(&unit));
    }
    let message = format!("there is no type, unit or enumeration `{}`", name.text);
    let problem = Diagnostic::new(codes::UNKNOWN_NAME, message).at(name.span, "");
    match near {
        Some(near) => problem.did_you_mean(name.span, Some(near)),
        None => problem.help(format!("declare it: `enum {}: north | south`", name.text)),
    }
}

/// One type where another is needed.
pub(crate) fn wrong_type(span: Span, found: &Ty, want: &Ty) -> Diagnostic {
    let message = format!("this is {}; {} is needed", describe::ty(found), describe::ty(want));
    let problem = Diagnostic::new(codes::TYPE_MISMATCH, message).at(span, "");
    let first = |of: &EnumTy| of.values.first().map_or_else(String::new, |value| value.key.to_string());
    match (found.required(), want.required()) {
        (Ty::Choice(a), Ty::Choice(b)) if same_words(a, b) => problem.help(format!(
            "the two lists have the same words and are two types; declare them once: `enum NAME: {} | …`",
            first(a)
        )),
        (Ty::Number(_), Ty::Bool) => problem.help("compare it with something: `quantity >= 3`"),
        (Ty::Choice(of), Ty::Bool) => {
            problem.help(format!("compare it with one of its values: `… = {}`", first(of)))
        }
        (Ty::Set(of), Ty::Bool) => problem.help(format!("ask for one of its values: `{} in …`", first(of))),
        (Ty::Bool, Ty::Number(_)) => problem.help("choose between two values: `if … then … else …`"),
        (Ty::Row(table), Ty::Text) => problem.help(format!(
            "the option names a row of `{table}`, and no text: declare what is asked likewise, `k: key of {table}`"
        )),
        (Ty::Row(table), _) => problem.help(format!("read a column of it: `{table}(…).COLUMN`")),
        _ => problem,
    }
}

fn same_words(a: &EnumTy, b: &EnumTy) -> bool {
    a.values.len() == b.values.len() && a.values.iter().zip(&b.values).all(|(a, b)| a.key == b.key)
}

/// A literal of another type than needed; `found` says what it is.
pub(crate) fn wrong_literal(span: Span, found: &str, want: &Ty) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("this is {found}; {} is needed", describe::ty(want)))
        .at(span, "")
}

/// Something that is no number where one is needed.
pub(crate) fn number_needed(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("this is {found}; a number is needed")).at(span, "")
}

/// A text without quotes.
pub(crate) fn text_without_quotes(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("a text is needed, and `{word}` is a bare word"))
        .at(span, "")
        .help(format!("write `\"{word}\"`"))
        .fix(span, format!("\"{word}\""))
}

/// Two branches of one value that differ in type.
pub(crate) fn branches_differ(span: Span, found: &Ty, first_at: Span, first: &Ty) -> Diagnostic {
    let (found, first) = (describe::ty(found), describe::ty(first));
    Diagnostic::new(codes::TYPE_MISMATCH, format!("this is {found}, and the first alternative is {first}"))
        .at(span, found)
        .also(first_at, first)
        .help("all alternatives of one value are of one type")
}

/// A comparison of two types.
pub(crate) fn cannot_compare((left_at, left): (Span, &Ty), (right_at, right): (Span, &Ty)) -> Diagnostic {
    let message = format!("{} cannot be compared with {}", describe::ty(left), describe::ty(right));
    let problem = Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(left_at, describe::ty(left))
        .also(right_at, describe::ty(right));
    match (left, right) {
        (Ty::Row(table), _) | (_, Ty::Row(table)) => {
            problem.help(format!("compare a column of the row: `{table}(…).COLUMN`"))
        }
        (Ty::Set(_), Ty::Choice(_)) | (Ty::Choice(_), Ty::Set(_)) => {
            problem.help("ask whether a set has a value with `in`: `light_curtain in extras`")
        }
        (Ty::Choice(_), Ty::Choice(_)) => {
            problem.help("two lists of words are two types; declare them once with `enum` to compare them")
        }
        _ => problem,
    }
}

/// A set compared with one of its values, or with a word that is none.
pub(crate) fn set_with_value(name: &ast::Name, of: &EnumTy) -> Diagnostic {
    let set = of.name.rsplit('.').next().unwrap_or("extras");
    let value = nearest_value(&name.text, of.values.iter().map(|value| value.key.as_ref()));
    let problem = Diagnostic::new(
        codes::TYPE_MISMATCH,
        format!("a set such as `{}` is compared with one value", of.name),
    )
    .at(name.span, "a value, not a set");
    match value {
        Some(value) => problem.help(format!("ask whether the set has it: `{value} in {set}`")),
        None => problem
            .help(format!("ask whether the set has a value, as `… in {set}`: {}", describe::values(of))),
    }
}

/// An order asked of an enumeration that has none.
pub(crate) fn not_ranked(span: Span, of: &EnumTy) -> Diagnostic {
    let first: Vec<&str> = of.values.iter().take(3).map(|value| value.key.as_ref()).collect();
    let more = if of.values.len() > 3 { " < …" } else { "" };
    let help = format!(
        "if they have one, declare them with `<` from the lowest to the highest: `{}{more}`",
        first.join(" < ")
    );
    Diagnostic::new(codes::NOT_RANKED, format!("the values of `{}` have no order", of.name))
        .at(span, "only `=`, `!=` and `in` can be asked of it")
        .help(help)
}

/// An order asked of a type that has none.
pub(crate) fn no_order(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::NOT_RANKED, format!("there is no order among values such as {}", describe::ty(ty)))
        .at(span, "")
        .help("numbers, dates and ranked enumerations have an order; others are only equal or not")
}

/// A value that may be missing where one is needed.
pub(crate) fn not_opened(span: Span, tree: &ast::Expr, want: &Ty) -> Diagnostic {
    let text = quoted(tree);
    let example = match want.required() {
        Ty::Number(ty) if !ty.unit.is_none() => format!("0 {}", ty.unit),
        Ty::Number(ty) if ty.kind == NumberKind::Rate => "0%".to_owned(),
        Ty::Number(_) => "0".to_owned(),
        Ty::Bool => "false".to_owned(),
        Ty::Choice(of) => of.values.first().map_or_else(|| "…".to_owned(), |value| value.key.to_string()),
        _ => "…".to_owned(),
    };
    let opened = format!("({} otherwise {example})", operand(tree));
    let help = match &tree.kind {
        // Of a name a condition can say that it is there.
        ast::ExprKind::Path(_) => {
            format!("say what counts then, as `{opened}`, or use it only where `given({text})` holds")
        }
        _ => format!(
            "say what counts then, as `{opened}`, or name it, `let found = {}`, and use `found` only where \
             `given(found)` holds",
            crate::format::expr_text(tree)
        ),
    };
    Diagnostic::new(codes::OPTIONAL_NOT_OPENED, format!("`{text}` may be missing"))
        .at(span, "a value is needed here")
        .help(help)
}

/// `otherwise` or `given` of a value that is always there.
pub(crate) fn never_missing(span: Span, tree: &ast::Expr, word: &str) -> Diagnostic {
    let text = quoted(tree);
    let problem = Diagnostic::new(codes::TYPE_MISMATCH, format!("`{text}` is never missing"))
        .at(span, "always has a value");
    match word {
        "given" => problem.help("leave the question out: its answer is always yes"),
        _ => problem.help("leave `otherwise` and what follows out"),
    }
}

/// `extras = light_curtain`
pub(crate) fn set_needs_in(span: Span, value: &ast::Name, set: &ast::Expr) -> Diagnostic {
    let text = quoted(set);
    Diagnostic::new(
        codes::TYPE_MISMATCH,
        format!("`{text}` is a set, and `{}` is one of its values", value.text),
    )
    .at(span, "")
    .help(format!("ask whether the set has it: `{} in {text}`", value.text))
}

/// `guard = yes`
pub(crate) fn word_for_truth(name: &ast::Name, word: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("nothing here is called `{}`", name.text))
        .at(name.span, "true or false is needed")
        .help(format!("write `{word}`"))
        .fix(name.span, word)
}

/// A list where none belongs.
pub(crate) fn list_out_of_place(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a list cannot stand here")
        .at(span, "")
        .help("a list stands behind `in`: `force in [63 tf, 100 tf]`")
}

/// `in` with something that is neither a list nor a set.
pub(crate) fn in_needs_list(span: Span, found: &Ty) -> Diagnostic {
    let message = format!("a list or a set belongs behind `in`; this is {}", describe::ty(found));
    Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(span, "")
        .help("write a list in brackets, as `in [a, b]`")
}

/// `in []`
pub(crate) fn empty_list(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "nothing is in an empty list")
        .at(span, "")
        .help("list the values, as `in [a, b]`")
}

/// A value that cannot be looked for in a list.
pub(crate) fn not_in_list(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("{} cannot be looked for in a list", describe::ty(ty)))
        .at(span, "")
}

/// A list with something that is computed.
pub(crate) fn list_of_constants(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a list behind `in` holds values, not formulas")
        .at(span, "this is computed")
        .help("write the comparisons out: `x = a or x = b`")
}

/// A value twice in a list behind `in`.
pub(crate) fn twice_in_list(span: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_VALUE, "this value stands in the list already")
        .at(span, "")
        .help("leave it out")
}

/// A `by` without rows.
pub(crate) fn empty_by(span: Span) -> Diagnostic {
    Diagnostic::new(codes::INCOMPLETE_BY, "`by` has no rows").at(span, "").help("give each value its result")
}

/// Values that a `by` does not answer for.
pub(crate) fn incomplete_by(span: Span, missing: &[String]) -> Diagnostic {
    let shown = describe::list(missing.iter().map(String::as_str));
    Diagnostic::new(codes::INCOMPLETE_BY, format!("`by` has no row for {shown}"))
        .at(span, "")
        .help("add the rows, or an `else:` row for all the rest")
}

/// A `by` over values that cannot be listed.
pub(crate) fn by_needs_else(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::INCOMPLETE_BY, format!("`by` cannot list every value of {}", describe::ty(ty)))
        .at(span, "")
        .help("add an `else:` row for all the rest")
}

/// A `by` over something that has no single value.
pub(crate) fn by_what(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("`by` cannot look at {}", describe::ty(ty)))
        .at(span, "")
        .help("look at an option or a field that has one value; for a set ask `value in set`")
}

/// An `else` that is not the last row.
pub(crate) fn else_not_last(span: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_VALUE, "`else` stands before other rows, or twice")
        .at(span, "")
        .help("`else` is the last row")
}

/// A value that is listed twice.
pub(crate) fn duplicate_choice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_VALUE, "this value is listed twice")
        .at(span, "again here")
        .also(first, "first here")
        .help("leave one of them out")
}

/// A ranked list of numbers that does not rise.
pub(crate) fn numbers_not_rising(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "numbers written with `<` must rise")
        .at(span, "")
        .help("order them from the least, or write `|` between them; numbers can always be compared")
}

/// A list that mixes words and numbers.
pub(crate) fn mixed_choices(span: Span, choices: &ast::Choices) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a list of values has either words or numbers")
        .at(span, "this is a number, a date or a truth value")
        .also(choices.span, "")
        .help("put a code that looks like a number in quotes: `\"16\"`")
}

/// An empty text as a value.
pub(crate) fn empty_choice(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a value cannot be an empty text")
        .at(span, "")
        .help("if there may be no value, say `optional` behind the list")
}

/// Something in a list of numbers that is none.
pub(crate) fn no_number_in_list(literal: &ast::Literal) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a number belongs here")
        .at(literal.span, "")
        .help("a list or a range has numbers, rates or quantities; a list may have words instead")
}

/// A number of another unit or kind than the first of its list or range.
pub(crate) fn number_list_mismatch(literal: &ast::Literal, found: &NumberTy, first: &NumberTy) -> Diagnostic {
    let (code, help) = if found.unit == first.unit {
        (codes::MISSING_PERCENT, "write `%` behind each number, also behind 0")
    } else if found.unit.currency().is_some() && first.unit.currency().is_some() {
        (codes::CURRENCY_MISMATCH, "write both in one currency")
    } else if found.unit.is_none() || first.unit.is_none() {
        (codes::MISSING_UNIT, "write the unit behind each number, also behind 0")
    } else {
        (codes::UNIT_MISMATCH, "use one unit, or units of the same thing")
    };
    let (found, first) = (describe::number_ty(found), describe::number_ty(first));
    Diagnostic::new(code, format!("this is {found}, and the first is {first}"))
        .at(literal.span, "")
        .help(help)
}

/// A number that an option of listed numbers cannot be.
pub(crate) fn number_not_listed(
    span: Span,
    name: &str,
    value: &Exact,
    numbers: &[(Exact, Option<Name>)],
    ty: &NumberTy,
) -> Diagnostic {
    let shown: Vec<String> = numbers.iter().map(|(number, _)| describe::number_of(number, ty)).collect();
    let message = format!("`{name}` is never `{}`", describe::number_of(value, ty));
    Diagnostic::new(codes::UNKNOWN_VALUE, message)
        .at(span, "")
        .help(format!("its values are {}", describe::list(shown.iter().map(String::as_str))))
}

/// A number that is not whole where one is needed.
pub(crate) fn not_whole(span: Span, found: &NumberTy) -> Diagnostic {
    let message = format!("a whole number is needed, and this is {}", describe::number_ty(found));
    Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(span, "")
        .help("make it whole with `floor(x, 1)`, `ceil(x, 1)` or `round(x, half_up, 1)`")
}

/// A number written out that should be whole.
pub(crate) fn number_not_whole(span: Span, found: &NumberTy, number: &Exact) -> Diagnostic {
    let nearest = Domain::All.nearest(number, true);
    let nearest: Vec<String> =
        nearest.iter().map(|number| format!("`{}`", describe::number(number))).collect();
    let message = format!("a whole number is needed, and this is {}", describe::number_ty(found));
    Diagnostic::new(codes::TYPE_MISMATCH, message)
        .at(span, "")
        .help(format!("write {}", nearest.join(" or ")))
}

/// A range as the type of something that no request brings.
pub(crate) fn range_of_no_input(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a range or a list of numbers holds for what a request brings only")
        .at(span, "a plain type belongs here")
        .help(format!("write `{}`", describe::written(ty)))
}

/// A key of a type that cannot be looked up.
pub(crate) fn bad_key(ty: &ast::Type, found: &Ty) -> Diagnostic {
    Diagnostic::new(codes::BAD_KEY, format!("{} cannot be a key", describe::ty(found)))
        .at(ty.span, "")
        .help("a key is a word, a text, a number, a date, true or false, or a row of a table")
}

/// A tier scheme over something that is no number.
pub(crate) fn tier_driver(ty: &ast::Type, found: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::TYPE_MISMATCH,
        format!("tiers count a number, and this is {}", describe::ty(found)),
    )
    .at(ty.span, "")
    .help("write `int`, or a unit such as `GB`")
}

/// An index that is no number.
pub(crate) fn index_is_no_number(ty: &ast::Type, found: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::TYPE_MISMATCH,
        format!("an index is a number, and this is {}", describe::ty(found)),
    )
    .at(ty.span, "")
    .help("write its unit, or its range: `1 CNY/kg to 20 CNY/kg`")
}

/// `any of` something that is no enumeration.
pub(crate) fn set_of_no_enum(span: Span, found: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::TYPE_MISMATCH,
        format!("a set is made of words, and this is {}", describe::ty(found)),
    )
    .at(span, "")
    .help("write the words: `any of light_curtain | data_logger`")
}

/// A set of too many values.
pub(crate) fn too_many_values(span: Span, count: usize) -> Diagnostic {
    let most = limits::MAX_SET_VALUES;
    Diagnostic::new(codes::TOO_MANY_VALUES, format!("a set may have {most} values, and this one has {count}"))
        .at(span, "")
        .help("put them into a table, and let an option be `key of` that table")
}

/// An enumeration of too many values.
pub(crate) fn too_many_choices(span: Span, count: usize) -> Diagnostic {
    let message = format!("an enumeration may have {} values, and this one has {count}", u16::MAX);
    Diagnostic::new(codes::TOO_MANY_VALUES, message)
        .at(span, "")
        .help("put them into a table, and let an option be `key of` that table")
}

/// `key of` a table with several keys.
pub(crate) fn key_of_many(table: &ast::Name, keys: usize) -> Diagnostic {
    let message = format!("`{}` has {keys} keys; `key of` needs a table with one", table.text);
    Diagnostic::new(codes::BAD_KEY, message).at(table.span, "")
}

/// `key of` a table of which several rows can match a key.
pub(crate) fn key_of_policy(table: &ast::Name, policy: HitPolicy) -> Diagnostic {
    let word = policy.word().unwrap_or_default();
    let message =
        format!("rows of `{}` are chosen by `{word}`, so that a key names none of them", table.text);
    Diagnostic::new(codes::BAD_POLICY, message)
        .at(table.span, "")
        .help("`key of` needs a table of which exactly one row matches: leave out the word after its keys")
}

/// The rows of a table of `all` as if they were one value.
pub(crate) fn rows_are_no_value(span: Span, table: &ast::Name, column: Option<&ast::Name>) -> Diagnostic {
    let name = &table.text;
    let body = column.map_or("r".to_owned(), |column| format!("r.{}", column.text));
    Diagnostic::new(codes::BAD_POLICY, format!("`{name}` gives all rows that match, and that is no value"))
        .at(span, "none, one or several")
        .help(format!("go through them: `sum({body} for r in {name}(…))`, `max`, `count`, `any` or `all`"))
}

/// One value of a table in the place of what a comprehension goes through.
pub(crate) fn one_value_is_no_source(call: &ast::Call, policy: HitPolicy) -> Diagnostic {
    let name = &call.name.text;
    let message = match policy {
        HitPolicy::Sum | HitPolicy::Max | HitPolicy::Min => {
            format!("`{name}` makes one value of the rows that match")
        }
        _ => format!("`{name}` gives the one row that counts"),
    };
    Diagnostic::new(codes::BAD_POLICY, message)
        .at(call.name.span, "")
        .help(format!("to go through all rows that match, write `all` after the keys of `{name}`"))
        .help(format!("to go through all of its rows, write its name alone: `for r in {name}`"))
}

/// A key that is a bare word.
pub(crate) fn key_without_type(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::UNKNOWN_NAME, format!("the key `{text}` does not say its type"))
        .at(name.span, "")
        .help(format!(
            "write it behind the name, as `{text}: kg`, or name an option or field, as `press.{text}`"
        ))
        .help(format!("values of their own are declared once: `enum {text}: north | south`"))
}

/// The type of a key taken from a let without one.
pub(crate) fn key_of_untyped_let(ty: &ast::Type, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::BAD_KEY, format!("the let `{}` does not say its type", name.text))
        .at(ty.span, "its type is needed here")
        .help(format!("write the type where it is declared: `let {}: TYPE = …`", name.text))
}
