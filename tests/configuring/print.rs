//! A book as text, and values as people type them.

use crate::model::{
    Book, Cell, Compare, Expr, Fold, Home, Key, Math, Mode, Policy, Q, RuleKind, Slot, Table, Ty, Unit, Val,
};

/// The name of the product.
pub const PRODUCT: &str = "thing";

/// The file of a book.
pub fn book(book: &Book) -> String {
    let mut out =
        "book things \"Things\" {\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}\n\n".to_owned();
    for (at, of) in book.enums.iter().enumerate() {
        if let Some(name) = &of.name {
            out.push_str(&format!("enum {name}: {}\n", choices(book, at)));
        }
    }
    let fields: Vec<&Slot> = book.slots.iter().filter(|slot| slot.home == Home::Context).collect();
    if !fields.is_empty() {
        out.push_str("context customer {\n");
        fields.iter().for_each(|slot| out.push_str(&format!("  {}\n", field(book, slot))));
        out.push_str("}\n");
    }
    for slot in book.slots.iter().filter(|slot| slot.home == Home::Fact) {
        out.push_str(&format!("given {}\n", field(book, slot)));
    }
    product(book, &mut out);
    let scope = Scope::of(book);
    let price: Vec<String> = book.price.iter().map(|term| inside(&scope, term)).collect();
    out.push_str(&format!("price {PRODUCT} {{\n  per unit {{\n    list = {}\n  }}\n}}\n", price.join(" + ")));
    out
}

/// A product with its tables, behind the products of its parts.
fn product(book: &Book, out: &mut String) {
    book.parts.iter().for_each(|part| product(&part.product, out));
    book.tables.iter().for_each(|of| out.push_str(&table(book, of)));
    out.push_str(&format!("\nproduct {} {{\n", book.name));
    if book.name != PRODUCT {
        out.push_str("  quantity 1 to 100\n");
    }
    for slot in &book.slots {
        match slot.home {
            Home::Quantity => out.push_str(&format!("  quantity {}\n", number_type(slot))),
            Home::Option => out.push_str(&format!("  option {}\n", field(book, slot))),
            _ => {}
        }
    }
    let scope = Scope::of(book);
    if !book.parts.is_empty() {
        out.push_str("  parts included\n");
    }
    for part in &book.parts {
        let count = match (part.from, part.to) {
            (1, 1) => String::new(),
            (from, to) if from == to => format!("{from} of "),
            (from, to) => format!("{from} to {to} of "),
        };
        let when = part.when.iter().map(|when| format!(" when {}", expr(&scope, when)));
        let when: String = when.collect();
        out.push_str(&format!("  part {}: {count}{}{when}\n", part.name, part.product.name));
    }
    for own in &book.lets {
        out.push_str(&format!("  let {} = {}\n", own.name, expr(&scope, &own.value)));
    }
    for rule in &book.rules {
        let name = format!("{}: ", rule.name);
        let text = match &rule.kind {
            RuleKind::Require(what, None) => format!("require {name}{}", expr(&scope, what)),
            RuleKind::Require(what, Some(when)) => {
                format!("require {name}{} when {}", expr(&scope, what), expr(&scope, when))
            }
            RuleKind::Exclude(left, right) => {
                format!("exclude {name}{} with {}", expr(&scope, left), expr(&scope, right))
            }
            RuleKind::Allow(slots, table) => {
                let paths: Vec<String> = slots.iter().map(|slot| book.slots[*slot].path()).collect();
                format!("allow {name}({}) in {}", paths.join(", "), book.tables[*table].name)
            }
        };
        out.push_str(&format!("  {text}\n"));
    }
    out.push_str("}\n\n");
}

/// Whose names an expression reads, and what stands before them.
struct Scope<'b> {
    book: &'b Book,
    piece: Option<&'static str>,
    around: Option<&'b Scope<'b>>,
}

impl<'b> Scope<'b> {
    fn of(book: &'b Book) -> Scope<'b> {
        Scope { book, piece: None, around: None }
    }

    /// That of the pieces of a part.
    fn piece(&'b self, part: usize) -> Scope<'b> {
        let piece = if self.piece.is_none() { "d" } else { "e" };
        Scope { book: &self.book.parts[part].product, piece: Some(piece), around: Some(self) }
    }

    fn name(&self, name: &str) -> String {
        self.piece.map_or(name.to_owned(), |piece| format!("{piece}.{name}"))
    }

    fn slot(&self, at: usize) -> String {
        self.name(&self.book.slots[at].path())
    }
}

fn choices(book: &Book, of: usize) -> String {
    let of = &book.enums[of];
    of.values.join(if of.ranked { " < " } else { " | " })
}

fn enum_type(book: &Book, of: usize) -> String {
    book.enums[of].name.clone().unwrap_or_else(|| choices(book, of))
}

fn field(book: &Book, slot: &Slot) -> String {
    let ty = match slot.ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Pick(of) => enum_type(book, of),
        Ty::Set(of) => format!("any of {}", enum_type(book, of)),
        Ty::Num(_) => number_type(slot),
        Ty::Row(table) => format!("key of {}", book.tables[table].name),
    };
    let mut out = format!("{}: {ty}", slot.name);
    if let Some(default) = slot.default {
        out.push_str(&format!("  default {}", literal(book, default, slot.ty)));
    }
    if slot.optional {
        out.push_str("  optional");
    }
    if let Some(when) = &slot.when {
        out.push_str(&format!("  when {}", expr(&Scope::of(book), when)));
    }
    out
}

fn number_type(slot: &Slot) -> String {
    let unit = match slot.ty {
        Ty::Num(unit) => unit,
        _ => Unit::None,
    };
    match &slot.range {
        Some((from, to, step)) => {
            let step = step.map_or(String::new(), |step| format!(" step {}", amount(step, unit)));
            format!("{} to {}{step}", amount(*from, unit), amount(*to, unit))
        }
        None => {
            let values = slot.values.iter().map(|value| match value {
                Val::Num(number) => amount(*number, unit),
                other => format!("{other:?}"),
            });
            values.collect::<Vec<_>>().join(" | ")
        }
    }
}

fn table(book: &Book, of: &Table) -> String {
    let key = |key: &Key| match key.path {
        Some(slot) => match book.slots[slot].home {
            Home::Context => book.slots[slot].path(),
            _ => format!("{}.{}", book.name, book.slots[slot].path()),
        },
        None => format!("{}: {}", key.name, plain_type(book, key.ty)),
    };
    let keys: Vec<String> = of.keys.iter().map(key).collect();
    let columns: Vec<String> = of
        .columns
        .iter()
        .map(|(name, ty)| match name {
            Some(name) => format!("{name}: {}", plain_type(book, *ty)),
            None => plain_type(book, *ty),
        })
        .collect();
    let result = match of.columns.as_slice() {
        [(None, _)] => columns.join(""),
        _ => format!("{{ {} }}", columns.join(", ")),
    };
    let optional = if of.optional { " optional" } else { "" };
    let policy = match of.policy {
        Policy::One => "",
        Policy::First => " first",
        Policy::MostSpecific => " most specific",
        Policy::Sum => " sum",
        Policy::Max => " max",
        Policy::Min => " min",
    };
    let mut out = format!("table {}({}){policy} -> {result}{optional} {{\n", of.name, keys.join(", "));
    let value =
        |value: &Option<Val>, ty: Ty| value.map_or("n/a".to_owned(), |value| literal(book, value, ty));
    let values = |row: &[Option<Val>]| -> Vec<String> {
        row.iter().zip(&of.columns).map(|(one, (_, ty))| value(one, *ty)).collect()
    };
    if matches!(of.columns.as_slice(), [(None, _)]) {
        for row in &of.rows {
            let keys: Vec<String> =
                row.keys.iter().zip(&of.keys).map(|(cell, key)| self::cell(book, cell, key.ty)).collect();
            out.push_str(&format!("  {}: {}\n", keys.join(", "), values(&row.values).join("")));
        }
        if let Some(otherwise) = &of.otherwise {
            out.push_str(&format!("  else: {}\n", values(otherwise).join("")));
        }
    } else {
        let keys = of.keys.iter().map(|key| key.name.clone());
        let names = of.columns.iter().filter_map(|(name, _)| name.clone());
        out.push_str(&format!("  {}\n", keys.chain(names).collect::<Vec<_>>().join(" | ")));
        for row in &of.rows {
            let keys = row.keys.iter().zip(&of.keys).map(|(cell, key)| self::cell(book, cell, key.ty));
            out.push_str(&format!("  {}\n", keys.chain(values(&row.values)).collect::<Vec<_>>().join(" | ")));
        }
    }
    out.push_str("}\n");
    out
}

fn plain_type(book: &Book, ty: Ty) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Pick(of) | Ty::Set(of) => enum_type(book, of),
        Ty::Num(Unit::None) => "number".to_owned(),
        Ty::Num(unit) => unit.word().to_owned(),
        Ty::Row(_) => "text".to_owned(),
    }
}

fn cell(book: &Book, cell: &Cell, ty: Ty) -> String {
    let unit = match ty {
        Ty::Num(unit) => unit,
        _ => Unit::None,
    };
    match cell {
        Cell::Any => "any".to_owned(),
        Cell::OneOf(values) => {
            values.iter().map(|value| literal(book, *value, ty)).collect::<Vec<_>>().join(" or ")
        }
        Cell::Band(above, up_to) => {
            let above = above.map(|above| format!("above {}", amount(above, unit)));
            let up_to = up_to.map(|up_to| format!("up to {}", amount(up_to, unit)));
            above.into_iter().chain(up_to).collect::<Vec<_>>().join(" ")
        }
    }
}

/// A value as a book writes it.
pub fn literal(book: &Book, value: Val, ty: Ty) -> String {
    match (value, ty) {
        (Val::Absent, _) => "absent".to_owned(),
        (Val::Bool(truth), _) => truth.to_string(),
        (Val::Pick(at), Ty::Pick(of)) => book.enums[of].values[usize::from(at)].clone(),
        (Val::Num(number), Ty::Num(unit)) => amount(number, unit),
        (Val::Row(row), _) => format!("\"{}\"", key_of(row)),
        (Val::Set(set), Ty::Set(of)) => format!("[{}]", elements(book, set, of).join(", ")),
        other => panic!("{other:?} is no literal"),
    }
}

/// The values that are in a set.
pub fn elements(book: &Book, set: u8, of: usize) -> Vec<String> {
    let values = book.enums[of].values.iter().enumerate();
    values.filter(|(at, _)| set >> at & 1 == 1).map(|(_, value)| value.clone()).collect()
}

/// The text of a key of a table of articles.
pub fn key_of(row: u8) -> String {
    format!("S{row}")
}

/// A number with its unit.
pub fn amount(number: Q, unit: Unit) -> String {
    let plain = decimal(number);
    if unit == Unit::None { plain } else { format!("{plain} {}", unit.word()) }
}

/// A number in decimals; those of these books have an end.
pub fn decimal(number: Q) -> String {
    let (mut places, mut scaled) = (0, number);
    while !scaled.is_integer() {
        scaled *= 10;
        places += 1;
        assert!(places < 15, "{number} has no end");
    }
    let digits = format!("{:0>width$}", scaled.to_integer().unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let sign = if number < Q::from_integer(0) { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

fn expr(scope: &Scope<'_>, of: &Expr) -> String {
    let book = scope.book;
    let joined = |of: &[Expr], word: &str| {
        of.iter().map(|one| inside(scope, one)).collect::<Vec<_>>().join(&format!(" {word} "))
    };
    match of {
        Expr::Lit(value, ty) => literal(book, *value, *ty),
        Expr::Slot(at) => scope.slot(*at),
        Expr::Let(at) => scope.name(&book.lets[*at].name),
        Expr::Not(of) => format!("not {}", inside(scope, of)),
        Expr::And(of) => joined(of, "and"),
        Expr::Or(of) => joined(of, "or"),
        Expr::Implies(left, right) => format!("{} implies {}", inside(scope, left), inside(scope, right)),
        Expr::Compare(op, left, right) => {
            let op = match op {
                Compare::Equal => "=",
                Compare::NotEqual => "!=",
                Compare::Less => "<",
                Compare::LessOrEqual => "<=",
                Compare::Greater => ">",
                Compare::GreaterOrEqual => ">=",
            };
            format!("{} {op} {}", inside(scope, left), inside(scope, right))
        }
        Expr::OneOf(of, values, ty, negated) => {
            let values: Vec<String> = values.iter().map(|value| literal(book, *value, *ty)).collect();
            let word = if *negated { "not in" } else { "in" };
            format!("{} {word} [{}]", inside(scope, of), values.join(", "))
        }
        Expr::Has(slot, element) => {
            let Ty::Set(of) = book.slots[*slot].ty else { panic!("`{}` is no set", scope.slot(*slot)) };
            format!("{} in {}", book.enums[of].values[usize::from(*element)], scope.slot(*slot))
        }
        Expr::Given(slot) => format!("given({})", scope.slot(*slot)),
        Expr::Otherwise(value, fallback) => {
            format!("{} otherwise {}", inside(scope, value), inside(scope, fallback))
        }
        Expr::Math(op, left, right) => {
            let op = match op {
                Math::Add => "+",
                Math::Subtract => "-",
                Math::Multiply => "*",
            };
            format!("{} {op} {}", inside(scope, left), inside(scope, right))
        }
        Expr::Extreme(greatest, of) => {
            let of: Vec<String> = of.iter().map(|one| expr(scope, one)).collect();
            format!("{}({})", if *greatest { "max" } else { "min" }, of.join(", "))
        }
        Expr::Abs(of) => format!("abs({})", expr(scope, of)),
        Expr::Round(of, mode, step) => {
            let mode = match mode {
                Mode::HalfUp => "half_up",
                Mode::Up => "up",
                Mode::Down => "down",
            };
            let unit = match crate::evaluate::ty(book, of) {
                Ty::Num(unit) => unit,
                _ => Unit::None,
            };
            format!("round({}, {mode}, {})", expr(scope, of), amount(*step, unit))
        }
        Expr::If(condition, then, otherwise) => {
            format!(
                "if {} then {} else {}",
                inside(scope, condition),
                inside(scope, then),
                inside(scope, otherwise)
            )
        }
        Expr::By(slot, rows, otherwise) => {
            let ty = book.slots[*slot].ty;
            let rows = rows.iter().map(|(values, of)| {
                let values: Vec<String> = values.iter().map(|value| literal(book, *value, ty)).collect();
                format!("{}: {}", values.join(" or "), expr(scope, of))
            });
            let otherwise = otherwise.iter().map(|of| format!("else: {}", expr(scope, of)));
            let rows: Vec<String> = rows.chain(otherwise).collect();
            format!("by {} {{ {} }}", scope.slot(*slot), rows.join(", "))
        }
        Expr::Lookup(table, keys, column) => {
            let table = &book.tables[*table];
            let keys: Vec<String> = keys.iter().map(|key| expr(scope, key)).collect();
            let column = table.columns[*column].0.as_ref().map_or(String::new(), |name| format!(".{name}"));
            format!("{}({}){column}", table.name, keys.join(", "))
        }
        Expr::Pieces(fold, part, filter, body) => {
            let (pieces, name) = (scope.piece(*part), scope.name(&book.parts[*part].name));
            let piece = pieces.piece.unwrap_or_default();
            let word = match fold {
                Fold::Count => "count",
                Fold::Sum => "sum",
                Fold::Least => "min",
                Fold::Greatest => "max",
                Fold::Any => "any",
                Fold::All => "all",
            };
            let filter = filter.as_ref().map(|filter| format!(" where {}", expr(&pieces, filter)));
            match (body, filter) {
                (None, None) => format!("{word}({name})"),
                (body, filter) => {
                    let body = body.as_ref().map_or(piece.to_owned(), |body| expr(&pieces, body));
                    format!("{word}({body} for {piece} in {name}{})", filter.unwrap_or_default())
                }
            }
        }
        Expr::Outer(of, _) => match scope.around {
            Some(around) => inside(around, of),
            None => panic!("there is nothing around a product"),
        },
    }
}

/// An expression inside another, in brackets where there could be a doubt.
fn inside(scope: &Scope<'_>, of: &Expr) -> String {
    let text = expr(scope, of);
    match of {
        Expr::Lit(Val::Num(number), _) if *number < Q::from_integer(0) => format!("({text})"),
        Expr::Lit(..)
        | Expr::Slot(_)
        | Expr::Let(_)
        | Expr::Given(_)
        | Expr::Extreme(..)
        | Expr::Abs(_)
        | Expr::Round(..)
        | Expr::Pieces(..)
        | Expr::Outer(..)
        | Expr::Lookup(..) => text,
        _ => format!("({text})"),
    }
}
