//! A watch: the server tells what happens to its nodes, as it happens.

use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use bytes::{Buf, BytesMut};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::connection::{Kept, Streaming};
use super::node::{Item, Node};
use super::{ApiServer, QUERY};
use crate::Result;

/// How long the server is to keep on telling, in seconds: a connection that died without a word is missed no longer
/// than this.
const TELLS_FOR: u64 = 60;
/// A server that has not ended the watch by then, nor told anything, is not there any more.
const OVERDUE: Duration = Duration::from_secs(TELLS_FOR + 15);
/// An object of Kubernetes has 1.5 MiB at most, which is what etcd takes in one request.
const LONGEST_EVENT: usize = 4 * 1024 * 1024;

/// What happened to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeEvent {
    /// It came, or changed: this is what it is like now.
    Present(Node),
    /// It went. Its name.
    Gone(String),
}

/// An open watch. It ends after a minute, or when anything goes wrong: list the nodes again then, and watch from
/// there.
pub(crate) struct NodeWatch {
    stream: Option<Streaming>,
    /// What has come of the next event.
    text: BytesMut,
    kept: Kept,
    overdue: Sleep,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE")]
enum Event {
    Added(Item),
    Modified(Item),
    Deleted(Item),
    Bookmark(IgnoredAny),
    /// Above all 410: what the watch was to begin with is too old.
    Error(IgnoredAny),
}

impl ApiServer {
    /// Watches all nodes, from `version` on: the resource version of a list. One attempt; it is the next list that
    /// gets a new token if this one is not taken.
    ///
    /// # Errors
    ///
    /// As [`ApiServer::nodes`].
    pub(crate) async fn watch_nodes(&self, version: &str) -> Result<NodeWatch> {
        let version = percent_encoding::utf8_percent_encode(version, QUERY);
        let path = format!("/api/v1/nodes?watch=true&timeoutSeconds={TELLS_FOR}&resourceVersion={version}");
        let token = self.tokens.token().await?;
        let (status, stream) = self.begin(&path, &token).await?;
        if !status.is_success() {
            return Err(self.refused(&http::Method::GET, &path, status, &[]));
        }
        let overdue = self.sleep.sleep(OVERDUE);
        Ok(NodeWatch { stream: Some(stream), text: BytesMut::new(), kept: self.kept.clone(), overdue })
    }
}

impl NodeWatch {
    /// The next event; `None` when the watch is over. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<NodeEvent> {
        loop {
            match self.take_line().map(|line| serde_json::from_slice(&line)) {
                Some(Ok(Event::Added(item) | Event::Modified(item))) => {
                    return Some(NodeEvent::Present(item.into()));
                }
                Some(Ok(Event::Deleted(item))) => return Some(NodeEvent::Gone(Node::from(item).name)),
                Some(Ok(Event::Bookmark(_))) => continue,
                Some(Ok(Event::Error(_)) | Err(_)) => self.stream = None,
                None => {}
            }
            let stream = self.stream.as_mut()?;
            let more = tokio::select! {
                more = stream.next() => more,
                () = &mut self.overdue => None,
            };
            match more {
                Some(more) if self.text.len() + more.len() <= LONGEST_EVENT => {
                    self.text.extend_from_slice(&more)
                }
                Some(_) => self.stream = None,
                None => {
                    let rest = self.stream.take().and_then(Streaming::finish);
                    rest.into_iter().for_each(|connection| self.kept.put(connection));
                }
            }
        }
    }

    fn take_line(&mut self) -> Option<BytesMut> {
        let end = self.text.iter().position(|byte| *byte == b'\n')?;
        let line = self.text.split_to(end);
        self.text.advance(1);
        Some(line)
    }
}

impl std::fmt::Debug for NodeWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeWatch").field("open", &self.stream.is_some()).finish_non_exhaustive()
    }
}
