//! Decisions as tables: no async, no account.

mod leftover_stack;
