//! Documents made of small books, each tried by itself: the reference, the cookbook, the page about semantics.

use std::path::Path;

use crate::folder::{self, Files};
use crate::markdown::{Block, Section, sections};
use crate::{fresh_folder, read, root, tarif, write_all};
use tarif::diagnostic::Code;

/// The document whose first book stands before every recipe that declares none.
const COOKBOOK: &str = "docs/cookbook.md";

/// Where the list of contents begins and ends.
const CONTENTS: (&str, &str) = ("<!-- contents -->", "<!-- end of contents -->");

/// Tries all books of a document: how many there are, and what is wrong with them.
pub fn try_books(document: &str) -> (usize, Vec<String>) {
    let preamble = preamble();
    let text = read(&root().join(document));
    let (mut tried, mut complaints) = (0, Vec::new());
    for section in sections(&text) {
        for block in section.blocks.iter().filter(|block| is_recipe(block)) {
            tried += 1;
            let place = format!("{document}:{} ({})", block.line, section.heading);
            complaints.extend(try_book(&place, &section, block, &preamble));
        }
    }
    (tried, complaints)
}

fn is_recipe(block: &Block) -> bool {
    block.language == "tarif" && !is_preamble(block)
}

fn is_preamble(block: &Block) -> bool {
    block.words.iter().any(|word| word == "preamble")
}

/// The book that every recipe without one of its own stands in.
fn preamble() -> String {
    let text = read(&root().join(COOKBOOK));
    let mut blocks = sections(&text).into_iter().flat_map(|section| section.blocks);
    blocks.find(is_preamble).expect("the cookbook begins with a book").text
}

/// Errors of a book, warnings that its section does not speak of, and tests that fail or are missing.
fn try_book(place: &str, section: &Section, block: &Block, preamble: &str) -> Vec<String> {
    let has_book = block.text.starts_with("book ") || block.text.contains("\nbook ");
    let text = if has_book { block.text.clone() } else { format!("{preamble}\n{}", block.text) };
    let mut files = Files::from([(folder::BOOK.to_owned(), text.into_bytes())]);
    for other in section.blocks.iter().filter(|other| other.language != "tarif") {
        files.extend(other.path.clone().map(|path| (path, other.text.clone().into_bytes())));
    }
    let checked = folder::check(&files);
    let told = |code: Code| {
        let words = code.name().replace('-', " ");
        section.prose.iter().any(|(_, line)| line.contains(&words))
    };
    let mut complaints = Vec::new();
    if checked.problems.iter().any(|problem| problem.is_error() || !told(problem.code)) {
        complaints.push(format!("{place}\n{}", checked.drawn()));
    }
    if !block.text.contains("\ntest \"") {
        complaints.push(format!("{place}: no test"));
    }
    let name = place.split(' ').next().unwrap_or(place).replace(['/', ':', '.'], "-");
    let folder = fresh_folder(&name);
    write_all(&folder, &files);
    let run = tarif(&["test", "."], &folder);
    if run.status != Some(0) {
        complaints.push(format!("{place}: `tarif test` says\n{}", run.shown()));
    }
    complaints
}

/// The document with its list of contents: each chapter, and below it the questions it answers.
pub fn with_contents(text: &str) -> String {
    let (Some(begin), Some(end)) = (text.find(CONTENTS.0), text.find(CONTENTS.1)) else {
        return text.to_owned();
    };
    let (head, tail) = (&text[..begin + CONTENTS.0.len()], &text[end..]);
    let mut list = String::from("\n");
    for line in outside_of_blocks(tail) {
        if let Some(chapter) = line.strip_prefix("## ") {
            list.push_str(&format!("\n**[{chapter}](#{})**\n\n", anchor(chapter)));
        } else if let Some(question) = line.strip_prefix("### ") {
            list.push_str(&format!("- [{question}](#{})\n", anchor(question)));
        }
    }
    format!("{head}{list}\n{tail}")
}

/// The links to headings of other documents and of its own that a document holds, and that lead nowhere.
pub fn broken_links(document: &str) -> Vec<String> {
    let path = root().join(document);
    let text = read(&path);
    let mut broken = Vec::new();
    for line in outside_of_blocks(&text) {
        for link in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            if file.starts_with("http") {
                continue;
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            let target = if file.is_empty() { path.clone() } else { folder.join(file) };
            let found = target.exists()
                && (heading.is_empty()
                    || outside_of_blocks(&read(&target)).any(|line| {
                        line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading
                    }));
            if !found {
                broken.push(format!("{document}: `{link}` leads nowhere"));
            }
        }
    }
    broken
}

fn outside_of_blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect::<String>().to_lowercase()
}
