//! A model as text: the files of a book, the JSON of a request.

mod book;
mod expr;
mod table;

use crate::model::{Given, Request};
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
        fields.push(format!("\"options\": {{ {} }}", members(&line.options).join(", ")));
        fields.extend(members(&line.entries));
        fields.extend(line.reason.then(|| "\"reason\": \"an old friend\"".to_owned()));
        format!("    {{ {} }}", fields.join(", "))
    });
    let lines: Vec<String> = lines.collect();
    fields.push(format!("\"lines\": [\n{}\n  ]", lines.join(",\n")));
    format!("{{\n  {}\n}}\n", fields.join(",\n  "))
}

fn members(given: &[(String, Given)]) -> Vec<String> {
    given.iter().map(|(name, given)| format!("\"{name}\": {}", given.json)).collect()
}
