//! Why a text does not go on as the language expects, in words.
//!
//! A text that does not parse is parsed once more, noting all that was tried where the grammar stopped; from
//! that and the words around the place comes the message.

use std::sync::Mutex;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::examples::{example, home};
use super::grammar::{Grammar, Rule};
use super::split::first_word;
use super::{RESERVED, errors, prepare, slips, spreadsheet};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{FileId, Span};
use crate::value::Rounding;

/// What was expected, and where.
struct Stop {
    /// The offset of the first thing that does not fit.
    at: usize,
    /// What the grammar tried there.
    rules: Vec<Rule>,
    /// Words and marks that would have fitted.
    tokens: Vec<String>,
}

/// Parses `text` by a rule that fails and says why. `within` is the word that the declaration, member or step
/// begins with. The text begins at `base` of the file.
pub(super) fn explain(rule: Rule, text: &str, within: &str, file: FileId, base: u32) -> Diagnostic {
    let stop = stop(rule, text);
    Talk { text, file, base, within, stop: &stop }.problem()
}

/// Where and why the grammar stops.
fn stop(rule: Rule, text: &str) -> Stop {
    // The switch belongs to the whole process: whoever wants detail waits for the other, so that what is
    // said never depends on the number of threads.
    static DETAIL: Mutex<()> = Mutex::new(());
    let one_at_a_time = DETAIL.lock();
    pest::set_error_detail(true);
    let parsed = Grammar::parse(rule, text).map(|_| ());
    pest::set_error_detail(false);
    drop(one_at_a_time);
    let Err(error) = parsed else { return Stop { at: text.len(), rules: Vec::new(), tokens: Vec::new() } };
    let rules = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    let by_rule = place(&error).min(text.len());
    let (furthest, tokens) = match error.parse_attempts() {
        Some(attempts) => {
            let tokens: Vec<String> = attempts.expected_tokens().iter().map(ToString::to_string).collect();
            (attempts.max_position.min(text.len()), tokens)
        }
        None => (by_rule, Vec::new()),
    };
    // Inside a word or date the beginning of it is the place, and the rules tried there say more.
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let begin = text.get(..furthest).map_or(furthest, |before| before.trim_end_matches(in_word).len());
    let inside = text.get(furthest..).is_some_and(|rest| rest.starts_with(in_word)) || tokens == ["-"];
    if furthest > by_rule && (begin <= by_rule && inside || tokens.is_empty()) {
        let words = rules.iter().map(|rule| format!("{rule:?}"));
        let tokens = words.filter_map(|word| word.strip_prefix("k_").map(str::to_owned)).collect();
        return Stop { at: by_rule, rules, tokens };
    }
    let rules = if furthest == by_rule { rules } else { Vec::new() };
    // Blanks between the last word and the next are no place to point at.
    let blanks = text.get(furthest..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    Stop { at: furthest + blanks, rules, tokens }
}

/// Where an error of the grammar is.
fn place(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    }
}

/// One message in the making.
struct Talk<'t> {
    text: &'t str,
    file: FileId,
    base: u32,
    within: &'t str,
    stop: &'t Stop,
}

impl Talk<'_> {
    fn problem(&self) -> Diagnostic {
        let found = self.found();
        if self.within.is_empty() && self.before().is_empty() && is_word(found) && !self.words().is_empty() {
            return errors::unknown_declaration(self.span(found), found, home(found));
        }
        self.slip(found).unwrap_or_else(|| self.plain_message(found))
    }

    /// What stands at the place: a word, a number, a text or a mark; nothing at the end.
    fn found(&self) -> &str {
        let rest = self.text.get(self.stop.at..).unwrap_or("");
        let (word, _) = first_word(rest);
        if !word.is_empty() {
            return word;
        }
        if rest.starts_with('"')
            && let Some((_, end)) = prepare::end_of_text(rest, '"', 1)
        {
            return rest.get(..end).unwrap_or("\"");
        }
        for mark in ["->", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "/*"] {
            if rest.starts_with(mark) {
                return rest.get(..mark.len()).unwrap_or("");
            }
        }
        rest.get(..rest.chars().next().map_or(0, char::len_utf8)).unwrap_or("")
    }

    fn span(&self, found: &str) -> Span {
        if !found.is_empty() {
            return prepare::span(self.file, self.base, self.stop.at, self.stop.at + found.len());
        }
        // Behind the last word, not behind the blanks after it.
        let end = self.text.get(..self.stop.at).unwrap_or("").trim_end().len();
        prepare::span(self.file, self.base, end, end)
    }

    fn before(&self) -> &str {
        self.text.get(..self.stop.at).unwrap_or("").trim_end()
    }

    fn behind(&self, found: &str) -> &str {
        self.text.get(self.stop.at + found.len()..).unwrap_or("")
    }

    fn tried(&self, rules: &[Rule]) -> bool {
        self.stop.rules.iter().any(|rule| rules.contains(rule))
    }

    fn expects(&self, token: &str) -> bool {
        self.stop.tokens.iter().any(|expected| expected == token)
    }

    /// Whether the block, or the whole text, may end here.
    fn ends(&self) -> bool {
        self.expects("}") || self.tried(&[Rule::EOI])
    }

    /// All words that would have fitted.
    fn words(&self) -> Vec<&str> {
        let tokens = self.stop.tokens.iter().map(String::as_str);
        let rules = self.stop.rules.iter().flat_map(|rule| first_words(*rule)).copied();
        let words = tokens.chain(rules);
        // The grammar tries some words by their first letter; a letter says nothing.
        let mut words: Vec<&str> = words.filter(|word| is_word(word) && word.len() > 1).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The usual slips, each with its own mend.
    fn slip(&self, found: &str) -> Option<Diagnostic> {
        let mechanism = slips::of_mechanisms(self.within, self.before(), found, self.behind(found));
        let mechanism =
            mechanism.map(|(message, help)| errors::unexpected(self.span(found), &message, "", &help));
        let row = self.row_slip().or(mechanism);
        row.or_else(|| self.word_slip(found)).or_else(|| self.mark_slip(found))
    }

    /// A row that is written in the other form than its table needs.
    fn row_slip(&self) -> Option<Diagnostic> {
        if self.within != "row" {
            return None;
        }
        let (mut quoted, mut colon, mut comma, mut bar) = (false, None, None, false);
        for (at, byte) in self.text.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b':' if !quoted && colon.is_none() => colon = Some(at),
                b',' if !quoted && colon.is_some() && comma.is_none() => comma = Some(at),
                b'|' if !quoted => bar = true,
                _ => {}
            }
        }
        let place = |at: usize| prepare::span(self.file, self.base, at, at + 1);
        if let (Some(colon), true) = (colon, self.text.starts_with("else") && self.expects("|")) {
            let message = "`else` is written like the other rows of a grid";
            let help = "in a grid write `else | | 9`: the other keys stay empty";
            return Some(errors::unexpected(place(colon), message, "no `:` in a grid", help));
        }
        let comma = comma?;
        let more = self.text.get(comma + 1..)?.trim();
        let several = !bar && !more.is_empty() && !more.contains(':');
        let message = "a row with `:` has one value";
        let help = "a table with several results is drawn as a grid: `sku | cost | sales`, and below it `\"A\" | 40 | 99.95`";
        several.then(|| errors::unexpected(place(comma), message, "a second value", help))
    }

    fn word_slip(&self, found: &str) -> Option<Diagnostic> {
        let span = self.span(found);
        let words = self.words();
        if self.tried(&[Rule::name]) && (self.before().ends_with("rounded") || self.within == "round") {
            let modes = Rounding::ALL.map(Rounding::name);
            let message = "expected a way of rounding".to_owned();
            let help = "say how, as `rounded half_up to 0.01 CNY`; nothing is rounded by a rule unsaid";
            return Some(errors::unexpected(
                span,
                message,
                &format!("one of {}", errors::listed(&modes)),
                help,
            ));
        }
        if !is_word(found) {
            return None;
        }
        if found == "if" && self.before().ends_with(['+', '-', '*', '/', '=', '<', '>', 'f', 'd', 'r', 's']) {
            let behind = self.behind(found);
            let inside = self.stop.at + found.len() + (behind.len() - behind.trim_start().len()) + 1;
            if behind.trim_start().starts_with('(')
                && let Some(problem) = self.call_of_a_spreadsheet(inside, found)
            {
                return Some(problem);
            }
            let message = "`if` stands inside an expression without parentheses";
            let help = "write `(if … then … else …)`";
            return Some(errors::unexpected(span, message, "", help));
        }
        let names = [
            Rule::name,
            Rule::parameter,
            Rule::field,
            Rule::component,
            Rule::assign,
            Rule::column,
            Rule::choices,
            Rule::first_word,
            Rule::choice,
        ];
        let named = self.behind(found).trim_start();
        let named = named.is_empty() || named.starts_with([':', '=', '"', '(', '{', '|', '<', '.', ',', '}']);
        if RESERVED.contains(&found) && self.tried(&names) && named && !words.contains(&found) {
            return Some(errors::reserved_word(span, found));
        }
        if self.expects("charges") && self.before().trim_end().ends_with(" with") {
            let message = format!("expected `charges`, found `{found}`");
            let help = format!("whether a set has a value is asked the other way round: `{found} in …`");
            return Some(errors::unexpected(span, &message, "", &help));
        }
        if self.within == "exclude" && found == "when" {
            let help = "write `exclude A with B`: A and B never together; or `require not A when B`";
            return Some(errors::unexpected(
                span,
                "`exclude` has `with`, not `when`",
                "expected `with`",
                help,
            ));
        }
        if let Some(problem) = self.repeated(found, span) {
            return Some(problem);
        }
        if let Some(problem) = self.out_of_order(found, span) {
            return Some(problem);
        }
        if found == "where" && self.before().ends_with(" units") {
            let message = "selections are parted by commas";
            let help = "write `on 1 of units where …, 2 of units where …`: all of them must find their units";
            return Some(errors::unexpected(span, message, "", help));
        }
        if let Some(near) = nearest(found, words.iter().copied()) {
            let problem = errors::unexpected_word(span, format!("`{found}` is not expected here"), "");
            return Some(problem.did_you_mean(span, Some(near)));
        }
        self.lonely_unit(found, span)
    }

    /// What is said of a spread, or of a tax of a block, in another place than its own.
    fn out_of_order(&self, found: &str, span: Span) -> Option<Diagnostic> {
        let before = self.before();
        if matches!(found, "largest" | "first" | "last" | "partly") && before.contains(" within ") {
            let message = format!("`{found}` stands before `within`");
            let help = format!(
                "write `spread by W to STEP {found} within X`, each but the first where it is needed"
            );
            return Some(errors::unexpected(span, message, "", &help));
        }
        let of_tax =
            before.rsplit("tax ").next().is_some_and(|tax| tax.len() < before.len() && tax.contains('='));
        if found == "within" && of_tax && !before.contains("spread by") {
            let message = "`within` stands before `=`";
            let help = "a tax by itself is `tax vat within = 19% of …`; in a block `taxes within net { tax vat = 19% }` says it once for all";
            return Some(errors::unexpected(span, message, "", help));
        }
        None
    }

    /// `f(k: x)`: an argument with a name.
    fn named_argument(&self, span: Span) -> Option<Diagnostic> {
        let before = self.before();
        let named = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let mut depth = 0_usize;
        let mut open = None;
        for (at, byte) in named.bytes().enumerate().rev() {
            match byte {
                b')' => depth += 1,
                b'(' if depth == 0 => {
                    open = Some(at);
                    break;
                }
                b'(' => depth -= 1,
                _ => {}
            }
        }
        let called = named.get(..open?)?.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let begins = named.trim_end().ends_with(['(', ',']) && named.len() < before.len();
        let help = "arguments stand in the order of the keys or parameters: `per_kg(zone, weight)`";
        (called && begins && before.contains('='))
            .then(|| errors::unexpected(span, "an argument of a call has no name", "", help))
    }

    /// A unit on the line after its number, or too far behind it.
    fn lonely_unit(&self, found: &str, span: Span) -> Option<Diagnostic> {
        let before = self.before();
        let gap = self.text.get(before.len()..self.stop.at)?;
        let number =
            before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit() || "_.".contains(c)).len();
        let behind = self.behind(found);
        let (next, _) = first_word(behind.trim_start());
        let line_ends = behind.trim_start_matches([' ', '\t']).starts_with(['\n', '\r', ',', '}', ')', '/'])
            || behind.trim().is_empty()
            || RESERVED.contains(&next);
        if number == 0 || gap.len() < 2 && !gap.contains('\n') || !line_ends {
            return None;
        }
        let number = prepare::span(self.file, self.base, before.len() - number, before.len());
        if !gap.contains('\n') {
            return Some(errors::unit_too_far(span, number, found));
        }
        Some(errors::unit_on_next_line(span, number, found))
    }

    fn mark_slip(&self, found: &str) -> Option<Diagnostic> {
        let span = self.span(found);
        let before = self.before();
        let remove = |message: &str, help: &str| {
            Some(errors::unexpected(span, message, "remove it", help).fix(span, ""))
        };
        let say = |message: &str, help: &str| Some(errors::unexpected(span, message, "", help));
        if matches!(found, ";" | ",")
            && let Some(problem) = self.call_of_a_spreadsheet(self.stop.at, found)
        {
            return Some(problem);
        }
        match found {
            ";" => remove("`;` ends nothing here", "line breaks are enough"),
            "," if self.expects("|") && !self.expects("+") => {
                say("a comma stands in a list of values", "values are parted by `|`, ranked ones by `<`")
            }
            "," if self.ends() && !self.expects(",") => remove(
                "a comma stands between declarations",
                "members and steps are parted by line breaks alone",
            ),
            "#" => say("`#` begins no comment", "comments begin with `//`"),
            "/*" => say("`/*` begins no comment", "each line of a comment begins with `//`"),
            "'" | "`" => say("a text stands in other quotes", "texts stand in double quotes: `\"text\"`"),
            "$" | "€" | "¥" | "£" | "￥" => say(
                "an amount begins with a sign of currency",
                "the currency's code follows the number: `5 EUR`",
            ),
            "!" => Some(errors::exclamation_mark(span)),
            "^" => say("`^` is no operator", "a power is written `pow(1.05, n)`, with a whole number n"),
            "+" | "*" | "/" if self.within == "row" || self.within == "tier" => {
                say("a cell holds a value, not a formula", "work it out, or compute where the table is read")
            }
            "-" => self.hyphen(span),
            "=" if let Some(problem) = self.reserved_fact() => Some(problem),
            _ if self.lacks_else() => Some(errors::no_else(span)),
            "<" | "|"
                if before.ends_with(|c: char| c.is_alphanumeric() || c == '"') && self.in_list(found) =>
            {
                let help = "`|` parts values without rank, `<` values that may be compared";
                say("a list of values is parted by `|` and by `<`", help)
            }
            ":" if let Some(problem) = self.named_argument(span) => Some(problem),
            ":" if self.expects("=") && !self.expects(":") => {
                Some(errors::other_mark(span, ":", "=", "a value stands behind `=`, a type behind `:`"))
            }
            "=" if self.expects(":") && !self.expects("=") => {
                Some(errors::other_mark(span, "=", ":", "a type or a row's value stands behind `:`"))
            }
            _ => None,
        }
    }

    /// `IF(a; b; c)`, and arguments parted by `;`.
    fn call_of_a_spreadsheet(&self, place: usize, found: &str) -> Option<Diagnostic> {
        let text = self.text;
        let call = spreadsheet::call_around(text, place)?;
        let name = text.get(call.name.0..call.name.1)?;
        let arguments: Vec<&str> =
            call.arguments.iter().filter_map(|(start, end)| text.get(*start..*end)).collect();
        if !spreadsheet::is_if(name) {
            let help = "arguments are parted by `,`";
            return (found == ";" && !name.is_empty())
                .then(|| errors::other_mark(self.span(found), ";", ",", help));
        }
        if arguments.len() < 2 {
            return None;
        }
        let at = prepare::span(self.file, self.base, call.name.0, call.end);
        Some(errors::if_of_a_spreadsheet(at, name, &arguments))
    }

    /// A name that is written with a hyphen.
    fn hyphen(&self, span: Span) -> Option<Diagnostic> {
        let in_name = |c: char| c.is_alphanumeric() || c == '_';
        let before = self.text.get(..self.stop.at)?;
        let start = before.trim_end_matches(in_name).len();
        let behind = self.behind("-");
        let rest = behind.len() - behind.trim_start_matches(in_name).len();
        let name = self.text.get(start..self.stop.at + 1 + rest)?;
        let is_name =
            self.expects("=") && start < self.stop.at && rest > 0 && !name.starts_with(char::is_numeric);
        is_name.then(|| errors::hyphen_in_name(span, name))
    }

    /// Whether the last `if` before the place has its `then` and a value, and no `else`.
    fn lacks_else(&self) -> bool {
        let count = |sought: &str| {
            let words = self.before().split(|c: char| !(c.is_alphanumeric() || c == '_'));
            words.filter(|word| *word == sought).count()
        };
        let has_value =
            !self.before().ends_with(|c: char| "+-*/=<>(,".contains(c)) && !self.before().ends_with("then");
        count("then") > count("else") && has_value
    }

    /// A clause that stands once and was given before.
    fn repeated(&self, found: &str, span: Span) -> Option<Diagnostic> {
        let once = ["because", "when"];
        if !once.contains(&found) {
            return None;
        }
        let bounded = |at: usize| {
            let outside = |c: char| !(c.is_alphanumeric() || c == '_');
            let behind = self.text.get(at + found.len()..).is_some_and(|rest| rest.starts_with(outside));
            behind && self.text.get(..at).is_some_and(|before| before.ends_with(outside))
        };
        let quoted =
            |at: usize| self.text.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 1);
        let mut earlier = self.before().match_indices(found).map(|(at, _)| at);
        let first = earlier.find(|at| bounded(*at) && !quoted(*at))?;
        let first = prepare::span(self.file, self.base, first, first + found.len());
        Some(errors::twice(span, first, found))
    }

    /// Whether the values before the place are parted by the other mark.
    fn in_list(&self, found: &str) -> bool {
        let other = if found == "<" { '|' } else { '<' };
        let line = self.before().rsplit(':').next().unwrap_or("");
        line.contains(other)
    }

    /// `given step = 1`
    fn reserved_fact(&self) -> Option<Diagnostic> {
        let word = self.before().strip_prefix("given ")?.trim_start();
        let (end, length) = (self.before().len(), word.len());
        let span = prepare::span(self.file, self.base, end - length, end);
        RESERVED.contains(&word).then(|| errors::reserved_word(span, word))
    }

    /// `expected this or that, found this`.
    fn plain_message(&self, found: &str) -> Diagnostic {
        let span = self.span(found);
        let expected = self.expected();
        let found_words = match found {
            "" if self.text.trim().is_empty() => "nothing".to_owned(),
            "" => "the end".to_owned(),
            _ => format!("`{}`", errors::short(found)),
        };
        let words = self.words();
        if self.before().is_empty() && is_word(found) && words.len() > 2 {
            let problem = errors::unexpected_word(span, format!("`{found}` begins nothing here"), "");
            return problem.help(format!("what stands here begins with {}", errors::listed(&words)));
        }
        let message = if expected.is_empty() && found.is_empty() {
            "the end comes too early".to_owned()
        } else if expected.is_empty() {
            format!("{found_words} is not expected here")
        } else {
            format!("expected {expected}, found {found_words}")
        };
        let label = if expected.is_empty() { String::new() } else { format!("expected {expected}") };
        let mut problem = errors::unexpected_word(span, message, &label);
        if let Some(example) = example(self.within) {
            problem = problem.help(format!("it looks like this: `{example}`"));
        }
        problem
    }

    /// What would have fitted, the likeliest first, in a few words.
    fn expected(&self) -> String {
        const MOST: usize = 7;
        let mut phrases: Vec<String> = Vec::new();
        for rule in &self.stop.rules {
            let phrase = phrase(*rule).to_owned();
            let label = matches!(rule, Rule::text | Rule::label);
            let optional = label && [":", "=", "{", "("].iter().any(|mark| self.expects(mark));
            if !phrase.is_empty() && !optional && !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
        }
        for mark in ["{", ":", "=", "->", "(", ")", "]", ",", "|", "%"] {
            let of_expression = matches!(mark, "(" | "|" | "=" | "%") && self.expects("+");
            let inside_other = mark == "(" && self.expects("\"");
            if self.expects(mark) && !of_expression && !inside_other {
                phrases.push(format!("`{mark}`"));
            }
        }
        let words = self.words();
        // A whole chapter of words says less than the example below it.
        let any_value = phrases.iter().any(|phrase| phrase == "a value");
        if words.len() + phrases.len() <= MOST && !any_value {
            let operators = ["and", "or", "in", "not", "of", "implies", "otherwise", "starts", "rounded"];
            let after_value = self.expects("+");
            let fitting = words.iter().filter(|word| !(after_value && operators.contains(word)));
            phrases.extend(fitting.map(|word| format!("`{word}`")));
        }
        if self.expects("}") && phrases.len() < MOST && !self.expects("+") && self.within != "row" {
            phrases.push("`}`".to_owned());
        }
        match phrases.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((last, _)) => last.clone(),
            None => String::new(),
        }
    }
}

/// A word of the language, rather than a mark.
fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(char::is_alphabetic)
        && !matches!(token, "A..Z" | "a..z" | "BUILTIN_RULE")
        && !token.contains("..")
}

/// The words with which a piece of the language begins, where the grammar names the piece.
fn first_words(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::mode => &["whole", "graduated", "stair"],
        Rule::step => &[
            "list", "add", "less", "best", "worst", "first", "all", "round", "floor", "cap", "subtotal",
            "let", "tax", "taxes", "each", "charge", "gift", "claims", "payable",
        ],
        Rule::period => &["from", "to"],
        Rule::test_line => &["line"],
        Rule::test_piece => &["part"],
        Rule::expect => &["expect"],
        Rule::product => &["product"],
        _ => &[],
    }
}

/// What a rule recognises, in words; nothing for what is better left unsaid.
fn phrase(rule: Rule) -> &'static str {
    match rule {
        Rule::name | Rule::own_name | Rule::first_word => "a name",
        Rule::word => "a word",
        Rule::path | Rule::reference => "a name",
        Rule::text | Rule::label => "a text in quotes",
        Rule::expr | Rule::operand | Rule::plain | Rule::factor | Rule::argument => "a value",
        Rule::any_type | Rule::optional_type | Rule::dotted_type | Rule::result | Rule::driver => "a type",
        Rule::choices | Rule::choice | Rule::later_choice | Rule::value_or_word => "a value",
        Rule::number | Rule::amount | Rule::signed_amount => "a number",
        Rule::date => "a date such as `2026-01-31`",
        Rule::period => "a period such as `2026-01-01 to 2026-12-31`",
        Rule::tier => "a tier such as `from 10: 4%`",
        Rule::tier_bound => "a bound such as `from 10`",
        Rule::tier_row => "what the tier charges",
        Rule::row | Rule::rows => "a row such as `gold: 4%`",
        Rule::cell | Rule::grid_cell => "a cell",
        Rule::grid_row | Rule::grid => "a line of cells parted by `|`",
        Rule::field => "a field such as `level: silver | gold`",
        Rule::parameter => "a parameter such as `x: CNY`",
        Rule::key => "a key such as `press.frame` or `mass: kg`",
        Rule::component => "a component such as `steel = 5 CNY`",
        Rule::question => "a question",
        Rule::answer_case => "answers such as `steel: require force >= 160 tf`",
        Rule::setting => "a choice such as `force = 63 tf`",
        Rule::assign => "a setting such as `quantity = 3`",
        Rule::parts_price => "`priced` or `included`",
        Rule::part_count => "a number such as `1 to 4`",
        Rule::unit => "a unit",
        Rule::round_to => "a way of rounding such as `half_even to 1 CNY`",
        _ => "",
    }
}
