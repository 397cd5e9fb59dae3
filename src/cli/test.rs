//! `tarif test`: runs the tests and properties of a book and shows what came of them.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::Format;
use super::check::{Compiled, compile};
use super::progress::Progress;
use super::screen::{Outcome, Run, Screen};
use super::show_quote;
use crate::diagnostic::{Diagnostic, render};
use crate::eval::Plan;
use crate::quote::Quote;
use crate::testing::{self, Tested};
use crate::wire;

/// Runs the tests of a book.
pub(super) fn test(screen: Screen, book: &Path, format: Format) -> Run {
    let compiled = match compile(screen, book)? {
        Ok(compiled) => compiled,
        Err(outcome) => return Ok(outcome),
    };
    let progress = Progress::new(screen, "running the tests");
    let plan = Plan::new(compiled.book.clone());
    let tested = testing::run(&plan);
    drop(progress);
    let text = match format {
        Format::Text => Report { compiled: &compiled, color: screen.color_out() }.text(&tested),
        Format::Json => wire::tested_to_json(&tested, &|span| compiled.places.place(span)).pretty(),
    };
    screen.print(&text)?;
    Ok(if tested.passed() { Outcome::Clean } else { Outcome::Problems })
}

struct Report<'a> {
    compiled: &'a Compiled,
    color: bool,
}

impl Report<'_> {
    fn text(&self, tested: &Tested) -> String {
        let mut out = String::new();
        for test in &tested.tests {
            out.push_str(&self.verdict(test.passed(), &test.title, ""));
            let failures = test.failures.iter();
            out.extend(failures.map(|failure| self.problem(&failure.problem)));
            // Several failures of one line have one waterfall.
            let lines: BTreeSet<_> = test.failures.iter().map(|failure| failure.line).collect();
            if let Some(quote) = &test.quote {
                out.extend(lines.iter().map(|line| self.waterfall(quote, *line)));
            }
        }
        for property in &tested.properties {
            let tried = match property.tried {
                1 => " (tried on 1 line or quote)".to_owned(),
                tried => format!(" (tried on {tried} lines or quotes)"),
            };
            out.push_str(&self.verdict(property.holds(), &property.title, &tried));
            out.extend(property.refuted.iter().map(|problem| self.problem(problem)));
        }
        out.push_str(&summary(tested));
        out
    }

    fn verdict(&self, good: bool, title: &str, tried: &str) -> String {
        let (word, before, after) = match (good, self.color) {
            (true, true) => ("ok", "\u{1b}[32m", "\u{1b}[0m"),
            (false, true) => ("FAILED", "\u{1b}[1;31m", "\u{1b}[0m"),
            (true, false) => ("ok", "", ""),
            (false, false) => ("FAILED", "", ""),
        };
        format!("{before}{word:6}{after}  {title}{tried}\n")
    }

    fn problem(&self, problem: &Diagnostic) -> String {
        let places = &self.compiled.places;
        render(&[places.settle(problem)], places.sources(), self.color)
    }

    /// The waterfall that led to figures that were not expected, of the line or of the quote.
    fn waterfall(&self, quote: &Quote, line: Option<usize>) -> String {
        let drawn = show_quote::part(quote, line, &self.compiled.places, self.color);
        drawn.lines().map(|line| format!("        {line}").trim_end().to_owned() + "\n").collect::<String>()
            + "\n"
    }
}

fn summary(tested: &Tested) -> String {
    let failed = tested.tests.iter().filter(|test| !test.passed()).count();
    let refuted = tested.properties.iter().filter(|property| !property.holds()).count();
    let count =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut text = format!("\n{}: ", count(tested.tests.len(), "test", "tests"));
    text.push_str(&if failed == 0 { "all passed".to_owned() } else { format!("{failed} failed") });
    if !tested.properties.is_empty() {
        text.push_str(&format!("; {}: ", count(tested.properties.len(), "property", "properties")));
        text.push_str(&if refuted == 0 { "none refuted".to_owned() } else { format!("{refuted} refuted") });
    }
    text + "\n"
}
