//! One request, with time limits.

use std::io;
use std::pin::pin;
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::header::{ACCEPT, AUTHORIZATION, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Empty;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connection::{Answer, Broken, Connection, Streaming};
use super::{ApiServer, Connect, Stream};
use crate::kubernetes::Token;
use crate::{Error, ErrorKind, Result};

/// Long enough for a handshake across the world, short enough to tell a private endpoint from a slow
/// one (facts/failures.md C19: probe reachability in 3 s).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const PRIVATE_ENDPOINT: &str = "If the cluster's endpoint is private, run this inside its VPC or a network \
                                connected to it, or allow your address with public endpoint access";

impl ApiServer {
    pub(super) async fn attempt(&self, method: &Method, path: &str, token: &Token) -> Result<Answer> {
        let exchange = self.exchange(method, path, token);
        let answer = within(&self.sleep, ATTEMPT_TIMEOUT, exchange).await;
        answer.unwrap_or_else(|| Err(self.unanswered(method, path)))
    }

    /// The beginning of an answer.
    pub(super) async fn begin(&self, path: &str, token: &Token) -> Result<(StatusCode, Streaming)> {
        let begun = self.over_a_connection(&Method::GET, path, token, Connection::begin);
        let begun = within(&self.sleep, ATTEMPT_TIMEOUT, begun).await;
        begun.unwrap_or_else(|| Err(self.unanswered(&Method::GET, path)))
    }

    async fn exchange(&self, method: &Method, path: &str, token: &Token) -> Result<Answer> {
        let (answer, rest) = self.over_a_connection(method, path, token, Connection::send).await?;
        rest.into_iter().for_each(|connection| self.kept.put(connection));
        Ok(answer)
    }

    /// Over the connection of the last request, if it was kept and still is one, else over a new one.
    async fn over_a_connection<T, F>(
        &self,
        method: &Method,
        path: &str,
        token: &Token,
        send: impl Fn(Connection, Request<Empty<Bytes>>) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, Broken>>,
    {
        let broken = |cause| {
            self.unreachable(format!("the connection broke during {method} {path}")).with_source(cause)
        };
        if let Some(connection) = self.kept.take()
            && let Ok(answer) = send(connection, self.request(method, path, token)?).await
        {
            return Ok(answer);
        }
        let request = self.request(method, path, token)?;
        let connection = Connection::new(self.open().await?).await.map_err(broken)?;
        send(connection, request).await.map_err(broken)
    }

    fn unanswered(&self, method: &Method, path: &str) -> Error {
        let seconds = ATTEMPT_TIMEOUT.as_secs();
        self.unreachable(format!("{method} {path} was not answered within {seconds} s"))
    }

    fn request(&self, method: &Method, path: &str, token: &Token) -> Result<Request<Empty<Bytes>>> {
        let secret = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        // `new` has checked the authority; a token is base64.
        let authority = self.endpoint.authority().map_or(self.host.as_str(), |authority| authority.as_str());
        secret
            .map_err(http::Error::from)
            .and_then(|secret| {
                Request::builder()
                    .method(method)
                    .uri(path)
                    .header(HOST, authority)
                    .header(ACCEPT, "application/json")
                    .header(USER_AGENT, concat!("eks-core/", env!("CARGO_PKG_VERSION")))
                    .header(AUTHORIZATION, secret)
                    .body(Empty::new())
            })
            .map_err(|cause| {
                self.error(ErrorKind::Internal, format!("{method} {path} is not a request"))
                    .with_source(cause)
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
