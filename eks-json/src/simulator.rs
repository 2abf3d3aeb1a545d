//! The embedded AWS.

use std::time::Duration;

use eks_core::simulator::{Fault, Settings, Simulator};
use eks_core::{Error, ErrorKind};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Failure, call, given, written};
use crate::client::Client;

/// A simulated account, in this process and in virtual time. It lives in the process that made it.
#[derive(Clone)]
pub struct SimulatedAccount {
    simulator: Simulator,
    process: u32,
}

/// What is asked of the account itself, as JSON: `{"method": "left"}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Turn {
    /// Every call and every resource so far.
    Ledger {},
    /// The resources that are there.
    Left {},
    /// What AWS would have charged so far, in US dollars.
    Cost {},
    /// The virtual time, in seconds since the Unix epoch.
    Now {},
    /// Lets virtual time pass.
    Advance {
        /// How much.
        seconds: f64,
    },
    /// Has calls go wrong from now on.
    AddFault {
        /// [`Fault`].
        fault: Value,
    },
    /// Has all go well again.
    ClearFaults {},
}

impl SimulatedAccount {
    /// An account, with its own thread and clock. `settings`: [`Settings`] as JSON; an empty text is the default.
    ///
    /// # Errors
    ///
    /// `invalidSpec` for settings that are none.
    pub fn start(settings: &str) -> Result<Self, Failure> {
        let settings: Settings =
            if settings.is_empty() { Settings::default() } else { eks_core::text::from_json(settings)? };
        Ok(Self { simulator: Simulator::with(settings), process: std::process::id() })
    }

    /// A client of it; of [`ClientOptions`](crate::ClientOptions) only region, guards and seed say anything here.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn client(&self, options: &str) -> Result<Client, Failure> {
        Client::with(options, None, Some(self.clone()))
    }

    /// Asks, or has something happen ([`Turn`]).
    ///
    /// # Errors
    ///
    /// `invalidSpec` for a fault that is none; `internal` in a process that did not make the account.
    pub fn turn(&self, turn: &str) -> Answer {
        let simulator = self.here()?;
        match call(turn)? {
            Turn::Ledger {} => written(&simulator.ledger()),
            Turn::Left {} => written(&simulator.ledger().left()),
            Turn::Cost {} => written(&simulator.ledger().cost(simulator.now())),
            Turn::Now {} => written(&simulator.now().epoch_seconds()),
            Turn::Advance { seconds } => {
                let time = Duration::try_from_secs_f64(seconds).map_err(|error| {
                    let violation =
                        eks_core::Violation::new("seconds", seconds, format!("be a time: {error}"));
                    Error::invalid(vec![violation])
                })?;
                simulator.advance(time);
                written(&json!(null))
            }
            Turn::AddFault { fault } => {
                simulator.add_fault(given::<Fault>(&fault)?);
                written(&json!(null))
            }
            Turn::ClearFaults {} => {
                simulator.clear_faults();
                written(&json!(null))
            }
        }
    }

    /// The simulator, in the process that has its thread.
    pub(crate) fn here(&self) -> Result<&Simulator, Error> {
        if self.process == std::process::id() {
            return Ok(&self.simulator);
        }
        Err(Error::new(ErrorKind::Internal, "the simulated account lives in the process that made it")
            .with_hint("Make one in this process, or start `eks-sim serve` for several"))
    }
}
