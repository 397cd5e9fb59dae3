//! Names become slots: where each input and figure is kept while a quote is made.

use std::collections::HashMap;

use super::fault::Gap;
use crate::ir::{Book, Builtin, Guide, Level, Name, Place, Price, Product, Step, Value};

/// What is known of an input or a figure.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// It was not worked out yet.
    #[default]
    Empty,
    /// Its value.
    Known(Value),
    /// It has none, for this reason.
    Gap(Gap),
}

impl Clone for Cell {
    // Most cells hold numbers, and all those of a line are copied for whoever tries others.
    #[inline]
    fn clone(&self) -> Cell {
        match self {
            Cell::Known(Value::Number(number)) => Cell::Known(Value::Number(number.clone())),
            Cell::Known(value) => Cell::Known(value.clone()),
            Cell::Gap(gap) => Cell::Gap(gap.clone()),
            Cell::Empty => Cell::Empty,
        }
    }
}

impl Cell {
    /// What came of working something out.
    pub(super) fn of(outcome: Result<Value, Gap>) -> Cell {
        match outcome {
            Ok(value) => Cell::Known(value),
            Err(gap) => Cell::Gap(gap),
        }
    }
}

/// Where cells are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Frame {
    /// What the request brought.
    Inputs,
    /// A line of the quote.
    Line,
    /// The quote.
    Quote,
}

/// A cell's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// In which frame.
    pub frame: Frame,
    /// At which position.
    pub at: u32,
}

/// The cells of a line that every product has.
pub(super) mod line {
    pub const QUANTITY: u32 = 0;
    pub const UNIT_RUNNING: u32 = 1;
    pub const RUNNING: u32 = 2;
    pub const UNIT_LIST: u32 = 3;
    pub const UNIT_COST: u32 = 4;
    pub const UNIT_NET: u32 = 5;
    pub const LIST: u32 = 6;
    pub const COST: u32 = 7;
    pub const NET: u32 = 8;
    pub const BUNDLE: u32 = 9;
    pub const FIRST_FREE: u32 = 10;
}

/// The cells of the quote that every book has.
pub(super) mod quote {
    pub const RUNNING: u32 = 0;
    pub const LIST: u32 = 1;
    pub const COST: u32 = 2;
    pub const NET: u32 = 3;
    pub const TOTAL: u32 = 4;
    pub const FIRST_FREE: u32 = 5;
}

/// The cells of the inputs that every book has.
pub(super) mod inputs {
    pub const AS_OF: u32 = 0;
    pub const CURRENCY: u32 = 1;
    pub const FIRST_FREE: u32 = 2;
}

/// A name that has a slot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Place(Place),
    Applied(Level, Name),
}

/// The slots of one frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    slots: HashMap<Key, u32>,
    len: u32,
}

/// The slots of a step: of its figure, and of whether it applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepSlots {
    pub figure: u32,
    pub applied: u32,
}

impl Layout {
    /// How many cells the frame has.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// The slot of an input or a figure; margins have none, they are worked out from others.
    pub fn find(&self, place: &Place) -> Option<u32> {
        self.slots.get(&Key::Place(place.clone())).copied()
    }

    /// The slot that says whether a step applied.
    pub fn find_applied(&self, level: Level, step: &Name) -> Option<u32> {
        self.slots.get(&Key::Applied(level, step.clone())).copied()
    }

    /// A new slot. A name that has one already keeps it, and the new slot goes without a name.
    fn add(&mut self, key: Key) -> u32 {
        let at = self.len;
        self.len += 1;
        self.slots.entry(key).or_insert(at);
        at
    }

    fn fix(&mut self, place: Place, at: u32) {
        self.slots.insert(Key::Place(place), at);
    }

    /// The slots of the next step: `list` and `net` are figures that are there already.
    pub fn add_step(&mut self, level: Level, step: &Step) -> StepSlots {
        let place = Place::Figure { level, name: step.name.clone() };
        let named = matches!(&*step.name, "list" | "net" | "total");
        let figure = match self.find(&place) {
            Some(at) if named => at,
            _ => self.add(Key::Place(place)),
        };
        StepSlots { figure, applied: self.add(Key::Applied(level, step.name.clone())) }
    }

    /// The slot of the line's share of a step of the quote.
    pub fn add_share(&mut self, step: &Name) -> u32 {
        self.add(Key::Place(Place::Figure { level: Level::Line, name: step.clone() }))
    }

    /// What a request brings besides lines.
    pub fn of_inputs(book: &Book) -> Layout {
        let mut layout = Layout { len: inputs::FIRST_FREE, ..Layout::default() };
        layout.fix(Place::AsOf, inputs::AS_OF);
        layout.fix(Place::Currency, inputs::CURRENCY);
        for context in &book.contexts {
            for field in &context.fields {
                layout.add(Key::Place(Place::Context {
                    context: context.name.clone(),
                    field: field.name.clone(),
                }));
            }
        }
        for fact in &book.facts {
            layout.add(Key::Place(Place::Fact(fact.name.clone())));
        }
        for index in &book.indexes {
            layout.add(Key::Place(Place::Index(index.input.name.clone())));
        }
        for entry in &book.quote.entries {
            layout.add(Key::Place(Place::Entry { level: Level::Quote, name: entry.name.clone() }));
        }
        layout
    }

    /// The figures of a quote, without its steps.
    pub fn of_quote() -> Layout {
        let mut layout = Layout { len: quote::FIRST_FREE, ..Layout::default() };
        let level = Level::Quote;
        layout.fix(Place::Running(level), quote::RUNNING);
        for (figure, name, at) in [
            (Builtin::List, "list", quote::LIST),
            (Builtin::Cost, "cost", quote::COST),
            (Builtin::Net, "net", quote::NET),
        ] {
            layout.fix(Place::Builtin { level, figure }, at);
            layout.fix(Place::Figure { level, name: name.into() }, at);
        }
        layout.fix(Place::Figure { level, name: "total".into() }, quote::TOTAL);
        layout
    }

    /// Where an option or a let of a product is kept, on lines and on pieces.
    pub fn member_slot(product: &Product, name: &Name) -> Option<u32> {
        let options = product.options.iter().map(|it| &it.name);
        let at = options.chain(product.lets.iter().map(|it| &it.name)).position(|it| it == name)?;
        line::FIRST_FREE.checked_add(u32::try_from(at).ok()?)
    }

    /// How many cells of a line hold what never changes once it is configured: options, lets and unit cost.
    pub fn configured(product: &Product) -> usize {
        (line::FIRST_FREE as usize) + product.options.len() + product.lets.len()
    }

    /// What is known of a line of a product, without its steps. The answers to a guide are never known on a
    /// line; they have slots so that the guide's formulas can be worked out.
    pub fn of_line(product: &Product, price: Option<&Price>, guide: Option<&Guide>) -> Layout {
        let mut layout = Layout { len: line::FIRST_FREE, ..Layout::default() };
        layout.fix(Place::Quantity, line::QUANTITY);
        layout.fix(Place::Bundle, line::BUNDLE);
        layout.fix(Place::Running(Level::Unit), line::UNIT_RUNNING);
        layout.fix(Place::Running(Level::Line), line::RUNNING);
        for (level, figure, name, at) in [
            (Level::Unit, Builtin::List, "list", line::UNIT_LIST),
            (Level::Unit, Builtin::Cost, "cost", line::UNIT_COST),
            (Level::Unit, Builtin::Net, "net", line::UNIT_NET),
            (Level::Line, Builtin::List, "list", line::LIST),
            (Level::Line, Builtin::Cost, "cost", line::COST),
            (Level::Line, Builtin::Net, "net", line::NET),
        ] {
            layout.fix(Place::Builtin { level, figure }, at);
            layout.fix(Place::Figure { level, name: name.into() }, at);
        }
        for name in product.options.iter().map(|it| &it.name).chain(product.lets.iter().map(|it| &it.name)) {
            layout.add(Key::Place(Place::Member(name.clone())));
        }
        for entry in price.map_or(&[][..], |price| &price.entries) {
            layout.add(Key::Place(Place::Entry { level: Level::Line, name: entry.name.clone() }));
        }
        for (level, components) in [(Level::Unit, &product.unit_cost), (Level::Line, &product.line_cost)] {
            for component in components {
                layout.add(Key::Place(Place::CostComponent { level, name: component.name.clone() }));
            }
        }
        for question in guide.map_or(&[][..], |guide| &guide.questions) {
            layout.add(Key::Place(Place::Answer(question.input.name.clone())));
        }
        layout
    }
}
