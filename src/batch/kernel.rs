//! Programs with all that it takes to fill their lanes, made when they are first needed and kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::lanes::Filler;
use super::mapping::Target;
use crate::columns::{Lane, Port, Program};
use crate::eval::{Field, Plan};
use crate::ir::{Level, Name, Place};
use crate::value::Date;
use crate::wire::{Form, Shape};

/// The slots of a request that are no lanes.
pub(super) const ID: usize = 0;
pub(super) const AS_OF: usize = 1;
pub(super) const PRODUCT: usize = 2;
pub(super) const CURRENCY: usize = 3;
/// The first slot that is a lane: slot `LANES + n` is lane n.
pub(super) const LANES: usize = 4;

/// A program, and how its lanes are filled.
#[derive(Debug)]
pub(super) struct Kernel {
    pub product: u32,
    pub currency: u16,
    pub program: Program,
    /// One for each lane.
    pub fillers: Vec<Filler>,
    /// Where a JSON request says what goes into the slots.
    pub shape: Shape,
}

impl Kernel {
    /// Whether it is for this product and currency on this day.
    pub fn is_for(&self, product: u32, currency: u16, day: Date) -> bool {
        self.product == product && self.currency == currency && self.program.period().holds(day)
    }
}

/// What is known of a product in a currency on some days.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Kernel(Arc<Kernel>),
    /// It cannot be worked out in columns.
    Never(Arc<str>),
}

/// All kernels made so far.
#[derive(Debug, Default)]
pub(super) struct Kernels {
    made: Mutex<HashMap<(u32, u16), Made>>,
}

/// What was made for a product in a currency.
#[derive(Debug)]
enum Made {
    /// One kernel for each period that rows fell into.
    Kernels(Vec<Arc<Kernel>>),
    Never(Arc<str>),
}

impl Kernels {
    /// The kernel of a product on a day of the book.
    pub fn get(&self, plan: &Plan, fields: &[Field], product: u32, currency: u16, day: Date) -> Found {
        // A program is made in one piece; one that was interrupted is not in the list.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.entry((product, currency)).or_insert_with(|| Made::Kernels(Vec::new()));
        let kernels = match made {
            Made::Never(reason) => return Found::Never(reason.clone()),
            Made::Kernels(kernels) => kernels,
        };
        if let Some(kernel) = kernels.iter().find(|it| it.is_for(product, currency, day)) {
            return Found::Kernel(kernel.clone());
        }
        match Program::new(plan, product, day, currency, fields) {
            Ok(program) => {
                let fillers =
                    program.inputs().iter().map(|port| Filler::new(plan, port, day, currency)).collect();
                let shape = shape(plan, &program);
                let kernel = Arc::new(Kernel { product, currency, program, fillers, shape });
                kernels.push(kernel.clone());
                Found::Kernel(kernel)
            }
            Err(unsupported) => {
                let reason: Arc<str> = unsupported.what.into();
                *made = Made::Never(reason.clone());
                Found::Never(reason)
            }
        }
    }
}

fn shape(plan: &Plan, program: &Program) -> Shape {
    let fixed = [vec!["id"], vec!["as_of"], vec!["lines", "[]", "product"], vec!["currency"]];
    let fixed = fixed.into_iter().map(|path| (path, Form::Plain));
    let lanes = program.inputs().iter().map(|port| {
        let form = match (&port.place, &port.lane) {
            (Place::Index(_), _) => Form::Figure,
            (_, Lane::Number { .. }) => Form::Number,
            (_, Lane::Set) => Form::List,
            _ => Form::Plain,
        };
        (path(plan, &port.place), form)
    });
    // A line may have an id, which nobody asks for.
    let line = std::iter::once((vec!["lines", "[]", "id"], Form::Plain));
    Shape::new(fixed.chain(lanes).chain(line))
}

/// How many slots a program has.
pub(super) fn slots(program: &Program) -> usize {
    LANES + program.inputs().len() + 1
}

/// Where a JSON request says something.
fn path<'p>(plan: &'p Plan, place: &'p Place) -> Vec<&'p str> {
    let is_given = |name: &Name| {
        let mut options = plan.book().products.iter().flat_map(|product| &product.options);
        options.any(|option| option.name == *name && option.with_line)
    };
    match place {
        Place::AsOf => vec!["as_of"],
        Place::Currency => vec!["currency"],
        Place::Context { context, field } => vec![context, field],
        Place::Fact(name) | Place::Entry { level: Level::Quote, name } => vec![name],
        Place::Index(name) => vec!["market", name],
        Place::Quantity => vec!["lines", "[]", "quantity"],
        Place::Member(name) if is_given(name) => vec!["lines", "[]", name],
        Place::Member(name) => vec!["lines", "[]", "options", name],
        Place::Entry { name, .. } => vec!["lines", "[]", name],
        _ => Vec::new(),
    }
}

/// Whether a column of a file says what a port reads.
pub(super) fn is_of(target: &Target, port: &Port) -> bool {
    match (target, &port.place) {
        (Target::AsOf, Place::AsOf) | (Target::Quantity, Place::Quantity) => true,
        (Target::Option(name) | Target::OfLine(name), Place::Member(of)) => name == of,
        (Target::OfLine(name), Place::Entry { level: Level::Line, name: of }) => name == of,
        (Target::OfQuote(name), Place::Fact(of) | Place::Entry { level: Level::Quote, name: of }) => {
            name == of
        }
        (Target::Context(context, field), Place::Context { context: of, field: of_field }) => {
            context == of && field == of_field
        }
        (Target::Market(name), Place::Index(of)) => name == of,
        _ => false,
    }
}
