//! Where a configuration starts and what leads it: presets with pieces, earlier lines, answers that recommend.

use tarif::configure::{Completion, Origin, Standing, WhyDropped};
use tarif::{Book, Configuration, Request};

/// A shelf with boards, each with hooks, that a guide asks about.
pub const SHELVES: &str = r#"
book shelves "Shelves" { currency EUR  effective 2026-01-01 to 2026-12-31 }

context customer "Customer" { region: near | far  default near  trade: bool default false }

product hook "Hook" { quantity 1 to 10_000  option metal "Metal": iron | brass  default iron }
price hook { per unit { list = 2 EUR } }

product board "Board" {
  quantity 1 to 1_000
  option wood  "Wood":  pine "Pine wood" | oak "Oak"
  option depth "Depth": 20 cm to 40 cm step 10 cm  default 20 cm
  parts included
  part hooks "Hooks": 0 to 2 of hook
}
price board { per unit { list = by wood { pine: 10 EUR, oak: 30 EUR } } }

preset deep of board { wood = oak, depth = 40 cm }

product shelf "Shelf" {
  quantity 1 to 20
  option colour "Colour": white "White" | grey "Light grey" | black "Black"  default white
  option height "Height": 100 cm to 200 cm step 1 cm  default 150 cm
  option feet   "Feet":   round | square
  option extras "Extras": any of lamp "Lamp" | rail "Rail" | lock "Lock"
  option finish "Finish": matt | gloss  default matt

  parts priced
  part boards "Boards": 1 to 4 of board

  allow finishes: (colour, finish) in finishes  because "not made in this finish"
  require rail_height: height >= 120 cm  when rail in extras  because "a rail needs 120 cm"
  require near_only: customer.region = near  when height > 180 cm  because "high shelves are delivered nearby"
}
table finishes(shelf.colour, shelf.finish) -> bool {
        | matt | gloss
  white | true | true
  grey  | true | false
  black | false | true
}
price shelf { per unit { list = 50 EUR } }

preset study "Study" of shelf {
  colour = black
  part boards { wood = oak, quantity = 2, part hooks { metal = brass, quantity = 2 } }
  part boards { wood = pine }
}

guide shelf {
  question room "Which room?": kitchen | study | hall {
    kitchen: recommend colour = grey, finish = gloss, height = 110 cm
    study: recommend extras with lamp  recommend finish = gloss  when colour != grey
    hall: require height <= 130 cm  because "the window is low"
  }
}
"#;

fn book() -> Book {
    Book::from_files([("book.tarif", SHELVES)]).expect("the book is right")
}

fn shelf(choices: &[&str]) -> Configuration {
    let mut shelf = book().configure("shelf", "2026-05-01").expect("there is a shelf");
    for choice in choices {
        shelf.choose_typed(choice).expect("the choice can be made");
    }
    shelf
}

fn typed(shelf: &Configuration) -> Vec<String> {
    let words = shelf.words();
    let chosen = shelf.choices();
    chosen.iter().map(|choice| words.typed(choice.slot, &choice.wanted)).collect()
}

/// The finished value of a slot, as a request writes it.
fn finished(shelf: &Configuration, completion: &Completion, path: &str) -> String {
    let slot = shelf.model().find(path).expect("there is the slot");
    let it = completion.slots.iter().find(|it| it.slot == slot).expect("it is finished");
    shelf.words().written(slot, &it.value)
}

#[test]
fn a_preset_of_a_bundle_brings_its_pieces() {
    let mut shelf = shelf(&[]);
    let (dropped, unread) = shelf.start_from_preset("study").expect("there is the preset");
    assert!(dropped.is_empty() && unread.is_empty(), "{dropped:?} {unread:?}");
    let choices = typed(&shelf);
    for expected in [
        "colour=black",
        "boards=3",
        "boards[1].wood=oak",
        "boards[2].wood=oak",
        "boards[3].wood=pine",
        "boards[1].hooks=2",
        "boards[2].hooks[2].metal=brass",
    ] {
        assert!(choices.iter().any(|choice| choice == expected), "{expected} in {choices:?}");
    }
    assert!(!choices.iter().any(|choice| choice.starts_with("boards[3].hooks")), "{choices:?}");
}

#[test]
fn what_an_earlier_line_says_of_an_option_or_a_part_stands_for_all_of_its_preset() {
    let request = r#"{ "as_of": "2026-05-01", "lines": [{ "product": "shelf", "quantity": 2, "preset": "study",
        "options": { "feet": "round" },
        "parts": { "boards": [{ "preset": "deep", "options": { "depth": "30 cm" }, "quantity": 2 }] } }] }"#;
    let earlier = Request::from_json(request).expect("the request can be read");
    let mut shelf = shelf(&[]);
    let (dropped, unread) = shelf.start_from(&earlier.lines[0]);
    assert!(dropped.is_empty() && unread.is_empty(), "{dropped:?} {unread:?}");
    let mut choices = typed(&shelf);
    choices.sort();
    assert_eq!(
        choices,
        [
            "boards=2",
            "boards[1].depth=30 cm",
            "boards[1].wood=oak",
            "boards[2].depth=30 cm",
            "boards[2].wood=oak",
            "colour=black",
            "feet=round",
            "quantity=2",
        ]
    );
}

#[test]
fn a_quantity_of_pieces_that_is_no_number_is_told() {
    let request =
        r#"{ "lines": [{ "product": "shelf", "parts": { "boards": [{ "quantity": "two" }, {}] } }] }"#;
    let earlier = Request::from_json(request).expect("the request can be read");
    let mut shelf = shelf(&[]);
    let (dropped, unread) = shelf.start_from(&earlier.lines[0]);
    assert!(dropped.is_empty(), "{dropped:?}");
    assert_eq!(unread.len(), 1, "{unread:?}");
    assert_eq!(unread[0].message, "a `quantity` of `boards` is no whole number from 1 on");
    assert_eq!(typed(&shelf), ["boards=1"]);
}

#[test]
fn a_preset_gives_way_to_choices_with_the_reason() {
    let mut shelf = shelf(&["finish=matt"]);
    let (dropped, _) = shelf.start_from_preset("study").expect("there is the preset");
    let [dropped] = dropped.as_slice() else { panic!("{dropped:?}") };
    assert_eq!(dropped.path, "colour");
    let WhyDropped::Clash(clash) = &dropped.why else { panic!("{dropped:?}") };
    let rules: Vec<String> = clash.rules.iter().map(|rule| shelf.rule(*rule)).collect();
    assert_eq!(rules, ["not made in this finish"]);
}

#[test]
fn recommendations_are_kept_before_defaults_in_their_order_as_far_as_they_fit() {
    let mut kitchen = shelf(&["guide.room=kitchen"]);
    let completion = kitchen.complete().expect("it is decided").expect("it fits");
    // Grey is not made glossy: the first of the two is kept, and the default matt with it.
    assert_eq!(finished(&kitchen, &completion, "colour"), "grey");
    assert_eq!(finished(&kitchen, &completion, "finish"), "matt");
    assert_eq!(finished(&kitchen, &completion, "height"), "110 cm");
    let [lost] = completion.given_up.as_slice() else { panic!("{:?}", completion.given_up) };
    assert_eq!(lost.wish.origin, Origin::Recommended);
    let clash = lost.clash.as_ref().expect("there is a reason");
    let origins: Vec<Origin> = clash.choices.iter().map(|choice| choice.origin).collect();
    assert!(origins.contains(&Origin::Recommended), "{clash:?}");

    let mut chosen = shelf(&["guide.room=kitchen", "colour=white"]);
    let completion = chosen.complete().expect("it is decided").expect("it fits");
    // What the user chose is no longer recommended, and white is made glossy.
    assert_eq!(finished(&chosen, &completion, "finish"), "gloss");
    assert!(completion.given_up.is_empty(), "{:?}", completion.given_up);
}

#[test]
fn a_recommendation_counts_only_where_its_answer_is_given_and_its_when_holds() {
    let mut open = shelf(&[]);
    let completion = open.complete().expect("it is decided").expect("it fits");
    assert_eq!(finished(&open, &completion, "colour"), "white");
    assert_eq!(finished(&open, &completion, "extras"), "[]");
    assert_eq!(finished(&open, &completion, "finish"), "matt");

    let mut study = shelf(&["guide.room=study"]);
    let completion = study.complete().expect("it is decided").expect("it fits");
    assert_eq!(finished(&study, &completion, "extras"), "[lamp]");
    assert_eq!(finished(&study, &completion, "finish"), "gloss");

    let mut grey = shelf(&["guide.room=study", "colour=grey"]);
    let completion = grey.complete().expect("it is decided").expect("it fits");
    assert_eq!(finished(&grey, &completion, "finish"), "matt");
    assert!(completion.given_up.is_empty(), "{:?}", completion.given_up);
}

#[test]
fn what_is_recommended_under_the_present_choices_is_told() {
    let told = |choices: &[&str]| -> Vec<String> {
        let mut shelf = shelf(choices);
        let recommended = shelf.recommendations();
        let words = shelf.words();
        recommended.iter().map(|choice| words.typed(choice.slot, &choice.wanted)).collect()
    };
    assert_eq!(told(&[]), Vec::<String>::new());
    assert_eq!(told(&["guide.room=kitchen"]), ["colour=grey", "finish=gloss", "height=110 cm"]);
    // What is chosen, or already follows, is not recommended any more.
    assert_eq!(told(&["guide.room=kitchen", "colour=black"]), ["height=110 cm"]);
    // `when colour != grey` is not known to hold while the colour is open.
    assert_eq!(told(&["guide.room=study"]), ["extras with lamp"]);
    assert_eq!(told(&["guide.room=study", "colour=white"]), ["extras with lamp", "finish=gloss"]);
    assert_eq!(told(&["guide.room=study", "colour=grey"]), ["extras with lamp"]);
}

#[test]
fn what_only_the_ranking_fixes_is_not_called_implied() {
    use tarif::configure::End;
    let mut board = book().configure("board", "2026-05-01").expect("there is a board");
    let ranked = board.best(End::Cheapest, 1).expect("boards are ranked");
    let standing = |path: &str| {
        let slot = board.model().find(path).expect("there is the slot");
        ranked[0].completion.slots.iter().find(|it| it.slot == slot).map(|it| it.standing)
    };
    // Pine is the cheapest, and oak could be had.
    assert_eq!(standing("wood"), Some(Standing::Free));
}

#[test]
fn a_row_that_says_false_is_not_allowed() {
    let mut black = shelf(&["colour=black"]);
    assert_eq!(black.possible("finish").expect("there is the option"), ["gloss"]);
    let quote = |finish: &str| {
        let text = format!(
            r#"{{ "as_of": "2026-05-01", "lines": [{{ "product": "shelf", "quantity": 1,
               "options": {{ "colour": "black", "feet": "round", "finish": "{finish}" }},
               "parts": {{ "boards": [{{ "options": {{ "wood": "oak" }} }}] }} }}] }}"#
        );
        let quote = book().quote(&Request::from_json(&text).expect("it can be read")).expect("it is priced");
        quote.lines[0].violations.iter().map(|it| it.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(quote("gloss"), Vec::<String>::new());
    assert_eq!(
        quote("matt"),
        ["`allow (colour, finish) in finishes` is broken: colour is black, finish is matt"]
    );
}

#[test]
fn while_choices_clash_nothing_is_said_of_what_is_open() {
    let mut low = shelf(&["height=100 cm to 115 cm", "extras with rail"]);
    let state = low.state();
    assert_eq!(state.fits, Ok(false));
    let of = |path: &str| state.slot(path).map(|slot| (slot.standing, slot.value.clone()));
    // The range was chosen, and no number of it.
    assert_eq!(of("height"), Some((Standing::Chosen, None)));
    assert_eq!(of("feet"), Some((Standing::Impossible, None)));
    let mut low = shelf(&["height=140 cm", "guide.room=hall"]);
    let state = low.state();
    assert_eq!(state.fits, Ok(false));
    assert_eq!(state.slot("extras").map(|slot| slot.standing), Some(Standing::Impossible));
}

#[test]
fn a_value_can_be_typed_as_the_page_shows_it() {
    let same = [
        ("colour=Light grey", "colour=grey"),
        ("colour=White | Light grey", "colour=white | grey"),
        ("extras with Lamp", "extras with lamp"),
        ("extras=[Lamp, Rail]", "extras=[lamp, rail]"),
        ("boards[1].wood=Pine wood", "boards[1].wood=pine"),
    ];
    for (shown, key) in same {
        assert_eq!(typed(&shelf(&[shown])), typed(&shelf(&[key])), "{shown}");
    }
}

#[test]
fn what_cannot_be_chosen_is_refused_with_what_can() {
    let refusals = [
        ("customer.trade=true", "no rule of `shelf` reads `customer.trade`, so there is nothing to choose"),
        ("height>=210 cm", "`height` is never >= 210 cm"),
        ("height=150 cm to 120 cm", "`height` is never 150 cm to 120 cm"),
        ("height<150 cm", "`height<150 cm` is no choice"),
        ("colour>=3", "`colour` is no number, and only numbers have bounds"),
        ("height=absent", "`height` is never absent"),
    ];
    for (choice, message) in refusals {
        let refused = shelf(&[]).choose_typed(choice).expect_err(choice);
        assert_eq!(refused.0[0].message, message);
    }
    let refused = shelf(&[]).choose_typed("height>=210 cm").expect_err("it is too high");
    assert_eq!(refused.0[0].help.as_deref(), Some("allowed: 100 cm to 200 cm in steps of 1 cm"));
}
