//! Problems with parts, and with what is asked of their pieces.

use crate::check::{Section, describe};
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::source::{Span, limits};
use crate::syntax::ast;

/// A number of pieces that is no number of pieces.
pub(crate) fn bad_count(count: &ast::PartCount) -> Diagnostic {
    let most = count.most.as_ref().unwrap_or(&count.least);
    let one = |number: &ast::Number, why: &str| {
        Diagnostic::new(codes::BAD_COUNT, format!("`{}` pieces {why}", number.text)).at(number.span, "")
    };
    let help = "write how many there are: `1 to 4 of die_set`, `2 of rail`, or nothing for exactly one";
    for number in [&count.least, most] {
        if !number.value.is_integer() {
            return one(number, "is no whole number").help(help);
        }
    }
    if most.value < count.least.value {
        return Diagnostic::new(codes::BAD_COUNT, "this range of pieces ends before it begins")
            .at(count.span, "")
            .help("write the lower number first");
    }
    if most.value.is_zero() {
        return one(most, "is a part that no product has").help(help);
    }
    one(most, "is more than a product may have")
        .help(format!("a product has at most {} pieces in all", limits::MAX_PIECES))
}

/// A product of measured quantities as a part.
pub(crate) fn part_is_measured(part: &ast::Part, unit: &str) -> Diagnostic {
    let message = format!("`{}` is sold in {unit}, and pieces are counted", part.product.text);
    Diagnostic::new(codes::PART_IS_MEASURED, message)
        .at(part.product.span, "")
        .help("give it a `quantity` in whole numbers, and an option for how much of it there is")
}

/// Parts of a product of measured quantities.
pub(crate) fn bundle_is_measured(part: &ast::Part, product: &str, unit: &str) -> Diagnostic {
    let message = format!("`{product}` is sold in {unit}, and parts are of whole products");
    Diagnostic::new(codes::PART_IS_MEASURED, message)
        .at(part.name.span, "")
        .help(format!("give `{product}` a `quantity` in whole numbers"))
}

/// Products that are parts of each other: the product of each part, and the part that leads to the next.
pub(crate) fn circle_of_parts(path: &[(&str, &ast::Part)]) -> Diagnostic {
    let names = path.iter().chain(path.first()).map(|(product, _)| format!("`{product}`"));
    let names: Vec<String> = names.collect();
    let message = match path {
        [(only, _)] => format!("`{only}` is a part of itself"),
        _ => format!("products are parts of each other: {}", names.join(" → ")),
    };
    let mut problem = Diagnostic::new(codes::CYCLE, message);
    for (at, (product, part)) in path.iter().enumerate() {
        let words = format!("`{}` is a part of `{product}`", part.product.text);
        problem = if at == 0 {
            problem.at(part.product.span, words)
        } else {
            problem.also(part.product.span, words)
        };
    }
    problem.help("a product is made of others; leave one of these parts out")
}

/// More pieces than a product may have.
pub(crate) fn too_many_pieces(part: &ast::Part, product: &str, pieces: u64) -> Diagnostic {
    let most = limits::MAX_PIECES;
    let message = format!("`{product}` can have {pieces} pieces in all, and a product has at most {most}");
    Diagnostic::new(codes::TOO_MANY_PIECES, message)
        .at(part.name.span, "with the parts of its parts")
        .help("lower the number of pieces; for what is merely counted an `option` with a range is enough")
}

/// Parts of parts of parts, and so on for too long.
pub(crate) fn parts_too_deep(part: &ast::Part, product: &str) -> Diagnostic {
    let most = limits::MAX_PART_DEPTH;
    let message = format!("the parts of `{product}` nest more than {most} deep");
    Diagnostic::new(codes::TOO_MANY_PIECES, message)
        .at(part.name.span, "here they nest deepest")
        .help("let fewer products stand between the whole and its smallest pieces")
}

/// Nested comprehensions that look at more than a formula may.
pub(crate) fn too_many_steps(span: Span, steps: u64) -> Diagnostic {
    let most = limits::MAX_ELEMENTS;
    let message = format!("this looks at {steps} combinations of pieces, and a formula at {most} at most");
    Diagnostic::new(codes::TOO_MANY_PIECES, message)
        .at(span, "for each piece of the outer ones, all of this")
        .help("name a value of each piece with `let` in its own product, and compare sums or extremes")
}

/// A bundle that does not say what its pieces cost.
pub(crate) fn parts_without_price(part: &ast::Part, product: &str) -> Diagnostic {
    let message = format!("`{product}` has parts and does not say what they cost");
    Diagnostic::new(codes::PARTS_PRICE, message).at(part.name.span, "").help(
        "write `parts priced` where each has a price of its own that adds up, \
         or `parts included` where the price of the whole is for all",
    )
}

/// `parts priced` where there are no parts.
pub(crate) fn price_without_parts(span: Span) -> Diagnostic {
    Diagnostic::new(codes::PARTS_PRICE, "there are no parts here")
        .at(span, "")
        .help("write `part NAME: 1 to 4 of PRODUCT`, or leave this out")
}

/// `parts priced` twice.
pub(crate) fn two_parts_prices(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::PARTS_PRICE, "a product says once what its parts cost")
        .at(second, "again here")
        .also(first, "first here")
        .help("keep one of the two; what a family says holds for all its products")
}

/// A part where a value is needed. `member` is an option of its product, where it has one.
pub(crate) fn part_is_no_value(name: &ast::Name, source: &str, member: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::new(
        codes::PART_IS_NO_VALUE,
        format!("`{}` is a part, which may have several pieces", name.text),
    )
    .at(name.span, "a value is needed here");
    let element = letter(&name.text);
    match member {
        Some(member) => problem.help(format!(
            "count them with `count({source})`, or ask them: `sum({element}.{member} for {element} in {source})`"
        )),
        None => problem.help(format!("count them with `count({source})`")),
    }
}

/// `dies.size`
pub(crate) fn member_of_part(
    path: &ast::Path,
    source: &str,
    part: &ast::Name,
    member: &ast::Name,
) -> Diagnostic {
    let element = letter(&part.text);
    let message = format!("`{}` may have several pieces, each with its own `{}`", part.text, member.text);
    Diagnostic::new(codes::PART_IS_NO_VALUE, message).at(path.span, "").help(format!(
        "say `any({element}.{m} = … for {element} in {source})`, `all(…)`, or `sum({element}.{m} for {element} in {source})`",
        m = member.text
    ))
}

/// An element without a dot.
pub(crate) fn element_is_no_value(name: &ast::Name, what: &str, member: Option<&str>) -> Diagnostic {
    let code = if what == "a piece" { codes::PART_IS_NO_VALUE } else { codes::LIST_IS_NO_VALUE };
    let problem = Diagnostic::new(code, format!("`{}` is {what}, not a value", name.text))
        .at(name.span, "a value is needed here");
    match member {
        Some(member) => problem.help(format!("read something of it: `{}.{member}`", name.text)),
        None => problem,
    }
}

/// A member that the pieces of a part do not have.
pub(crate) fn no_member_of_piece(
    element: &ast::Name,
    member: &ast::Name,
    product: &str,
    known: &[&str],
) -> Diagnostic {
    let near = nearest(&member.text, known.iter().copied());
    let message = format!("`{}` is a piece of `{product}`, which has no `{}`", element.text, member.text);
    Diagnostic::new(codes::UNKNOWN_MEMBER, message).at(member.span, "").did_you_mean(member.span, near)
}

/// `d.quantity`
pub(crate) fn quantity_of_piece(member: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::PART_IS_NO_VALUE, "a piece has no quantity: alike pieces count one by one")
        .at(member.span, "")
        .help("count them with `count(…)`")
}

/// `d.net` and its like.
pub(crate) fn figure_of_piece(member: &ast::Name) -> Diagnostic {
    let message = format!("a piece has no `{}` that can be read here", member.text);
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(member.span, "")
        .help("of a piece its options, its lets and, where it is included, its `cost` can be read")
}

/// `d.cost` where it stands on a line of its own, or is not known yet.
pub(crate) fn cost_of_piece(member: &ast::Name, priced: bool, section: Section) -> Diagnostic {
    if priced {
        return Diagnostic::new(codes::COST_OF_PIECE, "a priced part has its cost on its own line")
            .at(member.span, "would count twice")
            .help("only of `parts included` the cost can be read");
    }
    let place = if section == Section::Product { "a product's body" } else { "this place" };
    Diagnostic::new(codes::WRONG_STAGE, format!("the cost of a piece is not known in {place}"))
        .at(member.span, "")
        .help("it can be read in `cost`, `cost line`, `per unit` and `per line`")
}

/// `d.cost` of a product that has none.
pub(crate) fn piece_without_cost(member: &ast::Name, product: &str) -> Diagnostic {
    Diagnostic::new(codes::NO_COST, format!("`{product}` has no cost"))
        .at(member.span, "")
        .help(format!("declare `cost {{ … }}` in `{product}`"))
}

/// `for x in …` over something that has no elements, or over a name that is nothing here. `known` are the parts and
/// lists that stand here.
pub(crate) fn no_source(span: Span, shown: &str, is_known: bool, known: &[&str]) -> Diagnostic {
    let message = match is_known {
        true => format!("{shown} has no elements to go through"),
        false => format!("nothing that can be gone through is called {shown} here"),
    };
    let mut problem = Diagnostic::new(codes::NO_SOURCE, message)
        .at(span, "a list, a part, an enumeration or a table belongs here");
    if !known.is_empty() {
        let known = describe::list(known.iter().copied());
        problem = problem.help(format!("parts and lists that stand here: {known}"));
    }
    if known.is_empty() || !is_known {
        problem = problem.help(
            "declare a list that the request brings, `given calls: list of { amount: EUR }`, \
             or a part, `part dies: 1 to 4 of die_set`",
        );
    }
    problem
}

/// A part that the products or pieces concerned do not have.
pub(crate) fn unknown_part(name: &ast::Name, known: &[&str]) -> Diagnostic {
    let near = nearest(&name.text, known.iter().copied());
    let problem = Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no part `{}` here", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near);
    match known {
        [] => problem,
        known => problem.help(format!("parts that stand here: {}", describe::list(known.iter().copied()))),
    }
}

/// A function that takes no `for … in …`.
pub(crate) fn no_comprehension(name: &ast::Name, known: &[&str]) -> Diagnostic {
    let near = nearest(&name.text, known.iter().copied());
    Diagnostic::new(codes::WRONG_ARGUMENTS, format!("`{}` does not go through elements", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
        .help(format!("`for … in …` stands in {}", describe::list(known.iter().copied())))
}

/// `sum(x)` without `for … in …`.
pub(crate) fn without_source(call: &ast::Call, span: Span) -> Diagnostic {
    let function = call.name.text.as_ref();
    let path = call.arguments.first().and_then(|argument| match &argument.kind {
        ast::ExprKind::Path(path) => Some(path.names.as_slice()),
        _ => None,
    });
    let example = match (function, path) {
        ("count", Some([of])) => format!("`count({0})`, or `count(x for x in {0} where …)`", of.text),
        ("count", _) => "`count(dies)`, or `count(d for d in dies where …)`".to_owned(),
        ("any" | "all", Some([of, member])) => {
            format!("`{function}(x.{1} = … for x in {0})`", source(of), member.text)
        }
        (_, Some([of, member])) => format!("`{function}(x.{1} for x in {0})`", source(of), member.text),
        ("any" | "all", _) => format!("`{function}(d.size = … for d in dies)`"),
        ("product", _) => "`product(1 + c for c in changes)`".to_owned(),
        _ => format!("`{function}(d.mass for d in dies)`"),
    };
    let message = format!("`{function}` goes through elements, of a list, a part, the lines or a table");
    Diagnostic::new(codes::WRONG_ARGUMENTS, message).at(span, "").help(format!("write {example}"))
}

/// What is gone through where a figure of `line` is summed.
fn source(of: &ast::Name) -> &str {
    match of.text.as_ref() {
        "line" | "unit" => "lines",
        text => text,
    }
}

/// `count(d.size for d in dies)`
pub(crate) fn count_counts_elements(span: Span, element: &str) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, "`count` counts elements, not values")
        .at(span, "")
        .help(format!("write `count({element} for {element} in … where …)`"))
}

/// An element with a name that something else has.
pub(crate) fn element_name_taken(name: &ast::Name, at: Option<Span>) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::DUPLICATE_NAME, format!("`{}` means something here already", name.text))
            .at(name.span, "would have two meanings")
            .help("choose another name for the element");
    match at {
        Some(at) => problem.also(at, "declared here"),
        None => problem,
    }
}

/// A name of the product that this one is a part of.
pub(crate) fn name_of_bundle(name: &ast::Name, product: &str, bundle: &str) -> Diagnostic {
    let message = format!("`{}` belongs to `{bundle}`, and its part `{product}` does not see it", name.text);
    Diagnostic::new(codes::OUTSIDE_OF_PART, message).at(name.span, "").help(format!(
        "a part may stand in several products: write the rule in `{bundle}`, where it can read its pieces"
    ))
}

/// A name for an element that shows what it stands for.
fn letter(part: &str) -> String {
    part.chars().next().map_or_else(|| "x".to_owned(), |letter| letter.to_lowercase().to_string())
}
