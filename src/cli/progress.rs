//! A moving line for work that takes longer than a second, where a person watches.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen::Screen;

/// How long work may take before anything is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// The progress of one piece of work; what it shows is gone when it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Its end ends the thread that shows the bar when patience is over.
    end: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

impl Progress {
    /// Work of unknown length.
    pub(super) fn new(screen: Screen, doing: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        Progress::start(screen, bar, doing)
    }

    /// Work on so many bytes; 0 where nobody knows how many.
    pub(super) fn of_bytes(screen: Screen, doing: &str, bytes: u64) -> Progress {
        if bytes == 0 {
            return Progress::new(screen, doing);
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent} % {elapsed}, {eta} to go")
        {
            bar.set_style(style);
        }
        // Where answers go to the same terminal, they show the progress themselves.
        if io::stdout().is_terminal() {
            return Progress { bar, end: None, watcher: None };
        }
        Progress::start(screen, bar, doing)
    }

    fn start(screen: Screen, bar: ProgressBar, doing: &str) -> Progress {
        bar.set_message(doing.to_owned());
        if !screen.is_watched() {
            return Progress { bar, end: None, watcher: None };
        }
        let (end, ended) = mpsc::channel::<()>();
        let shown = bar.clone();
        let watcher = thread::Builder::new().spawn(move || {
            if let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(PATIENCE) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Progress { bar, end: Some(end), watcher: watcher.ok() }
    }

    /// So much is done.
    #[cfg(feature = "batch")]
    pub(super) fn set(&self, done: u64) {
        self.bar.set_position(done);
    }

    /// The same reader, with its progress shown.
    pub(super) fn reading<R: io::Read>(&self, source: R) -> impl io::Read {
        self.bar.wrap_read(source)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(watcher) = self.watcher.take() {
            let ended = watcher.join();
            drop(ended);
        }
        self.bar.finish_and_clear();
    }
}
