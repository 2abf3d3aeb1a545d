//! The AWS SDK's way to the account.

use std::future::pending;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;

use super::{Shared, Simulator, StuckReason, clock};
use crate::world::Delivery;

#[derive(Clone, Debug)]
pub(super) struct Connector {
    simulator: Simulator,
}

impl Connector {
    pub(super) fn new(simulator: Simulator) -> Self {
        Self { simulator }
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let simulator = self.simulator.clone();
        HttpConnectorFuture::new(async move {
            let request = whole(request).await?;
            let shared = Arc::clone(&simulator.shared);
            let response = if simulator.is_inside() {
                travel(shared, request).await
            } else {
                match simulator.spawn(move || travel(shared, request)).await {
                    Ok(answer) => answer,
                    Err(stuck) => Err(ConnectorError::other(stuck.into(), None)),
                }
            }?;
            HttpResponse::try_from(response.map(SdkBody::from)).map_err(malformed)
        })
    }
}

/// The request with its body in memory.
async fn whole(request: HttpRequest) -> Result<Request<Bytes>, ConnectorError> {
    let (parts, body) = request.try_into_http1x().map_err(malformed)?.into_parts();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    Ok(Request::from_parts(parts, body))
}

/// To AWS and back, half of the time each way.
async fn travel(shared: Arc<Shared>, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectorError> {
    shared.life.stir();
    let there = shared.settled().call_takes() / 2;
    clock::pass(there).await;
    let reply = shared.settled().handle(&request, None);
    shared.watchers.call();
    shared.life.stir();
    match reply.delivery {
        Delivery::Never => {
            shared.life.end_all(StuckReason::ClientDied, &shared.settled());
            pending().await
        }
        Delivery::Cut => {
            clock::pass(reply.takes.saturating_sub(there)).await;
            let cut = io::Error::new(io::ErrorKind::ConnectionReset, "connection closed before the answer");
            Err(ConnectorError::io(cut.into()))
        }
        Delivery::Response(response) => {
            clock::pass(reply.takes.saturating_sub(there)).await;
            Ok(response)
        }
    }
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::user(Box::new(error))
}
