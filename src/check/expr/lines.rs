//! `lines`, `lines of machines`, and what is read of a line: what the stage knows of all lines.

use super::names::Found;
use super::source::Unfound;
use super::{Checker, Stands};
use crate::check::errors;
use crate::check::scope::{Elements, Scope, Section};
use crate::diagnostic::codes;
use crate::ir::{ElementPlace, ExprKind, Level, Name, Place, Source};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// Whether all lines are known far enough to be gone through.
    pub(super) fn knows_lines(&self) -> bool {
        use Section::{Constant, Def, LineEntry, QuoteEntry};
        !matches!(self.scope.section, Constant | Def | LineEntry | QuoteEntry)
    }

    /// `lines`, `lines of tees`, `earlier lines of tees`
    pub(super) fn lines(
        &self,
        of: Option<&ast::Name>,
        span: Span,
        earlier: bool,
    ) -> Result<(Source, Elements), Unfound> {
        let section = self.scope.section;
        if !self.knows_lines() {
            return Err(Some(Box::new(errors::lines_not_known(span, section))));
        }
        if earlier && matches!(section, Section::Quote | Section::Approval | Section::Expectation) {
            return Err(Some(Box::new(errors::earlier_than_what(span, section))));
        }
        let products = match of {
            None => self.signatures.products_of(None),
            Some(name) => match self.signatures.kind(&name.text) {
                Some(Kind::Product | Kind::Family) => self.signatures.products_of(Some(&name.text)),
                _ => {
                    let wanted = [Kind::Product, Kind::Family];
                    return Err(Some(Box::new(errors::wrong_target(self.signatures, name, &wanted))));
                }
            },
        };
        Ok((Source::Lines { of: of.map(|name| name.text.clone()), earlier }, Elements::Lines(products)))
    }

    /// `l.size`, `l.net`, `l.unit.net`: as `line.…` reads it where the lines are finished, and before that what
    /// the stages before know.
    pub(super) fn of_line_element(
        &self,
        (depth, products): (u16, &[Name]),
        first: &ast::Name,
        level: Option<&ast::Name>,
        member: &ast::Name,
    ) -> Found {
        let section = self.scope.section;
        let inside = match section {
            Section::Quote => Section::QuoteLine,
            other => other,
        };
        let mut scope = Scope::of_products(self.signatures, inside, products.to_vec());
        if let (Section::Quote | Section::QuoteLine, Some(money)) = (section, self.signatures.money()) {
            scope.set_running(Level::Line, money);
            // What steps above did is known on every line.
            scope.figures.extend(self.scope.figures.iter().cloned());
        }
        let mut untold = Vec::new();
        let reader = self.silent(&scope, Stands::Outside, &mut untold);
        let span = first.span.cover(member.span);
        if level.is_none() && member.text.as_ref() == "product" {
            return Found::refused(errors::product_alone(span));
        }
        if section == Section::PerLine
            && let (None, "list") = (level, member.text.as_ref())
            && let Some(product) = products.iter().find(|product| self.lists_by_line(product))
        {
            let own = self.scope.products.contains(product);
            return Found::refused(errors::list_of_line(span, &first.text, product, own));
        }
        let found = match (section, level) {
            (_, Some(level)) if level.text.as_ref() != "unit" => {
                return Found::refused(errors::nothing_inside(first, level));
            }
            (Section::PerUnit, None) => reader.of_line_configured(member, span),
            (Section::Product | Section::UnitCost | Section::LineCost, None) => {
                reader.of_line_chosen(member, span)
            }
            (Section::PerUnit | Section::Product | Section::UnitCost | Section::LineCost, Some(_)) => {
                Found::Nothing
            }
            (_, Some(_)) => reader.of_level(Level::Unit, member, span),
            (Section::PerLine, None) => match member.text.as_ref() {
                word @ ("list" | "cost") => reader.builtin_figure(Level::Line, word, span, false),
                _ => reader.of_line_configured(member, span),
            },
            (_, None) => reader.of_level(Level::Line, member, span),
        };
        match found {
            Found::Read(ExprKind::Read(place), ty) => {
                let of = ElementPlace::Line(Box::new(place));
                let place = Place::Element { depth, element: first.text.clone(), of };
                Found::Read(ExprKind::Read(place), ty)
            }
            Found::Nothing | Found::Read(..) => {
                Found::refused(errors::not_of_other_line(first, member, section))
            }
            Found::Refused(mut problem) if problem.code == codes::NOT_IN_EVERY_MEMBER => {
                let name = &member.text;
                problem.help = vec![format!(
                    "declare `{name}` in all of them, or narrow the lines: `for {} in lines of …`",
                    first.text
                )];
                Found::Refused(problem)
            }
            refused => refused,
        }
    }

    /// The depth and the products of an element that is a line.
    pub(super) fn lines_of_element(&self, name: &Name) -> Option<(u16, &[Name])> {
        let (depth, element) = self.scope.element(self.element_at(name)?)?;
        match &element.of {
            Elements::Lines(products) => Some((depth, products)),
            _ => None,
        }
    }

    /// Whether a product has its list price by the line, and none by the unit.
    pub(super) fn lists_by_line(&self, product: &Name) -> bool {
        let price = self.signatures.price_of(product);
        price.is_some_and(|(_, price)| price.line_steps.iter().any(|step| step.name.as_ref() == "list"))
    }

    /// What is known of a line before any price.
    fn of_line_configured(&self, member: &ast::Name, span: Span) -> Found {
        match self.of_line_chosen(member, span) {
            Found::Nothing => self.line_entry(member),
            found => found,
        }
    }

    /// What is known of a line before anything that a salesperson types for it.
    fn of_line_chosen(&self, member: &ast::Name, span: Span) -> Found {
        match member.text.as_ref() {
            "quantity" => self.quantity(span),
            _ => self.member(member),
        }
    }
}
