//! What exact numbers promise, against hand-worked values and an oracle.
