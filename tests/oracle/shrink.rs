//! Makes a book and a request that differ smaller, as long as they differ.

use crate::model::{Book, Request, Step, StepKind};

/// Tries to leave things out, one by one, until nothing more can be left out.
pub fn shrink(book: &Book, request: &Request, differ: &dyn Fn(&Book, &Request) -> bool) -> (Book, Request) {
    let (mut book, mut request) = (book.clone(), request.clone());
    let mut at = request.lines.len();
    while at > 0 {
        at -= 1;
        let mut fewer = request.clone();
        fewer.lines.remove(at);
        if differ(&book, &fewer) {
            request = fewer;
        }
    }
    loop {
        let mut smaller = false;
        let mut position = 0;
        while let Some(candidate) = without(&book, position) {
            if still_asked(&candidate, &request) && differ(&candidate, &request) {
                book = candidate;
                smaller = true;
            } else {
                position += 1;
            }
        }
        if !smaller {
            return (book, request);
        }
    }
}

/// All that the request speaks of is there.
fn still_asked(book: &Book, request: &Request) -> bool {
    let is_there = |name: &String| book.products.iter().any(|product| product.name == *name);
    request.lines.iter().all(|line| is_there(&line.product))
}

/// The book without the thing at a position, counted over all that can be left out.
fn without(book: &Book, position: usize) -> Option<Book> {
    let mut book = book.clone();
    let mut left = position;
    let done = remove(&mut book.products, &mut left)
        || remove(&mut book.prices, &mut left)
        || remove(&mut book.tables, &mut left)
        || remove(&mut book.tiers, &mut left)
        || remove(&mut book.defs, &mut left)
        || remove(&mut book.families, &mut left)
        || book.prices.iter_mut().any(|price| {
            price.per_unit.as_mut().is_some_and(|steps| remove_step(steps, &mut left))
                || price.per_line.as_mut().is_some_and(|steps| remove_step(steps, &mut left))
        })
        || book.quote.as_mut().is_some_and(|quote| {
            remove_step(&mut quote.steps, &mut left) || remove(&mut quote.rules, &mut left)
        })
        || book.approvals.as_mut().is_some_and(|approvals| remove(&mut approvals.rules, &mut left))
        || bodies(&mut book).any(|body| {
            remove(&mut body.constraints, &mut left)
                || remove(&mut body.alerts, &mut left)
                || remove(&mut body.cost, &mut left)
                || remove(&mut body.line_cost, &mut left)
                || remove(&mut body.lets, &mut left)
        });
    done.then_some(book)
}

fn bodies(book: &mut Book) -> impl Iterator<Item = &mut crate::model::Body> {
    let families = book.families.iter_mut().map(|(_, body)| body);
    families.chain(book.products.iter_mut().map(|product| &mut product.body))
}

fn remove<T>(from: &mut Vec<T>, left: &mut usize) -> bool {
    if *left < from.len() {
        from.remove(*left);
        return true;
    }
    *left -= from.len();
    false
}

/// A step, a member of a group, or a step's condition.
fn remove_step(steps: &mut Vec<Step>, left: &mut usize) -> bool {
    if remove(steps, left) {
        return true;
    }
    steps.iter_mut().any(|step| {
        if step.when.is_some() {
            if *left == 0 {
                step.when = None;
                return true;
            }
            *left -= 1;
        }
        match &mut step.kind {
            StepKind::Group(_, members) | StepKind::EachLine(members) | StepKind::Payable(members)
                if members.len() > 1 =>
            {
                remove_step(members, left)
            }
            _ => false,
        }
    })
}
