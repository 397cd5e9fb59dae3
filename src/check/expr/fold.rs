//! Values that are known without a request, and values that can always be written as a decimal.

use crate::check::Scope;
use crate::check::scope::Elements;
use crate::ir::{
    AggregateKind, ArithmeticOp, Builtin, CompareOp, ElementPlace, Expr, ExprKind, LogicOp, Name, NumberKind,
    Place, TierMode, Ty, Value,
};
use crate::value::Exact;

/// The value of an expression that reads nothing, if it is one and nothing goes wrong on the way.
pub fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value.clone()),
        ExprKind::Scale { factor, of } => Some(Value::Number(number(of)?.checked_mul(factor).ok()?)),
        ExprKind::Arithmetic { op, left, right } => {
            let (left, right) = (number(left)?, number(right)?);
            let value = match op {
                ArithmeticOp::Add => left.checked_add(&right),
                ArithmeticOp::Subtract => left.checked_sub(&right),
                ArithmeticOp::Multiply => left.checked_mul(&right),
                ArithmeticOp::Divide => left.checked_div(&right),
            };
            value.ok().map(Value::Number)
        }
        ExprKind::Negate(of) => Some(Value::Number(number(of)?.neg())),
        ExprKind::Absolute(of) => Some(Value::Number(number(of)?.abs())),
        ExprKind::Power { base, exponent } => {
            let times = u16::try_from(number(exponent)?.to_u64()?).ok()?;
            number(base)?.checked_pow(i32::from(times)).ok().map(Value::Number)
        }
        ExprKind::Round { value, mode, step, offset } => {
            let rounded = number(value)?.round_to(*mode, step.same()?).ok()?;
            rounded.checked_add(offset.same()?).ok().map(Value::Number)
        }
        ExprKind::Extreme { greatest, of } => extreme(*greatest, of),
        ExprKind::Not(of) => Some(Value::Bool(!truth(of)?)),
        ExprKind::Logic { op, left, right } => {
            let (left, right) = (truth(left)?, truth(right)?);
            Some(Value::Bool(match op {
                LogicOp::And => left && right,
                LogicOp::Or => left || right,
                LogicOp::Implies => !left || right,
            }))
        }
        ExprKind::Compare { op, left, right } => compare(*op, &constant(left)?, &constant(right)?),
        ExprKind::If { condition, then, otherwise } => {
            if truth(condition)? {
                constant(then)
            } else {
                constant(otherwise)
            }
        }
        ExprKind::OneOf { value, of } => Some(Value::Bool(of.contains(&constant(value)?))),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<Exact> {
    match constant(expr)? {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn truth(expr: &Expr) -> Option<bool> {
    match constant(expr)? {
        Value::Bool(it) => Some(it),
        _ => None,
    }
}

fn extreme(greatest: bool, of: &[Expr]) -> Option<Value> {
    let numbers = of.iter().map(number).collect::<Option<Vec<Exact>>>()?;
    let found = if greatest { numbers.into_iter().max() } else { numbers.into_iter().min() };
    found.map(Value::Number)
}

fn compare(op: CompareOp, left: &Value, right: &Value) -> Option<Value> {
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Choice(left), Value::Choice(right)) => left.cmp(right),
        _ => {
            let equal = left == right;
            return match op {
                CompareOp::Equal => Some(Value::Bool(equal)),
                CompareOp::NotEqual => Some(Value::Bool(!equal)),
                _ => None,
            };
        }
    };
    Some(Value::Bool(op.admits(order)))
}

/// Whether the value can always be written as a decimal; false where that is not certain.
///
/// What a request brings is written as a decimal, and so are the cells of tables and finished figures. A
/// value ends as long as nothing divides it by anything but a constant made of twos and fives, and no
/// margin or graduated rate enters.
pub fn terminates(scope: &Scope<'_>, expr: &Expr) -> bool {
    if !matches!(expr.ty.required(), Ty::Number(_)) {
        return true;
    }
    let ends = |expr: &Expr| terminates(scope, expr);
    match &expr.kind {
        ExprKind::Const(Value::Number(number)) => number.terminates(),
        ExprKind::Const(_) | ExprKind::Parameter(_) | ExprKind::Lookup { .. } | ExprKind::Days { .. } => true,
        ExprKind::DatePart { .. } => true,
        ExprKind::Read(place) => reads_decimal(scope, place),
        ExprKind::Scale { factor, of } => match (&of.kind, factor.terminates()) {
            (_, true) => ends(of),
            // `x / 3 * 60` is brought to one factor here.
            (ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, right }, false) => {
                ends(left) && divides_evenly(right, Some(factor))
            }
            // `45 min * 80 EUR/h` is 60 EUR.
            (_, false) => number(expr).is_some_and(|number| number.terminates()),
        },
        ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, right } => {
            ends(left) && divides_evenly(right, None)
                || number(expr).is_some_and(|number| number.terminates())
        }
        ExprKind::Arithmetic { .. } => arithmetic_ends(scope, expr),
        // Exponents are not negative.
        ExprKind::Negate(of) | ExprKind::Absolute(of) | ExprKind::Power { base: of, .. } => ends(of),
        ExprKind::If { then, otherwise, .. } => ends(then) && ends(otherwise),
        ExprKind::Switch { cases, otherwise, .. } => {
            cases.iter().all(|(_, result)| ends(result)) && otherwise.as_ref().is_none_or(|it| ends(it))
        }
        ExprKind::Otherwise { value, fallback } => ends(value) && ends(fallback),
        ExprKind::Tier { tiers, quantity, scaled_by, .. } => {
            let Some(sig) = scope.signatures.tiers.get(tiers) else { return false };
            let rate = matches!(&sig.result, Some(Ty::Number(ty)) if ty.kind == NumberKind::Rate);
            match (rate, sig.mode) {
                (true, TierMode::Graduated) => false,
                // The rate is that of the tier reached, whatever reached it.
                (true, _) => true,
                (false, _) => ends(quantity) && scaled_by.as_ref().is_none_or(|it| ends(it)),
            }
        }
        ExprKind::Call { def, arguments } => {
            scope.signatures.defs.get(def).is_some_and(|sig| sig.terminates) && arguments.iter().all(ends)
        }
        ExprKind::Round { step, offset, .. } => step.all().iter().chain(offset.all()).all(Exact::terminates),
        ExprKind::Extreme { of, .. } => of.iter().all(ends),
        ExprKind::Aggregate(own) => match (own.kind, &own.body) {
            (AggregateKind::Average, _) => false,
            (_, Some(body)) => {
                let inner = scope.within(own);
                own.before.iter().chain([body]).all(|expr| terminates(&inner, expr))
            }
            (_, None) => true,
        },
        // A rate comes with the request, as a decimal.
        ExprKind::Convert { amount, .. } => ends(amount),
        // Conditions have been answered by their type.
        _ => true,
    }
}

/// Sums and products end where all operands do; a long chain is walked in a loop.
fn arithmetic_ends(scope: &Scope<'_>, expr: &Expr) -> bool {
    let mut rest = expr;
    while let ExprKind::Arithmetic { op, left, right } = &rest.kind {
        if *op == ArithmeticOp::Divide {
            break;
        }
        if !terminates(scope, right) {
            return false;
        }
        rest = left;
    }
    terminates(scope, rest)
}

/// Whether dividing by a constant, times a factor, keeps decimals decimals.
fn divides_evenly(divisor: &Expr, factor: Option<&Exact>) -> bool {
    let Some(divisor) = number(divisor) else { return false };
    let quotient = factor.unwrap_or(&Exact::ONE).checked_div(&divisor);
    quotient.is_ok_and(|quotient| quotient.terminates())
}

fn reads_decimal(scope: &Scope<'_>, place: &Place) -> bool {
    match place {
        Place::Member(name) => scope.products.iter().all(|product| {
            let product = scope.signatures.products.get(product);
            product.and_then(|it| it.members.get(name)).is_some_and(|member| member.terminates)
        }),
        Place::Element { depth, of: ElementPlace::Member(name), .. } => {
            let element = scope.elements.get(usize::from(*depth));
            element.is_some_and(|element| {
                let products = element.of.pieces().map_or(&[][..], |pieces| &pieces.products);
                products.iter().all(|product| {
                    let product = scope.signatures.products.get(product);
                    product.and_then(|it| it.members.get(name)).is_some_and(|member| member.terminates)
                })
            })
        }
        Place::Element { depth, of: ElementPlace::Line(place), .. } => match place.as_ref() {
            Place::Member(name) => scope.elements.get(usize::from(*depth)).is_some_and(|element| {
                let products: &[Name] = match &element.of {
                    Elements::Lines(products) => products,
                    _ => &[],
                };
                // Products that lack it are those that a condition has left out.
                products.iter().all(|product| {
                    let product = scope.signatures.products.get(product);
                    product.and_then(|it| it.members.get(name)).is_none_or(|member| member.terminates)
                })
            }),
            place => reads_decimal(scope, place),
        },
        Place::Builtin { figure: Builtin::Margin | Builtin::OffList, .. } => false,
        _ => true,
    }
}
