//! How large a group is: what an autoscaler changes. The node group shows the same sizes.

use super::{find, owner};
use crate::services::eks::Scaling;
use crate::services::query::{invalid, number};
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// What UpdateAutoScalingGroup can change here.
const CHANGEABLE: [&str; 3] = ["DesiredCapacity", "MaxSize", "MinSize"];

/// SetDesiredCapacity. No policy of these groups has a cooldown to honor.
pub(super) fn set_desired(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let wanted = size(call, "DesiredCapacity")?.unwrap_or_default();
    let name = sized(world, call)?;
    let Some(fleet) = owner::fleet(world, &call.region, &name) else { return Ok(Answer::Nothing) };
    let Scaling { min, max, .. } = fleet.scaling;
    // Both texts are from memory (U).
    if wanted > max {
        return Err(invalid(format!(
            "New SetDesiredCapacity value {wanted} is above max value {max} for the AutoScalingGroup."
        )));
    }
    if wanted < min {
        return Err(invalid(format!(
            "New SetDesiredCapacity value {wanted} is below min value {min} for the AutoScalingGroup."
        )));
    }
    owner::resize(world, &call.region, &name, Scaling { desired: wanted, ..fleet.scaling });
    Ok(Answer::Nothing)
}

/// UpdateAutoScalingGroup. A desired capacity that is not named follows the bounds (API reference).
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let known = ["Action", "Version", "AutoScalingGroupName"];
    let other = |(name, _): &(&str, &str)| !known.contains(name) && !CHANGEABLE.contains(name);
    if let Some((name, _)) = params.iter().find(other) {
        return Err(invalid(format!("The simulator has no {name} in UpdateAutoScalingGroup.")));
    }
    let name = sized(world, call)?;
    let Some(fleet) = owner::fleet(world, &call.region, &name) else { return Ok(Answer::Nothing) };
    let min = size(call, "MinSize")?.unwrap_or(fleet.scaling.min);
    let max = size(call, "MaxSize")?.unwrap_or(fleet.scaling.max);
    // The texts are from memory (U).
    if min > max {
        return Err(invalid(format!("Max bound, {max}, must be greater than or equal to min bound, {min}")));
    }
    let desired = match size(call, "DesiredCapacity")? {
        None => fleet.scaling.desired.clamp(min, max),
        Some(desired) if (min..=max).contains(&desired) => desired,
        Some(desired) => {
            return Err(invalid(format!(
                "Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}"
            )));
        }
    };
    owner::resize(world, &call.region, &name, Scaling { min, max, desired });
    Ok(Answer::Nothing)
}

/// The name of the group whose size it is. A group that is being deleted takes none; the text is from memory (U).
fn sized(world: &mut World, call: &Call) -> Result<String, AwsError> {
    let group = find(world, &call.region, call.params().required("AutoScalingGroupName")?)?;
    if group.deleting {
        return Err(invalid(format!("AutoScalingGroup {} is pending delete", group.name)));
    }
    Ok(group.name.clone())
}

fn size(call: &Call, name: &str) -> Result<Option<u32>, AwsError> {
    let size = number(call.params(), name, (0, i64::from(u32::MAX)))?;
    Ok(size.and_then(|size| u32::try_from(size).ok()))
}
