//! A connection that serves one request after another.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, select};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio_rustls::client::TlsStream;

use super::Stream;

/// A page of 500 nodes is some 10 MB; more than this is not an answer to anything asked here.
const MAX_BODY: usize = 64 * 1024 * 1024;

pub(super) type Answer = (StatusCode, Bytes);
/// Why a connection broke.
pub(super) type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The connection of an API server between two requests, if there is one. Clones share it.
///
/// A handshake costs more than all that is asked here. Nobody polls the connection while it lies here, so that
/// an end which the server puts to it is met by the next request.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<Connection>>>);

impl Kept {
    pub(super) fn take(&self) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn put(&self, connection: Connection) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
    }
}

/// An open connection, with no request on its way.
pub(super) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    traffic: Traffic,
}

/// Moves the bytes of a connection.
type Traffic = BoxFuture<'static, hyper::Result<()>>;

/// An answer that comes bit by bit.
pub(super) struct Streaming {
    sender: SendRequest<Empty<Bytes>>,
    /// `None` once the connection has ended.
    traffic: Option<Traffic>,
    body: Incoming,
    /// Whether all of it has come.
    ended: bool,
}

impl Connection {
    pub(super) async fn new(stream: TlsStream<Box<dyn Stream>>) -> Result<Self, Broken> {
        let (sender, traffic) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, traffic: Box::pin(traffic) })
    }

    /// One request and the whole of its answer. The connection comes back with it if it can take another one.
    pub(super) async fn send(self, request: Request<Empty<Bytes>>) -> Result<(Answer, Option<Self>), Broken> {
        let (status, Streaming { sender, mut traffic, body, .. }) = self.begin(request).await?;
        let body = while_moving(&mut traffic, Limited::new(body, MAX_BODY).collect()).await?.to_bytes();
        let rest = traffic.map(|traffic| Self { sender, traffic });
        Ok(((status, body), rest))
    }

    /// One request, and the beginning of its answer.
    pub(super) async fn begin(
        self,
        request: Request<Empty<Bytes>>,
    ) -> Result<(StatusCode, Streaming), Broken> {
        let Self { mut sender, traffic } = self;
        let mut traffic = Some(traffic);
        let response = while_moving(&mut traffic, async {
            sender.ready().await?;
            sender.send_request(request).await
        });
        let response = response.await?;
        Ok((response.status(), Streaming { sender, traffic, body: response.into_body(), ended: false }))
    }
}

impl Streaming {
    /// What comes next; `None` at the end, whichever it is. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            match while_moving(&mut self.traffic, self.body.frame()).await {
                Some(frame) => {
                    if let Ok(data) = frame.ok()?.into_data() {
                        return Some(data);
                    }
                }
                None => {
                    self.ended = true;
                    return None;
                }
            }
        }
    }

    /// The connection, if it can take another request: everything of this answer has come.
    pub(super) fn finish(self) -> Option<Connection> {
        let Self { sender, traffic, ended, .. } = self;
        traffic.filter(|_| ended).map(|traffic| Connection { sender, traffic })
    }
}

/// Runs `exchange` while bytes move.
async fn while_moving<T>(traffic: &mut Option<Traffic>, exchange: impl Future<Output = T>) -> T {
    let Some(moving) = traffic else { return exchange.await };
    match select(pin!(exchange), Pin::new(moving)).await {
        Either::Left((answer, _traffic)) => answer,
        // The connection may end before the answer has been taken out of its buffer.
        Either::Right((_closed, exchange)) => {
            *traffic = None;
            exchange.await
        }
    }
}
