//! AssociateEncryptionConfig: the key of a cluster that has none. It cannot be taken away again, nor changed
//! (facts/aws.md §3.1).

use serde_json::{Value, json};

use super::cluster::{self, Cluster};
use super::cluster_config::{end, show_updating};
use super::conflict;
use super::error::invalid_parameter;
use super::members::text;
use super::status::Issue;
use super::update::{self, Owner, UpdateStatus};
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// The type of the update.
const KIND: &str = "AssociateEncryptionConfig";

/// AssociateEncryptionConfig.
pub(super) fn associate(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "clusterName");
    let now = world.now;
    let cluster = cluster::find(world, &call.region, name)?;
    if let Some(answer) = update::repeated(cluster, &Owner::Cluster, call) {
        return Ok(answer);
    }
    let key = cluster.key();
    conflict::cluster_update(cluster, KIND, now)?;
    let error = |error: AwsError| error.member("clusterName", name);
    let config = input["encryptionConfig"].clone();
    check(&config).map_err(error)?;
    if is_encrypted(cluster) {
        // hashicorp/terraform-provider-aws#19968
        return Err(error(invalid_parameter("Encryption is already enabled on the cluster")));
    }
    let params = vec![("EncryptionConfig", config.to_string())];
    let (answer, id) = update::start(world, call, name, Owner::Cluster, KIND, params);
    show_updating(world, &key, &id);
    let takes = world.duration(Timing::EncryptionAssociate, &format!("{}/{name}", call.region));
    let fails = Issue::of_fault(call);
    world.after(takes, move |world| {
        let Some(cluster) = key.get(world) else { return };
        match fails {
            Some(issue) => end(cluster, &id, UpdateStatus::Failed(issue)),
            None => {
                cluster.options.insert("encryptionConfig".to_owned(), config);
                end(cluster, &id, UpdateStatus::Successful);
            }
        }
    });
    Ok(answer)
}

fn is_encrypted(cluster: &Cluster) -> bool {
    let config = cluster.options.get("encryptionConfig").and_then(Value::as_array);
    config.is_some_and(|config| !config.is_empty())
}

/// What a new cluster may say, and one that gets a key must.
fn check(config: &Value) -> Result<(), AwsError> {
    let Some(config) = config.as_array().and_then(|config| config.first()) else {
        // The text is not recorded (U).
        return Err(invalid_parameter("EncryptionConfig is required"));
    };
    // aws-controllers-k8s/community#1175
    if config["provider"]["keyArn"].as_str().is_none_or(str::is_empty) {
        return Err(invalid_parameter("KeyArn is required"));
    }
    // The text is not recorded (U).
    if config["resources"] != json!(["secrets"]) {
        return Err(invalid_parameter("Resources is required"));
    }
    Ok(())
}
