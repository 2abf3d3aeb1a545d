//! Describe, and the token.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::Eks;
use crate::aws::Class;
use crate::kubernetes::{ExecPlugin, Kubeconfig, Token, TokenSource};
use crate::observe::{Look, Observed, look};
use crate::operation::ClusterInfo;
use crate::plan::identity_look;
use crate::{Error, ErrorKind, Result};

/// Nobody has a cluster of this name there.
pub(super) fn no_such_cluster(name: &str, region: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no cluster of this name in {region}"))
        .with_resource(format!("cluster {name}"))
        .with_hint("Check the region and the account")
}

impl Eks {
    /// A cluster and what EKS keeps in it, whoever made it: seven calls, and one for each node group, Fargate profile and
    /// add-on. [`Eks::describe_in_full`] has what is around it, too.
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
            let described = ClusterInfo::of(&observed, &region, eyes.profile.as_deref());
            described.ok_or_else(|| no_such_cluster(&name, &region))
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
