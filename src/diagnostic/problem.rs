//! A problem as plain data: what was found, where, and what to do about it.

use std::fmt;

use super::Code;
use crate::source::{Sources, Span};

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The book or the request is refused.
    Error,
    /// The book works, and probably not as its author thinks.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// A marked piece of source text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// What is marked.
    pub span: Span,
    /// What to say beside it; may be empty.
    pub text: String,
    /// Whether this is the place of the problem, rather than a place that explains it.
    pub primary: bool,
}

/// A change of the text that mends the problem and that a machine may apply.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What to replace; a point to insert.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

/// One problem, made by the phase that finds it and drawn by whoever shows it.
///
/// The message is one line in lower case without a full stop, with the user's words in backticks; it says
/// what was found and what was expected. What to do stands in `help`.
///
/// ```
/// use tarif::diagnostic::{Diagnostic, codes};
/// use tarif::source::{FileId, Span};
///
/// let span = Span::new(FileId(0), 10, 12);
/// let problem = Diagnostic::new(codes::UNIT_MISMATCH, "cannot add `h` to `kg`")
///     .at(span, "this is in `h`")
///     .help("write an amount in `kg`");
/// assert_eq!(problem.code.id(), "E0301");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The row of the table of codes.
    pub code: Code,
    /// How much it weighs; the code's own weight unless changed.
    pub severity: Severity,
    /// What was found and what was expected, in one line.
    pub message: String,
    /// The places, in the order in which they were named.
    pub labels: Vec<Label>,
    /// Where in a request the problem is, as a JSON path such as `lines[0].options.force`.
    pub json_path: Option<String>,
    /// What else is worth knowing: a witness, a path of a cycle.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A problem without a place yet, as heavy as its code says.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: Vec::new(),
            json_path: None,
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Marks the place of the problem. The first such place is the one that lists show.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Marks a place that explains the problem.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Says where in a request the problem is, as a JSON path such as `lines[0].options.force`.
    pub fn in_request(mut self, path: impl Into<String>) -> Diagnostic {
        self.json_path = Some(path.into());
        self
    }

    /// Adds something worth knowing.
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// Adds what to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// Adds a change that mends the problem; a later one replaces an earlier one.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Adds `did you mean …?` with the change that mends it, if there is a near name.
    pub fn did_you_mean(self, span: Span, nearest: Option<&str>) -> Diagnostic {
        match nearest {
            Some(name) => self.help(format!("did you mean `{name}`?")).fix(span, name),
            None => self,
        }
    }

    /// The span that lists show: that of the first primary label, else of the first label.
    pub fn span(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or(self.labels.first()).map(|label| label.span)
    }

    /// Whether the book or the request is refused because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The same problem with all its places `by` bytes further into their files; see [`Span::shift`].
    pub fn shift(mut self, by: u32) -> Diagnostic {
        for label in &mut self.labels {
            label.span = label.span.shift(by);
        }
        if let Some(fix) = &mut self.fix {
            fix.span = fix.span.shift(by);
        }
        self
    }
}

/// Whether any of the problems is an error.
pub fn has_errors(problems: &[Diagnostic]) -> bool {
    problems.iter().any(Diagnostic::is_error)
}

/// Brings problems into the order in which they are shown and drops those said twice.
///
/// The order is that of the text: path, place, then code and message; problems without a place come first.
/// It does not depend on the order in which files were read or passes were run.
pub fn settle(problems: &mut Vec<Diagnostic>, sources: &Sources) {
    problems.sort_by_cached_key(|problem| {
        let span = problem.span();
        let path = span.and_then(|span| sources.get(span.file)).map(|file| file.path().to_owned());
        let place = span.map(|span| (span.start, span.end));
        let details = (problem.notes.clone(), problem.help.clone());
        (path, place, problem.code, problem.json_path.clone(), problem.message.clone(), details)
    });
    problems.dedup();
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;
    use crate::source::FileId;

    fn at(file: FileId, start: u32, message: &str) -> Diagnostic {
        Diagnostic::new(codes::UNKNOWN_NAME, message).at(Span::new(file, start, start + 1), "")
    }

    #[test]
    fn problems_settle_in_text_order_whatever_the_order_of_reading() {
        let mut sources = Sources::new();
        let late = sources.add("b.tarif", "....................");
        let early = sources.add("a.tarif", "....................");
        let placeless = Diagnostic::new(codes::NO_FILES, "no place");
        let mut problems = vec![at(late, 2, "four"), at(early, 9, "three"), at(early, 3, "two"), placeless];
        problems.push(at(early, 3, "two"));
        settle(&mut problems, &sources);
        let order: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(order, ["no place", "two", "three", "four"]);
    }

    #[test]
    fn the_place_of_a_problem_is_its_first_primary_label() {
        let (here, there) = (Span::new(FileId(0), 5, 6), Span::new(FileId(0), 1, 2));
        let problem = Diagnostic::new(codes::DUPLICATE_NAME, "twice").also(there, "first").at(here, "again");
        assert_eq!(problem.span(), Some(here));
        assert_eq!(problem.shift(10).span(), Some(here.shift(10)));
    }

    #[test]
    fn a_problem_weighs_what_its_code_weighs() {
        assert!(Diagnostic::new(codes::UNIT_MISMATCH, "").is_error());
        assert!(!Diagnostic::new(codes::UNUSED_DECLARATION, "").is_error());
    }
}
