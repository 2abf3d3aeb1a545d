//! Parameters of a template and the values that a request gives them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::invalid;
use super::template::format_error;
use crate::wire::{AwsError, Params};

/// A parameter as the template declares it.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) kind: String,
    pub(crate) default: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) no_echo: bool,
    allowed_values: Vec<String>,
    length: (Option<f64>, Option<f64>),
    range: (Option<f64>, Option<f64>),
}

impl Declaration {
    pub(crate) fn parse(name: &str, value: &Value) -> Result<Self, AwsError> {
        let member = |member: &str| value.get(member).and_then(scalar);
        let number = |name: &str| member(name).and_then(|text| text.parse().ok());
        let Some(kind) = member("Type") else {
            return Err(format_error("Every Parameters object must contain a Type member."));
        };
        let listed = kind.strip_prefix("List<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(&kind);
        let plain = ["String", "Number", "CommaDelimitedList"].contains(&listed);
        let of_ec2 = listed.starts_with("AWS::EC2::") && listed.matches("::").count() >= 3;
        if !plain && !of_ec2 {
            return Err(format_error(&format!("Unrecognized parameter type: {kind}")));
        }
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            return Err(format_error(&format!("Parameter name {name} is non alphanumeric.")));
        }
        let allowed = value.get("AllowedValues").and_then(Value::as_array);
        Ok(Self {
            default: member("Default"),
            description: member("Description"),
            no_echo: member("NoEcho").is_some_and(|text| text == "true"),
            allowed_values: allowed.map(|all| all.iter().filter_map(scalar).collect()).unwrap_or_default(),
            length: (number("MinLength"), number("MaxLength")),
            range: (number("MinValue"), number("MaxValue")),
            kind,
        })
    }

    /// What `Ref` gives for the parameter when its text is `text`.
    pub(crate) fn value(&self, text: &str) -> Value {
        if self.kind == "CommaDelimitedList" || self.kind.starts_with("List<") {
            let items = text.split(',').map(str::trim).filter(|_| !text.is_empty());
            return items.map(Value::from).collect();
        }
        Value::from(text)
    }

    fn check(&self, name: &str, text: &str) -> Result<(), AwsError> {
        if !self.allowed_values.is_empty() && !self.allowed_values.iter().any(|allowed| allowed == text) {
            let allowed = self.allowed_values.join(", ");
            return Err(invalid(format!("Parameter '{name}' must be one of AllowedValues [{allowed}]")));
        }
        let within = |(least, most): (Option<f64>, Option<f64>), of: f64| {
            least.is_none_or(|least| of >= least) && most.is_none_or(|most| of <= most)
        };
        if self.kind == "Number" {
            let Ok(number) = text.parse::<f64>() else {
                return Err(invalid(format!("Parameter '{name}' must be a number.")));
            };
            if !within(self.range, number) {
                return Err(invalid(format!(
                    "Parameter '{name}' must be a number within its MinValue and MaxValue"
                )));
            }
        }
        if self.kind == "String" && !within(self.length, text.chars().count() as f64) {
            return Err(invalid(format!(
                "Parameter '{name}' must have a length within its MinLength and MaxLength"
            )));
        }
        Ok(())
    }
}

/// The text of every declared parameter: as given in the request, as before, or its default.
pub(crate) fn bind(
    declarations: &BTreeMap<String, Declaration>,
    request: &Params,
    previous: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut given = BTreeMap::new();
    for parameter in request.structures("Parameters.member") {
        let name = parameter.required("ParameterKey")?.to_owned();
        let value = if parameter.flag("UsePreviousValue") == Some(true) {
            let Some(value) = previous.get(&name) else {
                return Err(invalid(format!(
                    "Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                )));
            };
            value.clone()
        } else {
            parameter.get("ParameterValue").unwrap_or_default().to_owned()
        };
        given.insert(name, value);
    }
    let unknown: Vec<&str> =
        given.keys().map(String::as_str).filter(|name| !declarations.contains_key(*name)).collect();
    if !unknown.is_empty() {
        return Err(invalid(format!("Parameters: [{}] do not exist in the template", unknown.join(", "))));
    }
    let mut bound = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, declaration) in declarations {
        match given.remove(name).or_else(|| declaration.default.clone()) {
            Some(text) => {
                declaration.check(name, &text)?;
                bound.insert(name.clone(), text);
            }
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(bound);
    }
    Err(invalid(format!("Parameters: [{}] must have values", missing.join(", "))))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
