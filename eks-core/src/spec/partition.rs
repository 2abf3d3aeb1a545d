//! What an ARN names in another partition than the region's does not exist there.

use super::check::{Findings, item};
use super::cluster::Cluster;
use super::syntax;

impl Cluster {
    /// Requires that every ARN is of the region's partition.
    pub(super) fn inspect_arns(&self, findings: &mut Findings) {
        let Some((region, partition)) =
            self.region.as_deref().and_then(|region| Some((region, syntax::partition(region)?)))
        else {
            return;
        };
        let rule = format!("be of partition `{partition}`, which `region` ({region}) is in");
        for (field, arn) in self.arns() {
            let other = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
            let holds = other.is_none_or(|other| !other.starts_with("aws") || other == partition);
            findings.require(holds, &field, arn, rule.as_str());
        }
    }

    /// Every ARN, with its field.
    fn arns<'a>(&'a self) -> Vec<(String, &'a str)> {
        let mut arns: Vec<(String, &'a str)> = Vec::new();
        let mut add = |field: String, arn: Option<&'a String>| {
            if let Some(arn) = arn {
                arns.push((field, arn.as_str()));
            }
        };
        add("roleArn".to_owned(), self.role_arn.as_ref());
        let key = self.secrets_encryption.as_ref().map(|encryption| &encryption.key_arn);
        add("secretsEncryption.keyArn".to_owned(), key);
        let role = self.auto_mode.as_ref().and_then(|mode| mode.node_role_arn.as_ref());
        add("autoMode.nodeRoleArn".to_owned(), role);
        for (index, group) in self.node_groups.iter().flatten().enumerate() {
            let field = item("nodeGroups", index);
            add(format!("{field}.roleArn"), group.role_arn.as_ref());
            for (number, arn) in group.policy_arns.iter().enumerate() {
                add(format!("{field}.{}", item("policyArns", number)), Some(arn));
            }
            add(format!("{field}.disk.kmsKey"), group.disk.as_ref().and_then(|disk| disk.kms_key.as_ref()));
        }
        for (index, profile) in self.fargate_profiles.iter().enumerate() {
            add(format!("{}.roleArn", item("fargateProfiles", index)), profile.role_arn.as_ref());
        }
        for (index, addon) in self.addons.iter().flatten().enumerate() {
            let field = format!("{}.serviceAccountRoleArn", item("addons", index));
            add(field, addon.service_account_role_arn.as_ref());
        }
        for (index, entry) in self.access_entries.iter().enumerate() {
            let field = item("accessEntries", index);
            add(format!("{field}.principalArn"), Some(&entry.principal_arn));
            for (number, policy) in entry.policies.iter().enumerate() {
                add(format!("{field}.{}.policyArn", item("policies", number)), Some(&policy.policy_arn));
            }
        }
        arns
    }
}
