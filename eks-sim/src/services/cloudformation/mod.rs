//! CloudFormation: stacks, the template language, and the engine that makes, changes and deletes what a
//! template describes (facts/aws.md §2.8).

mod apply;
mod change_set;
mod create;
mod delete;
mod describe;
mod event;
mod graph;
mod import;
mod intrinsic;
mod list;
mod operation;
mod output;
mod parameter;
mod provision;
mod remove;
mod resource;
mod rollback;
mod scope;
mod shapes;
mod signal;
mod stack;
mod summary;
mod tags;
mod template;
mod update;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call, Input, Params};
use crate::world::World;
use change_set::ChangeSet;
use output::{Export, Exports};
use stack::{Output, Stack};

const STACK: &str = "AWS::CloudFormation::Stack";

/// How long a deleted stack can be described by its id (facts/aws.md §2.8).
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 3600);

/// What the service knows of a region.
#[derive(Default)]
pub(crate) struct State {
    /// By id; deleted stacks too.
    stacks: BTreeMap<String, Stack>,
    /// Names of stacks that are not deleted, and their ids.
    live: BTreeMap<String, String>,
    /// By id; those of deleted stacks are gone.
    change_sets: BTreeMap<String, ChangeSet>,
    /// What the stacks export; shared with who works out a template.
    exports: Arc<Exports>,
    /// Stack names and the request tokens that they have seen.
    tokens: BTreeSet<(String, String)>,
    serial: u64,
}

/// Where a stack is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) region: String,
    pub(crate) id: String,
}

impl State {
    fn add(&mut self, stack: Stack) {
        self.live.insert(stack.name.clone(), stack.id.clone());
        self.stacks.insert(stack.id.clone(), stack);
    }

    /// Gives a name free.
    fn free(&mut self, name: &str) {
        self.live.remove(name);
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Notes a request's token; one that the stack has seen is refused (facts/aws.md §2.8, §4).
    fn take_token(&mut self, name: &str, token: Option<&str>) -> Result<(), AwsError> {
        let Some(token) = token else { return Ok(()) };
        if self.tokens.insert((name.to_owned(), token.to_owned())) {
            return Ok(());
        }
        Err(AwsError::new(
            "TokenAlreadyExistsException",
            format!(
                "The client request token {token} has already been used for this stack. Retry the request with a \
                 different client request token"
            ),
        ))
    }

    /// Replaces the outputs of the stack `id`, and with them what it exports.
    fn put_outputs(&mut self, id: &str, outputs: Vec<Output>) {
        let Some(stack) = self.stacks.get_mut(id) else { return };
        let exports = Arc::make_mut(&mut self.exports);
        for name in stack.outputs.iter().filter_map(|output| output.export.as_ref()) {
            exports.remove(name);
        }
        for output in &outputs {
            if let Some(name) = &output.export {
                let export = Export { stack: id.to_owned(), value: output.value.clone() };
                exports.insert(name.clone(), export);
            }
        }
        stack.outputs = outputs;
    }

    /// The name of the stack that exports `name`, unless it is the stack `id`.
    fn other_exporter(&self, name: &str, id: &str) -> Option<&str> {
        let export = self.exports.get(name).filter(|export| export.stack != id)?;
        self.stacks.get(&export.stack).map(|stack| stack.name.as_str())
    }
}

/// The stack at `key`.
fn stack<'w>(world: &'w mut World, key: &Key) -> Option<&'w mut Stack> {
    world.region(&key.region).cloudformation.stacks.get_mut(&key.id)
}

/// The stack called `name`, which is a name or an id.
fn find(world: &mut World, region: &str, name: &str) -> Option<Key> {
    let now = world.now();
    let state = &world.region(region).cloudformation;
    let id = if name.starts_with("arn:") { name } else { state.live.get(name)? };
    let stack = state.stacks.get(id)?;
    let remembered = stack.deleted.is_none_or(|deleted| now.since(deleted) < REMEMBERED);
    remembered.then(|| Key { region: region.to_owned(), id: id.to_owned() })
}

/// The stack of a request that changes it.
fn existing(world: &mut World, region: &str, name: &str) -> Result<Key, AwsError> {
    find(world, region, name)
        .filter(|key| stack(world, key).is_some_and(|stack| stack.deleted.is_none()))
        .ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))
}

/// The stack of a request that reads it.
fn described(world: &mut World, region: &str, name: &str) -> Result<Key, AwsError> {
    find(world, region, name).ok_or_else(|| invalid(format!("Stack with id {name} does not exist")))
}

/// The service's general refusal.
fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let Input::Params(params) = &call.input else { return Err(unknown_operation(call)) };
    let Some((_, operation)) = OPERATIONS.iter().find(|(name, _)| *name == call.operation) else {
        return Err(unknown_operation(call));
    };
    shapes::check(&call.operation, params)?;
    operation(world, &call.region, params)
}

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

type Handler = fn(&mut World, &str, &Params) -> Result<Answer, AwsError>;

const OPERATIONS: [(&str, Handler); 24] = [
    ("CancelUpdateStack", rollback::cancel_update_stack),
    ("ContinueUpdateRollback", rollback::continue_update_rollback),
    ("CreateChangeSet", change_set::create_change_set),
    ("CreateStack", create::create_stack),
    ("DeleteChangeSet", change_set::delete_change_set),
    ("DeleteStack", delete::delete_stack),
    ("DescribeChangeSet", change_set::describe_change_set),
    ("DescribeStackEvents", describe::describe_stack_events),
    ("DescribeStackResource", describe::describe_stack_resource),
    ("DescribeStackResources", describe::describe_stack_resources),
    ("DescribeStacks", describe::describe_stacks),
    ("ExecuteChangeSet", change_set::execute_change_set),
    ("GetTemplate", summary::get_template),
    ("GetTemplateSummary", summary::get_template_summary),
    ("ListChangeSets", change_set::list_change_sets),
    ("ListExports", list::list_exports),
    ("ListImports", import::list_imports),
    ("ListStackResources", list::list_stack_resources),
    ("ListStacks", list::list_stacks),
    ("RollbackStack", rollback::rollback_stack),
    ("SignalResource", signal::signal_resource),
    ("UpdateStack", update::update_stack),
    ("UpdateTerminationProtection", delete::update_termination_protection),
    ("ValidateTemplate", summary::validate_template),
];
