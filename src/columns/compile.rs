//! From a checked product to the graph: inputs, what is known of them, and the formulas over them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::graph::{B, Graph, I};
use super::number::Num;
use super::port::{Gate, Lane, day_number};
use super::program::Unsupported;
use super::quote::Stand;
use super::trace::Trace;
use crate::eval::{Day, Plan};
use crate::ir::{self, Book, Input, Level, MemberAt, Name, Period, Place, Price, Product, Ty};
use crate::source::Span;
use crate::value::Date;

/// What an expression is.
#[derive(Clone, Debug)]
pub(super) enum Val {
    Num(Num),
    Bool(B),
    /// The position among the texts that are told apart.
    Word(I),
    Choice(I),
    Set(I),
    Date(I),
    /// A row of a table, by the table's position.
    Row(u32, I),
    Text(Name),
    /// Nothing.
    Absent,
    /// A value where the truth holds, nothing elsewhere.
    Maybe(B, Box<Val>),
}

/// What is known of a step that a field can ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepOut {
    /// What it added to the price; the figure of what changes nothing.
    pub amount: Num,
    pub applied: B,
    /// Where the waterfall has it at all: not among the members of a group that is not in force.
    pub there: B,
    /// The bound of a floor or cap, and where it is known.
    pub bound: Option<(Num, B)>,
}

/// The work on one program.
pub(super) struct Compiler<'p> {
    pub plan: &'p Plan,
    pub book: &'p Book,
    pub product: &'p Product,
    pub price: Option<&'p Price>,
    pub day: Day,
    /// The days for which all that was looked at stays as it is.
    pub period: Period,
    pub graph: Graph,
    pub gates: Vec<Gate>,
    /// The positions of ports by what they read, and where they have a value.
    pub ports: HashMap<Place, (u32, B)>,
    /// What places hold.
    pub cells: HashMap<Place, Val>,
    pub applied: HashMap<(Level, Name), B>,
    pub steps: HashMap<(Level, Name), StepOut>,
    /// Figures of the quote that are known, and zero, only where the quote has no line that counts.
    pub of_nothing: HashMap<Place, B>,
    /// The texts that inputs are told apart by, rising.
    pub words: Arc<[Name]>,
    /// The texts that formulas ask for.
    pub wanted: BTreeSet<Name>,
    /// What the steps do, as the waterfalls of the quote tell it; none where nobody asks for it.
    pub trace: Option<Trace>,
    /// Where the quote stands, once its lines are priced.
    pub stand: Option<Stand>,
    /// The arguments of the function that is looked at.
    pub arguments: Vec<Val>,
    /// How many functions are around.
    pub depth: usize,
    /// What is looked at counts only where this holds.
    pub guard: B,
    /// A row in which one of these holds is deferred.
    pub defers: Vec<B>,
}

/// Whether an input comes with contexts and facts, or is an option or an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fact,
    Choice,
}

pub(super) fn unsupported<T>(what: impl Into<String>, span: Span) -> Result<T, Unsupported> {
    Err(Unsupported { what: what.into(), span: Some(span) })
}

/// The part of a period in which a day lies, cut where another period begins and ends; whether that holds on
/// the day.
pub(super) fn cut(period: &mut Period, by: &Period, day: Date) -> bool {
    let (begun, ended) = (by.from.is_none_or(|from| from <= day), by.to.is_some_and(|to| to < day));
    let later = |one: Option<Date>, other: Option<Date>| one.max(other);
    let earlier = |one: Option<Date>, other: Option<Date>| match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    if !begun {
        period.to = earlier(period.to, by.from.and_then(|from| from.add_days(-1)));
    } else if ended {
        period.from = later(period.from, by.to.and_then(|to| to.add_days(1)));
    } else {
        period.from = later(period.from, by.from);
        period.to = earlier(period.to, by.to);
    }
    begun && !ended
}

impl<'p> Compiler<'p> {
    pub fn new(
        plan: &'p Plan,
        (at, day, currency): (u32, Date, u16),
        words: Arc<[Name]>,
    ) -> Result<Compiler<'p>, Unsupported> {
        let none = |what: &str| Unsupported { what: what.to_owned(), span: None };
        let product = plan.product(at).ok_or_else(|| none("a product that is not there"))?;
        let book = plan.book();
        let mut period = Period::default();
        if !cut(&mut period, &book.effective, day) {
            return Err(none("a day on which the book makes no quotes"));
        }
        let mut graph = Graph::default();
        let guard = graph.known(true);
        let rates = vec![None; book.exchanges.len()];
        Ok(Compiler {
            plan,
            book,
            product: &product.product,
            price: product.price.as_deref(),
            day: Day { as_of: day, currency, rates },
            period,
            graph,
            gates: Vec::new(),
            ports: HashMap::new(),
            cells: HashMap::new(),
            applied: HashMap::new(),
            steps: HashMap::new(),
            of_nothing: HashMap::new(),
            words,
            wanted: BTreeSet::new(),
            trace: None,
            stand: None,
            arguments: Vec::new(),
            depth: 0,
            guard,
            defers: Vec::new(),
        })
    }

    /// The position of a text among those that are told apart; none where it is not among them yet.
    pub fn word(&mut self, text: &Name) -> Option<i64> {
        self.wanted.insert(text.clone());
        let at = self.words.binary_search(text).ok()?;
        i64::try_from(at).ok()
    }

    /// Defers rows in which something holds, as far as what is looked at counts there.
    pub fn defer(&mut self, where_holds: B) {
        let defer = self.graph.and(self.guard, where_holds);
        if self.graph.truth(defer) != Some(false) && !self.defers.contains(&defer) {
            self.defers.push(defer);
        }
    }

    /// Looks at something that counts only where a condition holds.
    pub fn under<T>(
        &mut self,
        condition: B,
        work: impl FnOnce(&mut Self) -> Result<T, Unsupported>,
    ) -> Result<T, Unsupported> {
        let guard = self.guard;
        self.guard = self.graph.and(guard, condition);
        let done = work(self);
        self.guard = guard;
        done
    }

    /// The port of an input, and the truth that a row gives it.
    fn port(&mut self, gate: Gate) -> (u32, I, B) {
        let at = u32::try_from(self.gates.len()).unwrap_or(u32::MAX);
        let ends = match gate.port.lane {
            Lane::Any => (0, 0),
            _ => (gate.least.min(gate.instead), gate.greatest.max(gate.instead)),
        };
        self.gates.push(gate);
        (at, self.graph.port(at, ends), self.graph.given(at))
    }

    /// What all requests say: the day, contexts, facts, indexes.
    pub fn inputs(&mut self) -> Result<(), Unsupported> {
        let book = self.book;
        self.day_port();
        for context in &book.contexts {
            for field in &context.fields {
                let place = Place::Context { context: context.name.clone(), field: field.name.clone() };
                self.input(field, place, Kind::Fact)?;
            }
        }
        for fact in &book.facts {
            if &*fact.name == "author" {
                return unsupported("the author as an input", fact.span);
            }
            self.input(fact, Place::Fact(fact.name.clone()), Kind::Fact)?;
        }
        for index in &book.indexes {
            let place = Place::Index(index.input.name.clone());
            let mut gate = Gate::of(self.plan, &self.day, &index.input, place.clone(), &self.words)?;
            gate.port.max_age_days = index.max_age_days;
            gate.default = None;
            let ty = index.input.ty.clone();
            let lane = gate.port.lane.clone();
            let (at, value, given) = self.port(gate);
            let value = self.lane_value(&lane, &ty, value);
            // An index is missed only by who reads it.
            self.ports.insert(place.clone(), (at, given));
            if let Some(value) = value {
                self.cells.insert(place, value);
            }
        }
        Ok(())
    }

    fn day_port(&mut self) {
        let number = |day: Option<Date>, open: Date| day_number(day.unwrap_or(open));
        let ends = (number(self.book.effective.from, Date::MIN), number(self.book.effective.to, Date::MAX));
        let mut gate = Gate::between(Place::AsOf, &Ty::Date, Lane::Date, ends);
        gate.port.required = true;
        gate.instead = day_number(self.day.as_of);
        let (at, value, given) = self.port(gate);
        self.ports.insert(Place::AsOf, (at, given));
        self.cells.insert(Place::AsOf, Val::Date(value));
        let currency = self.graph.number(i64::from(self.day.currency));
        self.cells.insert(Place::Currency, Val::Choice(currency));
    }

    fn lane_value(&mut self, lane: &Lane, ty: &Ty, value: I) -> Option<Val> {
        Some(match lane {
            Lane::Number { scale } => Val::Num(Num { above: value, scale: u32::from(*scale), below: None }),
            Lane::Choice => Val::Choice(value),
            Lane::Set => Val::Set(value),
            Lane::Row { table } => Val::Row(*table, value),
            Lane::Flag => {
                let truth = self.graph.compare_const(ir::CompareOp::NotEqual, value, 0);
                Val::Bool(truth)
            }
            Lane::Word { .. } => Val::Word(value),
            Lane::Date => Val::Date(value),
            Lane::Any => return None,
        })
        .filter(|_| ty.list().is_none())
    }

    /// An input: what was given, else its default, else nothing where that is allowed.
    fn input(&mut self, input: &Input, place: Place, kind: Kind) -> Result<(), Unsupported> {
        let mut gate = Gate::of(self.plan, &self.day, input, place.clone(), &self.words)?;
        let exists = match &input.when {
            None => self.graph.known(true),
            Some(when) => self.truth(&when.expr)?,
        };
        let has_default = gate.default.is_some();
        let may_lack = input.optional || kind == Kind::Fact && matches!(input.ty, Ty::Optional(_));
        let always = self.graph.truth(exists) == Some(true);
        gate.port.required = always && !has_default && !may_lack;
        let lane = gate.port.lane.clone();
        if let Lane::Row { table } = lane {
            self.rows_of(table);
        }
        let (at, value, given) = self.port(gate);
        if !always {
            let (gone, silent) = (self.graph.not(exists), self.graph.not(given));
            let against = self.graph.and(gone, given);
            self.defer(against);
            if !has_default && !may_lack {
                let missing = self.graph.and(exists, silent);
                self.defer(missing);
            }
        }
        let there = match (has_default, may_lack) {
            (false, true) => self.graph.and(exists, given),
            _ => exists,
        };
        if let Some(value) = self.lane_value(&lane, &input.ty, value) {
            let value = match &input.ty {
                Ty::Optional(_) => Val::Maybe(there, Box::new(value)),
                _ => value,
            };
            self.cells.insert(place.clone(), value);
        }
        self.ports.insert(place, (at, there));
        Ok(())
    }

    /// Quantity, options and lets, in the order in which each reads only earlier ones.
    pub fn configure(&mut self) -> Result<(), Unsupported> {
        let product = self.product;
        if !product.parts.is_empty() {
            return unsupported("a product with parts", product.span);
        }
        self.input(&product.quantity, Place::Quantity, Kind::Choice)?;
        for member in &product.order {
            match *member {
                MemberAt::Option(at) => {
                    if let Some(option) = product.options.get(usize::from(at)) {
                        self.input(option, Place::Member(option.name.clone()), Kind::Choice)?;
                    }
                }
                MemberAt::Let(at) => {
                    if let Some(it) = product.lets.get(usize::from(at)) {
                        let value = self.value(&it.value.expr)?;
                        self.cells.insert(Place::Member(it.name.clone()), value);
                    }
                }
                MemberAt::Part(_) => {}
            }
        }
        Ok(())
    }

    /// What a salesperson typed, for the line or the quote.
    pub fn entries(&mut self, level: Level) -> Result<(), Unsupported> {
        let entries: &'p [Input] = match level {
            Level::Quote => &self.book.quote.entries,
            _ => self.price.map_or(&[], |price| &price.entries),
        };
        for entry in entries {
            let place = Place::Entry { level, name: entry.name.clone() };
            self.input(entry, place.clone(), Kind::Choice)?;
            let Some(value) = self.cells.get(&place).cloned() else {
                if let (true, Some((_, given))) = (entry.reason_required, self.ports.get(&place).copied()) {
                    self.defer(given);
                }
                continue;
            };
            let (there, value) = match value {
                Val::Maybe(there, value) => (there, *value),
                value => (self.graph.known(true), value),
            };
            if let Some(limit) = &entry.limit {
                // The limit is worked out where there is a value, and even where there is none.
                if let (Val::Num(limit), Val::Num(value)) = (self.value(&limit.expr)?, &value) {
                    let above = self.graph.compare_numbers(ir::CompareOp::Greater, *value, limit)?;
                    let above = self.graph.and(above, there);
                    self.defer(above);
                } else {
                    return unsupported("a limit of a rare type", entry.span);
                }
            }
            if entry.reason_required {
                let other = match &entry.default {
                    Some(default) => {
                        let default = self.constant(default, &entry.ty, entry.span)?;
                        let same = self.equal(&value, &default, entry.span)?;
                        self.graph.not(same)
                    }
                    None => self.graph.known(true),
                };
                let other = self.graph.and(other, there);
                self.defer(other);
            }
        }
        Ok(())
    }

    /// A place's value; what is never known in columns cannot be read.
    pub fn read(&mut self, place: &Place, span: Span) -> Result<Val, Unsupported> {
        if let Place::Index(_) = place
            && let Some((_, given)) = self.ports.get(place)
        {
            let missing = self.graph.not(*given);
            self.defer(missing);
        }
        match self.cells.get(place) {
            Some(value) => Ok(value.clone()),
            None => unsupported(format!("a formula that reads {}", described(place)), span),
        }
    }

    /// Rows for the array of a table that counts on the program's days.
    pub fn rows_of(&mut self, table: u32) -> Option<(usize, Arc<ir::Rows>)> {
        let plan = self.plan.tables().get(table as usize)?;
        for version in &plan.table.versions {
            cut(&mut self.period, &version.effective, self.day.as_of);
        }
        let at = plan.version_on(self.day.as_of)?;
        Some((at, plan.table.versions.get(at)?.rows.clone()))
    }
}

/// A place in a few words.
fn described(place: &Place) -> String {
    match place {
        Place::Context { context, field } => format!("`{context}.{field}`"),
        Place::Fact(name) | Place::Index(name) | Place::Member(name) | Place::Answer(name) => {
            format!("`{name}`")
        }
        Place::Entry { name, .. } | Place::CostComponent { name, .. } | Place::Figure { name, .. } => {
            format!("`{name}`")
        }
        Place::Builtin { level, figure } => {
            format!("`{}.{}`", format!("{level:?}").to_lowercase(), figure.word())
        }
        Place::Running(_) => "`running`".into(),
        Place::Product => "the product".into(),
        Place::Bundle => "`bundle`".into(),
        Place::Element { element, .. } => format!("`{element}`"),
        Place::AsOf => "`as_of`".into(),
        Place::Currency => "`currency`".into(),
        Place::Quantity => "`quantity`".into(),
    }
}
