//! The parts of a Parquet output: files beside it, until they become one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::beside;
use crate::batch::{self, Parts};

/// Files whose names say which output they are parts of.
pub(super) struct FileParts {
    output: PathBuf,
}

impl FileParts {
    pub fn new(output: &Path) -> FileParts {
        FileParts { output: output.to_owned() }
    }

    fn path(&self, number: u64) -> PathBuf {
        beside(&self.output, &format!(".part-{number}"))
    }
}

impl Parts for FileParts {
    type File = File;

    fn create(&mut self, number: u64) -> io::Result<File> {
        File::create(self.path(number))
    }

    fn join(&mut self, count: u64) -> io::Result<()> {
        if count == 1 {
            return fs::rename(self.path(0), &self.output);
        }
        let parts: io::Result<Vec<File>> = (0..count).map(|number| File::open(self.path(number))).collect();
        // An output that is not whole must not look as if it were.
        let unfinished = beside(&self.output, ".joined");
        batch::join(&parts?, File::create(&unfinished)?)?;
        fs::rename(unfinished, &self.output)?;
        for number in 0..count {
            fs::remove_file(self.path(number))?;
        }
        Ok(())
    }
}
