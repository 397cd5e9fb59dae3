//! Which column of a file is which input of a request of one line.

use crate::diagnostic::nearest;
use crate::ir::{Book, Name, Product};

/// What a column says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Id,
    AsOf,
    Product,
    Currency,
    Quantity,
    Reason,
    /// An option of the product.
    Option(Name),
    /// An entry, or what else comes with the line.
    OfLine(Name),
    /// A fact, or an entry of the quote.
    OfQuote(Name),
    /// A field of a context.
    Context(Name, Name),
    /// An index, or an exchange rate.
    Market(Name),
    /// Nothing to the book; it is carried over.
    Kept,
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// One for each column.
    pub targets: Vec<Target>,
    /// The product of rows that do not name one.
    pub product: Option<Name>,
}

impl Mapping {
    /// Finds out what the columns mean. Columns named in `keep` are carried over.
    ///
    /// # Errors
    ///
    /// A column that is no input of the book, one that can mean two things, two that mean the same, and rows
    /// without a product.
    pub fn new(
        book: &Book,
        columns: &[&str],
        keep: &[String],
        product: Option<&str>,
    ) -> Result<Mapping, String> {
        let of_rows = columns.contains(&"product");
        let products: Vec<&Product> = match product.or(only(book).filter(|_| !of_rows)) {
            Some(name) => vec![find(book, name)?],
            None if of_rows => book.products.iter().map(AsRef::as_ref).collect(),
            None => {
                let names: Vec<String> = book.products.iter().map(|it| format!("`{}`", it.name)).collect();
                return Err(format!(
                    "the rows have no column `product`; name one with `--product`, out of {}",
                    names.join(", ")
                ));
            }
        };
        if let Some(missing) = keep.iter().find(|name| !columns.contains(&name.as_str())) {
            return Err(format!("there is no column `{missing}` to keep"));
        }
        let mut targets: Vec<Target> = Vec::with_capacity(columns.len());
        for column in columns {
            let target = match keep.iter().any(|name| name == column) {
                true => Target::Kept,
                false => target(book, &products, column)?,
            };
            if target != Target::Kept
                && let Some(first) = targets.iter().position(|it| *it == target)
            {
                return Err(format!("the columns `{}` and `{column}` say the same", columns[first]));
            }
            targets.push(target);
        }
        let product = match products.as_slice() {
            [product] if !of_rows => Some(product.name.clone()),
            _ => None,
        };
        Ok(Mapping { targets, product })
    }
}

fn only(book: &Book) -> Option<&str> {
    match book.products.as_slice() {
        [product] => Some(&product.name),
        _ => None,
    }
}

fn find<'b>(book: &'b Book, name: &str) -> Result<&'b Product, String> {
    let found = book.products.iter().find(|it| *it.name == *name);
    found.map(AsRef::as_ref).ok_or_else(|| {
        let near = nearest(name, book.products.iter().map(|it| &*it.name));
        let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        format!("the book has no product `{name}`{meant}")
    })
}

fn target(book: &Book, products: &[&Product], column: &str) -> Result<Target, String> {
    let all = inputs(book, products);
    let mut fitting: Vec<&Target> =
        all.iter().filter(|(path, bare, _)| path == column || bare == column).map(|(_, _, it)| it).collect();
    fitting.dedup();
    match fitting.as_slice() {
        [target] => Ok((*target).clone()),
        [] => {
            let names = all.iter().flat_map(|(path, bare, _)| [path.as_str(), bare.as_str()]);
            let meant = match nearest(column, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("leave it out, or carry it over with `--keep {column}`"),
            };
            Err(format!("the column `{column}` is no input of the book; {meant}"))
        }
        _ => {
            let paths =
                all.iter().filter(|(_, bare, _)| bare == column).map(|(path, ..)| format!("`{path}`"));
            let paths: Vec<String> = paths.collect();
            Err(format!("the column `{column}` can be {}; name it so", paths.join(" or ")))
        }
    }
}

/// Everything that a row can say: its path, the short name for it, and what it is.
fn inputs(book: &Book, products: &[&Product]) -> Vec<(String, String, Target)> {
    let fixed = [
        ("id", Target::Id),
        ("as_of", Target::AsOf),
        ("product", Target::Product),
        ("currency", Target::Currency),
        ("quantity", Target::Quantity),
        ("reason", Target::Reason),
    ];
    let mut all: Vec<(String, String, Target)> =
        fixed.into_iter().map(|(name, target)| (name.to_owned(), name.to_owned(), target)).collect();
    let mut add = |owner: &str, name: &Name, target: Target| {
        let entry = (format!("{owner}{name}"), name.to_string(), target);
        if !all.contains(&entry) {
            all.push(entry);
        }
    };
    for product in products {
        for option in &product.options {
            match option.with_line {
                true => add("line.", &option.name, Target::OfLine(option.name.clone())),
                false => add("options.", &option.name, Target::Option(option.name.clone())),
            }
        }
    }
    let concerns =
        |target: &Name| products.iter().any(|it| it.name == *target || it.family.as_ref() == Some(target));
    for price in book.prices.iter().filter(|price| concerns(&price.target)) {
        for entry in &price.entries {
            add("line.", &entry.name, Target::OfLine(entry.name.clone()));
        }
    }
    for input in book.facts.iter().map(|it| &**it).chain(&book.quote.entries) {
        add("", &input.name, Target::OfQuote(input.name.clone()));
    }
    for index in &book.indexes {
        add("market.", &index.input.name, Target::Market(index.input.name.clone()));
    }
    for rate in &book.exchanges {
        let pair: Name = format!("{}/{}", rate.from, rate.to).into();
        add("market.", &pair, Target::Market(pair.clone()));
    }
    for context in &book.contexts {
        for field in &context.fields {
            let path = format!("{}.{}", context.name, field.name);
            let target = Target::Context(context.name.clone(), field.name.clone());
            all.push((path.clone(), path, target));
        }
    }
    all
}
