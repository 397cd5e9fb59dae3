//! Which column of a file is which input of a request of one line.

use std::collections::HashSet;

use super::frame::ERROR;
use crate::diagnostic::nearest;
use crate::ir::{Book, Index, Name, NumberKind, Product, Ty};

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
    /// The day of an index, or of an exchange rate.
    MarketDate(Name),
    /// Why an earlier batch refused the row, where it did.
    Refused,
    /// Nothing to the book; it is carried over.
    Kept,
}

/// How an input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextForm {
    /// As it is.
    Plain,
    /// `true` or `false`.
    Flag,
    /// Values with `|` between them.
    Set,
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// One for each column.
    pub targets: Vec<Target>,
    /// How the texts of each column are to be read.
    pub forms: Vec<TextForm>,
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
        let inputs = inputs(book, &products);
        let mut targets: Vec<Target> = Vec::with_capacity(columns.len());
        let mut forms = Vec::with_capacity(columns.len());
        for column in columns {
            let (target, form) = match keep.iter().any(|name| name == column) {
                true => (Target::Kept, TextForm::Plain),
                false => target(&inputs, column)?,
            };
            if target != Target::Kept
                && let Some(first) = targets.iter().position(|it| *it == target)
            {
                return Err(format!("the columns `{}` and `{column}` say the same", columns[first]));
            }
            targets.push(target);
            forms.push(form);
        }
        let product = match products.as_slice() {
            [product] if !of_rows => Some(product.name.clone()),
            _ => None,
        };
        Ok(Mapping { targets, forms, product })
    }

    /// The position of the column that says something.
    pub fn column(&self, target: &Target) -> Option<usize> {
        self.targets.iter().position(|it| it == target)
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

/// Something that a row can say.
struct Sayable {
    /// `customer.tier`, `options.finish`
    path: String,
    /// `finish`
    bare: String,
    target: Target,
    form: TextForm,
}

fn target(inputs: &[Sayable], column: &str) -> Result<(Target, TextForm), String> {
    let fitting: Vec<&Sayable> = inputs.iter().filter(|it| it.path == column || it.bare == column).collect();
    match fitting.as_slice() {
        [one] => Ok((one.target.clone(), one.form)),
        [] => {
            let names = inputs.iter().flat_map(|it| [it.path.as_str(), it.bare.as_str()]);
            let meant = match nearest(column, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("leave it out, or carry it over with `--keep {column}`"),
            };
            Err(format!("the column `{column}` is no input of the book; {meant}"))
        }
        several => {
            let paths: Vec<String> = several.iter().map(|it| format!("`{}`", it.path)).collect();
            Err(format!("the column `{column}` can be {}; name it so", paths.join(" or ")))
        }
    }
}

/// Everything that a row can say. What several products call the same is one input.
fn inputs(book: &Book, products: &[&Product]) -> Vec<Sayable> {
    let fixed = [
        ("id", Target::Id),
        ("as_of", Target::AsOf),
        ("product", Target::Product),
        ("currency", Target::Currency),
        ("quantity", Target::Quantity),
        ("reason", Target::Reason),
    ];
    let plain = |(name, target): (&str, Target)| Sayable {
        path: name.to_owned(),
        bare: name.to_owned(),
        target,
        form: TextForm::Plain,
    };
    let mut all: Vec<Sayable> = fixed.into_iter().map(plain).collect();
    let mut known = HashSet::new();
    let mut add = |owner: &str, name: &Name, ty: &Ty, target: Target| {
        let path = format!("{owner}{name}");
        if known.insert(path.clone()) {
            // The field of a context has no shorter name.
            let bare = if matches!(target, Target::Context(..)) { path.clone() } else { name.to_string() };
            all.push(Sayable { path, bare, target, form: form(ty) });
        }
    };
    for option in products.iter().flat_map(|product| &product.options) {
        let (name, ty) = (&option.name, &option.ty);
        match option.with_line {
            true => add("line.", name, ty, Target::OfLine(name.clone())),
            false => add("options.", name, ty, Target::Option(name.clone())),
        }
    }
    let concerns =
        |target: &Name| products.iter().any(|it| it.name == *target || it.family.as_ref() == Some(target));
    for entry in book.prices.iter().filter(|price| concerns(&price.target)).flat_map(|price| &price.entries) {
        add("line.", &entry.name, &entry.ty, Target::OfLine(entry.name.clone()));
    }
    for input in book.facts.iter().map(|it| &**it).chain(&book.quote.entries) {
        add("", &input.name, &input.ty, Target::OfQuote(input.name.clone()));
    }
    let mut figure = |name: &Name, ty: &Ty| {
        add("market.", name, ty, Target::Market(name.clone()));
        add("market.", &format!("{name}.date").into(), &Ty::Date, Target::MarketDate(name.clone()));
    };
    for Index { input, .. } in book.indexes.iter().map(AsRef::as_ref) {
        figure(&input.name, &input.ty);
    }
    for rate in &book.exchanges {
        figure(&format!("{}/{}", rate.from, rate.to).into(), &Ty::number(NumberKind::Plain));
    }
    for context in &book.contexts {
        for field in &context.fields {
            let target = Target::Context(context.name.clone(), field.name.clone());
            add(&format!("{}.", context.name), &field.name, &field.ty, target);
        }
    }
    if all.iter().all(|it| it.bare != ERROR) {
        all.push(plain((ERROR, Target::Refused)));
    }
    all
}

fn form(ty: &Ty) -> TextForm {
    match ty.required() {
        Ty::Bool => TextForm::Flag,
        Ty::Set(_) => TextForm::Set,
        _ => TextForm::Plain,
    }
}
