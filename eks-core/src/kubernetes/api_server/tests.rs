use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use super::{ApiServer, Connect, NodeEvent, SharedConnect, Stream};
use crate::kubernetes::TokenSource;
use crate::{ErrorKind, Result};

const ENDPOINT: &str = "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com";
const NOW: Duration = Duration::from_secs(1_795_342_830);

/// An API server at the other end of a pipe, which answers with a script and records what it was asked.
#[derive(Clone)]
struct Pipe {
    tls: TlsAcceptor,
    authority_pem: String,
    script: Arc<Mutex<VecDeque<(StatusCode, String)>>>,
    asked: Arc<Mutex<Vec<Request<()>>>>,
    connections: Arc<Mutex<usize>>,
    /// Whether a connection stays open after an answer.
    stays_open: bool,
}

impl Pipe {
    fn answering(script: impl IntoIterator<Item = (u16, String)>) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new([]).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let host = ENDPOINT.trim_start_matches("https://").to_owned();
        let certificate = CertificateParams::new([host]).unwrap().signed_by(&key, &issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let script =
            script.into_iter().map(|(status, body)| (StatusCode::from_u16(status).unwrap(), body)).collect();
        Self {
            tls: TlsAcceptor::from(Arc::new(config)),
            authority_pem,
            script: Arc::new(Mutex::new(script)),
            asked: Arc::default(),
            connections: Arc::default(),
            stays_open: true,
        }
    }

    fn client(&self) -> ApiServer {
        let authority = BASE64_STANDARD.encode(&self.authority_pem);
        client(ENDPOINT, &authority, SharedConnect::new(self.clone())).unwrap()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|request| request.uri().to_string()).collect()
    }

    fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, _) = request.into_parts();
        self.asked.lock().unwrap().push(Request::from_parts(head, ()));
        let (status, body) = self.script.lock().unwrap().pop_front().expect("a call too many");
        Response::builder().status(status).body(Full::from(body)).unwrap()
    }
}

impl std::fmt::Debug for Pipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pipe")
    }
}

impl Connect for Pipe {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        assert_eq!((host, port), (ENDPOINT.trim_start_matches("https://"), 443));
        *self.connections.lock().unwrap() += 1;
        let (near, far) = tokio::io::duplex(64 * 1024);
        let pipe = self.clone();
        tokio::spawn(async move {
            // A client that trusts another authority ends the handshake.
            let Ok(stream) = pipe.tls.accept(far).await else { return };
            let service = service_fn(|request| {
                let response = pipe.answer(request);
                async { Ok::<_, io::Error>(response) }
            });
            let mut http = http1::Builder::new();
            let _ = http.keep_alive(pipe.stays_open).serve_connection(TokioIo::new(stream), service).await;
        });
        Box::pin(async { Ok(Box::new(near) as Box<dyn Stream>) })
    }
}

fn client(endpoint: &str, authority: &str, connect: SharedConnect) -> Result<ApiServer> {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test");
    let time = SharedTimeSource::new(StaticTimeSource::new(UNIX_EPOCH + NOW));
    let tokens = TokenSource::new(SharedCredentialsProvider::new(credentials), time, "us-west-2", "web");
    ApiServer::new(endpoint, authority, tokens, connect, SharedAsyncSleep::new(TokioSleep::new()))
}

fn ok(body: impl ToString) -> (u16, String) {
    (200, body.to_string())
}

#[tokio::test(start_paused = true)]
async fn version_and_readiness() {
    let version =
        json!({ "major": "1", "minor": "34", "gitVersion": "v1.34.1-eks-113cf36", "platform": "linux" });
    let pipe = Pipe::answering([ok(version), ok("ok")]);
    let server = pipe.client();
    assert_eq!(server.version().await.unwrap().git_version, "v1.34.1-eks-113cf36");
    server.readyz().await.unwrap();
    assert_eq!(pipe.asked(), ["/version", "/readyz"]);
    let asked = pipe.asked.lock().unwrap();
    let header = |name: &str| asked[0].headers()[name].to_str().unwrap();
    assert!(header("authorization").starts_with("Bearer k8s-aws-v1."));
    assert_eq!(header("accept"), "application/json");
    assert_eq!(header("host"), ENDPOINT.trim_start_matches("https://"));
}

#[tokio::test(start_paused = true)]
async fn one_connection_serves_clones_and_requests() {
    let pipe = Pipe::answering([ok("ok"), ok("ok"), ok("ok")]);
    let server = pipe.client();
    server.readyz().await.unwrap();
    server.readyz().await.unwrap();
    server.clone().readyz().await.unwrap();
    assert_eq!(*pipe.connections.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_the_server_ended_is_made_anew() {
    let pipe = Pipe { stays_open: false, ..Pipe::answering([ok("ok"), ok("ok"), ok("ok")]) };
    let server = pipe.client();
    for _ in 0..3 {
        server.readyz().await.unwrap();
    }
    assert_eq!(pipe.asked(), ["/readyz", "/readyz", "/readyz"]);
    assert_eq!(*pipe.connections.lock().unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn nodes_are_listed_page_by_page() {
    let node = |name: &str, ready: &str| {
        json!({
            "metadata": {
                "name": name,
                "labels": { "eks.amazonaws.com/nodegroup": "web" },
                "creationTimestamp": "2026-11-22T10:20:30Z",
            },
            "spec": { "taints": [{ "key": "app", "value": "batch", "effect": "NoSchedule" }] },
            "status": {
                "conditions": [
                    { "type": "MemoryPressure", "status": "False" },
                    { "type": "Ready", "status": ready },
                ],
                "nodeInfo": { "kubeletVersion": "v1.34.1-eks-113cf36" },
            },
        })
    };
    let bare = json!({ "metadata": { "name": "c" } });
    let pipe = Pipe::answering([
        ok(json!({ "metadata": { "continue": "a+b/=" }, "items": [node("a", "True")] })),
        ok(json!({ "metadata": { "continue": "" }, "items": [node("b", "Unknown"), bare] })),
    ]);
    let nodes = pipe.client().nodes("eks.amazonaws.com/nodegroup=web").await.unwrap();
    assert_eq!(
        pipe.asked(),
        [
            "/api/v1/nodes?limit=500&labelSelector=eks.amazonaws.com%2Fnodegroup%3Dweb",
            "/api/v1/nodes?limit=500&labelSelector=eks.amazonaws.com%2Fnodegroup%3Dweb&continue=a%2Bb%2F%3D",
        ]
    );
    let seen: Vec<_> = nodes.iter().map(|node| (node.name.as_str(), node.ready)).collect();
    assert_eq!(seen, [("a", true), ("b", false), ("c", false)]);
    assert_eq!(nodes[0].labels["eks.amazonaws.com/nodegroup"], "web");
    assert_eq!(nodes[0].taints[0].key, "app");
    assert_eq!(nodes[0].taints[0].effect, "NoSchedule");
    assert_eq!(nodes[0].kubelet_version, "v1.34.1-eks-113cf36");
    assert_eq!(nodes[0].created, Some(UNIX_EPOCH + NOW));
    assert_eq!(nodes[2].created, None);
}

/// Services of type LoadBalancer, Ingresses of class `alb` or in the hands of a controller of AWS's, Gateways likewise.
#[tokio::test(start_paused = true)]
async fn what_has_load_balancers_is_found() {
    let named = |name: &str, spec: serde_json::Value| json!({ "metadata": { "namespace": "shop", "name": name }, "spec": spec });
    let with = |mut object: serde_json::Value, member: &str, value: serde_json::Value| {
        object["metadata"][member] = value;
        object
    };
    let services = [
        named("inside", json!({ "type": "ClusterIP" })),
        with(
            named("out", json!({ "type": "LoadBalancer" })),
            "deletionTimestamp",
            json!("2026-11-22T10:20:30Z"),
        ),
    ];
    let annotations = json!({ "kubernetes.io/ingress.class": "alb" });
    let ingresses = [
        named("by-field", json!({ "ingressClassName": "alb" })),
        with(named("by-annotation", json!({})), "annotations", annotations),
        with(
            named("auto", json!({ "ingressClassName": "own" })),
            "finalizers",
            json!(["ingress.eks.amazonaws.com/resources"]),
        ),
        named("nginx", json!({ "ingressClassName": "nginx" })),
    ];
    let pipe = Pipe::answering([
        ok(json!({ "metadata": {}, "items": services })),
        ok(json!({ "metadata": {}, "items": ingresses })),
        (404, "404 page not found".to_owned()),
        (404, json!({ "message": "not found" }).to_string()),
    ]);
    let server = pipe.client();
    let exposed = server.exposed().await.unwrap();
    let seen: Vec<_> = exposed.iter().map(|it| (it.name.as_str(), it.leaving)).collect();
    let expected = [
        ("Service shop/out", true),
        ("Ingress shop/by-field", false),
        ("Ingress shop/by-annotation", false),
        ("Ingress shop/auto", false),
    ];
    assert_eq!(seen, expected);
    let path = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/by-field";
    assert_eq!(exposed[1].path, path);
    // What is gone was to go.
    server.delete(path).await.unwrap();
    let last = pipe.asked.lock().unwrap().last().map(|request| request.method().clone());
    assert_eq!(last, Some(http::Method::DELETE));
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_no_nodes() {
    let pipe = Pipe::answering([ok(json!({ "metadata": {}, "items": null }))]);
    assert_eq!(pipe.client().nodes("").await.unwrap(), []);
    assert_eq!(pipe.asked(), ["/api/v1/nodes?limit=500"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_expired_begins_again() {
    let page = json!({ "metadata": { "continue": "old" }, "items": [{ "metadata": { "name": "a" } }] });
    let last = json!({ "metadata": {}, "items": [{ "metadata": { "name": "b" } }] });
    let pipe = Pipe::answering([ok(&page), (410, "{}".into()), ok(last)]);
    let nodes = pipe.client().nodes("").await.unwrap();
    assert_eq!(nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["b"]);

    let forever = [ok(&page), (410, "{}".into())];
    let pipe = Pipe::answering([forever.clone(), forever.clone(), forever].concat());
    let error = pipe.client().nodes("").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unreachable, true));
}

#[tokio::test(start_paused = true)]
async fn a_401_is_tried_once_more_with_a_new_token() {
    let pipe = Pipe::answering([(401, "{}".into()), ok("ok")]);
    pipe.client().readyz().await.unwrap();
    assert_eq!(pipe.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn refusals_say_what_to_do() {
    let status = json!({ "kind": "Status", "message": "nodes is forbidden" }).to_string();
    for (code, kind, retryable, hint) in [
        (401, ErrorKind::AccessDenied, false, "access entry"),
        (403, ErrorKind::AccessDenied, false, "access policy"),
        (404, ErrorKind::NotFound, false, ""),
        (418, ErrorKind::Internal, false, ""),
        (429, ErrorKind::Throttled, true, ""),
        (500, ErrorKind::Unreachable, true, "moment"),
        (503, ErrorKind::Unreachable, true, "moment"),
    ] {
        let pipe = Pipe::answering([(code, status.clone()), (code, status.clone())]);
        let error = pipe.client().nodes("").await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, retryable), "{code}");
        assert_eq!(error.code(), Some(code.to_string().as_str()));
        assert_eq!(error.resource(), Some("cluster web"));
        assert!(error.message().contains("nodes is forbidden"), "{error}");
        assert!(error.hint().unwrap_or_default().contains(hint), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_an_internal_error() {
    let pipe = Pipe::answering([ok("<html>")]);
    assert_eq!(pipe.client().version().await.unwrap_err().kind(), ErrorKind::Internal);
}

#[tokio::test(start_paused = true)]
async fn another_authority_is_not_trusted() {
    let (pipe, other) = (Pipe::answering([]), Pipe::answering([]));
    let server = client(ENDPOINT, &other.authority_pem, SharedConnect::new(pipe)).unwrap();
    let error = server.readyz().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unreachable, false), "{error:?}");
    assert!(error.hint().unwrap().contains("intercepts TLS"), "{error}");
}

/// What a firewall, a closed port and a server that hangs look like.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Dropped,
    Refused,
    Hanging,
}

impl Connect for Trouble {
    fn connect<'a>(&'a self, _host: &'a str, _port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            match self {
                Self::Dropped => std::future::pending().await,
                Self::Refused => Err(io::ErrorKind::ConnectionRefused.into()),
                Self::Hanging => {
                    let (near, far) = tokio::io::duplex(64 * 1024);
                    tokio::spawn(async move {
                        let _open = far;
                        std::future::pending::<()>().await
                    });
                    Ok(Box::new(near) as Box<dyn Stream>)
                }
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_cannot_be_reached_is_known_after_three_seconds() {
    let authority = Pipe::answering([]).authority_pem;
    for (trouble, seconds) in [(Trouble::Dropped, 3), (Trouble::Refused, 0), (Trouble::Hanging, 3)] {
        let server = client(ENDPOINT, &authority, SharedConnect::new(trouble)).unwrap();
        let began = Instant::now();
        let error = server.readyz().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unreachable, true), "{trouble:?}");
        assert!(error.hint().unwrap().contains("private"), "{error}");
        assert_eq!(began.elapsed().as_secs(), seconds, "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_ends_is_given_up_after_ten_seconds() {
    #[derive(Clone, Debug)]
    struct Silent(Pipe);
    impl Connect for Silent {
        fn connect<'a>(&'a self, _host: &'a str, _port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let tls = self.0.tls.clone();
            tokio::spawn(async move {
                let _stream = tls.accept(far).await;
                std::future::pending::<()>().await
            });
            Box::pin(async { Ok(Box::new(near) as Box<dyn Stream>) })
        }
    }
    let pipe = Pipe::answering([]);
    let server = client(ENDPOINT, &pipe.authority_pem, SharedConnect::new(Silent(pipe.clone()))).unwrap();
    let began = Instant::now();
    let error = server.version().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unreachable, true));
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[test]
fn bad_endpoints_and_authorities_are_refused() {
    let authority = Pipe::answering([]).authority_pem;
    let connect = SharedConnect::default();
    for endpoint in ["", "not a url", "http://example.com", "https://"] {
        let error = client(endpoint, &authority, connect.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSpec, "{endpoint:?}");
    }
    for authority in ["", "%%%", "aGVsbG8=", "-----BEGIN CERTIFICATE-----\n"] {
        let error = client(ENDPOINT, authority, connect.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSpec, "{authority:?}");
        assert!(error.hint().unwrap().contains("DescribeCluster"));
    }
    for endpoint in ["https://127.0.0.1:8443", "https://[::1]:8443/"] {
        client(endpoint, &authority, connect.clone()).unwrap();
    }
}

#[test]
fn public_types_are_shared_freely_and_show_no_secret() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let server = Pipe::answering([]).client();
    shared(&server);
    let shown = format!("{server:?}");
    assert!(shown.contains("0123456789ABCDEF"), "{shown}");
    assert!(!shown.contains("secret") && !shown.contains("BEGIN"), "{shown}");
}

fn event(kind: &str, object: serde_json::Value) -> String {
    format!("{}\n", json!({ "type": kind, "object": object }))
}

#[tokio::test(start_paused = true)]
async fn a_watch_tells_what_happens_and_gives_the_connection_back() {
    let ready = |name: &str| {
        let conditions = json!([{ "type": "Ready", "status": "True" }]);
        json!({ "metadata": { "name": name }, "status": { "conditions": conditions } })
    };
    let events = [
        event("ADDED", json!({ "metadata": { "name": "a" } })),
        event("BOOKMARK", json!({ "metadata": { "resourceVersion": "8" } })),
        event("MODIFIED", ready("a")),
        event("DELETED", ready("a")),
    ];
    let pipe = Pipe::answering([ok(events.concat()), ok("ok")]);
    let server = pipe.client();
    let mut watch = server.watch_nodes("7").await.unwrap();
    let mut told = Vec::new();
    while let Some(event) = watch.next().await {
        told.push(match event {
            NodeEvent::Present(node) => format!("{} {}", node.name, node.ready),
            NodeEvent::Gone(name) => format!("{name} gone"),
        });
    }
    assert_eq!(told, ["a false", "a true", "a gone"]);
    server.readyz().await.unwrap();
    assert_eq!(pipe.asked()[0], "/api/v1/nodes?watch=true&timeoutSeconds=60&resourceVersion=7");
    assert_eq!(*pipe.connections.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_at_what_it_cannot_go_on_from() {
    let expired = event("ERROR", json!({ "kind": "Status", "code": 410 }));
    for broken in [expired, event("RENAMED", json!({})), "nonsense\n".to_owned()] {
        let pipe = Pipe::answering([ok(broken)]);
        let mut watch = pipe.client().watch_nodes("7").await.unwrap();
        assert_eq!(watch.next().await, None);
        assert_eq!(watch.next().await, None, "for good");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_refused_says_why() {
    let pipe = Pipe::answering([(403, "{}".into())]);
    let error = pipe.client().watch_nodes("7").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
}
