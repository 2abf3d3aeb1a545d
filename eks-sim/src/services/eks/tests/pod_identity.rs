//! Pod identity associations: their lives and rules, and those of add-ons.

use serde_json::{Value, json};

use super::setting::{Setting, merged};

const ROLE: &str = "arn:aws:iam::123456789012:role/app";
const OTHER: &str = "arn:aws:iam::123456789012:role/other";
const KIND: &str = "AWS::EKS::PodIdentityAssociation";

/// A cluster, and two roles that pods can have.
fn setting() -> Setting {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    setting.role("app", "pods.eks.amazonaws.com", "AmazonS3ReadOnlyAccess");
    setting.role("other", "pods.eks.amazonaws.com", "AmazonS3ReadOnlyAccess");
    setting.pass(60);
    setting
}

fn request(more: Value) -> Value {
    let request = json!({"clusterName": "c", "namespace": "web", "serviceAccount": "api", "roleArn": ROLE});
    merged(request, more)
}

fn of(association: &Value) -> Value {
    json!({"clusterName": "c", "associationId": association["associationId"]})
}

#[test]
fn an_association_lives_and_leaves_nothing() {
    let mut setting = setting();
    let token = "t".repeat(33);
    let made = setting.ok("CreatePodIdentityAssociation", request(json!({"clientRequestToken": token})));
    let association = made["association"].clone();
    assert_eq!(association["roleArn"], ROLE);
    assert_eq!(association["disableSessionTags"], false);
    let again = setting.ok("CreatePodIdentityAssociation", request(json!({"clientRequestToken": token})));
    assert_eq!(again, made, "the same token is the same request");
    let id = association["associationId"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        setting.refused("CreatePodIdentityAssociation", request(json!({}))),
        format!("ResourceInUseException: Association already exists: {id}")
    );
    let listed = |setting: &mut Setting, namespace: &str| {
        let request = json!({"clusterName": "c", "namespace": namespace});
        setting.ok("ListPodIdentityAssociations", request)["associations"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((listed(&mut setting, "web"), listed(&mut setting, "other")), (1, 0));

    let change = merged(of(&association), json!({"roleArn": OTHER, "targetRoleArn": ROLE}));
    let changed = setting.ok("UpdatePodIdentityAssociation", change)["association"].clone();
    assert_eq!((&changed["roleArn"], &changed["targetRoleArn"]), (&json!(OTHER), &json!(ROLE)));
    assert!(changed["externalId"].is_string());
    let tags = json!({"resourceArn": association["associationArn"], "tags": {"a": "1"}});
    setting.ok("TagResource", tags);
    let seen = setting.ok("DescribePodIdentityAssociation", of(&association))["association"].clone();
    assert_eq!(seen["tags"], json!({"a": "1"}));
    setting.ok("DeletePodIdentityAssociation", of(&association));
    assert!(setting.left(KIND).is_empty());
    let gone = setting.refused("DescribePodIdentityAssociation", of(&association));
    assert_eq!(gone, format!("ResourceNotFoundException: No association found for ID: {id}"));

    setting.ok("CreatePodIdentityAssociation", request(json!({})));
    assert_eq!(setting.left(KIND), [KIND]);
    setting.ok("DeleteCluster", json!({"name": "c"}));
    setting.pass(1000);
    assert!(setting.left(KIND).is_empty(), "it goes with its cluster");
}

#[test]
fn what_is_refused() {
    let mut setting = setting();
    let cases: [(Value, &str); 8] = [
        (
            json!({"roleArn": "arn:aws:iam::123456789012:role/nobody"}),
            "InvalidParameterException: Role provided in the request does not exist.",
        ),
        (
            json!({"roleArn": "arn:aws:iam::123456789012:role/node"}),
            "InvalidParameterException: Trust policy of the role provided is invalid",
        ),
        (json!({"roleArn": "nonsense"}), "InvalidParameterException: Invalid Role Arn: 'nonsense'"),
        (
            json!({"policy": "{}"}),
            "InvalidParameterException: disableSessionTags must be true when a policy is given",
        ),
        (
            json!({"policy": "nonsense", "disableSessionTags": true}),
            "InvalidParameterException: The policy is not valid JSON",
        ),
        (json!({"serviceAccount": ""}), "InvalidParameterException: serviceAccount can't be empty"),
        (json!({"clusterName": "d"}), "ResourceNotFoundException: No cluster found for name: d."),
        (
            json!({"tags": {"aws:x": "y"}}),
            "InvalidParameterException: Tag key aws:x is invalid: the prefix aws: is reserved",
        ),
    ];
    for (more, text) in cases {
        assert_eq!(setting.refused("CreatePodIdentityAssociation", request(more)), text);
    }
    assert!(setting.left(KIND).is_empty());
    let association = setting.ok("CreatePodIdentityAssociation", request(json!({})))["association"].clone();
    assert_eq!(
        setting.refused("UpdatePodIdentityAssociation", of(&association)),
        "InvalidParameterException: At least one of roleArn, targetRoleArn and disableSessionTags must be given"
    );
}

#[test]
fn an_add_on_owns_its_associations() {
    let mut setting = setting();
    let addon = |more: Value| merged(json!({"clusterName": "c", "addonName": "vpc-cni"}), more);
    let identities = |account: &str, role: &str| json!({"podIdentityAssociations": [{"serviceAccount": account, "roleArn": role}]});
    let made = setting.ok("CreateAddon", addon(identities("aws-node", ROLE)))["addon"].clone();
    let owned = made["podIdentityAssociations"].as_array().cloned().unwrap_or_default();
    assert_eq!(owned.len(), 1);
    let seen =
        setting.ok("ListPodIdentityAssociations", json!({"clusterName": "c"}))["associations"][0].clone();
    assert_eq!((&seen["associationArn"], &seen["ownerArn"]), (&owned[0], &made["addonArn"]));
    assert_eq!((&seen["namespace"], &seen["serviceAccount"]), (&json!("kube-system"), &json!("aws-node")));
    let refused = setting.refused("DeletePodIdentityAssociation", of(&seen));
    assert!(refused.starts_with("InvalidRequestException: "), "{refused}");

    setting.pass(200);
    let taken = json!({"namespace": "kube-system", "serviceAccount": "mine"});
    setting.ok("CreatePodIdentityAssociation", request(taken));
    let refused = setting.refused("UpdateAddon", addon(identities("mine", ROLE)));
    assert!(refused.starts_with("ResourceInUseException: Association already exists: "), "{refused}");
    setting.ok("UpdateAddon", addon(identities("aws-node", OTHER)));
    setting.pass(400);
    let role = setting.ok("DescribePodIdentityAssociation", of(&seen))["association"]["roleArn"].clone();
    assert_eq!(role, OTHER, "the same association, with another role");
    setting.ok("UpdateAddon", addon(json!({"configurationValues": "{}"})));
    setting.pass(400);
    assert_eq!(setting.left(KIND).len(), 2, "what an update does not mention stays");
    setting.ok("UpdateAddon", addon(json!({"podIdentityAssociations": []})));
    setting.pass(400);
    assert_eq!(setting.left(KIND).len(), 1);
    setting.ok("UpdateAddon", addon(identities("aws-node", ROLE)));
    setting.pass(400);
    setting.ok("DeleteAddon", addon(json!({"preserve": true})));
    setting.pass(400);
    assert_eq!(setting.left(KIND).len(), 1, "they go with their add-on");
}
