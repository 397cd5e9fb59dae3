//! The border of the program: a stack that is always the same, and a last catch for our own faults.
//!
//! Work runs on a thread whose stack does not depend on who started the program, so that the limits on
//! nesting hold everywhere. A panic is our fault and never the user's; it is said so, with where to report it.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, Once};
use std::thread;

use crate::source::limits;

/// A fault of the program itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What the panic said, and where in the program.
    pub(super) words: String,
}

/// The name of the thread on which work runs.
const THREAD: &str = "tarif-work";

static HOOK: Once = Once::new();

static LAST_FAULT: Mutex<Option<String>> = Mutex::new(None);

impl Fault {
    fn last() -> Fault {
        let words = LAST_FAULT.lock().ok().and_then(|mut words| words.take());
        Fault { words: words.unwrap_or_else(|| "no more is known".to_owned()) }
    }

    /// What to say to the user.
    pub(super) fn message(&self) -> String {
        format!("this is a fault in tarif itself: {}", self.words)
    }

    /// What the user can do.
    pub(super) fn help() -> &'static str {
        "please report it, with the price book and the request if you can"
    }
}

/// From now on the words of a panic in our work are kept instead of printed; other threads are not ours.
fn keep_words() {
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        if thread::current().name() != Some(THREAD) {
            before(panic);
        } else if let Ok(mut words) = LAST_FAULT.lock() {
            *words = Some(panic.to_string().replace('\n', " "));
        }
    }));
}

/// Runs the work on a thread of its own with a large stack; a panic comes back as a fault.
pub(super) fn inside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    HOOK.call_once(keep_words);
    let thread = thread::Builder::new().name(THREAD.to_owned()).stack_size(limits::STACK_BYTES).spawn(work);
    match thread {
        Ok(thread) => thread.join().map_err(|_| Fault::last()),
        Err(error) => Err(Fault { words: format!("cannot start a thread: {error}") }),
    }
}

/// Runs one piece of work among many, so that a fault in it does not fell the others.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Fault::last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_as_a_fault_that_says_what_happened() {
        let fault = inside(|| -> () { panic!("the roof is off") }).expect_err("it panicked");
        assert!(fault.words.contains("the roof is off"), "{}", fault.words);
        assert!(fault.message().starts_with("this is a fault in tarif itself: "));
        let fault = inside(|| guarded(|| -> u8 { panic!("the door is off") })).expect("caught inside");
        assert!(fault.expect_err("it panicked").words.contains("the door is off"));
    }

    #[test]
    fn work_has_a_stack_of_many_megabytes() {
        fn deep(level: usize) -> usize {
            let room = std::hint::black_box([level; 1024]);
            if level == 0 { room[7] } else { deep(level - 1) + room[9] % 2 }
        }
        assert!(inside(|| deep(2_000)).is_ok());
    }
}
