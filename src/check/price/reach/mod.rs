//! What values an expression can have, as far as declared ranges tell: conditions that never hold, amounts
//! that can be negative.
//!
//! The answers are on the safe side: what is not certain is `Unknown`, or an interval without an end.

mod interval;

use std::collections::BTreeMap;

use super::visit::parts;
use crate::check::expr::constant;
use crate::check::{Signatures, describe};
use crate::ir::{
    ArithmeticOp, Builtin, CompareOp, Domain, Expr, ExprKind, Level, LogicOp, Name, NumberKind, PerCurrency,
    Place, Ty, Value,
};
use crate::value::Exact;
pub(super) use interval::Interval;
use interval::range_of;

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
    /// What is of the line is written without `line.` here.
    bare: bool,
    /// What is known of the steps above.
    priced: Option<&'a Priced>,
}

/// The price so far, and the figures above.
pub(super) struct Priced {
    pub(super) running: Interval,
    pub(super) figures: BTreeMap<(Level, Name), Interval>,
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
    /// What is known where names of the line are written `line.x`.
    pub(super) fn new(signatures: &'a Signatures, products: &'a [Name]) -> Known<'a> {
        Known { signatures, products, bare: false, priced: None }
    }

    /// What is known where names of the line are written bare: in a product and its waterfall.
    pub(super) fn of_product(signatures: &'a Signatures, products: &'a [Name]) -> Known<'a> {
        Known { signatures, products, bare: true, priced: None }
    }

    /// What is known between the steps of a waterfall.
    pub(super) fn of_price(
        signatures: &'a Signatures,
        products: &'a [Name],
        priced: &'a Priced,
    ) -> Known<'a> {
        Known { priced: Some(priced), ..Known::of_product(signatures, products) }
    }

    /// The same of some of the products.
    pub(super) fn narrowed<'n>(&self, products: &'n [Name]) -> Known<'n>
    where
        'a: 'n,
    {
        Known { signatures: self.signatures, products, bare: self.bare, priced: self.priced }
    }

    /// The products that a condition leaves, of those that are known of.
    pub(super) fn left_by(&self, condition: &Expr) -> Vec<Name> {
        let mut products = self.products.to_vec();
        for named in condition.conjuncts().into_iter().filter_map(|it| it.asked_of(&Place::Product)) {
            products.retain(|product| {
                named.iter().any(|name| matches!(name, Value::Text(name) if name == product))
            });
        }
        products
    }

    /// How much can be ordered.
    pub(super) fn of_quantity(&self) -> Interval {
        self.place(&Place::Quantity)
    }

    /// Whether a condition always or never holds.
    pub(super) fn truth(&self, condition: &Expr) -> Truth {
        match &condition.kind {
            ExprKind::Const(Value::Bool(value)) => Truth::of(*value, !*value),
            ExprKind::Not(inner) => self.truth(inner).not(),
            ExprKind::Logic { .. } => self.connected(condition),
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

    /// A chain of connectives leans left: it is walked in a loop, however long it is.
    fn connected(&self, condition: &Expr) -> Truth {
        let (mut pending, mut rest) = (Vec::new(), condition);
        while let ExprKind::Logic { op, left, right } = &rest.kind {
            pending.push((*op, right));
            rest = left;
        }
        pending.into_iter().rev().fold(self.truth(rest), |left, (op, right)| match op {
            LogicOp::And => left.and(self.truth(right)),
            LogicOp::Or => left.or(self.truth(right)),
            LogicOp::Implies => left.not().or(self.truth(right)),
        })
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
            ExprKind::Arithmetic { .. } => self.arithmetic(expr),
            ExprKind::If { then, otherwise, .. } => self.interval(then).cover(self.interval(otherwise)),
            ExprKind::Otherwise { value, fallback } => self.interval(value).cover(self.interval(fallback)),
            ExprKind::Switch { cases, otherwise, .. } => {
                let results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                let covered = results.map(|result| self.interval(result)).reduce(Interval::cover);
                covered.unwrap_or_default()
            }
            ExprKind::Extreme { greatest, of } => self.extreme(*greatest, of),
            ExprKind::Absolute(_) => Interval::from_zero(),
            ExprKind::Power { base, .. } if self.interval(base).is_at_least_zero() => Interval::from_zero(),
            ExprKind::Round { value, step, offset, .. } => self.rounded(value, step, offset),
            // Powers are not below zero.
            ExprKind::RoundedPower(of)
                if self.interval(&of.factor).is_at_least_zero()
                    && !of.offset.all().iter().any(Exact::is_negative) =>
            {
                Interval::from_zero()
            }
            _ => Interval::all(),
        }
    }

    /// A chain of operators leans left: it is walked in a loop, however long it is.
    fn arithmetic(&self, expr: &Expr) -> Interval {
        let (mut pending, mut rest) = (Vec::new(), expr);
        while let ExprKind::Arithmetic { op, left, right } = &rest.kind {
            pending.push((*op, right));
            rest = left;
        }
        pending.into_iter().rev().fold(self.interval(rest), |left, (op, right)| {
            let right = self.interval(right);
            match op {
                ArithmeticOp::Add => left.add(right),
                ArithmeticOp::Subtract => left.add(right.negate()),
                ArithmeticOp::Multiply => left.multiply(right),
                ArithmeticOp::Divide => left.divide(right),
            }
        })
    }

    fn extreme(&self, greatest: bool, of: &[Expr]) -> Interval {
        let ranges = of.iter().map(|expr| self.interval(expr));
        let extreme = if greatest { Interval::greatest } else { Interval::least };
        extreme(&ranges.collect::<Vec<_>>())
    }

    /// Rounding moves a number by less than a step.
    fn rounded(&self, value: &Expr, step: &PerCurrency, offset: &PerCurrency) -> Interval {
        self.rounded_from(self.interval(value), step, offset)
    }

    /// What numbers of a range are rounded to.
    pub(super) fn rounded_from(&self, range: Interval, step: &PerCurrency, offset: &PerCurrency) -> Interval {
        let at_least_zero = range.is_at_least_zero() && !offset.all().iter().any(Exact::is_negative);
        let step = step.all().iter().max().cloned().unwrap_or_default();
        let offsets = offset.all().iter().cloned().map(Interval::only).reduce(Interval::cover);
        let moved = range.add(Interval { low: Some(step.neg()), high: Some(step) });
        let moved = moved.add(offsets.unwrap_or_default());
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
            Place::Running(_) => self.priced.map(|it| it.running.clone()).unwrap_or_default(),
            Place::Figure { level, name } => self.figure(*level, name),
            Place::Builtin { level: Level::Unit, figure: Builtin::List } => self.figure(Level::Unit, "list"),
            _ => Interval::all(),
        }
    }

    fn figure(&self, level: Level, name: &str) -> Interval {
        let figures = self.priced.map(|it| &it.figures);
        figures.and_then(|figures| figures.get(&(level, name.into())).cloned()).unwrap_or_default()
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
            let Some(name) = self.place_name(place) else { return };
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

    /// What is read, as it is written here.
    fn place_name(&self, place: &Place) -> Option<String> {
        let of_line = |name: &str| if self.bare { name.to_owned() } else { format!("line.{name}") };
        match place {
            Place::Index(name) | Place::Fact(name) => Some(name.to_string()),
            Place::Context { context, field } => Some(format!("{context}.{field}")),
            Place::Entry { level: Level::Quote, name } if self.bare => Some(name.to_string()),
            Place::Entry { level: Level::Quote, name } => Some(format!("quote.{name}")),
            Place::Entry { name, .. } | Place::Member(name) => Some(of_line(name)),
            Place::Quantity => Some(of_line("quantity")),
            _ => None,
        }
    }

    /// A divisor that its ranges show to be zero for some requests, where no condition keeps it from that.
    pub(super) fn zero_divisor<'e>(&self, expr: &'e Expr) -> Option<&'e Expr> {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Arithmetic { op: ArithmeticOp::Divide, right, .. }
                    if constant(right).is_none() && self.interval(right).surely_has_zero() =>
                {
                    return Some(right);
                }
                ExprKind::Arithmetic { left, right, .. } | ExprKind::Compare { left, right, .. } => {
                    waiting.extend([left.as_ref(), right.as_ref()]);
                }
                // What is behind a condition is kept from zero by it, perhaps.
                ExprKind::If { condition: always, .. }
                | ExprKind::Logic { left: always, .. }
                | ExprKind::Switch { subject: always, .. }
                | ExprKind::Otherwise { value: always, .. }
                | ExprKind::Scale { of: always, .. }
                | ExprKind::Negate(always)
                | ExprKind::Not(always)
                | ExprKind::Absolute(always)
                | ExprKind::Power { base: always, .. }
                | ExprKind::OneOf { value: always, .. }
                | ExprKind::Round { value: always, .. }
                | ExprKind::Convert { amount: always, .. }
                | ExprKind::Tier { quantity: always, .. } => waiting.push(always),
                ExprKind::RoundedPower(of) => waiting.extend([&of.factor, &of.base, &of.exponent]),
                ExprKind::Extreme { of: several, .. }
                | ExprKind::Lookup { keys: several, .. }
                | ExprKind::Call { arguments: several, .. } => waiting.extend(several),
                _ => {}
            }
        }
        None
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
            ExprKind::RoundedPower(of) => self.negative_part(&of.factor),
            ExprKind::If { then, otherwise, .. } => {
                self.negative_part(then).or_else(|| self.negative_part(otherwise))
            }
            ExprKind::Switch { cases, otherwise, .. } => {
                let mut results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                results.find_map(|result| self.negative_part(result))
            }
            ExprKind::Arithmetic { op: ArithmeticOp::Multiply, .. } => self.negative_factor(amount),
            _ => None,
        }
    }

    /// The one factor of a product that can be negative.
    fn negative_factor<'e>(&self, product: &'e Expr) -> Option<&'e Expr> {
        let (mut factors, mut rest) = (Vec::new(), product);
        while let ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right } = &rest.kind {
            factors.push(right.as_ref());
            rest = left;
        }
        factors.push(rest);
        let mut negative = factors.iter().filter_map(|factor| self.negative_part(factor));
        let part = negative.next()?;
        // A second one may turn the sign round again, and zero has none.
        (negative.next().is_none() && !factors.iter().any(|factor| is_zero(factor))).then_some(part)
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Const(Value::Number(value)) if value.is_zero())
}

fn agreed(answers: impl IntoIterator<Item = Truth>) -> Truth {
    let mut answers = answers.into_iter();
    let Some(first) = answers.next() else { return Truth::Unknown };
    if answers.all(|answer| answer == first) { first } else { Truth::Unknown }
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
