//! Configuration models of others as price books: what is known of a model is what the book answers.
//!
//! `TARIF_MODELS` names a folder with models and a `facts.json` to take besides the models here;
//! `TARIF_MODELS_BOOKS` names a folder into which the books are written; with `TARIF_MODELS_TIMES` the time of a click
//! is told.

mod book;
mod clicks;
mod facts;
mod formula;
mod names;
mod plain;
mod refused;
mod relations;
mod uvl;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use book::Book;
use serde_json::{Map, Value};
use tarif::configure::Session;
use tarif::diagnostic::{Severity, render};
use tarif::ir::{Domain, Ty};
use tarif::logic::Count;

/// A model file and its book.
struct Model {
    file: String,
    book: Result<Book, String>,
}

fn folders() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("tests/models/data")];
    folders.extend(variable("TARIF_MODELS").map(|folder| root.join(folder)));
    folders
}

#[expect(clippy::disallowed_methods, reason = "the caller names the folder of the models")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "the test reads its data")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn models(folder: &Path) -> Vec<Model> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| model(path)).collect()
}

fn model(path: &Path) -> Option<Model> {
    let file = path.file_name()?.to_string_lossy().into_owned();
    let book = match path.extension()?.to_str()? {
        "uvl" => uvl::book(&read(path)).map_err(|refused| refused.to_string()),
        "json" if file != "facts.json" => relations::book(&read(path)),
        _ => return None,
    };
    Some(Model { file, book })
}

/// What is known of the models of a folder, by file.
fn known(folder: &Path) -> Map<String, Value> {
    serde_json::from_str(&read(&folder.join("facts.json"))).expect("the facts are an object")
}

#[test]
fn every_model_becomes_a_book_without_errors() {
    for folder in folders() {
        for model in models(&folder) {
            let book = model.book.unwrap_or_else(|why| panic!("{}: {why}", model.file));
            write_down(&model.file, &book);
            if let Err(problems) = compile(&book) {
                panic!("{}:\n{problems}", model.file);
            }
        }
    }
}

#[test]
fn every_feature_of_a_model_is_a_value_of_an_option() {
    for folder in folders() {
        for model in models(&folder) {
            let Ok(book) = model.book else { continue };
            let Ok(compiled) = compile(&book) else { continue };
            let product = &compiled.ir().products[0];
            assert_eq!(product.name.as_ref(), book.product, "{}", model.file);
            let mut options: HashMap<&str, BTreeSet<String>> = HashMap::new();
            for feature in &book.features {
                let choice = feature.choice.clone();
                assert!(
                    options.entry(&feature.option).or_default().insert(choice),
                    "{feature:?} stands twice"
                );
            }
            assert_eq!(options.len(), product.options.len(), "{}", model.file);
            for option in &product.options {
                let wanted = &options[option.name.as_ref()];
                let found: BTreeSet<String> = match (option.ty.required(), &option.domain) {
                    (Ty::Choice(of), _) => of.values.iter().map(|value| value.key.to_string()).collect(),
                    (Ty::Bool, _) => ["true".to_owned()].into(),
                    (_, Domain::Numbers(of)) => of.iter().map(|(number, _)| number.to_string()).collect(),
                    _ => BTreeSet::new(),
                };
                assert_eq!(found, *wanted, "{}: option `{}`", model.file, option.name);
            }
        }
    }
}

#[test]
fn the_facts_speak_of_features_that_the_books_have() {
    for folder in folders() {
        let books: HashMap<String, Book> =
            models(&folder).into_iter().filter_map(|one| Some((one.file, one.book.ok()?))).collect();
        for (file, facts) in known(&folder) {
            let book = books.get(&file).unwrap_or_else(|| panic!("{file} has facts, but is not there"));
            let known: BTreeSet<(String, Option<String>)> =
                book.features.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
            for kind in ["core", "dead"] {
                for named in named_features(&facts[kind]) {
                    assert!(known.contains(&named), "{file}: {kind} {named:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_known_of_a_model_is_what_its_book_answers() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let known = known(&folder);
        for model in models(&folder) {
            let (Ok(book), Some(known)) = (&model.book, known.get(&model.file)) else { continue };
            let mut session = Session::new(facts::model(book));
            let differences = facts::differences(book, &mut session, known);
            wrong.extend(differences.into_iter().map(|difference| format!("{}: {difference}", model.file)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn feature_models_have_as_many_configurations_as_their_clauses() {
    for folder in folders() {
        let known = known(&folder);
        for (file, facts) in known.iter().filter(|(file, _)| file.ends_with(".uvl")) {
            let found = plain::count(&read(&folder.join(file)));
            match found {
                Ok(Some(Count::Exactly(count))) => assert_eq!(facts["count"], count.to_string(), "{file}"),
                Ok(None) => {}
                other => panic!("{file}: {other:?}"),
            }
        }
    }
}

#[test]
fn the_time_of_a_click_is_told_where_it_is_asked_for() {
    if variable("TARIF_MODELS_TIMES").is_none() {
        return;
    }
    for folder in folders() {
        for model in models(&folder) {
            if let Ok(book) = &model.book {
                clicks::report(&model.file, book);
            }
        }
    }
}

/// Features in a list, or values by the variable that has them.
fn named_features(named: &Value) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match named {
        Value::Array(names) => names.iter().map(|name| (text(name), None)).collect(),
        Value::Object(variables) => {
            let values = |of: &Value| of.as_array().cloned().unwrap_or_else(|| vec![of.clone()]);
            let pairs = variables.iter().flat_map(|(name, of)| {
                values(of).into_iter().map(move |value| (name.clone(), Some(text(&value))))
            });
            pairs.collect()
        }
        _ => Vec::new(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the caller asks for the books")]
fn write_down(file: &str, book: &Book) {
    let Some(folder) = variable("TARIF_MODELS_BOOKS") else { return };
    let folder = Path::new(&folder).join(file);
    std::fs::create_dir_all(&folder).expect("the folder of a book can be made");
    for (path, content) in &book.files {
        std::fs::write(folder.join(path), content).expect("a file of a book can be written");
    }
}

fn compile(book: &Book) -> Result<tarif::Book, String> {
    tarif::Book::from_files(book.files.iter().map(|(path, content)| (path, content))).map_err(|error| {
        match error {
            tarif::BookError::Problems { mut problems, places } => {
                problems.retain(|problem| problem.code.severity() == Severity::Error);
                problems.truncate(10);
                render(&problems, places.sources(), false)
            }
            other => other.to_string(),
        }
    })
}
