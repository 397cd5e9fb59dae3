//! From a product to a finite problem and the maps back.
//!
//! ```text
//!   product ──slots──▶ axes: what can be set, with all values
//!           ──build──▶ terms: every expression once, lets and functions entered
//!           ──truth──▶ formulas: and, or over (axis in values)      a comparison over several axes becomes an
//!               └─view──▶ axis of its own, defined by a table or a chain of sums
//!           ──classes──▶ values that no formula and no table tells apart are one value of a variable
//! ```

mod aggregate;
mod axis;
mod build;
mod classes;
mod clauses;
mod complement;
mod curve;
mod finish;
mod flat;
mod formula;
mod home;
mod linear;
mod lookup;
mod price;
mod probe;
mod problem;
mod product;
mod shell;
mod slots;
mod spans;
mod sum;
mod table;
mod term;
mod truth;
mod view;
mod why;
mod wishes;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::model::{Effort, Extra, LostRecommendation, Model, ModelError, RuleInfo};
use crate::eval::{Bench, Plan};
use crate::ir::{Book, Name, NumberTy, Place};
use crate::logic::Budget;
use crate::value::{Date, Exact};
use axis::{Axis, AxisId, Raw, Values};
use formula::Formula;
use home::Home;
use price::Costs;
use probe::Probe;
use slots::Draft;
use term::{TermId, Terms};
use truth::Want;
use view::{Definition, Seen};
use why::Why;
use wishes::Wish;

pub(super) use problem::numbers;
pub(super) use spans::{Edge, Line, Spans};

/// The model of a product on a day, with rules about values beside or in the place of those about its lets.
///
/// # Errors
///
/// Where there is no such product, or it is too large.
pub(super) fn encode(
    plan: &Arc<Plan>,
    product: &str,
    day: Date,
    budget: Budget,
    effort: Effort,
    extra: &Extra,
) -> Result<Model, ModelError> {
    let at = plan.find_product(product).ok_or(ModelError::UnknownProduct)?;
    let mut encoder = Encoder::new(plan, at, day, effort);
    encoder.product(at, extra)?;
    if extra.ranked {
        encoder.rank();
    }
    encoder.model(plan, product, budget)
}

/// A product on its way to a problem.
struct Encoder {
    book: Arc<Book>,
    day: Date,
    effort: Effort,
    /// The positions of functions.
    defs: HashMap<Name, usize>,
    /// Which columns of tables have an `n/a`.
    gaps: RefCell<HashMap<(Name, u16), bool>>,
    called: HashMap<(Name, Vec<TermId>), Result<TermId, Why>>,
    terms: Terms,
    probe: Probe,
    axes: Vec<Axis>,
    drafts: Vec<Draft>,
    /// The product, then the pieces of its parts.
    homes: Vec<Home>,
    /// How many slots the product and its pieces have so far, and how many pieces there are.
    sequence: u32,
    pieces: u32,
    /// Inputs of the request that rules read.
    inputs: HashMap<Place, TermId>,
    /// Rules with what must hold of them.
    rules: Vec<Pending>,
    /// Terms as functions of one axis each.
    views: HashMap<TermId, Result<Rc<Seen>, Why>>,
    /// How deep views go at the moment.
    depth: usize,
    /// What the axes of expressions mean, operands first.
    definitions: Vec<(AxisId, Definition)>,
    /// Their positions.
    defined: HashMap<AxisId, usize>,
    /// Formulas that have an axis of their own.
    named: HashMap<Formula, AxisId>,
    /// Conditions that have been made formulas.
    truths: HashMap<(TermId, Want), Formula>,
    /// The axes of sums.
    sums: HashMap<Vec<(TermId, Exact)>, Result<AxisId, Why>>,
    /// The texts that rules tell apart, and the beginnings that they ask for.
    texts: (Vec<Name>, Vec<Name>),
    /// What the guide recommends.
    wishes: Vec<Wish>,
    /// What of it cannot be decided.
    lost_wishes: Vec<LostRecommendation>,
    /// The list price.
    list: Result<(TermId, NumberTy), String>,
    /// What the values of axes cost, where configurations are to be ranked.
    costs: Option<Result<(Costs, NumberTy), String>>,
}

/// A rule and what it asks.
struct Pending {
    info: RuleInfo,
    /// What must hold.
    term: TermId,
    asked: Result<Formula, Why>,
}

impl Encoder {
    fn new(plan: &Arc<Plan>, product: u32, day: Date, effort: Effort) -> Encoder {
        let book = plan.book().clone();
        let defs = book.defs.iter().enumerate().map(|(at, def)| (def.name.clone(), at)).collect();
        Encoder {
            defs,
            book,
            day,
            effort,
            gaps: RefCell::default(),
            called: HashMap::new(),
            terms: Terms::default(),
            probe: Probe::new(Bench::new(plan, product, day)),
            axes: Vec::new(),
            drafts: Vec::new(),
            homes: Vec::new(),
            sequence: 0,
            pieces: 0,
            inputs: HashMap::new(),
            rules: Vec::new(),
            views: HashMap::new(),
            depth: 0,
            definitions: Vec::new(),
            defined: HashMap::new(),
            named: HashMap::new(),
            truths: HashMap::new(),
            sums: HashMap::new(),
            texts: (Vec::new(), Vec::new()),
            wishes: Vec::new(),
            lost_wishes: Vec::new(),
            list: Err(String::new()),
            costs: None,
        }
    }

    /// A new axis.
    fn axis(&mut self, values: Values, is_slot: bool) -> AxisId {
        let id = AxisId(axis::count(self.axes.len()));
        self.axes.push(Axis { all: values.all(), values, is_slot });
        id
    }

    /// Says what an axis means.
    fn defines(&mut self, axis: AxisId, definition: Definition) {
        self.defined.insert(axis, self.definitions.len());
        self.definitions.push((axis, definition));
    }

    fn values(&self, axis: AxisId) -> Option<&Values> {
        self.axes.get(axis.0 as usize).map(|it| &it.values)
    }

    /// All values of an axis.
    fn all(&self, axis: AxisId) -> Raw {
        let all = self.axes.get(axis.0 as usize).map(|it| it.all.clone());
        all.unwrap_or(Raw::Points(crate::logic::ValueSet::none()))
    }
}
