//! What the service's model says of requests (facts/aws.md §3.1).

use super::invalid;
use crate::wire::{AwsError, Params};

/// A constraint of the model.
enum Rule {
    Required,
    Length(usize, usize),
    /// A letter, then letters, digits and hyphens.
    Name,
    /// A name, or the ARN of a stack.
    NameOrArn,
    /// A letter or digit, then letters, digits and hyphens.
    Token,
    Enum(&'static [&'static str]),
    AtLeast(u64),
    /// At most so many members.
    Members(usize),
}

use Rule::{AtLeast, Enum, Length, Members, Name, NameOrArn, Required, Token};

const MODES: &[&str] = &["STANDARD", "EXPRESS"];

/// The longest template that a request can carry.
const TEMPLATE: Rule = Length(1, 51_200);

fn rules(operation: &str) -> &'static [(&'static str, Rule)] {
    match operation {
        "CreateStack" => &[
            ("StackName", Required),
            ("StackName", Name),
            ("StackName", Length(1, 128)),
            ("TemplateBody", TEMPLATE),
            ("OnFailure", Enum(&["DO_NOTHING", "ROLLBACK", "DELETE"])),
            ("TimeoutInMinutes", AtLeast(1)),
            ("RoleARN", Length(20, 2048)),
            ("ClientRequestToken", Token),
            ("Tags", Members(50)),
            ("NotificationARNs", Members(5)),
            ("DeploymentConfig.Mode", Enum(MODES)),
        ],
        "CreateChangeSet" => &[
            ("StackName", Required),
            ("StackName", NameOrArn),
            ("ChangeSetName", Required),
            ("ChangeSetName", Name),
            ("ChangeSetName", Length(1, 128)),
            ("ChangeSetType", Enum(&["CREATE", "UPDATE", "IMPORT"])),
            ("TemplateBody", TEMPLATE),
            ("RoleARN", Length(20, 2048)),
            ("ClientToken", Length(1, 128)),
            ("Description", Length(1, 1024)),
            ("OnStackFailure", Enum(&["DO_NOTHING", "ROLLBACK", "DELETE"])),
            ("DeploymentMode", Enum(&["REVERT_DRIFT"])),
            ("ResourcesToImport", Members(200)),
            ("Tags", Members(50)),
            ("NotificationARNs", Members(5)),
            ("DeploymentConfig.Mode", Enum(MODES)),
        ],
        "DescribeChangeSet" | "DeleteChangeSet" | "ExecuteChangeSet" => &[
            ("ChangeSetName", Required),
            ("ChangeSetName", NameOrArn),
            ("ChangeSetName", Length(1, 1600)),
            ("StackName", NameOrArn),
            ("ClientRequestToken", Token),
            ("NextToken", Length(1, 1024)),
        ],
        "ListChangeSets" => {
            &[("StackName", Required), ("StackName", NameOrArn), ("NextToken", Length(1, 1024))]
        }
        "UpdateStack" => &[
            ("StackName", Required),
            ("StackName", NameOrArn),
            ("TemplateBody", TEMPLATE),
            ("RoleARN", Length(20, 2048)),
            ("ClientRequestToken", Token),
            ("Tags", Members(50)),
            ("NotificationARNs", Members(5)),
            ("DeploymentConfig.Mode", Enum(MODES)),
        ],
        "DeleteStack" => &[
            ("StackName", Required),
            ("StackName", NameOrArn),
            ("ClientRequestToken", Token),
            ("DeletionMode", Enum(&["STANDARD", "FORCE_DELETE_STACK"])),
            ("DeploymentConfig.Mode", Enum(MODES)),
        ],
        "RollbackStack" | "CancelUpdateStack" | "ContinueUpdateRollback" => &[
            ("StackName", Required),
            ("StackName", NameOrArn),
            ("ClientRequestToken", Token),
            ("DeploymentConfig.Mode", Enum(MODES)),
        ],
        "DescribeStackEvents" | "ListStackResources" => &[("StackName", Required)],
        "GetTemplate" => &[("TemplateStage", Enum(&["Original", "Processed"]))],
        "DescribeStackResource" => &[("StackName", Required), ("LogicalResourceId", Required)],
        "UpdateTerminationProtection" => {
            &[("StackName", Required), ("StackName", NameOrArn), ("EnableTerminationProtection", Required)]
        }
        "SignalResource" => &[
            ("StackName", Required),
            ("StackName", NameOrArn),
            ("LogicalResourceId", Required),
            ("UniqueId", Required),
            ("UniqueId", Length(1, 64)),
            ("Status", Required),
            ("Status", Enum(&["SUCCESS", "FAILURE"])),
        ],
        "GetTemplateSummary" | "ValidateTemplate" => &[("TemplateBody", TEMPLATE)],
        _ => &[],
    }
}

/// Refuses a request that breaks the model; every breach is named.
pub(crate) fn check(operation: &str, params: &Params) -> Result<(), AwsError> {
    let mut breaches: Vec<String> =
        rules(operation).iter().filter_map(|(name, rule)| breach(params, name, rule)).collect();
    for capability in params.list("Capabilities.member") {
        let known = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"];
        if !known.contains(&capability) {
            breaches.push(text(
                Some(&format!("[{capability}]")),
                "capabilities",
                &format!(
                    "Member must satisfy constraint: [Member must satisfy enum value set: [{}]]",
                    known.join(", ")
                ),
            ));
        }
    }
    for (index, tag) in (1..).zip(params.structures("Tags.member")) {
        let lengths = [("Key", Length(1, 128)), ("Value", Length(0, 256)), ("Key", Required)];
        let found = lengths.iter().filter_map(|(name, rule)| breach(&tag, name, rule));
        breaches.extend(found.map(|text| text.replace("at '", &format!("at 'tags.{index}.member."))));
    }
    if breaches.is_empty() {
        return Ok(());
    }
    let count = breaches.len();
    let noun = if count == 1 { "error" } else { "errors" };
    Err(invalid(format!("{count} validation {noun} detected: {}", breaches.join("; "))))
}

fn breach(params: &Params, name: &str, rule: &Rule) -> Option<String> {
    let value = params.get(name);
    let member = name.split('.').map(lower).collect::<Vec<_>>().join(".");
    let length = value.map(str::len);
    let what = match rule {
        Required if value.is_none() => "Member must not be null".to_owned(),
        Length(_, most) if length.is_some_and(|length| length > *most) => {
            format!("Member must have length less than or equal to {most}")
        }
        Length(least, _) if length.is_some_and(|length| length < *least) => {
            format!("Member must have length greater than or equal to {least}")
        }
        Name if value.is_some_and(|value| !is_name(value, false)) => pattern("[a-zA-Z][-a-zA-Z0-9]*"),
        NameOrArn if value.is_some_and(|value| !is_name(value, false) && !value.starts_with("arn:aws")) => {
            pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*")
        }
        Token if length.is_some_and(|length| length > 128) => {
            "Member must have length less than or equal to 128".to_owned()
        }
        Token if value.is_some_and(|value| !is_name(value, true)) => pattern("[a-zA-Z0-9][-a-zA-Z0-9]*"),
        Enum(known) if value.is_some_and(|value| !known.contains(&value)) => {
            format!("Member must satisfy enum value set: [{}]", known.join(", "))
        }
        AtLeast(least)
            if value.is_some_and(|value| value.parse::<u64>().map_or(true, |value| value < *least)) =>
        {
            format!("Member must have value greater than or equal to {least}")
        }
        Members(most) if members(params, name) > *most => {
            return Some(text(
                Some("[…]"),
                &member,
                &format!("Member must have length less than or equal to {most}"),
            ));
        }
        _ => return None,
    };
    Some(text(value, &member, &what))
}

fn members(params: &Params, name: &str) -> usize {
    let prefix = format!("{name}.member");
    params.structures(&prefix).len().max(params.list(&prefix).len())
}

fn text(value: Option<&str>, member: &str, what: &str) -> String {
    let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
    format!("Value {value} at '{member}' failed to satisfy constraint: {what}")
}

fn pattern(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn is_name(text: &str, digit_first: bool) -> bool {
    let first = |letter: char| letter.is_ascii_alphabetic() || digit_first && letter.is_ascii_digit();
    text.chars().next().is_some_and(first)
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
