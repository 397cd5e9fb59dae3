//! How far a batch is, written down beside its output, so that it can go on after an interruption.
//!
//! One entry a line: a word, and what it says. What a batch is made of comes first and must be the same when it
//! goes on; then how far it is, and what its rows came to so far.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::beside;
use crate::batch::{Position, Summary};
use crate::cli::args::Batch;
use crate::cli::screen::Stop;
use crate::eval::Plan;
use crate::load::reason;
use crate::value::Exact;

/// What is known of a batch on its way.
#[derive(Debug)]
pub(super) struct Journal {
    /// Where it is written down.
    pub path: PathBuf,
    /// What the batch is made of: words, and what they say.
    made_of: Vec<(&'static str, String)>,
    /// Where the input goes on.
    pub at: Position,
    /// Where the output goes on: bytes of text, parts of Parquet.
    pub output: u64,
    /// What the rows so far came to.
    pub summary: Summary,
}

impl Journal {
    /// A batch that has not begun.
    pub fn new(args: &Batch, plan: &Plan, size: u64) -> Journal {
        let market = args.market.as_ref().map_or(String::new(), |file| file.display().to_string());
        let made_of = vec![
            ("book", plan.book().hash.to_string()),
            ("input", format!("{size} bytes")),
            ("select", args.select.join(",")),
            ("keep", args.keep.join(",")),
            ("product", args.product.clone().unwrap_or_default()),
            ("as_of", args.as_of.clone().unwrap_or_default()),
            ("market", market),
        ];
        let path = beside(&args.output, ".progress");
        Journal { path, made_of, at: Position::default(), output: 0, summary: Summary::default() }
    }

    /// Refuses to begin where an output, or what another batch wrote down, would be lost.
    pub fn must_be_new(&self, output: &Path) -> Result<(), Stop> {
        let taken = [output, self.path.as_path()].into_iter().find(|path| path.exists());
        let Some(taken) = taken else { return Ok(()) };
        let message = format!("`{}` exists already", taken.display());
        Err(Stop::advised(message, "remove it, name another output, or go on with it: `--resume`"))
    }

    /// The batch as it was written down; from its beginning where nothing was.
    pub fn resume(self) -> Result<Journal, Stop> {
        let shown = self.path.display().to_string();
        let text = match read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(self),
            Err(error) => return Err(Stop::failed(format!("cannot read `{shown}`: {}", reason(&error)))),
        };
        let broken = || {
            Stop::advised(
                format!("`{shown}` is broken, so nobody knows how far the batch was"),
                "remove it and the output, and begin again",
            )
        };
        let mut journal = self;
        let mut lines = text.lines();
        for (word, now) in &journal.made_of {
            let then = lines.next().and_then(|line| line.strip_prefix(word)).ok_or_else(broken)?.trim();
            if then != now {
                let message = format!("the batch was begun with another `{word}`: `{then}`, now `{now}`");
                return Err(Stop::advised(message, "go on with what it was begun with, or begin again"));
            }
        }
        let mut is_whole = false;
        for line in lines {
            is_whole = journal.entry(line).ok_or_else(broken)?;
        }
        if is_whole { Ok(journal) } else { Err(broken()) }
    }

    /// Takes one entry; true for the last.
    fn entry(&mut self, line: &str) -> Option<bool> {
        let words: Vec<&str> = line.split(' ').collect();
        let summary = &mut self.summary;
        match words.as_slice() {
            ["rows", count] => self.at.rows = count.parse().ok()?,
            ["bytes", count] => self.at.bytes = count.parse().ok()?,
            ["output", count] => self.output = count.parse().ok()?,
            ["priced", count] => summary.rows = count.parse().ok()?,
            ["in_columns", count] => summary.in_columns = count.parse().ok()?,
            ["quotes", status, count] => {
                summary.quotes.insert((*status).to_owned(), count.parse().ok()?);
            }
            ["refused", code, count] => {
                summary.refused.insert((*code).to_owned(), count.parse().ok()?);
            }
            ["approvals", name, count] => {
                summary.approvals.insert((*name).into(), count.parse().ok()?);
            }
            ["total", currency, amount] => {
                summary.totals.insert((*currency).into(), Exact::parse(amount).ok()?);
            }
            ["end"] => return Some(true),
            _ => return None,
        }
        Some(false)
    }

    /// Writes down how far the batch is. What was written down before stays until the new is whole.
    pub fn note(&mut self, at: Position, output: u64, summary: &Summary) -> io::Result<()> {
        let mut text = String::new();
        for (word, what) in &self.made_of {
            text.push_str(&format!("{word} {what}\n"));
        }
        text.push_str(&format!("rows {}\nbytes {}\noutput {output}\n", at.rows, at.bytes));
        text.push_str(&format!("priced {}\nin_columns {}\n", summary.rows, summary.in_columns));
        for (status, count) in &summary.quotes {
            text.push_str(&format!("quotes {status} {count}\n"));
        }
        for (code, count) in &summary.refused {
            text.push_str(&format!("refused {code} {count}\n"));
        }
        for (name, count) in &summary.approvals {
            text.push_str(&format!("approvals {name} {count}\n"));
        }
        for (currency, amount) in &summary.totals {
            text.push_str(&format!("total {currency} {amount}\n"));
        }
        text.push_str("end\n");
        let unfinished = beside(&self.path, ".new");
        File::create(&unfinished)?.write_all(text.as_bytes())?;
        fs::rename(unfinished, &self.path)
    }

    /// Removes what was written down: the batch is at its end.
    pub fn forget(&self) {
        let removed = fs::remove_file(&self.path);
        drop(removed);
    }
}

fn read(path: &PathBuf) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(1 << 24).read_to_string(&mut text)?;
    Ok(text)
}
