//! Price books and requests that grow in one direction.

use std::fmt::Write as _;

/// The files of a book: paths and texts.
pub type Files = Vec<(String, String)>;

/// A way in which a book grows.
pub struct Shape {
    /// What there are many of.
    pub name: &'static str,
    /// The book with so many of them.
    pub files: fn(usize) -> Files,
    /// The largest number that is measured.
    pub most: usize,
}

/// All ways in which books grow here.
pub const SHAPES: [Shape; 9] = [
    Shape { name: "declarations of all kinds", files: mixed, most: 100_000 },
    Shape { name: "the same in files of 100", files: mixed_in_files, most: 100_000 },
    Shape { name: "functions, each calling the one before", files: functions, most: 10_000 },
    Shape { name: "products of one family", files: family, most: 10_000 },
    Shape { name: "approval rules", files: approvals, most: 10_000 },
    Shape { name: "options, lets and constraints of one product", files: members, most: 1_000 },
    Shape { name: "steps of one waterfall", files: steps, most: 1_000 },
    Shape { name: "values of one enumeration, each with a row", files: values, most: 10_000 },
    Shape { name: "tests of one product", files: tests, most: 10_000 },
];

const BOOK: &str = "book scale \"Scale\" { currency EUR  effective 2026-01-01 to 2026-12-31 }\n";

fn one(text: String) -> Files {
    vec![("book.tarif".to_owned(), format!("{BOOK}{text}"))]
}

/// Ten declarations that belong together.
pub fn group(at: usize) -> String {
    format!(
        "
enum kind{at} \"Kind {at}\": plain{at} | fine{at} | coarse{at}

given share{at} \"Share {at}\": 0% to 20% default 0%

def twice{at}(x: EUR) -> EUR = x * 2

product machine{at} \"Machine {at}\" {{
  quantity 1 to 100
  option kind \"Kind\": kind{at} default plain{at}
  option size \"Size\": 1 | 2 | 3 | 4 default 2
  require small: size <= 3 when kind = coarse{at} because \"coarse ones are small\"
  cost {{
    base \"Base\" = twice{at}(2 EUR) * size
  }}
}}

table list{at}(machine{at}.kind) -> EUR {{ plain{at}: 10, fine{at}: 12.50, coarse{at}: 20 }}

table rate{at}(machine{at}.size, machine{at}.kind) -> rate {{
    | plain{at} | fine{at} | coarse{at}
  1 | 0% | 1% | 2%
  2 | 1% | 2% | 2.5%
  3 | 2% | 3% | 3.5%
  4 | 3% | 4% | 4.5%
}}

tiers break{at}(int) whole -> rate {{
  from 1: 0%
  from 10: 3%
  from 50: 7%
}}

price machine{at} {{
  per unit {{
    list \"List\" = list{at}(kind) + twice{at}(1 EUR)
    less pieces \"Quantity\" = (break{at}(quantity) + rate{at}(size, kind)) of running
    round half_even to 0.01 EUR
    subtotal each_one \"Unit price\"
  }}
  per line {{
    less special \"Special\" = share{at} of running when quantity > 5
    round half_even to 0.01 EUR
    subtotal amount \"Amount\"
  }}
}}

preset usual{at} \"Usual\" of machine{at} {{ kind = fine{at}, size = 3 }}

test \"machine {at} has a price\" {{
  as_of 2026-02-10
  line machine{at} {{ quantity = 3 }}
  expect line.net = 35.64 EUR
}}
"
    )
}

const WHOLE: &str = "
quote { tax vat \"VAT\" = 19% of running rounded half_even to 0.01 EUR }

approvals {
  level boss \"Boss\"
  ask boss when line.margin < 15% because \"thin\"
  ask boss when quote.net > 50_000 EUR because \"large\"
}
";

fn mixed(count: usize) -> Files {
    // A file may have 16 MB.
    in_files(count, 20_000)
}

fn mixed_in_files(count: usize) -> Files {
    in_files(count, 100)
}

fn in_files(count: usize, each: usize) -> Files {
    let mut files = one(WHOLE.to_owned());
    for first in (0..count).step_by(each) {
        let groups = (first / 10)..((first + each).min(count) / 10);
        files.push((format!("part{first:06}.tarif"), groups.map(group).collect()));
    }
    files
}

fn functions(count: usize) -> Files {
    let mut text =
        String::from("product pen { quantity 1 to 9 }\nprice pen { per unit { list = last(1 EUR) } }\n");
    for at in 0..count {
        // Chains of 100: a call may go 500 deep.
        let body = if at % 100 == 0 { "x".to_owned() } else { format!("f{}(x) * 1", at - 1) };
        let _ = writeln!(text, "def f{at}(x: EUR) -> EUR = {body}");
    }
    let _ = writeln!(text, "def last(x: EUR) -> EUR = f{}(x)", count - 1);
    one(text)
}

fn family(count: usize) -> Files {
    let mut text = String::from(
        "family pens { option ink \"Ink\": blue | red default blue }
price pens {
  per unit { list = price_of(ink)  less volume = 5% of running when quantity > 100 }
  per line { round half_even to 0.01 EUR  subtotal amount \"Amount\" }
}
table price_of(pens.ink) -> EUR { blue: 1, red: 1.20 }
quote { tax vat = 19% of running rounded half_even to 0.01 EUR }
approvals { level boss  ask boss when line.net > 5_000 EUR  ask boss for pens when line.quantity > 900 }
always \"nothing is free\": line.net > 0 EUR
",
    );
    for at in 0..count {
        let _ = writeln!(text, "product pen{at} \"Pen {at}\" in pens {{ quantity 1 to 1_000 }}");
    }
    one(text)
}

fn approvals(count: usize) -> Files {
    let mut text = String::from(
        "product pen { quantity 1 to 1_000 }\nprice pen { per unit { list = 1 EUR } }\napprovals {\n  level boss\n",
    );
    for at in 0..count {
        let _ = writeln!(
            text,
            "  ask boss when line.net > {} EUR and quote.net > {at} EUR because \"large\"",
            at + 1
        );
    }
    text.push_str("}\n");
    one(text)
}

fn members(count: usize) -> Files {
    let mut text = String::from("product pen {\n  quantity 1 to 1_000\n");
    for at in 0..count / 3 {
        let _ = writeln!(text, "  option o{at} \"Option {at}\": 1 | 2 | 3 | 4 default 1");
        let before = if at == 0 { "0".to_owned() } else { format!("o{}", at - 1) };
        let _ = writeln!(text, "  let l{at} \"Let {at}\": int = o{at} + {before}");
        let _ = writeln!(text, "  require c{at}: l{at} < 8 when o{at} = 4");
    }
    text.push_str("}\nprice pen { per unit { list = 1 EUR } }\n");
    one(text)
}

fn steps(count: usize) -> Files {
    let mut text = String::from(
        "product pen { quantity 1 to 1_000 }\nprice pen {\n  per unit { list = 1 EUR }\n  per line {\n",
    );
    for at in 0..count / 2 {
        let _ = writeln!(text, "    less s{at} \"Step {at}\" = 0.1% of running when quantity > {}", at + 1);
        let _ = writeln!(text, "    round half_even to 0.0001 EUR");
    }
    text.push_str("  }\n}\n");
    one(text)
}

fn values(count: usize) -> Files {
    let names: Vec<String> = (0..count).map(|at| format!("v{at}")).collect();
    let mut text = format!("enum colour \"Colour\": {}\n", names.join(" | "));
    text.push_str(
        "product pen { quantity 1 to 9  option shade \"Colour\": colour }
price pen { per unit { list = price_of(shade) } }
table price_of(pen.shade) -> EUR {\n",
    );
    for (at, name) in names.iter().enumerate() {
        let _ = writeln!(text, "  {name}: {}.50", at % 90 + 10);
    }
    text.push_str("}\n");
    one(text)
}

fn tests(count: usize) -> Files {
    let mut text = group(0);
    for at in 0..count {
        let _ = writeln!(
            text,
            "test \"case {at}\" {{ as_of 2026-02-10  line machine0 {{ quantity = 3, size = {} }}  expect line.net = {at} EUR }}",
            at % 4 + 1
        );
    }
    one(text)
}

/// A price list of so many articles, and the book that reads it.
pub fn articles() -> &'static str {
    "product part \"Part\" {
  quantity 1 to 1_000
  option sku \"Article\": key of articles
}
table articles(sku: text) -> { price: EUR, mass: kg, group: group_of } from \"articles.csv\"
enum group_of \"Group\": bolts | nuts | washers | rods
price part { per unit { list \"List\" = articles(sku).price }  per line { subtotal amount \"Amount\" } }
"
}

/// The price list itself.
pub fn articles_csv(rows: usize) -> String {
    let mut csv = String::from("sku,price,mass,group\n");
    for at in 0..rows {
        let group = ["bolts", "nuts", "washers", "rods"][at % 4];
        let _ = writeln!(csv, "{},{}.{:02},0.{:03},{group}", sku(at), at % 900 + 1, at % 100, at % 999 + 1);
    }
    csv
}

/// The key of a row.
pub fn sku(at: usize) -> String {
    format!("A{:07}", at * 7)
}

/// An order of so many lines of `rules/press`.
pub fn order(lines: usize) -> String {
    let line = |at: usize| {
        let force = ["63 tf", "100 tf", "160 tf"][at % 3];
        format!(
            r#"{{ "product": "press", "quantity": {}, "options": {{ "force": "{force}", "frame": "h_frame", "cooling": "water" }} }}"#,
            at % 40 + 1
        )
    };
    let lines: Vec<String> = (0..lines).map(line).collect();
    format!(
        r#"{{ "id": "Q-1", "as_of": "2026-02-10", "customer": {{ "level": "gold", "region": "east" }}, "market": {{ "q235": {{ "value": "4.10", "date": "2026-02-09" }} }}, "lines": [{}] }}"#,
        lines.join(",")
    )
}
