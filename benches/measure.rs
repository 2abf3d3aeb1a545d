//! Real time and memory of this process.

use std::fs;
use std::time::{Duration, Instant};

use crate::Result;

/// How long `work` takes in real time, with what it yields.
#[expect(clippy::disallowed_methods, reason = "real time is what is measured here")]
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let result = work();
    (began.elapsed(), result)
}

/// The most memory that this process ever had, in MiB: `VmHWM` of Linux, which counts the pages of the program,
/// too.
pub(crate) fn peak() -> Result<f64> {
    status("VmHWM:")
}

/// The memory that this process has now, in MiB.
pub(crate) fn present() -> Result<f64> {
    status("VmRSS:")
}

fn status(field: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no memory is reported here")?;
    Ok(kibibytes.trim().parse::<f64>()? / 1024.0)
}
