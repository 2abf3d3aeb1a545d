//! kubectl's lock: a file beside the kubeconfig that only one program can create.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind as Io, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Error, ErrorKind, Result};

/// How to pass the time until the lock is tried again.
pub(super) type Wait = dyn Fn(Duration) + Send + Sync;

const PAUSE: Duration = Duration::from_millis(20);
/// No program holds a kubeconfig's lock for longer than it takes to write a file, so one of this age was
/// left behind by a crash (facts/failures.md A4, row A2).
const ABANDONED_AFTER: Duration = Duration::from_secs(60);
/// What our own lock files say. The operating system drops our hold on the file when we die, so one that
/// says this and is held by nobody is abandoned at any age.
const OURS: &str = "eks-core\n";

/// The lock on one path, until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Takes `<path>.lock`, waiting for `patience` in all. A lock that is alive is never broken.
    pub(super) fn acquire(path: &Path, wait: &Wait, patience: Duration) -> Result<Self> {
        let mut name = OsString::from(path);
        name.push(".lock");
        let path = PathBuf::from(name);
        let mut waited = Duration::ZERO;
        loop {
            match create(&path) {
                Ok(file) => return Ok(Self { path, file }),
                Err(cause) if cause.kind() == Io::AlreadyExists => {}
                Err(cause) => return Err(uncreatable(&path, cause)),
            }
            // Looked at before and after the wait: one look costs more than a try.
            let patient = waited < patience;
            if (waited.is_zero() || !patient)
                && break_abandoned(&path).map_err(|cause| uncreatable(&path, cause))?
            {
                continue;
            }
            if !patient {
                return Err(taken(&path, waited));
            }
            wait(PAUSE);
            waited += PAUSE;
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever has this file open to see whether it is abandoned must not find our mark in it once
        // the name can be another's. Errors have no one to go to: the age rule frees the lock.
        let _ = self.file.set_len(0);
        let _ = fs::remove_file(&self.path);
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // Some network file systems have no such locks: without the mark, age alone decides.
    if file.lock().is_ok() {
        file.write_all(OURS.as_bytes())?;
    }
    Ok(file)
}

/// Removes the lock file if its owner is dead; says whether trying again at once makes sense.
fn break_abandoned(path: &Path) -> io::Result<bool> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(mut file) => {
            if file.try_lock().is_err() {
                return Ok(false);
            }
            let mut mark = String::new();
            file.read_to_string(&mut mark)?;
            if mark != OURS && !is_old(path)? {
                return Ok(false);
            }
            file.set_len(0)?;
            remove(path)
        }
        Err(cause) if cause.kind() == Io::NotFound => Ok(true),
        // kubectl makes its lock files with mode 0.
        Err(cause) if cause.kind() == Io::PermissionDenied => Ok(is_old(path)? && remove(path)?),
        Err(cause) => Err(cause),
    }
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != Io::NotFound => Err(cause),
        _ => Ok(true),
    }
}

/// Age by the file system's own clock, which is the one that stamped the lock: that of a file made now.
fn is_old(path: &Path) -> io::Result<bool> {
    let stamped = match fs::metadata(path) {
        Err(cause) if cause.kind() == Io::NotFound => return Ok(false),
        metadata => metadata?.modified()?,
    };
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let now = tempfile::tempfile_in(directory)?.metadata()?.modified()?;
    Ok(now.duration_since(stamped).is_ok_and(|age| age > ABANDONED_AFTER))
}

fn taken(path: &Path, waited: Duration) -> Error {
    Error::new(ErrorKind::File, format!("another program has held the lock for {waited:?}"))
        .with_resource(path.display().to_string())
        .with_hint(format!(
            "Try again; if no kubectl, eksctl or eks program is writing this kubeconfig, delete {}",
            path.display()
        ))
        .retryable(true)
}

fn uncreatable(path: &Path, cause: io::Error) -> Error {
    Error::new(ErrorKind::File, "the lock file cannot be made")
        .with_resource(path.display().to_string())
        .with_hint("Nothing was changed; make the directory writable, or choose another file with KUBECONFIG")
        .with_source(cause)
}
