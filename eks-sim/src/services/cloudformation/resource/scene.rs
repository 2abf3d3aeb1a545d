//! What a resource type has at hand while it acts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

const CALLER: &str = "cloudformation.amazonaws.com";

/// One resource of one stack, and the account to act in.
pub(crate) struct Scene<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) region: String,
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) logical_id: String,
    /// Empty until there is something to delete. Also what `Ref` gives.
    pub(crate) physical_id: String,
    pub(crate) properties: Value,
    /// What `Fn::GetAtt` gives.
    pub(crate) attributes: BTreeMap<String, Value>,
    /// The resource's own tags, the stack's, and CloudFormation's.
    pub(crate) tags: BTreeMap<String, String>,
}

impl Scene<'_> {
    pub(crate) fn ec2(&mut self, operation: &str, params: Params) -> Result<Xml, AwsError> {
        let region = self.region.clone();
        let answer = self.world.call_internal(CALLER, Service::Ec2, &region, operation, params)?;
        Ok(answer.xml())
    }

    pub(crate) fn autoscaling(&mut self, operation: &str, params: Params) -> Result<Xml, AwsError> {
        let region = self.region.clone();
        let answer = self.world.call_internal(CALLER, Service::AutoScaling, &region, operation, params)?;
        Ok(answer.xml())
    }

    pub(crate) fn iam(&mut self, operation: &str, params: Params) -> Result<Xml, AwsError> {
        let region = self.region.clone();
        let answer = self.world.call_internal(CALLER, Service::Iam, &region, operation, params)?;
        Ok(answer.xml())
    }

    pub(crate) fn eks(&mut self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let region = self.region.clone();
        let answer = self.world.call_internal(CALLER, Service::Eks, &region, operation, input)?;
        Ok(answer.json())
    }

    pub(crate) fn logs(&mut self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let region = self.region.clone();
        let answer = self.world.call_internal(CALLER, Service::Logs, &region, operation, input)?;
        Ok(answer.json())
    }

    /// The property as text; empty if it is not set.
    pub(crate) fn text(&self, name: &str) -> String {
        text(self.properties.get(name))
    }

    /// The items of a list property as texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        texts(&self.properties, name)
    }

    /// `params` with the properties called `names` that are set, under their own names.
    pub(crate) fn copy(&self, mut params: Params, names: &[&str]) -> Params {
        for name in names {
            if let Some(value) = self.properties.get(*name) {
                params.insert(*name, text(Some(value)));
            }
        }
        params
    }

    pub(crate) fn attribute(&mut self, name: &str, value: impl Into<Value>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    /// The text of an attribute; empty if it is not set.
    pub(crate) fn attribute_text(&self, name: &str) -> String {
        text(self.attributes.get(name))
    }

    /// A name as CloudFormation makes them: `<stack>-<logical id>-<random>`, not longer than `longest`.
    pub(crate) fn generated_name(&mut self, longest: usize) -> String {
        let random = self.world.hex_id(12).to_uppercase();
        let room = longest - random.len() - 2;
        let (stack, logical) = (&self.stack_name, &self.logical_id);
        let logical_part = logical.len().min((room / 2).max(room.saturating_sub(stack.len())));
        let stack_part = stack.len().min(room - logical_part);
        format!("{}-{}-{random}", &stack[..stack_part], &logical[..logical_part])
    }

    /// The property `name`, or a generated name.
    pub(crate) fn name_or_generated(&mut self, name: &str, longest: usize) -> String {
        let given = self.text(name);
        if given.is_empty() { self.generated_name(longest) } else { given }
    }
}

/// A scalar as the query protocols write it; documents as JSON.
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The items of the list member `name` as texts.
pub(crate) fn texts(properties: &Value, name: &str) -> Vec<String> {
    items(properties, name).iter().map(|item| text(Some(item))).collect()
}

/// The items of the list member `name`.
pub(crate) fn items<'v>(properties: &'v Value, name: &str) -> &'v [Value] {
    properties.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
