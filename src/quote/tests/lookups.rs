//! Tables and tiers, read in a quote.

use std::sync::Arc;

use super::maker::*;
use super::{entry, quote, text};
use crate::diagnostic::codes;
use crate::ir::*;
use crate::quote::{Detail, Quote, Raw, RequestLine};
use crate::value::Exact;

/// A book whose only product has one option `n` of a type, and one list price.
fn single(ty: Ty, amount: Expr) -> Book {
    let n = input("n", ty, Domain::All, None);
    book(vec![product("thing", vec![n])], vec![price("thing", Vec::new(), vec![list(amount)])])
}

fn plain() -> Ty {
    Ty::number(NumberKind::Plain)
}

fn ask(book: &Book, values: &[&str]) -> Vec<String> {
    let lines: Vec<RequestLine> =
        values.iter().map(|value| with(line("thing", "1"), "n", Raw::Text((*value).into()))).collect();
    let quote: Quote = quote(book.clone(), &request(lines));
    let told = quote.lines.iter().map(|line| match line.violations.first() {
        Some(violation) => violation.code.id().to_owned(),
        None => text(&line.net),
    });
    told.collect()
}

fn each(price: &str) -> TierRow {
    TierRow::Price { flat: Exact::ZERO, unit: Some((exact(price), TierPer::Each)) }
}

fn flat(price: &str) -> TierRow {
    TierRow::Price { flat: exact(price), unit: None }
}

fn scheme(mode: TierMode, result: Ty, rows: Vec<(i64, TierRow)>) -> Book {
    let amount = tier("fee", member("n", int()), result.clone());
    let amount = if result == rate_ty() { of(amount, money("1000")) } else { amount };
    let mut book = single(int(), amount);
    book.tiers = vec![Arc::new(tiers("fee", mode, result, rows))];
    book
}

#[test]
fn whole_tiers_price_all_units_at_the_tier_reached() {
    let seats = scheme(TierMode::Whole, cny(), vec![(1, each("12")), (20, each("10"))]);
    assert_eq!(ask(&seats, &["0", "1", "19", "20", "21"]), ["0", "12", "228", "200", "210"]);
    let rates = scheme(TierMode::Whole, rate_ty(), vec![(1, rate_row(5)), (3, rate_row(9))]);
    assert_eq!(ask(&rates, &["0", "2", "3"]), ["50", "50", "90"]);
}

#[test]
fn graduated_tiers_price_each_unit_at_its_own_tier() {
    let started =
        TierRow::Price { flat: Exact::ZERO, unit: Some((exact("2"), TierPer::Started(exact("100")))) };
    let last = TierRow::Price { flat: exact("10"), unit: Some((exact("0.01"), TierPer::Each)) };
    let calls = scheme(TierMode::Graduated, cny(), vec![(1, each("0")), (1_001, started), (10_001, last)]);
    // 250 calls are 3 hundreds begun; 9 000 are 90; 500 beyond cost 10 + 5.
    assert_eq!(ask(&calls, &["0", "1000", "1001", "1250", "10500"]), ["0", "0", "2", "6", "195"]);
    let full = TierRow::Price { flat: Exact::ZERO, unit: Some((exact("2"), TierPer::Full(exact("100")))) };
    assert_eq!(ask(&scheme(TierMode::Graduated, cny(), vec![(1, full)]), &["99", "250"]), ["0", "4"]);
}

#[test]
fn a_graduated_rate_is_the_average_over_the_units() {
    let volume =
        scheme(TierMode::Graduated, rate_ty(), vec![(1, rate_row(0)), (10, rate_row(3)), (25, rate_row(6))]);
    // 30 units: 9 × 0 % + 15 × 3 % + 6 × 6 % = 81 %, over 30 is 2.7 %.
    assert_eq!(ask(&volume, &["0", "9", "12", "30"]), ["0", "0", "7.5", "27"]);
    let lines = vec![with(line("thing", "1"), "n", Raw::Number("30".into()))];
    let quote = quote(volume, &request(lines));
    let [Detail::Tiers { value, parts, .. }] = entry(&quote.lines[0].line, "list").details.as_slice() else {
        panic!("{:?}", quote.lines[0].line)
    };
    assert_eq!(value, "2.7%");
    let told: Vec<String> = parts
        .iter()
        .map(|part| format!("{}: {} at {} is {}", part.tier, part.units, part.price, part.amount))
        .collect();
    assert_eq!(told, ["from 1: 9 at 0% is 0%", "from 10: 15 at 3% is 1.5%", "from 25: 6 at 6% is 1.2%"]);
}

#[test]
fn stairs_have_one_price_and_may_refuse() {
    let refuse = TierRow::Refuse("ask for an offer".into());
    let support = scheme(TierMode::Stair, cny(), vec![(1, flat("50")), (11, flat("200")), (101, refuse)]);
    assert_eq!(ask(&support, &["0", "10", "11", "100", "101"]), ["0", "50", "200", "200", "E0919"]);
    let lines = vec![with(line("thing", "1"), "n", Raw::Number("101".into()))];
    let message = quote(support, &request(lines)).lines[0].violations[0].message.clone();
    assert_eq!(message, "`fee` has no price for 101: ask for an offer");
}

#[test]
fn bounds_are_scaled_and_the_tier_may_be_that_of_another_quantity() {
    let rows = vec![(1, each("12")), (20, each("10"))];
    let mut other = scheme(TierMode::Whole, cny(), rows.clone());
    let with_clauses = |tier_by: Option<Expr>, scaled_by: Option<Expr>| {
        node(
            ExprKind::Tier {
                tiers: "fee".into(),
                quantity: Box::new(member("n", int())),
                tier_by: tier_by.map(Box::new),
                scaled_by: scaled_by.map(Box::new),
            },
            cny(),
        )
    };
    let reprice = |book: &mut Book, amount: Expr| {
        book.prices = vec![Arc::new(price("thing", Vec::new(), vec![list(amount)]))];
    };
    reprice(&mut other, with_clauses(Some(number("25")), None));
    assert_eq!(ask(&other, &["2"]), ["20"]);
    // Bounds at a tenth: the second tier begins above 1.9.
    reprice(&mut other, with_clauses(None, Some(number("0.1"))));
    assert_eq!(ask(&other, &["1", "2"]), ["12", "20"]);
    reprice(&mut other, with_clauses(None, Some(number("0"))));
    assert_eq!(ask(&other, &["2"]), ["E0924"]);
}

fn band(from: Option<&str>, under: Option<&str>) -> KeyMatch {
    let end = |text: Option<&str>, included| text.map(|text| (Value::Number(exact(text)), included));
    KeyMatch::Band(Box::new(Band { lower: end(from, true), upper: end(under, false) }))
}

#[test]
fn several_keys_of_points_bands_and_any_find_the_one_row() {
    let region = choices("customer.region", &["east", "north", "south"]);
    let one = |at: u16| KeyMatch::One(Value::Choice(at));
    let matches = vec![
        vec![one(0), one(0), KeyMatch::OneOf(vec![Value::Choice(1), Value::Choice(2)]), one(1), one(2)],
        vec![
            band(Some("0"), Some("10")),
            band(Some("10"), None),
            band(Some("0"), Some("5")),
            band(Some("5"), None),
            band(Some("5"), None),
        ],
    ];
    let prices = ["1", "2", "3", "4", "5"];
    let values = vec![prices.iter().map(|price| Some(Value::Number(exact(price)))).collect()];
    let read = |region_at: u16| {
        let keys = vec![choice(&region, region_at), member("n", plain())];
        let mut book = single(plain(), lookup("freight", keys, cny()));
        let mut freight = table("freight", region.clone(), cny(), Vec::new());
        freight.keys.push(TableKey { name: "mass".into(), ty: plain() });
        freight.versions[0].rows = Arc::new(Rows {
            keys: matches.clone(),
            values: values.clone(),
            otherwise: None,
            places: RowPlaces::Spans(vec![at(0); 5]),
        });
        ask(&book_with(&mut book, freight), &["0", "4.99", "5", "9.99", "10", "-1"])
    };
    assert_eq!(read(0), ["1", "1", "1", "1", "2", "E0924"]);
    assert_eq!(read(1), ["3", "3", "4", "4", "4", "E0924"]);
    assert_eq!(read(2), ["3", "3", "5", "5", "5", "E0924"]);
}

fn book_with(book: &mut Book, table: Table) -> Book {
    book.tables = vec![Arc::new(table)];
    book.clone()
}

#[test]
fn the_version_of_the_day_counts_and_else_answers_for_the_rest() {
    let keyed = |price: &str| vec![(Value::Text("a".into()), Some(Value::Number(exact(price))))];
    let mut prices = table("prices", Ty::Text, cny(), keyed("1"));
    let mut later = table("prices", Ty::Text, cny(), keyed("2")).versions.remove(0);
    prices.versions[0].effective.to = Some(date("2026-02-28"));
    later.effective.from = Some(date("2026-03-01"));
    let mut rows = Rows::clone(&later.rows);
    rows.otherwise = Some(vec![Some(Value::Number(exact("9")))]);
    later.rows = Arc::new(rows);
    prices.versions.push(later);
    let mut book = single(Ty::Text, lookup("prices", vec![member("n", Ty::Text)], cny()));
    book.tables = vec![Arc::new(prices)];
    let on = |day: &str, key: &str| {
        let mut request = request(vec![with(line("thing", "1"), "n", Raw::Text(key.into()))]);
        request.as_of = Some(Raw::Text(day.into()));
        let quote = quote(book.clone(), &request);
        (text(&quote.lines[0].net), quote.lines[0].violations.first().map(|it| it.code))
    };
    assert_eq!(on("2026-02-28", "a"), ("1".into(), None));
    assert_eq!(on("2026-03-01", "a"), ("2".into(), None));
    assert_eq!(on("2026-02-28", "b"), ("-".into(), Some(codes::NO_ROW)));
    assert_eq!(on("2026-03-01", "b"), ("9".into(), None));
}
