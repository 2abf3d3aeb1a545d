//! What a node group's request may say (facts/aws.md §2.5, §3.1).

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::{invalid_parameter, limit_exceeded};
use super::members::text_map;
use super::node::Taint;
use super::nodegroup::Scaling;
use crate::wire::AwsError;

/// Letters, digits, `-`, `_`; at most 63 characters; begins with a letter or digit.
pub(super) fn check_name(name: &str) -> Result<(), AwsError> {
    if name.chars().count() > 63 {
        return Err(invalid_parameter("nodeGroupName can't be longer than 63 characters!"));
    }
    let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if fits {
        return Ok(());
    }
    Err(invalid_parameter(
        "nodeGroupName must begin with letters or digits, and can only contain letters, digits, hyphens and \
         underscores",
    ))
}

/// `scalingConfig` of a new group; without one, a group has one or two nodes.
pub(super) fn scaling(config: &Value, quota: usize) -> Result<Scaling, AwsError> {
    let number = |name: &str| config[name].as_u64().map(|number| number as u32);
    let max = number("maxSize");
    let desired = number("desiredSize").or(number("minSize"));
    let desired = desired.unwrap_or(2.min(max.unwrap_or(2)));
    let scaling = Scaling {
        min: number("minSize").unwrap_or(1.min(desired)),
        max: max.unwrap_or(desired.max(2)),
        desired,
    };
    check_maximum(scaling, quota)?;
    if scaling.min > scaling.desired {
        return Err(invalid_parameter("minSize can't be greater than desiredSize"));
    }
    Ok(scaling)
}

/// `scalingConfig` of an update; what it leaves out stays.
pub(super) fn changed_scaling(present: Scaling, config: &Value, quota: usize) -> Result<Scaling, AwsError> {
    let number = |name: &str, or: u32| config[name].as_u64().map_or(or, |number| number as u32);
    let scaling = Scaling {
        min: number("minSize", present.min),
        max: number("maxSize", present.max),
        desired: number("desiredSize", present.desired),
    };
    if scaling.min > scaling.desired {
        return Err(invalid_parameter(format!(
            "Minimum capacity {} can't be greater than desired size {}",
            scaling.min, scaling.desired
        )));
    }
    check_maximum(scaling, quota)?;
    Ok(scaling)
}

fn check_maximum(scaling: Scaling, quota: usize) -> Result<(), AwsError> {
    if scaling.max as usize > quota {
        return Err(limit_exceeded(format!("The maximum number of nodes per managed node group is {quota}")));
    }
    if scaling.desired > scaling.max {
        return Err(invalid_parameter("desiredSize can't be greater than maxSize"));
    }
    Ok(())
}

/// One of `maxUnavailable`, at most 100, and `maxUnavailablePercentage`.
pub(super) fn check_update_config(config: &Value) -> Result<(), AwsError> {
    let (count, percentage) = (&config["maxUnavailable"], &config["maxUnavailablePercentage"]);
    if !count.is_null() && !percentage.is_null() {
        return Err(invalid_parameter(
            "Only one of maxUnavailable and maxUnavailablePercentage can be specified",
        ));
    }
    match count.as_i64() {
        Some(count) if count > 100 => Err(invalid_parameter("maxUnavailable can't be greater than 100")),
        _ => Ok(()),
    }
}

/// A count and its percentage exclude each other.
pub(super) fn check_repair_config(config: &Value) -> Result<(), AwsError> {
    for stem in ["maxUnhealthyNodeThreshold", "maxParallelNodesRepaired"] {
        let (count, percentage) = (format!("{stem}Count"), format!("{stem}Percentage"));
        if !config[&count].is_null() && !config[&percentage].is_null() {
            return Err(invalid_parameter(format!("Only one of {count} and {percentage} can be specified")));
        }
    }
    Ok(())
}

/// Labels in Kubernetes's syntax.
pub(super) fn labels(input: &Value, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let labels = text_map(input, name);
    for (key, value) in &labels {
        check_key(key)?;
        if !value.is_empty() {
            check_part(value)?;
        }
    }
    Ok(labels)
}

/// Taints in Kubernetes's syntax.
pub(super) fn taints(value: &Value) -> Result<Vec<Taint>, AwsError> {
    let taints: Vec<Taint> = value.as_array().into_iter().flatten().map(Taint::read).collect();
    for taint in &taints {
        check_key(&taint.key)?;
        if let Some(value) = taint.value.as_deref().filter(|value| !value.is_empty()) {
            check_part(value)?;
        }
        if taint.effect.is_empty() {
            return Err(invalid_parameter("Taint effect can't be null"));
        }
    }
    Ok(taints)
}

/// `<prefix>/<name>` or `<name>`.
fn check_key(key: &str) -> Result<(), AwsError> {
    match key.split_once('/') {
        Some((prefix, name)) => {
            let domain = prefix
                .split('.')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
            if domain { check_part(name) } else { Err(invalid_label(prefix)) }
        }
        None => check_part(key),
    }
}

fn check_part(part: &str) -> Result<(), AwsError> {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let fits = ends(part.chars().next())
        && ends(part.chars().last())
        && part.len() <= 63
        && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if fits { Ok(()) } else { Err(invalid_label(part)) }
}

/// Kubernetes's own text (facts/aws.md §2.5).
fn invalid_label(value: &str) -> AwsError {
    invalid_parameter(format!(
        "Invalid value: \"{value}\": field must consist of alphanumeric characters, '-', '_' or '.', and must \
         start and end with an alphanumeric character"
    ))
}
