//! How bytes get to the API server: a socket, or a simulator's pipe.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection, before TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens connections.
pub trait Connect: Send + Sync + Debug {
    /// A connection to `host`, a name or an address without brackets.
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>>;
}

/// A [`Connect`] that clones cheaply.
#[derive(Clone, Debug)]
pub struct SharedConnect(Arc<dyn Connect>);

impl SharedConnect {
    /// Shares `connect`.
    pub fn new(connect: impl Connect + 'static) -> Self {
        Self(Arc::new(connect))
    }
}

impl Default for SharedConnect {
    fn default() -> Self {
        Self::new(TcpConnect)
    }
}

impl Connect for SharedConnect {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        self.0.connect(host, port)
    }
}

/// Real TCP: each address that the name resolves to, in turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpConnect;

impl Connect for TcpConnect {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let stream = TcpStream::connect((host, port)).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}
