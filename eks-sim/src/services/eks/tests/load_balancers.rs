//! Services of type LoadBalancer: what EKS's cloud controller makes of them, and takes away with them.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use super::setting::{REGION, Setting};
use crate::kubernetes::{ControlPlane, answer_to_master};

const SERVICES: &str = "/api/v1/namespaces/default/services";
const INGRESSES: &str = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

impl Setting {
    /// What the API server answers an administrator: status and body.
    fn kubernetes(&mut self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let plane = ControlPlane::of_name(&mut self.world, REGION, "c").unwrap();
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).body(body).unwrap();
        let response = answer_to_master(&mut self.world, &plane, &request);
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
    }

    fn expose(&mut self, name: &str, annotations: Value) {
        let service = json!({
            "metadata": { "name": name, "annotations": annotations },
            "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
        });
        assert_eq!(self.kubernetes(Method::POST, SERVICES, &service).0, 201);
        self.pass(10);
    }

    fn service(&mut self, name: &str) -> (u16, Value) {
        self.kubernetes(Method::GET, &format!("{SERVICES}/{name}"), &Value::Null)
    }

    fn delete(&mut self, path: &str) -> (u16, Value) {
        self.kubernetes(Method::DELETE, path, &Value::Null)
    }
}

fn scene() -> Setting {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    setting
}

#[test]
fn a_classic_load_balancer_lives_as_long_as_its_service() {
    let mut setting = scene();
    setting.expose("shop", json!({}));
    let (_, service) = setting.service("shop");
    let host = service["status"]["loadBalancer"]["ingress"][0]["hostname"].as_str().unwrap();
    assert!(host.ends_with(".us-east-1.elb.amazonaws.com"), "{host}");
    assert_eq!(service["metadata"]["finalizers"], json!(["service.kubernetes.io/load-balancer-cleanup"]));
    assert_eq!(setting.left("AWS::ElasticLoadBalancing").len(), 1);
    // The nodes' group names the load balancer's, which therefore cannot go before the rule.
    let groups = setting.ec2("DescribeSecurityGroups", &[]);
    let named = |prefix: &str| {
        let all = groups.all("securityGroupInfo/item");
        all.into_iter().find(|group| group.at("groupName").starts_with(prefix)).cloned().unwrap()
    };
    let (own, nodes) = (named("k8s-elb-a"), named("eks-cluster-sg-c-"));
    let lets_in = nodes.all("ipPermissions/item/groups/item/groupId");
    assert!(lets_in.iter().any(|id| id.value() == own.at("groupId")), "{nodes:?}");

    let (status, going) = setting.delete(&format!("{SERVICES}/shop"));
    assert_eq!((status, going["metadata"]["deletionTimestamp"].is_string()), (200, true));
    setting.pass(30);
    assert_eq!(setting.left("AWS::ElasticLoadBalancing"), Vec::<String>::new());
    assert_eq!(setting.service("shop").0, 200, "its group is still in use by interfaces");
    setting.pass(60);
    assert_eq!(setting.service("shop").0, 404);
    let groups = setting.left("AWS::EC2::SecurityGroup");
    assert_eq!(groups.len(), 1, "the cluster's alone: {groups:?}");
}

#[test]
fn a_network_load_balancer_has_a_target_group() {
    let mut setting = scene();
    setting.expose("shop", json!({ "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" }));
    let kinds = ["LoadBalancer", "TargetGroup", "Listener"]
        .map(|kind| format!("AWS::ElasticLoadBalancingV2::{kind}"));
    assert_eq!(kinds.each_ref().map(|kind| setting.left(kind).len()), [1, 1, 1]);
    setting.delete(&format!("{SERVICES}/shop"));
    setting.pass(30);
    assert_eq!(kinds.each_ref().map(|kind| setting.left(kind).len()), [0, 0, 0]);
    assert_eq!(setting.service("shop").0, 404);
}

#[test]
fn what_is_another_controllers_is_left_to_it() {
    let mut setting = scene();
    setting.expose("shop", json!({ "service.beta.kubernetes.io/aws-load-balancer-type": "external" }));
    assert_eq!(setting.left("AWS::ElasticLoadBalancing"), Vec::<String>::new());
    // Without a finalizer it goes at once.
    let (status, said) = setting.delete(&format!("{SERVICES}/shop"));
    assert_eq!((status, &said["status"]), (200, &json!("Success")));
    assert_eq!(setting.service("shop").0, 404);
}

#[test]
fn the_controller_dies_with_the_cluster() {
    let mut setting = scene();
    setting.expose("shop", json!({}));
    setting.ok("DeleteCluster", json!({ "name": "c" }));
    setting.pass(3600);
    assert_eq!(setting.left("AWS::ElasticLoadBalancing").len(), 1);
}

#[test]
fn an_ingress_waits_for_whoever_finalizes_it() {
    let mut setting = scene();
    let ingress = json!({
        "metadata": { "name": "site", "finalizers": ["ingress.k8s.aws/resources"] },
        "spec": { "ingressClassName": "alb", "defaultBackend": { "service": { "name": "shop", "port": { "number": 80 } } } },
    });
    assert_eq!(setting.kubernetes(Method::POST, INGRESSES, &ingress).0, 201);
    let (status, said) = setting.kubernetes(Method::POST, INGRESSES, &ingress);
    assert_eq!((status, &said["reason"]), (409, &json!("AlreadyExists")));
    setting.delete(&format!("{INGRESSES}/site"));
    setting.pass(3600);
    let (_, list) = setting.kubernetes(Method::GET, "/apis/networking.k8s.io/v1/ingresses", &Value::Null);
    assert_eq!((&list["kind"], &list["apiVersion"]), (&json!("IngressList"), &json!("networking.k8s.io/v1")));
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn objects_are_checked() {
    let mut setting = scene();
    let refused = |setting: &mut Setting, object: Value| {
        let (status, said) = setting.kubernetes(Method::POST, SERVICES, &object);
        (status, said["reason"].as_str().unwrap_or_default().to_owned())
    };
    let ports = json!([{ "port": 80 }]);
    for (object, status) in [
        (json!({ "spec": { "ports": ports } }), 422),
        (json!({ "metadata": { "name": "9a" }, "spec": { "ports": ports } }), 422),
        (json!({ "metadata": { "name": "a" }, "spec": {} }), 422),
        (json!({ "metadata": { "name": "a" }, "spec": { "type": "Other", "ports": ports } }), 422),
        (json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": { "ports": ports } }), 400),
        (json!({ "kind": "Pod", "metadata": { "name": "a" }, "spec": { "ports": ports } }), 400),
        (json!({ "metadata": { "name": "kubernetes" }, "spec": { "ports": ports } }), 409),
    ] {
        assert_eq!(refused(&mut setting, object.clone()).0, status, "{object}");
    }
    assert_eq!(setting.delete(&format!("{SERVICES}/nobody")).0, 404);
    // Kubernetes would make its own again.
    assert_eq!(setting.delete(&format!("{SERVICES}/kubernetes")).0, 405);
}
