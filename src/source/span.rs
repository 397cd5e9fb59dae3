//! A half-open range of bytes in one file: what every tree node and every problem points at.

/// Names one file of a [`Sources`](super::Sources) set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// The bytes `start..end` of a file.
///
/// Offsets count bytes of UTF-8 from the start of the file. A span with `start == end` is a point between
/// two characters: the place where something is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`; an `end` before `start` is moved up to `start`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end: if end < start { start } else { end } }
    }

    /// The point between two characters at `offset`.
    pub const fn point(file: FileId, offset: u32) -> Span {
        Span { file, start: offset, end: offset }
    }

    /// The smallest span that holds both.
    ///
    /// No span reaches over two files: where `other` lies in another file the answer is `self`.
    pub fn cover(self, other: Span) -> Span {
        if self.file == other.file {
            Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }

    /// The same span `by` bytes further into the file; stops at the largest offset there is.
    ///
    /// An item is parsed on its own, from offset zero, and its spans are moved to where the item stands.
    pub const fn shift(self, by: u32) -> Span {
        Span { file: self.file, start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }

    /// The point where this span begins.
    pub const fn head(self) -> Span {
        Span::point(self.file, self.start)
    }

    /// The point where this span ends.
    pub const fn tail(self) -> Span {
        Span::point(self.file, self.end)
    }

    /// The length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether this is a point.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` of the same file lies inside; a point holds its own offset.
    pub const fn holds(self, offset: u32) -> bool {
        self.start <= offset && (offset < self.end || self.is_empty() && offset == self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covering_two_spans_takes_the_outermost_ends() {
        let file = FileId(1);
        assert_eq!(Span::new(file, 4, 7).cover(Span::new(file, 1, 5)), Span::new(file, 1, 7));
    }

    #[test]
    fn a_span_never_reaches_over_two_files() {
        let first = Span::new(FileId(0), 4, 7);
        assert_eq!(first.cover(Span::new(FileId(1), 1, 99)), first);
    }

    #[test]
    fn shifting_past_the_largest_offset_stops_there() {
        let span = Span::new(FileId(0), 4, 7).shift(u32::MAX - 5);
        assert_eq!((span.start, span.end), (u32::MAX - 1, u32::MAX));
    }

    #[test]
    fn a_point_holds_its_own_offset_only() {
        let point = Span::point(FileId(0), 3);
        assert_eq!([2, 3, 4].map(|at| point.holds(at)), [false, true, false]);
    }
}
