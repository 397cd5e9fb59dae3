//! The command: what can be typed, what is shown, and with which exit status it ends.
//!
//! No pricing decision lives here. The shell reads files, hands their content to the rooms below, and shows
//! what they answer.

mod args;
#[cfg(feature = "batch")]
mod batch;
mod border;
mod check;
mod configure;
mod explain;
mod fmt;
mod new;
mod paper;
mod progress;
mod quote;
mod screen;
mod show_approvals;
mod show_quote;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command, SchemaOf};
use border::Fault;
use screen::{Outcome, Run, Screen, Stop};

use crate::{ir, wire};

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let args = match Args::try_parse_from(args::each_choice(std::env::args_os())) {
        Ok(args) => args,
        Err(answer) => {
            // Help and version are answers too; clap knows which stream and which status each takes.
            let shown = answer.print();
            drop(shown);
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
        }
    };
    let screen = Screen::new(args.color);
    let outcome = match border::inside(move || run(screen, args.command)) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(Stop::ReaderGone)) => Outcome::Clean,
        Ok(Err(Stop::Failed(message, help))) => {
            screen.fail(&message, help.as_deref());
            Outcome::CouldNotRun
        }
        Err(fault) => {
            screen.fail(&fault.message(), Some(Fault::help()));
            Outcome::CouldNotRun
        }
    };
    ExitCode::from(outcome.status())
}

fn run(screen: Screen, command: Command) -> Run {
    match command {
        Command::New { dir } => new::new(screen, &dir),
        Command::Check { book, format, strict } => check::check(screen, &book, format, strict),
        Command::Quote { book, request, market, format } => {
            quote::quote(screen, &book, &request, market.as_deref(), format)
        }
        #[cfg(feature = "batch")]
        Command::Batch(args) => batch::batch(screen, &args),
        Command::Configure(args) => configure::configure(screen, &args),
        Command::Test { book, format } => test::test(screen, &book, format),
        Command::Fmt { check, paths } => fmt::fmt(screen, &paths, check),
        Command::Ir { book } => ir(screen, &book),
        Command::Schema { book, of } => schema(screen, &book, of),
        Command::Explain { list: true, .. } | Command::Explain { code: None, .. } => explain::list(screen),
        Command::Explain { code: Some(code), .. } => explain::explain(screen, &code),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "tarif", &mut script);
            screen.print(&String::from_utf8_lossy(&script))?;
            Ok(Outcome::Clean)
        }
    }
}

/// Prints the checked form of a book.
fn ir(screen: Screen, book: &Path) -> Run {
    let compiled = match check::compile(screen, book)? {
        Ok(compiled) => compiled,
        Err(outcome) => return Ok(outcome),
    };
    screen.print(&ir::print(&compiled.book))?;
    Ok(Outcome::Clean)
}

/// Prints the JSON Schema of a book.
fn schema(screen: Screen, book: &Path, of: SchemaOf) -> Run {
    let compiled = match check::compile(screen, book)? {
        Ok(compiled) => compiled,
        Err(outcome) => return Ok(outcome),
    };
    let of = match of {
        SchemaOf::Both => wire::SchemaOf::Both,
        SchemaOf::Request => wire::SchemaOf::Requests,
        SchemaOf::Quote => wire::SchemaOf::Quotes,
        SchemaOf::Configuration => wire::SchemaOf::Configurations,
    };
    screen.print(&wire::schema(&compiled.book, of).pretty())?;
    Ok(Outcome::Clean)
}
