//! Expressions that may come to nothing though all that they read is there.

use std::cell::Cell;
use std::collections::HashSet;

use super::limits::{MOST_PARTS, MOST_YEARS};
use super::request;
use crate::ir::{
    ArithmeticOp, Book, Domain, Expr, ExprKind, NumberKind, Place, Product, Reach, RoundedPower, Table, Ty,
    Value,
};
use crate::source::Span;
use crate::value::Exact;

/// An exponent that brings no number that an input can be near the limit of digits.
const MODERATE_EXPONENT: i32 = 40;

/// A number whose logarithm is such an exponent.
const MODERATE_LOGARITHM_OF: i64 = 1 << 40;

/// Who asks, of the lets of one product.
pub(super) struct Failing<'b> {
    book: &'b Book,
    product: &'b Product,
    /// So many parts of expressions may still be looked at; functions are looked into at each call.
    left: Cell<usize>,
}

/// The arguments of a call, and those of the call around it.
#[derive(Clone, Copy)]
struct Called<'e> {
    arguments: &'e [Expr],
    outer: Option<&'e Called<'e>>,
}

impl<'b> Failing<'b> {
    pub(super) fn new(book: &'b Book, product: &'b Product) -> Failing<'b> {
        Failing { book, product, left: Cell::new(MOST_PARTS) }
    }

    /// Whether an expression may come to nothing on some day, whatever the request brings.
    pub(super) fn may_fail(&self, expr: &Expr) -> bool {
        self.fails(expr, None)
    }

    fn fails(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            if self.fails_itself(expr, called) {
                return true;
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
        false
    }

    fn fails_itself(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        if !self.goes_on() {
            return true;
        }
        match &expr.kind {
            ExprKind::Lookup { table, .. } => {
                let table = self.book.tables.iter().find(|it| it.name == *table);
                !table.is_some_and(|table| always_answers(table))
            }
            ExprKind::Arithmetic { op: ArithmeticOp::Divide, right, .. } => {
                !self.is_never_zero(right, called)
            }
            ExprKind::Call { def, arguments } => {
                let def = self.book.defs.iter().find(|it| it.name == *def);
                let inner = Called { arguments, outer: called };
                def.is_none_or(|def| self.fails(&def.body.expr, Some(&inner)))
            }
            ExprKind::AddTime { count, months, .. } => self.leaves_the_calendar(count, *months, called),
            // The check has seen that its base is above zero.
            ExprKind::RoundedPower(of) => power_may_be_too_large(of),
            ExprKind::Tier { .. } | ExprKind::Convert { .. } | ExprKind::Aggregate(_) => true,
            _ => false,
        }
    }

    /// Whether a divisor is another number than zero: it is written out, is above zero by what it is made from, or
    /// hangs on the request, which can bring another number.
    fn is_never_zero(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        constant(expr).is_some_and(|number| !number.is_zero())
            || self.is_positive(expr, called)
            || self.hangs_on_the_request(expr, called)
    }

    fn is_positive(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        if !self.goes_on() {
            return false;
        }
        let positive = |expr: &Expr| self.is_positive(expr, called);
        match &expr.kind {
            ExprKind::Const(Value::Number(number)) => number.is_positive(),
            ExprKind::Scale { factor, of } => factor.is_positive() && positive(of),
            ExprKind::Arithmetic { op, left, right } => {
                *op != ArithmeticOp::Subtract && positive(left) && positive(right)
            }
            ExprKind::If { then, otherwise, .. } => positive(then) && positive(otherwise),
            ExprKind::Otherwise { value, fallback } => positive(value) && positive(fallback),
            ExprKind::Extreme { greatest: true, of } => of.iter().any(positive),
            ExprKind::Extreme { greatest: false, of } => of.iter().all(positive),
            ExprKind::Parameter(at) => {
                argument(called, *at).is_some_and(|(argument, outer)| self.is_positive(argument, outer))
            }
            ExprKind::Read(Place::Quantity) => is_above_zero(&self.product.quantity.domain),
            ExprKind::Read(Place::Member(name)) => {
                match self.product.lets.iter().find(|it| it.name == *name) {
                    Some(it) => self.is_positive(&it.value.expr, None),
                    None => self.option(name).is_some_and(is_above_zero),
                }
            }
            _ => false,
        }
    }

    /// Whether a number or day that the request brings is read.
    fn hangs_on_the_request(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            if !self.goes_on() {
                return false;
            }
            let hangs = match &expr.kind {
                ExprKind::Read(Place::Fact(_) | Place::Context { .. }) => true,
                ExprKind::Read(Place::Member(name)) => {
                    match self.product.lets.iter().find(|it| it.name == *name) {
                        Some(it) => {
                            waiting.push(&it.value.expr);
                            false
                        }
                        None => request::comes_with_the_line(self.product, name),
                    }
                }
                ExprKind::Parameter(at) => argument(called, *at)
                    .is_some_and(|(argument, outer)| self.hangs_on_the_request(argument, outer)),
                _ => false,
            };
            if hangs {
                return true;
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
        false
    }

    /// Counts a part that is looked at; false when there were too many.
    fn goes_on(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether a date and so much time may be no day. Dates of the request are near enough for some request,
    /// so only what the configuration adds to them counts.
    fn leaves_the_calendar(&self, count: &Expr, months: bool, called: Option<&Called<'_>>) -> bool {
        let a_year = if months { 12 } else { 365 };
        let most = Exact::from(MOST_YEARS * a_year);
        !self.is_whole(count, called) || self.size(count, called).is_none_or(|size| size > most)
    }

    /// Whether an expression always is a whole number.
    fn is_whole(&self, expr: &Expr, called: Option<&Called<'_>>) -> bool {
        let whole = |expr: &Expr| self.is_whole(expr, called);
        match &expr.kind {
            ExprKind::Const(Value::Number(number)) => number.is_integer(),
            ExprKind::Scale { factor, of } => factor.is_integer() && whole(of),
            ExprKind::Negate(of) | ExprKind::Absolute(of) => whole(of),
            ExprKind::Arithmetic { op, left, right } => {
                *op != ArithmeticOp::Divide && whole(left) && whole(right)
            }
            ExprKind::If { then, otherwise, .. } => whole(then) && whole(otherwise),
            ExprKind::Otherwise { value, fallback } => whole(value) && whole(fallback),
            ExprKind::Extreme { of, .. } => of.iter().all(whole),
            ExprKind::Round { step, offset, .. } => {
                step.all().iter().chain(offset.all()).all(Exact::is_integer)
            }
            ExprKind::Days { .. } | ExprKind::DatePart { .. } => true,
            ExprKind::Parameter(at) => {
                argument(called, *at).is_some_and(|(argument, outer)| self.is_whole(argument, outer))
                    || is_count(&expr.ty)
            }
            ExprKind::Read(Place::Member(name)) => match self.product.lets.iter().find(|it| it.name == *name)
            {
                Some(it) => is_count(&expr.ty) || self.is_whole(&it.value.expr, None),
                // Of what the request brings some numbers are whole.
                None => {
                    is_count(&expr.ty)
                        || request::comes_with_the_line(self.product, name)
                        || self.option(name).is_some_and(counts)
                }
            },
            ExprKind::Read(Place::Fact(_) | Place::Context { .. }) => true,
            _ => is_count(&expr.ty),
        }
    }

    /// The greatest size of a number as far as it hangs on options; what comes from the request may be as near to
    /// zero as one likes. None where it is not known.
    fn size(&self, expr: &Expr, called: Option<&Called<'_>>) -> Option<Exact> {
        let size = |expr: &Expr| self.size(expr, called);
        let greatest = |of: &[&Expr]| {
            let sizes: Option<Vec<Exact>> = of.iter().map(|it| size(it)).collect();
            sizes?.into_iter().max()
        };
        match &expr.kind {
            ExprKind::Const(Value::Number(number)) => Some(number.abs()),
            ExprKind::Scale { factor, of } => size(of)?.checked_mul(&factor.abs()).ok(),
            ExprKind::Negate(of) | ExprKind::Absolute(of) => size(of),
            ExprKind::Arithmetic { op, left, right } => {
                let (left, right) = (size(left)?, size(right)?);
                match op {
                    ArithmeticOp::Add | ArithmeticOp::Subtract => left.checked_add(&right).ok(),
                    ArithmeticOp::Multiply => left.checked_mul(&right).ok(),
                    ArithmeticOp::Divide => None,
                }
            }
            ExprKind::If { then, otherwise, .. } => greatest(&[then, otherwise]),
            ExprKind::Otherwise { value, fallback } => greatest(&[value, fallback]),
            ExprKind::Extreme { of, .. } => greatest(&of.iter().collect::<Vec<_>>()),
            ExprKind::Switch { cases, otherwise, .. } => {
                let results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                greatest(&results.collect::<Vec<_>>())
            }
            ExprKind::Days { .. } | ExprKind::DatePart { .. } => Some(Exact::ZERO),
            ExprKind::Parameter(at) => {
                let (argument, outer) = argument(called, *at)?;
                self.size(argument, outer)
            }
            ExprKind::Call { def, arguments } => {
                let def = self.book.defs.iter().find(|it| it.name == *def)?;
                self.size(&def.body.expr, Some(&Called { arguments, outer: called }))
            }
            ExprKind::Read(Place::Member(name)) => match self.product.lets.iter().find(|it| it.name == *name)
            {
                Some(it) => self.size(&it.value.expr, None),
                None if request::comes_with_the_line(self.product, name) => Some(Exact::ZERO),
                None => size_of(self.option(name)?),
            },
            ExprKind::Read(Place::Quantity) => size_of(&self.product.quantity.domain),
            ExprKind::Read(Place::Fact(_) | Place::Context { .. }) => Some(Exact::ZERO),
            _ => None,
        }
    }

    /// What an option can be.
    fn option(&self, name: &str) -> Option<&'b Domain> {
        let option = self.product.options.iter().find(|option| option.name.as_ref() == name)?;
        Some(&option.domain)
    }
}

/// The declarations of the lets of a product, and of its pieces, that never fail.
pub(super) fn never(book: &Book, product: &Product) -> HashSet<Span> {
    let (mut found, mut seen, mut waiting) = (HashSet::new(), HashSet::new(), vec![product]);
    while let Some(product) = waiting.pop() {
        if !seen.insert(&product.name) {
            continue;
        }
        let fails = Failing::new(book, product);
        let never = product.lets.iter().filter(|it| !fails.may_fail(&it.value.expr));
        found.extend(never.map(|it| it.span));
        let parts = product.parts.iter();
        waiting.extend(
            parts
                .filter_map(|part| book.products.iter().find(|it| it.name == part.product))
                .map(AsRef::as_ref),
        );
    }
    found
}

/// Whether a table has a value for whatever it is asked, or says that there is none.
fn always_answers(table: &Table) -> bool {
    table.versions.iter().all(|version| {
        let reaches_all = table.optional || version.reach.iter().all(|reach| *reach == Reach::All);
        let cells = version.rows.values.iter().chain(&version.rows.otherwise).flatten();
        reaches_all && cells.into_iter().all(Option::is_some)
    })
}

fn argument<'e>(called: Option<&'e Called<'e>>, at: u16) -> Option<(&'e Expr, Option<&'e Called<'e>>)> {
    let called = called?;
    Some((called.arguments.get(usize::from(at))?, called.outer))
}

fn is_count(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::Number(number) if number.kind == NumberKind::Int)
}

/// Whether all numbers of a domain are whole.
fn counts(domain: &Domain) -> bool {
    match domain {
        Domain::All => false,
        Domain::Range { from, step, .. } => from.is_integer() && step.as_ref().is_some_and(Exact::is_integer),
        Domain::Numbers(values) => values.iter().all(|(value, _)| value.is_integer()),
    }
}

fn is_above_zero(domain: &Domain) -> bool {
    match domain {
        Domain::All => false,
        Domain::Range { from, .. } => from.is_positive(),
        Domain::Numbers(values) => values.iter().all(|(value, _)| value.is_positive()),
    }
}

/// The number of an expression that is written out.
fn constant(expr: &Expr) -> Option<Exact> {
    match &expr.kind {
        ExprKind::Const(Value::Number(number)) => Some(number.clone()),
        ExprKind::Scale { factor, of } => constant(of)?.checked_mul(factor).ok(),
        ExprKind::Negate(of) => Some(constant(of)?.neg()),
        ExprKind::Power { base, exponent } => {
            let times = i32::try_from(constant(exponent)?.to_u64()?).ok().filter(|times| *times <= 1_000)?;
            constant(base)?.checked_pow(times).ok()
        }
        ExprKind::Arithmetic { op, left, right } => {
            let (left, right) = (constant(left)?, constant(right)?);
            match op {
                ArithmeticOp::Add => left.checked_add(&right).ok(),
                ArithmeticOp::Subtract => left.checked_sub(&right).ok(),
                ArithmeticOp::Multiply => left.checked_mul(&right).ok(),
                ArithmeticOp::Divide => left.checked_div(&right).ok(),
            }
        }
        _ => None,
    }
}

fn size_of(domain: &Domain) -> Option<Exact> {
    match domain {
        Domain::All => None,
        Domain::Range { from, to, .. } => Some(from.abs().max(to.abs())),
        Domain::Numbers(values) => values.iter().map(|(value, _)| value.abs()).max(),
    }
}

/// Whether a power of what an input can be may have more digits than are kept: not where its exponent is
/// written out and moderate.
fn power_may_be_too_large(of: &RoundedPower) -> bool {
    let exponent = match &of.exponent.kind {
        ExprKind::Negate(inner) if !of.logarithm => inner.as_ref(),
        _ => &of.exponent,
    };
    let ExprKind::Const(Value::Number(number)) = &exponent.kind else { return true };
    let (least, most) = match of.logarithm {
        true => (Exact::ratio(1, MODERATE_LOGARITHM_OF), Exact::from(MODERATE_LOGARITHM_OF)),
        false => (Some(Exact::from(-MODERATE_EXPONENT)), Exact::from(MODERATE_EXPONENT)),
    };
    least.is_none_or(|least| *number < least) || *number > most
}
