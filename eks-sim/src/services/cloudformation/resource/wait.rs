//! AWS::CloudFormation::WaitConditionHandle and AWS::CloudFormation::WaitCondition.

use std::time::Duration;

use super::{Kind, PLAIN, Scene, Settle, fixed};
use crate::services::cloudformation::signal;
use crate::wire::AwsError;

pub(super) const WAIT_CONDITION_HANDLE: Kind = Kind {
    name: "AWS::CloudFormation::WaitConditionHandle",
    create: |scene| {
        // A presigned address of S3, which the simulator does not have: SignalResource does its work.
        let stack = scene.stack_id.replace(':', "%3A").replace('/', "%2F");
        scene.physical_id = format!(
            "https://cloudformation-waitcondition-{}.s3.amazonaws.com/{stack}/{}",
            scene.region, scene.logical_id
        );
        Ok(())
    },
    ..PLAIN
};

pub(super) const WAIT_CONDITION: Kind = Kind {
    name: "AWS::CloudFormation::WaitCondition",
    properties: &[fixed("Count"), fixed("Handle").required(), fixed("Timeout").required()],
    attributes: &["Data"],
    create: |scene| {
        scene.physical_id = format!("{}/{}", scene.stack_id, scene.logical_id);
        scene.attribute("Data", "{}");
        let began = scene.world.now().millis();
        scene.attribute(BEGAN, began);
        Ok(())
    },
    ready: Settle::When(signalled),
    ..PLAIN
};

/// When the wait began; no name that `Fn::GetAtt` could ask for.
const BEGAN: &str = "began";

fn signalled(scene: &mut Scene) -> Result<bool, AwsError> {
    let expected = scene.text("Count").parse().unwrap_or(1_usize);
    let timeout = Duration::from_secs(scene.text("Timeout").parse().unwrap_or(0));
    let began = scene.attribute_text(BEGAN).parse().unwrap_or(0);
    let (region, stack, resource) = (scene.region.clone(), scene.stack_id.clone(), scene.logical_id.clone());
    let signals = signal::received(scene.world, &region, &stack, &resource);
    let succeeded = signals.iter().filter(|(_, success)| **success).count();
    if succeeded < signals.len() {
        return Err(AwsError::new(
            "NotStabilized",
            "WaitCondition received failed message: signal of status FAILURE",
        ));
    }
    if succeeded >= expected {
        return Ok(true);
    }
    let waited = scene.world.now().since(crate::instant::Instant::from_millis(began));
    if waited >= timeout {
        return Err(AwsError::new(
            "NotStabilized",
            format!("WaitCondition timed out. Received {succeeded} conditions when expecting {expected}"),
        ));
    }
    Ok(false)
}
