//! The nearest known name to one that is not known.

/// Names less alike than this are not offered: out of 10, how many characters may be left after the edits.
const ALIKE_OF_TEN: usize = 6;

/// Longer names get no offer: the distance takes time in the square of the length.
const LONGEST: usize = 200;

/// The candidate most like `name`, if any is like it enough; ties go to the alphabetically first.
///
/// Likeness is the Damerau–Levenshtein distance against the length of the longer name, capitals aside: at
/// least 6 of 10 characters must stay. The same name in other capitals always wins.
///
/// ```
/// use tarif::diagnostic::nearest;
///
/// assert_eq!(nearest("frme", ["force", "frame"]), Some("frame"));
/// assert_eq!(nearest("frme", ["cooling"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    if length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let folded = candidate.to_lowercase();
        let longer = length.max(folded.chars().count());
        // The distance is at least the difference of the lengths: most candidates end here.
        let shorter = length.min(folded.chars().count());
        if shorter * 10 < longer * ALIKE_OF_TEN {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &folded);
        if (longer - distance.min(longer)) * 10 < longer * ALIKE_OF_TEN {
            continue;
        }
        let better = match best {
            None => true,
            // distance / longer, compared without dividing; then the name itself.
            Some((d, l, known)) => (distance * l, candidate) < (d * longer, known),
        };
        if better {
            best = Some((distance, longer, candidate));
        }
    }
    best.map(|(_, _, candidate)| candidate)
}

/// The value of a list most like a word, where only one is meant: not where two are as near, nor where a figure in
/// it would have to be another, since `dn60` is no slip for `dn50`.
///
/// ```
/// use tarif::diagnostic::nearest_value;
///
/// assert_eq!(nearest_value("gren", ["red", "green"]), Some("green"));
/// assert_eq!(nearest_value("dn60", ["dn50", "dn80"]), None);
/// ```
pub fn nearest_value<'a>(word: &str, values: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let near = nearest(word, values.clone())?;
    let figures = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if figures(word) != figures(near) {
        return None;
    }
    let wanted = word.to_lowercase();
    let length = wanted.chars().count();
    let edits = strsim::damerau_levenshtein(&wanted, &near.to_lowercase());
    let is_as_near = |value: &str| {
        let value = value.to_lowercase();
        value.chars().count().abs_diff(length) <= edits
            && strsim::damerau_levenshtein(&wanted, &value) <= edits
    };
    let mut others = values.into_iter().filter(|value| *value != near && *value != word);
    (!others.any(is_as_near)).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_swapped_are_one_slip() {
        assert_eq!(nearest("levle", ["region", "level", "lever_arm"]), Some("level"));
    }

    #[test]
    fn other_capitals_are_the_same_name() {
        assert_eq!(nearest("FRAME", ["frames", "frame"]), Some("frame"));
    }

    #[test]
    fn ties_go_to_the_alphabetically_first_whatever_the_order() {
        assert_eq!(nearest("cat", ["car", "bat"]), Some("bat"));
        assert_eq!(nearest("cat", ["bat", "car"]), Some("bat"));
    }

    #[test]
    fn short_names_are_not_made_into_others() {
        assert_eq!(nearest("a", ["b", "c"]), None);
        assert_eq!(nearest("", ["b"]), None);
    }

    #[test]
    fn values_that_are_equally_near_are_not_chosen_from() {
        assert_eq!(nearest_value("cat", ["car", "bat"]), None);
        assert_eq!(nearest_value("cart", ["car", "bat"]), Some("car"));
        assert_eq!(nearest_value("Bat", ["car", "bat"]), Some("bat"));
    }

    #[test]
    fn values_with_other_figures_are_others() {
        assert_eq!(nearest_value("m12_bolt", ["m10_bolt", "m8_bolt"]), None);
        assert_eq!(nearest_value("m10_bold", ["m10_bolt", "m8_bolt"]), Some("m10_bolt"));
    }

    #[test]
    fn chinese_names_are_compared_by_character() {
        assert_eq!(nearest("液压机床", ["液压机", "注塑机"]), Some("液压机"));
    }
}
