//! Random books and requests. Every book is one that the compiler has to accept.

mod aggregate;
mod approval;
mod expr;
mod gift;
mod input;
mod overlap;
mod part;
mod price;
mod product;
mod quote;
mod request;
mod source;
mod table;
mod tier;

use crate::model::{Book, Expr, Input, Ty};
use crate::number::{Q, whole};
use crate::random::Random;

pub use request::request;

/// A random book.
pub fn book(random: &mut Random) -> Book {
    let (currency, places) =
        *random.pick(&[("EUR", 2), ("EUR", 2), ("CNY", 2), ("JPY", 0), ("KWD", 3), ("USD", 4), ("CNY", 0)]);
    let mut book = Book { currency: currency.to_owned(), places, ..Book::default() };
    if random.chance(12) {
        let count = random.between(2, 3) as usize;
        let some = random.some(&[("EUR", 2), ("USD", 3), ("CNY", 2), ("JPY", 0)], count);
        book.currencies = some.into_iter().map(|(code, places)| (code.to_owned(), places)).collect();
        (book.currency, book.places) = ("money".to_owned(), 2);
    }
    let mut maker = Maker {
        random,
        book,
        serial: 0,
        product: String::new(),
        readable: Vec::new(),
        book_is_charged: false,
    };
    maker.inputs();
    maker.exchange();
    maker.products();
    maker.quote();
    maker.approvals();
    maker.book
}

/// Makes a book, piece by piece.
struct Maker<'a> {
    random: &'a mut Random,
    book: Book,
    serial: usize,
    /// The product that is being made.
    product: String,
    /// Tables and schemes that are there, to be read again.
    readable: Vec<Readable>,
    /// The quote has a charge so far.
    book_is_charged: bool,
}

/// A table or a tier scheme with the names that it was made for.
struct Readable {
    expr: Expr,
    result: Ty,
    names: Vec<String>,
    open: Open,
}

/// Whether a number always has a last decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Ends,
    /// A quotient or an average rate stands in the expression itself.
    Quotient,
    /// It reads something that may have no end.
    Hidden,
}

/// Something that an expression can read in a place.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    ty: Ty,
    /// Numbers: the least value, in the unit; none where it may be negative.
    low: Option<Q>,
    high: Q,
    optional: bool,
    open: Open,
    /// How a table's key speaks of it.
    path: Option<String>,
    /// The input behind it, whose values are known.
    input: Option<Input>,
    /// What it is called in the whole book: the quantity of each product is another one.
    home: String,
    /// It has no name, and is written out.
    expr: Option<Expr>,
}

/// What can be read somewhere, and what an amount is there.
#[derive(Clone, Debug, Default)]
struct Place {
    known: Vec<Known>,
    /// The unit of amounts: `EUR`, `EUR/kg`.
    money: String,
    /// Steps that `applied` can speak of.
    steps: Vec<String>,
    /// Members of groups: they are read by name only when the section is done.
    members: Vec<String>,
    /// There is no `unit.x` or `line.x` here that could be anything but an amount.
    running: bool,
    /// What can be gone through.
    sources: Vec<source::Elements>,
}

impl Known {
    fn number(name: impl Into<String>, ty: Ty, low: i64, high: i64) -> Known {
        let name = name.into();
        Known {
            home: name.clone(),
            name,
            ty,
            low: Some(whole(low)),
            high: whole(high),
            optional: false,
            open: Open::Ends,
            path: None,
            input: None,
            expr: None,
        }
    }

    fn read(&self) -> Expr {
        self.expr.clone().unwrap_or_else(|| Expr::Read(self.name.clone()))
    }

    /// A field of a context.
    fn is_of_context(&self) -> bool {
        self.expr.is_none() && self.name.contains('.')
    }
}

impl Maker<'_> {
    /// A name that nothing else in the book has.
    fn name(&mut self, kind: &str) -> String {
        self.serial += 1;
        format!("{kind}{}", self.serial)
    }

    fn currency(&self) -> String {
        self.book.currency.clone()
    }

    fn money_type(&self) -> Ty {
        Ty::Measure(self.book.currency.clone())
    }
}
