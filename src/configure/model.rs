//! The model of a product: a finite problem, and what its variables and rules mean.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::places::Places;
use super::slot::{Slot, SlotId, Wanted};
use crate::eval::Plan;
use crate::ir::{Expr, Name, NumberTy};
use crate::logic::{Budget, Claim, Solver, Var};
use crate::source::{Span, limits};
use crate::value::{Date, Exact};

/// What can be built of a product on a day: compiled once, never changed, shared by sessions and threads.
#[derive(Debug)]
pub struct Model {
    /// The product.
    pub product: Name,
    /// The day whose tables count.
    pub day: Date,
    /// The book.
    pub plan: Arc<Plan>,
    /// What can be set: quantity, options and parts in the order of the declaration, then the inputs of the
    /// request that rules read, then the questions of the guide.
    pub slots: Vec<Slot>,
    /// What each rule of the problem is, by [`RuleId`](crate::logic::RuleId).
    pub rules: Vec<RuleInfo>,
    /// The problem, ready for questions.
    pub solver: Arc<Solver>,
    /// Rules that the problem leaves out, each with the reason: what is impossible without them is impossible,
    /// and anything else that touches them is not decided.
    pub open: Vec<OpenRule>,
    /// Slots whose values are not counted, because they are not finitely many or no rule reads them: a count is
    /// of the configurations of the others.
    pub uncounted: Vec<SlotId>,
    /// What the guide recommends in a way that cannot be decided, each with the reason: nothing is kept for it.
    pub lost_recommendations: Vec<LostRecommendation>,
    /// What the guide recommends, in the order written.
    pub(super) recommended: Vec<Recommendation>,
    pub(super) by_path: HashMap<Arc<str>, SlotId>,
    pub(super) places: Vec<Places>,
    pub(super) list_price: Result<ListPrice, NoListPrice>,
    pub(super) made: Made,
}

/// A recommendation that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRecommendation {
    /// The question whose answer recommends it.
    pub question: Name,
    /// As written.
    pub text: Name,
    /// Where it is written.
    pub span: Span,
    /// Why it is left out.
    pub why: String,
}

/// What an answer recommends: a wish, kept where it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recommendation {
    /// The question whose answer recommends it.
    pub(super) question: SlotId,
    /// The option.
    pub(super) slot: SlotId,
    /// What is recommended.
    pub(super) wanted: Wanted,
    /// It holds where the recommendation is followed, or the answer does not make it.
    pub(super) claim: Claim,
}

/// How a model was made, and its like that ranks configurations.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) budget: Budget,
    pub(super) effort: Effort,
    pub(super) ranked: OnceLock<Result<Arc<Model>, NoListPrice>>,
}

/// How much making a model may take, in steps that are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many combinations of values are tried for one expression.
    pub tried: usize,
    /// How many combinations of what its operands come to, where values are too many.
    pub combined: usize,
    /// How many classes of one range, or intermediate results, are told apart.
    pub classes: usize,
    /// How many evaluations there may be in all.
    pub steps: u64,
    /// Ranges of fewer steps are looked at number by number.
    pub listed: u64,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort {
            tried: limits::MAX_MODEL_COMBINATIONS,
            combined: limits::MAX_MODEL_COMBINATIONS,
            classes: limits::MAX_MODEL_CLASSES,
            steps: limits::MAX_MODEL_STEPS,
            listed: limits::MAX_LISTED_STEPS,
        }
    }
}

/// What a rule of the problem is to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The constraint's name, where it has one; the option's, for a rule about its existence; the let's.
    pub name: Option<Name>,
    /// As written.
    pub text: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
    /// The part that it speaks of: `dies[1]`.
    pub within: Option<Arc<str>>,
    /// What kind of rule.
    pub kind: RuleKind,
}

/// The kinds of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// A constraint of the book.
    Constraint,
    /// An option exists exactly where its `when` holds, and a part where the count reaches it.
    Exists,
    /// A let has a value: what it reads is in its tables, and so on.
    Value,
    /// What an answer to a question asks.
    Guide,
    /// A price has a value, where that is asked for.
    Price,
    /// What a variable means: background, which no explanation names.
    Meaning,
}

/// Which values must be there, other than those of all lets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extra {
    /// Values that must be there besides.
    pub(super) needed: Vec<Needed>,
    /// The declarations of lets that may be without a value, and of constraints that are not looked at.
    pub(super) without: HashSet<Span>,
    /// The list price is worked out.
    pub(super) ranked: bool,
}

/// A value that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// What it is part of, by name: a step, a component.
    pub(super) of: Name,
    /// As written.
    pub(super) text: Name,
    /// The declaration.
    pub(super) span: Span,
    /// It is needed where all of these hold.
    pub(super) guards: Vec<Expr>,
    /// What must come to a value.
    pub(super) value: Expr,
}

/// A rule that the problem leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRule {
    /// The rule.
    pub rule: RuleInfo,
    /// Why it cannot be decided, in words.
    pub why: String,
    /// The slots that it reads.
    pub slots: Vec<SlotId>,
}

/// The list price of a unit as a sum over variables: `constant + scale × Σ cost of each variable's value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPrice {
    /// What one step of the costs is worth.
    pub scale: Exact,
    /// What the costs do not hold.
    pub constant: Exact,
    /// Costs for [`Session::best`](crate::logic::Session::best).
    pub terms: Vec<(Var, Vec<i128>)>,
    /// The unit of the price.
    pub unit: NumberTy,
}

/// Why there is no exact list price to compare by, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoListPrice(pub String);

/// A slot cannot have what is wanted of it, whatever the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotInDomain;

/// Why there is no model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// The book has no such product.
    UnknownProduct,
    /// The product outgrows a limit, in words.
    TooLarge(String),
}

impl fmt::Display for ModelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelError::UnknownProduct => out.write_str("the book has no such product"),
            ModelError::TooLarge(what) => out.write_str(what),
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// The model of a product on a day of the book.
    ///
    /// # Errors
    ///
    /// Where there is no such product, or it is too large.
    pub fn new(plan: &Arc<Plan>, product: &str, day: Date, budget: Budget) -> Result<Model, ModelError> {
        Model::within(plan, product, day, budget, Effort::default())
    }

    /// The same, making it with other effort than the usual.
    ///
    /// # Errors
    ///
    /// As [`Model::new`].
    pub fn within(
        plan: &Arc<Plan>,
        product: &str,
        day: Date,
        budget: Budget,
        effort: Effort,
    ) -> Result<Model, ModelError> {
        super::encode::encode(plan, product, day, budget, effort, &Extra::default())
    }

    /// The same with other rules about values.
    ///
    /// # Errors
    ///
    /// As for [`Model::new`].
    pub(super) fn with(
        plan: &Arc<Plan>,
        product: &str,
        day: Date,
        budget: Budget,
        extra: &Extra,
    ) -> Result<Model, ModelError> {
        super::encode::encode(plan, product, day, budget, Effort::default(), extra)
    }

    /// A slot by its path.
    pub fn find(&self, path: &str) -> Option<SlotId> {
        self.by_path.get(path).copied()
    }

    /// A slot.
    pub fn slot(&self, id: SlotId) -> Option<&Slot> {
        self.slots.get(id.0 as usize)
    }

    /// The same model with what its configurations cost by list price, made when it is first asked for. It has the
    /// same slots; classes are smaller where prices tell values apart.
    ///
    /// # Errors
    ///
    /// Why list prices cannot be compared exactly.
    pub fn ranked(&self) -> Result<&Arc<Model>, &NoListPrice> {
        let Made { budget, effort, ranked } = &self.made;
        let make = || {
            let extra = Extra { ranked: true, ..Extra::default() };
            let made = super::encode::encode(&self.plan, &self.product, self.day, *budget, *effort, &extra);
            let model = made.map_err(|error| NoListPrice(error.to_string()))?;
            model.list_price.clone().map(|_| Arc::new(model))
        };
        ranked.get_or_init(make).as_ref()
    }

    /// The list price of one unit, over the variables of the model that [ranks](Model::ranked) configurations.
    ///
    /// # Errors
    ///
    /// Why list prices cannot be compared exactly.
    pub fn list_price(&self) -> Result<&ListPrice, &NoListPrice> {
        match &self.list_price {
            Ok(price) => Ok(price),
            Err(_) => self.ranked()?.list_price.as_ref(),
        }
    }
}
