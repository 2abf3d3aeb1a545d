//! One JSON Schema of everything that crosses the border to another language: feature `schema`.
//!
//! Python's classes, TypeScript's declarations and the schema for editors are made from it by
//! `cargo run -p xtask -- codegen`.

mod by_hand;
#[cfg(test)]
mod tests;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::{client, error, operation, plan, spec};

/// The schema: a document of JSON Schema 2020-12 with one entry in `$defs` for each type.
///
/// Each has a member `x-role`. An `input` is written by users: what it requires is what has to be written, and what
/// has a default may be left out. An `output` is written by this library: what it requires is always there. A type that
/// is both, such as [`Cluster`](crate::Cluster), is an `input`.
///
/// Descriptions are the doc comments, with the links of rustdoc in them. Handles of operations are no part of it:
/// to other languages they are text that is kept and given back.
pub fn schema() -> Value {
    let mut types = outputs();
    types.extend(inputs());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Amazon EKS lifecycles",
        "$defs": types,
    })
}

/// What users write.
fn inputs() -> Map<String, Value> {
    let mut types = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    add::<spec::Cluster>(&mut types);
    add::<spec::LabelChange>(&mut types);
    add::<spec::TagChange>(&mut types);
    add::<spec::TaintChange>(&mut types);
    add::<spec::VpcFilter>(&mut types);
    add::<plan::CreateOptions>(&mut types);
    add::<plan::ApplyOptions>(&mut types);
    add::<plan::DeleteOptions>(&mut types);
    add::<plan::PatchOptions>(&mut types);
    add::<plan::TagOptions>(&mut types);
    add::<client::ListOptions>(&mut types);
    add::<client::ReapOptions>(&mut types);
    add::<client::Guards>(&mut types);
    #[cfg(feature = "sim")]
    add::<eks_sim::Settings>(&mut types);
    in_role("input", types)
}

/// What this library writes.
fn outputs() -> Map<String, Value> {
    let mut types = SchemaSettings::draft2020_12().for_serialize().into_generator();
    add::<error::Error>(&mut types);
    add::<spec::VersionOffer>(&mut types);
    add::<spec::Scheduling>(&mut types);
    add::<operation::Event>(&mut types);
    add::<operation::ClusterInfo>(&mut types);
    add::<operation::ClusterSummary>(&mut types);
    add::<operation::DeleteReport>(&mut types);
    add::<operation::NodeGroupInfo>(&mut types);
    add::<operation::Outcome>(&mut types);
    add::<plan::Plan>(&mut types);
    add::<plan::Preflight>(&mut types);
    add::<plan::TagReport>(&mut types);
    add::<client::ClusterDetails>(&mut types);
    add::<client::ClusterList>(&mut types);
    add::<client::ReapReport>(&mut types);
    #[cfg(feature = "sim")]
    {
        add::<crate::simulator::Rehearsal>(&mut types);
        add::<eks_sim::Ledger>(&mut types);
    }
    in_role("output", types)
}

/// Adds a type and all that it is made of.
fn add<T: JsonSchema>(types: &mut SchemaGenerator) {
    let _: schemars::Schema = types.subschema_for::<T>();
}

fn in_role(role: &str, mut types: SchemaGenerator) -> Map<String, Value> {
    let mut types = types.take_definitions(true);
    for definition in types.values_mut() {
        if let Value::Object(members) = definition {
            members.insert("x-role".to_owned(), role.into());
        }
    }
    types
}
