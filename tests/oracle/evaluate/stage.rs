//! All lines, stage by stage: what a line reads of others is what the stages before know of them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::configure::Behind;
use super::expr::World;
use super::line::{Draft, Lines, Priced, Shown};
use super::pieces::{Asked, asked};
use crate::model::Request;

/// What a line, or a piece of one, counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Line,
    /// It has its price with what it is a part of.
    Included,
    /// Its part does not exist in this configuration.
    Absent,
}

/// Lines that are left out, by their position, and what is wrong with them.
pub type Out = BTreeMap<usize, BTreeSet<String>>;

/// The lines of a request, and the pieces that are priced, with their prices.
///
/// A line that is at fault takes no part in what others read. Where faults show only later, all lines that have one
/// are left out together, and everything is worked out again without them.
pub fn lines(world: &World, request: &Request, out: &mut Out) -> Vec<Priced> {
    let asked = asked(world, request);
    loop {
        let mut drafts = configured(world, &asked);
        for (at, draft) in drafts.iter_mut().enumerate() {
            draft.scope.at = Some(at);
        }
        let standing = standing(&asked, &drafts);
        let own: Vec<usize> = (0..drafts.len()).filter(|at| standing[*at] == Standing::Line).collect();
        let takes_part = |at: &&usize| drafts[**at].found.first().is_none() && !out.contains_key(at);
        let taking_part: Vec<usize> = own.iter().filter(takes_part).copied().collect();
        let seen = |drafts: &[Draft]| -> Lines {
            Rc::new(taking_part.iter().map(|at| Rc::new(drafts[*at].scope.clone())).collect())
        };
        let configured = seen(&drafts);
        own.iter().for_each(|at| drafts[*at].price_unit(world, &configured));
        let of_units = seen(&drafts);
        let inside: Vec<(Vec<String>, Vec<String>)> =
            own.iter().map(|at| included(world, &asked, &standing, &drafts, *at)).collect();
        let drafts = drafts.into_iter().enumerate().filter(|(at, _)| standing[*at] == Standing::Line);
        let mut priced: Vec<Priced> = Vec::new();
        for ((at, draft), (alerts, pieces)) in drafts.zip(inside) {
            let mut line = draft.price_line(world, &of_units);
            (line.at, line.id, line.group) = (at, asked[at].id.clone(), asked[at].group);
            line.scope.bundle = bundle(world, &asked, at);
            line.answer.alerts.extend(alerts);
            line.answer.pieces = pieces;
            line.answer.part_of = asked[at].piece.as_ref().map(|piece| asked[piece.of].id.clone());
            if let (Some(found), false) = (out.get(&at), line.answer.invalid) {
                (line.answer.invalid, line.answer.violations) = (true, found.clone());
            }
            priced.push(line);
        }
        sell_together(&mut priced);
        let at_fault = own.iter().zip(&priced).filter(|(_, line)| line.answer.invalid);
        let late: Vec<(usize, BTreeSet<String>)> = at_fault
            .filter(|(at, _)| taking_part.contains(at))
            .map(|(at, line)| (*at, line.answer.violations.clone()))
            .collect();
        if late.is_empty() || !world.asked_lines.get() {
            return priced;
        }
        out.extend(late);
    }
}

/// The product, and its family, of the line of the request that something is a piece of.
fn bundle(world: &World, asked: &[Asked], at: usize) -> Option<(String, Option<String>)> {
    let mut of = asked[at].piece.as_ref()?.of;
    while let Some(piece) = &asked[of].piece {
        of = piece.of;
    }
    let product = world.book.products.iter().find(|found| found.name == asked[of].line.product)?;
    Some((product.name.clone(), product.family.clone()))
}

/// All configurations. What something is made of is known before it.
fn configured<'a>(world: &'a World, asked: &[Asked]) -> Vec<Draft<'a>> {
    let mut known: BTreeMap<usize, Draft<'a>> = BTreeMap::new();
    for (at, own) in asked.iter().enumerate().rev() {
        let mut behind = Vec::new();
        for (said, pieces) in &own.parts {
            let mut found = Vec::new();
            let mut breaks = false;
            for piece in pieces.iter().filter(|piece| !asked[**piece].is_priced()) {
                found.extend(known[piece].found.all());
                breaks |= known[piece].breaks;
            }
            let of = |piece: &usize| (Rc::new(known[piece].scope.clone()), asked[*piece].count());
            let all = Rc::new(pieces.iter().map(of).collect());
            behind.push(Behind { said: *said, at: pieces.clone(), pieces: all, found, breaks });
        }
        let mut draft = Draft::new(world, &own.line, &behind, own.is_priced());
        if !own.is_priced() {
            // Its cost is wrong only for who reads it.
            let before = std::mem::take(&mut draft.found);
            draft.costs(world);
            draft.found = before;
        }
        known.insert(at, draft);
    }
    known.into_values().collect()
}

fn standing(asked: &[Asked], drafts: &[Draft]) -> Vec<Standing> {
    let mut standing: Vec<Standing> = Vec::new();
    for (at, own) in asked.iter().enumerate() {
        standing.push(match &own.piece {
            None => Standing::Line,
            Some(piece) if standing[piece.of] == Standing::Absent => Standing::Absent,
            Some(piece) if drafts[piece.of].absent.contains(&at) => Standing::Absent,
            Some(piece) if piece.priced => Standing::Line,
            Some(_) => Standing::Included,
        });
    }
    standing
}

/// The alerts of the pieces that are included in a line, and these pieces as text.
fn included(
    world: &World,
    asked: &[Asked],
    standing: &[Standing],
    drafts: &[Draft],
    at: usize,
) -> (Vec<String>, Vec<String>) {
    let (mut alerts, mut texts) = (Vec::new(), Vec::new());
    for piece in asked[at].parts.iter().flat_map(|(_, pieces)| pieces) {
        if standing[*piece] != Standing::Included {
            continue;
        }
        let own = &drafts[*piece];
        alerts.extend(own.alerts(world));
        let values = own.values(Shown::Piece);
        let values: Vec<String> = values
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", crate::compare::value_of_oracle(value)?)))
            .collect();
        texts.push(format!("{} of {}", asked[*piece].count(), values.join(" ")));
        let (more, inner) = included(world, asked, standing, drafts, *piece);
        alerts.extend(more);
        texts.extend(inner);
    }
    (alerts, texts)
}

/// A line and the pieces of its parts are sold together or not at all.
pub fn sell_together(priced: &mut [Priced]) {
    let bad: BTreeSet<usize> =
        priced.iter().filter(|line| line.answer.invalid).map(|line| line.group).collect();
    for line in priced.iter_mut().filter(|line| bad.contains(&line.group) && !line.answer.invalid) {
        line.answer.invalid = true;
        line.answer.violations.insert("E0942".to_owned());
    }
}
