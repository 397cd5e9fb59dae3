//! The conversation line by line, for pipes and plain terminals: a question is shown, an answer is read.

use std::io::{self, BufRead};
use std::path::Path;

use super::page::{self, clash_line, not_kept, recommended_text, repair_text};
use super::talk::Talk;
use super::{finish, outcome};
use crate::cli::paper::printable;
use crate::cli::screen::{Outcome, Run, Screen, Stop};
use crate::configure::{Conflict, SlotId, SlotKind, SlotState, Standing, State, Why};
use crate::ir::{Ty, Value};
use crate::load::reason;
use crate::quote::RequestError;
use crate::wire::Answers;

/// What can be said beside answers.
const HELP: &str = "a value answers the question; an empty line leaves it open; `option=value` chooses anything; \
                    `?` says what is impossible and why; `? option=value` asks about one; `undo`; `done`; `quit`\n";

/// Asks on the standard error, reads the standard input, and writes the finished request.
pub(super) fn ask(screen: Screen, talk: Talk, output: Option<&Path>) -> Run {
    let mut prompts = Prompts { talk, passed: Vec::new(), refused: 0, end: None };
    let mut is_fresh = true;
    for line in io::stdin().lock().lines() {
        if is_fresh {
            for text in not_kept(&prompts.talk) {
                screen.complain(&format!("not kept: {text}\n"));
            }
            screen.complain(&prompts.prompt());
            is_fresh = false;
        }
        let line =
            line.map_err(|error| Stop::failed(format!("cannot read an answer: {}", reason(&error))))?;
        screen.complain(&prompts.answer(line.trim()));
        if prompts.end.is_some() {
            break;
        }
        screen.complain(&prompts.prompt());
    }
    if is_fresh {
        // Nobody is there to answer.
        let answers = prompts.talk.answers();
        screen.print(&page::answers(&answers, &prompts.talk, screen.color_out()))?;
        return Ok(outcome(&answers));
    }
    if prompts.end == Some(End::Quit) {
        return Ok(Outcome::Problems);
    }
    if prompts.end.is_none() && prompts.refused > 0 {
        // What was meant is not what would be written.
        screen.complain(
            "an answer was not taken, so no request is written; `done` at the end writes it all the same\n",
        );
        return Ok(Outcome::Problems);
    }
    match prompts.finished() {
        Ok((said, request)) => {
            screen.complain(&said);
            finish(screen, output, &request)?;
            Ok(Outcome::Clean)
        }
        Err(said) => {
            screen.complain(&said);
            Ok(Outcome::Problems)
        }
    }
}

/// How a conversation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Quit,
}

/// A conversation line by line.
struct Prompts {
    talk: Talk,
    /// Slots that were left open on purpose.
    passed: Vec<SlotId>,
    /// So many answers were not taken.
    refused: usize,
    end: Option<End>,
}

impl Prompts {
    /// The question to ask now.
    fn prompt(&mut self) -> String {
        let answers = self.talk.answers();
        if let Some(Ok(conflict)) = &answers.conflict {
            return self.conflict(conflict);
        }
        match self.next(&answers.state) {
            Some(slot) => self.question(&answers, slot),
            None => "all is decided: `done` writes the request\n> ".into(),
        }
    }

    fn conflict(&self, conflict: &Conflict) -> String {
        let words = self.talk.words();
        let mut text = format!("these cannot all be had: {}\n", clash_line(&self.talk, &conflict.clash));
        for (at, repair) in conflict.repairs.iter().enumerate() {
            text.push_str(&format!("  {}  {}\n", at + 1, repair_text(&words, repair)));
        }
        text + "a number, `undo`, or another choice\n> "
    }

    /// The slot to ask about: the next question of the guide, else the first option that is open.
    fn next<'s>(&self, state: &'s State) -> Option<&'s SlotState> {
        let model = self.talk.session.model();
        let question = self.talk.session.next_question(state).filter(|slot| !self.passed.contains(slot));
        let is_asked = |slot: &&SlotState| {
            let kind = model.slot(slot.slot).map(|slot| slot.kind);
            let is_own = matches!(kind, Some(SlotKind::Quantity | SlotKind::Option | SlotKind::PartCount));
            let is_open = match slot.elements.as_slice() {
                [] => matches!(slot.standing, Standing::Free | Standing::Default | Standing::NotDecided),
                elements => elements.iter().any(|it| {
                    matches!(it.standing, Standing::Free | Standing::Default | Standing::NotDecided)
                }),
            };
            is_own && is_open && slot.value != Some(Value::Absent) && !self.passed.contains(&slot.slot)
        };
        match question {
            Some(question) => state.of(question),
            // How many is asked at the end.
            None => {
                let is_quantity = |slot: &&SlotState| {
                    model.slot(slot.slot).is_some_and(|slot| slot.kind == SlotKind::Quantity)
                };
                let mut asked = state.slots.iter().filter(is_asked);
                asked.clone().find(|slot| !is_quantity(slot)).or_else(|| asked.next())
            }
        }
    }

    fn question(&self, answers: &Answers, slot: &SlotState) -> String {
        let (id, words) = (slot.slot, self.talk.words());
        let possible = answers.state.possible(slot);
        // A question that is left open has no answer; an empty line says so.
        let absent = possible.absent && self.talk.session.question(id).is_none();
        let mut offered = words.possible(id, &crate::configure::Possible { absent, ..possible });
        let open = slot.elements.iter().filter(|it| it.can_be_in != Some(false));
        offered.extend(open.map(|it| words.element_key(id, it.element)));
        if offered.len() > 12 {
            let more = offered.len() - 12;
            offered.truncate(12);
            offered.push(format!("{more} others"));
        }
        let kept = match &slot.value {
            Some(value) if slot.standing == Standing::Default => {
                format!(" [{}]", words.value(id, value))
            }
            _ => String::new(),
        };
        let name = words.slot(id);
        let colon = if name.ends_with(['?', '？']) { "" } else { ":" };
        let recommended = recommended_text(&words, &answers.recommended, id);
        let recommended = recommended.map_or(String::new(), |text| format!(" ({text})"));
        format!("{name}{kept}{colon} {}{recommended}\n> ", offered.join(", "))
    }

    /// Takes an answer; what is said to it.
    fn answer(&mut self, line: &str) -> String {
        let answers = self.talk.answers();
        let current = self.next(&answers.state).map(|slot| slot.slot);
        let conflict = answers.conflict.as_ref().and_then(|conflict| conflict.as_ref().ok());
        match (line, conflict) {
            ("done", None) => {
                self.end = Some(End::Done);
                String::new()
            }
            ("quit", _) => {
                self.end = Some(End::Quit);
                String::new()
            }
            ("help", _) => HELP.into(),
            ("undo", _) => match self.talk.undo() {
                true => String::new(),
                false => "there is nothing to take back\n".into(),
            },
            ("", None) => {
                self.passed.extend(current);
                String::new()
            }
            ("?", None) => self.why_not(&answers.state, current),
            (line, Some(conflict)) if line.parse::<usize>().is_ok() => {
                let at = line.parse::<usize>().unwrap_or_default().checked_sub(1);
                match at.and_then(|at| conflict.repairs.get(at)) {
                    Some(repair) => {
                        self.talk.mend(repair);
                        String::new()
                    }
                    None => format!("there is no repair {line}\n"),
                }
            }
            _ => self.said(line, current),
        }
    }

    fn said(&mut self, line: &str, current: Option<SlotId>) -> String {
        let outcome = match (line.strip_prefix('?'), self.talk.reader().is_typed(line), current) {
            (Some(asked), _, current) => match self.asked(asked.trim(), current) {
                Ok(why) => return why,
                Err(error) => Err(error),
            },
            (None, false, Some(id)) => {
                let path = self.talk.words().path(id).to_owned();
                let text = self.in_list(id, line);
                match self.talk.reader().wanted(&path, &text) {
                    Ok(wanted) => self.talk.want(&path, wanted),
                    // What has the form of a choice is told what is wrong with it as a choice.
                    Err(error) if !line.contains('=') => Err(error),
                    Err(error) => Err(self.talk.reader().typed(line).err().unwrap_or(error)),
                }
            }
            (None, _, _) => self.talk.choose(line),
        };
        let Err(error) = outcome else { return String::new() };
        self.refused += usize::from(!line.starts_with('?'));
        complaint(&error)
    }

    /// Elements of a set may be written without brackets.
    fn in_list(&self, id: SlotId, line: &str) -> String {
        let is_set =
            self.talk.session.model().slot(id).is_some_and(|slot| matches!(slot.ty.required(), Ty::Set(_)));
        if is_set && !line.starts_with('[') && line != crate::configure::ABSENT {
            format!("[{line}]")
        } else {
            line.to_owned()
        }
    }

    /// Why something stands as it does.
    fn asked(&mut self, text: &str, current: Option<SlotId>) -> Result<String, RequestError> {
        let why = match current {
            Some(id) if !self.talk.reader().is_typed(text) => {
                let path = self.talk.words().path(id).to_owned();
                let wanted = self.talk.reader().wanted(&path, text)?;
                self.talk.why(&path, wanted)?
            }
            _ => self.talk.explain(text)?,
        };
        Ok(why.map_or_else(|stopped| format!("{stopped}\n"), |why| self.why(&why)))
    }

    fn why(&self, why: &Why) -> String {
        let words = self.talk.words();
        let what = words.wanted(why.slot, &why.wanted);
        let clash = why.clash.as_ref().map_or(String::new(), |clash| clash_line(&self.talk, clash));
        match why.standing {
            Standing::Impossible => {
                let mut text = format!("{what} cannot be had: {clash}\n");
                for repair in &why.ways {
                    text.push_str(&format!("  possible with {}\n", repair_text(&words, repair)));
                }
                text
            }
            Standing::Implied => format!("{what} follows from: {clash}\n"),
            _ => format!("{what} can be had\n"),
        }
    }

    /// What is impossible now of the slot that is asked about, and why.
    fn why_not(&mut self, state: &State, current: Option<SlotId>) -> String {
        let Some(id) = current else { return HELP.into() };
        let reasons = self.talk.session.reasons(state);
        let words = self.talk.words();
        let own = reasons.iter().filter(|reason| reason.slot == id);
        let lines: Vec<String> = own
            .map(|reason| {
                let mut what = words.possible(id, &reason.values);
                what.extend(reason.element.map(|element| words.element(id, element)));
                format!("not {}: {}\n", what.join(", "), clash_line(&self.talk, &reason.clash))
            })
            .collect();
        if lines.is_empty() { "nothing is impossible here\n".into() } else { lines.concat() }
    }

    /// What is said at the end, and the finished request; or why there is none.
    fn finished(&mut self) -> Result<(String, String), String> {
        let completion = match self.talk.session.complete() {
            Ok(Some(completion)) => completion,
            Ok(None) => return Err("the choices clash, so there is no request to write\n".into()),
            Err(stopped) => return Err(format!("{stopped}\n")),
        };
        let words = self.talk.words();
        let mut said = String::new();
        for it in completion.slots.iter().filter(|it| it.standing == Standing::Free) {
            let kind = self.talk.session.model().slot(it.slot).map(|slot| slot.kind);
            if matches!(kind, Some(SlotKind::Quantity | SlotKind::Option | SlotKind::PartCount))
                && it.value != Value::Absent
            {
                said.push_str(&format!(
                    "proposed: {} = {}\n",
                    words.slot(it.slot),
                    words.value(it.slot, &it.value)
                ));
            }
        }
        for it in &completion.given_up {
            let why = it.clash.as_ref().map_or(String::new(), |clash| clash_line(&self.talk, clash));
            let wish = words.wanted(it.wish.slot, &it.wish.wanted);
            said.push_str(&format!("not kept: {wish}: {why}\n"));
        }
        said.push_str(&format!("{}\n", self.talk.price(&completion).text()));
        Ok((said, self.talk.request(&completion)))
    }
}

fn complaint(error: &RequestError) -> String {
    let help = error.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    format!("{}\n", printable(&format!("{}{help}", error.message)))
}
