//! Programs over columns give what the evaluator gives.

use tarif::Book;
use tarif::eval::{Field, FieldOf, StepField};
use tarif::ir::{Builtin, Level, Place};

fn w1() -> Book {
    Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book of W1 is clean")
}

fn parsed(text: &str) -> Field {
    Field::parse(w1().ir(), text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_field_is_a_path_and_goes_by_its_path_or_by_a_name_of_its_own() {
    let net = parsed("line.net");
    assert_eq!(&*net.name, "line.net");
    assert_eq!(net.of, FieldOf::Figure { level: Level::Line, figure: Builtin::Net });
    let price = parsed("price = line.net");
    assert_eq!((&*price.name, price.of), ("price", net.of));
    assert_eq!(parsed("net").of, FieldOf::Figure { level: Level::Quote, figure: Builtin::Net });
    assert_eq!(parsed("quote.total").of, FieldOf::Total);
    assert_eq!(parsed("violations").of, FieldOf::Violations);
}

#[test]
fn a_field_can_be_a_step_a_subtotal_a_component_or_an_input() {
    let step = |level, step: &str, what| FieldOf::Step { level, step: step.into(), what };
    assert_eq!(parsed("unit.list_unit").of, step(Level::Unit, "list_unit", StepField::Amount));
    assert_eq!(parsed("line.minimum.bound").of, step(Level::Line, "minimum", StepField::Bound));
    assert_eq!(parsed("line.minimum.applied").of, step(Level::Line, "minimum", StepField::Applied));
    assert_eq!(parsed("unit.mould").of, FieldOf::CostComponent { level: Level::Unit, name: "mould".into() });
    let tier = Place::Context { context: "customer".into(), field: "tier".into() };
    assert_eq!(parsed("customer.tier").of, FieldOf::Input(tier));
    assert_eq!(parsed("finish").of, FieldOf::Input(Place::Member("finish".into())));
    assert_eq!(parsed("quantity").of, FieldOf::Input(Place::Quantity));
    let index = FieldOf::Input(Place::Index("material_index".into()));
    assert_eq!(parsed("material_index").of, index);
    assert_eq!(parsed("market.material_index").of, index);
}

#[test]
fn a_field_that_the_book_does_not_have_is_refused_with_what_was_meant() {
    let refused = |text: &str| Field::parse(w1().ir(), text).expect_err("there is no such field");
    assert_eq!(refused("line.nett"), "a quote has no field `line.nett`; did you mean `line.net`?");
    assert_eq!(refused("after_tier"), "a quote has no field `after_tier`; did you mean `line.after_tier`?");
    assert_eq!(
        refused("line.minimum.bond"),
        "a quote has no field `line.minimum.bond`; did you mean `line.minimum.bound`?"
    );
    assert_eq!(refused("=net"), "`=net` names no field; write `net` or `price=line.net`");
    assert_eq!(
        refused("zzzzzzzz"),
        "a quote has no field `zzzzzzzz`; write `net`, `line.STEP` or the name of an input"
    );
}
