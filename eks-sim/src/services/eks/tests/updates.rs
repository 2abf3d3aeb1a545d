//! Updates of clusters that have rules of their own: secrets encryption and Auto Mode.

use serde_json::{Value, json};

use super::setting::{Setting, merged};

/// An ACTIVE cluster `c`, with access entries.
fn setting() -> Setting {
    let mut setting = Setting::new();
    setting.cluster(json!({"accessConfig": {"authenticationMode": "API"}}));
    setting
}

fn cluster(setting: &mut Setting) -> Value {
    setting.ok("DescribeCluster", json!({"name": "c"}))["cluster"].clone()
}

fn update(setting: &mut Setting, id: &Value) -> Value {
    setting.ok("DescribeUpdate", json!({"name": "c", "updateId": id}))["update"].clone()
}

#[test]
fn a_cluster_gets_one_key_for_good() {
    let mut setting = setting();
    let config = json!([{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:us-east-1:1:key/k"}}]);
    let request = |config: &Value| json!({"clusterName": "c", "encryptionConfig": config});
    for (config, text) in [
        (json!([]), "EncryptionConfig is required"),
        (json!([{"resources": ["secrets"]}]), "KeyArn is required"),
        (json!([{"provider": {"keyArn": "arn:aws:kms:us-east-1:1:key/k"}}]), "Resources is required"),
    ] {
        let refusal = setting.refused("AssociateEncryptionConfig", request(&config));
        assert_eq!(refusal, format!("InvalidParameterException: {text}"));
    }
    let started = setting.ok("AssociateEncryptionConfig", request(&config))["update"].clone();
    assert_eq!(
        (&started["type"], &started["status"]),
        (&json!("AssociateEncryptionConfig"), &json!("InProgress"))
    );
    let busy = setting.refused("UpdateClusterConfig", json!({"name": "c", "deletionProtection": true}));
    assert!(busy.starts_with("ResourceInUseException: Cannot DeletionProtectionUpdate because"), "{busy}");
    // It goes through everything that is stored (facts/aws.md §1.1).
    setting.pass(599);
    assert_eq!(update(&mut setting, &started["id"])["status"], "InProgress");
    assert_eq!(cluster(&mut setting)["status"], "UPDATING");
    setting.pass(7200);
    assert_eq!(update(&mut setting, &started["id"])["status"], "Successful");
    assert_eq!(cluster(&mut setting)["encryptionConfig"], config);
    assert_eq!(
        setting.refused("AssociateEncryptionConfig", request(&config)),
        "InvalidParameterException: Encryption is already enabled on the cluster"
    );
}

fn auto_mode(on: bool, compute: Value) -> Value {
    json!({
        "name": "c",
        "computeConfig": merged(json!({ "enabled": on }), compute),
        "storageConfig": {"blockStorage": {"enabled": on}},
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": on}},
    })
}

#[test]
fn auto_mode_of_a_cluster_that_is_there() {
    let mut setting = setting();
    let role = "arn:aws:iam::123456789012:role/node";
    setting.role("other", "ec2.amazonaws.com", "AmazonEKSWorkerNodeMinimalPolicy");
    setting.pass(60);
    let refused = |setting: &mut Setting, request: Value| setting.refused("UpdateClusterConfig", request);
    let off = auto_mode(false, json!({"nodePools": []}));
    assert_eq!(
        refused(&mut setting, off.clone()),
        "InvalidRequestException: Cannot modify EKS Auto Mode configuration. Auto Mode is not enabled on this cluster."
    );
    let pools = json!({"name": "c", "computeConfig": {"nodePools": []}});
    let text = "InvalidParameterException: The type for cluster update was not provided.";
    assert_eq!(refused(&mut setting, pools), text);
    let half = json!({"name": "c", "computeConfig": {"enabled": true}});
    assert!(refused(&mut setting, half).contains("either fully enabled or fully disabled"));
    assert!(
        refused(&mut setting, auto_mode(true, json!({"nodePools": ["system"]})))
            .contains("nodePool list cannot")
    );

    let on = auto_mode(true, json!({"nodePools": ["system"], "nodeRoleArn": role}));
    let started = setting.ok("UpdateClusterConfig", on.clone())["update"].clone();
    assert_eq!(started["type"], "AutoModeUpdate");
    setting.pass(7200);
    assert_eq!(update(&mut setting, &started["id"])["status"], "Successful");
    let seen = cluster(&mut setting);
    assert_eq!(seen["computeConfig"], on["computeConfig"]);
    assert_eq!(seen["kubernetesNetworkConfig"]["elasticLoadBalancing"], json!({"enabled": true}));
    // Its nodes are let in as no others are.
    let entry = setting.ok("DescribeAccessEntry", json!({"clusterName": "c", "principalArn": role}));
    assert_eq!(entry["accessEntry"]["type"], "EC2");

    assert!(refused(&mut setting, on).starts_with("InvalidParameterException: No changes needed"));
    let other = json!({"nodePools": ["system"], "nodeRoleArn": "arn:aws:iam::123456789012:role/other"});
    assert!(refused(&mut setting, auto_mode(true, other)).contains("nodeRoleArn cannot be changed"));
    assert!(
        refused(&mut setting, auto_mode(false, json!({"nodePools": ["system"]}))).contains("must be empty")
    );
    setting.ok("UpdateClusterConfig", off);
    setting.pass(7200);
    assert_eq!(cluster(&mut setting)["computeConfig"]["enabled"], false);
}

#[test]
fn auto_mode_needs_access_entries() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    assert_eq!(cluster(&mut setting)["accessConfig"]["authenticationMode"], "CONFIG_MAP");
    let refusal = setting.refused("UpdateClusterConfig", auto_mode(true, json!({})));
    assert!(refusal.contains("authentication mode to be API or API_AND_CONFIG_MAP"), "{refusal}");
}
