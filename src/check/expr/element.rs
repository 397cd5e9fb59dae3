//! What is read of an element: `d.size` of a piece, `c.amount` of a list, `r.price` of a row.

use super::Checker;
use super::names::Found;
use crate::check::errors;
use crate::check::scope::{Element, Elements, Pieces, Section};
use crate::diagnostic::Diagnostic;
use crate::ir::{ElementPlace, ExprKind, ListTy, Name, Place, Ty};
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// An element or a part by itself, which is no value unless it is a plain one.
    pub(super) fn piece_or_part(&self, name: &ast::Name) -> Found {
        if let Some((at, element)) = self.element_at(&name.text).and_then(|at| self.scope.element(at)) {
            return self.element_alone(at, element, name);
        }
        if !self.is_part(&self.scope.products, &name.text) {
            return Found::Nothing;
        }
        if !self.sees_members() {
            return Found::refused(errors::write_line(name));
        }
        self.part_as_value(name, &name.text)
    }

    fn element_alone(&self, depth: u16, element: &Element, name: &ast::Name) -> Found {
        let place =
            |of: ElementPlace| ExprKind::Read(Place::Element { depth, element: name.text.clone(), of });
        let example = match &element.of {
            Elements::Pieces(pieces) => self.example(&pieces.products),
            Elements::List(list) if !list.record => {
                let ty = list.fields.first().map(|field| field.ty.clone());
                return Found::Read(place(ElementPlace::Field { at: 0, name: None }), ty);
            }
            Elements::List(list) => list.fields.first().map(|field| field.name.clone()),
            Elements::Values(of) => {
                return Found::Read(place(ElementPlace::Value), Some(Ty::Choice(of.clone())));
            }
            Elements::Lines(_) => Some(Name::from("quantity")),
            Elements::Rows(table) => self.columns(table).first().map(|(name, _)| name.clone()),
            Elements::Hits(table) => {
                let columns = self.signatures.tables.get(table).map_or(&[][..], |it| it.columns.as_slice());
                if let [(None, ty)] = columns {
                    return Found::Read(place(ElementPlace::Field { at: 0, name: None }), ty.clone());
                }
                columns.iter().find_map(|(name, _)| name.clone())
            }
        };
        let what = match &element.of {
            Elements::Pieces(_) => "a piece",
            Elements::Lines(_) => "a line",
            Elements::Rows(_) | Elements::Hits(_) => "a row",
            _ => "an element",
        };
        Found::refused(errors::element_is_no_value(name, what, example.as_deref()))
    }

    /// `line.dies` as a value.
    pub(super) fn part_of_line(&self, name: &ast::Name) -> Found {
        match self.is_part(&self.scope.products, &name.text) {
            true => self.part_as_value(name, &format!("line.{}", name.text)),
            false => Found::Nothing,
        }
    }

    fn part_as_value(&self, name: &ast::Name, source: &str) -> Found {
        let member = self.example(&self.scope.pieces(None, &name.text).products);
        Found::refused(errors::part_is_no_value(name, source, member.as_deref()))
    }

    /// Something that can be read of pieces, for an example.
    fn example(&self, products: &[Name]) -> Option<Name> {
        let product = products.first().and_then(|product| self.signatures.products.get(product))?;
        product.options.first().or(product.members.keys().next()).cloned()
    }

    /// `d.size` of an element, or `dies.size`.
    pub(super) fn member_of_element(&self, first: &ast::Name, member: &ast::Name, path: &ast::Path) -> Found {
        let Some(at) = self.element_at(&first.text) else {
            if self.sees_members() && self.is_part(&self.scope.products, &first.text) {
                return Found::refused(errors::member_of_part(path, &first.text, first, member));
            }
            return Found::Nothing;
        };
        let Some((depth, element)) = self.scope.element(at) else { return Found::Nothing };
        match &element.of {
            Elements::Pieces(pieces) => self.of_piece(depth, pieces, first, member),
            Elements::List(list) => self.field_of_element(depth, list, first, member),
            Elements::Values(_) => Found::refused(errors::nothing_inside(first, member)),
            Elements::Lines(products) => self.of_line_element((depth, products), first, None, member),
            Elements::Rows(table) => self.field_of_row(depth, table, first, member),
            Elements::Hits(table) => self.field_of_hit(depth, table, first, member),
        }
    }

    /// `c.amount` of an element of a list.
    fn field_of_element(&self, depth: u16, list: &ListTy, first: &ast::Name, member: &ast::Name) -> Found {
        if !list.record {
            return Found::refused(errors::nothing_inside(first, member));
        }
        let found = list.fields.iter().enumerate().find(|(_, field)| field.name == member.text);
        let Some((Ok(at), field)) = found.map(|(at, field)| (u16::try_from(at), field)) else {
            let known: Vec<&str> = list.fields.iter().map(|field| field.name.as_ref()).collect();
            return Found::refused(errors::no_field_of_element(first, member, &list.name, &known));
        };
        if let Ty::List(inner) = &field.ty {
            let source = format!("{}.{}", first.text, member.text);
            return Found::refused(errors::list_is_no_value(member.span, &source, inner));
        }
        let of = ElementPlace::Field { at, name: Some(member.text.clone()) };
        let place = Place::Element { depth, element: first.text.clone(), of };
        Found::Read(ExprKind::Read(place), Some(field.ty.clone()))
    }

    /// `r.price` of a row: a key or a column.
    fn field_of_row(&self, depth: u16, table: &Name, first: &ast::Name, member: &ast::Name) -> Found {
        let columns = self.columns(table);
        let found = columns.iter().enumerate().find(|(_, (name, _))| *name == member.text);
        let Some((Ok(at), (_, ty))) = found.map(|(at, column)| (u16::try_from(at), column)) else {
            let known: Vec<&str> = columns.iter().map(|(name, _)| name.as_ref()).collect();
            return Found::refused(errors::no_field_of_row(first, member, table, &known));
        };
        let of = ElementPlace::Field { at, name: Some(member.text.clone()) };
        let place = Place::Element { depth, element: first.text.clone(), of };
        Found::Read(ExprKind::Read(place), ty.clone())
    }

    /// `r.price` of a row that matches: a column. Its keys are what was asked for.
    fn field_of_hit(&self, depth: u16, table: &Name, first: &ast::Name, member: &ast::Name) -> Found {
        let columns = self.signatures.tables.get(table).map_or(&[][..], |it| it.columns.as_slice());
        let found = columns.iter().position(|(name, _)| name.as_ref() == Some(&member.text));
        let place = found.and_then(|at| Some((u16::try_from(at).ok()?, &columns.get(at)?.1)));
        let Some((at, ty)) = place else {
            let known: Vec<&str> = columns.iter().filter_map(|(name, _)| name.as_deref()).collect();
            return Found::refused(match known.is_empty() {
                true => errors::nothing_inside(first, member),
                false => errors::no_field_of_row(first, member, table, &known),
            });
        };
        let of = ElementPlace::Field { at, name: Some(member.text.clone()) };
        let place = Place::Element { depth, element: first.text.clone(), of };
        Found::Read(ExprKind::Read(place), ty.clone())
    }

    /// What a row of a table has: its keys, then its columns; a result without a name is called `value`.
    fn columns(&self, table: &Name) -> Vec<(Name, Option<Ty>)> {
        let Some(sig) = self.signatures.tables.get(table) else { return Vec::new() };
        // A key that names a row of another table is kept as that row's own key.
        let key_ty = |ty: &Option<Ty>| match ty {
            Some(Ty::Row(of)) => self.signatures.tables.get(of)?.keys.first()?.ty.clone(),
            other => other.clone(),
        };
        let keys = sig.keys.iter().map(|key| (key.name.clone(), key_ty(&key.ty)));
        let unnamed = || Name::from("value");
        let columns = sig.columns.iter().map(|(name, ty)| (name.clone().unwrap_or_else(unnamed), ty.clone()));
        keys.chain(columns).collect()
    }

    /// `d.size` of a piece.
    fn of_piece(&self, depth: u16, pieces: &Pieces, first: &ast::Name, member: &ast::Name) -> Found {
        let products = &pieces.products;
        let place = |of: ElementPlace| Place::Element { depth, element: first.text.clone(), of };
        match member.text.as_ref() {
            "cost" => return self.cost_of_piece(pieces, member, place(ElementPlace::Cost)),
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

    fn cost_of_piece(&self, pieces: &Pieces, member: &ast::Name, place: Place) -> Found {
        let section = self.scope.section;
        let early =
            matches!(section, Section::Product | Section::LineEntry | Section::Constant | Section::Def);
        if early || pieces.priced {
            return Found::refused(errors::cost_of_piece(member, pieces.priced, section));
        }
        let costless =
            |product: &&Name| self.signatures.products.get(*product).is_some_and(|product| !product.has_cost);
        if let Some(product) = pieces.products.iter().find(costless) {
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
