//! Comparisons, `in`, and `starts with`: two values of one type.

use super::{Checker, bare_number, bare_text, constant, node, single_name};
use crate::check::scope::{Elements, Section};
use crate::check::{errors, literal};
use crate::ir::{
    self, CompareOp, Domain, ElementPlace, ExprKind, Name, NumberKind, NumberTy, Place, Ty, Value,
};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};

/// Whose product is asked for.
struct ProductPlace {
    place: Place,
    /// It is a line that a comprehension goes through.
    element: bool,
    span: Span,
}

impl Checker<'_, '_> {
    /// `left op right` for comparisons, which do not chain.
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<ir::Expr> {
        match op {
            BinaryOp::In => self.member_of(left, right, span),
            BinaryOp::NotIn => {
                let inside = self.member_of(left, right, span)?;
                Some(node(ExprKind::Not(Box::new(inside)), Ty::Bool, span))
            }
            BinaryOp::StartsWith => {
                let text = self.check(left, Some(&Ty::Text));
                let prefix = self.check(right, Some(&Ty::Text));
                let (text, prefix) = (Box::new(text?), Box::new(prefix?));
                Some(node(ExprKind::StartsWith { text, prefix }, Ty::Bool, span))
            }
            BinaryOp::Equal => self.compare(CompareOp::Equal, left, right, span),
            BinaryOp::NotEqual => self.compare(CompareOp::NotEqual, left, right, span),
            BinaryOp::Less => self.compare(CompareOp::Less, left, right, span),
            BinaryOp::LessOrEqual => self.compare(CompareOp::LessOrEqual, left, right, span),
            BinaryOp::Greater => self.compare(CompareOp::Greater, left, right, span),
            _ => self.compare(CompareOp::GreaterOrEqual, left, right, span),
        }
    }

    fn compare(
        &mut self,
        op: CompareOp,
        left_tree: &ast::Expr,
        right_tree: &ast::Expr,
        span: Span,
    ) -> Option<ir::Expr> {
        if let (Some(one), Some(other)) = (self.product_place(left_tree), self.product_place(right_tree)) {
            return self.same_product(op, (one, other), span);
        }
        for (subject, other) in [(left_tree, right_tree), (right_tree, left_tree)] {
            let Some(name) = single_name(other) else { continue };
            if let Some(place) = self.product_place(subject) {
                let read = self.line_product(place)?;
                return self.product_is(read, name, op, span);
            }
            if self.names_products(name) && self.is_bundle(subject) {
                let read = self.bundle(subject)?;
                return self.product_is(read, name, op, span);
            }
        }
        let (left, right) = self.both(left_tree, right_tree)?;
        let right = self.in_money_of(right, &left.ty);
        let left = self.in_money_of(left, &right.ty);
        self.openable(op, (&left, left_tree), (&right, right_tree))?;
        let (a, b) = (left.ty.required().clone(), right.ty.required().clone());
        let right = match (&a, &b) {
            (Ty::Number(from), Ty::Number(to)) => {
                self.known_number(op, (&left, from), &right)?;
                self.known_number(op, (&right, to), &left)?;
                self.same_number_unit((&left, left_tree, from), (right, right_tree), to)?
            }
            _ if a == b => right,
            _ => {
                self.problems.push(errors::cannot_compare((left.span, &a), (right.span, &b)));
                return None;
            }
        };
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            self.ordered(&a, left.span, span)?;
        }
        let (left, right) = (Box::new(left), Box::new(right));
        Some(node(ExprKind::Compare { op, left, right }, Ty::Bool, span))
    }

    /// Both sides, the one first that tells what a bare word on the other side stands for.
    fn both(&mut self, left_tree: &ast::Expr, right: &ast::Expr) -> Option<(ir::Expr, ir::Expr)> {
        let left_is_word = single_name(left_tree).is_some_and(|name| !self.can_read(name));
        if left_is_word {
            if single_name(right).is_some_and(|name| !self.can_read(name))
                && let Some(name) = single_name(left_tree)
                && self.value_of_something(name).is_none()
            {
                // Neither is known: the one that should be read stands on the left as a rule.
                self.name(name, None);
                return None;
            }
            let right = self.infer(right, None);
            let hint = right.as_ref().map(|right| right.ty.required().clone());
            let left = match &hint {
                Some(hint) => self.infer(left_tree, Some(hint)),
                // The other side is wrong itself; a bare word here may be right.
                None => None,
            };
            return Some((left?, right?));
        }
        let left = self.infer(left_tree, None);
        let hint = left.as_ref().map(|left| left.ty.required().clone());
        let word = single_name(right).is_some_and(|name| !self.can_read(name));
        if let (Some(Ty::Set(of)), Some(value)) = (hint.as_ref().map(Ty::required), single_name(right))
            && literal::position(of, &value.text).is_some()
        {
            self.problems.push(errors::set_needs_in(value.span, value, left_tree));
            return None;
        }
        let right = match (&hint, word) {
            (None, true) => None,
            (hint, _) => self.infer(right, hint.as_ref()),
        };
        Some((left?, right?))
    }

    /// Two numbers that may be compared: the right one in the unit of the left one.
    fn same_number_unit(
        &mut self,
        (left, left_tree, left_ty): (&ir::Expr, &ast::Expr, &NumberTy),
        (right, right_tree): (ir::Expr, &ast::Expr),
        right_ty: &NumberTy,
    ) -> Option<ir::Expr> {
        let rate = |ty: &NumberTy| ty.unit.is_none() && ty.kind == NumberKind::Rate;
        let problem = if left_ty.unit == right_ty.unit {
            match (bare_number(left_tree), bare_number(right_tree)) {
                (_, Some(number)) if rate(left_ty) => {
                    errors::missing_percent(right.span, &bare_text(right_tree), &number.value)
                }
                (Some(number), _) if rate(right_ty) => {
                    errors::missing_percent(left.span, &bare_text(left_tree), &number.value)
                }
                // A count is no share of anything.
                _ if rate(left_ty) && right_ty.kind == NumberKind::Int
                    || rate(right_ty) && left_ty.kind == NumberKind::Int =>
                {
                    let (one, other) = (Ty::Number(left_ty.clone()), Ty::Number(right_ty.clone()));
                    errors::cannot_compare((left.span, &one), (right.span, &other))
                }
                _ => return Some(right),
            }
        } else {
            let both = !left_ty.unit.is_none() && !right_ty.unit.is_none();
            if let Some(factor) = right_ty.unit.conversion_to(&left_ty.unit).filter(|_| both) {
                if matches!(right.ty, Ty::Optional(_)) {
                    self.problems.push(errors::not_opened(
                        right.span,
                        right_tree,
                        &Ty::Number(left_ty.clone()),
                    ));
                    return None;
                }
                return self.scale(right, factor, Ty::Number(left_ty.clone()));
            }
            match (bare_number(left_tree), bare_number(right_tree)) {
                (Some(_), _) => errors::missing_unit(left.span, &bare_text(left_tree), right_ty),
                (_, Some(_)) => errors::missing_unit(right.span, &bare_text(right_tree), left_ty),
                _ if rate(right_ty) => errors::bare_rate(right.span, right_tree, left_ty, self.scope.section),
                _ if rate(left_ty) => errors::bare_rate(left.span, left_tree, right_ty, self.scope.section),
                _ => errors::cannot_compare_numbers((left.span, left_ty), (right.span, right_ty)),
            }
        };
        self.problems.push(problem);
        None
    }

    /// A value that may be absent can be asked for equality only, and only one side may be absent.
    fn openable(
        &mut self,
        op: CompareOp,
        (left, left_tree): (&ir::Expr, &ast::Expr),
        (right, right_tree): (&ir::Expr, &ast::Expr),
    ) -> Option<()> {
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let problem = match (&left.ty, &right.ty) {
            (Ty::Optional(_), Ty::Optional(inner)) => errors::not_opened(right.span, right_tree, inner),
            (Ty::Optional(inner), _) if !equality => errors::not_opened(left.span, left_tree, inner),
            (_, Ty::Optional(inner)) if !equality => errors::not_opened(right.span, right_tree, inner),
            _ => return Some(()),
        };
        self.problems.push(problem);
        None
    }

    /// Values that have an order.
    pub(super) fn ordered(&mut self, ty: &Ty, at: Span, span: Span) -> Option<()> {
        let problem = match ty {
            Ty::Number(_) | Ty::Date => return Some(()),
            Ty::Choice(of) if of.ranked => return Some(()),
            Ty::Choice(of) => errors::not_ranked(at, of),
            other => errors::no_order(span, other),
        };
        self.problems.push(problem);
        None
    }

    /// An option that is one of a list of numbers is never equal to another number.
    fn known_number(
        &mut self,
        op: CompareOp,
        (side, ty): (&ir::Expr, &NumberTy),
        other: &ir::Expr,
    ) -> Option<()> {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            return Some(());
        }
        let Some(Value::Number(value)) = constant(other) else { return Some(()) };
        let Ty::Number(found) = other.ty.required() else { return Some(()) };
        let Some(factor) = found.unit.conversion_to(&ty.unit) else { return Some(()) };
        let Ok(value) = value.checked_mul(&factor) else { return Some(()) };
        self.listed(side, ty, &value, other.span)
    }

    /// Refuses a number that an option cannot be.
    pub(super) fn listed(
        &mut self,
        side: &ir::Expr,
        ty: &NumberTy,
        value: &crate::value::Exact,
        at: Span,
    ) -> Option<()> {
        let (name, products) = match &side.kind {
            ExprKind::Read(Place::Member(name)) => (name, self.scope.products.as_slice()),
            ExprKind::Read(Place::Element { depth, of: ElementPlace::Member(name), .. }) => {
                match self.scope.elements.get(usize::from(*depth)) {
                    Some(element) => (name, element.of.pieces().map_or(&[][..], |pieces| &pieces.products)),
                    None => return Some(()),
                }
            }
            _ => return Some(()),
        };
        let (mut known, mut lists) = (false, None);
        for product in products {
            let member = self.signatures.products.get(product).and_then(|it| it.members.get(name));
            match member.filter(|member| member.option).map(|member| &member.input.domain) {
                Some(Domain::Numbers(numbers)) => {
                    known |= numbers.iter().any(|(number, _)| number == value);
                    lists = Some(numbers);
                }
                _ => return Some(()),
            }
        }
        match lists {
            Some(numbers) if !known => {
                self.problems.push(errors::number_not_listed(at, name, value, numbers, ty));
                None
            }
            _ => Some(()),
        }
    }

    /// `x in [a, b]`, `light_curtain in extras`, `product in machines`.
    fn member_of(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<ir::Expr> {
        if let Some(place) = self.product_place(left) {
            let read = self.line_product(place)?;
            return self.product_in(read, right, span);
        }
        if self.is_bundle(left) {
            let read = self.bundle(left)?;
            return self.product_in(read, right, span);
        }
        if let ast::ExprKind::List(items) = &super::bare(right).kind {
            return self.one_of(left, items, span);
        }
        let set = self.infer(right, None);
        let Some(set) = set else {
            // The word on the left can only be understood with the set.
            return None;
        };
        let Ty::Set(of) = set.ty.required() else {
            self.problems.push(errors::in_needs_list(right.span, &set.ty));
            return None;
        };
        let value = self.check(left, Some(&Ty::Choice(of.clone())))?;
        let (set, value) = (Box::new(set), Box::new(value));
        Some(node(ExprKind::Contains { set, value }, Ty::Bool, span))
    }

    fn one_of(&mut self, left: &ast::Expr, items: &[ast::Expr], span: Span) -> Option<ir::Expr> {
        let value = self.infer(left, None)?;
        if items.is_empty() {
            self.problems.push(errors::empty_list(span));
            return None;
        }
        let ty = value.ty.required().clone();
        if matches!(ty, Ty::Set(_) | Ty::List(_) | Ty::Names | Ty::Row(_)) {
            self.problems.push(errors::not_in_list(value.span, &ty));
            return None;
        }
        let mut of: Vec<Value> = Vec::new();
        let mut whole = true;
        for item in items {
            let Some(checked) = self.check(item, Some(&ty)) else {
                whole = false;
                continue;
            };
            let Some(constant) = constant(&checked) else {
                self.problems.push(errors::list_of_constants(checked.span));
                whole = false;
                continue;
            };
            if of.contains(&constant) {
                self.problems.push(errors::twice_in_list(checked.span));
                whole = false;
            }
            if let (Value::Number(number), Ty::Number(number_ty)) = (&constant, &ty) {
                whole &= self.listed(&value, number_ty, number, checked.span).is_some();
            }
            of.push(constant);
        }
        whole.then(|| node(ExprKind::OneOf { value: Box::new(value), of }, Ty::Bool, span))
    }

    /// Whose product is asked for, where the expression is `product`, `line.product` or `l.product` of a line.
    fn product_place(&self, tree: &ast::Expr) -> Option<ProductPlace> {
        let ast::ExprKind::Path(path) = &super::bare(tree).kind else { return None };
        let (place, element) = match path.names.as_slice() {
            [name] if name.text.as_ref() == "product" => (Place::Product, false),
            [owner, name] if name.text.as_ref() == "product" => match self.lines_of_element(&owner.text) {
                Some((depth, _)) => {
                    let of = ElementPlace::Line(Box::new(Place::Product));
                    (Place::Element { depth, element: owner.text.clone(), of }, true)
                }
                None if owner.text.as_ref() == "line" => (Place::Product, false),
                None => return None,
            },
            _ => return None,
        };
        Some(ProductPlace { place, element, span: path.span })
    }

    /// The product of the line, where there is one.
    fn line_product(&mut self, of: ProductPlace) -> Option<ir::Expr> {
        let section = self.scope.section;
        let without_line =
            matches!(section, Section::Constant | Section::Def | Section::Quote | Section::QuoteEntry);
        if without_line && !of.element && !self.group_has_product() {
            let lines = self.scope.elements.iter().rev();
            let mut lines = lines.filter(|element| matches!(element.of, Elements::Lines(_)));
            let element = lines.next().map(|element| element.name.clone());
            self.problems.push(errors::product_unknown_here(of.span, section, element.as_deref()));
            return None;
        }
        Some(node(ExprKind::Read(of.place), Ty::Text, of.span))
    }

    /// Whether a name is that of a product or a family.
    fn names_products(&self, name: &ast::Name) -> bool {
        let signatures = self.signatures;
        signatures.products.contains_key(&name.text) || signatures.families.contains_key(&name.text)
    }

    /// `bundle`, `line.bundle`, `l.bundle` of an element that is a line, where nothing else is called so.
    fn is_bundle(&self, tree: &ast::Expr) -> bool {
        let ast::ExprKind::Path(path) = &super::bare(tree).kind else { return false };
        match path.names.as_slice() {
            [word] => {
                word.text.as_ref() == "bundle"
                    && self.signatures.kind("bundle").is_none()
                    && !self.can_read(word)
            }
            [owner, word] if word.text.as_ref() == "bundle" => {
                let of_line = owner.text.as_ref() == "line" && !self.is_member(word);
                of_line || self.lines_of_element(&owner.text).is_some()
            }
            _ => false,
        }
    }

    /// The product of what a line is a piece of.
    fn bundle(&mut self, tree: &ast::Expr) -> Option<ir::Expr> {
        let ast::ExprKind::Path(path) = &super::bare(tree).kind else { return None };
        let section = self.scope.section;
        let element = match path.names.as_slice() {
            [owner, _] if owner.text.as_ref() != "line" => {
                Some((self.lines_of_element(&owner.text)?.0, owner))
            }
            _ => None,
        };
        let known = match section {
            Section::QuoteLine | Section::Approval | Section::Expectation => true,
            Section::Quote => element.is_some(),
            _ => false,
        };
        if !known && self.group_is_bundle() {
            // The line of the bundle stands for the group.
            return Some(node(ExprKind::Read(Place::Product), Ty::Text, path.span));
        }
        if !known {
            self.problems.push(errors::bundle_unknown_here(path.span, section));
            return None;
        }
        let place = match element {
            None => Place::Bundle,
            Some((depth, owner)) => {
                let of = ir::ElementPlace::Line(Box::new(Place::Bundle));
                Place::Element { depth, element: owner.text.clone(), of }
            }
        };
        Some(node(ExprKind::Read(place), Ty::Optional(Box::new(Ty::Text)), path.span))
    }

    /// Whether two lines are of one product.
    fn same_product(
        &mut self,
        op: CompareOp,
        (one, other): (ProductPlace, ProductPlace),
        span: Span,
    ) -> Option<ir::Expr> {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            self.problems.push(errors::no_order(span, &Ty::Text));
            return None;
        }
        let (left, right) = (self.line_product(one), self.line_product(other));
        let (left, right) = (Box::new(left?), Box::new(right?));
        Some(node(ExprKind::Compare { op, left, right }, Ty::Bool, span))
    }

    /// Whether the product that is read is this one.
    fn product_is(
        &mut self,
        read: ir::Expr,
        name: &ast::Name,
        op: CompareOp,
        span: Span,
    ) -> Option<ir::Expr> {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            self.problems.push(errors::no_order(span, &Ty::Text));
            return None;
        }
        if !self.signatures.products.contains_key(&name.text) {
            let word = if reads_bundle(&read) { "bundle" } else { "product" };
            let problem = match self.signatures.families.contains_key(&name.text) {
                true => errors::product_is_family(name, read.span, word),
                false => errors::wrong_target(self.signatures, name, &[Kind::Product]),
            };
            self.problems.push(problem);
            return None;
        }
        let constant = ExprKind::Const(Value::Text(name.text.clone()));
        let right = Box::new(node(constant, Ty::Text, name.span));
        let left = Box::new(read);
        Some(node(ExprKind::Compare { op, left, right }, Ty::Bool, span))
    }

    /// Whether the product that is read is one of these, or of these families.
    fn product_in(&mut self, read: ir::Expr, right: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let named: Vec<&ast::Name> = match &super::bare(right).kind {
            ast::ExprKind::List(items) => items.iter().filter_map(single_name).collect(),
            _ => single_name(right).into_iter().collect(),
        };
        let listed = match &super::bare(right).kind {
            ast::ExprKind::List(items) => items.len(),
            _ => 1,
        };
        if named.len() != listed || named.is_empty() {
            self.problems.push(errors::product_in_what(right.span));
            return None;
        }
        let mut products: Vec<Name> = Vec::new();
        let mut whole = true;
        for name in named {
            if let Some(family) = self.signatures.families.get(&name.text) {
                products.extend(family.products.iter().cloned());
            } else if self.signatures.products.contains_key(&name.text) {
                products.push(name.text.clone());
            } else {
                let wanted = [Kind::Product, Kind::Family];
                self.problems.push(errors::wrong_target(self.signatures, name, &wanted));
                whole = false;
            }
        }
        products.sort();
        products.dedup();
        let of = products.into_iter().map(Value::Text).collect();
        whole.then(|| node(ExprKind::OneOf { value: Box::new(read), of }, Ty::Bool, span))
    }
}

/// Whether what is read is the product that a line is a piece of.
fn reads_bundle(read: &ir::Expr) -> bool {
    match &read.kind {
        ExprKind::Read(Place::Bundle) => true,
        ExprKind::Read(Place::Element { of: ir::ElementPlace::Line(place), .. }) => **place == Place::Bundle,
        _ => false,
    }
}
