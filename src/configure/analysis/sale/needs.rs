//! The cells that a price needs: each look into a table that has an `n/a`, with the conditions under which it is
//! made. That there is a row is known: tables without one are refused before anything is proved.

use std::collections::{HashMap, HashSet};

use crate::configure::model::Needed;
use crate::ir::{
    Book, CostComponent, ElementPlace, Expr, ExprKind, Formula, LogicOp, Name, Period, Place, Price, Product,
    Step, StepKind, Table, Ty,
};
use crate::source::Span;

/// A value that a price or a cost needs on some days.
#[derive(Clone, Debug)]
pub(in crate::configure::analysis) struct Dated {
    /// On which days; on all without it.
    pub(in crate::configure::analysis) during: Option<Period>,
    /// The value.
    pub(in crate::configure::analysis) needed: Needed,
}

/// What the price and the costs of a product need, and what cannot be told: names of steps whose tables are
/// looked into with figures that only a quote has.
#[derive(Debug, Default)]
pub(in crate::configure::analysis) struct Wants {
    pub(in crate::configure::analysis) needed: Vec<Dated>,
    pub(in crate::configure::analysis) untold: Vec<Name>,
    /// By the declaration that needs a value, what it reads by name: lets of the product, or of its pieces.
    pub(in crate::configure::analysis) reads: HashMap<Span, HashSet<Name>>,
}

/// What the price and the costs of a product need.
pub(in crate::configure::analysis) fn wants(book: &Book, product: &Product) -> Wants {
    let mut walk = Walk { book, gappy: HashMap::new(), wants: Wants::default(), at: None };
    for component in product.unit_cost.iter().chain(&product.line_cost) {
        walk.component(component);
    }
    let of = |target: &Name| book.prices.iter().find(|price| price.target == *target);
    if let Some(price) = of(&product.name).or_else(|| product.family.as_ref().and_then(of)) {
        walk.price(price);
    }
    walk.wants
}

/// Lets that may be without a value, by their declarations.
#[derive(Clone, Debug, Default)]
pub(in crate::configure::analysis) struct Lets {
    /// They look into a column that has an `n/a`.
    pub(in crate::configure::analysis) direct: HashSet<Span>,
    /// These, and those that read them.
    pub(in crate::configure::analysis) all: HashSet<Span>,
    /// By such a let, those of them that it reads, also by way of others: what is wrong with these is told of these.
    pub(in crate::configure::analysis) reads: HashMap<Span, HashSet<Span>>,
    /// Those of the product, and those of its pieces, by name.
    names: Without,
}

impl Lets {
    /// The lets among some names, and those that they read.
    pub(in crate::configure::analysis) fn behind(&self, names: &HashSet<Name>) -> HashSet<Span> {
        let own: Vec<Span> = names.iter().filter_map(|name| self.names.get(name)).copied().collect();
        let further = own.iter().filter_map(|span| self.reads.get(span)).flatten().copied();
        own.iter().copied().chain(further).collect()
    }
}

/// The lets of a product and of its parts that may meet an `n/a`.
pub(in crate::configure::analysis) fn lets(book: &Book, product: &Product) -> Lets {
    let mut walk = Walk { book, gappy: HashMap::new(), wants: Wants::default(), at: None };
    let (mut found, mut known) = (Lets::default(), HashMap::new());
    found.names = walk.lets(product, &mut found, &mut known);
    found
}

/// Lets that may be without a value, by their names.
type Without = HashMap<Name, Span>;

/// Which lets an expression reads of those of its product, and of those of pieces.
fn reads(expr: &Expr, own: &Without, pieces: &Without) -> HashSet<Span> {
    let mut found = HashSet::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Read(Place::Member(name)) => found.extend(own.get(name)),
            ExprKind::Read(Place::Element { of: ElementPlace::Member(name), .. }) => {
                found.extend(pieces.get(name));
            }
            _ => {}
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    found
}

/// The names of the product, and of pieces, that an expression reads.
fn members(expr: &Expr) -> HashSet<Name> {
    let mut found = HashSet::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Read(Place::Member(name) | Place::Element { of: ElementPlace::Member(name), .. }) =
            &expr.kind
        {
            found.insert(name.clone());
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    found
}

struct Walk<'b> {
    book: &'b Book,
    /// By table and column, or by function, whether there is an `n/a`.
    gappy: HashMap<(Name, Option<u16>), bool>,
    wants: Wants,
    at: Option<At>,
}

/// What is being looked through.
#[derive(Clone)]
struct At {
    of: Name,
    span: Span,
    during: Option<Period>,
}

impl Walk<'_> {
    /// The lets of a product behind those of its parts, each product once; what is found of those in pieces.
    fn lets(&mut self, product: &Product, found: &mut Lets, known: &mut HashMap<Name, Without>) -> Without {
        if let Some(known) = known.get(&product.name) {
            return known.clone();
        }
        let book = self.book;
        let mut pieces = Without::new();
        for part in &product.parts {
            if let Some(inside) = book.products.iter().find(|it| it.name == part.product) {
                pieces.extend(self.lets(inside, found, known));
            }
        }
        let mut without = Without::new();
        // Each reads only those before it.
        for own in &product.lets {
            let direct = self.may_lack(&own.value.expr);
            if direct {
                found.direct.insert(own.span);
            }
            let mut reads = reads(&own.value.expr, &without, &pieces);
            if direct || !reads.is_empty() {
                without.insert(own.name.clone(), own.span);
                found.all.insert(own.span);
                let further = reads.iter().filter_map(|span| found.reads.get(span)).flatten().copied();
                reads.extend(further.collect::<Vec<Span>>());
                found.reads.insert(own.span, reads);
            }
        }
        pieces.extend(without);
        known.insert(product.name.clone(), pieces.clone());
        pieces
    }

    fn component(&mut self, component: &CostComponent) {
        self.at = Some(At { of: component.name.clone(), span: component.span, during: None });
        self.amount(&component.amount, component.when.as_ref(), &[]);
    }

    fn price(&mut self, price: &Price) {
        for entry in &price.entries {
            self.at = Some(At { of: entry.name.clone(), span: entry.span, during: None });
            for formula in entry.limit.iter() {
                self.amount(formula, entry.when.as_ref(), &[]);
            }
        }
        self.steps(&price.per_unit, &[]);
        self.steps(&price.per_line, &[]);
    }

    fn steps(&mut self, steps: &[Step], around: &[Expr]) {
        for step in steps {
            self.at = Some(At { of: step.name.clone(), span: step.span, during: step.during.clone() });
            match &step.kind {
                StepKind::List(amount)
                | StepKind::Floor(amount)
                | StepKind::Cap(amount)
                | StepKind::Let(amount) => {
                    self.amount(amount, step.when.as_ref(), around);
                }
                StepKind::Tax(tax) => self.amount(&tax.amount, step.when.as_ref(), around),
                StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => {
                    self.amount(&change.amount, step.when.as_ref(), around);
                }
                StepKind::Group { steps, .. }
                | StepKind::Taxes { steps, .. }
                | StepKind::EachLine(steps)
                | StepKind::Payable(steps)
                | StepKind::Claims(steps) => {
                    let mut guards = around.to_vec();
                    if let Some(when) = &step.when {
                        self.needs(&when.expr, &guards, &when.text);
                        guards.extend(told(&when.expr).then(|| when.expr.clone()));
                    }
                    self.steps(steps, &guards);
                }
                StepKind::Claim(claim) => self.amount(&claim.amount, step.when.as_ref(), around),
                StepKind::Gift(gift) => self.amount(&gift.count, step.when.as_ref(), around),
                StepKind::Round(_) | StepKind::Subtotal => {}
            }
        }
    }

    /// What a formula needs where its `when` holds.
    fn amount(&mut self, amount: &Formula, when: Option<&Formula>, around: &[Expr]) {
        let mut guards = around.to_vec();
        if let Some(when) = when {
            self.needs(&when.expr, &guards, &when.text);
            // A condition on figures may hold; whether it does is seen when the found configuration is priced.
            guards.extend(told(&when.expr).then(|| when.expr.clone()));
        }
        self.needs(&amount.expr, &guards, &amount.text);
        if let Some(at) = &self.at {
            let read = self.wants.reads.entry(at.span).or_default();
            read.extend(when.into_iter().chain([amount]).flat_map(|formula| members(&formula.expr)));
        }
    }

    /// What an expression needs where the guards hold.
    fn needs(&mut self, expr: &Expr, guards: &[Expr], text: &Name) {
        let with = |more: Option<Expr>| -> Vec<Expr> { guards.iter().cloned().chain(more).collect() };
        match &expr.kind {
            ExprKind::Lookup { .. } | ExprKind::Call { .. } | ExprKind::Aggregate(_) => {
                if self.may_lack(expr) {
                    self.need(expr, guards, text);
                }
            }
            ExprKind::If { condition, then, otherwise } => {
                self.needs(condition, guards, text);
                let holds = told(condition).then(|| condition.as_ref().clone());
                let fails = holds.clone().map(not);
                self.needs(then, &with(holds), text);
                self.needs(otherwise, &with(fails), text);
            }
            ExprKind::Switch { subject, cases, otherwise } => {
                self.needs(subject, guards, text);
                let is = |values: &[crate::ir::Value]| {
                    let of = values.to_vec();
                    let kind = ExprKind::OneOf { value: subject.clone(), of };
                    told(subject).then(|| Expr { kind, ty: Ty::Bool, span: subject.span })
                };
                for (values, then) in cases {
                    self.needs(then, &with(is(values)), text);
                }
                if let Some(otherwise) = otherwise {
                    let all: Vec<_> = cases.iter().flat_map(|(values, _)| values).cloned().collect();
                    self.needs(otherwise, &with(is(&all).map(not)), text);
                }
            }
            ExprKind::Logic { op, left, right } => {
                self.needs(left, guards, text);
                let left = told(left).then(|| left.as_ref().clone());
                let decides = if *op == LogicOp::Or { left.map(not) } else { left };
                self.needs(right, &with(decides), text);
            }
            ExprKind::Otherwise { value, fallback } => {
                self.needs(value, guards, text);
                let given = Expr { kind: ExprKind::Given(value.clone()), ty: Ty::Bool, span: value.span };
                self.needs(fallback, &with(told(value).then(|| not(given))), text);
            }
            _ => {
                let mut operands = Vec::new();
                expr.for_each_operand(&mut |operand| operands.push(operand));
                for operand in operands {
                    self.needs(operand, guards, text);
                }
            }
        }
    }

    fn need(&mut self, expr: &Expr, guards: &[Expr], text: &Name) {
        let Some(at) = self.at.clone() else { return };
        if !told(expr) {
            if !self.wants.untold.contains(&at.of) {
                self.wants.untold.push(at.of);
            }
            return;
        }
        let value = expr.clone();
        let needed = Needed { of: at.of, text: text.clone(), span: at.span, guards: guards.to_vec(), value };
        let dated = Dated { during: at.during, needed };
        if !self.wants.needed.iter().any(|known| known.needed == dated.needed) {
            self.wants.needed.push(dated);
        }
    }

    /// Whether an expression itself looks into a column that has an `n/a`. Lets are looked at apart.
    fn may_lack(&mut self, expr: &Expr) -> bool {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            let lacks = match &expr.kind {
                ExprKind::Lookup { table, column, .. } => self.table_lacks(table, *column),
                ExprKind::Call { def, .. } => self.def_lacks(def),
                _ => false,
            };
            if lacks {
                return true;
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
        false
    }

    fn table_lacks(&mut self, name: &Name, column: u16) -> bool {
        let key = (name.clone(), Some(column));
        if let Some(known) = self.gappy.get(&key) {
            return *known;
        }
        let table = self.book.tables.iter().find(|table| table.name == *name);
        let lacks = table.is_none_or(|table| lacks(table, column));
        self.gappy.insert(key, lacks);
        lacks
    }

    fn def_lacks(&mut self, name: &Name) -> bool {
        let key = (name.clone(), None);
        if let Some(known) = self.gappy.get(&key) {
            return *known;
        }
        // Functions never call themselves; this only keeps a broken book from going round.
        self.gappy.insert(key.clone(), false);
        let book = self.book;
        let def = book.defs.iter().find(|def| def.name == *name);
        let lacks = def.is_some_and(|def| self.may_lack(&def.body.expr));
        self.gappy.insert(key, lacks);
        lacks
    }
}

/// Whether a column of a table has an `n/a`.
fn lacks(table: &Table, column: u16) -> bool {
    let column = usize::from(column);
    table.versions.iter().any(|version| {
        let values = version.rows.values.get(column).into_iter().flatten();
        let rest = version.rows.otherwise.iter().filter_map(|row| row.get(column));
        values.chain(rest).any(Option::is_none)
    })
}

/// Whether an expression reads nothing that only a quote knows.
fn told(expr: &Expr) -> bool {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        let figure = match &expr.kind {
            ExprKind::Read(place) => matches!(
                place,
                Place::Entry { .. }
                    | Place::CostComponent { .. }
                    | Place::Running(_)
                    | Place::Figure { .. }
                    | Place::Builtin { .. }
            ),
            ExprKind::Applied { .. } => true,
            ExprKind::Convert { from, to, .. } => from != to,
            _ => false,
        };
        if figure {
            return false;
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    true
}

fn not(expr: Expr) -> Expr {
    let span = expr.span;
    Expr { kind: ExprKind::Not(Box::new(expr)), ty: Ty::Bool, span }
}
