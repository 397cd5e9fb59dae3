//! A conversation about one configuration: choices with their past, answers, and the price that runs along.

use std::sync::Arc;

use super::price::{self, Price};
use crate::configure::{
    Choice, Completion, Dropped, NotDecided, Origin, Repair, Session, Wanted, Why, Words,
};
use crate::eval::Plan;
use crate::quote::{Raw, Request, RequestError, RequestLine};
use crate::wire::{self, Answers, ChoiceReader};
use crate::workspace::Places;

/// A conversation.
pub(super) struct Talk {
    pub session: Session,
    pub plan: Arc<Plan>,
    pub places: Arc<Places>,
    /// What a request says beside its lines.
    pub around: Option<Request>,
    /// Why the day is the one it is, where nobody named it.
    pub why_day: Option<&'static str>,
    /// What of an earlier configuration was not kept.
    pub dropped: Vec<Dropped>,
    /// What of it could not even be read.
    pub unread: Vec<RequestError>,
    /// What the conversation started from.
    started: Vec<&'static str>,
    currency: u16,
    /// The user's choices as they were before each change, the latest last.
    past: Vec<Vec<Choice>>,
}

impl Talk {
    pub fn new(
        session: Session,
        plan: Arc<Plan>,
        places: Arc<Places>,
        around: Option<Request>,
        why_day: Option<&'static str>,
    ) -> Talk {
        let asked = around.as_ref().and_then(|request| match &request.currency {
            Some(Raw::Text(code)) => plan.book().currencies.iter().position(|known| **known == **code),
            _ => None,
        });
        let currency = asked.and_then(|at| u16::try_from(at).ok()).unwrap_or_default();
        let (dropped, unread, started, past) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Talk { session, plan, places, around, why_day, dropped, unread, started, currency, past }
    }

    pub fn words(&self) -> Words<'_> {
        Words::new(self.session.model(), self.currency)
    }

    pub fn reader(&self) -> ChoiceReader<'_> {
        ChoiceReader::new(self.session.model(), self.currency)
    }

    /// Takes for given what the request says of the customer and the like.
    pub fn give(&mut self) -> Result<(), Vec<RequestError>> {
        let Some(around) = &self.around else { return Ok(()) };
        for (path, wanted) in self.reader().given(around)? {
            // The reader has found the slot and its value.
            let given = self.session.give(&path, wanted);
            drop(given);
        }
        Ok(())
    }

    /// Makes a choice as it is typed.
    pub fn choose(&mut self, text: &str) -> Result<(), RequestError> {
        let (path, wanted) = self.reader().typed(text)?;
        self.want(&path, wanted)
    }

    /// Makes a choice.
    pub fn want(&mut self, path: &str, wanted: Wanted) -> Result<(), RequestError> {
        let before = self.own_choices();
        self.session.choose(path, wanted).map_err(|why| wire::not_chosen(self.session.model(), &why))?;
        self.past.push(before);
        Ok(())
    }

    /// Takes a choice back; whether there was one.
    pub fn retract(&mut self, path: &str, element: Option<u16>) -> bool {
        let before = self.own_choices();
        let retracted = match element {
            Some(element) => self.session.retract_element(path, element),
            None => self.session.retract(path),
        };
        let is_changed = retracted == Ok(true);
        if is_changed {
            self.past.push(before);
        }
        is_changed
    }

    /// Makes the changes of a repair.
    pub fn mend(&mut self, repair: &Repair) {
        self.past.push(self.own_choices());
        self.session.apply(repair);
    }

    /// Takes the last change back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else { return false };
        self.session.clear();
        for choice in before {
            let path = self.words().path(choice.slot).to_owned();
            // It was chosen once, so it can be chosen.
            let chosen = self.session.choose(&path, choice.wanted);
            drop(chosen);
        }
        true
    }

    /// What was done up to now can no longer be undone.
    pub fn forget_past(&mut self) {
        self.past.clear();
    }

    fn own_choices(&self) -> Vec<Choice> {
        let mut choices = self.session.choices();
        choices.retain(|choice| choice.origin == Origin::Chosen);
        choices
    }

    /// What the conversation started from, in words.
    pub fn started_from(&self) -> String {
        self.started.join(" and ")
    }

    /// Starts from a preset, as far as it fits.
    pub fn start_from_preset(&mut self, name: &str) -> Result<(), RequestError> {
        let reader = self.reader();
        let (asked, unread) = reader.of_preset(reader.preset(name)?);
        self.started.push("the preset");
        let dropped = self.session.start_from(asked);
        self.dropped.extend(dropped);
        self.unread.extend(unread);
        Ok(())
    }

    /// Starts from a line of an earlier request, as far as it fits.
    pub fn start_from(&mut self, earlier: &Request, id: Option<&str>) -> Result<(), RequestError> {
        let product = &self.session.model().product;
        let is_own = |line: &&RequestLine| line.product == Some(Raw::Text(product.to_string()));
        let line = match id {
            Some(id) => {
                let numbered = earlier.lines.iter().enumerate();
                let found =
                    numbered.map(|(at, line)| (line.id.clone().unwrap_or((at + 1).to_string()), line));
                found.into_iter().find(|(known, _)| known == id).map(|(_, line)| line).filter(is_own)
            }
            None => earlier.lines.iter().find(is_own),
        };
        let Some(line) = line else {
            let message = match id {
                Some(id) => format!("the earlier request has no line `{id}` of `{product}`"),
                None => format!("the earlier request has no line of `{product}`"),
            };
            return Err(RequestError::new(crate::diagnostic::codes::MISSING_VALUE, "lines", message));
        };
        let (asked, unread) = self.reader().of_line(line);
        self.started.push("the earlier configuration");
        let dropped = self.session.start_from(asked);
        self.dropped.extend(dropped);
        self.unread.extend(unread);
        Ok(())
    }

    /// Why something typed as a choice stands as it does.
    pub fn explain(&mut self, text: &str) -> Result<Result<Why, NotDecided>, RequestError> {
        let (path, wanted) = self.reader().typed(text)?;
        self.why(&path, wanted)
    }

    /// Why something stands as it does.
    pub fn why(&mut self, path: &str, wanted: Wanted) -> Result<Result<Why, NotDecided>, RequestError> {
        self.session.explain(path, wanted).map_err(|why| wire::not_chosen(self.session.model(), &why))
    }

    /// The state, and the conflict where there is one.
    pub fn answers(&mut self) -> Answers {
        let mut answers = Answers::of(&mut self.session);
        answers.dropped.clone_from(&self.dropped);
        answers.unread.clone_from(&self.unread);
        answers
    }

    /// The price of a whole configuration.
    pub fn price(&self, completion: &Completion) -> Price {
        let request =
            wire::request_with(self.around.as_ref(), self.session.model(), &self.words(), completion);
        price::of(&self.plan, &request)
    }

    /// A whole configuration as a request, as JSON.
    pub fn request(&self, completion: &Completion) -> String {
        let request =
            wire::request_with(self.around.as_ref(), self.session.model(), &self.words(), completion);
        wire::request_to_json(&request).pretty()
    }
}
