//! Bad input: a typed error that says what to do, and nothing lost. Rules that need no account have their tables in
//! `eks-core/src/spec/tests/`; here they are met through the client, and the ledger is asked what it cost.

mod addon_values;
mod credentials;
pub(crate) mod foreign_cluster;
mod given_subnets;
mod kubeconfig;
mod leftover_stack;
mod network;
mod region;
mod spec;
mod version;

use eks_core::{Cluster, Error, ErrorKind};
use tests::{Stage, writes};

/// The spec with these keys, unchecked, as a struct of plain data can be.
fn unchecked(spec: serde_json::Value) -> Cluster {
    serde_json::from_value(spec).expect("the shape of a spec")
}

/// What `plan` and `create` alike refuse a spec with, without a write.
fn refused(stage: &Stage, cluster: &Cluster) -> Error {
    let before = writes(&stage.sim);
    let error = stage.plan(cluster).expect_err("plan should refuse it");
    let created = stage.create(cluster).expect_err("create should refuse it");
    assert_eq!((error.kind(), error.to_string()), (created.kind(), created.to_string()));
    assert_eq!(writes(&stage.sim), before);
    error
}

/// Field, value and rule of every broken rule.
fn broken(error: &Error) -> Vec<(&str, &str, &str)> {
    assert_eq!(error.kind(), ErrorKind::InvalidSpec, "{error}");
    let violations = error.violations().iter();
    violations.map(|broken| (broken.field.as_str(), broken.value.as_str(), broken.rule.as_str())).collect()
}
