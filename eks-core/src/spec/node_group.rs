//! Node groups.

use std::collections::BTreeMap;
use std::fmt;

use bon::Builder;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::ami_family::AmiFamily;
use super::check::{Check, Findings, item};
use super::disk::Disk;
use super::instance_type::{Architecture, InstanceType};
use super::metadata_options::MetadataOptions;
use super::node_repair::NodeRepairConfig;
use super::scaling::Scaling;
use super::taint::Taint;
use super::update_settings::UpdateSettings;
use super::{labels, syntax, tags, taint};
use crate::Result;

/// A managed group of nodes of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct NodeGroup {
    /// At most 63 characters. Unset: `ng-` and 8 characters that follow from the cluster's name (eksctl
    /// draws them) and the group's place among those without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub name: Option<String>,
    /// At most 20 instance types of one architecture. Empty: `m5.large`, as with eksctl (EKS alone would
    /// take `t3.medium`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub instance_types: Vec<String>,
    /// Where the nodes are. Unset: the public subnets, as with eksctl; where a given network has none, its
    /// private ones (eksctl wants that said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub subnets: Option<NodeSubnets>,
    /// Kubernetes labels of the nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub labels: BTreeMap<String, String>,
    /// Kubernetes taints of the nodes, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub taints: Vec<Taint>,
    /// AWS tags of the group, its nodes and their disks, besides those of the cluster.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub tags: BTreeMap<String, String>,
    /// Security groups of the nodes besides the cluster's own, at most 15. The group's launch template then waits
    /// for the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub security_groups: Vec<String>,
    /// IAM policies for the nodes besides those that every node needs, at most 16. They mean an own role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub policy_arns: Vec<String>,
    /// The nodes' operating system. Default: Amazon Linux 2023.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ami_family: Option<AmiFamily>,
    /// An image of your own that is made like EKS's Amazon Linux 2023: its nodes are told by
    /// [nodeadm](https://awslabs.github.io/amazon-eks-ami/nodeadm/) how to join. Unset: EKS's newest of the family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ami: Option<String>,
    /// How the nodes are paid for. Default: on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// The capacity block that `capacityBlock` launches into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_reservation_id: Option<String>,
    /// How many nodes. Default: two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// The nodes' root disk. Default: 80 GiB of gp3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Disk>,
    /// How updates replace nodes. Default: one at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateSettings>,
    /// Repair of unhealthy nodes. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_repair_config: Option<NodeRepairConfig>,
    /// The nodes' metadata service. Default: IMDSv2 alone, over two hops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_options: Option<MetadataOptions>,
    /// The EC2 key pair that opens the nodes to SSH. Default: none. No port is opened by it: that is for one of
    /// `security_groups`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_key: Option<String>,
    /// The nodes' role. Unset: one is made for all groups of the cluster (eksctl makes one for each).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Whether a role is made for this group alone, as with eksctl. Default: no, unless there are `policy_arns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_role: Option<bool>,
}

/// How nodes are paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Capacity {
    /// By the second, as long as they run.
    #[default]
    #[serde(alias = "ON_DEMAND")]
    OnDemand,
    /// At the spot price; AWS may take them back.
    #[serde(alias = "SPOT")]
    Spot,
    /// In advance, as an
    /// [EC2 Capacity Block](https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html), whose
    /// reservation the group names. Nodes come up while the block is active; have none desired before.
    #[serde(alias = "CAPACITY_BLOCK")]
    CapacityBlock,
}

/// Where the nodes of a group are. Written `public`, `private` or a list of subnet ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeSubnets {
    /// The public subnets of the cluster's network.
    Public,
    /// The private subnets of the cluster's network.
    Private,
    /// These subnets.
    Given(Vec<String>),
}

impl NodeGroup {
    /// The architecture of the group's instance types, `None` if they differ or cannot be told.
    pub fn architecture(&self) -> Option<Architecture> {
        let mut architectures =
            self.instance_types.iter().map(|name| InstanceType::parse(name).map(|it| it.architecture()));
        let Some(first) = architectures.next() else { return Some(Architecture::X86_64) };
        architectures.all(|other| other == first).then_some(first).flatten()
    }

    /// EKS's name for the group's image, such as `AL2023_x86_64_STANDARD`; `CUSTOM` for one of your own.
    pub fn ami_type(&self) -> Option<&'static str> {
        if self.ami.is_some() {
            return Some("CUSTOM");
        }
        let family = self.ami_family.unwrap_or_default().for_accelerator(self.accelerator());
        family.ami_type(self.architecture()?)
    }
}

impl<S: node_group_builder::State> NodeGroupBuilder<S> {
    /// Names the group.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds an instance type.
    pub fn instance_type(mut self, instance_type: impl Into<String>) -> Self {
        self.instance_types.push(instance_type.into());
        self
    }

    /// Puts the nodes into the public or the private subnets.
    pub fn subnets(mut self, subnets: NodeSubnets) -> Self {
        self.subnets = Some(subnets);
        self
    }

    /// Puts nodes into this subnet.
    pub fn subnet(mut self, subnet: impl Into<String>) -> Self {
        match &mut self.subnets {
            Some(NodeSubnets::Given(subnets)) => subnets.push(subnet.into()),
            other => *other = Some(NodeSubnets::Given(vec![subnet.into()])),
        }
        self
    }

    /// Adds a Kubernetes label.
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// Adds a Kubernetes taint.
    pub fn taint(mut self, taint: Taint) -> Self {
        self.taints.push(taint);
        self
    }

    /// Adds an AWS tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Adds a security group to the cluster's own.
    pub fn security_group(mut self, id: impl Into<String>) -> Self {
        self.security_groups.push(id.into());
        self
    }

    /// Attaches a policy to the nodes' role, which is then the group's own.
    pub fn policy_arn(mut self, arn: impl Into<String>) -> Self {
        self.policy_arns.push(arn.into());
        self
    }

    /// The group, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<NodeGroup>
    where
        S: node_group_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for NodeGroup {
    fn inspect(&self, findings: &mut Findings) {
        if let Some(name) = &self.name {
            findings.require(syntax::is_node_group_name(name), "name", name, syntax::NODE_GROUP_NAME);
        }
        self.inspect_instance_types(findings);
        if let Some(NodeSubnets::Given(subnets)) = &self.subnets {
            findings.require(!subnets.is_empty(), "subnets", "[]", "hold at least one subnet");
            findings.texts("subnets", subnets, syntax::is_subnet, syntax::SUBNET);
            findings.distinct("subnets", "", subnets.iter().map(|subnet| Some(subnet.as_str())));
        }
        labels::inspect(&self.labels, findings);
        taint::inspect("taints", &self.taints, findings);
        findings.piece("scaling", self.scaling.as_ref());
        findings.piece("disk", self.disk.as_ref());
        findings.piece("update", self.update.as_ref());
        let max = self.scaling.as_ref().and_then(|scaling| scaling.max);
        if let (Some(max), Some(away)) = (max, self.update.as_ref().and_then(|update| update.max_unavailable))
        {
            // facts/eksctl.md §3.
            let rule = format!("be at most `scaling.max` ({max})");
            findings.require(away <= max, "update.maxUnavailable", away, rule);
        }
        if let Some(arn) = &self.role_arn {
            findings.require(syntax::is_role_arn(arn), "roleArn", arn, syntax::ROLE_ARN);
        }
        self.inspect_launch(findings);
        tags::inspect(&self.tags, findings);
    }
}

impl NodeGroup {
    fn inspect_instance_types(&self, findings: &mut Findings) {
        let types = &self.instance_types;
        // facts/aws.md §3.1.
        findings.require(types.len() <= 20, "instanceTypes", types.len(), "be at most 20 instance types");
        findings.texts(
            "instanceTypes",
            types,
            |name| InstanceType::parse(name).is_some(),
            "be an instance type, such as `m5.large`",
        );
        findings.distinct("instanceTypes", "", types.iter().map(|name| Some(name.as_str())));
        let first = types.first().and_then(|name| InstanceType::parse(name)).map(|it| it.architecture());
        for (index, name) in types.iter().enumerate() {
            let other = InstanceType::parse(name).map(|it| it.architecture());
            if let (Some(first), Some(other)) = (first, other) {
                let rule = format!("have the architecture of `{}`: a group has one image", types[0]);
                findings.require(first == other, &item("instanceTypes", index), name, rule);
            }
        }
        if let (Some(family), Some(architecture)) = (self.ami_family, self.architecture()) {
            let rule = "be a family that has an image for the architecture of `instanceTypes`";
            let holds = family.for_accelerator(self.accelerator()).ami_type(architecture).is_some();
            findings.require(holds, "amiFamily", format!("{family:?}"), rule);
        }
    }
}

impl Serialize for NodeSubnets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Public => serializer.serialize_str("public"),
            Self::Private => serializer.serialize_str("private"),
            Self::Given(subnets) => subnets.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for NodeSubnets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SubnetsVisitor)
    }
}

struct SubnetsVisitor;

impl<'de> de::Visitor<'de> for SubnetsVisitor {
    type Value = NodeSubnets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`public`, `private` or a list of subnet ids")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NodeSubnets, E> {
        match text {
            "public" => Ok(NodeSubnets::Public),
            "private" => Ok(NodeSubnets::Private),
            other => Err(E::unknown_variant(other, &["public", "private"])),
        }
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<NodeSubnets, A::Error> {
        Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(NodeSubnets::Given)
    }
}
