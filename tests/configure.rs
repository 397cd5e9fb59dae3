//! What can be configured, held against every single configuration: each is quoted, and what the quote accepts is
//! what can be had.

#![expect(clippy::disallowed_methods, reason = "these tests write the files that the command reads")]

#[path = "configure/all.rs"]
mod all;
#[path = "configure/command.rs"]
mod command;
#[path = "configure/guide.rs"]
mod guide;
#[path = "configure/hostile.rs"]
mod hostile;

use std::collections::BTreeSet;

use all::{All, Dice};
use tarif::configure::{Choice, Count, Standing, Wanted, WhyDropped};
use tarif::{Book, Configuration};

/// A shop with an option of every kind.
const SHOP: [(&str, &str); 2] = [
    ("book.tarif", "book shop \"Shop\" { currency EUR  effective 2026-01-01 to 2026-12-31 }"),
    (
        "lamp.tarif",
        r#"product lamp "Lamp" {
  quantity 1 to 3
  option shade  "Shade":  glass "Glass" | paper "Paper" | steel "Steel"  default paper
  option power  "Power":  20 W | 40 W | 60 W
  option grade  "Grade":  plain < good < best  default good
  option dimmer "Dimmer": bool  default false
  option height "Height": 10 cm to 40 cm step 10 cm  default 20 cm
  option extras "Extras": any of cable | clamp
  option stamp  "Stamp":  gold | silver  optional
  option remote "Remote": near | far  default near  when dimmer

  require hot: power <= 40 W  when shade = paper  because "paper burns above 40 W"
  exclude cheap: grade = plain with dimmer  because "plain lamps are not dimmed"
  require tall: height >= 30 cm  when clamp in extras  because "a clamp needs a long pole"
  exclude stamp = gold with shade = steel
  require bulk: quantity <= 2  when grade = best
  allow poles: (shade, height) in poles  because "the pole fits the shade"
  exclude far: remote = far with cable in extras
}

table poles(lamp.shade, lamp.height) -> EUR {
        | 10 cm | 20 cm | 30 cm | 40 cm
  glass |     1 |     2 |     3 |   n/a
  paper |     1 |     2 |     3 |     4
  steel |   n/a |     2 |     3 |     4
}

price lamp { per unit { list = 10 EUR } }"#,
    ),
];

fn shop() -> Book {
    Book::from_files(SHOP).expect("the shop is sound")
}

fn lamp(book: &Book) -> Configuration {
    book.configure("lamp", "2026-02-10").expect("the shop sells lamps")
}

fn with(book: &Book, choices: &[&str]) -> Configuration {
    let mut lamp = lamp(book);
    for choice in choices {
        lamp.choose_typed(choice).expect("the choice can be made");
    }
    lamp
}

/// A few choices at random, one about each slot or element at most.
fn some_choices(all: &All, dice: &mut Dice, most: usize) -> Vec<String> {
    let mut choices: Vec<String> = Vec::new();
    let mut slots: BTreeSet<String> = BTreeSet::new();
    for _ in 0..dice.below(most + 1) {
        let (subject, choice) = all.any_choice(dice);
        if slots.insert(subject) {
            choices.push(choice);
        }
    }
    choices
}

fn each<'c>(choices: impl IntoIterator<Item = &'c String>) -> Vec<&'c str> {
    choices.into_iter().map(String::as_str).collect()
}

#[test]
fn what_the_tests_take_for_valid_is_what_the_quote_accepts() {
    let (book, all) = (shop(), All::of_lamps());
    let judged = all.judged(&book);
    assert!(judged.len() > 5_000, "{}", judged.len());
    for (one, violations) in judged {
        assert_eq!(violations.is_empty(), all.is_valid(one), "{one:?}: {violations:?}");
    }
}

#[test]
fn each_slot_offers_exactly_what_some_valid_configuration_has() {
    let (book, mut dice) = (shop(), Dice(1));
    let all = All::of_lamps();
    for round in 0..150 {
        let choices = some_choices(&all, &mut dice, 5);
        let mut lamp = with(&book, &each(&choices));
        let state = lamp.state();
        let is_possible = all.fitting(&each(&choices)).next().is_some();
        assert_eq!(state.fits, Ok(is_possible), "{choices:?}");
        for subject in all.subjects() {
            let others: Vec<&str> = choices
                .iter()
                .filter(|choice| all.subject_of(choice) != subject)
                .map(String::as_str)
                .collect();
            for value in all.values_of(&subject) {
                let expected = all.fitting(&[others.as_slice(), &[&value]].concat()).next().is_some();
                let found = all.is_offered(&state, &value);
                assert_eq!(found, expected, "round {round}: {value} with {others:?}");
            }
        }
    }
}

#[test]
fn a_state_mended_from_click_to_click_is_the_one_that_is_read_at_once() {
    let (book, mut dice) = (shop(), Dice(7));
    let all = All::of_lamps();
    let mut lamp = lamp(&book);
    let mut clashes = 0;
    for round in 0..400 {
        let (_, choice) = all.any_choice(&mut dice);
        match dice.below(5) {
            0 | 1 => all.take_back(&mut lamp, &choice),
            _ => lamp.choose_typed(&choice).expect("the choice can be made"),
        }
        if dice.below(4) == 0 {
            // Other questions come between, and some clicks go by without one.
            assert!(lamp.complete().is_ok() && lamp.conflict().is_ok());
            continue;
        }
        let state = lamp.state();
        let choices: Vec<String> =
            lamp.choices().iter().map(|choice| lamp.words().typed(choice.slot, &choice.wanted)).collect();
        let anew = with(&book, &each(&choices)).state();
        assert_eq!((&state.fits, &state.slots), (&anew.fits, &anew.slots), "round {round}: {choices:?}");
        clashes += usize::from(state.fits == Ok(false));
    }
    assert!((50..250).contains(&clashes), "{clashes} of 400 clash");
}

#[test]
fn nothing_hangs_on_the_order_of_choices_nor_on_choices_taken_back() {
    let (book, mut dice) = (shop(), Dice(2));
    let all = All::of_lamps();
    for _ in 0..40 {
        let choices = some_choices(&all, &mut dice, 6);
        let straight = with(&book, &each(&choices)).to_json();
        let mut turned = lamp(&book);
        // Other choices come and go between, and all are made from the last to the first.
        for choice in choices.iter().rev() {
            let (_, passing) = all.any_choice(&mut dice);
            turned.choose_typed(&passing).expect("the choice can be made");
            assert!(turned.state().fits.is_ok() && turned.conflict().is_ok());
            all.take_back(&mut turned, &passing);
            turned.choose_typed(choice).expect("the choice can be made");
        }
        // A passing choice may have stood in the place of a real one.
        for choice in &choices {
            turned.choose_typed(choice).expect("the choice can be made");
        }
        assert_eq!(turned.to_json(), straight, "{choices:?}");
        let shuffled = dice.shuffled(&choices);
        for (at, choice) in shuffled.iter().enumerate() {
            all.take_back(&mut turned, choice);
            let left = each(&shuffled[at + 1..]);
            assert_eq!(turned.to_json(), with(&book, &left).to_json(), "{left:?}");
        }
    }
}

#[test]
fn completing_what_fits_always_succeeds_and_the_quote_accepts_it() {
    let (book, mut dice) = (shop(), Dice(3));
    let all = All::of_lamps();
    let mut completed = 0;
    for _ in 0..200 {
        let choices = some_choices(&all, &mut dice, 5);
        let mut lamp = with(&book, &each(&choices));
        let fits = lamp.state().fits.expect("small books are decided");
        let completion = lamp.complete().expect("small books are decided");
        assert_eq!(completion.is_some(), fits, "{choices:?}");
        let Some(completion) = completion else { continue };
        completed += 1;
        let line = lamp.line(&completion);
        assert_eq!(all.violations(&book, &line), Vec::<String>::new(), "{choices:?}: {line:?}");
        let own = all.of_line(&line);
        assert!(each(&choices).into_iter().all(|choice| all.has(&own, choice)), "{choices:?}: {own:?}");
    }
    assert!(completed > 50, "only {completed} of 200 fit");
}

#[test]
fn a_completion_gives_up_a_default_only_where_the_choices_and_earlier_defaults_exclude_it() {
    let (book, mut dice) = (shop(), Dice(4));
    let all = All::of_lamps();
    let defaults = ["shade=paper", "grade=good", "dimmer=false", "height=20 cm", "remote=near"];
    let mut given_up = 0;
    for _ in 0..120 {
        let choices = some_choices(&all, &mut dice, 4);
        let mut lamp = with(&book, &each(&choices));
        let Some(completion) = lamp.complete().expect("small books are decided") else { continue };
        let own = all.of_line(&lamp.line(&completion));
        let mut kept: Vec<&str> = each(&choices);
        let chosen: Vec<String> = choices.iter().map(|choice| all.subject_of(choice)).collect();
        for default in defaults.iter().filter(|it| !chosen.contains(&all.subject_of(it))) {
            kept.push(default);
            let can_be_kept = all.fitting(&kept).next().is_some();
            assert_eq!(all.has(&own, default), can_be_kept, "{default} with {choices:?}");
            if !can_be_kept {
                kept.pop();
                given_up += 1;
            }
            let words = lamp.words();
            let told =
                completion.given_up.iter().any(|it| words.typed(it.wish.slot, &it.wish.wanted) == **default);
            // The default of what does not exist is left aside.
            let is_gone = default.starts_with("remote") && all.has(&own, "remote=absent");
            assert_eq!(told, !can_be_kept && !is_gone, "{default} with {choices:?}");
        }
        for it in &completion.given_up {
            let clash = it.clash.as_ref().expect("small books are decided");
            let wish = Choice { origin: tarif::configure::Origin::Chosen, ..it.wish.clone() };
            assert_minimal(&all, &lamp, &clash.choices, Some(&wish), &clash.rules);
        }
    }
    assert!(given_up > 30, "only {given_up} defaults were given up");
}

/// Choices and rules contradict each other, and no smaller set of them does: every configuration that has the
/// choices breaks one of the rules, and without any one choice some configuration breaks none.
fn assert_minimal(
    all: &All,
    lamp: &Configuration,
    choices: &[Choice],
    and: Option<&Choice>,
    rules: &[tarif::logic::RuleId],
) {
    let words = lamp.words();
    let typed: Vec<String> =
        choices.iter().chain(and).map(|choice| words.typed(choice.slot, &choice.wanted)).collect();
    let names: Vec<String> = rules.iter().map(|rule| lamp.rule(*rule)).collect();
    let is_broken = |typed: &[&str], names: &[String]| !all.all(typed).any(|one| !all.breaks(one, names));
    assert!(is_broken(&each(&typed), &names), "{typed:?} and {names:?} can be had");
    for at in 0..typed.len() {
        let mut fewer = each(&typed);
        fewer.remove(at);
        assert!(!is_broken(&fewer, &names), "{} is not needed in {typed:?} and {names:?}", typed[at]);
    }
    for at in 0..names.len() {
        let mut fewer = names.clone();
        fewer.remove(at);
        assert!(!is_broken(&each(&typed), &fewer), "{} is not needed in {typed:?} and {names:?}", names[at]);
    }
}

#[test]
fn every_member_of_a_conflict_is_needed_and_every_repair_is_the_smallest_and_mends() {
    let (book, mut dice) = (shop(), Dice(5));
    let all = All::of_lamps();
    let mut conflicts = 0;
    for _ in 0..400 {
        let choices = some_choices(&all, &mut dice, 7);
        let mut lamp = with(&book, &each(&choices));
        let conflict = lamp.conflict().expect("small books are decided");
        assert_eq!(conflict.is_some(), all.fitting(&each(&choices)).next().is_none(), "{choices:?}");
        let Some(conflict) = conflict else { continue };
        conflicts += 1;
        assert_minimal(&all, &lamp, &conflict.clash.choices, None, &conflict.clash.rules);
        let smallest = all.fewest_given_up(&each(&choices));
        let first = conflict.repairs.first().expect("each choice alone can be had");
        assert_eq!(first.changes.len(), smallest, "{choices:?}");
        for repair in &conflict.repairs {
            let mut mended = with(&book, &each(&choices));
            mended.session().apply(repair);
            assert_eq!(mended.state().fits, Ok(true), "{choices:?}: {repair:?}");
            for change in &repair.changes {
                let mut without = with(&book, &each(&choices));
                let fewer = repair.changes.iter().filter(|it| *it != change).cloned().collect();
                without.session().apply(&tarif::configure::Repair { changes: fewer });
                assert_eq!(without.state().fits, Ok(false), "{choices:?}: {change:?} is not needed");
            }
        }
    }
    assert!(conflicts > 50, "only {conflicts} of 400 clash");
}

#[test]
fn what_is_impossible_has_a_minimal_reason_and_ways_that_make_it_possible() {
    let (book, mut dice) = (shop(), Dice(6));
    let all = All::of_lamps();
    let mut impossible = 0;
    for _ in 0..600 {
        let choices = some_choices(&all, &mut dice, 4);
        if all.fitting(&each(&choices)).next().is_none() {
            continue;
        }
        let (subject, asked) = all.any_choice(&mut dice);
        let others: Vec<&str> =
            choices.iter().filter(|choice| all.subject_of(choice) != subject).map(String::as_str).collect();
        let mut lamp = with(&book, &others);
        let (path, wanted) = all.wanted(&lamp, &asked);
        let why =
            lamp.session().explain(&path, wanted.clone()).expect("it is offered").expect("it is decided");
        let can_be = all.fitting(&[others.as_slice(), &[&asked]].concat()).next().is_some();
        assert_eq!(why.standing != Standing::Impossible, can_be, "{asked} with {others:?}");
        if can_be {
            continue;
        }
        impossible += 1;
        let slot = lamp.session().find(&path).expect("it is there");
        let asked_choice = Choice { slot, wanted: wanted.clone(), origin: tarif::configure::Origin::Chosen };
        let clash = why.clash.expect("there is a reason");
        assert_minimal(&all, &lamp, &clash.choices, Some(&asked_choice), &clash.rules);
        for way in &why.ways {
            let mut changed = with(&book, &others);
            changed.session().apply(way);
            changed.session().choose(&path, wanted.clone()).expect("it can be chosen");
            assert_eq!(changed.state().fits, Ok(true), "{asked} with {others:?}: {way:?}");
        }
        assert!(!why.ways.is_empty(), "{asked} can be had with other choices than {others:?}");
    }
    assert!(impossible > 10, "only {impossible} were impossible");
}

#[test]
fn a_count_is_the_number_of_configurations_that_the_quote_accepts() {
    let (book, mut dice) = (shop(), Dice(7));
    let all = All::of_lamps();
    for _ in 0..60 {
        let mut choices = some_choices(&all, &mut dice, 4);
        let expected = all.fitting(&each(&choices)).count();
        let mut lamp = with(&book, &each(&choices));
        let uncounted: Vec<_> = lamp.session().model().uncounted.clone();
        assert!(uncounted.is_empty(), "every slot of the lamp is read by a rule");
        assert_eq!(lamp.count(), Count::Exactly(expected.into()), "{choices:?}");
        choices.clear();
    }
    // Several values of one slot: 20 cm and 30 cm of the four heights.
    let expected = all.fitting(&["height=20 cm"]).count() + all.fitting(&["height=30 cm"]).count();
    assert_eq!(with(&book, &["height=20 cm to 30 cm"]).count(), Count::Exactly(expected.into()));
    assert_eq!(with(&book, &["height=20 cm | 30 cm"]).count(), Count::Exactly(expected.into()));
}

#[test]
fn a_repair_takes_the_nearest_number_and_the_nearest_rank() {
    let book = shop();
    let mended = |choices: &[&str]| {
        let mut lamp = with(&book, choices);
        let conflict = lamp.conflict().expect("decided").expect("they clash");
        let words = lamp.words();
        let one = |repair: &tarif::configure::Repair| -> Vec<String> {
            repair.changes.iter().map(|change| words.typed(change.slot, &change.to)).collect()
        };
        conflict.repairs.iter().map(one).collect::<Vec<_>>()
    };
    // To leave the clamp is one step; from 10 cm the nearest height that it allows, 30 cm and not 40 cm, is two.
    assert_eq!(
        mended(&["extras with clamp", "height=10 cm"]),
        [["extras without clamp"], ["height=30 cm"]].map(|it| it.map(str::to_owned).to_vec())
    );
    // Of the powers that paper bears 40 W is nearest to 60 W.
    let found = mended(&["shade=paper", "power=60 W"]);
    assert!(found.contains(&vec!["power=40 W".to_owned()]), "{found:?}");
    // Of the grades that are dimmed `good` is next to `plain`.
    let found = mended(&["grade=plain", "dimmer=true"]);
    assert!(found.contains(&vec!["grade=good".to_owned()]), "{found:?}");
}

#[test]
fn an_earlier_configuration_is_kept_as_far_as_it_fits_and_the_rest_is_told() {
    let book = shop();
    let mut lamp = with(&book, &["shade=paper"]);
    let earlier = tarif::Request::from_json(
        r#"{ "lines": [{ "product": "lamp", "quantity": 2,
             "options": { "power": "60 W", "grade": "best", "dimmer": true, "socket": "e27", "remote": "far",
                          "extras": ["clamp"], "height": "30 cm" } }] }"#,
    )
    .expect("it is a request");
    let (dropped, unread) = lamp.start_from(&earlier.lines[0]);
    let names: Vec<&str> = dropped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(names, ["power"], "{dropped:?}");
    let WhyDropped::Clash(clash) = &dropped[0].why else { panic!("{dropped:?}") };
    assert_eq!(lamp.rule(clash.rules[0]), "paper burns above 40 W");
    let unread: Vec<&str> = unread.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(unread, ["`lamp` has no option `socket`"]);
    assert_eq!(lamp.state().fits, Ok(true));
    assert_eq!(
        lamp.choices().len(),
        1 + 1 + 5 + 1,
        "shade, quantity, four options, two elements: {:?}",
        lamp.choices()
    );
}

#[test]
fn an_option_that_is_not_there_has_no_value_and_no_choice_for_it_can_stand() {
    let book = shop();
    let mut lamp = with(&book, &["dimmer=false"]);
    assert_eq!(lamp.possible("remote").expect("it is a slot"), ["absent"]);
    let state = lamp.state();
    assert_eq!(state.slot("remote").map(|slot| slot.standing), Some(Standing::Implied));
    lamp.choose("remote", "near").expect("it can be asked for");
    let conflict = lamp.conflict().expect("decided").expect("it cannot stand");
    assert_eq!(conflict.clash.choices.len(), 2);
    lamp.retract("dimmer").expect("it is a slot");
    assert_eq!(lamp.state().slot("dimmer").map(|slot| slot.standing), Some(Standing::Implied));
    // An optional option can be left out by choice.
    let mut lamp = with(&book, &["stamp=absent", "shade=steel"]);
    assert_eq!(lamp.state().fits, Ok(true));
    lamp.choose("stamp", "gold").expect("it can be asked for");
    assert_eq!(lamp.state().fits, Ok(false));
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    let book = shop();
    let mut lamp = lamp(&book);
    let refused = |error: tarif::RequestErrors| {
        let error = error.0.into_iter().next().expect("a mistake");
        format!("{} {}", error.message, error.help.unwrap_or_default())
    };
    assert_eq!(
        refused(lamp.choose("shde", "glass").expect_err("no such option")),
        "`lamp` has no option `shde` did you mean `shade`?"
    );
    assert!(
        refused(lamp.choose("shade", "glas").expect_err("no such value")).ends_with("did you mean `glass`?")
    );
    assert!(refused(lamp.choose("height", "15 cm").expect_err("not on a step")).contains("not allowed"));
    assert!(refused(lamp.choose_typed("height").expect_err("no choice")).contains("`height` is no choice"));
    assert!(book.configure("lmp", "2026-02-10").is_err());
    assert!(book.configure("lamp", "2027-02-10").is_err());
}

#[test]
fn what_the_request_gives_is_no_choice_and_no_repair_changes_it() {
    let book = Book::from_files([
        (
            "book.tarif",
            "book b { currency EUR  effective 2026-01-01 to 2026-12-31 }\n\
                        context customer { region: home | abroad  default home }",
        ),
        (
            "box.tarif",
            "product box { quantity 1 to 9  option seal: wax | glue | none  default wax\n\
                       exclude seal = wax with customer.region = abroad  because \"wax melts on the way\" }\n\
                       price box { per unit { list = 1 EUR } }",
        ),
    ])
    .expect("the book is sound");
    let mut parcel = book.configure("box", "2026-02-10").expect("it is sold");
    let request = tarif::Request::from_json(r#"{ "customer": { "region": "abroad" }, "lines": [] }"#);
    parcel.give(&request.expect("it is a request")).expect("it makes sense");
    assert_eq!(parcel.possible("seal").expect("a slot"), ["glue", "none"]);
    parcel.choose("seal", "wax").expect("it can be asked for");
    let conflict = parcel.conflict().expect("decided").expect("they clash");
    assert_eq!(conflict.clash.choices.len(), 2);
    for repair in &conflict.repairs {
        let words = parcel.words();
        assert!(repair.changes.iter().all(|change| words.path(change.slot) == "seal"), "{repair:?}");
    }
    assert!(!conflict.repairs.is_empty());
    assert!(matches!(conflict.repairs[0].changes[0].to, Wanted::Value(_)));
}
