//! The log group of the control plane, with a retention.
//!
//! EKS makes the group by itself when it has the first line to write, and then keeps it for ever; one that is there
//! before is taken as it is. So ours has to come before the cluster.

use serde_json::{Map, Value, json};

use super::{id, resource};
use crate::plan::names;
use crate::spec::Cluster;

pub(super) fn add(resources: &mut Map<String, Value>, spec: &Cluster) {
    let Some(days) = spec.log_retention_in_days else { return };
    let name = spec.name.as_deref().unwrap_or_default();
    let properties = json!({ "LogGroupName": names::log_group(name), "RetentionInDays": days });
    resources.insert(id::LOG_GROUP.to_owned(), resource("AWS::Logs::LogGroup", properties));
}
