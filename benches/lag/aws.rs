//! What was AWS's part in one life of a cluster: read off the ledger and CloudFormation's events, afterwards.

use std::collections::BTreeMap;

use eks_core::simulator::{Instant, Ledger, ResourceRecord, Simulator, Timing};

use super::nodes::Node;
use super::stack::{self, Stack};
use crate::Result;

/// How long AWS took for everything, in seconds.
#[derive(Debug)]
pub(crate) struct Aws {
    pub(crate) foundation: Stack,
    pub(crate) group_stack: Stack,
    /// From the creation of a role until EKS can assume it, by the role's name.
    pub(crate) propagation: BTreeMap<String, f64>,
    /// When each role was made, since the foundation was begun, by the role's name.
    pub(crate) roles: BTreeMap<String, f64>,
    /// CreateCluster until ACTIVE.
    pub(crate) cluster: f64,
    /// ACTIVE until the API server answers.
    pub(crate) api_server: f64,
    /// CreateNodegroup until instances are launched.
    pub(crate) launch: f64,
    pub(crate) nodes: Vec<Node>,
    /// All nodes Ready until the group is ACTIVE.
    pub(crate) settle: f64,
    pub(crate) vpc_cni: f64,
    pub(crate) kube_proxy: f64,
    pub(crate) coredns: f64,
    pub(crate) nat_gateway: f64,
    /// When its creation was asked for, since the foundation was begun.
    pub(crate) nat_gateway_begun: f64,
    pub(crate) group_delete: f64,
    pub(crate) cluster_delete: f64,
    pub(crate) nat_gateway_delete: f64,
    /// The longest of what takes time when a VPC goes.
    pub(crate) vpc_delete: f64,
    pub(crate) group_stack_delete: f64,
    pub(crate) foundation_delete: f64,
}

impl Aws {
    pub(crate) fn of(simulator: &Simulator, ledger: &Ledger) -> Result<Self> {
        let took = Took(ledger);
        let [foundation, group_stack] = stacks(ledger)?;
        let roles = ledger.resources.iter().filter(|it| it.kind == "AWS::IAM::Role");
        Ok(Self {
            roles: roles.map(|it| (it.id.clone(), seconds(foundation.created, it.created))).collect(),
            propagation: took.all(Timing::IamPropagation),
            cluster: took.only(Timing::ClusterCreate)?,
            api_server: took.only(Timing::ApiServerReachable)?,
            launch: took.only(Timing::NodegroupLaunch)?,
            nodes: took.nodes(),
            settle: took.only(Timing::NodegroupSettle)?,
            vpc_cni: took.of(Timing::AddonCreate, "vpc-cni")?,
            kube_proxy: took.of(Timing::AddonCreate, "kube-proxy")?,
            coredns: took.of(Timing::AddonDeploymentCreate, "coredns")?,
            nat_gateway: took.only(Timing::NatGatewayCreate)?,
            nat_gateway_begun: seconds(foundation.created, one(ledger, "AWS::EC2::NatGateway")?.created),
            group_delete: deletion(one(ledger, "AWS::EKS::Nodegroup")?)?,
            cluster_delete: deletion(one(ledger, "AWS::EKS::Cluster")?)?,
            nat_gateway_delete: took.only(Timing::NatGatewayDelete)?,
            vpc_delete: took.all(Timing::StackVpcDelete).into_values().fold(0.0, f64::max),
            group_stack_delete: deletion(group_stack)?,
            foundation_delete: deletion(foundation)?,
            foundation: stack::look(simulator, &foundation.id, foundation.created.millis())?,
            group_stack: stack::look(simulator, &group_stack.id, group_stack.created.millis())?,
        })
    }
}

/// The stacks of foundation and node group: the order in which they are made.
pub(crate) fn stacks(ledger: &Ledger) -> Result<[&ResourceRecord; 2]> {
    let stacks = ledger.resources.iter().filter(|it| it.kind == "AWS::CloudFormation::Stack");
    let stacks: Vec<&ResourceRecord> = stacks.collect();
    stacks.try_into().map_err(|stacks: Vec<_>| format!("{} stacks were made, not two", stacks.len()).into())
}

/// The only resource of a kind.
pub(crate) fn one<'a>(ledger: &'a Ledger, kind: &str) -> Result<&'a ResourceRecord> {
    let mut all = ledger.resources.iter().filter(|it| it.kind == kind);
    match (all.next(), all.next()) {
        (Some(record), None) => Ok(record),
        _ => Err(format!("not one {kind} was made").into()),
    }
}

pub(crate) fn seconds(from: Instant, to: Instant) -> f64 {
    (to.millis() - from.millis()) as f64 / 1000.0
}

fn deletion(record: &ResourceRecord) -> Result<f64> {
    match (record.deleting, record.deleted) {
        (Some(from), Some(to)) => Ok(seconds(from, to)),
        _ => Err(format!("{} {} was not deleted", record.kind, record.id).into()),
    }
}

/// The ledger's durations.
struct Took<'a>(&'a Ledger);

impl Took<'_> {
    fn all(&self, timing: Timing) -> BTreeMap<String, f64> {
        self.0.durations.get(&timing).cloned().unwrap_or_default()
    }

    fn only(&self, timing: Timing) -> Result<f64> {
        let all = self.all(timing);
        match all.values().collect::<Vec<_>>()[..] {
            [one] => Ok(*one),
            _ => Err(format!("{timing:?} was timed {} times, not once", all.len()).into()),
        }
    }

    /// The duration for the thing whose name ends so.
    fn of(&self, timing: Timing, name: &str) -> Result<f64> {
        let all = self.all(timing);
        let found = all.iter().find(|(key, _)| key.rsplit('/').next() == Some(name));
        found.map(|(_, seconds)| *seconds).ok_or_else(|| format!("{timing:?} of {name} was not timed").into())
    }

    /// Both durations of a node have its name.
    fn nodes(&self) -> Vec<Node> {
        let ready = self.all(Timing::NodeReady);
        let registers = self.all(Timing::NodeRegister).into_iter();
        registers
            .filter_map(|(name, registers)| Some(Node { registers, ready: *ready.get(&name)? }))
            .collect()
    }
}
