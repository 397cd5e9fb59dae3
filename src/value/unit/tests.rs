//! What units promise, worked by hand.
