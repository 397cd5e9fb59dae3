//! Types, units and literals as written.

use std::sync::Arc;

use super::{Field, Name, Path, Text};
use crate::source::Span;
use crate::value::{Date, Exact};

/// `standard < silver < gold` (ranked) or `east | north` (not ranked).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choices {
    /// The values in the order written.
    pub values: Vec<Choice>,
    /// Written with `<`: values may be compared.
    pub ranked: bool,
    /// The whole list.
    pub span: Span,
}

/// One value of an enumeration: `c_frame "C-frame"`, `63 tf`, `"16Mn"`, `12 months "One year"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The value: a word, a text, a number, a rate or a quantity.
    pub value: Literal,
    /// Its label.
    pub label: Option<Text>,
}

/// `2026-03-01 to 2026-05-31` (both days included), `from 2026-07-01`, `to 2026-12-31`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// Its form.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `int`, `rate`, `text`, `date`, `bool`, `money`, `colour`, `kg`, `CNY`: one name, resolved later.
    /// `press.frame` and `customer.level`: the type of that option or field.
    Named(Path),
    /// `CNY/kg`, `kg*m`: a unit that is not one name.
    Unit(UnitExpr),
    /// `east | north`, `63 tf | 100 tf`, `standard < silver`
    Choices(Choices),
    /// `100 mm to 800 mm step 50 mm`, `0% to 15%`
    Range {
        /// Lower bound, included.
        from: Box<Literal>,
        /// Upper bound, included.
        to: Box<Literal>,
        /// Allowed values are `from`, `from + step`, …
        step: Option<Box<Literal>>,
    },
    /// `any of a | b`: a set; the inner type is `Choices` or `Named`.
    Set(Box<Type>),
    /// `key of skus`
    KeyOf(Name),
    /// `T optional`, in parameters and results
    Optional(Box<Type>),
    /// `list of { at: date, amount: EUR } in order`, `list of kWh`
    List(Box<ListType>),
}

/// A list as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListType {
    /// What each element is.
    pub elements: ListElements,
    /// Where `in order` stands.
    pub ordered: Option<Span>,
}

/// What the elements of a list are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ListElements {
    /// `{ at: date, amount: EUR }`: fields with names.
    Record(Vec<Field>),
    /// `kWh`: plain values.
    Values(Type),
}

/// A unit as written, no spaces inside: `CNY/kg`, `h`, `kg*m`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitExpr {
    /// Names with their exponents, in the order written (`CNY/kg` is `[(CNY, 1), (kg, -1)]`).
    pub factors: Vec<(Name, i8)>,
    /// The whole unit.
    pub span: Span,
}

/// A number with the text it was written in (`21_000`), for the formatter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    /// The exact value, sign included.
    pub value: Exact,
    /// As written.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A number with a unit: one space between them, on one line: `4_800 CNY`, `95 CNY/h`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// The number.
    pub number: Number,
    /// The unit; none for a bare number where a place allows both (`round half_even to 1`).
    pub unit: Option<UnitExpr>,
}

/// A value written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// Its form.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// `1_250.50`, `-3`
    Number(Number),
    /// `8%`: the number before the sign.
    Percent(Number),
    /// `4_800 CNY`
    Quantity(Quantity),
    /// `"16Mn"`
    Text(Arc<str>),
    /// `2026-01-31`
    Date(Date),
    /// `true`, `false`
    Bool(bool),
    /// `c_frame`: a bare word that stands for an enumeration value (in cells, keys and choices).
    Word(Arc<str>),
}
