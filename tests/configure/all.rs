//! Every configuration of a small product, each judged by quoting it.

use std::collections::BTreeSet;

use tarif::configure::{State, Wanted};
use tarif::quote::{Raw, RequestLine};
use tarif::{Book, Configuration, Request};

/// Numbers that look like chance and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end.max(1) as u64) as usize
    }

    pub fn shuffled<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut left = items.to_vec();
        let mut out = Vec::new();
        while !left.is_empty() {
            out.push(left.remove(self.below(left.len())));
        }
        out
    }
}

/// One configuration: the value of each slot as it is typed, the elements of sets, and which rules it breaks.
#[derive(Debug)]
pub struct One {
    /// The positions of the values, in the order of the slots.
    at: [usize; SLOTS.len()],
    /// Whether each element is in.
    extras: [bool; EXTRAS.len()],
    broken: BTreeSet<&'static str>,
}

/// What is chosen, made ready to be held against configurations.
enum Wish {
    Value(usize, usize),
    Element(usize, bool),
    Nothing,
}

impl Wish {
    fn of(choice: &str) -> Wish {
        let element = |name: &str| EXTRAS.iter().position(|it| *it == name).expect("an element");
        if let Some((slot, value)) = choice.split_once('=') {
            let slot = SLOTS.iter().position(|(name, _)| *name == slot).expect("a slot");
            return SLOTS[slot]
                .1
                .iter()
                .position(|it| *it == value)
                .map_or(Wish::Nothing, |at| Wish::Value(slot, at));
        }
        match choice.split_once(" without ") {
            Some((_, name)) => Wish::Element(element(name), false),
            None => Wish::Element(element(choice.split_once(" with ").expect("a choice").1), true),
        }
    }

    fn is_had(&self, one: &One) -> bool {
        match self {
            Wish::Value(slot, at) => one.at[*slot] == *at,
            Wish::Element(element, is_in) => one.extras[*element] == *is_in,
            Wish::Nothing => false,
        }
    }
}

/// The slots of the lamp and their values.
const SLOTS: [(&str, &[&str]); 8] = [
    ("quantity", &["1", "2", "3"]),
    ("shade", &["glass", "paper", "steel"]),
    ("power", &["20 W", "40 W", "60 W"]),
    ("grade", &["plain", "good", "best"]),
    ("dimmer", &["true", "false"]),
    ("height", &["10 cm", "20 cm", "30 cm", "40 cm"]),
    ("stamp", &["absent", "gold", "silver"]),
    ("remote", &["absent", "near", "far"]),
];

const EXTRAS: [&str; 2] = ["cable", "clamp"];

/// Every configuration.
pub struct All(Vec<One>);

impl All {
    /// All combinations of values, those that break rules too.
    pub fn of_lamps() -> All {
        let mut all = Vec::new();
        let mut at = [0_usize; SLOTS.len()];
        loop {
            for extras in [[false, false], [true, false], [false, true], [true, true]] {
                let mut one = One { at, extras, broken: BTreeSet::new() };
                one.broken = broken(&one);
                all.push(one);
            }
            let Some(next) = (0..SLOTS.len()).find(|slot| at[*slot] + 1 < SLOTS[*slot].1.len()) else {
                break;
            };
            at[next] += 1;
            at[..next].fill(0);
        }
        All(all)
    }

    /// What the quote has against each combination whose options are there where they exist, and what we have.
    pub fn judged(&self, book: &Book) -> Vec<(&One, Vec<String>)> {
        let exists = |one: &&One| !one.broken.contains("remote when dimmer");
        self.0.iter().filter(exists).map(|one| (one, violations(book, line_of(one)))).collect()
    }

    /// All configurations with some choices, valid or not.
    pub fn all(&self, choices: &[&str]) -> impl Iterator<Item = &One> {
        let wishes: Vec<Wish> = choices.iter().map(|choice| Wish::of(choice)).collect();
        self.0.iter().filter(move |one| wishes.iter().all(|wish| wish.is_had(one)))
    }

    /// The valid ones.
    pub fn fitting(&self, choices: &[&str]) -> impl Iterator<Item = &One> {
        self.all(choices).filter(|one| one.broken.is_empty())
    }

    pub fn is_valid(&self, one: &One) -> bool {
        one.broken.is_empty()
    }

    /// Whether a configuration breaks one of some rules, named as a clash names them.
    pub fn breaks(&self, one: &One, rules: &[String]) -> bool {
        rules.iter().any(|rule| one.broken.contains(rule.as_str()))
    }

    /// Whether a configuration has what is chosen.
    pub fn has(&self, one: &One, choice: &str) -> bool {
        Wish::of(choice).is_had(one)
    }

    /// What a choice is about: a slot, or one element of a set.
    pub fn subject_of(&self, choice: &str) -> String {
        match choice.split_once('=') {
            Some((slot, _)) => slot.to_owned(),
            None => choice.replace(" without ", " with "),
        }
    }

    pub fn subjects(&self) -> Vec<String> {
        let elements = EXTRAS.iter().map(|element| format!("extras with {element}"));
        SLOTS.iter().map(|(slot, _)| (*slot).to_owned()).chain(elements).collect()
    }

    /// The choices that can be made about a subject.
    pub fn values_of(&self, subject: &str) -> Vec<String> {
        match SLOTS.iter().find(|(slot, _)| *slot == subject) {
            Some((slot, values)) => values.iter().map(|value| format!("{slot}={value}")).collect(),
            None => vec![subject.to_owned(), subject.replace(" with ", " without ")],
        }
    }

    pub fn any_choice(&self, dice: &mut Dice) -> (String, String) {
        let subjects = self.subjects();
        let subject = subjects[dice.below(subjects.len())].clone();
        let values = self.values_of(&subject);
        let choice = values[dice.below(values.len())].clone();
        (subject, choice)
    }

    /// A choice as the session has it.
    pub fn wanted(&self, lamp: &Configuration, choice: &str) -> (String, Wanted) {
        let reader = tarif::wire::ChoiceReader::new(lamp.model(), 0);
        reader.typed(choice).expect("the choice can be read")
    }

    pub fn take_back(&self, lamp: &mut Configuration, choice: &str) {
        let (path, wanted) = self.wanted(lamp, choice);
        let taken = match wanted {
            Wanted::With(element) | Wanted::Without(element) => {
                lamp.session().retract_element(&path, element)
            }
            _ => lamp.session().retract(&path),
        };
        taken.expect("the slot is there");
    }

    /// Whether a state offers what a choice wants.
    pub fn is_offered(&self, state: &State, choice: &str) -> bool {
        let words = tarif::configure::Words::new(state.model(), 0);
        if let Some((path, value)) = choice.split_once('=') {
            let slot = state.slot(path).expect("the slot is there");
            let possible = state.possible(slot);
            let listed = possible.values.iter().any(|it| words.written(slot.slot, it) == value);
            let in_range = possible.intervals.iter().any(|interval| {
                let digits = value.split(' ').next().unwrap_or("");
                let number = tarif::value::Exact::parse(digits).expect("a number");
                interval.from.as_ref().is_none_or(|from| *from <= number)
                    && interval.to.as_ref().is_none_or(|to| number <= *to)
            });
            return listed || in_range || value == "absent" && possible.absent;
        }
        let (path, element) = choice.rsplit_once(' ').expect("three words");
        let (path, relation) = path.rsplit_once(' ').expect("three words");
        let slot = state.slot(path).expect("the slot is there");
        let element = slot.elements.iter().find(|it| words.element_key(slot.slot, it.element) == element);
        let element = element.expect("the element is there");
        let can = if relation == "with" { element.can_be_in } else { element.can_be_out };
        can.expect("small books are decided")
    }

    /// How many choices must go at least, so that the others can be had.
    pub fn fewest_given_up(&self, choices: &[&str]) -> usize {
        let wishes: Vec<Wish> = choices.iter().map(|choice| Wish::of(choice)).collect();
        let missing = |one: &One| wishes.iter().filter(|wish| !wish.is_had(one)).count();
        self.fitting(&[]).map(missing).min().expect("there is a configuration")
    }

    /// The configuration of a line.
    pub fn of_line(&self, line: &RequestLine) -> One {
        let mut one = One { at: [0; SLOTS.len()], extras: [false; EXTRAS.len()], broken: BTreeSet::new() };
        for (at, (slot, known)) in one.at.iter_mut().zip(SLOTS) {
            let raw = match slot {
                "quantity" => line.quantity.as_ref(),
                slot => line.options.iter().find(|(name, _)| name == slot).map(|(_, raw)| raw),
            };
            let text = match raw {
                None | Some(Raw::Null) => "absent".to_owned(),
                Some(Raw::Bool(truth)) => truth.to_string(),
                Some(Raw::Number(text) | Raw::Text(text)) => text.clone(),
                other => panic!("{slot}: {other:?}"),
            };
            *at = known.iter().position(|it| *it == text).unwrap_or_else(|| panic!("{slot}: {text}"));
        }
        if let Some((_, Raw::List(items))) = line.options.iter().find(|(name, _)| name == "extras") {
            one.extras = EXTRAS.map(|it| items.contains(&Raw::Text(it.to_owned())));
        }
        one
    }

    /// What a quote has against a line.
    pub fn violations(&self, book: &Book, line: &RequestLine) -> Vec<String> {
        violations(book, line.clone())
    }
}

fn violations(book: &Book, line: RequestLine) -> Vec<String> {
    let request =
        Request { as_of: Some(Raw::Text("2026-02-10".to_owned())), lines: vec![line], ..Request::default() };
    let quote = book.quote(&request).expect("the request makes sense");
    let line = &quote.lines[0];
    line.violations
        .iter()
        .map(|it| it.because.as_ref().map_or_else(|| it.message.clone(), |because| because.to_string()))
        .collect()
}

/// The line of a request that a configuration is.
fn line_of(one: &One) -> RequestLine {
    let mut line = RequestLine { product: Some(Raw::Text("lamp".to_owned())), ..RequestLine::default() };
    for ((slot, values), at) in SLOTS.iter().zip(one.at) {
        let raw = match values[at] {
            "absent" => continue,
            "true" => Raw::Bool(true),
            "false" => Raw::Bool(false),
            value => Raw::Text(value.to_owned()),
        };
        match *slot {
            "quantity" => line.quantity = Some(raw),
            slot => line.options.push((slot.to_owned(), raw)),
        }
    }
    let held = EXTRAS.iter().zip(one.extras).filter(|(_, is_in)| *is_in);
    let extras = held.map(|(it, _)| Raw::Text((*it).to_owned())).collect();
    line.options.push(("extras".to_owned(), Raw::List(extras)));
    line
}

/// The rules that a configuration breaks, in the words in which a clash names them: the rules of the shop once more,
/// in another language.
fn broken(one: &One) -> BTreeSet<&'static str> {
    let is = |slot: &str, value: &str| Wish::of(&format!("{slot}={value}")).is_had(one);
    let with = |element: &str| Wish::of(&format!("extras with {element}")).is_had(one);
    let no_pole =
        is("shade", "glass") && is("height", "40 cm") || is("shade", "steel") && is("height", "10 cm");
    let rules = [
        ("paper burns above 40 W", is("shade", "paper") && is("power", "60 W")),
        ("plain lamps are not dimmed", is("grade", "plain") && is("dimmer", "true")),
        ("a clamp needs a long pole", with("clamp") && (is("height", "10 cm") || is("height", "20 cm"))),
        ("exclude stamp = gold with shade = steel", is("stamp", "gold") && is("shade", "steel")),
        ("require quantity <= 2 when grade = best", is("quantity", "3") && is("grade", "best")),
        ("the pole fits the shade", no_pole),
        ("exclude remote = far with cable in extras", is("remote", "far") && with("cable")),
        ("remote when dimmer", is("remote", "absent") == is("dimmer", "true")),
    ];
    rules.into_iter().filter(|(_, breaks)| *breaks).map(|(words, _)| words).collect()
}
