//! A configuration under way: the session of the library's users, with values as requests write them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::configure::{
    Choice, Completion, Conflict, Count, Dropped, End, Model, ModelError, NotDecided, NotRanked, Ranked,
    Session, State, Why, Words,
};
use crate::diagnostic::{codes, nearest};
use crate::eval::Plan;
use crate::ir::{Name, Value};
use crate::logic::Budget;
use crate::quote::{Raw, Request, RequestError, RequestLine, outside_book};
use crate::value::Date;
use crate::wire::{self, Answers, ChoiceReader};
use crate::workspace::Places;
use crate::{Book, RequestErrors};

/// What a customer could have: choices, and complete answers about what they leave open.
///
/// Values are texts, as requests have them: `160 tf`, `h_frame`, `[light_curtain]`, `absent`. Every answer
/// depends on which choices there are, never on the order in which they were made or taken back.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let book = tarif::Book::from_files([
///     ("book.tarif", "book shop { currency EUR effective 2026-01-01 to 2026-12-31 }"),
///     ("lamp.tarif", r#"product lamp {
///                         quantity 1 to 100
///                         option shade: glass | paper
///                         option bulb:  led | halogen  default led
///                         exclude shade = paper with bulb = halogen  because "halogen bulbs burn paper"
///                       }
///                       price lamp { per unit { list = 25 EUR } }"#),
/// ])?;
/// let mut lamp = book.configure("lamp", "2026-02-10")?;
/// lamp.choose("bulb", "halogen")?;
/// assert_eq!(lamp.possible("shade")?, ["glass"]);
/// let why = lamp.explain("shade", "paper")??;
/// let clash = why.clash.expect("something excludes paper");
/// assert_eq!(lamp.rule(clash.rules[0]), "halogen bulbs burn paper");
/// lamp.retract("bulb")?;
/// assert_eq!(lamp.possible("shade")?, ["glass", "paper"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Configuration {
    session: Session,
    places: Arc<Places>,
    currency: u16,
}

/// Models that were compiled: shared by all configurations of a book.
#[derive(Clone, Default)]
pub(crate) struct Models(Arc<Mutex<VecDeque<Kept>>>);

/// A model, or the place where it is being made.
type Kept = ((Name, Date), Arc<OnceLock<Result<Arc<Model>, ModelError>>>);

/// So many models are kept; the oldest goes first.
const MOST_MODELS: usize = 64;

impl fmt::Debug for Models {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Models")
    }
}

impl Models {
    /// The model of a product on a day. It is made once, also when two threads ask for it at once.
    fn get(&self, plan: &Arc<Plan>, product: &Name, day: Date) -> Result<Arc<Model>, ModelError> {
        let key = (product.clone(), day);
        let place = {
            let mut models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match models.iter().find(|(known, _)| *known == key) {
                Some((_, place)) => Arc::clone(place),
                None => {
                    let place = Arc::new(OnceLock::new());
                    models.push_back((key, Arc::clone(&place)));
                    if models.len() > MOST_MODELS {
                        drop(models.pop_front());
                    }
                    place
                }
            }
        };
        place.get_or_init(|| Model::new(plan, product, day, Budget::default()).map(Arc::new)).clone()
    }
}

impl Book {
    /// Begins a configuration of a product for a day, such as `2026-02-10`. The first one compiles the product;
    /// the others share what that made.
    ///
    /// # Errors
    ///
    /// A product that the book does not sell, a text that is no day, a day outside the book's, or a product that
    /// is too large to be configured.
    pub fn configure(&self, product: &str, as_of: &str) -> Result<Configuration, RequestErrors> {
        let refused = |error: RequestError| RequestErrors(vec![error]);
        let day = Date::parse(as_of).map_err(|error| {
            refused(RequestError::new(codes::BAD_VALUE, "as_of", format!("`{as_of}` {error}")))
        })?;
        let book = self.ir();
        let known = book.products.iter().find(|known| *known.name == *product);
        let Some(known) = known else {
            let near = nearest(product, book.products.iter().map(|product| &*product.name));
            let message = format!("the book sells no `{product}`");
            let error = RequestError::new(codes::UNKNOWN_PRODUCT, "product", message).did_you_mean(near);
            return Err(refused(error));
        };
        if let Some(error) = outside_book(book, day) {
            return Err(refused(error));
        }
        let model = self
            .models
            .get(&self.plan, &known.name, day)
            .map_err(|error| refused(RequestError::new(codes::NOT_DECIDED, "product", error.to_string())))?;
        Ok(Configuration { session: Session::new(model), places: Arc::clone(&self.places), currency: 0 })
    }
}

impl Configuration {
    fn reader(&self) -> ChoiceReader<'_> {
        ChoiceReader::new(self.session.model(), self.currency)
    }

    /// Takes what a request says of the customer and the like for given: rules that read it count, and no repair
    /// changes it.
    ///
    /// # Errors
    ///
    /// Values that may not stand there.
    pub fn give(&mut self, request: &Request) -> Result<(), RequestErrors> {
        let book = self.session.model().plan.book();
        if let Some(Raw::Text(code)) = &request.currency {
            let at = book.currencies.iter().position(|known| **known == **code);
            self.currency = at.and_then(|at| u16::try_from(at).ok()).unwrap_or(self.currency);
        }
        let given = self.reader().given(request).map_err(RequestErrors)?;
        for (path, wanted) in given {
            self.session.give(&path, wanted).map_err(|why| self.refused(&why))?;
        }
        Ok(())
    }

    fn refused(&self, why: &crate::configure::NotChosen) -> RequestErrors {
        RequestErrors(vec![wire::not_chosen(self.session.model(), why)])
    }

    /// Chooses a value, in the place of an earlier choice of the same option. Whether it fits the other choices is
    /// for [`Configuration::state`] and [`Configuration::conflict`] to say.
    ///
    /// # Errors
    ///
    /// An option that there is not, a value that it never has.
    pub fn choose(&mut self, path: &str, value: &str) -> Result<(), RequestErrors> {
        let wanted = self.reader().wanted(path, value).map_err(|error| RequestErrors(vec![error]))?;
        self.session.choose(path, wanted).map_err(|why| self.refused(&why))
    }

    /// Makes a choice as it is typed: `force=160 tf`, `stroke>=300 mm`, `extras with light_curtain`.
    ///
    /// # Errors
    ///
    /// As for [`Configuration::choose`], and a text that is no choice.
    pub fn choose_typed(&mut self, choice: &str) -> Result<(), RequestErrors> {
        let (path, wanted) = self.reader().typed(choice).map_err(|error| RequestErrors(vec![error]))?;
        self.session.choose(&path, wanted).map_err(|why| self.refused(&why))
    }

    /// Takes back what is chosen of an option; whether there was anything.
    ///
    /// # Errors
    ///
    /// An option that there is not.
    pub fn retract(&mut self, path: &str) -> Result<bool, RequestErrors> {
        self.session.retract(path).map_err(|why| self.refused(&why))
    }

    /// Starts from the line of an earlier request: as much of it is chosen as fits what is chosen already. What
    /// cannot be kept is told: what clashes, and what cannot even be read any more.
    pub fn start_from(&mut self, line: &RequestLine) -> (Vec<Dropped>, Vec<RequestError>) {
        let (asked, unread) = self.reader().of_line(line);
        (self.session.start_from(asked), unread)
    }

    /// Starts from a preset of the book, as [`Configuration::start_from`] does.
    ///
    /// # Errors
    ///
    /// A preset that there is not.
    pub fn start_from_preset(
        &mut self,
        name: &str,
    ) -> Result<(Vec<Dropped>, Vec<RequestError>), RequestErrors> {
        let reader = self.reader();
        let preset = reader.preset(name).map_err(|error| RequestErrors(vec![error]))?;
        let (asked, unread) = reader.of_preset(preset);
        Ok((self.session.start_from(asked), unread))
    }

    /// The choices.
    pub fn choices(&self) -> Vec<Choice> {
        self.session.choices()
    }

    /// What the choices leave open: of every option exactly the values that some valid configuration has.
    pub fn state(&mut self) -> State {
        self.session.state()
    }

    /// What an option can be while the choices about the others stand: values as requests write them; ranges in
    /// words, such as `100 mm to 800 mm in steps of 50 mm`; of a set the elements that can be in it.
    ///
    /// # Errors
    ///
    /// An option that there is not.
    pub fn possible(&mut self, path: &str) -> Result<Vec<String>, RequestErrors> {
        let id = self.session.find(path).map_err(|why| self.refused(&why))?;
        let state = self.session.state();
        let words = self.words();
        let Some(slot) = state.of(id) else { return Ok(Vec::new()) };
        let possible = state.possible(slot);
        let mut found: Vec<String> = Vec::new();
        found.extend(possible.absent.then(|| words.written(id, &Value::Absent)));
        found.extend(possible.values.iter().map(|value| words.written(id, value)));
        let rest = crate::configure::Possible { absent: false, values: Vec::new(), ..possible };
        found.extend(words.possible(id, &rest));
        let elements = slot.elements.iter().filter(|element| element.can_be_in == Some(true));
        found.extend(elements.map(|element| words.element_key(id, element.element)));
        Ok(found)
    }

    /// Why a value is impossible, or implied, while the choices about the other options stand, and what would make
    /// it possible.
    ///
    /// # Errors
    ///
    /// An option that there is not, a value that it never has.
    pub fn explain(&mut self, path: &str, value: &str) -> Result<Result<Why, NotDecided>, RequestErrors> {
        let wanted = self.reader().wanted(path, value).map_err(|error| RequestErrors(vec![error]))?;
        self.session.explain(path, wanted).map_err(|why| self.refused(&why))
    }

    /// Why the choices cannot all be had, and what mends it; nothing where they can.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer.
    pub fn conflict(&mut self) -> Result<Option<Conflict>, NotDecided> {
        self.session.conflict()
    }

    /// A whole configuration with all choices, which keeps defaults where it can; nothing where the choices clash.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer.
    pub fn complete(&mut self) -> Result<Option<Completion>, NotDecided> {
        self.session.complete()
    }

    /// What the answers to the guide's questions recommend, of what is still open under the choices.
    pub fn recommendations(&mut self) -> Vec<Choice> {
        let state = self.session.state();
        self.session.recommendations(&state)
    }

    /// How many valid configurations have all choices.
    pub fn count(&mut self) -> Count {
        self.session.count()
    }

    /// The cheapest or the dearest configurations by list price, at most `most`.
    ///
    /// # Errors
    ///
    /// Where a limit stops the answer, or list prices cannot be compared exactly.
    pub fn best(&mut self, end: End, most: usize) -> Result<Vec<Ranked>, NotRanked> {
        self.session.best(end, most)
    }

    /// A whole configuration as the line of a request.
    pub fn line(&self, completion: &Completion) -> RequestLine {
        wire::line_of(self.session.model(), &self.words(), completion)
    }

    /// The state with its conflict, if there is one, as JSON on one line.
    pub fn to_json(&mut self) -> String {
        let answers = Answers::of(&mut self.session);
        let places = Arc::clone(&self.places);
        wire::configuration_to_json(&answers, &self.words(), &|span| places.place(span)).line()
    }

    /// Words for slots, values and choices.
    pub fn words(&self) -> Words<'_> {
        Words::new(self.session.model(), self.currency)
    }

    /// A rule of a clash, in the author's words.
    pub fn rule(&self, rule: crate::logic::RuleId) -> String {
        let rules = &self.session.model().rules;
        rules.get(rule.0 as usize).map_or(String::new(), |rule| self.words().rule(rule))
    }

    /// The compiled product.
    pub fn model(&self) -> &Arc<Model> {
        self.session.model()
    }

    /// The session underneath, whose values are checked values and no texts.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}
