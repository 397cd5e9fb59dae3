//! Tables in their four forms, and tiers.

use std::fmt::Write as _;

use super::book::period;
use super::expr::{lit, ty};
use crate::model::{
    Bound, Cell, Form, Lit, Per, Policy, Row, Table, TableVersion, TierMode, TierRow, Tiers, Ty,
};
use crate::number::{Q, literal, show};

/// Every version of a table; rows of a file become a file of their own.
pub fn table(text: &mut String, files: &mut Vec<(String, String)>, table: &Table) {
    for version in &table.versions {
        let keys: Vec<String> = table
            .keys
            .iter()
            .map(|key| {
                let of = key.path.clone().unwrap_or_else(|| format!("{}: {}", key.name, ty(&key.ty)));
                if key.optional { format!("{of} optional") } else { of }
            })
            .collect();
        let results: Vec<String> = table
            .columns
            .iter()
            .map(|(name, of)| name.as_ref().map_or(ty(of), |name| format!("{name}: {}", ty(of))))
            .collect();
        let record = table.columns[0].0.is_some();
        let results = if record { format!("{{ {} }}", results.join(", ")) } else { results.join("") };
        let optional = if table.optional { " optional" } else { "" };
        let effective = version.period.map(|days| format!(" effective {}", period(days))).unwrap_or_default();
        let policy = match table.policy {
            Policy::One => "",
            Policy::First => " first",
            Policy::MostSpecific => " most specific",
            Policy::Sum => " sum",
            Policy::Max => " max",
            Policy::Min => " min",
        };
        let keys = keys.join(", ");
        let _ = write!(text, "\ntable {}({keys}){policy} -> {results}{optional}{effective}", table.name);
        match &version.form {
            Form::Rows => rows(text, table, version),
            Form::Cross => cross(text, version),
            Form::List => grid(text, &lines(table, version)),
            Form::File(name) => {
                let _ = writeln!(text, " from \"{name}\"");
                files.push((format!("policy/{name}"), csv(&lines(table, version))));
            }
        }
    }
}

fn rows(text: &mut String, table: &Table, version: &TableVersion) {
    text.push_str(" {\n");
    for row in &version.rows {
        let keys: Vec<String> = row.keys.iter().map(cell).collect();
        let _ = writeln!(text, "  {}: {}", keys.join(", "), value(&row.values[0]));
    }
    if let Some(otherwise) = &version.otherwise {
        let _ = writeln!(text, "  else: {}", value(&otherwise[0]));
    }
    assert_eq!(table.columns.len(), 1, "rows in place have one value");
    text.push_str("}\n");
}

/// The rows come in the order of a cross grid: the last key runs fastest.
fn cross(text: &mut String, version: &TableVersion) {
    let keys = version.rows[0].keys.len();
    let head = |row: &Row| row.keys[..keys - 1].to_vec();
    let first = head(&version.rows[0]);
    let width = version.rows.iter().take_while(|row| head(row) == first).count();
    let mut lines = vec![vec![String::new(); keys - 1]];
    lines[0].extend(version.rows[..width].iter().map(|row| cell(&row.keys[keys - 1])));
    for rows in version.rows.chunks(width) {
        let mut line: Vec<String> = rows[0].keys[..keys - 1].iter().map(cell).collect();
        line.extend(rows.iter().map(|row| value(&row.values[0])));
        lines.push(line);
    }
    grid(text, &lines);
}

/// A header and the rows, as a list grid and a file have them.
fn lines(table: &Table, version: &TableVersion) -> Vec<Vec<String>> {
    let mut header: Vec<String> = table.keys.iter().map(|key| key.name.clone()).collect();
    header.extend(table.columns.iter().map(|(name, _)| name.clone().unwrap_or_else(|| "value".to_owned())));
    let mut lines = vec![header];
    for row in &version.rows {
        lines.push(row.keys.iter().map(cell).chain(row.values.iter().map(value)).collect());
    }
    if let Some(otherwise) = &version.otherwise {
        let mut line = vec!["else".to_owned()];
        line.extend((1..table.keys.len()).map(|_| String::new()));
        line.extend(otherwise.iter().map(value));
        lines.push(line);
    }
    lines
}

fn grid(text: &mut String, lines: &[Vec<String>]) {
    text.push_str(" {\n");
    for line in lines {
        let _ = writeln!(text, "  {}", line.join(" | "));
    }
    text.push_str("}\n");
}

fn csv(lines: &[Vec<String>]) -> String {
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line.iter().map(|cell| csv_cell(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Numbers stand without `_`, texts without quotes.
fn csv_cell(cell: &str) -> String {
    let digits = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let plain = cell.replace('"', "");
    let words: Vec<String> = plain
        .split(' ')
        .map(|word| if digits(word) { word.replace('_', "") } else { word.to_owned() })
        .collect();
    words.join(" ")
}

fn cell(of: &Cell) -> String {
    match of {
        Cell::Any => "any".to_owned(),
        Cell::Absent => "absent".to_owned(),
        Cell::Starts(start) => format!("starts \"{start}\""),
        Cell::Values(lits) => lits.iter().map(lit).collect::<Vec<String>>().join(" or "),
        Cell::Band(lower, upper) => {
            let lower = lower
                .as_ref()
                .map(|(at, included)| format!("{} {}", if *included { "from" } else { "above" }, lit(at)));
            let upper = upper
                .as_ref()
                .map(|(at, included)| format!("{} {}", if *included { "up to" } else { "under" }, lit(at)));
            [lower, upper].into_iter().flatten().collect::<Vec<String>>().join(" ")
        }
    }
}

fn value(of: &Option<Lit>) -> String {
    match of {
        None => "n/a".to_owned(),
        Some(Lit::Num(value, _)) => literal(value),
        Some(other) => lit(other),
    }
}

/// Every version of a tier scheme.
pub fn tiers(text: &mut String, of: &Tiers) {
    let mode = match of.mode {
        TierMode::Whole => "whole",
        TierMode::Graduated => "graduated",
        TierMode::Stair => "stair",
    };
    let unit = match &of.driver {
        Ty::Measure(unit) => unit.as_str(),
        _ => "",
    };
    for version in &of.versions {
        let effective = version.period.map(|days| format!(" effective {}", period(days))).unwrap_or_default();
        let _ = writeln!(
            text,
            "\ntiers {}({}) {mode} -> {}{effective} {{",
            of.name,
            ty(&of.driver),
            ty(&of.result)
        );
        if let Some(row) = &version.zero {
            let _ = writeln!(text, "  zero: {}", tier_row(row, unit));
        }
        for (bound, row) in &version.tiers {
            let at = |value: &Q| lit(&Lit::Num(value.clone(), unit.to_owned()));
            let bound = match bound {
                Bound::From(value) => format!("from {}", at(value)),
                Bound::Above(value) => format!("above {}", at(value)),
                Bound::UpTo(value) => format!("up to {}", at(value)),
                Bound::Under(value) => format!("under {}", at(value)),
                Bound::Next(value) => format!("next {}", at(value)),
                Bound::Rest => "rest".to_owned(),
            };
            let _ = writeln!(text, "  {bound}: {}", tier_row(row, unit));
        }
        text.push_str("}\n");
    }
}

fn tier_row(row: &TierRow, driver: &str) -> String {
    match row {
        TierRow::Refuse => "refuse \"ask the factory\"".to_owned(),
        TierRow::Value(Lit::Num(value, _)) => literal(value),
        TierRow::Value(other) => lit(other),
        TierRow::Price { flat, unit } => {
            let pack =
                |size: &Q| if driver.is_empty() { show(size) } else { format!("{} {driver}", show(size)) };
            let flat = flat.as_ref().map(|flat| format!("{} flat", literal(flat)));
            let unit = unit.as_ref().map(|(price, per)| match per {
                Per::Each => format!("{} each", literal(price)),
                Per::Share => lit(&Lit::Rate(price.clone())),
                Per::Started(size) => format!("{} per started {}", literal(price), pack(size)),
                Per::Full(size) => format!("{} per full {}", literal(price), pack(size)),
            });
            [flat, unit].into_iter().flatten().collect::<Vec<String>>().join(" + ")
        }
    }
}
