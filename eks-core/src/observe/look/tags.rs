//! Tags of what AWS and its controllers keep of a cluster, and what billing makes of them. Who may not look is told why,
//! and goes on.

#[cfg(feature = "ec2")]
mod autoscaling_groups;
pub(super) mod billing;
#[cfg(feature = "ec2")]
mod instances;
#[cfg(feature = "ec2")]
mod launch_templates;
mod log_group;
#[cfg(feature = "ec2")]
mod volumes;

use std::future::Future;

use super::checked;
#[cfg(feature = "ec2")]
use super::{load_balancers, patiently};
use crate::aws::{Refusal, Wire};
#[cfg(feature = "ec2")]
use crate::observe::tagged::{OF_AWS, Tags};
use crate::observe::tagged::{Tagged, TagsOf};

pub(super) async fn look(wire: &Wire, of: &TagsOf) -> Result<Tagged, Refusal> {
    let name = of.part().name();
    match of {
        #[cfg(feature = "ec2")]
        TagsOf::AutoScalingGroups { names } => {
            told(name, patiently(|| autoscaling_groups::look(wire, names))).await
        }
        #[cfg(feature = "ec2")]
        TagsOf::LaunchTemplates { ids } => told(name, patiently(|| launch_templates::look(wire, ids))).await,
        #[cfg(feature = "ec2")]
        TagsOf::Instances { cluster } => told(name, patiently(|| instances::look(wire, cluster))).await,
        #[cfg(feature = "ec2")]
        TagsOf::Volumes { cluster, instances } => {
            told(name, patiently(|| volumes::look(wire, cluster, instances))).await
        }
        #[cfg(feature = "ec2")]
        TagsOf::LoadBalancers { vpc, cluster } => load_balancers::tags(wire, vpc, cluster).await,
        #[cfg(not(feature = "ec2"))]
        TagsOf::AutoScalingGroups { .. }
        | TagsOf::LaunchTemplates { .. }
        | TagsOf::Instances { .. }
        | TagsOf::Volumes { .. }
        | TagsOf::LoadBalancers { .. } => {
            Ok(Tagged::unchecked(format!("{name} were not looked for: EC2 is not compiled in")))
        }
        TagsOf::LogGroup { arn } => told(name, log_group::look(wire, arn)).await,
    }
}

async fn told(name: &str, look: impl Future<Output = Result<Tagged, Refusal>>) -> Result<Tagged, Refusal> {
    let what = if name == "log group" { "the log group was".to_owned() } else { format!("{name} were") };
    let unchecked = |why| Tagged::unchecked(format!("{what} not looked for: {why}"));
    Ok(checked(look).await?.unwrap_or_else(unchecked))
}

/// The keys by which what was made for a cluster is known: AWS's own, Kubernetes' and Auto Mode's (U).
#[cfg(feature = "ec2")]
fn keys(cluster: &str) -> [String; 3] {
    [OF_AWS.to_owned(), format!("kubernetes.io/cluster/{cluster}"), "eks:eks-cluster-name".to_owned()]
}

/// Whether the tags say that the thing is this cluster's, and not only one that it may use.
#[cfg(feature = "ec2")]
fn is_of(tags: &Tags, cluster: &str) -> bool {
    let [of_aws, kubernetes, auto_mode] = keys(cluster);
    let says = |key: &str, value: &str| tags.get(key).is_some_and(|it| it == value);
    says(&of_aws, cluster) || says(&kubernetes, "owned") || says(&auto_mode, cluster)
}

/// EC2's tags as a map.
#[cfg(feature = "ec2")]
fn map(tags: Option<Vec<aws_sdk_ec2::types::Tag>>) -> Tags {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect()
}

#[cfg(all(test, feature = "ec2"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_clusters_says_so() {
        for (key, value, is) in [
            ("aws:eks:cluster-name", "web", true),
            ("aws:eks:cluster-name", "web-2", false),
            ("kubernetes.io/cluster/web", "owned", true),
            ("kubernetes.io/cluster/web", "shared", false),
            ("kubernetes.io/cluster/web-2", "owned", false),
            ("eks:eks-cluster-name", "web", true),
            ("Name", "web", false),
        ] {
            let tags = Tags::from([(key.to_owned(), value.to_owned())]);
            assert_eq!(is_of(&tags, "web"), is, "{key}={value}");
        }
    }
}
