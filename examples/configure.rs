//! Finds out what can be configured: what is possible, why something is not, what mends a clash.
//!
//! `cargo run --example configure -- rules/press press 2026-02-10 frame=c_frame "force=250 tf"`

use std::env::args;
use std::error::Error;

use tarif::Book;
use tarif::configure::Standing;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = args().skip(1);
    let mut next = |default: &str| words.next().unwrap_or_else(|| default.to_owned());
    let (folder, product, day) = (next("rules/press"), next("press"), next("2026-02-10"));

    // The first configuration of a product compiles it; all others share what that made.
    let book = Book::load(folder)?;
    let mut configuration = book.configure(&product, &day)?;
    for choice in words {
        configuration.choose_typed(&choice)?;
    }

    // Of every slot exactly the values that some valid configuration has.
    let state = configuration.state();
    let names = configuration.words();
    for slot in &state.slots {
        let possible = names.possible(slot.slot, &state.possible(slot)).join(", ");
        let value = slot.value.as_ref().map_or(String::new(), |value| names.value(slot.slot, value));
        println!("{}: {} {value} [{possible}]", names.path(slot.slot), slot.standing.word());
    }

    // A clash is told, never refused: with the fewest choices and rules, and with what mends it.
    if let Some(conflict) = configuration.conflict()? {
        for choice in &conflict.clash.choices {
            println!("clash: {}", configuration.words().choice(choice));
        }
        for rule in &conflict.clash.rules {
            println!("clash: {}", configuration.rule(*rule));
        }
        let Some(repair) = conflict.repairs.first() else { return Ok(()) };
        configuration.session().apply(repair);
        for change in &repair.changes {
            println!("mended: {}", configuration.words().wanted(change.slot, &change.to));
        }
    }

    // The rest is filled in; defaults are kept where they can be.
    if let Some(whole) = configuration.complete()? {
        for it in whole.slots.iter().filter(|it| it.standing != Standing::Chosen) {
            let names = configuration.words();
            println!("{}: {}", names.path(it.slot), names.value(it.slot, &it.value));
        }
        for it in &whole.given_up {
            println!("not kept: {}", configuration.words().choice(&it.wish));
        }
    }
    Ok(())
}
