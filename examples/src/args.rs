//! What every example is told on its command line.

use clap::Parser;

use crate::Account;

/// Runs on the embedded simulator, on the endpoint that AWS_ENDPOINT_URL names, or on AWS.
#[derive(Debug, Parser)]
pub struct Args {
    /// Run on AWS, with the credentials of the standard chain. This costs money.
    #[arg(long)]
    pub aws: bool,
    /// Leave the cluster standing.
    #[arg(long)]
    pub keep: bool,
    /// How many times faster than simulated time to show progress; 0: at once.
    #[arg(long, default_value_t = 240.0)]
    pub speed: f64,
}

impl Args {
    /// What the command line says.
    pub fn read() -> Self {
        Self::parse()
    }

    /// How fast [`crate::watch`] shows progress: real time needs no help.
    pub fn pace(&self, account: &Account) -> f64 {
        if account.simulator().is_some() { self.speed } else { 0.0 }
    }
}
