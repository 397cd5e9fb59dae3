//! Slips in the mechanisms of prices: what people write who know them from elsewhere, with the way it is said
//! here.

/// What is said of a slip: the message, and what to do.
pub(super) type Slip = (String, String);

/// The slip that was made where `before` goes on with `found`, and then with `behind`.
pub(super) fn of_mechanisms(within: &str, before: &str, found: &str, behind: &str) -> Option<Slip> {
    let before = before.trim_end();
    let last = before.rsplit([' ', '\n', '\t', '(', '{']).next().unwrap_or_default();
    let is_number = found.starts_with(|first: char| first.is_ascii_digit());
    let slip = |message: &str, help: String| Some((message.to_owned(), help));
    match (last, found) {
        ("repeat", _) if is_number => {
            let number = found.to_owned() + leading_digits(behind);
            slip("`repeat` alone is as often as there are units", format!("write `repeat at most {number}`"))
        }
        ("on", _) if is_selection(found, behind) => slip(
            "units are taken in `claims { … }` alone",
            "write `claims { less … = … on dearest 1 of units }`; a step by itself is `on lines where …`"
                .to_owned(),
        ),
        ("for", "line" | "product" | "bundle" | "every" | "any")
        | (_, "group" | "grouped" | "per" | "by")
            if !before.contains('(') || before.contains(')') =>
        {
            let key = key_of(found, behind)?;
            slip("groups of lines follow `for each`", format!("write `for each {key}`"))
        }
        ("spread", "equally" | "evenly") => slip("shares are weighed", "equally is `spread by 1`".to_owned()),
        ("half_up" | "half_even" | "half_down" | "up" | "down" | "ceiling" | "floor", _) if is_number => {
            slip(
                "a way of rounding is followed by `to` and a step",
                format!("write `{last} to {found}{}`", rest_of_amount(behind)),
            )
        }
        (_, "up" | "under") if within == "tier" && before.starts_with("from ") => slip(
            "a tier says where it begins, or where it ends",
            "write `from 10: 3%`: it goes up to where the next tier begins".to_owned(),
        ),
        (_, "within") if !before.contains("spread by") && !is_tax(before) => slip(
            "`within` belongs to `spread by`",
            "write `spread by running within line.running`: the most that a line takes".to_owned(),
        ),
        (_, "where") => {
            source_before(before).map(|help| ("`where` stands behind what is gone through".to_owned(), help))
        }
        (_, "+" | "-" | "*" | "/") if within == "gift" && !before.contains(" of ") => slip(
            "a number of gifts that is worked out stands in parentheses",
            "write `gift NAME: (floor(running / 50 EUR, 1)) of PRODUCT`".to_owned(),
        ),
        _ => None,
    }
}

/// The first words behind a slip that lines are grouped by: `line.brand` of `group by line.brand`.
fn key_of(found: &str, behind: &str) -> Option<String> {
    let rest = match found {
        "line" | "product" | "bundle" => format!("{found}{behind}"),
        _ => behind.trim_start().trim_start_matches("by ").to_owned(),
    };
    let path = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let key = rest.split(|c: char| !path(c)).next().unwrap_or_default();
    let is_key = key.starts_with("line.") || matches!(key, "line" | "product" | "bundle");
    is_key.then(|| key.to_owned())
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The rest of `0.01 EUR` behind its first digit.
fn rest_of_amount(text: &str) -> &str {
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (_, rest) = text.split_at(number);
    let unit =
        rest.strip_prefix(' ').filter(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()));
    let unit = unit.map_or(0, |unit| 1 + unit.find(|c: char| !c.is_alphanumeric()).unwrap_or(unit.len()));
    text.get(..number + unit).unwrap_or_default()
}

/// `dearest 1 of units`, `2 of units`
fn is_selection(found: &str, behind: &str) -> bool {
    let begins = matches!(found, "dearest" | "cheapest" | "all" | "up")
        || found.starts_with(|first: char| first.is_ascii_digit());
    let clause = behind.split(['}', '\n']).next().unwrap_or_default();
    begins && clause.split_whitespace().any(|word| word == "units")
}

fn is_tax(before: &str) -> bool {
    before.rsplit("tax ").next().is_some_and(|tax| tax.len() < before.len() && tax.contains('='))
}

/// `sum(c.amount` or `count(calls`, without a `for` yet.
fn source_before(before: &str) -> Option<String> {
    let open = before.rfind('(')?;
    let (head, inside) = (before.get(..open)?, before.get(open + 1..)?.trim());
    let function = head.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    let known = ["sum", "count", "min", "max", "avg", "any", "all"].contains(&function);
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    if !known || inside.is_empty() || !plain(inside) {
        return None;
    }
    Some(match inside.split_once('.') {
        Some((element, _)) => format!("write `{function}({inside} for {element} in … where …)`"),
        None => format!("write `{function}(x for x in {inside} where x.…)`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn help(before: &str, found: &str, behind: &str) -> String {
        of_mechanisms("less", before, found, behind).expect("a slip").1
    }

    #[test]
    fn a_number_of_repeats_is_told_whole() {
        assert_eq!(help("less x = 1 EUR on 1 of units repeat", "1", "2 }"), "write `repeat at most 12`");
    }

    #[test]
    fn a_step_of_a_rounding_is_told_with_its_unit() {
        assert_eq!(help("list rounded half_up", "0", ".01 EUR }"), "write `half_up to 0.01 EUR`");
    }

    #[test]
    fn groups_of_lines_are_told_with_what_they_are_grouped_by() {
        assert_eq!(help("less x = 2 EUR for", "line", ".brand }"), "write `for each line.brand`");
        assert_eq!(help("less x = 2 EUR for", "every", " bundle"), "write `for each bundle`");
        assert_eq!(help("less x = 2 EUR", "group", " by line.brand"), "write `for each line.brand`");
        assert_eq!(help("less x = 2 EUR", "per", " line.brand "), "write `for each line.brand`");
        assert_eq!(of_mechanisms("less", "less x = 2 EUR", "per", " unit"), None);
    }

    #[test]
    fn what_is_gone_through_is_told_by_its_name() {
        assert_eq!(
            help("1 EUR * count(calls", "where", " kind"),
            "write `count(x for x in calls where x.…)`"
        );
        assert_eq!(help("sum(c.amount", "where", " c.kind"), "write `sum(c.amount for c in … where …)`");
        assert_eq!(of_mechanisms("less", "less x = 5 EUR", "where", ""), None);
    }
}
