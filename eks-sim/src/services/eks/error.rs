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
