//! The same through the command: what it prints, where, and with which exit status it ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the command left behind.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

pub fn tarif_with(arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tarif"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("the command reads");
    // A command that does not read its input closes it.
    let fed = stdin.write_all(input.as_bytes());
    drop(fed);
    drop(stdin);
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command writes UTF-8");
    Ran { status: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn configure(arguments: &[&str]) -> Ran {
    tarif_with(&[&["configure"], arguments].concat(), "")
}

pub fn json(arguments: &[&str]) -> (i32, Value) {
    let ran = configure(&[arguments, &["--format", "json"]].concat());
    let value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    (ran.status, value)
}

/// A folder of a test's own with a book of one file.
fn folder_of(name: &str, book: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    std::fs::write(folder.join("book.tarif"), book).expect("the book can be written");
    folder
}

const PRESS: [&str; 2] = ["rules/press", "press"];

pub fn slot<'v>(answer: &'v Value, path: &str) -> &'v Value {
    let slots = answer["slots"].as_array().expect("slots");
    slots.iter().find(|slot| slot["path"] == path).unwrap_or_else(|| panic!("no slot {path}"))
}

fn states(slot: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = slot["values"].as_array().expect("values");
    values.iter().map(|it| (text(&it["value"]), text(&it["state"]))).collect()
}

#[test]
fn a_choice_that_fits_shows_what_is_left_and_ends_with_0() {
    let ran = configure(&[&PRESS[..], &["--choose", "frame=c_frame", "--reasons"]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    for words in
        ["the choice fits", "63 tf, 100 tf, 160 tf", "not 250 tf: ", "the quick die change needs room"]
    {
        assert!(ran.out.contains(words), "{words} is not in\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn choices_that_clash_are_told_with_their_repairs_and_end_with_1() {
    let clash = [&PRESS[..], &["-c", "frame=c_frame", "-c", "extras with quick_die_change"]].concat();
    let ran = configure(&clash);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{}", ran.out);
    let (status, answer) = json(&clash);
    assert_eq!((status, answer["status"].as_str()), (1, Some("conflict")));
    let conflict = &answer["conflict"];
    assert_eq!(conflict["choices"].as_array().map(Vec::len), Some(2), "{conflict:#}");
    assert_eq!(conflict["rules"][0]["name"], "die_change_room");
    assert_eq!(conflict["rules"][0]["because"], "the quick die change needs room on both sides");
    assert_eq!(conflict["rules"][0]["place"]["file"], "press.tarif");
    let repairs = conflict["repairs"].as_array().expect("repairs");
    assert!(
        repairs.iter().all(|repair| repair["changes"].as_array().map(Vec::len) == Some(1)),
        "{conflict:#}"
    );
    // A repair is a choice that can be sent back.
    let mended = [&PRESS[..], &["-c", "frame=h_frame", "-c", "extras with quick_die_change"]].concat();
    assert_eq!(json(&mended).1["status"], "fits");
}

#[test]
fn the_order_of_choices_changes_no_byte() {
    let choices = ["quantity=3", "force=100 tf", "extras with data_logger", "cooling=none"];
    let turned: Vec<&str> = choices.iter().rev().copied().collect();
    let run = |choices: &[&str]| {
        let choices = choices.iter().flat_map(|choice| ["-c", choice]);
        configure(
            &PRESS
                .into_iter()
                .chain(choices)
                .chain(["--complete", "--count", "--format", "json"])
                .collect::<Vec<_>>(),
        )
    };
    let (straight, turned) = (run(&choices), run(&turned));
    assert_eq!((straight.status, straight.out), (turned.status, turned.out));
}

#[test]
fn states_of_values_are_told_apart() {
    let (_, answer) = json(&[&PRESS[..], &["-c", "frame=c_frame", "-c", "force=160 tf"]].concat());
    let cooling = states(slot(&answer, "cooling"));
    let expected = [("none", "impossible"), ("air", "default"), ("water", "free")];
    assert_eq!(cooling, expected.map(|(value, state)| (value.to_owned(), state.to_owned())));
    let force = states(slot(&answer, "force"));
    let expected = [("63 tf", "free"), ("100 tf", "free"), ("160 tf", "chosen"), ("250 tf", "impossible")];
    assert_eq!(force, expected.map(|(value, state)| (value.to_owned(), state.to_owned())));
    let (_, answer) =
        json(&["rules/cloud", "workspace", "-c", "quantity=26", "-c", "support=round_the_clock"]);
    let plan = slot(&answer, "plan");
    assert_eq!((plan["state"].as_str(), plan["value"].as_str()), (Some("implied"), Some("enterprise")));
}

#[test]
fn one_value_is_explained_with_what_would_make_it_possible() {
    let (status, answer) = json(&[&PRESS[..], &["-c", "force=160 tf", "--explain", "cooling=none"]].concat());
    assert_eq!(status, 0);
    let why = &answer["explanation"];
    assert_eq!(why["state"], "impossible");
    assert_eq!(why["clash"]["rules"][0]["because"], "presses from 160 tf up overheat without cooling");
    assert_eq!(why["clash"]["choices"][0]["path"], "force");
    // The nearest force that needs no cooling.
    assert_eq!(why["ways"][0]["changes"][0]["to"]["value"], "100 tf");
    let ran = configure(&[&PRESS[..], &["-c", "force=160 tf", "--explain", "cooling=none"]].concat());
    assert!(
        ran.out.contains("what makes it possible, the least change first\n    1  Force = 100 tf"),
        "{}",
        ran.out
    );
}

#[test]
fn a_completion_is_a_line_that_the_quote_accepts_and_defaults_given_up_are_told() {
    let file = std::env::temp_dir().join(format!("tarif-configure-{}.json", std::process::id()));
    let path = file.to_str().expect("the path is UTF-8");
    let asked =
        ["--request", "examples/press.json", "-c", "frame=four_column", "--complete", "--output", path];
    let ran = configure(&[&PRESS[..], &asked].concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("as of 2026-02-10"), "the day is that of the request: {}", ran.out);
    assert!(ran.out.contains("unit ") && ran.out.contains(" · line "), "{}", ran.out);
    let quoted = tarif_with(&["quote", "rules/press", path], "");
    assert_eq!(quoted.status, 0, "{}{}", quoted.out, quoted.err);
    assert!(quoted.out.contains("Four-column"), "{}", quoted.out);
    let removed = std::fs::remove_file(&file);
    drop(removed);
}

#[test]
fn a_pipe_is_asked_line_by_line_and_gets_the_finished_request() {
    let answers =
        "frame=c_frame\nforce=250 tf\n2\n? force=250 tf\nundo\nundo\nforce=63 tf\nquantity=2\ndone\n";
    let ran = tarif_with(&["configure", "rules/press", "press", "--request", "examples/press.json"], answers);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("these cannot all be had"), "{}", ran.err);
    let request: Value = serde_json::from_str(&ran.out).expect("a request");
    assert_eq!(request["lines"][0]["options"]["force"], "63 tf");
    assert_eq!(request["lines"][0]["options"]["frame"], "c_frame");
    assert_eq!(request["lines"][0]["quantity"], 2);
    assert_eq!(request["customer"]["level"], "gold");
    // Nobody answers: the state is shown.
    let ran = tarif_with(&["configure", "rules/press", "press"], "");
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("nothing is chosen yet"), "{}", ran.out);
    let ran = tarif_with(&["configure", "rules/press", "press"], "quit\n");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
}

#[test]
fn choices_that_make_no_sense_are_refused_with_1_and_a_missing_book_with_2() {
    let ran = configure(&[&PRESS[..], &["-c", "frme=c_frame", "-c", "force=161 tf", "-c", "frame"]].concat());
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    for words in
        ["E0905", "did you mean `frame`?", "E0929", "63 tf, 100 tf, 160 tf, 250 tf", "`frame` is no choice"]
    {
        assert!(ran.err.contains(words), "{words} is not in\n{}", ran.err);
    }
    let (status, answer) = json(&[&PRESS[..], &["-c", "frme=c_frame"]].concat());
    assert_eq!((status, answer["errors"][0]["code"].as_str()), (1, Some("E0905")));
    let ran = configure(&["rules/press", "pres"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("did you mean `press`?"), "{}", ran.err);
    let ran = configure(&[&PRESS[..], &["--as-of", "2027-01-01", "--count"]].concat());
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.err.contains("E0909"), "{}", ran.err);
    assert_eq!(configure(&["rules/nowhere", "press"]).status, 2);
    assert_eq!(configure(&[&PRESS[..], &["--request", "nowhere.json", "--count"]].concat()).status, 2);
    assert_eq!(configure(&["rules/press"]).status, 2);
}

#[test]
fn an_earlier_quote_is_kept_as_far_as_it_fits() {
    let quote = tarif_with(&["quote", "rules/press", "examples/press.json", "--format", "json"], "");
    let file = std::env::temp_dir().join(format!("tarif-configure-from-{}.json", std::process::id()));
    std::fs::write(&file, quote.out).expect("a file can be written");
    let path = file.to_str().expect("the path is UTF-8");
    let (status, answer) = json(&[&PRESS[..], &["--from", path]].concat());
    assert_eq!(status, 0, "{answer:#}");
    assert_eq!(slot(&answer, "force")["state"], "chosen");
    assert_eq!(slot(&answer, "quantity")["value"], 3);
    // A choice counts before the earlier configuration: of it the h-frame and 160 tf clash with nothing else.
    let (status, answer) = json(&[&PRESS[..], &["--from", path, "-c", "cooling=none"]].concat());
    assert_eq!(status, 0);
    let dropped = answer["dropped"].as_array().expect("something is dropped");
    assert_eq!(dropped.len(), 1, "{dropped:#?}");
    assert_eq!(dropped[0]["path"], "force");
    assert_eq!(dropped[0]["clash"]["choices"][0]["path"], "cooling");
    let removed = std::fs::remove_file(&file);
    drop(removed);
}

#[test]
fn answers_follow_their_schema_in_name() {
    let ran = tarif_with(&["schema", "rules/press", "--of", "configuration"], "");
    let schema: Value = serde_json::from_str(&ran.out).expect("a schema");
    let (_, answer) = json(
        &[
            &PRESS[..],
            &[
                "-c",
                "frame=c_frame",
                "--reasons",
                "--complete",
                "--count",
                "--cheapest",
                "2",
                "--explain",
                "force=250 tf",
            ],
        ]
        .concat(),
    );
    let known = schema["$defs"]["answer"]["properties"].as_object().expect("properties");
    for (name, _) in answer.as_object().expect("an object") {
        assert!(known.contains_key(name), "{name} is not in the schema");
    }
}

#[test]
fn choices_of_one_thing_are_one_range_or_are_refused_whatever_their_order() {
    for bounds in [["stroke>=200 mm", "stroke<=300 mm"], ["stroke<=300 mm", "stroke>=200 mm"]] {
        let (status, answer) = json(&[&PRESS[..], &["-c", bounds[0], "-c", bounds[1]]].concat());
        assert_eq!(status, 0, "{answer:#}");
        let choices = answer["choices"].as_array().expect("choices");
        assert_eq!(choices.len(), 1, "{choices:#?}");
        assert_eq!((&choices[0]["from"], &choices[0]["to"]), (&"200 mm".into(), &"300 mm".into()));
    }
    for twice in [
        ["frame=c_frame", "frame=h_frame"],
        ["extras with data_logger", "extras without data_logger"],
        ["stroke>=200 mm", "stroke=300 mm"],
    ] {
        let ran = configure(&[&PRESS[..], &["-c", twice[0], "-c", twice[1]]].concat());
        assert_eq!(ran.status, 1, "{}", ran.out);
        assert!(ran.err.contains("is chosen twice"), "{}", ran.err);
        assert_eq!(ran.out, "");
    }
    let apart =
        ["-c", "extras with data_logger", "-c", "extras without light_curtain", "-c", "frame=h_frame"];
    assert_eq!(configure(&[&PRESS[..], &apart].concat()).status, 0);
}

#[test]
fn a_pipe_that_ends_after_an_answer_that_was_not_taken_writes_no_request() {
    let arguments = ["configure", "rules/press", "press"];
    let ran = tarif_with(&arguments, "force=oak\nframe=c_frame\n");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.contains("an answer was not taken, so no request is written"), "{}", ran.err);
    // Whoever says `done` has seen it.
    let ran = tarif_with(&arguments, "force=oak\nframe=c_frame\ndone\n");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("\"frame\": \"c_frame\""), "{}", ran.out);
}

#[test]
fn a_bundle_shows_its_price_with_that_of_its_pieces() {
    let folder = std::env::temp_dir().join(format!("tarif-configure-bundle-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    std::fs::write(folder.join("book.tarif"), super::guide::SHELVES).expect("a file can be written");
    let path = folder.to_str().expect("the path is UTF-8");
    let ran = configure(&[path, "shelf", "--complete", "-c", "boards=2", "-c", "boards[2].wood=oak"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    // 50 for the shelf, 10 for a board of pine, 30 for one of oak.
    assert!(ran.out.contains("unit 50.00 EUR · line 50.00 EUR · with its pieces 90.00 EUR"), "{}", ran.out);
    let removed = std::fs::remove_dir_all(&folder);
    drop(removed);
}

/// Alike pieces are one line with their number, so the number decides whether they can be ordered.
#[test]
fn pieces_that_are_sold_from_or_up_to_a_number_are_put_together_so_that_they_can_be_ordered() {
    let text = "book b \"B\" { currency EUR  effective 2026-01-01 to 2026-12-31 }
product screw { quantity 10 to 5_000 }
product leg { quantity 1 to 5 }
product desk { quantity 1 to 1  parts priced  part screws: 10 to 100 of screw  part legs: 6 of leg }
price screw { per unit { list = 0.10 EUR } }
price leg { per unit { list = 1 EUR } }
price desk { per unit { list = 100 EUR } }
test \"ten screws, three legs and three\" {
  as_of 2026-05-01
  line a: desk {
    part s: screws { quantity = 10 }
    part x: legs { quantity = 3 }
    part y: legs { quantity = 3 }
  }
  expect status = ok
  expect quote.net = 107 EUR
}
";
    let folder = folder_of("alike", text);
    let (path, request) = (folder.to_str().expect("a path"), folder.join("request.json"));
    for command in ["check", "test"] {
        let ran = tarif_with(&[command, path], "");
        assert_eq!((ran.status, ran.err.contains("warning")), (0, false), "{}{}", ran.out, ran.err);
    }
    let out = request.to_str().expect("a path");
    let ran = tarif_with(&["configure", path, "desk", "--complete", "-o", out], "");
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let ran = tarif_with(&["quote", path, out, "--format", "json"], "");
    let quote: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.status, &quote["status"]), (0, &Value::from("ok")), "{}", ran.out);
    // 100 for the desk, 1 for ten screws, 6 for the legs.
    assert_eq!(quote["totals"]["net"], "107.00");
}

#[test]
fn a_completion_proposes_nothing_for_what_the_line_has_to_bring() {
    let text = "book b \"B\" { currency EUR  effective 2026-01-01 to 2026-12-31 }
product job { option size: s | l  given hours: 0 h to 8 h }
price job { per unit { list = hours * 10 EUR/h + (by size { s: 1 EUR, l: 2 EUR }) } }
";
    let folder = folder_of("brought", text);
    let path = folder.to_str().expect("a path");
    let (_, answer) = json(&[path, "job", "--complete"]);
    let slots = answer["completion"]["slots"].as_object().expect("slots");
    assert_eq!(slots.keys().collect::<Vec<_>>(), ["quantity", "size"]);
    let (_, answer) = json(&[path, "job", "--complete", "-c", "hours=2 h"]);
    assert_eq!(answer["completion"]["slots"]["hours"]["state"], "chosen");
}
