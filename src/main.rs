//! The `tarif` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tarif::cli::main()
}
