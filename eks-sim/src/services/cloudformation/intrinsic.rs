//! The template language: intrinsic functions, pseudo parameters, conditions.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use ipnet::IpNet;
use serde_json::{Map, Value};

use super::graph::get_att;
use super::invalid;
use super::output::Exports;
use crate::wire::AwsError;

/// What names stand for while a template is worked out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) stack_name: String,
    pub(crate) stack_id: String,
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) mappings: Value,
    /// The template uses `AWS::LanguageExtensions`.
    pub(crate) extended: bool,
    pub(crate) conditions: BTreeMap<String, bool>,
    /// Zone names by region.
    pub(crate) zones: BTreeMap<String, Vec<String>>,
    /// Exports of the region's stacks.
    pub(crate) exports: Arc<Exports>,
    /// What `Ref` and `Fn::GetAtt` give for the resources that are there.
    pub(crate) resources: BTreeMap<String, Referent>,
}

/// A resource, as others see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Referent {
    pub(crate) reference: String,
    pub(crate) attributes: BTreeMap<String, Value>,
}

/// The value that `value` stands for; members and items that are `AWS::NoValue` are gone.
pub(crate) fn resolve(value: &Value, scope: &Scope) -> Result<Value, AwsError> {
    Ok(optional(value, scope)?.unwrap_or(Value::Null))
}

/// Whether `condition` holds, one of `conditions`.
pub(crate) fn evaluate(
    conditions: &BTreeMap<String, Value>,
    scope: &Scope,
) -> Result<BTreeMap<String, bool>, AwsError> {
    let mut known = BTreeMap::new();
    for name in conditions.keys() {
        condition(name, conditions, scope, &mut known, 0)?;
    }
    Ok(known)
}

/// The function of an intrinsic call and its argument.
fn function(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let (name, argument) = members.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

fn optional(value: &Value, scope: &Scope) -> Result<Option<Value>, AwsError> {
    if let Some((name, argument)) = function(value) {
        return match name {
            "Ref" if argument == "AWS::NoValue" => Ok(None),
            "Fn::If" => branch(argument, scope),
            _ => apply(name, argument, scope).map(Some),
        };
    }
    Ok(Some(match value {
        Value::Array(items) => {
            let mut resolved = Vec::with_capacity(items.len());
            for item in items {
                resolved.extend(optional(item, scope)?);
            }
            Value::Array(resolved)
        }
        Value::Object(members) => {
            let mut resolved = Map::new();
            for (name, member) in members {
                if let Some(member) = optional(member, scope)? {
                    resolved.insert(name.clone(), member);
                }
            }
            Value::Object(resolved)
        }
        other => other.clone(),
    }))
}

fn branch(argument: &Value, scope: &Scope) -> Result<Option<Value>, AwsError> {
    let parts = argument.as_array().filter(|parts| parts.len() == 3);
    let Some([condition, then, otherwise]) = parts.map(Vec::as_slice) else {
        return Err(shape("Fn::If", "requires a list argument with three elements"));
    };
    let name = condition.as_str().unwrap_or_default();
    let Some(holds) = scope.conditions.get(name) else {
        return Err(error(format!("unresolved condition dependency {name}")));
    };
    optional(if *holds { then } else { otherwise }, scope)
}

fn apply(name: &str, argument: &Value, scope: &Scope) -> Result<Value, AwsError> {
    match name {
        "Ref" => reference(argument.as_str().unwrap_or_default(), scope),
        "Fn::GetAtt" => {
            let Some((name, attribute)) = get_att(argument) else {
                return Err(shape(
                    name,
                    "requires two non-empty parameters, the resource name and the resource attribute",
                ));
            };
            attribute_of(&name, &attribute, scope)
        }
        "Fn::Sub" => substitute(argument, scope),
        "Fn::Join" => {
            let (delimiter, items) = pair(name, argument, scope)?;
            let Value::Array(items) = items else {
                return Err(shape(name, "requires the second parameter to be a list of strings"));
            };
            let texts = items.iter().map(|item| text(name, item)).collect::<Result<Vec<_>, _>>()?;
            Ok(Value::from(texts.join(&text(name, &delimiter)?)))
        }
        "Fn::Select" => {
            let (index, items) = pair(name, argument, scope)?;
            let index = text(name, &index)?;
            let item = index.parse::<usize>().ok().and_then(|index| items.as_array()?.get(index));
            item.cloned()
                .ok_or_else(|| error(format!("Fn::Select cannot select nonexistent value at index {index}")))
        }
        "Fn::Split" => {
            let (delimiter, whole) = pair(name, argument, scope)?;
            let (delimiter, whole) = (text(name, &delimiter)?, text(name, &whole)?);
            Ok(whole.split(delimiter.as_str()).map(Value::from).collect())
        }
        "Fn::GetAZs" => {
            let region = resolve(argument, scope)?;
            let region = region.as_str().filter(|region| !region.is_empty()).unwrap_or(&scope.region);
            Ok(scope.zones.get(region).into_iter().flatten().map(|zone| Value::from(zone.as_str())).collect())
        }
        "Fn::Cidr" => cidr(&resolve(argument, scope)?),
        "Fn::Base64" => {
            let plain = text(name, &resolve(argument, scope)?)?;
            Ok(Value::from(base64::engine::general_purpose::STANDARD.encode(plain)))
        }
        "Fn::FindInMap" => find_in_map(&resolve(argument, scope)?, scope),
        "Fn::ImportValue" => {
            let wanted = text(name, &resolve(argument, scope)?)?;
            let export = scope.exports.get(&wanted);
            export
                .map(|export| Value::from(export.value.as_str()))
                .ok_or_else(|| invalid(format!("No export named {wanted} found.")))
        }
        _ => Err(invalid(format!("Template error: unsupported function: {name}"))),
    }
}

fn reference(name: &str, scope: &Scope) -> Result<Value, AwsError> {
    Ok(match name {
        "AWS::Region" => Value::from(scope.region.as_str()),
        "AWS::AccountId" => Value::from(scope.account.as_str()),
        "AWS::Partition" => Value::from(partition(&scope.region)),
        "AWS::StackName" => Value::from(scope.stack_name.as_str()),
        "AWS::StackId" => Value::from(scope.stack_id.as_str()),
        "AWS::URLSuffix" if scope.region.starts_with("cn-") => Value::from("amazonaws.com.cn"),
        "AWS::URLSuffix" => Value::from("amazonaws.com"),
        "AWS::NotificationARNs" => Value::Array(Vec::new()),
        _ => match (scope.parameters.get(name), scope.resources.get(name)) {
            (Some(value), _) => value.clone(),
            (None, Some(resource)) => Value::from(resource.reference.as_str()),
            (None, None) => return Err(unresolved(name)),
        },
    })
}

/// The partition that a region belongs to.
pub(crate) fn partition(region: &str) -> &'static str {
    match region.split('-').nth(1) {
        _ if region.starts_with("cn-") => "aws-cn",
        Some("gov") => "aws-us-gov",
        _ => "aws",
    }
}

fn attribute_of(name: &str, attribute: &str, scope: &Scope) -> Result<Value, AwsError> {
    let resource = scope.resources.get(name).ok_or_else(|| unresolved(name))?;
    resource.attributes.get(attribute).cloned().ok_or_else(|| {
        error(format!("resource {name} does not support attribute type {attribute} in Fn::GetAtt"))
    })
}

fn substitute(argument: &Value, scope: &Scope) -> Result<Value, AwsError> {
    let (template, own) = match argument {
        Value::String(template) => (template.as_str(), Map::new()),
        Value::Array(parts) if parts.len() == 2 => {
            let own = parts[1].as_object().cloned().unwrap_or_default();
            (parts[0].as_str().unwrap_or_default(), own)
        }
        _ => {
            return Err(shape("Fn::Sub", "requires either a string or a list of a string and a map"));
        }
    };
    let mut pieces = template.split("${");
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((variable, rest)) = piece.split_once('}') else {
            return Err(error("variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons".to_owned()));
        };
        match (variable.strip_prefix('!'), own.get(variable.trim()), variable.trim().split_once('.')) {
            (Some(literal), _, _) => result.push_str(&format!("${{{literal}}}")),
            (None, Some(value), _) => result.push_str(&text("Fn::Sub", &resolve(value, scope)?)?),
            (None, None, Some((name, attribute))) => {
                result.push_str(&text("Fn::Sub", &attribute_of(name, attribute, scope)?)?);
            }
            (None, None, None) => result.push_str(&text("Fn::Sub", &reference(variable.trim(), scope)?)?),
        }
        result.push_str(rest);
    }
    Ok(Value::from(result))
}

/// `[block, count, host bits]` → the first `count` networks of that size in the block.
fn cidr(arguments: &Value) -> Result<Value, AwsError> {
    let name = "Fn::Cidr";
    let Some([block, count, bits]) = arguments.as_array().map(Vec::as_slice) else {
        return Err(shape(name, "requires a list argument with three elements"));
    };
    let block = text(name, block)?;
    let number = |value: &Value| text(name, value).ok()?.parse::<usize>().ok();
    let (Ok(network), Some(count), Some(bits)) = (block.parse::<IpNet>(), number(count), number(bits)) else {
        return Err(error(format!("Fn::Cidr {block} is not a valid IP CIDR block with a count and bits")));
    };
    let widest = if matches!(network.addr(), IpAddr::V4(_)) { 32 } else { 128 };
    let prefix = widest - bits.min(widest);
    let subnets = u8::try_from(prefix).ok().and_then(|prefix| network.subnets(prefix).ok());
    let found: Vec<Value> =
        subnets.into_iter().flatten().take(count).map(|subnet| Value::from(subnet.to_string())).collect();
    if found.len() < count || !(1..=256).contains(&count) {
        return Err(error(format!("Fn::Cidr cannot divide {block} into {count} networks of {bits} bits")));
    }
    Ok(Value::Array(found))
}

/// `[map, first key, second key]`, with the language extensions also `{"DefaultValue": …}` behind them.
fn find_in_map(arguments: &Value, scope: &Scope) -> Result<Value, AwsError> {
    let arguments = arguments.as_array().map(Vec::as_slice).unwrap_or_default();
    let (keys, default) = match arguments {
        [keys @ .., last] if keys.len() == 3 && scope.extended => (keys, last.get("DefaultValue")),
        keys => (keys, None),
    };
    if keys.len() != 3 || arguments.len() == 4 && default.is_none() {
        return Err(error(
            "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
                .to_owned(),
        ));
    }
    let keys = keys.iter().map(|key| text("Fn::FindInMap", key)).collect::<Result<Vec<_>, _>>()?;
    let found = keys.iter().try_fold(&scope.mappings, |value, key| value.get(key));
    found.or(default).cloned().ok_or_else(|| error(format!("Unable to get mapping for {}", keys.join("::"))))
}

fn condition(
    name: &str,
    conditions: &BTreeMap<String, Value>,
    scope: &Scope,
    known: &mut BTreeMap<String, bool>,
    depth: usize,
) -> Result<bool, AwsError> {
    if let Some(holds) = known.get(name) {
        return Ok(*holds);
    }
    let Some(value) = conditions.get(name).filter(|_| depth <= conditions.len()) else {
        return Err(error(format!("unresolved condition dependency {name}")));
    };
    let holds = holds(value, conditions, scope, known, depth + 1)?;
    known.insert(name.to_owned(), holds);
    Ok(holds)
}

fn holds(
    value: &Value,
    conditions: &BTreeMap<String, Value>,
    scope: &Scope,
    known: &mut BTreeMap<String, bool>,
    depth: usize,
) -> Result<bool, AwsError> {
    let entry =
        value.as_object().filter(|members| members.len() == 1).and_then(|members| members.iter().next());
    let Some((function, argument)) = entry else {
        return Err(shape("every Conditions member", "must be an intrinsic function"));
    };
    let items = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all = |items: &[Value]| {
        items.iter().map(|item| holds(item, conditions, scope, known, depth)).collect::<Result<Vec<_>, _>>()
    };
    match function.as_str() {
        "Condition" => condition(argument.as_str().unwrap_or_default(), conditions, scope, known, depth),
        "Fn::Equals" if items.len() == 2 => {
            Ok(comparable(&resolve(&items[0], scope)?) == comparable(&resolve(&items[1], scope)?))
        }
        "Fn::And" if (2..=10).contains(&items.len()) => Ok(all(items)?.into_iter().all(|holds| holds)),
        "Fn::Or" if (2..=10).contains(&items.len()) => Ok(all(items)?.into_iter().any(|holds| holds)),
        "Fn::Not" if items.len() == 1 => Ok(!all(items)?[0]),
        _ => Err(shape(function, "has the wrong number of arguments or is no condition function")),
    }
}

/// Scalars compare as text.
fn comparable(value: &Value) -> Value {
    text("Fn::Equals", value).map_or_else(|_| value.clone(), Value::from)
}

fn pair(name: &str, argument: &Value, scope: &Scope) -> Result<(Value, Value), AwsError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([first, second]) => Ok((resolve(first, scope)?, resolve(second, scope)?)),
        _ => Err(shape(name, "requires a list argument with two elements")),
    }
}

/// A scalar as text.
fn text(name: &str, value: &Value) -> Result<String, AwsError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(shape(name, "requires its values to be strings")),
    }
}

fn unresolved(name: &str) -> AwsError {
    super::template::format_error(&format!(
        "Unresolved resource dependencies [{name}] in the Resources block of the template"
    ))
}

fn shape(name: &str, what: &str) -> AwsError {
    error(format!("{name} {what}"))
}

fn error(text: String) -> AwsError {
    invalid(format!("Template error: {text}"))
}
