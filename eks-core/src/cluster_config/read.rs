//! From a ClusterConfig to a spec, with eksctl's defaults where they are not the library's.

mod access;
mod addons;
mod identity;
mod network;
mod node_groups;
mod value;

use serde::Deserialize;
use serde_json::{Value, json};

use self::value::{list, number, pairs, text, texts, word};
use super::keys::CLUSTER_CONFIG;
use super::{paths, strict};
use crate::spec::{
    AutoMode, Check, Cluster, FargateProfile, Findings, IpFamily, KubernetesVersion, LogType,
    SecretsEncryption, Selector, from_yaml, item, shown,
};
use crate::{Error, Result, Violation};

/// The spec that a ClusterConfig means.
pub(super) fn cluster(yaml: &str) -> Result<Cluster> {
    let document: Value = from_yaml(yaml)?;
    let mut spec = Cluster::default();
    let found = Findings::of(|findings| {
        findings.require(document.is_object(), "ClusterConfig", shown(&document, ""), "be a mapping");
        if document.is_object() {
            let document = strict::object(&document, CLUSTER_CONFIG, findings);
            spec = of_document(&document, yaml, findings);
        }
    });
    let mut violations: Vec<Violation> = of_result(found);
    let rules = Findings::of(|findings| spec.inspect(findings));
    violations.extend(of_result(rules).iter().map(paths::in_config));
    if violations.is_empty() { Ok(spec) } else { Err(Error::invalid(violations)) }
}

fn of_result(result: Result<()>) -> Vec<Violation> {
    result.err().map(|error| error.violations().to_vec()).unwrap_or_default()
}

fn of_document(document: &Value, yaml: &str, findings: &mut Findings) -> Cluster {
    for header in ["apiVersion", "kind"] {
        // One that is another has been reported.
        let there = document.get(header).is_some();
        findings.require(there, header, "", "be given");
    }
    let metadata = &document["metadata"];
    let name = text(&metadata["name"]);
    if let Some(name) = &name {
        findings.require(is_name(name), "metadata.name", name, NAME);
    }
    for (field, given) in
        [("metadata.name", name.is_some()), ("metadata.region", !metadata["region"].is_null())]
    {
        findings.require(given, field, "", "be given");
    }
    let logging = &document["cloudWatch"]["clusterLogging"];
    let mut cluster = Cluster {
        name,
        region: text(&metadata["region"]),
        version: version(yaml, findings),
        tags: pairs(&metadata["tags"]),
        upgrade_policy: word(&document["upgradePolicy"]["supportType"]),
        ip_family: word(&document["kubernetesNetworkConfig"]["ipFamily"]),
        service_cidr: text(&document["kubernetesNetworkConfig"]["serviceIPv4CIDR"]),
        auto_mode: auto_mode(&document["autoModeConfig"]),
        role_arn: text(&document["iam"]["serviceRoleARN"]),
        access_config: access::config(&document["accessConfig"]),
        access_entries: access::entries(&document["accessConfig"]["accessEntries"], findings),
        fargate_profiles: fargate_profiles(document, findings),
        logging: log_types(&logging["enableTypes"]),
        log_retention_in_days: number(&logging["logRetentionInDays"]).filter(|days| *days != 0),
        secrets_encryption: text(&document["secretsEncryption"]["keyARN"]).map(SecretsEncryption::key),
        control_plane_tier: word(&document["controlPlaneScalingConfig"]["tier"]),
        zonal_shift: document["zonalShiftConfig"]["enabled"].as_bool(),
        ..Cluster::default()
    };
    let empty = document.get("secretsEncryption").is_some_and(Value::is_object);
    let lacks = empty && cluster.secrets_encryption.is_none();
    findings.require(!lacks, "secretsEncryption.keyARN", "", "be given");
    if let Some(days) = cluster.log_retention_in_days {
        let rule = "be a time that eksctl knows, such as 1, 7, 30, 90, 365 or 3653 days";
        let field = "cloudWatch.clusterLogging.logRetentionInDays";
        findings.require(!DAYS_OF_CLOUD_WATCH.contains(&days), field, days, rule);
    }
    identity::identity(&document["iam"], &mut cluster, findings);
    cluster.network = network::network(document, findings);
    cluster.endpoint_access = network::endpoint_access(document, findings);
    cluster.node_groups = Some(node_groups::node_groups(document, &cluster, findings));
    cluster.addons = Some(addons::addons(document, &cluster, findings));
    beside_auto_mode(&cluster, findings);
    ipv6(document, &cluster, findings);
    cluster
}

/// facts/eksctl.md §1.1, "Name rule"; of clusters and node groups.
const NAME: &str = "be letters, digits and `-`, as eksctl wants it";

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What CloudWatch takes and eksctl does not (facts/eksctl.md §3).
const DAYS_OF_CLOUD_WATCH: [u32; 5] = [1096, 2192, 2557, 2922, 3288];

/// The version as it is written: a tree of values has 1.3 for 1.30.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    metadata: Option<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    version: Option<String>,
}

/// Where eksctl takes a constant of its release, this is EKS's own default.
fn version(yaml: &str, findings: &mut Findings) -> KubernetesVersion {
    let head: Head = from_yaml(yaml).unwrap_or_default();
    match head.metadata.and_then(|metadata| metadata.version).as_deref() {
        None | Some("" | "auto") => KubernetesVersion::Default,
        Some("latest") => KubernetesVersion::Latest,
        Some(exact) => {
            let rule = "be `auto`, `latest` or a minor version such as `1.34`";
            findings.require(exact != "default", "metadata.version", exact, rule);
            exact.into()
        }
    }
}

/// eksctl's is off unless it is switched on.
fn auto_mode(value: &Value) -> Option<AutoMode> {
    value.is_object().then(|| AutoMode {
        enabled: Some(value["enabled"].as_bool().unwrap_or(false)),
        node_pools: value["nodePools"].as_array().map(|pools| pools.iter().filter_map(word).collect()),
        node_role_arn: text(&value["nodeRoleARN"]),
    })
}

fn log_types(value: &Value) -> Option<std::collections::BTreeSet<LogType>> {
    use LogType::{Api, Audit, Authenticator, ControllerManager, Scheduler};
    let types = texts(value);
    if types.iter().any(|name| name == "all" || name == "*") {
        return Some([Api, Audit, Authenticator, ControllerManager, Scheduler].into());
    }
    (!types.is_empty()).then(|| list(value).iter().filter_map(word).collect())
}

fn fargate_profiles(document: &Value, findings: &mut Findings) -> Vec<FargateProfile> {
    let of_all = text(&document["iam"]["fargatePodExecutionRoleARN"]);
    let profiles = list(&document["fargateProfiles"]);
    let unused = of_all.as_ref().filter(|_| profiles.is_empty());
    let rule = "be left out: there are no `fargateProfiles`";
    let shown = unused.map_or("", String::as_str);
    findings.require(unused.is_none(), "iam.fargatePodExecutionRoleARN", shown, rule);
    let profile = |value: &Value| FargateProfile {
        name: text(&value["name"]).unwrap_or_default(),
        selectors: list(&value["selectors"])
            .iter()
            .map(|selector| Selector {
                namespace: text(&selector["namespace"]).unwrap_or_default(),
                labels: pairs(&selector["labels"]),
            })
            .collect(),
        subnets: network::named_subnets(&value["subnets"], document),
        tags: pairs(&value["tags"]),
        role_arn: text(&value["podExecutionRoleARN"]).or_else(|| of_all.clone()),
    };
    profiles.iter().map(profile).collect()
}

/// What eksctl makes no cluster in Auto Mode with (facts/eksctl.md §3, `autoModeConfig`).
fn beside_auto_mode(cluster: &Cluster, findings: &mut Findings) {
    if cluster.auto_mode().is_none() {
        return;
    }
    for (index, group) in cluster.node_groups.iter().flatten().enumerate() {
        let rule = "be left out: eksctl makes no node groups together with a cluster in Auto Mode";
        let name = group.name.as_deref().unwrap_or_default();
        findings.require(false, &item("managedNodeGroups", index), name, rule);
    }
    let listed = cluster.addons.iter().flatten().enumerate();
    for (index, addon) in listed.filter(|_| cluster.fargate_profiles.is_empty()) {
        let rule = "be left out: Auto Mode brings it";
        let brought = ["vpc-cni", "kube-proxy", "coredns"].contains(&addon.name.as_str());
        findings.require(!brought, &item("addons", index), &addon.name, rule);
    }
}

/// What eksctl wants of a cluster with IPv6 addresses (facts/eksctl.md §3).
fn ipv6(document: &Value, cluster: &Cluster, findings: &mut Findings) {
    if cluster.ip_family != Some(IpFamily::Ipv6) {
        return;
    }
    if let Some(nat) = text(&document["vpc"]["nat"]["gateway"]) {
        let rule = "be left out: an IPv6 cluster has one NAT gateway";
        findings.require(false, "vpc.nat.gateway", nat, rule);
    }
    if cluster.auto_mode().is_some() {
        return;
    }
    let place = |name: &str| list(&document["addons"]).iter().position(|addon| addon["name"] == name);
    let rule = "hold `coredns`, which eksctl wants to be listed in an IPv6 cluster";
    findings.require(place("coredns").is_some(), "addons", "", rule);
    if let Some(index) = place("vpc-cni") {
        let own = !list(&document["addons"][index]["podIdentityAssociations"]).is_empty();
        let agent = place("eks-pod-identity-agent").is_some();
        let holds = if agent { own } else { document["iam"]["withOIDC"] == json!(true) };
        let rule = "have `podIdentityAssociations`, or be left out: eksctl wants an identity for it where it is \
                    listed in an IPv6 cluster";
        findings.require(holds, &item("addons", index), "vpc-cni", rule);
    }
}
