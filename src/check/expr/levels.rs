//! `customer.level`, and `unit.x`, `line.x`, `quote.x`: figures at exactly that level.

use super::names::Found;
use super::{Checker, node};
use crate::check::errors;
use crate::check::scope::{Figure, Section};
use crate::check::signature::{Share, StepSig};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{self, ExprKind, Level, Name, Place, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// `first.member`
    pub(super) fn dotted(&self, first: &ast::Name, member: &ast::Name, path: &ast::Path) -> Found {
        if let Some(found) = self.of_group(first, member, path) {
            return found;
        }
        match first.text.as_ref() {
            "unit" => return self.of_level(Level::Unit, member, path.span),
            "line" => return self.of_level(Level::Line, member, path.span),
            "quote" => return self.of_level(Level::Quote, member, path.span),
            _ => {}
        }
        let piece = self.member_of_element(first, member, path);
        if !matches!(piece, Found::Nothing) {
            return piece;
        }
        let signatures = self.signatures;
        if let Some(context) = signatures.contexts.get(&first.text) {
            return match context.fields.get(&member.text) {
                Some(field) => {
                    let place = Place::Context { context: first.text.clone(), field: member.text.clone() };
                    Found::Read(ExprKind::Read(place), field.ty.clone())
                }
                None => Found::refused(errors::no_such_member(signatures, first, member)),
            };
        }
        match signatures.names.get(&first.text) {
            Some((Kind::Product | Kind::Family, _)) => {
                Found::refused(errors::member_by_product(first, member))
            }
            Some((Kind::Context, _)) => Found::refused(errors::no_such_member(signatures, first, member)),
            Some((kind, at)) => Found::refused(errors::not_a_value(signatures, first, *kind, *at)),
            None if self.can_read(first) => Found::refused(errors::nothing_inside(first, member)),
            None => {
                let contexts = signatures.contexts.keys().map(AsRef::as_ref);
                let near = nearest(&first.text, contexts.chain(["line", "unit", "quote"]));
                Found::refused(errors::unknown_name(first, near))
            }
        }
    }

    pub(super) fn of_level(&self, level: Level, member: &ast::Name, span: Span) -> Found {
        if let Some(problem) = self.level_unknown_here(level, member, span) {
            return Found::Refused(Box::new(problem));
        }
        let section = self.scope.section;
        match member.text.as_ref() {
            "list" | "net" if section.level() == Some(level) => {
                if let Some(found) = self.own_figure(&member.text) {
                    return found;
                }
            }
            "quantity" if level == Level::Line => return self.quantity(span),
            "product" if level == Level::Line => return Found::refused(errors::product_alone(span)),
            "total" if level == Level::Quote => return self.total(member, span),
            "running" => return self.running_of(level, span),
            "applied" => return Found::refused(errors::applied_alone(span)),
            _ => {}
        }
        if matches!(member.text.as_ref(), "list" | "cost" | "net" | "margin" | "off_list") {
            return self.builtin_figure(level, &member.text, span, false);
        }
        let found = self.figure(level, member, span);
        if !matches!(found, Found::Nothing) {
            return found;
        }
        let found = match level {
            Level::Line => self.of_line(member),
            Level::Quote => self.quote_entry(member),
            Level::Unit => Found::Nothing,
        };
        if !matches!(found, Found::Nothing) {
            return found;
        }
        let found = if level == Level::Line { self.share_of_quote(member, span) } else { Found::Nothing };
        if !matches!(found, Found::Nothing) {
            return found;
        }
        Found::Refused(Box::new(self.no_such_figure(level, member, span)))
    }

    /// What the line has of a step that is spread over the lines. What is the line's own goes by the name first.
    fn share_of_quote(&self, member: &ast::Name, span: Span) -> Found {
        let Some(step) = self.step_of_quote(&member.text) else { return Found::Nothing };
        if step.share != Share::Spread {
            return Found::Nothing;
        }
        let above =
            |figure: &Figure| figure.level == Level::Quote && figure.name == member.text && figure.readable;
        match self.scope.section {
            Section::Approval | Section::Expectation => {}
            Section::QuoteLine if self.scope.figures.iter().any(above) => {}
            Section::QuoteLine => return Found::refused(errors::step_not_above(span, &member.text)),
            section => return Found::refused(errors::share_too_early(span, member, section)),
        }
        let place = Place::Figure { level: Level::Line, name: member.text.clone() };
        Found::Read(ExprKind::Read(place), self.signatures.money())
    }

    fn step_of_quote(&self, name: &Name) -> Option<&StepSig> {
        self.signatures.quote.steps.iter().find(|step| step.name == *name)
    }

    /// Options, lets and entries of the line, as `line.x`.
    fn of_line(&self, member: &ast::Name) -> Found {
        let found = self.member(member);
        let found = if matches!(found, Found::Nothing) { self.line_entry(member) } else { found };
        if matches!(found, Found::Nothing) { self.part_of_line(member) } else { found }
    }

    /// The end of the quote, which needs no step of its own.
    fn total(&self, member: &ast::Name, span: Span) -> Found {
        if let Some(found) = self.own_figure(&member.text) {
            return found;
        }
        if !matches!(self.scope.section, Section::Approval | Section::Expectation) {
            return Found::refused(errors::figure_too_early(
                span,
                "total",
                Level::Quote,
                self.scope.section,
                false,
            ));
        }
        let place = Place::Figure { level: Level::Quote, name: member.text.clone() };
        Found::Read(ExprKind::Read(place), self.signatures.money())
    }

    fn running_of(&self, level: Level, span: Span) -> Found {
        match &self.scope.running {
            Some((at, ty)) if *at == level => {
                Found::Read(ExprKind::Read(Place::Running(level)), Some(ty.clone()))
            }
            _ => Found::refused(errors::no_running(span, self.scope.section)),
        }
    }

    /// Whether figures of a level cannot be known in this section at all, and what to say then.
    fn level_unknown_here(&self, level: Level, member: &ast::Name, span: Span) -> Option<Diagnostic> {
        let section = self.scope.section;
        let own_line = level == Level::Line
            && (member.text.as_ref() == "quantity"
                || !matches!(self.member(member), Found::Nothing)
                || !matches!(self.line_entry(member), Found::Nothing));
        match (section, level) {
            (Section::Approval | Section::Expectation, _)
            | (Section::QuoteLine, _)
            | (Section::Quote, Level::Quote)
            | (Section::PerLine, Level::Unit | Level::Line)
            | (Section::PerUnit, Level::Unit) => None,
            (Section::LineCost, Level::Unit) if member.text.as_ref() == "cost" => None,
            (Section::Quote, _) => Some(errors::line_of_which(span, &member.text, level)),
            (
                Section::Product
                | Section::UnitCost
                | Section::LineCost
                | Section::LineEntry
                | Section::PerUnit,
                Level::Line,
            ) if own_line => Some(errors::write_bare(span, member)),
            _ => Some(errors::stage_too_early(span, level, member, section)),
        }
    }

    /// A step of a level: of the own section as far as it stands above, of earlier stages any.
    fn figure(&self, level: Level, member: &ast::Name, span: Span) -> Found {
        let section = self.scope.section;
        let declared = self.scope.figures.iter().find(|it| it.level == level && it.name == member.text);
        if let Some(figure) = declared.filter(|figure| figure.readable) {
            let place = Place::Figure { level, name: member.text.clone() };
            return Found::Read(ExprKind::Read(place), Some(figure.ty.clone()));
        }
        let known = self.known_in(level, &member.text);
        if section.level() == Some(level) || section == Section::QuoteLine && level == Level::Quote {
            return match known {
                true => Found::refused(errors::step_not_above(span, &member.text)),
                false => Found::Nothing,
            };
        }
        let place = Place::Figure { level, name: member.text.clone() };
        if level == Level::Quote {
            return match known {
                true => {
                    let step = self.signatures.quote.steps.iter().find(|step| step.name == member.text);
                    let money = self.signatures.money();
                    Found::Read(ExprKind::Read(place), step.map_or(money.clone(), |step| step.ty(money)))
                }
                false => Found::Nothing,
            };
        }
        // On every line: a step of `each line`.
        let of_quote = &self.signatures.quote.line_steps;
        let of_lines = of_quote.iter().find(|step| step.name == member.text);
        if let Some(step) = of_lines.filter(|_| level == Level::Line) {
            return match section {
                Section::QuoteLine => Found::refused(errors::step_not_above(span, &member.text)),
                _ => Found::Read(ExprKind::Read(place), step.ty(self.signatures.money())),
            };
        }
        let name = format!("{}.{}", word(level), member.text);
        self.in_every_product(span, &name, place, |signatures, product| {
            let steps = steps_of(signatures, level, product)?;
            let step = steps.iter().find(|step| step.name == member.text)?;
            Some(step.ty(signatures.money_at(level, product)))
        })
    }

    /// Whether a product concerned, or the quote, has such a step at all.
    fn known_in(&self, level: Level, name: &Name) -> bool {
        let has = |steps: &[StepSig]| steps.iter().any(|step| step.name == *name);
        match level {
            Level::Quote => has(&self.signatures.quote.steps),
            _ => self
                .scope
                .products
                .iter()
                .any(|product| steps_of(self.signatures, level, product).is_some_and(has)),
        }
    }

    /// What to say of a bare name that is a step somewhere else.
    pub(super) fn step_elsewhere(&self, name: &ast::Name) -> Option<Diagnostic> {
        let section = self.scope.section;
        for level in [Level::Unit, Level::Line, Level::Quote] {
            if !self.known_in(level, &name.text) {
                continue;
            }
            return Some(if section.level() == Some(level) {
                errors::step_not_above(name.span, &name.text)
            } else {
                match self.level_unknown_here(level, name, name.span) {
                    Some(problem) => problem,
                    None => errors::write_level(name, word(level)),
                }
            });
        }
        None
    }

    fn no_such_figure(&self, level: Level, member: &ast::Name, span: Span) -> Diagnostic {
        let mut known: Vec<&str> = vec!["list", "cost", "net", "margin", "off_list"];
        match level {
            Level::Quote => {
                known.extend(self.signatures.quote.steps.iter().map(|step| step.name.as_ref()));
                known.extend(self.signatures.quote.entries.keys().map(AsRef::as_ref));
            }
            Level::Unit | Level::Line => {
                for product in &self.scope.products {
                    let steps = steps_of(self.signatures, level, product).unwrap_or_default();
                    known.extend(steps.iter().map(|step| step.name.as_ref()));
                    if level == Level::Line {
                        known.push("quantity");
                        let members = self.signatures.products.get(product).map(|it| it.members.keys());
                        known.extend(members.into_iter().flatten().map(AsRef::as_ref));
                        let entries = self.signatures.price_of(product).map(|(_, it)| it.entries.keys());
                        known.extend(entries.into_iter().flatten().map(AsRef::as_ref));
                    }
                }
            }
        }
        let whole = self.step_of_quote(&member.text).filter(|_| level == Level::Line);
        let of_each = &self.signatures.quote.line_steps;
        if let Some(step) = whole.filter(|step| !of_each.iter().any(|it| it.name == step.name)) {
            return errors::no_share(span, &member.text, step.share == Share::Tax);
        }
        let other = [Level::Unit, Level::Line, Level::Quote]
            .into_iter()
            .find(|other| *other != level && self.known_in(*other, &member.text));
        let near = nearest(&member.text, known);
        errors::no_such_figure(span, member, word(level), near, other.map(word))
    }

    /// `applied(step)`
    pub(super) fn applied(&mut self, step: &ast::Expr, span: Span) -> Option<ir::Expr> {
        let ast::ExprKind::Path(path) = &super::bare(step).kind else {
            self.problems.push(errors::applied_of_what(step.span));
            return None;
        };
        let (level, name) = match path.names.as_slice() {
            [name] => (self.scope.section.level(), name),
            [level, name] => match level.text.as_ref() {
                "unit" => (Some(Level::Unit), name),
                "line" => (Some(Level::Line), name),
                "quote" => (Some(Level::Quote), name),
                _ => (None, name),
            },
            _ => {
                self.problems.push(errors::path_too_long(path));
                return None;
            }
        };
        let Some(level) = level else {
            self.problems.push(errors::applied_of_what(step.span));
            return None;
        };
        if let Some(problem) = self.cannot_ask(level, name, path) {
            self.problems.push(problem);
            return None;
        }
        let kind = ExprKind::Applied { level, step: name.text.clone() };
        Some(node(kind, Ty::Bool, span))
    }

    /// Why a step cannot be asked whether it applied.
    fn cannot_ask(&self, level: Level, name: &ast::Name, path: &ast::Path) -> Option<Diagnostic> {
        let span = path.span;
        let section = self.scope.section;
        let above = self.scope.figures.iter().any(|it| it.level == level && it.name == name.text);
        let own = section.level() == Some(level);
        if !own
            && !above
            && let Some(problem) = self.level_unknown_here(level, name, span)
        {
            return Some(problem);
        }
        let can_apply =
            |steps: &[StepSig]| steps.iter().find(|step| step.name == name.text).map(|step| step.can_apply);
        let mut answers: Vec<Option<bool>> = match level {
            Level::Quote => vec![can_apply(&self.signatures.quote.steps)],
            _ => {
                let steps = |product| steps_of(self.signatures, level, product).unwrap_or_default();
                self.scope.products.iter().map(|product| can_apply(steps(product))).collect()
            }
        };
        if level == Level::Line && section == Section::QuoteLine {
            let within = can_apply(&self.signatures.quote.line_steps);
            for answer in &mut answers {
                *answer = answer.or(within);
            }
        }
        if answers.iter().all(Option::is_none) {
            if level == Level::Line
                && self.step_of_quote(&name.text).is_some_and(|it| it.share == Share::Spread)
            {
                return Some(errors::applied_of_share(span, &name.text));
            }
            if path.names.len() > 1 {
                return Some(self.no_such_figure(level, name, span));
            }
            let above = self.scope.figures.iter().filter(|figure| figure.level == level);
            let above: Vec<&str> = above.map(|figure| figure.name.as_ref()).collect();
            return Some(errors::unknown_step(name, &above));
        }
        if answers.contains(&Some(false)) {
            return Some(errors::always_applies(span, &name.text));
        }
        if let Some(at) = answers.iter().position(Option::is_none) {
            let (with, without) = (self.scope.products.iter().find(|_| true)?, self.scope.products.get(at)?);
            return Some(errors::not_in_every_product(span, &name.text, with, without, true));
        }
        (own && !above).then(|| errors::step_not_above(span, &name.text))
    }
}

/// The steps of a product's waterfall at a level; those of the quote are elsewhere.
fn steps_of<'s>(
    signatures: &'s crate::check::Signatures,
    level: Level,
    product: &str,
) -> Option<&'s [StepSig]> {
    let (_, price) = signatures.price_of(product)?;
    match level {
        Level::Unit => Some(&price.unit_steps),
        Level::Line => Some(&price.line_steps),
        Level::Quote => None,
    }
}

/// The word before the dot.
pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Unit => "unit",
        Level::Line => "line",
        Level::Quote => "quote",
    }
}
