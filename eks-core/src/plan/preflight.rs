//! Whether the account has room for what a create makes: pure, from what was counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cluster_map::ClusterMap;
use super::create::{desired, group_name, node_groups};
use super::step::{Step, StepKind, StepState};
use crate::observe::{Counted, Limit, QuotaSource, Usage, is_standard};
use crate::spec::{Capacity, Cluster, InstanceType, Nat, Network, NodeGroup};
use crate::{Error, ErrorKind};

/// Whether the account has room for a create, before anything is written. `Display` prints it as a text.
///
/// What the account has was counted a moment ago and can change before it is needed; a clear preflight makes a
/// failure by quota unlikely, not impossible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Preflight {
    /// Every quota that the create counts against.
    pub quotas: Vec<QuotaFinding>,
    /// What was not checked, and why.
    pub unchecked: Vec<String>,
}

/// A quota, and what a create needs of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QuotaFinding {
    /// What is counted, such as `VPCs`.
    pub what: String,
    /// Service Quotas' code of the service, such as `vpc`.
    pub service: String,
    /// Service Quotas' code of the quota, such as `L-F678F1CE`.
    pub code: String,
    /// How many the create still makes; of vCPUs the fewest that its nodes can have.
    pub needed: u64,
    /// How many the account has in the region; `None` if that is not known.
    pub in_use: Option<u64>,
    /// How many it may have.
    pub quota: u64,
    /// Where the quota's value comes from.
    pub source: QuotaSource,
    /// Whether AWS gives more to who asks.
    pub adjustable: bool,
}

impl QuotaFinding {
    /// Whether the create would go beyond the quota, by what is known.
    pub fn is_exceeded(&self) -> bool {
        self.in_use.unwrap_or_default() + self.needed > self.quota
    }

    /// How to ask AWS for as many as are needed; `None` if it gives no more.
    pub fn request(&self) -> Option<String> {
        let Self { service, code, .. } = self;
        let wanted = self.in_use.unwrap_or_default() + self.needed;
        self.adjustable.then(|| {
            format!(
                "aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} \
                 --desired-value {wanted}"
            )
        })
    }
}

impl fmt::Display for QuotaFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} needed", self.what, self.needed)?;
        match self.in_use {
            Some(in_use) => write!(f, ", {in_use} of {} in use", self.quota)?,
            None => write!(f, ", quota {}, use unknown", self.quota)?,
        }
        match self.source {
            QuotaSource::Assumed => f.write_str(" (AWS's default: Service Quotas could not be asked)"),
            QuotaSource::Account | QuotaSource::Default => Ok(()),
        }
    }
}

impl Preflight {
    /// Whether the create goes beyond no quota, by what is known.
    pub fn is_clear(&self) -> bool {
        self.exceeded().next().is_none()
    }

    /// The quotas that the create would go beyond.
    pub fn exceeded(&self) -> impl Iterator<Item = &QuotaFinding> {
        self.quotas.iter().filter(|finding| finding.is_exceeded())
    }

    /// What a create that asked for this ends with, if it is not clear: one error with all that is exceeded.
    pub(crate) fn refusal(&self, cluster: &str) -> Option<Error> {
        let exceeded: Vec<String> = self.exceeded().map(ToString::to_string).collect();
        if exceeded.is_empty() {
            return None;
        }
        let requests: Vec<String> = self.exceeded().filter_map(QuotaFinding::request).collect();
        let ask = match &requests[..] {
            [] => String::new(),
            requests => format!(", or ask AWS for more: {}", requests.join("; ")),
        };
        let message = format!("the account has no room for it: {}", exceeded.join("; "));
        let error = Error::new(ErrorKind::QuotaExceeded, message).with_resource(format!("cluster {cluster}"));
        Some(error.with_hint(format!("Nothing was touched. Free some{ask}")))
    }
}

impl fmt::Display for Preflight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.quotas {
            writeln!(f, "{} {finding}", if finding.is_exceeded() { "EXCEEDED" } else { "ok      " })?;
            if let Some(request) = finding.request().filter(|_| finding.is_exceeded()) {
                writeln!(f, "         {request}")?;
            }
        }
        self.unchecked.iter().try_for_each(|what| writeln!(f, "unchecked {what}"))
    }
}

/// The instance types whose vCPUs count.
pub(crate) fn instance_types(given: &Cluster) -> Vec<String> {
    let spec = given.defaulted();
    let types: BTreeSet<String> = node_groups(&spec).flat_map(|group| group.instance_types.clone()).collect();
    types.into_iter().collect()
}

/// Everything that a create can count against.
pub(crate) const COUNTED: [Counted; 11] = [
    Counted::Clusters,
    Counted::NodeGroups,
    Counted::NodesOfGroup,
    Counted::FargateProfiles,
    Counted::Vpcs,
    Counted::InternetGateways,
    Counted::ElasticAddresses,
    Counted::NatGateways,
    Counted::StandardVcpus,
    Counted::StandardSpotVcpus,
    Counted::Stacks,
];

/// The zones in which a create will make NAT gateways, by the map of its plan.
pub(crate) fn nat_zones(map: Option<&ClusterMap>) -> Vec<String> {
    let subnets = map.into_iter().filter(|map| !map.given).flat_map(|map| &map.public_subnets);
    subnets.filter(|subnet| subnet.nat_gateway).map(|subnet| subnet.zone.clone()).collect()
}

/// What a create of `given` still needs, beside what the account has and may have. `steps`: its plan;
/// `nat_zones`: where it makes NAT gateways; `begun`: whether its foundation stack is there.
pub(crate) fn preflight(
    given: &Cluster,
    steps: &[Step],
    nat_zones: &[String],
    begun: bool,
    usage: &Usage,
    limits: &BTreeMap<Counted, Limit>,
) -> Preflight {
    let mut needs =
        Needs { spec: &given.defaulted(), steps, usage, counts: BTreeMap::new(), unchecked: Vec::new() };
    needs.of_cluster();
    if begun {
        needs.unchecked.push("what the foundation stack, which is there, still lacks".to_owned());
    } else {
        needs.of_foundation(nat_zones);
    }
    for group in node_groups(needs.spec) {
        needs.of_node_group(group);
    }
    let Needs { counts, mut unchecked, .. } = needs;
    let mut quotas = Vec::new();
    for (counted, needed) in counts {
        let in_use = usage.counts.get(&counted).copied();
        let Some(limit) = limits.get(&counted).filter(|_| needed > 0) else { continue };
        if in_use.is_none() {
            unchecked.push(format!("how many {} there are", counted.what()));
        }
        quotas.push(QuotaFinding {
            what: counted.what().to_owned(),
            service: counted.service().to_owned(),
            code: counted.code().to_owned(),
            needed,
            in_use,
            quota: limit.value,
            source: limit.source,
            adjustable: limit.adjustable,
        });
    }
    unchecked.extend(usage.unknown.iter().cloned());
    Preflight { quotas, unchecked }
}

struct Needs<'a> {
    spec: &'a Cluster,
    steps: &'a [Step],
    usage: &'a Usage,
    counts: BTreeMap<Counted, u64>,
    unchecked: Vec<String>,
}

impl Needs<'_> {
    fn add(&mut self, counted: Counted, count: u64) {
        *self.counts.entry(counted).or_default() += count;
    }

    /// Whether a step has still to be sent: what is under way is in use already.
    fn is_to_come(&self, action: &StepKind) -> bool {
        let mut steps = self.steps.iter().filter(|step| step.action == *action);
        steps.any(|step| matches!(step.state, StepState::Ready | StepState::Blocked))
    }

    fn of_cluster(&mut self) {
        if self.is_to_come(&StepKind::CreateCluster) {
            self.add(Counted::Clusters, 1);
        }
        self.add(Counted::NodeGroups, node_groups(self.spec).count() as u64);
        self.add(Counted::FargateProfiles, self.spec.fargate_profiles.len() as u64);
        let most = node_groups(self.spec).filter_map(|group| group.scaling.as_ref()?.max).max();
        self.add(Counted::NodesOfGroup, most.unwrap_or_default().into());
    }

    fn of_foundation(&mut self, nat_zones: &[String]) {
        self.add(Counted::Stacks, 1);
        let Network::New(network) = &self.spec.network else { return };
        self.add(Counted::Vpcs, 1);
        self.add(Counted::InternetGateways, u64::from(!network.is_private()));
        if network.nat.unwrap_or_default() != Nat::None {
            // Where nobody can tell the zones it is one at least.
            self.add(Counted::ElasticAddresses, nat_zones.len().max(1) as u64);
            self.add(Counted::NatGateways, 1);
        }
    }

    fn of_node_group(&mut self, group: &NodeGroup) {
        let name = group_name(group).to_owned();
        if self.is_to_come(&StepKind::CreateNodeGroupStack { group: name.clone() }) {
            self.add(Counted::Stacks, 1);
        }
        if !self.is_to_come(&StepKind::CreateNodeGroup { group: name.clone() }) {
            return;
        }
        let families = group.instance_types.iter().filter_map(|it| InstanceType::parse(it));
        if !families.clone().all(|kind| is_standard(&kind.family)) || group.instance_types.is_empty() {
            self.unchecked
                .push(format!("the vCPUs of node group {name}: its types are not all standard ones"));
            return;
        }
        // The smallest of its types: a refusal must not be wrong.
        let vcpus = group.instance_types.iter().filter_map(|it| self.usage.vcpus.get(it)).min().copied();
        let Some(vcpus) = vcpus else {
            self.unchecked.push(format!("the vCPUs of node group {name}: those of its types are not known"));
            return;
        };
        let counted = match group.capacity {
            Some(Capacity::Spot) => Counted::StandardSpotVcpus,
            _ => Counted::StandardVcpus,
        };
        self.add(counted, u64::from(desired(group)) * vcpus);
    }
}
