//! The numbers of the project, printed. What they say, and where they were taken, is in README.md beside this.

mod apply;
mod create;
mod fleet;
mod lag;
mod measure;
mod plan;
mod statistics;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// A third of a simulated create is allocations; README.md has the figures with glibc's `malloc`, too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What a measurement can end with.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

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
    /// How many seconds an apply of other labels, taints and sizes is behind what AWS allows; how many calls one makes that
    /// finds everything as it is to be; real time of its plan without I/O.
    Apply(apply::Options),
    /// Real time and memory of one simulated create.
    Create(create::Options),
    /// Real time of a thousand simulated creates at once, and the memory of the client's side.
    Fleet(fleet::Options),
    /// Real time of a plan with ten node groups, without I/O.
    Plan(plan::Options),
}

fn main() -> Result<()> {
    match Args::parse().bench {
        Bench::Lag(options) => lag::run(&options),
        Bench::Apply(options) => apply::run(&options),
        Bench::Create(options) => create::run(&options),
        Bench::Fleet(options) => fleet::run(&options),
        Bench::Plan(options) => plan::run(&options),
    }
}
