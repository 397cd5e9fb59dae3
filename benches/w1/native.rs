//! W1 written by hand with rust_decimal: the speed that the engine is compared with.
//!
//! It is our own code, carried over from `bench/native`, where it was measured beside other engines.

use std::{collections::HashMap, io::Write};

use rust_decimal::Decimal;
use serde::Deserialize;

const FINISH_ADD: [i64; 4] = [0, 450, 1275, 3000];
const CONTROLS_ADD: [i64; 4] = [0, 2500, 14000, 21040];
const MATERIAL_BP: [i64; 4] = [0, 800, 2250, 6500];
const WARRANTY_BP: [i64; 4] = [0, 300, 550, 900];
const VOLUME: [(i64, i64); 6] = [(0, 0), (9, 300), (24, 600), (49, 900), (99, 1200), (249, 1500)];
const TIER_BP: [[i64; 5]; 4] =
    [[0, 0, 0, 50, 100], [200, 150, 250, 200, 300], [450, 400, 500, 375, 525], [700, 650, 825, 600, 900]];
const REGION_BP: [i64; 5] = [0, 250, 300, 475, 625];
const TERMS_BP: [i64; 4] = [300, 150, 50, 0];
const AMOUNTS: [&str; 11] = [
    "list_unit",
    "gross",
    "after_volume",
    "after_tier",
    "after_region",
    "after_terms",
    "after_rep",
    "unit_cost",
    "cost",
    "floor",
    "net",
];
const CONSTRAINTS: [&str; 12] =
    ["C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12"];

macro_rules! choices {
    ($name:ident: $($variant:ident = $text:literal),*) => {
        #[derive(Clone, Copy, PartialEq, Deserialize)]
        enum $name { $(#[serde(rename = $text)] $variant),* }
    };
}
choices!(Finish: Raw = "raw", Painted = "painted", Anodized = "anodized", Chrome = "chrome");
choices!(Material: Std = "std", Hardened = "hardened", Stainless = "stainless", Titanium = "titanium");
choices!(Controls: None = "none", Basic = "basic", Smart = "smart", Safety = "safety");
choices!(Warranty: Y1 = "y1", Y2 = "y2", Y3 = "y3", Y5 = "y5");
choices!(Tier: Bronze = "bronze", Silver = "silver", Gold = "gold", Platinum = "platinum");
choices!(Region: Us = "us", Eu = "eu", Uk = "uk", Apac = "apac", Latam = "latam");
choices!(Terms: Prepaid = "prepaid", Net15 = "net15", Net30 = "net30", Net60 = "net60");

#[derive(Deserialize)]
pub struct Request<'a> {
    #[serde(borrow)]
    pub id: &'a str,
    #[serde(borrow)]
    lines: Vec<Line<'a>>,
    customer: Customer,
    deal: Deal,
    #[serde(borrow)]
    market: Market<'a>,
}
#[derive(Deserialize)]
struct Line<'a> {
    quantity: u32,
    #[serde(borrow)]
    options: Options<'a>,
    #[serde(borrow)]
    discount: &'a str,
}
#[derive(Deserialize)]
struct Options<'a> {
    #[serde(borrow)]
    sku: &'a str,
    finish: Finish,
    material: Material,
    controls: Controls,
    warranty: Warranty,
}
#[derive(Deserialize)]
struct Customer {
    tier: Tier,
    region: Region,
}
#[derive(Deserialize)]
struct Deal {
    terms: Terms,
}
#[derive(Deserialize)]
struct Market<'a> {
    #[serde(borrow)]
    material_index: &'a str,
}

/// A request, read.
pub struct Input<'a> {
    /// As it stands in the text.
    pub request: Request<'a>,
    discount: Decimal,
    index: Decimal,
}
/// Reads a request.
pub fn parse(line: &str) -> Input<'_> {
    let request: Request = serde_json::from_str(line).expect("a W1 request");
    let decimal = |text: &str| Decimal::from_str_exact(text).expect("a decimal");
    Input {
        discount: decimal(request.lines[0].discount),
        index: decimal(request.market.material_index),
        request,
    }
}

struct Article {
    family: usize,
    list: Decimal,
    kg: Decimal,
    machine_h: Decimal,
    labour_h: Decimal,
    mould: Decimal,
}
/// The tables of the rules.
pub struct Tables {
    articles: HashMap<String, Article>,
    finish: [Decimal; 4],
    controls: [Decimal; 4],
    material: [Decimal; 4],
    warranty: [Decimal; 4],
    volume: [(i64, Decimal); 6],
    tier: [[Decimal; 5]; 4],
    region: [Decimal; 5],
    terms: [Decimal; 4],
}
impl Tables {
    /// Reads the articles.
    pub fn load(csv: &str) -> Tables {
        let bp = |v: i64| Decimal::new(v, 4);
        let cents = |v: i64| Decimal::new(v, 2);
        let article = |row: &str| {
            let cells: Vec<&str> = row.split(',').collect();
            let number = |i: usize| Decimal::from_str_exact(cells[i]).expect("a decimal");
            let family = cells[1][1..].parse::<usize>().expect("F1 to F5") - 1;
            let (list, kg) = (number(2), number(3));
            let (machine_h, labour_h, mould) = (number(4), number(5), number(6));
            (cells[0].to_string(), Article { family, list, kg, machine_h, labour_h, mould })
        };
        Tables {
            articles: csv.lines().skip(1).map(article).collect(),
            finish: FINISH_ADD.map(cents),
            controls: CONTROLS_ADD.map(cents),
            material: MATERIAL_BP.map(bp),
            warranty: WARRANTY_BP.map(bp),
            volume: VOLUME.map(|(from, rate)| (from, bp(rate))),
            tier: TIER_BP.map(|row| row.map(bp)),
            region: REGION_BP.map(bp),
            terms: TERMS_BP.map(bp),
        }
    }
}

/// A quote.
pub struct Output {
    amounts: [Decimal; 11],
    margin: Decimal,
    floored: bool,
    violations: Vec<&'static str>,
    approvals: Vec<&'static str>,
}

/// The quote for a request.
pub fn evaluate(t: &Tables, input: &Input) -> Output {
    let line = &input.request.lines[0];
    let o = &line.options;
    let (tier, region) = (input.request.customer.tier, input.request.customer.region);
    let a = &t.articles[o.sku];
    let one = Decimal::ONE;
    let quantity = Decimal::from(line.quantity);

    let adders = t.material[o.material as usize] + t.warranty[o.warranty as usize];
    let list_unit = a.list
        + t.finish[o.finish as usize]
        + t.controls[o.controls as usize]
        + (a.list * adders).round_dp(2);
    let gross = list_unit * quantity;
    let units = i64::from(line.quantity);
    let mut weighted = Decimal::ZERO;
    for (i, (from, rate)) in t.volume.iter().enumerate() {
        if units <= *from {
            break;
        }
        let to = t.volume.get(i + 1).map_or(units, |next| next.0.min(units));
        weighted += Decimal::from(to - from) * (one - rate);
    }
    let after_volume = (list_unit * weighted).round_dp(2);
    let after_tier = (after_volume * (one - t.tier[tier as usize][a.family])).round_dp(2);
    let after_region = (after_tier * (one + t.region[region as usize])).round_dp(2);
    let terms = t.terms[input.request.deal.terms as usize];
    let after_terms = (after_region * (one - terms)).round_dp(2);
    let after_rep = (after_terms * (one - input.discount)).round_dp(2);

    let running =
        a.kg * input.index + a.machine_h * Decimal::new(8500, 2) + a.labour_h * Decimal::new(4850, 2);
    let unit_cost = running.round_dp(2) + (a.mould / quantity).round_dp(2);
    let cost = unit_cost * quantity;
    let floor = (cost * Decimal::new(108, 2)).round_dp(2);
    let floored = after_rep < floor;
    let net = if floored { floor } else { after_rep };
    let margin = ((net - cost) / net).round_dp(4);

    let (f, m, c, w) = (o.finish, o.material, o.controls, o.warranty);
    let broken = [
        f == Finish::Chrome && m == Material::Titanium,
        c == Controls::Safety && w != Warranty::Y3 && w != Warranty::Y5,
        m == Material::Titanium && c == Controls::None,
        f == Finish::Anodized && m == Material::Stainless,
        c == Controls::Smart && w == Warranty::Y1,
        w == Warranty::Y5 && f == Finish::Raw,
        m == Material::Std && c == Controls::Safety,
        f == Finish::Chrome && w == Warranty::Y1,
        m == Material::Hardened && f == Finish::Chrome,
        c == Controls::None && w == Warranty::Y5,
        region == Region::Latam && c == Controls::Safety,
        a.family == 4 && f == Finish::Raw,
    ];
    let violations = broken.iter().zip(CONSTRAINTS).filter(|(b, _)| **b).map(|(_, id)| id).collect();

    let mut approvals = Vec::new();
    if input.discount > Decimal::new(10, 2) || margin < Decimal::new(25, 2) {
        approvals.push("manager");
    }
    if margin < Decimal::new(15, 2) || net > Decimal::new(500_000, 0) {
        approvals.push("director");
    }
    if margin < Decimal::new(8, 2) {
        approvals.push("cfo");
    }
    let amounts = [
        list_unit,
        gross,
        after_volume,
        after_tier,
        after_region,
        after_terms,
        after_rep,
        unit_cost,
        cost,
        floor,
        net,
    ];
    Output { amounts, margin, floored, violations, approvals }
}

/// Writes a quote as a line of `expected.ndjson`.
pub fn write(out: &mut Vec<u8>, id: &str, o: &Output) {
    let result: Result<(), std::io::Error> = (|| {
        write!(out, "{{\"id\":\"{id}\"")?;
        for (name, amount) in AMOUNTS.iter().zip(o.amounts) {
            write!(out, ",\"{name}\":\"{amount:.2}\"")?;
        }
        write!(out, ",\"margin\":\"{:.4}\",\"floored\":{}", o.margin, o.floored)?;
        for (name, list) in [("violations", &o.violations), ("approvals", &o.approvals)] {
            write!(out, ",\"{name}\":[")?;
            for (i, item) in list.iter().enumerate() {
                write!(out, "{}\"{item}\"", if i == 0 { "" } else { "," })?;
            }
            write!(out, "]")?;
        }
        writeln!(out, "}}")
    })();
    result.expect("writing to memory");
}
