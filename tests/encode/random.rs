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
    Text,
    Date,
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
    if maker.dice.one_in(4) {
        maker.part();
    }
    for _ in 0..1 + maker.dice.below(3) {
        maker.constraint();
    }
    let measured = if maker.members.contains("part dies") { "1 to 7" } else { "0.5 kg to 20 kg" };
    let quantity = maker.dice.pick(&["1 to 3", "1 to 5000", measured]);
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
        if self.dice.one_in(2) {
            self.known.push(Named { name: "customer.id".into(), kind: Kind::Text, optional: true });
        }
        if self.dice.one_in(2) {
            self.known.push(Named { name: "customer.since".into(), kind: Kind::Date, optional: true });
        }
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

    /// A part of a product of its own, and a constraint over its pieces.
    fn part(&mut self) {
        let least = self.dice.below(2);
        let most = least + 1 + self.dice.below(2);
        let limit = self.dice.pick(&["2", "5", "7"]);
        let own = self.dice.pick(&["", "  require not (a = vb and b)", "  exclude a = va with n = 5"]);
        writeln!(
            self.others,
            "product die {{\n  option a: va | vb\n  option n: 1 | 2 | 5{}\n  option b: bool\n  let heavy = n * 2\n{own}\n}}",
            self.dice.pick(&["", "  optional", "  when a = va"])
        )
        .unwrap();
        let inner = if self.others.contains("n: 1 | 2 | 5\n") { "d.heavy" } else { "(if d.b then 2 else 3)" };
        let others = self
            .others
            .replace("let heavy = n * 2", if inner == "d.heavy" { "let heavy = n * 2" } else { "" });
        self.others = others;
        let when = if self.dice.one_in(3) { format!("  when {}", self.truth(1)) } else { String::new() };
        let least_now = if when.is_empty() { least } else { 0 };
        writeln!(self.members, "  part dies: {least} to {most} of die{when}\n  parts included").unwrap();
        let rule = match self.dice.below(6) {
            0 => format!("sum({inner} for d in dies) <= {limit}"),
            1 => format!("all({inner} < {limit} for d in dies where d.a = va)"),
            2 => format!("any({inner} > {limit} for d in dies)"),
            3 => format!("count(d for d in dies where d.b) = 1 or {}", self.truth(1)),
            4 if least_now > 0 => format!("max({inner} for d in dies) <= {}", self.number(1)),
            4 => format!("(max({inner} for d in dies) otherwise 1) <= {}", self.number(1)),
            _ if least_now > 0 => format!("count(dies) = 1 or min({inner} for d in dies) > 2"),
            _ => format!("count(dies) = 1 or (min({inner} for d in dies) otherwise 3) > 2"),
        };
        writeln!(self.members, "  require ({rule})").unwrap();
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
        if one.name.contains('.') || one.optional || other.optional {
            return None;
        }
        let table = format!("buildable{}", self.tables);
        self.tables += 1;
        let mut rows = String::new();
        for value in values {
            let row = match self.dice.below(7) {
                0 => format!("  {value} | from 3 | true\n"),
                1 => format!("  {value} | up to 4 | true\n  {value} | above 4 | n/a\n"),
                2 => format!("  {value} | from 0 up to 2 | true\n  {value} | above 5 | true\n"),
                3 => format!("  {value} | any | true\n"),
                4 => format!("  {value} | 1 or 2 or 5 | true\n"),
                5 => format!("  {value} | up to 1 | false\n  {value} | above 1 up to 5 | true\n"),
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
        match self.dice.below(16) {
            13 => self.tiers(inner),
            14 => self.function(inner),
            15 => self.two_keys(inner),
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

    /// A tier scheme.
    fn tiers(&mut self, depth: usize) -> String {
        let name = format!("tiers{}", self.tables);
        self.tables += 1;
        let mode = self.dice.pick(&["whole", "stair"]);
        let [a, b, c] = [0, 1, 2].map(|_| self.constant());
        let bounds = self.dice.pick(&["from 0: A, from 2: B, from 5: C", "from 0: A, above 3: B, from 7: C"]);
        let bounds = bounds.replace('A', &a).replace('B', &b).replace('C', &c);
        writeln!(self.others, "tiers {name}(number) {mode} -> number {{ {bounds} }}").unwrap();
        format!("{name}(max(0, {}))", self.number(depth))
    }

    /// A function.
    fn function(&mut self, depth: usize) -> String {
        let name = format!("f{}", self.tables);
        self.tables += 1;
        let body = self.dice.pick(&["x + y", "if x > y then x - y else 0", "max(x, 2) * 3", "(x * x) - y"]);
        writeln!(self.others, "def {name}(x: number, y: number) -> number = {body}").unwrap();
        format!("{name}({}, {})", self.number(depth), self.number(depth))
    }

    /// A table with two keys, with a rest.
    fn two_keys(&mut self, depth: usize) -> String {
        let Some(named) = self.of_kind(|it| matches!(it, Kind::Enum(..))) else { return self.number(depth) };
        let Kind::Enum(values, _) = &named.kind else { return self.number(depth) };
        if named.optional {
            return self.number(depth);
        }
        let key = if named.name.contains('.') { named.name.clone() } else { format!("it.{}", named.name) };
        let column = named.name.rsplit('.').next().unwrap_or("").to_owned();
        let name = format!("pairs{}", self.tables);
        self.tables += 1;
        let optional = self.dice.one_in(2);
        let (ty, rest) = if optional {
            ("number optional", String::new())
        } else {
            ("number", format!("  else | any | {}\n", self.constant()))
        };
        let first = values[self.dice.below(values.len())];
        let [a, b] = [0, 1].map(|_| self.constant());
        writeln!(
            self.others,
            "table {name}({key}, amount: number) -> {ty} {{\n  {column} | amount | value\n  {first} | up to 2 | {a}\n  {first} | above 4 | {b}\n{rest}}}"
        )
        .unwrap();
        let asked = format!("{name}({}, {})", named.name, self.number(depth));
        if optional { format!("({asked} otherwise {})", self.constant()) } else { asked }
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
            Kind::Text => match self.dice.below(3) {
                0 => format!("({name} = \"acme\")"),
                1 => format!("({name} in [\"acme\", \"bolt\"])"),
                _ => format!("(({name} otherwise \"x\") starts with \"ac\")"),
            },
            Kind::Date => match self.dice.below(2) {
                0 => format!("(({name} otherwise 2026-01-01) < as_of)"),
                _ => format!("(days(({name} otherwise 2026-01-05) to 2026-03-01) > 30 days)"),
            },
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
