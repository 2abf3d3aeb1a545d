//! Questions: what reads AWS and changes nothing.

use eks_core::Eks;
use eks_core::kubernetes::exec_credential;
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::answer::{Answer, given, spec, written};
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
    /// A kubeconfig with a token in it, for 14 minutes without any program: YAML text in a JSON string. One with a program is
    /// [`Work::Kubeconfig`](crate::text::Work::Kubeconfig).
    StaticKubeconfig {
        /// The cluster's name.
        name: String,
    },
    /// What kubectl wants of its exec plugins, as JSON: an `ExecCredential`.
    ExecCredential {
        /// The cluster's name.
        name: String,
        /// What kubectl has put into `KUBERNETES_EXEC_INFO`.
        #[serde(default)]
        exec_info: Option<String>,
    },
    /// A token for a cluster's API server: `{"token", "expiresAt"}`, the latter as RFC 3339.
    Token {
        /// The cluster's name.
        name: String,
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
            Self::StaticKubeconfig { name } => {
                let info = eks.describe(&name).await?;
                written(&eks.static_kubeconfig(&info).await?.to_yaml()?)
            }
            Self::ExecCredential { name, exec_info } => {
                Ok(exec_credential(&eks.token(&name).await?, exec_info.as_deref())?)
            }
            Self::Token { name } => {
                let token = eks.token(&name).await?;
                let expires_at =
                    OffsetDateTime::from(token.expires_at()).format(&Rfc3339).unwrap_or_default();
                written(&json!({ "token": token.expose(), "expiresAt": expires_at }))
            }
        }
    }
}
