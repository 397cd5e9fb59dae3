//! `sum(d.mass for d in dies where …)`, `count(dies)`: one value from the pieces of a part.

use super::names::Found;
use super::{Checker, bare, node, single_name};
use crate::check::scope::{Element, Pieces, Section};
use crate::check::types::optional;
use crate::check::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::format::expr_text;
use crate::ir::{
    self, Aggregate, AggregateKind, ElementPlace, ExprKind, Name, NumberKind, NumberTy, Place, Source, Ty,
};
use crate::resolve::is_reserved;
use crate::source::{Span, limits};
use crate::syntax::ast;

/// Why there is no source; nothing where a problem has been reported where the part is declared.
type Unfound = Option<Box<Diagnostic>>;

impl<'a> Checker<'_, 'a> {
    /// `FUNCTION(BODY for ELEMENT in SOURCE where FILTER)`
    pub(super) fn comprehension(&mut self, own: &ast::Comprehension, whole: &ast::Expr) -> Option<ir::Expr> {
        let kind = AggregateKind::ALL.into_iter().find(|kind| kind.word() == own.function.text.as_ref());
        let Some(kind) = kind else {
            let known = AggregateKind::ALL.map(AggregateKind::word);
            self.problems.push(errors::no_comprehension(&own.function, &known));
            return None;
        };
        let named = self.element_name(&own.element);
        let (source, pieces) = self.source(&own.source)?;
        named?;
        let depth = u16::try_from(self.scope.elements.len()).ok()?;
        let around = self.scope.elements.iter().map(|element| element.pieces.most);
        let steps = around.fold(pieces.most, u64::saturating_mul);
        if steps > limits::MAX_ELEMENTS {
            self.problems.push(errors::too_many_steps(whole.span, steps));
            return None;
        }
        let mut scope = self.scope.clone();
        let may_be_empty = pieces.least == 0 || own.filter.is_some();
        scope.elements.push(Element { name: own.element.text.clone(), pieces });
        let (signatures, currencies) = (self.signatures, self.currencies);
        let mut inner = Checker { scope: &scope, signatures, problems: self.problems, currencies };
        let filter = match &own.filter {
            None => Some(None),
            Some(filter) => inner.check(filter, Some(&Ty::Bool)).map(Some),
        };
        let body = inner.body(kind, own);
        let (filter, (body, ty)) = (filter?, body?);
        let empty = matches!(kind, AggregateKind::Min | AggregateKind::Max | AggregateKind::Average);
        let ty = if empty && may_be_empty { optional(ty) } else { ty };
        let text = Name::from(expr_text(whole));
        let aggregate = Aggregate { kind, source, depth, filter, body, text };
        Some(node(ExprKind::Aggregate(Box::new(aggregate)), ty, whole.span))
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
        let aggregate = Aggregate { kind, source, depth, filter: None, body: None, text };
        Some(node(ExprKind::Aggregate(Box::new(aggregate)), Ty::number(NumberKind::Int), span))
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

    /// What `for x in …` goes through.
    fn source(&mut self, tree: &ast::Expr) -> Option<(Source, Pieces)> {
        let found = match &bare(tree).kind {
            ast::ExprKind::Path(path) => self.source_of_path(path),
            _ => Err(Some(Box::new(errors::no_source(tree.span, "this", &self.known_parts())))),
        };
        match found {
            Ok(found) => Some(found),
            Err(problem) => {
                self.problems.extend(problem.map(|problem| *problem));
                None
            }
        }
    }

    fn source_of_path(&self, path: &ast::Path) -> Result<(Source, Pieces), Unfound> {
        let section = self.scope.section;
        match path.names.as_slice() {
            [name] if self.sees_members() && self.scope.elements.iter().all(|it| it.name != name.text) => {
                self.part(None, name)
            }
            [name] if self.is_part(&self.scope.products, &name.text) => {
                let product =
                    self.scope.products.iter().find(|it| self.is_part(std::slice::from_ref(it), &name.text));
                Err(Some(Box::new(match (section, product) {
                    (Section::Quote | Section::QuoteEntry, Some(product)) => {
                        errors::line_in_quote(name, product)
                    }
                    _ => errors::write_line(name),
                })))
            }
            [name] => Err(Some(Box::new(self.not_a_source(name, path.span)))),
            [owner, name] => {
                if let Some(depth) = self.element_at(&owner.text) {
                    return self.part(Some(depth), name);
                }
                match owner.text.as_ref() {
                    "line" if self.sees_members() => Err(Some(Box::new(errors::write_bare(path.span, name)))),
                    "line"
                        if matches!(
                            section,
                            Section::Approval | Section::Expectation | Section::QuoteLine
                        ) =>
                    {
                        self.part(None, name)
                    }
                    _ => Err(Some(Box::new(self.not_a_source(name, path.span)))),
                }
            }
            _ => Err(Some(Box::new(errors::path_too_long(path)))),
        }
    }

    fn not_a_source(&self, name: &ast::Name, span: Span) -> Diagnostic {
        errors::no_source(span, &format!("`{}`", name.text), &self.known_parts())
    }

    /// Whether the members of the line's product are read by their bare names.
    fn sees_members(&self) -> bool {
        use Section::{LineCost, LineEntry, PerLine, PerUnit, Product, UnitCost};
        matches!(self.scope.section, Product | UnitCost | LineCost | LineEntry | PerUnit | PerLine)
    }

    /// A part of all products concerned, or of the pieces of an element.
    fn part(&self, owner: Option<usize>, name: &ast::Name) -> Result<(Source, Pieces), Unfound> {
        let products = match owner.and_then(|at| self.scope.elements.get(at)) {
            Some(element) => &element.pieces.products,
            None => &self.scope.products,
        };
        if !self.is_part(products, &name.text) {
            let other = owner.is_none() && self.can_read(name);
            return Err(Some(Box::new(match other {
                true => self.not_a_source(name, name.span),
                false => errors::unknown_part(name, &parts_of(self.signatures, products)),
            })));
        }
        let has = |product: &&Name| {
            self.signatures.products.get(*product).is_some_and(|it| it.parts.contains_key(&name.text))
        };
        if let (Some(with), Some(without)) = (products.iter().find(has), products.iter().find(|it| !has(it)))
        {
            let rule = !self.sees_members();
            let problem = errors::not_in_every_product(name.span, &name.text, with, without, rule);
            return Err(Some(Box::new(problem)));
        }
        let owner = owner.and_then(|at| u16::try_from(at).ok());
        let source = Source::Parts { owner, part: name.text.clone() };
        let pieces = self.scope.pieces(&source);
        // A part of an unknown product has been reported where it is declared.
        let known = |product: &Name| self.signatures.products.contains_key(product);
        if pieces.products.is_empty() || !pieces.products.iter().all(known) {
            return Err(None);
        }
        Ok((source, pieces))
    }

    pub(super) fn is_part(&self, products: &[Name], name: &Name) -> bool {
        let products = products.iter().filter_map(|product| self.signatures.products.get(product));
        products.into_iter().any(|product| product.parts.contains_key(name))
    }

    fn known_parts(&self) -> Vec<&'a str> {
        parts_of(self.signatures, &self.scope.products)
    }

    /// The depth of an element, if the name is one.
    pub(super) fn element_at(&self, name: &Name) -> Option<usize> {
        self.scope.elements.iter().position(|element| element.name == *name)
    }

    /// An element or a part by itself, which is no value.
    pub(super) fn piece_or_part(&self, name: &ast::Name) -> Found {
        if let Some(element) = self.element_at(&name.text).and_then(|at| self.scope.elements.get(at)) {
            let member = self.example(&element.pieces.products);
            return Found::refused(errors::element_is_no_value(name, member.as_deref()));
        }
        if !self.is_part(&self.scope.products, &name.text) {
            return Found::Nothing;
        }
        if !self.sees_members() {
            return Found::refused(errors::write_line(name));
        }
        self.part_as_value(name, &name.text)
    }

    /// `line.dies` as a value.
    pub(super) fn part_of_line(&self, name: &ast::Name) -> Found {
        match self.is_part(&self.scope.products, &name.text) {
            true => self.part_as_value(name, &format!("line.{}", name.text)),
            false => Found::Nothing,
        }
    }

    fn part_as_value(&self, name: &ast::Name, source: &str) -> Found {
        let pieces = Source::Parts { owner: None, part: name.text.clone() };
        let member = self.example(&self.scope.pieces(&pieces).products);
        Found::refused(errors::part_is_no_value(name, source, member.as_deref()))
    }

    /// Something that can be read of pieces, for an example.
    fn example(&self, products: &[Name]) -> Option<Name> {
        let product = products.first().and_then(|product| self.signatures.products.get(product))?;
        product.options.first().or(product.members.keys().next()).cloned()
    }

    /// `d.size` of an element, or `dies.size`.
    pub(super) fn of_piece(&self, first: &ast::Name, member: &ast::Name, path: &ast::Path) -> Found {
        let Some(at) = self.element_at(&first.text) else {
            if self.sees_members() && self.is_part(&self.scope.products, &first.text) {
                return Found::refused(errors::member_of_part(path, &first.text, first, member));
            }
            return Found::Nothing;
        };
        let Some(element) = self.scope.elements.get(at) else { return Found::Nothing };
        let (Ok(depth), products) = (u16::try_from(at), &element.pieces.products) else {
            return Found::Nothing;
        };
        let place = |of: ElementPlace| Place::Element { depth, element: first.text.clone(), of };
        match member.text.as_ref() {
            "cost" => return self.cost_of_piece(element, member, place(ElementPlace::Cost)),
            "quantity" => return Found::refused(errors::quantity_of_piece(member)),
            "list" | "net" | "margin" | "off_list" | "running" | "applied" => {
                return Found::refused(errors::figure_of_piece(member));
            }
            _ => {}
        }
        let name = format!("{}.{}", first.text, member.text);
        let of = place(ElementPlace::Member(member.text.clone()));
        let found = self.in_products(products, member.span, &name, of, |signatures, product| {
            let found = signatures.products.get(product)?.members.get(&member.text)?;
            Some(found.input.ty.clone())
        });
        if !matches!(found, Found::Nothing) {
            return found;
        }
        if self.is_part(products, &member.text) {
            return Found::refused(errors::part_is_no_value(member, &name, None));
        }
        let product = products.first().map_or("", |product| product.as_ref());
        let members = self.signatures.products.get(product).map(|it| it.members.keys());
        let known: Vec<&str> = members.into_iter().flatten().map(AsRef::as_ref).collect();
        Found::refused(errors::no_member_of_piece(first, member, product, &known))
    }

    fn cost_of_piece(&self, element: &Element, member: &ast::Name, place: Place) -> Found {
        let section = self.scope.section;
        let early =
            matches!(section, Section::Product | Section::LineEntry | Section::Constant | Section::Def);
        if early || element.pieces.priced {
            return Found::refused(errors::cost_of_piece(member, element.pieces.priced, section));
        }
        let costless =
            |product: &&Name| self.signatures.products.get(*product).is_some_and(|product| !product.has_cost);
        if let Some(product) = element.pieces.products.iter().find(costless) {
            return Found::refused(errors::piece_without_cost(member, product));
        }
        Found::Read(ExprKind::Read(place), self.signatures.money())
    }

    /// The product that the one concerned is a part of and that has such a name.
    pub(super) fn in_bundle(&self, name: &ast::Name) -> Option<Diagnostic> {
        let [product] = self.scope.products.as_slice() else { return None };
        let bundles = self
            .signatures
            .products
            .iter()
            .filter(|(_, bundle)| bundle.parts.values().any(|part| part.product == *product));
        let mut with = bundles
            .filter(|(_, it)| it.members.contains_key(&name.text) || it.parts.contains_key(&name.text));
        with.next().map(|(bundle, _)| errors::name_of_bundle(name, product, bundle))
    }
}

/// The parts of products, in the order written.
fn parts_of<'s>(signatures: &'s Signatures, products: &[Name]) -> Vec<&'s str> {
    let products = products.iter().filter_map(|product| signatures.products.get(product));
    let mut names: Vec<&str> = Vec::new();
    for name in products.flat_map(|product| product.part_order.iter()) {
        if !names.contains(&name.as_ref()) {
            names.push(name);
        }
    }
    names
}
