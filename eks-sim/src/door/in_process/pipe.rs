//! A pipe in memory to the API server of a cluster.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::DuplexStream;

use super::{Shared, clock};
use crate::door::api_server::{self, Account};
use crate::door::watchers::Watchers;
use crate::instant::Instant;
use crate::kubernetes::ControlPlane;
use crate::world::World;

/// What a pipe holds before its writer has to wait; as much as a socket's buffer.
const BUFFER: usize = 256 * 1024;

pub(super) fn connect(shared: &Arc<Shared>, host: &str, port: u16) -> io::Result<DuplexStream> {
    shared.life.stir();
    let world = shared.settled();
    let plane = ControlPlane::of_host(&world, host)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no such host: {host}")))?;
    if port != 443 || !plane.is_reachable(&world) {
        return Err(io::Error::new(io::ErrorKind::ConnectionRefused, format!("{host}:{port} refused")));
    }
    drop(world);
    let (ours, theirs) = tokio::io::duplex(BUFFER);
    tokio::spawn(api_server::serve(Arc::clone(shared), plane.id, theirs));
    Ok(ours)
}

impl Account for Arc<Shared> {
    fn with_world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.settled())
    }

    fn wall(&self) -> Option<Instant> {
        None
    }

    fn sts(&self) -> Option<&str> {
        None
    }

    async fn travel(&self) {
        self.life.stir();
        let takes = self.settled().kubernetes_call_takes();
        clock::pass(takes).await;
    }

    async fn reach(&self, moment: Option<Instant>) {
        match moment {
            Some(moment) => clock::pass(moment.since(self.clock.now()).max(Duration::from_millis(1))).await,
            None => std::future::pending().await,
        }
    }

    fn watchers(&self) -> &Watchers {
        &self.watchers
    }
}
