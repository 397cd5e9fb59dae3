//! Where a command writes: standard output and standard error, with or without colors.

use std::io::{self, IsTerminal, Write};

use super::args::Color;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// All is well: exit status 0.
    Clean,
    /// Problems were found and shown: exit status 1.
    Problems,
    /// The command could not do what it was asked: exit status 2.
    CouldNotRun,
}

impl Outcome {
    /// The exit status.
    pub(super) fn status(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Problems => 1,
            Outcome::CouldNotRun => 2,
        }
    }
}

/// Why a command stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The reader of our output has gone, as `head` does; not a failure.
    ReaderGone,
    /// Something of the outside world failed; what, and what to do.
    Failed(String, Option<String>),
}

impl Stop {
    /// A failure without advice.
    pub(super) fn failed(message: impl Into<String>) -> Stop {
        Stop::Failed(message.into(), None)
    }

    /// A failure with advice.
    pub(super) fn advised(message: impl Into<String>, help: impl Into<String>) -> Stop {
        Stop::Failed(message.into(), Some(help.into()))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ReaderGone,
            _ => Stop::failed(format!("cannot write the output: {error}")),
        }
    }
}

/// What a command ends with.
pub(super) type Run = Result<Outcome, Stop>;

/// Standard output and standard error of one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    color_out: bool,
    color_err: bool,
}

impl Screen {
    /// The screen of this process.
    pub(super) fn new(color: Color) -> Screen {
        let wanted = |stream: &dyn Fn() -> anstream::ColorChoice| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => stream() != anstream::ColorChoice::Never,
        };
        Screen {
            color_out: wanted(&|| anstream::AutoStream::choice(&io::stdout())),
            color_err: wanted(&|| anstream::AutoStream::choice(&io::stderr())),
        }
    }

    /// Whether to color what goes to standard output.
    pub(super) fn color_out(self) -> bool {
        self.color_out
    }

    /// Whether to color what goes to standard error.
    pub(super) fn color_err(self) -> bool {
        self.color_err
    }

    /// Whether a person watches standard error.
    pub(super) fn is_watched(self) -> bool {
        io::stderr().is_terminal()
    }

    /// Writes to standard output.
    pub(super) fn print(self, text: &str) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes to standard error. A standard error that cannot be written to is nobody's loss.
    pub(super) fn complain(self, text: &str) {
        let mut err = io::stderr().lock();
        let written = err.write_all(text.as_bytes()).and_then(|()| err.flush());
        drop(written);
    }

    /// Says on standard error why a command could not run.
    pub(super) fn fail(self, message: &str, help: Option<&str>) {
        let (bold, plain) = if self.color_err { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let help = help.map_or(String::new(), |help| format!("  = help: {help}\n"));
        self.complain(&format!("{bold}error{plain}: {message}\n{help}"));
    }
}
