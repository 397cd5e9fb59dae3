//! What is known of a model, held against what its book answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;
use tarif::configure::{Count, Model, Session, State};
use tarif::eval::Plan;
use tarif::ir::{Ty, Value};
use tarif::logic::Budget;
use tarif::value::{Date, Exact};
use tarif::workspace::Workspace;

use crate::book::{Book, Feature};

/// A feature of a model, or a value of a variable.
pub type Named = (String, Option<String>);

/// The model of a book's product. What the compiler finds out about dead values and contradictions is asked of the
/// model itself, so it is no hindrance here.
pub fn model(book: &Book) -> Arc<Model> {
    let mut workspace = Workspace::new();
    for (path, content) in &book.files {
        match path.ends_with(".tarif") {
            true => workspace.set_file(path, content.as_bytes()),
            false => {
                let content = tarif::workspace::Fetched::Found(Arc::from(content.as_bytes()));
                workspace.set_table(path, content);
            }
        }
    }
    let checked = workspace.book().expect("the book can be checked");
    let day = Date::parse("2026-02-02").expect("a day");
    let model = Model::new(&Arc::new(Plan::new(checked)), &book.product, day, Budget::default());
    Arc::new(model.unwrap_or_else(|why| panic!("{}: {why}", book.product)))
}

/// Where the answers differ from what is known.
pub fn differences(book: &Book, session: &mut Session, known: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    let fits = session.fits().map_err(|why| why.to_string());
    if fits != Ok(known["satisfiable"] == Json::Bool(true)) {
        wrong.push(format!("satisfiable is {}, the answer {fits:?}", known["satisfiable"]));
    }
    match (session.count(), known["count"].as_str()) {
        (Count::Exactly(count), Some(known)) if count.to_string() == known => {}
        (count, known) => wrong.push(format!("there are {known:?}, the answer {count:?}")),
    }
    // Of a contradiction everything is true.
    if known["satisfiable"] != Json::Bool(true) {
        return wrong;
    }
    let state = session.state();
    let (core, dead) = core_and_dead(book, &state);
    for (kind, found) in [("core", core), ("dead", dead)] {
        let known: BTreeSet<Named> = crate::named_features(&known[kind]).into_iter().collect();
        let lacks: Vec<&Named> = known.difference(&found).collect();
        let more: Vec<&Named> = found.difference(&known).collect();
        if !lacks.is_empty() || !more.is_empty() {
            wrong.push(format!("{kind}: the answer lacks {lacks:?} and has also {more:?}"));
        }
    }
    wrong
}

/// What every configuration has, and what none has.
fn core_and_dead(book: &Book, state: &State) -> (BTreeSet<Named>, BTreeSet<Named>) {
    let (mut core, mut dead) = (BTreeSet::new(), BTreeSet::new());
    for feature in &book.features {
        let slot = state.slot(&feature.option).expect("the option is a slot");
        let (possible, open) = (state.possible(slot), state.undecided(slot));
        assert!(open.values.is_empty() && !open.absent, "`{}` is not decided", feature.option);
        let own = value(feature, state);
        let named = (feature.name.clone(), feature.value.clone());
        match (possible.values.contains(&own), possible.values.len(), possible.absent) {
            (true, 1, false) => drop(core.insert(named)),
            (true, ..) => {}
            (false, ..) => drop(dead.insert(named)),
        }
    }
    (core, dead)
}

/// The value of the option that stands for a feature.
pub fn value(feature: &Feature, state: &State) -> Value {
    let model = state.model();
    let slot = model.find(&feature.option).and_then(|id| model.slot(id)).expect("the option is a slot");
    match &slot.ty {
        Ty::Bool => Value::Bool(true),
        Ty::Choice(of) => {
            let at = of
                .values
                .iter()
                .position(|value| *value.key == *feature.choice)
                .expect("a value of the option");
            Value::Choice(u16::try_from(at).expect("few values"))
        }
        _ => Value::Number(Exact::parse(&feature.choice).expect("a number")),
    }
}
