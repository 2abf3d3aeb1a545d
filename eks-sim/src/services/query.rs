//! What services of the query protocol have in common: how an operation is found, and how they refuse members.

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call, Params};
use crate::world::World;

/// An operation: its name, the members it requires (the service model's `required`), its code.
pub(in crate::services) type Operation =
    (&'static str, &'static [&'static str], fn(&mut World, &Call) -> Result<Answer, AwsError>);

/// Runs one of these operations, if all that it requires is there.
pub(in crate::services) fn run(
    operations: &[Operation],
    world: &mut World,
    call: &Call,
) -> Result<Answer, AwsError> {
    let named = operations.iter().find(|(name, _, _)| *name == call.operation);
    let (_, required, run) = named.ok_or_else(|| unknown_operation(call))?;
    for name in *required {
        if call.params().under(name).is_empty() {
            call.params().required(name)?;
        }
    }
    run(world, call)
}

/// `Value '…' at '…' failed to satisfy constraint: …`, as all query services say it.
pub(in crate::services) fn breach(value: &str, name: &str, constraint: &str) -> AwsError {
    let member = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
    let message = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    );
    invalid(message)
}

/// The code for everything that breaks a rule and has no code of its own.
pub(in crate::services) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// A number within bounds, if it is there.
pub(in crate::services) fn number(
    params: &Params,
    name: &str,
    (least, most): (i64, i64),
) -> Result<Option<i64>, AwsError> {
    let Some(text) = params.get(name) else { return Ok(None) };
    let number: i64 = text.parse().map_err(|_| AwsError::new("MalformedInput", ""))?;
    if number < least {
        let rule = format!("Member must have value greater than or equal to {least}");
        return Err(breach(text, name, &rule));
    }
    if number > most {
        return Err(breach(text, name, &format!("Member must have value less than or equal to {most}")));
    }
    Ok(Some(number))
}

/// Holds a member's text to the lengths that it may have.
pub(in crate::services) fn length(
    text: &str,
    name: &str,
    (least, most): (usize, usize),
) -> Result<(), AwsError> {
    let length = text.chars().count();
    if length < least {
        return Err(breach(text, name, &format!("Member must have length greater than or equal to {least}")));
    }
    if length > most {
        return Err(breach(text, name, &format!("Member must have length less than or equal to {most}")));
    }
    Ok(())
}

/// One of the values of an enum, if it is there.
pub(in crate::services) fn one_of<'params>(
    params: &'params Params,
    name: &str,
    values: &[&str],
) -> Result<Option<&'params str>, AwsError> {
    match params.get(name) {
        Some(value) if !values.contains(&value) => {
            let rule = format!("Member must satisfy enum value set: [{}]", values.join(", "));
            Err(breach(value, name, &rule))
        }
        value => Ok(value),
    }
}
