use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::Simulator;
use super::clock::pass;
use crate::kubernetes::test_token;
use crate::services::eks::{Cluster, cluster_by_endpoint};

const MINUTE: Duration = Duration::from_secs(60);

/// A client of the API server at `host`, which trusts the cluster's own authority and no other.
async fn client(simulator: &Simulator, host: &str) -> io::Result<SendRequest<Empty<Bytes>>> {
    let wanted = host.to_owned();
    let authority = simulator.with_world(move |world| {
        let cluster = cluster_by_endpoint(world, &wanted).unwrap();
        cluster.certificate_authority.clone().unwrap().cert_pem
    });
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let pipe = simulator.connect(host, 443)?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, pipe).await?;
    let (client, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::task::spawn_local(connection);
    Ok(client)
}

fn get(host: &str, path: &str, token: &str) -> Request<Empty<Bytes>> {
    Request::get(path)
        .header("host", host)
        .header("authorization", format!("Bearer {token}"))
        .body(Empty::new())
        .unwrap()
}

fn planted() -> (Simulator, String) {
    let simulator = Simulator::start();
    let host = simulator.with_world(|world| Cluster::plant(world, "eu-west-1", "lab"));
    (simulator, host)
}

#[test]
fn connections_are_refused_until_the_server_is_up() {
    let (simulator, host) = planted();
    assert_eq!(simulator.connect(&host, 443).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(simulator.connect("nobody.example", 443).unwrap_err().kind(), io::ErrorKind::NotFound);
    simulator.advance(MINUTE);
    assert!(simulator.connect(&host.to_lowercase(), 443).is_ok());
    assert_eq!(simulator.connect(&host, 80).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    simulator.with_world(|world| world.trouble().api_server_unreachable = true);
    assert_eq!(simulator.connect(&host, 443).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
}

#[test]
fn requests_are_answered_through_the_pipe() {
    let (simulator, host) = planted();
    let inner = simulator.clone();
    let (unsigned, signed) = simulator
        .run(move || async move {
            pass(MINUTE).await;
            let mut client = client(&inner, &host).await.unwrap();
            let response = client.send_request(get(&host, "/version", "nothing")).await.unwrap();
            let unsigned = response.status().as_u16();
            response.into_body().collect().await.unwrap();
            let token = test_token("lab", inner.now());
            let response = client.send_request(get(&host, "/api/v1/namespaces", &token)).await.unwrap();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (unsigned, String::from_utf8(body.to_vec()).unwrap())
        })
        .unwrap();
    assert_eq!(unsigned, 401);
    assert!(signed.contains("\"kube-system\""), "{signed}");
}

#[test]
fn a_watch_ends_when_its_time_is_up() {
    let (simulator, host) = planted();
    let inner = simulator.clone();
    let before = simulator.now();
    simulator
        .run(move || async move {
            pass(MINUTE).await;
            let mut client = client(&inner, &host).await.unwrap();
            let path = "/api/v1/namespaces?watch=true&timeoutSeconds=600";
            let token = test_token("lab", inner.now());
            let mut body = client.send_request(get(&host, path, &token)).await.unwrap().into_body();
            let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 4);
            assert!(body.frame().await.is_none());
        })
        .unwrap();
    let took = simulator.now().since(before);
    assert!((11 * MINUTE..12 * MINUTE).contains(&took), "{took:?}");
}
