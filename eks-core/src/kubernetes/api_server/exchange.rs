//! One request over one connection, with time limits.

use std::io;
use std::pin::pin;
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::header::{ACCEPT, AUTHORIZATION, HOST, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{ApiServer, Connect, Stream};
use crate::kubernetes::Token;
use crate::{Error, ErrorKind, Result};

/// Long enough for a handshake across the world, short enough to tell a private endpoint from a slow
/// one (facts/failures.md C19: probe reachability in 3 s).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// A page of 500 nodes is some 10 MB; more than this is not an answer to anything asked here.
const MAX_BODY: usize = 64 * 1024 * 1024;

const PRIVATE_ENDPOINT: &str = "If the cluster's endpoint is private, run this inside its VPC or a network \
                                connected to it, or allow your address with public endpoint access";

type Answer = (StatusCode, Bytes);

impl ApiServer {
    pub(super) async fn attempt(&self, path: &str, token: &Token) -> Result<Answer> {
        let request = self.request(path, token)?;
        within(&self.sleep, ATTEMPT_TIMEOUT, async {
            let stream = self.open().await?;
            send(stream, request).await.map_err(|cause| {
                self.unreachable(format!("the connection broke during GET {path}")).with_source(cause)
            })
        })
        .await
        .unwrap_or_else(|| {
            let seconds = ATTEMPT_TIMEOUT.as_secs();
            Err(self.unreachable(format!("GET {path} was not answered within {seconds} s")))
        })
    }

    fn request(&self, path: &str, token: &Token) -> Result<Request<Empty<Bytes>>> {
        let secret = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        // `new` has checked the authority; a token is base64.
        let authority = self.endpoint.authority().map_or(self.host.as_str(), |authority| authority.as_str());
        secret
            .map_err(http::Error::from)
            .and_then(|secret| {
                Request::get(path)
                    .header(HOST, authority)
                    .header(ACCEPT, "application/json")
                    .header(USER_AGENT, concat!("eks-core/", env!("CARGO_PKG_VERSION")))
                    .header(AUTHORIZATION, secret)
                    .body(Empty::new())
            })
            .map_err(|cause| {
                self.error(ErrorKind::Internal, format!("GET {path} is not a request")).with_source(cause)
            })
    }

    async fn open(&self) -> Result<TlsStream<Box<dyn Stream>>> {
        let connecting = async {
            let stream = self.connect.connect(&self.host, self.port).await?;
            TlsConnector::from(self.tls.clone()).connect(self.server_name.clone(), stream).await
        };
        match within(&self.sleep, CONNECT_TIMEOUT, connecting).await {
            Some(Ok(stream)) => Ok(stream),
            Some(Err(cause)) if is_certificate(&cause) => Err(self
                .error(
                    ErrorKind::Unreachable,
                    format!("{} has a certificate of another authority", self.host),
                )
                .with_hint(
                    "Describe the cluster again: its endpoint or certificate authority changed, \
                     or something between here and the cluster intercepts TLS",
                )
                .with_source(cause)),
            Some(Err(cause)) => {
                Err(self.unreachable(format!("{} cannot be connected to", self.host)).with_source(cause))
            }
            None => {
                let seconds = CONNECT_TIMEOUT.as_secs();
                Err(self.unreachable(format!("{} took no connection within {seconds} s", self.host)))
            }
        }
    }

    fn unreachable(&self, message: String) -> Error {
        self.error(ErrorKind::Unreachable, message).retryable(true).with_hint(PRIVATE_ENDPOINT)
    }
}

async fn send(
    stream: TlsStream<Box<dyn Stream>>,
    request: Request<Empty<Bytes>>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async move {
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await?.to_bytes();
        Ok((status, body))
    };
    // The connection moves the bytes; it may end before the answer has been taken out of its buffer.
    match select(pin!(exchange), pin!(connection)).await {
        Either::Left((answer, _connection)) => answer,
        Either::Right((_closed, exchange)) => exchange.await,
    }
}

async fn within<T>(sleep: &SharedAsyncSleep, limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), sleep.sleep(limit)).await {
        Either::Left((output, _sleep)) => Some(output),
        Either::Right(_) => None,
    }
}

fn is_certificate(cause: &io::Error) -> bool {
    let tls = cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
}
