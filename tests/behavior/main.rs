//! The behaviour suite: stories against the simulator. The names of scenarios are the same in every language.

mod access_entries;
mod apply;
mod auto_mode;
mod bad_input;
mod client;
mod cluster_options;
mod control_plane_logs;
mod costs;
mod every_option;
mod golden;
mod guards;
mod labels_and_taints;
mod load_balancers;
mod networks;
mod node_groups;
mod others_at_work;
mod pictures;
mod preflight;
mod promises;
mod reap;
mod scale;
mod stories;
mod sweep;
mod tag;
mod timeout;
