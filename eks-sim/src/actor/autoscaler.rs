//! The cluster autoscaler, as far as AWS sees it.

use super::Turn;
use crate::wire::{Params, Service};
use crate::world::World;

const WHO: &str = "role/cluster-autoscaler";

/// The tag by which it finds groups (facts/aws.md §11).
const ENABLED: &str = "k8s.io/cluster-autoscaler/enabled";

pub(super) fn act(world: &mut World, turn: &Turn) {
    let ours = Params::new()
        .set("Filters.member.1.Name", "tag-key")
        .set("Filters.member.1.Values.member.1", ENABLED);
    let Ok(groups) = turn.call(world, WHO, Service::AutoScaling, "DescribeAutoScalingGroups", ours) else {
        return;
    };
    for group in groups.xml().all("AutoScalingGroups/member") {
        let size = |name: &str| group.at(name).parse::<usize>().unwrap_or_default();
        let (min, max, name) = (size("MinSize"), size("MaxSize"), group.at("AutoScalingGroupName"));
        let wanted = min + turn.draw(world, name, max.saturating_sub(min) + 1);
        if wanted != size("DesiredCapacity") {
            let input = Params::new()
                .set("AutoScalingGroupName", name)
                .set("DesiredCapacity", wanted.to_string())
                .set("HonorCooldown", "false");
            // A group that is going takes no size; the next turn does not see it.
            let _refused = turn.call(world, WHO, Service::AutoScaling, "SetDesiredCapacity", input);
        }
    }
}
