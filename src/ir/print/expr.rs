//! Expressions of the checked form as text.

use super::value;
use crate::ir::{
    Aggregate, ArithmeticOp, CompareOp, ElementPlace, Expr, ExprKind, Level, LogicOp, Place, Source, Ty,
};

/// An expression with all its parentheses.
pub(super) fn expr(of: &Expr) -> String {
    match &of.kind {
        ExprKind::Const(constant) => value(constant, &of.ty),
        ExprKind::Read(place) => read(place),
        ExprKind::Parameter(at) => format!("parameter:{at}"),
        ExprKind::Scale { factor, of } => format!("scale({factor}, {})", expr(of)),
        ExprKind::Arithmetic { op, left, right } => infix(left, arithmetic(*op), right),
        ExprKind::Negate(inner) => format!("-{}", expr(inner)),
        ExprKind::Compare { op, left, right } => infix(left, compare(*op), right),
        ExprKind::Not(inner) => format!("not {}", expr(inner)),
        ExprKind::Logic { op, left, right } => infix(left, logic(*op), right),
        ExprKind::OneOf { value: tested, of } => {
            let values: Vec<String> = of.iter().map(|one| value(one, &tested.ty)).collect();
            format!("({} in [{}])", expr(tested), values.join(", "))
        }
        ExprKind::Contains { set, value } => infix(value, "in", set),
        ExprKind::StartsWith { text, prefix } => infix(text, "starts with", prefix),
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} then {} else {})", expr(condition), expr(then), expr(otherwise))
        }
        ExprKind::Switch { subject, cases, otherwise } => switch(subject, cases, otherwise.as_deref()),
        ExprKind::Otherwise { value, fallback } => infix(value, "otherwise", fallback),
        ExprKind::Given(inner) => format!("given({})", expr(inner)),
        ExprKind::Lookup { table, keys, column } => format!("{table}({})[{column}]", list(keys)),
        ExprKind::Tier { tiers, quantity, tier_by, scaled_by } => {
            let mut text = format!("{tiers}({}", expr(quantity));
            for (words, argument) in [("tier by", tier_by), ("scaled by", scaled_by)] {
                if let Some(argument) = argument {
                    text.push_str(&format!(", {words} {}", expr(argument)));
                }
            }
            text + ")"
        }
        ExprKind::Call { def, arguments } => format!("{def}({})", list(arguments)),
        ExprKind::Round { value, mode, step, offset } => {
            let offset = if offset.is_zero() { String::new() } else { format!(" offset {offset}") };
            format!("({} rounded {} to {step}{offset})", expr(value), mode.name())
        }
        ExprKind::Extreme { greatest, of } => {
            format!("{}({})", if *greatest { "max" } else { "min" }, list(of))
        }
        ExprKind::RoundedPower(of) => {
            let exponent = match of.logarithm {
                true => format!("log2({})", expr(&of.exponent)),
                false => expr(&of.exponent),
            };
            let offset = if of.offset.is_zero() { String::new() } else { format!(" offset {}", of.offset) };
            let (factor, base, mode, step) = (expr(&of.factor), expr(&of.base), of.mode.name(), &of.step);
            format!("({factor} * pow({base}, {exponent}) rounded {mode} to {step}{offset})")
        }
        ExprKind::Power { base, exponent } => format!("pow({}, {})", expr(base), expr(exponent)),
        ExprKind::Absolute(inner) => format!("abs({})", expr(inner)),
        ExprKind::Days { from, to, through } => {
            format!("days({} {} {})", expr(from), if *through { "through" } else { "to" }, expr(to))
        }
        ExprKind::AddTime { date, count, months } => {
            format!("({} + {} {})", expr(date), expr(count), if *months { "months" } else { "days" })
        }
        ExprKind::DatePart { part, date } => format!("{}({})", part.function(), expr(date)),
        ExprKind::Convert { amount, from, to } => format!("convert({}, {from} to {to})", expr(amount)),
        ExprKind::Aggregate(own) => aggregate(own),
        ExprKind::Applied { level, step } => format!("applied({}.{step})", level_word(*level)),
    }
}

fn aggregate(of: &Aggregate) -> String {
    let source = match &of.source {
        Source::Parts { owner: None, part } => format!("part:{part}"),
        Source::Parts { owner: Some(depth), part } => format!("element:{depth}.{part}"),
        Source::List(list) => expr(list),
        Source::Item { list, at } => format!("{}[{}]", expr(list), expr(at)),
        Source::Values(of) => format!("enum:{}", of.name),
        Source::Lines { of, earlier } => {
            let lines = if *earlier { "earlier lines" } else { "lines" };
            of.as_ref().map_or_else(|| lines.to_owned(), |of| format!("{lines} of {of}"))
        }
        Source::Rows(table) => format!("table:{table}"),
        Source::Hits { table, keys } => format!("{table}({})", list(keys)),
    };
    let body = of.body.as_ref().map_or_else(String::new, |body| format!("{} ", expr(body)));
    let filter = of.filter.as_ref().map_or_else(String::new, |filter| format!(" where {}", expr(filter)));
    let ranking = of.ranking.as_ref().map_or_else(String::new, |ranking| {
        let word = if ranking.greatest { "greatest" } else { "least" };
        format!(" {word} {} by {}", expr(&ranking.count), expr(&ranking.by))
    });
    let before = match of.before.as_slice() {
        [] => String::new(),
        before => format!(" before [{}]", list(before)),
    };
    format!("{}({body}for element:{} in {source}{filter}{ranking}{before})", of.kind.word(), of.depth)
}

fn infix(left: &Expr, operator: &str, right: &Expr) -> String {
    format!("({} {operator} {})", expr(left), expr(right))
}

fn list(of: &[Expr]) -> String {
    of.iter().map(expr).collect::<Vec<_>>().join(", ")
}

fn switch(subject: &Expr, cases: &[(Vec<crate::ir::Value>, Expr)], otherwise: Option<&Expr>) -> String {
    let mut rows: Vec<String> = cases
        .iter()
        .map(|(keys, result)| {
            let keys: Vec<String> = keys.iter().map(|key| value(key, &subject.ty)).collect();
            format!("{}: {}", keys.join(" or "), expr(result))
        })
        .collect();
    rows.extend(otherwise.map(|result| format!("else: {}", expr(result))));
    format!("by {} {{ {} }}", expr(subject), rows.join(", "))
}

fn read(place: &Place) -> String {
    match place {
        Place::AsOf => "as_of".to_owned(),
        Place::Currency => "currency".to_owned(),
        Place::Context { context, field } => format!("{context}.{field}"),
        Place::Fact(name) => format!("fact:{name}"),
        Place::Index(name) => format!("index:{name}"),
        Place::Member(name) => format!("option:{name}"),
        Place::Answer(name) => format!("answer:{name}"),
        Place::Quantity => "quantity".to_owned(),
        Place::Entry { level, name } => format!("{}.entry:{name}", level_word(*level)),
        Place::CostComponent { level, name } => format!("{}.cost:{name}", level_word(*level)),
        Place::Running(level) => format!("{}.running", level_word(*level)),
        Place::Figure { level, name } => format!("{}.{name}", level_word(*level)),
        Place::Builtin { level, figure } => format!("{}.{}", level_word(*level), figure.word()),
        Place::Product => "product".to_owned(),
        Place::Bundle => "bundle".to_owned(),
        Place::Element { depth, of, .. } => match of {
            ElementPlace::Member(name) => format!("element:{depth}.{name}"),
            ElementPlace::Cost => format!("element:{depth}.cost"),
            ElementPlace::Field { name: Some(name), .. } => format!("element:{depth}.{name}"),
            ElementPlace::Field { name: None, .. } | ElementPlace::Value => format!("element:{depth}"),
            ElementPlace::Line(place) => format!("element:{depth}.({})", read(place)),
            ElementPlace::Nth => format!("element:{depth}.nth"),
            ElementPlace::Before { at, .. } => format!("element:{depth}.before:{at}"),
        },
    }
}

/// The word for a level.
pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Unit => "unit",
        Level::Line => "line",
        Level::Quote => "quote",
    }
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}

fn logic(op: LogicOp) -> &'static str {
    match op {
        LogicOp::And => "and",
        LogicOp::Or => "or",
        LogicOp::Implies => "implies",
    }
}

/// A type with the text of an expression of it, for declarations that show both.
pub(super) fn typed(of: &Expr) -> (String, &Ty) {
    (expr(of), &of.ty)
}
