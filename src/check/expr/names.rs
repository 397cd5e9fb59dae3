//! A bare name: what it reads, by the place where the expression stands.

use super::{Checker, node};
use crate::check::scope::{Elements, Section};
use crate::check::{PriceSig, ProductSig, Signatures, errors, literal};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{self, Builtin, ExprKind, Level, Name, NumberKind, Place, Ty, Value};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

/// What a name was found to be.
pub(super) enum Found {
    /// Something to read; without a type its declaration is wrong, which has been reported.
    Read(ExprKind, Option<Ty>),
    /// A name that cannot be read here, with the reason.
    Refused(Box<Diagnostic>),
    /// Nothing of the name.
    Nothing,
}

impl Found {
    pub(super) fn refused(problem: Diagnostic) -> Found {
        Found::Refused(Box::new(problem))
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Found::Nothing)
    }
}

impl<'a> Checker<'_, 'a> {
    /// A name with or without dots.
    pub(super) fn path(&mut self, path: &ast::Path, hint: Option<&Ty>) -> Option<ir::Expr> {
        match path.names.as_slice() {
            [name] if name.text.as_ref() == "nth" && !self.can_read(name) => self.nth(name.span),
            [name] => self.name(name, hint),
            [first, member] => {
                let found = self.dotted(first, member, path);
                self.settle(found, path.span, || errors::unknown_path(path))
            }
            [first, level, member] if self.lines_of_element(&first.text).is_some() => {
                let element = self.lines_of_element(&first.text)?;
                let found = self.of_line_element(element, first, Some(level), member);
                self.settle(found, path.span, || errors::unknown_path(path))
            }
            [_, part, member] if self.is_part(&self.scope.products, &part.text) => {
                let source = format!("line.{}", part.text);
                self.problems.push(errors::member_of_part(path, &source, part, member));
                None
            }
            _ => {
                self.problems.push(errors::path_too_long(path));
                None
            }
        }
    }

    pub(super) fn name(&mut self, name: &ast::Name, hint: Option<&Ty>) -> Option<ir::Expr> {
        if let Some(Ty::Choice(of)) = hint.map(Ty::required)
            && let Some(at) = literal::position(of, &name.text)
        {
            if let Found::Read(_, Some(ty)) = self.lookup(name)
                && matches!(ty.required(), Ty::Choice(other) if other.name == of.name)
            {
                self.problems.push(errors::value_or_name(name, of));
                return None;
            }
            let value = ExprKind::Const(Value::Choice(at));
            return Some(node(value, Ty::Choice(of.clone()), name.span));
        }
        let mut found = self.lookup(name);
        if let (Found::Refused(problem), Some(element)) = (&mut found, self.line_that_has(name)) {
            problem.help.insert(0, format!("of each line it is `{element}.{}`", name.text));
        }
        let problem = found.is_nothing().then(|| self.unknown(name, hint));
        self.settle(found, name.span, || problem.unwrap_or_else(|| errors::unknown_name(name, None)))
    }

    fn settle(&mut self, found: Found, span: Span, unknown: impl FnOnce() -> Diagnostic) -> Option<ir::Expr> {
        match found {
            Found::Read(_, Some(Ty::List(list))) => {
                let name = list.name.rsplit('.').next().unwrap_or_default();
                self.problems.push(errors::list_is_no_value(span, name, &list));
                None
            }
            Found::Read(kind, ty) => Some(node(kind, ty?, span)),
            Found::Refused(problem) => {
                self.problems.push(*problem);
                None
            }
            Found::Nothing => {
                self.problems.push(unknown());
                None
            }
        }
    }

    /// The innermost line that a comprehension goes through of which the name can be read.
    fn line_that_has(&self, name: &ast::Name) -> Option<Name> {
        let lines = self.scope.elements.iter().rev();
        let element = lines.into_iter().find(|element| matches!(element.of, Elements::Lines(_)))?;
        let of = self.lines_of_element(&element.name)?;
        let owner = ast::Name { text: element.name.clone(), span: name.span };
        let found = self.of_line_element(of, &owner, None, name);
        matches!(found, Found::Read(..)).then(|| element.name.clone())
    }

    /// Whether a bare name means something here by itself, rather than as a value of an enumeration.
    pub(super) fn can_read(&self, name: &ast::Name) -> bool {
        !self.lookup(name).is_nothing()
    }

    fn lookup(&self, name: &ast::Name) -> Found {
        let at = self.scope.parameters.iter().position(|(parameter, _)| *parameter == name.text);
        if let Some(at) = at {
            let ty = self.scope.parameters.get(at).and_then(|(_, ty)| ty.clone());
            let position = u16::try_from(at).unwrap_or(u16::MAX);
            return Found::Read(ExprKind::Parameter(position), ty);
        }
        if let Some((answer, ty)) = self.scope.answers.iter().find(|(answer, _)| *answer == name.text) {
            return Found::Read(ExprKind::Read(Place::Answer(answer.clone())), Some(ty.clone()));
        }
        if self.element_at(&name.text).is_some() {
            return self.piece_or_part(name);
        }
        let own = self.built_in(name);
        if !own.is_nothing() {
            return own;
        }
        let own = self.section_name(name);
        if !own.is_nothing() {
            return own;
        }
        let own = self.piece_or_part(name);
        if !own.is_nothing() {
            return own;
        }
        self.top_level(name)
    }

    /// `as_of`, `currency`, `running`, `quantity`, `list`, `cost`, …
    fn built_in(&self, name: &ast::Name) -> Found {
        let scope = self.scope;
        let level = scope.section.level();
        match name.text.as_ref() {
            "as_of" => Found::Read(ExprKind::Read(Place::AsOf), Some(Ty::Date)),
            "currency" => match self.signatures.enums.get("currency") {
                Some(of) if self.signatures.book.by_request => {
                    Found::Read(ExprKind::Read(Place::Currency), Some(Ty::Choice(of.clone())))
                }
                _ => Found::refused(errors::currency_not_chosen(name, &self.signatures.book)),
            },
            "running" => match &scope.running {
                Some((level, ty)) => Found::Read(ExprKind::Read(Place::Running(*level)), Some(ty.clone())),
                None => Found::refused(errors::no_running(name.span, scope.section)),
            },
            "product" => Found::refused(errors::product_alone(name.span)),
            "quantity" => self.bare_quantity(name),
            word @ ("list" | "cost" | "net" | "margin" | "off_list") => {
                // A step of the section itself: `list`, or `subtotal net`.
                if let Some(found) = self.own_figure(&name.text) {
                    return found;
                }
                match level {
                    Some(level) => self.builtin_figure(level, word, name.span, true),
                    None if matches!(scope.section, Section::Approval | Section::Expectation) => {
                        Found::refused(errors::figure_needs_level(name))
                    }
                    None => Found::refused(errors::no_figures_here(name, scope.section)),
                }
            }
            "line" | "unit" | "quote" => Found::refused(errors::level_alone(name)),
            _ => Found::Nothing,
        }
    }

    fn bare_quantity(&self, name: &ast::Name) -> Found {
        match self.scope.section {
            Section::Product
            | Section::UnitCost
            | Section::LineCost
            | Section::LineEntry
            | Section::PerUnit
            | Section::PerLine => self.quantity(name.span),
            Section::QuoteLine | Section::Approval | Section::Expectation => {
                Found::refused(errors::write_line(name))
            }
            Section::Quote => Found::refused(errors::line_of_which(name.span, "quantity", Level::Line)),
            Section::Constant | Section::Def | Section::QuoteEntry => {
                Found::refused(errors::no_line_here(name, self.scope.section))
            }
        }
    }

    /// The line's quantity.
    pub(super) fn quantity(&self, span: Span) -> Found {
        self.in_every_product(span, "quantity", Place::Quantity, |signatures, product| {
            signatures.products.get(product).map(|it| Some(Ty::Number(it.quantity.clone())))
        })
    }

    /// A name that the section brings: cost components, figures above, options, lets, entries.
    fn section_name(&self, name: &ast::Name) -> Found {
        let scope = self.scope;
        let component = scope.components.iter().find(|(_, component)| *component == name.text);
        if let Some((level, component)) = component {
            let place = Place::CostComponent { level: *level, name: component.clone() };
            return self.money_of(*level, name.span, place);
        }
        if let Some(found) = self.own_figure(&name.text) {
            return found;
        }
        match scope.section {
            Section::Product | Section::UnitCost | Section::LineCost => self.member(name),
            Section::LineEntry | Section::PerUnit | Section::PerLine => {
                let member = self.member(name);
                if member.is_nothing() { self.line_entry(name) } else { member }
            }
            Section::Quote | Section::QuoteEntry => {
                let entry = self.quote_entry(name);
                if entry.is_nothing() { self.line_instead(name) } else { entry }
            }
            Section::QuoteLine => {
                let entry = self.quote_entry(name);
                if entry.is_nothing() { self.write_line_instead(name) } else { entry }
            }
            Section::Approval if !scope.figures.is_empty() => {
                // What the whole quote must fulfil reads what is of the quote by its bare name.
                let entry = self.quote_entry(name);
                if entry.is_nothing() { self.write_line_instead(name) } else { entry }
            }
            Section::Approval | Section::Expectation => self.write_line_instead(name),
            Section::Constant | Section::Def => Found::Nothing,
        }
    }

    /// A figure of the section that stands above.
    pub(super) fn own_figure(&self, name: &Name) -> Option<Found> {
        let figure = self.scope.figures.iter().rev().find(|figure| figure.name == *name)?;
        if !figure.readable {
            return Some(Found::Nothing);
        }
        let place = Place::Figure { level: figure.level, name: figure.name.clone() };
        Some(Found::Read(ExprKind::Read(place), Some(figure.ty.clone())))
    }

    /// An option or let of the products concerned.
    pub(super) fn member(&self, name: &ast::Name) -> Found {
        let place = Place::Member(name.text.clone());
        self.in_every_product(name.span, &name.text, place, |signatures, product| {
            let member = signatures.products.get(product)?.members.get(&name.text)?;
            Some(member.input.ty.clone())
        })
    }

    /// What a salesperson types for a line.
    pub(super) fn line_entry(&self, name: &ast::Name) -> Found {
        let place = Place::Entry { level: Level::Line, name: name.text.clone() };
        self.in_every_product(name.span, &name.text, place, |signatures, product| {
            let (_, price) = signatures.price_of(product)?;
            Some(price.entries.get(&name.text)?.ty.clone())
        })
    }

    /// What a salesperson types for the quote.
    pub(super) fn quote_entry(&self, name: &ast::Name) -> Found {
        match self.signatures.quote.entries.get(&name.text) {
            Some(entry) => {
                let place = Place::Entry { level: Level::Quote, name: name.text.clone() };
                Found::Read(ExprKind::Read(place), entry.ty.clone())
            }
            None => Found::Nothing,
        }
    }

    /// A name of the line where only `line.NAME` reads it: refused with what to write.
    fn write_line_instead(&self, name: &ast::Name) -> Found {
        let of_line = |product: &Name| {
            let member =
                self.signatures.products.get(product).is_some_and(|it| it.members.contains_key(&name.text));
            let price = self.signatures.price_of(product);
            member || price.is_some_and(|(_, price)| price.entries.contains_key(&name.text))
        };
        if self.scope.products.iter().any(of_line) {
            return Found::refused(errors::write_line(name));
        }
        Found::Nothing
    }

    /// An option or entry of lines in a step of the whole quote: refused with where it can be read.
    fn line_instead(&self, name: &ast::Name) -> Found {
        let in_product = |it: &ProductSig| it.members.contains_key(&name.text);
        let in_price = |it: &PriceSig| it.entries.contains_key(&name.text);
        let known = self.signatures.products.values().any(in_product)
            || self.signatures.prices.values().any(in_price);
        if known { Found::refused(errors::write_line_in_clauses(name)) } else { Found::Nothing }
    }

    fn top_level(&self, name: &ast::Name) -> Found {
        let signatures = self.signatures;
        if let Some(index) = signatures.indexes.get(&name.text) {
            return Found::Read(ExprKind::Read(Place::Index(name.text.clone())), index.ty.clone());
        }
        if let Some(fact) = signatures.facts.get(&name.text) {
            if let Some(Ty::List(list)) = &fact.ty {
                return Found::refused(errors::list_is_no_value(name.span, &name.text, list));
            }
            return Found::Read(ExprKind::Read(Place::Fact(name.text.clone())), fact.ty.clone());
        }
        match signatures.names.get(&name.text) {
            // An index or fact whose declaration could not be understood at all.
            Some((Kind::Index | Kind::Fact, _)) => Found::Read(ExprKind::Const(Value::Absent), None),
            Some((kind, at)) => Found::refused(errors::not_a_value(signatures, name, *kind, *at)),
            None => Found::Nothing,
        }
    }

    /// An amount of money at a level, in every product concerned.
    pub(super) fn money_of(&self, level: Level, span: Span, place: Place) -> Found {
        self.in_every_product(span, "the unit of prices", place, |signatures, product| {
            Some(signatures.money_at(level, product))
        })
    }

    /// The place, where a name has one type in every product concerned; nothing, where no product has it.
    ///
    /// `find` gives the type in one product, which is not known where its declaration is wrong.
    pub(super) fn in_every_product(
        &self,
        span: Span,
        name: &str,
        place: Place,
        find: impl Fn(&'a Signatures, &Name) -> Option<Option<Ty>>,
    ) -> Found {
        self.in_products(&self.scope.products, span, name, place, find)
    }

    /// The same for products that are given.
    pub(super) fn in_products(
        &self,
        products: &[Name],
        span: Span,
        name: &str,
        place: Place,
        find: impl Fn(&'a Signatures, &Name) -> Option<Option<Ty>>,
    ) -> Found {
        let mut first: Option<(&Name, Option<Ty>)> = None;
        let mut lacking: Option<&Name> = None;
        for product in products {
            let Some(ty) = find(self.signatures, product) else {
                lacking = lacking.or(Some(product));
                continue;
            };
            match (&first, ty) {
                (None, ty) => first = Some((product, ty)),
                (Some((other, Some(known))), Some(ty)) if *known != ty => {
                    return Found::refused(errors::types_differ(span, name, (other, known), (product, &ty)));
                }
                (Some(_), _) => {}
            }
        }
        match (first, lacking) {
            (Some((with, _)), Some(without)) => {
                let rule = matches!(
                    self.scope.section,
                    Section::Approval | Section::Expectation | Section::QuoteLine
                );
                Found::refused(errors::not_in_every_product(span, name, with, without, rule))
            }
            (Some((_, ty)), None) => Found::Read(ExprKind::Read(place), ty),
            (None, _) => Found::Nothing,
        }
    }

    /// `list`, `cost`, `net`, `margin`, `off_list` of a level.
    pub(super) fn builtin_figure(&self, level: Level, word: &str, span: Span, bare: bool) -> Found {
        let section = self.scope.section;
        let finished = matches!(section, Section::Approval | Section::Expectation);
        // The stage in which the figure is made; it can be read in later ones only.
        let stage = |level: Level| match level {
            Level::Unit => matches!(section, Section::PerUnit),
            Level::Line => !finished,
            Level::Quote => !finished,
        };
        let figure = match word {
            "list" => Builtin::List,
            "cost" => Builtin::Cost,
            "net" => Builtin::Net,
            "margin" => Builtin::Margin,
            _ => Builtin::OffList,
        };
        let early = match figure {
            Builtin::Cost => false,
            // The unit's own list price is its `list` step; those of line and quote follow from the units.
            Builtin::List => level == Level::Unit && stage(level),
            Builtin::Net | Builtin::Margin | Builtin::OffList => stage(level),
        };
        if early {
            return Found::refused(errors::figure_too_early(span, word, level, section, bare));
        }
        if level == Level::Unit
            && figure != Builtin::Cost
            && let Some(product) = self.scope.products.iter().find(|product| self.lists_by_line(product))
        {
            return Found::refused(errors::no_unit_price(span, word, product));
        }
        if matches!(figure, Builtin::Cost | Builtin::Margin)
            && let Some(product) = self.without_cost()
        {
            let narrow = if finished { self.with_cost() } else { None };
            return Found::refused(errors::no_cost(span, word, product, narrow));
        }
        let place = Place::Builtin { level, figure };
        match figure {
            Builtin::Margin | Builtin::OffList => {
                Found::Read(ExprKind::Read(place), Some(Ty::number(NumberKind::Rate)))
            }
            _ if level == Level::Quote => Found::Read(ExprKind::Read(place), self.signatures.money()),
            _ => self.money_of(level, span, place),
        }
    }

    /// A product concerned that has no cost; for the quote every product is.
    fn without_cost(&self) -> Option<&'a Name> {
        let all = &self.signatures.products;
        let without = match self.scope.section {
            Section::Quote => {
                all.iter().find(|(name, it)| !it.has_cost && !self.signatures.only_included(name))
            }
            _ if self.scope.products.is_empty() => all.iter().find(|(_, it)| !it.has_cost),
            _ => {
                let own = self.scope.products.iter().filter_map(|name| all.get_key_value(name));
                own.filter(|(_, it)| !it.has_cost).min_by_key(|(name, _)| *name)
            }
        };
        without.map(|(name, _)| name)
    }

    /// A product concerned that has a cost.
    fn with_cost(&self) -> Option<&'a Name> {
        let own = self.scope.products.iter().filter_map(|name| self.signatures.products.get_key_value(name));
        own.filter(|(_, it)| it.has_cost).map(|(name, _)| name).min()
    }

    /// The problem of a name that nothing declares: the nearest one that could stand here, or where the
    /// word belongs.
    fn unknown(&self, name: &ast::Name, hint: Option<&Ty>) -> Diagnostic {
        if let Some(Ty::Choice(of)) = hint.map(Ty::required) {
            let near = nearest(&name.text, of.values.iter().map(|value| value.key.as_ref()));
            let elsewhere = || self.elsewhere(name).filter(|_| near.is_none());
            return elsewhere().unwrap_or_else(|| errors::unknown_value(name.span, &name.text, of));
        }
        if let Some(Ty::Bool) = hint.map(Ty::required) {
            let meant = match name.text.to_lowercase().as_str() {
                "yes" | "on" => Some("true"),
                "no" | "off" => Some("false"),
                _ => None,
            };
            if let Some(word) = meant {
                return errors::word_for_truth(name, word);
            }
        }
        if let Some(Ty::Set(of)) = hint.map(Ty::required) {
            return errors::set_with_value(name, of);
        }
        if let Some(problem) = self.elsewhere(name).or_else(|| self.value_of_something(name)) {
            return problem;
        }
        match (name.text.as_ref(), self.scope.section) {
            ("total", Section::Approval | Section::Expectation) => return errors::write_level(name, "quote"),
            ("lines", section) => return errors::lines_are_no_amount(name, section),
            _ => {}
        }
        let mut known: Vec<&str> = Vec::new();
        known.extend(self.scope.elements.iter().map(|element| element.name.as_ref()));
        known.extend(self.scope.parameters.iter().map(|(name, _)| name.as_ref()));
        known.extend(self.scope.answers.iter().map(|(name, _)| name.as_ref()));
        known.extend(self.scope.components.iter().map(|(_, name)| name.as_ref()));
        known.extend(self.scope.figures.iter().map(|figure| figure.name.as_ref()));
        let in_product = !matches!(
            self.scope.section,
            Section::QuoteLine | Section::Approval | Section::Expectation | Section::Quote
        );
        for product in self.scope.products.iter().filter(|_| in_product) {
            let members = self.signatures.products.get(product).map(|it| it.members.keys());
            known.extend(members.into_iter().flatten().map(AsRef::as_ref));
            let entries = self.signatures.price_of(product).map(|(_, price)| price.entries.keys());
            known.extend(entries.into_iter().flatten().map(AsRef::as_ref));
        }
        known.extend(self.signatures.indexes.keys().map(AsRef::as_ref));
        known.extend(self.signatures.facts.keys().map(AsRef::as_ref));
        known.extend(self.signatures.quote.entries.keys().map(AsRef::as_ref));
        known.extend(["as_of", "quantity", "running", "list", "cost"]);
        errors::unknown_name(name, nearest(&name.text, known))
    }

    /// A name that is known, but not here.
    fn elsewhere(&self, name: &ast::Name) -> Option<Diagnostic> {
        if let Some(problem) = self.step_elsewhere(name).or_else(|| self.component_elsewhere(name)) {
            return Some(problem);
        }
        if let Some(problem) = self.in_bundle(name) {
            return Some(problem);
        }
        if matches!(self.scope.section, Section::Quote | Section::QuoteEntry)
            && let Some(product) = self.product_with(name)
        {
            return Some(errors::line_in_quote(name, product));
        }
        let contexts = self.signatures.contexts.iter();
        let owners: Vec<&str> = contexts
            .filter(|(_, context)| context.fields.contains_key(&name.text))
            .map(|(context, _)| context.as_ref())
            .collect();
        match owners.as_slice() {
            [context] => Some(errors::field_without_context(name, context)),
            _ => None,
        }
    }

    /// A value of an enumeration, where nothing says of which.
    pub(super) fn value_of_something(&self, name: &ast::Name) -> Option<Diagnostic> {
        let enums = self.known_enums();
        let of = enums.iter().find(|of| literal::position(of, &name.text).is_some())?;
        Some(errors::value_alone(name, of))
    }

    /// A component of the cost that stands below, or that is read outside of costs.
    fn component_elsewhere(&self, name: &ast::Name) -> Option<Diagnostic> {
        let products = self.scope.products.iter().filter_map(|product| self.signatures.products.get(product));
        for product in products {
            let of_unit = product.unit_cost.contains(&name.text);
            let of_line = product.line_cost.contains(&name.text);
            match self.scope.section {
                Section::UnitCost if of_unit => return Some(errors::component_not_above(name)),
                Section::LineCost if of_line => return Some(errors::component_not_above(name)),
                _ if of_unit || of_line => return Some(errors::component_outside(name, of_unit)),
                _ => {}
            }
        }
        None
    }

    /// A product that has an option, let or entry of the name.
    fn product_with(&self, name: &ast::Name) -> Option<&'a Name> {
        let signatures = self.signatures;
        let has = |product: &Name| {
            let price = signatures.price_of(product);
            price.is_some_and(|(_, price)| price.entries.contains_key(&name.text))
        };
        let mut products = signatures.products.iter();
        let found = products.find(|(product, it)| it.members.contains_key(&name.text) || has(product));
        found.map(|(product, _)| product)
    }

    /// The enumerations that can be met here.
    fn known_enums(&self) -> Vec<&ir::EnumTy> {
        let choice = |ty: &'a Option<Ty>| match ty.as_ref().map(Ty::required) {
            Some(Ty::Choice(of) | Ty::Set(of)) => Some(of.as_ref()),
            _ => None,
        };
        let mut enums: Vec<&ir::EnumTy> = Vec::new();
        enums.extend(self.scope.answers.iter().filter_map(|(_, ty)| match ty.required() {
            Ty::Choice(of) | Ty::Set(of) => Some(of.as_ref()),
            _ => None,
        }));
        for product in &self.scope.products {
            let members = self.signatures.products.get(product).map(|it| it.members.values());
            enums.extend(members.into_iter().flatten().filter_map(|member| choice(&member.input.ty)));
        }
        for context in self.signatures.contexts.values() {
            enums.extend(context.fields.values().filter_map(|field| choice(&field.ty)));
        }
        enums.extend(self.signatures.enums.values().map(AsRef::as_ref));
        enums
    }
}
