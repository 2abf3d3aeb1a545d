//! The control plane and its API server.

use super::Create;
use super::subnets::{auto_mode_role, auto_mode_role_there, cluster_role, cluster_subnets, log_group_there};
use crate::Result;
use crate::observe::{ClusterStatus, Look};
use crate::plan::draft::Stand;
use crate::plan::foundation::id;
use crate::plan::request::{AutoModeConfig, CreateCluster, Request};
use crate::plan::step::StepKind;
use crate::plan::{api_server, names, tag, valid_zones};
use crate::spec::{Network, resolve};

impl Create<'_> {
    pub(super) fn cluster(&mut self) -> Result<()> {
        let action = StepKind::CreateCluster;
        let stand = match self.observed.cluster.present() {
            None if self.draft.is_pending(&action) => Stand::Running,
            None => match self.create_cluster()? {
                Some(request) => self.draft.make(&action, Request::CreateCluster(Box::new(request))),
                None => Stand::Blocked,
            },
            Some(cluster) => match cluster.status {
                ClusterStatus::Active | ClusterStatus::Updating => Stand::Done,
                ClusterStatus::Creating | ClusterStatus::Pending => Stand::Running,
                ClusterStatus::Failed | ClusterStatus::Deleting => Stand::Failed(cluster.issues.clone()),
            },
        };
        let after = [StepKind::CreateFoundation];
        self.draft.step(action, format!("cluster {}", self.name), &after, stand, vec![Look::Cluster]);
        Ok(())
    }

    fn create_cluster(&self) -> Result<Option<CreateCluster>> {
        let Some(stack) = self.observed.foundation.present() else { return Ok(None) };
        let (Some(role_arn), Some(subnets)) =
            (cluster_role(self.spec, stack), cluster_subnets(self.spec, stack))
        else {
            return Ok(None);
        };
        if !log_group_there(self.spec, stack) || !auto_mode_role_there(self.spec, stack) {
            return Ok(None);
        }
        let auto_mode = self.spec.auto_mode().map(|mode| AutoModeConfig {
            pools: mode.pools().iter().map(|pool| pool.name().to_owned()).collect(),
            role: auto_mode_role(self.spec, stack),
        });
        let subnets = match &self.draft.recent.valid_zones[..] {
            [] => subnets,
            valid => valid_zones::offered(self.spec, stack, self.observed, subnets, valid)?,
        };
        let version = resolve(&self.spec.version, self.observed.versions.as_deref().unwrap_or_default())?;
        let security_groups = match &self.spec.network {
            Network::New(_) => stack.ready(id::SECURITY_GROUP).map(str::to_owned).into_iter().collect(),
            Network::Given(network) => network.security_groups.clone(),
        };
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(self.given));
        if let Some(moment) = stack.tags.get(tag::EXPIRES) {
            tags.insert(tag::EXPIRES.to_owned(), moment.clone());
        }
        Ok(Some(CreateCluster {
            name: self.name.to_owned(),
            version,
            role_arn,
            subnets,
            security_groups,
            endpoint_access: self.spec.endpoint_access.clone(),
            service_cidr: self.spec.service_cidr.clone(),
            ip_family: self.spec.ip_family,
            logging: self.spec.logging.iter().flatten().copied().collect(),
            upgrade_policy: self.spec.upgrade_policy,
            secrets_encryption: self.spec.secrets_encryption.clone(),
            access_config: self.spec.access_config,
            deletion_protection: self.spec.deletion_protection,
            zonal_shift: self.spec.zonal_shift,
            control_plane_tier: self.spec.control_plane_tier,
            auto_mode,
            tags,
        }))
    }

    pub(super) fn api_server(&mut self) {
        let asks = !self.without_kubernetes;
        let stand = api_server::stand(&self.draft, self.observed, asks, self.caller_may_enter());
        let after = [StepKind::CreateCluster];
        self.draft.step(StepKind::ReachApiServer, "API server", &after, stand, vec![Look::ApiServer]);
    }

    /// Whether the spec lets the caller ask the API server. An assumed role's session counts as the role, whose
    /// path its ARN does not show.
    fn caller_may_enter(&self) -> bool {
        let Some(caller) = &self.observed.caller else { return true };
        let role = caller.arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split('/').next());
        self.spec.access_config.admits_creator()
            || self.spec.access_entries.iter().any(|entry| match role {
                Some(role) => {
                    entry.principal_arn.contains(":role/")
                        && entry.principal_arn.ends_with(&format!("/{role}"))
                }
                None => entry.principal_arn == caller.arn,
            })
    }
}
