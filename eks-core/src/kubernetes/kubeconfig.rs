//! A kubeconfig as a value, and its place in a file that other programs share.

mod document;
mod exec;
mod file;
mod lock;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Token;
use crate::{Error, Result, Violation};
use document::Document;
use exec::Exec;

pub use exec::ExecPlugin;
pub use file::KubeconfigFile;

/// What kubectl needs to reach one cluster as one caller: a cluster, a user and a context.
///
/// The cluster's entry is `<cluster>.<region>`, user and context are `<user>@<cluster>.<region>`; cluster
/// names have no dots, so the names of two clusters never meet, and never those that eksctl or the aws CLI
/// write. It is a plain value: nothing is written until asked for.
#[derive(Clone)]
pub struct Kubeconfig {
    cluster_name: String,
    region: String,
    endpoint: String,
    certificate_authority: String,
    user: String,
    credential: Credential,
}

#[derive(Clone)]
enum Credential {
    Exec(Exec),
    Token(Token),
}

#[bon::bon]
impl Kubeconfig {
    /// A kubeconfig for `cluster_name` in `region`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec) if a field is empty, or if
    /// [`ExecPlugin::StaticToken`] comes without a token or a token without it.
    #[builder]
    pub fn new(
        /// The cluster's name.
        #[builder(into)]
        cluster_name: String,
        /// Its region.
        #[builder(into)]
        region: String,
        /// Its API server, as `DescribeCluster` returns it.
        #[builder(into)]
        endpoint: String,
        /// `certificateAuthority.data` of `DescribeCluster`: PEM in base64.
        #[builder(into)]
        certificate_authority: String,
        /// Who connects; see [`Kubeconfig::user_of`].
        #[builder(into)]
        user: String,
        /// Where kubectl gets its tokens from.
        #[builder(default)]
        exec_plugin: ExecPlugin,
        /// The AWS profile that the exec plugin uses.
        #[builder(into)]
        profile: Option<String>,
        /// The role that the exec plugin assumes.
        #[builder(into)]
        role_arn: Option<String>,
        /// More environment for the exec plugin, such as `AWS_ENDPOINT_URL`.
        #[builder(default)]
        env: BTreeMap<String, String>,
        /// The token of [`ExecPlugin::StaticToken`].
        token: Option<Token>,
    ) -> Result<Self> {
        let required = [
            ("clusterName", &cluster_name),
            ("region", &region),
            ("endpoint", &endpoint),
            ("certificateAuthority", &certificate_authority),
            ("user", &user),
        ];
        let mut violations: Vec<Violation> = required
            .into_iter()
            .filter(|(_, value)| value.trim().is_empty())
            .map(|(field, value)| Violation::new(field, value, "not be empty"))
            .collect();
        if token.is_some() != (exec_plugin == ExecPlugin::StaticToken) {
            let rule = "come with a token if it is StaticToken, and without one otherwise";
            violations.push(Violation::new("execPlugin", format!("{exec_plugin:?}"), rule));
        }
        if !violations.is_empty() {
            return Err(Error::invalid(violations));
        }
        let credential = match token {
            Some(token) => Credential::Token(token),
            None => Credential::Exec(Exec {
                program: exec_plugin.program(),
                cluster_name: cluster_name.clone(),
                region: region.clone(),
                profile,
                role_arn,
                env,
            }),
        };
        Ok(Self { cluster_name, region, endpoint, certificate_authority, user, credential })
    }

    /// The short name of a caller, from the ARN that `GetCallerIdentity` returns: the user's, or the
    /// role's rather than the session's (unlike eksctl: sessions change with each login, and each would
    /// leave an entry behind).
    pub fn user_of(caller_arn: &str) -> &str {
        let resource = caller_arn.splitn(6, ':').nth(5).unwrap_or(caller_arn);
        match resource.strip_prefix("assumed-role/") {
            Some(role_and_session) => role_and_session.split('/').next().unwrap_or(role_and_session),
            // facts/eksctl.md §7
            None if resource == "root" => "iam-root-account",
            None => resource.rsplit('/').next().unwrap_or(resource),
        }
    }

    /// The name of the context that this adds and selects.
    pub fn context(&self) -> String {
        format!("{}@{}", self.user, self.cluster_entry())
    }

    /// The cluster's name.
    pub fn cluster_name(&self) -> &str {
        &self.cluster_name
    }

    /// A file with this cluster in it, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal), should it not be representable.
    pub fn to_yaml(&self) -> Result<String> {
        let mut document = Document::empty();
        document.merge(self)?;
        document.to_yaml()
    }

    /// Adds this to the file at `path`, as [`KubeconfigFile::merge`] does.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::merge`].
    pub fn merge_into(&self, path: impl AsRef<Path>) -> Result<()> {
        KubeconfigFile::at(path.as_ref()).merge(self)
    }

    /// Adds this to the file that kubectl would write to, and says which one that is.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::of_environment`] and [`KubeconfigFile::merge`].
    pub fn write_default(&self) -> Result<PathBuf> {
        let file = KubeconfigFile::of_environment()?;
        file.merge(self)?;
        Ok(file.path().to_owned())
    }

    /// Takes a cluster out of the file at `path`, as [`KubeconfigFile::remove`] does.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::remove`].
    pub fn remove(path: impl AsRef<Path>, cluster_name: &str, region: &str) -> Result<bool> {
        KubeconfigFile::at(path.as_ref()).remove(cluster_name, region)
    }

    /// Takes a cluster out of every file that kubectl would read, for whoever deletes it, and says which files
    /// had it. Where the cluster's context was the current one, there is none afterwards.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::all_of_environment`] and [`KubeconfigFile::remove`]; files before the one that
    /// fails are done.
    pub fn remove_default(cluster_name: &str, region: &str) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        for file in KubeconfigFile::all_of_environment()? {
            if file.remove(cluster_name, region)? {
                removed.push(file.path().to_owned());
            }
        }
        Ok(removed)
    }

    fn cluster_entry(&self) -> String {
        cluster_entry(&self.cluster_name, &self.region)
    }

    fn cluster_value(&self) -> Value {
        json!({ "certificate-authority-data": self.certificate_authority, "server": self.endpoint })
    }

    fn user_value(&self) -> Value {
        match &self.credential {
            Credential::Exec(exec) => json!({ "exec": exec.to_value() }),
            Credential::Token(token) => json!({ "token": token.expose() }),
        }
    }

    fn context_value(&self) -> Value {
        json!({ "cluster": self.cluster_entry(), "user": self.context() })
    }
}

impl fmt::Debug for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Kubeconfig");
        debug.field("cluster_name", &self.cluster_name);
        debug.field("region", &self.region);
        debug.field("endpoint", &self.endpoint);
        debug.field("user", &self.user);
        match &self.credential {
            Credential::Exec(exec) => debug.field("exec", exec),
            Credential::Token(token) => debug.field("token", token),
        };
        debug.finish_non_exhaustive()
    }
}

fn cluster_entry(cluster_name: &str, region: &str) -> String {
    format!("{cluster_name}.{region}")
}
