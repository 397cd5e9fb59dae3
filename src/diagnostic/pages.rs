//! The page of a problem code, read into its examples.
//!
//! ```text
//! # E0301 unit-mismatch
//!
//! What it means and why it is refused.
//!
//! ## Raises it
//!
//! (fenced blocks: a complete book that raises this problem and no other)
//!
//! ## Mended
//!
//! (fenced blocks: the same book without a problem)
//! ```
//!
//! A fence names its language and may name its file: `tarif`, `tarif path=tables.tarif`, `csv path=mass.csv`,
//! `json` (a request to the book). An example may have several blocks.

use super::Code;

/// One fenced block of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The fence's language: `tarif`, `csv`, `json`.
    pub language: String,
    /// The file it stands for, where the fence says `path=…`.
    pub path: Option<String>,
    /// Its text, each line with its line break.
    pub text: String,
}

/// A page, cut into what it explains and what it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The heading without its `#`: `E0301 unit-mismatch`.
    pub heading: String,
    /// The book (and request) that raises the problem and no other; empty if no book file can raise it.
    pub raises: Vec<Block>,
    /// The same without a problem.
    pub mended: Vec<Block>,
}

impl Page {
    /// The page of a code.
    pub fn of(code: Code) -> Page {
        Page::read(code.page())
    }

    /// Reads a page's text.
    pub fn read(text: &str) -> Page {
        let mut page = Page::default();
        let mut section = "";
        let mut open: Option<Block> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (Some(_), Some(_)) => {
                    let block = open.take();
                    match section {
                        "Raises it" => page.raises.extend(block),
                        "Mended" => page.mended.extend(block),
                        _ => {}
                    }
                }
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, Some(fence)) => open = Some(Block::opened_by(fence)),
                (None, None) => {
                    if let Some(heading) = line.strip_prefix("## ") {
                        section = heading.trim();
                    } else if let Some(heading) = line.strip_prefix("# ") {
                        page.heading = heading.trim().to_owned();
                    }
                }
            }
        }
        page
    }
}

impl Block {
    fn opened_by(fence: &str) -> Block {
        let mut words = fence.split_whitespace();
        let language = words.next().unwrap_or("").to_owned();
        let path = words.find_map(|word| word.strip_prefix("path=")).map(str::to_owned);
        Block { language, path, text: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_into_its_examples() {
        let page = Page::read(
            "# E0403 missing-column\n\nWhy.\n\n## Raises it\n\n```tarif\ntable t\n```\n\n```csv path=t.csv\na,b\n1,2\n```\n\n## Mended\n\n```tarif\ntable u\n```\n",
        );
        assert_eq!(page.heading, "E0403 missing-column");
        let shown: Vec<_> = page
            .raises
            .iter()
            .map(|block| (block.language.as_str(), block.path.as_deref(), block.text.as_str()))
            .collect();
        assert_eq!(shown, [("tarif", None, "table t\n"), ("csv", Some("t.csv"), "a,b\n1,2\n")]);
        assert_eq!(page.mended.len(), 1);
    }

    #[test]
    fn every_page_carries_the_heading_of_its_code() {
        for code in Code::all() {
            assert_eq!(Page::of(*code).heading, format!("{} {}", code.id(), code.name()));
        }
    }

    #[test]
    fn an_example_that_is_shown_is_shown_mended_too() {
        for code in Code::all() {
            let page = Page::of(*code);
            assert_eq!(page.raises.is_empty(), page.mended.is_empty(), "{code}");
        }
    }
}
