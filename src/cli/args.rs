//! What can be typed after `tarif`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::wire::is_choice;

/// Configure, price, quote: compiles price books and evaluates quote requests.
#[derive(Debug, Parser)]
#[command(
    name = "tarif",
    version,
    about = "A language for pricing rules: configure, price, quote.",
    after_help = "A price book is a folder of `.tarif` files and tables.\n\
                  Exit status: 0 all is well, 1 problems were found, 2 the command could not run.",
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub struct Args {
    /// When to write colors.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to write colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Also into a pipe.
    Always,
    /// Not at all.
    Never,
}

/// The form of what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a small working price book, with a request and a test
    New {
        /// The folder to write; it must not exist, or be empty
        dir: PathBuf,
    },
    /// Check a price book and show its problems
    Check {
        /// The folder of the price book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// How to show problems
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Exit with 1 for warnings too
        #[arg(long)]
        strict: bool,
    },
    /// Price a request: waterfall, totals, approvals
    #[command(after_help = "REQUEST is a JSON file, an NDJSON file with one request a line, or `-` for the \
                      standard input.\nNDJSON gives NDJSON: one quote a line, and one error object for a line \
                      that cannot be quoted.\nExit status: 0 a valid quote, also one that needs approval; 1 a \
                      request or quote that is refused; 2 the command could not run.")]
    Quote {
        /// The folder of the price book
        book: PathBuf,
        /// The request: a JSON or NDJSON file, or `-`
        request: PathBuf,
        /// A JSON file with market figures for requests that do not carry them
        #[arg(long, value_name = "FILE")]
        market: Option<PathBuf>,
        /// How to show the quote
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    #[cfg(feature = "batch")]
    /// Price many requests, and write chosen fields of their quotes
    #[command(
        after_help = "The ending of FILE says what it is: `.ndjson` (or `.jsonl`) has a request a line; in \
                      `.csv` and `.parquet` a row is a request of one line, its columns named after inputs: \
                      `id`, `as_of`, `product`, `quantity`, options, entries, `customer.tier`, \
                      `material_index`.\nA FIELD is `net`, `line.net`, `unit.STEP`, `line.STEP.bound`, \
                      `line.STEP.applied`, `violations`, `approvals`, an input, or `NAME=FIELD` to give it \
                      another name.\nA row that is refused becomes a row with `error`; the rest goes on, in the \
                      order of the input.\nExit status: 0 all rows are priced; 1 rows were refused; 2 the \
                      command could not run."
    )]
    Batch(Box<Batch>),
    /// Find out what can be configured: what fits, why not, what mends it
    #[command(after_help = "A CHOICE is `force=160 tf`, `stroke=200 mm to 400 mm`, `stroke>=300 mm`, \
                      `force=63 tf | 100 tf`, `extras=[light_curtain]`, `extras with light_curtain`, \
                      `extras without light_curtain` or `inspection=absent`.\nWithout a choice, a question or \
                      `--format`, a terminal shows the whole configuration to work on, and a pipe is asked line \
                      by line; the finished request goes to the standard output, or to the file of \
                      `--output`.\nExit status: 0 the choices can be had together; 1 they clash, or a choice or \
                      an answer is refused; 2 the command could not run.")]
    Configure(Box<Configure>),
    /// Run the `test` blocks of a price book
    Test {
        /// The folder of the price book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// How to show the results
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write `.tarif` files in their one canonical layout
    Fmt {
        /// Change nothing; list the files that would change, and exit with 1 if there are any
        #[arg(long)]
        check: bool,
        /// Folders and files; `-` formats the standard input
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
    /// Print the checked form of a price book
    Ir {
        /// The folder of the price book
        #[arg(default_value = ".")]
        book: PathBuf,
    },
    /// Print the JSON Schema of a price book's requests or quotes
    Schema {
        /// The folder of the price book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Of what
        #[arg(long, value_enum, default_value_t)]
        of: SchemaOf,
    },
    /// Explain a problem code: what it means, an example, and the example mended
    Explain {
        /// A code such as `E0301`, or its name such as `unit-mismatch`
        #[arg(required_unless_present = "list")]
        code: Option<String>,
        /// List all codes
        #[arg(long, conflicts_with = "code")]
        list: bool,
    },
    /// Print a script that completes commands in a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// What can be typed after `tarif batch`.
#[cfg(feature = "batch")]
#[derive(Debug, clap::Args)]
pub struct Batch {
    /// The folder of the price book
    pub book: PathBuf,
    /// The requests: an NDJSON, CSV or Parquet file
    #[arg(short, long, value_name = "FILE")]
    pub input: PathBuf,
    /// Where the results go: an NDJSON, CSV or Parquet file
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The fields of the results, in their order
    #[arg(
        short,
        long,
        value_name = "FIELD",
        value_delimiter = ',',
        default_value = "id,status,net,total,violations,approvals"
    )]
    pub select: Vec<String>,
    /// Columns of the input that are carried over to the results as they are
    #[arg(short, long, value_name = "COLUMN", value_delimiter = ',')]
    pub keep: Vec<String>,
    /// The product of rows that have no column `product`
    #[arg(short, long, value_name = "NAME")]
    pub product: Option<String>,
    /// The day of rows that do not say one
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// A JSON file with market figures for rows that do not carry them
    #[arg(long, value_name = "FILE")]
    pub market: Option<PathBuf>,
    /// How many threads work; all that the machine has without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Go on with a batch that was interrupted
    #[arg(long)]
    pub resume: bool,
}

/// What can be typed after `tarif configure`.
#[derive(Debug, clap::Args)]
pub struct Configure {
    /// The folder of the price book
    pub book: PathBuf,
    /// The product
    pub product: String,
    /// Choose something; others may follow, and it may be repeated, in any order
    #[arg(short, long, value_name = "CHOICE")]
    pub choose: Vec<String>,
    /// Start from a preset of the book
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Start from a line of an earlier request or quote, and keep of it what still fits
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Which line of it, by its id; else the first of the product
    #[arg(long, value_name = "ID", requires = "from")]
    pub line: Option<String>,
    /// A request that says who the customer is, and the like; its lines are passed over
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    /// A JSON file with market figures for what the request does not carry
    #[arg(long, value_name = "FILE")]
    pub market: Option<PathBuf>,
    /// The day; else that of the request, else the first day of the book
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Say why something is impossible or implied, and what would make it possible
    #[arg(long, value_name = "CHOICE")]
    pub explain: Option<String>,
    /// Say why for everything that is impossible or implied
    #[arg(long)]
    pub reasons: bool,
    /// Show a whole configuration that keeps defaults where it can
    #[arg(long)]
    pub complete: bool,
    /// Count the configurations
    #[arg(long)]
    pub count: bool,
    /// Show the N configurations of lowest list price
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub cheapest: Option<u16>,
    /// Show the N configurations of highest list price
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1", conflicts_with = "cheapest",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub dearest: Option<u16>,
    /// How to show the answers
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Where to write the finished request
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Both, as one document with two definitions.
    #[default]
    Both,
    /// Requests to this book.
    Request,
    /// Quotes from this book.
    Quote,
    /// Answers of `tarif configure`.
    Configuration,
}

/// The arguments with `--choose` before each choice that follows another one, so that `--choose a=1 b=2` is two choices
/// and what follows them is still read as what it is.
pub fn each_choice(mut args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut spread: Vec<OsString> = Vec::new();
    let (mut is_configure, mut follows) = (false, false);
    while let Some(arg) = args.next() {
        let text = arg.to_str().unwrap_or_default();
        is_configure |= text == "configure";
        if !is_configure || text == "--" {
            let ends = text == "--";
            spread.push(arg);
            if ends {
                break;
            }
            continue;
        }
        let is_flag = text == "-c" || text == "--choose";
        if follows && !text.starts_with('-') && is_choice(text) {
            spread.push(OsString::from("--choose"));
        } else {
            follows = is_flag || text.starts_with("--choose=") || text.starts_with("-c");
        }
        spread.push(arg);
        if is_flag {
            spread.extend(args.next());
        }
    }
    spread.extend(args);
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configure(line: &str) -> (Vec<String>, PathBuf, String) {
        let words = line.split(' ').map(OsString::from);
        let args = Args::try_parse_from(each_choice(words)).expect("the line is read");
        let Command::Configure(args) = args.command else { panic!("another command") };
        (args.choose, args.book, args.product)
    }

    #[test]
    fn choices_follow_one_flag_or_have_one_each_and_the_book_stands_anywhere() {
        let all = (
            vec!["a=1".to_owned(), "b>=2".to_owned(), "c=3".to_owned()],
            PathBuf::from("book"),
            "product".to_owned(),
        );
        for line in [
            "tarif configure book product --choose a=1 b>=2 c=3",
            "tarif configure --choose a=1 b>=2 c=3 book product",
            "tarif configure --choose=a=1 b>=2 book -c c=3 product",
            "tarif --color never configure book -c a=1 --choose b>=2 --choose c=3 --complete product",
            "tarif configure book -ca=1 b>=2 c=3 product",
            "tarif configure --choose a=1 b>=2 c=3 -- book product",
        ] {
            assert_eq!(configure(line), all, "{line}");
        }
    }

    #[test]
    fn a_path_is_no_choice() {
        let (choices, book, _) = configure("tarif configure --choose a=1 ./b=2 product");
        assert_eq!((choices, book), (vec!["a=1".to_owned()], PathBuf::from("./b=2")));
    }

    #[test]
    fn a_choice_without_a_flag_before_it_is_refused() {
        let words = "tarif configure book product a=1".split(' ').map(OsString::from);
        assert!(Args::try_parse_from(each_choice(words)).is_err());
    }
}
