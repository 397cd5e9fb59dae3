//! What only the whole book tells of comprehensions: rules that would hang on a list, rows without one key.

mod late;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bodies::Whole;
use super::item::{Checked, ItemIr};
use super::summary::{Use, is_lines, is_parts};
use super::{errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ConstraintRule, ElementPlace, Expr, ExprKind, KeyMatch, Name, Place, Source};
use crate::resolve::ItemRef;
use crate::source::Span;

/// Checks what all comprehensions of a book go through. Only declarations that lead to one are looked at.
pub(crate) fn check(whole: &Whole<'_>, items: &[(ItemRef, Arc<Checked>)], problems: &mut Vec<Diagnostic>) {
    if !items.iter().any(|(_, item)| item.summary.goes_through) {
        return;
    }
    let leading = Leading::of(items);
    let products = leading.products(whole, items);
    let within = Within { whole, of_any: OnceCell::new() };
    let mut said: BTreeSet<Span> = BTreeSet::new();
    for product in &products {
        for rule in rules(whole, product) {
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
    late::check(&within, &products, items, &mut said, problems);
    let through = items.iter().filter(|(_, item)| item.summary.goes_through);
    for expr in through.filter_map(|(_, item)| item.ir.as_ref()).flat_map(reads::of_item) {
        reads::for_each(expr, &mut |expr| {
            if let ExprKind::Aggregate(own) = &expr.kind
                && let Source::Rows(table) = &own.source
                && let Some(table) = whole.table(table)
            {
                keys_of_rows(own, table, &mut said, problems);
            }
        });
    }
}

/// The functions and lets, by their names, that may lead to a comprehension over something else than parts.
struct Leading(BTreeSet<Use>);

impl Leading {
    fn of(items: &[(ItemRef, Arc<Checked>)]) -> Leading {
        let mut leading = Leading(BTreeSet::new());
        loop {
            let before = leading.0.len();
            for (_, item) in items {
                match item.ir.as_ref().filter(|_| leading.is_in(item)) {
                    Some(ItemIr::Def(it)) => leading.add(Use::Def(it.name.clone()), &it.body.expr),
                    Some(ItemIr::Product(it)) => leading.add_lets(&it.lets),
                    Some(ItemIr::Family(it)) => leading.add_lets(&it.shared.lets),
                    _ => {}
                }
            }
            if leading.0.len() == before {
                return leading;
            }
        }
    }

    fn add_lets(&mut self, lets: &[ir::Let]) {
        for it in lets {
            self.add(Use::Member(it.name.clone()), &it.value.expr);
        }
    }

    fn add(&mut self, name: Use, value: &Expr) {
        let mut leads = false;
        reads::for_each(value, &mut |expr| {
            leads |= match &expr.kind {
                ExprKind::Aggregate(own) => !is_parts(&own.source),
                ExprKind::Call { def, .. } => self.0.contains(&Use::Def(def.clone())),
                ExprKind::Read(
                    Place::Member(name) | Place::Element { of: ElementPlace::Member(name), .. },
                ) => self.0.contains(&Use::Member(name.clone())),
                _ => false,
            };
        });
        if leads {
            self.0.insert(name);
        }
    }

    /// Whether a declaration goes through something itself, or names what does.
    fn is_in(&self, item: &Checked) -> bool {
        item.summary.goes_through
            || !self.0.is_empty() && item.summary.uses.iter().any(|used| self.0.contains(used))
    }

    /// The products of whose rules, lets or costs some may lead to a comprehension.
    fn products<'b>(&self, whole: &Whole<'b>, items: &[(ItemRef, Arc<Checked>)]) -> Vec<&'b ir::Product> {
        let mut named: BTreeSet<&Name> = BTreeSet::new();
        for (_, item) in items.iter().filter(|(_, item)| self.is_in(item)) {
            named.extend(match &item.ir {
                Some(ItemIr::Product(it)) => Some(&it.name),
                Some(ItemIr::Family(it)) => Some(&it.family.name),
                Some(ItemIr::Guide(it)) => Some(&it.target),
                _ => None,
            });
        }
        let products = whole.book.products.iter().map(AsRef::as_ref);
        let is_named = |name: Option<&Name>| name.is_some_and(|name| named.contains(name));
        products.filter(|it| is_named(Some(&it.name)) || is_named(it.family.as_ref())).collect()
    }
}

/// The lets of a product by their names, each with its product.
fn lets_of(product: &ir::Product) -> Lets<'_> {
    product.lets.iter().rev().map(|it| (&it.name, (&it.value.expr, product))).collect()
}

/// What decides which configurations there are.
fn rules<'b>(whole: &Whole<'b>, product: &'b ir::Product) -> Vec<&'b Expr> {
    let options = product.options.iter().map(|option| &option.when);
    let parts = product.parts.iter().map(|part| &part.when);
    let mut rules: Vec<&Expr> = options.chain(parts).flatten().map(|when| &when.expr).collect();
    for constraint in &product.constraints {
        match &constraint.rule {
            ConstraintRule::Holds(rule) => rules.push(rule),
            ConstraintRule::Row { keys, .. } => rules.extend(keys),
        }
    }
    if let Some(guide) = whole.guide_of(product) {
        reads::of_guide(guide, &mut rules);
    }
    rules
}

/// What expressions lead to.
struct Within<'w, 'b> {
    whole: &'w Whole<'b>,
    /// Of each name the let of the first product, by name, that has one.
    of_any: OnceCell<Lets<'b>>,
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

impl<'b> Within<'_, 'b> {
    /// The first comprehension over something else than parts that a rule leads to.
    fn source_in(&self, rule: &'b Expr, product: &'b ir::Product) -> Option<Way<'b>> {
        let mut found: Option<Way<'b>> = None;
        reads::for_each(rule, &mut |expr| {
            let way = match &expr.kind {
                ExprKind::Aggregate(own) if !is_parts(&own.source) => {
                    let lines = is_lines(&own.source);
                    Some(Way { at: expr.span, of: None, what: own.text.clone(), lines })
                }
                _ => self.led(expr, product).and_then(|(name, next, of)| {
                    let to = |wanted: fn(&Source) -> bool| self.leads(next, of, wanted, &mut BTreeSet::new());
                    let lines = to(is_lines);
                    let leads_to_lines = lines.is_some();
                    let what = lines.or_else(|| to(|source| !is_parts(source)))?;
                    Some(Way { at: expr.span, of: Some(name), what, lines: leads_to_lines })
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
        match &expr.kind {
            ExprKind::Call { def, .. } => Some((def, self.whole.def(def)?, product)),
            ExprKind::Read(Place::Member(name)) => {
                let own = product.lets.iter().find(|it| it.name == *name)?;
                Some((&own.name, &own.value.expr, product))
            }
            ExprKind::Read(Place::Element { of: ElementPlace::Member(name), .. }) => {
                let of_any = self.of_any.get_or_init(|| {
                    let mut products: Vec<&ir::Product> =
                        self.whole.book.products.iter().map(AsRef::as_ref).collect();
                    products.sort_by(|one, other| other.name.cmp(&one.name));
                    products.into_iter().flat_map(lets_of).collect()
                });
                let (name, (value, product)) = of_any.get_key_value(name)?;
                Some((*name, *value, *product))
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
