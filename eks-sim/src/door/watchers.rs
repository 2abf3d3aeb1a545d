//! Who watches which cluster, and is woken when something about it may have changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::api_server::Account;
use crate::world::Changes;

/// The open watches of an account.
///
/// A cluster changes when a client calls, and when something on the account's agenda comes due. One task waits for
/// both, for all watches, and wakes only those whose cluster it is: a thousand watches cost no more than one each.
#[derive(Default)]
pub(super) struct Watchers {
    /// Somebody has called, or has begun to watch.
    called: Notify,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// By cluster id: how many watches there are, and what wakes them.
    clusters: BTreeMap<String, (usize, Arc<Notify>)>,
    /// Whether there is a task that wakes them.
    attended: bool,
}

/// One open watch.
pub(super) struct Watching<A: Account> {
    account: A,
    cluster: String,
    changed: Arc<Notify>,
}

impl Watchers {
    /// Says that a client has called.
    pub(super) fn call(&self) {
        self.called.notify_waiters();
    }

    /// The next call, from now on.
    pub(super) fn called(&self) -> Notified<'_> {
        self.called.notified()
    }

    fn wake(&self, changes: &Changes) {
        let open = self.lock();
        match changes {
            Changes::All => open.clusters.values().for_each(|(_, watches)| watches.notify_waiters()),
            Changes::Of(ids) => {
                let watched = ids.iter().filter_map(|id| open.clusters.get(id));
                watched.for_each(|(_, watches)| watches.notify_waiters());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Account> Watching<A> {
    /// Begins to watch a cluster.
    pub(super) fn begin(account: A, cluster: &str) -> Self {
        let watchers = account.watchers();
        let mut open = watchers.lock();
        let (watches, changed) = open.clusters.entry(cluster.to_owned()).or_default();
        *watches += 1;
        let changed = Arc::clone(changed);
        if !std::mem::replace(&mut open.attended, true) {
            tokio::spawn(attend(account.clone()));
        }
        drop(open);
        watchers.call();
        Self { account, cluster: cluster.to_owned(), changed }
    }

    /// The next change, from now on.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }
}

impl<A: Account> Drop for Watching<A> {
    fn drop(&mut self) {
        let watchers = self.account.watchers();
        let mut open = watchers.lock();
        if let Some((watches, _)) = open.clusters.get_mut(&self.cluster) {
            *watches -= 1;
            if *watches == 0 {
                open.clusters.remove(&self.cluster);
            }
        }
        drop(open);
        // The last one sends the attendant home.
        watchers.call();
    }
}

/// Wakes watches as long as there are any.
async fn attend<A: Account>(account: A) {
    loop {
        let watchers = account.watchers();
        let called = watchers.called();
        let (changes, next) = account.with_world(|world| (world.take_changes(), world.next_event()));
        watchers.wake(&changes);
        {
            let mut open = watchers.lock();
            if open.clusters.is_empty() {
                open.attended = false;
                return;
            }
        }
        tokio::select! {
            () = called => {}
            () = account.reach(next) => {}
        }
    }
}
