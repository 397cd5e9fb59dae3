//! `tarif explain`: the page of a problem code, or the table of all codes.

use super::screen::{Outcome, Run, Screen, Stop};
use crate::diagnostic::{Code, nearest};

/// Prints the page of a code.
pub(super) fn explain(screen: Screen, wanted: &str) -> Run {
    let Some(code) = Code::find(wanted) else {
        let names = Code::all().iter().flat_map(|code| [code.id(), code.name()]);
        let upper = wanted.trim().to_uppercase();
        let near = nearest(wanted, names.clone()).or_else(|| nearest(&upper, names));
        let help = match near {
            Some(near) => format!("did you mean `{near}`? `tarif explain --list` shows all codes"),
            None => "`tarif explain --list` shows all codes".to_owned(),
        };
        return Err(Stop::advised(format!("`{wanted}` is no problem code"), help));
    };
    let page = code.page();
    let line_break = if page.ends_with('\n') { "" } else { "\n" };
    screen.print(&format!("{page}{line_break}"))?;
    Ok(Outcome::Clean)
}

/// Prints all codes with their names and summaries, one a line.
pub(super) fn list(screen: Screen) -> Run {
    let widest = Code::all().iter().map(|code| code.name().len()).max().unwrap_or(0);
    let lines = Code::all()
        .iter()
        .map(|code| format!("{}  {:widest$}  {}\n", code.id(), code.name(), code.summary()));
    screen.print(&lines.collect::<String>())?;
    Ok(Outcome::Clean)
}
