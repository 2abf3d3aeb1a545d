//! Kubernetes labels of nodes.

use std::collections::BTreeMap;

use super::check::Findings;
use super::syntax;

/// The labels of Kubernetes' own domains that a node may be given; `node.kubernetes.io/` and
/// `kubelet.kubernetes.io/` are open. (facts/eksctl.md §3, "kubelet-allowed set"; k8s.io/kubelet/pkg/apis)
const KUBELET_LABELS: [&str; 11] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Checks the labels of one group.
pub(crate) fn inspect(labels: &BTreeMap<String, String>, findings: &mut Findings) {
    findings.within("labels", |findings| {
        for (key, value) in labels {
            inspect_one(key, value, findings);
        }
    });
}

/// Checks a label that nodes are to have.
pub(super) fn inspect_one(key: &str, value: &str, findings: &mut Findings) {
    findings.require(syntax::is_key(key), key, key, syntax::KEY);
    findings.require(
        !is_reserved(key),
        key,
        key,
        "not be of `kubernetes.io` or `k8s.io`, which only Kubernetes sets; \
         `node.kubernetes.io/` is free to use",
    );
    findings.require(syntax::is_value(value), key, value, syntax::VALUE);
}

fn is_reserved(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let below = |parent: &str| domain == parent || domain.ends_with(&format!(".{parent}"));
    (below("kubernetes.io") || below("k8s.io"))
        && !below("node.kubernetes.io")
        && !below("kubelet.kubernetes.io")
        && !KUBELET_LABELS.contains(&key)
}
