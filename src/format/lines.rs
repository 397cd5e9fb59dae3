//! Logical lines, the columns of neighbours, and the comments between and behind them.

use super::flow::{Flow, WIDTH, pad, width};
use crate::source::Span;
use crate::syntax::ast::Comment;

/// Which neighbours a line shares columns with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// None.
    Alone,
    /// The `=` of steps.
    Steps,
    /// Name, label and `=` of costs.
    Costs,
    /// The `when` of approval rules.
    Rules,
    /// The labels of approval levels.
    Levels,
    /// Name, label and type of fields and options.
    Field,
    /// What the answers of a guide do.
    Cases,
}

/// What a line does to the block it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Nothing.
    None,
    /// It opens a block.
    Opens,
    /// It closes one.
    Closes,
}

/// One logical line: as many real lines as its width needs.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// How many blocks it stands in.
    pub depth: usize,
    /// Where its first word stood in the source.
    pub start: u32,
    /// Where its last word ended; comments before that stood inside it.
    pub end: u32,
    /// Cells that stand under those of its neighbours.
    pub head: Vec<String>,
    /// What follows them.
    pub main: Flow,
    /// Clauses, each on a line of its own if all do not fit.
    pub tails: Vec<Flow>,
    /// What ends the last real line: ` {`.
    pub suffix: String,
    pub columns: Columns,
    pub edge: Edge,
}

impl Line {
    /// A line of one flow.
    pub fn plain(main: Flow, at: Span) -> Line {
        Line {
            depth: 0,
            start: at.start,
            end: at.end,
            head: Vec::new(),
            main,
            tails: Vec::new(),
            suffix: String::new(),
            columns: Columns::Alone,
            edge: Edge::None,
        }
    }

    /// The real lines, given the widths of the columns.
    fn render(&self, columns: &[usize]) -> Vec<String> {
        let indent = self.depth * 2;
        let mut first = " ".repeat(indent);
        for (cell, wide) in self.head.iter().zip(columns) {
            if *wide > 0 {
                first.push_str(&pad(cell, *wide));
                first.push(' ');
            }
        }
        let tails = self.tails.iter().map(|tail| format!("  {}", tail.one_line())).collect::<String>();
        let whole = format!("{first}{}{tails}{}", self.main.one_line(), self.suffix);
        if width(&whole) <= WIDTH {
            return vec![whole.trim_end().to_owned()];
        }
        let mut lines = self.main.wrap(width(&first), indent + 4);
        if let Some(line) = lines.first_mut() {
            line.insert_str(0, &first);
        }
        for tail in &self.tails {
            let own = " ".repeat(indent + 4);
            let mut wrapped = tail.wrap(indent + 4, indent + 6).into_iter();
            lines.extend(wrapped.next().map(|line| format!("{own}{line}")));
            lines.extend(wrapped);
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(&self.suffix);
        }
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// Collects the lines of one declaration.
pub(super) struct Lines<'s> {
    pub source: &'s str,
    comments: &'s [Comment],
    lines: Vec<Line>,
    depth: usize,
}

impl<'s> Lines<'s> {
    pub fn new(source: &'s str, comments: &'s [Comment]) -> Lines<'s> {
        Lines { source, comments, lines: Vec::new(), depth: 0 }
    }

    pub fn comments(&self) -> &'s [Comment] {
        self.comments
    }

    pub fn done(self) -> Vec<Line> {
        self.lines
    }

    /// Adds a line at the depth of the block.
    pub fn push(&mut self, mut line: Line) {
        line.depth = self.depth;
        // Lines follow each other as in the source; comments are set between them by that.
        line.start = line.start.max(self.lines.last().map_or(0, |before| before.start));
        self.lines.push(line);
    }

    /// Adds a line that opens a block.
    pub fn open(&mut self, mut line: Line) {
        line.suffix.push_str(" {");
        line.edge = Edge::Opens;
        self.push(line);
        self.depth += 1;
    }

    /// Adds lines one level further in.
    pub fn further_in(&mut self, add: impl FnOnce(&mut Self)) {
        self.depth += 1;
        add(self);
        self.depth = self.depth.saturating_sub(1);
    }

    /// Closes the block that ends at `end` of the source; `behind` follows the brace.
    pub fn close(&mut self, behind: &str, end: u32) {
        self.depth = self.depth.saturating_sub(1);
        let at = Span { start: end.saturating_sub(1), end, ..Span::default() };
        let mut line = Line::plain(Flow::of(format!("}}{behind}")), at);
        line.edge = Edge::Closes;
        self.push(line);
    }

    /// A block on one line, if it was written so, nothing inside is a comment, and it fits.
    ///
    /// `first` is where the first word inside the braces stood.
    pub fn one_line(&self, head: &Flow, inside: &str, first: u32, end: u32) -> Option<Flow> {
        let before = self.source.get(..first as usize)?.trim_end_matches([' ', '\t']);
        let next = self.comments.partition_point(|comment| comment.span.start < first);
        let commented = self.comments.get(next).is_some_and(|comment| comment.span.start < end);
        if !before.ends_with('{') || commented {
            return None;
        }
        let mut flow = head.clone();
        flow.glue(&format!(" {{ {inside} }}"));
        (self.depth * 2 + width(&flow.one_line()) <= WIDTH).then_some(flow)
    }

    /// The text of a span.
    pub fn slice(&self, start: u32, end: u32) -> &'s str {
        self.source.get(start as usize..end as usize).unwrap_or("")
    }
}

/// What stands on one or more lines of the output.
enum Piece<'a> {
    Comment(Set<'a>, usize),
    Line(usize),
}

/// A comment on a line of its own.
#[derive(Clone, Copy)]
struct Set<'a> {
    comment: &'a Comment,
    /// It stood inside the line that it now precedes.
    moved: bool,
}

impl Set<'_> {
    fn documents(&self) -> bool {
        !self.moved && self.comment.text.starts_with("///")
    }

    /// Its text: what stood inside a declaration never documents it.
    fn text(&self) -> String {
        match self.comment.text.strip_prefix("///") {
            Some(words) if self.moved => format!("// {}", words.trim_start_matches(['/', ' '])),
            _ => self.comment.text.to_string(),
        }
    }
}

/// Lines and comments as text; each line ends with a line break.
pub(super) fn render(source: &str, lines: Vec<Line>, comments: &[Comment]) -> String {
    let (pieces, behind) = place(&lines, comments);
    let breaks = blank_lines(source, &lines, &pieces);
    let columns = columns(&lines, &pieces, &breaks);
    let mut out = String::new();
    for (piece, blank) in pieces.iter().zip(&breaks) {
        if *blank {
            out.push('\n');
        }
        match piece {
            Piece::Comment(comment, depth) => {
                out.push_str(&" ".repeat(depth * 2));
                out.push_str(comment.text().trim_end());
                out.push('\n');
            }
            Piece::Line(at) => {
                let Some(line) = lines.get(*at) else { continue };
                let own = columns.get(*at).map_or(&[] as &[usize], Vec::as_slice);
                out.push_str(&line.render(own).join("\n"));
                if let Some(Some(comment)) = behind.get(*at) {
                    out.push_str("  ");
                    out.push_str(&comment.text);
                }
                out.push('\n');
            }
        }
    }
    out
}

/// Sets each comment before a line or behind one.
fn place<'a>(lines: &[Line], comments: &'a [Comment]) -> (Vec<Piece<'a>>, Vec<Option<&'a Comment>>) {
    let mut before: Vec<Vec<Set<'_>>> = vec![Vec::new(); lines.len() + 1];
    let mut behind: Vec<Option<&Comment>> = vec![None; lines.len()];
    for comment in comments {
        let next = lines.partition_point(|line| line.start <= comment.span.start);
        let Some(at) = next.checked_sub(1) else {
            before[0].push(Set { comment, moved: false });
            continue;
        };
        let inside =
            lines.get(at).is_some_and(|line| comment.span.start < line.end && line.edge != Edge::Opens);
        if comment.own_line && !inside {
            before[next].push(Set { comment, moved: false });
        } else if comment.own_line {
            move_before(&mut before[at], comment);
        } else if let Some(slot) = behind.get_mut(at)
            && let Some(earlier) = slot.replace(comment)
        {
            // Of several comments on the lines that become one, the last stays behind it.
            move_before(&mut before[at], earlier);
        }
    }
    let mut pieces = Vec::new();
    for (at, comments) in before.into_iter().enumerate() {
        let depth = match lines.get(at) {
            Some(line) if line.edge == Edge::Closes => line.depth + 1,
            Some(line) => line.depth,
            None => 0,
        };
        pieces.extend(comments.into_iter().map(|comment| Piece::Comment(comment, depth)));
        if at < lines.len() {
            pieces.push(Piece::Line(at));
        }
    }
    (pieces, behind)
}

/// Puts a comment that stood inside a line before it: not between a declaration and what documents it.
fn move_before<'a>(before: &mut Vec<Set<'a>>, comment: &'a Comment) {
    let docs = before.iter().rev().take_while(|set| set.documents()).count();
    before.insert(before.len() - docs, Set { comment, moved: true });
}

/// Whether a blank line stands before each piece: where one did in the source, and never at a block's edge.
fn blank_lines(source: &str, lines: &[Line], pieces: &[Piece<'_>]) -> Vec<bool> {
    let mut blanks = Vec::with_capacity(pieces.len());
    let following = following_lines(pieces);
    let mut after_open = true;
    let mut last_line = None;
    for (at, piece) in pieces.iter().enumerate() {
        let (start, closes, opens) = match piece {
            Piece::Comment(set, _) => (set.comment.span.start, false, false),
            Piece::Line(line) => lines.get(*line).map_or((0, false, false), |line| {
                (line.start, line.edge == Edge::Closes, line.edge == Edge::Opens)
            }),
        };
        // A comment that stood inside the line it now precedes takes the blank line from it.
        let moved_before = match piece {
            Piece::Comment(set, _) if set.moved => following.get(at).and_then(|next| lines.get((*next)?)),
            _ => None,
        };
        let start = moved_before.map_or(start, |line| line.start);
        let line_start = source.get(..start as usize).and_then(|text| text.rfind('\n'));
        let fresh = line_start != last_line;
        last_line = line_start;
        let blank = fresh && blank_before(source, line_start);
        blanks.push(blank && !after_open && !closes);
        after_open = opens;
    }
    blanks
}

/// For each piece the first line at or behind it.
fn following_lines(pieces: &[Piece<'_>]) -> Vec<Option<usize>> {
    let mut next = None;
    let mut following: Vec<Option<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces.iter().rev() {
        if let Piece::Line(at) = piece {
            next = Some(*at);
        }
        following.push(next);
    }
    following.reverse();
    following
}

/// Whether the line before the one that begins behind a line break is blank.
fn blank_before(source: &str, line_break: Option<usize>) -> bool {
    let Some(line_break) = line_break else { return false };
    let before = source.get(..line_break).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line_break > 0 && line.trim().is_empty()
}

/// The widths of each line's columns: those of the neighbours it stands among.
fn columns(lines: &[Line], pieces: &[Piece<'_>], breaks: &[bool]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    let mut group: Vec<usize> = Vec::new();
    for (piece, blank) in pieces.iter().zip(breaks) {
        let here = match piece {
            Piece::Line(at) => lines.get(*at).map(|line| (*at, line)),
            Piece::Comment(..) => None,
        };
        let joins = here.is_some_and(|(_, line)| {
            let first = group.first().and_then(|at| lines.get(*at));
            !blank && first.is_some_and(|first| first.columns == line.columns && first.depth == line.depth)
        });
        if !joins {
            settle(lines, &mut widths, &group);
            group.clear();
        }
        match here {
            Some((at, line)) if line.columns != Columns::Alone => group.push(at),
            Some((at, line)) => {
                if let Some(own) = widths.get_mut(at) {
                    *own = line.head.iter().map(|cell| width(cell)).collect();
                }
            }
            None => {}
        }
    }
    settle(lines, &mut widths, &group);
    widths
}

/// Gives all lines of a group the widths of the widest.
fn settle(lines: &[Line], widths: &mut [Vec<usize>], group: &[usize]) {
    let mut most: Vec<usize> = Vec::new();
    for line in group.iter().filter_map(|at| lines.get(*at)) {
        for (column, cell) in line.head.iter().enumerate() {
            match most.get_mut(column) {
                Some(wide) => *wide = (*wide).max(width(cell)),
                None => most.push(width(cell)),
            }
        }
    }
    for at in group {
        if let Some(own) = widths.get_mut(*at) {
            own.clone_from(&most);
        }
    }
}
