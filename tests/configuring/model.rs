//! Small products, written down in a way that needs no compiler: every value is a number or a position.

use num_rational::Ratio;

/// An exact number; products are small, and so are their numbers.
pub type Q = Ratio<i64>;

/// A book with one product, or the product of a part.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The product.
    pub name: String,
    pub enums: Vec<Enum>,
    pub tables: Vec<Table>,
    /// What can be set: quantity, options and inputs; then for each part the number of its pieces, and what can be set
    /// in each piece. Expressions read the former alone.
    pub slots: Vec<Slot>,
    pub parts: Vec<Part>,
    pub lets: Vec<Let>,
    pub rules: Vec<Rule>,
    /// What the list price adds up, in `EUR`.
    pub price: Vec<Expr>,
}

/// Some pieces of a product of its own.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub from: usize,
    pub to: usize,
    pub when: Option<Expr>,
    pub product: Book,
    /// The slot of the number of pieces; those in the pieces come behind it.
    pub at: usize,
}

impl Part {
    /// Where the slots of a piece stand, counted from 0.
    pub fn piece(&self, piece: usize) -> std::ops::Range<usize> {
        let size = self.product.slots.len();
        let first = self.at + 1 + piece * size;
        first..first + size
    }

    /// A piece may be missing where all else is as it should be.
    pub fn may_lack(&self, piece: usize) -> bool {
        self.when.is_some() || piece >= self.from
    }

    /// How a piece is addressed.
    pub fn path(&self, piece: usize) -> String {
        format!("{}[{}]", self.name, piece + 1)
    }

    fn count_slot(&self) -> Slot {
        let number = |count: usize| Val::Num(Q::from_integer(count as i64));
        let range = (Q::from_integer(self.from as i64), Q::from_integer(self.to as i64), None);
        Slot {
            name: self.name.clone(),
            home: Home::Count,
            ty: Ty::Num(Unit::None),
            range: Some(range),
            values: (self.from..=self.to).map(number).collect(),
            optional: false,
            when: self.when.clone(),
            conditional: false,
            default: (self.from == 0 || self.from == self.to).then(|| number(self.from)),
        }
    }
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
    pub policy: Policy,
    /// Without a name where the result is one type.
    pub columns: Vec<(Option<String>, Ty)>,
    pub optional: bool,
    pub rows: Vec<Row>,
    pub otherwise: Option<Vec<Option<Val>>>,
}

/// Which of the rows that match count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    One,
    First,
    MostSpecific,
    Sum,
    Max,
    Min,
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
    Any,
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
    /// It belongs to a piece that may be missing, or exists there under a condition.
    pub conditional: bool,
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
    /// How many pieces a part has.
    Count,
    /// An option of a piece, or the number of its pieces; its name is its path.
    Piece,
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
        self.optional || self.when.is_some() || self.conditional
    }

    /// Everything that it can be, before any rule.
    pub fn domain(&self) -> Vec<Val> {
        let absent = self.may_be_absent().then_some(Val::Absent);
        absent.into_iter().chain(self.values.iter().copied()).collect()
    }
}

impl Book {
    /// How many slots are the product's own, without its parts.
    pub fn own(&self) -> usize {
        self.parts.first().map_or(self.slots.len(), |part| part.at.min(self.slots.len()))
    }

    /// The slots that are the product's own.
    pub fn own_slots(&self) -> &[Slot] {
        &self.slots[..self.own()]
    }

    /// Adds the slots of the parts, whose products have theirs.
    pub fn expand(&mut self) {
        for at in 0..self.parts.len() {
            self.parts[at].at = self.slots.len();
            let part = &self.parts[at];
            self.slots.push(part.count_slot());
            for piece in 0..part.to {
                let inside = |slot: &Slot| Slot {
                    name: format!("{}.{}", part.path(piece), slot.name),
                    home: Home::Piece,
                    when: None,
                    conditional: slot.conditional || slot.when.is_some() || part.may_lack(piece),
                    ..slot.clone()
                };
                self.slots.extend(part.product.slots.iter().map(inside));
            }
        }
    }

    /// Takes the slots of the parts away again, so that the book can be changed.
    pub fn collapse(&mut self) {
        self.slots.truncate(self.own());
        self.parts.iter_mut().for_each(|part| part.at = usize::MAX);
    }

    /// All expressions but those of the products of parts.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let whens = self.slots.iter_mut().filter_map(|slot| slot.when.as_mut());
        let lets = self.lets.iter_mut().map(|own| &mut own.value);
        let rules = self.rules.iter_mut().flat_map(|rule| match &mut rule.kind {
            RuleKind::Require(what, when) => vec![Some(what), when.as_mut()],
            RuleKind::Exclude(left, right) => vec![Some(left), Some(right)],
            RuleKind::Allow(..) => Vec::new(),
        });
        let parts = self.parts.iter_mut().filter_map(|part| part.when.as_mut());
        whens.chain(lets).chain(rules.flatten()).chain(&mut self.price).chain(parts).collect()
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
    /// What comes of the pieces of a part: of those that fulfil a condition, and of something of each. Both are
    /// expressions of the part's product.
    Pieces(Fold, usize, Option<Box<Expr>>, Option<Box<Expr>>),
    /// In an expression of the part's product: something of the product around it.
    Outer(Box<Expr>, Ty),
}

/// What is made of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    Count,
    Sum,
    Least,
    Greatest,
    Any,
    All,
}

impl Expr {
    /// The expressions of the same product inside.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Outer(..) => Vec::new(),
            Expr::Pieces(_, _, filter, body) => {
                filter.iter().chain(body).flat_map(|of| of.outside()).collect()
            }
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

    /// In an expression of the product of a part: what is read of the product around it.
    fn outside(&self) -> Vec<&Expr> {
        match self {
            Expr::Outer(of, _) => vec![of],
            Expr::Pieces(..) => Vec::new(),
            of => of.parts().into_iter().flat_map(Expr::outside).collect(),
        }
    }

    fn outside_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Outer(of, _) => vec![of],
            Expr::Pieces(..) => Vec::new(),
            of => of.parts_mut().into_iter().flat_map(Expr::outside_mut).collect(),
        }
    }

    /// The expressions of the same product inside, to change them.
    fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Outer(..) => Vec::new(),
            Expr::Pieces(_, _, filter, body) => {
                filter.iter_mut().chain(body).flat_map(|of| of.outside_mut()).collect()
            }
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
