//! The part of a book that decides what can be built of one product, and at what price.
//!
//! What is proved of a product depends on this part alone: while it stays equal, nothing is proved again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ir::{
    self, Book, ConstraintRule, Expr, ExprKind, Formula, Input, Name, Place, Product, Source, Step, Subject,
    Ty,
};

/// For each product the part of the book that its configurations and prices are made of. Names and words of the
/// book itself are left out, and what belongs to whole quotes.
pub(super) fn slices(book: &Book) -> BTreeMap<Name, Arc<Book>> {
    let index = index(book);
    let slice = |product: &Arc<Product>| {
        let mut needs = Needs { book, index: &index, found: BTreeSet::new(), open: Vec::new() };
        needs.product(product);
        needs.follow();
        (product.name.clone(), Arc::new(needs.cut()))
    };
    book.products.iter().map(slice).collect()
}

/// Where everything with a name stands in the book; of presets, all with one target.
struct Index<'b> {
    named: BTreeMap<(Kind, &'b Name), usize>,
    presets: BTreeMap<&'b Name, Vec<usize>>,
}

/// What a product needs.
struct Needs<'b> {
    book: &'b Book,
    index: &'b Index<'b>,
    found: BTreeSet<(Kind, usize)>,
    /// Found and not looked into.
    open: Vec<(Kind, usize)>,
}

/// What has a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Product,
    Context,
    Fact,
    Index,
    Table,
    Tiers,
    Def,
    Price,
    Preset,
    Guide,
    Family,
}

fn index<'b>(book: &'b Book) -> Index<'b> {
    let mut named = BTreeMap::new();
    let mut add = |kind: Kind, names: Vec<&'b Name>| {
        for (at, name) in names.into_iter().enumerate() {
            named.entry((kind, name)).or_insert(at);
        }
    };
    add(Kind::Product, book.products.iter().map(|it| &it.name).collect());
    add(Kind::Context, book.contexts.iter().map(|it| &it.name).collect());
    add(Kind::Fact, book.facts.iter().map(|it| &it.name).collect());
    add(Kind::Index, book.indexes.iter().map(|it| &it.input.name).collect());
    add(Kind::Table, book.tables.iter().map(|it| &it.name).collect());
    add(Kind::Tiers, book.tiers.iter().map(|it| &it.name).collect());
    add(Kind::Def, book.defs.iter().map(|it| &it.name).collect());
    add(Kind::Price, book.prices.iter().map(|it| &it.target).collect());
    add(Kind::Guide, book.guides.iter().map(|it| &it.target).collect());
    add(Kind::Family, book.families.iter().map(|it| &it.name).collect());
    let mut presets: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
    for (at, preset) in book.presets.iter().enumerate() {
        presets.entry(&preset.target).or_default().push(at);
    }
    Index { named, presets }
}

impl Needs<'_> {
    fn name(&mut self, kind: Kind, name: &Name) -> bool {
        let Some(at) = self.index.named.get(&(kind, name)).copied() else { return false };
        self.place(kind, at);
        true
    }

    fn place(&mut self, kind: Kind, at: usize) {
        if self.found.insert((kind, at)) {
            self.open.push((kind, at));
        }
    }

    /// A product with the price, the guide and the presets that count for it.
    fn product(&mut self, product: &Product) {
        self.name(Kind::Product, &product.name);
        for kind in [Kind::Price, Kind::Guide] {
            if !self.name(kind, &product.name)
                && let Some(family) = &product.family
            {
                self.name(kind, family);
            }
        }
        if let Some(family) = &product.family {
            self.name(Kind::Family, family);
        }
        let index = self.index;
        let targets = [Some(&product.name), product.family.as_ref()];
        for at in targets.into_iter().flatten().filter_map(|target| index.presets.get(target)).flatten() {
            self.place(Kind::Preset, *at);
        }
    }

    /// Looks into what was found until nothing new is.
    fn follow(&mut self) {
        let book = self.book;
        while let Some((kind, at)) = self.open.pop() {
            match kind {
                Kind::Product => book.products.get(at).into_iter().for_each(|it| self.body(it)),
                Kind::Context => {
                    let fields = book.contexts.get(at).into_iter().flat_map(|it| &it.fields);
                    fields.for_each(|it| self.input(it));
                }
                Kind::Fact => book.facts.get(at).into_iter().for_each(|it| self.input(it)),
                Kind::Index => book.indexes.get(at).into_iter().for_each(|it| self.input(&it.input)),
                Kind::Table => book.tables.get(at).into_iter().for_each(|it| self.table(it)),
                Kind::Tiers => book.tiers.get(at).into_iter().for_each(|it| self.ty(&it.result)),
                Kind::Def => book.defs.get(at).into_iter().for_each(|it| self.formula(&it.body)),
                Kind::Price => book.prices.get(at).into_iter().for_each(|it| self.price(it)),
                Kind::Preset | Kind::Family => {}
                Kind::Guide => book.guides.get(at).into_iter().for_each(|it| self.guide(it)),
            }
        }
    }

    fn body(&mut self, product: &Product) {
        self.input(&product.quantity);
        product.options.iter().for_each(|it| self.input(it));
        let book = self.book;
        for part in &product.parts {
            part.when.iter().for_each(|it| self.formula(it));
            let pieces =
                self.index.named.get(&(Kind::Product, &part.product)).and_then(|at| book.products.get(*at));
            pieces.into_iter().for_each(|pieces| self.product(pieces));
        }
        product.lets.iter().for_each(|it| self.formula(&it.value));
        for constraint in &product.constraints {
            match &constraint.rule {
                ConstraintRule::Holds(rule) => self.expr(rule),
                ConstraintRule::Row { table, keys } => {
                    self.name(Kind::Table, table);
                    keys.iter().for_each(|it| self.expr(it));
                }
            }
        }
        for component in product.unit_cost.iter().chain(&product.line_cost) {
            self.formula(&component.amount);
            component.when.iter().for_each(|it| self.formula(it));
        }
        product.suggestions.iter().filter_map(|it| it.when.as_ref()).for_each(|it| self.formula(it));
        product.alerts.iter().for_each(|it| self.formula(&it.when));
    }

    fn input(&mut self, input: &Input) {
        self.ty(&input.ty);
        input.when.iter().chain(&input.limit).for_each(|it| self.formula(it));
    }

    fn ty(&mut self, ty: &Ty) {
        match ty.required() {
            Ty::Row(table) => {
                self.name(Kind::Table, table);
            }
            Ty::List(list) => list.fields.iter().for_each(|field| self.ty(&field.ty)),
            _ => {}
        }
    }

    fn table(&mut self, table: &ir::Table) {
        table.keys.iter().for_each(|key| self.ty(&key.ty));
        table.columns.iter().for_each(|column| self.ty(&column.ty));
    }

    fn price(&mut self, price: &ir::Price) {
        price.entries.iter().for_each(|it| self.input(it));
        self.steps(&price.per_unit);
        self.steps(&price.per_line);
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            step.when.iter().for_each(|it| self.formula(it));
            // The quote's own steps are no part of a product.
            step.kind.for_each_formula(&mut |formula, subject| {
                if subject == Subject::Section {
                    self.formula(formula);
                }
            });
            self.steps(step.kind.steps());
        }
    }

    fn guide(&mut self, guide: &ir::Guide) {
        for question in &guide.questions {
            self.input(&question.input);
            for effect in &question.effects {
                self.expr(&effect.condition);
                self.formula(&effect.asks);
            }
        }
    }

    fn formula(&mut self, formula: &Formula) {
        self.expr(&formula.expr);
    }

    fn expr(&mut self, expr: &Expr) {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            self.ty(&expr.ty);
            match &expr.kind {
                ExprKind::Lookup { table, .. } => drop(self.name(Kind::Table, table)),
                ExprKind::Tier { tiers, .. } => drop(self.name(Kind::Tiers, tiers)),
                ExprKind::Call { def, .. } => drop(self.name(Kind::Def, def)),
                ExprKind::Read(Place::Context { context, .. }) => drop(self.name(Kind::Context, context)),
                ExprKind::Read(Place::Fact(name)) => drop(self.name(Kind::Fact, name)),
                ExprKind::Read(Place::Index(name)) => drop(self.name(Kind::Index, name)),
                ExprKind::Aggregate(own) => {
                    if let Source::Rows(table) | Source::Hits { table, .. } = &own.source {
                        self.name(Kind::Table, table);
                    }
                }
                _ => {}
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
    }

    /// The found part, each kind in the order of the book. The work is that of what was found, whatever else
    /// the book has.
    fn cut(&self) -> Book {
        let book = self.book;
        let found = &self.found;
        fn keep<T: Clone>(found: &BTreeSet<(Kind, usize)>, kind: Kind, all: &[T]) -> Vec<T> {
            let places = found.range((kind, 0)..=(kind, usize::MAX));
            places.filter_map(|(_, at)| all.get(*at).cloned()).collect()
        }
        Book {
            name: Name::from(""),
            label: None,
            currencies: book.currencies.clone(),
            currency_by_request: book.currency_by_request,
            units: book.units.clone(),
            effective: book.effective.clone(),
            hash: Name::from(""),
            contexts: keep(found, Kind::Context, &book.contexts),
            facts: keep(found, Kind::Fact, &book.facts),
            indexes: keep(found, Kind::Index, &book.indexes),
            exchanges: book.exchanges.clone(),
            families: keep(found, Kind::Family, &book.families),
            presets: keep(found, Kind::Preset, &book.presets),
            guides: keep(found, Kind::Guide, &book.guides),
            tables: keep(found, Kind::Table, &book.tables),
            tiers: keep(found, Kind::Tiers, &book.tiers),
            defs: keep(found, Kind::Def, &book.defs),
            prices: keep(found, Kind::Price, &book.prices),
            products: keep(found, Kind::Product, &book.products),
            quote: Arc::default(),
            approvals: Arc::default(),
            always: Vec::new(),
            tests: Vec::new(),
        }
    }
}
