//! Small checked books, made by hand.

use std::sync::Arc;

use crate::ir::*;
use crate::quote::{Raw, Request, RequestLine};
use crate::source::{FileId, Span};
use crate::value::{Date, Exact, Rounding, Unit, UnitTable};

/// A place to point at; every call in a test may give another one.
pub fn at(offset: u32) -> Span {
    Span::new(FileId(0), offset, offset + 1)
}

pub fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

pub fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

pub fn cny() -> Ty {
    Ty::quantity(Unit::of(UnitTable::builtin().currency("CNY").expect("a currency")))
}

pub fn rate_ty() -> Ty {
    Ty::number(NumberKind::Rate)
}

pub fn int() -> Ty {
    Ty::number(NumberKind::Int)
}

pub fn choices(name: &str, keys: &[&str]) -> Ty {
    let value = |key: &&str| EnumValue { key: (*key).into(), label: None };
    Ty::Choice(Arc::new(EnumTy { name: name.into(), ranked: true, values: keys.iter().map(value).collect() }))
}

pub fn node(kind: ExprKind, ty: Ty) -> Expr {
    Expr { kind, ty, span: at(0) }
}

/// An amount of money.
pub fn money(text: &str) -> Expr {
    node(ExprKind::Const(Value::Number(exact(text))), cny())
}

pub fn number(text: &str) -> Expr {
    node(ExprKind::Const(Value::Number(exact(text))), Ty::number(NumberKind::Plain))
}

/// A rate, in per cent.
pub fn percent(text: &str) -> Expr {
    let rate = exact(text).checked_div(&Exact::from(100)).expect("fits");
    node(ExprKind::Const(Value::Number(rate)), rate_ty())
}

pub fn choice(ty: &Ty, at: u16) -> Expr {
    node(ExprKind::Const(Value::Choice(at)), ty.clone())
}

pub fn truth(value: bool) -> Expr {
    node(ExprKind::Const(Value::Bool(value)), Ty::Bool)
}

pub fn read(place: Place, ty: Ty) -> Expr {
    node(ExprKind::Read(place), ty)
}

pub fn member(name: &str, ty: Ty) -> Expr {
    read(Place::Member(name.into()), ty)
}

pub fn quantity() -> Expr {
    read(Place::Quantity, int())
}

pub fn running(level: Level) -> Expr {
    read(Place::Running(level), cny())
}

pub fn builtin(level: Level, figure: Builtin) -> Expr {
    let ty = match figure {
        Builtin::Margin | Builtin::OffList => rate_ty(),
        _ => cny(),
    };
    read(Place::Builtin { level, figure }, ty)
}

pub fn figure(level: Level, name: &str) -> Expr {
    read(Place::Figure { level, name: name.into() }, cny())
}

pub fn context(context: &str, field: &str, ty: Ty) -> Expr {
    read(Place::Context { context: context.into(), field: field.into() }, ty)
}

pub fn entry(level: Level, name: &str, ty: Ty) -> Expr {
    read(Place::Entry { level, name: name.into() }, ty)
}

pub fn calc(left: Expr, op: ArithmeticOp, right: Expr) -> Expr {
    let ty = match (&left.ty, &right.ty) {
        (left, right) if *left == cny() || *right != cny() => left.clone(),
        (_, right) => right.clone(),
    };
    node(ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, ty)
}

/// `rate of amount`
pub fn of(rate: Expr, amount: Expr) -> Expr {
    calc(rate, ArithmeticOp::Multiply, amount)
}

pub fn compare(left: Expr, op: CompareOp, right: Expr) -> Expr {
    node(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, Ty::Bool)
}

pub fn is(left: Expr, right: Expr) -> Expr {
    compare(left, CompareOp::Equal, right)
}

pub fn rounded(value: Expr, mode: Rounding, step: &str) -> Expr {
    let ty = value.ty.clone();
    node(
        ExprKind::Round { value: Box::new(value), mode, step: exact(step).into(), offset: PerCurrency::ZERO },
        ty,
    )
}

pub fn lookup(table: &str, keys: Vec<Expr>, ty: Ty) -> Expr {
    node(ExprKind::Lookup { table: table.into(), keys, column: 0 }, ty)
}

pub fn tier(tiers: &str, quantity: Expr, ty: Ty) -> Expr {
    let kind =
        ExprKind::Tier { tiers: tiers.into(), quantity: Box::new(quantity), tier_by: None, scaled_by: None };
    node(kind, ty)
}

pub fn formula(text: &str, expr: Expr) -> Formula {
    Formula { expr, text: text.into() }
}

pub fn step(name: &str, kind: StepKind) -> Step {
    Step {
        name: name.into(),
        label: None,
        kind,
        when: None,
        during: None,
        because: None,
        visible_to: Vec::new(),
        span: at(0),
    }
}

pub fn list(amount: Expr) -> Step {
    step("list", StepKind::List(formula("list price", amount)))
}

pub fn change(text: &str, amount: Expr) -> Change {
    Change { amount: formula(text, amount), may_be_negative: false, spread: None, open: false }
}

pub fn add(name: &str, text: &str, amount: Expr) -> Step {
    step(name, StepKind::Add(change(text, amount)))
}

pub fn less(name: &str, text: &str, amount: Expr) -> Step {
    step(name, StepKind::Less(change(text, amount)))
}

pub fn group(name: &str, kind: GroupKind, steps: Vec<Step>) -> Step {
    step(name, StepKind::Group { kind, steps })
}

pub fn round(mode: Rounding, to: &str) -> Step {
    step("round", StepKind::Round(RoundTo { mode, step: exact(to).into(), offset: PerCurrency::ZERO }))
}

pub fn subtotal(name: &str) -> Step {
    step(name, StepKind::Subtotal)
}

pub fn tax(name: &str, text: &str, amount: Expr) -> Step {
    let amount = formula(text, amount);
    step(name, StepKind::Tax(Tax { amount, within: false, may_be_negative: false, on_lines: None }))
}

pub fn when(mut step: Step, text: &str, condition: Expr) -> Step {
    step.when = Some(formula(text, condition));
    step
}

pub fn during(mut step: Step, from: &str, to: &str) -> Step {
    step.during = Some(Period { from: Some(date(from)), to: Some(date(to)) });
    step
}

/// A step of the quote, spread as said.
pub fn spread(mut step: Step, how: Spread) -> Step {
    if let StepKind::Add(change) | StepKind::Less(change) = &mut step.kind {
        change.spread = Some(how);
    }
    step
}

pub fn evenly() -> Spread {
    Spread {
        on_lines: None,
        each: None,
        by: None,
        to: None,
        residual: Residual::Largest,
        within: None,
        partly: false,
        with_charges: false,
    }
}

pub fn input(name: &str, ty: Ty, domain: Domain, default: Option<Value>) -> Input {
    let optional = matches!(ty, Ty::Optional(_));
    Input { optional, default, ..Input::new(name.into(), ty, domain, at(0)) }
}

pub fn range(from: &str, to: &str) -> Domain {
    Domain::Range { from: exact(from), to: exact(to), step: None }
}

pub fn cost(name: &str, text: &str, amount: Expr) -> CostComponent {
    CostComponent {
        name: name.into(),
        label: None,
        amount: formula(text, amount),
        when: None,
        because: None,
        visible_to: Vec::new(),
        span: at(0),
    }
}

pub fn product(name: &str, options: Vec<Input>) -> Product {
    let Ty::Number(currency) = cny() else { panic!("money is a number") };
    Product {
        name: name.into(),
        label: None,
        family: None,
        quantity: input("quantity", int(), range("1", "1000"), None),
        order: (0..u16::try_from(options.len()).expect("few")).map(MemberAt::Option).collect(),
        options,
        parts: Vec::new(),
        parts_price: None,
        lets: Vec::new(),
        constraints: Vec::new(),
        unit_cost: Vec::new(),
        line_cost: Vec::new(),
        has_cost: false,
        currency,
        suggestions: Vec::new(),
        alerts: Vec::new(),
        span: at(0),
    }
}

pub fn price(target: &str, per_unit: Vec<Step>, per_line: Vec<Step>) -> Price {
    Price { target: target.into(), entries: Vec::new(), per_unit, per_line, span: at(0) }
}

/// A table with one key that lists its values.
pub fn table(name: &str, key: Ty, result: Ty, rows: Vec<(Value, Option<Value>)>) -> Table {
    let places = RowPlaces::Lines { file: "rows.csv".into(), lines: (2..).take(rows.len()).collect() };
    let (keys, values) = rows.into_iter().map(|(key, value)| (KeyMatch::One(key), value)).unzip();
    let rows = Rows { keys: vec![keys], values: vec![values], otherwise: None, places };
    Table {
        name: name.into(),
        label: None,
        keys: vec![TableKey { name: "key".into(), ty: key }],
        policy: HitPolicy::One,
        columns: vec![Column { name: None, ty: result }],
        optional: false,
        versions: vec![TableVersion {
            effective: Period::default(),
            rows: Arc::new(rows),
            reach: vec![Reach::All],
            span: at(0),
        }],
        span: at(0),
    }
}

/// Tiers over whole units: the first unit of each tier, and its row.
pub fn tiers(name: &str, mode: TierMode, result: Ty, rows: Vec<(i64, TierRow)>) -> Tiers {
    let Ty::Number(driver) = int() else { panic!("an int is a number") };
    let starts: Vec<i64> = rows.iter().map(|(from, _)| from - 1).collect();
    let tier = |(at_row, (from, row)): (usize, (i64, TierRow))| Tier {
        start: Exact::from(from - 1),
        start_included: false,
        end: starts.get(at_row + 1).map(|start| Exact::from(*start)),
        row,
        span: at(0),
    };
    Tiers {
        name: name.into(),
        label: None,
        driver,
        mode,
        result,
        versions: vec![TierVersion {
            effective: Period::default(),
            tiers: rows.into_iter().enumerate().map(tier).collect(),
            zero: None,
            span: at(0),
        }],
        span: at(0),
    }
}

pub fn rate_row(percent: i64) -> TierRow {
    TierRow::Value(Value::Number(Exact::scaled(percent, 2)))
}

pub fn book(products: Vec<Product>, prices: Vec<Price>) -> Book {
    Book {
        name: "shop".into(),
        label: None,
        currencies: vec!["CNY".into()],
        currency_by_request: false,
        units: UnitTable::builtin(),
        effective: Period { from: Some(date("2026-01-01")), to: Some(date("2026-12-31")) },
        hash: "0".into(),
        contexts: Vec::new(),
        facts: Vec::new(),
        indexes: Vec::new(),
        exchanges: Vec::new(),
        families: Vec::new(),
        products: products.into_iter().map(Arc::new).collect(),
        presets: Vec::new(),
        guides: Vec::new(),
        tables: Vec::new(),
        tiers: Vec::new(),
        defs: Vec::new(),
        prices: prices.into_iter().map(Arc::new).collect(),
        quote: Arc::new(Quote::default()),
        approvals: Arc::new(Approvals::default()),
        always: Vec::new(),
        tests: Vec::new(),
    }
}

pub fn quote_steps(book: &mut Book, steps: Vec<Step>) {
    book.quote = Arc::new(Quote { steps, ..Quote::default() });
}

pub fn request(lines: Vec<RequestLine>) -> Request {
    Request { as_of: Some(Raw::Text("2026-02-10".into())), lines, ..Request::default() }
}

pub fn line(product: &str, quantity: &str) -> RequestLine {
    RequestLine {
        product: Some(Raw::Text(product.into())),
        quantity: Some(Raw::Number(quantity.into())),
        ..RequestLine::default()
    }
}

pub fn with(mut line: RequestLine, option: &str, value: Raw) -> RequestLine {
    line.options.push((option.into(), value));
    line
}
