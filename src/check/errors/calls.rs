//! Problems with calls of tables, tier schemes and functions.

use crate::check::describe;
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::ir::NumberTy;
use crate::resolve::function;
use crate::source::Span;
use crate::syntax::ast;

/// Too many or too few arguments.
pub(crate) fn wrong_count(call: &ast::Call, word: &str, names: &[&str]) -> Diagnostic {
    let message = format!(
        "`{}` has {}, and {} given",
        call.name.text,
        describe::count(names.len(), word),
        match call.arguments.len() {
            1 => "1 is".to_owned(),
            other => format!("{other} are"),
        }
    );
    Diagnostic::new(codes::WRONG_ARGUMENTS, message).at(call.name.span, "").help(format!(
        "write `{}({})`",
        call.name.text,
        names.join(", ")
    ))
}

/// A built-in function called in another form than its own.
pub(crate) fn wrong_form(call: &ast::Call) -> Diagnostic {
    let form = function(&call.name.text).map_or("", |function| function.form);
    Diagnostic::new(codes::WRONG_ARGUMENTS, format!("`{}` takes other arguments than these", call.name.text))
        .at(call.name.span, "")
        .help(format!("write `{form}`"))
}

/// A power of something that is measured.
pub(crate) fn power_of_unit(span: Span, ty: &NumberTy) -> Diagnostic {
    let message = format!("a power is of a plain number, and this is {}", describe::number_ty(ty));
    Diagnostic::new(codes::MEANINGLESS_PRODUCT, message)
        .at(span, "")
        .help("take the power of a rate or a share, and multiply with the amount: `price * pow(1.02, years)`")
}

/// `product(…)` of a number with a unit.
pub(crate) fn product_of_unit(span: Span, ty: &NumberTy) -> Diagnostic {
    let message = format!("a product is of plain numbers and rates, and this is {}", describe::number_ty(ty));
    Diagnostic::new(codes::MEANINGLESS_PRODUCT, message).at(span, "").help(
        "multiply the factors, and the amount with their product: `price * product(1 + c for c in changes)`",
    )
}

/// A problem with an exponent: what mends a number mends no power.
pub(crate) fn exponent_is_whole(problem: &mut Diagnostic) {
    if problem.code == codes::TYPE_MISMATCH {
        problem.fix = None;
        problem.help = vec!["`pow` takes whole exponents, and others where it is rounded: `pow(x, 0.6) rounded half_up to 0.0001`".to_owned()];
    }
}

/// `round` without a mode.
pub(crate) fn round_without_mode(span: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, "`round` needs a mode between the amount and the step")
        .at(span, "")
        .help("write `round(x, half_up, 0.01 CNY)`; `ceil(x, step)` and `floor(x, step)` need none")
}

/// A mode where none belongs.
pub(crate) fn mode_out_of_place(span: Span, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, format!("`{}` takes no rounding mode", name.text)).at(span, "")
}

/// `days(a, b)`
pub(crate) fn days_without_to(span: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, "`days` needs to know whether the last day counts")
        .at(span, "")
        .help("write `days(a to b)` without the last day, `days(a through b)` with it")
}

/// `tier by` or `scaled by` in a call of something that has no tiers.
pub(crate) fn tier_word(span: Span, word: &str, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(
        codes::WRONG_ARGUMENTS,
        format!("`{word}` belongs to tier schemes, and `{}` is none", name.text),
    )
    .at(span, "")
}

/// `tier by` where graduated tiers are read.
pub(crate) fn graduated_tier_by(span: Span, name: &ast::Name) -> Diagnostic {
    let message = format!("`tier by` beside the graduated tiers of `{}`", name.text);
    Diagnostic::new(codes::GRADUATED_TIER_BY, message)
        .at(span, "graduated tiers cut up the quantity that they price")
        .help(format!(
            "price what comes on top of an earlier quantity as `{0}(before + now) - {0}(before)`, or make the tiers `whole`",
            name.text
        ))
}

/// A record without a column.
pub(crate) fn which_column(call: &ast::Call, columns: &[&str]) -> Diagnostic {
    let first = columns.first().copied().unwrap_or("column");
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{}` gives several columns: say which", call.name.text))
        .at(call.name.span, "")
        .help(format!(
            "write `{}(…).{first}`; it has {}",
            call.name.text,
            describe::list(columns.iter().copied())
        ))
}

/// A column that a table does not have.
pub(crate) fn no_column(field: &ast::Name, table: &str, columns: &[&str]) -> Diagnostic {
    let near = nearest(&field.text, columns.iter().copied());
    Diagnostic::new(codes::UNKNOWN_MEMBER, format!("`{table}` has no column `{}`", field.text))
        .at(field.span, "")
        .did_you_mean(field.span, near)
        .help(format!("it has {}", describe::list(columns.iter().copied())))
}

/// A column of something that gives a single value.
pub(crate) fn no_record(field: &ast::Name, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_MEMBER,
        format!("`{name}` gives a single value, which has no `{}`", field.text),
    )
    .at(field.span, "")
    .help(format!("leave `.{}` out", field.text))
}

/// `(a + b).x`
pub(crate) fn field_of_what(field: &ast::Name) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_MEMBER,
        format!("there is no `{}` here: only tables have columns", field.text),
    )
    .at(field.span, "")
    .help("a column is read as `skus(sku).price`")
}

/// `applied` of something that is no step.
pub(crate) fn applied_of_what(span: Span) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, "`applied` asks for a step of a waterfall by its name")
        .at(span, "")
        .help("write `applied(volume)`, or `applied(unit.volume)` from another section")
}

/// `line.applied` outside of an expectation.
pub(crate) fn applied_alone(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::WRONG_KIND_OF_NAME,
        "the list of steps that applied can only be expected in a test",
    )
    .at(span, "")
    .help("to ask for one step, write `applied(unit.volume)`")
}

/// `applied` of a step that cannot but apply.
pub(crate) fn always_applies(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::WRONG_ARGUMENTS, format!("`{name}` always applies"))
        .at(span, "")
        .help("ask for an `add`, `less`, `floor`, `cap` or `tax` step, or for a group")
}

/// `clamp` with its ends exchanged.
pub(crate) fn clamp_backwards(span: Span, low: Span, high: Span) -> Diagnostic {
    Diagnostic::new(codes::BACKWARD_RANGE, "`clamp` ends before it begins")
        .at(span, "")
        .also(low, "the least")
        .also(high, "the most")
        .help("write the least before the most: `clamp(x, least, most)`")
}

/// `pow(x, 0.6)` without a rounding.
pub(crate) fn power_not_rounded(span: Span, base: String, exponent: String) -> Diagnostic {
    let power = format!("pow({base}, {exponent})");
    Diagnostic::new(
        codes::BROKEN_POWER,
        format!("`{power}` has no last digit, and is never rounded by itself"),
    )
    .at(span, "")
    .help(format!(
        "say how it is rounded: `{power} rounded half_up to 0.0001`, in parentheses where more is made of it"
    ))
    .help(format!(
        "what it is multiplied with may stand before it: `5 h * {power} rounded half_up to 0.01 h`"
    ))
}

/// `log2(x)` that is no exponent.
pub(crate) fn logarithm_alone(span: Span) -> Diagnostic {
    Diagnostic::new(codes::BROKEN_POWER, "`log2` is the exponent of a power, and no value by itself")
        .at(span, "")
        .help("write `pow(250, log2(0.75)) rounded half_up to 0.0001`")
}
