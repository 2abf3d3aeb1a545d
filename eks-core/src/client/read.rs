//! Describe, list, and the token.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::Eks;
use crate::aws::Class;
use crate::kubernetes::{ExecPlugin, Kubeconfig, Token, TokenSource};
use crate::observe::{Look, Observed, list_clusters, look};
use crate::operation::{ClusterInfo, ClusterSummary};
use crate::plan::identity_look;
use crate::{Error, ErrorKind, Result};

impl Eks {
    /// Everything that can be seen of a cluster, whoever made it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none of that name in the client's region.
    pub async fn describe(&self, name: &str) -> Result<ClusterInfo> {
        let region = self.region_of(name)?;
        let eyes = self.eyes(&region, name)?;
        let name = name.to_owned();
        self.run(async move {
            let mut observed = Observed::default();
            let first = [Look::Caller, Look::Cluster];
            let then = [
                Look::NodeGroups,
                Look::FargateProfiles,
                Look::Addons,
                Look::ApiServer,
                Look::PodIdentityAssociations,
                identity_look(&name, true),
            ];
            for questions in [&first[..], &then[..]] {
                let answers =
                    join_all(questions.iter().map(|question| look(&eyes, question, &observed))).await;
                for (question, answer) in questions.iter().zip(answers) {
                    match answer {
                        Err(refusal) if may_be_hidden(question, refusal.class) => {}
                        answer => answer.map_err(|refusal| refusal.error)?.apply(&mut observed),
                    }
                }
                if observed.cluster.is_absent() {
                    break;
                }
            }
            ClusterInfo::of(&observed, &region, eyes.profile.as_deref()).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, format!("there is no cluster of this name in {region}"))
                    .with_resource(format!("cluster {name}"))
                    .with_hint("Check the region and the account")
            })
        })
        .await
    }

    /// The clusters of the client's region, whoever made them.
    ///
    /// # Errors
    ///
    /// A failure to look.
    pub async fn list(&self) -> Result<Vec<ClusterSummary>> {
        let region = self.known_region()?;
        let wire = self.wire(&region)?;
        self.run(async move {
            let clusters = list_clusters(&wire).await.map_err(|refusal| refusal.error)?;
            Ok(clusters
                .into_iter()
                .map(|cluster| ClusterSummary {
                    ours: crate::plan::owns_cluster(&cluster),
                    eksctl: crate::observe::has_eksctl_tag(&cluster.name, &cluster.tags),
                    expires: crate::plan::expires(&cluster.tags),
                    name: cluster.name,
                    region: region.clone(),
                    status: cluster.status,
                    version: cluster.version,
                })
                .collect())
        })
        .await
    }

    /// A token for a cluster's API server: made in process, good for 14 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`], [`ErrorKind::CredentialsExpired`].
    pub async fn token(&self, cluster: &str) -> Result<Token> {
        let region = self.region_of(cluster)?;
        let source = self.token_source(&region, cluster)?;
        self.run(async move { source.token().await }).await
    }

    /// A kubeconfig with a token in it: needs no program, and works for 14 minutes.
    ///
    /// # Errors
    ///
    /// As [`Eks::token`] and [`ClusterInfo::kubeconfig`].
    pub async fn static_kubeconfig(&self, info: &ClusterInfo) -> Result<Kubeconfig> {
        let source = self.token_source(&info.region, &info.name)?;
        let token = self.run(async move { source.token().await }).await?;
        let (endpoint, authority) = info.reach()?;
        Kubeconfig::builder()
            .cluster_name(&info.name)
            .region(&info.region)
            .endpoint(endpoint)
            .certificate_authority(authority)
            .user(info.user())
            .exec_plugin(ExecPlugin::StaticToken)
            .env(BTreeMap::new())
            .token(token)
            .build()
    }

    fn token_source(&self, region: &str, cluster: &str) -> Result<TokenSource> {
        let wire = self.wire(region)?;
        let credentials = wire.credentials().cloned().ok_or_else(|| {
            Error::new(ErrorKind::NoCredentials, "no credentials are configured")
                .with_hint("Set AWS_PROFILE, run `aws sso login`, or run where a role is attached")
        })?;
        Ok(TokenSource::new(credentials, wire.time().clone(), region, cluster))
    }
}

/// Whoever may read a cluster need not be one who may read the roles of its pods.
fn may_be_hidden(question: &Look, class: Class) -> bool {
    matches!(question, Look::PodIdentityAssociations | Look::IdentityStack { .. })
        && matches!(class, Class::Denied | Class::Unsupported)
}
