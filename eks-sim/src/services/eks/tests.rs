//! Lives of clusters, and the rules as tables.

mod lives;
mod rules;
mod setting;
