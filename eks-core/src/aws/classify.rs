//! What a refusal means. AWS's codes say little and its texts say the rest, so this is a table.

mod rules;
#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::iter;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::call::Call;
use crate::{Error, ErrorKind};

/// What a refusal means to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Too many calls: the same one later.
    Throttled,
    /// No answer, or a server's fault. The call may have been accepted.
    Transient,
    /// Something else is at work on the resource, or still needs it: the same call later.
    Conflict,
    /// What the call refers to cannot be seen everywhere yet: the same call in seconds.
    NotYet,
    /// Something of that name exists, or is as asked for: look.
    AlreadyThere,
    /// What the call is about does not exist.
    Gone,
    CredentialsExpired,
    NoCredentials,
    /// The credentials are good and may not do this.
    Denied,
    Quota,
    NoCapacity,
    /// The service does not have this operation.
    Unsupported,
    /// The request breaks a rule; it will not be better later.
    Invalid,
    /// In no table: not to be repeated.
    Unknown,
}

impl Class {
    /// The kind that a caller sees if the class is where it ends.
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Self::Throttled => ErrorKind::Throttled,
            Self::Transient => ErrorKind::Unreachable,
            Self::Conflict => ErrorKind::Conflict,
            Self::NotYet => ErrorKind::Failed,
            Self::AlreadyThere => ErrorKind::AlreadyExists,
            Self::Gone => ErrorKind::NotFound,
            Self::CredentialsExpired => ErrorKind::CredentialsExpired,
            Self::NoCredentials => ErrorKind::NoCredentials,
            Self::Denied => ErrorKind::AccessDenied,
            Self::Quota => ErrorKind::QuotaExceeded,
            Self::NoCapacity => ErrorKind::NoCapacity,
            Self::Unsupported => ErrorKind::Unsupported,
            Self::Invalid => ErrorKind::InvalidSpec,
            Self::Unknown => ErrorKind::Internal,
        }
    }

    /// Whether the same call can succeed later without a change by hand.
    pub(crate) fn is_retryable(self) -> bool {
        matches!(self, Self::Throttled | Self::Transient | Self::Conflict | Self::NotYet)
    }

    fn hint(self, call: &Call) -> Option<String> {
        Some(match self {
            Self::Throttled => "Wait, or ask AWS for a higher API rate in this account and region".to_owned(),
            Self::Transient => format!(
                "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the endpoint of {}, then retry",
                call.service.prefix()
            ),
            Self::Conflict => "Wait until AWS has finished what is at work on it, then retry".to_owned(),
            Self::NotYet => {
                "Check that what the request names (role, trust policy, cluster) exists, then retry"
                    .to_owned()
            }
            Self::CredentialsExpired => {
                "Sign in again (such as `aws sso login`) or refresh the session credentials, then resume"
                    .to_owned()
            }
            Self::NoCredentials => {
                "Set AWS_PROFILE, run `aws sso login`, or run where a role is attached".to_owned()
            }
            Self::Denied => format!("Allow {call} for this identity in IAM"),
            Self::Quota => {
                "Ask for a higher quota in Service Quotas, or delete what is not needed".to_owned()
            }
            Self::NoCapacity => "Choose other availability zones or instance types".to_owned(),
            Self::Unsupported => {
                format!("Use an endpoint that offers {call}, or a spec that does not need it")
            }
            Self::AlreadyThere | Self::Gone | Self::Invalid | Self::Unknown => return None,
        })
    }
}

/// A call that did not do what was asked, with what that means.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) class: Class,
    pub(crate) error: Error,
    /// The zones that AWS offers instead, where a zone was the reason.
    pub(crate) valid_zones: Vec<String>,
}

impl Refusal {
    /// Whether the caller may not do this, or nobody can here.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self.class, Class::Denied | Class::Unsupported)
    }

    pub(crate) fn new(class: Class, error: Error) -> Self {
        Self { class, error, valid_zones: Vec::new() }
    }

    /// Reads whatever the SDK returned.
    pub(crate) fn of<E>(call: &Call, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        match &error {
            SdkError::ServiceError(answer) => Self::answered(
                call,
                &Answer {
                    status: answer.raw().status().as_u16(),
                    code: answer.err().code().unwrap_or_default(),
                    message: answer.err().message().unwrap_or_default(),
                    request_id: answer.err().meta().request_id().or(error.request_id()),
                },
            ),
            _ => Self::unanswered(call, error),
        }
    }

    /// An answer in which something is missing that AWS's models promise, or says what nobody knows.
    pub(crate) fn nonsense(call: &Call, message: impl Into<String>) -> Self {
        Self::new(Class::Unknown, about(call, Error::new(ErrorKind::Internal, message)))
    }

    /// What was said and what helps, for whoever goes on without: no ids, which nobody needs who may not do it.
    pub(crate) fn told(&self) -> String {
        let hint = self.error.hint().map(|hint| format!(". {hint}")).unwrap_or_default();
        format!("{}{hint}", self.error.message())
    }

    /// An error of our own making, of a class that its kind implies.
    pub(crate) fn from_error(error: Error) -> Self {
        let class = match error.kind() {
            ErrorKind::CredentialsExpired => Class::CredentialsExpired,
            ErrorKind::NoCredentials => Class::NoCredentials,
            ErrorKind::AccessDenied => Class::Denied,
            ErrorKind::InvalidSpec => Class::Invalid,
            _ if error.is_retryable() => Class::Transient,
            _ => Class::Unknown,
        };
        Self::new(class, error)
    }

    fn answered(call: &Call, answer: &Answer<'_>) -> Self {
        let rule = rules::rule(call, answer);
        let class = rule.map_or_else(|| class_of_status(answer.status), |rule| rule.class);
        let message = match answer.message {
            "" if answer.code.is_empty() && answer.status < 300 => {
                "AWS's answer was cut off or cannot be read".to_owned()
            }
            "" if answer.code.is_empty() => format!("{call} was answered with HTTP status {}", answer.status),
            "" => format!("{call} was refused"),
            said => said.trim_end_matches('.').to_owned(),
        };
        let mut error = about(call, Error::new(class.kind(), message)).retryable(class.is_retryable());
        if !answer.code.is_empty() {
            error = error.with_code(answer.code);
        }
        if let Some(id) = answer.request_id {
            error = error.with_request_id(id);
        }
        if let Some(hint) = rule.and_then(|rule| rule.hint).map(str::to_owned).or_else(|| class.hint(call)) {
            error = error.with_hint(hint);
        }
        Self::new(class, error)
    }

    fn unanswered<E>(call: &Call, error: SdkError<E, HttpResponse>) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        let texts = || causes(&error).map(|cause| cause.to_string().to_lowercase());
        let says = |word: &str| texts().any(|text| text.contains(word));
        let credentials = causes(&error).find_map(|cause| cause.downcast_ref::<CredentialsError>());
        let (class, message) = match credentials {
            Some(CredentialsError::ProviderTimedOut(_)) => {
                (Class::Transient, "the source of the AWS credentials did not answer in time")
            }
            Some(CredentialsError::ProviderError(_)) if says("expired") => {
                (Class::CredentialsExpired, "the AWS credentials have expired")
            }
            // The provider's own call (STS, SSO, instance metadata) was cut off.
            Some(CredentialsError::ProviderError(_))
                if says("dispatch failure") || says("timeout") || says("timed out") =>
            {
                (Class::Transient, "the source of the AWS credentials cannot be reached")
            }
            Some(CredentialsError::InvalidConfiguration(_)) => {
                (Class::NoCredentials, "the AWS configuration is invalid")
            }
            Some(_) => (Class::NoCredentials, "no AWS credentials were found"),
            None if says("failed to select an auth scheme") => {
                (Class::NoCredentials, "no source of AWS credentials is configured")
            }
            None if says("identity resolver timed out") => {
                (Class::Transient, "the source of the AWS credentials did not answer in time")
            }
            // A connect time-out is `ConnectorError { kind: Other(None), .. }`, which the SDK does not
            // call retryable (facts/failures.md S8): whatever went wrong below HTTP can pass.
            None => match &error {
                SdkError::ConstructionFailure(_) => (Class::Invalid, "the request cannot be built"),
                SdkError::TimeoutError(_) => (Class::Transient, "AWS did not answer in time"),
                SdkError::ResponseError(_) => {
                    (Class::Transient, "AWS's answer was cut off or cannot be read")
                }
                _ if says("timed out") || says("timeout") => (Class::Transient, "AWS did not answer in time"),
                _ => (Class::Transient, "AWS cannot be reached"),
            },
        };
        let mut refused = about(call, Error::new(class.kind(), message)).retryable(class.is_retryable());
        if let Some(hint) = class.hint(call) {
            refused = refused.with_hint(hint);
        }
        if let Some(id) = error.request_id() {
            refused = refused.with_request_id(id);
        }
        Self::new(class, refused.with_source(error))
    }
}

/// What AWS answered.
struct Answer<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    request_id: Option<&'a str>,
}

/// For codes in no table. A 404 without a code is a server that does not know the path; a success that the
/// SDK cannot read is an answer that was cut off.
fn class_of_status(status: u16) -> Class {
    match status {
        200..300 => Class::Transient,
        401 | 403 => Class::Denied,
        404 | 405 | 501 => Class::Unsupported,
        409 => Class::Conflict,
        429 => Class::Throttled,
        500.. => Class::Transient,
        _ => Class::Unknown,
    }
}

fn about(call: &Call, error: Error) -> Error {
    let error = error.with_operation(call.to_string());
    if call.resource.is_empty() { error } else { error.with_resource(&call.resource) }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |cause: &&'a (dyn StdError + 'static)| (*cause).source())
}
