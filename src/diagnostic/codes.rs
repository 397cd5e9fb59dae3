//! The one table of problem codes.
//!
//! One row per line, sorted by code, each with a page `docs/diagnostics/CODE.md`: a row without a page does
//! not compile. A code is stable for ever and never given to another problem.
//!
//! | range | phase |
//! | --- | --- |
//! | 00 | files and limits |
//! | 01 | syntax |
//! | 02 | names |
//! | 03 | types, units, currencies |
//! | 04 | tables and tiers |
//! | 05 | products, options, constraints |
//! | 06 | prices and quotes |
//! | 07 | approvals |
//! | 08 | tests |
//! | 09 | requests; these also appear in quotes |

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::Severity;

/// A row of the table of problem codes; a small copyable handle.
#[derive(Clone, Copy)]
pub struct Code(&'static Row);

struct Row {
    id: &'static str,
    name: &'static str,
    severity: Severity,
    summary: &'static str,
    page: &'static str,
}

impl Code {
    /// All codes, sorted.
    pub fn all() -> &'static [Code] {
        ALL
    }

    /// The code with this id (`E0301`) or name (`unit-mismatch`), in whatever capitals.
    pub fn find(text: &str) -> Option<Code> {
        let text = text.trim();
        let is_it =
            |code: &&Code| code.id().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text);
        ALL.iter().find(is_it).copied()
    }

    /// The stable id: `E0301`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// The name, for searching: `unit-mismatch`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// One line that says what the problem is.
    pub fn summary(self) -> &'static str {
        self.0.summary
    }

    /// How much such a problem weighs.
    pub fn severity(self) -> Severity {
        self.0.severity
    }

    /// The page that explains it, in Markdown.
    pub fn page(self) -> &'static str {
        self.0.page
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Code) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Code) -> Ordering {
        self.id().cmp(other.id())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.id(), self.name())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

/// `CONSTANT = "ID" "name" Severity "summary";`, one row per line, sorted by id.
macro_rules! codes {
    ($($constant:ident = $id:literal $name:literal $severity:ident $summary:literal;)+) => {
        $(
            #[doc = concat!("`", $id, " ", $name, "`: ", $summary, ".")]
            pub const $constant: Code = Code(&Row {
                id: $id,
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics/", $id, ".md")),
            });
        )+

        static ALL: &[Code] = &[$($constant),+];
    };
}

codes! {
    NO_FILES = "E0001" "no-files" Error "the folder of a book holds no `.tarif` file";
    NOT_UTF8 = "E0002" "not-utf8" Error "a file is not UTF-8 text";
    FILE_TOO_LONG = "E0003" "file-too-long" Error "a file is longer than a book's files may be";
    NESTED_TOO_DEEP = "E0004" "nested-too-deep" Error "brackets or blocks nest deeper than a book's may";
    TOO_MANY_ITEMS = "E0005" "too-many-items" Error "a book has more declarations than a book may have";
    MISSING_FILE = "E0006" "missing-file" Error "a file that the book names does not exist";
    BAD_PATH = "E0007" "bad-path" Error "a path in a book cannot be used";
    UNREADABLE_FILE = "E0008" "unreadable-file" Error "a file of the book cannot be read";

    UNEXPECTED_TEXT = "E0101" "unexpected-text" Error "the text does not go on as the language expects";
    UNKNOWN_DECLARATION = "E0102" "unknown-declaration" Error "a declaration begins with a word that begins none";
    UNCLOSED_BRACKET = "E0103" "unclosed-bracket" Error "a bracket is opened and never closed, or closed and never opened";
    UNCLOSED_TEXT = "E0104" "unclosed-text" Error "a text in quotes does not end on its line";
    FULL_WIDTH_MARK = "E0105" "full-width-mark" Error "a full-width mark stands where a plain one belongs";
    FOREIGN_OPERATOR = "E0106" "foreign-operator" Error "an operator of another language";
    COMMA_IN_NUMBER = "E0107" "comma-in-number" Error "a comma inside a number";
    BAD_NUMBER = "E0108" "bad-number" Error "a number is not written as numbers are";
    NUMBER_TOO_LONG = "E0109" "number-too-long" Error "a number has more digits than a number may have";
    BAD_DATE = "E0110" "bad-date" Error "a date that no calendar has";
    UNIT_TOUCHES_NUMBER = "E0111" "unit-touches-number" Error "a number and its unit are not one space apart on one line";
    MIXED_OPERATORS = "E0112" "mixed-operators" Error "operators stand side by side whose order must be said with parentheses";
    CHAINED_COMPARISON = "E0113" "chained-comparison" Error "one comparison follows another";
    RESERVED_WORD = "E0114" "reserved-word" Error "a reserved word stands where a name belongs";
    REPEATED_CLAUSE = "E0115" "repeated-clause" Error "a clause is given twice";
    RAGGED_GRID = "E0116" "ragged-grid" Error "a row of a grid has more or fewer cells than its heading";
    MISPLACED_CLAUSE = "E0117" "misplaced-clause" Error "a clause stands where it means nothing";
    NOT_SUPPORTED = "E0118" "not-supported" Error "a part of the language that this version cannot carry out";
    HIDDEN_CHARACTER = "E0119" "hidden-character" Error "a character that cannot be seen, or that changes how the text is seen";

    UNKNOWN_NAME = "E0201" "unknown-name" Error "a name that nothing declares";
    DUPLICATE_NAME = "E0202" "duplicate-name" Error "a name is declared twice";
    UNKNOWN_MEMBER = "E0203" "unknown-member" Error "a name after a dot that is not there";
    WRONG_KIND_OF_NAME = "E0204" "wrong-kind-of-name" Error "a name of something else than what belongs here";
    NO_BOOK = "E0205" "no-book" Error "no `book` declaration says the currency and the dates";
    TWO_BOOKS = "E0206" "two-books" Error "more than one `book` declaration in a book";
    UNKNOWN_USE = "E0207" "unknown-use" Error "a `use` of a folder that does not exist or holds no book files";
    CYCLIC_USE = "E0208" "cyclic-use" Error "folders use each other in a circle";
    CYCLE = "E0209" "cycle" Error "definitions need each other in a circle";
    WRONG_STAGE = "E0210" "wrong-stage" Error "a figure is used before it is known";
    UNKNOWN_VALUE = "E0211" "unknown-value" Error "a word that is no value of the enumeration";
    NO_RUNNING_PRICE = "E0212" "no-running-price" Error "`running` stands where no price is running";
    NOT_IN_EVERY_MEMBER = "E0213" "not-in-every-member" Error "a family uses a name that one of its products does not declare";
    DUPLICATE_VALUE = "E0214" "duplicate-value" Error "a value is listed twice";
    RESERVED_FIGURE = "E0215" "reserved-figure" Error "a step has the name of a figure that every line has";

    PART_IS_NO_VALUE = "E0230" "part-is-no-value" Error "a part, or a piece of it, stands where a value is needed";
    BAD_COUNT = "E0231" "bad-count" Error "a number of pieces that no product can have";
    TOO_MANY_PIECES = "E0232" "too-many-pieces" Error "a product has more pieces than a product may have";
    PARTS_PRICE = "E0233" "parts-price" Error "a product with parts does not say once what they cost";
    NO_SOURCE = "E0234" "no-source" Error "`for … in …` goes through something that has no elements";
    PART_IS_MEASURED = "E0235" "part-is-measured" Error "a part, or what has parts, is sold by measure";
    COST_OF_PIECE = "E0236" "cost-of-piece" Error "the cost of a piece is read where it would count twice";
    OUTSIDE_OF_PART = "E0237" "outside-of-part" Error "a part reads a name of the product that it is a part of";
    TWO_GUIDES = "E0240" "two-guides" Error "a product or family has more than one guide";
    WRONG_PRESET = "E0241" "wrong-preset" Error "a line starts from a preset of another product";

    LIST_IS_NO_VALUE = "E0250" "list-is-no-value" Error "a list, or an element of it, stands where a value is needed";
    MISPLACED_LIST = "E0251" "misplaced-list" Error "a list is declared where only single values can be given";
    NOT_IN_ORDER = "E0252" "not-in-order" Error "`before` or `nth` in a comprehension over a list whose order means nothing";
    BEFORE_OUTSIDE = "E0253" "before-outside" Error "`before` or `nth` stands where no elements are gone through in order";
    LIST_IN_RULE = "E0254" "list-in-rule" Error "a rule about configurations reads a list";
    ELEMENT_NOT_ASKED = "E0255" "element-not-asked" Error "a comprehension asks the line that it stands in, and not its elements";
    NO_LINE_AT_HAND = "E0256" "no-line-at-hand" Error "`earlier lines` stands where there is no line whose place is meant";

    UNIT_MISMATCH = "E0301" "unit-mismatch" Error "amounts in different units cannot be added or compared";
    TYPE_MISMATCH = "E0302" "type-mismatch" Error "a value of one type stands where another is needed";
    CURRENCY_MISMATCH = "E0303" "currency-mismatch" Error "amounts in different currencies cannot be added or compared";
    MISSING_UNIT = "E0304" "missing-unit" Error "a plain number stands where an amount with a unit is needed";
    BARE_RATE = "E0305" "bare-rate" Error "a percentage that does not say of what";
    UNKNOWN_UNIT = "E0306" "unknown-unit" Error "a unit that nothing declares";
    UNKNOWN_CURRENCY = "E0307" "unknown-currency" Error "a currency that the book does not declare";
    NOT_RANKED = "E0308" "not-ranked" Error "values without a rank cannot be ordered";
    OPTIONAL_NOT_OPENED = "E0309" "optional-not-opened" Error "a value that may be absent is used as if it were there";
    WRONG_ARGUMENTS = "E0310" "wrong-arguments" Error "too many or too few arguments";
    INCOMPLETE_BY = "E0311" "incomplete-by" Error "a `by` does not answer for every value";
    DIVISION_BY_ZERO = "E0312" "division-by-zero" Error "a divisor can be zero";
    OVERFLOW = "E0313" "overflow" Error "an amount can grow past what fits";
    UNROUNDED_AMOUNT = "E0314" "unrounded-amount" Error "an amount without end reaches the quote unrounded";
    BAD_ROUNDING = "E0315" "bad-rounding" Error "a rounding step is not above zero or not in the amount's unit";
    BAD_UNIT = "E0316" "bad-unit" Error "a unit is declared in a way that measures nothing";
    MISSING_PERCENT = "E0317" "missing-percent" Error "a plain number stands where a rate in percent is needed";
    NO_EXCHANGE = "E0318" "no-exchange" Error "a conversion between currencies that the book does not declare";
    MEANINGLESS_PRODUCT = "E0319" "meaningless-product" Error "a product or quotient of units that means nothing here";
    BACKWARD_RANGE = "E0320" "backward-range" Error "a range ends before it begins";
    NUMBER_OUT_OF_RANGE = "E0321" "number-out-of-range" Error "a number lies outside what may stand here";
    BAD_EXPONENT = "E0322" "bad-exponent" Error "the exponent of `pow` is not known to be a small whole number";
    BROKEN_POWER = "E0323" "broken-power" Error "a power with a fraction as its exponent is not rounded, or its base may be zero or below";
    BAD_LIST_DEFAULT = "E0330" "bad-list-default" Error "a list has another default than the empty list";
    ROWS_WITHOUT_KEYS = "E0331" "rows-without-keys" Error "the key of a row is read in a table whose rows stand for more than one value of it";

    MISSING_ROWS = "E0401" "missing-rows" Error "a table has no row for some combinations of its keys";
    OVERLAPPING_ROWS = "E0402" "overlapping-rows" Error "two rows of a table answer for the same combination of keys";
    MISSING_COLUMN = "E0403" "missing-column" Error "a table file lacks a column that the table names";
    UNKNOWN_COLUMN = "E0404" "unknown-column" Error "a table file has a column that the table does not name";
    BAD_CELL = "E0405" "bad-cell" Error "a cell cannot be read as what its column holds";
    RAGGED_ROW = "E0406" "ragged-row" Error "a row has more or fewer cells than its table has columns";
    BAD_KEY = "E0407" "bad-key" Error "a key of a table is of a type that cannot be looked up";
    DEAD_ROW = "E0408" "dead-row" Error "a row of a table can never be reached";
    TABLE_TOO_LARGE = "E0409" "table-too-large" Error "a table is larger than a table may be, or than can be checked";
    BOUNDS_NOT_RISING = "E0410" "bounds-not-rising" Error "the bounds of tiers or bands do not rise";
    OPEN_TIERS = "E0411" "open-tiers" Error "tiers do not say what happens below the first or above the last bound";
    GRADUATED_FROM = "E0412" "graduated-from" Error "`from` in graduated tiers over a measured amount";
    BAD_TIER_ROW = "E0413" "bad-tier-row" Error "a tier's row does not fit its mode or its result";
    NOT_FOR_SALE = "E0414" "not-for-sale" Error "a configuration that the constraints allow meets `n/a`";
    VERSION_GAP = "E0415" "version-gap" Error "no version of a table is in effect on some dates of the book";
    VERSION_OVERLAP = "E0416" "version-overlap" Error "two versions of a table are in effect on the same dates";
    BAD_TABLE_FILE = "E0417" "bad-table-file" Error "a table file cannot be read as a table";
    BELOW_FIRST_BAND = "E0418" "below-first-band" Error "a value below the first band is possible";
    FORMULA_CELL = "E0419" "formula-cell" Error "a cell holds a formula instead of a value";
    UNREACHED_ROW = "E0420" "unreached-row" Error "a row of a table that takes the first match never counts";
    CLASHING_ROWS = "E0421" "clashing-rows" Error "two rows of a table match together and neither is more specific";
    BAD_POLICY = "E0422" "bad-policy" Error "the word after a table's keys does not fit its results, or how it is read";
    GRADUATED_TIER_BY = "E0423" "graduated-tier-by" Error "`tier by` where graduated tiers are read";

    BAD_DEFAULT = "E0501" "bad-default" Error "a default is not among the values of its option";
    BAD_STEP = "E0502" "bad-step" Error "a stepped range does not reach its end, or its step is not above zero";
    CONTRADICTION = "E0503" "contradiction" Error "no configuration of a product satisfies all its constraints";
    TOO_MANY_VALUES = "E0505" "too-many-values" Error "a set option has more values than a set may have";
    BAD_QUANTITY = "E0506" "bad-quantity" Error "a quantity range that nobody can order";
    PRESET_CLASH = "E0540" "preset-clash" Error "a preset that breaks the constraints of its product";

    NO_PRICE = "E0601" "no-price" Error "a product has no price";
    TWO_PRICES = "E0602" "two-prices" Error "a product or family has more than one price";
    MISSING_LIST = "E0603" "missing-list" Error "a waterfall has no `list` step to begin with";
    NEGATIVE_STEP = "E0604" "negative-step" Error "a step can be negative";
    BOUND_AFTER_ROUND = "E0605" "bound-after-round" Error "a floor or cap after a rounding is not itself rounded to the step";
    BAD_ENTRY = "E0606" "bad-entry" Error "an entry's default or limit does not fit its range";
    NO_COST = "E0607" "no-cost" Error "a margin of a product that has no cost";
    TWO_QUOTES = "E0608" "two-quotes" Error "more than one `quote` block in a book";
    MISPLACED_STEP = "E0609" "misplaced-step" Error "a step stands where such a step cannot be";
    EMPTY_GROUP = "E0610" "empty-group" Error "a group without a step";
    TOO_FINE = "E0611" "too-fine" Error "an amount of the whole quote is finer than the currency's smallest unit";
    BAD_SPREAD = "E0612" "bad-spread" Error "a spread over lines that cannot be carried out";
    MIXED_SALE_UNITS = "E0613" "mixed-sale-units" Error "one price for products that are sold in different units";
    NO_SMALLEST_AMOUNT = "E0614" "no-smallest-amount" Error "the smallest amount of a currency is no power of ten, or none that can be counted in";
    BAD_TAXES = "E0620" "bad-taxes" Error "a block of taxes that does not say how they add up";
    BAD_GIFT = "E0621" "bad-gift" Error "a gift of a product that cannot be given without choosing";
    BAD_CLAIM = "E0622" "bad-claim" Error "a claim on units that can take none";
    BAD_WITH_CHARGES = "E0623" "bad-with-charges" Error "a step that acts on charges reads what only lines have";
    REQUIREMENT_OF_A_LINE = "E0624" "requirement-of-a-line" Error "what a whole quote must fulfil speaks of a single line";
    REQUIREMENT_NEVER_MET = "E0625" "requirement-never-met" Error "no quote can fulfil what every quote must";
    BAD_GROUPING = "E0626" "bad-grouping" Error "a step is worked out for each of something that lines do not have";
    NOT_OF_THE_GROUP = "E0627" "not-of-the-group" Error "an amount reads what the lines of a group need not have in common";

    BAD_NEEDS = "E0640" "bad-needs" Error "the number of people that a level needs is no number of people";
    SKIPS_THE_TOP = "E0641" "skips-the-top" Error "the top of a ladder is skipped";
    SKIP_OF_A_LINE = "E0642" "skip-of-a-line" Error "a level is skipped because of a single line";
    EMPTY_LADDER = "E0643" "empty-ladder" Error "a ladder without a level";
    TWO_APPROVALS = "E0701" "two-approvals" Error "more than one `approvals` block in a book";
    DEAD_APPROVAL = "E0702" "dead-approval" Error "an approval rule that can never hold";
    REVIEWER_WITHOUT_LEVEL = "E0703" "reviewer-without-level" Error "a reviewer does not say which level it stands beside";
    NARROWED_WITHOUT_LINE = "E0704" "narrowed-without-line" Error "a rule is narrowed to products and speaks of no line";

    TEST_FAILED = "E0801" "test-failed" Error "a test expects something else than the book gives";
    TEST_WITHOUT_DATE = "E0802" "test-without-date" Error "a test does not say the date it is made for";
    ALWAYS_REFUTED = "E0803" "always-refuted" Error "an `always` property does not hold";
    BAD_TEST = "E0804" "bad-test" Error "a test asks what the book cannot answer";
    WHICH_LINE = "E0805" "which-line" Error "a test of several lines does not say which one it speaks of";

    NOT_JSON = "E0901" "not-json" Error "a request is not JSON";
    MISSING_AS_OF = "E0902" "missing-as-of" Error "a request does not say the date it is made for";
    UNKNOWN_FIELD = "E0903" "unknown-field" Error "a request has a field that the book does not know";
    UNKNOWN_PRODUCT = "E0904" "unknown-product" Error "a request asks for a product that the book does not sell";
    UNKNOWN_OPTION = "E0905" "unknown-option" Error "a request chooses an option that the product does not have";
    BAD_VALUE = "E0906" "bad-value" Error "a value in a request is not one that may stand there";
    MISSING_VALUE = "E0907" "missing-value" Error "a request lacks a value that the book needs";
    QUANTITY_OUT_OF_RANGE = "E0908" "quantity-out-of-range" Error "a quantity lies outside what the product allows";
    OUTSIDE_EFFECTIVE = "E0909" "outside-effective" Error "a request's date lies outside the dates of the book";
    MISSING_MARKET = "E0910" "missing-market" Error "a request lacks a market figure that the price needs";
    STALE_MARKET = "E0911" "stale-market" Error "a market figure is older than the book allows, or of a later date";
    MARKET_OUT_OF_RANGE = "E0912" "market-out-of-range" Error "a market figure lies outside its declared range";
    OVERFLOW_IN_QUOTE = "E0913" "overflow-in-quote" Error "an amount grew past what fits while quoting";
    DIVISION_BY_ZERO_IN_QUOTE = "E0914" "division-by-zero-in-quote" Error "a divisor was zero while quoting";
    REQUEST_TOO_LARGE = "E0915" "request-too-large" Error "a request is larger, deeper or longer than a request may be";
    CONSTRAINT_VIOLATED = "E0916" "constraint-violated" Error "a configuration breaks a constraint of the product";
    OPTION_NOT_CHOSEN = "E0917" "option-not-chosen" Error "an option has neither a choice nor a default";
    OPTION_ABSENT = "E0918" "option-absent" Error "a value is chosen for an option that is absent in this configuration";
    CANNOT_BE_BOUGHT = "E0919" "cannot-be-bought" Error "the book has no price for this configuration";
    ENTRY_OUT_OF_RANGE = "E0920" "entry-out-of-range" Error "an entry lies outside its range";
    ENTRY_OVER_LIMIT = "E0921" "entry-over-limit" Error "an entry lies beyond the limit for this request";
    REASON_MISSING = "E0922" "reason-missing" Error "an entry needs a reason and the request gives none";
    MISSING_EXCHANGE = "E0923" "missing-exchange" Error "a request lacks an exchange rate that the price needs";
    NO_TIER = "E0924" "no-tier" Error "a value lies outside all tiers or rows of a table";
    NO_ROW = "E0925" "no-row" Error "a table has no row for a key of this request";
    SPREAD_LEFT_OVER = "E0926" "spread-left-over" Error "an amount of the whole quote cannot be spread over its lines";
    REPEATED_FIELD = "E0927" "repeated-field" Error "a field is given twice in one object of a request";
    DUPLICATE_LINE = "E0928" "duplicate-line" Error "two lines of a request have one id";
    VALUE_NOT_OFFERED = "E0929" "value-not-offered" Error "a value is chosen that the option does not offer";
    NEGATIVE_STEP_IN_QUOTE = "E0930" "negative-step-in-quote" Error "a step came out negative while quoting";
    NEGATIVE_PRICE = "E0931" "negative-price" Error "a price fell below zero";
    PART_COUNT = "E0940" "part-count" Error "a part has too few or too many pieces, or nothing is said of it";
    PART_ABSENT = "E0941" "part-absent" Error "pieces are given for a part that is absent in this configuration";
    SOLD_TOGETHER = "E0942" "sold-together" Error "a line cannot be sold because of another that it is sold with";
    NOT_SOLD_ALONE = "E0943" "not-sold-alone" Error "a request asks by itself for a product that is only a part of others";
    OVERDRAWN = "E0945" "overdrawn" Error "a step of the quote takes more off the lines than they come to beside charges";
    BAD_UNITS = "E0946" "bad-units" Error "a number of gifts or of units to take that is below zero";
    REQUIREMENT_NOT_MET = "E0947" "requirement-not-met" Error "a quote does not fulfil what the book asks of all quotes";
    NOT_DECIDED = "E0950" "not-decided" Error "an answer about configurations takes more steps than it may";
    CHOICES_CLASH = "E0951" "choices-clash" Error "choices of a configuration cannot all be had together";
    NO_RANKING = "E0952" "no-ranking" Error "the list prices of a product cannot be compared exactly";
    FAULT = "E0999" "fault" Error "a fault in tarif itself";

    UNUSED_DECLARATION = "W0201" "unused-declaration" Warning "a declaration that nothing uses";
    COST_LEFT_OUT = "W0230" "cost-left-out" Warning "the cost of a product leaves out an included part";
    PRICE_CLIFF = "W0401" "price-cliff" Warning "the total falls when one more unit is bought";
    IDLE_ELSE = "W0402" "idle-else" Warning "an `else` row of a table that is never reached";
    NO_EFFECT = "W0501" "no-effect" Warning "a constraint that makes no difference";
    DEAD_VALUE = "W0502" "dead-value" Warning "a value that no valid configuration has";
    ALWAYS_SAME = "W0503" "always-same" Warning "an option that is the same in every valid configuration";
    DEFAULT_CLASH = "W0504" "default-clash" Warning "defaults that together break constraints";
    NOT_PROVED = "W0505" "not-proved" Warning "a question about a product that outgrew the limits of the solver";
    IDLE_QUESTION = "W0515" "idle-question" Warning "a question of a guide whose answer decides nothing";
    IDLE_ANSWER = "W0516" "idle-answer" Warning "a case of a question that no answer reaches";
    DEAD_ALERT = "W0517" "dead-alert" Warning "an alert of the quote that can never be raised";
    DEAD_ANSWER = "W0520" "dead-answer" Warning "an answer to a question of a guide that no valid configuration goes with";
    STACK_OVER_100 = "W0601" "stack-over-100" Warning "discounts that together can take more than the whole price";
    FLOOR_NOT_BINDING = "W0602" "floor-not-binding" Warning "a unit floor that a step of the quote can undercut";
    NEVER_IN_EFFECT = "W0603" "never-in-effect" Warning "a step that counts on no day of the book";
    ROUNDED_TWICE = "W0604" "rounded-twice" Warning "a rounding directly after a rounding";
    PRICES_NOTHING = "W0605" "prices-nothing" Warning "a price from which no product takes its price";
    TAX_IN_NET = "W0606" "tax-in-net" Warning "a tax of a unit or line becomes part of the net price";
    FINER_THAN_PAID = "W0607" "finer-than-paid" Warning "a price is rounded finer than what is paid in the currency";
    ODD_STEP = "W0608" "odd-step" Warning "a rounding to multiples, or by an offset, that hardly anybody means";
    SHARE_AS_CONTAINED = "W0609" "share-as-contained" Warning "a rate of a price with its tax is taken for the tax that it contains";
    SHARE_OF_THE_WHOLE = "W0620" "share-of-the-whole" Warning "a share of the whole order is put on some of its lines, or on each";
    WIDE_BEFORE_NARROW = "W0621" "wide-before-narrow" Warning "a selection of a claim stands before another that means some of its units only";
    TIERS_MISREAD = "W0622" "tiers-misread" Warning "tiers price one piece where all are charged, or all where each is";
    ONE_FOR_ALL_CURRENCIES = "W0623" "one-for-all-currencies" Warning "one number is the amount in every currency";
    NEVER_HOLDS = "W0624" "never-holds" Warning "a step whose condition no request can meet";
    ZERO_STEP = "W0625" "zero-step" Warning "a step whose amount is zero";
    TAXED_IN_FULL = "W0626" "taxed-in-full" Warning "a tax of a whole charge of which a step has taken a part";
    TAXED_TAX = "W0627" "taxed-tax" Warning "a tax is a share of a price that has another tax in it";
    ALL_FOR_NOTHING = "W0628" "all-for-nothing" Warning "a claim that gives away all units";
    UNTAXED = "W0629" "untaxed" Warning "a charge or gift is in the net and in no tax";
    IDLE_WEIGHT = "W0630" "idle-weight" Warning "a weight of lines that is never above zero";
    PIECES_MEANT = "W0631" "pieces-meant" Warning "a step reaches a bundle that costs nothing, and not its pieces";
    WITHOUT_PERCENT = "W0632" "without-percent" Warning "a whole number stands where a percentage is usual";
    IDLE_BOUND = "W0633" "idle-bound" Warning "a floor or cap that changes no price, or every one";
    UNREACHED_TIER = "W0634" "unreached-tier" Warning "a tier that no call reaches";
    CLAIM_BY_MEASURE = "W0635" "claim-by-measure" Warning "a claim on what is sold by measure, of which it takes no unit";
    IDLE_LADDER = "W0640" "idle-ladder" Warning "a ladder that no rule asks";
    IDLE_LEVEL = "W0641" "idle-level" Warning "a level of the approvals that never signs";
    REPEATED_RULE = "W0701" "repeated-rule" Warning "an approval rule that another one says already";
    IDLE_RULE = "W0702" "idle-rule" Warning "an approval rule that asks only where another one rejects";
    TEST_EXPECTS_NOTHING = "W0801" "test-expects-nothing" Warning "a test without an expectation";
    NOT_PAYABLE = "W0901" "not-payable" Warning "a quote comes to an amount that is finer than what is paid";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_none_is_given_twice() {
        for pair in ALL.windows(2) {
            assert!(pair[0].id() < pair[1].id(), "{} stands before {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names: Vec<_> = ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn ids_and_names_have_one_form_and_the_letter_says_the_weight() {
        for code in ALL {
            let (letter, digits) = code.id().split_at(1);
            assert!(digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()), "{code:?}");
            let expected = if letter == "E" { Severity::Error } else { Severity::Warning };
            assert_eq!(code.severity(), expected, "{code:?}");
            let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(code.name().bytes().all(kebab), "{code:?}");
        }
    }

    #[test]
    fn summaries_are_one_line_without_a_full_stop() {
        for code in ALL {
            assert!(!code.summary().contains('\n') && !code.summary().ends_with('.'), "{code:?}");
            assert!(!code.summary().starts_with(char::is_uppercase), "{code:?}");
        }
    }

    #[test]
    fn the_list_in_the_docs_is_this_table() {
        let listed = include_str!("../../docs/diagnostics/README.md");
        let weight = |code: &Code| code.severity().to_string();
        let row = |code: &Code| {
            let (id, name, summary) = (code.id(), code.name(), code.summary());
            format!("| [{id}]({id}.md) | {name} | {} | {summary} |", weight(code))
        };
        let expected: Vec<String> = ALL.iter().map(row).collect();
        let found: Vec<&str> = listed.lines().filter(|line| line.starts_with("| [")).collect();
        let missing: Vec<_> = expected.iter().filter(|row| !found.contains(&row.as_str())).collect();
        assert!(missing.is_empty(), "add to docs/diagnostics/README.md: {missing:#?}");
        assert_eq!(found, expected, "docs/diagnostics/README.md lists other rows or another order");
    }

    #[test]
    fn a_code_is_found_by_id_or_name_in_any_capitals() {
        assert_eq!(Code::find("e0301"), Some(UNIT_MISMATCH));
        assert_eq!(Code::find(" Unit-Mismatch "), Some(UNIT_MISMATCH));
        assert_eq!(Code::find("E9999"), None);
    }
}
