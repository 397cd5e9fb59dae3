//! Text in columns, aligned by what a terminal shows: a Chinese character takes two places.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a row looks; without colors all look alike, so nothing is said by looks alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    /// As it is.
    #[default]
    Plain,
    /// Worth seeing first.
    Strong,
    /// Background.
    Faint,
    /// Well.
    Good,
    /// To be looked at.
    Warning,
    /// Wrong.
    Bad,
}

impl Look {
    pub(super) fn style(self) -> Style {
        match self {
            Look::Plain => Style::new(),
            Look::Strong => Style::new().bold(),
            Look::Faint => Style::new().dimmed(),
            Look::Good => AnsiColor::Green.on_default().bold(),
            Look::Warning => AnsiColor::Yellow.on_default().bold(),
            Look::Bad => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// A row: a line of words, or cells that stand in the columns of all rows.
#[derive(Clone, Debug)]
enum Row {
    Words { indent: usize, text: String, look: Look },
    Cells { indent: usize, cells: [String; 4], look: Look },
    Blank,
}

/// A page of rows. The first two columns stand to the left, the last two, amounts, to the right.
#[derive(Clone, Debug, Default)]
pub(super) struct Paper {
    rows: Vec<Row>,
    color: bool,
}

/// The second column is wrapped rather than wider than this.
const WIDEST_WORDS: usize = 46;

/// Marks that a line of words may begin with, each followed by a blank.
const MARKS: [char; 2] = ['✗', '!'];

/// Lines of words are wrapped at this width.
const PAGE: usize = 100;

impl Paper {
    pub(super) fn new(color: bool) -> Paper {
        Paper { rows: Vec::new(), color }
    }

    /// A line of words, wrapped where it is long; what follows a mark hangs below the words.
    pub(super) fn words(&mut self, indent: usize, text: &str, look: Look) {
        let hang = if text.starts_with(MARKS) { 2 } else { 0 };
        for (at, text) in wrap(&printable(text), PAGE.saturating_sub(indent + hang)).into_iter().enumerate() {
            let indent = if at == 0 { indent } else { indent + hang };
            self.rows.push(Row::Words { indent, text, look });
        }
    }

    /// Short texts one after the other; a line is broken between two of them.
    pub(super) fn items(&mut self, indent: usize, items: &[String], look: Look) {
        let mut line = String::new();
        for item in items {
            let wide = indent + line.width() + 3 + item.width();
            if !line.is_empty() && wide > PAGE {
                self.words(indent, &std::mem::take(&mut line), look);
            }
            if !line.is_empty() {
                line.push_str(" · ");
            }
            line.push_str(item);
        }
        if !line.is_empty() {
            self.words(indent, &line, look);
        }
    }

    /// Cells: what, how, and two amounts.
    pub(super) fn cells(&mut self, indent: usize, cells: [&str; 4], look: Look) {
        let [what, how, first, second] = cells.map(printable);
        let mut hows = wrap(&how, WIDEST_WORDS).into_iter();
        let how = hows.next().unwrap_or_default();
        let cells = [what.into_owned(), how, first.into_owned(), second.into_owned()];
        self.rows.push(Row::Cells { indent, cells, look });
        for how in hows {
            let cells = [String::new(), how, String::new(), String::new()];
            self.rows.push(Row::Cells { indent, cells, look });
        }
    }

    /// An empty line; never two of them.
    pub(super) fn blank(&mut self) {
        if !matches!(self.rows.last(), None | Some(Row::Blank)) {
            self.rows.push(Row::Blank);
        }
    }

    /// The page as text.
    pub(super) fn draw(&self) -> String {
        let mut widths = [0_usize; 4];
        for row in &self.rows {
            let Row::Cells { indent, cells, .. } = row else { continue };
            for (at, (width, cell)) in widths.iter_mut().zip(cells).enumerate() {
                let indent = if at == 0 { *indent } else { 0 };
                *width = (*width).max(indent + cell.width());
            }
        }
        let mut out = String::new();
        for row in &self.rows {
            let (text, look) = match row {
                Row::Blank => (String::new(), Look::Plain),
                Row::Words { indent, text, look } => (format!("{:indent$}{text}", ""), *look),
                Row::Cells { indent, cells, look } => (aligned(*indent, cells, widths), *look),
            };
            self.push(&mut out, text.trim_end(), look);
        }
        out
    }

    fn push(&self, out: &mut String, text: &str, look: Look) {
        let style = look.style();
        if self.color && !text.is_empty() && look != Look::Plain {
            out.push_str(&format!("{style}{text}{style:#}\n"));
        } else {
            out.push_str(text);
            out.push('\n');
        }
    }
}

/// Blanks between columns.
const GAP: usize = 3;

fn aligned(indent: usize, cells: &[String; 4], widths: [usize; 4]) -> String {
    let mut out = " ".repeat(indent);
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let width = if at == 0 { width.saturating_sub(indent) } else { width };
        let space = " ".repeat(width.saturating_sub(cell.width()));
        let (before, after) = if at < 2 { ("", space.as_str()) } else { (space.as_str(), "") };
        if at > 0 && width > 0 {
            out.push_str(&" ".repeat(GAP));
        }
        out.push_str(before);
        out.push_str(cell);
        out.push_str(after);
    }
    out
}

/// The text without characters that would move the cursor, color the terminal or turn the text around.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let hidden = |found: char| {
        found.is_control()
            || matches!(found, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(hidden) {
        Cow::Owned(text.chars().map(|found| if hidden(found) { '\u{fffd}' } else { found }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Lines no wider than `width` where there is a place to break: a blank, or between two wide characters.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut wide = 0;
    // The last place to break: its offset in the line.
    let mut break_at: Option<usize> = None;
    for found in text.chars() {
        let own = found.width().unwrap_or(0);
        if !line.is_empty() && (line.ends_with(' ') || own == 2 && !CLOSING.contains(&found)) {
            break_at = Some(line.len());
        }
        // A blank that does not fit is the end of the line and not the beginning of the next.
        if found != ' '
            && wide + own > width
            && let Some(at) = break_at.take()
        {
            let rest = line.split_off(at);
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            line = rest.trim_start().to_owned();
            wide = line.width();
        }
        line.push(found);
        wide += own;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Marks that do not begin a line.
const CLOSING: [char; 10] = ['，', '。', '、', '：', '；', '）', '”', '！', '？', '》'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stay_aligned_under_chinese_text() {
        let mut paper = Paper::new(false);
        paper.cells(2, ["List price", "list_price(frame)", "", "224 000.00"], Look::Plain);
        paper.cells(2, ["数量折扣", "4% of running", "-9 228.80", "214 771.20"], Look::Faint);
        let drawn = paper.draw();
        let ends: Vec<usize> = drawn.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(ends[0], ends[1], "\n{drawn}");
        assert!(drawn.contains("  数量折扣     4% of running"), "\n{drawn}");
    }

    #[test]
    fn long_words_are_wrapped_at_blanks_and_between_wide_characters() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("价格表价格表", 8), ["价格表价", "格表"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn looks_are_left_away_without_color() {
        let mut plain = Paper::new(false);
        plain.words(0, "careful", Look::Bad);
        assert_eq!(plain.draw(), "careful\n");
        let mut colored = Paper::new(true);
        colored.words(0, "careful", Look::Bad);
        assert!(colored.draw().starts_with('\u{1b}'));
    }

    #[test]
    fn text_of_users_cannot_move_the_cursor() {
        let mut paper = Paper::new(false);
        paper.words(0, "a\u{1b}[2Jb\u{202e}c", Look::Plain);
        assert_eq!(paper.draw(), "a\u{fffd}[2Jb\u{fffd}c\n");
    }
}
