//! The `diagnostic` room.
