//! Contenders that are measured in turn, so that their ratios hold however busy the machine is.

use std::time::Instant;

/// The figures of `expected.ndjson`, by the fields that they are.
pub const FIGURES: &str = "list_unit=unit.list_unit,gross=line.gross,after_volume=line.after_volume,\
    after_tier=line.after_tier,after_region=line.after_region,after_terms=line.after_terms,\
    after_rep=line.after_rep,unit_cost=unit.cost,cost=line.cost,floor=line.minimum.bound,net=line.net,\
    margin=line.margin,floored=line.minimum.applied,violations,approvals";

/// Something that is measured, and what its passes took, in picoseconds a quote.
pub struct Contender<'c> {
    name: &'static str,
    /// Which of the contenders it is compared with, by its position.
    against: usize,
    /// How many quotes a pass makes.
    quotes: usize,
    pass: Box<dyn FnMut() + 'c>,
    took: Vec<u128>,
}

impl<'c> Contender<'c> {
    /// One whose pass makes so many quotes, compared with another by its position.
    pub fn new(name: &'static str, against: usize, quotes: usize, pass: impl FnMut() + 'c) -> Contender<'c> {
        Contender { name, against, quotes, pass: Box::new(pass), took: Vec::new() }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]
    fn time(&mut self) {
        let start = Instant::now();
        (self.pass)();
        self.took.push(start.elapsed().as_nanos() * 1000 / self.quotes as u128);
    }

    /// The fastest pass, and the one in the middle.
    fn figures(&self) -> (u128, u128) {
        (self.took[0], self.took[self.took.len() / 2])
    }
}

/// Measures the contenders pass by pass in turn, and prints what a quote took of each, with the ratio to the one
/// that it is compared with.
pub fn measure(contenders: &mut [Contender<'_>], rounds: usize) {
    for _ in 0..rounds {
        contenders.iter_mut().for_each(Contender::time);
    }
    contenders.iter_mut().for_each(|contender| contender.took.sort_unstable());
    for contender in contenders.iter() {
        let (best, median) = contender.figures();
        let (of_best, of_median) = contenders[contender.against].figures();
        println!(
            "{:<38} best {:>9} ns ({})  median {:>9} ns ({})",
            contender.name,
            thousandths(best, 1000),
            thousandths(best, of_best),
            thousandths(median, 1000),
            thousandths(median, of_median)
        );
    }
}

/// A ratio with three decimal places.
fn thousandths(part: u128, of: u128) -> String {
    let thousandths = part * 1000 / of.max(1);
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}
