//! TLS and HTTP around the API server of a cluster, the same for both doors.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::watchers::{Watchers, Watching};
use crate::instant::Instant;
use crate::kubernetes::{self, Answer, Context, ControlPlane, Watch};
use crate::world::World;

/// The account behind a door, and the door's time.
pub(super) trait Account: Clone + Send + Sync + 'static {
    /// Looks at the account's present.
    fn with_world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T;
    /// The real time, if clients live by it.
    fn wall(&self) -> Option<Instant>;
    /// The authority under which the account's own STS is reached, besides AWS's names.
    fn sts(&self) -> Option<&str>;
    /// The time that a request is on its way.
    fn travel(&self) -> impl Future<Output = ()> + Send;
    /// Waits until a moment; for ever if there is none.
    fn reach(&self, moment: Option<Instant>) -> impl Future<Output = ()> + Send;
    /// The open watches.
    fn watchers(&self) -> &Watchers;
}

/// The cluster `id`, if its API server can be reached just now.
pub(super) fn reachable(world: &World, id: &str) -> Option<ControlPlane> {
    ControlPlane::of_id(world, id).filter(|plane| plane.is_reachable(world))
}

/// Serves one connection to the API server of the cluster `id`. How it ends is the client's business.
pub(super) async fn serve<A: Account>(
    account: A,
    id: String,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) {
    let Some(plane) = account.with_world(|world| reachable(world, &id)) else { return };
    let config = match kubernetes::server_config(&plane) {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(%error, cluster = plane.name, "no certificate");
            return;
        }
    };
    let stream = match TlsAcceptor::from(config).accept(stream).await {
        Ok(stream) => stream,
        Err(error) => {
            tracing::debug!(%error, cluster = plane.name, "TLS");
            return;
        }
    };
    let service = service_fn(move |request| respond(account.clone(), id.clone(), request));
    let served = hyper::server::conn::http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, cluster = plane.name, "HTTP");
    }
}

/// The end of a connection without an answer.
#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the API server cannot be reached any more")
    }
}

impl std::error::Error for Gone {}

async fn respond<A: Account>(
    account: A,
    id: String,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Gone> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Gone)?.to_bytes();
    let request = Request::from_parts(parts, body);
    account.travel().await;
    let (plane, answer) = account.with_world(|world| {
        let plane = reachable(world, &id).ok_or(Gone)?;
        let context = Context { wall: account.wall(), sts: account.sts() };
        let answer = kubernetes::answer(world, &plane, &request, context);
        Ok((plane, answer))
    })?;
    Ok(match answer {
        Answer::Whole(response) => response.map(|body| Full::new(body).boxed()),
        Answer::Change(change) => {
            let response = account.with_world(|world| change.apply(world, &plane));
            account.watchers().call();
            response.map(|body| Full::new(body).boxed())
        }
        Answer::Watch(watch) => {
            let (lines, body) = mpsc::channel(16);
            tokio::spawn(stream(account, id, watch, lines));
            let mut response = Response::new(Lines(body).boxed());
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
    })
}

/// Sends what a watch sees until one of both sides ends it.
async fn stream<A: Account>(account: A, id: String, mut watch: Watch, lines: mpsc::Sender<Bytes>) {
    let watching = Watching::begin(account.clone(), &id);
    loop {
        let changed = watching.changed();
        let seen = account.with_world(|world| {
            let plane = reachable(world, &id);
            watch.look(plane.as_ref(), world.now())
        });
        let Some(seen) = seen else { return };
        if !seen.is_empty() && lines.send(seen).await.is_err() {
            return;
        }
        tokio::select! {
            () = changed => {}
            () = account.reach(watch.next()) => {}
            () = lines.closed() => return,
        }
    }
}

/// A body that comes line by line.
struct Lines(mpsc::Receiver<Bytes>);

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
