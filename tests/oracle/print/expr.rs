//! Expressions and literals as a book writes them, with no more parentheses than the reference asks for.

use crate::model::{Compare, Enum, Expr, Kind, Lit, Math, RoundCall, Rounding, Source, Ty};
use crate::number::{Q, date, literal, whole};

/// How tightly an expression binds, by the table of the language reference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Rounded,
    Logic,
    Not,
    Compare,
    Otherwise,
    Of,
    Sum,
    Product,
    Minus,
    Word,
}

/// A word that names a value of an enumeration; in quotes where it is no name.
pub fn word(text: &str) -> String {
    let mut letters = text.chars();
    let starts = letters.next().is_some_and(|first| first.is_ascii_alphabetic());
    if starts && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// A literal.
pub fn lit(value: &Lit) -> String {
    match value {
        Lit::Num(value, unit) if unit.is_empty() => literal(value),
        Lit::Num(value, unit) => format!("{} {unit}", literal(value)),
        Lit::Rate(value) => format!("{}%", literal(&(value * whole(100)))),
        Lit::Bool(value) => value.to_string(),
        Lit::Word(value, _) => word(value),
        Lit::Set(words) => {
            format!("[{}]", words.iter().map(|value| word(value)).collect::<Vec<String>>().join(", "))
        }
        Lit::Text(text) => format!("\"{text}\""),
        Lit::Date(day) => date(*day),
        Lit::EmptyList => "[]".to_owned(),
    }
}

/// The values of an enumeration where it is declared.
pub fn values(of: &Enum) -> String {
    let parts: Vec<String> = of.values.iter().map(|value| word(value)).collect();
    parts.join(if of.ranked { " < " } else { " | " })
}

/// A type by its name.
pub fn ty(ty: &Ty) -> String {
    let named = |of: &Enum| of.name.clone().unwrap_or_else(|| values(of));
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Number => "number".to_owned(),
        Ty::Rate => "rate".to_owned(),
        Ty::Measure(unit) => unit.clone(),
        Ty::Choice(of) => named(of),
        Ty::Set(of) => format!("any of {}", named(of)),
        Ty::Text => "text".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Row(table) => format!("key of {table}"),
        Ty::List(_) => panic!("a list is written where it is declared"),
    }
}

/// `half_even to 0.01 EUR offset -0.01 EUR`
pub fn rounding(rounding: &Rounding) -> String {
    let amount = |value: Q| match rounding.minor {
        true => minor_units(&value, &rounding.unit),
        false => lit(&Lit::Num(value, rounding.unit.clone())),
    };
    let offset = rounding.offset.clone().map(|offset| format!(" offset {}", amount(offset)));
    format!("{} to {}{}", rounding.mode.word(), amount(rounding.step.clone()), offset.unwrap_or_default())
}

/// `5 minor_units`, `0.1 minor_unit`, `1 minor_unit/kg`
pub fn minor_units(value: &Q, of: &str) -> String {
    let plural = if *value > whole(1) { "s" } else { "" };
    let per = of.split_once('/').map(|(_, unit)| format!("/{unit}")).unwrap_or_default();
    format!("{} minor_unit{plural}{per}", literal(value))
}

/// An expression.
pub fn expr(of: &Expr) -> String {
    print(of).1
}

fn print(of: &Expr) -> (Tightness, String) {
    use Tightness as T;
    match of {
        Expr::Lit(value) => (T::Word, lit(value)),
        Expr::Read(path) => (T::Word, path.clone()),
        Expr::Math(op, left, right) => {
            let (tightness, sign) = match op {
                Math::Add => (T::Sum, "+"),
                Math::Subtract => (T::Sum, "-"),
                Math::Multiply => (T::Product, "*"),
                Math::Divide => (T::Product, "/"),
            };
            let right_tightness = if tightness == T::Sum { T::Product } else { T::Minus };
            (tightness, format!("{} {sign} {}", tight(left, tightness), tight(right, right_tightness)))
        }
        Expr::Negate(inner) => (T::Minus, format!("-{}", tight(inner, T::Word))),
        Expr::Of(rate, base) => (T::Of, format!("{} of {}", tight(rate, T::Word), tight(base, T::Word))),
        Expr::Compare(op, left, right) => {
            let sign = match op {
                Compare::Equal => "=",
                Compare::NotEqual => "!=",
                Compare::Less => "<",
                Compare::LessOrEqual => "<=",
                Compare::Greater => ">",
                Compare::GreaterOrEqual => ">=",
            };
            (T::Compare, format!("{} {sign} {}", tight(left, T::Otherwise), tight(right, T::Otherwise)))
        }
        Expr::And(left, right) => {
            (T::Logic, format!("{} and {}", in_logic(left, true), in_logic(right, false)))
        }
        Expr::Or(left, right) => {
            (T::Logic, format!("{} or {}", in_logic(left, false), in_logic(right, false)))
        }
        Expr::Implies(left, right) => {
            (T::Logic, format!("{} implies {}", tight(left, T::Not), tight(right, T::Not)))
        }
        Expr::Not(inner) => (T::Not, format!("not {}", tight(inner, T::Compare))),
        Expr::OneOf(inner, lits, negated) => {
            let lits: Vec<String> = lits.iter().map(lit).collect();
            let sign = if *negated { "not in" } else { "in" };
            (T::Compare, format!("{} {sign} [{}]", tight(inner, T::Otherwise), lits.join(", ")))
        }
        Expr::Contains(value, set) => (T::Compare, format!("{} in {set}", word(value))),
        Expr::ProductIs(name, family) => {
            (T::Compare, format!("product {} {name}", if *family { "in" } else { "=" }))
        }
        Expr::BundleIs(name, family) => {
            (T::Compare, format!("bundle {} {name}", if *family { "in" } else { "=" }))
        }
        Expr::StartsWith(inner, prefix) => {
            (T::Compare, format!("{} starts with \"{prefix}\"", tight(inner, T::Otherwise)))
        }
        Expr::If(condition, then, otherwise) => {
            let text = format!("if {} then {} else {}", branch(condition), branch(then), branch(otherwise));
            (T::Rounded, text)
        }
        Expr::By(path, rows, otherwise) => {
            let mut cases: Vec<String> = rows.iter().map(|(lits, value)| by_row(lits, value)).collect();
            cases.extend(otherwise.as_ref().map(|value| format!("else: {}", expr(value))));
            (T::Word, format!("by {path} {{ {} }}", cases.join(", ")))
        }
        Expr::Otherwise(first, second) => {
            (T::Otherwise, format!("{} otherwise {}", tight(first, T::Word), tight(second, T::Word)))
        }
        Expr::Given(inner) => (T::Word, format!("given({})", expr(inner))),
        Expr::Lookup(table, keys, column) => {
            let column = column.as_ref().map(|column| format!(".{column}")).unwrap_or_default();
            (T::Word, format!("{table}({}){column}", list(keys)))
        }
        Expr::Tier(tiers, quantity, tier_by, scaled_by) => {
            let tier_by = tier_by.as_ref().map(|by| format!(", tier by {}", expr(by))).unwrap_or_default();
            let scaled_by =
                scaled_by.as_ref().map(|by| format!(", scaled by {}", expr(by))).unwrap_or_default();
            (T::Word, format!("{tiers}({}{tier_by}{scaled_by})", expr(quantity)))
        }
        Expr::Call(name, arguments) => (T::Word, format!("{name}({})", list(arguments))),
        Expr::Rounded(inner, to) => {
            (T::Rounded, format!("{} rounded {}", tight(inner, T::Otherwise), rounding(to)))
        }
        Expr::RoundCall(how, inner, step) => {
            let (name, mode) = match how {
                RoundCall::Round(mode) => ("round", format!(", {}", mode.word())),
                RoundCall::Ceil => ("ceil", String::new()),
                RoundCall::Floor => ("floor", String::new()),
            };
            (T::Word, format!("{name}({}{mode}, {})", expr(inner), expr(step)))
        }
        Expr::Min(of) => (T::Word, format!("min({})", list(of))),
        Expr::Max(of) => (T::Word, format!("max({})", list(of))),
        Expr::Clamp(inner, low, high) => {
            (T::Word, format!("clamp({}, {}, {})", expr(inner), expr(low), expr(high)))
        }
        Expr::Before(inner) => (T::Word, format!("before({})", expr(inner))),
        Expr::Aggregate(own) => {
            let word = match own.kind {
                Kind::Sum => "sum",
                Kind::Product => "product",
                Kind::Count => "count",
                Kind::Min => "min",
                Kind::Max => "max",
                Kind::Average => "avg",
                Kind::Any => "any",
                Kind::All => "all",
            };
            let body = own.body.as_ref().map_or_else(|| own.element.clone(), expr);
            let filter = own.filter.as_ref().map_or_else(String::new, |it| format!(" where {}", expr(it)));
            let source = match &own.source {
                Source::List(name) | Source::Values(name) | Source::Rows(name) | Source::Part(name) => {
                    name.clone()
                }
                Source::Lines { of, earlier } => {
                    let word = if *earlier { "earlier lines" } else { "lines" };
                    of.as_ref().map_or(word.to_owned(), |of| format!("{word} of {of}"))
                }
            };
            let rank = own.rank.as_ref().map_or_else(String::new, |rank| {
                let word = if rank.greatest { "greatest" } else { "least" };
                format!(" {word} {} by {}", rank.count, expr(&rank.by))
            });
            if own.kind == Kind::Count && own.filter.is_none() && own.rank.is_none() {
                return (T::Word, format!("count({source})"));
            }
            (T::Word, format!("{word}({body} for {} in {source}{filter}{rank})", own.element))
        }
        Expr::Abs(inner) => (T::Word, format!("abs({})", expr(inner))),
        Expr::Root(base, times, root) => {
            let exponent = Q::new((*times).into(), (*root).into());
            (T::Word, format!("pow({}, {})", literal(base), literal(&exponent)))
        }
        Expr::Pow(base, exponent) => (T::Word, format!("pow({}, {})", expr(base), expr(exponent))),
        Expr::Period(name, first, end) => (T::Word, format!("{name}({}, {})", expr(first), expr(end))),
        Expr::Applied(step) => (T::Word, format!("applied({step})")),
        Expr::PriceAt(margin, rate, cost) => {
            let how = if *margin { "margin" } else { "markup" };
            (T::Product, format!("price_at {how} {} of {}", tight(rate, T::Word), tight(cost, T::Word)))
        }
        Expr::Days(from, to, through) => {
            let word = if *through { "through" } else { "to" };
            (T::Word, format!("days({} {word} {})", expr(from), expr(to)))
        }
        Expr::Convert(amount, _, to) => (T::Word, format!("convert({}, {to})", expr(amount))),
        Expr::DatePart(part, at) => (T::Word, format!("{part}({})", expr(at))),
        Expr::Later(at, count, months) => {
            (T::Sum, format!("{} + {count} {}", tight(at, T::Sum), if *months { "months" } else { "days" }))
        }
    }
}

fn by_row(lits: &[Lit], value: &Expr) -> String {
    let keys: Vec<String> = lits.iter().map(lit).collect();
    format!("{}: {}", keys.join(" or "), expr(value))
}

fn list(of: &[Expr]) -> String {
    of.iter().map(expr).collect::<Vec<String>>().join(", ")
}

/// An operand that must bind at least so tightly.
fn tight(of: &Expr, least: Tightness) -> String {
    let (tightness, text) = print(of);
    let mixes = tightness == Tightness::Of && least != Tightness::Otherwise
        || tightness == Tightness::Otherwise
        || matches!(of, Expr::PriceAt(..)) && least > Tightness::Otherwise;
    if tightness < least || mixes { format!("({text})") } else { text }
}

/// A part of an `if`: no other `if` and no rounding without parentheses.
fn branch(of: &Expr) -> String {
    match of {
        Expr::If(..) | Expr::Rounded(..) => format!("({})", expr(of)),
        _ => expr(of),
    }
}

/// An operand of `and` or `or`: chains of one kind need no parentheses on the left.
fn in_logic(of: &Expr, and: bool) -> String {
    match of {
        Expr::And(..) if and => expr(of),
        _ => tight(of, Tightness::Not),
    }
}
