//! What a spec does not mention stays as the last one said it.

use super::{AccessConfig, Addon, AutoMode, Cluster, EndpointAccess, KubernetesVersion, NodeGroup, Scaling};

impl Cluster {
    /// This spec, with what it leaves unset taken from the one that was applied `last`. Maps and lists (tags, labels,
    /// taints, profiles, access entries) count as mentioned: what is not in them is not wanted any more.
    pub(crate) fn after(&self, last: &Self) -> Self {
        let node_groups = members(
            self.node_groups.as_ref(),
            last.node_groups.as_ref(),
            |group, was| group.name == was.name,
            NodeGroup::after,
        );
        let addons = members(
            self.addons.as_ref(),
            last.addons.as_ref(),
            |addon, was| addon.name == was.name,
            Addon::after,
        );
        Self {
            // Which cluster it is: both say the same, or say nothing.
            name: last.name.clone(),
            region: last.region.clone(),
            version: if self.version == KubernetesVersion::default() {
                last.version.clone()
            } else {
                self.version.clone()
            },
            node_groups,
            fargate_profiles: self.fargate_profiles.clone(),
            addons,
            access_entries: self.access_entries.clone(),
            pod_identity_associations: self.pod_identity_associations.clone(),
            service_account_roles: self.service_account_roles.clone(),
            tags: self.tags.clone(),
            network: if self.network.is_default() { last.network.clone() } else { self.network.clone() },
            endpoint_access: self.endpoint_access.after(&last.endpoint_access),
            logging: self.logging.clone().or_else(|| last.logging.clone()),
            log_retention_in_days: self.log_retention_in_days.or(last.log_retention_in_days),
            upgrade_policy: self.upgrade_policy.or(last.upgrade_policy),
            role_arn: self.role_arn.clone().or_else(|| last.role_arn.clone()),
            service_cidr: self.service_cidr.clone().or_else(|| last.service_cidr.clone()),
            secrets_encryption: self.secrets_encryption.clone().or_else(|| last.secrets_encryption.clone()),
            access_config: self.access_config.after(last.access_config),
            deletion_protection: self.deletion_protection.or(last.deletion_protection),
            zonal_shift: self.zonal_shift.or(last.zonal_shift),
            control_plane_tier: self.control_plane_tier.or(last.control_plane_tier),
            auto_mode: match (&self.auto_mode, &last.auto_mode) {
                (Some(mode), Some(last)) => Some(mode.after(last)),
                (mode, last) => mode.clone().or_else(|| last.clone()),
            },
            autoscaling: self.autoscaling.or(last.autoscaling),
            ip_family: self.ip_family.or(last.ip_family),
            oidc_provider: self.oidc_provider.or(last.oidc_provider),
            expires: self.expires.clone().or_else(|| last.expires.clone()),
        }
    }
}

/// Each member after the one that it was; all of the last ones if none are mentioned.
fn members<T: Clone>(
    given: Option<&Vec<T>>,
    last: Option<&Vec<T>>,
    same: impl Fn(&T, &T) -> bool,
    after: impl Fn(&T, &T) -> T,
) -> Option<Vec<T>> {
    let Some(given) = given else { return last.cloned() };
    let was = |member: &T| last.into_iter().flatten().find(|was| same(member, was));
    Some(given.iter().map(|member| was(member).map_or(member.clone(), |was| after(member, was))).collect())
}

impl NodeGroup {
    fn after(&self, last: &Self) -> Self {
        let instance_types =
            if self.instance_types.is_empty() { &last.instance_types } else { &self.instance_types };
        // The role stays when the last of its policies goes.
        let keeps_role = self.policy_arns.is_empty() && self.role_arn.is_none() && last.has_own_role();
        Self {
            name: self.name.clone(),
            instance_types: instance_types.clone(),
            subnets: self.subnets.clone().or_else(|| last.subnets.clone()),
            labels: self.labels.clone(),
            taints: self.taints.clone(),
            tags: self.tags.clone(),
            security_groups: self.security_groups.clone(),
            policy_arns: self.policy_arns.clone(),
            ami_family: self.ami_family.or(last.ami_family),
            ami: self.ami.clone().or_else(|| last.ami.clone()),
            capacity: self.capacity.or(last.capacity),
            capacity_reservation_id: self
                .capacity_reservation_id
                .clone()
                .or_else(|| last.capacity_reservation_id.clone()),
            scaling: match (&self.scaling, &last.scaling) {
                (Some(scaling), Some(last)) => Some(scaling.after(last)),
                (scaling, last) => scaling.clone().or_else(|| last.clone()),
            },
            disk: self.disk.clone().or_else(|| last.disk.clone()),
            update: self.update.clone().or_else(|| last.update.clone()),
            node_repair_config: self.node_repair_config.clone().or_else(|| last.node_repair_config.clone()),
            metadata_options: self.metadata_options.or(last.metadata_options),
            ssh_key: self.ssh_key.clone().or_else(|| last.ssh_key.clone()),
            role_arn: self.role_arn.clone().or_else(|| last.role_arn.clone()),
            own_role: self.own_role.or(last.own_role).or(keeps_role.then_some(true)),
        }
    }
}

impl Scaling {
    /// A size that is not mentioned follows new bounds.
    fn after(&self, last: &Self) -> Self {
        let (min, max) = (self.min.or(last.min), self.max.or(last.max));
        let desired = self.desired.or(last.desired);
        let desired = desired.map(|desired| desired.max(min.unwrap_or(0)).min(max.unwrap_or(u32::MAX)));
        Self { min, max, desired }
    }
}

impl Addon {
    fn after(&self, last: &Self) -> Self {
        let has_identities = self.pod_identity_associations.iter().flatten().next().is_some();
        Self {
            name: self.name.clone(),
            version: self.version.clone().or_else(|| last.version.clone()),
            configuration: self.configuration.clone().or_else(|| last.configuration.clone()),
            resolve_conflicts: self.resolve_conflicts.or(last.resolve_conflicts),
            // One takes the place of the other.
            service_account_role_arn: self
                .service_account_role_arn
                .clone()
                .or_else(|| last.service_account_role_arn.clone().filter(|_| !has_identities)),
            pod_identity_associations: self.pod_identity_associations.clone().or_else(|| {
                last.pod_identity_associations.clone().filter(|_| self.service_account_role_arn.is_none())
            }),
        }
    }
}

impl AutoMode {
    /// One that is off has neither pools nor a role.
    fn after(&self, last: &Self) -> Self {
        if !self.is_on() || !last.is_on() {
            return self.clone();
        }
        let mode = Self {
            enabled: self.enabled.or(last.enabled),
            node_pools: self.node_pools.clone().or_else(|| last.node_pools.clone()),
            node_role_arn: self.node_role_arn.clone(),
        };
        let role = last.node_role_arn.clone().filter(|_| mode.launches_nodes());
        Self { node_role_arn: mode.node_role_arn.clone().or(role), ..mode }
    }
}

impl EndpointAccess {
    fn after(&self, last: &Self) -> Self {
        Self {
            public: self.public.or(last.public),
            private: self.private.or(last.private),
            public_cidrs: self.public_cidrs.clone().or_else(|| last.public_cidrs.clone()),
        }
    }
}

impl AccessConfig {
    fn after(self, last: Self) -> Self {
        Self {
            authentication_mode: self.authentication_mode.or(last.authentication_mode),
            bootstrap_cluster_creator_admin_permissions: self
                .bootstrap_cluster_creator_admin_permissions
                .or(last.bootstrap_cluster_creator_admin_permissions),
        }
    }
}
