//! `tarif new`: a small working price book to begin from.

use std::path::Path;

use super::screen::{Outcome, Run, Screen, Stop};
use crate::load::reason;

/// The files of the new book.
const FILES: [(&str, &str); 6] = [
    ("book.tarif", include_str!("new_book/book.tarif")),
    ("workbench.tarif", include_str!("new_book/workbench.tarif")),
    ("policy.tarif", include_str!("new_book/policy.tarif")),
    ("workbench.test.tarif", include_str!("new_book/workbench.test.tarif")),
    ("request.json", include_str!("new_book/request.json")),
    ("market.json", include_str!("new_book/market.json")),
];

/// Writes a new book into a folder that does not exist, or is empty.
pub(super) fn new(screen: Screen, dir: &Path) -> Run {
    let shown = dir.display();
    match dir.read_dir() {
        Ok(mut entries) => {
            if entries.next().is_some() {
                let message = format!("the folder `{shown}` is not empty");
                return Err(Stop::advised(message, "name a new folder: nothing is overwritten"));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            std::fs::create_dir_all(dir).map_err(|error| {
                Stop::failed(format!("cannot make the folder `{shown}`: {}", reason(&error)))
            })?;
        }
        Err(error) => {
            return Err(Stop::failed(format!("cannot write to `{shown}`: {}", reason(&error))));
        }
    }
    for (name, text) in FILES {
        let file = dir.join(name);
        write_new(&file, text).map_err(|error| {
            Stop::failed(format!("cannot write `{}`: {}", file.display(), reason(&error)))
        })?;
    }
    let path = shown.to_string();
    screen.print(&format!(
        "a price book stands in {path}\n\n\
         check it:         tarif check {path}\n\
         run its tests:    tarif test {path}\n\
         quote a request:  tarif quote {path} {request} --market {market}\n",
        request = dir.join("request.json").display(),
        market = dir.join("market.json").display(),
    ))?;
    Ok(Outcome::Clean)
}

fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::File::create_new(file)?.write_all(text.as_bytes())
}
