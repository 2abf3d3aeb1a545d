use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::authorization::PolicyGrant;
use super::control_plane::{ControlPlane, Grant, Node};
use super::objects::Objects;
use super::signature::{self, hexadecimal};
use super::{Answer, Context};
use crate::door::in_process::{ACCESS_KEY, SECRET_KEY};
use crate::instant::Instant;
use crate::settings::Settings;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);
const CALLER: &str = "arn:aws:iam::123456789012:user/simulated";

fn node(number: u8, start: Instant) -> Node {
    Node {
        name: format!("ip-10-0-0-{number}.eu-west-1.compute.internal"),
        instance_id: format!("i-0000000000000000{number}"),
        instance_type: "t3.medium".to_owned(),
        zone: "eu-west-1a".to_owned(),
        private_ip: format!("10.0.0.{number}"),
        public_ip: None,
        labels: vec![("eks.amazonaws.com/nodegroup".to_owned(), format!("group-{}", number % 2))],
        taints: Vec::new(),
        lets_addons_in: true,
        registered: start,
        ready: Some(start + MINUTE),
        kubelet: "v1.34.2-eks-ecaa3a6".to_owned(),
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        os_image: "Amazon Linux 2023".to_owned(),
        kernel: "6.12.46-66.121.amzn2023.x86_64".to_owned(),
        container_runtime: "containerd://2.1.4".to_owned(),
        cpu: "2".to_owned(),
        memory: "3935260Ki".to_owned(),
        pods: 17,
    }
}

/// A world five minutes after its start, and a cluster of three nodes in it.
fn cluster(policy: &str) -> (World, ControlPlane) {
    let mut world = World::new(Settings::default());
    let start = world.now();
    world.settle(start + 5 * MINUTE);
    let plane = ControlPlane {
        name: "lab".to_owned(),
        id: "0123456789ABCDEF0123456789ABCDEF".to_owned(),
        region: "eu-west-1".to_owned(),
        host: "0123456789abcdef0123456789abcdef.gr7.eu-west-1.eks.amazonaws.com".to_owned(),
        version: "1.34".to_owned(),
        patch: "1.34.2".to_owned(),
        created: start,
        reachable_at: start,
        is_public: true,
        authority_key_pem: String::new(),
        grants: vec![Grant {
            principal: CALLER.to_owned(),
            username: CALLER.to_owned(),
            groups: vec!["team".to_owned()],
            policies: vec![PolicyGrant {
                policy: format!("arn:aws:eks::aws:cluster-access-policy/{policy}"),
                namespaces: None,
            }],
            effective: start,
        }],
        nodes: (1..=3).map(|number| node(number, start)).collect(),
        addons: ["coredns", "kube-proxy", "vpc-cni"].map(str::to_owned).to_vec(),
        service_cidr: "10.100.0.0/16".parse().unwrap(),
        objects: Objects::default(),
    };
    (world, plane)
}

/// A token as `aws eks get-token` makes it.
fn token(cluster: &str, at: Instant, secret: &str) -> String {
    let iso = at.iso();
    let date: String =
        iso.split('.').next().unwrap().chars().filter(|c| !"-:".contains(*c)).chain(['Z']).collect();
    let day = &date[..8];
    let host = "sts.eu-west-1.amazonaws.com";
    let url = format!(
        "https://{host}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential={ACCESS_KEY}%2F{day}%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date={date}\
         &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"
    );
    let scope = signature::Scope { day, region: "eu-west-1", service: "sts", date: &date };
    let headers = [("host", host), ("x-k8s-aws-id", cluster)];
    let signed =
        signature::presigned(&url.parse().unwrap(), &headers, &["host", "x-k8s-aws-id"], &scope, secret);
    format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(format!("{url}&X-Amz-Signature={signed}")))
}

/// A token of the simulator's own credentials.
pub(crate) fn test_token(cluster: &str, at: Instant) -> String {
    token(cluster, at, SECRET_KEY)
}

fn request(world: &World, path: &str) -> http::request::Builder {
    let token = token("lab", world.now(), SECRET_KEY);
    Request::get(path).header("authorization", format!("Bearer {token}"))
}

fn send(world: &World, plane: &ControlPlane, request: Request<Bytes>) -> (u16, Value) {
    match super::answer(world, plane, &request, Context::default()) {
        Answer::Whole(response) => {
            let body = serde_json::from_slice(response.body())
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(response.body()).into_owned()));
            (response.status().as_u16(), body)
        }
        Answer::Watch(_) | Answer::Change(_) => panic!("no whole answer"),
    }
}

fn get(world: &World, plane: &ControlPlane, path: &str) -> (u16, Value) {
    send(world, plane, request(world, path).body(Bytes::new()).unwrap())
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
}

/// RFC 4231, test case 2.
#[test]
fn hmac_is_right() {
    assert_eq!(
        hexadecimal(&signature::hmac(b"Jefe", b"what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn tokens_are_believed_or_not() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let now = world.now();
    let ask = |token: String, wall| {
        let request = Request::get("/api/v1/nodes")
            .header("authorization", format!("Bearer {token}"))
            .body(Bytes::new())
            .unwrap();
        match super::answer(&world, &plane, &request, Context { wall, sts: None }) {
            Answer::Whole(response) => response.status().as_u16(),
            Answer::Watch(_) | Answer::Change(_) => 0,
        }
    };
    assert_eq!(ask(token("lab", now, SECRET_KEY), None), 200);
    assert_eq!(ask(token("lab", now - 14 * MINUTE, SECRET_KEY), None), 200);
    assert_eq!(ask(token("lab", now - 16 * MINUTE, SECRET_KEY), None), 401);
    assert_eq!(ask(token("lab", now + 6 * MINUTE, SECRET_KEY), None), 401);
    assert_eq!(ask(token("another", now, SECRET_KEY), None), 401);
    assert_eq!(ask(token("lab", now, "another secret"), None), 401);
    let years = now + 3 * 365 * 24 * 60 * MINUTE;
    assert_eq!(ask(token("lab", years, SECRET_KEY), Some(years)), 200);
    assert_eq!(ask("k8s-aws-v1.bm90IGEgdXJs".to_owned(), None), 401);
    assert_eq!(ask(format!("{}{}", token("lab", now, SECRET_KEY), "A".repeat(4096)), None), 401);
}

#[test]
fn strangers_see_health_only() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let ask = |path: &str| send(&world, &plane, Request::get(path).body(Bytes::new()).unwrap());
    assert_eq!(ask("/readyz"), (200, json!("ok")));
    assert_eq!(ask("/version").0, 401);
    let (status, body) = ask("/api/v1/nodes");
    assert_eq!((status, &body["reason"], &body["kind"]), (401, &json!("Unauthorized"), &json!("Status")));
}

#[test]
fn policies_decide() {
    let (world, plane) = cluster("AmazonEKSViewPolicy");
    assert_eq!(get(&world, &plane, "/api/v1/pods").0, 200);
    let (status, body) = get(&world, &plane, "/api/v1/nodes?limit=500");
    assert_eq!(status, 403);
    assert_eq!(
        body["message"],
        format!(
            "nodes is forbidden: User \"{CALLER}\" cannot list resource \"nodes\" in API group \"\" at the \
             cluster scope"
        )
    );
    let review = json!({ "spec": { "resourceAttributes": { "verb": "list", "resource": "nodes" } } });
    let ask = request(&world, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .method("POST")
        .body(Bytes::from(review.to_string()))
        .unwrap();
    let (status, body) = send(&world, &plane, ask);
    assert_eq!((status, &body["status"]["allowed"]), (201, &json!(false)));
}

#[test]
fn who_am_i() {
    let (world, plane) = cluster("AmazonEKSViewPolicy");
    let ask = request(&world, "/apis/authentication.k8s.io/v1/selfsubjectreviews")
        .method("POST")
        .body(Bytes::from_static(b"{}"))
        .unwrap();
    let (status, body) = send(&world, &plane, ask);
    assert_eq!(status, 201);
    assert_eq!(body["status"]["userInfo"]["username"], CALLER);
    assert_eq!(body["status"]["userInfo"]["groups"], json!(["team", "system:authenticated"]));
}

#[test]
fn nodes_are_listed_selected_and_paged() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let (_, all) = get(&world, &plane, "/api/v1/nodes");
    assert_eq!(all["kind"], "NodeList");
    assert_eq!(names(&all).len(), 3);
    assert_eq!(all["items"][0]["spec"]["providerID"], "aws:///eu-west-1a/i-00000000000000001");
    let of = |query: &str| {
        let (status, list) = get(&world, &plane, &format!("/api/v1/nodes?{query}"));
        assert_eq!(status, 200, "{query}: {list}");
        names(&list).len()
    };
    assert_eq!(of("labelSelector=eks.amazonaws.com/nodegroup=group-1"), 2);
    assert_eq!(of("labelSelector=eks.amazonaws.com/nodegroup!=group-1"), 1);
    assert_eq!(of("labelSelector=eks.amazonaws.com/nodegroup+in+(group-0,group-9),kubernetes.io/os"), 1);
    assert_eq!(of("labelSelector=eks.amazonaws.com/nodegroup+notin+(group-0)"), 2);
    assert_eq!(of("labelSelector=!eks.amazonaws.com/nodegroup"), 0);
    assert_eq!(of("fieldSelector=metadata.name=ip-10-0-0-2.eu-west-1.compute.internal"), 1);
    assert_eq!(of("fieldSelector=spec.unschedulable=false"), 3);
    assert_eq!(get(&world, &plane, "/api/v1/nodes?fieldSelector=spec.color=red").0, 400);

    let (_, page) = get(&world, &plane, "/api/v1/nodes?limit=2");
    assert_eq!(names(&page).len(), 2);
    assert_eq!(page["metadata"]["remainingItemCount"], 1);
    let token = page["metadata"]["continue"].as_str().unwrap();
    let (_, rest) = get(&world, &plane, &format!("/api/v1/nodes?limit=2&continue={token}"));
    assert_eq!(names(&rest), ["ip-10-0-0-3.eu-west-1.compute.internal"]);
    assert!(rest["metadata"]["continue"].is_null());
}

#[test]
fn a_missing_object_is_not_found() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let (status, body) = get(&world, &plane, "/api/v1/nodes/nobody");
    assert_eq!((status, &body["message"]), (404, &json!("nodes \"nobody\" not found")));
    assert_eq!(get(&world, &plane, "/openapi/v2"), (404, json!("404 page not found\n")));
    let delete = request(&world, "/api/v1/nodes/nobody").method("DELETE").body(Bytes::new()).unwrap();
    assert_eq!(send(&world, &plane, delete).0, 405);
}

#[test]
fn tables_have_kubectls_columns() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let table = |path: &str| {
        let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        let ask = request(&world, path).header("accept", accept).body(Bytes::new()).unwrap();
        send(&world, &plane, ask).1
    };
    let nodes = table("/api/v1/nodes?limit=500");
    assert_eq!(nodes["kind"], "Table");
    assert_eq!(
        nodes["rows"][0]["cells"],
        json!([
            "ip-10-0-0-1.eu-west-1.compute.internal",
            "Ready",
            "<none>",
            "5m",
            "v1.34.2-eks-ecaa3a6",
            "10.0.0.1",
            "<none>",
            "Amazon Linux 2023",
            "6.12.46-66.121.amzn2023.x86_64",
            "containerd://2.1.4"
        ])
    );
    let pods = table("/api/v1/namespaces/kube-system/pods");
    assert_eq!(pods["rows"].as_array().unwrap().len(), 3 + 3 + 2);
    assert!(pods["rows"].as_array().unwrap().iter().all(|row| row["cells"][2] == "Running"));
}

#[test]
fn a_watch_shows_what_changes() {
    let (mut world, mut plane) = cluster("AmazonEKSClusterAdminPolicy");
    let version = world.now().millis();
    let path = format!("/api/v1/nodes?watch=true&resourceVersion={version}&timeoutSeconds=600");
    let ask = request(&world, &path).body(Bytes::new()).unwrap();
    let Answer::Watch(mut watch) = super::answer(&world, &plane, &ask, Context::default()) else {
        panic!("no stream")
    };
    let mut look = |world: &World, plane: &ControlPlane| {
        watch.look(Some(plane), world.now()).map(|lines| {
            let lines = String::from_utf8(lines.to_vec()).unwrap();
            let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            events
                .map(|event| {
                    let name = event["object"]["metadata"]["name"].as_str().unwrap();
                    (event["type"].as_str().unwrap().to_owned(), name[..9].to_owned())
                })
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(look(&world, &plane), Some(Vec::new()));
    let later = world.now() + MINUTE;
    world.settle(later);
    let mut fourth = node(4, later);
    fourth.ready = Some(later + MINUTE);
    plane.nodes.push(fourth);
    plane.nodes.remove(0);
    let seen = look(&world, &plane).unwrap();
    assert_eq!(
        seen,
        [("ADDED".to_owned(), "ip-10-0-0".to_owned()), ("DELETED".to_owned(), "ip-10-0-0".to_owned())]
    );
    world.settle(later + MINUTE);
    assert_eq!(look(&world, &plane).unwrap()[0].0, "MODIFIED");
    world.settle(later + 10 * MINUTE);
    assert_eq!(look(&world, &plane), None);
}

/// As kubectl 1.32 sends it for `auth can-i list nodes -n default`.
#[test]
fn reviews_come_in_protobuf_too() {
    let attributes = b"\x0a\x07default\x12\x04list\x1a\x00\x22\x01*\x2a\x05nodes\x32\x00\x3a\x00";
    let nest =
        |number: u8, inner: &[u8]| [&[number << 3 | 2, u8::try_from(inner.len()).unwrap()], inner].concat();
    let message = nest(2, &nest(1, attributes));
    let body = [b"k8s\0".as_slice(), &nest(1, b""), &nest(2, &message)].concat();
    let review = super::protobuf::review(&body).unwrap();
    assert_eq!(review["spec"]["resourceAttributes"]["resource"], "nodes");
    assert_eq!(review["spec"]["resourceAttributes"]["verb"], "list");
    assert!(super::protobuf::review(&body[..body.len() - 3]).is_none());
}

#[test]
fn services_have_the_first_addresses() {
    let (world, plane) = cluster("AmazonEKSViewPolicy");
    let (_, list) = get(&world, &plane, "/api/v1/services");
    assert_eq!(names(&list), ["kubernetes", "kube-dns"]);
    assert_eq!(list["items"][1]["spec"]["clusterIP"], "10.100.0.10");
    let (_, selected) =
        get(&world, &plane, "/api/v1/services?labelSelector=kubernetes.io/cluster-service%3Dtrue");
    assert_eq!(names(&selected), ["kube-dns"]);
}

#[test]
fn every_yes_is_a_yes() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    // The Python client writes `True`.
    for (flag, expected) in [
        ("true", true),
        ("True", true),
        ("1", true),
        ("", true),
        ("0", false),
        ("false", false),
        ("False", false),
    ] {
        let ask = request(&world, &format!("/api/v1/nodes?watch={flag}")).body(Bytes::new()).unwrap();
        let answer = super::answer(&world, &plane, &ask, Context::default());
        assert_eq!(matches!(answer, Answer::Watch(_)), expected, "{flag}");
    }
}

#[test]
fn pods_have_what_the_api_requires() {
    let (world, plane) = cluster("AmazonEKSClusterAdminPolicy");
    let (_, list) = get(&world, &plane, "/api/v1/pods");
    for pod in list["items"].as_array().unwrap() {
        let (spec, status) = (&pod["spec"]["containers"][0], &pod["status"]["containerStatuses"][0]);
        assert!(spec["image"].as_str().unwrap().contains(".dkr.ecr."), "{pod}");
        assert_eq!(spec["image"], status["image"]);
        assert!(status["imageID"].as_str().unwrap().contains("@sha256:"));
    }
}
