//! What can be built: complete answers about the configurations of a product.
//!
//! ```text
//!   product of a checked book ──encode──▶ logic::Problem + the maps back = Model     once a product and day
//!                                                                           │
//!        choices ──▶ Session ──▶ state · explain · conflict · complete · count · best     shares the model
//! ```
//!
//! A [`Slot`] is anything that a salesperson can set: the quantity, an option, an input of the request that
//! rules read, the answer to a question. Values that no rule tells apart share a [`Class`], so that a
//! range of a million steps is a variable of a few values. What an expression is worth is always asked of `eval`,
//! so a configuration is a solution exactly where a quote accepts the line.
//!
//! Choices are a set, and whatever follows from them is worked out from the set alone. Nothing that follows is ever
//! kept as a choice.

pub mod analysis;
mod best;
mod choice;
mod complete;
mod count;
mod distance;
mod encode;
mod explain;
mod guided;
mod model;
mod pieces;
mod places;
mod reach;
mod reasons;
mod repair;
mod said;
mod session;
mod slot;
mod standing;
mod start;
mod state;
mod words;

pub use best::{End, NotRanked, Ranked};
pub use choice::{Choice, Clash, Origin};
pub use complete::{Completed, Completion, GivenUp};
pub use count::Count;
pub use explain::Why;
pub use model::{
    Effort, ListPrice, LostRecommendation, Model, ModelError, NoListPrice, NotInDomain, OpenRule, RuleInfo,
    RuleKind,
};
pub use reasons::Reason;
pub use repair::{Change, Conflict, Repair};
pub use said::Slots;
pub use session::{NotChosen, NotDecided, Session};
pub use slot::{Class, Interval, OtherTexts, Possible, Shape, Slot, SlotId, SlotKind, Wanted};
pub use start::{Dropped, WhyDropped};
pub use state::{ElementState, SlotState, Standing, State, ValueState};
pub use words::{ABSENT, Words};
