//! The log group of a control plane.

use super::checked;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::LogGroup;

/// One log group, by its name. Who may not look is told why, and goes on.
pub(super) async fn look(wire: &Wire, name: &str) -> Result<LogGroup, Refusal> {
    let unchecked = |why| LogGroup {
        unchecked: Some(format!("log group {name} was not looked for: {why}")),
        ..LogGroup::default()
    };
    Ok(checked(find(wire, name)).await?.unwrap_or_else(unchecked))
}

/// Names begin with the prefix that is asked for, and come in order: the very name would be the first.
async fn find(wire: &Wire, name: &str) -> Result<LogGroup, Refusal> {
    let call = Service::Logs.read("DescribeLogGroups", format!("log group {name}"));
    let request = wire.logs().describe_log_groups().log_group_name_prefix(name).limit(1);
    let groups = wire.send(&call, || request.send()).await?.log_groups.unwrap_or_default();
    let group = groups.into_iter().find(|group| group.log_group_name() == Some(name));
    Ok(group.map_or_else(LogGroup::default, |group| LogGroup {
        created_at: Some(group.creation_time().unwrap_or_default()),
        retention: group.retention_in_days().and_then(|days| u32::try_from(days).ok()),
        protected: group.deletion_protection_enabled().unwrap_or_default(),
        unchecked: None,
    }))
}
