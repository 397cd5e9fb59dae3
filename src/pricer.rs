//! One product priced quote after quote, with all figures at once and words on demand.

use std::fmt;

use crate::columns::{self, Block, Program};
use crate::eval::{Cell, Facts, Field, FieldOf, Given};
use crate::ir::{Builtin, Input, Level, Name, Place, Product, Value};
use crate::quote::{self, Entry, Quote, Request, Status, outside_book};
use crate::value::{Date, Exact};
use crate::{Book, RequestErrors};

/// A product of a book on a day, made ready for many quotes of one line.
///
/// It works out the same figures as [`Book::quote`], many times faster, and leaves the words for when somebody
/// asks for them. What it does not do exactly like [`Book::quote`] it does not do at all: see
/// [`Asked::price`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tarif::ir::Level;
/// use tarif::{Request, Scratch};
///
/// let book = tarif::Book::from_files([
///     ("book.tarif", "book shop { currency EUR effective 2026-01-01 to 2026-12-31 }"),
///     ("pen.tarif", r#"product pen { quantity 1 to 100 }
///                      price pen {
///                        per unit { list = 2.50 EUR }
///                        per line {
///                          less rebate = 10% of running  when quantity >= 10  because "by the box"
///                        }
///                      }"#),
/// ])?;
/// let pens = book.pricer("pen", "2026-02-10", None)?;
/// let request = Request::from_json(
///     r#"{ "as_of": "2026-02-10", "lines": [{ "product": "pen", "quantity": 20 }] }"#,
/// )?;
/// let asked = pens.read(&request)?;
/// let mut scratch = Scratch::default();
/// match asked.price(&mut scratch) {
///     Some(record) => {
///         assert_eq!(record.net(Level::Line).map(|net| net.to_string()).as_deref(), Some("45"));
///         let rebate = record.step(Level::Line, "rebate").expect("the waterfall has it");
///         assert_eq!(tarif::value::Exact::from(rebate.amount), tarif::value::Exact::from(-5));
///         assert!(rebate.applied);
///         // In words, worked out when asked for.
///         let entry = record.explain(Level::Line, "rebate").expect("the waterfall has it");
///         assert_eq!(entry.because.as_deref(), Some("by the box"));
///         assert_eq!(record.quote(), book.quote(&request)?);
///     }
///     // A quote that only the evaluator makes.
///     None => println!("{}", book.to_json(&asked.quote())),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pricer<'b> {
    book: &'b Book,
    program: Program,
    product: u32,
    currency: u16,
    /// Where the facts of a request have what the program reads, port by port.
    sources: Vec<Source>,
}

/// A request held against the book: every name known, every value of its type.
#[derive(Clone, Debug)]
pub struct Asked<'p> {
    pricer: &'p Pricer<'p>,
    request: Request,
    facts: Facts,
    block: Block,
}

/// Room that quotes are worked out in, again and again; one a thread.
pub type Scratch = columns::Scratch;

/// A quote as figures: everything is there, and nothing is copied or put into words before it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    asked: &'a Asked<'a>,
    figures: columns::Record<'a>,
}

/// Why a product cannot be priced so; [`Book::quote`] does it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPriced {
    /// What stands in the way, in a few words.
    pub what: String,
}

impl fmt::Display for NotPriced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

impl std::error::Error for NotPriced {}

/// Where facts have a value.
#[derive(Clone, Copy, Debug)]
struct Source {
    at: At,
    has_default: bool,
}

#[derive(Clone, Copy, Debug)]
enum At {
    Day,
    Input(usize),
    Quantity,
    Option(usize),
    Entry(usize),
    OfQuote(usize),
}

/// What every record has beside its steps, in the order of the program's fields.
const FIGURES: [(Level, Builtin); 10] = [
    (Level::Unit, Builtin::List),
    (Level::Unit, Builtin::Cost),
    (Level::Unit, Builtin::Net),
    (Level::Line, Builtin::List),
    (Level::Line, Builtin::Cost),
    (Level::Line, Builtin::Net),
    (Level::Line, Builtin::Margin),
    (Level::Quote, Builtin::List),
    (Level::Quote, Builtin::Cost),
    (Level::Quote, Builtin::Net),
];

/// The fields behind the figures.
const MORE: [(&str, FieldOf); 4] = [
    ("total", FieldOf::Total),
    ("status", FieldOf::Status),
    ("violations", FieldOf::Violations),
    ("approvals", FieldOf::Approvals),
];

const TOTAL: usize = FIGURES.len();
const STATUS: usize = TOTAL + 1;
const VIOLATIONS: usize = TOTAL + 2;
const APPROVALS: usize = TOTAL + 3;

impl Book {
    /// A product made ready for many quotes of one line on a day, in a currency of the book; in its first where
    /// none is said.
    ///
    /// # Errors
    ///
    /// Where the book has no such product or currency, makes no quotes on the day, or the product has rules that
    /// only [`Book::quote`] works out.
    pub fn pricer(&self, product: &str, day: &str, currency: Option<&str>) -> Result<Pricer<'_>, NotPriced> {
        let refuse = |what: String| NotPriced { what };
        let (plan, book) = (self.plan(), self.ir());
        let at =
            plan.find_product(product).ok_or_else(|| refuse(format!("the book sells no `{product}`")))?;
        let day = Date::parse(day).map_err(|error| refuse(format!("`{day}` {error}")))?;
        if let Some(error) = outside_book(book, day) {
            return Err(refuse(error.message));
        }
        let currency = match currency {
            None => Some(0),
            Some(code) => book.currencies.iter().position(|known| **known == *code),
        };
        let Some(currency) = currency.and_then(|at| u16::try_from(at).ok()) else {
            return Err(refuse("the book has no such currency".to_owned()));
        };
        let figures = FIGURES.map(|(level, figure)| ("", FieldOf::Figure { level, figure }));
        let fields = figures.into_iter().chain(MORE).map(|(name, of)| Field { name: name.into(), of });
        let fields: Vec<Field> = fields.collect();
        let program = Program::with_steps(plan, at, day, currency, &fields);
        let program = program.map_err(|error| refuse(error.what))?;
        let source = |place: &Place| self.source(at, place);
        let sources: Option<Vec<Source>> = program.inputs().iter().map(|port| source(&port.place)).collect();
        let sources = sources.ok_or_else(|| refuse("an input of a rare kind".to_owned()))?;
        Ok(Pricer { book: self, program, product: at, currency, sources })
    }

    /// Where the facts of a request for a product have what a place holds.
    fn source(&self, product: u32, place: &Place) -> Option<Source> {
        let (plan, book) = (self.plan(), self.ir());
        let planned = plan.product(product)?;
        let of: &Product = &planned.product;
        let entries = planned.price.as_deref().map_or(&[][..], |price| &price.entries);
        let named = |inputs: &'_ [Input], name: &Name| {
            let at = inputs.iter().position(|input| input.name == *name)?;
            Some((at, inputs.get(at)?.default.is_some()))
        };
        let (at, has_default) = match place {
            Place::AsOf => (At::Day, false),
            Place::Quantity => (At::Quantity, of.quantity.default.is_some()),
            Place::Member(name) => named(&of.options, name).map(|(at, default)| (At::Option(at), default))?,
            Place::Entry { level: Level::Quote, name } => {
                named(&book.quote.entries, name).map(|(at, default)| (At::OfQuote(at), default))?
            }
            Place::Entry { name, .. } => {
                named(entries, name).map(|(at, default)| (At::Entry(at), default))?
            }
            Place::Context { context, field } => {
                let context = book.contexts.iter().find(|it| it.name == *context)?;
                let (_, default) = named(&context.fields, field)?;
                (At::Input(plan.find_input(place)?), default)
            }
            Place::Fact(name) => {
                let fact = book.facts.iter().find(|it| it.name == *name)?;
                (At::Input(plan.find_input(place)?), fact.default.is_some())
            }
            Place::Index(_) => (At::Input(plan.find_input(place)?), false),
            _ => return None,
        };
        Some(Source { at, has_default })
    }
}

impl Pricer<'_> {
    /// Holds a request against the book, once for all that follows.
    ///
    /// # Errors
    ///
    /// What makes the request senseless, as [`Book::quote`] tells it.
    pub fn read(&self, request: &Request) -> Result<Asked<'_>, RequestErrors> {
        let facts = quote::facts(self.book.plan(), request).map_err(RequestErrors)?;
        let mut block = Block::new(&self.program, 1);
        block.reset(1);
        if self.fill(request, &facts, &mut block).is_none() {
            block.deferred.fill(true);
        }
        Ok(Asked { pricer: self, request: request.clone(), facts, block })
    }

    /// Puts what a request says into the lanes of the program; none where that is for the evaluator.
    fn fill(&self, request: &Request, facts: &Facts, block: &mut Block) -> Option<()> {
        let [line] = facts.lines.as_slice() else { return None };
        let fits = self.program.period().holds(facts.day.as_of)
            && facts.day.currency == self.currency
            && line.product == self.product
            && line.preset.is_none()
            && request.approved.is_empty();
        if !fits {
            return None;
        }
        let day = Value::Date(facts.day.as_of);
        for (at, (port, source)) in self.program.inputs().iter().zip(&self.sources).enumerate() {
            let value = match source.at {
                At::Day => Some(&day),
                At::Input(at) => match facts.inputs.get(at)? {
                    Cell::Known(value) => Some(value),
                    Cell::Gap(_) | Cell::Empty => None,
                },
                At::Quantity => said(&line.quantity)?,
                At::Option(at) => said(line.options.get(at)?)?,
                At::Entry(at) => said(line.entries.get(at)?)?,
                At::OfQuote(at) => said(facts.entries.get(at)?)?,
            };
            match value {
                None => {}
                // Left out on purpose, where silence would mean the default.
                Some(Value::Absent) if source.has_default => return None,
                Some(Value::Absent) => {}
                Some(value) => block.set(at, 0, port.lane_value(value)?),
            }
        }
        Some(())
    }

    /// How many instructions a quote takes.
    pub fn instructions(&self) -> usize {
        self.program.len()
    }
}

impl Asked<'_> {
    /// The figures of the quote; none where a rare value or rule leaves it to the evaluator, which
    /// [`Asked::quote`] asks. The record holds until the scratch is used again.
    pub fn price<'a>(&'a self, scratch: &'a mut Scratch) -> Option<Record<'a>> {
        let figures = self.pricer.program.record(&self.block, 0, scratch)?;
        Some(Record { asked: self, figures })
    }

    /// The whole quote, by the evaluator: what [`Book::quote`] gives.
    pub fn quote(&self) -> Quote {
        quote::of_facts(self.pricer.book.plan(), &self.request, self.facts.clone())
    }
}

/// What a request says of an input, if anything; none where it is for the evaluator.
fn said(given: &Given) -> Option<Option<&Value>> {
    match given {
        Given::Silent => Some(None),
        Given::Value(value) => Some(Some(value)),
        Given::Doubtful(..) | Given::Bad(_) | Given::Preset(_) => None,
    }
}

impl<'a> Record<'a> {
    /// What the steps of the waterfalls did, in their order: of a unit, of the line, of the quote.
    pub fn steps(self) -> impl Iterator<Item = columns::Recorded<'a>> {
        self.figures.steps()
    }

    /// What a step did; none where the waterfall does not have it.
    pub fn step(self, level: Level, name: &str) -> Option<columns::Recorded<'a>> {
        self.figures.step(level, name)
    }

    fn figure(self, level: Level, figure: Builtin) -> Option<Exact> {
        let at = FIGURES.iter().position(|it| *it == (level, figure))?;
        self.figures.figure(at).map(Exact::from)
    }

    /// The list price of a unit, of the line, of the quote.
    pub fn list(self, level: Level) -> Option<Exact> {
        self.figure(level, Builtin::List)
    }

    /// The cost; none where the product has none.
    pub fn cost(self, level: Level) -> Option<Exact> {
        self.figure(level, Builtin::Cost)
    }

    /// The price before tax.
    pub fn net(self, level: Level) -> Option<Exact> {
        self.figure(level, Builtin::Net)
    }

    /// (net − cost) / net of the line, rounded half to even to four places as the JSON shows it; none where net is
    /// zero.
    pub fn margin(self) -> Option<Exact> {
        self.figure(Level::Line, Builtin::Margin)
    }

    /// The end of the quote's waterfall.
    pub fn total(self) -> Option<Exact> {
        self.figures.figure(TOTAL).map(Exact::from)
    }

    /// How the quote stands.
    pub fn status(self) -> Status {
        let word = self.figures.names(STATUS).next().map_or("", |word| word);
        let all = [Status::Ok, Status::NeedsApproval, Status::Rejected];
        all.into_iter().find(|status| status.word() == word).unwrap_or(Status::Invalid)
    }

    /// The names of what is violated.
    pub fn violations(self) -> impl Iterator<Item = &'a Name> {
        self.figures.names(VIOLATIONS)
    }

    /// Who must sign, in the order of the route.
    pub fn approvals(self) -> impl Iterator<Item = &'a Name> {
        self.figures.names(APPROVALS)
    }

    /// The whole quote with its explanation, equal to that of [`Book::quote`]. It is worked out now, by the
    /// evaluator.
    pub fn quote(self) -> Quote {
        self.asked.quote()
    }

    /// A step in words: its formula, what that read, the rows of tables and tiers that it met, why it did not
    /// count. It is worked out now, as [`Record::quote`] is.
    pub fn explain(self, level: Level, step: &str) -> Option<Entry> {
        let mut quote = self.quote();
        let mut line = quote.lines.drain(..).next();
        let entries = match level {
            Level::Unit => line.as_mut()?.unit.take()?.entries,
            Level::Line => std::mem::take(&mut line.as_mut()?.line.entries),
            Level::Quote => quote.totals.section.entries,
        };
        entries.into_iter().find(|entry| *entry.step == *step)
    }
}
