//! EKS's exceptions (facts/aws.md §2.1).

use crate::wire::AwsError;

pub(super) fn invalid_parameter(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

pub(super) fn invalid_request(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidRequestException", message)
}

pub(super) fn in_use(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceInUseException", message).status(409)
}

pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceNotFoundException", message).status(404)
}

pub(super) fn limit_exceeded(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceLimitExceededException", message)
}

/// Members that the exceptions have besides their message (facts/aws.md §2.1).
const MEMBERS: &[(&str, &[&str])] = &[
    (
        "InvalidParameterException",
        &["clusterName", "nodegroupName", "fargateProfileName", "addonName", "subscriptionId"],
    ),
    ("InvalidRequestException", &["clusterName", "nodegroupName", "addonName", "subscriptionId"]),
    ("InvalidStateException", &["clusterName"]),
    (
        "ResourceNotFoundException",
        &["clusterName", "nodegroupName", "fargateProfileName", "addonName", "subscriptionId"],
    ),
    ("ResourceInUseException", &["clusterName", "nodegroupName", "addonName"]),
    ("ResourceLimitExceededException", &["clusterName", "nodegroupName", "subscriptionId"]),
    ("UnsupportedAvailabilityZoneException", &["clusterName", "nodegroupName", "validZones"]),
];

/// The error with none but the members that its exception has: not every one can name what it is about.
pub(super) fn modelled(mut error: AwsError) -> AwsError {
    let known =
        MEMBERS.iter().find(|(code, _)| *code == error.code).map_or(&[] as &[&str], |(_, known)| known);
    error.members.retain(|name, _| known.contains(&name.as_str()));
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_has_its_own_members_only() {
        let named = |error: AwsError| {
            let error = modelled(error.member("clusterName", "c").member("fargateProfileName", "p"));
            error.members.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(named(invalid_parameter("")), ["clusterName", "fargateProfileName"]);
        assert_eq!(named(limit_exceeded("")), ["clusterName"]);
        assert!(named(AwsError::new("BadRequestException", "")).is_empty());
    }
}
