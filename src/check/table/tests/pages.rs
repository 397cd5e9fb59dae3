//! The pages of the problems of tables and tiers: the first example raises its problem and no other, the second
//! none.

use super::*;
use crate::check::check_book;
use crate::diagnostic::{Block, Code, Page, codes};

/// The codes of the problems of an example.
fn raised(blocks: &[Block]) -> Vec<&'static str> {
    let (mut items, mut found) = (Vec::new(), Vec::new());
    for (file, block) in (0..).map(FileId).zip(blocks).filter(|(_, block)| block.language == "tarif") {
        let (tree, problems) = parse_file(&block.text, file);
        found.extend(problems);
        items.extend(tree.items.into_iter().map(Arc::new));
    }
    let (_, problems) = check_book(&items, |item| {
        let (path, tab) = file_of(item)?;
        let block = blocks.iter().find(|block| block.path.as_deref() == Some(&path.text))?;
        let tab = tab.map(|tab| tab.text.as_ref());
        Some(crate::sheet::read(block.text.as_bytes(), &path.text, tab, FileId(99)).map(Arc::new))
    });
    found.extend(problems);
    found.iter().map(|problem| problem.code.id()).collect()
}

#[test]
fn each_page_raises_its_problem_and_its_mended_book_none() {
    // What a configuration may be is decided elsewhere.
    let elsewhere = [codes::NOT_FOR_SALE];
    let of_tables = |code: &&Code| code.id().starts_with("E04") || code.id().starts_with("W04");
    let mut seen = 0;
    for code in Code::all().iter().filter(of_tables).filter(|code| !elsewhere.contains(code)) {
        let page = Page::of(*code);
        if page.raises.is_empty() {
            continue;
        }
        let found = raised(&page.raises);
        assert!(!found.is_empty() && found.iter().all(|id| *id == code.id()), "{code}: {found:?}");
        assert_eq!(raised(&page.mended), [""; 0], "{code}");
        seen += 1;
    }
    assert!(seen >= 15, "the pages were not found");
}
