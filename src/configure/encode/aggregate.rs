//! Sums, counts and conditions over the pieces of parts: written out, a term for each piece.

use super::Encoder;
use super::build::Entering;
use super::home::{HomeId, Pieces};
use super::product::parameter;
use super::term::TermId;
use super::why::Why;
use crate::ir::{
    Aggregate, AggregateKind, ArithmeticOp, CompareOp, CostComponent, ElementPlace, Expr, ExprKind, LogicOp,
    NumberKind, Source, Ty, Value,
};
use crate::source::Span;
use crate::value::Exact;

/// One piece that may count: whether it does, and its body.
struct Element {
    /// None where it always counts.
    counts: Option<TermId>,
    body: Option<TermId>,
}

impl Encoder {
    /// What comes of the pieces of a part.
    pub(super) fn aggregate(
        &mut self,
        own: &Aggregate,
        expr: &Expr,
        at: Entering<'_>,
    ) -> Result<TermId, Why> {
        let Source::Parts { owner, part } = &own.source else { return Err(Why::List) };
        if own.ranking.is_some() {
            return Err(Why::Rank);
        }
        let owner = match owner {
            None => at.home,
            Some(depth) => *at.elements.get(usize::from(*depth)).ok_or(Why::Figure)?,
        };
        let pieces = self.home(owner).and_then(|home| home.parts.get(part)).cloned().ok_or(Why::Figure)?;
        let count_ty = Ty::number(NumberKind::Int);
        if own.kind == AggregateKind::Count && own.filter.is_none() {
            return Ok(self.count_of(&pieces, &count_ty, expr.span));
        }
        let mut elements = Vec::with_capacity(pieces.homes.len());
        for home in &pieces.homes {
            elements.push(self.element(own, *home, at)?);
        }
        if pieces.are_alike {
            return self.of_alike(own, &pieces, elements, expr);
        }
        self.of_elements(own, elements, expr)
    }

    /// How many pieces there are.
    fn count_of(&mut self, pieces: &Pieces, ty: &Ty, span: Span) -> TermId {
        let none = self.number(0, ty);
        let kind = ExprKind::Otherwise {
            value: Box::new(parameter(0, Ty::Optional(Box::new(ty.clone())))),
            fallback: Box::new(parameter(1, ty.clone())),
        };
        self.made(&kind, &[pieces.count, none], ty, span)
    }

    /// How many pieces there are, zero where there is no part.
    pub(super) fn counted(&mut self, pieces: &Pieces) -> TermId {
        self.count_of(pieces, &Ty::number(NumberKind::Int), Span::default())
    }

    fn number(&mut self, number: i64, ty: &Ty) -> TermId {
        self.terms.constant(Some(Value::Number(Exact::from(number))), ty)
    }

    /// Whether a piece counts, and its body.
    fn element(&mut self, own: &Aggregate, home: HomeId, at: Entering<'_>) -> Result<Element, Why> {
        let elements: Vec<HomeId> =
            at.elements.iter().copied().take(usize::from(own.depth)).chain([home]).collect();
        let inside = Entering { elements: &elements, ..at };
        let filter = own.filter.as_ref().map(|filter| self.enter(filter, inside)).transpose()?;
        let body = own.body.as_ref().map(|body| self.enter(body, inside)).transpose()?;
        let exists = self.home(home).and_then(|home| home.exists);
        let counts = match (exists, filter) {
            (Some(exists), Some(filter)) => Some(self.logic_term(LogicOp::And, exists, filter)),
            (one, other) => one.or(other),
        };
        Ok(Element { counts, body })
    }

    fn logic_term(&mut self, op: LogicOp, left: TermId, right: TermId) -> TermId {
        let [first, second] = [0, 1].map(|at| Box::new(parameter(at, Ty::Bool)));
        let kind = ExprKind::Logic { op, left: first, right: second };
        self.made(&kind, &[left, right], &Ty::Bool, Span::default())
    }

    pub(super) fn if_term(&mut self, condition: TermId, then: TermId, otherwise: TermId, ty: &Ty) -> TermId {
        let kind = ExprKind::If {
            condition: Box::new(parameter(0, Ty::Bool)),
            then: Box::new(parameter(1, ty.clone())),
            otherwise: Box::new(parameter(2, ty.clone())),
        };
        self.made(&kind, &[condition, then, otherwise], ty, Span::default())
    }

    fn arithmetic_term(&mut self, op: ArithmeticOp, left: TermId, right: TermId, ty: &Ty) -> TermId {
        let [first, second] = [0, 1].map(|at| Box::new(parameter(at, ty.clone())));
        let kind = ExprKind::Arithmetic { op, left: first, right: second };
        self.made(&kind, &[left, right], ty, Span::default())
    }

    /// What a piece adds: nothing where it does not count.
    fn share(&mut self, element: &Element, body: TermId, nothing: TermId, ty: &Ty) -> TermId {
        match element.counts {
            Some(counts) => self.if_term(counts, body, nothing, ty),
            None => body,
        }
    }

    fn of_elements(&mut self, own: &Aggregate, elements: Vec<Element>, expr: &Expr) -> Result<TermId, Why> {
        let ty = expr.ty.required().clone();
        let count_ty = Ty::number(NumberKind::Int);
        match own.kind {
            AggregateKind::Sum => self.total(&elements, &ty, false),
            AggregateKind::Product => {
                let one = self.number(1, &ty);
                let mut product = one;
                for element in &elements {
                    let factor = self.share(element, element.body.ok_or(Why::Figure)?, one, &ty);
                    product = match product == one {
                        true => factor,
                        false => self.arithmetic_term(ArithmeticOp::Multiply, product, factor, &ty),
                    };
                }
                Ok(product)
            }
            AggregateKind::Count => self.total(&elements, &count_ty, true),
            AggregateKind::Average => {
                let (sum, many) =
                    (self.total(&elements, &ty, false)?, self.total(&elements, &count_ty, true)?);
                let zero = self.number(0, &count_ty);
                let none = self.compared(CompareOp::Equal, many, zero, &count_ty, expr.span);
                let share = self.arithmetic_term(ArithmeticOp::Divide, sum, many, &ty);
                let absent = self.terms.constant(Some(Value::Absent), &expr.ty);
                Ok(self.if_term(none, absent, share, &expr.ty))
            }
            AggregateKind::Any | AggregateKind::All => {
                let any = own.kind == AggregateKind::Any;
                let start = self.terms.constant(Some(Value::Bool(!any)), &Ty::Bool);
                let mut result = start;
                // The first pieces are asked first.
                for element in elements.iter().rev() {
                    let body = element.body.ok_or(Why::Figure)?;
                    let own = self.share(element, body, start, &Ty::Bool);
                    let op = if any { LogicOp::Or } else { LogicOp::And };
                    result = if result == start { own } else { self.logic_term(op, own, result) };
                }
                Ok(result)
            }
            AggregateKind::Min | AggregateKind::Max => {
                let greatest = own.kind == AggregateKind::Max;
                let absent = self.terms.constant(Some(Value::Absent), &expr.ty);
                let mut best = absent;
                for element in &elements {
                    let body = element.body.ok_or(Why::Figure)?;
                    let better =
                        if best == absent { body } else { self.better(greatest, best, body, &ty, &expr.ty) };
                    best = self.share(element, better, best, &expr.ty);
                }
                Ok(best)
            }
        }
    }

    /// The sum of the bodies, or of ones.
    fn total(&mut self, elements: &[Element], ty: &Ty, ones: bool) -> Result<TermId, Why> {
        let (zero, one) = (self.number(0, ty), self.number(1, ty));
        let mut sum: Option<TermId> = None;
        for element in elements {
            // A body that comes to nothing is a fault also where only pieces are counted.
            let body = match (ones, element.body) {
                (false, body) => body.ok_or(Why::Figure)?,
                (true, _) => one,
            };
            let share = self.share(element, body, zero, ty);
            sum = Some(match sum {
                None => share,
                Some(sum) => self.arithmetic_term(ArithmeticOp::Add, sum, share, ty),
            });
        }
        Ok(sum.unwrap_or(zero))
    }

    /// The better of the best so far, if there is one, and the next.
    fn better(&mut self, greatest: bool, best: TermId, next: TermId, ty: &Ty, optional: &Ty) -> TermId {
        let kind =
            ExprKind::Extreme { greatest, of: vec![parameter(0, ty.clone()), parameter(1, ty.clone())] };
        let both = self.made(&kind, &[best, next], ty, Span::default());
        let given = self.given(best, optional, Span::default());
        self.if_term(given, both, next, ty)
    }

    /// Alike pieces need not be looked at one by one.
    fn of_alike(
        &mut self,
        own: &Aggregate,
        pieces: &Pieces,
        elements: Vec<Element>,
        expr: &Expr,
    ) -> Result<TermId, Why> {
        let Some(element) = elements.first() else { return self.of_elements(own, elements, expr) };
        let (ty, count_ty) = (expr.ty.required().clone(), Ty::number(NumberKind::Int));
        match own.kind {
            AggregateKind::Sum | AggregateKind::Count => {
                let many = self.count_of(pieces, &count_ty, expr.span);
                let total = match (own.kind, element.body) {
                    (AggregateKind::Sum, Some(body)) => {
                        self.arithmetic_term(ArithmeticOp::Multiply, many, body, &ty)
                    }
                    _ => many,
                };
                let zero = self.number(0, &ty);
                Ok(self.share(element, total, zero, &ty))
            }
            _ => self.of_elements(own, elements, expr),
        }
    }

    /// Something of the piece that an enclosing aggregate is at.
    pub(super) fn of_element(
        &mut self,
        depth: u16,
        of: &ElementPlace,
        at: Entering<'_>,
    ) -> Result<TermId, Why> {
        let home = *at.elements.get(usize::from(depth)).ok_or(Why::Figure)?;
        match of {
            ElementPlace::Member(name) => {
                self.home(home).and_then(|home| home.members.get(name)).copied().ok_or(Why::Figure)
            }
            ElementPlace::Cost => self.cost(home),
            ElementPlace::Field { .. }
            | ElementPlace::Value
            | ElementPlace::Line(_)
            | ElementPlace::Nth
            | ElementPlace::Before { .. } => Err(Why::Figure),
        }
    }

    /// What one piece costs.
    fn cost(&mut self, id: HomeId) -> Result<TermId, Why> {
        if let Some((_, known)) = self.home(id).and_then(|home| home.cost.as_ref()) {
            return *known;
        }
        if let Some(home) = self.home_mut(id) {
            home.cost = Some((std::collections::HashMap::new(), Err(Why::Figure)));
        }
        let product = self.home(id).map(|home| home.product.clone()).ok_or(Why::Figure)?;
        let mut sum: Result<Option<TermId>, Why> = Ok(None);
        for component in &product.unit_cost {
            let amount = self.component(component, id);
            let ty = component.amount.expr.ty.clone();
            sum = match (sum, amount) {
                (Ok(None), Ok(amount)) => Ok(Some(amount)),
                (Ok(Some(sum)), Ok(amount)) => {
                    Ok(Some(self.arithmetic_term(ArithmeticOp::Add, sum, amount, &ty)))
                }
                (Err(why), _) | (_, Err(why)) => Err(why),
            };
        }
        let zero = self.number(0, &Ty::Number(product.currency.clone()));
        let sum = sum.map(|sum| sum.unwrap_or(zero));
        if let Some((_, known)) = self.home_mut(id).and_then(|home| home.cost.as_mut()) {
            *known = sum;
        }
        sum
    }

    fn component(&mut self, component: &CostComponent, home: HomeId) -> Result<TermId, Why> {
        let amount = self.term(&component.amount.expr, home)?;
        let amount = match &component.when {
            None => amount,
            Some(when) => {
                let ty = component.amount.expr.ty.clone();
                let (when, zero) = (self.term(&when.expr, home)?, self.number(0, &ty));
                self.if_term(when, amount, zero, &ty)
            }
        };
        if let Some((components, _)) = self.home_mut(home).and_then(|home| home.cost.as_mut()) {
            components.insert(component.name.clone(), amount);
        }
        Ok(amount)
    }
}
