//! The log group of a control plane.

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};

/// For as many days as this.
pub(super) async fn keep(wire: &Wire, name: &str, days: u32) -> Result<(), Refusal> {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let call = Service::Logs.mutate("PutRetentionPolicy", format!("log group {name}"));
    let put = wire.logs().put_retention_policy().log_group_name(name).retention_in_days(days);
    wire.send(&call, || put.send()).await.map(drop)
}

pub(super) async fn delete(wire: &Wire, name: &str) -> Result<(), Refusal> {
    let call = Service::Logs.mutate("DeleteLogGroup", format!("log group {name}"));
    gone_is_done(wire.send(&call, || wire.logs().delete_log_group().log_group_name(name).send()).await)
}
