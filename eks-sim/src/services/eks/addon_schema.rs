//! What configuration an add-on takes: a JSON schema for each, which requests are held against.
//!
//! The schemas have the shape of EKS's, one for all versions of an add-on; sources: aws/amazon-vpc-cni-k8s#2272 and #3059
//! (EBS driver, vpc-cni), aws/containers-roadmap#2420 (kube-proxy), spack/spack-infrastructure#1351 (coredns). Those of
//! eks-pod-identity-agent and metrics-server, and members that those sources cut off, are from memory (U).

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Value, json};

use super::addon_catalogue::Offer;
use super::error::invalid_parameter;
use super::members::text;
use crate::wire::{AwsError, Call};
use crate::world::World;

type Known = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// The schema of each add-on, the service account that it uses AWS with, and the policy that EKS recommends for that.
const SCHEMAS: &[Known] = &[
    (
        "aws-ebs-csi-driver",
        include_str!("addon_schemas/aws-ebs-csi-driver.json"),
        Some(("ebs-csi-controller-sa", "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")),
    ),
    ("coredns", include_str!("addon_schemas/coredns.json"), None),
    ("eks-pod-identity-agent", include_str!("addon_schemas/eks-pod-identity-agent.json"), None),
    ("kube-proxy", include_str!("addon_schemas/kube-proxy.json"), None),
    ("metrics-server", include_str!("addon_schemas/metrics-server.json"), None),
    (
        "vpc-cni",
        include_str!("addon_schemas/vpc-cni.json"),
        Some(("aws-node", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy")),
    ),
];

/// DescribeAddonConfiguration.
pub(super) fn describe(_world: &World, call: &Call) -> Result<Value, AwsError> {
    let (name, version) = (text(call.json(), "addonName"), text(call.json(), "addonVersion"));
    let offered = Offer::find(name).is_some_and(|offer| offer.has(version));
    let found = SCHEMAS.iter().find(|(addon, ..)| *addon == name).filter(|_| offered);
    let Some((_, schema, identity)) = found else {
        // The text of CreateAddon; that of this operation is not recorded (U).
        return Err(invalid_parameter("Addon version specified is not supported").member("addonName", name));
    };
    let identities: Vec<Value> = identity
        .iter()
        .map(|(account, policy)| json!({ "serviceAccount": account, "recommendedManagedPolicies": [policy] }))
        .collect();
    // EKS sends it without spaces.
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    Ok(json!({
        "addonName": name,
        "addonVersion": version,
        "configurationSchema": schema.to_string(),
        "podIdentityConfiguration": identities,
    }))
}

/// A refusal of values that break the add-on's schema.
pub(super) fn check(addon: &str, values: &Value) -> Result<(), AwsError> {
    let found = SCHEMAS.iter().find(|(name, ..)| *name == addon);
    let Some((_, schema, _)) = found else { return Ok(()) };
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let Ok(validator) = jsonschema::options().should_validate_formats(false).build(&schema) else {
        return Ok(());
    };
    let broken: Vec<String> = validator.iter_errors(values).flat_map(|error| messages(&error)).collect();
    if broken.is_empty() {
        return Ok(());
    }
    // aws/containers-roadmap#2216; cookpad/terraform-aws-eks#331.
    Err(invalid_parameter(format!(
        "ConfigurationValue provided in request is not supported: Json schema validation failed with error: [{}]",
        broken.join(", ")
    )))
}

/// In the words of the validator that EKS uses, as far as they are recorded; others are from memory (U).
fn messages(error: &ValidationError<'_>) -> Vec<String> {
    let path = format!("${}", error.instance_path().as_str().replace('/', "."));
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|key| {
                format!("{path}.{key}: is not defined in the schema and the schema does not allow additional properties")
            })
            .collect(),
        Kind::Type { kind: TypeKind::Single(kind) } => {
            vec![format!("{path}: {} found, {kind} expected", found(error.instance()))]
        }
        Kind::Required { property } => {
            vec![format!("{path}.{}: is missing but it is required", property.as_str().unwrap_or_default())]
        }
        Kind::Enum { options } => {
            let options: Vec<String> = options
                .as_array()
                .into_iter()
                .flatten()
                .map(|option| option.as_str().map_or_else(|| option.to_string(), str::to_owned))
                .collect();
            vec![format!("{path}: does not have a value in the enumeration [{}]", options.join(", "))]
        }
        _ => vec![format!("{path}: {}", error.masked_with("the value"))],
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
