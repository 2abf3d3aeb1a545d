//! A person at the console.

use serde_json::{Value, json};

use super::Turn;
use crate::wire::{Answer, Service};
use crate::world::World;

const WHO: &str = "user/console";

/// The label, and the tag, that this person puts on things.
const MARK: &str = "console";

pub(super) fn act(world: &mut World, turn: &Turn) {
    let clusters = listed(world, turn, "ListClusters", json!({}), "clusters");
    if clusters.is_empty() {
        return;
    }
    let name = &clusters[turn.draw(world, "cluster", clusters.len())];
    let groups = listed(world, turn, "ListNodegroups", json!({ "clusterName": name }), "nodegroups");
    let group = groups.get(turn.draw(world, "group", groups.len()));
    let seen = group.and_then(|group| {
        let which = json!({ "clusterName": name, "nodegroupName": group });
        asked(world, turn, "DescribeNodegroup", which).map(|answer| answer["nodegroup"].clone())
    });
    let (operation, input) = match (turn.draw(world, "what", 4), seen) {
        (0, Some(group)) => ("UpdateNodegroupConfig", relabelled(turn, name, &group)),
        (1, Some(group)) => ("UpdateNodegroupConfig", resized(world, turn, name, &group)),
        (2, _) => ("UpdateClusterConfig", logging(turn, name)),
        _ => {
            let cluster = asked(world, turn, "DescribeCluster", json!({ "name": name }));
            let arn = cluster.map(|answer| answer["cluster"]["arn"].clone()).unwrap_or_default();
            ("TagResource", json!({ "resourceArn": arn, "tags": { MARK: turn.number.to_string() } }))
        }
    };
    // What is refused, as an update is while another is under way, a person tries again another day.
    let _refused = turn.call(world, WHO, Service::Eks, operation, input);
}

fn relabelled(turn: &Turn, cluster: &str, group: &Value) -> Value {
    json!({
        "clusterName": cluster,
        "nodegroupName": group["nodegroupName"],
        "labels": { "addOrUpdateLabels": { MARK: turn.number.to_string() } },
    })
}

/// Another size between the bounds.
fn resized(world: &World, turn: &Turn, cluster: &str, group: &Value) -> Value {
    let sizes = &group["scalingConfig"];
    let size = |name: &str| sizes[name].as_u64().unwrap_or_default();
    let (min, max) = (size("minSize"), size("maxSize"));
    let span = usize::try_from(max.saturating_sub(min)).unwrap_or_default();
    let wanted = min + turn.draw(world, "size", span + 1) as u64;
    json!({
        "clusterName": cluster,
        "nodegroupName": group["nodegroupName"],
        "scalingConfig": { "minSize": min, "maxSize": max, "desiredSize": wanted },
    })
}

/// The scheduler's logs go on and off.
fn logging(turn: &Turn, cluster: &str) -> Value {
    let is_on = turn.number.is_multiple_of(2);
    json!({
        "name": cluster,
        "logging": { "clusterLogging": [{ "types": ["scheduler"], "enabled": is_on }] },
    })
}

fn listed(world: &mut World, turn: &Turn, operation: &str, input: Value, member: &str) -> Vec<String> {
    let answer = asked(world, turn, operation, input).unwrap_or_default();
    let names = answer[member].as_array().cloned().unwrap_or_default();
    names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn asked(world: &mut World, turn: &Turn, operation: &str, input: Value) -> Option<Value> {
    match turn.call(world, WHO, Service::Eks, operation, input) {
        Ok(Answer::Json(answer)) => Some(answer),
        _ => None,
    }
}
