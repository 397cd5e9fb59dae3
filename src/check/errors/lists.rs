//! Problems with lists, and with what is asked of their elements.

use super::figures::place;
use crate::check::Section;
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::ir::{ListTy, Name};
use crate::source::Span;
use crate::syntax::ast;

/// A list where a value is needed.
pub(crate) fn list_is_no_value(span: Span, source: &str, list: &ListTy) -> Diagnostic {
    let element = letter(source);
    let value = match list.fields.first() {
        Some(field) if list.record => format!("{element}.{}", field.name),
        _ => element.clone(),
    };
    Diagnostic::new(codes::LIST_IS_NO_VALUE, format!("`{source}` is a list, which may have many elements"))
        .at(span, "a value is needed here")
        .help(format!(
            "count them with `count({source})`, or ask them: `sum({value} for {element} in {source})`"
        ))
}

/// A list where single values are given.
pub(crate) fn misplaced_list(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_LIST, "a list cannot stand here")
        .at(span, "only `given` brings lists")
        .help("declare it by itself: `given calls: list of { at: date, amount: EUR }`")
}

/// `list of list of kWh`
pub(crate) fn list_of_lists(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_LIST, "the elements of a list are lists themselves")
        .at(span, "")
        .help("give the inner one a name: `list of { items: list of kWh }`")
}

/// `list of { }`
pub(crate) fn list_without_fields(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_LIST, "the elements of this list have no fields")
        .at(span, "")
        .help("name what each has: `list of { at: date, amount: EUR }`; plain values are `list of EUR`")
}

/// `list of kWh optional`
pub(crate) fn optional_list(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_LIST_DEFAULT,
        format!("`{name}` is a list, and a list that is left out is empty"),
    )
    .at(span, "")
    .help("write `default []`")
}

/// A default of a list that is not empty.
pub(crate) fn list_default(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::BAD_LIST_DEFAULT,
        format!("`{name}` is a list, whose only default is the empty one"),
    )
    .at(span, "")
    .help("write `default []`; elements come with the request")
}

/// A field that the elements of a list do not have.
pub(crate) fn no_field_of_element(
    element: &ast::Name,
    member: &ast::Name,
    list: &str,
    known: &[&str],
) -> Diagnostic {
    let near = nearest(&member.text, known.iter().copied());
    let message = format!("`{}` is an element of `{list}`, which has no `{}`", element.text, member.text);
    let problem = Diagnostic::new(codes::UNKNOWN_MEMBER, message).at(member.span, "");
    problem.did_you_mean(member.span, near).help(fields(known))
}

/// A key or column that a table does not have.
pub(crate) fn no_field_of_row(
    element: &ast::Name,
    member: &ast::Name,
    table: &str,
    known: &[&str],
) -> Diagnostic {
    let near = nearest(&member.text, known.iter().copied());
    let message = format!("`{}` is a row of `{table}`, which has no `{}`", element.text, member.text);
    let problem = Diagnostic::new(codes::UNKNOWN_MEMBER, message).at(member.span, "");
    problem.did_you_mean(member.span, near).help(fields(known))
}

fn fields(known: &[&str]) -> String {
    format!("it has {}", crate::check::describe::list(known.iter().copied()))
}

/// `before` or `nth` outside of a comprehension.
pub(crate) fn along_nothing(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::BEFORE_OUTSIDE, format!("`{word}` asks for the elements before this one, and goes through none"))
        .at(span, "")
        .help("it stands before the `for` of a comprehension: `sum(min(c.amount, 100 EUR - before(c.amount)) for c in calls)`")
}

/// `before` or `nth` behind `where`.
pub(crate) fn along_in_filter(span: Span, word: &str) -> Diagnostic {
    let message = format!("`{word}` counts the elements that pass `where`, and cannot decide which do");
    Diagnostic::new(codes::BEFORE_OUTSIDE, message)
        .at(span, "")
        .help("say it before `for`: `sum(if nth <= 3 then c.amount else 0 EUR for c in calls)`")
}

/// `before` or `nth` behind the `by` of `greatest` or `least`.
pub(crate) fn along_in_rank(span: Span, word: &str) -> Diagnostic {
    let message = format!("`{word}` follows the rank that `by` gives, and cannot give it");
    Diagnostic::new(codes::BEFORE_OUTSIDE, message)
        .at(span, "")
        .help("compare the elements by something of their own: `greatest 3 by c.amount`")
}

/// `before` or `nth` over elements whose order means nothing.
pub(crate) fn along_without_order(span: Span, word: &str, element: &str) -> Diagnostic {
    let message = format!("`{word}` needs an order, and the list of `{element}` has none");
    Diagnostic::new(codes::NOT_IN_ORDER, message)
        .at(span, "")
        .help("write `in order` behind the list's type where the request brings its elements in order")
}

/// `dies[2]`
pub(crate) fn no_positions(span: Span, source: &str) -> Diagnostic {
    Diagnostic::new(codes::NO_SOURCE, format!("`{source}` has no positions"))
        .at(span, "only lists that the request brings have")
        .help("`used[3].units` is the third element of `given used: list of { units: int } in order`")
}

/// `readings[2]` of a list whose order means nothing.
pub(crate) fn position_without_order(span: Span, list: &str) -> Diagnostic {
    Diagnostic::new(codes::NOT_IN_ORDER, format!("a position needs an order, and `{list}` has none"))
        .at(span, "")
        .help("write `in order` behind the list's type where the request brings its elements in order")
}

/// `used[3].x`
pub(crate) fn no_field_of_item(member: &ast::Name, list: &str, known: &[&str]) -> Diagnostic {
    let near = nearest(&member.text, known.iter().copied());
    let message = format!("the elements of `{list}` have no `{}`", member.text);
    let problem = Diagnostic::new(codes::UNKNOWN_MEMBER, message).at(member.span, "");
    problem.did_you_mean(member.span, near).help(fields(known))
}

/// A whole record, or a field of a plain value.
pub(crate) fn item_is_no_value(span: Span, list: &str, known: &[&str]) -> Diagnostic {
    let (message, help) = match known.first() {
        Some(field) => (
            format!("an element of `{list}` is a record, and a value is needed here"),
            format!("say which field is meant: `{list}[1].{field}`"),
        ),
        None => (
            format!("the elements of `{list}` are plain values, which have no fields"),
            format!("write `{list}[1]`"),
        ),
    };
    Diagnostic::new(codes::LIST_IS_NO_VALUE, message).at(span, "").help(help)
}

/// A rule about configurations that hangs on a list. `way` is the let or function by which it does.
pub(crate) fn list_in_rule(span: Span, way: Option<&Name>, what: &str) -> Diagnostic {
    let message = match way {
        Some(way) => format!("`{way}` goes through `{what}`, and a rule about configurations cannot"),
        None => format!("a rule about configurations goes through `{what}`, which it cannot"),
    };
    Diagnostic::new(codes::LIST_IN_RULE, message)
        .at(span, "")
        .note("rules are answered for all configurations at once, before any list is known")
        .help("bring the one number that matters as a fact: `given total: EUR`; prices and `alert` can read lists")
}

/// A rule about configurations that hangs on other lines.
pub(crate) fn lines_in_rule(span: Span, way: Option<&Name>, what: &str) -> Diagnostic {
    let message = match way {
        Some(way) => format!("`{way}` goes through `{what}`, and a rule about configurations cannot"),
        None => format!("a rule about configurations goes through `{what}`, which it cannot"),
    };
    Diagnostic::new(codes::LIST_IN_RULE, message)
        .at(span, "")
        .note("a line is configured by itself, before any other is known")
        .help("what all lines together must fulfil is a `require` of the `quote` block")
}

/// A let that goes through lines, read where it is not known yet.
pub(crate) fn let_not_known(span: Span, name: &str, what: &str, lines: &str) -> Diagnostic {
    let message = format!("`{name}` goes through `{lines}`, and is not known {what}");
    Diagnostic::new(codes::WRONG_STAGE, message).at(span, "").help(
        "go through the lines here, and read what they choose: options, quantity, lets that read no lines",
    )
}

/// What an included piece costs, where that hangs on all lines.
pub(crate) fn cost_of_piece_not_known(span: Span, product: &str, lines: &str) -> Diagnostic {
    let message = format!("the cost of `{product}` goes through `{lines}`, and is not known of its pieces");
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(span, "")
        .help("go through the lines in the cost of what the pieces are parts of")
}

/// The key of rows that stand for several values.
pub(crate) fn key_of_several(span: Span, key: &str, table: &str) -> Diagnostic {
    let message = format!("rows of `{table}` stand for more than one `{key}` each");
    Diagnostic::new(codes::ROWS_WITHOUT_KEYS, message)
        .at(span, "which of them is meant")
        .help("read a column of the row, or give each row one value of the key")
}

/// `lines` where not all lines are known.
pub(crate) fn lines_not_known(span: Span, section: Section) -> Diagnostic {
    if section == Section::QuoteLine {
        let message = "the lines of the quote are not known where a step of it speaks of one line";
        return Diagnostic::new(codes::WRONG_STAGE, message).at(span, "in `each line` or behind `on lines`").help(
            "an amount for all lines is a step of the quote that is spread over them: `less x = 1 EUR spread by 1`; \
             `per line` and the other steps of the quote know all lines",
        );
    }
    let message = format!("the lines of the quote are not known in {}", place(section));
    Diagnostic::new(codes::WRONG_STAGE, message).at(span, "").help(match section {
        Section::Def => "work it out where the function is used, and pass it on as a parameter",
        Section::LineEntry => {
            "what may be typed for a line hangs on that line alone; rules of approvals see all lines"
        }
        _ => "`lines` stands in lets, costs, `per unit`, `per line`, the quote, approvals and tests",
    })
}

/// `earlier lines` where no line is at hand.
pub(crate) fn earlier_than_what(span: Span, section: Section) -> Diagnostic {
    let whole = match section {
        Section::Quote => "a step of the quote",
        section => place(section),
    };
    let message = format!("`earlier lines` stand before the line at hand, and {whole} has none");
    let problem = Diagnostic::new(codes::NO_LINE_AT_HAND, message).at(span, "");
    match section {
        Section::Quote => problem
            .help("what each line gets by its place is a step of `each line`, or of `per line`")
            .help("in a comprehension over `lines`, `nth` is the place of each, and `before(l.net)` the sum over those before it"),
        _ => problem.help(
            "work it out in a `let` of the product or in `per line`, and read that here: `line.place > 10`",
        ),
    }
}

/// `earlier lines` where a value is needed.
pub(crate) fn earlier_lines_are_no_value(span: Span) -> Diagnostic {
    let message = "`earlier lines` may be many, and a value is needed here";
    Diagnostic::new(codes::LIST_IS_NO_VALUE, message)
        .at(span, "")
        .help("count them with `count(earlier lines)`, or ask them: `sum(l.quantity for l in earlier lines)`")
}

/// `lines of 3`
pub(crate) fn lines_of_what(span: Span, earlier: bool) -> Diagnostic {
    let lines = if earlier { "earlier lines of" } else { "lines of" };
    Diagnostic::new(codes::NO_SOURCE, format!("`{lines}` is followed by a product or a family"))
        .at(span, "")
        .help(format!("write `{lines} machines`, and what else the lines must fulfil behind `where`"))
}

/// Something of another line that the stage does not know.
pub(crate) fn not_of_other_line(element: &ast::Name, member: &ast::Name, section: Section) -> Diagnostic {
    let shown = format!("`{}.{}`", element.text, member.text);
    let problem = Diagnostic::new(
        codes::WRONG_STAGE,
        format!("{shown} is not known of other lines in {}", place(section)),
    );
    problem.at(member.span, "").help(match section {
        Section::PerUnit => {
            "here the options, lets, entries and the quantity of lines are known; their unit prices are in `per line`"
        }
        Section::Product | Section::UnitCost | Section::LineCost => {
            "here the options, lets and the quantity of lines are known; their prices are in `per line`"
        }
        Section::PerLine => {
            "here also `l.list`, `l.cost` and figures of one unit, as `l.unit.net`, are known; \
             what lines come to is in steps of the quote"
        }
        _ => "read an option, a let, an entry or a figure of the lines",
    })
}

/// Something of the line that asks, in a comprehension over elements that have it too.
pub(crate) fn asks_itself(span: Span, name: &str, element: &str, product: bool) -> Diagnostic {
    let message = format!("`{name}` is that of the line which asks, the same for every `{element}`");
    let problem = Diagnostic::new(codes::ELEMENT_NOT_ASKED, message)
        .at(span, "")
        .help(format!("write `{element}.{name}`"))
        .fix(span, format!("{element}.{name}"));
    match product {
        true => problem.help("or go through the lines of one product or family: `lines of press`"),
        false => problem.help(
            "where the asking line is meant, put the condition around the whole: `(if C then sum(…) else 0)`",
        ),
    }
}

/// A condition behind `where` that says nothing of the elements.
pub(crate) fn filter_asks_nothing(span: Span, element: &str) -> Diagnostic {
    Diagnostic::new(codes::ELEMENT_NOT_ASKED, format!("this condition asks nothing of `{element}`"))
        .at(span, "holds for all elements, or for none")
        .help(format!("ask something of each element, as in `where {element}.quantity > 1`"))
        .help("a condition that is the same for all stands around the whole: `(if C then sum(…) else 0)`")
}

/// What elements are compared by, the same for all of them.
pub(crate) fn rank_asks_nothing(span: Span, element: &str) -> Diagnostic {
    Diagnostic::new(codes::ELEMENT_NOT_ASKED, format!("what stands behind `by` asks nothing of `{element}`"))
        .at(span, "the same for all elements")
        .help(format!("say what the elements are compared by, as in `greatest 3 by {element}.amount`"))
}

/// The list price of other lines that have theirs in `per line`, where it is being made.
pub(crate) fn list_of_line(span: Span, element: &str, product: &str, own: bool) -> Diagnostic {
    let message =
        format!("`{element}.list` is not known yet of `{product}`, whose `list` stands in `per line`");
    let problem = Diagnostic::new(codes::WRONG_STAGE, message);
    let problem = match own {
        true => problem.at(span, "the line itself is one of them: its list price would be made of itself"),
        false => problem.at(span, "lines are priced side by side, none before the other"),
    };
    problem
        .help(format!(
            "leave it out, `where {element}.product != {product}`, or narrow the lines, `lines of …`, to products with their `list` in `per unit`"
        ))
        .help("or make it a step of the quote, where all lines are known")
}

/// A name for an element that shows what it stands for.
fn letter(source: &str) -> String {
    let name = source.rsplit('.').next().unwrap_or(source);
    name.chars().next().map_or_else(|| "x".to_owned(), |letter| letter.to_lowercase().to_string())
}
