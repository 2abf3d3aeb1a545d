//! The cluster's own API, as far as lifecycles need it: is it there, is it ready, which nodes joined.

mod connect;
mod connection;
mod exchange;
mod exposed;
mod list;
mod node;
#[cfg(test)]
mod tests;
mod tls;
mod watch;

use std::fmt;
use std::sync::Arc;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use bytes::Bytes;
use http::{Method, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::TokenSource;
use crate::{Error, ErrorKind, Result, Violation};

use connection::Kept;

pub use connect::{Connect, SharedConnect, Stream, TcpConnect};
pub use node::{Node, NodeTaint};
pub(crate) use watch::{NodeEvent, NodeWatch};

/// What a query value may contain unescaped (RFC 3986, unreserved).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A client of one cluster's API server.
///
/// Each call is one attempt (and a second one with a new token after a 401), over the connection of the last
/// call where that still stands: when to try again is the caller's to decide, by [`Error::is_retryable`].
/// Clones share the connection.
#[derive(Clone)]
pub struct ApiServer {
    endpoint: Uri,
    host: String,
    port: u16,
    server_name: ServerName<'static>,
    tls: Arc<ClientConfig>,
    tokens: TokenSource,
    connect: SharedConnect,
    sleep: SharedAsyncSleep,
    kept: Kept,
}

impl ApiServer {
    /// The API server at `endpoint` (`https://…`), trusted by `certificate_authority`: PEM, or PEM in
    /// base64 as `DescribeCluster` returns it. Nothing is called.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`] if the endpoint is no `https://` URL with a host, or the authority no certificate.
    pub fn new(
        endpoint: &str,
        certificate_authority: &str,
        tokens: TokenSource,
        connect: SharedConnect,
        sleep: SharedAsyncSleep,
    ) -> Result<Self> {
        let invalid = |rule: &str| Error::invalid(vec![Violation::new("endpoint", endpoint, rule)]);
        let uri: Uri = endpoint.parse().map_err(|_| invalid("be a URL"))?;
        if uri.scheme_str() != Some("https") {
            return Err(invalid("begin with `https://`"));
        }
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let server_name = ServerName::try_from(host.clone()).map_err(|_| invalid("name a host"))?;
        let tls = tls::client_config(certificate_authority, tokens.time().clone())?;
        let port = uri.port_u16().unwrap_or(443);
        let (tls, kept) = (Arc::new(tls), Kept::default());
        Ok(Self { endpoint: uri, host, port, server_name, tls, tokens, connect, sleep, kept })
    }

    /// The Kubernetes version that the API server runs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreachable`], [`ErrorKind::AccessDenied`] or [`ErrorKind::Throttled`]; those of
    /// [`TokenSource::token`]; [`ErrorKind::Internal`] for an answer that makes no sense.
    pub async fn version(&self) -> Result<ServerVersion> {
        self.get_json("/version").await
    }

    /// Whether the API server says that it is ready. DNS and load balancer may lag behind `ACTIVE` by a
    /// minute and flap once, so ask for two in a row.
    ///
    /// # Errors
    ///
    /// As [`ApiServer::version`]; a server that is up and not ready is [`ErrorKind::Unreachable`], too.
    // The flapping: facts/failures.md C20.
    pub async fn readyz(&self) -> Result<()> {
        self.get("/readyz").await.map(drop)
    }

    /// The nodes that match `label_selector` (`eks.amazonaws.com/nodegroup=web`); all of them if empty.
    ///
    /// # Errors
    ///
    /// As [`ApiServer::version`].
    pub async fn nodes(&self, label_selector: &str) -> Result<Vec<Node>> {
        self.nodes_at(label_selector).await.map(|(nodes, _)| nodes)
    }

    /// The nodes, and the resource version of their list: a watch goes on from there.
    pub(crate) async fn nodes_at(&self, label_selector: &str) -> Result<(Vec<Node>, String)> {
        let (items, version) = self.list("/api/v1/nodes", label_selector).await?;
        Ok((items.into_iter().map(|item: node::Item| item.into()).collect(), version))
    }

    async fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let body = self.get(path).await?;
        serde_json::from_slice(&body).map_err(|cause| {
            self.error(ErrorKind::Internal, format!("the answer to GET {path} makes no sense"))
                .with_source(cause)
        })
    }

    async fn get(&self, path: &str) -> Result<Bytes> {
        self.send(&Method::GET, path).await
    }

    async fn send(&self, method: &Method, path: &str) -> Result<Bytes> {
        let (mut status, mut body) = self.attempt(method, path, &self.tokens.token().await?).await?;
        if status == StatusCode::UNAUTHORIZED {
            (status, body) = self.attempt(method, path, &self.tokens.fresh().await?).await?;
        }
        if status.is_success() { Ok(body) } else { Err(self.refused(method, path, status, &body)) }
    }

    fn refused(&self, method: &Method, path: &str, status: StatusCode, body: &[u8]) -> Error {
        let said = serde_json::from_slice::<Status>(body).unwrap_or_default().message;
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let message = format!("{method} {path} was answered with {status}{said}");
        let error = match status {
            // facts/aws.md §8: a valid identity without a mapping is a 401 too.
            StatusCode::UNAUTHORIZED => self.error(ErrorKind::AccessDenied, message).with_hint(
                "Give this IAM identity an access entry on the cluster, or use the one that created it",
            ),
            StatusCode::FORBIDDEN => self.error(ErrorKind::AccessDenied, message).with_hint(
                "Associate an access policy (such as AmazonEKSClusterAdminPolicy) with this identity's \
                 access entry, or grant its group the permission with Kubernetes RBAC",
            ),
            StatusCode::NOT_FOUND => self.error(ErrorKind::NotFound, message),
            StatusCode::TOO_MANY_REQUESTS => self.error(ErrorKind::Throttled, message).retryable(true),
            _ if status.is_server_error() => self
                .error(ErrorKind::Unreachable, message)
                .retryable(true)
                .with_hint("The API server is starting or overloaded; try again in a moment"),
            _ => self.error(ErrorKind::Internal, message),
        };
        error.with_code(status.as_str())
    }

    fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message).with_resource(format!("cluster {}", self.tokens.cluster()))
    }
}

impl fmt::Debug for ApiServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiServer")
            .field("endpoint", &self.endpoint)
            .field("tokens", &self.tokens)
            .field("connect", &self.connect)
            .finish_non_exhaustive()
    }
}

/// What `/version` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServerVersion {
    /// `1`.
    pub major: String,
    /// `34`; some builds add a `+`.
    pub minor: String,
    /// The whole of it, such as `v1.34.1-eks-113cf36`.
    pub git_version: String,
}

/// The API's own error body.
#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    message: String,
}
