//! What a click costs: a choice, then the exact values of every slot; beside it the solver crate called directly
//! on the same clauses. `cargo bench --bench configure -- FOLDER` takes the books in the folders of FOLDER, too.
//!
//! Walks are random and the same in every run: from no choice on, a slot that is still open is given one of its
//! possible values, until there are thirty choices or nothing is open. Each walk is gone three times, and of each
//! click the shortest time counts: what else the machine does is no part of it.

mod growth;
mod reference;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reference::Reference;
use tarif::Book;
use tarif::configure::{Model, Session, Shape, SlotState, Standing, State, Wanted};
use tarif::eval::Plan;
use tarif::logic::{self, Budget, Claim, Solver};

/// Walks, and the choices of each.
const WALKS: u64 = 10;
const CLICKS: usize = 30;

/// How often each walk is gone.
const RUNS: usize = 3;

/// How long the walks of one product may take in one way before the others are left out.
const PATIENCE: Duration = Duration::from_secs(20);

/// The claims after each click of a walk.
type Walk = Vec<Vec<Claim>>;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!("| product | variables | values | made ready | nodes | click | searched | solver crate |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for book in ["press", "cloud"] {
        measure(book, &load(&root.join("rules").join(book)));
    }
    for path in folder.map(|folder| folders(Path::new(&folder))).unwrap_or_default() {
        measure(&path.file_name().unwrap_or_default().to_string_lossy(), &load(&path));
    }
    for (name, files) in growth::books() {
        let book = Book::from_files(files.iter().map(|(path, text)| (path, text)));
        measure(&name, &book.expect("the book is clean"));
    }
}

fn load(folder: &Path) -> Book {
    Book::load(folder).expect("the book is clean")
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of books");
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Measures the first product of a book.
fn measure(name: &str, book: &Book) {
    let plan = Arc::new(Plan::new(Arc::clone(book.ir())));
    let Some(product) = book.ir().products.first() else { return };
    let day = book.ir().effective.from.expect("a book has a first day");
    let (model, made) = timed(|| Model::new(&plan, &product.name, day, Budget::default()).expect("a model"));
    let model = Arc::new(model);
    let problem = model.solver.problem();
    let values: u64 = problem.sizes.iter().map(|size| u64::from(*size)).sum();
    let why = match Session::new(Arc::clone(&model)).state().fits {
        Ok(true) => None,
        Ok(false) => Some("no configuration is valid"),
        Err(_) => Some("whether a configuration is valid is not decided"),
    };
    if let Some(why) = why {
        let (vars, nodes) = (problem.sizes.len(), model.solver.shape().nodes);
        println!("| {name} | {vars} | {values} | {} | {nodes} | {why} | | |", written(made));
        return;
    }
    let (walks, clicks) = walks(&model);
    let budget = Budget { nodes: 0, compile_steps: 0, ..Budget::default() };
    let searcher = Arc::new(Solver::new(problem.clone(), budget));
    let searched = again(&walks, || {
        let mut session = logic::Session::new(Arc::clone(&searcher));
        move |claims: &[Claim]| {
            assert!(session.supports(claims).is_ok_and(|supports| supports.is_some()));
            assert!(session.alternatives(claims).is_ok());
        }
    });
    let reference = again(&walks, || {
        let mut reference = Reference::new(problem);
        move |claims: &[Claim]| assert!(reference.supports(claims).is_some())
    });
    println!(
        "| {name} | {} | {values} | {} | {} | {} | {} | {} |",
        problem.sizes.len(),
        written(made),
        model.solver.shape().nodes,
        median_and_95th(clicks),
        median_and_95th(searched),
        median_and_95th(reference),
    );
}

/// Walks through the states of a product, with what each click took.
fn walks(model: &Arc<Model>) -> (Vec<Walk>, Vec<Duration>) {
    let (mut walks, mut times) = (Vec::new(), Vec::new());
    for seed in 0..WALKS {
        let mut dice = Dice(seed);
        let mut session = Session::new(Arc::clone(model));
        let mut walk = Walk::new();
        let (mut choices, mut own_times) = (Vec::new(), Vec::new());
        let mut state = session.state();
        while walk.len() < CLICKS
            && let Some((path, wanted)) = next_choice(&state, &mut dice)
        {
            let (after, time) = timed(|| {
                session.choose(&path, wanted.clone()).expect("the slot has the value");
                session.state()
            });
            assert_eq!(after.fits, Ok(true), "{path}");
            state = after;
            own_times.push(time);
            choices.push((path, wanted));
            let claims = session.choices().into_iter().flat_map(|choice| {
                model.claims(choice.slot, &choice.wanted).expect("what was chosen can be claimed")
            });
            walk.push(claims.collect());
        }
        walks.push(walk);
        for _ in 1..RUNS {
            let mut session = Session::new(Arc::clone(model));
            let mut state = session.state();
            for ((path, wanted), shortest) in choices.iter().zip(&mut own_times) {
                let (after, time) = timed(|| {
                    session.choose(path, wanted.clone()).expect("the slot has the value");
                    session.state()
                });
                // The state before is still there when the next is made, as where one is shown.
                state = after;
                *shortest = time.min(*shortest);
            }
            drop(state);
        }
        times.extend(own_times);
        if times.iter().sum::<Duration>() > PATIENCE {
            break;
        }
    }
    (walks, times)
}

/// The same clicks in another way.
fn again<A: FnMut(&[Claim])>(walks: &[Walk], asker: impl Fn() -> A) -> Vec<Duration> {
    let mut times = Vec::new();
    for walk in walks {
        let mut own_times = vec![Duration::MAX; walk.len()];
        for _ in 0..RUNS {
            let mut ask = asker();
            // As a walk begins with the state before the first click.
            ask(&[]);
            for (claims, shortest) in walk.iter().zip(&mut own_times) {
                *shortest = timed(|| ask(claims)).1.min(*shortest);
            }
            if own_times.iter().sum::<Duration>() > PATIENCE / 2 {
                break;
            }
        }
        times.extend(own_times);
        if times.iter().sum::<Duration>() > PATIENCE {
            break;
        }
    }
    times
}

/// A value of an open slot.
fn next_choice(state: &State, dice: &mut Dice) -> Option<(String, Wanted)> {
    let is_open = |slot: &&SlotState| {
        let element_is_open =
            slot.elements.iter().any(|it| it.can_be_in == Some(true) && it.can_be_out == Some(true));
        element_is_open
            || matches!(slot.standing, Standing::Free | Standing::Default) && slot.elements.is_empty()
    };
    let open: Vec<&SlotState> = state.slots.iter().filter(is_open).collect();
    let model = state.model();
    for _ in 0..open.len() {
        let slot = open[dice.roll(open.len())];
        let about = model.slot(slot.slot)?;
        let path = about.path.to_string();
        match &about.shape {
            Shape::Set { .. } => {
                let elements: Vec<u16> = slot
                    .elements
                    .iter()
                    .filter(|it| it.can_be_in == Some(true) && it.can_be_out == Some(true))
                    .map(|it| it.element)
                    .collect();
                let element = elements[dice.roll(elements.len())];
                return Some((
                    path,
                    if dice.roll(2) == 0 { Wanted::With(element) } else { Wanted::Without(element) },
                ));
            }
            Shape::Classes { classes, .. } => {
                let start = dice.roll(classes.len());
                let value = (0..classes.len()).find_map(|at| {
                    let class = ((start + at) % classes.len()) as u32;
                    let value = model.representative(slot.slot, class, None)?;
                    let standing = state.standing_of(slot, &value);
                    matches!(standing, Standing::Free | Standing::Default).then_some(value)
                });
                if let Some(value) = value {
                    return Some((path, Wanted::Value(value)));
                }
            }
        }
    }
    None
}

fn median_and_95th(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |hundredths: usize| times.get(times.len() * hundredths / 100).copied().unwrap_or_default();
    format!("{} · {}", written(at(50)), written(at(95)))
}

/// A duration with two digits that count.
fn written(time: Duration) -> String {
    let (micros, mut text) = (time.as_micros(), String::new());
    let written = match micros {
        0..1_000 => write!(text, "{micros} µs"),
        1_000..10_000 => write!(text, "{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        10_000..10_000_000 => write!(text, "{} ms", micros / 1_000),
        _ => write!(text, "{} s", micros / 1_000_000),
    };
    written.map_or_else(|_| String::new(), |()| text)
}

/// Random numbers that are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides.max(1) as u64) as usize
    }
}
