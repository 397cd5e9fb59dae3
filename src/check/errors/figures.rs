//! Problems with figures: read too early, at the wrong level, or where none is.

use crate::check::{Section, describe};
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::ir::{Level, Name};
use crate::source::Span;
use crate::syntax::ast;

/// A section in the words of messages.
pub(super) fn place(section: Section) -> &'static str {
    match section {
        Section::Constant => "a fixed value",
        Section::Def => "a function",
        Section::Product => "a product's body",
        Section::UnitCost => "`cost`",
        Section::LineCost => "`cost line`",
        Section::LineEntry | Section::QuoteEntry => "an entry",
        Section::PerUnit => "`per unit`",
        Section::PerLine => "`per line`",
        Section::Quote | Section::QuoteLine => "`quote`",
        Section::Approval => "a rule",
        Section::Expectation => "an expectation",
    }
}

/// When the figures of a level are finished.
fn finished(level: Level) -> &'static str {
    match level {
        Level::Unit => "figures of the unit are known when `per unit` is finished",
        Level::Line => "figures of the line are known when `per line` is finished",
        Level::Quote => "figures of the quote are known when `quote` is finished",
    }
}

fn stages() -> &'static str {
    "prices are made in this order: configuration and cost, `per unit`, `per line`, `quote`, approvals"
}

/// A figure of a later stage.
pub(crate) fn stage_too_early(span: Span, level: Level, member: &ast::Name, section: Section) -> Diagnostic {
    let word = match level {
        Level::Unit => "unit",
        Level::Line => "line",
        Level::Quote => "quote",
    };
    let message = format!("`{word}.{}` is not known in {}", member.text, place(section));
    Diagnostic::new(codes::WRONG_STAGE, message).at(span, finished(level)).help(stages())
}

/// `line.net` and its like before they are finished.
pub(crate) fn figure_too_early(
    span: Span,
    word: &str,
    level: Level,
    section: Section,
    bare: bool,
) -> Diagnostic {
    let (name, known) = match (level, word) {
        (Level::Unit, "list") => ("list".to_owned(), "the `list` step stands below, or is missing"),
        (Level::Unit, _) => (format!("unit.{word}"), "it is known when `per unit` is finished"),
        (Level::Line, _) => (
            format!("line.{word}"),
            "it is the line's share of the finished quote, so only approvals and tests can read it",
        ),
        (Level::Quote, _) => (format!("quote.{word}"), "it is known when `quote` is finished"),
    };
    let shown = if bare { word.to_owned() } else { name };
    let problem =
        Diagnostic::new(codes::WRONG_STAGE, format!("`{shown}` is not known yet in {}", place(section)))
            .at(span, known);
    match (level, word) {
        (Level::Quote, "net") => problem.help("name the running price before the first tax: `subtotal net`"),
        (_, "net") => problem.help("`running` is the price so far"),
        (Level::Unit, "list") => problem.help("begin the section with `list = …`"),
        _ => problem.help(stages()),
    }
}

/// A step that stands below, or beside in the same group.
pub(crate) fn step_not_above(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::WRONG_STAGE, format!("`{name}` is not known here yet"))
        .at(span, "its step does not stand above")
        .help("a step reads steps above it in its section; a member of a group only what stands above the group")
}

/// A line's share of a step of the quote where the quote has not begun.
pub(crate) fn share_too_early(span: Span, member: &ast::Name, section: Section) -> Diagnostic {
    let message = format!("`line.{}` is not known in {}", member.text, place(section));
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(span, "it is the line's share of a step of the quote")
        .help(stages())
}

/// `line.x` of a step of the quote that puts nothing on lines.
pub(crate) fn no_share(span: Span, name: &str, tax: bool) -> Diagnostic {
    let (what, help) = match tax {
        true => (
            "it is a tax of the quote, which is added to the sum of the lines",
            "where each line has a tax of its own, it stands in `each line { … }`",
        ),
        false => (
            "it is of the quote, and puts nothing on lines",
            "lines have shares of `add`, `less`, groups, `floor`, `cap` and claims",
        ),
    };
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`line` has no figure `{name}`"))
        .at(span, what)
        .help(format!("there is `quote.{name}`; {help}"))
        .fix(span, format!("quote.{name}"))
}

/// `applied(line.x)` of a step of the quote.
pub(crate) fn applied_of_share(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_MEMBER,
        format!("`{name}` is a step of the quote, of which a line has a share"),
    )
    .at(span, "")
    .help(format!("ask for the share, `line.{name} != 0 …`, or of the quote, `applied(quote.{name})`"))
}

/// A step that is asked about and not there.
pub(crate) fn unknown_step(name: &ast::Name, above: &[&str]) -> Diagnostic {
    let near = nearest(&name.text, above.iter().copied());
    let problem = Diagnostic::new(codes::UNKNOWN_NAME, format!("no step here is called `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near);
    match above {
        [] => problem,
        above => problem.help(format!("the steps above are {}", describe::list(above.iter().copied()))),
    }
}

/// Something of a line, bare, in a step of the whole quote.
pub(crate) fn line_in_quote(name: &ast::Name, product: &Name) -> Diagnostic {
    let text = &name.text;
    let message = format!("`{text}` belongs to a line of `{product}`, and a quote has many lines");
    Diagnostic::new(codes::UNKNOWN_NAME, message).at(name.span, "").help(format!(
        "read `line.{text}` in `on lines where …`, in `spread by …`, or in `each line {{ … }}`"
    ))
}

/// `running` where no price is running.
pub(crate) fn no_running(span: Span, section: Section) -> Diagnostic {
    Diagnostic::new(codes::NO_RUNNING_PRICE, format!("no price is running in {}", place(section)))
        .at(span, "")
        .help(match section {
            Section::UnitCost | Section::LineCost => {
                "name the components that are meant, as `9% of (steel + assembly)`"
            }
            Section::Approval | Section::Expectation => "name a finished figure, as `line.net`",
            _ => "`running` is the price so far in the steps of `per unit`, `per line` and `quote`",
        })
}

/// `list`, `net`, … where no prices are.
pub(crate) fn no_figures_here(name: &ast::Name, section: Section) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::WRONG_STAGE, format!("`{}` is not known in {}", name.text, place(section)))
            .at(name.span, "");
    match (section, name.text.as_ref()) {
        (Section::LineCost, "cost") => problem.help("`unit.cost` is the cost of one unit"),
        _ => problem.help(stages()),
    }
}

/// `net` in a rule, without a level.
pub(crate) fn figure_needs_level(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::UNKNOWN_NAME, format!("`{text}` does not say of what"))
        .at(name.span, "")
        .help(format!("write `line.{text}`, `unit.{text}` or `quote.{text}`"))
}

/// An option or entry of the line, bare, where `line.x` reads it.
pub(crate) fn write_line(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::UNKNOWN_NAME, format!("`{text}` belongs to a line"))
        .at(name.span, "")
        .help(format!("write `line.{text}`"))
        .fix(name.span, format!("line.{text}"))
}

/// An option or entry of lines in a step of the whole quote.
pub(crate) fn write_line_in_clauses(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::UNKNOWN_NAME, format!("`{text}` belongs to a line, and a quote has many"))
        .at(name.span, "")
        .help(format!("ask for it in a clause about lines: `on lines where line.{text} …`"))
}

/// A price of the unit of a product that has prices of lines alone.
pub(crate) fn no_unit_price(span: Span, word: &str, product: &str) -> Diagnostic {
    let message = format!("`{product}` has no price of a unit: its `list` stands in `per line`");
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(span, "")
        .help(format!("read `line.{word}`, or speak of the other products only"))
}

/// A component of a cost that stands below.
pub(crate) fn component_not_above(name: &ast::Name) -> Diagnostic {
    let message = format!("the cost `{}` is not known here yet", name.text);
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(name.span, "it does not stand above")
        .help("a cost reads those above it in its block; move it below")
}

/// A component of a cost outside of its block.
pub(crate) fn component_outside(name: &ast::Name, of_unit: bool) -> Diagnostic {
    let help = match of_unit {
        true => {
            "read the whole, as `cost` in prices and `unit.cost` elsewhere, or name the value with a `let`"
        }
        false => {
            "read the whole, as `cost` in `per line` and `line.cost` elsewhere, or name the value with a `let`"
        }
    };
    Diagnostic::new(
        codes::UNKNOWN_NAME,
        format!("the cost `{}` can only be read in its own block", name.text),
    )
    .at(name.span, "")
    .help(help)
}

/// `line.x` where the bare name reads it.
pub(crate) fn write_bare(span: Span, member: &ast::Name) -> Diagnostic {
    let text = &member.text;
    Diagnostic::new(
        codes::WRONG_STAGE,
        format!("there is no finished line yet that `line.{text}` could be read of"),
    )
    .at(span, "")
    .help(format!("write `{text}`"))
    .fix(span, text.as_ref())
}

/// A figure of another level, bare.
pub(crate) fn write_level(name: &ast::Name, level: &str) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::UNKNOWN_NAME, format!("`{text}` is a figure of the {level}"))
        .at(name.span, "")
        .help(format!("write `{level}.{text}`"))
        .fix(name.span, format!("{level}.{text}"))
}

/// Something of a line in a step of the whole quote.
pub(crate) fn line_of_which(span: Span, name: &str, level: Level) -> Diagnostic {
    let level = if level == Level::Unit { "unit" } else { "line" };
    let problem =
        Diagnostic::new(codes::WRONG_STAGE, format!("a quote has many lines: of which is `{level}.{name}`?"))
            .at(span, "");
    let help = "read it in `on lines where …`, in `spread by …`, or in `each line { … }`; over all lines in \
         `any(l.… for l in lines)` and `sum(l.… for l in lines)`; in a step `for each line` of each line";
    match name {
        "list" | "cost" | "net" => problem.help(format!("{help}; `quote.{name}` is of the quote")),
        _ => problem.help(help),
    }
}

/// What the lines of a group need not have in common.
pub(crate) fn not_of_the_group(span: Span, name: &str, member: &str, key: &str) -> Diagnostic {
    let message = format!("the lines of a group need not have one `{name}`");
    let problem = Diagnostic::new(codes::NOT_OF_THE_GROUP, message).at(span, "");
    let problem = match key {
        "bundle" => problem.help(format!("of the bundle it is `bundle.{member}`")),
        "product" => problem.help("a step `for each product` asks for the product: `product = pen`"),
        key => problem.help(format!("a step `for each {key}` reads `{key}`, which its lines have in common")),
    };
    problem.help(format!("of all lines of the group: `sum(l.{member} for l in lines)`"))
}

/// Something of a line where there is none.
pub(crate) fn no_line_here(name: &ast::Name, section: Section) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::WRONG_STAGE, format!("`{}` is not known in {}", name.text, place(section)))
            .at(name.span, "");
    match section {
        Section::Def => problem.help(format!("give it to the function: `def f({}: int) -> …`", name.text)),
        _ => problem,
    }
}

/// `line` without a dot.
pub(crate) fn level_alone(name: &ast::Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, format!("`{text}` by itself is no value"))
        .at(name.span, "")
        .help(format!("read one of its figures, as `{text}.net`"))
}

/// `product` where no line is.
pub(crate) fn product_unknown_here(span: Span, section: Section, element: Option<&str>) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::WRONG_STAGE, format!("the product is not asked for in {}", place(section)))
            .at(span, "");
    if let Some(element) = element {
        return problem
            .help(format!("write `{element}.product`, or go through `lines of press`"))
            .fix(span, format!("{element}.product"));
    }
    problem.help("`product = press` can be asked in prices, in clauses of a quote's lines, and in rules")
}

/// `bundle` where no line of a quote is spoken of.
pub(crate) fn bundle_unknown_here(span: Span, section: Section) -> Diagnostic {
    let message = format!("what a line is a part of is not asked for in {}", place(section));
    Diagnostic::new(codes::WRONG_STAGE, message)
        .at(span, "")
        .note("a part sees nothing of what it is a part of: it has the same price wherever it is sold")
        .help("ask in the quote: `on lines where bundle = kit`, in `each line`, or of `lines`; and in rules")
}

/// A figure that a level does not have.
pub(crate) fn no_such_figure(
    span: Span,
    member: &ast::Name,
    level: &str,
    near: Option<&str>,
    other: Option<&str>,
) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{level}` has no figure `{}`", member.text))
            .at(span, "");
    match other {
        Some("quote") if level == "line" => problem
            .help(format!(
                "there is `quote.{0}`, the sum over the lines; a step that stands in `each line {{ … }}` is read as `line.{0}`",
                member.text
            ))
            .fix(span, format!("quote.{}", member.text)),
        Some(other) => problem
            .help(format!("there is `{other}.{}`", member.text))
            .fix(span, format!("{other}.{}", member.text)),
        None => problem.did_you_mean(member.span, near),
    }
}

/// A margin of a product that has no cost.
pub(crate) fn no_cost(span: Span, word: &str, product: &Name, narrow: Option<&Name>) -> Diagnostic {
    let message = match word {
        "cost" => format!("`{product}` has no cost"),
        _ => format!("`{product}` has no cost, and so no `{word}`"),
    };
    let problem = Diagnostic::new(codes::NO_COST, message).at(span, "");
    match narrow {
        Some(with) => {
            problem.help(format!("narrow it, as `for {with}`, or give `{product}` a `cost {{ … }}`"))
        }
        None => {
            problem.help(format!("give `{product}` a `cost {{ … }}`; a cost of nothing is written out too"))
        }
    }
}

/// `let size: small | large = …` among the steps of a waterfall.
pub(crate) fn figure_is_no_number(name: &ast::Name, at: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, format!("the figure `{}` is no number", name.text))
        .at(at, "")
        .help("steps name amounts of money and other numbers, as `let mass: kg = …` or `let points: int = …`")
}
