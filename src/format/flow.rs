//! A run of words that may wrap between any two of its parts.

use unicode_width::UnicodeWidthStr;

/// How wide a line may be, in columns.
pub(super) const WIDTH: usize = 100;

/// Parts that stay whole, with one blank or a line break between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    parts: Vec<Part>,
    /// How many brackets are open behind the last part.
    depth: usize,
}

#[derive(Clone, Debug)]
struct Part {
    text: String,
    /// How many brackets are open before it: lines break in as few as can be.
    depth: usize,
}

impl Flow {
    /// A flow of one part.
    pub fn of(text: impl Into<String>) -> Flow {
        Flow { parts: vec![Part { text: text.into(), depth: 0 }], depth: 0 }
    }

    /// Adds to the last part.
    pub fn glue(&mut self, text: &str) -> &mut Flow {
        match self.parts.last_mut() {
            Some(last) => last.text.push_str(text),
            None => self.parts.push(Part { text: text.to_owned(), depth: self.depth }),
        }
        self
    }

    /// Begins a new part: the line may break before it.
    pub fn part(&mut self, text: &str) -> &mut Flow {
        self.parts.push(Part { text: text.to_owned(), depth: self.depth });
        self
    }

    /// Adds an opening bracket to the last part.
    pub fn open(&mut self, bracket: &str) -> &mut Flow {
        self.glue(bracket);
        self.depth += 1;
        self
    }

    /// Adds a closing bracket to the last part.
    pub fn close(&mut self, bracket: &str) -> &mut Flow {
        self.depth = self.depth.saturating_sub(1);
        self.glue(bracket)
    }

    /// The parts of another flow as they are, the first glued to the last part.
    pub fn append(&mut self, other: Flow) -> &mut Flow {
        let depth = self.depth;
        let mut parts = other.parts.into_iter();
        if let Some(first) = parts.next() {
            self.glue(&first.text);
        }
        self.parts.extend(parts.map(|part| Part { depth: part.depth + depth, ..part }));
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.text.is_empty())
    }

    /// All parts on one line.
    pub fn one_line(&self) -> String {
        line_of(&self.parts)
    }

    /// Lines no wider than [`WIDTH`], if the parts allow: the first begins at column `first`, the others are
    /// indented by `indent`.
    pub fn wrap(&self, first: usize, indent: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut rest = self.parts.as_slice();
        while !rest.is_empty() || lines.is_empty() {
            let column = if lines.is_empty() { first } else { indent };
            let (line, behind) = rest.split_at(break_in(rest, WIDTH.saturating_sub(column)));
            let before = if lines.is_empty() { 0 } else { indent };
            lines.push(format!("{}{}", " ".repeat(before), line_of(line)));
            rest = behind;
        }
        lines
    }
}

fn line_of(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// How many parts the next line takes: all if they fit, else up to the last of the places where the fewest
/// brackets are open.
fn break_in(parts: &[Part], room: usize) -> usize {
    let mut used = 0;
    let mut best: Option<(usize, usize)> = None;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 && best.is_none_or(|(_, depth)| part.depth <= depth) {
            best = Some((at, part.depth));
        }
        used += width(&part.text) + usize::from(at > 0);
        if used > room && at > 0 {
            return best.map_or(at, |(at, _)| at);
        }
    }
    parts.len()
}

/// How many columns a text takes: a Chinese character takes two.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text filled up with blanks to a width.
pub(super) fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// A text set to the right end of a width.
pub(super) fn pad_left(text: &str, to: usize) -> String {
    format!("{}{text}", " ".repeat(to.saturating_sub(width(text))))
}
