//! What makes a request senseless as a whole.

use std::fmt;

use crate::diagnostic::{Code, Diagnostic};

/// A mistake in a request, for which it is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// What kind of mistake.
    pub code: Code,
    /// Where in the request: `lines[0].options.force`; empty for the whole.
    pub path: String,
    /// What was found, and what was expected, in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl RequestError {
    /// A mistake at a path of the request.
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> RequestError {
        RequestError { code, path: path.into(), message: message.into(), help: None }
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> RequestError {
        self.help = Some(text.into());
        self
    }

    /// Names what was probably meant, if anything is near.
    pub fn did_you_mean(self, nearest: Option<&str>) -> RequestError {
        match nearest {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// The mistake as a problem that can be drawn beside those of a book.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let problem = Diagnostic::new(self.code, self.message.clone()).in_request(self.path.clone());
        match &self.help {
            Some(help) => problem.help(help.clone()),
            None => problem,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(out, "{}: ", self.path)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for RequestError {}
