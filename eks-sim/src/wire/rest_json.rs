//! The rest-json protocol, with EKS's routes.

use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::AwsError;
use super::response::respond;

const CONTENT_TYPE: &str = "application/json";

/// Method, path and operation of everything that EKS's part of the simulator answers. A label in braces
/// becomes the member of that name.
pub(crate) const EKS_ROUTES: &[(&str, &str, &str)] = &[
    ("POST", "/clusters", "CreateCluster"),
    ("GET", "/clusters", "ListClusters"),
    ("GET", "/clusters/{name}", "DescribeCluster"),
    ("DELETE", "/clusters/{name}", "DeleteCluster"),
    ("POST", "/clusters/{name}/update-config", "UpdateClusterConfig"),
    ("POST", "/clusters/{clusterName}/encryption-config/associate", "AssociateEncryptionConfig"),
    ("POST", "/clusters/{name}/updates", "UpdateClusterVersion"),
    ("GET", "/clusters/{name}/updates", "ListUpdates"),
    ("GET", "/clusters/{name}/updates/{updateId}", "DescribeUpdate"),
    ("POST", "/clusters/{clusterName}/node-groups", "CreateNodegroup"),
    ("GET", "/clusters/{clusterName}/node-groups", "ListNodegroups"),
    ("GET", "/clusters/{clusterName}/node-groups/{nodegroupName}", "DescribeNodegroup"),
    ("DELETE", "/clusters/{clusterName}/node-groups/{nodegroupName}", "DeleteNodegroup"),
    ("POST", "/clusters/{clusterName}/node-groups/{nodegroupName}/update-config", "UpdateNodegroupConfig"),
    ("POST", "/clusters/{clusterName}/node-groups/{nodegroupName}/update-version", "UpdateNodegroupVersion"),
    ("POST", "/clusters/{clusterName}/fargate-profiles", "CreateFargateProfile"),
    ("GET", "/clusters/{clusterName}/fargate-profiles", "ListFargateProfiles"),
    ("GET", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}", "DescribeFargateProfile"),
    ("DELETE", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}", "DeleteFargateProfile"),
    ("POST", "/clusters/{clusterName}/addons", "CreateAddon"),
    ("GET", "/clusters/{clusterName}/addons", "ListAddons"),
    ("GET", "/clusters/{clusterName}/addons/{addonName}", "DescribeAddon"),
    ("DELETE", "/clusters/{clusterName}/addons/{addonName}", "DeleteAddon"),
    ("POST", "/clusters/{clusterName}/addons/{addonName}/update", "UpdateAddon"),
    ("GET", "/addons/supported-versions", "DescribeAddonVersions"),
    ("GET", "/addons/configuration-schemas", "DescribeAddonConfiguration"),
    ("POST", "/clusters/{clusterName}/access-entries", "CreateAccessEntry"),
    ("GET", "/clusters/{clusterName}/access-entries", "ListAccessEntries"),
    ("GET", "/clusters/{clusterName}/access-entries/{principalArn}", "DescribeAccessEntry"),
    ("POST", "/clusters/{clusterName}/access-entries/{principalArn}", "UpdateAccessEntry"),
    ("DELETE", "/clusters/{clusterName}/access-entries/{principalArn}", "DeleteAccessEntry"),
    (
        "POST",
        "/clusters/{clusterName}/access-entries/{principalArn}/access-policies",
        "AssociateAccessPolicy",
    ),
    (
        "GET",
        "/clusters/{clusterName}/access-entries/{principalArn}/access-policies",
        "ListAssociatedAccessPolicies",
    ),
    (
        "DELETE",
        "/clusters/{clusterName}/access-entries/{principalArn}/access-policies/{policyArn}",
        "DisassociateAccessPolicy",
    ),
    ("GET", "/access-policies", "ListAccessPolicies"),
    ("POST", "/clusters/{clusterName}/pod-identity-associations", "CreatePodIdentityAssociation"),
    ("GET", "/clusters/{clusterName}/pod-identity-associations", "ListPodIdentityAssociations"),
    (
        "GET",
        "/clusters/{clusterName}/pod-identity-associations/{associationId}",
        "DescribePodIdentityAssociation",
    ),
    (
        "POST",
        "/clusters/{clusterName}/pod-identity-associations/{associationId}",
        "UpdatePodIdentityAssociation",
    ),
    (
        "DELETE",
        "/clusters/{clusterName}/pod-identity-associations/{associationId}",
        "DeletePodIdentityAssociation",
    ),
    ("GET", "/cluster-versions", "DescribeClusterVersions"),
    ("POST", "/tags/{resourceArn}", "TagResource"),
    ("DELETE", "/tags/{resourceArn}", "UntagResource"),
    ("GET", "/tags/{resourceArn}", "ListTagsForResource"),
];

pub(super) fn read(request: &Request<Bytes>) -> Result<(String, Value), AwsError> {
    let path = request.uri().path();
    let route = EKS_ROUTES.iter().find_map(|(method, template, operation)| {
        let labels = (request.method() == method).then(|| labels(template, path)).flatten()?;
        Some((*operation, labels))
    });
    let Some((operation, mut members)) = route else {
        let message = format!("Unable to determine service/operation for {} {path}", request.method());
        return Err(AwsError::new("UnknownOperationException", message).status(404));
    };
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        query_member(&mut members, operation, &name, value.into_owned());
    }
    if !request.body().is_empty() {
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(body)) => members.extend(body.into_iter().filter(|(_, value)| !value.is_null())),
            _ => return Err(AwsError::new("SerializationException", "Unexpected token in the body")),
        }
    }
    Ok((operation.to_owned(), Value::Object(members)))
}

/// The labels of `template` as `path` fills them; `None` if it does not fit.
fn labels(template: &str, path: &str) -> Option<Map<String, Value>> {
    let wanted: Vec<&str> = template.trim_matches('/').split('/').collect();
    let given: Vec<&str> = path.trim_matches('/').split('/').collect();
    // An ARN in the last label may come with its slashes unescaped.
    let given = match wanted.last() {
        Some(last) if last.starts_with('{') && given.len() > wanted.len() && wanted[0] == "tags" => {
            let head = given.len().min(wanted.len() - 1);
            let tail = given[head..].join("/");
            given[..head].iter().map(|part| (*part).to_owned()).chain([tail]).collect()
        }
        _ => given.into_iter().map(str::to_owned).collect::<Vec<_>>(),
    };
    if wanted.len() != given.len() {
        return None;
    }
    let mut labels = Map::new();
    for (wanted, given) in wanted.into_iter().zip(&given) {
        match wanted.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) => {
                let value = percent_decode_str(given).decode_utf8().ok()?.into_owned();
                labels.insert(label.to_owned(), Value::String(value));
            }
            None if wanted == given => {}
            None => return None,
        }
    }
    Some(labels)
}

/// Members that travel in the query string: lists repeat their key, numbers and flags are read as such.
fn query_member(members: &mut Map<String, Value>, operation: &str, name: &str, value: String) {
    let lists = ["include", "tagKeys", "types", "publishers", "owners", "clusterVersions"];
    let parsed = match name {
        "maxResults" => value.parse::<i64>().map_or(Value::String(value), Value::from),
        "preserve" | "defaultOnly" | "includeAll" => Value::Bool(value == "true"),
        _ => Value::String(value),
    };
    if lists.contains(&name) && operation != "DescribeUpdate" {
        match members.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => list.push(parsed),
            other => *other = parsed,
        }
    } else {
        members.insert(name.to_owned(), parsed);
    }
}

pub(super) fn write(body: Value, request_id: &str) -> Response<Bytes> {
    respond(200, CONTENT_TYPE, body.to_string(), request_id)
}

pub(super) fn write_error(error: &AwsError, request_id: &str) -> Response<Bytes> {
    let mut body = error.members.clone();
    body.insert("message".to_owned(), Value::String(error.message.clone()));
    let mut response = respond(error.status, CONTENT_TYPE, Value::Object(body).to_string(), request_id);
    if let Ok(code) = http::HeaderValue::from_str(&error.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}
