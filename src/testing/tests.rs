//! Tests of tests: what passes, what fails, and what a failure says.

use std::sync::Arc;

use super::{Tested, run};
use crate::check::check_book;
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Plan;
use crate::source::{FileId, SourceFile};
use crate::syntax::parse_file;

const SHOP: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
context customer { level: standard < gold  default standard }
index steel "Steel": 1 CNY/kg to 20 CNY/kg max_age 7 days
family seats
product chair "Chair" in seats {
  quantity 1 to 50
  option legs: oak | steel_legs  default oak
  require light: quantity <= 10 when legs = steel_legs
  alert many: when quantity > 40 because "two vans"
  cost { wood = 30 CNY }
}
product hook "Hook" { quantity 1 to 50 }
price chair {
  entry discount: 0% to 50% default 0% reason required
  per unit {
    list = 40 CNY
    less loyalty = 5% of list when customer.level = gold
    less agreed = discount of running
    subtotal price
  }
}
price hook { per unit { list = 2 kg * steel } }
quote {
  less coupon = 1 CNY when running >= 100 CNY
  subtotal net
}
approvals {
  level manager
  ask manager for chair when line.discount > 10%
}
"#;

fn tested(tests: &str) -> (Tested, SourceFile) {
    let text = format!("{SHOP}{tests}");
    let (file, problems) = parse_file(&text, FileId(0));
    assert!(problems.is_empty(), "{problems:#?}");
    let items: Vec<_> = file.items.into_iter().map(Arc::new).collect();
    let (book, problems) = check_book(&items, |_| None);
    let Some(book) = book else { panic!("{problems:#?}") };
    (run(&Plan::new(Arc::new(book))), SourceFile::new("shop.tarif", text))
}

#[track_caller]
fn failures(expectations: &str) -> Vec<Diagnostic> {
    let (tested, file) = tested(expectations);
    let problems = tested.problems();
    let mut marked: Vec<u32> =
        file.text().lines().zip(1..).filter(|(line, _)| line.contains("//~")).map(|(_, at)| at).collect();
    let mut found: Vec<u32> = problems
        .iter()
        .map(|problem| problem.span().map_or(0, |span| file.line_column(span.start).0))
        .collect();
    found.sort_unstable();
    marked.sort_unstable();
    assert_eq!(found, marked, "{problems:#?}");
    problems
}

#[test]
fn figures_worked_by_hand_are_met() {
    // A chair at gold: 40 − 2 = 38; less 10 % = 34.20; three are 102.60, the coupon takes 1.
    let (tested, _) = tested(
        r#"
test "three chairs for a gold customer" {
  as_of 2026-02-10
  given customer { level = gold }
  line a: chair { quantity = 3, discount = 10%, reason = "loyal" }
  expect a.unit.list = 40 CNY
  expect a.unit.price = 34.20 CNY
  expect a.unit.loyalty = 2 CNY
  expect a.net = 101.60 CNY
  expect a.discount = 10%
  expect a.margin > 11.4% and a.margin < 11.5%
  expect quote.net = 101.60 CNY
  expect a.applied = [loyalty, agreed, coupon]
  expect quote.applied = [coupon]
  expect violations = []
  expect approvals = []
  expect alerts = []
  expect status = ok
}
test "a broken constraint and a missing reason" {
  as_of 2026-02-10
  line chair { quantity = 41, legs = steel_legs, discount = 20% }
  expect violations = [light, E0922]
  expect alerts = [many]
  expect approvals = [manager]
  expect status = invalid
}
always "no chair is given away" for seats: line.net >= 19 CNY
"#,
    );
    assert!(tested.passed(), "{:#?}", tested.problems());
    assert_eq!(tested.tests.len(), 2);
}

#[test]
fn a_failure_says_what_was_expected_and_what_was_found() {
    let problems = failures(
        r#"
test "one chair" {
  as_of 2026-02-10
  line chair {}
  expect unit.list = 42 CNY //~
  expect unit.list = 40 CNY
  expect line.net >= line.cost * 2 //~
  expect line.legs = steel_legs //~
  expect line.net > 50 CNY or line.quantity = 2 //~
}
"#,
    );
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(said[0], "expected `unit.list = 42 CNY`, and found `40.00 CNY`");
    assert_eq!(said[1], "expected `line.net >= line.cost * 2`, and found `40.00 CNY`");
    assert_eq!(problems[1].notes, ["compared with `60.00 CNY`"]);
    assert_eq!(said[2], "expected `line.legs = steel_legs`, and found `oak`");
    assert_eq!(problems[3].notes, ["`line.net` is `40.00 CNY`", "`line.quantity` is `1`"]);
    assert!(problems.iter().all(|problem| problem.code == codes::TEST_FAILED));
}

#[test]
fn a_failure_carries_the_quote_and_the_line_whose_waterfall_led_to_it() {
    let (tested, _) = tested(
        r#"
test "two lines" {
  as_of 2026-02-10
  market steel = 4 CNY/kg
  line a: hook {}
  line b: chair {}
  expect b.net = 41 CNY
  expect quote.net = 41 CNY
}
"#,
    );
    let [test] = tested.tests.as_slice() else { panic!("one test") };
    let lines: Vec<Option<usize>> = test.failures.iter().map(|failure| failure.line).collect();
    assert_eq!(lines, [Some(1), None]);
    assert_eq!(test.quote.as_ref().map(|quote| quote.lines.len()), Some(2));
    assert_eq!(test.failures[1].found, "`48.00 CNY`");
}

#[test]
fn lists_say_what_is_missing_and_what_is_too_much() {
    let problems = failures(
        r#"
test "lists" {
  as_of 2026-02-10
  given customer { level = gold }
  line chair { quantity = 3, discount = 20%, reason = "loyal" }
  expect line.applied = [loyalty] //~
  expect line.applied = [agreed, loyalty] //~
  expect approvals = [] //~
  expect status = ok //~
}
"#,
    );
    assert_eq!(problems[0].message, "expected `line.applied = [loyalty]`, and found `[loyalty, agreed]`");
    assert_eq!(problems[0].notes, ["not expected: `agreed`"]);
    assert_eq!(problems[1].notes, ["the names are the same; they stand in the order of the waterfall"]);
    assert_eq!(problems[2].notes, ["not expected: `manager`"]);
    assert_eq!(problems[3].notes, ["`manager` is asked: line.discount > 10%"]);
}

#[test]
fn a_request_that_is_refused_fails_its_test() {
    let problems = failures(
        r#"
test "stale" { //~
  as_of 2026-02-10
  market steel = 4 CNY/kg on 2026-01-10
  line hook {}
  expect line.net = 8 CNY
}
"#,
    );
    assert!(problems[0].message.starts_with("the request of the test is refused"), "{problems:#?}");
    assert_eq!(problems[0].notes, ["the refusal is E0911"]);
    assert!(problems[0].help.iter().any(|help| help.contains("`expect errors = [E0911]`")), "{problems:#?}");
}

#[test]
fn a_refusal_can_be_expected() {
    let (tested, _) = tested(
        r#"
test "a price of steel that is too old" {
  as_of 2026-02-10
  market steel = 4 CNY/kg on 2026-01-10
  line hook {}
  expect errors = [E0911]
  expect status = error
}
test "a price of steel that nobody believes" {
  as_of 2026-02-10
  market steel = 40 CNY/kg
  line hook {}
  expect errors = [E0912]
}
test "next year" {
  as_of 2027-01-01
  line chair {}
  expect errors = [E0909]
}
test "a quote is no refusal" {
  as_of 2026-02-10
  line chair { quantity = 51 }
  expect errors = []
  expect violations = [E0908]
}
"#,
    );
    assert!(tested.passed(), "{:#?}", tested.problems());
}

#[test]
fn a_refusal_that_is_not_the_expected_one_says_what_it_is() {
    let problems = failures(
        r#"
test "not refused" {
  as_of 2026-02-10
  line chair { quantity = 51 }
  expect errors = [E0906] //~
  expect status = error //~
}
test "refused otherwise" {
  as_of 2026-02-10
  market steel = 4 CNY/kg on 2026-01-10
  line hook {}
  expect errors = [E0912] //~
  expect status = error
  expect status = invalid //~
  expect line.net = 8 CNY //~
}
"#,
    );
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "expected `errors = [E0906]`, and found that the request is answered with a quote",
            "expected `status = error`, and found `invalid`",
            "expected `errors = [E0912]`, and found `[E0911]`",
            "expected `status = invalid`, and found `error`",
            "expected `line.net = 8 CNY`, and found no quote",
        ]
    );
    assert_eq!(problems[2].notes[..2], ["missing: `E0912`", "not expected: `E0911`"]);
    assert!(
        problems[4].notes[0].starts_with("the request is refused with E0911: `market.steel"),
        "{problems:#?}"
    );
}

#[test]
fn a_figure_that_is_not_known_fails_with_the_reason() {
    let problems = failures(
        r#"
test "without a market" {
  as_of 2026-02-10
  line a: hook {}
  line b: chair {}
  expect a.net = 8 CNY //~
  expect b.net = 40 CNY
  expect status = invalid
}
"#,
    );
    assert_eq!(problems[0].message, "expected `a.net = 8 CNY`, and found no such figure");
    assert!(problems[0].notes[0].contains("`steel`"), "{problems:#?}");
}

#[test]
fn figures_of_what_cannot_be_sold_fail_unless_the_test_says_so() {
    let problems = failures(
        r#"
test "60 chairs of at most 50" { //~
  as_of 2026-02-10
  line chair { quantity = 60 }
  expect line.quantity = 60
}
test "the total leaves a line out" { //~
  as_of 2026-02-10
  line a: chair {}
  line b: chair { discount = 60%, reason = "loyal" }
  expect quote.total = 40 CNY
}
test "of both lines one is named" { //~
  as_of 2026-02-10
  line chair { quantity = 60 }
  line chair { quantity = 12, legs = steel_legs }
  expect approvals = []
}
test "60 chairs, on purpose" {
  as_of 2026-02-10
  line chair { quantity = 60 }
  expect line.quantity = 60
  expect line.violations = [E0908]
}
test "an invalid quote, on purpose" {
  as_of 2026-02-10
  line chair { quantity = 60 }
  expect line.quantity = 60
  expect status = invalid
}
"#,
    );
    let says = |at: usize, line: &str, help: &str| {
        let problem = &problems[at];
        assert!(problem.message.starts_with(&format!("{line} of the test is invalid: ")), "{problem:#?}");
        assert_eq!(problem.help[0], format!("if the test is about that, say so: `expect {help}`"));
    };
    says(0, "line `1`", "line.violations = [E0908]");
    says(1, "line `b`", "b.violations = [E0920]");
    says(2, "line `1`", "violations = [E0908, light]");
    assert_eq!(problems[2].notes.len(), 1, "{:#?}", problems[2]);
}

#[test]
fn a_property_is_refuted_by_the_first_test_that_does() {
    let problems = failures(
        r#"
test "cheap" {
  as_of 2026-02-10
  line a: chair { discount = 50%, reason = "loyal" }
  line b: chair { discount = 49%, reason = "loyal" }
  expect status = needs_approval
}
always "nothing is sold below cost" for seats: line.net >= line.cost //~
always "a quote is worth something": quote.net >= 1 CNY
"#,
    );
    let message = "the property `nothing is sold below cost` does not hold for line `a` of the test `cheap`";
    assert_eq!(problems[0].message, message);
    assert_eq!(problems[0].notes, ["`line.net` is `20.00 CNY`, compared with `30.00 CNY`"]);
}

#[test]
fn a_property_is_not_tried_on_other_products_and_not_on_invalid_lines() {
    // Half of a chair for a gold customer is 19 CNY; two kilograms of steel are less, and so is a chair
    // with a discount of 60 %, which cannot be sold.
    let (tested, _) = tested(
        r#"
test "a hook and a discount that is not allowed" {
  as_of 2026-02-10
  market steel = 4 CNY/kg
  line hook {}
  line chair { discount = 60%, reason = "loyal" }
  expect status = invalid
}
always "chairs are dear" for seats: line.net >= 19 CNY
"#,
    );
    assert!(tested.passed(), "{:#?}", tested.problems());
}

#[test]
fn a_property_that_no_test_refutes_is_refuted_by_a_request_that_can_be_run() {
    let problems = failures("always \"an order stays small\" for seats: line.net <= 1_000 CNY //~\n");
    assert_eq!(problems[0].message, "the property `an order stays small` does not hold for every request");
    let [help] = problems[0].help.as_slice() else { panic!("{problems:#?}") };
    let test = help.split('`').nth(1).unwrap_or_default();
    assert!(test.contains("line chair { quantity = 50"), "{test}");
    // The request found is a test of the book, and refutes the property as any other does.
    let expecting = test.replace(" }", "  expect line.net <= 1_000 CNY }");
    let expecting = expecting.replacen(
        "  expect line.net <= 1_000 CNY }",
        " }",
        expecting.matches("  expect").count() - 1,
    );
    let (tested, _) = tested(&expecting);
    assert_eq!(tested.problems().len(), 1, "{expecting}\n{:#?}", tested.problems());
}

#[test]
fn a_property_that_holds_is_tried_on_many_requests_and_always_the_same() {
    let property = "always \"nothing is sold at a loss\" for seats: line.net * 2 >= line.cost\n";
    let (first, _) = tested(property);
    let (second, _) = tested(property);
    assert!(first.passed(), "{:#?}", first.problems());
    assert!(first.properties[0].tried > 100, "{}", first.properties[0].tried);
    assert_eq!(first.properties, second.properties);
}

#[test]
fn a_property_of_an_index_is_tried_at_both_ends_of_its_range() {
    let problems = failures("always \"hooks are cheap\" for hook: unit.list < 40 CNY //~\n");
    assert!(problems[0].help[0].contains("market steel = 20 CNY/kg"), "{problems:#?}");
}
