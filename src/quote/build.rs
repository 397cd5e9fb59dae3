//! The figures and the trace of an evaluation, put together as a quote.

use std::sync::LazyLock;

use super::answer::{
    Component, Entry, EntryKind, Figure, Line, Outcome, Part, Piece, Preset, Quote, Read, Section, Shown,
    Status, Tax, Value as Named,
};
use super::explain::Explainer;
use super::remarks::{Alert, Offer, Suggested, Suggestion, Violation};
use super::request::Request;
use super::shown::shown;
use super::withheld::{Seen, fold};
use crate::eval::{
    self, CostPlan, Evaluation, Fault, Figures, Gap, LineRun, Mark, Near, Standing, Step, StepKind,
};
use crate::ir::{self, Domain, Input, Name, Ty, Value};
use crate::value::{Exact, Said};

/// What the first entry of a line computes, and what that reads.
static OF_UNITS: LazyLock<[Name; 3]> =
    LazyLock::new(|| ["unit.net * quantity", "unit.net", "quantity"].map(Name::from));

impl Explainer<'_, '_> {
    /// The quote. `ids` are the ids of its lines.
    pub fn quote(&self, request: &Request, ids: &[String]) -> Quote {
        let evaluation = self.evaluation;
        let (plan, day) = (evaluation.plan, &evaluation.facts.day);
        let book = plan.book();
        let days_on = |days: u32| day.as_of.add_days(i64::from(days));
        let approvals = self.approvals(ids, request);
        let lines: Vec<Line> = (0..evaluation.lines.len()).filter_map(|at| self.line(ids, at)).collect();
        let faults = evaluation.quote.faults.iter().map(|gap| violation(gap));
        let violations: Vec<Violation> = faults.chain(self.not_met()).collect();
        let invalid = !violations.is_empty() || lines.iter().any(|line| line.invalid);
        let rejected = approvals.requirements.iter().any(|it| it.who.is_none());
        let asked = approvals.route.iter().any(|signer| !signer.signed);
        let totals = self.totals(&lines);
        let alerts = self.quote_alerts(None).chain(self.unpayable(&lines, &totals)).collect();
        Quote {
            id: request.id.clone(),
            status: match () {
                () if invalid => Status::Invalid,
                () if rejected => Status::Rejected,
                () if asked => Status::NeedsApproval,
                () => Status::Ok,
            },
            book: book.name.clone(),
            book_hash: book.hash.clone(),
            as_of: day.as_of,
            currency: plan.currency(day).clone(),
            places: plan.places(day),
            totals,
            lines,
            charges: self.charges(),
            approvals,
            valid_until: book.quote.valid_days.and_then(days_on),
            follow_up: book.quote.follow_up_days.and_then(days_on),
            violations,
            alerts,
            offers: self.offers(None, || evaluation.quote_offers()),
        }
    }

    fn line(&self, ids: &[String], at: usize) -> Option<Line> {
        let evaluation = self.evaluation;
        let sold = |run: &&LineRun<'_>| matches!(run.standing, Standing::Line | Standing::Gift);
        let run = evaluation.lines.get(at).filter(sold)?;
        let facts = evaluation.facts.lines.get(at)?;
        let product = &run.product.product;
        let sees_cost = self.sight.sees_cost(evaluation, at);
        let figures = seen(evaluation.line_figures(at), sees_cost);
        Some(Line {
            id: ids.get(at)?.clone(),
            part_of: facts.piece.as_ref().and_then(|piece| ids.get(piece.of)).cloned(),
            product: product.name.clone(),
            label: product.label.clone(),
            gift: run.standing == Standing::Gift,
            hidden: run.faults.is_empty() && self.is_hidden(at),
            invalid: !run.faults.is_empty(),
            quantity: evaluation.quantity(at).map(|value| self.shown(value, &product.quantity)),
            preset: self.preset(at, product),
            options: self.chosen(at, product, false),
            entries: {
                // A gift may be of a product that has no price of its own.
                let of_price = run.product.price.iter().map(|price| &price.entries);
                let of_price =
                    of_price.flat_map(|it| self.inputs_of(it, |entry| evaluation.entry(at, entry)));
                self.chosen(at, product, true).into_iter().chain(of_price).collect()
            },
            reason: facts.reason.clone(),
            parts: self.parts(at, product),
            values: self.values(at, product),
            unit: (!run.product.unit_steps().is_empty()).then(|| self.unit(run, at, sees_cost)),
            line: self.line_section(run, at, sees_cost),
            margin: figures.margin(),
            off_list: figures.off_list(),
            list: figures.list,
            cost: figures.cost,
            net: figures.net,
            taxes: run.shares.iter().skip(run.net_shares).filter_map(|mark| self.tax(mark)).collect(),
            applied: self.applied(run, at),
            violations: run.faults.iter().map(|gap| violation(gap)).collect(),
            alerts: self.alerts(at),
            suggestions: self.suggestions(at, product),
            offers: self.offers(Some(at), || evaluation.line_offers(at)),
        })
    }

    /// The pieces that are included, part by part.
    fn parts(&self, at: usize, product: &ir::Product) -> Vec<Part> {
        let evaluation = self.evaluation;
        let Some(facts) = evaluation.facts.lines.get(at) else { return Vec::new() };
        let parts = product.parts.iter().zip(&facts.parts).map(|(part, said)| Part {
            name: part.name.clone(),
            label: part.label.clone(),
            product: part.product.clone(),
            pieces: said.pieces.iter().filter_map(|piece| self.piece(*piece)).collect(),
        });
        parts.filter(|part| !part.pieces.is_empty()).collect()
    }

    fn piece(&self, at: usize) -> Option<Piece> {
        let evaluation = self.evaluation;
        let run = evaluation.lines.get(at).filter(|run| run.standing == Standing::Included)?;
        let piece = evaluation.facts.lines.get(at)?.piece.as_ref()?;
        let product = &run.product.product;
        Some(Piece {
            place: piece.place.clone(),
            quantity: piece.count.clone(),
            preset: self.preset(at, product),
            options: self.chosen(at, product, false),
            values: self.values(at, product),
            parts: self.parts(at, product),
        })
    }

    fn preset(&self, at: usize, product: &ir::Product) -> Option<Preset> {
        let preset = self.evaluation.preset(at)?;
        let options = product.options.iter().enumerate().filter(|(position, option)| {
            let there = !matches!(self.evaluation.option(at, *position), None | Some(Value::Absent));
            there && self.sight.sees(&option.visible_to) && self.evaluation.is_from_preset(at, *position)
        });
        Some(Preset {
            name: preset.name.clone(),
            label: preset.label.clone(),
            options: options.map(|(_, option)| option.name.clone()).collect(),
        })
    }

    /// The options of a line, or what came with it beside them; a list is shown where it is summed.
    fn chosen(&self, at: usize, product: &ir::Product, with_line: bool) -> Vec<Named> {
        let shown = |option: &Input| option.with_line == with_line && option.ty.list().is_none();
        self.inputs_of(&product.options, |position| {
            product.options.get(position).filter(|it| shown(it))?;
            self.evaluation.option(at, position)
        })
    }

    /// Options or entries that are there and may be seen.
    fn inputs_of<'v>(&self, inputs: &[Input], value: impl Fn(usize) -> Option<&'v Value>) -> Vec<Named> {
        let inputs = inputs.iter().enumerate().filter(|(_, input)| self.sight.sees(&input.visible_to));
        let named = inputs.filter_map(|(at, input)| match value(at)? {
            Value::Absent => None,
            value => Some(Named {
                name: input.name.clone(),
                label: input.label.clone(),
                value: self.shown(value, input),
            }),
        });
        named.collect()
    }

    /// The labelled lets that have a value.
    fn values(&self, at: usize, product: &ir::Product) -> Vec<Named> {
        let lets = product.lets.iter().enumerate().filter(|(_, it)| it.label.is_some());
        let named = lets.filter_map(|(position, it)| match self.evaluation.let_value(at, position)? {
            Value::Absent => None,
            value => Some(Named {
                name: it.name.clone(),
                label: it.label.clone(),
                value: self.shown_as(value, &it.value.expr.ty, &Domain::All),
            }),
        });
        named.collect()
    }

    fn shown(&self, value: &Value, input: &Input) -> Shown {
        self.shown_as(value, &input.ty, &input.domain)
    }

    fn shown_as(&self, value: &Value, ty: &Ty, domain: &Domain) -> Shown {
        shown(self.evaluation.plan, &self.evaluation.facts.day, value, ty, domain)
    }

    fn unit(&self, run: &LineRun<'_>, at: usize, sees_cost: bool) -> Section {
        let figures = seen(self.evaluation.unit_figures(at), sees_cost);
        let mut section = self.section(Some(at), &run.unit);
        section.list = figures.list;
        section.cost = figures.cost;
        section.net = figures.net;
        section.components = self.components(at, &run.product.unit_cost);
        section.figures =
            self.figures_of(Some(at), run.product.unit_steps(), |step| self.evaluation.figure(at, step));
        section
    }

    fn line_section(&self, run: &LineRun<'_>, at: usize, sees_cost: bool) -> Section {
        let shares = run.shares.iter().take(run.net_shares);
        let mut section = self.section_of(Some(at), run.line.iter().chain(shares));
        if let Some(start) = &run.start {
            section.entries.insert(0, self.start_of_line(at, start));
        }
        let figures = seen(self.evaluation.line_figures(at), sees_cost);
        section.list = figures.list;
        section.cost = figures.cost;
        section.net = figures.net;
        section.components = self.components(at, &run.product.line_cost);
        section.figures =
            self.figures_of(Some(at), run.product.line_steps(), |step| self.evaluation.figure(at, step));
        for mark in run.shares.iter().take(run.net_shares) {
            let step = std::slice::from_ref(mark.step);
            let figures = self.figures_of(Some(at), step, |step| self.evaluation.figure(at, step));
            section.figures.extend(figures);
        }
        section
    }

    pub(super) fn section(&self, line: Option<usize>, marks: &[Mark<'_>]) -> Section {
        self.section_of(line, marks.iter())
    }

    fn section_of<'m, 'p: 'm>(
        &self,
        line: Option<usize>,
        marks: impl Iterator<Item = &'m Mark<'p>> + Clone,
    ) -> Section {
        let hides = |mark: &Mark<'p>| !self.sight.sees_step(self.evaluation, line, mark.step);
        if !marks.clone().any(hides) {
            // The entry that it starts with may come before them.
            let mut entries = Vec::with_capacity(marks.size_hint().0 + 1);
            entries.extend(marks.filter_map(|mark| self.entry(line, mark)));
            return Section { entries, ..Section::default() };
        }
        let seen = marks.map(|mark| match self.entry(line, mark) {
            Some(entry) => Seen::Shown(Box::new(entry)),
            None => Seen::Hidden { amount: mark.amount.clone(), running: mark.running.clone() },
        });
        let (entries, withheld) = fold(seen.collect());
        Section { entries, withheld, ..Section::default() }
    }

    /// Unit price times quantity.
    fn start_of_line(&self, at: usize, start: &Exact) -> Entry {
        let unit = self.evaluation.unit_figures(at).net;
        let quantity = self.evaluation.quantity(at);
        let ty = self.evaluation.lines.get(at).map(|run| &run.product.product.quantity.ty);
        let [formula, net, times] = &*OF_UNITS;
        let mut inputs = Vec::with_capacity(2);
        inputs.extend(unit.map(|unit| Read { text: net.clone(), value: self.money(&unit) }));
        if let (Some(quantity), Some(ty)) = (quantity, ty) {
            inputs.push(Read { text: times.clone(), value: self.show(quantity, ty) });
        }
        Entry { formula: Some(formula.clone()), inputs, ..start_entry("units", start) }
    }

    fn components(&self, at: usize, costs: &[CostPlan]) -> Vec<Component> {
        let seen = costs.iter().filter(|cost| self.sight.sees(&cost.visible_to));
        let components = seen.map(|cost| Component {
            name: cost.name.clone(),
            label: cost.label.clone(),
            amount: self.evaluation.cost(at, cost),
            formula: cost.amount.text.clone(),
            inputs: self.inputs(Some(at), &cost.amount, None),
            because: cost.because.clone(),
            span: cost.span,
        });
        components.collect()
    }

    /// The names of the steps that applied.
    fn applied(&self, run: &LineRun<'_>, at: usize) -> Vec<Name> {
        let marks = run.unit.iter().chain(&run.line).chain(&run.shares);
        let seen = |mark: &&Mark<'_>| self.sight.sees_step(self.evaluation, Some(at), mark.step);
        let applied = marks.filter(|mark| is_applied(mark)).filter(seen);
        applied.map(|mark| mark.step.name.clone()).collect()
    }

    pub(super) fn tax(&self, mark: &Mark<'_>) -> Option<Tax> {
        let StepKind::Tax(tax) = &mark.step.kind else { return None };
        if mark.outcome != crate::eval::Outcome::Applied {
            return None;
        }
        Some(Tax {
            name: mark.step.name.clone(),
            label: mark.step.label.clone(),
            amount: mark.contained.clone().unwrap_or_else(|| mark.amount.clone()),
            within: tax.within,
        })
    }

    /// The alerts of the product that are raised on a line, those of the pieces that are included in it, and
    /// then those of the quote.
    fn alerts(&self, at: usize) -> Vec<Alert> {
        let mut alerts = Vec::new();
        self.own_alerts(at, &mut alerts);
        alerts.extend(self.quote_alerts(Some(at)));
        alerts
    }

    fn own_alerts(&self, at: usize, alerts: &mut Vec<Alert>) {
        let evaluation = self.evaluation;
        let (Some(run), Some(facts)) = (evaluation.lines.get(at), evaluation.facts.lines.get(at)) else {
            return;
        };
        for (position, decided) in evaluation.alerts(at) {
            let Some(alert) = run.product.product.alerts.get(position) else { continue };
            let message = remark(&alert.when, alert.because.as_ref(), decided);
            let message = match facts.piece.as_ref().filter(|piece| !piece.priced) {
                Some(piece) => format!("`{}`: {message}", piece.place),
                None => message,
            };
            alerts.push(Alert { name: alert.name.clone(), message, span: Some(alert.span) });
        }
        for piece in facts.parts.iter().flat_map(|part| &part.pieces) {
            let standing = evaluation.lines.get(*piece).map(|run| run.standing);
            if standing == Some(Standing::Included) {
                self.own_alerts(*piece, alerts);
            }
        }
    }

    /// The book says that a line is not shown.
    fn is_hidden(&self, at: usize) -> bool {
        let alerts = &self.evaluation.plan.book().quote.alerts;
        if !alerts.iter().any(|alert| alert.hides) {
            return false;
        }
        let raised = self.evaluation.quote_alerts(Some(at)).into_iter();
        let mut holding = raised.filter(|(_, decided)| decided.is_ok());
        holding.any(|(position, _)| alerts.get(position).is_some_and(|alert| alert.hides))
    }

    /// The alerts of the quote that are raised on a line, or on the quote as a whole.
    fn quote_alerts(&self, at: Option<usize>) -> impl Iterator<Item = Alert> {
        let alerts = &self.evaluation.plan.book().quote.alerts;
        let raised = self.evaluation.quote_alerts(at).into_iter();
        raised.filter_map(move |(position, decided)| {
            let alert = alerts.get(position).filter(|alert| !alert.hides)?;
            // The condition would tell; the author's own words are meant for all.
            if (alert.because.is_none() || decided.is_err())
                && self.sight.tells(self.evaluation, at, &alert.when.text)
            {
                return None;
            }
            let message = remark(&alert.when, alert.because.as_ref(), decided);
            Some(Alert { name: alert.name.clone(), message, span: Some(alert.span) })
        })
    }

    fn suggestions(&self, at: usize, product: &ir::Product) -> Vec<Suggestion> {
        if !self.explains() {
            return Vec::new();
        }
        self.evaluation.suggestions(at).into_iter().map(|it| self.suggestion(product, it)).collect()
    }

    fn suggestion(&self, product: &ir::Product, suggestion: &ir::Suggestion) -> Suggestion {
        let (of, label, value, value_label, text) = match &suggestion.what {
            ir::Suggested::With { option, value } | ir::Suggested::Value { option, value } => {
                let input = product.options.iter().find(|it| it.name == *option);
                let (value, value_label) = input.map(|input| self.element(input, value)).unwrap_or_default();
                let with = matches!(suggestion.what, ir::Suggested::With { .. });
                let text = format!("{option} {} {value}", if with { "with" } else { "=" });
                let label = input.and_then(|input| input.label.clone());
                (Suggested::Option(option.clone()), label, value, value_label, text)
            }
            ir::Suggested::Product(name) => {
                let book = self.evaluation.plan.book();
                let label = book.products.iter().find(|it| it.name == *name).and_then(|it| it.label.clone());
                (Suggested::Product(name.clone()), label, name.to_string(), None, format!("product {name}"))
            }
        };
        let because = suggestion.because.clone();
        Suggestion { text, of, label, value, value_label, because, span: suggestion.span }
    }

    /// A value of an option, or one of a set's, as a request writes it, and its label.
    fn element(&self, input: &Input, value: &Value) -> (String, Option<Name>) {
        let shown = match (input.ty.required(), value) {
            (Ty::Set(of), Value::Choice(_)) => self.shown_as(value, &Ty::Choice(of.clone()), &Domain::All),
            (Ty::Row(table), key) => {
                let plan = self.evaluation.plan;
                let ty = plan.find_table(table).and_then(|table| table.table.keys.first()).map(|key| &key.ty);
                match ty {
                    Some(ty) => self.shown_as(key, ty, &Domain::All),
                    None => Shown::Text { text: Said::default(), label: None },
                }
            }
            _ => self.shown(value, input),
        };
        match shown {
            Shown::Bool(truth) => (truth.to_string(), None),
            Shown::Number(number) => (number.to_string(), None),
            Shown::Text { text, label } => (text.to_string(), label),
            Shown::Set(_) => (String::new(), None),
        }
    }

    fn offers<'n>(&self, line: Option<usize>, near: impl FnOnce() -> Vec<Near<'n>>) -> Vec<Offer> {
        if !self.explains() {
            return Vec::new();
        }
        let seen = near().into_iter().filter(|near| {
            let (evaluation, step) = (self.evaluation, near.step);
            let told = step.when.iter().chain(step.formula());
            let secret = |formula: &eval::Formula| self.sight.tells(evaluation, line, &formula.text);
            self.sight.sees_step(evaluation, line, step) && !told.into_iter().any(secret)
        });
        let offers = seen.map(|near| Offer {
            step: near.step.name.clone(),
            label: near.step.label.clone(),
            message: near.message,
            span: near.step.span,
        });
        offers.collect()
    }

    /// The figures of a waterfall that have a name and change nothing, or whose members do, as far as they may be
    /// seen.
    pub(super) fn figures_of<'s>(
        &self,
        line: Option<usize>,
        steps: impl IntoIterator<Item = &'s Step>,
        amount: impl Fn(&Step) -> Option<Exact>,
    ) -> Vec<Figure> {
        let named = steps.into_iter().filter(|step| match &step.kind {
            StepKind::Subtotal | StepKind::Let(_) => true,
            StepKind::Group { .. } | StepKind::Claims(_) | StepKind::Taxes { .. } => step.has_own_name(),
            _ => false,
        });
        let seen = named.filter(|step| self.sees_all(line, step));
        let figure = |step: &Step| {
            let amount = amount(step);
            let shown = amount.as_ref().and_then(|amount| self.in_own_unit(step, amount));
            Figure { name: step.name.clone(), label: step.label.clone(), amount, shown }
        };
        seen.map(figure).collect()
    }
}

/// What an alert says: the author's words, else its condition; the reason where that is not known.
fn remark(when: &ir::Formula, because: Option<&Name>, decided: Result<(), Gap>) -> String {
    match decided {
        Ok(()) => because.unwrap_or(&when.text).to_string(),
        Err(gap) => format!("`{}` cannot be decided: {}", when.text, gap.message),
    }
}

/// The figures without those that may not be seen.
pub(super) fn seen(figures: Figures, sees_cost: bool) -> Figures {
    Figures { cost: figures.cost.filter(|_| sees_cost), ..figures }
}

/// The entry that a waterfall starts with.
pub(super) fn start_entry(step: &str, amount: &Exact) -> Entry {
    Entry {
        step: step.into(),
        label: None,
        kind: EntryKind::Start,
        group: None,
        outcome: Outcome::Applied,
        amount: amount.clone(),
        running: Some(amount.clone()),
        contained: None,
        sum: None,
        shown: None,
        bound: None,
        left_over: None,
        formula: None,
        inputs: Vec::new(),
        details: Vec::new(),
        because: None,
        span: None,
    }
}

/// Whether a step is one of those that `applied` lists, and applied.
pub(super) fn is_applied(mark: &Mark<'_>) -> bool {
    let listed = matches!(
        mark.step.kind,
        StepKind::Add(_)
            | StepKind::Less(_)
            | StepKind::Floor(_)
            | StepKind::Cap(_)
            | StepKind::Tax(_)
            | StepKind::Charge(_)
            | StepKind::Gift(_)
            | StepKind::Claim(_)
    );
    listed && mark.outcome == crate::eval::Outcome::Applied
}

pub(super) fn violation(fault: &Fault) -> Violation {
    Violation {
        code: fault.code,
        name: fault.name.clone().unwrap_or_else(|| fault.code.id().into()),
        message: match &fault.piece {
            Some(piece) => format!("`{piece}`: {}", fault.message),
            None => fault.message.clone(),
        },
        piece: fault.piece.clone(),
        off_by: None,
        because: fault.because.clone(),
        help: fault.help.clone(),
        path: fault.path.clone(),
        span: fault.span,
    }
}

/// Evaluates, and puts together, what a bound request asks for.
pub(super) fn answer(request: &Request, evaluation: &Evaluation<'_>) -> Quote {
    let sight = super::sight::Sight::of(evaluation);
    let ids: Vec<String> = evaluation.facts.lines.iter().map(|line| line.id.clone()).collect();
    Explainer { evaluation, sight }.quote(request, &ids)
}
