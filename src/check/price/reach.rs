//! What values an expression can have, as far as declared ranges tell: conditions that never hold, amounts
//! that can be negative.
//!
//! The answers are on the safe side: what is not certain is `Unknown`, or an interval without an end.

use super::visit::parts;
use crate::check::{Signatures, describe};
use crate::ir::{
    ArithmeticOp, CompareOp, Domain, Expr, ExprKind, Level, LogicOp, Name, NumberKind, Place, Ty, Value,
};
use crate::value::Exact;

/// All numbers between two ends that belong to it; no end where none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: Option<Exact>,
    pub(super) high: Option<Exact>,
}

/// Whether a condition holds, as far as can be known without a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Always,
    Never,
    Unknown,
}

/// What is declared of the inputs of some products' lines.
pub(super) struct Known<'a> {
    signatures: &'a Signatures,
    products: &'a [Name],
}

impl Interval {
    fn all() -> Interval {
        Interval::default()
    }

    fn only(value: Exact) -> Interval {
        Interval { low: Some(value.clone()), high: Some(value) }
    }

    fn from_zero() -> Interval {
        Interval { low: Some(Exact::ZERO), high: None }
    }

    /// The smallest interval that holds both.
    fn cover(self, other: Interval) -> Interval {
        let pick = |a: Option<Exact>, b: Option<Exact>, least: bool| {
            let (a, b) = (a?, b?);
            Some(if (a < b) == least { a } else { b })
        };
        Interval { low: pick(self.low, other.low, true), high: pick(self.high, other.high, false) }
    }

    fn negate(self) -> Interval {
        Interval { low: self.high.map(|end| end.neg()), high: self.low.map(|end| end.neg()) }
    }

    fn add(self, other: Interval) -> Interval {
        let sum = |a: Option<Exact>, b: Option<Exact>| a?.checked_add(&b?).ok();
        Interval { low: sum(self.low, other.low), high: sum(self.high, other.high) }
    }

    fn multiply(self, other: Interval) -> Interval {
        if let (Some(a), Some(b), Some(c), Some(d)) = (&self.low, &self.high, &other.low, &other.high) {
            let corners = [a.checked_mul(c), a.checked_mul(d), b.checked_mul(c), b.checked_mul(d)];
            let corners: Result<Vec<Exact>, _> = corners.into_iter().collect();
            let Ok(corners) = corners else { return Interval::all() };
            return Interval { low: corners.iter().min().cloned(), high: corners.into_iter().max() };
        }
        // With an open end only the sign of a product is known.
        let (a, b) = (self.is_at_least_zero(), other.is_at_least_zero());
        if a && b { Interval::from_zero() } else { Interval::all() }
    }

    fn is_at_least_zero(&self) -> bool {
        self.low.as_ref().is_some_and(|low| !low.is_negative())
    }

    /// Every value of this one is below every value of the other.
    fn below(&self, other: &Interval) -> bool {
        matches!((&self.high, &other.low), (Some(high), Some(low)) if high < low)
    }

    /// Every value of this one is at most every value of the other.
    fn at_most(&self, other: &Interval) -> bool {
        matches!((&self.high, &other.low), (Some(high), Some(low)) if high <= low)
    }

    fn single(&self) -> Option<&Exact> {
        self.low.as_ref().filter(|low| self.high.as_ref() == Some(low))
    }
}

impl Truth {
    fn of(holds: bool, fails: bool) -> Truth {
        match (holds, fails) {
            (true, _) => Truth::Always,
            (_, true) => Truth::Never,
            _ => Truth::Unknown,
        }
    }

    fn not(self) -> Truth {
        match self {
            Truth::Always => Truth::Never,
            Truth::Never => Truth::Always,
            Truth::Unknown => Truth::Unknown,
        }
    }

    fn and(self, other: Truth) -> Truth {
        let (all, none) = ([self, other] == [Truth::Always; 2], [self, other].contains(&Truth::Never));
        Truth::of(all, none)
    }

    fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }
}

impl<'a> Known<'a> {
    pub(super) fn new(signatures: &'a Signatures, products: &'a [Name]) -> Known<'a> {
        Known { signatures, products }
    }

    /// Whether a condition always or never holds.
    pub(super) fn truth(&self, condition: &Expr) -> Truth {
        match &condition.kind {
            ExprKind::Const(Value::Bool(value)) => Truth::of(*value, !*value),
            ExprKind::Not(inner) => self.truth(inner).not(),
            ExprKind::Logic { op, left, right } => {
                let (left, right) = (self.truth(left), self.truth(right));
                match op {
                    LogicOp::And => left.and(right),
                    LogicOp::Or => left.or(right),
                    LogicOp::Implies => left.not().or(right),
                }
            }
            ExprKind::Compare { op, left, right } => self.compared(*op, left, right),
            ExprKind::OneOf { value, of } => self.one_of(value, of),
            ExprKind::If { condition, then, otherwise } => match self.truth(condition) {
                Truth::Always => self.truth(then),
                Truth::Never => self.truth(otherwise),
                Truth::Unknown => agreed([self.truth(then), self.truth(otherwise)]),
            },
            ExprKind::Switch { cases, otherwise, .. } => {
                let results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                agreed(results.map(|result| self.truth(result)))
            }
            _ => Truth::Unknown,
        }
    }

    fn compared(&self, op: CompareOp, left: &Expr, right: &Expr) -> Truth {
        if !is_number(left) || !is_number(right) {
            return Truth::Unknown;
        }
        let (a, b) = (self.interval(left), self.interval(right));
        let apart = a.below(&b) || b.below(&a);
        let equal = a.single().is_some() && a.single() == b.single();
        // An absent value makes `=` false and `!=` true, so only these two answers are certain then.
        if is_optional(left) || is_optional(right) {
            return match op {
                CompareOp::Equal => Truth::of(false, apart),
                CompareOp::NotEqual => Truth::of(apart, false),
                _ => Truth::Unknown,
            };
        }
        match op {
            CompareOp::Less => Truth::of(a.below(&b), b.at_most(&a)),
            CompareOp::LessOrEqual => Truth::of(a.at_most(&b), b.below(&a)),
            CompareOp::Greater => Truth::of(b.below(&a), a.at_most(&b)),
            CompareOp::GreaterOrEqual => Truth::of(b.at_most(&a), a.below(&b)),
            CompareOp::Equal => Truth::of(equal, apart),
            CompareOp::NotEqual => Truth::of(apart, equal),
        }
    }

    fn one_of(&self, value: &Expr, of: &[Value]) -> Truth {
        if !is_number(value) {
            return Truth::Unknown;
        }
        let range = self.interval(value);
        let outside = |value: &Value| match value {
            Value::Number(number) => {
                let number = Interval::only(number.clone());
                range.below(&number) || number.below(&range)
            }
            _ => false,
        };
        Truth::of(false, of.iter().all(outside))
    }

    /// The values that a number can have; of an optional one, where it is there.
    pub(super) fn interval(&self, expr: &Expr) -> Interval {
        match &expr.kind {
            ExprKind::Const(Value::Number(value)) => Interval::only(value.clone()),
            ExprKind::Read(place) => self.place(place),
            ExprKind::Scale { factor, of } => self.interval(of).multiply(Interval::only(factor.clone())),
            ExprKind::Negate(inner) => self.interval(inner).negate(),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            ExprKind::If { then, otherwise, .. } => self.interval(then).cover(self.interval(otherwise)),
            ExprKind::Otherwise { value, fallback } => self.interval(value).cover(self.interval(fallback)),
            ExprKind::Switch { cases, otherwise, .. } => {
                let results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                let covered = results.map(|result| self.interval(result)).reduce(Interval::cover);
                covered.unwrap_or_default()
            }
            ExprKind::Extreme { greatest, of } => self.extreme(*greatest, of),
            ExprKind::Absolute(_) => Interval::from_zero(),
            ExprKind::Round { value, step, offset, .. } => self.rounded(value, step, offset),
            _ => Interval::all(),
        }
    }

    fn arithmetic(&self, op: ArithmeticOp, left: &Expr, right: &Expr) -> Interval {
        let (a, b) = (self.interval(left), self.interval(right));
        match op {
            ArithmeticOp::Add => a.add(b),
            ArithmeticOp::Subtract => a.add(b.negate()),
            ArithmeticOp::Multiply => a.multiply(b),
            ArithmeticOp::Divide => match b.single().and_then(|by| Exact::ONE.checked_div(by).ok()) {
                Some(factor) => a.multiply(Interval::only(factor)),
                None if a.is_at_least_zero() && b.low.is_some_and(|low| low.is_positive()) => {
                    Interval::from_zero()
                }
                None => Interval::all(),
            },
        }
    }

    fn extreme(&self, greatest: bool, of: &[Expr]) -> Interval {
        let ranges: Vec<Interval> = of.iter().map(|expr| self.interval(expr)).collect();
        let lows = || ranges.iter().map(|range| range.low.clone());
        let highs = || ranges.iter().map(|range| range.high.clone());
        if greatest {
            // The greatest is at least each known low end, and at most the greatest high end.
            Interval { low: lows().flatten().max(), high: highs().collect::<Option<Vec<_>>>().and_then(most) }
        } else {
            Interval {
                low: lows().collect::<Option<Vec<_>>>().and_then(least),
                high: highs().flatten().min(),
            }
        }
    }

    /// Rounding moves a number by less than a step.
    fn rounded(&self, value: &Expr, step: &Exact, offset: &Exact) -> Interval {
        let range = self.interval(value);
        let at_least_zero = range.is_at_least_zero() && !offset.is_negative();
        let moved = range.add(Interval { low: Some(step.neg()), high: Some(step.clone()) });
        let moved = moved.add(Interval::only(offset.clone()));
        if at_least_zero { Interval { low: Some(Exact::ZERO), ..moved } } else { moved }
    }

    /// The range that is declared for an input, over all products concerned.
    fn place(&self, place: &Place) -> Interval {
        match place {
            Place::Index(name) => {
                self.signatures.indexes.get(name).map(|it| range_of(&it.domain)).unwrap_or_default()
            }
            Place::Fact(name) => {
                self.signatures.facts.get(name).map(|it| range_of(&it.domain)).unwrap_or_default()
            }
            Place::Context { context, field } => {
                let context = self.signatures.contexts.get(context);
                let field = context.and_then(|context| context.fields.get(field));
                field.map(|it| range_of(&it.domain)).unwrap_or_default()
            }
            Place::Entry { level: Level::Quote, name } => {
                self.signatures.quote.entries.get(name).map(|it| range_of(&it.domain)).unwrap_or_default()
            }
            Place::Entry { name, .. } => self.over_products(|product| {
                Some(&self.signatures.price_of(product)?.1.entries.get(name)?.domain)
            }),
            Place::Member(name) => self.over_products(|product| {
                let member = self.signatures.products.get(product)?.members.get(name)?;
                member.option.then_some(&member.input.domain)
            }),
            Place::Quantity => {
                self.over_products(|product| Some(&self.signatures.products.get(product)?.quantity_domain))
            }
            _ => Interval::all(),
        }
    }

    fn over_products<'d>(&self, domain: impl Fn(&str) -> Option<&'d Domain>) -> Interval {
        let ranges = self.products.iter().map(|product| domain(product).map(range_of).unwrap_or_default());
        ranges.reduce(Interval::cover).unwrap_or_default()
    }

    /// How far below zero an amount can go, where its ranges tell.
    pub(super) fn least_below_zero(&self, amount: &Expr) -> Option<Exact> {
        self.interval(amount).low.filter(Exact::is_negative)
    }

    /// The declared ranges of what an expression reads, in words: "`line.discount` goes from 0% to 15%".
    pub(super) fn ranges(&self, expr: &Expr) -> Vec<String> {
        let mut ranges = Vec::new();
        parts(expr, &mut |part| {
            let (ExprKind::Read(place), Ty::Number(ty)) = (&part.kind, part.ty.required()) else { return };
            let Some(name) = place_name(place) else { return };
            let range = self.place(place);
            let ends = [
                range.low.map(|end| format!("from {}", describe::number_of(&end, ty))),
                range.high.map(|end| format!("to {}", describe::number_of(&end, ty))),
            ];
            let ends: Vec<String> = ends.into_iter().flatten().collect();
            let text = format!("`{name}` goes {}", ends.join(" "));
            if !ends.is_empty() && !ranges.contains(&text) {
                ranges.push(text);
            }
        });
        ranges
    }

    /// The part of an amount that makes it negative, where ranges or numbers that are written in the book
    /// show that it can be: never on a mere lack of knowledge.
    pub(super) fn negative_part<'e>(&self, amount: &'e Expr) -> Option<&'e Expr> {
        match &amount.kind {
            ExprKind::Const(Value::Number(value)) => value.is_negative().then_some(amount),
            ExprKind::Read(place) => {
                let low = self.place(place).low?;
                low.is_negative().then_some(amount)
            }
            ExprKind::Scale { of, factor } if factor.is_positive() => self.negative_part(of),
            ExprKind::Round { value, .. } => self.negative_part(value),
            ExprKind::If { then, otherwise, .. } => {
                self.negative_part(then).or_else(|| self.negative_part(otherwise))
            }
            ExprKind::Switch { cases, otherwise, .. } => {
                let mut results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                results.find_map(|result| self.negative_part(result))
            }
            ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right } => {
                match (self.negative_part(left), self.negative_part(right)) {
                    (Some(part), None) if !never_positive(right) => Some(part),
                    (None, Some(part)) if !never_positive(left) => Some(part),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// How an approval rule would write what is read.
fn place_name(place: &Place) -> Option<String> {
    match place {
        Place::Index(name) | Place::Fact(name) => Some(name.to_string()),
        Place::Context { context, field } => Some(format!("{context}.{field}")),
        Place::Entry { level: Level::Quote, name } => Some(format!("quote.{name}")),
        Place::Entry { name, .. } | Place::Member(name) => Some(format!("line.{name}")),
        Place::Quantity => Some("line.quantity".to_owned()),
        _ => None,
    }
}

fn never_positive(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Const(Value::Number(value)) if !value.is_positive())
}

fn agreed(answers: impl IntoIterator<Item = Truth>) -> Truth {
    let mut answers = answers.into_iter();
    let Some(first) = answers.next() else { return Truth::Unknown };
    if answers.all(|answer| answer == first) { first } else { Truth::Unknown }
}

fn least(ends: Vec<Exact>) -> Option<Exact> {
    ends.into_iter().min()
}

fn most(ends: Vec<Exact>) -> Option<Exact> {
    ends.into_iter().max()
}

/// The range of a domain.
pub(super) fn range_of(domain: &Domain) -> Interval {
    match domain {
        Domain::All => Interval::all(),
        Domain::Range { from, to, .. } => Interval { low: Some(from.clone()), high: Some(to.clone()) },
        Domain::Numbers(values) => {
            let numbers = || values.iter().map(|(value, _)| value.clone());
            Interval { low: numbers().min(), high: numbers().max() }
        }
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr.ty.required(), Ty::Number(_))
}

fn is_optional(expr: &Expr) -> bool {
    matches!(expr.ty, Ty::Optional(_))
}

/// Whether a number counts whole things.
pub(super) fn is_whole(expr: &Expr) -> bool {
    matches!(&expr.ty, Ty::Number(number) if number.kind == NumberKind::Int)
}
