//! A lifecycle on its way.

use eks_json::Operation;
use napi::Env;
use napi::bindgen_prelude::PromiseRaw;
use napi_derive::napi;

use crate::{maybe, told};

/// A lifecycle that is driven in the background, whether anybody waits for it or not.
///
/// A promise that is pending keeps Node's event loop alive: those of an operation that is no longer driven are settled at
/// once.
#[napi]
pub struct NativeOperation(pub(crate) Operation);

#[napi]
impl NativeOperation {
    /// `create`, `apply`, `delete` and so on.
    #[napi(getter)]
    pub fn verb(&self) -> String {
        self.0.verb().to_owned()
    }

    /// What it comes to.
    ///
    /// # Errors
    ///
    /// Those of the lifecycle; `cancelled` once it is no longer driven.
    #[napi]
    pub fn result<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, String>> {
        let result = self.0.result();
        env.spawn_future(async move { result.await.map_err(told) })
    }

    /// Its event of this number, from 0 on; `null` if it ended before.
    ///
    /// # Errors
    ///
    /// `internal` for an event that has no JSON form.
    #[napi]
    pub fn event<'env>(&self, env: &'env Env, number: u32) -> napi::Result<PromiseRaw<'env, Option<String>>> {
        let event = self.0.event(number as usize);
        env.spawn_future(async move { maybe(event.await) })
    }

    /// Where everything stands; `null` until the first look is over.
    ///
    /// # Errors
    ///
    /// `internal` for a plan that has no JSON form.
    #[napi(catch_unwind)]
    pub fn plan(&self) -> napi::Result<Option<String>> {
        maybe(self.0.plan())
    }

    /// What `resume` takes; `null` until it has begun.
    ///
    /// # Errors
    ///
    /// `internal` for a handle that has no JSON form.
    #[napi(catch_unwind)]
    pub fn handle(&self) -> napi::Result<Option<String>> {
        maybe(self.0.handle())
    }

    /// Stops driving, and gives the handle.
    ///
    /// # Errors
    ///
    /// `internal` for a handle that has no JSON form.
    #[napi(catch_unwind)]
    pub fn detach(&self) -> napi::Result<Option<String>> {
        maybe(self.0.detach())
    }

    /// Stops driving and undoes it.
    ///
    /// # Errors
    ///
    /// `unsupported` for what cannot be undone.
    #[napi(catch_unwind)]
    pub fn roll_back(&self) -> napi::Result<Self> {
        self.0.roll_back().map(Self).map_err(told)
    }
}
