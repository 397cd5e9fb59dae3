//! A model as text: the files of a book, the JSON of a request.

mod book;
mod expr;
mod table;

use crate::model::{Given, Line, Request, Said};
use crate::number::date;

pub use book::files;
pub use expr::{expr as text, word};

/// The JSON of a request.
pub fn request(request: &Request) -> String {
    let mut fields = vec![format!("\"as_of\": \"{}\"", date(request.as_of))];
    fields.extend(request.currency.iter().map(|currency| format!("\"currency\": \"{currency}\"")));
    for (context, given) in &request.contexts {
        fields.push(format!("\"{context}\": {{ {} }}", members(given).join(", ")));
    }
    fields.extend(members(&request.facts));
    fields.extend(members(&request.entries));
    fields.extend(request.reason.then(|| "\"reason\": \"a large order\"".to_owned()));
    let market = request.market.iter().map(|(name, given, on)| match on {
        Some(day) => format!("\"{name}\": {{ \"value\": {}, \"date\": \"{}\" }}", given.json, date(*day)),
        None => format!("\"{name}\": {}", given.json),
    });
    let market: Vec<String> = market.collect();
    if !market.is_empty() {
        fields.push(format!("\"market\": {{ {} }}", market.join(", ")));
    }
    let lines = request.lines.iter().map(|line| {
        let mut fields = vec![format!("\"product\": \"{}\"", line.product)];
        fields.push(format!("\"quantity\": {}", line.quantity.json));
        fields.extend(said(line));
        format!("    {{ {} }}", fields.join(", "))
    });
    let lines: Vec<String> = lines.collect();
    fields.push(format!("\"lines\": [\n{}\n  ]", lines.join(",\n")));
    format!("{{\n  {}\n}}\n", fields.join(",\n  "))
}

/// What a line and a piece say alike.
fn said(line: &Line) -> Vec<String> {
    let mut fields = vec![format!("\"options\": {{ {} }}", members(&line.options).join(", "))];
    fields.extend(members(&line.entries));
    fields.extend(line.reason.then(|| "\"reason\": \"an old friend\"".to_owned()));
    let parts = line.parts.iter().map(|(name, said)| match said {
        Said::Count(count) => format!("\"{name}\": {count}"),
        Said::Pieces(pieces) => {
            let pieces: Vec<String> = pieces.iter().map(piece).collect();
            format!("\"{name}\": [{}]", pieces.join(", "))
        }
    });
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        fields.push(format!("\"parts\": {{ {} }}", parts.join(", ")));
    }
    fields
}

fn piece((count, line): &(Option<i64>, Line)) -> String {
    let count = count.map(|count| format!("\"quantity\": {count}"));
    let fields: Vec<String> = count.into_iter().chain(said(line)).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn members(given: &[(String, Given)]) -> Vec<String> {
    given.iter().map(|(name, given)| format!("\"{name}\": {}", given.json)).collect()
}
