//! How much work a text is, counted in steps of the parser, which no other load of the machine changes.
//!
//! The count belongs to the whole process, so this file has one test.

use std::num::NonZeroUsize;

use tarif::source::FileId;
use tarif::syntax::{parse_item, split};

/// Whether a declaration parses within so many steps.
fn parses_within(text: &str, steps: usize) -> bool {
    pest::set_call_limit(NonZeroUsize::new(steps));
    let (item, problems) = parse_item(text, FileId(0), 0);
    pest::set_call_limit(None);
    item.is_some() && problems.is_empty()
}

/// The fewest steps within which a declaration parses.
fn steps(text: &str) -> usize {
    let (mut too_few, mut enough) = (0, 1 << 24);
    assert!(parses_within(text, enough), "{text}");
    while enough - too_few > 1 {
        let between = too_few.midpoint(enough);
        if parses_within(text, between) { enough = between } else { too_few = between }
    }
    enough
}

fn table(rows: usize) -> String {
    format!("table t(a: text, b: int) -> EUR {{\n{}}}\n", "  \"x\", from 10: 1_250.50\n".repeat(rows))
}

fn grid(lines: usize) -> String {
    format!("table t(a: text, b: text) -> EUR {{\n | x | y\n{}}}\n", "  v | 10 | 12.50\n".repeat(lines))
}

fn sum(terms: usize) -> String {
    format!("def d(x: EUR) -> EUR = x{}\n", " + (x * 2)".repeat(terms))
}

fn waterfall(count: usize) -> String {
    let step = "less s \"Step\" = 5% of running when quantity > 10 because \"many\"\n";
    format!("price p {{ per line {{\n{}}} }}\n", step.repeat(count))
}

#[test]
fn steps_grow_with_the_text_and_stay_few() {
    for text in [table, grid, sum, waterfall] {
        let (short, long) = (text(10), text(160));
        // Sixteen times the text, sixteen times the steps, and no head or end of a declaration to add.
        assert!(steps(&long) <= 16 * steps(&short), "{short}");
    }
    for policy in ["rules/w1/policy.tarif", "rules/w1/article.tarif", "rules/press/policy.tarif"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(policy);
        let text = std::fs::File::open(path).and_then(std::io::read_to_string).expect("the file can be read");
        for item in split(&text) {
            let own = &text[item.start..item.end];
            // Comments cost the parser nothing but their blanks.
            let most = 20 * own.len();
            assert!(steps(own) <= most, "{} steps for {} bytes:\n{own}", steps(own), own.len());
        }
    }
}
