//! Small products made at random, with options and rules of every kind.

use std::fmt::Write;

/// Numbers that look random and are the same on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'s>(&mut self, from: &[&'s str]) -> &'s str {
        from[self.below(from.len())]
    }
}

#[derive(Clone, PartialEq)]
enum Kind {
    Bool,
    Enum(Vec<&'static str>, bool),
    Number,
    Set(Vec<&'static str>),
    Key,
}

#[derive(Clone)]
struct Named {
    name: String,
    kind: Kind,
    optional: bool,
}

/// A product on its way.
struct Maker {
    dice: Dice,
    known: Vec<Named>,
    members: String,
    others: String,
    tables: usize,
    uses_skus: bool,
}

/// A book with a product `it`.
pub fn book(seed: u64) -> String {
    let mut maker = Maker {
        dice: Dice::new(seed),
        known: Vec::new(),
        members: String::new(),
        others: String::new(),
        tables: 0,
        uses_skus: false,
    };
    maker.contexts();
    let options = 2 + maker.dice.below(4);
    for at in 0..options {
        maker.option(at);
    }
    for at in 0..maker.dice.below(3) {
        maker.named_value(at);
    }
    for _ in 0..1 + maker.dice.below(3) {
        maker.constraint();
    }
    let quantity = maker.dice.pick(&["1 to 3", "1 to 5000", "0.5 kg to 20 kg"]);
    if maker.uses_skus {
        maker.others.push_str(
            "table skus(sku: text) -> { mass: number, big: bool } {
  sku | mass | big
  A1 | 1 | true
  B2 | 2 | false
  C3 | 5 | true
}\n",
        );
    }
    let price = if quantity.contains("kg") { "1 EUR/kg" } else { "1 EUR" };
    format!(
        "book trial {{ currency EUR effective 2026-01-01 to 2026-12-31 }}\n{}product it {{\n  quantity {quantity}\n{}}}\nprice it {{ per unit {{ list = {price} }} }}\n",
        maker.others, maker.members
    )
}

const VALUES: [&str; 4] = ["va", "vb", "vc", "vd"];

impl Maker {
    fn contexts(&mut self) {
        if !self.dice.one_in(3) {
            return;
        }
        self.others.push_str(
            "context customer { level: low < mid < high default low  id: text optional  since: date optional }\ngiven prior: number default 0\n",
        );
        let ranked = Kind::Enum(vec!["low", "mid", "high"], true);
        self.known.push(Named { name: "customer.level".into(), kind: ranked, optional: false });
    }

    fn option(&mut self, at: usize) {
        let name = format!("o{at}");
        let count = 2 + self.dice.below(3);
        let (ty, kind) = match self.dice.below(9) {
            0 | 1 => ("bool".into(), Kind::Bool),
            2 | 3 => {
                let ranked = self.dice.one_in(3);
                let values = VALUES[..count].to_vec();
                (values.join(if ranked { " < " } else { " | " }), Kind::Enum(values, ranked))
            }
            4 => ("1 | 2 | 5 | 10".into(), Kind::Number),
            5 => {
                (self.dice.pick(&["0 to 6 step 1", "0 to 3 step 0.5", "-4 to 8 step 2"]).into(), Kind::Number)
            }
            6 => (self.dice.pick(&["0 to 40 step 1", "1 to 2 step 0.05", "-10 to 10"]).into(), Kind::Number),
            7 => {
                let values = VALUES[..count.min(3)].to_vec();
                (format!("any of {}", values.join(" | ")), Kind::Set(values))
            }
            _ => {
                self.uses_skus = true;
                ("key of skus".into(), Kind::Key)
            }
        };
        let mut text = format!("  option {name}: {ty}");
        let mut optional = false;
        if self.dice.one_in(5) {
            text.push_str("  optional");
            optional = true;
        }
        if !self.known.is_empty() && self.dice.one_in(4) {
            let when = self.truth(1);
            write!(text, "  when {when}").unwrap();
            optional = true;
        }
        writeln!(self.members, "{text}").unwrap();
        self.known.push(Named { name, kind, optional });
    }

    fn named_value(&mut self, at: usize) {
        let name = format!("l{at}");
        let (value, kind) = match self.dice.one_in(3) {
            true => (self.truth(2), Kind::Bool),
            false => (self.number(2), Kind::Number),
        };
        writeln!(self.members, "  let {name} = {value}").unwrap();
        self.known.push(Named { name, kind, optional: false });
    }

    fn constraint(&mut self) {
        let text = match self.dice.below(5) {
            0 => format!("exclude {} with {}", self.truth(1), self.truth(1)),
            1 => format!("require {} when {}", self.truth(1), self.truth(1)),
            2 => match self.allow() {
                Some(allow) => allow,
                None => format!("require {}", self.truth(2)),
            },
            _ => format!("require {}", self.truth(3)),
        };
        writeln!(self.members, "  {text}").unwrap();
    }

    /// Combinations that can be built, as a table.
    fn allow(&mut self) -> Option<String> {
        let (one, other) =
            (self.of_kind(|it| matches!(it, Kind::Enum(..)))?, self.of_kind(|it| *it == Kind::Number)?);
        let Kind::Enum(values, _) = &one.kind else { return None };
        if one.name.contains('.') || one.name == other.name {
            return None;
        }
        let table = format!("buildable{}", self.tables);
        self.tables += 1;
        let mut rows = String::new();
        for value in values {
            let row = match self.dice.below(6) {
                0 => format!("  {value} | from 3 | true\n"),
                1 => format!("  {value} | up to 4 | true\n  {value} | above 4 | n/a\n"),
                2 => format!("  {value} | from 0 up to 2 | true\n  {value} | above 5 | true\n"),
                3 => format!("  {value} | any | true\n"),
                4 => format!("  {value} | 1 or 2 or 5 | true\n"),
                _ => String::new(),
            };
            rows.push_str(&row);
        }
        if rows.is_empty() {
            return None;
        }
        writeln!(
            self.others,
            "table {table}(it.{}, key: number) -> bool optional {{\n  {} | key | value\n{rows}}}",
            one.name, one.name
        )
        .unwrap();
        Some(format!("allow ({}, {}) in {table}", one.name, other.name))
    }

    fn of_kind(&mut self, fits: impl Fn(&Kind) -> bool) -> Option<Named> {
        let found: Vec<Named> = self.known.iter().filter(|it| fits(&it.kind)).cloned().collect();
        if found.is_empty() {
            return None;
        }
        let at = self.dice.below(found.len());
        Some(found[at].clone())
    }

    fn constant(&mut self) -> String {
        self.dice.pick(&["0", "1", "2", "3", "5", "0.5", "10", "7.5"]).to_owned()
    }

    /// A number.
    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.one_in(5) {
            return match self.of_kind(|it| *it == Kind::Number) {
                Some(named) if named.optional => format!("({} otherwise {})", named.name, self.constant()),
                Some(named) => named.name,
                None => self.constant(),
            };
        }
        let inner = depth - 1;
        match self.dice.below(13) {
            0 | 1 => format!("({} + {})", self.number(inner), self.number(inner)),
            2 => format!("({} - {})", self.number(inner), self.number(inner)),
            3 => format!("({} * {})", self.number(inner), self.dice.pick(&["2", "0.5", "-1", "3"])),
            4 => {
                format!("(if {} then {} else {})", self.truth(inner), self.number(inner), self.number(inner))
            }
            5 => {
                let which = self.dice.pick(&["min", "max"]);
                format!("{which}({}, {})", self.number(inner), self.number(inner))
            }
            6 => format!("abs({})", self.number(inner)),
            7 => self.by(inner),
            8 => self.banded(inner),
            9 => self.looked_up(inner),
            10 => format!("({} / {})", self.number(inner), self.dice.pick(&["2", "3", "4"])),
            11 => {
                let mode = self.dice.pick(&["half_up", "down", "up"]);
                let step = self.dice.pick(&["1", "2", "0.5"]);
                format!("round({}, {mode}, {step})", self.number(inner))
            }
            _ => format!("({} * {})", self.number(inner), self.number(inner)),
        }
    }

    fn by(&mut self, depth: usize) -> String {
        let Some(named) = self.of_kind(|it| matches!(it, Kind::Enum(..))) else { return self.number(depth) };
        let Kind::Enum(values, _) = &named.kind else { return self.number(depth) };
        if named.optional {
            return self.number(depth);
        }
        let cases: Vec<String> = values.iter().map(|it| format!("{it}: {}", self.number(depth))).collect();
        format!("(by {} {{ {} }})", named.name, cases.join(", "))
    }

    /// A table with bands of a number.
    fn banded(&mut self, depth: usize) -> String {
        let table = format!("banded{}", self.tables);
        self.tables += 1;
        let (low, high) = (self.dice.below(4), 4 + self.dice.below(6));
        let [a, b, c] = [0, 1, 2].map(|_| self.constant());
        writeln!(
            self.others,
            "table {table}(key: number) -> number {{\n  key | value\n  up to {low} | {a}\n  above {low} up to {high} | {b}\n  above {high} | {c}\n}}"
        )
        .unwrap();
        format!("{table}({})", self.number(depth))
    }

    /// A table of an enumeration, with a value that cannot be bought.
    fn looked_up(&mut self, depth: usize) -> String {
        let Some(named) = self.of_kind(|it| matches!(it, Kind::Enum(..) | Kind::Key)) else {
            return self.number(depth);
        };
        if named.optional {
            return self.number(depth);
        }
        let values = match &named.kind {
            Kind::Enum(values, _) => values.clone(),
            _ => return format!("skus({}).mass", named.name),
        };
        let key = if named.name.contains('.') { named.name.clone() } else { format!("it.{}", named.name) };
        let table = format!("found{}", self.tables);
        self.tables += 1;
        let rows: Vec<String> = values
            .iter()
            .map(|it| match self.dice.one_in(6) {
                true => format!("{it}: n/a"),
                false => format!("{it}: {}", self.constant()),
            })
            .collect();
        writeln!(self.others, "table {table}({key}) -> number {{ {} }}", rows.join(", ")).unwrap();
        format!("{table}({})", named.name)
    }

    /// A condition.
    fn truth(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.one_in(4) {
            return self.atom(depth);
        }
        let inner = depth - 1;
        match self.dice.below(6) {
            0 => format!("({} and {})", self.truth(inner), self.truth(inner)),
            1 => format!("({} or {})", self.truth(inner), self.truth(inner)),
            2 => format!("({} implies {})", self.truth(inner), self.truth(inner)),
            3 => format!("(not {})", self.truth(inner)),
            _ => self.atom(depth),
        }
    }

    fn atom(&mut self, depth: usize) -> String {
        let at = self.dice.below(self.known.len().max(1));
        let Some(named) = self.known.get(at).cloned() else { return "(1 < 2)".into() };
        let name = named.name;
        if named.optional && self.dice.one_in(4) {
            return format!("given({name})");
        }
        match named.kind {
            Kind::Bool if named.optional => format!("({name} otherwise false)"),
            Kind::Bool => match self.of_kind(|it| *it == Kind::Bool) {
                Some(other) if !other.optional && self.dice.one_in(4) => format!("({name} = {})", other.name),
                _ => format!("({name})"),
            },
            Kind::Enum(values, ranked) => {
                let value = values[self.dice.below(values.len())];
                match self.dice.below(4) {
                    0 => format!("({name} != {value})"),
                    1 if ranked && !named.optional => format!("({name} >= {value})"),
                    2 if value != values[0] => format!("({name} in [{value}, {}])", values[0]),
                    _ => format!("({name} = {value})"),
                }
            }
            Kind::Set(values) => format!("({} in {name})", values[self.dice.below(values.len())]),
            Kind::Key if named.optional => format!("given({name})"),
            Kind::Key => format!("(skus({name}).big)"),
            Kind::Number => {
                let op = self.dice.pick(&["<", "<=", ">", ">=", "=", "!="]);
                let inner = depth.saturating_sub(1).max(1);
                format!("({} {op} {})", self.number(inner), self.number(depth.min(1)))
            }
        }
    }
}
