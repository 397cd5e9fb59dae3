//! What comprehensions go through: lists, enumerations, tables, lines; and what can be read of an element.

use std::rc::Rc;

use super::price::{signed, unsigned};
use super::{Known, Maker, Open, Place};
use crate::model::{Cell, Enum, Expr, Input, Kind, ListTy, Price, Product, Source, StepKind, Table, Ty};
use crate::number::whole;

/// Something whose elements can be gone through in a place.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    pub source: Source,
    /// What its elements are called.
    pub element: &'static str,
    /// What can be read of an element, by the name that it has then.
    pub known: Vec<Known>,
    /// What can be gone through inside of an element.
    pub inner: Vec<Elements>,
    pub in_order: bool,
    /// It has an element always.
    pub never_empty: bool,
}

/// How much is known of all lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Unit,
    Line,
    Quote,
    Rules,
}

impl Elements {
    pub(super) fn all(&self, kind: Kind, body: Option<Expr>, filter: Option<Expr>) -> Expr {
        Expr::Aggregate(Box::new(crate::model::Aggregate {
            kind,
            body,
            element: self.element.to_owned(),
            source: self.source.clone(),
            filter,
            rank: None,
        }))
    }
}

impl Maker<'_> {
    /// What can be gone through everywhere: lists of the request, enumerations, tables.
    pub(super) fn sources_everywhere(&self) -> Vec<Elements> {
        let lists = self.book.facts.iter().filter_map(|fact| match &fact.ty {
            Ty::List(list) => Some(self.list_elements(fact.name.clone(), &fact.name, list, "e")),
            _ => None,
        });
        let enums = self.book.enums.iter().map(values);
        let tables = self.book.tables.iter().map(rows);
        lists.chain(enums).chain(tables).collect()
    }

    /// A list by its path; `home` is what it is called in the whole book.
    pub(super) fn list_elements(
        &self,
        path: String,
        home: &str,
        list: &Rc<ListTy>,
        element: &'static str,
    ) -> Elements {
        let mut known = Vec::new();
        let mut inner = Vec::new();
        for field in &list.fields {
            let name = if list.record { format!("{element}.{}", field.name) } else { element.to_owned() };
            let own_home = format!("{home}.{}", field.name);
            match &field.ty {
                Ty::List(of) => inner.push(self.list_elements(name, &own_home, of, "i")),
                _ => known.push(Known { home: own_home, ..self.known(field, name, None) }),
            }
        }
        let in_order = list.in_order;
        Elements { source: Source::List(path), element, known, inner, in_order, never_empty: false }
    }

    /// The lists that come with a line.
    pub(super) fn lists_of(&self, options: &[Input], before: &str) -> Vec<Elements> {
        let lists = options.iter().filter_map(|option| match &option.ty {
            Ty::List(list) => {
                Some(self.list_elements(format!("{before}{}", option.name), &option.name, list, "e"))
            }
            _ => None,
        });
        lists.collect()
    }

    /// Some ways to go through lines. `own` is the price that is being made: what it is for, its entries,
    /// whether it has prices of units, and what those are in.
    pub(super) fn sources_of_lines(
        &mut self,
        stage: Stage,
        own: Option<(&str, &[Input], bool, &str)>,
    ) -> Vec<Elements> {
        let mut targets: Vec<Option<String>> = vec![None];
        let sold = self.book.products.iter().filter(|product| product.sold);
        targets.extend(sold.map(|product| Some(product.name.clone())));
        targets.extend(self.book.families.iter().map(|(name, _)| Some(name.clone())));
        targets.extend(own.iter().flat_map(|own| vec![Some(own.0.to_owned()); 2]));
        let count = self.random.between(1, 2);
        let mut found: Vec<Elements> = Vec::new();
        for _ in 0..count {
            let target = self.random.pick(&targets).clone();
            let earlier = own.is_some() && self.random.chance(40);
            let source = Source::Lines { of: target.clone(), earlier };
            let members = |product: &&Product| {
                target.as_ref().is_none_or(|of| product.name == *of || product.family.as_ref() == Some(of))
            };
            let products: Vec<Product> = self.book.products.iter().filter(members).cloned().collect();
            let done = matches!(stage, Stage::Quote | Stage::Rules);
            let mut known = Vec::new();
            if let [product] = products.as_slice()
                && target.as_ref() == Some(&product.name)
            {
                known = self.of_one_product(product, stage, own);
            } else if let Some((_, body)) =
                self.book.families.iter().find(|(name, _)| Some(name) == target.as_ref())
            {
                let options = body.options.iter().filter(|it| !matches!(it.ty, Ty::List(_)));
                known.extend(options.map(|option| self.known(option, option.name.clone(), None)));
                known.extend(self.let_knowns(body));
            }
            if done && products.iter().all(|product| !is_measured(product)) {
                known.push(Known::number("quantity", Ty::Int, 1, 400));
            }
            if done {
                known.extend(self.of_finished(&products, stage));
            }
            for of in &mut known {
                of.home = format!("{} of {}", of.name, target.as_deref().unwrap_or("lines"));
                of.name = format!("l.{}", of.name);
                (of.path, of.input) = (None, None);
            }
            let inner = match products.as_slice() {
                [only] if target.as_ref() == Some(&only.name) => self.lists_of(&only.body.options, "l."),
                _ => Vec::new(),
            };
            found.push(Elements { source, element: "l", known, inner, in_order: true, never_empty: false });
        }
        found
    }

    /// What the stages before know of the lines of one product.
    fn of_one_product(
        &self,
        product: &Product,
        stage: Stage,
        own: Option<(&str, &[Input], bool, &str)>,
    ) -> Vec<Known> {
        let of_family = self.book.families.iter().find(|(name, _)| Some(name) == product.family.as_ref());
        let bodies = of_family.map(|(_, body)| body).into_iter().chain([&product.body]);
        let mut known = Vec::new();
        for body in bodies {
            let options = body.options.iter().filter(|it| !matches!(it.ty, Ty::List(_)));
            known.extend(options.map(|option| self.known(option, option.name.clone(), None)));
            known.extend(self.let_knowns(body));
        }
        if stage == Stage::Unit || stage == Stage::Line {
            known.push(self.quantity_known("", product.quantity.as_ref()));
        }
        let price = self.price_of(product);
        let is_own = own.is_some_and(|own| own.0 == product.name);
        let entries = match (price, own) {
            (_, Some(own)) if is_own => own.1,
            (Some(price), _) => &price.entries,
            _ => &[],
        };
        known.extend(entries.iter().map(|entry| self.known(entry, entry.name.clone(), None)));
        if stage == Stage::Unit {
            return known;
        }
        let money = self.unit_money(product.quantity.as_ref());
        let has_unit = match (price, own) {
            (_, Some(own)) if is_own => own.2,
            (price, _) => price.is_some_and(|price| price.per_unit.is_some()),
        };
        if has_unit {
            known.push(signed("unit.net", &money));
            if stage == Stage::Line {
                known.push(unsigned("list", &self.currency()));
            }
        }
        let Some(price) = price else { return known };
        known.extend(figures(price.per_unit.as_deref(), "unit.", &money));
        if stage != Stage::Line {
            known.extend(figures(price.per_line.as_deref(), "", &self.currency()));
        }
        known
    }

    /// What is known of all lines when their own prices are done.
    fn of_finished(&self, products: &[Product], stage: Stage) -> Vec<Known> {
        let currency = self.currency();
        let mut known = vec![unsigned("list", &currency)];
        let all_cost = products.iter().all(|product| self.has_cost(product));
        if all_cost {
            known.push(unsigned("cost", &currency));
        }
        if stage == Stage::Quote {
            known.push(signed("running", &currency));
            return known;
        }
        known.push(signed("net", &currency));
        let share = |name: &str| Known { low: Some(-whole(1)), ..Known::number(name, Ty::Rate, 0, 1) };
        known.push(share("off_list"));
        if all_cost {
            known.push(share("margin"));
        }
        known
    }

    /// The product's own price, else its family's, if it is made.
    pub(super) fn price_of(&self, product: &Product) -> Option<&Price> {
        let of = |target: &String| self.book.prices.iter().find(|price| price.target == *target);
        of(&product.name).or_else(|| of(product.family.as_ref()?))
    }

    /// What can be read inside of a comprehension.
    pub(super) fn element_place(&mut self, place: &Place, of: &Elements) -> Place {
        let mut known = of.known.clone();
        // What lines and pieces may have too must be asked of them.
        if !matches!(of.source, Source::Lines { .. } | Source::Part(_)) && self.random.chance(40) {
            known.extend(place.known.iter().filter(|known| known.expr.is_none()).cloned());
        }
        Place { money: place.money.clone(), known, sources: of.inner.clone(), ..Place::default() }
    }
}

/// The named figures of a section.
fn figures(steps: Option<&[crate::model::Step]>, before: &str, money: &str) -> Vec<Known> {
    let named = steps.unwrap_or_default().iter();
    let named = named.filter(|step| matches!(step.kind, StepKind::Subtotal | StepKind::Let(_)));
    named.map(|step| signed(&format!("{before}{}", step.name), money)).collect()
}

fn is_measured(product: &Product) -> bool {
    matches!(product.quantity.as_ref().map(|quantity| &quantity.ty), Some(Ty::Measure(_)))
}

/// The values of a declared enumeration.
fn values(of: &Rc<Enum>) -> Elements {
    let name = of.name.clone().expect("a name");
    let known =
        Known { home: format!("value of {name}"), ..Known::number("k", Ty::Choice(of.clone()), 0, 0) };
    Elements {
        source: Source::Values(name),
        element: "k",
        known: vec![known],
        inner: Vec::new(),
        in_order: true,
        never_empty: true,
    }
}

/// The rows of a table: its columns, and those keys of which each row names one value.
fn rows(table: &Table) -> Elements {
    let mut known = Vec::new();
    for (at, key) in table.keys.iter().enumerate() {
        let one = |cell: &Cell| matches!(cell, Cell::Values(lits) if lits.len() == 1);
        let rows = table.versions.iter().flat_map(|version| &version.rows);
        if rows.clone().all(|row| one(&row.keys[at])) && !key.optional {
            known.push(Known::number(format!("r.{}", key.name), key.ty.clone(), 0, 99));
        }
    }
    for (name, ty) in &table.columns {
        let name = name.as_deref().unwrap_or("value");
        let high = if *ty == Ty::Rate { 1 } else { 999 };
        known.push(Known::number(format!("r.{name}"), ty.clone(), 0, high));
    }
    for of in &mut known {
        of.home = format!("{} of {}", of.name, table.name);
        of.open = Open::Ends;
    }
    Elements {
        source: Source::Rows(table.name.clone()),
        element: "r",
        known,
        inner: Vec::new(),
        in_order: true,
        never_empty: true,
    }
}
