//! A kubeconfig file: read, changed and replaced under its lock.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::Builder;

use super::Kubeconfig;
use super::document::Document;
use super::lock::{Lock, Wait};
use crate::{Error, ErrorKind, Result};

/// kubectl and eksctl hold the lock for milliseconds; a file server may need longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A kubeconfig file that other programs (kubectl, eksctl, other threads) may be changing too.
///
/// Every change happens under kubectl's own lock (`<path>.lock`), is written to a temporary file of mode
/// 0600 in the same directory and renamed over the old one: a reader sees the old file or the new one. A
/// symbolic link is kept and the file that it points to is replaced. Comments are lost, as with kubectl.
/// Calls block for as long as the lock is somebody else's, at most 10 seconds by default.
#[derive(Clone)]
pub struct KubeconfigFile {
    path: PathBuf,
    wait: Arc<Wait>,
    patience: Duration,
}

impl KubeconfigFile {
    /// The file at `path`, which need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), wait: Arc::new(block), patience: PATIENCE }
    }

    /// The file that kubectl would write to: of those that `KUBECONFIG` lists the first one that exists, or
    /// else the last one; without `KUBECONFIG`, `~/.kube/config`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if `KUBECONFIG` is not set and there is no home directory.
    pub fn of_environment() -> Result<Self> {
        let listed = files(env::var_os("KUBECONFIG").as_deref(), env::home_dir().as_deref())?;
        let existing = listed.iter().find(|path| path.exists()).or(listed.last());
        existing.map(Self::at).ok_or_else(homeless)
    }

    /// Every file that kubectl would read, in its order of precedence.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::of_environment`].
    pub fn all_of_environment() -> Result<Vec<Self>> {
        let listed = files(env::var_os("KUBECONFIG").as_deref(), env::home_dir().as_deref())?;
        Ok(listed.into_iter().map(Self::at).collect())
    }

    /// Waits for the lock with `wait` instead of blocking the thread.
    #[must_use]
    pub fn with_wait(mut self, wait: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.wait = Arc::new(wait);
        self
    }

    /// Gives up after waiting for the lock for so long in all. Default 10 seconds.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds `kubeconfig` and selects its context. Entries of other clusters and fields that this library
    /// does not know stay; a missing file or directory is made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if the file cannot be locked in time, read, understood or written; it is then as it was.
    pub fn merge(&self, kubeconfig: &Kubeconfig) -> Result<()> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)
                .map_err(|cause| self.error("the directory cannot be made", cause))?;
        }
        self.change(|document| document.merge(kubeconfig))
    }

    /// Takes out a cluster with its contexts and users, and resets `current-context` if it was one of
    /// those. Returns whether there was anything to take out; a missing file is no error.
    ///
    /// # Errors
    ///
    /// As [`KubeconfigFile::merge`].
    pub fn remove(&self, cluster_name: &str, region: &str) -> Result<bool> {
        if !self.path.exists() {
            return Ok(false);
        }
        self.change(|document| document.remove(cluster_name, region))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Document) -> Result<T>) -> Result<T> {
        let target = self.target()?;
        let _locks = self.lock(&target)?;
        let before = self.read(&target)?;
        let mut after = before.clone().unwrap_or_else(Document::empty);
        let output = change(&mut after).map_err(|error| error.with_resource(self.resource()))?;
        if before.as_ref() != Some(&after) {
            let text = after.to_yaml()?;
            replace(&target, &text).map_err(|cause| self.error("the file cannot be written", cause))?;
        }
        Ok(output)
    }

    /// The file behind symbolic links, the last of which may point to nothing yet.
    fn target(&self) -> Result<PathBuf> {
        let mut target = self.path.clone();
        // As many links as Linux follows.
        for _ in 0..40 {
            match fs::read_link(&target) {
                Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
                Err(_) => return Ok(target),
            }
        }
        let cause = io::Error::other("too many levels of symbolic links");
        Err(self.error("the file cannot be found", cause))
    }

    /// kubectl locks the name that it was given: whoever takes the link and whoever takes the file itself
    /// are both kept out. Links come before files, so no two callers can wait for each other.
    fn lock(&self, target: &Path) -> Result<Vec<Lock>> {
        let mut paths = vec![self.path.as_path()];
        if target != self.path {
            paths.push(target);
        }
        paths.into_iter().map(|path| Lock::acquire(path, &*self.wait, self.patience)).collect()
    }

    fn read(&self, target: &Path) -> Result<Option<Document>> {
        match fs::read_to_string(target) {
            Ok(text) => {
                Document::parse(&text).map(Some).map_err(|error| error.with_resource(self.resource()))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.error("the file cannot be read", cause)),
        }
    }

    fn error(&self, message: &str, cause: io::Error) -> Error {
        Error::new(ErrorKind::File, message)
            .with_resource(self.resource())
            .with_hint(
                "Nothing was changed; check owner, permissions and free space of the file and its directory, \
                 or choose another file with KUBECONFIG",
            )
            .with_source(cause)
    }

    fn resource(&self) -> String {
        self.path.display().to_string()
    }
}

impl fmt::Debug for KubeconfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubeconfigFile")
            .field("path", &self.path)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// client-go's rule: empty elements of the list do not count.
pub(super) fn files(kubeconfig: Option<&OsStr>, home: Option<&Path>) -> Result<Vec<PathBuf>> {
    let listed: Vec<PathBuf> = kubeconfig
        .map(|list| env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect())
        .unwrap_or_default();
    if !listed.is_empty() {
        return Ok(listed);
    }
    match home {
        Some(home) if !home.as_os_str().is_empty() => Ok(vec![home.join(".kube").join("config")]),
        _ => Err(homeless()),
    }
}

fn homeless() -> Error {
    Error::new(ErrorKind::File, "there is no home directory to find a kubeconfig in")
        .with_hint("Set KUBECONFIG to the file's path")
}

fn replace(target: &Path, text: &str) -> io::Result<()> {
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Temporary files are 0600 from their first moment.
    let mut temporary = Builder::new().prefix(".kubeconfig-").tempfile_in(directory)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(target)?;
    // The rename itself survives a power cut only with the directory; not every file system can do that.
    if cfg!(unix) {
        let _ = fs::File::open(directory).and_then(|directory| directory.sync_all());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the lock is a real file's: its holder lives in real time")]
fn block(pause: Duration) {
    std::thread::sleep(pause);
}
