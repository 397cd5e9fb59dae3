//! The conversation on a terminal.

use std::path::Path;

use super::prompts;
use super::talk::Talk;
use crate::cli::screen::{Run, Screen};

pub(super) fn work(screen: Screen, talk: Talk, output: Option<&Path>) -> Run {
    prompts::ask(screen, talk, output)
}
