//! What only the whole book tells of comprehensions: rules that would hang on a list, rows without one key.

mod late;

use std::collections::{BTreeMap, BTreeSet};

use super::{errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ConstraintRule, ElementPlace, Expr, ExprKind, KeyMatch, Name, Place, Source};
use crate::source::Span;

/// Checks what all comprehensions of a book go through.
pub(crate) fn check(book: &ir::Book, problems: &mut Vec<Diagnostic>) {
    let by_name: BTreeMap<&Name, &ir::Product> =
        book.products.iter().map(|product| (&product.name, product.as_ref())).collect();
    let within = Within {
        defs: book.defs.iter().map(|def| (&def.name, &def.body.expr)).collect(),
        lets: book.products.iter().map(|product| (&product.name, lets_of(product))).collect(),
        of_any: by_name.values().rev().flat_map(|product| lets_of(product)).collect(),
    };
    let tables: BTreeMap<&Name, &ir::Table> = book.tables.iter().map(|it| (&it.name, it.as_ref())).collect();
    let guides: BTreeMap<&Name, &ir::Guide> =
        book.guides.iter().rev().map(|it| (&it.target, it.as_ref())).collect();
    let mut said: BTreeSet<Span> = BTreeSet::new();
    for product in &book.products {
        for rule in rules(&guides, product) {
            if let Some(way) = within.source_in(rule, product)
                && said.insert(way.at)
            {
                problems.push(match way.lines {
                    true => errors::lines_in_rule(way.at, way.of, &way.what),
                    false => errors::list_in_rule(way.at, way.of, &way.what),
                });
            }
        }
    }
    late::check(book, &within, &mut said, problems);
    for expr in reads::of_book(book) {
        reads::for_each(expr, &mut |expr| {
            if let ExprKind::Aggregate(own) = &expr.kind
                && let Source::Rows(table) = &own.source
                && let Some(table) = tables.get(table)
            {
                keys_of_rows(own, table, &mut said, problems);
            }
        });
    }
}

/// The lets of a product by their names, each with its product.
fn lets_of(product: &ir::Product) -> Lets<'_> {
    product.lets.iter().rev().map(|it| (&it.name, (&it.value.expr, product))).collect()
}

fn is_lines(source: &Source) -> bool {
    matches!(source, Source::Lines { .. })
}

/// What decides which configurations there are.
fn rules<'b>(guides: &BTreeMap<&'b Name, &'b ir::Guide>, product: &'b ir::Product) -> Vec<&'b Expr> {
    let options = product.options.iter().map(|option| &option.when);
    let parts = product.parts.iter().map(|part| &part.when);
    let mut rules: Vec<&Expr> = options.chain(parts).flatten().map(|when| &when.expr).collect();
    for constraint in &product.constraints {
        match &constraint.rule {
            ConstraintRule::Holds(rule) => rules.push(rule),
            ConstraintRule::Row { keys, .. } => rules.extend(keys),
        }
    }
    let family = || guides.get(product.family.as_ref()?);
    if let Some(guide) = guides.get(&product.name).or_else(family) {
        reads::of_guide(guide, &mut rules);
    }
    rules
}

/// What expressions lead to.
struct Within<'b> {
    defs: BTreeMap<&'b Name, &'b Expr>,
    lets: BTreeMap<&'b Name, Lets<'b>>,
    /// Of each name the let of the first product, by name, that has one.
    of_any: Lets<'b>,
}

/// Lets by their names: the value and the product.
type Lets<'b> = BTreeMap<&'b Name, (&'b Expr, &'b ir::Product)>;

/// A comprehension in a rule, or the name that leads to one.
struct Way<'b> {
    at: Span,
    /// The let or function that leads there.
    of: Option<&'b Name>,
    /// The comprehension.
    what: Name,
    /// It goes through the lines of the quote.
    lines: bool,
}

impl<'b> Within<'b> {
    /// The first comprehension over something else than parts that a rule leads to.
    fn source_in(&self, rule: &'b Expr, product: &'b ir::Product) -> Option<Way<'b>> {
        let mut found: Option<Way<'b>> = None;
        reads::for_each(rule, &mut |expr| {
            let way = match &expr.kind {
                ExprKind::Aggregate(own) if !matches!(own.source, Source::Parts { .. }) => {
                    let lines = matches!(own.source, Source::Lines { .. });
                    Some(Way { at: expr.span, of: None, what: own.text.clone(), lines })
                }
                _ => self.led(expr, product).and_then(|(name, next, of)| {
                    let to = |wanted: fn(&Source) -> bool| self.leads(next, of, wanted, &mut BTreeSet::new());
                    let lines = to(is_lines);
                    let is_lines = lines.is_some();
                    let what = lines.or_else(|| to(|source| !matches!(source, Source::Parts { .. })))?;
                    Some(Way { at: expr.span, of: Some(name), what, lines: is_lines })
                }),
            };
            found = match (found.take(), way) {
                (Some(one), Some(other)) => Some(if other.at < one.at { other } else { one }),
                (one, other) => one.or(other),
            };
        });
        found
    }

    /// The comprehension over a source of some kind that an expression leads to.
    fn leads(
        &self,
        expr: &'b Expr,
        product: &'b ir::Product,
        wanted: fn(&Source) -> bool,
        seen: &mut BTreeSet<Span>,
    ) -> Option<Name> {
        let mut found: Option<Name> = None;
        let mut next: Vec<(&'b Expr, &'b ir::Product)> = Vec::new();
        reads::for_each(expr, &mut |expr| match &expr.kind {
            ExprKind::Aggregate(own) if wanted(&own.source) => found = Some(own.text.clone()),
            _ => next.extend(self.led(expr, product).map(|(_, expr, product)| (expr, product))),
        });
        if found.is_some() {
            return found;
        }
        next.retain(|(expr, _)| seen.insert(expr.span));
        next.into_iter().find_map(|(expr, product)| self.leads(expr, product, wanted, seen))
    }

    /// The let of the product or of a piece, or the function, that an expression names.
    fn led(&self, expr: &'b Expr, product: &'b ir::Product) -> Option<(&'b Name, &'b Expr, &'b ir::Product)> {
        let found = |lets: &Lets<'b>, name: &Name| {
            let (name, (value, product)) = lets.get_key_value(name)?;
            Some((*name, *value, *product))
        };
        match &expr.kind {
            ExprKind::Call { def, .. } => {
                let (name, body) = self.defs.get_key_value(def)?;
                Some((*name, *body, product))
            }
            ExprKind::Read(Place::Member(name)) => found(self.lets.get(&product.name)?, name),
            ExprKind::Read(Place::Element { of: ElementPlace::Member(name), .. }) => {
                found(&self.of_any, name)
            }
            _ => None,
        }
    }
}

/// A key that is read of rows is one value in each of them.
fn keys_of_rows(
    own: &ir::Aggregate,
    table: &ir::Table,
    said: &mut BTreeSet<Span>,
    problems: &mut Vec<Diagnostic>,
) {
    let several = |key: usize| {
        let versions = table.versions.iter();
        versions
            .filter_map(|version| version.rows.keys.get(key))
            .any(|keys| keys.iter().any(|key| !matches!(key, KeyMatch::One(_))))
    };
    let by = own.ranking.iter().map(|ranking| &ranking.by);
    for expr in own.filter.iter().chain(by).chain(&own.before).chain(&own.body) {
        reads::for_each(expr, &mut |expr| {
            if let ExprKind::Read(Place::Element { depth, of: ElementPlace::Field { at, name }, .. }) =
                &expr.kind
                && *depth == own.depth
                && usize::from(*at) < table.keys.len()
                && several(usize::from(*at))
                && said.insert(expr.span)
            {
                let key = name.as_deref().unwrap_or_default();
                problems.push(errors::key_of_several(expr.span, key, &table.name));
            }
        });
    }
}
