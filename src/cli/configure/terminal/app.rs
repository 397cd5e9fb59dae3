//! What a terminal shows and what a key does, without a terminal: keys in, a changed picture out.

use super::rows::{self, Row, RowKind};
use crate::cli::configure::page::{clash_line, not_kept, repair_text};
use crate::cli::configure::price::Price;
use crate::cli::configure::talk::Talk;
use crate::configure::{
    Choice, Completion, Conflict, NotDecided, SlotId, SlotKind, SlotState, Standing, State, Wanted, Why,
};
use crate::ir::Value;

/// A key, as far as it means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Left,
    Right,
    Enter,
    Escape,
    Backspace,
    Char(char),
}

/// What becomes of the conversation after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// It goes on.
    On,
    /// It ends with this request.
    Finished(String),
    /// It ends without one.
    Quit,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// The list of slots.
    Slots,
    /// The values of one slot.
    Values,
    /// The line on which a value is typed.
    Entry,
    /// The line on which values are searched.
    Search,
    /// The repairs of a conflict.
    Conflict,
    /// The look at the whole before it is written.
    Finish,
}

/// How far a page key goes.
const PAGE: usize = 10;

/// The picture.
pub(super) struct App {
    pub talk: Talk,
    pub state: State,
    pub conflict: Option<Result<Conflict, NotDecided>>,
    /// What answers recommend.
    pub recommended: Vec<Choice>,
    pub completion: Option<Result<Option<Completion>, NotDecided>>,
    pub price: Option<Price>,
    pub focus: Focus,
    /// The slots in the order shown.
    pub slots: Vec<SlotId>,
    /// The position of the cursor in `slots`.
    pub at: usize,
    /// The rows of the slot's values, as far as they match the search.
    pub rows: Vec<Row>,
    /// The position of the cursor in `rows`.
    pub row: usize,
    /// The position of the cursor among repairs.
    pub repair: usize,
    /// What is typed on the line.
    pub typed: String,
    /// What values are searched by.
    pub search: String,
    /// What is said below: reasons, complaints.
    pub said: Vec<String>,
}

impl App {
    pub fn new(mut talk: Talk) -> App {
        let answers = talk.answers();
        let mut app = App {
            talk,
            state: answers.state,
            conflict: None,
            recommended: Vec::new(),
            completion: None,
            price: None,
            focus: Focus::Slots,
            slots: Vec::new(),
            at: 0,
            rows: Vec::new(),
            row: 0,
            repair: 0,
            typed: String::new(),
            search: String::new(),
            said: Vec::new(),
        };
        app.dropped();
        app.refresh();
        app.go_to_question();
        app
    }

    /// Says what of an earlier configuration was not kept.
    fn dropped(&mut self) {
        self.said = not_kept(&self.talk).into_iter().map(|text| format!("not kept: {text}")).collect();
    }

    /// Works out everything anew after the choices changed.
    fn refresh(&mut self) {
        let answers = self.talk.answers();
        self.state = answers.state;
        self.conflict = answers.conflict;
        self.recommended = answers.recommended;
        let fits = self.state.fits == Ok(true);
        self.completion = fits.then(|| self.talk.session.complete());
        self.price = match &self.completion {
            Some(Ok(Some(completion))) => Some(self.talk.price(completion)),
            _ => None,
        };
        let model = self.talk.session.model().clone();
        let current = self.current();
        let kind = |slot: &SlotState| model.slot(slot.slot).map(|slot| slot.kind);
        // A piece that is not there has nothing to choose; an option that is not there says why on demand.
        let is_shown = |slot: &&SlotState| {
            let is_piece = model.slot(slot.slot).is_some_and(|slot| slot.path.contains('['));
            !(is_piece && slot.value == Some(Value::Absent) && slot.standing == Standing::Implied)
        };
        let (mut slots, rest): (Vec<&SlotState>, Vec<&SlotState>) =
            self.state.slots.iter().filter(is_shown).partition(|slot| kind(slot) == Some(SlotKind::Question));
        slots.extend(rest);
        self.slots = slots.into_iter().map(|slot| slot.slot).collect();
        self.at = current.and_then(|id| self.slots.iter().position(|slot| *slot == id)).unwrap_or(self.at);
        self.at = self.at.min(self.slots.len().saturating_sub(1));
        self.list();
        if self.conflict.is_some() {
            self.focus = Focus::Conflict;
            self.repair = 0;
        } else if self.focus == Focus::Conflict {
            self.focus = Focus::Slots;
        }
    }

    /// Lists the values of the slot under the cursor.
    fn list(&mut self) {
        let Some(slot) = self.current().and_then(|id| self.state.of(id)) else {
            self.rows.clear();
            return;
        };
        let rows = rows::of(&self.talk, &self.state, slot);
        let search = self.search.to_lowercase();
        self.rows = rows.into_iter().filter(|row| row.matches(&search)).collect();
        self.row = self.row.min(self.rows.len().saturating_sub(1));
    }

    /// The slot under the cursor.
    pub fn current(&self) -> Option<SlotId> {
        self.slots.get(self.at).copied()
    }

    fn go_to_question(&mut self) {
        let question = self.talk.session.next_question(&self.state);
        if let Some(at) = question.and_then(|id| self.slots.iter().position(|slot| *slot == id)) {
            self.go_to(at);
        }
    }

    fn go_to(&mut self, at: usize) {
        self.at = at.min(self.slots.len().saturating_sub(1));
        self.search.clear();
        self.row = 0;
        self.list();
        // The cursor begins on the value that the slot has.
        let own = self.rows.iter().position(|row| row.is_own());
        self.row = own.unwrap_or(0);
    }

    /// What a key does.
    pub fn press(&mut self, key: Key) -> Flow {
        match self.focus {
            Focus::Slots => self.press_in_slots(key),
            Focus::Values => self.press_in_values(key),
            Focus::Entry => self.press_in_entry(key),
            Focus::Search => self.press_in_search(key),
            Focus::Conflict => self.press_in_conflict(key),
            Focus::Finish => self.press_in_finish(key),
        }
    }

    fn press_in_slots(&mut self, key: Key) -> Flow {
        let last = self.slots.len().saturating_sub(1);
        let to = moved(key, self.at, last);
        if let Some(to) = to {
            self.said.clear();
            self.go_to(to);
            return Flow::On;
        }
        match key {
            Key::Right | Key::Enter => self.focus = Focus::Values,
            Key::Backspace | Key::Char('x') => self.take_back(None),
            Key::Char('q') | Key::Escape => return Flow::Quit,
            _ => self.press_anywhere(key),
        }
        Flow::On
    }

    fn press_in_values(&mut self, key: Key) -> Flow {
        let last = self.rows.len().saturating_sub(1);
        if let Some(to) = moved(key, self.row, last) {
            self.said.clear();
            self.row = to;
            return Flow::On;
        }
        match key {
            Key::Left | Key::Escape => {
                self.search.clear();
                self.list();
                self.focus = Focus::Slots;
            }
            Key::Enter | Key::Right | Key::Char(' ') => self.take(),
            Key::Backspace | Key::Char('x') => {
                let element = self.rows.get(self.row).and_then(|row| row.element());
                self.take_back(element);
            }
            Key::Char('/') => {
                self.search.clear();
                self.focus = Focus::Search;
            }
            Key::Char(digit) if self.takes_text() && (digit.is_ascii_digit() || digit == '-') => {
                self.typed = digit.to_string();
                self.focus = Focus::Entry;
            }
            Key::Char('q') => return Flow::Quit,
            _ => self.press_anywhere(key),
        }
        Flow::On
    }

    fn press_anywhere(&mut self, key: Key) {
        match key {
            Key::Char('u') => {
                let undone = self.talk.undo();
                self.refresh();
                self.said = if undone { Vec::new() } else { vec!["there is nothing to take back".into()] };
            }
            Key::Char('?') => self.explain(),
            Key::Char('w') => {
                self.said.clear();
                self.focus = Focus::Finish;
            }
            _ => {}
        }
    }

    fn press_in_entry(&mut self, key: Key) -> Flow {
        match key {
            Key::Escape => self.focus = Focus::Values,
            Key::Backspace => drop(self.typed.pop()),
            Key::Char(letter) => self.typed.push(letter),
            Key::Enter => {
                let Some(id) = self.current() else { return Flow::On };
                let path = self.talk.words().path(id).to_owned();
                match self.talk.reader().wanted(&path, self.typed.trim()) {
                    Ok(wanted) => {
                        self.focus = Focus::Values;
                        self.want(wanted);
                    }
                    Err(error) => {
                        self.said = vec![error.message];
                        self.said.extend(error.help);
                    }
                }
            }
            _ => {}
        }
        Flow::On
    }

    fn press_in_search(&mut self, key: Key) -> Flow {
        match key {
            Key::Escape => {
                self.search.clear();
                self.focus = Focus::Values;
            }
            Key::Enter => self.focus = Focus::Values,
            Key::Backspace => drop(self.search.pop()),
            Key::Char(letter) => self.search.push(letter),
            Key::Up | Key::Down | Key::PageUp | Key::PageDown => {
                self.row = moved(key, self.row, self.rows.len().saturating_sub(1)).unwrap_or(self.row);
                return Flow::On;
            }
            _ => {}
        }
        self.row = 0;
        self.list();
        Flow::On
    }

    fn press_in_conflict(&mut self, key: Key) -> Flow {
        let repairs = match &self.conflict {
            Some(Ok(conflict)) => conflict.repairs.clone(),
            _ => Vec::new(),
        };
        if let Some(to) = moved(key, self.repair, repairs.len().saturating_sub(1)) {
            self.repair = to;
            return Flow::On;
        }
        match key {
            Key::Enter => {
                if let Some(repair) = repairs.get(self.repair) {
                    self.talk.mend(repair);
                    let text = repair_text(&self.talk.words(), repair);
                    self.refresh();
                    self.said = vec![format!("mended: {text}")];
                }
            }
            Key::Char(digit) if digit.is_ascii_digit() => {
                let at = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                if let Some(at) = at.and_then(|at| at.checked_sub(1)).filter(|at| *at < repairs.len()) {
                    self.repair = at;
                    return self.press_in_conflict(Key::Enter);
                }
            }
            Key::Escape | Key::Char('u') => {
                if self.talk.undo() {
                    self.refresh();
                    self.said.clear();
                } else {
                    // The clash was there from the beginning: choices are taken back one by one.
                    self.conflict = None;
                    self.focus = Focus::Slots;
                }
            }
            Key::Char('q') => return Flow::Quit,
            _ => {}
        }
        Flow::On
    }

    fn press_in_finish(&mut self, key: Key) -> Flow {
        match (key, &self.completion) {
            (Key::Enter | Key::Char('w'), Some(Ok(Some(completion)))) => {
                return Flow::Finished(self.talk.request(completion));
            }
            (Key::Escape | Key::Left | Key::Char('u' | 'q'), _) => self.focus = Focus::Slots,
            _ => {}
        }
        Flow::On
    }

    /// Whether the slot takes what is typed.
    fn takes_text(&self) -> bool {
        self.rows.iter().any(|row| row.kind == RowKind::Entry)
    }

    /// Takes the value under the cursor.
    fn take(&mut self) {
        let Some(row) = self.rows.get(self.row).cloned() else { return };
        match row.wanted() {
            Some(wanted) => self.want(wanted),
            None => {
                self.typed.clear();
                self.focus = Focus::Entry;
            }
        }
    }

    fn want(&mut self, wanted: Wanted) {
        let Some(id) = self.current() else { return };
        let path = self.talk.words().path(id).to_owned();
        self.said.clear();
        if let Err(error) = self.talk.want(&path, wanted) {
            self.said = vec![error.message];
        }
        let is_question = self.talk.session.question(id).is_some();
        self.refresh();
        if is_question && self.conflict.is_none() {
            self.focus = Focus::Slots;
            self.go_to_question();
        }
    }

    fn take_back(&mut self, element: Option<u16>) {
        let Some(id) = self.current() else { return };
        let path = self.talk.words().path(id).to_owned();
        let is_changed = self.talk.retract(&path, element);
        self.refresh();
        self.said = if is_changed { Vec::new() } else { vec!["nothing is chosen here".into()] };
    }

    /// Says why the value under the cursor stands as it does.
    fn explain(&mut self) {
        let Some(id) = self.current() else { return };
        let own = self.state.of(id).and_then(|slot| slot.value.clone());
        let in_values = self.focus == Focus::Values;
        let wanted = match self.rows.get(self.row).filter(|_| in_values) {
            Some(row) => row.asked(),
            None => own.map(Wanted::Value),
        };
        let Some(wanted) = wanted else {
            self.said = vec!["this is open: nothing forces it".into()];
            return;
        };
        let path = self.talk.words().path(id).to_owned();
        self.said = match self.talk.why(&path, wanted) {
            Ok(Ok(why)) => self.why(&why),
            Ok(Err(stopped)) => vec![stopped.to_string()],
            Err(error) => vec![error.message],
        };
    }

    fn why(&self, why: &Why) -> Vec<String> {
        let words = self.talk.words();
        let what = words.wanted(why.slot, &why.wanted);
        let clash = why.clash.as_ref().map_or(String::new(), |clash| clash_line(&self.talk, clash));
        match why.standing {
            Standing::Impossible => {
                let mut said = vec![format!("{what} cannot be had: {clash}")];
                let ways = why.ways.iter().map(|way| format!("possible with {}", repair_text(&words, way)));
                said.extend(ways);
                if why.ways.is_empty() {
                    said.push("no change of your choices makes it possible".into());
                }
                said
            }
            Standing::Implied => vec![format!("{what} follows from: {clash}")],
            _ => vec![format!("{what} can be had")],
        }
    }
}

/// Where a key moves a cursor, if it does.
fn moved(key: Key, at: usize, last: usize) -> Option<usize> {
    let to = match key {
        Key::Up => at.saturating_sub(1),
        Key::Down => at.saturating_add(1),
        Key::PageUp => at.saturating_sub(PAGE),
        Key::PageDown => at.saturating_add(PAGE),
        Key::Home => 0,
        Key::End => last,
        _ => return None,
    };
    Some(to.min(last))
}
