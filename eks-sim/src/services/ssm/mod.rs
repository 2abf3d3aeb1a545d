//! SSM: the parameters that name AWS's images.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::services::eks::image_parameters;
use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

#[cfg(test)]
mod tests;

/// The most names of a request and entries of a page (service model: GetParameters, GetParametersByPath).
const MOST: usize = 10;

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    ["GetParameter", "GetParameters", "GetParametersByPath"].into_iter()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let answer = match call.operation.as_str() {
        "GetParameter" => get_parameter(world, call),
        "GetParameters" => get_parameters(world, call),
        "GetParametersByPath" => get_parameters_by_path(world, call),
        _ => return Err(unknown_operation(call)),
    };
    answer.map(Answer::Json)
}

fn get_parameter(world: &World, call: &Call) -> Result<Value, AwsError> {
    let name = call.json()["Name"].as_str().ok_or_else(|| required("name"))?;
    let parameters = image_parameters(&call.region);
    // facts/aws.md §7: 400. The service says nothing more.
    let value = parameters.get(name).ok_or_else(|| AwsError::new("ParameterNotFound", ""))?;
    Ok(json!({"Parameter": parameter(world, call, name, value)}))
}

fn get_parameters(world: &World, call: &Call) -> Result<Value, AwsError> {
    let names: Vec<&str> = match call.json()["Names"].as_array() {
        Some(names) => names.iter().filter_map(Value::as_str).collect(),
        None => return Err(required("names")),
    };
    if names.is_empty() || names.len() > MOST {
        let bound = if names.is_empty() { "greater than or equal to 1" } else { "less than or equal to 10" };
        return Err(invalid(format!(
            "1 validation error detected: Value '[{}]' at 'names' failed to satisfy constraint: Member must have \
             length {bound}",
            names.join(", ")
        )));
    }
    let parameters = image_parameters(&call.region);
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| parameters.contains_key(*name));
    let known: Vec<Value> =
        known.into_iter().map(|name| parameter(world, call, name, &parameters[name])).collect();
    Ok(json!({"Parameters": known, "InvalidParameters": unknown}))
}

fn get_parameters_by_path(world: &World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let path = input["Path"].as_str().ok_or_else(|| required("path"))?;
    if !path.starts_with('/') {
        return Err(invalid(
            "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a \
             forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only \
             letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters \
             are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: \
             /get/parameters2-/by1./path0_.",
        ));
    }
    let size = input["MaxResults"].as_u64().map_or(MOST, |size| size as usize);
    if !(1..=MOST).contains(&size) {
        let bound = if size == 0 { "greater than or equal to 1" } else { "less than or equal to 10" };
        return Err(invalid(format!(
            "1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: Member must \
             have value {bound}"
        )));
    }
    let after = input["NextToken"].as_str().map(read_token).transpose()?;
    let recursive = input["Recursive"].as_bool().unwrap_or(false);
    let folder = format!("{}/", path.trim_end_matches('/'));
    let parameters = image_parameters(&call.region);
    let mut page: Vec<(&String, &String)> = parameters
        .iter()
        .filter(|(name, _)| after.as_ref().is_none_or(|after| *name > after))
        .filter(|(name, _)| name.strip_prefix(&folder).is_some_and(|rest| recursive || !rest.contains('/')))
        .take(size + 1)
        .collect();
    let more = page.len() > size;
    page.truncate(size);
    let found: Vec<Value> = page.iter().map(|(name, value)| parameter(world, call, name, value)).collect();
    let mut answer = json!({"Parameters": found});
    if let (true, Some((last, _))) = (more, page.last()) {
        answer["NextToken"] = URL_SAFE_NO_PAD.encode(last).into();
    }
    Ok(answer)
}

fn parameter(world: &World, call: &Call, name: &str, value: &str) -> Value {
    json!({
        "ARN": format!("arn:aws:ssm:{}::parameter{name}", call.region),
        "DataType": "text",
        // AWS's releases are older than the account.
        "LastModifiedDate": world.settings.start.epoch_seconds(),
        "Name": name,
        "Type": "String",
        "Value": value,
        "Version": 1,
    })
}

fn read_token(token: &str) -> Result<String, AwsError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| AwsError::new("InvalidNextToken", "The specified token isn't valid."))
}

fn required(member: &str) -> AwsError {
    invalid(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationException", message)
}
