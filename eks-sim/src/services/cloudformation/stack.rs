//! A stack and its resources: plain data (states: facts/aws.md §2.8).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::operation::{Applied, Operation};
use super::resource::Kind;
use super::template::{Retain, Template};
use crate::instant::Instant;

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant,)* }

        impl $name {
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

statuses! {
    /// What a stack is at.
    StackStatus {
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        RollbackFailed = "ROLLBACK_FAILED",
        RollbackComplete = "ROLLBACK_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateComplete = "UPDATE_COMPLETE",
        UpdateFailed = "UPDATE_FAILED",
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
    }
}

statuses! {
    /// What a resource is at.
    ResourceStatus {
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteSkipped = "DELETE_SKIPPED",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateFailed = "UPDATE_FAILED",
        UpdateComplete = "UPDATE_COMPLETE",
    }
}

impl StackStatus {
    /// Every name that a filter may use; the last six belong to imports, which are not made here.
    pub(crate) fn is_name(name: &str) -> bool {
        const OTHERS: [&str; 6] = [
            "IMPORT_IN_PROGRESS",
            "IMPORT_COMPLETE",
            "IMPORT_ROLLBACK_IN_PROGRESS",
            "IMPORT_ROLLBACK_FAILED",
            "IMPORT_ROLLBACK_COMPLETE",
            "IMPORT_FAILED",
        ];
        let made = [
            Self::ReviewInProgress,
            Self::CreateInProgress,
            Self::CreateFailed,
            Self::CreateComplete,
            Self::RollbackInProgress,
            Self::RollbackFailed,
            Self::RollbackComplete,
            Self::DeleteInProgress,
            Self::DeleteFailed,
            Self::DeleteComplete,
            Self::UpdateInProgress,
            Self::UpdateCompleteCleanupInProgress,
            Self::UpdateComplete,
            Self::UpdateFailed,
            Self::UpdateRollbackInProgress,
            Self::UpdateRollbackFailed,
            Self::UpdateRollbackCompleteCleanupInProgress,
            Self::UpdateRollbackComplete,
        ];
        made.iter().any(|status| status.name() == name) || OTHERS.contains(&name)
    }
}

impl StackStatus {
    /// UpdateStack is welcome.
    pub(crate) fn updatable(self) -> bool {
        matches!(self, Self::CreateComplete | Self::UpdateComplete | Self::UpdateRollbackComplete)
    }

    /// It failed with rollback disabled.
    pub(crate) fn failed(self) -> bool {
        matches!(self, Self::CreateFailed | Self::UpdateFailed)
    }
}

impl ResourceStatus {
    /// The resource is as its template says.
    pub(crate) fn complete(self) -> bool {
        matches!(self, Self::CreateComplete | Self::UpdateComplete)
    }

    /// The resource is no longer there, as far as the stack is concerned.
    pub(crate) fn gone(self) -> bool {
        matches!(self, Self::DeleteComplete | Self::DeleteSkipped)
    }
}

/// What a stack shall be: the template with all that it needs to be worked out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blueprint {
    pub(crate) template: Arc<Template>,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) conditions: BTreeMap<String, bool>,
    pub(crate) zones: BTreeMap<String, Vec<String>>,
}

impl Blueprint {
    /// The logical ids of the resources whose condition holds.
    pub(crate) fn active(&self) -> impl Iterator<Item = &String> {
        self.template
            .resources
            .iter()
            .filter(|(_, definition)| self.holds(&definition.condition))
            .map(|(name, _)| name)
    }

    /// Whether `condition` holds; none always does.
    pub(crate) fn holds(&self, condition: &Option<String>) -> bool {
        condition.as_ref().is_none_or(|name| self.conditions.get(name).copied().unwrap_or(false))
    }
}

/// A resource of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) logical_id: String,
    pub(crate) kind: &'static Kind,
    pub(crate) physical_id: String,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) at: Instant,
    /// As last applied, worked out.
    pub(crate) applied: Applied,
    /// What a failed update started from: a second try starts there again.
    pub(crate) failed_from: Option<Applied>,
    pub(crate) attributes: BTreeMap<String, Value>,
    /// Logical ids of what it needs.
    pub(crate) dependencies: BTreeSet<String>,
    pub(crate) retain: Retain,
    pub(crate) retain_replaced: bool,
    pub(crate) metadata: Option<Value>,
}

/// An output, worked out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}

/// What to do when the creation of a stack fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnFailure {
    Rollback,
    Delete,
    DoNothing,
}

/// The last state in which a stack was complete.
#[derive(Clone, Debug)]
pub(crate) struct Stable {
    pub(crate) blueprint: Blueprint,
    pub(crate) resources: BTreeMap<String, Resource>,
}

/// One thing that happened to a stack or resource.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) detailed: Option<&'static str>,
    pub(crate) reason: Option<String>,
    pub(crate) at: Instant,
    pub(crate) token: Option<String>,
    pub(crate) properties: Option<String>,
}

/// A stack.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) blueprint: Blueprint,
    pub(crate) status: StackStatus,
    pub(crate) detailed: Option<&'static str>,
    pub(crate) reason: Option<String>,
    pub(crate) created: Instant,
    pub(crate) updated: Option<Instant>,
    pub(crate) deleted: Option<Instant>,
    pub(crate) on_failure: OnFailure,
    pub(crate) express: bool,
    pub(crate) retain_except_on_create: bool,
    pub(crate) termination_protection: bool,
    pub(crate) deletion_mode: Option<String>,
    pub(crate) timeout_minutes: Option<u64>,
    pub(crate) role_arn: Option<String>,
    /// The id of the change set that was executed last.
    pub(crate) change_set: Option<String>,
    pub(crate) notification_arns: Vec<String>,
    pub(crate) resources: BTreeMap<String, Resource>,
    /// Resources that an update has replaced or removed, until they are deleted; keys have a slash.
    pub(crate) leftovers: BTreeMap<String, Resource>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) events: Vec<Event>,
    /// Signals by logical id and unique id; `true`: success.
    pub(crate) signals: BTreeMap<String, BTreeMap<String, bool>>,
    pub(crate) operation: Option<Operation>,
    /// Operations so far.
    pub(crate) operations: u64,
    pub(crate) ever_complete: bool,
    pub(crate) stable: Option<Stable>,
}

impl Stack {
    /// The resource called `name`: a logical id, or the key of a leftover.
    pub(crate) fn resource(&mut self, name: &str) -> Option<&mut Resource> {
        if name.contains('/') { self.leftovers.get_mut(name) } else { self.resources.get_mut(name) }
    }

    /// Sets a resource aside for the cleanup, if there is anything to delete.
    pub(crate) fn set_aside(&mut self, resource: Resource) {
        if resource.physical_id.is_empty() || resource.status.gone() {
            return;
        }
        let logical = &resource.logical_id;
        let key =
            (1..).map(|number| format!("{logical}/{number}")).find(|key| !self.leftovers.contains_key(key));
        if let Some(key) = key {
            self.leftovers.insert(key, resource);
        }
    }

    /// `Stack:<id> is in <status> state and can not be updated.` (facts/aws.md §2.8)
    pub(crate) fn busy(&self) -> crate::wire::AwsError {
        super::invalid(format!(
            "Stack:{} is in {} state and can not be updated.",
            self.id,
            self.status.name()
        ))
    }
}
