//! One line, from its configuration to its own amount.

use std::cell::RefCell;
use std::sync::Arc;

use super::code::{Formula, in_formula};
use super::facts::{Facts, Given, LineFacts};
use super::fault::{Fault, Gap, arithmetic, broken};
use super::ground::{Entered, Ground, Reach};
use super::layout::{Cell, line};
use super::note::Note;
use super::others::Others;
use super::part::Behind;
use super::piece::Pieces;
use super::plan::{ConstraintPlan, InputPlan, Plan, ProductPlan};
use super::run::{Day, Scope};
use super::step::{Change, Step, StepKind, may_turn_round};
use super::table::Found;
use super::walk::{Mark, Walk};
use crate::diagnostic::codes;
use crate::ir::{self, Input, MemberAt, Name, Ty, Value};
use crate::source::Span;
use crate::value::Exact;

/// A line and all that is known of it.
#[derive(Debug)]
pub struct LineRun<'p> {
    /// Its product.
    pub product: &'p ProductPlan,
    /// What it counts as.
    pub standing: Standing,
    /// Where it stands in the line that it is a piece of: `dies[2]`; none for a line of the request.
    pub piece: Option<Name>,
    /// How many alike pieces there are.
    pub(super) count: Exact,
    /// The pieces of its parts.
    pub(super) parts: Vec<Pieces>,
    /// The positions of pieces whose part does not exist in this configuration.
    pub(super) absent: Vec<usize>,
    /// Inputs and figures.
    pub(super) cells: Vec<Cell>,
    /// Other lines see it.
    pub(super) took_part: bool,
    /// What is wrong with it; a line with a fault is left out of the quote.
    pub faults: Vec<Gap>,
    /// The waterfall of one unit.
    pub unit: Vec<Mark<'p>>,
    /// Unit price times quantity, where the product has a `per unit`.
    pub start: Option<Exact>,
    /// The line's own waterfall.
    pub line: Vec<Mark<'p>>,
    /// What the quote's steps did to it.
    pub shares: Vec<Mark<'p>>,
    /// How many of the shares count for its net; the rest comes after.
    pub net_shares: usize,
    /// The line's amount before the quote's steps.
    pub(super) own: Option<Result<Exact, Gap>>,
}

/// What a line, or a piece of one, counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A line of the quote.
    Line,
    /// A piece that has its price with what it is a part of.
    Included,
    /// A piece of a part that does not exist in this configuration.
    Absent,
    /// A line that the book added to the quote.
    Gift,
}

/// A line as the ground of its waterfalls.
pub(super) struct LineGround<'a> {
    pub plan: &'a Plan,
    pub facts: &'a Facts,
    pub quote: &'a [Cell],
    pub cells: &'a mut Vec<Cell>,
    pub parts: &'a [Pieces],
    pub others: Others<'a>,
    pub running: u32,
}

impl<'p> Ground<'p> for LineGround<'_> {
    fn scope<'s>(&'s self, notes: Option<&'s RefCell<Vec<Note>>>) -> Scope<'s> {
        Scope {
            plan: self.plan,
            day: &self.facts.day,
            inputs: &self.facts.inputs,
            line: self.cells,
            quote: self.quote,
            parts: self.parts,
            others: self.others,
            elements: None,
            arguments: &[],
            notes,
        }
    }

    fn explains(&self) -> bool {
        self.facts.explained
    }

    fn set(&mut self, slot: u32, cell: Cell) {
        set(self.cells, slot, cell);
    }

    fn set_running(&mut self, cell: Cell) {
        set(self.cells, self.running, cell);
    }

    fn enter(&mut self, _change: &'p Change) -> Result<Entered, Gap> {
        Ok(Entered::Reaches(None))
    }

    fn reach(&mut self, _change: Option<&'p Change>, effect: Exact, _span: Span) -> Result<Reach, Gap> {
        Ok(Reach::whole(effect))
    }

    fn share(&mut self, _: &'p Step, _: Option<&Exact>, _: &[(usize, Exact)]) -> Result<(), Gap> {
        Ok(())
    }
}

/// Keeps a figure in its cell.
pub(super) fn set(cells: &mut [Cell], slot: u32, cell: Cell) {
    if let Some(place) = cells.get_mut(slot as usize) {
        *place = cell;
    }
}

impl<'p> LineRun<'p> {
    /// Works a line out up to its price; the pieces of its parts stand behind it.
    pub(super) fn new(
        plan: &'p Plan,
        facts: &Facts,
        line: &LineFacts,
        product: &'p ProductPlan,
        behind: &Behind<'_, 'p>,
        others: Others<'_>,
    ) -> LineRun<'p> {
        let mut run = LineRun::empty(line, product);
        run.configure(plan, facts, line, Some(behind), others);
        if run.standing == Standing::Line {
            run.entries(plan, facts, line, others);
        } else {
            // Its cost is wrong only for who reads it.
            let known = run.faults.len();
            let cost = run.costs(plan, facts, &product.unit_cost, others);
            run.keep(line::UNIT_COST, cost.map(Value::Number));
            run.faults.truncate(known);
        }
        run
    }

    /// Works the line's own amount out, where it has one.
    pub(super) fn price(&mut self, plan: &'p Plan, facts: &Facts, others: Others<'_>) {
        if self.standing == Standing::Line {
            self.price_unit(plan, facts, others);
            self.price_line(plan, facts, others);
        }
    }

    /// The configuration of a line with the same pieces and other choices, without a price.
    pub(super) fn configured(&self, plan: &'p Plan, facts: &Facts, line: &LineFacts) -> LineRun<'p> {
        let mut run = LineRun { parts: self.parts.clone(), ..LineRun::empty(line, self.product) };
        run.configure(plan, facts, line, None, Others::default());
        run
    }

    /// A line of which nothing is known yet.
    pub(super) fn empty(line: &LineFacts, product: &'p ProductPlan) -> LineRun<'p> {
        let piece = line.piece.as_ref();
        let span = product.product.span;
        let unknown = || Err(broken(span, "a part is read before it is known"));
        LineRun {
            product,
            standing: match piece {
                Some(piece) if !piece.priced => Standing::Included,
                _ => Standing::Line,
            },
            piece: piece.map(|piece| piece.place.clone()),
            count: piece.map_or(Exact::ONE, |piece| piece.count.clone()),
            parts: product.product.parts.iter().map(|_| unknown()).collect(),
            absent: Vec::new(),
            cells: vec![Cell::Empty; product.layout.len()],
            took_part: false,
            faults: Vec::new(),
            unit: Vec::new(),
            start: None,
            line: Vec::new(),
            shares: Vec::new(),
            net_shares: 0,
            own: None,
        }
    }

    /// Takes the line out of the quote.
    pub(super) fn leave_out(&mut self, gap: Gap) {
        self.shares.clear();
        self.net_shares = 0;
        self.fault(gap);
        let own = self.own_amount().map(Value::Number);
        set(&mut self.cells, line::NET, Cell::of(own));
    }

    /// The line's amount before the quote's steps.
    pub(super) fn own_amount(&self) -> Result<Exact, Gap> {
        let nothing = || Err(broken(self.product.product.span, "the line has no amount"));
        self.own.clone().unwrap_or_else(nothing)
    }

    /// What expressions on this line see.
    pub(super) fn scope<'s>(&'s self, plan: &'s Plan, facts: &'s Facts, quote: &'s [Cell]) -> Scope<'s> {
        Scope {
            plan,
            day: &facts.day,
            inputs: &facts.inputs,
            line: &self.cells,
            quote,
            parts: &self.parts,
            others: Others::default(),
            elements: None,
            arguments: &[],
            notes: None,
        }
    }

    /// A figure's number, where it is known.
    pub(super) fn number(&self, slot: u32) -> Result<Exact, Gap> {
        match self.cells.get(slot as usize) {
            Some(Cell::Known(Value::Number(number))) => Ok(number.clone()),
            Some(Cell::Gap(gap)) => Err(gap.clone()),
            _ => Err(broken(self.product.product.span, "a figure is read before it is known")),
        }
    }

    /// Adds what is wrong, once.
    pub(super) fn fault(&mut self, gap: Gap) {
        let gap = self.own(gap);
        if !self.faults.iter().any(|known| Arc::ptr_eq(known, &gap) || **known == *gap) {
            self.faults.push(gap);
        }
    }

    /// The reason of a gap, with the piece that is to blame.
    pub(super) fn own(&self, gap: Gap) -> Gap {
        match &self.piece {
            Some(place) if gap.piece.is_none() => {
                Arc::new(Fault { piece: Some(place.clone()), ..Fault::clone(&gap) })
            }
            _ => gap,
        }
    }

    pub(super) fn keep(&mut self, slot: u32, outcome: Result<Value, Gap>) {
        let outcome = outcome.map_err(|gap| self.own(gap));
        if let Err(gap) = &outcome {
            self.fault(gap.clone());
        }
        set(&mut self.cells, slot, Cell::of(outcome));
    }

    pub(super) fn eval(
        &self,
        plan: &Plan,
        facts: &Facts,
        formula: &Formula,
        others: Others<'_>,
    ) -> Result<Value, Gap> {
        let value = Scope { others, ..self.scope(plan, facts, &[]) }.value(&formula.code);
        value.map_err(|gap| in_formula(gap, formula))
    }

    pub(super) fn holds(&self, plan: &Plan, facts: &Facts, formula: &Formula) -> Result<bool, Gap> {
        let truth = self.scope(plan, facts, &[]).truth(&formula.code);
        truth.map_err(|gap| in_formula(gap, formula))
    }

    /// Quantity, options, parts, lets, constraints. Without the lines behind it the pieces are known already.
    pub(super) fn configure(
        &mut self,
        plan: &'p Plan,
        facts: &Facts,
        given: &LineFacts,
        behind: Option<&Behind<'_, 'p>>,
        others: Others<'_>,
    ) {
        let product = self.product;
        let quantity = match &given.quantity {
            Given::Value(value) => Ok(value.clone()),
            Given::Doubtful(quantity, gap) => {
                self.fault(gap.clone());
                Ok(Value::Number(quantity.clone()))
            }
            Given::Bad(gap) => Err(gap.clone()),
            Given::Silent | Given::Preset(_) => Err(broken(product.product.span, "the line has no quantity")),
        };
        self.keep(line::QUANTITY, quantity);
        let bundle = facts.bundle_of(given).and_then(|line| plan.product(line.product));
        let bundle = bundle.map_or(Value::Absent, |bundle| Value::Text(bundle.product.name.clone()));
        self.keep(line::BUNDLE, Ok(bundle));
        let inputs = &product.product.options;
        for member in &product.product.order {
            match *member {
                MemberAt::Option(at) => {
                    let at = usize::from(at);
                    if let (Some(input), Some(option)) = (inputs.get(at), product.options.get(at)) {
                        let given = given.options.get(at).unwrap_or(&Given::Silent);
                        let kind = if input.with_line { Kind::Fact } else { Kind::Option };
                        let value = self.input(plan, facts, input, option, given, kind);
                        self.keep(option.slot, value);
                    }
                }
                MemberAt::Part(at) => {
                    if let Some(behind) = behind {
                        self.part(plan, facts, given, usize::from(at), behind);
                    }
                }
                MemberAt::Let(at) => {
                    let late = product.late.get(usize::from(at)) == Some(&true);
                    if let Some(formula) = product.lets.get(usize::from(at)).filter(|_| !late) {
                        let value = self.eval(plan, facts, formula, others);
                        self.keep(product.first_let.saturating_add(u32::from(at)), value);
                    }
                }
            }
        }
        for (rule, constraint) in product.constraints.iter().zip(&product.product.constraints) {
            if let Err(gap) = self.constraint(plan, facts, rule, constraint) {
                self.fault(gap);
            }
        }
    }

    /// What a salesperson typed for the line.
    fn entries(&mut self, plan: &Plan, facts: &Facts, given: &LineFacts, others: Others<'_>) {
        let product = self.product;
        let entries = product.price.as_deref().map_or(&[][..], |price| &price.entries);
        for (at, (input, entry)) in entries.iter().zip(&product.entries).enumerate() {
            let choice = given.entries.get(at).unwrap_or(&Given::Silent);
            let value = self.input(plan, facts, input, entry, choice, Kind::Entry);
            if let Ok(value) = &value {
                let limit = entry.limit.as_ref().map(|limit| self.eval(plan, facts, limit, others));
                for gap in check_entry(plan, facts, input, value, limit, given.has_reason, &given.path) {
                    self.fault(gap);
                }
            }
            self.keep(entry.slot, value);
        }
    }

    /// The value of an option or an entry: what was given, else the default, else nothing where that is
    /// allowed.
    fn input(
        &mut self,
        plan: &Plan,
        facts: &Facts,
        input: &Input,
        planned: &InputPlan,
        given: &Given,
        kind: Kind,
    ) -> Result<Value, Gap> {
        if let Some(when) = &planned.when
            && !self.holds(plan, facts, when)?
        {
            if !matches!(given, Given::Silent | Given::Preset(_) | Given::Value(Value::Absent)) {
                let message = format!("`{}` is chosen, and exists only when `{}`", input.name, when.text);
                self.fault(Fault::new(codes::OPTION_ABSENT, message).at(input.span).gap());
            }
            return Ok(Value::Absent);
        }
        match given {
            Given::Value(value) => Ok(value.clone()),
            Given::Bad(gap) => Err(gap.clone()),
            Given::Preset(value) => value.clone(),
            Given::Doubtful(number, gap) => {
                self.fault(gap.clone());
                Ok(Value::Number(number.clone()))
            }
            Given::Silent => match (&input.default, input.ty.required()) {
                (Some(Value::Row(row)), _) => Ok(Value::Row(*row)),
                (Some(key), Ty::Row(table)) => match plan.row_of(&facts.day, table, key) {
                    Some(row) => Ok(Value::Row(row)),
                    None => {
                        let message = format!("`{table}` has no row for the default of `{}`", input.name);
                        Err(Fault::new(codes::NO_ROW, message).at(input.span).gap())
                    }
                },
                (Some(default), _) => Ok(default.clone()),
                _ if input.optional => Ok(Value::Absent),
                (None, Ty::Set(_)) => Ok(Value::Set(0)),
                _ => Err(not_chosen(plan, facts, input, kind)),
            },
        }
    }

    fn constraint(
        &self,
        plan: &Plan,
        facts: &Facts,
        rule: &ConstraintPlan,
        constraint: &ir::Constraint,
    ) -> Result<(), Gap> {
        let scope = self.scope(plan, facts, &[]);
        let (holds, reads) = match rule {
            ConstraintPlan::Holds(formula) => (scope.truth(&formula.code)?, &formula.reads),
            ConstraintPlan::Row { table, keys, shown } => {
                let keys = keys.iter().map(|key| scope.value(key)).collect::<Result<Vec<_>, _>>()?;
                (row_allows(plan, &facts.day, *table, scope.find(*table, &keys, constraint.span)?), shown)
            }
            ConstraintPlan::Nothing => return Err(broken(constraint.span, "a table is missing")),
        };
        if holds {
            return Ok(());
        }
        let values = reads.iter().filter_map(|read| {
            let value = scope.value(&read.code).ok()?;
            Some(format!("{} is {}", read.text, plan.show(&facts.day, &value, &read.ty)))
        });
        let values: Vec<String> = values.collect();
        let message = match values.as_slice() {
            [] => format!("`{}` is broken", constraint.text),
            values => format!("`{}` is broken: {}", constraint.text, values.join(", ")),
        };
        let mut fault = Fault::new(codes::CONSTRAINT_VIOLATED, message).at(constraint.span);
        fault.name.clone_from(&constraint.name);
        fault.because.clone_from(&constraint.because);
        Err(fault.gap())
    }

    pub(super) fn price_unit(&mut self, plan: &'p Plan, facts: &Facts, others: Others<'_>) {
        let product = self.product;
        let cost = self.costs(plan, facts, &product.unit_cost, others);
        self.keep(line::UNIT_COST, cost.clone().map(Value::Number));
        let own = self.costs(plan, facts, &product.line_cost, others);
        let cost = self.times_quantity(cost).and_then(|cost| {
            cost.checked_add(&own?).map_err(|error| arithmetic(error, product.product.span))
        });
        self.keep(line::COST, cost.map(Value::Number));
        if product.unit.is_empty() {
            return;
        }
        let mut ground = self.ground((plan, facts, others), line::UNIT_RUNNING);
        let mut walk = Walk::from(&mut ground, Ok(Exact::ZERO));
        walk.steps(&product.unit);
        let (net, marks, gaps) = (walk.running, walk.marks, walk.gaps);
        self.unit = marks;
        gaps.into_iter().for_each(|gap| self.fault(gap));
        self.not_below_zero(plan, facts, net.as_ref().ok());
        self.keep(line::UNIT_NET, net.map(Value::Number));
        if has_list(&product.unit) {
            let list = self.times_quantity(self.number(line::UNIT_LIST));
            self.keep(line::LIST, list.map(Value::Number));
        }
    }

    pub(super) fn price_line(&mut self, plan: &'p Plan, facts: &Facts, others: Others<'_>) {
        let product = self.product;
        let start = match product.unit.is_empty() {
            true => Ok(Exact::ZERO),
            false => self.times_quantity(self.number(line::UNIT_NET)),
        };
        if !product.unit.is_empty() {
            self.start = start.as_ref().ok().cloned();
        }
        let mut ground = self.ground((plan, facts, others), line::RUNNING);
        let mut walk = Walk::from(&mut ground, start);
        walk.steps(&product.line);
        let (own, marks, gaps) = (walk.running, walk.marks, walk.gaps);
        self.line = marks;
        gaps.into_iter().for_each(|gap| self.fault(gap));
        match &own {
            Err(gap) => self.fault(gap.clone()),
            Ok(amount) if self.start.as_ref().is_none_or(|start| !start.is_negative()) => {
                let amount = amount.clone();
                self.not_below_zero(plan, facts, Some(&amount));
            }
            Ok(_) => {}
        }
        set(&mut self.cells, line::NET, Cell::of(own.clone().map(Value::Number)));
        self.own = Some(own);
    }

    /// A price below zero is refused unless a step of the product's waterfall may turn round.
    fn not_below_zero(&mut self, plan: &Plan, facts: &Facts, price: Option<&Exact>) {
        let product = self.product;
        let Some(price) = price.filter(|price| price.is_negative()) else { return };
        if may_turn_round(&product.unit) || may_turn_round(&product.line) {
            return;
        }
        let price = plan.show_amount(&facts.day, price);
        let message = format!("the price of `{}` comes to {price}, below zero", product.product.name);
        let help = "say the least price with `floor`; if a credit is meant, a step says `may be negative`";
        self.fault(Fault::new(codes::NEGATIVE_PRICE, message).at(product.product.span).help(help).gap());
    }

    fn ground<'a>(
        &'a mut self,
        (plan, facts, others): (&'a Plan, &'a Facts, Others<'a>),
        running: u32,
    ) -> LineGround<'a> {
        LineGround { plan, facts, quote: &[], cells: &mut self.cells, parts: &self.parts, others, running }
    }

    pub(super) fn times_quantity(&self, each: Result<Exact, Gap>) -> Result<Exact, Gap> {
        let product = each?.checked_mul(&self.number(line::QUANTITY)?);
        product.map_err(|error| arithmetic(error, self.product.product.span))
    }

    /// A broken constraint makes an `n/a` that it excludes not worth telling.
    pub(super) fn tidy(&mut self) {
        if self.faults.iter().any(|gap| gap.code == codes::CONSTRAINT_VIOLATED) {
            self.faults.retain(|gap| !gap.excluded);
        }
    }
}

/// Whether an input is an option or an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Comes with the line beside its options.
    Fact,
    Option,
    Entry,
}

fn not_chosen(plan: &Plan, facts: &Facts, input: &Input, kind: Kind) -> Gap {
    let (what, place) = match kind {
        Kind::Option => ("is not chosen and has no default", "in the line's `options`"),
        Kind::Entry | Kind::Fact => ("is not given and has no default", "in the line"),
    };
    let message = format!("`{}` {what}", input.name);
    let help = match plan.choices(&facts.day, input) {
        Some(choices) => format!("choose {place}: {choices}"),
        None if kind == Kind::Fact => format!("say it {place}: `\"{}\": …`", input.name),
        None => format!("choose it {place}"),
    };
    Fault::new(codes::OPTION_NOT_CHOSEN, message).at(input.span).help(help).gap()
}

/// What is wrong with an entry that has a value of its range: its limit, its reason.
pub(super) fn check_entry(
    plan: &Plan,
    facts: &Facts,
    input: &Input,
    value: &Value,
    limit: Option<Result<Value, Gap>>,
    has_reason: bool,
    path: &str,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let path = || if path.is_empty() { input.name.to_string() } else { format!("{path}.{}", input.name) };
    match (limit, value) {
        (Some(Err(gap)), _) => gaps.push(gap),
        (Some(Ok(Value::Number(limit))), Value::Number(number)) if *number > limit => {
            let show = |number: Exact| plan.show(&facts.day, &Value::Number(number), &input.ty);
            let limit = show(limit);
            let message =
                format!("`{}` is {}, above its limit of {limit} here", input.name, show(number.clone()));
            let fault = Fault::new(codes::ENTRY_OVER_LIMIT, message).at(input.span).in_request(path());
            gaps.push(fault.help(format!("give at most {limit}")).gap());
        }
        _ => {}
    }
    if input.reason_required
        && !has_reason
        && input.default.as_ref() != Some(value)
        && *value != Value::Absent
    {
        let message = format!("`{}` differs from its default and the request gives no reason", input.name);
        let fault = Fault::new(codes::REASON_MISSING, message).at(input.span).in_request(path());
        gaps.push(fault.help("add a `reason`").gap());
    }
    gaps
}

/// Whether a row was found that `allow` takes.
pub(super) fn row_allows(plan: &Plan, day: &Day, table: u32, found: Found) -> bool {
    let table = plan.tables.get(table as usize);
    let rows = table.and_then(|table| table.rows(table.version_on(day.as_of)?));
    match (rows, found) {
        (None, _) | (_, Found::Nothing) => false,
        (Some(rows), Found::Otherwise) => rows.otherwise.as_deref().is_some_and(ir::allows),
        (Some(rows), Found::Row(row)) => {
            let values = rows.values.iter().map(|column| column.get(row as usize).cloned().flatten());
            ir::allows(&values.collect::<Vec<_>>())
        }
    }
}

pub(super) fn has_list(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.kind, StepKind::List(_)))
}
