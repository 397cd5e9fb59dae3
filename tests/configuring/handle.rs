//! The crate's model of a book, with its slots, values and rules in the oracle's terms.

use std::sync::Arc;

use tarif::configure::{Choice, Completed, Model, Origin, Possible, RuleKind, Session, SlotId, Wanted};
use tarif::eval::{Day, Plan};
use tarif::ir::Value;
use tarif::logic::{Budget, RuleId};
use tarif::value::{Date, Exact};

use crate::ask::{Ask, Want};
use crate::brute::{Kind, Space};
use crate::model::{Book, Q, Slot, Val};
use crate::print;
use crate::random::Random;

/// A model and the way there and back.
pub struct Handle<'a> {
    pub book: &'a Book,
    pub space: &'a Space,
    pub model: Arc<Model>,
    /// The slots of the model that stand for those of the book; none where no rule reads an input.
    pub ids: Vec<Option<SlotId>>,
    /// The values of each slot in the crate's terms, beside its domain.
    values: Vec<Vec<(Val, Value)>>,
    /// The cause that each rule of the model is.
    causes: Vec<Option<usize>>,
}

impl<'a> Handle<'a> {
    /// The model of the product.
    pub fn new(book: &'a Book, space: &'a Space, plan: &Arc<Plan>) -> Result<Handle<'a>, String> {
        let day: Date = Date::parse("2026-02-02").map_err(|why| why.to_string())?;
        let model =
            Model::new(plan, print::PRODUCT, day, Budget::default()).map_err(|why| why.to_string())?;
        let ids: Vec<Option<SlotId>> = book.slots.iter().map(|slot| model.find(&slot.path())).collect();
        let value = |slot: usize, value: Val| match value {
            Val::Absent => Value::Absent,
            Val::Bool(truth) => Value::Bool(truth),
            Val::Pick(at) => Value::Choice(at.into()),
            Val::Set(set) => Value::Set(set.into()),
            Val::Num(number) => Value::Number(exact(number)),
            Val::Row(row) => {
                // Pieces choose no articles.
                let table = match book.slots[slot].ty {
                    crate::model::Ty::Row(table) => &book.tables[table].name,
                    _ => panic!("no articles"),
                };
                let as_of = Day { as_of: day, currency: 0, rates: Vec::new() };
                let key = Value::Text(Arc::from(print::key_of(row)));
                Value::Row(plan.row_of(&as_of, table, &key).expect("the article is in its table"))
            }
        };
        let values = (0..book.slots.len())
            .map(|at| book.slots[at].domain().into_iter().map(|own| (own, value(at, own))).collect())
            .collect();
        let causes = model.rules.iter().map(|rule| {
            let kind = match rule.kind {
                RuleKind::Constraint => Kind::Rule,
                RuleKind::Exists => Kind::Exists,
                RuleKind::Value => Kind::Value,
                _ => return None,
            };
            space.cause(kind, rule.within.as_deref(), rule.name.as_deref()?)
        });
        let causes = causes.collect();
        Ok(Handle { book, space, model: Arc::new(model), ids, values, causes })
    }

    /// The slots that the model has, in its order.
    pub fn slots(&self) -> Vec<usize> {
        let mut slots: Vec<usize> = (0..self.ids.len()).filter(|at| self.ids[*at].is_some()).collect();
        slots.sort_by_key(|at| self.ids[*at]);
        slots
    }

    /// The book's slot that stands for one of the model's.
    pub fn slot(&self, id: SlotId) -> Option<usize> {
        self.ids.iter().position(|own| *own == Some(id))
    }

    pub fn path(&self, slot: usize) -> String {
        self.book.slots[slot].path()
    }

    /// A value in the crate's terms.
    pub fn value(&self, slot: usize, value: Val) -> Value {
        let found = self.values[slot].iter().find(|(own, _)| *own == value);
        found
            .map(|(_, value)| value.clone())
            .unwrap_or_else(|| panic!("{value:?} is no value of slot {slot}"))
    }

    /// A value in the oracle's terms; none where the slot never has it.
    pub fn val(&self, slot: usize, value: &Value) -> Option<Val> {
        self.values[slot].iter().find(|(_, own)| own == value).map(|(val, _)| *val)
    }

    /// What is wanted, in the crate's terms.
    pub fn wanted(&self, slot: usize, want: &Want) -> Wanted {
        match want {
            Want::Is(value) => Wanted::Value(self.value(slot, *value)),
            Want::OneOf(values) => {
                Wanted::OneOf(values.iter().map(|value| self.value(slot, *value)).collect())
            }
            Want::Between(from, to) => Wanted::Between { from: from.map(exact), to: to.map(exact) },
            Want::With(element) => Wanted::With(u16::from(*element)),
            Want::Without(element) => Wanted::Without(u16::from(*element)),
            Want::Absent => Wanted::Absent,
            Want::Present => Wanted::Present,
            Want::Not(_) => panic!("nobody chooses what is not"),
        }
    }

    /// What the crate says is wanted, in the oracle's terms.
    pub fn want(&self, slot: usize, wanted: &Wanted) -> Option<Want> {
        Some(match wanted {
            Wanted::Value(value) => Want::Is(self.val(slot, value)?),
            Wanted::OneOf(values) => {
                Want::OneOf(values.iter().map(|value| self.val(slot, value)).collect::<Option<_>>()?)
            }
            Wanted::Between { from, to } => {
                Want::Between(from.as_ref().map(number_of), to.as_ref().map(number_of))
            }
            Wanted::With(element) => Want::With(u8::try_from(*element).ok()?),
            Wanted::Without(element) => Want::Without(u8::try_from(*element).ok()?),
            Wanted::Absent => Want::Absent,
            Wanted::Present => Want::Present,
        })
    }

    /// A choice that an answer names, in the oracle's terms.
    pub fn ask(&self, choice: &Choice) -> Result<Ask, String> {
        let slot = self.slot(choice.slot).ok_or("a choice about an unknown slot")?;
        let want =
            self.want(slot, &choice.wanted).ok_or_else(|| format!("a choice of {:?}", choice.wanted))?;
        let want = match choice.origin {
            Origin::Default => default_want(&self.book.slots[slot], want),
            _ => want,
        };
        Ok(Ask { slot, want, given: choice.origin == Origin::Given })
    }

    /// The bit of the cause that a rule is.
    pub fn cause(&self, rule: RuleId) -> Result<usize, String> {
        let found = self.causes.get(rule.0 as usize).copied().flatten();
        found.ok_or_else(|| {
            format!("the rule {:?} is none of the book", self.model.rules.get(rule.0 as usize))
        })
    }

    /// A session with the choices, made in any order, with some that are taken back.
    pub fn session(&self, asks: &[Ask], random: &mut Random) -> Result<Session, String> {
        let mut session = Session::new(self.model.clone());
        let slots = self.slots();
        for _ in 0..random.between(0, 2) {
            let slot = *random.pick(&slots);
            let value = *random.pick(&self.book.slots[slot].domain());
            let (path, value) = (self.path(slot), Wanted::Value(self.value(slot, value)));
            session.choose(&path, value).map_err(|why| why.to_string())?;
            session.retract(&path).map_err(|why| why.to_string())?;
        }
        let mut order: Vec<&Ask> = asks.iter().collect();
        random.shuffle(&mut order);
        for ask in order {
            let (path, wanted) = (self.path(ask.slot), self.wanted(ask.slot, &ask.want));
            let done = if ask.given { session.give(&path, wanted) } else { session.choose(&path, wanted) };
            done.map_err(|why| format!("{ask:?}: {why}"))?;
        }
        Ok(session)
    }

    /// Whether an answer about a slot says that a value can be had.
    pub fn can_be(&self, slot: usize, possible: &Possible, value: Val) -> bool {
        match self.value(slot, value) {
            Value::Absent => possible.absent,
            Value::Number(number) => {
                possible.values.contains(&Value::Number(number.clone()))
                    || possible.intervals.iter().any(|interval| lies_in(interval, &number))
            }
            value => possible.values.contains(&value),
        }
    }

    /// A whole configuration, in the oracle's terms; slots that the model has not keep the values of `world`.
    pub fn world(&self, slots: &[Completed], world: &[Val]) -> Result<Vec<Val>, String> {
        let mut world = world.to_vec();
        for one in slots {
            let slot = self.slot(one.slot).ok_or("an unknown slot is completed")?;
            world[slot] = self.val(slot, &one.value).ok_or_else(|| {
                format!("`{}` is completed with {:?}, which it never has", self.path(slot), one.value)
            })?;
        }
        Ok(world)
    }
}

/// What a default asks: an option that does not exist does not go against its default.
pub fn default_want(slot: &Slot, want: Want) -> Want {
    match (slot.when.is_some() || slot.conditional, want) {
        (true, Want::Is(value)) => Want::OneOf(vec![value, Val::Absent]),
        (true, Want::Without(element)) => Want::Not(Box::new(Want::With(element))),
        (_, want) => want,
    }
}

fn lies_in(interval: &tarif::configure::Interval, number: &Exact) -> bool {
    let above = interval
        .from
        .as_ref()
        .is_none_or(|from| if interval.from_included { from <= number } else { from < number });
    let below =
        interval.to.as_ref().is_none_or(|to| if interval.to_included { number <= to } else { number < to });
    let on_step = match (&interval.step, &interval.from) {
        (Some(step), Some(from)) => {
            let steps = number.checked_sub(from).and_then(|above| above.checked_div(step));
            steps.is_ok_and(|steps| steps.is_integer())
        }
        _ => true,
    };
    above && below && on_step
}

/// A number in the crate's terms.
pub fn exact(number: Q) -> Exact {
    Exact::ratio(*number.numer(), *number.denom()).expect("a small number")
}

/// A number in the oracle's terms.
pub fn number_of(number: &Exact) -> Q {
    let text = number.to_fraction_text();
    let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
    let part = |text: &str| -> Q {
        let text = text.trim();
        let (whole, places) = match text.split_once('.') {
            Some((whole, places)) => (format!("{whole}{places}"), places.len() as u32),
            None => (text.to_owned(), 0),
        };
        Q::new(whole.parse().expect("a small number"), 10_i64.pow(places))
    };
    part(numerator) / part(denominator)
}
