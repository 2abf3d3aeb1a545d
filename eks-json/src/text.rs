//! What needs no account: specs read, checked and written; plans drawn.

use eks_core::{Cluster, ClusterInfo, Event, Plan};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, call, spec, written};

/// A piece of work on text, as JSON: `{"method": "readYaml", "yaml": "name: web"}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Work {
    /// Holds a spec against every rule that needs no call: the spec.
    Check {
        /// The spec.
        cluster: Value,
    },
    /// The spec of a YAML text.
    ReadYaml {
        /// The text.
        yaml: String,
    },
    /// A spec as YAML.
    WriteYaml {
        /// The spec.
        cluster: Value,
    },
    /// The spec of eksctl's ClusterConfig.
    ReadClusterConfig {
        /// The YAML text.
        yaml: String,
    },
    /// A spec as eksctl's ClusterConfig.
    WriteClusterConfig {
        /// The spec.
        cluster: Value,
    },
    /// Whether a plan has nothing to do.
    IsEmpty {
        /// The plan.
        plan: Box<Plan>,
    },
    /// A kubeconfig of a cluster, as YAML text in a JSON string.
    Kubeconfig {
        /// The cluster, as `describe` gave it.
        info: Box<ClusterInfo>,
    },
    /// Merges it with what is there, under kubectl's own lock: the path.
    WriteKubeconfig {
        /// The cluster, as `describe` gave it.
        info: Box<ClusterInfo>,
        /// Where to; default: as kubectl does.
        #[serde(default)]
        path: Option<String>,
    },
    /// An event in words.
    Tell {
        /// The event.
        event: Box<Event>,
    },
    /// A plan as text or as a picture; `null` where it has none of that kind.
    Draw {
        /// The plan.
        plan: Box<Plan>,
        /// As what.
        form: Form,
    },
}

/// As what a plan is drawn.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Form {
    /// Words.
    Text,
    /// Its timeline as SVG, and as Mermaid.
    TimelineSvg,
    /// See [`Form::TimelineSvg`].
    TimelineMermaid,
    /// Expected beside actual, as SVG.
    ProgressSvg,
    /// What it makes, as it lives in AWS, as SVG, and as Mermaid.
    MapSvg,
    /// See [`Form::MapSvg`].
    MapMermaid,
}

/// Does it.
///
/// # Errors
///
/// `invalidSpec` with the path of what is wrong; `unsupported` for what ClusterConfig cannot say.
pub fn work(text: &str) -> Answer {
    match call(text)? {
        Work::Check { cluster } => {
            let cluster = spec(&cluster)?;
            cluster.check()?;
            Ok(cluster.to_json()?)
        }
        Work::ReadYaml { yaml } => Ok(Cluster::from_yaml(&yaml)?.to_json()?),
        Work::WriteYaml { cluster } => written(&spec(&cluster)?.to_yaml()?),
        Work::ReadClusterConfig { yaml } => Ok(Cluster::from_cluster_config(&yaml)?.to_json()?),
        Work::WriteClusterConfig { cluster } => written(&spec(&cluster)?.to_cluster_config()?),
        Work::IsEmpty { plan } => written(&plan.is_empty()),
        Work::Kubeconfig { info } => written(&info.kubeconfig()?.to_yaml()?),
        Work::WriteKubeconfig { info, path: Some(path) } => {
            info.kubeconfig()?.merge_into(&path)?;
            written(&path)
        }
        Work::WriteKubeconfig { info, path: None } => {
            written(&info.kubeconfig()?.write_default()?.display().to_string())
        }
        Work::Tell { event } => written(&event.to_string()),
        Work::Draw { plan, form } => written(&match form {
            Form::Text => Some(plan.to_string()),
            Form::TimelineSvg => Some(plan.timeline_svg()),
            Form::TimelineMermaid => Some(plan.timeline_mermaid()),
            Form::ProgressSvg => Some(plan.progress_svg()),
            Form::MapSvg => plan.map_svg(),
            Form::MapMermaid => plan.map_mermaid(),
        }),
    }
}
