//! What the examples share: where they run, how they show progress, and how they end. The behaviour suite
//! makes its networks with it, too.

mod account;
mod args;
mod ending;
mod kubeconfig;
mod network;
mod progress;

pub use account::Account;
pub use args::Args;
pub use ending::{delete, delete_unless_kept, settle_up, show};
pub use kubeconfig::{Written, forget, write_kubeconfig};
pub use network::PrivateNetwork;
pub use progress::watch;
