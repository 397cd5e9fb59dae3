//! What `for x in …` goes through: a list, a part, an enumeration, a table.

use super::names::Found;
use super::{Checker, bare, single_name};
use crate::check::scope::{Elements, Section};
use crate::check::{Signatures, errors};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{self, ElementPlace, ExprKind, HitPolicy, Name, Place, Source, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

/// Why there is no source; nothing where a problem has been reported where it is declared.
pub(super) type Unfound = Option<Box<Diagnostic>>;

/// A source and its elements.
type Sourced = Result<(Source, Elements), Unfound>;

impl<'a> Checker<'_, 'a> {
    /// What `for x in …` goes through.
    pub(super) fn source(&mut self, tree: &ast::Expr) -> Option<(Source, Elements)> {
        let found = match &bare(tree).kind {
            ast::ExprKind::Path(path) => self.source_of_path(path),
            ast::ExprKind::Call(call) if self.signatures.tables.contains_key(&call.name.text) => {
                self.hits(call)
            }
            ast::ExprKind::EarlierLines => self.lines(None, tree.span, true),
            ast::ExprKind::Binary { op: ast::BinaryOp::Of, left, right, .. } if is_lines(left) => {
                let earlier = bare(left).kind == ast::ExprKind::EarlierLines;
                match single_name(right) {
                    Some(of) => self.lines(Some(of), tree.span, earlier),
                    None => Err(Some(Box::new(errors::lines_of_what(right.span, earlier)))),
                }
            }
            _ => Err(Some(Box::new(errors::no_source(tree.span, "this", true, &self.known_sources())))),
        };
        match found {
            Ok(found) => Some(found),
            Err(problem) => {
                self.problems.extend(problem.map(|problem| *problem));
                None
            }
        }
    }

    /// The rows of a table that match.
    fn hits(&mut self, call: &ast::Call) -> Sourced {
        let name = &call.name.text;
        let Some(table) = self.signatures.tables.get(name) else { return Err(None) };
        if table.policy != HitPolicy::All {
            return Err(Some(Box::new(errors::one_value_is_no_source(call, table.policy))));
        }
        let Some(keys) = self.keys(call, table) else { return Err(None) };
        Ok((Source::Hits { table: name.clone(), keys }, Elements::Hits(name.clone())))
    }

    fn source_of_path(&self, path: &ast::Path) -> Sourced {
        let section = self.scope.section;
        match path.names.as_slice() {
            [name] if self.element_at(&name.text).is_some() => {
                Err(Some(Box::new(self.not_a_source(name, path.span))))
            }
            [name] if self.sees_members() && self.is_part(&self.scope.products, &name.text) => {
                self.part(None, name)
            }
            [name] if self.sees_members() && self.is_member(name) => self.list_of_line(name),
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
            [name] => self.declared(name),
            [owner, name] => {
                if let Some(depth) = self.element_at(&owner.text) {
                    return self.of_element(depth, owner, name);
                }
                match owner.text.as_ref() {
                    "line" if !self.sees_members() && self.is_member(name) => self.list_of_line(name),
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

    /// A list of the request, an enumeration, a table.
    fn declared(&self, name: &ast::Name) -> Sourced {
        let signatures = self.signatures;
        if let Some(fact) = signatures.facts.get(&name.text) {
            let Some(ty) = &fact.ty else { return Err(None) };
            if let Ty::List(list) = ty {
                let read = ExprKind::Read(Place::Fact(name.text.clone()));
                let of = ir::Expr { kind: read, ty: ty.clone(), span: name.span };
                return Ok((Source::List(Box::new(of)), Elements::List(list.clone())));
            }
        }
        if let Some(of) = signatures.enums.get(&name.text) {
            return Ok((Source::Values(of.clone()), Elements::Values(of.clone())));
        }
        if signatures.tables.contains_key(&name.text) {
            return Ok((Source::Rows(name.text.clone()), Elements::Rows(name.text.clone())));
        }
        if name.text.as_ref() == "lines" {
            return self.lines(None, name.span, false);
        }
        // What its declaration says could not be understood, which has been reported.
        if let Some(Kind::Enum | Kind::Table) = signatures.kind(&name.text) {
            return Err(None);
        }
        Err(Some(Box::new(self.not_a_source(name, name.span))))
    }

    pub(super) fn is_member(&self, name: &ast::Name) -> bool {
        !matches!(self.member(name), Found::Nothing)
    }

    /// A list that comes with the line.
    fn list_of_line(&self, name: &ast::Name) -> Sourced {
        match self.member(name) {
            Found::Read(kind, Some(ty)) => match &ty {
                Ty::List(list) => {
                    let list = Elements::List(list.clone());
                    Ok((Source::List(Box::new(ir::Expr { kind, ty, span: name.span })), list))
                }
                _ => Err(Some(Box::new(self.not_a_source(name, name.span)))),
            },
            Found::Read(_, None) | Found::Nothing => Err(None),
            Found::Refused(problem) => Err(Some(problem)),
        }
    }

    /// A list of a piece or of a line that an element is.
    fn list_of_member(&self, owner: &ast::Name, name: &ast::Name) -> Option<Sourced> {
        let names = vec![owner.clone(), name.clone()];
        let path = ast::Path { names, span: owner.span.cover(name.span) };
        match self.member_of_element(owner, name, &path) {
            Found::Read(kind, Some(ty)) => {
                let Ty::List(list) = &ty else { return None };
                let list = Elements::List(list.clone());
                Some(Ok((Source::List(Box::new(ir::Expr { kind, ty, span: path.span })), list)))
            }
            _ => None,
        }
    }

    /// A part of a piece, or a list inside of an element of another.
    fn of_element(&self, depth: usize, owner: &ast::Name, name: &ast::Name) -> Sourced {
        let Some(element) = self.scope.elements.get(depth) else { return Err(None) };
        let list = match &element.of {
            Elements::Pieces(_) | Elements::Lines(_) => {
                if let Some(found) = self.list_of_member(owner, name) {
                    return found;
                }
                return match &element.of {
                    Elements::Pieces(_) => self.part(Some(depth), name),
                    _ => Err(Some(Box::new(self.not_a_source(name, name.span)))),
                };
            }
            Elements::List(list) if list.record => list,
            _ => return Err(Some(Box::new(self.not_a_source(name, name.span)))),
        };
        let Some(at) = list.fields.iter().position(|field| field.name == name.text) else {
            let known: Vec<&str> = list.fields.iter().map(|field| field.name.as_ref()).collect();
            return Err(Some(Box::new(errors::no_field_of_element(owner, name, &list.name, &known))));
        };
        let (Some(field), Ok(at), Ok(depth)) = (list.fields.get(at), u16::try_from(at), u16::try_from(depth))
        else {
            return Err(None);
        };
        let Ty::List(inner) = &field.ty else {
            return Err(Some(Box::new(self.not_a_source(name, name.span))));
        };
        let of = ElementPlace::Field { at, name: Some(name.text.clone()) };
        let read = ExprKind::Read(Place::Element { depth, element: owner.text.clone(), of });
        let of = ir::Expr { kind: read, ty: field.ty.clone(), span: owner.span.cover(name.span) };
        Ok((Source::List(Box::new(of)), Elements::List(inner.clone())))
    }

    fn not_a_source(&self, name: &ast::Name, span: Span) -> Diagnostic {
        let known = self.known_sources();
        let is_known = self.can_read(name);
        let near = nearest(&name.text, known.iter().copied()).filter(|_| !is_known);
        let problem = errors::no_source(span, &format!("`{}`", name.text), is_known, &known);
        problem.did_you_mean(name.span, near)
    }

    /// What can be gone through here: the parts and the lists.
    fn known_sources(&self) -> Vec<&'a str> {
        let mut known = parts_of(self.signatures, &self.scope.products);
        let lists = self.signatures.facts.iter();
        let lists = lists.filter(|(_, fact)| matches!(fact.ty, Some(Ty::List(_))));
        known.extend(lists.map(|(name, _)| name.as_ref()));
        known.extend(self.knows_lines().then_some("lines"));
        known
    }

    /// Whether the members of the line's product are read by their bare names.
    pub(super) fn sees_members(&self) -> bool {
        use Section::{LineCost, LineEntry, PerLine, PerUnit, Product, UnitCost};
        matches!(self.scope.section, Product | UnitCost | LineCost | LineEntry | PerUnit | PerLine)
    }

    /// A part of all products concerned, or of the pieces of an element.
    fn part(&self, owner: Option<usize>, name: &ast::Name) -> Sourced {
        let products = match owner.and_then(|at| self.scope.elements.get(at)) {
            Some(element) => element.of.pieces().map_or(&[][..], |pieces| &pieces.products),
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
        let pieces = self.scope.pieces(owner, &name.text);
        // A part of an unknown product has been reported where it is declared.
        let known = |product: &Name| self.signatures.products.contains_key(product);
        if pieces.products.is_empty() || !pieces.products.iter().all(known) {
            return Err(None);
        }
        Ok((source, Elements::Pieces(pieces)))
    }

    pub(super) fn is_part(&self, products: &[Name], name: &Name) -> bool {
        let products = products.iter().filter_map(|product| self.signatures.products.get(product));
        products.into_iter().any(|product| product.parts.contains_key(name))
    }

    /// The depth of an element, if the name is one.
    pub(super) fn element_at(&self, name: &Name) -> Option<usize> {
        self.scope.elements.iter().position(|element| element.name == *name)
    }
}

/// `lines`, or `earlier lines`.
fn is_lines(tree: &ast::Expr) -> bool {
    matches!(bare(tree).kind, ast::ExprKind::EarlierLines)
        || single_name(tree).is_some_and(|name| name.text.as_ref() == "lines")
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
