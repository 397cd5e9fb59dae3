//! Answers about a configuration as a page of text, 80 columns wide.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::talk::Talk;
use crate::cli::paper::{Look, printable, wrap};
use crate::configure::{
    Choice, Clash, Completion, Conflict, Count, End, NotDecided, NotRanked, Origin, Possible, Ranked, Reason,
    Repair, RuleInfo, SlotId, SlotKind, SlotState, Standing, Wanted, Why, WhyDropped, Words,
};
use crate::diagnostic::codes;
use crate::ir::{Ty, Value};
use crate::source::Span;
use crate::wire::Answers;
use crate::workspace::Places;

/// The width of the page.
const PAGE: usize = 80;

/// A name wider than this has its state on the next line.
const WIDEST_NAME: usize = 24;

/// The column of states is so wide.
const STATES: usize = 9;

/// So many values are shown of a long list.
const MOST_VALUES: usize = 24;

/// The answers as a page.
pub(super) fn answers(answers: &Answers, talk: &Talk, color: bool) -> String {
    let mut page = Page::new(talk, color);
    page.head(answers);
    page.slots(answers);
    page.dropped(answers);
    if let Some(conflict) = &answers.conflict {
        page.either(conflict, |page, conflict| page.conflict(conflict));
    }
    if let Some(why) = &answers.why {
        page.either(why, |page, why| page.why(why));
    }
    if let Some(completion) = &answers.completion {
        page.either(completion, |page, completion| match completion {
            Some(completion) => page.completion("a whole configuration", completion),
            None => page.text(0, "no whole configuration has these choices", Look::Bad),
        });
    }
    if let Some((end, best)) = &answers.best {
        page.best(*end, best);
    }
    if let Some(count) = &answers.count {
        page.count(answers, count);
    }
    page.out
}

/// What a rule says and where, for other pages.
pub(super) fn rule_words(words: &Words<'_>, rule: &RuleInfo, places: &Places) -> (String, String) {
    let place = place_text(places, rule.span);
    let name = rule.name.as_ref().map_or(place.clone(), |name| format!("{name}, {place}"));
    (words.rule(rule), name)
}

fn place_text(places: &Places, span: Span) -> String {
    let place = places.place(span);
    format!("{}:{}", place.path, place.line)
}

/// What an impossible or implied value hangs on, in one line: rules, then choices.
pub(super) fn clash_line(talk: &Talk, clash: &Clash) -> String {
    let words = talk.words();
    let rules = clash.rules.iter().filter_map(|rule| talk.session.model().rules.get(rule.0 as usize));
    let mut parts: Vec<String> = rules.map(|rule| words.rule(rule)).collect();
    parts.extend(clash.choices.iter().map(|choice| choice_text(&words, choice)));
    parts.join(" · ")
}

/// A choice, with who made it where that is not the user.
pub(super) fn choice_text(words: &Words<'_>, choice: &Choice) -> String {
    let text = words.choice(choice);
    match choice.origin {
        Origin::Given => format!("{text} (from the request)"),
        Origin::Default => format!("{text} (default)"),
        Origin::Recommended => format!("{text} (recommended)"),
        Origin::Chosen | Origin::Asked => text,
    }
}

/// The changes of a repair in one line.
pub(super) fn repair_text(words: &Words<'_>, repair: &Repair) -> String {
    let changes = repair.changes.iter().map(|change| words.wanted(change.slot, &change.to));
    changes.collect::<Vec<_>>().join(" and ")
}

/// What of an earlier configuration or a preset was not kept, each with the reason.
pub(super) fn not_kept(talk: &Talk) -> Vec<String> {
    let words = talk.words();
    let mut said: Vec<String> = talk.unread.iter().map(|error| error.message.clone()).collect();
    for it in &talk.dropped {
        let id = talk.session.model().find(&it.path);
        let what = id.map_or_else(|| it.path.clone(), |id| words.wanted(id, &it.wanted));
        let why = match &it.why {
            WhyDropped::NotOffered(why) => why.to_string(),
            WhyDropped::Clash(clash) => clash_line(talk, clash),
            WhyDropped::NotDecided(why) => why.to_string(),
        };
        said.push(format!("{what}: {why}"));
    }
    said
}

struct Page<'t> {
    talk: &'t Talk,
    words: Words<'t>,
    color: bool,
    out: String,
}

impl<'t> Page<'t> {
    fn new(talk: &'t Talk, color: bool) -> Page<'t> {
        Page { talk, words: talk.words(), color, out: String::new() }
    }

    /// One line as it is.
    fn line(&mut self, text: &str, look: Look) {
        let style = look.style();
        let text = text.trim_end();
        if self.color && !text.is_empty() && look != Look::Plain {
            self.out.push_str(&format!("{style}{text}{style:#}\n"));
        } else {
            self.out.push_str(text);
            self.out.push('\n');
        }
    }

    /// Words, wrapped where they are long.
    fn text(&mut self, indent: usize, text: &str, look: Look) {
        for line in wrap(&printable(text), PAGE.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""), look);
        }
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A name, a word for its state, and words that hang beside them.
    fn row(&mut self, widths: (usize, usize), name: &str, state: &str, text: &str, look: Look) {
        let (names, states) = widths;
        let start = 2 + names + 2 + states + 2;
        let name = printable(name).into_owned();
        let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
        let mut head = format!("  {name}{}  {state}{}  ", pad(&name, names), pad(state, states));
        if name.width() > names {
            self.line(&format!("  {name}"), look);
            head = format!("{:1$}{state}{2}  ", "", 2 + names + 2, pad(state, states));
        }
        for (at, line) in wrap(&printable(text), PAGE.saturating_sub(start)).into_iter().enumerate() {
            let front = if at == 0 { head.clone() } else { " ".repeat(start) };
            self.line(&format!("{front}{line}"), look);
        }
    }

    fn either<T>(&mut self, answer: &Result<T, NotDecided>, show: impl Fn(&mut Page<'t>, &T)) {
        self.blank();
        match answer {
            Ok(answer) => show(self, answer),
            Err(why) => self.not_decided(why),
        }
    }

    fn not_decided(&mut self, why: &NotDecided) {
        self.text(0, &format!("! not decided ({}): {}", why.code().id(), why.why), Look::Warning);
    }

    fn head(&mut self, answers: &Answers) {
        let model = self.talk.session.model();
        let product = model.plan.book().products.iter().find(|product| product.name == model.product);
        let name = product.and_then(|it| it.label.clone()).unwrap_or_else(|| model.product.clone());
        let why = self.talk.why_day.map_or(String::new(), |why| format!(", {why}"));
        self.line(&format!("{name} · as of {}{why}", model.day), Look::Strong);
        // A set that is chosen as a whole is one choice, and so is one that is chosen element by element.
        let own = answers.choices.iter().filter(|choice| choice.origin == Origin::Chosen);
        let own = own.map(|choice| choice.slot).collect::<BTreeSet<_>>().len();
        let (text, look) = match &answers.state.fits {
            Ok(true) if own == 0 => ("nothing is chosen yet".to_owned(), Look::Plain),
            Ok(true) if own == 1 => ("the choice fits".to_owned(), Look::Good),
            Ok(true) => (format!("the {own} choices fit together"), Look::Good),
            Ok(false) if own == 0 => ("no configuration is valid".to_owned(), Look::Bad),
            Ok(false) => ("the choices clash".to_owned(), Look::Bad),
            Err(why) => return self.not_decided(why),
        };
        self.line(&text, look);
    }

    fn slots(&mut self, answers: &Answers) {
        let model = self.talk.session.model().clone();
        let is_question =
            |slot: &&SlotState| model.slot(slot.slot).is_some_and(|slot| slot.kind == SlotKind::Question);
        let (questions, slots): (Vec<&SlotState>, Vec<&SlotState>) =
            answers.state.slots.iter().partition(is_question);
        let names = slots.iter().map(|slot| self.words.slot(slot.slot).width());
        let names = names.filter(|width| *width <= WIDEST_NAME).max().unwrap_or(0);
        self.blank();
        let mut absent: Vec<String> = Vec::new();
        let to_come = answers.state.pieces_to_come();
        let mut hidden: BTreeSet<SlotId> = BTreeSet::new();
        for slot in slots {
            let path = self.words.path(slot.slot);
            if let Some(piece) = to_come.iter().find(|piece| answers.state.is_in_piece(path, **piece)) {
                // Of a piece that no choice can bring nothing is to be said.
                if slot.value != Some(Value::Absent) && slot.standing != Standing::Impossible {
                    hidden.insert(piece.0);
                }
                continue;
            }
            // Where the choices clash nothing fits what is open, and the conflict says why.
            if slot.standing == Standing::Impossible {
                continue;
            }
            if slot.value == Some(Value::Absent) && slot.standing == Standing::Implied {
                absent.push(self.words.slot(slot.slot));
                if answers.reasons.is_empty() {
                    continue;
                }
            }
            self.slot(answers, slot, (names, STATES));
        }
        if !absent.is_empty() && answers.reasons.is_empty() {
            let absent = shortened(absent).unwrap_or_default();
            self.text(2, &format!("not in this configuration: {absent}"), Look::Faint);
        }
        if !hidden.is_empty() {
            let piece = |(part, first, last): &(SlotId, u64, u64)| {
                let part = self.words.path(*part);
                if first == last {
                    format!("{part}[{first}]")
                } else {
                    format!("{part}[{first}] to [{last}]")
                }
            };
            let shown = to_come.iter().filter(|(part, ..)| hidden.contains(part));
            let pieces = shortened(shown.map(piece).collect()).unwrap_or_default();
            self.text(2, &format!("pieces that can be added: {pieces}"), Look::Faint);
        }
        self.questions(answers, &questions);
        for lost in &model.lost_recommendations {
            self.blank();
            let text = format!("! the recommendation `{}` of `{}` is left out", lost.text, lost.question);
            self.text(2, &format!("{text}: {}", lost.why), Look::Warning);
        }
    }

    /// The questions of the guide: the answers given, and which question comes next.
    fn questions(&mut self, answers: &Answers, questions: &[&SlotState]) {
        for slot in questions.iter().filter(|slot| slot.standing == Standing::Chosen) {
            self.blank();
            let question = self.words.slot(slot.slot);
            let answer =
                slot.value.as_ref().map_or(String::new(), |value| self.words.value(slot.slot, value));
            self.text(2, &format!("{question} {answer}"), Look::Plain);
        }
        if answers.conflict.is_some() {
            return;
        }
        let Some(slot) = answers.question.and_then(|id| answers.state.of(id)) else { return };
        self.blank();
        let id = slot.slot;
        self.text(
            2,
            &format!("next question: {} ({})", self.words.slot(id), self.words.path(id)),
            Look::Plain,
        );
        let possible = Possible { absent: false, ..answers.state.possible(slot) };
        let impossible = Possible { absent: false, ..answers.state.impossible(slot) };
        for (word, possible, look) in [("", possible, Look::Plain), ("not ", impossible, Look::Faint)] {
            if let Some(list) = shortened(self.words.possible(id, &possible)) {
                self.text(4, &format!("{word}{list}"), look);
            }
        }
    }

    fn slot(&mut self, answers: &Answers, slot: &SlotState, widths: (usize, usize)) {
        let id = slot.slot;
        let name = self.words.slot(id);
        let (state_word, look) = match (slot.standing, slot.origin) {
            (Standing::Chosen, Some(Origin::Given)) => ("given", Look::Plain),
            (Standing::Chosen, _) => ("chosen", Look::Strong),
            (Standing::Implied, _) => ("implied", Look::Strong),
            (Standing::Default, _) => ("default", Look::Plain),
            (Standing::Free, _) => ("free", Look::Plain),
            (Standing::Impossible, _) => ("clash", Look::Bad),
            (Standing::NotDecided, _) => ("undecided", Look::Warning),
        };
        let mut rows: Vec<(String, Look)> = Vec::new();
        match self.talk.session.model().slot(id).map(|slot| slot.ty.required()) {
            Some(Ty::Set(_)) => self.set_rows(answers, slot, look, &mut rows),
            _ => self.value_rows(answers, slot, look, &mut rows),
        }
        if let Some(text) = recommended_text(&self.words, &answers.recommended, id) {
            rows.push((text, Look::Good));
        }
        for reason in answers.reasons.iter().filter(|reason| reason.slot == id) {
            rows.push((self.reason(reason), Look::Faint));
        }
        let mut first = Some((name.as_str(), state_word));
        for (text, look) in rows {
            let (name, state) = first.take().unwrap_or_default();
            self.row(widths, name, state, &text, look);
        }
        if let Some((name, state)) = first {
            self.row(widths, name, state, "–", look);
        }
    }

    fn value_rows(&self, answers: &Answers, slot: &SlotState, look: Look, rows: &mut Vec<(String, Look)>) {
        let id = slot.slot;
        let own = slot.value.as_ref().map(|value| self.words.value(id, value));
        let wanted = answers.choices.iter().find(|choice| choice.slot == id);
        match (&own, wanted) {
            (Some(own), _) => rows.push((own.clone(), look)),
            (None, Some(choice)) => rows.push((self.words.asked(id, &choice.wanted), look)),
            (None, None) => {}
        }
        let state = &answers.state;
        if slot.standing == Standing::Implied {
            return;
        }
        let listed = |possible: &Possible| {
            let words = self.words.possible(id, possible);
            shortened(words.into_iter().filter(|word| Some(word) != own.as_ref()).collect())
        };
        let lists = [
            (listed(&state.possible(slot)), if rows.is_empty() { "" } else { "or " }, Look::Plain),
            (listed(&state.undecided(slot)), "undecided ", Look::Warning),
        ];
        for (list, word, look) in lists {
            rows.extend(list.map(|list| (format!("{word}{list}"), look)));
        }
        let is_explained = answers.reasons.iter().any(|reason| reason.slot == id);
        if !is_explained && answers.conflict.is_none() {
            let mut impossible = state.impossible(slot);
            impossible.absent &= !self.talk.session.model().slot(id).is_some_and(|slot| slot.is_steady);
            rows.extend(listed(&impossible).map(|list| (format!("not {list}"), Look::Faint)));
        }
    }

    fn set_rows(&self, answers: &Answers, slot: &SlotState, look: Look, rows: &mut Vec<(String, Look)>) {
        let id = slot.slot;
        if slot.value == Some(Value::Absent) {
            rows.push(("absent".into(), look));
        }
        let names = |fits: &dyn Fn(&&crate::configure::ElementState) -> bool| {
            let found = slot.elements.iter().filter(fits);
            shortened(found.map(|it| self.words.element(id, it.element)).collect())
        };
        let chosen = Standing::Chosen;
        let lists = [
            ("with ", look, names(&|it| it.is_in)),
            ("without ", look, names(&|it| it.standing == chosen && !it.is_in)),
            ("any of ", Look::Plain, names(&|it| it.standing == Standing::Free)),
            ("undecided ", Look::Warning, names(&|it| it.standing == Standing::NotDecided)),
        ];
        for (word, look, list) in lists {
            rows.extend(list.map(|list| (format!("{word}{list}"), look)));
        }
        let is_explained = answers.reasons.iter().any(|reason| reason.slot == id);
        if !is_explained && answers.conflict.is_none() {
            let impossible = names(&|it| it.standing == Standing::Impossible);
            rows.extend(impossible.map(|list| (format!("not {list}"), Look::Faint)));
        }
    }

    /// Why something is impossible or implied, in words.
    fn reason(&self, reason: &Reason) -> String {
        let mut what = self.words.possible(reason.slot, &reason.values);
        what.extend(reason.element.map(|element| self.words.element(reason.slot, element)));
        let what = shortened(what).unwrap_or_default();
        let word = match reason.standing {
            Standing::Implied => "only",
            _ => "not",
        };
        format!("{word} {what}: {}", clash_line(self.talk, &reason.clash))
    }

    fn clash(&mut self, indent: usize, clash: &Clash) {
        for choice in &clash.choices {
            let text = choice_text(&self.words, choice);
            self.text(indent, &text, Look::Plain);
        }
        self.rules(indent, clash);
    }

    fn rules(&mut self, indent: usize, clash: &Clash) {
        let model = self.talk.session.model().clone();
        for rule in clash.rules.iter().filter_map(|rule| model.rules.get(rule.0 as usize)) {
            let (text, name) = rule_words(&self.words, rule, &self.talk.places);
            self.text(indent, &text, Look::Plain);
            self.text(indent + 2, &name, Look::Faint);
        }
    }

    fn conflict(&mut self, conflict: &Conflict) {
        self.text(0, &format!("✗ these cannot all be had ({})", codes::CHOICES_CLASH.id()), Look::Bad);
        self.clash(4, &conflict.clash);
        match conflict.repairs.is_empty() {
            true => self.text(2, "no change of your choices mends it", Look::Plain),
            false => self.text(2, "what mends it, the least change first", Look::Plain),
        }
        self.repairs(&conflict.repairs);
    }

    fn repairs(&mut self, repairs: &[Repair]) {
        for (at, repair) in repairs.iter().enumerate() {
            let text = format!("{}  {}", at + 1, repair_text(&self.words, repair));
            self.text(4, &text, Look::Plain);
        }
    }

    fn why(&mut self, why: &Why) {
        let what = self.words.wanted(why.slot, &why.wanted);
        match why.standing {
            Standing::Impossible => self.text(0, &format!("✗ {what} cannot be had:"), Look::Bad),
            Standing::Implied => self.text(0, &format!("{what} follows from:"), Look::Good),
            _ => self.text(0, &format!("{what} can be had"), Look::Good),
        }
        if let Some(clash) = &why.clash {
            self.clash(4, clash);
        }
        if why.standing == Standing::Impossible {
            match why.ways.is_empty() {
                true => self.text(2, "no change of your choices makes it possible", Look::Plain),
                false => self.text(2, "what makes it possible, the least change first", Look::Plain),
            }
            self.repairs(&why.ways);
        }
    }

    fn dropped(&mut self, answers: &Answers) {
        if answers.dropped.is_empty() && answers.unread.is_empty() {
            return;
        }
        self.blank();
        self.text(0, &format!("not kept of {}", self.talk.started_from()), Look::Warning);
        for text in not_kept(self.talk) {
            self.text(4, &text, Look::Plain);
        }
    }

    fn completion(&mut self, title: &str, completion: &Completion) {
        self.text(0, title, Look::Strong);
        let model = self.talk.session.model().clone();
        let shown: Vec<_> = completion
            .told(&model)
            .filter(|it| it.value != Value::Absent)
            .filter(|it| model.slot(it.slot).is_some_and(|slot| slot.kind != SlotKind::Question))
            .collect();
        let names =
            shown.iter().map(|it| self.words.slot(it.slot).width()).max().unwrap_or(0).min(WIDEST_NAME);
        for it in shown {
            let word = match it.standing {
                Standing::Free => "proposed",
                other => other.word(),
            };
            let (name, value) = (self.words.slot(it.slot), self.words.value(it.slot, &it.value));
            self.row((names, STATES), &name, word, &value, Look::Plain);
        }
        for it in &completion.given_up {
            let (wish, instead) = (
                self.words.wanted(it.wish.slot, &it.wish.wanted),
                self.words.value(it.wish.slot, &it.instead),
            );
            let what = match it.wish.origin {
                Origin::Recommended => "recommendation",
                _ => "default",
            };
            let why = it
                .clash
                .as_ref()
                .map_or(String::new(), |clash| format!(": {}", clash_line(self.talk, clash)));
            self.text(2, &format!("the {what} {wish} could not be kept ({instead}){why}"), Look::Warning);
        }
        let price = self.talk.price(completion);
        self.text(2, &price.text(), if price.is_known() { Look::Strong } else { Look::Faint });
    }

    fn best(&mut self, end: End, best: &Result<Vec<Ranked>, NotRanked>) {
        self.blank();
        let ranked = match best {
            Ok(ranked) => ranked,
            Err(NotRanked::NotDecided(why)) => return self.not_decided(why),
            Err(NotRanked::NoPrice(why)) => {
                let code = codes::NO_RANKING.id();
                let text = format!("! list prices cannot be compared ({code}): {why}");
                return self.text(0, &text, Look::Warning);
            }
        };
        let model = self.talk.session.model().clone();
        for (at, it) in ranked.iter().enumerate() {
            let price = match model.list_price() {
                Ok(price) => {
                    let ty = Ty::Number(price.unit.clone());
                    crate::value::group_digits(
                        &model.plan.show(self.words.day(), &Value::Number(it.price.clone()), &ty).to_string(),
                        ' ',
                    )
                }
                Err(_) => it.price.to_string(),
            };
            let word = match (end, at) {
                (End::Cheapest, 0) => "the cheapest".to_owned(),
                (End::Dearest, 0) => "the dearest".to_owned(),
                _ => format!("number {}", at + 1),
            };
            self.blank();
            self.completion(&format!("{word}: list price {price} a unit"), &it.completion);
        }
    }

    fn count(&mut self, answers: &Answers, count: &Count) {
        self.blank();
        let grouped = |count: &num_bigint::BigUint| crate::value::group_digits(&count.to_string(), ' ');
        let text = match count {
            Count::Exactly(count) => format!("{} valid configurations", grouped(count)),
            Count::AtLeast(count) => format!("at least {} valid configurations", grouped(count)),
            Count::AtMost(count) => format!("at most {} valid configurations", grouped(count)),
            Count::NotDecided => "how many configurations there are is not decided".to_owned(),
        };
        self.text(0, &text, Look::Strong);
        let uncounted = &self.talk.session.model().uncounted;
        if !uncounted.is_empty() {
            let names: Vec<String> = uncounted.iter().map(|slot| self.words.slot(*slot)).collect();
            self.text(2, &format!("not counted: {}", names.join(", ")), Look::Faint);
        }
        let inputs = answers.counted_inputs();
        if !inputs.is_empty() {
            let names: Vec<String> = inputs.iter().map(|slot| self.words.slot(*slot)).collect();
            self.text(2, &format!("counted for every value of: {}", names.join(", ")), Look::Faint);
        }
    }
}

/// What answers recommend of a slot.
pub(super) fn recommended_text(words: &Words<'_>, recommended: &[Choice], id: SlotId) -> Option<String> {
    let own = recommended.iter().filter(|choice| choice.slot == id);
    let own = own.map(|choice| match &choice.wanted {
        Wanted::With(element) => words.element(id, *element),
        Wanted::Value(value) => words.value(id, value),
        _ => words.value(id, &Value::Absent),
    });
    Some(format!("recommended: {}", shortened(own.collect())?))
}

/// Words in a row, the first of them where there are many; nothing for none.
fn shortened(words: Vec<String>) -> Option<String> {
    if words.is_empty() {
        return None;
    }
    let more = words.len().saturating_sub(MOST_VALUES);
    let shown = words.into_iter().take(MOST_VALUES).collect::<Vec<_>>().join(", ");
    Some(if more > 0 { format!("{shown} and {more} others") } else { shown })
}
