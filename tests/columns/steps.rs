//! The steps of a record and of a quote, one by one.

use tarif::ir::Level;
use tarif::quote::{Entry, EntryKind, Outcome, Quote};
use tarif::value::Exact;
use tarif::{Record, quote};

/// What a waterfall tells of a step: its level and name, amount, price after it, what it contains, bound, and
/// whether it applied.
type Told = (Level, String, [Option<Exact>; 4], bool);

fn of_entry(level: Level, entry: &Entry) -> Told {
    let quote::Entry { amount, running, contained, bound, .. } = entry.clone();
    (
        level,
        entry.step.to_string(),
        [Some(amount), running, contained.filter(|_| tells_contained(entry)), bound],
        entry.outcome == Outcome::Applied,
    )
}

/// A block of taxes tells what its members contain, which they tell themselves.
fn tells_contained(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::Let | EntryKind::Tax)
}

/// What a quote of one line tells.
fn of_quote(quote: &Quote) -> Vec<Told> {
    let line = &quote.lines[0];
    let unit = line.unit.iter().flat_map(|unit| &unit.entries).map(|it| of_entry(Level::Unit, it));
    let of_line = line.line.entries.iter().map(|it| of_entry(Level::Line, it));
    let of_quote = quote.totals.section.entries.iter().map(|it| of_entry(Level::Quote, it));
    unit.chain(of_line).chain(of_quote).collect()
}

/// What a record tells.
fn of_record(record: Record<'_>) -> Vec<Told> {
    let steps = record.steps().map(|step| {
        let figures = [Some(step.amount), Some(step.running), step.contained, step.bound];
        (step.level, step.step.to_string(), figures.map(|it| it.map(Exact::from)), step.applied)
    });
    steps.collect()
}

/// How a record differs from the quote, and how many steps were held against each other.
pub fn differences(record: Record<'_>, quote: &Quote) -> (Vec<String>, usize) {
    let (expected, found) = (of_quote(quote), of_record(record));
    let mut differences = Vec::new();
    if expected != found {
        let at = expected.iter().zip(&found).position(|(expected, found)| expected != found);
        let at = at.unwrap_or(expected.len().min(found.len()));
        differences.push(format!("step: record {:?}, evaluator {:?}", found.get(at), expected.get(at)));
    }
    let mut hold = |what: &str, same: bool| {
        if !same {
            differences.push(format!("{what} of the record is not that of the evaluator"));
        }
    };
    let line = &quote.lines[0];
    hold("net of the line", record.net(Level::Line) == line.net);
    hold("list of the line", record.list(Level::Line) == line.list);
    hold("cost of the line", record.cost(Level::Line) == line.cost);
    hold("net of the quote", record.net(Level::Quote) == quote.totals.net);
    let shown = |share: &Option<Exact>| {
        share.as_ref().map(|share| Exact::parse(&share.to_rounded_text(4)).expect("a number"))
    };
    hold("margin", record.margin() == shown(&line.margin));
    hold("total", record.total() == quote.totals.total);
    hold("status", record.status() == quote.status);
    let broken = line.violations.iter().chain(&quote.violations).map(|it| &it.name);
    hold("violations", record.violations().eq(broken));
    hold("approvals", record.approvals().eq(quote.approvals.route.iter().map(|it| &it.name)));
    (differences, found.len())
}
