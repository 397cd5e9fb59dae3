//! A price book of one product, as it grows declaration by declaration.

use crate::formula::{Formula, Writer};
use crate::names::{Names, label, quoted};

/// A model as a price book.
pub struct Book {
    /// Paths and contents.
    pub files: Vec<(String, String)>,
    /// The product that stands for the model.
    pub product: String,
    /// What the model can have, in its own words.
    pub features: Vec<Feature>,
}

/// Something that a configuration has or has not: a feature, or a value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Feature {
    /// In the model: the feature or the variable.
    pub name: String,
    /// In the model: the value of the variable; none for a feature.
    pub value: Option<String>,
    /// In the book: the option.
    pub option: String,
    /// In the book: its value.
    pub choice: String,
}

/// The declarations so far.
pub struct Builder {
    names: Names,
    book: String,
    product: String,
    shown: String,
    options: String,
    rules: String,
    tables: String,
    files: Vec<(String, String)>,
    rule_count: usize,
    pub features: Vec<Feature>,
}

impl Builder {
    /// A book that people know as `shown`.
    pub fn new(shown: &str) -> Builder {
        let mut names = Names::default();
        let book = names.take("models");
        // The currency, and the unit names of the language, are no names of options.
        names.take("EUR");
        let product = names.take(shown);
        Builder {
            names,
            book,
            product,
            shown: shown.to_owned(),
            options: String::new(),
            rules: String::new(),
            tables: String::new(),
            files: Vec::new(),
            rule_count: 0,
            features: Vec::new(),
        }
    }

    /// A name that nothing in the book has.
    pub fn name(&mut self, wanted: &str) -> String {
        self.names.take(wanted)
    }

    /// Declares an option whose name was taken before.
    pub fn option(&mut self, name: &str, shown: &str, rest: &str) {
        self.options.push_str(&format!("  option {name}{}: {rest}\n", label(name, shown)));
    }

    /// Declares a named value.
    pub fn named_value(&mut self, name: &str, rest: &str) {
        self.rules.push_str(&format!("  let {name}: {rest}\n"));
    }

    /// Declares a rule, with the parts that a long one needs. `named` is its name in the model, if it has one.
    pub fn require(&mut self, named: Option<&str>, formula: &Formula) {
        self.rule_count += 1;
        let count = self.rule_count;
        let mut writer = Writer::default();
        let names = &mut self.names;
        let text = writer.text(formula, &mut || names.take(&format!("part_of_rule_{count}")));
        for (name, value) in writer.parts {
            self.named_value(&name, &format!("bool = {value}"));
        }
        let own = self.own_name(named);
        self.rules.push_str(&format!("  require {own}{text}\n"));
    }

    /// Declares a table of allowed combinations, its rule, and for long ones its file.
    pub fn allow(&mut self, named: &str, options: &[String], rows: &[Vec<String>]) {
        let table = self.names.take(&format!("{named}_rows"));
        let own = self.own_name(Some(named));
        self.rules.push_str(&format!("  allow {own}({}) in {table}\n", options.join(", ")));
        let keys: Vec<String> = options.iter().map(|option| format!("{}.{option}", self.product)).collect();
        let head = format!("table {table}({}) -> bool optional", keys.join(", "));
        if rows.len() <= LONGEST_IN_PLACE {
            let rows: String = rows.iter().map(|row| format!("  {}: true\n", row.join(", "))).collect();
            self.tables.push_str(&format!("\n{head} {{\n{rows}}}\n"));
            return;
        }
        let path = format!("{table}.csv");
        self.tables.push_str(&format!("\n{head} from {}\n", quoted(&path)));
        let mut content = format!("{},value\n", options.join(","));
        for row in rows {
            content.push_str(&row.join(","));
            content.push_str(",true\n");
        }
        self.files.push((path, content));
    }

    fn own_name(&mut self, named: Option<&str>) -> String {
        named.map_or_else(String::new, |named| {
            let name = self.names.take(named);
            format!("{name}: ")
        })
    }

    /// The book as it stands.
    pub fn finish(mut self) -> Book {
        let Builder { book, product, shown, options, rules, tables, .. } = &self;
        let text = format!(
            "book {book} {} {{\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}}\n\n\
             product {product}{} {{\n  quantity 1 to 1\n{options}\n{rules}}}\n{tables}\n\
             price {product} {{\n  per unit {{ list = 1 EUR }}\n}}\n",
            quoted(shown),
            label(product, shown),
        );
        self.files.insert(0, ("model.tarif".to_owned(), text));
        Book { files: self.files, product: self.product, features: self.features }
    }
}

/// How many rows of a table stand in the book itself.
const LONGEST_IN_PLACE: usize = 60;
