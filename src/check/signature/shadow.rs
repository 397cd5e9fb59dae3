//! No shadowing: a name inside a product or a waterfall is no other name that can be read there.

use std::collections::BTreeMap;

use super::build::Building;
use super::inputs::options;
use super::parts::parts;
use crate::check::errors;
use crate::ir::Name;
use crate::resolve::RESERVED_NAMES;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, MemberKind, StepKind};

/// Words of a request's line, which an entry of a line would hide.
const LINE_WORDS: [&str; 7] = ["id", "options", "parts", "preset", "product", "quantity", "reason"];

/// Words of a request, which a context, a fact or an entry of the quote would hide.
const REQUEST_WORDS: [&str; 6] = ["as_of", "currency", "id", "lines", "market", "reason"];

/// Where names are declared, by name: what they name, and the place.
type Declared = BTreeMap<Name, (&'static str, Span)>;

/// Checks the names inside families, products, waterfalls and the quote.
pub(super) fn check(building: &mut Building<'_>) {
    let items = building.items.clone();
    let mut families: BTreeMap<Name, Declared> = BTreeMap::new();
    let mut products: BTreeMap<Name, Declared> = BTreeMap::new();
    for item in &items {
        if let ItemKind::Family(family) = &item.kind {
            let names = building.members(&family.members, &Declared::new());
            families.entry(family.name.text.clone()).or_insert(names);
        }
    }
    for item in &items {
        match &item.kind {
            ItemKind::Product(product) => {
                let shared = product.family.as_ref().and_then(|name| families.get(&name.text));
                let names = building.members(&product.members, &shared.cloned().unwrap_or_default());
                products.entry(product.name.text.clone()).or_insert(names);
            }
            ItemKind::Context(context) => building.request_word(&context.name),
            ItemKind::Given(field) => building.request_word(&field.name),
            _ => {}
        }
    }
    let mut of_lines = Declared::new();
    for item in &items {
        if let ItemKind::Price(ast::Price { per_line: Some(section), .. }) = &item.kind {
            step_names(&section.steps, &mut of_lines);
        }
    }
    for item in &items {
        match &item.kind {
            ItemKind::Price(price) => building.price_names(price, &families, &products),
            ItemKind::Guide(guide) => building.question_names(guide, &families, &products),
            ItemKind::Quote(quote) => building.quote_names(quote, &of_lines),
            _ => {}
        }
    }
}

impl Building<'_> {
    /// Checks that the constraints and alerts of a body are told apart by their names.
    fn constraint_names(&mut self, members: &[ast::Member]) {
        let mut declared = Declared::new();
        for member in members {
            let (name, what) = match &member.kind {
                MemberKind::Require(it) => (&it.name, "a constraint"),
                MemberKind::Exclude(it) => (&it.name, "a constraint"),
                MemberKind::Allow(it) => (&it.name, "a constraint"),
                MemberKind::Alert(it) => (&it.name, "an alert"),
                _ => continue,
            };
            let Some(name) = name else { continue };
            if let Some((other, at)) = declared.insert(name.text.clone(), (what, name.span)) {
                self.problems.push(errors::declared_twice(name, other, at));
            }
        }
    }

    /// Checks the names of a body's members and gives them, together with those shared.
    fn members(&mut self, members: &[ast::Member], shared: &Declared) -> Declared {
        self.constraint_names(members);
        let mut declared = shared.clone();
        for field in options(members) {
            self.declare(&mut declared, &field.name, "an option", true);
        }
        for member in members {
            if let MemberKind::Given(field) = &member.kind
                && LINE_WORDS.contains(&field.name.text.as_ref())
            {
                self.problems.push(errors::request_word(&field.name, "a line of a request"));
            }
        }
        for part in parts(members) {
            self.declare(&mut declared, &part.name, "a part", true);
        }
        for member in members {
            if let MemberKind::Let(member) = &member.kind {
                self.declare(&mut declared, &member.name, "a let", true);
            }
        }
        let mut with_components = declared.clone();
        for member in members {
            let MemberKind::Cost(cost) = &member.kind else { continue };
            for component in &cost.components {
                self.declare(&mut with_components, &component.name, "a cost component", true);
            }
        }
        declared
    }

    fn price_names(
        &mut self,
        price: &ast::Price,
        families: &BTreeMap<Name, Declared>,
        products: &BTreeMap<Name, Declared>,
    ) {
        let mut declared = families.get(&price.target.text).cloned().unwrap_or_default();
        for product in self.signatures.products_priced_by(&price.target.text) {
            let names = products.get(&product).into_iter().flatten();
            declared.extend(names.map(|(name, place)| (name.clone(), *place)));
        }
        for entry in &price.entries {
            if LINE_WORDS.contains(&entry.name.text.as_ref()) {
                self.problems.push(errors::request_word(&entry.name, "a line of a request"));
                continue;
            }
            self.declare(&mut declared, &entry.name, "an entry", true);
        }
        for section in [&price.per_unit, &price.per_line].into_iter().flatten() {
            self.steps(&section.steps, &mut declared);
        }
    }

    /// A question is called like nothing that its guide can read.
    fn question_names(
        &mut self,
        guide: &ast::Guide,
        families: &BTreeMap<Name, Declared>,
        products: &BTreeMap<Name, Declared>,
    ) {
        let mut declared = families.get(&guide.target.text).cloned().unwrap_or_default();
        for product in self.signatures.products_guided_by(&guide.target.text) {
            let names = products.get(&product).into_iter().flatten();
            declared.extend(names.map(|(name, place)| (name.clone(), *place)));
        }
        for question in &guide.questions {
            self.declare(&mut declared, &question.field.name, "a question", true);
        }
    }

    /// `of_lines` are the steps of `per line`: those of `each line` are read by `line.NAME` too.
    fn quote_names(&mut self, quote: &ast::QuoteBlock, of_lines: &Declared) {
        for step in &quote.steps {
            let StepKind::EachLine(section) = &step.kind else { continue };
            let mut names = Declared::new();
            step_names(&section.steps, &mut names);
            for (name, (_, span)) in names {
                if let Some((_, other)) = of_lines.get(&name) {
                    self.problems.push(errors::step_of_line_twice(&name, span, *other));
                }
            }
        }
        let mut declared = Declared::new();
        for entry in &quote.entries {
            self.request_word(&entry.name);
            self.declare(&mut declared, &entry.name, "an entry", true);
        }
        self.steps(&quote.steps, &mut declared);
        let mut alerts = Declared::new();
        for name in quote.alerts.iter().filter_map(|alert| alert.name.as_ref()) {
            if let Some((other, at)) = alerts.insert(name.text.clone(), ("an alert", name.span)) {
                self.problems.push(errors::declared_twice(name, other, at));
            }
        }
        let mut rules = Declared::new();
        for name in quote.requirements.iter().filter_map(|rule| rule.kind.rule_name()) {
            if let Some((other, at)) = rules.insert(name.text.clone(), ("a requirement", name.span)) {
                self.problems.push(errors::declared_twice(name, other, at));
            }
        }
    }

    fn steps(&mut self, steps: &[ast::Step], declared: &mut Declared) {
        for step in steps {
            match &step.kind {
                StepKind::Change { name, .. }
                | StepKind::Bound { name, .. }
                | StepKind::Tax { name, .. }
                | StepKind::Let { name, .. }
                | StepKind::Subtotal { name, .. } => self.declare(declared, name, "a step", false),
                StepKind::Group(group) => {
                    self.steps(&group.steps, declared);
                    if let Some(name) = &group.name {
                        self.declare(declared, name, "a group", false);
                    }
                }
                StepKind::EachLine(section) => self.steps(&section.steps, declared),
                StepKind::Payable(payable) => {
                    self.steps(&payable.section.steps, declared);
                    self.declare(declared, &payable.name, "what is to be paid", false);
                }
                StepKind::Taxes(taxes) => {
                    self.steps(&taxes.steps, declared);
                    if let Some(name) = &taxes.name {
                        self.declare(declared, name, "a step", false);
                    }
                }
                StepKind::Charge(charge) => self.declare(declared, &charge.name, "a charge", false),
                StepKind::Gift(gift) => self.declare(declared, &gift.name, "a gift", false),
                StepKind::Claims(claims) => {
                    for claim in &claims.steps {
                        self.declare(declared, &claim.name, "a step", false);
                    }
                    if let Some(name) = &claims.name {
                        self.declare(declared, name, "a step", false);
                    }
                }
                StepKind::List { .. } | StepKind::Round(_) => {}
            }
        }
    }

    fn declare(&mut self, declared: &mut Declared, name: &ast::Name, what: &'static str, reserved: bool) {
        let problem = if let Some((other, at)) = declared.get(&name.text) {
            errors::declared_twice(name, other, *at)
        } else if let Some((kind, at)) = self.signatures.names.get(&name.text) {
            errors::hides(name, what, *kind, *at)
        } else if reserved && RESERVED_NAMES.contains(&name.text.as_ref()) {
            errors::built_in(name)
        } else {
            declared.insert(name.text.clone(), (what, name.span));
            return;
        };
        self.problems.push(problem);
    }

    fn request_word(&mut self, name: &ast::Name) {
        if REQUEST_WORDS.contains(&name.text.as_ref()) {
            self.problems.push(errors::request_word(name, "a request"));
        }
    }
}

/// The names of steps, those inside of groups too.
fn step_names(steps: &[ast::Step], into: &mut Declared) {
    for step in steps {
        let name = match &step.kind {
            StepKind::Change { name, .. }
            | StepKind::Bound { name, .. }
            | StepKind::Tax { name, .. }
            | StepKind::Let { name, .. }
            | StepKind::Subtotal { name, .. } => Some(name),
            StepKind::Group(group) => {
                step_names(&group.steps, into);
                group.name.as_ref()
            }
            StepKind::Taxes(taxes) => {
                step_names(&taxes.steps, into);
                taxes.name.as_ref()
            }
            _ => None,
        };
        if let Some(name) = name {
            into.entry(name.text.clone()).or_insert(("a step", name.span));
        }
    }
}
