//! The parts of a line: which pieces there are, and whether they are as many as may be.

use std::sync::Arc;

use super::facts::{Facts, LineFacts, PartFacts};
use super::fault::{Fault, Gap, arithmetic};
use super::layout::Layout;
use super::line::{LineRun, Standing};
use super::piece::Element;
use super::plan::Plan;
use crate::diagnostic::codes;
use crate::ir;
use crate::value::Exact;

/// The lines behind one that are known already, the last first.
pub(super) struct Behind<'l, 'p> {
    pub lines: &'l [LineRun<'p>],
    /// How many lines there are in all.
    pub of: usize,
}

impl<'l, 'p> Behind<'l, 'p> {
    fn at(&self, position: usize) -> Option<&'l LineRun<'p>> {
        self.lines.get(self.of.checked_sub(position)?.checked_sub(1)?)
    }
}

impl<'p> LineRun<'p> {
    /// What a bundle, and those who ask it, see of pieces.
    fn element(&self) -> Element {
        let configured = self.cells.iter().take(Layout::configured(&self.product.product));
        Element { cells: configured.cloned().collect(), count: self.count.clone(), parts: self.parts.clone() }
    }

    /// Whether a piece, by its place, is one of its own or of one of those.
    pub(super) fn holds_piece(&self, place: &str) -> bool {
        let own = self.piece.as_deref();
        own.is_none_or(|own| place.strip_prefix(own).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Whether the part of a piece, by its position, does not exist.
    pub(super) fn lacks(&self, position: usize) -> bool {
        self.absent.contains(&position)
    }

    /// The pieces of a part: as many as may be, if it exists.
    pub(super) fn part(
        &mut self,
        plan: &Plan,
        facts: &Facts,
        given: &LineFacts,
        at: usize,
        behind: &Behind<'_, 'p>,
    ) {
        let product = self.product;
        let Some(part) = product.product.parts.get(at) else { return };
        let silent = PartFacts::default();
        let said = given.parts.get(at).unwrap_or(&silent);
        let path = format!("{}.parts.{}", given.path, part.name);
        let when = product.parts.get(at).and_then(Option::as_ref);
        let exists = when.map_or(Ok(true), |when| self.holds(plan, facts, when));
        let pieces = match exists {
            Err(gap) => Err(gap),
            Ok(false) => {
                self.absent.extend(&said.pieces);
                if let (true, false, Some(when)) = (said.said, said.pieces.is_empty(), when) {
                    let message =
                        format!("pieces of `{}` are given, and exist only when `{}`", part.name, when.text);
                    self.fault(Fault::new(codes::PART_ABSENT, message).at(part.span).in_request(path).gap());
                }
                Ok(Arc::new(Vec::new()))
            }
            Ok(true) => {
                let pieces: Vec<&LineRun<'p>> =
                    said.pieces.iter().filter_map(|position| behind.at(*position)).collect();
                for piece in pieces.iter().filter(|piece| piece.standing == Standing::Included) {
                    piece.faults.iter().for_each(|gap| self.fault(gap.clone()));
                }
                let counted = part_count(part, said.said, pieces.iter().map(|piece| &piece.count), path);
                counted.map(|()| Arc::new(pieces.into_iter().map(LineRun::element).collect()))
            }
        };
        let pieces = pieces.map_err(|gap| self.own(gap));
        if let Err(gap) = &pieces {
            self.fault(gap.clone());
        }
        if let Some(place) = self.parts.get_mut(at) {
            *place = pieces;
        }
    }
}

/// What is wrong with a number of pieces, if anything is.
fn part_count<'c>(
    part: &ir::Part,
    said: bool,
    counts: impl Iterator<Item = &'c Exact>,
    path: String,
) -> Result<(), Gap> {
    let (least, most) = (Exact::from(part.least), Exact::from(part.most));
    let mut sum = Exact::ZERO;
    for count in counts {
        sum = sum.checked_add(count).map_err(|error| arithmetic(error, part.span))?;
    }
    if least <= sum && sum <= most {
        return Ok(());
    }
    let possible = match part.least == part.most {
        true => format!("exactly {least}"),
        false => format!("{least} to {most}"),
    };
    let fault = match said {
        true => {
            let message = format!("`{}` has {sum} pieces here, and {possible} are possible", part.name);
            let mend = if sum < least { "add pieces" } else { "take pieces out" };
            Fault::new(codes::PART_COUNT, message).help(mend)
        }
        false => {
            let message =
                format!("nothing is said of the part `{}`, of which {possible} belong here", part.name);
            let name = &part.name;
            Fault::new(codes::PART_COUNT, message).help(format!(
                "say how many in `parts`, `\"{name}\": 2`, or configure each: `\"{name}\": [{{ … }}]`"
            ))
        }
    };
    Err(fault.at(part.span).in_request(path).gap())
}
