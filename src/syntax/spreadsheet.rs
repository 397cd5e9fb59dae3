//! Formulas as spreadsheets write them: `IF(a; b; c)`.

/// What `IF` is called in spreadsheets of several languages.
const IF: [&str; 8] = ["if", "iff", "iif", "wenn", "si", "se", "als", "ЕСЛИ"];

/// A call, by the places of its parts in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The name before the bracket; empty for a bracket that stands by itself.
    pub name: (usize, usize),
    /// The arguments, without the blanks around them.
    pub arguments: Vec<(usize, usize)>,
    /// Behind the closing bracket, or the end of the text.
    pub end: usize,
}

/// Whether a name means `if` in a spreadsheet.
pub(crate) fn is_if(name: &str) -> bool {
    IF.iter().any(|word| word.to_lowercase() == name.to_lowercase())
}

/// The call whose brackets are open at a place.
pub(super) fn call_around(text: &str, at: usize) -> Option<Call> {
    let mut open: Vec<usize> = Vec::new();
    for (place, byte) in outside_quotes(text, 0) {
        if place >= at {
            break;
        }
        match byte {
            b'(' => open.push(place),
            b')' => {
                open.pop();
            }
            b'{' | b'}' => open.clear(),
            _ => {}
        }
    }
    let bracket = open.pop()?;
    let before = text.get(..bracket)?.trim_end();
    let name = before.trim_end_matches(|found: char| found.is_alphanumeric() || found == '_').len();
    let mut call = Call { name: (name, before.len()), arguments: Vec::new(), end: text.len() };
    let mut start = bracket + 1;
    let mut depth = 0_usize;
    for (place, byte) in outside_quotes(text, bracket + 1) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                call.arguments.push(trimmed(text, start, place));
                call.end = place + 1;
                return Some(call);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' if depth == 0 => {
                call.arguments.push(trimmed(text, start, place));
                start = place + 1;
            }
            _ => {}
        }
    }
    Some(call)
}

/// The bytes of a text from a place on that stand in no quotes.
fn outside_quotes(text: &str, from: usize) -> impl Iterator<Item = (usize, u8)> {
    let mut quoted = false;
    text.bytes().enumerate().skip(from).filter(move |(_, byte)| {
        quoted ^= *byte == b'"';
        !quoted && *byte != b'"'
    })
}

fn trimmed(text: &str, start: usize, end: usize) -> (usize, usize) {
    let inside = text.get(start..end).unwrap_or("");
    let left = inside.len() - inside.trim_start().len();
    (start + left, start + left + inside.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<(String, Vec<String>)> {
        let call = call_around(text, text.find(';').or_else(|| text.find(','))?)?;
        let piece = |(start, end): (usize, usize)| text.get(start..end).unwrap_or("").to_owned();
        Some((piece(call.name), call.arguments.into_iter().map(piece).collect()))
    }

    #[test]
    fn a_call_is_found_with_its_arguments() {
        let found = |text| words(text).map(|(name, of)| format!("{name}: {}", of.join(" | ")));
        assert_eq!(found("a = IF(x > 1; 5 CNY; 6 CNY)").as_deref(), Some("IF: x > 1 | 5 CNY | 6 CNY"));
        assert_eq!(
            found("a = WENN (x; min(1, 2); \"a;b\")").as_deref(),
            Some("WENN: x | min(1, 2) | \"a;b\"")
        );
        assert_eq!(found("a = 2 * (x; 3)").as_deref(), Some(": x | 3"));
        assert_eq!(found("a = 2; b"), None);
        assert_eq!(found("a = IF(x; 5").as_deref(), Some("IF: x"));
    }

    #[test]
    fn the_word_is_known_in_any_capitals() {
        assert!(is_if("IF") && is_if("Wenn") && is_if("si"));
        assert!(!is_if("min") && !is_if(""));
    }
}
