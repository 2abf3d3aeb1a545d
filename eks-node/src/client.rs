//! A client.

use eks_json::Client;
use napi_derive::napi;

use crate::operation::NativeOperation;
use crate::question::NativeQuestion;
use crate::told;

/// A client of AWS, or of a simulated account.
#[napi]
pub struct NativeClient(pub(crate) Client);

#[napi]
impl NativeClient {
    /// A client of AWS (see `eks_json::ClientOptions`). Nothing is called and no file is read yet.
    ///
    /// # Errors
    ///
    /// `invalidSpec` for options that are none.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> napi::Result<Self> {
        Client::new(&options).map(Self).map_err(told)
    }

    /// Asks something (see `eks_json::Question`).
    #[napi(catch_unwind)]
    pub fn ask(&self, question: String) -> NativeQuestion {
        NativeQuestion::new(self.0.ask(&question))
    }

    /// Begins something (see `eks_json::Lifecycle`), which runs from now on.
    ///
    /// # Errors
    ///
    /// As `eks_json::Client::begin`.
    #[napi(catch_unwind)]
    pub fn begin(&self, lifecycle: String) -> napi::Result<NativeOperation> {
        self.0.begin(&lifecycle).map(NativeOperation).map_err(told)
    }

    /// Has it refuse whatever comes from now on.
    #[napi]
    pub fn close(&self) {
        self.0.close();
    }
}
