//! Whether a comprehension asks its elements: a condition or a body that reads what the line has that asks, where
//! the elements have it too, is the same for all of them and as a rule not what is meant.

use super::Checker;
use crate::check::errors;
use crate::check::scope::Elements;
use crate::diagnostic::Diagnostic;
use crate::ir::{Builtin, Expr, ExprKind, Level, Name, Place, Source};
use crate::source::Span;

impl Checker<'_, '_> {
    /// Reports a condition behind `where`, or a part of it, that hangs on no element of the innermost comprehension.
    pub(super) fn filter_asks(&mut self, element: &Name, filter: &Expr) -> Option<()> {
        let (depth, of) = self.innermost()?;
        let problem = match reads_element(filter, depth) {
            true => {
                let silent = leaves(filter).into_iter().filter(|leaf| !reads_element(leaf, depth));
                silent.into_iter().find_map(|leaf| self.own_instead(&of, element, leaf))
            }
            false => {
                let own = self.own_instead(&of, element, filter);
                Some(own.unwrap_or_else(|| errors::filter_asks_nothing(filter.span, element)))
            }
        };
        self.unless(problem)
    }

    /// Reports a rank that hangs on no element of the innermost comprehension.
    pub(super) fn rank_asks(&mut self, element: &Name, by: &Expr) -> Option<()> {
        let (depth, of) = self.innermost()?;
        let problem = match reads_element(by, depth) {
            true => None,
            false => {
                let own = self.own_instead(&of, element, by);
                Some(own.unwrap_or_else(|| errors::rank_asks_nothing(by.span, element)))
            }
        };
        self.unless(problem)
    }

    /// Reports what is worked out for each element from what the line has that asks.
    pub(super) fn body_asks(&mut self, element: &Name, body: &Expr) -> Option<()> {
        let (depth, of) = self.innermost()?;
        let problem = match reads_element(body, depth) {
            true => None,
            false => self.own_instead(&of, element, body),
        };
        self.unless(problem)
    }

    fn innermost(&self) -> Option<(usize, Elements)> {
        let depth = self.scope.elements.len().checked_sub(1)?;
        Some((depth, self.scope.elements.get(depth)?.of.clone()))
    }

    fn unless(&mut self, problem: Option<Diagnostic>) -> Option<()> {
        let sound = problem.is_none();
        self.problems.extend(problem);
        sound.then_some(())
    }

    /// Something of the line that asks, which the elements have too.
    fn own_instead(&self, of: &Elements, element: &Name, expr: &Expr) -> Option<Diagnostic> {
        let (place, span) = reads(expr).into_iter().find(|(place, _)| self.has_it_too(of, place))?;
        let name = name_of(place)?;
        let lines = matches!(of, Elements::Lines(_));
        Some(errors::asks_itself(span, &name, element, lines && *place == Place::Product))
    }

    /// Whether elements have what a place reads of the line.
    fn has_it_too(&self, of: &Elements, place: &Place) -> bool {
        let signatures = self.signatures;
        let in_product = |product: &Name, name: &Name| {
            signatures.products.get(product).is_some_and(|it| it.members.contains_key(name))
        };
        let in_price = |product: &Name, name: &Name| {
            signatures.price_of(product).is_some_and(|(_, price)| price.entries.contains_key(name))
        };
        match (of, place) {
            (Elements::Lines(_), Place::Product | Place::Quantity | Place::Running(_)) => true,
            (Elements::Lines(_), Place::Builtin { level, figure: Builtin::List | Builtin::Cost }) => {
                *level == Level::Line
            }
            (Elements::Lines(products), Place::Member(name)) => {
                products.iter().any(|product| in_product(product, name))
            }
            (Elements::Lines(products), Place::Entry { level: Level::Line, name }) => {
                products.iter().any(|product| in_price(product, name))
            }
            (Elements::Pieces(pieces), Place::Member(name)) => {
                pieces.products.iter().any(|product| in_product(product, name))
            }
            (Elements::List(list), place) => {
                name_of(place).is_some_and(|name| list.fields.iter().any(|field| field.name == name))
            }
            _ => false,
        }
    }
}

/// How a place of the line is written where it is read of an element.
fn name_of(place: &Place) -> Option<Name> {
    match place {
        Place::Product => Some("product".into()),
        Place::Quantity => Some("quantity".into()),
        Place::Running(_) => Some("running".into()),
        Place::Builtin { figure, .. } => Some(figure.word().into()),
        Place::Member(name) | Place::Entry { level: Level::Line, name } => Some(name.clone()),
        _ => None,
    }
}

/// The conditions that `and`, `or` and `not` put together.
fn leaves(expr: &Expr) -> Vec<&Expr> {
    let (mut found, mut waiting) = (Vec::new(), vec![expr]);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Logic { left, right, .. } => waiting.extend([right.as_ref(), left.as_ref()]),
            ExprKind::Not(of) => waiting.push(of),
            _ => found.push(expr),
        }
    }
    found
}

/// What is read outside of comprehensions that stand inside, in the order written.
fn reads(expr: &Expr) -> Vec<(&Place, Span)> {
    let (mut found, mut waiting) = (Vec::new(), vec![expr]);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Read(place) => found.push((place, expr.span)),
            ExprKind::Aggregate(_) => {}
            _ => {
                let mut operands = Vec::new();
                expr.for_each_operand(&mut |operand| operands.push(operand));
                waiting.extend(operands.into_iter().rev());
            }
        }
    }
    found
}

/// Whether the element of a depth is read, also by comprehensions that stand inside.
fn reads_element(expr: &Expr, depth: usize) -> bool {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Read(Place::Element { depth: at, .. }) if usize::from(*at) == depth => return true,
            ExprKind::Aggregate(own) => {
                let parts_of_it = matches!(&own.source, Source::Parts { owner: Some(owner), .. }
                    if usize::from(*owner) == depth);
                if parts_of_it {
                    return true;
                }
            }
            _ => {}
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    false
}
