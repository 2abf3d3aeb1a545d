//! What an error says, without what differs from run to run.

use std::fmt::Write;

use eks_core::Error;

/// Every part of an error on a line of its own, for snapshots. Left out: request ids and the source.
pub fn said(error: &Error) -> String {
    let mut text = format!("{:?}", error.kind());
    if error.is_retryable() {
        text.push_str(", retryable");
    }
    let parts = [
        ("resource", error.resource()),
        ("message", Some(error.message())),
        ("code", error.code()),
        ("operation", error.operation()),
        ("hint", error.hint()),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            write!(text, "\n  {name}: {part}").expect("a String takes text");
        }
    }
    text
}
