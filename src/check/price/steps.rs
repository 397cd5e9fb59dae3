//! The steps of a waterfall, kind by kind.

use super::errors;
use super::paid::Paid;
use super::walk::{Block, Walk, group_words, plain_step, tax_of};
use crate::check::Scope;
use crate::check::expr::terminates;
use crate::check::rounding::round_to;
use crate::check::scope::Figure;
use crate::check::unproved::Unproved;
use crate::ir::{self, Level, Name, Ty};
use crate::resolve::is_reserved;
use crate::source::Span;
use crate::syntax::ast::{self, StepKind};

impl<'s> Walk<'s, '_> {
    /// `list`: the first step of the first block.
    pub(super) fn list(
        &mut self,
        (span, first): (Span, bool),
        label: Option<&ast::Text>,
        amount: &ast::Expr,
        clauses: &ast::Clauses,
        next: Option<&ast::Step>,
    ) -> Option<ir::Step> {
        let in_quote = matches!(self.block, Block::Quote | Block::EachLine);
        if in_quote {
            self.problems.push(errors::list_elsewhere(span, self.block.words()));
        } else if !first {
            // The block says what it lacks as its first step, and where the list price is.
            return None;
        }
        let mut formula = self.amount(amount, clauses);
        if let Some(formula) = &mut formula {
            let open = !terminates(&self.scope, &formula.expr);
            match next.map(|next| &next.kind) {
                Some(StepKind::Round(written)) if open => self.round_list(formula, written),
                _ => self.refuse_open(formula, "list", true),
            }
        }
        let conditions = self.conditions(clauses, "list");
        let name: Name = "list".into();
        self.declare(&name);
        self.start_running();
        let kind = ir::StepKind::List(formula?);
        Some(conditions.on(plain_step(name, label, kind, span)))
    }

    /// A list price that need not come out even is the price that the rounding behind it gives; the rounding
    /// then changes nothing more.
    fn round_list(&mut self, list: &mut ir::Formula, written: &ast::RoundTo) {
        // What is wrong with the rounding is told where it stands.
        let mut silent = Vec::new();
        let signatures = self.scope.signatures();
        let Some((step, offset)) = round_to(signatures, written, &self.money, &mut silent) else { return };
        let exact = list.expr.clone();
        let kind = ir::ExprKind::Round { value: Box::new(exact), mode: written.mode, step, offset };
        list.expr.kind = kind;
    }

    /// From here on `running` is known.
    pub(super) fn start_running(&mut self) {
        let ty = self.amount_ty();
        self.scope.set_running(self.block.level(), ty);
    }

    /// `add`, `less`
    pub(super) fn change(
        &mut self,
        step: &ast::Step,
        next: Option<&ast::Step>,
        in_group: bool,
    ) -> Option<ir::Step> {
        let StepKind::Change { less, name, label, amount, clauses } = &step.kind else { return None };
        let what = format!("{} {}", if *less { "less" } else { "add" }, name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        let each = clauses.for_each.as_ref().filter(|_| self.block == Block::Quote);
        let grouped = each.map(|each| self.grouped(each, clauses.on_lines.as_ref()));
        let formula = match &grouped {
            // What the amount may read is not known.
            Some(None) => None,
            Some(Some(grouped)) => self.of_group(Some(grouped), |walk| walk.amount(amount, clauses)),
            None => self.amount(amount, clauses),
        };
        let may_be_negative = clauses.may_be_negative.is_some();
        let round_follows = !in_group && next.is_some_and(|next| matches!(next.kind, StepKind::Round(_)));
        let mut open = false;
        if let Some(formula) = &formula {
            self.moved_by(&formula.expr);
            open = self.decimals(formula, (&what, clauses), round_follows, in_group);
            if !may_be_negative {
                self.refuse_negative(formula, if *less { "less" } else { "add" }, clauses.when.is_some());
            }
        }
        let conditions = self.conditions(clauses, &what);
        let spread = if self.block == Block::Quote {
            let each = grouped.flatten().map(|grouped| grouped.each);
            self.spread(clauses).map(|spread| ir::Spread { each, ..spread })
        } else {
            self.refuse_line_clauses(clauses);
            None
        };
        let asked = self.block == Block::Quote || self.block == Block::EachLine && !round_follows;
        self.finish(&name.text, formula.as_ref().map(|it| &it.expr), in_group, asked);
        if let (Some(formula), Some(ir::Spread { to: None, .. }), false) = (&formula, &spread, in_group) {
            self.learn_share(&name.text, &formula.expr, asked);
        }
        let change = ir::Change { amount: formula?, may_be_negative, spread, open };
        let kind = if *less { ir::StepKind::Less(change) } else { ir::StepKind::Add(change) };
        Some(conditions.on(plain_step(name.text.clone(), label.as_ref(), kind, step.span)))
    }

    /// Refuses an amount that could not be written down, or not be paid. Says whether it is left open for
    /// the rounding that follows.
    fn decimals(
        &mut self,
        amount: &ir::Formula,
        (what, clauses): (&str, &ast::Clauses),
        round_follows: bool,
        in_group: bool,
    ) -> bool {
        match self.block {
            Block::Quote => self.refuse_fine(amount, what, clauses),
            Block::EachLine if !round_follows => self.refuse_fine(amount, what, clauses),
            _ if round_follows => return !terminates(&self.scope, &amount.expr),
            _ => self.refuse_open(amount, what, !in_group),
        }
        false
    }

    /// Lets the steps below read a step, now that it is known.
    /// `asked` says whether its amount was asked to be payable.
    pub(super) fn finish(&mut self, name: &Name, amount: Option<&ir::Expr>, in_group: bool, asked: bool) {
        if in_group {
            self.members.push(name.clone());
            return;
        }
        let level = self.block.level();
        if let (Some(paid), Some(amount)) = (&mut self.paid, amount) {
            paid.learn(level, name, amount, asked);
        }
        self.declare(name);
        self.price_moved();
    }

    /// Shares of an amount that can be paid can be paid. A product's own step of the name is another figure.
    pub(super) fn learn_share(&mut self, name: &Name, amount: &ir::Expr, asked: bool) {
        let signatures = self.scope.signatures();
        let prices = signatures.prices.values();
        let mut own = prices.flat_map(|price| &price.line_steps);
        if !own.any(|step| step.name == *name)
            && let Some(paid) = &mut self.paid
        {
            paid.learn(Level::Line, name, amount, asked);
        }
    }

    /// `best of { … }`
    pub(super) fn group(&mut self, span: Span, group: &ast::Group, in_group: bool) -> Option<ir::Step> {
        let words = group_words(group.kind);
        if let Some(name) = &group.name {
            self.refuse_reserved(name);
        }
        if group.steps.is_empty() {
            self.problems.push(errors::empty_group(span));
        }
        let what = group.name.as_ref().map_or(words.to_owned(), |name| format!("{words} {}", name.text));
        let conditions = self.conditions(&group.clauses, &what);
        let members: Vec<Option<ir::Step>> = self.where_it_holds(&group.clauses, |walk| {
            group.steps.iter().map(|step| walk.member(step, words)).collect()
        });
        let made_up = words.strip_suffix(" of").unwrap_or(words);
        let name: Name = group.name.as_ref().map_or(made_up.into(), |name| name.text.clone());
        if in_group {
            self.members.extend(group.name.as_ref().map(|name| name.text.clone()));
        } else {
            self.end_of_group(group.name.as_ref());
        }
        let steps = members.into_iter().collect::<Option<Vec<_>>>()?;
        let kind = ir::StepKind::Group { kind: group_kind(group.kind), steps };
        Some(conditions.on(plain_step(name, group.label.as_ref(), kind, span)))
    }

    /// Looks at what stands in a block that counts only under a condition.
    pub(super) fn where_it_holds<T>(
        &mut self,
        clauses: &ast::Clauses,
        look: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let inside = clauses.when.as_ref().and_then(|when| self.scope.where_it(when, true));
        let outside = inside.map(|inside| {
            let chosen = std::mem::replace(&mut self.scope.chosen, inside.chosen);
            (std::mem::replace(&mut self.scope.known, inside.known), chosen)
        });
        let seen = look(self);
        if let Some((known, chosen)) = outside {
            (self.scope.known, self.scope.chosen) = (known, chosen);
        }
        seen
    }

    fn member(&mut self, step: &ast::Step, group: &str) -> Option<ir::Step> {
        let help = match self.block {
            Block::Quote => {
                "a group holds `add`, `less`, `claims` and groups; move it before or behind the group"
            }
            _ => "a group holds `add`, `less` and groups; move it before or behind the group",
        };
        let word = match &step.kind {
            StepKind::Change { .. } => return self.change(step, None, true),
            StepKind::Group(inner) => return self.group(step.span, inner, true),
            StepKind::Claims(claims) => return self.claims(step.span, claims, true),
            StepKind::List { .. } => "list",
            StepKind::Round(_) => "round",
            StepKind::Bound { cap: true, .. } => "cap",
            StepKind::Bound { .. } => "floor",
            StepKind::Subtotal { .. } => "subtotal",
            StepKind::Let { .. } => "let",
            StepKind::Tax { .. } => "tax",
            StepKind::Taxes(_) => "taxes",
            StepKind::EachLine(_) => "each line",
            StepKind::Charge(_) => "charge",
            StepKind::Gift(_) => "gift",
            StepKind::Payable(_) => "payable",
        };
        self.problems.push(errors::misplaced(step.span, word, &format!("`{group}`"), help));
        None
    }

    /// The members of a group are decided together, so none is known before all are.
    fn end_of_group(&mut self, name: Option<&ast::Name>) {
        let (level, ty) = (self.block.level(), self.amount_ty());
        for member in std::mem::take(&mut self.members) {
            self.scope.declare_step(level, member, ty.clone());
        }
        if let Some(name) = name {
            self.declare(&name.text);
        }
        self.price_moved();
    }

    /// `floor`, `cap`
    pub(super) fn bound(&mut self, step: &ast::Step) -> Option<ir::Step> {
        let StepKind::Bound { cap, name, label, amount, clauses } = &step.kind else { return None };
        let what = format!("{} {}", if *cap { "cap" } else { "floor" }, name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        self.refuse_line_clauses(clauses);
        let formula = self.amount(amount, clauses);
        if let Some(formula) = &formula {
            let after = self.round.as_ref().filter(|round| !round.left && !round.grid.holds(&formula.expr));
            if let Some(round) = after {
                let problem = errors::unrounded_bound(formula, &what, round.span, &round.step, !*cap);
                match round.grid.may_hold(&formula.expr) {
                    true => {
                        let on = vec![(round.grid.steps.clone(), problem)];
                        self.unproved.push(Unproved::lies(&self.scope, &formula.expr, on));
                    }
                    false => self.problems.push(problem),
                }
            } else if self.paid.is_some() {
                self.refuse_fine(formula, &what, clauses);
            } else {
                self.refuse_open(formula, &what, false);
            }
        }
        let conditions = self.conditions(clauses, &what);
        self.declare(&name.text);
        let kind = if *cap { ir::StepKind::Cap(formula?) } else { ir::StepKind::Floor(formula?) };
        Some(conditions.on(plain_step(name.text.clone(), label.as_ref(), kind, step.span)))
    }

    /// `subtotal`: names the price so far. `next` is the step that follows, but for those that leave it.
    pub(super) fn subtotal(
        &mut self,
        span: Span,
        name: &ast::Name,
        label: Option<&ast::Text>,
        next: Option<&ast::Step>,
    ) -> ir::Step {
        if name.text.as_ref() == "net" {
            self.subtotal_net(name, next);
        } else {
            self.refuse_reserved(name);
            let is_end = next.is_none_or(|next| matches!(next.kind, StepKind::Payable(_)));
            self.refuse_total(name, is_end);
        }
        let level = self.block.level();
        if let Some(round) = &mut self.round
            && round.still
        {
            round.grid.add_figure(level, name.text.clone());
        }
        self.declare(&name.text);
        plain_step(name.text.clone(), label, ir::StepKind::Subtotal, span)
    }

    /// `let`: a figure that leaves the price as it is.
    pub(super) fn let_step(&mut self, step: &ast::Step) -> Option<ir::Step> {
        let StepKind::Let { name, label, ty, amount, clauses } = &step.kind else { return None };
        let what = format!("let {}", name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        let money = self.amount_ty();
        let ty = match ty {
            Some(_) => self.figure_ty(&name.text)?,
            None => money.clone(),
        };
        let formula = self.amount_of(amount, clauses, &ty);
        if let Some(formula) = &formula {
            match &ty {
                Ty::Number(of) if ty != money => self.refuse_open_figure(formula, &what, of),
                _ => self.refuse_open(formula, &what, false),
            }
        }
        let conditions = self.conditions(clauses, &what);
        let level = self.block.level();
        if let (Some(paid), Some(formula)) = (&mut self.paid, &formula)
            && ty == money
        {
            paid.learn(level, &name.text, &formula.expr, false);
        }
        self.declare_as(&name.text, ty);
        Some(conditions.on(plain_step(
            name.text.clone(),
            label.as_ref(),
            ir::StepKind::Let(formula?),
            step.span,
        )))
    }

    /// The type that a `let` says; none where that is wrong, which is told already.
    fn figure_ty(&self, name: &Name) -> Option<Ty> {
        let signatures = self.scope.signatures();
        let steps = match self.block {
            Block::Unit => self
                .products
                .first()
                .and_then(|product| signatures.price_of(product))
                .map(|it| &it.1.unit_steps),
            Block::Line => self
                .products
                .first()
                .and_then(|product| signatures.price_of(product))
                .map(|it| &it.1.line_steps),
            Block::Quote | Block::EachLine | Block::Payable => Some(&signatures.quote.steps),
        };
        steps?.iter().find(|step| step.name == *name)?.ty.clone()?
    }

    /// `subtotal net` stands where the figure is that every unit and every quote has by that name.
    fn subtotal_net(&mut self, name: &ast::Name, next: Option<&ast::Step>) {
        match self.block {
            Block::Line | Block::EachLine => {
                self.problems.push(errors::net_of_line(name.span));
            }
            Block::Unit if next.is_some() => {
                let help =
                    "the net price of a unit is the end of `per unit`: move it there, or name it otherwise";
                self.problems.push(errors::misplaced_net(name.span, "a unit", help));
            }
            Block::Quote if self.tax.is_some() || next.is_some_and(|next| !ends_net(next)) => {
                let help = "the net of a quote is its price before tax: put it directly above the first tax";
                self.problems.push(errors::misplaced_net(name.span, "the quote", help));
            }
            Block::Unit | Block::Quote => {}
            Block::Payable => {
                let help = "the net of a quote is its price before tax: name this otherwise";
                self.problems.push(errors::misplaced_net(name.span, "the quote", help));
            }
        }
    }

    /// Names that mean the same in every book are no names of steps: a test could not read the step.
    pub(super) fn refuse_reserved(&mut self, name: &ast::Name) {
        let is_of_quotes = &*name.text == "status" || ir::NameList::of(&name.text).is_some();
        if is_reserved(&name.text) || is_of_quotes {
            self.problems.push(errors::reserved_figure(name));
        }
    }

    /// `quote.total` is the end of the quote.
    pub(super) fn refuse_total(&mut self, name: &ast::Name, is_end: bool) {
        let ends = is_end && self.block == Block::Quote;
        if matches!(self.block, Block::Quote | Block::Payable) && &*name.text == "total" && !ends {
            self.problems.push(errors::misplaced_total(name.span));
        }
    }

    /// `each line { … }`: steps on every line, in the quote.
    pub(super) fn each_line(&mut self, span: Span, section: &ast::Section) -> Option<ir::Step> {
        let Some(scope) = self.line_scope.clone() else {
            let help = "write its steps without it: they are steps of the line already";
            self.problems.push(errors::misplaced(span, "each line", self.block.words(), help));
            return None;
        };
        if let Some(tax) = tax_of(section) {
            self.refuse_change_beside_tax(section, tax);
            self.tax.get_or_insert(span);
        }
        let found = (&mut *self.problems, &mut *self.unproved);
        let mut inner = Walk::new(Block::EachLine, scope, self.products, self.money.clone(), found);
        inner.paid = self.paid.clone();
        inner.start_running();
        let steps = inner.steps(&section.steps);
        let complete = steps.len() == section.steps.len();
        let (scope, paid) = (inner.scope, inner.paid);
        self.keep_figures_of_lines(scope, paid);
        self.price_moved();
        let kind = ir::StepKind::EachLine(steps);
        complete.then(|| plain_step("each line".into(), None, kind, span))
    }

    /// What steps did on each line can be read on lines below, and their sums in the quote.
    fn keep_figures_of_lines(&mut self, inner: Scope<'s>, paid: Option<Paid<'s>>) {
        let of_lines = |figure: &&Figure| figure.level == Level::Line;
        for Figure { name, ty, .. } in inner.figures.iter().filter(of_lines) {
            let known = self.scope.figures.iter().any(|it| it.level == Level::Quote && it.name == *name);
            if known {
                continue;
            }
            // Bare names read the sum; that of each line is read of `lines`.
            self.scope.declare_figure(Level::Line, name.clone(), ty.clone());
            if let Some(lines) = &mut self.line_scope {
                lines.declare_figure(Level::Line, name.clone(), ty.clone());
            }
            self.scope.declare_figure(Level::Quote, name.clone(), ty.clone());
            if let (Some(own), Some(paid)) = (&mut self.paid, &paid) {
                own.learn_of_lines(paid, name);
            }
        }
    }

    fn refuse_change_beside_tax(&mut self, section: &ast::Section, tax: Span) {
        // What follows the tax is refused for that reason already.
        for step in section.steps.iter().take_while(|step| step.span != tax) {
            let word = match &step.kind {
                StepKind::Change { less: true, .. } => "less",
                StepKind::Change { .. } => "add",
                StepKind::Group(group) => group_words(group.kind),
                StepKind::Bound { cap: true, .. } => "cap",
                StepKind::Bound { .. } => "floor",
                StepKind::Round(_) => "round",
                StepKind::List { .. }
                | StepKind::Subtotal { .. }
                | StepKind::Let { .. }
                | StepKind::Tax { .. }
                | StepKind::Taxes(_)
                | StepKind::EachLine(_)
                | StepKind::Charge(_)
                | StepKind::Gift(_)
                | StepKind::Claims(_)
                | StepKind::Payable(_) => continue,
            };
            self.problems.push(errors::change_beside_tax(step.span, word, tax));
        }
    }
}

/// A step that taxes the quote or its lines.
fn is_tax(step: &ast::Step) -> bool {
    match &step.kind {
        StepKind::Tax { .. } | StepKind::Taxes(_) => true,
        StepKind::EachLine(section) => tax_of(section).is_some(),
        _ => false,
    }
}

/// A step above which the net stands.
fn ends_net(step: &ast::Step) -> bool {
    is_tax(step) || matches!(step.kind, StepKind::Payable(_))
}

fn group_kind(kind: ast::GroupKind) -> ir::GroupKind {
    match kind {
        ast::GroupKind::Best => ir::GroupKind::Best,
        ast::GroupKind::Worst => ir::GroupKind::Worst,
        ast::GroupKind::First => ir::GroupKind::First,
        ast::GroupKind::All => ir::GroupKind::All,
    }
}
