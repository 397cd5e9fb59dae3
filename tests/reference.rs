//! Lists that exist as tables in the code stand in `docs/` as those tables say.
//!
//! `TARIF_DOCS=update` writes them anew.

use std::fmt::Write;
use std::path::Path;

use tarif::value::{CURRENCIES, UnitTable};

#[expect(clippy::disallowed_methods, reason = "the test reads and, when asked, writes a page of the docs")]
fn compare(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var("TARIF_DOCS").is_ok_and(|wish| wish == "update") {
        std::fs::write(&path, made).expect("the page can be written");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == made, "docs/{page} is not what the code says; TARIF_DOCS=update writes it");
}

#[test]
fn the_page_of_units_lists_every_usual_unit_and_currency() {
    let mut page = String::from(
        "# Units and currencies\n\n<!-- Written from the tables in `src/value` by `tests/reference.rs`. -->\n\n\
         Every book knows these units. `m2` and `m*m` are the same. A book declares others with `unit`.\n\n\
         | unit | also | what it is | size |\n| --- | --- | --- | --- |\n",
    );
    for row in UnitTable::builtin_rows() {
        let others: Vec<String> = [row.singular, row.also]
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| format!("`{name}`"))
            .collect();
        let size = if row.base { "a base unit".to_owned() } else { format!("{} {}", row.size, row.of) };
        writeln!(page, "| `{}` | {} | {} | {size} |", row.name, others.join(", "), row.meaning)
            .expect("a text takes more text");
    }
    page.push_str(
        "\n## Currencies\n\nBy ISO 4217, with the decimal places that each is paid with.\n\n\
         | places | currencies |\n| --- | --- |\n",
    );
    for places in 0..=4 {
        let codes: Vec<&str> =
            CURRENCIES.iter().filter(|currency| currency.places == places).map(|c| c.code).collect();
        if !codes.is_empty() {
            writeln!(page, "| {places} | {} |", codes.join(" ")).expect("a text takes more text");
        }
    }
    compare("units.md", &page);
}
