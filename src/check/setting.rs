//! A value that is set, suggested or recommended for an option: one that the option can have.

use super::literal::literal_value;
use super::{MemberSig, Signatures, describe, errors};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{Name, Ty, Value};
use crate::syntax::ast;

/// `force = 63 tf`, `extras with quiet_pump`
pub(crate) struct Setting<'a> {
    /// The word before it, for messages.
    pub verb: &'a str,
    /// The option.
    pub option: &'a ast::Name,
    /// The value.
    pub value: &'a ast::Literal,
    /// The value is one of the set's.
    pub with: bool,
}

impl<'a> Setting<'a> {
    /// The type of the option, which all of the products have, and the value: of a set's element with `with`,
    /// and of a table's key the key itself.
    pub fn check(
        &self,
        signatures: &'a Signatures,
        products: &[Name],
        problems: &mut Vec<Diagnostic>,
    ) -> Option<(&'a Ty, Value)> {
        let sig = option(signatures, products, self.option, problems)?;
        let ty = sig.input.ty.as_ref()?;
        let set = matches!(ty.required(), Ty::Set(_));
        if set != self.with {
            problems.push(errors::setting_form(self.option.span, self.verb, &self.option.text, set));
            return None;
        }
        let element = element(ty);
        let value = literal_value(signatures, self.value, &element, false, problems)?;
        if let (Value::Number(number), Ty::Number(number_ty)) = (&value, ty.required())
            && !sig.input.domain.contains(number)
        {
            let allowed = describe::domain_around(&sig.input.domain, number_ty, number);
            let shown = describe::value(&value, ty);
            let (span, name) = (self.value.span, &self.option.text);
            problems.push(errors::value_not_allowed(span, name, &shown, allowed));
            return None;
        }
        Some((ty, value))
    }
}

/// An option that all of the products have, with one type.
pub(crate) fn option<'a>(
    signatures: &'a Signatures,
    products: &[Name],
    name: &ast::Name,
    problems: &mut Vec<Diagnostic>,
) -> Option<&'a MemberSig> {
    let first = signatures.products.get(products.first()?)?;
    let chosen = |sig: &&MemberSig| sig.option && !first.given.contains(&name.text);
    let Some(sig) = first.members.get(&name.text).filter(chosen) else {
        let near = nearest(&name.text, first.options.iter().map(AsRef::as_ref)).map(str::to_owned);
        let computed = first.members.contains_key(&name.text);
        problems.push(errors::no_option(name, computed, near.as_deref()));
        return None;
    };
    for other in products.iter().skip(1) {
        let theirs = signatures.products.get(other).and_then(|product| product.members.get(&name.text));
        let (Some(with), Some(theirs)) = (products.first(), theirs.filter(|it| it.option)) else {
            let with = products.first().unwrap_or(other);
            problems.push(errors::not_in_every_product(name.span, &name.text, with, other, false));
            return None;
        };
        if let (Some(ty), Some(their_ty)) = (&sig.input.ty, &theirs.input.ty)
            && ty != their_ty
        {
            let (ty, their_ty) = ((with, ty), (other, their_ty));
            problems.push(errors::types_differ(name.span, &name.text, ty, their_ty));
            return None;
        }
    }
    Some(sig)
}

/// The type of one value of an option: of a set's that of its values.
pub(crate) fn element(ty: &Ty) -> Ty {
    match ty.required() {
        Ty::Set(of) => Ty::Choice(of.clone()),
        other => other.clone(),
    }
}
