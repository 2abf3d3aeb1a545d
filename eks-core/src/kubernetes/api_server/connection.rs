//! A connection that serves one request after another.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, select};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
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
    /// Moves the bytes.
    traffic: BoxFuture<'static, hyper::Result<()>>,
}

impl Connection {
    pub(super) async fn new(stream: TlsStream<Box<dyn Stream>>) -> Result<Self, Broken> {
        let (sender, traffic) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, traffic: Box::pin(traffic) })
    }

    /// One request. The connection comes back with the answer if it can take another one.
    pub(super) async fn send(self, request: Request<Empty<Bytes>>) -> Result<(Answer, Option<Self>), Broken> {
        let Self { mut sender, mut traffic } = self;
        let exchange = async {
            sender.ready().await?;
            let response = sender.send_request(request).await?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MAX_BODY).collect().await?.to_bytes();
            Ok::<_, Broken>((status, body))
        };
        let (answer, open) = match select(pin!(exchange), Pin::new(&mut traffic)).await {
            Either::Left((answer, _traffic)) => (answer?, true),
            // The connection may end before the answer has been taken out of its buffer.
            Either::Right((_closed, exchange)) => (exchange.await?, false),
        };
        Ok((answer, open.then_some(Self { sender, traffic })))
    }
}
