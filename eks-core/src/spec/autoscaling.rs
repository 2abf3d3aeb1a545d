//! What moves node groups between their bounds, or brings nodes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::auto_mode::AutoMode;
use super::check::Findings;
use super::cluster::Cluster;
use super::pod_identity::PodIdentityAssociation;

/// What moves node groups between their bounds, or brings nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Autoscaling {
    /// The Kubernetes
    /// [Cluster Autoscaler](https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler/cloudprovider/aws).
    /// Its pods get the rights that it needs, by a pod identity association of service account
    /// `kube-system/cluster-autoscaler` (yours, if the spec has one for that account); and the Auto Scaling groups of the
    /// node groups get the tags by which it finds them, and knows what nodes of an empty group would be like. The autoscaler
    /// itself is yours to install.
    ClusterAutoscaler,
    /// EKS Auto Mode: it is switched on, unless the spec says how it is.
    AutoMode,
    /// Nothing, or something that needs nothing of this library.
    None,
}

/// The service account of the cluster autoscaler, as its Helm chart and its documents name it.
const ACCOUNT: (&str, &str) = ("kube-system", "cluster-autoscaler");

/// What the tags begin with that say what nodes of an empty group would be like.
pub(crate) const NODE_TEMPLATE: &str = "k8s.io/cluster-autoscaler/node-template";

/// The tag by which the autoscaler finds the groups of its cluster.
pub(crate) fn owned_by(cluster: &str) -> String {
    format!("k8s.io/cluster-autoscaler/{cluster}")
}

impl Cluster {
    /// The spec with what its `autoscaling` needs and it does not mention.
    #[must_use]
    pub(crate) fn with_autoscaling(mut self) -> Self {
        match self.autoscaling {
            Some(Autoscaling::ClusterAutoscaler) if self.autoscaler_association().is_none() => {
                let association = PodIdentityAssociation {
                    namespace: ACCOUNT.0.to_owned(),
                    service_account: ACCOUNT.1.to_owned(),
                    policy_document: Some(rights(self.name.as_deref().unwrap_or_default())),
                    ..PodIdentityAssociation::default()
                };
                self.pod_identity_associations.push(association);
            }
            Some(Autoscaling::AutoMode) => drop(self.auto_mode.get_or_insert_with(AutoMode::enabled)),
            _ => {}
        }
        self
    }

    fn autoscaler_association(&self) -> Option<&PodIdentityAssociation> {
        let mut all = self.pod_identity_associations.iter();
        all.find(|it| (it.namespace.as_str(), it.service_account.as_str()) == ACCOUNT)
    }

    /// Whether the cluster autoscaler is to find the node groups.
    pub(crate) fn has_cluster_autoscaler(&self) -> bool {
        self.autoscaling == Some(Autoscaling::ClusterAutoscaler)
    }

    pub(super) fn inspect_autoscaling(&self, findings: &mut Findings) {
        let off = self.auto_mode.as_ref().is_some_and(|mode| !mode.is_on());
        let contradicts = self.autoscaling == Some(Autoscaling::AutoMode) && off;
        findings.require(
            !contradicts,
            "autoscaling",
            "autoMode",
            "be something else: `autoMode.enabled` is `false`",
        );
        let none = || self.defaulted().node_groups.is_none_or(|groups| groups.is_empty());
        let useless = self.has_cluster_autoscaler() && none();
        findings.require(
            !useless,
            "autoscaling",
            "clusterAutoscaler",
            "be left out: there are no `nodeGroups`",
        );
    }
}

/// What the autoscaler may do: look at all groups, change those of its cluster (Cluster Autoscaler on AWS, "Full Cluster
/// Autoscaler Features Policy"). `eks:DescribeNodegroup` tells it labels and taints of managed groups.
fn rights(cluster: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "autoscaling:DescribeAutoScalingGroups",
                    "autoscaling:DescribeAutoScalingInstances",
                    "autoscaling:DescribeLaunchConfigurations",
                    "autoscaling:DescribeScalingActivities",
                    "ec2:DescribeImages",
                    "ec2:DescribeInstanceTypes",
                    "ec2:DescribeLaunchTemplateVersions",
                    "ec2:GetInstanceTypesFromInstanceRequirements",
                    "eks:DescribeNodegroup",
                ],
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
                "Resource": "*",
                "Condition": { "StringEquals": { format!("aws:ResourceTag/{}", owned_by(cluster)): "owned" } },
            },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_needs_is_there_once() {
        let spec = Cluster::from_yaml("{name: web, autoscaling: clusterAutoscaler}").expect("a spec");
        let settled = spec.with_autoscaling();
        assert_eq!(settled.pod_identity_associations.len(), 1);
        assert_eq!(settled.clone().with_autoscaling(), settled);
        settled.check().expect("it breaks no rule");
        let rights =
            settled.pod_identity_associations[0].policy_document.as_ref().expect("rights").to_string();
        assert!(rights.contains("aws:ResourceTag/k8s.io/cluster-autoscaler/web"), "{rights}");

        let mode =
            Cluster::from_yaml("{name: web, autoscaling: autoMode}").expect("a spec").with_autoscaling();
        assert!(mode.auto_mode().is_some() && mode.pod_identity_associations.is_empty());
        let none = Cluster::from_yaml("{name: web, autoscaling: none}").expect("a spec");
        assert_eq!(none.clone().with_autoscaling(), none);
    }

    #[test]
    fn what_contradicts_it_is_refused() {
        for spec in [
            "{name: web, autoscaling: autoMode, autoMode: {enabled: false}}",
            "{name: web, autoscaling: clusterAutoscaler, nodeGroups: []}",
            "{name: web, autoscaling: karpenter}",
        ] {
            let error = Cluster::from_yaml(spec).expect_err(spec);
            assert!(error.to_string().contains("autoscaling"), "{error}");
        }
    }
}
