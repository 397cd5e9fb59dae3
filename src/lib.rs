//! Tarif compiles price books and evaluates them into priced, explained, approval-tagged quotes.
//!
//! ```text
//!  folder ──load──▶ workspace ──syntax, resolve, check──▶ ir::Book   no book if anything is an error
//!                                                            │
//!  request (JSON) ──wire──▶ quote::Request ──quote, eval──▶ quote::Quote ──wire──▶ quote (JSON)
//! ```
//!
//! A program that embeds Tarif needs three calls: load a [`Book`] once, then quote as many requests as it
//! likes, from as many threads as it likes.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let book = tarif::Book::from_files([
//!     ("book.tarif", "book shop { currency EUR effective 2026-01-01 to 2026-12-31 }"),
//!     ("pen.tarif", "product pen { quantity 1 to 100 }
//!                    price pen { per unit { list = 2.50 EUR } }"),
//! ])?;
//! let request = tarif::Request::from_json(
//!     r#"{ "as_of": "2026-02-10", "lines": [{ "product": "pen", "quantity": 4 }] }"#,
//! )?;
//! let quote = book.quote(&request)?;
//! assert_eq!(quote.totals.total.map(|total| total.to_string()).as_deref(), Some("10"));
//! # Ok(())
//! # }
//! ```
//!
//! The rest of the library is the compiler, a module a room; ARCHITECTURE.md is its map. What the modules
//! below offer may change with every version; [`Book`], the JSON and the language change only as CHANGELOG.md
//! says.

#[cfg(feature = "batch")]
pub mod batch;
pub mod check;
pub mod cli;
pub mod columns;
pub mod configure;
pub mod diagnostic;
pub mod eval;
pub mod format;
pub mod ir;
pub mod load;
pub mod logic;
pub mod quote;
pub mod resolve;
pub mod sheet;
pub mod source;
pub mod syntax;
pub mod testing;
pub mod value;
pub mod wire;
pub mod workspace;

mod configuration;
mod pricer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use configuration::Configuration;
pub use load::LoadError;
pub use pricer::{Asked, NotPriced, Pricer, Record, Scratch};
pub use quote::{Quote, Request, RequestError};

use diagnostic::{Diagnostic, has_errors};
use source::{Place, Span};
use workspace::{Fetched, Places, Workspace};

/// A price book without errors, ready to quote.
///
/// It never changes, and a reference to it can be used by many threads at once. Each request is worked out on
/// its own: nothing is remembered between two of them.
#[derive(Clone, Debug)]
pub struct Book {
    plan: Arc<eval::Plan>,
    places: Arc<Places>,
    warnings: Vec<Diagnostic>,
    models: configuration::Models,
}

impl Book {
    /// Reads and compiles the book in a folder, with the folders it uses and the tables it names.
    ///
    /// # Errors
    ///
    /// Where there is no such folder, or the book has errors.
    pub fn load(folder: impl AsRef<Path>) -> Result<Book, BookError> {
        let workspace = load::load(folder.as_ref()).map_err(BookError::Unreadable)?;
        Book::from_workspace(&workspace)
    }

    /// Compiles a book from files in memory: paths with `/`, relative to the folder of the book, and contents.
    /// Files that do not end in `.tarif` are tables.
    ///
    /// # Errors
    ///
    /// Where the book has errors.
    pub fn from_files<P, C>(files: impl IntoIterator<Item = (P, C)>) -> Result<Book, BookError>
    where
        P: AsRef<str>,
        C: AsRef<[u8]>,
    {
        let mut workspace = Workspace::new();
        for (path, content) in files {
            let (path, content) = (path.as_ref(), content.as_ref());
            if path.ends_with(".tarif") {
                workspace.set_file(path, content);
            } else {
                workspace.set_table(path, Fetched::Found(Arc::from(content)));
            }
        }
        Book::from_workspace(&workspace)
    }

    /// Takes the book out of a workspace as it stands; the workspace can go on.
    ///
    /// # Errors
    ///
    /// Where the book has errors.
    pub fn from_workspace(workspace: &Workspace) -> Result<Book, BookError> {
        let (problems, places) = (workspace.problems(), workspace.places());
        match workspace.book() {
            Some(book) if !has_errors(&problems) => {
                let plan = Arc::new(eval::Plan::new(book));
                Ok(Book { plan, places, warnings: problems, models: configuration::Models::default() })
            }
            _ => Err(BookError::Problems { problems, places }),
        }
    }

    /// The quote for a request.
    ///
    /// # Errors
    ///
    /// What makes the request senseless: unknown names, values of a wrong type, no date. What makes one line
    /// impossible is a violation in the quote.
    pub fn quote(&self, request: &Request) -> Result<Quote, RequestErrors> {
        quote::quote(&self.plan, request).map_err(RequestErrors)
    }

    /// The quote for a request in JSON, in JSON: a quote, or an object with `errors`, on one line.
    pub fn quote_json(&self, request: &str) -> String {
        let answer = wire::read_request(request).and_then(|request| quote::quote(&self.plan, &request));
        match answer {
            Ok(quote) => self.to_json(&quote),
            Err(errors) => wire::unread_to_json(request, &errors).into_line(),
        }
    }

    /// A quote of this book as JSON, on one line.
    pub fn to_json(&self, quote: &Quote) -> String {
        wire::quote_to_json(quote, &|span| self.place(span)).into_line()
    }

    /// Warnings about the book; their spans belong to the files of [`Book::places`].
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Where a span of a quote lies.
    pub fn place(&self, span: Span) -> Place {
        self.places.place(span)
    }

    /// The files of the book.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The checked form of the book.
    pub fn ir(&self) -> &Arc<ir::Book> {
        self.plan.book()
    }

    /// The book made ready for evaluation, for the lower rooms.
    pub fn plan(&self) -> &Arc<eval::Plan> {
        &self.plan
    }
}

impl Request {
    /// Reads a request from JSON text; see [`wire::read_request`].
    ///
    /// # Errors
    ///
    /// Text that is not JSON, or whose shape no request has.
    pub fn from_json(text: &str) -> Result<Request, RequestErrors> {
        wire::read_request(text).map_err(RequestErrors)
    }
}

/// Why there is no book.
#[derive(Clone)]
pub enum BookError {
    /// The folder cannot be read.
    Unreadable(LoadError),
    /// The book has errors.
    Problems {
        /// All problems, errors and warnings.
        problems: Vec<Diagnostic>,
        /// The files that their spans belong to.
        places: Arc<Places>,
    },
}

impl fmt::Display for BookError {
    /// The problems as a terminal would show them, without color.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BookError::Unreadable(error) => error.fmt(out),
            BookError::Problems { problems, places } => {
                out.write_str(&diagnostic::render(problems, places.sources(), false))
            }
        }
    }
}

impl fmt::Debug for BookError {
    /// As it is displayed: what `main` prints of an error that it returns, people read.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for BookError {}

/// Everything for which a request is refused; at least one mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestErrors(pub Vec<RequestError>);

impl fmt::Display for RequestErrors {
    /// One mistake a line, each with its JSON path.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let line_break = if at == 0 { "" } else { "\n" };
            write!(out, "{line_break}{error}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RequestErrors {
    /// As it is displayed.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for RequestErrors {}
