//! From a checked book and typed facts to amounts and their trace.
//!
//! ```text
//!   ir::Book ──Plan──▶ names are slots, tables have indexes          once a book
//!   Facts ──Evaluation──▶ configuration ▸ unit ▸ line ▸ quote ▸ rules once a request
//! ```
//!
//! Every figure is a value or a [`Gap`] with its reason. A gap makes what depends on it a gap, and never
//! disturbs another line.

mod aggregate;
mod bench;
mod claims;
mod code;
mod each;
mod elements;
mod evaluation;
mod facts;
mod fall;
mod fault;
mod field;
mod gift;
mod ground;
mod groups;
mod late;
mod layout;
mod line;
mod lower;
mod note;
mod offer;
mod others;
mod part;
mod payable;
mod piece;
mod plan;
mod quote;
mod run;
mod share;
mod show;
mod sources;
mod spread;
mod stage;
mod step;
mod suggest;
mod table;
mod taxes;
mod tier;
mod units;
mod walk;

pub use bench::{Bench, Piece};
pub use code::{Code, Formula, Reading, Test};
pub use evaluation::{Evaluation, Figures, Held};
pub use facts::{Facts, Given, LineFacts, PartFacts, PieceFacts};
pub use fault::{Fault, Gap};
pub use field::{Field, FieldOf, StepField};
pub use gift::GiftRun;
pub use layout::{Cell, Frame, Slot};
pub use line::{LineRun, Standing};
pub use note::{GroupOf, Note, ReadThen};
pub use offer::Near;
pub use payable::PayableRun;
pub use plan::{CostPlan, Plan, ProductPlan};
pub use quote::{ChargeRun, QuoteRun};
pub use run::{Day, compared};
pub use show::{SHARE_PLACES, amount_text, set_holds, write_amount};
pub use step::{
    Change, Claim, Condition, EachRule, Gift, KeyRule, Repeat, Selection, SpreadRule, Step, StepKind, Tax,
};
pub use table::{Found, TablePlan, asks_for};
pub use tier::{Asked, Part, parts, version_on};
pub use walk::{Mark, Outcome, Reason};
