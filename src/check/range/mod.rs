//! What values can occur in a whole book, and what follows: calls of tables and tiers that can fall outside
//! of their rows, divisors that can be zero, amounts that can outgrow what fits.
//!
//! ```text
//!   domains of options, quantities, entries, indexes ─▶ Range of every expression ─▶ problems
//! ```
//!
//! An expression is looked at once for each product that it is evaluated for. Conditions narrow what stands
//! behind them: in `if n > 0 then cost / n else 0` the divisor is above zero.

mod assume;
mod calls;
mod elements;
mod errors;
pub(crate) mod interval;
#[cfg(test)]
mod tests;
mod unreached;
mod walk;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::bodies::Whole;
use super::kept::{ByName, Changes, Reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Alert, Approvals, ConstraintRule, CostComponent, Formula, Guide, HitPolicy, Input, KeyMatch, Name,
    Product, QuoteAlert, Step, StepKind, Subject, Suggestion, Table, Value,
};
use crate::source::Span;
use crate::value::Exact;
use interval::{Range, day_number};
use walk::Walker;

/// What was found by looking at the expressions of each product's line, and at those of the quote.
#[derive(Debug, Default)]
pub(super) struct Seen(ByName<Look>);

/// What looking at one product, or at the quote, found, and by which names.
#[derive(Debug)]
struct Look {
    reads: Reads,
    found: Found,
}

/// Looks at every expression of a book, as far as changes concern it: for what they do not, what was seen before is
/// seen again. Where lets go through all lines each may hang on each, so nothing is kept for the next time.
pub(super) fn check_ranges(
    whole: &Whole<'_>,
    lets_through_lines: bool,
    seen: &mut Seen,
    changes: &Changes,
) -> Vec<Diagnostic> {
    let facts = Facts::new(whole);
    let mut found = Found::default();
    let mut before = std::mem::take(seen);
    // No product has an empty name; it stands for the quote.
    let products = whole.book.products.iter().map(|it| (it.name.clone(), Some(it.as_ref())));
    for (at, (name, product)) in products.chain([(Name::from(""), None)]).enumerate() {
        let known = before.0.take(at, &name).filter(|look| !changes.concern(&look.reads));
        let look = known.unwrap_or_else(|| {
            let mut found = Found::default();
            match product {
                Some(product) => of_line(&facts, product, &mut found),
                None => of_quote(&facts, &mut found),
            }
            Look { reads: whole.take_reads(), found }
        });
        found.merge(&look.found);
        if !lets_through_lines {
            seen.0.push(name, look);
        }
    }
    unreached::check(whole.book, &mut found);
    found.problems
}

/// Looks at what is evaluated for the lines of a product.
fn of_line<'b>(facts: &'b Facts<'b>, product: &'b Product, found: &mut Found) {
    let book = facts.whole.book;
    // The product is looked up, so that what is found hangs on it.
    let product = facts.whole.product(&product.name).unwrap_or(product);
    let price = facts.whole.price_of(product);
    let mut walker = Walker::new(facts, found);
    walker.enter(product, price);
    of_product(&mut walker, product);
    if let Some(guide) = facts.whole.guide_of(product) {
        questions(&mut walker, guide);
    }
    // A product without a price is only sold inside of others, and has no line.
    let Some(price) = price else { return };
    inputs(&mut walker, &price.entries);
    steps(&mut walker, &price.per_unit, Part::All);
    steps(&mut walker, &price.per_line, Part::All);
    steps(&mut walker, &book.quote.steps, Part::Lines);
    alerts(&mut walker, &book.quote.alerts, Some(product));
    rules(&mut walker, &book.approvals, Some(product));
    for always in book.always.iter().filter(|always| always.per_line) {
        if concerns(always.narrowed_to.as_ref(), product) {
            walker.formula(&always.condition);
        }
    }
}

/// Looks at what is evaluated once for a quote.
fn of_quote<'b>(facts: &'b Facts<'b>, found: &mut Found) {
    let book = facts.whole.book;
    let mut walker = Walker::new(facts, found);
    inputs(&mut walker, &book.quote.entries);
    steps(&mut walker, &book.quote.steps, Part::Quote);
    alerts(&mut walker, &book.quote.alerts, None);
    for rule in &book.quote.requirements {
        let guard = walker.mark();
        optional(&mut walker, rule.when.as_ref());
        if let Some(when) = &rule.when {
            walker.assume(&when.expr, true);
        }
        walker.formula(&rule.condition);
        walker.forget(guard);
    }
    rules(&mut walker, &book.approvals, None);
    for always in book.always.iter().filter(|always| !always.per_line) {
        walker.formula(&always.condition);
    }
}

/// What is wrong, each once: a family's expression is looked at for each of its products.
#[derive(Debug, Default)]
pub(super) struct Found {
    problems: Vec<Diagnostic>,
    seen: HashSet<(&'static str, Span)>,
    /// What tier schemes are asked for, by all calls together; nothing where it hangs on a scale.
    asked: HashMap<Name, Option<Range>>,
    /// Not all was looked at.
    too_deep: bool,
}

impl Found {
    /// Takes note of a call of tiers.
    pub(super) fn tiers_asked(&mut self, name: &Name, range: Option<&Range>) {
        let known = self.asked.entry(name.clone()).or_insert_with(|| range.cloned());
        *known = known.take().zip(range).map(|(known, range)| known.hull(range));
    }

    /// Adds what was found elsewhere.
    fn merge(&mut self, other: &Found) {
        other.problems.iter().for_each(|problem| self.add(problem.clone()));
        for (name, range) in &other.asked {
            self.tiers_asked(name, range.as_ref());
        }
        self.too_deep |= other.too_deep;
    }

    pub(super) fn add(&mut self, problem: Diagnostic) {
        let place = problem.span().unwrap_or_default();
        if self.seen.insert((problem.code.id(), place)) {
            self.problems.push(problem);
        }
    }
}

/// The values that rows name for a key.
type Named<'b> = HashSet<&'b Value>;

/// What lets can be, and the names by which that was found.
type Lets = (HashMap<Name, Range>, Reads);

/// A book, with what is worked out of its tables and lets on the way.
pub(super) struct Facts<'b> {
    whole: &'b Whole<'b>,
    columns: RefCell<HashMap<(Name, u16), Range>>,
    named: RefCell<HashMap<(Name, usize), Rc<Named<'b>>>>,
    /// What the lets of pieces can be.
    lets: RefCell<HashMap<Name, Rc<Lets>>>,
}

impl<'b> Facts<'b> {
    fn new(whole: &'b Whole<'b>) -> Facts<'b> {
        Facts { whole, columns: RefCell::default(), named: RefCell::default(), lets: RefCell::default() }
    }

    /// What an option or a let of a product can be, in any configuration.
    fn member(&'b self, product: &'b Product, name: &Name) -> Range {
        if let Some(option) = product.options.iter().find(|option| option.name == *name) {
            return walk::of_input(Some(option));
        }
        let known = self.lets.borrow().get(&product.name).cloned();
        let lets = known.unwrap_or_else(|| {
            // A let that goes through lines can come back to its own product: then nothing is known of it yet.
            self.lets.borrow_mut().insert(product.name.clone(), Rc::default());
            let outer = self.whole.take_reads();
            // What is wrong with a let is said where its own product is looked at.
            let mut unsaid = Found::default();
            let mut walker = Walker::new(self, &mut unsaid);
            walker.enter(product, None);
            let found = walker.lets_of(product);
            let lets = Rc::new((found, self.whole.take_reads()));
            self.whole.note(&outer);
            self.lets.borrow_mut().insert(product.name.clone(), lets.clone());
            lets
        });
        self.whole.note(&lets.1);
        lets.0.get(name).cloned().unwrap_or_else(Range::all)
    }

    /// What a column of a table holds, over all rows and versions.
    fn column(&self, table: &'b Table, column: u16) -> Range {
        let key = (table.name.clone(), column);
        if let Some(range) = self.columns.borrow().get(&key) {
            return range.clone();
        }
        let at = usize::from(column);
        let values = || {
            table.versions.iter().flat_map(move |version| {
                let rows = version.rows.values.get(at).map(Vec::as_slice).unwrap_or_default();
                let otherwise = version.rows.otherwise.as_ref().and_then(|values| values.get(at));
                rows.iter().chain(otherwise).flatten()
            })
        };
        let numbers = || {
            values().filter_map(|value| if let Value::Number(number) = value { Some(number) } else { None })
        };
        let days =
            || values().filter_map(|value| if let Value::Date(date) = value { Some(*date) } else { None });
        if table.policy == HitPolicy::Sum {
            // Of all rows that can come together, those below zero, and those above.
            let sum = |wanted: fn(&Exact) -> bool| {
                let mut all = numbers().filter(|number| wanted(number));
                all.try_fold(Exact::ZERO, |sum, number| sum.checked_add(number)).ok()
            };
            let end = |sum: Option<Exact>| sum.map(|sum| (sum, true));
            let range = Range { low: end(sum(Exact::is_negative)), high: end(sum(Exact::is_positive)) };
            self.columns.borrow_mut().insert(key, range.clone());
            return range;
        }
        let range = match (numbers().min(), numbers().max(), days().min(), days().max()) {
            (Some(low), Some(high), ..) => Range::between(low.clone(), high.clone()),
            (_, _, Some(low), Some(high)) => Range::between(day_number(low), day_number(high)),
            _ => Range::all(),
        };
        self.columns.borrow_mut().insert(key, range.clone());
        range
    }

    /// The values that the rows of a table name for a key, in every version.
    fn named(&self, table: &'b Table, key: usize) -> Rc<Named<'b>> {
        let place = (table.name.clone(), key);
        if let Some(named) = self.named.borrow().get(&place) {
            return named.clone();
        }
        let mut named: Option<HashSet<&'b Value>> = None;
        for version in &table.versions {
            let column = version.rows.keys.get(key).map(Vec::as_slice).unwrap_or_default();
            let values = column.iter().flat_map(|found| match found {
                KeyMatch::One(value) => std::slice::from_ref(value),
                KeyMatch::OneOf(values) => values,
                KeyMatch::Any | KeyMatch::Band(_) | KeyMatch::Starts(_) => &[],
            });
            let values: HashSet<&'b Value> = values.collect();
            named = Some(match named {
                Some(earlier) => earlier.intersection(&values).copied().collect(),
                None => values,
            });
        }
        let named = Rc::new(named.unwrap_or_default());
        self.named.borrow_mut().insert(place, named.clone());
        named
    }
}

fn of_product(walker: &mut Walker<'_, '_>, product: &Product) {
    inputs(walker, &product.options);
    for part in &product.parts {
        optional(walker, part.when.as_ref());
    }
    for own in &product.lets {
        walker.declare_let(own);
    }
    for constraint in &product.constraints {
        match &constraint.rule {
            ConstraintRule::Holds(expr) => {
                walker.range(expr);
            }
            // A combination without a row is what the constraint forbids.
            ConstraintRule::Row { keys, .. } => {
                for key in keys {
                    walker.range(key);
                }
            }
        }
    }
    components(walker, &product.unit_cost, crate::ir::Level::Unit);
    components(walker, &product.line_cost, crate::ir::Level::Line);
    for Suggestion { when, .. } in &product.suggestions {
        optional(walker, when.as_ref());
    }
    for Alert { when, .. } in &product.alerts {
        walker.formula(when);
    }
}

fn questions(walker: &mut Walker<'_, '_>, guide: &Guide) {
    for question in &guide.questions {
        optional(walker, question.input.when.as_ref());
        for effect in &question.effects {
            walker.range(&effect.condition);
            let guard = walker.mark();
            walker.assume(&effect.condition, true);
            walker.range(&effect.asks.expr);
            walker.forget(guard);
        }
    }
}

fn components(walker: &mut Walker<'_, '_>, components: &[CostComponent], level: crate::ir::Level) {
    for component in components {
        walker.declare_component(component, level);
    }
}

fn inputs(walker: &mut Walker<'_, '_>, inputs: &[Input]) {
    for input in inputs {
        optional(walker, input.when.as_ref());
        optional(walker, input.limit.as_ref());
    }
}

fn optional(walker: &mut Walker<'_, '_>, formula: Option<&Formula>) {
    if let Some(formula) = formula {
        walker.formula(formula);
    }
}

/// Which parts of a block of steps are looked at: of the quote's those that see one line are looked at for
/// each product, the others once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Lines,
    Quote,
}

fn steps(walker: &mut Walker<'_, '_>, steps: &[Step], part: Part) {
    for step in steps {
        let guard = walker.mark();
        if part != Part::Lines {
            optional(walker, step.when.as_ref());
        }
        if let Some(when) = &step.when {
            walker.assume(&when.expr, true);
        }
        self::step(walker, step, part);
        walker.forget(guard);
    }
}

fn step(walker: &mut Walker<'_, '_>, step: &Step, part: Part) {
    if let StepKind::EachLine(inner) = &step.kind {
        if part != Part::Quote {
            steps(walker, inner, Part::All);
        }
        return;
    }
    let product = walker.product_name();
    step.kind.for_each_formula(&mut |formula, subject| {
        let looked_at = match subject {
            Subject::Section => part != Part::Lines,
            Subject::Lines => part != Part::Quote,
            Subject::Groups(each) => {
                part != Part::Quote && product.is_some_and(|product| each.of.contains(product))
            }
        };
        if looked_at {
            walker.formula(formula);
        }
    });
    steps(walker, step.kind.steps(), part);
}

fn alerts(walker: &mut Walker<'_, '_>, alerts: &[QuoteAlert], product: Option<&Product>) {
    for alert in alerts.iter().filter(|alert| alert.per_line == product.is_some()) {
        if product.is_none_or(|product| concerns(alert.narrowed_to.as_ref(), product)) {
            walker.formula(&alert.when);
        }
    }
}

fn rules(walker: &mut Walker<'_, '_>, approvals: &Approvals, product: Option<&Product>) {
    if product.is_none() {
        for skip in &approvals.skips {
            walker.formula(&skip.when);
        }
    }
    for rule in approvals.rules.iter().filter(|rule| rule.per_line == product.is_some()) {
        if product.is_none_or(|product| concerns(rule.narrowed_to.as_ref(), product)) {
            walker.formula(&rule.when);
        }
    }
}

/// Whether what is narrowed to a product or family concerns this product.
fn concerns(narrowed_to: Option<&Name>, product: &Product) -> bool {
    narrowed_to.is_none_or(|target| *target == product.name || product.family.as_ref() == Some(target))
}
