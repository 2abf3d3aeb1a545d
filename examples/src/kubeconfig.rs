//! Where an example puts the way to its cluster.

use std::env;
use std::path::{Path, PathBuf};

use eks_core::kubernetes::Kubeconfig;
use eks_core::{ClusterInfo, Error, ErrorKind, Result};
use tempfile::TempDir;

use crate::Account;

/// A kubeconfig on disk.
pub struct Written {
    path: PathBuf,
    context: String,
    cluster: (String, String),
    /// `None`: the file is the user's.
    own: Option<TempDir>,
}

/// Writes a kubeconfig: on AWS, and where `KUBECONFIG` says that it should go, into the user's; else into a
/// temporary file of its own, since a simulated cluster has no business in the user's.
///
/// # Errors
///
/// As [`Kubeconfig::write_default`].
pub fn write_kubeconfig(account: &Account, info: &ClusterInfo) -> Result<Written> {
    let kubeconfig = info.kubeconfig()?;
    let (path, own) = if goes_into_the_users(account) {
        (kubeconfig.write_default()?, None)
    } else {
        let directory = tempfile::tempdir().map_err(|error| {
            Error::new(ErrorKind::File, "no temporary directory can be made").with_source(error)
        })?;
        let path = directory.path().join("config");
        kubeconfig.merge_into(&path)?;
        (path, Some(directory))
    };
    let cluster = (info.name.clone(), info.region.clone());
    Ok(Written { path, context: kubeconfig.context(), cluster, own })
}

/// Takes a cluster that was left standing out of the file that [`write_kubeconfig`] put it into, if that is the
/// user's.
///
/// # Errors
///
/// As [`Kubeconfig::remove_default`].
pub fn forget(account: &Account, name: &str, region: &str) -> Result<()> {
    if goes_into_the_users(account) {
        Kubeconfig::remove_default(name, region)?;
    }
    Ok(())
}

fn goes_into_the_users(account: &Account) -> bool {
    match account {
        Account::Aws => true,
        Account::Endpoint(_) => env::var_os("KUBECONFIG").is_some_and(|path| !path.is_empty()),
        Account::Simulated(_) => false,
    }
}

impl Written {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The context that it selects.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Leaves it behind, for a cluster that stays, and says where.
    pub fn keep(self) -> PathBuf {
        if let Some(directory) = self.own {
            let _stays = directory.keep();
        }
        self.path
    }

    /// Takes the cluster out of it again, once that is deleted.
    ///
    /// # Errors
    ///
    /// As [`Kubeconfig::remove`].
    pub fn remove(self) -> Result<()> {
        let (name, region) = &self.cluster;
        Kubeconfig::remove(&self.path, name, region).map(drop)
    }
}
