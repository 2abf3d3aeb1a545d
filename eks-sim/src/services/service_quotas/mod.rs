//! Service Quotas: what the account may have of each thing.

mod table;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use self::table::{QUOTAS, Quota};
use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// The most entries of a page (service model: ListServiceQuotas).
const MOST: usize = 100;

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    ["GetAWSDefaultServiceQuota", "GetServiceQuota", "ListServiceQuotas"].into_iter()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let answer = match call.operation.as_str() {
        "GetAWSDefaultServiceQuota" => get(call).map(|quota| json!({"Quota": default(call, quota)})),
        "GetServiceQuota" => get(call).map(|quota| json!({"Quota": applied(world, call, quota)})),
        "ListServiceQuotas" => list_service_quotas(world, call),
        _ => return Err(unknown_operation(call)),
    };
    answer.map(Answer::Json)
}

fn get(call: &Call) -> Result<&'static Quota, AwsError> {
    let (service, code) = (required(call, "ServiceCode")?, required(call, "QuotaCode")?);
    let mut quotas = of_service(service)?;
    quotas.find(|quota| quota.code == code).ok_or_else(|| missing("quota"))
}

fn list_service_quotas(world: &World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let quotas = of_service(required(call, "ServiceCode")?)?;
    let size = input["MaxResults"].as_u64().map_or(MOST, |size| size as usize);
    if !(1..=MOST).contains(&size) {
        return Err(illegal());
    }
    let after = input["NextToken"].as_str().map(read_token).transpose()?;
    let code = input["QuotaCode"].as_str();
    let mut page: Vec<&Quota> = quotas
        .filter(|quota| code.is_none_or(|code| quota.code == code))
        .filter(|quota| after.as_deref().is_none_or(|after| quota.code > after))
        .collect();
    page.sort_by_key(|quota| quota.code);
    let more = page.len() > size;
    page.truncate(size);
    let shown: Vec<Value> = page.iter().map(|quota| applied(world, call, quota)).collect();
    let mut answer = json!({"Quotas": shown});
    if let (true, Some(last)) = (more, page.last()) {
        answer["NextToken"] = STANDARD.encode(last.code).into();
    }
    Ok(answer)
}

fn of_service(service: &str) -> Result<impl Iterator<Item = &'static Quota>, AwsError> {
    let known = QUOTAS.iter().any(|quota| quota.service.0 == service);
    let service = service.to_owned();
    let quotas = QUOTAS.iter().filter(move |quota| quota.service.0 == service);
    if known { Ok(quotas) } else { Err(missing("service")) }
}

/// What the account may have.
fn applied(world: &World, call: &Call, quota: &Quota) -> Value {
    let value = (quota.applied)(&world.settings.quotas);
    shown(quota, &call.region, &world.settings.account, value)
}

/// What AWS gives whoever has asked for no more.
fn default(call: &Call, quota: &Quota) -> Value {
    shown(quota, &call.region, "", quota.default)
}

fn shown(quota: &Quota, region: &str, account: &str, value: usize) -> Value {
    let (service, service_name) = quota.service;
    json!({
        "Adjustable": quota.adjustable,
        "GlobalQuota": false,
        "QuotaAppliedAtLevel": "ACCOUNT",
        "QuotaArn": format!("arn:aws:servicequotas:{region}:{account}:{service}/{}", quota.code),
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "ServiceCode": service,
        "ServiceName": service_name,
        "Unit": "None",
        "Value": value as f64,
    })
}

fn read_token(token: &str) -> Result<String, AwsError> {
    let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|code| QUOTAS.iter().any(|quota| quota.code == code))
        .ok_or_else(|| AwsError::new("InvalidPaginationTokenException", "Invalid pagination token"))
}

fn required<'a>(call: &'a Call, member: &str) -> Result<&'a str, AwsError> {
    call.json()[member].as_str().filter(|text| !text.is_empty()).ok_or_else(illegal)
}

// The codes are the service model's. The texts are not documented: the first is what users meet, the others are
// worded after it.
fn missing(what: &str) -> AwsError {
    let message = format!("The request failed because the specified {what} does not exist.");
    AwsError::new("NoSuchResourceException", message)
}

fn illegal() -> AwsError {
    AwsError::new("IllegalArgumentException", "Invalid input was provided.")
}
