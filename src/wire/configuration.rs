//! The answers about a configuration as JSON.
//!
//! Values stand as a request writes them, so that what is read here can be sent back. Every list is complete: what is
//! not decided stands under `not_decided`, and never among what is possible or impossible.

use serde_json::Value as Json;

use super::document::{Document, Object, text};
use super::finished::{line as request_line, line_of};
use super::quote::{FORMAT_VERSION, number, place_of};
use crate::configure::{
    Choice, Clash, Completion, Conflict, Count, Dropped, End, GivenUp, Interval, Model, NotDecided,
    NotRanked, Origin, Possible, Ranked, Reason, Repair, Session, SlotId, SlotKind, SlotState, Standing,
    State, Wanted, Why, WhyDropped, Words,
};
use crate::diagnostic::codes;
use crate::ir::{NumberKind, Ty, Value};
use crate::quote::RequestError;
use crate::source::{Place, Span};

/// The answers to what was asked about a configuration.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The choices, in the order of the slots.
    pub choices: Vec<Choice>,
    /// What they leave open.
    pub state: State,
    /// Why they clash, if they do.
    pub conflict: Option<Result<Conflict, NotDecided>>,
    /// Reasons for what is impossible and implied, where they are asked for.
    pub reasons: Vec<Reason>,
    /// What of an earlier configuration was not kept.
    pub dropped: Vec<Dropped>,
    /// What of an earlier configuration could not even be read.
    pub unread: Vec<RequestError>,
    /// The question of the guide to ask next.
    pub question: Option<SlotId>,
    /// What the answers to questions recommend and is still open.
    pub recommended: Vec<Choice>,
    /// Why one value stands as it does, where that is asked for.
    pub why: Option<Result<Why, NotDecided>>,
    /// A whole configuration, where it is asked for; nothing where the choices clash.
    pub completion: Option<Result<Option<Completion>, NotDecided>>,
    /// How many configurations there are, where it is asked for.
    pub count: Option<Count>,
    /// The cheapest or the dearest, where they are asked for.
    pub best: Option<(End, Result<Vec<Ranked>, NotRanked>)>,
}

impl Answers {
    /// The state of a session and its conflict, if there is one; nothing else is asked.
    pub fn of(session: &mut Session) -> Answers {
        let state = session.state();
        let conflict = match state.fits {
            Ok(false) => session.conflict().transpose(),
            _ => None,
        };
        Answers {
            choices: session.choices(),
            question: session.next_question(&state),
            recommended: session.recommendations(&state),
            state,
            conflict,
            reasons: Vec::new(),
            dropped: Vec::new(),
            unread: Vec::new(),
            why: None,
            completion: None,
            count: None,
            best: None,
        }
    }
}

impl Answers {
    /// The inputs of the request that a count takes every value of: rules read them, and nothing says what they are.
    pub(crate) fn counted_inputs(&self) -> Vec<SlotId> {
        let model = self.state.model();
        let is_open = |slot: &&SlotState| {
            let is_input = model.slot(slot.slot).is_some_and(|slot| {
                matches!(slot.kind, SlotKind::Context | SlotKind::Fact | SlotKind::Index)
            });
            is_input && slot.origin.is_none() && !model.uncounted.contains(&slot.slot)
        };
        self.state.slots.iter().filter(is_open).map(|slot| slot.slot).collect()
    }
}

/// Answers as JSON; `place` says where a span of the book lies.
pub fn configuration_to_json(
    answers: &Answers,
    words: &Words<'_>,
    place: &dyn Fn(Span) -> Place,
) -> Document {
    let model = answers.state.model().clone();
    Document::of(Writer { answers, model: &model, words, place }.answers().into())
}

struct Writer<'a> {
    answers: &'a Answers,
    model: &'a Model,
    words: &'a Words<'a>,
    place: &'a dyn Fn(Span) -> Place,
}

impl Writer<'_> {
    fn answers(&self) -> Object {
        let answers = self.answers;
        let book = self.model.plan.book();
        let product = book.products.iter().find(|product| product.name == self.model.product);
        let status = match &answers.state.fits {
            Ok(true) => "fits",
            Ok(false) => "conflict",
            Err(_) => "not_decided",
        };
        let question = answers.question.map(|slot| self.words.path(slot).to_owned());
        Object::default()
            .put("tarif", FORMAT_VERSION)
            .put("status", status)
            .maybe("not_decided", answers.state.fits.as_ref().err().map(|why| self.not_decided(why)))
            .put("book", Object::default().put("name", &*book.name).put("hash", &*book.hash))
            .put("product", &*self.model.product)
            .maybe("label", product.and_then(|product| product.label.as_deref()))
            .put("as_of", self.model.day.to_string())
            .list("choices", &answers.choices, |choice| self.choice(choice).into())
            .list("slots", &answers.state.slots, |slot| self.slot(slot).into())
            .maybe("next_question", question)
            .list_if_any("dropped", self.dropped())
            .list_if_any("recommendations_left_out", self.lost())
            .maybe("conflict", answers.conflict.as_ref().map(|it| self.decided(it, |it| self.conflict(it))))
            .maybe("explanation", answers.why.as_ref().map(|it| self.decided(it, |it| self.why(it))))
            .maybe(
                "completion",
                answers.completion.as_ref().map(|it| match it {
                    Ok(Some(completion)) => self.completion(completion).into(),
                    Ok(None) => Json::Null,
                    Err(why) => Object::default().put("not_decided", self.not_decided(why)).into(),
                }),
            )
            .maybe("count", answers.count.as_ref().map(|count| self.count(count)))
            .and(self.best().into())
    }

    fn decided<T>(&self, answer: &Result<T, NotDecided>, shown: impl Fn(&T) -> Object) -> Object {
        match answer {
            Ok(answer) => shown(answer),
            Err(why) => Object::default().put("not_decided", self.not_decided(why)),
        }
    }

    fn not_decided(&self, why: &NotDecided) -> Object {
        Object::default().put("code", why.code().id()).put("message", why.why.as_str())
    }

    /// A value as a request writes it.
    fn value(&self, id: SlotId, value: &Value) -> Json {
        let ty = self.model.slot(id).map(|slot| slot.ty.required());
        match (value, ty) {
            (Value::Absent, _) => Json::Null,
            (Value::Bool(truth), _) => Json::Bool(*truth),
            (Value::Number(it), Some(Ty::Number(of))) if of.unit.is_none() && of.kind != NumberKind::Rate => {
                number(it)
            }
            (Value::Set(set), Some(Ty::Set(of))) => {
                let held = of.values.iter().enumerate().filter(|(at, _)| crate::eval::set_holds(*set, *at));
                held.map(|(_, value)| text(&value.key)).collect()
            }
            _ => Json::String(self.words.written(id, value)),
        }
    }

    /// What people call a value, where that is not how a request writes it.
    fn label(&self, id: SlotId, value: &Value) -> Option<String> {
        let has_label = matches!(value, Value::Choice(_) | Value::Number(_));
        has_label.then(|| self.words.value(id, value)).filter(|label| *label != self.words.written(id, value))
    }

    /// A slot where it is spoken of.
    fn head(&self, id: SlotId) -> Object {
        let label = self.model.slot(id).and_then(|slot| slot.label.as_deref());
        Object::default().put("path", self.words.path(id)).maybe("label", label)
    }

    fn wanted(&self, id: SlotId, wanted: &Wanted) -> Object {
        let object = Object::default();
        match wanted {
            Wanted::Value(value) => object.put("value", self.value(id, value)),
            Wanted::OneOf(values) => object.list("one_of", values, |value| self.value(id, value)),
            Wanted::Between { from, to } => {
                let end = |end: &Option<crate::value::Exact>| {
                    end.clone().map(|end| self.value(id, &Value::Number(end)))
                };
                object.maybe("from", end(from)).maybe("to", end(to))
            }
            Wanted::With(element) => object.put("with", self.words.element_key(id, *element)),
            Wanted::Without(element) => object.put("without", self.words.element_key(id, *element)),
            Wanted::Absent => object.put("value", Json::Null),
            Wanted::Present => object.put("present", true),
        }
    }

    fn choice(&self, choice: &Choice) -> Object {
        let origin = match choice.origin {
            Origin::Chosen => "chosen",
            Origin::Given => "given",
            Origin::Asked => "asked",
            Origin::Recommended => "recommended",
            Origin::Default => "default",
        };
        self.head(choice.slot)
            .and(self.wanted(choice.slot, &choice.wanted).into())
            .put("origin", origin)
            .put("text", self.words.choice(choice))
    }

    fn slot(&self, state: &SlotState) -> Object {
        let id = state.slot;
        let Some(slot) = self.model.slot(id) else { return Object::default() };
        let kind = match slot.kind {
            SlotKind::Quantity => "quantity",
            SlotKind::Option => "option",
            SlotKind::PartCount => "part_count",
            SlotKind::Context => "context",
            SlotKind::Fact => "fact",
            SlotKind::LineFact => "line_fact",
            SlotKind::Index => "market",
            SlotKind::Question => "question",
        };
        let unit = match slot.ty.required() {
            Ty::Number(of) if !of.unit.is_none() => Some(of.unit.to_string()),
            _ => None,
        };
        let all = &self.answers.state;
        let object = self
            .head(id)
            .put("kind", kind)
            .put("type", type_word(&slot.ty))
            .maybe("unit", unit)
            .put("state", state.standing.word())
            .put("value", state.value.as_ref().map_or(Json::Null, |value| self.value(id, value)))
            .maybe("absent", (state.value == Some(Value::Absent)).then_some(true))
            .list_if_any("recommended", self.recommended(id))
            .list_if_any("values", all.values(state).iter().map(|it| self.value_state(id, it)).collect())
            .list_if_any(
                "elements",
                state
                    .elements
                    .iter()
                    .map(|it| {
                        let standing = match (it.standing, it.can_be_in) {
                            (Standing::Chosen, Some(false)) => Standing::Chosen,
                            (standing, _) => standing,
                        };
                        Object::default()
                            .put("value", self.words.element_key(id, it.element))
                            .put("label", self.words.element(id, it.element))
                            .put("state", standing.word())
                            .put("in", it.is_in)
                            .put("can_be_in", it.can_be_in)
                            .put("can_be_out", it.can_be_out)
                            .into()
                    })
                    .collect(),
            )
            .list_if_any("ranges", self.ranges(id, &all.possible(state)))
            .list_if_any("impossible_ranges", self.ranges(id, &all.impossible(state)))
            .list_if_any("not_decided_ranges", self.ranges(id, &all.undecided(state)));
        let reasons = self.answers.reasons.iter().filter(|reason| reason.slot == id);
        object.list_if_any("reasons", reasons.map(|reason| self.reason(reason).into()).collect())
    }

    /// What is recommended of a slot: its value, or elements of a set.
    fn recommended(&self, id: SlotId) -> Vec<Json> {
        let own = self.answers.recommended.iter().filter(|choice| choice.slot == id);
        own.map(|choice| match &choice.wanted {
            Wanted::With(element) => Json::String(self.words.element_key(id, *element)),
            Wanted::Value(value) => self.value(id, value),
            _ => Json::Null,
        })
        .collect()
    }

    /// Recommendations that cannot be decided.
    fn lost(&self) -> Vec<Json> {
        let lost = self.model.lost_recommendations.iter().map(|it| {
            let place = (self.place)(it.span);
            let object = Object::default().put("question", &*it.question).put("rule", &*it.text);
            object.put("message", it.why.as_str()).put("place", place_of(&place.path, place.line)).into()
        });
        lost.collect()
    }

    fn value_state(&self, id: SlotId, it: &crate::configure::ValueState) -> Json {
        Object::default()
            .put("value", self.value(id, &it.value))
            .maybe("label", self.label(id, &it.value))
            .put("state", it.standing.word())
            .into()
    }

    /// Ranges of numbers and days, and texts by how they begin.
    fn ranges(&self, id: SlotId, possible: &Possible) -> Vec<Json> {
        let mut ranges: Vec<Json> =
            possible.intervals.iter().map(|it| self.interval(id, it).into()).collect();
        ranges.extend(possible.days.iter().map(|days| {
            let day = |day: Option<crate::value::Date>| day.map(|day| day.to_string());
            Json::from(Object::default().put("from", day(days.from)).put("to", day(days.to)))
        }));
        ranges.extend(possible.others.iter().map(|others| {
            let object = Object::default().put("begins_with", &*others.beginning);
            Json::from(object.list("not", &others.not, |beginning| text(beginning)))
        }));
        ranges
    }

    fn interval(&self, id: SlotId, interval: &Interval) -> Object {
        let number = |number: &crate::value::Exact| self.value(id, &Value::Number(number.clone()));
        Object::default()
            .put("from", interval.from.as_ref().map_or(Json::Null, number))
            .maybe("above", (interval.from.is_some() && !interval.from_included).then_some(true))
            .put("to", interval.to.as_ref().map_or(Json::Null, number))
            .maybe("below", (interval.to.is_some() && !interval.to_included).then_some(true))
            .maybe("step", interval.step.as_ref().map(number))
    }

    fn clash(&self, clash: &Clash) -> Object {
        let rules: Vec<Json> = clash.rules.iter().filter_map(|rule| self.rule(rule.0)).collect();
        Object::default().list("choices", &clash.choices, |it| self.choice(it).into()).put("rules", rules)
    }

    fn rule(&self, at: u32) -> Option<Json> {
        let rule = self.model.rules.get(at as usize)?;
        let place = (self.place)(rule.span);
        let object = Object::default()
            .maybe("name", rule.name.as_deref())
            .put("rule", &*rule.text)
            .maybe("because", rule.because.as_deref())
            .maybe("within", rule.within.as_deref())
            .put("place", place_of(&place.path, place.line));
        Some(object.into())
    }

    fn reason(&self, reason: &Reason) -> Object {
        let id = reason.slot;
        let mut values: Vec<Json> = Vec::new();
        values.extend(reason.values.absent.then_some(Json::Null));
        values.extend(reason.values.values.iter().map(|value| self.value(id, value)));
        values.extend(reason.element.map(|element| Json::String(self.words.element_key(id, element))));
        Object::default()
            .put("state", reason.standing.word())
            .list_if_any("values", values)
            .list_if_any("ranges", self.ranges(id, &reason.values))
            .and(self.clash(&reason.clash).into())
    }

    fn repair(&self, repair: &Repair) -> Json {
        let change = |change: &crate::configure::Change| -> Json {
            self.head(change.slot)
                .put("from", self.wanted(change.slot, &change.from))
                .put("to", self.wanted(change.slot, &change.to))
                .put("text", self.words.wanted(change.slot, &change.to))
                .into()
        };
        Object::default().list("changes", &repair.changes, change).into()
    }

    fn conflict(&self, conflict: &Conflict) -> Object {
        let code = Object::default().put("code", codes::CHOICES_CLASH.id());
        code.and(self.clash(&conflict.clash).into())
            .list("repairs", &conflict.repairs, |repair| self.repair(repair))
    }

    fn why(&self, why: &Why) -> Object {
        self.head(why.slot)
            .and(self.wanted(why.slot, &why.wanted).into())
            .put("state", why.standing.word())
            .maybe("clash", why.clash.as_ref().map(|clash| self.clash(clash)))
            .list_if_any("ways", why.ways.iter().map(|repair| self.repair(repair)).collect())
    }

    fn dropped(&self) -> Vec<Json> {
        let mut dropped: Vec<Json> = Vec::new();
        for error in &self.answers.unread {
            let object =
                Object::default().put("path", error.path.as_str()).put("message", error.message.as_str());
            dropped.push(object.put("code", error.code.id()).into());
        }
        for it in &self.answers.dropped {
            let object = Object::default().put("path", it.path.as_str());
            let object = match self.model.find(&it.path) {
                Some(id) => object.and(self.wanted(id, &it.wanted).into()),
                None => object,
            };
            dropped.push(match &it.why {
                WhyDropped::NotOffered(why) => object.put("message", why.to_string()).into(),
                WhyDropped::Clash(clash) => object.put("clash", self.clash(clash)).into(),
                WhyDropped::NotDecided(why) => object.put("not_decided", self.not_decided(why)).into(),
            });
        }
        dropped
    }

    /// A whole configuration: the line of a request, what came about how, and what was given up.
    fn completion(&self, completion: &Completion) -> Object {
        let origins = completion
            .told(self.model)
            .fold(Object::default(), |object, it| object.put(self.words.path(it.slot), self.completed(it)));
        let given_up: Vec<Json> = completion.given_up.iter().map(|it| self.given_up(it).into()).collect();
        let line = request_line(&line_of(self.model, self.words, completion));
        Object::default().put("line", line).put("slots", origins).list_if_any("given_up", given_up)
    }

    fn completed(&self, it: &crate::configure::Completed) -> Object {
        Object::default().put("value", self.value(it.slot, &it.value)).put("state", it.standing.word())
    }

    fn given_up(&self, it: &GivenUp) -> Object {
        let object = self.head(it.wish.slot).and(self.wanted(it.wish.slot, &it.wish.wanted).into());
        object
            .put("instead", self.value(it.wish.slot, &it.instead))
            .maybe("clash", it.clash.as_ref().map(|clash| self.clash(clash)))
    }

    /// A number of configurations. It is a text, for it can be larger than what readers of JSON take.
    fn count(&self, count: &Count) -> Object {
        let object = Object::default();
        let object = match count {
            Count::Exactly(count) => object.put("exactly", count.to_string()),
            Count::AtLeast(count) => object.put("at_least", count.to_string()),
            Count::AtMost(count) => object.put("at_most", count.to_string()),
            Count::NotDecided => object.put("not_decided", true),
        };
        let uncounted: Vec<Json> =
            self.model.uncounted.iter().map(|slot| text(self.words.path(*slot))).collect();
        let inputs = self.answers.counted_inputs().into_iter().map(|slot| text(self.words.path(slot)));
        object.list_if_any("not_counted", uncounted).list_if_any("counted_inputs", inputs.collect())
    }

    fn best(&self) -> Object {
        let Some((end, ranked)) = &self.answers.best else { return Object::default() };
        let name = match end {
            End::Cheapest => "cheapest",
            End::Dearest => "dearest",
        };
        let unit = self.model.list_price().ok().map(|price| &price.unit);
        match ranked {
            Ok(ranked) => Object::default().list(name, ranked, |it| {
                let price = match unit {
                    Some(unit) => {
                        let value = Value::Number(it.price.clone());
                        self.model.plan.show(self.words.day(), &value, &Ty::Number(unit.clone())).to_string()
                    }
                    None => it.price.to_string(),
                };
                Object::default().put("list", price).and(self.completion(&it.completion).into()).into()
            }),
            Err(NotRanked::NotDecided(why)) => {
                Object::default().put(name, Object::default().put("not_decided", self.not_decided(why)))
            }
            Err(NotRanked::NoPrice(why)) => {
                let code = codes::NO_RANKING.id();
                let object = Object::default().put("code", code).put("message", why.as_str());
                Object::default().put(name, Object::default().put("not_decided", object))
            }
        }
    }
}

/// The type of a slot in a word.
fn type_word(ty: &Ty) -> &'static str {
    match ty.required() {
        Ty::Bool => "bool",
        Ty::Text => "text",
        Ty::Date => "date",
        Ty::Number(of) => match of.kind {
            NumberKind::Int => "int",
            NumberKind::Rate => "rate",
            NumberKind::Plain => "number",
        },
        Ty::Choice(of) if of.ranked => "ranked_enumeration",
        Ty::Choice(_) => "enumeration",
        Ty::Set(_) => "set",
        Ty::Row(_) => "key",
        Ty::Optional(_) | Ty::List(_) | Ty::Names => "other",
    }
}
