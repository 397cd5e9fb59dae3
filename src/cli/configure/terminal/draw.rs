//! The picture on 80 columns and 24 lines, or more.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::app::{App, Focus};
use super::rows::{Row, RowKind};
use crate::cli::configure::page::{choice_text, clash_line, recommended_text, repair_text, rule_words};
use crate::cli::paper::{printable, wrap};
use crate::configure::{Origin, SlotKind, SlotState, Standing};
use crate::ir::Value;

/// So many lines are kept for reasons.
const SAID: u16 = 5;

/// Draws the picture.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, color: bool) {
    let look = Looks { color };
    let [head, rule, body, line, said, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(3),
        Constraint::Length(1),
        Constraint::Length(SAID),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    put(frame, head, vec![header(app, usize::from(head.width), &look)]);
    put(frame, rule, vec![Line::styled("─".repeat(usize::from(rule.width)), look.faint())]);
    match app.focus {
        Focus::Conflict => put(frame, body, conflict(app, usize::from(body.width), &look)),
        Focus::Finish => put(frame, body, finish(app, body, &look)),
        _ => {
            let [left, middle, right] =
                Layout::horizontal([Constraint::Fill(11), Constraint::Length(3), Constraint::Fill(9)])
                    .areas(body);
            put(frame, left, slots(app, left, &look));
            put(frame, middle, vec![Line::styled(" │ ", look.faint()); usize::from(middle.height)]);
            put(frame, right, values(app, right, &look));
        }
    }
    put(frame, line, vec![Line::styled("─".repeat(usize::from(line.width)), look.faint())]);
    put(frame, said, words_below(app, usize::from(said.width), &look));
    put(frame, keys, vec![Line::styled(fit(help(app.focus), usize::from(keys.width)), look.faint())]);
}

fn put(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>) {
    frame.render_widget(Paragraph::new(lines), area);
}

struct Looks {
    color: bool,
}

impl Looks {
    fn colored(&self, style: Style, color: Color) -> Style {
        if self.color { style.fg(color) } else { style }
    }

    fn faint(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn bad(&self) -> Style {
        self.colored(self.strong(), Color::Red)
    }

    fn of(&self, standing: Standing) -> Style {
        match standing {
            Standing::Chosen | Standing::Implied => self.strong(),
            Standing::Default | Standing::Free => Style::new(),
            Standing::Impossible => self.faint(),
            Standing::NotDecided => self.colored(Style::new(), Color::Yellow),
        }
    }

    fn cursor(&self, style: Style, is_on: bool, has_focus: bool) -> Style {
        match (is_on, has_focus) {
            (true, true) => style.add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM),
            (true, false) => style.add_modifier(Modifier::UNDERLINED),
            _ => style,
        }
    }
}

/// The product on the left, the price on the right.
fn header(app: &App, width: usize, look: &Looks) -> Line<'static> {
    let model = app.talk.session.model();
    let product = model.plan.book().products.iter().find(|product| product.name == model.product);
    let name = product.and_then(|it| it.label.clone()).unwrap_or_else(|| model.product.clone());
    let price = match (&app.price, &app.conflict) {
        (_, Some(_)) => "the choices clash".to_owned(),
        (Some(price), _) => price.text(),
        (None, None) => "no price".to_owned(),
    };
    let left = format!("{name} · {}", model.day);
    let room = width.saturating_sub(left.width() + 2);
    let price = fit(&price, room.min(price.width()));
    let gap = width.saturating_sub(left.width() + price.width());
    Line::styled(fit(&format!("{left}{}{price}", " ".repeat(gap)), width), look.strong())
}

/// The list of slots: name, value, state.
fn slots(app: &App, area: Rect, look: &Looks) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let words = app.talk.words();
    let names =
        app.slots.iter().map(|id| words.slot(*id).width()).max().unwrap_or(0).max(6).min(width * 2 / 5);
    let states = 8;
    let values = width.saturating_sub(names + states + 3);
    let shown = window(app.at, app.slots.len(), height);
    let mut lines = Vec::with_capacity(height);
    for at in shown {
        let Some(slot) = app.slots.get(at).and_then(|id| app.state.of(*id)) else { break };
        let name = fit(&words.slot(slot.slot), names);
        let value = fit(&value_text(app, slot), values);
        let state = fit(state_word(slot), states);
        let style = look.cursor(look.of(slot.standing), at == app.at, app.focus == Focus::Slots);
        lines.push(Line::styled(format!("{name} {value} {state}"), style));
    }
    lines
}

fn value_text(app: &App, slot: &SlotState) -> String {
    let words = app.talk.words();
    match &slot.value {
        Some(Value::Absent) => "–".into(),
        Some(value) => words.value(slot.slot, value),
        None => {
            let own = app.talk.session.choices().into_iter().find(|choice| choice.slot == slot.slot);
            own.map_or(String::new(), |choice| words.choice(&choice))
        }
    }
}

fn state_word(slot: &SlotState) -> &'static str {
    match (slot.standing, slot.origin, &slot.value) {
        (Standing::Chosen, Some(Origin::Given), _) => "given",
        (Standing::Chosen, _, _) => "chosen",
        (Standing::Implied, _, Some(Value::Absent)) => "absent",
        (Standing::Implied, _, _) => "implied",
        (Standing::Default, _, _) => "default",
        (Standing::Free, _, _) => "",
        (Standing::Impossible, _, _) => "clash",
        (Standing::NotDecided, _, _) => "?",
    }
}

/// The values of the slot under the cursor.
fn values(app: &App, area: Rect, look: &Looks) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let Some(id) = app.current() else { return Vec::new() };
    let words = app.talk.words();
    let mut lines = vec![Line::styled(fit(&words.slot(id), width), look.strong())];
    match app.focus {
        Focus::Search => lines.push(Line::raw(fit(&format!("search: {}▏", app.search), width))),
        Focus::Entry => lines.push(Line::raw(fit(&format!("type: {}▏", app.typed), width))),
        _ if !app.search.is_empty() => {
            lines.push(Line::styled(fit(&format!("search: {}", app.search), width), look.faint()));
        }
        _ => {}
    }
    let room = height.saturating_sub(lines.len());
    let has_focus = matches!(app.focus, Focus::Values | Focus::Search);
    for at in window(app.row, app.rows.len(), room) {
        let Some(row) = app.rows.get(at) else { break };
        let style = look.cursor(look.of(row.standing), at == app.row, has_focus);
        lines.push(Line::styled(fit(&row_text(row), width), style));
    }
    if app.rows.is_empty() {
        lines.push(Line::styled("nothing matches", look.faint()));
    }
    lines
}

fn row_text(row: &Row) -> String {
    match row.kind {
        RowKind::Entry => format!("{} {} …", row.mark(), row.text),
        _ => format!("{} {}", row.mark(), row.text),
    }
}

/// A conflict: what clashes, and the repairs to pick from.
fn conflict(app: &App, width: usize, look: &Looks) -> Vec<Line<'static>> {
    let words = app.talk.words();
    let mut lines = Vec::new();
    let conflict = match &app.conflict {
        Some(Ok(conflict)) => conflict,
        Some(Err(stopped)) => return wrapped(&stopped.to_string(), width, 0, look.bad()),
        None => return lines,
    };
    lines.extend(wrapped("these cannot all be had", width, 0, look.bad()));
    for choice in &conflict.clash.choices {
        lines.extend(wrapped(&choice_text(&words, choice), width, 3, Style::new()));
    }
    let model = app.talk.session.model();
    for rule in conflict.clash.rules.iter().filter_map(|rule| model.rules.get(rule.0 as usize)) {
        let (text, place) = rule_words(&words, rule, &app.talk.places);
        lines.extend(wrapped(&format!("{text}  ({place})"), width, 3, Style::new()));
    }
    lines.push(Line::raw(""));
    if conflict.repairs.is_empty() {
        lines.extend(wrapped("no change of your choices mends it", width, 0, Style::new()));
    } else {
        lines.extend(wrapped("what mends it, the least change first", width, 0, look.strong()));
    }
    for (at, repair) in conflict.repairs.iter().enumerate() {
        let text = format!("{}  {}", at + 1, repair_text(&words, repair));
        let style = look.cursor(Style::new(), at == app.repair, true);
        lines.extend(wrapped(&text, width, 3, style));
    }
    lines
}

/// The whole configuration before it is written: what was proposed, what was given up.
fn finish(app: &App, area: Rect, look: &Looks) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let words = app.talk.words();
    let completion = match &app.completion {
        Some(Ok(Some(completion))) => completion,
        Some(Err(stopped)) => return wrapped(&stopped.to_string(), width, 0, look.bad()),
        _ => return wrapped("the choices clash, so there is nothing to write", width, 0, look.bad()),
    };
    let mut lines = wrapped("the line to be written", width, 0, look.strong());
    let model = app.talk.session.model();
    for it in &completion.slots {
        let kind = model.slot(it.slot).map(|slot| slot.kind);
        let is_own = matches!(kind, Some(SlotKind::Quantity | SlotKind::Option | SlotKind::PartCount));
        if !is_own || it.value == Value::Absent {
            continue;
        }
        let word = match it.standing {
            Standing::Free => "proposed",
            other => other.word(),
        };
        let text =
            format!("{} {} {}", fit(&words.slot(it.slot), 22), fit(word, 9), words.value(it.slot, &it.value));
        lines.push(Line::raw(fit(&format!("   {text}"), width)));
    }
    for it in &completion.given_up {
        let why = it.clash.as_ref().map_or(String::new(), |clash| clash_line(&app.talk, clash));
        let text = format!("not kept: {}: {why}", words.wanted(it.wish.slot, &it.wish.wanted));
        lines.extend(wrapped(&text, width, 3, look.of(Standing::NotDecided)));
    }
    lines.truncate(height);
    lines
}

/// Reasons and complaints.
fn words_below(app: &App, width: usize, look: &Looks) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> =
        app.said.iter().flat_map(|said| wrapped(said, width, 0, Style::new())).collect();
    let question = app.current().and_then(|id| app.talk.session.question(id));
    if lines.is_empty()
        && let Some(help) = question.and_then(|question| question.help.as_ref())
    {
        lines = help.lines().flat_map(|line| wrapped(line, width, 0, look.faint())).collect();
    }
    let recommended = app.current().and_then(|id| recommended_text(&app.talk.words(), &app.recommended, id));
    if let (true, Some(text)) = (app.said.is_empty(), recommended) {
        lines.extend(wrapped(&text, width, 0, look.strong()));
    }
    lines.truncate(usize::from(SAID));
    lines
}

fn wrapped(text: &str, width: usize, indent: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(&printable(text), width.saturating_sub(indent)).into_iter();
    lines.map(|line| Line::styled(fit(&format!("{:indent$}{line}", ""), width), style)).collect()
}

/// The positions that fit on so many lines, with the cursor among them.
fn window(at: usize, count: usize, height: usize) -> std::ops::Range<usize> {
    let start = (at + 1).saturating_sub(height).max(at.saturating_sub(height / 2));
    let start = start.min(count.saturating_sub(height));
    start..count.min(start + height)
}

/// A text of exactly so many columns.
fn fit(text: &str, width: usize) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(width);
    let mut wide = 0;
    let is_long = text.width() > width;
    let room = if is_long { width.saturating_sub(1) } else { width };
    for found in text.chars() {
        let own = found.width().unwrap_or(0);
        if wide + own > room {
            break;
        }
        out.push(found);
        wide += own;
    }
    if is_long && width > 0 {
        out.push('…');
        wide += 1;
    }
    out.push_str(&" ".repeat(width.saturating_sub(wide)));
    out
}

fn help(focus: Focus) -> &'static str {
    match focus {
        Focus::Slots => "↑↓ move  → values  x take back  u undo  ? why  w write  q quit",
        Focus::Values => "↑↓ move  ⏎ choose  ← back  / search  x take back  u undo  ? why  w write",
        Focus::Entry => "type a value, such as 160 tf, or a range: 200 mm to 400 mm  ⏎ take it  esc back",
        Focus::Search => "type to search  ↑↓ move  ⏎ to the list  esc all values",
        Focus::Conflict => "↑↓ move  ⏎ mend  u undo the last choice  q quit",
        Focus::Finish => "⏎ write the request  esc back",
    }
}
