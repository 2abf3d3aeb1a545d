//! An account that `eks-sim serve` serves, in its own time.

use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::{SystemTimeSource, TimeSource};
use bytes::Bytes;
use http::header::HOST;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

use super::Instant;
use crate::client::{Eks, EksBuilder};
use crate::{Error, ErrorKind, Result};

/// However fast the account's time goes, a pause takes this long on the wall unless it is shorter by itself.
/// Time limits are pauses, too: a call over loopback needs some milliseconds, and more on a busy machine.
const SHORTEST: Duration = Duration::from_millis(250);

/// An account that another process serves (`eks-sim serve`), whose time may go faster than the wall clock's.
///
/// A client that lived by the wall clock would sleep through a quarter of an hour that is over in a second:
/// this one's lives by the account's.
///
/// ```no_run
/// use eks_core::Cluster;
/// use eks_core::simulator::Served;
///
/// # async fn story() -> eks_core::Result<()> {
/// let served = Served::at("http://127.0.0.1:4566").await?.expect("a simulator listens there");
/// let eks = served.client().region("us-west-2").load().await?;
/// eks.create(&Cluster::builder().name("kubelabs-cluster").build()?).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Served {
    url: String,
    clock: ServedClock,
}

impl Served {
    /// Asks the endpoint `url` for its clock. `None`: it is not a simulator's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreachable`] if nobody answers there, [`ErrorKind::InvalidSpec`] if its time stands
    /// still: then no wait of a client would ever end.
    pub async fn at(url: &str) -> Result<Option<Self>> {
        let Some(uri) = url.parse::<Uri>().ok().filter(|uri| uri.scheme_str() == Some("http")) else {
            return Ok(None);
        };
        let body = get(&uri, "/_sim/clock").await.map_err(|cause| {
            Error::new(ErrorKind::Unreachable, format!("nothing answers at {url}"))
                .with_source(cause)
                .with_hint("Start it, or unset AWS_ENDPOINT_URL")
        })?;
        let Some(answer) = body.and_then(|body| serde_json::from_slice::<Clock>(&body).ok()) else {
            return Ok(None);
        };
        let Some(now) = Instant::parse(&answer.now) else { return Ok(None) };
        if answer.speed <= 0.0 {
            return Err(Error::new(
                ErrorKind::InvalidSpec,
                format!("the time of the simulator at {url} stands still"),
            )
            .with_hint("Start it with --speed 1 or more, or POST {\"speed\": 600} to /_sim/clock"));
        }
        let wall = SystemTimeSource::new().now();
        let clock = ServedClock { base: now.system_time(), since: wall, speed: answer.speed };
        Ok(Some(Self { url: url.to_owned(), clock }))
    }

    /// What makes a client of the account. Credentials and region come from the AWS chain: any do.
    pub fn client(&self) -> EksBuilder {
        Eks::builder().endpoint_url(&self.url).time(self.clock.clone(), self.clock.clone())
    }
}

/// What `/_sim/clock` answers.
#[derive(Deserialize)]
struct Clock {
    now: String,
    speed: f64,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The body at `path`; `None` if there is none.
async fn get(uri: &Uri, path: &str) -> Result<Option<Bytes>, Cause> {
    let authority = uri.authority().ok_or("no host")?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get(path).header(HOST, authority.as_str()).body(Empty::<Bytes>::new())?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Ok(None);
        }
        Ok(Some(Limited::new(response.into_body(), 65_536).collect().await?.to_bytes()))
    };
    tokio::select! {
        answer = exchange => answer,
        // It goes on while the answer is awaited, and ends only without one.
        ended = connection => Err(ended.err().map_or_else(|| "the connection broke".into(), Into::into)),
    }
}

/// The account's time, from what it was when asked.
#[derive(Clone, Debug)]
struct ServedClock {
    base: SystemTime,
    since: SystemTime,
    speed: f64,
}

impl ServedClock {
    fn at(&self, wall: SystemTime) -> SystemTime {
        let elapsed = wall.duration_since(self.since).unwrap_or_default();
        self.base + elapsed.mul_f64(self.speed)
    }

    /// How long a pause of the account takes on the wall.
    fn wall_time(&self, pause: Duration) -> Duration {
        pause.div_f64(self.speed).max(SHORTEST.min(pause))
    }
}

impl TimeSource for ServedClock {
    fn now(&self) -> SystemTime {
        self.at(SystemTimeSource::new().now())
    }
}

impl AsyncSleep for ServedClock {
    fn sleep(&self, duration: Duration) -> Sleep {
        TokioSleep::new().sleep(self.wall_time(duration))
    }
}

#[cfg(test)]
mod tests {
    use eks_sim::{Server, Settings};

    use super::*;

    #[test]
    fn time_goes_faster_and_pauses_do_not_vanish() {
        let start = SystemTime::UNIX_EPOCH;
        let clock = ServedClock { base: start, since: start, speed: 600.0 };
        assert_eq!(clock.at(start + Duration::from_secs(2)), start + Duration::from_secs(1200));
        let pauses = [(600_000, 1000), (60_000, 250), (3000, 250), (20, 20)];
        for (pause, wall) in pauses {
            assert_eq!(clock.wall_time(Duration::from_millis(pause)), Duration::from_millis(wall), "{pause}");
        }
        let slow = ServedClock { speed: 1.0, ..clock };
        assert_eq!(slow.wall_time(Duration::from_secs(3)), Duration::from_secs(3));
    }

    #[tokio::test]
    async fn a_simulator_is_known_by_its_clock() {
        let server = Server::start(Settings::default(), 0, 60.0).unwrap();
        let served = Served::at(server.endpoint()).await.unwrap().unwrap();
        assert_eq!(served.clock.speed, 60.0);
        assert!(served.clock.base >= Settings::default().start.system_time());
        for stranger in ["https://eks.us-west-2.amazonaws.com", "nonsense"] {
            assert!(Served::at(stranger).await.unwrap().is_none(), "{stranger}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_waited_for_is_an_error() {
        let server = Server::start(Settings::default(), 0, 0.0).unwrap();
        let still = Served::at(server.endpoint()).await.unwrap_err();
        assert_eq!(still.kind(), ErrorKind::InvalidSpec);
        let gone = server.endpoint().to_owned();
        drop(server);
        assert_eq!(Served::at(&gone).await.unwrap_err().kind(), ErrorKind::Unreachable);
    }
}
