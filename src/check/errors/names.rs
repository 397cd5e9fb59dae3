//! Problems with names.

use crate::check::{Section, Signatures, describe};
use crate::diagnostic::{Diagnostic, codes, nearest, nearest_value};
use crate::ir::{EnumTy, Name, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::{ast, is_if};

/// A name that nothing declares.
pub(crate) fn unknown_name(name: &ast::Name, near: Option<&str>) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("nothing here is called `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
}

/// `lines` where an amount is meant.
pub(crate) fn lines_are_no_amount(name: &ast::Name, section: Section) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::UNKNOWN_NAME, "`lines` is gone through, and is no amount").at(name.span, "");
    match section {
        Section::Quote => problem.help("`running` is the price of the lines so far"),
        Section::Approval | Section::Expectation => problem
            .help("write what of them is meant: `quote.net`, `sum(l.net for l in lines)`, `count(lines)`"),
        _ => problem.help("write what of them is meant: `sum(l.quantity for l in lines)`, `count(lines)`"),
    }
}

/// A function, table or tier scheme that nothing declares.
pub(crate) fn unknown_function(name: &ast::Name, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no table, tier scheme or function `{}`", name.text);
    if is_if(&name.text) {
        let help = "write `(if CONDITION then VALUE else OTHER_VALUE)`";
        return Diagnostic::new(codes::UNKNOWN_NAME, message).at(name.span, "as in a spreadsheet").help(help);
    }
    if matches!(name.text.to_lowercase().as_str(), "power" | "compound" | "exp") {
        let help = "a power is written `pow(x, n)`, with a whole number n";
        return Diagnostic::new(codes::UNKNOWN_NAME, message).at(name.span, "").help(help);
    }
    Diagnostic::new(codes::UNKNOWN_NAME, message).at(name.span, "").did_you_mean(name.span, near)
}

/// A path with more dots than any path has.
pub(crate) fn path_too_long(path: &ast::Path) -> Diagnostic {
    let words: Vec<&str> = path.names.iter().map(|name| name.text.as_ref()).collect();
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{}` has too many dots", words.join(".")))
        .at(path.span, "")
        .help("a name has at most one dot: `customer.level`, `line.net`")
}

/// A path of which nothing is known.
pub(crate) fn unknown_path(path: &ast::Path) -> Diagnostic {
    let words: Vec<&str> = path.names.iter().map(|name| name.text.as_ref()).collect();
    Diagnostic::new(codes::UNKNOWN_NAME, format!("nothing here is called `{}`", words.join(".")))
        .at(path.span, "")
}

/// A declared name used as a value that is none.
pub(crate) fn not_a_value(signatures: &Signatures, name: &ast::Name, kind: Kind, at: Span) -> Diagnostic {
    let message = format!("`{}` is {}, not a value", name.text, kind.with_article());
    let problem = Diagnostic::new(codes::WRONG_KIND_OF_NAME, message)
        .at(name.span, "a value is needed here")
        .also(at, "declared here");
    let text = &name.text;
    match kind {
        Kind::Table => {
            let keys =
                signatures.tables.get(text).map(|table| table.keys.iter().map(|key| key.name.as_ref()));
            let keys: Vec<&str> = keys.into_iter().flatten().collect();
            problem.help(format!("a table is read with its keys: `{text}({})`", keys.join(", ")))
        }
        Kind::Tiers => problem.help(format!("a tier scheme is read with a quantity: `{text}(quantity)`")),
        Kind::Def => problem.help(format!("a function is called with its arguments: `{text}(…)`")),
        Kind::Context => {
            let field = signatures.contexts.get(text).and_then(|context| context.fields.keys().next());
            match field {
                Some(field) => problem.help(format!("read one of its fields: `{text}.{field}`")),
                None => problem,
            }
        }
        Kind::Product | Kind::Family => {
            problem.help(format!("to ask for the line's product, write `product in [{text}]`"))
        }
        Kind::Enum => problem.help("compare an option or a field with one of its values"),
        Kind::Unit => problem.help(format!("a unit stands behind a number: `1 {text}`")),
        Kind::Preset => problem.help("a configuration that starts from a preset is told by its options"),
        Kind::Index | Kind::Fact => problem,
    }
}

/// A declared name called like a function that is none.
pub(crate) fn not_callable(name: &ast::Name, kind: Kind, at: Span) -> Diagnostic {
    let what = kind.with_article();
    let message =
        format!("`{}` is {what}, and only tables, tiers and functions are read with `(…)`", name.text);
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, message).at(name.span, "").also(at, "declared here")
}

/// An option, let or figure called like a function.
pub(crate) fn value_called(name: &ast::Name) -> Diagnostic {
    let message =
        format!("`{}` is a value, and only tables, tiers and functions are read with `(…)`", name.text);
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, message)
        .at(name.span, "")
        .help(format!("write `{}` by itself, or `*` between two factors", name.text))
}

/// A name where one of certain kinds belongs: `in machines`, `price machines`, `product = press`.
pub(crate) fn wrong_target(signatures: &Signatures, name: &ast::Name, wanted: &[Kind]) -> Diagnostic {
    let kinds: Vec<String> = wanted.iter().map(|kind| kind.to_string()).collect();
    let kinds = kinds.join(" or ");
    if let Some((kind, at)) = signatures.names.get(&name.text) {
        let message = format!("`{}` is {}; a {kinds} belongs here", name.text, kind.with_article());
        return Diagnostic::new(codes::WRONG_KIND_OF_NAME, message)
            .at(name.span, "")
            .also(*at, "declared here");
    }
    let known = signatures.names.iter().filter(|(_, (kind, _))| wanted.contains(kind));
    let near = nearest(&name.text, known.map(|(known, _)| known.as_ref()));
    Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no {kinds} `{}`", name.text))
        .at(name.span, "")
        .did_you_mean(name.span, near)
}

/// `key of` a table that is not there.
pub(crate) fn no_such_table(signatures: &Signatures, name: &ast::Name) -> Diagnostic {
    wrong_target(signatures, name, &[Kind::Table])
}

/// `owner.member` of a context, product or family that has no such member.
pub(crate) fn no_such_member(signatures: &Signatures, owner: &ast::Name, member: &ast::Name) -> Diagnostic {
    let (what, known): (&str, Vec<&str>) = if let Some(context) = signatures.contexts.get(&owner.text) {
        ("field", context.fields.keys().map(AsRef::as_ref).collect())
    } else if let Some(product) = signatures.products.get(&owner.text) {
        ("option", product.members.keys().map(AsRef::as_ref).collect())
    } else if let Some(family) = signatures.families.get(&owner.text) {
        ("option", family.options.keys().map(AsRef::as_ref).collect())
    } else {
        return no_such_owner(signatures, owner);
    };
    let near = nearest(&member.text, known.iter().copied());
    let message = format!("`{}` has no {what} `{}`", owner.text, member.text);
    let problem =
        Diagnostic::new(codes::UNKNOWN_MEMBER, message).at(member.span, "").did_you_mean(member.span, near);
    match (near, known.is_empty()) {
        (None, false) => problem.help(format!("it has {}", describe::list(known))),
        _ => problem,
    }
}

fn no_such_owner(signatures: &Signatures, owner: &ast::Name) -> Diagnostic {
    if let Some((kind, at)) = signatures.names.get(&owner.text) {
        let message = format!("`{}` is {}, and has nothing behind a dot", owner.text, kind.with_article());
        return Diagnostic::new(codes::WRONG_KIND_OF_NAME, message)
            .at(owner.span, "")
            .also(*at, "declared here");
    }
    let owners =
        signatures.contexts.keys().chain(signatures.products.keys()).chain(signatures.families.keys());
    let near = nearest(&owner.text, owners.map(AsRef::as_ref));
    Diagnostic::new(codes::UNKNOWN_NAME, format!("there is no context or product `{}`", owner.text))
        .at(owner.span, "")
        .did_you_mean(owner.span, near)
}

/// `press.frame` in an expression.
pub(crate) fn member_by_product(owner: &ast::Name, member: &ast::Name) -> Diagnostic {
    let message = format!("`{}.{}` names a type, not a value", owner.text, member.text);
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, message).at(owner.span.cover(member.span), "").help(format!(
        "write `{0}` in the product and its prices, `line.{0}` in approvals and in the quote",
        member.text
    ))
}

/// `x.y` where `x` is a plain value.
pub(crate) fn nothing_inside(name: &ast::Name, member: &ast::Name) -> Diagnostic {
    let message = format!("`{}` is a single value and has no `{}`", name.text, member.text);
    Diagnostic::new(codes::UNKNOWN_MEMBER, message)
        .at(member.span, "")
        .help(format!("a column of a table is read as `TABLE({}).{}`", name.text, member.text))
}

/// A word that is both a value of an enumeration and a name of that enumeration's type.
pub(crate) fn value_or_name(name: &ast::Name, of: &EnumTy) -> Diagnostic {
    let message = format!("`{}` is a value of `{}` and also a name here", name.text, of.name);
    Diagnostic::new(codes::DUPLICATE_NAME, message)
        .at(name.span, "which of the two is meant?")
        .help("give the option, let or field another name")
}

/// A value of an enumeration where nothing says of which.
pub(crate) fn value_alone(name: &ast::Name, of: &EnumTy) -> Diagnostic {
    let help = format!(
        "`{}` is a value of `{}`; it is understood where it is compared with one, as `… = {0}`",
        name.text, of.name
    );
    Diagnostic::new(codes::UNKNOWN_NAME, format!("nothing here is called `{}`", name.text))
        .at(name.span, "")
        .help(help)
}

/// A field of a context without the context.
pub(crate) fn field_without_context(name: &ast::Name, context: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_NAME, format!("nothing here is called `{}`", name.text))
        .at(name.span, "")
        .help(format!("a field is read with its context: `{context}.{}`", name.text))
        .fix(name.span, format!("{context}.{}", name.text))
}

/// A word that is no value of the enumeration.
pub(crate) fn unknown_value(span: Span, word: &str, of: &EnumTy) -> Diagnostic {
    let near = nearest_value(word, of.values.iter().map(|value| value.key.as_ref()));
    Diagnostic::new(codes::UNKNOWN_VALUE, format!("`{word}` is no value of `{}`", of.name))
        .at(span, "")
        .did_you_mean(span, near)
        .help(format!("its values are {}", describe::values(of)))
}

/// A number or a date where a word of an enumeration belongs.
pub(crate) fn value_is_no_word(span: Span, of: &EnumTy) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_VALUE, format!("this is no value of `{}`", of.name))
        .at(span, "")
        .help(format!("its values are {}", describe::values(of)))
}

/// A name that means something in some of the products concerned, and not in all.
pub(crate) fn not_in_every_product(
    span: Span,
    name: &str,
    with: &Name,
    without: &Name,
    rule: bool,
) -> Diagnostic {
    let message = format!("`{name}` is known in `{with}` and not in `{without}`");
    let problem = Diagnostic::new(codes::NOT_IN_EVERY_MEMBER, message)
        .at(span, "this is carried out for each of the products");
    if rule {
        problem.help(format!(
            "narrow it, as `for {with}`, or `product = {with} and …` in a condition; or declare `{name}` in `{without}` too"
        ))
    } else {
        problem.help(format!("declare it in `{without}` too, or give `{without}` a price of its own"))
    }
}

/// A name that has different types in two products.
pub(crate) fn types_differ(
    span: Span,
    name: &str,
    (one, one_ty): (&Name, &Ty),
    (other, other_ty): (&Name, &Ty),
) -> Diagnostic {
    let (a, b) = (describe::ty(one_ty), describe::ty(other_ty));
    let message = format!("`{name}` is {a} in `{one}` and {b} in `{other}`");
    let problem = Diagnostic::new(codes::NOT_IN_EVERY_MEMBER, message)
        .at(span, "this is carried out for each of the products");
    let words = |ty: &Ty| matches!(ty.required(), Ty::Choice(_) | Ty::Set(_));
    if words(one_ty) && words(other_ty) {
        problem.help(
            "declare the values once, as `enum NAME: …` or as an option of the family, and use them in both",
        )
    } else {
        problem.help("declare it alike in both, or give one of them a price of its own")
    }
}

/// `=` with a family.
pub(crate) fn product_is_family(name: &ast::Name, place: Span, word: &str) -> Diagnostic {
    Diagnostic::new(
        codes::WRONG_KIND_OF_NAME,
        format!("`{}` is a family, and a line has one product", name.text),
    )
    .at(name.span, "")
    .also(place, "")
    .help(format!("write `{word} in {}`", name.text))
}

/// `product` with something that is no name of a product.
pub(crate) fn product_in_what(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TYPE_MISMATCH, "a family, or a list of products, belongs behind `product in`")
        .at(span, "")
        .help("write `product in machines`, or `product in [press, shear]`")
}

/// `product` that is not compared.
pub(crate) fn product_alone(span: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_KIND_OF_NAME, "`product` can only be compared with the names of products")
        .at(span, "")
        .help("write `product = press`, or `product in machines`")
}
