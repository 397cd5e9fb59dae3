//! What the parser says: one constructor per problem.

use super::split::ItemWord;
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::source::{Span, limits};

/// How a bracket is written.
fn bracket(byte: u8) -> char {
    char::from(byte)
}

/// The bracket that closes another.
fn partner(byte: u8) -> char {
    match byte {
        b'(' => ')',
        b'[' => ']',
        b'{' => '}',
        b')' => '(',
        b']' => '[',
        _ => '{',
    }
}

/// The user's words on one line, cut where they grow long.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 48;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST {
        return text;
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

// ── quotes, brackets, marks ──────────────────────────────────────────────────────────────────────────────

pub(super) fn unclosed_text(at: Span) -> Diagnostic {
    Diagnostic::new(codes::UNCLOSED_TEXT, "a text in quotes does not end on its line")
        .at(at, "the quote opens here")
        .help("write `\"` where the text ends; a quote inside a text is written `\\\"`")
}

pub(super) fn unclosed_bracket(open: u8, at: Span, before: Option<Span>) -> Diagnostic {
    let (open, close) = (bracket(open), partner(open));
    let problem =
        Diagnostic::new(codes::UNCLOSED_BRACKET, format!("`{open}` is never closed")).at(at, "opened here");
    let problem = match before {
        Some(span) => problem.also(span, format!("`{close}` is missing before this")),
        None => problem,
    };
    problem.help(format!("write `{close}` where it ends"))
}

pub(super) fn stray_closing_bracket(close: u8, at: Span) -> Diagnostic {
    let (close, open) = (bracket(close), partner(close));
    Diagnostic::new(codes::UNCLOSED_BRACKET, format!("`{close}` closes nothing"))
        .at(at, format!("no `{open}` is open here"))
        .help(format!("remove it, or write the `{open}` that it should close"))
}

/// A block whose opening brace is missing; `close` is the brace that closes nothing because of it.
pub(super) fn no_opening_brace(at: Span, words: &str, close: Span) -> Diagnostic {
    let words = short(words);
    Diagnostic::new(codes::UNCLOSED_BRACKET, format!("`{{` is missing behind `{words}`"))
        .at(at, "the block begins here")
        .also(close, "so this closes nothing")
        .help(format!("write `{words} {{`"))
        .fix(Span { start: at.end, ..at }, " {")
}

pub(super) fn wrong_closing_bracket(close: u8, at: Span, open: u8, opened: Span) -> Diagnostic {
    let expected = partner(open);
    let (close, open) = (bracket(close), bracket(open));
    Diagnostic::new(codes::UNCLOSED_BRACKET, format!("`{close}` closes nothing: `{open}` is open"))
        .at(at, format!("expected `{expected}`"))
        .also(opened, "opened here")
        .help(format!("close `{open}` with `{expected}` first"))
}

pub(super) fn wide_mark(at: Span, mark: &str, mend: &str) -> Diagnostic {
    let shown = if mend == " " { "a plain blank".to_owned() } else { format!("`{mend}`") };
    let found = if mend == " " { "a full-width blank".to_owned() } else { format!("full-width `{mark}`") };
    Diagnostic::new(codes::FULL_WIDTH_MARK, format!("{found} where {shown} belongs"))
        .at(at, "full-width")
        .help(format!("write {shown}; labels and texts in quotes may hold any mark"))
        .fix(at, mend)
}

pub(super) fn wide_quotes(at: Span, text: &str, mend: String) -> Diagnostic {
    Diagnostic::new(codes::FULL_WIDTH_MARK, "a text stands in quotes that are not plain")
        .at(at, "full-width or curly quotes")
        .help(format!("write `{}` for `{}`", short(&mend), short(text)))
        .fix(at, mend)
}

pub(super) fn hidden_character(at: Span, character: char) -> Diagnostic {
    let code = u32::from(character);
    Diagnostic::new(codes::HIDDEN_CHARACTER, format!("a character that cannot be seen: U+{code:04X}"))
        .at(at, "here")
        .help("remove it, or put a plain blank in its place")
        .fix(at, if at.len() > 1 && character.is_whitespace() { " " } else { "" })
}

pub(super) fn too_deep(at: Span) -> Diagnostic {
    Diagnostic::new(codes::NESTED_TOO_DEEP, format!("more than {} brackets are open", limits::MAX_NESTING))
        .at(at, "one too many")
        .help("name an inner part with `let` or `def` and use the name")
}

pub(super) fn too_many_operators(at: Span) -> Diagnostic {
    let most = limits::MAX_NESTING;
    Diagnostic::new(codes::NESTED_TOO_DEEP, format!("an expression nests more than {most} operators"))
        .at(at, "this expression")
        .help(
            "name a part of it with `let` or `def` and use the name; many values are listed with `in [a, b]`",
        )
}

// ── words ────────────────────────────────────────────────────────────────────────────────────────────────

/// `home` names the block that the word belongs into, if it does.
pub(super) fn unknown_declaration(at: Span, word: &str, home: &str) -> Diagnostic {
    let problem = Diagnostic::new(codes::UNKNOWN_DECLARATION, format!("`{word}` begins no declaration"))
        .at(at, "expected a declaration");
    if !home.is_empty() {
        return problem.help(format!("`{word}` belongs inside the braces of {home}"));
    }
    let known: Vec<&str> = ItemWord::ALL.iter().map(|word| word.text()).collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => problem.did_you_mean(at, Some(near)),
        None => problem.help(format!("a declaration begins with {}", listed(&known))),
    }
}

/// The word after a table's keys is none that a table can have there.
pub(super) fn unknown_policy(at: Span, word: &str, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("`{word}` does not say which rows of a table count");
    let problem = Diagnostic::new(codes::UNEXPECTED_TEXT, message).at(at, "");
    match near {
        Some(near) => problem.did_you_mean(at, Some(near)),
        None => problem.help(format!(
            "after the keys stands {}, or nothing where exactly one row matches",
            listed(known)
        )),
    }
}

/// Words in backticks, with commas and a last `or`.
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

pub(super) fn bad_escape(at: Span, escape: &str) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, format!("`{escape}` means nothing inside a text"))
        .at(at, "expected `\\\"` or `\\\\`")
        .help("write a backslash as `\\\\` and a quote as `\\\"`; everything else stands for itself")
}

// ── numbers, dates, units ────────────────────────────────────────────────────────────────────────────────

pub(super) fn comma_in_number(at: Span, text: &str, mend: &str, list: bool) -> Diagnostic {
    let problem = Diagnostic::new(codes::COMMA_IN_NUMBER, format!("a comma inside a number: `{text}`"))
        .at(at, format!("write `{mend}`"));
    let help = "thousands are parted by `_` and the decimal point is `.`";
    if list {
        return problem.help(format!("{help}; two numbers of a list have a blank behind the comma"));
    }
    problem.help(help).fix(at, mend)
}

pub(super) fn bad_number(at: Span, text: &str, why: &str, mend: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::new(codes::BAD_NUMBER, format!("`{text}` is not a number: {why}"));
    match mend {
        Some(mend) => problem.at(at, "").help(format!("write `{mend}`")).fix(at, mend),
        None => problem.at(at, "").help("numbers look like `1_250.50`; a code is quoted, such as `\"16Mn\"`"),
    }
}

pub(super) fn number_too_long(at: Span, text: &str) -> Diagnostic {
    let most = limits::MAX_DIGITS;
    Diagnostic::new(codes::NUMBER_TOO_LONG, format!("`{}` has more than {most} digits", short(text)))
        .at(at, "does not fit exactly")
        .help(format!("write at most {most} digits; nothing is rounded silently"))
}

pub(super) fn bad_date(at: Span, text: &str, help: String) -> Diagnostic {
    Diagnostic::new(codes::BAD_DATE, format!("`{text}` is no date")).at(at, "").help(help)
}

pub(super) fn backward_period(at: Span, first: &str, last: &str) -> Diagnostic {
    Diagnostic::new(codes::BACKWARD_RANGE, "a period ends before it begins")
        .at(at, format!("`{last}` is before `{first}`"))
        .help(format!("write `{last} to {first}`, the earlier day first"))
}

pub(super) fn unit_touches(at: Span, number: &str, unit: &str) -> Diagnostic {
    Diagnostic::new(codes::UNIT_TOUCHES_NUMBER, format!("`{unit}` touches its number"))
        .at(at, format!("write `{number} {unit}`"))
        .help(format!(
            "one blank stands between a number and its unit; a code is quoted: `\"{number}{unit}\"`"
        ))
        .fix(at, format!("{number} {unit}"))
}

pub(super) fn blank_before_percent(at: Span, mend: &str) -> Diagnostic {
    Diagnostic::new(codes::UNIT_TOUCHES_NUMBER, "a blank stands before `%`")
        .at(at, format!("write `{mend}`"))
        .help("`%` follows its number at once")
        .fix(at, mend)
}

pub(super) fn unit_on_next_line(at: Span, number: Span, unit: &str) -> Diagnostic {
    Diagnostic::new(codes::UNIT_TOUCHES_NUMBER, format!("`{unit}` stands on another line than its number"))
        .at(at, "a unit stands on its number's line")
        .also(number, "the number")
        .help("put the unit one blank behind the number")
}

pub(super) fn unit_too_far(at: Span, number: Span, unit: &str) -> Diagnostic {
    Diagnostic::new(
        codes::UNIT_TOUCHES_NUMBER,
        format!("`{unit}` stands more than one blank behind its number"),
    )
    .at(at, "a unit stands one blank behind its number")
    .also(number, "the number")
    .help("leave one blank between them")
}

// ── operators ────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn foreign_operator(at: Span, found: &str, mend: &str) -> Diagnostic {
    Diagnostic::new(codes::FOREIGN_OPERATOR, format!("`{found}` is written `{mend}` here"))
        .at(at, format!("write `{mend}`"))
        .help(format!("replace `{found}` by `{mend}`"))
        .fix(at, mend)
}

pub(super) fn exclamation_mark(at: Span) -> Diagnostic {
    Diagnostic::new(codes::FOREIGN_OPERATOR, "`!` is written `not` here")
        .at(at, "write `not`")
        .help("write `not` before a condition, `!=` between two values")
        .fix(at, "not ")
}

pub(super) fn mixed(at: Span, first: &str, second: &str, readings: [String; 2]) -> Diagnostic {
    let [one, other] = readings.map(|reading| short_reading(&reading));
    let message = if first == second {
        format!("`{first}` follows `{second}` without parentheses")
    } else {
        format!("`{first}` and `{second}` stand side by side without parentheses")
    };
    Diagnostic::new(codes::MIXED_OPERATORS, message)
        .at(at, "this has two readings")
        .help(format!("write `{one}` or `{other}`"))
}

/// A rounding at the end of a clause whose amount is not rounded.
pub(super) fn rounded_behind(at: Span, clause: &str, mended: &str) -> Diagnostic {
    let message = format!("`rounded` stands behind `{clause}`, where it does not round the amount");
    Diagnostic::new(codes::MIXED_OPERATORS, message)
        .at(at, "rounds what stands before it")
        .help(format!("to round the amount, write `{}`", short_reading(mended)))
        .help("to round what is compared or weighed, write parentheses around it")
}

/// As [`mixed`], in an expression that goes on around the two operators.
pub(super) fn mixed_in_chain(at: Span, first: &str, second: &str) -> Diagnostic {
    let help = match (first, second) {
        ("of", _) | (_, "of") => {
            "write parentheses around each share, as `(2% of list) + (3% of running)`, or around the sum that a share \
             is of, as `2% of (list + extra)`"
        }
        _ => "write parentheses around the part that comes first, and look at the whole again",
    };
    let message = format!("`{first}` and `{second}` stand side by side without parentheses");
    Diagnostic::new(codes::MIXED_OPERATORS, message).at(at, "this has more than one reading").help(help)
}

/// A reading may be longer than other words: it is what the author compares.
fn short_reading(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 100 { text } else { text.chars().take(99).chain(['…']).collect() }
}

pub(super) fn chained_comparison(at: Span, mend: &str) -> Diagnostic {
    Diagnostic::new(codes::CHAINED_COMPARISON, "one comparison follows another")
        .at(at, "a comparison has two sides")
        .help(format!("write `{}`", short_reading(mend)))
}

// ── clauses and steps ────────────────────────────────────────────────────────────────────────────────────

pub(super) fn twice(at: Span, first: Span, what: &str) -> Diagnostic {
    Diagnostic::new(codes::REPEATED_CLAUSE, format!("`{what}` is given twice"))
        .at(at, "given again")
        .also(first, "given first")
        .help("keep one of the two")
}

pub(super) fn misplaced(at: Span, clause: &str, place: &str, allowed: &[&str]) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::MISPLACED_CLAUSE, format!("`{clause}` means nothing behind {place}"))
            .at(at, "not allowed here");
    if allowed.is_empty() {
        return problem.help("remove it");
    }
    let problem = match (clause, place) {
        ("when", "`list`") => problem.help("say it in the amount: `list = (if CONDITION then X else Y)`"),
        ("on lines where" | "spread by", "`floor` or `cap`") => problem.help(
            "a cap on some lines is `less x = max(running - MOST, 0 EUR) on lines where …`, a floor \
             `add x = max(LEAST - running, 0 EUR) on lines where …`",
        ),
        _ => problem,
    };
    problem.help(format!("{place} may have {}", listed(allowed)))
}

pub(super) fn unknown_word(at: Span, what: &str, word: &str, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::new(codes::UNEXPECTED_TEXT, format!("`{word}` is no {what}"))
        .at(at, format!("expected {}", listed(known)));
    match nearest(word, known.iter().copied()) {
        Some(near) => problem.did_you_mean(at, Some(near)),
        None => problem.help(format!("write {}", listed(known))),
    }
}

pub(super) fn unexpected(at: Span, message: impl Into<String>, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, message).at(at, label).help(help)
}

/// What should never be said.
pub(super) fn unreadable(at: Span) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, "this declaration is recognised and cannot be read")
        .at(at, "")
        .help("this is a mistake of the compiler: please report it with the text")
}

/// As [`unexpected`], without help.
pub(super) fn unexpected_word(at: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, message).at(at, label)
}

pub(super) fn other_mark(at: Span, found: &str, mend: &str, why: &str) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, format!("`{found}` where `{mend}` belongs"))
        .at(at, format!("write `{mend}`"))
        .help(why)
        .fix(at, mend)
}

pub(super) fn hyphen_in_name(at: Span, name: &str) -> Diagnostic {
    let mend = name.replace('-', "_");
    Diagnostic::new(codes::UNEXPECTED_TEXT, format!("a name holds no `-`: `{name}`"))
        .at(at, "a minus stands here")
        .help(format!("write `{mend}`"))
}

pub(super) fn no_else(at: Span) -> Diagnostic {
    Diagnostic::new(codes::UNEXPECTED_TEXT, "an `if` has no `else`")
        .at(at, "expected `else`")
        .help("say what holds otherwise: `if … then … else …`")
}

/// `IF(a; b; c)`
pub(super) fn if_of_a_spreadsheet(at: Span, name: &str, arguments: &[&str]) -> Diagnostic {
    let message = format!("`{}(…)` is written `if … then … else …` here", short(name));
    let problem = Diagnostic::new(codes::FOREIGN_OPERATOR, message).at(at, "as in a spreadsheet");
    match arguments {
        [condition, then, otherwise] => {
            let mend = format!("(if {condition} then {then} else {otherwise})");
            problem.help(format!("write `{}`", short_reading(&mend))).fix(at, mend)
        }
        _ => problem.help("say both: `(if CONDITION then VALUE else OTHER_VALUE)`"),
    }
}

pub(super) fn reserved_word(at: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::RESERVED_WORD, format!("`{word}` is reserved and cannot be a name"))
        .at(at, "expected a name")
        .help(format!(
            "choose another name, such as `{word}_1`; as a value of a list it may stand behind `|`"
        ))
}

pub(super) fn no_unit_name(at: Span, word: &str) -> Diagnostic {
    Diagnostic::new(codes::RESERVED_WORD, format!("no unit can be called `{word}`"))
        .at(at, "a clause or a step begins with this word")
        .help(format!("behind a number `{word}` would begin a clause: choose another name"))
}

// ── grids ────────────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn ragged(at: Span, found: usize, header: Span, expected: usize) -> Diagnostic {
    let cells = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
    Diagnostic::new(
        codes::RAGGED_GRID,
        format!("a row of {} under a heading of {}", cells(found), cells(expected)),
    )
    .at(at, format!("{} here", cells(found)))
    .also(header, format!("{} here", cells(expected)))
    .help(if found < expected {
        "add the missing cells; `n/a` says that a combination cannot be bought"
    } else {
        "remove a cell, or add a column to the heading"
    })
}
