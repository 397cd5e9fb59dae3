//! The value of an expression: what section 6 of the language reference says, form by form.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use num_traits::{One, Signed, Zero};

use super::aggregate::{Element, aggregate, before};
use super::{lookup, period, tier};
use crate::model::{Book, Compare, Expr, Line, Math, RoundCall, Rounding, Val, literal};
use crate::number::{Day, Mode, Q, date, day, decimal, round, size, standard_places, whole};

/// Why there is no value: the code that the diagnostics pages give to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault(pub Cow<'static, str>);

const fn fault(code: &'static str) -> Fault {
    Fault(Cow::Borrowed(code))
}

pub const DIVISION_BY_ZERO: Fault = fault("E0914");
/// `n/a` of a combination. A tier that is refused, and an `n/a` among rows, have the same code and stay apart here.
pub const NOT_AVAILABLE: Fault = fault("E0919 n/a");
pub const BAD_QUANTITY: Fault = fault("E0908");
pub const NOT_OFFERED: Fault = fault("E0929");
pub const PART_COUNT: Fault = fault("E0940");
pub const NO_EXCHANGE: Fault = fault("E0923");
pub const NO_TIER: Fault = fault("E0924");
pub const NO_ROW: Fault = fault("E0925");
pub const SPREAD_LEFT_OVER: Fault = fault("E0926");
pub const NO_UNITS: Fault = fault("E0946");
pub const NEGATIVE_STEP: Fault = fault("E0930");
pub const OVERDRAWN: Fault = fault("E0945");
pub const NEGATIVE_PRICE: Fault = fault("E0931");

/// A tier that is refused, or an `n/a` among rows, by where it stands.
pub fn refused(row: String) -> Fault {
    Fault(Cow::Owned(format!("E0919 {row}")))
}

/// A choice that is missing. Which one, and of what, makes a difference to what a line has said already.
pub fn not_chosen(option: &str, of: &Line) -> Fault {
    Fault(Cow::Owned(format!("E0917 {option} {of:p}")))
}

/// A figure that hangs on one that is not known, of which the quote speaks already.
pub const UNKNOWN: Fault = fault("unknown");

pub type Res<T> = Result<T, Fault>;

/// What all expressions of a quote can read.
pub struct World<'a> {
    pub book: &'a Book,
    pub as_of: Day,
    /// The currency of all amounts, and its decimal places.
    pub currency: String,
    pub places: u32,
    /// Contexts as `customer.level`, facts, indexes.
    pub inputs: HashMap<String, Val>,
    /// Some price went through the lines.
    pub asked_lines: Cell<bool>,
}

/// What an expression in one place can read besides.
#[derive(Clone, Default)]
pub struct Scope {
    pub names: Rc<HashMap<String, Res<Val>>>,
    /// The line's place among all lines and pieces.
    pub at: Option<usize>,
    /// The line's product and its family.
    pub product: Option<(String, Option<String>)>,
    /// The same of the line that it came with, if it is a piece.
    pub bundle: Option<(String, Option<String>)>,
    /// Steps, and whether they applied.
    pub applied: HashMap<String, Res<bool>>,
    /// Inside of comprehensions: the element that each is at, the innermost last.
    pub elements: Vec<Element>,
    /// The lines that can be gone through.
    pub lines: Rc<Vec<Rc<Scope>>>,
    /// The pieces of parts: what is known of each, and how many alike ones there are.
    pub parts: Rc<HashMap<String, Res<Pieces>>>,
}

/// The pieces of a part.
pub type Pieces = Rc<Vec<(Rc<Scope>, i64)>>;

impl Scope {
    pub fn set(&mut self, name: impl Into<String>, value: Res<Val>) {
        Rc::make_mut(&mut self.names).insert(name.into(), value);
    }

    pub fn set_number(&mut self, name: impl Into<String>, value: Res<Q>) {
        self.set(name, value.map(Val::Num));
    }
}

/// The value of an expression.
pub fn eval(world: &World, scope: &Scope, expr: &Expr) -> Res<Val> {
    let value = |inner: &Expr| eval(world, scope, inner);
    let number = |inner: &Expr| number(world, scope, inner);
    let truth = |inner: &Expr| truth(world, scope, inner);
    Ok(match expr {
        Expr::Lit(lit) => literal(lit),
        Expr::Read(path) => read(world, scope, path)?,
        Expr::Math(op, left, right) => {
            if let (Val::Date(later), Val::Date(earlier)) = (value(left)?, value(right)?) {
                return Ok(Val::Num(whole(later - earlier)));
            }
            let (left, right) = (number(left)?, number(right)?);
            Val::Num(match op {
                Math::Add => left + right,
                Math::Subtract => left - right,
                Math::Multiply => left * right,
                Math::Divide if right.is_zero() => return Err(DIVISION_BY_ZERO),
                Math::Divide => left / right,
            })
        }
        Expr::Negate(inner) => Val::Num(-number(inner)?),
        Expr::Of(rate, base) => Val::Num(number(rate)? * number(base)?),
        Expr::Compare(op, left, right) => Val::Bool(compare(*op, &value(left)?, &value(right)?)),
        Expr::And(left, right) => Val::Bool(truth(left)? && truth(right)?),
        Expr::Or(left, right) => Val::Bool(truth(left)? || truth(right)?),
        Expr::Implies(left, right) => Val::Bool(!truth(left)? || truth(right)?),
        Expr::Not(inner) => Val::Bool(!truth(inner)?),
        Expr::OneOf(inner, lits, negated) => {
            let found = value(inner)?;
            Val::Bool(lits.iter().any(|lit| literal(lit) == found) != *negated)
        }
        Expr::Contains(word, set) => match read(world, scope, set)? {
            Val::Set(words) => Val::Bool(words.contains(word)),
            _ => Val::Bool(false),
        },
        Expr::ProductIs(name, family) => {
            let (product, of) = scope.product.as_ref().expect("a line");
            Val::Bool(if *family { of.as_ref() == Some(name) } else { product == name })
        }
        Expr::BundleIs(name, family) => {
            let is = |(product, of): &(String, Option<String>)| match family {
                true => of.as_ref() == Some(name),
                false => product == name,
            };
            Val::Bool(scope.bundle.as_ref().is_some_and(is))
        }
        Expr::StartsWith(inner, prefix) => match value(inner)? {
            Val::Text(text) => Val::Bool(text.starts_with(prefix.as_str())),
            _ => Val::Bool(false),
        },
        Expr::If(condition, then, otherwise) => value(if truth(condition)? { then } else { otherwise })?,
        Expr::By(path, rows, otherwise) => {
            let subject = read(world, scope, path)?;
            let row = rows.iter().find(|(lits, _)| lits.iter().any(|lit| literal(lit) == subject));
            value(row.map(|(_, result)| result).or(otherwise.as_deref()).expect("complete"))?
        }
        Expr::Otherwise(first, second) => match value(first)? {
            Val::Absent => value(second)?,
            there => there,
        },
        Expr::Given(inner) => Val::Bool(value(inner)? != Val::Absent),
        Expr::Lookup(table, arguments, column) => {
            let keys = arguments.iter().map(value).collect::<Res<Vec<Val>>>()?;
            lookup::lookup(world, table, &keys, column.as_deref())?
        }
        Expr::Tier(tiers, quantity, tier_by, scaled_by) => {
            let quantity = number(quantity)?;
            let tier_by = tier_by.as_deref().map(number).transpose()?.unwrap_or_else(|| quantity.clone());
            let scale = scaled_by.as_deref().map(number).transpose()?.unwrap_or_else(Q::one);
            tier::price(world, tiers, &quantity, &tier_by, &scale)?
        }
        Expr::Call(name, arguments) => call(world, scope, name, arguments)?,
        Expr::Root(..) => panic!("a power is rounded"),
        Expr::Rounded(inner, rounding) => {
            let exact = match &**inner {
                Expr::Math(Math::Multiply, factor, power) => match &**power {
                    Expr::Root(base, times, root) => {
                        let step = &rounding.step * step_size(world, rounding);
                        near_root(&number(factor)?, (base, *times, *root), &step)
                    }
                    _ => number(inner)?,
                },
                _ => number(inner)?,
            };
            Val::Num(rounded(world, &exact, rounding))
        }
        Expr::RoundCall(how, inner, step) => {
            let (number, step) = (number(inner)?, number(step)?);
            Val::Num(match how {
                RoundCall::Round(mode) => round(&number, *mode, &step),
                RoundCall::Ceil => round(&number, Mode::Ceiling, &step),
                RoundCall::Floor => round(&number, Mode::Floor, &step),
            })
        }
        Expr::Min(of) => {
            Val::Num(of.iter().map(number).collect::<Res<Vec<Q>>>()?.into_iter().min().expect("one"))
        }
        Expr::Max(of) => {
            Val::Num(of.iter().map(number).collect::<Res<Vec<Q>>>()?.into_iter().max().expect("one"))
        }
        Expr::Clamp(inner, low, high) => Val::Num(number(inner)?.max(number(low)?).min(number(high)?)),
        Expr::Aggregate(own) => aggregate(world, scope, own)?,
        Expr::Before(inner) => Val::Num(before(world, scope, inner)?),
        Expr::Abs(inner) => Val::Num(number(inner)?.abs()),
        Expr::Pow(base, exponent) => {
            let (base, mut times) = (number(base)?, number(exponent)?);
            let mut power = Q::one();
            while times.is_positive() {
                (power, times) = (power * &base, times - Q::one());
            }
            Val::Num(power)
        }
        Expr::Period(name, first, end) => match (value(first)?, value(end)?) {
            (Val::Date(first), Val::Date(end)) => Val::Num(period::length(name, first, end)),
            other => panic!("{name} of {other:?}"),
        },
        Expr::Applied(step) => Val::Bool(scope.applied.get(step).expect("a step above").clone()?),
        Expr::PriceAt(margin, rate, cost) => {
            let (rate, cost) = (number(rate)?, number(cost)?);
            let whole_price = Q::one() - &rate;
            match margin {
                true if whole_price.is_zero() => return Err(DIVISION_BY_ZERO),
                true => Val::Num(cost / whole_price),
                false => Val::Num(cost * (Q::one() + rate)),
            }
        }
        Expr::Days(from, to, through) => match (value(from)?, value(to)?) {
            (Val::Date(from), Val::Date(to)) => {
                Val::Num(whole(to - from + i64::from(*through)) * size("days"))
            }
            other => panic!("days of {other:?}"),
        },
        Expr::Convert(amount, from, to) => {
            let amount = number(amount)?;
            let to = if to == "money" { &world.currency } else { to };
            match world.inputs.get(&format!("{from}/{to}")) {
                _ if from == to => Val::Num(amount),
                Some(Val::Num(rate)) => Val::Num(amount * rate),
                _ => return Err(NO_EXCHANGE),
            }
        }
        Expr::DatePart(part, at) => match value(at)? {
            Val::Date(at) => Val::Num(whole(part_of(at, part))),
            other => panic!("{part} of {other:?}"),
        },
        Expr::Later(at, count, months) => match value(at)? {
            Val::Date(at) if *months => Val::Date(months_later(at, *count)),
            Val::Date(at) => Val::Date(at + count),
            other => panic!("later than {other:?}"),
        },
    })
}

/// The number that an expression gives.
pub fn number(world: &World, scope: &Scope, expr: &Expr) -> Res<Q> {
    match eval(world, scope, expr)? {
        Val::Num(value) => Ok(value),
        Val::Share(_, of) if of.is_zero() => Err(DIVISION_BY_ZERO),
        Val::Share(part, of) => Ok(part / of),
        other => panic!("{expr:?} is no number: {other:?}"),
    }
}

/// The truth of a condition.
pub fn truth(world: &World, scope: &Scope, expr: &Expr) -> Res<bool> {
    match eval(world, scope, expr)? {
        Val::Bool(value) => Ok(value),
        other => panic!("{expr:?} is no condition: {other:?}"),
    }
}

/// The multiple of the step, and the offset.
pub fn rounded(world: &World, value: &Q, rounding: &Rounding) -> Q {
    let of_unit = step_size(world, rounding);
    let offset = rounding.offset.clone().unwrap_or_else(Q::zero);
    round(value, rounding.mode, &(&rounding.step * &of_unit)) + offset * of_unit
}

/// How much one of the steps of a rounding is: the unit that it names, or the smallest that is paid.
pub fn step_size(world: &World, rounding: &Rounding) -> Q {
    let of_unit = size(&rounding.unit);
    let currency = rounding.unit.split('/').next().expect("a unit");
    let book = world.book;
    let places = match book.currencies.iter().find(|(code, _)| code == currency) {
        _ if currency == "money" => world.places,
        Some((_, places)) => *places,
        None if book.currency == currency => book.places,
        None => standard_places(currency),
    };
    if rounding.minor { of_unit * decimal(1, places) } else { of_unit }
}

/// What a name stands for.
pub fn read(world: &World, scope: &Scope, path: &str) -> Res<Val> {
    if let Some(value) = scope.elements.iter().rev().find_map(|element| element.read(path)) {
        return value;
    }
    if path == "as_of" {
        return Ok(Val::Date(world.as_of));
    }
    if path == "currency" {
        let rank = world.book.currencies.iter().position(|(code, _)| *code == world.currency);
        return Ok(Val::Word(world.currency.clone(), rank.expect("one of them")));
    }
    if let Some(value) = scope.names.get(path) {
        return value.clone();
    }
    Ok(world.inputs.get(path).unwrap_or_else(|| panic!("nothing is called {path}")).clone())
}

fn call(world: &World, scope: &Scope, name: &str, arguments: &[Expr]) -> Res<Val> {
    let def = world.book.defs.iter().find(|def| def.name == name).expect("a function");
    let mut inside = Scope::default();
    for ((parameter, _), argument) in def.parameters.iter().zip(arguments) {
        inside.set(parameter.clone(), Ok(eval(world, scope, argument)?));
    }
    eval(world, &inside, &def.body)
}

/// Comparisons with a share are made without dividing. What is missing equals nothing.
fn compare(op: Compare, left: &Val, right: &Val) -> bool {
    if *left == Val::Absent || *right == Val::Absent {
        return op == Compare::NotEqual;
    }
    let order = match (left, right) {
        (Val::Num(left), Val::Num(right)) => left.cmp(right),
        (Val::Share(part, of), Val::Num(bound)) => part.cmp(&(bound * of)),
        (Val::Num(bound), Val::Share(part, of)) => (bound * of).cmp(part),
        (Val::Word(_, left), Val::Word(_, right)) => left.cmp(right),
        (Val::Date(left), Val::Date(right)) => left.cmp(right),
        (Val::Text(left), Val::Text(right)) => left.cmp(right),
        (Val::Bool(left), Val::Bool(right)) => left.cmp(right),
        other => panic!("cannot compare {other:?}"),
    };
    match op {
        Compare::Equal => order.is_eq(),
        Compare::NotEqual => order.is_ne(),
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    }
}

/// The year, the month, the day of the month, or the day of the week from Monday on.
fn part_of(at: Day, part: &str) -> i64 {
    let text = date(at);
    let digits = match part {
        "year_of" => &text[0..4],
        "month_of" => &text[5..7],
        "day_of" => &text[8..10],
        // 1970-01-01 was a Thursday.
        _ => return (at + 3).rem_euclid(7) + 1,
    };
    digits.parse().expect("digits")
}

/// The same day some months later, or the last of a month that is too short.
pub fn months_later(at: Day, months: i64) -> Day {
    let text = date(at);
    let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("digits");
    let month = part(0..4) * 12 + part(5..7) - 1 + months;
    let first = |month: i64| day(month.div_euclid(12), month.rem_euclid(12) + 1, 1);
    let last = first(month + 1) - 1;
    (first(month) + part(8..10) - 1).min(last)
}

/// A fraction that is rounded to steps as `factor × base^(times / root)` is: the product itself where it is a
/// step or lies between two of them, else on the same side. All is decided by comparing whole powers.
fn near_root(factor: &Q, (base, times, root): (&Q, i32, u32), step: &Q) -> Q {
    let raised = |number: &Q| num_traits::pow(number.clone(), root as usize);
    let power = num_traits::pow(base.clone(), times.unsigned_abs() as usize);
    let power = if times < 0 { power.recip() } else { power };
    let exact = raised(&(factor.abs() / step)) * power;
    let steps = Q::from_integer(num_integer::Roots::nth_root(&exact.to_integer(), root));
    let quarter = Q::new(1.into(), 4.into());
    let half = &steps + &quarter + &quarter;
    let near = match (exact.cmp(&raised(&steps)), exact.cmp(&raised(&half))) {
        (std::cmp::Ordering::Equal, _) => steps,
        (_, std::cmp::Ordering::Less) => steps + quarter,
        (_, std::cmp::Ordering::Equal) => half,
        (_, std::cmp::Ordering::Greater) => half + quarter,
    };
    if factor.is_negative() { -near * step } else { near * step }
}
