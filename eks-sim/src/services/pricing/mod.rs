//! The Price List: what AWS asks for what it rents out, as products with their attributes and terms.
//!
//! Every region has the prices of us-east-1, which are what the ledger charges everywhere.

mod product;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use self::product::{Product, products};
use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// The most entries of a page (service model: GetProducts, DescribeServices).
const MOST: usize = 100;

/// Where the Price List is served from, for all regions (user guide, "AWS Price List Query API").
const REGIONS: [&str; 3] = ["ap-south-1", "eu-central-1", "us-east-1"];

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    ["DescribeServices", "GetProducts"].into_iter()
}

pub(crate) fn call(_: &mut World, call: &Call) -> Result<Answer, AwsError> {
    // Elsewhere there is no such host: nobody gets as far as an answer.
    if !REGIONS.contains(&call.region.as_str()) {
        return Err(AwsError::new("UnknownEndpoint", format!("There is no Price List in {}", call.region))
            .status(404));
    }
    let answer = match call.operation.as_str() {
        "DescribeServices" => describe_services(call),
        "GetProducts" => get_products(call),
        _ => return Err(unknown_operation(call)),
    };
    answer.map(Answer::Json)
}

fn describe_services(call: &Call) -> Result<Value, AwsError> {
    let wanted = call.json()["ServiceCode"].as_str();
    let mut codes: Vec<&str> = products().map(|product| product.service).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.retain(|code| wanted.is_none_or(|wanted| wanted == *code));
    if let (Some(code), true) = (wanted, codes.is_empty()) {
        return Err(no_service(code));
    }
    let services = codes.iter().map(|code| {
        let mut names: Vec<String> = products()
            .filter(|product| product.service == *code)
            .flat_map(|product| product.attributes("us-east-1").into_iter().map(|(name, _)| name.to_owned()))
            .collect();
        names.sort();
        names.dedup();
        json!({"ServiceCode": code, "AttributeNames": names})
    });
    let (page, token) = page(call, services.collect())?;
    Ok(with_token(json!({"FormatVersion": "aws_v1", "Services": page}), token))
}

fn get_products(call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let Some(service) = input["ServiceCode"].as_str() else {
        return Err(AwsError::new("InvalidParameterException", "ServiceCode is a required parameter"));
    };
    if !products().any(|product| product.service == service) {
        return Err(no_service(service));
    }
    let filters = input["Filters"].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for product in products().filter(|product| product.service == service) {
        for region in product.regions(&filters) {
            let attributes = product.attributes(region);
            if filters.iter().all(|filter| passes(filter, &product, &attributes)) {
                found.push(Value::String(product.shown(region).to_string()));
            }
        }
    }
    let (page, token) = page(call, found)?;
    Ok(with_token(json!({"FormatVersion": "aws_v1", "PriceList": page}), token))
}

/// Whether a product passes a filter: its field is an attribute, or the product's own family or number.
fn passes(filter: &Value, product: &Product, attributes: &[(&str, String)]) -> bool {
    let field = filter["Field"].as_str().unwrap_or_default();
    let value = filter["Value"].as_str().unwrap_or_default();
    let own = match field {
        "productFamily" => Some(product.family),
        "servicecode" | "ServiceCode" => Some(product.service),
        _ => attributes.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str()),
    };
    let any = || value.split(',').any(|value| own.is_some_and(|own| own.eq_ignore_ascii_case(value)));
    match filter["Type"].as_str() {
        Some("CONTAINS") => own.is_some_and(|own| own.to_lowercase().contains(&value.to_lowercase())),
        Some("ANY_OF") => any(),
        Some("NONE_OF") => !any(),
        _ => own.is_some_and(|own| own.eq_ignore_ascii_case(value)),
    }
}

fn page(call: &Call, all: Vec<Value>) -> Result<(Vec<Value>, Option<String>), AwsError> {
    let input = call.json();
    let size = input["MaxResults"].as_u64().map_or(MOST, |size| size as usize);
    if !(1..=MOST).contains(&size) {
        let message = "Value for parameter MaxResults must be between 1 and 100";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let from = match input["NextToken"].as_str() {
        Some(token) => read_token(token)?,
        None => 0,
    };
    let more = all.len() > from + size;
    let page = all.into_iter().skip(from).take(size).collect();
    Ok((page, more.then(|| STANDARD.encode((from + size).to_string()))))
}

fn read_token(token: &str) -> Result<usize, AwsError> {
    let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| AwsError::new("InvalidNextTokenException", "Invalid NextToken"))
}

fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["NextToken"] = token.into();
    }
    answer
}

/// The text is from memory (U).
fn no_service(code: &str) -> AwsError {
    AwsError::new("NotFoundException", format!("Invalid service code {code}"))
}
