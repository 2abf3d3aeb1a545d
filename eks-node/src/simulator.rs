//! The embedded AWS.

use eks_json::SimulatedAccount;
use napi::Env;
use napi::bindgen_prelude::PromiseRaw;
use napi_derive::napi;

use crate::client::NativeClient;
use crate::{blocking, told};

/// A simulated account.
#[napi]
pub struct NativeSimulator(SimulatedAccount);

#[napi]
impl NativeSimulator {
    /// An account as its settings have it (see `eks_core::simulator::Settings`).
    ///
    /// # Errors
    ///
    /// `invalidSpec` for settings that are none.
    #[napi(constructor, catch_unwind)]
    pub fn new(settings: String) -> napi::Result<Self> {
        SimulatedAccount::start(&settings).map(Self).map_err(told)
    }

    /// A client of it.
    ///
    /// # Errors
    ///
    /// `invalidSpec` for options that are none.
    #[napi(catch_unwind)]
    pub fn client(&self, options: String) -> napi::Result<NativeClient> {
        self.0.client(&options).map(NativeClient).map_err(told)
    }

    /// Asks the account itself (see `eks_json::Turn`), which answers at once.
    ///
    /// # Errors
    ///
    /// As `eks_json::SimulatedAccount::turn`.
    #[napi(catch_unwind)]
    pub fn turn(&self, turn: String) -> napi::Result<String> {
        self.0.turn(&turn).map_err(told)
    }

    /// The same for what may take a while.
    ///
    /// # Errors
    ///
    /// As `eks_json::SimulatedAccount::turn`.
    #[napi]
    pub fn turn_later<'env>(&self, env: &'env Env, turn: String) -> napi::Result<PromiseRaw<'env, String>> {
        let account = self.0.clone();
        blocking(env, move || account.turn(&turn))
    }
}
