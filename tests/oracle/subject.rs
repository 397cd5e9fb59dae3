//! The crate under test: files and JSON in, JSON out.

use tarif::diagnostic::{Severity, render};
use tarif::{Book, BookError, Request};

/// A book that the crate has compiled.
pub struct Subject(pub Book);

impl Subject {
    /// Compiles the files of a book, or says what the compiler refuses.
    pub fn compile(files: &[(String, String)]) -> Result<Subject, String> {
        Book::from_files(files.iter().cloned()).map(Subject).map_err(|error| match error {
            BookError::Problems { mut problems, places } => {
                problems.retain(|problem| problem.code.severity() == Severity::Error);
                render(&problems, places.sources(), false)
            }
            other => other.to_string(),
        })
    }

    /// The JSON of the quote, or what refuses the request, each with its code before it.
    pub fn quote(&self, request: &str) -> Result<serde_json::Value, Vec<String>> {
        let told = |errors: tarif::RequestErrors| -> Vec<String> {
            errors.0.iter().map(|error| format!("{} {error}", error.code.id())).collect()
        };
        let request = Request::from_json(request).map_err(told)?;
        let quote = self.0.quote(&request).map_err(told)?;
        serde_json::from_str(&self.0.to_json(&quote))
            .map_err(|error| vec![format!("the quote is no JSON: {error}")])
    }
}
