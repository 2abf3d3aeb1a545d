//! Questions: what reads AWS and changes nothing.

use eks_core::{Cluster, Eks, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::answer::{Answer, given, written};
use crate::lifecycle::Lifecycle;

/// A question, as JSON: `{"method": "describe", "name": "web"}`. Each is the method of [`Eks`] of that name; `options` may be
/// left out.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Question {
    /// What a lifecycle would do: a plan.
    Plan {
        /// The lifecycle.
        of: Lifecycle,
    },
    /// Quotas, before the first write: a preflight.
    Preflight {
        /// The spec.
        cluster: Value,
    },
    /// The cluster and what belongs to it.
    Describe {
        /// The cluster's name.
        name: String,
    },
    /// The same with versions and support dates, images, roles, network: details.
    DescribeInFull {
        /// The cluster's name.
        name: String,
    },
    /// A spec that plans to nothing.
    SpecOf {
        /// The cluster's name.
        name: String,
    },
    /// The clusters of one region or of several.
    List {
        /// Which regions.
        #[serde(default)]
        options: Value,
    },
    /// The network of a VPC, by id or tags.
    FindNetwork {
        /// Which one.
        filter: Value,
    },
    /// Deletes clusters whose time is over, in every region: a report. The one question that changes something.
    Reap {
        /// Which regions, and whether it only looks.
        #[serde(default)]
        options: Value,
    },
    /// A token for a cluster's API server: `{"token", "expiresAt"}`, the latter as RFC 3339.
    Token {
        /// The cluster's name.
        name: String,
    },
    /// A kubeconfig of a cluster, as YAML text in a JSON string.
    Kubeconfig {
        /// The cluster's name.
        name: String,
        /// Whether it has a token in it, and needs no program for 14 minutes.
        #[serde(default)]
        with_token: bool,
    },
    /// Writes a kubeconfig where kubectl looks for it, merged with what is there: the path.
    WriteKubeconfig {
        /// The cluster's name.
        name: String,
        /// Where to; default: as kubectl does.
        #[serde(default)]
        path: Option<String>,
    },
}

impl Question {
    pub(crate) async fn ask(self, eks: &Eks) -> Answer {
        match self {
            Self::Plan { of } => written(&of.read()?.plan(eks).await?),
            Self::Preflight { cluster } => written(&eks.preflight(&spec(&cluster)?).await?),
            Self::Describe { name } => written(&eks.describe(&name).await?),
            Self::DescribeInFull { name } => written(&eks.describe_in_full(&name).await?),
            Self::SpecOf { name } => written(&eks.spec_of(&name).await?),
            Self::List { options } => written(&eks.list_with(given(&options)?).await?),
            Self::FindNetwork { filter } => {
                let found = eks.find_network(eks_core::text::from_json(&filter.to_string())?).await?;
                written(&json!({ "vpc": found.vpc, "cidrs": found.cidrs, "network": found.network }))
            }
            Self::Reap { options } => written(&eks.reap(given(&options)?).await?),
            Self::Token { name } => {
                let token = eks.token(&name).await?;
                let expires_at =
                    OffsetDateTime::from(token.expires_at()).format(&Rfc3339).unwrap_or_default();
                written(&json!({ "token": token.expose(), "expiresAt": expires_at }))
            }
            Self::Kubeconfig { name, with_token } => {
                let info = eks.describe(&name).await?;
                let kubeconfig =
                    if with_token { eks.static_kubeconfig(&info).await? } else { info.kubeconfig()? };
                written(&kubeconfig.to_yaml()?)
            }
            Self::WriteKubeconfig { name, path } => {
                let kubeconfig = eks.describe(&name).await?.kubeconfig()?;
                let path = match path {
                    Some(path) => {
                        kubeconfig.merge_into(&path)?;
                        path
                    }
                    None => kubeconfig.write_default()?.display().to_string(),
                };
                written(&path)
            }
        }
    }
}

/// A cluster's spec.
pub(crate) fn spec(value: &Value) -> Result<Cluster, Error> {
    Cluster::from_json(&value.to_string())
}
