//! What AWS says is wrong, the root cause first.

use crate::observe::Issue;

/// An issue as any of EKS's four kinds of health has it.
pub(super) struct Found<'a> {
    pub(super) code: Option<&'a str>,
    pub(super) message: Option<&'a str>,
    pub(super) resources: &'a [String],
}

/// AWS returns several issues in random order, with the cause among its consequences, and with ids that it
/// made up (facts/failures.md C6, S17).
pub(super) fn ranked<'a>(found: impl Iterator<Item = Found<'a>>) -> Vec<Issue> {
    let mut issues: Vec<_> = found
        .map(|found| Issue {
            code: found.code.unwrap_or("Unknown").to_owned(),
            message: found.message.unwrap_or_default().to_owned(),
            resources: found.resources.iter().filter(|id| !id.starts_with("DUMMY_")).cloned().collect(),
        })
        .collect();
    // By text after that, so that the order never changes by itself.
    issues.sort_by(|a, b| (rank(a), &a.code, &a.message).cmp(&(rank(b), &b.code, &b.message)));
    issues
}

/// What a code contains, lower case; the first row that fits gives the rank.
const CODES: &[(&[&str], u8)] = &[
    // Nothing starts beyond a quota, whatever else is said.
    (&["limitexceeded", "listtoolong"], 0),
    // Nothing starts without permission.
    (
        &[
            "accessdenied",
            "iamnoderolenotfound",
            "iamrolenotfound",
            "iaminstanceprofilenotfound",
            "permissionfailure",
            "subscriptionneeded",
            "notsubscribed",
            "optinrequired",
            "kms",
            "stsregionalendpointdisabled",
        ],
        1,
    ),
    // What the spec or the account gives is missing or wrong.
    (
        &[
            "notfound",
            "doesnotexist",
            "invalid",
            "mismatch",
            "missingipv6",
            "unsupported",
            "insufficientfreeaddresses",
            "configurationconflict",
            "admissionrequestdenied",
            "alreadyinuse",
        ],
        2,
    ),
    // What AWS ran into when it tried.
    (&["iamthrottling", "asginstancelaunchfailures", "deletionfailure", "podevictionfailure"], 4),
    // Consequences.
    (
        &[
            "nodecreationfailure",
            "nodeterminationfailure",
            "clusterunreachable",
            "insufficientnumberofreplicas",
        ],
        5,
    ),
];

/// What a message says, lower case, under a code that says less.
const MESSAGES: &[(&str, u8)] = &[
    ("quota", 0),
    ("limit exceeded", 0),
    ("vcpulimitexceeded", 0),
    ("not authorized", 1),
    ("insufficientinstancecapacity", 3),
    ("sufficient capacity", 3),
];

fn rank(issue: &Issue) -> u8 {
    let (code, message) = (issue.code.to_lowercase(), issue.message.to_lowercase());
    let by_code = CODES.iter().find(|(words, _)| words.iter().any(|word| code.contains(word)));
    let by_message = MESSAGES.iter().find(|(words, _)| message.contains(words));
    let (by_code, by_message) = (by_code.map_or(6, |row| row.1), by_message.map_or(6, |row| row.1));
    by_code.min(by_message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(issues: &[(&str, &str)]) -> Vec<String> {
        let none = Vec::new();
        let found = issues.iter().map(|(code, message)| Found {
            code: Some(code),
            message: Some(message),
            resources: &none,
        });
        ranked(found).into_iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn a_quota_comes_before_the_nodes_that_did_not_join() {
        // facts/failures.md C6
        let quota = ("AsgInstanceLaunchFailures", "You've reached your quota for maximum Fleet Requests");
        let nodes = ("NodeCreationFailure", "Instances failed to join the kubernetes cluster");
        for issues in [[quota, nodes], [nodes, quota]] {
            assert_eq!(order(&issues), ["AsgInstanceLaunchFailures", "NodeCreationFailure"]);
        }
    }

    #[test]
    fn causes_come_before_consequences_in_any_order() {
        let causes = [
            ("InstanceLimitExceeded", ""),
            ("IamNodeRoleNotFound", ""),
            ("Ec2SubnetNotFound", ""),
            ("AsgInstanceLaunchFailures", "Could not launch: InsufficientInstanceCapacity"),
            ("Ec2SecurityGroupDeletionFailure", "DependencyViolation - resource has a dependent object"),
            ("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster"),
            ("InternalFailure", ""),
        ];
        let expected: Vec<_> = causes.iter().map(|(code, _)| *code).collect();
        for turn in 0..causes.len() {
            let mut shuffled = causes;
            shuffled.rotate_left(turn);
            assert_eq!(order(&shuffled), expected);
        }
    }

    #[test]
    fn made_up_ids_are_left_out() {
        let resources = ["DUMMY_3f1c".to_owned(), "i-0a1b2c3d".to_owned()];
        let found = Found { code: Some("NodeCreationFailure"), message: None, resources: &resources };
        assert_eq!(ranked([found].into_iter())[0].resources, ["i-0a1b2c3d"]);
    }
}
