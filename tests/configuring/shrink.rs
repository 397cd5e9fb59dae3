//! Makes a case that differs as small as it goes.

use crate::model::{Book, Expr, Home, Part, RuleKind, Ty, Unit, Val};
use crate::{Case, differences, print};

/// The smallest case that still differs in one of the same questions, as text.
pub fn told(case: &Case, first: &[String]) -> String {
    let questions: Vec<String> = first.iter().map(|one| question(one)).collect();
    let mut case = case.clone();
    let mut last = first.to_vec();
    let mut tries = 0;
    'again: loop {
        for smaller in smaller(&case) {
            tries += 1;
            if tries > 3_000 {
                break 'again;
            }
            let found = std::panic::catch_unwind(|| differences(&smaller)).unwrap_or_default();
            if found.iter().any(|one| questions.contains(&question(one))) {
                (case, last) = (smaller, found);
                continue 'again;
            }
        }
        break;
    }
    let asks: Vec<String> =
        case.asks.iter().map(|ask| format!("{}: {:?}", case.book.slots[ask.slot].path(), ask)).collect();
    format!("{}\n{}\nchoices:\n  {}\n", last.join("\n"), print::book(&case.book), asks.join("\n  "))
}

fn question(difference: &str) -> String {
    difference.split(':').next().unwrap_or("").to_owned()
}

fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for at in 0..case.asks.len() {
        let mut asks = case.asks.clone();
        asks.remove(at);
        all.push(Case { asks, ..case.clone() });
    }
    let mut book = case.book.clone();
    book.collapse();
    all.extend(smaller_books(&book).into_iter().filter_map(|book| with_book(case, book)));
    all
}

/// The same case of another book, where that has all that was asked of.
fn with_book(case: &Case, mut book: Book) -> Option<Case> {
    book.expand();
    let mut asks = case.asks.clone();
    for ask in &mut asks {
        let path = case.book.slots[ask.slot].path();
        ask.slot = book.slots.iter().position(|slot| slot.path() == path)?;
    }
    Some(Case { book, asks, ..case.clone() })
}

/// Books without the slots of their parts, each a little smaller.
fn smaller_books(of: &Book) -> Vec<Book> {
    let mut books = Vec::new();
    for at in 0..of.rules.len() {
        let mut book = of.clone();
        book.rules.remove(at);
        books.push(book);
    }
    if of.price.len() > 1 || matches!(of.price.first(), Some(term) if !matches!(term, Expr::Lit(..))) {
        for at in 0..of.price.len() {
            let mut book = of.clone();
            book.price.remove(at);
            if book.price.is_empty() {
                book.price.push(Expr::Lit(Val::Num(1.into()), Ty::Num(Unit::Eur)));
            }
            books.push(book);
        }
    }
    for (at, slot) in of.slots.iter().enumerate() {
        let mut change = |change: &dyn Fn(&mut crate::model::Slot)| {
            let mut book = of.clone();
            change(&mut book.slots[at]);
            books.push(book);
        };
        if slot.when.is_some() {
            change(&|slot| slot.when = None);
        }
        if slot.optional {
            change(&|slot| slot.optional = false);
        }
        if slot.default.is_some() {
            change(&|slot| slot.default = None);
        }
    }
    for at in 0..of.parts.len() {
        books.extend(smaller_parts(of, at));
    }
    books.extend(simpler_rules(of));
    books.extend((0..of.lets.len()).filter_map(|at| without_let(of, at)));
    books.extend((0..of.tables.len()).filter_map(|at| without_table(of, at)));
    books.extend((0..of.slots.len()).filter_map(|at| without_slot(of, at)));
    books
}

/// Books with less of a part, or without it.
fn smaller_parts(of: &Book, at: usize) -> Vec<Book> {
    let part = &of.parts[at];
    let mut books = Vec::new();
    let mut change = |change: &dyn Fn(&mut Part)| {
        let mut book = of.clone();
        change(&mut book.parts[at]);
        books.push(book);
    };
    if part.when.is_some() {
        change(&|part| part.when = None);
    }
    if part.from < part.to {
        change(&|part| part.to -= 1);
        change(&|part| part.from += 1);
    }
    let mut product = part.product.clone();
    product.collapse();
    // What is read of pieces keeps its place.
    let is_read = reads(of, &|part| matches!(part, Expr::Pieces(_, own, ..) if *own == at));
    for smaller in smaller_books(&product) {
        let same = smaller.slots.len() == product.slots.len()
            && smaller.lets.len() == product.lets.len()
            && smaller.tables.len() == product.tables.len()
            && smaller.parts.len() == product.parts.len();
        if same || !is_read {
            change(&|part| {
                part.product = smaller.clone();
                part.product.expand();
            });
        }
    }
    if !is_read {
        let mut book = of.clone();
        book.parts.remove(at);
        for expr in book.expressions_mut() {
            expr.change(&mut |part| {
                if let Expr::Pieces(_, own, ..) = part {
                    *own -= usize::from(*own > at);
                }
            });
        }
        books.push(book);
    }
    books
}

/// Rules with a part of their condition in its place.
fn simpler_rules(book: &Book) -> Vec<Book> {
    let mut books = Vec::new();
    for at in 0..book.rules.len() {
        let mut put = |kind: RuleKind| {
            let mut smaller = book.clone();
            smaller.rules[at].kind = kind;
            books.push(smaller);
        };
        match &book.rules[at].kind {
            RuleKind::Require(what, when) => {
                if when.is_some() {
                    put(RuleKind::Require(what.clone(), None));
                }
                parts_of(book, what).into_iter().for_each(|part| put(RuleKind::Require(part, when.clone())));
                let whens = when.iter().flat_map(|when| parts_of(book, when));
                whens.for_each(|part| put(RuleKind::Require(what.clone(), Some(part))));
            }
            RuleKind::Exclude(left, right) => {
                put(RuleKind::Require(Expr::Not(Box::new(left.clone())), None));
                put(RuleKind::Require(Expr::Not(Box::new(right.clone())), None));
                parts_of(book, left).into_iter().for_each(|part| put(RuleKind::Exclude(part, right.clone())));
                parts_of(book, right).into_iter().for_each(|part| put(RuleKind::Exclude(left.clone(), part)));
            }
            RuleKind::Allow(..) => {}
        }
    }
    books
}

/// The conditions that a condition is made of.
fn parts_of(book: &Book, expr: &Expr) -> Vec<Expr> {
    let parts = expr.parts().into_iter().filter(|part| crate::evaluate::ty(book, part) == Ty::Bool);
    parts.cloned().collect()
}

fn reads(book: &Book, found: &dyn Fn(&Expr) -> bool) -> bool {
    let mut book = book.clone();
    let mut any = false;
    for expr in book.expressions_mut() {
        expr.walk(&mut |part| any |= found(part));
    }
    any
}

fn without_let(book: &Book, at: usize) -> Option<Book> {
    if reads(book, &|part| matches!(part, Expr::Let(own) if *own == at)) {
        return None;
    }
    let mut book = book.clone();
    book.lets.remove(at);
    for expr in book.expressions_mut() {
        expr.change(&mut |part| {
            if let Expr::Let(own) = part {
                *own -= usize::from(*own > at);
            }
        });
    }
    Some(book)
}

fn without_table(book: &Book, at: usize) -> Option<Book> {
    let allowed =
        book.rules.iter().any(|rule| matches!(&rule.kind, RuleKind::Allow(_, table) if *table == at));
    let chosen = book.slots.iter().any(|slot| slot.ty == Ty::Row(at));
    if allowed || chosen || reads(book, &|part| matches!(part, Expr::Lookup(own, ..) if *own == at)) {
        return None;
    }
    let mut book = book.clone();
    book.tables.remove(at);
    for expr in book.expressions_mut() {
        expr.change(&mut |part| {
            if let Expr::Lookup(own, ..) = part {
                *own -= usize::from(*own > at);
            }
        });
    }
    for rule in &mut book.rules {
        if let RuleKind::Allow(_, own) = &mut rule.kind {
            *own -= usize::from(*own > at);
        }
    }
    let lower = |ty: &mut Ty| {
        if let Ty::Row(own) = ty {
            *own -= usize::from(*own > at);
        }
    };
    book.slots.iter_mut().for_each(|slot| lower(&mut slot.ty));
    book.tables.iter_mut().flat_map(|table| &mut table.keys).for_each(|key| lower(&mut key.ty));
    Some(book)
}

fn without_slot(book: &Book, at: usize) -> Option<Book> {
    let key = book.tables.iter().flat_map(|table| &table.keys).any(|key| key.path == Some(at));
    let allowed =
        book.rules.iter().any(|rule| matches!(&rule.kind, RuleKind::Allow(slots, _) if slots.contains(&at)));
    let read = reads(book, &|part| match part {
        Expr::Slot(own) | Expr::Has(own, _) | Expr::Given(own) | Expr::By(own, ..) => *own == at,
        _ => false,
    });
    if key || allowed || read || book.slots[at].home == Home::Quantity {
        return None;
    }
    let mut book = book.clone();
    let lower = |own: &mut usize| *own -= usize::from(*own > at);
    book.slots.remove(at);
    for expr in book.expressions_mut() {
        expr.change(&mut |part| {
            if let Expr::Slot(own) | Expr::Has(own, _) | Expr::Given(own) | Expr::By(own, ..) = part {
                lower(own);
            }
        });
    }
    for key in book.tables.iter_mut().flat_map(|table| &mut table.keys) {
        key.path.iter_mut().for_each(lower);
    }
    for rule in &mut book.rules {
        if let RuleKind::Allow(slots, _) = &mut rule.kind {
            slots.iter_mut().for_each(lower);
        }
    }
    Some(book)
}
