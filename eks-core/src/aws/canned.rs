//! Wires for tests: what they are answered is written down beforehand.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;

use super::Wire;

/// What the connection does with one request.
pub(crate) type Outcome = Result<(u16, String), ConnectorError>;

/// An answer of EKS: a status and JSON.
pub(crate) fn json(status: u16, body: &str) -> Outcome {
    Ok((status, body.to_owned()))
}

/// An error of a query service, as XML.
pub(crate) fn refused_in_xml(code: &str, message: &str) -> Outcome {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    Ok((400, format!("<ErrorResponse>{error}<RequestId>request-7</RequestId></ErrorResponse>")))
}

/// A request as `GET /clusters/web`, or as the action of a query service.
type Requests = Arc<Mutex<Vec<String>>>;

/// A wire whose requests `answer` answers, and the list of them.
pub(crate) fn wire(answer: impl Fn(&str) -> Outcome + Send + Sync + 'static) -> (Wire, Requests) {
    let requests = Requests::default();
    let connector = SharedHttpConnector::new(Canned { answer: Arc::new(answer), requests: requests.clone() });
    let config = config()
        .to_builder()
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .build();
    (Wire::new(&config, 1).unwrap(), requests)
}

/// A configuration without credentials and connection.
pub(crate) fn config() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(StaticTimeSource::from_secs(1_800_000_000)))
        .build()
}

#[derive(Clone)]
struct Canned {
    answer: Arc<dyn Fn(&str) -> Outcome + Send + Sync>,
    requests: Requests,
}

impl std::fmt::Debug for Canned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canned")
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let name = name(&request);
        self.requests.lock().unwrap().push(name.clone());
        HttpConnectorFuture::ready((self.answer)(&name).map(|(status, body)| {
            let status = StatusCode::try_from(status).unwrap();
            let mut response = Response::new(status, SdkBody::from(body));
            response.headers_mut().insert("x-amzn-requestid", "request-7");
            response
        }))
    }
}

fn name(request: &HttpRequest) -> String {
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
    if let Some(rest) = body.strip_prefix("Action=") {
        return rest.split('&').next().unwrap_or_default().to_owned();
    }
    let uri: http::Uri = request.uri().parse().unwrap();
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    format!("{} {}", request.method(), path)
}
