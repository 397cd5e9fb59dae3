//! A whole request: all lines, then the quote, then what the rules say of both.

use std::collections::HashSet;
use std::sync::Arc;

use super::code::{Formula, Reading, Test, in_formula};
use super::facts::{Facts, Given};
use super::fault::{Fault, Gap};
use super::layout::{Cell, line, quote};
use super::line::{LineRun, Standing, check_entry, set};
use super::others::{Lines, Memo, Others};
use super::plan::Plan;
use super::quote::QuoteRun;
use super::run::Scope;
use super::stage;
use crate::diagnostic::codes;
use crate::ir::{Expr, Name, Preset, Value};
use crate::value::Exact;

/// All figures of a request, and how they came about.
#[derive(Debug)]
pub struct Evaluation<'p> {
    /// The book's plan.
    pub plan: &'p Plan,
    /// What the request said.
    pub facts: Facts,
    /// The lines, in the order of the request.
    pub lines: Vec<LineRun<'p>>,
    /// The quote.
    pub quote: QuoteRun<'p>,
    /// No entry and no step of the quote is at fault.
    sound: bool,
    /// The rules that hold, each with the lines on which it does; none for the quote.
    held: Vec<(usize, HeldOn)>,
    /// What has been worked out for all lines alike.
    memo: Memo,
    /// The products of the lines.
    pub(super) sold: HashSet<&'p Name>,
}

/// Where a rule holds: the positions of lines, or none for the quote.
type HeldOn = Vec<Option<usize>>;

/// The figures that every line has, where they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// List price.
    pub list: Option<Exact>,
    /// Cost; none where a product has none.
    pub cost: Option<Exact>,
    /// Net price.
    pub net: Option<Exact>,
}

impl Figures {
    /// (net − cost) / net; none where there is no price to be a share of.
    pub fn margin(&self) -> Option<Exact> {
        let (net, cost) = (self.net.as_ref().filter(|net| net.is_positive())?, self.cost.as_ref()?);
        net.checked_sub(cost).ok()?.checked_div(net).ok()
    }

    /// (list − net) / list.
    pub fn off_list(&self) -> Option<Exact> {
        let (net, list) = (self.net.as_ref()?, self.list.as_ref()?);
        list.checked_sub(net).ok()?.checked_div(list).ok()
    }
}

/// A rule, and where it holds.
#[derive(Debug)]
pub struct Held<'r> {
    /// The position of the rule in the book.
    pub rule: usize,
    /// Where it holds: the positions of lines with the rule as it reads on them, or none for the quote.
    pub places: Vec<(Option<usize>, &'r Formula)>,
}

impl<'p> Evaluation<'p> {
    /// Evaluates a request.
    pub fn new(plan: &'p Plan, mut facts: Facts) -> Evaluation<'p> {
        let faults = enter_quote_entries(plan, &mut facts);
        let (mut lines, mut quote) = stage::all(plan, &facts);
        quote.faults.splice(0..0, faults);
        let sold = lines
            .iter()
            .filter(|run| run.standing == Standing::Line)
            .map(|run| &run.product.product.name)
            .collect();
        // What the book gave stands behind what was asked for.
        for gift in std::mem::take(&mut quote.gifts) {
            facts.lines.push(gift.facts);
            lines.push(gift.run);
        }
        let sound = quote.faults.is_empty();
        let (held, memo) = (Vec::new(), Memo::default());
        let mut evaluation = Evaluation { plan, facts, lines, quote, sound, held, sold, memo };
        let (held, undecided) = evaluation.decide_rules();
        evaluation.held = held;
        evaluation.quote.faults.extend(undecided);
        evaluation
    }

    /// What expressions see on a line (by its position), or on the quote.
    pub(super) fn scope(&self, at: Option<usize>) -> Scope<'_> {
        Scope {
            plan: self.plan,
            day: &self.facts.day,
            inputs: &self.facts.inputs,
            line: at.and_then(|at| self.lines.get(at)).map_or(&[], |run| &run.cells),
            quote: &self.quote.cells,
            parts: at.and_then(|at| self.lines.get(at)).map_or(&[], |run| &run.parts),
            others: Others { lines: Lines::Runs(&self.lines), memo: Some(&self.memo), asks: at },
            elements: None,
            arguments: &[],
            notes: None,
        }
    }

    /// The value of something that was read, on a line or on the quote. `running` is what `running` stood for
    /// when it was read.
    pub fn read(&self, at: Option<usize>, reading: &Reading, running: Option<&Exact>) -> Result<Value, Gap> {
        match running {
            Some(running) if &*reading.text == "running" => Ok(Value::Number(running.clone())),
            _ => self.scope(at).value(&reading.code),
        }
    }

    /// How many elements something that was read comes of: elements of a list, rows of a table.
    pub fn elements(&self, at: Option<usize>, reading: &Reading) -> Option<u64> {
        reading.may_come_of_elements().then(|| self.scope(at).over(reading)).flatten()
    }

    /// Whether a condition of the book holds on a line or on the quote.
    pub fn holds(&self, at: Option<usize>, condition: &Formula) -> Result<bool, Gap> {
        self.scope(at).truth(&condition.code).map_err(|gap| in_formula(gap, condition))
    }

    /// A condition from outside of the book's rules, made ready to be tried on a line or on the quote.
    pub fn formula(&self, at: Option<usize>, condition: &Expr) -> Formula {
        let product = at.and_then(|at| self.lines.get(at)).map(|run| run.product);
        self.plan.names(product, None).formula_of(condition, &Name::from(""))
    }

    /// The left side of a comparison.
    pub fn left(&self, at: Option<usize>, test: &Test) -> Result<Value, Gap> {
        self.scope(at).value(&test.left)
    }

    /// The right side of a comparison, or the constants of an `in`.
    pub fn right(&self, at: Option<usize>, test: &Test) -> Vec<Result<Value, Gap>> {
        test.right.iter().map(|code| self.scope(at).value(code)).collect()
    }

    /// The figures of a line.
    pub fn line_figures(&self, at: usize) -> Figures {
        let Some(run) = self.lines.get(at) else { return Figures::default() };
        let number = |slot| run.number(slot).ok();
        let has_cost = run.product.product.has_cost;
        Figures {
            list: number(line::LIST),
            cost: number(line::COST).filter(|_| has_cost),
            net: number(line::NET),
        }
    }

    /// The figures of one unit of a line.
    pub fn unit_figures(&self, at: usize) -> Figures {
        let Some(run) = self.lines.get(at) else { return Figures::default() };
        let number = |slot| run.number(slot).ok();
        let has_cost = run.product.product.has_cost;
        Figures {
            list: number(line::UNIT_LIST),
            cost: number(line::UNIT_COST).filter(|_| has_cost),
            net: number(line::UNIT_NET),
        }
    }

    /// The figures of the quote, and its total.
    pub fn quote_figures(&self) -> (Figures, Option<Exact>) {
        let number = |slot| self.quote.number(slot);
        let figures =
            Figures { list: number(quote::LIST), cost: number(quote::COST), net: number(quote::NET) };
        (figures, number(quote::TOTAL))
    }

    /// A step's figure on a line.
    pub fn figure(&self, at: usize, step: &super::step::Step) -> Option<Exact> {
        self.lines.get(at)?.number(step.figure).ok()
    }

    /// A step's figure on the quote.
    pub fn quote_figure(&self, step: &super::step::Step) -> Option<Exact> {
        self.quote.number(step.figure)
    }

    /// The amount of a cost component on a line.
    pub fn cost(&self, at: usize, cost: &super::plan::CostPlan) -> Option<Exact> {
        self.lines.get(at)?.number(cost.slot).ok()
    }

    /// The value of an option of a line, by its position in the product.
    pub fn option(&self, at: usize, option: usize) -> Option<&Value> {
        let run = self.lines.get(at)?;
        known(&run.cells, run.product.options.get(option)?.slot)
    }

    /// The preset that a line starts from.
    pub fn preset(&self, at: usize) -> Option<&Arc<Preset>> {
        self.plan.book.presets.get(self.facts.lines.get(at)?.preset?)
    }

    /// Whether the value of an option of a line, by its position in the product, is that of its preset.
    pub fn is_from_preset(&self, at: usize, option: usize) -> bool {
        let given = self.facts.lines.get(at).and_then(|line| line.options.get(option));
        matches!(given, Some(Given::Preset(Ok(_))))
    }

    /// The value of an entry of a line, by its position in the waterfall.
    pub fn entry(&self, at: usize, entry: usize) -> Option<&Value> {
        let run = self.lines.get(at)?;
        known(&run.cells, run.product.entries.get(entry)?.slot)
    }

    /// The value of a let of a line, by its position in the product.
    pub fn let_value(&self, at: usize, position: usize) -> Option<&Value> {
        let run = self.lines.get(at)?;
        let slot = run.product.first_let.checked_add(u32::try_from(position).ok()?)?;
        known(&run.cells, slot)
    }

    /// The quantity of a line.
    pub fn quantity(&self, at: usize) -> Option<&Value> {
        known(&self.lines.get(at)?.cells, line::QUANTITY)
    }

    /// The rules that hold, in the order of the book, with the lines on which they do.
    pub fn rules(&self) -> Vec<Held<'_>> {
        let held = self.held.iter().map(|(rule, places)| Held {
            rule: *rule,
            places: places.iter().filter_map(|at| Some((*at, self.rule_on(*rule, *at)?))).collect(),
        });
        held.collect()
    }

    /// The positions of the skips of approval levels that hold, with what they read.
    pub fn skips(&self) -> Vec<(usize, &Formula)> {
        let skips = self.plan.skips.iter().enumerate();
        skips.filter(|(_, when)| self.holds(None, when) == Ok(true)).collect()
    }

    /// A rule as it reads on a line, or on the quote; none where it does not speak of it.
    fn rule_on(&self, rule: usize, at: Option<usize>) -> Option<&'p Formula> {
        match (self.plan.rules.get(rule).and_then(Option::as_ref), at) {
            (Some(formula), None) => Some(formula),
            (None, Some(at)) => {
                let run = self.lines.get(at).filter(|run| run.standing == Standing::Line)?;
                run.product.rules.get(rule)?.as_ref()
            }
            _ => None,
        }
    }

    /// The rules that hold with their places, and why rules cannot be decided that must be. On a line that is at
    /// fault already nothing more is asked.
    fn decide_rules(&self) -> (Vec<(usize, HeldOn)>, Vec<Gap>) {
        let (mut all, mut gaps) = (Vec::new(), Vec::new());
        let mut told: Option<HashSet<String>> = None;
        let mut tell = |gap: Gap| {
            let known = || self.quote.faults.iter().map(|gap| gap.message.clone()).collect();
            if told.get_or_insert_with(known).insert(gap.message.clone()) {
                gaps.push(gap);
            }
        };
        self.plan.skips.iter().filter_map(|when| self.holds(None, when).err()).for_each(&mut tell);
        for rule in 0..self.plan.rules.len() {
            let mut held = HeldOn::new();
            for place in std::iter::once(None).chain((0..self.lines.len()).map(Some)) {
                let Some(formula) = self.rule_on(rule, place) else { continue };
                let excused =
                    place.and_then(|at| self.lines.get(at)).is_some_and(|run| !run.faults.is_empty());
                match self.holds(place, formula) {
                    Ok(true) => held.push(place),
                    Err(gap) if !excused => tell(gap),
                    _ => {}
                }
            }
            if !held.is_empty() {
                all.push((rule, held));
            }
        }
        (all, gaps)
    }

    /// The alerts of a line's product that are raised; with a reason where that cannot be decided.
    pub fn alerts(&self, at: usize) -> Vec<(usize, Result<(), Gap>)> {
        let Some(run) = self.lines.get(at) else { return Vec::new() };
        let alerts = run.product.alerts.iter().enumerate();
        alerts
            .filter_map(|(position, when)| match self.holds(Some(at), when) {
                Ok(true) => Some((position, Ok(()))),
                Ok(false) => None,
                Err(gap) if run.faults.contains(&gap) => None,
                Err(gap) => Some((position, Err(gap))),
            })
            .collect()
    }

    /// What the quote does not fulfil, of what the book asks; with a reason where that cannot be decided. Of a
    /// quote without its invalid lines nothing is asked: it is not what was meant.
    pub fn unmet(&self) -> Vec<(usize, Result<&Formula, Gap>)> {
        let asked = |run: &&LineRun<'_>| run.standing == Standing::Line;
        if !self.sound || self.lines.iter().filter(asked).any(|run| !run.counts()) {
            return Vec::new();
        }
        let rules = self.plan.requirements.iter().enumerate();
        let unmet = rules.filter_map(|(position, (when, condition))| {
            let asks = when.as_ref().map_or(Ok(true), |when| self.holds(None, when));
            let met = asks.and_then(|asks| Ok(!asks || self.holds(None, condition)?));
            match met {
                Ok(true) => None,
                Ok(false) => Some((position, Ok(condition))),
                Err(gap) => Some((position, Err(gap))),
            }
        });
        unmet.collect()
    }

    /// The alerts of the quote that are raised on a line, or on the quote as a whole; with a reason where that
    /// cannot be decided.
    pub fn quote_alerts(&self, at: Option<usize>) -> Vec<(usize, Result<(), Gap>)> {
        let (alerts, faults) = match at {
            None => (&self.plan.quote_alerts, &self.quote.faults),
            Some(at) => match self.lines.get(at) {
                Some(run) => (&run.product.quote_alerts, &run.faults),
                None => return Vec::new(),
            },
        };
        let alerts =
            alerts.iter().enumerate().filter_map(|(position, when)| Some((position, when.as_ref()?)));
        alerts
            .filter_map(|(position, when)| match self.holds(at, when) {
                Ok(true) => Some((position, Ok(()))),
                Ok(false) => None,
                // What cannot be worked out on a line at fault has been told there.
                Err(_) if !faults.is_empty() => None,
                Err(gap) => Some((position, Err(gap))),
            })
            .collect()
    }
}

fn known(cells: &[Cell], slot: u32) -> Option<&Value> {
    match cells.get(slot as usize) {
        Some(Cell::Known(value)) => Some(value),
        _ => None,
    }
}

/// Puts the quote's entries into their cells and checks their limits and reasons.
fn enter_quote_entries(plan: &Plan, facts: &mut Facts) -> Vec<Gap> {
    let mut faults = facts.faults.clone();
    for (at, input) in plan.book.quote.entries.iter().enumerate() {
        let Some(planned) = plan.quote_entries.get(at) else { continue };
        let scope = Scope {
            plan,
            day: &facts.day,
            inputs: &facts.inputs,
            line: &[],
            quote: &[],
            parts: &[],
            others: Others::default(),
            elements: None,
            arguments: &[],
            notes: None,
        };
        let exists = planned.when.as_ref().map_or(Ok(true), |when| scope.truth(&when.code));
        let value = match (exists, facts.entries.get(at).unwrap_or(&Given::Silent)) {
            (Err(gap), _) => Err(gap),
            (_, Given::Bad(gap)) => Err(gap.clone()),
            (Ok(false), _) => Ok(Value::Absent),
            (Ok(true), Given::Value(value)) => Ok(value.clone()),
            (Ok(true), Given::Doubtful(number, gap)) => {
                faults.push(gap.clone());
                Ok(Value::Number(number.clone()))
            }
            (Ok(true), Given::Silent | Given::Preset(_)) => match &input.default {
                Some(default) => Ok(default.clone()),
                None if input.optional => Ok(Value::Absent),
                None => {
                    let message = format!("`{}` is not given and has no default", input.name);
                    Err(Fault::new(codes::MISSING_VALUE, message).at(input.span).gap())
                }
            },
        };
        match &value {
            Ok(value) => {
                let limit = planned.limit.as_ref().map(|limit| scope.value(&limit.code));
                faults.extend(check_entry(plan, facts, input, value, limit, facts.has_reason, ""));
            }
            Err(gap) => faults.push(gap.clone()),
        }
        set(&mut facts.inputs, planned.slot, Cell::of(value));
    }
    faults
}
