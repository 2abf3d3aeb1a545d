//! What the tests share.

use std::future::Future;

use eks_core::simulator::{Settings, Simulator};

/// A simulator with these settings.
pub fn simulator(settings: Settings) -> Simulator {
    Simulator::with(settings)
}

/// Runs a future on the simulator's thread and gives its result.
///
/// # Panics
///
/// When a wait lasts for ever.
pub fn run<F>(simulator: &Simulator, make: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F: Future + 'static,
    F::Output: Send + 'static,
{
    simulator.run(make).expect("no wait lasts for ever")
}

/// What is left of everything that was made, for messages.
pub fn left(simulator: &Simulator) -> Vec<String> {
    simulator.ledger().left().iter().map(|resource| format!("{} {}", resource.kind, resource.id)).collect()
}
