//! Requests that make no sense are refused with their path; what a line cannot be is said on the line.

use std::sync::Arc;

use super::maker::*;
use super::press::{object, press_book};
use crate::diagnostic::codes;
use crate::eval::Plan;
use crate::ir::*;
use crate::quote::{self, Raw, Request, RequestError};
use crate::value::UnitTable;

fn refused(book: Book, request: &Request) -> Vec<RequestError> {
    quote::quote(&Plan::new(Arc::new(book)), request).err().unwrap_or_default()
}

/// The mistakes of a request to the press book, as `CODE path: message (help)`.
fn mistakes(request: &Request) -> Vec<String> {
    let told = refused(press_book(), request).into_iter().map(|error| match error.help {
        Some(help) => format!("{} {}: {} ({help})", error.code, error.path, error.message),
        None => format!("{} {}: {}", error.code, error.path, error.message),
    });
    told.collect()
}

#[test]
fn a_request_needs_a_day_that_the_book_covers() {
    let asked = |as_of: Option<Raw>| mistakes(&Request { as_of, ..request(Vec::new()) });
    let text = |text: &str| Some(Raw::Text(text.into()));
    assert!(asked(None)[0].starts_with("E0902 as_of: the request does not say the day that it is for"));
    assert_eq!(asked(text("2026-02-30")), ["E0906 as_of: `2026-02-30` is not a day of the calendar"]);
    assert_eq!(
        asked(text("2027-01-01")),
        [
            "E0909 as_of: 2027-01-01 lies outside the days of the book, which makes quotes from 2026-01-01 to 2026-12-31"
        ]
    );
    assert_eq!(asked(text("2026-12-31")), [""; 0]);
}

#[test]
fn unknown_names_are_told_with_their_path_and_the_nearest_name() {
    let mut bad =
        request(vec![with(line("press", "1"), "coling", Raw::Text("air".into())), line("pres", "1")]);
    bad.lines[0].fields.push(("discont".into(), Raw::Text("4%".into())));
    bad.fields =
        vec![("custmer".into(), object("level", "gold")), ("deal".into(), object("paymnt", "net90"))];
    bad.market = vec![("q235".into(), Raw::Text("4.10".into()))];
    assert_eq!(
        mistakes(&bad),
        [
            "E0903 deal.paymnt: `deal` has no field `paymnt` (did you mean `payment`?)",
            "E0903 market.q235: the book has no index and no exchange rate `q235`",
            "E0903 custmer: a request has no field `custmer` (did you mean `customer`?)",
            "E0905 lines[0].options.coling: `press` has no option `coling` (did you mean `cooling`?)",
            "E0903 lines[0].discont: a line of `press` has no field `discont` (did you mean `discount`?)",
            "E0904 lines[1].product: the book sells no `pres` (did you mean `press`?)",
        ]
    );
}

#[test]
fn values_of_another_type_refuse_the_request() {
    let of = |value: Raw| mistakes(&request(vec![with(line("press", "1"), "cooling", value)]));
    assert_eq!(
        of(Raw::Text("watr".into())),
        [
            "E0906 lines[0].options.cooling: `cooling` is `watr`, and may be `none`, `air`, `water` (did you mean `water`?)"
        ]
    );
    assert_eq!(
        of(Raw::List(Vec::new())),
        [
            "E0906 lines[0].options.cooling: `cooling` is a list, and one of `none`, `air`, `water` is expected"
        ]
    );
    assert!(of(Raw::Null)[0].contains("(leave the field out where there is none)"));
    let quantity = |text: &str| mistakes(&request(vec![line("press", text)]));
    assert_eq!(
        quantity("two"),
        ["E0906 lines[0].quantity: `quantity`: `two` is not a number; a whole number is expected"]
    );
    assert_eq!(
        quantity("1e400"),
        [
            "E0906 lines[0].quantity: `quantity`: `1e400` is too large: a number has at most 28 digits before the point"
        ]
    );
    assert_eq!(quantity("NaN").len(), 1);
    assert_eq!(quantity("0"), [""; 0]);
    assert_eq!(
        quantity("5%"),
        ["E0906 lines[0].quantity: `quantity` is `5%`, and a whole number is expected"]
    );
    let mut silent = request(vec![line("press", "1")]);
    silent.lines[0].quantity = None;
    assert_eq!(
        mistakes(&silent),
        ["E0907 lines[0].quantity: the line does not say its quantity (add `quantity`)"]
    );
}

#[test]
fn two_lines_may_not_have_one_id() {
    let mut twice = request(vec![line("press", "1"), line("press", "1")]);
    twice.lines[0].id = Some("2".into());
    assert_eq!(
        mistakes(&twice),
        ["E0928 lines[1].id: two lines have the id `2` (give each line an `id` of its own)"]
    );
}

/// A product with one measured option, and an index with an age.
fn measured() -> Book {
    let tf = Ty::quantity(UnitTable::builtin().parse("kN").expect("a unit"));
    let force = input("force", tf, Domain::Numbers(vec![(exact("630"), None), (exact("1000"), None)]), None);
    let mut book =
        book(vec![product("press", vec![force])], vec![price("press", vec![list(money("100"))], Vec::new())]);
    let index = input("steel", cny(), range("1", "20"), None);
    book.indexes = vec![Arc::new(Index { input: index, max_age_days: Some(7) })];
    book
}

#[test]
fn numbers_are_converted_exactly_from_the_unit_they_are_written_in() {
    let ask = |force: &str| {
        let request = request(vec![with(line("press", "1"), "force", Raw::Text(force.into()))]);
        let plan = Plan::new(Arc::new(measured()));
        match quote::quote(&plan, &request) {
            Ok(quote) => match quote.lines[0].violations.first() {
                Some(violation) => format!(
                    "{}: {} ({})",
                    violation.name,
                    violation.message,
                    violation.help.clone().unwrap_or_default()
                ),
                None => "fine".into(),
            },
            Err(errors) => format!("{} ({})", errors[0], errors[0].help.clone().unwrap_or_default()),
        }
    };
    assert_eq!(ask("630 kN"), "fine");
    assert_eq!(ask("1000000 N"), "fine");
    assert_eq!(ask("630"), "fine");
    assert_eq!(ask("800 kN"), "E0929: `force` is 800 kN, which is not allowed (allowed: 630 kN, 1000 kN)");
    assert_eq!(
        ask("630 kg"),
        "lines[0].options.force: `force` is `630 kg`, and a number in `kN` is expected ()"
    );
    assert_eq!(ask("630kN"), "lines[0].options.force: `force`: `630kN` is not a number (write `630 kN`)");
    assert!(ask("1,000 kN").ends_with("(write a point before decimals, and nothing between thousands)"));
}

#[test]
fn a_market_figure_is_in_its_range_dated_and_fresh() {
    let told = |value: Raw| {
        let mut request = request(Vec::new());
        request.market = vec![("steel".into(), value)];
        refused(measured(), &request).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let dated = |value: &str, date: &str| {
        Raw::Object(vec![("value".into(), Raw::Text(value.into())), ("date".into(), Raw::Text(date.into()))])
    };
    assert_eq!(told(dated("4.10", "2026-02-03")), [""; 0]);
    assert_eq!(
        told(dated("4.10", "2026-02-02")),
        [
            "market.steel.date: `steel` is of 2026-02-02, 8 days before 2026-02-10; it may be at most 7 days old"
        ]
    );
    assert_eq!(
        told(dated("4.10", "2026-02-11")),
        ["market.steel.date: `steel` is of 2026-02-11, which is after the day of the quote, 2026-02-10"]
    );
    assert_eq!(
        told(Raw::Text("4.10".into())),
        ["market.steel: `steel` has no date, and may be at most 7 days old"]
    );
    assert_eq!(
        told(dated("410", "2026-02-09")),
        ["market.steel: `steel` is 410.00 CNY, which is not allowed"]
    );
}

#[test]
fn a_key_of_a_table_is_found_or_told_on_the_line() {
    let skus = vec![
        (Value::Text("HB-1".into()), Some(Value::Number(exact("2.50")))),
        (Value::Text("HB-2".into()), Some(Value::Number(exact("3")))),
    ];
    let row = Ty::Row("skus".into());
    let amount = lookup("skus", vec![member("sku", row.clone())], cny());
    let other = lookup("agreed", vec![member("sku", row.clone())], Ty::Optional(Box::new(cny())));
    let either = node(ExprKind::Otherwise { value: Box::new(other), fallback: Box::new(amount) }, cny());
    let mut book = book(
        vec![product("bolt", vec![input("sku", row.clone(), Domain::All, None)])],
        vec![price("bolt", vec![list(either)], Vec::new())],
    );
    let agreed = vec![(Value::Text("HB-2".into()), Some(Value::Number(exact("2"))))];
    let mut agreed = table("agreed", row, cny(), agreed);
    agreed.optional = true;
    book.tables = vec![Arc::new(table("skus", Ty::Text, cny(), skus)), Arc::new(agreed)];
    let sku = |key: &str| with(line("bolt", "1"), "sku", Raw::Text(key.into()));
    let quote = super::quote(book, &request(vec![sku("HB-1"), sku("HB-2"), sku("HB-3")]));
    let nets: Vec<String> = quote.lines.iter().map(|line| super::text(&line.net)).collect();
    assert_eq!(nets, ["2.5", "2", "-"]);
    let violation = &quote.lines[2].violations[0];
    assert_eq!(
        (violation.code, &*violation.message),
        (codes::VALUE_NOT_OFFERED, "`skus` has no row for `sku` = \"HB-3\"")
    );
    assert_eq!(violation.path.as_deref(), Some("lines[2].options.sku"));
}
