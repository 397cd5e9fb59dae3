//! How many of the random books, and of the answers to their requests, have what the language offers.

use std::collections::BTreeMap;

use crate::evaluate::Quote;
use crate::model::{Book, Per, Request, TierRow};
use crate::print;

/// What a book is searched for, by the words that stand in its text.
const WORDS: [(&str, &[&str]); 81] = [
    ("list of the request", &["\ngiven events"]),
    ("list of a line", &["  given used"]),
    ("fact of a line", &["  given option"]),
    ("list in a list", &["items: list of"]),
    (
        "list of plain values",
        &["list of 0", "list of EUR", "list of CNY", "list of JPY", "list of KWD", "list of money"],
    ),
    ("sum over a list", &["for e in "]),
    ("sum inside of a sum", &["for i in e.items"]),
    ("sum over lines", &["for l in lines"]),
    ("sum over lines of some", &["for l in lines of "]),
    ("earlier lines", &["earlier lines"]),
    ("sum over an enumeration", &["for k in "]),
    ("sum over rows", &["for r in "]),
    ("other elements of the same", &["for o in "]),
    ("before", &["before("]),
    ("nth", &["nth "]),
    ("product", &["product("]),
    ("greatest", &[" greatest "]),
    ("least", &[" least "]),
    ("avg", &["avg("]),
    ("gift", &["  gift "]),
    ("charge", &["  charge "]),
    ("claims", &["claims {"]),
    ("needs", &[" needs "]),
    ("units worth", &["units worth "]),
    ("for each bundle", &[" for each bundle"]),
    ("for each product", &[" for each product"]),
    ("for each line", &[" for each line\n", " for each line "]),
    ("for each line.x", &[" for each line."]),
    ("in all groups", &[" in all"]),
    ("taxes on", &["taxes "]),
    ("taxes within", &[" within net {"]),
    ("each line", &["each line {"]),
    ("payable", &["  payable {"]),
    ("requirement of the quote", &["  require quoted", "  exclude quoted"]),
    ("bundle", &["where bundle ", "when bundle "]),
    ("smallest amount declared", &["USD to 0.0", "CNY to 1"]),
    ("minor unit", &[" minor_unit"]),
    ("shares finer or coarser than paid", &[" spread by running to ", " spread by 1 to "]),
    ("power", &["pow("]),
    ("power with a fraction", &[", 0.1)", ", 0.5)", ", 1.5)", ", 0.2)", ", 0.6)", ", -0.5)", ", 0.25)"]),
    ("months of a period", &["_months(", "_days("]),
    ("spread by", &[" spread by "]),
    ("partly within", &[" partly within "]),
    ("with charges", &["with charges"]),
    ("on lines where", &[" on lines where "]),
    ("tiers whole", &[") whole -> "]),
    ("tiers graduated", &[") graduated -> "]),
    ("tiers stair", &[") stair -> "]),
    ("tier by", &["tier by "]),
    ("scaled by", &["scaled by "]),
    ("refuse", &[": refuse "]),
    ("policy first", &[") first -> "]),
    ("policy most specific", &[") most specific -> "]),
    ("policy sum", &[") sum -> "]),
    ("policy max, min", &[") max -> ", ") min -> "]),
    ("absent", &["absent"]),
    ("starts", &["starts \""]),
    ("versions", &["effective from"]),
    ("best of", &["best of "]),
    ("first of", &["first of "]),
    ("worst of", &["worst of "]),
    ("floor or cap", &["floor bound", "cap bound"]),
    ("margin, markup", &["price_at "]),
    ("convert", &["convert("]),
    ("date part", &["year_of(", "month_of(", "day_of(", "weekday_of("]),
    ("days", &["days("]),
    ("several currencies", &["  currencies "]),
    ("function", &["\ndef "]),
    ("key of", &["key of "]),
    ("approvals", &["\napprovals {"]),
    ("reject", &["  reject "]),
    ("for a product", &[" for product", " for family"]),
    ("reviewer", &["  reviewer "]),
    ("ladders", &["  ladder "]),
    ("skip", &["  skip "]),
    ("parallel", &[" parallel"]),
    ("needs several people", &[" needs 2", " needs 3"]),
    ("parts priced", &["  parts priced"]),
    ("parts included", &["  parts included"]),
    ("sum over pieces", &["for p in "]),
    ("sum over pieces of pieces", &["for q in p."]),
];

const SHARES: &str = "tiers of shares";

/// How often each thing was there.
#[derive(Default)]
pub struct Census {
    books: usize,
    pairs: usize,
    in_books: BTreeMap<&'static str, usize>,
    in_answers: BTreeMap<&'static str, usize>,
}

impl Census {
    /// Counts what a book has.
    pub fn book(&mut self, book: &Book) {
        self.books += 1;
        let text: String = print::files(book).into_iter().map(|(_, text)| text).collect();
        let rows = book.tiers.iter().flat_map(|of| &of.versions).flat_map(|version| &version.tiers);
        let mut rows = rows.map(|(_, row)| row);
        let of_share = |row: &TierRow| matches!(row, TierRow::Price { unit: Some((_, Per::Share)), .. });
        *self.in_books.entry(SHARES).or_default() += usize::from(rows.any(of_share));
        for (what, words) in WORDS {
            if words.iter().any(|word| text.contains(word)) {
                *self.in_books.entry(what).or_default() += 1;
            }
        }
    }

    /// Counts what became of a request.
    pub fn answer(&mut self, request: &Request, quote: &Quote) {
        self.pairs += 1;
        let mut count = |what: &'static str, there: bool| {
            *self.in_answers.entry(what).or_default() += usize::from(there);
        };
        count("several lines", request.lines.len() > 1);
        count("without an invalid line", quote.lines.iter().all(|line| !line.invalid));
        count("a gift", !quote.gifts.is_empty());
        count("a charge", !quote.charges.is_empty());
        count("a tax", !quote.taxes.is_empty());
        count("somebody signs", !quote.route.is_empty());
        count("rejected", quote.status == "rejected");
        count("needs approval", quote.status == "needs_approval");
        count("a skipped level", !quote.skipped.is_empty());
        count("a priced piece", quote.lines.iter().any(|line| line.part_of.is_some()));
        count("a piece that is included", quote.lines.iter().any(|line| !line.pieces.is_empty()));
        count("ok", quote.status == "ok");
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Census) {
        self.books += other.books;
        self.pairs += other.pairs;
        for (all, own) in [(&mut self.in_books, other.in_books), (&mut self.in_answers, other.in_answers)] {
            own.into_iter().for_each(|(what, count)| *all.entry(what).or_default() += count);
        }
    }

    /// Prints the shares in a hundred.
    pub fn tell(&self) {
        let all = WORDS.iter().map(|(what, _)| *what).chain([SHARES]);
        let mut told: Vec<(&str, usize)> =
            all.map(|what| (what, self.in_books.get(what).copied().unwrap_or(0))).collect();
        told.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        println!("of 1,000 books:");
        told.iter().for_each(|(what, count)| println!("{:5} {what}", count * 1_000 / self.books.max(1)));
        println!("of 1,000 answers:");
        let answers = self.in_answers.iter();
        answers.for_each(|(what, count)| println!("{:5} {what}", count * 1_000 / self.pairs.max(1)));
    }
}
