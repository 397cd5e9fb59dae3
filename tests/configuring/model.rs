//! Small products, written down in a way that needs no compiler: every value is a number or a position.

use num_rational::Ratio;

/// An exact number; products are small, and so are their numbers.
pub type Q = Ratio<i64>;

/// A book with one product.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub enums: Vec<Enum>,
    pub tables: Vec<Table>,
    /// What can be set, in the order in which the book declares it: quantity, options, then inputs.
    pub slots: Vec<Slot>,
    pub lets: Vec<Let>,
    pub rules: Vec<Rule>,
    /// What the list price adds up, in `EUR`.
    pub price: Vec<Expr>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// Declared by itself; else it stands in the place of its only use.
    pub name: Option<String>,
    pub values: Vec<String>,
    pub ranked: bool,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub keys: Vec<Key>,
    /// Without a name where the result is one type.
    pub columns: Vec<(Option<String>, Ty)>,
    pub optional: bool,
    pub rows: Vec<Row>,
    pub otherwise: Option<Vec<Option<Val>>>,
}

#[derive(Clone, Debug)]
pub struct Key {
    /// A slot by its path, or a name of its own.
    pub path: Option<usize>,
    pub name: String,
    pub ty: Ty,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub keys: Vec<Cell>,
    /// None is `n/a`.
    pub values: Vec<Option<Val>>,
}

#[derive(Clone, Debug)]
pub enum Cell {
    OneOf(Vec<Val>),
    /// Above the first, up to the second.
    Band(Option<Q>, Option<Q>),
}

/// The type of a value; units are those that it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    Pick(usize),
    Set(usize),
    Num(Unit),
    /// A row of a table whose only key is a text.
    Row(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A bare number.
    None,
    Mm,
    M,
    Kg,
    Eur,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Mm => "mm",
            Unit::M => "m",
            Unit::Kg => "kg",
            Unit::Eur => "EUR",
        }
    }

    /// How much of the smallest unit of its kind one is.
    pub fn size(self) -> Q {
        Q::from_integer(if self == Unit::M { 1_000 } else { 1 })
    }

    pub fn fits(self, other: Unit) -> bool {
        let length = |unit| matches!(unit, Unit::Mm | Unit::M);
        self == other || length(self) && length(other)
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Val {
    Absent,
    Bool(bool),
    Pick(u8),
    /// A bit for each element.
    Set(u8),
    Num(Q),
    Row(u8),
}

#[derive(Clone, Debug)]
pub struct Slot {
    pub name: String,
    pub home: Home,
    pub ty: Ty,
    /// How a number's values are written.
    pub range: Option<Range>,
    /// All values but `Absent`, in the order of the declaration.
    pub values: Vec<Val>,
    pub optional: bool,
    pub when: Option<Expr>,
    pub default: Option<Val>,
}

/// From, to, and the step where one is written.
pub type Range = (Q, Q, Option<Q>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Quantity,
    Option,
    /// A field of the context `customer`.
    Context,
    Fact,
}

impl Slot {
    /// How it is addressed, and how expressions read it.
    pub fn path(&self) -> String {
        match self.home {
            Home::Context => format!("customer.{}", self.name),
            _ => self.name.clone(),
        }
    }

    pub fn may_be_absent(&self) -> bool {
        self.optional || self.when.is_some()
    }

    /// Everything that it can be, before any rule.
    pub fn domain(&self) -> Vec<Val> {
        let absent = self.may_be_absent().then_some(Val::Absent);
        absent.into_iter().chain(self.values.iter().copied()).collect()
    }
}

impl Book {
    /// All expressions.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let whens = self.slots.iter_mut().filter_map(|slot| slot.when.as_mut());
        let lets = self.lets.iter_mut().map(|own| &mut own.value);
        let rules = self.rules.iter_mut().flat_map(|rule| match &mut rule.kind {
            RuleKind::Require(what, when) => vec![Some(what), when.as_mut()],
            RuleKind::Exclude(left, right) => vec![Some(left), Some(right)],
            RuleKind::Allow(..) => Vec::new(),
        });
        whens.chain(lets).chain(rules.flatten()).chain(&mut self.price).collect()
    }
}

#[derive(Clone, Debug)]
pub struct Let {
    pub name: String,
    pub ty: Ty,
    pub value: Expr,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub kind: RuleKind,
}

#[derive(Clone, Debug)]
pub enum RuleKind {
    Require(Expr, Option<Expr>),
    Exclude(Expr, Expr),
    Allow(Vec<usize>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Math {
    Add,
    Subtract,
    Multiply,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    HalfUp,
    Up,
    Down,
}

#[derive(Clone, Debug)]
pub enum Expr {
    /// A value of a type.
    Lit(Val, Ty),
    /// What a slot has.
    Slot(usize),
    Let(usize),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Implies(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// `x in [a, b]`
    OneOf(Box<Expr>, Vec<Val>, Ty, bool),
    /// `a in set`
    Has(usize, u8),
    Given(usize),
    Otherwise(Box<Expr>, Box<Expr>),
    Math(Math, Box<Expr>, Box<Expr>),
    /// The least, or the greatest.
    Extreme(bool, Vec<Expr>),
    Abs(Box<Expr>),
    Round(Box<Expr>, Mode, Q),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `by x { a or b: …, else: … }`
    By(usize, Vec<(Vec<Val>, Expr)>, Option<Box<Expr>>),
    Lookup(usize, Vec<Expr>, usize),
}

impl Expr {
    /// The expressions inside.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Lit(..) | Expr::Slot(_) | Expr::Let(_) | Expr::Has(..) | Expr::Given(_) => Vec::new(),
            Expr::Not(of) | Expr::Abs(of) | Expr::Round(of, ..) | Expr::OneOf(of, ..) => vec![of],
            Expr::And(of) | Expr::Or(of) | Expr::Extreme(_, of) | Expr::Lookup(_, of, _) => {
                of.iter().collect()
            }
            Expr::Implies(a, b) | Expr::Compare(_, a, b) | Expr::Otherwise(a, b) | Expr::Math(_, a, b) => {
                vec![a, b]
            }
            Expr::If(a, b, c) => vec![a, b, c],
            Expr::By(_, rows, otherwise) => {
                rows.iter().map(|(_, of)| of).chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// The expressions inside, to change them.
    fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Lit(..) | Expr::Slot(_) | Expr::Let(_) | Expr::Has(..) | Expr::Given(_) => Vec::new(),
            Expr::Not(of) | Expr::Abs(of) | Expr::Round(of, ..) | Expr::OneOf(of, ..) => vec![of],
            Expr::And(of) | Expr::Or(of) | Expr::Extreme(_, of) | Expr::Lookup(_, of, _) => {
                of.iter_mut().collect()
            }
            Expr::Implies(a, b) | Expr::Compare(_, a, b) | Expr::Otherwise(a, b) | Expr::Math(_, a, b) => {
                vec![a, b]
            }
            Expr::If(a, b, c) => vec![a, b, c],
            Expr::By(_, rows, otherwise) => {
                rows.iter_mut().map(|(_, of)| of).chain(otherwise.as_deref_mut()).collect()
            }
        }
    }

    /// Calls `change` for each expression inside, and for this one.
    pub fn change(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        change(self);
        for part in self.parts_mut() {
            part.change(change);
        }
    }

    /// Calls `visit` for each expression inside, and for this one.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
}
