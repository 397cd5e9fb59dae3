//! Types as written become types with the values that are allowed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::literal::{Lit, read_literal};
use super::units::type_unit;
use super::{Signatures, errors, list};
use crate::diagnostic::Diagnostic;
use crate::ir::{Domain, EnumTy, EnumValue, HitPolicy, Name, NumberKind, NumberTy, Ty};
use crate::resolve::Kind;
use crate::source::limits;
use crate::syntax::ast::{self, TypeKind};
use crate::value::{Exact, Unit};

/// The names of types that are neither units nor enumerations.
pub(crate) const TYPE_WORDS: [&str; 7] = ["bool", "date", "int", "money", "number", "rate", "text"];

/// What a type is for: it decides how bare whole numbers are understood, and how an enumeration is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The name of an enumeration that is written in its place: `press.frame`.
    pub owner: &'a str,
    /// Ranges and lists of whole numbers are whole numbers; for market figures they are not.
    pub whole: bool,
}

/// The type as written, and its values; `None` where a problem has been reported.
///
/// Paths such as `press.frame` are looked up in the signatures made so far.
pub(crate) fn resolve(
    signatures: &Signatures,
    place: Place<'_>,
    written: &ast::Type,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Ty, Domain)> {
    match &written.kind {
        TypeKind::Named(path) => named(signatures, path, problems),
        TypeKind::Unit(unit) => Some((Ty::quantity(type_unit(signatures, unit, problems)?), Domain::All)),
        TypeKind::Choices(choices) => choice_list(signatures, place, choices, problems),
        TypeKind::Range { from, to, step } => {
            range(signatures, place, written, [Some(from), Some(to), step.as_deref()], problems)
        }
        TypeKind::Set(inner) => {
            let (inner_ty, _) = resolve(signatures, place, inner, problems)?;
            let Ty::Choice(of) = inner_ty else {
                problems.push(errors::set_of_no_enum(inner.span, &inner_ty));
                return None;
            };
            if of.values.len() > limits::MAX_SET_VALUES {
                problems.push(errors::too_many_values(inner.span, of.values.len()));
                return None;
            }
            Some((Ty::Set(of), Domain::All))
        }
        TypeKind::KeyOf(table) => match signatures.tables.get(&table.text) {
            Some(found) if found.policy != HitPolicy::One => {
                problems.push(errors::key_of_policy(table, found.policy));
                None
            }
            Some(found) if found.keys.len() == 1 => Some((Ty::Row(table.text.clone()), Domain::All)),
            Some(found) => {
                problems.push(errors::key_of_many(table, found.keys.len()));
                None
            }
            None => {
                problems.push(errors::no_such_table(signatures, table));
                None
            }
        },
        TypeKind::List(list) => {
            let ty = list::list_type(signatures, place.owner, list, written.span, problems)?;
            Some((ty, Domain::All))
        }
        TypeKind::Optional(inner) => {
            let (ty, domain) = resolve(signatures, place, inner, problems)?;
            Some((optional(ty), domain))
        }
    }
}

/// The type with `Optional` around it, once.
pub(crate) fn optional(ty: Ty) -> Ty {
    match ty {
        Ty::Optional(_) => ty,
        other => Ty::Optional(Box::new(other)),
    }
}

fn named(signatures: &Signatures, path: &ast::Path, problems: &mut Vec<Diagnostic>) -> Option<(Ty, Domain)> {
    match path.names.as_slice() {
        [name] => single(signatures, name, problems).map(|ty| (ty, Domain::All)),
        [owner, member] => dotted(signatures, owner, member, problems),
        _ => {
            problems.push(errors::path_too_long(path));
            None
        }
    }
}

fn single(signatures: &Signatures, name: &ast::Name, problems: &mut Vec<Diagnostic>) -> Option<Ty> {
    let ty = match name.text.as_ref() {
        "bool" => Ty::Bool,
        "int" => Ty::number(NumberKind::Int),
        "number" => Ty::number(NumberKind::Plain),
        "rate" => Ty::number(NumberKind::Rate),
        "text" => Ty::Text,
        "date" => Ty::Date,
        // Without a currency there is no money; the missing `book` has been reported.
        "money" => signatures.money()?,
        word => match (signatures.enums.get(word), signatures.units.get(word)) {
            (Some(of), _) => Ty::Choice(of.clone()),
            (None, Some(atom)) => {
                if atom.is_currency() && !signatures.knows_currency(word) {
                    problems.push(errors::unknown_currency(name, &signatures.book));
                    return None;
                }
                Ty::quantity(Unit::of(atom))
            }
            // The declaration of such a unit or enumeration has been refused.
            (None, None) if matches!(signatures.kind(word), Some(Kind::Unit | Kind::Enum)) => return None,
            (None, None) => {
                problems.push(errors::unknown_type(signatures, name));
                return None;
            }
        },
    };
    Some(ty)
}

/// `press.frame`, `machines.frame`, `customer.level`: the type of that option, let or field, without
/// `Optional`: the type speaks of the values that can be there.
fn dotted(
    signatures: &Signatures,
    owner: &ast::Name,
    member: &ast::Name,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Ty, Domain)> {
    let known = member_input(signatures, &owner.text, &member.text);
    match known {
        Some(Some((ty, domain))) => Some((ty.required().clone(), domain.clone())),
        Some(None) => None,
        None => {
            problems.push(errors::no_such_member(signatures, owner, member));
            None
        }
    }
}

/// The type of `owner.member`: nothing if there is none, `Some(None)` if its own declaration is wrong.
fn member_input<'a>(
    signatures: &'a Signatures,
    owner: &str,
    member: &str,
) -> Option<Option<(&'a Ty, &'a Domain)>> {
    let input = if let Some(context) = signatures.contexts.get(owner) {
        context.fields.get(member)
    } else if let Some(product) = signatures.products.get(owner) {
        product.members.get(member).map(|member| &member.input)
    } else {
        signatures.families.get(owner).and_then(|family| family.options.get(member))
    }?;
    Some(input.ty.as_ref().map(|ty| (ty, &input.domain)))
}

/// `east | north`, `63 tf | 100 tf`: an enumeration, or a list of numbers.
fn choice_list(
    signatures: &Signatures,
    place: Place<'_>,
    choices: &ast::Choices,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Ty, Domain)> {
    let first = choices.values.first()?;
    if is_word(&first.value) {
        return enumeration(place.owner, choices, problems).map(|of| (Ty::Choice(of), Domain::All));
    }
    let mut reading = NumberList::default();
    let mut numbers: Vec<(Exact, Option<Name>)> = Vec::new();
    let mut seen: BTreeMap<Exact, &ast::Literal> = BTreeMap::new();
    let mut failed = false;
    for choice in &choices.values {
        let Some(value) = reading.add(signatures, &choice.value, problems) else {
            failed = true;
            continue;
        };
        if let Some(other) = seen.insert(value.clone(), &choice.value) {
            problems.push(errors::duplicate_choice(choice.value.span, other.span));
            failed = true;
        }
        numbers.push((value, choice.label.as_ref().map(|label| label.text.clone())));
    }
    if failed {
        return None;
    }
    if choices.ranked && numbers.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        problems.push(errors::numbers_not_rising(choices.span));
        return None;
    }
    Some((Ty::Number(reading.ty(place.whole)?), Domain::Numbers(numbers)))
}

fn is_word(literal: &ast::Literal) -> bool {
    matches!(literal.kind, ast::LiteralKind::Word(_) | ast::LiteralKind::Text(_))
}

/// The enumeration that a list of words declares.
pub(crate) fn enumeration(
    name: &str,
    choices: &ast::Choices,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<EnumTy>> {
    let mut values: Vec<EnumValue> = Vec::new();
    let mut seen: BTreeMap<Name, &ast::Literal> = BTreeMap::new();
    let mut failed = false;
    for choice in &choices.values {
        let key: Name = match &choice.value.kind {
            ast::LiteralKind::Word(word) | ast::LiteralKind::Text(word) => word.clone(),
            _ => {
                problems.push(errors::mixed_choices(choice.value.span, choices));
                failed = true;
                continue;
            }
        };
        if key.is_empty() {
            problems.push(errors::empty_choice(choice.value.span));
            failed = true;
        }
        if let Some(other) = seen.insert(key.clone(), &choice.value) {
            problems.push(errors::duplicate_choice(choice.value.span, other.span));
            failed = true;
            continue;
        }
        values.push(EnumValue { key, label: choice.label.as_ref().map(|label| label.text.clone()) });
    }
    if values.len() > usize::from(u16::MAX) {
        problems.push(errors::too_many_choices(choices.span, values.len()));
        return None;
    }
    (!failed).then(|| Arc::new(EnumTy { name: Name::from(name), ranked: choices.ranked, values }))
}

/// `100 mm to 800 mm step 50 mm`
fn range(
    signatures: &Signatures,
    place: Place<'_>,
    written: &ast::Type,
    [from, to, step]: [Option<&ast::Literal>; 3],
    problems: &mut Vec<Diagnostic>,
) -> Option<(Ty, Domain)> {
    let (from, to) = (from?, to?);
    let mut reading = NumberList::default();
    let low = reading.add(signatures, from, problems);
    let high = reading.add(signatures, to, problems);
    let width = match step {
        Some(step) => Some(reading.add(signatures, step, problems)?),
        None => None,
    };
    let (low, high) = (low?, high?);
    let ty = reading.ty(place.whole)?;
    if low > high {
        problems.push(errors::backward_range(written.span, from.span, to.span));
        return None;
    }
    if let (Some(width), Some(step)) = (&width, step) {
        let reaches = width.is_positive()
            && high.checked_sub(&low).and_then(|all| all.checked_div(width)).is_ok_and(|n| n.is_integer());
        if !reaches {
            problems.push(errors::bad_step(step.span, &ty, &low, &high, width));
            return None;
        }
    }
    Some((Ty::Number(ty), Domain::Range { from: low, to: high, step: width }))
}

/// Numbers that are listed together take the unit of the first.
#[derive(Default)]
struct NumberList {
    first: Option<NumberTy>,
    all_whole: Option<bool>,
}

impl NumberList {
    /// The number in the unit of the first.
    fn add(
        &mut self,
        signatures: &Signatures,
        literal: &ast::Literal,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Exact> {
        let Some(Lit::Number(value, ty)) = read_literal(signatures, literal, problems)? else {
            problems.push(errors::no_number_in_list(literal));
            return None;
        };
        self.all_whole = Some(self.all_whole.unwrap_or(true) && value.is_integer());
        let Some(first) = &self.first else {
            self.first = Some(ty);
            return Some(value);
        };
        let same_kind = (first.kind == NumberKind::Rate) == (ty.kind == NumberKind::Rate);
        match ty.unit.conversion_to(&first.unit) {
            Some(factor) if same_kind => match value.checked_mul(&factor) {
                Ok(value) => Some(value),
                Err(_) => {
                    problems.push(errors::overflow(literal.span));
                    None
                }
            },
            _ => {
                problems.push(errors::number_list_mismatch(literal, &ty, first));
                None
            }
        }
    }

    fn ty(self, whole: bool) -> Option<NumberTy> {
        let mut ty = self.first?;
        if ty.unit.is_none() && ty.kind != NumberKind::Rate {
            let whole = whole && self.all_whole == Some(true);
            ty.kind = if whole { NumberKind::Int } else { NumberKind::Plain };
        }
        Some(ty)
    }
}
