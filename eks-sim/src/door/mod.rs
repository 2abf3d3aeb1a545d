//! The ways into the account: in process on a virtual clock, and over HTTP for every other client.

mod api_server;
pub mod http;
pub mod in_process;
mod watchers;
