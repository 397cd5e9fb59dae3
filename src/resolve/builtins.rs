//! What has a name without being declared: the built-in functions and the words every line knows.

/// A built-in function, as the language reference lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub form: &'static str,
    /// What it gives.
    pub meaning: &'static str,
}

/// All built-in functions, in alphabetical order.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "abs", form: "abs(x)", meaning: "the number without its sign" },
    Function {
        name: "all",
        form: "all(CONDITION for x in PARTS)",
        meaning: "whether every piece fulfils the condition",
    },
    Function {
        name: "any",
        form: "any(CONDITION for x in PARTS)",
        meaning: "whether some piece fulfils the condition",
    },
    Function { name: "applied", form: "applied(step)", meaning: "whether a step changed the price" },
    Function {
        name: "avg",
        form: "avg(VALUE for x in PARTS)",
        meaning: "the average over the pieces of a part",
    },
    Function { name: "ceil", form: "ceil(x, step)", meaning: "the next multiple of the step, upwards" },
    Function { name: "clamp", form: "clamp(x, low, high)", meaning: "the number, kept between two others" },
    Function { name: "convert", form: "convert(x, USD)", meaning: "an amount in another currency" },
    Function { name: "count", form: "count(PARTS)", meaning: "how many pieces a part has" },
    Function { name: "day_of", form: "day_of(d)", meaning: "the day of the month, 1 to 31" },
    Function { name: "days", form: "days(a to b)", meaning: "the days between two dates" },
    Function { name: "floor", form: "floor(x, step)", meaning: "the next multiple of the step, downwards" },
    Function { name: "given", form: "given(x)", meaning: "whether an optional value is there" },
    Function { name: "log2", form: "pow(x, log2(y))", meaning: "the logarithm to base 2, as an exponent" },
    Function { name: "max", form: "max(a, b, …)", meaning: "the greatest, also over the pieces of a part" },
    Function { name: "min", form: "min(a, b, …)", meaning: "the least, also over the pieces of a part" },
    Function { name: "month_of", form: "month_of(d)", meaning: "the month of a date, 1 to 12" },
    Function { name: "pow", form: "pow(x, n)", meaning: "the number multiplied with itself n times" },
    Function {
        name: "product",
        form: "product(FACTOR for x in PARTS)",
        meaning: "the product over the pieces of a part",
    },
    Function {
        name: "round",
        form: "round(x, half_up, step)",
        meaning: "the nearest multiple of the step, by a rounding mode",
    },
    Function { name: "sum", form: "sum(VALUE for x in PARTS)", meaning: "the sum over the pieces of a part" },
    Function {
        name: "weekday_of",
        form: "weekday_of(d)",
        meaning: "the day of the week, 1 for Monday to 7 for Sunday",
    },
    Function { name: "year_of", form: "year_of(d)", meaning: "the year of a date" },
];

/// The words that mean something of their own in expressions, sorted; no declaration may take them.
pub const RESERVED_NAMES: &[&str] = &[
    "applied", "as_of", "cost", "currency", "line", "list", "margin", "net", "off_list", "product",
    "quantity", "quote", "running", "unit",
];

/// The built-in function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    let at = FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok()?;
    FUNCTIONS.get(at)
}

/// Whether the language itself uses the word, as a function or as a figure that every line has.
pub fn is_reserved(name: &str) -> bool {
    function(name).is_some() || RESERVED_NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_the_reference_is() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(RESERVED_NAMES.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
