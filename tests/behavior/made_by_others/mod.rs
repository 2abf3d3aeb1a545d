//! Clusters that others made: their spec, and how they become this library's.

mod adopt;
mod describe;
mod spec_of;
