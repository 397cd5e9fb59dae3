//! The warnings of tables and tiers that are probably misread, in words.

use crate::check::describe;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Name, NumberTy, Table, Tiers};
use crate::source::Span;
use crate::value::Exact;

/// Tiers of one piece in `per line`, or tiers of all in `per unit`. `shown` is a number of pieces, what the scheme
/// gives for it, and what is charged.
pub(crate) fn tiers_misread(
    at: Span,
    tiers: &Tiers,
    result: &NumberTy,
    shown: Option<&(Exact, Exact, Exact)>,
    of_all: bool,
) -> Diagnostic {
    let name = &tiers.name;
    let counted = |count: &Exact| match tiers.driver.unit.is_none() {
        true => format!("{} pieces", describe::number(count)),
        false => describe::number_of(count, &tiers.driver),
    };
    let because = match of_all {
        true => format!("`{name}` gives the price of all of them, and `per unit` charges it for each"),
        false => format!("`{name}` gives the price of one, and `per line` charges it for all"),
    };
    let message = match shown {
        Some((count, _, charged)) => {
            format!("{} are charged {}: {because}", counted(count), describe::number_of(charged, result))
        }
        None => format!("several pieces are charged together: {because}"),
    };
    let problem = Diagnostic::new(codes::TIERS_MISREAD, message).at(at, "").also(tiers.span, "the tiers");
    match of_all {
        true => problem
            .help(format!("put `{name}(quantity)` into `per line`, which charges {}", all_of(shown, result)))
            .help("where it is the price of one piece, write `whole`, and values without `each` or `flat`"),
        false => problem
            .help(format!("put `{name}(quantity)` into `per unit`, or write `{name}(quantity) * quantity`"))
            .help("where it is one price for all, the mode is `stair`, and the rows say `flat`"),
    }
}

fn all_of(shown: Option<&(Exact, Exact, Exact)>, result: &NumberTy) -> String {
    shown.map_or("it once".to_owned(), |(_, total, _)| describe::number_of(total, result))
}

/// A price list whose numbers are euros for one request, and yen for another.
pub(crate) fn one_table_for_all_currencies(table: &Table, currencies: &[Name]) -> Diagnostic {
    let name = &table.name;
    let problem = without_currency("table", name, table.span, currencies);
    let keys: Vec<&str> = table.keys.iter().map(|key| key.name.as_ref()).collect();
    problem
        .help(format!(
            "give it the key `currency`, `table {name}({}, currency)`, with rows for each",
            keys.join(", ")
        ))
        .help(by_currency(name, currencies))
}

/// A tier scheme whose numbers are euros for one request, and yen for another.
pub(crate) fn one_scheme_for_all_currencies(tiers: &Tiers, currencies: &[Name]) -> Diagnostic {
    without_currency("tiers", &tiers.name, tiers.span, currencies).help(by_currency(&tiers.name, currencies))
}

fn without_currency(word: &str, name: &str, at: Span, currencies: &[Name]) -> Diagnostic {
    let codes = describe::list(currencies.iter().map(AsRef::as_ref));
    let message = format!("the numbers of the {word} `{name}` are an amount in any currency: one in {codes}");
    Diagnostic::new(codes::ONE_FOR_ALL_CURRENCIES, message).at(at.head(), "says no currency")
}

/// `by currency { EUR: fee_eur(…), USD: fee_usd(…) }`
fn by_currency(name: &str, currencies: &[Name]) -> String {
    let cases = currencies.iter().take(2).map(|code| format!("{code}: {name}_{}(…)", code.to_lowercase()));
    let first = currencies.first().map_or("EUR", AsRef::as_ref);
    let cases: Vec<String> = cases.collect();
    format!(
        "or write one for each, `-> {first}` and so on, and choose: `by currency {{ {}, … }}`",
        cases.join(", ")
    )
}
