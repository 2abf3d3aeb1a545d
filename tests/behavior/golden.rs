//! Clusters as each released version of this library made them: what that version sent is sent again, to an account of
//! another seed, and today's library finds nothing to change, follows a changed spec, and leaves nothing behind.
//!
//! `golden/<version>/<cluster>.json` holds the spec and every write in its order, with names of stacks and their
//! resources in place of ids. A release records its own: `cargo test --test behavior -- --ignored golden::record`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use bytes::Bytes;
use eks_core::simulator::{Settings, SimulatorExt};
use eks_core::{Cluster, Error};
use eks_sim::Delivery;
use serde::{Deserialize, Serialize};
use tests::{Stage, is_read, left};

/// The clusters that a release records.
const CLUSTERS: [(&str, &str); 4] = [
    ("defaults", "{name: web}"),
    ("auto_mode", "{name: auto-cluster, autoMode: {enabled: true}}"),
    ("private", include_str!("golden/private.yaml")),
    ("mixed", include_str!("golden/mixed.yaml")),
];

/// A cluster as a version made it.
#[derive(Serialize, Deserialize)]
struct Golden {
    spec: Cluster,
    writes: Vec<Write>,
}

/// A write as it went over the wire.
#[derive(Clone, Serialize, Deserialize)]
struct Write {
    /// Region and service that it was signed for.
    scope: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Write {
    /// The request, unless it only reads.
    fn of(request: &HttpRequest) -> Option<Self> {
        let header = |name: &str| request.headers().get(name).map(str::to_owned);
        let body = String::from_utf8(request.body().bytes()?.to_vec()).ok()?;
        let action = body.strip_prefix("Action=").and_then(|rest| rest.split('&').next());
        let target = header("x-amz-target");
        let operation = action.or_else(|| target.as_deref()?.rsplit('.').next());
        if operation.map_or(request.method() == "GET", is_read) {
            return None;
        }
        // `AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request, …`
        let signature = header("authorization")?;
        let scope: Vec<&str> = signature.split(['/', ',']).skip(2).take(2).collect();
        let uri: http::Uri = request.uri().parse().ok()?;
        let kept = ["content-type", "x-amz-target"];
        Some(Self {
            scope: scope.join("/"),
            method: request.method().to_owned(),
            path: uri.path_and_query()?.to_string(),
            headers: kept.iter().filter_map(|name| Some(((*name).to_owned(), header(name)?))).collect(),
            body,
        })
    }

    /// The request to an account whose resources have these ids.
    fn request(&self, ids: &BTreeMap<String, String>) -> Option<http::Request<Bytes>> {
        let (path, body) = (with_ids(&self.path, ids)?, with_ids(&self.body, ids)?);
        let service = self.scope.rsplit('/').next().unwrap_or_default();
        let signature = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAGOLDEN/20261122/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.scope
        );
        let request = http::Request::builder()
            .method(self.method.as_str())
            .uri(path)
            .header("host", format!("{service}.us-west-2.amazonaws.com"))
            .header("authorization", signature);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        Some(request.body(Bytes::from(body)).expect("a request"))
    }
}

/// Keeps what goes through it and is accepted.
#[derive(Clone, Debug)]
struct Recorder {
    client: SharedHttpClient,
    accepted: Arc<Mutex<Vec<HttpRequest>>>,
}

/// The wire of one client.
#[derive(Debug)]
struct Wire {
    connector: SharedHttpConnector,
    accepted: Arc<Mutex<Vec<HttpRequest>>>,
}

impl HttpClient for Recorder {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Wire { connector, accepted: Arc::clone(&self.accepted) })
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (sent, accepted) = (request.try_clone(), Arc::clone(&self.accepted));
        let answer = self.connector.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            if answer.status().is_success() {
                accepted.lock().expect("nobody panics").extend(sent);
            }
            Ok(answer)
        })
    }
}

/// An account with what the specs take for granted.
fn account(settings: Settings) -> Stage {
    let stage = Stage::with(settings);
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let trust = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    ]}"#;
    let readers = iam.create_role().role_name("readers").assume_role_policy_document(trust);
    stage.run(move || readers.send()).expect("a role");
    stage
}

/// What each resource of the account's stacks is called here: `{stack/logical id}`, and `{stack}` for the stack itself.
fn names(stage: &Stage) -> BTreeMap<String, String> {
    let api = stage.cloudformation();
    stage.run(move || names_of(api))
}

async fn names_of(api: aws_sdk_cloudformation::Client) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let stacks = api.describe_stacks().send().await.expect("stacks").stacks.unwrap_or_default();
    for stack in stacks {
        let name = stack.stack_name.unwrap_or_default();
        let resources = api.describe_stack_resources().stack_name(&name).send().await.expect("resources");
        for resource in resources.stack_resources.unwrap_or_default() {
            let logical = resource.logical_resource_id.unwrap_or_default();
            if let Some(id) = resource.physical_resource_id {
                names.insert(format!("{{{name}/{logical}}}"), id);
            }
        }
    }
    names
}

/// The text with ids in place of names; nothing if a name has no id yet.
fn with_ids(text: &str, ids: &BTreeMap<String, String>) -> Option<String> {
    let mut text = text.to_owned();
    for (name, id) in ids {
        text = text.replace(name, id);
    }
    (!text.contains("{eks-")).then_some(text)
}

fn directory(version: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("behavior/golden").join(version)
}

#[test]
#[ignore = "writes the golden clusters of this version"]
fn record() -> Result<(), Error> {
    let directory = directory(env!("CARGO_PKG_VERSION"));
    std::fs::create_dir_all(&directory).expect("a directory");
    for (name, spec) in CLUSTERS {
        let spec = Cluster::from_yaml(spec)?;
        let stage = account(Settings::default());
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let config: SdkConfig = stage.sdk();
        let recorder =
            Recorder { client: config.http_client().expect("a client"), accepted: Arc::clone(&accepted) };
        let eks = stage.sim.eks_builder().config(config.into_builder().http_client(recorder).build());
        let create = eks.create(&spec);
        stage.run(move || create)?;
        let ids = names(&stage);
        let named = |text: &str| {
            // Longer ids first: one may be part of another.
            let mut ids: Vec<(&String, &String)> = ids.iter().collect();
            ids.sort_by_key(|(_, id)| std::cmp::Reverse(id.len()));
            ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id.as_str(), name))
        };
        let writes = accepted.lock().expect("nobody panics").iter().filter_map(Write::of).collect::<Vec<_>>();
        let writes = writes.into_iter().map(|write| Write {
            path: named(&write.path),
            body: named(&write.body),
            ..write
        });
        let golden = Golden { spec, writes: writes.collect() };
        let text = serde_json::to_string_pretty(&golden).expect("JSON") + "\n";
        std::fs::write(directory.join(format!("{name}.json")), text).expect("written");
    }
    Ok(())
}

/// The account after these writes, and what was in it before: each is sent until it is accepted, as what it needs may not be there yet.
fn remade(golden: &Golden) -> (Stage, Vec<String>) {
    let stage = account(Settings { seed: 7, drawn: true, ..Settings::default() });
    let before = left(&stage.sim);
    let (sim, api, writes) = (stage.sim.clone(), stage.cloudformation(), golden.writes.clone());
    stage.run(move || async move {
        let moment = Duration::from_secs(10);
        for write in writes {
            let mut refusals = Vec::new();
            loop {
                assert!(
                    refusals.len() < 200,
                    "{} {} is refused: {:?}",
                    write.method,
                    write.path,
                    refusals.last()
                );
                let request = write.request(&names_of(api.clone()).await);
                let reply = request.map(|request| sim.with_world(move |world| world.handle(&request, None)));
                match reply.map(|reply| reply.delivery) {
                    Some(Delivery::Response(answer)) if answer.status().is_success() => break,
                    answer => refusals.push(format!("{answer:?}")),
                }
                sim.sleep_impl().sleep(moment).await;
            }
        }
        // What was begun last has come to its end.
        sim.sleep_impl().sleep(Duration::from_secs(1_800)).await;
    });
    (stage, before)
}

#[test]
fn clusters_of_each_release_are_known_to_this_one() -> Result<(), Error> {
    let mut files = Vec::new();
    for version in std::fs::read_dir(directory("")).expect("it is there").flatten() {
        if version.path().is_dir() {
            files.extend(
                std::fs::read_dir(version.path()).expect("it is there").flatten().map(|it| it.path()),
            );
        }
    }
    assert!(files.len() >= CLUSTERS.len(), "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        let golden: Golden = serde_json::from_str(&text).expect("a golden cluster");
        let (stage, before) = remade(&golden);
        let plan = stage.plan(&golden.spec)?;
        assert!(plan.is_empty(), "{}: {plan}", file.display());

        let mut changed = golden.spec.clone();
        changed.tags.insert("cost-center".to_owned(), "4711".to_owned());
        stage.apply(&changed)?;
        let plan = stage.plan(&changed)?;
        assert!(plan.is_empty(), "{}: {plan}", file.display());

        stage.delete(golden.spec.name.as_deref().unwrap_or_default())?;
        assert_eq!(left(&stage.sim), before, "{}", file.display());
    }
    Ok(())
}
