//! Every limit of the system: each input ends somewhere, and each end has a diagnostic code of its own.

/// The longest `.tarif` file, in bytes.
pub const MAX_FILE_BYTES: usize = 16 * MIB;

/// The longest table file (CSV or XLSX, unpacked), in bytes.
pub const MAX_TABLE_BYTES: usize = 512 * MIB;

/// The longest request document, in bytes.
pub const MAX_REQUEST_BYTES: usize = 64 * MIB;

/// The longest line of an NDJSON document, in bytes; each line is one request.
pub const MAX_REQUEST_LINE_BYTES: usize = 16 * MIB;

/// How deep brackets, blocks and operators may nest in a `.tarif` file.
pub const MAX_NESTING: usize = 200;

/// How deep the evaluation of an expression may go, through the functions that it calls.
pub const MAX_EVALUATION_DEPTH: usize = 500;

/// The stack of a thread that works, in bytes: enough for every nesting that the limits allow, in debug builds too.
pub const STACK_BYTES: usize = 64 * MIB;

/// How deep arrays and objects may nest in a JSON document.
pub const MAX_JSON_DEPTH: usize = 64;

/// How many declarations a book may have, over all its files.
pub const MAX_ITEMS: usize = 200_000;

/// How many rows a table may have.
pub const MAX_TABLE_ROWS: usize = 5_000_000;

/// How many lines a request may have.
pub const MAX_LINES_PER_REQUEST: usize = 100_000;

/// How often a quote is worked out anew without lines that its steps brought below zero; then the quote is at
/// fault itself (E0931).
pub const MAX_ROUNDS_OF_FALLS: usize = 32;

/// How many problems are shown for one run; the rest are counted.
pub const MAX_DIAGNOSTICS: usize = 500;

/// How many steps the proof that a table is complete and without overlap may take.
pub const MAX_TABLE_CHECK_STEPS: u64 = 50_000_000;

/// How many pieces one product may have, with the parts of its parts.
pub const MAX_PIECES: u32 = 10_000;

/// How deep parts may nest: a part, its parts, and theirs.
pub const MAX_PART_DEPTH: u32 = 32;

/// How many elements, or combinations of elements, one comprehension may look at, those inside of it included.
pub const MAX_ELEMENTS: u64 = 1_000_000;

/// How many elements all comprehensions of a quote may look at in one stage. What is the same for all lines
/// is looked at once.
pub const MAX_ELEMENTS_OF_QUOTE: u64 = 20_000_000;

/// How many elements one list of a request may have.
pub const MAX_LIST_ELEMENTS: usize = 100_000;

/// How many values a set option may choose from, so that a choice fits one machine word of 128 bits.
pub const MAX_SET_VALUES: usize = 128;

/// How many significant digits a number may be written with.
pub const MAX_DIGITS: usize = 28;

/// How many values an option may have for `configure` to answer about it: each is looked at on its own.
pub const MAX_SLOT_VALUES: usize = 100_000;

/// How many pieces, with those of their own parts, `configure` answers about one by one.
pub const MAX_MODEL_PIECES: u32 = 2_000;

/// A range of fewer steps than this is looked at number by number when a model is made; of a longer one only
/// the places where rules change are.
pub const MAX_LISTED_STEPS: u64 = 256;

/// How many combinations of values are tried to make one table of a model.
pub const MAX_MODEL_COMBINATIONS: usize = 65_536;

/// How many classes of one range, or intermediate results of one sum, a model may tell apart.
pub const MAX_MODEL_CLASSES: usize = 20_000;

/// How many evaluations making a model may take: some seconds of work.
pub const MAX_MODEL_STEPS: u64 = 20_000_000;

const MIB: usize = 1024 * 1024;

/// The greatest exponent of `pow` (`E0322`).
pub const MAX_EXPONENT: u64 = 1_000;
