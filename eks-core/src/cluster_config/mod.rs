//! eksctl's ClusterConfig, `eksctl.io/v1alpha5`, read into specs and written from them.
//!
//! Read strictly: every key of eksctl's schema is in `keys`, with its kind or with the reason why it is refused, and
//! all that is wrong is one error, with eksctl's own paths. What is left unset becomes what eksctl would make of it,
//! not what the library would. Written only where it says the same: what was written is read again and compared.

mod differences;
mod eksctl;
mod keys;
mod order;
mod paths;
mod read;
mod settled;
mod strict;
#[cfg(test)]
mod tests;
mod write;

use crate::Result;
use crate::spec::Cluster;

impl Cluster {
    /// Reads eksctl's ClusterConfig (`eksctl.io/v1alpha5`), YAML or JSON, as eksctl would: where it leaves something
    /// unset, the spec has eksctl's default, such as no node groups, `metrics-server`, and a role for each group.
    ///
    /// Only an unset `metadata.version` is not eksctl's constant but EKS's own default.
    ///
    /// ```
    /// use eks_core::Cluster;
    ///
    /// let cluster = Cluster::from_cluster_config(
    ///     "apiVersion: eksctl.io/v1alpha5
    /// kind: ClusterConfig
    /// metadata: {name: web, region: eu-north-1}
    /// managedNodeGroups:
    /// - {name: workers, instanceType: m6i.large, minSize: 1, maxSize: 4}
    /// ",
    /// )?;
    /// let group = &cluster.node_groups.expect("it has one")[0];
    /// assert_eq!(group.instance_types, ["m6i.large"]);
    /// # Ok::<(), eks_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with all that is wrong, by its path in the
    /// ClusterConfig: keys that eksctl does not know, values of the wrong kind, keys that a spec cannot say yet, and
    /// broken rules, the spec's own among them.
    pub fn from_cluster_config(yaml: &str) -> Result<Self> {
        read::cluster(yaml)
    }

    /// Writes the spec as eksctl's ClusterConfig, in YAML. eksctl makes of it what the library makes of the spec, but
    /// that it gives every node its two labels `alpha.eksctl.io/…`, and every group a role of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every field that a ClusterConfig cannot say,
    /// such as `expires`, and with what it must say, such as `region`.
    pub fn to_cluster_config(&self) -> Result<String> {
        write::cluster_config(self)
    }
}
