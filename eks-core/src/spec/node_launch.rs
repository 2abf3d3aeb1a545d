//! The rules of a node group's image, launch template and role.

use super::ami_family::AmiFamily;
use super::check::{Findings, item};
use super::instance_type::{Accelerator, InstanceType};
use super::node_group::{Capacity, NodeGroup};
use super::syntax;

/// An interface takes at most 16 security groups, if its quota is raised (EC2 quotas); one is the cluster's.
const SECURITY_GROUPS: usize = 15;
/// IAM attaches at most 20 policies to a role, if its quota is raised; four are those of every node.
const POLICIES: usize = 16;

impl NodeGroup {
    /// What the group's first instance type has for computing besides its processor.
    pub fn accelerator(&self) -> Option<Accelerator> {
        InstanceType::parse(self.instance_types.first()?)?.accelerator()
    }

    /// Whether the group has a role that is made for it alone.
    pub fn has_own_role(&self) -> bool {
        self.role_arn.is_none() && (self.own_role == Some(true) || !self.policy_arns.is_empty())
    }

    /// Whether the group uses the role that is made for all groups of the cluster.
    pub(crate) fn shares_role(&self) -> bool {
        self.role_arn.is_none() && !self.has_own_role()
    }

    /// Whether its launch template says what only a cluster that is ACTIVE can tell: its security group, or how
    /// to join it.
    pub(crate) fn launch_names_cluster(&self) -> bool {
        !self.security_groups.is_empty() || self.ami.is_some()
    }

    pub(super) fn inspect_launch(&self, findings: &mut Findings) {
        self.inspect_image(findings);
        self.inspect_reservation(findings);
        findings.piece("nodeRepairConfig", self.node_repair_config.as_ref());
        findings.piece("metadataOptions", self.metadata_options.as_ref());
        let groups = &self.security_groups;
        findings.texts("securityGroups", groups, syntax::is_security_group, syntax::SECURITY_GROUP);
        findings.distinct("securityGroups", "", groups.iter().map(|group| Some(group.as_str())));
        let rule = format!("be at most {SECURITY_GROUPS} besides the cluster's own");
        findings.require(groups.len() <= SECURITY_GROUPS, "securityGroups", groups.len(), rule);
        if let Some(key) = &self.ssh_key {
            // EC2's API reference, CreateKeyPair: up to 255 ASCII characters.
            let fits = (1..=255).contains(&key.len()) && key.chars().all(|c| c.is_ascii() && !c.is_control());
            findings.require(
                fits,
                "sshKey",
                key,
                "be the name of an EC2 key pair: 1 to 255 ASCII characters",
            );
            let windows = self.ami_family.is_some_and(AmiFamily::is_windows);
            findings.require(!windows, "sshKey", key, "be unset for Windows, which has no SSH server");
        }
        self.inspect_role(findings);
    }

    fn inspect_role(&self, findings: &mut Findings) {
        let policies = &self.policy_arns;
        findings.texts("policyArns", policies, syntax::is_policy_arn, syntax::POLICY_ARN);
        findings.distinct("policyArns", "", policies.iter().map(|arn| Some(arn.as_str())));
        let rule = format!("be at most {POLICIES} besides those of every node");
        findings.require(policies.len() <= POLICIES, "policyArns", policies.len(), rule);
        let given = self.role_arn.is_some();
        let rule = "be unset when `roleArn` is given: that role is left as it is";
        findings.require(!given || policies.is_empty(), "policyArns", policies.join(", "), rule);
        let own = self.own_role == Some(true);
        findings.require(!given || !own, "ownRole", "true", "be unset when `roleArn` is given");
        let shared = self.own_role == Some(false) && !policies.is_empty();
        findings.require(!shared, "ownRole", "false", "be unset or true when `policyArns` are given");
    }

    fn inspect_image(&self, findings: &mut Findings) {
        let family = self.ami_family.unwrap_or_default();
        if let Some(ami) = &self.ami {
            findings.require(syntax::is_ami(ami), "ami", ami, syntax::AMI);
            let rule =
                "be unset or AmazonLinux2023 when `ami` is given: its nodes are told by nodeadm how to join";
            let holds = family == AmiFamily::AmazonLinux2023;
            findings.require(holds, "amiFamily", format!("{family:?}"), rule);
            return;
        }
        // One image for all types: the family chooses it by what the first type has.
        if family.for_accelerator(Some(Accelerator::Nvidia)) == family
            && family.for_accelerator(Some(Accelerator::Neuron)) == family
        {
            return;
        }
        let first = self.accelerator();
        for (index, name) in self.instance_types.iter().enumerate() {
            let Some(other) = InstanceType::parse(name) else { continue };
            let rule = format!(
                "have the accelerators of `{}`, or `amiFamily` name one image for all",
                self.instance_types[0]
            );
            findings.require(other.accelerator() == first, &item("instanceTypes", index), name, rule);
        }
    }

    /// <https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html>
    fn inspect_reservation(&self, findings: &mut Findings) {
        let block = self.capacity == Some(Capacity::CapacityBlock);
        match &self.capacity_reservation_id {
            Some(id) => {
                let rule = "be a capacity reservation id, such as `cr-0123456789abcdef0`";
                findings.require(syntax::is_capacity_reservation(id), "capacityReservationId", id, rule);
                let rule = "be unset unless `capacity` is `capacityBlock`";
                findings.require(block, "capacityReservationId", id, rule);
            }
            None => {
                let rule = "be given when `capacity` is `capacityBlock`";
                findings.require(!block, "capacityReservationId", "", rule);
            }
        }
        let types = self.instance_types.len();
        let rule = "be the one type of the capacity block";
        findings.require(!block || types == 1, "instanceTypes", types, rule);
    }
}
