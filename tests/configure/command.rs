//! The same through the command: what it prints, where, and with which exit status it ends.
