//! How long a click takes: choose, then all domains. Nothing is asserted of times; machines differ.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tarif::configure::{Model, Session, State, Wanted};
use tarif::ir::Value;

use crate::book::Book;
use crate::facts;

/// So many configurations are clicked together.
const WALKS: usize = 20;

/// So many clicks each.
const CLICKS: usize = 25;

#[expect(clippy::disallowed_methods, reason = "times are reported, and nothing depends on them")]
fn now() -> Instant {
    Instant::now()
}

/// Reports what compiling and clicking take.
pub fn report(name: &str, book: &Book) {
    let start = now();
    let checked = crate::compile(book).map_or_else(|_| "with errors", |_| "checked");
    let checking = start.elapsed();
    let start = now();
    let model = facts::model(book);
    let compiling = start.elapsed();
    let start = now();
    let mut session = Session::new(model.clone());
    let count = format!("{:?}", session.count());
    let counting = start.elapsed();
    let mut clicks = walks(&model);
    clicks.sort_unstable();
    let at = |percent: usize| {
        clicks.get(clicks.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    };
    let shown: String = count.chars().take(60).collect();
    println!(
        "{name}: {checked} in {checking:.1?}, model in {compiling:.1?}, counted in {counting:.1?}; {} clicks: \
         median {:.1?}, 95 % {:.1?}, most {:.1?}; {} slots, {shown}",
        clicks.len(),
        at(50),
        at(95),
        at(100),
        model.slots.len(),
    );
}

/// Clicks values that can be had, one after another, in several configurations.
fn walks(model: &Arc<Model>) -> Vec<Duration> {
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize % below.max(1)
    };
    let mut session = Session::new(model.clone());
    let mut times = Vec::new();
    for _ in 0..WALKS {
        session.clear();
        let mut state = session.state();
        for _ in 0..CLICKS {
            let open = open(&state);
            let Some((path, values)) = open.get(next(open.len())) else { break };
            let wanted = Wanted::Value(values[next(values.len())].clone());
            let start = now();
            session.choose(path, wanted).expect("the value is one of the slot");
            state = session.state();
            times.push(start.elapsed());
        }
    }
    times
}

/// The slots that can be several things still, each with its values.
fn open(state: &State) -> Vec<(String, Vec<Value>)> {
    let slots = state.slots.iter().filter_map(|slot| {
        let possible = state.possible(slot);
        let path = state.model().slot(slot.slot)?.path.to_string();
        let chosen = slot.origin.is_some();
        (!chosen && possible.values.len() > 1).then_some((path, possible.values))
    });
    slots.collect()
}
