//! What went wrong, to which resource, whether trying again can help, and what to do.

mod json;

use std::error::Error as StdError;
use std::fmt;

use serde::Serialize;

/// A result whose error is [`enum@ErrorKind`]-classified.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong: one variant for each that a caller would handle differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A spec, an option or a file's content breaks a rule. Nothing was called, nothing was lost.
    InvalidSpec,
    /// What was asked for does not exist.
    NotFound,
    /// Something of that name exists and is not ours, or is ours with another spec.
    AlreadyExists,
    /// Another goal (a delete, another process's update) is at work on the same cluster.
    Conflict,
    /// The credentials are valid and may not do this.
    AccessDenied,
    /// A guard of the client forbids it (see [`crate::Guards`]). Nothing was changed.
    Guarded,
    /// No credentials were found in the AWS chain.
    NoCredentials,
    /// The credentials have expired; the operation can be resumed with fresh ones.
    CredentialsExpired,
    /// A service quota would be, or was, exceeded.
    QuotaExceeded,
    /// AWS has no capacity for what was asked for.
    NoCapacity,
    /// The service kept on throttling for longer than the budget.
    Throttled,
    /// AWS or the cluster's API server cannot be reached.
    Unreachable,
    /// A resource reached a failed state.
    Failed,
    /// The caller's deadline passed; the work in AWS goes on.
    TimedOut,
    /// The operation was cancelled by the caller.
    Cancelled,
    /// The service answered that it does not implement what was asked for.
    Unsupported,
    /// A file (a kubeconfig) cannot be read, locked or written.
    File,
    /// A defect in this library, or an answer that makes no sense.
    Internal,
}

/// One broken rule of a spec: the field's path, the value found there and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Violation {
    /// Path of the field in wire spelling, such as `nodeGroups[0].scaling.min`.
    pub field: String,
    /// The offending value as the caller wrote it.
    pub value: String,
    /// The rule, as a sentence that can follow "must": `be at most 100 characters`.
    pub rule: String,
}

impl Violation {
    /// A broken rule at `field`.
    pub fn new(field: impl Into<String>, value: impl fmt::Display, rule: impl Into<String>) -> Self {
        Self { field: field.into(), value: value.to_string(), rule: rule.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` must {}", self.field, self.value, self.rule)
    }
}

/// The one error type of this crate.
///
/// `Display` gives the message and the hint and never repeats the source; [`Error::chain`] gives both.
pub struct Error(Box<Inner>);

#[derive(Default)]
struct Inner {
    kind: Option<ErrorKind>,
    message: String,
    resource: Option<String>,
    operation: Option<String>,
    code: Option<String>,
    request_id: Option<String>,
    hint: Option<String>,
    retryable: bool,
    violations: Vec<Violation>,
    still_running: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind`. The message is a sentence without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind: Some(kind), message: message.into(), ..Inner::default() }))
    }

    /// A spec that breaks these rules; there is at least one.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let message = violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let mut error = Self::new(ErrorKind::InvalidSpec, message);
        error.0.violations = violations;
        error
    }

    /// Names the resource: `cluster kubelabs-cluster`, `stack eks-web-1f2e3d4c`, a file's path.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.0.resource = Some(resource.into());
        self
    }

    /// Names the AWS operation, as `service:Operation`.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<String>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Keeps AWS's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Keeps AWS's request id, which its support asks for.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Says what to do next, as an imperative sentence without a full stop.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Whether the same call, sent again later, can succeed without anything being changed by hand.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Says what AWS goes on with.
    #[must_use]
    pub fn with_still_running(mut self, still_running: Vec<String>) -> Self {
        self.0.still_running = still_running;
        self
    }

    /// Keeps the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Internal)
    }

    /// The message alone, without the hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The resource concerned, if there is one.
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// The AWS operation that failed, as `service:Operation`.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// AWS's error code, such as `ResourceInUseException`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// AWS's request id.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the same call can succeed later without a change by hand.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The broken rules of an [`ErrorKind::InvalidSpec`]; empty for other kinds.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// What AWS goes on with, of an [`ErrorKind::TimedOut`]; empty for other kinds.
    pub fn still_running(&self) -> &[String] {
        &self.0.still_running
    }

    /// The error and its causes, outermost first, joined by `: `.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(resource) = &self.0.resource {
            write!(f, "{resource}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(code) = &self.0.code {
            write!(f, " ({code}")?;
            if let Some(operation) = &self.0.operation {
                write!(f, " from {operation}")?;
            }
            if let Some(id) = &self.0.request_id {
                write!(f, ", request {id}")?;
            }
            f.write_str(")")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("message", &self.0.message)
            .field("resource", &self.0.resource)
            .field("operation", &self.0.operation)
            .field("code", &self.0.code)
            .field("request_id", &self.0.request_id)
            .field("hint", &self.0.hint)
            .field("retryable", &self.0.retryable)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
