//! Lengths and characters of members (the service model's `roleNameType`, `pathType`, …).

use crate::services::query::breach;
use crate::wire::{AwsError, Params};

/// What a member's text must look like: name, greatest length, pattern as IAM quotes it, its test.
struct Rule(&'static str, usize, &'static str, fn(&str) -> bool);

const RULES: &[Rule] = &[
    Rule("RoleName", 64, NAME, is_name),
    Rule("InstanceProfileName", 128, NAME, is_name),
    Rule("PolicyName", 128, NAME, is_name),
    Rule("Path", 512, "(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", is_path),
    Rule("Description", 1000, "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*", is_description),
    Rule("PolicyArn", 2048, "arn:…", is_arn),
    Rule("PermissionsBoundary", 2048, "arn:…", is_arn),
];

const NAME: &str = "[\\w+=,.@-]+";

/// Refuses the first member that breaks its rule.
pub(super) fn members(params: &Params) -> Result<(), AwsError> {
    for Rule(name, most, pattern, fits) in RULES {
        let Some(text) = params.get(name) else { continue };
        let constraint = if text.chars().count() > *most {
            format!("Member must have length less than or equal to {most}")
        } else if *name == "PolicyArn" && !fits(text) {
            return Err(AwsError::new("InvalidInput", format!("ARN {text} is not valid.")));
        } else if !fits(text) {
            format!("Member must satisfy regular expression pattern: {pattern}")
        } else {
            continue;
        };
        return Err(breach(text, name, &constraint));
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter))
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.ends_with('/') && text.chars().all(|letter| letter.is_ascii_graphic())
}

fn is_description(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}'))
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.split(':').count() >= 6 && text.len() >= 20
}
