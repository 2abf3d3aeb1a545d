//! The ways into the account: in process on a virtual clock, and over HTTP for every other client.

pub mod in_process;
