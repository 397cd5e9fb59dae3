//! What `tarif check` proves of a product, against all its configurations.

use std::collections::BTreeSet;

use tarif::diagnostic::{Diagnostic, render};
use tarif::workspace::Workspace;

use crate::brute::{Kind, Space};
use crate::model::{Book, Expr, Home, Slot, Ty, Val};
use crate::print;

/// Where the two differ.
pub fn differences(book: &Book, space: &Space, workspace: &Workspace) -> Vec<String> {
    let proofs = workspace.proofs();
    let found: BTreeSet<String> = proofs.iter().filter_map(told).collect();
    let expected = expected(book, space);
    if found == expected {
        return Vec::new();
    }
    let missing: Vec<&String> = expected.difference(&found).collect();
    let false_alarms: Vec<&String> = found.difference(&expected).collect();
    let drawn = render(&proofs, workspace.places().sources(), false);
    vec![format!("proofs: not found {missing:?}, not true {false_alarms:?}\n{drawn}")]
}

/// A problem by its code and what it is about; defaults that clash are told one by one and compared as one.
fn told(problem: &Diagnostic) -> Option<String> {
    let code = problem.code.id();
    let name = problem.message.split('`').nth(1).unwrap_or_default();
    match code {
        "E0503" | "W0504" => Some(code.to_owned()),
        "W0502" | "W0503" => {
            let (what, _) = problem.message.split_once(" in ").unwrap_or_default();
            let mut quoted: Vec<&str> = what.split('`').skip(1).step_by(2).collect();
            // Neighbors of a range, and what is past reading, are said in short.
            if what.contains(" more") || quoted.iter().any(|text| text.contains(" to ")) {
                quoted.truncate(1);
                quoted.push("…");
            }
            Some(format!("{code} {}", quoted.join(" ")))
        }
        "W0505" => Some(format!("{code} {}", problem.notes.join("; "))),
        _ => Some(format!("{code} {name}")),
    }
}

fn expected(book: &Book, space: &Space) -> BTreeSet<String> {
    // What is set in a piece is looked at with its product.
    let inside = book.parts.iter().map(|part| &part.product);
    let mut expected: BTreeSet<String> =
        inside.flat_map(|product| self::expected(product, &Space::of(product))).collect();
    // That a let has no value is no rule: the rules have to exclude it.
    let rules = space.mask(|cause| cause.kind != Kind::Value);
    let all: Vec<usize> = (0..space.worlds.len()).filter(|at| space.broken[*at] & rules == 0).collect();
    let worlds: Vec<&[Val]> = all.iter().map(|at| space.worlds[*at].as_slice()).collect();
    if worlds.is_empty() {
        expected.insert("E0503".to_owned());
        return expected;
    }
    for (at, slot) in book.slots.iter().enumerate() {
        if matches!(slot.home, Home::Quantity | Home::Option | Home::Count) {
            let values: BTreeSet<Val> = worlds.iter().map(|world| world[at]).collect();
            match slot.ty {
                Ty::Set(of) => expected.extend(of_set(book, slot, of, &values)),
                _ => expected.extend(of_values(book, slot, &values)),
            }
        }
    }
    if defaults_clash(book, &worlds) {
        expected.insert("W0504".to_owned());
    }
    expected.extend(idle_rules(book, space));
    for (at, own) in book.lets.iter().enumerate() {
        // What only follows from a let that it reads, or of a piece, is told of that one.
        let read = read_by(book, at);
        let is_other = |name: &str| read.iter().any(|at| book.lets[*at].name == name);
        let others = space
            .mask(|cause| cause.kind == Kind::Value && (cause.within.is_some() || is_other(&cause.name)));
        let own_bit = space.mask(|cause| cause.kind == Kind::Value && cause.name == own.name);
        if all.iter().any(|world| space.broken[*world] & (own_bit | others) == own_bit) {
            expected.insert(format!("E0414 {}", own.name));
        }
    }
    expected
}

/// The lets that a let reads, also by way of others.
fn read_by(book: &Book, at: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![at];
    while let Some(at) = waiting.pop() {
        book.lets[at].value.walk(&mut |part| {
            if let Expr::Let(other) = part
                && found.insert(*other)
            {
                waiting.push(*other);
            }
        });
    }
    found
}

fn of_values(book: &Book, slot: &Slot, possible: &BTreeSet<Val>) -> Option<String> {
    let name = if slot.home == Home::Quantity { "quantity" } else { &slot.name };
    let dead: Vec<Val> = slot.values.iter().filter(|value| !possible.contains(value)).copied().collect();
    let word = |value: Val| match slot.ty {
        Ty::Row(_) => print::key_of(match value {
            Val::Row(row) => row,
            _ => 0,
        }),
        ty => print::literal(book, value, ty),
    };
    if dead.len() == slot.values.len() {
        return Some(format!("W0502 {name}"));
    }
    let left: Vec<Val> = slot.values.iter().filter(|value| possible.contains(value)).copied().collect();
    if let ([only], true) = (left.as_slice(), slot.values.len() > 1)
        && (!possible.contains(&Val::Absent) || !slot.optional)
        && *only != Val::Bool(false)
    {
        return Some(format!("W0503 {name} {}", word(*only)));
    }
    if dead.is_empty() {
        return None;
    }
    let neighbors = dead.windows(3).any(|three| {
        let at = |value: &Val| slot.values.iter().position(|it| it == value).unwrap_or(0);
        slot.range.is_some() && at(&three[0]) + 2 == at(&three[2])
    });
    let words: Vec<String> = dead.iter().map(|value| word(*value)).collect();
    let words = if neighbors || words.len() > 8 { "…".to_owned() } else { words.join(" ") };
    Some(format!("W0502 {name} {words}"))
}

fn of_set(book: &Book, slot: &Slot, of: usize, possible: &BTreeSet<Val>) -> Vec<String> {
    let name = &slot.name;
    let sets: Vec<u8> = possible
        .iter()
        .filter_map(|value| if let Val::Set(set) = value { Some(*set) } else { None })
        .collect();
    if sets.is_empty() {
        return vec![format!("W0502 {name}")];
    }
    let elements = &book.enums[of].values;
    let mut found = Vec::new();
    let dead = (0..elements.len()).filter(|at| sets.iter().all(|set| set >> at & 1 == 0));
    let dead: Vec<&str> = dead.map(|at| elements[at].as_str()).collect();
    if !dead.is_empty() {
        found.push(format!("W0502 {name} {}", dead.join(" ")));
    }
    if !slot.may_be_absent() {
        let forced = (0..elements.len()).filter(|at| sets.iter().all(|set| set >> at & 1 == 1));
        found.extend(forced.map(|at| format!("W0503 {name} {}", elements[at])));
    }
    found
}

fn is_inside(slot: &Slot) -> bool {
    matches!(slot.home, Home::Option | Home::Count | Home::Piece)
}

/// Whether no configuration has all defaults that are possible on their own.
fn defaults_clash(book: &Book, worlds: &[&[Val]]) -> bool {
    let mut left: Vec<&[Val]> = worlds.to_vec();
    for (at, slot) in book.slots.iter().enumerate().filter(|(_, slot)| is_inside(slot)) {
        let Some(default) = slot.default else { continue };
        match (default, slot.ty) {
            (Val::Set(0), _) => {}
            (Val::Set(_), _) if slot.may_be_absent() => {}
            (Val::Set(set), Ty::Set(of)) => {
                for element in 0..book.enums[of].values.len() {
                    let fits = |world: &&[Val]| matches!(world[at], Val::Set(own) if own >> element & 1 == set >> element & 1);
                    if worlds.iter().any(fits) {
                        left.retain(fits);
                    }
                }
            }
            _ => {
                let fits = |world: &&[Val]| world[at] == default || world[at] == Val::Absent;
                if worlds.iter().any(|world| world[at] == default) {
                    left.retain(fits);
                }
            }
        }
    }
    left.is_empty()
}

/// The rules that the others imply, the last first, without those found before.
fn idle_rules(book: &Book, space: &Space) -> Vec<String> {
    let mut counting = space.mask(|cause| cause.kind != Kind::Value);
    let mut idle = Vec::new();
    for at in (0..book.rules.len()).rev() {
        let Some(bit) = space.cause(Kind::Rule, None, &book.rules[at].name) else { continue };
        let others = counting & !(1 << bit);
        if !space.broken.iter().any(|broken| broken & others == 0 && broken >> bit & 1 == 1) {
            counting = others;
            idle.push(format!("W0501 {}", book.rules[at].name));
        }
    }
    idle
}
