//! One request a line: each line on its own, so that a bad one spoils no other, in bounded memory.

use std::io::{self, BufRead};

use crate::source::limits;

/// One line of an NDJSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1, blank lines counted.
    pub number: u64,
    /// Its bytes without the line break; nothing of a line that is too long.
    pub content: Result<Vec<u8>, LineTooLong>,
}

/// A line is longer than [`limits::MAX_REQUEST_LINE_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTooLong {
    /// How long it is, in bytes.
    pub bytes: u64,
}

/// The lines of an NDJSON document, blank ones left out.
///
/// A line that is too long is read to its end without being kept, and the next line counts again. Reading
/// that fails ends the iteration with the failure.
pub struct Lines<R> {
    source: R,
    number: u64,
    limit: usize,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a source.
    pub fn new(source: R) -> Lines<R> {
        Lines { source, number: 0, limit: limits::MAX_REQUEST_LINE_BYTES, ended: false }
    }

    /// The next line, also a blank one; nothing at the end.
    fn read_line(&mut self) -> io::Result<Option<Line>> {
        let mut kept = Vec::new();
        let mut bytes: u64 = 0;
        loop {
            let chunk = match self.source.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() && bytes == 0 {
                return Ok(None);
            }
            let line_break = chunk.iter().position(|byte| *byte == b'\n');
            let piece = chunk.get(..line_break.unwrap_or(chunk.len())).unwrap_or_default();
            let at_end = chunk.is_empty() || line_break.is_some();
            bytes = bytes.saturating_add(piece.len() as u64);
            if bytes <= self.limit as u64 {
                kept.extend_from_slice(piece);
            } else {
                kept = Vec::new();
            }
            let used = piece.len() + usize::from(line_break.is_some());
            self.source.consume(used);
            if at_end {
                self.number += 1;
                let content = if bytes <= self.limit as u64 { Ok(kept) } else { Err(LineTooLong { bytes }) };
                return Ok(Some(Line { number: self.number, content }));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        while !self.ended {
            match self.read_line() {
                Ok(Some(line)) => {
                    let is_blank = line.content.as_ref().is_ok_and(|bytes| bytes.trim_ascii().is_empty());
                    if !is_blank {
                        return Some(Ok(line));
                    }
                }
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, limit: usize, buffer: usize) -> Vec<(u64, Result<String, u64>)> {
        let source = io::BufReader::with_capacity(buffer, text.as_bytes());
        let mut lines = Lines::new(source);
        lines.limit = limit;
        lines
            .map(|line| line.expect("memory can be read"))
            .map(|line| {
                let text = line.content.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                (line.number, text.map_err(|error| error.bytes))
            })
            .collect()
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_left_out() {
        for buffer in [1, 3, 100] {
            let found = shown("{\"a\":1}\n\n  \n{}", 100, buffer);
            assert_eq!(found, [(1, Ok("{\"a\":1}".to_owned())), (4, Ok("{}".to_owned()))]);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_one_line_and_the_next_counts_again() {
        for buffer in [1, 4, 100] {
            let found = shown("ab\nabcdefgh\ncd\n", 4, buffer);
            assert_eq!(found, [(1, Ok("ab".to_owned())), (2, Err(8)), (3, Ok("cd".to_owned()))]);
        }
    }

    #[test]
    fn a_line_just_as_long_as_allowed_is_kept() {
        assert_eq!(shown("abcd\r\n", 5, 100), [(1, Ok("abcd\r".to_owned()))]);
        assert_eq!(shown("", 5, 100), []);
    }
}
