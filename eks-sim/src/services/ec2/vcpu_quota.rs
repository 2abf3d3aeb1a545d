//! How many vCPUs the account's running instances may have (EC2 user guide, "Amazon EC2 instance type quotas").

use crate::wire::{AwsError, Params};
use crate::world::World;

use super::instance::{Instance, InstanceState};
use super::{instance_type, state};

/// Families that begin like a standard one and have quotas of their own.
const OTHERS: [&str; 5] = ["dl", "hpc", "inf", "mac", "trn"];

/// What a running instance counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charge {
    spot: bool,
    vcpus: usize,
}

/// What an instance of type `name` counts for. Families that are not standard have quotas of their own, to which nobody
/// is held here.
pub(super) fn charge(name: &str, data: &Params) -> Option<Charge> {
    let vcpus = instance_type::find(name).map_or(0, |known| known.vcpus as usize);
    is_standard(name).then(|| Charge { spot: is_spot(data), vcpus })
}

/// Refuses what would have the account pass its quota.
pub(super) fn check(
    world: &mut World,
    region: &str,
    charge: Option<Charge>,
    count: usize,
) -> Result<(), AwsError> {
    let Some(Charge { spot, vcpus }) = charge else { return Ok(()) };
    let quotas = &world.settings.quotas;
    let quota = if spot { quotas.standard_spot_vcpus } else { quotas.standard_vcpus };
    let charged = |instance: &Instance| {
        let counts = matches!(instance.state, InstanceState::Pending | InstanceState::Running);
        instance.charge.filter(|charge| counts && charge.spot == spot).map(|charge| charge.vcpus)
    };
    let running: usize = state::of(world, region).instances.values().filter_map(charged).sum();
    if running + count * vcpus <= quota {
        return Ok(());
    }
    Err(if spot {
        AwsError::new("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
    } else {
        let message = format!(
            "You have requested more vCPU capacity than your current vCPU limit of {quota} allows for the instance \
             bucket that the specified instance type belongs to. Please visit \
             http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
        );
        AwsError::new("VcpuLimitExceeded", message)
    })
}

fn is_spot(data: &Params) -> bool {
    data.get("InstanceMarketOptions.MarketType") == Some("spot")
}

/// A, C, D, H, I, M, R, T and Z.
fn is_standard(name: &str) -> bool {
    name.starts_with(['a', 'c', 'd', 'h', 'i', 'm', 'r', 't', 'z'])
        && !OTHERS.iter().any(|other| name.starts_with(other))
}
