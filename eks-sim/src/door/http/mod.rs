//! The account over HTTP, for every client that is not in this process: boto3, the aws CLI, kubectl.
//!
//! One port for all of AWS's services; one TLS port for each cluster, open from ACTIVE on. The account's time
//! is the wall clock's, `speed` times as fast.

mod clock;
mod control;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::api_server::{self, Account};
use super::watchers::Watchers;
use crate::instant::Instant;
use crate::settings::Settings;
use crate::wire::amz_date;
use crate::world::{Delivery, World};

use clock::WallClock;

/// An account that is served over HTTP until this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    endpoint: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the connections share.
struct House {
    world: Mutex<World>,
    clock: Mutex<WallClock>,
    /// `127.0.0.1:4566`: where AWS's services are reached, STS among them.
    authority: String,
    watchers: Watchers,
    clusters: Clusters,
}

/// The ports of clusters.
#[derive(Clone)]
struct Clusters {
    /// By cluster id.
    ports: Arc<Mutex<BTreeMap<String, u16>>>,
    opened: mpsc::UnboundedSender<(String, StdListener)>,
}

impl Server {
    /// Serves an account on `127.0.0.1:port` (0: any free port), with its time `speed` times as fast as the
    /// wall clock (0: it stands still until `POST /_sim/clock` moves it).
    ///
    /// # Errors
    /// If the port cannot be had.
    pub fn start(settings: Settings, port: u16, speed: f64) -> io::Result<Self> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("eks-sim-http".to_owned()).spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    served = serve(listener, settings, speed) => if let Err(error) = served {
                        tracing::error!(%error, "the server ended");
                    },
                    _ = stopped => {}
                }
            });
        })?;
        let endpoint = format!("http://{address}");
        Ok(Self { address, endpoint, stop: Some(stop), thread: Some(thread) })
    }

    /// What clients take as their endpoint URL, such as `http://127.0.0.1:4566`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the server's end, which comes only if it cannot go on.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves an account on `listener`, which must not block, until dropped.
///
/// # Errors
/// If the listener cannot be used.
pub async fn serve(listener: StdListener, settings: Settings, speed: f64) -> io::Result<()> {
    let authority = listener.local_addr()?.to_string();
    let listener = TcpListener::from_std(listener)?;
    let (opened, mut openings) = mpsc::unbounded_channel();
    let clusters = Clusters { ports: Arc::default(), opened };
    let clock = WallClock::starting_at(settings.start, speed);
    let house = Arc::new(House {
        world: Mutex::new(clusters.world(settings)),
        clock: Mutex::new(clock),
        authority,
        watchers: Watchers::default(),
        clusters,
    });
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(attend(Arc::clone(&house), stream));
                }
                Err(error) => tracing::warn!(%error, "accept"),
            },
            Some((id, listener)) = openings.recv() => {
                tokio::spawn(attend_cluster(Arc::clone(&house), id, TcpListener::from_std(listener)?));
            }
        }
    }
}

impl Clusters {
    /// An account whose clusters have their endpoints here.
    fn world(&self, settings: Settings) -> World {
        let clusters = self.clone();
        let mut world = World::new(settings);
        world.set_endpoints(Arc::new(move |id| clusters.endpoint(id)));
        world
    }

    /// The endpoint of the cluster `id`; opens its port when first asked.
    fn endpoint(&self, id: &str) -> String {
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let port = match ports.get(id) {
            Some(port) => *port,
            None => match self.open(id) {
                Ok(port) => {
                    ports.insert(id.to_owned(), port);
                    port
                }
                Err(error) => {
                    tracing::error!(%error, cluster = id, "no port for a cluster");
                    443
                }
            },
        };
        format!("https://127.0.0.1:{port}")
    }

    fn open(&self, id: &str) -> io::Result<u16> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        self.opened.send((id.to_owned(), listener)).map_err(io::Error::other)?;
        Ok(port)
    }
}

impl House {
    /// The account at the present, and the present.
    fn settled(&self) -> MutexGuard<'_, World> {
        let now = self.clock().now();
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.settle(now);
        world
    }

    fn clock(&self) -> MutexGuard<'_, WallClock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one connection to AWS's services.
async fn attend(house: Arc<House>, stream: TcpStream) {
    let service = service_fn(move |request| respond(Arc::clone(&house), request));
    let _ = stream.set_nodelay(true);
    let served = hyper::server::conn::http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "HTTP");
    }
}

/// The connection breaks without an answer.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was cut")
    }
}

impl std::error::Error for Cut {}

async fn respond(house: Arc<House>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let request = Request::from_parts(parts, body);
    if let Some(what) = request.uri().path().strip_prefix("/_sim/") {
        let response = control::answer(&house, what, &request);
        house.watchers.call();
        return Ok(response.map(Full::new));
    }
    let reply = house.settled().handle(&request, Some(clock::wall()));
    let date = date(&request, house.clock().now(), clock::wall());
    house.watchers.call();
    let latency = house.clock().wall_time(reply.takes);
    clock::pass(latency.unwrap_or_default()).await;
    match reply.delivery {
        Delivery::Response(mut response) => {
            if let Ok(date) = HeaderValue::from_str(&date.http_date()) {
                response.headers_mut().insert(header::DATE, date);
            }
            Ok(response.map(Full::new))
        }
        Delivery::Cut => Err(Cut),
        Delivery::Never => pending().await,
    }
}

/// The time by the clock that the client signs by: SDKs take an answer's date for the right time, and sign by
/// it from then on.
fn date(request: &Request<Bytes>, now: Instant, wall: Instant) -> Instant {
    let signed = request.headers().get("x-amz-date").and_then(|value| amz_date(value.to_str().ok()?));
    let distance = |clock: Instant| signed.map(|at| at.since(clock).max(clock.since(at)));
    if distance(now) < distance(wall) { now } else { wall }
}

/// Serves the API server of the cluster `id` as long as there is that cluster.
async fn attend_cluster(house: Arc<House>, id: String, listener: TcpListener) {
    let mut seen = false;
    loop {
        let there = crate::kubernetes::ControlPlane::of_id(&house.settled(), &id).is_some();
        if seen && !there {
            break;
        }
        seen = there;
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                if house.with_world(|world| api_server::reachable(world, &id).is_some()) {
                    tokio::spawn(api_server::serve(Arc::clone(&house), id.clone(), stream));
                } else {
                    // A reset is as near as an open port comes to refusing a connection.
                    let _ = stream.set_zero_linger();
                }
            }
            () = house.watchers.called() => {}
        }
    }
    house.clusters.ports.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
}

impl Account for Arc<House> {
    fn with_world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.settled())
    }

    fn wall(&self) -> Option<Instant> {
        Some(clock::wall())
    }

    fn sts(&self) -> Option<&str> {
        Some(&self.authority)
    }

    async fn travel(&self) {}

    async fn reach(&self, moment: Option<Instant>) {
        let wait = {
            let clock = self.clock();
            moment.and_then(|moment| clock.wall_time(moment.since(clock.now())))
        };
        match wait {
            Some(wait) => clock::pass(wait.max(clock::TICK)).await,
            None => pending().await,
        }
    }

    fn watchers(&self) -> &Watchers {
        &self.watchers
    }
}
