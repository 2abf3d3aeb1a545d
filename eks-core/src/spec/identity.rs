//! What the parts of a cluster that give pods IAM roles must not say to each other.

use super::check::{Findings, item};
use super::cluster::Cluster;

/// The add-on from which pods get the credentials of their role.
pub(super) const POD_IDENTITY_AGENT: &str = "eks-pod-identity-agent";

/// One stack has the roles and the provider, and CloudFormation tells of at most 100 resources of a stack in one answer
/// (API reference: DescribeStackResources).
const ROLES: usize = 99;

impl Cluster {
    /// Whether pods get roles by EKS Pod Identity.
    pub(crate) fn has_pod_identities(&self) -> bool {
        let of_addons = self.addons.iter().flatten().flat_map(|addon| addon.pod_identity_associations.iter());
        !self.pod_identity_associations.is_empty() || of_addons.flatten().next().is_some()
    }

    /// Whether IAM trusts the cluster's OIDC issuer.
    pub(crate) fn has_oidc_provider(&self) -> bool {
        self.oidc_provider.unwrap_or(!self.service_account_roles.is_empty())
    }

    pub(super) fn inspect_identity(&self, findings: &mut Findings) {
        findings.pieces("serviceAccountRoles", &self.service_account_roles);
        findings.pieces("podIdentityAssociations", &self.pod_identity_associations);
        self.inspect_service_accounts(findings);
        self.inspect_partitions(findings);
        // facts/eksctl.md §3: `withOIDC` is needed by `serviceAccounts`.
        let useless = self.oidc_provider == Some(false) && !self.service_account_roles.is_empty();
        findings.require(!useless, "oidcProvider", "false", "be `true`: there are `serviceAccountRoles`");
        self.inspect_agent(findings);
        let roles = self.made_roles();
        let rule = format!("make at most {ROLES} roles, all of them together; give the others by `roleArn`");
        findings.require(roles <= ROLES, "podIdentityAssociations", roles, rule);
    }

    fn inspect_service_accounts(&self, findings: &mut Findings) {
        let keys: Vec<String> = self.pod_identity_associations.iter().map(|it| it.key()).collect();
        let keys = keys.iter().map(|key| Some(key.as_str()));
        findings.distinct("podIdentityAssociations", "serviceAccount", keys);
        let keys: Vec<String> = self.service_account_roles.iter().map(|it| it.key()).collect();
        let keys = keys.iter().map(|key| Some(key.as_str()));
        findings.distinct("serviceAccountRoles", "serviceAccount", keys);
        let names = self.service_account_roles.iter().map(|it| it.role_name.as_deref());
        findings.distinct("serviceAccountRoles", "roleName", names);
    }

    fn inspect_partitions(&self, findings: &mut Findings) {
        let region = self.region.as_deref();
        for (index, it) in self.pod_identity_associations.iter().enumerate() {
            let place = item("podIdentityAssociations", index);
            findings.within(&place, |findings| it.role().inspect_partition(region, findings));
        }
        for (index, it) in self.service_account_roles.iter().enumerate() {
            let place = item("serviceAccountRoles", index);
            findings.within(&place, |findings| it.role().inspect_partition(region, findings));
        }
        for (index, addon) in self.addons.iter().flatten().enumerate() {
            for (number, it) in addon.pod_identity_associations.iter().flatten().enumerate() {
                let place = format!("{}.{}", item("addons", index), item("podIdentityAssociations", number));
                findings.within(&place, |findings| it.role().inspect_partition(region, findings));
            }
        }
    }

    /// Auto Mode's nodes have an agent of their own (UG: pod-id-agent-setup); others need the add-on, which is among the
    /// default ones then.
    fn inspect_agent(&self, findings: &mut Findings) {
        let Some(addons) = &self.addons else { return };
        let there = addons.iter().any(|addon| addon.name == POD_IDENTITY_AGENT);
        let names: Vec<&str> = addons.iter().map(|addon| addon.name.as_str()).collect();
        let needed = self.has_pod_identities() && self.auto_mode().is_none();
        let rule = format!(
            "hold `{POD_IDENTITY_AGENT}`, from which pods get their credentials: there are `podIdentityAssociations`"
        );
        findings.require(there || !needed, "addons", names.join(", "), rule);
    }

    /// How many roles are made for service accounts.
    fn made_roles(&self) -> usize {
        let associations = self.pod_identity_associations.iter().filter(|it| it.role().makes_role());
        let addons = self.addons.iter().flatten().flat_map(|addon| addon.pod_identity_associations.iter());
        let of_addons = addons.flatten().filter(|it| it.role().makes_role());
        self.service_account_roles.len() + associations.count() + of_addons.count()
    }
}
