//! What a problem is, the one table of problem codes, one page per code, and how a problem is drawn.

pub mod codes;
mod pages;
mod problem;
mod render;
mod report;
mod suggest;

pub use codes::Code;
pub use pages::{Block, Page};
pub use problem::{Diagnostic, Fix, Label, Severity, has_errors, settle};
pub use render::{render, render_summary};
pub use report::{Report, ReportFix, ReportLabel, ReportProblem, ReportRange, Tally};
pub use suggest::{nearest, nearest_value};
