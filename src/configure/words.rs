//! Slots, values, choices and rules in words, as people and as requests write them.

use super::choice::Choice;
use super::model::{Model, RuleInfo};
use super::slot::{Interval, Possible, SlotId, Wanted};
use crate::eval::{Day, set_holds};
use crate::ir::{Domain, EnumTy, NumberKind, Period, Ty, Value};
use crate::value::Exact;

/// What is said of a model.
#[derive(Clone, Debug)]
pub struct Words<'m> {
    model: &'m Model,
    day: Day,
}

/// How a value without a value is written: in a choice, and for people.
pub const ABSENT: &str = "absent";

/// From so many numbers on a run is said by its ends.
const SHORTEST_RUN: usize = 3;

impl<'m> Words<'m> {
    /// Words about a model. `currency` is the position of the request's currency in the book's.
    pub fn new(model: &'m Model, currency: u16) -> Words<'m> {
        let rates = vec![None; model.plan.book().exchanges.len()];
        Words { model, day: Day { as_of: model.day, currency, rates } }
    }

    /// The day that amounts are shown for.
    pub fn day(&self) -> &Day {
        &self.day
    }

    /// The path of a slot.
    pub fn path(&self, slot: SlotId) -> &'m str {
        self.model.slot(slot).map_or("", |slot| &slot.path)
    }

    /// A slot for people: its label, with the part that it belongs to.
    pub fn slot(&self, id: SlotId) -> String {
        let Some(slot) = self.model.slot(id) else { return String::new() };
        let Some(label) = &slot.label else { return slot.path.to_string() };
        match slot.path.rsplit_once('.') {
            Some((part, _)) if part.ends_with(']') => format!("{part} {label}"),
            _ => label.to_string(),
        }
    }

    /// A value as a request writes it: `160 tf`, `h_frame`, `8%`, `[light_curtain]`, `absent`.
    pub fn written(&self, id: SlotId, value: &Value) -> String {
        let Some(slot) = self.model.slot(id) else { return String::new() };
        match value {
            Value::Absent => ABSENT.into(),
            Value::Text(text) => text.to_string(),
            Value::Row(_) => unquoted(self.model.plan.show(&self.day, value, &slot.ty).to_string()),
            value => self.model.plan.show(&self.day, value, &slot.ty).to_string(),
        }
    }

    /// A value for people: its label where it has one.
    pub fn value(&self, id: SlotId, value: &Value) -> String {
        let Some(slot) = self.model.slot(id) else { return String::new() };
        match (value, slot.ty.required(), &slot.domain) {
            (Value::Bool(truth), _, _) => if *truth { "yes" } else { "no" }.into(),
            (Value::Choice(at), Ty::Choice(of), _) => element(of, *at),
            (Value::Set(0), _, _) => "–".into(),
            (Value::Set(set), Ty::Set(of), _) => {
                let held = (0..of.values.len()).filter(|at| set_holds(*set, *at));
                let names = held.filter_map(|at| u16::try_from(at).ok()).map(|at| element(of, at));
                names.collect::<Vec<_>>().join(", ")
            }
            (Value::Number(number), _, Domain::Numbers(listed)) => {
                let label = listed.iter().find(|(it, _)| it == number).and_then(|(_, label)| label.as_ref());
                label.map_or_else(|| self.written(id, value), |label| label.to_string())
            }
            _ => self.written(id, value),
        }
    }

    /// An element of a set for people.
    pub fn element(&self, id: SlotId, at: u16) -> String {
        match self.model.slot(id).map(|slot| slot.ty.required()) {
            Some(Ty::Set(of)) => element(of, at),
            _ => String::new(),
        }
    }

    /// An element of a set as a request writes it.
    pub fn element_key(&self, id: SlotId, at: u16) -> String {
        match self.model.slot(id).map(|slot| slot.ty.required()) {
            Some(Ty::Set(of)) => {
                of.values.get(usize::from(at)).map_or(String::new(), |it| it.key.to_string())
            }
            _ => String::new(),
        }
    }

    /// What is wanted of a slot, for people: `Force = 160 tf`, `Extras with Light curtain`.
    pub fn wanted(&self, id: SlotId, wanted: &Wanted) -> String {
        let (slot, asked) = (self.slot(id), self.asked(id, wanted));
        match wanted {
            Wanted::Value(_) | Wanted::OneOf(_) | Wanted::Between { from: Some(_), to: Some(_) } => {
                format!("{slot} = {asked}")
            }
            Wanted::Between { from: None, to: None } | Wanted::Present => format!("{slot} with {asked}"),
            Wanted::Between { .. } | Wanted::With(_) | Wanted::Without(_) => format!("{slot} {asked}"),
            Wanted::Absent => format!("no {slot}"),
        }
    }

    /// The same beside the name of the slot: `160 tf`, `63 tf or 100 tf`, `>= 100 tf`, `with Light curtain`.
    pub fn asked(&self, id: SlotId, wanted: &Wanted) -> String {
        let value = |value: &Value| self.value(id, value);
        let number = |number: &Exact| value(&Value::Number(number.clone()));
        match wanted {
            Wanted::Value(it) => value(it),
            Wanted::OneOf(all) => all.iter().map(value).collect::<Vec<_>>().join(" or "),
            Wanted::Between { from: Some(from), to: Some(to) } => {
                format!("{} to {}", number(from), number(to))
            }
            Wanted::Between { from: Some(from), to: None } => format!(">= {}", number(from)),
            Wanted::Between { from: None, to: Some(to) } => format!("<= {}", number(to)),
            Wanted::Between { from: None, to: None } | Wanted::Present => "some value".into(),
            Wanted::With(at) => format!("with {}", self.element(id, *at)),
            Wanted::Without(at) => format!("without {}", self.element(id, *at)),
            Wanted::Absent => ABSENT.into(),
        }
    }

    /// What is wanted of a slot, as it is typed: `force=160 tf`, `extras with light_curtain`.
    pub fn typed(&self, id: SlotId, wanted: &Wanted) -> String {
        let slot = self.path(id);
        let value = |value: &Value| self.written(id, value);
        let number = |number: &Exact| value(&Value::Number(number.clone()));
        match wanted {
            Wanted::Value(it) => format!("{slot}={}", value(it)),
            Wanted::OneOf(all) => {
                format!("{slot}={}", all.iter().map(value).collect::<Vec<_>>().join(" | "))
            }
            Wanted::Between { from: Some(from), to: Some(to) } => {
                format!("{slot}={} to {}", number(from), number(to))
            }
            Wanted::Between { from: Some(from), to: None } => format!("{slot}>={}", number(from)),
            Wanted::Between { from: None, to: Some(to) } => format!("{slot}<={}", number(to)),
            Wanted::Between { from: None, to: None } | Wanted::Present => format!("{slot}=any"),
            Wanted::With(at) => format!("{slot} with {}", self.element_key(id, *at)),
            Wanted::Without(at) => format!("{slot} without {}", self.element_key(id, *at)),
            Wanted::Absent => format!("{slot}={ABSENT}"),
        }
    }

    /// A choice for people.
    pub fn choice(&self, choice: &Choice) -> String {
        self.wanted(choice.slot, &choice.wanted)
    }

    /// A rule for people: the author's words, else the rule as written; with the part that it speaks of.
    pub fn rule(&self, rule: &RuleInfo) -> String {
        let text = rule.because.as_ref().unwrap_or(&rule.text);
        match &rule.within {
            Some(part) => format!("{part}: {text}"),
            None => text.to_string(),
        }
    }

    /// What a slot can be, in words: values one by one, ranges as ranges.
    pub fn possible(&self, id: SlotId, possible: &Possible) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(possible.absent.then(|| ABSENT.to_owned()));
        words.extend(self.in_runs(id, &possible.values));
        words.extend(possible.intervals.iter().map(|interval| self.interval(id, interval)));
        words.extend(possible.days.iter().map(|days| self.days(days)));
        words.extend(possible.others.iter().map(|others| {
            match (&*others.beginning, others.not.is_empty()) {
                ("", true) => "any text".to_owned(),
                ("", false) => "any other text".to_owned(),
                (beginning, _) => format!("texts that begin with \"{beginning}\""),
            }
        }));
        words
    }

    /// Values one by one; numbers that follow each other on the steps of a range as one.
    fn in_runs(&self, id: SlotId, values: &[Value]) -> Vec<String> {
        let slot = self.model.slot(id);
        let step = match slot.map(|slot| (&slot.domain, slot.ty.required())) {
            Some((Domain::Range { step: Some(step), .. }, _)) => step,
            Some((Domain::Range { step: None, .. } | Domain::All, Ty::Number(of)))
                if of.kind == NumberKind::Int =>
            {
                &Exact::ONE
            }
            _ => return values.iter().map(|value| self.value(id, value)).collect(),
        };
        let mut runs: Vec<(&Exact, &Exact, usize)> = Vec::new();
        for value in values {
            let Value::Number(number) = value else { continue };
            match runs.last_mut() {
                Some((_, last, count)) if last.checked_add(step).as_ref() == Ok(number) => {
                    (*last, *count) = (number, *count + 1);
                }
                _ => runs.push((number, number, 1)),
            }
        }
        let single = |number: &Exact| self.value(id, &Value::Number(number.clone()));
        let mut words = Vec::with_capacity(runs.len());
        for (from, to, count) in runs {
            if count < SHORTEST_RUN {
                words.push(single(from));
                words.extend((count == 2).then(|| single(to)));
                continue;
            }
            words.push(self.interval(
                id,
                &Interval {
                    from: Some(from.clone()),
                    from_included: true,
                    to: Some(to.clone()),
                    to_included: true,
                    step: Some(step.clone()),
                },
            ));
        }
        words
    }

    /// An interval in words: `100 mm to 800 mm in steps of 50 mm`.
    pub fn interval(&self, id: SlotId, interval: &Interval) -> String {
        let number = |number: &Exact| self.written(id, &Value::Number(number.clone()));
        let above = if interval.from_included { "from" } else { "above" };
        let (below, to) = if interval.to_included { ("up to", "to") } else { ("below", "to below") };
        let text = match (&interval.from, &interval.to) {
            (Some(from), Some(to)) if from == to => return number(from),
            (Some(from), Some(end)) if interval.from_included => {
                format!("{} {to} {}", number(from), number(end))
            }
            (Some(from), Some(end)) => format!("{above} {} {to} {}", number(from), number(end)),
            (Some(from), None) => format!("{above} {} on", number(from)),
            (None, Some(end)) => format!("{below} {}", number(end)),
            (None, None) => "any number".to_owned(),
        };
        let counts = |step: &Exact| *step == Exact::ONE && number(step) == "1";
        match &interval.step {
            // Whole numbers go without saying, whole centimetres do not.
            Some(step) if !counts(step) => format!("{text} in steps of {}", number(step)),
            _ => text,
        }
    }

    fn days(&self, days: &Period) -> String {
        match (days.from, days.to) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(to)) => format!("up to {to}"),
            (None, None) => "any day".to_owned(),
        }
    }
}

fn element(of: &EnumTy, at: u16) -> String {
    let value = of.values.get(usize::from(at));
    value.map_or(String::new(), |it| it.label.as_ref().unwrap_or(&it.key).to_string())
}

/// A text without the quotes that it is shown in.
fn unquoted(text: String) -> String {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.to_owned(),
        None => text,
    }
}
