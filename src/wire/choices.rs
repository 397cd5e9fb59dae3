//! Choices as people type them, `force=160 tf`, and as requests write them.

use crate::configure::{Model, NotChosen, Shape, Slot, SlotId, SlotKind, Wanted, Words};
use crate::diagnostic::{codes, nearest};
use crate::ir::{Domain, Input, Name, Ty, Value};
use crate::logic::ValueSet;
use crate::quote::{Raw, Request, RequestError, read_value};

/// A path, and what is wanted of it.
pub type Asked = (String, Wanted);

/// Reads choices for one model.
#[derive(Clone, Debug)]
pub struct ChoiceReader<'m> {
    pub(super) model: &'m Model,
    pub(super) words: Words<'m>,
}

impl<'m> ChoiceReader<'m> {
    /// A reader of choices. `currency` is the position of the request's currency in the book's.
    pub fn new(model: &'m Model, currency: u16) -> ChoiceReader<'m> {
        ChoiceReader { model, words: Words::new(model, currency) }
    }

    /// A choice as it is typed: `force=160 tf`, `stroke=200 mm to 400 mm`, `stroke>=300 mm`, `force=63 tf | 100 tf`,
    /// `extras=[light_curtain]`, `extras with light_curtain`, `extras without light_curtain`, `inspection=absent`.
    ///
    /// # Errors
    ///
    /// A text of another form, a slot that there is not, a value that it does not take.
    pub fn typed(&self, text: &str) -> Result<Asked, RequestError> {
        let (path, relation, value) = cut(text).ok_or_else(|| {
            let error = RequestError::new(codes::BAD_VALUE, "", format!("`{text}` is no choice"));
            error.help(match text.contains(['<', '>']) && !text.contains('=') {
                true => "bounds are written `OPTION>=VALUE` and `OPTION<=VALUE`",
                false => "write `OPTION=VALUE`, or `OPTION with VALUE` for one element of a set",
            })
        })?;
        let (id, slot) = self.slot(path)?;
        let wanted = match relation {
            Relation::Is => self.text(id, slot, value)?,
            Relation::With => Wanted::With(self.element(slot, value)?),
            Relation::Without => Wanted::Without(self.element(slot, value)?),
            Relation::AtLeast | Relation::AtMost => {
                let bound = match slot.ty.required() {
                    Ty::Number(_) => Some(self.bound(slot, value)?),
                    _ => None,
                };
                let Some(Value::Number(number)) = bound else {
                    let message = format!("`{path}` is no number, and only numbers have bounds");
                    return Err(RequestError::new(codes::BAD_VALUE, path, message));
                };
                match relation {
                    Relation::AtLeast => Wanted::Between { from: Some(number), to: None },
                    _ => Wanted::Between { from: None, to: Some(number) },
                }
            }
        };
        self.checked(id, slot, wanted).map(|wanted| (slot.path.to_string(), wanted))
    }

    /// Whether a text has the form of a typed choice about one of the slots.
    pub fn is_typed(&self, text: &str) -> bool {
        cut(text).is_some_and(|(path, _, _)| self.model.find(path).is_some())
    }

    /// What is wanted of a slot, as text: what stands after `=` in a typed choice.
    ///
    /// # Errors
    ///
    /// A slot that there is not, a value that it does not take.
    pub fn wanted(&self, path: &str, text: &str) -> Result<Wanted, RequestError> {
        let (id, slot) = self.slot(path)?;
        let wanted = self.text(id, slot, text.trim())?;
        self.checked(id, slot, wanted)
    }

    /// A value of a slot as a request writes it; `null` where there is none.
    ///
    /// # Errors
    ///
    /// A slot that there is not, a value that it does not take.
    pub fn raw(&self, path: &str, raw: &Raw) -> Result<Wanted, RequestError> {
        let (id, slot) = self.slot(path)?;
        let wanted = match raw {
            Raw::Null => Wanted::Absent,
            raw => Wanted::Value(self.value(slot, raw)?),
        };
        self.checked(id, slot, wanted)
    }

    /// What a request says of the customer and the like, as far as rules of the product read it.
    ///
    /// # Errors
    ///
    /// Values that may not stand there; all of them.
    pub fn given(&self, request: &Request) -> Result<Vec<Asked>, Vec<RequestError>> {
        let mut given = Vec::new();
        let mut errors = Vec::new();
        for slot in &self.model.slots {
            let Some(raw) = self.of_request(slot, request) else { continue };
            match self.raw(&slot.path, &raw) {
                Ok(wanted) => given.push((slot.path.to_string(), wanted)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(given) } else { Err(errors) }
    }

    fn of_request(&self, slot: &Slot, request: &Request) -> Option<Raw> {
        let field = |fields: &[(String, Raw)], name: &str| {
            fields.iter().find(|(known, _)| known == name).map(|(_, raw)| raw.clone())
        };
        match slot.kind {
            SlotKind::Context => match slot.path.split_once('.') {
                Some((context, name)) => match field(&request.fields, context)? {
                    Raw::Object(fields) => field(&fields, name),
                    _ => None,
                },
                None => request.currency.clone(),
            },
            SlotKind::Fact => field(&request.fields, &slot.path),
            SlotKind::Index => match field(&request.market, &slot.path)? {
                Raw::Object(fields) => field(&fields, "value"),
                raw => Some(raw),
            },
            SlotKind::Quantity
            | SlotKind::Option
            | SlotKind::LineFact
            | SlotKind::PartCount
            | SlotKind::Question => None,
        }
    }

    /// A slot by its path.
    fn slot(&self, path: &str) -> Result<(SlotId, &'m Slot), RequestError> {
        let found = self.model.find(path).and_then(|id| Some((id, self.model.slot(id)?)));
        found.ok_or_else(|| {
            unknown_slot(self.model, path, nearest(path, self.model.slots.iter().map(|slot| &*slot.path)))
        })
    }

    /// A value as typed: the whole text, else several values or two bounds.
    fn text(&self, id: SlotId, slot: &Slot, text: &str) -> Result<Wanted, RequestError> {
        let refusal = match self.typed_value(slot, text) {
            Ok(value) => return Ok(Wanted::Value(value)),
            Err(refusal) => refusal,
        };
        if text == crate::configure::ABSENT {
            return Ok(Wanted::Absent);
        }
        if text == ANY && self.model.claims(id, &Wanted::Present).is_ok() {
            return Ok(Wanted::Present);
        }
        let several: Vec<&str> = text.split('|').map(str::trim).collect();
        if several.len() > 1 {
            let values = several.iter().map(|text| self.typed_value(slot, text));
            return values.collect::<Result<_, _>>().map(Wanted::OneOf);
        }
        if let (Ty::Number(_), Some((from, to))) = (slot.ty.required(), text.split_once(" to ")) {
            let (from, to) = (self.bound(slot, from.trim())?, self.bound(slot, to.trim())?);
            if let (Value::Number(from), Value::Number(to)) = (from, to) {
                return Ok(Wanted::Between { from: Some(from), to: Some(to) });
            }
        }
        let is_set = matches!(slot.ty.required(), Ty::Set(_));
        Err(match &refusal.help {
            None if is_set => {
                let path = &slot.path;
                refusal.help(format!("write `{path} with {text}`, or `{path}=[{text}]` for this alone"))
            }
            _ => refusal,
        })
    }

    /// A value as typed: as a request writes it, else by its label, as pages show it.
    fn typed_value(&self, slot: &Slot, text: &str) -> Result<Value, RequestError> {
        self.value(slot, &raw_of(slot, text)).or_else(|refusal| match labelled(slot, text) {
            Some(raw) if !matches!(slot.ty.required(), Ty::Set(_)) => self.value(slot, &raw),
            _ => Err(refusal),
        })
    }

    fn value(&self, slot: &Slot, raw: &Raw) -> Result<Value, RequestError> {
        read_value(&self.model.plan, self.words.day(), &input_of(slot), raw)
    }

    /// A number that bounds a range: of the type, and not necessarily among the values.
    fn bound(&self, slot: &Slot, text: &str) -> Result<Value, RequestError> {
        let input = Input { domain: Domain::All, ..input_of(slot) };
        read_value(&self.model.plan, self.words.day(), &input, &Raw::Text(text.to_owned()))
    }

    fn element(&self, slot: &Slot, text: &str) -> Result<u16, RequestError> {
        let Ty::Set(of) = slot.ty.required() else {
            let path = &*slot.path;
            let error =
                RequestError::new(codes::BAD_VALUE, path, format!("`{path}` has one value and is no set"));
            return Err(error.help(format!("write `{path}={text}`")));
        };
        let input = Input { ty: Ty::Choice(of.clone()), ..input_of(slot) };
        let raw = Raw::Text(text.to_owned());
        let read = |raw: &Raw| read_value(&self.model.plan, self.words.day(), &input, raw);
        match read(&raw).or_else(|refusal| labelled(slot, text).map_or(Err(refusal), |raw| read(&raw)))? {
            Value::Choice(at) => Ok(at),
            _ => Err(RequestError::new(codes::BAD_VALUE, &*slot.path, format!("`{text}` is no element"))),
        }
    }

    /// What is wanted, where the slot can ever have it.
    fn checked(&self, id: SlotId, slot: &Slot, wanted: Wanted) -> Result<Wanted, RequestError> {
        if self.model.claims(id, &wanted).is_ok() {
            return Ok(wanted);
        }
        let path = &*slot.path;
        let message = format!("`{path}` is never {}", self.words.asked(id, &wanted));
        let error = RequestError::new(codes::VALUE_NOT_OFFERED, path, message);
        let Shape::Classes { classes, .. } = &slot.shape else { return Err(error) };
        let all = ValueSet::all(u32::try_from(classes.len()).unwrap_or(u32::MAX));
        let allowed = self.words.possible(id, &self.model.possible_values(id, &all));
        match allowed.len() {
            1..=MOST_ALLOWED => Err(error.help(format!("allowed: {}", allowed.join(", ")))),
            _ => Err(error),
        }
    }
}

/// So many values are named in a refusal.
const MOST_ALLOWED: usize = 12;

/// What says that an option has some value.
const ANY: &str = "any";

/// The problem of a choice that cannot be made.
pub fn not_chosen(model: &Model, why: &NotChosen) -> RequestError {
    match why {
        NotChosen::UnknownSlot { path, nearest } => unknown_slot(model, path, nearest.as_deref()),
        NotChosen::NotOffered { path } => {
            RequestError::new(codes::VALUE_NOT_OFFERED, &**path, format!("`{path}` never has this value"))
        }
    }
}

/// The problem of a path that names no slot.
fn unknown_slot(model: &Model, path: &str, near: Option<&str>) -> RequestError {
    let book = model.plan.book();
    let is_field = path.split_once('.').is_some_and(|(context, field)| {
        let context = book.contexts.iter().find(|it| *it.name == *context);
        context.is_some_and(|it| it.fields.iter().any(|it| *it.name == *field))
    });
    let is_input = is_field
        || book.facts.iter().any(|fact| *fact.name == *path)
        || book.indexes.iter().any(|index| *index.input.name == *path);
    if is_input {
        let message = format!("no rule of `{}` reads `{path}`, so there is nothing to choose", model.product);
        return RequestError::new(codes::UNKNOWN_OPTION, path, message)
            .help("prices take it from the request");
    }
    let message = format!("`{}` has no option `{path}`", model.product);
    RequestError::new(codes::UNKNOWN_OPTION, path, message).did_you_mean(near)
}

/// The value whose label is typed, where only one has it.
fn labelled(slot: &Slot, text: &str) -> Option<Raw> {
    let is_typed = |label: &Option<Name>| label.as_ref().is_some_and(|label| **label == *text);
    let is_key = match slot.ty.required() {
        Ty::Choice(of) | Ty::Set(of) => of.values.iter().any(|value| *value.key == *text),
        _ => false,
    };
    if is_key {
        return None;
    }
    let mut found: Vec<Raw> = match (slot.ty.required(), &slot.domain) {
        (Ty::Choice(of) | Ty::Set(of), _) => {
            let values = of.values.iter().filter(|value| is_typed(&value.label));
            values.map(|value| Raw::Text(value.key.to_string())).collect()
        }
        (_, Domain::Numbers(listed)) => {
            let numbers = listed.iter().filter(|(_, label)| is_typed(label));
            numbers.map(|(number, _)| Raw::Typed(Value::Number(number.clone()))).collect()
        }
        _ => Vec::new(),
    };
    if found.len() == 1 { found.pop() } else { None }
}

/// A slot as an input, for reading its values.
fn input_of(slot: &Slot) -> Input {
    Input {
        label: slot.label.clone(),
        optional: slot.optional,
        default: slot.default.clone(),
        ..Input::new(slot.path.clone(), slot.ty.clone(), slot.domain.clone(), slot.span)
    }
}

/// A typed value as a request would write it.
fn raw_of(slot: &Slot, text: &str) -> Raw {
    let inner = |text: &str| {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        Raw::Text(quoted.unwrap_or(text).to_owned())
    };
    match (slot.ty.required(), text) {
        (Ty::Bool, "true" | "yes") => Raw::Bool(true),
        (Ty::Bool, "false" | "no") => Raw::Bool(false),
        (Ty::Set(_), _) => match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(list) => {
                let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
                Raw::List(items.map(|item| labelled(slot, item).unwrap_or_else(|| inner(item))).collect())
            }
            None => inner(text),
        },
        _ => inner(text),
    }
}

/// What stands between a path and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Is,
    AtLeast,
    AtMost,
    With,
    Without,
}

/// Whether a text has the form of a typed choice, and not that of a path of files.
pub fn is_choice(text: &str) -> bool {
    cut(text).is_some_and(|(path, _, _)| !path.starts_with('.') && !path.contains(['/', '\\']))
}

/// A typed choice in its three parts.
fn cut(text: &str) -> Option<(&str, Relation, &str)> {
    let text = text.trim();
    let ends = |found: char| found.is_whitespace() || matches!(found, '=' | '<' | '>');
    let at = text.find(ends)?;
    let (path, rest) = text.split_at(at);
    let rest = rest.trim_start();
    let words = [
        (">=", Relation::AtLeast),
        ("<=", Relation::AtMost),
        ("=", Relation::Is),
        ("without ", Relation::Without),
        ("with ", Relation::With),
    ];
    let (word, relation) = words.into_iter().find(|(word, _)| rest.starts_with(word))?;
    let value = rest.strip_prefix(word)?.trim();
    (!path.is_empty() && !value.is_empty()).then_some((path, relation, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_choice_is_cut_at_its_relation() {
        assert_eq!(cut("force=160 tf"), Some(("force", Relation::Is, "160 tf")));
        assert_eq!(cut(" dies[1].size = 40 mm "), Some(("dies[1].size", Relation::Is, "40 mm")));
        assert_eq!(cut("stroke>=300 mm"), Some(("stroke", Relation::AtLeast, "300 mm")));
        assert_eq!(cut("extras with light_curtain"), Some(("extras", Relation::With, "light_curtain")));
        assert_eq!(cut("extras without x"), Some(("extras", Relation::Without, "x")));
        assert_eq!(cut("材料=钢"), Some(("材料", Relation::Is, "钢")));
        for wrong in ["force", "=3", "force=", "force 160", ""] {
            assert_eq!(cut(wrong), None, "{wrong}");
        }
    }
}
