//! What ticks of one process know from each other.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::operation::{Engine, Handle};

/// More operations than this in one client forget what they saw between ticks, which costs calls.
const MOST: usize = 1_000;

/// Engines between two ticks, by region and cluster.
///
/// A handle alone is enough for a tick; it then looks at everything first. Where the next tick is given the very
/// handle that the last one ended with, by the same client, it goes on with what was seen.
#[derive(Default)]
pub(super) struct Ticking(Mutex<BTreeMap<(String, String), (Handle, Engine)>>);

impl Ticking {
    /// The engine that ended its last tick with this handle.
    pub(super) fn take(&self, handle: &Handle) -> Option<Engine> {
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, engine) = engines.remove(&key(handle))?;
        (last == *handle).then_some(engine)
    }

    /// Keeps an engine for the tick after the one that ended with this handle.
    pub(super) fn keep(&self, handle: Handle, engine: Engine) {
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if engines.len() < MOST {
            engines.insert(key(&handle), (handle, engine));
        }
    }
}

fn key(handle: &Handle) -> (String, String) {
    (handle.region().to_owned(), handle.cluster().to_owned())
}
