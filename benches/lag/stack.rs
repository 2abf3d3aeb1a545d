//! What CloudFormation took for a stack, in its own words: DescribeStackEvents. A deleted stack still tells.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::{BehaviorVersion, Config, Region};
use eks_core::simulator::Simulator;

use crate::Result;

/// Moments in the life of a stack, in seconds since AWS accepted its creation. CloudFormation begins each
/// resource by itself: whatever the client does meanwhile, these stay as they are.
#[derive(Debug)]
pub(crate) struct Stack {
    /// By logical id.
    pub(crate) resources: BTreeMap<String, Resource>,
    /// Until it was complete.
    pub(crate) complete: f64,
}

#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    /// Until CloudFormation called it complete, which is when a client may use it.
    pub(crate) complete: f64,
}

impl Stack {
    /// When the last of some resources was complete.
    pub(crate) fn last(&self, wanted: impl Fn(&str, &Resource) -> bool) -> f64 {
        let wanted = self.resources.iter().filter(|(id, resource)| wanted(id, resource));
        wanted.map(|(_, resource)| resource.complete).fold(0.0, f64::max)
    }

    pub(crate) fn resource(&self, id: &str) -> Result<&Resource> {
        self.resources.get(id).ok_or_else(|| format!("the stack has no {id}").into())
    }
}

/// Asks for the events of the stack with this ARN, whose creation was accepted at `began`, in milliseconds.
pub(crate) fn look(simulator: &Simulator, arn: &str, began: i64) -> Result<Stack> {
    let client = client(simulator);
    let id = arn.to_owned();
    let pages = simulator.run(move || async move {
        client.describe_stack_events().stack_name(id).into_paginator().send().try_collect().await
    })??;
    let mut resources = BTreeMap::new();
    let mut complete = None;
    for event in pages.into_iter().flat_map(|page| page.stack_events.unwrap_or_default()) {
        if event.resource_status.as_ref().is_none_or(|status| status.as_str() != "CREATE_COMPLETE") {
            continue;
        }
        let at = event.timestamp.ok_or("an event without a time")?.to_millis()?;
        let since = (at - began) as f64 / 1000.0;
        let physical_id = event.physical_resource_id.unwrap_or_default();
        if physical_id == arn {
            complete = Some(since);
        } else {
            let kind = event.resource_type.unwrap_or_default();
            let resource = Resource { kind, physical_id, complete: since };
            resources.insert(event.logical_resource_id.unwrap_or_default(), resource);
        }
    }
    Ok(Stack { resources, complete: complete.ok_or("the stack never was complete")? })
}

fn client(simulator: &Simulator) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(simulator.credentials())
        .http_client(simulator.http_client())
        .sleep_impl(simulator.sleep_impl())
        .time_source(simulator.time_source())
        .build();
    Client::from_conf(config)
}
