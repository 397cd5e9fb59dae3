//! Names, texts, values, types and clauses.

use super::expressions::expr;
use super::flow::Flow;
use crate::syntax::ast::{
    Choices, Clauses, Expr, ForEach, ListElements, ListType, Literal, LiteralKind, Name, Path, Period,
    Quantity, RoundTo, Spread, Text, Type, TypeKind, UnitExpr,
};

/// A text with its quotes and escapes.
pub(super) fn text(text: &Text) -> String {
    quoted(&text.text)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name and its label.
pub(super) fn labelled(name: &Name, label: Option<&Text>) -> String {
    match label {
        Some(label) => format!("{} {}", name.text, text(label)),
        None => name.text.to_string(),
    }
}

pub(super) fn path(path: &Path) -> String {
    names(&path.names, ".")
}

pub(super) fn names(names: &[Name], between: &str) -> String {
    names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(between)
}

pub(super) fn unit(unit: &UnitExpr) -> String {
    let mut out = String::new();
    for (name, exponent) in &unit.factors {
        if !out.is_empty() {
            out.push(if *exponent < 0 { '/' } else { '*' });
        }
        out.push_str(&name.text);
    }
    out
}

pub(super) fn quantity(quantity: &Quantity) -> String {
    match &quantity.unit {
        Some(own) => format!("{} {}", quantity.number.text, unit(own)),
        None => quantity.number.text.to_string(),
    }
}

pub(super) fn literal(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Number(number) => number.text.to_string(),
        LiteralKind::Percent(number) => format!("{}%", number.text),
        LiteralKind::Quantity(own) => quantity(own),
        LiteralKind::Text(text) => quoted(text),
        LiteralKind::Date(date) => date.to_string(),
        LiteralKind::Bool(value) => value.to_string(),
        LiteralKind::Word(word) => word.to_string(),
    }
}

pub(super) fn period(period: &Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (None, None) => String::new(),
    }
}

/// `half_even to 1 CNY offset -0.01 CNY`
pub(super) fn round_to(rounding: &RoundTo) -> String {
    let offset =
        rounding.offset.as_ref().map_or(String::new(), |offset| format!(" offset {}", literal(offset)));
    format!("{} to {}{offset}", rounding.mode.name(), literal(&rounding.step))
}

pub(super) fn any_type(ty: &Type) -> Flow {
    match &ty.kind {
        TypeKind::Named(own) => Flow::of(path(own)),
        TypeKind::Unit(own) => Flow::of(unit(own)),
        TypeKind::Choices(own) => choices(own),
        TypeKind::Range { from, to, step } => {
            let step = step.as_ref().map_or(String::new(), |step| format!(" step {}", literal(step)));
            Flow::of(format!("{} to {}{step}", literal(from), literal(to)))
        }
        TypeKind::Set(inner) => {
            let mut flow = Flow::of("any of ");
            flow.append(any_type(inner));
            flow
        }
        TypeKind::KeyOf(table) => Flow::of(format!("key of {}", table.text)),
        TypeKind::Optional(inner) => {
            let mut flow = any_type(inner);
            flow.glue(" optional");
            flow
        }
        TypeKind::List(list) => list_type(list),
    }
}

/// `list of { at: date, amount: EUR } in order`; a line may break between two fields.
fn list_type(list: &ListType) -> Flow {
    let mut flow = Flow::of("list of ");
    match &list.elements {
        ListElements::Values(ty) => {
            flow.append(any_type(ty));
        }
        ListElements::Record(fields) => {
            flow.open("{");
            for (at, field) in fields.iter().enumerate() {
                flow.part(&format!("{}: ", labelled(&field.name, field.label.as_ref())));
                flow.append(any_type(&field.ty));
                if field.clauses.optional.is_some() {
                    flow.glue(" optional");
                }
                for clause in clauses(&field.clauses) {
                    flow.glue(" ").append(clause);
                }
                if at + 1 < fields.len() {
                    flow.glue(",");
                }
            }
            flow.close(" }");
        }
    }
    if list.ordered.is_some() {
        flow.glue(" in order");
    }
    flow
}

/// `red | blue`; a line may break before a mark.
pub(super) fn choices(choices: &Choices) -> Flow {
    let mark = if choices.ranked { "<" } else { "|" };
    let mut flow = Flow::default();
    for choice in &choices.values {
        let label = choice.label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
        let value = format!("{}{label}", literal(&choice.value));
        if flow.is_empty() {
            flow.glue(&value);
        } else {
            flow.part(&format!("{mark} {value}"));
        }
    }
    flow
}

/// The clauses but `optional`, which belongs to the type, in their canonical order: what a value may be, then what a step acts on, then when it counts, who
/// sees it and why.
pub(super) fn clauses(clauses: &Clauses) -> Vec<Flow> {
    let flag = |given: bool, words: &str| given.then(|| Flow::of(words));
    let valued = |words: &str, value: &Option<Expr>| {
        value.as_ref().map(|value| {
            let mut flow = Flow::of(format!("{words} "));
            flow.append(expr(value));
            flow
        })
    };
    let visible = names(&clauses.visible_to, ", ");
    [
        valued("default", &clauses.default),
        flag(clauses.reason_required.is_some(), "reason required"),
        valued("limit", &clauses.limit),
        flag(clauses.may_be_negative.is_some(), "may be negative"),
        valued("on lines where", &clauses.on_lines),
        clauses.for_each.as_ref().map(for_each),
        clauses.spread.as_deref().map(spread),
        flag(clauses.with_charges.is_some(), "with charges"),
        flag(clauses.untaxed.is_some(), "untaxed"),
        valued("when", &clauses.when),
        clauses.during.as_ref().map(|days| Flow::of(format!("during {}", period(days)))),
        flag(!visible.is_empty(), &format!("visible to {visible}")),
        because(clauses.because.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `for each line.brand`
pub(super) fn for_each(each: &ForEach) -> Flow {
    Flow::of(format!("for each {}", path(&each.key)))
}

fn spread(spread: &Spread) -> Flow {
    let mut flow = Flow::of("spread by ");
    flow.append(expr(&spread.by));
    if let Some(step) = &spread.to {
        flow.part(&format!("to {}", quantity(step)));
    }
    if let Some(residual) = &spread.residual {
        flow.part(&residual.text);
    }
    if spread.partly.is_some() {
        flow.part("partly");
    }
    if let Some(most) = &spread.within {
        flow.part("within ").append(expr(most));
    }
    flow
}

/// `because "…"`
pub(super) fn because(reason: Option<&Text>) -> Option<Flow> {
    reason.map(|reason| Flow::of(format!("because {}", text(reason))))
}
