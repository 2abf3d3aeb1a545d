//! The log group of a control plane.

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};

pub(super) async fn delete(wire: &Wire, name: &str) -> Result<(), Refusal> {
    let call = Service::Logs.mutate("DeleteLogGroup", format!("log group {name}"));
    gone_is_done(wire.send(&call, wire.logs().delete_log_group().log_group_name(name).send()).await)
}
