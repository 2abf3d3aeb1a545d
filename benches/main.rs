//! The numbers of the project, printed. What they say, and where they were taken, is in README.md beside this.

mod lag;
mod statistics;

use clap::{Parser, Subcommand};

/// What a measurement can end with.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(about = "The numbers of the project, printed")]
struct Args {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// How many seconds a create and a delete are behind the earliest moment that AWS allows; how many calls
    /// they make; whether anything is left. Fails if anything is.
    Lag(lag::Options),
}

fn main() -> Result<()> {
    match Args::parse().bench {
        Bench::Lag(options) => lag::run(&options),
    }
}
