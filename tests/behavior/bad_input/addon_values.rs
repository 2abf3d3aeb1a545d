//! Configuration values of add-ons that break the schema that EKS has of them: refused before the first write.

use eks_core::simulator::{Effect, Fault};
use eks_core::{Addon, Cluster, Error, ErrorKind};
use serde_json::{Value, json};
use tests::{Stage, writes};

use super::{broken, refused};

fn cluster(name: &str, configuration: Value) -> Cluster {
    let addon = Addon { configuration: Some(configuration), ..Addon::named(name) };
    Cluster::builder().name("web").no_node_groups().addon(addon).build().expect("valid as far as one can see")
}

#[test]
fn each_is_named_with_what_is_allowed() {
    let stage = Stage::default();
    let cases = [
        (
            cluster("kube-proxy", json!({ "mode": "nftables", "podLabel": {} })),
            vec![
                (
                    "addons[0].configuration.podLabel",
                    "podLabel",
                    "be a known key of kube-proxy v1.36.0-eksbuild.2 (ipvs, mode, podAnnotations, podLabels, resources); \
                     did you mean `podLabels`?",
                ),
                (
                    "addons[0].configuration.mode",
                    "a value",
                    "be one of `iptables`, `ipvs`, for kube-proxy v1.36.0-eksbuild.2",
                ),
            ],
        ),
        (
            // The text of an object, in YAML.
            cluster("coredns", json!("replicaCount: many\nautoScaling: {minReplicas: 1}\n")),
            vec![
                (
                    "addons[0].configuration.autoScaling.minReplicas",
                    "a value",
                    "be at least 2, for coredns v1.13.2-eksbuild.6",
                ),
                (
                    "addons[0].configuration.autoScaling.enabled",
                    "",
                    "be given: coredns v1.13.2-eksbuild.6 needs it",
                ),
                (
                    "addons[0].configuration.replicaCount",
                    "a value",
                    "be a whole number, for coredns v1.13.2-eksbuild.6",
                ),
            ],
        ),
        (
            cluster("aws-ebs-csi-driver", json!({ "controller": { "extraVolumeTags": { "a": "<b>" } } })),
            vec![(
                "addons[0].configuration.controller.extraVolumeTags.a",
                "a value",
                "match `^[a-zA-Z0-9 _\\.:\\/=+\\-@]*$`, for aws-ebs-csi-driver v1.58.0-eksbuild.1",
            )],
        ),
        (
            cluster("no-such-addon", json!({ "a": 1 })),
            vec![(
                "addons[0].name",
                "no-such-addon",
                "be an add-on that EKS has for this version of Kubernetes",
            )],
        ),
    ];
    for (cluster, expected) in cases {
        let error = refused(&stage, &cluster);
        let mut broken = broken(&error);
        broken.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(broken, expected);
    }
    assert_eq!(stage.sim.ledger().left().len(), 0);
}

/// Of a cluster that is there only what changes is held against its schema, in the version that it has or is to have.
#[test]
fn an_apply_asks_about_what_changes() -> Result<(), Error> {
    let stage = Stage::default();
    let asked = |stage: &Stage| {
        let ledger = stage.sim.ledger();
        ledger.client_calls().filter(|call| call.operation == "DescribeAddonConfiguration").count()
    };
    let good = cluster("coredns", json!({ "replicaCount": 3 }));
    stage.create(&good)?;
    assert_eq!(asked(&stage), 1);
    stage.apply(&good)?;
    assert_eq!(asked(&stage), 1, "nothing changes");
    let before = writes(&stage.sim);
    let bad = cluster("coredns", json!({ "replicaCount": "3" }));
    let error = stage.apply(&bad).expect_err("a string");
    assert_eq!(broken(&error)[0].0, "addons[0].configuration.replicaCount");
    let mut version = good.clone();
    version.addons.as_mut().expect("one")[0].version = Some("v0.0.1-eksbuild.1".to_owned());
    let error = stage.apply(&version).expect_err("no such version");
    assert_eq!(
        broken(&error),
        [("addons[0].version", "v0.0.1-eksbuild.1", "be a version of coredns that EKS has")]
    );
    assert_eq!(writes(&stage.sim), before);
    Ok(())
}

/// Where nobody may ask for the schema, EKS has the last word, as it has of what its schema does not say.
#[test]
fn who_may_not_ask_is_told_by_eks() {
    let stage = Stage::default();
    let operation = Some("DescribeAddonConfiguration".to_owned());
    let (code, message) = ("AccessDeniedException".to_owned(), "is not authorized to perform".to_owned());
    let effect = Effect::Error { code, message, status: 403 };
    stage.sim.add_fault(Fault { operation, effect, ..Fault::default() });
    let error =
        stage.create(&cluster("coredns", json!({ "replicaCount": "3" }))).expect_err("EKS refuses it");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::InvalidSpec, Some("InvalidParameterException")),
        "{error}"
    );
    assert!(error.message().contains("$.replicaCount: string found, integer expected"), "{error}");
}
