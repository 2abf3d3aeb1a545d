//! Tables for what decides: no async, no clock, no AWS.

mod apply;
mod change_set;
mod cost;
mod create;
mod delete;
mod eksctl;
mod every_state;
mod found;
mod identity;
mod leftover_stack;
mod load_balancers;
mod log_group;
mod outline;
mod picture;
mod schedule;
mod stuck_stack;
mod tagging;
mod template;
mod world;
