//! An AWS in a process.
