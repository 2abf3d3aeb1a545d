//! The promises that the library makes, one file for each.

mod active_is_not_permission;
mod create_or_continue;
mod delete_means_gone;
mod dropping;
mod errors;
mod events;
mod half_there;
mod no_time_of_its_own;
mod secrets;
mod types;
mod weather;
mod what_is_stuck;
