//! What a request asks for: its lines, and behind each the pieces of its parts.

use super::expr::World;
use super::line::whole_body;
use crate::model::{Body, Given, Line, Request, Said, Val};
use crate::number::whole;

/// A line of the request, or a piece.
pub struct Asked {
    pub line: Line,
    pub id: String,
    /// The position of the line of the request that it belongs to.
    pub group: usize,
    pub piece: Option<Piece>,
    /// Of each part whether something is said of it, and the positions of its pieces.
    pub parts: Vec<(bool, Vec<usize>)>,
}

/// What a piece is a part of.
pub struct Piece {
    /// The position of that.
    pub of: usize,
    /// How many alike ones there are in one of that.
    count: i64,
    pub priced: bool,
}

impl Asked {
    /// It has a price of its own.
    pub fn is_priced(&self) -> bool {
        self.piece.as_ref().is_none_or(|piece| piece.priced)
    }

    pub fn count(&self) -> i64 {
        self.piece.as_ref().map_or(1, |piece| piece.count)
    }
}

/// All lines, each followed by its pieces.
pub fn asked(world: &World, request: &Request) -> Vec<Asked> {
    let mut all = Vec::new();
    for (at, line) in request.lines.iter().enumerate() {
        ask(world, &mut all, line.clone(), (at + 1).to_string(), at, None);
    }
    all
}

fn body_of(world: &World, product: &str) -> Body {
    let product = world.book.products.iter().find(|found| found.name == product).expect("a product");
    let family = world.book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
    whole_body(product, family.map(|(_, body)| body))
}

fn ask(
    world: &World,
    all: &mut Vec<Asked>,
    line: Line,
    id: String,
    group: usize,
    piece: Option<Piece>,
) -> usize {
    let position = all.len();
    let body = body_of(world, &line.product);
    let inside_included = piece.as_ref().is_some_and(|piece| !piece.priced);
    let priced = body.parts_priced && !inside_included;
    all.push(Asked { line: line.clone(), id: id.clone(), group, piece, parts: Vec::new() });
    for part in &body.parts {
        let said = line.parts.iter().find(|(name, _)| *name == part.name).map(|(_, said)| said);
        let plain = || Line { product: part.product.clone(), ..nothing() };
        let pieces: Vec<(i64, Line)> = match said {
            // Where there must be so many, there are so many.
            None if part.least == part.most => vec![(part.least, plain())],
            None | Some(Said::Count(0)) => Vec::new(),
            Some(Said::Count(count)) => vec![(*count, plain())],
            Some(Said::Pieces(pieces)) => {
                pieces.iter().map(|(count, line)| (count.unwrap_or(1), line.clone())).collect()
            }
        };
        let mut positions = Vec::new();
        for (number, (count, inner)) in pieces.into_iter().enumerate() {
            let Val::Num(quantity) = &line.quantity.value else { panic!("a quantity is a number") };
            let value = Val::Num(quantity * whole(count));
            let quantity = Given { json: String::new(), value };
            let inner = Line { quantity, ..inner };
            let id = format!("{id}.{}[{}]", part.name, number + 1);
            let piece = Piece { of: position, count, priced };
            positions.push(ask(world, all, inner, id, group, Some(piece)));
        }
        all[position].parts.push((said.is_some(), positions));
    }
    position
}

/// A line that says nothing.
fn nothing() -> Line {
    Line {
        product: String::new(),
        quantity: Given { json: String::new(), value: Val::Absent },
        options: Vec::new(),
        entries: Vec::new(),
        reason: false,
        parts: Vec::new(),
    }
}
