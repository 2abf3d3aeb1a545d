//! A question on its way.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use eks_json::Answer;
use futures_util::future::{AbortHandle, abortable};
use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Error};
use napi_derive::napi;

use crate::told;

type Asked = Pin<Box<dyn Future<Output = Option<Answer>> + Send>>;

/// A question that can be given up: a promise alone cannot.
#[napi]
pub struct NativeQuestion {
    asked: Mutex<Option<Asked>>,
    stop: AbortHandle,
}

#[napi]
impl NativeQuestion {
    pub(crate) fn new(answer: impl Future<Output = Answer> + Send + 'static) -> Self {
        let (answer, stop) = abortable(answer);
        let asked: Asked = Box::pin(async move { answer.await.ok() });
        Self { asked: Mutex::new(Some(asked)), stop }
    }

    /// The answer; `null` if the question was given up, or if this was called before.
    ///
    /// # Errors
    ///
    /// As the question.
    #[napi]
    pub fn answer<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Option<String>>> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        env.spawn_future(async move {
            match asked {
                Some(asked) => asked.await.transpose().map_err(told),
                None => Ok::<_, Error>(None),
            }
        })
    }

    /// Gives it up: what has been sent has been sent, and nobody waits for it.
    #[napi]
    pub fn stop(&self) {
        self.stop.abort();
    }
}
