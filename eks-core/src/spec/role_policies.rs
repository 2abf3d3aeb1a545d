//! What a role may do that is made for the pods of a service account, or which role they have instead.

use serde_json::Value;

use super::check::{Findings, item};
use super::syntax;

/// The role of a service account, as the spec has it: given, or made with policies.
pub(crate) struct RolePolicies<'a> {
    pub(crate) role_arn: Option<&'a String>,
    pub(crate) policy_arns: &'a [String],
    pub(crate) policy_document: Option<&'a Value>,
}

impl RolePolicies<'_> {
    /// Whether a role is made.
    pub(crate) fn makes_role(&self) -> bool {
        self.role_arn.is_none()
    }

    /// Which role it is, for who reads a plan: `a role with AmazonS3ReadOnlyAccess and a policy of its own`.
    pub(crate) fn words(&self) -> String {
        if let Some(arn) = self.role_arn {
            return arn.clone();
        }
        let names = self.policy_arns.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn));
        let names = names.collect::<Vec<_>>().join(", ");
        match (names.is_empty(), self.policy_document.is_some()) {
            (true, _) => "a role with a policy of its own".to_owned(),
            (false, false) => format!("a role with {names}"),
            (false, true) => format!("a role with {names} and a policy of its own"),
        }
    }

    pub(crate) fn inspect(&self, findings: &mut Findings) {
        let Self { role_arn, policy_arns, policy_document } = self;
        if let Some(arn) = role_arn {
            findings.require(syntax::is_role_arn(arn), "roleArn", arn, syntax::ROLE_ARN);
        }
        findings.texts("policyArns", policy_arns, syntax::is_policy_arn, syntax::POLICY_ARN);
        findings.distinct("policyArns", "", policy_arns.iter().map(|arn| Some(arn.as_str())));
        if let Some(document) = policy_document {
            const RULE: &str =
                "be an IAM policy document with a `Statement`, as an object or as the JSON text of one";
            findings.require(is_document(document), "policyDocument", shown(document), RULE);
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: inline policies of a role, without
            // spaces.
            let length = compact(document).chars().filter(|c| !c.is_whitespace()).count();
            const LONGEST: usize = 10_240;
            findings.require(
                length <= LONGEST,
                "policyDocument",
                format!("{length} characters"),
                format!("have at most {LONGEST} characters"),
            );
        }
        let has_policies = !policy_arns.is_empty() || policy_document.is_some();
        let given = role_arn.is_some();
        let rule = "be unset when `policyArns` or `policyDocument` are given: a role is made for those";
        findings.require(!(given && has_policies), "roleArn", role_arn.map_or("", |arn| arn), rule);
    }

    /// Requires a role, or something to make one of.
    pub(crate) fn require(&self, rule: &str, findings: &mut Findings) {
        let any = self.role_arn.is_some() || !self.policy_arns.is_empty() || self.policy_document.is_some();
        findings.require(any, "policyArns", "", rule);
    }

    /// Requires that its ARNs are of the partition of the cluster's region.
    pub(crate) fn inspect_partition(&self, region: Option<&str>, findings: &mut Findings) {
        let Some((region, partition)) = region.and_then(|it| Some((it, syntax::partition(it)?))) else {
            return;
        };
        let rule = format!("be of partition `{partition}`, which `region` ({region}) is in");
        let fits = |arn: &str| arn.split(':').nth(1).is_none_or(|it| it == partition);
        if let Some(arn) = self.role_arn {
            findings.require(fits(arn), "roleArn", arn, rule.as_str());
        }
        for (index, arn) in self.policy_arns.iter().enumerate() {
            findings.require(fits(arn), &item("policyArns", index), arn, rule.as_str());
        }
    }
}

/// The document as IAM takes it. What is no JSON was refused.
pub(crate) fn document(given: &Value) -> Value {
    match given {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| given.clone()),
        object => object.clone(),
    }
}

fn is_document(given: &Value) -> bool {
    document(given).get("Statement").is_some_and(|it| it.is_array() || it.is_object())
}

fn compact(given: &Value) -> String {
    document(given).to_string()
}

/// Its beginning: enough to know it by.
fn shown(given: &Value) -> String {
    let text = compact(given);
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
