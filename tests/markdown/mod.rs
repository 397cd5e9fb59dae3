//! Markdown read as sections of fenced blocks, for the tests that live in documents.

#![expect(dead_code, reason = "each of the tests that share this uses a part of it")]

/// One fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The language behind the fence: `tarif`, `csv`, `console`.
    pub language: String,
    /// The file it stands for, where the fence says `path=…`.
    pub path: Option<String>,
    /// The other words behind the fence.
    pub words: Vec<String>,
    /// The line of the document on which its text begins, from 1.
    pub line: usize,
    /// Its text, each line with its line break.
    pub text: String,
}

impl Block {
    /// Whether a word stands behind the fence.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    fn opened_by(fence: &str, line: usize) -> Block {
        let mut block =
            Block { language: String::new(), path: None, words: Vec::new(), line, text: String::new() };
        for (at, word) in fence.split_whitespace().enumerate() {
            match (at, word.strip_prefix("path=")) {
                (0, _) => block.language = word.to_owned(),
                (_, Some(path)) => block.path = Some(path.to_owned()),
                (_, None) => block.words.push(word.to_owned()),
            }
        }
        block
    }
}

/// What stands under one heading, up to the next.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The heading without its marks; empty before the first.
    pub heading: String,
    /// The blocks in order.
    pub blocks: Vec<Block>,
    /// The lines outside blocks, each with the number of blocks before it.
    pub prose: Vec<(usize, String)>,
}

/// Cuts a document at its headings, of whatever depth.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut open: Option<Block> = None;
    for (at, line) in text.lines().enumerate() {
        let current = sections.last_mut().expect("there is always a section");
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => current.blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(fence)) => open = Some(Block::opened_by(fence, at + 2)),
            (None, None) => match line.trim_start_matches('#') {
                heading if heading.len() < line.len() && heading.starts_with(' ') => {
                    sections.push(Section { heading: heading.trim().to_owned(), ..Section::default() });
                }
                _ => current.prose.push((current.blocks.len(), line.to_owned())),
            },
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    sections
}
