//! The conversation on a terminal: the only place that knows one.

mod app;
mod draw;
mod rows;
#[cfg(test)]
mod tests;

use std::io::{self, Stderr};
use std::path::Path;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use super::finish;
use super::talk::Talk;
use crate::cli::screen::{Outcome, Run, Screen, Stop};

use app::{App, Flow, Key};

/// Works on a configuration on the terminal; the finished request goes to a file or to the standard output. The
/// picture is on the standard error, so that the output can be sent elsewhere.
pub(super) fn work(screen: Screen, talk: Talk, output: Option<&Path>) -> Run {
    let mut app = App::new(talk);
    let flow = {
        let mut shown = Shown::open()?;
        talk_on(&mut shown, &mut app, screen.color_err())?
    };
    match flow {
        Flow::Finished(request) => {
            finish(screen, output, &request)?;
            Ok(Outcome::Clean)
        }
        Flow::On | Flow::Quit => Ok(Outcome::Problems),
    }
}

fn talk_on(shown: &mut Shown, app: &mut App, color: bool) -> Result<Flow, Stop> {
    loop {
        shown.terminal.draw(|frame| draw::draw(app, frame, color)).map_err(failed)?;
        let Event::Key(key) = event::read().map_err(failed)? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Ok(Flow::Quit);
        }
        let Some(key) = known(key.code) else { continue };
        match app.press(key) {
            Flow::On => {}
            end => return Ok(end),
        }
    }
}

fn known(code: KeyCode) -> Option<Key> {
    Some(match code {
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace | KeyCode::Delete => Key::Backspace,
        KeyCode::Char(letter) => Key::Char(letter),
        _ => return None,
    })
}

fn failed(error: io::Error) -> Stop {
    Stop::failed(format!("the terminal does not answer: {error}"))
}

/// The terminal while it belongs to us; it is given back as it was, whatever happens.
struct Shown {
    terminal: Terminal<CrosstermBackend<Stderr>>,
}

impl Shown {
    fn open() -> Result<Shown, Stop> {
        enable_raw_mode().map_err(failed)?;
        let entered = execute!(io::stderr(), EnterAlternateScreen)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stderr())));
        match entered {
            Ok(terminal) => Ok(Shown { terminal }),
            Err(error) => {
                give_back();
                Err(failed(error))
            }
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        give_back();
    }
}

/// What cannot be given back cannot be helped either.
fn give_back() {
    let left = execute!(io::stderr(), LeaveAlternateScreen, ratatui::crossterm::cursor::Show);
    drop(left);
    let raw = disable_raw_mode();
    drop(raw);
}
