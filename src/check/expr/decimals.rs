//! Values that can always be written as a decimal.
//!
//! What a request brings is written as a decimal, and so are the cells of tables and finished figures. A
//! value ends as long as nothing divides it by anything but numbers made of twos and fives, and no margin or
//! graduated rate enters.

use std::cell::Cell;

use super::fold::number;
use crate::check::bodies::Bodies;
use crate::check::scope::Elements;
use crate::check::{Scope, Section};
use crate::ir::{
    AggregateKind, ArithmeticOp, Builtin, Domain, ElementPlace, Expr, ExprKind, Level, Name, NumberKind,
    Place, TierMode, Ty, Value,
};
use crate::value::Exact;

/// So many parts of expressions are looked at for one answer; bodies are looked into again and again.
const MOST_PARTS: u32 = 100_000;

/// Whether the value can always be written as a decimal; false where that is not certain from the signatures.
pub fn terminates(scope: &Scope<'_>, expr: &Expr) -> bool {
    terminates_with(Bodies::Hidden { fine: false }, scope, expr)
}

/// As [`terminates`], with what is known of bodies.
pub(crate) fn terminates_with(bodies: Bodies<'_>, scope: &Scope<'_>, expr: &Expr) -> bool {
    Look { bodies, left: Cell::new(MOST_PARTS) }.ends(&At { scope, arguments: None }, expr)
}

struct Look<'b> {
    bodies: Bodies<'b>,
    left: Cell<u32>,
}

/// Where an expression stands: what it may read, and in the body of a function the arguments of the call.
#[derive(Clone, Copy)]
struct At<'e> {
    scope: &'e Scope<'e>,
    arguments: Option<(&'e [Expr], &'e At<'e>)>,
}

impl Look<'_> {
    fn ends(&self, at: &At<'_>, expr: &Expr) -> bool {
        if !matches!(expr.ty.required(), Ty::Number(_)) {
            return true;
        }
        if !self.spend() {
            return false;
        }
        let ends = |expr: &Expr| self.ends(at, expr);
        match &expr.kind {
            ExprKind::Parameter(position) => match argument(at, *position) {
                // What a function is called with is looked at with the call.
                None => true,
                Some((argument, at)) => self.ends(at, argument),
            },
            ExprKind::Read(place) => self.reads_decimal(at, place),
            ExprKind::Scale { factor, of } => match (&of.kind, factor.terminates()) {
                (_, true) => ends(of),
                // `x / 3 * 60` is brought to one factor here.
                (ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, right }, false) => {
                    ends(left) && self.divides(at, right, factor)
                }
                // `45 min * 80 EUR/h` is 60 EUR.
                (_, false) => number(expr).is_some_and(|number| number.terminates()),
            },
            ExprKind::Arithmetic { op: ArithmeticOp::Divide, left, right } => {
                ends(left) && self.divides(at, right, &Exact::ONE)
                    || number(expr).is_some_and(|number| number.terminates())
            }
            ExprKind::Arithmetic { .. } => self.arithmetic_ends(at, expr),
            // Exponents are not negative.
            ExprKind::Negate(of) | ExprKind::Absolute(of) | ExprKind::Power { base: of, .. } => ends(of),
            ExprKind::Tier { tiers, quantity, scaled_by, .. } => {
                let Some(sig) = at.scope.signatures.tiers.get(tiers) else { return false };
                let rate = matches!(&sig.result, Some(Ty::Number(ty)) if ty.kind == NumberKind::Rate);
                match (rate, sig.mode) {
                    (true, TierMode::Graduated) => false,
                    // The rate is that of the tier reached, whatever reached it.
                    // So is the one price of a stair.
                    (true, _) | (false, TierMode::Stair) => true,
                    (false, _) => ends(quantity) && scaled_by.as_ref().is_none_or(|it| ends(it)),
                }
            }
            ExprKind::Call { def, arguments } => self.call_ends(at, def, arguments),
            ExprKind::RoundedPower(of) => of.step.all().iter().chain(of.offset.all()).all(Exact::terminates),
            ExprKind::Round { step, offset, .. } => {
                step.all().iter().chain(offset.all()).all(Exact::terminates)
            }
            ExprKind::Aggregate(own) => match (own.kind, &own.body) {
                (AggregateKind::Average, _) => false,
                (_, Some(body)) => {
                    let scope = at.scope.within(own);
                    let inner = At { scope: &scope, ..*at };
                    own.before.iter().chain([body]).all(|expr| self.ends(&inner, expr))
                }
                (_, None) => true,
            },
            // A rate comes with the request, as a decimal.
            ExprKind::Convert { amount, .. } => ends(amount),
            ExprKind::Const(Value::Number(number)) => number.terminates(),
            _ => one_of(expr).is_none_or(|results| results.into_iter().all(ends)),
        }
    }

    fn spend(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// Sums and products end where all operands do; a long chain is walked in a loop.
    fn arithmetic_ends(&self, at: &At<'_>, expr: &Expr) -> bool {
        let mut rest = expr;
        while let ExprKind::Arithmetic { op, left, right } = &rest.kind {
            if *op == ArithmeticOp::Divide {
                break;
            }
            if !self.ends(at, right) {
                return false;
            }
            rest = left;
        }
        self.ends(at, rest)
    }

    fn call_ends(&self, at: &At<'_>, def: &Name, arguments: &[Expr]) -> bool {
        match self.bodies {
            Bodies::Hidden { fine } => {
                let sig = at.scope.signatures.defs.get(def);
                fine || sig.is_some_and(|sig| sig.terminates) && arguments.iter().all(|it| self.ends(at, it))
            }
            Bodies::Shown(whole) => {
                let scope = Scope::new(at.scope.signatures, Section::Def);
                let inner = At { scope: &scope, arguments: Some((arguments, at)) };
                whole.def(def).is_some_and(|body| self.ends(&inner, body))
            }
        }
    }

    /// Whether dividing a factor by any value of a divisor keeps decimals decimals.
    fn divides(&self, at: &At<'_>, divisor: &Expr, factor: &Exact) -> bool {
        if !self.spend() {
            return false;
        }
        let even = |divisor: &Exact| factor.checked_div(divisor).is_ok_and(|quotient| quotient.terminates());
        if let Some(divisor) = number(divisor) {
            return even(&divisor);
        }
        let divides = |divisor: &Expr| self.divides(at, divisor, factor);
        match &divisor.kind {
            ExprKind::Parameter(position) => {
                argument(at, *position).is_some_and(|(argument, at)| self.divides(at, argument, factor))
            }
            ExprKind::Scale { factor: by, of } => {
                factor.checked_div(by).is_ok_and(|factor| self.divides(at, of, &factor))
            }
            ExprKind::Arithmetic { op: ArithmeticOp::Multiply, .. } => {
                let mut rest = divisor;
                while let ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right } = &rest.kind {
                    if !self.divides(at, right, &Exact::ONE) {
                        return false;
                    }
                    rest = left;
                }
                self.divides(at, rest, factor)
            }
            ExprKind::Lookup { table, column, .. } => match self.bodies {
                Bodies::Hidden { fine } => fine,
                Bodies::Shown(whole) => match whole.cells(table, *column) {
                    Some((false, mut cells)) => cells.all(even),
                    _ => false,
                },
            },
            ExprKind::Call { def, arguments } => match self.bodies {
                Bodies::Hidden { fine } => fine,
                Bodies::Shown(whole) => {
                    let scope = Scope::new(at.scope.signatures, Section::Def);
                    let inner = At { scope: &scope, arguments: Some((arguments, at)) };
                    whole.def(def).is_some_and(|body| self.divides(&inner, body, factor))
                }
            },
            ExprKind::Read(place) => match numbers_of(at.scope, place) {
                Some(domains) => domains.iter().all(|domain| match domain {
                    Domain::Numbers(values) => values.iter().all(|(value, _)| even(value)),
                    _ => false,
                }),
                None => self.of_lets(at, place, |at, body| self.divides(at, body, factor)),
            },
            _ => one_of(divisor).is_some_and(|results| results.into_iter().all(divides)),
        }
    }

    fn reads_decimal(&self, at: &At<'_>, place: &Place) -> bool {
        let of_line = match place {
            Place::Element { of: ElementPlace::Line(place), .. } => place,
            place => place,
        };
        if matches!(of_line, Place::Builtin { figure: Builtin::Margin | Builtin::OffList, .. }) {
            return false;
        }
        let Some((products, name)) = member(at.scope, place) else { return true };
        let known = products.iter().all(|product| {
            let product = at.scope.signatures.products.get(product);
            // Products that lack it are those that a condition has left out.
            product.and_then(|it| it.members.get(name)).is_none_or(|member| member.terminates)
        });
        known || self.of_lets(at, place, |at, body| self.ends(at, body))
    }

    /// What is asked of each let that a name reads, in the products concerned.
    fn of_lets(&self, at: &At<'_>, place: &Place, ask: impl Fn(&At<'_>, &Expr) -> bool) -> bool {
        let Some((products, name)) = member(at.scope, place) else { return false };
        let whole = match self.bodies {
            Bodies::Hidden { fine } => return fine,
            Bodies::Shown(whole) => whole,
        };
        products.iter().all(|product| {
            let sig = at.scope.signatures.products.get(product).and_then(|it| it.members.get(name));
            if sig.is_none() {
                return true;
            }
            let scope = Scope::of_product(at.scope.signatures, Section::Product, product.clone());
            let inner = At { scope: &scope, arguments: None };
            whole.named_value(product, name).is_some_and(|body| ask(&inner, body))
        })
    }
}

/// The argument of a call, with where it stands.
fn argument<'e>(at: &At<'e>, position: u16) -> Option<(&'e Expr, &'e At<'e>)> {
    let (arguments, outer) = at.arguments?;
    Some((arguments.get(usize::from(position))?, outer))
}

/// The values of which an expression is one.
fn one_of(expr: &Expr) -> Option<Vec<&Expr>> {
    Some(match &expr.kind {
        ExprKind::If { then, otherwise, .. } => vec![then.as_ref(), otherwise],
        ExprKind::Switch { cases, otherwise, .. } => {
            cases.iter().map(|(_, result)| result).chain(otherwise.as_deref()).collect()
        }
        ExprKind::Otherwise { value, fallback } => vec![value.as_ref(), fallback],
        ExprKind::Extreme { of, .. } => of.iter().collect(),
        _ => return None,
    })
}

/// The products and the name where a place reads an option or a let.
fn member<'e>(scope: &'e Scope<'_>, place: &'e Place) -> Option<(&'e [Name], &'e Name)> {
    let element = |depth: u16| scope.elements.get(usize::from(depth)).map(|element| &element.of);
    match place {
        Place::Member(name) => Some((&scope.products, name)),
        Place::Element { depth, of: ElementPlace::Member(name), .. } => {
            let pieces = element(*depth)?.pieces()?;
            Some((&pieces.products, name))
        }
        Place::Element { depth, of: ElementPlace::Line(place), .. } => {
            match (place.as_ref(), element(*depth)?) {
                (Place::Member(name), Elements::Lines(products)) => Some((products, name)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The domains of an input that has one of some numbers.
fn numbers_of<'e>(scope: &'e Scope<'_>, place: &Place) -> Option<Vec<&'e Domain>> {
    let signatures = scope.signatures;
    let one = match place {
        Place::Fact(name) => signatures.facts.get(name),
        Place::Context { context, field } => {
            signatures.contexts.get(context).and_then(|it| it.fields.get(field))
        }
        Place::Entry { level: Level::Quote, name } => signatures.quote.entries.get(name),
        Place::Member(name) => {
            let members = scope.products.iter().filter_map(|product| signatures.products.get(product));
            let members = members.filter_map(|product| product.members.get(name));
            let options: Vec<_> = members.filter(|member| member.option).collect();
            let domains: Vec<&Domain> = options.iter().map(|member| &member.input.domain).collect();
            return (!domains.is_empty()).then_some(domains);
        }
        _ => None,
    };
    one.map(|input| vec![&input.domain])
}
