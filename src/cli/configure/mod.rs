//! `tarif configure`: what can be had, why not, and what mends it; in one go, on a terminal, or line by line.

mod page;
mod price;
mod prompts;
mod talk;
mod terminal;

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use super::args::{Configure, Format};
use super::check::{Compiled, compile};
use super::progress::Progress;
use super::quote::{draw, read_market, unreadable};
use super::screen::{Outcome, Run, Screen, Stop};
use crate::configure::{End, Model, ModelError, Session, Wanted};
use crate::diagnostic::{codes, nearest};
use crate::eval::Plan;
use crate::ir::{Book, Product};
use crate::logic::Budget;
use crate::quote::{Raw, Request, RequestError, outside_book};
use crate::value::Date;
use crate::wire::{self, Market};

use talk::Talk;

/// Answers about what can be configured.
pub(super) fn configure(screen: Screen, args: &Configure) -> Run {
    let market = match &args.market {
        Some(file) => read_market(screen, file)?,
        None => Ok(Market::default()),
    };
    let compiled = compile(screen, &args.book)?;
    let (Ok(compiled), Ok(market)) = (compiled, market) else { return Ok(Outcome::Problems) };
    match begin(screen, args, compiled, &market)? {
        Ok(talk) if is_one_shot(args) => answer(screen, args, talk),
        Ok(talk) if io::stdin().is_terminal() && io::stderr().is_terminal() => {
            terminal::work(screen, talk, args.output.as_deref())
        }
        Ok(talk) => prompts::ask(screen, talk, args.output.as_deref()),
        Err(errors) => refuse(screen, args.format, &errors),
    }
}

/// Whether something is asked that has one answer.
fn is_one_shot(args: &Configure) -> bool {
    let asks = args.explain.is_some() || args.reasons || args.complete || args.count;
    asks || args.format.is_some()
        || !args.choose.is_empty()
        || args.cheapest.is_some()
        || args.dearest.is_some()
}

fn refuse(screen: Screen, format: Option<Format>, errors: &[RequestError]) -> Run {
    match format.unwrap_or_default() {
        Format::Json => screen.print(&wire::errors_to_json(None, errors).pretty())?,
        Format::Text => screen.complain(&draw(errors, screen.color_err())),
    }
    Ok(Outcome::Problems)
}

/// Reads what is given and begins.
fn begin(
    screen: Screen,
    args: &Configure,
    compiled: Compiled,
    market: &Market,
) -> Result<Result<Talk, Vec<RequestError>>, Stop> {
    let around = match &args.request {
        Some(file) => match wire::read_context(&read_file(file)?) {
            Ok(mut request) => {
                market.fill(&mut request);
                Some(request)
            }
            Err(errors) => return Ok(Err(errors)),
        },
        None => {
            let mut request = Request::default();
            market.fill(&mut request);
            (!request.market.is_empty()).then_some(request)
        }
    };
    let earlier = match &args.from {
        Some(file) => match wire::read_context(&read_file(file)?) {
            Ok(request) => Some(request),
            Err(errors) => return Ok(Err(errors)),
        },
        None => None,
    };
    let found = product(&compiled.book, &args.product).and_then(|product| {
        let asked = [around.as_ref(), earlier.as_ref()];
        let day = day(&compiled.book, args.as_of.as_deref(), asked)?;
        Ok((product.name.clone(), day))
    });
    let (product, day) = match found {
        Ok(found) => found,
        Err(error) => return Ok(Err(vec![error])),
    };
    let plan = Arc::new(Plan::new(compiled.book.clone()));
    let progress = Progress::new(screen, "working out what can be built");
    let model = Model::new(&plan, &product, day.date, Budget::default());
    drop(progress);
    let model = match model {
        Ok(model) => Arc::new(model),
        Err(error @ (ModelError::TooLarge(_) | ModelError::UnknownProduct)) => {
            return Ok(Err(vec![RequestError::new(codes::NOT_DECIDED, "product", error.to_string())]));
        }
    };
    let mut talk = Talk::new(Session::new(model), plan, compiled.places, around, day.why);
    Ok(start(&mut talk, args, earlier.as_ref()).map(|()| talk))
}

/// What the session starts from: what the request gives, choices, then the preset or the earlier line as far as it
/// fits them.
fn start(talk: &mut Talk, args: &Configure, earlier: Option<&Request>) -> Result<(), Vec<RequestError>> {
    talk.give()?;
    let mut errors = Vec::new();
    // What is typed says itself what it is about.
    let in_words = |error: RequestError| match args.format {
        Some(Format::Json) => error,
        _ => RequestError { path: String::new(), ..error },
    };
    match together(talk, &args.choose) {
        Ok(choices) => {
            for (path, wanted) in choices {
                errors.extend(talk.want(&path, wanted).map_err(in_words).err());
            }
        }
        Err(refused) => errors.extend(refused.into_iter().map(in_words)),
    }
    if let Some(name) = &args.preset {
        errors.extend(talk.start_from_preset(name).map_err(in_words).err());
    }
    if let Some(earlier) = earlier {
        errors.extend(talk.start_from(earlier, args.line.as_deref()).err());
    }
    talk.forget_past();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Choices as they are typed, each about something of its own, so that their order means nothing: a lower and an upper
/// bound of one option are one choice.
fn together(talk: &Talk, typed: &[String]) -> Result<Vec<wire::Asked>, Vec<RequestError>> {
    let mut choices: Vec<(wire::Asked, &str)> = Vec::new();
    let mut errors = Vec::new();
    for text in typed {
        let (path, wanted) = match talk.reader().typed(text) {
            Ok(asked) => asked,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let same = choices.iter_mut().find(|((of, earlier), _)| *of == path && !is_apart(earlier, &wanted));
        match same {
            None => choices.push(((path, wanted), text)),
            Some(((_, earlier), first)) => match joined(earlier, &wanted) {
                Some(both) => *earlier = both,
                None => {
                    let error =
                        RequestError::new(codes::REPEATED_FIELD, &*path, format!("`{path}` is chosen twice"));
                    errors.push(error.help(format!("keep one of `{first}` and `{text}`")));
                }
            },
        }
    }
    if errors.is_empty() { Ok(choices.into_iter().map(|(asked, _)| asked).collect()) } else { Err(errors) }
}

/// Whether two choices of one slot are about different elements of a set.
fn is_apart(left: &Wanted, right: &Wanted) -> bool {
    let element = |wanted: &Wanted| match wanted {
        Wanted::With(element) | Wanted::Without(element) => Some(*element),
        _ => None,
    };
    matches!((element(left), element(right)), (Some(left), Some(right)) if left != right)
}

/// Two choices about one thing as one; none where they say different things.
fn joined(left: &Wanted, right: &Wanted) -> Option<Wanted> {
    match (left, right) {
        (left, right) if left == right => Some(left.clone()),
        (Wanted::Between { from: Some(from), to: None }, Wanted::Between { from: None, to: Some(to) })
        | (Wanted::Between { from: None, to: Some(to) }, Wanted::Between { from: Some(from), to: None }) => {
            Some(Wanted::Between { from: Some(from.clone()), to: Some(to.clone()) })
        }
        _ => None,
    }
}

/// Asks what is asked for and shows it.
fn answer(screen: Screen, args: &Configure, mut talk: Talk) -> Run {
    let progress = Progress::new(screen, "working out what fits");
    let mut answers = talk.answers();
    if args.reasons {
        answers.reasons = talk.session.reasons(&answers.state);
    }
    if let Some(text) = &args.explain {
        match talk.explain(text) {
            Ok(why) => answers.why = Some(why),
            Err(error) => {
                return refuse(screen, args.format, &[RequestError { path: String::new(), ..error }]);
            }
        }
    }
    if args.complete || args.output.is_some() {
        answers.completion = Some(talk.session.complete());
    }
    if args.count {
        answers.count = Some(talk.session.count());
    }
    let best = match (args.cheapest, args.dearest) {
        (Some(most), _) => Some((End::Cheapest, usize::from(most))),
        (None, Some(most)) => Some((End::Dearest, usize::from(most))),
        (None, None) => None,
    };
    if let Some((end, most)) = best {
        answers.best = Some((end, talk.session.best(end, most)));
    }
    drop(progress);
    let text = match args.format.unwrap_or_default() {
        Format::Json => {
            let place = |span| talk.places.place(span);
            wire::configuration_to_json(&answers, &talk.words(), &place).pretty()
        }
        Format::Text => page::answers(&answers, &talk, screen.color_out()),
    };
    screen.print(&text)?;
    if let (Some(file), Some(Ok(Some(completion)))) = (&args.output, &answers.completion) {
        write_file(file, &talk.request(completion))?;
    }
    Ok(outcome(&answers))
}

/// The choices can be had, and what was asked was answered.
fn outcome(answers: &wire::Answers) -> Outcome {
    let undecided = [
        answers.state.fits.is_err(),
        matches!(answers.why, Some(Err(_))),
        matches!(answers.completion, Some(Err(_))),
        matches!(answers.best, Some((_, Err(_)))),
    ];
    match answers.state.fits == Ok(false) || undecided.contains(&true) {
        true => Outcome::Problems,
        false => Outcome::Clean,
    }
}

/// Writes the finished request to a file, or to the standard output.
fn finish(screen: Screen, output: Option<&Path>, text: &str) -> Result<(), Stop> {
    match output {
        Some(file) => write_file(file, text),
        None => screen.print(text),
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell writes what it was asked to write")]
fn write_file(file: &Path, text: &str) -> Result<(), Stop> {
    std::fs::write(file, text).map_err(|error| {
        Stop::failed(format!("cannot write `{}`: {}", file.display(), crate::load::reason(&error)))
    })
}

#[expect(clippy::disallowed_methods, reason = "the shell reads the disk")]
fn read_file(file: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(file).map_err(|error| unreadable(file, &error))
}

fn product<'b>(book: &'b Book, name: &str) -> Result<&'b Product, RequestError> {
    let found = book.products.iter().find(|product| *product.name == *name);
    found.map(|product| &**product).ok_or_else(|| {
        let near = nearest(name, book.products.iter().map(|product| &*product.name));
        let message = format!("the book sells no `{name}`");
        RequestError::new(codes::UNKNOWN_PRODUCT, "", message).did_you_mean(near)
    })
}

/// The day of a configuration.
struct Day {
    date: Date,
    /// Why it is this one, where nobody named it.
    why: Option<&'static str>,
}

/// The day that was asked for, else that of a request, else the first of the book.
fn day(book: &Book, asked: Option<&str>, requests: [Option<&Request>; 2]) -> Result<Day, RequestError> {
    let of_request = || {
        requests.into_iter().flatten().find_map(|request| match &request.as_of {
            Some(Raw::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    };
    let (from, to) = (book.effective.from, book.effective.to);
    let Some(text) = asked.or_else(of_request) else {
        return match (from, to) {
            (Some(date), _) => Ok(Day { date, why: Some("the first day of the book") }),
            (None, Some(date)) => Ok(Day { date, why: Some("the last day of the book") }),
            (None, None) => {
                let error = RequestError::new(codes::MISSING_AS_OF, "", "nobody says the day");
                Err(error.help("add `--as-of 2026-01-31` with the day of the quote"))
            }
        };
    };
    let date = Date::parse(text)
        .map_err(|error| RequestError::new(codes::BAD_VALUE, "as_of", format!("`{text}` {error}")))?;
    match outside_book(book, date) {
        Some(error) => Err(error),
        None => Ok(Day { date, why: None }),
    }
}
