//! Names of other languages as names of a price book: identifiers where they can be, each used once.

use std::collections::BTreeSet;

use tarif::resolve::RESERVED_NAMES;

/// The words that the grammar reserves.
const GRAMMAR_WORDS: [&str; 22] = [
    "and",
    "because",
    "by",
    "default",
    "during",
    "else",
    "false",
    "for",
    "from",
    "if",
    "implies",
    "in",
    "limit",
    "not",
    "of",
    "optional",
    "or",
    "otherwise",
    "rounded",
    "step",
    "then",
    "to",
];

/// The names that a book has used up.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// An identifier that nothing else has, as near to the wanted name as can be.
    pub fn take(&mut self, wanted: &str) -> String {
        let near = identifier(wanted);
        let mut name = near.clone();
        let mut count = 1;
        while is_word(&name) || !self.0.insert(name.clone()) {
            count += 1;
            name = format!("{near}_{count}");
        }
        name
    }
}

/// Whether the language uses the word itself.
fn is_word(name: &str) -> bool {
    let late = ["true", "when", "with"];
    GRAMMAR_WORDS.contains(&name) || late.contains(&name) || RESERVED_NAMES.contains(&name)
}

fn identifier(wanted: &str) -> String {
    let part = |found: char| match found {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => found,
        // Letters of most scripts; marks, symbols and full-width forms are left out.
        '\u{C0}'..='\u{1FFF}' | '\u{3040}'..='\u{D7A3}' if found.is_alphabetic() => found,
        _ => '_',
    };
    let name: String = wanted.chars().map(part).collect();
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        _ => format!("n_{}", name.trim_start_matches('_')),
    }
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let shown = |found: char| if found.is_control() { ' ' } else { found };
    let text: String = text.chars().map(shown).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What stands behind a declared name so that people see the name that the model gave; empty where it is the same.
pub fn label(name: &str, shown: &str) -> String {
    if name == shown { String::new() } else { format!(" {}", quoted(shown)) }
}
