//! Tags of resources: their own, the stack's, and the three that CloudFormation adds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Scene;
use super::scene::{items, text};
use crate::wire::{AwsError, Params};

/// Where a type keeps its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagging {
    /// It has none.
    None,
    /// EC2's `CreateTags` on the physical id.
    Ec2,
    /// EC2's `CreateTags` on the id in this attribute.
    Ec2Attribute(&'static str),
    /// IAM's `Tag<noun>` with this parameter for the physical id.
    Iam(&'static str, &'static str),
    /// Auto Scaling's `CreateOrUpdateTags` on the physical id.
    AutoScaling,
    /// EKS's `TagResource` on the ARN in this attribute.
    Eks(&'static str),
    /// CloudWatch Logs' `TagResource` on the ARN of the group that has the physical id for a name.
    Logs,
}

/// The tags of a resource with these properties in a stack with these tags.
pub(crate) fn tags_of(
    properties: &Value,
    stack_tags: &BTreeMap<String, String>,
    system: [(&str, &str); 3],
) -> BTreeMap<String, String> {
    let own = items(properties, "Tags").iter().map(|tag| (text(tag.get("Key")), text(tag.get("Value"))));
    // Node groups have them as a map.
    let map = properties.get("Tags").and_then(Value::as_object);
    let own = own.chain(map.into_iter().flatten().map(|(key, value)| (key.clone(), text(Some(value)))));
    let system =
        system.into_iter().map(|(name, value)| (format!("aws:cloudformation:{name}"), value.to_owned()));
    stack_tags.clone().into_iter().chain(own).chain(system).collect()
}

impl Scene<'_> {
    /// `params` with EC2's tag specification for a new resource.
    pub(crate) fn tagged(&self, params: Params, resource_type: &str) -> Params {
        let mut params = params.set("TagSpecification.1.ResourceType", resource_type);
        for (index, (key, value)) in (1..).zip(&self.tags) {
            params.insert(format!("TagSpecification.1.Tag.{index}.Key"), key);
            params.insert(format!("TagSpecification.1.Tag.{index}.Value"), value);
        }
        params
    }

    /// `params` with IAM's tags for a new resource.
    pub(crate) fn iam_tagged(&self, params: Params) -> Params {
        numbered(params, "Tags.member", &self.tags)
    }

    /// Turns the tags `before` into those of the scene.
    pub(crate) fn retag(
        &mut self,
        tagging: Tagging,
        before: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let removed: Vec<String> =
            before.keys().filter(|key| !self.tags.contains_key(*key)).cloned().collect();
        let added: BTreeMap<String, String> = self
            .tags
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        match tagging {
            Tagging::None => Ok(()),
            Tagging::Ec2 => self.retag_ec2(&self.physical_id.clone(), &added, &removed),
            Tagging::Ec2Attribute(name) => self.retag_ec2(&self.attribute_text(name), &added, &removed),
            Tagging::AutoScaling => {
                let params = |keys: Vec<(&String, Option<&String>)>| {
                    let mut params = Params::new();
                    for (index, (key, value)) in (1..).zip(keys) {
                        let member = |name: &str| format!("Tags.member.{index}.{name}");
                        params.insert(member("ResourceId"), &self.physical_id);
                        params.insert(member("ResourceType"), "auto-scaling-group");
                        params.insert(member("Key"), key);
                        if let Some(value) = value {
                            params.insert(member("Value"), value);
                            params.insert(member("PropagateAtLaunch"), "true");
                        }
                    }
                    params
                };
                let put = params(added.iter().map(|(key, value)| (key, Some(value))).collect());
                let gone = params(removed.iter().map(|key| (key, None)).collect());
                if !added.is_empty() {
                    self.autoscaling("CreateOrUpdateTags", put)?;
                }
                if !removed.is_empty() {
                    self.autoscaling("DeleteTags", gone)?;
                }
                Ok(())
            }
            Tagging::Eks(attribute) => {
                let arn = self.attribute_text(attribute);
                if !added.is_empty() {
                    self.eks("TagResource", json!({ "resourceArn": arn, "tags": added }))?;
                }
                if !removed.is_empty() {
                    self.eks("UntagResource", json!({ "resourceArn": arn, "tagKeys": removed }))?;
                }
                Ok(())
            }
            Tagging::Logs => {
                let arn = super::log_group::arn(self);
                if !added.is_empty() {
                    self.logs("TagResource", json!({ "resourceArn": arn, "tags": added }))?;
                }
                if !removed.is_empty() {
                    self.logs("UntagResource", json!({ "resourceArn": arn, "tagKeys": removed }))?;
                }
                Ok(())
            }
            Tagging::Iam(noun, parameter) => {
                let target = Params::new().set(parameter, &self.physical_id);
                if !added.is_empty() {
                    self.iam(&format!("Tag{noun}"), numbered(target.clone(), "Tags.member", &added))?;
                }
                if !removed.is_empty() {
                    let target = (1..).zip(&removed).fold(target, |params, (index, key)| {
                        params.set(format!("TagKeys.member.{index}"), key)
                    });
                    self.iam(&format!("Untag{noun}"), target)?;
                }
                Ok(())
            }
        }
    }

    fn retag_ec2(
        &mut self,
        id: &str,
        added: &BTreeMap<String, String>,
        removed: &[String],
    ) -> Result<(), AwsError> {
        let target = Params::new().set("ResourceId.1", id);
        if !added.is_empty() {
            self.ec2("CreateTags", numbered(target.clone(), "Tag", added))?;
        }
        if !removed.is_empty() {
            let target = (1..)
                .zip(removed)
                .fold(target, |params, (index, key)| params.set(format!("Tag.{index}.Key"), key));
            self.ec2("DeleteTags", target)?;
        }
        Ok(())
    }
}

fn numbered(params: Params, prefix: &str, tags: &BTreeMap<String, String>) -> Params {
    (1..).zip(tags).fold(params, |params, (index, (key, value))| {
        params.set(format!("{prefix}.{index}.Key"), key).set(format!("{prefix}.{index}.Value"), value)
    })
}
