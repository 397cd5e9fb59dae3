//! All lines, stage by stage: what a line reads of others is what the stages before know of them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::expr::World;
use super::line::{Draft, Lines, Priced};
use crate::model::Request;

/// Lines that are left out, by their position, and what is wrong with them.
pub type Out = BTreeMap<usize, BTreeSet<String>>;

/// The lines of a request with their prices.
///
/// A line that is at fault takes no part in what others read. Where faults show only later, all lines that have one
/// are left out together, and everything is worked out again without them.
pub fn lines(world: &World, request: &Request, out: &mut Out) -> Vec<Priced> {
    loop {
        let mut drafts: Vec<Draft> =
            request.lines.iter().map(|asked| Draft::new(world, asked, true)).collect();
        let takes_part = |at: &usize| drafts[*at].found.first().is_none() && !out.contains_key(at);
        let taking_part: Vec<usize> = (0..drafts.len()).filter(takes_part).collect();
        let seen = |drafts: &[Draft]| -> Lines {
            Rc::new(taking_part.iter().map(|at| Rc::new(drafts[*at].scope.clone())).collect())
        };
        let configured = seen(&drafts);
        drafts.iter_mut().for_each(|draft| draft.price_unit(world, &configured));
        let of_units = seen(&drafts);
        let mut priced: Vec<Priced> =
            drafts.into_iter().map(|draft| draft.price_line(world, &of_units)).collect();
        priced.iter_mut().enumerate().for_each(|(at, line)| line.at = at);
        for (at, found) in &*out {
            let answer = &mut priced[*at].answer;
            if !answer.invalid {
                (answer.invalid, answer.violations) = (true, found.clone());
            }
        }
        let late: Vec<usize> = taking_part.into_iter().filter(|at| priced[*at].answer.invalid).collect();
        if late.is_empty() || !world.asked_lines.get() {
            return priced;
        }
        out.extend(late.into_iter().map(|at| (at, priced[at].answer.violations.clone())));
    }
}
