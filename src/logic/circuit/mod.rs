//! Compiles parts of a problem into circuits, and answers questions by walking over them.

mod best;
mod blocks;
mod compact;
mod compile;
mod components;
mod count;
mod kernel;
mod lists;
mod mix;
mod order;
mod prepare;
mod queue;
mod repairs;
mod residue;
mod same;
mod simplify;
mod store;
mod walk;
mod wishes;

pub(super) use best::Better;
pub(super) use compile::{Effort, compile};
pub(super) use kernel::{Kernel, Mark, Part};
pub(super) use prepare::{Piece, Place, prepare};
pub(super) use repairs::Ways;
pub(super) use store::Circuit;
pub(super) use walk::Walk;
