//! `sum(d.mass for d in dies where …)`, `count(dies)`: one value from the elements of a source.

use super::{Checker, Stands, constant, node, single_name};
use crate::check::errors;
use crate::check::scope::Element;
use crate::check::types::optional;
use crate::format::expr_text;
use crate::ir::{
    self, Aggregate, AggregateKind, ElementPlace, ExprKind, Name, NumberKind, NumberTy, Place, Ranking, Ty,
    Value,
};
use crate::resolve::is_reserved;
use crate::source::{Span, limits};
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// `FUNCTION(BODY for ELEMENT in SOURCE where FILTER)`
    pub(super) fn comprehension(&mut self, own: &ast::Comprehension, whole: &ast::Expr) -> Option<ir::Expr> {
        let kind = AggregateKind::ALL.into_iter().find(|kind| kind.word() == own.function.text.as_ref());
        let Some(kind) = kind else {
            let known = AggregateKind::ALL.map(AggregateKind::word);
            self.problems.push(errors::no_comprehension(&own.function, &known));
            return None;
        };
        let named = self.element_name(&own.element);
        let (source, elements) = self.source(&own.source)?;
        named?;
        let depth = u16::try_from(self.scope.elements.len()).ok()?;
        let around = self.scope.elements.iter().map(|element| element.of.most());
        let steps = around.fold(elements.most(), u64::saturating_mul);
        if steps > limits::MAX_ELEMENTS {
            self.problems.push(errors::too_many_steps(whole.span, steps));
            return None;
        }
        let count = match &own.ranking {
            None => Some(None),
            Some(ranking) => self.check(&ranking.count, Some(&Ty::number(NumberKind::Int))).map(Some),
        };
        let mut scope = self.scope.clone();
        let some_ranked = match &count {
            Some(Some(count)) => matches!(constant(count), Some(Value::Number(count)) if count.is_positive()),
            _ => true,
        };
        let may_be_empty = !elements.never_empty() || own.filter.is_some() || !some_ranked;
        scope.elements.push(Element { name: own.element.text.clone(), of: elements });
        let mut inner = Checker {
            scope: &scope,
            signatures: self.signatures,
            problems: self.problems,
            currencies: self.currencies,
            stands: Stands::Filter,
            before: Vec::new(),
        };
        let filter = match &own.filter {
            None => Some(None),
            Some(filter) => inner.check(filter, Some(&Ty::Bool)).map(Some),
        };
        let name = &own.element.text;
        if let Some(Some(filter)) = &filter {
            inner.filter_asks(name, filter)?;
        }
        let mut where_it = |stands: Stands, check: &mut dyn FnMut(&mut Checker<'_, '_>) -> Option<()>| {
            inner.stands = stands;
            match &own.filter {
                None => check(&mut inner),
                Some(filter) => inner.where_it((filter, true), check),
            }
        };
        let mut by = None;
        let ranked = own.ranking.as_ref().map(|ranking| {
            where_it(Stands::Rank, &mut |inner| {
                by = Some(inner.rank(name, &ranking.by)?);
                Some(())
            })
        });
        let mut body = None;
        let stands = if own.ranking.is_some() { Stands::RankedBody } else { Stands::Body };
        let sound = where_it(stands, &mut |inner| {
            body = Some(inner.body(kind, own)?);
            Some(())
        });
        let (filter, count) = (filter?, count?);
        ranked.unwrap_or(Some(()))?;
        sound?;
        let (body, ty) = body?;
        if let Some(body) = &body {
            inner.body_asks(name, body)?;
        }
        let before = inner.before;
        let empty = matches!(kind, AggregateKind::Min | AggregateKind::Max | AggregateKind::Average);
        let ty = if empty && may_be_empty { optional(ty) } else { ty };
        let text = Name::from(expr_text(whole));
        let greatest = own.ranking.as_ref().is_some_and(|ranking| ranking.greatest);
        let ranking = count.zip(by).map(|(count, by)| Ranking { greatest, count, by });
        let aggregate = Aggregate { kind, source, depth, filter, ranking, body, before, text };
        Some(node(ExprKind::Aggregate(Box::new(aggregate)), ty, whole.span))
    }

    /// What the elements are compared by.
    fn rank(&mut self, element: &Name, by: &ast::Expr) -> Option<ir::Expr> {
        let found = self.infer(by, None)?;
        if let Ty::Optional(inner) = &found.ty {
            self.problems.push(errors::not_opened(found.span, by, inner));
            return None;
        }
        self.ordered(&found.ty, found.span, found.span)?;
        self.rank_asks(element, &found)?;
        Some(found)
    }

    /// What is worked out for each element, and the type of what comes of all.
    fn body(&mut self, kind: AggregateKind, own: &ast::Comprehension) -> Option<(Option<ir::Expr>, Ty)> {
        match kind {
            AggregateKind::Count => {
                if single_name(&own.body).is_none_or(|name| name.text != own.element.text) {
                    self.problems.push(errors::count_counts_elements(own.body.span, &own.element.text));
                    return None;
                }
                Some((None, Ty::number(NumberKind::Int)))
            }
            AggregateKind::Any | AggregateKind::All => {
                Some((Some(self.check(&own.body, Some(&Ty::Bool))?), Ty::Bool))
            }
            AggregateKind::Sum | AggregateKind::Average => {
                let body = self.infer(&own.body, None)?;
                let ty = self.need_number(&body, &own.body)?;
                let kind = match (kind, ty.kind) {
                    (AggregateKind::Average, NumberKind::Int) => NumberKind::Plain,
                    (_, kind) => kind,
                };
                Some((Some(body), Ty::Number(NumberTy { kind, ..ty })))
            }
            AggregateKind::Product => {
                let body = self.infer(&own.body, None)?;
                let ty = self.need_number(&body, &own.body)?;
                if !ty.unit.is_none() {
                    self.problems.push(errors::product_of_unit(body.span, &ty));
                    return None;
                }
                let kind = if ty.kind == NumberKind::Int { NumberKind::Int } else { NumberKind::Plain };
                Some((Some(body), Ty::number(kind)))
            }
            AggregateKind::Min | AggregateKind::Max => {
                let body = self.infer(&own.body, None)?;
                if let Ty::Optional(inner) = &body.ty {
                    self.problems.push(errors::not_opened(body.span, &own.body, inner));
                    return None;
                }
                self.ordered(&body.ty, body.span, body.span)?;
                let ty = body.ty.clone();
                Some((Some(body), ty))
            }
        }
    }

    /// `count(dies)`
    pub(super) fn count_of(&mut self, tree: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let (source, _) = self.source(tree)?;
        let depth = u16::try_from(self.scope.elements.len()).ok()?;
        let text = Name::from(format!("count({})", expr_text(tree)));
        let kind = AggregateKind::Count;
        let (filter, ranking, body, before) = (None, None, None, Vec::new());
        let aggregate = Aggregate { kind, source, depth, filter, ranking, body, before, text };
        Some(node(ExprKind::Aggregate(Box::new(aggregate)), Ty::number(NumberKind::Int), span))
    }

    /// `before(c.amount)`: the sum over the earlier elements.
    pub(super) fn before(&mut self, number: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let element = self.along("before", span)?;
        let found = self.infer(number, None)?;
        let ty = self.need_number(&found, number)?;
        let at = u16::try_from(self.before.len()).ok()?;
        self.before.push(found);
        let of = ElementPlace::Before { at, text: Name::from(expr_text(number)) };
        Some(node(ExprKind::Read(self.place_of_innermost(element, of)?), Ty::Number(ty), span))
    }

    /// `nth`: the position among the elements that count.
    pub(super) fn nth(&mut self, span: Span) -> Option<ir::Expr> {
        let element = self.along("nth", span)?;
        let place = self.place_of_innermost(element, ElementPlace::Nth)?;
        Some(node(ExprKind::Read(place), Ty::number(NumberKind::Int), span))
    }

    fn place_of_innermost(&self, element: Name, of: ElementPlace) -> Option<Place> {
        let depth = u16::try_from(self.scope.elements.len().checked_sub(1)?).ok()?;
        Some(Place::Element { depth, element, of })
    }

    /// The innermost element, where what stands before it can be asked.
    fn along(&mut self, word: &str, span: Span) -> Option<Name> {
        let problem = match (self.stands, self.scope.elements.last()) {
            (Stands::Outside, _) | (_, None) => errors::along_nothing(span, word),
            (Stands::Filter, _) => errors::along_in_filter(span, word),
            (Stands::Rank, _) => errors::along_in_rank(span, word),
            (Stands::RankedBody, Some(element)) => return Some(element.name.clone()),
            (Stands::Body, Some(element)) if element.of.in_order() => return Some(element.name.clone()),
            (Stands::Body, Some(element)) => errors::along_without_order(span, word, &element.name),
        };
        self.problems.push(problem);
        None
    }

    /// The name of an element means nothing else where it stands.
    fn element_name(&mut self, name: &ast::Name) -> Option<()> {
        let declared = self.signatures.names.get(&name.text).map(|(_, at)| *at);
        let scope = self.scope;
        let taken = declared.is_some()
            || is_reserved(&name.text)
            || scope.figures.iter().any(|figure| figure.name == name.text)
            || scope.products.iter().any(|product| self.has_name(product, &name.text))
            || self.can_read(name);
        if taken {
            self.problems.push(errors::element_name_taken(name, declared));
            return None;
        }
        Some(())
    }

    fn has_name(&self, product: &Name, name: &Name) -> bool {
        let sig = self.signatures.products.get(product);
        let price = self.signatures.price_of(product);
        sig.is_some_and(|sig| {
            sig.members.contains_key(name)
                || sig.parts.contains_key(name)
                || sig.unit_cost.contains(name)
                || sig.line_cost.contains(name)
        }) || price.is_some_and(|(_, price)| price.entries.contains_key(name))
    }
}
